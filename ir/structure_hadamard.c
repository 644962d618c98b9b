/* Sylvester's Hadamard matrices (1867), with rows and columns in any order, each with a sign and a
 * scale of its own. */
#include <math.h>

#include "ir/structure_find.h"

static bool parity(uint32_t bits) {
    bool odd = false;
    for (; bits; bits &= bits - 1) odd = !odd;
    return odd;
}

struct signs {
    const struct structure_search *s;
    const double *before, *after; /* their signs make row 0 and column 0 positive */
};

static bool negative(const struct signs *m, uint32_t r, uint32_t c) {
    return (structure_at(m->s, r, c) < 0) != ((m->before[c] < 0) != (m->after[r] < 0));
}

/* The best scales of the rows beside those of the columns, in the sense of least squares, and back.
 */
static void fit_scales(const struct structure_search *s, double *before, double *after) {
    uint32_t n = s->rows;
    double squares = 0, others = 0;
    for (uint32_t c = 0; c < n; c++) squares += before[c] * before[c];
    for (uint32_t r = 0; r < n; r++) {
        double sum = 0;
        for (uint32_t c = 0; c < n; c++) sum += fabs(structure_at(s, r, c)) * before[c];
        after[r] = sum / squares;
        others += after[r] * after[r];
    }
    for (uint32_t c = 0; c < n; c++) {
        double sum = 0;
        for (uint32_t r = 0; r < n; r++) sum += fabs(structure_at(s, r, c)) * after[r];
        before[c] = sum / others;
    }
}

static bool are_scales(const struct structure_search *s, const double *before,
                       const double *after) {
    for (uint32_t r = 0; r < s->rows; r++)
        for (uint32_t c = 0; c < s->columns; c++)
            if (!(fabs(fabs(structure_at(s, r, c)) - after[r] * before[c]) <= s->within))
                return false;
    return true;
}

/* The sizes of the entries are those of a column times those of a row, or all are the same. */
static bool find_scales(const struct structure_search *s, double *before, double *after) {
    uint32_t n = s->rows;
    double gain = fabs(s->values[0]);
    bool same = true;
    if (gain <= s->within) return false;
    for (uint32_t i = 0; i < n; i++) {
        before[i] = fabs(structure_at(s, 0, i));
        after[i] = fabs(structure_at(s, i, 0)) / gain;
        same &= fabs(before[i] - gain) <= s->within && fabs(after[i] * gain - gain) <= s->within;
    }
    for (uint32_t i = 0; same && i < n; i++) before[i] = gain, after[i] = 1;
    if (are_scales(s, before, after)) return true;
    if (fabs(fabs(structure_at(s, 1, 1)) - after[1] * before[1]) > 32 * s->within) return false;
    fit_scales(s, before, after);
    return are_scales(s, before, after);
}

/* With row 0 positive, rows are functions of a column's number, in some order of the columns: those
 * of rows that are not combinations of earlier ones are its bits, and each row must be the parity
 * of some of them. */
static bool find_order(const struct signs *m, uint32_t *row, uint32_t *column) {
    uint32_t n = m->s->rows, bits = 0;
    bool *taken = ARENA_ARRAY(m->s->scratch, n, bool);
    for (uint32_t r = 1; r < n && 1u << bits < n; r++) {
        bool known = false; /* as the parity of some of the bits so far */
        for (uint32_t code = 0; code < 1u << bits && !known; code++) {
            known = true;
            for (uint32_t c = 0; c < n && known; c++)
                known = parity(code & column[c]) == negative(m, r, c);
        }
        if (known) continue;
        for (uint32_t c = 0; c < n; c++) column[c] |= (uint32_t)negative(m, r, c) << bits;
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
                if (negative(m, r, c)) row[r] |= column[c];
    for (uint32_t r = 0; r < n; r++) {
        for (uint32_t c = 0; c < n; c++)
            if (parity(row[r] & column[c]) != negative(m, r, c)) return false;
        taken[row[r]] = false;
    }
    for (uint32_t r = 0; r < n; r++)
        if (taken[r]) return false;
    return true;
}

const struct structure *structure_find_hadamard(const struct structure_search *s) {
    uint32_t n = s->rows;
    if (n != s->columns || n < 4 || (n & (n - 1))) return NULL;
    double *before = ARENA_ARRAY(s->arena, n, double), *after = ARENA_ARRAY(s->arena, n, double);
    if (!find_scales(s, before, after)) return NULL;
    for (uint32_t c = 0; c < n; c++)
        if (structure_at(s, 0, c) < 0) before[c] = -before[c];
    for (uint32_t r = 0; r < n; r++)
        if ((structure_at(s, r, 0) < 0) != (before[0] < 0)) after[r] = -after[r];
    uint32_t *row = ARENA_ARRAY(s->arena, n, uint32_t), *column = ARENA_ARRAY(s->arena, n, uint32_t);
    if (!find_order(&(struct signs){s, before, after}, row, column)) return NULL;
    return structure_make(s, (struct structure){.kind = STRUCTURE_HADAMARD,
                                                .name = "Hadamard",
                                                .rows = n,
                                                .columns = n,
                                                .row = row,
                                                .column = column,
                                                .before = before,
                                                .after = after});
}
