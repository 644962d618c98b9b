/* Scalars in FAUST: constants, expressions of knobs, coefficients that ramp, delays and sections.
 */
#include <math.h>
#include <string.h>

#include "backends/faust.h"
#include "ir/base/limits.h"
#include "ir/base/number.h"
#include "ir/noise.h"
#include "ir/walk.h"

/* FAUST knows whole numbers from others by their spelling, and whole ones overflow beyond 2^31 and
 * in products: a gain is always spelt as a real number. */
void faust_put_number(struct text *out, double value) {
    char digits[NUMBER_ROOM];
    number_print(digits, value == 0 ? 0 : value); /* -0 is 0 */
    text_put(out, digits);
    if (!strpbrk(digits, ".e")) text_put(out, ".0");
}

static const char *number(struct faust *f, double value) {
    struct text out;
    text_init(&out, f->arena);
    faust_put_number(&out, value);
    return text_chars(&out);
}

/* How tightly a formula binds. */
enum tightness { LOOSE, SUM, PRODUCT, ATOM };

static void put_expr(struct faust *f, struct text *out, const struct expr *expr,
                     enum tightness least);
static const char *expr_text(struct faust *f, const struct expr *expr);

static void put_constant(struct text *out, double value, enum tightness least) {
    bool guard = value < 0 && least > LOOSE;
    if (guard) text_put_char(out, '(');
    faust_put_number(out, value);
    if (guard) text_put_char(out, ')');
}

static void put_binary(struct faust *f, struct text *out, const struct expr *expr, const char *sign,
                       enum tightness own, enum tightness least) {
    bool commutes = expr->function == FUNCTION_ADD || expr->function == FUNCTION_MUL;
    const struct expr *first = expr->arguments[0];
    if (own < least) text_put_char(out, '(');
    /* A sign may lead a formula. */
    if (least == LOOSE && first->kind == EXPR_CONSTANT) faust_put_number(out, first->constant);
    else put_expr(f, out, first, own);
    text_put(out, sign);
    put_expr(f, out, expr->arguments[1], commutes ? own : own + 1);
    if (own < least) text_put_char(out, ')');
}

static const char *function_text(struct faust *f, enum function function) {
    switch (function) {
    case FUNCTION_ROUND: return "rint"; /* half to even */
    case FUNCTION_TANH: return faust_helper(f, HELPER_TANH);
    default: return function_infos[function].text;
    }
}

/* Ramps are linear: a constant factor can wait outside of one, where many gains share it. */
static const struct expr *without_factor(const struct expr *expr, double *factor) {
    while (expr->kind == EXPR_APPLY) {
        const struct expr *a = expr->arguments[0], *b = expr->arguments[1];
        if (expr->function == FUNCTION_NEG) {
            *factor = -*factor;
            expr = a;
        } else if (expr->function == FUNCTION_MUL && a->kind == EXPR_CONSTANT) {
            *factor *= a->constant;
            expr = b;
        } else if (expr->function == FUNCTION_MUL && b->kind == EXPR_CONSTANT) {
            *factor *= b->constant;
            expr = a;
        } else if (expr->function == FUNCTION_DIV && b->kind == EXPR_CONSTANT) {
            *factor /= b->constant;
            expr = a;
        } else {
            break;
        }
    }
    return expr;
}

/* A delay rounds to whole samples by itself. */
static struct operand without_rounding(struct operand samples) {
    while (samples.expr && samples.expr->kind == EXPR_APPLY &&
           samples.expr->function == FUNCTION_ROUND)
        samples.expr = samples.expr->arguments[0];
    return samples;
}

/* Formulas of fewer nodes than this are written out wherever they occur. */
enum { WORTH_A_NAME = 4 };
static const struct phrase seen_whole = {"=", BINDS_NAME, false}; /* only as whole coefficients */
static const struct phrase seen_once = {"1", BINDS_NAME, false};  /* within another formula */
static const struct phrase seen_often = {"2", BINDS_NAME, false};

static bool uses_any(const struct expr *expr, uint32_t from, uint32_t to) {
    if (!expr || expr->kind == EXPR_CONSTANT) return false;
    if (expr->kind == EXPR_KNOB) return expr->knob >= from && expr->knob < to;
    return uses_any(expr->arguments[0], from, to) || uses_any(expr->arguments[1], from, to);
}

