/* Knobs, and the numbers that people see them as. */
#include <math.h>
#include <string.h>

#include "frontend/elaborate_statements.h"

/* The literal at the bottom of -(-(x)), and whether an odd number of signs stand before it. */
static const struct ast_expr *literal_of(const struct ast_expr *x, bool *negative) {
    *negative = false;
    for (; x->kind == AST_NEGATE; x = x->as.unary.operand) *negative = !*negative;
    return x->kind == AST_NUMBER ? x : NULL;
}

enum ast_unit unit_of(const struct ast_expr *x, int dimension) {
    bool negative;
    const struct ast_expr *literal = literal_of(x, &negative);
    return literal ? literal->as.number.unit : dimension_unit(dimension);
}

double shown_in(const struct elaborator *e, enum ast_unit unit, const struct ast_expr *x,
                double value) {
    bool negative;
    const struct ast_expr *literal = literal_of(x, &negative);
    if (literal && literal->as.number.unit == unit && !(negative && unit == AST_UNIT_DECIBELS)) {
        return negative ? -literal->as.number.written : literal->as.number.written;
    }
    return unit_shown(unit, value, e->rate);
}

/* What a knob shown in `unit` is worth. */
static struct operand worth(struct elaborator *e, enum ast_unit unit, struct operand shown) {
    struct arena *arena = e->arena;
    const struct ast_unit_entry *entry = &ast_units[unit];
    if (unit == AST_UNIT_DECIBELS) {
        struct operand twentieth = operand_div(arena, shown, operand_constant(20));
        return operand_apply(arena, FUNCTION_POW, operand_constant(10), twentieth);
    }
    /* Where one unit is the exact multiple of the other decides which way rounds less. */
    bool over = entry->dimension == AST_DIMENSION_FREQUENCY ||
                (entry->dimension == AST_DIMENSION_NUMBER && entry->power < 0);
    if (over) return operand_div(arena, shown, operand_constant(unit_shown(unit, 1, e->rate)));
    return operand_mul(arena, shown, operand_constant(unit_factor(unit, e->rate)));
}

struct reading_of_knob {
    struct elaborator *e;
    const char *label; /* "knob 'mix'" */
    int dimension;
    enum ast_unit unit;
};

static bool shown_constant(const struct reading_of_knob *k, const char *part,
                           const struct ast_expr *x, double *out) {
    struct elaborator *e = k->e;
    struct argument a = {eval(e, e->file, x), x->at, true};
    int dimension;
    double value;
    if (!need_constant(e, text_format(e->arena, "%s of %s", part, k->label), a, &value, &dimension))
        return false;
    if (dimension != k->dimension) {
        struct diag *diag = diag_error(
            e->diags, x->at, CODE_DIMENSION, "%s of %s is %s, but its initial value is %s", part,
            k->label, dimension_noun(e->arena, dimension), dimension_noun(e->arena, k->dimension));
        if (dimension == DIMENSION_NUMBER && x->kind == AST_NUMBER &&
            x->as.number.unit == AST_UNIT_NONE) {
            diag_fix(diag, x->at, "%s%s", text_at(e, x->at), ast_units[k->unit].suffix);
        }
        return false;
    }
    *out = shown_in(e, k->unit, x, value);
    if (isfinite(*out)) return true;
    diag_error(e->diags, x->at, CODE_KNOB_RANGE,
               "%s of %s has no decibels: only what is above zero has", part, k->label);
    return false;
}

static bool read_range(const struct reading_of_knob *k, const struct ast_knob *from,
                       struct knob *knob) {
    struct elaborator *e = k->e;
    const struct ast_expr *range = from->range;
    bool first = shown_constant(k, "the range", range->as.range.first, &knob->lo);
    if (!shown_constant(k, "the range", range->as.range.last, &knob->hi) || !first) return false;
    const char *unit = ast_units[k->unit].suffix;
    if (!(knob->lo < knob->hi)) {
        diag_error(e->diags, range->at, CODE_KNOB_RANGE,
                   "the range of %s rises, but %g%s is not below %g%s", k->label, knob->lo, unit,
                   knob->hi, unit);
        return false;
    }
    if (knob->init < knob->lo || knob->init > knob->hi) {
        struct diag *diag =
            diag_error(e->diags, from->initial->at, CODE_KNOB_RANGE,
                       "%s starts at %g%s, outside its range", k->label, knob->init, unit);
        diag_label(diag, range->at, "%g%s to %g%s", knob->lo, unit, knob->hi, unit);
        return false;
    }
    if (knob->logarithmic && knob->lo <= 0) {
        diag_error(e->diags, from->log_at, CODE_KNOB_RANGE,
                   "a logarithmic scale needs a range above zero, but that of %s begins at %g%s",
                   k->label, knob->lo, unit);
        return false;
    }
    return true;
}

