#include "ir/expr.h"

#include <float.h>
#include <math.h>

#include "ir/base/limits.h"

const struct function_info function_infos[FUNCTION_COUNT] = {
#define FUNCTION(NAME, text, arguments, meaning) {text, arguments, meaning},
#include "ir/functions.def"
#undef FUNCTION
};

int function_binding(enum function function) {
    switch (function) {
    case FUNCTION_ADD:
    case FUNCTION_SUB: return BINDS_SUM;
    case FUNCTION_MUL:
    case FUNCTION_DIV: return BINDS_PRODUCT;
    case FUNCTION_NEG: return BINDS_SIGN;
    default: return BINDS_CALL;
    }
}

double function_value(enum function function, double a, double b) {
    switch (function) {
    case FUNCTION_NEG: return -a;
    case FUNCTION_ADD: return a + b;
    case FUNCTION_SUB: return a - b;
    case FUNCTION_MUL: return a * b;
    case FUNCTION_DIV: return a / b;
    case FUNCTION_POW: return pow(a, b);
    case FUNCTION_MIN: return a < b ? a : b;
    case FUNCTION_MAX: return a > b ? a : b;
    case FUNCTION_ABS: return fabs(a);
    case FUNCTION_FLOOR: return floor(a);
    case FUNCTION_CEIL: return ceil(a);
    case FUNCTION_ROUND: return nearbyint(a); /* half to even, in the default rounding mode */
    case FUNCTION_SQRT: return sqrt(a);
    case FUNCTION_EXP: return exp(a);
    case FUNCTION_LOG: return log(a);
    case FUNCTION_LOG10: return log10(a);
    case FUNCTION_SIN: return sin(a);
    case FUNCTION_COS: return cos(a);
    case FUNCTION_TAN: return tan(a);
    case FUNCTION_ATAN: return atan(a);
    case FUNCTION_TANH: return tanh(a);
    case FUNCTION_COUNT: break;
    }
    return NAN;
}

double expr_value(const struct expr *expr, const double *knob_values) {
    switch (expr->kind) {
    case EXPR_CONSTANT: return expr->constant;
    case EXPR_KNOB: return knob_values[expr->knob];
    case EXPR_APPLY: {
        double a = expr_value(expr->arguments[0], knob_values);
        double b = expr->arguments[1] ? expr_value(expr->arguments[1], knob_values) : 0;
        return function_value(expr->function, a, b);
    }
    }
    return NAN;
}

double operand_value(struct operand a, const double *knob_values) {
    return a.expr ? expr_value(a.expr, knob_values) : a.value;
}

struct operand operand_knob(struct arena *arena, const struct knob *knobs, uint32_t index) {
    struct expr *expr = ARENA_NEW(arena, struct expr);
    *expr = (struct expr){.kind = EXPR_KNOB, .knob = index, .size = 1};
    return (struct operand){knobs[index].init, expr};
}

static const struct expr *expr_of(struct arena *arena, struct operand a) {
    if (a.expr) return a.expr;
    struct expr *expr = ARENA_NEW(arena, struct expr);
    *expr = (struct expr){.kind = EXPR_CONSTANT, .constant = a.value, .size = 1};
    return expr;
}

static uint32_t size_sum(uint32_t a, uint32_t b) {
    uint64_t sum = (uint64_t)a + b + 1;
    return sum > UINT32_MAX ? UINT32_MAX : (uint32_t)sum;
}

/* The cases where one constant argument decides. True if `*out` holds the result. */
static bool simplify(struct arena *arena, enum function function, struct operand a,
                     struct operand b, struct operand *out) {
    const struct operand zero = operand_constant(0);
    switch (function) {
    case FUNCTION_NEG:
        if (a.expr->kind != EXPR_APPLY || a.expr->function != FUNCTION_NEG) return false;
        return *out = (struct operand){-a.value, a.expr->arguments[0]}, true;
    case FUNCTION_ADD:
        if (operand_is(a, 0)) return *out = b, true;
        if (operand_is(b, 0)) return *out = a, true;
        return false;
    case FUNCTION_SUB:
        if (operand_is(b, 0)) return *out = a, true;
        if (operand_is(a, 0)) return *out = operand_neg(arena, b), true;
        return false;
    case FUNCTION_MUL:
        if (operand_is(a, 0) || operand_is(b, 0)) return *out = zero, true;
        if (operand_is(a, 1)) return *out = b, true;
        if (operand_is(b, 1)) return *out = a, true;
        if (operand_is(a, -1)) return *out = operand_neg(arena, b), true;
        if (operand_is(b, -1)) return *out = operand_neg(arena, a), true;
        return false;
    case FUNCTION_DIV:
        if (operand_is(a, 0)) return *out = zero, true;
        if (operand_is(b, 1)) return *out = a, true;
        return false;
    default: return false;
    }
}

