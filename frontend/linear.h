/* Square matrices of plain numbers, n x n, row by row. */
#ifndef ADACC_FRONTEND_LINEAR_H
#define ADACC_FRONTEND_LINEAR_H

#include "ir/base/arena.h"

/* a^-1 b for b of n x columns, in `b`, by elimination with partial pivots; `a` is used up. False if
 * a pivot is lost among rounding errors: a is singular, as far as doubles tell. */
bool linear_solve(double *a, double *b, uint32_t n, uint32_t columns);

/* In `out`. */
bool linear_inverse(struct arena *scratch, const double *a, uint32_t n, double *out);

/* e^a by a Pade approximant of degree 13, scaled and squared (N. J. Higham, "The scaling and
 * squaring method for the matrix exponential revisited", SIAM J. Matrix Anal. Appl. 26, 2005).
 * False if it is larger than doubles hold. */
bool linear_exponential(struct arena *scratch, const double *a, uint32_t n, double *out);

/* The orthogonal matrix nearest to a in the Frobenius norm: the orthogonal factor of its polar
 * decomposition, by Newton's iteration (N. J. Higham, "Computing the polar decomposition - with
 * applications", SIAM J. Sci. Stat. Comput. 7, 1986). False if a is singular, and has no single
 * nearest one. */
bool linear_polar(struct arena *scratch, const double *a, uint32_t n, double *out);

/* Makes the rows orthonormal, each from what those above leave of it (Gram and Schmidt, twice).
 * False if they depend on one another. */
bool linear_orthonormal_rows(double *a, uint32_t n);

void linear_multiply(const double *a, const double *b, uint32_t n, double *out);

#endif
