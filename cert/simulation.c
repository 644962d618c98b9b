#include "cert/simulation.h"

#include <math.h>
#include <string.h>

#include "cert/constants.h"
#include "cert/lanes.h"

enum { BLOCK_MOST = 128 };

struct simulation *simulation_begin(struct arena *arena, const struct flow *flow, uint32_t impulse,
                                    uint64_t room) {
    struct simulation *s = ARENA_NEW(arena, struct simulation);
    uint32_t n = flow->node_count, longest = 0;
    uint64_t held = 0;
    *s = (struct simulation){.flow = flow, .block = BLOCK_MOST, .impulse = impulse};
    for (uint32_t i = 0; i < n; i++) {
        const struct flow_node *node = &flow->nodes[i];
        held += node->delay_samples + node->section.tap_count;
        if (node->section.tap_count > longest) longest = node->section.tap_count;
        if (held > room) return NULL;
    }
    while (!(s->order = flow_order(arena, flow, s->block)))
        if ((s->block /= 2) == 0) return NULL;
    s->stride = (s->block + 3) / 4 * 4;
    s->l1 = ARENA_ARRAY(arena, n, double);
    s->l2 = ARENA_ARRAY(arena, n, double);
    s->out = ARENA_ARRAY(arena, (size_t)n * s->stride, double);
    s->sum = ARENA_ARRAY(arena, s->stride, double);
    s->extended = ARENA_ARRAY(arena, (size_t)longest + s->stride, double);
    s->states = ARENA_ARRAY(arena, n, struct node_state);
    for (uint32_t i = 0; i < n; i++) {
        const struct flow_node *node = &flow->nodes[i];
        struct node_state *state = &s->states[i];
        state->held_count = node->delay_samples;
        if (node->section.tap_count > 1) state->held_count = node->section.tap_count - 1;
        if (state->held_count) state->held = ARENA_ARRAY(arena, state->held_count, double);
    }
    return s;
}

const double *simulation_signal(const struct simulation *s, uint32_t node) {
    return &s->out[(size_t)node * s->stride];
}

#define TERM(n) (g[n] * *(const lanes *)&x[n][k])
static void add_eight(double *to, const double *const x[8], const double g[8], uint32_t stride) {
    for (uint32_t k = 0; k < stride; k += LANES)
        *(lanes *)&to[k] += ((TERM(0) + TERM(1)) + (TERM(2) + TERM(3))) +
                            ((TERM(4) + TERM(5)) + (TERM(6) + TERM(7)));
}
#undef TERM

/* What the node's op is given: its edges' signals, and the impulse. */
static void add_up(const struct simulation *s, uint32_t i, double *to) {
    const struct flow_node *node = &s->flow->nodes[i];
    const double *x[8];
    double g[8];
    uint32_t held = 0;
    memset(to, 0, s->stride * sizeof *to);
    for (uint32_t k = 0; k < node->in_count; k++) {
        const struct flow_edge *edge = &s->flow->edges[node->in[k]];
        x[held] = simulation_signal(s, edge->from);
        g[held++] = edge->gain;
        if (held < 8) continue;
        add_eight(to, x, g, s->stride);
        held = 0;
    }
    while (held-- > 0)
        for (uint32_t k = 0; k < s->stride; k += LANES)
            *(lanes *)&to[k] += g[held] * *(const lanes *)&x[held][k];
    if (i == s->impulse && s->frames == 0) to[0] += 1;
}

/* The oldest of what a delay holds; with `in`, which takes their place. What comes around within the
 * block is what was just put there. */
static void run_delay(struct node_state *state, uint32_t count, const double *in, double *out) {
    uint64_t at = state->oldest;
    for (uint32_t k = 0; k < count;) {
        uint64_t room = state->held_count - at, left = count - k, part = left < room ? left : room;
        if (out) memcpy(out + k, state->held + at, part * sizeof *out);
        if (in) memcpy(state->held + at, in + k, part * sizeof *in);
        k += (uint32_t)part;
        if ((at += part) == state->held_count) at = 0;
    }
    if (in) state->oldest = at;
}

static void run_section(const struct section_values *v, double *x, uint32_t count, const double *in,
                        double *out) {
    for (uint32_t k = 0; k < count; k++) {
        double y = (v->b0 * in[k] + v->b1 * x[0] + v->b2 * x[1]) - (v->a1 * x[2] + v->a2 * x[3]);
        x[1] = x[0], x[0] = in[k];
        x[3] = x[2], x[2] = y;
        out[k] = y;
    }
}

