/* The FAUST backend by what is heard: loops of all kinds through FAUST's C, against the interpreter. */
#include "passes/passes.h"
#include "tests/unit/faust.h"
#include "tests/unit/random_graph.h"

static void delay_in_b(void **state) {
    struct fixture *f = *state;
    check_faust(f, LOOP(gain1(f, 0.5), SERIES(gain1(f, 0.7), delay1(f, 10))));
}
static void line_behind_a_filter_in_b(void **state) {
    struct fixture *f = *state;
    const double pole[] = {0.4, 0.1, 0.05, -0.5, 0.1};
    const struct node *b = SERIES(sos(f, pole), SERIES(delay1(f, 5), sos(f, pole)));
    check_faust(f, LOOP(gain1(f, 0.5), b));
}
static void two_delays_in_series_in_a(void **state) {
    struct fixture *f = *state;
    check_faust(f, LOOP(SERIES(delay1(f, 5), SERIES(gain1(f, 0.9), delay1(f, 6))), gain1(f, -0.7)));
}
static void loops_of_one_sample(void **state) {
    struct fixture *f = *state;
    const double ones[] = {1, 1}, mix[] = {0.5, 0.4, -0.3, 0.2};
    check_faust(f, SERIES(LOOP(delay1(f, 1), gain1(f, 0.5)), LOOP(gain1(f, 0.5), delay1(f, 1))));
    check_faust(f, LOOP(delay(f, 2, ones), gain_of(f, 2, 2, mix)));
}
static void nested_loops(void **state) {
    struct fixture *f = *state;
    const struct node *inner = LOOP(delay1(f, 3), gain1(f, 0.5));
    const struct node *outer = LOOP(SERIES(delay1(f, 5), label(f, "inner", inner)), gain1(f, 0.3));
    /* A loop whose only delay is inside the smaller one. */
    check_faust(f, LOOP(outer, gain1(f, 0.2)));
}
static void only_a_section_delays(void **state) {
    struct fixture *f = *state;
    const double one[] = {0, 0.3, 0.2, -0.4, 0.1}, two[] = {0, 0, 0.5, 0.2, -0.1};
    check_faust(f, LOOP(sos(f, one), gain1(f, 0.7)));
    check_faust(f, LOOP(sos(f, two), gain1(f, -0.7)));
}
static void branches_within_a_loop(void **state) {
    struct fixture *f = *state;
    const struct node *a = SUM(delay1(f, 4), SERIES(delay1(f, 7), gain1(f, 0.5)));
    check_faust(f, LOOP(a, gain1(f, 0.4)));
    check_faust(f, LOOP(PARALLEL(SERIES(delay1(f, 4), gain1(f, 0.3)), SERIES(gain1(f, 0.2), delay1(f, 9))),
                 gain_of(f, 2, 2, (const double[]){0.5, 0.5, 0.5, -0.5})));
    check_faust(f, LOOP(SERIES(STACK(delay1(f, 4), SERIES(gain1(f, 0.2), delay1(f, 9))),
                        gain_of(f, 1, 2, (const double[]){0.5, 1})),
                 gain1(f, 0.8)));
}
static void a_rectangular_loop(void **state) {
    struct fixture *f = *state;
    const double m[] = {3, 4, 5}, b[] = {0.1, 0.2, 0.3, -0.2, 0.1, 0.4},
                 a[] = {1, 0.5, -0.5, 1, 0.3, 0.2};
    check_faust(f, LOOP(SERIES(gain_of(f, 3, 2, a), delay(f, 3, m)), gain_of(f, 2, 3, b)));
    check_faust(f, LOOP(gain_of(f, 3, 2, a), SERIES(delay(f, 3, m), gain_of(f, 2, 3, b))));
    check_faust(f, LOOP(gain_of(f, 3, 2, a), SERIES(gain_of(f, 2, 3, b), delay(f, 2, m))));
}
static void a_zero_delay_in_one_line(void **state) {
    struct fixture *f = *state;
    const double m[] = {0, 4}, mix[] = {0, 0.4, 0.5, 0.2};
    check_faust(f, LOOP(delay(f, 2, m), gain_of(f, 2, 2, mix)));
}
static void a_full_grid_of_delays(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    static const double m[] = {3, 1, 0, 7, 2, 5};
    struct operand *samples = ARENA_ARRAY(&f->arena, 6, struct operand);
    for (int i = 0; i < 6; i++) samples[i] = operand_constant(m[i]);
    struct delays *delays = ARENA_NEW(&f->arena, struct delays);
    *delays = (struct delays){.grid = {3, 2, true}, .samples = samples};
    check_faust(f, node_delay(&b, NOWHERE, delays));
    struct delays *square = ARENA_NEW(&f->arena, struct delays);
    *square = (struct delays){.grid = {2, 2, true}, .samples = samples + 2};
    check_faust(f, LOOP(node_delay(&b, NOWHERE, square),
                 gain_of(f, 2, 2, (const double[]){0, 0.3, 0.4, 0.1})));
}
static void a_solved_loop(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    const double mix[] = {0.2, 0.4, 0.5, 0.2}, m[] = {0, 4};
    check_faust(f, node_feedback(&b, NOWHERE, gain_of(f, 2, 2, mix), gain_of(f, 2, 2, mix), true));
    const struct node *inner =
        node_feedback(&b, NOWHERE, delay(f, 2, m), gain_of(f, 2, 2, mix), true);
    const double m2[] = {3, 4};
    check_faust(f,
         node_feedback(&b, NOWHERE, SERIES(inner, delay(f, 2, m2)), gain_of(f, 2, 2, mix), true));
}
static void a_sparse_net(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    check_faust(f, SERIES(gain_of(f, 2, 1, (const double[]){1, 1}),
                   SERIES(PARALLEL(delay1(f, 2), gain_of(f, 0, 1, NULL)),
                          gain_of(f, 1, 1, (const double[]){0.5}))));
    check_faust(f, STACK(gain_of(f, 0, 1, NULL),
                  PARALLEL(node_wire(&b, NOWHERE, 1), gain_of(f, 2, 0, NULL))));
}

