/* Which kernels a net becomes. That they compute the right thing, test_c shows. */
#include "ir/schedule.h"

#include "ir/lower.h"
#include "tests/unit/graph.h"
#include "tests/unit/random_graph.h"

static const struct net *lowered(struct graph *g) {
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    if (!net) fail_msg("%s", list_diags(g->f));
    return net;
}

static const struct schedule *scheduled(struct graph *g) {
    return schedule_make(g->arena, &g->f->diags, lowered(g));
}

/* "inlet 1, read 8, matrix 8x8, write 8, outlet 1"; behind regions of other blocks, as in "| 1:
 * take 1, sum 1 | 64: outlet 1", their lengths. */
static const char *kernels(struct graph *g) {
    const struct schedule *s = scheduled(g);
    if (!s) fail_msg("%s", list_diags(g->f));
    struct text text;
    text_init(&text, g->arena);
    for (uint32_t r = 0; r < s->region_count; r++) {
        const struct region *region = &s->regions[r];
        if (r || region->block != 64) text_printf(&text, "%s%u: ", r ? " | " : "", region->block);
        for (uint32_t k = 0; k < region->kernel_count; k++) {
            const struct kernel *kernel = &region->kernels[k];
            text_printf(&text, "%s%s %u", k ? ", " : "", kernel_infos[kernel->op].text,
                        kernel->rows);
            if (kernel->columns) text_printf(&text, "x%u", kernel->columns);
            if (kernel->op == KERNEL_SPARSE) text_printf(&text, ":%u", kernel->terms);
            if (kernel->stage_count) text_printf(&text, " sections %u", kernel->stage_count);
            if (kernel->write) text_put(&text, " write");
        }
    }
    return text_chars(&text);
}

static double number(uint32_t i) {
    return 0.1 + 0.01 * i;
}

static const struct node *dense(struct graph *g, uint32_t n) {
    double *numbers = ARENA_ARRAY(g->arena, (size_t)n * n, double);
    for (uint32_t i = 0; i < n * n; i++) numbers[i] = number(i * i % 61);
    return node_gain(&g->build, NOWHERE, matrix_of_numbers(g->arena, n, n, numbers));
}

static void a_dense_matrix_is_one_kernel(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = dense(&g, 64);
    /* Blocks of 64 samples of 128 signals would not stay in the cache. */
    assert_text(kernels(&g), "32: inlet 64, matrix 64x64, outlet 64");
}

static void a_diagonal_scales(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = diagonal(&g, 3, 0.5, -1.0, 1.0);
    assert_text(kernels(&g), "inlet 3, scale 3, outlet 3");
}

static void wires_cost_nothing(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = pair(&g, OP_SERIES, gain(&g, 2, 2, 0.0, 1.0, 1.0, 0.0), bank(&g, 2, 0.0, 0.0));
    assert_text(kernels(&g), "inlet 2, outlet 2");
    const struct kernel *outlet = &scheduled(&g)->regions->kernels[1];
    assert_int_equal(gather_at(outlet->from, 0), 1);
    assert_int_equal(gather_at(outlet->from, 1), 0);
}

static void ones_are_a_sum(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = gain(&g, 2, 3, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0);
    assert_text(kernels(&g), "inlet 3, sum 2, outlet 2");
}

static void few_entries_are_sparse(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = gain(&g, 3, 5, 0.5, 0.0, 0.0, 0.0, 0.0, /**/ 0.0, 0.25, 0.5, 0.0, 0.0,
                          /**/ 0.0, 0.0, 0.0, 0.0, 0.0);
    assert_text(kernels(&g), "inlet 5, sparse 3:3, outlet 3");
}

/* Row 1 of the matrix needs, in the same sample, what its row 0 leads to. No loop is free of delay:
 * the matrix is triangular. */
static void a_triangular_loop_splits_its_matrix(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = loop(&g, wires(&g, 2), gain(&g, 2, 2, 0.0, 0.0, 0.5, 0.0));
    /* b's empty row; the first wire; b's other row, which needs it; the second wire. */
    assert_text(kernels(&g), "inlet 2, sparse 1:0, sum 1, scale 1, sum 1, outlet 2");
}

static void a_short_comb_runs_sample_by_sample(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = loop(&g, bank(&g, 1, 15.0), gain(&g, 1, 1, 0.5));
    assert_text(kernels(&g), "inlet 1 | 1: take 1, read 1, scale 1, sum 1, give 1, write 1 | "
                             "64: outlet 1");
    const struct schedule *s = scheduled(&g);
    assert_int_equal(s->line_samples, 15);
    assert_int_equal(s->multiply_adds, 2);
    assert_int_equal(s->block_multiply_adds, 0);
}

