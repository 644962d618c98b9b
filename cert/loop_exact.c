/* What following F around the circle decides of a loop. */
#include <math.h>

#include "cert/proving.h"

static const double pi = 3.14159265358979323846;

/* Norm tests that a search for scalings frequency by frequency may take. */
enum { CELL_TESTS = 600 };

/* A loop in front of tier 2. */
struct exactly {
    struct proving *p;
    struct contraction *c;
    struct loop_report *report;
    struct pieces *pieces;
    bool spent; /* the budget ended on some circle */
};

static struct exactly exactly_begin(struct proving *p, struct contraction *c,
                                    struct loop_report *report) {
    uint64_t left = p->most_evaluations - p->evaluations;
    struct pieces *pieces = pieces_begin(p->scratch, c->loop, c->constant, c->x, left);
    pieces->progress = p->progress;
    pieces->progress_of = text_format(p->scratch, "the loop through '%s'", report->name);
    return (struct exactly){p, c, report, pieces, false};
}

static void exactly_end(struct exactly *e) {
    e->p->evaluations += e->pieces->evaluations;
    e->report->evaluations += e->pieces->evaluations;
}

/* The stretches of the circle that no scaling closes. All of it where that is not worth trying. */
static struct cells stretches_at(struct exactly *e, double R) {
    uint64_t n = e->c->n;
    uint64_t tests = 400ull * 1000 * 1000 / (n * n * n + 1);
    return cells_cover(e->p->scratch, e->c, R, tests < CELL_TESTS ? (uint32_t)tests : CELL_TESTS);
}

static const void *kept(struct exactly *e, const void *at, size_t size) {
    return arena_copy(e->p->arena, size ? at : "", size);
}

static const double *powers_of(struct exactly *e) {
    uint32_t n = e->c->loop->channel_count;
    double *powers = ARENA_ARRAY(e->p->arena, n, double);
    for (uint32_t j = 0; j < n; j++) powers[j] = log2(e->pieces->scale[j]);
    return powers;
}

static void keep_circle(struct exactly *e, double R, int64_t modes, const struct cells *cells,
                        const centre_list *centres) {
#define KEPT(list) kept(e, (list).at, (list).count * sizeof *(list).at)
    struct witness w = {.kind = WITNESS_CIRCLE, .R = R, .modes = modes, .powers = powers_of(e)};
    w.scalings = KEPT(cells->scalings);
    w.scaling_count = (uint32_t)cells->scalings.count / e->c->loop->channel_count;
    w.cells = KEPT(cells->closed);
    w.scaling_of = KEPT(cells->scaling_of);
    w.cell_count = (uint32_t)cells->closed.count;
    w.open = KEPT(cells->open);
    w.open_count = (uint32_t)cells->open.count;
    w.centres = KEPT(*centres);
    w.centre_count = centres->count;
    keep_witness(e->report, &w);
#undef KEPT
}

/* Modes in |z| >= 1/R. Kept as a witness where it shows more than the one before. */
static struct winding modes_at(struct exactly *e, double R, struct cells *cells) {
    centre_list centres = {0};
    *cells = stretches_at(e, R);
    struct winding w =
        winding_count(e->p->scratch, e->pieces, R, cells->open.at, cells->open.count, &centres);
    e->spent |= w.end == WINDING_SPENT;
    bool shows = w.modes == 0 || R == 1 || e->report->witness_count == 0;
    if (w.end == WINDING_DONE && shows) keep_circle(e, R, w.modes, cells, &centres);
    return w;
}

/* True if every mode is within |z| < 1/R; `*poles`: some are known to be without. */
static bool all_within(struct exactly *e, double R, bool *beyond) {
    struct arena *around = e->p->scratch, scratch;
    arena_init_scratch(&scratch, around);
    e->p->scratch = &scratch;
    struct cells cells;
    struct winding w = modes_at(e, R, &cells);
    e->p->scratch = around;
    arena_free(&scratch);
    if (beyond) *beyond = w.end == WINDING_DONE && w.modes > 0;
    return w.end == WINDING_DONE && w.modes == 0;
}

/* R of a growth in dB a second. */
static double radius_of(const struct proving *p, double db_per_s) {
    return exp(-log(10) / 20 * db_per_s / p->net->rate);
}

