/* Expressions of knobs as JSON holds them, {"expr": "1 - mix"}:
 *
 *     sum     = product { ("+" | "-") product }
 *     product = factor { ("*" | "/") factor }
 *     factor  = "-" factor | number | knob | function "(" sum { "," sum } ")" | "(" sum ")"
 */
#include <math.h>
#include <string.h>

#include "frontend/read_json_tree.h"
#include "ir/base/limits.h"
#include "ir/base/number.h"

struct parser {
    struct model *model;
    const char *text, *cursor;
    span at;
    bool exact;
    unsigned depth;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Where [begin, end) of the text stands; the whole string where escapes hide it. */
static span place(const struct parser *p, const char *begin, const char *end) {
    if (!p->exact) return p->at;
    uint32_t base = p->at.begin;
    return (span){base + (uint32_t)(begin - p->text), base + (uint32_t)(end - p->text)};
}

static struct diag *refuse(struct parser *p, const char *begin, const char *end,
                           const char *message) {
    return diag_error(p->model->diags, place(p, begin, end), CODE_MODEL_EXPRESSION, "%s", message);
}

static void skip_blanks(struct parser *p) {
    while (*p->cursor == ' ' || *p->cursor == '\t') p->cursor++;
}

static bool take(struct parser *p, char c) {
    skip_blanks(p);
    if (*p->cursor != c) return false;
    p->cursor++;
    return true;
}

static bool expected(struct parser *p, const char *what) {
    skip_blanks(p);
    const char *end = p->cursor;
    if (*end) end++;
    while (((unsigned char)*end & 0xC0) == 0x80) end++;
    struct arena *arena = p->model->arena;
    refuse(p, p->cursor, end,
           *p->cursor ? text_format(arena, "expression: expected %s, found '%.*s'", what,
                                    (int)(end - p->cursor), p->cursor)
                      : text_format(arena, "expression: expected %s, found its end", what));
    return false;
}

static bool parse_sum(struct parser *p, struct operand *out);

static bool parse_number(struct parser *p, struct operand *out) {
    const char *begin = p->cursor;
    while (is_digit(*p->cursor)) p->cursor++;
    if (*p->cursor == '.')
        for (p->cursor++; is_digit(*p->cursor);) p->cursor++;
    if (*p->cursor == 'e' || *p->cursor == 'E') {
        p->cursor++;
        if (*p->cursor == '+' || *p->cursor == '-') p->cursor++;
        while (is_digit(*p->cursor)) p->cursor++;
    }
    double value;
    if (!number_parse(begin, (size_t)(p->cursor - begin), &value) || !isfinite(value)) {
        refuse(p, begin, p->cursor, "expression: this is no number that double precision can hold");
        return false;
    }
    *out = operand_constant(value);
    return true;
}

static bool function_of(const char *word, size_t length, enum function *out) {
    for (int f = 0; f < FUNCTION_COUNT; f++) {
        const char *text = function_infos[f].text;
        if (is_letter(text[0]) && strlen(text) == length && !memcmp(text, word, length)) {
            *out = (enum function)f;
            return true;
        }
    }
    return false;
}

static bool parse_call(struct parser *p, enum function function, struct operand *out) {
    struct operand arguments[2] = {operand_constant(0), operand_constant(0)};
    for (uint32_t i = 0; i < function_infos[function].arguments; i++) {
        if (i && !take(p, ',')) return expected(p, "',' and another argument");
        if (!parse_sum(p, &arguments[i])) return false;
    }
    if (!take(p, ')')) return expected(p, "')'");
    *out = operand_apply(p->model->arena, function, arguments[0], arguments[1]);
    return true;
}

static bool parse_word(struct parser *p, struct operand *out) {
    const char *begin = p->cursor;
    while (is_letter(*p->cursor) || is_digit(*p->cursor)) p->cursor++;
    size_t length = (size_t)(p->cursor - begin);
    enum function function;
    if (function_of(begin, length, &function) && take(p, '(')) return parse_call(p, function, out);
    struct model *model = p->model;
    for (uint32_t i = 0; i < model->knob_count; i++) {
        if (model->knobs[i].id->length == length &&
            !memcmp(model->knobs[i].id->text, begin, length)) {
            *out = operand_knob(model->arena, model->knobs, i);
            return true;
        }
    }
    if (model->knobs_refused) return false; /* it may be one of those */
    struct diag *diag = refuse(p, begin, begin + length,
                               text_format(model->arena, "expression: the model has no knob '%s'",
                                           shown(model, arena_copy(model->arena, begin, length))));
    const char **ids = ARENA_ARRAY(model->arena, model->knob_count, const char *);
    for (uint32_t i = 0; i < model->knob_count; i++) ids[i] = model->knobs[i].id->text;
    const char *nearest =
        nearest_word(arena_copy(model->arena, begin, length), ids, model->knob_count);
    if (nearest) diag_help(diag, "did you mean '%s'?", nearest);
    return false;
}

static bool parse_factor(struct parser *p, struct operand *out) {
    if (p->depth == LIMIT_DEPTH) {
        diag_error(p->model->diags, p->at, CODE_TOO_DEEP,
                   "expression: it nests deeper than the limit of %d", LIMIT_DEPTH);
        return false;
    }
    p->depth++;
    bool good;
    skip_blanks(p);
    if (take(p, '-')) {
        good = parse_factor(p, out);
        if (good) *out = operand_neg(p->model->arena, *out);
    } else if (take(p, '(')) {
        good = parse_sum(p, out) && (take(p, ')') || expected(p, "')'"));
    } else if (is_digit(*p->cursor)) {
        good = parse_number(p, out);
    } else if (is_letter(*p->cursor)) {
        good = parse_word(p, out);
    } else {
        good = expected(p, "a number, a knob or '('");
    }
    p->depth--;
    return good;
}

static bool parse_product(struct parser *p, struct operand *out) {
    if (!parse_factor(p, out)) return false;
    for (;;) {
        enum function function;
        if (take(p, '*')) function = FUNCTION_MUL;
        else if (take(p, '/')) function = FUNCTION_DIV;
        else return true;
        struct operand right;
        if (!parse_factor(p, &right)) return false;
        *out = operand_apply(p->model->arena, function, *out, right);
    }
}

static bool parse_sum(struct parser *p, struct operand *out) {
    if (!parse_product(p, out)) return false;
    for (;;) {
        enum function function;
        if (take(p, '+')) function = FUNCTION_ADD;
        else if (take(p, '-')) function = FUNCTION_SUB;
        else return true;
        struct operand right;
        if (!parse_product(p, &right)) return false;
        *out = operand_apply(p->model->arena, function, *out, right);
    }
}

bool read_expression(struct model *model, const char *text, span at, bool exact,
                     struct operand *out) {
    struct parser p = {model, text, text, at, exact, 0};
    if (!parse_sum(&p, out)) return false;
    skip_blanks(&p);
    if (*p.cursor) return expected(&p, "an operator or the end");
    const char *message = NULL;
    if (!isfinite(out->value))
        message = "expression: its value at the knobs' initial positions is not a number";
    else if (out->expr && out->expr->size > EXPR_SIZE_MAX)
        message = text_format(model->arena, "expression: it has more than the limit of %d terms",
                              EXPR_SIZE_MAX);
    if (message) diag_error(model->diags, at, CODE_MODEL_EXPRESSION, "%s", message);
    return !message;
}
