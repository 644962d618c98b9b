/* The pass `controls`: what it wires, what it refuses, and the decay that one hears. */
#include <math.h>
#include <string.h>

#include "ir/interp.h"
#include "ir/lower.h"
#include "passes/passes.h"
#include "tests/unit/random_graph.h"

static void want(struct graph *g, enum control_kind kind) {
    g->program.controls[kind].wanted = true;
}

/* Wiring */

static void no_control_changes_nothing(void **state) {
    GRAPH(g);
    const struct node *before = loop(&g, bank(&g, 1, 5.0), gain(&g, 1, 1, 1.0));
    g.program.main = before;
    assert_true(run_pass(&g, pass_controls));
    assert_ptr_equal(g.program.main, before);
    assert_int_equal(g.program.knob_count, 0);
}

static void controls_become_knobs_with_adacs_defaults(void **state) {
    GRAPH(g);
    g.program.main = loop(&g, bank(&g, 1, 5.0), gain(&g, 1, 1, 1.0));
    struct operand own = knob(&g, 0, 0, 1);
    (void)own;
    g.knobs[0].id = name_of(&g.f->names, "dry_wet");
    want(&g, CONTROL_RT60);
    want(&g, CONTROL_DRY_WET);
    want(&g, CONTROL_PRE_DELAY);
    assert_true(run_pass(&g, pass_controls));
    struct text out;
    text_init(&out, g.arena);
    static const char *const ids[] = {"dry_wet", "rt60", "dry_wet_2", "pre_delay"};
    static const char *const labels[] = {"", "rt60", "dry/wet", "pre-delay"};
    static const char *const units[] = {"", "s", "", "ms"};
    static const double numbers[][4] = {
        {0, 0, 1, 0}, {2, 0.1, 10, 0.01}, {1, 0, 1, 0.01}, {0, 0, 250, 1}};
    assert_int_equal(g.program.knob_count, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct knob *k = &g.program.knobs[i];
        assert_string_equal(k->id->text, ids[i]);
        assert_string_equal(k->label, labels[i]);
        assert_string_equal(k->unit, units[i]);
        const double got[] = {k->init, k->lo, k->hi, k->step};
        for (size_t n = 0; n < 4; n++) assert_near(got[n], numbers[i][n], 0);
        assert_near(k->smooth_s, 0.02, 0);
    }
    for (int k = 0; k < CONTROL_COUNT; k++) assert_false(g.program.controls[k].wanted);
}

static void dry_wet_mixes_around_the_program(void **state) {
    GRAPH(g);
    g.program.main = bank(&g, 1, 5.0);
    want(&g, CONTROL_DRY_WET);
    want(&g, CONTROL_PRE_DELAY);
    assert_true(run_pass(&g, pass_controls));
    assert_graph(&g, "sum 1 -> 1\n"
                     "  series 1 -> 1\n"
                     "    delay 1 -> 1 'pre_delay'\n"
                     "      [round(pre_delay*48)]\n"
                     "    delay 1 -> 1\n"
                     "      [5]\n"
                     "    gain 1 -> 1 'wet'\n"
                     "      [dry_wet]\n"
                     "  gain 1 -> 1 'dry'\n"
                     "    [1 - dry_wet]\n");
}

/* 250 ms at 48 kHz: 12000 samples; a millisecond is 48. The dry path has no delay. */
static void dry_wet_and_pre_delay_sound(void **state) {
    GRAPH(g);
    g.program.main = bank(&g, 1, 5.0);
    g.program.controls[CONTROL_DRY_WET].init = 0.25;
    g.program.controls[CONTROL_PRE_DELAY].init = 1;
    want(&g, CONTROL_DRY_WET);
    want(&g, CONTROL_PRE_DELAY);
    assert_true(run_pass(&g, pass_controls));
    double *response = graph_responses(&g, 60);
    for (size_t t = 0; t < 60; t++)
        assert_near(response[t], t == 0 ? 0.75 : t == 53 ? 0.25 : 0, 1e-15);
}

