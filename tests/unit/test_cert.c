/* Verdicts, figures and sentences of the certificate, on loops whose truth is known. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cert/cert.h"
#include "cert/constants.h"
#include "cert/report.h"
#include "ir/lower.h"
#include "tests/unit/graph.h"

static const struct cert *prove(struct graph *g, bool single) {
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    if (!net) {
        print_error("%s%s", list_diags(g->f), graph_text(g));
        fail();
    }
    return cert_prove(g->arena, net, single);
}

/* factor times Hadamard's matrix of order n. */
static const struct node *hadamard(struct graph *g, uint32_t n, double factor) {
    struct matrix *matrix = matrix_hadamard(g->arena, n);
    return node_gain(&g->build, NOWHERE, matrix_scale(g->arena, operand_constant(factor), matrix));
}

static const struct node *four_delays(struct graph *g) {
    return named(g, bank(g, 4, 149.0, 211.0, 263.0, 293.0), "lines");
}

static const struct node *section(struct graph *g, double b0, double b1, double b2, double a1,
                                  double a2) {
    return filter(g, (struct grid){1, 1, false}, 1, b0, b1, b2, 1.0, a1, a2);
}

/* The same section on each of four lines, with the matrix around. */
static void four_sections(struct graph *g, double b0, double a1, double a2) {
    const struct node *filters =
        filter(g, (struct grid){4, 4, false}, 1, b0, 0.0, 0.0, 1.0, a1, a2, b0, 0.0, 0.0, 1.0, a1,
               a2, b0, 0.0, 0.0, 1.0, a1, a2, b0, 0.0, 0.0, 1.0, a1, a2);
    g->program.main = loop(g, pair(g, OP_SERIES, four_delays(g), named(g, filters, "absorption")),
                           hadamard(g, 4, 1));
}

static void comb(struct graph *g, double feedback) {
    g->program.main = loop(g, named(g, bank(g, 1, 100.0), "comb"), gain(g, 1, 1, feedback));
}

#define OPEN_GRAPH                                                                                 \
    struct graph g;                                                                                \
    graph_init(&g, *state)

static void a_graph_without_loops_is_stable(void **state) {
    OPEN_GRAPH;
    g.program.main = bank(&g, 1, 5.0);
    const struct cert *cert = prove(&g, true);
    assert_text(cert_summary(cert), "certified-stable: no feedback loops");
    assert_text(cert->notes[0], "no feedback loops found");
}

static void a_lossless_loop_is_marginal(void **state) {
    OPEN_GRAPH;
    g.program.main = loop(&g, four_delays(&g), hadamard(&g, 4, 1));
    const struct cert *cert = prove(&g, true);
    assert_text(
        cert_summary(cert),
        "marginally-stable: the loop through 'lines': lossless, it neither grows nor decays");
    assert_int_equal(cert->proof, PROOF_LOSSLESS);
    assert_near(cert->loops[0].gain_max, 1, 0);
}

static void a_scaled_one_is_certified(void **state) {
    OPEN_GRAPH;
    g.program.main = loop(&g, four_delays(&g), hadamard(&g, 4, 0.9));
    const struct cert *cert = prove(&g, false);
    assert_int_equal(cert_verdict(cert), VERDICT_CERTIFIED_STABLE);
    assert_true(cert->loops[0].gain_max >= 0.9);
    assert_near(cert->loops[0].gain_max, 0.9, 1e-11);
    assert_near(cert->loops[0].gain_min, cert->loops[0].gain_max, 0);
    assert_near(cert->loops[0].sigma_max, 0.9, 1e-11);
    /* ADAC's estimate from the mean of the delays, 229. */
    assert_near(cert->loops[0].estimate_max_s, -3 * 229.0 / (48000 * log10(0.9)), 1e-6);
    assert_true(cert->loops[0].any_delay);
}

