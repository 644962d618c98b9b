#include "lang/parse.h"

#include <string.h>

#include "lang/grammar.h"
#include "lang/parser.h"

/* All tokens are read before any statement, and a bracket is reported where the next statement
 * begins: what was reported behind `before` is put in the order of the text. Merges neighbours,
 * stable. */
static struct diag *sorted(struct diag *list, size_t count) {
    if (count < 2) return list;
    struct diag *right = list, *first = NULL, **to = &first;
    for (size_t i = 0; i < count / 2; i++) right = right->next;
    struct diag *cut = list;
    while (cut->next != right) cut = cut->next;
    cut->next = NULL;
    struct diag *left = sorted(list, count / 2);
    right = sorted(right, count - count / 2);
    while (left && right) {
        struct diag **from = right->at.begin < left->at.begin ? &right : &left;
        *to = *from;
        *from = (*from)->next;
        to = &(*to)->next;
    }
    *to = left ? left : right;
    return first;
}

static void sort_reports(struct diags *diags, struct diag *before) {
    struct diag **first = before ? &before->next : &diags->first;
    size_t count = 0;
    for (struct diag *d = *first; d; d = d->next) count++;
    *first = sorted(*first, count);
    for (struct diag *d = *first; d; d = d->next) diags->last = d;
}

const struct ast_file *adg_parse(struct arena *arena, struct names *names, struct sources *sources,
                                 const struct source *source, struct diags *diags) {
    (void)sources; /* places are worked out by who prints them */
    struct parser *parser = ARENA_NEW(arena, struct parser);
    parser->arena = arena;
    parser->source = source;
    parser->diags = diags;
    struct diag *before = diags->last;
    layout_init(&parser->layout, arena, names, source, diags);
    bool whole = adg_yyparse(parser) == 0;
    sort_reports(diags, before);
    if (!whole && !parser->statements.count) return NULL;
    struct ast_file *file = ARENA_NEW(arena, struct ast_file);
    *file = (struct ast_file){
        .source = source,
        .statements = parser->statements.at,
        .statement_count = parser->statements.count,
        .comments = parser->layout.comments,
        .comment_count = parser->layout.comment_count,
    };
    return file;
}

/* ---- stacks --------------------------------------------------------------------------------- */

bool parser_may_grow(struct parser *parser, span at, ptrdiff_t size) {
    /* What nests within its limit needs a few dozen entries a bracket. */
    if (size <= 64 * LIMIT_DEPTH) return true;
    build_too_deep(parser, at);
    return false;
}

void *parser_twice(struct parser *parser, const void *old, ptrdiff_t bytes) {
    void *grown = arena_array(parser->arena, (size_t)bytes, 2);
    memcpy(grown, old, (size_t)bytes);
    return grown;
}

void *parser_no_heap(size_t bytes) {
    (void)bytes;
    return NULL;
}

/* ---- syntax errors -------------------------------------------------------------------------- */

/* One letter more, less, other, or two swapped. */
static bool is_close(const char *a, const char *b) {
    while (*a && *a == *b) a++, b++;
    if (!*a && !*b) return false;
    size_t x = strlen(a), y = strlen(b);
    if (x == y)
        return !strcmp(a + 1, b + 1) ||
               (x > 1 && a[0] == b[1] && a[1] == b[0] && !strcmp(a + 2, b + 2));
    return x + 1 == y ? !strcmp(a, b + 1) : x == y + 1 && !strcmp(a + 1, b);
}

static const char *close_word(const char *word, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (is_close(word, words[i])) return words[i];
    return NULL;
}

static bool is_any(const char *text, const char *const *texts, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!strcmp(text, texts[i])) return true;
    return false;
}

