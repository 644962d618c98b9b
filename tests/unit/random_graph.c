#include "tests/unit/random_graph.h"

#include "ir/base/vec.h"

enum { DEPTH = 4, WIDTH_MAX = 3 };

struct making {
    struct graph *g;
    struct random random;
    unsigned wish;
    VEC(const struct node *) pool; /* nodes made so far, for sharing */
};

struct random random_of(uint64_t seed) {
    return (struct random){(seed + 1) * UINT64_C(0x9E3779B97F4A7C15)};
}

static uint64_t random_bits(struct random *r) {
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return r->state * UINT64_C(0x2545F4914F6CDD1D);
}

uint32_t random_below(struct random *r, uint32_t n) {
    return (uint32_t)((random_bits(r) >> 32) * n >> 32);
}

double random_between(struct random *r, double lo, double hi) {
    return lo + (hi - lo) * (double)(random_bits(r) >> 11) * 0x1p-53;
}

static bool chance(struct making *m, uint32_t percent) {
    return random_below(&m->random, 100) < percent;
}

static struct operand some_knob(struct making *m) {
    return operand_knob(m->g->arena, m->g->knobs,
                        random_below(&m->random, m->g->program.knob_count));
}

static struct operand entry(struct making *m) {
    struct arena *arena = m->g->arena;
    if (chance(m, 30)) return operand_constant(0);
    if (chance(m, 10)) return operand_constant(chance(m, 50) ? 1 : -1);
    struct operand number = operand_constant(random_between(&m->random, -0.8, 0.8));
    if (!(m->wish & RANDOM_KNOBS) || !chance(m, 20)) return number;
    if (chance(m, 30)) return operand_sub(arena, operand_constant(1), some_knob(m));
    return operand_mul(arena, number, some_knob(m));
}

static const struct node *make_gain(struct making *m, uint32_t ins, uint32_t outs) {
    struct arena *arena = m->g->arena;
    if (ins == outs && chance(m, 15))
        return node_gain(&m->g->build, NOWHERE, matrix_identity(arena, ins));
    if (chance(m, 8))
        return node_gain(&m->g->build, NOWHERE,
                         matrix_filled(arena, outs, ins, operand_constant(0)));
    struct operand *at = ARENA_ARRAY(arena, (size_t)ins * outs, struct operand);
    bool is_diagonal = ins == outs && chance(m, 30);
    for (uint32_t i = 0; i < ins * outs; i++)
        at[i] = is_diagonal && i / ins != i % ins ? operand_constant(0) : entry(m);
    return node_gain(&m->g->build, NOWHERE, matrix_of(arena, outs, ins, at));
}

static struct operand length(struct making *m, uint32_t least) {
    struct arena *arena = m->g->arena;
    if ((m->wish & RANDOM_KNOBS) && chance(m, 25)) {
        struct operand moving = operand_mul(arena, operand_constant(12), some_knob(m));
        moving = operand_add(arena, operand_constant(least), moving);
        if (m->wish & RANDOM_FRACTIONS) return moving;
        return operand_apply(arena, FUNCTION_ROUND, moving, operand_constant(0));
    }
    double whole = (double)(least + random_below(&m->random, 8));
    if ((m->wish & RANDOM_FRACTIONS) && chance(m, 50)) whole += random_between(&m->random, 0, 1);
    return operand_constant(whole);
}

static const struct node *make_delay(struct making *m, struct grid grid, uint32_t least) {
    struct operand *samples = ARENA_ARRAY(m->g->arena, grid_entries(grid), struct operand);
    bool none = !least && chance(m, 15), moves = false;
    for (size_t i = 0; i < grid_entries(grid); i++) {
        samples[i] = none ? operand_constant(0) : length(m, least);
        moves = moves || samples[i].expr;
    }
    struct delays *delays = ARENA_NEW(m->g->arena, struct delays);
    *delays = (struct delays){.grid = grid, .samples = samples};
    if ((m->wish & RANDOM_FRACTIONS) && !moves && chance(m, 40)) {
        static const struct interpolation hows[] = {
            {INTERPOLATE_BEST, 0}, {INTERPOLATE_LAGRANGE, 3}, {INTERPOLATE_THIRAN, 2}};
        delays->fractional = true;
        delays->how = hows[random_below(&m->random, 3)];
    }
    return node_delay(&m->g->build, NOWHERE, delays);
}