static void one_with_too_much_gain_is_unstable(void **state) {
    OPEN_GRAPH;
    g.program.main = loop(&g, four_delays(&g), hadamard(&g, 4, 1.1));
    const struct cert *cert = prove(&g, true);
    assert_int_equal(cert_verdict(cert), VERDICT_UNSTABLE);
    comb(&g, 1.05);
    cert = prove(&g, true);
    assert_text(cert_summary(cert),
                "unstable: the loop through 'comb': it grows at 0 Hz, where its gain is above 1");
    comb(&g, -1.05);
    cert = prove(&g, true); /* F(-1) = 1 + 1.05, F(1) = 2.05: the determinant tells */
    assert_int_equal(cert->proof, PROOF_DETERMINANT);
    assert_near(cert->loops[0].growth_db_per_s, 20 * log10(1.05) * 480, 1e-3);
    assert_text(cert_summary(cert),
                "unstable: the loop through 'comb': it grows by at least 203 dB/s");
}

static void a_filter_counts_at_its_peak(void **state) {
    OPEN_GRAPH;
    four_sections(&g, 0.5, -0.35, 0);
    const struct cert *cert = prove(&g, false);
    assert_int_equal(cert_verdict(cert), VERDICT_CERTIFIED_STABLE);
    assert_true(cert->loops[0].gain_max >= 0.5 / 0.65);
    assert_near(cert->loops[0].gain_max, 0.5 / 0.65, 1e-8);
    assert_near(cert->loops[0].gain_min, 0.5 / 1.35, 1e-8);
    assert_near(cert->max_pole_modulus, 0.35, 1e-15);
    assert_int_equal(cert->section_count, 4);
    assert_true(cert->sections_stable);
}

static void unit_gain_at_one_frequency_is_next_to_marginal(void **state) {
    OPEN_GRAPH;
    /* In double 0.65 / (1 - 0.35) is 1 exactly. In float it is 1 - 4.58e-8. */
    four_sections(&g, 0.65, -0.35, 0);
    const struct cert *cert = prove(&g, false);
    assert_text(cert_summary(cert),
                "marginally-stable: the loop through 'lines': it grows by less than "
                "0.01 dB a minute, if at all");
    assert_int_equal(cert->proof, PROOF_NEAR_MARGINAL);
    cert = prove(&g, true);
    assert_int_equal(cert_verdict(cert), VERDICT_CERTIFIED_STABLE);
    double gain = (double)0.65f / (1 - (double)0.35f);
    assert_true(cert->loops[0].gain_max >= gain);
    assert_near(cert->loops[0].gain_max, gain, 1e-8);
}

static void an_unstable_section_in_a_loop_is_proved_to_stay(void **state) {
    OPEN_GRAPH;
    four_sections(&g, 0.5, 0, 1.2);
    const struct cert *cert = prove(&g, true);
    assert_text(cert_summary(cert), "unstable: the loop through 'lines': section 1, channel 1, of "
                                    "'absorption' has a pole at 1.095");
    assert_near(cert->max_pole_modulus, sqrt((double)1.2f), 1e-12);
    assert_false(cert->sections_stable);
}

static void a_loop_may_hold_an_unstable_section(void **state) {
    OPEN_GRAPH;
    /* 1 - 1.1 w + 0.5 w: the loop's pole is at 0.6. */
    g.program.main = loop(&g, named(&g, section(&g, 1, 0, 0, -1.1, 0), "lag"),
                          pair(&g, OP_SERIES, bank(&g, 1, 1.0), gain(&g, 1, 1, -0.5)));
    const struct cert *cert = prove(&g, false);
    assert_int_equal(cert_verdict(cert), VERDICT_CERTIFIED_STABLE);
    assert_int_equal(cert->proof, PROOF_WINDING);
    assert_true(cert->rt60_max_s >= log(1000) / (-log(0.6) * 48000));
    assert_near(cert->rt60_max_s, log(1000) / (-log(0.6) * 48000), 0.05 * cert->rt60_max_s);
}

