/* Finite responses: a loop over the taps, however many, of the samples that a line remembers. */
#include "backends/c_writer.h"

static const char *taps_table(struct c_writer *w, const struct kernel *kernel, const char *row) {
    uint32_t count = kernel->rows * kernel->columns;
    const char *table = kernel->coefficients
                            ? c_numbers_table(w, "taps", kernel->coefficients, count)
                            : c_reals_table(w, "taps", kernel->values, count);
    const char *place = kernel->rows > 1
                            ? text_format(w->arena, "%s[%s * %u + @k]", table, row, kernel->columns)
                            : text_format(w->arena, "%s[@k]", table);
    if (!kernel->coefficients) return place;
    return text_format(w->arena, "%s[%s]", w->coefficient, place);
}

/* "3", or the line of row @r. */
static const char *line_of_row(struct c_writer *w, const struct kernel *kernel) {
    const uint32_t *lines = kernel->slots;
    if (kernel->rows == 1) return text_format(w->arena, "%u", lines[0]);
    bool run = true, one = true;
    for (uint32_t r = 1; r < kernel->rows; r++) {
        run &= lines[r] == lines[0] + r;
        one &= lines[r] == lines[0];
    }
    if (one) return text_format(w->arena, "%u", lines[0]);
    if (run) return lines[0] ? text_format(w->arena, "@r + %u", lines[0]) : "@r";
    return text_format(w->arena, "%s[@r]", c_numbers_table(w, "line", lines, kernel->rows));
}

/* What the line took d samples ago stands d places before the next to be written, and before the
 * first place stands the last. So the taps have two parts, with the newest samples and behind
 * them. */
void c_put_fir(struct c_writer *w, const struct kernel *kernel) {
    struct text *out = &w->body;
    const char *tap = taps_table(w, kernel, "@r"), *line = line_of_row(w, kernel);
    uint32_t taps = kernel->columns;
    const char *length = text_format(w->arena, "%u", w->schedule->lines[kernel->slots[0]].length);
    if (w->once) length = text_format(w->arena, "%s_end[@line] - @begin", w->name);
    if (kernel->rows > 1)
        text_printf(out, "        for (int @r = 0; @r < %u; @r++) {\n", kernel->rows);
    else text_put(out, "        {\n");
    text_printf(out, "            const int @line = %s, @begin = %s_line[@line];\n", line, w->name);
    text_printf(out, "            int @place = @self->at[@line] - %u;\n",
                kernel->skip + kernel->delayed);
    text_printf(out, "            if (@place < @begin) @place += %s;\n", length);
    text_put(out, "            int @n = @place - @begin + 1;\n");
    text_printf(out, "            if (@n > %u) @n = %u;\n", taps, taps);
    text_printf(out, "            %s @y = %s;\n", w->real, c_real(w, 0));
    text_printf(
        out, "            for (int @k = 0; @k < @n; @k++) @y += %s * @self->line[@place - @k];\n",
        tap);
    text_printf(out, "            @place += %s;\n", length);
    text_printf(
        out, "            for (int @k = @n; @k < %u; @k++) @y += %s * @self->line[@place - @k];\n",
        taps, tap);
    text_printf(out, "            %s[%u%s] = @y;\n        }\n", w->wires, kernel->to,
                kernel->rows > 1 ? " + @r" : "");
}
