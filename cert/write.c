#include <math.h>
#include <string.h>

#include "cert/constants.h"
#include "cert/report.h"

/* Members of objects, indented, with the comma that each needs before it. */
struct writer {
    struct text *out;
    unsigned depth;
    bool first;
};

static void line(struct writer *w) {
    text_put(w->out, w->first ? "\n" : ",\n");
    for (unsigned i = 0; i < w->depth; i++) text_put(w->out, "  ");
    w->first = false;
}

static void string(struct writer *w, const char *chars) {
    text_put_json_string(w->out, chars, strlen(chars));
}

static void key(struct writer *w, const char *member) {
    line(w);
    string(w, member);
    text_put(w->out, ": ");
}

static void open(struct writer *w, char bracket) {
    text_put_char(w->out, bracket);
    w->depth++;
    w->first = true;
}

static void close(struct writer *w, char bracket) {
    w->depth--;
    if (!w->first) {
        text_put_char(w->out, '\n');
        for (unsigned i = 0; i < w->depth; i++) text_put(w->out, "  ");
    }
    text_put_char(w->out, bracket);
    w->first = false;
}

static void put_text(struct writer *w, const char *member, const char *value) {
    key(w, member);
    string(w, value);
}

static void put_bool(struct writer *w, const char *member, bool value) {
    key(w, member);
    text_put(w->out, value ? "true" : "false");
}

static void put_number(struct writer *w, const char *member, double value) {
    key(w, member);
    text_put_number(w->out, value);
}

/* JSON has no infinities: what is not known or not finite is left out. */
static void put_known(struct writer *w, const char *member, double value) {
    if (isfinite(value)) put_number(w, member, value);
}

/* A list on one line: what is behind it is for programs. */
static void put_numbers(struct writer *w, const double *at, size_t count) {
    text_put_char(w->out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i) text_put(w->out, ", ");
        text_put_number(w->out, at[i]);
    }
    text_put_char(w->out, ']');
}

/* The steps from centre to centre, each a number of 16 bits, in base 64 (RFC 4648), two bytes a
 * step, the upper one first. */
static void put_centres(struct writer *w, const struct witness *witness) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0, held = 0;
    size_t stretch = 0, sent = 0;
    text_put_char(w->out, '"');
    for (size_t i = 1; i < witness->centre_count; i++) {
        ticks last = witness->centres[i - 1], to = witness->centres[i];
        if (last == witness->open[stretch].to) {
            stretch++;
            continue;
        }
        uint16_t code = to == witness->open[stretch].to ? 0 : step_code(to - last);
        bits = bits << 16 | code;
        for (held += 16; held >= 6; held -= 6, sent++)
            text_put_char(w->out, digits[bits >> (held - 6) & 63]);
    }
    if (held > 0) text_put_char(w->out, digits[bits << (6 - held) & 63]), sent++;
    for (; sent % 4; sent++) text_put_char(w->out, '=');
    text_put_char(w->out, '"');
}

static void put_witness(struct writer *w, const struct witness *witness, uint32_t n) {
    line(w);
    open(w, '{');
    put_text(w, "type", witness_texts[witness->kind]);
    if (witness->fractions) {
        key(w, "P");
        text_put_char(w->out, '[');
        for (uint32_t i = 0; i < n; i++)
            text_printf(w->out, "%s\"%s\"", i ? ", " : "", witness->fractions[i]);
        text_put_char(w->out, ']');
    } else if (witness->powers && (witness->kind != WITNESS_CIRCLE || witness->open_count)) {
        key(w, "powers");
        put_numbers(w, witness->powers, n);
    }
    if (witness->kind == WITNESS_SIGN) put_number(w, "at", witness->at);
    if (witness->kind == WITNESS_MODE) {
        put_number(w, "log_radius", witness->disc.log_radius);
        put_number(w, "angle", witness->disc.angle);
        put_number(w, "half", witness->disc.half);
    }
    if (witness->kind == WITNESS_CIRCLE) {
        put_number(w, "R", witness->R);
        put_number(w, "modes", (double)witness->modes);
        key(w, "scalings");
        open(w, '[');
        for (uint32_t i = 0; i < witness->scaling_count; i++) {
            line(w);
            put_numbers(w, &witness->scalings[(size_t)i * n], n);
        }
        close(w, ']');
        key(w, "cells");
        open(w, '[');
        for (uint32_t i = 0; i < witness->cell_count; i++) {
            line(w);
            put_numbers(w,
                        (double[]){(double)witness->cells[i].from, (double)witness->cells[i].to,
                                   witness->scaling_of[i]},
                        3);
        }
        close(w, ']');
        key(w, "open");
        open(w, '[');
        for (uint32_t i = 0; i < witness->open_count; i++) {
            line(w);
            put_numbers(w, (double[]){(double)witness->open[i].from, (double)witness->open[i].to},
                        2);
        }
        close(w, ']');
        key(w, "centres");
        put_centres(w, witness);
    }
    close(w, '}');
}

