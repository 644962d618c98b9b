#include <math.h>
#include <string.h>

#include "passes/design.h"

static void multiply(uint32_t n, const double *a, const double *b, double *out) {
    memset(out, 0, (size_t)n * n * sizeof *out);
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t k = 0; k < n; k++) {
            double x = a[(size_t)r * n + k];
            if (x == 0) continue;
            for (uint32_t c = 0; c < n; c++) out[(size_t)r * n + c] += x * b[(size_t)k * n + c];
        }
}

/* The series of the exponential for S / 2^j, |S| / 2^j <= 1/2, squared j times (Moler and Van Loan
 * 2003, method 3). A skew matrix is normal: nothing is lost by the squaring. */
void design_orthogonal(struct arena *scratch, uint32_t n, const double *raw, double *out) {
    size_t room = (size_t)n * n;
    double *S = ARENA_ARRAY(scratch, room, double), *power = ARENA_ARRAY(scratch, room, double);
    double *next = ARENA_ARRAY(scratch, room, double), norm = 0;
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t c = r + 1; c < n; c++) {
            S[(size_t)r * n + c] = raw[(size_t)r * n + c];
            S[(size_t)c * n + r] = -raw[(size_t)r * n + c];
        }
    for (uint32_t r = 0; r < n; r++) {
        double sum = 0;
        for (uint32_t c = 0; c < n; c++) sum += fabs(S[(size_t)r * n + c]);
        norm = fmax(norm, sum);
    }
    int halvings = 0;
    for (; norm > 0.5 && halvings < 1100; norm /= 2) halvings++;
    for (size_t i = 0; i < room; i++) S[i] = ldexp(S[i], -halvings);
    memset(out, 0, room * sizeof *out);
    for (uint32_t r = 0; r < n; r++) out[(size_t)r * n + r] = power[(size_t)r * n + r] = 1;
    for (int k = 1; k <= 15; k++) { /* 0.5^16 / 16! is below 1e-18 */
        multiply(n, power, S, next);
        for (size_t i = 0; i < room; i++) {
            power[i] = next[i] / k;
            out[i] += power[i];
        }
    }
    while (halvings--) {
        multiply(n, out, out, next);
        memcpy(out, next, room * sizeof *out);
    }
}

/* [c, s; -s, c], and of n = 4 its Kronecker product with itself. */
void design_rotation(uint32_t n, double angle, double *out) {
    double c = cos(angle), s = sin(angle), two[2][2] = {{c, s}, {-s, c}};
    for (uint32_t row = 0; row < n; row++)
        for (uint32_t col = 0; col < n; col++)
            out[row * n + col] =
                n == 2 ? two[row][col] : two[row / 2][col / 2] * two[row % 2][col % 2];
}

static uint32_t largest(const uint32_t *at, uint32_t n) {
    uint32_t most = 0;
    for (uint32_t i = 0; i < n; i++)
        if (at[i] > most) most = at[i];
    return most;
}

uint32_t design_scattering_taps(const struct scattering *s) {
    uint64_t taps = 1 + (uint64_t)largest(s->left, s->n) + largest(s->right, s->n);
    for (uint32_t k = 0; k + 1 < s->count; k++) taps += largest(s->shifts + (size_t)k * s->n, s->n);
    return taps < UINT32_MAX ? (uint32_t)taps : UINT32_MAX;
}

/* out = U in, of n x n responses; [row][col][tap]. */
static void mixed(const double *U, uint32_t n, size_t taps, const double *in, double *out) {
    memset(out, 0, (size_t)n * n * taps * sizeof *out);
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t k = 0; k < n; k++)
            for (uint32_t c = 0; c < n; c++) {
                const double *from = in + ((size_t)k * n + c) * taps;
                double *to = out + ((size_t)r * n + c) * taps, u = U[(size_t)r * n + k];
                for (size_t t = 0; t < taps; t++) to[t] += u * from[t];
            }
}

/* In place: each row delayed by its shift and scaled by gain^shift. */
static void shifted(const uint32_t *shift, double gain, uint32_t n, size_t taps, double *at) {
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t c = 0; c < n; c++) {
            double *row = at + ((size_t)r * n + c) * taps, scale = pow(gain, shift[r]);
            memmove(row + shift[r], row, (taps - shift[r]) * sizeof *row);
            memset(row, 0, shift[r] * sizeof *row);
            for (size_t t = shift[r]; t < taps; t++) row[t] *= scale;
        }
}

void design_scattering(struct arena *scratch, const struct scattering *s, double *out) {
    uint32_t n = s->n;
    size_t taps = design_scattering_taps(s), room = (size_t)n * n * taps;
    double *held = ARENA_ARRAY(scratch, room, double);
    for (uint32_t i = 0; i < n; i++) held[((size_t)i * n + i) * taps + s->right[i]] = 1;
    mixed(s->matrices, n, taps, held, out);
    for (uint32_t k = 1; k < s->count; k++) {
        shifted(s->shifts + (size_t)(k - 1) * n, s->gain_per_sample, n, taps, out);
        mixed(s->matrices + (size_t)k * n * n, n, taps, out, held);
        memcpy(out, held, room * sizeof *out);
    }
    shifted(s->left, 1, n, taps, out);
}
