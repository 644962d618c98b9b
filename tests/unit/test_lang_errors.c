/* lang: what is said of statements that the grammar does not know. The whole text is compared. */
#include "tests/unit/lang.h"

static void expected_and_found(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = 3 4\n",
                   "x.adg:1:7: error[E0207]: expected the end of the line or an operator, found "
                   "'4'\n"
                   "    1 | a = 3 4\n"
                   "      |       ^\n");
    assert_reports(f, "a =\n",
                   "x.adg:1:4: error[E0207]: expected an expression, found the end of the line\n"
                   "    1 | a =\n"
                   "      |    ^\n");
    assert_reports(f, "a = b + * c\n",
                   "x.adg:1:9: error[E0207]: expected an expression, found '*'\n"
                   "    1 | a = b + * c\n"
                   "      |         ^\n");
    assert_reports(f, "a = f(1 2)\n",
                   "x.adg:1:9: error[E0207]: expected ',', ')' or an operator, found '2'\n"
                   "    1 | a = f(1 2)\n"
                   "      |         ^\n");
    assert_reports(f, "a = f(1,, 2)\n",
                   "x.adg:1:9: error[E0207]: expected an expression, found ','\n"
                   "    1 | a = f(1,, 2)\n"
                   "      |         ^\n");
    assert_reports(f, "a = (1, 2)\n",
                   "x.adg:1:7: error[E0207]: expected ')' or an operator, found ','\n"
                   "    1 | a = (1, 2)\n"
                   "      |       ^\n");
    assert_reports(f, "a = 0..1..2\n",
                   "x.adg:1:9: error[E0207]: expected the end of the line or an operator, found "
                   "'..'\n"
                   "    1 | a = 0..1..2\n"
                   "      |         ^^\n");
    assert_reports(f, "a = p.q.r\n",
                   "x.adg:1:8: error[E0207]: expected the end of the line or an operator, found "
                   "'.'\n"
                   "    1 | a = p.q.r\n"
                   "      |        ^\n");
    assert_reports(f, "3 = x\n",
                   "x.adg:1:1: error[E0207]: expected a statement, found '3'\n"
                   "    1 | 3 = x\n"
                   "      | ^\n");
    assert_reports(f, "\"a\" = 3\n",
                   "x.adg:1:1: error[E0207]: expected a statement, found a string\n"
                   "    1 | \"a\" = 3\n"
                   "      | ^^^\n");
    assert_reports(f, "x + y = 3\n",
                   "x.adg:1:3: error[E0207]: expected '=' or '(', found '+'\n"
                   "    1 | x + y = 3\n"
                   "      |   ^\n");
    assert_reports(f, "f(3) = 1\n",
                   "x.adg:1:3: error[E0207]: expected a name or ')', found '3'\n"
                   "    1 | f(3) = 1\n"
                   "      |   ^\n");
    assert_reports(f, "a = 2(3)\n",
                   "x.adg:1:6: error[E0207]: expected the end of the line or an operator, found "
                   "'('\n"
                   "    1 | a = 2(3)\n"
                   "      |      ^\n");
    assert_reports(f, "a = b ->\nc = 3\n",
                   "x.adg:1:9: error[E0207]: expected an expression, found the end of the line\n"
                   "    1 | a = b ->\n"
                   "      |         ^\n");
    assert_reports(f, "a = {1: 2, 3}\n",
                   "x.adg:1:13: error[E0207]: expected ':' or an operator, found '}'\n"
                   "    1 | a = {1: 2, 3}\n"
                   "      |             ^\n");
    assert_reports(f, "a = []\n",
                   "x.adg:1:6: error[E0207]: expected an expression, found ']'\n"
                   "    1 | a = []\n"
                   "      |      ^\n");
    assert_reports(f, "a = [1,]\n",
                   "x.adg:1:8: error[E0207]: expected an expression, found ']'\n"
                   "    1 | a = [1,]\n"
                   "      |        ^\n");
    assert_reports(f, "a = [x for 3 in v]\n",
                   "x.adg:1:12: error[E0207]: expected a name, found '3'\n"
                   "    1 | a = [x for 3 in v]\n"
                   "      |            ^\n");
    assert_reports(f, "a = [x for x on v]\n",
                   "x.adg:1:14: error[E0207]: expected 'in', found 'on'\n"
                   "    1 | a = [x for x on v]\n"
                   "      |              ^^\n"
                   "   help: in\n");
}

