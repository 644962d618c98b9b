/* Matrices of numbers as the forms that cost least (ir/structure.h). */
#include <string.h>

#include "ir/schedule_maker.h"

/* Rows and columns below which a matrix costs least as it is. */
enum { STRUCTURED_LEAST = 4 };

struct computation {
    struct schedule_maker *m;
    const wire *cells; /* where kernels come from */
};

static void push(struct computation *c, struct kernel kernel, uint32_t *out) {
    for (uint32_t r = 0; r < kernel.rows; r++) out[r] = kernel.to + r;
    vec_push(c->m->arena, &c->m->kernels, kernel);
}

static struct kernel kernel_of(struct computation *c, enum kernel_op op, uint32_t rows) {
    struct kernel kernel = schedule_kernel(c->m, op, c->cells, rows);
    kernel.to = schedule_slots(c->m, rows);
    return kernel;
}

static const struct gather *gather_of(struct computation *c, const uint32_t *slots,
                                      uint32_t count) {
    return schedule_gather_slots(c->m->arena, slots, count);
}

static void compute(struct computation *c, const struct structure *s, const uint32_t *in,
                    uint32_t *out);

/* Each row a number times what one slot holds. */
static void compute_scale(struct computation *c, const double *values, const uint32_t *in,
                          uint32_t rows, uint32_t *out) {
    struct kernel kernel = kernel_of(c, KERNEL_SCALE, rows);
    kernel.from = gather_of(c, in, rows);
    kernel.values = values;
    push(c, kernel, out);
}

static void compute_dense(struct computation *c, const struct structure *s, const uint32_t *in,
                          uint32_t *out) {
    if (s->columns == 1) {
        uint32_t *same = ARENA_ARRAY(c->m->scratch, s->rows, uint32_t);
        for (uint32_t r = 0; r < s->rows; r++) same[r] = in[0];
        compute_scale(c, s->values, same, s->rows, out);
        return;
    }
    struct kernel kernel = kernel_of(c, KERNEL_MATRIX, s->rows);
    kernel.columns = s->columns;
    kernel.from = gather_of(c, in, s->columns);
    kernel.values = s->values;
    push(c, kernel, out);
}

/* True if each row has one term; what they read, and whether they are nothing but that. */
static bool reads_singly(const struct structure *s, const uint32_t *in, uint32_t *slots,
                         bool *copies) {
    *copies = true;
    for (uint32_t r = 0; r < s->rows; r++) {
        uint32_t t = s->starts[r];
        if (s->starts[r + 1] != t + 1) return false;
        slots[r] = in[s->places[t]];
        *copies &= s->values[t] == 1;
    }
    return true;
}

static void compute_sparse(struct computation *c, const struct structure *s, const uint32_t *in,
                           uint32_t *out) {
    bool copies;
    if (reads_singly(s, in, out, &copies)) {
        if (!copies) compute_scale(c, s->values, out, s->rows, out);
        return;
    }
    uint32_t terms = s->starts[s->rows];
    uint32_t *slots = ARENA_ARRAY(c->m->arena, terms, uint32_t);
    for (uint32_t t = 0; t < terms; t++) slots[t] = in[s->places[t]];
    struct kernel kernel = kernel_of(c, KERNEL_SPARSE, s->rows);
    kernel.starts = s->starts;
    kernel.slots = slots;
    kernel.terms = terms;
    kernel.values = s->values;
    push(c, kernel, out);
}

/* Sums and differences of slots h apart, in slots of their own. */
static uint32_t butterflies(struct computation *c, uint32_t from, uint32_t n, uint32_t h) {
    uint32_t *starts = ARENA_ARRAY(c->m->arena, n + 1, uint32_t),
             *slots = ARENA_ARRAY(c->m->arena, (size_t)2 * n, uint32_t);
    double *values = ARENA_ARRAY(c->m->arena, (size_t)2 * n, double);
    for (uint32_t i = 0; i < n; i++) {
        slots[2 * i] = from + (i & ~h);
        slots[2 * i + 1] = from + (i | h);
        values[2 * i] = 1;
        values[2 * i + 1] = i & h ? -1 : 1;
        starts[i + 1] = 2 * i + 2;
    }
    struct kernel kernel = kernel_of(c, KERNEL_SPARSE, n);
    kernel.starts = starts;
    kernel.slots = slots;
    kernel.terms = 2 * n;
    kernel.values = values;
    vec_push(c->m->arena, &c->m->kernels, kernel);
    return kernel.to;
}

/* A fast transform: its inlets and outlets in the order that it wants. */
static void compute_hadamard(struct computation *c, const struct structure *s, const uint32_t *in,
                             uint32_t *out) {
    uint32_t n = s->rows, *ordered = ARENA_ARRAY(c->m->scratch, n, uint32_t);
    double *values = ARENA_ARRAY(c->m->arena, n, double);
    bool scaled = false;
    for (uint32_t i = 0; i < n; i++) {
        ordered[s->column[i]] = in[i];
        values[s->column[i]] = s->before[i];
        scaled |= s->after[i] != 1;
    }
    struct kernel kernel = kernel_of(c, c->m->block > 1 ? KERNEL_HADAMARD : KERNEL_SCALE, n);
    kernel.from = gather_of(c, ordered, n);
    kernel.values = values;
    push(c, kernel, out);
    for (uint32_t h = 1; c->m->block == 1 && h < n; h *= 2) kernel.to = butterflies(c, kernel.to, n, h);
    for (uint32_t r = 0; r < n; r++) out[r] = kernel.to + s->row[r];
    if (scaled) compute_scale(c, s->after, out, n, out);
}

