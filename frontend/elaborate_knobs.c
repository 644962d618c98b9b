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

void offer_unit(struct elaborator *e, struct diag *diag, const struct ast_expr *x,
                enum ast_unit unit) {
    if (x->kind == AST_NUMBER && x->as.number.unit == AST_UNIT_NONE && unit != AST_UNIT_NONE)
        diag_fix(diag, x->at, "%s%s", text_at(e, x->at), ast_units[unit].suffix);
}

struct reading_of_knob {
    struct elaborator *e;
    struct scope *scope; /* of its file */
    const char *label;   /* "knob 'mix'" */
    int dimension;
    enum ast_unit unit;
};

static bool shown_constant(const struct reading_of_knob *k, const char *part,
                           const struct ast_expr *x, double *out) {
    struct elaborator *e = k->e;
    struct argument a = {eval(e, k->scope, x), x->at, true};
    int dimension;
    double value;
    if (!need_constant(e, text_format(e->arena, "%s of %s", part, k->label), a, &value, &dimension))
        return false;
    if (dimension != k->dimension) {
        struct diag *diag = diag_error(
            e->diags, x->at, CODE_DIMENSION, "%s of %s is %s, but its initial value is %s", part,
            k->label, dimension_noun(e->arena, dimension), dimension_noun(e->arena, k->dimension));
        offer_unit(e, diag, x, k->unit);
        return false;
    }
    *out = shown_in(e, k->unit, x, value);
    if (isfinite(*out)) return true;
    diag_error(e->diags, x->at, CODE_KNOB_RANGE,
               "%s of %s has no decibels: only what is above zero has", part, k->label);
    return false;
}

struct bounds {
    double init, lo, hi;
};

static bool read_bounds(const struct reading_of_knob *k, const struct ast_expr *initial,
                        const struct ast_expr *range, struct bounds *out) {
    struct elaborator *e = k->e;
    bool first = shown_constant(k, "the range", range->as.range.first, &out->lo);
    if (!shown_constant(k, "the range", range->as.range.last, &out->hi) || !first) return false;
    const char *unit = ast_units[k->unit].suffix;
    if (!(out->lo < out->hi)) {
        diag_error(e->diags, range->at, CODE_KNOB_RANGE,
                   "the range of %s rises, but %g%s is not below %g%s", k->label, out->lo, unit,
                   out->hi, unit);
        return false;
    }
    if (out->init < out->lo || out->init > out->hi) {
        struct diag *diag =
            diag_error(e->diags, initial->at, CODE_KNOB_RANGE,
                       "%s starts at %g%s, outside its range", k->label, out->init, unit);
        diag_label(diag, range->at, "%g%s to %g%s", out->lo, unit, out->hi, unit);
        const struct ast_expr *last = range->as.range.last;
        if (last->kind == AST_NUMBER) offer_unit(e, diag, initial, last->as.number.unit);
        return false;
    }
    return true;
}

