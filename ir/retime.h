/* Delays moved to where blocks of samples need them.
 *
 * A loop may run in blocks of B samples where each of its cycles passes a single delay of B samples
 * or more (ir/blocks.h). A cycle may be long enough and yet have its delays in pieces: two of 8
 * samples make 16. What never changes, and is at rest in the beginning, gives the same whether its
 * inlets or its outlet are delayed, bit for bit. So each such cell v may be computed r(v) samples
 * later, if every delay behind it becomes r(v) shorter and every one before it r(v) longer, and
 * none negative: retiming (Leiserson and Saxe, Algorithmica 6, 1991). What knobs move, and all
 * that is not of the loop, stays where it is: r = 0.
 */
#ifndef ADACC_IR_RETIME_H
#define ADACC_IR_RETIME_H

#include "ir/net.h"

/* The net, or one that computes the same and has delays of `block` samples or more on each cycle of
 * those components where such were found, or of the largest multiple of BLOCK_STEP below. Cells
 * keep their numbers; delays that were moved are new ones behind all others. */
const struct net *net_retime(struct arena *arena, struct arena *scratch, const struct net *net,
                             uint32_t block);

#endif
