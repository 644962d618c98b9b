#include "ir/verify.h"

#include <math.h>

#include "ir/base/text.h"
#include "ir/walk.h"

struct verifying {
    struct arena *arena;
    const struct program *program;
    unsigned flags;
    const char *fault;
};

static bool fault(struct verifying *v, const struct node *node, const char *what) {
    v->fault = text_format(v->arena, "%s '%s' (%u -> %u): %s", op_infos[node->op].text,
                           name_or(node->name, "?"), node->shape.ins, node->shape.outs, what);
    return false;
}

static bool knobs_known(const struct expr *expr, uint32_t knob_count) {
    if (!expr || expr->kind == EXPR_CONSTANT) return true;
    if (expr->kind == EXPR_KNOB) return expr->knob < knob_count;
    return knobs_known(expr->arguments[0], knob_count) && knobs_known(expr->arguments[1], knob_count);
}

static bool operands_good(struct verifying *v, const struct node *node, const struct operand *at,
                          size_t count) {
    for (size_t i = 0; i < count; i++) {
        /* Before that pass it is an error of the input, which the pass reports. */
        if ((v->flags & VERIFY_NORMALISED) && !isfinite(at[i].value))
            return fault(v, node, "an operand is not finite");
        if (!knobs_known(at[i].expr, v->program->knob_count)) return fault(v, node, "an operand reads a knob that is not there");
    }
    return true;
}

static bool grid_good(struct verifying *v, const struct node *node, struct grid grid) {
    if (grid.cols != node->shape.ins || grid.rows != node->shape.outs)
        return fault(v, node, "its entries do not make its shape");
    if (!grid.full && grid.rows != grid.cols) return fault(v, node, "a bank is not square");
    return true;
}

static bool delays_good(struct verifying *v, const struct node *node) {
    const struct delays *d = node->delays;
    size_t entries = grid_entries(d->grid);
    if (!grid_good(v, node, d->grid) || !operands_good(v, node, d->samples, entries)) return false;
    if (d->fractional && (v->flags & VERIFY_WHOLE)) return fault(v, node, "a delay is fractional");
    if (!(v->flags & VERIFY_QUANTISED)) return true;
    for (size_t e = 0; e < entries; e++) {
        double m = d->samples[e].value;
        if (m < 0 || (!d->fractional && m != trunc(m)))
            return fault(v, node, "a delay is not a whole number of samples");
    }
    return true;
}

static bool sections_good(struct verifying *v, const struct node *node) {
    const struct sections *s = node->sections;
    if (!grid_good(v, node, s->grid)) return false;
    for (size_t i = 0; i < grid_entries(s->grid) * s->count; i++) {
        const struct section *at = &s->at[i];
        const struct operand six[] = {at->b0, at->b1, at->b2, at->a0, at->a1, at->a2};
        if (!operands_good(v, node, six, 6)) return false;
        if ((v->flags & VERIFY_NORMALISED) && !operand_is(at->a0, 1)) return fault(v, node, "a section's a0 is not 1");
    }
    return true;
}

static bool taps_good(struct verifying *v, const struct node *node) {
    const struct taps *t = node->taps;
    if (!t->count) return fault(v, node, "a finite response of no taps");
    return grid_good(v, node, t->grid) && operands_good(v, node, t->at, grid_entries(t->grid) * t->count);
}

static bool combination_good(struct verifying *v, const struct node *node) {
    uint64_t ins = 0, outs = 0;
    const struct node *first = node->parts[0], *last = node->parts[node->count - 1];
    for (uint32_t i = 0; i < node->count; i++) {
        const struct node *part = node->parts[i];
        ins += part->shape.ins;
        outs += part->shape.outs;
        if (node->op == OP_SERIES && i && node->parts[i - 1]->shape.outs != part->shape.ins)
            return fault(v, node, "neighbours in a series do not fit");
        if ((node->op == OP_STACK || node->op == OP_SUM) && part->shape.ins != first->shape.ins)
            return fault(v, node, "parts do not take the same input");
        if (node->op == OP_SUM && part->shape.outs != first->shape.outs)
            return fault(v, node, "parts of a sum give different outputs");
    }
    struct shape want = {first->shape.ins, last->shape.outs};
    if (node->op == OP_PARALLEL) want = (struct shape){(uint32_t)ins, (uint32_t)outs};
    if (node->op == OP_STACK) want.outs = (uint32_t)outs;
    if (node->op == OP_FEEDBACK) {
        want = first->shape;
        if (first->shape.ins != last->shape.outs || first->shape.outs != last->shape.ins)
            return fault(v, node, "what is fed back does not fit");
    }
    if (want.ins != node->shape.ins || want.outs != node->shape.outs) return fault(v, node, "its parts do not make its shape");
    return true;
}

static bool node_good(const struct node *node, void *context) {
    struct verifying *v = context;
    const struct op_info *info = &op_infos[node->op];
    if (node->count < info->least_parts || node->count > info->most_parts) return fault(v, node, "it has the wrong number of parts");
    switch (node->op) {
    case OP_WIRE: return node->shape.ins == node->shape.outs || fault(v, node, "wires that end");
    case OP_GAIN:
        if (node->matrix->cols != node->shape.ins || node->matrix->rows != node->shape.outs)
            return fault(v, node, "its matrix does not make its shape");
        return operands_good(v, node, node->matrix->at, (size_t)node->matrix->rows * node->matrix->cols);
    case OP_DELAY: return delays_good(v, node);
    case OP_SOS: return sections_good(v, node);
    case OP_FIR: return taps_good(v, node);
    default: return combination_good(v, node);
    }
}

const char *program_verify(struct arena *arena, const struct program *program, unsigned flags) {
    if (!program->main) return "the program has no main";
    if (!program->name) return "the program has no name";
    if (!(program->rate > 0)) return "the program has no sample rate";
    struct verifying v = {arena, program, flags, NULL};
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    node_visit(&scratch, program->main, node_good, &v);
    arena_free(&scratch);
    return v.fault;
}
