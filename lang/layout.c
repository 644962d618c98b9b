#include "lang/layout.h"

#include <math.h>
#include <string.h>

#include "lang/grammar.h"

/* Words with which a statement begins, where what follows bears it out. */
static const struct {
    const char *word;
    int kind;
    int follows; /* what makes a statement of it beyond doubt */
} statement_words[] = {
    {"knob", TOK_KNOB, TOK_NAME},       {"control", TOK_CONTROL, TOK_NAME},
    {"param", TOK_PARAM, TOK_NAME},     {"require", TOK_REQUIRE, TOK_NAME},
    {"import", TOK_IMPORT, TOK_STRING}, {"name", TOK_TITLE, TOK_STRING},
    {"author", TOK_AUTHOR, TOK_STRING}, {"rate", TOK_RATE, TOK_NUMBER},
};

/* Words that stand inside a statement; the grammar takes them as names where a name is due. */
static const struct {
    const char *word;
    int kind;
} inner_words[] = {
    {"in", TOK_IN}, {"log", TOK_LOG},     {"step", TOK_STEP}, {"smooth", TOK_SMOOTH},
    {"as", TOK_AS}, {"where", TOK_WHERE}, {"for", TOK_FOR},
};

static const struct {
    int open, close;
} brackets[] = {
    {TOK_ROUND, TOK_ROUND_END}, {TOK_SQUARE, TOK_SQUARE_END}, {TOK_CURLY, TOK_CURLY_END}};

static bool is_open(int kind) {
    return kind == TOK_ROUND || kind == TOK_SQUARE || kind == TOK_CURLY;
}

static bool is_close(int kind) {
    return kind == TOK_ROUND_END || kind == TOK_SQUARE_END || kind == TOK_CURLY_END;
}

bool layout_is_operator(int kind) {
    switch (kind) {
    case TOK_SERIES:
    case TOK_PARALLEL:
    case TOK_STACK:
    case TOK_FEEDBACK:
    case TOK_PLUS:
    case TOK_MINUS:
    case TOK_TIMES:
    case TOK_OVER:
    case TOK_EACH_TIMES:
    case TOK_EACH_OVER:
    case TOK_POWER:
    case TOK_EACH_POWER:
    case TOK_RANGE:
    case TOK_EQUALS:
    case TOK_AT_MOST:
    case TOK_AT_LEAST:
    case TOK_COMMA: return true;
    default: return false;
    }
}

bool layout_ends_operand(int kind) {
    switch (kind) {
    case TOK_NUMBER:
    case TOK_STRING:
    case TOK_NAME:
    case TOK_WIRE:
    case TOK_TRANSPOSE:
    case TOK_ROUND_END:
    case TOK_SQUARE_END:
    case TOK_CURLY_END: return true;
    default: return false;
    }
}

void layout_init(struct layout *layout, struct arena *arena, struct names *names,
                 const struct source *source, struct diags *diags) {
    *layout = (struct layout){.arena = arena,
                              .names = names,
                              .source = source,
                              .diags = diags,
                              .at_statement = true,
                              .last_kind = TOK_NEWLINE};
    struct lexer lexer;
    lexer_init(&lexer, arena, names, source, diags);
    VEC(struct token) tokens = {0};
    VEC(span) comments = {0};
    for (int kind = TOK_NEWLINE; kind != TOK_END;) {
        struct token token = lexer_next(&lexer);
        kind = token.kind;
        if (kind == TOK_COMMENT) vec_push(arena, &comments, token.at);
        else vec_push(arena, &tokens, token);
    }
    layout->tokens = tokens.at;
    layout->token_count = tokens.count;
    layout->comments = comments.at;
    layout->comment_count = comments.count;
}

static bool is_word(const struct token *token, const char *word) {
    return token->kind == TOK_NAME && !strcmp(token->as.word->text, word);
}

/* ---- statements ----------------------------------------------------------------------------- */

/* The token behind the bracket that closes the one at `i`; token_count if none does soon. */
static size_t behind_bracket(const struct layout *layout, size_t i) {
    size_t depth = 0, far = i + 1000; /* no list of parameters is as long */
    for (; i < layout->token_count && i < far; i++) {
        if (is_open(layout->tokens[i].kind)) depth++;
        if (is_close(layout->tokens[i].kind) && !--depth) return i + 1;
    }
    return layout->token_count;
}

bool layout_is_definition(const struct layout *layout, size_t i) {
    const struct token *token = &layout->tokens[i], *after = token + 1;
    if (token->kind != TOK_NAME) return false; /* TOK_END is no name, so there is one behind it */
    if (after->kind != TOK_ROUND || after->starts_line) return after->kind == TOK_IS;
    size_t end = behind_bracket(layout, i + 1);
    return end < layout->token_count && layout->tokens[end].kind == TOK_IS;
}

/* Could token `i`, in the first column, be anything but the begin of a statement? This is asked
 * where something is wrong already, or of a line that goes on after an operator. */