static bool read_range(const struct reading_of_knob *k, const struct ast_knob *from,
                       struct knob *knob) {
    struct elaborator *e = k->e;
    struct bounds bounds = {knob->init, 0, 0};
    if (!read_bounds(k, from->initial, from->range, &bounds)) return false;
    knob->lo = bounds.lo;
    knob->hi = bounds.hi;
    const char *unit = ast_units[k->unit].suffix;
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
    struct argument a = {eval(e, k->scope, from->smooth), from->smooth->at, true};
    double value;
    int dimension;
    if (!need_constant(e, text_format(e->arena, "the smoothing of %s", k->label), a, &value,
                       &dimension))
        return false;
    if (dimension != DIMENSION_TIME) {
        struct diag *diag = diag_error(e->diags, from->smooth->at, CODE_DIMENSION,
                                       "the smoothing of %s is a time, but this is %s", k->label,
                                       dimension_noun(e->arena, dimension));
        offer_unit(e, diag, from->smooth, AST_UNIT_MILLISECONDS);
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

uint32_t knob_new(struct elaborator *e, name id, span at) {
    union memo_value *there = memo_at(&e->knob_ids, id, NULL);
    if (there->number) {
        struct diag *diag = diag_error(e->diags, at, CODE_DEFINED_TWICE,
                                       "the program has two knobs named '%s'", id->text);
        diag_note(diag, e->knobs[there->number - 1].at, "the first is here");
        return NO_KNOB;
    }
    if (e->knob_count == e->knob_room) {
        size_t room = e->knob_room;
        e->knobs = vec_grow(e->arena, e->knobs, e->knob_count, &room, sizeof *e->knobs);
        e->knob_room = (uint32_t)room;
    }
    e->knobs[e->knob_count] = (struct knob){.id = id, .at = at};
    there->number = ++e->knob_count;
    return e->knob_count - 1;
}

/* The initial value, its dimension and the unit that it is shown in. */
static bool read_initial(struct reading_of_knob *k, const struct ast_expr *from, double *shown) {
    struct elaborator *e = k->e;
    struct argument initial = {eval(e, k->scope, from), from->at, true};
    double value;
    if (!need_constant(e, text_format(e->arena, "the initial value of %s", k->label), initial,
                       &value, &k->dimension))
        return false;
    k->unit = unit_of(from, k->dimension);
    if (k->dimension != unit_dimension(k->unit)) {
        diag_error(e->diags, from->at, CODE_DIMENSION,
                   "%s is a number, a time or a frequency, but this is %s", k->label,
                   dimension_noun(e->arena, k->dimension));
        return false;
    }
    return shown_constant(k, "the initial value", from, shown);
}

struct value eval_knob(struct elaborator *e, struct scope *scope, struct binding *binding) {
    const struct ast_knob *from = binding->knob;
    struct reading_of_knob k = {
        .e = e, .scope = scope, .label = text_format(e->arena, "knob '%s'", from->name.text->text)};
    if (binding->knob_index == NO_KNOB)
        binding->knob_index = knob_new(e, from->name.text, from->name.at);
    if (binding->knob_index == NO_KNOB) return value_error();
    struct knob knob = {.id = from->name.text,
                        .at = from->name.at,
                        .label = from->label.text ? from->label.text : from->name.text->text,
                        .logarithmic = span_known(from->log_at)};
    if (!read_initial(&k, from->initial, &knob.init)) return value_error();
    knob.unit = ast_units[k.unit].suffix;
    if (!read_range(&k, from, &knob) || !read_options(&k, from, &knob) || !override(&k, &knob))
        return value_error();
    e->knobs[binding->knob_index] = knob;
    struct value v = value_number(
        binding->at, worth(e, k.unit, operand_knob(e->arena, e->knobs, binding->knob_index)),
        k.dimension);
    v.name = binding->name;
    return value_checked(e, v);
}

struct value eval_param(struct elaborator *e, struct scope *scope, const struct binding *binding) {
    const struct ast_param *from = binding->param;
    struct reading_of_knob k = {.e = e,
                                .scope = scope,
                                .label =
                                    text_format(e->arena, "param '%s'", from->name.text->text)};
    struct bounds bounds = {0, -INFINITY, INFINITY};
    if (!read_initial(&k, from->initial, &bounds.init) ||
        (from->range && !read_bounds(&k, from->initial, from->range, &bounds)))
        return value_error();
    vec_push(e->arena, &e->params,
             (struct param){.id = from->name.text,
                            .unit = ast_units[k.unit].suffix,
                            .init = bounds.init,
                            .lo = bounds.lo,
                            .hi = bounds.hi,
                            .at = from->name.at});
    struct value v =
        value_number(binding->at, worth(e, k.unit, operand_constant(bounds.init)), k.dimension);
    v.name = binding->name;
    return value_checked(e, v);
}
