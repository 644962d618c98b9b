/* Contracts: `require`. What the shapes decide is decided here; the rest goes with the program. */
#include <math.h>
#include <string.h>

#include "frontend/builtins.h"
#include "frontend/elaborate_statements.h"

/* What a contract speaks of. */
enum subject { OF_SHAPE, OF_PROGRAM };

static const struct contract_word {
    const char *word;
    size_t arguments;
    enum subject subject;
    enum contract_kind kind; /* OF_PROGRAM */
    bool bounded;            /* it has a figure, which needs a bound */
    bool exact;              /* the figure may be asked for with == */
    int dimension;           /* of the bound */
    const char *form;        /* what to write */
} words[] = {
    {"stable", 1, OF_PROGRAM, CONTRACT_STABLE, false, false, 0, "stable(e)"},
    {"lossless", 1, OF_PROGRAM, CONTRACT_LOSSLESS, false, false, 0, "lossless(e)"},
    {"t60", 2, OF_PROGRAM, CONTRACT_T60, true, false, DIMENSION_TIME, "t60(e, 1kHz) in 2s..3s"},
    {"peak_gain", 1, OF_PROGRAM, CONTRACT_PEAK_GAIN, true, false, 0, "peak_gain(e) <= 6dB"},
    {"latency", 1, OF_PROGRAM, CONTRACT_LATENCY, true, true, DIMENSION_TIME, "latency(e) == 0smp"},
    {"inlets", 1, OF_SHAPE, 0, true, true, 0, "inlets(e) == 2"},
    {"outlets", 1, OF_SHAPE, 0, true, true, 0, "outlets(e) == 2"},
};
enum { WORDS = sizeof words / sizeof *words };

struct requiring {
    struct elaborator *e;
    struct scope *scope;
    const struct ast_require *require;
    const struct node *main;
    const char *text;  /* of the subject */
    const char *bound; /* "<= 6dB" */
};

static const char *shown(struct elaborator *e, span at) {
    const char *text = text_at(e, at);
    return strcmp(text, "this") != 0 ? text : "the bound";
}

/* The word that the subject calls, unless the program defines it; null if it is none. */
static const struct contract_word *find_word(struct requiring *r) {
    const struct ast_expr *x = r->require->subject;
    if (x->kind != AST_CALL || x->as.call.callee.prefix.text) return NULL;
    name callee = x->as.call.callee.last.text;
    if (scope_find(r->scope, callee, NULL)) return NULL;
    for (size_t i = 0; i < WORDS; i++)
        if (!strcmp(words[i].word, callee->text)) return &words[i];
    return NULL;
}

/* A call of what nothing defines is most likely a word misspelt. */
static bool is_unknown_word(struct requiring *r) {
    const struct ast_expr *x = r->require->subject;
    if (x->kind != AST_CALL || x->as.call.callee.prefix.text) return false;
    name callee = x->as.call.callee.last.text;
    struct value ignored;
    struct elaborator *e = r->e;
    if (scope_find(r->scope, callee, NULL) || builtin_find(callee) ||
        builtin_constant(e->arena, callee, NOWHERE, &ignored))
        return false;
    if (e->unread) return true;
    struct suggestion suggestion = {.wanted = callee->text};
    for (size_t i = 0; i < WORDS; i++) suggestion_offer(&suggestion, words[i].word);
    struct diag *diag = diag_error(
        e->diags, x->as.call.callee.last.at, CODE_CONTRACT,
        "'require' judges stable, lossless, t60, peak_gain, latency, inlets and outlets, "
        "but not '%s'",
        callee->text);
    if (suggestion.best) diag_fix(diag, x->as.call.callee.last.at, "%s", suggestion.best);
    return true;
}