static bool begins_statement(const struct layout *layout, size_t i) {
    const struct token *token = &layout->tokens[i];
    if (token->kind != TOK_NAME || !token->column_one) return false;
    const struct token *after = token + 1;
    for (size_t k = 0; k < sizeof statement_words / sizeof *statement_words; k++)
        if (is_word(token, statement_words[k].word))
            if (after->kind == statement_words[k].follows && !after->starts_line) return true;
    return layout_is_definition(layout, i);
}

static int statement_kind(const struct layout *layout, size_t i) {
    const struct token *token = &layout->tokens[i];
    if (token->kind != TOK_NAME) return token->kind;
    int after = token[1].kind;
    if (after == TOK_IS) return TOK_NAME;
    for (size_t k = 0; k < sizeof statement_words / sizeof *statement_words; k++)
        if (is_word(token, statement_words[k].word))
            /* `require (a + b) ...` is a contract; `rate(x) = ...` defines a function. */
            return after == TOK_ROUND && statement_words[k].kind != TOK_REQUIRE
                       ? TOK_NAME
                       : statement_words[k].kind;
    return TOK_NAME;
}

static int inner_kind(const struct token *token) {
    if (token->kind == TOK_NAME)
        for (size_t k = 0; k < sizeof inner_words / sizeof *inner_words; k++)
            if (is_word(token, inner_words[k].word)) return inner_words[k].kind;
    return token->kind;
}

/* Does the statement go on from token `i - 1` to token `i`, the first of its line? */
static bool goes_on(const struct layout *layout, size_t i) {
    const struct token *before = &layout->tokens[i - 1], *token = &layout->tokens[i];
    if (token->kind == TOK_END) return false;
    if (layout_is_operator(before->kind))
        return before->kind == TOK_COMMA || !begins_statement(layout, i);
    if (layout_is_operator(token->kind) || token->kind == TOK_TRANSPOSE || token->kind == TOK_IS)
        return true;
    return is_word(token, "where") && token[1].kind == TOK_NAME && token[2].kind == TOK_IS;
}

/* ---- matrices ------------------------------------------------------------------------------- */

static bool in_matrix(const struct layout *layout) {
    if (!layout->depth) return false;
    size_t open = layout->open[layout->depth - 1];
    if (layout->tokens[open].kind != TOK_SQUARE) return false;
    const struct token *before = open ? &layout->tokens[open - 1] : NULL;
    return !(before && open > layout->statement && layout_ends_operand(before->kind) &&
             inner_kind(before) != TOK_IN);
}

/* Is tokens[i] a second entry without a comma before it? `1 -1` and `a [2]` are two entries to a
 * reader who comes from elsewhere, and one to the grammar: neither is guessed. */
static bool lacks_comma(const struct layout *layout, size_t i) {
    if (!i || !in_matrix(layout) || layout->comma_given) return false;
    const struct token *before = &layout->tokens[i - 1], *token = &layout->tokens[i];
    if (!layout_ends_operand(before->kind) || inner_kind(before) == TOK_IN ||
        inner_kind(before) == TOK_FOR || begins_statement(layout, i))
        return false;
    if (i > 1 && inner_kind(before - 1) == TOK_FOR) return false; /* `in` is due */
    bool gap = before->at.end < token->at.begin;
    switch (token->kind) {
    case TOK_NUMBER:
    case TOK_STRING:
    case TOK_WIRE:
    case TOK_CURLY: return true;
    case TOK_NAME: return inner_kind(token) != TOK_FOR && inner_kind(token) != TOK_IN;
    case TOK_SQUARE: return gap;
    case TOK_MINUS:
    case TOK_PLUS:
        return gap && !token[1].starts_line && token[1].at.begin == token->at.end &&
               token[1].kind != TOK_END;
    default: return false;
    }
}

static void report_comma(struct layout *layout, size_t i) {
    const struct token *before = &layout->tokens[i - 1], *token = &layout->tokens[i];
    const char *text = layout->source->text - layout->source->base;
    bool sign = token->kind == TOK_MINUS || token->kind == TOK_PLUS;
    span at = sign ? span_join(token->at, token[1].at) : token->at;
    int length = (int)(at.end - at.begin), left = (int)(before->at.end - before->at.begin);
    struct diag *d = diag_error(layout->diags, at, CODE_MISSING_COMMA,
                                "expected ','%s between two entries of a matrix, found '%.*s'",
                                token->starts_line ? " or ';'" : "", length, text + at.begin);
    if (token->starts_line || left > 40 || length > 40) return;
    span both = span_join(before->at, at);
    if (token->kind == TOK_SQUARE) {
        diag_help(d, "an index touches its vector: v[0]");
    } else {
        int plus = token->kind == TOK_PLUS; /* no sign of numbers */
        diag_fix(d, both, "%.*s, %.*s", left, text + before->at.begin, length - plus,
                 text + at.begin + plus);
        if (sign)
            diag_help(d, "%s is written with a blank on both sides: %.*s %c %.*s",
                      token->kind == TOK_MINUS ? "a difference" : "a sum", left,
                      text + before->at.begin, *(text + token->at.begin), length - 1,
                      text + at.begin + 1);
    }
}