static struct section make_section(struct making *m) {
    struct operand zero = operand_constant(0), one = operand_constant(1);
    if (chance(m, 35)) return (struct section){one, zero, zero, one, zero, zero};
    /* |a2| < 1 and |a1| < 1 + a2: the triangle of stable sections. */
    double a2 = random_between(&m->random, -0.8, 0.8);
    double a1 = random_between(&m->random, -0.9, 0.9) * (1 + a2);
    double a0 = (m->wish & RANDOM_FRACTIONS) ? random_between(&m->random, 0.5, 2) : 1;
    double b[3];
    for (int i = 0; i < 3; i++) b[i] = chance(m, 25) ? 0 : random_between(&m->random, -0.5, 0.5);
    return (struct section){operand_constant(b[0]),    operand_constant(b[1]),
                            operand_constant(b[2]),    operand_constant(a0),
                            operand_constant(a0 * a1), operand_constant(a0 * a2)};
}

static const struct node *make_filter(struct making *m, struct grid grid) {
    struct sections *made = ARENA_NEW(m->g->arena, struct sections);
    uint32_t count = random_below(&m->random, 4);
    size_t total = grid_entries(grid) * count;
    struct section *at = ARENA_ARRAY(m->g->arena, total, struct section);
    for (size_t i = 0; i < total; i++) at[i] = make_section(m);
    *made = (struct sections){grid, count, at};
    return node_sos(&m->g->build, NOWHERE, made);
}

/* A short response; some begin or end in zeros, or hold nothing else. */
static const struct node *make_response(struct making *m, struct grid grid) {
    struct taps *made = ARENA_NEW(m->g->arena, struct taps);
    uint32_t count = 1 + random_below(&m->random, 6);
    size_t total = grid_entries(grid) * count;
    struct operand *at = ARENA_ARRAY(m->g->arena, total, struct operand);
    for (size_t i = 0; i < total; i++)
        at[i] = operand_mul(m->g->arena, operand_constant(0.5), entry(m));
    *made = (struct taps){grid, count, at};
    return node_fir(&m->g->build, NOWHERE, made);
}

static const struct node *make_leaf(struct making *m, uint32_t ins, uint32_t outs) {
    bool square = ins == outs;
    struct grid grid = {outs, ins, !square || chance(m, 30)};
    switch (random_below(&m->random, square ? 6 : 5)) {
    case 0: return make_delay(m, grid, 0);
    case 1: return make_filter(m, grid);
    case 2: return make_response(m, grid);
    case 5: return node_wire(&m->g->build, NOWHERE, ins);
    default: return make_gain(m, ins, outs);
    }
}

static const struct node *make(struct making *m, uint32_t ins, uint32_t outs, uint32_t depth);

/* A bank of delays of least .. least + most - 1 samples each. */
static const struct node *make_line(struct making *m, uint32_t n, uint32_t least, uint32_t most) {
    struct operand *samples = ARENA_ARRAY(m->g->arena, n, struct operand);
    for (uint32_t i = 0; i < n; i++)
        samples[i] = operand_constant(least + random_below(&m->random, most));
    struct delays *delays = ARENA_NEW(m->g->arena, struct delays);
    *delays = (struct delays){.grid = {n, n, false}, .samples = samples};
    return node_delay(&m->g->build, NOWHERE, delays);
}

/* The loop of a and b with delays for 16 samples at least. */
static const struct node *make_long_loop(struct making *m, const struct node *a,
                                         const struct node *b) {
    uint32_t ins = a->shape.ins, outs = a->shape.outs;
    switch (random_below(&m->random, 4)) {
    case 0: a = pair(m->g, OP_SERIES, make_line(m, ins, 16, 30), a); break;
    case 1: a = pair(m->g, OP_SERIES, a, make_line(m, outs, 100, 300)); break;
    case 2: /* a short path among long ones */
        b = pair(m->g, OP_SERIES, b,
                 ins > 1 ? pair(m->g, OP_PARALLEL, make_line(m, 1, 16, 8),
                                make_line(m, ins - 1, 200, 200))
                         : make_line(m, 1, 16, 8));
        break;
    default: { /* in two pieces */
        uint32_t first = 1 + random_below(&m->random, 15);
        a = pair(m->g, OP_SERIES, a, make_line(m, outs, first, 6));
        b = pair(m->g, OP_SERIES, b, make_line(m, ins, 16 - first, 6));
        break;
    }
    }
    return loop(m->g, a, b);
}

