/* Calls: of definitions, of built-in functions, and of functions of numbers over whole matrices. */
#include <string.h>

#include "frontend/builtins.h"
#include "ir/base/limits.h"

/* ---- parameters ----------------------------------------------------------------------------- */

static size_t parameter_count(const struct function_value *f) {
    return f->define ? f->define->parameter_count : f->builtin->most;
}

const char *builtin_parameter(struct arena *arena, const struct builtin *builtin, size_t i) {
    const char *words = builtin->parameters;
    while (i--) words = strchr(words, ' ') + 1;
    const char *end = strchr(words, ' ');
    return arena_copy(arena, words, end ? (size_t)(end - words) : strlen(words));
}

static const char *parameter_name(struct elaborator *e, const struct function_value *f, size_t i) {
    if (f->define) return f->define->parameters[i].name.text->text;
    return builtin_parameter(e->arena, f->builtin, i);
}

static bool parameter_needed(const struct function_value *f, size_t i) {
    return f->define ? !f->define->parameters[i].otherwise : i < f->builtin->least;
}

/* "f(a, b)" */
static const char *form_of(struct elaborator *e, const struct function_value *f) {
    struct text text;
    text_init(&text, e->arena);
    text_printf(&text, "%s(", f->name->text);
    for (size_t i = 0; i < parameter_count(f); i++) {
        text_printf(&text, "%s%s", i ? ", " : "", parameter_name(e, f, i));
    }
    text_put(&text, ")");
    return text_chars(&text);
}

static struct diag *refuse_call(struct elaborator *e, const struct function_value *f, span at,
                                const char *message) {
    struct diag *diag = diag_error(e->diags, at, CODE_ARGUMENTS, "%s", message);
    if (f->define) diag_note(diag, f->define->name.at, "'%s' is defined here", f->name->text);
    return diag;
}

static bool refuse_count(struct elaborator *e, const struct function_value *f, size_t count,
                         span at) {
    size_t most = parameter_count(f);
    refuse_call(e, f, at,
                most == 0 ? text_format(e->arena, "'%s' takes no argument, but there %s %zu",
                                        f->name->text, count == 1 ? "is" : "are", count)
                          : text_format(e->arena, "%s takes %zu argument%s, but there are %zu",
                                        form_of(e, f), most, most == 1 ? "" : "s", count));
    return false;
}

static bool place_keyword(struct elaborator *e, const struct function_value *f,
                          const struct ast_argument *from, struct argument *to,
                          struct value value) {
    size_t count = parameter_count(f);
    struct suggestion suggestion = {.wanted = from->keyword.text->text};
    for (size_t i = 0; i < count; i++) {
        const char *parameter = parameter_name(e, f, i);
        if (strcmp(parameter, from->keyword.text->text) != 0) {
            suggestion_offer(&suggestion, parameter);
            continue;
        }
        if (to[i].given) {
            refuse_call(e, f, from->at,
                        text_format(e->arena, "argument '%s' of '%s' is given by position already",
                                    parameter, f->name->text));
            return false;
        }
        to[i] = (struct argument){value, from->value->at, true};
        return true;
    }
    struct diag *diag = refuse_call(
        e, f, from->keyword.at,
        text_format(e->arena, "%s has no parameter '%s'", form_of(e, f), from->keyword.text->text));
    if (suggestion.best) diag_fix(diag, from->keyword.at, "%s", suggestion.best);
    return false;
}

/* What a built-in function reports of a parameter that has none of its own. */
struct value refuse_missing(struct elaborator *e, const struct builtin_call *call, size_t i) {
    struct function_value f = {.name = name_of(e->names, call->builtin->name),
                               .builtin = call->builtin};
    refuse_call(e, &f, call->at,
                text_format(e->arena, "%s lacks its argument '%s'", form_of(e, &f),
                            parameter_name(e, &f, i)));
    return value_error();
}

static bool all_given(struct elaborator *e, const struct function_value *f,
                      const struct argument *arguments, span at) {
    for (size_t i = 0; i < parameter_count(f); i++) {
        if (arguments[i].given || !parameter_needed(f, i)) continue;
        refuse_call(e, f, at,
                    text_format(e->arena, "%s lacks its argument '%s'", form_of(e, f),
                                parameter_name(e, f, i)));
        return false;
    }
    return true;
}

/* ---- functions of numbers ------------------------------------------------------------------- */

