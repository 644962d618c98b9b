/* Scalars in FAUST: constants, expressions of knobs, coefficients that ramp, delays and sections.
 */
#include <math.h>
#include <string.h>

#include "backends/faust.h"
#include "ir/base/limits.h"
#include "ir/base/number.h"
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
    case FUNCTION_TANH: f->uses_library = true; return "ma.tanh";
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

static bool is_seen(const struct phrase *known, struct phrase how) {
    return known && known->text == how.text;
}

static void count_expr(struct faust *f, const struct expr *expr, bool whole) {
    if (!expr || expr->kind != EXPR_APPLY || expr->size < WORTH_A_NAME) return;
    const struct phrase *known = phrase_map_get(&f->formulas, expr);
    /* A coefficient has a name already. */
    if (whole && is_seen(known, seen_whole)) return;
    struct phrase how = known ? seen_often : whole ? seen_whole : seen_once;
    phrase_map_put(f->arena, &f->formulas, expr, how);
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

void faust_count_formulas(struct faust *f) {
    if (f->program->knob_count) node_visit(f->arena, f->program->main, count_node, f);
}

/* The name of a formula that is needed often; null for others. */
static const char *formula_name(struct faust *f, const struct expr *expr) {
    const struct phrase *known = phrase_map_get(&f->formulas, expr);
    if (!known || is_seen(known, seen_once) || is_seen(known, seen_whole)) return NULL;
    if (!is_seen(known, seen_often)) return known->text;
    phrase_map_put(f->arena, &f->formulas, expr, seen_once);
    const char *formula = expr_text(f, expr), *text = faust_name(f, "term", "term");
    text_printf(&f->coefficients, "%s = %s;\n", text, formula);
    phrase_map_put(f->arena, &f->formulas, expr, phrase_of(text));
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

static const char *expr_text(struct faust *f, const struct expr *expr) {
    struct text out;
    text_init(&out, f->arena);
    put_expr(f, &out, expr, LOOSE);
    return text_chars(&out);
}

/* The one-pole of a time constant; "" for none, which follows at once. */
static const char *ramp(struct faust *f, double smooth_s) {
    if (!(smooth_s > 0)) return "";
    for (size_t i = 0; i < f->ramps.count; i++)
        if (f->ramps.at[i].smooth_s == smooth_s) return f->ramps.at[i].text;
    const char *text = faust_name(f, "ramp", "ramp");
    text_printf(&f->coefficients, "%s = settle(%s); // %.6g ms\n", text,
                number(f, exp(-1 / (smooth_s * f->program->rate))), smooth_s * 1e3);
    f->uses_settle = true;
    vec_push(f->arena, &f->ramps, (struct ramp_name){smooth_s, text});
    return text;
}

static unsigned bucket_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (unsigned)((bits * 0x9E3779B97F4A7C15u) >> 54) % COEFFICIENT_BUCKETS;
}

/* The value of an expression at the knobs' initial values, which finds it again. */
static double initial(const struct faust *f, const struct expr *expr) {
    double *values = ARENA_ARRAY(f->arena, f->program->knob_count, double);
    for (uint32_t i = 0; i < f->program->knob_count; i++) values[i] = f->program->knobs[i].init;
    return expr_value(expr, values);
}

const char *faust_coefficient(struct faust *f, struct operand operand, const char *wanted) {
    if (!operand.expr) return number(f, operand.value);
    double factor = 1;
    const struct expr *expr = without_factor(operand.expr, &factor);
    struct operand inner = {initial(f, expr), expr};
    unsigned bucket = bucket_of(inner.value);
    const struct coefficient_name *known = f->known_coefficients[bucket];
    while (known && !operand_equal(known->operand, inner)) known = known->next;
    if (!known) {
        const char *ramped = ramp(f, operand_smooth_s(inner, f->program->knobs));
        const char *formula = expr_text(f, expr), *text = faust_name(f, wanted, "gain");
        text_printf(&f->coefficients, *ramped ? "%s = %s(%s);\n" : "%s = %s%s;\n", text, ramped,
                    formula);
        struct coefficient_name *made = ARENA_NEW(f->arena, struct coefficient_name);
        *made = (struct coefficient_name){f->known_coefficients[bucket], inner, text};
        known = f->known_coefficients[bucket] = made;
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

/* A common factor stays in every term: FAUST factors sums itself, and shares more between the rows
 * of a Hadamard matrix if nobody did so before it. */
void faust_put_sum(struct faust *f, struct text *out, const struct operand *gains,
                   const char *const *names, uint32_t count, const char *owner, unsigned indent) {
    const char *wanted = text_format(f->arena, "%s_gain", owner);
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
    const struct coefficient_name *known = f->known_lengths;
    while (known && !operand_equal(known->operand, samples)) known = known->next;
    if (known) return known->text;
    const char *text = faust_name(f, text_format(f->arena, "%s_samples", owner), "samples");
    const char *formula = expr_text(f, without_rounding(samples).expr);
    text_printf(&f->coefficients, "%s = fade(%u, int(rint(%s)));\n", text,
                operand_fade_samples(samples, f->program->knobs, f->program->rate), formula);
    f->uses_fade = true;
    struct coefficient_name *made = ARENA_NEW(f->arena, struct coefficient_name);
    *made = (struct coefficient_name){f->known_lengths, samples, text};
    f->known_lengths = made;
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
    if (samples.expr) {
        f->uses_library = true;
        const char *length = length_name(f, samples, owner);
        return phrase_call(f, "faded(%.17g, %s, %u)", most, length, less);
    }
    if (less) return phrase_call(f, "@(%.17g - %u)", most, less);
    return most > 0 ? phrase_call(f, "@(%.17g)", most) : phrase_of("_");
}

struct phrase faust_section(struct faust *f, const struct operand b[3], const struct operand a[2],
                            const char *owner) {
    bool still = !b[0].expr && !b[1].expr && !b[2].expr && !a[0].expr && !a[1].expr;
    bool first_order = operand_is(b[2], 0) && operand_is(a[1], 0);
    if (first_order && operand_is(b[1], 0) && operand_is(a[0], 0))
        return operand_is(b[0], 1)
                   ? phrase_of("_")
                   : phrase_call(
                         f, "*(%s)",
                         faust_coefficient(f, b[0], text_format(f->arena, "%s_gain", owner)));
    const char *b0 = faust_coefficient(f, b[0], text_format(f->arena, "%s_b0", owner));
    const char *b1 = faust_coefficient(f, b[1], text_format(f->arena, "%s_b1", owner));
    const char *b2 = faust_coefficient(f, b[2], text_format(f->arena, "%s_b2", owner));
    const char *a1 = faust_coefficient(f, a[0], text_format(f->arena, "%s_a1", owner));
    const char *a2 = faust_coefficient(f, a[1], text_format(f->arena, "%s_a2", owner));
    if (!still) {
        f->uses_section = true;
        return phrase_call(f, "section(%s, %s, %s, %s, %s)", b0, b1, b2, a1, a2);
    }
    f->uses_library = true;
    if (first_order) return phrase_call(f, "fi.tf1(%s, %s, %s)", b0, b1, a1);
    return phrase_call(f, "fi.tf2(%s, %s, %s, %s, %s)", b0, b1, b2, a1, a2);
}

const char *faust_quotable(struct arena *arena, const char *text) {
    struct text out;
    text_init(&out, arena);
    for (const char *c = text; *c; c++) {
        if (*c == '"') text_put_char(&out, '\'');
        else if (*c == '\\') text_put_char(&out, '/');
        else if ((unsigned char)*c < ' ' || *c == 127) text_put_char(&out, ' ');
        else text_put_char(&out, *c);
    }
    return text_chars(&out);
}

/* A label as FAUST shows it: [...] would be metadata, ':' and a leading '/' or '.' groups, '%'
 * before a letter, a digit or a brace a variable. */
static const char *label_text(struct arena *arena, const char *label, const char *otherwise) {
    struct text out;
    text_init(&out, arena);
    for (const char *c = faust_quotable(arena, label); *c; c++) {
        if (!out.length && strchr(" ./", *c)) continue;
        if (*c == '[') text_put_char(&out, '(');
        else if (*c == ']') text_put_char(&out, ')');
        else if (*c == ':') text_put_char(&out, ' ');
        else text_put_char(&out, *c);
        if (*c == '%' && c[1] && c[1] != ' ') text_put_char(&out, ' ');
    }
    while (out.length && out.at[out.length - 1] == ' ') out.at[--out.length] = 0;
    return out.length ? text_chars(&out) : otherwise;
}

/* The largest of 1, 2 and 5 times a power of ten that divides the range in 200 steps or more and
 * has the initial value on one of them. */
static double step_of(const struct knob *knob) {
    if (knob->step > 0) return knob->step;
    double range = knob->hi - knob->lo, from = knob->init - knob->lo;
    if (!(range > 0)) return 1;
    int exponent = (int)floor(log10(range / 200));
    static const int mantissas[] = {5, 2, 1};
    for (int e = exponent, tries = 0; tries < 6; tries++, e--)
        for (int m = 0; m < 3; m++) {
            char digits[NUMBER_ROOM];
            double step;
            number_parse(digits, number_print_rounded(digits, mantissas[m] * pow(10, e), 1), &step);
            if (step > range / 200) continue;
            if (fabs(from / step - nearbyint(from / step)) < 1e-9 * fmax(1, from / step))
                return step;
        }
    return range / 1000;
}

void faust_put_sliders(struct faust *f) {
    struct names shown;
    names_init(&shown, f->arena);
    for (uint32_t i = 0; i < f->program->knob_count; i++) {
        const struct knob *knob = &f->program->knobs[i];
        const char *plain = label_text(f->arena, knob->label ? knob->label : "", f->knobs[i]);
        /* Two sliders of one label would have one address. */
        const char *label = plain;
        for (unsigned n = 2;; n++) {
            size_t before = shown.count;
            name_of(&shown, label);
            if (shown.count != before) break;
            label = text_format(f->arena, "%s %u", plain, n);
        }
        struct text *out = &f->sliders;
        text_printf(out, "%s = hslider(\"%s", f->knobs[i], label);
        bool unit = knob->unit && *knob->unit;
        if (unit) text_printf(out, " [unit:%s]", label_text(f->arena, knob->unit, ""));
        if (knob->logarithmic) text_printf(out, "%s[scale:log]", unit ? "" : " ");
        text_put_char(out, '"');
        const double numbers[] = {knob->init, knob->lo, knob->hi, step_of(knob)};
        for (int k = 0; k < 4; k++) {
            text_put(out, ", ");
            if (fabs(numbers[k]) < 1e9) text_put_number(out, numbers[k] == 0 ? 0 : numbers[k]);
            else faust_put_number(out, numbers[k]);
        }
        text_put(out, ");\n");
    }
}
