#include "cert/cert.h"

#include <math.h>

#include "cert/constants.h"
#include "cert/instability.h"
#include "cert/lossless.h"
#include "cert/report.h"
#include "ir/base/vec.h"

/* What one certificate may spend, about a tenth of a second's work, and the widest loop that is
 * looked at: a single test of a wider one would take the most of it. */
enum { BUDGET_MULTIPLY_ADDS = 100 * 1000 * 1000, CHANNELS_MOST = 256, ROWS_MOST = 1 << 20 };

/* A loop that is proved not to grow by more than this is marginally stable, whatever its last bits
 * do. */
#define MARGINAL_GROWTH_DB_PER_MIN 0.01

const char *const verdict_texts[VERDICT_COUNT] = {
    [VERDICT_CERTIFIED_STABLE] = "certified-stable",
    [VERDICT_MARGINALLY_STABLE] = "marginally-stable",
    [VERDICT_INDETERMINATE] = "indeterminate",
    [VERDICT_NOT_CERTIFIED] = "not-certified",
    [VERDICT_UNSTABLE] = "unstable",
};

const char *const proof_texts[PROOF_COUNT] = {
    [PROOF_NONE] = NULL,
    [PROOF_CONTRACTION] = "contraction",
    [PROOF_LOSSLESS] = "lossless-exact",
    [PROOF_PASSIVE] = "passive-exact",
    [PROOF_NEAR_MARGINAL] = "near-marginal",
    [PROOF_SECTION] = "section-pole",
    [PROOF_SIGN] = "sign",
    [PROOF_DETERMINANT] = "determinant",
};

/* A certificate in the making. */
struct proving {
    struct arena *arena, *scratch;
    const struct net *net;
    bool single;
    uint64_t spent;
    struct cert *cert;
    bool *marginal;      /* of each component: its state stays bounded, and need not decay */
    const char *outside; /* the clause on what outside the loops decides the verdict; or null */
    enum verdict outside_verdict;
    double slowest_s; /* decay of the sections outside loops */
    VEC(const char *) notes;
};

/* `digits` significant digits, never less than the value: a bound stays one. */
static double rounded_up(double value, int digits) {
    if (!(value > 0) || !isfinite(value)) return value;
    double unit = pow(10, floor(log10(value)) - digits + 1);
    return ceil(value / unit * (1 - 1e-14)) * unit;
}

static double decay_s(const struct proving *p, double R) {
    /* 60 dB are ln 1000; log is right to an ulp. */
    return log(1000) / (log(R) * p->net->rate) * (1 + 1e-13);
}

static const char *quoted(struct proving *p, const char *title) {
    return text_format(p->arena, "'%s'", title);
}

/* "section 2 of 'absorption'", with its channel where there are several. */
static const char *section_text(struct proving *p, wire w) {
    const struct cell *cell = &p->net->cells[w];
    uint32_t number = 1, count = 0;
    const struct bank *bank = &p->net->banks[cell->bank];
    if (cell->node && cell->node->op == OP_SOS) count = cell->node->sections->count;
    for (uint32_t b = cell->bank; b > 0 && p->net->banks[b - 1].node == cell->node &&
                                  p->net->banks[b - 1].op == CELL_SECTION && number < count;
         b--)
        number++;
    const char *of = cell->node && cell->node->name
                         ? text_format(p->arena, " of %s", quoted(p, cell->node->name->text))
                         : "";
    if (bank->count == 1) return text_format(p->arena, "section %u%s", number, of);
    return text_format(p->arena, "section %u, channel %u,%s", number, cell->channel + 1, of);
}

static const char *pole_text(struct proving *p, const struct section_values *s,
                             enum section_poles poles) {
    const char *section = section_text(p, s->cell);
    if (poles == POLES_DOUBLE)
        return text_format(p->arena, "%s has a double pole on the unit circle", section);
    if (poles == POLES_MARGINAL)
        return text_format(p->arena, "%s has a pole on the unit circle", section);
    double modulus = section_pole_modulus(s);
    if (modulus < 1.0005)
        return text_format(p->arena, "%s has a pole outside, at %.12g", section, modulus);
    return text_format(p->arena, "%s has a pole at %.4g", section, modulus);
}

