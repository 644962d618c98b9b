#include "lang/build.h"

/* ---- depth ---------------------------------------------------------------------------------- */

void build_too_deep(struct parser *parser, span at) {
    if (parser->deep) return;
    parser->deep = true;
    struct diag *d = diag_error(parser->diags, at, CODE_TOO_DEEP,
                                "the expression nests deeper than the limit of %d", LIMIT_DEPTH);
    diag_help(d, "give parts of it names of their own");
}

static int deeper(int a, int b) {
    return a > b ? a : b;
}

/* A node above what is `below` deep. Too deep, it becomes a leaf: nothing recurses past the limit. */
static struct ast_expr *make(struct parser *parser, enum ast_kind kind, span at, int below) {
    struct ast_expr *made = ARENA_NEW(parser->arena, struct ast_expr);
    *made = (struct ast_expr){.kind = kind, .at = at, .outer = at, .depth = below + 1};
    if (made->depth > LIMIT_DEPTH) {
        build_too_deep(parser, at);
        made->kind = AST_WIRE;
        made->depth = 1;
    }
    return made;
}

/* ---- leaves --------------------------------------------------------------------------------- */

struct ast_name build_name(struct token token) {
    return (struct ast_name){token.as.word, token.at};
}

expr build_number(struct parser *parser, struct token token) {
    struct ast_expr *made = make(parser, AST_NUMBER, token.at, 0);
    made->as.number = token.as.number;
    return made;
}

expr build_string(struct parser *parser, struct token token) {
    struct ast_expr *made = make(parser, AST_STRING, token.at, 0);
    made->as.string = token.as.string;
    return made;
}

expr build_path(struct parser *parser, struct ast_path path, span at) {
    struct ast_expr *made = make(parser, AST_NAME, at, 0);
    made->as.path = path;
    return made;
}

expr build_wire(struct parser *parser, span at) {
    return make(parser, AST_WIRE, at, 0);
}

/* ---- operations ----------------------------------------------------------------------------- */

expr build_unary(struct parser *parser, enum ast_kind kind, expr operand, span operator_at,
                 span at) {
    struct ast_expr *made = make(parser, kind, at, operand->depth);
    made->as.unary = (struct ast_unary){operand, operator_at};
    return made;
}

static bool is_bare(expr e, enum ast_operator operator) {
    return e->kind == AST_BINARY && e->as.binary.operator == operator &&
           e->at.begin == e->outer.begin;
}

static const char *text_at(const struct parser *parser, span at, int *length) {
    *length = (int)(at.end - at.begin);
    return parser->source->text + (at.begin - parser->source->base);
}

/* `a | b & c` and `a ~ b ~ c`: two readings, so none. */
static bool is_refused(struct parser *parser, enum ast_operator operator, expr left,
                       span operator_at, expr right) {
    bool mixed = (operator == AST_PARALLEL && is_bare(left, AST_STACK)) ||
                 (operator == AST_STACK && is_bare(left, AST_PARALLEL));
    bool chained = operator == AST_FEEDBACK && is_bare(left, AST_FEEDBACK);
    if (!mixed && !chained) return false;
    if (left == parser->refused) return true; /* a longer chain is one mistake */
    const struct ast_binary *first = &left->as.binary;
    struct diag *d = mixed
        ? diag_error(parser->diags, operator_at, CODE_MIXED_PARALLEL,
                     "expected parentheses where '|' and '&' stand together, found '%s' after '%s'",
                     ast_operators[operator].spelling, ast_operators[first->operator].spelling)
        : diag_error(parser->diags, operator_at, CODE_CHAINED_FEEDBACK,
                     "'~' does not associate: expected parentheses, found a second '~'");
    diag_label(d, first->operator_at, "%s", "");
    int a, b, c;
    const char *one = text_at(parser, first->left->outer, &a);
    const char *two = text_at(parser, first->right->outer, &b);
    const char *three = text_at(parser, right->outer, &c);
    if (a + b + c > 70) return true;
    const char *o = ast_operators[first->operator].spelling;
    const char *p = ast_operators[operator].spelling;
    diag_help(d, "(%.*s %s %.*s) %s %.*s", a, one, o, b, two, p, c, three);
    diag_help(d, "%.*s %s (%.*s %s %.*s)", a, one, o, b, two, p, c, three);
    return true;
}