bool faust_moves(const struct faust *f, const struct expr *expr) {
    return uses_any(expr, 0, f->knob_count);
}
bool faust_is_local(const struct faust *f, const struct expr *expr) {
    return f->inner && uses_any(expr, f->knob_count, UINT32_MAX);
}
static struct scope *scope_of(struct faust *f, const struct expr *expr) {
    return faust_is_local(f, expr) ? f->inner : &f->global;
}

/* A name in the scope where the expression is defined. */
static const char *name_in(struct faust *f, struct scope *scope, const char *wanted,
                           const char *role) {
    struct scope *at = f->at;
    f->at = scope;
    const char *text = faust_name(f, wanted, role);
    f->at = at;
    return text;
}

static bool is_seen(const struct phrase *known, struct phrase how) {
    return known && known->text == how.text;
}

static void count_expr(struct faust *f, const struct expr *expr, bool whole) {
    if (!expr || expr->kind != EXPR_APPLY || expr->size < WORTH_A_NAME) return;
    struct scope *scope = scope_of(f, expr);
    if (scope != f->at) return; /* counted with the whole program */
    const struct phrase *known = phrase_map_get(&scope->formulas, expr);
    /* A coefficient has a name already. */
    if (whole && is_seen(known, seen_whole)) return;
    struct phrase how = known ? seen_often : whole ? seen_whole : seen_once;
    phrase_map_put(f->arena, &scope->formulas, expr, how);
    if (how.text == seen_often.text) return;
    count_expr(f, expr->arguments[0], false);
    count_expr(f, expr->arguments[1], false);
}

static void count_operand(struct faust *f, struct operand operand) {
    double factor = 1;
    if (operand.expr) count_expr(f, without_factor(operand.expr, &factor), true);
}

static bool count_node(const struct node *node, void *context) {
    struct faust *f = context;
    size_t count = node->op == OP_GAIN ? (size_t)node->matrix->rows * node->matrix->cols : 0;
    for (size_t i = 0; i < count; i++) count_operand(f, node->matrix->at[i]);
    count = node->op == OP_DELAY ? grid_entries(node->delays->grid) : 0;
    for (size_t i = 0; i < count; i++) count_operand(f, without_rounding(node->delays->samples[i]));
    count = node->op == OP_FIR ? grid_entries(node->taps->grid) * node->taps->count : 0;
    for (size_t i = 0; i < count; i++) count_operand(f, node->taps->at[i]);
    count = node->op == OP_SOS ? grid_entries(node->sections->grid) * node->sections->count : 0;
    for (size_t i = 0; i < count; i++) {
        const struct section *s = &node->sections->at[i];
        const struct operand five[] = {s->b0, s->b1, s->b2, s->a1, s->a2};
        for (int k = 0; k < 5; k++) count_operand(f, five[k]);
    }
    return true;
}

void faust_count_formulas(struct faust *f, const struct node *node) {
    if (f->knob_count) node_visit(f->arena, node, count_node, f);
}

/* The name of a formula that is needed often; null for others. */
static const char *formula_name(struct faust *f, const struct expr *expr) {
    struct scope *scope = scope_of(f, expr);
    const struct phrase *known = phrase_map_get(&scope->formulas, expr);
    if (!known || is_seen(known, seen_once) || is_seen(known, seen_whole)) return NULL;
    if (!is_seen(known, seen_often)) return known->text;
    phrase_map_put(f->arena, &scope->formulas, expr, seen_once);
    const char *formula = expr_text(f, expr), *text = name_in(f, scope, "term", "term");
    text_printf(&scope->coefficients, "%s = %s;\n", text, formula);
    phrase_map_put(f->arena, &scope->formulas, expr, phrase_of(text));
    return text;
}

static void put_expr(struct faust *f, struct text *out, const struct expr *expr,
                     enum tightness least) {
    const char *known = formula_name(f, expr);
    if (known) {
        text_put(out, known);
        return;
    }
    if (expr->kind == EXPR_CONSTANT) {
        put_constant(out, expr->constant, least);
        return;
    }
    if (expr->kind == EXPR_KNOB) {
        text_put(out, f->knobs[expr->knob]);
        return;
    }
    switch (expr->function) {
    case FUNCTION_ADD: put_binary(f, out, expr, " + ", SUM, least); return;
    case FUNCTION_SUB: put_binary(f, out, expr, " - ", SUM, least); return;
    case FUNCTION_MUL: put_binary(f, out, expr, "*", PRODUCT, least); return;
    case FUNCTION_DIV: put_binary(f, out, expr, "/", PRODUCT, least); return;
    case FUNCTION_NEG:
        text_put(out, least > SUM ? "(0.0 - " : "0.0 - ");
        put_expr(f, out, expr->arguments[0], PRODUCT);
        if (least > SUM) text_put_char(out, ')');
        return;
    default:
        text_printf(out, "%s(", function_text(f, expr->function));
        put_expr(f, out, expr->arguments[0], LOOSE);
        if (expr->arguments[1]) {
            text_put(out, ", ");
            put_expr(f, out, expr->arguments[1], LOOSE);
        }
        text_put_char(out, ')');
    }
}

