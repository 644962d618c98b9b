/* Interpolators, and the pass that puts them behind fractional delays. */
#include <complex.h>
#include <math.h>

#include "passes/design_delay.h"
#include "passes/passes.h"
#include "tests/unit/graph.h"

static const struct interpolation best = {INTERPOLATE_BEST, 0};

/* H(e^jw) of the whole delay; with taps rounded to float if `single`. */
static double complex response_at(const struct interpolator *made, double w, bool single) {
    double complex z = cexp(-I * w), sum = 0, product = 1;
    for (uint32_t k = made->tap_count; k-- > 0;)
        sum = sum * z + (single ? (double)(float)made->taps[k] : made->taps[k]);
    for (uint32_t i = 0; i < made->section_count; i++) {
        const struct section *s = &made->sections[i];
        product *= (s->b0.value + s->b1.value * z + s->b2.value * z * z) /
                   (1 + s->a1.value * z + s->a2.value * z * z);
    }
    return (made->tap_count ? sum : product) * cexp(-I * w * made->whole);
}

static double measured_error(const struct interpolator *made, double delay) {
    double worst = 0;
    for (int i = 0; i <= 5000; i++) {
        double w = 2 * M_PI * INTERPOLATOR_BAND * i / 5000;
        worst = fmax(worst, cabs(response_at(made, w, false) - cexp(-I * w * delay)));
    }
    return worst;
}

static double measured_peak(const struct interpolator *made, bool single) {
    double most = 0;
    for (int i = 0; i <= 20000; i++)
        most = fmax(most, cabs(response_at(made, M_PI * i / 20000, single)));
    return most;
}

static void the_choice_is_as_exact_as_asked_and_never_louder(void **state) {
    struct fixture *f = *state;
    static const double delays[] = {40.5,  100.25, 77.001, 1234.9, 23.75,
                                    211.5, 16.3,   99.1,   50.6,   3000.0000001};
    static const double targets[] = {-40, -60, -90};
    for (size_t i = 0; i < sizeof delays / sizeof *delays; i++) {
        for (size_t t = 0; t < 3; t++) {
            struct interpolator made;
            double target = pow(10, targets[t] / 20);
            assert_true(interpolator_choose(&f->arena, delays[i], target, 0, &made));
            double error = measured_error(&made, delays[i]);
            assert_true(error < target);
            assert_true(error <= made.error && error > made.error * 0.99);
            assert_true(measured_peak(&made, false) <= 1);
            assert_true(measured_peak(&made, true) <= 1);
        }
    }
}

/* One tap or section less is not enough: no cheaper one of the three does. */
static void the_choice_is_the_cheapest(void **state) {
    struct fixture *f = *state;
    struct interpolator made, less;
    assert_true(interpolator_choose(&f->arena, 100.5, 1e-3, 0, &made));
    assert_int_equal(made.how.method, INTERPOLATE_SINC);
    for (uint32_t order = 2; order < made.tap_count; order++) {
        struct interpolation sinc = {INTERPOLATE_SINC, order},
                             lagrange = {INTERPOLATE_LAGRANGE, order - 1},
                             thiran = {INTERPOLATE_THIRAN, order / 5 * 2 + (order % 5 >= 3)};
        assert_true(interpolator_make(&f->arena, sinc, 100.5, 0, &less));
        assert_true(measured_error(&less, 100.5) > 1e-3);
        assert_true(interpolator_make(&f->arena, lagrange, 100.5, 0, &less));
        assert_true(measured_error(&less, 100.5) > 1e-3);
        if (!thiran.order) continue;
        assert_true(interpolator_make(&f->arena, thiran, 100.5, 0, &less));
        assert_true(measured_error(&less, 100.5) > 1e-3);
    }
}

/* Known by heart: the midpoint of four samples is (-1 9 9 -1)/16. */
static void lagrange_is_its_formula(void **state) {
    struct fixture *f = *state;
    struct interpolator made;
    assert_true(interpolator_make(&f->arena, (struct interpolation){INTERPOLATE_LAGRANGE, 3}, 6.5,
                                  0, &made));
    assert_int_equal(made.whole, 5);
    assert_int_equal(made.tap_count, 4);
    static const double wanted[] = {-0.0625, 0.5625, 0.5625, -0.0625};
    for (int k = 0; k < 4; k++) assert_near(made.taps[k], wanted[k], 1e-6);
}

/* a1 = (1 - d)/(1 + d); whatever the order, all frequencies pass and low ones are late by the
 * delay. */
