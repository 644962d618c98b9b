/* Figures of a program that is proved to decay, at the knobs' initial values. All are bounds, none
 * has a witness: they are computed anew, never checked.
 *
 * What they take is counted in evaluations of loops at a frequency: a box of a band, an inverse, and
 * so many multiply-adds of a simulation each count as one. Nothing hangs on a clock.
 */
#ifndef ADACC_CERT_QUANTITIES_H
#define ADACC_CERT_QUANTITIES_H

#include "cert/bands.h"
#include "cert/peak.h"
#include "cert/wcpg.h"

struct loop_quantities {
    struct bands bands;
    double distance; /* as in struct loop_report; NaN: not known, or known there */
    double float_gamma, float_eps; /* float_contraction.h; gamma NaN: by `distance`; eps NaN: none */
    bool float_decays;             /* proved */
};

struct quantities {
    const struct loop_quantities *loops;
    struct wcpg wcpg;
};

struct proving;

/* After the verdict: null if nothing is known. */
const struct quantities *quantities_of(struct proving *p);

#endif
