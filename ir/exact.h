/* Matrices of doubles in exact arithmetic, by GMP: what no rounding may decide.
 *
 * This is the only file that knows of GMP. Its integers take memory of their own, and where there
 * is none GMP ends the process; so what a question may take is bounded before it is asked, and one
 * beyond the bound has no answer. Nothing leaves a function while it holds integers: all that comes
 * from an arena is taken before.
 */
#ifndef ADACC_IR_EXACT_H
#define ADACC_IR_EXACT_H

#include "ir/base/arena.h"

/* How P - A' P A lies to zero, P = diag(p) > 0. The energy of lines of delay around A, weighted by
 * p, changes by this from sample to sample (Schlecht & Habets, On lossless feedback delay networks,
 * IEEE TSP 2017). */
enum exact_energy {
    ENERGY_UNKNOWN, /* not a finite number, or beyond the bound */
    ENERGY_GROWS,   /* some vector makes it negative */
    ENERGY_KEPT,    /* it is zero */
    ENERGY_PASSIVE, /* nowhere negative, and singular */
    ENERGY_FALLS    /* positive definite */
};

/* A: n x n, row by row. `p`: null for all ones. */
enum exact_energy exact_energy(struct arena *scratch, const double *A, uint32_t n, const double *p);

/* True if (1 - 2^-bits) P - A' P A is positive definite: a pass through A loses that much. */
bool exact_energy_loses(struct arena *scratch, const double *A, uint32_t n, const double *p,
                        uint32_t bits);

/* The same with p_i = "numerator/denominator", or "numerator", decimal and positive; UNKNOWN where
 * one is no such text. */
enum exact_energy exact_energy_of(struct arena *scratch, const double *A, uint32_t n,
                                  const char *const *p);

/* The p that A would keep, p_1 = 1: the solution of (A o A)' p = p, which is one where A is
 * irreducible and keeps any p (Perron-Frobenius). Null if there is none that is positive, or beyond
 * the bound. Texts as above, in `arena`; it is for exact_energy_of to say whether A keeps it. */
const char *const *exact_invariant(struct arena *arena, const double *A, uint32_t n);

/* The sign of det A, and of |det A| - 1. */
struct exact_determinant {
    bool known;
    int sign, beyond_one;
};
struct exact_determinant exact_determinant(struct arena *scratch, const double *A, uint32_t n);

#endif
