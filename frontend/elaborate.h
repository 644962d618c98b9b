/* From the syntax tree to values: what the files elaborate*.c and builtins*.c share.
 *
 * Definitions are evaluated when first asked for and kept. Every eval_ function gives VALUE_ERROR
 * after a report, and whatever meets such a value gives one as well without another report.
 */
#ifndef ADACC_FRONTEND_ELABORATE_H
#define ADACC_FRONTEND_ELABORATE_H

#include "frontend/reader.h"
#include "frontend/scope.h"
#include "ir/base/vec.h"
#include "ir/build.h"
#include "ir/shape.h"
#include "ir/base/memo.h"

/* A definition that is being evaluated, and where it was asked for. */
struct pending {
    const struct pending *below;
    const struct binding *binding;
    span use;
};

struct elaborator {
    struct reading *reading;
    struct arena *arena;
    struct names *names;
    struct diags *diags;
    struct build build;
    double rate; /* samples a second */
    const struct ast_file *root; /* the program's own file */
    struct scope *file;          /* its scope */
    struct module *modules;      /* it and what it imports (frontend/imports.h) */
    struct knob *knobs; /* the program's by the order of their statements, then those of imported
                           files as they are asked for */
    uint32_t knob_count, knob_room;
    VEC(struct param) params; /* as they were asked for */
    bool unread;   /* a file to import could not be read: names that are unknown may be its */
    bool implicit; /* within implicit(...): a loop without delay may be solved */
    const struct pending *pending;
    const struct ast_expr *before, *after; /* of a feedback about to be evaluated: its neighbours in
                                              the series that it is part of; null: none */
    uint32_t calls;                        /* how deep */
    uint32_t depth;                        /* of eval in eval */
    uint64_t steps;
    struct memo knob_ids;     /* of knobs, by their ids: the index, from 1 on */
    struct memo depths;       /* of nodes: 1 for a leaf */
    bool stopped;             /* a limit was passed: everything is an error from here on */
    const struct diag *noted; /* reports up to here get no note of the calls around */
};

/* Evaluates the file and fills the program. */
bool elaborate(struct reading *reading, const struct ast_file *file, struct program *program);

/* elaborate_knobs.c: a `knob` or a `param`, whose numbers are looked up in `scope`. */
/* The number with the unit, as help, where the expression is a number without one. */
void offer_unit(struct elaborator *e, struct diag *diag, const struct ast_expr *x,
                enum ast_unit unit);
struct value eval_knob(struct elaborator *e, struct scope *scope, struct binding *binding);
struct value eval_param(struct elaborator *e, struct scope *scope, const struct binding *binding);
/* One more knob of the program, under a name that no other has; NO_KNOB after a report. */
uint32_t knob_new(struct elaborator *e, name id, span at);

/* elaborate_statements.c: the names that a file defines, into its scope. */
void collect_definitions(struct elaborator *e, const struct module *module);

/* elaborate.c */
struct value eval(struct elaborator *e, struct scope *scope, const struct ast_expr *expr);
struct value eval_binding(struct elaborator *e, struct scope *scope, struct binding *binding,
                          span use);
/* Counts so many evaluations; false if that passes the limit, after a report the first time. */
bool spend(struct elaborator *e, span at, uint64_t steps);
void report_unknown(struct elaborator *e, struct scope *scope, name wanted, span at);
/* The same of a prefixed name; `scope` is that of the imported file. */
void report_unknown_in(struct elaborator *e, const struct ast_path *path,
                       const struct scope *scope);

/* elaborate_binary.c: a chain of operators that lean to the left, however long. */
struct value eval_binary(struct elaborator *e, struct scope *scope, const struct ast_expr *expr);

/* elaborate_matrix.c */
struct value eval_matrix(struct elaborator *e, struct scope *scope, const struct ast_expr *expr);
struct value eval_each(struct elaborator *e, struct scope *scope, const struct ast_expr *expr);
struct value eval_index(struct elaborator *e, struct scope *scope, const struct ast_expr *expr);

/* An argument of a call; `at` is where it was written, or the call. */
struct argument {
    struct value value;
    span at;
    bool given;
};

