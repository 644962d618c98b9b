/* Kernels that run sample by sample, and those of blocks that are written as expressions. */
#include <math.h>
#include <string.h>

#include "backends/c_rows.h"

/* Up to here a matrix is written out row by row; beyond, it is a loop over tables. */
enum { MATRIX_MAX = 64, SPARSE_MAX = 256 };

/* ---- sums of products ---- */

/* Terms of one row, written out: value[i] * wire, each with its sign. */
struct sum {
    struct c_writer *w;
    size_t line; /* where the current line of output began */
    bool any;
};

static void sum_term(struct sum *sum, bool negative, const char *factor, const char *what) {
    struct text *out = &sum->w->body;
    if (sum->any && out->length - sum->line > 84) {
        sum->line = out->length + 1;
        text_put(out, "\n           ");
    }
    if (sum->any) text_put(out, negative ? " - " : " + ");
    else if (negative) text_put_char(out, '-');
    sum->any = true;
    if (factor) text_printf(out, "%s * ", factor);
    text_put(out, what);
}

/* If all constant terms of a row are +-g, with two of them at least, that is said once. */
static double common_factor(const struct kernel *kernel, const uint32_t *terms, uint32_t count) {
    double g = 0;
    for (uint32_t t = 0; t < count; t++) {
        if (c_coefficient_at(kernel, terms[t]) != NO_SLOT) return 0;
        double magnitude = fabs(kernel->values[terms[t]]);
        if (t && magnitude != g) return 0;
        g = magnitude;
    }
    return count > 1 ? g : 0;
}

/* One row: terms[t] are places in `values`, slots[t] what each multiplies. */
static void put_row(struct c_writer *w, const struct kernel *kernel, uint32_t row,
                    const uint32_t *terms, const uint32_t *slots, uint32_t count) {
    struct text *out = &w->body;
    struct sum sum = {w, out->length, false};
    const char *to = c_wire_at(w, text_format(w->arena, "%u", kernel->to + row), true);
    text_printf(out, "        %s = ", to);
    if (!count) {
        if (w->in_block) text_printf(out, "%s - %s;\n", "@zero", "@zero");
        else text_printf(out, "%s;\n", c_real(w, 0));
        return;
    }
    double g = common_factor(kernel, terms, count);
    bool factored = g != 0 && g != 1;
    if (factored) text_printf(out, "%s * (", c_real(w, g));
    for (uint32_t t = 0; t < count; t++) {
        uint32_t c = c_coefficient_at(kernel, terms[t]);
        const char *what = c_wire_at(w, text_format(w->arena, "%u", slots[t]), false);
        double value = kernel->values[terms[t]];
        if (c != NO_SLOT) {
            sum_term(&sum, false, text_format(w->arena, "%s[%u]", w->coefficient, c), what);
        } else {
            bool unit = factored || fabs(value) == 1;
            sum_term(&sum, value < 0, unit ? NULL : c_real(w, fabs(value)), what);
        }
    }
    text_put(out, factored ? ");\n" : ";\n");
}

static void put_matrix_rows(struct c_writer *w, const struct kernel *kernel) {
    uint32_t *terms = ARENA_ARRAY(w->arena, kernel->columns, uint32_t);
    uint32_t *slots = ARENA_ARRAY(w->arena, kernel->columns, uint32_t);
    for (uint32_t r = 0; r < kernel->rows; r++) {
        uint32_t count = 0;
        for (uint32_t c = 0; c < kernel->columns; c++) {
            uint32_t i = r * kernel->columns + c;
            if (c_coefficient_at(kernel, i) == NO_SLOT && kernel->values[i] == 0) continue;
            terms[count] = i;
            slots[count++] = gather_at(kernel->from, c);
        }
        put_row(w, kernel, r, terms, slots, count);
    }
}

/* The table is turned, so that the inner loop runs along it and needs no reordering of sums. */
static void put_matrix(struct c_writer *w, const struct kernel *kernel) {
    uint32_t rows_count = kernel->rows, columns = kernel->columns, total = rows_count * columns;
    bool mixed = false;
    for (uint32_t i = 0; i < total && kernel->coefficients; i++)
        mixed |= kernel->coefficients[i] == NO_SLOT;
    if (total <= MATRIX_MAX || mixed) {
        put_matrix_rows(w, kernel);
        return;
    }
    struct text *out = &w->body;
    const char *entry;
    if (kernel->coefficients) {
        uint32_t *turned = ARENA_ARRAY(w->arena, total, uint32_t);
        for (uint32_t i = 0; i < total; i++)
            turned[i % columns * rows_count + i / columns] = kernel->coefficients[i];
        const char *table = c_numbers_table(w, "matrix", turned, total);
        entry = text_format(w->arena, "%s[%s[@c * %u + @r]]", w->coefficient, table, rows_count);
    } else {
        double *turned = ARENA_ARRAY(w->arena, total, double);
        for (uint32_t i = 0; i < total; i++)
            turned[i % columns * rows_count + i / columns] = kernel->values[i];
        const char *table = c_reals_table(w, "matrix", turned, total);
        entry = text_format(w->arena, "%s[@c * %u + @r]", table, rows_count);
    }
    const char *to = c_offset(w, kernel->to, c_each_row);
    struct gather from = *kernel->from;
    const char *x;
    if (from.slots) {
        const char *slots = c_numbers_table(w, "from", from.slots, from.count);
        x = text_format(w->arena, "%s[@c]", slots);
    } else {
        x = from.first ? text_format(w->arena, "%u + @c", from.first) : "@c";
    }
    text_printf(out, "        for (int @r = 0; @r < %u; @r++) @wire[%s] = %s;\n", rows_count, to,
                c_real(w, 0));
    text_printf(out, "        for (int @c = 0; @c < %u; @c++) {\n", columns);
    text_printf(out, "            const %s @x = @wire[%s];\n", w->real, x);
    text_printf(out, "            for (int @r = 0; @r < %u; @r++) @wire[%s] += %s * @x;\n",
                rows_count, to, entry);
    text_put(out, "        }\n");
}

