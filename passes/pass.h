/* What a pass is. A new one is a file here and a line in passes.c; the runner verifies, dumps and
 * times, the pass does not. */
#ifndef ADACC_PASSES_PASS_H
#define ADACC_PASSES_PASS_H

#include "ir/base/diag.h"
#include "ir/program.h"

struct pass_context {
    struct arena *arena;   /* where the new program lives */
    struct arena *scratch; /* freed when the pass is done */
    struct names *names;
    struct diags *diags;
};

struct pass {
    const char *name;
    const char *about;
    /* Changes the program in place: a new root, new knobs. False after a report. */
    bool (*run)(struct pass_context *context, struct program *program);
    unsigned establishes; /* enum verify_flags that hold from here on */
};

bool pass_normalise(struct pass_context *context, struct program *program);
bool pass_quantise(struct pass_context *context, struct program *program);
bool pass_flatten(struct pass_context *context, struct program *program);
bool pass_fold(struct pass_context *context, struct program *program);
bool pass_controls(struct pass_context *context, struct program *program);
bool pass_fractional(struct pass_context *context, struct program *program);
bool pass_prune(struct pass_context *context, struct program *program);
bool pass_hoist(struct pass_context *context, struct program *program);
bool pass_contract(struct pass_context *context, struct program *program);

#endif
