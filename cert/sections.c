#include "cert/sections.h"

#include <math.h>

#include "cert/ball.h"
#include "cert/constants.h"

bool cell_is_filter(const struct cell *cell) {
    return cell->op == CELL_SECTION || cell->op == CELL_FIR;
}

struct section_values section_values_of(const struct net *net, wire cell, bool single) {
    const struct cell *of = &net->cells[cell];
    const struct operand *o = of->operands;
    struct section_values s = {.cell = cell};
    if (of->op == CELL_FIR) {
        s.single = single;
        s.taps = o + of->least_delay;
        s.tap_count = of->operand_count - of->least_delay;
        while (s.tap_count > 1 && constant_of(s.taps[s.tap_count - 1], single) == 0) s.tap_count--;
        return s;
    }
    double *const to[] = {&s.b0, &s.b1, &s.b2, &s.a1, &s.a2};
    double values[5];
    constants_of_section(of, single, values);
    for (int i = 0; i < 5; i++) *to[i] = values[i];
    return s;
}

bool section_is_finite(const struct section_values *s) {
    for (uint32_t k = 0; k < s->tap_count; k++)
        if (!isfinite(constant_of(s->taps[k], s->single))) return false;
    return isfinite(s->b0) && isfinite(s->b1) && isfinite(s->b2) && isfinite(s->a1) &&
           isfinite(s->a2);
}

uint32_t section_last(const struct section_values *s, double *last) {
    if (s->taps) {
        *last = constant_of(s->taps[s->tap_count - 1], s->single);
        return s->tap_count - 1;
    }
    *last = s->b2 != 0 ? s->b2 : s->b1 != 0 ? s->b1 : s->b0;
    return s->b2 != 0 ? 2 : s->b1 != 0 ? 1 : 0;
}

/* (b0 ± b1 + b2) / (1 ± a1 + a2) */
struct ball section_real(const struct section_values *s, double sign) {
    if (s->taps) {
        struct ball sum = ball_exact(0);
        for (uint32_t k = 0; k < s->tap_count; k++) {
            double tap = constant_of(s->taps[k], s->single);
            sum = ball_add(sum, ball_exact(k % 2 ? sign * tap : tap));
        }
        return sum;
    }
    struct ball B =
        ball_add(ball_add(ball_exact(s->b0), ball_exact(s->b2)), ball_exact(sign * s->b1));
    struct ball A = ball_add(ball_add(ball_exact(1), ball_exact(s->a2)), ball_exact(sign * s->a1));
    return ball_divide(B, A);
}

uint32_t section_cost(const struct section_values *s) {
    return 1 + s->tap_count / 4;
}

enum section_poles section_classify(const struct section_values *s) {
    int real = sign_of_one_plus(s->a2, -fabs(s->a1)); /* of the lesser of A(1) and A(-1) */
    if (fabs(s->a2) > 1 || real < 0) return POLES_OUTSIDE;
    if (s->a2 == 1 && real == 0) return POLES_DOUBLE;
    /* |a2| < 1 and a root at 1 or -1: the other is a2 in modulus. a2 = -1 leaves a1 = 0, with roots
     * 1 and -1. a2 = 1, |a1| < 2: a pair of conjugates, simple. */
    return fabs(s->a2) < 1 && real > 0 ? POLES_INSIDE : POLES_MARGINAL;
}

double section_pole_modulus(const struct section_values *s) {
    double half = fabs(s->a1) / 2, square = half * half - s->a2;
    return square < 0 ? sqrt(s->a2) : half + sqrt(square);
}

/* R |a1|, R^2 a2, and how much the tests below may be wrong by their own rounding. */
static void scaled(const struct section_values *s, double R, double *a1, double *a2,
                   double *error) {
    *a1 = fabs(s->a1) * R;
    *a2 = s->a2 * R * R;
    *error = 8 * UNIT * (1 + *a1 + fabs(*a2));
}

bool section_poles_within(const struct section_values *s, double R) {
    if (R == 1) return section_classify(s) == POLES_INSIDE;
    double a1, a2, error;
    scaled(s, R, &a1, &a2, &error);
    return fabs(a2) + error < 1 && 1 + a2 - a1 > error;
}

bool section_poles_beyond(const struct section_values *s, double R) {
    double a1, a2, error;
    scaled(s, R, &a1, &a2, &error);
    return fabs(a2) - error > 1 || 1 + a2 - a1 < -error;
}

/* |c0 + c1 w + c2 w^2|^2 as a polynomial in x = cos θ, and the sum of the moduli of what it is made
 * of: each coefficient is computed within 8 UNIT of that. */
struct square {
    double at[3], size;
};

