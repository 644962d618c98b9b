/* C99: NAME.h and NAME.c. The struct holds everything; nothing allocates. */
#include <math.h>
#include <string.h>

#include "backends/c_block.h"

/* One member of the struct: an array, or one number where `count` is 0. Sample types come first, so
 * that there are no holes whose size a flag of the C compiler could change. */
struct member {
    const char *name;
    uint64_t count;
    bool real;
    const char *meaning;
};
enum { MEMBERS_MAX = 16 };

/* How many numbers the signals of a block are, with what vectors of them may reach behind the end.
 */
static uint64_t blocks(const struct schedule *s) {
    return (uint64_t)s->slot_count * s->block;
}

static uint32_t members_of(const struct c_writer *w, struct member members[MEMBERS_MAX]) {
    const struct schedule *s = w->schedule;
    const struct member all[] = {
        {"knob", s->net->knob_count, true, "as they were set"},
        {"coefficient", s->coefficient_count, true, "what knobs move, at this sample"},
        {"target", s->coefficient_count, true, "what they ramp to"},
        {"offset", s->coefficient_count, true, "how far they are from it"},
        {"section", w->moving_numbers, true, "numbers of the sections that knobs move"},
        {"state", (uint64_t)s->section_count * 2, true, "of the sections"},
        {"line", s->line_samples, true, "all delay lines, one behind the other"},
        {"block", w->wires_in_state ? blocks(s) : 0, true, "the signals of a block"},
        {"at", s->line_count, false, "where in `line` each delay line stands"},
        {"delay", s->tap_count, false, "samples, of the delays that knobs move"},
        {"next", s->tap_count, false, "what a delay fades to"},
        {"wanted", s->tap_count, false, "what its knobs ask for"},
        {"fade", s->tap_count, false, "which sample of a fade comes next; 0: it stands"},
    };
    uint32_t count = 0;
    uint64_t ints = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!all[i].count) continue;
        members[count++] = all[i];
        if (!all[i].real) ints += all[i].count;
    }
    if (s->coefficient_count) {
        members[count++] =
            (struct member){"ramping", 0, false, "how many coefficients are on their way"};
        ints++;
    }
    bool odd = w->real_bytes == 8 && ints % 2;
    if (odd || !count)
        members[count++] =
            (struct member){"unused", 0, false, "keeps the size the same everywhere"};
    return count;
}

static uint64_t state_bytes(const struct c_writer *w) {
    struct member members[MEMBERS_MAX];
    uint32_t count = members_of(w, members);
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < count; i++)
        bytes += (members[i].count ? members[i].count : 1) * (members[i].real ? w->real_bytes : 4);
    return bytes;
}

/* The slots, the arrays of kernels, twice for the sample that is compiled apart, and what a compiler
 * may save and spill, wide registers among it: more the more there is. gcc and clang take up to nine
 * tenths of that, with vectors of 64 bytes; tests/audio/c.sh looks. */
static uint64_t stack_bytes(const struct c_writer *w) {
    uint64_t numbers = 2 * w->stack_numbers + w->schedule->wire_count +
                       (w->wires_in_state ? 0 : blocks(w->schedule));
    uint64_t bytes = numbers * w->real_bytes;
    return bytes + bytes / 8 + (w->texts >> C_TEXT_BANK & 1 ? C_STACK_SPARE_BANKS : C_STACK_SPARE);
}

static void put_struct(struct c_writer *w, struct text *out) {
    struct member members[MEMBERS_MAX];
    uint32_t count = members_of(w, members);
    text_printf(out, "struct %s {\n", w->name);
    for (uint32_t i = 0; i < count; i++) {
        const struct member *m = &members[i];
        text_printf(out, "    %s %s", m->real ? w->real : "int", m->name);
        if (m->count) text_printf(out, "[%zu]", (size_t)m->count);
        text_printf(out, "; /* %s */\n", m->meaning);
    }
    text_put(out, "};\n");
}