static void statements_that_are_not_whole(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "knob x 3\n",
                   "x.adg:1:8: error[E0207]: expected '=', found '3'\n"
                   "    1 | knob x 3\n"
                   "      |        ^\n");
    assert_reports(f, "knob x = 3\n",
                   "x.adg:1:11: error[E0207]: expected 'in' or an operator, found the end of "
                   "the line\n"
                   "    1 | knob x = 3\n"
                   "      |           ^\n"
                   "   help: a knob has a range behind its initial value, as in 0..1\n");
    assert_reports(f, "knob x = 3 in 0\n",
                   "x.adg:1:16: error[E0207]: expected '..' or an operator, found the end of "
                   "the line\n"
                   "    1 | knob x = 3 in 0\n"
                   "      |                ^\n"
                   "   help: a range is written lo..hi, as in 0..1\n");
    assert_reports(f, "knob 3\n",
                   "x.adg:1:6: error[E0207]: expected a name, found '3'\n"
                   "    1 | knob 3\n"
                   "      |      ^\n");
    assert_reports(f, "knob x = 1 in 0..1 \"a\" 7\n",
                   "x.adg:1:24: error[E0207]: expected a string, 'log', 'step', 'smooth' or the "
                   "end of the line, found '7'\n"
                   "    1 | knob x = 1 in 0..1 \"a\" 7\n"
                   "      |                        ^\n");
    assert_reports(f, "rate fast\n",
                   "x.adg:1:6: error[E0207]: expected a number, found 'fast'\n"
                   "    1 | rate fast\n"
                   "      |      ^^^^\n");
    assert_reports(f, "rate\n",
                   "x.adg:1:5: error[E0207]: expected a number, found the end of the line\n"
                   "    1 | rate\n"
                   "      |     ^\n");
    assert_reports(f, "name Hall\n",
                   "x.adg:1:6: error[E0207]: expected a string, found 'Hall'\n"
                   "    1 | name Hall\n"
                   "      |      ^^^^\n"
                   "   help: texts and paths stand between double quotes\n");
    assert_reports(f, "import std\n",
                   "x.adg:1:8: error[E0207]: expected a string, found 'std'\n"
                   "    1 | import std\n"
                   "      |        ^^^\n"
                   "   help: texts and paths stand between double quotes\n");
    assert_reports(f, "import \"a\" as 3\n",
                   "x.adg:1:15: error[E0207]: expected a name, found '3'\n"
                   "    1 | import \"a\" as 3\n"
                   "      |               ^\n");
    assert_reports(f, "require\n",
                   "x.adg:1:8: error[E0207]: expected an expression, found the end of the line\n"
                   "    1 | require\n"
                   "      |        ^\n");
    assert_reports(f, "require a in 3\n",
                   "x.adg:1:15: error[E0207]: expected '..' or an operator, found the end of "
                   "the line\n"
                   "    1 | require a in 3\n"
                   "      |               ^\n"
                   "   help: a range is written lo..hi, as in 0..1\n");
    assert_reports(f, "control\n",
                   "x.adg:1:8: error[E0207]: expected a name, found the end of the line\n"
                   "    1 | control\n"
                   "      |        ^\n");
    assert_reports(f, "param x",
                   "x.adg:1:8: error[E0207]: expected '=', found the end of the file\n"
                   "    1 | param x\n"
                   "      |        ^\n");
}

static void words_nearly_right(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "knbo x = 3 in 0..1\n",
                   "x.adg:1:6: error[E0207]: expected '=' or '(', found 'x'\n"
                   "    1 | knbo x = 3 in 0..1\n"
                   "      |      ^\n"
                   "   help: knob\n");
    assert_reports(f, "knob x = 3 in 0..1 lgo\n",
                   "x.adg:1:20: error[E0207]: expected a string, 'log', 'step', 'smooth' or the "
                   "end of the line, found 'lgo'\n"
                   "    1 | knob x = 3 in 0..1 lgo\n"
                   "      |                    ^^^\n"
                   "   help: log\n");
    assert_reports(f, "reqiure stable(main)\n",
                   "x.adg:1:9: error[E0207]: expected '=' or '(', found 'stable'\n"
                   "    1 | reqiure stable(main)\n"
                   "      |         ^^^^^^\n"
                   "   help: require\n");
    assert_reports(f, "a = b ** c\n",
                   "x.adg:1:8: error[E0207]: expected an expression, found '*'\n"
                   "    1 | a = b ** c\n"
                   "      |        ^\n"
                   "   help: a power is written '^'\n");
    assert_reports(f, "a = b // c\n",
                   "x.adg:1:8: error[E0207]: expected an expression, found '/'\n"
                   "    1 | a = b // c\n"
                   "      |        ^\n"
                   "   help: a comment begins with '#'\n");
    assert_reports(f, "a = b <= c\n",
                   "x.adg:1:7: error[E0207]: expected the end of the line or an operator, found "
                   "'<='\n"
                   "    1 | a = b <= c\n"
                   "      |       ^^\n"
                   "   help: relations stand in 'require' statements\n");
    assert_reports(f, "require a = 3\n",
                   "x.adg:1:11: error[E0207]: expected 'in', the end of the line or an "
                   "operator, found '='\n"
                   "    1 | require a = 3\n"
                   "      |           ^\n"
                   "   help: ==\n");
    assert_reports(f, "x == 3\n",
                   "x.adg:1:3: error[E0207]: expected '=' or '(', found '=='\n"
                   "    1 | x == 3\n"
                   "      |   ^^\n"
                   "   help: =\n");
}

