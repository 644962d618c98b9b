#include "passes/factor.h"

#include <complex.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

/* ---- numbers of twice the precision (Dekker 1971) ---------------------------------------------
 */

struct wide {
    double high, low;
};
struct wide_complex {
    struct wide re, im;
};

static struct wide sum_exactly(double a, double b) {
    double sum = a + b, part = sum - a;
    return (struct wide){sum, (a - (sum - part)) + (b - part)};
}
static struct wide wide_add(struct wide a, struct wide b) {
    struct wide s = sum_exactly(a.high, b.high);
    return sum_exactly(s.high, s.low + a.low + b.low);
}
static struct wide wide_negate(struct wide a) {
    return (struct wide){-a.high, -a.low};
}
static struct wide wide_multiply(struct wide a, struct wide b) {
    double product = a.high * b.high;
    double rest = fma(a.high, b.high, -product) + a.high * b.low + a.low * b.high;
    return sum_exactly(product, rest);
}
static struct wide wide_divide(struct wide a, struct wide b) {
    double first = a.high / b.high;
    struct wide rest = wide_add(a, wide_negate(wide_multiply(b, (struct wide){first, 0})));
    return sum_exactly(first, rest.high / b.high);
}

static struct wide_complex complex_add(struct wide_complex a, struct wide_complex b) {
    return (struct wide_complex){wide_add(a.re, b.re), wide_add(a.im, b.im)};
}
static struct wide_complex complex_subtract(struct wide_complex a, struct wide_complex b) {
    return (struct wide_complex){wide_add(a.re, wide_negate(b.re)),
                                 wide_add(a.im, wide_negate(b.im))};
}
static struct wide_complex complex_multiply(struct wide_complex a, struct wide_complex b) {
    return (struct wide_complex){
        wide_add(wide_multiply(a.re, b.re), wide_negate(wide_multiply(a.im, b.im))),
        wide_add(wide_multiply(a.re, b.im), wide_multiply(a.im, b.re))};
}
static struct wide_complex complex_divide(struct wide_complex a, struct wide_complex b) {
    struct wide square = wide_add(wide_multiply(b.re, b.re), wide_multiply(b.im, b.im));
    struct wide_complex conjugate = {b.re, wide_negate(b.im)};
    struct wide_complex product = complex_multiply(a, conjugate);
    return (struct wide_complex){wide_divide(product.re, square), wide_divide(product.im, square)};
}
static double size_of(struct wide_complex a) {
    return hypot(a.re.high, a.im.high);
}
static struct wide_complex real_number(double a) {
    return (struct wide_complex){{a, 0}, {0, 0}};
}

/* ---- roots ------------------------------------------------------------------------------------
 */

enum { ITERATIONS_MOST = 500, ROOM = FACTOR_DEGREE_MOST + 1 };

/* Starting points: where log |c_k| over k has its upper hull from i to j, j - i roots lie about
 * |c_j / c_i|^(1 / (j - i)) away from 0. c[k] belongs to x^(n-k). */
static void start(const double *c, uint32_t n, struct wide_complex *roots) {
    uint32_t hull[ROOM], count = 0;
    for (uint32_t k = 0; k <= n; k++) {
        if (c[k] == 0) continue;
        while (count >= 2) {
            uint32_t i = hull[count - 2], j = hull[count - 1];
            double before = (log(fabs(c[j])) - log(fabs(c[i]))) / (j - i);
            double behind = (log(fabs(c[k])) - log(fabs(c[j]))) / (k - j);
            if (before > behind) break;
            count--;
        }
        hull[count++] = k;
    }
    uint32_t next = 0;
    for (uint32_t h = 0; h + 1 < count; h++) {
        uint32_t i = hull[h], j = hull[h + 1];
        double radius = exp((log(fabs(c[j])) - log(fabs(c[i]))) / (j - i));
        for (uint32_t k = i; k < j; k++) {
            double angle = 2 * M_PI * (k - i) / (j - i) + 0.7 + 1.3 * h;
            roots[next++] =
                (struct wide_complex){{radius * cos(angle), 0}, {radius * sin(angle), 0}};
        }
    }
}

