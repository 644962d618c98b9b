/* Making a schedule: what ir/schedule.c, which orders cells, and ir/schedule_kernels.c, which makes
 * kernels of them, share. */
#ifndef ADACC_IR_SCHEDULE_MAKER_H
#define ADACC_IR_SCHEDULE_MAKER_H

#include "ir/base/vec.h"
#include "ir/blocks.h"
#include "ir/control.h"

/* A kernel for the end of the sample, when all wires are known. */
struct late_kernel {
    struct kernel kernel;
    const wire *wires; /* one a row */
};

/* Matrices of numbers in the forms that were found; those with the same operands, row by row, are
 * the same. */
struct known_forms {
    VEC(struct known_form {
        const struct operand *const *rows;
        const struct structure_weights *weights;
        const struct structure *structure;
    })
    list;
};

struct schedule_maker {
    struct arena *arena, *scratch;
    struct diags *diags;
    const struct net *net;
    struct control_build *control;
    struct block_plan plan;
    double tolerance; /* see schedule_make_within */
    struct known_forms *known_forms; /* of matrices, whatever the block */
    VEC(struct schedule_form) forms;
    uint32_t block; /* of the region being made; 1: sample by sample */
    uint32_t *slot_of; /* of each wire, in the region being made */
    uint32_t *line_at; /* of each wire: 1 + the line of a constant delay that takes it late */
    uint32_t *line_of; /* of each wire, while responses share lines: 0, or 1 + which of theirs */
    uint32_t slot_count, section_count;
    VEC(struct line) lines;
    VEC(struct kernel) kernels;
    VEC(struct late_kernel) late;
    VEC(struct region) regions;
    uint32_t wire_count; /* most slots of any region that runs sample by sample */
    uint64_t multiply_adds, block_multiply_adds;
};

/* True if the cell's outlet is computed from this sample of its inlet, or of a whole block. */
static inline bool schedule_is_direct(const struct schedule_maker *m, wire w) {
    return m->block > 1 ? !m->plan.cut[w] : m->net->cells[w].least_delay == 0;
}

/* ir/schedule_order.c: the regions of the whole net, but for the outlets. */
void schedule_regions(struct schedule_maker *m);

/* Appends the kernels of cells of one bank, whose inlets are known where they are needed now; gives
 * each cell's wire its slot. */
void schedule_cells(struct schedule_maker *m, enum cell_op op, const wire *cells, uint32_t count);

/* ir/schedule_kernels.c: a kernel that begins with this cell, without slots; fresh slots; the ones
 * given, as a gather. */
struct kernel schedule_kernel(struct schedule_maker *m, enum kernel_op op, const wire *cells,
                              uint32_t rows);
uint32_t schedule_slots(struct schedule_maker *m, uint32_t count);
const struct gather *schedule_gather_slots(struct arena *arena, const uint32_t *slots,
                                           uint32_t count);

/* ir/schedule_matrix.c: the kernels of a matrix of numbers whose structure makes it cheaper, if it
 * has such a one. */
enum schedule_choice { CHOICE_NONE, CHOICE_DENSE, CHOICE_MADE };
enum schedule_choice schedule_structured(struct schedule_maker *m, const wire *cells,
                                         uint32_t count, const struct operand *gains,
                                         const wire *from, uint32_t columns);

/* The slots of these wires. */
const struct gather *schedule_gather(struct schedule_maker *m, const wire *wires, uint32_t count);

#endif
