#include "tests/unit/random_loop.h"

#include <math.h>
#include <stdlib.h>

#include "tests/unit/matrices.h"

static const struct node *random_matrix(struct graph *g, struct random *r, uint32_t n,
                                        double most) {
    double *at = ARENA_ARRAY(g->arena, n * n, double);
    uint32_t family = random_below(r, 4);
    double size = random_between(r, 0.5, most);
    if (family == 0) {
        for (uint32_t i = 0; i < n * n; i++)
            at[i] = random_between(r, -1, 1) * size * 1.6 / sqrt(n);
    } else {
        plane_rotations(r, n, 3 * n, at);
        for (uint32_t i = 0; i < n * n; i++) at[i] *= size;
        if (family == 1) { /* D Q D^-1 */
            double d[8];
            for (uint32_t i = 0; i < n; i++) d[i] = exp(random_between(r, -3, 3));
            for (uint32_t i = 0; i < n; i++)
                for (uint32_t j = 0; j < n; j++) at[i * n + j] *= d[i] / d[j];
        }
    }
    return matrix_node(g, n, at);
}

static const struct node *random_filters(struct graph *g, struct random *r, uint32_t n,
                                         uint32_t count, double farthest) {
    struct section *at = ARENA_ARRAY(g->arena, (size_t)n * count, struct section);
    for (uint32_t i = 0; i < n * count; i++) {
        double radius = random_between(r, 0, farthest), angle = random_between(r, 0, 3.14159);
        double a1 = -2 * radius * cos(angle), a2 = radius * radius;
        double b0 = random_below(r, 5) ? random_between(r, -1, 1) : 0;
        double b1 = random_between(r, -1, 1), b2 = random_between(r, -0.5, 0.5);
        /* Unit gain at a random frequency, more or less. */
        double scale = random_between(r, 0.3, 1.1) * (1 + a2 + fabs(a1) * 0.5) /
                       (fabs(b0) + fabs(b1) + fabs(b2) + 0.1);
        at[i] = (struct section){operand_constant(b0 * scale), operand_constant(b1 * scale),
                                 operand_constant(b2 * scale), operand_constant(1),
                                 operand_constant(a1),         operand_constant(a2)};
    }
    struct sections *sections = ARENA_NEW(g->arena, struct sections);
    *sections = (struct sections){{n, n, false}, count, at};
    return node_sos(&g->build, NOWHERE, sections);
}

/* Finite responses of up to nine taps, some of which begin with zeros. */
static const struct node *random_responses(struct graph *g, struct random *r, uint32_t n) {
    uint32_t count = 1 + random_below(r, 9);
    struct operand *at = ARENA_ARRAY(g->arena, (size_t)n * count, struct operand);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t zeros = random_below(r, 3) ? 0 : random_below(r, count);
        double size = random_between(r, 0.5, 1.3), sum = 0.05;
        for (uint32_t k = zeros; k < count; k++) {
            at[i * count + k] = operand_constant(random_between(r, -1, 1));
            sum += at[i * count + k].value * at[i * count + k].value;
        }
        for (uint32_t k = zeros; k < count; k++) at[i * count + k].value *= size / sqrt(sum);
    }
    struct taps *taps = ARENA_NEW(g->arena, struct taps);
    *taps = (struct taps){{n, n, false}, count, at};
    return node_fir(&g->build, NOWHERE, taps);
}

static const struct node *random_delays(struct graph *g, struct random *r, uint32_t n,
                                        uint32_t longest) {
    struct operand *at = ARENA_ARRAY(g->arena, n, struct operand);
    for (uint32_t i = 0; i < n; i++) at[i] = operand_constant(1 + random_below(r, longest));
    struct delays *delays = ARENA_NEW(g->arena, struct delays);
    *delays = (struct delays){.grid = {n, n, false}, .samples = at};
    return node_delay(&g->build, NOWHERE, delays);
}

void random_loop(struct graph *g, uint64_t seed) {
    struct random r = random_of(seed);
    uint32_t n = 1 + random_below(&r, 5);
    uint32_t kind = random_below(&r, 8);
    double farthest = random_below(&r, 8) ? 0.95 : 1.1;
    const struct node *lines = random_delays(g, &r, n, 8);
    const struct node *back = random_matrix(g, &r, n, 1.15);
    if (kind == 1 || kind == 2)
        lines = pair(g, OP_SERIES, lines, random_filters(g, &r, n, kind, farthest));
    if (kind == 6) lines = pair(g, OP_SERIES, lines, random_responses(g, &r, n));
    if (kind == 3 || kind == 7) {
        const struct node *filters =
            kind == 3 ? random_filters(g, &r, n, 1, farthest) : random_responses(g, &r, n);
        const struct node *colour = pair(g, OP_SERIES, filters, random_matrix(g, &r, n, 0.6));
        back =
            pair(g, OP_SUM, pair(g, OP_SERIES, back, scaled(g, n, operand_constant(0.5))), colour);
    }
    if (kind == 4) {
        const struct node *inner = random_delays(g, &r, n, 8);
        back = pair(g, OP_SERIES, back, loop(g, inner, random_matrix(g, &r, n, 0.4)));
    }
    g->program.main = loop(g, lines, back);
}

/* A branch beside the matrix. */
static const struct node *random_branch(struct graph *g, struct random *r, uint32_t n,
                                        double most) {
    const struct node *filters = random_below(r, 2) ? random_filters(g, r, n, 1, 0.95)
                                                    : random_responses(g, r, n);
    return pair(g, OP_SERIES, filters, random_matrix(g, r, n, most));
}

void random_filtered_loop(struct graph *g, uint64_t seed) {
    struct random r = random_of(seed + 0x10000);
    uint32_t n = 1 + random_below(&r, 6), kind = random_below(&r, 5);
    double farthest = random_below(&r, 12) ? 0.95 : 1.05;
    const struct node *lines = random_delays(g, &r, n, 60);
    const struct node *back = random_matrix(g, &r, n, 1.1);
    if (kind <= 1) lines = pair(g, OP_SERIES, lines, random_filters(g, &r, n, kind + 1, farthest));
    if (kind == 2) lines = pair(g, OP_SERIES, lines, random_responses(g, &r, n));
    if (kind == 3) {
        back = pair(g, OP_SERIES, back, scaled(g, n, operand_constant(0.6)));
        uint32_t branches = 1 + random_below(&r, 2);
        while (branches--) back = pair(g, OP_SUM, back, random_branch(g, &r, n, 0.55));
    }
    if (kind == 4) {
        const struct node *inner = pair(g, OP_SERIES, random_delays(g, &r, n, 20),
                                        random_filters(g, &r, n, 1, 0.9));
        back = pair(g, OP_SERIES, back, loop(g, inner, random_matrix(g, &r, n, 0.5)));
    }
    g->program.main = loop(g, lines, back);
}

uint32_t each_random_loop(const char *variable, uint32_t count,
                          void (*make)(struct graph *g, uint64_t seed),
                          void (*judge)(struct graph *g, void *counts, uint64_t seed),
                          void *counts) {
    const char *wanted = getenv(variable);
    if (wanted) count = (uint32_t)atoi(wanted);
    for (uint64_t seed = 0; seed < count; seed++) {
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        struct graph g;
        graph_init(&g, own);
        make(&g, seed);
        judge(&g, counts, seed);
        fixture_close((void **)&own);
    }
    return count;
}