/* Newton's step for root i, less what the other roots pull (Aberth); true if it moved. */
static bool improve(const double *c, uint32_t n, struct wide_complex *roots, uint32_t i) {
    struct wide_complex x = roots[i], value = real_number(c[0]), slope = real_number(0);
    for (uint32_t k = 1; k <= n; k++) {
        slope = complex_add(complex_multiply(slope, x), value);
        value = complex_add(complex_multiply(value, x), real_number(c[k]));
    }
    if (size_of(value) == 0) return false;
    /* step = v / (v' - v s) */
    struct wide_complex pull = real_number(0);
    for (uint32_t k = 0; k < n; k++) {
        struct wide_complex apart = complex_subtract(x, roots[k]);
        if (k != i && size_of(apart) > 0)
            pull = complex_add(pull, complex_divide(real_number(1), apart));
    }
    struct wide_complex under = complex_subtract(slope, complex_multiply(value, pull));
    if (size_of(under) == 0) return false;
    struct wide_complex step = complex_divide(value, under);
    roots[i] = complex_subtract(x, step);
    return size_of(step) > 1e-29 * size_of(x);
}

static void find_roots(const double *c, uint32_t n, struct wide_complex *roots) {
    start(c, n, roots);
    for (int iteration = 0; iteration < ITERATIONS_MOST; iteration++) {
        bool moved = false;
        for (uint32_t i = 0; i < n; i++) moved = improve(c, n, roots, i) || moved;
        if (!moved) return;
    }
}

/* ---- roots of several times -------------------------------------------------------------------
 */

/* p(c + x) = t[0] + t[1] x + ... + t[m] x^m + ..., and the sizes of what each t was added up from.
 */
static void expand_at(const double *coefficients, uint32_t n, struct wide_complex c, uint32_t m,
                      struct wide_complex *t, double *sizes) {
    struct wide_complex rest[ROOM];
    double bound[ROOM], size = size_of(c);
    for (uint32_t k = 0; k <= n; k++) {
        rest[k] = real_number(coefficients[k]);
        bound[k] = fabs(coefficients[k]);
    }
    for (uint32_t j = 0; j <= m; j++) {
        for (uint32_t k = 1; k <= n - j; k++) {
            rest[k] = complex_add(rest[k], complex_multiply(rest[k - 1], c));
            bound[k] += bound[k - 1] * size;
        }
        t[j] = rest[n - j];
        sizes[j] = bound[n - j];
    }
}

/* True if there is one root m times near c, to which c is moved: the root of the derivative of
 * order m - 1, where all lower ones vanish too. */
static bool is_multiple(const double *coefficients, uint32_t n, uint32_t m,
                        struct wide_complex *c) {
    struct wide_complex t[ROOM];
    double sizes[ROOM];
    for (int turn = 0; turn < 8; turn++) {
        expand_at(coefficients, n, *c, m, t, sizes);
        if (size_of(t[m]) == 0) return false;
        struct wide_complex under = complex_multiply(t[m], real_number(m));
        *c = complex_subtract(*c, complex_divide(t[m - 1], under));
    }
    expand_at(coefficients, n, *c, m, t, sizes);
    for (uint32_t j = 0; j < m; j++)
        if (!(size_of(t[j]) <= 1e-27 * sizes[j])) return false;
    return true;
}

/* How far apart rounding throws the roots of one that comes m times. */
static double scatter(uint32_t m) {
    return 100 * pow(1e-30, 1.0 / m);
}

/* Puts the m roots nearest to number `first` behind it, and gives their middle; how far they reach
 * from their middle. */
static double gather(struct wide_complex *roots, uint32_t first, uint32_t n, uint32_t m,
                     struct wide_complex *middle) {
    *middle = roots[first];
    for (uint32_t k = 1; k < m; k++) {
        uint32_t best = first + k;
        for (uint32_t i = first + k + 1; i < n; i++)
            if (size_of(complex_subtract(roots[i], roots[first])) <
                size_of(complex_subtract(roots[best], roots[first])))
                best = i;
        struct wide_complex kept = roots[first + k];
        roots[first + k] = roots[best];
        roots[best] = kept;
        *middle = complex_add(*middle, roots[first + k]);
    }
    *middle = complex_divide(*middle, real_number(m));
    double reach = 0;
    for (uint32_t k = 0; k < m; k++)
        reach = fmax(reach, size_of(complex_subtract(roots[first + k], *middle)));
    return reach;
}

