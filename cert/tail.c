#include "cert/tail.h"

#include <math.h>

#include "cert/constants.h"

/* An upper bound of |op| on |w| = R; infinite if unknown. */
static double most_of(const struct flow_node *node, double R) {
    switch ((int)node->op) {
    case CELL_DELAY: return power_bound(R, node->delay_samples);
    case CELL_FIR: {
        double sum = 0, power = 1;
        for (uint32_t k = 0; k < node->section.tap_count; k++, power *= R)
            sum += fabs(constant_of(node->section.taps[k], node->section.single)) * power;
        return sum * (1 + 0x1p-30);
    }
    case CELL_SECTION: return section_peak(&node->section, R, 1e-6);
    default: return 1;
    }
}

/* Where contents of delays are counted by their energy. */
static void find_energies(struct arena *arena, struct tail *t, const struct loop *loops,
                          uint32_t loop_count) {
    uint32_t n = t->flow->node_count, all = 0;
    t->loop_count = loop_count;
    t->energies = ARENA_ARRAY(arena, loop_count, struct energy);
    t->energy = ARENA_ARRAY(arena, loop_count, double);
    t->squares = ARENA_ARRAY(arena, loop_count, double);
    t->first_channel = ARENA_ARRAY(arena, loop_count, uint32_t);
    t->channel_of = ARENA_ARRAY(arena, n, uint32_t);
    for (uint32_t i = 0; i < n; i++) t->channel_of[i] = NO_CHANNEL;
    for (uint32_t l = 0; l < loop_count; l++) {
        t->first_channel[l] = all;
        all += loops[l].channel_count;
    }
    t->parts = ARENA_ARRAY(arena, all, double);
    t->weight_of = ARENA_ARRAY(arena, all, double);
    t->heard = ARENA_ARRAY(arena, all, uint32_t);
    t->loop_of_channel = ARENA_ARRAY(arena, all, uint32_t);
    for (uint32_t l = 0; l < loop_count; l++) {
        t->energies[l] = energy_of(arena, t->flow, &loops[l], t->cuts[l], &t->resolvents[l], t->R);
        for (uint32_t j = 0; j < loops[l].channel_count; j++) {
            uint32_t channel = t->first_channel[l] + j;
            t->loop_of_channel[channel] = l;
            if (!t->energies[l].channels) continue;
            t->channel_of[t->energies[l].channels[j].node] = channel;
            t->weight_of[channel] = t->energies[l].channels[j].weight;
        }
    }
}

struct tail *tail_begin(struct arena *arena, const struct flow *flow, const struct loop *loops,
                        uint32_t loop_count, const struct resolvent *resolvents, double R) {
    struct tail *t = ARENA_NEW(arena, struct tail);
    uint32_t n = flow->node_count, last = 0, widest = 1;
    *t = (struct tail){.flow = flow, .R = R, .resolvents = resolvents};
    t->l1_factor = 1 / sqrt(1 - 1 / R / R) * (1 + 1e-6);
    t->norm = ARENA_ARRAY(arena, n, double);
    t->own = ARENA_ARRAY(arena, n, double);
    t->most = ARENA_ARRAY(arena, n, double);
    t->ring = ARENA_ARRAY(arena, n, double);
    for (uint32_t i = 0; i < n; i++) {
        const struct flow_node *node = &flow->nodes[i];
        if (node->component > last) last = node->component;
        t->most[i] = most_of(node, R);
        if (node->op == CELL_SECTION) {
            struct section_values poles = {.b0 = 1, .a1 = node->section.a1, .a2 = node->section.a2};
            if (!section_poles_within(&poles, R)) return NULL;
            t->ring[i] = section_peak(&poles, R, 1e-6);
        }
        if (!isfinite(t->most[i]) || !isfinite(t->ring[i])) return NULL;
    }
    uint32_t *loop_of = ARENA_ARRAY(arena, (size_t)last + 1, uint32_t);
    t->loop_of = loop_of;
    for (uint32_t c = 0; c <= last; c++) loop_of[c] = UINT32_MAX;
    t->cuts = ARENA_ARRAY(arena, loop_count, uint32_t *);
    for (uint32_t l = 0; l < loop_count; l++) {
        loop_of[loops[l].component] = l;
        t->cuts[l] = ARENA_ARRAY(arena, loops[l].channel_count, uint32_t);
        if (loops[l].channel_count > widest) widest = loops[l].channel_count;
        if (!isfinite(resolvents[l].norm)) return NULL;
    }
    for (uint32_t e = 0; e < flow->edge_count; e++) {
        const struct flow_edge *edge = &flow->edges[e];
        if (edge->channel != NOT_CUT)
            t->cuts[loop_of[flow->nodes[edge->to].component]][edge->channel] = e;
    }
    t->cut_norm = ARENA_ARRAY(arena, widest, double);
    t->weight = ARENA_ARRAY(arena, widest, double);
    t->rest = ARENA_ARRAY(arena, n, double);
    t->shares = ARENA_ARRAY(arena, n, struct share);
    find_energies(arena, t, loops, loop_count);
    return t;
}

