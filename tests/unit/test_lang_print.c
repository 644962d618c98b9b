/* lang: what is printed is what was read: layout, parentheses, comments, and damaged texts. */
#include "tests/unit/lang.h"

#include <stdio.h>
#include <string.h>

#include "lang/print.h"
#include "tests/unit/reading.h"

/* Each pair, grouped either way, survives the printer. */
static void printing_keeps_every_grouping(void **state) {
    struct fixture *f = *state;
    for (int x = 0; x < AST_OPERATOR_COUNT; x++)
        for (int y = 0; y < AST_OPERATOR_COUNT; y++)
            for (int right = 0; right < 2; right++) {
                const char *text =
                    text_format(&f->arena, right ? "a %s (b %s c)" : "(a %s b) %s c",
                                ast_operators[x].spelling, ast_operators[y].spelling);
                check_same(f, print_expr(f, text), text);
            }
}

static void printing_keeps_only_needed_parentheses(void **state) {
    struct fixture *f = *state;
    static const char *const cases[][2] = {
        {"((a -> b)) -> (c)", "a -> b -> c"},
        {"a -> (b -> c)", "a -> (b -> c)"},
        {"(a | b) & c", "(a | b) & c"},
        {"a | (b | c)", "a | (b | c)"},
        {"(a ~ b) ~ c", "(a ~ b) ~ c"},
        {"a ~ (b ~ c)", "a ~ (b ~ c)"},
        {"(a * b) + c", "a*b + c"},
        {"a * (b + c)", "a*(b + c)"},
        {"(a ^ b) ^ c", "(a^b)^c"},
        {"a ^ (b ^ c)", "a^b^c"},
        {"(-a) ^ b", "(-a)^b"},
        {"-(a ^ b)", "-a^b"},
        {"z ^ (-1)", "z^-1"},
        {"(a + b)'", "(a + b)'"},
        {"(a')'", "a''"},
        {"-(6dB)", "-(6dB)"},
        {"-(6dB ^ 2)", "-(6dB^2)"},
        {"-6dB ^ 2", "-6dB^2"},
        {"- -6dB", "--6dB"},
        {"a - (-6dB)", "a - -6dB"},
        {"2 .* x", "2.*x"},
        {"(0..7) * 2", "(0..7)*2"},
        {"[a - b, -c; 1, 2]", "[a - b, -c; 1, 2]"},
        {"[x^2 for x in 0 .. 7]", "[x^2 for x in 0..7]"},
        {"f( 1e-3 , k=\"a\\n\" )", "f(1e-3, k = \"a\\n\")"},
        {"absorb(m, {0Hz : rt,6kHz:hf})", "absorb(m, {0Hz: rt, 6kHz: hf})"},
        {"std.comb(1_000smp)[i,j]", "std.comb(1_000smp)[i, j]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_text(print_expr(f, cases[i][0]), cases[i][1]);
        check_same(f, cases[i][0], cases[i][1]);
    }
}

static void check_round_trip(struct fixture *f, const char *text) {
    const struct ast_file *file = parse_good(f, text);
    const char *once = print_file(f, text), *twice = print_file(f, once);
    assert_text(twice, once);
    const struct ast_file *again = parse_good(f, once);
    assert_true(ast_equal_file(file, again));
    assert_int_equal(again->comment_count, file->comment_count);
}

static void printing_is_canonical(void **state) {
    struct fixture *f = *state;
    assert_text(print_file(f,
                           "\n\n# head \nname   \"Hall\" # why\n\n\n\n"
                           "knob  rt=2.4s in 0.2s..1s \"A\" log\nx =\t(a ->\n # inside\n b)#end\n"
                           "f( a,b=1 )=a where  k=2,m=3\n# last"),
                "# head\nname \"Hall\"  # why\n\nknob rt = 2.4s in 0.2s..1s log \"A\"\n# inside\n"
                "x = a -> b  #end\nf(a, b = 1) = a where k = 2, m = 3\n# last\n");
    assert_text(
        print_file(f,
                   "import \"a\"  as p\nrequire  f(x)<=2\nrequire f(x) in 1..2\nrequire f(x)\n"
                   "control  a\ncontrol a=1 in 0..2\nparam p=1 in 0..2\nrate  48kHz\nauthor \"x\""),
        "import \"a\" as p\nrequire f(x) <= 2\nrequire f(x) in 1..2\nrequire f(x)\n"
        "control a\ncontrol a = 1 in 0..2\nparam p = 1 in 0..2\nrate 48kHz\nauthor \"x\"\n");
}

static void long_definitions_are_broken_at_loose_operators(void **state) {
    struct fixture *f = *state;
    const char *a = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const char *text = text_format(&f->arena, "x = %s -> %s -> (b -> %s) where k = 1\n", a, a, a);
    assert_text(
        print_file(f, text),
        text_format(&f->arena, "x = %s\n    -> %s\n    -> (b -> %s)\n    where k = 1\n", a, a, a));
    check_round_trip(f, text);
    check_round_trip(f, text_format(&f->arena, "x = %s | (%s & %s) | c\n", a, a, a));
    check_round_trip(f, text_format(&f->arena, "x = (%s ~ %s) ~ (%s ~ %s)\n", a, a, a, a));
    text = text_format(&f->arena, "main = %s + %s + %s -> b\n", a, a, a);
    assert_text(print_file(f, text),
                text_format(&f->arena, "main = %s + %s + %s\n    -> b\n", a, a, a));
    check_round_trip(f, text);
}

static void examples_survive_the_round_trip(void **state) {
    struct fixture *f = *state;
    check_round_trip(f, project_file(f, "lang/examples/hall.adg"));
    check_round_trip(f, project_file(f, "lang/examples/schroeder.adg"));
    check_round_trip(
        f, "m = [1, 2; 3, 4]' .* [x for x in 0..7]\nx = p.f(-(6dB), k = {0Hz: 1s}) ~ _\n");
}

static void different_trees_differ(void **state) {
    struct fixture *f = *state;
    static const char *const texts[] = {
        "1",       "2",        "1s",          "\"1\"",   "a",      "p.a",    "_",
        "-a",      "a'",       "a + b",       "a - b",   "b + a",  "f(a)",   "f()",
        "f(a, b)", "f(a = b)", "a[b]",        "a[b, b]", "[a, b]", "[a; b]", "[a for b in c]",
        "a..b",    "{a: b}",   "{a: b, a: b}"};
    enum { COUNT = sizeof texts / sizeof *texts };
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < COUNT; k++)
            assert_int_equal(ast_equal_expr(parse_expr(f, texts[i]), parse_expr(f, texts[k])),
                             i == k);
}

