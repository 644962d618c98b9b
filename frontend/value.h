/* What an expression of .adg denotes. */
#ifndef ADACC_FRONTEND_VALUE_H
#define ADACC_FRONTEND_VALUE_H

#include "frontend/dimension.h"
#include "ir/node.h"

enum value_kind {
    VALUE_ERROR,          /* what was reported: whatever it meets becomes one too, silently */
    VALUE_NUMBER,         /* number, dimension */
    VALUE_MATRIX,         /* matrix, dimension; a vector is one with one row or one column */
    VALUE_SYSTEM,         /* system */
    VALUE_RATIONAL,       /* rational: a polynomial in z, or quotients of them */
    VALUE_STRING,         /* string */
    VALUE_RANGE,          /* range, dimension */
    VALUE_POINTS,         /* points */
    VALUE_FUNCTION        /* function */
};

struct value_range {
    struct operand first, last;
};

struct value_point {
    struct operand key, value;
    int key_dimension, value_dimension;
    span at;
};

struct value_points {
    const struct value_point *at;
    size_t count;
};

/* A function is a definition with the place where its names are looked up, or built in. */
struct function_value {
    name name;
    const struct ast_define *define; /* null: built in */
    struct scope *scope;
    const struct builtin *builtin;
};

struct value {
    enum value_kind kind;
    int dimension; /* of time: see dimension.h */
    span at;       /* the expression that made it */
    name name;     /* of the definition that it is first the value of; may be null */
    union {
        struct operand number;
        const struct matrix *matrix;
        const struct node *system;
        const struct rational *rational; /* frontend/rational.h */
        const struct ast_string *string;
        struct value_range range;
        struct value_points points;
        const struct function_value *function;
    };
};

static inline struct value value_error(void) {
    return (struct value){.kind = VALUE_ERROR};
}
static inline bool value_failed(struct value v) {
    return v.kind == VALUE_ERROR;
}
static inline bool value_is_vector(struct value v) {
    return v.kind == VALUE_MATRIX && (v.matrix->rows == 1 || v.matrix->cols == 1);
}
/* A number, or the single entry of a 1 x 1 matrix. */
static inline bool value_is_single(struct value v) {
    return v.kind == VALUE_NUMBER ||
           (v.kind == VALUE_MATRIX && v.matrix->rows == 1 && v.matrix->cols == 1);
}
static inline struct operand value_single(struct value v) {
    return v.kind == VALUE_NUMBER ? v.number : v.matrix->at[0];
}

struct value value_number(span at, struct operand number, int dimension);
struct value value_matrix(span at, const struct matrix *matrix, int dimension);
struct value value_system(span at, const struct node *system); /* null: VALUE_ERROR */

/* "a time", "a vector of 8 entries", "a 2 x 3 matrix", "a system 2 -> 2". */
const char *value_noun(struct arena *arena, struct value v);

#endif
