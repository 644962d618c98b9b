/* Brackets: matrices, blocks, matrices of systems, vectors by `for`, and indices. */
#include <math.h>
#include <string.h>

#include "frontend/elaborate.h"
#include "ir/base/limits.h"

struct row {
    struct side *entries;
    size_t count;
    span at;
};

static uint32_t rows_of(struct value v) {
    return v.kind == VALUE_MATRIX ? v.matrix->rows : 1;
}
static uint32_t cols_of(struct value v) {
    return v.kind == VALUE_MATRIX ? v.matrix->cols : 1;
}

static bool is_numeric_row(const struct row *row) {
    for (size_t i = 0; i < row->count; i++) {
        enum value_kind kind = row->entries[i].value.kind;
        if (kind != VALUE_NUMBER && kind != VALUE_MATRIX) return false;
    }
    return true;
}

/* ---- of numbers ------------------------------------------------------------------------------ */

static bool entry_fits(struct elaborator *e, const struct side *first, const struct side *entry) {
    struct value a = first->value, b = entry->value;
    if (a.dimension != b.dimension) {
        struct diag *diag = diag_error(
            e->diags, entry->at, CODE_DIMENSION,
            "the entries of a matrix are of one kind, but this is %s and the first is %s",
            value_noun(e->arena, b), value_noun(e->arena, a));
        diag_label(diag, first->at, "%s", value_noun(e->arena, a));
        return false;
    }
    return true;
}

/* The entries of a row side by side; false after a report. */
static bool measure_row(struct elaborator *e, const struct row *row, uint32_t *height,
                        uint32_t *width) {
    *height = rows_of(row->entries[0].value);
    *width = 0;
    for (size_t i = 0; i < row->count; i++) {
        const struct side *entry = &row->entries[i];
        if (!entry_fits(e, &row->entries[0], entry)) return false;
        if (rows_of(entry->value) != *height) {
            struct diag *diag = diag_error(
                e->diags, entry->at, CODE_MATRIX_SHAPE,
                "blocks in one row have as many rows, but this has %u and the first has %u",
                rows_of(entry->value), *height);
            diag_label(diag, row->entries[0].at, "%s", value_noun(e->arena, row->entries[0].value));
            return false;
        }
        *width += cols_of(entry->value);
        if (*width > LIMIT_CHANNELS) {
            diag_error(e->diags, row->at, CODE_TOO_WIDE, "a matrix has at most %d columns",
                       LIMIT_CHANNELS);
            return false;
        }
    }
    return true;
}

static void put_block(struct operand *to, uint32_t cols, uint32_t row, uint32_t col,
                      struct value v) {
    for (uint32_t r = 0; r < rows_of(v); r++) {
        for (uint32_t c = 0; c < cols_of(v); c++) {
            to[(size_t)(row + r) * cols + col + c] =
                v.kind == VALUE_MATRIX ? matrix_at(v.matrix, r, c) : v.number;
        }
    }
}

static struct value join_numbers(struct elaborator *e, span at, const struct row *rows,
                                 size_t count) {
    uint32_t height = 0, width = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t row_height, row_width;
        if (!measure_row(e, &rows[i], &row_height, &row_width)) return value_error();
        if (!entry_fits(e, &rows[0].entries[0], &rows[i].entries[0])) return value_error();
        if (i && row_width != width) {
            struct diag *diag = diag_error(
                e->diags, rows[i].at, CODE_MATRIX_SHAPE,
                "the rows of a matrix are of one length, but this has %u and the first has %u",
                row_width, width);
            diag_label(diag, rows[0].at, "%u", width);
            diag_label(diag, rows[i].at, "%u", row_width);
            return value_error();
        }
        width = row_width;
        height += row_height;
        if (height > LIMIT_CHANNELS) {
            diag_error(e->diags, at, CODE_TOO_WIDE, "a matrix has at most %d rows", LIMIT_CHANNELS);
            return value_error();
        }
    }
    struct operand *to = ARENA_ARRAY(e->arena, (size_t)height * width, struct operand);
    uint32_t row = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t col = 0;
        for (size_t k = 0; k < rows[i].count; k++) {
            put_block(to, width, row, col, rows[i].entries[k].value);
            col += cols_of(rows[i].entries[k].value);
        }
        row += rows_of(rows[i].entries[0].value);
    }
    return value_matrix(at, matrix_of(e->arena, height, width, to),
                        rows[0].entries[0].value.dimension);
}

