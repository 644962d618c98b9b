/* Fewer and larger kernels for blocks, with the same meaning. */
#ifndef ADACC_IR_BLOCKS_FUSE_H
#define ADACC_IR_BLOCKS_FUSE_H

#include "ir/schedule.h"

/* In each region with blocks of more than a sample:
 *
 * - sections that never move and hear constant delays alone are computed before these, so that
 *   what a line takes is filtered already: they commute, as both are linear, time-invariant and at
 *   rest in the beginning;
 * - sums of matrices become one matrix;
 * - matrices, the sections behind them, and the lines that take their rows become one kernel.
 *
 * `slot_count` slots, each written by one kernel. */
void blocks_fuse(struct arena *arena, struct arena *scratch, struct region *regions,
                 uint32_t region_count, const struct line *lines, uint32_t line_count,
                 uint32_t slot_count);

/* Slots whose blocks are never needed at the same time become one. How many there are. */
uint32_t blocks_share_slots(struct arena *arena, struct arena *scratch, struct region *regions,
                            uint32_t region_count, uint32_t slot_count);

#endif
