/* Knobs that move delays: the interpreter against formulas that are written out here. */
#include <math.h>
#include <string.h>

#include "ir/interp.h"
#include "ir/lower.h"
#include "tests/unit/random_graph.h"

enum { FRAMES = 4000, MOVES = 24 };

struct move {
    size_t frame;
    double value; /* of knob 0 */
};

/* What a delay reads at each sample: two lengths, and the part of the second. */
struct reading {
    double before, after, part;
};

/* From the definition: where a fade begins, the whole of it is written. `lengths` are what the knob
 * asks for at each sample. */
static struct reading *readings(struct arena *arena, const double *lengths, size_t fade) {
    struct reading *at = ARENA_ARRAY(arena, FRAMES, struct reading);
    double length = lengths[0];
    for (size_t n = 0; n < FRAMES;) {
        if (lengths[n] == length) {
            at[n++] = (struct reading){length, length, 0};
            continue;
        }
        double next = lengths[n];
        for (size_t k = 1; k <= fade && n < FRAMES; k++)
            at[n++] = (struct reading){length, next, (double)k / (double)fade};
        length = next;
    }
    return at;
}

static double sample(const double *x, size_t n, double ago) {
    return ago <= (double)n ? x[n - (size_t)ago] : 0;
}

static double read(const double *x, size_t n, struct reading r) {
    return (1 - r.part) * sample(x, n, r.before) + r.part * sample(x, n, r.after);
}

/* Moves of knob 0 at random, many of them while a fade runs, and some back again. */
static struct move *random_moves(struct arena *arena, double lo, double hi) {
    struct random random = random_of(5);
    struct move *moves = ARENA_ARRAY(arena, MOVES, struct move);
    for (size_t i = 0, frame = 0; i < MOVES; i++) {
        frame += random_below(&random, i % 3 ? 60 : 300);
        moves[i] = (struct move){frame, random_between(&random, lo, hi)};
        if (i > 2 && i % 5 == 0) moves[i].value = moves[i - 1].value;
    }
    return moves;
}

/* The knob's value at each sample. */
static double *positions(struct arena *arena, double init, const struct move *moves,
                         size_t move_count) {
    double *at = ARENA_ARRAY(arena, FRAMES, double);
    for (size_t n = 0, m = 0; n < FRAMES; n++) {
        at[n] = n ? at[n - 1] : init;
        for (; m < move_count && moves[m].frame == n; m++) at[n] = moves[m].value;
    }
    return at;
}

static double *noise(struct arena *arena) {
    struct random random = random_of(11);
    double *x = ARENA_ARRAY(arena, FRAMES, double);
    for (size_t n = 0; n < FRAMES; n++) x[n] = random_between(&random, -1, 1);
    return x;
}

/* A program of one inlet and one outlet, in blocks of `block` samples at most; moves stand between
 * blocks. */
static double *run(struct graph *g, const double *x, const struct move *moves, size_t move_count,
                   size_t block) {
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    if (!net) fail_msg("%s", list_diags(g->f));
    struct interp *interp = interp_new(g->arena, net);
    double *y = ARENA_ARRAY(g->arena, FRAMES, double);
    for (size_t n = 0, m = 0; n < FRAMES;) {
        for (; m < move_count && moves[m].frame == n; m++)
            interp_set_knob(interp, 0, moves[m].value);
        size_t end = n + block < FRAMES ? n + block : FRAMES;
        if (m < move_count && moves[m].frame < end) end = moves[m].frame;
        interp_run(interp, (const double *const[]){x + n}, (double *const[]){y + n}, end - n);
        n = end;
    }
    return y;
}

static void assert_equal(const double *got, const double *wanted, double tolerance) {
    for (size_t n = 0; n < FRAMES; n++)
        if (!(fabs(got[n] - wanted[n]) <= tolerance))
            fail_msg("sample %zu is %.17g, not %.17g", n, got[n], wanted[n]);
}

