#include "ir/structure.h"

#include <math.h>

static double largest_of(const double *values, size_t count) {
    double largest = 0;
    for (size_t i = 0; i < count; i++) largest = fmax(largest, fabs(values[i]));
    return largest;
}

static bool parity(uint32_t bits) {
    bool odd = false;
    for (; bits; bits &= bits - 1) odd = !odd;
    return odd;
}

/* Columns take the sign that makes row 0 positive. Then rows are functions of a column's number, in
 * some order of the columns: those of rows that are not combinations of earlier ones are its bits,
 * and each row must be the parity of some of them. */
static bool find_hadamard(struct arena *arena, const double *values, uint32_t n, double tolerance,
                          struct structure *found) {
    double gain = fabs(values[0]);
    if (n < 2 || (n & (n - 1)) || gain == 0) return false;
    for (uint32_t i = 0; i < n * n; i++)
        if (fabs(fabs(values[i]) - gain) > tolerance) return false;
    double *sign = ARENA_ARRAY(arena, n, double);
    uint32_t *row = ARENA_ARRAY(arena, n, uint32_t), *column = ARENA_ARRAY(arena, n, uint32_t);
    bool *taken = ARENA_ARRAY(arena, n, bool);
    for (uint32_t c = 0; c < n; c++) sign[c] = values[c] < 0 ? -1 : 1;
#define NEGATIVE(r, c) (values[(r)*n + (c)] * sign[c] < 0)
    uint32_t bits = 0;
    for (uint32_t r = 1; r < n && 1u << bits < n; r++) {
        bool known = false; /* as the parity of some of the bits so far */
        for (uint32_t code = 0; code < 1u << bits && !known; code++) {
            known = true;
            for (uint32_t c = 0; c < n && known; c++)
                known = parity(code & column[c]) == NEGATIVE(r, c);
        }
        if (known) continue;
        for (uint32_t c = 0; c < n; c++) column[c] |= (uint32_t)NEGATIVE(r, c) << bits;
        bits++;
    }
    if (1u << bits != n) return false;
    for (uint32_t c = 0; c < n; c++) {
        if (taken[column[c]]) return false;
        taken[column[c]] = true;
    }
    for (uint32_t c = 0; c < n; c++)
        if (column[c] && !(column[c] & (column[c] - 1))) /* a single bit shows that of the rows */
            for (uint32_t r = 0; r < n; r++)
                if (NEGATIVE(r, c)) row[r] |= column[c];
    for (uint32_t r = 0; r < n; r++) {
        for (uint32_t c = 0; c < n; c++)
            if (parity(row[r] & column[c]) != NEGATIVE(r, c)) return false;
        taken[row[r]] = false;
    }
    for (uint32_t r = 0; r < n; r++)
        if (taken[r]) return false;
#undef NEGATIVE
    *found = (struct structure){
        .kind = STRUCTURE_HADAMARD, .gain = gain, .row = row, .column = column, .sign = sign};
    return true;
}

/* The largest entry beside the diagonal gives a row and a column of the product; what these two
 * lack, where they cross the diagonal, other entries give. */
static bool find_rank_one(struct arena *arena, const double *values, uint32_t n, double tolerance,
                          struct structure *found) {
    if (n < 3) return false;
    uint32_t row = 0, column = 1;
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t c = 0; c < n; c++)
            if (r != c && fabs(values[r * n + c]) > fabs(values[row * n + column]))
                row = r, column = c;
    double pivot = values[row * n + column];
    if (pivot == 0) return false;
    double *left = ARENA_ARRAY(arena, n, double), *right = ARENA_ARRAY(arena, n, double),
           *diagonal = ARENA_ARRAY(arena, n, double);
    for (uint32_t i = 0; i < n; i++) {
        if (i != column) left[i] = values[i * n + column] / pivot;
        if (i != row) right[i] = values[row * n + i];
    }
    uint32_t other = 0;
    for (uint32_t i = 0; i < n; i++)
        if (i != row && i != column &&
            (other == row || other == column || fabs(left[i]) > fabs(left[other])))
            other = i;
    if (left[other] != 0) right[row] = values[other * n + row] / left[other];
    for (uint32_t i = other = 0; i < n; i++)
        if (i != row && i != column &&
            (other == row || other == column || fabs(right[i]) > fabs(right[other])))
            other = i;
    if (right[other] != 0) left[column] = values[column * n + other] / right[other];
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t c = 0; c < n; c++)
            if (r != c && fabs(values[r * n + c] - left[r] * right[c]) > tolerance) return false;
    for (uint32_t i = 0; i < n; i++) {
        diagonal[i] = values[i * n + i] - left[i] * right[i];
        if (fabs(diagonal[i] - nearbyint(diagonal[i])) <= tolerance)
            diagonal[i] = nearbyint(diagonal[i]);
    }
    *found = (struct structure){
        .kind = STRUCTURE_RANK_ONE, .left = left, .right = right, .diagonal = diagonal};
    return true;
}

struct structure structure_find(struct arena *arena, const double *values, uint32_t n,
                                double tolerance) {
    struct structure found = {.kind = STRUCTURE_NONE};
    tolerance *= largest_of(values, (size_t)n * n);
    if (!find_hadamard(arena, values, n, tolerance, &found))
        find_rank_one(arena, values, n, tolerance, &found);
    return found;
}