static void sections_outside_loops_count(void **state) {
    OPEN_GRAPH;
    const struct node *good = section(&g, 1, 0, 0, -0.5, 0.2), *bad = section(&g, 1, 0, 0, 0, 1.2);
    const struct node *three =
        filter(&g, (struct grid){1, 1, false}, 3, 1.0, 0.0, 0.0, 1.0, 0.1, 0.0, 1.0, 0.0, 0.0, 1.0,
               0.2, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.2);
    g.program.main = pair(&g, OP_SERIES, good, named(&g, three, "absorption"));
    assert_text(cert_summary(prove(&g, true)),
                "unstable: section 3 of 'absorption' has a pole at 1.095");
    g.program.main = pair(&g, OP_SERIES, good, bad);
    assert_text(cert_summary(prove(&g, true)), "unstable: section 1 has a pole at 1.095");
    g.program.main = section(&g, 1, 0, 0, -2, 1);
    assert_text(cert_summary(prove(&g, true)),
                "unstable: section 1 has a double pole on the unit circle");
    g.program.main = section(&g, 1, 0, 0, -1, 0);
    assert_text(cert_summary(prove(&g, true)),
                "marginally-stable: section 1 has a pole on the unit circle");
    /* An integrator into an integrator ramps. */
    g.program.main = pair(&g, OP_SERIES, g.program.main, g.program.main);
    assert_text(cert_summary(prove(&g, true)),
                "indeterminate: what is marginally stable feeds what is "
                "marginally stable, and might grow there");
    g.program.main = section(&g, 1, 0, 0, 0, 0.9801); /* 0.99 per sample */
    const struct cert *cert = prove(&g, false);
    assert_near(cert->rt60_max_s, log(1000) / (-log(0.99) * 48000), 1e-9);
}

static void a_known_decay_is_bounded_closely(void **state) {
    OPEN_GRAPH;
    static const double seconds[] = {0.5, 2, 10};
    for (size_t i = 0; i < 3; i++) {
        double per_sample = -3 / (48000 * seconds[i]);
        const struct node *losses =
            diagonal(&g, 4, pow(10, 149 * per_sample), pow(10, 211 * per_sample),
                     pow(10, 263 * per_sample), pow(10, 293 * per_sample));
        g.program.main = loop(&g, pair(&g, OP_SERIES, four_delays(&g), losses), hadamard(&g, 4, 1));
        const struct cert *cert = prove(&g, false);
        assert_true(cert->rt60_max_s >= seconds[i]);
        assert_near(cert->rt60_max_s, seconds[i], 0.001 * seconds[i]);
    }
    assert_text(cert_summary(prove(&g, false)),
                "certified-stable: decays 60 dB in at most 10.01 s");
}

static void a_knob_counts_at_its_initial_value(void **state) {
    OPEN_GRAPH;
    /* g = 10^(-3 m / (fs T)), m = 100, T = 10 s. */
    struct operand seconds = knob(&g, 10, 0.1, 10);
    struct operand factor =
        operand_apply(g.arena, FUNCTION_POW, operand_constant(10),
                      operand_div(g.arena, operand_constant(-3 * 100.0 / 48000), seconds));
    g.program.main =
        loop(&g, pair(&g, OP_SERIES, bank(&g, 1, 100.0), scaled(&g, 1, factor)), wires(&g, 1));
    g.program.knobs = g.knobs;
    const struct cert *cert = prove(&g, false);
    assert_near(cert->loops[0].gain_max, 0.998562, 5e-7);
    assert_near(cert->rt60_max_s, 10, 0.01);
    assert_text(cert_summary(cert),
                "certified-stable: decays 60 dB in at most 10.01 s; knobs at their initial values, "
                "and nothing grows at any position, frozen or moving");
    assert_int_equal(cert->knob_count, 1);
    assert_near(cert->knobs[0].value, 10, 0);
}

