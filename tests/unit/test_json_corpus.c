/* What is JSON and what is not, case by case: RFC 8259, each rule from both sides. `y` must be
 * accepted, `n` must be refused with a message whose place lies in the text. */
#include "tests/unit/support.h"

#include <stdio.h>
#include <string.h>

#include "frontend/json_scan.h"
#include "ir/base/limits.h"

struct text_case {
    const char *name, *text;
    size_t length;
};
#define CASE(name, text)                                                                           \
    { name, text, sizeof text - 1 }

static const struct text_case accepted[] = {
    /* values */
    CASE("null", "null"),
    CASE("true", "true"),
    CASE("false", "false"),
    CASE("a lone string", "\"asd\""),
    CASE("an empty string", "\"\""),
    CASE("a lone number", "42"),
    CASE("a lone negative number", "-0.1"),
    CASE("an empty list", "[]"),
    CASE("an empty object", "{}"),
    CASE("blanks around", " \t\r\n[1]\n "),
    CASE("blanks within", "[ 1 , 2 ]"),
    CASE("a space in an empty list", "[ ]"),
    CASE("a list that ends with a newline", "[\"a\"]\n"),
    CASE("lists in lists", "[[[[]]],[]]"),
    CASE("values of every kind", "[null, 1, \"1\", {}, [], true, false]"),
    CASE("several nulls", "[1,null,null,null,2]"),
    /* numbers */
    CASE("zero", "[0]"),
    CASE("minus zero", "[-0]"),
    CASE("minus zero point zero", "[-0.0]"),
    CASE("zero to the one", "[0e+1]"),
    CASE("zero to a bare one", "[0e1]"),
    CASE("zero point zero", "[0.0]"),
    CASE("a fraction and an exponent", "[123.456e78]"),
    CASE("an upper E", "[1E22]"),
    CASE("an upper E with a minus", "[1E-2]"),
    CASE("an upper E with a plus", "[1E+2]"),
    CASE("an exponent that begins with 0", "[1e01]"),
    CASE("many digits",
         "[3.141592653589793238462643383279502884197169399375105820974944592307816406286]"),
    CASE("a whole number beyond 64 bits", "[123456789012345678901234567890]"),
    CASE("what rounds to zero", "[1e-400]"),
    CASE("minus what rounds to zero", "[-1e-400]"),
    CASE("a subnormal", "[4.9406564584124654e-324]"),
    CASE("the largest", "[1.7976931348623157e308]"),
    CASE("twenty digits after the point", "[0.00000000000000000001]"),
    CASE("a space behind a number", "[1 ]"),
    /* strings */
    CASE("every short escape", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"),
    CASE("an escaped letter", "[\"\\u0061\"]"),
    CASE("hex digits of either case", "[\"\\u00aB\\u00Ab\"]"),
    CASE("an escaped control character", "[\"\\u0012\"]"),
    CASE("an escaped NUL", "[\"\\u0000\"]"),
    CASE("an escaped NUL in a key", "{\"a\\u0000b\": 1}"),
    CASE("a pair of surrogates", "[\"\\uD801\\udc37\"]"),
    CASE("two pairs", "[\"\\ud83d\\ude39\\ud83d\\udc8d\"]"),
    CASE("the last character of all", "[\"\\uDBFF\\uDFFF\"]"),
    CASE("an escaped noncharacter", "[\"\\uFFFF\"]"),
    CASE("a noncharacter itself", "[\"\xEF\xBF\xBF\"]"),
    CASE("the last character itself", "[\"\xF4\x8F\xBF\xBF\"]"),
    CASE("two bytes", "[\"\xC3\xA9\"]"),
    CASE("three bytes", "[\"\xE2\x82\xAC\"]"),
    CASE("four bytes", "[\"\xF0\x9D\x84\x9E\"]"),
    CASE("a no-break space in a string", "[\"\xC2\xA0\"]"),
    CASE("a line separator itself", "[\"\xE2\x80\xA8\xE2\x80\xA9\"]"),
    CASE("a byte order mark in a string", "[\"\xEF\xBB\xBF\"]"),
    CASE("DEL", "[\"\x7F\"]"),
    CASE("a comment in a string", "[\"a/*b*/c/*d//e\"]"),
    CASE("an escaped backslash before the quote", "[\"\\\\\"]"),
    CASE("what looks like an escape", "[\"\\\\u0000\"]"),
    CASE("a bare apostrophe", "[\"'\"]"),
    /* objects */
    CASE("one member", "{\"a\":1}"),
    CASE("an empty key", "{\"\":0}"),
    CASE("keys that differ by case", "{\"a\":1,\"A\":2}"),
    CASE("keys that differ by a blank", "{\"a\":1,\"a \":2}"),
    CASE("newlines between", "{\n\"a\" : [\n]\n}"),
    CASE("the same key in another object", "{\"a\":{\"a\":{\"a\":1}}}"),
};

static const struct text_case refused[] = {
    /* nothing, or more than one thing */
    CASE("nothing", ""),
    CASE("blanks", " \n\t"),
    CASE("two values", "1 2"),
    CASE("two lists", "[][]"),
    CASE("a closing bracket too many", "[1]]"),
    CASE("a closing brace too many", "{}}"),
    CASE("text behind an object", "{\"a\":true}garbage"),
    CASE("a comma behind", "[1],"),
    CASE("a comment behind", "{\"a\":\"b\"}/**/"),
    CASE("a line comment behind", "{\"a\":\"b\"}//"),
    CASE("a hash behind", "{\"a\":\"b\"}#"),
    CASE("a comment before", "/* */ []"),
    CASE("a comment between", "[1, /* x */ 2]"),
    CASE("an open comment", "[1 /*"),
    CASE("a byte order mark", "\xEF\xBB\xBF{}"),
    CASE("half a byte order mark", "\xEF\xBB{}"),
    CASE("UTF-16", "\x00[\x00]"),
    CASE("a NUL behind", "[1]\x00"),
    CASE("a NUL between", "[1,\x00"
                          "2]"),
    /* lists */
    CASE("an open list", "["),
    CASE("an open list with a value", "[1"),
    CASE("an open list with a comma", "[1,"),
    CASE("a list that closes as an object", "[1}"),
    CASE("a lone comma", "[,]"),
    CASE("a comma first", "[,1]"),
    CASE("a comma last", "[1,]"),
    CASE("two commas", "[1,,2]"),
    CASE("two commas last", "[1,,]"),
    CASE("no comma", "[1 true]"),
    CASE("no comma between lists", "[3[4]]"),
    CASE("a colon for a comma", "[\"a\": 1]"),
    CASE("a lone star", "[*]"),
    CASE("a semicolon", "[1;2]"),
    CASE("a form feed for a blank", "[\f1]"),
    CASE("a vertical tab for a blank", "[\v1]"),
    CASE("a no-break space for a blank", "[\xC2\xA0"
                                         "1]"),
    CASE("a word joiner for a blank", "[\xE2\x81\xA0"
                                      "1]"),
    CASE("a thousand open lists", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["),
    CASE("only closing", "]"),
    /* objects */
    CASE("an open object", "{"),
    CASE("an object of a key alone", "{\"a\""),
    CASE("no value", "{\"a\":"),
    CASE("no value before the end", "{\"a\":}"),
    CASE("no colon", "{\"a\" 1}"),
    CASE("two colons", "{\"a\"::1}"),
    CASE("a comma for a colon", "{\"a\",1}"),
    CASE("a key without quotes", "{a: 1}"),
    CASE("a key in apostrophes", "{'a': 1}"),
    CASE("a number for a key", "{1: 1}"),
    CASE("null for a key", "{null: 1}"),
    CASE("a list for a key", "{[]: 1}"),
    CASE("a comma last in an object", "{\"a\":1,}"),
    CASE("a comma first in an object", "{,\"a\":1}"),
    CASE("two commas in an object", "{\"a\":1,,\"b\":2}"),
    CASE("no comma in an object", "{\"a\":1 \"b\":2}"),
    CASE("a lone comma in an object", "{,}"),
    CASE("an object that closes as a list", "{\"a\":1]"),
    CASE("a key twice", "{\"a\":1,\"a\":1}"),
    CASE("a key twice, once escaped", "{\"a\":1,\"\\u0061\":2}"),
    CASE("an assignment", "{\"a\"=1}"),
    CASE("an expression for a value", "{\"a\":1+2}"),
    /* numbers */
    CASE("a plus", "[+1]"),
    CASE("a minus alone", "[-]"),
    CASE("two minuses", "[--1]"),
    CASE("a minus and a blank", "[- 1]"),
    CASE("a point first", "[.5]"),
    CASE("a minus and a point", "[-.5]"),
    CASE("a point last", "[1.]"),
    CASE("a point before the exponent", "[1.e3]"),
    CASE("two points", "[1.2.3]"),
    CASE("an exponent without digits", "[1e]"),
    CASE("an exponent of a plus", "[1e+]"),
    CASE("an exponent of two signs", "[1e+-2]"),
    CASE("an exponent of a fraction", "[1e2.5]"),
    CASE("two exponents", "[1e2e3]"),
    CASE("a zero first", "[012]"),
    CASE("a zero first, negative", "[-012]"),
    CASE("two zeros", "[00]"),
    CASE("hexadecimal", "[0x10]"),
    CASE("a digit separator", "[1_000]"),
    CASE("a blank in a number", "[1 000]"),
    CASE("a decimal comma in an object", "{\"a\":1,5}"),
    CASE("letters behind", "[1a]"),
    CASE("a suffix", "[1.0f]"),
    CASE("NaN", "[NaN]"),
    CASE("nan", "[nan]"),
    CASE("minus NaN", "[-NaN]"),
    CASE("Infinity", "[Infinity]"),
    CASE("minus Infinity", "[-Infinity]"),
    CASE("inf", "[inf]"),
    CASE("a number beyond double", "[1e309]"),
    CASE("a negative number beyond double", "[-1e309]"),
    CASE("a huge exponent", "[1e999999999999999999999]"),
    CASE("fullwidth digits", "[\xEF\xBC\x91]"),
    /* words */
    CASE("half of null", "[nul]"),
    CASE("half of true", "[tru]"),
    CASE("True", "[True]"),
    CASE("NULL", "[NULL]"),
    CASE("None", "[None]"),
    CASE("undefined", "[undefined]"),
    CASE("more than true", "[truee]"),
    CASE("true and false", "[true false]"),
    /* strings */
    CASE("an open string", "[\"a"),
    CASE("a lone quote", "\""),
    CASE("apostrophes", "['a']"),
    CASE("an escape at the end", "[\"\\"),
    CASE("an escaped quote and no end", "[\"\\\"]"),
    CASE("an unknown escape", "[\"\\a\"]"),
    CASE("an escaped apostrophe", "[\"\\'\"]"),
    CASE("a hexadecimal escape", "[\"\\x41\"]"),
    CASE("an octal escape", "[\"\\012\"]"),
    CASE("an upper U", "[\"\\U0041\"]"),
    CASE("an escaped newline", "[\"a\\\nb\"]"),
    CASE("three hex digits", "[\"\\u00A\"]"),
    CASE("a hex digit that is none", "[\"\\u00G0\"]"),
    CASE("no hex digits", "[\"\\u\"]"),
    CASE("a high surrogate alone", "[\"\\uD800\"]"),
    CASE("a high surrogate and a letter", "[\"\\uD800a\"]"),
    CASE("a high surrogate and an escape", "[\"\\uD800\\n\"]"),
    CASE("two high surrogates", "[\"\\uD800\\uD800\"]"),
    CASE("a low surrogate alone", "[\"\\uDC00\"]"),
    CASE("surrogates the wrong way round", "[\"\\uDC00\\uD800\"]"),
    CASE("half a low surrogate", "[\"\\uD800\\uDC0\"]"),
    CASE("a lone surrogate in a key", "{\"\\uD800\": 1}"),
    CASE("a newline itself", "[\"a\nb\"]"),
    CASE("a tab itself", "[\"\t\"]"),
    CASE("a NUL itself", "[\"a\x00"
                         "b\"]"),
    CASE("an escape character itself", "[\"\x1B\"]"),
    CASE("a byte of a character", "[\"\x80\"]"),
    CASE("an open character", "[\"\xE2\x82\"]"),
    CASE("an overlong slash", "[\"\xC0\xAF\"]"),
    CASE("an overlong NUL", "[\"\xE0\x80\x80\"]"),
    CASE("an encoded surrogate", "[\"\xED\xA0\x80\"]"),
    CASE("beyond the last character", "[\"\xF4\x90\x80\x80\"]"),
    CASE("a byte that begins nothing", "[\"\xFF\"]"),
    CASE("Latin-1", "[\"\xE9\"]"),
    CASE("a bad byte outside a string", "[\xE9]"),
};

/* Scans one case in a fixture of its own; the diagnostics as text where it is refused. */
static bool scans(const struct text_case *c, bool *placed) {
    void *state;
    assert_int_equal(fixture_open(&state), 0);
    struct fixture *f = state;
    const struct source *source = source_add(&f->sources, "x.json", c->text, c->length);
    struct json_scan scan;
    bool good = json_scan(&f->arena, &f->diags, source, &scan);
    const struct diag *first = f->diags.first;
    *placed = first && *first->message && first->at.begin >= source->base &&
              first->at.end <= source->base + source->length;
    if (good != !f->diags.errors) *placed = false;
    fixture_close(&state);
    return good;
}

static void what_is_json_is_accepted(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        bool placed;
        if (!scans(&accepted[i], &placed)) fail_msg("refused: %s", accepted[i].name);
    }
}

static void what_is_none_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        bool placed;
        if (scans(&refused[i], &placed)) fail_msg("accepted: %s", refused[i].name);
        if (!placed) fail_msg("no message with a place: %s", refused[i].name);
    }
}