static void put_sparse(struct c_writer *w, const struct kernel *kernel) {
    bool mixed = false;
    for (uint32_t i = 0; i < kernel->terms && kernel->coefficients; i++)
        mixed |= kernel->coefficients[i] == NO_SLOT;
    if (kernel->terms <= SPARSE_MAX || mixed) {
        for (uint32_t r = 0; r < kernel->rows; r++) {
            uint32_t first = kernel->starts[r], count = kernel->starts[r + 1] - first;
            uint32_t *terms = ARENA_ARRAY(w->arena, count, uint32_t);
            for (uint32_t t = 0; t < count; t++) terms[t] = first + t;
            put_row(w, kernel, r, terms, kernel->slots + first, count);
        }
        return;
    }
    struct text *out = &w->body;
    const char *starts = c_numbers_table(w, "start", kernel->starts, kernel->rows + 1);
    const char *slots = c_numbers_table(w, "from", kernel->slots, kernel->terms), *gain;
    if (kernel->coefficients) {
        const char *gains = c_numbers_table(w, "gain", kernel->coefficients, kernel->terms);
        gain = text_format(w->arena, "%s[%s[@c]]", w->coefficient, gains);
    } else {
        gain = text_format(w->arena, "%s[@c]",
                           c_reals_table(w, "gain", kernel->values, kernel->terms));
    }
    text_printf(out, "        for (int @r = 0; @r < %u; @r++) {\n", kernel->rows);
    text_printf(out, "            %s @y = %s;\n", w->real, c_real(w, 0));
    text_printf(
        out, "            for (int @c = %s[@r]; @c < %s[@r + 1]; @c++) @y += %s * @wire[%s[@c]];\n",
        starts, starts, gain, slots);
    text_printf(out, "            @wire[%s] = @y;\n", c_offset(w, kernel->to, c_each_row));
    text_put(out, "        }\n");
}

/* ---- one row after the other ---- */

struct scale {
    struct c_inputs from;
    struct c_numbers gain;
};

static void put_scale_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                          void *context) {
    const struct scale *scale = context;
    const char *what = c_wire_of(w, &scale->from, r);
    text_printf(&w->body, "%s%s = ", c_margin(r.loop),
                c_wire_at(w, c_offset(w, kernel->to, r), true));
    if (c_is_constant(&scale->gain, r, 1)) text_put(&w->body, what);
    else if (c_is_constant(&scale->gain, r, -1)) text_printf(&w->body, "-%s", what);
    else text_printf(&w->body, "%s * %s", c_number_at(w, &scale->gain, r), what);
    text_put(&w->body, ";\n");
}

static void put_scale(struct c_writer *w, const struct kernel *kernel) {
    bool loop = !c_writes_rows(kernel, 1);
    struct scale scale = {c_inputs_of(w, kernel->from, loop), c_numbers_of(w, kernel, 0, 1, loop)};
    c_put_rows(w, kernel, loop, false, &scale, put_scale_row);
}

static void put_sum_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                        void *context) {
    const struct c_inputs *from = context;
    struct sum sum = {w, w->body.length, false};
    text_printf(&w->body, "%s%s = ", c_margin(r.loop),
                c_wire_at(w, c_offset(w, kernel->to, r), true));
    for (uint32_t t = 0; t < kernel->terms; t++)
        sum_term(&sum, false, NULL, c_wire_of(w, &from[t], r));
    text_put(&w->body, ";\n");
}

static void put_sum(struct c_writer *w, const struct kernel *kernel) {
    bool loop = kernel->rows > C_ROWS_MAX;
    struct c_inputs *from = ARENA_ARRAY(w->arena, kernel->terms, struct c_inputs);
    for (uint32_t t = 0; t < kernel->terms; t++) from[t] = c_inputs_of(w, &kernel->from[t], loop);
    c_put_rows(w, kernel, loop, false, from, put_sum_row);
}