static void a_comb_reads_a_block_before_it_writes_it(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = loop(&g, bank(&g, 1, 70.0), gain(&g, 1, 1, 0.5));
    assert_text(kernels(&g), "inlet 1, read 1, scale 1, sum 1, write 1, outlet 1");
    const struct schedule *s = scheduled(&g);
    assert_int_equal(s->lines[0].length, 144); /* 70 + 64, in steps of 16 */
    assert_int_equal(s->line_samples, 208);    /* and a block behind them */
    assert_int_equal(s->block_multiply_adds, 2);
}

static void blocks_are_no_longer_than_a_loop(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = loop(&g, bank(&g, 1, 50.0), gain(&g, 1, 1, 0.5));
    assert_text(kernels(&g), "inlet 1 | 48: read 1, scale 1, sum 1, write 1 | 64: outlet 1");
}

/* 30 + 10 samples: a cut of 32, when what is between them is computed two samples later. */
static void each_cycle_needs_a_cut(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main =
        loop(&g, bank(&g, 1, 30.0), pair(&g, OP_SERIES, bank(&g, 1, 10.0), gain(&g, 1, 1, 0.5)));
    assert_text(kernels(&g), "inlet 1 | 32: read 1, scale 1, sum 1, write 1, read 1, write 1 | "
                             "64: outlet 1");
}

/* 8 + 8 samples: one of 16, when the gain between them is computed 8 samples later. */
static void delays_in_pieces_are_put_together(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main =
        loop(&g, bank(&g, 1, 8.0), pair(&g, OP_SERIES, gain(&g, 1, 1, 0.5), bank(&g, 1, 8.0)));
    const struct schedule *s = scheduled(&g);
    assert_int_equal(s->block_multiply_adds, 2);
}

/* Two delays of one wire are one line as long as the longer; one below a block is another. */
static void delays_of_one_wire_share_a_line(void **state) {
    struct graph g;
    graph_init(&g, *state);
    const struct node *two = pair(&g, OP_STACK, bank(&g, 1, 100.0), bank(&g, 1, 300.0));
    g.program.main = pair(&g, OP_STACK, two, bank(&g, 1, 30.0));
    const struct schedule *s = scheduled(&g);
    assert_int_equal(s->line_count, 2);
    assert_int_equal(s->lines[0].most == 300 ? s->lines[0].reads : s->lines[1].reads, 2);
    assert_int_equal(s->lines[0].most + s->lines[1].most, 330);
}

/* Several loops, nested, side by side, with rectangular matrices, matrices of filters, short paths
 * and long ones: wherever each cycle is of 16 samples or more, all is done in blocks but for a
 * twentieth. */
static void random_loops_run_in_blocks(void **state) {
    enum { GRAPHS = 200 };
    uint32_t loops = 0;
    for (uint32_t seed = 0; seed < GRAPHS; seed++) {
        struct graph g;
        graph_init(&g, *state);
        random_program(&g, seed, RANDOM_LOOPS);
        const struct net *net = lowered(&g);
        const struct schedule *s = schedule_make(g.arena, &g.f->diags, net);
        for (uint32_t c = 0; c < net->component_count; c++) {
            const struct component *component = &net->components[c];
            if (component->cyclic) assert_true(component->least_delay >= 16);
            loops += component->cyclic;
        }
        /* And rings are as long as the delays, and three blocks. */
        uint64_t samples = 0;
        for (wire w = 0; w < net->cell_count; w++)
            if (net->cells[w].op == CELL_DELAY) samples += net->cells[w].least_delay;
        assert_true(10 * s->line_samples <= 11 * samples + 10 * 3 * 64 * s->line_count);
        if (s->block_multiply_adds * 20 < s->multiply_adds * 19)
            fail_msg("seed %u: %zu of %zu multiply-adds in blocks\n%s", seed,
                     (size_t)s->block_multiply_adds, (size_t)s->multiply_adds, graph_text(&g));
    }
    assert_true(loops > GRAPHS);
}

static void a_short_loop_and_a_long_one_stand_side_by_side(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main =
        pair(&g, OP_SERIES, loop(&g, bank(&g, 2, 100.0, 5.0), diagonal(&g, 2, 0.5, 0.5)),
             gain(&g, 1, 2, 0.5, 0.25));
    assert_text(kernels(&g),
                "inlet 2, read 1 | 1: take 1, read 1, scale 1, sum 1, give 1, write 1 | "
                "64: scale 1, matrix 1x2, sum 1, write 1, outlet 1");
}

