/* From values to what a place needs. */
#include <math.h>

#include "frontend/elaborate.h"
#include "frontend/rational.h"
#include "ir/base/limits.h"

/* ---- checks of results ---------------------------------------------------------------------- */

static bool operand_checked(struct elaborator *e, struct operand operand, span at) {
    if (!isfinite(operand.value)) {
        diag_error(e->diags, at, CODE_NOT_A_VALUE, "%s is %s", text_at(e, at),
                   isnan(operand.value) ? "not defined: its value is no number"
                                        : "not finite: it divides by zero, or is too large");
        return false;
    }
    if (operand.expr && operand.expr->size > EXPR_SIZE_MAX) {
        diag_error(e->diags, at, CODE_EXPRESSION_SIZE,
                   "an expression of knobs may have %d parts, but this one has more",
                   EXPR_SIZE_MAX);
        return false;
    }
    return true;
}

struct value value_checked(struct elaborator *e, struct value v) {
    if (v.kind == VALUE_NUMBER) return operand_checked(e, v.number, v.at) ? v : value_error();
    if (v.kind != VALUE_MATRIX) return v;
    size_t count = (size_t)v.matrix->rows * v.matrix->cols;
    for (size_t i = 0; i < count; i++) {
        if (!operand_checked(e, v.matrix->at[i], v.at)) return value_error();
    }
    return v;
}

/* Parts were results once themselves, so that their depths are known: this goes a few levels deep.
 */
static uint64_t depth_of(struct elaborator *e, const struct node *node) {
    uint64_t known = memo_at(&e->depths, node, NULL)->number;
    if (known) return known;
    uint64_t deepest = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        uint64_t part = depth_of(e, node->parts[i]);
        if (part > deepest) deepest = part;
    }
    memo_at(&e->depths, node, NULL)->number = deepest + 1;
    return deepest + 1;
}

struct value depth_checked(struct elaborator *e, struct value system, span at) {
    if (depth_of(e, system.system) <= LIMIT_DEPTH) return system;
    diag_error(e->diags, at, CODE_TOO_DEEP, "this system nests deeper than the limit of %d",
               LIMIT_DEPTH);
    return value_error();
}

/* ---- systems -------------------------------------------------------------------------------- */

static const struct node *not_a_system(struct elaborator *e, struct side side) {
    struct value v = side.value;
    if (v.kind == VALUE_FUNCTION) {
        struct diag *diag =
            diag_error(e->diags, side.at, CODE_NOT_A_FUNCTION,
                       "'%s' is a function: a system comes of calling it", v.function->name->text);
        diag_help(diag, "%s(...)", v.function->name->text);
    } else if (!value_failed(v)) {
        diag_error(e->diags, side.at, CODE_VALUE_KIND, "a system is needed here, but this is %s",
                   value_noun(e->arena, v));
    }
    return NULL;
}

static bool is_gain(struct elaborator *e, struct side side) {
    if (side.value.dimension == DIMENSION_NUMBER) return true;
    struct diag *diag =
        diag_error(e->diags, side.at, CODE_DIMENSION, "a gain is a plain number, but this is %s",
                   value_noun(e->arena, side.value));
    if (side.value.kind == VALUE_NUMBER && side.value.dimension == DIMENSION_TIME) {
        diag_help(diag, "a delay of that time is delay(%s)", text_at(e, side.at));
    }
    return false;
}

const struct node *gain_of(struct elaborator *e, struct value matrix) {
    const struct node *node = matrix_is_identity(matrix.matrix)
                                  ? node_wire(&e->build, matrix.at, matrix.matrix->rows)
                                  : node_gain(&e->build, matrix.at, matrix.matrix);
    return matrix.name ? node_named(&e->build, node, matrix.name) : node;
}

const struct node *scaled_wires(struct elaborator *e, span at, struct operand k, uint32_t n) {
    if (operand_is(k, 1)) return node_wire(&e->build, at, n);
    if (!shape_within_limits(e->diags, at, (struct shape){n, n})) return NULL;
    struct operand *entries = ARENA_ARRAY(e->arena, n, struct operand);
    for (uint32_t i = 0; i < n; i++) entries[i] = k;
    return node_gain(&e->build, at, matrix_diagonal(e->arena, n, entries));
}

const struct node *to_system_of_width(struct elaborator *e, struct side side, uint32_t width) {
    struct value v = side.value;
    switch (v.kind) {
    case VALUE_NUMBER: return is_gain(e, side) ? scaled_wires(e, side.at, v.number, width) : NULL;
    case VALUE_MATRIX: return is_gain(e, side) ? gain_of(e, v) : NULL;
    case VALUE_SYSTEM: return v.system;
    case VALUE_RATIONAL: return rational_system(e, side);
    default: return not_a_system(e, side);
    }
}

const struct node *to_system(struct elaborator *e, struct side side) {
    return to_system_of_width(e, side, 1);
}

/* Wires that somebody named stay: the name is what a diagram shows. */
static bool is_plain_wire(const struct node *node) {
    return node->op == OP_WIRE && !node->name;
}

const struct node *series_of(struct elaborator *e, span at, const struct node *a,
                             const struct node *b) {
    if (!a || !b) return NULL;
    if (a->shape.outs == b->shape.ins) {
        if (is_plain_wire(a)) return b;
        if (is_plain_wire(b)) return a;
    }
    return node_pair(&e->build, at, OP_SERIES, a, b);
}

/* ---- arguments ------------------------------------------------------------------------------ */

struct argument argument_of(struct side side) {
    return (struct argument){side.value, side.at, true};
}

static bool refuse_kind(struct elaborator *e, const char *who, const char *wanted,
                        struct argument a) {
    if (value_failed(a.value)) return false;
    diag_error(e->diags, a.at, CODE_VALUE_KIND, "%s needs %s, but this is %s", who, wanted,
               value_noun(e->arena, a.value));
    return false;
}

