/* Delay lines: their lengths, and what they lose. */
#include <math.h>
#include <string.h>

#include "frontend/decompile_parts.h"
#include "frontend/dimension.h"
#include "ir/walk.h"

/* ---- lengths ------------------------------------------------------------------------------------
 */

static bool is_whole(const struct delays *delays) {
    for (size_t i = 0; i < grid_entries(delays->grid); i++) {
        struct operand m = delays->samples[i];
        if (m.expr || m.value != trunc(m.value)) return false;
    }
    return true;
}

static bool same_lengths(const struct delays *a, const struct delays *b) {
    if (a->grid.full || a->grid.rows != b->grid.rows) return false;
    for (uint32_t i = 0; i < a->grid.rows; i++)
        if (!operand_equal(a->samples[i], b->samples[i])) return false;
    return true;
}

/* coprime(8, 1104..2927) and its like, where it gives just these. */
static const char *chosen_lengths(struct decompiler *d, const struct delays *delays) {
    static const char *const choosers[] = {"coprime", "primes", "geometric"};
    uint32_t n = delays->grid.rows;
    if (n < 4) return NULL;
    for (uint32_t i = 1; i < n; i++)
        if (delays->samples[i].value <= delays->samples[i - 1].value) return NULL;
    for (size_t i = 0; i < sizeof choosers / sizeof *choosers; i++) {
        const char *text = text_format(d->arena, "%s(%u, %g..%g)", choosers[i], n,
                                       delays->samples[0].value, delays->samples[n - 1].value);
        struct arena scratch;
        arena_init_scratch(&scratch, d->arena);
        const struct node *node = trial(d, &scratch, text_format(&scratch, "delay(%s)", text));
        bool same = node && node->op == OP_DELAY && same_lengths(node->delays, delays);
        arena_free(&scratch);
        if (same) return text;
    }
    return NULL;
}

/* The entries as numbers of samples where all are whole, else as times. */
static const char *entries_text(struct decompiler *d, const struct delays *delays) {
    struct grid g = delays->grid;
    bool whole = is_whole(delays);
    if (!g.full && g.rows == 1)
        return whole ? number_text(d, delays->samples[0]) : time_text(d, delays->samples[0]);
    if (whole) return numbers_text(d, delays->samples, g.full ? g.rows : 1, g.cols);
    struct text out;
    text_init(&out, d->arena);
    for (size_t i = 0; i < grid_entries(g); i++) {
        text_put(&out, !i ? "[" : g.full && i % g.cols == 0 ? "; " : ", ");
        text_put(&out, time_text(d, delays->samples[i]));
    }
    text_put_char(&out, ']');
    return text_chars(&out);
}

const char *lengths_name(struct decompiler *d, const struct delays *delays) {
    const char *chosen = is_whole(delays) ? chosen_lengths(d, delays) : NULL;
    return define(d, "m", "m", chosen ? chosen : entries_text(d, delays), NULL);
}

const char *delays_text(struct decompiler *d, const struct delays *delays) {
    bool bank = !delays->grid.full && delays->grid.rows > 1;
    const char *lengths = bank ? lengths_name(d, delays) : entries_text(d, delays);
    if (!delays->fractional) return text_format(d->arena, "delay(%s)", lengths);
    switch (delays->how.method) {
    case INTERPOLATE_LAGRANGE:
        return text_format(d->arena, "fdelay(%s, %u)", lengths, delays->how.order);
    case INTERPOLATE_THIRAN:
        return text_format(d->arena, "thiran(%s, %u)", lengths, delays->how.order);
    default: return text_format(d->arena, "fdelay(%s, 0)", lengths); /* the language has no sinc */
    }
}

/* ---- banks that lose something
 * ------------------------------------------------------------------- */

