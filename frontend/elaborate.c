/* Expressions and names. */
#include "frontend/elaborate.h"

#include <string.h>

#include "frontend/builtins.h"
#include "frontend/elsewhere.h"
#include "frontend/imports.h"
#include "ir/base/limits.h"

const char *text_at(const struct elaborator *e, span at) {
    enum { LONGEST = 48 };
    const struct source *source = source_at(e->reading->sources, at.begin);
    size_t length = at.end - at.begin;
    if (!source || length > LONGEST) return "this";
    const char *text = source->text + (at.begin - source->base);
    if (memchr(text, '\n', length) || memchr(text, '\r', length)) return "this";
    return arena_copy(e->arena, text, length);
}

void report_unknown(struct elaborator *e, struct scope *scope, name wanted, span at) {
    if (e->unread) return;
    struct diag *diag =
        diag_error(e->diags, at, CODE_UNKNOWN_NAME, "nothing is named '%s'", wanted->text);
    if (e->diags->hidden) return; /* nobody will see it */
    const char *elsewhere = elsewhere_help(wanted->text);
    if (elsewhere) {
        diag_help(diag, "%s", elsewhere);
        return;
    }
    struct suggestion suggestion = {.wanted = wanted->text};
    suggestion_offer_scopes(&suggestion, scope);
    imports_offer(e, scope_of_file(scope), &suggestion);
    builtins_offer(&suggestion);
    if (suggestion.best) diag_fix(diag, at, "%s", suggestion.best);
}

static struct value stop(struct elaborator *e) {
    e->stopped = true;
    return value_error();
}

/* "'a' needs 'b', which needs 'a'" */
static struct value report_chain(struct elaborator *e, const struct binding *binding, span use) {
    enum { LONGEST = 32 };
    const struct pending *chain[LONGEST];
    size_t count = 0;
    const struct pending *p = e->pending;
    while (p && count < LONGEST) {
        chain[count++] = p;
        if (p->binding == binding) break;
        p = p->below;
    }
    struct text text;
    text_init(&text, e->arena);
    text_printf(&text, "'%s' needs its own value", binding->name->text);
    if (count > 1) {
        text_printf(&text, ": '%s'", chain[count - 1]->binding->name->text);
        for (size_t i = count - 1; i-- > 0;) {
            text_printf(&text, "%s needs '%s'", i + 2 < count ? ", which" : "",
                        chain[i]->binding->name->text);
        }
        text_printf(&text, ", which needs '%s'", binding->name->text);
    }
    struct diag *diag = diag_error(e->diags, use, CODE_NEEDS_ITSELF, "%s", text_chars(&text));
    for (size_t i = count - 1; i-- > 0;) {
        diag_note(diag, chain[i]->use, "'%s' needs '%s' here", chain[i + 1]->binding->name->text,
                  chain[i]->binding->name->text);
    }
    return value_error();
}

/* A definition's name labels what it is the first to name. */
static struct value labelled(struct elaborator *e, struct value v, name label) {
    if (v.kind == VALUE_SYSTEM && !v.system->name)
        v.system = node_named(&e->build, v.system, label);
    if ((v.kind == VALUE_MATRIX || v.kind == VALUE_RATIONAL) && !v.name) v.name = label;
    return v;
}

static struct value function_of(struct elaborator *e, struct function_value function, span at) {
    struct function_value *kept = ARENA_NEW(e->arena, struct function_value);
    *kept = function;
    return (struct value){.kind = VALUE_FUNCTION, .at = at, .function = kept};
}

static struct value eval_definition(struct elaborator *e, struct scope *scope,
                                    struct binding *binding) {
    if (binding->kind == BINDING_KNOB) return eval_knob(e, scope, binding);
    if (binding->kind == BINDING_PARAM) return eval_param(e, scope, binding);
    bool locals = binding->define && binding->define->local_count;
    struct value v = labelled(e,
                              locals ? eval_with_locals(e, binding->define, scope)
                                     : eval(e, scope, binding->expr),
                              binding->name);
    if (v.kind == VALUE_NUMBER) v.name = binding->name;
    return v;
}

