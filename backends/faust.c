/* FAUST: the program as a .dsp text whose shape is the graph's. Loops: faust_loop.c. */
#include "backends/faust.h"

#include <math.h>

/* What the definitions call, printed if they do. */
static const char settle_text[] =
    "// The value t, approached by a one-pole with the pole p; settled from the first sample on.\n"
    "settle(p, t) = t + ((t' - t)*1' : (+ : *(p)) ~ _);\n";
static const char section_text[] =
    "// A second-order section whose coefficients may move: transposed direct form II.\n"
    "section(b0, b1, b2, a1, a2, x) = states ~ _ : !, _ with {\n"
    "    states(s) = b1*x - a1*y + (b2*x - a2*y)', y with { y = b0*x + s; };\n"
    "};\n";
static const char fade_text[] =
    "// A length of t samples as three signals: the length that a line has, the one that it fades to, and\n"
    "// the part of this one. That grows to 1 within n samples when t changes; what t becomes meanwhile\n"
    "// waits for the next fade.\n"
    "fade(n, t) = next ~ (_, _, _) : _, _, (\\(left).((n - left)/n)) with {\n"
    "    next(a, b, left) = select2(left > 0, b, a), select2(left > 0, t, b),\n"
    "        select2(left > 0, (n - 1)*(t != b)*1', left - 1);\n"
    "};\n"
    "// A delay of such a length, less a constant; of `most` samples at most.\n"
    "faded(most, length, less, x) = length : at with {\n"
    "    at(a, b, part) = (1.0 - part)*de.delay(most, a - less, x) + part*de.delay(most, b - less, x);\n"
    "};\n";
static const char adder_text[] = "// n wires and n wires, added in pairs.\n"
                                 "adder(n) = si.bus(2*n) :> si.bus(n);\n";

struct line_count {
    uint32_t lines;
    double least, most; /* samples */
};

static struct line_count count_lines(const struct net *net) {
    struct line_count count = {0, INFINITY, 0};
    for (uint32_t i = 0; i < net->cell_count; i++) {
        const struct cell *cell = &net->cells[i];
        if (cell->op != CELL_DELAY || !net->components[cell->component].cyclic) continue;
        struct interval range = operand_range(cell->operands[0], net->knobs);
        count.lines++;
        count.least = fmin(count.least, nearbyint(range.lo));
        count.most = fmax(count.most, nearbyint(range.hi));
    }
    return count;
}

static const char *plural(uint32_t n) {
    return n == 1 ? "" : "s";
}

static void put_header(struct text *out, const struct emission *e, bool opens_loops) {
    const struct program *program = e->program;
    text_printf(out, "declare name \"%s\";\n",
                faust_quotable(e->arena, program->title ? program->title : e->symbol));
    if (program->author)
        text_printf(out, "declare author \"%s\";\n", faust_quotable(e->arena, program->author));
    struct shape shape = program->main->shape;
    text_printf(out, "\n// %u inlet%s, %u outlet%s\n", shape.ins, plural(shape.ins), shape.outs,
                plural(shape.outs));
    struct line_count count = count_lines(e->net);
    if (count.lines) {
        text_printf(out, "// %u delay line%s on loops: ", count.lines, plural(count.lines));
        double ms = 1e3 / program->rate;
        if (count.least < count.most)
            text_printf(out, "%.9g-%.9g samples (%.3g-%.3g ms)\n", count.least, count.most,
                        count.least * ms, count.most * ms);
        else
            text_printf(out, "%.9g sample%s (%.3g ms)\n", count.most, count.most == 1 ? "" : "s",
                        count.most * ms);
    }
    text_printf(out,
                "// for a sample rate of %g Hz: delays and coefficients hold at this rate alone\n",
                program->rate);
    if (opens_loops)
        text_put(
            out,
            "// ~ has a sample of its own: where it closes a loop, lines are one shorter (@(n - 1))\n");
    text_put_char(out, '\n');
}

static void put_group(struct text *out, const struct text *group) {
    if (group->length) text_printf(out, "%s\n", text_chars(group));
}

static void put_summary(struct text *out, const struct emission *e) {
    struct line_count count = count_lines(e->net);
    if (count.lines) text_printf(out, "%u line%s", count.lines, plural(count.lines));
    else text_put(out, "no delay lines");
    text_printf(out, ", %u -> %u", e->program->main->shape.ins, e->program->main->shape.outs);
    for (uint32_t i = 0; i < e->program->knob_count; i++)
        text_printf(out, "%s %s",
                    i                             ? ""
                    : e->program->knob_count == 1 ? ", knob"
                                                  : ", knobs",
                    name_or(e->program->knobs[i].id, "knob"));
}

static void faust_init(struct faust *f, const struct emission *e) {
    *f = (struct faust){.arena = e->arena,
                        .diags = e->diags,
                        .program = e->program,
                        .sources = e->sources,
                        .build = {e->arena, e->diags}};
    faust_names_init(f);
    struct text *const texts[] = {&f->sliders, &f->coefficients, &f->matrices, &f->definitions};
    for (int i = 0; i < 4; i++) text_init(texts[i], e->arena);
    f->knobs = ARENA_ARRAY(e->arena, e->program->knob_count, const char *);
    for (uint32_t i = 0; i < e->program->knob_count; i++)
        f->knobs[i] = faust_name(f, name_or(e->program->knobs[i].id, NULL), "knob");
    faust_put_sliders(f);
    faust_count_formulas(f);
}

bool emit_faust(const struct emission *e, struct sink *sink) {
    struct faust f;
    faust_init(&f, e);
    struct phrase whole = faust_node(&f, e->program->main);
    if (!whole.text) return false;

    struct text out, helpers;
    text_init(&out, e->arena);
    text_init(&helpers, e->arena);
    put_header(&out, e, f.opens_loops);
    if (f.uses_library) text_put(&out, "import(\"stdfaust.lib\");\n\n");
    if (f.uses_settle) text_put(&helpers, settle_text);
    if (f.uses_section) text_put(&helpers, section_text);
    if (f.uses_fade) text_put(&helpers, fade_text);
    if (f.uses_adder) text_put(&helpers, adder_text);
    put_group(&out, &helpers);
    put_group(&out, &f.sliders);
    put_group(&out, &f.coefficients);
    put_group(&out, &f.matrices);
    text_printf(&out, "%sprocess =%s%s;\n", text_chars(&f.definitions),
                whole.text[0] == '\n' ? "" : " ", whole.text);
    put_summary(&sink->summary, e);
    return sink_put_text(sink, ".dsp", &out);
}