static void scaling_sees_through_a_change_of_units(void **state) {
    OPEN_GRAPH;
    /* 0.9 D Q D^-1, D = diag(1, 50): its norm is 40. */
    g.program.main = loop(&g, bank(&g, 2, 13.0, 17.0), gain(&g, 2, 2, 0.54, -0.0144, 36.0, 0.54));
    const struct cert *cert = prove(&g, false);
    assert_int_equal(cert_verdict(cert), VERDICT_CERTIFIED_STABLE);
    assert_true(cert->loops[0].sigma_max > 30);
    assert_near(cert->loops[0].gain_max, 0.9, 1e-3);
    /* Exactly lossless once scaled by a power of two. */
    g.program.main = loop(&g, bank(&g, 2, 13.0, 17.0), gain(&g, 2, 2, 0.0, 4.0, -0.25, 0.0));
    assert_int_equal(prove(&g, false)->proof, PROOF_LOSSLESS);
    /* Nearly triangular: 10 from the one line to the other hurts nobody. */
    g.program.main = loop(&g, bank(&g, 2, 13.0, 17.0), gain(&g, 2, 2, 0.5, 10.0, 1e-3, 0.5));
    assert_int_equal(cert_verdict(prove(&g, false)), VERDICT_CERTIFIED_STABLE);
}

/* An allpass of gain k and m samples: y = k x + (1 - k^2) z^-m / (1 + k z^-m) x, in a loop of its
 * own. */
static const struct node *allpass(struct graph *g, double k, double samples) {
    const struct node *inner = loop(g, bank(g, 1, samples), gain(g, 1, 1, -k));
    return pair(g, OP_SUM, gain(g, 1, 1, k), pair(g, OP_SERIES, inner, gain(g, 1, 1, 1 - k * k)));
}

static void nests_and_branches_need_no_special_case(void **state) {
    OPEN_GRAPH;
    g.program.main = loop(&g, pair(&g, OP_SERIES, bank(&g, 1, 100.0), allpass(&g, 0.5, 37)),
                          pair(&g, OP_SERIES, allpass(&g, 0.7, 23), gain(&g, 1, 1, 0.8)));
    const struct cert *cert = prove(&g, false);
    assert_int_equal(cert_verdict(cert), VERDICT_CERTIFIED_STABLE);
    assert_int_equal(cert->loop_count, 1);
    assert_int_equal(cert->loops[0].channel_count, 3);
    /* 0.6 beside 0.35 of a lowpass: G depends on the frequency. */
    const struct node *lowpass =
        pair(&g, OP_SERIES, gain(&g, 1, 1, 0.35), section(&g, 0.3, 0, 0, -0.7, 0));
    g.program.main = loop(&g, bank(&g, 1, 1000.0), pair(&g, OP_SUM, gain(&g, 1, 1, 0.6), lowpass));
    cert = prove(&g, false);
    assert_int_equal(cert_verdict(cert), VERDICT_CERTIFIED_STABLE);
    assert_true(cert->loops[0].gain_max >= 0.95 && cert->loops[0].gain_max < 0.96);
    assert_true(cert->loops[0].arcs > 1);
    /* |z|^1000 = 0.95 but for the lowpass's own delay. */
    assert_true(cert->rt60_max_s > 2.80 && cert->rt60_max_s < 2.85);
}

static void filters_that_peak_apart_need_arcs(void **state) {
    OPEN_GRAPH;
    /* A swap of two lines with peaks of 1.5 at 0 Hz and at the other end: together below 1. */
    const struct node *filters = filter(&g, (struct grid){2, 2, false}, 1, 0.5, 0.25, 0.0, 1.0,
                                        -0.5, 0.0, 0.5, -0.25, 0.0, 1.0, 0.5, 0.0);
    g.program.main = loop(&g, pair(&g, OP_SERIES, bank(&g, 2, 30.0, 40.0), filters),
                          gain(&g, 2, 2, 0.0, 1.0, 1.0, 0.0));
    const struct cert *cert = prove(&g, false);
    assert_int_equal(cert_verdict(cert), VERDICT_CERTIFIED_STABLE);
    assert_true(cert->loops[0].arcs > 1);
}

static void two_lossless_loops_in_a_row_are_not_marginal(void **state) {
    OPEN_GRAPH;
    comb(&g, 1);
    assert_int_equal(cert_verdict(prove(&g, true)), VERDICT_MARGINALLY_STABLE);
    g.program.main = pair(&g, OP_SERIES, g.program.main, g.program.main);
    assert_int_equal(cert_verdict(prove(&g, true)), VERDICT_INDETERMINATE);
}

