/* Kernels that take blocks of samples. */
#include "backends/c_block.h"

#include <string.h>

static const char *choice(const struct c_writer *w, const char *word, size_t length) {
    unsigned pinned = w->emission->vector;
    const struct {
        const char *word, *text;
    } words[] = {
        {"TB", text_format(w->arena, "%u", w->schedule->block)},
        {"L64", w->real_bytes == 4 ? "16" : "8"},
        {"L32", w->real_bytes == 4 ? "8" : "4"},
        {"L16", w->real_bytes == 4 ? "4" : "2"},
        {"LANES", pinned ? text_format(w->arena, "#define $$_LANES %u", pinned)
                         : text_format(w->arena, "%.*s", (int)strlen(c_text(C_TEXT_LANES)) - 1,
                                       c_text(C_TEXT_LANES))},
        {"TINY", w->real_bytes == 4 ? "1e-30f" : "1e-290"},
        {"WIDEST", text_format(w->arena, "%u", c_widest_rows(w))},
        {"WIDE", w->real_bytes == 4 ? "8" : "4"},
        {"PAIR", w->real_bytes == 4 ? "8" : "4"},
        {"INTEGRATORS", w->integrators ? c_text(C_TEXT_INTEGRATORS) : ""},
        {"STEP", w->integrators ? "$_step" : "$_section"},
        {"STEPS", w->integrators ? ", @bank->steps" : ""},
        {"ARE_STEPS", w->integrators ? ", @steps" : ""},
        {"TURN", text_format(w->arena, "%s%s",
                             c_text(w->real_bytes == 4 ? C_TEXT_TURN_FLOAT : C_TEXT_TURN_DOUBLE),
                             c_text(C_TEXT_TURN_LANES))},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].word) == length && !memcmp(words[i].word, word, length))
            return words[i].text;
    return "";
}

static void put_text(const struct c_writer *w, struct text *out, const char *chars) {
    for (const char *c = chars; *c; c++) {
        if (c[0] == '$' && c[1] == '$') text_put(out, w->macro), c++;
        else if (*c == '$') text_put(out, w->name);
        else if (*c == '~') text_put(out, w->real);
        else if (c[0] == '{' && c[1] >= 'A' && c[1] <= 'Z') {
            const char *end = strchr(c, '}');
            put_text(w, out, choice(w, c + 1, (size_t)(end - c - 1)));
            c = end;
        } else text_put_char(out, *c);
    }
}

void c_use(struct c_writer *w, enum c_text text) {
    w->texts |= 1u << text;
    if (text == C_TEXT_BANK || text == C_TEXT_PRODUCT) c_use(w, C_TEXT_ROWS);
    if (text != C_TEXT_FLUSH) w->texts |= 1u << C_TEXT_VECTORS;
}

void c_put_texts(const struct c_writer *w, struct text *out) {
    for (unsigned t = 0; t < C_TEXT_COUNT; t++)
        if (w->texts >> t & 1) {
            put_text(w, out, c_text((enum c_text)t));
            text_put_char(out, '\n');
        }
}

const char *c_slot(const struct c_writer *w, uint32_t slot) {
    return text_format(w->arena, "@b + %u", slot * w->schedule->block);
}

const char *c_run_of(struct c_writer *w, const char *what, const uint32_t *numbers,
                     uint32_t count) {
    uint32_t i = 0;
    if (count == 1) return text_format(w->arena, "%u", numbers[0]);
    while (i < count && numbers[i] == numbers[0] + i) i++;
    if (i == count) return numbers[0] ? text_format(w->arena, "(%u + @r)", numbers[0]) : "@r";
    for (i = 0; i < count && numbers[i] == numbers[0];) i++;
    if (i == count) return text_format(w->arena, "%u", numbers[0]);
    return text_format(w->arena, "%s[@r]", c_numbers_table(w, what, numbers, count));
}

static const char *slots_of(struct c_writer *w, const struct gather *gather) {
    uint32_t *slots = ARENA_ARRAY(w->arena, gather->count, uint32_t);
    for (uint32_t i = 0; i < gather->count; i++) slots[i] = gather_at(gather, i);
    return c_run_of(w, "from", slots, gather->count);
}

const char *c_slot_pointer(struct c_writer *w, const struct gather *gather) {
    if (c_has_views(w, gather)) return text_format(w->arena, "(%s)[@r]", c_put_runs(w, gather));
    return text_format(w->arena, "@b + %s * %u", slots_of(w, gather), w->schedule->block);
}

