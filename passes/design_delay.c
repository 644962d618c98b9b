#include "passes/design_delay.h"

#include <math.h>

#include "ir/base/text.h"
#include "passes/factor.h"

enum {
    COST_MOST = 64, /* of those that are chosen among */
    POINTS = 96,    /* of the band, for the choice */
};

static const double pi = 3.14159265358979323846;

/* A filter in the making: it delays by `d` samples, behind `whole` others. */
struct design {
    struct interpolation how;
    uint32_t whole, count;                      /* count: of taps, or of a[0..N] */
    double d, at[INTERPOLATION_ORDER_MOST + 1]; /* h, or a */
    double error;
};

/* ---- the three formulas -----------------------------------------------------------------------
 */

/* The modified Bessel function of order 0, by its power series. */
static double bessel(double x) {
    double sum = 1, term = 1;
    for (int k = 1; term > 1e-17 * sum; k++) {
        term *= x / (2 * k) * (x / (2 * k));
        sum += term;
    }
    return sum;
}

static void sinc_taps(struct design *design, double beta) {
    double middle = bessel(beta);
    for (uint32_t k = 0; k < design->count; k++) {
        double x = k - design->d, edge = 2 * x / design->count;
        double window = bessel(beta * sqrt(fmax(0, 1 - edge * edge))) / middle;
        design->at[k] = fabs(x) < 1e-12 ? 1 : sin(pi * x) / (pi * x) * window;
    }
}

static void lagrange_taps(struct design *design) {
    for (uint32_t k = 0; k < design->count; k++) {
        double product = 1;
        for (uint32_t n = 0; n < design->count; n++)
            if (n != k) product *= (design->d - n) / ((double)k - n);
        design->at[k] = product;
    }
}

static void thiran_coefficients(struct design *design) {
    uint32_t N = design->count - 1;
    double binomial = 1;
    for (uint32_t k = 0; k <= N; k++) {
        double a = binomial;
        for (uint32_t n = 0; n <= N; n++) a *= (design->d - N + n) / (design->d - N + k + n);
        design->at[k] = a;
        binomial *= -((double)N - k) / (k + 1);
    }
}

/* ---- how good they are ------------------------------------------------------------------------
 */

struct point {
    double re, im;
};

static struct point response(const struct design *design, double angle) {
    double re = 0, im = 0, z_re = 1, z_im = 0, c = cos(angle), s = -sin(angle);
    for (uint32_t k = 0; k < design->count; k++) {
        re += design->at[k] * z_re;
        im += design->at[k] * z_im;
        double next = z_re * c - z_im * s;
        z_im = z_re * s + z_im * c;
        z_re = next;
    }
    if (design->how.method != INTERPOLATE_THIRAN) return (struct point){re, im};
    /* z^-N times the conjugate of A over A */
    double turn = -(double)(design->count - 1) * angle - 2 * atan2(im, re);
    return (struct point){cos(turn), sin(turn)};
}

/* The greatest distance from e^-jωd at `points` frequencies of the band, the highest first; stops
 * where it is above `enough`. */
static double error_of(const struct design *design, uint32_t points, double enough) {
    double worst = 0;
    for (uint32_t i = points + 1; i-- > 0 && worst <= enough;) {
        double angle = 2 * pi * INTERPOLATOR_BAND * i / points;
        struct point h = response(design, angle);
        worst = fmax(worst, hypot(h.re - cos(angle * design->d), h.im + sin(angle * design->d)));
    }
    return worst;
}

/* A bound of |H|. |H|² is a trigonometric polynomial T of degree n = count - 1; between points that
 * are D apart it rises above them by at most (D/2)²/2 max|T''|, and by Bernstein |T''| <= n² max T
 * / 2. */
