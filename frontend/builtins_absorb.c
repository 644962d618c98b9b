/* absorb(m, rt) and absorb(m, {f1: rt1, f2: rt2}): what a delay line of m samples must lose, so
 * that sound in a loop of such lines falls by 60 dB in the decay time (Jot & Chaigne, "Digital
 * delay networks for designing artificial reverberators", AES 90, 1991): a gain of 10^(-3 m / (fs
 * rt)).
 *
 * Two points, the first at 0 Hz: the one-pole H(z) = G0 (1 - p) / (1 - p z^-1), which is G0 at 0
 * Hz. With r = (G1 / G0)^2 and c = cos(2 pi f1 / fs), |H| = G1 at f1 asks for
 *
 *     (1 - r) p^2 - 2 (1 - r c) p + (1 - r) = 0.
 *
 * The roots' product is 1: where they are real one is stable, and without the cancellation at r = 1
 * it is p = (1 - r) / (1 - r c + s), s = sqrt(r (1 - c) (2 - r (1 + c))).
 *
 * For r <= 1, a decay at f1 no longer than at 0 Hz, 0 <= p < 1 always. For r > 1 p is negative,
 * and there is a solution while r (1 + c) < 2; but towards half the sample rate H goes on rising to
 * G0 (1 - p) / (1 + p), and where that is 1 or more the loop around would not decay: an error.
 * Where knobs can bring the decay at f1 above the decay at 0 Hz, it is taken as the latter there (r
 * as 1): the line then decays alike at all frequencies.
 *
 * Two points of which none is at 0 Hz: a first-order shelf that falls from its gain at 0 Hz to that
 * at fs/2 symmetrically, in decibels over log tan(pi f/fs), about the middle of the two points.
 * With t1 = tan(pi f1/fs), t2 = tan(pi f2/fs), t = sqrt(t1 t2), u = t1/t2, g = sqrt(G1 G2), rho =
 * G1/G2 and k = (rho - u) / (1 - rho u),
 *
 *     H = (g / sqrt k) (s + t sqrt k) / (s + t / sqrt k),  s = (1 - z^-1) / (1 + z^-1),
 *
 * whose square at s = i t1 is g^2 (u + k) / (u k + 1) = G1^2, and at i t2 likewise G2^2. It exists
 * for u < rho < 1/u, and lines decay where g sqrt k and g / sqrt k are below 1. Where knobs lead
 * beyond, rho is taken as what keeps both at most at 1: (u g^2 + 1) / (g^2 + u), or its inverse.
 */
#include <math.h>

#include "frontend/builtins.h"

bool need_decay(struct elaborator *e, struct operand time, int dimension, span at,
                struct decay *out) {
    *out = (struct decay){time, at};
    if (dimension != DIMENSION_TIME) {
        struct diag *diag =
            diag_error(e->diags, at, CODE_DIMENSION, "'absorb' needs decay times, but this is %s",
                       dimension_noun(e->arena, dimension));
        if (dimension == DIMENSION_NUMBER && !time.expr) diag_help(diag, "%ss", text_at(e, at));
        return false;
    }
    double least = operand_range(time, e->knobs).lo;
    if (least > 0) return true;
    diag_error(e->diags, at, CODE_NO_ABSORPTION,
               time.expr ? "a decay time must be above zero, but knobs can bring this to %.6g s"
                         : "a decay time must be above zero, but this is %.6g s",
               least / e->rate);
    return false;
}

static bool need_lengths(struct elaborator *e, const struct builtin_call *call,
                         struct vector *out) {
    struct argument m = call->arguments[0];
    if (!need_vector(e, call->who, m, out)) return false;
    if (out->dimension != DIMENSION_TIME && out->dimension != DIMENSION_NUMBER) {
        diag_error(e->diags, m.at, CODE_DIMENSION,
                   "'absorb' needs lengths in samples or times, but this is %s",
                   value_noun(e->arena, m.value));
        return false;
    }
    for (uint32_t i = 0; i < out->count; i++) {
        if (out->at[i].expr || out->at[i].value >= 0) continue;
        diag_error(e->diags, m.at, CODE_NEGATIVE_DELAY,
                   "a delay must not be negative, but %s is %g samples", text_at(e, m.at),
                   out->at[i].value);
        return false;
    }
    return true;
}

