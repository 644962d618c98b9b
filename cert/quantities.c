#include "cert/quantities.h"

#include <math.h>
#include <string.h>

#include "cert/float_contraction.h"
#include "cert/proving.h"

/* What may be spent on one program, whatever the budget: about a second's work on simulations, half
 * a second's on each loop's bands and on its resolvent. */
#define SIMULATION_WORK 6e9
enum { MULTIPLY_ADDS = 32768, LOOP_WORK = 100 * 1000 * 1000, ROWS_MOST = 1 << 18 };

/* How much of the decay that is proved the weights of a tail use: the nearer to 1 the faster they
 * fall, and the larger is the resolvent. */
#define WEIGHT_OF_DECAY 0.6

static uint64_t left_of(const struct proving *p) {
    return p->most_evaluations > p->evaluations ? p->most_evaluations - p->evaluations : 0;
}

static uint64_t least_of(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

/* Inverses or norm tests of n x n that one loop may take. */
static uint64_t share_of(const struct proving *p, uint32_t n, uint32_t loops) {
    uint64_t cube = (uint64_t)n * n * n;
    return least_of(left_of(p) / (2 * (uint64_t)loops), LOOP_WORK / (cube + 64));
}

/* With a scaling that its proof used, if there is one: the one of the whole circle where one did. */
static struct contraction *contraction_of(struct arena *scratch, const struct loop *loop,
                                          const struct loop_report *report) {
    struct contraction *c = contraction_begin(scratch, loop, LOOP_WORK);
    const struct witness *used = NULL;
    for (uint32_t i = 0; i < report->witness_count; i++) {
        const struct witness *w = &report->witnesses[i];
        if (w->kind != WITNESS_CIRCLE || !w->scaling_count) continue;
        if (!used || (w->scaling_count == 1 && !w->open_count)) used = w;
    }
    if (used) memcpy(c->x, used->scalings, loop->channel_count * sizeof(double));
    return c;
}

/* R of the weights. Delays outside of loops are not to outweigh everything. */
static double weighing_circle(const struct proving *p) {
    double s = 0.5, longest = 1;
    for (wire w = 0; w < p->net->cell_count; w++)
        if (p->net->cells[w].op == CELL_DELAY)
            longest = fmax(longest, p->net->cells[w].operands[0].value);
    if (p->cert->rt60_max_s > 0)
        s = WEIGHT_OF_DECAY * log(1000) / (p->cert->rt60_max_s * p->net->rate);
    return exp(fmin(s, 5 / longest));
}

/* Where no scaling gives a gain below 1, the resolvent is asked for. */
static void find_distance(struct proving *p, struct contraction *c,
                          const struct loop_report *report, uint32_t loops,
                          struct loop_quantities *q) {
    if (!isnan(report->distance)) return;
    const struct loop *loop = c->loop;
    struct resolvent found =
        resolvent_of_pieces(p->scratch, loop, c->constant, NULL, 1, true,
                            share_of(p, loop->channel_count, loops), &p->evaluations);
    if (isfinite(found.norm)) q->distance = 1 / found.norm * (1 - 1e-6);
}

static void find_float(struct proving *p, struct contraction *c, const struct flow *flow,
                       struct loop_quantities *q) {
    bool scaled = contraction_prove(c, EFFORT_GIVEN) && c->gain < 1;
    if (!scaled && isnan(q->distance)) return;
    double eps = float_error(p->scratch, flow, p->net, c->loop, scaled ? c->x : NULL, p->single);
    if (!isfinite(eps)) return;
    if (scaled) q->float_gamma = c->gain;
    q->float_eps = eps;
    q->float_decays = scaled ? c->gain + eps < 1 : eps < q->distance;
}

static bool is_within_reach(const struct loop *loop) {
    return loop->channel_count <= CERT_CHANNELS_MOST &&
           (uint64_t)loop->rest_count * loop->channel_count <= ROWS_MOST;
}

static void describe_loop(struct proving *p, const struct loop *loop,
                          const struct loop_report *report, const struct flow *flow, uint32_t loops,
                          double R, struct loop_quantities *q, struct resolvent *resolvent) {
    uint32_t n = loop->channel_count;
    struct contraction *c = contraction_of(p->scratch, loop, report);
    *q = (struct loop_quantities){.distance = NAN, .float_gamma = NAN, .float_eps = NAN};
    *resolvent = resolvent_of_contraction(p->scratch, c, R);
    if (!isfinite(resolvent->norm))
        *resolvent = resolvent_of_pieces(p->scratch, loop, c->constant, c->x, R, false,
                                         share_of(p, n, loops), &p->evaluations);
    find_distance(p, c, report, loops, q);
    find_float(p, c, flow, q);
    if (!share_of(p, n, loops))
        vec_push(p->arena, &p->notes,
                 text_format(p->arena, "no decay by bands of the loop through '%s': its matrices of %u "
                                       "take too long", report->name, n));
    else if (isfinite(report->rt60_max_s) && report->rt60_max_s > 0)
        q->bands = bands_of(p->arena, c, p->net->rate, report->rt60_max_s, share_of(p, n, loops),
                            &p->evaluations);
}

const struct quantities *quantities_of(struct proving *p) {
    const struct cert *cert = p->cert;
    if (cert->verdict != VERDICT_CERTIFIED_STABLE || !isfinite(cert->rt60_max_s)) return NULL;
    struct arena *around = p->scratch, scratch;
    arena_init_scratch(&scratch, around);
    p->scratch = &scratch;
    uint32_t count;
    const struct loop *loops = cut_loops(&scratch, p->net, p->single, &count);
    const struct flow *flow = flow_of(&scratch, p->net, loops, count, p->single);
    bool reached = flow != NULL;
    for (uint32_t i = 0; i < count; i++) reached = reached && is_within_reach(&loops[i]);
    struct quantities *found = NULL;
    if (reached) {
        double R = weighing_circle(p);
        struct loop_quantities *of_loops = ARENA_ARRAY(p->arena, count, struct loop_quantities);
        struct resolvent *resolvents = ARENA_ARRAY(&scratch, count, struct resolvent);
        for (uint32_t i = 0; i < count; i++)
            describe_loop(p, &loops[i], &cert->loops[i], flow, count, R, &of_loops[i],
                          &resolvents[i]);
        double work = fmin(SIMULATION_WORK, (double)left_of(p) * MULTIPLY_ADDS);
        found = ARENA_NEW(p->arena, struct quantities);
        found->loops = of_loops;
        struct response_peak *peak =
            isfinite(cert->peak.high) ? NULL : response_peak_begin(&scratch, flow, p->net, work);
        found->wcpg =
            wcpg_of(p->arena, p->net, loops, count, resolvents, R, flow, work, peak);
        double spent = found->wcpg.spent;
        if (peak) p->cert->peak = response_peak_found(peak, &spent);
        p->evaluations += (uint64_t)(spent / MULTIPLY_ADDS);
    }
    p->scratch = around;
    arena_free(&scratch);
    return found;
}
