/* Random numbers that are the same on every machine: from integers, comparisons and the four
 * operations alone, never from a function of the C library.
 *
 * The stream is SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014), its state the seed.
 */
#ifndef ADACC_FRONTEND_RANDOM_H
#define ADACC_FRONTEND_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state;
};

uint64_t random_bits(struct random *random);

/* k / 2^53, 0 <= k < 2^53: the upper bits of one draw. */
double random_uniform(struct random *random);

/* 0 .. count - 1, all equally likely (draws that would favour some are dropped). */
uint32_t random_below(struct random *random, uint32_t count);

/* Standard normal, by von Neumann's comparisons of uniform numbers (C. F. F. Karney, "Sampling
 * exactly from the normal distribution", ACM Trans. Math. Softw. 42, 2016, algorithm N). */
double random_normal(struct random *random);

#endif
