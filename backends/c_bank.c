/* Banks: a matrix, sections and delay lines in one, in vectors across the rows. */
#include "backends/c_rows.h"

/* What a section is as a bank. */
static struct kernel as_bank(const struct kernel *kernel) {
    if (kernel->op == KERNEL_BANK) return *kernel;
    return (struct kernel){
        .op = KERNEL_BANK,
        .to = kernel->to,
        .rows = kernel->rows,
        .added = kernel->from,
        .stages = kernel,
        .stage_count = 1,
        .node = kernel->node,
        .at = kernel->at,
    };
}

uint32_t c_widest_rows(const struct c_writer *w) {
    uint32_t most = 1, widest = 1;
    for (uint32_t r = 0; r < w->schedule->region_count; r++) {
        const struct region *region = &w->schedule->regions[r];
        for (uint32_t k = 0; k < region->kernel_count && region->block > 1; k++) {
            const struct kernel *kernel = &region->kernels[k];
            if ((kernel->op == KERNEL_BANK || kernel->op == KERNEL_SECTION) && kernel->rows > most)
                most = kernel->rows;
        }
    }
    if (most > 1) widest = 16 / w->real_bytes;
    while (widest < most && widest < 64 / w->real_bytes) widest *= 2;
    return widest;
}

/* b0, -a1, -a2, b1 - a1 b0, b2 - a2 b0 of each row. */
static void form(const double *values, double out[SECTION_COEFFICIENTS]) {
    double b0 = values[SECTION_B0], a1 = values[SECTION_A1], a2 = values[SECTION_A2];
    out[0] = b0;
    out[1] = -a1;
    out[2] = -a2;
    out[3] = values[SECTION_B1] - a1 * b0;
    out[4] = values[SECTION_B2] - a2 * b0;
}

static enum section_form form_of(const struct kernel *bank) {
    return bank->stage_count ? bank->stages->form : SECTION_DIRECT;
}

/* 1 or 2: states of each section that are used. */
static unsigned order_of(const struct kernel *bank) {
    unsigned uses = 0;
    for (uint32_t q = 0; q < bank->stage_count; q++) uses |= bank->stages[q].uses;
    if (form_of(bank) == SECTION_INTEGRATORS) return 2;
    return uses >> SECTION_B2 & 1 || uses >> SECTION_A2 & 1 ? 2 : 1;
}

/* The numbers of all stages: a table, or where they lie in the struct. */
static const char *put_sections(struct c_writer *w, const struct kernel *bank, uint32_t stride) {
    uint32_t per_stage = SECTION_COEFFICIENTS * stride, total = bank->stage_count * per_stage, at;
    if (c_moving_at(w, bank->stages, &at)) return text_format(w->arena, "@self->section + %u", at);
    double *numbers = ARENA_ARRAY(w->arena, total, double);
    for (uint32_t q = 0; q < bank->stage_count; q++)
        for (uint32_t r = 0; r < bank->rows; r++) {
            double formed[SECTION_COEFFICIENTS];
            const double *values = bank->stages[q].values + (size_t)r * SECTION_COEFFICIENTS;
            form(values, formed);
            for (uint32_t k = 0; k < SECTION_COEFFICIENTS; k++)
                numbers[q * per_stage + k * stride + r] =
                    form_of(bank) == SECTION_DIRECT ? formed[k] : values[k];
        }
    return c_reals_table(w, "section", numbers, total);
}

