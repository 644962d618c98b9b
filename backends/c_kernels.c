/* Kernels that run sample by sample, and those of blocks that are written as expressions. */
#include <math.h>
#include <string.h>

#include "backends/c_block.h"

/* Up to here a kernel is written out row by row; beyond, it is a loop over tables. */
enum { ROWS_MAX = 2, MATRIX_MAX = 64, SPARSE_MAX = 256 };

/* A row of a kernel: its number, or that of the loop around it. */
struct index {
    bool loop;
    uint32_t number;
};

static const struct index the_row = {.loop = true};

/* base + i: "12 + r", "r", "14" */
static const char *offset(struct c_writer *w, uint32_t base, struct index i) {
    if (!i.loop) return text_format(w->arena, "%u", base + i.number);
    return base ? text_format(w->arena, "%u + @r", base) : "@r";
}

/* What a kernel reads, and the table of its slots, or of pointers, where a loop needs one. */
struct inputs {
    const struct gather *gather;
    const char *table, *runs;
};

static struct inputs inputs_of(struct c_writer *w, const struct gather *gather, bool loop) {
    struct inputs inputs = {gather, NULL, NULL};
    if (loop && w->runs) inputs.runs = w->runs[gather - w->runs_of];
    if (loop && gather->slots && !inputs.runs) {
        inputs.table = c_table_name(w, "from");
        c_table_numbers(w, inputs.table, gather->slots, gather->count);
    }
    return inputs;
}

/* The place of a slot, "12" or "12 + @r": "@wire[12]", or a vector of its block from @t on. */
static const char *wire_at(struct c_writer *w, const char *slot, bool written) {
    if (!w->in_block) return text_format(w->arena, "@wire[%s]", slot);
    const char *access = written ? "PUT" : "GET";
    uint32_t block = w->schedule->block, number = 0;
    const char *c = slot;
    for (; *c >= '0' && *c <= '9'; c++) number = number * 10 + (uint32_t)(*c - '0');
    if (*c)
        return text_format(w->arena, "%s_%s(@b + (%s) * %u + @t)", w->macro, access, slot, block);
    const char *view = written ? NULL : c_view(w, number);
    if (view) return text_format(w->arena, "%s_%s(%s + @t)", w->macro, access, view);
    if (!number) return text_format(w->arena, "%s_%s(@b + @t)", w->macro, access);
    return text_format(w->arena, "%s_%s(@b + %u + @t)", w->macro, access, number * block);
}

/* "@wire[3]", "@wire[12 + @r]", to be read */
static const char *wire_of(struct c_writer *w, const struct inputs *inputs, struct index i) {
    if (i.loop && inputs->runs)
        return text_format(w->arena, "%s_GET((%s)[@r] + @t)", w->macro, inputs->runs);
    const char *slot = !i.loop ? text_format(w->arena, "%u", gather_at(inputs->gather, i.number))
                       : inputs->table ? text_format(w->arena, "%s[@r]", inputs->table)
                                       : offset(w, inputs->gather->first, i);
    return wire_at(w, slot, false);
}

/* A number of each row: `values` every `stride`, from `first` on. */
struct numbers {
    const struct kernel *kernel;
    uint32_t first, stride;
    bool same;         /* the same in all rows, and constant */
    bool moving;       /* all rows are coefficients */
    bool run;          /* their numbers are consecutive */
    bool one;          /* it is one coefficient for all */
    const char *table; /* of values, or of coefficients' numbers */
};

static uint32_t coefficient_at(const struct kernel *kernel, uint32_t i) {
    return kernel->coefficients ? kernel->coefficients[i] : NO_SLOT;
}

