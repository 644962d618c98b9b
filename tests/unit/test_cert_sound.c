/* No wrong verdict: random loops, and loops made to deceive, against the modes of the whole state.
 */
#include <math.h>
#include <string.h>

#include "cert/cert.h"
#include "cert/report.h"
#include "frontend/read_cert.h"
#include "ir/lower.h"
#include "tests/unit/modes.h"
#include "tests/unit/random_loop.h"

/* What roundings leave of a mode, were it a double one. */
static const double little = 1e-7;

struct counts {
    uint32_t of[VERDICT_COUNT];
    uint32_t stable_but_undecided, unstable_but_undecided, exactly;
};

static void check(struct graph *g, void *into, uint64_t seed) {
    struct counts *counts = into;
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    assert_non_null(net);
    const struct cert *cert = cert_prove(g->arena, net, false);
    uint32_t count;
    const double complex *modes = net_modes(g->arena, net, &count);
    struct text json;
    text_init(&json, g->arena);
    cert_write_json(cert, "x", &json);
    const struct source *source = fixture_source(g->f, "x.cert.json", text_chars(&json));
    if (!certificate_check(g->arena, &g->f->diags, source, net, false)) {
        print_error("seed %u: %s\n%s", (unsigned)seed, list_diags(g->f), graph_text(g));
        fail();
    }
    double mode = largest_mode(modes, count);
    enum verdict verdict = cert_verdict(cert);
    counts->of[verdict]++;
    counts->exactly += cert->proof == PROOF_WINDING || cert->proof == PROOF_POLES;
    bool right = true;
    if (cert->loop_count == 1 && cert->loops[0].modes_outside >= 0)
        right = cert->loops[0].modes_outside >= modes_beyond(modes, count, 1 + little) &&
                cert->loops[0].modes_outside <= modes_beyond(modes, count, 1 - little);
    assert_true(right);
    if (verdict == VERDICT_CERTIFIED_STABLE) {
        right = mode < 1 + little;
        if (!isnan(cert->rt60_max_s))
            right = right && mode <= exp(-log(1000) / (cert->rt60_max_s * net->rate)) + little;
    } else if (verdict == VERDICT_UNSTABLE) {
        right = mode > 1 - little;
        for (uint32_t i = 0; i < cert->loop_count; i++)
            if (!isnan(cert->loops[i].growth_db_per_s))
                right = right &&
                        mode >= pow(10, cert->loops[i].growth_db_per_s / 20 / net->rate) - little;
    } else if (verdict == VERDICT_MARGINALLY_STABLE) {
        right = fabs(mode - 1) < 1e-5 || (mode < 1 && cert->proof == PROOF_PASSIVE);
    } else if (mode < 1) {
        counts->stable_but_undecided++;
    } else {
        counts->unstable_but_undecided++;
    }
    if (!right) {
        print_error("seed %u: largest mode %.12g, but %s\n%s", (unsigned)seed, mode,
                    cert_summary(cert), graph_text(g));
        fail();
    }
}

static void no_random_loop_is_judged_wrongly(void **state) {
    (void)state;
    struct counts counts = {0};
    uint32_t loops = each_random_loop("CERT_LOOPS", 300, random_loop, check, &counts);
    print_message(
        "certified %u, marginal %u, undecided %u (%u stable), unstable %u, by tier 2 %u\n",
        counts.of[VERDICT_CERTIFIED_STABLE], counts.of[VERDICT_MARGINALLY_STABLE],
        counts.of[VERDICT_INDETERMINATE], counts.stable_but_undecided, counts.of[VERDICT_UNSTABLE],
        counts.exactly);
    /* A test that never gets a verdict finds no wrong one. */
    assert_true(counts.of[VERDICT_CERTIFIED_STABLE] > loops / 3);
    assert_true(counts.of[VERDICT_UNSTABLE] > loops * 3 / 10);
    assert_true(counts.exactly >= loops * 3 / 10);
    assert_int_equal(counts.of[VERDICT_INDETERMINATE], 0);
}

/* A comb of gain 0.9, with a resonance of 2.6 that is a few hundred-thousandths wide, at a
 * frequency that the comb feeds back in phase, and that a grid of 1024 frequencies passes by. */
