/* From nodes to definitions: every operation but feedback. */
#include <string.h>

#include "backends/faust.h"
#include "ir/walk.h"

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

enum { BRIEF = 24 }; /* what reads well within a longer phrase */

static struct phrase matrix_phrase(struct faust *f, const struct matrix *m,
                                   const struct node *node) {
    const struct phrase *known = phrase_map_get(&f->at->matrix_names, m);
    if (known) return *known;
    const char *owner = m->name ? m->name->text : owner_of(node);
    struct phrase phrase = faust_matrix(f, m, owner);
    if (phrase.text && (phrase.tall || strlen(phrase.text) > BRIEF) && !phrase_is_name(phrase) &&
        !phrase_is_bus(phrase))
        phrase = phrase_define(f, owner, "gains", phrase);
    phrase_map_put(f->arena, &f->at->matrix_names, m, phrase);
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
    return shape.outs ? faust_silence(f, shape.outs) : phrase_block(f, shape.ins);
}

static struct phrase delays_phrase(struct faust *f, const struct node *node) {
    const struct delays *delays = node->delays;
    size_t count = grid_entries(delays->grid);
    if (!count) return degenerate(f, node->shape);
    if (!delays->grid.full)
        return faust_lines(f, delays->samples, count, 0, name_or(node->name, NULL), node->at);
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

/* Channels as the members of a family, if all of them are; how many phrases those are, or 0. */
static size_t family_of_channels(struct faust *f, const struct node *node, struct phrase *out) {
    const struct sections *all = node->sections;
    size_t count = all->grid.rows;
    const struct node **channels = ARENA_ARRAY(f->arena, count, const struct node *);
    for (size_t i = 0; i < count; i++) {
        struct sections *own = ARENA_NEW(f->arena, struct sections);
        *own = (struct sections){{1, 1, false}, all->count, all->at + i * all->count};
        struct node *channel = ARENA_NEW(f->arena, struct node);
        *channel = *node;
        channel->shape = (struct shape){1, 1};
        channel->sections = own;
        channels[i] = channel;
    }
    faust_families(f, channels, count, out);
    for (size_t i = 0; i < count; i++)
        if (!out[i].text) return 0;
    return faust_without_empty(out, count);
}

static struct phrase sections_phrase(struct faust *f, const struct node *node) {
    const struct sections *sections = node->sections;
    size_t count = grid_entries(sections->grid);
    if (!count) return degenerate(f, node->shape);
    struct phrase *entries = ARENA_ARRAY(f->arena, count, struct phrase);
    if (!sections->grid.full && count > 1) {
        size_t kept = family_of_channels(f, node, entries);
        if (kept) return phrase_join(f, BINDS_COMMA, entries, kept);
    }
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
    enum { ALL = 64 };
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
    struct phrase *families = ARENA_ARRAY(f->arena, node->count, struct phrase);
    faust_families(f, node->parts, node->count, families);
    size_t kept = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        const struct node *part = node->parts[i];
        /* A part without inlets and outlets does nothing. */
        if (part->shape.ins == 0 && part->shape.outs == 0 && node->op != OP_SERIES) continue;
        if (families[i].text && !*families[i].text && node->op != OP_SERIES) continue;
        items[kept] = families[i].text && *families[i].text ? families[i] : faust_part(f, part);
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
    f->nameless = !node->name;
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

static bool is_local_operand(const struct faust *f, const struct operand *operands, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (faust_is_local(f, operands[i].expr)) return true;
    return false;
}

/* For node_visit: goes on while nothing depends on an argument of the family. */
static bool is_global(const struct node *node, void *context) {
    const struct faust *f = context;
    switch (node->op) {
    case OP_GAIN:
        return !is_local_operand(f, node->matrix->at,
                                 (size_t)node->matrix->rows * node->matrix->cols);
    case OP_DELAY:
        return !is_local_operand(f, node->delays->samples, grid_entries(node->delays->grid));
    case OP_SOS:
        return !is_local_operand(f, &node->sections->at->b0,
                                 6 * grid_entries(node->sections->grid) * node->sections->count);
    default: return true;
    }
}

struct phrase faust_node(struct faust *f, const struct node *node) {
    if (f->at != &f->global && node_visit(f->arena, node, is_global, f)) {
        struct scope *inner = f->at;
        f->at = &f->global;
        struct phrase phrase = faust_node(f, node);
        f->at = inner;
        return phrase;
    }
    const struct phrase *known = phrase_map_get(&f->at->nodes, node);
    if (known) return *known;
    struct phrase phrase = op_phrase(f, node);
    if (node->name && phrase.text && !phrase_is_bus(phrase) && !phrase_is_name(phrase) &&
        node->op != OP_GAIN)
        phrase = phrase_define(f, node->name->text, faust_role(node), phrase);
    phrase_map_put(f->arena, &f->at->nodes, node, phrase);
    return phrase;
}

struct phrase faust_part(struct faust *f, const struct node *node) {
    struct phrase phrase = faust_node(f, node);
    struct phrase brief = phrase_short(f, NULL, faust_role(node), phrase);
    if (brief.text != phrase.text) phrase_map_put(f->arena, &f->at->nodes, node, brief);
    return brief;
}
