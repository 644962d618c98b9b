/* Interpolators: causal filters that stand for the part of a delay that is no whole sample.
 *
 * A delay of D samples, e^-jωD, becomes `whole` samples and a filter that delays by D - whole.
 * Laakso, Välimäki, Karjalainen and Laine, "Splitting the unit delay", IEEE Signal Processing
 * Magazine 13(1), 1996, compare these:
 *
 *   sinc      h[k] = sin(π(k - d)) / (π(k - d)) w(k - d), 0 <= k < N, with Kaiser's window w(x) =
 *             I0(β √(1 - (2x/N)²)) / I0(β) around d, which is within half a sample of the middle (N
 * - 1)/2 (Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974)
 *   Lagrange  h[k] = Π over n ≠ k of (d - n)/(k - n), 0 <= k <= N: maximally flat at 0 Hz
 *   Thiran    the all-pass z^-N A(1/z)/A(z), a[k] = (-1)^k C(N, k) Π over n = 0..N of
 *             (d - N + n)/(d - N + k + n), d within half a sample of N: its delay is maximally flat
 *             at 0 Hz (Thiran, "Recursive digital filters with maximally flat group delay", IEEE
 *             Trans. Circuit Theory 18(6), 1971; for delays, Fettweis 1972)
 *
 * The finite ones are scaled so that |H| <= 1 at every frequency, which a loop needs; the all-pass
 * has |H| = 1.
 */
#ifndef ADACC_PASSES_DESIGN_DELAY_H
#define ADACC_PASSES_DESIGN_DELAY_H

#include "ir/node.h"

/* Errors are taken up to this part of the sample rate. */
#define INTERPOLATOR_BAND 0.35

struct interpolator {
    struct interpolation how; /* never INTERPOLATE_BEST or INTERPOLATE_ROUND */
    uint32_t whole;           /* samples of delay before it */
    uint32_t tap_count;       /* of sinc and Lagrange; else 0 */
    const double *taps;
    uint32_t section_count; /* of Thiran; else 0 */
    const struct section *sections;
    double error; /* the greatest |H(e^jω) z^-whole - e^-jωD| within the band */
};

/* The delay as asked for; where it is too short for that order, of the highest order that leaves
 * `least` whole samples or more. False if there is none: the delay is shorter than `least`. */
bool interpolator_make(struct arena *arena, struct interpolation how, double delay, uint32_t least,
                       struct interpolator *out);

/* The one with the least multiply-adds of those whose error is below `target`. False if the delay
 * is too short for any of them: `out` is then the most exact one. */
bool interpolator_choose(struct arena *arena, double delay, double target, uint32_t least,
                         struct interpolator *out);

/* "a windowed sinc of 13 taps" */
const char *interpolator_text(struct arena *arena, struct interpolation how);

#endif
