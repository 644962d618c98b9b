/* One mode that grows: searched for by Newton's method, then proved to lie in a disc.
 *
 * Modes are zeros of F(u) = det(I - L), u = log w = log_radius - j angle, so that one with
 * log_radius < 0 is outside, |z| = e^-log_radius. The disc |u - u_c| < half is proved to hold a
 * zero by following F around its edge, and all of it lies outside: -log_radius - half is the least
 * the mode can grow by a sample, as a natural logarithm.
 */
#ifndef ADACC_CERT_MODE_H
#define ADACC_CERT_MODE_H

#include "cert/piece.h"

struct mode_disc {
    double log_radius, angle, half;
};

enum { MODE_POINTS = 64 }; /* around the disc */

/* The zero of F that Newton's method comes to from a point of the unit circle; log_radius = 0 if it
 * comes to none outside. Not a proof. */
struct mode_disc mode_find(struct arena *scratch, struct pieces *pieces, ticks from);

/* Sets `half` to the least of a few for which a zero is proved to be in the disc. */
bool mode_verify(struct arena *scratch, struct pieces *pieces, struct mode_disc *disc);

#endif