static void outside_is(struct proving *p, enum verdict verdict, const char *why) {
    if (p->outside && p->outside_verdict >= verdict) return;
    p->outside = why;
    p->outside_verdict = verdict;
}

static const char *not_covered(struct proving *p, wire w) {
    uint32_t op = p->net->cells[w].op;
    return text_format(p->arena, "this version has no proofs for a %s",
                       op < CELL_COUNT ? cell_infos[op].text : "cell");
}

/* An upper bound of the decay of a stable section. */
static double section_decay_s(const struct proving *p, const struct section_values *s,
                              double modulus) {
    static const double above[] = {1e-14, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2};
    for (size_t i = 0; i < sizeof above / sizeof *above; i++) {
        double R = 1 / (modulus * (1 + above[i]));
        if (R > 1 && section_poles_within(s, R)) return decay_s(p, R);
    }
    return INFINITY;
}

/* Tier 0: a section, wherever it is; one outside all loops (`alone`) decides by itself. */
static void look_at_section(struct proving *p, wire w, bool alone) {
    struct cert *cert = p->cert;
    struct section_values s = section_values_of(p->net, w, p->single);
    cert->section_count++;
    if (!isfinite(s.b0 + s.b1 + s.b2) || !isfinite(s.a1) || !isfinite(s.a2)) {
        cert->sections_stable = false;
        if (!alone) return;
        outside_is(p, VERDICT_INDETERMINATE,
                   text_format(p->arena, "%s has a coefficient that is not a finite number",
                               section_text(p, w)));
        return;
    }
    enum section_poles poles = section_classify(&s);
    double modulus = section_pole_modulus(&s);
    if (!(modulus <= cert->max_pole_modulus)) cert->max_pole_modulus = modulus;
    if (poles != POLES_INSIDE) cert->sections_stable = false;
    if (!alone) return;
    if (poles == POLES_INSIDE) {
        if (modulus > 0) p->slowest_s = fmax(p->slowest_s, section_decay_s(p, &s, modulus));
    } else if (poles == POLES_MARGINAL) {
        p->marginal[p->net->cells[w].component] = true;
        outside_is(p, VERDICT_MARGINALLY_STABLE, pole_text(p, &s, poles));
    } else {
        outside_is(p, VERDICT_UNSTABLE, pole_text(p, &s, poles));
    }
}

static void look_at_cells(struct proving *p) {
    p->cert->sections_stable = true;
    for (wire w = 0; w < p->net->cell_count; w++) {
        const struct cell *cell = &p->net->cells[w];
        bool alone = !p->net->components[cell->component].cyclic;
        switch ((int)cell->op) {
        case CELL_INLET:
        case CELL_DELAY: break;
        case CELL_MIX:
            for (uint32_t i = 0; alone && i < cell->count; i++)
                if (!isfinite(constant_of(cell->operands[i], p->single)))
                    outside_is(p, VERDICT_INDETERMINATE, "a gain is not a finite number");
            break;
        case CELL_SECTION: look_at_section(p, w, alone); break;
        case CELL_FIR: {
            struct section_values s = section_values_of(p->net, w, p->single);
            if (alone && !section_is_finite(&s))
                outside_is(p, VERDICT_INDETERMINATE, "a tap is not a finite number");
            break;
        }
        default:
            if (alone) outside_is(p, VERDICT_INDETERMINATE, not_covered(p, w));
        }
    }
}

