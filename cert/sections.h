/* Filters: second-order sections, and finite responses, which are sections without poles and with
 * more zeros. Where their poles are, and what their gain can be on an arc of frequencies.
 *
 * H(w) = B/A = (b0 + b1 w + b2 w^2) / (1 + a1 w + a2 w^2), w = 1/z = R e^-jθ. R = 1 is the unit
 * circle, R > 1 a smaller circle of z: no zero of a loop's characteristic function in |w| <= R
 * means that every mode decays at least by the factor 1/R a sample.
 */
#ifndef ADACC_CERT_SECTIONS_H
#define ADACC_CERT_SECTIONS_H

#include "cert/ball.h"
#include "ir/net.h"

struct section_values {
    double b0, b1, b2, a1, a2;  /* zeros for a finite response */
    const struct operand *taps; /* H = sum of taps[k] w^k; null for a section */
    uint32_t tap_count;
    bool single; /* taps are rounded to float32 */
    wire cell;
};

/* True for the cells that are one. */
bool cell_is_filter(const struct cell *cell);

/* A finite response without the zeros that it begins with: those are a delay of `least_delay`. */
struct section_values section_values_of(const struct net *net, wire cell, bool single);

bool section_is_finite(const struct section_values *s);

/* The degree of its numerator in w, and the coefficient there. */
uint32_t section_last(const struct section_values *s, double *last);

/* H at w = 1 or -1. */
struct ball section_real(const struct section_values *s, double sign);

/* What an evaluation costs, in evaluations of a section. */
uint32_t section_cost(const struct section_values *s);

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
 * infinite where a pole is so near that rounding hides it, and for finite responses, which arcs
 * have to bound. */
double section_peak(const struct section_values *s, double R, double tolerance);

/* The arc |θ - centre| <= half of the circle |w| = R. */
struct arc {
    double R, half;
    double w_re, w_im; /* w at the centre, within 4 UNIT R of a point that `half` allows for */
    double side;       /* of 1 and -1 the one that is nearer to w */
    double d_re, d_im; /* d = w - side at that point, within 12 UNIT |d| */
};

/* The centre is at `turn` (0..1) of the half circle from θ = 0 to π, an exact dyadic fraction. */
struct arc arc_make(double R, double turn, double half);

/* The region |u - u_c| <= half around any point, u = log w = log_radius - j angle. Of what is
 * enclosed on it radii count, not moduli by themselves: u moves in both directions. */
struct arc arc_disc(double log_radius, double angle, double half);

/* What H is on an arc: H(θ) = H(c) (1 + slope δ + e), |δ| <= half, |e| <= rest. */
struct enclosure {
    double re, im;             /* H at the centre, without error */
    double slope_re, slope_im; /* H'/H, derivatives with respect to θ */
    double modulus;            /* |H(c)| */
    double rest;
};

/* False if the arc is too wide, or too near to a pole, to say anything. Where H(c) is (next to)
 * zero, slope is 0 and rest infinite, and `*most` alone speaks. `*most` is an upper bound of |H| on
 * the arc, and of |H(θ) - H(c)| where `*radius` is asked for. If `radius` is null, moduli alone
 * count, and what is enclosed may be H times a power of w/R. */
bool section_enclose(const struct section_values *s, const struct arc *arc, struct enclosure *out,
                     double *most, double *radius);

#endif