static const struct cert *prove_briefly(struct graph *g) {
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    return cert_prove_with(g->arena, net, &(struct cert_options){.brief = true});
}

static void delays_decide_where_no_scaling_helps(void **state) {
    OPEN_GRAPH;
    /* z^10 = 0.15 ± 0.28 j: stable for these equal delays, not for 10 and 13. */
    g.program.main =
        loop(&g, named(&g, bank(&g, 2, 10.0, 10.0), "pair"), gain(&g, 2, 2, 0.9, -0.8, 0.8, -0.6));
    const struct cert *cert = prove(&g, false);
    assert_int_equal(cert_verdict(cert), VERDICT_CERTIFIED_STABLE);
    assert_int_equal(cert->proof, PROOF_WINDING);
    assert_false(cert->loops[0].any_delay);
    double truth = -log(1000) / (log(hypot(0.15, sqrt(0.0775))) / 10 * 48000);
    assert_true(cert->rt60_max_s >= truth && cert->rt60_max_s < 1.05 * truth);
    cert = prove_briefly(&g);
    assert_int_equal(cert_verdict(cert), VERDICT_INDETERMINATE);
    const char *begin = "indeterminate: the loop through 'pair': its scaled gain is at most 1.";
    assert_true(!strncmp(cert_summary(cert), begin, strlen(begin)));
    assert_non_null(strstr(cert_summary(cert),
                           ", which tier 1 cannot put below 1; --emit=cert looks further"));
    g.program.main =
        loop(&g, named(&g, bank(&g, 2, 10.0, 13.0), "pair"), gain(&g, 2, 2, 0.9, -0.8, 0.8, -0.6));
    cert = prove(&g, false);
    assert_int_equal(cert_verdict(cert), VERDICT_UNSTABLE);
    assert_int_equal(cert->loops[0].modes_outside, 7);
}

static void a_budget_that_is_spent_leaves_a_bound(void **state) {
    OPEN_GRAPH;
    g.program.main =
        loop(&g, named(&g, bank(&g, 2, 10.0, 10.0), "pair"), gain(&g, 2, 2, 0.9, -0.8, 0.8, -0.6));
    const struct net *net = net_lower(g.arena, &g.f->diags, &g.program, g.program.main);
    const struct cert *cert =
        cert_prove_with(g.arena, net, &(struct cert_options){.evaluations = 5});
    assert_int_equal(cert_verdict(cert), VERDICT_INDETERMINATE);
    assert_int_equal(cert->loops[0].evaluations, 5);
    /* The norm, 1.46 whatever the scaling by symmetry, over ten samples. */
    double bound = cert->loops[0].growth_bound_db_per_s;
    assert_true(bound > 20 * log10(1.3) * 4800 && bound < 20 * log10(1.7) * 4800 * 2);
}

/* Never a verdict that a larger budget takes back. */
static void a_budget_that_ends_behind_the_circle_says_so(void **state) {
    OPEN_GRAPH;
    g.program.main =
        loop(&g, named(&g, bank(&g, 2, 10.0, 10.0), "pair"), gain(&g, 2, 2, 0.25, -0.8, 0.8, -0.6));
    const struct net *net = net_lower(g.arena, &g.f->diags, &g.program, g.program.main);
    bool behind = false;
    enum verdict verdict = VERDICT_INDETERMINATE;
    for (uint32_t most = 1; most < 100000 && verdict == VERDICT_INDETERMINATE; most += 1 + most / 8) {
        const struct cert *cert =
            cert_prove_with(g.arena, net, &(struct cert_options){.evaluations = most});
        verdict = cert_verdict(cert);
        if (verdict != VERDICT_INDETERMINATE || cert->loops[0].growth_bound_db_per_s != 0) continue;
        behind = true;
        const char *why = "all its modes decay, but its budget ended before it was shown how fast";
        assert_non_null(strstr(cert_summary(cert), why));
    }
    assert_true(behind);
    assert_int_equal(verdict, VERDICT_CERTIFIED_STABLE);
}

