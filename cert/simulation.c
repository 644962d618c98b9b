#include "cert/simulation.h"

#include <math.h>
#include <string.h>

#include "cert/constants.h"
#include "cert/lanes.h"

enum { BLOCK_MOST = 128 };

const double *simulation_signal(const struct simulation *s, uint32_t node) {
    return &s->out[(size_t)node * s->stride];
}

static bool answers_early(const struct simulation *s, uint32_t i) {
    return s->flow->nodes[i].least_delay >= s->block;
}

static void gather(struct arena *arena, struct simulation *s) {
    const struct flow *flow = s->flow;
    const double **signals = ARENA_ARRAY(arena, flow->edge_count, const double *);
    double *gains = ARENA_ARRAY(arena, flow->edge_count, double);
    uint32_t *late = ARENA_ARRAY(arena, flow->node_count, uint32_t);
    s->inputs = ARENA_ARRAY(arena, flow->node_count, struct node_input);
    s->late = late;
    for (uint32_t i = 0; i < flow->node_count; i++) {
        const struct flow_node *node = &flow->nodes[i];
        s->inputs[i] = (struct node_input){signals, gains};
        if (answers_early(s, i)) late[s->late_count++] = i;
        for (uint32_t e = 0; e < node->in_count; e++) {
            const struct flow_edge *edge = &flow->edges[node->in[e]];
            *signals++ = simulation_signal(s, edge->from);
            *gains++ = edge->gain;
        }
    }
}

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
    s->stride = (s->block + 7) / 8 * 8;
    s->l1 = ARENA_ARRAY(arena, n, double);
    s->l2 = ARENA_ARRAY(arena, n, double);
    s->out = ARENA_ARRAY(arena, (size_t)n * s->stride, double);
    s->sum = ARENA_ARRAY(arena, s->stride, double);
    s->other = ARENA_ARRAY(arena, s->stride, double);
    s->extended = ARENA_ARRAY(arena, (size_t)longest + s->stride, double);
    s->states = ARENA_ARRAY(arena, n, struct node_state);
    for (uint32_t i = 0; i < n; i++) {
        const struct flow_node *node = &flow->nodes[i];
        struct node_state *state = &s->states[i];
        state->held_count = node->delay_samples;
        if (node->section.tap_count > 1) state->held_count = node->section.tap_count - 1;
        if (state->held_count) state->held = ARENA_ARRAY(arena, state->held_count, double);
    }
    gather(arena, s);
    return s;
}

#define TERM(n) (g[n] * *(const lanes *)&x[n][k])
static void add_eight(double *to, const double *const *x, const double *g, uint32_t stride) {
    for (uint32_t k = 0; k < stride; k += LANES)
        *(lanes *)&to[k] += ((TERM(0) + TERM(1)) + (TERM(2) + TERM(3))) +
                            ((TERM(4) + TERM(5)) + (TERM(6) + TERM(7)));
}
#undef TERM

/* What the node's op is given: its edges' signals, and the impulse. */
static void add_up(const struct simulation *s, uint32_t i, double *to) {
    const double *const *x = s->inputs[i].signals, *g = s->inputs[i].gains;
    uint32_t left = s->flow->nodes[i].in_count;
    if (left % 2) {
        for (uint32_t k = 0; k < s->stride; k += LANES)
            *(lanes *)&to[k] = g[0] * *(const lanes *)&x[0][k];
        left--, x++, g++;
    } else {
        memset(to, 0, s->stride * sizeof *to);
    }
    for (; left >= 8; left -= 8, x += 8, g += 8) add_eight(to, x, g, s->stride);
    for (; left > 0; left -= 2, x += 2, g += 2)
        for (uint32_t k = 0; k < s->stride; k += LANES)
            *(lanes *)&to[k] += g[0] * *(const lanes *)&x[0][k] + g[1] * *(const lanes *)&x[1][k];
    if (i == s->impulse && s->frames == 0) to[0] += 1;
}

