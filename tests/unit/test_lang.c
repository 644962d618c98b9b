/* lang: what is read is what was written. Precedence against full parentheses, every statement and
 * expression, where lines go on, and how deep things nest. */
#include "tests/unit/lang.h"

#include <stdio.h>
#include <string.h>

#include "ir/base/limits.h"

/* ---- precedence ----------------------------------------------------------------------------- */

static void operators_bind_as_in_the_manual(void **state) {
    struct fixture *f = *state;
    static const char *const cases[][2] = {
        {"a -> b | c", "a -> (b | c)"},
        {"a | b -> c", "(a | b) -> c"},
        {"a & b ~ c", "a & (b ~ c)"},
        {"a ~ b + c", "a ~ (b + c)"},
        {"a + b ~ c - d", "(a + b) ~ (c - d)"},
        {"a + b * c", "a + (b * c)"},
        {"a * b + c / d", "(a * b) + (c / d)"},
        {"a -> b -> c", "(a -> b) -> c"},
        {"a - b - c", "(a - b) - c"},
        {"a / b * c", "(a / b) * c"},
        {"a .* b ./ c", "(a .* b) ./ c"},
        {"a ^ b ^ c", "a ^ (b ^ c)"},
        {"a .^ b ^ c", "a .^ (b ^ c)"},
        {"-a ^ b", "-(a ^ b)"},
        {"-a * b", "(-a) * b"},
        {"-a'", "-(a')"},
        {"a ^ -b", "a ^ (-b)"},
        {"z^-k * c", "(z^(-k)) * c"},
        {"a ^ b'", "a ^ (b')"},
        {"a * -b + c", "(a * (-b)) + c"},
        {"a[0]'", "(a[0])'"},
        {"m'[1, 2]", "(m')[1, 2]"},
        {"(1 - mix)*id(2) + mix*wet", "((1 - mix) * id(2)) + (mix * wet)"},
        {"(1 - g^2)*(d ~ g) - g", "((1 - (g^2)) * (d ~ g)) - g"},
        {"delay(pre) * id(2) -> B -> tank -> C", "(((delay(pre) * id(2)) -> B) -> tank) -> C"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_same(f, cases[i][0], cases[i][1]);
}

/* Each pair of operators, against the table that the printer uses. */
static void grammar_and_table_agree(void **state) {
    struct fixture *f = *state;
    for (int x = 0; x < AST_OPERATOR_COUNT; x++)
        for (int y = 0; y < AST_OPERATOR_COUNT; y++) {
            const struct ast_operator_entry *p = &ast_operators[x], *q = &ast_operators[y];
            bool left = p->strength > q->strength ||
                        (p->strength == q->strength && p->grouping == AST_GROUP_LEFT);
            bool mixed = x != y && (x == AST_PARALLEL || x == AST_STACK) &&
                         (y == AST_PARALLEL || y == AST_STACK);
            if (mixed || (x == AST_FEEDBACK && y == AST_FEEDBACK)) continue;
            const char *bare = text_format(&f->arena, "a %s b %s c", p->spelling, q->spelling);
            const char *full = text_format(&f->arena, left ? "(a %s b) %s c" : "a %s (b %s c)",
                                           p->spelling, q->spelling);
            check_same(f, bare, full);
        }
}

/* ---- literals ------------------------------------------------------------------------------- */

static void literals_have_their_values(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *text;
        double value, written;
        enum ast_unit unit;
        enum ast_dimension dimension;
    } cases[] = {
        {"12", 12, 12, AST_UNIT_NONE, AST_DIMENSION_NUMBER},
        {"0.5", 0.5, 0.5, AST_UNIT_NONE, AST_DIMENSION_NUMBER},
        {"1e-3", 0.001, 0.001, AST_UNIT_NONE, AST_DIMENSION_NUMBER},
        {"1_000", 1000, 1000, AST_UNIT_NONE, AST_DIMENSION_NUMBER},
        {"1_0.2_5e1_0", 10.25e10, 10.25e10, AST_UNIT_NONE, AST_DIMENSION_NUMBER},
        {"2.5E+2", 250, 250, AST_UNIT_NONE, AST_DIMENSION_NUMBER},
        {"007", 7, 7, AST_UNIT_NONE, AST_DIMENSION_NUMBER},
        {"7smp", 7, 7, AST_UNIT_SAMPLES, AST_DIMENSION_SAMPLES},
        {"23us", 23e-6, 23, AST_UNIT_MICROSECONDS, AST_DIMENSION_TIME},
        {"8.3ms", 8.3e-3, 8.3, AST_UNIT_MILLISECONDS, AST_DIMENSION_TIME},
        {"2.4s", 2.4, 2.4, AST_UNIT_SECONDS, AST_DIMENSION_TIME},
        {"0Hz", 0, 0, AST_UNIT_HERTZ, AST_DIMENSION_FREQUENCY},
        {"44.1kHz", 44100, 44.1, AST_UNIT_KILOHERTZ, AST_DIMENSION_FREQUENCY},
        {"35%", 0.35, 35, AST_UNIT_PERCENT, AST_DIMENSION_NUMBER},
        {"1e3ms", 1, 1000, AST_UNIT_MILLISECONDS, AST_DIMENSION_TIME},
        {"20dB", 10, 20, AST_UNIT_DECIBELS, AST_DIMENSION_NUMBER},
        {"-20dB", 0.1, -20, AST_UNIT_DECIBELS, AST_DIMENSION_NUMBER},
        {"180deg", 3.14159265358979323846, 180, AST_UNIT_DEGREES, AST_DIMENSION_NUMBER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct ast_expr *e = parse_expr(f, cases[i].text);
        assert_int_equal(e->kind, AST_NUMBER);
        assert_true(e->as.number.value == cases[i].value);
        assert_true(e->as.number.written == cases[i].written);
        assert_int_equal(e->as.number.unit, cases[i].unit);
        assert_int_equal(ast_units[e->as.number.unit].dimension, cases[i].dimension);
        assert_text(spelled(f, e->at), cases[i].text);
    }
    assert_near(parse_expr(f, "-6dB")->as.number.value, 0.50118723362727224, 1e-16);
}

static void a_minus_belongs_to_decibels_only_as_an_operand(void **state) {
    struct fixture *f = *state;
    assert_int_equal(parse_expr(f, "-6dB")->kind, AST_NUMBER);
    assert_int_equal(parse_expr(f, "- 6dB")->kind, AST_NEGATE);
    assert_int_equal(parse_expr(f, "-6")->kind, AST_NEGATE);
    assert_int_equal(parse_expr(f, "a -6dB")->as.binary.operator, AST_SUBTRACT);
    check_same(f, "a*-6dB", "a * (-6dB)");
    const struct ast_knob *knob = &parse_one(f, "knob g = -6dB in -60dB..-3dB\n")->as.knob;
    assert_true(knob->initial->as.number.written == -6);
    assert_true(knob->range->as.range.first->as.number.written == -60);
    assert_true(knob->range->as.range.last->as.number.written == -3);
    const struct ast_require *require = &parse_one(f, "require -6dB <= g\n")->as.require;
    assert_int_equal(require->subject->kind, AST_NUMBER);
}

static void strings_resolve_escapes(void **state) {
    struct fixture *f = *state;
    const struct ast_expr *e = parse_expr(f, "\"a\\\"b\\\\c\\n\\t # \xC3\xA9\"");
    assert_int_equal(e->kind, AST_STRING);
    assert_string_equal(e->as.string.text, "a\"b\\c\n\t # \xC3\xA9");
    assert_int_equal(e->as.string.length, 12);
    assert_int_equal(parse_expr(f, "\"\"")->as.string.length, 0);
}

/* ---- expressions ---------------------------------------------------------------------------- */

static void expressions_have_their_parts(void **state) {
    struct fixture *f = *state;
    const struct ast_expr *e = parse_expr(f, "p.f(x, 0..7, k = [1])");
    assert_int_equal(e->kind, AST_CALL);
    assert_string_equal(e->as.call.callee.prefix.text->text, "p");
    assert_string_equal(e->as.call.callee.last.text->text, "f");
    assert_int_equal(e->as.call.argument_count, 3);
    assert_null(e->as.call.arguments[1].keyword.text);
    assert_int_equal(e->as.call.arguments[1].value->kind, AST_RANGE);
    assert_string_equal(e->as.call.arguments[2].keyword.text->text, "k");
    assert_text(spelled(f, e->as.call.arguments[2].at), "k = [1]");
    assert_text(spelled(f, e->as.call.brackets), "(x, 0..7, k = [1])");

    e = parse_expr(f, "f()");
    assert_int_equal(e->as.call.argument_count, 0);

    e = parse_expr(f, "[1, _; \"a\", b, c]");
    assert_int_equal(e->kind, AST_MATRIX);
    assert_int_equal(e->as.matrix.row_count, 2);
    assert_int_equal(e->as.matrix.rows[0].count, 2);
    assert_int_equal(e->as.matrix.rows[0].entries[1]->kind, AST_WIRE);
    assert_int_equal(e->as.matrix.rows[1].count, 3);
    assert_text(spelled(f, e->as.matrix.rows[1].at), "\"a\", b, c");

    e = parse_expr(f, "[x^2 for x in 0..7]");
    assert_int_equal(e->kind, AST_EACH);
    assert_string_equal(e->as.each.variable.text->text, "x");
    assert_int_equal(e->as.each.over->kind, AST_RANGE);

    e = parse_expr(f, "v[0, 1..2]");
    assert_int_equal(e->kind, AST_INDEX);
    assert_int_equal(e->as.index.index_count, 2);
    assert_text(spelled(f, e->as.index.brackets), "[0, 1..2]");

    e = parse_expr(f, "{0Hz: rt, 6kHz: hf}");
    assert_int_equal(e->kind, AST_POINTS);
    assert_int_equal(e->as.points.count, 2);
    assert_text(spelled(f, e->as.points.points[1].at), "6kHz: hf");

    e = parse_expr(f, "((delay(m) -> a)) ~ b'");
    assert_text(spelled(f, e->as.binary.left->at), "delay(m) -> a");
    assert_text(spelled(f, e->as.binary.left->outer), "((delay(m) -> a))");
    assert_text(spelled(f, e->as.binary.operator_at), "~");
    assert_text(spelled(f, e->at), "((delay(m) -> a)) ~ b'");
    assert_int_equal(e->as.binary.right->kind, AST_TRANSPOSE);
    assert_int_equal(e->depth, 4);
}

/* ---- statements ----------------------------------------------------------------------------- */

static void definitions(void **state) {
    struct fixture *f = *state;
    const struct ast_statement *s =
        parse_one(f, "f(a, b = 1) = a*k -> m where m = b + 1, k = 2 # done\n");
    assert_int_equal(s->kind, AST_DEFINE);
    assert_text(spelled(f, s->at), "f(a, b = 1) = a*k -> m where m = b + 1, k = 2");
    assert_text(spelled(f, s->word), "f");
    const struct ast_define *d = &s->as.define;
    assert_true(d->is_function);
    assert_int_equal(d->parameter_count, 2);
    assert_null(d->parameters[0].otherwise);
    assert_non_null(d->parameters[1].otherwise);
    assert_text(spelled(f, d->parameters[1].at), "b = 1");
    assert_int_equal(d->local_count, 2);
    assert_text(spelled(f, d->locals[0].at), "m = b + 1");
    d = &parse_one(f, "f() = 1")->as.define;
    assert_true(d->is_function);
    assert_int_equal(d->parameter_count, 0);
    d = &parse_one(f, "v = 0..7")->as.define;
    assert_false(d->is_function);
    assert_int_equal(d->body->kind, AST_RANGE);
}

static void knobs(void **state) {
    struct fixture *f = *state;
    const struct ast_knob *k =
        &parse_one(f, "knob rt = 2.4s in 0.2s..12s log step 0.1s smooth 5ms \"De\\\"cay\"\n")
             ->as.knob;
    assert_string_equal(k->name.text->text, "rt");
    assert_true(span_known(k->log_at));
    assert_true(k->step->as.number.value == 0.1);
    assert_true(k->smooth->as.number.value == 0.005);
    assert_string_equal(k->label.text, "De\"cay");
    k = &parse_one(f, "knob rt = 1 in 0..2 \"L\" smooth 1ms log")->as.knob;
    assert_true(span_known(k->log_at));
    assert_null(k->step);
    assert_string_equal(k->label.text, "L");
    k = &parse_one(f, "knob rt = 1 in 0..2")->as.knob;
    assert_false(span_known(k->log_at));
    assert_null(k->label.text);
}

static void other_statements(void **state) {
    struct fixture *f = *state;
    const struct ast_statement *s = parse_one(f, "control rt60\n");
    assert_string_equal(s->as.control.name.text->text, "rt60");
    assert_null(s->as.control.initial);
    s = parse_one(f, "control dry_wet = 30% in 0%..100%");
    assert_int_equal(s->as.control.range->kind, AST_RANGE);
    s = parse_one(f, "param w = 0.1");
    assert_null(s->as.param.range);
    s = parse_one(f, "param w = 0.1 in -1..1");
    assert_non_null(s->as.param.range);
    s = parse_one(f, "import \"std.adg\"");
    assert_string_equal(s->as.import.path.text, "std.adg");
    assert_null(s->as.import.prefix.text);
    s = parse_one(f, "import \"std.adg\" as p");
    assert_string_equal(s->as.import.prefix.text->text, "p");
    s = parse_one(f, "name \"Hall\"");
    assert_int_equal(s->kind, AST_TITLE);
    assert_string_equal(s->as.text.text, "Hall");
    s = parse_one(f, "author \"Me\"");
    assert_int_equal(s->kind, AST_AUTHOR);
    s = parse_one(f, "rate 44.1kHz");
    assert_int_equal(s->kind, AST_RATE);
    assert_true(s->as.rate->as.number.value == 44100);
}

static void contracts(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *text;
        enum ast_relation relation;
        const char *relation_text;
    } cases[] = {
        {"require stable(main)", AST_HOLDS, ""},
        {"require (a + b)^2 >= c", AST_AT_LEAST, ">="},
        {"require peak_gain(e) <= 6dB", AST_AT_MOST, "<="},
        {"require inlets(e) == 2", AST_EQUALS, "=="},
        {"require t60(main, 500Hz) in 2.0s..2.6s", AST_WITHIN, "in"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct ast_statement *s = parse_one(f, cases[i].text);
        assert_int_equal(s->kind, AST_REQUIRE);
        assert_int_equal(s->as.require.relation, cases[i].relation);
        assert_int_equal(!s->as.require.bound, cases[i].relation == AST_HOLDS);
        if (s->as.require.bound)
            assert_text(spelled(f, s->as.require.relation_at), cases[i].relation_text);
    }
}

static void words_of_statements_are_names_elsewhere(void **state) {
    struct fixture *f = *state;
    static const char *const words[] = {"name",   "rate",   "knob",   "step",  "log",
                                        "smooth", "in",     "as",     "where", "control",
                                        "param",  "import", "author", "for"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *w = words[i];
        parse_good(f, text_format(&f->arena, "%s = 3\n", w));
        parse_good(f, text_format(&f->arena, "%s(%s, q = 1) = %s -> %s\n", w, w, w, w));
        parse_good(f, text_format(&f->arena, "x = %s(3) + %s*-%s\n", w, w, w));
        parse_good(f, text_format(&f->arena, "x = f(%s, %s = %s) where %s = 2\n", w, w, w, w));
        parse_good(f, text_format(&f->arena, "x = [%s, -%s; %s^2, [%s for %s in %s]]\n", w, w, w, w,
                                  w, w));
        parse_good(f, text_format(&f->arena, "knob %s = %s in %s..%s log\n", w, w, w, w));
        parse_good(f, text_format(&f->arena, "import \"a\" as %s\n", w));
        parse_good(f, text_format(&f->arena, "require %s in %s..%s\n", w, w, w));
        parse_good(f, text_format(&f->arena, "x = %s.%s\n", w, w));
    }
    parse_good(f, "require = 3\nx = 2*require\n");
    check_same(f, "log(x)", "(log(x))");
}

/* ---- lines ---------------------------------------------------------------------------------- */

static void lines_go_on_where_they_should(void **state) {
    struct fixture *f = *state;
    static const char *const same[] = {
        "x = a -> b\n",
        "x = a ->\n b\n",
        "x = a ->\n\n  # between\nb\n",
        "x = a\n -> b\n",
        "x = a # first\n # second\n\n -> b\n",
        "x = (a\n->\nb)\n",
        "x = (\na -> b\n)\n",
        "x = a\r\n  -> b\r\n",
        "\xEF\xBB\xBFx = a -> b",
    };
    const struct ast_file *first = parse_good(f, same[0]);
    for (size_t i = 1; i < sizeof same / sizeof *same; i++)
        assert_true(ast_equal_file(first, parse_good(f, same[i])));

    assert_int_equal(parse_good(f, "x = a\ny = b\n\n\nz = c")->statement_count, 3);
    assert_int_equal(parse_good(f, "x = f(a,\nb = 1,\n  c = 2)\n")->statement_count, 1);
    const struct ast_file *file =
        parse_good(f, "f(x) = m -> k\n  where m = 1,\nk = 2\nwhere = 3\n");
    assert_int_equal(file->statement_count, 2);
    assert_int_equal(file->statements[0]->as.define.local_count, 2);
    assert_int_equal(parse_good(f, "x = m\n'\n")->statements[0]->as.define.body->kind,
                     AST_TRANSPOSE);
    assert_int_equal(parse_good(f, "")->statement_count, 0);
    assert_int_equal(parse_good(f, "# only this")->comment_count, 1);
}

/* ---- limits --------------------------------------------------------------------------------- */

static char *repeated(struct fixture *f, const char *head, const char *part, size_t count,
                      const char *middle, const char *close) {
    struct text text;
    text_init(&text, &f->arena);
    text_put(&text, head);
    for (size_t i = 0; i < count; i++) text_put(&text, part);
    text_put(&text, middle);
    for (size_t i = 0; i < count; i++) text_put(&text, close);
    text_put(&text, "\ny = 2\n");
    return text.at;
}

static void deep_is_read_and_too_deep_is_said_once(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *part, *middle, *close, *message;
    } cases[] = {
        {"(", "1", ")", "brackets nest deeper than the limit of 256"},
        {"f(a -> b + c * d ^ (", "1", "))", "brackets nest deeper than the limit of 256"},
        {"[", "1", "]", "brackets nest deeper than the limit of 256"},
        {"-", "a", "", "the expression nests deeper than the limit of 256"},
        {"a^", "a", "", "the expression nests deeper than the limit of 256"},
        {"a + ", "a", "", "the expression nests deeper than the limit of 256"},
        {"", "a", "'", "the expression nests deeper than the limit of 256"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t just = i == 0 ? 256 : i == 1 ? 50 : 255;
        parse_good(f, repeated(f, "x = ", cases[i].part, just, cases[i].middle, cases[i].close));
        static const size_t counts[] = {257, 5000, 200000};
        for (size_t k = 0; k < 3; k++) {
            diags_init(&f->diags, &f->arena);
            const struct ast_file *file = parse(
                f, repeated(f, "x = ", cases[i].part, counts[k], cases[i].middle, cases[i].close));
            assert_int_equal(f->diags.errors, 1);
            assert_int_equal(f->diags.first->code, CODE_TOO_DEEP);
            assert_string_equal(f->diags.first->message, cases[i].message);
            /* The next statement is read, unless the parser's own stack was the limit. */
            if (counts[k] < 10000) assert_true(file && file->statement_count >= 1);
        }
        diags_init(&f->diags, &f->arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(operators_bind_as_in_the_manual),
        TEST(grammar_and_table_agree),
        TEST(literals_have_their_values),
        TEST(a_minus_belongs_to_decibels_only_as_an_operand),
        TEST(strings_resolve_escapes),
        TEST(expressions_have_their_parts),
        TEST(definitions),
        TEST(knobs),
        TEST(other_statements),
        TEST(contracts),
        TEST(words_of_statements_are_names_elsewhere),
        TEST(lines_go_on_where_they_should),
        TEST(deep_is_read_and_too_deep_is_said_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