/* What people would call the loop: after its first named delay, or anything named in it. */
static const char *loop_name(struct proving *p, const struct loop *loop, uint32_t number) {
    const struct component *component = &p->net->components[loop->component];
    name found = NULL;
    for (uint32_t i = 0; i < component->count; i++) {
        const struct cell *cell = &p->net->cells[component->members[i]];
        if (!cell->node || !cell->node->name) continue;
        if (cell->op == CELL_DELAY) return cell->node->name->text;
        if (!found) found = cell->node->name;
    }
    return found ? found->text : text_format(p->arena, "loop %u", number);
}

static const uint64_t *sorted_delays(struct proving *p, const struct loop *loop) {
    uint64_t *delays = ARENA_ARRAY(p->arena, loop->channel_count, uint64_t);
    uint32_t count = 0;
    for (uint32_t j = 0; j < loop->channel_count; j++) {
        uint64_t delay = loop->channels[j].delay_samples;
        uint32_t k = count++;
        for (; k > 0 && delays[k - 1] > delay; k--) delays[k] = delays[k - 1];
        delays[k] = delay;
    }
    return delays;
}

static bool pure_delays(const struct loop *loop) {
    for (uint32_t j = 0; j < loop->channel_count; j++)
        if (!loop->channels[j].delay_samples) return false;
    return loop->section_count == 0;
}

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

/* ADAC's figures besides the gain itself. */
static void describe_gain(struct contraction *c, struct loop_report *report) {
    const struct loop *loop = c->loop;
    uint32_t n = loop->channel_count;
    report->gain_max = c->gain;
    if (!c->A) return;
    double off = 0;
    for (size_t i = 0; i < (size_t)n * n; i++) off += c->A_radius[i];
    report->sigma_max = norm_bound(&c->work, c->A, n, off * (1 + 1e-9));
    report->gain_min = c->gain;
    if (!loop->section_count) return;
    double scaled = contraction_constant_gain(c), least = INFINITY;
    for (uint32_t i = 0; i <= 32; i++) {
        struct arc point = arc_make(1, i / 32.0, 0);
        double most = 0;
        for (uint32_t j = 0; j < n; j++)
            most = fmax(most, channel_modulus(&loop->channels[j], &point));
        least = fmin(least, most);
    }
    report->gain_min = fmin(scaled * least, c->gain);
}

static void estimate_decay(struct proving *p, const struct loop *loop, struct loop_report *report) {
    if (!(report->gain_max < 1) || !(report->gain_max > 0)) return;
    double mean = (double)loop->delay_samples / loop->channel_count;
    double least = isnan(report->gain_min) ? report->gain_max : fmax(report->gain_min, 1e-12);
    report->estimate_max_s = -3 * mean / (p->net->rate * log10(report->gain_max));
    report->estimate_min_s = -3 * mean / (p->net->rate * log10(least));
}

static void is_stable(struct proving *p, struct contraction *c, struct loop_report *report) {
    report->verdict = VERDICT_CERTIFIED_STABLE;
    report->proof = PROOF_CONTRACTION;
    report->any_delay = true;
    report->arcs = c->arcs;
    describe_gain(c, report);
    estimate_decay(p, c->loop, report);
    double R = contraction_radius(c);
    report->why = "stable for any delay lengths";
    if (!(R > 1)) return;
    report->rt60_max_s = decay_s(p, R);
    report->why =
        text_format(p->arena, "decays 60 dB in at most %.4g s", rounded_up(report->rt60_max_s, 4));
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
        report->why = pole_text(p, &s, POLES_OUTSIDE);
        report->growth_db_per_s = 20 * log10(proof.at) * p->net->rate;
        break;
    }
    case INSTABILITY_SIGN:
        report->proof = PROOF_SIGN;
        report->why = proof.at > 0 ? "it grows at 0 Hz, where its gain is above 1"
                                   : "it grows at half the sample rate, where its gain is above 1";
        if (bad) report->why = pole_text(p, bad, section_classify(bad));
        break;
    default:
        report->proof = PROOF_DETERMINANT;
        report->growth_db_per_s = 20 * log10(proof.at) * p->net->rate;
        report->why =
            text_format(p->arena, "it grows by at least %.3g dB/s", report->growth_db_per_s);
    }
    if (!(report->growth_db_per_s > 0)) report->growth_db_per_s = NAN;
    return true;
}

