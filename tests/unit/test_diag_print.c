/* ir/base/diag_print: the text that people see, whole, and its JSON. */
#include "tests/unit/support.h"

#include <string.h>

#include "ir/base/diag_print.h"
#include "ir/base/limits.h"

static const char *printed(struct fixture *f, bool colour, int width) {
    struct text out;
    text_init(&out, &f->arena);
    diag_print(&out, &f->sources, &f->diags, &(struct diag_style){colour, width});
    diags_init(&f->diags, &f->arena);
    return text_chars(&out);
}

#define assert_printed(f, wanted) assert_text(printed((f), false, 0), (wanted))

/* The example of the manual. */
static void parties_notes_and_help(void **state) {
    struct fixture *f = *state;
    const struct source *s = fixture_source(
        f, "hall.adg",
        "\nm    = coprime(8, 23ms..61ms)\ntank = (delay(m) -> absorb(m, rt)) ~ hadamard(16)\n");
    struct diag *d =
        diag_error(&f->diags, span_of(s, "hadamard(16)"), CODE_SYNTAX,
                   "feedback 'a ~ b' needs b to take a's 8 outlets, but b is 16 -> 16");
    diag_label(d, d->at, "16 -> 16");
    diag_label(d, span_of(s, "delay(m) -> absorb(m, rt)"), "8 -> 8");
    diag_note(d, span_of(s, "m    = coprime(8, 23ms..61ms)"), "'m' has 8 entries");
    diag_help(d, "hadamard(8)");
    assert_printed(
        f,
        "hall.adg:3:38: error[E0207]: feedback 'a ~ b' needs b to take a's 8 outlets, but b is 16 -> 16\n"
        "    3 | tank = (delay(m) -> absorb(m, rt)) ~ hadamard(16)\n"
        "      |         ~~~~~~~~~~~~~~~~~~~~~~~~~    ^^^^^^^^^^^^ 16 -> 16\n"
        "      |         8 -> 8\n"
        "hall.adg:2:1: note: 'm' has 8 entries\n"
        "   help: hadamard(8)\n");
}

static void severities_and_places_that_are_nowhere(void **state) {
    struct fixture *f = *state;
    const struct source *s = fixture_source(f, "a.adg", "x = 1");
    struct diag *d = diag_error(&f->diags, NOWHERE, CODE_CANNOT_READ, "cannot read 'b.adg'");
    diag_note(d, NOWHERE, "looked in '.'");
    diag_warning(&f->diags, span_of(s, "1"), CODE_SYNTAX, "odd");
    diag_remark(&f->diags, span_of(s, "x"), "rounded");
    assert_printed(f, "error[E0101]: cannot read 'b.adg'\n"
                      "   note: looked in '.'\n"
                      "a.adg:1:5: warning[E0207]: odd\n"
                      "    1 | x = 1\n"
                      "      |     ^\n"
                      "a.adg:1:1: remark: rounded\n"
                      "    1 | x = 1\n"
                      "      | ^\n");
}

static void labels_left_right_and_inside(void **state) {
    struct fixture *f = *state;
    const struct source *s = fixture_source(f, "a.adg", "aaa bbb ccc ddd\n");
    struct diag *d = diag_error(&f->diags, span_of(s, "bbb"), CODE_SYNTAX, "four");
    diag_label(d, span_of(s, "ddd"), "last");
    diag_label(d, span_of(s, "bbb"), "main");
    diag_label(d, span_of(s, "aaa"), "first");
    diag_label(d, span_of(s, "ccc"), "%s", "");
    diag_error(&f->diags, span_of(s, "aaa bbb ccc"), CODE_SYNTAX, "inside");
    diag_label(f->diags.last, span_of(s, "bbb"), "covered");
    diag_error(&f->diags, span_of(s, "bbb"), CODE_SYNTAX, "around");
    diag_label(f->diags.last, span_of(s, "aaa bbb ccc"), "wider");
    assert_printed(f, "a.adg:1:5: error[E0207]: four\n"
                      "    1 | aaa bbb ccc ddd\n"
                      "      | ~~~ ^^^ ~~~ ~~~ last\n"
                      "      |     main\n"
                      "      | first\n"
                      "a.adg:1:1: error[E0207]: inside\n"
                      "    1 | aaa bbb ccc ddd\n"
                      "      | ^^^^^^^^^^^\n"
                      "      |     covered\n"
                      "a.adg:1:5: error[E0207]: around\n"
                      "    1 | aaa bbb ccc ddd\n"
                      "      | ~~~~^^^~~~~ wider\n");
}

static void labels_elsewhere(void **state) {
    struct fixture *f = *state;
    const struct source *s = fixture_source(f, "a.adg", "first\n\nthird\n");
    const struct source *t = fixture_source(f, "b.adg", "other\n");
    struct diag *d = diag_error(&f->diags, span_of(s, "third"), CODE_SYNTAX, "far");
    diag_label(d, span_of(s, "first"), "begins here");
    diag_label(d, span_of(t, "other"), "in another file");
    assert_printed(f, "a.adg:3:1: error[E0207]: far\n"
                      "    1 | first\n"
                      "      | ~~~~~ begins here\n"
                      "    3 | third\n"
                      "      | ^^^^^\n"
                      "b.adg:1:1: note: in another file\n");
}

