/* Making a schedule: what ir/schedule.c, which orders cells, and ir/schedule_kernels.c, which makes
 * kernels of them, share. */
#ifndef ADACC_IR_SCHEDULE_MAKER_H
#define ADACC_IR_SCHEDULE_MAKER_H

#include "ir/base/vec.h"
#include "ir/control.h"

/* A kernel for the end of the sample, when all wires are known. */
struct late_kernel {
    struct kernel kernel;
    const wire *wires; /* one a row */
};

struct schedule_maker {
    struct arena *arena, *scratch;
    struct diags *diags;
    const struct net *net;
    struct control_build *control;
    uint32_t
        *waiting; /* of each cell: wires that it needs in this sample and that are not computed */
    uint32_t *readers,
        *readers_at; /* cells that need wire w: readers[readers_at[w] .. readers_at[w + 1]) */
    uint32_t *bank_left,
        *bank_ready; /* of each bank: cells not computed; those of them that could be */
    bool *ready, *done;
    VEC(uint32_t)
    complete; /* banks all of whose cells could be computed, first come first served */
    size_t next_complete;
    uint32_t *slot_of; /* of each wire */
    uint32_t *line_of; /* of each wire, while responses share lines: 0, or 1 + which of theirs */
    uint32_t slot_count, section_count;
    VEC(struct line) lines;
    VEC(struct kernel) kernels;
    VEC(struct late_kernel) late;
    uint64_t multiply_adds;
};

/* Appends the kernels of cells of one bank, whose inlets are known where they are needed now; gives
 * each cell's wire its slot. */
void schedule_cells(struct schedule_maker *m, enum cell_op op, const wire *cells, uint32_t count);

/* The slots of these wires. */
const struct gather *schedule_gather(struct schedule_maker *m, const wire *wires, uint32_t count);

#endif
