/* The certificate as remarks for people: the sentence, the figures, and how each loop was proved.
 */
#include <math.h>

#include "cert/proving.h"

static double in_tenths(double value) {
    return nearbyint(10 * value) / 10 + 0.0; /* and not -0 */
}

static void say_peak(struct diags *diags, const struct cert *cert) {
    if (!isfinite(cert->peak.high)) return;
    diag_remark(
        diags, NOWHERE,
        "the largest gain at any frequency is between %g and %g dB, and is reached about %g Hz",
        floor(200 * log10(cert->peak.low)) / 10 + 0.0,
        ceil(200 * log10(cert->peak.high)) / 10 + 0.0, in_tenths(cert->peak.hz));
}

static const char *times(uint64_t count) {
    return count == 1 ? "" : "s";
}

static void note_proof(struct diag *diag, const struct loop_report *loop) {
    size_t arcs = (size_t)loop->arcs, points = (size_t)loop->evaluations;
    switch (loop->proof) {
    case PROOF_CONTRACTION:
        diag_note(
            diag, NOWHERE,
            "proved: one scaling of its channels keeps its gain below 1 at every frequency, on %zu "
            "interval%s that cover%s all of them; so it is for delays of any lengths",
            arcs, times(arcs), arcs == 1 ? "s" : "");
        break;
    case PROOF_CONTRACTION_FREQ:
        diag_note(
            diag, NOWHERE,
            "proved: at every frequency some scaling of its channels keeps its gain below 1, on %zu "
            "interval%s that cover%s all of them; so it is for delays of any lengths",
            arcs, times(arcs), arcs == 1 ? "s" : "");
        break;
    case PROOF_WINDING:
        diag_note(
            diag, NOWHERE,
            "proved: its determinant does not wind around zero, followed by %zu evaluations; that "
            "is for these lengths of its delays",
            points);
        break;
    case PROOF_LOSSLESS:
        diag_note(
            diag, NOWHERE,
            "proved: a weighted sum of squares of what it holds is kept, in exact arithmetic");
        break;
    case PROOF_PASSIVE:
        diag_note(
            diag, NOWHERE,
            "proved: a weighted sum of squares of what it holds never grows, in exact arithmetic");
        break;
    case PROOF_NEAR_MARGINAL:
        diag_note(diag, NOWHERE,
                  "proved: its determinant was followed on circles next to the unit circle, by %zu "
                  "evaluations; between them nothing is decided",
                  points);
        break;
    case PROOF_SECTION:
        diag_note(diag, NOWHERE,
                  "proved: by the exact signs of what tells where the poles of a section are");
        break;
    case PROOF_SIGN:
        diag_note(
            diag, NOWHERE,
            "proved: by the exact sign of its determinant at 0 Hz or at half the sample rate");
        break;
    case PROOF_DETERMINANT:
        diag_note(diag, NOWHERE,
                  "proved: the product of all its modes is above 1, in exact arithmetic");
        break;
    case PROOF_POLES:
        diag_note(
            diag, NOWHERE,
            "proved: its determinant winds around zero as often as modes grow, followed by %zu "
            "evaluations",
            points);
        break;
    case PROOF_NONE:
    case PROOF_COUNT: break;
    }
}

static struct diag *say_loop(struct diags *diags, const struct loop_report *loop) {
    uint32_t n = loop->channel_count, sections = loop->section_count;
    size_t least = (size_t)loop->delays_samples[0], most = (size_t)loop->delays_samples[n - 1];
    const char *verdict = verdict_texts[loop->verdict];
    if (n == 1)
        return diag_remark(diags, NOWHERE,
                           "the loop %s, a delay of %zu samples and %u section%s, is %s",
                           loop->name, most, sections, times(sections), verdict);
    return diag_remark(diags, NOWHERE,
                       "the loop %s, %u channels of %zu to %zu samples and %u section%s, is %s",
                       loop->name, n, least, most, sections, times(sections), verdict);
}

static void say_proof(struct diags *diags, const struct loop_report *loop) {
    struct diag *diag = say_loop(diags, loop);
    note_proof(diag, loop);
    if (loop->modes_outside > 0)
        diag_note(diag, NOWHERE, "modes that do not decay: %zu", (size_t)loop->modes_outside);
    if (isfinite(loop->growth_db_per_s) && isfinite(loop->pole_hz))
        diag_note(diag, NOWHERE, "one grows by at least %.4g dB/s, at %g Hz about",
                  bound_rounded_down(loop->growth_db_per_s, 4), in_tenths(loop->pole_hz));
    if (isfinite(loop->distance))
        diag_note(
            diag, NOWHERE,
            "whatever changes it by less than %.3g in the 2-norm, at each frequency, leaves it "
            "stable",
            bound_rounded_down(loop->distance, 3));
}

void cert_say(struct diags *diags, const struct cert *cert) {
    diag_remark(diags, NOWHERE, "%s", cert->summary);
    say_peak(diags, cert);
    quantities_say(diags, cert);
    for (uint32_t i = 0; i < cert->loop_count; i++) say_proof(diags, &cert->loops[i]);
    if (cert->section_count && isfinite(cert->max_pole_modulus))
        diag_remark(diags, NOWHERE, "of %u section%s the poles are within %.9g",
                    cert->section_count, times(cert->section_count),
                    bound_rounded_up(cert->max_pole_modulus, 9));
    if (cert->knob_claim != KNOBS_INITIAL)
        diag_remark(diags, NOWHERE, "positions of the knobs: %s",
                    knob_claim_texts[cert->knob_claim]);
    else if (cert->knob_why)
        diag_remark(diags, NOWHERE, "of other positions of the knobs nothing is proved: %s",
                    cert->knob_why);
}
