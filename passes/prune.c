/* What no outlet hears is removed, from the outlets backwards.
 *
 * Each node is asked for some of its outlets and gives back a node with just these, which takes
 * just the inlets that it needs; a series hands the question on to what stands before. What nobody
 * asks for is not built: delays, filters and whole loops before a cut or before columns of zeros.
 *
 * A feedback is asked as a whole: its outlets are its loop's states, and each may reach each. If
 * none of them is heard it goes; otherwise it stays with all its inlets, and is pruned within. */
#include <string.h>

#include "ir/base/vec.h"
#include "passes/flatten.h"
#include "passes/gains.h"
#include "ir/base/memo.h"

/* Some of `of` inlets or outlets. */
struct choice {
    uint32_t of, count;
    bool *at;
};

struct pruning {
    struct pass_context *pass;
    struct build build;
    struct memo whole;  /* node asked for all its outlets -> struct answer */
    struct memo picked; /* node -> the list of struct picked, so that what is shared stays shared */
};

/* Null node: nothing was asked for, or nothing is left. Inlets are the chosen ones, in order. */
struct answer {
    const struct node *node;
    struct choice ins;
};

typedef VEC(const struct node *) node_list;

static struct choice choice_new(struct pruning *p, uint32_t of, bool all) {
    struct choice c = {of, all ? of : 0, ARENA_ARRAY(p->pass->scratch, of, bool)};
    for (uint32_t i = 0; i < of; i++) c.at[i] = all;
    return c;
}

static void choose(struct choice *c, uint32_t i) {
    c->count += !c->at[i];
    c->at[i] = true;
}

static bool is_all(const struct choice *c) {
    return c->count == c->of;
}

/* The choices from `first` on, as a choice of their own. */
static struct choice choice_slice(const struct choice *c, uint32_t first, uint32_t count) {
    struct choice slice = {count, 0, c->at + first};
    for (uint32_t i = 0; i < count; i++) slice.count += slice.at[i];
    return slice;
}

static struct matrix *zeros(struct pruning *p, uint32_t rows, uint32_t cols) {
    return matrix_filled(p->pass->arena, rows, cols, operand_constant(0));
}

/* The same gains with a column of zeros for each inlet of `given` that is not in `used`. */
static const struct node *widen_gain(struct pruning *p, const struct node *gain,
                                     const struct choice *used, const struct choice *given) {
    const struct matrix *m = gain->matrix;
    struct operand *at =
        ARENA_ARRAY(p->pass->arena, (size_t)m->rows * given->count, struct operand);
    uint32_t from = 0, to = 0;
    for (uint32_t i = 0; i < given->of; i++) {
        if (used->at[i]) {
            for (uint32_t r = 0; r < m->rows; r++)
                at[(size_t)r * given->count + to] = matrix_at(m, r, from);
            from++;
        }
        to += given->at[i];
    }
    const struct matrix *wide = matrix_of(p->pass->arena, m->rows, given->count, at);
    return node_named(&p->build, node_gain(&p->build, gain->at, wide), gain->name);
}

/* A node that takes the given inlets, of which the answer uses some. */
static const struct node *accept(struct pruning *p, struct answer answer,
                                 const struct choice *given) {
    const struct node *node = answer.node;
    if (!node || answer.ins.count == given->count) return node;
    if (!answer.ins.count) /* what hears nothing is silent */
        return node_named(&p->build,
                          node_gain(&p->build, node->at, zeros(p, node->shape.outs, given->count)),
                          node->name);
    if (node->op == OP_GAIN) return widen_gain(p, node, &answer.ins, given);
    if (node->op == OP_SERIES && node->parts[0]->op == OP_GAIN) {
        const struct node **parts = ARENA_ARRAY(p->pass->scratch, node->count, const struct node *);
        memcpy(parts, node->parts, node->count * sizeof *parts);
        parts[0] = widen_gain(p, node->parts[0], &answer.ins, given);
        const struct node *made = node_combine(&p->build, node->at, OP_SERIES, parts, node->count);
        return node_from(&p->build, node_named(&p->build, made, node->name), node->origin);
    }
    const struct node *pick =
        node_gain(&p->build, node->at, matrix_identity(p->pass->arena, answer.ins.count));
    pick = widen_gain(p, pick, &answer.ins, given);
    return node_pair(&p->build, node->at, OP_SERIES, pick, node);
}

