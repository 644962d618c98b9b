/* Scalar operands: what a gain, a filter coefficient or a delay length is.
 *
 * An operand is a number that a knob of the compiled program may move. One that no knob moves has no
 * expression, only a value; all arithmetic on operands folds, so that constants stay constants.
 * `value` is always the value at the knobs' initial positions, for whoever looks at those alone.
 */
#ifndef ADACC_IR_EXPR_H
#define ADACC_IR_EXPR_H

#include "ir/base/arena.h"
#include "ir/base/name.h"
#include "ir/base/source.h"

enum function {
#define FUNCTION(NAME, text, arguments, meaning) FUNCTION_##NAME,
#include "ir/functions.def"
#undef FUNCTION
    FUNCTION_COUNT
};

struct function_info {
    const char *text;
    uint32_t arguments;
    const char *meaning;
};
extern const struct function_info function_infos[FUNCTION_COUNT];

/* How tightly binds what is written of a function, so that brackets stand only where they must. */
enum { BINDS_SUM = 1, BINDS_PRODUCT, BINDS_SIGN, BINDS_CALL };
int function_binding(enum function function);

/* An expression tree; sub-trees may be shared. */
struct expr {
    enum expr_kind { EXPR_CONSTANT, EXPR_KNOB, EXPR_APPLY } kind;
    enum function function;          /* EXPR_APPLY */
    uint32_t knob;                   /* EXPR_KNOB: index into the program's knobs */
    double constant;                 /* EXPR_CONSTANT */
    const struct expr *arguments[2]; /* EXPR_APPLY */
    uint32_t size;                   /* nodes when written out as a tree; stops at UINT32_MAX */
};

/* An expression larger than this is refused by whoever builds one: knobs are control, not audio. */
enum { EXPR_SIZE_MAX = 4096 };

struct operand {
    double value;            /* at the knobs' initial positions */
    const struct expr *expr; /* null: constant */
};

/* What the user of the compiled program turns. All values are in the unit shown to that user; what
 * an expression needs in seconds or hertz, it multiplies itself. */
struct knob {
    name id;
    const char *label; /* what people see */
    const char *unit;  /* "s", "ms", "dB", "%", "Hz"...; "" for a plain number */
    double init, lo, hi;
    double step;     /* 0: the host's choice */
    bool logarithmic;
    double smooth_s; /* time constant of the coefficients that depend on it */
    span at;
};

struct interval {
    double lo, hi;
};

static inline struct operand operand_constant(double value) {
    return (struct operand){value, NULL};
}
static inline bool operand_is(struct operand a, double value) {
    return !a.expr && a.value == value;
}

struct operand operand_knob(struct arena *arena, const struct knob *knobs, uint32_t index);

/* function(a, b); `b` is ignored where the function takes one argument. Folds constants, and x + 0,
 * x - 0, x * 1, x / 1, x * 0, 0 / x and --x. A value outside the function's domain comes out as not
 * finite: the caller knows what to report. */
struct operand operand_apply(struct arena *arena, enum function function, struct operand a,
                             struct operand b);

/* Short forms of operand_apply. */
struct operand operand_add(struct arena *arena, struct operand a, struct operand b);
struct operand operand_sub(struct arena *arena, struct operand a, struct operand b);
struct operand operand_mul(struct arena *arena, struct operand a, struct operand b);
struct operand operand_div(struct arena *arena, struct operand a, struct operand b);
struct operand operand_neg(struct arena *arena, struct operand a);

double function_value(enum function function, double a, double b);
double expr_value(const struct expr *expr, const double *knob_values);
double operand_value(struct operand a, const double *knob_values);

/* An interval that holds every value while the knobs move in their ranges (interval arithmetic; what
 * has no bound comes out as infinite). */
struct interval operand_range(struct operand a, const struct knob *knobs);

bool operand_equal(struct operand a, struct operand b); /* same value, same expression by structure */
bool expr_uses(const struct expr *expr, uint32_t knob);

/* The longest `smooth_s` of the knobs in it; 0 for a constant. */
double operand_smooth_s(struct operand a, const struct knob *knobs);

/* How many samples a delay of this length takes to cross-fade from one length to another: its
 * smooth time, rounded half to even; at least 1, at most LIMIT_DELAY_SAMPLES. */
uint32_t operand_fade_samples(struct operand a, const struct knob *knobs, double rate);

#endif
