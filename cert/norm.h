/* Largest singular values of square matrices: proofs that one is below a bound, and estimates. */
#ifndef ADACC_CERT_NORM_H
#define ADACC_CERT_NORM_H

#include "ir/base/arena.h"

/* Room for what the functions below compute, for matrices of up to n x n. Multiply-adds are
 * counted, so that whoever uses them can stop at a fixed number and not at a time. */
struct norm_work {
    uint32_t n;
    double *a, *b, *c; /* n x n */
    double *u, *v, *w; /* n */
    uint64_t spent;
};

struct norm_work norm_work_make(struct arena *arena, uint32_t n);

/* True only if every matrix within `error` of W in the 2-norm has a norm below `bound`: the
 * Cholesky factorisation of bound^2 I - W W', less a shift that is greater than all rounding
 * errors, runs through (Rump, Verification of positive definiteness, BIT 2006). False if bound and
 * norm are within about n^2 UNIT of each other. */
bool norm_is_below(struct norm_work *work, const double *W, uint32_t n, double error, double bound);

/* True only if the least singular value of every matrix within `error` of W is above `bound`. */
bool norm_least_is_above(struct norm_work *work, const double *W, uint32_t n, double error,
                         double bound);

/* About the norm, from below; `u` and `v` are left with the singular vectors, W v = norm u. */
double norm_estimate(struct norm_work *work, const double *W, uint32_t n, uint32_t iterations);

/* The least bound of a few tried, a little above the estimate, that norm_is_below proves. */
double norm_bound(struct norm_work *work, const double *W, uint32_t n, double error);

/* Scaling. Moves x so that the norm of e^X W e^-X falls, X = diag(x): `sweeps` steps of
 *     x_i -= log(S_ii / T_ii) / 4p,  S = (B B')^p, T = (B' B)^p, B = e^X W e^-X, p = 2^power
 * which for p = 1 is the balancing of Osborne (1960), and descends along the gradient of the
 * Schatten norm of order 2p, convex in x, which tends to the largest singular value. W is N x N, or
 * the real form [Re -Im; Im Re] of a complex one (`is_complex`), n = 2 N, whose halves share their x.
 */
void norm_balance(struct norm_work *work, const double *W, uint32_t n, bool is_complex,
                  uint32_t power, uint32_t sweeps, double *x);

#endif
