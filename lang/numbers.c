/* The value of a literal. A unit that is a power of ten moves the decimal exponent before the text
 * is read, so that 8.3ms is the double next to 0.0083 and not 8.3 times a rounded 0.001. */
#include <math.h>
#include <string.h>

#include "ir/base/number.h"
#include "lang/lexer.h"

const struct ast_unit_entry ast_units[AST_UNIT_COUNT] = {
#define UNIT(NAME, suffix, dimension, power, meaning)                                              \
    {suffix, AST_DIMENSION_##dimension, power, meaning},
#include "lang/units.def"
#undef UNIT
};

static bool same_letters(const char *a, const char *b, size_t length) {
    for (size_t i = 0; i < length; i++) {
        int x = a[i] >= 'A' && a[i] <= 'Z' ? a[i] + 32 : a[i];
        int y = b[i] >= 'A' && b[i] <= 'Z' ? b[i] + 32 : b[i];
        if (x != y || !b[i]) return false;
    }
    return !b[length];
}

/* What people write for a unit, beside its suffix in other letters (khz, DB, MS). */
static const struct {
    const char *written;
    enum ast_unit meant;
} other_spellings[] = {
    {"sec", AST_UNIT_SECONDS},
    {"seconds", AST_UNIT_SECONDS},
    {"msec", AST_UNIT_MILLISECONDS},
    {"m", AST_UNIT_MILLISECONDS},
    {"\xC2\xB5s", AST_UNIT_MICROSECONDS},
    {"\xCE\xBCs", AST_UNIT_MICROSECONDS},
    {"samples", AST_UNIT_SAMPLES},
    {"sample", AST_UNIT_SAMPLES},
    {"samp", AST_UNIT_SAMPLES},
    {"k", AST_UNIT_KILOHERTZ},
    {"h", AST_UNIT_HERTZ},
    {"\xC2\xB0", AST_UNIT_DEGREES},
    {"degrees", AST_UNIT_DEGREES},
};

static enum ast_unit find_unit(const char *suffix, size_t length) {
    for (int i = 0; i < AST_UNIT_COUNT; i++)
        if (strlen(ast_units[i].suffix) == length && !memcmp(ast_units[i].suffix, suffix, length))
            return (enum ast_unit)i;
    return AST_UNIT_COUNT;
}

bool lexer_suggest_unit(struct diag *d, span at, const char *number, int number_length,
                        const char *suffix, int length) {
    for (int i = 1; i < AST_UNIT_COUNT; i++)
        if (same_letters(suffix, ast_units[i].suffix, (size_t)length)) {
            diag_fix(d, at, "%.*s%s", number_length, number, ast_units[i].suffix);
            return true;
        }
    for (size_t i = 0; i < sizeof other_spellings / sizeof *other_spellings; i++)
        if (same_letters(suffix, other_spellings[i].written, (size_t)length)) {
            diag_help(d, "did you mean %.*s%s?", number_length, number,
                      ast_units[other_spellings[i].meant].suffix);
            return true;
        }
    return false;
}

/* Says how a unit that is a multiple of one of ours is written; false if it is none of these. */
static bool explain_unit(struct diag *d, const char *suffix, int length) {
    static const struct {
        const char *written, *instead;
    } others[] = {
        {"MHz", "1MHz is written 1000kHz"},
        {"ns", "1ns is written 0.001us"},
        {"min", "1 minute is written 60s"},
        {"mins", "1 minute is written 60s"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (same_letters(suffix, others[i].written, (size_t)length)) {
            diag_help(d, "%s", others[i].instead);
            return true;
        }
    return false;
}

static void report_unit(struct lexer *lexer, span at, span number_at, span suffix_at) {
    const char *text = lexer->source->text - lexer->source->base;
    const char *suffix = text + suffix_at.begin, *number = text + number_at.begin;
    int length = (int)(suffix_at.end - suffix_at.begin);
    int number_length = (int)(number_at.end - number_at.begin);
    if (*suffix == '_') {
        diag_error(lexer->diags, at, CODE_BAD_NUMBER,
                   "expected one '_' between two digits, found '%.*s%.*s'", number_length, number,
                   length, suffix);
        return;
    }
    struct diag *d =
        diag_error(lexer->diags, suffix_at, CODE_UNKNOWN_UNIT,
                   "expected one of the units smp, us, ms, s, Hz, kHz, dB, %%, deg, found '%.*s'",
                   length, suffix);
    if (lexer_suggest_unit(d, at, number, number_length, suffix, length)) return;
    if (explain_unit(d, suffix, length)) return;
    if ((*suffix == 'e' || *suffix == 'E') && length == 1)
        diag_help(d, "an exponent has digits: %.*se-3", number_length, number);
    else if ((unsigned char)*suffix < 0x80 && *suffix != '%')
        diag_help(d, "a product is written with '*': %.*s*%.*s", number_length, number, length,
                  suffix);
}

/* Reports a number that is not written as numbers are; true if it did. */
static bool report_form(struct lexer *lexer, span at, const char *text, size_t length) {
    size_t points = 0;
    for (size_t i = 0; i < length; i++) points += text[i] == '.';
    const char *point = memchr(text, '.', length);
    if (points > 1) {
        diag_error(lexer->diags, at, CODE_BAD_NUMBER,
                   "expected a number with one point, found '%.*s'", (int)length, text);
        return true;
    }
    size_t mantissa = 0;
    while (mantissa < length && text[mantissa] != 'e' && text[mantissa] != 'E') mantissa++;
    if (points == 1 && text + mantissa < point) {
        struct diag *d =
            diag_error(lexer->diags, at, CODE_BAD_NUMBER,
                       "expected a whole number as the exponent of '%.*s'", (int)length, text);
        diag_help(d, "a power of any number is written 10^0.5");
        return true;
    }
    if (points == 1 && (point == text + length - 1 || point[1] < '0' || point[1] > '9')) {
        struct diag *d = diag_error(lexer->diags, at, CODE_BAD_NUMBER,
                                    "expected digits after the point of '%.*s'", (int)length, text);
        diag_fix(d, at, "%.*s.0%.*s", (int)(point - text), text,
                 (int)(length - (size_t)(point - text) - 1), point + 1);
        return true;
    }
    return false;
}

struct ast_number lexer_number(struct lexer *lexer, span at, size_t number_length) {
    const char *text = lexer->source->text + (at.begin - lexer->source->base);
    size_t length = at.end - at.begin;
    struct ast_number number = {0};
    if (!number_length) {
        struct diag *d =
            diag_error(lexer->diags, at, CODE_BAD_NUMBER,
                       "expected digits before the point of '%.*s'", (int)length, text);
        diag_fix(d, at, "0%.*s", (int)length, text);
        return number;
    }
    if (report_form(lexer, at, text, number_length)) return number;

    span number_at = {at.begin, at.begin + (uint32_t)number_length};
    span suffix_at = {number_at.end, at.end};
    if (number_length < length) {
        number.unit = find_unit(text + number_length, length - number_length);
        number.unit_at = suffix_at;
        if (number.unit == AST_UNIT_COUNT) {
            number.unit = AST_UNIT_NONE;
            report_unit(lexer, at, number_at, suffix_at);
            return number;
        }
    }

    /* The digits without '_', and the exponent as a number of its own. */
    char *digits = arena_alloc(lexer->arena, number_length + 16);
    size_t count = 0, i = 0;
    bool nonzero = false;
    for (; i < number_length && text[i] != 'e' && text[i] != 'E'; i++) {
        if (text[i] == '_') continue;
        nonzero |= text[i] >= '1' && text[i] <= '9';
        digits[count++] = text[i];
    }
    long exponent = 0, sign = 1;
    if (i < number_length && (text[i + 1] == '-' || text[i + 1] == '+')) {
        sign = text[i + 1] == '-' ? -1 : 1;
        i++;
    }
    for (i++; i < number_length; i++)
        if (text[i] != '_' && exponent < 1000000) exponent = exponent * 10 + (text[i] - '0');
    exponent *= sign;

    double read[2];
    for (int scaled = 0; scaled < 2; scaled++) {
        long power = exponent + (scaled ? ast_units[number.unit].power : 0);
        struct text whole;
        text_init(&whole, lexer->arena);
        text_printf(&whole, "%.*se%d", (int)count, digits, (int)power);
        if (!number_parse(text_chars(&whole), whole.length, &read[scaled])) read[scaled] = 0;
    }
    number.written = read[0];
    number.value = read[1];
    if (number.unit == AST_UNIT_DECIBELS) number.value = pow(10, number.written / 20);
    if (number.unit == AST_UNIT_DEGREES) number.value = number.written * (acos(-1.0) / 180);
    bool too_large = isinf(number.value) || isinf(number.written);
    if (too_large || (nonzero && (number.value == 0 || number.written == 0))) {
        diag_error(lexer->diags, at, CODE_NUMBER_RANGE,
                   "'%.*s' is too %s: numbers reach from 5e-324 to 1.8e308", (int)length, text,
                   too_large ? "large" : "small");
        return (struct ast_number){.unit = number.unit, .unit_at = number.unit_at};
    }
    return number;
}
