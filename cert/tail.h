/* What a flow can still do after a simulation stopped, and what rounding did to it until then.
 *
 * Norms are weighted, |y|_R^2 = sum over k >= 0 of R^2k y[T + k]^2, R > 1, on a circle within
 * which nothing has a pole. By Parseval's theorem a filter's is at most its largest modulus on
 * |w| = R, a delay's R^m; what delays and filters hold answers by itself, with a norm that is known
 * (of a delay, that of its content; of a section, of a polynomial over its denominator). A loop
 * that is cut open is v = L v + r, so |D v|_R <= ||D (I - L)^-1 D^-1|| |D r|_R, the resolvent's
 * bound being for that circle. Backwards it is x = L' x + r, with D^-1 for D. Then, by Cauchy and
 * Schwarz,
 *     sum |y[T + k]| <= |y|_R / sqrt(1 - R^-2),  sum y[T + k]^2 <= |y|_R^2.
 */
#ifndef ADACC_CERT_TAIL_H
#define ADACC_CERT_TAIL_H

#include "cert/resolvent.h"
#include "cert/simulation.h"

struct tail {
    const struct flow *flow;
    double R, l1_factor;
    double *norm; /* of each node's signal; what the functions below fill */
    /* Private. */
    double *most, *ring, *own, *weight;
    const struct resolvent *resolvents;
    const uint32_t *loop_of; /* of each component; UINT32_MAX: none */
    uint32_t **cuts;         /* of each loop, the edges by channel */
    double *cut_norm;
};

/* `resolvents`: of each loop, on |w| = R. Null if a filter has a pole too near to the circle. */
struct tail *tail_begin(struct arena *arena, const struct flow *flow, const struct loop *loops,
                        uint32_t loop_count, const struct resolvent *resolvents, double R);

/* Of what follows the last sample. */
void tail_of_state(struct tail *t, const struct simulation *s);

/* Such that the l1-norm of what rounding added to a node's signal is at most `norm` l1_factor. */
void tail_of_rounding(struct tail *t, const struct simulation *s);

#endif
