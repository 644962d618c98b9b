/* Tier 2: how often F = det(I - G T) winds around zero while w = R e^-jθ goes around, proved.
 *
 * With A_k the denominators of the sections, P = prod A_k F is a polynomial in w whose zeros are
 * the inverse modes, so that modes in |z| >= 1/R  =  zeros of all A_k there  -  (arg F(π) - arg
 * F(0)) / π, the change of the argument being followed without a gap. It is followed over the
 * stretches that tier 1 left open; over the others, where some scaling makes L a contraction, all
 * eigenvalues λ of L are below 1, and arg F = sum of arg(1 - λ) is a function of θ alone, φ. φ(a)
 * at the end of a stretch is followed from det(I - t L(a)) at t = 0, where it is 0, to t = 1. By
 * symmetry φ(0) = φ(π) = 0.
 */
#ifndef ADACC_CERT_WINDING_H
#define ADACC_CERT_WINDING_H

#include "cert/witness.h"
#include "ir/base/vec.h"

typedef VEC(ticks) centre_list;

enum winding_end {
    WINDING_DONE,
    WINDING_NEAR, /* a mode is too near to the circle, or a section's pole on it */
    WINDING_SPENT /* the budget */
};

enum { WINDING_PEAKS = 12 };

struct winding {
    enum winding_end end;
    int64_t modes; /* DONE: in |z| >= 1/R */
    ticks near;    /* where it stopped */
    /* Where ||(I - L)^-1|| had its largest local maxima: modes are near. */
    struct {
        ticks at;
        double norm;
    } peaks[WINDING_PEAKS];
    uint32_t peak_count;
};

/* Modes in |z| >= 1/R. `centres`: null, or takes the centres of all pieces, stretch after stretch,
 * both ends of each among them. */
struct winding winding_count(struct arena *scratch, struct pieces *pieces, double R,
                             const struct stretch *stretches, size_t count, centre_list *centres);

/* How many zeros of the denominators of the loop's sections lie in |w| <= R; -1 if one is too near
 * to the circle to tell. */
int64_t section_poles_outside(const struct loop *loop, double R);

/* How many poles of one section lie in |z| > 1/R; -1 likewise. */
int section_poles_beyond_count(const struct section_values *s, double R);

/* The number of zeros of F in the disc |u - u_c| < radius, u = log w; -1 if it was not proved. */
int disc_count(struct arena *scratch, struct pieces *pieces, double log_radius, double angle,
               double radius, uint32_t points);

#endif
