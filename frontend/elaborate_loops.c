/* Which outlets of a system hear which inlets within the same sample. */
#include <string.h>

#include "frontend/elaborate.h"
#include "ir/base/vec.h"
#include "ir/walk.h"

/* One bit for each pair: row `out`, bit `in`. */
struct reach {
    uint32_t outs, ins;
    size_t words; /* a row */
    uint64_t *bits;
};

struct known {
    const struct node *node;
    struct reach reach;
};

struct search {
    struct arena *arena;
    const struct knob *knobs;
    VEC(struct known) known;
};

static struct reach reach_new(struct search *s, uint32_t outs, uint32_t ins) {
    struct reach r = {outs, ins, (ins + 63) / 64, NULL};
    r.bits = ARENA_ARRAY(s->arena, r.words * outs, uint64_t);
    return r;
}
static void reach_set(struct reach *r, uint32_t out, uint32_t in) {
    r->bits[out * r->words + in / 64] |= UINT64_C(1) << (in % 64);
}
static bool reach_has(const struct reach *r, uint32_t out, uint32_t in) {
    return r->bits[out * r->words + in / 64] >> (in % 64) & 1;
}
/* Row `out` of `to`, from its bit `shift` on, hears all that row `from_out` of `from` hears. */
static void reach_add(struct reach *to, uint32_t out, const struct reach *from, uint32_t from_out,
                      uint32_t shift) {
    if (shift % 64 == 0) {
        for (size_t w = 0; w < from->words; w++) {
            to->bits[out * to->words + shift / 64 + w] |= from->bits[from_out * from->words + w];
        }
        return;
    }
    for (uint32_t in = 0; in < from->ins; in++) {
        if (reach_has(from, from_out, in)) reach_set(to, out, shift + in);
    }
}

/* a after b. */
static struct reach reach_product(struct search *s, const struct reach *a, const struct reach *b) {
    struct reach r = reach_new(s, a->outs, b->ins);
    for (uint32_t out = 0; out < a->outs; out++) {
        for (uint32_t k = 0; k < a->ins; k++) {
            if (reach_has(a, out, k)) reach_add(&r, out, b, k, 0);
        }
    }
    return r;
}

/* Everything that can be heard by going round any number of times (Warshall 1962). */
static void reach_close(struct reach *r) {
    for (uint32_t k = 0; k < r->outs; k++) {
        for (uint32_t out = 0; out < r->outs; out++) {
            if (reach_has(r, out, k)) reach_add(r, out, r, k, 0);
        }
    }
}

static bool entry_is_direct(const struct search *s, const struct node *node, size_t entry) {
    if (node->op == OP_DELAY) {
        return operand_range(node->delays->samples[entry], s->knobs).lo <= 0.5;
    }
    if (node->op == OP_FIR)
        return !operand_is(node->taps->at[entry * node->taps->count], 0) || node->taps->count == 1;
    const struct sections *sections = node->sections;
    for (uint32_t k = 0; k < sections->count; k++) {
        if (operand_is(sections->at[entry * sections->count + k].b0, 0)) return false;
    }
    return true;
}

static void reach_of_grid(const struct search *s, struct reach *r, const struct node *node,
                          struct grid grid) {
    for (size_t i = 0; i < grid_entries(grid); i++) {
        if (!entry_is_direct(s, node, i)) continue;
        uint32_t out = (uint32_t)(grid.full ? i / grid.cols : i),
                 in = (uint32_t)(grid.full ? i % grid.cols : i);
        reach_set(r, out, in);
    }
}

static struct reach reach_of(struct search *s, const struct node *node);

static struct reach reach_of_parts(struct search *s, const struct node *node) {
    struct reach first = reach_of(s, node->parts[0]);
    if (node->op == OP_FEEDBACK) {
        struct reach back = reach_of(s, node->parts[1]);
        struct reach round = reach_product(s, &first, &back);
        reach_close(&round);
        struct reach r = reach_product(s, &round, &first);
        for (uint32_t out = 0; out < r.outs; out++) reach_add(&r, out, &first, out, 0);
        return r;
    }
    if (node->op == OP_SERIES) {
        for (uint32_t i = 1; i < node->count; i++) {
            struct reach next = reach_of(s, node->parts[i]);
            first = reach_product(s, &next, &first);
        }
        return first;
    }
    struct reach r = reach_new(s, node->shape.outs, node->shape.ins);
    uint32_t out = 0, in = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        struct reach part = reach_of(s, node->parts[i]);
        for (uint32_t k = 0; k < part.outs; k++) reach_add(&r, out + k, &part, k, in);
        if (node->op != OP_SUM) out += part.outs;
        if (node->op == OP_PARALLEL) in += part.ins;
    }
    return r;
}

static struct reach reach_of(struct search *s, const struct node *node) {
    for (size_t i = 0; i < s->known.count; i++) {
        if (s->known.at[i].node == node) return s->known.at[i].reach;
    }
    struct reach r;
    if (node->count) {
        r = reach_of_parts(s, node);
    } else {
        r = reach_new(s, node->shape.outs, node->shape.ins);
        if (node->op == OP_DELAY) reach_of_grid(s, &r, node, node->delays->grid);
        if (node->op == OP_SOS) reach_of_grid(s, &r, node, node->sections->grid);
        if (node->op == OP_FIR) reach_of_grid(s, &r, node, node->taps->grid);
        for (uint32_t out = 0; out < r.outs; out++) {
            for (uint32_t in = 0; in < r.ins; in++) {
                if (node->op == OP_GAIN ? !operand_is(matrix_at(node->matrix, out, in), 0)
                                        : node->op == OP_WIRE && out == in) {
                    reach_set(&r, out, in);
                }
            }
        }
    }
    vec_push(s->arena, &s->known, (struct known){node, r});
    return r;
}

bool feedback_is_direct(struct elaborator *e, const struct node *a, const struct node *b) {
    struct arena scratch;
    arena_init_scratch(&scratch, e->arena);
    struct search s = {.arena = &scratch, .knobs = e->knobs};
    struct reach forward = reach_of(&s, a), back = reach_of(&s, b);
    struct reach round = reach_product(&s, &forward, &back);
    reach_close(&round);
    bool direct = false;
    for (uint32_t i = 0; i < round.outs; i++) direct = direct || reach_has(&round, i, i);
    arena_free(&scratch);
    return direct;
}

static bool is_no_delay(const struct node *node, void *context) {
    (void)context;
    return node->op != OP_DELAY;
}

bool node_holds_delay(struct elaborator *e, const struct node *node) {
    struct arena scratch;
    arena_init_scratch(&scratch, e->arena);
    bool none = node_visit(&scratch, node, is_no_delay, NULL);
    arena_free(&scratch);
    return !none;
}