static void put_inlets(struct c_writer *w, const struct kernel *kernel) {
    c_use(w, C_TEXT_VECTORS);
    c_use(w, C_TEXT_TAKE);
    text_printf(&w->body,
                "        for (int @r = 0; @r < %u; @r++) %s_take(@b + (%u + @r) * %u, "
                "@in[%u + @r] + @frame, @n);\n",
                kernel->rows, w->name, kernel->to, w->schedule->block, kernel->first);
}

static void put_outlets(struct c_writer *w, const struct kernel *kernel) {
    if (c_has_views(w, kernel->from)) {
        text_put(&w->body, "        {\n");
        text_printf(&w->body,
                    "        for (int @r = 0; @r < %u; @r++)\n"
                    "            for (int @t = 0; @t < @n; @t++) @out[%u + @r][@frame + @t] = "
                    "(%s)[@r][@t];\n        }\n",
                    kernel->rows, kernel->first, c_put_runs(w, kernel->from));
        return;
    }
    text_printf(&w->body,
                "        for (int @r = 0; @r < %u; @r++)\n"
                "            for (int @t = 0; @t < @n; @t++) @out[%u + @r][@frame + @t] = "
                "@b[%s * %u + @t];\n",
                kernel->rows, kernel->first, slots_of(w, kernel->from), w->schedule->block);
}

/* ---- lines ---- */

/* Opens a loop over the rows, in which @i is the number of the line. */
static void begin_lines(struct c_writer *w, const struct kernel *kernel) {
    const char *line = kernel->op == KERNEL_DELAY_READ && kernel->slots
                           ? c_run_of(w, "line", kernel->slots, kernel->rows)
                           : text_format(w->arena, "%u + @r", kernel->first);
    text_printf(&w->body, "        for (int @r = 0; @r < %u; @r++) {\n", kernel->rows);
    text_printf(&w->body,
                "            const int @i = %s, @begin = %s_line[@i], @end = %s_end[@i];\n", line,
                w->name, w->name);
}

static void put_place(struct c_writer *w, const struct kernel *kernel, const char *delay) {
    c_use(w, C_TEXT_AT);
    text_printf(&w->body, "            int @place = %s_at(&@self->at[@i]) - %s%s;\n", w->name,
                delay, kernel->delayed ? " - @n" : "");
    text_put(&w->body, "            if (@place < @begin) @place += @end - @begin;\n");
}

/* Lines whose lengths knobs move: while one fades, sample by sample. */
static void put_moving(struct c_writer *w, const struct kernel *kernel) {
    struct text *out = &w->body;
    uint32_t tap = w->schedule->lines[kernel->first].tap;
    uint32_t *samples = ARENA_ARRAY(w->arena, kernel->rows, uint32_t);
    for (uint32_t r = 0; r < kernel->rows; r++)
        samples[r] = w->schedule->taps[tap + r].fade_samples;
    const char *fade = c_run_of(w, "fade", samples, kernel->rows);
    c_use(w, C_TEXT_PLACE);
    begin_lines(w, kernel);
    text_printf(out, "            %s *@to = @b + (%u + @r) * %u;\n", w->real, kernel->to,
                w->schedule->block);
    text_printf(out, "            const int @now = @self->at[@i]%s, @tap = %u + @r;\n",
                kernel->delayed ? " - @n" : "", tap);
    text_put(out, "            int @t = 0;\n");
    text_put(out, "            for (; @t < @n && @self->fade[@tap]; @t++)\n");
    text_printf(out, "                @to[@t] = %s_faded(@self, @tap, @i, @now + @t, %s);\n",
                w->name, fade);
    text_put(out, "            if (!@t)\n");
    text_printf(out,
                "                %s_hear(@to, @self->line + %s_place(@now - @self->delay[@tap], "
                "@begin, @end), @n);\n",
                w->name, w->name);
    text_put(out, "            else\n                for (; @t < @n; @t++)\n");
    text_printf(out,
                "                    @to[@t] = @self->line[%s_place(@now + @t - "
                "@self->delay[@tap], @begin, @end)];\n        }\n",
                w->name);
}

