/* Matrices of numbers by the cheapest form that ir/structure.h finds, as processors:
 *
 *     sum        si.bus(8) <: (a, b) :> si.bus(8)
 *     product    a : par(i, 1, keep) : b
 *     blocks     route(...) : a, b, a : route(...)
 *     Hadamard   par(i, 8, *(0.35)) : butterfly(8)
 */
#include <string.h>

#include "backends/faust.h"
#include "ir/structure.h"

/* Entries of a form may differ from the matrix's by this part of the largest: by their rounding. */
#define TOLERANCE 0x1p-49

enum { BRIEF = 28 }; /* what reads well within a sum */

struct phrase faust_chain(struct faust *f, const char *owner, const struct phrase *items,
                          size_t count) {
    struct phrase *kept = ARENA_ARRAY(f->arena, count, struct phrase);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!items[i].text) return no_phrase;
        if (!phrase_is_bus(items[i])) kept[n++] = phrase_short(f, owner, "gains", items[i]);
    }
    return n ? phrase_join(f, BINDS_COLON, kept, n) : items[0];
}

struct phrase faust_route(struct faust *f, uint32_t inlets, const uint32_t *from, uint32_t outlets) {
    bool still = inlets == outlets;
    for (uint32_t i = 0; i < outlets; i++) still &= from[i] == i;
    if (still) return phrase_bus(f, outlets);
    struct text out;
    text_init(&out, f->arena);
    text_printf(&out, "route(%u, %u", inlets, outlets);
    size_t column = out.length + 16; /* behind its name */
    bool tall = false;
    for (uint32_t i = 0; i < outlets; i++) {
        size_t before = column;
        faust_put_item(&out, text_format(f->arena, "%u, %u", from[i] + 1, i + 1), false, &column);
        tall |= column < before;
    }
    text_put_char(&out, ')');
    return (struct phrase){text_chars(&out), BINDS_NAME, tall};
}

static struct phrase constants(struct faust *f, const double *values, uint32_t count,
                               const char *owner) {
    struct operand *gains = ARENA_ARRAY(f->arena, count, struct operand);
    for (uint32_t i = 0; i < count; i++) gains[i] = operand_constant(values[i]);
    return faust_gains(f, gains, count, owner);
}

static struct phrase form_phrase(struct faust *f, const struct structure *s, const char *owner);

static const char *part_name(struct faust *f, const char *owner) {
    return text_format(f->arena, "%s_part", owner);
}

static struct phrase hadamard(struct faust *f, const struct structure *s, const char *owner) {
    uint32_t n = s->rows;
    uint32_t *from = ARENA_ARRAY(f->arena, n, uint32_t);
    for (uint32_t i = 0; i < n; i++) from[s->column[i]] = i;
    const struct phrase items[] = {
        constants(f, s->before, n, text_format(f->arena, "%s_in", owner)),
        faust_route(f, n, from, n),
        phrase_call(f, "%s(%u)", faust_helper(f, HELPER_HADAMARD), n),
        faust_route(f, n, s->row, n),
        constants(f, s->after, n, text_format(f->arena, "%s_out", owner))};
    return faust_chain(f, owner, items, 5);
}

static struct phrase sparse(struct faust *f, const struct structure *s, const char *owner) {
    struct operand *at = ARENA_ARRAY(f->arena, (size_t)s->rows * s->columns, struct operand);
    for (uint32_t r = 0; r < s->rows; r++)
        for (uint32_t t = s->starts[r]; t < s->starts[r + 1]; t++)
            at[(size_t)r * s->columns + s->places[t]].value += s->values[t];
    return faust_plain(f, matrix_of(f->arena, s->rows, s->columns, at), owner);
}

