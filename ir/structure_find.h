/* What the finders of structure (ir/structure_*.c) share. */
#ifndef ADACC_IR_STRUCTURE_FIND_H
#define ADACC_IR_STRUCTURE_FIND_H

#include "ir/structure.h"

/* A matrix in which structure is sought. Entries of the product may differ by `within`. */
struct structure_search {
    struct arena *arena, *scratch;
    const struct structure_weights *weights;
    const double *values;
    uint32_t rows, columns;
    double within, largest;
    unsigned depth; /* how many forms it is inside of */
};

/* A kind of structure: null where there is none of it, or none of use. */
typedef const struct structure *structure_finder(const struct structure_search *s);

structure_finder structure_find_sparse, structure_find_blocks;     /* structure_sparse.c */
structure_finder structure_find_hadamard;                          /* structure_hadamard.c */
structure_finder structure_find_rank, structure_find_plus_rank;    /* structure_rank.c */
structure_finder structure_find_kronecker, structure_find_halves;  /* structure_product.c */

/* structure.c: the cheapest form of a part of what is sought, within another distance. */
const struct structure *structure_within(const struct structure_search *s, const double *values,
                                         uint32_t rows, uint32_t columns, double within);

/* A form whose members but for the work are known. */
const struct structure *structure_make(const struct structure_search *s, struct structure form);

const struct structure *structure_dense(const struct structure_search *s, const double *values,
                                        uint32_t rows, uint32_t columns);

/* Those entries that are not 0, of a matrix with these numbers; values within `within` of 1 or -1
 * become that. Named by what it is. */
const struct structure *structure_sparse(const struct structure_search *s, const double *values,
                                         uint32_t rows, uint32_t columns, double within);

/* At most one entry a row: values[r] at column place[r], none where that is 0. */
const struct structure *structure_singles(const struct structure_search *s, const uint32_t *place,
                                          const double *values);

/* The product, or the sum, of two. */
const struct structure *structure_pair(const struct structure_search *s, enum structure_kind kind,
                                       const char *label, const struct structure *first,
                                       const struct structure *second);

static inline double structure_at(const struct structure_search *s, uint32_t r, uint32_t c) {
    return s->values[(size_t)r * s->columns + c];
}

#endif