static const struct node *make_loop(struct making *m, uint32_t ins, uint32_t outs, uint32_t depth) {
    /* The delay stands anywhere on the loop. */
    const struct node *a = make(m, ins, outs, depth - 1), *b = make(m, outs, ins, depth - 1);
    b = pair(m->g, OP_SERIES, b, scaled(m->g, ins, operand_constant(0.3)));
    if (m->wish & RANDOM_LOOPS) return make_long_loop(m, a, b);
    switch (random_below(&m->random, 3)) {
    case 0: a = pair(m->g, OP_SERIES, make_delay(m, (struct grid){ins, ins, false}, 1), a); break;
    case 1: a = pair(m->g, OP_SERIES, a, make_delay(m, (struct grid){outs, outs, false}, 1)); break;
    default: b = pair(m->g, OP_SERIES, b, make_delay(m, (struct grid){ins, ins, false}, 1)); break;
    }
    return loop(m->g, a, b);
}

static const struct node *make_fresh(struct making *m, uint32_t ins, uint32_t outs,
                                     uint32_t depth) {
    struct graph *g = m->g;
    if (!depth) return make_leaf(m, ins, outs);
    uint32_t between = 1 + random_below(&m->random, WIDTH_MAX);
    switch (random_below(&m->random, m->wish & RANDOM_LOOPS ? 8 : 6)) {
    case 6:
    case 7: return make_loop(m, ins, outs, depth);
    case 0:
    case 1:
        return pair(g, OP_SERIES, make(m, ins, between, depth - 1),
                    make(m, between, outs, depth - 1));
    case 2: return pair(g, OP_SUM, make(m, ins, outs, depth - 1), make(m, ins, outs, depth - 1));
    case 3: return make_loop(m, ins, outs, depth);
    case 4:
        if (outs < 2) break;
        return pair(g, OP_STACK, make(m, ins, 1, depth - 1), make(m, ins, outs - 1, depth - 1));
    default:
        if (ins < 2 || outs < 2) break;
        return pair(g, OP_PARALLEL, make(m, 1, 1, depth - 1),
                    make(m, ins - 1, outs - 1, depth - 1));
    }
    return make_leaf(m, ins, outs);
}

static const struct node *make(struct making *m, uint32_t ins, uint32_t outs, uint32_t depth) {
    if (m->pool.count && chance(m, 20)) {
        const struct node *known = m->pool.at[random_below(&m->random, (uint32_t)m->pool.count)];
        if (known->shape.ins == ins && known->shape.outs == outs) return known;
    }
    const struct node *node = make_fresh(m, ins, outs, depth);
    if (chance(m, 30)) node = named(m->g, node, chance(m, 50) ? "fB" : "brA");
    vec_push(m->g->arena, &m->pool, node);
    return node;
}

void random_program(struct graph *g, uint64_t seed, unsigned wish) {
    struct making m = {.g = g, .random = random_of(seed), .wish = wish};
    if (wish & RANDOM_KNOBS) {
        uint32_t count = 1 + random_below(&m.random, 3);
        for (uint32_t i = 0; i < count; i++) {
            knob(g, random_between(&m.random, 0, 1), 0, 1);
            /* From a fade of many short blocks to none. */
            static const double smooths_s[] = {SMOOTH_DEFAULT_S, 0.005, 0.0005, 0};
            g->knobs[i].smooth_s = smooths_s[random_below(&m.random, 4)];
        }
    }
    uint32_t ins = 1 + random_below(&m.random, WIDTH_MAX),
             outs = 1 + random_below(&m.random, WIDTH_MAX);
    g->program.main = make(&m, ins, outs, DEPTH);
}