static void put_knob_part(struct writer *w, const struct knob_part *part, uint32_t knobs) {
    line(w);
    text_put_char(w->out, '{');
    if (part->cut != KNOB_PART_WHOLE) {
        text_printf(w->out, "\"cut\": %u, \"at\": ", part->cut);
        text_put_number(w->out, part->at);
        text_put_char(w->out, '}');
        return;
    }
    if (part->middle) {
        text_put(w->out, "\"middle\": ");
        put_numbers(w, part->middle, knobs);
        text_put(w->out, ", ");
    }
    bool energy = part->scaling_count && part->scalings[0].energy;
    if (part->scaling_count && part->scalings[0].circle) {
        text_put(w->out, "\"N\": [");
        for (uint32_t i = 0; i < part->scaling_count; i++)
            text_printf(w->out, "%s%u", i ? ", " : "", part->scalings[i].count);
        text_put(w->out, "], \"circles\": ");
        open(w, '[');
        for (uint32_t i = 0; i < part->scaling_count; i++)
            put_witness(w, part->scalings[i].circle, part->scalings[i].count);
        close(w, ']');
        text_put_char(w->out, '}');
        return;
    }
    text_put(w->out, energy ? "\"powers\": [" : "\"scalings\": [");
    for (uint32_t i = 0; i < part->scaling_count; i++) {
        if (i) text_put(w->out, ", ");
        put_numbers(w, part->scalings[i].x, part->scalings[i].count);
    }
    text_put(w->out, "]}");
}

static void put_knob_proof(struct writer *w, const struct knob_proof *proof, uint32_t knobs) {
    key(w, "witnesses");
    open(w, '[');
    for (uint32_t i = 0; i < proof->witness_count; i++) {
        const struct knob_witness *witness = &proof->witnesses[i];
        line(w);
        open(w, '{');
        put_number(w, "R", witness->R);
        key(w, "parts");
        open(w, '[');
        for (uint32_t k = 0; k < witness->part_count; k++)
            put_knob_part(w, &witness->parts[k], knobs);
        close(w, ']');
        close(w, '}');
    }
    close(w, ']');
}

/* A list of pairs, [low, high] each. */
static void put_brackets(struct writer *w, const char *member, const struct bracket *at,
                         uint32_t count) {
    key(w, member);
    text_put_char(w->out, '[');
    for (uint32_t i = 0; i < count; i++)
        text_printf(w->out, "%s[%g, %g]", i ? ", " : "", at[i].low, at[i].high);
    text_put_char(w->out, ']');
}

/* Worst-case peak gains, and the bits above the point that hold signals of those. */
static void put_wcpg(struct writer *w, const char *member, const struct bracket *at,
                     uint32_t count) {
    key(w, "wcpg");
    open(w, '{');
    put_brackets(w, member, at, count);
    key(w, "headroom_bits");
    text_put_char(w->out, '[');
    for (uint32_t i = 0; i < count; i++)
        text_printf(w->out, "%s%u", i ? ", " : "", headroom_bits(at[i].high));
    text_put_char(w->out, ']');
    close(w, '}');
}

static void put_bands(struct writer *w, const struct bands *bands) {
    key(w, "rt60_bands");
    open(w, '[');
    for (uint32_t k = 0; k < bands->count; k++) {
        const struct band *band = &bands->at[k];
        line(w);
        text_printf(w->out, "{\"f0\": %g, \"f1\": %g", band->from_hz, band->to_hz);
        if (!isnan(band->rt60_min_s)) text_printf(w->out, ", \"min\": %g", band->rt60_min_s);
        text_printf(w->out, ", \"max\": %g}", band->rt60_max_s);
    }
    close(w, ']');
}

