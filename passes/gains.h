/* Gains as numbers that can be combined: when two matrices may become one, and at what cost.
 *
 * A coefficient that a knob moves ramps to its new value. A ramp goes through sums and constant
 * factors, so a constant matrix may be multiplied into a moving one, and moving ones with the same
 * smoothing added; the product of two that move would ramp otherwise than the two do, and is not
 * made.
 */
#ifndef ADACC_PASSES_GAINS_H
#define ADACC_PASSES_GAINS_H

#include "ir/build.h"
#include "ir/program.h"

/* Entries a matrix made by a pass may have at most: side by side, zeros fill the corners. */
enum { GAIN_ENTRIES_MAX = 1 << 16 };

/* Multiply-adds a sample; a coefficient that moves also costs its ramp, and counts three times. */
uint64_t matrix_cost(const struct matrix *a);

/* The matrix of a gain, or of wires; null for anything else. */
const struct matrix *node_matrix(struct arena *arena, const struct node *node);

bool node_is_zero(const struct node *node); /* a gain of constant zeros */

/* second * first, or null where that costs more than both or would change a ramp. */
const struct matrix *gains_product(struct arena *arena, const struct program *program,
                                   const struct matrix *first, const struct matrix *second);

/* a + b, or null where that would change a ramp. */
const struct matrix *gains_sum(struct arena *arena, const struct program *program,
                               const struct matrix *a, const struct matrix *b);

/* Matrices side by side (block diagonal) or stacked; null if that is too large. */
const struct matrix *gains_beside(struct arena *arena, const struct matrix *const *parts,
                                  uint32_t count, bool stacked);

#endif
