#include <float.h>
#include <math.h>

#include "passes/design.h"

double design_softplus(double x) {
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

double design_sigmoid(double x) {
    return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

static double clamped(double x, double lo, double hi) {
    return fmin(fmax(x, lo), hi);
}

/* G = 10^(clamp(20 log10 |g|, -60, 60) / 20). */
static double limited_gain(double gain) {
    return clamped(fabs(gain), 1e-3, 1e3);
}

/* w = pi clamp(f, 0, 1), alpha = sin(w) / sqrt 2: Bristow-Johnson's cookbook (1994) with Q = 1 /
 * sqrt 2. lowpass   b = G [(1 - cos w) / 2, 1 - cos w, (1 - cos w) / 2] highpass  b = G [(1 + cos
 * w) / 2, -(1 + cos w), (1 + cos w) / 2] a = [1 + alpha, -2 cos w, 1 - alpha] */
static struct biquad pass(enum biquad_kind kind, double f, double g) {
    double w = M_PI * clamped(f, 0, 1), c = cos(w), alpha = sin(w) * M_SQRT1_2;
    double middle = kind == BIQUAD_LOWPASS ? g * (1 - c) : -g * (1 + c), side = fabs(middle) / 2;
    return (struct biquad){side, middle, side, 1 + alpha, -2 * c, 1 - alpha};
}

/* The same book's bandpass of 0 dB at its peak: fk = clamp(fk, eps, 1 - eps), w = pi (f1 + f2) / 2,
 *     BW = log2(f2 / f1), alpha = sin w sinh(ln 2 / 2 BW w / sin w)
 *     b = G [alpha, 0, -alpha], a = [1 + alpha, -2 cos w, 1 - alpha] */
static struct biquad band(double f1, double f2, double g) {
    f1 = clamped(f1, DBL_EPSILON, 1 - DBL_EPSILON);
    f2 = clamped(f2, DBL_EPSILON, 1 - DBL_EPSILON);
    double w = M_PI * (f1 + f2) / 2, octaves = log2(f2 / f1);
    double alpha = sin(w) * sinh(M_LN2 / 2 * octaves * w / sin(w));
    return (struct biquad){g * alpha, 0, -g * alpha, 1 + alpha, -2 * cos(w), 1 - alpha};
}

struct biquad design_biquad(enum biquad_kind kind, double f1, double f2, double gain) {
    double g = limited_gain(gain);
    return kind == BIQUAD_BANDPASS ? band(f1, f2, g) : pass(kind, f1, g);
}