static const char *expr_text_within(struct faust *f, const struct expr *expr,
                                    enum tightness least) {
    struct text out;
    text_init(&out, f->arena);
    put_expr(f, &out, expr, least);
    return text_chars(&out);
}
static const char *expr_text(struct faust *f, const struct expr *expr) {
    return expr_text_within(f, expr, LOOSE);
}

/* The one-pole of a time constant; "" for none, which follows at once. */
static const char *ramp(struct faust *f, double smooth_s) {
    if (!(smooth_s > 0)) return "";
    for (size_t i = 0; i < f->ramps.count; i++)
        if (f->ramps.at[i].smooth_s == smooth_s) return f->ramps.at[i].text;
    const char *text = name_in(f, &f->global, "ramp", "ramp");
    text_printf(&f->global.coefficients, "%s = %s(%s); // %.6g ms\n", text,
                faust_helper(f, HELPER_SETTLE), number(f, exp(-1 / (smooth_s * f->program->rate))), smooth_s * 1e3);
    vec_push(f->arena, &f->ramps, (struct ramp_name){smooth_s, text});
    return text;
}

static unsigned bucket_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (unsigned)((bits * 0x9E3779B97F4A7C15u) >> 54) % COEFFICIENT_BUCKETS;
}

static void find_knob(const struct expr *expr, uint32_t *found, bool *one) {
    if (!expr || expr->kind == EXPR_CONSTANT) return;
    if (expr->kind == EXPR_KNOB) {
        if (*found == UINT32_MAX) *found = expr->knob;
        *one &= *found == expr->knob;
        return;
    }
    find_knob(expr->arguments[0], found, one);
    find_knob(expr->arguments[1], found, one);
}

/* What one knob alone moves is named after it where the source has no name: "mix_gain". */
static const char *named_by_knob(struct faust *f, const struct expr *expr, const char *wanted,
                                 const char *what) {
    uint32_t knob = UINT32_MAX;
    bool one = true;
    find_knob(expr, &knob, &one);
    return one && f->nameless ? text_format(f->arena, "%s_%s", f->knobs[knob], what) : wanted;
}

/* The value of an expression at the knobs' initial values, which finds it again. */
static double initial(const struct faust *f, const struct expr *expr) {
    uint32_t count = f->knob_count + FAMILY_ARGUMENTS;
    double *values = ARENA_ARRAY(f->arena, count, double);
    for (uint32_t i = 0; i < count; i++) values[i] = f->program->knobs[i].init;
    return expr_value(expr, values);
}

const char *faust_coefficient(struct faust *f, struct operand operand, const char *wanted) {
    if (!operand.expr) return number(f, operand.value);
    if (!faust_moves(f, operand.expr)) return expr_text_within(f, operand.expr, PRODUCT);
    double factor = 1;
    const struct expr *expr = without_factor(operand.expr, &factor);
    struct operand inner = {initial(f, expr), expr};
    struct scope *scope = scope_of(f, expr);
    unsigned bucket = bucket_of(inner.value);
    const struct coefficient_name *known = scope->known_coefficients[bucket];
    while (known && !operand_equal(known->operand, inner)) known = known->next;
    if (!known) {
        const char *ramped = ramp(f, operand_smooth_s(inner, f->program->knobs));
        size_t length = strlen(wanted);
        if (length >= 4 && !strcmp(wanted + length - 4, "gain"))
            wanted = named_by_knob(f, expr, wanted, "gain");
        const char *formula = expr_text(f, expr), *text = name_in(f, scope, wanted, "gain");
        text_printf(&scope->coefficients, *ramped ? "%s = %s(%s);\n" : "%s = %s%s;\n", text, ramped,
                    formula);
        struct coefficient_name *made = ARENA_NEW(f->arena, struct coefficient_name);
        *made = (struct coefficient_name){scope->known_coefficients[bucket], inner, text};
        known = scope->known_coefficients[bucket] = made;
    }
    if (factor == 1) return known->text;
    if (factor == -1) return text_format(f->arena, "-%s", known->text);
    return text_format(f->arena, "%s*%s", number(f, factor), known->text);
}

