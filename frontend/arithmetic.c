/* The operators that numbers, matrices and systems share. Loosely: numbers calculate, matrices do
 * linear algebra, and what holds a system becomes one. */
#include <math.h>

#include "frontend/elaborate.h"
#include "frontend/rational.h"
#include "ir/base/limits.h"

static bool is_numeric(struct value v) {
    return v.kind == VALUE_NUMBER || v.kind == VALUE_MATRIX;
}

static bool is_square(struct shape shape) {
    return shape.ins == shape.outs;
}

/* ---- entry by entry ------------------------------------------------------------------------- */

/* f over the entries; a number stands for each. Both are numbers or matrices, of one shape. */
static struct value over_entries(struct elaborator *e, span at, enum function function,
                                 struct value a, struct value b, int dimension) {
    if (a.kind == VALUE_NUMBER && b.kind == VALUE_NUMBER) {
        struct operand n = operand_apply(e->arena, function, a.number, b.number);
        return value_checked(e, value_number(at, n, dimension));
    }
    const struct matrix *shape = a.kind == VALUE_MATRIX ? a.matrix : b.matrix;
    size_t count = (size_t)shape->rows * shape->cols;
    struct operand *out = ARENA_ARRAY(e->arena, count, struct operand);
    for (size_t i = 0; i < count; i++) {
        out[i] =
            operand_apply(e->arena, function, a.kind == VALUE_MATRIX ? a.matrix->at[i] : a.number,
                          b.kind == VALUE_MATRIX ? b.matrix->at[i] : b.number);
    }
    return value_checked(
        e, value_matrix(at, matrix_of(e->arena, shape->rows, shape->cols, out), dimension));
}

static bool same_size(struct value a, struct value b) {
    return a.matrix->rows == b.matrix->rows && a.matrix->cols == b.matrix->cols;
}

static const char *size_text(struct elaborator *e, struct value v) {
    return text_format(e->arena, "%u x %u", v.matrix->rows, v.matrix->cols);
}

/* Two matrices that do not fit: the second is where the caret is. */
static struct diag *refuse_sizes(struct elaborator *e, const char *operator, struct side a,
                                 struct side b) {
    const char *first = size_text(e, a.value), *second = size_text(e, b.value);
    struct diag *diag =
        diag_error(e->diags, b.at, CODE_MATRIX_SHAPE,
                   "'a %s b' cannot join matrices of these sizes: a is %s and b is %s", operator,
                   first, second);
    diag_label(diag, b.at, "%s", second);
    diag_label(diag, a.at, "%s", first);
    return diag;
}

static bool dimension_fits(struct elaborator *e, span at, int dimension) {
    if (dimension <= DIMENSION_MOST && dimension >= -DIMENSION_MOST) return true;
    diag_error(e->diags, at, CODE_DIMENSION, "a power of time is at most %d", DIMENSION_MOST);
    return false;
}

/* Both are of some kind that an operator can take; what is not is reported. */
static bool can_calculate(struct elaborator *e, const char *operator, struct side side) {
    switch (side.value.kind) {
    case VALUE_NUMBER:
    case VALUE_MATRIX:
    case VALUE_SYSTEM:
    case VALUE_RATIONAL: return true;
    case VALUE_FUNCTION: return to_system(e, side) != NULL;
    case VALUE_ERROR: return false;
    default: break;
    }
    diag_error(e->diags, side.at, CODE_VALUE_KIND,
               "'%s' takes numbers, matrices and systems, but this is %s", operator,
               value_noun(e->arena, side.value));
    return false;
}

static bool can_calculate_both(struct elaborator *e, const char *operator, struct side a,
                               struct side b) {
    bool first = can_calculate(e, operator, a);
    return can_calculate(e, operator, b) && first;
}

/* ---- sums ----------------------------------------------------------------------------------- */

