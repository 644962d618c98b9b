#include "cert/positions.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "cert/bound.h"
#include "cert/instability.h"
#include "cert/lossless.h"
#include "ir/base/text.h"
#include "ir/base/vec.h"

struct cell_list {
    struct cell *at;
    size_t count, room;
};

struct enveloping {
    struct arena *arena;
    const struct net *net;
    bool single;
    struct cell_list cells; /* of the net that is no better; new ones go behind */
    const char *why_not;    /* a clause; null: nothing stands in the way */
    bool *moved;            /* of each component */
};

static bool moves(const struct cell *cell) {
    for (uint32_t i = 0; i < cell->operand_count; i++)
        if (cell->operands[i].expr) return true;
    return false;
}

static bool in_loop(const struct net *net, const struct cell *cell) {
    return net->components[cell->component].cyclic;
}

static const char *cell_text(struct arena *arena, const struct cell *cell) {
    const char *what = cell->op == CELL_MIX ? "gain" : cell_infos[cell->op].text;
    if (!cell->node || !cell->node->name) return text_format(arena, "a %s", what);
    return text_format(arena, "a %s of '%s'", what, cell->node->name->text);
}

/* The least float from a bound on: what rounds to a float stays below it. */
static double as_held(const struct enveloping *v, double bound) {
    if (!v->single || !(bound < FLT_MAX / 2)) return bound;
    float held = (float)bound;
    return (double)((double)held < bound ? nextafterf(held, INFINITY) : held);
}

static double modulus_bound(struct enveloping *v, struct operand operand) {
    if (!operand.expr) return fabs(operand.value);
    if (operand.expr->kind == EXPR_KNOB) {
        const struct knob *knob = &v->net->knobs[operand.expr->knob];
        return as_held(v, fmax(fabs(knob->lo), fabs(knob->hi)));
    }
    return as_held(v, bound_over_knobs(v->arena, v->net->knobs, v->net->knob_count, BOUNDED_MODULUS,
                                       &operand, SECTION_DIRECT, v->single));
}

/* A channel of its own: whatever its length, the proof is the same. */
static wire delayed(struct enveloping *v, wire from, const struct cell *reader) {
    struct operand *one = ARENA_NEW(v->arena, struct operand);
    wire *source = ARENA_NEW(v->arena, wire);
    *one = operand_constant(1);
    *source = from;
    vec_push(v->arena, &v->cells,
             (struct cell){.op = CELL_DELAY,
                           .bank = reader->bank,
                           .count = 1,
                           .from = source,
                           .operands = one,
                           .operand_count = 1,
                           .least_delay = 1,
                           .component = reader->component,
                           .node = reader->node,
                           .at = reader->at});
    return (wire)(v->cells.count - 1);
}

static void refuse(struct enveloping *v, const struct cell *cell, const char *what) {
    if (!v->why_not) v->why_not = text_format(v->arena, "%s %s", cell_text(v->arena, cell), what);
}

static bool poles_are_inside(struct enveloping *v, const struct cell *cell) {
    const struct net *net = v->net;
    enum bounded tests[] = {BOUNDED_JURY_A2, BOUNDED_JURY_A1};
    for (size_t i = 0; i < 2; i++)
        if (!(bound_over_knobs(v->arena, net->knobs, net->knob_count, tests[i], cell->operands,
                               cell->form, v->single) < 1))
            return false;
    return true;
}

static void envelop_mix(struct enveloping *v, wire w) {
    const struct cell *cell = &v->net->cells[w];
    struct operand *operands = ARENA_ARRAY(v->arena, cell->operand_count, struct operand);
    wire *from = ARENA_ARRAY(v->arena, cell->count, wire);
    for (uint32_t i = 0; i < cell->operand_count; i++) {
        operands[i] = cell->operands[i];
        from[i] = cell->from[i];
        if (!operands[i].expr) continue;
        double bound = modulus_bound(v, operands[i]);
        if (!isfinite(bound)) refuse(v, cell, "that a knob moves has no bound");
        operands[i] = operand_constant(bound);
        bool inside = v->net->cells[from[i]].component == cell->component && in_loop(v->net, cell);
        if (inside) from[i] = delayed(v, from[i], cell);
    }
    v->cells.at[w].operands = operands;
    v->cells.at[w].from = from;
}

/* A filter becomes a gain. */
static void envelop_filter(struct enveloping *v, wire w) {
    const struct cell *cell = &v->net->cells[w];
    double bound = 0;
    if (cell->op == CELL_SECTION) {
        if (!poles_are_inside(v, cell))
            refuse(v, cell, "that a knob moves may have a pole outside");
        if (!in_loop(v->net, cell)) return;
        bound = bound_over_knobs(v->arena, v->net->knobs, v->net->knob_count, BOUNDED_RESPONSE,
                                 cell->operands, cell->form, v->single);
        bound = as_held(v, bound);
    } else {
        for (uint32_t i = 0; i < cell->operand_count; i++)
            bound += modulus_bound(v, cell->operands[i]);
        bound = as_held(v, bound);
        if (!in_loop(v->net, cell)) {
            if (!isfinite(bound)) refuse(v, cell, "that a knob moves has no bound");
            return;
        }
    }
    if (!isfinite(bound)) refuse(v, cell, "that a knob moves has no bound");
    struct operand *gain = ARENA_NEW(v->arena, struct operand);
    *gain = operand_constant(bound);
    wire *from = ARENA_NEW(v->arena, wire);
    *from = delayed(v, cell->from[0], cell);
    struct cell *to = &v->cells.at[w];
    to->op = CELL_MIX;
    to->operands = gain;
    to->operand_count = 1;
    to->from = from;
    to->least_delay = 0;
}