/* ---- what a node hears ------------------------------------------------------------------------
 */

/* Adds a part of one channel's signal; how many channels are heard then. */
static uint32_t hear_channel(struct tail *t, uint32_t channel, double factor, uint32_t heard) {
    if (!(factor > 0)) return heard;
    if (t->parts[channel] == 0) t->heard[heard++] = channel;
    t->parts[channel] += factor;
    return heard;
}

/* Of a sum of signals of several channels, loop by loop. What other loops than its own send is no
 * energy to a node of a loop. */
static void add_channels(struct tail *t, uint32_t own, uint32_t heard, double *sum, double *rest) {
    for (uint32_t k = 0; k < heard; k++) {
        uint32_t channel = t->heard[k];
        t->squares[t->loop_of_channel[channel]] += t->parts[channel] * t->parts[channel];
        t->parts[channel] = 0;
    }
    for (uint32_t k = 0; k < heard; k++) {
        uint32_t l = t->loop_of_channel[t->heard[k]];
        double part = sqrt(t->squares[l]) * t->energy[l];
        *(own == UINT32_MAX || own == l ? sum : rest) += part;
        t->squares[l] = 0;
    }
}

/* What the node's op is given; what is no energy is returned. */
static double hear(struct tail *t, uint32_t i, uint32_t own, struct share *share) {
    const struct flow *flow = t->flow;
    const struct flow_node *node = &flow->nodes[i];
    double rest = 0, sum = 0;
    uint32_t heard = 0;
    for (uint32_t e = 0; e < node->in_count; e++) {
        const struct flow_edge *edge = &flow->edges[node->in[e]];
        double gain = fabs(edge->gain);
        if (edge->channel != NOT_CUT) {
            double scale = exp(t->resolvents[own].log_scale[edge->channel]);
            if (flow->backwards) {
                rest += t->cut_norm[edge->channel];
                heard = hear_channel(t, t->first_channel[own] + edge->channel, scale, heard);
            } else {
                rest += gain * t->cut_norm[edge->channel];
                sum += gain * t->energy[own] / scale;
            }
            continue;
        }
        const struct share *from = &t->shares[edge->from];
        rest += gain * t->rest[edge->from];
        if (from->channel != NO_CHANNEL)
            heard = hear_channel(t, from->channel, gain * from->factor, heard);
        else *(own == UINT32_MAX || own == from->loop ? &sum : &rest) += gain * from->factor;
    }
    bool one = heard == 1 && sum == 0;
    uint32_t channel = one ? t->heard[0] : NO_CHANNEL,
             loop = one ? t->loop_of_channel[channel] : own;
    if (one && (own == UINT32_MAX || own == loop)) {
        *share = (struct share){loop, channel, t->parts[channel]};
        t->parts[channel] = 0;
    } else {
        add_channels(t, own, heard, &sum, &rest);
        *share = (struct share){own, NO_CHANNEL, sum};
    }
    return rest;
}

