#include "cert/wcpg.h"

#include <math.h>
#include <string.h>

#include "cert/tail.h"

#define BRACKET_WIDTH 0.0009 /* of the lower bound: 0.1 % with all roundings */

enum { ROOM_MOST = 1 << 24 }; /* doubles that delays and filters may hold */

/* Sums of norms: over inlets at each node, or over lines at one outlet. */
struct sums {
    struct bracket *l1, *l2_square; /* of each node */
};

struct running {
    struct arena *arena;
    const bool *counted; /* nodes whose norms are asked for */
    const struct resolvent *resolvents;
    const struct loop *loops;
    uint32_t loop_count;
    double R;
    uint64_t frames;
    double spent; /* multiply-adds */
};

static double longest_delay(const struct flow *flow) {
    uint64_t most = 0;
    for (uint32_t i = 0; i < flow->node_count; i++)
        if (flow->nodes[i].delay_samples > most) most = flow->nodes[i].delay_samples;
    return (double)most;
}

/* How many times what is left open is too much beside what is known, of every node that counts; of
 * one that hears next to nothing, beside the loudest. */
static double excess(const struct running *r, const struct tail *t, const struct simulation *s) {
    double loudest = 0, most = 0;
    for (uint32_t i = 0; i < t->flow->node_count; i++)
        if (r->counted[i]) loudest = fmax(loudest, s->l1[i]);
    for (uint32_t i = 0; i < t->flow->node_count; i++) {
        double open = t->norm[i] * t->l1_factor;
        if (r->counted[i] && open > 0)
            most = fmax(most, open / (BRACKET_WIDTH * fmax(s->l1[i], 1e-3 * loudest)));
    }
    return most;
}

/* Of one run, up to its last sample. */
static bool add_norms(struct running *r, struct tail *t, const struct simulation *s,
                      struct sums *sums) {
    /* Sums of many terms, each off by less than 2^-53 of them: by blocks, and of blocks. */
    uint32_t count = t->flow->node_count;
    double summed = ((double)s->frames / 64 + 1000) * UNIT;
    struct arena scratch;
    arena_init_scratch(&scratch, r->arena);
    double *tail = ARENA_ARRAY(&scratch, count, double);
    memcpy(tail, t->norm, count * sizeof(double));
    tail_of_rounding(t, s);
    bool found = true;
    for (uint32_t i = 0; i < count; i++) {
        if (!r->counted[i]) continue;
        double off = t->norm[i] * t->l1_factor, l1 = s->l1[i], l2 = sqrt(s->l2[i]);
        double square = l2 + off;
        square = square * square + (tail[i] + off) * (tail[i] + off);
        found = found && isfinite(off) && isfinite(tail[i]);
        sums->l1[i].low += fmax(0, l1 * (1 - summed) - off);
        sums->l1[i].high += (l1 + tail[i] * t->l1_factor + off) * (1 + summed + 1e-12);
        sums->l2_square[i].low += fmax(0, l2 - off) * fmax(0, l2 - off) * (1 - summed - 1e-12);
        sums->l2_square[i].high += square * (1 + 2 * summed + 1e-12);
    }
    arena_free(&scratch);
    return found;
}

/* Adds the norms of all responses to an impulse at one node. False if there is no bound. `peak`:
 * what listens to the run; or null. */
static bool add_run(struct running *r, const struct flow *flow, uint32_t impulse, double work,
                    struct sums *sums, struct response_peak *peak) {
    struct arena scratch;
    arena_init_scratch(&scratch, r->arena);
    struct simulation *s = simulation_begin(&scratch, flow, impulse, ROOM_MOST);
    struct tail *t =
        s ? tail_begin(&scratch, flow, r->loops, r->loop_count, r->resolvents, r->R) : NULL;
    double frames = fmin(work / (double)flow->cost, 1e9), next = 2 * longest_delay(flow) + 1000;
    if (peak) response_peak_start(peak);
    while (t) {
        double until = fmin(next, frames);
        /* The first block at least: what is to be followed enters there. */
        do {
            simulation_run(s);
            if (peak) response_peak_hear(peak, s);
        } while ((double)s->frames < until);
        tail_of_state(t, s);
        double times = excess(r, t, s);
        if (times <= 1 || (double)s->frames >= frames) break;
        next = (double)s->frames + tail_wait(t, times, (double)s->frames);
    }
    bool found = t && add_norms(r, t, s, sums);
    if (s) r->spent += (double)s->frames * (double)flow->cost;
    if (s && s->frames > r->frames) r->frames = s->frames;
    if (t && peak) response_peak_finish(peak, s, t);
    arena_free(&scratch);
    return found;
}

static struct sums sums_make(struct arena *arena, uint32_t count) {
    return (struct sums){ARENA_ARRAY(arena, count, struct bracket),
                         ARENA_ARRAY(arena, count, struct bracket)};
}

/* The first delay of a channel; its first filter, where there is none. */
static wire line_of(const struct net *net, const struct channel *channel) {
    for (uint32_t i = 0; i < channel->cell_count; i++)
        if (net->cells[channel->cells[i]].op == CELL_DELAY) return channel->cells[i];
    return channel->cells[0];
}