static struct value refuse_number_and_matrix(struct elaborator *e, const char *operator,
                                             struct side number, struct side matrix, span at) {
    const struct matrix *m = matrix.value.matrix;
    const char *k = text_at(e, number.expr ? number.expr->outer : number.at);
    struct diag *diag = diag_error(e->diags, at, CODE_NUMBER_SHAPE,
                                   "'%s' of a number and %s could mean two things", operator,
                                   value_noun(e->arena, matrix.value));
    if (m->rows == m->cols) diag_help(diag, "for the diagonal alone %s*id(%u)", k, m->rows);
    diag_help(diag, "for every entry %s*ones(%u, %u)", k, m->rows, m->cols);
    return value_error();
}

static struct value add_numbers(struct elaborator *e, span at, struct side a, struct side b,
                                bool subtract) {
    const char *operator= subtract ? "-" : "+";
    if (a.value.kind != b.value.kind) {
        struct side number = a.value.kind == VALUE_NUMBER ? a : b;
        struct side matrix = a.value.kind == VALUE_NUMBER ? b : a;
        if (!value_is_vector(matrix.value)) {
            return refuse_number_and_matrix(e, operator, number, matrix, at);
        }
    } else if (a.value.kind == VALUE_MATRIX && !same_size(a.value, b.value)) {
        refuse_sizes(e, operator, a, b);
        return value_error();
    }
    if (a.value.dimension != b.value.dimension) {
        struct diag *diag =
            diag_error(e->diags, b.at, CODE_DIMENSION,
                       "'%s' needs two of a kind, but these are %s and %s", operator,
                       value_noun(e->arena, a.value), value_noun(e->arena, b.value));
        diag_label(diag, b.at, "%s", value_noun(e->arena, b.value));
        diag_label(diag, a.at, "%s", value_noun(e->arena, a.value));
        return value_error();
    }
    return over_entries(e, at, subtract ? FUNCTION_SUB : FUNCTION_ADD, a.value, b.value,
                        a.value.dimension);
}

const struct node *number_beside(struct elaborator *e, const char *operator, struct side number,
                                 struct party other) {
    if (is_square(other.shape)) return to_system_of_width(e, number, other.shape.ins);
    struct diag *diag = diag_error(
        e->diags, number.at, CODE_NUMBER_SHAPE,
        "'%s' takes a number as that multiple of the identity, but its neighbour is %s, not square",
        operator, shape_text(e->arena, other.shape));
    diag_label(diag, other.at, "%s", shape_text(e->arena, other.shape));
    diag_help(diag, "%s*ones(%u, %u)", text_at(e, number.expr ? number.expr->outer : number.at),
              other.shape.outs, other.shape.ins);
    return NULL;
}

static const struct node *negated(struct elaborator *e, span at, const struct node *node) {
    if (!node) return NULL;
    if (node->op == OP_GAIN && !node->name) {
        return node_gain(&e->build, node->at,
                         matrix_scale(e->arena, operand_constant(-1), node->matrix));
    }
    return series_of(e, at, node, scaled_wires(e, at, operand_constant(-1), node->shape.outs));
}

const struct node *addend(struct elaborator *e, struct party left, struct side b, bool subtract) {
    const char *operator= subtract ? "-" : "+";
    if (!can_calculate(e, operator, b)) return NULL;
    const struct node *right =
        b.value.kind == VALUE_NUMBER ? number_beside(e, operator, b, left) : to_system(e, b);
    struct shape shape;
    if (!right || !shape_sum(e->diags, b.at, left, (struct party){right->shape, b.at}, &shape))
        return NULL;
    return subtract ? negated(e, b.at, right) : right;
}

struct value value_add(struct elaborator *e, span at, struct side a, struct side b, bool subtract) {
    const char *operator= subtract ? "-" : "+";
    if (!can_calculate_both(e, operator, a, b)) return value_error();
    if (is_numeric(a.value) && is_numeric(b.value)) return add_numbers(e, at, a, b, subtract);
    if (value_is_rational(a.value) && value_is_rational(b.value)) {
        bool open;
        struct value sum = rational_add(e, at, a, b, subtract, &open);
        if (!open) return sum;
    }
    const struct node *left;
    if (a.value.kind == VALUE_NUMBER) {
        const struct node *right = to_system(e, b);
        left = right ? number_beside(e, operator, a, (struct party){right->shape, b.at}) : NULL;
    } else {
        left = to_system(e, a);
    }
    if (!left) return value_error();
    const struct node *right = addend(e, (struct party){left->shape, a.at}, b, subtract);
    return value_system(at, right ? node_pair(&e->build, at, OP_SUM, left, right) : NULL);
}