static struct answer nothing(struct pruning *p, const struct node *node) {
    return (struct answer){NULL, choice_new(p, node->shape.ins, false)};
}

static struct answer prune_gain(struct pruning *p, const struct node *node,
                                const struct choice *outs) {
    const struct matrix *m = node->matrix;
    struct choice ins = choice_new(p, m->cols, false);
    for (uint32_t r = 0; r < m->rows; r++)
        for (uint32_t c = 0; outs->at[r] && c < m->cols; c++)
            if (!operand_is(matrix_at(m, r, c), 0)) choose(&ins, c);
    if (is_all(&ins) && is_all(outs)) return (struct answer){node, ins};
    struct operand *at =
        ARENA_ARRAY(p->pass->arena, (size_t)outs->count * ins.count, struct operand);
    size_t next = 0;
    for (uint32_t r = 0; r < m->rows; r++)
        for (uint32_t c = 0; outs->at[r] && c < m->cols; c++)
            if (ins.at[c]) at[next++] = matrix_at(m, r, c);
    const struct matrix *left = matrix_of(p->pass->arena, outs->count, ins.count, at);
    const struct node *made = matrix_is_identity(left) ? node_wire(&p->build, node->at, ins.count)
                                                       : node_gain(&p->build, node->at, left);
    return (struct answer){node_named(&p->build, made, node->name), ins};
}

/* Which entries of a leaf stay, and the grid that they make. */
static size_t *entries_left(struct pruning *p, struct grid from, const struct choice *outs,
                            struct grid *to) {
    *to = (struct grid){outs->count, from.full ? from.cols : outs->count, from.full};
    size_t *left = ARENA_ARRAY(p->pass->scratch, grid_entries(*to), size_t), next = 0;
    uint32_t each = from.full ? from.cols : 1;
    for (uint32_t r = 0; r < from.rows; r++)
        for (uint32_t c = 0; outs->at[r] && c < each; c++) left[next++] = (size_t)r * each + c;
    return left;
}

/* A bank needs the inlets of its outlets; a full grid needs all. */
static struct choice grid_ins(struct pruning *p, struct grid grid, const struct choice *outs) {
    struct choice ins = choice_new(p, grid.cols, grid.full);
    for (uint32_t i = 0; !grid.full && i < grid.rows; i++)
        if (outs->at[i]) choose(&ins, i);
    return ins;
}

static struct answer prune_delay(struct pruning *p, const struct node *node,
                                 const struct choice *outs) {
    const struct delays *from = node->delays;
    struct delays *to = ARENA_NEW(p->pass->arena, struct delays);
    *to = *from;
    size_t *left = entries_left(p, from->grid, outs, &to->grid);
    struct operand *samples = ARENA_ARRAY(p->pass->arena, grid_entries(to->grid), struct operand);
    for (size_t i = 0; i < grid_entries(to->grid); i++) samples[i] = from->samples[left[i]];
    to->samples = samples;
    const struct node *made = node_delay(&p->build, node->at, to);
    return (struct answer){node_named(&p->build, made, node->name), grid_ins(p, from->grid, outs)};
}

static struct answer prune_sos(struct pruning *p, const struct node *node,
                               const struct choice *outs) {
    const struct sections *from = node->sections;
    struct sections *to = ARENA_NEW(p->pass->arena, struct sections);
    size_t *left = entries_left(p, from->grid, outs, &to->grid), entries = grid_entries(to->grid);
    struct section *at = ARENA_ARRAY(p->pass->arena, entries * from->count, struct section);
    for (size_t i = 0; i < entries; i++)
        for (uint32_t k = 0; k < from->count; k++)
            at[i * from->count + k] = from->at[left[i] * from->count + k];
    to->count = from->count;
    to->at = at;
    const struct node *made = node_sos(&p->build, node->at, to);
    return (struct answer){node_named(&p->build, made, node->name), grid_ins(p, from->grid, outs)};
}

