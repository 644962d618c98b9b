/* Products of few columns and rows, by themselves or added to one entry a row: Householder's
 * reflections (1958), Jot's permutations less a constant (1991), and what is like them. */
#include <math.h>
#include <string.h>

#include "ir/structure_find.h"

enum { RANK_MOST = 4, SAMPLE_ROWS = 8, REFERENCES = 5 };
#define NO_PLACE UINT32_MAX

/* Numbers that were rounded leave more than one rounding behind while the first guess is made; what
 * is found is held to `within` itself. */
#define SLACK 32

/* Rows of A - places as left * right. */
struct factors {
    uint32_t rank;
    double *left;  /* rows x rank */
    double *right; /* rank x columns */
};

/* ---- crosses ---- */

struct cross {
    uint32_t rank, rows[RANK_MOST], columns[RANK_MOST];
    double *right; /* RANK_MOST x columns: the rows, each over its pivot */
};

/* Gaussian elimination by the largest entry that is left: true if nothing is left after at most
 * `most` rows and columns, none of them a barred one. `a` is overwritten. */
static bool find_cross(struct arena *arena, double *a, uint32_t rows, uint32_t columns,
                       const bool *barred, double within, uint32_t most, struct cross *cross) {
    cross->rank = 0;
    cross->right = ARENA_ARRAY(arena, (size_t)RANK_MOST * columns, double);
    for (;;) {
        uint32_t row = 0, column = 0;
        double largest = 0, whole = 0;
        for (uint32_t r = 0; r < rows; r++)
            for (uint32_t c = 0; c < columns; c++) {
                double size = fabs(a[(size_t)r * columns + c]);
                if (!(size <= whole)) whole = size;
                if (size > largest && !(barred && barred[c])) largest = size, row = r, column = c;
            }
        if (whole <= within) return true;
        if (cross->rank == most || largest <= within) return false;
        double *right = cross->right + (size_t)cross->rank * columns;
        double pivot = a[(size_t)row * columns + column];
        for (uint32_t c = 0; c < columns; c++) right[c] = a[(size_t)row * columns + c] / pivot;
        for (uint32_t r = 0; r < rows; r++) {
            double left = a[(size_t)r * columns + column];
            for (uint32_t c = 0; left != 0 && c < columns; c++)
                a[(size_t)r * columns + c] -= left * right[c];
        }
        cross->rows[cross->rank] = row;
        cross->columns[cross->rank++] = column;
    }
}

/* A copy of rows from `row` on, each `order` or columns from `column` on. */
static double *part_of(const struct structure_search *s, const uint32_t *order, uint32_t row,
                       uint32_t rows, uint32_t column, uint32_t columns) {
    double *part = ARENA_ARRAY(s->scratch, (size_t)rows * columns, double);
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t c = 0; c < columns; c++)
            part[(size_t)r * columns + c] =
                structure_at(s, row + r, order ? order[column + c] : column + c);
    return part;
}

/* ---- small systems ---- */

/* a x = b, of `n` unknowns; both are overwritten, b by x. False where a is singular. */
static bool solve(double a[RANK_MOST][RANK_MOST], double b[RANK_MOST], uint32_t n) {
    for (uint32_t k = 0; k < n; k++) {
        uint32_t pivot = k;
        for (uint32_t r = k + 1; r < n; r++)
            if (fabs(a[r][k]) > fabs(a[pivot][k])) pivot = r;
        if (!(fabs(a[pivot][k]) > 0)) return false;
        for (uint32_t c = 0; c < n; c++) {
            double swap = a[k][c];
            a[k][c] = a[pivot][c];
            a[pivot][c] = swap;
        }
        double swap = b[k];
        b[k] = b[pivot];
        b[pivot] = swap;
        for (uint32_t r = 0; r < n; r++) {
            double factor = r == k ? 0 : a[r][k] / a[k][k];
            for (uint32_t c = k; c < n && factor != 0; c++) a[r][c] -= factor * a[k][c];
            b[r] -= factor * b[k];
        }
    }
    for (uint32_t k = 0; k < n; k++) b[k] /= a[k][k];
    return true;
}

