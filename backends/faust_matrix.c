/* Matrices: by their structure where that is cheaper or shorter than rows times columns.
 *
 *     diagonal          *(0.5), *(0.25)
 *     one gain an outlet, inlets in turn     si.bus(2) <: par(i, 8, *(0.5))
 *     one gain an inlet, outlets in turn     par(i, 8, *(0.5)) :> si.bus(2)
 *     permutation       route(3, 3, 1, 2, 2, 3, 3, 1)
 *     blocks            mix_block, mix_block_2
 *     Hadamard, low rank and the like        faust_structure.c
 *     any other         rotation(x0, x1) = 0.8*x0 - 0.6*x1, 0.6*x0 + 0.8*x1;
 */
#include "backends/faust.h"

static const char *gain_name(struct faust *f, const char *owner) {
    return f->inner ? "gain" : text_format(f->arena, "%s_gain", owner);
}

static struct phrase gain(struct faust *f, struct operand value, const char *owner) {
    if (operand_is(value, 1)) return phrase_of("_");
    return phrase_call(f, "*(%s)", faust_coefficient(f, value, gain_name(f, owner)));
}

static bool all_equal(const struct operand *gains, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (!operand_equal(gains[i], gains[0])) return false;
    return true;
}

static bool all_constant(const struct operand *gains, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (gains[i].expr) return false;
    return true;
}

/* Gains that knobs move by one formula of different numbers: how many phrases they are, or 0. */
static size_t family_of_gains(struct faust *f, const struct operand *gains, uint32_t count,
                              const char *owner, struct phrase *out) {
    const struct node **channels = ARENA_ARRAY(f->arena, count, const struct node *);
    for (uint32_t i = 0; i < count; i++) {
        struct node *channel = ARENA_NEW(f->arena, struct node);
        *channel = (struct node){.op = OP_GAIN,
                                 .shape = {1, 1},
                                 .name = name_of(&f->texts, owner),
                                 .matrix = matrix_of(f->arena, 1, 1, gains + i)};
        channels[i] = channel;
    }
    faust_families(f, channels, count, out);
    for (uint32_t i = 0; i < count; i++)
        if (!out[i].text) return 0;
    return faust_without_empty(out, count);
}

struct phrase faust_gains(struct faust *f, const struct operand *gains, uint32_t count,
                          const char *owner) {
    if (count > 2 && all_constant(gains, count) && !all_equal(gains, count)) {
        double *values = ARENA_ARRAY(f->arena, count, double);
        for (uint32_t i = 0; i < count; i++) values[i] = gains[i].value;
        struct number_list *list =
            faust_list(f, text_format(f->arena, "%s_gains", owner), values, count);
        if (list) return phrase_call(f, "par(i, %u, *(%s))", count, faust_take(f, list));
    }
    struct phrase *items = ARENA_ARRAY(f->arena, count, struct phrase);
    if (count > 2 && !all_equal(gains, count)) {
        size_t kept = family_of_gains(f, gains, count, owner, items);
        if (kept) return phrase_join(f, BINDS_COMMA, items, kept);
    }
    for (uint32_t i = 0; i < count; i++) items[i] = gain(f, gains[i], owner);
    return phrase_join(f, BINDS_COMMA, items, count);
}

/* "si.bus(2) <: par(i, 8, *(0.5))", or with the gains before the split where each inlet has one. */
static struct phrase spread(struct faust *f, const struct matrix *m, const char *owner) {
    if (m->rows <= m->cols || m->rows % m->cols) return no_phrase;
    struct operand *gains = ARENA_ARRAY(f->arena, m->rows, struct operand);
    bool of_inlets = true;
    for (uint32_t r = 0; r < m->rows; r++) {
        uint32_t own = r % m->cols;
        for (uint32_t c = 0; c < m->cols; c++)
            if (c != own && !operand_is(matrix_at(m, r, c), 0)) return no_phrase;
        gains[r] = matrix_at(m, r, own);
        if (r >= m->cols) of_inlets &= operand_equal(gains[r], gains[own]);
    }
    struct phrase first = of_inlets ? faust_gains(f, gains, m->cols, owner)
                                    : phrase_bus(f, m->cols);
    struct phrase then = of_inlets ? phrase_bus(f, m->rows) : faust_gains(f, gains, m->rows, owner);
    if (phrase_is_bus(first)) return phrase_split(f, m->cols, then);
    return phrase_fan(f, phrase_short(f, owner, "gains", first), then);
}

/* "par(i, 8, *(0.5)) :> si.bus(2)", or with the gains behind where each outlet has one. */
static struct phrase gathered(struct faust *f, const struct matrix *m, const char *owner) {
    if (m->cols <= m->rows || m->cols % m->rows) return no_phrase;
    struct operand *gains = ARENA_ARRAY(f->arena, m->cols, struct operand);
    for (uint32_t c = 0; c < m->cols; c++) {
        uint32_t own = c % m->rows;
        for (uint32_t r = 0; r < m->rows; r++)
            if (r != own && !operand_is(matrix_at(m, r, c), 0)) return no_phrase;
        gains[c] = matrix_at(m, own, c);
    }
    return phrase_merge(f, faust_gains(f, gains, m->cols, owner), m->rows);
}

