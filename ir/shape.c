#include "ir/shape.h"

#include "ir/base/limits.h"

const char *shape_text(struct arena *arena, struct shape shape) {
    return text_format(arena, "%u -> %u", shape.ins, shape.outs);
}

static const char *count_text(struct arena *arena, uint32_t n, const char *one) {
    return text_format(arena, "%u %s%s", n, one, n == 1 ? "" : "s");
}

static struct diag *refuse(struct diags *diags, span at, enum diag_code code, struct party a,
                           struct party b, const char *message) {
    struct arena *arena = diags->arena;
    struct diag *diag = diag_error(diags, span_known(b.at) ? b.at : at, code, "%s", message);
    diag_label(diag, b.at, "%s", shape_text(arena, b.shape));
    if (span_known(a.at)) diag_label(diag, a.at, "%s", shape_text(arena, a.shape));
    return diag;
}

bool shape_within_limits(struct diags *diags, span at, struct shape shape) {
    if (shape.ins <= LIMIT_CHANNELS && shape.outs <= LIMIT_CHANNELS) return true;
    diag_error(diags, at, CODE_TOO_WIDE, "%s is wider than the limit of %d channels",
               shape_text(diags->arena, shape), LIMIT_CHANNELS);
    return false;
}

bool shape_series(struct diags *diags, span at, struct party a, struct party b, struct shape *out) {
    *out = (struct shape){a.shape.ins, b.shape.outs};
    if (a.shape.outs == b.shape.ins) return true;
    struct arena *arena = diags->arena;
    refuse(diags, at, CODE_SERIES_SHAPE, a, b,
           text_format(arena, "series 'a -> b' needs b to take a's %s, but b has %s",
                       count_text(arena, a.shape.outs, "outlet"),
                       count_text(arena, b.shape.ins, "inlet")));
    return false;
}

bool shape_parallel(struct diags *diags, span at, struct party a, struct party b,
                    struct shape *out) {
    *out = (struct shape){a.shape.ins + b.shape.ins, a.shape.outs + b.shape.outs};
    return shape_within_limits(diags, at, *out);
}

bool shape_stack(struct diags *diags, span at, struct party a, struct party b, struct shape *out) {
    *out = (struct shape){a.shape.ins, a.shape.outs + b.shape.outs};
    if (a.shape.ins == b.shape.ins) return shape_within_limits(diags, at, *out);
    struct arena *arena = diags->arena;
    refuse(diags, at, CODE_STACK_SHAPE, a, b,
           text_format(arena, "stack 'a & b' gives both the same input, but a has %s and b has %s",
                       count_text(arena, a.shape.ins, "inlet"),
                       count_text(arena, b.shape.ins, "inlet")));
    return false;
}

bool shape_sum(struct diags *diags, span at, struct party a, struct party b, struct shape *out) {
    *out = a.shape;
    if (a.shape.ins == b.shape.ins && a.shape.outs == b.shape.outs) return true;
    struct arena *arena = diags->arena;
    refuse(diags, at, CODE_SUM_SHAPE, a, b,
           text_format(arena, "a sum needs both sides to have one shape, but a is %s and b is %s",
                       shape_text(arena, a.shape), shape_text(arena, b.shape)));
    return false;
}

bool shape_feedback(struct diags *diags, span at, struct party a, struct party b,
                    struct shape *out) {
    *out = a.shape;
    if (a.shape.ins == b.shape.outs && a.shape.outs == b.shape.ins) return true;
    struct arena *arena = diags->arena;
    const char *shape = shape_text(arena, b.shape);
    const char *message =
        a.shape.outs != b.shape.ins
            ? text_format(arena, "feedback 'a ~ b' needs b to take a's %s, but b is %s",
                          count_text(arena, a.shape.outs, "outlet"), shape)
            : text_format(arena, "feedback 'a ~ b' needs b to give a's %s, but b is %s",
                          count_text(arena, a.shape.ins, "inlet"), shape);
    refuse(diags, at, CODE_FEEDBACK_SHAPE, a, b, message);
    return false;
}
