#include "frontend/random.h"

#include <stdbool.h>

uint64_t random_bits(struct random *random) {
    uint64_t z = random->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

double random_uniform(struct random *random) {
    return (double)(random_bits(random) >> 11) * 0x1p-53;
}

uint32_t random_below(struct random *random, uint32_t count) {
    uint64_t fair = UINT64_MAX - UINT64_MAX % count, bits;
    do bits = random_bits(random);
    while (bits >= fair);
    return (uint32_t)(bits % count);
}

/* True with the probability exp(-1/2): numbers drawn fall from below 1/2 on an even number of
 * times. */
static bool half_chance(struct random *random) {
    double last = 0.5;
    for (bool even = true;; even = !even) {
        double next = random_uniform(random);
        if (next >= last) return even;
        last = next;
    }
}

/* True with the probability exp(-x (2 k + x) / (2 k + 2)). */
static bool fine_chance(struct random *random, double k, double x) {
    double last = x;
    for (bool even = true;; even = !even) {
        double next = random_uniform(random);
        if (next >= last || random_uniform(random) * (2 * k + 2) >= 2 * k + x) return even;
        last = next;
    }
}

/* k with the probability exp(-k^2 / 2), up to a factor. */
static bool whole_part(struct random *random, uint32_t *k) {
    for (*k = 0; half_chance(random); ++*k) {}
    for (uint32_t i = *k * (*k - 1); *k && i; i--)
        if (!half_chance(random)) return false;
    return true;
}

static bool accepted(struct random *random, uint32_t k, double x) {
    for (uint32_t i = 0; i <= k; i++)
        if (!fine_chance(random, k, x)) return false;
    return true;
}

double random_normal(struct random *random) {
    for (;;) {
        uint32_t k;
        if (!whole_part(random, &k)) continue;
        double x = random_uniform(random);
        if (!accepted(random, k, x)) continue;
        double size = k + x;
        return random_bits(random) >> 63 ? -size : size;
    }
}
