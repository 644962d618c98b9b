/* Random loops, of which some are stable and some are not, by seed. */
#ifndef ADACC_TESTS_UNIT_RANDOM_LOOP_H
#define ADACC_TESTS_UNIT_RANDOM_LOOP_H

#include "tests/unit/random_graph.h"

/* 1 to 5 lines of up to 8 samples: filters in the lines, beside the matrix, an inner loop, or none
 * of these. Short enough for the eigenvalues of the whole state. */
void random_loop(struct graph *g, uint64_t seed);

/* 1 to 6 lines of up to 60 samples, and filters in each: sections or finite responses in the lines,
 * in one or two branches beside the matrix, in an inner loop. */
void random_filtered_loop(struct graph *g, uint64_t seed);

/* Has `count` of them judged, seeds from 0 on, each in a fixture of its own; the environment's
 * `variable` says how many instead, for more of them than each check has time for. Returns how many
 * there were. */
uint32_t each_random_loop(const char *variable, uint32_t count,
                          void (*make)(struct graph *g, uint64_t seed),
                          void (*judge)(struct graph *g, void *counts, uint64_t seed),
                          void *counts);

#endif
