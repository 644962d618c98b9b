/* Dimensions of numbers: a power of time, and units.
 *
 * While a program is elaborated the unit of time is the sample period, 1/fs: a time is a count of
 * samples (whole or not), a frequency is in cycles a sample, and `fs` is 1. So 35 ms at 48 kHz is
 * exactly 1680, and a delay's length is its time.
 */
#ifndef ADACC_FRONTEND_DIMENSION_H
#define ADACC_FRONTEND_DIMENSION_H

#include "lang/ast.h"

enum { DIMENSION_NUMBER = 0, DIMENSION_TIME = 1, DIMENSION_FREQUENCY = -1, DIMENSION_MOST = 16 };

/* "a number", "a time", "a frequency", "a power of time (s^2)". */
const char *dimension_noun(struct arena *arena, int dimension);

/* The unit that a value of that dimension is shown in where nobody chose one: "", "s" or "Hz". */
enum ast_unit dimension_unit(int dimension);

int unit_dimension(enum ast_unit unit);

/* What a literal is worth at `rate` samples a second. */
double unit_value(const struct ast_number *number, double rate);

/* From a value to the number shown before `unit`, and how much one of that unit is worth. Decibels
 * are no multiple of anything: they have no factor, and shown is 20 log10(value). */
double unit_shown(enum ast_unit unit, double value, double rate);
double unit_factor(enum ast_unit unit, double rate);

#endif
