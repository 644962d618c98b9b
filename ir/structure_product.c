/* Matrices that are products of sparser ones: Kronecker products, and circulants and the like, of
 * which two halves are alike. */
#include <math.h>
#include <string.h>

#include "ir/structure_find.h"

/* ---- Kronecker products ---- */

/* `outer` (size x size) times `inner` (n / size wide): entry (i m + p, j m + q) is outer(i, j)
 * inner(p, q). */
struct factor_pair {
    uint32_t size, m;
    double *outer, *inner;
};

static double entry_of(const struct structure_search *s, const struct factor_pair *f, uint32_t i,
                       uint32_t j, uint32_t p, uint32_t q) {
    return structure_at(s, i * f->m + p, j * f->m + q);
}

static bool is_product(const struct structure_search *s, const struct factor_pair *f,
                       double within) {
    for (uint32_t r = 0; r < s->rows; r++)
        for (uint32_t c = 0; c < s->columns; c++) {
            double product = f->outer[r / f->m * f->size + c / f->m] *
                             f->inner[r % f->m * f->m + c % f->m];
            if (!(fabs(structure_at(s, r, c) - product) <= within)) return false;
        }
    return true;
}

/* The largest entry's row and column give a first guess; then each factor is the best one beside
 * the other, in the sense of least squares (Van Loan and Pitsianis 1993). */
static bool find_factors(const struct structure_search *s, uint32_t pivot, struct factor_pair *f) {
    uint32_t n = s->columns, m = f->m, size = f->size;
    uint32_t row = pivot / n, column = pivot % n;
    double largest = s->values[pivot], square = 0;
    f->outer = ARENA_ARRAY(s->scratch, (size_t)size * size, double);
    f->inner = ARENA_ARRAY(s->scratch, (size_t)m * m, double);
    for (uint32_t i = 0; i < size; i++)
        for (uint32_t j = 0; j < size; j++)
            f->outer[i * size + j] = entry_of(s, f, i, j, row % m, column % m) / largest;
    for (uint32_t p = 0; p < m; p++)
        for (uint32_t q = 0; q < m; q++)
            f->inner[p * m + q] = entry_of(s, f, row / m, column / m, p, q);
    if (is_product(s, f, s->within / 2)) return true;
    if (!is_product(s, f, 32 * s->within)) return false;
    for (uint32_t k = 0; k < size * size; k++) square += f->outer[k] * f->outer[k];
    memset(f->inner, 0, (size_t)m * m * sizeof *f->inner);
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t c = 0; c < n; c++)
            f->inner[r % m * m + c % m] +=
                f->outer[r / m * size + c / m] * structure_at(s, r, c) / square;
    square = 0;
    for (uint32_t k = 0; k < m * m; k++) square += f->inner[k] * f->inner[k];
    memset(f->outer, 0, (size_t)size * size * sizeof *f->outer);
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t c = 0; c < n; c++)
            f->outer[r / m * size + c / m] +=
                f->inner[r % m * m + c % m] * structure_at(s, r, c) / square;
    return is_product(s, f, s->within / 2);
}

/* `count` times the same form: part k takes and gives k * stride, k * stride + step, ... */
static const struct structure *repeated(const struct structure_search *s,
                                        const struct structure *form, uint32_t count,
                                        uint32_t stride, uint32_t step) {
    struct structure_part *parts = ARENA_ARRAY(s->arena, count, struct structure_part);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t *numbers = ARENA_ARRAY(s->arena, form->rows, uint32_t);
        for (uint32_t i = 0; i < form->rows; i++) numbers[i] = k * stride + i * step;
        parts[k] = (struct structure_part){form, numbers, numbers};
    }
    return structure_make(s, (struct structure){.kind = STRUCTURE_BLOCKS,
                                                .name = "equal blocks",
                                                .rows = s->rows,
                                                .columns = s->columns,
                                                .count = count,
                                                .parts = parts});
}

/* True if the form gives the matrix again. */
static bool gives_again(const struct structure_search *s, const struct structure *form) {
    double *x = ARENA_ARRAY(s->scratch, s->columns, double),
           *y = ARENA_ARRAY(s->scratch, s->rows, double);
    for (uint32_t c = 0; c < s->columns; c++) {
        x[c] = 1;
        structure_apply(s->scratch, form, x, y);
        x[c] = 0;
        for (uint32_t r = 0; r < s->rows; r++)
            if (!(fabs(y[r] - structure_at(s, r, c)) <= s->within)) return false;
    }
    return true;
}

