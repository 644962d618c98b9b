#include "cert/energy.h"

#include <math.h>

/* The one edge into a cell of a chain from the one before it, in the order of the signal. */
static const struct flow_edge *edge_between(const struct flow *flow, uint32_t a, uint32_t b) {
    uint32_t from = flow->backwards ? b : a, to = flow->backwards ? a : b;
    for (uint32_t i = 0; i < flow->nodes[to].in_count; i++) {
        const struct flow_edge *edge = &flow->edges[flow->nodes[to].in[i]];
        if (edge->from == from) return edge;
    }
    return NULL;
}

static bool holds(const struct flow_node *node) {
    return node->op == CELL_DELAY && node->delay_samples > 0;
}

/* Weights and factors are off by some hundred units of themselves at most, a few for each power of
 * R and each gain: `growth` allows for more. */
static bool describe(struct arena *arena, const struct flow *flow, const struct channel *channel,
                     const struct flow_edge *cut, double scale, double R,
                     struct energy_channel *out) {
    const wire *cells = channel->cells;
    uint32_t n = channel->cell_count, first = n, last = 0;
    for (uint32_t k = 0; k < n; k++) {
        if (!holds(&flow->nodes[cells[k]])) continue;
        first = first < n ? first : k;
        last = k;
    }
    if (first == n) return false;
    double *passed = ARENA_ARRAY(arena, n, double); /* by the signal, from the cut to each cell */
    double product = 1, before = 1;
    for (uint32_t k = 0; k <= last; k++) {
        const struct flow_node *node = &flow->nodes[cells[k]];
        const struct flow_edge *edge = k ? edge_between(flow, cells[k - 1], cells[k]) : cut;
        if (!edge || (node->op != CELL_DELAY && node->op != CELL_MIX)) return false;
        product *= fabs(edge->gain);
        if (k <= first) before = product;
        product *= node->op == CELL_DELAY ? pow(R, (double)node->delay_samples) : 1;
        passed[k] = product;
    }
    if (!(before > 0x1p-500) || !(product > 0x1p-500) || !(product < 0x1p500)) return false;
    out->node = flow->backwards ? cells[first] : cells[last];
    out->weight = flow->backwards ? scale / before : product / scale;
    out->parts = ARENA_ARRAY(arena, last - first + 1, struct energy_part);
    for (uint32_t k = first; k <= last; k++) {
        const struct flow_node *node = &flow->nodes[cells[k]];
        if (!holds(node)) continue;
        double own = pow(R, (double)node->delay_samples);
        double factor = flow->backwards ? passed[k] / own / before : product / passed[k];
        out->parts[out->part_count++] = (struct energy_part){cells[k], factor};
    }
    return true;
}

struct energy energy_of(struct arena *arena, const struct flow *flow, const struct loop *loop,
                        const uint32_t *cuts, const struct resolvent *resolvent, double R) {
    struct energy energy = {.channel_count = loop->channel_count};
    double below = resolvent->below;
    if (!(below > 0)) return energy;
    struct energy_channel *channels =
        ARENA_ARRAY(arena, loop->channel_count, struct energy_channel);
    for (uint32_t j = 0; j < loop->channel_count; j++)
        if (!describe(arena, flow, &loop->channels[j], &flow->edges[cuts[j]],
                      exp(resolvent->log_scale[j]), R, &channels[j]))
            return energy;
    energy.channels = channels;
    energy.growth = 1 / sqrt(below * (2 - below)) * (1 + 0x1p-20);
    return energy;
}
