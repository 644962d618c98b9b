#include "ir/retime.h"

#include <string.h>

#include "ir/base/vec.h"
#include "ir/blocks.h"

/* Larger loops stay as they are; so many choices of what to cut are tried. */
enum { EDGES_MAX = 200000, STEPS_MAX = 20000000, TRIES = 48 };

/* From what computes to what computes, over delays of so many samples together. */
struct edge {
    uint32_t from, to; /* variables */
    uint32_t delay;
    bool cut;  /* it is to have a block */
    bool open; /* it begins with a moving delay of a block */
};

struct retimer {
    struct arena *arena, *scratch;
    const struct net *net;
    const uint32_t *readers, *readers_at;
    uint32_t *variable; /* of each cell of the component; 0 is for all that is outside */
    bool *stays;        /* of each variable: r = 0 */
    uint32_t variable_count, block;
    VEC(struct edge) edges;
    int64_t *later; /* of each variable: r */
    VEC(struct cell) added;
    VEC(struct bank) banks;
    struct cell *cells; /* a copy, once something moves */
    wire *outlets;
    struct component *components;
};

static uint32_t component_of(const struct retimer *t, wire w) {
    return w < t->net->cell_count ? t->net->cells[w].component : UINT32_MAX;
}

/* A cell as it reads now. */
static const struct cell *cell_now(const struct retimer *t, wire w) {
    return t->cells ? &t->cells[w] : &t->net->cells[w];
}

static bool is_plain_delay(const struct retimer *t, wire w, uint32_t component) {
    if (component_of(t, w) != component) return false;
    const struct cell *cell = &t->net->cells[w];
    return cell->op == CELL_DELAY && !cell->operands[0].expr;
}

/* What drives this wire, before all plain delays of the component. */
static wire source_of(const struct retimer *t, wire w, uint32_t component, uint32_t *delay,
                      const struct cell **via) {
    *delay = 0;
    while (is_plain_delay(t, w, component)) {
        *via = &t->net->cells[w];
        *delay += (*via)->least_delay;
        w = cell_now(t, w)->from[0];
    }
    return w;
}

static bool moves(const struct cell *cell) {
    for (uint32_t i = 0; i < cell->operand_count; i++)
        if (cell->operands[i].expr) return true;
    return false;
}

static void find_variables(struct retimer *t, const struct component *component) {
    uint32_t index = t->net->cells[component->members[0]].component;
    t->variable_count = 1;
    t->stays = ARENA_ARRAY(t->scratch, component->count + 1, bool);
    uint32_t matrix = UINT32_MAX, rows = 0;
    for (uint32_t i = 0; i < component->count; i++) {
        wire w = component->members[i];
        const struct cell *cell = &t->net->cells[w];
        if (is_plain_delay(t, w, index)) continue;
        /* The rows of a matrix are computed together. */
        bool fixed = moves(cell), joins = t->net->banks[cell->bank].matrix && !fixed;
        t->variable[w] = joins && matrix == cell->bank ? rows : t->variable_count++;
        t->stays[t->variable[w]] = fixed;
        if (joins) {
            matrix = cell->bank;
            rows = t->variable[w];
        }
    }
}

static void add_edge(struct retimer *t, wire from, uint32_t to, uint32_t index) {
    const struct cell *via = NULL;
    uint32_t delay;
    wire source = source_of(t, from, index, &delay, &via);
    bool inside = component_of(t, source) == index;
    const struct cell *cell = inside ? &t->net->cells[source] : NULL;
    vec_push(t->scratch, &t->edges,
             (struct edge){.from = inside ? t->variable[source] : 0,
                           .to = to,
                           .delay = delay,
                           .open = cell && cell->op == CELL_DELAY &&
                                   cell->least_delay >= t->block});
}