expr build_binary(struct parser *parser, enum ast_operator operator, expr left, span operator_at,
                  expr right) {
    bool refused = is_refused(parser, operator, left, operator_at, right);
    struct ast_expr *made = make(parser, AST_BINARY, span_join(left->outer, right->outer),
                                 deeper(left->depth, right->depth));
    made->as.binary = (struct ast_binary){operator, operator_at, left, right};
    if (refused) parser->refused = made;
    return made;
}

expr build_range(struct parser *parser, expr first, span operator_at, expr last) {
    struct ast_expr *made = make(parser, AST_RANGE, span_join(first->outer, last->outer),
                                 deeper(first->depth, last->depth));
    made->as.range = (struct ast_range){first, last, operator_at};
    return made;
}

expr build_parentheses(struct parser *parser, expr inner, span outer) {
    struct ast_expr *made = ARENA_NEW(parser->arena, struct ast_expr);
    *made = *inner;
    made->outer = outer;
    return made;
}

expr build_call(struct parser *parser, struct ast_path callee,
                const struct argument_list *arguments, span brackets, span at) {
    int below = 0;
    for (size_t i = 0; arguments && i < arguments->items.count; i++)
        below = deeper(below, arguments->items.at[i].value->depth);
    struct ast_expr *made = make(parser, AST_CALL, at, below);
    made->as.call = (struct ast_call){.callee = callee, .brackets = brackets};
    if (arguments) {
        made->as.call.arguments = arguments->items.at;
        made->as.call.argument_count = arguments->items.count;
    }
    return made;
}

expr build_index(struct parser *parser, expr of, const struct expr_list *indices, span brackets,
                 span at) {
    int below = of->depth;
    for (size_t i = 0; i < indices->items.count; i++)
        below = deeper(below, indices->items.at[i]->depth);
    struct ast_expr *made = make(parser, AST_INDEX, at, below);
    made->as.index = (struct ast_index){of, indices->items.at, indices->items.count, brackets};
    return made;
}

expr build_matrix(struct parser *parser, const struct row_list *rows, span at) {
    int below = 0;
    for (size_t i = 0; i < rows->items.count; i++)
        for (size_t k = 0; k < rows->items.at[i].count; k++)
            below = deeper(below, rows->items.at[i].entries[k]->depth);
    struct ast_expr *made = make(parser, AST_MATRIX, at, below);
    made->as.matrix = (struct ast_matrix){rows->items.at, rows->items.count};
    return made;
}

expr build_each(struct parser *parser, expr body, struct ast_name variable, expr over, span at) {
    struct ast_expr *made = make(parser, AST_EACH, at, deeper(body->depth, over->depth));
    made->as.each = (struct ast_each){body, variable, over};
    return made;
}

expr build_points(struct parser *parser, const struct point_list *points, span at) {
    int below = 0;
    for (size_t i = 0; i < points->items.count; i++)
        below =
            deeper(below, deeper(points->items.at[i].key->depth, points->items.at[i].value->depth));
    struct ast_expr *made = make(parser, AST_POINTS, at, below);
    made->as.points = (struct ast_points){points->items.at, points->items.count};
    return made;
}

/* ---- lists ---------------------------------------------------------------------------------- */

#define LIST_OR_NEW(list) ((list) ? (list) : arena_alloc(parser->arena, sizeof *(list)))

struct expr_list *list_expr(struct parser *parser, struct expr_list *list, expr item) {
    list = LIST_OR_NEW(list);
    vec_push(parser->arena, &list->items, item);
    return list;
}

struct row_list *list_row(struct parser *parser, struct row_list *list,
                          const struct expr_list *entries, span at) {
    list = LIST_OR_NEW(list);
    vec_push(parser->arena, &list->items,
             (struct ast_row){entries->items.at, entries->items.count, at});
    return list;
}

struct point_list *list_point(struct parser *parser, struct point_list *list, expr key, expr value,
                              span at) {
    list = LIST_OR_NEW(list);
    vec_push(parser->arena, &list->items, (struct ast_point){key, value, at});
    return list;
}

