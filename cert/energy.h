/* What is left in the delays of a loop, as one energy.
 *
 * Norms are those of tail.h, on |w| = R. Let the channels' delays be x = z^-m v + h, h being what
 * they hold, v = G F x, F whatever filters stand behind them, and ||D G F z^-m D^-1|| <= g < 1 on
 * the circle. h_j is over after m_j samples, and z^-m_j v_j begins there: with t_j = R^m_j |x_j|^2
 * = t_j^2 |v_j|^2 + |h_j|^2,   |D v|^2 <= g^2 sum_j (d_j |x_j| / t_j)^2, so that sum_j (d_j |x_j| /
 * t_j)^2 <= E^2 / (1 - g^2),   E^2 = sum_j (d_j |h_j| / t_j)^2, where the resolvent has 1 / (1 -
 * g). Backwards q = T u + h, u what is heard of all q, and filters come before delays: sum_j (|q_j|
 * / d_j)^2 <= sum_j (|h_j| / d_j)^2 / (1 - g^2). In both, a channel has one node, its last delay,
 * and a weight, so that sum_j (|node j| / weight_j)^2 is what is bounded. A sum of such signals,
 * sum_j c_j x_j, has at most the root of that times the root of sum_j (c_j weight_j)^2 (Cauchy and
 * Schwarz).
 *
 * What else there is, in filters or from other loops, passes the resolvent (tail.c): loops are
 * linear.
 */
#ifndef ADACC_CERT_ENERGY_H
#define ADACC_CERT_ENERGY_H

#include "cert/resolvent.h"
#include "cert/simulation.h"

/* What a delay holds is heard at the node with `factor` times its norm, at most. */
struct energy_part {
    uint32_t node;
    double factor;
};

struct energy_channel {
    uint32_t node;
    double weight;
    struct energy_part *parts;
    uint32_t part_count;
};

struct energy {
    struct energy_channel *channels; /* null: not known, as there is no contraction, or a channel
                                        with a filter before its delay or without any */
    uint32_t channel_count;
    double growth; /* 1 / sqrt(1 - g^2) */
};

/* `cuts`: of each channel, the edge where it is cut. */
struct energy energy_of(struct arena *arena, const struct flow *flow, const struct loop *loop,
                        const uint32_t *cuts, const struct resolvent *resolvent, double R);

#endif
