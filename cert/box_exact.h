/* Tier 2 for a box of positions of the knobs: where no scaling makes the loop that is no better
 * (envelope.h) a contraction, F is followed around the circle for the gains in the middle of the box,
 * in pieces on which it does not vanish at any other position either (piece.h). Nor does it on the
 * way there, T_f growing from 0, so it winds around zero as often at every position.
 */
#ifndef ADACC_CERT_BOX_EXACT_H
#define ADACC_CERT_BOX_EXACT_H

#include "cert/cut.h"
#include "cert/witness.h"

/* `loop`: cut around what is free, all its sections within |z| < 1/R. Null if nothing is shown; else
 * a witness in `arena` that no mode is in |z| >= 1/R. Takes up to `most` evaluations, adds them to
 * `*evaluations`, and multiply-adds to `*spent`. */
const struct witness *box_exact_prove(struct arena *arena, const struct loop *loop, double R,
                                      uint64_t most, uint64_t *evaluations, uint64_t *spent);

#endif
