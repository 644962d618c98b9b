/* From nodes to definitions: every operation but feedback. */
#include <string.h>

#include "backends/faust.h"

const char *faust_role(const struct node *node) {
    switch (node->op) {
    case OP_WIRE: return "wires";
    case OP_GAIN: return "gains";
    case OP_DELAY: return "delays";
    case OP_SOS: return "filters";
    case OP_FIR: return "responses";
    case OP_SERIES: return "chain";
    case OP_PARALLEL: return "bank";
    case OP_STACK: return "stack";
    case OP_SUM: return "mix";
    case OP_FEEDBACK: return "loop";
    case OP_COUNT: break;
    }
    return "node";
}

static const char *owner_of(const struct node *node) {
    return name_or(node->name, faust_role(node));
}

static bool all_ones(const struct matrix *m) {
    for (size_t i = 0; i < (size_t)m->rows * m->cols; i++)
        if (!operand_is(m->at[i], 1)) return false;
    return true;
}

/* Out of no wires, silence. */
static struct phrase silence(struct faust *f, uint32_t n) {
    if (n == 1) return phrase_of("0.0");
    return phrase_call(f, "par(i, %u, 0.0)", n);
}

static struct phrase diagonal(struct faust *f, const struct matrix *m, const char *owner) {
    struct phrase *items = ARENA_ARRAY(f->arena, m->rows, struct phrase);
    const char *wanted = text_format(f->arena, "%s_gain", owner);
    for (uint32_t i = 0; i < m->rows; i++) {
        struct operand gain = matrix_at(m, i, i);
        items[i] = operand_is(gain, 1)
                       ? phrase_of("_")
                       : phrase_call(f, "*(%s)", faust_coefficient(f, gain, wanted));
    }
    return phrase_join(f, BINDS_COMMA, items, m->rows);
}

/* A matrix as a function of its inlets:
 *
 *     rotation(x0, x1) =
 *         0.8*x0 - 0.6*x1,
 *         0.6*x0 + 0.8*x1;
 */
static struct phrase function(struct faust *f, const struct matrix *m, const char *owner) {
    const char *own = faust_name(f, owner, "gains");
    const char **names = ARENA_ARRAY(f->arena, m->cols, const char *);
    struct text out;
    text_init(&out, f->arena);
    text_printf(&out, "%s(", own);
    size_t column = out.length;
    for (uint32_t col = 0; col < m->cols; col++) {
        names[col] = text_format(f->arena, "x%u", col);
        faust_put_item(&out, names[col], !col, &column);
    }
    text_put(&out, ") =");
    for (uint32_t row = 0; row < m->rows; row++) {
        text_put(&out, row ? ",\n    " : "\n    ");
        faust_put_sum(f, &out, m->at + (size_t)row * m->cols, names, m->cols, own, 4);
    }
    text_put(&out, ";\n");
    text_put_bytes(&f->matrices, text_chars(&out), out.length);
    return phrase_of(own);
}

static struct phrase matrix_phrase(struct faust *f, const struct matrix *m,
                                   const struct node *node) {
    const struct phrase *known = phrase_map_get(&f->matrix_names, m);
    if (known) return *known;
    const char *owner = m->name ? m->name->text : owner_of(node);
    struct phrase phrase;
    if (!m->rows) phrase = phrase_block(f, m->cols);
    else if (!m->cols) phrase = silence(f, m->rows);
    else if (matrix_is_identity(m)) phrase = phrase_bus(f, m->rows);
    else if (matrix_is_diagonal(m)) phrase = phrase_short(f, owner, "gains", diagonal(f, m, owner));
    else if (m->cols == 1 && all_ones(m)) phrase = phrase_split(f, 1, phrase_bus(f, m->rows));
    else if (m->rows == 1 && all_ones(m)) phrase = phrase_merge(f, phrase_bus(f, m->cols), 1);
    else phrase = function(f, m, owner);
    phrase_map_put(f->arena, &f->matrix_names, m, phrase);
    return phrase;
}

/* Entries [out][in] as a matrix of processors: each outlet is a row of them, added up. */
static struct phrase grid_phrase(struct faust *f, struct grid grid, const struct phrase *entries,
                                 const struct node *node) {
    if (!grid.full) return phrase_join(f, BINDS_COMMA, entries, grid.rows);
    struct phrase *rows = ARENA_ARRAY(f->arena, grid.rows, struct phrase);
    const char *wanted = text_format(f->arena, "%s_row", owner_of(node));
    for (uint32_t row = 0; row < grid.rows; row++) {
        rows[row] = phrase_join(f, BINDS_COMMA, entries + (size_t)row * grid.cols, grid.cols);
        if (!rows[row].text) return no_phrase;
        if (grid.cols > 1) rows[row] = phrase_merge(f, rows[row], 1);
        rows[row] = phrase_short(f, wanted, "row", rows[row]);
    }
    struct phrase all = phrase_join(f, BINDS_COMMA, rows, grid.rows);
    return grid.rows == 1 ? all : phrase_split(f, grid.cols, all);
}

static struct phrase degenerate(struct faust *f, struct shape shape) {
    return shape.outs ? silence(f, shape.outs) : phrase_block(f, shape.ins);
}

static struct phrase delays_phrase(struct faust *f, const struct node *node) {
    const struct delays *delays = node->delays;
    size_t count = grid_entries(delays->grid);
    if (!count) return degenerate(f, node->shape);
    struct phrase *entries = ARENA_ARRAY(f->arena, count, struct phrase);
    for (size_t i = 0; i < count; i++)
        entries[i] = faust_delay(f, delays->samples[i], 0, owner_of(node), node->at);
    return grid_phrase(f, delays->grid, entries, node);
}

