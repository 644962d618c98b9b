/* The peak gain of a whole program from its impulse responses, for what peak.h finds too wide.
 *
 * H truncated to d + 1 samples, p(θ) = sum h[n] e^-jnθ: |p|^2 is a real trigonometric polynomial of
 * degree d, which does not fall below its maximum times cos(d t) at a distance t <= π/d from where it
 * is reached (M. Riesz, 1914). So if no value on a grid of N points is above g, |p| is at most
 * g / sqrt(cos(π d / N)). What follows after the last sample is at most its l1-norm (tail.h).
 */
#ifndef ADACC_CERT_PEAK_RESPONSE_H
#define ADACC_CERT_PEAK_RESPONSE_H

#include "cert/peak.h"
#include "cert/tail.h"

/* `work`: multiply-adds at most; with few of them the grid is coarser, and the bounds wider. Unknown
 * (NaN) if they do not do for any, or if the responses take more room than there is. Arguments as
 * of wcpg_of. */
struct peak peak_of_responses(struct arena *scratch, const struct flow *flow,
                              const struct net *net, const struct loop *loops, uint32_t loop_count,
                              const struct resolvent *resolvents, double R, double work,
                              double *spent);

#endif