/* Knobs in gains, filters and delays, on loops and beside them, moved in the midst of a block. */
static void moving_knobs(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    struct knob dials[] = {
        {.id = name_of(&f->names, "g"),
         .label = "g",
         .unit = "",
         .init = 0.5,
         .lo = 0,
         .hi = 0.9,
         .smooth_s = 0.001},
        {.id = name_of(&f->names, "t"),
         .label = "t",
         .unit = "smp",
         .init = 7,
         .lo = 1,
         .hi = 20,
         .smooth_s = 0.001},
        {.id = name_of(&f->names, "p"), .label = "p", .unit = "", .init = 0.3, .lo = 0, .hi = 0.8},
    };
    struct arena *arena = &f->arena;
    struct operand g = operand_knob(arena, dials, 0), t = operand_knob(arena, dials, 1),
                   p = operand_knob(arena, dials, 2);
    struct section *s = ARENA_NEW(arena, struct section);
    *s = (struct section){operand_sub(arena, operand_constant(1), p),
                          g,
                          operand_constant(0.1),
                          operand_constant(1),
                          operand_neg(arena, p),
                          operand_mul(arena, p, operand_constant(0.1))};
    struct sections *sections = ARENA_NEW(arena, struct sections);
    *sections = (struct sections){{1, 1, false}, 1, s};
    struct section *late = ARENA_NEW(arena, struct section);
    *late = *s;
    late->b0 = operand_constant(0);
    struct sections *late_sections = ARENA_NEW(arena, struct sections);
    *late_sections = (struct sections){{1, 1, false}, 1, late};
    const struct node *filter = node_sos(&b, NOWHERE, sections);
    const struct node *loops[] = {
        LOOP(SERIES(delay_by(f, 1, &t), filter), SERIES(gain_by(f, g), gain1(f, 0.3))),
        LOOP(SERIES(filter, gain1(f, 0.2)), SERIES(gain_by(f, g), delay_by(f, 1, &t))),
        LOOP(node_sos(&b, NOWHERE, late_sections), SERIES(gain_by(f, p), gain1(f, 0.3))),
        LOOP(SUM(delay1(f, 3), SERIES(delay_by(f, 1, &t), gain_by(f, g))), gain1(f, 0.4)),
    };
    const struct node *all = loops[0];
    for (int i = 1; i < 4; i++) all = STACK(all, loops[i]);
    struct program program = program_of(f, STACK(all, delay_by(f, 1, &t)));
    program.knobs = dials;
    program.knob_count = 3;
    const struct knob_move moves[] = {
        {0, 0.8, 100}, {1, 12.5, 130}, {2, 0.7, 150}, {1, 3, 160}, /* while a fade runs */
        {0, 0.1, 201}, {1, 1, 260},    {1, 20, 261},  {1, 5, 262}};
    check_faust_moved(f, &program, moves, 8);
    check_faust_moved(f, &program, NULL, 0);
}

/* What nobody thought of: the loops of random programs, most of which no single ~ can take apart.
 */
static void random_programs(void **state) {
    struct fixture *f = *state;
    for (uint64_t seed = 1; seed <= 36; seed++) {
        struct graph g;
        graph_init(&g, f);
        random_program(&g, seed, seed % 2 ? RANDOM_KNOBS : 0);
        /* FAUST leaves out the sliders that nothing hears. */
        for (uint32_t k = 0; k < g.program.knob_count; k++) {
            struct operand by = operand_knob(&f->arena, g.knobs, k);
            uint32_t ins = g.program.main->shape.ins;
            g.program.main = pair(&g, OP_STACK, g.program.main,
                                  node_gain(&g.build, NOWHERE,
                                            matrix_filled(&f->arena, 1, ins, by)));
        }
        assert_true(passes_run(&f->arena, &f->names, &f->diags, &g.program, NULL));
        struct knob_move moves[8];
        size_t count = 0;
        struct random random = random_of(seed);
        for (uint32_t i = 0; i < 8 && g.program.knob_count; i++)
            moves[count++] = (struct knob_move){random_below(&random, g.program.knob_count),
                                                random_between(&random, 0, 1),
                                                20 + 40 * i + random_below(&random, 40)};
        check_faust_moved(f, &g.program, moves, count);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(delay_in_b),
        TEST(line_behind_a_filter_in_b),
        TEST(two_delays_in_series_in_a),
        TEST(loops_of_one_sample),
        TEST(nested_loops),
        TEST(only_a_section_delays),
        TEST(branches_within_a_loop),
        TEST(a_rectangular_loop),
        TEST(a_zero_delay_in_one_line),
        TEST(a_full_grid_of_delays),
        TEST(a_solved_loop),
        TEST(a_sparse_net),
        TEST(moving_knobs),
        TEST(random_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
