/* Second-order sections: where their poles are, and what their gain can be on an arc of
 * frequencies.
 *
 * H(w) = B/A = (b0 + b1 w + b2 w^2) / (1 + a1 w + a2 w^2), w = 1/z = R e^-jθ. R = 1 is the unit
 * circle, R > 1 a smaller circle of z: no zero of a loop's characteristic function in |w| <= R
 * means that every mode decays at least by the factor 1/R a sample.
 */
#ifndef ADACC_CERT_SECTIONS_H
#define ADACC_CERT_SECTIONS_H

#include "ir/net.h"

struct section_values {
    double b0, b1, b2, a1, a2;
    wire cell;
};

struct section_values section_values_of(const struct net *net, wire cell, bool single);

enum section_poles {
    POLES_INSIDE,   /* all within the unit circle */
    POLES_MARGINAL, /* a simple pole on it, none outside: rings for ever, does not grow */
    POLES_DOUBLE,   /* a double pole on it: grows */
    POLES_OUTSIDE
};

/* Exact. The poles are the roots of z^2 + a1 z + a2, so by Jury's test (1962) all of |z| < 1 if and
 * only if |a2| < 1 and |a1| < 1 + a2; the sign of 1 + a2 - |a1| is computed without error. */
enum section_poles section_classify(const struct section_values *s);

/* The modulus of its larger pole, for people. */
double section_pole_modulus(const struct section_values *s);

/* True only if every pole has R |z| < 1; for R = 1, POLES_INSIDE exactly. */
bool section_poles_within(const struct section_values *s, double R);

/* True only if some pole has R |z| > 1. */
bool section_poles_beyond(const struct section_values *s, double R);

/* An upper bound of |H| on all of |w| = R, above the least one by about the relative `tolerance`;
 * infinite where a pole is so near that rounding hides it. */
double section_peak(const struct section_values *s, double R, double tolerance);

/* The arc |θ - centre| <= half of the circle |w| = R. */
struct arc {
    double R, half;
    double w_re, w_im; /* w at the centre, within 4 UNIT R of a point that `half` allows for */
};

/* The centre is at `turn` (0..1) of the half circle from θ = 0 to π, an exact dyadic fraction. */
struct arc arc_make(double R, double turn, double half);

/* What H is on an arc: H(θ) = H(c) (1 + slope δ + e), |δ| <= half, |e| <= rest. */
struct enclosure {
    double re, im;             /* H at the centre, without error */
    double slope_re, slope_im; /* H'/H, derivatives with respect to θ */
    double modulus;            /* |H(c)| */
    double rest;
};

/* False if the arc is too wide, or too near to a pole, to say anything. Where H(c) is (next to)
 * zero, slope is 0 and rest infinite, and `*most` alone speaks. `*most` is an upper bound of |H| on
 * the arc, and of |H(θ) - H(c)| where `*radius` is asked for (may be null). */
bool section_enclose(const struct section_values *s, const struct arc *arc, struct enclosure *out,
                     double *most, double *radius);

#endif
