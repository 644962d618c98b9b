/* Tier L: loops of pure delays around a matrix that is lossless, or meant to be. */
#include <math.h>

#include "cert/lossless.h"
#include "cert/proving.h"
#include "ir/exact.h"

/* Fractions are looked for, and energies looked at, up to these sizes where the proof is to be
 * brief: some milliseconds. */
enum { FRACTIONS_BRIEFLY = 24, ENERGIES_BRIEFLY = 80 };

static bool pure_delays(const struct loop *loop) {
    for (uint32_t j = 0; j < loop->channel_count; j++)
        if (!loop->channels[j].delay_samples) return false;
    return loop->section_count == 0;
}

bool lossless_but_for_rounding(struct contraction *c) {
    static const double within = 0x1p-20;
    uint32_t n = c->loop->channel_count;
    if (!c->A || !pure_delays(c->loop)) return false;
    c->work.spent += (uint64_t)n * n * n / 2;
    double *columns = c->W, *d = c->work.u; /* of D A D^-1 */
    for (uint32_t i = 0; i < n; i++) d[i] = exp(c->x[i]);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            columns[(size_t)j * n + i] = c->A[(size_t)i * n + j] * d[i] / d[j];
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j <= i; j++) {
            double sum = i == j ? -1 : 0;
            for (uint32_t k = 0; k < n; k++)
                sum += columns[(size_t)i * n + k] * columns[(size_t)j * n + k];
            if (!(fabs(sum) <= within)) return false;
        }
    return true;
}

bool prove_lossless(struct proving *p, struct contraction *c, const double *log_scale,
                    struct loop_report *report) {
    uint32_t n = c->loop->channel_count;
    if (!pure_delays(c->loop) || (p->brief && n > ENERGIES_BRIEFLY)) return false;
    c->work.spent += (uint64_t)n * n * n;
    const char *const *fractions = NULL;
    enum lossless lossless = lossless_test(p->scratch, c->constant, n, log_scale);
    if (lossless == LOSSLESS_UNDECIDED && log_scale && lossless_but_for_rounding(c) &&
        (!p->brief || n <= FRACTIONS_BRIEFLY))
        fractions = lossless_weights(p->arena, c->constant, n);
    if (fractions) lossless = lossless_with(p->scratch, c->constant, n, fractions);
    switch (lossless) {
    case LOSSLESS_EXACT:
        report->verdict = VERDICT_MARGINALLY_STABLE;
        report->proof = PROOF_LOSSLESS;
        report->why = "lossless, it neither grows nor decays";
        break;
    case LOSSLESS_PASSIVE:
        report->verdict = VERDICT_MARGINALLY_STABLE;
        report->proof = PROOF_PASSIVE;
        report->why = "it never grows, and need not decay";
        break;
    case LOSSLESS_LOSSY:
        report->verdict = VERDICT_CERTIFIED_STABLE;
        report->proof = PROOF_PASSIVE;
        report->why = "it decays, by less than rounding can tell from lossless";
        break;
    default: return false;
    }
    double *powers = ARENA_ARRAY(p->arena, n, double);
    for (uint32_t i = 0; log_scale && !fractions && i < n; i++)
        powers[i] = (double)lround(2 * (log_scale[i] - log_scale[0]) / log(2));
    keep_witness(report, &(struct witness){
                             .kind = WITNESS_ENERGY, .powers = powers, .fractions = fractions});
    report->any_delay = true;
    report->gain_max = report->gain_min = 1;
    return true;
}

/* Bits: a pass through the loop loses 2^-bits of its energy, by the exact test; 0 if not so much as
 * was tried. */
static uint32_t energy_lost(struct proving *p, const struct contraction *c, const double *weights) {
    enum { BITS_LEAST = 22, BITS_MOST = 110 };
    uint32_t n = c->loop->channel_count;
    double *entries = ARENA_ARRAY(p->scratch, (size_t)n * n, double);
    for (size_t i = 0; i < (size_t)n * n; i++) {
        if (c->A_radius[i] != 0) return 0;
        entries[i] = c->A[i];
    }
    uint32_t low = BITS_LEAST, high = BITS_MOST; /* by halving: what holds for fewer holds for more */
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (exact_energy_loses(p->scratch, entries, n, weights, middle)) high = middle;
        else low = middle + 1;
    }
    return low == BITS_MOST ? 0 : low;
}

static double longest_delay(const struct loop *loop) {
    uint64_t longest = 1;
    for (uint32_t j = 0; j < loop->channel_count; j++)
        if (loop->channels[j].delay_samples > longest) longest = loop->channels[j].delay_samples;
    return (double)longest;
}

/* Proved: it decays by this many dB a minute; 0 if that is not known. */
static double decay_of(struct proving *p, const struct contraction *c,
                       const struct loop_report *report) {
    if (report->rt60_max_s > 0) return 3600 / report->rt60_max_s;
    uint32_t n = c->loop->channel_count;
    double passes_per_min = 60 * p->net->rate / longest_delay(c->loop);
    if (n == 1)
        return -20 / log(10) * log1p(fabs(c->A[0]) - 1 + c->A_radius[0]) * passes_per_min *
               (1 - 1e-12);
    double *weights = ARENA_ARRAY(p->scratch, n, double);
    for (uint32_t i = 0; i < n; i++)
        weights[i] = ldexp(1, (int)lround(2 * (c->x[i] - c->x[0]) / log(2)));
    uint32_t bits = energy_lost(p, c, weights);
    if (!bits) return 0;
    /* -log(1 - e) >= e */
    return 10 / log(10) * ldexp(1, -(int)bits) * passes_per_min * (1 - 1e-12);
}

/* The least growth that a circle still shows; the scaling found so far is used. */
static void bound_growth(struct proving *p, struct contraction *c, struct loop_report *report) {
    double most = report->growth_max_db_per_min;
    for (double least = most / 2; least > most * 1e-8; least /= 2) {
        double R = exp(-log(10) / 20 * least / 60 / p->net->rate);
        if (!contraction_holds(c, R, 1, EFFORT_PEAKS)) break;
        report->growth_max_db_per_min = least;
        keep_scaling(p, report, c);
    }
}

void describe_rounding(struct proving *p, struct contraction *c, struct loop_report *report) {
    if (report->proof == PROOF_LOSSLESS || !lossless_but_for_rounding(c)) return;
    const char *advice = p->contracted ? "" : "; lossless only as rounded: see --contract";
    if (report->verdict == VERDICT_CERTIFIED_STABLE) {
        double decay = decay_of(p, c, report);
        if (decay > 0)
            report->why = text_format(p->arena, "decays by at least %.3g dB a minute%s",
                                      bound_rounded_down(decay, 3), advice);
    } else if (report->growth_max_db_per_min > 0) {
        bound_growth(p, c, report);
        report->why =
            text_format(p->arena, "it grows by at most %.3g dB a minute, if at all%s",
                        bound_rounded_up(report->growth_max_db_per_min, 3), advice);
    } else if (report->verdict == VERDICT_UNSTABLE) {
        report->why = text_format(p->arena, "%s%s", report->why, advice);
    }
}