static double size_of(const struct tail *t, const struct share *share) {
    return share->channel == NO_CHANNEL ? share->factor : share->factor * t->energy[share->loop];
}

/* Nodes from `from` on, of one component. Signals over cuts have the norms in cut_norm, and those
 * of which an energy tells. */
static uint32_t pass(struct tail *t, uint32_t from) {
    const struct flow *flow = t->flow;
    uint32_t component = flow->nodes[flow->order[from]].component, k = from;
    uint32_t own = t->loop_of[component];
    for (; k < flow->node_count; k++) {
        uint32_t i = flow->order[k];
        const struct flow_node *node = &flow->nodes[i];
        if (node->component != component) break;
        struct share *share = &t->shares[i];
        double rest = t->most[i] * hear(t, i, own, share);
        share->factor *= t->most[i] * (1 + 0x1p-30);
        if (own == UINT32_MAX || !(t->energy[own] > 0) || node->op != CELL_DELAY) rest += t->own[i];
        else if (t->channel_of[i] != NO_CHANNEL)
            *share = (struct share){own, t->channel_of[i], t->weight_of[t->channel_of[i]]};
        else *share = (struct share){own, NO_CHANNEL, size_of(t, share) + t->own[i]};
        t->rest[i] = rest * (1 + 0x1p-30);
        t->norm[i] = (t->rest[i] + size_of(t, share)) * (1 + 0x1p-30);
    }
    return k;
}

/* The signals over a loop's cuts, from what they are while nothing crosses any: those before the
 * edge's gain, or backwards behind it. `added`: norms are sums over many impulses, of which each
 * has the bound; a Euclidean norm of sums can be less than the sum of norms, their sum cannot. */
static void close_loop(struct tail *t, uint32_t l, bool added) {
    const struct resolvent *resolvent = &t->resolvents[l];
    double sum = 0;
    for (uint32_t j = 0; j < resolvent->n; j++) {
        const struct flow_edge *edge = &t->flow->edges[t->cuts[l][j]];
        double scale = exp(resolvent->log_scale[j]) * (1 + 0x1p-40), r = t->rest[edge->from];
        t->weight[j] = t->flow->backwards ? 1 / scale : scale;
        double part = t->weight[j] * r * (t->flow->backwards ? fabs(edge->gain) : 1);
        sum += added ? part : part * part;
    }
    if (!added) sum = sqrt(sum);
    for (uint32_t j = 0; j < resolvent->n; j++)
        t->cut_norm[j] = resolvent->norm * sum / t->weight[j] * (1 + 0x1p-20);
}

static void propagate(struct tail *t, bool added) {
    const struct flow *flow = t->flow;
    for (uint32_t from = 0; from < flow->node_count;) {
        uint32_t l = t->loop_of[flow->nodes[flow->order[from]].component];
        if (l != UINT32_MAX) {
            for (uint32_t j = 0; j < t->resolvents[l].n; j++) t->cut_norm[j] = 0;
            pass(t, from);
            close_loop(t, l, added);
        }
        from = pass(t, from);
    }
}

/* Of what a node answers to what it holds. A section's is (p0 + p1 w) / A. A tap k of a response
 * gives k of its last inputs, one behind the other, and then none: at most R^(k-1) of their norm.
 * The power of R is off by less than 4 u m of itself. */
