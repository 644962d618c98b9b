/* Structure in dense matrices of numbers: what makes a product cheaper than rows times columns. */
#ifndef ADACC_IR_STRUCTURE_H
#define ADACC_IR_STRUCTURE_H

#include "ir/base/arena.h"

enum structure_kind {
    STRUCTURE_NONE,
    STRUCTURE_HADAMARD, /* gain times a matrix of signs that a fast Walsh-Hadamard transform
                           computes */
    STRUCTURE_RANK_ONE, /* a diagonal and one column times one row: Householder's reflections (1958)
                         */
};

struct structure {
    enum structure_kind kind;
    /* HADAMARD: entry (r, c) is gain * sign[c] * (-1)^(number of ones in row[r] & column[c]); `row`
     * and `column` are permutations. */
    double gain;
    const uint32_t *row, *column;
    const double *sign;
    /* RANK_ONE: entry (r, c) is left[r] * right[c], and diagonal[r] more where r = c. */
    const double *left, *right, *diagonal;
};

/* Of an n x n matrix, row by row; entries may differ from the structure's by `tolerance` times the
 * largest of them. */
struct structure structure_find(struct arena *arena, const double *values, uint32_t n,
                                double tolerance);

#endif