/* 10^(decades m / time) */
static struct operand loss(struct elaborator *e, double decades, struct operand m,
                           struct operand time) {
    struct operand exponent =
        operand_div(e->arena, operand_mul(e->arena, operand_constant(decades), m), time);
    return operand_apply(e->arena, FUNCTION_POW, operand_constant(10), exponent);
}

struct operand decay_gain(struct elaborator *e, struct operand m, struct operand time) {
    return loss(e, -3, m, time);
}

static struct value absorb_alike(struct elaborator *e, const struct builtin_call *call,
                                 struct vector m, struct decay decay) {
    struct operand *gains = ARENA_ARRAY(e->arena, m.count, struct operand);
    for (uint32_t i = 0; i < m.count; i++) gains[i] = loss(e, -3, m.at[i], decay.samples);
    struct value v =
        value_matrix(call->at, matrix_diagonal(e->arena, m.count, gains), DIMENSION_NUMBER);
    if (value_failed(value_checked(e, v))) return value_error();
    return value_system(call->at, node_gain(&e->build, call->at, v.matrix));
}

struct two_points {
    const struct builtin_call *call;
    struct decay decay[2];
    double frequency; /* of the second, cycles a sample */
    double first;     /* of the first, for a shelf */
};

static struct value refuse_points(struct elaborator *e, const struct two_points *points,
                                  struct operand m) {
    struct diag *diag = diag_error(
        e->diags, points->decay[1].at, CODE_NO_ABSORPTION,
        "no stable one-pole filter decays in %.6g s at 0 Hz and in %.6g s at %.6g Hz over a line "
        "of %.6g samples",
        points->decay[0].samples.value / e->rate, points->decay[1].samples.value / e->rate,
        points->frequency * e->rate, m.value);
    diag_help(diag,
              "a decay time at the second point that is no longer than at 0 Hz always has one");
    return value_error();
}

/* r = (G1 / G0)^2, kept where a filter exists; false if there is none. */
static bool ratio_of(struct elaborator *e, const struct two_points *points, struct operand m,
                     struct operand *out) {
    struct arena *arena = e->arena;
    struct operand six = operand_mul(arena, operand_constant(6), m);
    struct operand exponent = operand_sub(arena, operand_div(arena, six, points->decay[0].samples),
                                          operand_div(arena, six, points->decay[1].samples));
    *out = operand_apply(arena, FUNCTION_POW, operand_constant(10), exponent);
    if (!out->expr) return true;
    struct interval range = operand_range(*out, e->knobs);
    if (range.lo > 1) return false;
    if (range.hi > 1) *out = operand_apply(arena, FUNCTION_MIN, *out, operand_constant(1));
    return true;
}

static bool make_section(struct elaborator *e, const struct two_points *points, struct operand m,
                         struct section *out) {
    struct arena *arena = e->arena;
    double half = M_PI * points->frequency;
    /* 1 - c and 1 + c without cancellation. */
    double below = 2 * sin(half) * sin(half), above = 2 * cos(half) * cos(half);
    const struct operand one = operand_constant(1), two = operand_constant(2);
    struct operand r;
    if (!ratio_of(e, points, m, &r)) return false;
    if (!r.expr && r.value * above >= 2) return false;
    struct operand rise = operand_sub(arena, two, operand_mul(arena, operand_constant(above), r));
    struct operand scaled = operand_mul(arena, operand_constant(below), r);
    struct operand s = operand_apply(arena, FUNCTION_SQRT, operand_mul(arena, scaled, rise), one);
    struct operand c = operand_constant(cos(2 * half));
    struct operand under = operand_add(arena, operand_sub(arena, one, operand_mul(arena, c, r)), s);
    struct operand pole = operand_div(arena, operand_sub(arena, one, r), under);
    struct operand g0 = loss(e, -3, m, points->decay[0].samples);
    if (!pole.expr && pole.value < 0) {
        double nyquist = g0.value * (1 - pole.value) / (1 + pole.value);
        if (!(nyquist < 1)) return false;
    }
    const struct operand zero = operand_constant(0);
    /* 1 - p of the very p that is used keeps the gain at 0 Hz exact, whatever p was rounded to. */
    struct operand rest = operand_sub(arena, one, pole);
    *out = (struct section){operand_mul(arena, g0, rest), zero, zero, one,
                            operand_neg(arena, pole),     zero};
    return true;
}