struct value value_negate(struct elaborator *e, span at, struct side a) {
    if (!can_calculate(e, "-", a)) return value_error();
    if (a.value.kind == VALUE_SYSTEM) return value_system(at, negated(e, at, a.value.system));
    if (a.value.kind == VALUE_RATIONAL) {
        struct value minus = value_number(at, operand_constant(-1), DIMENSION_NUMBER);
        return rational_multiply(e, at, a, (struct side){minus, at, NULL});
    }
    struct value zero = value_number(at, operand_constant(0), a.value.dimension);
    return over_entries(e, at, FUNCTION_NEG, a.value, zero, a.value.dimension);
}

/* ---- products ------------------------------------------------------------------------------- */

/* So many multiplications of numbers count as one evaluation. */
enum { PRODUCTS_A_STEP = 1024 };

/* Null after a report. */
static const struct matrix *product_of(struct elaborator *e, span at, const struct matrix *a,
                                       const struct matrix *b) {
    uint64_t work = (uint64_t)a->rows * a->cols * b->cols;
    if (!spend(e, at, work / PRODUCTS_A_STEP)) return NULL;
    return matrix_multiply(e->arena, a, b);
}

static struct value multiply_matrices(struct elaborator *e, span at, struct side a, struct side b) {
    int dimension = a.value.dimension + b.value.dimension;
    const struct matrix *x = a.value.matrix, *y = b.value.matrix;
    if (x->cols == y->rows) {
        const struct matrix *m = product_of(e, at, x, y);
        return m ? value_checked(e, value_matrix(at, m, dimension)) : value_error();
    }
    /* A 1 x 1 matrix is a 1 -> 1 system, and scales. */
    if (value_is_single(a.value) || value_is_single(b.value)) {
        struct value k = value_is_single(a.value) ? a.value : b.value;
        return value_checked(
            e, value_matrix(at, matrix_scale(e->arena, value_single(k), k.matrix == x ? y : x),
                            dimension));
    }
    struct diag *diag = refuse_sizes(e, "*", a, b);
    if (same_size(a.value, b.value)) diag_help(diag, "entry by entry it is '.*'");
    return value_error();
}

/* k a, each outlet scaled. */
static struct value scale_system(struct elaborator *e, span at, struct side k,
                                 const struct node *node, bool first) {
    if (!node) return value_error();
    const struct node *gain = to_system_of_width(e, k, first ? node->shape.ins : node->shape.outs);
    return value_system(at, first ? series_of(e, at, gain, node) : series_of(e, at, node, gain));
}

static struct value multiply_systems(struct elaborator *e, span at, struct side a, struct side b) {
    const struct node *x = to_system(e, a), *y = to_system(e, b);
    if (!x || !y) return value_error();
    if (x->shape.ins != y->shape.outs) {
        if (x->shape.ins == 1 && x->shape.outs == 1) {
            x = node_copies(&e->build, at, x, y->shape.outs);
        } else if (y->shape.ins == 1 && y->shape.outs == 1) {
            y = node_copies(&e->build, at, y, x->shape.ins);
        } else {
            struct diag *diag = diag_error(
                e->diags, b.at, CODE_MATRIX_SHAPE,
                "product 'a * b' gives b's outlets to a's inlets, but a is %s and b is %s",
                shape_text(e->arena, x->shape), shape_text(e->arena, y->shape));
            diag_label(diag, b.at, "%s", shape_text(e->arena, y->shape));
            diag_label(diag, a.at, "%s", shape_text(e->arena, x->shape));
            if (x->shape.outs == y->shape.ins) {
                diag_help(diag, "in a product b acts first; in a series 'a -> b' it is a");
            }
            return value_error();
        }
    }
    return value_system(at, series_of(e, at, y, x));
}