static double held_norm(const struct tail *t, uint32_t i, const struct node_state *state) {
    const struct section_values *v = &t->flow->nodes[i].section;
    double square = 0, power = 1, R2 = t->R * t->R;
    switch ((int)t->flow->nodes[i].op) {
    case CELL_DELAY:
        for (uint64_t k = 0, at = state->oldest; k < state->held_count; k++, power *= R2) {
            square += power * state->held[at] * state->held[at];
            if (++at == state->held_count) at = 0;
        }
        return sqrt(square) * (1 + 4 * UNIT * (double)state->held_count + 0x1p-30);
    case CELL_FIR:
        for (uint64_t k = 0; k < state->held_count; k++) square += state->held[k] * state->held[k];
        return t->most[i] * sqrt(square) * (1 + 0x1p-30);
    case CELL_SECTION: {
        const double *x = state->section;
        double p0 = fabs(v->b1 * x[0] + v->b2 * x[1] - v->a1 * x[2] - v->a2 * x[3]);
        double p1 = fabs(v->b2 * x[0] - v->a2 * x[2]);
        double size = fabs(v->b1 * x[0]) + fabs(v->b2 * x[1]) + fabs(v->a1 * x[2]) +
                      fabs(v->a2 * x[3]) + fabs(v->b2 * x[0]) + fabs(v->a2 * x[2]);
        p0 += 8 * UNIT * size;
        p1 = (p1 + 8 * UNIT * size) * t->R;
        return t->ring[i] * sqrt(p0 * p0 + p1 * p1) * (1 + 0x1p-30);
    }
    default: return 0;
    }
}

void tail_of_state(struct tail *t, const struct simulation *s) {
    for (uint32_t i = 0; i < t->flow->node_count; i++) t->own[i] = held_norm(t, i, &s->states[i]);
    for (uint32_t l = 0; l < t->loop_count; l++) {
        const struct energy *energy = &t->energies[l];
        double square = 0;
        for (uint32_t j = 0; energy->channels && j < energy->channel_count; j++)
            for (uint32_t k = 0; k < energy->channels[j].part_count; k++) {
                const struct energy_part *part = &energy->channels[j].parts[k];
                double held = part->factor * t->own[part->node] / energy->channels[j].weight;
                square += held * held;
            }
        t->energy[l] = sqrt(square) * energy->growth * (1 + 0x1p-20);
    }
    propagate(t, false);
}

/* Weights fall by about half as much a sample as what decays slowest: at that pace, but not in
 * steps that are too short or too long for what is not known. */
double tail_wait(const struct tail *t, double times, double frames) {
    double samples = log(times) / (1.8 * log(t->R));
    return fmin(fmax(samples, 0.01 * frames), 0.15 * frames + 1000);
}

/* A sum of c products is off by at most gamma_(c+2) of the sum of their moduli, gamma_k = k u / (1
 * - k u), in any order, and so is its l1-norm. It enters before the node's op. A section adds seven
 * operations' errors, gamma_8 of (|b0| + |b1| + |b2|) |x| + (|a1| + |a2|) |y|, which enter its
 * recursion and pass 1/A; a response of K taps gamma_(K+2) of sum |b_k| |x|, at its outlet. Every
 * error is answered from its moment on with the norm that an impulse of its size has; these add
 * up. */
void tail_of_rounding(struct tail *t, const struct simulation *s) {
    for (uint32_t i = 0; i < t->flow->node_count; i++) {
        const struct flow_node *node = &t->flow->nodes[i];
        const struct section_values *v = &node->section;
        double size = 0;
        for (uint32_t e = 0; e < node->in_count; e++) {
            const struct flow_edge *edge = &t->flow->edges[node->in[e]];
            size += fabs(edge->gain) * s->l1[edge->from];
        }
        double sum_error = 1.01 * (node->in_count + 3.0) * UNIT * size;
        t->own[i] = t->most[i] * sum_error;
        size += sum_error;
        if (node->op == CELL_SECTION)
            t->own[i] += t->ring[i] * 9 * UNIT *
                         ((fabs(v->b0) + fabs(v->b1) + fabs(v->b2)) * size +
                          (fabs(v->a1) + fabs(v->a2)) * s->l1[i]);
        else if (node->op == CELL_FIR)
            t->own[i] += 1.01 * (v->tap_count + 3.0) * UNIT * t->most[i] * size;
        t->own[i] *= 1 + 1e-6;
    }
    for (uint32_t l = 0; l < t->loop_count; l++) t->energy[l] = 0;
    propagate(t, true);
}
