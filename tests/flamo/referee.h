/* The second referee: what a JSON model means, by another way.
 *
 * It reads the tree itself, evaluates the transfer matrix of the whole one frequency at a time, a
 * Recursion as the solution of a linear system, y = (I - F B)^-1 F x, and takes the impulse response
 * from there by an inverse discrete Fourier transform. It shares no code with ir, passes and
 * frontend: where the two agree, neither copied the other's mistake.
 */
#ifndef ADACC_TESTS_FLAMO_REFEREE_H
#define ADACC_TESTS_FLAMO_REFEREE_H

#include <stdbool.h>
#include <stddef.h>

struct referee;

/* `used`: the coefficients that FLAMO really used, as NAME.eff.json has them, from which filters are
 * taken, so that formulas are not the compiler's; may be null. Null if the text is no JSON or holds
 * what the referee does not know. */
struct referee *referee_read(const char *text, const char *used);
void referee_free(struct referee *referee);

size_t referee_inlets(const struct referee *referee);
size_t referee_outlets(const struct referee *referee);

/* The impulse responses, [in][out][time], into `out`. The circle on which it samples lies outside the
 * unit circle, so that what wraps around in time is 1e-12 of what it was; marginal and slightly
 * unstable models therefore come out as causal programs compute them. */
void referee_responses(const struct referee *referee, size_t samples, double *out);

#endif