/* ---- of systems ------------------------------------------------------------------------------ */

/* [I, I, ...]: so many groups of n wires added. */
static const struct node *adder(struct elaborator *e, span at, uint32_t n, uint32_t groups) {
    struct operand *to = ARENA_ARRAY(e->arena, (size_t)n * n * groups, struct operand);
    for (uint32_t r = 0; r < n; r++) {
        for (uint32_t g = 0; g < groups; g++)
            to[(size_t)r * n * groups + g * n + r] = operand_constant(1);
    }
    return node_gain(&e->build, at, matrix_of(e->arena, n, n * groups, to));
}

/* [a, b]: the inlets of both, their outlets added. */
static const struct node *join_row(struct elaborator *e, const struct row *row) {
    if (is_numeric_row(row)) {
        struct value v = join_numbers(e, row->at, row, 1);
        return to_system(e, (struct side){v, row->at, NULL});
    }
    const struct node **parts = ARENA_ARRAY(e->arena, row->count, const struct node *);
    uint32_t ins = 0;
    for (size_t i = 0; i < row->count; i++) {
        const struct side *entry = &row->entries[i];
        parts[i] = to_system(e, *entry);
        if (!parts[i]) return NULL;
        if (parts[i]->shape.outs != parts[0]->shape.outs) {
            struct diag *diag = diag_error(
                e->diags, entry->at, CODE_MATRIX_SHAPE,
                "'[a, b]' adds outputs, but this is %s and the first entry is %s",
                shape_text(e->arena, parts[i]->shape), shape_text(e->arena, parts[0]->shape));
            diag_label(diag, row->entries[0].at, "%s", shape_text(e->arena, parts[0]->shape));
            return NULL;
        }
        ins += parts[i]->shape.ins;
        if (ins > LIMIT_CHANNELS || (uint64_t)parts[0]->shape.outs * (i + 1) > LIMIT_CHANNELS) {
            shape_within_limits(e->diags, row->at,
                                (struct shape){LIMIT_CHANNELS + 1, parts[0]->shape.outs});
            return NULL;
        }
    }
    if (row->count == 1) return parts[0];
    const struct node *beside =
        node_combine(&e->build, row->at, OP_PARALLEL, parts, (uint32_t)row->count);
    return series_of(e, row->at, beside,
                     adder(e, row->at, parts[0]->shape.outs, (uint32_t)row->count));
}

static struct value join_systems(struct elaborator *e, span at, const struct row *rows,
                                 size_t count) {
    const struct node **parts = ARENA_ARRAY(e->arena, count, const struct node *);
    struct shape shape = {0, 0};
    for (size_t i = 0; i < count; i++) {
        parts[i] = join_row(e, &rows[i]);
        if (!parts[i]) return value_error();
        struct party row = {parts[i]->shape, rows[i].at};
        if (i && row.shape.ins != shape.ins) {
            struct diag *diag = diag_error(
                e->diags, row.at, CODE_MATRIX_SHAPE,
                "the rows of a matrix of systems hear the same inlets, but this is %s and the "
                "first is %s",
                shape_text(e->arena, row.shape), shape_text(e->arena, parts[0]->shape));
            diag_label(diag, row.at, "%s", shape_text(e->arena, row.shape));
            diag_label(diag, rows[0].at, "%s", shape_text(e->arena, parts[0]->shape));
            return value_error();
        }
        if (i == 0) shape = row.shape;
        else if (!shape_stack(e->diags, at, (struct party){shape, rows[0].at}, row, &shape))
            return value_error();
    }
    return value_system(at, node_combine(&e->build, at, OP_STACK, parts, (uint32_t)count));
}

static struct value join_rows(struct elaborator *e, span at, const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!is_numeric_row(&rows[i])) return join_systems(e, at, rows, count);
    }
    return join_numbers(e, at, rows, count);
}