/* The states of all stages side by side, as the vectors want them. */
static const char *put_states(struct c_writer *w, const struct kernel *bank, uint32_t stride,
                              bool back) {
    struct text *out = &w->body;
    if (bank->stage_count == 1 && stride == bank->rows) /* as they lie in the struct */
        return text_format(w->arena, "@self->state + %u", 2 * bank->stages->first);
    if (!back) {
        w->stack_numbers += 2 * bank->stage_count * stride;
        text_printf(out, "        %s @state[%u];\n", w->real, 2 * bank->stage_count * stride);
        if (stride > bank->rows)
            text_printf(out, "        for (int @r = 0; @r < %u; @r++) @state[@r] = %s;\n",
                        2 * bank->stage_count * stride, c_real(w, 0));
    }
    text_printf(out, "        for (int @r = 0; @r < %u; @r++) {\n", bank->rows);
    for (uint32_t q = 0; q < bank->stage_count; q++)
        for (uint32_t k = 0; k < 2; k++) {
            const char *in = text_format(w->arena, "@self->state[%u + @r]",
                                         2 * bank->stages[q].first + k * bank->rows);
            const char *local = text_format(w->arena, "@state[%u + @r]", (2 * q + k) * stride);
            text_printf(out, "            %s = %s;\n", back ? in : local, back ? local : in);
        }
    text_put(out, "        }\n");
    return "@state";
}

/* Rows by pointers, with those that fill the last vector. */
static void put_pointers(struct c_writer *w, const char *type, const char *array, uint32_t rows,
                         uint32_t stride, const char *row, const char *spare) {
    struct text *out = &w->body;
    w->stack_numbers += stride * 2;
    text_printf(out, "        %s*@%s[%u];\n", type, array, stride);
    text_printf(out, "        for (int @r = 0; @r < %u; @r++) @%s[@r] = %s;\n", rows, array, row);
    if (stride > rows)
        text_printf(out, "        for (int @r = %u; @r < %u; @r++) @%s[@r] = %s;\n", rows, stride,
                    array, spare);
}

/* What lies in the lanes behind the last row is never read. */
static void put_targets(struct c_writer *w, const struct kernel *bank, uint32_t stride) {
    if (bank->write) c_use(w, C_TEXT_AT);
    const char *row =
        bank->write ? text_format(w->arena, "@self->line + %s_at(&@self->at[%u + @r])", w->name,
                                  bank->write->first)
                    : text_format(w->arena, "@b + (%u + @r) * %u", bank->to, w->schedule->block);
    if (stride > bank->rows) {
        w->stack_numbers += w->schedule->block;
        text_printf(&w->body, "        %s @spare[%u];\n", w->real, w->schedule->block);
    }
    put_pointers(w, text_format(w->arena, "%s ", w->real), "to", bank->rows, stride, row, "@spare");
}

void c_put_bank(struct c_writer *w, const struct kernel *kernel) {
    struct kernel bank = as_bank(kernel);
    struct text *out = &w->body;
    uint32_t widest = c_widest_rows(w), stride = (bank.rows + widest - 1) / widest * widest;
    c_use(w, C_TEXT_BANK);
    text_put(out, "        {\n");
    unsigned order = order_of(&bank);
    w->integrators |= form_of(&bank) != SECTION_DIRECT;
    const char *matrix = bank.columns ? c_put_columns(w, &bank, stride) : "0";
    const char *from = bank.columns ? c_put_runs(w, bank.from) : "0";
    const char *section = bank.stage_count ? put_sections(w, &bank, stride) : "0";
    const char *state = bank.stage_count ? put_states(w, &bank, stride, false) : "0";
    if (bank.added)
        put_pointers(w, text_format(w->arena, "const %s ", w->real), "added", bank.rows, stride,
                     c_slot_pointer(w, bank.added), "@added[0]");
    put_targets(w, &bank, stride);
    text_printf(out, "        const struct %s_bank @bank = {%u, %u, %u, ", w->name, bank.rows,
                stride, bank.columns);
    text_printf(out, "%u, %u, %d,\n", bank.stage_count, order, form_of(&bank) != SECTION_DIRECT);
    text_printf(out, "            %s, %s, %s, %s, ", matrix, from, bank.added ? "@added" : "0",
                section);
    text_printf(out, "%s, @to};\n        %s_run_bank(&@bank, @n);\n", state, w->name);
    if (bank.stage_count) {
        c_use(w, C_TEXT_QUIET);
        text_printf(out, "        %s_quiet(%s, %u);\n", w->name, state,
                    2 * bank.stage_count * stride);
    }
    if (bank.stage_count) put_states(w, &bank, stride, true);
    if (bank.write) {
        c_use(w, C_TEXT_WROTE);
        text_printf(out, "        for (int @r = 0; @r < %u; @r++) {\n", bank.rows);
        text_printf(out, "            const int @i = %u + @r;\n", bank.write->first);
        text_printf(out,
                    "            %s_wrote(@self->line, %s_line[@i], %s_end[@i], %u, "
                    "&@self->at[@i], @n);\n        }\n",
                    w->name, w->name, w->name, w->schedule->lines[bank.write->first].block);
    }
    text_put(out, "        }\n");
}

