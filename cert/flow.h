/* A net as nodes and weighted edges, so that it can be run backwards as well.
 *
 * Every cell is a node with one signal, y = op(sum of gain y_from), op being z^-m, a filter or
 * nothing. With every edge turned around, the node's signal for an impulse at outlet o is the
 * response at o to an impulse added to what the node's op is given: one run then says what reaches
 * the outlet from everywhere (Jackson, On the interaction of roundoff noise and dynamic range in
 * digital filters, 1970).
 */
#ifndef ADACC_CERT_FLOW_H
#define ADACC_CERT_FLOW_H

#include "cert/cut.h"

struct flow_edge {
    uint32_t from, to;
    double gain;
    uint32_t channel; /* of its component's loop, if the loop is cut open here; NOT_CUT: it is not */
};
#define NOT_CUT UINT32_MAX

struct flow_node {
    enum cell_op op;
    uint32_t component;
    const uint32_t *in; /* edges that end here */
    uint32_t in_count;
    uint64_t delay_samples;        /* DELAY */
    struct section_values section; /* SECTION, and FIR with all of its taps */
    uint64_t least_delay;          /* samples before its op answers */
};

struct flow {
    const struct flow_node *nodes; /* as many, and numbered, as the net's cells */
    uint32_t node_count;
    const struct flow_edge *edges;
    uint32_t edge_count;
    const uint32_t *order; /* of nodes: components in the order of the signal, and within one each
                              behind those that it hears of without crossing a cut */
    bool backwards;
    uint64_t cost; /* multiply-adds a sample */
};

/* Where a loop is cut: channel j at the one edge between its source and its first cell. Null if the
 * net holds what is no delay, mix or filter, or what is not finite. */
const struct flow *flow_of(struct arena *arena, const struct net *net, const struct loop *loops,
                           uint32_t loop_count, bool single);

const struct flow *flow_turned(struct arena *arena, const struct flow *flow);

/* An order in which blocks of `block` samples can be computed: nodes that answer no sooner than
 * that need nothing of theirs. Null if there is none. */
const uint32_t *flow_order(struct arena *arena, const struct flow *flow, uint64_t block);

#endif
