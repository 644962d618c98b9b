#include "cert/cert.h"

#include <math.h>

#include "cert/adac_figures.h"
#include "cert/constants.h"
#include "cert/positions.h"
#include "cert/proving.h"

const char *const verdict_texts[VERDICT_COUNT] = {
    [VERDICT_CERTIFIED_STABLE] = "certified-stable",
    [VERDICT_MARGINALLY_STABLE] = "marginally-stable",
    [VERDICT_INDETERMINATE] = "indeterminate",
    [VERDICT_NOT_CERTIFIED] = "not-certified",
    [VERDICT_UNSTABLE] = "unstable",
};

const char *const knob_claim_texts[KNOB_CLAIMS] = {
    [KNOBS_INITIAL] = "at their initial values",
    [KNOBS_FROZEN] = "nothing grows at any frozen position; the rest at their initial values",
    [KNOBS_MOVING] =
        "nothing grows at any position, frozen or moving; the rest at their initial values",
};

const char *const proof_texts[PROOF_COUNT] = {
    [PROOF_NONE] = NULL,
    [PROOF_CONTRACTION] = "contraction",
    [PROOF_CONTRACTION_FREQ] = "contraction-freq",
    [PROOF_WINDING] = "winding",
    [PROOF_LOSSLESS] = "lossless-exact",
    [PROOF_PASSIVE] = "passive-exact",
    [PROOF_NEAR_MARGINAL] = "near-marginal",
    [PROOF_SECTION] = "section-pole",
    [PROOF_SIGN] = "sign",
    [PROOF_DETERMINANT] = "determinant",
    [PROOF_POLES] = "poles",
};

const char cert_schema[] = "adacc-cert-1";
const char *const precision_texts[2] = {"values as emitted (double)",
                                        "values as emitted (float32)"};

static void outside_is(struct proving *p, enum verdict verdict, const char *why) {
    if (p->outside && p->outside_verdict >= verdict) return;
    p->outside = why;
    p->outside_verdict = verdict;
}

/* An upper bound of the decay of a stable section. */
static double section_decay_s(const struct proving *p, const struct section_values *s,
                              double modulus) {
    static const double above[] = {1e-14, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2};
    for (size_t i = 0; i < sizeof above / sizeof *above; i++) {
        double R = 1 / (modulus * (1 + above[i]));
        if (R > 1 && section_poles_within(s, R)) return proving_decay_s(p, R);
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
                               proving_section_text(p, w)));
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
        outside_is(p, VERDICT_MARGINALLY_STABLE, proving_pole_text(p, &s, poles));
    } else {
        int outside = section_poles_beyond_count(&s, 1);
        bool known = outside >= 0 && cert->poles_outside >= 0;
        cert->poles_outside = known ? cert->poles_outside + outside : -1;
        outside_is(p, VERDICT_UNSTABLE, proving_pole_text(p, &s, poles));
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
            if (alone) outside_is(p, VERDICT_INDETERMINATE, proving_not_covered(p, w));
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
            .spectral_radius = NAN,
            .distance = NAN,
            .gain_max = NAN,
            .gain_min = NAN,
            .rt60_max_s = NAN,
            .estimate_max_s = NAN,
            .estimate_min_s = NAN,
            .growth_db_per_s = NAN,
            .growth_max_db_per_min = NAN,
            .growth_bound_db_per_s = NAN,
            .pole_hz = NAN,
            .modes_outside = -1,
        };
        arena_init_scratch(&scratch, around);
        p->scratch = &scratch;
        prove_loop(p, &loops[i], report);
        p->scratch = around;
        arena_free(&scratch);
        p->marginal[loops[i].component] = report->verdict == VERDICT_MARGINALLY_STABLE;
    }
    p->cert->loops = p->reports = reports;
    p->cert->loop_count = count;
}

/* Gains that multiply a channel may move as they like within their moduli where one scaling, or one
 * energy, does for all; a filter or a delay that moves is another system at each moment. */
static bool only_gains_move(const struct net *net) {
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        bool looped = net->components[cell->component].cyclic;
        if (cell->op == CELL_MIX || (!looped && cell->op != CELL_SECTION)) continue;
        for (uint32_t i = 0; i < cell->operand_count; i++)
            if (cell->operands[i].expr) return false;
    }
    return true;
}