static void put_read(struct c_writer *w, const struct kernel *kernel) {
    const struct line *lines = w->schedule->lines + kernel->first;
    if (lines->tap != NO_SLOT) {
        c_use(w, C_TEXT_HEAR);
        put_moving(w, kernel);
        return;
    }
    bool viewed = c_is_viewed(w);
    if (viewed) {
        c_use(w, C_TEXT_HEARD);
        w->stack_numbers += 2 * (uint64_t)kernel->rows;
        text_printf(&w->body, "        const %s *@heard%u[%u];\n", w->real, w->kernel_number,
                    kernel->rows);
    } else {
        c_use(w, C_TEXT_HEAR);
    }
    uint32_t *delays = ARENA_ARRAY(w->arena, kernel->rows, uint32_t);
    for (uint32_t r = 0; r < kernel->rows; r++)
        delays[r] = kernel->delays ? kernel->delays[r] : lines[r].most;
    const char *delay = c_run_of(w, "delay", delays, kernel->rows);
    begin_lines(w, kernel);
    put_place(w, kernel, delay);
    text_put(&w->body, "            ");
    if (viewed) text_printf(&w->body, "@heard%u[@r] = ", w->kernel_number);
    text_printf(&w->body, "%s_%s(@b + (%u + @r) * %u, ", w->name, viewed ? "heard" : "hear",
                kernel->to, w->schedule->block);
    text_put(&w->body, "@self->line + @place, @n);\n");
    text_put(&w->body, "        }\n");
}

static void put_write(struct c_writer *w, const struct kernel *kernel) {
    c_use(w, C_TEXT_AT);
    c_use(w, C_TEXT_COPY);
    c_use(w, C_TEXT_WROTE);
    text_put(&w->body, "        {\n");
    const char *from = c_slot_pointer(w, kernel->from);
    begin_lines(w, kernel);
    text_printf(&w->body, "            %s_copy(@self->line + %s_at(&@self->at[@i]), %s, @n);\n",
                w->name, w->name, from);
    text_printf(&w->body,
                "            %s_wrote(@self->line, @begin, @end, %u, &@self->at[@i], @n);\n",
                w->name, w->schedule->lines[kernel->first].block);
    text_put(&w->body, "        }\n        }\n");
}

static void put_fir(struct c_writer *w, const struct kernel *kernel) {
    c_use(w, C_TEXT_FIR);
    uint32_t count = kernel->rows * kernel->columns;
    const char *taps;
    struct text *out = &w->body;
    text_put(out, "        {\n");
    if (kernel->coefficients) {
        taps = c_numbers_table(w, "taps", kernel->coefficients, count);
        w->stack_numbers += kernel->columns;
    } else {
        taps = c_reals_table(w, "taps", kernel->values, count);
    }
    const char *line = c_run_of(w, "line", kernel->slots, kernel->rows);
    text_printf(out, "        for (int @r = 0; @r < %u; @r++) {\n", kernel->rows);
    text_printf(out, "            const int @i = %s, @begin = %s_line[@i], @end = %s_end[@i];\n",
                line, w->name, w->name);
    put_place(w, kernel, text_format(w->arena, "%u", kernel->skip));
    if (kernel->coefficients) {
        text_printf(out, "            %s @tap[%u];\n", w->real, kernel->columns);
        text_printf(out,
                    "            for (int @k = 0; @k < %u; @k++) @tap[@k] = "
                    "@self->coefficient[%s[@r * %u + @k]];\n",
                    kernel->columns, taps, kernel->columns);
    } else {
        text_printf(out, "            const %s *@tap = %s + @r * %u;\n", w->real, taps,
                    kernel->columns);
    }
    text_printf(out,
                "            %s_fir(@b + (%u + @r) * %u, @self->line, @begin, @end, @place, @tap, "
                "%u, @n);\n        }\n        }\n",
                w->name, kernel->to, w->schedule->block, kernel->columns);
}

/* ---- matrices ---- */

const char *c_put_columns(struct c_writer *w, const struct kernel *kernel, uint32_t stride) {
    uint32_t rows = kernel->rows, columns = kernel->columns;
    if (!kernel->coefficients) {
        double *turned = ARENA_ARRAY(w->arena, (size_t)stride * columns, double);
        for (uint32_t i = 0; i < rows * columns; i++)
            turned[i % columns * stride + i / columns] = kernel->values[i];
        return c_reals_table(w, "matrix", turned, stride * columns);
    }
    struct text *out = &w->body;
    uint32_t *turned = ARENA_ARRAY(w->arena, (size_t)stride * columns, uint32_t);
    double *constants = ARENA_ARRAY(w->arena, (size_t)stride * columns, double);
    bool mixed = stride > rows;
    for (uint32_t i = 0; i < rows * columns; i++) {
        uint32_t at = i % columns * stride + i / columns, c = kernel->coefficients[i];
        constants[at] = c == NO_SLOT ? kernel->values[i] : 0;
        turned[at] = c == NO_SLOT ? 0 : c + 1;
        mixed |= c == NO_SLOT;
    }
    const char *moving = c_numbers_table(w, "moving", turned, stride * columns);
    const char *table = mixed ? c_reals_table(w, "matrix", constants, stride * columns) : "";
    w->stack_numbers += stride * columns;
    text_printf(out, "        %s @matrix[%u];\n", w->real, stride * columns);
    text_printf(out, "        for (int @r = 0; @r < %u; @r++)\n            @matrix[@r] = ",
                stride * columns);
    if (mixed) text_printf(out, "!%s[@r] ? %s[@r] : ", moving, table);
    text_printf(out, "@self->coefficient[%s[@r] - 1];\n", moving);
    return "@matrix";
}

