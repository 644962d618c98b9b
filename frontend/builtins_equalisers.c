/* geq(gains) and peq(points): many bands in cascade; and absorb, where it needs many. */
#include <complex.h>
#include <math.h>

#include "frontend/builtins.h"
#include "passes/design.h"
#include "passes/design_rbj.h"

static struct section section_of_numbers(struct biquad s) {
    return (struct section){operand_constant(s.b0), operand_constant(s.b1), operand_constant(s.b2),
                            operand_constant(s.a0), operand_constant(s.a1), operand_constant(s.a2)};
}

/* ---- graphic ----------------------------------------------------------------------------------
 */

static const double intervals[] = {1, 3}; /* bands an octave */
enum { INTERVALS = sizeof intervals / sizeof *intervals };

struct value make_geq(struct elaborator *e, const struct builtin_call *call) {
    struct vector v;
    struct argument a = call->arguments[0];
    if (!need_vector(e, call->who, a, &v)) return value_error();
    uint32_t wanted[INTERVALS];
    double interval = 0;
    for (int i = 0; i < INTERVALS; i++) {
        wanted[i] = design_geq_centres(intervals[i], GEQ_START_HZ, GEQ_END_HZ) + 3;
        if (v.count == wanted[i]) interval = intervals[i];
    }
    if (v.dimension != DIMENSION_NUMBER || interval == 0) {
        diag_error(e->diags, a.at, CODE_FILTER,
                   "'geq' needs %u gains, for octaves, or %u, for thirds of them, but this is %s",
                   wanted[0], wanted[1], value_noun(e->arena, a.value));
        return value_error();
    }
    struct geq_bands bands =
        design_geq_bands(e->arena, interval, GEQ_START_HZ, GEQ_END_HZ, e->rate);
    if (!(bands.high_corner < e->rate / 2)) {
        struct diag *diag = diag_error(
            e->diags, call->at, CODE_FILTER,
            "the upper shelf of 'geq' lies at %.6g Hz, but half the sample rate is %g Hz",
            bands.high_corner, e->rate / 2);
        diag_help(diag, "the bands of 'peq' lie where its points say");
        return value_error();
    }
    double *gains = ARENA_ARRAY(e->arena, v.count, double);
    for (uint32_t i = 0; i < v.count; i++) {
        if (v.at[i].expr) {
            struct diag *diag = report_knob(e, a.at, "a gain of 'geq'", v.at[i]);
            diag_help(diag, "those of 'peq', 'peak' and the shelves may");
            return value_error();
        }
        gains[i] = v.at[i].value;
        if (gains[i] > 0) continue;
        diag_error(e->diags, a.at, CODE_FILTER, "a gain of 'geq' is above zero, but this is %g",
                   gains[i]);
        return value_error();
    }
    struct biquad *designed = ARENA_ARRAY(e->arena, v.count, struct biquad);
    design_geq(&bands, gains, designed);
    struct section *sections = ARENA_ARRAY(e->arena, v.count, struct section);
    for (uint32_t i = 0; i < v.count; i++) sections[i] = section_of_numbers(designed[i]);
    return sections_value(e, call->at, (struct grid){1, 1, false}, v.count, sections);
}

/* ---- parametric -------------------------------------------------------------------------------
 */

static bool point_fits(struct elaborator *e, const struct value_point *point) {
    if (point->key_dimension != DIMENSION_FREQUENCY) {
        diag_error(e->diags, point->at, CODE_DIMENSION,
                   "the left of a point of 'peq' is a frequency, but this is %s",
                   dimension_noun(e->arena, point->key_dimension));
        return false;
    }
    if (point->value_dimension != DIMENSION_NUMBER) {
        diag_error(e->diags, point->at, CODE_DIMENSION,
                   "the right of a point of 'peq' is a gain, but this is %s",
                   dimension_noun(e->arena, point->value_dimension));
        return false;
    }
    struct interval f = operand_range(point->key, e->knobs),
                    g = operand_range(point->value, e->knobs);
    if (!(f.lo > 0 && f.hi < 0.5)) {
        diag_error(
            e->diags, point->at, CODE_FILTER,
            "the frequency of a point lies between 0 Hz and %g Hz, half the sample rate, but "
            "%s %.6g Hz",
            e->rate / 2, point->key.expr ? "knobs can bring it to" : "this is",
            (f.lo > 0 ? f.hi : f.lo) * e->rate);
        return false;
    }
    if (g.lo > 0) return true;
    diag_error(e->diags, point->at, CODE_FILTER, "the gain of a point is above zero, but %s %.6g",
               point->value.expr ? "knobs can bring it to" : "this is", g.lo);
    return false;
}

