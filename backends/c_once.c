/* One sample through all regions. What regions with blocks compute is written as scalars, so that
 * most of it never leaves the registers, in the same order of operations as in blocks. */
#include "backends/c_rows.h"

/* ---- delay lines ---- */

static uint32_t line_of(const struct kernel *kernel, uint32_t row) {
    return kernel->op == KERNEL_DELAY_READ && kernel->slots ? kernel->slots[row]
                                                            : kernel->first + row;
}

static uint32_t delay_of(const struct c_writer *w, const struct kernel *kernel, uint32_t row) {
    uint32_t most = w->schedule->lines[kernel->first + row].most;
    return (kernel->delays ? kernel->delays[row] : most) + kernel->delayed;
}

struct reads {
    const char *lines, *delays; /* expressions with @r */
};

static void put_read_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                         void *context) {
    const struct reads *reads = context;
    struct text *out = &w->body;
    const char *m = c_margin(true), *to = c_wire_at(w, c_offset(w, kernel->to, r), true);
    if (r.loop) {
        text_printf(out, "%sconst int @i = %s, @begin = %s_line[@i];\n", m, reads->lines, w->name);
        text_printf(out, "%sint @place = %s_at(&@self->at[@i]) - %s;\n", m, w->name, reads->delays);
        text_printf(out, "%sif (@place < @begin) @place += %s_end[@i] - @begin;\n", m, w->name);
    } else {
        uint32_t i = line_of(kernel, r.number);
        const struct line *line = &w->schedule->lines[i];
        text_printf(out, "%sint @place = %s_at(&@self->at[%u]) - %u;\n", m, w->name, i,
                    delay_of(w, kernel, r.number));
        text_printf(out, "%sif (@place < %u) @place += %u;\n", m, line->begin, line->length);
    }
    text_printf(out, "%s%s = %s_audible(@self->line[@place]);\n", m, to, w->name);
}

static void put_read_once(struct c_writer *w, const struct kernel *kernel) {
    bool loop = kernel->rows > C_ONCE_ROWS_MAX;
    struct reads reads = {0};
    if (w->schedule->lines[kernel->first].tap != NO_SLOT) {
        c_put_read(w, kernel);
        return;
    }
    c_use(w, C_TEXT_AT);
    c_use(w, C_TEXT_AUDIBLE);
    if (loop) {
        uint32_t *lines = ARENA_ARRAY(w->arena, kernel->rows, uint32_t);
        uint32_t *delays = ARENA_ARRAY(w->arena, kernel->rows, uint32_t);
        for (uint32_t r = 0; r < kernel->rows; r++) {
            lines[r] = line_of(kernel, r);
            delays[r] = delay_of(w, kernel, r);
        }
        reads.lines = c_run_of(w, "line", lines, kernel->rows);
        reads.delays = c_run_of(w, "delay", delays, kernel->rows);
    }
    c_put_rows(w, kernel, loop, true, &reads, put_read_row);
}

/* What lines take: an array, or what the kernel reads. */
struct writes {
    const char *array;
    struct c_inputs from;
};

static void put_write_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                          void *context) {
    const struct writes *writes = context;
    struct text *out = &w->body;
    const char *m = c_margin(true), *line = c_offset(w, kernel->first, r), *from;
    if (!writes->array) from = c_wire_of(w, &writes->from, r);
    else if (r.loop) from = text_format(w->arena, "%s[@r]", writes->array);
    else from = text_format(w->arena, "%s[%u]", writes->array, r.number);
    text_printf(out, "%sint *const @at = &@self->at[%s];\n", m, line);
    text_printf(out, "%s@self->line[%s_at(@at)] = %s;\n", m, w->name, from);
    text_printf(out, "%s%s_wrote(@self->line, ", m, w->name);
    if (r.loop) {
        text_printf(out, "%s_line[%s], %s_end[%s], ", w->name, line, w->name, line);
    } else {
        const struct line *is = &w->schedule->lines[kernel->first + r.number];
        text_printf(out, "%u, %u, ", is->begin, is->begin + is->length);
    }
    text_printf(out, "%u, @at, 1);\n", w->schedule->lines[kernel->first].block);
}

void c_put_write_once(struct c_writer *w, const struct kernel *kernel, const char *array) {
    bool loop = kernel->rows > C_ONCE_ROWS_MAX;
    struct writes writes = {.array = array};
    if (!array) writes.from = c_inputs_of(w, kernel->from, loop);
    c_use(w, C_TEXT_AT);
    c_use(w, C_TEXT_WROTE);
    c_put_rows(w, kernel, loop, true, &writes, put_write_row);
}

/* ---- inlets and outlets ---- */

static void put_inlet_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                          void *context) {
    (void)context;
    text_printf(&w->body, "%s%s = @in[%s][@frame];\n", c_margin(r.loop),
                c_wire_at(w, c_offset(w, kernel->to, r), true), c_offset(w, kernel->first, r));
}

static void put_outlet_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                           void *context) {
    text_printf(&w->body, "%s@out[%s][@frame] = %s;\n", c_margin(r.loop),
                c_offset(w, kernel->first, r), c_wire_of(w, context, r));
}

/* ---- matrices ---- */

static const char *slots_of(struct c_writer *w, const struct gather *gather) {
    uint32_t *slots = ARENA_ARRAY(w->arena, gather->count, uint32_t);
    for (uint32_t i = 0; i < gather->count; i++) slots[i] = gather_at(gather, i);
    return text_format(w->arena, "%s[%s]", w->wires, c_run_of(w, "from", slots, gather->count));
}

