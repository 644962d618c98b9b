/* The table of passes and their runner. */
#ifndef ADACC_PASSES_PASSES_H
#define ADACC_PASSES_PASSES_H

#include "passes/pass.h"

extern const struct pass passes[];
extern const size_t pass_count;

/* What the runner does besides; null members are not wanted. */
struct pass_watch {
    const char *dump_after; /* a pass's name, or "read" for the program as it was read */
    struct text *dump;
    struct text *times; /* a line a pass: name, milliseconds */
};

/* Runs all passes over the program, verifying before the first and after each; then the same over the
 * roots of its contracts. False after a report. */
bool passes_run(struct arena *arena, struct names *names, struct diags *diags,
                struct program *program, const struct pass_watch *watch);

#endif
