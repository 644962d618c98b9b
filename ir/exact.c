#include "ir/exact.h"

#include <gmp.h>
#include <math.h>
#include <string.h>

/* The longest range of bits of the entries of one matrix, the most digits of all weights together,
 * and the most products of machine words that one question may take: a few seconds. */
enum { ROWS_MOST = 256, BITS_MOST = 512, DIGITS_MOST = 1 << 16 };
static const double most_work = 2e9;

/* The exponents that hold all of some numbers: each is an integer times 2^low, below 2^high. */
struct range {
    int low, high;
};

/* False if a number is not finite. */
static bool add_to_range(struct range *range, const double *at, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(at[i])) return false;
        if (at[i] == 0) continue;
        int top;
        double mantissa = ldexp(frexp(fabs(at[i]), &top), 53);
        uint64_t bits = (uint64_t)mantissa;
        int last = top - 53 + __builtin_ctzll(bits);
        if (last < range->low) range->low = last;
        if (top > range->high) range->high = top;
    }
    return true;
}

static bool range_of(struct range *range, const double *at, size_t count) {
    *range = (struct range){INT32_MAX, INT32_MIN};
    if (!add_to_range(range, at, count)) return false;
    if (range->low > range->high) *range = (struct range){0, 0};
    return range->high - range->low <= BITS_MOST;
}

/* Fraction-free elimination of n x n integers of so many bits: minors of k rows have k times as
 * many, and each of n^3/3 steps takes two products and a quotient of them. */
static bool affordable(uint32_t n, double bits) {
    double words = (bits + 8) / 64 + 1;
    return n <= ROWS_MOST && pow(n, 5) / 30 * words * words * 4 <= most_work * 4;
}

struct integers {
    mpz_t *at;
    size_t count;
};

static struct integers integers_make(struct arena *arena, size_t count) {
    return (struct integers){ARENA_ARRAY(arena, count, mpz_t), count};
}
static void integers_begin(struct integers *x) {
    for (size_t i = 0; i < x->count; i++) mpz_init(x->at[i]);
}
static void integers_end(struct integers *x) {
    for (size_t i = 0; i < x->count; i++) mpz_clear(x->at[i]);
}

/* value / 2^low, a whole number. */
static void set_scaled(mpz_t to, double value, int low) {
    int top;
    double mantissa = ldexp(frexp(value, &top), 53);
    mpz_set_d(to, mantissa);
    int shift = top - 53 - low;
    if (shift >= 0) mpz_mul_2exp(to, to, (mp_bitcnt_t)shift);
    else mpz_tdiv_q_2exp(to, to, (mp_bitcnt_t)-shift);
}

/* ---- P - A' P A ------------------------------------------------------------------------------ */

/* What floating arithmetic can tell of S, whose entries at[] are right to an ulp of the largest:
 * 1 positive definite, -1 not even semidefinite, 0 cannot tell. Cholesky's factorisation runs
 * through for S - c only if S is positive definite, and fails for S + c only if S is not, c being
 * above all that it can be off by (Rump, Verification of positive definiteness, BIT 2006). */
static int definite_about(double *at, uint32_t n, double *work) {
    double trace = 0, most = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (!(at[(size_t)i * n + i] > 0)) return 0;
        trace += at[(size_t)i * n + i];
        for (uint32_t j = 0; j < n; j++) most = fmax(most, fabs(at[(size_t)i * n + j]));
    }
    double c = 4 * ((double)n + 4) * 0x1p-53 * trace + n * most * 0x1p-50;
    for (int side = 1; side >= -1; side -= 2) {
        bool through = true;
        for (uint32_t i = 0; i < n && through; i++)
            for (uint32_t j = 0; j <= i && through; j++) {
                double sum = at[(size_t)i * n + j];
                if (i == j) sum -= side * c;
                for (uint32_t k = 0; k < j; k++)
                    sum -= work[(size_t)i * n + k] * work[(size_t)j * n + k];
                if (i == j) through = sum > 0;
                work[(size_t)i * n + j] = i == j ? sqrt(fmax(sum, 0)) : sum / work[(size_t)j * n + j];
            }
        if (through == (side > 0)) return side;
    }
    return 0;
}

/* Bareiss's elimination (1968) with diagonal pivots. Where a pivot is zero, all of its row has to
 * be, and it is left out. */
