/* frontend/json_scan: what is JSON, where its values stand, and what is said of what is not. */
#include "tests/unit/support.h"

#include <math.h>
#include <string.h>

#include "frontend/json_scan.h"
#include "ir/base/limits.h"

static struct json_scan scanned(struct fixture *f, const char *text) {
    struct json_scan scan;
    bool good = json_scan(&f->arena, &f->diags, fixture_source(f, "x.json", text), &scan);
    assert_diags(f, "");
    assert_true(good);
    return scan;
}

/* The text is refused, and this is what is said. */
static void refused(const char *text, size_t length, const char *wanted) {
    void *state;
    assert_int_equal(fixture_open(&state), 0);
    struct fixture *f = state;
    struct json_scan scan;
    const struct source *source = source_add(&f->sources, "x.json", text, length);
    assert_false(json_scan(&f->arena, &f->diags, source, &scan));
    assert_diags(f, wanted);
    fixture_close(&state);
}

struct refusal {
    const char *text, *said;
};

static void refuse_all(const struct refusal *refusals, size_t count) {
    for (size_t i = 0; i < count; i++)
        refused(refusals[i].text, strlen(refusals[i].text), refusals[i].said);
}
#define REFUSE_ALL(table) refuse_all(table, sizeof table / sizeof *table)

static void values_are_in_the_order_of_the_text(void **state) {
    struct fixture *f = *state;
    struct json_scan scan = scanned(f, "{\"a\": [1, [], {\"b\": null}], \"cd\": \"x\\\"y\"}");
    static const struct {
        const char *text;
        uint32_t next;
    } wanted[] = {{"{\"a\": [1, [], {\"b\": null}], \"cd\": \"x\\\"y\"}", 7},
                  {"[1, [], {\"b\": null}]", 6},
                  {"1", 3},
                  {"[]", 4},
                  {"{\"b\": null}", 6},
                  {"null", 6},
                  {"\"x\\\"y\"", 7}};
    assert_int_equal(scan.count, 7);
    for (uint32_t i = 0; i < 7; i++) {
        uint32_t length = scan.values[i].end - scan.values[i].begin;
        assert_int_equal(length, strlen(wanted[i].text));
        assert_memory_equal(scan.source->text + scan.values[i].begin, wanted[i].text, length);
        assert_int_equal(scan.values[i].next, wanted[i].next);
    }
}

static void spans_count_over_all_sources(void **state) {
    struct fixture *f = *state;
    fixture_source(f, "before.json", "12345");
    struct json_scan scan = scanned(f, "{\"k\\\"ey\" : 17}");
    span value = span_of(scan.source, "17"), key = span_of(scan.source, "\"k\\\"ey\"");
    assert_int_equal(json_span(&scan, 1).begin, value.begin);
    assert_int_equal(json_span(&scan, 1).end, value.end);
    assert_int_equal(json_key_span(&scan, 1).begin, key.begin);
    assert_int_equal(json_key_span(&scan, 1).end, key.end);
}

static void numbers_are_read_exactly(void **state) {
    struct fixture *f = *state;
    struct json_scan scan = scanned(
        f,
        "[0, -0, 10, -1.5e-3, 1E+2, 0.1, 1e-999, "
        "0.1000000000000000055511151231257827021181583404541015625000000000000000000000000000000001, "
        "1.7976931348623157e308]");
    static const double wanted[] = {0, -0.0, 10, -1.5e-3, 100, 0.1, 0, 0.1, 1.7976931348623157e308};
    for (uint32_t i = 0; i < 9; i++) {
        assert_true(scan.values[i + 1].number == wanted[i]);
        assert_int_equal(signbit(scan.values[i + 1].number), signbit(wanted[i]));
    }
}

static void the_skeleton_has_no_numbers(void **state) {
    struct fixture *f = *state;
    struct json_scan scan = scanned(f, "{\"a1\": [-1.25, 3e5], \"b\": \"7\"}");
    assert_text(scan.skeleton, "{\"a1\": [0    , 0  ], \"b\": \"7\"}");
}

