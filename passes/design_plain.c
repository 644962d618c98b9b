/* What FAUST's library computes for fi.lowpass, fi.highpass, fi.bandpass, fi.peak_eq and fi.svf:
 * analog prototypes through the bilinear transform (J. O. Smith, Introduction to Digital Filters,
 * 2007). */
#include <complex.h>
#include <math.h>

#include "passes/design.h"

/* (B2 s^2 + B1 s + B0) / (s^2 + A1 s + A0) with s = c (1 - z^-1) / (1 + z^-1). */
static struct biquad bilinear(double B2, double B1, double B0, double A1, double A0, double c) {
    double cc = c * c;
    return (struct biquad){B0 + B1 * c + B2 * cc, 2 * (B0 - B2 * cc), B0 - B1 * c + B2 * cc,
                           A0 + A1 * c + cc,      2 * (A0 - cc),      A0 - A1 * c + cc};
}

/* The scale that keeps the frequency f where it is. */
static double warped(double f, double fs) {
    return 1 / tan(M_PI * f / fs);
}

/* Section k of Butterworth's polynomial of that order: s^2 + 2 cos(angle) s + 1. */
static double damping(uint32_t order, uint32_t k) {
    double angle = order % 2 ? (k + 1) * M_PI / order : (2 * k + 1) * M_PI / (2.0 * order);
    return 2 * cos(angle);
}

void design_butterworth(bool highpass, uint32_t order, double fc, double fs, struct biquad *out) {
    double c = warped(fc, fs);
    uint32_t count = 0;
    if (order % 2) /* 1 / (s + 1), or s / (s + 1) */
        out[count++] = highpass ? (struct biquad){c, -c, 0, 1 + c, 1 - c, 0}
                                : (struct biquad){1, 1, 0, 1 + c, 1 - c, 0};
    for (uint32_t k = 0; k < order / 2; k++)
        out[count++] = bilinear(highpass, 0, !highpass, damping(order, k), 1, c);
}

/* s of the lowpass becomes (s^2 + wc^2) / (w1 s), with the edges warped, wc^2 = wl wu and w1 = wu -
 * wl. A pole p of the lowpass becomes the two roots of s^2 - p w1 s + wc^2, each with its conjugate
 * a section of w1 s / (s^2 - 2 Re(r) s + |r|^2). */
void design_bandpass(uint32_t order, double fl, double fh, double fs, struct biquad *out) {
    double c = 2 * fs, wl = c * tan(M_PI * fl / fs), wu = c * tan(M_PI * fh / fs);
    double square = wl * wu, w1 = wu - wl;
    uint32_t count = 0;
    if (order % 2) out[count++] = bilinear(0, w1, 0, w1, square, c);
    for (uint32_t k = 0; k < order / 2; k++) {
        double half = damping(order, k) / 2;
        double complex p = (-half + I * sqrt(1 - half * half)) * w1;
        double complex root = csqrt(p * p - 4 * square);
        double complex roots[2] = {(p + root) / 2, (p - root) / 2};
        for (int i = 0; i < 2; i++) {
            double modulus = cabs(roots[i]);
            out[count++] = bilinear(0, w1, 0, -2 * creal(roots[i]), modulus * modulus, c);
        }
    }
}

/* (s^2 + b s + 1) / (s^2 + a s + 1): the narrower of the two has a = pi B T / sin(w T), the other
 * that times the gain. */
struct biquad design_peak(double gain_db, double fc, double bandwidth, double fs) {
    double narrow = M_PI * bandwidth / fs / sin(2 * M_PI * fc / fs);
    double wide = narrow * pow(10, fabs(gain_db) / 20);
    bool up = gain_db > 0;
    return bilinear(1, up ? wide : narrow, 1, up ? narrow : wide, 1, warped(fc, fs));
}

/* Over s^2 + s / Q + 1: 1, s^2, s, s^2 + 1, s^2 - s / Q + 1. */
struct biquad design_plain_svf(enum plain_svf kind, double fc, double q, double fs) {
    double c = warped(fc, fs), k = 1 / q;
    switch (kind) {
    case PLAIN_HIGHPASS: return bilinear(1, 0, 0, k, 1, c);
    case PLAIN_BANDPASS: return bilinear(0, 1, 0, k, 1, c);
    case PLAIN_NOTCH: return bilinear(1, 0, 1, k, 1, c);
    case PLAIN_ALLPASS: return bilinear(1, -k, 1, k, 1, c);
    case PLAIN_LOWPASS: break;
    }
    return bilinear(0, 0, 1, k, 1, c);
}