static void run_response(const struct simulation *s, const struct section_values *v,
                         const struct node_state *state, const double *in, double *out) {
    double *x = s->extended, *newest = x + state->held_count;
    if (state->held_count) memcpy(x, state->held, state->held_count * sizeof *x);
    if (in) memcpy(newest, in, s->stride * sizeof *x);
    else memset(newest, 0, s->stride * sizeof *x);
    memset(out, 0, s->stride * sizeof *out);
    for (uint32_t k = 0; k < v->tap_count; k++) {
        double tap = constant_of(v->taps[k], v->single);
        if (tap == 0) continue;
        for (uint32_t i = 0; i < s->block; i++) out[i] += tap * newest[(ptrdiff_t)i - k];
    }
}

/* Before anything of this block is known to it. */
static void answer_early(struct simulation *s, uint32_t i) {
    const struct flow_node *node = &s->flow->nodes[i];
    struct node_state *state = &s->states[i];
    double *out = &s->out[(size_t)i * s->stride];
    if (node->op == CELL_DELAY) run_delay(state, s->block, NULL, out);
    else if (node->op == CELL_FIR) run_response(s, &node->section, state, NULL, out);
    else {
        const struct section_values *v = &node->section; /* a block of one sample, b0 = 0 */
        const double *x = state->section;
        out[0] = (v->b1 * x[0] + v->b2 * x[1]) - (v->a1 * x[2] + v->a2 * x[3]);
    }
}

static void remember(struct simulation *s, uint32_t i, const double *in) {
    struct node_state *state = &s->states[i];
    switch ((int)s->flow->nodes[i].op) {
    case CELL_DELAY: run_delay(state, s->block, in, NULL); break;
    case CELL_FIR: {
        uint64_t kept = state->held_count, moved = s->block < kept ? s->block : kept;
        if (!kept) break;
        memmove(state->held, state->held + moved, (kept - moved) * sizeof *in);
        memcpy(state->held + (kept - moved), in + (s->block - moved), moved * sizeof *in);
        break;
    }
    default: {
        double *x = state->section;
        x[1] = x[0], x[0] = in[0];
        x[3] = x[2], x[2] = s->out[(size_t)i * s->stride];
    }
    }
}

static void run_node(struct simulation *s, uint32_t i) {
    const struct flow_node *node = &s->flow->nodes[i];
    struct node_state *state = &s->states[i];
    double *out = &s->out[(size_t)i * s->stride];
    bool passes = node->op == CELL_MIX || node->op == CELL_INLET ||
                  (node->op == CELL_DELAY && !node->delay_samples);
    add_up(s, i, passes ? out : s->sum);
    if (passes) return;
    if (node->op == CELL_DELAY) {
        run_delay(state, s->block, s->sum, out);
    } else if (node->op == CELL_FIR) {
        run_response(s, &node->section, state, s->sum, out);
        remember(s, i, s->sum);
    } else {
        run_section(&node->section, state->section, s->block, s->sum, out);
    }
}

/* What is beyond the block in a row is zero. */
static void take_norms(struct simulation *s, uint32_t i) {
    const double *out = simulation_signal(s, i);
    double l1[4] = {0}, l2[4] = {0};
    for (uint32_t k = 0; k < s->stride; k += 4) {
        l1[0] += fabs(out[k]), l1[1] += fabs(out[k + 1]);
        l1[2] += fabs(out[k + 2]), l1[3] += fabs(out[k + 3]);
        l2[0] += out[k] * out[k], l2[1] += out[k + 1] * out[k + 1];
        l2[2] += out[k + 2] * out[k + 2], l2[3] += out[k + 3] * out[k + 3];
    }
    s->l1[i] += (l1[0] + l1[1]) + (l1[2] + l1[3]);
    s->l2[i] += (l2[0] + l2[1]) + (l2[2] + l2[3]);
}

uint32_t simulation_run(struct simulation *s) {
    uint32_t n = s->flow->node_count;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t i = s->order[k];
        if (s->flow->nodes[i].least_delay >= s->block) answer_early(s, i);
        else run_node(s, i);
        take_norms(s, i);
    }
    for (uint32_t i = 0; i < n; i++) {
        if (s->flow->nodes[i].least_delay < s->block) continue;
        add_up(s, i, s->sum);
        remember(s, i, s->sum);
    }
    s->frames += s->block;
    return s->block;
}