static void put_matrix(struct c_writer *w, const struct kernel *kernel) {
    c_use(w, C_TEXT_MIX);
    struct text *out = &w->body;
    text_put(out, "        {\n");
    const char *columns = c_put_columns(w, kernel, kernel->rows);
    const char *from = c_put_runs(w, kernel->from);
    text_printf(out, "        %s_mix(%s, %u, %s, %u, ", w->name, c_slot(w, kernel->to),
                kernel->rows, columns, kernel->rows);
    text_printf(out, "%u, %s, @n);\n        }\n", kernel->columns, from);
}

/* Of a transform of so many rows, how many it takes at a time: eight, but rather four twice than
 * eight and two. */
static uint32_t bits_at_once(uint32_t rows) {
    return rows >= 8 && rows != 16 ? 8 : rows >= 4 ? 4 : 2;
}

static void put_hadamard(struct c_writer *w, const struct kernel *kernel) {
    c_use(w, C_TEXT_HADAMARD);
    struct text *out = &w->body;
    text_put(out, "        {\n");
    const char *from = c_put_runs(w, kernel->from), *gains = "0";
    for (uint32_t r = 1; r < kernel->rows; r++)
        if (kernel->values[r] != kernel->values[0]) {
            gains = c_reals_table(w, "gain", kernel->values, kernel->rows);
            break;
        }
    const char *to = c_slot(w, kernel->to), *gain = c_real(w, kernel->values[0]);
    for (uint32_t h = 1, size; h < kernel->rows; h *= size) {
        size = bits_at_once(kernel->rows / h);
        text_printf(out, "        %s_hadamard(%s, %s, %s, ", w->name, to, h > 1 ? "0" : from,
                    h > 1 ? "0" : gains);
        text_printf(out, "%s, %u, %u, %u, @n);\n", gain, kernel->rows, h, size);
    }
    text_put(out, "        }\n");
}

struct c_sparse c_put_sparse_terms(struct c_writer *w, const struct kernel *kernel) {
    struct kernel column = *kernel; /* its numbers, as a matrix of one row */
    column.rows = kernel->terms;
    column.columns = 1;
    struct c_sparse terms = {.gains = c_put_columns(w, &column, kernel->terms)};
    terms.starts = c_numbers_table(w, "start", kernel->starts, kernel->rows + 1);
    terms.from = c_numbers_table(w, "from", kernel->slots, kernel->terms);
    return terms;
}

static void put_sparse(struct c_writer *w, const struct kernel *kernel) {
    c_use(w, C_TEXT_SPARSE);
    struct text *out = &w->body;
    text_put(out, "        {\n");
    struct c_sparse terms = c_put_sparse_terms(w, kernel);
    text_printf(out, "        %s_sparse(%s, %u, %s, ", w->name, c_slot(w, kernel->to), kernel->rows,
                terms.starts);
    text_printf(out, "%s, %s, @b, @n);\n        }\n", terms.from, terms.gains);
}

/* ---- all of them ---- */

void c_put_block_kernel(struct c_writer *w, const struct kernel *kernel) {
    switch (kernel->op) {
    case KERNEL_INLET: put_inlets(w, kernel); break;
    case KERNEL_OUTLET: put_outlets(w, kernel); break;
    case KERNEL_DELAY_READ: put_read(w, kernel); break;
    case KERNEL_DELAY_WRITE: put_write(w, kernel); break;
    case KERNEL_FIR: put_fir(w, kernel); break;
    case KERNEL_BANK:
    case KERNEL_SECTION: c_put_bank(w, kernel); break;
    case KERNEL_MATRIX: put_matrix(w, kernel); break;
    case KERNEL_HADAMARD: put_hadamard(w, kernel); break;
    case KERNEL_SPARSE: put_sparse(w, kernel); break;
    default: break;
    }
}
