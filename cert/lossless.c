#include "cert/lossless.h"

#include <math.h>

#include "ir/exact.h"

/* The centres, if all are exact; else null. */
static const double *exact_entries(struct arena *arena, const struct ball *A, uint32_t n) {
    size_t square = (size_t)n * n;
    double *entries = ARENA_ARRAY(arena, square, double);
    for (size_t i = 0; i < square; i++) {
        if (A[i].radius != 0) return NULL;
        entries[i] = A[i].centre;
    }
    return entries;
}

static enum lossless lossless_of(enum exact_energy energy) {
    switch (energy) {
    case ENERGY_KEPT: return LOSSLESS_EXACT;
    case ENERGY_PASSIVE: return LOSSLESS_PASSIVE;
    case ENERGY_FALLS: return LOSSLESS_LOSSY;
    default: return LOSSLESS_UNDECIDED;
    }
}

enum lossless lossless_test(struct arena *scratch, const struct ball *A, uint32_t n,
                            const double *log_scale) {
    if (n == 1 && A->radius > 0) {
        /* One gain need not be exact to be below 1. */
        struct two most = two_sum(fabs(A->centre), A->radius);
        bool below = most.high < 1 || (most.high == 1 && most.low < 0);
        return below ? LOSSLESS_LOSSY : LOSSLESS_UNDECIDED;
    }
    const double *entries = exact_entries(scratch, A, n);
    if (!entries) return LOSSLESS_UNDECIDED;
    double *p = ARENA_ARRAY(scratch, n, double);
    for (uint32_t i = 0; log_scale && i < n; i++)
        p[i] = ldexp(1, (int)lround(2 * (log_scale[i] - log_scale[0]) / log(2)));
    return lossless_of(exact_energy(scratch, entries, n, log_scale ? p : NULL));
}

enum lossless lossless_with(struct arena *scratch, const struct ball *A, uint32_t n,
                            const char *const *fractions) {
    const double *entries = exact_entries(scratch, A, n);
    if (!entries) return LOSSLESS_UNDECIDED;
    return lossless_of(exact_energy_of(scratch, entries, n, fractions));
}

const char *const *lossless_weights(struct arena *arena, const struct ball *A, uint32_t n) {
    const double *entries = exact_entries(arena, A, n);
    return entries ? exact_invariant(arena, entries, n) : NULL;
}