static void given_twice(struct parser *parser, const char *what, struct ast_name again,
                        struct ast_name before) {
    struct diag *d = diag_error(parser->diags, again.at, CODE_GIVEN_TWICE,
                                "expected each %s once, found '%s' again", what, again.text->text);
    diag_note(d, before.at, "'%s' was given here", before.text->text);
}

struct argument_list *list_argument(struct parser *parser, struct argument_list *list,
                                    struct ast_argument argument) {
    list = LIST_OR_NEW(list);
    size_t count = list->items.count;
    const struct ast_argument *before = count ? &list->items.at[count - 1] : NULL;
    if (!argument.keyword.text && before && before->keyword.text) {
        struct diag *d =
            diag_error(parser->diags, argument.value->outer, CODE_POSITION_AFTER_NAME,
                       "expected an argument by name, 'x = ...', after another by name, "
                       "found one by position");
        diag_note(d, before->at, "'%s' is given by name", before->keyword.text->text);
        return list;
    }
    for (size_t i = 0; argument.keyword.text && i < count; i++)
        if (list->items.at[i].keyword.text == argument.keyword.text) {
            given_twice(parser, "argument", argument.keyword, list->items.at[i].keyword);
            return list;
        }
    vec_push(parser->arena, &list->items, argument);
    return list;
}

struct parameter_list *list_parameter(struct parser *parser, struct parameter_list *list,
                                      struct ast_parameter parameter) {
    list = LIST_OR_NEW(list);
    for (size_t i = 0; i < list->items.count; i++)
        if (list->items.at[i].name.text == parameter.name.text) {
            given_twice(parser, "parameter", parameter.name, list->items.at[i].name);
            return list;
        }
    vec_push(parser->arena, &list->items, parameter);
    return list;
}

struct local_list *list_local(struct parser *parser, struct local_list *list,
                              struct ast_local local) {
    list = LIST_OR_NEW(list);
    for (size_t i = 0; i < list->items.count; i++)
        if (list->items.at[i].name.text == local.name.text) {
            given_twice(parser, "local", local.name, list->items.at[i].name);
            return list;
        }
    vec_push(parser->arena, &list->items, local);
    return list;
}

/* ---- statements ----------------------------------------------------------------------------- */

struct ast_knob build_options(struct parser *parser, struct ast_knob knob, struct ast_knob more,
                              span at) {
    const char *twice = NULL;
    if (span_known(more.log_at)) {
        if (span_known(knob.log_at)) twice = "'log'";
        knob.log_at = more.log_at;
    } else if (more.step) {
        if (knob.step) twice = "'step'";
        knob.step = more.step;
    } else if (more.smooth) {
        if (knob.smooth) twice = "'smooth'";
        knob.smooth = more.smooth;
    } else {
        if (knob.label.text) twice = "label";
        knob.label = more.label;
    }
    if (twice)
        diag_error(parser->diags, at, CODE_GIVEN_TWICE, "expected one %s of a knob, found another",
                   twice);
    return knob;
}

void state(struct parser *parser, struct ast_statement statement) {
    struct ast_statement *made = ARENA_NEW(parser->arena, struct ast_statement);
    *made = statement;
    vec_push(parser->arena, &parser->statements, made);
    parser->deep = false;
    parser->refused = NULL;
}

void state_define(struct parser *parser, struct ast_name defined, bool is_function,
                  const struct parameter_list *parameters, expr body,
                  const struct local_list *locals, span at) {
    struct ast_define define = {.name = defined, .is_function = is_function, .body = body};
    if (parameters) {
        define.parameters = parameters->items.at;
        define.parameter_count = parameters->items.count;
    }
    if (locals) {
        define.locals = locals->items.at;
        define.local_count = locals->items.count;
    }
    state(parser, (struct ast_statement){
                      .kind = AST_DEFINE, .at = at, .word = defined.at, .as.define = define});
}

void state_knob(struct parser *parser, struct ast_name defined, expr initial, expr range,
                struct ast_knob options, span word, span at) {
    options.name = defined;
    options.initial = initial;
    options.range = range;
    state(parser,
          (struct ast_statement){.kind = AST_KNOB, .at = at, .word = word, .as.knob = options});
}
