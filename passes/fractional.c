/* Delays that are meant to the part of a sample become whole ones, each with an interpolator behind
 * it:
 *
 *     delay n -> n fractional        delay n -> n  ->  fir n -> n  ->  sos n -> n
 *     the same, full                 a stack of its rows: bank -> interpolators -> sum
 *
 * A length that is whole stays exact. What is asked of the error is more where the
 * delay lies on a cycle, since a sound passes it again and again; there a whole sample is also left
 * to the delay, if it is that long, so that the cycle stays one that can be computed. Cycles are
 * found in the net. */
#include <math.h>

#include "ir/base/memo.h"
#include "ir/lower.h"
#include "ir/walk.h"
#include "passes/design_delay.h"
#include "passes/flatten.h"
#include "passes/say.h"

/* Of the complex error up to INTERPOLATOR_BAND. */
#define TARGET_DB (-60.0)
#define TARGET_ON_CYCLES_DB (-90.0)

struct rewriting {
    struct pass_context *pass;
    const struct program *program;
    struct memo on_cycle; /* node of fractional delays -> struct marks, of those on cycles */
};

struct marks {
    bool *at; /* of each entry */
};

static bool is_fractional(const struct node *node) {
    return node->op == OP_DELAY && node->delays->fractional;
}

static bool is_not_fractional(const struct node *node, void *context) {
    (void)context;
    return !is_fractional(node);
}

/* An entry is on a cycle if it is in one of the places where its node stands. */
static void mark_cycles(struct rewriting *w, const struct net *net) {
    for (uint32_t i = 0; i < net->cell_count; i++) {
        const struct cell *cell = &net->cells[i];
        if (cell->op != CELL_DELAY || !is_fractional(cell->node) ||
            !net->components[cell->component].cyclic)
            continue;
        union memo_value *known = memo_at(&w->on_cycle, cell->node, NULL);
        const struct marks *marks = known->pointer;
        if (!marks) {
            struct marks *fresh = ARENA_NEW(w->pass->scratch, struct marks);
            size_t entries = grid_entries(cell->node->delays->grid);
            fresh->at = ARENA_ARRAY(w->pass->scratch, entries, bool);
            known->pointer = marks = fresh;
        }
        marks->at[cell->channel] = true;
    }
}

static double decibels(double error) {
    return 20 * log10(error);
}

static void say(struct rewriting *w, const struct node *node, size_t entry, double samples,
                const struct interpolator *made, double target_db) {
    struct arena *scratch = w->pass->scratch;
    const char *where = say_where(scratch, node, node->delays->grid, entry),
               *what = interpolator_text(scratch, made->how);
    if (target_db < 0) {
        struct diag *diag = diag_warning(
            w->pass->diags, node->at, CODE_SHORT_FRACTION,
            "the delay%s is too short, at %.6g samples, for an interpolator within %g dB",
            where, samples, target_db);
        diag_note(diag, NOWHERE, "it gets %s, within %.3g dB up to %g of the sample rate", what,
                  decibels(made->error), INTERPOLATOR_BAND);
        return;
    }
    diag_remark(
        w->pass->diags, node->at,
        "the delay of %.9g samples%s becomes %u samples and %s, within %.3g dB up "
        "to %g of the sample rate",
        samples, where, made->whole, what, decibels(made->error), INTERPOLATOR_BAND);
}

/* What entry becomes; one without taps and sections is whole. */
static struct interpolator interpolate(struct rewriting *w, const struct node *node, size_t entry) {
    double samples = node->delays->samples[entry].value;
    if (samples == trunc(samples)) return (struct interpolator){.whole = (uint32_t)samples};
    const struct marks *marks = memo_at(&w->on_cycle, node, NULL)->pointer;
    bool on_cycle = marks && marks->at[entry];
    uint32_t least = on_cycle && samples >= 1;
    struct interpolation how = node->delays->how;
    if (how.method == INTERPOLATE_BEST) how = w->program->interpolation;
    struct interpolator made;
    double short_of = 0;
    if (how.method == INTERPOLATE_BEST) {
        double target_db = on_cycle ? TARGET_ON_CYCLES_DB : TARGET_DB;
        double target = pow(10, target_db / 20);
        if (!interpolator_choose(w->pass->arena, samples, target, least, &made))
            short_of = target_db;
    } else {
        interpolator_make(w->pass->arena, how, samples, least, &made);
    }
    say(w, node, entry, samples, &made, short_of);
    return made;
}