static const char *block_at(struct c_writer *w, const char *slot) {
    if (w->once) return text_format(w->arena, "@slot[%s]", slot);
    return text_format(w->arena, "@block[(%s) * %u + @t]", slot, w->schedule->block);
}

static void put_take_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                         void *context) {
    const struct c_inputs *from = context;
    const char *slot = !r.loop ? text_format(w->arena, "%u", gather_at(from->gather, r.number))
                       : from->table ? text_format(w->arena, "%s[@r]", from->table)
                                     : c_offset(w, from->gather->first, r);
    text_printf(&w->body, "%s@wire[%s] = %s;\n", c_margin(r.loop), c_offset(w, kernel->to, r),
                block_at(w, slot));
}

static void put_give_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                         void *context) {
    text_printf(&w->body, "%s%s = %s;\n", c_margin(r.loop), block_at(w, c_offset(w, kernel->to, r)),
                c_wire_of(w, context, r));
}

/* ---- all of them ---- */

void c_put_kernel(struct c_writer *w, const struct kernel *kernel) {
    bool loop = kernel->rows > C_ROWS_MAX;
    switch (kernel->op) {
    case KERNEL_MATRIX: put_matrix(w, kernel); break;
    case KERNEL_SPARSE: put_sparse(w, kernel); break;
    case KERNEL_SCALE: put_scale(w, kernel); break;
    case KERNEL_SUM: put_sum(w, kernel); break;
    case KERNEL_DELAY_READ: c_put_read(w, kernel); break;
    case KERNEL_DELAY_WRITE: c_put_write(w, kernel); break;
    case KERNEL_FIR: c_put_fir(w, kernel); break;
    case KERNEL_SECTION:
    case KERNEL_SECTION_WRITE: c_put_section(w, kernel); break;
    case KERNEL_SECTION_READ: c_put_section_read(w, kernel); break;
    case KERNEL_TAKE:
    case KERNEL_GIVE: {
        struct c_inputs from = c_inputs_of(w, kernel->from, loop);
        c_put_rows(w, kernel, loop, false, &from,
                   kernel->op == KERNEL_TAKE ? put_take_row : put_give_row);
        break;
    }
    default: break;
    }
}

bool c_is_expression(const struct kernel *kernel) {
    if (kernel->op == KERNEL_MATRIX) return kernel->rows * kernel->columns <= MATRIX_MAX;
    if (kernel->op == KERNEL_SPARSE) return kernel->terms <= SPARSE_MAX;
    return kernel->op == KERNEL_SCALE || kernel->op == KERNEL_SUM;
}

/* Pointers to what a loop over the rows reads, where that stands in delay lines: one for each
 * gather, or null. */
static const char *const *put_loop_runs(struct c_writer *w, const struct kernel *kernel) {
    bool sum = kernel->op == KERNEL_SUM, scale = kernel->op == KERNEL_SCALE;
    if (!(sum && kernel->rows > C_ROWS_MAX) && !(scale && !c_writes_rows(kernel, 1))) return NULL;
    uint32_t count = sum ? kernel->terms : 1;
    const char **runs = ARENA_ARRAY(w->arena, count, const char *);
    for (uint32_t t = 0; t < count; t++)
        if (c_has_views(w, &kernel->from[t])) runs[t] = c_put_runs(w, &kernel->from[t]);
    return runs;
}

void c_put_expressions(struct c_writer *w, const struct kernel *kernels, uint32_t count,
                       uint32_t block) {
    const char *const **runs = ARENA_ARRAY(w->arena, count, const char *const *);
    uint32_t slots = w->schedule->slot_count, number = w->kernel_number;
    struct c_view *now = w->views, *before = ARENA_ARRAY(w->arena, slots, struct c_view);
    if (slots) memcpy(before, now, slots * sizeof *before);
    bool zero = false;
    c_use(w, C_TEXT_VECTORS);
    for (uint32_t k = 0; k < count; k++) {
        runs[k] = put_loop_runs(w, &kernels[k]);
        zero |= kernels[k].op == KERNEL_SPARSE || kernels[k].op == KERNEL_MATRIX;
        c_kernel_is_written(w, &kernels[k], block);
    }
    w->views = before;
    w->kernel_number = number;
    text_printf(&w->body, "        for (int @t = 0; @t < @n; @t += %s_LANES) {\n", w->macro);
    if (zero)
        text_printf(&w->body, "        const %s_vec @zero = {0};\n        (void)@zero;\n", w->name);
    for (uint32_t k = 0; k < count; k++) {
        c_put_title(w, &kernels[k]);
        w->in_block = true;
        w->runs = runs[k];
        w->runs_of = kernels[k].from;
        c_put_kernel(w, &kernels[k]);
        w->runs = NULL;
        w->in_block = false;
        c_kernel_is_written(w, &kernels[k], block);
    }
    text_put(&w->body, "        }\n");
}
