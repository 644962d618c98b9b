/* Sections that are computed side by side. */
#ifndef ADACC_IR_BLOCKS_MERGE_H
#define ADACC_IR_BLOCKS_MERGE_H

#include "ir/schedule.h"

/* In regions with blocks of more than a sample, kernels of few sections that do not wait for one
 * another become one: each sample of a section waits for the one before, so that several side by
 * side take no longer than one. Kernels are put in order for that, slots and states get new
 * numbers. */
void blocks_merge(struct arena *arena, struct arena *scratch, struct region *regions,
                  uint32_t region_count, uint32_t line_count, uint32_t *slot_count,
                  uint32_t *section_count);

#endif
