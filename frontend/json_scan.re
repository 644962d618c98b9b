/* The strict scanner of JSON: json_scan.h says what for. re2c splits the text into words; a small
 * machine with a stack of its own holds them against the grammar, so that no depth of nesting reaches
 * the stack of C. */
#include "frontend/json_scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ir/base/limits.h"
#include "ir/base/number.h"
#include "ir/base/vec.h"

/* A key of an object that is still open. */
struct key {
    const char *text; /* decoded; points into the source where nothing was to decode */
    uint32_t length;
    uint32_t begin, end; /* with its quotes */
};

struct open {
    uint32_t value; /* index of the array or object */
    bool object;
    size_t keys; /* how many keys were on the stack when it began */
};

struct scanner {
    struct arena *arena, *scratch;
    struct diags *diags;
    const struct source *source;
    const unsigned char *text, *cursor, *limit;
    char *skeleton;
    bool failed;
    VEC(struct json_value) values;
    VEC(struct key) keys;
    struct open stack[LIMIT_DEPTH];
    uint32_t depth;
};

enum word {
    WORD_BAD, /* reported */
    WORD_END,
    WORD_OPEN_OBJECT,
    WORD_CLOSE_OBJECT,
    WORD_OPEN_ARRAY,
    WORD_CLOSE_ARRAY,
    WORD_COMMA,
    WORD_COLON,
    WORD_STRING,
    WORD_NUMBER,
    WORD_LITERAL
};

struct token {
    enum word word;
    uint32_t begin, end;
    bool escaped; /* WORD_STRING: holds a backslash */
};

static span span_between(const struct scanner *s, size_t begin, size_t end) {
    return (span){s->source->base + (uint32_t)begin, s->source->base + (uint32_t)end};
}

static uint32_t offset(const struct scanner *s, const unsigned char *at) {
    return (uint32_t)(at - s->text);
}

/* Reports at [begin, end); there is always a character to point at but at the end of the text. */
static struct diag *refuse(struct scanner *s, enum diag_code code, const unsigned char *begin,
                           const unsigned char *end, const char *message) {
    s->failed = true;
    return diag_error(s->diags, span_between(s, offset(s, begin), offset(s, end)), code, "%s", message);
}

/* How much of a word messages show. */
static int shown_length(ptrdiff_t length) {
    return length > 60 ? 60 : (int)length;
}

/*!re2c
    re2c:define:YYCTYPE = "unsigned char";
    re2c:define:YYCURSOR = "s->cursor";
    re2c:define:YYMARKER = marker;
    re2c:yyfill:enable = 0;

    digit = [0-9];
    hex = [0-9a-fA-F];
    number = "-"? ("0" | [1-9] digit*) ("." digit+)? ([eE] [+-]? digit+)?;
    /* Well-formed UTF-8 beyond ASCII (Unicode 15, table 3-7). */
    tail = [\x80-\xBF];
    wide = [\xC2-\xDF] tail
         | "\xE0" [\xA0-\xBF] tail | [\xE1-\xEC\xEE\xEF] tail tail | "\xED" [\x80-\x9F] tail
         | "\xF0" [\x90-\xBF] tail tail | [\xF1-\xF3] tail tail tail | "\xF4" [\x80-\x8F] tail tail;
    high = [dD] [89abAB] hex hex;
    low = [dD] [c-fC-F] hex hex;
*/

/* The part of an open array or object in which value `child` begins: its key, or how many stand before
 * it. */
static void put_step(struct scanner *s, struct text *out, const struct open *open, uint32_t child) {
    if (open->object) {
        /* Keys of closed objects are off the stack: the last one below the next level's is this one's. */
        size_t last = open + 1 < s->stack + s->depth ? open[1].keys : s->keys.count;
        const struct key *key = last > open->keys ? &s->keys.at[last - 1] : NULL;
        if (key) text_printf(out, "/%.*s", shown_length(key->length), key->text);
        return;
    }
    uint32_t before = 0;
    for (uint32_t v = open->value + 1; v < child; v = s->values.at[v].next) before++;
    text_printf(out, "/%u", before);
}

/* Where the value that begins now stands, by keys and places, as RFC 6901 writes it. */
static void note_place(struct scanner *s, struct diag *diag) {
    struct text place;
    text_init(&place, s->arena);
    for (uint32_t i = 0; i < s->depth; i++)
        put_step(s, &place, &s->stack[i],
                 i + 1 < s->depth ? s->stack[i + 1].value : (uint32_t)s->values.count);
    if (place.length) diag_note(diag, NOWHERE, "it stands at %s", text_chars(&place));
}