static double peak_of(const struct design *design) {
    uint32_t n = design->count - 1;
    double r[INTERPOLATION_ORDER_MOST + 1];
    for (uint32_t k = 0; k <= n; k++) {
        r[k] = 0;
        for (uint32_t i = 0; i + k <= n; i++) r[k] += design->at[i] * design->at[i + k];
    }
    uint32_t points = 1024 * (n + 1) < 65536 ? 1024 * (n + 1) : 65536;
    double most = 0;
    for (uint32_t i = 0; i <= points; i++) {
        /* r0 + 2 sum of r_k cos kω, by Clenshaw's recurrence */
        double c = 2 * cos(pi * i / points), b1 = 0, b2 = 0;
        for (uint32_t k = n; k > 0; k--) {
            double b = 2 * r[k] + c * b1 - b2;
            b2 = b1;
            b1 = b;
        }
        most = fmax(most, r[0] + c / 2 * b1 - b2);
    }
    double apart = pi / points;
    return sqrt(most / (1 - apart * apart * n * n / 16)) * (1 + 1e-12);
}

/* Never louder than what comes in, with taps in double or rounded to float. */
static void scale(struct design *design) {
    double sum = 0;
    for (uint32_t k = 0; k < design->count; k++) sum += fabs(design->at[k]);
    double peak = peak_of(design) + sum * 0x1p-24;
    if (peak <= 1) return;
    for (uint32_t k = 0; k < design->count; k++) design->at[k] /= peak;
}

/* ---- one of a given order ---------------------------------------------------------------------
 */

/* The delay in the middle of a filter of that order. */
static double middle_of(struct interpolation how) {
    switch (how.method) {
    case INTERPOLATE_SINC: return (how.order - 1.0) / 2;
    case INTERPOLATE_LAGRANGE: return how.order / 2.0;
    default: return how.order;
    }
}

static bool fits(struct interpolation how, double delay, uint32_t least) {
    return floor(delay - middle_of(how) + 0.5) >= least;
}

/* Kaiser's β for what N taps can reach: 8 + 2.285 (N - 1) Δω dB, where the jump at half the sample
 * rate may take up Δω, what is left of the band on both of its sides. A little more or less may be
 * better. */
static void best_window(struct design *design) {
    double width = 4 * pi * (0.5 - INTERPOLATOR_BAND);
    double A = fmin(8 + 2.285 * (design->count - 1) * width, 130);
    double beta = A > 50   ? 0.1102 * (A - 8.7)
                  : A > 21 ? 0.5842 * pow(A - 21, 0.4) + 0.07886 * (A - 21)
                           : 0;
    double best = beta;
    design->error = INFINITY;
    for (int i = -5; i <= 5; i++) {
        double tried = fmax(0, beta * (1 + 0.06 * i) + 0.1 * i);
        sinc_taps(design, tried);
        double error = error_of(design, POINTS, design->error);
        if (error >= design->error) continue;
        design->error = error;
        best = tried;
    }
    sinc_taps(design, best);
}

/* The filter before it is scaled, and its error as far as the choice needs it. */
static void draft(struct interpolation how, double delay, double enough, struct design *design) {
    design->how = how;
    design->whole = (uint32_t)floor(delay - middle_of(how) + 0.5);
    design->d = delay - design->whole;
    design->count = how.order + (how.method != INTERPOLATE_SINC);
    switch (how.method) {
    case INTERPOLATE_SINC: best_window(design); return;
    case INTERPOLATE_LAGRANGE: lagrange_taps(design); break;
    default: thiran_coefficients(design);
    }
    design->error = error_of(design, POINTS, enough);
}

static void finish(struct design *design) {
    if (design->how.method != INTERPOLATE_THIRAN) scale(design);
    design->error = error_of(design, 32 * design->count + POINTS, INFINITY) * (1 + 1e-3);
}

