#include "frontend/contracts.h"

#include <math.h>
#include <string.h>

#include "cert/lossless.h"
#include "cert/positions.h"
#include "cert/transfer.h"
#include "ir/lower.h"
#include "ir/measure.h"

struct judging {
    struct arena *arena;
    struct diags *diags;
    const struct program *program;
    bool single;
    const struct contract *contract;
    const struct net *net;
    const struct cert *cert; /* null: not asked for yet */
};

static const struct cert *certificate(struct judging *j) {
    if (!j->cert) j->cert = cert_prove(j->arena, j->net, j->single);
    return j->cert;
}

static struct diag *broken(struct judging *j, const char *found) {
    const struct contract *c = j->contract;
    if (c->bound)
        return diag_error(j->diags, c->at, CODE_CONTRACT_BROKEN,
                          "%s is required to be %s, but is %s", c->text, c->bound, found);
    return diag_error(j->diags, c->at, CODE_CONTRACT_BROKEN, "%s does not hold: %s", c->text,
                      found);
}

static struct diag *undecided(struct judging *j, const char *why) {
    return diag_error(j->diags, j->contract->at, CODE_CONTRACT_UNDECIDED, "%s is not decided: %s",
                      j->contract->text, why);
}

/* "s/" of "stable: ..." */
static const char *without_verdict(struct judging *j, const struct cert *cert) {
    const char *summary = cert_summary(cert), *colon = strstr(summary, ": ");
    const char *why = colon ? colon + 2 : summary, *end = strstr(why, "; knobs at");
    return end ? arena_copy(j->arena, why, (size_t)(end - why)) : why;
}

/* ---- stable ---------------------------------------------------------------------------------- */

/* "rt = 12 s, hf = 0.1 s", of the knobs that matter. */
static const char *position_text(struct judging *j, const double *values) {
    struct text text;
    text_init(&text, j->arena);
    for (uint32_t k = 0; k < j->net->knob_count; k++) {
        const struct knob *knob = &j->net->knobs[k];
        if (!positions_depend(j->net, k)) continue;
        text_printf(&text, "%s%s = %.4g%s", text.length ? ", " : "", name_or(knob->id, knob->label),
                    values[k], knob->unit);
    }
    return text_chars(&text);
}

static void judge_stable(struct judging *j) {
    enum verdict verdict = cert_verdict(certificate(j));
    const char *why = without_verdict(j, certificate(j));
    bool knobs = false;
    for (uint32_t k = 0; k < j->net->knob_count; k++) knobs = knobs || positions_depend(j->net, k);
    if (verdict == VERDICT_UNSTABLE) {
        struct diag *diag = broken(j, why);
        if (knobs) diag_note(diag, NOWHERE, "with the knobs at their initial values");
        return;
    }
    if (verdict != VERDICT_CERTIFIED_STABLE && verdict != VERDICT_MARGINALLY_STABLE) {
        struct diag *diag = undecided(j, why);
        if (knobs) diag_note(diag, NOWHERE, "with the knobs at their initial values");
        return;
    }
    uint64_t evaluations = 0;
    struct positions everywhere = positions_prove(j->arena, j->net, j->single, false,
                                                  CERT_EVALUATIONS_DEFAULT / 2, &evaluations);
    switch (everywhere.found) {
    case POSITIONS_STABLE: return;
    case POSITIONS_REFUTED:
        broken(j, text_format(j->arena, "it is unstable at %s", position_text(j, everywhere.at)));
        diag_note(j->diags->last, NOWHERE, "%s", everywhere.why);
        return;
    case POSITIONS_UNDECIDED: break;
    }
    struct diag *diag = undecided(j, everywhere.why);
    diag_note(diag, NOWHERE, "at the initial values it is %s", cert_summary(certificate(j)));
}

/* ---- lossless -------------------------------------------------------------------------------- */

/* True if a loop of pure delays around one constant matrix keeps its energy. `off` is by how much
 * its matrix is from orthogonal; infinite where it is no such loop. */
static bool loop_is_lossless(struct judging *j, const struct loop *loop, double *off) {
    *off = INFINITY;
    if (loop->section_count || loop->not_covered != NO_WIRE || loop->not_finite != NO_WIRE)
        return false;
    uint32_t n = loop->channel_count;
    if ((uint64_t)n * n > 256 * 256) return false;
    struct ball *A = ARENA_ARRAY(j->arena, (size_t)n * n, struct ball);
    response_constant(j->arena, loop, A);
    *off = 0;
    for (uint32_t a = 0; a < n; a++)
        for (uint32_t b = a; b < n; b++) {
            double sum = a == b ? -1 : 0;
            for (uint32_t i = 0; i < n; i++)
                sum += A[(size_t)i * n + a].centre * A[(size_t)i * n + b].centre;
            *off = fmax(*off, fabs(sum));
        }
    /* A matrix like Hadamard's of 8 is orthogonal but for the last bits of its entries. */
    double unit = j->single ? 0x1p-24 : 0x1p-53;
    return lossless_test(j->arena, A, n, NULL) == LOSSLESS_EXACT || *off <= 4 * n * unit;
}