/* The factors in forms that may be off by this part of what the whole may be. */
static const struct structure *product_of(const struct structure_search *s,
                                          const struct factor_pair *f, double part) {
    uint32_t size = f->size, m = f->m;
    const struct structure *outer = structure_within(s, f->outer, size, size,
                                                     s->within / s->largest * part),
                           *inner = structure_within(s, f->inner, m, m, s->within * part);
    const char *label =
        text_format(s->arena, "Kronecker product (%u x %u %s, %u x %u %s)", size, size, outer->name,
                    m, m, inner->name);
    return structure_pair(s, STRUCTURE_PRODUCT, label, repeated(s, inner, size, m, 1),
                          repeated(s, outer, m, 1, m));
}

const struct structure *structure_find_kronecker(const struct structure_search *s) {
    uint32_t n = s->rows, pivot = 0;
    if (n != s->columns || n < 4 || s->largest <= s->within) return NULL;
    while (fabs(s->values[pivot]) != s->largest) pivot++;
    const struct structure *best = NULL;
    for (uint32_t size = 2; size <= n / 2; size++) {
        struct factor_pair f = {.size = size, .m = n / size};
        if (n % size || !find_factors(s, pivot, &f)) continue;
        /* The largest entry of `outer` is about 1, so that two quarters add up to half. Often more
         * will do: then the whole shows it. */
        const struct structure *found = product_of(s, &f, 1);
        if (!gives_again(s, found)) found = product_of(s, &f, 0.125);
        if (!best || found->cost < best->cost) best = found;
    }
    return best;
}

/* ---- two halves that are alike ---- */

static bool is_circulant(const struct structure_search *s) {
    uint32_t n = s->rows;
    for (uint32_t r = 1; r < n; r++)
        for (uint32_t c = 0; c < n; c++)
            if (!(fabs(structure_at(s, r, c) - structure_at(s, 0, (c + n - r) % n)) <= s->within))
                return false;
    return true;
}

/* Sums of x and its other half in the first rows, differences in the others. */
static const struct structure *butterflies(const struct structure_search *s) {
    uint32_t n = s->rows, half = n / 2;
    double *values = ARENA_ARRAY(s->arena, (size_t)2 * n, double);
    uint32_t *places = ARENA_ARRAY(s->arena, (size_t)2 * n, uint32_t),
             *starts = ARENA_ARRAY(s->arena, n + 1, uint32_t);
    for (uint32_t r = 0; r < n; r++) {
        places[2 * r] = r % half;
        places[2 * r + 1] = r % half + half;
        values[2 * r] = 1;
        values[2 * r + 1] = r < half ? 1 : -1;
        starts[r + 1] = 2 * r + 2;
    }
    return structure_make(s, (struct structure){.kind = STRUCTURE_SPARSE,
                                                .name = "sums and differences",
                                                .rows = n,
                                                .columns = n,
                                                .values = values,
                                                .places = places,
                                                .starts = starts});
}

/* [P Q; Q P] = [I I; I -I] [P + Q, 0; 0, P - Q] [I I; I -I] / 2: of a circulant, P + Q is one too. */
const struct structure *structure_find_halves(const struct structure_search *s) {
    uint32_t n = s->rows, half = n / 2;
    if (n != s->columns || n < 4 || n % 2) return NULL;
    for (uint32_t r = 0; r < half; r++)
        for (uint32_t c = 0; c < half; c++)
            if (!(fabs(structure_at(s, r, c) - structure_at(s, half + r, half + c)) <= s->within) ||
                !(fabs(structure_at(s, r, half + c) - structure_at(s, half + r, c)) <= s->within))
                return NULL;
    const char *label = is_circulant(s) ? "circulant" : "two halves alike";
    struct structure_part *parts = ARENA_ARRAY(s->arena, 2, struct structure_part);
    for (uint32_t k = 0; k < 2; k++) {
        double *values = ARENA_ARRAY(s->scratch, (size_t)half * half, double);
        uint32_t *numbers = ARENA_ARRAY(s->arena, half, uint32_t);
        for (uint32_t r = 0; r < half; r++) {
            numbers[r] = k * half + r;
            for (uint32_t c = 0; c < half; c++) {
                double p = (structure_at(s, r, c) + structure_at(s, half + r, half + c)) / 2,
                       q = (structure_at(s, r, half + c) + structure_at(s, half + r, c)) / 2;
                values[(size_t)r * half + c] = (k ? p - q : p + q) / 2;
            }
        }
        /* Halves of two forms add up, and each may be off by half of it already. */
        parts[k] = (struct structure_part){structure_within(s, values, half, half, s->within / 4),
                                           numbers, numbers};
    }
    const struct structure *blocks = structure_make(s, (struct structure){.kind = STRUCTURE_BLOCKS,
                                                                          .name = "2 blocks",
                                                                          .rows = n,
                                                                          .columns = n,
                                                                          .count = 2,
                                                                          .parts = parts});
    const struct structure *turned = butterflies(s);
    return structure_pair(s, STRUCTURE_PRODUCT, label, turned,
                          structure_pair(s, STRUCTURE_PRODUCT, "halves", blocks, turned));
}
