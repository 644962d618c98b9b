/* Folding and pruning: what a graph is without what its constants and its outlets make needless. */
#include "ir/base/limits.h"
#include "passes/pass.h"
#include "tests/unit/graph.h"

static const struct grid one = {1, 1, false};

/* Fold */

static void fold_multiplies_gains(void **state) {
    GRAPH(g);
    const struct node *a = gain(&g, 2, 2, 1.0, 2.0, 3.0, 4.0), *d = diagonal(&g, 2, 0.5, 2.0);
    g.program.main = pair(&g, OP_SERIES, a, named(&g, d, "g"));
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "gain 2 -> 2 'g'\n  [0.5, 1]\n  [6, 8]\n");
}

static void fold_keeps_a_product_that_costs_more(void **state) {
    GRAPH(g);
    /* 4 -> 1 -> 4: eight multiply-adds, the product has sixteen. */
    const struct node *sum = gain(&g, 1, 4, 1.0, 2.0, 3.0, 4.0);
    const struct node *split = gain(&g, 4, 1, 1.0, 2.0, 3.0, 4.0);
    const struct node *before = pair(&g, OP_SERIES, sum, split);
    g.program.main = before;
    assert_true(run_pass(&g, pass_fold));
    assert_ptr_equal(g.program.main, before);
    g.program.main = pair(&g, OP_SERIES, split, sum);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "gain 1 -> 1\n  [30]\n");
}

static void fold_does_not_multiply_what_moves_by_what_moves(void **state) {
    GRAPH(g);
    struct operand k = knob(&g, 0.5, 0, 1);
    const struct node *moving = scaled(&g, 1, k);
    g.program.main = pair(&g, OP_SERIES, moving, moving);
    const struct node *before = g.program.main;
    assert_true(run_pass(&g, pass_fold));
    assert_ptr_equal(g.program.main, before);
    g.program.main = pair(&g, OP_SERIES, moving, gain(&g, 1, 1, 2.0));
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "gain 1 -> 1\n  [2*k0]\n");
}

static void fold_drops_the_identity(void **state) {
    GRAPH(g);
    g.program.main = pair(&g, OP_SERIES, diagonal(&g, 2, 1.0, 1.0), bank(&g, 2, 3.0, 0.0));
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "delay 2 -> 2\n  [3, 0]\n");
    g.program.main = pair(&g, OP_SERIES, gain(&g, 1, 1, 2.0), gain(&g, 1, 1, 0.5));
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "wire 1 -> 1\n");
}

static void fold_of_a_series_with_zeros_is_zero(void **state) {
    GRAPH(g);
    const struct node *a = gain(&g, 1, 2, 0.0, 0.0), *b = bank(&g, 1, 7.0);
    g.program.main =
        named(&g, pair(&g, OP_SERIES, pair(&g, OP_SERIES, bank(&g, 2, 1.0, 2.0), a), b), "dead");
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "gain 2 -> 1 'dead'\n  [0, 0]\n");
}

static void fold_adds_delay_banks(void **state) {
    GRAPH(g);
    const struct node *a = bank(&g, 2, 3.0, 0.0), *b = bank(&g, 2, 4.0, 5.0);
    g.program.main = pair(&g, OP_SERIES, a, b);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "delay 2 -> 2\n  [7, 5]\n");
    /* What a knob moves, and what would be longer than a line, stays apart. */
    struct operand moving =
        operand_apply(g.arena, FUNCTION_ROUND, knob(&g, 3, 0, 9), operand_constant(0));
    const struct node *before = pair(&g, OP_SERIES, bank_of(&g, moving), bank(&g, 1, 1.0));
    g.program.main = before;
    assert_true(run_pass(&g, pass_fold));
    assert_ptr_equal(g.program.main, before);
    before = pair(&g, OP_SERIES, bank(&g, 1, (double)LIMIT_DELAY_SAMPLES), bank(&g, 1, 1.0));
    g.program.main = before;
    assert_true(run_pass(&g, pass_fold));
    assert_ptr_equal(g.program.main, before);
}

static void fold_of_delays_of_nothing(void **state) {
    GRAPH(g);
    g.program.main = bank(&g, 2, 0.0, 0.0);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "wire 2 -> 2\n");
    g.program.main = full_delay(&g, 1, 2, 0.0, 0.0);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "gain 2 -> 1\n  [1, 1]\n");
}

static void fold_drops_identity_sections(void **state) {
    GRAPH(g);
    struct grid two = {2, 2, false};
    g.program.main =
        filter(&g, two, 3, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, /* channel 0: only the last counts */
               1.0, 0.0, 0.0, 1.0, 0.0, 0.0,             /* . */
               0.5, 0.0, 0.0, 1.0, -0.5, 0.0,            /* . */
               0.25, 0.0, 0.0, 1.0, 0.0, 0.0,            /* channel 1: only the first */
               1.0, 0.0, 0.0, 1.0, 0.0, 0.0,             /* . */
               1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "sos 2 -> 2, 1 a cascade\n"
                     "  [0.5, 0, 0, 1, -0.5, 0]\n"
                     "  [0.25, 0, 0, 1, 0, 0]\n");
    g.program.main = filter(&g, one, 1, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "wire 1 -> 1\n");
}

