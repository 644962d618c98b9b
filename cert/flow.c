#include "cert/flow.h"

#include <math.h>

#include "cert/constants.h"
#include "ir/base/vec.h"

static bool is_known(const struct net *net, wire w, bool single) {
    const struct cell *cell = &net->cells[w];
    switch ((int)cell->op) {
    case CELL_INLET:
    case CELL_DELAY: return true;
    case CELL_MIX:
        for (uint32_t i = 0; i < cell->count; i++)
            if (!isfinite(constant_of(cell->operands[i], single))) return false;
        return true;
    case CELL_SECTION:
    case CELL_FIR: {
        struct section_values s = section_values_of(net, w, single);
        return section_is_finite(&s);
    }
    default: return false;
    }
}

static struct flow_node node_of(const struct net *net, wire w, bool single) {
    const struct cell *cell = &net->cells[w];
    struct flow_node node = {.op = cell->op, .component = cell->component};
    if (cell->op == CELL_DELAY) node.least_delay = node.delay_samples = constant_delay(cell);
    if (!cell_is_filter(cell)) return node;
    node.section = section_values_of(net, w, single);
    node.least_delay = cell->least_delay;
    if (cell->op == CELL_SECTION) {
        node.least_delay = node.section.b0 == 0;
    } else {
        node.section.taps = cell->operands;
        node.section.tap_count += cell->least_delay;
    }
    return node;
}

/* The edges that end at each node. */
static void gather(struct arena *arena, struct flow_node *nodes, uint32_t node_count,
                   const struct flow_edge *edges, uint32_t edge_count) {
    uint32_t *all = ARENA_ARRAY(arena, edge_count, uint32_t);
    uint32_t *next = ARENA_ARRAY(arena, (size_t)node_count + 1, uint32_t);
    for (uint32_t e = 0; e < edge_count; e++) next[edges[e].to + 1]++;
    for (uint32_t i = 0; i < node_count; i++) next[i + 1] += next[i];
    for (uint32_t i = 0; i < node_count; i++) {
        nodes[i].in = &all[next[i]];
        nodes[i].in_count = next[i + 1] - next[i];
    }
    for (uint32_t e = 0; e < edge_count; e++) all[next[edges[e].to]++] = e;
}

/* Kahn's, first in first out, over the edges that do not `pass`. */
static const uint32_t *sorted(struct arena *arena, const struct flow *flow, const bool *passes) {
    uint32_t n = flow->node_count, begin = 0, end = 0;
    uint32_t *order = ARENA_ARRAY(arena, n, uint32_t), *waits = ARENA_ARRAY(arena, n, uint32_t);
    uint32_t *out = ARENA_ARRAY(arena, flow->edge_count, uint32_t);
    uint32_t *next = ARENA_ARRAY(arena, (size_t)n + 2, uint32_t);
    for (uint32_t e = 0; e < flow->edge_count; e++) {
        if (passes[e]) continue;
        waits[flow->edges[e].to]++;
        next[flow->edges[e].from + 2]++;
    }
    for (uint32_t i = 0; i < n; i++) next[i + 2] += next[i + 1];
    for (uint32_t e = 0; e < flow->edge_count; e++)
        if (!passes[e]) out[next[flow->edges[e].from + 1]++] = e;
    for (uint32_t i = 0; i < n; i++)
        if (!waits[i]) order[end++] = i;
    for (; begin < end; begin++)
        for (uint32_t k = next[order[begin]]; k < next[order[begin] + 1]; k++) {
            uint32_t to = flow->edges[out[k]].to;
            if (--waits[to] == 0) order[end++] = to;
        }
    return end == n ? order : NULL;
}