/* Figures without a witness, of loop i. */
static void put_loop_quantities(struct writer *w, const struct quantities *all, uint32_t i) {
    const struct loop_quantities *q = &all->loops[i];
    put_known(w, "distance_to_instability", q->distance);
    if (!isnan(q->float_eps)) {
        key(w, "float_robust");
        open(w, '{');
        put_known(w, "gamma", q->float_gamma);
        put_number(w, "eps", q->float_eps);
        put_bool(w, "decays", q->float_decays);
        close(w, '}');
    }
    if (q->bands.count) put_bands(w, &q->bands);
    if (all->wcpg.known) put_wcpg(w, "lines", all->wcpg.lines[i].gain, all->wcpg.lines[i].count);
}

static void put_quantities(struct writer *w, const struct cert *cert) {
    const struct quantities *all = cert->quantities;
    if (all && all->wcpg.known) {
        uint32_t outs = all->wcpg.outlet_count;
        put_wcpg(w, "outputs", all->wcpg.outlets, outs);
        if (cert->loop_count) {
            key(w, "noise_gain");
            open(w, '{');
            put_brackets(w, "variance", all->wcpg.noise_variance, outs);
            put_brackets(w, "worst", all->wcpg.noise_worst, outs);
            close(w, '}');
        }
    }
    if (all || isfinite(cert->peak.high))
        put_text(w, "not_rechecked",
                 "peak_gain, wcpg, noise_gain, rt60_bands, float_robust, distance_to_instability: "
                 "computed with proved bounds, without a witness, at the knobs' initial values");
}

static void put_loop(struct writer *w, const struct cert *cert, uint32_t i) {
    const struct loop_report *loop = &cert->loops[i];
    line(w);
    open(w, '{');
    put_text(w, "name", loop->name);
    key(w, "delays_samples");
    text_put_char(w->out, '[');
    for (uint32_t j = 0; j < loop->channel_count; j++) {
        if (j) text_put(w->out, ", ");
        text_put_number(w->out, (double)loop->delays_samples[j]);
    }
    text_put_char(w->out, ']');
    put_number(w, "N", loop->channel_count);
    put_number(w, "n_sections", loop->section_count);
    key(w, "notes");
    open(w, '[');
    line(w);
    string(w, loop->why);
    close(w, ']');
    if (cert->decay_knob.within > 0)
        put_number(w, "rt60_control_worst_case_s", cert->knobs[cert->decay_knob.knob].most);
    put_known(w, "feedback_spectral_radius", loop->spectral_radius);
    put_known(w, "feedback_sigma_max", loop->sigma_max);
    put_known(w, "loop_gain_bound_max", loop->gain_max);
    put_known(w, "loop_gain_bound_min", loop->gain_min);
    put_text(w, "verdict", verdict_texts[loop->verdict]);
    if (loop->proof != PROOF_NONE) put_text(w, "kind", proof_texts[loop->proof]);
    if (loop->any_delay) put_bool(w, "any_delay", true);
    if (loop->proof == PROOF_CONTRACTION) {
        put_bool(w, "time_varying_gain", true);
        put_number(w, "frequency_cells", (double)loop->arcs);
    }
    put_known(w, "rt60_max_s", loop->rt60_max_s);
    put_known(w, "distance_to_instability", loop->distance);
    put_known(w, "growth_db_per_s", loop->growth_db_per_s);
    put_known(w, "growth_max_db_per_min", loop->growth_max_db_per_min);
    if (isfinite(loop->estimate_max_s)) {
        key(w, "rt60_estimate_s");
        open(w, '{');
        put_number(w, "max", loop->estimate_max_s);
        put_number(w, "min", loop->estimate_min_s);
        close(w, '}');
    }
    if (loop->modes_outside >= 0) put_number(w, "modes_outside", (double)loop->modes_outside);
    put_known(w, "pole_hz", loop->pole_hz);
    put_known(w, "growth_bound_db_per_s", loop->growth_bound_db_per_s);
    if (cert->quantities) put_loop_quantities(w, cert->quantities, i);
    if (loop->evaluations) put_number(w, "evaluations", (double)loop->evaluations);
    if (loop->witness_count) {
        key(w, "witnesses");
        open(w, '[');
        for (uint32_t k = 0; k < loop->witness_count; k++)
            put_witness(w, &loop->witnesses[k], loop->channel_count);
        close(w, ']');
    }
    close(w, '}');
}

