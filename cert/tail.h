/* What a flow can still do after a simulation stopped, and what rounding did to it until then.
 *
 * Norms are weighted, |y|_R^2 = sum over k >= 0 of R^2k y[T + k]^2, R > 1, on a circle within
 * which nothing has a pole. By Parseval's theorem a filter's is at most its largest modulus on
 * |w| = R, a delay's R^m; what delays and filters hold answers by itself, with a norm that is known
 * (of a delay, that of its content; of a section, of a polynomial over its denominator). A loop
 * that is cut open is v = L v + r, so |D v|_R <= ||D (I - L)^-1 D^-1|| |D r|_R, the resolvent's
 * bound being for that circle. Backwards it is x = L' x + r, with D^-1 for D. What the delays of a
 * loop hold is counted apart where its energy bounds it (energy.h). Then, by Cauchy and Schwarz,
 *     sum |y[T + k]| <= |y|_R / sqrt(1 - R^-2),  sum y[T + k]^2 <= |y|_R^2.
 */
#ifndef ADACC_CERT_TAIL_H
#define ADACC_CERT_TAIL_H

#include "cert/energy.h"

/* Of a node's signal, what goes back to what delays of loops hold: at most `factor` times the norm
 * of one channel's node in units of its weight, or `factor` by itself. */
struct share {
    uint32_t loop, channel; /* of those of all loops; NO_CHANNEL: by itself */
    double factor;
};
#define NO_CHANNEL UINT32_MAX

struct tail {
    const struct flow *flow;
    double R, l1_factor;
    double *norm; /* of each node's signal; what the functions below fill */
    /* Private. */
    double *most, *ring, *own, *weight;
    double *rest;         /* of each node's signal: what no energy counts */
    struct share *shares; /* and what one does */
    uint32_t loop_count;
    struct energy *energies; /* of each loop */
    double *energy;          /* the root of its bound */
    uint32_t *first_channel; /* of each loop, among those of all */
    uint32_t *channel_of;    /* of each node that an energy weighs */
    double *weight_of;       /* of each channel */
    uint32_t *loop_of_channel, *heard;
    double *parts, *squares; /* what one node hears, of each channel and loop */
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

/* How many samples more it takes, about, until what follows is `times` less. */
double tail_wait(const struct tail *t, double times, double frames);

/* Such that the l1-norm of what rounding added to a node's signal is at most `norm` l1_factor. */
void tail_of_rounding(struct tail *t, const struct simulation *s);

#endif