static bool bound_value(struct requiring *r, const struct ast_expr *x, int dimension, double *out) {
    struct elaborator *e = r->e;
    struct argument a = {eval(e, r->scope, x), x->at, true};
    struct operand operand;
    int got;
    if (!need_number(e, "the bound of 'require'", a, &operand, &got)) return false;
    /* A knob counts at its initial value, as it does in what is measured. */
    *out = operand.value;
    if (got == dimension) return true;
    struct diag *diag =
        diag_error(e->diags, x->at, CODE_DIMENSION, "the bound of %s is %s, but this is %s",
                   r->text, dimension_noun(e->arena, dimension), dimension_noun(e->arena, got));
    if (dimension == DIMENSION_TIME && got == DIMENSION_NUMBER)
        diag_help(diag, "%ssmp, or a time in s or ms", text_at(e, x->at));
    return false;
}

static bool read_bound(struct requiring *r, int dimension, double *lo, double *hi) {
    const struct ast_require *require = r->require;
    const struct ast_expr *bound = require->bound;
    *lo = -INFINITY;
    *hi = INFINITY;
    switch (require->relation) {
    case AST_HOLDS: return true;
    case AST_WITHIN: {
        bool well = bound_value(r, bound->as.range.first, dimension, lo);
        if (!bound_value(r, bound->as.range.last, dimension, hi) || !well) return false;
        if (*lo <= *hi) return true;
        diag_error(r->e->diags, bound->at, CODE_RANGE, "nothing lies in this range, which falls");
        return false;
    }
    case AST_AT_MOST: return bound_value(r, bound, dimension, hi);
    case AST_AT_LEAST: return bound_value(r, bound, dimension, lo);
    case AST_EQUALS:
        if (!bound_value(r, bound, dimension, lo)) return false;
        *hi = *lo;
        return true;
    }
    return false;
}

/* stable(e) has no figure, t60(e, f) has one that is never exact. */
static bool relation_fits(struct requiring *r, const struct contract_word *word) {
    const struct ast_require *require = r->require;
    struct elaborator *e = r->e;
    struct diag *diag;
    if (!word->bounded && require->relation != AST_HOLDS) {
        diag = diag_error(e->diags, require->relation_at, CODE_CONTRACT,
                          "'%s' holds or does not: it has no figure to compare", word->word);
    } else if (word->bounded && require->relation == AST_HOLDS) {
        diag = diag_error(e->diags, require->subject->at, CODE_CONTRACT,
                          "'%s' is a figure, and 'require' needs to know what it is to be",
                          word->word);
    } else if (require->relation == AST_EQUALS && !word->exact) {
        diag = diag_error(e->diags, require->relation_at, CODE_CONTRACT,
                          "'%s' is measured, and no measured figure is exact", word->word);
    } else {
        return true;
    }
    diag_help(diag, "require %s", word->form);
    return false;
}

static const struct node *read_system(struct requiring *r, const struct ast_expr *x) {
    struct elaborator *e = r->e;
    struct side side = {eval(e, r->scope, x), x->at, x};
    if (value_failed(side.value)) return NULL;
    bool is_main = x->kind == AST_NAME && !x->as.path.prefix.text && r->scope == e->file &&
                   !strcmp(x->as.path.last.text->text, "main");
    return is_main && r->main ? r->main : to_system(e, side);
}

static bool read_frequency(struct requiring *r, const struct ast_expr *x, double *out) {
    struct elaborator *e = r->e;
    struct argument a = {eval(e, r->scope, x), x->at, true};
    struct operand operand;
    int dimension;
    if (!need_number(e, "the frequency of 't60'", a, &operand, &dimension)) return false;
    *out = operand.value;
    if (dimension != DIMENSION_FREQUENCY) {
        struct diag *diag =
            diag_error(e->diags, x->at, CODE_DIMENSION, "'t60' is at a frequency, but this is %s",
                       dimension_noun(e->arena, dimension));
        if (dimension == DIMENSION_NUMBER) diag_fix(diag, x->at, "%sHz", text_at(e, x->at));
        return false;
    }
    if (*out > 0 && *out < 0.5) return true;
    diag_error(e->diags, x->at, CODE_CONTRACT,
               "a decay is measured between 0 Hz and half the sample rate, but this is %g Hz",
               *out * e->rate);
    return false;
}

