/* The figures of a certificate as remarks: a sentence each, and a table. */
#include <math.h>

#include "cert/proving.h"

static void say_outlets(struct diags *diags, const struct cert *cert) {
    const struct wcpg *wcpg = &cert->quantities->wcpg;
    for (uint32_t o = 0; o < wcpg->outlet_count; o++) {
        struct diag *diag = diag_remark(
            diags, NOWHERE,
            "outlet %u stays within %.4g while all inlets stay within 1: %u bits of headroom", o + 1,
            bound_rounded_up(wcpg->outlets[o].high, 4), headroom_bits(wcpg->outlets[o].high));
        if (cert->loop_count)
            diag_note(diag, NOWHERE,
                      "roundings in the lines of loops come out with %.4g times their power, and at most "
                      "%.4g times the largest",
                      bound_rounded_up(wcpg->noise_variance[o].high, 4),
                      bound_rounded_up(wcpg->noise_worst[o].high, 4));
    }
}

static double in_tenths(double hz) {
    return nearbyint(10 * hz) / 10;
}

/* Three thirds of an octave a line. */
static void say_bands(struct diags *diags, const char *of, const struct bands *bands) {
    if (!bands->count) return;
    struct diag *diag = diag_remark(diags, NOWHERE, "modes of the loop %s decay by 60 dB in", of);
    for (uint32_t k = 0; k < bands->count; k += 3) {
        struct band band = bands->at[k];
        for (uint32_t i = k + 1; i < k + 3 && i < bands->count; i++) {
            const struct band *next = &bands->at[i];
            band.to_hz = next->to_hz;
            band.rt60_max_s = fmax(band.rt60_max_s, next->rt60_max_s);
            if (!(next->rt60_min_s >= band.rt60_min_s)) band.rt60_min_s = next->rt60_min_s;
        }
        double most = bound_rounded_up(band.rt60_max_s, 4);
        double from = in_tenths(band.from_hz), to = in_tenths(band.to_hz);
        if (isnan(band.rt60_min_s))
            diag_note(diag, NOWHERE, "%g to %g Hz: at most %.4g s", from, to, most);
        else
            diag_note(diag, NOWHERE, "%g to %g Hz: %.4g to %.4g s", from, to,
                      bound_rounded_down(band.rt60_min_s, 4), most);
    }
}

static void say_loop(struct diags *diags, const struct cert *cert, uint32_t i) {
    const char *of = cert->loops[i].name;
    const struct loop_quantities *q = &cert->quantities->loops[i];
    say_bands(diags, of, &q->bands);
    if (cert->quantities->wcpg.known) {
        const struct line_norms *lines = &cert->quantities->wcpg.lines[i];
        double most = 0;
        for (uint32_t j = 0; j < lines->count; j++) most = fmax(most, lines->gain[j].high);
        diag_remark(diags, NOWHERE,
                    "lines of the loop %s stay within %.4g: %u bits of headroom", of,
                    bound_rounded_up(most, 4), headroom_bits(most));
    }
    if (q->float_decays && !isnan(q->float_gamma))
        diag_remark(diags, NOWHERE,
                    "the loop %s decays as sums of its products round, too: its gain, %.7g, and what "
                    "rounding adds, %.3g, are below 1 together",
                    of, bound_rounded_up(q->float_gamma, 7), bound_rounded_up(q->float_eps, 3));
}

void quantities_say(struct diags *diags, const struct cert *cert) {
    if (!cert->quantities) return;
    if (cert->quantities->wcpg.known) say_outlets(diags, cert);
    for (uint32_t i = 0; i < cert->loop_count; i++) say_loop(diags, cert, i);
}
