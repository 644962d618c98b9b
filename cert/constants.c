#include "cert/constants.h"

#include <float.h>
#include <math.h>

double constant_of(struct operand operand, bool single) {
    double value = operand.value;
    if (!single) return value;
    /* Beyond the greatest float by half a unit of its last place a conversion overflows, which
     * C leaves open. */
    if (fabs(value) >= FLT_MAX * (1 + 0x1p-25)) return copysign(INFINITY, value);
    return (double)(float)value;
}

uint64_t constant_delay(const struct cell *cell) {
    double samples = nearbyint(cell->operands[0].value);
    if (!(samples > cell->least_delay)) return cell->least_delay;
    return (uint64_t)samples;
}