static void claim_knobs(struct proving *p) {
    struct cert *cert = p->cert;
    if (p->brief || !p->net->knob_count || cert->verdict > VERDICT_MARGINALLY_STABLE) return;
    proving_tells(p, "the positions of the knobs");
    struct positions found = positions_prove(
        p->arena, p->net, p->single, p->figures, (p->most_evaluations - p->evaluations) / 2,
        &p->evaluations);
    if (found.found != POSITIONS_STABLE) {
        cert->knob_why = found.why;
        return;
    }
    cert->knob_claim =
        found.boxes <= 1 && !found.exactly && only_gains_move(p->net) ? KNOBS_MOVING : KNOBS_FROZEN;
    cert->knob_proof = found.proof;
    /* What does not move is as it is at the initial values. */
    if (!isnan(found.rt60_max_s) && !isnan(cert->rt60_max_s))
        cert->knob_rt60_max_s = fmax(found.rt60_max_s, cert->rt60_max_s);
    if (!p->figures) return;
    cert->decay_knob = decay_knob_find(p->arena, p->net, p->single);
    if (cert->decay_knob.within > 0) adac_describe_worst_case(p, p->reports);
}

/* At the knobs' initial values, for a program that is stable there. */
static void find_peak(struct proving *p) {
    if (!p->figures || p->cert->verdict != VERDICT_CERTIFIED_STABLE) return;
    proving_tells(p, "the peak gain");
    struct arena scratch;
    arena_init_scratch(&scratch, p->scratch);
    double rt60_s = isfinite(p->cert->rt60_max_s) ? p->cert->rt60_max_s : 1;
    p->cert->peak = peak_gain(&scratch, p->net, p->single, rt60_s,
                              (p->most_evaluations - p->evaluations) / 2, &p->evaluations);
    arena_free(&scratch);
}

/* The loop that decays as slowly as the whole; null if that is not known, or no loop. */
static const struct loop_report *slowest_loop(const struct cert *cert) {
    for (uint32_t i = 0; i < cert->loop_count; i++)
        if (cert->loops[i].rt60_max_s == cert->rt60_max_s) return &cert->loops[i];
    return NULL;
}

/* "; --contract: A by 1 - 3/2^24", of one matrix; of several the one that was scaled most. */
static const char *contracted_text(struct proving *p) {
    const struct cert *cert = p->cert;
    const struct contracted *most = cert->contracted;
    if (!cert->contracted_count) return "";
    for (uint32_t i = 1; i < cert->contracted_count; i++)
        if (cert->contracted[i].steps > most->steps) most = &cert->contracted[i];
    if (!most->steps)
        return text_format(p->arena, "; --contract: nothing to scale, %s contracts as rounded",
                           name_or(most->name, "A"));
    const char *more = cert->contracted_count == 1 ? "" : " and others by less";
    return text_format(p->arena, "; --contract: %s by 1 - %g/2^%g%s", name_or(most->name, "A"),
                       (double)most->steps, -log2(most->unit), more);
}

static const char *knob_name(const struct net *net, uint32_t knob) {
    return name_or(net->knobs[knob].id, net->knobs[knob].label);
}

