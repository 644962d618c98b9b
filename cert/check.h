/* The checker: whether the witnesses of a certificate show what it claims, of this net.
 *
 * It searches for nothing: scalings, cells and centres are the certificate's. With the prover it
 * shares the enclosures (sections.h, transfer.h, piece.h), the inverse and the Cholesky test; how
 * cells are put together to a circle, how F is followed, and what follows for a verdict, is written
 * here once more.
 */
#ifndef ADACC_CERT_CHECK_H
#define ADACC_CERT_CHECK_H

#include "cert/cert.h"
#include "cert/report.h"
#include "cert/witness.h"

/* What a certificate says of one loop. NaN, -1: it does not say. */
struct loop_claim {
    enum verdict verdict;
    uint32_t channel_count;
    bool any_delay, time_varying_gain;
    double rt60_max_s, growth_db_per_s;
    int64_t modes_outside;
    const struct witness *witnesses;
    uint32_t witness_count;
};

struct claims {
    double rate;
    bool single;
    enum verdict verdict;
    double rt60_max_s;
    const struct loop_claim *loops;
    uint32_t loop_count;
};

/* What it says of positions of the knobs besides the initial ones. */
struct knob_claims {
    enum knob_claim claim;
    double rt60_max_s; /* NaN: it does not say */
    const struct knob_witness *witnesses;
    uint32_t witness_count;
};

/* Null if everything that is claimed of the net is shown; else a sentence on what is not. */
const char *cert_check(struct arena *arena, const struct net *net, const struct claims *claims);

/* The same of the knobs, for claims that were checked. */
const char *cert_check_knobs(struct arena *arena, const struct net *net,
                             const struct claims *claims, const struct knob_claims *claim);

#endif