/* True if exact arithmetic decides. */
static bool is_lossless(struct proving *p, struct contraction *c, const double *log_scale,
                        struct loop_report *report) {
    uint64_t n = c->loop->channel_count;
    if (!pure_delays(c->loop)) return false;
    c->work.spent += n * n * n;
    enum lossless lossless =
        lossless_test(p->scratch, c->constant, c->loop->channel_count, log_scale);
    switch (lossless) {
    case LOSSLESS_EXACT:
        report->verdict = VERDICT_MARGINALLY_STABLE;
        report->proof = PROOF_LOSSLESS;
        report->why = "lossless, it neither grows nor decays";
        break;
    case LOSSLESS_PASSIVE:
        report->verdict = VERDICT_MARGINALLY_STABLE;
        report->proof = PROOF_PASSIVE;
        report->why = "it never grows, and need not decay";
        break;
    case LOSSLESS_LOSSY:
        report->verdict = VERDICT_CERTIFIED_STABLE;
        report->proof = PROOF_PASSIVE;
        report->why = "it decays, by less than rounding can tell from lossless";
        break;
    default: return false;
    }
    report->any_delay = true;
    report->gain_max = report->gain_min = 1;
    return true;
}

/* All modes in |z| < 1/R, R a little below 1. */
static bool is_nearly_marginal(struct proving *p, struct contraction *c, enum effort effort,
                               struct loop_report *report) {
    double R = exp(-log(10) / 20 * MARGINAL_GROWTH_DB_PER_MIN / 60 / p->net->rate);
    if (!contraction_holds(c, R, 1, effort)) return false;
    report->verdict = VERDICT_MARGINALLY_STABLE;
    report->proof = PROOF_NEAR_MARGINAL;
    report->growth_max_db_per_min = MARGINAL_GROWTH_DB_PER_MIN;
    if (isfinite(c->gain)) describe_gain(c, report);
    struct instability_proof proof = instability_prove(p->scratch, c);
    report->why =
        text_format(p->arena, "it grows by less than %g dB a minute%s", MARGINAL_GROWTH_DB_PER_MIN,
                    proof.kind == INSTABILITY_NONE ? ", if at all" : "");
    return true;
}

static void is_undecided(struct proving *p, struct contraction *c, struct loop_report *report) {
    report->verdict = VERDICT_INDETERMINATE;
    bool exhausted = contraction_exhausted(c);
    const char *spent = exhausted ? " within its budget" : "";
    if (isfinite(c->gain)) describe_gain(c, report);
    if (c->A && isfinite(c->gain) && (!c->loop->section_count || c->gain < 1.001 || exhausted)) {
        report->why = text_format(
            p->arena, "its scaled gain is at most %.9g, which tier 1 cannot put below 1%s",
            rounded_up(c->gain, 9), spent);
    } else {
        report->why = text_format(
            p->arena, "its scaled gain at %.4g Hz is about %.6g, which tier 1 cannot put below 1%s",
            c->worst_turn * p->net->rate / 2, c->worst_gain, spent);
    }
}

