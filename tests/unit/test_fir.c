/* Finite responses: what passes make of them, how they are scheduled, written as FAUST and as JSON.
 */
#include <string.h>

#include "backends/backend.h"
#include "ir/lower.h"
#include "ir/schedule.h"
#include "passes/passes.h"
#include "tests/unit/emitted.h"
#include "tests/unit/graph.h"
#include "tests/unit/reading.h"

static const struct grid one = {1, 1, false}, two = {2, 2, false}, square = {2, 2, true};

static void responses_lose_the_zeros_at_their_ends(void **state) {
    GRAPH(g);
    g.program.main = named(&g, response(&g, two, 4, 0.0, 0.5, 0.0, 0.0, 1.0, 0.0, -0.25, 0.0), "h");
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "fir 2 -> 2 'h'\n"
                     "  [0, 0.5, 0]\n"
                     "  [1, 0, -0.25]\n");
}

static void responses_of_one_tap_are_gains(void **state) {
    GRAPH(g);
    g.program.main = response(&g, square, 2, 0.5, 0.0, 0.0, 0.0, -1.0, 0.0, 2.0, 0.0);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "gain 2 -> 2\n"
                     "  [0.5, 0]\n"
                     "  [-1, 2]\n");
    g.program.main = response(&g, two, 1, 1.0, 1.0);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "wire 2 -> 2\n");
    g.program.main = response(&g, one, 3, 0.0, 0.0, 0.0);
    assert_true(run_pass(&g, pass_fold));
    assert_graph(&g, "gain 1 -> 1\n  [0]\n");
}

static void responses_that_nobody_hears_go(void **state) {
    GRAPH(g);
    g.program.main = pair(&g, OP_SERIES, named(&g, response(&g, two, 2, 1.0, 2.0, 3.0, 4.0), "h"),
                          gain(&g, 1, 2, 0.0, 1.0));
    assert_true(run_pass(&g, pass_prune));
    assert_graph(&g, "series 2 -> 1\n"
                     "  gain 2 -> 1\n"
                     "    [0, 1]\n"
                     "  fir 1 -> 1 'h'\n"
                     "    [3, 4]\n");
    g.program.main =
        pair(&g, OP_SERIES, response(&g, square, 1, 1.0, 2.0, 3.0, 4.0), gain(&g, 1, 2, 2.0, 0.0));
    assert_true(run_pass(&g, pass_prune));
    assert_graph(&g, "series 2 -> 1\n"
                     "  fir 2 -> 1 full\n"
                     "    [1]\n"
                     "    [2]\n"
                     "  gain 1 -> 1\n"
                     "    [2]\n");
}

static void a_tap_must_be_finite(void **state) {
    GRAPH(g);
    g.program.main =
        named(&g, response(&g, square, 2, 1.0, 2.0, 3.0, 4.0, 5.0, 1.0 / 0.0, 7.0, 8.0), "h");
    assert_false(run_pass(&g, pass_normalise));
    assert_string_equal(g.f->diags.first->message,
                        "tap 1, outlet 1, inlet 0 of 'h' must be a finite number, but it is inf");
}

/* The responses of one inlet share what they remember; one that begins with zeros is computed
 * before its inlet is known, and remembers a sample less. */
static void responses_of_one_wire_share_a_line(void **state) {
    GRAPH(g);
    g.program.main =
        response(&g, square, 3, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 1.5, 2.5, 3.5);
    const struct net *net = net_lower(g.arena, &g.f->diags, &g.program, g.program.main);
    const struct schedule *schedule = schedule_make(g.arena, &g.f->diags, net);
    assert_int_equal(schedule->line_count, 2);
    assert_int_equal(schedule->line_samples, 2 * (80 + 64)); /* 3 + 64 in steps of 16; a block behind */
    assert_int_equal(schedule->multiply_adds, 4 * 3 + 2);
    g.program.main = response(&g, one, 4, 0.0, 0.0, 3.0, 4.0);
    net = net_lower(g.arena, &g.f->diags, &g.program, g.program.main);
    schedule = schedule_make(g.arena, &g.f->diags, net);
    assert_int_equal(schedule->line_samples, 80 + 64);
    assert_int_equal(schedule->multiply_adds, 2);
}

static const char *written(struct graph *g, bool (*emit)(const struct emission *, struct sink *)) {
    g->program.name = name_of(&g->f->names, "p");
    struct emission emission = {.program = &g->program,
                                .net =
                                    net_lower(g->arena, &g->f->diags, &g->program, g->program.main),
                                .sources = &g->f->sources,
                                .symbol = "p",
                                .arena = g->arena,
                                .diags = &g->f->diags};
    return emitted_text(&emission, emit, NULL);
}

static void faust_adds_delayed_copies(void **state) {
    GRAPH(g);
    g.program.main = named(&g, response(&g, one, 5, 0.5, 0.0, -0.25, 1.0, -1.0), "h");
    assert_non_null(strstr(written(&g, emit_faust), "\\(x).(0.5*x - 0.25*x@2 + x@3 - x@4)"));
    g.program.main = response(&g, one, 2, 0.0, 1.0);
    assert_non_null(strstr(written(&g, emit_faust), "\\(x).(x')"));
}

static void json_reads_back(void **state) {
    GRAPH(g);
    const struct node *bank = named(&g, response(&g, two, 3, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0), "bank");
    const struct node *grid =
        named(&g, response(&g, (struct grid){1, 2, true}, 2, 0.5, 0.25, -1.0, 1e-9), "grid");
    g.program.main = pair(&g, OP_SERIES, bank, grid);
    const char *wanted = arena_copy(g.arena, graph_text(&g), strlen(graph_text(&g)));
    const char *text = written(&g, emit_json);
    g.program.main = model_of(g.f, text).main;
    /* The root is named after the program. */
    assert_non_null(strstr(graph_text(&g), strstr(wanted, "\n") + 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(responses_lose_the_zeros_at_their_ends),
        TEST(responses_of_one_tap_are_gains),
        TEST(responses_that_nobody_hears_go),
        TEST(a_tap_must_be_finite),
        TEST(responses_of_one_wire_share_a_line),
        TEST(faust_adds_delayed_copies),
        TEST(json_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