/* One line of the matrix (a row, or a column) as the best combination of `rank` vectors, in the
 * sense of least squares, but for its entry `skip`. */
struct line_of {
    const double *values;
    size_t step;
    uint32_t count, skip;
};

/* What `x` leaves of an entry. */
static double left_over(struct line_of line, const double *v, size_t step, uint32_t i,
                        uint32_t rank, const double x[RANK_MOST]) {
    double sum = line.values[i * line.step];
    for (uint32_t k = 0; k < rank; k++) sum -= x[k] * v[k * step];
    return sum;
}

/* Twice: what the first solution leaves is fitted once more, which takes its roundings away. */
static bool fit(struct line_of line, const double *vectors, size_t vector_step, size_t entry_step,
                uint32_t rank, double x[RANK_MOST]) {
    for (uint32_t k = 0; k < rank; k++) x[k] = 0;
    for (int pass = 0; pass < 2; pass++) {
        double a[RANK_MOST][RANK_MOST] = {{0}}, b[RANK_MOST] = {0};
        for (uint32_t i = 0; i < line.count; i++) {
            if (i == line.skip) continue;
            const double *v = vectors + i * entry_step;
            double left = left_over(line, v, vector_step, i, rank, x);
            for (uint32_t k = 0; k < rank; k++) {
                b[k] += v[k * vector_step] * left;
                for (uint32_t j = 0; j <= k; j++) a[k][j] += v[k * vector_step] * v[j * vector_step];
            }
        }
        for (uint32_t k = 0; k < rank; k++)
            for (uint32_t j = 0; j < k; j++) a[j][k] = a[k][j];
        if (!solve(a, b, rank)) return false;
        for (uint32_t k = 0; k < rank; k++) x[k] += b[k];
    }
    return true;
}

static bool fit_left(const struct structure_search *s, struct factors *f, const uint32_t *place) {
    for (uint32_t r = 0; r < s->rows; r++)
        if (!fit((struct line_of){s->values + (size_t)r * s->columns, 1, s->columns, place[r]},
                 f->right, s->columns, 1, f->rank, f->left + (size_t)r * f->rank))
            return false;
    return true;
}

static bool fit_right(const struct structure_search *s, struct factors *f, const uint32_t *back) {
    double x[RANK_MOST];
    for (uint32_t c = 0; c < s->columns; c++) {
        if (!fit((struct line_of){s->values + c, s->columns, s->rows, back[c]}, f->left, 1, f->rank,
                 f->rank, x))
            return false;
        for (uint32_t k = 0; k < f->rank; k++) f->right[(size_t)k * s->columns + c] = x[k];
    }
    return true;
}

static double product_at(const struct structure_search *s, const struct factors *f, uint32_t r,
                         uint32_t c) {
    double sum = 0;
    for (uint32_t k = 0; k < f->rank; k++)
        sum += f->left[(size_t)r * f->rank + k] * f->right[(size_t)k * s->columns + c];
    return sum;
}

/* One column and one row: the row's largest entry is 1, and 1 or -1 are all, if they nearly are. */
static void normalise(const struct structure_search *s, struct factors *f) {
    double largest = 0;
    bool units = true;
    for (uint32_t c = 0; c < s->columns; c++)
        if (fabs(f->right[c]) > fabs(largest)) largest = f->right[c];
    if (f->rank != 1 || largest == 0) return;
    for (uint32_t c = 0; c < s->columns; c++)
        units &= fabs(fabs(f->right[c] / largest) - 1) <= SLACK * s->within / s->largest;
    for (uint32_t c = 0; c < s->columns; c++)
        f->right[c] = units ? copysign(1, f->right[c] / largest) : f->right[c] / largest;
    for (uint32_t r = 0; r < s->rows; r++) f->left[r] *= largest;
}

/* ---- from a first guess to a form ---- */