static struct value absorb_two(struct elaborator *e, const struct two_points *points,
                               struct vector m) {
    struct section *at = ARENA_ARRAY(e->arena, m.count, struct section);
    span place = points->call->at;
    for (uint32_t i = 0; i < m.count; i++) {
        if (!make_section(e, points, m.at[i], &at[i])) return refuse_points(e, points, m.at[i]);
        if (value_failed(value_checked(e, value_number(place, at[i].b0, 0))) ||
            value_failed(value_checked(e, value_number(place, at[i].a1, 0)))) {
            return value_error();
        }
    }
    struct sections *sections = ARENA_NEW(e->arena, struct sections);
    *sections = (struct sections){{m.count, m.count, false}, 1, at};
    return value_system(place, node_sos(&e->build, place, sections));
}

static bool need_frequency(struct elaborator *e, const struct value_point *point, double *out) {
    if (point->key_dimension != DIMENSION_FREQUENCY) {
        diag_error(e->diags, point->at, CODE_DIMENSION,
                   "the left of a point of 'absorb' is a frequency, but this is %s",
                   dimension_noun(e->arena, point->key_dimension));
        return false;
    }
    if (point->key.expr) {
        report_knob(e, point->at, "the frequency of a point", point->key);
        return false;
    }
    *out = point->key.value;
    if (*out >= 0 && *out <= 0.5) return true;
    diag_error(
        e->diags, point->at, CODE_RANGE,
        "the frequency of a point is from 0 Hz to %g Hz, half the sample rate, but this is %.6g Hz",
        e->rate / 2, *out * e->rate);
    return false;
}

/* ---- a shelf -----------------------------------------------------------------------------------
 */

/* Between u = tan(pi f1/fs) / tan(pi f2/fs) and 1 / u lie the ratios G1/G2 that one pole and one
 * zero can give; within what follows neither end is amplified. `g2` is G1 G2. */
static struct operand shelf_ratio(struct elaborator *e, double u, struct operand ratio,
                                  struct operand g2) {
    struct arena *arena = e->arena;
    const struct operand one = operand_constant(1), slope = operand_constant(u);
    struct operand over = operand_add(arena, operand_mul(arena, slope, g2), one);
    struct operand most = operand_div(arena, over, operand_add(arena, g2, slope));
    struct operand least = operand_div(arena, one, most);
    return operand_apply(arena, FUNCTION_MAX, operand_apply(arena, FUNCTION_MIN, ratio, most),
                         least);
}

static bool make_shelf(struct elaborator *e, const struct two_points *points, struct operand m,
                       struct section *out) {
    struct arena *arena = e->arena;
    const struct operand one = operand_constant(1), zero = operand_constant(0);
    double low = tan(M_PI * points->first), high = tan(M_PI * points->frequency);
    double u = low / high, middle = sqrt(low * high);
    struct operand g1 = loss(e, -3, m, points->decay[0].samples);
    struct operand g2 = loss(e, -3, m, points->decay[1].samples);
    struct operand ratio = operand_div(arena, g1, g2), product = operand_mul(arena, g1, g2);
    if (ratio.expr) ratio = shelf_ratio(e, u, ratio, product);
    else if (!(ratio.value > u && ratio.value < 1 / u)) return false;
    /* k = (rho - u) / (1 - rho u), the gain at 0 Hz over that at fs/2. */
    const struct operand slope = operand_constant(u);
    struct operand k = operand_div(arena, operand_sub(arena, ratio, slope),
                                   operand_sub(arena, one, operand_mul(arena, ratio, slope)));
    struct operand root = operand_apply(arena, FUNCTION_SQRT, k, k);
    struct operand gain = operand_apply(arena, FUNCTION_SQRT, product, product);
    if (!ratio.expr && !(gain.value * root.value < 1 && gain.value / root.value < 1)) return false;
    /* (g / sqrt k) (s + t sqrt k) / (s + t / sqrt k), s = (1 - z^-1) / (1 + z^-1). */
    struct operand t = operand_constant(middle);
    struct operand up = operand_mul(arena, t, root), down = operand_div(arena, t, root);
    struct operand scale = operand_div(arena, gain, root);
    *out = (struct section){operand_mul(arena, scale, operand_add(arena, up, one)),
                            operand_mul(arena, scale, operand_sub(arena, up, one)),
                            zero,
                            operand_add(arena, down, one),
                            operand_sub(arena, down, one),
                            zero};
    return true;
}