static void a_resonance_between_grid_points_is_seen(void **state) {
    struct graph g;
    graph_init(&g, *state);
    double angle = 2 * 3.14159265358979323846 * 12 / 50, pole = 1 - 1e-5, zero = 1 - 2.6e-5;
    const struct node *resonance =
        filter(&g, (struct grid){1, 1, false}, 1, 1.0, -2 * zero * cos(angle), zero * zero, 1.0,
               -2 * pole * cos(angle), pole * pole);
    g.program.main =
        loop(&g, pair(&g, OP_SERIES, bank(&g, 1, 50.0), resonance), gain(&g, 1, 1, 0.9));
    const struct net *net = net_lower(g.arena, &g.f->diags, &g.program, g.program.main);
    for (int k = 0; k < 1024; k++) {
        double x = 3.14159265358979323846 * k / 1023, d_pole = fabs(x - angle);
        assert_true(0.9 * hypot(d_pole, 2.6e-5) / hypot(d_pole, 1e-5) < 0.999);
    }
    uint32_t count;
    const double complex *modes = net_modes(g.arena, net, &count);
    assert_true(largest_mode(modes, count) > 1 + 1e-7);
    const struct cert *cert = cert_prove(g.arena, net, false);
    assert_int_equal(cert_verdict(cert), VERDICT_UNSTABLE);
    assert_int_equal(cert->loops[0].modes_outside, 2);
}

/* Loops whose gain is exactly `gain` where it is largest. */
static void four_lines(struct graph *g, double gain) {
    struct matrix *matrix =
        matrix_scale(g->arena, operand_constant(gain), matrix_hadamard(g->arena, 4));
    g->program.main = loop(g, bank(g, 4, 149.0, 211.0, 263.0, 293.0),
                           node_gain(&g->build, NOWHERE, matrix));
}
static void comb(struct graph *g, double by) {
    g->program.main = loop(g, bank(g, 1, 149.0), gain(g, 1, 1, by));
}
static void turning_comb(struct graph *g, double by) {
    g->program.main = loop(g, bank(g, 1, 150.0), gain(g, 1, 1, -by));
}
/* A lowpass of 1 at 0 Hz, to the last bit. */
static void darkening_comb(struct graph *g, double by) {
    const struct node *lowpass =
        filter(g, (struct grid){1, 1, false}, 1, 0.5, 0.0, 0.0, 1.0, -0.5, 0.0);
    g->program.main = loop(g, pair(g, OP_SERIES, bank(g, 1, 149.0), lowpass), gain(g, 1, 1, by));
}
/* 1 and by, but D Q D^-1. */
static void unlike_lines(struct graph *g, double by) {
    g->program.main =
        loop(g, bank(g, 2, 149.0, 211.0), gain(g, 2, 2, 0.6 * by, 6.4 * by, -0.1 * by, 0.6 * by));
}
static void section(struct graph *g, double by) {
    g->program.main = filter(g, (struct grid){1, 1, false}, 1, 1.0, 0.0, 0.0, 1.0, 0.0, by);
}

/* Gain 1 ± 2^-k: stable below, unstable above, never the other way round. Next to 1 a loop may be
 * marginal: 0.01 dB a minute are 3.998e-10 a sample, 5.957e-8 in 149 of them. */
static void one_more_or_less_is_not_mistaken(void **state) {
    static const struct {
        void (*make)(struct graph *, double);
        int most;         /* k */
        int below, above; /* the last k for which it has to be decided */
    } families[] = {{four_lines, 52, 52, 24},     {comb, 52, 52, 24},
                    {turning_comb, 52, 52, 23},   {darkening_comb, 24, 20, 20},
                    {unlike_lines, 24, 20, 20},   {section, 52, 52, 52}};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        for (int k = 2; k <= families[i].most; k++)
            for (int side = -1; side <= 1; side += 2) {
                struct graph g;
                graph_init(&g, *state);
                families[i].make(&g, 1 + side * ldexp(1, -k));
                const struct net *net = net_lower(g.arena, &g.f->diags, &g.program, g.program.main);
                enum verdict verdict = cert_verdict(cert_prove(g.arena, net, false));
                enum verdict wanted = side < 0 ? VERDICT_CERTIFIED_STABLE : VERDICT_UNSTABLE;
                bool sharp = k <= (side < 0 ? families[i].below : families[i].above);
                if (verdict == wanted || (!sharp && verdict == VERDICT_MARGINALLY_STABLE)) continue;
                print_error("family %zu, 1 %c 2^-%d: %s\n", i, side < 0 ? '-' : '+', k,
                            verdict_texts[verdict]);
                fail();
            }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(no_random_loop_is_judged_wrongly),
        TEST(a_resonance_between_grid_points_is_seen),
        TEST(one_more_or_less_is_not_mistaken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
