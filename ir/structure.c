#include "ir/structure.h"

#include <math.h>

#include "ir/structure_find.h"

const struct structure_weights structure_weights_scalar = {1, 1, 1, 1, 0, 0};
const struct structure_weights structure_weights_blocks = {1, 1.9, 2.5, 2.2, 2, 4};
const struct structure_weights structure_weights_samples = {1, 1, 3, 3, 1, 8};

/* Forms inside of forms. */
enum { DEPTH_MOST = 6 };

/* All that is known. Products of other forms, which are dear to seek, only where nothing else was
 * found. */
static const struct finder {
    structure_finder *find;
    bool last;
} finders[] = {
    {structure_find_sparse, false},    {structure_find_blocks, false},
    {structure_find_hadamard, false},  {structure_find_rank, false},
    {structure_find_plus_rank, false}, {structure_find_kronecker, true},
    {structure_find_halves, true},
};
enum { FINDER_COUNT = sizeof finders / sizeof *finders };

/* ---- work ---- */

static bool is_unit(double value) {
    return value == 1 || value == -1;
}

static void work_of_sparse(struct structure *form, const struct structure_weights *w) {
    uint32_t copies = 0, most = 0;
    for (uint32_t r = 0; r < form->rows; r++) {
        uint32_t units = 0, terms = form->starts[r + 1] - form->starts[r];
        for (uint32_t t = form->starts[r]; t < form->starts[r + 1]; t++)
            units += is_unit(form->values[t]);
        if (terms > most) most = terms;
        copies += terms == 1 && form->values[form->starts[r]] == 1;
        form->multiply_adds += terms - units;
        if (units == terms && terms) units--;
        form->additions += units;
    }
    if (copies == form->rows) return;
    /* One term a row is a gain a row. */
    double of_terms = (most == 1 ? fmin(w->term, 1) : w->term) * form->starts[form->rows];
    form->cost = w->form + w->row * form->rows + of_terms;
}

static void work_of_hadamard(struct structure *form, const struct structure_weights *w) {
    for (uint32_t h = 1; h < form->rows; h *= 2) form->additions += form->rows;
    for (uint32_t i = 0; i < form->rows; i++)
        form->multiply_adds += (uint64_t)!is_unit(form->before[i]) + !is_unit(form->after[i]);
    /* Gains take a row each where rows have a price, and a multiply-add where they have none. */
    form->cost = w->form + fmax(w->row, 1) * (double)form->multiply_adds +
                 w->addition * (double)form->additions;
}

const struct structure *structure_make(const struct structure_search *s, struct structure form) {
    const struct structure_weights *w = s->weights;
    switch (form.kind) {
    case STRUCTURE_DENSE:
        form.multiply_adds = (uint64_t)form.rows * form.columns;
        form.cost = w->form + w->part * (double)form.multiply_adds;
        break;
    case STRUCTURE_SPARSE: work_of_sparse(&form, w); break;
    case STRUCTURE_HADAMARD: work_of_hadamard(&form, w); break;
    case STRUCTURE_SUM:
        form.additions = (uint64_t)(form.count - 1) * form.rows;
        form.cost = w->form + w->addition * (double)form.additions;
        break;
    case STRUCTURE_PRODUCT:
    case STRUCTURE_BLOCKS: break;
    }
    for (uint32_t k = 0; k < form.count; k++) {
        form.multiply_adds += form.parts[k].form->multiply_adds;
        form.additions += form.parts[k].form->additions;
        form.cost += form.parts[k].form->cost;
    }
    struct structure *made = ARENA_NEW(s->arena, struct structure);
    *made = form;
    return made;
}

const struct structure *structure_dense(const struct structure_search *s, const double *values,
                                        uint32_t rows, uint32_t columns) {
    double *copy = ARENA_ARRAY(s->arena, (size_t)rows * columns, double);
    for (size_t i = 0; i < (size_t)rows * columns; i++) copy[i] = values[i];
    return structure_make(s, (struct structure){.kind = STRUCTURE_DENSE,
                                                .name = "dense",
                                                .rows = rows,
                                                .columns = columns,
                                                .values = copy});
}

const struct structure *structure_pair(const struct structure_search *s, enum structure_kind kind,
                                       const char *label, const struct structure *first,
                                       const struct structure *second) {
    struct structure_part *parts = ARENA_ARRAY(s->arena, 2, struct structure_part);
    parts[0].form = first;
    parts[1].form = second;
    return structure_make(s, (struct structure){.kind = kind,
                                                .name = label,
                                                .rows = second->rows,
                                                .columns = first->columns,
                                                .count = 2,
                                                .parts = parts});
}

/* ---- the search ---- */

/* The size of the largest; infinite if one is not finite. */
static double largest_of(const double *values, size_t count) {
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = isfinite(values[i]) ? fmax(largest, fabs(values[i])) : INFINITY;
    return largest;
}