/* One gain in each row and each column. */
static struct phrase permuted(struct faust *f, const struct matrix *m, const char *owner) {
    if (m->rows != m->cols || m->rows < 2) return no_phrase;
    uint32_t *from = ARENA_ARRAY(f->arena, m->cols, uint32_t);
    bool *taken = ARENA_ARRAY(f->arena, m->cols, bool);
    struct operand *gains = ARENA_ARRAY(f->arena, m->rows, struct operand);
    for (uint32_t r = 0; r < m->rows; r++) {
        uint32_t found = m->cols;
        for (uint32_t c = 0; c < m->cols; c++) {
            if (operand_is(matrix_at(m, r, c), 0)) continue;
            if (found < m->cols || taken[c]) return no_phrase;
            taken[found = c] = true;
        }
        if (found == m->cols) return no_phrase;
        from[r] = found;
        gains[r] = matrix_at(m, r, found);
    }
    const struct phrase items[] = {faust_route(f, m->cols, from, m->rows),
                                   faust_gains(f, gains, m->rows, owner)};
    return faust_chain(f, owner, items, 2);
}

/* Blocks along the diagonal, as small as they are. */
static struct phrase blocks(struct faust *f, const struct matrix *m, const char *owner) {
    struct phrase *items = ARENA_ARRAY(f->arena, m->rows, struct phrase);
    const struct matrix **found = ARENA_ARRAY(f->arena, m->rows, const struct matrix *);
    uint32_t count = 0;
    for (uint32_t row = 0, col = 0; row < m->rows || col < m->cols;) {
        uint32_t rows = row + 1, cols = col;
        /* Grows until no entry reaches out of it. */
        for (bool grown = true; grown;) {
            grown = false;
            for (uint32_t r = row; r < m->rows; r++)
                for (uint32_t c = col; c < m->cols; c++) {
                    if ((r >= rows && c >= cols) || (r < rows && c < cols)) continue;
                    if (operand_is(matrix_at(m, r, c), 0)) continue;
                    if (r >= rows) rows = r + 1;
                    if (c >= cols) cols = c + 1;
                    grown = true;
                }
        }
        if (rows > m->rows || cols == col || (row == 0 && rows == m->rows)) return no_phrase;
        struct operand *at =
            ARENA_ARRAY(f->arena, (size_t)(rows - row) * (cols - col), struct operand);
        for (uint32_t r = row; r < rows; r++)
            for (uint32_t c = col; c < cols; c++)
                at[(r - row) * (cols - col) + c - col] = matrix_at(m, r, c);
        struct matrix *block = matrix_of(f->arena, rows - row, cols - col, at);
        for (uint32_t i = 0; i < count && found[count] == NULL; i++)
            if (matrix_equal(found[i], block)) found[count] = found[i], items[count] = items[i];
        if (!found[count]) {
            found[count] = block;
            const char *wanted = text_format(f->arena, "%s_block", owner);
            items[count] =
                phrase_short(f, wanted, "block", faust_matrix(f, block, wanted));
        }
        if (!items[count++].text) return no_phrase;
        row = rows, col = cols;
        if ((row < m->rows) != (col < m->cols)) return no_phrase;
    }
    return phrase_join(f, BINDS_COMMA, items, count);
}

/* A matrix as a function of its inlets:
 *
 *     rotation(x0, x1) =
 *         0.8*x0 - 0.6*x1,
 *         0.6*x0 + 0.8*x1;
 */
static struct phrase rows(struct faust *f, const struct matrix *m, const char *owner) {
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
    text_put_bytes(&f->at->matrices, text_chars(&out), out.length);
    return phrase_of(own);
}

/* Out of no wires, silence. */
struct phrase faust_silence(struct faust *f, uint32_t n) {
    if (n == 1) return phrase_of("0.0");
    return phrase_call(f, "par(i, %u, 0.0)", n);
}

static struct phrase diagonal(struct faust *f, const struct matrix *m, const char *owner) {
    struct operand *gains = ARENA_ARRAY(f->arena, m->rows, struct operand);
    for (uint32_t i = 0; i < m->rows; i++) gains[i] = matrix_at(m, i, i);
    return faust_gains(f, gains, m->rows, owner);
}

/* Without a search for structure beyond where the zeros are. */
struct phrase faust_plain(struct faust *f, const struct matrix *m, const char *owner) {
    if (!m->rows) return phrase_block(f, m->cols);
    if (!m->cols) return faust_silence(f, m->rows);
    if (matrix_is_identity(m)) return phrase_bus(f, m->rows);
    if (matrix_is_diagonal(m)) return diagonal(f, m, owner);
    static struct phrase (*const forms[])(struct faust *, const struct matrix *, const char *) = {
        spread, gathered, permuted};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct phrase phrase = forms[i](f, m, owner);
        if (phrase.text) return phrase;
    }
    return rows(f, m, owner);
}

struct phrase faust_matrix(struct faust *f, const struct matrix *m, const char *owner) {
    struct phrase phrase = no_phrase;
    if (m->rows > 1 && m->cols > 1 && !matrix_is_diagonal(m)) {
        phrase = blocks(f, m, owner);
        if (!phrase.text) phrase = faust_structured(f, m, owner);
    }
    return phrase.text ? phrase : faust_plain(f, m, owner);
}