/* What several rows of the next part read is computed once. */
static struct phrase product(struct faust *f, const struct structure *s, const char *owner) {
    struct phrase *items = ARENA_ARRAY(f->arena, 2 * (size_t)s->count, struct phrase);
    size_t n = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        const struct structure *part = s->parts[i].form;
        items[n++] = form_phrase(f, part, part_name(f, owner));
        if (i + 1 == s->count) break;
        const char *keep = faust_helper(f, HELPER_KEEP);
        items[n++] = part->rows == 1 ? phrase_of(keep)
                                     : phrase_call(f, "par(i, %u, %s)", part->rows, keep);
    }
    return faust_chain(f, part_name(f, owner), items, n);
}

static struct phrase sum(struct faust *f, const struct structure *s, const char *owner) {
    struct phrase *items = ARENA_ARRAY(f->arena, s->count, struct phrase);
    for (uint32_t i = 0; i < s->count; i++) {
        items[i] = form_phrase(f, s->parts[i].form, part_name(f, owner));
        if (!items[i].text) return no_phrase;
        if (strlen(items[i].text) > BRIEF && !phrase_is_name(items[i]))
            items[i] = phrase_define(f, part_name(f, owner), "gains", items[i]);
    }
    struct phrase all = phrase_join(f, BINDS_COMMA, items, s->count);
    return phrase_merge(f, phrase_split(f, s->columns, all), s->rows);
}

static struct phrase blocks(struct faust *f, const struct structure *s, const char *owner) {
    struct phrase *items = ARENA_ARRAY(f->arena, s->count, struct phrase);
    uint32_t *from = NULL, *to = ARENA_ARRAY(f->arena, s->rows, uint32_t), ins = 0, outs = 0;
    for (uint32_t k = 0; k < s->count; k++) ins += s->parts[k].form->columns;
    from = ARENA_ARRAY(f->arena, ins, uint32_t);
    ins = 0;
    for (uint32_t k = 0; k < s->count; k++) {
        const struct structure_part *part = &s->parts[k];
        for (uint32_t i = 0; i < part->form->columns; i++) from[ins++] = part->columns[i];
        for (uint32_t i = 0; i < part->form->rows; i++) to[part->rows[i]] = outs++;
        uint32_t same = 0;
        while (s->parts[same].form != part->form) same++;
        items[k] = same < k ? items[same]
                            : phrase_short(f, part_name(f, owner), "block",
                                           form_phrase(f, part->form, part_name(f, owner)));
        if (!items[k].text) return no_phrase;
    }
    const struct phrase all[] = {faust_route(f, s->columns, from, ins),
                                 phrase_join(f, BINDS_COMMA, items, s->count),
                                 faust_route(f, outs, to, s->rows)};
    return faust_chain(f, part_name(f, owner), all, 3);
}

static struct phrase form_phrase(struct faust *f, const struct structure *s, const char *owner) {
    switch (s->kind) {
    case STRUCTURE_DENSE:
        return faust_plain(f, matrix_of_numbers(f->arena, s->rows, s->columns, s->values), owner);
    case STRUCTURE_SPARSE: return sparse(f, s, owner);
    case STRUCTURE_HADAMARD: return hadamard(f, s, owner);
    case STRUCTURE_PRODUCT: return product(f, s, owner);
    case STRUCTURE_SUM: return sum(f, s, owner);
    case STRUCTURE_BLOCKS: return blocks(f, s, owner);
    }
    return no_phrase;
}

const struct structure *faust_structure(struct arena *arena, const struct matrix *m) {
    size_t count = (size_t)m->rows * m->cols;
    double *values = ARENA_ARRAY(arena, count, double);
    for (size_t i = 0; i < count; i++) values[i] = m->at[i].value;
    return structure_of(arena, values, m->rows, m->cols, TOLERANCE, &structure_weights_scalar);
}

struct phrase faust_structured(struct faust *f, const struct matrix *m, const char *owner) {
    enum { LEAST = 4 }; /* rows or columns below which rows times columns are as good */
    if (m->rows < LEAST || m->cols < LEAST || !matrix_is_constant(m)) return no_phrase;
    const struct structure *s = faust_structure(f->arena, m);
    if (s->kind == STRUCTURE_DENSE || s->kind == STRUCTURE_SPARSE) return no_phrase;
    return form_phrase(f, s, owner);
}
