/* How many modes of a net lie outside a circle, by the phase of its characteristic polynomial.
 *
 * With w = 1/z, P(w) = prod A_k(w) det(I - L(w)) is a polynomial in w with P(0) = 1 whose zeros are
 * the inverse modes, A_k being the denominators of the sections and L what leads from the cells
 * with a delay to themselves. It is sampled on a circle; a Fourier transform gives its
 * coefficients, a longer one samples it as closely as it takes for its phase to be unwrapped.
 * Nothing is proved, and nothing of the prover is used.
 */
#ifndef ADACC_TESTS_UNIT_PHASE_H
#define ADACC_TESTS_UNIT_PHASE_H

#include "ir/net.h"

/* Modes in |z| > radius; -1 if one is too near to that circle to tell. Knobs at their initial
 * values; delays are whole. */
int64_t modes_by_phase(struct arena *arena, const struct net *net, double radius);

#endif