/* A plain figure is judged at once. */
static void judge_number(struct requiring *r, const char *what, double value, int dimension) {
    struct elaborator *e = r->e;
    double lo, hi;
    if (!read_bound(r, dimension, &lo, &hi) || (value >= lo && value <= hi)) return;
    enum ast_unit unit = dimension_unit(dimension);
    diag_error(e->diags, r->require->subject->at, CODE_CONTRACT_BROKEN,
               "%s is required to be %s, but is %g%s%s", what, r->bound,
               unit_shown(unit, value, e->rate), *ast_units[unit].suffix ? " " : "",
               ast_units[unit].suffix);
}

static void require_number(struct requiring *r) {
    struct elaborator *e = r->e;
    const struct ast_expr *x = r->require->subject;
    struct argument a = {eval(e, r->scope, x), x->at, true};
    struct operand operand;
    int dimension;
    if (value_failed(a.value)) return;
    if (!value_is_single(a.value)) {
        struct diag *diag = diag_error(
            e->diags, x->at, CODE_CONTRACT,
            "'require' judges stable, lossless, t60, peak_gain, latency, inlets and outlets of a "
            "system, or compares a number, but this is %s",
            value_noun(e->arena, a.value));
        if (a.value.kind == VALUE_SYSTEM) diag_help(diag, "require stable(%s)", text_at(e, x->at));
        return;
    }
    if (r->require->relation == AST_HOLDS) {
        struct diag *diag =
            diag_error(e->diags, x->at, CODE_CONTRACT,
                       "this is a number, and 'require' needs to know what it is to be");
        diag_help(diag, "require %s <= ..., >= ..., == ... or in ...", text_at(e, x->at));
        return;
    }
    if (need_number(e, "'require'", a, &operand, &dimension))
        judge_number(r, r->text, operand.value, dimension);
}

static void require_word(struct requiring *r, const struct contract_word *word,
                         struct contracts *out) {
    struct elaborator *e = r->e;
    const struct ast_call *call = &r->require->subject->as.call;
    if (call->argument_count != word->arguments ||
        (call->argument_count && call->arguments[0].keyword.text)) {
        struct diag *diag = diag_error(
            e->diags, r->require->subject->at, CODE_ARGUMENTS, "'%s' takes %s", word->word,
            word->arguments == 2 ? "a system and a frequency" : "a system, and nothing else");
        diag_help(diag, "require %s", word->form);
        return;
    }
    const struct node *root = read_system(r, call->arguments[0].value);
    struct contract contract = {.kind = word->kind,
                                .root = root,
                                .bound = r->bound,
                                .text = r->text,
                                .at = r->require->subject->at};
    if (!root || !relation_fits(r, word)) return;
    if (word->arguments == 2 && !read_frequency(r, call->arguments[1].value, &contract.frequency))
        return;
    if (word->subject == OF_SHAPE) {
        bool inlets = !strcmp(word->word, "inlets");
        judge_number(r, r->text, inlets ? root->shape.ins : root->shape.outs, 0);
        return;
    }
    if (!read_bound(r, word->dimension, &contract.lo, &contract.hi)) return;
    vec_push(e->arena, out, contract);
}

void read_require(struct elaborator *e, struct scope *scope, const struct ast_require *require,
                  const struct node *main, struct contracts *out) {
    static const char *const relations[] = {"", "in ", "at most ", "at least ", ""};
    struct requiring r = {.e = e, .scope = scope, .require = require, .main = main};
    const char *text = text_at(e, require->subject->at);
    r.text = strcmp(text, "this") != 0 ? text : "what is required";
    if (require->bound)
        r.bound = text_format(e->arena, "%s%s", relations[require->relation],
                              shown(e, require->bound->at));
    const struct contract_word *word = find_word(&r);
    if (word) require_word(&r, word, out);
    else if (!is_unknown_word(&r)) require_number(&r);
}
