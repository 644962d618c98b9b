/* What can be computed now is computed now. The meaning stays; numbers change only where matrices
 * are multiplied or added (one rounding an operation, 1e-15 of the largest product involved).
 *
 *     gain that is the identity           wire
 *     gain -> gain                        their product, unless that costs more multiply-adds
 *     series with a gain of zeros         a gain of zeros
 *     delays of 0 samples, all            wire, or ones for a full grid
 *     delay bank -> delay bank            their sum, of constants
 *     sections that are the identity      dropped, from each cascade
 *     responses that end in zeros         without these
 *     responses of one tap                gains
 *     gains side by side, or stacked      one gain
 *     gains added                         one gain; zeros go unless they are all there is
 *     feedback through a gain of zeros    the forward part
 *
 * Nothing moves across a feedback, and no path that exists is lost or made longer. */
#include <string.h>

#include "ir/base/limits.h"
#include "ir/base/vec.h"
#include "passes/flatten.h"
#include "passes/gains.h"

struct fold {
    struct pass_context *pass;
    const struct program *program;
};

typedef VEC(const struct node *) node_list;

static const struct node *zero_gain(struct build *build, const struct node *node) {
    const struct matrix *zeros = matrix_filled(build->arena, node->shape.outs, node->shape.ins,
                                               operand_constant(0));
    return node_named(build, node_gain(build, node->at, zeros), node->name);
}

/* What stands for two neighbours keeps the name of the one that has one, of two the costlier's. */
static const struct node *named_after(struct build *build, const struct node *made,
                                      const struct node *a, const struct node *b) {
    const struct node *heir = a->name ? a : b;
    if (a->name && b->name && a->op == OP_GAIN && b->op == OP_GAIN &&
        matrix_cost(b->matrix) > matrix_cost(a->matrix))
        heir = b;
    return node_named(build, made, heir->name);
}

static const struct node *fold_gain(struct build *build, const struct node *node) {
    if (!matrix_is_identity(node->matrix)) return node;
    return node_named(build, node_wire(build, node->at, node->shape.ins), node->name);
}

/* n wires, or the sum of all inlets at each outlet. */
static const struct node *pass_through(struct build *build, const struct node *node,
                                       struct grid grid) {
    if (!grid.full || (grid.rows == 1 && grid.cols == 1))
        return node_named(build, node_wire(build, node->at, grid.rows), node->name);
    const struct matrix *ones =
        matrix_filled(build->arena, grid.rows, grid.cols, operand_constant(1));
    return node_named(build, node_gain(build, node->at, ones), node->name);
}

static const struct node *fold_delay(struct build *build, const struct node *node) {
    const struct delays *delays = node->delays;
    for (size_t i = 0; i < grid_entries(delays->grid); i++)
        if (!operand_is(delays->samples[i], 0)) return node;
    return pass_through(build, node, delays->grid);
}

static bool section_is_identity(const struct section *s) {
    return operand_is(s->b0, 1) && operand_is(s->b1, 0) && operand_is(s->b2, 0) &&
           operand_is(s->a0, 1) && operand_is(s->a1, 0) && operand_is(s->a2, 0);
}

/* Each cascade moves up over its identities; the longest that is left sets the count. */
static const struct node *fold_sos(struct build *build, const struct node *node) {
    const struct sections *from = node->sections;
    size_t entries = grid_entries(from->grid);
    uint32_t longest = 0;
    for (size_t e = 0; e < entries; e++) {
        uint32_t left = 0;
        for (uint32_t k = 0; k < from->count; k++)
            left += !section_is_identity(&from->at[e * from->count + k]);
        if (left > longest) longest = left;
    }
    if (!longest) return pass_through(build, node, from->grid);
    if (longest == from->count) return node;

    const struct operand zero = operand_constant(0), one = operand_constant(1);
    struct section *to = ARENA_ARRAY(build->arena, entries * longest, struct section);
    for (size_t e = 0; e < entries; e++) {
        uint32_t left = 0;
        for (uint32_t k = 0; k < from->count; k++) {
            const struct section *s = &from->at[e * from->count + k];
            if (!section_is_identity(s)) to[e * longest + left++] = *s;
        }
        while (left < longest)
            to[e * longest + left++] = (struct section){one, zero, zero, one, zero, zero};
    }
    struct sections *sections = ARENA_NEW(build->arena, struct sections);
    *sections = (struct sections){from->grid, longest, to};
    return node_named(build, node_sos(build, node->at, sections), node->name);
}