static struct square squared_modulus(double c0, double c1, double c2, double R) {
    double d1 = c1 * R, d2 = c2 * R * R;
    double size = fabs(c0) + fabs(d1) + fabs(d2);
    return (struct square){{d1 * d1 + (c0 - d2) * (c0 - d2), 2 * d1 * (c0 + d2), 4 * c0 * d2},
                           4 * size * size};
}

static double value_at(const struct square *p, double x) {
    return p->at[0] + x * (p->at[1] + x * p->at[2]);
}

/* The least value of q on [-1, 1]. */
static double least_of(const double q[3]) {
    double least = fmin(q[0] + q[1] + q[2], q[0] - q[1] + q[2]);
    if (q[2] > 0 && fabs(q[1]) < 2 * q[2]) least = fmin(least, q[0] - q[1] * q[1] / (4 * q[2]));
    return least;
}

double section_peak(const struct section_values *s, double R, double tolerance) {
    if (s->taps) return INFINITY;
    struct square B = squared_modulus(s->b0, s->b1, s->b2, R),
                  A = squared_modulus(1, s->a1, s->a2, R);
    /* B/A is largest at an end, or where B'A - BA' = c0 + c1 x + c2 x^2 vanishes. */
    double c0 = B.at[1] * A.at[0] - B.at[0] * A.at[1];
    double c1 = 2 * (B.at[2] * A.at[0] - B.at[0] * A.at[2]);
    double c2 = B.at[2] * A.at[1] - B.at[1] * A.at[2];
    double points[4] = {1, -1, 1, 1}, root = c1 * c1 - 4 * c0 * c2;
    if (root >= 0) {
        double sum = -(c1 + copysign(sqrt(root), c1)) / 2;
        if (c2 != 0) points[2] = sum / c2;
        if (sum != 0) points[3] = c0 / sum;
    }
    double ratio = 0;
    for (int i = 0; i < 4; i++) {
        double x = points[i], a = value_at(&A, x);
        if (fabs(x) <= 1 && a > 0) ratio = fmax(ratio, value_at(&B, x) / a);
    }
    /* That was a guess. It is a bound if (ratio A - B)(x) >= 0 on [-1, 1], beyond all rounding: of
     * the three coefficients of A and of B, of their difference, of the least value. */
    ratio *= 1 + 2 * tolerance;
    double q[3], size = ratio * A.size + B.size;
    for (int i = 0; i < 3; i++) q[i] = ratio * A.at[i] - B.at[i];
    if (!(least_of(q) > 64 * UNIT * size) || !isfinite(size)) return INFINITY;
    return sqrt(ratio) * (1 + 4 * UNIT);
}

struct arc arc_make(double R, double turn, double half) {
    const double pi = 3.14159265358979323846;
    /* pi and the product are off by less than 2 UNIT pi in all: the true centre lies within 1e-15
     * of the angle that cos and sin are asked for, and that much is added to the arc. Each of them
     * is right to an ulp, at most 2 UNIT, and R times it to another half: |w - w'| <= 4 UNIT R. */
    double angle = pi * turn, cosine = cos(angle), sine = sin(angle);
    /* With φ the angle to the nearer end, R e^(-jφ) - 1 = (R - 1) - 2 R sin^2(φ/2) - j R sin φ, of
     * which |R - 1| <= |d| and 2 R sin^2(φ/2) <= R |sin φ|: the roundings are of parts no larger
     * than d. π - angle is asked for as it is, a point within what is added to the arc. */
    bool far = cosine < 0;
    double from = far ? sin((pi - angle) / 2) : sin(angle / 2);
    double d = (R - 1) - 2 * R * from * from;
    return (struct arc){.R = R,
                        .half = half > 0 ? half * (1 + 0x1p-40) + 1e-15 : 1e-15,
                        .w_re = R * cosine,
                        .w_im = -R * sine,
                        .side = far ? -1 : 1,
                        .d_re = far ? -d : d,
                        .d_im = -R * (far ? sin(pi - angle) : sine)};
}

/* |w| is at most |w_c| e^half there, and `arc_make` knows no R but that of the centre. */
struct arc arc_disc(double log_radius, double angle, double half) {
    const double pi = 3.14159265358979323846;
    double radius = exp(log_radius);
    struct arc arc = arc_make(radius, angle / pi, half);
    /* The centre is off by some ulps of log_radius and angle, which count to the half width. */
    arc.half += 8 * UNIT * (fabs(log_radius) + fabs(angle) + 1);
    arc.R = radius * exp(arc.half) * (1 + 16 * UNIT);
    return arc;
}

/* H and its derivative at the centre of an arc. */
struct complex_two {
    double value[2], slope[2];
};

