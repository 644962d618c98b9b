#include "cert/instability.h"

#include <math.h>

#include "ir/exact.h"

static double frobenius(const double *at, size_t count) {
    double square = 0;
    for (size_t i = 0; i < count; i++) square += at[i] * at[i];
    return sqrt(square) * (1 + 0x1p-30);
}

/* LU with partial pivoting in place, rows swapped along with `row_of`. The sign of the permutation;
 * 0 if a pivot vanishes. */
static int factorise(double *LU, uint32_t n, uint32_t *row_of) {
    int sign = 1;
    for (uint32_t i = 0; i < n; i++) row_of[i] = i;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t best = k;
        for (uint32_t i = k + 1; i < n; i++)
            if (fabs(LU[(size_t)i * n + k]) > fabs(LU[(size_t)best * n + k])) best = i;
        double pivot = LU[(size_t)best * n + k];
        if (!(fabs(pivot) > 1e-250) || !isfinite(pivot)) return 0;
        if (best != k) {
            for (uint32_t j = 0; j < n; j++) {
                double swap = LU[(size_t)k * n + j];
                LU[(size_t)k * n + j] = LU[(size_t)best * n + j];
                LU[(size_t)best * n + j] = swap;
            }
            uint32_t swap = row_of[k];
            row_of[k] = row_of[best];
            row_of[best] = swap;
            sign = -sign;
        }
        for (uint32_t i = k + 1; i < n; i++) {
            double factor = LU[(size_t)i * n + k] / pivot;
            LU[(size_t)i * n + k] = factor;
            for (uint32_t j = k + 1; j < n; j++)
                LU[(size_t)i * n + j] -= factor * LU[(size_t)k * n + j];
        }
    }
    return sign;
}

/* R with R M = I nearly, where the rows of M in the order row_of are L U. */
static void invert(const double *LU, uint32_t n, const uint32_t *row_of, double *R) {
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) R[(size_t)i * n + j] = row_of[i] == j;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < i; k++)
            for (uint32_t j = 0; j < n; j++)
                R[(size_t)i * n + j] -= LU[(size_t)i * n + k] * R[(size_t)k * n + j];
    for (uint32_t i = n; i-- > 0;) {
        for (uint32_t k = i + 1; k < n; k++)
            for (uint32_t j = 0; j < n; j++)
                R[(size_t)i * n + j] -= LU[(size_t)i * n + k] * R[(size_t)k * n + j];
        for (uint32_t j = 0; j < n; j++) R[(size_t)i * n + j] /= LU[(size_t)i * n + i];
    }
}

static struct determinant determinant_about(struct arena *scratch, const struct ball *matrix,
                                            uint32_t n) {
    struct determinant unknown = {0, -INFINITY, INFINITY, false};
    size_t square = (size_t)n * n;
    double *M = ARENA_ARRAY(scratch, square, double), *LU = ARENA_ARRAY(scratch, square, double);
    double *R = ARENA_ARRAY(scratch, square, double);
    uint32_t *row_of = ARENA_ARRAY(scratch, n, uint32_t);
    double radius = 0;
    for (size_t i = 0; i < square; i++) {
        LU[i] = M[i] = matrix[i].centre;
        radius += matrix[i].radius * matrix[i].radius;
    }
    radius = sqrt(radius) * (1 + 0x1p-30) + 1e-280;
    int sign = factorise(LU, n, row_of);
    if (!sign) return unknown;
    invert(LU, n, row_of, R);

    /* Y = I - R M, computed within gamma_(n+1) (||R|| ||M|| + sqrt n). */
    double gamma = 2 * ((double)n + 4) * UNIT;
    double norm_R = frobenius(R, square), norm_M = frobenius(M, square), residual = 0;
    double *row = ARENA_ARRAY(scratch, n, double);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < n; j++) row[j] = i == j;
        for (uint32_t k = 0; k < n; k++)
            for (uint32_t j = 0; j < n; j++) row[j] -= R[(size_t)i * n + k] * M[(size_t)k * n + j];
        for (uint32_t j = 0; j < n; j++) residual += row[j] * row[j];
    }
    residual = sqrt(residual) * (1 + 0x1p-30) + gamma * (norm_R * norm_M + sqrt(n));

    /* The rows of M in the pivots' order are L U + E with |E| <= gamma_n |L| |U| (Higham 2002,
     * theorem 9.3). Along L U + t (E + radii), t in [0, 1], nothing is singular if I - R (...)
     * stays below 1. */
    double lower = n, upper = 0, log_sum = 0, log_size = 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            double value = LU[(size_t)i * n + j];
            if (j < i) lower += value * value;
            else upper += value * value;
        }
    double error = gamma * sqrt(lower) * sqrt(upper) * (1 + 0x1p-30) + radius;
    double apart = residual + norm_R * error;
    if (!(apart < 0.5)) return unknown;
    for (uint32_t i = 0; i < n; i++) {
        double pivot = LU[(size_t)i * n + i], log_pivot = log(fabs(pivot));
        if (pivot < 0) sign = -sign;
        log_sum += log_pivot;
        log_size += fabs(log_pivot);
    }
    /* det(M) = ±det(L U) det(I + X), ||X|| <= ||R|| error / (1 - apart), and each of the n
     * eigenvalues of I + X is within ||X|| of 1. */
    double X = norm_R * error / (1 - apart) * (1 + 0x1p-30);
    if (!(X < 0.5)) return unknown;
    double slack =
        -(double)n * log1p(-X) * (1 + 0x1p-30) + 4 * ((double)n + 4) * UNIT * (log_size + n);
    return (struct determinant){sign, log_sum - slack, log_sum + slack, log_sum - slack > 0};
}