static void fold_puts_gains_beside_each_other(void **state) {
    GRAPH(g);
    const struct node *a = gain(&g, 1, 2, 2.0, 3.0), *w = wires(&g, 1);
    g.program.main = pair(&g, OP_PARALLEL, a, w);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "gain 3 -> 2\n  [2, 3, 0]\n  [0, 0, 1]\n");
    g.program.main = pair(&g, OP_STACK, a, wires(&g, 2));
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "gain 2 -> 3\n  [2, 3]\n  [1, 0]\n  [0, 1]\n");
    const struct node *before = pair(&g, OP_PARALLEL, a, bank(&g, 1, 2.0));
    g.program.main = before;
    assert_true(run_pass(&g, pass_fold));
    assert_ptr_equal(g.program.main, before);
}

static void fold_adds_gains(void **state) {
    GRAPH(g);
    struct operand k = knob(&g, 0.5, 0, 1);
    const struct node *a = gain(&g, 1, 1, 2.0), *delay = bank(&g, 1, 2.0),
                      *zero = gain(&g, 1, 1, 0.0);
    const struct node *parts[] = {a, delay, zero, wires(&g, 1), scaled(&g, 1, k)};
    g.program.main = node_combine(&g.build, NOWHERE, OP_SUM, parts, 5);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "sum 1 -> 1\n"
                     "  gain 1 -> 1\n    [3 + k0]\n"
                     "  delay 1 -> 1\n    [2]\n");
    g.program.main = pair(&g, OP_SUM, zero, zero);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "gain 1 -> 1\n  [0]\n");
    g.program.main = pair(&g, OP_SUM, pair(&g, OP_SUM, a, gain(&g, 1, 1, -2.0)), delay);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "delay 1 -> 1\n  [2]\n");
}

/* Two smoothings cannot be one. */
static void fold_adds_only_what_ramps_alike(void **state) {
    GRAPH(g);
    const struct node *a = scaled(&g, 1, knob(&g, 0.5, 0, 1)),
                      *b = scaled(&g, 1, knob(&g, 0.5, 0, 1));
    g.knobs[1].smooth_s = 0.1;
    const struct node *before = pair(&g, OP_SUM, a, b);
    g.program.main = before;
    assert_true(run_pass(&g, pass_fold));
    assert_ptr_equal(g.program.main, before);
}

static void fold_opens_a_loop_that_returns_nothing(void **state) {
    GRAPH(g);
    const struct node *delay = bank(&g, 1, 5.0), *zero = gain(&g, 1, 1, 0.0);
    g.program.main = named(&g, loop(&g, delay, pair(&g, OP_SERIES, delay, zero)), "tank");
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "delay 1 -> 1 'tank'\n  [5]\n");
}

static void fold_leaves_loops_alone(void **state) {
    GRAPH(g);
    const struct node *delay = bank(&g, 1, 5.0), *half = gain(&g, 1, 1, 0.5);
    const struct node *tank = loop(&g, delay, half);
    g.program.main = pair(&g, OP_SERIES, pair(&g, OP_SERIES, bank(&g, 1, 2.0), tank), half);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "series 1 -> 1\n"
                     "  delay 1 -> 1\n    [2]\n"
                     "  feedback 1 -> 1\n"
                     "    delay 1 -> 1\n      [5]\n"
                     "    gain 1 -> 1 #1\n      [0.5]\n"
                     "  #1\n");
}

static void fold_spans_both_it_joins(void **state) {
    GRAPH(g);
    const struct source *source = fixture_source(g.f, "x.adg", "2 -> 3 # end");
    g.program.main = pair(&g, OP_SERIES, placed(&g, gain(&g, 1, 1, 2.0), span_of(source, "2")),
                          placed(&g, gain(&g, 1, 1, 3.0), span_of(source, "3")));
    assert_true(run_pass(&g, pass_fold));
    span both = span_of(source, "2 -> 3");
    assert_int_equal(g.program.main->at.begin, both.begin);
    assert_int_equal(g.program.main->at.end, both.end);
}

/* Prune */

static const struct node *comb(struct graph *g, double samples) {
    return loop(g, bank(g, 1, samples), gain(g, 1, 1, 0.5));
}

static void prune_removes_what_is_cut(void **state) {
    GRAPH(g);
    const struct node *both = pair(&g, OP_STACK, comb(&g, 3), comb(&g, 4));
    g.program.main = pair(&g, OP_SERIES, both, gain(&g, 1, 2, 1.0, 0.0));
    assert_true(run_pass(&g, pass_prune));
    assert_graph(&g, "feedback 1 -> 1\n"
                     "  delay 1 -> 1\n    [3]\n"
                     "  gain 1 -> 1\n    [0.5]\n");
}