struct value make_peq(struct elaborator *e, const struct builtin_call *call) {
    struct argument a = call->arguments[0], q = call->arguments[1];
    struct operand quality = operand_constant(RBJ_QUALITY);
    int dimension = DIMENSION_NUMBER;
    if (a.value.kind != VALUE_POINTS) {
        struct diag *diag = diag_error(e->diags, a.at, CODE_VALUE_KIND,
                                       "'peq' needs a set of points, but this is %s",
                                       value_noun(e->arena, a.value));
        diag_help(diag, "peq({100Hz: 3dB, 1kHz: -2dB, 8kHz: 1dB})");
        return value_error();
    }
    if (q.given && !need_number(e, "the quality of 'peq'", q, &quality, &dimension))
        return value_error();
    if (dimension != DIMENSION_NUMBER || !(operand_range(quality, e->knobs).lo > 0)) {
        diag_error(e->diags, q.at, CODE_FILTER, "the quality of 'peq' is a number above zero");
        return value_error();
    }
    uint32_t count = (uint32_t)a.value.points.count;
    struct section *sections = ARENA_ARRAY(e->arena, count, struct section);
    for (uint32_t i = 0; i < count; i++) {
        const struct value_point *point = &a.value.points.at[i];
        if (!point_fits(e, point)) return value_error();
        enum rbj_kind kind = count == 1       ? RBJ_PEAK
                             : i == 0         ? RBJ_LOWSHELF
                             : i == count - 1 ? RBJ_HIGHSHELF
                                              : RBJ_PEAK;
        sections[i] = section_rbj(e->arena, kind, point->key, quality, point->value);
    }
    return sections_value(e, call->at, (struct grid){1, 1, false}, count, sections);
}

/* ---- absorption -------------------------------------------------------------------------------
 */

/* The decay time at a frequency: on straight lines between the points, both in logarithms, and flat
 * beyond them. */
static double decay_at(const struct absorb_point *points, size_t count, double frequency) {
    size_t k = 0;
    while (k < count && points[k].frequency < frequency) k++;
    if (k == 0) return points[0].decay.samples.value;
    if (k == count) return points[count - 1].decay.samples.value;
    const struct absorb_point *below = &points[k - 1], *above = &points[k];
    double from = log(fmax(below->frequency, 1e-5)), to = log(above->frequency);
    double part = (log(frequency) - from) / (to - from);
    double low = log(below->decay.samples.value), high = log(above->decay.samples.value);
    return exp(low + fmin(fmax(part, 0), 1) * (high - low));
}

static double cascade_db(const struct biquad *at, uint32_t count, double frequency) {
    double complex z = cexp(-2 * I * M_PI * frequency);
    double db = 0;
    for (uint32_t i = 0; i < count; i++)
        db += 20 * log10(cabs((at[i].b0 + z * (at[i].b1 + z * at[i].b2)) /
                              (at[i].a0 + z * (at[i].a1 + z * at[i].a2))));
    return db;
}

/* Bands, and the loss in dB that is wanted at 1 Hz, at each centre and at fs / 2.1. */
struct absorb_design {
    struct geq_bands bands;
    const double *frequencies; /* cycles a sample */
    const double *decays;      /* samples */
};

/* The gains of least squares, then what is left over added to the target a few times: the bands'
 * responses grow in proportion to their gains only about. */