static enum exact_energy definite(mpz_t *S, uint32_t n, mpz_t scratch[2]) {
    bool singular = false, zero = true;
    mpz_t *product = &scratch[0], *last = &scratch[1];
    mpz_set_ui(*last, 1);
    for (uint32_t k = 0; k < n; k++) {
        mpz_t *pivot = &S[(size_t)k * n + k];
        int sign = mpz_sgn(*pivot);
        if (sign < 0) return ENERGY_GROWS;
        if (sign == 0) {
            for (uint32_t j = k + 1; j < n; j++)
                if (mpz_sgn(S[(size_t)k * n + j])) return ENERGY_GROWS;
            singular = true;
            continue;
        }
        zero = false;
        for (uint32_t i = k + 1; i < n; i++)
            for (uint32_t j = i; j < n; j++) {
                mpz_t *to = &S[(size_t)i * n + j];
                mpz_mul(*to, *to, *pivot);
                mpz_mul(*product, S[(size_t)k * n + i], S[(size_t)k * n + j]);
                mpz_sub(*to, *to, *product);
                mpz_divexact(*to, *to, *last);
            }
        mpz_set(*last, *pivot);
    }
    return zero ? ENERGY_KEPT : singular ? ENERGY_PASSIVE : ENERGY_FALLS;
}

/* p in integers, all multiplied by the same. */
struct weights {
    const double *values;        /* or */
    const char *const *fractions; /* or null: all ones */
    uint32_t lost_bits; /* before A, p counts by 1 - 2^-lost_bits; 0: fully */
    struct range range;          /* of values */
};

/* False if a text is no fraction. `common`: of all denominators, at[i] the numerators over it. */
static bool set_weights(mpz_t *p, mpz_t *before, uint32_t n, const struct weights *weights,
                        mpz_t scratch[2]) {
    for (uint32_t i = 0; i < n; i++) {
        mpz_set_ui(p[i], 1);
        if (weights->values) set_scaled(p[i], weights->values[i], weights->range.low);
        mpz_set(before[i], p[i]);
        if (mpz_sgn(p[i]) <= 0) return false;
        if (!weights->lost_bits) continue;
        mpz_mul_2exp(p[i], p[i], weights->lost_bits);
        mpz_sub(before[i], p[i], before[i]);
    }
    if (!weights->fractions) return true;
    mpq_t fraction;
    mpq_init(fraction);
    mpz_set_ui(scratch[0], 1);
    bool good = true;
    for (int round = 0; round < 2 && good; round++)
        for (uint32_t i = 0; i < n && good; i++) {
            const char *text = weights->fractions[i];
            good = text[strspn(text, "0123456789/")] == 0 &&
                   mpq_set_str(fraction, text, 10) == 0 && mpq_sgn(fraction) > 0 &&
                   mpz_sgn(mpq_denref(fraction)) > 0;
            if (!good) break;
            mpq_canonicalize(fraction);
            if (round == 0) {
                mpz_lcm(scratch[0], scratch[0], mpq_denref(fraction));
            } else {
                mpz_divexact(scratch[1], scratch[0], mpq_denref(fraction));
                mpz_mul(p[i], mpq_numref(fraction), scratch[1]);
                mpz_set(before[i], p[i]);
            }
        }
    mpq_clear(fraction);
    return good;
}

/* S = (diag(before) - A' diag(p) A) times a power of two, above and on the diagonal. */
static void set_energy(mpz_t *S, const mpz_t *A, const mpz_t *p, const mpz_t *before, uint32_t n,
                       int low, mpz_t scratch[2]) {
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = i; j < n; j++) {
            mpz_t *to = &S[(size_t)i * n + j];
            mpz_set_ui(*to, 0);
            if (i == j) mpz_mul_2exp(*to, before[i], (mp_bitcnt_t)(low < 0 ? -2 * low : 0));
            for (uint32_t k = 0; k < n; k++) {
                if (!mpz_sgn(A[(size_t)k * n + i]) || !mpz_sgn(A[(size_t)k * n + j])) continue;
                mpz_mul(scratch[0], A[(size_t)k * n + i], A[(size_t)k * n + j]);
                mpz_mul(scratch[1], scratch[0], p[k]);
                mpz_sub(*to, *to, scratch[1]);
            }
        }
}

