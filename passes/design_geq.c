#include <math.h>

#include "passes/design.h"

/* The centres: f <- f 2^(1 / interval), from `start`, while what came before is below `end`. */
static uint32_t centres(double interval, double start, double end, double *out) {
    uint32_t count = 0;
    for (double f = start; f < end; count++) {
        f *= pow(2, 1 / interval);
        if (out) out[count] = f;
    }
    return count;
}

uint32_t design_geq_centres(double interval, double start, double end) {
    return centres(interval, start, end, NULL);
}

struct geq_bands design_geq_bands(struct arena *arena, double interval, double start, double end,
                                  double fs) {
    uint32_t count = design_geq_centres(interval, start, end);
    double *at = ARENA_ARRAY(arena, count, double);
    centres(interval, start, end, at);
    double half_band = pow(2, 1 / interval / 2);
    return (struct geq_bands){fs, count, at, at[0] / half_band, at[count - 1] * half_band};
}

/* Schlecht and Habets, Accurate reverberation time control in feedback delay networks (DAFx 2017),
 * as FLAMO has it: t = tan(pi fc / fs), s = sqrt2 t g^(1/4), q = sqrt g, B = q [q t^2 + s + 1, 2 q
 * t^2 - 2, q t^2 - s + 1], A = [q + s + t^2, 2 t^2 - 2 q, q - s + t^2] low: b = B, a = A; high: b =
 * g A, a = B */
static struct biquad shelf(bool high, double fc, double g, double fs) {
    double t = tan(M_PI * fc / fs), q = sqrt(g), s = M_SQRT2 * t * sqrt(q), tt = t * t;
    double B[3] = {q * (q * tt + s + 1), q * (2 * q * tt - 2), q * (q * tt - s + 1)};
    double A[3] = {q + s + tt, 2 * tt - 2 * q, q - s + tt};
    if (!high) return (struct biquad){B[0], B[1], B[2], A[0], A[1], A[2]};
    return (struct biquad){g * A[0], g * A[1], g * A[2], B[0], B[1], B[2]};
}

/* Q = sqrt R / (R - 1) with R = 2.7, w = 2 pi fc / fs, t = tan(w / (2 Q)),
 *     b = [sqrt g + g t, -2 sqrt g cos w, sqrt g - g t], a = [sqrt g + t, -2 sqrt g cos w, sqrt g -
 * t] */
static struct biquad peak(double fc, double g, double fs) {
    const double R = 2.7;
    double Q = sqrt(R) / (R - 1), w = 2 * M_PI * fc / fs, t = tan(w / (2 * Q)), q = sqrt(g);
    double middle = -2 * q * cos(w);
    return (struct biquad){q + g * t, middle, q - g * t, q + t, middle, q - t};
}

void design_geq(const struct geq_bands *bands, const double *gains, struct biquad *out) {
    uint32_t last = bands->count + 2;
    out[0] = (struct biquad){gains[0], 0, 0, 1, 0, 0};
    out[1] = shelf(false, bands->low_corner, gains[1], bands->fs);
    for (uint32_t k = 2; k < last; k++) out[k] = peak(bands->centres[k - 2], gains[k], bands->fs);
    out[last] = shelf(true, bands->high_corner, gains[last], bands->fs);
}
