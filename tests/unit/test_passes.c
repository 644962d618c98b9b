/* The passes one by one: what the graph looks like after each, and what each refuses. Those that
 * make a graph smaller are in test_passes_fold.c. */
#include <math.h>
#include <string.h>

#include "ir/base/limits.h"
#include "passes/identifier.h"
#include "passes/passes.h"
#include "tests/unit/graph.h"

static const struct grid one = {1, 1, false};

/* Normalise */

static void normalise_divides_by_a0(void **state) {
    GRAPH(g);
    g.program.main = named(&g, filter(&g, one, 2, 2.0, 4.0, 6.0, 2.0, -1.0, 0.5, /* then */
                                      1.0, 0.0, 0.0, 1.0, 0.25, 0.0),
                           "eq");
    assert_true(run_pass(&g, pass_normalise));
    assert_graph(&g, "sos 1 -> 1, 2 a cascade 'eq'\n"
                     "  [1, 2, 3, 1, -0.5, 0.25]\n"
                     "  [1, 0, 0, 1, 0.25, 0]\n");
}

static void normalise_keeps_span_and_origin(void **state) {
    GRAPH(g);
    const struct source *source = fixture_source(g.f, "x.adg", "sos(m)");
    static const struct origin origin = {"parallelSOSFilter", NULL, NULL};
    const struct node *node = placed(&g, filter(&g, one, 1, 1.0, 0.0, 0.0, 2.0, 0.0, 0.0),
                                     span_of(source, "sos(m)"));
    g.program.main = node_from(&g.build, node, &origin);
    assert_true(run_pass(&g, pass_normalise));
    assert_ptr_equal(g.program.main->origin, &origin);
    assert_int_equal(g.program.main->at.begin, node->at.begin);
}