/* What stands beside the product in each row, all the same number if they nearly are. */
static double *beside(const struct structure_search *s, const struct factors *f,
                      const uint32_t *place) {
    double *values = ARENA_ARRAY(s->arena, s->rows, double);
    double first = 0;
    bool same = true;
    for (uint32_t r = 0; r < s->rows; r++) {
        if (place[r] != NO_PLACE)
            values[r] = structure_at(s, r, place[r]) - product_at(s, f, r, place[r]);
        if (fabs(values[r] - nearbyint(values[r])) <= s->within) values[r] = nearbyint(values[r]);
        if (!r) first = values[r];
        same &= fabs(values[r] - first) <= s->within / 2;
    }
    for (uint32_t r = 0; same && r < s->rows; r++) values[r] = first;
    return values;
}

static const char *what_is(const struct structure_search *s, const struct factors *f,
                           const struct structure *single) {
    if (!single) return text_format(s->arena, "rank %u", f->rank);
    bool reflection = f->rank == 1 && !strcmp(single->name, "identity");
    double square = 0;
    for (uint32_t r = 0; r < s->rows && reflection; r++) {
        square += f->left[r] * f->right[r];
        reflection = fabs(f->left[r] * f->right[0] - f->left[0] * f->right[r]) <= SLACK * s->within;
    }
    if (reflection && fabs(square + 2) <= 1e-6) return "Householder";
    return text_format(s->arena, "%s and rank %u", single->name, f->rank);
}

static const struct structure *make(const struct structure_search *s, const struct factors *f,
                                    const uint32_t *place) {
    const struct structure *rows =
        f->rank == 1 ? structure_sparse(s, f->right, 1, s->columns, 0) : NULL;
    if (!rows || rows->multiply_adds) rows = structure_dense(s, f->right, f->rank, s->columns);
    const struct structure *columns = structure_dense(s, f->left, s->rows, f->rank);
    const double *values = beside(s, f, place);
    bool any = false;
    for (uint32_t r = 0; r < s->rows; r++) any |= fabs(values[r]) > s->within;
    if (!any)
        return structure_pair(s, STRUCTURE_PRODUCT, what_is(s, f, NULL), rows, columns);
    const struct structure *single = structure_singles(s, place, values),
                           *product = structure_pair(s, STRUCTURE_PRODUCT, "product", rows, columns);
    return structure_pair(s, STRUCTURE_SUM, what_is(s, f, single), single, product);
}

/* `right` is a first guess; place[r] says where in row r something else stands. */
static const struct structure *refine(const struct structure_search *s, struct factors *f,
                                      const uint32_t *place) {
    uint32_t *back = ARENA_ARRAY(s->scratch, s->columns, uint32_t);
    for (uint32_t c = 0; c < s->columns; c++) back[c] = NO_PLACE;
    for (uint32_t r = 0; r < s->rows; r++)
        if (place[r] != NO_PLACE) back[place[r]] = r;
    f->left = ARENA_ARRAY(s->arena, (size_t)s->rows * f->rank, double);
    if (!fit_left(s, f, place) || !fit_right(s, f, back)) return NULL;
    normalise(s, f);
    if (!fit_left(s, f, place)) return NULL;
    for (uint32_t r = 0; r < s->rows; r++)
        for (uint32_t c = 0; c < s->columns; c++)
            if (c != place[r] && !(fabs(structure_at(s, r, c) - product_at(s, f, r, c)) <= s->within))
                return NULL;
    return make(s, f, place);
}

static uint32_t rank_most(const struct structure_search *s) {
    uint32_t least = s->rows < s->columns ? s->rows : s->columns;
    return least / 2 < RANK_MOST ? least / 2 : RANK_MOST;
}

