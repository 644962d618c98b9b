/* How long modes last, band by band, between two proved curves.
 *
 * On a box of u = log w = a - j θ, θ within a band and 0 <= a <= s, ||D L D^-1||_2 < 1 leaves no room
 * for a zero of det(I - L): no mode of the band has |z| >= e^-s, the loop being stable. On s <= a <=
 * s_most a least singular value of D L D^-1 above 1 does neither: no mode of the band decays by s to
 * s_most a sample. (Schlecht and Habets, Modal decomposition of feedback delay networks, IEEE TSP
 * 2019, have both without D.) Filters are enclosed on the disc around the box (arc_disc), and
 * |w^m| counts by its largest or least value. As a least singular value of M diag(c) does not fall
 * where some c_j rises, least values of all |c_j| do.
 */
#ifndef ADACC_CERT_BANDS_H
#define ADACC_CERT_BANDS_H

#include "cert/contraction.h"

#define BANDS_SHORTEST_S 0.02 /* nothing is said of modes that decay faster */

struct band {
    double from_hz, to_hz;
    double rt60_min_s, rt60_max_s; /* min: NaN if nothing is known */
};

struct bands {
    const struct band *at;
    uint32_t count;
};

/* Of a stable loop whose modes all decay within rt60_s, from the scaling that `c` has; bands of a
 * third of an octave, one where the loop is the same at all frequencies. At most `tests` boxes are
 * looked at, which are added to `*evaluations`. */
struct bands bands_of(struct arena *arena, struct contraction *c, double rate, double rt60_s,
                      uint64_t tests, uint64_t *evaluations);

#endif