/* The rest of a string whose opening quote was read. */
static enum word scan_string(struct scanner *s, const unsigned char *begin, bool *escaped) {
    const unsigned char *marker, *from;
    *escaped = false;
    for (;;) {
        from = s->cursor;
        /*!re2c
        ["] { return WORD_STRING; }
        ([\x20-\x7F] \ ["\\])+ { continue; }
        wide { continue; }
        "\\" ["\\/bfnrt] { *escaped = true; continue; }
        "\\u0000" { /* which would end the string that cJSON makes of it */
            memcpy(s->skeleton + offset(s, from), "\\uFFFD", 6);
            *escaped = true;
            continue;
        }
        "\\u" high "\\u" low { *escaped = true; continue; }
        "\\u" (high | low) {
            diag_label(refuse(s, CODE_JSON_STRING, from, s->cursor,
                              "half of a surrogate pair in a string: the two halves stand together, "
                              "a high one (D800 to DBFF) first"),
                       span_between(s, offset(s, from), offset(s, s->cursor)), "one half");
            return WORD_BAD;
        }
        "\\u" hex{4} { *escaped = true; continue; }
        "\\u" hex{0,3} {
            refuse(s, CODE_JSON_STRING, from, s->cursor, "'\\u' in a string needs four hexadecimal digits");
            return WORD_BAD;
        }
        "\\" {
            const unsigned char *end = s->cursor < s->limit ? s->cursor + 1 : s->cursor;
            while (end < s->limit && (*end & 0xC0) == 0x80) end++;
            diag_help(refuse(s, CODE_JSON_STRING, from, end, "a backslash in a string escapes nothing here"),
                      "the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits; a backslash itself is \\\\");
            return WORD_BAD;
        }
        [\n\r] {
            diag_label(refuse(s, CODE_JSON_STRING, begin, from, "a string of JSON ends on its line; a line end in it is written \\n"),
                       span_between(s, offset(s, begin), offset(s, from)), "not closed");
            return WORD_BAD;
        }
        [\x00-\x1F] {
            if (from >= s->limit) {
                s->cursor = from;
                diag_label(refuse(s, CODE_JSON_STRING, begin, begin + 1, "the text ends within a string"),
                           span_between(s, offset(s, begin), offset(s, begin) + 1), "it begins here");
                return WORD_BAD;
            }
            diag_label(refuse(s, CODE_JSON_STRING, from, s->cursor, "a raw control character in a string"),
                       span_between(s, offset(s, from), offset(s, s->cursor)), "%s",
                       *from == '\t' ? "a tab; write \\t"
                                     : text_format(s->arena, "write \\u00%x%x", *from >> 4, *from & 15u));
            return WORD_BAD;
        }
        * {
            diag_label(refuse(s, CODE_NOT_UTF8, from, s->cursor, "this string is not UTF-8"),
                       span_between(s, offset(s, from), offset(s, s->cursor)), "byte 0x%x", *from);
            return WORD_BAD;
        }
        */
    }
}