static bool collect(const struct node *node, void *context) {
    struct decompiler *d = context;
    if (node->op != OP_DELAY || node->delays->grid.full || !is_whole(node->delays)) return true;
    for (uint32_t i = 0; i < node->delays->grid.rows; i++)
        if (node->delays->samples[i].value < 1) return true;
    /* What few lines explain is worth looking for among all of them; many differ in nothing else.
     */
    enum { MOST = 32 };
    for (size_t i = 0; i < d->lines.count; i++)
        if (same_lengths(d->lines.at[i]->delays, node->delays)) return true;
    if (d->lines.count < MOST) vec_push(d->arena, &d->lines, node);
    return true;
}

void collect_lines(struct decompiler *d) {
    struct arena scratch;
    arena_init_scratch(&scratch, d->arena);
    node_visit(&scratch, d->program->main, collect, d);
    arena_free(&scratch);
}

/* Losses of one bank of delays, on their way to become text. */
struct losing {
    struct decompiler *d;
    struct arena *scratch;
    const struct delays *lines;
    const struct node *node; /* diagonal gains, or one section a line */
    double tolerance, apart;
    const char *decay; /* what was found: "2.4s" */
};

static double length(const struct losing *l, uint32_t i) {
    return l->lines->samples[i].value;
}

/* Elaborates absorb(lengths, decay) and compares. */
static bool gives_back(struct losing *l, const char *decay) {
    const char *lengths = entries_text(l->d, l->lines);
    const struct node *got =
        trial(l->d, l->scratch, text_format(l->scratch, "absorb(%s, %s)", lengths, decay));
    uint32_t n = l->lines->grid.rows;
    if (!got || got->op != l->node->op || got->shape.ins != n) return false;
    double apart = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (got->op == OP_GAIN) {
            if (!operand_near(matrix_at(got->matrix, i, i), matrix_at(l->node->matrix, i, i),
                              l->tolerance, &apart))
                return false;
            continue;
        }
        const struct section *a = &got->sections->at[i], *b = &l->node->sections->at[i];
        if (!operand_near(a->b0, b->b0, l->tolerance, &apart) ||
            !operand_near(a->a1, b->a1, l->tolerance, &apart))
            return false;
    }
    l->apart = apart;
    l->decay = decay;
    return true;
}

static bool decay_gives_back(void *context, double decay_s) {
    struct losing *l = context;
    /* Cheap first: most numbers of digits fall short. */
    double fs = l->d->program->rate;
    for (uint32_t i = 0; i < l->lines->grid.rows; i++) {
        double gain = pow(10, -3 * length(l, i) / (decay_s * fs));
        if (fabs(gain - matrix_at(l->node->matrix, i, i).value) > 2 * l->tolerance) return false;
    }
    return gives_back(l, text_format(l->d->arena, "%gs", decay_s));
}

/* G = 10^(-3 m / (fs rt)) on every line, with one rt. */
static bool find_decay(struct losing *l) {
    const struct matrix *m = l->node->matrix;
    double fs = l->d->program->rate, sum = 0, ignored;
    if (!matrix_is_diagonal(m) || !matrix_is_constant(m)) return false;
    for (uint32_t i = 0; i < m->rows; i++) {
        double gain = matrix_at(m, i, i).value;
        if (!(gain > 0 && gain < 1)) return false;
        sum += -3 * length(l, i) / (fs * log10(gain)) / m->rows;
    }
    return short_number(sum, decay_gives_back, l, &ignored);
}

/* ---- two points
 * ----------------------------------------------------------------------------------- */

static bool is_one_pole(const struct sections *s) {
    if (s->grid.full || s->count != 1) return false;
    for (uint32_t i = 0; i < s->grid.rows; i++) {
        const struct section *at = &s->at[i];
        if (!operand_is(at->b1, 0) || !operand_is(at->b2, 0) || !operand_is(at->a0, 1) ||
            !operand_is(at->a2, 0) || !at->b0.expr != !at->a1.expr)
            return false;
    }
    return true;
}

