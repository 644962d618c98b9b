/* The invariants of a program, as a function: the runner calls it before the first pass and after each.
 * A failure is an error of the compiler, never of the input. */
#ifndef ADACC_IR_VERIFY_H
#define ADACC_IR_VERIFY_H

#include "ir/program.h"

/* What must hold besides, once a pass established it. */
enum verify_flags {
    VERIFY_NORMALISED = 1, /* every section has a0 = 1, and every operand is finite */
    VERIFY_QUANTISED = 2,  /* every delay is >= 0, and whole if it is not fractional */
    VERIFY_WHOLE = 4,      /* none is fractional */
};

/* Null if all is well, else one sentence, in the arena. */
const char *program_verify(struct arena *arena, const struct program *program, unsigned flags);

#endif