void faust_put_item(struct text *out, const char *item, bool first, size_t *column) {
    enum { LINE = 96 };
    size_t length = strlen(item) + 2;
    if (first) {
        text_put(out, item);
    } else if (*column + length > LINE) {
        text_printf(out, ",\n    %s", item);
        *column = 4;
    } else {
        text_printf(out, ", %s", item);
    }
    *column += length;
}

/* A sum breaks its lines where they grow too long. */
static void put_term(struct text *out, const char *term, bool first, unsigned indent,
                     size_t *column) {
    enum { LINE = 100 };
    bool minus = term[0] == '-';
    if (first) {
        text_put(out, term);
        *column = indent + strlen(term);
        return;
    }
    size_t length = strlen(term) + 3;
    if (*column + length > LINE) {
        text_put_char(out, '\n');
        text_pad_to(out, indent + 4);
        *column = indent + 4;
    } else {
        text_put_char(out, ' ');
    }
    text_printf(out, "%s %s", minus ? "-" : "+", term + minus);
    *column += length;
}

/* "tank_b0"; within a family, which has a name of its own, "b0". */
static const char *coefficient_name(struct faust *f, const char *owner, const char *what) {
    return f->inner ? what : text_format(f->arena, "%s_%s", owner, what);
}

/* A common factor stays in every term: FAUST factors sums itself, and shares more between the rows
 * of a Hadamard matrix if nobody did so before it. */
void faust_put_sum(struct faust *f, struct text *out, const struct operand *gains,
                   const char *const *names, uint32_t count, const char *owner, unsigned indent) {
    const char *wanted = coefficient_name(f, owner, "gain");
    bool any = false;
    size_t column = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (operand_is(gains[i], 0)) continue;
        const char *term;
        if (operand_is(gains[i], 1)) term = names[i];
        else if (operand_is(gains[i], -1)) term = text_format(f->arena, "-%s", names[i]);
        else
            term = text_format(f->arena, "%s*%s", faust_coefficient(f, gains[i], wanted), names[i]);
        put_term(out, term, !any, indent, &column);
        any = true;
    }
    if (!any) text_put(out, "0.0");
}

double faust_least(struct faust *f, struct operand samples) {
    return nearbyint(operand_range(samples, f->program->knobs).lo);
}

/* The whole number of samples that an expression of knobs asks for, and the fades between such
 * numbers, under a name. */
static const char *length_name(struct faust *f, struct operand samples, const char *owner) {
    struct scope *scope = scope_of(f, samples.expr);
    const struct coefficient_name *known = scope->known_lengths;
    while (known && !operand_equal(known->operand, samples)) known = known->next;
    if (known) return known->text;
    const char *wanted = named_by_knob(
        f, samples.expr, text_format(f->arena, "%s_samples", owner), "samples");
    const char *text = name_in(f, scope, wanted, "samples");
    const char *formula = expr_text(f, without_rounding(samples).expr);
    text_printf(&scope->coefficients, "%s = %s(%u, int(rint(%s)));\n", text,
                faust_helper(f, HELPER_FADE),
                operand_fade_samples(samples, f->program->knobs, f->program->rate), formula);
    struct coefficient_name *made = ARENA_NEW(f->arena, struct coefficient_name);
    *made = (struct coefficient_name){scope->known_lengths, samples, text};
    scope->known_lengths = made;
    return text;
}

struct phrase faust_delay(struct faust *f, struct operand samples, unsigned less, const char *owner,
                          span at) {
    double most = nearbyint(operand_range(samples, f->program->knobs).hi);
    if (!(most <= LIMIT_DELAY_SAMPLES)) {
        diag_error(f->diags, at, CODE_DELAY_TOO_LONG,
                   "a delay of up to %g samples is longer than the limit of %d", most,
                   LIMIT_DELAY_SAMPLES);
        return no_phrase;
    }
    if (less) f->opens_loops = true;
    if (faust_moves(f, samples.expr)) {
        const char *length = length_name(f, samples, owner);
        return phrase_call(f, "%s(%.17g, %s, %u)", faust_helper(f, HELPER_FADED), most, length, less);
    }
    if (samples.expr) { /* an argument, a whole number */
        const char *argument = expr_text(f, samples.expr);
        return less ? phrase_call(f, "@(%s - %u)", argument, less)
                    : phrase_call(f, "@(%s)", argument);
    }
    if (less) return phrase_call(f, "@(%.17g - %u)", most, less);
    return most > 0 ? phrase_call(f, "@(%.17g)", most) : phrase_of("_");
}