/* The most rows whose elimination in integers takes no longer than people wait. */
enum { EXACT_ROWS_MOST = 64 };

struct determinant determinant_of(struct arena *scratch, const struct ball *matrix, uint32_t n) {
    struct determinant found = determinant_about(scratch, matrix, n);
    bool decided = found.sign && (found.beyond_one || found.log_high <= 0);
    if (decided || n > EXACT_ROWS_MOST) return found;
    size_t square = (size_t)n * n;
    double *entries = ARENA_ARRAY(scratch, square, double);
    for (size_t i = 0; i < square; i++) {
        if (matrix[i].radius != 0) return found;
        entries[i] = matrix[i].centre;
    }
    struct exact_determinant exact = exact_determinant(scratch, entries, n);
    if (!exact.known) return found;
    found.sign = exact.sign;
    found.beyond_one = exact.beyond_one > 0;
    if (exact.beyond_one >= 0) found.log_low = fmax(found.log_low, 0);
    if (exact.beyond_one <= 0) found.log_high = fmin(found.log_high, 0);
    return found;
}

/* B and A of a section at w = 1 or -1, each a sum. */
static void multiply_sections(const struct channel *channel, int at, struct ball *B,
                              struct ball *A) {
    for (uint32_t k = 0; k < channel->section_count; k++) {
        const struct section_values *s = &channel->sections[k];
        if (s->taps) {
            *B = ball_multiply(*B, section_real(s, at));
            continue;
        }
        struct ball b = ball_add(ball_exact(s->b0), ball_exact(at * s->b1));
        struct ball a = ball_add(ball_exact(1), ball_exact(at * s->a1));
        *B = ball_multiply(*B, ball_add(b, ball_exact(s->b2)));
        *A = ball_multiply(*A, ball_add(a, ball_exact(s->a2)));
    }
}

/* The sign of P at w = 1 or -1 where G is constant: det(diag(A_j) - G diag(B_j w^m_j)), in which
 * short constants stay exact. */
static int sign_of_constant(struct arena *scratch, const struct loop *loop,
                            const struct ball *constant, int at) {
    uint32_t n = loop->channel_count;
    struct ball *P = ARENA_ARRAY(scratch, (size_t)n * n, struct ball);
    for (uint32_t j = 0; j < n; j++) {
        const struct channel *channel = &loop->channels[j];
        struct ball A = ball_exact(1);
        struct ball B = ball_exact(at < 0 && channel->delay_samples % 2 ? 1 : -1);
        multiply_sections(channel, at, &B, &A);
        for (uint32_t i = 0; i < n; i++) {
            struct ball *entry = &P[(size_t)i * n + j];
            *entry = ball_multiply(constant[(size_t)i * n + j], B);
            if (i == j) *entry = ball_add(A, *entry);
            if (!isfinite(entry->centre) || !isfinite(entry->radius)) return 0;
        }
    }
    return determinant_of(scratch, P, n).sign;
}

