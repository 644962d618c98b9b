/* Stability at every position of the knobs, each of them frozen.
 *
 * Every loop with a constant that a knob moves is replaced by one that is no better (envelope.h), of
 * which tier 1 (contraction.h) or the test for lossless loops shows that energy weighted by one
 * diagonal scaling does not grow. What multiplies a channel by a transfer function of modulus at
 * most 1 cannot change that, nor can the length of a delay: so the proof holds at every position.
 * Where it does not do for the whole of the knobs' ranges, they are cut into boxes, each with a
 * proof of its own; a box that tier 1 leaves open may be shown by tier 2 (box_exact.h), for delays
 * as they are. On a smaller circle of z the same bounds the decay.
 *
 * What this does not show may be stable all the same: then single positions are looked at, the ends
 * of the ranges first, and one that is unstable refutes.
 */
#ifndef ADACC_CERT_POSITIONS_H
#define ADACC_CERT_POSITIONS_H

#include "cert/knob_witness.h"
#include "ir/net.h"

struct positions {
    enum { POSITIONS_STABLE, POSITIONS_REFUTED, POSITIONS_UNDECIDED } found;
    const double *at; /* REFUTED: the knobs there, in the units shown */
    const char *why;   /* one clause, unless STABLE */
    uint32_t boxes;    /* STABLE: that the ranges were cut into */
    bool exactly;      /* STABLE: tier 2 shows one of them: nothing is known of knobs that move */
    double rt60_max_s; /* STABLE: what moves decays by 60 dB within this at every frozen position;
                          NaN: not known */
    struct knob_proof proof; /* STABLE: what shows it */
};

/* For a net that is stable, or marginally so, at the knobs' initial values. `decay`: rt60_max_s is
 * wanted too, which takes longer. Tier 2 takes up to `most_evaluations`, which are added. */
struct positions positions_prove(struct arena *arena, const struct net *net, bool single,
                                 bool decay, uint64_t most_evaluations, uint64_t *evaluations);

/* The net with its knobs at rest at `values`. */
const struct net *positions_net_at(struct arena *arena, const struct net *net,
                                   const double *values);

/* True if the knob moves anything that stability depends on. */
bool positions_depend(const struct net *net, uint32_t knob);

#endif
