/* The largest gain of a whole program at any frequency, between two bounds.
 *
 * All delays are cut, inside loops and outside, and each inlet and outlet gets a channel of its
 * own, so that the response from inlet i to outlet o is an entry of (I - L)^-1. On a piece of the
 * circle (I - L)^-1 = (I - W)^-1 R with W = Y + X (piece.h), hence |entry(o, i)| <= |R_oi| + ||row
 * o of W|| ||R e_i|| / (1 - ||W||_F).
 */
#ifndef ADACC_CERT_PEAK_H
#define ADACC_CERT_PEAK_H

#include "cert/piece.h"

struct peak {
    double low, high; /* high is infinite if the evaluations did not do; both NaN: nothing known */
    double hz;        /* where `low` is reached */
};

/* Of a net whose modes decay by 60 dB within rt60_s. Bounds are within one per cent of each other.
 * Adds to `*evaluations`. */
struct peak peak_gain(struct arena *scratch, const struct net *net, bool single, double rt60_s,
                      uint64_t most, uint64_t *evaluations);

#endif