static void compute_product(struct computation *c, const struct structure *s, const uint32_t *in,
                            uint32_t *out) {
    for (uint32_t k = 0; k < s->count; k++) {
        const struct structure *form = s->parts[k].form;
        uint32_t *to =
            k + 1 < s->count ? ARENA_ARRAY(c->m->scratch, form->rows, uint32_t) : out;
        compute(c, form, in, to);
        in = to;
    }
}

static void compute_sum(struct computation *c, const struct structure *s, const uint32_t *in,
                        uint32_t *out) {
    struct gather *terms = ARENA_ARRAY(c->m->arena, s->count, struct gather);
    for (uint32_t k = 0; k < s->count; k++) {
        compute(c, s->parts[k].form, in, out);
        terms[k] = *gather_of(c, out, s->rows);
    }
    struct kernel kernel = kernel_of(c, KERNEL_SUM, s->rows);
    kernel.from = terms;
    kernel.terms = s->count;
    push(c, kernel, out);
}

static void compute_blocks(struct computation *c, const struct structure *s, const uint32_t *in,
                           uint32_t *out) {
    uint32_t *from = ARENA_ARRAY(c->m->scratch, s->columns, uint32_t),
             *to = ARENA_ARRAY(c->m->scratch, s->rows, uint32_t);
    for (uint32_t k = 0; k < s->count; k++) {
        const struct structure_part *part = &s->parts[k];
        for (uint32_t i = 0; i < part->form->columns; i++) from[i] = in[part->columns[i]];
        compute(c, part->form, from, to);
        for (uint32_t i = 0; i < part->form->rows; i++) out[part->rows[i]] = to[i];
    }
}

/* The slots of the rows of the form, given those that it reads. */
static void compute(struct computation *c, const struct structure *s, const uint32_t *in,
                    uint32_t *out) {
    switch (s->kind) {
    case STRUCTURE_DENSE: compute_dense(c, s, in, out); break;
    case STRUCTURE_SPARSE: compute_sparse(c, s, in, out); break;
    case STRUCTURE_HADAMARD: compute_hadamard(c, s, in, out); break;
    case STRUCTURE_PRODUCT: compute_product(c, s, in, out); break;
    case STRUCTURE_SUM: compute_sum(c, s, in, out); break;
    case STRUCTURE_BLOCKS: compute_blocks(c, s, in, out); break;
    }
}

/* The form of these rows, found once for all sizes of blocks. */
static const struct structure *form_of(struct schedule_maker *m, const wire *cells, uint32_t count,
                                       const struct operand *gains, uint32_t columns) {
    const struct operand **rows = ARENA_ARRAY(m->arena, count, const struct operand *);
    for (uint32_t r = 0; r < count; r++) rows[r] = m->net->cells[cells[r]].operands;
    const struct structure_weights *weights =
        m->block > 1 ? &structure_weights_blocks : &structure_weights_samples;
    for (size_t i = 0; i < m->known_forms->list.count; i++) {
        const struct known_form *known = &m->known_forms->list.at[i];
        if (known->weights == weights && known->structure->rows == count &&
            known->structure->columns == columns && !memcmp(known->rows, rows, count * sizeof *rows))
            return known->structure;
    }
    double *values = ARENA_ARRAY(m->scratch, (size_t)count * columns, double);
    for (size_t i = 0; i < (size_t)count * columns; i++) values[i] = gains[i].value;
    const struct structure *structure =
        structure_of(m->arena, values, count, columns, m->tolerance, weights);
    vec_push(m->arena, &m->known_forms->list, (struct known_form){rows, weights, structure});
    return structure;
}

enum schedule_choice schedule_structured(struct schedule_maker *m, const wire *cells,
                                         uint32_t count, const struct operand *gains,
                                         const wire *from, uint32_t columns) {
    if (count < STRUCTURED_LEAST || columns < STRUCTURED_LEAST) return CHOICE_NONE;
    for (size_t i = 0; i < (size_t)count * columns; i++)
        if (gains[i].expr) return CHOICE_NONE;
    const struct structure *form = form_of(m, cells, count, gains, columns);
    const struct cell *cell = &m->net->cells[cells[0]];
    vec_push(m->arena, &m->forms, (struct schedule_form){form, cell->node, cell->at});
    if (form->kind == STRUCTURE_DENSE) return CHOICE_DENSE;
    uint32_t *in = ARENA_ARRAY(m->scratch, columns, uint32_t),
             *out = ARENA_ARRAY(m->scratch, count, uint32_t);
    for (uint32_t i = 0; i < columns; i++) in[i] = m->slot_of[from[i]];
    struct computation c = {m, cells};
    compute(&c, form, in, out);
    for (uint32_t r = 0; r < count; r++) m->slot_of[cells[r]] = out[r];
    m->multiply_adds += form->multiply_adds + form->additions;
    return CHOICE_MADE;
}
