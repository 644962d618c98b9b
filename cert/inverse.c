#include "cert/inverse.h"

#include <math.h>
#include <string.h>

#include "cert/ball.h"
#include "cert/lanes.h"

struct complex_matrix complex_matrix_make(struct arena *arena, uint32_t n) {
    uint32_t stride = (n + 3) / 4 * 4;
    size_t size = (size_t)stride * n;
    double *at = ARENA_ARRAY(arena, 2 * size, double);
    return (struct complex_matrix){n, stride, at, at + size};
}

struct inverse inverse_make(struct arena *arena, uint32_t n) {
    struct inverse inverse = {.R = complex_matrix_make(arena, n)};
    inverse.work = complex_matrix_make(arena, n);
    inverse.columns = ARENA_ARRAY(arena, inverse.R.stride, double);
    return inverse;
}

/* x -= f y, along a row. */
static void subtract_scaled(double *x_re, double *x_im, double f_re, double f_im,
                            const double *y_re, const double *y_im, uint32_t stride) {
    for (uint32_t j = 0; j < stride; j += LANES) {
        lanes a = *(const lanes *)&y_re[j], b = *(const lanes *)&y_im[j];
        *(lanes *)&x_re[j] -= f_re * a - f_im * b;
        *(lanes *)&x_im[j] -= f_re * b + f_im * a;
    }
}

static void swap_rows(struct complex_matrix *M, uint32_t a, uint32_t b) {
    for (uint32_t j = 0; j < M->n; j++) {
        size_t i = (size_t)a * M->stride + j, k = (size_t)b * M->stride + j;
        double re = M->re[i], im = M->im[i];
        M->re[i] = M->re[k];
        M->im[i] = M->im[k];
        M->re[k] = re;
        M->im[k] = im;
    }
}

static void swap_columns(struct complex_matrix *M, uint32_t a, uint32_t b) {
    for (uint32_t i = 0; i < M->n; i++) {
        size_t j = (size_t)i * M->stride + a, k = (size_t)i * M->stride + b;
        double re = M->re[j], im = M->im[j];
        M->re[j] = M->re[k];
        M->im[j] = M->im[k];
        M->re[k] = re;
        M->im[k] = im;
    }
}

/* Gauss-Jordan elimination in place, with partial pivoting. What happens below the pivots is what
 * an LU factorisation does, so the pivots are those of U, and the row of each, when its turn comes,
 * is that of U. `upper` becomes ||U||_F^2, `turn` the argument of the pivots' product. */
static bool eliminate(struct complex_matrix *M, uint32_t *swapped, double *upper, double *turn) {
    uint32_t n = M->n, stride = M->stride;
    double unit_re = 1, unit_im = 0;
    *upper = 0;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t best = k;
        double most = -1;
        for (uint32_t i = k; i < n; i++) {
            double re = M->re[(size_t)i * stride + k], im = M->im[(size_t)i * stride + k];
            double square = re * re + im * im;
            if (square > most) {
                most = square;
                best = i;
            }
        }
        if (!(most > 1e-250) || !isfinite(most)) return false;
        swapped[k] = best;
        if (best != k) {
            swap_rows(M, best, k);
            unit_re = -unit_re;
            unit_im = -unit_im;
        }
        double *re = &M->re[(size_t)k * stride], *im = &M->im[(size_t)k * stride];
        for (uint32_t j = k; j < n; j++) *upper += re[j] * re[j] + im[j] * im[j];
        double p_re = re[k], p_im = im[k], length = sqrt(most);
        double next = (unit_re * p_re - unit_im * p_im) / length;
        unit_im = (unit_re * p_im + unit_im * p_re) / length;
        unit_re = next;
        double inverse_re = p_re / most, inverse_im = -p_im / most;
        re[k] = 1;
        im[k] = 0;
        for (uint32_t j = 0; j < n; j++) {
            double x = re[j] * inverse_re - im[j] * inverse_im;
            im[j] = re[j] * inverse_im + im[j] * inverse_re;
            re[j] = x;
        }
        for (uint32_t i = 0; i < n; i++) {
            if (i == k) continue;
            double *to_re = &M->re[(size_t)i * stride], *to_im = &M->im[(size_t)i * stride];
            double f_re = to_re[k], f_im = to_im[k];
            to_re[k] = to_im[k] = 0;
            subtract_scaled(to_re, to_im, f_re, f_im, re, im, stride);
        }
    }
    for (uint32_t k = n; k-- > 0;)
        if (swapped[k] != k) swap_columns(M, k, swapped[k]);
    *turn = atan2(unit_im, unit_re);
    return true;
}