/* Responses of one tap each are gains. */
static const struct node *gains_of_taps(struct build *build, const struct node *node) {
    const struct taps *taps = node->taps;
    struct grid g = taps->grid;
    struct operand *first = ARENA_ARRAY(build->arena, grid_entries(g), struct operand);
    for (size_t e = 0; e < grid_entries(g); e++) first[e] = taps->at[e * taps->count];
    const struct matrix *matrix = g.full ? matrix_of(build->arena, g.rows, g.cols, first)
                                         : matrix_diagonal(build->arena, g.rows, first);
    return fold_gain(build, node_named(build, node_gain(build, node->at, matrix), node->name));
}

static const struct node *fold_fir(struct build *build, const struct node *node) {
    const struct taps *from = node->taps;
    size_t entries = grid_entries(from->grid);
    uint32_t longest = 1;
    for (size_t e = 0; e < entries; e++)
        for (uint32_t k = longest; k < from->count; k++)
            if (!operand_is(from->at[e * from->count + k], 0)) longest = k + 1;
    if (longest == 1) return gains_of_taps(build, node);
    if (longest == from->count) return node;
    struct operand *at = ARENA_ARRAY(build->arena, entries * longest, struct operand);
    for (size_t e = 0; e < entries; e++)
        memcpy(at + e * longest, from->at + e * from->count, longest * sizeof *at);
    struct taps *taps = ARENA_NEW(build->arena, struct taps);
    *taps = (struct taps){from->grid, longest, at};
    return node_named(build, node_fir(build, node->at, taps), node->name);
}

/* z^-a z^-b = z^-(a+b), of two banks of constants within the limit of a line; else null. Fractional
 * ones that are made in two ways stay apart. */
static const struct node *join_delays(struct build *build, const struct node *a,
                                      const struct node *b) {
    if (a->op != OP_DELAY || b->op != OP_DELAY || a->delays->grid.full || b->delays->grid.full)
        return NULL;
    const struct delays *kept = b->delays->fractional ? b->delays : a->delays;
    if (a->delays->fractional && b->delays->fractional &&
        (a->delays->how.method != b->delays->how.method ||
         a->delays->how.order != b->delays->how.order))
        return NULL;
    uint32_t n = a->delays->grid.rows;
    struct operand *samples = ARENA_ARRAY(build->arena, n, struct operand);
    for (uint32_t i = 0; i < n; i++) {
        struct operand first = a->delays->samples[i], second = b->delays->samples[i];
        if (first.expr || second.expr || first.value + second.value > LIMIT_DELAY_SAMPLES)
            return NULL;
        samples[i] = operand_constant(first.value + second.value);
    }
    struct delays *delays = ARENA_NEW(build->arena, struct delays);
    *delays = *kept;
    delays->samples = samples;
    return named_after(build, node_delay(build, span_join(a->at, b->at), delays), a, b);
}

static const struct node *join_gains(struct build *build, struct fold *fold, const struct node *a,
                                     const struct node *b) {
    if (a->op != OP_GAIN || b->op != OP_GAIN) return NULL;
    const struct matrix *product = gains_product(build->arena, fold->program, a->matrix, b->matrix);
    if (!product) return NULL;
    const struct node *made = node_gain(build, span_join(a->at, b->at), product);
    return named_after(build, made, a, b);
}

/* The combination of the parts that are left, in place of `node`. */
static const struct node *rebuilt(struct build *build, const struct node *node,
                                  const node_list *list) {
    bool same = list->count == node->count;
    for (uint32_t i = 0; same && i < node->count; i++) same = list->at[i] == node->parts[i];
    if (same) return node;
    if (!list->count)
        return node_named(build, node_wire(build, node->at, node->shape.ins), node->name);
    const struct node *made =
        node_combine(build, node->at, node->op, list->at, (uint32_t)list->count);
    if (list->count == 1) return keep_name(build, made, node->name);
    return node_from(build, node_named(build, made, node->name), node->origin);
}

