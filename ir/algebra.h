/* Delay-free loops: an error, or solved where the graph asks for it. */
#ifndef ADACC_IR_ALGEBRA_H
#define ADACC_IR_ALGEBRA_H

#include "ir/base/diag.h"
#include "ir/base/vec.h"
#include "ir/net.h"

struct cells {
    struct cell *at;
    size_t count, room;
};

#define NO_BANK UINT32_MAX

/* The sums at the inlets of a feedback that must not close within a sample. */
struct strict_loop {
    wire first;
    uint32_t count;
    const struct node *node;
};

struct algebra {
    struct arena *arena, *scratch;
    struct diags *diags;
    const struct strict_loop *strict;
    uint32_t strict_count;
};

/* Finds every delay-free loop of the cells. One that a strict feedback is part of is an error that
 * names the cycle; any other is replaced by its solution (see ir/lower.h). Cells keep their numbers;
 * new ones go behind, with bank NO_BANK. False after a report. */
bool algebra_solve(struct algebra *algebra, struct cells *cells, bool *changed);

/* The whole samples that a numerator or a response delays at least: how many of its coefficients, from
 * the first on, are the constant 0. A numerator of zeros alone counts as one that ends in no zero. */
uint32_t leading_zeros(const struct operand *at, uint32_t count);

#endif
