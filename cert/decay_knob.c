#include "cert/decay_knob.h"

#include <math.h>
#include <string.h>

#include "cert/contraction.h"
#include "cert/lossless.h"

static const struct decay_knob none = {0, 0};

static bool applies(const struct expr *e, enum function function) {
    return e && e->kind == EXPR_APPLY && e->function == function;
}

/* exp(c / knob): c, or NaN if it is nothing of the kind. Also as pow(b, c / (a knob)). */
static double exponent_of(struct operand operand, uint32_t *knob) {
    const struct expr *e = operand.expr, *below;
    double factor = 1;
    if (applies(e, FUNCTION_EXP)) {
        e = e->arguments[0];
    } else if (applies(e, FUNCTION_POW) && e->arguments[0]->kind == EXPR_CONSTANT) {
        factor = log(e->arguments[0]->constant);
        e = e->arguments[1];
    } else {
        return NAN;
    }
    if (!applies(e, FUNCTION_DIV) || e->arguments[0]->kind != EXPR_CONSTANT) return NAN;
    factor *= e->arguments[0]->constant;
    below = e->arguments[1];
    while (applies(below, FUNCTION_MUL)) {
        int constant = below->arguments[0]->kind != EXPR_CONSTANT;
        if (below->arguments[constant]->kind != EXPR_CONSTANT) return NAN;
        factor /= below->arguments[constant]->constant;
        below = below->arguments[1 - constant];
    }
    if (below->kind != EXPR_KNOB) return NAN;
    *knob = below->knob;
    return factor;
}

static bool moves(const struct cell *cell) {
    for (uint32_t i = 0; i < cell->operand_count; i++)
        if (cell->operands[i].expr) return true;
    return false;
}

/* The net without the gains that move: all of them 1. Null if something else moves, or they are not
 * of one knob. */
static const struct net *without_decay(struct arena *arena, const struct net *net, uint32_t *knob) {
    struct net *made = ARENA_NEW(arena, struct net);
    struct cell *cells = ARENA_ARRAY(arena, net->cell_count, struct cell);
    bool any = false;
    for (wire w = 0; w < net->cell_count; w++) {
        struct cell *cell = &cells[w];
        *cell = net->cells[w];
        if (cell->op == CELL_SECTION) return NULL;
        if (!net->components[cell->component].cyclic || !moves(cell)) continue;
        uint32_t of = 0;
        if (cell->op != CELL_MIX || cell->operand_count != 1 ||
            isnan(exponent_of(cell->operands[0], &of)) || (any && of != *knob))
            return NULL;
        struct operand *one = ARENA_NEW(arena, struct operand);
        *one = operand_constant(1);
        cell->operands = one;
        *knob = of;
        any = true;
    }
    *made = *net;
    made->cells = cells;
    return any ? made : NULL;
}

/* What each channel's gains lose for each sample of its delay, at the least: times 3 ln 10 / (fs T).
 * 0 if it has none. */
static double rate_of(const struct net *net, const struct loop *loop, uint64_t *shortest) {
    double least = INFINITY;
    for (uint32_t j = 0; j < loop->channel_count; j++) {
        const struct channel *channel = &loop->channels[j];
        double sum = 0;
        for (uint32_t i = 0; i < channel->cell_count; i++) {
            uint32_t knob;
            const struct cell *cell = &net->cells[channel->cells[i]];
            if (moves(cell)) sum += exponent_of(cell->operands[0], &knob);
        }
        double m = (double)channel->delay_samples;
        if (!(m > 0)) return 0;
        least = fmin(least, -sum * net->rate / (3 * log(10) * m));
        if (channel->delay_samples < *shortest) *shortest = channel->delay_samples;
    }
    for (uint32_t i = 0; i < loop->rest_count; i++)
        if (moves(&net->cells[loop->rest[i]])) return 0;
    return least * (1 - 1e-13);
}

/* Proved: without its decay the loop grows by no more than this for each sample, as a logarithm;
 * infinite if nothing is. */
static double growth_of(struct arena *scratch, const struct loop *loop) {
    enum { BUDGET = 50 * 1000 * 1000, N_MOST = 128 };
    uint32_t n = loop->channel_count;
    if (loop->not_covered != NO_WIRE || loop->not_finite != NO_WIRE || loop->section_count ||
        n > N_MOST)
        return INFINITY;
    struct contraction *c = contraction_begin(scratch, loop, BUDGET);
    if (contraction_holds(c, 1, 1, EFFORT_FULL) ||
        lossless_test(scratch, c->constant, n, NULL) != LOSSLESS_UNDECIDED ||
        lossless_test(scratch, c->constant, n, c->x) != LOSSLESS_UNDECIDED)
        return 0;
    for (double growth = 1e-13; growth < 1e-6; growth *= 4)
        if (contraction_holds(c, exp(-growth), 1, EFFORT_GIVEN)) return growth;
    return INFINITY;
}

struct decay_knob decay_knob_find(struct arena *arena, const struct net *net, bool single) {
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    struct decay_knob found = none;
    const struct net *still = without_decay(&scratch, net, &found.knob);
    uint32_t count = 0;
    const struct loop *loops = still ? cut_loops(&scratch, still, single, &count) : NULL;
    /* What a gain may be off by: its exponential in float32, and its own rounding; besides, what its
     * exponent is off by is a part of the rate. */
    double off = single ? 0x1p-21 : 0x1p-49, rate = INFINITY, growth = 0;
    uint64_t shortest = UINT64_MAX;
    for (uint32_t i = 0; i < count; i++) {
        rate = fmin(rate, rate_of(net, &loops[i], &shortest));
        if (rate > 0) growth = fmax(growth, growth_of(&scratch, &loops[i]));
    }
    arena_free(&scratch);
    if (!count || !(rate > 0)) return none;
    const struct knob *knob = &net->knobs[found.knob];
    /* In decays of the slowest position, where they count most. */
    double lost = (growth + off / (double)shortest) * net->rate * knob->hi / (3 * log(10));
    rate *= 1 - (single ? 0x1p-21 : 0x1p-49);
    if (!(knob->lo > 0) || strcmp(knob->unit, "s") || !(rate - lost > 0.99)) return none;
    found.within = fmax(1, 1 / (rate - lost)) * (1 + 1e-12);
    return found;
}