/* From a decay that is proved, s a sample, to a better one; `high`: one that was not shown, or 0. */
static double decay_beyond(struct exactly *e, double s, double high) {
    enum { STEPS = 12 };
    /* Where there is no scaling one step takes a whole march: the more of those, the less of it. */
    for (int step = 0; step < STEPS; step++) {
        if (e->pieces->evaluations > e->pieces->most / 2) break;
        double middle = high == 0 ? s * 8 : high > 4 * s ? s * 2 : sqrt(s * high);
        if (high != 0 && high < 1.02 * s) break;
        if (all_within(e, exp(middle), NULL)) s = middle;
        else high = middle;
    }
    return s;
}

static void is_stable_exactly(struct exactly *e, bool freely) {
    struct loop_report *report = e->report;
    struct proving *p = e->p;
    report->verdict = VERDICT_CERTIFIED_STABLE;
    report->proof = freely ? PROOF_CONTRACTION_FREQ : PROOF_WINDING;
    report->any_delay = freely;
    report->modes_outside = 0;
    report->growth_max_db_per_min = NAN;
    double slowest = -log(radius_of(p, -MARGINAL_GROWTH_DB_PER_MIN / 60));
    slowest = fabs(slowest);
    double least = log(1000) / (60 * p->net->rate); /* RT60 of a minute */
    double s = 0;
    if (all_within(e, exp(least), NULL)) s = decay_beyond(e, least, 0);
    else if (all_within(e, exp(slowest), NULL)) s = decay_beyond(e, slowest, least);
    if (s > 0) {
        report->rt60_max_s = proving_decay_s(p, exp(s));
        report->why = text_format(p->arena, "decays 60 dB in at most %.4g s",
                                  bound_rounded_up(report->rt60_max_s, 4));
        return;
    }
    if (freely) {
        report->why = "stable for any delay lengths";
        return;
    }
    if (e->spent) {
        report->verdict = VERDICT_INDETERMINATE;
        report->proof = PROOF_NONE;
        report->growth_bound_db_per_s = 0;
        report->why = "all its modes decay, but its budget ended before it was shown how fast";
        return;
    }
    report->verdict = VERDICT_MARGINALLY_STABLE;
    report->proof = PROOF_NEAR_MARGINAL;
    report->growth_max_db_per_min = 0;
    report->why = text_format(p->arena, "it decays; that it does by %g dB a minute was not shown",
                              MARGINAL_GROWTH_DB_PER_MIN);
}

static bool is_near_marginal(struct exactly *e, int64_t outside) {
    bool beyond;
    struct loop_report *report = e->report;
    double R = radius_of(e->p, MARGINAL_GROWTH_DB_PER_MIN / 60);
    if (!all_within(e, R, &beyond)) {
        if (!beyond) return false;
        report->verdict = VERDICT_UNSTABLE;
        report->proof = PROOF_POLES;
        report->why = text_format(e->p->arena, "it grows by more than %g dB a minute",
                                  MARGINAL_GROWTH_DB_PER_MIN);
        return true;
    }
    report->verdict = VERDICT_MARGINALLY_STABLE;
    report->proof = PROOF_NEAR_MARGINAL;
    report->growth_max_db_per_min = MARGINAL_GROWTH_DB_PER_MIN;
    report->modes_outside = -1; /* the witness is of the circle beyond */
    report->why = text_format(e->p->arena, "it grows by less than %g dB a minute%s",
                              MARGINAL_GROWTH_DB_PER_MIN, outside > 0 ? "" : ", if at all");
    return true;
}

/* What tier 1 can still say of a loop for which the budget did not do. */
static void bound_growth(struct exactly *e) {
    for (double db_per_s = 1e-3; db_per_s < 1e7; db_per_s *= 2) {
        double R = radius_of(e->p, db_per_s);
        if (!contraction_holds(e->c, R, 1, EFFORT_GIVEN)) continue;
        e->report->growth_bound_db_per_s = db_per_s;
        return;
    }
}