const struct structure *structure_find_rank(const struct structure_search *s) {
    uint32_t most = rank_most(s), sample = s->rows < SAMPLE_ROWS ? s->rows : SAMPLE_ROWS;
    struct cross cross;
    if (!most || s->largest <= s->within) return NULL;
    if (!find_cross(s->scratch, part_of(s, NULL, 0, sample, 0, s->columns), sample, s->columns, NULL,
                    SLACK * s->within, most, &cross) ||
        !find_cross(s->scratch, part_of(s, NULL, 0, s->rows, 0, s->columns), s->rows, s->columns,
                    NULL, SLACK * s->within, most, &cross) ||
        !cross.rank)
        return NULL;
    uint32_t *place = ARENA_ARRAY(s->scratch, s->rows, uint32_t);
    for (uint32_t r = 0; r < s->rows; r++) place[r] = NO_PLACE;
    struct factors f = {.rank = cross.rank, .right = cross.right};
    return refine(s, &f, place);
}

/* ---- beside a known permutation ---- */

/* With the columns in this order the diagonal is what stands beside: then the two quarters off the
 * diagonal are free of it. The upper right one is left 1 times right 2, the lower left one left 2
 * times right 1, and a few entries of the upper left one give the scale of right 1. */
static const struct structure *find_beside(const struct structure_search *s,
                                           const uint32_t *order) {
    uint32_t n = s->rows, half = n / 2, most = rank_most(s), rest = n - half;
    uint32_t sample = half < SAMPLE_ROWS ? half : SAMPLE_ROWS;
    struct cross upper, lower;
    double slack = SLACK * s->within;
    if (half / 2 < most) most = half / 2 ? half / 2 : 1;
    if (!find_cross(s->scratch, part_of(s, order, 0, sample, half, rest), sample, rest, NULL, slack,
                    most, &upper) ||
        !find_cross(s->scratch, part_of(s, order, 0, half, half, rest), half, rest, NULL, slack, most,
                    &upper) ||
        !upper.rank)
        return NULL;
    bool *barred = ARENA_ARRAY(s->scratch, half, bool);
    for (uint32_t k = 0; k < upper.rank; k++) barred[upper.rows[k]] = true;
    if (!find_cross(s->scratch, part_of(s, order, half, rest, 0, half), rest, half, barred, slack, most,
                    &lower) ||
        lower.rank != upper.rank)
        return NULL;
    /* Rows of the cross as combinations of the upper right quarter's own right factor: U, and M from
     * U M V = the entries in which those rows and the other cross's columns meet. */
    uint32_t rank = upper.rank;
    double u[RANK_MOST][RANK_MOST], v[RANK_MOST][RANK_MOST], m[RANK_MOST][RANK_MOST];
    for (uint32_t i = 0; i < rank; i++)
        for (uint32_t k = 0; k < rank; k++)
            v[i][k] = lower.right[(size_t)k * half + lower.columns[i]];
    for (uint32_t i = 0; i < rank; i++) { /* row i of U M, from its products with V */
        double a[RANK_MOST][RANK_MOST], b[RANK_MOST];
        memcpy(a, v, sizeof a);
        for (uint32_t k = 0; k < rank; k++) b[k] = structure_at(s, upper.rows[i], order[lower.columns[k]]);
        if (!solve(a, b, rank)) return NULL;
        memcpy(m[i], b, sizeof b);
        struct line_of line = {part_of(s, order, upper.rows[i], 1, half, rest), 1, rest, NO_PLACE};
        if (!fit(line, upper.right, rest, 1, rank, u[i])) return NULL;
    }
    struct factors f = {.rank = rank, .right = ARENA_ARRAY(s->scratch, (size_t)rank * n, double)};
    for (uint32_t k = 0; k < rank; k++) { /* column k of M, from U times it */
        double a[RANK_MOST][RANK_MOST], b[RANK_MOST];
        memcpy(a, u, sizeof a);
        for (uint32_t i = 0; i < rank; i++) b[i] = m[i][k];
        if (!solve(a, b, rank)) return NULL;
        for (uint32_t i = 0; i < rank; i++)
            for (uint32_t c = 0; c < half; c++)
                f.right[(size_t)i * n + order[c]] += b[i] * lower.right[(size_t)k * half + c];
        for (uint32_t c = half; c < n; c++)
            f.right[(size_t)k * n + order[c]] = upper.right[(size_t)k * rest + c - half];
    }
    return refine(s, &f, order);
}