static void a_delay_fades_from_one_length_to_the_next(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = bank_of(&g, knob(&g, 6.5, 0, 90));
    const double *x = noise(g.arena);
    const struct move *moves = random_moves(g.arena, 0, 90);
    double *lengths = positions(g.arena, 6.5, moves, MOVES);
    for (size_t n = 0; n < FRAMES; n++) lengths[n] = nearbyint(lengths[n]);
    static const size_t fades[] = {1, 2, 37, 200};
    for (size_t i = 0; i < 4; i++) {
        g.knobs[0].smooth_s = (double)fades[i] / 48000;
        const struct reading *reading = readings(g.arena, lengths, fades[i]);
        double *wanted = ARENA_ARRAY(g.arena, FRAMES, double);
        for (size_t n = 0; n < FRAMES; n++) wanted[n] = read(x, n, reading[n]);
        assert_equal(run(&g, x, moves, MOVES, 512), wanted, 1e-15);
    }
}

/* v[n] = x[n] + 0.7 y[n], y[n] = v[n - m]. */
static void a_delay_in_a_loop_fades(void **state) {
    struct graph g;
    graph_init(&g, *state);
    struct operand length = knob(&g, 20, 1, 40);
    g.program.main = loop(&g, bank_of(&g, length), scaled(&g, 1, operand_constant(0.7)));
    g.knobs[0].smooth_s = 50.0 / 48000;
    const double *x = noise(g.arena);
    const struct move *moves = random_moves(g.arena, 1, 40);
    double *lengths = positions(g.arena, 20, moves, MOVES);
    for (size_t n = 0; n < FRAMES; n++) lengths[n] = nearbyint(lengths[n]);
    const struct reading *reading = readings(g.arena, lengths, 50);
    double *v = ARENA_ARRAY(g.arena, FRAMES, double), *y = ARENA_ARRAY(g.arena, FRAMES, double);
    for (size_t n = 0; n < FRAMES; n++) {
        y[n] = read(v, n, reading[n]);
        v[n] = x[n] + 0.7 * y[n];
    }
    assert_equal(run(&g, x, moves, MOVES, 100), y, 1e-14);
}

static void the_block_size_makes_no_difference(void **state) {
    struct graph g;
    graph_init(&g, *state);
    struct operand k = knob(&g, 20, 1, 40);
    const struct node *tank =
        loop(&g, bank_of(&g, k),
             scaled(&g, 1, operand_mul(g.arena, operand_constant(0.02), k)));
    g.program.main = pair(&g, OP_SERIES, bank_of(&g, operand_sub(g.arena, operand_constant(40), k)),
                          tank);
    g.knobs[0].smooth_s = 0.003;
    const double *x = noise(g.arena);
    const struct move *moves = random_moves(g.arena, 1, 40);
    const double *y = run(&g, x, moves, MOVES, FRAMES);
    static const size_t blocks[] = {1, 7, 64};
    for (size_t i = 0; i < 3; i++) assert_equal(run(&g, x, moves, MOVES, blocks[i]), y, 0);
}

/* y = x delayed, x a ramp: the sample number less what comes out is the delay. */
static double delay_at(const double *y, size_t n) {
    return (double)n - y[n];
}

static void what_is_asked_for_meanwhile_waits_and_the_newest_counts(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = bank_of(&g, knob(&g, 0, 0, 100));
    g.knobs[0].smooth_s = 100.0 / 48000;
    double *x = ARENA_ARRAY(g.arena, FRAMES, double);
    for (size_t n = 0; n < FRAMES; n++) x[n] = (double)n;
    const struct move moves[] = {{200, 90}, {200, 40}, {210, 80}, {250, 60}, {400, 10}, {400, 60}};
    const double *y = run(&g, x, moves, 6, 512);
    assert_near(delay_at(y, 199), 0, 0);
    assert_near(delay_at(y, 200), 0.4, 1e-12); /* to 40: the newest at the first sample */
    assert_near(delay_at(y, 298), 39.6, 1e-12);
    assert_near(delay_at(y, 299), 40, 0);
    assert_near(delay_at(y, 300), 40.2, 1e-12); /* to 60: what was asked for last */
    assert_near(delay_at(y, 399), 60, 0);
    assert_near(delay_at(y, 400), 60, 0); /* there and back: no fade */
    assert_near(delay_at(y, 450), 60, 0);
}