void cert_write_json(const struct cert *cert, const char *title, struct text *out) {
    struct writer writer = {.out = out}, *w = &writer;
    size_t begin = out->length;
    open(w, '{');
    put_text(w, "schema", cert_schema);
    put_text(w, "name", title);
    put_number(w, "fs", cert->rate);
    put_text(w, "generated_by", "adacc");
    put_text(
        w, "method",
        "exact test of every section's poles; scaled small gain of every loop on cells that cover all "
        "frequencies; proved winding number of what is left; lossless loops in exact integers");
    put_text(w, "precision", precision_texts[cert->single]);
    if (*cert->constants_hash) put_text(w, "constants_sha256", cert->constants_hash);
    put_text(w, "verdict", verdict_texts[cert->verdict]);
    if (cert->proof != PROOF_NONE) put_text(w, "kind", proof_texts[cert->proof]);
    put_text(w, "summary", cert->summary);
    put_known(w, "rt60_max_s", cert->rt60_max_s);
    if (isfinite(cert->peak.high)) {
        key(w, "peak_gain");
        put_numbers(w, (double[]){cert->peak.low, cert->peak.high}, 2);
        put_number(w, "peak_hz", cert->peak.hz);
    }
    put_quantities(w, cert);
    if (cert->knob_count) {
        key(w, "knobs");
        open(w, '{');
        put_text(w, "claim", knob_claim_texts[cert->knob_claim]);
        put_known(w, "rt60_max_s", cert->knob_rt60_max_s);
        if (cert->decay_knob.within > 0) {
            put_text(w, "decay_knob", cert->knobs[cert->decay_knob.knob].name);
            put_number(w, "decay_within", cert->decay_knob.within);
        }
        if (cert->knob_why) put_text(w, "why_no_more", cert->knob_why);
        key(w, "values");
        open(w, '{');
        for (uint32_t i = 0; i < cert->knob_count; i++)
            put_number(w, cert->knobs[i].name, cert->knobs[i].value);
        close(w, '}');
        if (cert->knob_proof.witness_count)
            put_knob_proof(w, &cert->knob_proof, cert->knob_count);
        close(w, '}');
    }
    if (cert->contracted_count) {
        key(w, "contracted");
        open(w, '[');
        for (uint32_t i = 0; i < cert->contracted_count; i++) {
            line(w);
            open(w, '{');
            put_text(w, "matrix", name_or(cert->contracted[i].name, "A"));
            put_number(w, "N", cert->contracted[i].rows);
            put_number(w, "k", (double)cert->contracted[i].steps);
            put_number(w, "unit", cert->contracted[i].unit);
            close(w, '}');
        }
        close(w, ']');
    }
    key(w, "filters");
    open(w, '{');
    put_number(w, "n_sections", cert->section_count);
    put_known(w, "max_pole_modulus", cert->section_count ? cert->max_pole_modulus : 0);
    put_bool(w, "all_sections_stable", cert->sections_stable);
    if (cert->poles_outside > 0) put_number(w, "poles_outside", (double)cert->poles_outside);
    close(w, '}');
    key(w, "loops");
    open(w, '[');
    for (uint32_t i = 0; i < cert->loop_count; i++) put_loop(w, cert, i);
    close(w, ']');
    if (cert->note_count) {
        key(w, "notes");
        open(w, '[');
        for (uint32_t i = 0; i < cert->note_count; i++) {
            line(w);
            string(w, cert->notes[i]);
        }
        close(w, ']');
    }
    /* Of all the bytes before it: an edit of any of them shows. */
    char seal[CONSTANTS_HASH_SIZE];
    text_put_char(out, ',');
    hash_of_text(text_chars(out) + begin, out->length - begin, seal);
    text_put(out, "\n  \"seal\": \"");
    text_put(out, seal);
    text_put(out, "\"\n}\n");
}
