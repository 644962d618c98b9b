/* Stability at every position of the knobs, each of them frozen.
 *
 * Every loop with a constant that a knob moves is replaced by one that is no better: each gain that
 * moves by its largest modulus over the knobs' ranges, each filter that moves by its largest gain
 * at any position and frequency, with all else as it is, and a delay before it, so that the proof
 * treats it as a channel of its own. Tier 1 (contraction.h) and the test for lossless loops show of
 * that loop that energy weighted by one diagonal scaling does not grow; what multiplies a channel
 * by a transfer function of modulus at most 1 cannot change that, nor can the length of a delay. So
 * the proof holds at every position. That each filter that moves has its poles inside everywhere is
 * shown besides, by Jury's test.
 *
 * What this does not show may be stable all the same: then single positions are looked at, the ends
 * of the ranges first, and one that is unstable refutes.
 */
#ifndef ADACC_CERT_POSITIONS_H
#define ADACC_CERT_POSITIONS_H

#include "ir/net.h"

struct positions {
    enum { POSITIONS_STABLE, POSITIONS_REFUTED, POSITIONS_UNDECIDED } found;
    const double *at; /* REFUTED: the knobs there, in the units shown */
    const char *why;  /* one clause, unless STABLE */
};

/* For a net that is stable, or marginally so, at the knobs' initial values. */
struct positions positions_prove(struct arena *arena, const struct net *net, bool single);

/* True if the knob moves anything that stability depends on. */
bool positions_depend(const struct net *net, uint32_t knob);

#endif