static void a_fade_takes_the_longest_time_of_its_knobs(void **state) {
    struct graph g;
    graph_init(&g, *state);
    struct operand a = knob(&g, 4, 0, 8), b = knob(&g, 0, 0, 8);
    g.program.main = bank_of(&g, operand_add(g.arena, a, b));
    g.knobs[0].smooth_s = 10.0 / 48000;
    g.knobs[1].smooth_s = 40.0 / 48000;
    double *x = ARENA_ARRAY(g.arena, FRAMES, double);
    for (size_t n = 0; n < FRAMES; n++) x[n] = (double)n;
    const double *y = run(&g, x, (const struct move[]){{100, 8}}, 1, 512);
    assert_near(delay_at(y, 100), 4.1, 1e-12);
    assert_near(delay_at(y, 138), 7.9, 1e-12);
    assert_near(delay_at(y, 139), 8, 0);
}

/* Not short of it by the rounding of its steps, which filters of low frequency would hear. */
static void a_ramp_ends_at_its_target(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = scaled(&g, 1, knob(&g, 1e-4, 0, 1));
    g.knobs[0].smooth_s = 100.0 / 48000;
    double *x = ARENA_ARRAY(g.arena, FRAMES, double);
    for (size_t n = 0; n < FRAMES; n++) x[n] = 1;
    const double *y = run(&g, x, (const struct move[]){{10, 0.9}}, 1, 512);
    assert_near(y[9], 1e-4, 0);
    for (size_t n = 10; n < 300; n++)
        assert_near(y[n], 0.9 - (0.9 - 1e-4) * exp(-(double)(n - 9) / 100), 1e-14);
    assert_near(y[FRAMES - 1], 0.9, 0);
}

/* A sine of 200 Hz through a pre-delay that is turned through its range. While a fade from m to m'
 * runs, y[n] - y[n-1] is a mean of two steps of x, and 1/F (x[n-1-m'] - x[n-1-m]) besides: at most
 * 2 sin(pi f / fs) + 2/F for a sine of amplitude 1. */
static void turning_a_delay_does_not_click(void **state) {
    struct graph g;
    graph_init(&g, *state);
    struct operand k = knob(&g, 15, 0, 60); /* ms */
    g.program.main = bank_of(&g, operand_mul(g.arena, operand_constant(48), k));
    double *x = ARENA_ARRAY(g.arena, FRAMES, double);
    for (size_t n = 0; n < FRAMES; n++) x[n] = sin(2 * M_PI * 200 / 48000 * (double)n);
    struct move moves[40];
    for (size_t i = 0; i < 40; i++) moves[i] = (struct move){800 + 64 * i, 1.5 * (double)i};
    for (int jumps = 0; jumps < 2; jumps++) {
        if (jumps) g.knobs[0].smooth_s = 0;
        double fade = 0.020 * 48000, bound = 2 * sin(M_PI * 200 / 48000) + 2 / fade, largest = 0;
        const double *y = run(&g, x, moves, 40, 64);
        for (size_t n = 1; n < FRAMES; n++) largest = fmax(largest, fabs(y[n] - y[n - 1]));
        if (jumps) assert_true(largest > 10 * bound);
        else assert_true(largest <= bound + 1e-12);
    }
}

/* From silence with the knobs where they are; fades that have begun go on. */
static void clear_keeps_lengths(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = bank_of(&g, knob(&g, 2, 0, 8));
    g.knobs[0].smooth_s = 0;
    const struct net *net = net_lower(g.arena, &g.f->diags, &g.program, g.program.main);
    struct interp *interp = interp_new(g.arena, net);
    double x[] = {1, 2, 3, 4, 5, 6, 7, 8}, y[8];
    interp_set_knob(interp, 0, 5);
    interp_run(interp, (const double *const[]){x}, (double *const[]){y}, 8);
    assert_near(y[4], 0, 0);
    assert_near(y[5], 1, 0);
    interp_clear(interp);
    interp_run(interp, (const double *const[]){x}, (double *const[]){y}, 8);
    assert_near(y[4], 0, 0);
    assert_near(y[5], 1, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_delay_fades_from_one_length_to_the_next),
        TEST(a_delay_in_a_loop_fades),
        TEST(the_block_size_makes_no_difference),
        TEST(what_is_asked_for_meanwhile_waits_and_the_newest_counts),
        TEST(a_fade_takes_the_longest_time_of_its_knobs),
        TEST(a_ramp_ends_at_its_target),
        TEST(turning_a_delay_does_not_click),
        TEST(clear_keeps_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
