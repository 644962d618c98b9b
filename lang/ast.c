#include "lang/ast.h"

#include <string.h>

const struct ast_operator_entry ast_operators[AST_OPERATOR_COUNT] = {
#define OPERATOR(NAME, spelling, strength, grouping, meaning)                                      \
    {spelling, strength, AST_GROUP_##grouping, meaning},
#include "lang/operators.def"
#undef OPERATOR
};

/* ---- equality ------------------------------------------------------------------------------- */

static bool same_name(struct ast_name a, struct ast_name b) {
    return a.text == b.text;
}

static bool same_path(struct ast_path a, struct ast_path b) {
    return same_name(a.prefix, b.prefix) && same_name(a.last, b.last);
}

static bool same_string(const struct ast_string *a, const struct ast_string *b) {
    if (!a->text || !b->text) return a->text == b->text;
    return a->length == b->length && !memcmp(a->text, b->text, a->length);
}

static bool same_list(const struct ast_expr *const *a, const struct ast_expr *const *b,
                      size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!ast_equal_expr(a[i], b[i])) return false;
    return true;
}

static bool same_call(const struct ast_call *a, const struct ast_call *b) {
    if (!same_path(a->callee, b->callee) || a->argument_count != b->argument_count) return false;
    for (size_t i = 0; i < a->argument_count; i++)
        if (!same_name(a->arguments[i].keyword, b->arguments[i].keyword) ||
            !ast_equal_expr(a->arguments[i].value, b->arguments[i].value))
            return false;
    return true;
}

static bool same_matrix(const struct ast_matrix *a, const struct ast_matrix *b) {
    if (a->row_count != b->row_count) return false;
    for (size_t i = 0; i < a->row_count; i++)
        if (a->rows[i].count != b->rows[i].count ||
            !same_list(a->rows[i].entries, b->rows[i].entries, a->rows[i].count))
            return false;
    return true;
}

static bool same_points(const struct ast_points *a, const struct ast_points *b) {
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (!ast_equal_expr(a->points[i].key, b->points[i].key) ||
            !ast_equal_expr(a->points[i].value, b->points[i].value))
            return false;
    return true;
}

bool ast_equal_expr(const struct ast_expr *a, const struct ast_expr *b) {
    if (!a || !b) return a == b;
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case AST_NUMBER:
        return a->as.number.value == b->as.number.value && a->as.number.unit == b->as.number.unit;
    case AST_STRING: return same_string(&a->as.string, &b->as.string);
    case AST_NAME: return same_path(a->as.path, b->as.path);
    case AST_WIRE: return true;
    case AST_NEGATE:
    case AST_TRANSPOSE: return ast_equal_expr(a->as.unary.operand, b->as.unary.operand);
    case AST_BINARY:
        return a->as.binary.operator == b->as.binary.operator &&
               ast_equal_expr(a->as.binary.left, b->as.binary.left) &&
               ast_equal_expr(a->as.binary.right, b->as.binary.right);
    case AST_CALL: return same_call(&a->as.call, &b->as.call);
    case AST_INDEX:
        return ast_equal_expr(a->as.index.of, b->as.index.of) &&
               a->as.index.index_count == b->as.index.index_count &&
               same_list(a->as.index.indices, b->as.index.indices, a->as.index.index_count);
    case AST_MATRIX: return same_matrix(&a->as.matrix, &b->as.matrix);
    case AST_EACH:
        return ast_equal_expr(a->as.each.body, b->as.each.body) &&
               same_name(a->as.each.variable, b->as.each.variable) &&
               ast_equal_expr(a->as.each.over, b->as.each.over);
    case AST_RANGE:
        return ast_equal_expr(a->as.range.first, b->as.range.first) &&
               ast_equal_expr(a->as.range.last, b->as.range.last);
    case AST_POINTS: return same_points(&a->as.points, &b->as.points);
    }
    return false;
}

static bool same_define(const struct ast_define *a, const struct ast_define *b) {
    if (!same_name(a->name, b->name) || a->is_function != b->is_function ||
        a->parameter_count != b->parameter_count || a->local_count != b->local_count ||
        !ast_equal_expr(a->body, b->body))
        return false;
    for (size_t i = 0; i < a->parameter_count; i++)
        if (!same_name(a->parameters[i].name, b->parameters[i].name) ||
            !ast_equal_expr(a->parameters[i].otherwise, b->parameters[i].otherwise))
            return false;
    for (size_t i = 0; i < a->local_count; i++)
        if (!same_name(a->locals[i].name, b->locals[i].name) ||
            !ast_equal_expr(a->locals[i].value, b->locals[i].value))
            return false;
    return true;
}

bool ast_equal_statement(const struct ast_statement *a, const struct ast_statement *b) {
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case AST_DEFINE: return same_define(&a->as.define, &b->as.define);
    case AST_KNOB:
        return same_name(a->as.knob.name, b->as.knob.name) &&
               ast_equal_expr(a->as.knob.initial, b->as.knob.initial) &&
               ast_equal_expr(a->as.knob.range, b->as.knob.range) &&
               span_known(a->as.knob.log_at) == span_known(b->as.knob.log_at) &&
               ast_equal_expr(a->as.knob.step, b->as.knob.step) &&
               ast_equal_expr(a->as.knob.smooth, b->as.knob.smooth) &&
               same_string(&a->as.knob.label, &b->as.knob.label);
    case AST_CONTROL:
        return same_name(a->as.control.name, b->as.control.name) &&
               ast_equal_expr(a->as.control.initial, b->as.control.initial) &&
               ast_equal_expr(a->as.control.range, b->as.control.range);
    case AST_PARAM:
        return same_name(a->as.param.name, b->as.param.name) &&
               ast_equal_expr(a->as.param.initial, b->as.param.initial) &&
               ast_equal_expr(a->as.param.range, b->as.param.range);
    case AST_REQUIRE:
        return a->as.require.relation == b->as.require.relation &&
               ast_equal_expr(a->as.require.subject, b->as.require.subject) &&
               ast_equal_expr(a->as.require.bound, b->as.require.bound);
    case AST_IMPORT:
        return same_string(&a->as.import.path, &b->as.import.path) &&
               same_name(a->as.import.prefix, b->as.import.prefix);
    case AST_TITLE:
    case AST_AUTHOR: return same_string(&a->as.text, &b->as.text);
    case AST_RATE: return ast_equal_expr(a->as.rate, b->as.rate);
    }
    return false;
}

bool ast_equal_file(const struct ast_file *a, const struct ast_file *b) {
    if (a->statement_count != b->statement_count) return false;
    for (size_t i = 0; i < a->statement_count; i++)
        if (!ast_equal_statement(a->statements[i], b->statements[i])) return false;
    return true;
}
