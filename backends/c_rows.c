/* Rows of kernels. */
#include "backends/c_rows.h"

const char *c_offset(struct c_writer *w, uint32_t base, struct c_row i) {
    if (!i.loop) return text_format(w->arena, "%u", base + i.number);
    return base ? text_format(w->arena, "%u + @r", base) : "@r";
}

struct c_inputs c_inputs_of(struct c_writer *w, const struct gather *gather, bool loop) {
    struct c_inputs inputs = {gather, NULL, NULL};
    if (loop && w->runs) inputs.runs = w->runs[gather - w->runs_of];
    if (loop && gather->slots && !inputs.runs)
        inputs.table = c_numbers_table(w, "from", gather->slots, gather->count);
    return inputs;
}

const char *c_wire_at(struct c_writer *w, const char *slot, bool written) {
    if (!w->in_block) return text_format(w->arena, "%s[%s]", w->wires, slot);
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

const char *c_wire_of(struct c_writer *w, const struct c_inputs *inputs, struct c_row i) {
    if (i.loop && inputs->runs)
        return text_format(w->arena, "%s_GET((%s)[@r] + @t)", w->macro, inputs->runs);
    const char *slot = !i.loop ? text_format(w->arena, "%u", gather_at(inputs->gather, i.number))
                       : inputs->table ? text_format(w->arena, "%s[@r]", inputs->table)
                                       : c_offset(w, inputs->gather->first, i);
    return c_wire_at(w, slot, false);
}

uint32_t c_coefficient_at(const struct kernel *kernel, uint32_t i) {
    return kernel->coefficients ? kernel->coefficients[i] : NO_SLOT;
}

struct c_numbers c_numbers_of(struct c_writer *w, const struct kernel *kernel, uint32_t first,
                              uint32_t stride, bool loop) {
    struct c_numbers n = {kernel, first, stride, true, true, true, true, NULL};
    uint32_t lead = c_coefficient_at(kernel, first);
    for (uint32_t r = 0; r < kernel->rows; r++) {
        uint32_t i = first + r * stride, c = c_coefficient_at(kernel, i);
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
            table[r] = c_coefficient_at(kernel, first + r * stride);
        n.table = c_numbers_table(w, "coefficient", table, kernel->rows);
        return n;
    }
    double *table = ARENA_ARRAY(w->arena, kernel->rows, double);
    for (uint32_t r = 0; r < kernel->rows; r++) table[r] = kernel->values[first + r * stride];
    n.table = c_reals_table(w, "gain", table, kernel->rows);
    return n;
}

const char *c_number_at(struct c_writer *w, const struct c_numbers *n, struct c_row i) {
    uint32_t at = n->first + (i.loop ? 0 : i.number) * n->stride;
    uint32_t c = c_coefficient_at(n->kernel, at);
    if (!i.loop || n->same || (n->moving && n->one))
        return c == NO_SLOT ? c_real(w, n->kernel->values[at])
                            : text_format(w->arena, "%s[%u]", w->coefficient, c);
    if (!n->moving) return text_format(w->arena, "%s[@r]", n->table);
    if (n->run) return text_format(w->arena, "%s[%s]", w->coefficient, c_offset(w, c, i));
    return text_format(w->arena, "%s[%s[@r]]", w->coefficient, n->table);
}

bool c_is_constant(const struct c_numbers *n, struct c_row i, double value) {
    uint32_t at = n->first + (i.loop ? 0 : i.number) * n->stride;
    if (i.loop && !n->same) return false;
    return c_coefficient_at(n->kernel, at) == NO_SLOT && n->kernel->values[at] == value;
}

bool c_writes_rows(const struct kernel *kernel, uint32_t stride) {
    if (kernel->rows <= C_ROWS_MAX) return true;
    for (uint32_t s = 0; s < stride; s++) {
        bool moving = c_coefficient_at(kernel, s) != NO_SLOT;
        for (uint32_t r = 1; r < kernel->rows; r++)
            if ((c_coefficient_at(kernel, r * stride + s) != NO_SLOT) != moving) return true;
    }
    return false;
}

const char *c_margin(bool loop) {
    return loop ? "            " : "        ";
}

void c_put_rows(struct c_writer *w, const struct kernel *kernel, bool loop, bool block,
                void *context,
                void (*put)(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                            void *context)) {
    if (loop) {
        text_printf(&w->body, "        for (int @r = 0; @r < %u; @r++) {\n", kernel->rows);
        put(w, kernel, c_each_row, context);
        text_put(&w->body, "        }\n");
        return;
    }
    for (uint32_t r = 0; r < kernel->rows; r++) {
        if (block) text_put(&w->body, "        {\n");
        put(w, kernel, (struct c_row){false, r}, context);
        if (block) text_put(&w->body, "        }\n");
    }
}
