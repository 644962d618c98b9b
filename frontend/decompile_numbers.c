/* Numbers, and expressions of knobs, as .adg writes them. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "frontend/decompile_parts.h"
#include "frontend/dimension.h"
#include "ir/base/number.h"

/* ---- expressions ------------------------------------------------------------------------------
 */

/* The knob whose name is worth just that; UINT32_MAX: none. */
static uint32_t knob_worth(const struct decompiler *d, const struct expr *expr) {
    for (uint32_t k = 0; k < d->program->knob_count; k++) {
        struct operand wanted = {0, expr}, worth = {0, d->knob_worths[k].expr};
        if (worth.expr && operand_equal(wanted, worth)) return k;
    }
    return UINT32_MAX;
}

static void put_expr(struct decompiler *d, struct text *out, const struct expr *expr, int least);

static void put_in_brackets(struct text *out, bool brackets, const char *text) {
    text_printf(out, brackets ? "(%s)" : "%s", text);
}

/* The number shown to the user, from a name that stands for its worth. */
static void put_shown(struct decompiler *d, struct text *out, uint32_t k, int least) {
    const char *id = d->knob_names[k], *unit = d->program->knobs[k].unit;
    if (!*unit) text_put(out, id);
    else if (!strcmp(unit, "dB"))
        put_in_brackets(out, least > BINDS_PRODUCT, text_format(d->arena, "20*log10(%s)", id));
    else put_in_brackets(out, least > BINDS_PRODUCT, text_format(d->arena, "%s/1%s", id, unit));
}

/* What makes a number of a knob's worth, by its dimension. */
static const char *const to_number[] = {"/fs", "", "*fs"};

static const char *worth_text(struct decompiler *d, uint32_t k) {
    return text_format(d->arena, "%s%s", d->knob_names[k], to_number[d->knob_dimensions[k] + 1]);
}

static void put_constant(struct text *out, double value, int least) {
    bool brackets = signbit(value) && least > BINDS_SUM;
    if (brackets) text_put_char(out, '(');
    text_put_number(out, value);
    if (brackets) text_put_char(out, ')');
}

static void put_apply(struct decompiler *d, struct text *out, const struct expr *expr, int least) {
    int binds = function_binding(expr->function);
    const char *text = function_infos[expr->function].text;
    bool brackets = binds < least;
    if (brackets) text_put_char(out, '(');
    if (binds == BINDS_CALL) {
        text_printf(out, "%s(", text);
        put_expr(d, out, expr->arguments[0], 0);
        if (expr->arguments[1]) {
            text_put(out, ", ");
            put_expr(d, out, expr->arguments[1], 0);
        }
        text_put_char(out, ')');
    } else if (binds == BINDS_SIGN) {
        text_put_char(out, '-');
        put_expr(d, out, expr->arguments[0], BINDS_CALL);
    } else {
        put_expr(d, out, expr->arguments[0], binds);
        text_put(out, text);
        put_expr(d, out, expr->arguments[1], binds + 1);
    }
    if (brackets) text_put_char(out, ')');
}

static void put_expr(struct decompiler *d, struct text *out, const struct expr *expr, int least) {
    if (expr->kind == EXPR_CONSTANT) {
        put_constant(out, expr->constant, least);
        return;
    }
    uint32_t k = knob_worth(d, expr);
    if (k != UINT32_MAX)
        put_in_brackets(out, d->knob_dimensions[k] && least > BINDS_PRODUCT, worth_text(d, k));
    else if (expr->kind == EXPR_KNOB) put_shown(d, out, expr->knob, least);
    else put_apply(d, out, expr, least);
}

const char *number_text(struct decompiler *d, struct operand operand) {
    struct text out;
    text_init(&out, d->arena);
    if (operand.expr) put_expr(d, &out, operand.expr, BINDS_SUM);
    else put_constant(&out, operand.value, BINDS_SUM);
    return text_chars(&out);
}

const char *time_text(struct decompiler *d, struct operand samples) {
    if (!samples.expr) return text_format(d->arena, "%gsmp", samples.value);
    uint32_t k = knob_worth(d, samples.expr);
    if (k != UINT32_MAX && d->knob_dimensions[k] == DIMENSION_TIME) return d->knob_names[k];
    return text_format(d->arena, "(%s)*1smp", number_text(d, samples));
}

const char *hertz_text(struct decompiler *d, double frequency_hz) {
    bool kilo = frequency_hz >= 1000 && fmod(frequency_hz, 100) == 0;
    return text_format(d->arena, kilo ? "%gkHz" : "%gHz",
                       kilo ? frequency_hz / 1000 : frequency_hz);
}

const char *numbers_text(struct decompiler *d, const struct operand *at, uint32_t rows,
                         uint32_t cols) {
    struct text out;
    text_init(&out, d->arena);
    text_put_char(&out, '[');
    for (uint32_t r = 0; r < rows; r++) {
        if (r) text_put(&out, "; ");
        for (uint32_t c = 0; c < cols; c++) {
            if (c) text_put(&out, ", ");
            text_put(&out, number_text(d, at[(size_t)r * cols + c]));
        }
    }
    text_put_char(&out, ']');
    return text_chars(&out);
}

/* ---- how exact ---------------------------------------------------------------------------------
 */

bool short_number(double value, bool (*good)(void *context, double value), void *context,
                  double *out) {
    for (int digits = 1; digits <= 17; digits++) {
        char text[NUMBER_ROOM];
        size_t length = number_print_rounded(text, value, digits);
        if (number_parse(text, length, out) && good(context, *out)) return true;
    }
    return false;
}

