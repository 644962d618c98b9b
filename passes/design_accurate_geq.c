/* The gains of a graphic equaliser whose bands overlap (Schlecht and Habets, DAFx 2017): the
 * response of each band in dB grows about in proportion to its gain in dB, so that the gains are
 * those of least squares against the responses of a prototype with all gains at 10 dB.
 *
 * FLAMO descends towards that minimum by 100 steps of L-BFGS; here it is computed. */
#include <math.h>

#include "passes/design.h"

enum { CONTROLS = 101, PROTOTYPE_DB = 10, TRANSFORM = 65536 };

/* 20 log10 |H| at w radians a sample. */
static double response_db(const struct biquad *s, double w) {
    double c1 = cos(w), s1 = sin(w), c2 = cos(2 * w), s2 = sin(2 * w);
    double above = hypot(s->b0 + s->b1 * c1 + s->b2 * c2, s->b1 * s1 + s->b2 * s2);
    double below = hypot(s->a0 + s->a1 * c1 + s->a2 * c2, s->a1 * s1 + s->a2 * s2);
    return 20 * log10(above / below);
}

/* FLAMO reads its responses off a transform of 65536 bins, between which it interpolates. */
static double sampled_db(const struct biquad *s, double hz, double fs) {
    double bin = hz / fs * TRANSFORM, below = floor(bin), part = bin - below;
    double turn = 2 * M_PI / TRANSFORM, lower = response_db(s, below * turn);
    return part == 0 ? lower : lower + part * (response_db(s, (below + 1) * turn) - lower);
}

/* The targets, on straight lines between 1 Hz, the centres and fs / 2.1. */
static double target_at(const struct geq_bands *bands, const double *target_db, double hz) {
    double from = 1, to = bands->fs / 2.1;
    uint32_t k = 0;
    while (k < bands->count && hz > bands->centres[k]) from = bands->centres[k++];
    if (k < bands->count) to = bands->centres[k];
    double part = fmin(fmax((hz - from) / (to - from), 0), 1);
    return target_db[k] + part * (target_db[k + 1] - target_db[k]);
}

/* min |G x - t| by Householder's reflections (1958), m rows of n; G and t are overwritten. A column
 * that depends on those before it gets 0. */
static void least_squares(double *G, double *t, uint32_t m, uint32_t n, double *x) {
    double largest = 0;
    for (uint32_t k = 0; k < n; k++) {
        double norm = 0;
        for (uint32_t r = k; r < m; r++) norm = hypot(norm, G[r * n + k]);
        largest = fmax(largest, norm);
        if (norm == 0) continue;
        if (G[k * n + k] > 0) norm = -norm;
        /* v = column - norm e_k; the reflection is I - v v' / (-norm v_k). */
        double head = G[k * n + k] - norm, scale = -norm * head;
        G[k * n + k] = head;
        for (uint32_t c = k + 1; c <= n; c++) {
            double sum = 0;
            for (uint32_t r = k; r < m; r++) sum += G[r * n + k] * (c < n ? G[r * n + c] : t[r]);
            sum /= scale;
            for (uint32_t r = k; r < m; r++) {
                double *to = c < n ? &G[r * n + c] : &t[r];
                *to -= sum * G[r * n + k];
            }
        }
        G[k * n + k] = norm;
    }
    for (uint32_t k = n; k-- > 0;) {
        double sum = t[k];
        for (uint32_t c = k + 1; c < n; c++) sum -= G[k * n + c] * x[c];
        x[k] = fabs(G[k * n + k]) > 1e-12 * largest ? sum / G[k * n + k] : 0;
    }
}

/* The same where all but the first gain are held within 20 dB, as FLAMO holds them: one gain after
 * another to its best place (Hildreth 1957), until none moves. The problem is convex. */
static void bounded(const double *G, const double *t, uint32_t m, uint32_t n, double *x) {
    const double bound = 2 * PROTOTYPE_DB;
    for (uint32_t k = 1; k < n; k++) x[k] = fmin(fmax(x[k], -bound), bound);
    double moved = 1;
    for (int round = 0; round < 20000 && moved > 1e-13; round++) {
        moved = 0;
        for (uint32_t k = 0; k < n; k++) {
            double along = 0, square = 0;
            for (uint32_t r = 0; r < m; r++) {
                double residue = t[r];
                for (uint32_t c = 0; c < n; c++) residue -= G[r * n + c] * x[c];
                along += G[r * n + k] * residue;
                square += G[r * n + k] * G[r * n + k];
            }
            if (square == 0) continue;
            double to = x[k] + along / square;
            if (k) to = fmin(fmax(to, -bound), bound);
            moved = fmax(moved, fabs(to - x[k]));
            x[k] = to;
        }
    }
}

void design_accurate_geq(struct arena *scratch, const struct geq_bands *bands,
                         const double *target_db, double *gains_db) {
    uint32_t n = bands->count + 3;
    double *gains = ARENA_ARRAY(scratch, n, double),
           *target = ARENA_ARRAY(scratch, CONTROLS, double);
    double *G = ARENA_ARRAY(scratch, (size_t)CONTROLS * n, double);
    double *lost = ARENA_ARRAY(scratch, (size_t)CONTROLS * n, double);
    double *lost_target = ARENA_ARRAY(scratch, CONTROLS, double);
    struct biquad *prototype = ARENA_ARRAY(scratch, n, struct biquad);
    for (uint32_t k = 0; k < n; k++) gains[k] = pow(10, PROTOTYPE_DB / 20.0);
    design_geq(bands, gains, prototype);
    for (uint32_t r = 0; r < CONTROLS; r++) {
        double hz = nearbyint(pow(10, log10(bands->fs / 2.1) * r / (CONTROLS - 1)));
        target[r] = lost_target[r] = target_at(bands, target_db, hz);
        for (uint32_t c = 0; c < n; c++)
            G[r * n + c] = lost[r * n + c] =
                sampled_db(&prototype[c], hz, bands->fs) / PROTOTYPE_DB;
    }
    least_squares(lost, lost_target, CONTROLS, n, gains_db);
    bool within = true;
    for (uint32_t k = 1; k < n; k++) within = within && fabs(gains_db[k]) <= 2 * PROTOTYPE_DB;
    if (!within) bounded(G, target, CONTROLS, n, gains_db);
}
