/* How long blocks may be: which parts of a net run in blocks of samples, and which sample by
 * sample.
 *
 * A loop whose shortest cycle takes D samples may run in blocks of up to D: within a block no
 * sample depends on another one through the loop. A block of such a loop begins by reading its long
 * delays (the cuts), which hold what is to be read already, and ends by writing them; what is left
 * between them is free of loops, and each cell of it runs over the whole block at once.
 */
#ifndef ADACC_IR_BLOCKS_H
#define ADACC_IR_BLOCKS_H

#include "ir/net.h"

enum {
    BLOCK_MOST = 64, /* samples, and a multiple of BLOCK_STEP */
    BLOCK_STEP = 16, /* every block but the last of a call is a multiple of it */
};

struct block_plan {
    uint32_t block; /* samples that the program as a whole takes at a time */
    const uint32_t
        *unit; /* of each cell: 0, or 1 + its component where that is a region by itself */
    const uint32_t *blocks; /* of each component: samples that it may take at a time; 1: sample by
                               sample */
    const bool *cut; /* of each cell: a delay that is read before it is written: those of loops,
                        and those of a block or more that hear what another such delay hears */
};

/* With blocks of `block` samples, a multiple of BLOCK_STEP. */
struct block_plan block_plan_make(struct arena *arena, struct arena *scratch, const struct net *net,
                                  uint32_t block);

/* What drives this wire, through copies. */
wire net_root(const struct net *net, wire w);

/* True if the cell has a kernel for blocks. */
bool cell_runs_in_blocks(const struct cell *cell);

/* The cells that read each wire over a connected path, readers[at[w] .. at[w + 1]). */
uint32_t *net_readers(struct arena *arena, const struct net *net, uint32_t **readers_at);

#endif