static void put_matrix_once(struct c_writer *w, const struct kernel *kernel) {
    struct text *out = &w->body;
    uint32_t rows = kernel->rows;
    text_put(out, "        {\n");
    const char *matrix = c_put_columns(w, kernel, rows), *x = slots_of(w, kernel->from);
    text_printf(out, "        %s *const @y = %s + %u;\n", w->real, w->wires, kernel->to);
    text_printf(out, "        for (int @i = 0; @i < %u; @i++) @y[@i] = %s;\n", rows, c_real(w, 0));
    text_printf(out, "        for (int @r = 0; @r < %u; @r++) {\n", kernel->columns);
    text_printf(out, "            const %s @x = %s;\n", w->real, x);
    text_printf(out,
                "            for (int @i = 0; @i < %u; @i++) @y[@i] += (%s)[@r * %u + @i] * @x;\n",
                rows, matrix, rows);
    text_put(out, "        }\n        }\n");
}

static void put_hadamard_once(struct c_writer *w, const struct kernel *kernel) {
    struct text *out = &w->body;
    const char *gain = c_real(w, kernel->values[0]);
    for (uint32_t r = 1; r < kernel->rows; r++)
        if (kernel->values[r] != kernel->values[0]) {
            gain = text_format(w->arena, "%s[@r]",
                               c_reals_table(w, "gain", kernel->values, kernel->rows));
            break;
        }
    text_put(out, "        {\n");
    const char *x = slots_of(w, kernel->from);
    text_printf(out, "        %s *const @y = %s + %u;\n", w->real, w->wires, kernel->to);
    text_printf(out, "        for (int @r = 0; @r < %u; @r++) @y[@r] = %s * %s;\n", kernel->rows, x,
                gain);
    for (uint32_t h = 1; h < kernel->rows; h *= 2) {
        text_printf(out, "        for (int @i = 0; @i < %u; @i += %u)\n", kernel->rows, 2 * h);
        text_printf(out, "            for (int @r = @i; @r < @i + %u; @r++) {\n", h);
        text_printf(out, "                const %s @a = @y[@r], @c = @y[@r + %u];\n", w->real, h);
        text_printf(out,
                    "                @y[@r] = @a + @c;\n                @y[@r + %u] = @a - @c;\n"
                    "            }\n",
                    h);
    }
    text_put(out, "        }\n");
}

static void put_sparse_once(struct c_writer *w, const struct kernel *kernel) {
    struct text *out = &w->body;
    text_put(out, "        {\n");
    struct c_sparse terms = c_put_sparse_terms(w, kernel);
    text_printf(out, "        for (int @r = 0; @r < %u; @r++) {\n", kernel->rows);
    text_printf(out, "            %s @y = %s;\n", w->real, c_real(w, 0));
    text_printf(out, "            for (int @k = %s[@r]; @k < %s[@r + 1]; @k++)\n", terms.starts,
                terms.starts);
    text_printf(out, "                @y += (%s)[@k] * %s[%s[@k]];\n", terms.gains, w->wires,
                terms.from);
    text_printf(out, "            %s[%s] = @y;\n        }\n        }\n", w->wires,
                c_offset(w, kernel->to, c_each_row));
}

/* ---- all of them ---- */

static void put_kernel_once(struct c_writer *w, const struct kernel *kernel) {
    bool loop = kernel->rows > C_ROWS_MAX;
    switch (kernel->op) {
    case KERNEL_INLET: c_put_rows(w, kernel, loop, false, NULL, put_inlet_row); break;
    case KERNEL_OUTLET: {
        struct c_inputs from = c_inputs_of(w, kernel->from, loop);
        c_put_rows(w, kernel, loop, false, &from, put_outlet_row);
        break;
    }
    case KERNEL_DELAY_READ: put_read_once(w, kernel); break;
    case KERNEL_DELAY_WRITE: c_put_write_once(w, kernel, NULL); break;
    case KERNEL_SECTION:
    case KERNEL_BANK: c_put_bank_once(w, kernel); break;
    case KERNEL_HADAMARD: put_hadamard_once(w, kernel); break;
    case KERNEL_MATRIX:
        if (c_is_expression(kernel)) c_put_kernel(w, kernel);
        else put_matrix_once(w, kernel);
        break;
    case KERNEL_SPARSE:
        if (c_is_expression(kernel)) c_put_kernel(w, kernel);
        else put_sparse_once(w, kernel);
        break;
    default: c_put_kernel(w, kernel); break;
    }
}

void c_put_once(struct c_writer *w) {
    const struct schedule *s = w->schedule;
    struct text *out = &w->body;
    w->once = true;
    if (s->slot_count && w->wires_in_state)
        text_printf(out, "    %s *const @slot = @self->block;\n", w->real);
    else if (s->slot_count) text_printf(out, "    %s @slot[%u];\n", w->real, s->slot_count);
    if (!w->wires_in_state) w->stack_numbers += s->slot_count;
    for (uint32_t r = 0; r < s->region_count; r++) {
        const struct region *region = &s->regions[r];
        bool single = region->block == 1;
        w->wires = single ? "@wire" : "@slot";
        for (uint32_t k = 0; k < region->kernel_count; k++)
            if (single) c_put_kernel(w, &region->kernels[k]);
            else put_kernel_once(w, &region->kernels[k]);
        c_put_quiet(w, region);
    }
    w->wires = "@wire";
    w->once = false;
}