static void a_mode_that_grows_is_shown(void **state) {
    OPEN_GRAPH;
    /* z^100 = -1.05: 480 Hz / 2 and its odd multiples, all 100 modes. */
    comb(&g, -1.05);
    const struct cert *cert = prove(&g, false);
    assert_int_equal(cert->loops[0].modes_outside, 100);
    double multiple = cert->loops[0].pole_hz / 240;
    assert_near(multiple, 2 * floor(multiple / 2) + 1, 1e-6);
    assert_true(cert->loops[0].pole.half > 0);
}

/* Every line to every line by 0.5 / N: the sum of all halves every ten samples. */
static void wide_loop(struct graph *g, uint32_t n) {
    struct operand *lengths = ARENA_ARRAY(g->arena, n, struct operand);
    double *numbers = ARENA_ARRAY(g->arena, (size_t)n * n, double);
    for (uint32_t i = 0; i < n; i++) lengths[i] = operand_constant(10);
    for (uint32_t i = 0; i < n * n; i++) numbers[i] = 0.5 / n;
    struct delays *delays = ARENA_NEW(g->arena, struct delays);
    *delays = (struct delays){.grid = {n, n, false}, .samples = lengths};
    g->program.main =
        loop(g, named(g, node_delay(&g->build, NOWHERE, delays), "lines"),
             node_gain(&g->build, NOWHERE, matrix_of_numbers(g->arena, n, n, numbers)));
}

static void a_wide_loop_takes_longer_than_a_line(void **state) {
    OPEN_GRAPH;
    wide_loop(&g, 300);
    assert_int_equal(cert_verdict(prove_briefly(&g)), VERDICT_CERTIFIED_STABLE);
    wide_loop(&g, 500);
    assert_text(cert_summary(prove_briefly(&g)), "not computed (N = 500; --emit=cert)");
    const struct cert *cert = prove(&g, true);
    assert_int_equal(cert_verdict(cert), VERDICT_CERTIFIED_STABLE);
    assert_true(cert->loops[0].gain_max > 0.5 && cert->loops[0].gain_max < 0.501);
}

static void constants_are_rounded_as_they_are_emitted(void **state) {
    OPEN_GRAPH;
    assert_near(constant_of(operand_constant(0.1), true), (double)0.1f, 0);
    assert_near(constant_of(operand_constant(0.1), false), 0.1, 0);
    assert_true(isinf(constant_of(operand_constant(-1e39), true)) != 0);
    assert_near(constant_of(operand_constant(3.4028235e38), true), (double)3.4028235e38f, 0);
    /* 1 - 2^-30 is a loss in double, and 1 in float. */
    comb(&g, 1 - 0x1p-30);
    assert_int_equal(cert_verdict(prove(&g, false)), VERDICT_CERTIFIED_STABLE);
    assert_int_equal(prove(&g, true)->proof, PROOF_LOSSLESS);
    comb(&g, 1e39);
    assert_text(
        cert_summary(prove(&g, true)),
        "indeterminate: the loop through 'comb': one of its constants is not a finite number");
}