static void spans_of_no_width_and_of_many_lines(void **state) {
    struct fixture *f = *state;
    const struct source *s = fixture_source(f, "a.adg", "x =\r\n(1 +\n2)\n");
    uint32_t base = s->base;
    diag_error(&f->diags, (span){base + 3, base + 3}, CODE_SYNTAX, "here");
    diag_error(&f->diags, (span){base + 5, base + 12}, CODE_SYNTAX, "many");
    diag_error(&f->diags, (span){base + s->length, base + s->length}, CODE_SYNTAX, "the end");
    assert_printed(f, "a.adg:1:4: error[E0207]: here\n"
                      "    1 | x =\n"
                      "      |    ^\n"
                      "a.adg:2:1: error[E0207]: many\n"
                      "    2 | (1 +\n"
                      "      | ^^^^\n"
                      "a.adg:4:1: error[E0207]: the end\n"
                      "    4 |\n"
                      "      | ^\n");
}

static void tabs_accents_and_what_cannot_be_shown(void **state) {
    struct fixture *f = *state;
    const struct source *s =
        fixture_source(f, "a.adg", "a\tb = \"\xC3\xA9\xE2\x86\x92\" + oops\x1B[31m \xFFtail\n");
    diag_error(&f->diags, span_of(s, "b"), CODE_SYNTAX, "tab");
    diag_error(&f->diags, span_of(s, "oops"), CODE_SYNTAX, "accents");
    diag_error(&f->diags, span_of(s, "tail"), CODE_SYNTAX, "bytes");
    assert_printed(f, "a.adg:1:3: error[E0207]: tab\n"
                      "    1 | a       b = \"\xC3\xA9\xE2\x86\x92\" + oops?[31m ?tail\n"
                      "      |         ^\n"
                      "a.adg:1:14: error[E0207]: accents\n"
                      "    1 | a       b = \"\xC3\xA9\xE2\x86\x92\" + oops?[31m ?tail\n"
                      "      |                    ^^^^\n"
                      "a.adg:1:25: error[E0207]: bytes\n"
                      "    1 | a       b = \"\xC3\xA9\xE2\x86\x92\" + oops?[31m ?tail\n"
                      "      |                               ^^^^\n");
}

/* 40 columns of screen leave 32 for the source. */
static void long_lines_are_clipped(void **state) {
    struct fixture *f = *state;
    const struct source *s = fixture_source(
        f, "a.adg", "begin 0123456789 0123456789 middle 0123456789 0123456789 0123456789 finish\n");
    diag_error(&f->diags, span_of(s, "begin"), CODE_SYNTAX, "left");
    diag_error(&f->diags, span_of(s, "middle"), CODE_SYNTAX, "both");
    diag_label(f->diags.last, f->diags.last->at, "shown");
    diag_error(&f->diags, span_of(s, "finish"), CODE_SYNTAX, "right");
    assert_text(printed(f, false, 40), "a.adg:1:1: error[E0207]: left\n"
                                       "    1 | begin 0123456789 0123456789 m...\n"
                                       "      | ^^^^^\n"
                                       "a.adg:1:29: error[E0207]: both\n"
                                       "    1 | ...9 0123456789 middle 012345...\n"
                                       "      |                 ^^^^^^ shown\n"
                                       "a.adg:1:69: error[E0207]: right\n"
                                       "    1 | ... 0123456789 0123456789 finish\n"
                                       "      |                           ^^^^^^\n");
}

static void a_line_of_a_megabyte_is_cheap(void **state) {
    struct fixture *f = *state;
    enum { SIZE = 1 << 20 };
    char *text = arena_alloc(&f->arena, SIZE);
    memset(text, 'a', SIZE);
    memcpy(text + SIZE / 2, "WRONG", 5);
    const struct source *s = source_add(&f->sources, "big.json", text, SIZE);
    uint32_t at = s->base + SIZE / 2;
    diag_error(&f->diags, (span){at, at + 5}, CODE_SYNTAX, "in the middle");
    assert_text(printed(f, false, 32), "big.json:1:524289: error[E0207]: in the middle\n"
                                       "    1 | ...aaaaaaaaaWRONGaaaa...\n"
                                       "      |             ^^^^^\n");
}

static void wide_line_numbers(void **state) {
    struct fixture *f = *state;
    enum { LINES = 123456 };
    char *text = arena_alloc(&f->arena, LINES);
    memset(text, '\n', LINES - 1);
    text[LINES - 1] = 'x';
    const struct source *s = source_add(&f->sources, "a.adg", text, LINES);
    diag_error(&f->diags, (span){s->base + LINES - 1, s->base + LINES}, CODE_SYNTAX, "far down");
    assert_printed(f, "a.adg:123456:1: error[E0207]: far down\n"
                      "123456 | x\n"
                      "       | ^\n");
}