/* Of line i, with r = (G1/G0)^2 and pole p: c = cos(2 pi f/fs) from (1-r) p^2 - 2 (1-rc) p + 1-r =
 * 0. */
static double cosine(const struct losing *l, uint32_t i, double t0_s, double t1_s) {
    double fs = l->d->program->rate, p = -l->node->sections->at[i].a1.value;
    double r = pow(10, 6 * length(l, i) / fs * (1 / t0_s - 1 / t1_s));
    return (1 - (1 - r) * (p * p + 1) / (2 * p)) / r;
}

struct two_points {
    struct losing *l;
    const char *first, *second; /* decay times */
};

static double frequency_of(const struct losing *l, double c) {
    return l->d->program->rate * acos(c) / (2 * M_PI);
}

static bool frequency_gives_back(void *context, double frequency_hz) {
    struct two_points *t = context;
    return gives_back(t->l, text_format(t->l->d->arena, "{0Hz: %s, %s: %s}", t->first,
                                        hertz_text(t->l->d, frequency_hz), t->second));
}

/* Decay times that knobs give: two knobs of time, and the frequency that their initial values say.
 */
static bool find_knobs(struct losing *l) {
    const struct program *program = l->d->program;
    const struct section *first = l->node->sections->at;
    for (uint32_t a = 0; a < program->knob_count; a++) {
        for (uint32_t b = 0; b < program->knob_count; b++) {
            if (a == b || l->d->knob_dimensions[a] != DIMENSION_TIME ||
                l->d->knob_dimensions[b] != DIMENSION_TIME || !expr_uses(first->b0.expr, a) ||
                !expr_uses(first->b0.expr, b))
                continue;
            double t0_s = l->d->knob_worths[a].value / program->rate;
            double t1_s = l->d->knob_worths[b].value / program->rate;
            double c = cosine(l, 0, t0_s, t1_s), ignored;
            if (!(c > -1 && c < 1)) continue;
            struct two_points t = {l, l->d->knob_names[a], l->d->knob_names[b]};
            if (short_number(frequency_of(l, c), frequency_gives_back, &t, &ignored)) return true;
        }
    }
    return false;
}

/* The decay at the second point is where all lines name one frequency: bisection on the first and
 * the last line, between nothing and the decay at 0 Hz. */
static bool second_decay(const struct losing *l, double t0_s, double *t1_s) {
    uint32_t last = 0;
    for (uint32_t i = 1; i < l->lines->grid.rows; i++)
        if (fabs(length(l, i) - length(l, 0)) > fabs(length(l, last) - length(l, 0))) last = i;
    if (length(l, last) == length(l, 0)) return false;
    enum { STEPS = 400 };
    double before = NAN, at_before = 0;
    for (int step = 1; step < STEPS; step++) {
        double t = t0_s * step / STEPS, c = cosine(l, 0, t0_s, t),
               difference = c - cosine(l, last, t0_s, t);
        if (!(c > -1.5 && c < 1.5) || !isfinite(difference)) continue;
        if (difference == 0) return *t1_s = t, true;
        if (!isnan(before) && (before < 0) != (difference < 0)) {
            double lo = at_before, hi = t;
            for (int i = 0; i < 200; i++) {
                double middle = (lo + hi) / 2;
                bool same = (cosine(l, 0, t0_s, middle) - cosine(l, last, t0_s, middle) < 0) ==
                            (before < 0);
                *(same ? &lo : &hi) = middle;
            }
            return *t1_s = (lo + hi) / 2, true;
        }
        before = difference;
        at_before = t;
    }
    return false;
}

struct choice { /* of both decay times and the frequency, by rounding one after the other */
    struct losing *l;
    double t0_s, t1_s, frequency_hz;
};

static bool second_gives_back(void *context, double t1_s) {
    struct choice *c = context;
    c->t1_s = t1_s;
    return gives_back(c->l, text_format(c->l->d->arena, "{0Hz: %gs, %s: %gs}", c->t0_s,
                                        hertz_text(c->l->d, c->frequency_hz), t1_s));
}

