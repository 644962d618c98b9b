/* Collecting what knobs move, while a schedule is made: the control program. */
#ifndef ADACC_IR_CONTROL_H
#define ADACC_IR_CONTROL_H

#include "ir/schedule.h"

struct control_build;

/* `scratch` holds what is needed until control_finish only. */
struct control_build *control_begin(struct arena *arena, struct arena *scratch,
                                    const struct net *net);

/* The coefficient that ramps to the operand: the same one for the same expression. NO_SLOT for a
 * constant. Numbers are provisional until control_finish. */
uint32_t control_coefficient(struct control_build *build, struct operand operand);

/* A coefficient of its own for a constant that a loop reads among moving ones, beside `beside`. */
uint32_t control_constant(struct control_build *build, double value, uint32_t beside);

/* The tap of a line whose length is `operand`, which is no constant. */
uint32_t control_tap(struct control_build *build, struct operand operand, uint32_t line);

/* Numbers the coefficients by time constant, sorts out which knobs move what, and fills the members
 * of the schedule from `steps` to `groups`. Gives the final number of each provisional one, in
 * scratch. */
const uint32_t *control_finish(struct control_build *build, struct schedule *schedule);

#endif
