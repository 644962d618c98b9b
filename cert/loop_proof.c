/* Tiers 1, L and U: what is decided of a loop without following F around the circle. */
#include <math.h>

#include "cert/adac_figures.h"
#include "cert/instability.h"
#include "cert/proving.h"

/* What one certificate may spend on this in multiply-adds, about a tenth of a second's work, each
 * loop a tenth of that whatever those before it took, and beyond that as many norms of a wide loop;
 * for the line that every compilation prints about half of that and nothing more; and the rows of a
 * network between delays that is looked at. */
enum {
    BUDGET = 100 * 1000 * 1000,
    BUDGET_LEAST = BUDGET / 10,
    BUDGET_NORMS = 16,
    BUDGET_BRIEFLY = 50 * 1000 * 1000,
    ROWS_MOST = 1 << 22
};

/* The worst section of a loop: null if all are stable. */
static const struct section_values *bad_section(struct proving *p, const struct loop *loop) {
    const struct component *component = &p->net->components[loop->component];
    struct section_values *worst = NULL;
    enum section_poles worst_poles = POLES_INSIDE;
    for (uint32_t i = 0; i < component->count; i++) {
        if (p->net->cells[component->members[i]].op != CELL_SECTION) continue;
        struct section_values s = section_values_of(p->net, component->members[i], p->single);
        enum section_poles poles = section_classify(&s);
        if (poles <= worst_poles) continue;
        if (!worst) worst = ARENA_NEW(p->arena, struct section_values);
        worst_poles = poles;
        *worst = s;
    }
    return worst;
}

static void is_stable(struct proving *p, struct contraction *c, struct loop_report *report) {
    report->verdict = VERDICT_CERTIFIED_STABLE;
    report->proof = PROOF_CONTRACTION;
    report->any_delay = true;
    report->arcs = c->arcs;
    adac_describe_gain(c, report);
    /* ||D (L + E) D^-1|| <= gain + ||E|| cond D, for the D of the gain. */
    if (c->gain < 1) {
        double least = INFINITY, most = -INFINITY;
        for (uint32_t j = 0; j < c->loop->channel_count; j++) {
            least = fmin(least, c->x[j]);
            most = fmax(most, c->x[j]);
        }
        report->distance = (1 - c->gain) * exp(least - most) * (1 - 1e-12);
    }
    adac_estimate_decay(p, c->loop, report);
    double R = contraction_radius(c);
    /* What contracts on a circle of w does within it, so a witness with a little room is one too:
     * it need not be looked at in the very way in which it was found. */
    if (R > 1) R = c->shown_R = 1 + (c->shown_R - 1) * (1 - 1e-6);
    keep_scaling(p, report, c);
    report->why = "stable for any delay lengths";
    if (!(R > 1)) return;
    report->rt60_max_s = proving_decay_s(p, R);
    report->why = text_format(p->arena, "decays 60 dB in at most %.4g s",
                              bound_rounded_up(report->rt60_max_s, 4));
}

static bool is_unstable(struct proving *p, struct contraction *c, const struct section_values *bad,
                        struct loop_report *report) {
    struct instability_proof proof = instability_prove(p->scratch, c);
    if (proof.kind == INSTABILITY_NONE) return false;
    report->verdict = VERDICT_UNSTABLE;
    switch (proof.kind) {
    case INSTABILITY_SECTION: {
        struct section_values s = section_values_of(p->net, proof.section, p->single);
        report->proof = PROOF_SECTION;
        report->why = proving_pole_text(p, &s, POLES_OUTSIDE);
        report->growth_db_per_s = 20 * log10(proof.at) * p->net->rate;
        keep_scaling(p, report, c);
        break;
    }
    case INSTABILITY_SIGN:
        report->proof = PROOF_SIGN;
        keep_witness(report, &(struct witness){.kind = WITNESS_SIGN, .at = (int)proof.at});
        report->why = proof.at > 0 ? "it grows at 0 Hz, where its gain is above 1"
                                   : "it grows at half the sample rate, where its gain is above 1";
        if (bad) report->why = proving_pole_text(p, bad, section_classify(bad));
        break;
    default:
        report->proof = PROOF_DETERMINANT;
        keep_witness(report, &(struct witness){.kind = WITNESS_DETERMINANT});
        report->growth_db_per_s = 20 * log10(proof.at) * p->net->rate;
        report->why =
            report->growth_db_per_s > 0
                ? text_format(p->arena, "it grows by at least %.3g dB/s",
                              bound_rounded_down(report->growth_db_per_s, 3))
                : "it grows, the product of its modes being above 1";
    }
    if (!(report->growth_db_per_s > 0)) report->growth_db_per_s = NAN;
    return true;
}

