#include "frontend/dimension.h"

#include <float.h>
#include <math.h>

#include "ir/base/text.h"

const char *dimension_noun(struct arena *arena, int dimension) {
    switch (dimension) {
    case DIMENSION_NUMBER: return "a number";
    case DIMENSION_TIME: return "a time";
    case DIMENSION_FREQUENCY: return "a frequency";
    default: return text_format(arena, "a power of time (s^%d)", dimension);
    }
}

enum ast_unit dimension_unit(int dimension) {
    switch (dimension) {
    case DIMENSION_TIME: return AST_UNIT_SECONDS;
    case DIMENSION_FREQUENCY: return AST_UNIT_HERTZ;
    default: return AST_UNIT_NONE;
    }
}

int unit_dimension(enum ast_unit unit) {
    switch (ast_units[unit].dimension) {
    case AST_DIMENSION_TIME:
    case AST_DIMENSION_SAMPLES: return DIMENSION_TIME;
    case AST_DIMENSION_FREQUENCY: return DIMENSION_FREQUENCY;
    case AST_DIMENSION_NUMBER: break;
    }
    return DIMENSION_NUMBER;
}

/* 10^|power|, exact for all units that there are. */
static double power_of_ten(int power) {
    double result = 1;
    for (int i = power < 0 ? -power : power; i > 0; i--) result *= 10;
    return result;
}

/* A decimal such as 0.035s that names a whole number of samples is that number, though binary
 * fractions come out some last bits beside it. */
static double whole_if_near(double samples) {
    double whole = nearbyint(samples);
    return fabs(samples - whole) <= 4 * DBL_EPSILON * fabs(samples) ? whole : samples;
}

double unit_value(const struct ast_number *number, double rate) {
    const struct ast_unit_entry *unit = &ast_units[number->unit];
    switch (unit->dimension) {
    case AST_DIMENSION_TIME:
        if (unit->power < 0) {
            return whole_if_near(number->written * rate / power_of_ten(unit->power));
        }
        return whole_if_near(number->value * rate);
    case AST_DIMENSION_FREQUENCY: return number->value / rate;
    case AST_DIMENSION_SAMPLES:
    case AST_DIMENSION_NUMBER: break;
    }
    return number->value;
}

double unit_factor(enum ast_unit unit, double rate) {
    const struct ast_unit_entry *entry = &ast_units[unit];
    double ten = power_of_ten(entry->power);
    switch (entry->dimension) {
    case AST_DIMENSION_TIME: return entry->power < 0 ? rate / ten : rate * ten;
    case AST_DIMENSION_FREQUENCY: return entry->power < 0 ? 1 / (ten * rate) : ten / rate;
    case AST_DIMENSION_SAMPLES: return 1;
    case AST_DIMENSION_NUMBER: break;
    }
    if (unit == AST_UNIT_DEGREES) return M_PI / 180;
    return entry->power < 0 ? 1 / ten : ten;
}

double unit_shown(enum ast_unit unit, double value, double rate) {
    const struct ast_unit_entry *entry = &ast_units[unit];
    if (unit == AST_UNIT_DECIBELS) return 20 * log10(value);
    if (unit == AST_UNIT_DEGREES) return value * 180 / M_PI;
    if (entry->dimension == AST_DIMENSION_TIME && entry->power < 0) {
        return value * power_of_ten(entry->power) / rate;
    }
    if (entry->dimension == AST_DIMENSION_NUMBER && entry->power < 0) {
        return value * power_of_ten(entry->power);
    }
    if (entry->dimension == AST_DIMENSION_FREQUENCY) {
        return value * rate / power_of_ten(entry->power);
    }
    return value / unit_factor(unit, rate);
}