struct value eval_matrix(struct elaborator *e, struct scope *scope, const struct ast_expr *expr) {
    size_t count = expr->as.matrix.row_count;
    struct row *rows = ARENA_ARRAY(e->arena, count, struct row);
    bool well = true;
    for (size_t i = 0; i < count; i++) {
        const struct ast_row *from = &expr->as.matrix.rows[i];
        rows[i] =
            (struct row){ARENA_ARRAY(e->arena, from->count, struct side), from->count, from->at};
        for (size_t k = 0; k < from->count; k++) {
            const struct ast_expr *x = from->entries[k];
            rows[i].entries[k] = (struct side){eval(e, scope, x), x->at, x};
            well = well && !value_failed(rows[i].entries[k].value);
        }
    }
    return well ? join_rows(e, expr->at, rows, count) : value_error();
}

struct value eval_each(struct elaborator *e, struct scope *scope, const struct ast_expr *expr) {
    const struct ast_each *each = &expr->as.each;
    struct vector over;
    struct argument from = {eval(e, scope, each->over), each->over->at, true};
    if (!need_vector(e, "'for'", from, &over)) return value_error();
    struct row row = {ARENA_ARRAY(e->arena, over.count, struct side), over.count, expr->at};
    for (uint32_t i = 0; i < over.count; i++) {
        struct scope *inner = scope_new(e->arena, scope, 1);
        struct binding variable = {
            .name = each->variable.text, .at = each->variable.at, .kind = BINDING_VALUE};
        variable.value = value_number(each->over->at, over.at[i], over.dimension);
        scope_add(inner, variable, NULL);
        row.entries[i] = (struct side){eval(e, inner, each->body), each->body->at, each->body};
        /* What is wrong the first time is wrong every time. */
        if (value_failed(row.entries[i].value)) return value_error();
    }
    return join_rows(e, expr->at, &row, 1);
}

/* ---- indices --------------------------------------------------------------------------------- */

static bool index_of(struct elaborator *e, struct argument a, const char *of, uint32_t count,
                     uint32_t *out) {
    double index;
    if (!need_whole(e, "an index", a, -INFINITY, INFINITY, &index)) return false;
    if (index < 0 || index >= count) {
        diag_error(e->diags, a.at, CODE_INDEX,
                   "index %g is outside: there %s %u %s%s, counted from 0", index,
                   count == 1 ? "is" : "are", count, of, count == 1 ? "" : "s");
        return false;
    }
    *out = (uint32_t)index;
    return true;
}

struct value eval_index(struct elaborator *e, struct scope *scope, const struct ast_expr *expr) {
    const struct ast_index *index = &expr->as.index;
    struct value of = eval(e, scope, index->of);
    struct argument at[2] = {{.given = false}};
    bool well = !value_failed(of);
    for (size_t i = 0; i < index->index_count && i < 2; i++) {
        at[i] = (struct argument){eval(e, scope, index->indices[i]), index->indices[i]->at, true};
        well = well && !value_failed(at[i].value);
    }
    if (!well) return value_error();
    if (of.kind != VALUE_MATRIX) {
        diag_error(e->diags, index->of->at, CODE_INDEX,
                   "only vectors and matrices have entries, but this is %s",
                   value_noun(e->arena, of));
        return value_error();
    }
    const struct matrix *m = of.matrix;
    uint32_t row = 0, col = 0;
    if (index->index_count > 2 || (index->index_count == 1 && !value_is_vector(of))) {
        diag_error(e->diags, index->brackets, CODE_INDEX, "%s takes %s", value_noun(e->arena, of),
                   value_is_vector(of) ? "an index or two: [i] or [row, column]"
                                       : "two indices: [row, column]");
        return value_error();
    }
    if (index->index_count == 1) {
        uint32_t entry;
        if (!index_of(e, at[0], m->rows * m->cols == 1 ? "entry" : "entrie", m->rows * m->cols,
                      &entry))
            return value_error();
        return value_number(expr->at, m->at[entry], of.dimension);
    }
    if (!index_of(e, at[0], "row", m->rows, &row) || !index_of(e, at[1], "column", m->cols, &col))
        return value_error();
    return value_number(expr->at, matrix_at(m, row, col), of.dimension);
}