static struct phrase cascade(struct faust *f, const struct section *sections, uint32_t count,
                             const char *owner) {
    if (!count) return phrase_of("_");
    struct phrase *items = ARENA_ARRAY(f->arena, count, struct phrase);
    for (uint32_t i = 0; i < count; i++) {
        const struct section *s = &sections[i];
        items[i] = faust_section(f, (const struct operand[]){s->b0, s->b1, s->b2},
                                 (const struct operand[]){s->a1, s->a2}, owner);
    }
    return phrase_join(f, BINDS_COLON, items, count);
}

static struct phrase sections_phrase(struct faust *f, const struct node *node) {
    const struct sections *sections = node->sections;
    size_t count = grid_entries(sections->grid);
    if (!count) return degenerate(f, node->shape);
    struct phrase *entries = ARENA_ARRAY(f->arena, count, struct phrase);
    bool cascades = sections->count > 1;
    for (size_t i = 0; i < count; i++) {
        entries[i] =
            cascade(f, sections->at + i * sections->count, sections->count, owner_of(node));
        if (!cascades) continue;
        const char *wanted = text_format(f->arena, "%s_%zu", owner_of(node), i + 1);
        entries[i] = phrase_short(f, wanted, "filter", entries[i]);
    }
    return grid_phrase(f, sections->grid, entries, node);
}

static struct phrase responses_phrase(struct faust *f, const struct node *node) {
    const struct taps *taps = node->taps;
    size_t count = grid_entries(taps->grid);
    if (!count) return degenerate(f, node->shape);
    struct phrase *entries = ARENA_ARRAY(f->arena, count, struct phrase);
    for (size_t i = 0; i < count; i++) {
        const char *wanted =
            count > 1 ? text_format(f->arena, "%s_%zu", owner_of(node), i + 1) : owner_of(node);
        entries[i] = faust_fir(f, taps->at + i * taps->count, taps->count, 0, wanted);
    }
    return grid_phrase(f, taps->grid, entries, node);
}

/* Branches of one input read best as a short list of names. */
static void shorten(struct faust *f, const struct node *node, struct phrase *items, size_t count) {
    enum { BRIEF = 24, ALL = 64 };
    size_t length = 0;
    for (size_t i = 0; i < count; i++) length += strlen(items[i].text);
    if (length <= ALL) return;
    for (size_t i = 0; i < count; i++)
        if (strlen(items[i].text) > BRIEF && !phrase_is_name(items[i]))
            items[i] = phrase_define(f, text_format(f->arena, "%s_part", owner_of(node)), "part",
                                     items[i]);
}

static struct phrase parts_phrase(struct faust *f, const struct node *node) {
    struct phrase *items = ARENA_ARRAY(f->arena, node->count, struct phrase);
    size_t kept = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        const struct node *part = node->parts[i];
        /* A part without inlets and outlets does nothing. */
        if (part->shape.ins == 0 && part->shape.outs == 0 && node->op != OP_SERIES) continue;
        items[kept] = faust_part(f, part);
        if (!items[kept].text) return no_phrase;
        if (node->op == OP_SERIES && part->op == OP_WIRE && node->count > 1) continue;
        kept++;
    }
    if (!kept) return phrase_bus(f, node->shape.outs);
    switch (node->op) {
    case OP_SERIES: return phrase_join(f, BINDS_COLON, items, kept);
    case OP_PARALLEL: return phrase_join(f, BINDS_COMMA, items, kept);
    case OP_STACK:
    case OP_SUM: break;
    default: return no_phrase;
    }
    if (node->op == OP_SUM && !node->shape.outs) return phrase_block(f, node->shape.ins);
    shorten(f, node, items, kept);
    struct phrase all = phrase_join(f, BINDS_COMMA, items, kept);
    if (kept == 1) return all;
    if (node->shape.ins) all = phrase_split(f, node->shape.ins, all);
    return node->op == OP_SUM ? phrase_merge(f, all, node->shape.outs) : all;
}

static struct phrase op_phrase(struct faust *f, const struct node *node) {
    switch (node->op) {
    case OP_WIRE: return phrase_bus(f, node->shape.ins);
    case OP_GAIN: return matrix_phrase(f, node->matrix, node);
    case OP_DELAY: return delays_phrase(f, node);
    case OP_SOS: return sections_phrase(f, node);
    case OP_FIR: return responses_phrase(f, node);
    case OP_SERIES:
    case OP_PARALLEL:
    case OP_STACK:
    case OP_SUM: return parts_phrase(f, node);
    case OP_FEEDBACK: return faust_feedback(f, node);
    case OP_COUNT: break;
    }
    return no_phrase;
}

struct phrase faust_node(struct faust *f, const struct node *node) {
    const struct phrase *known = phrase_map_get(&f->nodes, node);
    if (known) return *known;
    struct phrase phrase = op_phrase(f, node);
    if (node->name && phrase.text && !phrase_is_bus(phrase) && !phrase_is_name(phrase) &&
        node->op != OP_GAIN)
        phrase = phrase_define(f, node->name->text, faust_role(node), phrase);
    phrase_map_put(f->arena, &f->nodes, node, phrase);
    return phrase;
}

struct phrase faust_part(struct faust *f, const struct node *node) {
    struct phrase phrase = faust_node(f, node);
    struct phrase brief = phrase_short(f, NULL, faust_role(node), phrase);
    if (brief.text != phrase.text) phrase_map_put(f->arena, &f->nodes, node, brief);
    return brief;
}