/* Calls add_edge for each path; false where there are too many. */
static bool find_edges(struct retimer *t, const struct component *component) {
    uint32_t index = t->net->cells[component->members[0]].component;
    t->edges.count = 0;
    for (uint32_t i = 0; i < component->count; i++) {
        wire w = component->members[i];
        const struct cell *cell = cell_now(t, w);
        for (uint32_t k = 0; k < cell->count && !is_plain_delay(t, w, index); k++)
            if (cell_is_connected(cell, k)) add_edge(t, cell->from[k], t->variable[w], index);
        for (uint32_t r = t->readers_at[w]; r < t->readers_at[w + 1]; r++)
            if (t->net->cells[t->readers[r]].component != index) add_edge(t, w, 0, index);
        if (t->edges.count > EDGES_MAX) return false;
    }
    for (uint32_t v = 1; v < t->variable_count; v++)
        if (t->stays[v]) {
            vec_push(t->scratch, &t->edges, (struct edge){.from = v});
            vec_push(t->scratch, &t->edges, (struct edge){.to = v});
        }
    for (uint32_t o = 0; o < t->net->outlet_count; o++)
        if (t->net->cells[t->net->outlets[o]].component == index)
            add_edge(t, t->net->outlets[o], 0, index);
    return t->edges.count * t->variable_count <= STEPS_MAX;
}

/* What is on a cycle, or between two, when the cut edges are gone: the others are peeled off. */
static void find_core(struct retimer *t, uint32_t *ins, uint32_t *outs, bool *gone) {
    uint32_t count = t->variable_count;
    memset(gone, 0, count * sizeof *gone);
    for (bool peeled = true; peeled;) {
        memset(ins, 0, count * sizeof *ins);
        memset(outs, 0, count * sizeof *outs);
        peeled = false;
        for (size_t e = 0; e < t->edges.count; e++) {
            const struct edge *edge = &t->edges.at[e];
            if (edge->cut || edge->open || gone[edge->from] || gone[edge->to]) continue;
            if (!edge->from || !edge->to) continue; /* the outside is on no cycle */
            outs[edge->from]++;
            ins[edge->to]++;
        }
        for (uint32_t v = 0; v < count; v++)
            if (!gone[v] && (!ins[v] || !outs[v])) gone[v] = peeled = true;
    }
}

/* Edges that are cut, until no cycle is left: those that are long already, then all that lead into
 * one variable after the other. At first these are the ones with most paths; other choices take
 * them as they come, and call long what is twice or four times a block. */
static void choose_cuts(struct retimer *t, uint32_t choice) {
    uint32_t count = t->variable_count, state = choice;
    uint32_t *ins = ARENA_ARRAY(t->scratch, count, uint32_t);
    uint32_t *outs = ARENA_ARRAY(t->scratch, count, uint32_t);
    bool *gone = ARENA_ARRAY(t->scratch, count, bool);
    for (size_t e = 0; e < t->edges.count; e++) {
        struct edge *edge = &t->edges.at[e];
        edge->cut = edge->from && edge->to && edge->delay >= t->block << choice % 3;
    }
    for (;;) {
        find_core(t, ins, outs, gone);
        uint32_t hub = 0, most = 0;
        for (uint32_t v = 1; v < count; v++) {
            if (gone[v]) continue;
            uint32_t paths = ins[v] < outs[v] ? ins[v] : outs[v];
            if (choice) paths = (state = state * 1664525 + 1013904223) >> 8 | 1;
            if (paths > most) hub = v, most = paths;
        }
        if (!hub) return;
        for (size_t e = 0; e < t->edges.count; e++) {
            struct edge *edge = &t->edges.at[e];
            if (!edge->open && edge->from && edge->to == hub && !gone[edge->from])
                edge->cut = true;
        }
    }
}

/* r(to) >= r(from) + needed - delay along each edge, by relaxation (Bellman 1958). */
static bool find_times(struct retimer *t) {
    memset(t->later, 0, t->variable_count * sizeof *t->later);
    for (uint32_t round = 0; round <= t->variable_count; round++) {
        bool changed = false;
        for (size_t e = 0; e < t->edges.count; e++) {
            const struct edge *edge = &t->edges.at[e];
            int64_t least = t->later[edge->from] + (edge->cut ? t->block : 0) - edge->delay;
            if (t->later[edge->to] >= least) continue;
            t->later[edge->to] = least;
            changed = true;
        }
        if (changed) continue;
        for (uint32_t v = t->variable_count; v-- > 0;) t->later[v] -= t->later[0];
        return true;
    }
    return false;
}