/* All modes in |z| < 1/R, R a little below 1. */
static bool is_nearly_marginal(struct proving *p, struct contraction *c, enum effort effort,
                               struct loop_report *report) {
    double R = exp(-log(10) / 20 * MARGINAL_GROWTH_DB_PER_MIN / 60 / p->net->rate);
    if (!contraction_holds(c, R, 1, effort)) return false;
    report->verdict = VERDICT_MARGINALLY_STABLE;
    report->proof = PROOF_NEAR_MARGINAL;
    keep_scaling(p, report, c);
    report->growth_max_db_per_min = MARGINAL_GROWTH_DB_PER_MIN;
    if (isfinite(c->gain)) adac_describe_gain(c, report);
    struct instability_proof proof = instability_prove(p->scratch, c);
    report->why =
        text_format(p->arena, "it grows by less than %g dB a minute%s", MARGINAL_GROWTH_DB_PER_MIN,
                    proof.kind == INSTABILITY_NONE ? ", if at all" : "");
    return true;
}

/* A gain of 1 at one frequency is not yet a mode there. */
static void may_decay(struct proving *p, struct contraction *c, enum effort effort,
                      struct loop_report *report) {
    if (contraction_prove(c, effort)) {
        report->growth_max_db_per_min = NAN;
        is_stable(p, c, report);
    } else if (!p->brief && !lossless_but_for_rounding(c)) {
        prove_decay_exactly(p, c, report);
    }
}

static void is_undecided(struct proving *p, struct contraction *c, struct loop_report *report) {
    report->verdict = VERDICT_INDETERMINATE;
    bool exhausted = contraction_exhausted(c);
    const char *spent = p->brief    ? "; --emit=cert looks further"
                        : exhausted ? " within its budget"
                                    : "";
    if (isfinite(c->gain)) adac_describe_gain(c, report);
    if (c->A && isfinite(c->gain) && (!c->loop->section_count || c->gain < 1.001 || exhausted)) {
        report->why = text_format(
            p->arena, "its scaled gain is at most %.9g, which tier 1 cannot put below 1%s",
            bound_rounded_up(c->gain, 9), spent);
    } else {
        report->why = text_format(
            p->arena, "its scaled gain at %.4g Hz is about %.6g, which tier 1 cannot put below 1%s",
            c->worst_turn * p->net->rate / 2, c->worst_gain, spent);
    }
}

static void is_not_computed(struct proving *p, const struct loop *loop,
                            struct loop_report *report) {
    report->verdict = VERDICT_INDETERMINATE;
    report->why = text_format(p->arena, "not computed (N = %u)", loop->channel_count);
    if (p->not_computed < loop->channel_count) p->not_computed = loop->channel_count;
}

void prove_loop(struct proving *p, const struct loop *loop, struct loop_report *report) {
    uint64_t rows = (uint64_t)loop->rest_count * loop->channel_count;
    report->verdict = VERDICT_INDETERMINATE;
    if (loop->not_covered != NO_WIRE) {
        report->why = proving_not_covered(p, loop->not_covered);
        return;
    }
    if (loop->not_finite != NO_WIRE) {
        report->why = "one of its constants is not a finite number";
        return;
    }
    uint64_t n = loop->channel_count, budget = p->brief ? BUDGET_BRIEFLY : BUDGET;
    budget = budget > p->spent ? budget - p->spent : 0;
    if (!p->brief) budget = (budget > BUDGET_LEAST ? budget : BUDGET_LEAST) + BUDGET_NORMS * n * n * n;
    if (n > CERT_CHANNELS_MOST || rows > ROWS_MOST || !budget ||
        (p->brief && (n * n * n > BUDGET_BRIEFLY || response_cost(loop) > BUDGET_BRIEFLY))) {
        is_not_computed(p, loop, report);
        return;
    }
    struct contraction *c = contraction_begin(p->scratch, loop, budget);
    const struct section_values *bad = bad_section(p, loop);
    if (bad) {
        if (!is_unstable(p, c, bad, report) && (p->brief || !prove_loop_exactly(p, c, report)))
            report->why = text_format(
                p->arena, "%s, and tier 1 cannot tell whether the loop around it holds it",
                proving_pole_text(p, bad, section_classify(bad)));
    } else if (contraction_prove(c, EFFORT_GIVEN)) {
        is_stable(p, c, report);
    } else if (prove_lossless(p, c, NULL, report)) {
        /* decided */
    } else if (is_nearly_marginal(p, c, EFFORT_PEAKS, report)) {
        if (!p->brief) may_decay(p, c, EFFORT_FULL, report);
    } else if (is_unstable(p, c, NULL, report)) {
        /* decided */
    } else if (contraction_prove(c, EFFORT_FULL)) {
        is_stable(p, c, report);
    } else if (prove_lossless(p, c, c->x, report)) {
        /* decided */
    } else if (is_nearly_marginal(p, c, EFFORT_FULL, report)) {
        may_decay(p, c, EFFORT_GIVEN, report); /* the scaling found just now may do for more */
    } else if (p->brief || !prove_loop_exactly(p, c, report)) {
        is_undecided(p, c, report);
        if (p->brief && contraction_exhausted(c)) is_not_computed(p, loop, report);
    }
    if (report->proof == PROOF_CONTRACTION && !p->brief) sharpen_decay(p, c, report);
    if (report->verdict == VERDICT_UNSTABLE && !p->brief) describe_instability(p, c, report);
    describe_rounding(p, c, report);
    if (!p->brief) adac_describe(p, c, report);
    p->spent += contraction_spent(c);
}