/* ---- one sample ---- */

/* Rows go to slots, or to lines. */
static void put_row_once(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                         void *context) {
    const char *row = r.loop ? "@y[@r]" : text_format(w->arena, "@y[%u]", r.number);
    (void)context;
    text_printf(&w->body, "%s%s = %s;\n", c_margin(r.loop),
                c_wire_at(w, c_offset(w, kernel->to, r), true), row);
}

static void put_column_once(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                            void *context) {
    (void)kernel;
    const char *column = r.loop ? "@x[@r]" : text_format(w->arena, "@x[%u]", r.number);
    text_printf(&w->body, "%s%s = %s;\n", c_margin(r.loop), column, c_wire_of(w, context, r));
}

static void put_added_once(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                           void *context) {
    (void)kernel;
    const char *row = r.loop ? "@y[@r]" : text_format(w->arena, "@y[%u]", r.number);
    text_printf(&w->body, "%s%s = %s;\n", c_margin(r.loop), row, c_wire_of(w, context, r));
}

void c_put_bank_once(struct c_writer *w, const struct kernel *kernel) {
    struct kernel bank = as_bank(kernel);
    struct text *out = &w->body;
    uint32_t widest = c_widest_rows(w), stride = (bank.rows + widest - 1) / widest * widest;
    bool loop = bank.rows > C_ONCE_ROWS_MAX;
    unsigned order = order_of(&bank);
    c_use(w, C_TEXT_BANK);
    w->stack_numbers += stride + bank.columns;
    text_printf(out, "        {\n        %s @y[%u];\n", w->real, stride);
    if (bank.added) {
        struct c_inputs added = c_inputs_of(w, bank.added, loop);
        c_put_rows(w, &bank, loop, false, &added, put_added_once);
    }
    if (bank.added && bank.columns && stride > bank.rows)
        text_printf(out, "        for (int @r = %u; @r < %u; @r++) @y[@r] = %s;\n", bank.rows,
                    stride, c_real(w, 0));
    if (bank.columns) {
        c_use(w, C_TEXT_PRODUCT);
        struct kernel columns = {.rows = bank.columns};
        bool many = bank.columns > C_ONCE_ROWS_MAX;
        struct c_inputs from = c_inputs_of(w, bank.from, many);
        const char *matrix = c_put_columns(w, &bank, stride);
        text_printf(out, "        %s @x[%u];\n", w->real, bank.columns);
        c_put_rows(w, &columns, many, false, &from, put_column_once);
        text_printf(out, "        %s_product(@y, %s, %u, %u, ", w->name, matrix, stride,
                    bank.columns);
        text_printf(out, "@x, %d);\n", bank.added != NULL);
    }
    const char *section = bank.stage_count ? put_sections(w, &bank, stride) : "0";
    for (uint32_t q = 0; q < bank.stage_count; q++) {
        c_use(w, C_TEXT_PASS);
        c_use(w, C_TEXT_QUIET);
        uint32_t state = 2 * bank.stages[q].first;
        text_printf(out, "        %s_pass(@y, @self->state + %u, %s + %u, ", w->name, state, section,
                    q * SECTION_COEFFICIENTS * stride);
        text_printf(out, "%u, %u, %u, %d, %d);\n", bank.rows, stride, order,
                    form_of(&bank) != SECTION_DIRECT, bank.columns > 0);
        text_printf(out, "        %s_quiet(@self->state + %u, %u);\n", w->name, state,
                    2 * bank.rows);
    }
    if (bank.write) c_put_write_once(w, bank.write, "@y");
    else c_put_rows(w, &bank, loop, false, NULL, put_row_once);
    text_put(out, "        }\n");
}