struct value value_multiply(struct elaborator *e, span at, struct side a, struct side b) {
    if (!can_calculate_both(e, "*", a, b)) return value_error();
    if (is_numeric(a.value) && is_numeric(b.value)) {
        int dimension = a.value.dimension + b.value.dimension;
        if (!dimension_fits(e, at, dimension)) return value_error();
        if (a.value.kind == VALUE_MATRIX && b.value.kind == VALUE_MATRIX)
            return multiply_matrices(e, at, a, b);
        return over_entries(e, at, FUNCTION_MUL, a.value, b.value, dimension);
    }
    if (value_is_rational(a.value) && value_is_rational(b.value))
        return rational_multiply(e, at, a, b);
    if (a.value.kind == VALUE_NUMBER) return scale_system(e, at, a, b.value.system, false);
    if (b.value.kind == VALUE_NUMBER) return scale_system(e, at, b, a.value.system, true);
    return multiply_systems(e, at, a, b);
}

/* ---- quotients ------------------------------------------------------------------------------ */

static bool is_one(const struct ast_expr *x) {
    return x && x->kind == AST_NUMBER && x->as.number.unit == AST_UNIT_NONE &&
           x->as.number.value == 1;
}

static struct value refuse_quotient(struct elaborator *e, span at, struct side a, struct side b) {
    struct diag *diag =
        diag_error(e->diags, b.at, CODE_QUOTIENT, "'/' divides by a number, but this is %s",
                   value_noun(e->arena, b.value));
    if (is_numeric(a.value) && b.value.kind == VALUE_MATRIX)
        diag_help(diag, "entry by entry it is './'");
    const struct ast_expr *d = b.expr;
    if (b.value.kind == VALUE_SYSTEM && d && d->kind == AST_BINARY &&
        d->as.binary.operator== AST_SUBTRACT && is_one(d->as.binary.left)) {
        /* 1/(1 - x) = 1 ~ x */
        const char *back = text_at(e, d->as.binary.right->outer);
        if (is_one(a.expr)) diag_fix(diag, at, "1 ~ %s", back);
        else diag_help(diag, "1/(1 - x) is the feedback 1 ~ x: here 1 ~ %s", back);
    } else if (b.value.kind == VALUE_SYSTEM) {
        diag_help(diag, "1/(1 - x) is the feedback 1 ~ x");
    }
    return value_error();
}

static bool report_zero(struct elaborator *e, span at, struct operand divisor) {
    if (!operand_is(divisor, 0)) return false;
    diag_error(e->diags, at, CODE_NOT_A_VALUE, "%s is zero, and nothing can be divided by it",
               text_at(e, at));
    return true;
}

struct value value_divide(struct elaborator *e, span at, struct side a, struct side b) {
    if (!can_calculate_both(e, "/", a, b)) return value_error();
    if (value_is_rational(a.value) && value_is_rational(b.value) &&
        (a.value.kind == VALUE_RATIONAL || b.value.kind == VALUE_RATIONAL))
        return rational_divide(e, at, a, b);
    if (b.value.kind == VALUE_RATIONAL) {
        /* a / b of a system is a times 1 / b. */
        struct value one = value_number(at, operand_constant(1), DIMENSION_NUMBER);
        struct value inverse = rational_divide(e, b.at, (struct side){one, b.at, NULL}, b);
        return value_failed(inverse)
                   ? inverse
                   : value_multiply(e, at, (struct side){inverse, b.at, b.expr}, a);
    }
    if (!value_is_single(b.value)) return refuse_quotient(e, at, a, b);
    struct operand divisor = value_single(b.value);
    if (report_zero(e, b.at, divisor)) return value_error();
    struct value number = value_number(b.at, divisor, b.value.dimension);
    if (is_numeric(a.value)) {
        int dimension = a.value.dimension - b.value.dimension;
        if (!dimension_fits(e, at, dimension)) return value_error();
        return over_entries(e, at, FUNCTION_DIV, a.value, number, dimension);
    }
    number.number = operand_div(e->arena, operand_constant(1), divisor);
    if (value_failed(value_checked(e, number))) return value_error();
    return scale_system(e, at, (struct side){number, b.at, b.expr}, a.value.system, false);
}