static void design_line(struct arena *scratch, const struct absorb_design *d, double m,
                        struct biquad *out) {
    enum { TURNS = 12 };
    uint32_t targets = d->bands.count + 2, count = d->bands.count + 3;
    double *wanted = ARENA_ARRAY(scratch, targets, double),
           *asked = ARENA_ARRAY(scratch, targets, double);
    double *gains = ARENA_ARRAY(scratch, count, double);
    for (uint32_t k = 0; k < targets; k++) asked[k] = wanted[k] = -60 * m / d->decays[k];
    for (int turn = 0; turn < TURNS; turn++) {
        design_accurate_geq(scratch, &d->bands, asked, gains);
        for (uint32_t k = 0; k < count; k++) gains[k] = pow(10, gains[k] / 20);
        design_geq(&d->bands, gains, out);
        for (uint32_t k = 0; k < targets; k++)
            asked[k] += wanted[k] - cascade_db(out, count, d->frequencies[k]);
    }
}

/* A frequency at which a line would not decay; negative where there is none. */
static double amplified_at(const struct biquad *at, uint32_t count) {
    enum { POINTS = 1024 };
    for (int i = 0; i <= POINTS; i++) {
        double frequency = 0.5 * pow(2e-5, 1 - (double)i / POINTS);
        if (!(cascade_db(at, count, frequency) < 0)) return frequency;
    }
    return -1;
}

struct value absorb_bands(struct elaborator *e, const struct builtin_call *call, struct vector m,
                          const struct absorb_point *points, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!points[i].decay.samples.expr) continue;
        struct diag *diag = report_knob(
            e, points[i].decay.at, "'absorb' with three points and more", points[i].decay.samples);
        diag_help(diag, "with two points it may");
        return value_error();
    }
    double end = GEQ_END_HZ;
    while (end * M_SQRT2 > 0.45 * e->rate && end > 2 * GEQ_START_HZ) end /= 2;
    struct absorb_design d = {design_geq_bands(e->arena, 1, GEQ_START_HZ, end, e->rate), NULL,
                              NULL};
    uint32_t targets = d.bands.count + 2, sections = d.bands.count + 3;
    double *frequencies = ARENA_ARRAY(e->arena, targets, double);
    double *decays = ARENA_ARRAY(e->arena, targets, double);
    for (uint32_t k = 0; k < targets; k++) {
        double hz = k == 0 ? 1 : k == targets - 1 ? e->rate / 2.1 : d.bands.centres[k - 1];
        frequencies[k] = hz / e->rate;
        decays[k] = decay_at(points, count, frequencies[k]);
    }
    d.frequencies = frequencies;
    d.decays = decays;
    struct section *at = ARENA_ARRAY(e->arena, (size_t)m.count * sections, struct section);
    struct biquad *line = ARENA_ARRAY(e->arena, sections, struct biquad);
    struct arena scratch;
    for (uint32_t i = 0; i < m.count; i++) {
        if (m.at[i].expr) {
            report_knob(e, call->arguments[0].at,
                        "a length given to 'absorb' with three points and more", m.at[i]);
            return value_error();
        }
        if (!spend(e, call->at, 4096)) return value_error();
        arena_init_scratch(&scratch, e->arena);
        design_line(&scratch, &d, m.at[i].value, line);
        arena_free(&scratch);
        double amplified = m.at[i].value > 0 ? amplified_at(line, sections) : -1;
        if (amplified >= 0) {
            diag_error(
                e->diags, call->arguments[1].at, CODE_NO_ABSORPTION,
                "no graphic equaliser decays like these points over a line of %.6g samples: it "
                "would amplify at %.6g Hz",
                m.at[i].value, amplified * e->rate);
            return value_error();
        }
        for (uint32_t k = 0; k < sections; k++)
            at[(size_t)i * sections + k] = section_of_numbers(line[k]);
    }
    return sections_value(e, call->at, (struct grid){m.count, m.count, false}, sections, at);
}
