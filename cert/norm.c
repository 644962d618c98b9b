#include "cert/norm.h"

#include <math.h>
#include <string.h>

#include "cert/ball.h"

enum { SCALE_MOST = 40 }; /* |x| stays below: e^40 either way */

struct norm_work norm_work_make(struct arena *arena, uint32_t n) {
    struct norm_work work = {.n = n};
    size_t square = (size_t)n * n;
    work.a = ARENA_ARRAY(arena, square, double);
    work.b = ARENA_ARRAY(arena, square, double);
    work.c = ARENA_ARRAY(arena, square, double);
    work.u = ARENA_ARRAY(arena, n, double);
    work.v = ARENA_ARRAY(arena, n, double);
    work.w = ARENA_ARRAY(arena, n, double);
    return work;
}

/* Four sums side by side, so that a processor need not wait for each addition. */
static double dot(const double *a, const double *b, uint32_t n) {
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    uint32_t k = 0;
    for (; k + 4 <= n; k += 4) {
        s0 += a[k] * b[k];
        s1 += a[k + 1] * b[k + 1];
        s2 += a[k + 2] * b[k + 2];
        s3 += a[k + 3] * b[k + 3];
    }
    for (; k < n; k++) s0 += a[k] * b[k];
    return (s0 + s1) + (s2 + s3);
}

/* The lower half of W W'. Two rows against two: half the loads. */
static void gram(const double *W, uint32_t n, double *out) {
    uint32_t i = 0;
    for (; i + 2 <= n; i += 2) {
        const double *p = &W[(size_t)i * n], *q = p + n;
        for (uint32_t j = 0; j <= i; j += 2) {
            const double *r = &W[(size_t)j * n], *s = r + n;
            double pr = 0, ps = 0, qr = 0, qs = 0;
            for (uint32_t k = 0; k < n; k++) {
                pr += p[k] * r[k];
                ps += p[k] * s[k];
                qr += q[k] * r[k];
                qs += q[k] * s[k];
            }
            double *to = &out[(size_t)i * n + j];
            to[0] = pr;
            if (j < i) to[1] = ps;
            to[n] = qr;
            to[n + 1] = qs;
        }
    }
    for (; i < n; i++)
        for (uint32_t j = 0; j <= i; j++)
            out[(size_t)i * n + j] = dot(&W[(size_t)i * n], &W[(size_t)j * n], n);
}

/* Cholesky's of sign S + diagonal I, in the lower half of S. */
static bool factorises(double *S, uint32_t n, double sign, double diagonal) {
    for (uint32_t i = 0; i < n; i++) {
        double *row = &S[(size_t)i * n];
        for (uint32_t j = 0; j < i; j++) {
            const double *above = &S[(size_t)j * n];
            row[j] = (sign * row[j] - dot(row, above, j)) / above[j];
        }
        double pivot = diagonal + sign * row[i] - dot(row, row, i);
        if (!(pivot > 0)) return false;
        row[i] = sqrt(pivot);
    }
    return true;
}

bool norm_is_below(struct norm_work *work, const double *W, uint32_t n, double error,
                   double bound) {
    double g = (bound - error) * (1 - 4 * UNIT);
    if (!(g > 0) || !isfinite(g)) return false;
    double *S = work->a;
    gram(W, n, S);
    work->spent += (uint64_t)n * n * n * 2 / 3;
    double frobenius = 0;
    for (uint32_t i = 0; i < n; i++) frobenius += S[(size_t)i * n + i];
    if (!isfinite(frobenius)) return false;
    /* W W' is computed within gamma_n ||W||_F^2, gamma_n = n u / (1 - n u), in any order of its
     * sums; the diagonal of g^2 I - W W' rounds by less than 4 u (g^2 + ||W||_F^2); a factorisation
     * that runs through proves that no eigenvalue is below -gamma_(n+1) / (1 - gamma_(n+1)) times
     * the trace, at most n g^2. Twice all that, for the rounding of the shift itself. */
    double shift = 2 * ((double)n + 8) * UNIT * (frobenius + n * g * g) + 1e-280;
    return factorises(S, n, -1, g * g - shift);
}

/* The same for W W' - g^2 I, whose trace is at most ||W||_F^2. */
bool norm_least_is_above(struct norm_work *work, const double *W, uint32_t n, double error,
                         double bound) {
    double g = (bound + error) * (1 + 4 * UNIT), *S = work->a, frobenius = 0;
    gram(W, n, S);
    work->spent += (uint64_t)n * n * n * 2 / 3;
    for (uint32_t i = 0; i < n; i++) frobenius += S[(size_t)i * n + i];
    if (!isfinite(frobenius) || !isfinite(g)) return false;
    double shift = 2 * ((double)n + 8) * UNIT * (frobenius + n * g * g) + 1e-280;
    return factorises(S, n, 1, -g * g - shift);
}

static double normalise(double *x, uint32_t n) {
    double length = sqrt(dot(x, x, n));
    if (length > 0 && isfinite(length))
        for (uint32_t i = 0; i < n; i++) x[i] /= length;
    return length;
}

