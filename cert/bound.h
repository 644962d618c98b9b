/* Upper bounds of what knobs move, over all of their positions.
 *
 * A box of knob positions is enclosed by interval arithmetic, by its mean value form (Moore,
 * Interval Analysis, 1966) with derivatives that are intervals too, and is cut in two where that
 * says too little; a variable in which the function only rises or only falls is set to that end.
 * Each operation is widened by more than its rounding, and each function of libm by several units
 * of the last place, which is more than glibc and its like are off.
 */
#ifndef ADACC_CERT_BOUND_H
#define ADACC_CERT_BOUND_H

#include "ir/net.h"

/* Of what: of |operand|; of |H|, H the response of a section, at any frequency; of the quantities
 * that Jury's test wants below 1 if both its poles are to be inside (cert/sections.h). */
enum bounded { BOUNDED_MODULUS, BOUNDED_RESPONSE, BOUNDED_JURY_A2, BOUNDED_JURY_A1 };

/* An upper bound over all positions; infinite if none was found within a fixed number of boxes. Of
 * a modulus, its square is above the least bound's by a tenth of it, or by half of what that is
 * from 1 if that is less. `operands`: one, or b0 b1 b2 a1 a2 of a section. `R`: sections are
 * looked at on |w| = R >= 1, where Jury's quantities are of poles within 1/R. `single`: those that
 * knobs move, or of a section the numbers of its form, may be rounded to float32. */
double bound_over_knobs(struct arena *arena, const struct knob *knobs, uint32_t knob_count,
                        enum bounded what, const struct operand *operands,
                        enum section_form form, double R, bool single);

#endif