/* ", where 60 dB decay in at most 12 s", or within what the knob of the decay shows */
static const char *knob_decay_text(struct proving *p) {
    double decay_s = p->cert->knob_rt60_max_s;
    const struct decay_knob *knob = &p->cert->decay_knob;
    if (knob->within > 0)
        return text_format(p->arena, "%s 60 dB decay within what %s shows%s",
                           p->cert->knob_claim == KNOBS_MOVING ? "; frozen," : ", where",
                           proving_quoted(p, knob_name(p->net, knob->knob)),
                           knob->within < 1.0005
                               ? ""
                               : text_format(p->arena, " times %.5g",
                                             bound_rounded_up(knob->within, 5)));
    if (!isfinite(decay_s)) return "";
    return text_format(p->arena, "%s 60 dB decay in at most %.4g s",
                       p->cert->knob_claim == KNOBS_MOVING ? "; frozen," : ", where",
                       bound_rounded_up(decay_s, 4));
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
            why = text_format(p->arena, "the loop through %s: %s", proving_quoted(p, worst->name),
                              why);
        else if (slowest_loop(cert))
            why = slowest_loop(cert)->why;
        else if (!isnan(cert->rt60_max_s) && isfinite(cert->rt60_max_s))
            why = text_format(p->arena, "decays 60 dB in at most %.4g s",
                              bound_rounded_up(cert->rt60_max_s, 4));
        else
            for (uint32_t i = 0; i < cert->loop_count; i++)
                if (isnan(cert->loops[i].rt60_max_s)) why = cert->loops[i].why;
    }
    /* Two marginal systems one behind the other may share a pole, and then grow linearly. */
    if (cert->verdict == VERDICT_MARGINALLY_STABLE &&
        components_are_coupled(p->scratch, p->net, p->marginal)) {
        cert->verdict = VERDICT_INDETERMINATE;
        cert->proof = PROOF_NONE;
        why = "what is marginally stable feeds what is marginally stable, and might grow there";
    }
    if (cert->verdict != VERDICT_CERTIFIED_STABLE) cert->rt60_max_s = NAN;
    claim_knobs(p);
    find_peak(p);
    if (p->figures) cert->quantities = quantities_of(p);
    const char *peak = "";
    /* To a tenth, and not -0. */
    double dB = nearbyint(200 * log10(cert->peak.low)) / 10 + 0.0;
    if (isfinite(cert->peak.high))
        peak = text_format(p->arena, ", peak %s%g dB at %.4g Hz", dB > 0 ? "+" : "", dB,
                           cert->peak.hz);
    static const char *const covered[KNOB_CLAIMS] = {
        "", ", and nothing grows at any frozen position",
        ", and nothing grows at any position, frozen or moving"};
    cert->summary = text_format(p->arena, "%s: %s%s%s%s%s%s", verdict_texts[cert->verdict], why, peak,
                                contracted_text(p),
                                p->net->knob_count ? "; knobs at their initial values" : "",
                                covered[cert->knob_claim], knob_decay_text(p));
    if (p->brief && p->not_computed && cert->verdict == VERDICT_INDETERMINATE)
        cert->summary =
            text_format(p->arena, "not computed (N = %u; --emit=cert)", p->not_computed);
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
                                        p->net->knobs[i].init, p->net->knobs[i].hi};
    cert->knobs = knobs;
    cert->knob_count = p->net->knob_count;
}

const struct cert *cert_prove(struct arena *arena, const struct net *net, bool single) {
    return cert_prove_with(arena, net, &(struct cert_options){.single = single});
}

const struct cert *cert_prove_with(struct arena *arena, const struct net *net,
                                   const struct cert_options *options) {
    bool single = options->single;
    struct cert *cert = ARENA_NEW(arena, struct cert);
    *cert = (struct cert){.rate = net->rate,
                          .single = single,
                          .max_pole_modulus = NAN,
                          .rt60_max_s = NAN,
                          .knob_rt60_max_s = NAN,
                          .peak = {NAN, NAN, NAN}};
    if (!arithmetic_is_usual()) {
        cert->verdict = VERDICT_INDETERMINATE;
        cert->summary = "indeterminate: this machine does not round doubles to nearest";
        return cert;
    }
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    struct proving p = {
        .arena = arena, .scratch = &scratch, .net = net, .single = single, .cert = cert};
    p.brief = options->brief;
    p.figures = options->figures;
    p.progress = options->progress;
    p.contracted = options->contracted_count > 0;
    cert->contracted = options->contracted;
    cert->contracted_count = options->contracted_count;
    if (!p.brief) constants_hash(net, single, cert->constants_hash);
    p.most_evaluations = options->evaluations ? options->evaluations : CERT_EVALUATIONS_DEFAULT;
    p.marginal = ARENA_ARRAY(&scratch, net->component_count, bool);
    look_at_cells(&p);
    look_at_loops(&p);
    conclude(&p);
    take_notes(&p);
    arena_free(&scratch);
    return cert;
}

bool cert_covers_knobs(const struct cert *cert, const char **why) {
    *why = cert->knob_why;
    return !cert->knob_count || cert->knob_claim != KNOBS_INITIAL;
}

enum verdict cert_verdict(const struct cert *cert) {
    return cert->verdict;
}

const char *cert_summary(const struct cert *cert) {
    return cert->summary;
}