/* Within a component as `order` has it, components as they feed each other. */
static const uint32_t *by_component(struct arena *arena, const struct flow *flow,
                                    const uint32_t *order) {
    uint32_t n = flow->node_count, last = 0;
    for (uint32_t i = 0; i < n; i++)
        if (flow->nodes[i].component > last) last = flow->nodes[i].component;
    uint32_t *next = ARENA_ARRAY(arena, (size_t)last + 2, uint32_t);
    uint32_t *place = ARENA_ARRAY(arena, n, uint32_t), *made = ARENA_ARRAY(arena, n, uint32_t);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t component = flow->nodes[i].component;
        place[i] = flow->backwards ? last - component : component;
        next[place[i] + 1]++;
    }
    for (uint32_t c = 0; c <= last; c++) next[c + 1] += next[c];
    for (uint32_t i = 0; i < n; i++) made[next[place[order[i]]]++] = order[i];
    return made;
}

static bool finish(struct arena *arena, struct flow *flow) {
    bool *passes = ARENA_ARRAY(arena, flow->edge_count, bool);
    for (uint32_t e = 0; e < flow->edge_count; e++) passes[e] = flow->edges[e].channel != NOT_CUT;
    const uint32_t *order = sorted(arena, flow, passes);
    if (!order) return false;
    flow->order = by_component(arena, flow, order);
    return true;
}

const struct flow *flow_of(struct arena *arena, const struct net *net, const struct loop *loops,
                           uint32_t loop_count, bool single) {
    uint32_t n = net->cell_count;
    VEC(struct flow_edge) edges = {0};
    struct flow_node *nodes = ARENA_ARRAY(arena, n, struct flow_node);
    uint32_t *channel_of = ARENA_ARRAY(arena, n, uint32_t);
    for (wire w = 0; w < n; w++) channel_of[w] = NOT_CUT;
    for (uint32_t i = 0; i < loop_count; i++)
        for (uint32_t j = 0; j < loops[i].channel_count; j++)
            channel_of[loops[i].channels[j].cells[0]] = j;
    struct flow *flow = ARENA_NEW(arena, struct flow);
    *flow = (struct flow){.nodes = nodes, .node_count = n, .cost = n};
    for (wire w = 0; w < n; w++) {
        const struct cell *cell = &net->cells[w];
        if (!is_known(net, w, single)) return NULL;
        nodes[w] = node_of(net, w, single);
        for (uint32_t i = 0; i < cell->count; i++) {
            if (!cell_is_connected(cell, i)) continue;
            wire from = cell->from[i];
            bool within = net->cells[from].component == cell->component;
            double gain = cell->op == CELL_MIX ? constant_of(cell->operands[i], single) : 1;
            vec_push(arena, &edges,
                     (struct flow_edge){from, w, gain, within ? channel_of[w] : NOT_CUT});
        }
        flow->cost += nodes[w].section.tap_count + (cell->op == CELL_SECTION ? 8 : 0) + 2;
    }
    flow->edges = edges.at;
    flow->edge_count = (uint32_t)edges.count;
    flow->cost += edges.count;
    gather(arena, nodes, n, edges.at, flow->edge_count);
    return finish(arena, flow) ? flow : NULL;
}

const struct flow *flow_turned(struct arena *arena, const struct flow *from) {
    struct flow *flow = ARENA_NEW(arena, struct flow);
    struct flow_edge *edges = ARENA_ARRAY(arena, from->edge_count, struct flow_edge);
    struct flow_node *nodes = ARENA_ARRAY(arena, from->node_count, struct flow_node);
    for (uint32_t e = 0; e < from->edge_count; e++) {
        edges[e] = from->edges[e];
        edges[e].from = from->edges[e].to;
        edges[e].to = from->edges[e].from;
    }
    for (uint32_t i = 0; i < from->node_count; i++) nodes[i] = from->nodes[i];
    *flow = *from;
    flow->nodes = nodes;
    flow->edges = edges;
    flow->backwards = !from->backwards;
    gather(arena, nodes, flow->node_count, edges, flow->edge_count);
    return finish(arena, flow) ? flow : NULL;
}

const uint32_t *flow_order(struct arena *arena, const struct flow *flow, uint64_t block) {
    bool *passes = ARENA_ARRAY(arena, flow->edge_count, bool);
    for (uint32_t e = 0; e < flow->edge_count; e++)
        passes[e] = flow->nodes[flow->edges[e].to].least_delay >= block;
    return sorted(arena, flow, passes);
}
