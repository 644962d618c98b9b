/* Functions that nobody calls are never evaluated; the names in them are looked up all the same. */
#include "frontend/builtins.h"
#include "frontend/elaborate_statements.h"
#include "frontend/imports.h"

struct local {
    const struct local *outer;
    name name;
};

/* What is checked, and the file that it stands in. */
struct place_of_names {
    struct elaborator *e;
    struct scope *file;
};

static bool is_known(const struct place_of_names *p, const struct local *locals, name wanted) {
    struct elaborator *e = p->e;
    struct value ignored;
    for (; locals; locals = locals->outer) {
        if (locals->name == wanted) return true;
    }
    for (size_t i = 0; i < p->file->import_count; i++) {
        const struct import *import = &p->file->imports[i];
        if (!import->prefix && import->scope && scope_find_here(import->scope, wanted)) return true;
    }
    return scope_find_here(p->file, wanted) || builtin_find(wanted) ||
           builtin_constant(e->arena, wanted, NOWHERE, &ignored);
}

/* The names of a function for did-you-mean. */
static void report(const struct place_of_names *p, const struct local *locals, name wanted,
                   span at) {
    size_t count = 0;
    for (const struct local *l = locals; l; l = l->outer) count++;
    struct scope *scope = scope_new(p->e->arena, p->file, count);
    for (const struct local *l = locals; l; l = l->outer)
        scope_add(scope, (struct binding){.name = l->name}, NULL);
    report_unknown(p->e, scope, wanted, at);
}

static void check_path(const struct place_of_names *p, const struct local *locals,
                       const struct ast_path *path) {
    struct binding *found;
    struct scope *where;
    if (path->prefix.text) {
        if (imports_find(p->e, p->file, path, &found, &where) && !found)
            report_unknown_in(p->e, path, where);
    } else if (!is_known(p, locals, path->last.text)) {
        report(p, locals, path->last.text, path->last.at);
    }
}

/* Depth is bounded as in eval: what is deeper stays unchecked until it is called. */
static void check(const struct place_of_names *p, const struct local *locals,
                  const struct ast_expr *x, unsigned depth) {
    if (!x || depth == 0) return;
    depth--;
    switch (x->kind) {
    case AST_NUMBER:
    case AST_STRING:
    case AST_WIRE: break;
    case AST_NAME: check_path(p, locals, &x->as.path); break;
    case AST_NEGATE:
    case AST_TRANSPOSE: check(p, locals, x->as.unary.operand, depth); break;
    case AST_BINARY:
        check(p, locals, x->as.binary.left, depth);
        check(p, locals, x->as.binary.right, depth);
        break;
    case AST_CALL:
        check_path(p, locals, &x->as.call.callee);
        for (size_t i = 0; i < x->as.call.argument_count; i++)
            check(p, locals, x->as.call.arguments[i].value, depth);
        break;
    case AST_INDEX:
        check(p, locals, x->as.index.of, depth);
        for (size_t i = 0; i < x->as.index.index_count; i++)
            check(p, locals, x->as.index.indices[i], depth);
        break;
    case AST_MATRIX:
        for (size_t i = 0; i < x->as.matrix.row_count; i++) {
            const struct ast_row *row = &x->as.matrix.rows[i];
            for (size_t k = 0; k < row->count; k++) check(p, locals, row->entries[k], depth);
        }
        break;
    case AST_EACH: {
        struct local variable = {locals, x->as.each.variable.text};
        check(p, locals, x->as.each.over, depth);
        check(p, &variable, x->as.each.body, depth);
        break;
    }
    case AST_RANGE:
        check(p, locals, x->as.range.first, depth);
        check(p, locals, x->as.range.last, depth);
        break;
    case AST_POINTS:
        for (size_t i = 0; i < x->as.points.count; i++) {
            check(p, locals, x->as.points.points[i].key, depth);
            check(p, locals, x->as.points.points[i].value, depth);
        }
        break;
    }
}

static void check_function(const struct place_of_names *p, const struct ast_define *define) {
    enum { DEEPEST = 1024 };
    size_t count = define->parameter_count + define->local_count;
    struct local *locals = ARENA_ARRAY(p->e->arena, count, struct local);
    const struct local *last = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t parameters = define->parameter_count;
        locals[i].name = i < parameters ? define->parameters[i].name.text
                                        : define->locals[i - parameters].name.text;
        locals[i].outer = last;
        last = &locals[i];
    }
    for (size_t i = 0; i < define->parameter_count; i++)
        check(p, last, define->parameters[i].otherwise, DEEPEST);
    for (size_t i = 0; i < define->local_count; i++)
        check(p, last, define->locals[i].value, DEEPEST);
    check(p, last, define->body, DEEPEST);
}

void check_uncalled(struct elaborator *e) {
    for (const struct module *m = e->modules; m; m = m->next) {
        struct place_of_names place = {e, m->scope};
        for (size_t i = 0; i < m->scope->count; i++) {
            const struct binding *b = &m->scope->bindings[i];
            if (b->kind == BINDING_FUNCTION && !b->called) check_function(&place, b->define);
            /* What an imported file defines besides is evaluated where somebody asks for it. */
            if (b->kind == BINDING_EXPR && b->state == BINDING_UNSEEN)
                check_function(&place, b->define);
        }
    }
}
