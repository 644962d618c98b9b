/* What the grammar's actions call: one constructor for each form. Checks that the grammar cannot
 * express, or could only with a poor message, are made here. */
#ifndef ADACC_LANG_BUILD_H
#define ADACC_LANG_BUILD_H

#include "lang/layout.h"

typedef const struct ast_expr *expr; /* the grammar's own word */

struct expr_list {
    VEC(expr) items;
};
struct row_list {
    VEC(struct ast_row) items;
};
struct point_list {
    VEC(struct ast_point) items;
};
struct argument_list {
    VEC(struct ast_argument) items;
};
struct parameter_list {
    VEC(struct ast_parameter) items;
};
struct local_list {
    VEC(struct ast_local) items;
};

struct parser {
    struct arena *arena;
    const struct source *source;
    struct diags *diags;
    struct layout layout;
    struct token current; /* handed out last */
    bool deep;            /* too deep was said of this statement */
    expr refused; /* the operation that was last refused: what it stands in is not told again */
    VEC(const struct ast_statement *) statements;
};

struct bound { /* `in lo..hi`, `<= e` */
    enum ast_relation relation;
    span relation_at;
    expr value;
};

/* Reports that something nests too deep, once a statement. */
void build_too_deep(struct parser *parser, span at);

struct ast_name build_name(struct token token);

expr build_number(struct parser *parser, struct token token);
expr build_string(struct parser *parser, struct token token);
expr build_path(struct parser *parser, struct ast_path path, span at);
expr build_wire(struct parser *parser, span at);
expr build_unary(struct parser *parser, enum ast_kind kind, expr operand, span operator_at,
                 span at);
expr build_binary(struct parser *parser, enum ast_operator operator, expr left, span operator_at,
                  expr right);
expr build_call(struct parser *parser, struct ast_path callee,
                const struct argument_list *arguments, span brackets, span at);
expr build_index(struct parser *parser, expr of, const struct expr_list *indices, span brackets,
                 span at);
expr build_matrix(struct parser *parser, const struct row_list *rows, span at);
expr build_each(struct parser *parser, expr body, struct ast_name variable, expr over, span at);
expr build_range(struct parser *parser, expr first, span operator_at, expr last);
expr build_points(struct parser *parser, const struct point_list *points, span at);
expr build_parentheses(struct parser *parser, expr inner, span outer);

struct expr_list *list_expr(struct parser *parser, struct expr_list *list, expr item);
struct row_list *list_row(struct parser *parser, struct row_list *list,
                          const struct expr_list *entries, span at);
struct point_list *list_point(struct parser *parser, struct point_list *list, expr key, expr value,
                              span at);
/* Absent keyword: by position. */
struct argument_list *list_argument(struct parser *parser, struct argument_list *list,
                                    struct ast_argument argument);
struct parameter_list *list_parameter(struct parser *parser, struct parameter_list *list,
                                      struct ast_parameter parameter);
struct local_list *list_local(struct parser *parser, struct local_list *list,
                              struct ast_local local);

/* An option more of a knob; `more` holds that one alone. */
struct ast_knob build_options(struct parser *parser, struct ast_knob knob, struct ast_knob more,
                              span at);

/* Adds a statement to the file. */
void state(struct parser *parser, struct ast_statement statement);
void state_define(struct parser *parser, struct ast_name defined, bool is_function,
                  const struct parameter_list *parameters, expr body,
                  const struct local_list *locals, span at);
void state_knob(struct parser *parser, struct ast_name defined, expr initial, expr range,
                struct ast_knob options, span word, span at);

#endif