/* What H(c) + H'(c) δ + e, |e| <= rem, comes to for |δ| <= h. */
static bool conclude(struct complex_two at, double rem, double h, struct enclosure *out,
                     double *most, double *radius) {
    double H_re = at.value[0], H_im = at.value[1], dH_re = at.slope[0], dH_im = at.slope[1];
    double H = sqrt(H_re * H_re + H_im * H_im), dH = sqrt(dH_re * dH_re + dH_im * dH_im);
    *out = (struct enclosure){H_re, H_im, 0, 0, H, INFINITY};
    if (radius) *radius = (dH * h + rem) * (1 + 0x1p-40);
    if (!(H > 1e-100)) {
        *most = (H + dH * h + rem) * (1 + 0x1p-40);
        return isfinite(*most);
    }
    out->slope_re = (dH_re * H_re + dH_im * H_im) / (H * H);
    out->slope_im = (dH_im * H_re - dH_re * H_im) / (H * H);
    out->rest = rem / H * (1 + 0x1p-30);
    /* |H + H' δ| is convex in δ, so largest at an end. */
    double along = H * (1 + fabs(out->slope_re) * h), across = H * out->slope_im * h;
    *most = (sqrt(along * along + across * across) + rem) * (1 + 0x1p-40);
    return isfinite(*most);
}

/* H = sum of b_k w^k, H' = sum of -j k b_k w^k, |H''| <= Q = sum of k^2 |b_k| R^k, so that |rem| <=
 * h^2 Q / 2 (Taylor with the remainder of Lagrange). For moduli alone, H w^-m R^m has the same, and
 * with m in the middle of the response k - m is much less than k.
 *
 * Rounding. w is off by at most 4u R, and a product of complex numbers by 4u: w^k by 9 k u R^k, for
 * all k up to 2^20. A term adds u to each part, the sum of K terms K u of the moduli's sum S in
 * each part: in all (9 K + 1 + 2 K) u S < (16 K + 8) u S; of H' within h likewise, with D = sum of
 * |k - m| |b_k| R^k and two roundings more. */
static bool response_enclose(const struct section_values *s, const struct arc *arc,
                             struct enclosure *out, double *most, double *radius) {
    double weight = 0, moment = 0, middle = 0, h = arc->half;
    if (!radius) {
        for (uint32_t k = 0; k < s->tap_count; k++) {
            double size = fabs(constant_of(s->taps[k], s->single));
            weight += size;
            moment += k * size;
        }
        if (weight > 0) middle = nearbyint(moment / weight);
        if (!isfinite(middle)) return false;
    }
    double w_re = 1, w_im = 0, R = 1, S = 0, D = 0, Q = 0;
    struct complex_two at = {{0, 0}, {0, 0}};
    for (uint32_t k = 0; k < s->tap_count; k++) {
        double tap = constant_of(s->taps[k], s->single), from = k - middle;
        double re = tap * w_re, im = tap * w_im, size = fabs(tap) * R;
        at.value[0] += re;
        at.value[1] += im;
        /* -j (re + j im) = im - j re */
        at.slope[0] += from * im;
        at.slope[1] -= from * re;
        S += size;
        D += fabs(from) * size;
        Q += from * from * size;
        double next = w_re * arc->w_re - w_im * arc->w_im;
        w_im = w_re * arc->w_im + w_im * arc->w_re;
        w_re = next;
        R *= arc->R;
    }
    double error = (16.0 * s->tap_count + 16) * UNIT * (S + D * h);
    double rem = (h * h * Q / 2 + error) * (1 + 0x1p-20) + 1e-250;
    if (!isfinite(rem) || !conclude(at, rem, h, out, most, radius)) return false;
    *most = fmin(*most, S * (1 + 0x1p-20));
    return true;
}

/* c0 + c1 w + c2 w^2 at the centre of an arc, off by at most 16 UNIT size. */
struct quadratic {
    double re, im, size;
};

/* a + b + c, off by at most UNIT of itself and 4 UNIT^2 (|a| + |b| + |c|). */
static double sum_of(double a, double b, double c) {
    struct two first = two_sum(a, b), second = two_sum(first.high, c);
    return second.high + (first.low + second.low);
}

/* With w = s + d it is c(s) + (c1 + 2 s c2) d + c2 d^2. Next to s = ±1 that is made of smaller parts
 * where zeros are near, as those of filters at low frequencies are: |c(s)| is known to UNIT, d to 12
 * UNIT, its square to 28, so with their products and sums all is off by less than 34 UNIT times the
 * sum of these moduli. */
static struct quadratic quadratic_at(const struct arc *arc, double c0, double c1, double c2) {
    double x = arc->w_re, y = arc->w_im, R = arc->R;
    struct quadratic at = {c0 + c1 * x + c2 * (x * x - y * y), c1 * y + c2 * (2 * x * y),
                           fabs(c0) + R * fabs(c1) + R * R * fabs(c2)};
    double dx = arc->d_re, dy = arc->d_im, square = dx * dx + dy * dy;
    if (!(square < 0.01)) return at;
    double s = arc->side, end = sum_of(c0, s * c1, c2), slope = c1 + 2 * s * c2;
    double size = 3 * (fabs(end) + fabs(slope) * sqrt(square) + fabs(c2) * square) + 32 * UNIT * at.size;
    if (!(size < at.size)) return at;
    return (struct quadratic){end + (slope * dx + c2 * (dx * dx - dy * dy)),
                              slope * dy + c2 * (2 * dx * dy), size};
}

