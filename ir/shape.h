/* The rules of shapes: each returns false after a report that points at the parties. */
#ifndef ADACC_IR_SHAPE_H
#define ADACC_IR_SHAPE_H

#include "ir/base/diag.h"
#include "ir/node.h"

/* A part of a combination: its shape, and the text that people should see it as. */
struct party {
    struct shape shape;
    span at;
};

/* "8 -> 2" */
const char *shape_text(struct arena *arena, struct shape shape);

bool shape_series(struct diags *diags, span at, struct party a, struct party b, struct shape *out);
bool shape_parallel(struct diags *diags, span at, struct party a, struct party b, struct shape *out);
bool shape_stack(struct diags *diags, span at, struct party a, struct party b, struct shape *out);
bool shape_sum(struct diags *diags, span at, struct party a, struct party b, struct shape *out);
bool shape_feedback(struct diags *diags, span at, struct party a, struct party b, struct shape *out);

/* No more than LIMIT_CHANNELS inlets and outlets. */
bool shape_within_limits(struct diags *diags, span at, struct shape shape);

#endif