static bool first_fits(void *context, double t0_s) {
    struct choice *c = context;
    double fs = c->l->d->program->rate;
    for (uint32_t i = 0; i < c->l->lines->grid.rows; i++) {
        const struct section *at = &c->l->node->sections->at[i];
        double wanted = at->b0.value / (1 + at->a1.value);
        if (fabs(pow(10, -3 * length(c->l, i) / (fs * t0_s)) - wanted) >
            4 * c->l->tolerance / (1 + at->a1.value))
            return false;
    }
    return true;
}

static bool find_two(struct losing *l) {
    double fs = l->d->program->rate, t0_s = 0, ignored;
    uint32_t n = l->lines->grid.rows;
    for (uint32_t i = 0; i < n; i++) {
        const struct section *at = &l->node->sections->at[i];
        double g0 = at->b0.value / (1 + at->a1.value);
        if (!(g0 > 0 && g0 < 1) || !(at->a1.value < 0 && at->a1.value > -1)) return false;
        t0_s += -3 * length(l, i) / (fs * log10(g0)) / n;
    }
    struct choice c = {.l = l};
    if (!short_number(t0_s, first_fits, &c, &c.t0_s) || !second_decay(l, c.t0_s, &c.t1_s))
        return false;
    double exact = cosine(l, 0, c.t0_s, c.t1_s);
    if (!(exact > -1 && exact < 1)) return false;
    for (int digits = 1; digits <= 9; digits++) {
        double found = frequency_of(l, exact), unit = pow(10, digits - 1 - floor(log10(found)));
        double t1_s = c.t1_s;
        c.frequency_hz = nearbyint(found * unit) / unit;
        if (fabs(c.frequency_hz - found) < 1e-3 * found &&
            short_number(t1_s, second_gives_back, &c, &ignored))
            return true;
        c.t1_s = t1_s;
    }
    return false;
}

/* ---- both
 * ------------------------------------------------------------------------------------------ */

static bool find(struct losing *l) {
    if (l->node->op == OP_GAIN) return find_decay(l);
    if (!is_one_pole(l->node->sections)) return false;
    return l->node->sections->at[0].b0.expr ? find_knobs(l) : find_two(l);
}

static double tolerance_of(const struct node *node) {
    uint32_t n = node->shape.ins;
    if (node->op == OP_GAIN) return 2 * last_digit(node->matrix->at, n, (size_t)n + 1);
    double largest = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct operand two[] = {node->sections->at[i].b0, node->sections->at[i].a1};
        largest = fmax(largest, last_digit(two, 2, 1));
    }
    return 2 * largest;
}

const char *absorption_text(struct decompiler *d, const struct node *node, const char **comment) {
    bool gains = node->op == OP_GAIN && node->shape.ins == node->shape.outs && node->shape.ins;
    bool filters = node->op == OP_SOS && !node->sections->grid.full && node->shape.ins;
    if (!gains && !filters) return NULL;
    for (size_t i = 0; i < d->lines.count; i++) {
        const struct delays *lines = d->lines.at[i]->delays;
        if (lines->grid.rows != node->shape.ins) continue;
        if (lines->grid.rows < 2 && gains) continue; /* any one gain is some decay */
        struct arena scratch;
        arena_init_scratch(&scratch, d->arena);
        struct losing l = {d, &scratch, lines, node, tolerance_of(node), 0, NULL};
        bool found = find(&l);
        arena_free(&scratch);
        if (!found) continue;
        *comment = apart_comment(d, l.apart);
        const char *lengths =
            lines->grid.rows > 1 ? lengths_name(d, lines) : entries_text(d, lines);
        return text_format(d->arena, "absorb(%s, %s)", lengths, l.decay);
    }
    return NULL;
}
