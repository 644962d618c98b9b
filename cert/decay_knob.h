/* A knob that says how fast a network decays: at each of its positions, frozen, every mode decays by
 * 60 dB within the time that it shows.
 *
 * Where every delay of m samples in a loop is followed by the gain 10^(-3 m / (fs T)), all of them
 * by one knob T, the loop's modes are those of the network without these gains, moved towards zero
 * by 10^(-3 / (fs T)) (Jot & Chaigne, Digital delay networks for artificial reverberation, AES
 * 1991): F_T(z) = F(z 10^(3 / (fs T))). So what is shown once of that network, that it does not
 * grow, holds for every position.
 */
#ifndef ADACC_CERT_DECAY_KNOB_H
#define ADACC_CERT_DECAY_KNOB_H

#include "ir/net.h"

struct decay_knob {
    uint32_t knob;
    double within; /* every mode decays by 60 dB within so many times what it shows: 1, and what
                      rounding of the gains and of the network adds; at all positions. 0: none */
};

/* For a net that is all such loops, and finite responses: no sections, in loops or out of them. */
struct decay_knob decay_knob_find(struct arena *arena, const struct net *net, bool single);

#endif
