/* Strongly connected components of a net, by Tarjan's algorithm (1972). */
#ifndef ADACC_IR_LOOPS_H
#define ADACC_IR_LOOPS_H

#include "ir/net.h"

struct loops {
    wire *members;      /* all cells, component by component, each component ascending */
    uint32_t *begin;    /* where component i begins in `members`; begin[count] is the end */
    uint32_t *of;       /* the component of each cell */
    uint32_t count;
};

/* Components in the order of the signal: a component comes behind all that feed it. `direct`: only
 * paths within one sample count, so that a component of several cells, or a cell that reads itself,
 * is a delay-free loop; else every connected path does. */
struct loops loops_find(struct arena *arena, const struct cell *cells, uint32_t count, bool direct);

/* True if the component is a loop: more than one cell, or one that reads itself. */
bool loops_cyclic(const struct loops *loops, const struct cell *cells, uint32_t component, bool direct);

/* Samples around the shortest cycle within the component; every cycle must hold a delay. */
uint64_t loops_least_delay(struct arena *scratch, const struct loops *loops,
                           const struct cell *cells, uint32_t component);

#endif