static void brackets_that_are_not_closed(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = (1 + 2\nb = 3\n",
                   "x.adg:1:5: error[E0208]: expected ')' to close this '(', found the next "
                   "statement\n"
                   "    1 | a = (1 + 2\n"
                   "      |     ^\n"
                   "x.adg:2:1: note: the next statement begins here\n");
    assert_reports(f, "a = f(1,\n\ng(x) = 4\n",
                   "x.adg:1:6: error[E0208]: expected ')' to close this '(', found the next "
                   "statement\n"
                   "    1 | a = f(1,\n"
                   "      |      ^\n"
                   "x.adg:3:1: note: the next statement begins here\n");
    assert_reports(f, "a = [1, 2\nknob x = 3 in 0..1\n",
                   "x.adg:1:5: error[E0208]: expected ']' to close this '[', found the next "
                   "statement\n"
                   "    1 | a = [1, 2\n"
                   "      |     ^\n"
                   "x.adg:2:1: note: the next statement begins here\n");
    assert_reports(f, "a = f(1,\n  b = 3\n",
                   "x.adg:1:6: error[E0208]: expected ')' to close this '(', found the end of "
                   "the file\n"
                   "    1 | a = f(1,\n"
                   "      |      ^\n");
    assert_reports(f, "a = [x for x in v",
                   "x.adg:1:5: error[E0208]: expected ']' to close this '[', found the end of "
                   "the file\n"
                   "    1 | a = [x for x in v\n"
                   "      |     ^\n");
}

static void brackets_that_close_nothing(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = 1)\n",
                   "x.adg:1:6: error[E0209]: ')' closes nothing: no bracket is open here\n"
                   "    1 | a = 1)\n"
                   "      |      ^\n");
    assert_reports(f, "a = (1]\n",
                   "x.adg:1:7: error[E0209]: expected ')' to close '(', found ']'\n"
                   "    1 | a = (1]\n"
                   "      |     ~ ^\n"
                   "      |     opened here\n");
    assert_reports(f, "a = f([1, 2)\n",
                   "x.adg:1:12: error[E0209]: expected ']' to close '[', found ')'\n"
                   "    1 | a = f([1, 2)\n"
                   "      |       ~    ^\n"
                   "      |       opened here\n");
}

static void matrices_have_commas(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = [1 -1]\n",
                   "x.adg:1:8: error[E0210]: expected ',' between two entries of a matrix, "
                   "found '-1'\n"
                   "    1 | a = [1 -1]\n"
                   "      |        ^^\n"
                   "   help: 1, -1\n"
                   "   help: a difference is written with a blank on both sides: 1 - 1\n");
    assert_reports(f, "a = [x 2; 3, 4]\n",
                   "x.adg:1:8: error[E0210]: expected ',' between two entries of a matrix, "
                   "found '2'\n"
                   "    1 | a = [x 2; 3, 4]\n"
                   "      |        ^\n"
                   "   help: x, 2\n");
    assert_reports(f, "a = [1, 2\n 3, 4]\n",
                   "x.adg:2:2: error[E0210]: expected ',' or ';' between two entries of a "
                   "matrix, found '3'\n"
                   "    2 |  3, 4]\n"
                   "      |  ^\n");
    assert_reports(f, "a = [x +y]\n",
                   "x.adg:1:8: error[E0210]: expected ',' between two entries of a matrix, "
                   "found '+y'\n"
                   "    1 | a = [x +y]\n"
                   "      |        ^^\n"
                   "   help: x, y\n"
                   "   help: a sum is written with a blank on both sides: x + y\n");
    assert_reports(f, "a = [b [1]]\n",
                   "x.adg:1:8: error[E0210]: expected ',' between two entries of a matrix, "
                   "found '['\n"
                   "    1 | a = [b [1]]\n"
                   "      |        ^\n"
                   "   help: an index touches its vector: v[0]\n");
    assert_reports(f, "a = [\"x\" y]\n",
                   "x.adg:1:10: error[E0210]: expected ',' between two entries of a matrix, "
                   "found 'y'\n"
                   "    1 | a = [\"x\" y]\n"
                   "      |          ^\n"
                   "   help: \"x\", y\n");
}