/* elaborate_calls.c */
struct value eval_call(struct elaborator *e, struct scope *scope, const struct ast_expr *expr);
/* The body of a definition without parameters, with its `where`. */
struct value eval_with_locals(struct elaborator *e, const struct ast_define *define,
                              struct scope *outer);
/* f(arguments), all by position. */
struct value call_with(struct elaborator *e, const struct function_value *function,
                       const struct argument *arguments, size_t count, span at);

/* An operand of an operator: its value, and the text that people should see it as. */
struct side {
    struct value value;
    span at;
    const struct ast_expr *expr; /* null: there is none */
};

/* arithmetic.c: + - * / ^ .* ./ .^ and negation, of numbers, matrices and systems. */
struct value value_add(struct elaborator *e, span at, struct side a, struct side b, bool subtract);
/* b as what is added to (or taken from) systems of that shape, which stand at `left`; null after a
 * report. */
const struct node *addend(struct elaborator *e, struct party left, struct side b, bool subtract);
/* k beside a system is k times the identity, which fits a square one. */
const struct node *number_beside(struct elaborator *e, const char *operator, struct side number,
                                 struct party other);
struct value value_multiply(struct elaborator *e, span at, struct side a, struct side b);
struct value value_divide(struct elaborator *e, span at, struct side a, struct side b);
struct value value_power(struct elaborator *e, span at, struct side a, struct side b);
struct value value_elementwise(struct elaborator *e, span at, enum ast_operator operator,
                               struct side a, struct side b);
struct value value_negate(struct elaborator *e, span at, struct side a);

/* convert.c: what a place needs, or a report and false or null. `who` is what asks: "'delay'". */
const struct node *to_system(struct elaborator *e, struct side side);
/* The same, with a number as that many wires scaled. */
const struct node *to_system_of_width(struct elaborator *e, struct side side, uint32_t width);
/* k times the identity; a wire for 1. */
const struct node *scaled_wires(struct elaborator *e, span at, struct operand k, uint32_t n);
const struct node *gain_of(struct elaborator *e, struct value matrix);
/* a, then b; where one of them is wires alone, the other. */
const struct node *series_of(struct elaborator *e, span at, const struct node *a,
                             const struct node *b);

struct vector {
    const struct operand *at;
    uint32_t count;
    int dimension;
};

bool need_number(struct elaborator *e, const char *who, struct argument argument,
                 struct operand *out, int *dimension);
/* A number known when the program is compiled. `what`: "the size of 'id'". */
bool need_constant(struct elaborator *e, const char *what, struct argument argument, double *out,
                   int *dimension);
bool need_whole(struct elaborator *e, const char *what, struct argument argument, double least,
                double most, double *out);
/* A count of channels, rows or columns: 1 .. LIMIT_CHANNELS. */
bool need_size(struct elaborator *e, const char *who, struct argument argument, uint32_t *out);
bool need_vector(struct elaborator *e, const char *who, struct argument argument,
                 struct vector *out);
/* The numbers of a range that can be counted through: whole ones. */
bool count_range(struct elaborator *e, struct argument range, struct vector *out);
bool need_function(struct elaborator *e, const char *who, struct argument argument,
                   const struct function_value **out);
struct argument argument_of(struct side side);

/* The value if its numbers are finite and its expressions not too large, else a report. */
struct value value_checked(struct elaborator *e, struct value v);

/* The system if it nests no deeper than the limit, else a report. */
struct value depth_checked(struct elaborator *e, struct value system, span at);

/* What cannot depend on a knob does: "a length cannot depend on a knob". */
struct diag *report_knob(struct elaborator *e, span at, const char *what, struct operand operand);

/* The text of a place if it is short and on one line; else "this". */
const char *text_at(const struct elaborator *e, span at);

/* elaborate_loops.c: true if the feedback of a and b surely holds a loop without any delay. */
bool feedback_is_direct(struct elaborator *e, const struct node *a, const struct node *b);
bool node_holds_delay(struct elaborator *e, const struct node *node);

#endif