static void hidden_errors_are_counted(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < LIMIT_ERRORS + 2; i++)
        diag_error(&f->diags, NOWHERE, CODE_SYNTAX, "no %d", i);
    const char *text = printed(f, false, 0);
    assert_non_null(strstr(text, "error[E0207]: no 19\n2 more errors are not shown\n"));
    assert_null(strstr(text, "no 20"));
    for (int i = 0; i < LIMIT_ERRORS + 1; i++)
        diag_error(&f->diags, NOWHERE, CODE_SYNTAX, "no %d", i);
    assert_non_null(strstr(printed(f, false, 0), "no 19\n1 more error is not shown\n"));
}

/* Escapes shown as {1;31}. */
static void colours(void **state) {
    struct fixture *f = *state;
    const struct source *s = fixture_source(f, "a.adg", "aaa bbb\n");
    struct diag *d = diag_error(&f->diags, span_of(s, "bbb"), CODE_SYNTAX, "no");
    diag_label(d, d->at, "red");
    diag_label(d, span_of(s, "aaa"), "blue");
    diag_note(d, NOWHERE, "why");
    diag_help(d, "what");
    struct text shown;
    text_init(&shown, &f->arena);
    for (const char *c = printed(f, true, 0); *c; c++) {
        if (*c == '\033' && c[1] == '[') {
            text_put_char(&shown, '{');
            for (c += 2; *c != 'm'; c++) text_put_char(&shown, *c);
            text_put_char(&shown, '}');
        } else {
            text_put_char(&shown, *c);
        }
    }
    assert_text(text_chars(&shown), "{1}a.adg:1:5: {0}{1;31}error[E0207]:{0} {1}no{0}\n"
                                    "{1;34}    1 |{0} aaa bbb\n"
                                    "{1;34}      |{0} {1;34}~~~{0} {1;31}^^^{0}{1;31} red{0}\n"
                                    "{1;34}      |{0} {1;34}blue{0}\n"
                                    "   {1;36}note:{0} why\n"
                                    "   {1;32}help:{0} what\n");
}

static void json(void **state) {
    struct fixture *f = *state;
    struct text out;
    text_init(&out, &f->arena);
    diag_print_json(&out, &f->sources, &f->diags);
    assert_text(text_chars(&out), "[]\n");

    const struct source *s = fixture_source(f, "a \"b\".adg", "x\ny = \xC3\xA9 8m\n");
    struct diag *d =
        diag_error(&f->diags, span_of(s, "8m"), CODE_UNKNOWN_UNIT, "no unit '%s'", "m");
    diag_label(d, d->at, "here");
    diag_label(d, span_of(s, "y"), "there");
    diag_note(d, NOWHERE, "units touch");
    diag_help(d, "look");
    diag_fix(d, d->at, "8ms");
    diag_remark(&f->diags, NOWHERE, "done");
    text_init(&out, &f->arena);
    diag_print_json(&out, &f->sources, &f->diags);
    assert_text(
        text_chars(&out),
        "[\n"
        "  {\"code\": \"E0203\", \"severity\": \"error\", \"message\": \"no unit 'm'\","
        " \"file\": \"a \\\"b\\\".adg\", \"line\": 2, \"column\": 7, \"range\": [9, 11], \"label\": \"here\","
        " \"labels\": [{\"message\": \"there\", \"file\": \"a \\\"b\\\".adg\", \"line\": 2, \"column\": 1,"
        " \"range\": [2, 3]}],"
        " \"notes\": [{\"message\": \"units touch\", \"file\": null, \"line\": null, \"column\": null,"
        " \"range\": null}],"
        " \"helps\": [{\"message\": \"look\", \"file\": null, \"line\": null, \"column\": null,"
        " \"range\": null}, {\"message\": \"8ms\", \"file\": \"a \\\"b\\\".adg\", \"line\": 2, \"column\": 7,"
        " \"range\": [9, 11]}]},\n"
        "  {\"code\": null, \"severity\": \"remark\", \"message\": \"done\", \"file\": null, \"line\": null,"
        " \"column\": null, \"range\": null, \"label\": null, \"labels\": [], \"notes\": [], \"helps\": []}\n"
        "]\n");
}

static void json_counts_hidden_errors(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < LIMIT_ERRORS + 3; i++) diag_error(&f->diags, NOWHERE, CODE_SYNTAX, "no");
    struct text out;
    text_init(&out, &f->arena);
    diag_print_json(&out, &f->sources, &f->diags);
    assert_non_null(strstr(text_chars(&out),
                           "},\n  {\"code\": null, \"severity\": \"error\","
                           " \"message\": \"3 more errors are not shown\", \"file\": null,"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(parties_notes_and_help),
        TEST(severities_and_places_that_are_nowhere),
        TEST(labels_left_right_and_inside),
        TEST(labels_elsewhere),
        TEST(spans_of_no_width_and_of_many_lines),
        TEST(tabs_accents_and_what_cannot_be_shown),
        TEST(long_lines_are_clipped),
        TEST(a_line_of_a_megabyte_is_cheap),
        TEST(wide_line_numbers),
        TEST(hidden_errors_are_counted),
        TEST(colours),
        TEST(json),
        TEST(json_counts_hidden_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
