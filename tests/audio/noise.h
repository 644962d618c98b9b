/* Noise in [-1, 1) that is the same everywhere: a number of each inlet and frame. */
#ifndef ADACC_TESTS_AUDIO_NOISE_H
#define ADACC_TESTS_AUDIO_NOISE_H

#include <stdint.h>

static inline double noise(uint32_t inlet, long frame) {
    uint32_t x = (uint32_t)frame * 2654435761u + inlet * 40503u + 1;
    x ^= x >> 15, x *= 2246822519u, x ^= x >> 13, x *= 3266489917u, x ^= x >> 16;
    return (double)x / 4294967296.0 * 2 - 1;
}

#endif
