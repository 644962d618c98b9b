/* Filters from frequencies, qualities and gains, as sections of operands: constants fold, and what
 * a knob moves stays an expression of it. All are functions of z at fs; frequencies are in cycles a
 * sample, between 0 and 1/2; gains are amplitudes above 0, qualities above 0.
 */
#ifndef ADACC_PASSES_DESIGN_RBJ_H
#define ADACC_PASSES_DESIGN_RBJ_H

#include "ir/node.h"

enum rbj_kind {
    RBJ_LOWPASS,
    RBJ_HIGHPASS,
    RBJ_BANDPASS, /* gain 1 at f */
    RBJ_NOTCH,
    RBJ_ALLPASS,
    RBJ_PEAK,
    RBJ_LOWSHELF,
    RBJ_HIGHSHELF
};

/* The quality of a second-order Butterworth filter, half the power at f: 1 / sqrt 2. */
#define RBJ_QUALITY 0.70710678118654752440

/* R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients": the
 * bilinear transforms of second-order analogue prototypes, exact at f. With w = 2 pi f/fs, alpha =
 * sin w / (2 q) and A = sqrt gain; `gain` counts for PEAK, LOWSHELF and HIGHSHELF alone. */
struct section section_rbj(struct arena *arena, enum rbj_kind kind, struct operand frequency,
                           struct operand quality, struct operand gain);

/* Section `index` of (order + 1) / 2 of a Butterworth filter, low-pass or high-pass, by the
 * bilinear transform, half its power at f: quality 1 / (2 sin(pi (2 k - 1) / (2 order))); the
 * first-order section of an odd order first, then rising qualities (S. Butterworth, Wireless
 * Engineer 7, 1930). */
struct section section_butterworth(struct arena *arena, bool high, uint32_t order, uint32_t index,
                                   struct operand frequency);

/* (1 - p) / (1 - p z^-1), gain 1 at 0 Hz, half the power at f: p = 1 + s - sqrt(s (2 + s)),
 * s = 2 sin^2(pi f/fs). */
struct section section_onepole(struct arena *arena, struct operand frequency);

/* (1 + p)/2 (1 - z^-1) / (1 - p z^-1), gain 0 at 0 Hz and 1 at fs/2, half the power at f:
 * p = (1 - t) / (1 + t), t = tan(pi f/fs). */
struct section section_dcblock(struct arena *arena, struct operand frequency);

/* (hp s^2 + bp s + lp) / (s^2 + 2 r s + 1) with s = (1 - z^-1) / (1 + z^-1) / tan(pi f/fs): the
 * outputs of a state variable filter, mixed (V. Zavalishin, The Art of VA Filter Design, ch. 4). */
struct svf_mix {
    struct operand low, band, high;
};
struct section section_svf(struct arena *arena, struct operand frequency, struct operand damping,
                           struct svf_mix mix);

#endif
