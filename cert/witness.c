#include "cert/witness.h"

const char *const witness_texts[WITNESS_COUNT] = {
    [WITNESS_CIRCLE] = "circle",           [WITNESS_MODE] = "mode",
    [WITNESS_ENERGY] = "energy",           [WITNESS_SIGN] = "sign",
    [WITNESS_DETERMINANT] = "determinant",
};

uint16_t step_code(ticks step) {
    ticks exponent = 0;
    for (; step >= 2048; step >>= 1) exponent++;
    if (step < 1024) return (uint16_t)step;
    return (uint16_t)((exponent + 1) << 10 | (step - 1024));
}

ticks step_value(uint16_t code) {
    ticks mantissa = code & 1023;
    uint16_t exponent = code >> 10;
    return exponent == 0 ? mantissa : (mantissa + 1024) << (exponent - 1);
}