/* Roots that are one, several times, become so. */
static void join_multiple(const double *coefficients, uint32_t n, struct wide_complex *roots) {
    for (uint32_t i = 0; i < n;) {
        uint32_t m = n - i;
        for (; m > 1; m--) {
            struct wide_complex c;
            double reach = gather(roots, i, n, m, &c);
            if (reach > scatter(m) * size_of(c) || !is_multiple(coefficients, n, m, &c)) continue;
            for (uint32_t k = 0; k < m; k++) roots[i + k] = c;
            break;
        }
        i += m;
    }
}

/* ---- roots two by two -------------------------------------------------------------------------
 */

/* x^2 - sum x + product; of a single root, sum is the root and product 0. */
struct root_pair {
    uint32_t count; /* 1 or 2 */
    double complex
        at; /* the one with im >= 0, or the real one that is nearest to the unit circle */
    double sum, product;
};

static double from_circle(double complex root) {
    return fabs(1 - cabs(root));
}

struct root_set {
    struct root_pair pairs[ROOM]; /* complex ones */
    uint32_t pair_count;
    double reals[ROOM]; /* descending size */
    uint32_t real_count;
};

static int larger_first(const void *a, const void *b) {
    double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x < y) - (x > y);
}

/* An imaginary part that changes a product of two by less than a last bit is none. */
#define IMAGINARY_LEAST 1e-9

static bool sort_roots(const double *c, uint32_t n, struct root_set *out) {
    struct wide_complex roots[ROOM];
    double complex upper[ROOM], lower[ROOM];
    uint32_t uppers = 0, lowers = 0;
    *out = (struct root_set){.pair_count = 0};
    find_roots(c, n, roots);
    join_multiple(c, n, roots);
    for (uint32_t i = 0; i < n; i++) {
        double re = roots[i].re.high, im = roots[i].im.high;
        if (!isfinite(re) || !isfinite(im)) return false;
        if (fabs(im) <= IMAGINARY_LEAST * fabs(re)) out->reals[out->real_count++] = re;
        else if (im > 0) upper[uppers++] = re + im * I;
        else lower[lowers++] = re + im * I;
    }
    if (uppers != lowers) return false;
    for (uint32_t i = 0; i < uppers; i++) {
        uint32_t best = i;
        for (uint32_t k = i + 1; k < lowers; k++)
            if (cabs(conj(lower[k]) - upper[i]) < cabs(conj(lower[best]) - upper[i])) best = k;
        double complex partner = lower[best];
        lower[best] = lower[i];
        double re = (creal(upper[i]) + creal(partner)) / 2,
               im = (cimag(upper[i]) - cimag(partner)) / 2;
        out->pairs[out->pair_count++] =
            (struct root_pair){2, re + im * I, 2 * re, re * re + im * im};
    }
    qsort(out->reals, out->real_count, sizeof *out->reals, larger_first);
    return true;
}

static struct root_pair pair_of_reals(double a, double b) {
    double nearer = from_circle(a) <= from_circle(b) ? a : b;
    return (struct root_pair){2, nearer, a + b, a * b};
}
static struct root_pair single(double a) {
    return (struct root_pair){1, a, a, 0};
}

static int nearest_to_circle_first(const void *a, const void *b) {
    const struct root_pair *x = a, *y = b;
    double p = from_circle(x->at), q = from_circle(y->at);
    return (p > q) - (p < q);
}

static uint32_t pole_pairs(struct root_set *set, struct root_pair *out) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < set->pair_count; i++) out[count++] = set->pairs[i];
    for (uint32_t i = 0; i < set->real_count; i += 2)
        out[count++] = i + 1 < set->real_count ? pair_of_reals(set->reals[i], set->reals[i + 1])
                                               : single(set->reals[i]);
    qsort(out, count, sizeof *out, nearest_to_circle_first);
    return count;
}