static void rt60_follows_every_delay_on_a_cycle(void **state) {
    GRAPH(g);
    const struct node *shared = bank(&g, 1, 480.0);
    /* The same node before the loop, in its forward part and in its return. */
    const struct node *tank = loop(&g, shared, pair(&g, OP_SERIES, shared, gain(&g, 1, 1, 0.5)));
    g.program.main = pair(&g, OP_SERIES, shared, tank);
    want(&g, CONTROL_RT60);
    assert_true(run_pass(&g, pass_controls));
    const char *factor = text_format(g.arena, "exp(%g/rt60)", -3 * log(10) / 48000 * 480);
    assert_graph(&g, text_format(g.arena,
                                 "series 1 -> 1\n"
                                 "  delay 1 -> 1 #1\n    [480]\n"
                                 "  feedback 1 -> 1\n"
                                 "    series 1 -> 1\n"
                                 "      #1\n"
                                 "      gain 1 -> 1 'decay' #2\n        [%s]\n"
                                 "    series 1 -> 1\n"
                                 "      #1\n"
                                 "      #2\n"
                                 "      gain 1 -> 1\n        [0.5]\n",
                                 factor));
    /* 10^(-3 480 / (48000 * 2)) = 10^-0.015 */
    const struct node *gain_node = g.program.main->parts[1]->parts[0]->parts[1];
    assert_near(gain_node->matrix->at[0].value, pow(10, -0.015), 1e-15);
}

static void rt60_attenuates_by_channel(void **state) {
    GRAPH(g);
    /* Channel 1 does not come back: its column of the feedback matrix is zero. */
    g.program.main = loop(&g, bank(&g, 2, 100.0, 200.0), gain(&g, 2, 2, 1.0, 0.0, 0.0, 0.0));
    want(&g, CONTROL_RT60);
    assert_true(run_pass(&g, pass_controls));
    const struct matrix *decay = g.program.main->parts[0]->parts[1]->matrix;
    assert_true(matrix_is_diagonal(decay));
    assert_near(matrix_at(decay, 0, 0).value, pow(10, -300.0 / 96000), 1e-15);
    assert_true(operand_is(matrix_at(decay, 1, 1), 1));
}

/* A grid of delays: each entry has its own gain. Against the same program written as banks. */
static void rt60_attenuates_full_grids(void **state) {
    GRAPH(g);
    const struct node *half = diagonal(&g, 2, 0.5, 0.5);
    g.program.main = loop(&g, full_delay(&g, 2, 2, 10.0, 20.0, 30.0, 40.0), half);
    want(&g, CONTROL_RT60);
    g.program.controls[CONTROL_RT60].init = 0.1;
    assert_true(run_pass(&g, pass_controls));
    double *got = graph_responses(&g, 200);

    struct graph h;
    graph_init(&h, *state);
    double a[4];
    for (int i = 0; i < 4; i++) a[i] = pow(10, -3.0 * 10 * (i + 1) / (48000 * 0.1));
    const struct node *rows[2];
    for (int r = 0; r < 2; r++)
        rows[r] = pair(&h, OP_SERIES, bank(&h, 2, 10.0 + 20 * r, 20.0 + 20 * r),
                       gain(&h, 1, 2, a[2 * r], a[2 * r + 1]));
    h.program.main = loop(&h, pair(&h, OP_STACK, rows[0], rows[1]), half);
    double *wanted = graph_responses(&h, 200);
    assert_true(responses_equal(got, wanted, 800, 1e-14));
}

/* A delay that a knob moves: the gain follows its length. */
static void rt60_follows_moving_delays(void **state) {
    GRAPH(g);
    struct operand m =
        operand_apply(g.arena, FUNCTION_ROUND, knob(&g, 100, 1, 200), operand_constant(0));
    g.program.main = loop(&g, bank_of(&g, m), gain(&g, 1, 1, 1.0));
    want(&g, CONTROL_RT60);
    assert_true(run_pass(&g, pass_controls));
    struct operand decay = g.program.main->parts[0]->parts[1]->matrix->at[0];
    assert_near(decay.value, pow(10, -300.0 / 96000), 1e-15);
    assert_near(operand_value(decay, (const double[]){200, 4}), pow(10, -600.0 / 192000), 1e-15);
}