/* ---- powers --------------------------------------------------------------------------------- */

static struct value power_of_number(struct elaborator *e, span at, struct side a, double exponent) {
    int dimension = a.value.dimension;
    double product = dimension * exponent;
    if (product != trunc(product)) {
        diag_error(e->diags, at, CODE_DIMENSION, "the power %g of %s is no whole power of time",
                   exponent, value_noun(e->arena, a.value));
        return value_error();
    }
    if (fabs(product) > DIMENSION_MOST) {
        dimension_fits(e, at, DIMENSION_MOST + 1);
        return value_error();
    }
    struct value n = value_number(at, operand_constant(exponent), DIMENSION_NUMBER);
    return over_entries(e, at, FUNCTION_POW, a.value, n, (int)product);
}

static bool exponent_of(struct elaborator *e, struct side a, struct side b, double *out) {
    int dimension;
    struct operand operand;
    if (!need_number(e, "an exponent", argument_of(b), &operand, &dimension)) return false;
    if (dimension != DIMENSION_NUMBER) {
        diag_error(e->diags, b.at, CODE_DIMENSION, "an exponent is a plain number, but this is %s",
                   dimension_noun(e->arena, dimension));
        return false;
    }
    *out = operand.value;
    if (!operand.expr) return true;
    struct diag *diag = report_knob(e, b.at, "an exponent", operand);
    if (is_numeric(a.value)) {
        diag_help(diag, "of numbers, pow(%s, %s) may", text_at(e, a.at), text_at(e, b.at));
    }
    return false;
}

static bool count_of(struct elaborator *e, span at, struct side b, double exponent, uint32_t *out) {
    double whole;
    struct argument number = {value_number(b.at, operand_constant(exponent), 0), b.at, true};
    if (!need_whole(e, "this exponent", number, -INFINITY, LIMIT_CASCADE, &whole)) return false;
    if (whole < 0) {
        struct diag *diag =
            diag_error(e->diags, b.at, CODE_WHOLE_NUMBER,
                       "a matrix or system has powers from 0 on, but this is %g", whole);
        diag_help(diag, "the inverse of a matrix of numbers is inv(%s)", text_at(e, at));
        return false;
    }
    *out = (uint32_t)whole;
    return true;
}

static struct value power_of_matrix(struct elaborator *e, span at, struct side a, uint32_t n) {
    const struct matrix *square = a.value.matrix, *result = NULL;
    for (uint32_t bits = n; bits; bits >>= 1) {
        if (bits & 1) {
            result = result ? product_of(e, at, result, square) : square;
            if (!result) return value_error();
        }
        if (bits > 1) {
            square = product_of(e, at, square, square);
            if (!square) return value_error();
        }
    }
    if (!result) result = matrix_identity(e->arena, square->rows);
    return value_checked(e, value_matrix(at, result, DIMENSION_NUMBER));
}

static struct value refuse_square(struct elaborator *e, struct side a) {
    struct diag *diag = diag_error(e->diags, a.at, CODE_MATRIX_SHAPE,
                                   "a power '^' needs a square matrix or system, but this is %s",
                                   value_noun(e->arena, a.value));
    if (a.value.kind == VALUE_MATRIX) diag_help(diag, "entry by entry it is '.^'");
    return value_error();
}

