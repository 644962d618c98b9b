/* What stands before the definitions: names, what goes round where, how long, and the verdict. */
#include <math.h>
#include <string.h>

#include "backends/faust.h"
#include "ir/structure.h"
#include "ir/walk.h"

enum { LOOPS_MOST = 8, LENGTHS_MOST = 16, PARTS_MOST = 4, DEEPEST = 4 };

static const char *plural(size_t n) {
    return n == 1 ? "" : "s";
}

static void put_matrix(struct arena *arena, struct text *out, const struct matrix *m) {
    if (m->rows == m->cols && matrix_is_diagonal(m)) {
        text_printf(out, "%u gain%s", m->rows, plural(m->rows));
        return;
    }
    text_printf(out, "%u x %u matrix", m->rows, m->cols);
    if (m->rows > 1 && m->cols > 1 && matrix_is_constant(m))
        text_printf(out, " (%s)", faust_structure(arena, m)->name);
}

/* A node in a few words: "8 lines -> 8 filters". */
static void put_words(struct arena *arena, struct text *out, const struct node *node,
                      unsigned depth) {
    bool series = node->op == OP_SERIES;
    switch (node->op) {
    case OP_WIRE: text_printf(out, "%u wire%s", node->shape.ins, plural(node->shape.ins)); return;
    case OP_GAIN: put_matrix(arena, out, node->matrix); return;
    case OP_DELAY: {
        size_t n = grid_entries(node->delays->grid);
        text_printf(out, "%zu line%s", n, plural(n));
        return;
    }
    case OP_SOS: {
        size_t n = grid_entries(node->sections->grid);
        text_printf(out, "%zu filter%s", n, plural(n));
        if (node->sections->count > 1) text_printf(out, " of %u sections", node->sections->count);
        return;
    }
    case OP_FIR: {
        size_t n = grid_entries(node->taps->grid);
        text_printf(out, "%zu response%s of %u taps", n, plural(n), node->taps->count);
        return;
    }
    case OP_FEEDBACK: text_put(out, name_or(node->name, "a loop")); return;
    default: break;
    }
    if (node->name && depth) {
        text_put(out, node->name->text);
        return;
    }
    if (depth == DEEPEST || node->count > PARTS_MOST) {
        text_printf(out, "%u parts%s", node->count, series ? " in series" : "");
        return;
    }
    const char *joint = series                  ? " -> "
                        : node->op == OP_SUM   ? " + "
                        : node->op == OP_STACK ? " & "
                                               : ", ";
    bool guard = depth > 0;
    if (guard) text_put_char(out, '(');
    for (uint32_t i = 0; i < node->count; i++) {
        if (i) text_put(out, joint);
        put_words(arena, out, node->parts[i], depth + 1);
    }
    if (guard) text_put_char(out, ')');
}

struct loops {
    struct arena *arena;
    VEC(struct described {
        const char *text;
        unsigned times;
    })
    all;
};

static bool describe_loop(const struct node *node, void *context) {
    struct loops *loops = context;
    if (node->op != OP_FEEDBACK) return true;
    struct text text;
    text_init(&text, loops->arena);
    text_printf(&text, "%s: ", name_or(node->name, "loop"));
    put_words(loops->arena, &text, node->parts[0], 1);
    text_put(&text, " ~ ");
    put_words(loops->arena, &text, node->parts[1], 1);
    for (size_t i = 0; i < loops->all.count; i++)
        if (!strcmp(loops->all.at[i].text, text_chars(&text))) {
            loops->all.at[i].times++;
            return true;
        }
    vec_push(loops->arena, &loops->all, (struct described){text_chars(&text), 1});
    return true;
}

static void put_loops(struct text *out, const struct emission *e) {
    struct loops loops = {.arena = e->arena};
    node_visit(e->arena, e->program->main, describe_loop, &loops);
    for (size_t i = 0; i < loops.all.count && i < LOOPS_MOST; i++) {
        text_printf(out, "// %s", loops.all.at[i].text);
        if (loops.all.at[i].times > 1) text_printf(out, ", %u times", loops.all.at[i].times);
        text_put_char(out, '\n');
    }
    if (loops.all.count > LOOPS_MOST)
        text_printf(out, "// and %zu more loops\n", loops.all.count - LOOPS_MOST);
}

