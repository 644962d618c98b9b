/* Sliders: what the user turns. */
#include <math.h>
#include <string.h>

#include "backends/faust.h"
#include "ir/base/number.h"
#include "ir/walk.h"

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

/* What a knob is for: the kinds of operands that it moves. */
struct effect {
    uint32_t knob;
    bool gains, times, filters, responses;
};

static bool any_uses(const struct operand *operands, size_t count, uint32_t knob) {
    for (size_t i = 0; i < count; i++)
        if (operands[i].expr && expr_uses(operands[i].expr, knob)) return true;
    return false;
}

static bool find_effect(const struct node *node, void *context) {
    struct effect *e = context;
    switch (node->op) {
    case OP_GAIN:
        e->gains |= any_uses(node->matrix->at, (size_t)node->matrix->rows * node->matrix->cols,
                             e->knob);
        break;
    case OP_DELAY:
        e->times |= any_uses(node->delays->samples, grid_entries(node->delays->grid), e->knob);
        break;
    case OP_SOS:
        e->filters |= any_uses(&node->sections->at->b0,
                               6 * grid_entries(node->sections->grid) * node->sections->count,
                               e->knob);
        break;
    case OP_FIR:
        e->responses |=
            any_uses(node->taps->at, grid_entries(node->taps->grid) * node->taps->count, e->knob);
        break;
    default: break;
    }
    return true;
}

static void put_tooltip(struct faust *f, struct text *out, uint32_t index) {
    const struct knob *knob = &f->program->knobs[index];
    const char *unit = knob->unit ? label_text(f->arena, knob->unit, "") : "";
    text_printf(out, "[tooltip:%s, %.6g to %.6g%s%s", f->knobs[index], knob->lo, knob->hi,
                *unit ? " " : "", unit);
    struct effect effect = {.knob = index};
    node_visit(f->arena, f->program->main, find_effect, &effect);
    const struct {
        bool moved;
        const char *word;
    } kinds[] = {{effect.gains, "gains"},
                 {effect.times, "delay times"},
                 {effect.filters, "filters"},
                 {effect.responses, "responses"}};
    bool any = false;
    for (int i = 0; i < 4; i++) {
        if (!kinds[i].moved) continue;
        text_printf(out, "%s%s", any ? ", " : "; moves ", kinds[i].word);
        any = true;
    }
    text_put_char(out, ']');
}

/* A slider's address is /TITLE/LABEL, whatever else changes; [0], [1] ... keep the knobs in the
 * source's order. */
void faust_put_sliders(struct faust *f) {
    if (!f->knob_count) return;
    struct names shown;
    names_init(&shown, f->arena);
    const char *title = f->program->title ? f->program->title : name_or(f->program->name, "knobs");
    const char *panel = faust_name(f, "panel", "panel");
    struct text *out = &f->sliders;
    text_printf(out, "%s(x) = vgroup(\"%s\", x);\n", panel, label_text(f->arena, title, "knobs"));
    for (uint32_t i = 0; i < f->knob_count; i++) {
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
        text_printf(out, "%s = %s(hslider(\"[%u]%s ", f->knobs[i], panel, i, label);
        if (knob->unit && *knob->unit)
            text_printf(out, "[unit:%s]", label_text(f->arena, knob->unit, ""));
        if (knob->logarithmic) text_put(out, "[scale:log]");
        put_tooltip(f, out, i);
        text_put(out, "\",\n    ");
        const double numbers[] = {knob->init, knob->lo, knob->hi, step_of(knob)};
        for (int k = 0; k < 4; k++) {
            if (k) text_put(out, ", ");
            if (fabs(numbers[k]) < 1e9) text_put_number(out, numbers[k] == 0 ? 0 : numbers[k]);
            else faust_put_number(out, numbers[k]);
        }
        text_put(out, "));\n");
    }
}