static void prune_keeps_the_inlets_of_the_program(void **state) {
    GRAPH(g);
    const struct node *both = pair(&g, OP_PARALLEL, comb(&g, 3), comb(&g, 4));
    g.program.main = pair(&g, OP_SERIES, both, gain(&g, 1, 2, 0.0, 0.25));
    assert_true(run_pass(&g, pass_prune));
    assert_graph(&g, "series 2 -> 1\n"
                     "  gain 2 -> 1\n    [0, 1]\n"
                     "  feedback 1 -> 1\n"
                     "    delay 1 -> 1\n      [4]\n"
                     "    gain 1 -> 1\n      [0.5]\n"
                     "  gain 1 -> 1\n    [0.25]\n");
}

static void prune_narrows_banks(void **state) {
    GRAPH(g);
    struct grid three = {3, 3, false};
    const struct node *parts[] = {
        gain(&g, 3, 1, 1.0, 2.0, 3.0),
        bank(&g, 3, 4.0, 5.0, 6.0),
        filter(&g, three, 1, 0.1, 0.0, 0.0, 1.0, 0.0, 0.0, /* . */
               0.2, 0.0, 0.0, 1.0, 0.0, 0.0,             /* . */
               0.3, 0.0, 0.0, 1.0, 0.0, 0.0),
        gain(&g, 1, 3, 7.0, 0.0, 8.0),
    };
    g.program.main = node_combine(&g.build, NOWHERE, OP_SERIES, parts, 4);
    assert_true(run_pass(&g, pass_prune));
    assert_graph(&g,
                 "series 1 -> 1\n"
                 "  gain 1 -> 2\n    [1]\n    [3]\n"
                 "  delay 2 -> 2\n    [4, 6]\n"
                 "  sos 2 -> 2, 1 a cascade\n    [0.1, 0, 0, 1, 0, 0]\n    [0.3, 0, 0, 1, 0, 0]\n"
                 "  gain 2 -> 1\n    [7, 8]\n");
}

/* One outlet of a loop is heard: all of the loop is needed. */
static void prune_keeps_a_loop_whole(void **state) {
    GRAPH(g);
    const struct node *tank = loop(&g, bank(&g, 2, 3.0, 4.0), gain(&g, 2, 2, 0.0, 0.5, 0.5, 0.0));
    g.program.main = pair(&g, OP_SERIES, tank, gain(&g, 1, 2, 1.0, 0.0));
    assert_true(run_pass(&g, pass_prune));
    assert_graph(&g, "series 2 -> 1\n"
                     "  feedback 2 -> 2\n"
                     "    delay 2 -> 2\n      [3, 4]\n"
                     "    gain 2 -> 2\n      [0, 0.5]\n      [0.5, 0]\n"
                     "  gain 2 -> 1\n    [1, 0]\n");
}

static void prune_of_a_program_without_outlets(void **state) {
    GRAPH(g);
    const struct matrix *cut = matrix_of(g.arena, 0, 2, ARENA_ARRAY(g.arena, 0, struct operand));
    g.program.main = pair(&g, OP_SERIES, bank(&g, 2, 1.0, 2.0), node_gain(&g.build, NOWHERE, cut));
    assert_true(run_pass(&g, pass_prune));
    assert_int_equal(g.program.main->op, OP_GAIN);
    assert_int_equal(g.program.main->shape.ins, 2);
    assert_int_equal(g.program.main->shape.outs, 0);
}

static void prune_shares_what_is_heard(void **state) {
    GRAPH(g);
    g.program.main =
        pair(&g, OP_SERIES, pair(&g, OP_STACK, comb(&g, 3), comb(&g, 4)), gain(&g, 1, 2, 1.0, 2.0));
    const struct node *before = g.program.main;
    assert_true(run_pass(&g, pass_prune));
    assert_ptr_equal(g.program.main, before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(fold_multiplies_gains),
        TEST(fold_keeps_a_product_that_costs_more),
        TEST(fold_does_not_multiply_what_moves_by_what_moves),
        TEST(fold_drops_the_identity),
        TEST(fold_of_a_series_with_zeros_is_zero),
        TEST(fold_adds_delay_banks),
        TEST(fold_of_delays_of_nothing),
        TEST(fold_drops_identity_sections),
        TEST(fold_puts_gains_beside_each_other),
        TEST(fold_adds_gains),
        TEST(fold_adds_only_what_ramps_alike),
        TEST(fold_opens_a_loop_that_returns_nothing),
        TEST(fold_leaves_loops_alone),
        TEST(fold_spans_both_it_joins),
        TEST(prune_removes_what_is_cut),
        TEST(prune_keeps_the_inlets_of_the_program),
        TEST(prune_narrows_banks),
        TEST(prune_keeps_a_loop_whole),
        TEST(prune_of_a_program_without_outlets),
        TEST(prune_shares_what_is_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