/* The dimension of what a function of numbers gives; false after a report. */
static bool result_dimension(struct elaborator *e, const struct builtin_call *call, int *out) {
    const struct argument *a = call->arguments;
    int first = a[0].value.dimension;
    switch (call->builtin->function) {
    case FUNCTION_MIN:
    case FUNCTION_MAX:
        *out = first;
        if (a[1].value.dimension == first) return true;
        diag_error(e->diags, call->at, CODE_DIMENSION,
                   "%s compares two of a kind, but these are %s and %s", call->who,
                   dimension_noun(e->arena, first), dimension_noun(e->arena, a[1].value.dimension));
        return false;
    case FUNCTION_ABS: *out = first; return true;
    case FUNCTION_SQRT:
        *out = first / 2;
        if (first % 2 == 0) return true;
        break;
    default: *out = DIMENSION_NUMBER; break;
    }
    for (size_t i = 0; i < call->builtin->most; i++) {
        if (a[i].value.dimension == DIMENSION_NUMBER) continue;
        struct diag *diag =
            diag_error(e->diags, a[i].at, CODE_DIMENSION, "%s takes a plain number, but this is %s",
                       call->who, dimension_noun(e->arena, a[i].value.dimension));
        if (a[i].value.dimension == DIMENSION_TIME) {
            diag_help(diag, "times fs it is the number of samples: %s*fs", text_at(e, a[i].at));
        } else if (a[i].value.dimension == DIMENSION_FREQUENCY) {
            diag_help(diag, "over fs it is a plain number: %s/fs", text_at(e, a[i].at));
        }
        return false;
    }
    return true;
}

static struct value apply_elementwise(struct elaborator *e, const struct builtin_call *call) {
    const struct argument *a = call->arguments;
    size_t count = call->builtin->most;
    const struct matrix *shape = NULL;
    for (size_t i = 0; i < count; i++) {
        struct value v = a[i].value;
        if (v.kind != VALUE_NUMBER && v.kind != VALUE_MATRIX) {
            diag_error(e->diags, a[i].at, CODE_VALUE_KIND,
                       "%s takes numbers and matrices, but this is %s", call->who,
                       value_noun(e->arena, v));
            return value_error();
        }
        if (v.kind != VALUE_MATRIX) continue;
        if (shape && (shape->rows != v.matrix->rows || shape->cols != v.matrix->cols)) {
            diag_error(e->diags, call->at, CODE_MATRIX_SHAPE,
                       "%s works entry by entry, but its arguments are %s and %s", call->who,
                       value_noun(e->arena, a[0].value), value_noun(e->arena, v));
            return value_error();
        }
        shape = v.matrix;
    }
    int dimension;
    if (!result_dimension(e, call, &dimension)) return value_error();
    size_t entries = shape ? (size_t)shape->rows * shape->cols : 1;
    struct operand *out = ARENA_ARRAY(e->arena, entries, struct operand);
    for (size_t k = 0; k < entries; k++) {
        struct operand in[2] = {operand_constant(0), operand_constant(0)};
        for (size_t i = 0; i < count; i++) {
            in[i] = a[i].value.kind == VALUE_MATRIX ? a[i].value.matrix->at[k] : a[i].value.number;
        }
        out[k] = operand_apply(e->arena, call->builtin->function, in[0], in[1]);
    }
    if (!shape) return value_checked(e, value_number(call->at, out[0], dimension));
    return value_checked(
        e, value_matrix(call->at, matrix_of(e->arena, shape->rows, shape->cols, out), dimension));
}

/* ---- the call itself ------------------------------------------------------------------------ */

/* What went wrong inside a definition that was called says where the call is. */
static void note_calls(struct elaborator *e, const struct diag *before, const char *callee,
                       span at) {
    struct diag *d = before ? before->next : e->diags->first;
    for (; d; d = d->next) {
        if (d->severity == SEVERITY_ERROR) diag_note(d, at, "in this call of '%s'", callee);
    }
}

static struct value eval_body(struct elaborator *e, const struct function_value *f,
                              struct scope *scope) {
    struct value v = eval(e, scope, f->define->body);
    for (size_t i = 0; i < scope->count; i++) {
        struct binding *b = &scope->bindings[i];
        if (b->kind == BINDING_EXPR && b->state == BINDING_UNSEEN) eval_binding(e, scope, b, b->at);
    }
    if (v.kind == VALUE_SYSTEM && !v.system->name)
        v.system = node_named(&e->build, v.system, f->name);
    if ((v.kind == VALUE_MATRIX || v.kind == VALUE_RATIONAL) && !v.name) v.name = f->name;
    return v;
}

static struct scope *scope_of_call(struct elaborator *e, const struct function_value *f,
                                   const struct argument *arguments) {
    const struct ast_define *define = f->define;
    struct scope *scope =
        scope_new(e->arena, f->scope, define->parameter_count + define->local_count);
    for (size_t i = 0; i < define->parameter_count; i++) {
        const struct ast_parameter *p = &define->parameters[i];
        struct binding b = {.name = p->name.text, .at = p->name.at};
        b.kind = arguments[i].given ? BINDING_VALUE : BINDING_EXPR;
        b.value = arguments[i].value;
        b.expr = p->otherwise;
        scope_add(scope, b, NULL);
    }
    for (size_t i = 0; i < define->local_count; i++) {
        const struct ast_local *l = &define->locals[i];
        struct binding b = {
            .name = l->name.text, .at = l->name.at, .kind = BINDING_EXPR, .expr = l->value};
        struct binding *there;
        if (scope_add(scope, b, &there)) continue;
        struct diag *diag =
            diag_error(e->diags, l->name.at, CODE_DEFINED_TWICE,
                       "'%s' is a parameter of '%s' already", l->name.text->text, f->name->text);
        diag_note(diag, there->at, "the parameter");
        return NULL;
    }
    return scope;
}

