/* Nothing that is claimed of the positions of knobs is wrong: random loops with gains that a knob
 * moves, against the modes of the whole state at positions of it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cert/check.h"
#include "cert/positions.h"
#include "ir/lower.h"
#include "tests/unit/modes.h"
#include "tests/unit/random_loop.h"

static const double little = 1e-7;

static const struct net *random_net(struct graph *g, uint64_t seed) {
    random_loop(g, seed);
    return net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
}

/* The net with two of its gains moved by one knob. */
static const struct net *moved(struct graph *g, const struct net *net, uint64_t seed, double at) {
    static const double widths[] = {0.02, 0.1, 0.3};
    double width = widths[seed % 3];
    struct operand k = knob(g, at * width, -width, width);
    struct net *made = ARENA_NEW(g->arena, struct net);
    *made = *net;
    struct cell *cells = ARENA_ARRAY(g->arena, net->cell_count, struct cell);
    uint32_t mixes = 0;
    for (wire w = 0; w < net->cell_count; w++) {
        cells[w] = net->cells[w];
        bool looped = net->components[cells[w].component].cyclic;
        if (cells[w].op != CELL_MIX || !looped || (mixes++ + seed) % 2) continue;
        struct operand *operands = ARENA_ARRAY(g->arena, cells[w].operand_count, struct operand);
        for (uint32_t i = 0; i < cells[w].operand_count; i++) {
            struct operand off = operand_mul(g->arena, k, operand_constant(i % 2 ? -1 : 0.5));
            operands[i] = operand_add(g->arena, cells[w].operands[i], off);
        }
        cells[w].operands = operands;
    }
    made->cells = cells;
    made->knobs = g->knobs;
    made->knob_count = 1;
    return made;
}

static double mode_of(struct arena *arena, const struct net *net) {
    uint32_t count;
    const double complex *modes = net_modes(arena, net, &count);
    return largest_mode(modes, count);
}

static void no_position_that_is_covered_grows(void **state) {
    (void)state;
    const char *wanted = getenv("CERT_LOOPS");
    uint32_t loops = wanted ? (uint32_t)atoi(wanted) : 40, covered = 0, exactly = 0, refuted = 0;
    for (uint64_t seed = 0; seed < loops; seed++) {
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        struct graph g;
        graph_init(&g, own);
        const struct net *still = random_net(&g, seed), *net = moved(&g, still, seed, 0);
        uint64_t evaluations = 0;
        struct positions found = {.found = POSITIONS_UNDECIDED};
        if (mode_of(g.arena, net) < 1)
            found = positions_prove(g.arena, net, false, true, 20000, &evaluations);
        covered += found.found == POSITIONS_STABLE;
        refuted += found.found == POSITIONS_REFUTED;
        exactly += found.found == POSITIONS_STABLE && found.exactly;
        double most = 1 + little;
        if (!isnan(found.rt60_max_s))
            most = exp(-log(1000) / (found.rt60_max_s * net->rate)) + little;
        for (int i = -4; i <= 4 && found.found == POSITIONS_STABLE; i++) {
            g.program.knob_count = 0;
            const struct net *there = moved(&g, still, seed, i / 4.0);
            double mode = mode_of(g.arena, there);
            if (!(mode < most)) print_error("seed %u at %d/4: %.9g\n", (unsigned)seed, i, mode);
            assert_true(mode < most);
        }
        fixture_close((void **)&own);
    }
    print_message("covered %u, by tier 2 %u, refuted %u\n", covered, exactly, refuted);
    /* A test that never gets a claim finds no wrong one. */
    assert_true(covered > loops / 8);
    assert_true(exactly > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(no_position_that_is_covered_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