/* A bank of `count` channels through its interpolators. */
static const struct node *interpolated_bank(struct build *build, const struct node *node,
                                            const struct interpolator *made, uint32_t count,
                                            name label) {
    struct arena *arena = build->arena;
    uint32_t taps = 0, sections = 0;
    struct operand *whole = ARENA_ARRAY(arena, count, struct operand);
    for (uint32_t i = 0; i < count; i++) {
        whole[i] = operand_constant(made[i].whole);
        if (made[i].tap_count > taps) taps = made[i].tap_count;
        if (made[i].section_count > sections) sections = made[i].section_count;
    }
    const struct grid grid = {count, count, false};
    const struct operand zero = operand_constant(0), one = operand_constant(1);
    const struct node *parts[3];
    uint32_t part_count = 0;
    struct delays *delays = ARENA_NEW(arena, struct delays);
    *delays = (struct delays){.grid = grid, .samples = whole};
    parts[part_count++] = node_named(build, node_delay(build, node->at, delays), node->name);
    if (taps) {
        struct operand *at = ARENA_ARRAY(arena, (size_t)count * taps, struct operand);
        for (uint32_t i = 0; i < count; i++) {
            if (!made[i].tap_count) at[(size_t)i * taps] = one;
            for (uint32_t k = 0; k < made[i].tap_count; k++)
                at[(size_t)i * taps + k] = operand_constant(made[i].taps[k]);
        }
        struct taps *all = ARENA_NEW(arena, struct taps);
        *all = (struct taps){grid, taps, at};
        parts[part_count++] = node_named(build, node_fir(build, node->at, all), label);
    }
    if (sections) {
        struct section *at = ARENA_ARRAY(arena, (size_t)count * sections, struct section);
        for (uint32_t i = 0; i < count; i++)
            for (uint32_t k = 0; k < sections; k++)
                at[(size_t)i * sections + k] =
                    k < made[i].section_count ? made[i].sections[k]
                                              : (struct section){one, zero, zero, one, zero, zero};
        struct sections *all = ARENA_NEW(arena, struct sections);
        *all = (struct sections){grid, sections, at};
        parts[part_count++] = node_named(build, node_sos(build, node->at, all), label);
    }
    return node_combine(build, node->at, OP_SERIES, parts, part_count);
}

static const struct node *whole_delays(struct build *build, const struct node *node,
                                       const struct interpolator *made) {
    size_t entries = grid_entries(node->delays->grid);
    struct operand *samples = ARENA_ARRAY(build->arena, entries, struct operand);
    for (size_t e = 0; e < entries; e++) samples[e] = operand_constant(made[e].whole);
    struct delays *delays = ARENA_NEW(build->arena, struct delays);
    *delays = (struct delays){.grid = node->delays->grid, .samples = samples};
    const struct node *same = node_named(build, node_delay(build, node->at, delays), node->name);
    return node_from(build, same, node->origin);
}

static const struct node *rewrite(struct build *build, const struct node *node, void *context) {
    struct rewriting *w = context;
    if (!is_fractional(node)) return flatten_node(build, node, w->pass);
    struct grid grid = node->delays->grid;
    size_t entries = grid_entries(grid);
    struct interpolator *made = ARENA_ARRAY(w->pass->scratch, entries, struct interpolator);
    bool whole = true;
    for (size_t e = 0; e < entries; e++) {
        made[e] = interpolate(w, node, e);
        whole = whole && !made[e].tap_count && !made[e].section_count;
    }
    if (whole) return whole_delays(build, node, made);
    name label = name_of(w->pass->names, "interpolator");
    if (!grid.full) return interpolated_bank(build, node, made, grid.rows, label);
    const struct node **rows = ARENA_ARRAY(w->pass->scratch, grid.rows, const struct node *);
    const struct matrix *sum = matrix_filled(build->arena, 1, grid.cols, operand_constant(1));
    for (uint32_t r = 0; r < grid.rows; r++) {
        const struct interpolator *first = made + (size_t)r * grid.cols;
        rows[r] = node_pair(build, node->at, OP_SERIES,
                            interpolated_bank(build, node, first, grid.cols, label),
                            node_gain(build, node->at, sum));
    }
    return flatten_node(build, node_combine(build, node->at, OP_STACK, rows, grid.rows), w->pass);
}

bool pass_fractional(struct pass_context *context, struct program *program) {
    if (node_visit(context->scratch, program->main, is_not_fractional, NULL)) return true;
    struct rewriting w = {.pass = context, .program = program};
    memo_init(&w.on_cycle, context->scratch);
    const struct net *net = net_lower(context->scratch, context->diags, program, program->main);
    if (!net) return false;
    mark_cycles(&w, net);
    struct build build = {context->arena, context->diags};
    const struct node *root = node_rewrite(&build, program->main, rewrite, &w);
    if (!root) return false;
    program->main = root;
    return true;
}