struct value eval_binding(struct elaborator *e, struct scope *scope, struct binding *binding,
                          span use) {
    if (binding->kind == BINDING_VALUE || binding->state == BINDING_DONE) return binding->value;
    if (binding->state == BINDING_ACTIVE) return report_chain(e, binding, use);
    if (binding->kind == BINDING_FUNCTION) {
        struct function_value f = {
            .name = binding->name, .define = binding->define, .scope = scope};
        binding->value = function_of(e, f, binding->at);
        binding->state = BINDING_DONE;
        return binding->value;
    }
    struct pending pending = {e->pending, binding, use};
    e->pending = &pending;
    binding->state = BINDING_ACTIVE;
    binding->value = eval_definition(e, scope, binding);
    binding->state = BINDING_DONE;
    e->pending = pending.below;
    if (!scope->outer) e->noted = e->diags->last;
    return binding->value;
}

void report_unknown_in(struct elaborator *e, const struct ast_path *path,
                       const struct scope *scope) {
    const char *prefix = path->prefix.text->text;
    struct diag *diag = diag_error(e->diags, path->last.at, CODE_UNKNOWN_NAME,
                                   "'%s' defines no '%s'", prefix, path->last.text->text);
    struct suggestion suggestion = {.wanted = path->last.text->text};
    suggestion_offer_scopes(&suggestion, scope);
    if (suggestion.best) diag_fix(diag, path->last.at, "%s", suggestion.best);
}

static struct value eval_name(struct elaborator *e, struct scope *scope,
                              const struct ast_expr *expr) {
    const struct ast_path *path = &expr->as.path;
    name wanted = path->last.text;
    struct scope *where;
    struct binding *binding = path->prefix.text ? NULL : scope_find(scope, wanted, &where);
    if (!binding && !imports_find(e, scope_of_file(scope), path, &binding, &where))
        return value_error();
    if (binding) return eval_binding(e, where, binding, expr->at);
    if (path->prefix.text) return report_unknown_in(e, path, where), value_error();
    struct value constant;
    if (builtin_constant(e->arena, wanted, expr->at, &constant)) return constant;
    const struct builtin *builtin = builtin_find(wanted);
    if (builtin)
        return function_of(e, (struct function_value){.name = wanted, .builtin = builtin},
                           expr->at);
    report_unknown(e, scope, wanted, expr->at);
    return value_error();
}

static struct value eval_transpose(struct elaborator *e, struct scope *scope,
                                   const struct ast_expr *expr) {
    struct value v = eval(e, scope, expr->as.unary.operand);
    if (value_failed(v) || v.kind == VALUE_NUMBER) return v;
    if (v.kind != VALUE_MATRIX) {
        diag_error(e->diags, expr->as.unary.operand->at, CODE_VALUE_KIND,
                   "a transpose ' takes a matrix, but this is %s", value_noun(e->arena, v));
        return value_error();
    }
    return value_matrix(expr->at, matrix_transpose(e->arena, v.matrix), v.dimension);
}

static struct value eval_range(struct elaborator *e, struct scope *scope,
                               const struct ast_expr *expr) {
    const struct ast_expr *ends[2] = {expr->as.range.first, expr->as.range.last};
    struct operand at[2];
    int dimension[2];
    bool well = true;
    for (int i = 0; i < 2; i++) {
        struct argument end = {eval(e, scope, ends[i]), ends[i]->at, true};
        well = need_number(e, "an end of a range", end, &at[i], &dimension[i]) && well;
    }
    if (!well) return value_error();
    if (dimension[0] != dimension[1]) {
        struct diag *diag = diag_error(
            e->diags, expr->at, CODE_DIMENSION,
            "both ends of a range carry their unit, but the first is %s and the last is %s",
            dimension_noun(e->arena, dimension[0]), dimension_noun(e->arena, dimension[1]));
        if (dimension[0] == DIMENSION_NUMBER && ends[0]->kind == AST_NUMBER &&
            ends[1]->kind == AST_NUMBER) {
            diag_fix(diag, expr->at, "%s%s..%s", text_at(e, ends[0]->at),
                     ast_units[ends[1]->as.number.unit].suffix, text_at(e, ends[1]->at));
        }
        return value_error();
    }
    return (struct value){
        .kind = VALUE_RANGE, .at = expr->at, .dimension = dimension[0], .range = {at[0], at[1]}};
}