/* The real root nearest to `to`, taken out of the set. */
static double take_real(struct root_set *set, double complex to) {
    uint32_t best = 0;
    for (uint32_t i = 1; i < set->real_count; i++)
        if (cabs(set->reals[i] - to) < cabs(set->reals[best] - to)) best = i;
    double root = set->reals[best];
    for (uint32_t i = best + 1; i < set->real_count; i++) set->reals[i - 1] = set->reals[i];
    set->real_count--;
    return root;
}

/* The zeros that belong to these poles, taken out of the set; none where there are none left. */
static struct root_pair take_zeros(struct root_set *set, double complex to) {
    uint32_t best = UINT32_MAX;
    double distance = INFINITY, real_distance = INFINITY;
    for (uint32_t i = 0; i < set->pair_count; i++) {
        double d = cabs(set->pairs[i].at - to);
        if (d < distance) distance = d, best = i;
    }
    for (uint32_t i = 0; i < set->real_count; i++)
        real_distance = fmin(real_distance, cabs(set->reals[i] - to));
    if (best != UINT32_MAX && distance <= real_distance) {
        struct root_pair pair = set->pairs[best];
        set->pairs[best] = set->pairs[--set->pair_count];
        return pair;
    }
    if (!set->real_count) return (struct root_pair){0, 0, 0, 0};
    double first = take_real(set, to);
    return set->real_count ? pair_of_reals(first, take_real(set, to)) : single(first);
}

static void put_roots(double *to, struct root_pair pair) {
    to[0] = 1;
    to[1] = pair.count ? -pair.sum : 0;
    to[2] = pair.count == 2 ? pair.product : 0;
}

/* ---- is it the same? --------------------------------------------------------------------------
 */

static double complex value_at(const double *c, uint32_t n, double complex x) {
    double complex value = 0;
    for (uint32_t k = n + 1; k-- > 0;) value = value * x + c[k];
    return value;
}

/* Each side of the quotient at points around the circle: nine digits of it, or what the rounding of
 * its coefficients leaves. */
static bool gives_back(const double *c, uint32_t n, const struct section_numbers *at,
                       uint32_t count, bool over) {
    enum { POINTS = 257 };
    double noise = 0;
    for (uint32_t k = 0; k <= n; k++) noise += 64 * (n + 1) * DBL_EPSILON * fabs(c[k]);
    if (over) noise *= fabs(at[0].b[0] / c[0]);
    for (int i = 0; i < POINTS; i++) {
        double complex x = cexp(-I * M_PI * i / (POINTS - 1)), product = over ? 1 : c[0];
        for (uint32_t s = 0; s < count; s++) product *= value_at(over ? at[s].b : at[s].a, 2, x);
        double complex wanted = value_at(c, n, x);
        if (over) wanted *= at[0].b[0] / c[0];
        if (!(cabs(product - wanted) <= 1e-9 * cabs(wanted) + noise)) return false;
    }
    return true;
}

uint32_t factor_sections(const double *over, uint32_t over_degree, const double *under,
                         uint32_t under_degree, struct section_numbers *out) {
    struct root_set zeros, poles;
    struct root_pair pairs[ROOM];
    if (!sort_roots(over, over_degree, &zeros) || !sort_roots(under, under_degree, &poles))
        return 0;
    uint32_t pole_count = pole_pairs(&poles, pairs), count = 0;
    struct section_numbers taken[ROOM];
    while (count < pole_count || zeros.pair_count || zeros.real_count) {
        struct root_pair pole = count < pole_count ? pairs[count] : (struct root_pair){0, 0, 0, 0};
        put_roots(taken[count].a, pole);
        put_roots(taken[count].b, take_zeros(&zeros, pole.at));
        count++;
    }
    /* Nearest to the circle last. */
    for (uint32_t i = 0; i < count; i++) out[i] = taken[count - 1 - i];
    for (int k = 0; k < 3; k++) out[0].b[k] *= over[0] / under[0];
    return gives_back(over, over_degree, out, count, true) &&
                   gives_back(under, under_degree, out, count, false)
               ? count
               : 0;
}