static void normalise_shares_what_is_normal(void **state) {
    GRAPH(g);
    g.program.main = filter(&g, one, 1, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    const struct node *before = g.program.main;
    assert_true(run_pass(&g, pass_normalise));
    assert_ptr_equal(g.program.main, before);
}

static void normalise_refuses_a_vanishing_a0(void **state) {
    GRAPH(g);
    const struct source *source = fixture_source(g.f, "x.adg", "sos(m)");
    struct grid two = {2, 2, false};
    const struct node *node = filter(&g, two, 2, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, /* channel 0 */
                                     1.0, 0.0, 0.0, -1e-15, 0.0, 0.0, /* as large as allowed */
                                     1.0, 0.0, 0.0, 1.0, 0.0, 0.0,    /* channel 1 */
                                     1.0, 0.0, 0.0, 9e-16, 0.0, 0.0);
    g.program.main = named(&g, placed(&g, node, span_of(source, "sos(m)")), "eq");
    assert_false(run_pass(&g, pass_normalise));
    assert_diags(g.f,
                 "x.adg:1:1: error: a0 is near zero for section 1, channel 1 of 'eq': the filter "
                 "is degenerate\n"
                 "  note: a0 is 9e-16\n");
}

static const struct node *moving_filter(struct graph *g, struct operand a0) {
    struct section *section = ARENA_NEW(g->arena, struct section);
    struct operand zero = operand_constant(0);
    *section = (struct section){operand_constant(1), zero, zero, a0, zero, zero};
    struct sections *sections = ARENA_NEW(g->arena, struct sections);
    *sections = (struct sections){one, 1, section};
    return node_sos(&g->build, NOWHERE, sections);
}

static void normalise_refuses_an_a0_that_a_knob_moves_through_zero(void **state) {
    GRAPH(g);
    g.program.main = moving_filter(&g, knob(&g, 0.5, -0.25, 1));
    assert_false(run_pass(&g, pass_normalise));
    assert_int_equal(g.f->diags.errors, 1);
    assert_string_equal(
        g.f->diags.first->message,
        "a0 is near zero for section 0, channel 0 of the filter: the filter is degenerate");
    assert_int_equal(g.f->diags.first->code, CODE_DEGENERATE_FILTER);
}

/* k^2 - k + 1 >= 3/4, but plain interval arithmetic over 0..1 gives 0..2. */
static void normalise_looks_closer_where_a_knob_occurs_twice(void **state) {
    GRAPH(g);
    struct operand k = knob(&g, 0.5, 0, 1);
    struct operand a0 = operand_sub(g.arena, operand_mul(g.arena, k, k), k);
    a0 = operand_add(g.arena, a0, operand_constant(1));
    assert_true(operand_range(a0, g.program.knobs).lo <= 0);
    g.program.main = moving_filter(&g, a0);
    assert_true(run_pass(&g, pass_normalise));
    assert_graph(&g, "sos 1 -> 1, 1 a cascade\n"
                     "  [1/(k0*k0 - k0 + 1), 0, 0, 1, 0, 0]\n");
}

static void normalise_refuses_what_is_not_finite(void **state) {
    GRAPH(g);
    const struct node *a = named(&g, gain(&g, 2, 1, 1.0, (double)NAN), "fb");
    const struct node *b = bank(&g, 2, 1.0, (double)INFINITY);
    g.program.main = pair(&g, OP_SERIES, a, b);
    assert_false(run_pass(&g, pass_normalise));
    g.program.main = b;
    assert_false(run_pass(&g, pass_normalise));
    g.program.main = filter(&g, one, 1, 1.0, 0.0, (double)-INFINITY, 1.0, 0.0, 0.0);
    assert_false(run_pass(&g, pass_normalise));
    g.program.main = scaled(&g, 1, operand_div(g.arena, operand_constant(1), knob(&g, 1, 0, 2)));
    assert_false(run_pass(&g, pass_normalise));
    assert_diags(
        g.f,
        "nowhere: error: the gain at outlet 1, inlet 0 of 'fb' must be a finite number, but it "
        "is nan\n"
        "nowhere: error: the delay at channel 1 of the bank must be a finite number, but it is "
        "inf\n"
        "nowhere: error: b2 of section 0, channel 0 of the filter must be a finite number, but "
        "it is -inf\n"
        "nowhere: error: the gain at outlet 0, inlet 0 of the matrix must be a finite number at "
        "every position of its knobs, but it may come to anything from -inf to inf\n");
}

/* Quantise */

static void quantise_rounds_half_to_even_and_says_so(void **state) {
    GRAPH(g);
    const struct source *source = fixture_source(g.f, "x.adg", "delay(m)");
    const struct node *node = bank(&g, 5, 2.5, 3.5, 7.0, 0.5, 1116.4);
    g.program.main = named(&g, placed(&g, node, span_of(source, "delay(m)")), "m");
    assert_true(run_pass(&g, pass_quantise));
    assert_graph(&g, "delay 5 -> 5 'm'\n"
                     "  [2, 4, 7, 0, 1116]\n");
    assert_diags(
        g.f, "x.adg:1:1: remark: the delay at channel 0 of 'm' is rounded from 2.5 to 2 samples\n"
             "x.adg:1:1: remark: the delay at channel 1 of 'm' is rounded from 3.5 to 4 samples\n"
             "x.adg:1:1: remark: the delay at channel 3 of 'm' is rounded from 0.5 to 0 samples\n"
             "x.adg:1:1: remark: the delay at channel 4 of 'm' is rounded from 1116.4 to 1116 "
             "samples\n");
    assert_int_equal(g.f->diags.errors, 0);
}

/* An only delay has no channel to speak of, and a fraction no more digits than people wrote. */
static void quantise_speaks_of_one_delay_plainly(void **state) {
    GRAPH(g);
    g.program.main = bank(&g, 1, 0.0083 * 48000);
    assert_true(run_pass(&g, pass_quantise));
    assert_diags(g.f, "nowhere: remark: the delay is rounded from 398.4 to 398 samples\n");
}

static void quantise_rounds_what_a_knob_moves(void **state) {
    GRAPH(g);
    struct operand ms = knob(&g, 15, 0, 250);
    g.program.main = bank_of(&g, operand_mul(g.arena, ms, operand_constant(44.1)));
    assert_true(run_pass(&g, pass_quantise));
    assert_graph(&g, "delay 1 -> 1\n  [round(k0*44.1)]\n");
    assert_true(run_pass(&g, pass_quantise)); /* once is enough */
    assert_graph(&g, "delay 1 -> 1\n  [round(k0*44.1)]\n");
    assert_near(g.program.main->delays->samples[0].value, 662, 0); /* 661.5: half to even */
}

static void quantise_refuses_negative_delays(void **state) {
    GRAPH(g);
    g.program.main = full_delay(&g, 1, 2, 3.0, -0.25);
    assert_false(run_pass(&g, pass_quantise));
    struct operand k = knob(&g, 3, 2, 4);
    g.program.main = named(&g, bank_of(&g, operand_sub(g.arena, k, operand_constant(3))), "pre");
    assert_false(run_pass(&g, pass_quantise));
    assert_diags(g.f,
                 "nowhere: error: a delay must not be negative, but outlet 0, inlet 1 of the bank "
                 "asks for -0.25 samples\n"
                 "nowhere: error: a delay must not be negative, but a knob may move channel 0 of "
                 "'pre' down to -1 samples\n");
}

static void quantise_refuses_a_line_that_is_too_long(void **state) {
    GRAPH(g);
    g.program.main = bank(&g, 1, (double)LIMIT_DELAY_SAMPLES + 0.4);
    assert_true(run_pass(&g, pass_quantise));
    g.f->diags.first = g.f->diags.last = NULL;
    g.program.main = bank(&g, 1, (double)LIMIT_DELAY_SAMPLES + 1);
    assert_false(run_pass(&g, pass_quantise));
    g.program.main =
        bank_of(&g, operand_mul(g.arena, knob(&g, 1, 0, 400), operand_constant(48000)));
    assert_false(run_pass(&g, pass_quantise));
    assert_diags(
        g.f, "nowhere: error: the delay is 16777217 samples, but a line "
             "holds at most 16777216\n"
             "  note: at 48000 Hz that is 349.5 s\n"
             "nowhere: error: the delay may be moved up to 19200000 "
             "samples, but a line holds at most 16777216\n"
             "  note: at 48000 Hz that is 400 s\n");
}

/* Sixteen of the longest lines are allowed, a sample more is not; shared nodes count each time. */
static void quantise_adds_up_all_instances(void **state) {
    GRAPH(g);
    const struct node *line = bank(&g, 1, (double)LIMIT_DELAY_SAMPLES);
    const struct node *many = node_copies(&g.build, NOWHERE, line, 16);
    g.program.main = many;
    assert_true(run_pass(&g, pass_quantise));
    g.program.main = pair(&g, OP_PARALLEL, many, bank(&g, 1, 1.0));
    assert_false(run_pass(&g, pass_quantise));
    assert_diags(g.f,
                 "nowhere: error: all delay lines together hold 268435457 samples, but at most "
                 "268435456 are allowed\n");
}

/* Flatten */

static void flatten_splices_each_kind_into_its_own(void **state) {
    GRAPH(g);
    const struct node *a = gain(&g, 1, 1, 2.0), *b = gain(&g, 1, 1, 3.0), *c = gain(&g, 1, 1, 5.0);
    static const enum op ops[] = {OP_SERIES, OP_PARALLEL, OP_STACK, OP_SUM};
    static const char *const texts[] = {"series 1 -> 1", "parallel 3 -> 3", "stack 1 -> 3",
                                        "sum 1 -> 1"};
    for (size_t i = 0; i < 4; i++) {
        g.program.main =
            named(&g, pair(&g, ops[i], named(&g, pair(&g, ops[i], a, b), "inner"), c), "whole");
        assert_true(run_pass(&g, pass_flatten));
        assert_graph(&g, text_format(g.arena,
                                     "%s 'whole'\n"
                                     "  gain 1 -> 1\n    [2]\n"
                                     "  gain 1 -> 1\n    [3]\n"
                                     "  gain 1 -> 1\n    [5]\n",
                                     texts[i]));
    }
}

static void flatten_keeps_other_kinds_nested(void **state) {
    GRAPH(g);
    const struct node *a = gain(&g, 1, 1, 2.0), *b = gain(&g, 1, 1, 3.0);
    const struct node *before = pair(&g, OP_SUM, pair(&g, OP_SERIES, a, b), a);
    g.program.main = before;
    assert_true(run_pass(&g, pass_flatten));
    assert_ptr_equal(g.program.main, before);
}

static void flatten_drops_wires_in_series(void **state) {
    GRAPH(g);
    const struct node *a = gain(&g, 1, 1, 2.0), *w = wires(&g, 1);
    const struct node *first = pair(&g, OP_SERIES, w, a);
    g.program.main = named(&g, pair(&g, OP_SERIES, first, w), "core");
    assert_true(run_pass(&g, pass_flatten));
    assert_graph(&g, "gain 1 -> 1 'core'\n  [2]\n"); /* the part has no name: the whole's is kept */
    g.program.main = named(&g, pair(&g, OP_SERIES, w, named(&g, a, "fb")), "core");
    assert_true(run_pass(&g, pass_flatten));
    assert_graph(&g, "gain 1 -> 1 'fb'\n  [2]\n");
    g.program.main = named(&g, pair(&g, OP_SERIES, w, w), "core");
    assert_true(run_pass(&g, pass_flatten));
    assert_graph(&g, "wire 1 -> 1 'core'\n");
}

static void flatten_joins_wires_side_by_side(void **state) {
    GRAPH(g);
    const struct node *a = gain(&g, 1, 1, 2.0);
    const struct node *two = pair(&g, OP_PARALLEL, wires(&g, 1), wires(&g, 2));
    g.program.main = pair(&g, OP_PARALLEL, two, pair(&g, OP_PARALLEL, a, wires(&g, 1)));
    assert_true(run_pass(&g, pass_flatten));
    assert_graph(&g, "parallel 5 -> 5\n"
                     "  wire 3 -> 3\n"
                     "  gain 1 -> 1\n    [2]\n"
                     "  wire 1 -> 1\n");
}

/* Doubling thirty times is a small graph and a large program. */
static void flatten_stops_at_the_limit(void **state) {
    GRAPH(g);
    const struct node *node = bank(&g, 1, 1.0);
    for (int i = 0; i < 30; i++) node = pair(&g, OP_SERIES, node, node);
    g.program.main = node;
    assert_false(run_pass(&g, pass_flatten));
    assert_diags(g.f, "nowhere: error: the program has more than 4194304 parts\n");
}

/* Hoist */

static void hoist_shares_equal_matrices(void **state) {
    GRAPH(g);
    const struct node *a = gain(&g, 2, 2, 1.0, 2.0, 3.0, 4.0),
                      *b = gain(&g, 2, 2, 1.0, 2.0, 3.0, 4.0);
    g.program.main = pair(&g, OP_SERIES, a, named(&g, b, "mixing"));
    assert_true(run_pass(&g, pass_hoist));
    const struct node *const *parts = g.program.main->parts;
    assert_ptr_equal(parts[0]->matrix, parts[1]->matrix);
    assert_string_equal(parts[0]->matrix->name->text, "mixing");
}

/* ADAC calls every feedback leaf "fB", and silently takes the first matrix for both. */
static void hoist_tells_equal_names_apart(void **state) {
    GRAPH(g);
    const struct node *a = loop(&g, bank(&g, 1, 3.0), named(&g, gain(&g, 1, 1, 0.5), "fB"));
    const struct node *b = loop(&g, bank(&g, 1, 5.0), named(&g, gain(&g, 1, 1, 0.25), "fB"));
    g.program.main = pair(&g, OP_SERIES, a, b);
    assert_true(run_pass(&g, pass_hoist));
    assert_graph(&g, "series 1 -> 1\n"
                     "  feedback 1 -> 1\n"
                     "    delay 1 -> 1\n      [3]\n"
                     "    gain 1 -> 1 'fB'\n      matrix fB\n      [0.5]\n"
                     "  feedback 1 -> 1\n"
                     "    delay 1 -> 1\n      [5]\n"
                     "    gain 1 -> 1 'fB'\n      matrix fB_2\n      [0.25]\n");
}

static void hoist_makes_names_legal(void **state) {
    GRAPH(g);
    knob(&g, 0, 0, 1);
    static const char *const labels[] = {"feedback matrix", "8x8", "k0", "héllo", "+-*", NULL};
    static const char *const wanted[] = {"feedback_matrix", "_8x8", "k0_2", "h_llo", "g", "g_2"};
    const struct node *parts[6];
    for (size_t i = 0; i < 6; i++) {
        parts[i] = gain(&g, 1, 1, (double)(i + 2));
        if (labels[i]) parts[i] = named(&g, parts[i], labels[i]);
    }
    g.program.main = node_combine(&g.build, NOWHERE, OP_STACK, parts, 6);
    assert_true(run_pass(&g, pass_hoist));
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(g.program.main->parts[i]->matrix->name->text, wanted[i]);
}

static void identifiers_are_unique(void **state) {
    struct fixture *f = *state;
    struct identifiers ids;
    identifiers_init(&ids, &f->names, &f->arena);
    assert_string_equal(identifiers_make(&ids, "a", "x")->text, "a");
    assert_string_equal(identifiers_make(&ids, "a_2", "x")->text, "a_2");
    assert_string_equal(identifiers_make(&ids, "a", "x")->text, "a_3");
    assert_string_equal(identifiers_make(&ids, "", "x")->text, "x");
    assert_string_equal(identifiers_make(&ids, "a", "x")->text, "a_4");
}

/* The runner */

static void runner_dumps_and_times(void **state) {
    GRAPH(g);
    g.program.main = pair(&g, OP_SERIES, bank(&g, 1, 2.5), gain(&g, 1, 1, 1.0));
    struct text dump, times;
    text_init(&dump, g.arena);
    text_init(&times, g.arena);
    struct pass_watch watch = {"quantise", &dump, &times};
    struct program program = g.program;
    assert_true(passes_run(g.arena, &g.f->names, &g.f->diags, &program, &watch));
    assert_text(text_chars(&dump),
                "program test\nrate 48000\n"
                "series 1 -> 1\n  delay 1 -> 1\n    [2]\n  gain 1 -> 1\n    [1]\n");
    const char *line = text_chars(&times);
    for (size_t i = 0; i < pass_count; i++) {
        size_t length = strlen(passes[i].name);
        assert_int_equal(strncmp(line, passes[i].name, length), 0);
        line = strchr(line, '\n') + 1;
    }
    assert_string_equal(line, "");

    struct text read;
    text_init(&read, g.arena);
    watch = (struct pass_watch){"read", &read, NULL};
    assert_true(passes_run(g.arena, &g.f->names, &g.f->diags, &g.program, &watch));
    assert_non_null(strstr(text_chars(&read), "[2.5]"));
}

static void runner_reports_a_broken_program_as_its_own_fault(void **state) {
    GRAPH(g);
    struct node *broken = ARENA_NEW(g.arena, struct node);
    *broken = *wires(&g, 1);
    broken->shape.outs = 2;
    g.program.main = broken;
    assert_false(passes_run(g.arena, &g.f->names, &g.f->diags, &g.program, NULL));
    assert_int_equal(g.f->diags.first->code, CODE_INTERNAL);
}

/* An infinite gain is the input's fault, and said so by the first pass. */
static void runner_leaves_errors_of_the_input_to_the_passes(void **state) {
    GRAPH(g);
    g.program.main = gain(&g, 1, 1, (double)INFINITY);
    assert_false(passes_run(g.arena, &g.f->names, &g.f->diags, &g.program, NULL));
    assert_int_equal(g.f->diags.first->code, CODE_NOT_FINITE);
    assert_int_equal(g.f->diags.errors, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(normalise_divides_by_a0),
        TEST(normalise_keeps_span_and_origin),
        TEST(normalise_shares_what_is_normal),
        TEST(normalise_refuses_a_vanishing_a0),
        TEST(normalise_refuses_an_a0_that_a_knob_moves_through_zero),
        TEST(normalise_looks_closer_where_a_knob_occurs_twice),
        TEST(normalise_refuses_what_is_not_finite),
        TEST(quantise_rounds_half_to_even_and_says_so),
        TEST(quantise_speaks_of_one_delay_plainly),
        TEST(quantise_rounds_what_a_knob_moves),
        TEST(quantise_refuses_negative_delays),
        TEST(quantise_refuses_a_line_that_is_too_long),
        TEST(quantise_adds_up_all_instances),
        TEST(flatten_splices_each_kind_into_its_own),
        TEST(flatten_keeps_other_kinds_nested),
        TEST(flatten_drops_wires_in_series),
        TEST(flatten_joins_wires_side_by_side),
        TEST(flatten_stops_at_the_limit),
        TEST(hoist_shares_equal_matrices),
        TEST(hoist_tells_equal_names_apart),
        TEST(hoist_makes_names_legal),
        TEST(identifiers_are_unique),
        TEST(runner_dumps_and_times),
        TEST(runner_reports_a_broken_program_as_its_own_fault),
        TEST(runner_leaves_errors_of_the_input_to_the_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