static void the_certificate_as_json(void **state) {
    OPEN_GRAPH;
    struct operand mix = knob(&g, 0.25, 0, 1);
    comb(&g, 1);
    g.program.main = pair(&g, OP_SERIES, g.program.main, scaled(&g, 1, mix));
    g.program.knobs = g.knobs;
    struct text out;
    text_init(&out, g.arena);
    cert_write_json(prove(&g, true), "a \"hall\"", &out);
    assert_text(
        text_chars(&out),
        "{\n"
        "  \"schema\": \"adacc-cert-1\",\n"
        "  \"name\": \"a \\\"hall\\\"\",\n"
        "  \"fs\": 48000,\n"
        "  \"generated_by\": \"adacc\",\n"
        "  \"method\": \"exact test of every section's poles; scaled small gain of every loop on "
        "cells that cover all frequencies; proved winding number of what is left; lossless loops in "
        "exact integers\",\n"
        "  \"precision\": \"values as emitted (float32)\",\n"
        "  \"constants_sha256\": "
        "\"9b65b6e8bd3e7e011242f7e0debf8a8b50bbff5cfba7ee45d1b4213fac3922d3\",\n"
        "  \"verdict\": \"marginally-stable\",\n"
        "  \"kind\": \"lossless-exact\",\n"
        "  \"summary\": \"marginally-stable: the loop through 'comb': lossless, it neither grows nor "
        "decays; knobs at their initial values, and nothing grows at any position, frozen or "
        "moving\",\n"
        "  \"knobs\": {\n"
        "    \"claim\": \"nothing grows at any position, frozen or moving; the rest at their initial "
        "values\",\n"
        "    \"values\": {\n"
        "      \"k0\": 0.25\n"
        "    },\n"
        "    \"witnesses\": [\n"
        "      {\n"
        "        \"R\": 1,\n"
        "        \"parts\": [\n"
        "          {\"scalings\": []}\n"
        "        ]\n"
        "      }\n"
        "    ]\n"
        "  },\n"
        "  \"filters\": {\n"
        "    \"n_sections\": 0,\n"
        "    \"max_pole_modulus\": 0,\n"
        "    \"all_sections_stable\": true\n"
        "  },\n"
        "  \"loops\": [\n"
        "    {\n"
        "      \"name\": \"comb\",\n"
        "      \"delays_samples\": [100],\n"
        "      \"N\": 1,\n"
        "      \"n_sections\": 0,\n"
        "      \"notes\": [\n"
        "        \"lossless, it neither grows nor decays\"\n"
        "      ],\n"
        "      \"feedback_spectral_radius\": 1,\n"
        "      \"feedback_sigma_max\": 1.000000000000032,\n"
        "      \"loop_gain_bound_max\": 1,\n"
        "      \"loop_gain_bound_min\": 1,\n"
        "      \"verdict\": \"marginally-stable\",\n"
        "      \"kind\": \"lossless-exact\",\n"
        "      \"any_delay\": true,\n"
        "      \"witnesses\": [\n"
        "        {\n"
        "          \"type\": \"energy\",\n"
        "          \"powers\": [0]\n"
        "        }\n"
        "      ]\n"
        "    }\n"
        "  ],\n"
        "  \"notes\": [\n"
        "    \"state stays bounded without input; a sustained input at the frequency of an undamped "
        "mode can grow without bound\"\n"
        "  ],\n"
        "  \"seal\": \"058194fa4053d3d840c8ab4e8a3ae51f198feea87d9f01568193d1ccda54f469\"\n"
        "}\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_graph_without_loops_is_stable),
        TEST(a_lossless_loop_is_marginal),
        TEST(a_scaled_one_is_certified),
        TEST(one_with_too_much_gain_is_unstable),
        TEST(a_filter_counts_at_its_peak),
        TEST(unit_gain_at_one_frequency_is_next_to_marginal),
        TEST(an_unstable_section_in_a_loop_is_proved_to_stay),
        TEST(a_loop_may_hold_an_unstable_section),
        TEST(sections_outside_loops_count),
        TEST(a_known_decay_is_bounded_closely),
        TEST(a_knob_counts_at_its_initial_value),
        TEST(scaling_sees_through_a_change_of_units),
        TEST(nests_and_branches_need_no_special_case),
        TEST(filters_that_peak_apart_need_arcs),
        TEST(two_lossless_loops_in_a_row_are_not_marginal),
        TEST(delays_decide_where_no_scaling_helps),
        TEST(a_budget_that_is_spent_leaves_a_bound),
        TEST(a_budget_that_ends_behind_the_circle_says_so),
        TEST(a_mode_that_grows_is_shown),
        TEST(a_wide_loop_takes_longer_than_a_line),
        TEST(constants_are_rounded_as_they_are_emitted),
        TEST(the_certificate_as_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