#define IS_ANY(text, ...)                                                                          \
    is_any((text), (const char *const[]){__VA_ARGS__},                                             \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* "')', ',' or an operator": what the grammar's list of tokens means to a reader. */
static const char *expected_text(struct parser *parser, const struct expected *expected) {
    const char *items[128];
    int count = 0;
    bool operand = expected->number && expected->round;
    if (expected->statement) return "a statement";
    if (operand) items[count++] = "an expression";
    else if (expected->name) items[count++] = "a name";
    for (int i = 0; i < expected->count; i++) {
        const char *text = expected->texts[i];
        if (IS_ANY(text, "a name", "end of line")) continue;
        /* Each of these may be a name, or begin an operand. */
        if (expected->name && IS_ANY(text, "in", "log", "step", "smooth", "as", "where", "for"))
            continue;
        if (operand && IS_ANY(text, "a number", "a string", "_", "(", "[", "{", "-")) continue;
        if (expected->operation &&
            IS_ANY(text, "->", "|", "&", "~", "+", "-", "*", "/", ".*", "./", "^", ".^", "'", "(",
                   "[", ".", "..", "==", "<=", ">=", "where", "for"))
            continue;
        items[count++] = strncmp(text, "a ", 2) ? text_format(parser->arena, "'%s'", text) : text;
    }
    if (expected->line_end && !operand) items[count++] = "the end of the line";
    /* Where nothing else may follow, a range waits for its other end. */
    if (!count && is_any("..", expected->texts, (size_t)expected->count)) items[count++] = "'..'";
    if (expected->operation && count < 4) items[count++] = "an operator";
    struct text text;
    text_init(&text, parser->arena);
    for (int i = 0; i < count; i++)
        text_printf(&text, "%s%s", i == 0 ? "" : i == count - 1 ? " or " : ", ", items[i]);
    return text_chars(&text);
}

static const char *found_text(struct parser *parser) {
    const struct token *token = &parser->current;
    const char *text = parser->source->text + (token->at.begin - parser->source->base);
    if (token->kind == TOK_NEWLINE) {
        size_t left = parser->source->base + parser->source->length - token->at.begin;
        return memchr(text, '\n', left) ? "the end of the line" : "the end of the file";
    }
    if (token->kind == TOK_STRING) return "a string";
    size_t length = token->at.end - token->at.begin;
    return text_format(parser->arena, "'%.*s%s'", (int)(length > 40 ? 37 : length), text,
                       length > 40 ? "..." : "");
}

static const char *bracket_text(int kind) {
    switch (kind) {
    case TOK_ROUND: return "(";
    case TOK_ROUND_END: return ")";
    case TOK_SQUARE: return "[";
    case TOK_SQUARE_END: return "]";
    case TOK_CURLY: return "{";
    default: return "}";
    }
}

/* A bracket that is not closed before the next statement, or before the end. */
static bool report_open(struct parser *parser) {
    const struct layout *layout = &parser->layout;
    size_t cut = layout_cut_bracket(layout);
    bool at_end = parser->current.kind == TOK_NEWLINE && layout->depth;
    if (cut == layout->token_count && !at_end) return false;
    const struct token *open = &layout->tokens[layout->open[layout->depth - 1]];
    struct diag *d = diag_error(parser->diags, open->at, CODE_OPEN_BRACKET,
                                "expected '%s' to close this '%s', found %s",
                                bracket_text(layout_closing(layout)), bracket_text(open->kind),
                                at_end ? "the end of the file" : "the next statement");
    if (!at_end) diag_note(d, layout->tokens[cut].at, "the next statement begins here");
    return true;
}

/* A closing bracket that closes nothing, or another kind. */
static bool report_stray(struct parser *parser) {
    struct layout *layout = &parser->layout;
    if (!layout->stray) return false;
    const char *found = bracket_text(parser->current.kind);
    if (!layout->depth) {
        diag_error(parser->diags, parser->current.at, CODE_STRAY_BRACKET,
                   "'%s' closes nothing: no bracket is open here", found);
        return true;
    }
    const struct token *open = &layout->tokens[layout->open[layout->depth - 1]];
    struct diag *d =
        diag_error(parser->diags, parser->current.at, CODE_STRAY_BRACKET,
                   "expected '%s' to close '%s', found '%s'", bracket_text(layout_closing(layout)),
                   bracket_text(open->kind), found);
    diag_label(d, open->at, "opened here");
    layout->depth--;
    return true;
}

static bool may_follow(const struct expected *expected, const char *text) {
    return is_any(text, expected->texts, (size_t)expected->count);
}

/* Is the text of the token that of a name which begins a statement, such as `import`? */
static bool is_statement_word(const struct token *token, const char *const *words, size_t count) {
    return token->kind == TOK_NAME && is_any(token->as.word->text, words, count);
}

/* `10 ms`, `1 kHz`, `48 samples` */
static bool help_unit(struct parser *parser, struct diag *d) {
    const struct token *token = &parser->current, *before = token;
    before = &parser->layout.tokens[parser->layout.last] - 1;
    if (token->kind != TOK_NAME || before->kind != TOK_NUMBER ||
        before->as.number.unit != AST_UNIT_NONE)
        return false;
    const char *text = parser->source->text - parser->source->base;
    return lexer_suggest_unit(d, span_join(before->at, token->at), text + before->at.begin,
                              (int)(before->at.end - before->at.begin), text + token->at.begin,
                              (int)(token->at.end - token->at.begin));
}

/* Ranges and texts in the forms of others. */
static bool help_statement(struct parser *parser, struct diag *d,
                           const struct expected *expected) {
    static const char *const ranged[] = {"knob", "control", "param", "require"};
    const struct layout *layout = &parser->layout;
    const struct token *token = &parser->current, *first = &layout->tokens[layout->statement];
    bool operand = expected->number && expected->round;
    if (may_follow(expected, "..") && !expected->line_end && !layout->depth &&
        is_statement_word(first, ranged, sizeof ranged / sizeof *ranged)) {
        diag_help(d, "a range is written lo..hi, as in 0..1");
        return true;
    }
    if (token->kind == TOK_NEWLINE && may_follow(expected, "in") && !expected->line_end &&
        is_statement_word(first, ranged, 1)) {
        diag_help(d, "a knob has a range behind its initial value, as in 0..1");
        return true;
    }
    if (expected->string && !operand && token->kind != TOK_STRING &&
        layout->last == layout->statement + 1) {
        diag_help(d, "texts and paths stand between double quotes");
        return true;
    }
    return false;
}

/* What people who know other languages write. */
static void add_help(struct parser *parser, struct diag *d, const struct expected *expected) {
    static const char *const statements[] = {"knob",   "control", "param",  "require",
                                             "import", "name",    "author", "rate"};
    static const char *const options[] = {"in", "log", "step", "smooth", "as"};
    const struct layout *layout = &parser->layout;
    const struct token *token = &parser->current, *before = &layout->tokens[layout->last];
    const struct token *first = &layout->tokens[layout->statement];
    if (help_statement(parser, d, expected) || token->kind == TOK_NEWLINE) return;
    if (layout->last > layout->statement) before--;
    if (layout->last > layout->statement && help_unit(parser, d)) return;
    bool touches = before->at.end == token->at.begin;
    const char *word;
    if (layout->last == layout->statement + 1 && first->kind == TOK_NAME &&
        (word = close_word(first->as.word->text, statements,
                           sizeof statements / sizeof *statements))) {
        diag_fix(d, first->at, "%s", word);
    } else if (token->kind == TOK_NAME && !expected->name &&
               (word =
                    close_word(token->as.word->text, options, sizeof options / sizeof *options)) &&
               is_any(word, expected->texts, (size_t)expected->count)) {
        diag_fix(d, token->at, "%s", word);
    } else if (layout->last == layout->statement + 1 && may_follow(expected, "=") &&
               layout_is_definition(layout, layout->last)) {
        diag_help(d, "a definition begins with the name that it defines: %s",
                  token->as.word->text);
    } else if (touches && before->kind == TOK_TIMES && token->kind == TOK_TIMES) {
        diag_help(d, "a power is written '^'");
    } else if ((touches && before->kind == TOK_OVER &&
                (token->kind == TOK_OVER || token->kind == TOK_TIMES)) ||
               (expected->statement && token->kind == TOK_OVER)) {
        diag_help(d, "a comment begins with '#'");
    } else if (token->kind == TOK_IS && is_any("==", expected->texts, (size_t)expected->count)) {
        diag_fix(d, token->at, "==");
    } else if (token->kind == TOK_EQUALS && is_any("=", expected->texts, (size_t)expected->count)) {
        diag_fix(d, token->at, "=");
    } else if (token->kind == TOK_EQUALS || token->kind == TOK_AT_MOST ||
               token->kind == TOK_AT_LEAST) {
        diag_help(d, "relations stand in 'require' statements");
    } else if (token->kind == TOK_SEMICOLON && !layout->depth) {
        diag_help(d, "a statement ends with its line, and needs no ';'");
    } else if (token->kind == TOK_COLON && before->kind == TOK_NUMBER &&
               ast_units[before->as.number.unit].dimension == AST_DIMENSION_FREQUENCY) {
        diag_help(d, "a set of points stands in braces: {0Hz: 2s, 6kHz: 0.5s}");
    } else if (token->kind == TOK_COLON && may_follow(expected, "->")) {
        diag_fix(d, token->at, "->");
    } else if (token->kind == TOK_WHERE && may_follow(expected, ",")) {
        diag_help(d, "one 'where' has all of them, with commas between: where a = 1, b = 2");
    } else if (before->kind == TOK_NAME && !strcmp(before->as.word->text, "for") &&
               before[-1].kind == TOK_SQUARE) {
        diag_help(d, "the expression comes first: [x^2 for x in 0..7]");
    }
}

void parser_report(struct parser *parser, const struct expected *expected) {
    struct layout *layout = &parser->layout;
    bool known = parser->current.reported || layout->tainted;
    if (!known && !report_open(parser) && !report_stray(parser)) {
        struct diag *d =
            diag_error(parser->diags, parser->current.at, CODE_SYNTAX, "expected %s, found %s",
                       expected_text(parser, expected), found_text(parser));
        add_help(parser, d, expected);
    }
    layout_resume(layout);
    parser->deep = false;
    parser->refused = NULL;
}