static enum word scan_word(struct scanner *s, const unsigned char **begin, bool *escaped) {
    const unsigned char *marker;
    struct diag *diag;
    for (;;) {
        const unsigned char *from = *begin = s->cursor;
        /*!re2c
        [ \t\n\r]+ { continue; }
        "{" { return WORD_OPEN_OBJECT; }
        "}" { return WORD_CLOSE_OBJECT; }
        "[" { return WORD_OPEN_ARRAY; }
        "]" { return WORD_CLOSE_ARRAY; }
        "," { return WORD_COMMA; }
        ":" { return WORD_COLON; }
        "true" | "false" | "null" { return WORD_LITERAL; }
        ["] { return scan_string(s, from, escaped); }
        number { return WORD_NUMBER; }

        "-"? ("NaN" | "nan" | "NAN" | "Infinity" | "infinity" | "Inf" | "inf" | "INF") {
            diag = refuse(s, CODE_JSON_NUMBER, from, s->cursor, "JSON has no number for NaN and infinity");
            diag_label(diag, diag->at, "not a number of JSON");
            note_place(s, diag);
            diag_note(diag, NOWHERE, "a model with such a value was not finished, or its training diverged");
            return WORD_BAD;
        }
        "-"? "0" digit+ ("." digit*)? ([eE] [+-]? digit*)? {
            diag = refuse(s, CODE_JSON_NUMBER, from, s->cursor, "a number of JSON has no leading zeros");
            diag_label(diag, diag->at, "leading zero");
            return WORD_BAD;
        }
        "-"? digit+ "." ([eE] [+-]? digit*)? | "-"? "." digit+ ([eE] [+-]? digit+)? {
            diag = refuse(s, CODE_JSON_NUMBER, from, s->cursor,
                          "a number of JSON has digits on both sides of its point");
            diag_label(diag, diag->at, "digits missing");
            return WORD_BAD;
        }
        "-"? digit+ ("." digit+)? [eE] [+-]? {
            diag = refuse(s, CODE_JSON_NUMBER, from, s->cursor, "a number of JSON has digits in its exponent");
            diag_label(diag, diag->at, "digits missing");
            return WORD_BAD;
        }
        "+" {
            diag = refuse(s, CODE_JSON_NUMBER, from, s->cursor, "a number of JSON begins with a digit or with '-'");
            return WORD_BAD;
        }
        "-" {
            refuse(s, CODE_JSON_NUMBER, from, s->cursor, "'-' needs a number behind it");
            return WORD_BAD;
        }
        "//" | "/*" | "#" {
            refuse(s, CODE_JSON_SYNTAX, from, s->cursor, "JSON has no comments");
            return WORD_BAD;
        }
        "'" {
            refuse(s, CODE_JSON_SYNTAX, from, s->cursor, "a string of JSON stands in double quotes");
            return WORD_BAD;
        }
        [A-Za-z_] [A-Za-z0-9_]* {
            diag = refuse(s, CODE_JSON_SYNTAX, from, s->cursor,
                          text_format(s->arena, "'%.*s' is no word of JSON", shown_length(s->cursor - from),
                                      (const char *)from));
            uint32_t length = (uint32_t)(s->cursor - from);
            if (length == 4 && !memcmp(from, "True", 4)) diag_fix(diag, diag->at, "true");
            else if (length == 5 && !memcmp(from, "False", 5)) diag_fix(diag, diag->at, "false");
            else if (length == 4 && !memcmp(from, "None", 4)) diag_fix(diag, diag->at, "null");
            else diag_help(diag, "the words of JSON are true, false and null; names and texts stand in double quotes");
            return WORD_BAD;
        }
        "\xEF\xBB\xBF" {
            refuse(s, CODE_JSON_SYNTAX, from, s->cursor, "a byte order mark, which JSON does not allow");
            return WORD_BAD;
        }
        wide | [\x01-\x7F] {
            refuse(s, CODE_JSON_SYNTAX, from, s->cursor, "a character that has no place in JSON outside a string");
            return WORD_BAD;
        }
        "\x00" {
            if (from >= s->limit) {
                s->cursor = from;
                return WORD_END;
            }
            refuse(s, CODE_BINARY_FILE, from, s->cursor, "the text holds a NUL byte");
            return WORD_BAD;
        }
        * {
            diag_label(refuse(s, CODE_NOT_UTF8, from, s->cursor, "the text is not UTF-8"),
                       span_between(s, offset(s, from), offset(s, s->cursor)), "byte 0x%x", *from);
            return WORD_BAD;
        }
        */
    }
}

static struct token next_token(struct scanner *s) {
    const unsigned char *begin = s->cursor;
    bool escaped = false;
    enum word word = scan_word(s, &begin, &escaped);
    return (struct token){word, offset(s, begin), offset(s, s->cursor), escaped};
}

static const char *token_text(struct scanner *s, struct token token) {
    switch (token.word) {
    case WORD_END: return "the end of the text";
    case WORD_STRING: return "a string";
    case WORD_NUMBER: return "a number";
    default:
        return text_format(s->arena, "'%.*s'", (int)(token.end - token.begin),
                           (const char *)s->text + token.begin);
    }
}

/* "expected X, found Y", with the bracket that is open. Nothing for what the words reported. */
static bool unexpected(struct scanner *s, struct token token, const char *expected) {
    if (token.word == WORD_BAD) return false;
    struct diag *diag = refuse(s, CODE_JSON_SYNTAX, s->text + token.begin, s->text + token.end,
                               text_format(s->arena, "expected %s, found %s", expected, token_text(s, token)));
    if (s->depth > 0 && (token.word == WORD_END || token.word == WORD_CLOSE_OBJECT || token.word == WORD_CLOSE_ARRAY)) {
        uint32_t at = s->values.at[s->stack[s->depth - 1].value].begin;
        diag_note(diag, span_between(s, at, at + 1), "'%c' is open since here", s->text[at]);
    }
    return false;
}

static unsigned hex_digits(const char *at) {
    unsigned value = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        value = value * 16 + (unsigned)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return value;
}

