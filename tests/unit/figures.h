/* A certificate's figures beside the modes of the whole state. */
#ifndef ADACC_TESTS_UNIT_FIGURES_H
#define ADACC_TESTS_UNIT_FIGURES_H

#include <complex.h>

#include "cert/report.h"
#include "tests/unit/support.h"

struct system {
    const struct net *net;
    const struct cert *cert;
};

/* With all figures. */
struct system prove_figures(struct fixture *f, const struct program *program, bool single);

struct widths {
    uint32_t modes, above, below; /* seen; beyond a bound of their band */
    double upper, lower;          /* sums of bound / truth */
};

/* Newton's method from about where a mode is, on det(I - G T) for a net without finite responses all
 * of whose loops hold a delay; NaN where it does not settle. */
double complex mode_polished(struct arena *arena, const struct net *net, double complex mode);

/* Of the first loop: every mode against the band that it is in. */
void check_bands(struct fixture *f, struct system s, bool polish, struct widths *widths);

#endif