/* Constants everywhere else: a section that a knob moves outside of loops has no say any more. */
static void settle(struct enveloping *v, wire w) {
    struct cell *cell = &v->cells.at[w];
    struct operand *operands = ARENA_ARRAY(v->arena, cell->operand_count, struct operand);
    for (uint32_t i = 0; i < cell->operand_count; i++)
        operands[i] = operand_constant(cell->operands[i].value);
    cell->operands = operands;
}

/* The net with the cells that were added: each a member of the component of its reader. */
static const struct net *net_of(struct enveloping *v) {
    const struct net *net = v->net;
    struct net *made = ARENA_NEW(v->arena, struct net);
    *made = *net;
    uint32_t count = (uint32_t)v->cells.count, added = count - net->cell_count;
    made->cells = v->cells.at;
    made->cell_count = count;
    made->knob_count = 0;
    wire *order = ARENA_ARRAY(v->arena, count, wire);
    for (uint32_t i = 0; i < added; i++) order[i] = net->cell_count + i;
    memcpy(order + added, net->order, net->cell_count * sizeof *order);
    made->order = order;
    struct component *components = ARENA_ARRAY(v->arena, net->component_count, struct component);
    memcpy(components, net->components, net->component_count * sizeof *components);
    for (uint32_t c = 0; c < net->component_count; c++) {
        uint32_t more = 0;
        for (wire w = net->cell_count; w < count; w++) more += made->cells[w].component == c;
        if (!more) continue;
        wire *members = ARENA_ARRAY(v->arena, components[c].count + more, wire);
        memcpy(members, components[c].members, components[c].count * sizeof *members);
        for (wire w = net->cell_count; w < count; w++)
            if (made->cells[w].component == c) members[components[c].count++] = w;
        components[c].members = members;
    }
    made->components = components;
    return made;
}

/* What a proof may spend on one loop, in multiply-adds. */
enum { BUDGET = 50 * 1000 * 1000 };

static bool is_within_reach(const struct loop *loop) {
    return loop->not_covered == NO_WIRE && loop->not_finite == NO_WIRE &&
           loop->channel_count <= CERT_CHANNELS_MOST;
}

static bool sections_are_stable(const struct loop *loop) {
    for (uint32_t k = 0; k < loop->section_count; k++) {
        struct section_values s = loop_section(loop, k);
        if (section_classify(&s) != POLES_INSIDE) return false;
    }
    return true;
}

/* `alone`: no other loop could share an undamped mode with this one. */
static bool envelope_holds(struct arena *arena, const struct loop *loop, bool alone) {
    if (!is_within_reach(loop) || !sections_are_stable(loop)) return false;
    struct contraction *c = contraction_begin(arena, loop, BUDGET);
    if (contraction_prove(c, EFFORT_GIVEN)) return true;
    if (contraction_prove(c, EFFORT_FULL)) return true;
    if (!alone || loop->section_count) return false;
    return lossless_test(arena, c->constant, loop->channel_count, NULL) != LOSSLESS_UNDECIDED ||
           lossless_test(arena, c->constant, loop->channel_count, c->x) != LOSSLESS_UNDECIDED;
}

/* Null if the proof holds, else one clause. Loops without constants that move are as they were at
 * the initial values. */
static const char *prove_envelope(struct arena *arena, const struct net *net, bool single) {
    struct enveloping v = {.arena = arena, .net = net, .single = single};
    v.moved = ARENA_ARRAY(arena, net->component_count, bool);
    for (wire w = 0; w < net->cell_count; w++) vec_push(arena, &v.cells, net->cells[w]);
    for (wire w = 0; w < net->cell_count && !v.why_not; w++) {
        const struct cell *cell = &net->cells[w];
        if (!moves(cell)) continue;
        if (in_loop(net, cell)) v.moved[cell->component] = true;
        if (cell->op == CELL_MIX) envelop_mix(&v, w);
        else if (cell->op == CELL_SECTION || cell->op == CELL_FIR) envelop_filter(&v, w);
        else if (cell->op != CELL_DELAY) refuse(&v, cell, "moves, and nothing is known of it");
        settle(&v, w);
    }
    if (v.why_not) return v.why_not;
    uint32_t count;
    const struct loop *loops = cut_loops(arena, net_of(&v), single, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (!v.moved[loops[i].component] || envelope_holds(arena, &loops[i], count == 1)) continue;
        const struct component *component = &net->components[loops[i].component];
        const char *through = "";
        for (uint32_t m = 0; m < component->count && !*through; m++) {
            const struct node *node = net->cells[component->members[m]].node;
            if (node && node->name) through = text_format(arena, " through '%s'", node->name->text);
        }
        return text_format(
            arena,
            "with every gain and filter that a knob moves at its largest, the loop%s "
            "is not shown to contract",
            through);
    }
    return NULL;
}