static size_t put_utf8(char *to, unsigned c) {
    if (c < 0x80) return to[0] = (char)c, 1;
    if (c < 0x800) return to[0] = (char)(0xC0 | c >> 6), to[1] = (char)(0x80 | (c & 63)), 2;
    if (c < 0x10000) {
        to[0] = (char)(0xE0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 63));
        to[2] = (char)(0x80 | (c & 63));
        return 3;
    }
    to[0] = (char)(0xF0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 63));
    to[2] = (char)(0x80 | (c >> 6 & 63));
    to[3] = (char)(0x80 | (c & 63));
    return 4;
}

/* What a string means: two spellings of one key are one key. */
static struct key key_of(struct scanner *s, struct token token) {
    const char *text = (const char *)s->text + token.begin + 1;
    uint32_t length = token.end - token.begin - 2;
    struct key key = {text, length, token.begin, token.end};
    if (!token.escaped) return key;
    char *to = arena_alloc(s->scratch, length); /* no escape is shorter than what it means */
    size_t put = 0;
    for (uint32_t i = 0; i < length; i++) {
        if (text[i] != '\\') {
            to[put++] = text[i];
            continue;
        }
        switch (text[++i]) {
        case 'b': to[put++] = '\b'; break;
        case 'f': to[put++] = '\f'; break;
        case 'n': to[put++] = '\n'; break;
        case 'r': to[put++] = '\r'; break;
        case 't': to[put++] = '\t'; break;
        case 'u': {
            unsigned c = hex_digits(text + i + 1);
            i += 4;
            if (c >= 0xD800 && c < 0xDC00) {
                c = 0x10000 + ((c - 0xD800) << 10) + (hex_digits(text + i + 3) - 0xDC00);
                i += 6;
            }
            put += put_utf8(to + put, c);
            break;
        }
        default: to[put++] = text[i];
        }
    }
    key.text = to;
    key.length = (uint32_t)put;
    return key;
}

static int compare_texts(const struct key *x, const struct key *y) {
    if (x->length != y->length) return x->length < y->length ? -1 : 1;
    return memcmp(x->text, y->text, x->length);
}

