/* The peak gain of a whole program from its impulse responses, for what peak.h finds too wide.
 *
 * H truncated to d + 1 samples, p(θ) = sum h[n] e^-jnθ: |p|^2 is a real trigonometric polynomial of
 * degree d, which does not fall below its maximum times cos(d t) at a distance t <= π/d from where
 * it is reached (M. Riesz, 1914). So if no value on a grid of N points is above g, |p| is at most
 * g / sqrt(cos(π d / N)), and it is largest within π/N of a point whose value is at least g times
 * that root: only around those is a finer grid needed. What follows after the last sample is at
 * most its l1-norm (tail.h).
 *
 * Responses are those of simulations that others run (wcpg.h), a little longer.
 */
#ifndef ADACC_CERT_PEAK_RESPONSE_H
#define ADACC_CERT_PEAK_RESPONSE_H

#include "cert/peak.h"
#include "cert/tail.h"

struct response_peak;

/* `work`: multiply-adds at most, of all inlets together, besides those of the simulations as far as
 * others run them. With few of them the bounds are wider, and then none. */
struct response_peak *response_peak_begin(struct arena *arena, const struct flow *flow,
                                          const struct net *net, double work);

/* A simulation of an impulse at the next inlet. */
void response_peak_start(struct response_peak *p);

/* After each block of it. */
void response_peak_hear(struct response_peak *p, const struct simulation *s);

/* Runs it as far as needed, and looks at all outlets. */
void response_peak_finish(struct response_peak *p, struct simulation *s, struct tail *t);

/* Of all inlets. Unknown (NaN) if the work did not do, or the responses take too much room. Adds to
 * `*spent`. */
struct peak response_peak_found(const struct response_peak *p, double *spent);

#endif