static void what_json_allows_is_allowed(void **state) {
    static const char *const texts[] = {
        "null",
        " true ",
        "\t\r\n0\n",
        "\"\"",
        "[]",
        "{}",
        "[[[]]]",
        "{\"\": 1}",
        "{\"a\": 1, \"A\": 2}",
        "\"\\\" \\\\ \\/ \\b\\f\\n\\r\\t \\u00e9 \\ud834\\udd1e \x7F\"",
        "\"\xC3\xA9 \xE2\x82\xAC \xF0\x9D\x84\x9E\"",
        "\"\xEF\xBB\xBF\"",
        "[{\"a\": 1}, {\"a\": 1}]",
        "{\"a\": {\"a\": {\"a\": 0}}}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) scanned(*state, texts[i]);
}

static void numbers_that_json_does_not_have(void **state) {
    (void)state;
    static const struct refusal table[] = {
        {"[NaN]", "x.json:1:2: error: JSON has no number for NaN and infinity\n"
                  "  label: not a number of JSON\n  note: it stands at /0\n"
                  "  note: a model with such a value was not finished, or its training diverged\n"},
        {"{\"a\": [0, {\"b\": {\"x\": 1}, \"c\": [[], -Infinity]}]}",
         "x.json:1:37: error: JSON has no number for NaN and infinity\n"
         "  label: not a number of JSON\n"
         "  note: it stands at /a/1/c/1\n"
         "  note: a model with such a value was not finished, or its training diverged\n"},
        {"[1, -012]",
         "x.json:1:5: error: a number of JSON has no leading zeros\n  label: leading zero\n"},
        {"00", "x.json:1:1: error: a number of JSON has no leading zeros\n  label: leading zero\n"},
        {"[.5]",
         "x.json:1:2: error: a number of JSON has digits on both sides of its point\n  label: digits missing\n"},
        {"[5.]",
         "x.json:1:2: error: a number of JSON has digits on both sides of its point\n  label: digits missing\n"},
        {"[1e]",
         "x.json:1:2: error: a number of JSON has digits in its exponent\n  label: digits missing\n"},
        {"[2.5e+]",
         "x.json:1:2: error: a number of JSON has digits in its exponent\n  label: digits missing\n"},
        {"[+1]", "x.json:1:2: error: a number of JSON begins with a digit or with '-'\n"},
        {"[- 1]", "x.json:1:2: error: '-' needs a number behind it\n"},
        {"[0x10]",
         "x.json:1:3: error: 'x10' is no word of JSON\n"
         "  help: the words of JSON are true, false and null; names and texts stand in double quotes\n"},
        {"[1e999]", "x.json:1:2: error: a number beyond the range of double precision\n"
                    "  label: the largest is 1.797e308\n  note: it stands at /0\n"},
        {"[-1e309, 1e400]", "x.json:1:2: error: a number beyond the range of double precision\n"
                            "  label: the largest is 1.797e308\n  note: it stands at /0\n"
                            "x.json:1:10: error: a number beyond the range of double precision\n"
                            "  label: the largest is 1.797e308\n  note: it stands at /1\n"},
    };
    REFUSE_ALL(table);
}

static void strings_that_json_does_not_have(void **state) {
    (void)state;
    static const struct refusal table[] = {
        {"[\"a\nb\"]",
         "x.json:1:2: error: a string of JSON ends on its line; a line end in it is written \\n\n"
         "  label: not closed\n"},
        {"[\"a\tb\"]",
         "x.json:1:4: error: a raw control character in a string\n  label: a tab; write \\t\n"},
        {"[\"a\x01\"]",
         "x.json:1:4: error: a raw control character in a string\n  label: write \\u0001\n"},
        {"[\"abc", "x.json:1:2: error: the text ends within a string\n  label: it begins here\n"},
        {"[\"a\\q\"]",
         "x.json:1:4: error: a backslash in a string escapes nothing here\n"
         "  help: the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four digits; a backslash itself is \\\\\n"},
        {"[\"\\u12g4\"]", "x.json:1:3: error: '\\u' in a string needs four hexadecimal digits\n"},
        {"[\"\\ud834\"]",
         "x.json:1:3: error: half of a surrogate pair in a string: the two halves stand together, "
         "a high one (D800 to DBFF) first\n  label: one half\n"},
        {"[\"\\udd1e\\ud834\"]",
         "x.json:1:3: error: half of a surrogate pair in a string: the two halves stand together, "
         "a high one (D800 to DBFF) first\n  label: one half\n"},
        {"[\"\xFF\"]", "x.json:1:3: error: this string is not UTF-8\n  label: byte 0xff\n"},
        {"[\"\xC0\xAF\"]", "x.json:1:3: error: this string is not UTF-8\n  label: byte 0xc0\n"},
        {"[\"\xED\xA0\x80\"]", "x.json:1:3: error: this string is not UTF-8\n  label: byte 0xed\n"},
        {"[\"\xF4\x90\x80\x80\"]",
         "x.json:1:3: error: this string is not UTF-8\n  label: byte 0xf4\n"},
        {"['a']", "x.json:1:2: error: a string of JSON stands in double quotes\n"},
    };
    REFUSE_ALL(table);
}

static void texts_that_are_not_json(void **state) {
    (void)state;
    static const struct refusal table[] = {
        {"", "x.json:1:1: error: the text holds no JSON value: it is empty\n"},
        {" \n ", "x.json:1:1: error: the text holds no JSON value: it is empty\n"},
        {"[1, 2,]",
         "x.json:1:6: error: a comma before ']': JSON has none behind the last element\n  help: take the comma away\n"},
        {"{\"a\": 1,}",
         "x.json:1:8: error: a comma before '}': JSON has none behind the last member\n  help: take the comma away\n"},
        {"[1 2]", "x.json:1:4: error: expected ',' or ']', found a number\n"},
        {"[1",
         "x.json:1:3: error: expected ',' or ']', found the end of the text\n  note at x.json:1:1: '[' is open since here\n"},
        {"{\"a\": [1}",
         "x.json:1:9: error: expected ',' or ']', found '}'\n  note at x.json:1:7: '[' is open since here\n"},
        {"{\"a\" 1}", "x.json:1:6: error: expected ':' behind the key, found a number\n"},
        {"{\"a\": }",
         "x.json:1:7: error: expected a value, found '}'\n  note at x.json:1:1: '{' is open since here\n"},
        {"{1: 2}", "x.json:1:2: error: expected a key in double quotes, found a number\n"},
        {"[,1]", "x.json:1:2: error: expected a value, found ','\n"},
        {"]", "x.json:1:1: error: expected a value, found ']'\n"},
        {"{} {}",
         "x.json:1:4: error: text behind the end of the JSON value\n  label: the value ended before\n"},
        {"[True]", "x.json:1:2: error: 'True' is no word of JSON\n  help at x.json:1:2: true\n"},
        {"[nulls]",
         "x.json:1:2: error: 'nulls' is no word of JSON\n"
         "  help: the words of JSON are true, false and null; names and texts stand in double quotes\n"},
        {"[1] // one", "x.json:1:5: error: JSON has no comments\n"},
        {"\xEF\xBB\xBF{}", "x.json:1:1: error: a byte order mark, which JSON does not allow\n"},
        {"\xFF\xFE{", "x.json:1:1: error: the text is not UTF-8\n  label: byte 0xff\n"},
        {"[\xC3\xA9]",
         "x.json:1:2: error: a character that has no place in JSON outside a string\n"},
    };
    REFUSE_ALL(table);
    refused("[1,\0002]", 6, "x.json:1:4: error: the text holds a NUL byte\n");
}

static void a_key_stands_once_in_an_object(void **state) {
    (void)state;
    static const struct refusal table[] = {
        {"{\"a\": 1,\n \"b\": 2,\n \"a\": 3}",
         "x.json:3:2: error: the key \"a\" stands twice in this object\n  label: again\n  note at x.json:1:2: first here\n"},
        {"{\"ab\": 1, \"\\u0061b\": 2}",
         "x.json:1:11: error: the key \"ab\" stands twice in this object\n  label: again\n  note at x.json:1:2: first here\n"},
        {"{\"\xF0\x9D\x84\x9E\": 1, \"\\ud834\\udd1e\": 2}",
         "x.json:1:10: error: the key \"\xF0\x9D\x84\x9E\" stands twice in this object\n  label: again\n"
         "  note at x.json:1:2: first here\n"},
        {"[{\"x\": {\"y\": 1, \"y\": 2}, \"x\": 0}]",
         "x.json:1:17: error: the key \"y\" stands twice in this object\n  label: again\n  note at x.json:1:9: first here\n"
         "x.json:1:26: error: the key \"x\" stands twice in this object\n  label: again\n  note at x.json:1:3: first here\n"},
    };
    REFUSE_ALL(table);
}

static void nest(char *text, int levels) {
    memset(text, '[', (size_t)levels);
    memset(text + levels, ']', (size_t)levels);
    text[2 * levels] = 0;
}

static void nesting_has_a_limit(void **state) {
    static char text[20001];
    nest(text, LIMIT_DEPTH);
    scanned(*state, text);
    nest(text, LIMIT_DEPTH + 1);
    refused(text, strlen(text),
            "x.json:1:257: error: values nest deeper than the limit of 256\n  label: level 257\n");
    nest(text, 10000);
    refused(text, strlen(text),
            "x.json:1:257: error: values nest deeper than the limit of 256\n  label: level 257\n");
}

/* Every text that a truncation leaves is refused, and nothing is read behind its end. */
static void truncated_texts_are_refused(void **state) {
    (void)state;
    const char *whole = "{\"a\": [1.5e3, true, \"\\ud834\\udd1e\\n\"], \"b\": {\"c\": null}}";
    for (size_t length = 0; length < strlen(whole); length++) {
        void *inner;
        assert_int_equal(fixture_open(&inner), 0);
        struct fixture *f = inner;
        struct json_scan scan;
        const struct source *source = source_add(&f->sources, "x.json", whole, length);
        assert_false(json_scan(&f->arena, &f->diags, source, &scan));
        assert_int_equal(f->diags.errors, 1);
        assert_true(f->diags.first->at.end <= source->base + source->length);
        fixture_close(&inner);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(values_are_in_the_order_of_the_text),
        TEST(spans_count_over_all_sources),
        TEST(numbers_are_read_exactly),
        TEST(the_skeleton_has_no_numbers),
        TEST(what_json_allows_is_allowed),
        TEST(numbers_that_json_does_not_have),
        TEST(strings_that_json_does_not_have),
        TEST(texts_that_are_not_json),
        TEST(a_key_stands_once_in_an_object),
        TEST(nesting_has_a_limit),
        TEST(truncated_texts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
