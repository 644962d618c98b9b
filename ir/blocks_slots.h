/* Which slots of blocks a kernel reads and writes. */
#ifndef ADACC_IR_BLOCKS_SLOTS_H
#define ADACC_IR_BLOCKS_SLOTS_H

#include "ir/schedule.h"

/* Calls `see` for each place of the kernel that reads a slot of blocks; `block` is its region's. */
void block_slots_read(const struct kernel *kernel, uint32_t block,
                      void (*see)(void *context, uint32_t slot), void *context);

/* True if the rows of the kernel are slots of blocks. */
bool block_slots_written(const struct kernel *kernel, uint32_t block);

/* Gives each slot s of all kernels the number now[s]; rows stay side by side. */
void block_slots_move(struct arena *arena, struct region *regions, uint32_t region_count,
                      const uint32_t *now);

#endif
