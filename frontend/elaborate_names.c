/* Functions that nobody calls are never evaluated; the names in them are looked up all the same. */
#include "frontend/builtins.h"
#include "frontend/elaborate_statements.h"

struct local {
    const struct local *outer;
    name name;
};

static bool is_known(const struct elaborator *e, const struct local *locals, name wanted) {
    struct value ignored;
    for (; locals; locals = locals->outer) {
        if (locals->name == wanted) return true;
    }
    return scope_find_here(e->file, wanted) || builtin_find(wanted) || builtin_later(wanted) ||
           builtin_constant(wanted, NOWHERE, &ignored);
}

/* The names of a function for did-you-mean. */
static void report(struct elaborator *e, const struct local *locals, name wanted, span at) {
    size_t count = 0;
    for (const struct local *l = locals; l; l = l->outer) count++;
    struct scope *scope = scope_new(e->arena, e->file, count);
    for (const struct local *l = locals; l; l = l->outer)
        scope_add(scope, (struct binding){.name = l->name}, NULL);
    report_unknown(e, scope, wanted, at);
}

static void check_path(struct elaborator *e, const struct local *locals,
                       const struct ast_path *path) {
    if (path->prefix.text || is_known(e, locals, path->last.text)) return;
    report(e, locals, path->last.text, path->last.at);
}

/* Depth is bounded as in eval: what is deeper stays unchecked until it is called. */
static void check(struct elaborator *e, const struct local *locals, const struct ast_expr *x,
                  unsigned depth) {
    if (!x || depth == 0) return;
    depth--;
    switch (x->kind) {
    case AST_NUMBER:
    case AST_STRING:
    case AST_WIRE: break;
    case AST_NAME: check_path(e, locals, &x->as.path); break;
    case AST_NEGATE:
    case AST_TRANSPOSE: check(e, locals, x->as.unary.operand, depth); break;
    case AST_BINARY:
        check(e, locals, x->as.binary.left, depth);
        check(e, locals, x->as.binary.right, depth);
        break;
    case AST_CALL:
        check_path(e, locals, &x->as.call.callee);
        for (size_t i = 0; i < x->as.call.argument_count; i++)
            check(e, locals, x->as.call.arguments[i].value, depth);
        break;
    case AST_INDEX:
        check(e, locals, x->as.index.of, depth);
        for (size_t i = 0; i < x->as.index.index_count; i++)
            check(e, locals, x->as.index.indices[i], depth);
        break;
    case AST_MATRIX:
        for (size_t i = 0; i < x->as.matrix.row_count; i++) {
            const struct ast_row *row = &x->as.matrix.rows[i];
            for (size_t k = 0; k < row->count; k++) check(e, locals, row->entries[k], depth);
        }
        break;
    case AST_EACH: {
        struct local variable = {locals, x->as.each.variable.text};
        check(e, locals, x->as.each.over, depth);
        check(e, &variable, x->as.each.body, depth);
        break;
    }
    case AST_RANGE:
        check(e, locals, x->as.range.first, depth);
        check(e, locals, x->as.range.last, depth);
        break;
    case AST_POINTS:
        for (size_t i = 0; i < x->as.points.count; i++) {
            check(e, locals, x->as.points.points[i].key, depth);
            check(e, locals, x->as.points.points[i].value, depth);
        }
        break;
    }
}

static void check_function(struct elaborator *e, const struct ast_define *define) {
    enum { DEEPEST = 1024 };
    size_t count = define->parameter_count + define->local_count;
    struct local *locals = ARENA_ARRAY(e->arena, count, struct local);
    const struct local *last = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t parameters = define->parameter_count;
        locals[i].name = i < parameters ? define->parameters[i].name.text
                                        : define->locals[i - parameters].name.text;
        locals[i].outer = last;
        last = &locals[i];
    }
    for (size_t i = 0; i < define->parameter_count; i++)
        check(e, last, define->parameters[i].otherwise, DEEPEST);
    for (size_t i = 0; i < define->local_count; i++)
        check(e, last, define->locals[i].value, DEEPEST);
    check(e, last, define->body, DEEPEST);
}

void check_uncalled(struct elaborator *e) {
    for (size_t i = 0; i < e->file->count; i++) {
        const struct binding *b = &e->file->bindings[i];
        if (b->kind == BINDING_FUNCTION && !b->called) check_function(e, b->define);
    }
}