/* The comment at the head of the header. */
static void put_about(struct c_writer *w, struct text *out) {
    const struct program *program = w->emission->program;
    const struct schedule *s = w->schedule;
    text_put(out, "/* ");
    c_put_comment(out, program->title ? program->title : w->name);
    if (program->author) {
        text_put(out, ", by ");
        c_put_comment(out, program->author);
    }
    text_printf(out, ": %u -> %u, at ", s->net->inlet_count, s->net->outlet_count);
    text_printf(out, "%g Hz. Made by adacc.\n *\n", s->net->rate);
    text_printf(
        out, " * State: %zu bytes, sizeof(struct %s). Stack: %s_process takes at most %zu bytes.\n",
        (size_t)state_bytes(w), w->name, w->name, (size_t)stack_bytes(w));
    text_printf(out, " * %zu multiply-adds a sample, in blocks of %u.\n", (size_t)s->multiply_adds,
                s->block);
    if (s->net->knob_count) text_put(out, " *\n");
    for (uint32_t k = 0; k < s->net->knob_count; k++) {
        const struct knob *knob = &s->net->knobs[k];
        text_printf(out, " * knob %s", w->knobs[k]);
        if (knob->label) {
            text_put(out, ", \"");
            c_put_comment(out, knob->label);
            text_put_char(out, '"');
        }
        text_printf(out, ": %g to %g", knob->lo, knob->hi);
        if (*knob->unit) {
            text_put_char(out, ' ');
            c_put_comment(out, knob->unit);
        }
        text_printf(out, ", at first %g\n", knob->init);
    }
    text_put(out, " */\n");
}