/* Reads or reports; and what was read without a report survives the round trip. */
static void check_damaged(const char *text, size_t length) {
    void *state;
    fixture_open(&state);
    struct fixture *f = state;
    const struct ast_file *file = parse_bytes(f, text, length);
    if (!f->diags.errors) {
        assert_non_null(file);
        struct text out;
        text_init(&out, &f->arena);
        adg_print(&out, file);
        const struct ast_file *again = parse(f, text_chars(&out));
        if (f->diags.errors)
            printf("# %.*s\n# became\n# %s\n", (int)length, text, text_chars(&out));
        assert_int_equal(f->diags.errors, 0);
        assert_true(ast_equal_file(file, again));
    }
    for (const struct diag *d = f->diags.first; d; d = d->next) assert_true(span_known(d->at));
    fixture_close(&state);
}

static void damaged_texts_are_read_or_reported(void **state) {
    struct fixture *f = *state;
    const char *hall = project_file(f, "lang/examples/hall.adg");
    size_t length = strlen(hall);
    for (size_t i = 0; i < length; i++) check_damaged(hall, i);
    static const char others[] = "\x00\n\"#()[]{},;:.'^-~|& \x80\xC3\xFF_9a=%";
    char *changed = arena_copy(&f->arena, hall, length);
    for (size_t i = 0; i < length; i++) {
        for (size_t k = 0; k < 8; k++) {
            changed[i] = (char)(hall[i] ^ (1 << k));
            check_damaged(changed, length);
        }
        changed[i] = others[i * 7 % (sizeof others - 1)];
        check_damaged(changed, length);
        changed[i] = hall[i];
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(printing_keeps_every_grouping),
        TEST(printing_keeps_only_needed_parentheses),
        TEST(printing_is_canonical),
        TEST(long_definitions_are_broken_at_loose_operators),
        TEST(examples_survive_the_round_trip),
        TEST(different_trees_differ),
        TEST(damaged_texts_are_read_or_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
