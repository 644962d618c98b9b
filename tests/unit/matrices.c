#include "tests/unit/matrices.h"

#include <math.h>

void hadamard(uint32_t n, double *Q) {
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            Q[i * n + j] = (__builtin_popcount(i & j) % 2 ? -1 : 1) / sqrt(n);
}

void householder(uint32_t n, double *Q) {
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) Q[i * n + j] = (i == j) - 2.0 / n;
}

void plane_rotations(struct random *r, uint32_t n, uint32_t turns, double *Q) {
    for (uint32_t i = 0; i < n * n; i++) Q[i] = i % (n + 1) == 0;
    for (uint32_t turn = 0; turn < turns; turn++) {
        uint32_t a = random_below(r, n), b = random_below(r, n);
        if (a == b) continue;
        double angle = random_between(r, 0, 6), c = cos(angle), s = sin(angle);
        for (uint32_t j = 0; j < n; j++) {
            double x = Q[a * n + j], y = Q[b * n + j];
            Q[a * n + j] = c * x - s * y;
            Q[b * n + j] = s * x + c * y;
        }
    }
}

const struct node *matrix_node(struct graph *g, uint32_t n, const double *Q) {
    return node_gain(&g->build, NOWHERE, matrix_of_numbers(g->arena, n, n, Q));
}