/* Nesting up to the limit, of lists, of objects and of both; one more is refused. */
static void depth(void **state) {
    (void)state;
    static const struct {
        const char *open, *close;
    } kinds[] = {{"[", "]"}, {"{\"a\":", "}"}, {"[{\"a\":", "}]"}};
    for (size_t kind = 0; kind < 3; kind++) {
        for (int beyond = 0; beyond < 2; beyond++) {
            void *own;
            assert_int_equal(fixture_open(&own), 0);
            struct fixture *f = own;
            struct text text;
            text_init(&text, &f->arena);
            int levels = LIMIT_DEPTH / (kind == 2 ? 2 : 1) + beyond;
            for (int i = 0; i < levels; i++) text_put(&text, kinds[kind].open);
            text_put(&text, kind ? "0" : "");
            for (int i = 0; i < levels; i++) text_put(&text, kinds[kind].close);
            struct json_scan scan;
            assert_int_equal(json_scan(&f->arena, &f->diags,
                                       fixture_source(f, "x.json", text_chars(&text)), &scan),
                             !beyond);
            fixture_close(&own);
        }
    }
}

/* A hundred thousand open brackets are a message, not a crash. */
static void bottomless(void **state) {
    struct fixture *f = *state;
    enum { MANY = 100000 };
    char *text = arena_alloc(&f->arena, MANY + 1);
    memset(text, '[', MANY);
    struct json_scan scan;
    assert_false(json_scan(&f->arena, &f->diags, fixture_source(f, "x.json", text), &scan));
    assert_diags(f, "x.json:1:257: error: values nest deeper than the limit of 256\n"
                    "  label: level 257\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_json_is_accepted),
        TEST(what_is_none_is_refused),
        TEST(depth),
        TEST(bottomless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
