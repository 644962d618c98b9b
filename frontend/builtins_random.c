/* What is drawn at random, the same on every machine: see frontend/random.h. */
#include <math.h>

#include "frontend/builtins.h"
#include "frontend/linear.h"
#include "frontend/random.h"
#include "ir/base/limits.h"

#define SEED_MOST 9007199254740992.0 /* 2^53: whole numbers up to it are exact */

bool need_seed(struct elaborator *e, const struct builtin_call *call, size_t i,
               struct random *out) {
    double seed = 1;
    if (call->arguments[i].given &&
        !need_whole(e, "a seed", call->arguments[i], 0, SEED_MOST, &seed))
        return false;
    *out = (struct random){(uint64_t)seed};
    return true;
}

/* ---- orthogonal matrices ----------------------------------------------------------------------
 */

enum { PRODUCTS_A_STEP = 1024 };

/* Uniform among all: rows of normal numbers made orthonormal (G. W. Stewart, SIAM J. Numer. Anal.
 * 17, 1980). False after a report. */
static bool draw_orthogonal(struct elaborator *e, span at, struct random *random, uint32_t n,
                            double *out) {
    if (!spend(e, at, (uint64_t)n * n * n * 4 / PRODUCTS_A_STEP)) return false;
    do
        for (size_t i = 0; i < (size_t)n * n; i++) out[i] = random_normal(random);
    while (!linear_orthonormal_rows(out, n));
    return true;
}

struct value make_orthogonal(struct elaborator *e, const struct builtin_call *call) {
    uint32_t n;
    struct random random;
    bool sized = need_size(e, call->who, call->arguments[0], &n);
    if (!need_seed(e, call, 1, &random) || !sized) return value_error();
    double *at = ARENA_ARRAY(e->arena, (size_t)n * n, double);
    if (!draw_orthogonal(e, call->at, &random, n, at)) return value_error();
    return value_matrix(call->at, matrix_of_numbers(e->arena, n, n, at), DIMENSION_NUMBER);
}

static bool plain_constant(struct elaborator *e, const char *what, struct argument a, double *out) {
    int dimension;
    if (!need_constant(e, what, a, out, &dimension)) return false;
    if (dimension == DIMENSION_NUMBER) return true;
    diag_error(e->diags, a.at, CODE_DIMENSION, "%s is a plain number, but this is %s", what,
               dimension_noun(e->arena, dimension));
    return false;
}

struct value make_tiny_rotation(struct elaborator *e, const struct builtin_call *call) {
    const struct argument *a = call->arguments;
    uint32_t n;
    double delta, spread = 0.1;
    struct random random;
    if (!need_size(e, call->who, a[0], &n) ||
        !plain_constant(e, "the angle of 'tiny_rotation'", a[1], &delta) ||
        (a[2].given && !plain_constant(e, "the spread of 'tiny_rotation'", a[2], &spread)) ||
        !need_seed(e, call, 3, &random))
        return value_error();
    double *q = ARENA_ARRAY(e->arena, (size_t)n * n, double);
    double *turned = ARENA_ARRAY(e->arena, (size_t)n * n, double);
    double *at = ARENA_ARRAY(e->arena, (size_t)n * n, double);
    if (!draw_orthogonal(e, call->at, &random, n, q)) return value_error();
    /* R = Q' G Q, G of plane rotations by angles around pi delta; of an odd size one channel stays.
     */
    for (size_t i = 0; i < (size_t)n * n; i++) turned[i] = q[i];
    for (size_t k = 0; k + 1 < n; k += 2) {
        double angle = M_PI * delta * (1 + spread * (2 * random_uniform(&random) - 1));
        double c = cos(angle), s = sin(angle);
        for (size_t i = 0; i < n; i++) {
            double x = q[k * n + i], y = q[(k + 1) * n + i];
            turned[k * n + i] = c * x - s * y;
            turned[(k + 1) * n + i] = s * x + c * y;
        }
    }
    for (size_t r = 0; r < n; r++)
        for (size_t c = 0; c < n; c++)
            for (size_t k = 0; k < n; k++) at[r * n + c] += q[k * n + r] * turned[k * n + c];
    return value_matrix(call->at, matrix_of_numbers(e->arena, n, n, at), DIMENSION_NUMBER);
}

/* ---- scattering -------------------------------------------------------------------------------
 */

struct scatter {
    const struct builtin_call *call;
    const struct matrix *given; /* null: each stage draws its own */
    uint32_t n;
    double stages, sparsity;
    struct random random;
};

static const struct node *scatter_matrix(struct elaborator *e, struct scatter *s) {
    const struct matrix *m = s->given;
    if (!m) {
        double *at = ARENA_ARRAY(e->arena, (size_t)s->n * s->n, double);
        if (!draw_orthogonal(e, s->call->at, &s->random, s->n, at)) return NULL;
        m = matrix_of_numbers(e->arena, s->n, s->n, at);
    }
    return node_gain(&e->build, s->call->at, m);
}

