/* Loops whose energy is kept exactly.
 *
 * Where all channels are pure delays and G = A is constant, V = sum_j p_j (the squares of what is
 * in delay line j) changes from sample to sample by x' (A' P A - P) x, P = diag(p): kept for ever
 * if A' P A = P (Schlecht & Habets, On lossless feedback delay networks, IEEE TSP 2017), never
 * growing if A' P A <= P. The entries of A are dyadic rationals, so this is decided in integers
 * (ir/exact.h), for the very constants given.
 */
#ifndef ADACC_CERT_LOSSLESS_H
#define ADACC_CERT_LOSSLESS_H

#include "cert/ball.h"
#include "ir/base/arena.h"

enum lossless {
    LOSSLESS_UNDECIDED,
    LOSSLESS_EXACT,   /* A' P A = P */
    LOSSLESS_PASSIVE, /* P - A' P A is nowhere negative, and singular */
    LOSSLESS_LOSSY    /* positive definite: the loop is stable */
};

/* `log_scale`: x_i with p_i = e^(2 x_i), rounded to powers of two; null for P = I. UNDECIDED too
 * where an entry is not exact (but for a single one), or the integers would be too long. */
enum lossless lossless_test(struct arena *scratch, const struct ball *A, uint32_t n,
                            const double *log_scale);

/* The same with p_i in fractions, "3/4". */
enum lossless lossless_with(struct arena *scratch, const struct ball *A, uint32_t n,
                            const char *const *fractions);

/* The only fractions, p_1 = 1, with which the loop could keep its energy, or null. */
const char *const *lossless_weights(struct arena *arena, const struct ball *A, uint32_t n);

#endif