/* ---- the new net ---- */

/* A delay that was made: `count` samples behind cell `source`. */
struct made {
    wire source, cell;
    uint32_t delay;
};
typedef VEC(struct made) made_list;

static wire delayed(struct retimer *t, made_list *list, wire source, uint32_t delay,
                    uint32_t component, const struct cell *via) {
    if (!delay) return source;
    for (size_t i = 0; i < list->count; i++)
        if (list->at[i].source == source && list->at[i].delay == delay) return list->at[i].cell;
    /* What is long begins where a shorter one ends, if one of the two remains a cut. */
    const struct made *before = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct made *made = &list->at[i];
        if (made->source != source || made->delay > delay) continue;
        if (made->delay < t->block && delay - made->delay < t->block && delay >= t->block) continue;
        if (!before || made->delay > before->delay) before = made;
    }
    uint32_t samples = delay - (before ? before->delay : 0);
    wire *from = ARENA_NEW(t->arena, wire);
    struct operand *operand = ARENA_NEW(t->arena, struct operand);
    *from = before ? before->cell : source;
    *operand = operand_constant(samples);
    wire w = t->net->cell_count + (wire)t->added.count;
    struct cell cell = {.op = CELL_DELAY};
    if (via) cell = *via;
    cell.from = from;
    cell.count = cell.operand_count = 1;
    cell.operands = operand;
    cell.least_delay = samples;
    cell.component = component;
    vec_push(t->arena, &t->added, cell);
    vec_push(t->scratch, list, (struct made){source, w, delay});
    return w;
}

/* Where this reader finds what it reads now. */
static wire moved(struct retimer *t, made_list *list, wire from, uint32_t to, uint32_t index) {
    const struct cell *via = NULL;
    uint32_t delay;
    wire source = source_of(t, from, index, &delay, &via);
    bool inside = component_of(t, source) == index;
    int64_t now = delay + t->later[to] - t->later[inside ? t->variable[source] : 0];
    return now > 0 ? delayed(t, list, source, (uint32_t)now, index, via) : source;
}

static void move_reader(struct retimer *t, made_list *list, wire w, uint32_t to, uint32_t index) {
    struct cell *cell = &t->cells[w];
    const struct cell *old = &t->net->cells[w]; /* its list may be shared, as those above it */
    wire *from = ARENA_ARRAY(t->arena, cell->count, wire);
    for (uint32_t k = 0; k < cell->count; k++) {
        bool touches = component_of(t, cell->from[k]) == index || to;
        from[k] = cell->from[k];
        if (touches && cell_is_connected(old, k)) from[k] = moved(t, list, from[k], to, index);
    }
    /* Rows of a matrix share their list. */
    const struct cell *above = w ? &t->net->cells[w - 1] : NULL;
    bool shares = above && above->bank == old->bank && above->from == old->from &&
                  !memcmp(t->cells[w - 1].from, from, cell->count * sizeof *from);
    cell->from = shares ? t->cells[w - 1].from : from;
}

static void begin_change(struct retimer *t) {
    const struct net *net = t->net;
    if (t->cells) return;
    t->cells = ARENA_ARRAY(t->arena, net->cell_count, struct cell);
    memcpy(t->cells, net->cells, net->cell_count * sizeof *t->cells);
    t->outlets = ARENA_ARRAY(t->arena, net->outlet_count, wire);
    if (net->outlet_count)
        memcpy(t->outlets, net->outlets, net->outlet_count * sizeof *t->outlets);
    t->components = ARENA_ARRAY(t->arena, net->component_count, struct component);
    memcpy(t->components, net->components, net->component_count * sizeof *t->components);
}