static int significant_digits(double value) {
    char text[NUMBER_ROOM];
    size_t length = number_print(text, fabs(value));
    int digits = 0, zeros = 0;
    for (size_t i = 0; i < length && text[i] != 'e'; i++) {
        if (text[i] == '.' || (text[i] == '0' && !digits)) continue;
        zeros = text[i] == '0' ? zeros + 1 : 0;
        digits++;
    }
    return digits - zeros;
}

double last_digit(const struct operand *at, size_t count, size_t stride) {
    enum { FEWEST = 6, MOST = 15 }; /* digits: fewer are meant as they are, more are a double's */
    int digits = 0;
    bool floats = true;
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        if (at[i * stride].expr) continue;
        double value = at[i * stride].value;
        int needed = significant_digits(value);
        if (needed > digits) digits = needed;
        floats = floats && value == (double)(float)value;
        largest = fmax(largest, fabs(value));
    }
    if (digits > 9 && floats) return largest * FLT_EPSILON;
    if (digits >= FEWEST && digits <= MOST) return largest * 0.5001 * pow(10, 1 - digits);
    return largest * 2 * DBL_EPSILON;
}

bool operand_near(struct operand a, struct operand b, double tolerance, double *apart) {
    if (a.expr || b.expr) {
        a.value = b.value; /* the initial value may be another's rounding */
        return operand_equal(a, b);
    }
    double difference = fabs(a.value - b.value);
    if (!(difference <= tolerance)) return false;
    *apart = fmax(*apart, difference);
    return true;
}

const char *apart_comment(struct decompiler *d, double apart) {
    enum { DOUBLE_DIGITS = 15 };
    return apart > pow(10, -DOUBLE_DIGITS)
               ? text_format(d->arena, "within %.2g of the numbers read", apart)
               : NULL;
}

/* ---- knobs --------------------------------------------------------------------------------------
 */

/* A string of .adg, on one line. */
static void put_string(struct text *out, const char *text) {
    text_put_char(out, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') text_printf(out, "\\%c", *text);
        else if (*text == '\n') text_put(out, "\\n");
        else if (*text == '\t') text_put(out, "\\t");
        else if ((unsigned char)*text >= ' ' && *text != 127) text_put_char(out, *text);
    }
    text_put_char(out, '"');
}

static bool is_unit(const char *unit) {
    for (int u = 0; u < AST_UNIT_COUNT; u++)
        if (!strcmp(ast_units[u].suffix, unit)) return true;
    return false;
}

static void put_knob(struct decompiler *d, struct text *out, const struct knob *knob,
                     const char *id) {
    const char *unit = is_unit(knob->unit) ? knob->unit : "";
    text_printf(out, "knob %s = %g%s in %g%s..%g%s", id, knob->init, unit, knob->lo, unit, knob->hi,
                unit);
    if (knob->logarithmic) text_put(out, " log");
    if (knob->step > 0) text_printf(out, " step %g%s", knob->step, unit);
    if (knob->smooth_s != SMOOTH_DEFAULT_S) text_printf(out, " smooth %gs", knob->smooth_s);
    const char *label = knob->label;
    if (unit != knob->unit) label = text_format(d->arena, "%s (%s)", label, knob->unit);
    if (strcmp(label, id) != 0) {
        text_put_char(out, ' ');
        put_string(out, label);
    }
    text_put_char(out, '\n');
}

/* A value of a control, in the unit that it is shown in. */
static void put_control(struct text *out, const struct control_info *info,
                        const struct control *control) {
    text_printf(out, "control %s", info->key);
    const struct control *usual = &info->defaults;
    if (control->init != usual->init || control->lo != usual->lo || control->hi != usual->hi) {
        text_printf(out, " = %g%s in %g%s..%g%s", control->init, info->unit, control->lo,
                    info->unit, control->hi, info->unit);
    }
    text_put_char(out, '\n');
}

static void put_titles(struct decompiler *d, struct text *head) {
    const struct program *program = d->program;
    if (program->title) {
        text_put(head, "name ");
        put_string(head, program->title);
        text_put_char(head, '\n');
    }
    if (program->author) {
        text_put(head, "author ");
        put_string(head, program->author);
        text_put_char(head, '\n');
    }
    text_printf(head, "rate %s\n", hertz_text(d, program->rate));
}

void write_knobs(struct decompiler *d, struct text *head) {
    const struct program *program = d->program;
    uint32_t count = program->knob_count;
    const char **names = ARENA_ARRAY(d->arena, count, const char *);
    struct operand *worths = ARENA_ARRAY(d->arena, count, struct operand);
    int *dimensions = ARENA_ARRAY(d->arena, count, int);
    put_titles(d, head);
    if (count) text_put_char(head, '\n');
    for (uint32_t k = 0; k < count; k++) {
        names[k] = identifiers_make(&d->ids, program->knobs[k].id->text, "knob")->text;
        put_knob(d, head, &program->knobs[k], names[k]);
    }
    for (int c = 0; c < CONTROL_COUNT; c++)
        if (program->controls[c].wanted)
            put_control(head, &control_infos[c], &program->controls[c]);
    d->head = text_chars(head);
    d->knob_names = names;
    d->knob_worths = worths;
    d->knob_dimensions = dimensions;
    for (uint32_t k = 0; k < count; k++) {
        for (int u = 0; u < AST_UNIT_COUNT; u++)
            if (!strcmp(ast_units[u].suffix, program->knobs[k].unit))
                dimensions[k] = unit_dimension((enum ast_unit)u);
        const char *text = text_format(d->arena, "[%s]", worth_text(d, k));
        const struct node *node = trial(d, d->arena, text);
        if (node && node->op == OP_GAIN) worths[k] = node->matrix->at[0];
    }
}