static bool section_moves(struct faust *f, const struct operand b[3], const struct operand a[2]) {
    return faust_moves(f, b[0].expr) || faust_moves(f, b[1].expr) || faust_moves(f, b[2].expr) ||
           faust_moves(f, a[0].expr) || faust_moves(f, a[1].expr);
}

/* The states of fi.tf1 and fi.tf2 are as much louder than the sound as 1/A(z) is, at DC by 1/(1 + a1 +
 * a2), and floats lose that. A section of numbers whose poles are near z = 1 is written in transposed
 * direct form, or by integrators where ir/noise.h says so; null text for others. */
static struct phrase near_one(struct faust *f, const struct operand b[3],
                              const struct operand a[2]) {
    static const double loud = 64;
    const double section[] = {b[0].value, b[1].value, b[2].value, a[0].value, a[1].value};
    if (!(loud * fabs(1 + a[0].value + a[1].value) < 1)) return no_phrase;
    double best = section_noise(SECTION_DIRECT, section), n[SECTION_NUMBERS];
    enum section_form form = SECTION_DIRECT;
    memcpy(n, section, sizeof n);
    for (int i = 1; i < SECTION_FORMS && best > FORM_ENOUGH; i++) {
        double numbers[SECTION_NUMBERS], noise = section_noise((enum section_form)i, section);
        if (!(noise < best) || !section_form_numbers((enum section_form)i, section, numbers))
            continue;
        best = noise;
        form = (enum section_form)i;
        memcpy(n, numbers, sizeof n);
    }
    const char *texts[SECTION_NUMBERS];
    for (int k = 0; k < SECTION_NUMBERS; k++) texts[k] = number(f, n[k]);
    if (form == SECTION_INTEGRATOR)
        return phrase_call(f, "%s(%s, %s, %s)", faust_helper(f, HELPER_INTEGRATOR), texts[0],
                           texts[1], texts[3]);
    enum helper_name helper = form == SECTION_DIRECT ? HELPER_SECTION : HELPER_INTEGRATORS;
    return phrase_call(f, "%s(%s, %s, %s, %s, %s)", faust_helper(f, helper), texts[0], texts[1],
                       texts[2], texts[3], texts[4]);
}

struct phrase faust_section(struct faust *f, const struct operand b[3], const struct operand a[2],
                            const char *owner) {
    bool first_order = operand_is(b[2], 0) && operand_is(a[1], 0);
    if (first_order && operand_is(b[1], 0) && operand_is(a[0], 0))
        return operand_is(b[0], 1)
                   ? phrase_of("_")
                   : phrase_call(
                         f, "*(%s)",
                         faust_coefficient(f, b[0], coefficient_name(f, owner, "gain")));
    const char *b0 = faust_coefficient(f, b[0], coefficient_name(f, owner, "b0"));
    const char *b1 = faust_coefficient(f, b[1], coefficient_name(f, owner, "b1"));
    const char *b2 = faust_coefficient(f, b[2], coefficient_name(f, owner, "b2"));
    const char *a1 = faust_coefficient(f, a[0], coefficient_name(f, owner, "a1"));
    const char *a2 = faust_coefficient(f, a[1], coefficient_name(f, owner, "a2"));
    bool moves = section_moves(f, b, a);
    if (!moves && !b[0].expr && !b[1].expr && !b[2].expr && !a[0].expr && !a[1].expr) {
        struct phrase careful = near_one(f, b, a);
        if (careful.text) return careful;
    }
    if (moves)
        return phrase_call(f, "%s(%s, %s, %s, %s, %s)", faust_helper(f, HELPER_SECTION), b0, b1, b2,
                           a1, a2);
    if (first_order)
        return phrase_call(f, "%s(%s, %s, %s)", faust_helper(f, HELPER_TF1), b0, b1, a1);
    return phrase_call(f, "%s(%s, %s, %s, %s, %s)", faust_helper(f, HELPER_TF2), b0, b1, b2, a1,
                       a2);
}