/* The same for two nodes that hear the same signals, which are read once for both. */
static void add_up_two(const struct simulation *s, uint32_t i, uint32_t j, double *to,
                       double *other) {
    const double *const *signals = s->inputs[i].signals, *g = s->inputs[i].gains,
                        *h = s->inputs[j].gains;
    uint32_t count = s->flow->nodes[i].in_count;
    for (uint32_t k = 0; k < s->stride; k += 4 * PAIR) {
        pair a = {0}, b = {0}, c = {0}, d = {0}, e = {0}, f = {0}, p = {0}, q = {0};
        for (uint32_t n = 0; n < count; n++) {
            const pair *x = (const pair *)&signals[n][k];
            a += g[n] * x[0], b += g[n] * x[1], c += g[n] * x[2], d += g[n] * x[3];
            e += h[n] * x[0], f += h[n] * x[1], p += h[n] * x[2], q += h[n] * x[3];
        }
        pair *y = (pair *)&to[k], *z = (pair *)&other[k];
        y[0] = a, y[1] = b, y[2] = c, y[3] = d;
        z[0] = e, z[1] = f, z[2] = p, z[3] = q;
    }
    if (i == s->impulse && s->frames == 0) to[0] += 1;
    if (j == s->impulse && s->frames == 0) other[0] += 1;
}

static bool hear_the_same(const struct simulation *s, uint32_t i, uint32_t j) {
    uint32_t count = s->flow->nodes[i].in_count;
    return count > 3 && count == s->flow->nodes[j].in_count &&
           !memcmp(s->inputs[i].signals, s->inputs[j].signals,
                   count * sizeof *s->inputs[i].signals);
}

/* The oldest of what a delay holds; with `in`, which takes their place. What comes around within
 * the block is what was just put there. */
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

static bool passes(const struct flow_node *node) {
    return node->op == CELL_MIX || node->op == CELL_INLET ||
           (node->op == CELL_DELAY && !node->delay_samples);
}

static void run_node(struct simulation *s, uint32_t i) {
    const struct flow_node *node = &s->flow->nodes[i];
    struct node_state *state = &s->states[i];
    double *out = &s->out[(size_t)i * s->stride];
    add_up(s, i, passes(node) ? out : s->sum);
    if (passes(node)) return;
    if (node->op == CELL_DELAY) {
        run_delay(state, s->block, s->sum, out);
    } else if (node->op == CELL_FIR) {
        run_response(s, &node->section, state, s->sum, out);
        remember(s, i, s->sum);
    } else {
        run_section(&node->section, state->section, s->block, s->sum, out);
    }
}

/* Two sums in the order of nodes that hear the same signals: the second needs nothing of the first.
 */
static bool run_two(struct simulation *s, uint32_t k) {
    if (k + 1 >= s->flow->node_count) return false;
    uint32_t i = s->order[k], j = s->order[k + 1];
    if (answers_early(s, i) || answers_early(s, j) || !passes(&s->flow->nodes[i]) ||
        !passes(&s->flow->nodes[j]) || !hear_the_same(s, i, j))
        return false;
    add_up_two(s, i, j, &s->out[(size_t)i * s->stride], &s->out[(size_t)j * s->stride]);
    return true;
}

/* What is beyond the block in a row is zero. */
static void take_norms(struct simulation *s, uint32_t i) {
    const double *out = simulation_signal(s, i);
    pair a = {0}, b = {0}, c = {0}, d = {0};
    for (uint32_t k = 0; k < s->stride; k += 2 * PAIR) {
        const pair *x = (const pair *)&out[k];
        a += pair_modulus(x[0]), b += pair_modulus(x[1]);
        c += x[0] * x[0], d += x[1] * x[1];
    }
    s->l1[i] += pair_sum(a + b);
    s->l2[i] += pair_sum(c + d);
}

uint32_t simulation_run(struct simulation *s) {
    for (uint32_t k = 0; k < s->flow->node_count; k++) {
        uint32_t i = s->order[k];
        if (answers_early(s, i)) {
            answer_early(s, i);
        } else if (run_two(s, k)) {
            take_norms(s, i);
            i = s->order[++k];
        } else {
            run_node(s, i);
        }
        take_norms(s, i);
    }
    for (uint32_t k = 0; k < s->late_count; k++) {
        uint32_t i = s->late[k];
        if (k + 1 < s->late_count && hear_the_same(s, i, s->late[k + 1])) {
            add_up_two(s, i, s->late[k + 1], s->sum, s->other);
            remember(s, i, s->sum);
            remember(s, s->late[++k], s->other);
            continue;
        }
        add_up(s, i, s->sum);
        remember(s, i, s->sum);
    }
    s->frames += s->block;
    return s->block;
}
