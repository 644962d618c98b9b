#include "frontend/linear.h"

#include <float.h>
#include <math.h>
#include <string.h>

void linear_multiply(const double *a, const double *b, uint32_t n, double *out) {
    memset(out, 0, (size_t)n * n * sizeof *out);
    for (size_t r = 0; r < n; r++)
        for (size_t k = 0; k < n; k++) {
            double factor = a[r * n + k];
            if (factor == 0) continue;
            for (size_t c = 0; c < n; c++) out[r * n + c] += factor * b[k * n + c];
        }
}

static void swap_rows(double *a, size_t i, size_t k, size_t columns) {
    for (size_t c = 0; i != k && c < columns; c++) {
        double kept = a[i * columns + c];
        a[i * columns + c] = a[k * columns + c];
        a[k * columns + c] = kept;
    }
}

bool linear_solve(double *a, double *b, uint32_t n, uint32_t columns) {
    double largest = 0;
    for (size_t i = 0; i < (size_t)n * n; i++) largest = fmax(largest, fabs(a[i]));
    for (size_t k = 0; k < n; k++) {
        size_t pivot = k;
        for (size_t r = k + 1; r < n; r++)
            if (fabs(a[r * n + k]) > fabs(a[pivot * n + k])) pivot = r;
        if (!(fabs(a[pivot * n + k]) > 4 * n * DBL_EPSILON * largest)) return false;
        swap_rows(a, k, pivot, n);
        swap_rows(b, k, pivot, columns);
        for (size_t r = 0; r < n; r++) {
            double factor = a[r * n + k] / a[k * n + k];
            if (r == k || factor == 0) continue;
            for (size_t c = k; c < n; c++) a[r * n + c] -= factor * a[k * n + c];
            for (size_t c = 0; c < columns; c++) b[r * columns + c] -= factor * b[k * columns + c];
        }
    }
    for (size_t r = 0; r < n; r++)
        for (size_t c = 0; c < columns; c++) b[r * columns + c] /= a[r * n + r];
    return true;
}

static double *copy_of(struct arena *scratch, const double *a, uint32_t n) {
    double *copy = ARENA_ARRAY(scratch, (size_t)n * n, double);
    memcpy(copy, a, (size_t)n * n * sizeof *a);
    return copy;
}

static void identity(double *out, uint32_t n) {
    for (size_t i = 0; i < (size_t)n * n; i++) out[i] = i % (n + 1u) == 0;
}

bool linear_inverse(struct arena *scratch, const double *a, uint32_t n, double *out) {
    identity(out, n);
    return linear_solve(copy_of(scratch, a, n), out, n, n);
}

static double norm_of_columns(const double *a, uint32_t n) {
    double norm = 0;
    for (size_t c = 0; c < n; c++) {
        double sum = 0;
        for (size_t r = 0; r < n; r++) sum += fabs(a[r * n + c]);
        norm = fmax(norm, sum);
    }
    return norm;
}

bool linear_exponential(struct arena *scratch, const double *a, uint32_t n, double *out) {
    static const double b[] = {64764752532480000,
                               32382376266240000,
                               7771770303897600,
                               1187353796428800,
                               129060195264000,
                               10559470521600,
                               670442572800,
                               33522128640,
                               1323241920,
                               40840800,
                               960960,
                               16380,
                               182,
                               1};
    const double most =
        5.371920351148152; /* up to this norm the approximant is exact to a double */
    size_t count = (size_t)n * n;
    double norm = norm_of_columns(a, n);
    if (!isfinite(norm) || norm > 1e6) return false;
    int squarings = norm > most ? (int)ceil(log2(norm / most)) : 0;
    double *x = copy_of(scratch, a, n), *x2 = copy_of(scratch, a, n), *x4 = copy_of(scratch, a, n),
           *x6 = copy_of(scratch, a, n), *u = copy_of(scratch, a, n), *v = copy_of(scratch, a, n),
           *w = copy_of(scratch, a, n);
    for (size_t i = 0; i < count; i++) x[i] = ldexp(x[i], -squarings);
    linear_multiply(x, x, n, x2);
    linear_multiply(x2, x2, n, x4);
    linear_multiply(x2, x4, n, x6);
    for (size_t i = 0; i < count; i++) w[i] = b[13] * x6[i] + b[11] * x4[i] + b[9] * x2[i];
    linear_multiply(x6, w, n, v);
    for (size_t i = 0; i < count; i++) {
        v[i] += b[7] * x6[i] + b[5] * x4[i] + b[3] * x2[i];
        if (i % (n + 1u) == 0) v[i] += b[1];
    }
    linear_multiply(x, v, n, u);
    for (size_t i = 0; i < count; i++) w[i] = b[12] * x6[i] + b[10] * x4[i] + b[8] * x2[i];
    linear_multiply(x6, w, n, v);
    for (size_t i = 0; i < count; i++) {
        v[i] += b[6] * x6[i] + b[4] * x4[i] + b[2] * x2[i];
        if (i % (n + 1u) == 0) v[i] += b[0];
        w[i] = v[i] - u[i];
        out[i] = v[i] + u[i];
    }
    if (!linear_solve(w, out, n, n)) return false;
    for (; squarings > 0; squarings--) {
        memcpy(u, out, count * sizeof *u);
        linear_multiply(u, u, n, out);
    }
    for (size_t i = 0; i < count; i++)
        if (!isfinite(out[i])) return false;
    return true;
}

static double frobenius(const double *a, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += a[i] * a[i];
    return sqrt(sum);
}

bool linear_polar(struct arena *scratch, const double *a, uint32_t n, double *out) {
    enum { STEPS_MOST = 60 };
    size_t count = (size_t)n * n;
    double *inverse = ARENA_ARRAY(scratch, count, double);
    memcpy(out, a, count * sizeof *out);
    for (int step = 0; step < STEPS_MOST; step++) {
        if (!linear_inverse(scratch, out, n, inverse)) return false;
        double scale = sqrt(frobenius(inverse, count) / frobenius(out, count)), moved = 0;
        if (fabs(scale - 1) < 1e-2) scale = 1;
        for (size_t r = 0; r < n; r++)
            for (size_t c = 0; c < n; c++) {
                double next = (scale * out[r * n + c] + inverse[c * n + r] / scale) / 2;
                moved = fmax(moved, fabs(next - out[r * n + c]));
                out[r * n + c] = next;
            }
        if (moved < 4 * DBL_EPSILON) break;
    }
    return true;
}

bool linear_orthonormal_rows(double *a, uint32_t n) {
    for (size_t r = 0; r < n; r++) {
        double *row = a + r * n, before = frobenius(row, n);
        for (int turn = 0; turn < 2; turn++)
            for (size_t k = 0; k < r; k++) {
                double product = 0;
                for (size_t c = 0; c < n; c++) product += row[c] * a[k * n + c];
                for (size_t c = 0; c < n; c++) row[c] -= product * a[k * n + c];
            }
        double norm = frobenius(row, n);
        if (!(norm > 1e-12 * before)) return false;
        for (size_t c = 0; c < n; c++) row[c] /= norm;
    }
    return true;
}