/* ---- single positions ------------------------------------------------------------------------ */

bool positions_depend(const struct net *net, uint32_t knob) {
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        if (!in_loop(net, cell) && cell->op != CELL_SECTION) continue;
        for (uint32_t i = 0; i < cell->operand_count; i++)
            if (expr_uses(cell->operands[i].expr, knob)) return true;
    }
    return false;
}

static const struct net *net_at(struct arena *arena, const struct net *net, const double *values) {
    struct net *made = ARENA_NEW(arena, struct net);
    *made = *net;
    struct cell *cells = ARENA_ARRAY(arena, net->cell_count, struct cell);
    for (wire w = 0; w < net->cell_count; w++) {
        cells[w] = net->cells[w];
        if (!moves(&cells[w])) continue;
        struct operand *operands = ARENA_ARRAY(arena, cells[w].operand_count, struct operand);
        for (uint32_t i = 0; i < cells[w].operand_count; i++)
            operands[i] = operand_constant(operand_value(cells[w].operands[i], values));
        cells[w].operands = operands;
    }
    made->cells = cells;
    made->knob_count = 0;
    return made;
}

/* Position number i: the corners, where there are few knobs, or one knob after the other at its
 * ends. */
static bool position(const struct net *net, const uint32_t *matter, uint32_t count, uint32_t i,
                     double *values) {
    enum { CORNERS = 4 };
    for (uint32_t k = 0; k < net->knob_count; k++) values[k] = net->knobs[k].init;
    if (count <= CORNERS) {
        if (i >= 1u << count) return false;
        for (uint32_t k = 0; k < count; k++) {
            const struct knob *knob = &net->knobs[matter[k]];
            values[matter[k]] = i >> k & 1 ? knob->hi : knob->lo;
        }
        return true;
    }
    if (i >= 2 * count) return false;
    const struct knob *knob = &net->knobs[matter[i / 2]];
    values[matter[i / 2]] = i & 1 ? knob->hi : knob->lo;
    return true;
}

/* One clause if the net is unstable, cheaply proved; else null. */
static const char *instability_of(struct arena *arena, const struct net *net, bool single) {
    for (wire w = 0; w < net->cell_count; w++) {
        if (net->cells[w].op != CELL_SECTION || in_loop(net, &net->cells[w])) continue;
        struct section_values s = section_values_of(net, w, single);
        if (section_classify(&s) >= POLES_DOUBLE)
            return text_format(arena, "%s has a pole outside", cell_text(arena, &net->cells[w]));
    }
    uint32_t count;
    const struct loop *loops = cut_loops(arena, net, single, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (!is_within_reach(&loops[i])) continue;
        struct instability_proof proof =
            instability_prove(arena, contraction_begin(arena, &loops[i], BUDGET));
        switch (proof.kind) {
        case INSTABILITY_NONE: break;
        case INSTABILITY_SECTION: return "a section of a loop has a pole outside";
        case INSTABILITY_SIGN:
            return proof.at > 0 ? "a loop grows at 0 Hz, where its gain is above 1"
                                : "a loop grows at half the sample rate, where its gain is above 1";
        case INSTABILITY_DETERMINANT:
            return text_format(arena, "a loop grows by at least %.3g dB/s",
                               20 * log10(proof.at) * net->rate);
        }
    }
    return NULL;
}

static bool refute(struct arena *arena, const struct net *net, bool single, struct positions *out) {
    uint32_t *matter = ARENA_ARRAY(arena, net->knob_count, uint32_t), count = 0;
    for (uint32_t k = 0; k < net->knob_count; k++)
        if (positions_depend(net, k)) matter[count++] = k;
    double *values = ARENA_ARRAY(arena, net->knob_count, double);
    for (uint32_t i = 0; position(net, matter, count, i, values); i++) {
        struct arena scratch;
        arena_init_scratch(&scratch, arena);
        const char *why = instability_of(&scratch, net_at(&scratch, net, values), single);
        if (why) why = text_format(arena, "%s", why);
        arena_free(&scratch);
        if (!why) continue;
        *out = (struct positions){POSITIONS_REFUTED, values, why};
        return true;
    }
    return false;
}

struct positions positions_prove(struct arena *arena, const struct net *net, bool single) {
    struct positions found = {POSITIONS_STABLE, NULL, NULL};
    bool any = false;
    for (wire w = 0; w < net->cell_count; w++) any = any || moves(&net->cells[w]);
    if (!any) return found;
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    const char *why = prove_envelope(&scratch, net, single);
    if (why) why = text_format(arena, "%s", why);
    arena_free(&scratch);
    if (!why || refute(arena, net, single, &found)) return found;
    return (struct positions){POSITIONS_UNDECIDED, NULL, why};
}
