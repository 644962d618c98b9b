/* The words of .adg, with re2c. The text has a NUL behind it, which ends the scan where the text
 * ends and is a bad character anywhere else. */
#include "lang/lexer.h"

#include <string.h>

#include "ir/base/vec.h"
#include "lang/grammar.h"

void lexer_init(struct lexer *lexer, struct arena *arena, struct names *names,
                const struct source *source, struct diags *diags) {
    *lexer = (struct lexer){
        .arena = arena,
        .names = names,
        .source = source,
        .diags = diags,
        .cursor = (const unsigned char *)source->text,
        .line_began = true,
    };
    /* The mark with which some editors begin a UTF-8 file. */
    if (source->length >= 3 && !memcmp(source->text, "\xEF\xBB\xBF", 3)) lexer->cursor += 3;
}

static span span_of(const struct lexer *lexer, const unsigned char *begin,
                    const unsigned char *end) {
    const unsigned char *text = (const unsigned char *)lexer->source->text;
    return (span){lexer->source->base + (uint32_t)(begin - text),
                  lexer->source->base + (uint32_t)(end - text)};
}

static const unsigned char *text_end(const struct lexer *lexer) {
    return (const unsigned char *)lexer->source->text + lexer->source->length;
}

/* ---- strings -------------------------------------------------------------------------------- */

static bool is_line_end(const struct lexer *lexer, const unsigned char *c) {
    return c == text_end(lexer) || *c == '\n' || (*c == '\r' && c[1] == '\n');
}

/* The cursor is behind the opening quote. */
static struct ast_string read_string(struct lexer *lexer) {
    const unsigned char *begin = lexer->cursor - 1, *c = lexer->cursor;
    struct text text;
    text_init(&text, lexer->arena);
    bool reported = false;
    while (!is_line_end(lexer, c) && *c != '"') {
        const unsigned char *from = c++;
        if (*from == '\\' && !is_line_end(lexer, c)) {
            unsigned char escaped = *c++;
            while ((*c & 0xC0) == 0x80 && escaped >= 0x80) c++;
            if (escaped == '"' || escaped == '\\') text_put_char(&text, (char)escaped);
            else if (escaped == 'n') text_put_char(&text, '\n');
            else if (escaped == 't') text_put_char(&text, '\t');
            else if (!reported) {
                span at = span_of(lexer, from, c);
                struct diag *d = diag_error(
                    lexer->diags, at, CODE_BAD_STRING,
                    "a string knows the escapes \\\" \\\\ \\n \\t, but '%.*s' is none of them",
                    (int)(c - from), (const char *)from);
                diag_help(d, "a backslash itself is written \\\\");
                reported = true;
            }
        } else if (*from < 0x20 && *from != '\t') {
            if (!reported)
                diag_error(lexer->diags, span_of(lexer, from, c), CODE_BAD_STRING,
                           "a string holds text, but here is the control character U+00%c%c",
                           "01"[*from >> 4], "0123456789ABCDEF"[*from & 15]);
            reported = true;
        } else {
            text_put_char(&text, (char)*from);
        }
    }
    if (*c == '"') {
        c++;
    } else if (!reported) {
        struct diag *d =
            diag_error(lexer->diags, span_of(lexer, begin, c), CODE_OPEN_STRING,
                       "expected '\"' at the end of the string, found the end of the line");
        diag_help(d, "a line break in a string is written \\n");
    }
    lexer->cursor = c;
    return (struct ast_string){.text = text_chars(&text),
                               .length = text.length,
                               .at = span_of(lexer, begin, c)};
}

/* ---- what does not belong here -------------------------------------------------------------- */

/* Signs of other languages. Beside what to write: what to go on with. */
static const struct {
    const char *sign, *meant; /* null: `help` says more than a sign could */
    int kind;
    const char *help;
} foreign[] = {
    {"=>", "->", TOK_SERIES, NULL},
    {":=", "=", TOK_IS, NULL},
    {"||", "|", TOK_PARALLEL, NULL},
    {"&&", "&", TOK_STACK, NULL},
    {"...", NULL, TOK_RANGE, "a range has two points between its ends: 0..1"},
    {"<:", NULL, TOK_SERIES, "one wire becomes n by x -> split(n), or by x -> (a & b)"},
    {":>", NULL, TOK_SERIES, "n wires are added by x -> sum(n)"},
};