/* At rt60 as long as the ages nothing decays: the wiring changes no delay. */
static void rt60_keeps_the_paths(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct fixture *f;
        assert_int_equal(fixture_open((void **)&f), 0);
        struct graph g;
        graph_init(&g, f);
        random_program(&g, seed, RANDOM_KNOBS);
        assert_true(run_pass(&g, pass_fold));
        size_t count = (size_t)g.program.main->shape.ins * g.program.main->shape.outs * 160;
        double *wanted = graph_responses(&g, 160);
        struct control *control = &g.program.controls[CONTROL_RT60];
        control->wanted = true;
        control->init = control->lo = control->hi = 1e15;
        if (run_pass(&g, pass_controls)) {
            double *got = graph_responses(&g, 160);
            if (!responses_equal(got, wanted, count, 1e-12)) {
                print_error("seed %u\n%s", (unsigned)seed, graph_text(&g));
                fail();
            }
        } else {
            assert_int_equal(f->diags.first->code, CODE_CONTROL_UNWIRED);
        }
        fixture_close((void **)&f);
    }
}

/* Errors */

static void controls_that_cannot_be_wired_are_errors(void **state) {
    GRAPH(g);
    const struct source *source = fixture_source(g.f, "x.adg", "control rt60, control dry_wet");
    g.program.controls[CONTROL_RT60].at = span_of(source, "control rt60");
    g.program.controls[CONTROL_DRY_WET].at = span_of(source, "control dry_wet");
    /* A delay before a loop whose only delay is that of a section. */
    struct grid one = {1, 1, false};
    const struct node *tank =
        loop(&g, filter(&g, one, 1, 0.0, 0.5, 0.0, 1.0, 0.0, 0.0), gain(&g, 1, 1, 0.5));
    g.program.main = pair(&g, OP_SERIES, bank(&g, 1, 5.0), tank);
    want(&g, CONTROL_RT60);
    assert_false(run_pass(&g, pass_controls));
    GRAPH(h);
    h.program.controls[CONTROL_DRY_WET] = g.program.controls[CONTROL_DRY_WET];
    h.program.main = gain(&h, 2, 1, 1.0, 1.0);
    want(&h, CONTROL_DRY_WET);
    assert_false(run_pass(&h, pass_controls));
    GRAPH(i);
    i.program.main =
        node_gain(&i.build, NOWHERE, matrix_of(i.arena, 1, 0, ARENA_NEW(i.arena, struct operand)));
    want(&i, CONTROL_PRE_DELAY);
    assert_false(run_pass(&i, pass_controls));
    assert_diags(
        g.f,
        "x.adg:1:1: error: control rt60 needs a delay in a loop, but the program has none\n"
        "  note: rt60 sets the decay of loops: a gain behind each of their delays\n"
        "x.adg:1:15: error: control dry_wet needs as many inlets as outlets, but the program is "
        "1 -> 2\n"
        "nowhere: error: control pre_delay delays the inlets, but the program has none\n");
}

static void ranges_that_make_no_sense_are_errors(void **state) {
    GRAPH(g);
    g.program.main = bank(&g, 1, 5.0);
    const struct node *before = g.program.main;
    struct control *c = g.program.controls;
    want(&g, CONTROL_RT60);
    want(&g, CONTROL_DRY_WET);
    want(&g, CONTROL_PRE_DELAY);
    c[CONTROL_RT60].init = 11;
    c[CONTROL_DRY_WET].lo = 2;
    c[CONTROL_PRE_DELAY].hi = (double)INFINITY;
    assert_false(run_pass(&g, pass_controls));
    c[CONTROL_RT60].init = 1;
    c[CONTROL_RT60].lo = 0;
    c[CONTROL_DRY_WET].wanted = false;
    c[CONTROL_PRE_DELAY].lo = -1;
    c[CONTROL_PRE_DELAY].hi = 10;
    assert_false(run_pass(&g, pass_controls));
    c[CONTROL_RT60].wanted = false;
    c[CONTROL_PRE_DELAY].lo = 0;
    c[CONTROL_PRE_DELAY].hi = 1e6;
    assert_false(run_pass(&g, pass_controls));
    assert_diags(
        g.f,
        "nowhere: error: control rt60 begins at 11, which is outside its range 0.1..10\n"
        "nowhere: error: control dry_wet needs a range that goes up, but it has 2..1\n"
        "nowhere: error: control pre_delay needs finite numbers, but it has 0 in 0..inf\n"
        "nowhere: error: control rt60 needs a least value above 0 s, but it has 0\n"
        "nowhere: error: control pre_delay needs a least value of 0 ms or more, but it has -1\n"
        "nowhere: error: control pre_delay goes up to 48000000 samples, but a line holds at most "
        "16777216\n");
    assert_ptr_equal(g.program.main, before);
}