struct value eval_with_locals(struct elaborator *e, const struct ast_define *define,
                              struct scope *outer) {
    struct function_value f = {.name = define->name.text, .define = define, .scope = outer};
    struct scope *scope = scope_of_call(e, &f, NULL);
    return scope ? eval_body(e, &f, scope) : value_error();
}

static struct value call_definition(struct elaborator *e, const struct function_value *f,
                                    const struct argument *arguments, span at) {
    if (e->calls >= LIMIT_CALLS) {
        struct diag *diag = diag_error(e->diags, at, CODE_CALLS_TOO_DEEP,
                                       "calls nest deeper than %d, and '%s' is called once more",
                                       LIMIT_CALLS, f->name->text);
        diag_note(diag, f->define->name.at, "a function that calls itself never ends");
        e->stopped = true;
        return value_error();
    }
    struct binding *binding = scope_find_here(f->scope, f->name);
    if (binding) binding->called = true;
    struct scope *scope = scope_of_call(e, f, arguments);
    if (!scope) return value_error();
    const struct diag *outer = e->noted, *before = e->diags->last;
    e->noted = before;
    e->calls++;
    struct value v = eval_body(e, f, scope);
    e->calls--;
    if (!e->stopped) note_calls(e, e->noted, f->name->text, at);
    /* What a definition of the file that was evaluated meanwhile reported belongs to no call. */
    if (e->noted == before) e->noted = outer;
    return v;
}

static struct value call_filled(struct elaborator *e, const struct function_value *f,
                                const struct argument *arguments, span at) {
    if (f->define) return call_definition(e, f, arguments, at);
    struct builtin_call call = {f->builtin, text_format(e->arena, "'%s'", f->name->text), arguments,
                                at};
    return f->builtin->make ? f->builtin->make(e, &call) : apply_elementwise(e, &call);
}

struct value call_with(struct elaborator *e, const struct function_value *f,
                       const struct argument *arguments, size_t count, span at) {
    size_t room = parameter_count(f);
    if (count > room) return refuse_count(e, f, count, at), value_error();
    struct argument *all = ARENA_ARRAY(e->arena, room, struct argument);
    for (size_t i = 0; i < count; i++) {
        if (value_failed(arguments[i].value)) return value_error();
        all[i] = arguments[i];
    }
    if (!all_given(e, f, all, at)) return value_error();
    return call_filled(e, f, all, at);
}

static struct value not_a_function(struct elaborator *e, const struct ast_expr *expr,
                                   struct value v) {
    const char *callee = expr->as.call.callee.last.text->text;
    struct diag *diag =
        diag_error(e->diags, expr->as.call.callee.last.at, CODE_NOT_A_FUNCTION,
                   "'%s' is %s and cannot be called", callee, value_noun(e->arena, v));
    if (v.kind == VALUE_MATRIX) {
        diag_help(diag, "an entry of it is %s[%s]", callee, value_is_vector(v) ? "i" : "i, j");
    } else if (v.kind == VALUE_NUMBER && expr->as.call.argument_count == 1) {
        diag_help(diag, "a product is %s*%s", callee,
                  text_at(e, expr->as.call.arguments[0].value->outer));
    } else if (v.kind == VALUE_SYSTEM && expr->as.call.argument_count == 1) {
        diag_help(diag, "a system's input comes by '->'");
    }
    return value_error();
}

/* Within implicit(...) a loop without delay is no mistake yet. */
static struct value eval_argument(struct elaborator *e, struct scope *scope,
                                  const struct function_value *f, const struct ast_expr *x) {
    bool outside = e->implicit;
    if (f->builtin && f->builtin->make == make_implicit) e->implicit = true;
    struct value v = eval(e, scope, x);
    e->implicit = outside;
    return v;
}

struct value eval_call(struct elaborator *e, struct scope *scope, const struct ast_expr *expr) {
    const struct ast_call *call = &expr->as.call;
    struct ast_expr callee = {
        .kind = AST_NAME, .at = call->callee.last.at, .outer = call->callee.last.at};
    callee.as.path = call->callee;
    struct value of = eval(e, scope, &callee);
    if (value_failed(of)) return of;
    if (of.kind != VALUE_FUNCTION) return not_a_function(e, expr, of);
    const struct function_value *f = of.function;
    size_t room = parameter_count(f);
    struct argument *arguments = ARENA_ARRAY(e->arena, room, struct argument);
    size_t by_position = 0;
    bool well = true;
    for (size_t i = 0; i < call->argument_count; i++)
        by_position += !call->arguments[i].keyword.text;
    if (by_position > room) well = refuse_count(e, f, by_position, expr->at);
    for (size_t i = 0; i < call->argument_count; i++) {
        const struct ast_argument *a = &call->arguments[i];
        struct value v = eval_argument(e, scope, f, a->value);
        bool failed = value_failed(v);
        if (!well) continue;
        if (failed) well = false;
        else if (a->keyword.text) well = place_keyword(e, f, a, arguments, v);
        else arguments[i] = (struct argument){v, a->value->at, true};
    }
    if (!well || !all_given(e, f, arguments, expr->at)) return value_error();
    return call_filled(e, f, arguments, expr->at);
}