static int foreign_sign(struct lexer *lexer, const unsigned char *begin) {
    size_t length = (size_t)(lexer->cursor - begin), i = 0;
    while (strlen(foreign[i].sign) != length || memcmp(foreign[i].sign, begin, length)) i++;
    span at = span_of(lexer, begin, lexer->cursor);
    struct diag *d = diag_error(lexer->diags, at, CODE_BAD_CHARACTER,
                                "'%s' is not a sign of the language", foreign[i].sign);
    if (foreign[i].meant) diag_fix(d, at, "%s", foreign[i].meant);
    else diag_help(d, "%s", foreign[i].help);
    return foreign[i].kind;
}

/* Characters that text processors put in place of those of the language. */
enum { BLANK = ADG_BAD_SIGN - 1 };
static const struct {
    const char *bytes, *about, *meant;
    int kind; /* as what to go on; ADG_BAD_SIGN: it cannot */
} alike[] = {
    {"\xE2\x88\x92", "U+2212 minus sign", "-", TOK_MINUS},
    {"\xE2\x80\x93", "U+2013 en dash", "-", TOK_MINUS},
    {"\xE2\x80\x94", "U+2014 em dash", "-", TOK_MINUS},
    {"\xC3\x97", "U+00D7 multiplication sign", "*", TOK_TIMES},
    {"\xC2\xB7", "U+00B7 middle dot", "*", TOK_TIMES},
    {"\xC3\xB7", "U+00F7 division sign", "/", TOK_OVER},
    {"\xE2\x86\x92", "U+2192 arrow", "->", TOK_SERIES},
    {"\xE2\x89\xA4", "U+2264 less or equal", "<=", TOK_AT_MOST},
    {"\xE2\x89\xA5", "U+2265 greater or equal", ">=", TOK_AT_LEAST},
    {"\xE2\x80\xA6", "U+2026 ellipsis", "..", TOK_RANGE},
    {"\xE2\x80\x99", "U+2019 quotation mark", "'", TOK_TRANSPOSE},
    {"\xE2\x80\x9C", "U+201C quotation mark", "\"", ADG_BAD_SIGN},
    {"\xE2\x80\x9D", "U+201D quotation mark", "\"", ADG_BAD_SIGN},
    {"\xC2\xA0", "U+00A0 no-break space", " ", BLANK},
};

/* One character of UTF-8 from `c`; its length, 0 if it is none. */
static size_t read_utf8(const unsigned char *c, const unsigned char *end, uint32_t *point) {
    size_t length = *c < 0x80 ? 1 : *c >= 0xC2 && *c < 0xE0 ? 2 : (*c & 0xF0) == 0xE0 ? 3
                  : *c >= 0xF0 && *c < 0xF5 ? 4 : 0;
    if (!length || (size_t)(end - c) < length) return 0;
    static const unsigned char lead[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    *point = *c & lead[length];
    for (size_t i = 1; i < length; i++) {
        if ((c[i] & 0xC0) != 0x80) return 0;
        *point = *point << 6 | (c[i] & 0x3F);
    }
    return length;
}

static bool is_word_byte(unsigned char c) {
    return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z');
}

static void put_point(struct text *text, uint32_t point) {
    text_put(text, "U+");
    for (int shift = point > 0xFFFF ? 20 : 12; shift >= 0; shift -= 4)
        text_put_char(text, "0123456789ABCDEF"[point >> shift & 15]);
}

/* Reports the character at `c` and moves the cursor behind it. */
static int bad_character(struct lexer *lexer, const unsigned char *c) {
    uint32_t point = 0;
    size_t length = read_utf8(c, text_end(lexer), &point);
    struct text message;
    text_init(&message, lexer->arena);
    lexer->cursor = c + (length ? length : 1);
    span at = span_of(lexer, c, lexer->cursor);
    if (!length) {
        diag_error(lexer->diags, at, CODE_BAD_CHARACTER,
                   "expected text in UTF-8, found the byte 0x%c%c", "0123456789ABCDEF"[*c >> 4],
                   "0123456789ABCDEF"[*c & 15]);
        return ADG_BAD_SIGN;
    }
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++) {
        if (strlen(alike[i].bytes) != length || memcmp(alike[i].bytes, c, length)) continue;
        struct diag *d = diag_error(
            lexer->diags, at, CODE_BAD_CHARACTER,
            "only strings and comments may hold characters beyond ASCII, found '%s', the %s",
            alike[i].bytes, alike[i].about);
        if (alike[i].kind == BLANK) diag_help(d, "an ordinary blank");
        else diag_fix(d, at, "%s", alike[i].meant);
        return alike[i].kind;
    }
    if (point >= 0x80) {
        put_point(&message, point);
        diag_error(lexer->diags, at, CODE_BAD_CHARACTER,
                   "only strings and comments may hold characters beyond ASCII, found '%.*s', %s",
                   (int)length, (const char *)c, text_chars(&message));
    } else if (point < 0x20 || point == 0x7F) {
        put_point(&message, point);
        diag_error(lexer->diags, at, CODE_BAD_CHARACTER,
                   "expected text, found the control character %s", text_chars(&message));
    } else {
        struct diag *d = diag_error(lexer->diags, at, CODE_BAD_CHARACTER,
                                    "'%c' is not a sign of the language", *c);
        if (*c == '%') diag_help(d, "a comment begins with '#'; per cent touches its number: 35%%");
        if (*c == '<' || *c == '>' || *c == '!')
            diag_help(d, "relations are '==', '<=' and '>=', in 'require' statements alone");
        if (*c == '@') diag_help(d, "a delay is delay(t), of a time or of samples");
    }
    return ADG_BAD_SIGN;
}

