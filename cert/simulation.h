/* What a flow answers to an impulse, in double precision, in blocks.
 *
 * Sums of moduli and of squares are kept of every node's signal, so that a bound of what follows
 * after the last sample, and of what rounding did, turns them into brackets of its norms (tail.h).
 */
#ifndef ADACC_CERT_SIMULATION_H
#define ADACC_CERT_SIMULATION_H

#include "cert/flow.h"

/* What a node holds for later. DELAY: `held`, m samples, the oldest at `oldest`. FIR: its last
 * inputs, the newest last. SECTION: x[n-1], x[n-2], y[n-1], y[n-2]. */
struct node_state {
    double *held;
    uint64_t held_count, oldest;
    double section[4];
};

/* The signals and gains of the edges that end at a node. */
struct node_input {
    const double *const *signals;
    const double *gains;
};

struct simulation {
    const struct flow *flow;
    uint64_t frames; /* done so far */
    double *l1, *l2; /* of each node's signal so far: sum of |y|, of y^2 */
    struct node_state *states;
    /* Private. */
    const uint32_t *order, *late; /* nodes; those that answer before they are given anything */
    uint32_t late_count, block, stride, impulse;
    double *out, *sum, *other, *extended;
    struct node_input *inputs; /* of each node */
};

/* Starts with an impulse of 1 added to what one node's op is given. Null if no order was found, or
 * if delays and filters hold more than `room` doubles. */
struct simulation *simulation_begin(struct arena *arena, const struct flow *flow, uint32_t impulse,
                                    uint64_t room);

/* The next block; its length. */
uint32_t simulation_run(struct simulation *s);

/* The samples of a node in the last block. */
const double *simulation_signal(const struct simulation *s, uint32_t node);

#endif