/* ||I - R M||_F as computed. Rows of R against M, a row of the result at a time. */
static double residual_of(const struct complex_matrix *R, const struct complex_matrix *M) {
    enum { MOST = 512 };
    double y_re[MOST], y_im[MOST], square = 0;
    uint32_t n = R->n, stride = R->stride;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < stride; j++) y_re[j] = y_im[j] = 0;
        y_re[i] = 1;
        for (uint32_t k = 0; k < n; k++) {
            size_t at = (size_t)i * stride + k, row = (size_t)k * stride;
            subtract_scaled(y_re, y_im, R->re[at], R->im[at], &M->re[row], &M->im[row], stride);
        }
        for (uint32_t j = 0; j < n; j++) square += y_re[j] * y_re[j] + y_im[j] * y_im[j];
    }
    return sqrt(square);
}

bool inverse_compute(struct inverse *inverse, const struct complex_matrix *L, double scale,
                     double error) {
    struct complex_matrix *R = &inverse->R, *M = &inverse->work;
    uint32_t n = L->n, stride = L->stride, swapped[512];
    if (n > 500 || !isfinite(error)) return false;
    double square = 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            size_t at = (size_t)i * stride + j;
            M->re[at] = (i == j) - scale * L->re[at];
            M->im[at] = -scale * L->im[at];
            square += M->re[at] * M->re[at] + M->im[at] * M->im[at];
        }
    if (!isfinite(square)) return false;
    double norm_M = sqrt(square) * (1 + 0x1p-30), upper;
    memcpy(R->re, M->re, (size_t)n * stride * sizeof(double));
    memcpy(R->im, M->im, (size_t)n * stride * sizeof(double));
    if (!eliminate(R, swapped, &upper, &inverse->argument)) return false;

    square = 0;
    double apart = 0;
    memset(inverse->columns, 0, stride * sizeof(double));
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            double re = R->re[(size_t)i * stride + j], im = R->im[(size_t)i * stride + j];
            square += re * re + im * im;
            re -= i == j;
            inverse->columns[j] += re * re + im * im;
        }
    for (uint32_t j = 0; j < n; j++) {
        apart += inverse->columns[j];
        inverse->columns[j] = sqrt(inverse->columns[j]) * (1 + 0x1p-30);
    }
    if (!isfinite(square)) return false;
    inverse->norm = sqrt(square) * (1 + 0x1p-30);
    inverse->without_one = sqrt(apart) * (1 + 0x1p-30);

    /* Y as computed. In each part of an entry 2 n products are summed to a 0 or 1, so it is off by
     * at most gamma_(2n+2) (1 + sum |R_ik| |M_kj|) (Cauchy and Schwarz for the two products of a
     * term), the entry by sqrt 2 times that, Y by sqrt 2 gamma_(2n+2) (sqrt n + ||R|| ||M||). M is
     * I - scale L rounded twice: off by 2 u ||M|| + u scale ||L||, and scale <= 1, ||L|| <= ||M|| +
     * sqrt n. */
    double size = norm_M + sqrt(n);
    double gamma = 1.5 * (2 * (double)n + 4) * UNIT;
    error += 4 * UNIT * size;
    inverse->residual = residual_of(R, M) * (1 + 0x1p-30) +
                        gamma * (sqrt(n) + inverse->norm * norm_M) + inverse->norm * error;
    if (!(inverse->residual <= 0.02)) return false;

    /* The argument. Elimination of complex numbers gives P M = L U + E with |E| <= 8 (n + 4) u |L|
     * |U|: Higham 2002, theorem 9.3, each complex operation being off by at most 8 u. |l_ij| <= 1 +
     * 8u by pivoting, so ||L||_F <= n. Between L U and any of the matrices meant, F turns by the
     * argument of det(I - Z), ||Z|| <= ||R|| (||E|| + error) / (1 - eta') = X, of which log det(I -
     * Z) is at most sqrt n X - ln(1 - X) - X. The product of unit pivots adds n 8u. */
    double E = 8 * ((double)n + 4) * UNIT * n * sqrt(upper) * (1 + 0x1p-30) + error;
    double X = inverse->norm * E, eta = inverse->residual + X;
    if (!(eta < 0.5)) return false;
    X /= 1 - eta;
    return sqrt(n) * X - log1p(-X) - X + 16 * n * UNIT <= 0.02;
}

double inverse_trace(const struct inverse *inverse, const struct complex_matrix *A,
                     const struct complex_matrix *B) {
    const struct complex_matrix *R = &inverse->R;
    double sum = 0;
    for (uint32_t i = 0; i < R->n; i++)
        for (uint32_t j = 0; j < R->n; j++) {
            size_t at = (size_t)i * R->stride + j, to = (size_t)j * R->stride + i;
            sum += R->re[at] * (A->im[to] - B->im[to]) + R->im[at] * (A->re[to] - B->re[to]);
        }
    return sum;
}
