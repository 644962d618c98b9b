/* G, and G T, of a loop that was cut open: at one point, or on a whole arc of frequencies. Rows are
 * v_i, columns x_j; n x n, row by row. */
#ifndef ADACC_CERT_TRANSFER_H
#define ADACC_CERT_TRANSFER_H

#include "cert/cut.h"

/* The multiply-adds that one of the functions below takes, about. */
uint64_t response_cost(const struct loop *loop);

/* G diag(gain_j), where G is constant (no sections in the rest): the channels' sections and delays
 * are left out. A radius is zero where the centre is exact. */
void response_constant(struct arena *scratch, const struct loop *loop, struct ball *out);

/* G T at z = w = `sign`, 1 or -1, where all is real. False if a pole may be there. */
bool response_real(struct arena *scratch, const struct loop *loop, int sign, struct ball *out);

/* Matrices of complex numbers, each known up to a radius. */
struct complex_balls {
    double *re, *im, *radius;
};
struct complex_balls complex_balls_make(struct arena *arena, size_t count);

/* G diag(gain_j) on an arc, whose every value lies in the balls; sections and delays of the
 * channels are left out. `rows` has room for rest_count n. False if a section says nothing on so
 * wide an arc. */
bool response_arc(const struct loop *loop, const struct arc *arc, struct complex_balls rows,
                  struct complex_balls out);

/* An upper bound on an arc of |H_j|, the product of the channel's sections; infinite if unknown. */
double channel_bound(const struct channel *channel, const struct arc *arc);

/* H_j on an arc: a centre that does not depend on the arc's width, and a radius. False if unknown.
 */
bool channel_enclose(const struct channel *channel, const struct arc *arc, double *re, double *im,
                     double *radius);

/* |H_j| at the centre of an arc, about. */
double channel_modulus(const struct channel *channel, const struct arc *arc);

/* An upper bound of |H_j| on the whole circle, above the least by at most the relative `tolerance`
 * where a fixed number of arcs allows that. Adds their number to `*evaluations`. */
double channel_peak(const struct channel *channel, double R, double tolerance,
                    uint64_t *evaluations);

/* An upper bound of R^m. */
double power_bound(double R, uint64_t m);

#endif