/* The sign of P at w = 1 or -1. */
static int sign_at(struct arena *scratch, const struct loop *loop, int at) {
    uint32_t n = loop->channel_count;
    struct ball *F = ARENA_ARRAY(scratch, (size_t)n * n, struct ball);
    int sign = 1;
    if (!loop->rest_section_count) {
        response_constant(scratch, loop, F);
        return sign_of_constant(scratch, loop, F, at);
    }
    for (uint32_t k = 0; k < loop->section_count; k++) {
        struct section_values s = loop_section(loop, k);
        sign *= sign_of_one_plus(s.a2, at * s.a1);
    }
    if (!sign || !response_real(scratch, loop, at, F)) return 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            struct ball *entry = &F[(size_t)i * n + j];
            entry->centre = -entry->centre;
            if (i == j) *entry = ball_add(ball_exact(1), *entry);
        }
    return sign * determinant_of(scratch, F, n).sign;
}

/* With G constant, P = det(diag(A_j) - G diag(B_j w^m_j)). Its coefficient of w^(sum of the
 * columns' degrees) is the determinant of the columns' last coefficients, and its modulus the
 * product of all modes that are not zero. */
static struct determinant last_coefficient(struct arena *scratch, const struct loop *loop,
                                           const struct ball *constant, uint64_t *degree) {
    uint32_t n = loop->channel_count;
    struct ball *matrix = ARENA_ARRAY(scratch, (size_t)n * n, struct ball);
    *degree = 0;
    for (uint32_t j = 0; j < n; j++) {
        const struct channel *channel = &loop->channels[j];
        uint64_t degree_A = 0, degree_B = channel->delay_samples;
        struct ball A = ball_exact(1), B = ball_exact(1);
        for (uint32_t k = 0; k < channel->section_count; k++) {
            const struct section_values *s = &channel->sections[k];
            double last;
            degree_B += section_last(s, &last);
            B = ball_multiply(B, ball_exact(last));
            last = s->a2 != 0 ? s->a2 : s->a1 != 0 ? s->a1 : 1;
            degree_A += s->a2 != 0 ? 2 : s->a1 != 0 ? 1 : 0;
            A = ball_multiply(A, ball_exact(last));
        }
        *degree += degree_A > degree_B ? degree_A : degree_B;
        for (uint32_t i = 0; i < n; i++) {
            struct ball *entry = &matrix[(size_t)i * n + j];
            *entry = ball_exact(0);
            if (degree_B >= degree_A)
                *entry =
                    ball_multiply(constant[(size_t)i * n + j], ball_multiply(ball_exact(-1), B));
            if (degree_A >= degree_B && i == j) *entry = ball_add(*entry, A);
        }
    }
    return determinant_of(scratch, matrix, n);
}

/* A circle with the section's pole outside and all else that could happen to it inside: there G T
 * is a contraction, so F winds around zero as often as its poles say, and P as often as the
 * sections' poles. */
static bool pole_stays(struct contraction *c, const struct section_values *s, double *radius) {
    static const double between[] = {0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 0.95};
    double modulus = section_pole_modulus(s);
    if (!(modulus > 1)) return false;
    for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
        double R = pow(modulus, -between[i]);
        if (!section_poles_beyond(s, R)) continue;
        *radius = 1 / R;
        if (contraction_holds(c, R, 1, i == 0 ? EFFORT_FULL : EFFORT_GIVEN)) return true;
    }
    return false;
}

struct instability_proof instability_by_sign(struct arena *scratch, const struct loop *loop,
                                             int at) {
    if (sign_at(scratch, loop, at) >= 0)
        return (struct instability_proof){INSTABILITY_NONE, 0, NO_WIRE};
    return (struct instability_proof){INSTABILITY_SIGN, at, NO_WIRE};
}

struct instability_proof instability_by_determinant(struct arena *scratch, const struct loop *loop,
                                                    const struct ball *constant) {
    if (constant) {
        uint64_t degree;
        struct determinant last = last_coefficient(scratch, loop, constant, &degree);
        if (last.beyond_one)
            return (struct instability_proof){INSTABILITY_DETERMINANT,
                                              exp(last.log_low / (double)degree), NO_WIRE};
    }
    return (struct instability_proof){INSTABILITY_NONE, 0, NO_WIRE};
}

struct instability_proof instability_prove(struct arena *scratch, struct contraction *c) {
    const struct loop *loop = c->loop;
    for (uint32_t k = 0; k < loop->section_count; k++) {
        struct section_values s = loop_section(loop, k);
        double radius;
        if (section_classify(&s) == POLES_OUTSIDE && pole_stays(c, &s, &radius))
            return (struct instability_proof){INSTABILITY_SECTION, radius, s.cell};
    }
    for (int at = 1; at >= -1; at -= 2) {
        struct instability_proof proof = instability_by_sign(scratch, loop, at);
        if (proof.kind) return proof;
    }
    return instability_by_determinant(scratch, loop, c->constant);
}