struct operand operand_apply(struct arena *arena, enum function function, struct operand a,
                             struct operand b) {
    bool two = function_infos[function].arguments == 2;
    if (!a.expr && (!two || !b.expr))
        return operand_constant(function_value(function, a.value, b.value));
    struct operand simple;
    if (simplify(arena, function, a, b, &simple)) return simple;
    struct expr *expr = ARENA_NEW(arena, struct expr);
    *expr = (struct expr){.kind = EXPR_APPLY, .function = function};
    expr->arguments[0] = expr_of(arena, a);
    expr->arguments[1] = two ? expr_of(arena, b) : NULL;
    expr->size = size_sum(expr->arguments[0]->size, two ? expr->arguments[1]->size : 0);
    return (struct operand){function_value(function, a.value, b.value), expr};
}

struct operand operand_add(struct arena *arena, struct operand a, struct operand b) {
    return operand_apply(arena, FUNCTION_ADD, a, b);
}
struct operand operand_sub(struct arena *arena, struct operand a, struct operand b) {
    return operand_apply(arena, FUNCTION_SUB, a, b);
}
struct operand operand_mul(struct arena *arena, struct operand a, struct operand b) {
    return operand_apply(arena, FUNCTION_MUL, a, b);
}
struct operand operand_div(struct arena *arena, struct operand a, struct operand b) {
    return operand_apply(arena, FUNCTION_DIV, a, b);
}
struct operand operand_neg(struct arena *arena, struct operand a) {
    return operand_apply(arena, FUNCTION_NEG, a, operand_constant(0));
}

static const struct interval anything = {-INFINITY, INFINITY};

static struct interval hull4(double a, double b, double c, double d) {
    /* 0 times an infinite bound gives no number: then nothing is known. */
    if (isnan(a) || isnan(b) || isnan(c) || isnan(d)) return anything;
    return (struct interval){fmin(fmin(a, b), fmin(c, d)), fmax(fmax(a, b), fmax(c, d))};
}

static struct interval monotone(enum function function, struct interval a) {
    double lo = function_value(function, a.lo, 0), hi = function_value(function, a.hi, 0);
    if (isnan(lo) || isnan(hi)) return anything;
    return (struct interval){lo, hi};
}

static struct interval power_range(struct interval a, struct interval b) {
    if (b.lo == b.hi && b.lo == trunc(b.lo) && a.lo < 0) {
        if (b.lo < 0 && a.hi >= 0) return anything;
        double lo = pow(a.lo, b.lo), hi = pow(a.hi, b.lo);
        struct interval r = {fmin(lo, hi), fmax(lo, hi)};
        if (a.hi > 0 && fmod(b.lo, 2) == 0) r.lo = 0;
        return r;
    }
    if (a.lo < 0 || (a.lo == 0 && b.lo < 0)) return anything;
    return hull4(pow(a.lo, b.lo), pow(a.lo, b.hi), pow(a.hi, b.lo), pow(a.hi, b.hi));
}

/* Of the sine: what it comes to at both ends, and its extremes at pi/2 + k pi between them. */
static struct interval sine_range(struct interval a) {
    if (!(a.hi - a.lo < 2 * M_PI) || fabs(a.lo) > 1e6) return (struct interval){-1, 1};
    double low = sin(a.lo), high = sin(a.hi);
    struct interval r = {fmin(low, high), fmax(low, high)};
    for (double k = ceil((a.lo - M_PI / 2) / M_PI - 1e-9); M_PI / 2 + k * M_PI <= a.hi + 1e-9; k++) {
        if (fmod(k, 2) == 0) r.hi = 1;
        else r.lo = -1;
    }
    return r;
}

