/* The table of what is built in, and the functions that make systems and matrices. */
#include "frontend/builtins.h"

#include <math.h>
#include <string.h>

#include "frontend/rational.h"
#include "ir/base/limits.h"

const struct builtin builtins[] = {
#define BUILTIN(name, make, parameters, least, most, shape, about)                                 \
    {name, make, parameters, least, most, shape, about, FUNCTION_COUNT},
#include "frontend/builtins.def"
#undef BUILTIN
#define FUNCTION(NAME, text, arguments, meaning)                                                   \
    {text,    NULL,           (arguments) == 2 ? "x y" : "x", arguments, arguments, "",            \
     meaning, FUNCTION_##NAME},
#include "ir/functions.def"
#undef FUNCTION
};
const size_t builtin_count = sizeof builtins / sizeof *builtins;

static const char *const constants[] = {"pi", "fs", "z"};

const struct builtin *builtin_find(name wanted) {
    for (size_t i = 0; i < builtin_count; i++) {
        if (!strcmp(builtins[i].name, wanted->text)) return &builtins[i];
    }
    return NULL;
}

bool builtin_constant(struct arena *arena, name wanted, span at, struct value *out) {
    if (!strcmp(wanted->text, "pi")) {
        *out = value_number(at, operand_constant(M_PI), DIMENSION_NUMBER);
    } else if (!strcmp(wanted->text, "fs")) {
        *out = value_number(at, operand_constant(1), DIMENSION_FREQUENCY);
    } else if (!strcmp(wanted->text, "z")) {
        *out = rational_z(arena, at);
    } else {
        return false;
    }
    return true;
}

void builtins_offer(struct suggestion *suggestion) {
    for (size_t i = 0; i < builtin_count; i++) suggestion_offer(suggestion, builtins[i].name);
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        suggestion_offer(suggestion, constants[i]);
}

/* ---- delays ---------------------------------------------------------------------------------- */

static bool is_rounded(struct operand operand) {
    if (!operand.expr) return operand.value == trunc(operand.value);
    if (operand.expr->kind != EXPR_APPLY) return false;
    enum function f = operand.expr->function;
    return f == FUNCTION_ROUND || f == FUNCTION_FLOOR || f == FUNCTION_CEIL;
}

static bool refuse_delay(struct elaborator *e, span at, struct operand operand, int dimension) {
    const char *text = text_at(e, at);
    struct diag *diag =
        diag_error(e->diags, at, CODE_DIMENSION,
                   "'delay' takes a time or a whole number of samples, but this is %s",
                   dimension != DIMENSION_NUMBER ? dimension_noun(e->arena, dimension)
                   : operand.expr                ? "a number that a knob moves"
                                  : text_format(e->arena, "the number %g", operand.value));
    if (dimension == DIMENSION_FREQUENCY) {
        diag_help(diag, "the time of one period is 1/%s", text);
    } else if (operand.expr) {
        diag_help(diag, "so many samples are (%s)*1smp, so many seconds (%s)*1s", text, text);
    } else if (dimension == DIMENSION_NUMBER) {
        diag_help(diag, "%gs if seconds are meant, %gsmp to have it rounded", operand.value,
                  operand.value);
    }
    return false;
}

static bool is_delay(struct elaborator *e, span at, struct operand operand, int dimension) {
    if (dimension != DIMENSION_TIME && (dimension != DIMENSION_NUMBER || !is_rounded(operand))) {
        return refuse_delay(e, at, operand, dimension);
    }
    if (operand.expr || operand.value >= 0) return true;
    diag_error(e->diags, at, CODE_NEGATIVE_DELAY,
               "a delay must not be negative, but %s is %g samples", text_at(e, at), operand.value);
    return false;
}

/* The lengths of a bank or of a grid, each of them one by `accepts`. */
static struct value delays_of(struct elaborator *e, const struct builtin_call *call,
                              bool (*accepts)(struct elaborator *e, span at, struct operand operand,
                                              int dimension),
                              struct delays how) {
    struct argument a = call->arguments[0];
    struct grid grid;
    struct vector entries;
    if (a.value.kind == VALUE_MATRIX && !value_is_vector(a.value)) {
        const struct matrix *m = a.value.matrix;
        grid = (struct grid){m->rows, m->cols, true};
        entries = (struct vector){m->at, m->rows * m->cols, a.value.dimension};
    } else {
        if (!need_vector(e, call->who, a, &entries)) return value_error();
        grid = (struct grid){entries.count, entries.count, false};
    }
    for (uint32_t i = 0; i < entries.count; i++) {
        if (!accepts(e, a.at, entries.at[i], entries.dimension)) return value_error();
    }
    struct delays *delays = ARENA_NEW(e->arena, struct delays);
    *delays = how;
    delays->grid = grid;
    delays->samples = entries.at;
    return value_system(call->at, node_delay(&e->build, call->at, delays));
}

struct value make_delay(struct elaborator *e, const struct builtin_call *call) {
    return delays_of(e, call, is_delay, (struct delays){.fractional = false});
}

/* A time, or samples, whole or not; a constant. */
static bool is_fractional_delay(struct elaborator *e, span at, struct operand operand,
                                int dimension) {
    if (operand.expr) {
        struct diag *diag = diag_error(e->diags, at, CODE_MOVING_FRACTION,
                                       "a knob moves this delay, but only constant delays are "
                                       "fractional");
        diag_help(diag, "delay(%s) moves it by whole samples", text_at(e, at));
        return false;
    }
    if (dimension == DIMENSION_NUMBER) dimension = DIMENSION_TIME;
    return is_delay(e, at, operand, dimension);
}

static struct value fractional_delay(struct elaborator *e, const struct builtin_call *call,
                                     enum interpolation_method method, double least, double most) {
    struct argument argument = call->arguments[1];
    double order = 3;
    if (argument.given &&
        !need_whole(e, text_format(e->arena, "the order of %s", call->who), argument, least, most,
                    &order))
        return value_error();
    struct interpolation how = {order > 0 ? method : INTERPOLATE_BEST, (uint32_t)order};
    return delays_of(e, call, is_fractional_delay,
                     (struct delays){.fractional = true, .how = how});
}

struct value make_fdelay(struct elaborator *e, const struct builtin_call *call) {
    return fractional_delay(e, call, INTERPOLATE_LAGRANGE, 0, INTERPOLATION_ORDER_MOST - 1);
}

struct value make_thiran(struct elaborator *e, const struct builtin_call *call) {
    return fractional_delay(e, call, INTERPOLATE_THIRAN, 1, THIRAN_ORDER_MOST);
}

/* ---- matrices -------------------------------------------------------------------------------- */

static struct value plain(struct elaborator *e, const struct builtin_call *call,
                          const struct matrix *m) {
    return value_checked(e, value_matrix(call->at, m, DIMENSION_NUMBER));
}

struct value make_id(struct elaborator *e, const struct builtin_call *call) {
    uint32_t n;
    if (!need_size(e, call->who, call->arguments[0], &n)) return value_error();
    return plain(e, call, matrix_identity(e->arena, n));
}

struct value make_split(struct elaborator *e, const struct builtin_call *call) {
    uint32_t n;
    if (!need_size(e, call->who, call->arguments[0], &n)) return value_error();
    return plain(e, call, matrix_filled(e->arena, n, 1, operand_constant(1)));
}

struct value make_sum(struct elaborator *e, const struct builtin_call *call) {
    uint32_t n;
    if (!need_size(e, call->who, call->arguments[0], &n)) return value_error();
    return plain(e, call, matrix_filled(e->arena, 1, n, operand_constant(1)));
}

struct value make_cut(struct elaborator *e, const struct builtin_call *call) {
    uint32_t n;
    if (!need_size(e, call->who, call->arguments[0], &n)) return value_error();
    return value_system(call->at, node_gain(&e->build, call->at,
                                            matrix_filled(e->arena, 0, n, operand_constant(0))));
}

static struct value make_filled(struct elaborator *e, const struct builtin_call *call,
                                double entry) {
    uint32_t rows, cols;
    if (!need_size(e, call->who, call->arguments[0], &rows)) return value_error();
    cols = rows;
    if (call->arguments[1].given && !need_size(e, call->who, call->arguments[1], &cols))
        return value_error();
    return plain(e, call, matrix_filled(e->arena, rows, cols, operand_constant(entry)));
}

struct value make_ones(struct elaborator *e, const struct builtin_call *call) {
    return make_filled(e, call, 1);
}

struct value make_zeros(struct elaborator *e, const struct builtin_call *call) {
    return make_filled(e, call, 0);
}

struct value make_diag(struct elaborator *e, const struct builtin_call *call) {
    struct vector v;
    if (!need_vector(e, call->who, call->arguments[0], &v)) return value_error();
    return value_matrix(call->at, matrix_diagonal(e->arena, v.count, v.at), v.dimension);
}

struct value make_hadamard(struct elaborator *e, const struct builtin_call *call) {
    uint32_t n;
    struct argument a = call->arguments[0];
    if (!need_size(e, call->who, a, &n)) return value_error();
    const struct matrix *m = matrix_hadamard(e->arena, n);
    if (m) return plain(e, call, m);
    struct diag *diag = diag_error(e->diags, a.at, CODE_WHOLE_NUMBER,
                                   "'hadamard' needs a power of two, but this is %u", n);
    diag_help(diag, "householder(%u) is orthogonal for every size", n);
    return value_error();
}

struct value make_householder(struct elaborator *e, const struct builtin_call *call) {
    struct argument a = call->arguments[0];
    uint32_t n;
    if (a.value.kind == VALUE_NUMBER) {
        if (!need_size(e, call->who, a, &n)) return value_error();
        return plain(e, call, matrix_householder(e->arena, n, NULL));
    }
    struct vector u;
    if (!need_vector(e, call->who, a, &u)) return value_error();
    const struct matrix *m = matrix_householder(e->arena, u.count, u.at);
    if (m) return plain(e, call, m);
    diag_error(e->diags, a.at, CODE_NOT_A_VALUE,
               "'householder' reflects along a vector, but this one is zero");
    return value_error();
}

bool need_matrix(struct elaborator *e, const struct builtin_call *call, size_t i,
                 struct value *out) {
    struct value v = call->arguments[i].value;
    *out = v;
    if (v.kind == VALUE_MATRIX) return true;
    if (v.kind == VALUE_NUMBER) {
        *out = value_matrix(v.at, matrix_filled(e->arena, 1, 1, v.number), v.dimension);
        return true;
    }
    diag_error(e->diags, call->arguments[i].at, CODE_VALUE_KIND,
               "%s needs a matrix, but this is %s", call->who, value_noun(e->arena, v));
    return false;
}

struct value make_kron(struct elaborator *e, const struct builtin_call *call) {
    struct value a, b;
    if (!need_matrix(e, call, 0, &a) || !need_matrix(e, call, 1, &b)) return value_error();
    struct shape shape = {a.matrix->cols * b.matrix->cols, a.matrix->rows * b.matrix->rows};
    if (!shape_within_limits(e->diags, call->at, shape)) return value_error();
    return value_checked(e, value_matrix(call->at, matrix_kron(e->arena, a.matrix, b.matrix),
                                         a.dimension + b.dimension));
}

/* ---- filters --------------------------------------------------------------------------------- */

struct value make_sos(struct elaborator *e, const struct builtin_call *call) {
    struct argument a = call->arguments[0];
    if (a.value.kind != VALUE_MATRIX || a.value.matrix->cols != 6) {
        diag_error(e->diags, a.at, CODE_VALUE_KIND,
                   "'sos' needs rows of six numbers, b0 b1 b2 a0 a1 a2, but this is %s",
                   value_noun(e->arena, a.value));
        return value_error();
    }
    if (a.value.dimension != DIMENSION_NUMBER) {
        diag_error(e->diags, a.at, CODE_DIMENSION, "'sos' needs plain numbers, but this is %s",
                   value_noun(e->arena, a.value));
        return value_error();
    }
    const struct matrix *m = a.value.matrix;
    struct section *at = ARENA_ARRAY(e->arena, m->rows, struct section);
    for (uint32_t i = 0; i < m->rows; i++) {
        at[i] = (struct section){matrix_at(m, i, 0), matrix_at(m, i, 1), matrix_at(m, i, 2),
                                 matrix_at(m, i, 3), matrix_at(m, i, 4), matrix_at(m, i, 5)};
    }
    struct sections *sections = ARENA_NEW(e->arena, struct sections);
    *sections = (struct sections){{1, 1, false}, m->rows, at};
    return value_system(call->at, node_sos(&e->build, call->at, sections));
}

/* ---- many of one ----------------------------------------------------------------------------- */

struct value make_par(struct elaborator *e, const struct builtin_call *call) {
    uint32_t n;
    struct argument x = call->arguments[1];
    if (!need_size(e, call->who, call->arguments[0], &n)) return value_error();
    const struct node *part = to_system(e, (struct side){x.value, x.at, NULL});
    return value_system(call->at, node_copies(&e->build, call->at, part, n));
}

/* f of each entry of v, joined. */
static struct value make_of_each(struct elaborator *e, const struct builtin_call *call,
                                 enum op op) {
    const struct function_value *f;
    struct vector v;
    bool well = need_function(e, call->who, call->arguments[0], &f);
    if (!need_vector(e, call->who, call->arguments[1], &v) || !well) return value_error();
    const struct node **parts = ARENA_ARRAY(e->arena, v.count, const struct node *);
    for (uint32_t i = 0; i < v.count; i++) {
        struct argument entry = {value_number(call->arguments[1].at, v.at[i], v.dimension),
                                 call->arguments[1].at, true};
        struct side result = {call_with(e, f, &entry, 1, call->at), call->at, NULL};
        parts[i] = to_system(e, result);
        if (!parts[i]) return value_error();
    }
    return value_system(call->at, node_combine(&e->build, call->at, op, parts, v.count));
}

struct value make_bank(struct elaborator *e, const struct builtin_call *call) {
    return make_of_each(e, call, OP_PARALLEL);
}

struct value make_cascade(struct elaborator *e, const struct builtin_call *call) {
    return make_of_each(e, call, OP_SERIES);
}
