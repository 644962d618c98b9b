/* Banks: a matrix, sections and delay lines in one, in vectors across the rows. */
#include "backends/c_block.h"

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

static bool moves(const struct kernel *bank) {
    for (uint32_t q = 0; q < bank->stage_count; q++)
        if (bank->stages[q].coefficients) return true;
    return false;
}

static enum section_form form_of(const struct kernel *bank) {
    return bank->stage_count ? bank->stages->form : SECTION_DIRECT;
}

/* The numbers of all stages: a table, or an array where some of them move. */
static const char *put_sections(struct c_writer *w, const struct kernel *bank, uint32_t stride) {
    uint32_t per_stage = SECTION_COEFFICIENTS * stride, total = bank->stage_count * per_stage;
    const char *table = c_table_name(w, "section");
    double *numbers = ARENA_ARRAY(w->arena, total, double);
    uint32_t *moving = ARENA_ARRAY(w->arena, total, uint32_t);
    bool any = moves(bank), as_they_are = any || form_of(bank) != SECTION_DIRECT;
    for (uint32_t q = 0; q < bank->stage_count; q++) {
        const struct kernel *stage = &bank->stages[q];
        for (uint32_t r = 0; r < bank->rows; r++) {
            double formed[SECTION_COEFFICIENTS];
            const double *values = stage->values + (size_t)r * SECTION_COEFFICIENTS;
            form(values, formed);
            for (uint32_t k = 0; k < SECTION_COEFFICIENTS; k++) {
                uint32_t at = q * per_stage + k * stride + r;
                uint32_t c = stage->coefficients ? stage->coefficients[r * SECTION_COEFFICIENTS + k]
                                                 : NO_SLOT;
                numbers[at] = as_they_are ? c == NO_SLOT ? values[k] : 0 : formed[k];
                moving[at] = c == NO_SLOT ? 0 : c + 1;
            }
        }
    }
    c_table_reals(w, table, numbers, total);
    if (!any) return table;
    if (form_of(bank) == SECTION_DIRECT) c_use(w, C_TEXT_FORMS);
    const char *which = c_table_name(w, "moving");
    c_table_numbers(w, which, moving, total);
    w->stack_numbers += total;
    text_printf(&w->body, "        %s @section[%u];\n", w->real, total);
    text_printf(&w->body, "        for (int @r = 0; @r < %u; @r++)\n", total);
    text_printf(&w->body,
                "            @section[@r] = %s[@r] ? @self->coefficient[%s[@r] - 1] : %s[@r];\n",
                which, which, table);
    for (uint32_t q = 0; q < bank->stage_count && form_of(bank) == SECTION_DIRECT; q++)
        text_printf(&w->body, "        %s_forms(@section + %u, %u, %u);\n", w->name, q * per_stage,
                    stride, stride);
    return "@section";
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
    unsigned uses = 0;
    for (uint32_t q = 0; q < bank.stage_count; q++) uses |= bank.stages[q].uses;
    unsigned order = uses >> SECTION_B2 & 1 || uses >> SECTION_A2 & 1 ? 2 : 1;
    if (form_of(&bank) == SECTION_INTEGRATORS) order = 2;
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
