/* Every pass keeps the meaning of a program: random graphs before and after, by the interpreter. */
#include <math.h>
#include <string.h>

#include "ir/interp.h"
#include "ir/lower.h"
#include "passes/passes.h"
#include "tests/unit/random_graph.h"

enum { PROGRAMS = 400, FRAMES = 160 };

/* A run over noise in which all knobs move twice. */
static double *moving_run(struct graph *g) {
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    if (!net) {
        print_error("%s%s", list_diags(g->f), graph_text(g));
        fail();
    }
    struct interp *interp = interp_new(g->arena, net);
    struct random random = random_of(7);
    double *const *in = NULL;
    double **ins = ARENA_ARRAY(g->arena, net->inlet_count, double *);
    for (uint32_t i = 0; i < net->inlet_count; i++) {
        ins[i] = ARENA_ARRAY(g->arena, FRAMES, double);
        for (size_t t = 0; t < FRAMES; t++) ins[i][t] = random_between(&random, -1, 1);
    }
    in = ins;
    double *all = ARENA_ARRAY(g->arena, (size_t)net->outlet_count * FRAMES, double);
    double **outs = ARENA_ARRAY(g->arena, net->outlet_count, double *);
    const double **from = ARENA_ARRAY(g->arena, net->inlet_count, const double *);
    for (size_t t = 0; t < FRAMES; t += FRAMES / 4) {
        for (uint32_t k = 0; t && k < net->knob_count; k++)
            interp_set_knob(interp, k, random_between(&random, 0, 1));
        for (uint32_t i = 0; i < net->inlet_count; i++) from[i] = in[i] + t;
        for (uint32_t o = 0; o < net->outlet_count; o++) outs[o] = all + (size_t)o * FRAMES + t;
        interp_run(interp, from, outs, FRAMES / 4);
    }
    return all;
}

static void check_programs(bool (*pass)(struct pass_context *, struct program *), unsigned wish) {
    for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        struct graph g;
        graph_init(&g, own);
        random_program(&g, seed, wish);
        size_t outs = g.program.main->shape.outs, count = outs * g.program.main->shape.ins * FRAMES;
        const char *text = graph_text(&g);
        double *wanted = graph_responses(&g, FRAMES), *wanted_run = moving_run(&g);
        assert_true(run_pass(&g, pass));
        double *got = graph_responses(&g, FRAMES), *got_run = moving_run(&g);
        if (!responses_equal(got, wanted, count, 1e-12) ||
            !responses_equal(got_run, wanted_run, outs * FRAMES, 1e-12)) {
            print_error("seed %u\n%safter\n%s", (unsigned)seed, text, graph_text(&g));
            fail();
        }
        fixture_close((void **)&own);
    }
}

/* All passes from flatten on, one after the other. */
static bool all_passes(struct pass_context *context, struct program *program) {
    return passes_run(context->arena, context->names, context->diags, program, NULL);
}

static void normalise_keeps_what_is_normal(void **state) {
    (void)state;
    check_programs(pass_normalise, RANDOM_KNOBS);
}
static void quantise_keeps_whole_delays(void **state) {
    (void)state;
    check_programs(pass_quantise, RANDOM_KNOBS);
}
static void flatten_keeps_the_meaning(void **state) {
    (void)state;
    check_programs(pass_flatten, RANDOM_KNOBS);
}
static void fold_keeps_the_meaning(void **state) {
    (void)state;
    check_programs(pass_fold, 0);
}
static void fold_keeps_the_meaning_while_knobs_move(void **state) {
    (void)state;
    check_programs(pass_fold, RANDOM_KNOBS);
}
static void prune_keeps_the_meaning(void **state) {
    (void)state;
    check_programs(pass_prune, RANDOM_KNOBS);
}
static void hoist_keeps_the_meaning(void **state) {
    (void)state;
    check_programs(pass_hoist, RANDOM_KNOBS);
}
static void all_passes_keep_the_meaning(void **state) {
    (void)state;
    check_programs(all_passes, RANDOM_KNOBS);
}

/* A second run of a pass finds nothing left to do. (Prune may leave what fold could join again.) */
static void passes_are_done_after_one_run(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
        for (size_t i = 0; i < pass_count; i++) {
            struct fixture *f;
            assert_int_equal(fixture_open((void **)&f), 0);
            struct graph g;
            graph_init(&g, f);
            random_program(&g, seed, i < 2 ? RANDOM_KNOBS | RANDOM_FRACTIONS : RANDOM_KNOBS);
            assert_true(run_pass(&g, passes[i].run));
            const char *once = graph_text(&g);
            assert_true(run_pass(&g, passes[i].run));
            if (strcmp(graph_text(&g), once))
                print_error("pass %s, seed %u\n", passes[i].name, (unsigned)seed);
            assert_text(graph_text(&g), once);
            fixture_close((void **)&f);
        }
    }
}

/* What only valid programs with fractions show: after both first passes all is whole and normal. */
static void fractions_become_whole(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
        struct fixture *f;
        assert_int_equal(fixture_open((void **)&f), 0);
        struct graph g;
        graph_init(&g, f);
        random_program(&g, seed, RANDOM_KNOBS | RANDOM_FRACTIONS);
        assert_true(run_pass(&g, all_passes)); /* the runner verifies */
        assert_int_equal(f->diags.errors, 0);
        fixture_close((void **)&f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(normalise_keeps_what_is_normal),
        TEST(quantise_keeps_whole_delays),
        TEST(flatten_keeps_the_meaning),
        TEST(fold_keeps_the_meaning),
        TEST(fold_keeps_the_meaning_while_knobs_move),
        TEST(prune_keeps_the_meaning),
        TEST(hoist_keeps_the_meaning),
        TEST(all_passes_keep_the_meaning),
        TEST(passes_are_done_after_one_run),
        TEST(fractions_become_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