/* A(z) in sections, each an all-pass for itself: b0 b1 b2 = a2 a1 1. */
static bool all_pass_sections(struct arena *arena, const struct design *design,
                              struct interpolator *out) {
    struct section_numbers numbers[FACTOR_DEGREE_MOST];
    const double one = 1;
    uint32_t degree = design->count - 1;
    while (degree && design->at[degree] == 0) degree--;
    uint32_t count = degree ? factor_sections(&one, 0, design->at, degree, numbers) : 0;
    if (degree && !count) return false;
    struct section *sections = ARENA_ARRAY(arena, count, struct section);
    for (uint32_t i = 0; i < count; i++) {
        double a1 = numbers[i].a[1], a2 = numbers[i].a[2];
        const struct operand one_operand = operand_constant(1), zero = operand_constant(0);
        sections[i] = a2 != 0 ? (struct section){operand_constant(a2), operand_constant(a1),
                                                 one_operand,          one_operand,
                                                 operand_constant(a1), operand_constant(a2)}
                              : (struct section){operand_constant(a1), one_operand,          zero,
                                                 one_operand,          operand_constant(a1), zero};
    }
    out->section_count = count;
    out->sections = sections;
    return true;
}

static bool give(struct arena *arena, const struct design *design, struct interpolator *out) {
    *out =
        (struct interpolator){.how = design->how, .whole = design->whole, .error = design->error};
    if (design->how.method == INTERPOLATE_THIRAN) return all_pass_sections(arena, design, out);
    double *taps = ARENA_ARRAY(arena, design->count, double);
    for (uint32_t k = 0; k < design->count; k++) taps[k] = design->at[k];
    out->taps = taps;
    out->tap_count = design->count;
    return true;
}

bool interpolator_make(struct arena *arena, struct interpolation how, double delay, uint32_t least,
                       struct interpolator *out) {
    uint32_t lowest = how.method == INTERPOLATE_SINC ? 2 : 1;
    while (how.order > lowest && !fits(how, delay, least)) how.order--;
    /* What is shorter than half a sample lies between a sample and the one before it. */
    if (!fits(how, delay, least)) how = (struct interpolation){INTERPOLATE_LAGRANGE, 1};
    if (!fits(how, delay, least)) return false;
    struct design design;
    draft(how, delay, INFINITY, &design);
    finish(&design);
    return give(arena, &design, out);
}

/* The one of that method which costs so much, if there is any: a tap is one multiply-add, a section
 * of the first order three, of the second five. */
static bool of_cost(enum interpolation_method method, uint32_t cost, struct interpolation *how) {
    how->method = method;
    switch (method) {
    case INTERPOLATE_SINC: how->order = cost; return true;
    case INTERPOLATE_LAGRANGE: how->order = cost - 1; return true;
    default:
        how->order = cost % 5 == 3 ? 2 * (cost / 5) + 1 : 2 * (cost / 5);
        return (cost % 5 == 0 || cost % 5 == 3) && how->order <= FACTOR_DEGREE_MOST / 2;
    }
}

bool interpolator_choose(struct arena *arena, double delay, double target, uint32_t least,
                         struct interpolator *out) {
    static const enum interpolation_method methods[] = {INTERPOLATE_LAGRANGE, INTERPOLATE_SINC,
                                                        INTERPOLATE_THIRAN};
    struct interpolation best = {INTERPOLATE_LAGRANGE, 1};
    double least_error = INFINITY;
    for (uint32_t cost = 2; cost <= COST_MOST; cost++) {
        for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
            struct interpolation how;
            if (!of_cost(methods[m], cost, &how) || !fits(how, delay, least)) continue;
            struct design design;
            draft(how, delay, least_error, &design);
            if (design.error < least_error) {
                least_error = design.error;
                best = how;
            }
            if (!(design.error < target)) continue;
            finish(&design);
            if (design.error < target && give(arena, &design, out)) return true;
        }
    }
    interpolator_make(arena, best, delay, least, out);
    return false;
}

const char *interpolator_text(struct arena *arena, struct interpolation how) {
    switch (how.method) {
    case INTERPOLATE_SINC: return text_format(arena, "a windowed sinc of %u taps", how.order);
    case INTERPOLATE_LAGRANGE:
        return text_format(arena, "Lagrange's interpolator of order %u", how.order);
    default: return text_format(arena, "Thiran's all-pass of order %u", how.order);
    }
}
