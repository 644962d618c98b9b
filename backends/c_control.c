/* Ramps, updates, setters and the table of knobs. */
#include <math.h>
#include <string.h>

#include "backends/c_writer.h"

/* How each function of an expression is written in C, %s for an argument; those that need libm. */
struct c_function {
    const char *text;
    bool libm;
};
static const struct c_function c_functions[FUNCTION_COUNT] = {
    [FUNCTION_NEG] = {"-%s", false},
    [FUNCTION_ADD] = {"%s + %s", false},
    [FUNCTION_SUB] = {"%s - %s", false},
    [FUNCTION_MUL] = {"%s * %s", false},
    [FUNCTION_DIV] = {"%s / %s", false},
    [FUNCTION_POW] = {"pow(%s, %s)", true},
    [FUNCTION_MIN] = {"%s < %s ? %s : %s", false},
    [FUNCTION_MAX] = {"%s > %s ? %s : %s", false},
    [FUNCTION_ABS] = {"fabs(%s)", true},
    [FUNCTION_FLOOR] = {"floor(%s)", true},
    [FUNCTION_CEIL] = {"ceil(%s)", true},
    [FUNCTION_ROUND] = {"nearbyint(%s)", true},
    [FUNCTION_SQRT] = {"sqrt(%s)", true},
    [FUNCTION_EXP] = {"exp(%s)", true},
    [FUNCTION_LOG] = {"log(%s)", true},
    [FUNCTION_LOG10] = {"log10(%s)", true},
    [FUNCTION_SIN] = {"sin(%s)", true},
    [FUNCTION_COS] = {"cos(%s)", true},
    [FUNCTION_TAN] = {"tan(%s)", true},
    [FUNCTION_ATAN] = {"atan(%s)", true},
    [FUNCTION_TANH] = {"tanh(%s)", true},
};

bool c_needs_libm(const struct schedule *schedule) {
    for (uint32_t i = 0; i < schedule->step_count; i++)
        if (schedule->steps[i].kind == EXPR_APPLY && c_functions[schedule->steps[i].function].libm)
            return true;
    return false;
}

static void put_argument(struct text *out, const struct schedule *schedule, uint32_t step) {
    const struct control_step *s = &schedule->steps[step];
    if (s->kind == EXPR_CONSTANT) {
        if (signbit(s->constant)) text_put_char(out, '(');
        c_put_double(out, s->constant);
        if (signbit(s->constant)) text_put_char(out, ')');
    } else if (s->kind == EXPR_KNOB) {
        text_printf(out, "@k%u", s->knob);
    } else {
        text_printf(out, "@v%u", step);
    }
}

static void put_step(struct text *out, const struct schedule *schedule, uint32_t step) {
    const struct control_step *s = &schedule->steps[step];
    text_printf(out, "    const double @v%u = ", step);
    uint32_t next = 0;
    for (const char *c = c_functions[s->function].text; *c; c++) {
        if (c[0] == '%') {
            put_argument(out, schedule,
                         s->arguments[next++ % function_infos[s->function].arguments]);
            c++;
        } else {
            text_put_char(out, *c);
        }
    }
    text_put(out, ";\n");
}