static void put_header(struct c_writer *w, struct text *out, const struct text *setters) {
    text_printf(out, "#ifndef %s_H\n#define %s_H\n\n", w->macro, w->macro);
    text_printf(out, "#define %s_INLETS %u\n", w->macro, w->schedule->net->inlet_count);
    text_printf(out, "#define %s_OUTLETS %u\n", w->macro, w->schedule->net->outlet_count);
    text_printf(out, "#define %s_RATE %g\n", w->macro, w->schedule->net->rate);
    text_printf(out, "#define %s_KNOBS %u\n\n", w->macro, w->schedule->net->knob_count);
    text_put(out, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    text_printf(out, "typedef struct %s %s;\n\n", w->name, w->name);
    text_put(
        out,
        "/* Its layout is the same under every compiler flag; its members are nobody else's business. */\n");
    put_struct(w, out);
    text_printf(out,
                "\n/* Once, before all else: knobs at their initial values, silence. */\n"
                "void %s_init(%s *@self);\n\n",
                w->name, w->name);
    text_printf(out,
                "/* Silence, in which knobs are at once where they were set. */\n"
                "void %s_clear(%s *@self);\n\n",
                w->name, w->name);
    text_printf(
        out,
        "/* in[inlet][frame], out[outlet][frame], any number of frames from 0 on. Any out may be any in. */\n"
        "void %s_process(%s *@self, const %s *const *@in, %s *const *@out, int @frames);\n\n",
        w->name, w->name, w->real, w->real);
    if (setters->length) {
        text_put(
            out,
            "/* Each is clamped to its range; what is not a number is ignored. Not while _process runs. */\n");
        text_put_bytes(out, setters->at, setters->length);
        text_put_char(out, '\n');
    }
    text_printf(out,
                "struct %s_knob {\n"
                "    const char *name, *label, *unit;\n"
                "    %s min, max, init;\n"
                "    void (*set)(%s *, %s);\n"
                "};\n"
                "/* %s_KNOBS of them, and one behind them whose name is null. */\n"
                "extern const struct %s_knob %s_knobs[];\n\n",
                w->name, w->real, w->name, w->real, w->macro, w->name, w->name);
    text_put(out, "#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
}

/* One value of every coefficient, or the same of all rows: a table where there are many. */
static void put_init(struct c_writer *w) {
    const struct schedule *s = w->schedule;
    struct text *out = &w->body;
    const char *initial = NULL;
    if (s->coefficient_count) {
        double *values = ARENA_ARRAY(w->arena, s->coefficient_count, double);
        for (uint32_t i = 0; i < s->coefficient_count; i++)
            values[i] = s->coefficients[i].operand.value;
        initial = text_format(w->arena, "%s_initial", w->name);
        c_table_reals(w, initial, values, s->coefficient_count);
    }
    text_printf(out, "void %s_init(%s *@self) {\n", w->name, w->name);
    for (uint32_t k = 0; k < s->net->knob_count; k++)
        text_printf(out, "    @self->knob[%u] = %s;\n", k, c_real(w, s->net->knobs[k].init));
    if (initial)
        text_printf(out, "    for (int @i = 0; @i < %u; @i++) @self->target[@i] = %s[@i];\n",
                    s->coefficient_count, initial);
    for (uint32_t i = 0; i < s->tap_count; i++) {
        const struct line *line = &s->lines[s->taps[i].line];
        double samples = fmin(fmax(nearbyint(s->taps[i].operand.value), line->least), line->most);
        text_printf(out, "    @self->wanted[%u] = %u;\n", i, (uint32_t)samples);
    }
    text_printf(out, "    %s_clear(@self);\n}\n\n", w->name);
}

static void put_clear(struct c_writer *w) {
    const struct schedule *s = w->schedule;
    struct text *out = &w->body;
    const char *zero = c_real(w, 0);
    struct member members[MEMBERS_MAX];
    uint32_t count = members_of(w, members);
    text_printf(out, "void %s_clear(%s *@self) {\n", w->name, w->name);
    if (s->line_samples)
        text_printf(out, "    for (int @i = 0; @i < %u; @i++) @self->line[@i] = %s;\n",
                    s->line_samples, zero);
    if (s->section_count)
        text_printf(out, "    for (int @i = 0; @i < %u; @i++) @self->state[@i] = %s;\n",
                    s->section_count * 2, zero);
    if (w->wires_in_state)
        text_printf(out, "    for (int @i = 0; @i < %zu; @i++) @self->block[@i] = %s;\n",
                    (size_t)blocks(s), zero);
    if (s->line_count)
        text_printf(out, "    for (int @i = 0; @i < %u; @i++) @self->at[@i] = %s_line[@i];\n",
                    s->line_count, w->name);
    /* In silence nobody hears a jump: knobs stand where they were set. */
    if (s->coefficient_count)
        text_printf(out,
                    "    for (int @i = 0; @i < %u; @i++) {\n"
                    "        @self->coefficient[@i] = @self->target[@i];\n"
                    "        @self->offset[@i] = %s;\n    }\n    @self->ramping = 0;\n",
                    s->coefficient_count, zero);
    if (w->moving)
        text_printf(out,
                    "    for (int @i = 0; @i < %zu; @i++) @self->section[@i] = %s;\n"
                    "    %s_form(@self->section, @self->coefficient);\n",
                    (size_t)w->moving_numbers, zero, w->name);
    if (s->tap_count)
        text_printf(out,
                    "    for (int @i = 0; @i < %u; @i++) {\n"
                    "        @self->delay[@i] = @self->next[@i] = @self->wanted[@i];\n"
                    "        @self->fade[@i] = 0;\n    }\n",
                    s->tap_count);
    if (!strcmp(members[count - 1].name, "unused")) text_put(out, "    @self->unused = 0;\n");
    else if (!s->line_count && !s->section_count && !w->wires_in_state)
        text_put(out, "    (void)@self;\n");
    text_put(out, "}\n\n");
}

/* What a sample or a block of samples takes: the struct, the signals of a block, and what the
 * process function has. */
static void put_arguments(struct c_writer *w, bool once, bool typed) {
    const struct schedule *s = w->schedule;
    struct text *out = &w->body;
    if (typed) text_printf(out, "%s *", w->name);
    text_put(out, "@self, ");
    if (s->slot_count && !once) text_printf(out, typed ? "%s *@block, " : "@block, ", w->real);
    if (s->wire_count) text_printf(out, typed ? "%s *@wire, " : "@wire, ", w->real);
    if (!typed) text_put(out, "@in, @out, @frame");
    else text_printf(out, "const %s *const *@in, %s *const *@out, int @frame", w->real, w->real);
}

/* What the compiler shall not call unused. */
static void put_unused(struct c_writer *w) {
    const struct schedule *s = w->schedule;
    struct text *out = &w->body;
    bool stateful = s->line_count || s->section_count || s->coefficient_count;
    if (!stateful) text_put(out, "    (void)@self;\n");
    if (!s->net->inlet_count) text_put(out, "    (void)@in;\n");
    if (!s->net->outlet_count) text_put(out, "    (void)@out;\n");
    if (!s->net->inlet_count && !s->net->outlet_count) text_put(out, "    (void)@frame;\n");
}

/* All regions, on so many samples; and on one, compiled apart. */
static void put_block(struct c_writer *w) {
    const struct schedule *s = w->schedule;
    struct text *out = &w->body;
    c_use(w, C_TEXT_VECTORS);
    text_printf(out, "static inline %s_INLINE void %s_block(", w->macro, w->name);
    put_arguments(w, false, true);
    text_put(out, ", int @all) {\n");
    put_unused(w);
    if (!s->net->inlet_count && !s->net->outlet_count) text_put(out, "    (void)@all;\n");
    c_put_kernels(w);
    /* Without outlets nobody reads what was computed last. */
    if (s->slot_count && !s->net->outlet_count) text_put(out, "    (void)@block;\n");
    text_put(out, "}\n\n");
    text_printf(out, "static %s_APART void %s_one(", w->macro, w->name);
    put_arguments(w, true, true);
    text_put(out, ") {\n");
    put_unused(w);
    c_put_once(w);
    if (s->slot_count && !s->net->outlet_count) text_put(out, "    (void)@slot;\n");
    text_put(out, "}\n\n");
}

static void put_process(struct c_writer *w) {
    const struct schedule *s = w->schedule;
    struct text *out = &w->body;
    put_block(w);
    text_printf(
        out, "void %s_process(%s *@self, const %s *const *@in, %s *const *@out, int @frames) {\n",
        w->name, w->name, w->real, w->real);
    if (w->wires_in_state) text_printf(out, "    %s *const @block = @self->block;\n", w->real);
    else if (s->slot_count) {
        c_use(w, C_TEXT_VECTORS);
        text_printf(out, "    %s @block[%zu] %s_ALIGNED;\n", w->real, (size_t)blocks(s), w->macro);
    }
    if (s->wire_count) text_printf(out, "    %s @wire[%u];\n", w->real, s->wire_count);
    if (s->line_count || s->section_count) {
        c_use(w, C_TEXT_FLUSH);
        text_printf(out, "    %s_FLUSH;\n", w->macro);
    }
    text_put(out, "    for (int @frame = 0, @all; @frame < @frames; @frame += @all) {\n");
    text_printf(out, "        @all = @frames - @frame < %u ? @frames - @frame : %u;\n", s->block,
                s->block);
    if (s->coefficient_count)
        text_printf(
            out,
            "        if (@self->ramping) {\n            @all = 1;\n            %s_ramps(@self);\n%s        }\n",
            w->name,
            w->moving ? text_format(w->arena, "            %s_form(@self->section, @self->coefficient);\n", w->name) : "");
    text_printf(out, "        if (@all == 1) %s_one(", w->name);
    put_arguments(w, true, false);
    text_printf(out, ");\n        else %s_block(", w->name);
    put_arguments(w, false, false);
    text_put(out, ", @all);\n    }\n");
    if (s->line_count || s->section_count) text_printf(out, "    %s_RESTORE;\n", w->macro);
    text_put(out, "}\n\n");
}

/* Behind the functions, since short lines need no ends: an unused table is a warning. */
static void put_line_table(struct c_writer *w) {
    const struct schedule *s = w->schedule;
    if (!s->line_count) return;
    bool ended = strstr(text_chars(&w->body), text_format(w->arena, "%s_end[", w->name));
    uint32_t *begins = ARENA_ARRAY(w->arena, s->line_count, uint32_t);
    uint32_t *ends = ARENA_ARRAY(w->arena, s->line_count, uint32_t);
    for (uint32_t i = 0; i < s->line_count; i++) {
        begins[i] = s->lines[i].begin;
        ends[i] = begins[i] + s->lines[i].length;
    }
    text_printf(&w->tables, "/* Where each delay line begins%s. */\n",
                ended ? ", and where it ends" : "");
    c_table_numbers(w, text_format(w->arena, "%s_line", w->name), begins, s->line_count);
    if (ended) c_table_numbers(w, text_format(w->arena, "%s_end", w->name), ends, s->line_count);
}

/* ---- what cannot be written ---- */

static bool refuse(const struct c_writer *w, span at, double value, const char *what) {
    if (!isfinite(value)) {
        diag_error(w->emission->diags, at, CODE_NOT_FINITE,
                   "%s is not a finite number where the knobs begin", what);
        return false;
    }
    struct diag *diag = diag_error(w->emission->diags, at, CODE_C_RANGE,
                                   "%s is %.6g, more than a float holds", what, value);
    diag_label(diag, at, "at most 3.4e38 in size");
    diag_help(diag, "--real=double");
    return false;
}

static bool values_fit(const struct c_writer *w, const struct kernel *kernel) {
    uint32_t count = kernel_numbers_count(kernel);
    for (uint32_t i = 0; i < count; i++)
        if (!c_holds(w, kernel->values[i]))
            return refuse(w, kernel->at, kernel->values[i], "a coefficient");
    return true;
}

static bool numbers_fit(const struct c_writer *w) {
    const struct schedule *s = w->schedule;
    for (uint32_t r = 0; r < s->region_count; r++)
        for (uint32_t k = 0; k < s->regions[r].kernel_count; k++) {
            const struct kernel *kernel = &s->regions[r].kernels[k];
            if (!values_fit(w, kernel)) return false;
            for (uint32_t q = 0; q < kernel->stage_count; q++)
                if (!values_fit(w, &kernel->stages[q])) return false;
        }
    for (uint32_t k = 0; k < s->net->knob_count; k++) {
        const struct knob *knob = &s->net->knobs[k];
        double most = fmax(fabs(knob->lo), fabs(knob->hi));
        if (!c_holds(w, most)) return refuse(w, knob->at, most, "an end of this knob's range");
    }
    return true;
}

static void put_summary(struct c_writer *w, struct text *out) {
    uint64_t bytes = state_bytes(w);
    if (bytes < 1024) text_printf(out, "%zu bytes", (size_t)bytes);
    else if (bytes < 1024 * 1024) text_printf(out, "%zu KiB", (size_t)((bytes + 512) / 1024));
    else text_printf(out, "%.3g MiB", (double)bytes / (1024 * 1024));
    text_printf(out, " of state, %zu multiply-adds a sample, blocks of %u",
                (size_t)w->schedule->multiply_adds, w->schedule->block);
}

bool emit_c(const struct emission *emission, struct sink *sink) {
    struct c_writer w;
    c_writer_init(&w, emission);
    if (!numbers_fit(&w)) return false;

    struct text setters, header, source, marked;
    text_init(&setters, w.arena);
    c_find_moving(&w);
    c_put_control(&w);
    c_put_moving(&w);
    put_clear(&w);
    put_init(&w);
    put_process(&w);
    c_put_setters(&w, &setters);
    c_put_knob_table(&w);
    put_line_table(&w);

    text_init(&marked, w.arena);
    put_about(&w, &marked);
    put_header(&w, &marked, &setters);
    text_init(&header, w.arena);
    c_finish(&w, &header, &marked);

    text_init(&marked, w.arena);
    text_printf(&marked, "/* See %s.h. */\n#include \"%s.h\"\n\n", emission->file, emission->file);
    if (c_needs_libm(w.schedule)) text_put(&marked, "#include <math.h>\n\n");
    c_put_texts(&w, &marked);
    text_put_bytes(&marked, text_chars(&w.tables), w.tables.length);
    if (w.tables.length) text_put_char(&marked, '\n');
    text_put_bytes(&marked, text_chars(&w.body), w.body.length);
    text_init(&source, w.arena);
    c_finish(&w, &source, &marked);

    put_summary(&w, &sink->summary);
    return sink_put_text(sink, ".c", &source) && sink_put_text(sink, ".h", &header);
}