static struct value eval_points(struct elaborator *e, struct scope *scope,
                                const struct ast_expr *expr) {
    size_t count = expr->as.points.count;
    struct value_point *points = ARENA_ARRAY(e->arena, count, struct value_point);
    bool well = true;
    for (size_t i = 0; i < count; i++) {
        const struct ast_point *from = &expr->as.points.points[i];
        struct argument key = {eval(e, scope, from->key), from->key->at, true};
        struct argument value = {eval(e, scope, from->value), from->value->at, true};
        points[i].at = from->at;
        well =
            need_number(e, "the left of a point", key, &points[i].key, &points[i].key_dimension) &&
            well;
        well = need_number(e, "the right of a point", value, &points[i].value,
                           &points[i].value_dimension) &&
               well;
    }
    if (!well) return value_error();
    return (struct value){.kind = VALUE_POINTS, .at = expr->at, .points = {points, count}};
}

static struct value eval_kind(struct elaborator *e, struct scope *scope,
                              const struct ast_expr *expr) {
    switch (expr->kind) {
    case AST_NUMBER: {
        const struct ast_number *number = &expr->as.number;
        return value_number(expr->at, operand_constant(unit_value(number, e->rate)),
                            unit_dimension(number->unit));
    }
    case AST_STRING:
        return (struct value){.kind = VALUE_STRING, .at = expr->at, .string = &expr->as.string};
    case AST_NAME: return eval_name(e, scope, expr);
    case AST_WIRE: return value_system(expr->at, node_wire(&e->build, expr->at, 1));
    case AST_NEGATE: {
        const struct ast_expr *of = expr->as.unary.operand;
        return value_negate(e, expr->at, (struct side){eval(e, scope, of), of->at, of});
    }
    case AST_TRANSPOSE: return eval_transpose(e, scope, expr);
    case AST_BINARY: return eval_binary(e, scope, expr);
    case AST_CALL: return eval_call(e, scope, expr);
    case AST_INDEX: return eval_index(e, scope, expr);
    case AST_MATRIX: return eval_matrix(e, scope, expr);
    case AST_EACH: return eval_each(e, scope, expr);
    case AST_RANGE: return eval_range(e, scope, expr);
    case AST_POINTS: return eval_points(e, scope, expr);
    }
    return value_error();
}

bool spend(struct elaborator *e, span at, uint64_t steps) {
    if (e->stopped) return false;
    e->steps += steps;
    if (e->steps <= LIMIT_EVALUATIONS) return true;
    diag_error(e->diags, at, CODE_CALLS_TOO_DEEP,
               "the program asks for more than %d evaluations of expressions", LIMIT_EVALUATIONS);
    e->stopped = true;
    return false;
}

struct value eval(struct elaborator *e, struct scope *scope, const struct ast_expr *expr) {
    if (e->stopped) return value_error();
    if (!spend(e, expr->at, 1)) return value_error();
    if (e->depth >= LIMIT_EVALUATION_DEPTH) {
        diag_error(e->diags, expr->at, CODE_TOO_DEEP,
                   "more than %d expressions wait for one another here", LIMIT_EVALUATION_DEPTH);
        return stop(e);
    }
    e->depth++;
    struct value v = eval_kind(e, scope, expr);
    e->depth--;
    return v.kind == VALUE_SYSTEM ? depth_checked(e, v, expr->at) : v;
}