static struct value absorb_shelf(struct elaborator *e, const struct two_points *points,
                                 struct vector m) {
    struct section *at = ARENA_ARRAY(e->arena, m.count, struct section);
    for (uint32_t i = 0; i < m.count; i++) {
        if (make_shelf(e, points, m.at[i], &at[i])) continue;
        diag_error(
            e->diags, points->decay[1].at, CODE_NO_ABSORPTION,
            "no first-order shelf decays in %.6g s at %.6g Hz and in %.6g s at %.6g Hz over a "
            "line of %.6g samples: they are too far apart",
            points->decay[0].samples.value / e->rate, points->first * e->rate,
            points->decay[1].samples.value / e->rate, points->frequency * e->rate, m.at[i].value);
        return value_error();
    }
    return sections_value(e, points->call->at, (struct grid){m.count, m.count, false}, 1, at);
}

/* ---- points ------------------------------------------------------------------------------------
 */

static struct value absorb_points(struct elaborator *e, const struct builtin_call *call,
                                  struct vector m) {
    struct value_points points = call->arguments[1].value.points;
    struct absorb_point *at = ARENA_ARRAY(e->arena, points.count, struct absorb_point);
    for (size_t i = 0; i < points.count; i++) {
        const struct value_point *point = &points.at[i];
        if (!need_frequency(e, point, &at[i].frequency) ||
            !need_decay(e, point->value, point->value_dimension, point->at, &at[i].decay))
            return value_error();
        if (!i || at[i].frequency > at[i - 1].frequency) continue;
        struct diag *diag = diag_error(e->diags, point->at, CODE_RANGE,
                                       "the points of 'absorb' stand in rising order of frequency");
        diag_label(diag, points.at[i - 1].at, "%.6g Hz", at[i - 1].frequency * e->rate);
        return value_error();
    }
    if (points.count == 1) return absorb_alike(e, call, m, at[0].decay);
    if (points.count > 2) return absorb_bands(e, call, m, at, points.count);
    struct two_points two = {.call = call,
                             .decay = {at[0].decay, at[1].decay},
                             .frequency = at[1].frequency,
                             .first = at[0].frequency};
    if (two.first == 0) return absorb_two(e, &two, m);
    if (two.frequency < 0.5) return absorb_shelf(e, &two, m);
    diag_error(
        e->diags, points.at[1].at, CODE_RANGE,
        "the second of two points lies below half the sample rate, %g Hz, where the first is "
        "not at 0 Hz",
        e->rate / 2);
    return value_error();
}

struct value make_absorb(struct elaborator *e, const struct builtin_call *call) {
    struct vector m;
    struct argument rt = call->arguments[1];
    if (!need_lengths(e, call, &m)) return value_error();
    if (rt.value.kind == VALUE_POINTS) return absorb_points(e, call, m);
    struct decay decay;
    struct operand time;
    int dimension;
    if (!need_number(e, call->who, rt, &time, &dimension) ||
        !need_decay(e, time, dimension, rt.at, &decay)) {
        return value_error();
    }
    return absorb_alike(e, call, m, decay);
}