static struct numbers numbers_of(struct c_writer *w, const struct kernel *kernel, uint32_t first,
                                 uint32_t stride, bool loop) {
    struct numbers n = {kernel, first, stride, true, true, true, true, NULL};
    uint32_t lead = coefficient_at(kernel, first);
    for (uint32_t r = 0; r < kernel->rows; r++) {
        uint32_t i = first + r * stride, c = coefficient_at(kernel, i);
        n.same &= c == NO_SLOT && kernel->values[i] == kernel->values[first];
        n.moving &= c != NO_SLOT;
        n.run &= c == lead + r;
        n.one &= c == lead;
    }
    if (!loop || n.same) return n;
    if (n.moving) {
        if (n.run || n.one) return n;
        uint32_t *table = ARENA_ARRAY(w->arena, kernel->rows, uint32_t);
        for (uint32_t r = 0; r < kernel->rows; r++)
            table[r] = coefficient_at(kernel, first + r * stride);
        n.table = c_table_name(w, "coefficient");
        c_table_numbers(w, n.table, table, kernel->rows);
        return n;
    }
    double *table = ARENA_ARRAY(w->arena, kernel->rows, double);
    for (uint32_t r = 0; r < kernel->rows; r++) table[r] = kernel->values[first + r * stride];
    n.table = c_table_name(w, "gain");
    c_table_reals(w, n.table, table, kernel->rows);
    return n;
}

static const char *number_at(struct c_writer *w, const struct numbers *n, struct index i) {
    uint32_t at = n->first + (i.loop ? 0 : i.number) * n->stride;
    uint32_t c = coefficient_at(n->kernel, at);
    if (!i.loop || n->same || (n->moving && n->one))
        return c == NO_SLOT ? c_real(w, n->kernel->values[at])
                            : text_format(w->arena, "@self->coefficient[%u]", c);
    if (!n->moving) return text_format(w->arena, "%s[@r]", n->table);
    if (n->run) return text_format(w->arena, "@self->coefficient[%s]", offset(w, c, i));
    return text_format(w->arena, "@self->coefficient[%s[@r]]", n->table);
}

/* True if the number of this row, or of all rows, is this constant. */
static bool is_constant(const struct numbers *n, struct index i, double value) {
    uint32_t at = n->first + (i.loop ? 0 : i.number) * n->stride;
    if (i.loop && !n->same) return false;
    return coefficient_at(n->kernel, at) == NO_SLOT && n->kernel->values[at] == value;
}

/* True where some rows are constant and others move, or where there are few: row by row. */
static bool writes_rows(const struct kernel *kernel, uint32_t stride) {
    if (kernel->rows <= ROWS_MAX) return true;
    for (uint32_t s = 0; s < stride; s++) {
        bool moving = coefficient_at(kernel, s) != NO_SLOT;
        for (uint32_t r = 1; r < kernel->rows; r++)
            if ((coefficient_at(kernel, r * stride + s) != NO_SLOT) != moving) return true;
    }
    return false;
}

static const char *margin(bool loop) {
    return loop ? "            " : "        ";
}