/* What can be said of one loop, the cheapest proofs first. */
static void prove_loop(struct proving *p, const struct loop *loop, struct loop_report *report) {
    uint64_t rows = (uint64_t)loop->rest_count * loop->channel_count;
    report->verdict = VERDICT_INDETERMINATE;
    if (loop->not_covered != NO_WIRE) {
        report->why = not_covered(p, loop->not_covered);
        return;
    }
    if (loop->not_finite != NO_WIRE) {
        report->why = "one of its constants is not a finite number";
        return;
    }
    if (loop->channel_count > CHANNELS_MOST || rows > ROWS_MOST ||
        p->spent >= BUDGET_MULTIPLY_ADDS) {
        report->why = text_format(p->arena, "not computed (N = %u)", loop->channel_count);
        return;
    }
    struct contraction *c = contraction_begin(p->scratch, loop, BUDGET_MULTIPLY_ADDS - p->spent);
    const struct section_values *bad = bad_section(p, loop);
    if (bad) {
        if (!is_unstable(p, c, bad, report))
            report->why = text_format(
                p->arena, "%s, and tier 1 cannot tell whether the loop around it holds it",
                pole_text(p, bad, section_classify(bad)));
    } else if (contraction_prove(c, EFFORT_GIVEN)) {
        is_stable(p, c, report);
    } else if (is_lossless(p, c, NULL, report) || is_nearly_marginal(p, c, EFFORT_PEAKS, report) ||
               is_unstable(p, c, NULL, report)) {
        /* decided */
    } else if (contraction_prove(c, EFFORT_FULL)) {
        is_stable(p, c, report);
    } else if (is_lossless(p, c, c->x, report)) {
        /* decided */
    } else if (!is_nearly_marginal(p, c, EFFORT_FULL, report)) {
        is_undecided(p, c, report);
    } else if (contraction_prove(c, EFFORT_GIVEN)) {
        /* The scaling found just now does for more. */
        report->growth_max_db_per_min = NAN;
        is_stable(p, c, report);
    }
    p->spent += contraction_spent(c);
}

static void look_at_loops(struct proving *p) {
    uint32_t count;
    struct loop *loops = cut_loops(p->scratch, p->net, p->single, &count);
    struct loop_report *reports = ARENA_ARRAY(p->arena, count, struct loop_report);
    struct arena *around = p->scratch, scratch;
    for (uint32_t i = 0; i < count; i++) {
        struct loop_report *report = &reports[i];
        *report = (struct loop_report){
            .name = loop_name(p, &loops[i], i + 1),
            .delays_samples = sorted_delays(p, &loops[i]),
            .channel_count = loops[i].channel_count,
            .section_count = loops[i].section_count - loops[i].response_count,
            .sigma_max = NAN,
            .gain_max = NAN,
            .gain_min = NAN,
            .rt60_max_s = NAN,
            .estimate_max_s = NAN,
            .estimate_min_s = NAN,
            .growth_db_per_s = NAN,
            .growth_max_db_per_min = NAN,
        };
        arena_init_scratch(&scratch, around);
        p->scratch = &scratch;
        prove_loop(p, &loops[i], report);
        p->scratch = around;
        arena_free(&scratch);
        p->marginal[loops[i].component] = report->verdict == VERDICT_MARGINALLY_STABLE;
    }
    p->cert->loops = reports;
    p->cert->loop_count = count;
}

/* Two marginal systems one behind the other may share a pole, and then grow linearly. */
static bool marginal_ones_are_coupled(struct proving *p) {
    bool *reached = ARENA_ARRAY(p->scratch, p->net->component_count, bool);
    for (uint32_t i = 0; i < p->net->component_count; i++) {
        const struct component *component = &p->net->components[i];
        for (uint32_t m = 0; m < component->count; m++) {
            const struct cell *cell = &p->net->cells[component->members[m]];
            for (uint32_t k = 0; k < cell->count; k++) {
                uint32_t from = p->net->cells[cell->from[k]].component;
                if (from == i || !cell_is_connected(cell, k)) continue;
                reached[i] |= reached[from] || p->marginal[from];
            }
        }
        if (reached[i] && p->marginal[i]) return true;
    }
    return false;
}