bool need_number(struct elaborator *e, const char *who, struct argument a, struct operand *out,
                 int *dimension) {
    if (!value_is_single(a.value)) return refuse_kind(e, who, "a number", a);
    *out = value_single(a.value);
    *dimension = a.value.dimension;
    return true;
}

static const struct knob *first_knob(const struct elaborator *e, const struct expr *expr) {
    if (!expr || expr->kind == EXPR_CONSTANT) return NULL;
    if (expr->kind == EXPR_KNOB) return &e->knobs[expr->knob];
    const struct knob *knob = first_knob(e, expr->arguments[0]);
    return knob ? knob : first_knob(e, expr->arguments[1]);
}

struct diag *report_knob(struct elaborator *e, span at, const char *what, struct operand operand) {
    struct diag *diag =
        diag_error(e->diags, at, CODE_KNOB_FIXED,
                   "%s cannot depend on a knob: it is fixed when the program is compiled", what);
    const struct knob *knob = first_knob(e, operand.expr);
    if (knob) diag_note(diag, knob->at, "'%s' is a knob", name_or(knob->id, "this"));
    return diag;
}

bool need_constant(struct elaborator *e, const char *what, struct argument a, double *out,
                   int *dimension) {
    struct operand operand;
    if (!need_number(e, what, a, &operand, dimension)) return false;
    *out = operand.value;
    if (!operand.expr) return true;
    report_knob(e, a.at, what, operand);
    return false;
}

bool need_whole(struct elaborator *e, const char *what, struct argument a, double least,
                double most, double *out) {
    int dimension;
    if (!need_constant(e, what, a, out, &dimension)) return false;
    if (dimension != DIMENSION_NUMBER) {
        diag_error(e->diags, a.at, CODE_DIMENSION, "%s is a whole number, but this is %s", what,
                   dimension_noun(e->arena, dimension));
        return false;
    }
    if (*out == trunc(*out) && *out >= least && *out <= most) return true;
    if (*out != trunc(*out)) {
        diag_error(e->diags, a.at, CODE_WHOLE_NUMBER, "%s is a whole number, but this is %g", what,
                   *out);
    } else if (*out < least) {
        diag_error(e->diags, a.at, CODE_WHOLE_NUMBER, "%s is at least %g, but this is %g", what,
                   least, *out);
    } else {
        diag_error(e->diags, a.at, CODE_WHOLE_NUMBER, "%s is at most %g, but this is %g", what,
                   most, *out);
    }
    return false;
}

bool need_size(struct elaborator *e, const char *who, struct argument a, uint32_t *out) {
    double size;
    const char *what = text_format(e->arena, "a size given to %s", who);
    if (!need_whole(e, what, a, 1, INFINITY, &size)) return false;
    if (size > LIMIT_CHANNELS) {
        diag_error(e->diags, a.at, CODE_TOO_WIDE,
                   "%s is %g, but at most %d channels, rows or columns are allowed", what, size,
                   LIMIT_CHANNELS);
        return false;
    }
    *out = (uint32_t)size;
    return true;
}

bool count_range(struct elaborator *e, struct argument a, struct vector *out) {
    struct value_range range = a.value.range;
    if (a.value.dimension != DIMENSION_NUMBER) {
        diag_error(e->diags, a.at, CODE_RANGE,
                   "a range is counted through in whole numbers, but this one is of %ss",
                   dimension_noun(e->arena, a.value.dimension) + 2);
        return false;
    }
    const struct operand *ends[] = {&range.first, &range.last};
    for (int i = 0; i < 2; i++) {
        if (ends[i]->expr) {
            report_knob(e, a.at, "the length of a vector", *ends[i]);
            return false;
        }
        if (ends[i]->value != trunc(ends[i]->value)) {
            diag_error(e->diags, a.at, CODE_RANGE,
                       "a range is counted through in whole numbers, but an end of this one is %g",
                       ends[i]->value);
            return false;
        }
    }
    double count = range.last.value - range.first.value + 1;
    if (count < 1) {
        diag_error(e->diags, a.at, CODE_RANGE,
                   "the range %g..%g is empty: it counts upwards, both ends included",
                   range.first.value, range.last.value);
        return false;
    }
    if (count > LIMIT_CHANNELS) {
        diag_error(e->diags, a.at, CODE_TOO_WIDE,
                   "this range has %g values, but a vector has at most %d entries", count,
                   LIMIT_CHANNELS);
        return false;
    }
    struct operand *at = ARENA_ARRAY(e->arena, (size_t)count, struct operand);
    *out = (struct vector){at, (uint32_t)count, DIMENSION_NUMBER};
    for (uint32_t i = 0; i < out->count; i++) at[i] = operand_constant(range.first.value + i);
    return true;
}

bool need_vector(struct elaborator *e, const char *who, struct argument a, struct vector *out) {
    if (a.value.kind == VALUE_RANGE) return count_range(e, a, out);
    if (a.value.kind == VALUE_NUMBER) {
        struct operand *one = ARENA_NEW(e->arena, struct operand);
        *one = a.value.number;
        *out = (struct vector){one, 1, a.value.dimension};
        return true;
    }
    if (!value_is_vector(a.value)) return refuse_kind(e, who, "a vector", a);
    const struct matrix *m = a.value.matrix;
    *out = (struct vector){m->at, m->rows * m->cols, a.value.dimension};
    return true;
}

bool need_function(struct elaborator *e, const char *who, struct argument a,
                   const struct function_value **out) {
    if (a.value.kind != VALUE_FUNCTION) return refuse_kind(e, who, "a function", a);
    *out = a.value.function;
    return true;
}
