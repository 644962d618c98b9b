/* Entries that are zero: sparse matrices, and those that fall apart into blocks. */
#include <math.h>
#include <string.h>

#include "ir/structure_find.h"

static double snapped(double value, double within) {
    return fabs(fabs(value) - 1) <= within ? copysign(1, value) : value;
}

/* What a matrix with at most one term in each row and column is. */
static const char *what_is(const struct structure *form) {
    bool straight = form->rows == form->columns, ones = true, units = true;
    for (uint32_t r = 0; r < form->rows; r++) {
        uint32_t t = form->starts[r];
        if (form->starts[r + 1] != t + 1) return "sparse";
        straight &= form->places[t] == r;
        ones &= form->values[t] == 1;
        units &= fabs(form->values[t]) == 1;
    }
    if (straight) return ones ? "identity" : "diagonal";
    return ones ? "permutation" : units ? "signed permutation" : "scaled permutation";
}

const struct structure *structure_sparse(const struct structure_search *s, const double *values,
                                         uint32_t rows, uint32_t columns, double within) {
    uint32_t terms = 0;
    for (size_t i = 0; i < (size_t)rows * columns; i++) terms += fabs(values[i]) > within;
    uint32_t *starts = ARENA_ARRAY(s->arena, rows + 1, uint32_t);
    uint32_t *places = ARENA_ARRAY(s->arena, terms, uint32_t);
    double *kept = ARENA_ARRAY(s->arena, terms, double);
    for (uint32_t r = 0, t = 0; r < rows; r++) {
        for (uint32_t c = 0; c < columns; c++) {
            double value = values[(size_t)r * columns + c];
            if (fabs(value) <= within) continue;
            places[t] = c;
            kept[t++] = snapped(value, within);
        }
        starts[r + 1] = t;
    }
    struct structure form = {.kind = STRUCTURE_SPARSE,
                             .rows = rows,
                             .columns = columns,
                             .starts = starts,
                             .places = places,
                             .values = kept};
    form.name = what_is(&form);
    return structure_make(s, form);
}

const struct structure *structure_singles(const struct structure_search *s, const uint32_t *place,
                                          const double *values) {
    uint32_t *starts = ARENA_ARRAY(s->arena, s->rows + 1, uint32_t);
    uint32_t *places = ARENA_ARRAY(s->arena, s->rows, uint32_t), t = 0;
    double *kept = ARENA_ARRAY(s->arena, s->rows, double);
    for (uint32_t r = 0; r < s->rows; r++) {
        if (values[r] != 0) {
            places[t] = place[r];
            kept[t++] = values[r];
        }
        starts[r + 1] = t;
    }
    struct structure form = {.kind = STRUCTURE_SPARSE,
                             .rows = s->rows,
                             .columns = s->columns,
                             .starts = starts,
                             .places = places,
                             .values = kept};
    form.name = what_is(&form);
    return structure_make(s, form);
}

static size_t zeros_of(const struct structure_search *s) {
    size_t zeros = 0;
    for (size_t i = 0; i < (size_t)s->rows * s->columns; i++)
        zeros += fabs(s->values[i]) <= s->within;
    return zeros;
}

const struct structure *structure_find_sparse(const struct structure_search *s) {
    size_t zeros = zeros_of(s), all = (size_t)s->rows * s->columns;
    if (!zeros || s->weights->term * (double)(all - zeros) > s->weights->part * (double)all)
        return NULL;
    return structure_sparse(s, s->values, s->rows, s->columns, s->within);
}

/* ---- blocks ---- */

static uint32_t root_of(uint32_t *parents, uint32_t i) {
    while (parents[i] != i) i = parents[i] = parents[parents[i]];
    return i;
}

/* Numbers of the parts, in the order of their first rows; their count, or 0 where a row or a column
 * is empty. Rows come first in `part`, then columns. */
