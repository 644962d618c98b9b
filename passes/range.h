/* What holds for an operand at every position of its knobs.
 *
 * Interval arithmetic alone is too wide where a knob occurs twice (rt - rt/2 of rt in 1..2 comes
 * out as 0..1.5): here the ranges of the knobs are halved, box by box, until each box shows the
 * property or one is so small that it fails (Moore, Interval Analysis, 1966, chapter 4).
 */
#ifndef ADACC_PASSES_RANGE_H
#define ADACC_PASSES_RANGE_H

#include "ir/program.h"

typedef bool range_property(struct interval range);

/* True only if the property is shown for all positions of the knobs. `*all`, if not null, is the
 * range of the operand by interval arithmetic alone, for messages. */
bool range_holds(struct arena *scratch, const struct program *program, struct operand operand,
                 range_property *property, struct interval *all);

bool range_is_finite(struct interval range);
bool range_avoids_zero(struct interval range); /* |x| >= 1e-15, ADAC's bound for a0 */
bool range_is_not_negative(struct interval range);
bool range_is_no_longer_than_a_line(struct interval range); /* <= LIMIT_DELAY_SAMPLES */

#endif