/* Calls put for each row, or once inside a loop over the rows. */
static void
rows(struct c_writer *w, const struct kernel *kernel, bool loop, bool block, void *context,
     void (*put)(struct c_writer *w, const struct kernel *kernel, struct index r, void *context)) {
    if (loop) {
        text_printf(&w->body, "        for (int @r = 0; @r < %u; @r++) {\n", kernel->rows);
        put(w, kernel, the_row, context);
        text_put(&w->body, "        }\n");
        return;
    }
    for (uint32_t r = 0; r < kernel->rows; r++) {
        if (block) text_put(&w->body, "        {\n");
        put(w, kernel, (struct index){false, r}, context);
        if (block) text_put(&w->body, "        }\n");
    }
}

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
        if (coefficient_at(kernel, terms[t]) != NO_SLOT) return 0;
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
    const char *to = wire_at(w, text_format(w->arena, "%u", kernel->to + row), true);
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
        uint32_t c = coefficient_at(kernel, terms[t]);
        const char *what = wire_at(w, text_format(w->arena, "%u", slots[t]), false);
        double value = kernel->values[terms[t]];
        if (c != NO_SLOT) {
            sum_term(&sum, false, text_format(w->arena, "@self->coefficient[%u]", c), what);
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
            if (coefficient_at(kernel, i) == NO_SLOT && kernel->values[i] == 0) continue;
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
    const char *table = c_table_name(w, "matrix"), *entry;
    if (kernel->coefficients) {
        uint32_t *turned = ARENA_ARRAY(w->arena, total, uint32_t);
        for (uint32_t i = 0; i < total; i++)
            turned[i % columns * rows_count + i / columns] = kernel->coefficients[i];
        c_table_numbers(w, table, turned, total);
        entry = text_format(w->arena, "@self->coefficient[%s[@c * %u + @r]]", table, rows_count);
    } else {
        double *turned = ARENA_ARRAY(w->arena, total, double);
        for (uint32_t i = 0; i < total; i++)
            turned[i % columns * rows_count + i / columns] = kernel->values[i];
        c_table_reals(w, table, turned, total);
        entry = text_format(w->arena, "%s[@c * %u + @r]", table, rows_count);
    }
    const char *to = offset(w, kernel->to, the_row);
    struct gather from = *kernel->from;
    const char *x;
    if (from.slots) {
        const char *slots = c_table_name(w, "from");
        c_table_numbers(w, slots, from.slots, from.count);
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
    const char *starts = c_table_name(w, "start"), *slots = c_table_name(w, "from");
    c_table_numbers(w, starts, kernel->starts, kernel->rows + 1);
    c_table_numbers(w, slots, kernel->slots, kernel->terms);
    const char *gains = c_table_name(w, "gain"), *gain;
    if (kernel->coefficients) {
        c_table_numbers(w, gains, kernel->coefficients, kernel->terms);
        gain = text_format(w->arena, "@self->coefficient[%s[@c]]", gains);
    } else {
        c_table_reals(w, gains, kernel->values, kernel->terms);
        gain = text_format(w->arena, "%s[@c]", gains);
    }
    text_printf(out, "        for (int @r = 0; @r < %u; @r++) {\n", kernel->rows);
    text_printf(out, "            %s @y = %s;\n", w->real, c_real(w, 0));
    text_printf(
        out, "            for (int @c = %s[@r]; @c < %s[@r + 1]; @c++) @y += %s * @wire[%s[@c]];\n",
        starts, starts, gain, slots);
    text_printf(out, "            @wire[%s] = @y;\n", offset(w, kernel->to, the_row));
    text_put(out, "        }\n");
}

/* ---- one row after the other ---- */

struct scale {
    struct inputs from;
    struct numbers gain;
};

static void put_scale_row(struct c_writer *w, const struct kernel *kernel, struct index r,
                          void *context) {
    const struct scale *scale = context;
    const char *what = wire_of(w, &scale->from, r);
    text_printf(&w->body, "%s%s = ", margin(r.loop), wire_at(w, offset(w, kernel->to, r), true));
    if (is_constant(&scale->gain, r, 1)) text_put(&w->body, what);
    else if (is_constant(&scale->gain, r, -1)) text_printf(&w->body, "-%s", what);
    else text_printf(&w->body, "%s * %s", number_at(w, &scale->gain, r), what);
    text_put(&w->body, ";\n");
}

static void put_scale(struct c_writer *w, const struct kernel *kernel) {
    bool loop = !writes_rows(kernel, 1);
    struct scale scale = {inputs_of(w, kernel->from, loop), numbers_of(w, kernel, 0, 1, loop)};
    rows(w, kernel, loop, false, &scale, put_scale_row);
}

static void put_sum_row(struct c_writer *w, const struct kernel *kernel, struct index r,
                        void *context) {
    const struct inputs *from = context;
    struct sum sum = {w, w->body.length, false};
    text_printf(&w->body, "%s%s = ", margin(r.loop), wire_at(w, offset(w, kernel->to, r), true));
    for (uint32_t t = 0; t < kernel->terms; t++)
        sum_term(&sum, false, NULL, wire_of(w, &from[t], r));
    text_put(&w->body, ";\n");
}

static void put_sum(struct c_writer *w, const struct kernel *kernel) {
    bool loop = kernel->rows > ROWS_MAX;
    struct inputs *from = ARENA_ARRAY(w->arena, kernel->terms, struct inputs);
    for (uint32_t t = 0; t < kernel->terms; t++) from[t] = inputs_of(w, &kernel->from[t], loop);
    rows(w, kernel, loop, false, from, put_sum_row);
}

static const char *block_at(struct c_writer *w, const char *slot) {
    return text_format(w->arena, "@block[(%s) * %u + @t]", slot, w->schedule->block);
}

static void put_take_row(struct c_writer *w, const struct kernel *kernel, struct index r,
                         void *context) {
    const struct inputs *from = context;
    const char *slot = !r.loop ? text_format(w->arena, "%u", gather_at(from->gather, r.number))
                       : from->table ? text_format(w->arena, "%s[@r]", from->table)
                                     : offset(w, from->gather->first, r);
    text_printf(&w->body, "%s@wire[%s] = %s;\n", margin(r.loop), offset(w, kernel->to, r),
                block_at(w, slot));
}

static void put_give_row(struct c_writer *w, const struct kernel *kernel, struct index r,
                         void *context) {
    text_printf(&w->body, "%s%s = %s;\n", margin(r.loop), block_at(w, offset(w, kernel->to, r)),
                wire_of(w, context, r));
}

/* ---- delays ---- */

static bool rings(const struct c_writer *w, const struct kernel *kernel) {
    for (uint32_t r = 0; r < kernel->rows; r++)
        if (w->schedule->lines[kernel->first + r].length > 1) return true;
    return false;
}

/* Lines of one sample need no place: the sample is where the line begins. */
static const char *place_of(struct c_writer *w, const struct kernel *kernel, struct index r) {
    if (rings(w, kernel))
        return text_format(w->arena, "@self->at[%s]", offset(w, kernel->first, r));
    return offset(w, w->schedule->lines[kernel->first].begin, r);
}

/* Where line first + r begins; where it ends is where the next begins. */
static const char *begin_of(struct c_writer *w, const struct kernel *kernel, struct index r,
                            uint32_t next) {
    if (r.loop)
        return text_format(w->arena, "%s_%s[%s]", w->name, next ? "end" : "line",
                           offset(w, kernel->first, r));
    uint32_t i = kernel->first + r.number;
    const struct line *line = &w->schedule->lines[i];
    return text_format(w->arena, "%u", line->begin + (next ? line->length : 0));
}

static void put_read_row(struct c_writer *w, const struct kernel *kernel, struct index r,
                         void *context) {
    (void)context;
    c_use(w, C_TEXT_AUDIBLE);
    text_printf(&w->body, "%s@wire[%s] = %s_audible(@self->line[%s]);\n", margin(r.loop),
                offset(w, kernel->to, r), w->name, place_of(w, kernel, r));
}

/* How long the fade of a row lasts: "960", or an entry of a table where those of the rows differ.
 */
static const char *fade_samples_of(struct c_writer *w, const struct kernel *kernel,
                                   struct index r) {
    const struct tap *taps = w->schedule->taps + w->schedule->lines[kernel->first].tap;
    uint32_t *samples = ARENA_ARRAY(w->arena, kernel->rows, uint32_t);
    bool same = true;
    for (uint32_t i = 0; i < kernel->rows; i++) {
        samples[i] = taps[i].fade_samples;
        same &= samples[i] == samples[0];
    }
    if (!r.loop || same) return text_format(w->arena, "%u", samples[r.loop ? 0 : r.number]);
    const char *table = c_table_name(w, "fade");
    c_table_numbers(w, table, samples, kernel->rows);
    return text_format(w->arena, "%s[@r]", table);
}

/* A delay that knobs move, in a block of its own. */
static void put_moving_row(struct c_writer *w, const struct kernel *kernel, struct index r,
                           void *context) {
    (void)context;
    struct text *out = &w->body;
    const char *m = margin(true), *line = offset(w, kernel->first, r),
               *tap = offset(w, w->schedule->lines[kernel->first].tap, r);
    const char *begin = begin_of(w, kernel, r, 0), *end = begin_of(w, kernel, r, 1);
    text_printf(out, "%sconst int @at = @self->at[%s]%s;\n", m, line,
                kernel->delayed ? " - 1" : "");
    text_printf(out, "%sint @place = @at - @self->delay[%s];\n", m, tap);
    text_printf(out, "%sif (@place < %s) @place += %s - %s;\n", m, begin, end, begin);
    text_printf(out, "%s@wire[%s] = @self->fade[%s]\n", m, offset(w, kernel->to, r), tap);
    text_printf(out, "%s    ? %s_faded(@self, %s, ", m, w->name, tap);
    text_printf(out, "%s, @at, %s)\n", line, fade_samples_of(w, kernel, r));
    text_printf(out, "%s    : @self->line[@place];\n", m);
}

static void put_read(struct c_writer *w, const struct kernel *kernel) {
    bool moving = w->schedule->lines[kernel->first].tap != NO_SLOT;
    rows(w, kernel, kernel->rows > ROWS_MAX, moving, NULL, moving ? put_moving_row : put_read_row);
}

static void put_write_row(struct c_writer *w, const struct kernel *kernel, struct index r,
                          void *context) {
    const char *m = margin(r.loop), *at = offset(w, kernel->first, r);
    text_printf(&w->body, "%s@self->line[%s] = %s;\n", m, place_of(w, kernel, r),
                wire_of(w, context, r));
    if (!rings(w, kernel)) return;
    text_printf(&w->body, "%sif (++@self->at[%s] == %s) @self->at[%s] = %s;\n", m, at,
                begin_of(w, kernel, r, 1), at, begin_of(w, kernel, r, 0));
}

/* ---- sections ---- */

/* Transposed direct form II, y = b0 x + s1, s1' = b1 x - a1 y + s2, s2' = b2 x - a2 y, and the other
 * forms of ir/section_forms.def. */
struct section_rows {
    struct inputs from;
    struct numbers numbers[SECTION_COEFFICIENTS];
};

/* "b1 * x", "x", or null where the coefficient is 0 in every row. */
static const char *product(struct c_writer *w, const struct kernel *kernel,
                           const struct section_rows *s, unsigned k, struct index r,
                           const char *what) {
    if (!(kernel->uses >> k & 1)) return NULL;
    if (is_constant(&s->numbers[k], r, 1)) return what;
    return text_format(w->arena, "%s * %s", number_at(w, &s->numbers[k], r), what);
}

/* "b1 * x - a1 * y"; null where that is 0. */
static const char *difference(struct c_writer *w, const struct kernel *kernel,
                              const struct section_rows *s, struct index r, unsigned b,
                              unsigned a) {
    const char *plus = product(w, kernel, s, b, r, "@x"),
               *minus = product(w, kernel, s, a, r, "@y");
    if (!minus) return plus;
    if (*minus == '-') return text_format(w->arena, "%s%s%s", plus ? plus : "", plus ? " + " : "", minus + 1);
    return plus ? text_format(w->arena, "%s - %s", plus, minus)
                : text_format(w->arena, "-(%s)", minus);
}

static void put_state(struct c_writer *w, const struct kernel *kernel, const struct section_rows *s,
                      struct index r, unsigned b, unsigned a, const char *to, const char *next) {
    const char *step = difference(w, kernel, s, r, b, a);
    struct text *out = &w->body;
    text_printf(out, "%s@self->state[%s] = ", margin(true), to);
    if (step) text_put(out, step);
    if (next) text_printf(out, "%s@self->state[%s]", step ? " + " : "", next);
    if (!step && !next) text_put(out, c_real(w, 0));
    text_put(out, ";\n");
}

/* A state that moves by a step, and by another state. */
static void put_moved(struct c_writer *w, const struct kernel *kernel, const struct section_rows *s,
                      struct index r, unsigned b, unsigned a, const char *state,
                      const char *other) {
    const char *step = difference(w, kernel, s, r, b, a);
    struct text *out = &w->body;
    if (!step && !other) return;
    text_printf(out, "%s@self->state[%s] = @self->state[%s]", margin(true), state, state);
    if (step) text_printf(out, " + (%s)", step);
    if (other) text_printf(out, " + @self->state[%s]", other);
    text_put(out, ";\n");
}

static void put_section_row(struct c_writer *w, const struct kernel *kernel, struct index r,
                            void *context) {
    const struct section_rows *s = context;
    struct text *out = &w->body;
    const char *m = margin(true);
    const char *s1 = offset(w, 2 * kernel->first, r),
               *s2 = offset(w, 2 * kernel->first + kernel->rows, r);
    const unsigned first = 1u << SECTION_B1 | 1u << SECTION_A1,
                   second = 1u << SECTION_B2 | 1u << SECTION_A2;
    bool one = kernel->uses & (first | second), two = kernel->uses & second;
    if (kernel->form == SECTION_INTEGRATORS) one = two = true;
    bool uses_x = kernel->op == KERNEL_SECTION
                      ? kernel->uses & (1u << SECTION_B0 | 1u << SECTION_B1 | 1u << SECTION_B2)
                      : kernel->uses & (1u << SECTION_B1 | 1u << SECTION_B2);
    if (uses_x) text_printf(out, "%sconst %s @x = %s;\n", m, w->real, wire_of(w, &s->from, r));
    const char *to = offset(w, kernel->to, r);
    if (kernel->op == KERNEL_SECTION) {
        const char *direct = product(w, kernel, s, SECTION_B0, r, "@x");
        text_printf(out, "%sconst %s @y = ", m, w->real);
        if (direct) text_put(out, direct);
        if (one) text_printf(out, "%s@self->state[%s]", direct ? " + " : "", s1);
        if (!direct && !one) text_put(out, c_real(w, 0));
        text_put(out, ";\n");
    } else if (kernel->uses & (1u << SECTION_A1 | 1u << SECTION_A2)) {
        text_printf(out, "%sconst %s @y = @wire[%s];\n", m, w->real, to);
    }
    if (kernel->form != SECTION_DIRECT) {
        if (two) put_moved(w, kernel, s, r, SECTION_B2, SECTION_A2, s2, NULL);
        put_moved(w, kernel, s, r, SECTION_B1, SECTION_A1, s1, two ? s2 : NULL);
    } else {
        if (one) put_state(w, kernel, s, r, SECTION_B1, SECTION_A1, s1, two ? s2 : NULL);
        if (two) put_state(w, kernel, s, r, SECTION_B2, SECTION_A2, s2, NULL);
    }
    if (kernel->op == KERNEL_SECTION) text_printf(out, "%s@wire[%s] = @y;\n", m, to);
}

static void put_section(struct c_writer *w, const struct kernel *kernel) {
    bool loop = !writes_rows(kernel, SECTION_COEFFICIENTS);
    struct section_rows s = {.from = inputs_of(w, kernel->from, loop)};
    for (unsigned k = 0; k < SECTION_COEFFICIENTS; k++)
        if (kernel->uses >> k & 1)
            s.numbers[k] = numbers_of(w, kernel, k, SECTION_COEFFICIENTS, loop);
    rows(w, kernel, loop, true, &s, put_section_row);
}

static void put_section_read_row(struct c_writer *w, const struct kernel *kernel, struct index r,
                                 void *context) {
    (void)context;
    text_printf(&w->body, "%s@wire[%s] = @self->state[%s];\n", margin(r.loop),
                offset(w, kernel->to, r), offset(w, 2 * kernel->first, r));
}

/* ---- all of them ---- */

void c_put_kernel(struct c_writer *w, const struct kernel *kernel) {
    bool loop = kernel->rows > ROWS_MAX;
    switch (kernel->op) {
    case KERNEL_MATRIX: put_matrix(w, kernel); break;
    case KERNEL_SPARSE: put_sparse(w, kernel); break;
    case KERNEL_SCALE: put_scale(w, kernel); break;
    case KERNEL_SUM: put_sum(w, kernel); break;
    case KERNEL_DELAY_READ: put_read(w, kernel); break;
    case KERNEL_DELAY_WRITE: {
        struct inputs from = inputs_of(w, kernel->from, loop);
        rows(w, kernel, loop, false, &from, put_write_row);
        break;
    }
    case KERNEL_FIR: c_put_fir(w, kernel); break;
    case KERNEL_SECTION:
    case KERNEL_SECTION_WRITE: put_section(w, kernel); break;
    case KERNEL_SECTION_READ: rows(w, kernel, loop, false, NULL, put_section_read_row); break;
    case KERNEL_TAKE:
    case KERNEL_GIVE: {
        struct inputs from = inputs_of(w, kernel->from, loop);
        rows(w, kernel, loop, false, &from,
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
    if (!(sum && kernel->rows > ROWS_MAX) && !(scale && !writes_rows(kernel, 1))) return NULL;
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
