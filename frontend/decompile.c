#include "frontend/decompile.h"

#include <string.h>

#include "frontend/builtins.h"
#include "frontend/decompile_parts.h"
#include "frontend/read_adg.h"
#include "ir/base/limits.h"
#include "ir/lower.h"
#include "lang/parse.h"
#include "lang/print.h"
#include "passes/passes.h"

void source_format(struct arena *arena, const struct source *source, struct text *out) {
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    struct names names;
    struct diags diags;
    struct sources sources;
    names_init(&names, &scratch);
    diags_init(&diags, &scratch);
    sources_init(&sources, &scratch);
    const struct source *again = source_add(&sources, source->path, source->text, source->length);
    const struct ast_file *file = adg_parse(&scratch, &names, &sources, again, &diags);
    if (file) adg_print(out, file);
    arena_free(&scratch);
}

/* ---- names --------------------------------------------------------------------------------------
 */

/* Names that containers give their parts where nobody did. */
static bool is_given(const char *label) {
    static const char *const usual[] = {"brA", "brB", "core", "fB", "fF", "main"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (!strcmp(usual[i], label)) return false;
    return strspn(label, "0123456789") != strlen(label);
}

static bool has_letters(const char *label) {
    return label && strspn(label, "0123456789_") != strlen(label);
}

/* A name without the number that was put behind it to tell it from others. */
static bool same_stem(const char *taken, const char *stem) {
    size_t length = strlen(stem);
    if (strncmp(taken, stem, length) != 0) return false;
    const char *rest = taken + length;
    return !*rest || (*rest == '_' && strspn(rest + 1, "0123456789") == strlen(rest + 1));
}

const char *define(struct decompiler *d, const char *label, const char *otherwise, const char *text,
                   const char *comment) {
    const char *wanted = has_letters(label) && strcmp(label, "main") != 0 ? label : otherwise;
    struct identifiers plain; /* what the label is as an identifier, whatever is taken */
    identifiers_init(&plain, d->reading->names, d->arena);
    const char *stem = identifiers_make(&plain, wanted, otherwise)->text;
    name key = name_of(d->reading->names, text);
    size_t last = (size_t)memo_at(&d->by_text, key, NULL)->number;
    for (size_t i = last; i; i = d->definitions.at[i - 1].before) {
        if (same_stem(d->definitions.at[i - 1].name, stem)) return d->definitions.at[i - 1].name;
    }
    if (builtin_find(name_of(d->reading->names, stem))) stem = text_format(d->arena, "%s_1", stem);
    const char *chosen = identifiers_make(&d->ids, stem, otherwise)->text;
    vec_push(d->arena, &d->definitions, (struct definition){chosen, text, comment, last});
    memo_at(&d->by_text, key, NULL)->number = d->definitions.count;
    return chosen;
}

static void take_names(struct decompiler *d) {
    static const char *const words[] = {"main", "pi", "fs", "z", "_"};
    struct names *names = d->reading->names;
    identifiers_init(&d->ids, names, d->arena);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        identifiers_take(&d->ids, name_of(names, words[i]));
    for (size_t i = 0; i < builtin_count; i++)
        identifiers_take(&d->ids, name_of(names, builtins[i].name));
}

/* ---- leaves
 * -------------------------------------------------------------------------------------- */

static const char *fail(struct decompiler *d, const struct node *node, const char *what) {
    if (!d->failed)
        diag_error(d->reading->diags, node->at, CODE_LATER, "there are no words in .adg for %s",
                   what);
    d->failed = true;
    return "_";
}

/* One cascade, 1 -> 1. */
static const char *cascade_text(struct decompiler *d, const struct section *at, uint32_t count) {
    struct text out;
    text_init(&out, d->arena);
    for (uint32_t k = 0; k < count; k++) {
        const struct operand six[] = {at[k].b0, at[k].b1, at[k].b2, at[k].a0, at[k].a1, at[k].a2};
        text_put(&out, k ? "; " : "sos([");
        for (int i = 0; i < 6; i++) text_printf(&out, i ? ", %s" : "%s", number_text(d, six[i]));
    }
    text_put(&out, "])");
    return count ? text_chars(&out) : "_";
}

/* Parts joined by a sign, in parentheses. A long chain is a tree: what nests is bounded. */
static const char *chain_text(struct decompiler *d, const char *sign, const char *const *parts,
                              size_t count) {
    enum { LONGEST = 64 };
    struct text out;
    text_init(&out, d->arena);
    if (count > LONGEST) {
        size_t groups = (count + LONGEST - 1) / LONGEST;
        const char **joined = ARENA_ARRAY(d->arena, groups, const char *);
        for (size_t i = 0; i < groups; i++) {
            size_t first = i * LONGEST, rest = count - first;
            joined[i] = chain_text(d, sign, parts + first, rest < LONGEST ? rest : LONGEST);
        }
        return chain_text(d, sign, joined, groups);
    }
    text_put_char(&out, '(');
    for (size_t i = 0; i < count; i++) {
        if (i) text_printf(&out, " %s ", sign);
        text_put(&out, parts[i]);
    }
    text_put_char(&out, ')');
    return text_chars(&out);
}

/* A bank, or a matrix of systems 1 -> 1. */
static const char *grid_text(struct decompiler *d, struct grid g, const char *const *entries) {
    size_t count = grid_entries(g);
    if (!g.full) {
        bool alike = count > 1;
        for (size_t i = 1; i < count; i++) alike = alike && !strcmp(entries[i], entries[0]);
        if (alike) return text_format(d->arena, "par(%u, %s)", g.rows, entries[0]);
        return count == 1 ? entries[0] : chain_text(d, "|", entries, count);
    }
    struct text out;
    text_init(&out, d->arena);
    for (size_t i = 0; i < count; i++)
        text_printf(&out, "%s%s", !i ? "[" : i % g.cols == 0 ? "; " : ", ", entries[i]);
    text_put_char(&out, ']');
    return text_chars(&out);
}

static const char *sections_text(struct decompiler *d, const struct sections *s) {
    size_t count = grid_entries(s->grid);
    const char **entries = ARENA_ARRAY(d->arena, count, const char *);
    for (size_t i = 0; i < count; i++) entries[i] = cascade_text(d, s->at + i * s->count, s->count);
    return grid_text(d, s->grid, entries);
}

static const char *taps_text(struct decompiler *d, const struct taps *t) {
    size_t count = grid_entries(t->grid);
    const char **entries = ARENA_ARRAY(d->arena, count, const char *);
    for (size_t i = 0; i < count; i++)
        entries[i] =
            text_format(d->arena, "fir(%s)", numbers_text(d, t->at + i * t->count, 1, t->count));
    return grid_text(d, t->grid, entries);
}

static const char *leaf_text(struct decompiler *d, const struct node *node, const char **comment) {
    struct shape shape = node->shape;
    if (!shape.ins) return fail(d, node, "a system without inlets");
    if (!shape.outs) return text_format(d->arena, "cut(%u)", shape.ins);
    const char *absorption = absorption_text(d, node, comment);
    if (absorption) return absorption;
    switch (node->op) {
    case OP_WIRE: return shape.ins == 1 ? "_" : text_format(d->arena, "id(%u)", shape.ins);
    case OP_GAIN: return matrix_text(d, node->matrix, comment);
    case OP_DELAY: return delays_text(d, node->delays);
    case OP_SOS: return sections_text(d, node->sections);
    case OP_FIR: return taps_text(d, node->taps);
    default: break;
    }
    return fail(d, node, text_format(d->arena, "the operation '%s'", op_infos[node->op].text));
}

/* ---- combinations
 * -------------------------------------------------------------------------------- */

static const char *node_text(struct decompiler *d, const struct node *node, bool outermost);

/* `n -> n` beside what decides its width: a scaled identity is a number there. */
static const char *combination_text(struct decompiler *d, const struct node *node) {
    static const char *const operators[OP_COUNT] = {[OP_SERIES] = "->",
                                                    [OP_PARALLEL] = "|",
                                                    [OP_STACK] = "&",
                                                    [OP_SUM] = "+",
                                                    [OP_FEEDBACK] = "~"};
    const char **parts = ARENA_ARRAY(d->arena, node->count, const char *);
    bool alike = node->op == OP_PARALLEL && node->count > 1;
    for (uint32_t i = 0; i < node->count; i++) {
        parts[i] = node_text(d, node->parts[i], false);
        alike = alike && !strcmp(parts[i], parts[0]);
    }
    if (alike) return text_format(d->arena, "par(%u, %s)", node->count, parts[0]);
    const char *text = chain_text(d, operators[node->op], parts, node->count);
    if (node->op == OP_FEEDBACK && node->implicit && d->implicit)
        return text_format(d->arena, "implicit%s", text);
    return text;
}

/* What a node is called where its own label says nothing. */
static const char *const plain_names[OP_COUNT] = {
    [OP_WIRE] = "wires", [OP_GAIN] = "gains",    [OP_DELAY] = "delays",   [OP_SOS] = "filters",
    [OP_FIR] = "taps",   [OP_SERIES] = "chain",  [OP_PARALLEL] = "lines", [OP_STACK] = "branches",
    [OP_SUM] = "mix",    [OP_FEEDBACK] = "loop",
};

/* The node as a primary: a name of a definition where it has a label or would be long. */
static const char *node_text(struct decompiler *d, const struct node *node, bool outermost) {
    enum { SHORT_LEAF = 30, SHORT_COMBINATION = 60 };
    const char *comment = NULL, *label = node->name ? node->name->text : NULL;
    const char *text = node->count ? combination_text(d, node) : leaf_text(d, node, &comment);
    bool labelled = label && is_given(label);
    if (outermost && !labelled && !comment) return text;
    size_t most = node->count ? SHORT_COMBINATION : SHORT_LEAF;
    if (!labelled && !comment && strlen(text) <= most) return text;
    const char *otherwise = plain_names[node->op] ? plain_names[node->op] : op_infos[node->op].text;
    return define(d, label, otherwise, text, comment);
}

/* ---- the whole
 * ------------------------------------------------------------------------------------ */

static const char *whole_text(struct decompiler *d) {
    struct text out;
    text_init(&out, d->arena);
    take_names(d);
    memo_init(&d->by_text, d->arena);
    write_knobs(d, &out);
    collect_lines(d);
    const char *last = node_text(d, d->program->main, true);
    text_put_char(&out, '\n');
    for (size_t i = 0; i < d->definitions.count; i++) {
        const struct definition *it = &d->definitions.at[i];
        text_printf(&out, "%s = %s", it->name, it->text);
        if (it->comment) text_printf(&out, "  # %s", it->comment);
        text_put_char(&out, '\n');
    }
    text_printf(&out, "main = %s\n", last);
    return text_chars(&out);
}

struct outcome {
    bool reads_back, needs_algebra; /* a loop holds no delay */
    const char *why;                /* it does not read back */
};

/* Whether the text is a program, and one whose loops all hold delays. */
static struct outcome outcome_of(struct decompiler *d, const char *text) {
    struct arena scratch;
    arena_init_scratch(&scratch, d->arena);
    struct names names;
    struct sources sources;
    struct diags diags;
    names_init(&names, &scratch);
    sources_init(&sources, &scratch);
    diags_init(&diags, &scratch);
    struct reading reading = {
        .arena = &scratch, .names = &names, .sources = &sources, .diags = &diags};
    struct program program = {0};
    const struct source *source = source_add(&sources, "", text, strlen(text));
    struct outcome outcome = {.why = "it is too large"};
    outcome.reads_back = source && read_adg(&reading, source, &program) &&
                         passes_run(&scratch, &names, &diags, &program, NULL) &&
                         net_lower(&scratch, &diags, &program, program.main);
    for (const struct diag *diag = diags.first; diag; diag = diag->next) {
        if (diag->severity != SEVERITY_ERROR) continue;
        if (diag == diags.first) outcome.why = text_format(d->arena, "%s", diag->message);
        if (diag->code == CODE_DELAY_FREE_LOOP) outcome.needs_algebra = true;
    }
    arena_free(&scratch);
    return outcome;
}

static bool decompile(struct reading *reading, const struct program *program, bool implicit,
                      const char **out, struct outcome *outcome) {
    struct decompiler d = {
        .reading = reading, .arena = reading->arena, .program = program, .implicit = implicit};
    *out = whole_text(&d);
    if (d.failed) return false;
    *outcome = outcome_of(&d, *out);
    return true;
}

bool source_decompile(struct reading *reading, const struct program *program, struct text *out) {
    const char *text;
    struct outcome outcome;
    if (!decompile(reading, program, false, &text, &outcome)) return false;
    if (outcome.needs_algebra && !decompile(reading, program, true, &text, &outcome)) return false;
    if (!outcome.reads_back) {
        diag_error(reading->diags, program->main->at, CODE_LATER,
                   "this program has no form in .adg yet: %s", outcome.why);
        return false;
    }
    struct sources sources;
    sources_init(&sources, reading->arena);
    source_format(reading->arena, source_add(&sources, "", text, strlen(text)), out);
    return true;
}