static struct interval range_of(const struct expr *expr, const struct knob *knobs) {
    if (expr->kind == EXPR_CONSTANT) return (struct interval){expr->constant, expr->constant};
    if (expr->kind == EXPR_KNOB)
        return (struct interval){knobs[expr->knob].lo, knobs[expr->knob].hi};
    struct interval a = range_of(expr->arguments[0], knobs), b = {0, 0};
    if (expr->arguments[1]) b = range_of(expr->arguments[1], knobs);
    switch (expr->function) {
    case FUNCTION_NEG: return (struct interval){-a.hi, -a.lo};
    case FUNCTION_ADD: return (struct interval){a.lo + b.lo, a.hi + b.hi};
    case FUNCTION_SUB: return (struct interval){a.lo - b.hi, a.hi - b.lo};
    case FUNCTION_MUL: return hull4(a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi);
    case FUNCTION_DIV:
        if (b.lo <= 0 && b.hi >= 0) return anything;
        return hull4(a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi);
    case FUNCTION_POW: return power_range(a, b);
    case FUNCTION_MIN: return (struct interval){fmin(a.lo, b.lo), fmin(a.hi, b.hi)};
    case FUNCTION_MAX: return (struct interval){fmax(a.lo, b.lo), fmax(a.hi, b.hi)};
    case FUNCTION_ABS:
        if (a.lo >= 0) return a;
        if (a.hi <= 0) return (struct interval){-a.hi, -a.lo};
        return (struct interval){0, fmax(-a.lo, a.hi)};
    case FUNCTION_SIN: return sine_range(a);
    case FUNCTION_COS: return sine_range((struct interval){a.lo + M_PI / 2, a.hi + M_PI / 2});
    case FUNCTION_TAN:
        /* One branch of the tangent only. */
        if (a.lo <= -1.5707 || a.hi >= 1.5707) return anything;
        return monotone(FUNCTION_TAN, a);
    default: return monotone(expr->function, a);
    }
}

struct interval operand_range(struct operand a, const struct knob *knobs) {
    if (!a.expr) return (struct interval){a.value, a.value};
    return range_of(a.expr, knobs);
}

static bool expr_equal(const struct expr *a, const struct expr *b) {
    if (a == b) return true;
    if (!a || !b || a->kind != b->kind || a->size != b->size) return false;
    switch (a->kind) {
    case EXPR_CONSTANT: return a->constant == b->constant;
    case EXPR_KNOB: return a->knob == b->knob;
    case EXPR_APPLY:
        return a->function == b->function && expr_equal(a->arguments[0], b->arguments[0]) &&
               expr_equal(a->arguments[1], b->arguments[1]);
    }
    return false;
}

bool operand_equal(struct operand a, struct operand b) {
    return a.value == b.value && expr_equal(a.expr, b.expr);
}

bool expr_uses(const struct expr *expr, uint32_t knob) {
    if (!expr) return false;
    if (expr->kind == EXPR_KNOB) return expr->knob == knob;
    return expr->kind == EXPR_APPLY &&
           (expr_uses(expr->arguments[0], knob) || expr_uses(expr->arguments[1], knob));
}

static double smooth_of(const struct expr *expr, const struct knob *knobs) {
    if (!expr || expr->kind == EXPR_CONSTANT) return 0;
    if (expr->kind == EXPR_KNOB) return knobs[expr->knob].smooth_s;
    return fmax(smooth_of(expr->arguments[0], knobs), smooth_of(expr->arguments[1], knobs));
}

double operand_smooth_s(struct operand a, const struct knob *knobs) {
    return smooth_of(a.expr, knobs);
}

uint32_t operand_fade_samples(struct operand a, const struct knob *knobs, double rate) {
    double samples = nearbyint(operand_smooth_s(a, knobs) * rate);
    return (uint32_t)fmin(fmax(samples, 1), LIMIT_DELAY_SAMPLES);
}