/* Derivation. With ' = d/dθ, w' = -j w, (w^2)' = -2j w^2, so |B''| <= QB = R (|b1| + 4 R |b2|), QA
 * likewise. By Taylor with the remainder of Lagrange, for |δ| <= h, H(c+δ) - H(c) = (ΔB - H ΔA) /
 * A(c+δ) = (H' δ A + rB - H rA) / A(c+δ),  |rB| <= QB h^2/2 and |A(c+δ)| >= |A| (1 - al), al =
 * (|A'| h + QA h^2/2) / |A|. So H(c+δ) = H + H' δ + rem with |rem| <= h |H'| al/(1 - al) + h^2 (QB
 * + |H| QA) / (2 |A| (1 - al)).
 *
 * Rounding. |w - w'| <= 4u R and w w is off by 2 * 4u + 3u relatively, so A computed is off by at
 * most 4u R |a1| + 11u R^2 |a2| and the three sums: within 16u SA, SA = 1 + R |a1| + R^2 |a2|, or
 * what quadratic_at says instead; B alike. The quotient adds less than 8u |H|. H computed is therefore
 * off by at most (20u (SB + |H| SA)) / |A| + 10u |H|, if 16u SA <= 0.01 |A|, which is asked for. H' =
 * (B' - H A') / A is made of that H, and of B' and A' that are off by 16u QB and 16u QA: what its error
 * can do within h is less than 1e-13 h ((QB + |H| QA) SA + (SB + |H| SA) |A'|) / |A|^2. All of it goes
 * into rem. */
bool section_enclose(const struct section_values *s, const struct arc *arc, struct enclosure *out,
                     double *most, double *radius) {
    if (s->taps) return response_enclose(s, arc, out, most, radius);
    double R = arc->R, h = arc->half, x = arc->w_re, y = arc->w_im;
    double x2 = x * x - y * y, y2 = 2 * x * y;
    struct quadratic A = quadratic_at(arc, 1, s->a1, s->a2);
    struct quadratic B = quadratic_at(arc, s->b0, s->b1, s->b2);
    double A_re = A.re, A_im = A.im, B_re = B.re, B_im = B.im, SA = A.size, SB = B.size;
    /* -j (x + j y) = y - j x */
    double dA_re = s->a1 * y + 2 * s->a2 * y2, dA_im = -(s->a1 * x + 2 * s->a2 * x2);
    double dB_re = s->b1 * y + 2 * s->b2 * y2, dB_im = -(s->b1 * x + 2 * s->b2 * x2);

    double a1 = R * fabs(s->a1), a2 = R * R * fabs(s->a2), b1 = R * fabs(s->b1),
           b2 = R * R * fabs(s->b2);
    double QA = a1 + 4 * a2, QB = b1 + 4 * b2;
    double square = A_re * A_re + A_im * A_im, modulus_A = sqrt(square);
    if (!(modulus_A > 2000 * UNIT * SA) || !(square > 1e-200)) return false;
    double inverse = 1 / modulus_A;
    double modulus_dA = sqrt(dA_re * dA_re + dA_im * dA_im);
    double al = (modulus_dA * h + QA * h * h / 2) * inverse + 20 * UNIT * SA * inverse;
    if (!(al < 0.9)) return false;
    double grown = 1 / (1 - al) * (1 + 0x1p-40);

    double H_re = (B_re * A_re + B_im * A_im) / square, H_im = (B_im * A_re - B_re * A_im) / square;
    double n_re = dB_re - (H_re * dA_re - H_im * dA_im),
           n_im = dB_im - (H_re * dA_im + H_im * dA_re);
    double dH_re = (n_re * A_re + n_im * A_im) / square,
           dH_im = (n_im * A_re - n_re * A_im) / square;
    double H = sqrt(H_re * H_re + H_im * H_im), dH = sqrt(dH_re * dH_re + dH_im * dH_im);

    double rem = h * dH * al * grown + h * h * (QB + H * QA) * inverse / 2 * grown +
                 20 * UNIT * (SB + H * SA) * inverse + 10 * UNIT * H +
                 1e-13 * h * ((QB + H * QA) * SA + (SB + H * SA) * modulus_dA) * inverse * inverse;
    rem = rem * (1 + 0x1p-30) + 1e-250;
    return conclude((struct complex_two){{H_re, H_im}, {dH_re, dH_im}}, rem, h, out, most, radius);
}
