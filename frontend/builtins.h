/* What the language brings along: constants and functions. */
#ifndef ADACC_FRONTEND_BUILTINS_H
#define ADACC_FRONTEND_BUILTINS_H

#include "frontend/elaborate.h"
#include "frontend/random.h"

struct builtin_call {
    const struct builtin *builtin;
    const char *who;                  /* "'delay'", for messages */
    const struct argument *arguments; /* one a parameter */
    span at;
};

struct builtin {
    const char *name;
    struct value (*make)(struct elaborator *e, const struct builtin_call *call);
    const char *parameters; /* their names, blanks between; the first `least` must be given */
    size_t least, most;
    const char *shape; /* for people: "n -> n" */
    const char *about;
    enum function function; /* of those that ir/functions.def has */
};

extern const struct builtin builtins[];
extern const size_t builtin_count;

const struct builtin *builtin_find(name wanted);

/* The name of parameter number i. */
const char *builtin_parameter(struct arena *arena, const struct builtin *builtin, size_t i);
/* Reports that argument number i lacks. */
struct value refuse_missing(struct elaborator *e, const struct builtin_call *call, size_t i);

/* Argument number i: a matrix, or a number as one of 1 x 1; false after a report. */
bool need_matrix(struct elaborator *e, const struct builtin_call *call, size_t i,
                 struct value *out);
/* A seed, 1 where none is given. */
bool need_seed(struct elaborator *e, const struct builtin_call *call, size_t i, struct random *out);

/* A decay time, above zero wherever knobs stand; false after a report. */
struct decay {
    struct operand samples;
    span at;
};
bool need_decay(struct elaborator *e, struct operand time, int dimension, span at,
                struct decay *out);
/* 10^(-3 m / time): what m samples must lose, so that sound falls by 60 dB in that time. */
struct operand decay_gain(struct elaborator *e, struct operand m, struct operand time);

/* absorb with three points and more, by a graphic equaliser (builtins_equalisers.c): frequencies
 * rise, in cycles a sample, and times are constants. */
struct absorb_point {
    double frequency;
    struct decay decay;
};
struct value absorb_bands(struct elaborator *e, const struct builtin_call *call, struct vector m,
                          const struct absorb_point *points, size_t count);

/* The cascades as a system, if their numbers are finite. */
struct value sections_value(struct elaborator *e, span at, struct grid grid, uint32_t count,
                            const struct section *sections);

/* pi, fs, z: true and the value if `wanted` is one of them. */
bool builtin_constant(struct arena *arena, name wanted, span at, struct value *out);

void builtins_offer(struct suggestion *suggestion);

#define BUILTIN(name, make, parameters, least, most, shape, about)                                 \
    struct value make(struct elaborator *e, const struct builtin_call *call);
#include "frontend/builtins.def"
#undef BUILTIN

#endif
