#include "cert/envelope.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "cert/bound.h"
#include "cert/cut.h"
#include "cert/transfer.h"
#include "ir/base/text.h"
#include "ir/base/vec.h"

struct cell_list {
    struct cell *at;
    size_t count, room;
};

struct enveloping {
    struct arena *arena;
    const struct net *net;
    const struct knob *box;
    double *middle; /* of each knob */
    enum envelope_how how;
    double R;
    bool single;
    struct cell_list cells; /* of the net that is no better; new ones go behind */
    const char *why_not;    /* a clause; null: nothing stands in the way */
    bool *moved;            /* of each component */
    uint32_t *added;        /* of each component: its new channels */
};

bool envelope_moves(const struct cell *cell) {
    for (uint32_t i = 0; i < cell->operand_count; i++)
        if (cell->operands[i].expr) return true;
    return false;
}

static bool in_loop(const struct net *net, const struct cell *cell) {
    return net->components[cell->component].cyclic;
}

const char *envelope_cell_text(struct arena *arena, const struct cell *cell) {
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
        const struct knob *knob = &v->box[operand.expr->knob];
        return as_held(v, fmax(fabs(knob->lo), fabs(knob->hi)));
    }
    return as_held(v, bound_over_knobs(v->arena, v->box, v->net->knob_count, BOUNDED_MODULUS,
                                       &operand, SECTION_DIRECT, 1, v->single));
}

static void refuse(struct enveloping *v, const struct cell *cell, const char *what) {
    if (!v->why_not) v->why_not = text_format(v->arena, "%s %s", envelope_cell_text(v->arena, cell), what);
}

