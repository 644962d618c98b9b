/* Tier 1 with a scaling for each frequency: cells of the half circle on each of which some diagonal
 * D has ||D L D^-1||_2 < 1, and the stretches where none was found.
 *
 * det(I - t L) is nowhere zero on such a cell for t in [0, 1]. Where cells cover the circle, F does
 * not wind around zero, as with one D for all (contraction.h); no continuity of D is needed. The
 * proof holds for any delay lengths, but not while gains move.
 */
#ifndef ADACC_CERT_CELLS_H
#define ADACC_CERT_CELLS_H

#include "cert/contraction.h"
#include "cert/winding.h"

struct cells {
    VEC(struct stretch) open;
    VEC(struct stretch) closed; /* the cells that are proved, from left to right */
    VEC(uint32_t) scaling_of;   /* of each closed one: its row in `scalings` */
    VEC(double) scalings;       /* log d_j, rows of N */
};

/* Starts with the scaling that `c` has, and leaves it there. `tests`: the most norm tests. */
struct cells cells_cover(struct arena *scratch, struct contraction *c, double R, uint32_t tests);

#endif