struct value value_power(struct elaborator *e, span at, struct side a, struct side b) {
    double exponent;
    if (value_failed(a.value) || value_failed(b.value)) return value_error();
    if (!can_calculate(e, "^", a)) return value_error();
    if (!exponent_of(e, a, b, &exponent)) return value_error();
    if (a.value.kind == VALUE_RATIONAL) return rational_power(e, at, a, b, exponent);
    if (a.value.kind == VALUE_NUMBER) return power_of_number(e, at, a, exponent);
    if (a.value.kind == VALUE_MATRIX) {
        if (a.value.matrix->rows != a.value.matrix->cols) return refuse_square(e, a);
        if (a.value.dimension != DIMENSION_NUMBER) {
            diag_error(e->diags, a.at, CODE_DIMENSION,
                       "a power of a matrix needs plain numbers, but this is %s",
                       value_noun(e->arena, a.value));
            return value_error();
        }
    } else if (!is_square(a.value.system->shape)) {
        return refuse_square(e, a);
    }
    uint32_t n;
    if (!count_of(e, a.at, b, exponent, &n)) return value_error();
    if (a.value.kind == VALUE_MATRIX) return power_of_matrix(e, at, a, n);
    const struct node *base = a.value.system;
    if (n == 0) return value_system(at, node_wire(&e->build, at, base->shape.ins));
    const struct node **parts = ARENA_ARRAY(e->arena, n, const struct node *);
    for (uint32_t i = 0; i < n; i++) parts[i] = base;
    return value_system(at, node_combine(&e->build, at, OP_SERIES, parts, n));
}

struct value value_elementwise(struct elaborator *e, span at, enum ast_operator operator,
                               struct side a, struct side b) {
    if (value_failed(a.value) || value_failed(b.value)) return value_error();
    const char *spelling = ast_operators[operator].spelling;
    for (int i = 0; i < 2; i++) {
        struct side side = i ? b : a;
        if (is_numeric(side.value)) continue;
        diag_error(e->diags, side.at, CODE_VALUE_KIND,
                   "'%s' takes numbers and matrices, but this is %s", spelling,
                   value_noun(e->arena, side.value));
        return value_error();
    }
    if (operator== AST_EACH_POWER) {
        double exponent;
        if (value_is_single(b.value)) {
            return exponent_of(e, a, b, &exponent) ? power_of_number(e, at, a, exponent)
                                                   : value_error();
        }
        for (size_t i = 0; i < (size_t)b.value.matrix->rows * b.value.matrix->cols; i++) {
            if (!b.value.matrix->at[i].expr) continue;
            report_knob(e, b.at, "an exponent", b.value.matrix->at[i]);
            return value_error();
        }
        if (a.value.dimension != DIMENSION_NUMBER || b.value.dimension != DIMENSION_NUMBER) {
            diag_error(e->diags, at, CODE_DIMENSION,
                       "'.^' with several exponents needs plain numbers");
            return value_error();
        }
    }
    if (a.value.kind == VALUE_MATRIX && b.value.kind == VALUE_MATRIX &&
        !same_size(a.value, b.value)) {
        refuse_sizes(e, spelling, a, b);
        return value_error();
    }
    if (operator== AST_EACH_POWER)
        return over_entries(e, at, FUNCTION_POW, a.value, b.value, DIMENSION_NUMBER);
    bool times = operator== AST_EACH_MULTIPLY;
    if (!times) {
        size_t count =
            b.value.kind == VALUE_MATRIX ? (size_t)b.value.matrix->rows * b.value.matrix->cols : 1;
        for (size_t i = 0; i < count; i++) {
            if (b.value.kind == VALUE_NUMBER ? report_zero(e, b.at, b.value.number)
                                             : operand_is(b.value.matrix->at[i], 0)) {
                if (b.value.kind == VALUE_MATRIX) {
                    diag_error(e->diags, b.at, CODE_NOT_A_VALUE,
                               "an entry of %s is zero, and nothing can be divided by it",
                               text_at(e, b.at));
                }
                return value_error();
            }
        }
    }
    int dimension = a.value.dimension + (times ? b.value.dimension : -b.value.dimension);
    if (!dimension_fits(e, at, dimension)) return value_error();
    return over_entries(e, at, times ? FUNCTION_MUL : FUNCTION_DIV, a.value, b.value, dimension);
}