static void parallel_and_stack_do_not_mix(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = b | c & d | e\n",
                   "x.adg:1:11: error[E0211]: expected parentheses where '|' and '&' stand "
                   "together, found '&' after '|'\n"
                   "    1 | a = b | c & d | e\n"
                   "      |       ~   ^\n"
                   "   help: (b | c) & d\n"
                   "   help: b | (c & d)\n");
    assert_reports(f, "a = b & c | d\n",
                   "x.adg:1:11: error[E0211]: expected parentheses where '|' and '&' stand "
                   "together, found '|' after '&'\n"
                   "    1 | a = b & c | d\n"
                   "      |       ~   ^\n"
                   "   help: (b & c) | d\n"
                   "   help: b & (c | d)\n");
}

static void feedback_does_not_associate(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = b ~ c ~ d ~ e\n",
                   "x.adg:1:11: error[E0212]: '~' does not associate: expected parentheses, "
                   "found a second '~'\n"
                   "    1 | a = b ~ c ~ d ~ e\n"
                   "      |       ~   ^\n"
                   "   help: (b ~ c) ~ d\n"
                   "   help: b ~ (c ~ d)\n");
}

static void given_twice(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "f(a, b, a) = 1\n",
                   "x.adg:1:9: error[E0213]: expected each parameter once, found 'a' again\n"
                   "    1 | f(a, b, a) = 1\n"
                   "      |         ^\n"
                   "x.adg:1:3: note: 'a' was given here\n");
    assert_reports(f, "f(a) = 1 where x = 1, x = 2\n",
                   "x.adg:1:23: error[E0213]: expected each local once, found 'x' again\n"
                   "    1 | f(a) = 1 where x = 1, x = 2\n"
                   "      |                       ^\n"
                   "x.adg:1:16: note: 'x' was given here\n");
    assert_reports(f, "a = f(x = 1, x = 2)\n",
                   "x.adg:1:14: error[E0213]: expected each argument once, found 'x' again\n"
                   "    1 | a = f(x = 1, x = 2)\n"
                   "      |              ^\n"
                   "x.adg:1:7: note: 'x' was given here\n");
    assert_reports(f, "knob x = 1 in 0..1 \"a\" log \"b\" log\n",
                   "x.adg:1:28: error[E0213]: expected one label of a knob, found another\n"
                   "    1 | knob x = 1 in 0..1 \"a\" log \"b\" log\n"
                   "      |                            ^^^\n"
                   "x.adg:1:32: error[E0213]: expected one 'log' of a knob, found another\n"
                   "    1 | knob x = 1 in 0..1 \"a\" log \"b\" log\n"
                   "      |                                ^^^\n");
    assert_reports(f, "knob x = 1 in 0..1 step 1 step 2 smooth 1s smooth 2s\n",
                   "x.adg:1:27: error[E0213]: expected one 'step' of a knob, found another\n"
                   "    1 | knob x = 1 in 0..1 step 1 step 2 smooth 1s smooth 2s\n"
                   "      |                           ^^^^^^\n"
                   "x.adg:1:44: error[E0213]: expected one 'smooth' of a knob, found another\n"
                   "    1 | knob x = 1 in 0..1 step 1 step 2 smooth 1s smooth 2s\n"
                   "      |                                            ^^^^^^^^^\n");
}

static void positions_come_before_names(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = f(x = 1, 2)\n",
                   "x.adg:1:14: error[E0214]: expected an argument by name, 'x = ...', after "
                   "another by name, found one by position\n"
                   "    1 | a = f(x = 1, 2)\n"
                   "      |              ^\n"
                   "x.adg:1:7: note: 'x' is given by name\n");
}
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(expected_and_found),
        TEST(statements_that_are_not_whole),
        TEST(words_nearly_right),
        TEST(brackets_that_are_not_closed),
        TEST(brackets_that_close_nothing),
        TEST(matrices_have_commas),
        TEST(parallel_and_stack_do_not_mix),
        TEST(feedback_does_not_associate),
        TEST(given_twice),
        TEST(positions_come_before_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