static void conclude(struct proving *p) {
    struct cert *cert = p->cert;
    const struct loop_report *worst = NULL;
    cert->rt60_max_s = p->slowest_s;
    for (uint32_t i = 0; i < cert->loop_count; i++) {
        const struct loop_report *loop = &cert->loops[i];
        if (isnan(loop->rt60_max_s)) cert->rt60_max_s = NAN;
        else if (!isnan(cert->rt60_max_s))
            cert->rt60_max_s = fmax(cert->rt60_max_s, loop->rt60_max_s);
        if (!worst || loop->verdict > worst->verdict) worst = loop;
    }
    const char *why;
    if (p->outside && (!worst || p->outside_verdict >= worst->verdict)) {
        cert->verdict = p->outside_verdict;
        cert->proof = p->outside_verdict == VERDICT_INDETERMINATE ? PROOF_NONE : PROOF_SECTION;
        why = p->outside;
    } else if (!worst) {
        cert->verdict = VERDICT_CERTIFIED_STABLE;
        why = "no feedback loops";
    } else {
        cert->verdict = worst->verdict;
        cert->proof = worst->proof;
        why = worst->why;
        if (worst->verdict != VERDICT_CERTIFIED_STABLE)
            why = text_format(p->arena, "the loop through %s: %s", quoted(p, worst->name), why);
        else if (!isnan(cert->rt60_max_s) && isfinite(cert->rt60_max_s))
            why = text_format(p->arena, "decays 60 dB in at most %.4g s",
                              rounded_up(cert->rt60_max_s, 4));
        else
            for (uint32_t i = 0; i < cert->loop_count; i++)
                if (isnan(cert->loops[i].rt60_max_s)) why = cert->loops[i].why;
    }
    if (cert->verdict == VERDICT_MARGINALLY_STABLE && marginal_ones_are_coupled(p)) {
        cert->verdict = VERDICT_INDETERMINATE;
        cert->proof = PROOF_NONE;
        why = "what is marginally stable feeds what is marginally stable, and might grow there";
    }
    if (cert->verdict != VERDICT_CERTIFIED_STABLE) cert->rt60_max_s = NAN;
    cert->summary = text_format(p->arena, "%s: %s%s", verdict_texts[cert->verdict], why,
                                p->net->knob_count ? "; knobs at their initial values" : "");
}

static void note(struct proving *p, const char *text) {
    vec_push(p->arena, &p->notes, text);
}

static void take_notes(struct proving *p) {
    struct cert *cert = p->cert;
    if (!cert->loop_count) note(p, "no feedback loops found");
    if (cert->verdict == VERDICT_MARGINALLY_STABLE)
        note(
            p,
            "state stays bounded without input; a sustained input at the frequency of an undamped mode "
            "can grow without bound");
    if (!isnan(cert->rt60_max_s) && cert->verdict == VERDICT_CERTIFIED_STABLE && cert->loop_count)
        note(p, "rt60_max_s bounds the decay of every mode");
    cert->notes = p->notes.at;
    cert->note_count = (uint32_t)p->notes.count;
    struct knob_report *knobs = ARENA_ARRAY(p->arena, p->net->knob_count, struct knob_report);
    for (uint32_t i = 0; i < p->net->knob_count; i++)
        knobs[i] = (struct knob_report){name_or(p->net->knobs[i].id, p->net->knobs[i].label),
                                        p->net->knobs[i].init};
    cert->knobs = knobs;
    cert->knob_count = p->net->knob_count;
}

const struct cert *cert_prove(struct arena *arena, const struct net *net, bool single) {
    struct cert *cert = ARENA_NEW(arena, struct cert);
    *cert = (struct cert){
        .rate = net->rate, .single = single, .max_pole_modulus = NAN, .rt60_max_s = NAN};
    if (!arithmetic_is_usual()) {
        cert->verdict = VERDICT_INDETERMINATE;
        cert->summary = "indeterminate: this machine does not round doubles to nearest";
        return cert;
    }
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    struct proving p = {
        .arena = arena, .scratch = &scratch, .net = net, .single = single, .cert = cert};
    p.marginal = ARENA_ARRAY(&scratch, net->component_count, bool);
    look_at_cells(&p);
    look_at_loops(&p);
    conclude(&p);
    take_notes(&p);
    arena_free(&scratch);
    return cert;
}

enum verdict cert_verdict(const struct cert *cert) {
    return cert->verdict;
}

const char *cert_summary(const struct cert *cert) {
    return cert->summary;
}
