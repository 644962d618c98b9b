#include "cert/lossless.h"

#include <math.h>
#include <stdlib.h>

__extension__ typedef __int128 wide;

enum { WIDE_BITS = 126 };

/* The exponent of the last bit of a number that is not zero: value = odd integer * 2^e. */
static int last_bit(double value) {
    int exponent;
    double mantissa = ldexp(frexp(fabs(value), &exponent), 53); /* a whole number */
    exponent -= 53;
    while (fmod(mantissa, 2) == 0) {
        mantissa /= 2;
        exponent++;
    }
    return exponent;
}

enum lossless lossless_test(struct arena *scratch, const struct ball *A, uint32_t n,
                            const double *log_scale) {
    size_t square = (size_t)n * n;
    /* A = integers * 2^low, each of at most `high - low` bits. */
    int low = INT32_MAX, high = INT32_MIN;
    for (size_t i = 0; i < square; i++) {
        double value = A[i].centre;
        if (A[i].radius != 0 || !isfinite(value)) return LOSSLESS_UNDECIDED;
        if (value == 0) continue;
        int top;
        frexp(value, &top);
        int last = last_bit(value);
        if (last < low) low = last;
        if (top > high) high = top;
    }
    if (low > 0) low = 0;
    if (high < low) high = low;
    int *p = ARENA_ARRAY(scratch, n, int); /* log2 p_i, from 0 on */
    int p_most = 0;
    if (log_scale) {
        int least = INT32_MAX;
        for (uint32_t i = 0; i < n; i++) {
            p[i] = (int)lround(2 * (log_scale[i] - log_scale[0]) / log(2));
            if (p[i] < least) least = p[i];
        }
        for (uint32_t i = 0; i < n; i++) {
            p[i] -= least;
            if (p[i] > p_most) p_most = p[i];
        }
    }
    int sum_bits = 1;
    while ((1u << sum_bits) < n) sum_bits++;
    if (high - low > 62 || 2 * (high - low) + sum_bits + p_most > WIDE_BITS ||
        -2 * low + p_most > WIDE_BITS)
        return LOSSLESS_UNDECIDED;

    /* Transposed, so that the columns of A lie one behind the other. */
    int64_t *columns = ARENA_ARRAY(scratch, square, int64_t);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            columns[(size_t)j * n + i] = (int64_t)ldexp(A[(size_t)i * n + j].centre, -low);
    bool below = false, at = false;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j <= i; j++) {
            const int64_t *a = &columns[(size_t)i * n], *b = &columns[(size_t)j * n];
            wide sum = 0;
            for (uint32_t k = 0; k < n; k++) sum += ((wide)a[k] * b[k]) * ((wide)1 << p[k]);
            wide wanted = i == j ? (wide)1 << (p[i] - 2 * low) : 0;
            if (i != j && sum == 0) continue;
            if (i != j || sum > wanted) return LOSSLESS_UNDECIDED;
            below |= sum < wanted;
            at |= sum == wanted;
        }
    return !below ? LOSSLESS_EXACT : at ? LOSSLESS_PASSIVE : LOSSLESS_LOSSY;
}