/* The order of columns in which the largest entry of each row is on the diagonal, if there is one. */
static bool order_by_largest(const struct structure_search *s, uint32_t *order) {
    bool *taken = ARENA_ARRAY(s->scratch, s->columns, bool);
    for (uint32_t r = 0; r < s->rows; r++) {
        order[r] = 0;
        for (uint32_t c = 1; c < s->columns; c++)
            if (fabs(structure_at(s, r, c)) > fabs(structure_at(s, r, order[r]))) order[r] = c;
        if (taken[order[r]]) return false;
        taken[order[r]] = true;
    }
    return true;
}

/* ---- beside an unknown permutation ---- */

/* The middle of a few numbers. */
static double middle(double *numbers, uint32_t count) {
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t k = i; k && numbers[k] < numbers[k - 1]; k--) {
            double swap = numbers[k];
            numbers[k] = numbers[k - 1];
            numbers[k - 1] = swap;
        }
    return numbers[count / 2];
}

/* The largest few of n numbers, in size. */
static void references(const double *numbers, uint32_t n, uint32_t chosen[REFERENCES]) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = count < REFERENCES ? count++ : REFERENCES;
        while (k && fabs(numbers[i]) > fabs(numbers[chosen[k - 1]])) {
            if (k < REFERENCES) chosen[k] = chosen[k - 1];
            k--;
        }
        if (k < REFERENCES) chosen[k] = i;
    }
}

/* All but one entry of each row and column are a product of one column and one row: then most rows
 * have one ratio to each other in most places, which the middle of a few ratios shows. */
static const struct structure *find_beside_any(const struct structure_search *s) {
    uint32_t n = s->rows, chosen[REFERENCES];
    const double *first = s->values;
    double *left = ARENA_ARRAY(s->scratch, n, double), *right = ARENA_ARRAY(s->scratch, n, double);
    uint32_t *place = ARENA_ARRAY(s->scratch, n, uint32_t);
    bool *taken = ARENA_ARRAY(s->scratch, n, bool);
    if (n <= REFERENCES) return NULL;
    references(first, n, chosen);
    double ratios[REFERENCES];
    for (uint32_t r = 0; r < n; r++) {
        uint32_t strange = 0;
        for (uint32_t i = 0; i < REFERENCES; i++)
            ratios[i] = structure_at(s, r, chosen[i]) / first[chosen[i]];
        left[r] = middle(ratios, REFERENCES);
        for (uint32_t c = 0; c < n && strange <= 2; c++)
            strange += !(fabs(structure_at(s, r, c) - left[r] * first[c]) <= SLACK * SLACK * s->within);
        if (strange > 2) return NULL;
    }
    references(left, n, chosen);
    for (uint32_t c = 0; c < n; c++) {
        for (uint32_t i = 0; i < REFERENCES; i++)
            ratios[i] = structure_at(s, chosen[i], c) / left[chosen[i]];
        right[c] = middle(ratios, REFERENCES);
    }
    for (uint32_t r = 0; r < n; r++) {
        place[r] = NO_PLACE;
        double largest = SLACK * SLACK * s->within;
        for (uint32_t c = 0; c < n; c++) {
            double other = fabs(structure_at(s, r, c) - left[r] * right[c]);
            if (other > largest) largest = other, place[r] = c;
        }
        if (place[r] == NO_PLACE) continue;
        if (taken[place[r]]) return NULL;
        taken[place[r]] = true;
    }
    struct factors f = {.rank = 1, .right = right};
    return refine(s, &f, place);
}

const struct structure *structure_find_plus_rank(const struct structure_search *s) {
    uint32_t n = s->rows;
    if (n != s->columns || n < 3) return NULL;
    uint32_t *order = ARENA_ARRAY(s->scratch, n, uint32_t);
    for (uint32_t c = 0; c < n; c++) order[c] = c;
    const struct structure *found = find_beside(s, order);
    if (!found && order_by_largest(s, order)) found = find_beside(s, order);
    return found ? found : find_beside_any(s);
}