/* The entries as doubles, all by one power of two. */
static void set_doubles(double *at, const mpz_t *S, uint32_t n) {
    signed long most = INT32_MIN, exponent;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = i; j < n; j++) {
            mpz_get_d_2exp(&exponent, S[(size_t)i * n + j]);
            if (mpz_sgn(S[(size_t)i * n + j]) && exponent > most) most = exponent;
        }
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = i; j < n; j++) {
            double mantissa = mpz_get_d_2exp(&exponent, S[(size_t)i * n + j]);
            signed long down = exponent - most;
            double value = mantissa == 0 || down < -1000 ? 0 : ldexp(mantissa, (int)down);
            at[(size_t)i * n + j] = at[(size_t)j * n + i] = value;
        }
}

static enum exact_energy energy(struct arena *scratch, const double *A, uint32_t n,
                                struct weights weights) {
    struct range range;
    size_t square = (size_t)n * n;
    size_t digits = 0;
    if (n == 0 || n > ROWS_MOST || !range_of(&range, A, square)) return ENERGY_UNKNOWN;
    if (range.low > 0) range.low = 0;
    if (weights.values && !range_of(&weights.range, weights.values, n)) return ENERGY_UNKNOWN;
    for (uint32_t i = 0; weights.fractions && i < n; i++)
        digits += strlen(weights.fractions[i]);
    if (digits > DIGITS_MOST) return ENERGY_UNKNOWN;
    struct integers x = integers_make(scratch, 2 * square + 2 * n + 2);
    double *about = ARENA_ARRAY(scratch, 2 * square, double);
    integers_begin(&x);
    mpz_t *S = x.at, *a = S + square, *p = a + square, *before = p + n, *rest = before + n;
    enum exact_energy found = ENERGY_UNKNOWN;
    if (set_weights(p, before, n, &weights, rest)) {
        for (size_t i = 0; i < square; i++) set_scaled(a[i], A[i], range.low);
        set_energy(S, a, p, before, n, range.low, rest);
        set_doubles(about, S, n);
        int definitely = definite_about(about, n, about + square);
        size_t bits = 0;
        bool zero = true;
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t j = i; j < n; j++) {
                size_t own = mpz_sizeinbase(S[(size_t)i * n + j], 2);
                bits = own > bits ? own : bits;
                zero = zero && !mpz_sgn(S[(size_t)i * n + j]);
            }
        if (zero) found = ENERGY_KEPT;
        else if (definitely) found = definitely > 0 ? ENERGY_FALLS : ENERGY_GROWS;
        else if (affordable(n, (double)bits)) found = definite(S, n, rest);
    }
    integers_end(&x);
    return found;
}

enum exact_energy exact_energy(struct arena *scratch, const double *A, uint32_t n,
                               const double *p) {
    return energy(scratch, A, n, (struct weights){.values = p});
}

bool exact_energy_loses(struct arena *scratch, const double *A, uint32_t n, const double *p,
                        uint32_t bits) {
    struct weights weights = {.values = p, .lost_bits = bits};
    return energy(scratch, A, n, weights) == ENERGY_FALLS;
}

enum exact_energy exact_energy_of(struct arena *scratch, const double *A, uint32_t n,
                                  const char *const *p) {
    return energy(scratch, A, n, (struct weights){.fractions = p});
}

/* ---- determinants and null vectors ----------------------------------------------------------- */

/* Bareiss's elimination of `rows` rows of `columns` with pivots from the first columns; the sign of
 * the permutation, 0 if the pivots vanish before `steps` of them are done. */
static int eliminate(mpz_t *M, uint32_t rows, uint32_t columns, uint32_t steps, mpz_t scratch[2]) {
    int sign = 1;
    mpz_set_ui(scratch[1], 1);
    for (uint32_t k = 0; k < steps; k++) {
        uint32_t row = k;
        while (row < rows && !mpz_sgn(M[(size_t)row * columns + k])) row++;
        if (row == rows) return 0;
        if (row != k) {
            for (uint32_t j = 0; j < columns; j++)
                mpz_swap(M[(size_t)k * columns + j], M[(size_t)row * columns + j]);
            sign = -sign;
        }
        mpz_t *pivot = &M[(size_t)k * columns + k];
        for (uint32_t i = k + 1; i < rows; i++) {
            for (uint32_t j = k + 1; j < columns; j++) {
                mpz_t *to = &M[(size_t)i * columns + j];
                mpz_mul(*to, *to, *pivot);
                mpz_mul(scratch[0], M[(size_t)i * columns + k], M[(size_t)k * columns + j]);
                mpz_sub(*to, *to, scratch[0]);
                mpz_divexact(*to, *to, scratch[1]);
            }
            mpz_set_ui(M[(size_t)i * columns + k], 0);
        }
        mpz_set(scratch[1], *pivot);
    }
    return sign;
}