static struct answer prune_fir(struct pruning *p, const struct node *node,
                               const struct choice *outs) {
    const struct taps *from = node->taps;
    struct taps *to = ARENA_NEW(p->pass->arena, struct taps);
    size_t *left = entries_left(p, from->grid, outs, &to->grid), entries = grid_entries(to->grid);
    struct operand *at = ARENA_ARRAY(p->pass->arena, entries * from->count, struct operand);
    for (size_t i = 0; i < entries; i++)
        memcpy(at + i * from->count, from->at + left[i] * from->count, from->count * sizeof *at);
    to->count = from->count;
    to->at = at;
    const struct node *made = node_fir(&p->build, node->at, to);
    return (struct answer){node_named(&p->build, made, node->name), grid_ins(p, from->grid, outs)};
}

static struct answer prune(struct pruning *p, const struct node *node, const struct choice *outs);

/* The combination of what is left, which replaces `node`. */
static const struct node *combined(struct pruning *p, const struct node *node,
                                   const node_list *list) {
    bool same = list->count == node->count;
    for (uint32_t i = 0; same && i < node->count; i++) same = list->at[i] == node->parts[i];
    if (same) return node;
    const struct node *made =
        node_combine(&p->build, node->at, node->op, list->at, (uint32_t)list->count);
    if (list->count == 1) return keep_name(&p->build, made, node->name);
    return node_from(&p->build, node_named(&p->build, made, node->name), node->origin);
}

static struct answer prune_series(struct pruning *p, const struct node *node,
                                  const struct choice *outs) {
    const struct node **left = ARENA_ARRAY(p->pass->scratch, node->count, const struct node *);
    struct choice asked = *outs;
    uint32_t first = node->count;
    bool ends = false; /* a part that needs no inlet: what stands before it is not heard */
    while (first > 0 && !ends) {
        struct answer answer = prune(p, node->parts[first - 1], &asked);
        left[--first] = answer.node;
        asked = answer.ins;
        ends = !asked.count;
    }
    if (ends && first > 0) asked = choice_new(p, node->shape.ins, false);
    node_list list = {0};
    for (uint32_t i = first; i < node->count; i++) vec_push(p->pass->scratch, &list, left[i]);
    return (struct answer){combined(p, node, &list), asked};
}

static struct answer prune_parallel(struct pruning *p, const struct node *node,
                                    const struct choice *outs) {
    struct choice ins = choice_new(p, node->shape.ins, false);
    node_list list = {0};
    uint32_t in = 0, out = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        const struct node *part = node->parts[i];
        struct choice asked = choice_slice(outs, out, part->shape.outs);
        struct answer answer = asked.count ? prune(p, part, &asked) : nothing(p, part);
        if (answer.node) vec_push(p->pass->scratch, &list, answer.node);
        for (uint32_t k = 0; k < part->shape.ins; k++)
            if (answer.ins.at[k]) choose(&ins, in + k);
        in += part->shape.ins;
        out += part->shape.outs;
    }
    return (struct answer){combined(p, node, &list), ins};
}

/* STACK and SUM: parts with one input. All are made to take what any of them needs. */
static struct answer prune_shared(struct pruning *p, const struct node *node,
                                  const struct choice *outs) {
    struct choice ins = choice_new(p, node->shape.ins, false);
    struct answer *answers = ARENA_ARRAY(p->pass->scratch, node->count, struct answer);
    uint32_t out = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        const struct node *part = node->parts[i];
        struct choice asked = *outs;
        if (node->op == OP_STACK) asked = choice_slice(outs, out, part->shape.outs);
        bool silent = node->op == OP_SUM && node_is_zero(part);
        answers[i] = asked.count && !silent ? prune(p, part, &asked) : nothing(p, part);
        for (uint32_t k = 0; k < ins.of; k++)
            if (answers[i].ins.at[k]) choose(&ins, k);
        out += part->shape.outs;
    }
    node_list list = {0};
    for (uint32_t i = 0; i < node->count; i++) {
        const struct node *part = accept(p, answers[i], &ins);
        bool silent = part && node->op == OP_SUM && node_is_zero(part);
        if (part && !silent) vec_push(p->pass->scratch, &list, part);
    }
    if (!list.count) /* a sum of zeros */
        return (struct answer){node_gain(&p->build, node->at, zeros(p, outs->count, ins.count)),
                               ins};
    return (struct answer){combined(p, node, &list), ins};
}

struct picked {
    const struct picked *next;
    const bool *at; /* its outlets */
    const struct node *node;
};

