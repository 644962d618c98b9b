/* Random programs that are valid: shapes fit, sections are stable, every loop holds a delay. */
#ifndef ADACC_TESTS_UNIT_RANDOM_GRAPH_H
#define ADACC_TESTS_UNIT_RANDOM_GRAPH_H

#include "tests/unit/graph.h"

/* What a program is to hold beside whole delays, normalised sections and constants. */
enum random_wish {
    RANDOM_FRACTIONS = 1, /* delays that are not whole, a0 that is not 1 */
    RANDOM_KNOBS = 2,     /* up to three knobs, in gains and delays */
    RANDOM_LOOPS = 4,     /* every cycle is of 16 samples at least: one delay of few samples or of
                             many, or two that make so many together */
};

/* Numbers that are the same everywhere: xorshift64* (Vigna 2016). */
struct random {
    uint64_t state;
};
struct random random_of(uint64_t seed);
uint32_t random_below(struct random *r, uint32_t n);
double random_between(struct random *r, double lo, double hi);

/* Fills g->program.main, and its knobs; 1 to 3 inlets and outlets. */
void random_program(struct graph *g, uint64_t seed, unsigned wish);

#endif
