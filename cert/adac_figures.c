#include "cert/adac_figures.h"

#include <math.h>

#include "cert/positions.h"

void adac_describe_gain(struct contraction *c, struct loop_report *report) {
    const struct loop *loop = c->loop;
    uint32_t n = loop->channel_count;
    report->gain_max = c->gain;
    if (!c->A) return;
    double off = 0;
    for (size_t i = 0; i < (size_t)n * n; i++) off += c->A_radius[i];
    report->sigma_max = norm_bound(&c->work, c->A, n, off * (1 + 1e-9));
    report->gain_min = c->gain;
    if (!loop->section_count) return;
    double scaled = contraction_constant_gain(c), least = INFINITY;
    for (uint32_t i = 0; i <= 32; i++) {
        struct arc point = arc_make(1, i / 32.0, 0);
        double most = 0;
        for (uint32_t j = 0; j < n; j++)
            most = fmax(most, channel_modulus(&loop->channels[j], &point));
        least = fmin(least, most);
    }
    report->gain_min = fmin(scaled * least, c->gain);
}

void adac_estimate_decay(struct proving *p, const struct loop *loop, struct loop_report *report) {
    report->estimate_max_s = report->estimate_min_s = NAN;
    if (!(report->gain_max < 1) || !(report->gain_max > 0)) return;
    double mean = (double)loop->delay_samples / loop->channel_count;
    double least = isnan(report->gain_min) ? report->gain_max : fmax(report->gain_min, 1e-12);
    report->estimate_max_s = -3 * mean / (p->net->rate * log10(report->gain_max));
    report->estimate_min_s = -3 * mean / (p->net->rate * log10(least));
}

/* Gelfand's formula, |A^k|^(1/k) for k = 2^STEPS, by squaring. */
double adac_spectral_radius(struct arena *scratch, const double *A, uint32_t n) {
    enum { STEPS = 44 };
    size_t square = (size_t)n * n;
    double *B = ARENA_ARRAY(scratch, square, double), *C = ARENA_ARRAY(scratch, square, double);
    double log_radius = 0;
    for (size_t i = 0; i < square; i++) B[i] = A[i];
    for (int step = 0;; step++) {
        double largest = 0;
        for (size_t i = 0; i < square; i++) largest = fmax(largest, fabs(B[i]));
        if (largest == 0) return 0;
        log_radius += ldexp(log(largest), -step);
        if (step == STEPS) return exp(log_radius);
        for (size_t i = 0; i < square; i++) {
            B[i] /= largest;
            C[i] = 0;
        }
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t k = 0; k < n; k++)
                for (uint32_t j = 0; j < n; j++)
                    C[(size_t)i * n + j] += B[(size_t)i * n + k] * B[(size_t)k * n + j];
        double *swap = B;
        B = C;
        C = swap;
    }
}

static void describe_radius(struct proving *p, const struct contraction *c,
                            struct loop_report *report) {
    enum { ROWS_MOST = 64 };
    if (c->A && c->loop->channel_count <= ROWS_MOST)
        report->spectral_radius = adac_spectral_radius(p->scratch, c->A, c->loop->channel_count);
}

void adac_describe(struct proving *p, struct contraction *c, struct loop_report *report) {
    double gain_max = report->gain_max, gain_min = report->gain_min;
    if (isnan(report->sigma_max) && isfinite(c->gain)) adac_describe_gain(c, report);
    if (!isnan(gain_max)) {
        report->gain_max = gain_max;
        report->gain_min = gain_min;
    }
    describe_radius(p, c, report);
}

void adac_describe_worst_case(struct proving *p, struct loop_report *reports) {
    enum { BUDGET = 10 * 1000 * 1000 };
    struct arena scratch;
    arena_init_scratch(&scratch, p->scratch);
    double *values = ARENA_ARRAY(&scratch, p->net->knob_count, double);
    for (uint32_t k = 0; k < p->net->knob_count; k++) values[k] = p->net->knobs[k].init;
    values[p->cert->decay_knob.knob] = p->net->knobs[p->cert->decay_knob.knob].hi;
    uint32_t count;
    const struct loop *loops =
        cut_loops(&scratch, positions_net_at(&scratch, p->net, values), p->single, &count);
    for (uint32_t i = 0; i < count; i++) {
        struct contraction *c = contraction_begin(&scratch, &loops[i], BUDGET);
        contraction_prove(c, EFFORT_GIVEN);
        if (!isfinite(c->gain)) continue;
        adac_describe_gain(c, &reports[i]);
        adac_estimate_decay(p, &loops[i], &reports[i]);
        describe_radius(p, c, &reports[i]);
    }
    arena_free(&scratch);
}