/* y with only the outlets that are asked for. */
static const struct node *pick(struct pruning *p, const struct node *node,
                               const struct choice *outs) {
    if (is_all(outs)) return node;
    const struct picked *list = memo_at(&p->picked, node, NULL)->pointer;
    for (const struct picked *i = list; i; i = i->next)
        if (!memcmp(i->at, outs->at, outs->of * sizeof *outs->at)) return i->node;
    struct operand *at =
        ARENA_ARRAY(p->pass->arena, (size_t)outs->count * outs->of, struct operand);
    uint32_t row = 0;
    for (uint32_t i = 0; i < outs->of; i++)
        if (outs->at[i]) at[(size_t)row++ * outs->of + i] = operand_constant(1);
    const struct matrix *matrix = matrix_of(p->pass->arena, outs->count, outs->of, at);
    const struct node *some = node_gain(&p->build, node->at, matrix);
    struct picked *picked = ARENA_NEW(p->pass->scratch, struct picked);
    *picked = (struct picked){list, outs->at, node_pair(&p->build, node->at, OP_SERIES, node, some)};
    memo_at(&p->picked, node, NULL)->pointer = picked;
    return picked->node;
}

static const struct node *prune_within(struct pruning *p, const struct node *node) {
    struct choice outs = choice_new(p, node->shape.outs, true),
                  ins = choice_new(p, node->shape.ins, true);
    const struct node *made = accept(p, prune(p, node, &outs), &ins);
    return made ? made : node; /* a part without outlets */
}

/* A loop is computed whole, whatever is asked of it, so what is shared stays shared. */
static struct answer prune_feedback(struct pruning *p, const struct node *node,
                                    const struct choice *outs) {
    if (!is_all(outs)) {
        struct choice all = choice_new(p, node->shape.outs, true);
        struct answer whole = prune(p, node, &all);
        return (struct answer){pick(p, whole.node, outs), whole.ins};
    }
    const struct node *parts[] = {prune_within(p, node->parts[0]), prune_within(p, node->parts[1])};
    const struct node *made = node_with_parts(&p->build, node, parts);
    return (struct answer){pick(p, made, outs), choice_new(p, node->shape.ins, true)};
}

static struct answer prune_any(struct pruning *p, const struct node *node,
                               const struct choice *outs) {
    switch (node->op) {
    case OP_GAIN: return prune_gain(p, node, outs);
    case OP_SERIES: return prune_series(p, node, outs);
    case OP_PARALLEL: return prune_parallel(p, node, outs);
    case OP_STACK:
    case OP_SUM: return prune_shared(p, node, outs);
    case OP_FEEDBACK: return prune_feedback(p, node, outs);
    case OP_WIRE:
    case OP_DELAY:
    case OP_SOS:
    case OP_FIR:
    case OP_COUNT: break;
    }
    if (is_all(outs)) return (struct answer){node, choice_new(p, node->shape.ins, true)};
    if (node->op == OP_DELAY) return prune_delay(p, node, outs);
    if (node->op == OP_SOS) return prune_sos(p, node, outs);
    if (node->op == OP_FIR) return prune_fir(p, node, outs);
    const struct node *wires =
        node_named(&p->build, node_wire(&p->build, node->at, outs->count), node->name);
    return (struct answer){wires, *outs};
}

static struct answer prune(struct pruning *p, const struct node *node, const struct choice *outs) {
    if (!outs->count) return nothing(p, node);
    if (!is_all(outs)) return prune_any(p, node, outs);
    const struct answer *known = memo_at(&p->whole, node, NULL)->pointer;
    if (known) return *known;
    struct answer *answer = ARENA_NEW(p->pass->scratch, struct answer);
    *answer = prune_any(p, node, outs);
    memo_at(&p->whole, node, NULL)->pointer = answer;
    return *answer;
}

bool pass_prune(struct pass_context *context, struct program *program) {
    struct pruning p = {.pass = context};
    p.build = (struct build){context->arena, context->diags};
    memo_init(&p.whole, context->scratch);
    memo_init(&p.picked, context->scratch);
    const struct node *root = program->main;
    if (!root->shape.outs) {
        program->main = node_gain(&p.build, root->at, zeros(&p, 0, root->shape.ins));
        return true;
    }
    program->main = node_rewrite(&p.build, prune_within(&p, root), flatten_node, context);
    return program->main;
}