static void thiran_is_an_all_pass_of_that_delay(void **state) {
    struct fixture *f = *state;
    struct interpolator made;
    assert_true(
        interpolator_make(&f->arena, (struct interpolation){INTERPOLATE_THIRAN, 1}, 7.3, 0, &made));
    assert_int_equal(made.whole, 6);
    assert_near(made.sections[0].a1.value, -0.3 / 2.3, 1e-15);
    assert_near(made.sections[0].b0.value, -0.3 / 2.3, 1e-15);
    for (uint32_t order = 1; order <= 20; order++) {
        assert_true(interpolator_make(&f->arena, (struct interpolation){INTERPOLATE_THIRAN, order},
                                      33.4, 0, &made));
        assert_int_equal(made.how.order, order);
        for (int i = 0; i <= 100; i++)
            assert_near(cabs(response_at(&made, M_PI * i / 100, false)), 1, 1e-12);
        assert_near(-carg(response_at(&made, 1e-3, false)) * 1e3, 33.4, 1e-6);
    }
}

static void the_order_falls_until_it_fits(void **state) {
    struct fixture *f = *state;
    struct interpolator made;
    assert_true(
        interpolator_make(&f->arena, (struct interpolation){INTERPOLATE_SINC, 40}, 3.25, 0, &made));
    assert_int_equal(made.tap_count, 8);
    assert_int_equal(made.whole, 0);
    assert_true(interpolator_make(&f->arena, (struct interpolation){INTERPOLATE_THIRAN, 8}, 3.25, 1,
                                  &made));
    assert_int_equal(made.how.order, 2);
    assert_int_equal(made.whole, 1);
    assert_true(interpolator_make(&f->arena, (struct interpolation){INTERPOLATE_THIRAN, 8}, 0.25, 0,
                                  &made));
    assert_int_equal(made.how.method, INTERPOLATE_LAGRANGE);
    assert_false(interpolator_choose(&f->arena, 3.25, 1e-3, 0, &made));
    assert_true(made.error > 1e-3 && measured_peak(&made, false) <= 1);
}

/* ---- the pass ---- */

static bool run(struct graph *g) {
    return run_pass(g, pass_quantise) && run_pass(g, pass_fractional);
}

static void what_is_whole_stays_exact(void **state) {
    GRAPH(g);
    g.program.main =
        fractional(&g, named(&g, bank(&g, 3, 7.0, 5.0000000001, 2.9999999999), "d"), best);
    assert_true(run(&g));
    assert_graph(&g, "delay 3 -> 3 'd'\n  [7, 5, 3]\n");
    assert_diags(g.f, "");
}

static void without_the_flag_delays_are_rounded(void **state) {
    GRAPH(g);
    g.program.main = bank(&g, 2, 7.25, 5.5);
    assert_true(run(&g));
    assert_graph(&g, "delay 2 -> 2\n  [7, 6]\n");
    g.program.main = fractional(&g, bank(&g, 2, 7.25, 5.5), best);
    g.program.interpolation.method = INTERPOLATE_ROUND;
    assert_true(run(&g));
    assert_graph(&g, "delay 2 -> 2\n  [7, 6]\n");
}

static void a_bank_gets_interpolators_where_it_needs_them(void **state) {
    GRAPH(g);
    g.program.main = fractional(&g, named(&g, bank(&g, 2, 10.0, 20.5), "d"),
                                (struct interpolation){INTERPOLATE_SINC, 2});
    g.program.interpolation =
        (struct interpolation){INTERPOLATE_THIRAN, 5}; /* the source knows better */
    assert_true(run(&g));
    const struct node *main = g.program.main;
    assert_int_equal(main->op, OP_SERIES);
    assert_int_equal(main->parts[0]->op, OP_DELAY);
    assert_near(main->parts[0]->delays->samples[0].value, 10, 0);
    assert_near(main->parts[0]->delays->samples[1].value, 20, 0);
    const struct taps *taps = main->parts[1]->taps;
    assert_int_equal(taps->count, 2);
    assert_near(taps->at[0].value, 1, 0);
    assert_near(taps->at[1].value, 0, 0);
    assert_near(taps->at[2].value, taps->at[3].value, 1e-15);
    /* What leaves it open gets what the program says. */
    g.program.main = fractional(&g, bank(&g, 1, 20.5), best);
    assert_true(run(&g));
    assert_int_equal(g.program.main->count, 2);
    assert_int_equal(g.program.main->parts[1]->op, OP_SOS);
    assert_int_equal(g.program.main->parts[1]->sections->count, 3);
}

