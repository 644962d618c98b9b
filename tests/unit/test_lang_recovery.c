/* lang: one mistake, one report, in the order of the text; and where reading goes on behind it. */
#include "tests/unit/lang.h"

/* The lines of the reports, and how many statements were read: "2 4 : 3". */
static const char *lines(struct fixture *f, const char *text) {
    const struct ast_file *file = parse_anew(f, text);
    struct text out;
    text_init(&out, &f->arena);
    for (const struct diag *d = f->diags.first; d; d = d->next)
        text_printf(&out, "%u ", source_place(&f->sources, d->at.begin).line);
    text_printf(&out, ": %zu", file ? file->statement_count : 0);
    return text_chars(&out);
}

static void ten_mistakes_ten_reports(void **state) {
    struct fixture *f = *state;
    assert_text(lines(f, "a = (1 + 2]\n"
                         "b = 8m\n"
                         "knbo c = 1 in 0..1\n"
                         "d = 1 +\n"
                         "e = f(1 2)\n"
                         "good = 1\n"
                         "g = [1 -1]\n"
                         "h = x ~ y ~ z\n"
                         "i = \"abc\n"
                         "j = f(1,\n"
                         "  2\n"
                         "k = 1)\n"
                         "good = 2\n"),
                "1 2 3 4 5 7 8 9 10 12 : 6");
}

static void reading_goes_on_behind_brackets(void **state) {
    struct fixture *f = *state;
    /* Closed on its own line: the next line, whatever it is. */
    assert_text(lines(f, "a = f(1 2)\n  b = 2\n"), "1 : 1");
    assert_text(lines(f, "a = f(1 2)\nb 2\nc = 3\n"), "1 2 : 1");
    /* Closed later: behind the closing bracket. */
    assert_text(lines(f, "a = f(1 2,\n  3,\n  g(4))\nb = 2\n"), "1 : 1");
    /* Not closed: a statement in the first column, and only what can be nothing else. */
    assert_text(lines(f, "a = f((1 2,\n  b = 3,\nc, d\nknob x = 1 in 0..1\ne = 2\n"), "1 : 2");
    assert_text(lines(f, "a = f((1 2,\nf(x, y) = 3\n"), "1 : 1");
    assert_text(lines(f, "a = f((1 2,\nf(x, y)\nb = 2"), "1 : 1");
    assert_text(lines(f, "a = {1: 2, 3\n}\n\nrate 48kHz\n"), "2 : 1");
    /* A line that goes on is part of the mistake. */
    assert_text(lines(f, "a = 3 4\n  -> b\nc = 1\n"), "1 : 1");
    assert_text(lines(f, "a = 3 4 ->\n  b\nc = 1\n"), "1 : 1");
    assert_text(lines(f, "a = 3 4 (\n  b\n)\nc = 1\n"), "1 : 1");
}

static void one_mistake_in_words_is_one_report(void **state) {
    struct fixture *f = *state;
    static const char *const texts[] = {"a = f(\"x)\n",        "a = \"x\n",
                                        "a = 5. x\n",          "a = (b ! c)\n",
                                        "a = [1 \xC3\xA9]\n",  "gr\xC3\xB6 3\n",
                                        "a = p.\xC3\xA9\n",    "a = .5.\n",
                                        "a = [1, 2 \x01 3]\n", "knob \xC3\xA9 = 1 in 0..1\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        lines(f, text_format(&f->arena, "%sb = 1\n", texts[i]));
        if (f->diags.errors != 1) print_message("# %s\n", texts[i]);
        assert_int_equal(f->diags.errors, 1);
    }
}

static void bytes_that_are_no_text(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = \x80\n",
                   "x.adg:1:5: error[E0201]: expected text in UTF-8, found the byte 0x80\n"
                   "    1 | a = ?\n"
                   "      |     ^\n");
    const struct source *source = source_add(&f->sources, "y.adg", "a = 1\0\nb = 2\n", 13);
    diags_init(&f->diags, &f->arena);
    const struct ast_file *file = adg_parse(&f->arena, &f->names, &f->sources, source, &f->diags);
    assert_diags(f, "y.adg:1:6: error: expected text, found the control character U+0000\n");
    assert_int_equal(file->statement_count, 1);
}

static void reports_are_in_the_order_of_the_text(void **state) {
    struct fixture *f = *state;
    assert_text(lines(f, "a = 1 2\nb = 8m\nc = (1\nd = \xC3\xA9 + [1 2]\ne = 1)\n"),
                "1 2 3 4 4 5 : 2");
    diag_error(&f->diags, NOWHERE, CODE_SYNTAX, "before");
    const struct source *source = source_add(&f->sources, "y.adg", "a = 1 2\nb = 8m\n", 15);
    diags_init(&f->diags, &f->arena);
    diag_error(&f->diags, NOWHERE, CODE_SYNTAX, "earlier");
    adg_parse(&f->arena, &f->names, &f->sources, source, &f->diags);
    assert_string_equal(f->diags.first->message, "earlier");
    assert_int_equal(f->diags.first->next->code, CODE_SYNTAX);
    assert_int_equal(f->diags.last->code, CODE_UNKNOWN_UNIT);
    assert_null(f->diags.last->next);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(ten_mistakes_ten_reports),
        TEST(reading_goes_on_behind_brackets),
        TEST(one_mistake_in_words_is_one_report),
        TEST(bytes_that_are_no_text),
        TEST(reports_are_in_the_order_of_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
