/* Dense matrices of operands. `rows` are outlets, `cols` are inlets: y = M x. */
#ifndef ADACC_IR_MATRIX_H
#define ADACC_IR_MATRIX_H

#include "ir/expr.h"

struct matrix {
    uint32_t rows, cols;
    const struct operand *at; /* rows * cols, row by row */
    name name;                /* given by the pass `hoist`; null before */
};

static inline struct operand matrix_at(const struct matrix *m, uint32_t row, uint32_t col) {
    return m->at[(size_t)row * m->cols + col];
}

/* A matrix whose entries the caller computes: `fill` is called for each, row by row. */
struct matrix *matrix_make(struct arena *arena, uint32_t rows, uint32_t cols,
                           struct operand (*fill)(const void *context, uint32_t row, uint32_t col),
                           const void *context);
struct matrix *matrix_of_numbers(struct arena *arena, uint32_t rows, uint32_t cols,
                                 const double *numbers);
/* Takes the entries as they are; they must live as long as the matrix. */
struct matrix *matrix_of(struct arena *arena, uint32_t rows, uint32_t cols, const struct operand *at);

struct matrix *matrix_identity(struct arena *arena, uint32_t n);
struct matrix *matrix_filled(struct arena *arena, uint32_t rows, uint32_t cols, struct operand value);
struct matrix *matrix_diagonal(struct arena *arena, uint32_t n, const struct operand *entries);

/* Sylvester's Hadamard matrix over sqrt n, orthogonal: H_1 = 1, H_2n = [H_n, H_n; H_n, -H_n].
 * Null unless n is a power of two. */
struct matrix *matrix_hadamard(struct arena *arena, uint32_t n);

/* I - 2 u u' / (u' u) (Householder 1958); `u` of all ones where null. Null if u is all zero. */
struct matrix *matrix_householder(struct arena *arena, uint32_t n, const struct operand *u);

struct matrix *matrix_transpose(struct arena *arena, const struct matrix *a);
struct matrix *matrix_scale(struct arena *arena, struct operand factor, const struct matrix *a);
struct matrix *matrix_add(struct arena *arena, const struct matrix *a, const struct matrix *b);
struct matrix *matrix_multiply(struct arena *arena, const struct matrix *a, const struct matrix *b);
struct matrix *matrix_kron(struct arena *arena, const struct matrix *a, const struct matrix *b);

bool matrix_is_constant(const struct matrix *a);
bool matrix_is_diagonal(const struct matrix *a); /* square, and constant zeros beside the diagonal */
bool matrix_is_identity(const struct matrix *a);
bool matrix_is_zero(const struct matrix *a); /* all entries the constant zero */
bool matrix_equal(const struct matrix *a, const struct matrix *b);

#endif