/* A grid has rows of banks; the sum of them is what the delays give apart. */
static void a_grid_is_the_sum_of_its_delays(void **state) {
    GRAPH(g);
    enum { FRAMES = 64 };
    g.program.main = fractional(&g, full_delay(&g, 2, 2, 20.25, 10.5, 3.0, 17.75), best);
    assert_true(run(&g));
    const double *got = graph_responses(&g, FRAMES);
    static const double lengths[2][2] = {{20.25, 10.5}, {3, 17.75}};
    for (int i = 0; i < 2; i++)
        for (int o = 0; o < 2; o++) {
            g.program.main = fractional(&g, bank(&g, 1, lengths[o][i]), best);
            assert_true(run(&g));
            assert_true(responses_equal(got + (i * 2 + o) * FRAMES, graph_responses(&g, FRAMES),
                                        FRAMES, 0));
        }
}

static double error_in_dB(const struct node *delay, const struct node *fir, double asked) {
    struct interpolator made = {.whole = (uint32_t)delay->delays->samples[0].value,
                                .tap_count = fir->taps->count};
    double taps[64];
    for (uint32_t k = 0; k < made.tap_count; k++) taps[k] = fir->taps->at[k].value;
    made.taps = taps;
    return 20 * log10(measured_error(&made, asked));
}

static void loops_ask_for_more(void **state) {
    GRAPH(g);
    const struct node *line = fractional(&g, bank(&g, 1, 100.5), best);
    g.program.main = pair(&g, OP_SERIES, fractional(&g, bank(&g, 1, 100.5), best),
                          loop(&g, line, gain(&g, 1, 1, 0.5)));
    assert_true(run(&g));
    const struct node *main = g.program.main;
    double outside = error_in_dB(main->parts[0], main->parts[1], 100.5);
    assert_true(outside < -60 && outside > -75);
    const struct node *inside = main->parts[2]->parts[0];
    assert_true(error_in_dB(inside->parts[0], inside->parts[1], 100.5) < -90);
}

/* Taps begin at the delay's own sample, so a loop of 1.25 samples keeps one of them whole. */
static void a_short_loop_stays_one_that_can_be_computed(void **state) {
    GRAPH(g);
    g.program.main =
        loop(&g, fractional(&g, named(&g, bank(&g, 1, 1.25), "d"), best), gain(&g, 1, 1, 0.5));
    assert_true(run(&g));
    assert_diags(
        g.f,
        "nowhere: warning: the delay at channel 0 of 'd' is too short, at 1.25 samples, for an "
        "interpolator within -90 dB\n"
        "  note: it gets a windowed sinc of 2 taps, within -7.82 dB up to 0.35 of the sample rate\n");
    graph_responses(&g, 4);
}

static void a_knob_cannot_move_a_fraction(void **state) {
    GRAPH(g);
    struct operand k = knob(&g, 0.5, 0, 1);
    struct operand samples = operand_add(g.arena, operand_constant(4), k);
    g.program.main = fractional(&g, named(&g, bank_of(&g, samples), "d"), best);
    assert_false(run_pass(&g, pass_quantise));
    assert_string_equal(
        g.f->diags.first->message,
        "a knob moves the delay at channel 0 of 'd', but only constant delays are fractional");
}

/* Folding joins delays before they are interpolated: two halves are a whole. */
static void two_halves_are_a_whole(void **state) {
    GRAPH(g);
    g.program.main = pair(&g, OP_SERIES, fractional(&g, bank(&g, 1, 4.5), best),
                          fractional(&g, bank(&g, 1, 2.5), best));
    assert_true(passes_run(g.arena, &g.f->names, &g.f->diags, &g.program, NULL));
    assert_graph(&g, "delay 1 -> 1\n  [7]\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_choice_is_as_exact_as_asked_and_never_louder),
        TEST(the_choice_is_the_cheapest),
        TEST(lagrange_is_its_formula),
        TEST(thiran_is_an_all_pass_of_that_delay),
        TEST(the_order_falls_until_it_fits),
        TEST(what_is_whole_stays_exact),
        TEST(without_the_flag_delays_are_rounded),
        TEST(a_bank_gets_interpolators_where_it_needs_them),
        TEST(a_grid_is_the_sum_of_its_delays),
        TEST(loops_ask_for_more),
        TEST(a_short_loop_stays_one_that_can_be_computed),
        TEST(a_knob_cannot_move_a_fraction),
        TEST(two_halves_are_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