static int compare_keys(const void *a, const void *b) {
    const struct key *x = a, *y = b;
    int order = compare_texts(x, y);
    if (order) return order;
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

/* Sorted, so that no choice of keys makes it slow. */
static void check_keys(struct scanner *s, size_t first) {
    size_t count = s->keys.count - first;
    struct key *keys = count ? s->keys.at + first : NULL;
    if (count > 1) qsort(keys, count, sizeof *keys, compare_keys);
    for (size_t i = 1; i < count; i++) {
        if (compare_texts(&keys[i - 1], &keys[i])) continue;
        struct diag *diag = refuse(s, CODE_JSON_DUPLICATE, s->text + keys[i].begin, s->text + keys[i].end,
                                   text_format(s->arena, "the key \"%.*s\" stands twice in this object",
                                               shown_length(keys[i].length), keys[i].text));
        diag_label(diag, diag->at, "again");
        diag_note(diag, span_between(s, keys[i - 1].begin, keys[i - 1].end), "first here");
    }
    s->keys.count = first;
}

static bool add_value(struct scanner *s, struct token token, uint32_t key) {
    if (s->values.count == LIMIT_JSON_VALUES) {
        refuse(s, CODE_JSON_TOO_MANY, s->text + token.begin, s->text + token.end,
               text_format(s->arena, "the text holds more than the limit of %d values", LIMIT_JSON_VALUES));
        return false;
    }
    struct json_value value = {token.begin, token.end, (uint32_t)s->values.count + 1, key, 0};
    if (token.word == WORD_NUMBER) {
        const char *text = (const char *)s->text + token.begin;
        size_t length = token.end - token.begin;
        if (!number_parse(text, length, &value.number) || isinf(value.number)) {
            struct diag *diag = refuse(s, CODE_JSON_RANGE, s->text + token.begin, s->text + token.end,
                                       "a number beyond the range of double precision");
            diag_label(diag, diag->at, "the largest is 1.797e308");
            note_place(s, diag);
        }
        memset(s->skeleton + token.begin, ' ', length);
        s->skeleton[token.begin] = '0';
    }
    vec_push(s->scratch, &s->values, value);
    return true;
}

/* Reads a value that begins with `token`; arrays and objects are only opened. */
static bool begin_value(struct scanner *s, struct token token, uint32_t key, bool *opened) {
    *opened = token.word == WORD_OPEN_OBJECT || token.word == WORD_OPEN_ARRAY;
    if (!*opened && token.word != WORD_STRING && token.word != WORD_NUMBER && token.word != WORD_LITERAL)
        return unexpected(s, token, "a value");
    if (*opened && s->depth == LIMIT_DEPTH) {
        struct diag *diag = refuse(s, CODE_TOO_DEEP, s->text + token.begin, s->text + token.end,
                                   text_format(s->arena, "values nest deeper than the limit of %d", LIMIT_DEPTH));
        diag_label(diag, diag->at, "level %d", LIMIT_DEPTH + 1);
        return false;
    }
    if (!add_value(s, token, key)) return false;
    if (*opened) {
        s->stack[s->depth++] = (struct open){(uint32_t)s->values.count - 1, token.word == WORD_OPEN_OBJECT,
                                             s->keys.count};
    }
    return true;
}

static void close_value(struct scanner *s, struct token token) {
    struct open open = s->stack[--s->depth];
    s->values.at[open.value].end = token.end;
    s->values.at[open.value].next = (uint32_t)s->values.count;
    if (open.object) check_keys(s, open.keys);
}

/* A part of the innermost open array or object, from its first token on. */
static bool begin_part(struct scanner *s, struct token token, bool *opened) {
    if (!s->stack[s->depth - 1].object) return begin_value(s, token, 0, opened);
    if (token.word != WORD_STRING) return unexpected(s, token, "a key in double quotes");
    vec_push(s->scratch, &s->keys, key_of(s, token));
    struct token colon = next_token(s);
    if (colon.word != WORD_COLON) return unexpected(s, colon, "':' behind the key");
    return begin_value(s, next_token(s), token.begin, opened);
}

static bool scan_text(struct scanner *s) {
    struct token token = next_token(s);
    if (token.word == WORD_END) {
        refuse(s, CODE_EMPTY_FILE, s->text, s->text, "the text holds no JSON value: it is empty");
        return false;
    }
    bool opened;
    if (!begin_value(s, token, 0, &opened)) return false;
    while (s->depth > 0) {
        bool object = s->stack[s->depth - 1].object;
        enum word closing = object ? WORD_CLOSE_OBJECT : WORD_CLOSE_ARRAY;
        token = next_token(s);
        if (token.word == closing) {
            close_value(s, token);
            opened = false;
        } else if (opened) {
            if (!begin_part(s, token, &opened)) return false;
        } else if (token.word != WORD_COMMA) {
            return unexpected(s, token, object ? "',' or '}'" : "',' or ']'");
        } else {
            struct token comma = token;
            token = next_token(s);
            if (token.word == closing) {
                struct diag *diag = refuse(s, CODE_JSON_SYNTAX, s->text + comma.begin, s->text + comma.end,
                                           text_format(s->arena, "a comma before '%c': JSON has none behind the last %s",
                                                       object ? '}' : ']', object ? "member" : "element"));
                diag_help(diag, "take the comma away");
                return false;
            }
            if (!begin_part(s, token, &opened)) return false;
        }
    }
    token = next_token(s);
    if (token.word == WORD_END) return true;
    if (token.word != WORD_BAD)
        diag_label(refuse(s, CODE_JSON_SYNTAX, s->text + token.begin, s->text + token.end,
                          "text behind the end of the JSON value"),
                   span_between(s, token.begin, token.end), "the value ended before");
    return false;
}

bool json_scan(struct arena *arena, struct diags *diags, const struct source *source,
               struct json_scan *scan) {
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    struct scanner *s = ARENA_NEW(arena, struct scanner);
    const unsigned char *text = (const unsigned char *)source->text;
    *s = (struct scanner){.arena = arena, .scratch = &scratch, .diags = diags, .source = source,
                          .text = text, .cursor = text, .limit = text + source->length};
    s->skeleton = arena_copy(arena, source->text, source->length);
    bool good = scan_text(s) && !s->failed;
    *scan = (struct json_scan){.source = source, .count = (uint32_t)s->values.count, .skeleton = s->skeleton};
    if (good) {
        struct json_value *values = ARENA_ARRAY(arena, scan->count, struct json_value);
        memcpy(values, s->values.at, scan->count * sizeof *values);
        scan->values = values;
    }
    arena_free(&scratch);
    return good;
}

span json_span(const struct json_scan *scan, uint32_t value) {
    const struct json_value *v = &scan->values[value];
    return (span){scan->source->base + v->begin, scan->source->base + v->end};
}

span json_key_span(const struct json_scan *scan, uint32_t value) {
    uint32_t begin = scan->values[value].key, end = begin + 1;
    const char *text = scan->source->text;
    if (!begin) return json_span(scan, value);
    while (text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    return (span){scan->source->base + begin, scan->source->base + end + 1};
}
