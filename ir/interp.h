/* The referee: runs a net one sample at a time in double.
 *
 * It shares nothing with the scheduler or the backends, and is as plain as it can be: every backend
 * is held to what it computes. Coefficients that a knob moves ramp as the language says: after a
 * change, c[n] = p c[n-1] + (1 - p) target with p = exp(-1 / (smooth_s rate)). Sections run in
 * transposed direct form II.
 *
 * A delay whose length a knob moves cross-fades. The length that its knobs ask for is rounded half
 * to even and kept within the bounds of its line. Where that is not the length m that it has, and no
 * fade runs, one to this length begins: for k = 1 .. F, from the next sample on,
 *
 *     y[n] = (1 - k/F) x[n - m] + (k/F) x[n - next],   F = max(1, smooth_s rate rounded),
 *
 * and then m is `next`. What is asked for meanwhile waits for the end of the fade; the newest counts.
 * So the steps of a signal grow by no more than what its two taps differ by, over F; its pitch
 * does not change; and block sizes make no difference. smooth_s = 0 is a jump.
 */
#ifndef ADACC_IR_INTERP_H
#define ADACC_IR_INTERP_H

#include "ir/net.h"

struct interp;

/* Silence, knobs at their initial values, coefficients settled. */
struct interp *interp_new(struct arena *arena, const struct net *net);
/* Silence; knobs stay as they are, and what moves goes on. */
void interp_clear(struct interp *interp);

/* In the unit shown; clamped to the knob's range. */
void interp_set_knob(struct interp *interp, uint32_t knob, double value);

/* in[inlet][frame], out[outlet][frame]; an out may be an in. */
void interp_run(struct interp *interp, const double *const *in, double *const *out, size_t frames);

/* From now on every sum and product errs by chance as those of a target that rounds to `unit` do
 * (2^-24: floats), and so do coefficients that no float is; sections run in the forms that the net
 * has chosen for them (ir/noise.h). What the outlets differ by from those of an interpreter without
 * is the error to expect of that target. */
void interp_round(struct interp *interp, double unit, uint64_t seed);

/* The impulse responses, [in][out][time], each from silence. */
double *interp_responses(struct arena *arena, const struct net *net, size_t frames);

#endif