double norm_estimate(struct norm_work *work, const double *W, uint32_t n, uint32_t iterations) {
    double *u = work->u, *v = work->v, norm = 0;
    /* A start that is at right angles to nothing in particular, and always the same. */
    for (uint32_t i = 0; i < n; i++) v[i] = 1 + 0.5 * sin(1.7 * (i + 1.0) * (i + 1.0));
    normalise(v, n);
    for (uint32_t k = 0; k < iterations; k++) {
        for (uint32_t i = 0; i < n; i++) u[i] = dot(&W[(size_t)i * n], v, n);
        normalise(u, n);
        memset(work->w, 0, n * sizeof(double));
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++) work->w[j] += u[i] * W[(size_t)i * n + j];
        double now = normalise(work->w, n);
        memcpy(v, work->w, n * sizeof(double));
        bool settled = fabs(now - norm) <= 1e-13 * now;
        norm = now;
        work->spent += 2 * (uint64_t)n * n;
        if (settled || !(now > 0)) break;
    }
    return norm;
}

double norm_bound(struct norm_work *work, const double *W, uint32_t n, double error) {
    enum { ROWS_CLOSELY = 128 };
    static const double above[] = {0, 1e-11, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2, 0.1};
    double estimate = norm_estimate(work, W, n, 60) + error;
    /* The first one: as close as a test of this size can come, n^2 UNIT with room to spare. */
    double least = 16 * ((double)n + 8) * (n + 1) * UNIT;
    for (size_t i = 0; i < sizeof above / sizeof *above; i++) {
        double bound = estimate * (1 + fmax(above[i], least)) + 1e-100;
        if (!norm_is_below(work, W, n, error, bound)) continue;
        /* The estimate is far too low where singular values are close to the largest one. */
        double low = above[i] > 1e-5 && n <= ROWS_CLOSELY ? estimate * (1 + above[i - 1]) : bound;
        while (bound - low > 1e-7 * bound) {
            double middle = (low + bound) / 2;
            if (norm_is_below(work, W, n, error, middle)) bound = middle;
            else low = middle;
        }
        return bound;
    }
    double frobenius = 0;
    for (size_t i = 0; i < (size_t)n * n; i++) frobenius += W[i] * W[i];
    return (sqrt(frobenius) + error) * (1 + 1e-9);
}

/* C = A A for a symmetric A, over its trace. */
static void square_symmetric(const double *A, uint32_t n, double *C) {
    gram(A, n, C);
    double trace = 0;
    for (uint32_t i = 0; i < n; i++) trace += C[(size_t)i * n + i];
    double scale = trace > 0 ? 1 / trace : 1;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j <= i; j++)
            C[(size_t)j * n + i] = C[(size_t)i * n + j] = C[(size_t)i * n + j] * scale;
}

/* The diagonal of (A A')^(2^power), up to a factor; A is left as it was, b and c are used. */
static void diagonal_of_power(struct norm_work *work, const double *A, uint32_t n, uint32_t power,
                              double *out) {
    if (power == 0) {
        for (uint32_t i = 0; i < n; i++) out[i] = dot(&A[(size_t)i * n], &A[(size_t)i * n], n);
        work->spent += (uint64_t)n * n;
        return;
    }
    double *from = work->b, *to = work->c;
    square_symmetric(A, n, from); /* A A' also where A is not symmetric */
    for (uint32_t q = 1; q < power; q++) {
        square_symmetric(from, n, to);
        double *swap = from;
        from = to;
        to = swap;
    }
    /* The last squaring needs its diagonal alone. */
    for (uint32_t i = 0; i < n; i++) out[i] = dot(&from[(size_t)i * n], &from[(size_t)i * n], n);
    work->spent += power * (uint64_t)n * n * n / 2;
}

void norm_balance(struct norm_work *work, const double *W, uint32_t n, bool complex, uint32_t power,
                  uint32_t sweeps, double *x) {
    uint32_t N = complex ? n / 2 : n;
    double *B = work->a;
    for (uint32_t sweep = 0; sweep < sweeps; sweep++) {
        for (uint32_t i = 0; i < n; i++) work->w[i] = exp(x[i % N]);
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < n; j++)
                B[(size_t)i * n + j] = W[(size_t)i * n + j] * work->w[i] / work->w[j];
        diagonal_of_power(work, B, n, power, work->u);
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = 0; j < i; j++) {
                double swap = B[(size_t)i * n + j];
                B[(size_t)i * n + j] = B[(size_t)j * n + i];
                B[(size_t)j * n + i] = swap;
            }
        diagonal_of_power(work, B, n, power, work->v);
        double moved = 0, mean = 0;
        for (uint32_t i = 0; i < N; i++) {
            double S = work->u[i], T = work->v[i];
            if (complex) {
                S += work->u[i + N];
                T += work->v[i + N];
            }
            /* The two powers have the same trace, so their factors are the same too. */
            double step = S > 1e-280 && T > 1e-280 ? log(S / T) / (4 * (double)(1u << power)) : 0;
            x[i] -= step;
            mean += x[i] / N;
            moved = fmax(moved, fabs(step));
        }
        for (uint32_t i = 0; i < N; i++) x[i] = fmin(fmax(x[i] - mean, -SCALE_MOST), SCALE_MOST);
        if (moved < 1e-9) break;
    }
}
