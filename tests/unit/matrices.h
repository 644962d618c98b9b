/* Square matrices that lose nothing, but for rounding, row by row. */
#ifndef ADACC_TESTS_UNIT_MATRICES_H
#define ADACC_TESTS_UNIT_MATRICES_H

#include "tests/unit/random_graph.h"

/* n is a power of two. */
void hadamard(uint32_t n, double *Q);

/* I - 2/n 1 1' */
void householder(uint32_t n, double *Q);

/* A product of that many plane rotations. */
void plane_rotations(struct random *r, uint32_t n, uint32_t turns, double *Q);

/* The node of n x n gains. */
const struct node *matrix_node(struct graph *g, uint32_t n, const double *Q);

#endif