static void judge_lossless(struct judging *j) {
    uint32_t count;
    const struct loop *loops = cut_loops(j->arena, j->net, j->single, &count);
    bool all = count > 0;
    double worst = 0;
    for (uint32_t i = 0; i < count; i++) {
        double off;
        all = loop_is_lossless(j, &loops[i], &off) && all;
        worst = fmax(worst, off);
    }
    if (all) return;
    struct isometry isometry = measure_isometry(j->arena, j->net);
    if (isometry.how == MEASURED && isometry.off <= 1e-9) {
        diag_remark(j->diags, j->contract->at,
                    "%s: its outlets carry the energy of its inlets within %.2g", j->contract->text,
                    isometry.off);
        return;
    }
    if (cert_verdict(certificate(j)) != VERDICT_CERTIFIED_STABLE && !isfinite(worst)) {
        undecided(j, without_verdict(j, certificate(j)));
        return;
    }
    struct diag *diag;
    if (isometry.how == MEASURED) {
        diag =
            broken(j, text_format(j->arena,
                                  "the energy of its outlets is off by %.3g at %.4g Hz, measured",
                                  isometry.off, isometry.frequency_hz));
    } else if (isfinite(worst) && worst > 0) {
        diag = broken(
            j, text_format(j->arena, "the matrix of a loop is off orthogonal by %.3g", worst));
    } else if (isometry.how == MEASURED_NOTHING) {
        diag = broken(j, "nothing comes out of it");
    } else {
        undecided(j, "its response is too long to be measured");
        return;
    }
    if (count)
        diag_note(diag, NOWHERE, "its loops lose or gain energy too: %s",
                  cert_summary(certificate(j)));
}

/* ---- figures --------------------------------------------------------------------------------- */

static bool within(const struct contract *c, double value) {
    return value >= c->lo && value <= c->hi;
}

static const char *unmeasured(enum measured how) {
    switch (how) {
    case MEASURED_GROWS: return "it grows without end";
    case MEASURED_NOTHING: return "nothing comes out of it";
    default: return "it decays too slowly to be measured";
    }
}

static void judge_t60(struct judging *j) {
    const struct contract *c = j->contract;
    double rate = j->net->rate;
    struct decay decay = measure_decay(j->arena, j->net, c->frequency * rate);
    if (decay.how != MEASURED) {
        undecided(j, unmeasured(decay.how));
        return;
    }
    const char *found = text_format(j->arena, "%.3g s", decay.t60_s);
    if (within(c, decay.t60_s * rate)) {
        diag_remark(j->diags, c->at, "%s is %s, measured", c->text, found);
        return;
    }
    struct diag *diag = broken(j, found);
    diag_note(diag, NOWHERE,
              "measured in the band around %.4g Hz, on %.3g s of the impulse response%s",
              c->frequency * rate, decay.measured_s,
              j->net->knob_count ? ", knobs at their initial values" : "");
}

static void judge_peak_gain(struct judging *j) {
    const struct contract *c = j->contract;
    struct peak peak = measure_peak(j->arena, j->net);
    if (peak.how == MEASURED_NOTHING) peak = (struct peak){MEASURED, 0, 0};
    if (peak.how != MEASURED) {
        undecided(j, unmeasured(peak.how));
        return;
    }
    const char *found = text_format(j->arena, "%.3g dB at %.4g Hz",
                                    20 * log10(fmax(peak.gain, 1e-300)), peak.frequency_hz);
    if (within(c, peak.gain)) {
        diag_remark(j->diags, c->at, "%s is %s, measured", c->text, found);
        return;
    }
    struct diag *diag = broken(j, found);
    diag_note(diag, NOWHERE, "measured on the impulse response%s",
              j->net->knob_count ? ", knobs at their initial values" : "");
}

static void judge_latency(struct judging *j) {
    const struct contract *c = j->contract;
    uint64_t latency = measure_latency(j->arena, j->net);
    if (latency == NO_LATENCY) {
        broken(j, "endless: no inlet reaches an outlet");
        return;
    }
    double samples = (double)latency;
    const char *found =
        text_format(j->arena, "%g smp, %.4g ms", samples, samples / j->net->rate * 1e3);
    /* A bound in seconds need not be a whole number of samples; a thousandth of one is forgiven. */
    if (samples >= c->lo - 1e-3 && samples <= c->hi + 1e-3) return;
    broken(j, found);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void judge(struct judging *j) {
    switch (j->contract->kind) {
    case CONTRACT_STABLE: judge_stable(j); break;
    case CONTRACT_LOSSLESS: judge_lossless(j); break;
    case CONTRACT_T60: judge_t60(j); break;
    case CONTRACT_PEAK_GAIN: judge_peak_gain(j); break;
    case CONTRACT_LATENCY: judge_latency(j); break;
    }
}

bool contracts_judge(struct arena *arena, struct diags *diags, const struct program *program,
                     struct judged_main main, bool single) {
    size_t before = diags->errors;
    const struct node *last = NULL;
    struct judging j = {.diags = diags, .program = program, .single = single};
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    for (uint32_t i = 0; i < program->contract_count; i++) {
        j.contract = &program->contracts[i];
        const struct node *root = j.contract->root;
        j.arena = &scratch;
        if (root == program->main) {
            j.net = main.net;
            j.cert = main.cert;
        } else if (root != last) {
            j.net = net_lower(&scratch, diags, program, root);
            j.cert = NULL;
        }
        last = root;
        if (j.net) judge(&j);
    }
    arena_free(&scratch);
    return diags->errors == before;
}