static bool read_options(const struct reading_of_knob *k, const struct ast_knob *from,
                         struct knob *knob) {
    struct elaborator *e = k->e;
    if (from->step) {
        if (!shown_constant(k, "the step", from->step, &knob->step)) return false;
        if (!(knob->step > 0 && knob->step <= knob->hi - knob->lo)) {
            diag_error(e->diags, from->step->at, CODE_KNOB_RANGE,
                       "the step of %s is above zero and within its range, but this is %g%s",
                       k->label, knob->step, ast_units[k->unit].suffix);
            return false;
        }
    }
    knob->smooth_s = SMOOTH_DEFAULT_S;
    if (!from->smooth) return true;
    struct argument a = {eval(e, e->file, from->smooth), from->smooth->at, true};
    double value;
    int dimension;
    if (!need_constant(e, text_format(e->arena, "the smoothing of %s", k->label), a, &value,
                       &dimension))
        return false;
    if (dimension != DIMENSION_TIME) {
        diag_error(e->diags, from->smooth->at, CODE_DIMENSION,
                   "the smoothing of %s is a time, but this is %s", k->label,
                   dimension_noun(e->arena, dimension));
        return false;
    }
    if (value < 0) {
        diag_error(e->diags, from->smooth->at, CODE_KNOB_RANGE,
                   "the smoothing of %s is not negative", k->label);
        return false;
    }
    bool negative;
    const struct ast_expr *literal = literal_of(from->smooth, &negative);
    bool is_time = literal && ast_units[literal->as.number.unit].dimension == AST_DIMENSION_TIME;
    knob->smooth_s = is_time ? literal->as.number.value : value / e->rate;
    return true;
}

static bool override(const struct reading_of_knob *k, struct knob *knob) {
    struct reading *reading = k->e->reading;
    for (size_t i = 0; i < reading->override_count; i++) {
        struct knob_override *given = &reading->overrides[i];
        if (strcmp(given->name, knob->id->text) != 0) continue;
        given->used = true;
        if (given->value < knob->lo || given->value > knob->hi || !isfinite(given->value)) {
            const char *unit = ast_units[k->unit].suffix;
            diag_error(k->e->diags, knob->at, CODE_KNOB_VALUE,
                       "%s was given the value %g%s, but its range is %g%s to %g%s", k->label,
                       given->value, unit, knob->lo, unit, knob->hi, unit);
            return false;
        }
        knob->init = given->value;
    }
    return true;
}

struct value eval_knob(struct elaborator *e, const struct binding *binding) {
    const struct ast_knob *from = binding->knob;
    struct knob *knob = &e->knobs[binding->knob_index];
    struct reading_of_knob k = {.e = e,
                                .label = text_format(e->arena, "knob '%s'", from->name.text->text)};
    struct argument initial = {eval(e, e->file, from->initial), from->initial->at, true};
    double value;
    if (!need_constant(e, text_format(e->arena, "the initial value of %s", k.label), initial,
                       &value, &k.dimension)) {
        return value_error();
    }
    k.unit = unit_of(from->initial, k.dimension);
    if (k.dimension != unit_dimension(k.unit)) {
        diag_error(e->diags, from->initial->at, CODE_DIMENSION,
                   "%s is a number, a time or a frequency, but this is %s", k.label,
                   dimension_noun(e->arena, k.dimension));
        return value_error();
    }
    knob->id = from->name.text;
    knob->at = from->name.at;
    knob->unit = ast_units[k.unit].suffix;
    knob->label = from->label.text ? from->label.text : from->name.text->text;
    knob->logarithmic = span_known(from->log_at);
    if (!shown_constant(&k, "the initial value", from->initial, &knob->init) ||
        !read_range(&k, from, knob) || !read_options(&k, from, knob) || !override(&k, knob)) {
        return value_error();
    }
    struct value v = value_number(
        binding->at, worth(e, k.unit, operand_knob(e->arena, e->knobs, binding->knob_index)),
        k.dimension);
    v.name = binding->name;
    return value_checked(e, v);
}