static void put_ramp(struct c_writer *w) {
    const struct schedule *s = w->schedule;
    struct text *out = &w->body;
    text_printf(
        out,
        "/* Moves coefficients by a sample towards their targets; gives how many are not there yet. An\n"
        " * offset that no longer makes a difference ends. `rate` is the part that goes: 1 less it would keep\n"
        " * less of that. */\n"
        "static int %s_ramp(%s *@self, int @first, int @count, %s @rate) {\n"
        "    int @moving = 0;\n"
        "    for (int @i = @first; @i < @first + @count; @i++) {\n"
        "        const %s @target = @self->target[@i];\n"
        "        %s @offset = @self->offset[@i] - @self->offset[@i] * @rate;\n"
        "        const %s @sum = @target + @offset;\n"
        "        if (@sum == @target || (@offset < %s && @offset > %s)) @offset = %s;\n"
        "        else @moving++;\n"
        "        @self->offset[@i] = @offset;\n"
        "        @self->coefficient[@i] = @target + @offset;\n"
        "    }\n"
        "    return @moving;\n"
        "}\n\n",
        w->name, w->name, w->real, w->real, w->real, w->real, c_real(w, 1e-30), c_real(w, -1e-30),
        c_real(w, 0));
    text_printf(out, "static void %s_ramps(%s *@self) {\n    int @moving = 0;\n", w->name, w->name);
    for (uint32_t r = 0; r < s->ramp_count; r++)
        text_printf(out, "    @moving += %s_ramp(@self, %u, %u, %s); /* %g s */\n", w->name,
                    s->ramps[r].first, s->ramps[r].count, c_real(w, 1 - s->ramps[r].p),
                    s->ramps[r].smooth_s);
    text_put(out, "    @self->ramping = @moving;\n}\n\n");
    text_printf(out,
                "/* Lets a coefficient ramp to a value. */\n"
                "static void %s_aim(%s *@self, int @i, double @value) {\n"
                "    const %s @target = (%s)@value;\n"
                "    if (!(@target - @target == %s)) return; /* not finite */\n"
                "    @self->offset[@i] = @self->target[@i] + @self->offset[@i] - @target;\n"
                "    @self->target[@i] = @target;\n"
                "    @self->ramping = 1;\n"
                "}\n\n",
                w->name, w->name, w->real, w->real, c_real(w, 0));
}

static void put_length(struct c_writer *w) {
    text_printf(
        &w->body,
        "/* Asks for a delay in whole samples, half to even, within its bounds. */\n"
        "static void %s_length(%s *@self, int @i, double @samples, int @least, int @most) {\n"
        "    int @whole;\n"
        "    if (!(@samples - @samples == 0.0)) return; /* not finite */\n"
        "    if (@samples < @least) @samples = @least;\n"
        "    if (@samples > @most) @samples = @most;\n"
        "    @whole = (int)@samples;\n"
        "    @samples -= @whole;\n"
        "    if (@samples > 0.5 || (@samples == 0.5 && @whole %% 2 == 1)) @whole++;\n"
        "    @self->wanted[@i] = @whole;\n"
        "    if (@self->fade[@i] <= 1) @self->fade[@i] = @whole != @self->delay[@i];\n"
        "}\n\n",
        w->name, w->name);
}

static void put_faded(struct c_writer *w) {
    struct text *out = &w->body;
    text_printf(out,
                "/* A sample of a delay on its way to another length: its fade lasts for so many. What is\n"
                " * asked for meanwhile waits for the next fade. */\n"
                "static %s %s_faded(%s *@self, int @i, int @line, int @at, int @samples) {\n"
                "    const int @begin = %s_line[@line], @end = %s_end[@line];\n",
                w->real, w->name, w->name, w->name, w->name);
    text_printf(out,
                "    const int @k = @self->fade[@i]++;\n"
                "    const %s @part = (%s)@k / (%s)@samples;\n"
                "    int @from = @at - @self->delay[@i], @to;\n"
                "    if (@k == 1) @self->next[@i] = @self->wanted[@i];\n"
                "    @to = @at - @self->next[@i];\n"
                "    @from += @from < @begin ? @end - @begin : @from < @end ? 0 : @begin - @end;\n"
                "    @to += @to < @begin ? @end - @begin : @to < @end ? 0 : @begin - @end;\n"
                "    if (@k == @samples) {\n"
                "        @self->delay[@i] = @self->next[@i];\n"
                "        @self->fade[@i] = @self->wanted[@i] != @self->delay[@i];\n"
                "    }\n"
                "    return (%s - @part) * @self->line[@from] + @part * @self->line[@to];\n"
                "}\n\n",
                w->real, w->real, w->real, c_real(w, 1));
}