/* A word in which a character beyond ASCII stands: one report, and the whole run is the word. */
static void bad_word(struct lexer *lexer, const unsigned char *begin) {
    const unsigned char *c = begin;
    while (*c < 0x80) c++;
    bad_character(lexer, c);
    for (c = lexer->cursor; is_word_byte(*c); c++) continue;
    lexer->cursor = c;
}

/* Behind the suffix of a number. Micro signs and the degree sign are read as parts of units, so
 * that they are told what to write. */
static const unsigned char *suffix_end(const unsigned char *c) {
    if ((c[0] == 0xC2 && (c[1] == 0xB5 || c[1] == 0xB0)) || (c[0] == 0xCE && c[1] == 0xBC)) c += 2;
    while (*c == '%' || (*c < 0x80 && is_word_byte(*c))) c++;
    return c;
}

/* ---- the scanner ---------------------------------------------------------------------------- */

static struct token scan(struct lexer *lexer) {
    const unsigned char *begin, *YYMARKER;
    struct token token = {0};
again:
    begin = lexer->cursor;
    token.kind = ADG_BAD_SIGN;
/*!re2c
    re2c:api:style = free-form;
    re2c:define:YYCTYPE = "unsigned char";
    re2c:define:YYCURSOR = "lexer->cursor";
    re2c:yyfill:enable = 0;

    digit   = [0-9];
    digits  = digit ("_"? digit)*;
    number  = digits ("." digits)? ([eE] [+-]? digits)?;
    letter  = [A-Za-z_];

    [\x00]  {
        if (lexer->cursor > text_end(lexer)) {
            lexer->cursor = text_end(lexer);
            begin = lexer->cursor;
            token.kind = TOK_END;
            goto made;
        }
        bad_character(lexer, begin);
        goto made;
    }
    [ \t]+          { goto again; }
    "\r"? "\n"      { lexer->line_began = true; goto again; }
    "#" [^\n\x00]*  { token.kind = TOK_COMMENT; goto made; }

    number {
        token.kind = TOK_NUMBER;
        const unsigned char *number_end = lexer->cursor;
        lexer->cursor = suffix_end(number_end);
        const unsigned char *c = lexer->cursor;
        /* `5.` and `1.2.3`, whole; the points of `0..7` and `2.*x` are operators. */
        if (c == number_end && *c == '.' && !(c[1] && strchr(".*/^", c[1]))) {
            do c++; while (*c == '.' || *c == '%' || (*c < 0x80 && is_word_byte(*c)));
            lexer->cursor = number_end = c;
        }
        token.at = span_of(lexer, begin, lexer->cursor);
        token.as.number = lexer_number(lexer, token.at, (size_t)(number_end - begin));
        goto made;
    }
    "." digits {
        token.kind = TOK_NUMBER;
        lexer->cursor = suffix_end(lexer->cursor);
        token.at = span_of(lexer, begin, lexer->cursor);
        token.as.number = lexer_number(lexer, token.at, 0);
        goto made;
    }

    letter (letter | digit)* {
        if (*lexer->cursor >= 0x80) {
            uint32_t point = 0;
            /* An arrow or a minus touching a name is not part of it. */
            size_t length = read_utf8(lexer->cursor, text_end(lexer), &point);
            if (length && point < 0x2000 && point != 0xD7 && point != 0xF7 && point != 0xB7 &&
                point != 0xA0)
                bad_word(lexer, begin);
        }
        bool wire = lexer->cursor == begin + 1 && *begin == '_';
        token.kind = wire ? TOK_WIRE : TOK_NAME;
        token.as.word = name_intern(lexer->names, (const char *)begin,
                                    (size_t)(lexer->cursor - begin));
        goto made;
    }
    ["] { token.kind = TOK_STRING; token.as.string = read_string(lexer); goto made; }

    "=>" | ":=" | "||" | "&&" | "..." | "<:" | ":>" {
        token.kind = foreign_sign(lexer, begin);
        goto made;
    }
    "->" { token.kind = TOK_SERIES; goto made; }
    "|"  { token.kind = TOK_PARALLEL; goto made; }
    "&"  { token.kind = TOK_STACK; goto made; }
    "~"  { token.kind = TOK_FEEDBACK; goto made; }
    "+"  { token.kind = TOK_PLUS; goto made; }
    "-"  { token.kind = TOK_MINUS; goto made; }
    "*"  { token.kind = TOK_TIMES; goto made; }
    "/"  { token.kind = TOK_OVER; goto made; }
    ".*" { token.kind = TOK_EACH_TIMES; goto made; }
    "./" { token.kind = TOK_EACH_OVER; goto made; }
    "^"  { token.kind = TOK_POWER; goto made; }
    ".^" { token.kind = TOK_EACH_POWER; goto made; }
    "'"  { token.kind = TOK_TRANSPOSE; goto made; }
    "."  { token.kind = TOK_POINT; goto made; }
    ".." { token.kind = TOK_RANGE; goto made; }
    "="  { token.kind = TOK_IS; goto made; }
    "==" { token.kind = TOK_EQUALS; goto made; }
    "<=" { token.kind = TOK_AT_MOST; goto made; }
    ">=" { token.kind = TOK_AT_LEAST; goto made; }
    ","  { token.kind = TOK_COMMA; goto made; }
    ";"  { token.kind = TOK_SEMICOLON; goto made; }
    ":"  { token.kind = TOK_COLON; goto made; }
    "("  { token.kind = TOK_ROUND; goto made; }
    ")"  { token.kind = TOK_ROUND_END; goto made; }
    "["  { token.kind = TOK_SQUARE; goto made; }
    "]"  { token.kind = TOK_SQUARE_END; goto made; }
    "{"  { token.kind = TOK_CURLY; goto made; }
    "}"  { token.kind = TOK_CURLY_END; goto made; }

    * {
        uint32_t point = 0;
        size_t length = read_utf8(begin, text_end(lexer), &point);
        if (length && point >= 0xAA && point < 0x2000 && point != 0xD7 && point != 0xF7 &&
            point != 0xB7) {
            bad_word(lexer, begin);
            token.kind = TOK_NAME;
            token.as.word = name_intern(lexer->names, (const char *)begin,
                                        (size_t)(lexer->cursor - begin));
            goto made;
        }
        token.kind = bad_character(lexer, begin);
        if (token.kind == BLANK) goto again;
        goto made;
    }
*/
made:
    token.at = span_of(lexer, begin, lexer->cursor);
    if (token.kind == TOK_COMMENT && lexer->cursor[-1] == '\r') token.at.end--;
    token.starts_line = lexer->line_began;
    token.column_one = lexer->line_began && (begin == (const unsigned char *)lexer->source->text ||
                                             begin[-1] == '\n');
    if (token.kind != TOK_COMMENT) lexer->line_began = false;
    return token;
}

struct token lexer_next(struct lexer *lexer) {
    size_t errors = lexer->diags->errors;
    struct token token = scan(lexer);
    token.reported = lexer->diags->errors > errors;
    return token;
}