struct line_count {
    uint32_t lines;
    double least, most;             /* samples */
    double lengths[LENGTHS_MOST]; /* of the first lines, at the knobs' initial values */
};

static struct line_count count_lines(const struct net *net) {
    struct line_count count = {.least = INFINITY};
    for (uint32_t i = 0; i < net->cell_count; i++) {
        const struct cell *cell = &net->cells[i];
        if (cell->op != CELL_DELAY || !net->components[cell->component].cyclic) continue;
        struct interval range = operand_range(cell->operands[0], net->knobs);
        if (count.lines < LENGTHS_MOST) count.lengths[count.lines] = cell->operands[0].value;
        count.lines++;
        count.least = fmin(count.least, nearbyint(range.lo));
        count.most = fmax(count.most, nearbyint(range.hi));
    }
    return count;
}

static void put_lines(struct text *out, const struct emission *e) {
    struct line_count count = count_lines(e->net);
    if (!count.lines) return;
    double ms = 1e3 / e->program->rate;
    text_printf(out, "// %u delay line%s on loops: ", count.lines, plural(count.lines));
    if (count.least < count.most)
        text_printf(out, "%.9g-%.9g samples (%.3g-%.3g ms)\n", count.least, count.most,
                    count.least * ms, count.most * ms);
    else
        text_printf(out, "%.9g sample%s (%.3g ms)\n", count.most, count.most == 1 ? "" : "s",
                    count.most * ms);
    if (count.lines < 2 || count.lines > LENGTHS_MOST) return;
    text_put(out, "//    ");
    for (uint32_t i = 0; i < count.lines; i++)
        text_printf(out, "%s%.3g", i ? ", " : "", count.lengths[i] * ms);
    text_put(out, " ms\n");
}

/* A comment in lines of at most a hundred columns. */
static void put_wrapped(struct text *out, const char *words) {
    enum { LINE = 96 };
    const char *lead = "// ";
    while (strlen(words) > LINE) {
        int length = LINE;
        while (length > 0 && words[length] != ' ') length--;
        if (!length) break;
        text_printf(out, "%s%.*s\n", lead, length, words);
        words += length + 1;
        lead = "//    ";
    }
    text_printf(out, "%s%s\n", lead, words);
}

void faust_put_header(const struct faust *f, const struct emission *e, struct text *out) {
    const struct program *program = e->program;
    text_printf(out, "declare name \"%s\";\n",
                faust_quotable(e->arena, program->title ? program->title : e->symbol));
    if (program->author)
        text_printf(out, "declare author \"%s\";\n", faust_quotable(e->arena, program->author));
    struct text words;
    text_init(&words, e->arena);
    faust_put_summary(&words, e);
    text_printf(out, "declare description \"%s\";\n", faust_quotable(e->arena, text_chars(&words)));
    text_printf(out, "declare rate \"%g\";\n", program->rate);

    struct shape shape = program->main->shape;
    text_printf(out, "\n// %u inlet%s, %u outlet%s\n", shape.ins, plural(shape.ins), shape.outs,
                plural(shape.outs));
    put_loops(out, e);
    put_lines(out, e);
    if (e->cert) put_wrapped(out, cert_summary(e->cert));
    text_printf(out,
                "// for a sample rate of %g Hz: delays and coefficients hold at this rate alone\n",
                program->rate);
    if (f->opens_loops)
        text_put(
            out,
            "// ~ has a sample of its own: where it closes a loop, lines are one shorter (@(n - 1))\n");
    text_put_char(out, '\n');
}

void faust_put_summary(struct text *out, const struct emission *e) {
    struct line_count count = count_lines(e->net);
    if (count.lines) text_printf(out, "%u line%s", count.lines, plural(count.lines));
    else text_put(out, "no loops");
    text_printf(out, ", %u -> %u", e->program->main->shape.ins, e->program->main->shape.outs);
    for (uint32_t i = 0; i < e->program->knob_count; i++)
        text_printf(out, "%s %s",
                    i                             ? ""
                    : e->program->knob_count == 1 ? ", knob"
                                                  : ", knobs",
                    name_or(e->program->knobs[i].id, "knob"));
}