/* Matrix, filters and lines of a feedback delay network are one kernel: the filters go before the
 * delays, the sum before the loop into the matrix. */
static void a_network_is_one_bank(void **state) {
    struct graph g;
    graph_init(&g, *state);
    struct grid four = {.rows = 4, .cols = 4};
    const struct node *tank = pair(&g, OP_SERIES, bank(&g, 4, 100.0, 110.0, 120.0, 130.0),
                                   filter(&g, four, 1, 0.5, 0.1, 0.0, 1.0, -0.2, 0.0, /**/ 0.5, 0.1,
                                          0.0, 1.0, -0.2, 0.0, /**/ 0.5, 0.1, 0.0, 1.0, -0.2, 0.0,
                                          /**/ 0.5, 0.1, 0.0, 1.0, -0.2, 0.0));
    g.program.main =
        pair(&g, OP_SERIES,
             pair(&g, OP_SERIES, gain(&g, 4, 1, 0.1, 0.2, 0.3, 0.4), loop(&g, tank, dense(&g, 4))),
             gain(&g, 1, 4, 0.1, 0.2, 0.3, 0.4));
    assert_text(kernels(&g), "inlet 1, read 4, matrix 1x4, bank 4x5 sections 1 write, outlet 1");
    assert_int_equal(scheduled(&g)->slot_count, 6);
}

/* Two combs, each with a filter behind a delay that is heard, too: the filters wait for the samples
 * before, so they do that together. Behind each of them is another filter. */
static void sections_side_by_side_are_one_kernel(void **state) {
    struct graph g;
    graph_init(&g, *state);
    struct grid one = {.rows = 1, .cols = 1};
    const struct node *combs[2];
    for (int i = 0; i < 2; i++)
        combs[i] = pair(
            &g, OP_SERIES,
            loop(&g, bank(&g, 1, 100.0 + i), filter(&g, one, 1, 0.5, 0.0, 0.0, 1.0, -0.2, 0.0)),
            filter(&g, one, 1, 0.25, 0.0, 0.0, 1.0, -0.5, 0.0));
    g.program.main = node_combine(&g.build, NOWHERE, OP_PARALLEL, combs, 2);
    assert_text(kernels(&g), "inlet 2, read 1, read 1, bank 4 sections 1, sum 1, sum 1, write 1, "
                             "write 1, outlet 2");
    assert_int_equal(scheduled(&g)->section_count, 4);
}

static void a_moving_delay_has_room_for_its_most(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main =
        pair(&g, OP_SERIES, bank_of(&g, knob(&g, 5, 2, 9.7)), bank_of(&g, knob(&g, 5, 0, 9)));
    assert_text(kernels(&g), "inlet 1, write 1, read 1, write 1, read 1, outlet 1");
    const struct schedule *s = scheduled(&g);
    assert_int_equal(s->lines[0].least, 2);
    assert_int_equal(s->lines[0].most, 10);
    assert_int_equal(s->lines[0].length, 80); /* 10 + 64, in steps of 16 */
    assert_int_equal(s->lines[1].least, 0);
    assert_int_equal(s->lines[1].length, 80);
    /* Outside of loops lines are written first. */
    assert_int_equal(s->regions->kernels[1].first, 0);
    assert_int_equal(s->regions->kernels[2].delayed, 1);
}

static void a_section_without_b0_is_known_before_its_inlet(void **state) {
    struct graph g;
    graph_init(&g, *state);
    struct grid one = {.rows = 1, .cols = 1};
    g.program.main = loop(&g, filter(&g, one, 1, 0.0, 0.5, 0.0, 1.0, -0.25, 0.0), wires(&g, 1));
    assert_text(kernels(&g),
                "inlet 1 | 1: take 1, section read 1, sum 1, give 1, section write 1 | "
                "64: outlet 1");
    assert_int_equal(scheduled(&g)->regions[1].kernels[4].uses,
                     1u << SECTION_B1 | 1u << SECTION_A1);
}

