/* Bounds of the resolvent of a loop, ||D (I - L)^-1 D^-1||, on a whole circle |w| = R.
 *
 * Where a scaling makes L a contraction, ||D L D^-1|| <= g < 1, it is at most 1 / (1 - g). Else the
 * circle is covered by pieces (piece.h): around a centre, (I - L)^-1 = (I - Y - X)^-1 R_c, which is
 * at most ||R_c||_F / (1 - fill). Either way nothing is claimed of what is inside of the circle.
 */
#ifndef ADACC_CERT_RESOLVENT_H
#define ADACC_CERT_RESOLVENT_H

#include "cert/contraction.h"
#include "cert/piece.h"

struct resolvent {
    uint32_t n;
    const double *log_scale; /* log d_j */
    double norm;             /* infinite: no bound was found */
    double below;            /* by a contraction: ||D L D^-1|| <= 1 - below; else 0 */
};

/* By a contraction, with the scaling that `c` has. */
struct resolvent resolvent_of_contraction(struct arena *arena, struct contraction *c, double R);

/* By pieces, with D = 2^k near to e^log_scale (null: I). `close`: the bound is at most twice the
 * largest ||R_c||_F seen, else about ten times. Takes up to `most` inverses, and adds them to
 * `*evaluations`. */
struct resolvent resolvent_of_pieces(struct arena *arena, const struct loop *loop,
                                     const struct ball *constant, const double *log_scale, double R,
                                     bool close, uint64_t most, uint64_t *evaluations);

#endif