/* A channel of its own: whatever its length, the proof is the same. */
static wire delayed(struct enveloping *v, wire from, const struct cell *reader) {
    if (++v->added[reader->component] > CERT_CHANNELS_MOST)
        refuse(v, reader, text_format(v->arena, "is one of more than %d in its loop that knobs move",
                                      (int)CERT_CHANNELS_MOST));
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

/* For |w| <= R, which for R = 1 is exact. */
static bool poles_are_inside(struct enveloping *v, const struct cell *cell) {
    const struct net *net = v->net;
    enum bounded tests[] = {BOUNDED_JURY_A2, BOUNDED_JURY_A1};
    for (size_t i = 0; i < 2; i++)
        if (!(bound_over_knobs(v->arena, v->box, net->knob_count, tests[i], cell->operands,
                               cell->form, v->R, v->single) < 1))
            return false;
    return true;
}

/* What an operand is off by from `middle`, at most, both rounded. */
static double deviation_bound(struct enveloping *v, struct operand operand, double middle) {
    struct operand off = operand_sub(v->arena, operand, operand_constant(middle));
    if (!off.expr) return fabs(off.value) * (1 + 0x1p-50);
    double bound = bound_over_knobs(v->arena, v->box, v->net->knob_count, BOUNDED_MODULUS, &off,
                                    SECTION_DIRECT, 1, false);
    double rounding = v->single ? 0x1p-23 : 0x1p-50;
    return as_held(v, bound + rounding * (fabs(middle) + bound));
}

/* In a channel of its own, which is a sample of delay and is not counted: |T| <= 1 on |w| = R. */
static double of_channel(const struct enveloping *v, double bound) {
    return v->R == 1 ? bound : as_held(v, bound / v->R * (1 + 0x1p-50));
}

static void envelop_mix(struct enveloping *v, wire w) {
    const struct cell *cell = &v->net->cells[w];
    struct operand *operands = ARENA_ARRAY(v->arena, 2 * cell->operand_count, struct operand);
    wire *from = ARENA_ARRAY(v->arena, 2 * cell->count, wire);
    uint32_t count = cell->operand_count;
    for (uint32_t i = 0; i < cell->operand_count && !v->why_not; i++) {
        struct operand operand = operands[i] = cell->operands[i];
        from[i] = cell->from[i];
        if (!operand.expr) continue;
        double bound = modulus_bound(v, operand);
        if (!isfinite(bound)) refuse(v, cell, "that a knob moves has no bound");
        bool inside = v->net->cells[from[i]].component == cell->component && in_loop(v->net, cell);
        operands[i] = operand_constant(inside ? of_channel(v, bound) : bound);
        if (!inside) continue;
        wire direct = from[i];
        from[i] = delayed(v, direct, cell);
        if (v->how == ENVELOPE_LARGEST) continue;
        double middle = operand_value(operand, v->middle);
        if (v->single) middle = (double)(float)middle;
        double off = deviation_bound(v, operand, middle);
        if (!(off < bound)) continue;
        operands[i] = operand_constant(of_channel(v, off));
        operands[count] = operand_constant(middle);
        from[count++] = direct;
    }
    v->cells.at[w].operands = operands;
    v->cells.at[w].from = from;
    v->cells.at[w].operand_count = v->cells.at[w].count = count;
}

/* A filter becomes a gain. */
static void envelop_filter(struct enveloping *v, wire w) {
    const struct cell *cell = &v->net->cells[w];
    double bound = 0;
    if (cell->op == CELL_SECTION) {
        if (!poles_are_inside(v, cell))
            refuse(v, cell, "that a knob moves may have a pole outside");
        if (!in_loop(v->net, cell)) return;
        bound = bound_over_knobs(v->arena, v->box, v->net->knob_count, BOUNDED_RESPONSE,
                                 cell->operands, cell->form, v->R, v->single);
        bound = as_held(v, bound);
    } else {
        for (uint32_t i = 0; i < cell->operand_count; i++)
            bound += modulus_bound(v, cell->operands[i]) * power_bound(v->R, i);
        bound = as_held(v, bound);
        if (!in_loop(v->net, cell)) {
            if (!isfinite(bound)) refuse(v, cell, "that a knob moves has no bound");
            return;
        }
    }
    if (!isfinite(bound)) refuse(v, cell, "that a knob moves has no bound");
    struct operand *gain = ARENA_NEW(v->arena, struct operand);
    *gain = operand_constant(of_channel(v, bound));
    wire *from = ARENA_NEW(v->arena, wire);
    *from = delayed(v, cell->from[0], cell);
    struct cell *to = &v->cells.at[w];
    to->op = CELL_MIX;
    to->operands = gain;
    to->operand_count = 1;
    to->from = from;
    to->least_delay = 0;
}

/* The longest that a delay gets. */
static void envelop_delay(struct enveloping *v, wire w) {
    const struct cell *cell = &v->net->cells[w];
    if (v->R == 1 || !cell->operands[0].expr) return;
    double longest = ceil(modulus_bound(v, cell->operands[0]) + 0.5);
    if (!(longest < 1e15)) {
        refuse(v, cell, "that a knob moves has no bound");
        return;
    }
    struct operand *samples = ARENA_NEW(v->arena, struct operand);
    *samples = operand_constant(longest);
    v->cells.at[w].operands = samples;
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

struct envelope envelope_make(struct arena *arena, const struct net *net, const struct knob *box,
                              enum envelope_how how, double R, bool single) {
    struct enveloping v = {
        .arena = arena, .net = net, .box = box, .how = how, .R = R, .single = single};
    v.moved = ARENA_ARRAY(arena, net->component_count, bool);
    v.added = ARENA_ARRAY(arena, net->component_count, uint32_t);
    v.middle = ARENA_ARRAY(arena, net->knob_count, double);
    for (uint32_t k = 0; k < net->knob_count; k++) v.middle[k] = box[k].init;
    for (wire w = 0; w < net->cell_count; w++) vec_push(arena, &v.cells, net->cells[w]);
    for (wire w = 0; w < net->cell_count && !v.why_not; w++) {
        const struct cell *cell = &net->cells[w];
        if (!envelope_moves(cell)) continue;
        if (in_loop(net, cell)) v.moved[cell->component] = true;
        if (cell->op == CELL_MIX) envelop_mix(&v, w);
        else if (cell->op == CELL_SECTION || cell->op == CELL_FIR) envelop_filter(&v, w);
        else if (cell->op == CELL_DELAY) envelop_delay(&v, w);
        else refuse(&v, cell, "moves, and nothing is known of it");
        settle(&v, w);
    }
    bool *free = ARENA_ARRAY(arena, v.cells.count, bool);
    for (wire w = 0; w < v.cells.count; w++)
        free[w] = w >= net->cell_count || (net->cells[w].op == CELL_DELAY &&
                                           in_loop(net, &net->cells[w]) &&
                                           envelope_moves(&net->cells[w]));
    return (struct envelope){v.why_not ? NULL : net_of(&v), v.moved, free, v.why_not};
}