static uint32_t number_parts(const struct structure_search *s, uint32_t *part) {
    uint32_t all = s->rows + s->columns, count = 0;
    uint32_t *parents = ARENA_ARRAY(s->scratch, all, uint32_t);
    uint32_t *number = ARENA_ARRAY(s->scratch, all, uint32_t);
    for (uint32_t i = 0; i < all; i++) parents[i] = i;
    uint32_t joins = 0;
    for (uint32_t r = 0; r < s->rows; r++)
        for (uint32_t c = 0; c < s->columns; c++) {
            if (fabs(structure_at(s, r, c)) <= s->within) continue;
            uint32_t a = root_of(parents, r), b = root_of(parents, s->rows + c);
            if (a == b) continue;
            parents[a > b ? a : b] = a > b ? b : a; /* so that a part's root is its first row */
            if (++joins == all - 1) return 1;
        }
    for (uint32_t i = 0; i < all; i++) {
        uint32_t root = root_of(parents, i);
        if (root >= s->rows) return 0; /* a column by itself */
        if (root == i) number[i] = count++;
        part[i] = number[root];
    }
    return count;
}

/* The numbers of those of `count` things that are in this part. */
static uint32_t *members(struct arena *arena, const uint32_t *part, uint32_t count, uint32_t which,
                         uint32_t *found) {
    *found = 0;
    for (uint32_t i = 0; i < count; i++) *found += part[i] == which;
    uint32_t *list = ARENA_ARRAY(arena, *found, uint32_t);
    for (uint32_t i = 0, k = 0; i < count; i++)
        if (part[i] == which) list[k++] = i;
    return list;
}

/* "4 blocks", "3 blocks (Householder, dense)" */
static const char *blocks_of(const struct structure_search *s, const struct structure_part *parts,
                             uint32_t count) {
    enum { SHOWN = 3 };
    const char *shown[SHOWN + 1], *label = "";
    uint32_t kinds = 0;
    for (uint32_t k = 0; k < count && kinds <= SHOWN; k++) {
        uint32_t i = 0;
        while (i < kinds && strcmp(shown[i], parts[k].form->name)) i++;
        if (i == kinds) shown[kinds++] = parts[k].form->name;
    }
    if (kinds == 1 && !strcmp(shown[0], "dense")) return text_format(s->arena, "%u blocks", count);
    for (uint32_t i = 0; i < kinds; i++)
        label = text_format(s->arena, "%s%s%s", label, i ? ", " : "", i < SHOWN ? shown[i] : "...");
    return text_format(s->arena, "%u blocks (%s)", count, label);
}

const struct structure *structure_find_blocks(const struct structure_search *s) {
    if (!zeros_of(s)) return NULL;
    uint32_t *part = ARENA_ARRAY(s->scratch, s->rows + s->columns, uint32_t);
    uint32_t count = number_parts(s, part);
    if (count < 2 || 2 * count > s->rows) return NULL;
    struct structure_part *parts = ARENA_ARRAY(s->arena, count, struct structure_part);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t rows, columns;
        parts[k].rows = members(s->arena, part, s->rows, k, &rows);
        parts[k].columns = members(s->arena, part + s->rows, s->columns, k, &columns);
        if (!columns) return NULL; /* an empty row */
        double *values = ARENA_ARRAY(s->scratch, (size_t)rows * columns, double);
        for (uint32_t r = 0; r < rows; r++)
            for (uint32_t c = 0; c < columns; c++)
                values[(size_t)r * columns + c] =
                    structure_at(s, parts[k].rows[r], parts[k].columns[c]);
        parts[k].form = structure_within(s, values, rows, columns, s->within);
    }
    return structure_make(s, (struct structure){.kind = STRUCTURE_BLOCKS,
                                                .name = blocks_of(s, parts, count),
                                                .rows = s->rows,
                                                .columns = s->columns,
                                                .count = count,
                                                .parts = parts});
}
