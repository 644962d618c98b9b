/* The modes of a net, by brute force: eigenvalues of what one sample does to its whole state. */
#ifndef ADACC_TESTS_UNIT_MODES_H
#define ADACC_TESTS_UNIT_MODES_H

#include <complex.h>

#include "ir/net.h"

/* All of them, in arena; `*count` is the size of the state. Knobs at their initial values. */
const double complex *net_modes(struct arena *arena, const struct net *net, uint32_t *count);

/* How many are beyond `radius`. */
uint32_t modes_beyond(const double complex *modes, uint32_t count, double radius);

double largest_mode(const double complex *modes, uint32_t count);

#endif