struct exact_determinant exact_determinant(struct arena *scratch, const double *A, uint32_t n) {
    struct exact_determinant unknown = {false, 0, 0};
    struct range range;
    size_t square = (size_t)n * n;
    if (n == 0 || !range_of(&range, A, square)) return unknown;
    if (!affordable(n, range.high - range.low)) return unknown;
    if (range.low > 0) range.low = 0;
    struct integers x = integers_make(scratch, square + 3);
    integers_begin(&x);
    mpz_t *M = x.at, *rest = M + square, *one = rest + 2;
    for (size_t i = 0; i < square; i++) set_scaled(M[i], A[i], range.low);
    struct exact_determinant found = {true, 0, -1};
    int sign = eliminate(M, n, n, n - 1, rest);
    if (sign) {
        /* The last entry is det A 2^(-low n). */
        mpz_set_ui(*one, 1);
        mpz_mul_2exp(*one, *one, (mp_bitcnt_t)(-(long)range.low * (long)n));
        found.sign = sign * mpz_sgn(M[square - 1]);
        found.beyond_one = mpz_cmpabs(M[square - 1], *one);
        found.beyond_one = (found.beyond_one > 0) - (found.beyond_one < 0);
    }
    integers_end(&x);
    return found;
}

const char *const *exact_invariant(struct arena *arena, const double *A, uint32_t n) {
    struct range range;
    size_t square = (size_t)n * n;
    if (n == 0 || !range_of(&range, A, square)) return NULL;
    if (range.low > 0) range.low = 0;
    double bits = 2.0 * (range.high - range.low);
    if (!affordable(n, bits)) return NULL;
    /* Minors of n rows, as decimals, with the other half for the denominator. */
    size_t room = 2 * ((size_t)((bits + 12) * (n + 1) * 0.30103) + 8);
    const char **texts = ARENA_ARRAY(arena, n, const char *);
    char *chars = ARENA_ARRAY(arena, n * room, char);
    struct integers x = integers_make(arena, square + n + 3);
    integers_begin(&x);
    mpz_t *M = x.at, *p = M + square, *rest = p + n, *sum = rest + 2;
    mpq_t fraction;
    mpq_init(fraction);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            mpz_t *to = &M[(size_t)i * n + j];
            set_scaled(*to, A[(size_t)j * n + i], range.low);
            mpz_mul(*to, *to, *to);
            if (i != j) continue;
            mpz_set_ui(*sum, 1);
            mpz_mul_2exp(*sum, *sum, (mp_bitcnt_t)(-2L * range.low));
            mpz_sub(*to, *to, *sum);
        }
    bool good = eliminate(M, n, n, n - 1, rest) && !mpz_sgn(M[square - 1]);
    /* Back from p_n = the last pivot: all others are integers then (Cramer). */
    if (good) {
        if (n == 1) mpz_set_ui(p[0], 1);
        else mpz_set(p[n - 1], M[square - n - 2]);
    }
    for (uint32_t i = n - 1; good && i-- > 0;) {
        mpz_set_ui(*sum, 0);
        for (uint32_t j = i + 1; j < n; j++) mpz_submul(*sum, M[(size_t)i * n + j], p[j]);
        good = mpz_divisible_p(*sum, M[(size_t)i * n + i]) != 0;
        if (good) mpz_divexact(p[i], *sum, M[(size_t)i * n + i]);
    }
    for (uint32_t i = 0; good && i < n; i++) {
        good = mpz_sgn(p[i]) != 0 && mpz_sgn(p[i]) == mpz_sgn(p[0]);
        if (!good) break;
        mpz_set(mpq_numref(fraction), p[i]);
        mpz_set(mpq_denref(fraction), p[0]);
        mpq_canonicalize(fraction);
        size_t length =
            mpz_sizeinbase(mpq_numref(fraction), 10) + mpz_sizeinbase(mpq_denref(fraction), 10) + 3;
        good = length <= room;
        if (good) texts[i] = mpq_get_str(&chars[i * room], 10, fraction);
    }
    mpq_clear(fraction);
    integers_end(&x);
    return good ? texts : NULL;
}