static void raise_to(struct bracket *a, struct bracket b) {
    a->low = fmax(a->low, b.low);
    a->high = fmax(a->high, b.high);
}

uint32_t headroom_bits(double gain) {
    return gain > 1 ? (uint32_t)ceil(log2(gain)) : 0;
}

/* What a delay gives out is what it was given, later: one norm for both. */
static struct line_norms lines_of(struct arena *arena, const struct net *net,
                                  const struct loop *loop, const struct sums *sums) {
    uint32_t n = loop->channel_count;
    struct bracket *gain = ARENA_ARRAY(arena, n, struct bracket);
    uint64_t *delays = ARENA_ARRAY(arena, n, uint64_t);
    for (uint32_t j = 0; j < n; j++) {
        const struct channel *channel = &loop->channels[j];
        struct bracket line = sums->l1[line_of(net, channel)];
        for (uint32_t i = 0; i < channel->cell_count; i++)
            if (net->cells[channel->cells[i]].op == CELL_DELAY)
                raise_to(&line, sums->l1[channel->cells[i]]);
        uint32_t k = j;
        for (; k > 0 && delays[k - 1] > channel->delay_samples; k--) {
            gain[k] = gain[k - 1];
            delays[k] = delays[k - 1];
        }
        gain[k] = line;
        delays[k] = channel->delay_samples;
    }
    return (struct line_norms){gain, n};
}

static bool *lines_marked(struct arena *arena, const struct net *net, const struct loop *loops,
                          uint32_t count) {
    bool *marked = ARENA_ARRAY(arena, net->cell_count, bool);
    for (uint32_t l = 0; l < count; l++)
        for (uint32_t j = 0; j < loops[l].channel_count; j++)
            for (uint32_t i = 0; i < loops[l].channels[j].cell_count; i++) {
                wire w = loops[l].channels[j].cells[i];
                marked[w] = net->cells[w].op == CELL_DELAY || i == 0;
            }
    return marked;
}

/* Backwards, from one outlet: what lines do there. */
static bool add_noise(struct running *r, const struct net *net, const struct flow *turned,
                      wire outlet, double work, struct bracket *variance, struct bracket *worst) {
    struct sums sums = sums_make(r->arena, net->cell_count);
    bool found = add_run(r, turned, outlet, work, &sums, NULL);
    for (uint32_t l = 0; l < r->loop_count; l++)
        for (uint32_t j = 0; j < r->loops[l].channel_count; j++) {
            wire line = line_of(net, &r->loops[l].channels[j]);
            variance->low += sums.l2_square[line].low;
            variance->high += sums.l2_square[line].high;
            worst->low += sums.l1[line].low;
            worst->high += sums.l1[line].high;
        }
    return found;
}

/* Of a program that next to never decays brackets are too wide to be of use. */
static bool says_something(const struct bracket *outlets, uint32_t count) {
    double loudest = 0;
    for (uint32_t o = 0; o < count; o++) loudest = fmax(loudest, outlets[o].high);
    for (uint32_t o = 0; o < count; o++)
        if (outlets[o].high > 10 * outlets[o].low && outlets[o].high > 0.01 * loudest) return false;
    return true;
}

struct wcpg wcpg_of(struct arena *arena, const struct net *net, const struct loop *loops,
                    uint32_t loop_count, const struct resolvent *resolvents, double R,
                    const struct flow *flow, double work, struct response_peak *peak) {
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    const struct flow *turned = flow_turned(&scratch, flow);
    uint32_t ins = net->inlet_count, outs = net->outlet_count;
    bool *counted = lines_marked(&scratch, net, loops, loop_count);
    struct running r = {&scratch, counted, resolvents, loops, loop_count, R, 0, 0};
    struct bracket *outlets = ARENA_ARRAY(arena, outs, struct bracket);
    struct bracket *variance = ARENA_ARRAY(arena, outs, struct bracket);
    struct bracket *worst = ARENA_ARRAY(arena, outs, struct bracket);
    struct line_norms *lines = ARENA_ARRAY(arena, loop_count, struct line_norms);
    double share = work / (ins + (loop_count ? outs : 0) + 1e-9);
    bool known = turned != NULL;
    for (uint32_t o = 0; known && loop_count && o < outs; o++)
        known = add_noise(&r, net, turned, net->outlets[o], share, &variance[o], &worst[o]);
    for (uint32_t o = 0; o < outs; o++) counted[net->outlets[o]] = true;
    struct sums sums = sums_make(&scratch, net->cell_count);
    for (uint32_t i = 0; (known || peak) && i < ins; i++)
        known = add_run(&r, flow, i, share, &sums, peak) && known;
    for (uint32_t o = 0; o < outs; o++) outlets[o] = sums.l1[net->outlets[o]];
    for (uint32_t l = 0; l < loop_count; l++) lines[l] = lines_of(arena, net, &loops[l], &sums);
    known = known && says_something(outlets, outs);
    arena_free(&scratch);
    return (struct wcpg){known, outs, outlets, variance, worst, lines, r.frames, r.spent};
}