static const struct node *scatter_delays(struct elaborator *e, struct scatter *s, double pulse,
                                         double sparsity) {
    struct operand *lengths = ARENA_ARRAY(e->arena, s->n, struct operand);
    for (uint32_t i = 0; i < s->n; i++) {
        /* Floor of a product that an ulp could carry over a whole number: 0.99 keeps away from it.
         */
        double length = pulse * floor(sparsity * (i + 0.99 * random_uniform(&s->random)));
        if (!(length <= LIMIT_DELAY_SAMPLES)) {
            diag_error(e->diags, s->call->at, CODE_DELAY_TOO_LONG,
                       "a delay has at most %d samples, but 'scattering' makes one of %g",
                       LIMIT_DELAY_SAMPLES, length);
            return NULL;
        }
        lengths[i] = operand_constant(length);
    }
    struct delays *delays = ARENA_NEW(e->arena, struct delays);
    *delays = (struct delays){.grid = {s->n, s->n, false}, .samples = lengths};
    return node_delay(&e->build, s->call->at, delays);
}

struct value make_scattering(struct elaborator *e, const struct builtin_call *call) {
    enum { STAGES_MOST = 64 };
    const struct argument *a = call->arguments;
    struct scatter s = {.call = call, .sparsity = 3};
    if (a[0].value.kind == VALUE_MATRIX) {
        s.given = a[0].value.matrix;
        s.n = s.given->rows;
        if (s.given->rows != s.given->cols || a[0].value.dimension != DIMENSION_NUMBER) {
            diag_error(e->diags, a[0].at, CODE_MATRIX_SHAPE,
                       "'scattering' needs a square matrix of plain numbers, but this is %s",
                       value_noun(e->arena, a[0].value));
            return value_error();
        }
    } else if (!need_size(e, call->who, a[0], &s.n)) {
        return value_error();
    }
    if (!need_whole(e, "the stages of 'scattering'", a[1], 1, STAGES_MOST, &s.stages) ||
        (a[2].given && !plain_constant(e, "the sparsity of 'scattering'", a[2], &s.sparsity)) ||
        !need_seed(e, call, 3, &s.random))
        return value_error();
    if (!(s.sparsity >= 1)) {
        diag_error(e->diags, a[2].at, CODE_RANGE,
                   "the sparsity of 'scattering' is at least 1, but this is %g", s.sparsity);
        return value_error();
    }
    uint32_t count = 2 * (uint32_t)s.stages + 1;
    const struct node **parts = ARENA_ARRAY(e->arena, count, const struct node *);
    double pulse = 1, sparsity = s.sparsity;
    for (uint32_t i = 0; i < count; i++) {
        parts[i] = i % 2 ? scatter_delays(e, &s, pulse, sparsity) : scatter_matrix(e, &s);
        if (!parts[i]) return value_error();
        if (i % 2 == 0) continue;
        pulse = floor(pulse * s.n * sparsity);
        sparsity = 1;
    }
    return value_system(call->at, node_combine(&e->build, call->at, OP_SERIES, parts, count));
}

/* ---- velvet noise -----------------------------------------------------------------------------
 */

/* M. Karjalainen and H. Jaervelaeinen, "Reverberation modeling using velvet noise", AES 30th Int.
 * Conf., 2007: one pulse of random sign at a random place in each interval of fs / density samples.
 */
struct value make_velvet(struct elaborator *e, const struct builtin_call *call) {
    const struct argument *a = call->arguments;
    double length, density;
    int length_dimension, density_dimension;
    struct random random;
    if (!need_constant(e, "the length of 'velvet'", a[0], &length, &length_dimension) ||
        !need_constant(e, "the density of 'velvet'", a[1], &density, &density_dimension) ||
        !need_seed(e, call, 2, &random))
        return value_error();
    length = nearbyint(length);
    if ((length_dimension != DIMENSION_TIME && length_dimension != DIMENSION_NUMBER) ||
        !(length >= 1 && length <= LIMIT_TAPS)) {
        diag_error(e->diags, a[0].at, CODE_RANGE,
                   "the length of 'velvet' is from 1 to %d samples, but this is %s", LIMIT_TAPS,
                   length_dimension == DIMENSION_TIME || length_dimension == DIMENSION_NUMBER
                       ? text_format(e->arena, "%.6g", length)
                       : dimension_noun(e->arena, length_dimension));
        return value_error();
    }
    if (density_dimension != DIMENSION_FREQUENCY || !(density > 0 && density <= 1)) {
        struct diag *diag = diag_error(
            e->diags, a[1].at, CODE_RANGE,
            "the density of 'velvet' is a frequency, of pulses, above 0 Hz and up to %g Hz, but "
            "this is %s",
            e->rate,
            density_dimension == DIMENSION_FREQUENCY
                ? text_format(e->arena, "%.6g Hz", density * e->rate)
                : dimension_noun(e->arena, density_dimension));
        if (density_dimension == DIMENSION_NUMBER)
            diag_fix(diag, a[1].at, "%sHz", text_at(e, a[1].at));
        return value_error();
    }
    uint32_t count = (uint32_t)length, pulses = 0;
    struct operand *at = ARENA_ARRAY(e->arena, count, struct operand);
    double interval = 1 / density;
    for (double k = 0; k * interval < count; k++) {
        double place = nearbyint(k * interval + random_uniform(&random) * (interval - 1));
        double sign = random_bits(&random) >> 63 ? -1 : 1;
        if (place >= count) continue;
        if (at[(uint32_t)place].value == 0) pulses++;
        at[(uint32_t)place].value = sign;
    }
    for (uint32_t i = 0; i < count; i++) at[i].value /= sqrt(pulses ? pulses : 1);
    struct taps *taps = ARENA_NEW(e->arena, struct taps);
    *taps = (struct taps){{1, 1, false}, count, at};
    return value_system(call->at, node_fir(&e->build, call->at, taps));
}