static void equal_expressions_are_one_coefficient(void **state) {
    struct graph g;
    graph_init(&g, *state);
    struct operand a = knob(&g, 0.5, 0, 1), b = knob(&g, 0.25, 0, 1);
    g.knobs[1].smooth_s = 0.5;
    struct operand dry = operand_sub(g.arena, operand_constant(1), a);
    struct operand again =
        operand_sub(g.arena, operand_constant(1), a); /* another tree, the same value */
    const struct node *parts[] = {scaled(&g, 3, dry), scaled(&g, 2, again),
                                  scaled(&g, 1, operand_mul(g.arena, a, b)), scaled(&g, 1, b)};
    g.program.main = node_combine(&g.build, NOWHERE, OP_PARALLEL, parts, 4);
    const struct schedule *s = scheduled(&g);
    assert_int_equal(s->coefficient_count, 3);
    assert_int_equal(s->ramp_count, 2);
    assert_near(s->ramps[0].smooth_s, 0.020, 0);
    assert_int_equal(s->ramps[0].count, 1);
    assert_near(s->ramps[1].smooth_s, 0.5, 0); /* the longest of its knobs */
    assert_int_equal(s->ramps[1].first, 1);
    assert_int_equal(s->ramps[1].count, 2);
    assert_near(s->ramps[1].p, 0.99995833420137, 1e-13); /* exp(-1 / 24000) */
    assert_int_equal(s->group_count, 3);                 /* of a; of a and b; of b */
}

static void a_delay_without_bound_is_an_error(void **state) {
    struct graph g;
    graph_init(&g, *state);
    const struct source *source = fixture_source(*state, "x.adg", "main = delay(1smp / k)");
    struct operand k = knob(&g, 1, 0, 1);
    g.program.main = placed(&g, bank_of(&g, operand_div(g.arena, operand_constant(1), k)),
                            span_of(source, "delay(1smp / k)"));
    const struct net *net = net_lower(g.arena, &g.f->diags, &g.program, g.program.main);
    assert_non_null(net);
    assert_null(schedule_make(g.arena, &g.f->diags, net));
    assert_diags(g.f,
                 "x.adg:1:8: error: the knobs may make this delay longer than 16777216 samples\n"
                 "  label: no upper bound was found\n"
                 "  help: bound it: min(..., 1s)\n");
}

static void the_dump_can_be_read(void **state) {
    struct graph g;
    graph_init(&g, *state);
    struct operand k = knob(&g, 0.5, 0, 1);
    g.program.main =
        pair(&g, OP_SERIES, loop(&g, bank(&g, 2, 3.0, 5.0), gain(&g, 2, 2, 0.5, 0.25, -0.25, 0.5)),
             scaled(&g, 2, k));
    struct text text;
    text_init(&text, g.arena);
    schedule_dump(&text, scheduled(&g));
    assert_text(text_chars(&text),
                "blocks of 64, 4 slots, 8 of single samples, 0 sections, 8 multiply-adds a sample\n"
                "region 0: block 64\n"
                "  inlet         0..1 <- inlets 0..1\n"
                "region 1: block 1\n"
                "  take          0..1 <- 0..1\n"
                "  read          2..3 <- lines 0..1\n"
                "  matrix        4..5 <- 2 x 2 of 2..3 by 0.5, 0.25, -0.25, 0.5\n"
                "  sum           6..7 <- 0..1 + 4..5\n"
                "  give          0..1 <- 2..3\n"
                "  write         lines 0..1 <- 6..7\n"
                "region 2: block 64\n"
                "  scale         2..3 <- 0..1 by c0 (0.5), c0 (0.5)\n"
                "  outlet        outlets 0..1 <- 2..3\n"
                "lines: 2, 8 samples\n"
                "  0   3\n"
                "  1   5\n"
                "ramp 0: 0.02 s\n"
                "  c0    k0\n"
                "knobs k0: 1 coefficients, 0 delays, 1 steps\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_dense_matrix_is_one_kernel),
        TEST(a_diagonal_scales),
        TEST(wires_cost_nothing),
        TEST(ones_are_a_sum),
        TEST(few_entries_are_sparse),
        TEST(a_triangular_loop_splits_its_matrix),
        TEST(a_short_comb_runs_sample_by_sample),
        TEST(a_comb_reads_a_block_before_it_writes_it),
        TEST(blocks_are_no_longer_than_a_loop),
        TEST(each_cycle_needs_a_cut),
        TEST(delays_in_pieces_are_put_together),
        TEST(delays_of_one_wire_share_a_line),
        TEST(random_loops_run_in_blocks),
        TEST(a_short_loop_and_a_long_one_stand_side_by_side),
        TEST(a_network_is_one_bank),
        TEST(sections_side_by_side_are_one_kernel),
        TEST(a_moving_delay_has_room_for_its_most),
        TEST(a_section_without_b0_is_known_before_its_inlet),
        TEST(equal_expressions_are_one_coefficient),
        TEST(a_delay_without_bound_is_an_error),
        TEST(the_dump_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
