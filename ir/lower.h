/* From graph to net. */
#ifndef ADACC_IR_LOWER_H
#define ADACC_IR_LOWER_H

#include "ir/base/diag.h"
#include "ir/net.h"

/* The net of `root`, whose sections must be normalised and whose delays whole. Null after a report: a
 * delay-free loop (E0310) outside an implicit feedback, one inside it whose algebra is singular
 * (E0311) or moved by a knob (E0312), or a net beyond LIMIT_CELLS.
 *
 * Delay-free loops inside implicit feedback are solved: within such a component w = K w + E e, with
 * constant K, becomes the one matrix w = (I - K)^-1 E e (FLAMO's recursion evaluated at each
 * frequency has the same instantaneous part). A section with b0 in the loop is split into
 * b0 + (H(z) - b0) first. */
const struct net *net_lower(struct arena *arena, struct diags *diags, const struct program *program,
                            const struct node *root);

#endif
