/* The figures of loops that certificates of ADAC have, for programs that read those. They prove
 * nothing; what is an upper bound is one, rounding included. */
#ifndef ADACC_CERT_ADAC_FIGURES_H
#define ADACC_CERT_ADAC_FIGURES_H

#include "cert/proving.h"

/* The gain of the scaled loop, after contraction_prove: its bound over all frequencies, and the
 * least at 33 of them, over the channels. Where G is constant, its 2-norm too. */
void adac_describe_gain(struct contraction *c, struct loop_report *report);

/* -3 mean delay / (fs log10 gain), for the largest gain and the least, where it is below 1. */
void adac_estimate_decay(struct proving *p, const struct loop *loop, struct loop_report *report);

/* About the largest modulus of an eigenvalue of A, n x n. */
double adac_spectral_radius(struct arena *scratch, const double *A, uint32_t n);

/* What is still missing of these, of a loop that was decided or not. */
void adac_describe(struct proving *p, struct contraction *c, struct loop_report *report);

/* Where one knob is the decay time of all loops: their gains at its slowest position, which is the
 * one that ADAC looks at. */
void adac_describe_worst_case(struct proving *p, struct loop_report *reports);

#endif
