/* Whether a loop still decays when each operation rounds.
 *
 * Let v = L v + r be the loop (cut.h) and v' what rounding makes of it: v' = L v' + r + e. Every
 * operation is off by at most u of its result, and so |D e|_2 <= eps |D v'|_2 in the 2-norm over
 * time, where eps is computed here from bounds of what each cell is given, cell by cell: gains are
 * counted by their moduli, filters by their largest gain. With ||D L D^-1|| <= gamma for all
 * frequencies, |D v'|_2 <= |D r|_2 / (1 - gamma - eps): if gamma + eps < 1, the rounded loop decays
 * as well, and has no limit cycles but of numbers next to underflow; and it is off by
 * |D (v' - v)|_2 <= eps / (1 - gamma) |D v'|_2. Where there is no such gamma, 1 / ||(I - L)^-1||
 * stands for 1 - gamma.
 *
 * It speaks of sums that are computed from their products, in any order, fused or not, and of
 * sections in the form that the net gives them (ir/noise.h).
 * Matrices that emitted C computes by their structure (ir/structure.h) are no such sums.
 */
#ifndef ADACC_CERT_FLOAT_CONTRACTION_H
#define ADACC_CERT_FLOAT_CONTRACTION_H

#include "cert/flow.h"

/* An upper bound of eps, with D = e^log_scale (null: I), for floats or doubles; infinite if a filter
 * has none. `flow`: that of the loop's net, forwards. */
double float_error(struct arena *arena, const struct flow *flow, const struct net *net,
                   const struct loop *loop, const double *log_scale, bool single);

#endif