static void put_update(struct c_writer *w, uint32_t g) {
    const struct schedule *s = w->schedule;
    const struct control_group *group = &s->groups[g];
    struct text *out = &w->body;
    text_put(out, "/* What moves with");
    for (uint32_t k = 0; k < group->knob_count; k++)
        text_printf(out, "%s %s", k ? "," : "", w->knobs[group->knobs[k]]);
    text_put(out, ". */\n");
    text_printf(out, "static void %s_update%u(%s *@self) {\n", w->name, g, w->name);
    for (uint32_t k = 0; k < group->knob_count; k++)
        text_printf(out, "    const double @k%u = (double)@self->knob[%u];\n", group->knobs[k],
                    group->knobs[k]);
    for (uint32_t i = 0; i < group->step_count; i++)
        if (s->steps[group->steps[i]].kind == EXPR_APPLY) put_step(out, s, group->steps[i]);
    for (uint32_t i = 0; i < group->coefficient_count; i++) {
        text_printf(out, "    %s_aim(@self, %u, ", w->name, group->coefficients[i]);
        put_argument(out, s, s->coefficients[group->coefficients[i]].step);
        text_put(out, ");\n");
    }
    for (uint32_t i = 0; i < group->tap_count; i++) {
        const struct tap *tap = &s->taps[group->taps[i]];
        text_printf(out, "    %s_length(@self, %u, ", w->name, group->taps[i]);
        put_argument(out, s, tap->step);
        text_printf(out, ", %u, %u);\n", s->lines[tap->line].least, s->lines[tap->line].most);
    }
    text_put(out, "}\n\n");
}

void c_put_control(struct c_writer *w) {
    if (w->schedule->coefficient_count) put_ramp(w);
    if (w->schedule->tap_count) put_length(w), put_faded(w);
    for (uint32_t g = 0; g < w->schedule->group_count; g++) put_update(w, g);
}

const char *c_unit_word(const char *unit) {
    static const char *const words[][2] = {
        {"s", "seconds"},   {"ms", "milliseconds"}, {"us", "microseconds"},
        {"smp", "samples"}, {"Hz", "hertz"},        {"kHz", "kilohertz"},
        {"dB", "decibels"}, {"%", "percent"},       {"deg", "degrees"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(unit, words[i][0])) return words[i][1];
    return "value";
}

static bool group_has(const struct control_group *group, uint32_t knob) {
    for (uint32_t k = 0; k < group->knob_count; k++)
        if (group->knobs[k] == knob) return true;
    return false;
}

void c_put_setters(struct c_writer *w, struct text *header) {
    const struct schedule *s = w->schedule;
    struct text *out = &w->body;
    for (uint32_t k = 0; k < s->net->knob_count; k++) {
        const struct knob *knob = &s->net->knobs[k];
        const char *word = c_unit_word(knob->unit), *lo = c_real(w, knob->lo),
                   *hi = c_real(w, knob->hi);
        text_printf(header, "void %s_set_%s(%s *@self, %s @%s); /* ", w->name, w->knobs[k], w->name,
                    w->real, word);
        text_printf(header, "%g to %g", knob->lo, knob->hi);
        text_printf(header, ", at first %g */\n", knob->init);
        text_printf(out, "void %s_set_%s(%s *@self, %s @%s) {\n", w->name, w->knobs[k], w->name,
                    w->real, word);
        text_printf(out, "    if (@%s != @%s) return; /* not a number */\n", word, word);
        text_printf(out, "    if (@%s < %s) @%s = %s;\n", word, lo, word, lo);
        text_printf(out, "    if (@%s > %s) @%s = %s;\n", word, hi, word, hi);
        text_printf(out, "    @self->knob[%u] = @%s;\n", k, word);
        for (uint32_t g = 0; g < s->group_count; g++)
            if (group_has(&s->groups[g], k))
                text_printf(out, "    %s_update%u(@self);\n", w->name, g);
        text_put(out, "}\n\n");
    }
}

void c_put_knob_table(struct c_writer *w) {
    const struct net *net = w->schedule->net;
    struct text *out = &w->body;
    text_printf(out, "const struct %s_knob %s_knobs[] = {\n", w->name, w->name);
    for (uint32_t k = 0; k < net->knob_count; k++) {
        const struct knob *knob = &net->knobs[k];
        text_put(out, "    {");
        c_put_string(out, name_or(knob->id, w->knobs[k]));
        text_put(out, ", ");
        c_put_string(out, knob->label ? knob->label : name_or(knob->id, w->knobs[k]));
        text_put(out, ", ");
        c_put_string(out, knob->unit);
        text_printf(out, ", %s, %s, ", c_real(w, knob->lo), c_real(w, knob->hi));
        text_printf(out, "%s, %s_set_%s},\n", c_real(w, knob->init), w->name, w->knobs[k]);
    }
    text_printf(out, "    {0, 0, 0, %s, %s, %s, 0}, /* the end */\n};\n", c_real(w, 0),
                c_real(w, 0), c_real(w, 0));
}