static const struct node *fold_series(struct build *build, struct fold *fold,
                                      const struct node *node) {
    node_list list = {0};
    for (uint32_t i = 0; i < node->count; i++) {
        const struct node *part = node->parts[i];
        if (node_is_zero(part)) return zero_gain(build, node);
        while (list.count) {
            const struct node *last = list.at[list.count - 1];
            const struct node *joined = join_gains(build, fold, last, part);
            if (!joined) joined = join_delays(build, last, part);
            if (!joined) break;
            list.count--;
            part = joined;
            if (part->op == OP_GAIN) part = fold_gain(build, part);
            if (node_is_zero(part)) return zero_gain(build, node);
            if (part->op == OP_WIRE) break;
        }
        if (part->op != OP_WIRE) vec_push(fold->pass->scratch, &list, part);
    }
    return rebuilt(build, node, &list);
}

/* Parts that are all gains or wires, side by side or stacked, become one gain. */
static const struct node *fold_beside(struct build *build, struct fold *fold,
                                      const struct node *node) {
    for (uint32_t i = 0; i < node->count; i++)
        if (node->parts[i]->op != OP_GAIN && node->parts[i]->op != OP_WIRE) return node;
    const struct matrix **parts =
        ARENA_ARRAY(fold->pass->scratch, node->count, const struct matrix *);
    for (uint32_t i = 0; i < node->count; i++)
        parts[i] = node_matrix(fold->pass->scratch, node->parts[i]);
    const struct matrix *matrix =
        gains_beside(build->arena, parts, node->count, node->op == OP_STACK);
    if (!matrix) return node;
    return node_named(build, node_gain(build, node->at, matrix), node->name);
}

static const struct node *fold_sum(struct build *build, struct fold *fold,
                                   const struct node *node) {
    node_list list = {0};
    for (uint32_t i = 0; i < node->count; i++) {
        const struct node *part = node->parts[i];
        if (node_is_zero(part)) continue;
        const struct matrix *matrix = node_matrix(fold->pass->scratch, part);
        const struct matrix *sum = NULL;
        for (size_t k = 0; matrix && !sum && k < list.count; k++) {
            const struct node *other = list.at[k];
            const struct matrix *before = node_matrix(fold->pass->scratch, other);
            if (before) sum = gains_sum(build->arena, fold->program, before, matrix);
            if (!sum) continue;
            const struct node *made = node_gain(build, span_join(other->at, part->at), sum);
            list.at[k] = fold_gain(build, named_after(build, made, other, part));
        }
        if (!sum) vec_push(fold->pass->scratch, &list, part);
    }
    /* What cancelled is dropped too: a - a. */
    size_t left = 0;
    for (size_t k = 0; k < list.count; k++)
        if (!node_is_zero(list.at[k])) list.at[left++] = list.at[k];
    list.count = left;
    if (!left) return zero_gain(build, node);
    return rebuilt(build, node, &list);
}

static const struct node *fold_feedback(struct build *build, const struct node *node) {
    if (!node_is_zero(node->parts[0]) && !node_is_zero(node->parts[1])) return node;
    return keep_name(build, node->parts[0], node->name);
}

static const struct node *fold_node(struct build *build, const struct node *node, void *context) {
    struct fold *fold = context;
    node = flatten_node(build, node, fold->pass);
    if (!node) return NULL;
    switch (node->op) {
    case OP_GAIN: return fold_gain(build, node);
    case OP_DELAY: return fold_delay(build, node);
    case OP_SOS: return fold_sos(build, node);
    case OP_FIR: return fold_fir(build, node);
    case OP_SERIES: return fold_series(build, fold, node);
    case OP_PARALLEL:
    case OP_STACK: return fold_beside(build, fold, node);
    case OP_SUM: return fold_sum(build, fold, node);
    case OP_FEEDBACK: return fold_feedback(build, node);
    case OP_WIRE:
    case OP_COUNT: break;
    }
    return node;
}

bool pass_fold(struct pass_context *context, struct program *program) {
    struct build build = {context->arena, context->diags};
    struct fold fold = {context, program};
    const struct node *root = node_rewrite(&build, program->main, fold_node, &fold);
    if (!root) return false;
    program->main = root;
    return true;
}