static void change(struct retimer *t, const struct component *component) {
    const struct net *net = t->net;
    uint32_t index = net->cells[component->members[0]].component;
    made_list list = {0};
    begin_change(t);
    size_t first = t->added.count;
    for (uint32_t i = 0; i < component->count; i++) {
        wire w = component->members[i];
        if (is_plain_delay(t, w, index)) {
            struct operand *none = ARENA_NEW(t->arena, struct operand);
            *none = operand_constant(0);
            t->cells[w].operands = none;
            t->cells[w].least_delay = 0;
        } else {
            move_reader(t, &list, w, t->variable[w], index);
        }
        for (uint32_t r = t->readers_at[w]; r < t->readers_at[w + 1]; r++) {
            wire reader = t->readers[r];
            if (net->cells[reader].component != index) move_reader(t, &list, reader, 0, index);
        }
    }
    for (uint32_t o = 0; o < net->outlet_count; o++)
        if (net->cells[net->outlets[o]].component == index)
            t->outlets[o] = moved(t, &list, net->outlets[o], 0, index);
    uint32_t count = (uint32_t)(t->added.count - first);
    wire *members = ARENA_ARRAY(t->arena, component->count + count, wire);
    memcpy(members, component->members, component->count * sizeof *members);
    for (uint32_t i = 0; i < count; i++) {
        struct cell *cell = &t->added.at[first + i];
        cell->bank = net->bank_count + (uint32_t)t->banks.count;
        cell->channel = i;
        members[component->count + i] = net->cell_count + (wire)(first + i);
    }
    t->components[index].members = members;
    t->components[index].count = component->count + count;
    if (count)
        vec_push(t->arena, &t->banks,
                 (struct bank){.op = CELL_DELAY,
                               .first = net->cell_count + (wire)first,
                               .count = count,
                               .node = t->added.at[first].node});
}

static void retime_component(struct retimer *t, const struct component *component, uint32_t block) {
    find_variables(t, component);
    t->later = ARENA_ARRAY(t->scratch, t->variable_count, int64_t);
    for (t->block = block; t->block >= BLOCK_STEP; t->block -= BLOCK_STEP) {
        if (t->block > component->least_delay) continue;
        if (!find_edges(t, component)) return;
        for (uint32_t choice = 0; choice < TRIES; choice++) {
            choose_cuts(t, choice);
            if (!find_times(t)) continue;
            change(t, component);
            return;
        }
    }
}

static const struct net *finish(struct retimer *t) {
    struct net *net = ARENA_NEW(t->arena, struct net);
    *net = *t->net;
    uint32_t cells = net->cell_count, banks = net->bank_count;
    net->cell_count += (uint32_t)t->added.count;
    net->bank_count += (uint32_t)t->banks.count;
    struct cell *all = ARENA_ARRAY(t->arena, net->cell_count, struct cell);
    memcpy(all, t->cells, cells * sizeof *all);
    if (t->added.count) memcpy(all + cells, t->added.at, t->added.count * sizeof *all);
    struct bank *every = ARENA_ARRAY(t->arena, net->bank_count, struct bank);
    memcpy(every, t->net->banks, banks * sizeof *every);
    if (t->banks.count) memcpy(every + banks, t->banks.at, t->banks.count * sizeof *every);
    net->cells = all;
    net->banks = every;
    net->outlets = t->outlets;
    net->components = t->components;
    net->order = NULL; /* schedules have one of their own */
    return net;
}

static bool runs(const struct net *net, const struct component *component) {
    for (uint32_t i = 0; i < component->count; i++)
        if (!cell_runs_in_blocks(&net->cells[component->members[i]])) return false;
    return true;
}

const struct net *net_retime(struct arena *arena, struct arena *scratch, const struct net *net,
                             uint32_t block) {
    struct retimer t = {.arena = arena, .scratch = scratch, .net = net};
    struct block_plan plan = block_plan_make(scratch, scratch, net, block);
    for (uint32_t c = 0; c < net->component_count; c++) {
        const struct component *component = &net->components[c];
        uint32_t most = component->least_delay < block ? (uint32_t)component->least_delay : block;
        most = most / BLOCK_STEP * BLOCK_STEP;
        if (!component->cyclic || plan.blocks[c] >= most || !runs(net, component))
            continue;
        if (!t.readers) {
            uint32_t *at;
            t.readers = net_readers(scratch, net, &at);
            t.readers_at = at;
            t.variable = ARENA_ARRAY(scratch, net->cell_count, uint32_t);
        }
        retime_component(&t, component, most);
    }
    return t.cells ? finish(&t) : net;
}