int layout_closing(const struct layout *layout) {
    int open = layout->tokens[layout->open[layout->depth - 1]].kind, close = 0;
    for (size_t k = 0; k < sizeof brackets / sizeof *brackets; k++)
        if (brackets[k].open == open) close = brackets[k].close;
    return close;
}

/* ---- handing out ---------------------------------------------------------------------------- */

/* A token that is not in the text, just behind tokens[i - 1]. */
static struct token between(struct layout *layout, int kind, size_t i) {
    uint32_t at = i ? layout->tokens[i - 1].at.end : layout->source->base;
    layout->last = i;
    layout->last_kind = kind;
    return (struct token){.kind = kind, .at = {at, at}};
}

static struct token end_statement(struct layout *layout) {
    struct token token = between(layout, TOK_NEWLINE, layout->next);
    layout->at_statement = true;
    return token;
}

/* False after a report: deeper than the limit. */
static bool count_bracket(struct layout *layout, size_t i) {
    const struct token *token = &layout->tokens[i];
    if (is_open(token->kind)) {
        if (layout->depth == LIMIT_DEPTH) {
            diag_error(layout->diags, token->at, CODE_TOO_DEEP,
                       "brackets nest deeper than the limit of %d", LIMIT_DEPTH);
            return false;
        }
        layout->open[layout->depth++] = i;
    } else if (is_close(token->kind)) {
        layout->stray = !layout->depth || layout_closing(layout) != token->kind;
        if (!layout->stray) layout->depth--;
    }
    return true;
}

struct token layout_next(struct layout *layout) {
    size_t i = layout->next;
    if (layout->resuming) {
        layout->resuming = false;
        return end_statement(layout);
    }
    struct token token = layout->tokens[i];
    if (!layout->at_statement) {
        if (token.kind == TOK_END || (token.starts_line && !layout->depth && !goes_on(layout, i)))
            return end_statement(layout);
        if (lacks_comma(layout, i)) {
            if (!token.reported) report_comma(layout, i);
            layout->comma_given = true;
            layout->next += token.kind == TOK_PLUS;
            token = between(layout, TOK_COMMA, i);
            token.reported = true;
            return token;
        }
    }
    bool operand_due = !layout_ends_operand(layout->last_kind);
    bool begins = layout->at_statement;
    if (begins) {
        layout->statement = i;
        layout->depth = 0;
        layout->tainted = false;
        token.kind = statement_kind(layout, i);
    } else {
        token.kind = inner_kind(&token);
    }
    if (token.kind != TOK_END) {
        layout->at_statement = false;
        layout->next++;
    }
    layout->comma_given = layout->stray = false;
    layout->tainted |= token.reported;
    layout->last = i;
    if (token.kind == ADG_BAD_SIGN || !count_bracket(layout, i)) {
        layout_resume(layout);
        token.kind = TOK_ADG_YYerror;
        return token;
    }

    /* `-6dB` is one literal, of the amplitude 10^(-6/20). */
    const struct token *after = &layout->tokens[layout->next];
    if (token.kind == TOK_MINUS && operand_due && after->kind == TOK_NUMBER &&
        after->as.number.unit == AST_UNIT_DECIBELS && after->at.begin == token.at.end) {
        token = *after;
        token.at.begin = layout->tokens[i].at.begin;
        token.as.number.written = -after->as.number.written;
        token.as.number.value = pow(10, token.as.number.written / 20);
        layout->last = layout->next++;
    }
    /* A word of a statement where a name is due is a name to what follows it. */
    bool is_name = layout->tokens[layout->last].kind == TOK_NAME && operand_due && !begins;
    layout->last_kind = is_name ? TOK_NAME : token.kind;
    return token;
}

/* ---- after a mistake ------------------------------------------------------------------------ */

static size_t first_of_line(const struct layout *layout, size_t i) {
    while (i > layout->statement && !layout->tokens[i].starts_line) i--;
    return i;
}

size_t layout_cut_bracket(const struct layout *layout) {
    if (!layout->depth) return layout->token_count;
    size_t begin = first_of_line(layout, layout->last);
    return begin > layout->open[layout->depth - 1] && begins_statement(layout, begin)
               ? begin
               : layout->token_count;
}

void layout_resume(struct layout *layout) {
    if (layout->last_kind == TOK_NEWLINE && layout->at_statement) return; /* its line is over */
    layout->resuming = true;
    size_t cut = layout_cut_bracket(layout);
    if (cut < layout->token_count) {
        layout->next = cut;
        return;
    }
    /* The next line that stands outside all brackets, or that can only be a new statement. */
    size_t depth = layout->depth, i = layout->next;
    for (; layout->tokens[i].kind != TOK_END; i++) {
        const struct token *token = &layout->tokens[i];
        if (token->starts_line && (begins_statement(layout, i) || (!depth && !goes_on(layout, i))))
            break;
        if (is_open(token->kind)) depth++;
        if (is_close(token->kind) && depth) depth--;
    }
    layout->next = i;
}