/* The decay that one hears */

enum delay_place { IN_FORWARD, IN_RETURN, IN_BOTH };

/* A lossless loop over a Hadamard matrix, 1 -> 1. */
static void lossless_prototype(struct graph *g, enum delay_place place) {
    const struct node *a = bank(g, 4, 887.0, 1109.0, 1361.0, 1693.0);
    const struct node *b = bank(g, 4, 443.0, 557.0, 677.0, 853.0);
    const struct node *mixing = node_gain(&g->build, NOWHERE, matrix_hadamard(g->arena, 4));
    const struct node *tank;
    switch (place) {
    case IN_FORWARD: tank = loop(g, a, mixing); break;
    case IN_RETURN: tank = loop(g, mixing, a); break;
    default: tank = loop(g, a, pair(g, OP_SERIES, mixing, b)); break;
    }
    const struct node *in = pair(g, OP_SERIES, gain(g, 4, 1, 1.0, 1.0, 1.0, 1.0), tank);
    g->program.main = pair(g, OP_SERIES, in, gain(g, 1, 4, 1.0, -1.0, 1.0, -1.0));
}

/* Schroeder's backward integration (1965), a line through -5 dB to -35 dB, carried on to -60 dB. */
static double decay_s(const double *response, size_t frames, double rate) {
    double total = 0;
    for (size_t t = 0; t < frames; t++) total += response[t] * response[t];
    double rest = total, n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (size_t t = 0; t < frames && rest > 0; t++) {
        double level = 10 * log10(rest / total), x = (double)t / rate;
        if (level <= -5 && level >= -35) n++, sx += x, sy += level, sxx += x * x, sxy += x * level;
        rest -= response[t] * response[t];
    }
    assert_true(n > 100);
    return -60 / ((n * sxy - sx * sy) / (n * sxx - sx * sx));
}

static void check_decay(void **state, enum delay_place place) {
    static const double wanted_s[] = {0.5, 2, 8};
    for (size_t i = 0; i < 3; i++) {
        struct fixture *f;
        assert_int_equal(fixture_open((void **)&f), 0);
        struct graph g;
        graph_init(&g, f);
        lossless_prototype(&g, place);
        want(&g, CONTROL_RT60);
        g.program.controls[CONTROL_RT60].init = wanted_s[i];
        assert_true(run_pass(&g, pass_controls));
        /* To -90 dB: what is cut off lies far below the fit. */
        size_t frames = (size_t)(1.5 * wanted_s[i] * g.program.rate);
        double got = decay_s(graph_responses(&g, frames), frames, g.program.rate);
        assert_near(got, wanted_s[i], 0.01 * wanted_s[i]);
        fixture_close((void **)&f);
    }
    (void)state;
}

static void decay_of_delays_in_the_forward_part(void **state) {
    check_decay(state, IN_FORWARD);
}
static void decay_of_delays_in_the_return(void **state) {
    check_decay(state, IN_RETURN);
}
static void decay_of_delays_in_both(void **state) {
    check_decay(state, IN_BOTH);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(no_control_changes_nothing),
        TEST(controls_become_knobs_with_adacs_defaults),
        TEST(dry_wet_mixes_around_the_program),
        TEST(dry_wet_and_pre_delay_sound),
        TEST(rt60_follows_every_delay_on_a_cycle),
        TEST(rt60_attenuates_by_channel),
        TEST(rt60_attenuates_full_grids),
        TEST(rt60_follows_moving_delays),
        TEST(rt60_keeps_the_paths),
        TEST(controls_that_cannot_be_wired_are_errors),
        TEST(ranges_that_make_no_sense_are_errors),
        TEST(decay_of_delays_in_the_forward_part),
        TEST(decay_of_delays_in_the_return),
        TEST(decay_of_delays_in_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
