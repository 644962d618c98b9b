/* Polynomials and rational functions in z: the algebra of values like (1 - p)/(1 - p*z^-1).
 *
 * A polynomial is a sum of terms c z^-k, k of either sign; a coefficient may depend on knobs. A
 * rational function is a product of fractions, kept as it was written, so that a cascade of filters
 * of second order stays one and only what is of a higher degree has to be factored.
 */
#ifndef ADACC_FRONTEND_RATIONAL_H
#define ADACC_FRONTEND_RATIONAL_H

#include "frontend/elaborate.h"
#include "passes/factor.h"

struct term {
    int64_t delay; /* k of c z^-k */
    struct operand coefficient;
};

/* Room for terms, shared by a polynomial and those that it is the beginning of. */
struct terms {
    uint32_t used, room;
    struct term *at;
};

struct polynomial {
    const struct term *at; /* rising delays; no coefficient is the constant 0 */
    uint32_t count;        /* 0: the polynomial 0 */
    struct terms *terms;   /* where `at` begins, with room behind it; null: there is none */
};

struct fraction {
    struct polynomial over, under; /* `under` is not 0 */
};

struct rational {
    const struct fraction *at;
    uint32_t count; /* at least 1 */
};

/* z itself. */
struct value rational_z(struct arena *arena, span at);

/* A number, or a rational function: what the operations below take. */
bool value_is_rational(struct value v);

/* Each gives VALUE_ERROR after a report. A sum that no single section would hold comes as `*open`:
 * the caller adds the two as systems. */
struct value rational_add(struct elaborator *e, span at, struct side a, struct side b,
                          bool subtract, bool *open);
struct value rational_multiply(struct elaborator *e, span at, struct side a, struct side b);
struct value rational_divide(struct elaborator *e, span at, struct side a, struct side b);
struct value rational_power(struct elaborator *e, span at, struct side a, struct side exponent,
                            double n);

/* The 1 -> 1 system: delays and gains, a finite response, or sections in cascade (passes/factor.h).
 * Null after a report: it looks ahead (E0425), or is of a degree that cannot be factored (E0426).
 */
const struct node *rational_system(struct elaborator *e, struct side side);

#endif