bool prove_loop_exactly(struct proving *p, struct contraction *c, struct loop_report *report) {
    struct exactly e = exactly_begin(p, c, report);
    struct cells cells;
    struct winding w = modes_at(&e, 1, &cells);
    bool decided = true;
    report->arcs = cells.closed.count;
    if (w.end == WINDING_DONE && w.modes == 0) {
        is_stable_exactly(&e, cells.open.count == 0);
    } else if (w.end == WINDING_DONE) {
        bool beyond,
            within = all_within(&e, radius_of(p, MARGINAL_GROWTH_DB_PER_MIN / 60), &beyond);
        report->modes_outside = w.modes;
        if (within) {
            is_near_marginal(&e, w.modes);
        } else {
            report->verdict = VERDICT_UNSTABLE;
            report->proof = PROOF_POLES;
            report->why = text_format(
                p->arena, w.modes == 1 ? "%g of its modes grows" : "%g of its modes grow",
                (double)w.modes);
        }
    } else if (w.end == WINDING_NEAR) {
        decided = is_near_marginal(&e, -1);
    } else {
        decided = false;
    }
    if (!decided) bound_growth(&e);
    exactly_end(&e);
    return decided;
}

void prove_decay_exactly(struct proving *p, struct contraction *c, struct loop_report *report) {
    struct exactly e = exactly_begin(p, c, report);
    struct cells cells;
    struct winding w = modes_at(&e, 1, &cells);
    if (w.end == WINDING_DONE && w.modes == 0) is_stable_exactly(&e, cells.open.count == 0);
    exactly_end(&e);
}

void sharpen_decay(struct proving *p, struct contraction *c, struct loop_report *report) {
    enum { MOST = 20000, MULTIPLY_ADDS = 8 * 1000 * 1000 }; /* tens of milliseconds */
    uint64_t n = c->loop->channel_count, most = MULTIPLY_ADDS / (n * n * n);
    struct exactly e = exactly_begin(p, c, report);
    if (most > MOST) most = MOST;
    if (e.pieces->most > most) e.pieces->most = most;
    double s = log(1000) / (60 * p->net->rate); /* RT60 of a minute */
    if (report->rt60_max_s > 0) s = 1.25 * log(1000) / (report->rt60_max_s * p->net->rate);
    if (most > 0 && all_within(&e, exp(s), NULL)) {
        report->rt60_max_s = proving_decay_s(p, exp(decay_beyond(&e, s, 0)));
        report->why = text_format(p->arena, "decays 60 dB in at most %.4g s",
                                  bound_rounded_up(report->rt60_max_s, 4));
    }
    exactly_end(&e);
}

/* A mode that grows, and a disc around it that is proved to hold it. */
static void show_pole(struct exactly *e, const struct winding *w) {
    struct mode_disc best = {0};
    for (uint32_t i = 0; i < w->peak_count; i++) {
        struct mode_disc disc = mode_find(e->p->scratch, e->pieces, w->peaks[i].at);
        if (disc.log_radius < best.log_radius) best = disc;
    }
    if (!(best.log_radius < 0) || !mode_verify(e->p->scratch, e->pieces, &best)) return;
    double rate = e->p->net->rate, slowest = -(best.log_radius + best.half);
    e->report->pole = best;
    keep_witness(e->report,
                 &(struct witness){.kind = WITNESS_MODE, .disc = best, .powers = powers_of(e)});
    e->report->pole_hz = fabs(remainder(best.angle, 2 * pi)) / (2 * pi) * rate;
    double growth = 20 / log(10) * slowest * rate * (1 - 1e-12);
    if (!(e->report->growth_db_per_s > growth)) e->report->growth_db_per_s = growth;
}

void describe_instability(struct proving *p, struct contraction *c, struct loop_report *report) {
    struct exactly e = exactly_begin(p, c, report);
    struct cells cells;
    struct winding w = modes_at(&e, 1, &cells);
    if (w.end == WINDING_DONE) report->modes_outside = w.modes;
    show_pole(&e, &w);
    if (w.end == WINDING_NEAR && isnan(report->pole_hz)) {
        /* Beside modes on the circle itself. */
        w = modes_at(&e, radius_of(p, MARGINAL_GROWTH_DB_PER_MIN / 60), &cells);
        show_pole(&e, &w);
    }
    exactly_end(&e);
    if (isnan(report->pole_hz)) return;
    if (report->proof == PROOF_POLES)
        report->why = text_format(p->arena, "it grows by at least %.4g dB/s, at %.4g Hz",
                                  bound_rounded_down(report->growth_db_per_s, 4), report->pole_hz);
}