static const struct structure *search(const struct structure_search *s) {
    double each = s->depth ? s->weights->part : s->weights->dense;
    double dense = s->weights->form + each * s->rows * s->columns;
    const struct structure *best = NULL;
    bool any = false;
    for (unsigned k = 0; k < FINDER_COUNT && s->depth < DEPTH_MOST; k++) {
        if (finders[k].last && any) break;
        const struct structure *found = finders[k].find(s);
        any |= found && !finders[k].last;
        if (found && found->cost < (best ? best->cost : dense)) best = found;
    }
    return best ? best : structure_dense(s, s->values, s->rows, s->columns);
}

const struct structure *structure_within(const struct structure_search *s, const double *values,
                                         uint32_t rows, uint32_t columns, double within) {
    struct structure_search part = *s;
    part.values = values;
    part.rows = rows;
    part.columns = columns;
    part.within = within;
    part.largest = largest_of(values, (size_t)rows * columns);
    part.depth++;
    return search(&part);
}

const struct structure *structure_of(struct arena *arena, const double *values, uint32_t rows,
                                     uint32_t columns, double tolerance,
                                     const struct structure_weights *weights) {
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    double largest = largest_of(values, (size_t)rows * columns);
    struct structure_search s = {.arena = arena,
                                 .scratch = &scratch,
                                 .weights = weights,
                                 .values = values,
                                 .rows = rows,
                                 .columns = columns,
                                 .within = tolerance * largest,
                                 .largest = largest};
    const struct structure *found =
        isfinite(largest) ? search(&s) : structure_dense(&s, values, rows, columns);
    arena_free(&scratch);
    return found;
}

/* ---- use ---- */

static void apply_hadamard(const struct structure *s, const double *x, double *y, double *work) {
    for (uint32_t c = 0; c < s->columns; c++) work[s->column[c]] = s->before[c] * x[c];
    for (uint32_t h = 1; h < s->rows; h *= 2)
        for (uint32_t i = 0; i < s->rows; i++) {
            if (i & h) continue;
            double a = work[i], b = work[i + h];
            work[i] = a + b;
            work[i + h] = a - b;
        }
    for (uint32_t r = 0; r < s->rows; r++) y[r] = s->after[r] * work[s->row[r]];
}

static void apply(struct arena *scratch, const struct structure *s, const double *x, double *y) {
    double *in = ARENA_ARRAY(scratch, s->columns, double),
           *out = ARENA_ARRAY(scratch, s->rows, double);
    switch (s->kind) {
    case STRUCTURE_DENSE:
        for (uint32_t r = 0; r < s->rows; r++) {
            y[r] = 0;
            for (uint32_t c = 0; c < s->columns; c++)
                y[r] += s->values[(size_t)r * s->columns + c] * x[c];
        }
        break;
    case STRUCTURE_SPARSE:
        for (uint32_t r = 0; r < s->rows; r++) {
            y[r] = 0;
            for (uint32_t t = s->starts[r]; t < s->starts[r + 1]; t++)
                y[r] += s->values[t] * x[s->places[t]];
        }
        break;
    case STRUCTURE_HADAMARD: apply_hadamard(s, x, y, in); break;
    case STRUCTURE_PRODUCT:
        for (uint32_t k = 0; k < s->count; k++) {
            double *to = k + 1 < s->count
                             ? ARENA_ARRAY(scratch, s->parts[k].form->rows, double)
                             : y;
            apply(scratch, s->parts[k].form, x, to);
            x = to;
        }
        break;
    case STRUCTURE_SUM:
        for (uint32_t k = 0; k < s->count; k++) {
            apply(scratch, s->parts[k].form, x, out);
            for (uint32_t r = 0; r < s->rows; r++) y[r] = k ? y[r] + out[r] : out[r];
        }
        break;
    case STRUCTURE_BLOCKS:
        for (uint32_t k = 0; k < s->count; k++) {
            const struct structure_part *part = &s->parts[k];
            for (uint32_t c = 0; c < part->form->columns; c++) in[c] = x[part->columns[c]];
            apply(scratch, part->form, in, out);
            for (uint32_t r = 0; r < part->form->rows; r++) y[part->rows[r]] = out[r];
        }
        break;
    }
}

void structure_apply(struct arena *scratch, const struct structure *structure, const double *x,
                     double *y) {
    struct arena inner;
    arena_init_scratch(&inner, scratch);
    apply(&inner, structure, x, y);
    arena_free(&inner);
}

static void put_work(struct text *out, const struct structure *s) {
    if (s->additions)
        text_printf(out, "%zu addition%s", (size_t)s->additions, s->additions == 1 ? "" : "s");
    if (s->additions && s->multiply_adds) text_put(out, " and ");
    if (s->multiply_adds || !s->additions)
        text_printf(out, "%zu multiply-add%s", (size_t)s->multiply_adds,
                    s->multiply_adds == 1 ? "" : "s");
}

void structure_describe(struct text *out, const struct structure *s) {
    text_printf(out, "%u x %u %s, ", s->rows, s->columns, s->name);
    put_work(out, s);
    if (s->kind == STRUCTURE_DENSE) return;
    text_printf(out, " instead of %zu multiply-adds", (size_t)((uint64_t)s->rows * s->columns));
}
