/* lang: what is said of characters, numbers and strings that are none. The whole text is compared.
 */
#include "tests/unit/lang.h"

static void numbers_have_digits_around_their_point(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = 5.\n",
                   "x.adg:1:5: error[E0202]: expected digits after the point of '5.'\n"
                   "    1 | a = 5.\n"
                   "      |     ^^\n"
                   "   help: 5.0\n");
    assert_reports(f, "a = .5\n",
                   "x.adg:1:5: error[E0202]: expected digits before the point of '.5'\n"
                   "    1 | a = .5\n"
                   "      |     ^^\n"
                   "   help: 0.5\n");
    assert_reports(f, "a = 5.s + 1\n",
                   "x.adg:1:5: error[E0202]: expected digits after the point of '5.s'\n"
                   "    1 | a = 5.s + 1\n"
                   "      |     ^^^\n"
                   "   help: 5.0s\n");
    assert_reports(f, "a = 1.2.3\n",
                   "x.adg:1:5: error[E0202]: expected a number with one point, found '1.2.3'\n"
                   "    1 | a = 1.2.3\n"
                   "      |     ^^^^^\n");
    assert_reports(f, "a = 1e3.\n",
                   "x.adg:1:5: error[E0202]: expected a whole number as the exponent of '1e3.'\n"
                   "    1 | a = 1e3.\n"
                   "      |     ^^^^\n"
                   "   help: a power of any number is written 10^0.5\n");
    assert_reports(f, "a = 1e-0.51us\n",
                   "x.adg:1:5: error[E0202]: expected a whole number as the exponent of '1e-0.51us'\n"
                   "    1 | a = 1e-0.51us\n"
                   "      |     ^^^^^^^^^\n"
                   "   help: a power of any number is written 10^0.5\n");
}

static void underscores_stand_between_digits(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = 1_ + 1__0\n",
                   "x.adg:1:5: error[E0202]: expected one '_' between two digits, found '1_'\n"
                   "    1 | a = 1_ + 1__0\n"
                   "      |     ^^\n"
                   "x.adg:1:10: error[E0202]: expected one '_' between two digits, found "
                   "'1__0'\n"
                   "    1 | a = 1_ + 1__0\n"
                   "      |          ^^^^\n");
}

static void unknown_units(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = 8m\n",
                   "x.adg:1:6: error[E0203]: expected one of the units smp, us, ms, s, Hz, kHz, "
                   "dB, %, deg, found 'm'\n"
                   "    1 | a = 8m\n"
                   "      |      ^\n"
                   "   help: did you mean 8ms?\n");
    assert_reports(f, "a = delay(3z)\n",
                   "x.adg:1:12: error[E0203]: expected one of the units smp, us, ms, s, Hz, "
                   "kHz, dB, %, deg, found 'z'\n"
                   "    1 | a = delay(3z)\n"
                   "      |            ^\n"
                   "   help: a product is written with '*': 3*z\n");
    assert_reports(f, "a = 48khz\n",
                   "x.adg:1:7: error[E0203]: expected one of the units smp, us, ms, s, Hz, kHz, "
                   "dB, %, deg, found 'khz'\n"
                   "    1 | a = 48khz\n"
                   "      |       ^^^\n"
                   "   help: 48kHz\n");
    assert_reports(f, "a = 5\302\265s\n",
                   "x.adg:1:6: error[E0203]: expected one of the units smp, us, ms, s, Hz, kHz, "
                   "dB, %, deg, found '\302\265s'\n"
                   "    1 | a = 5\302\265s\n"
                   "      |      ^^\n"
                   "   help: did you mean 5us?\n");
    assert_reports(f, "a = 2pi\n",
                   "x.adg:1:6: error[E0203]: expected one of the units smp, us, ms, s, Hz, kHz, "
                   "dB, %, deg, found 'pi'\n"
                   "    1 | a = 2pi\n"
                   "      |      ^^\n"
                   "   help: a product is written with '*': 2*pi\n");
    assert_reports(f, "a = 1e\n",
                   "x.adg:1:6: error[E0203]: expected one of the units smp, us, ms, s, Hz, kHz, "
                   "dB, %, deg, found 'e'\n"
                   "    1 | a = 1e\n"
                   "      |      ^\n"
                   "   help: an exponent has digits: 1e-3\n");
    assert_reports(f, "a = 1MHz + 2min\n",
                   "x.adg:1:6: error[E0203]: expected one of the units smp, us, ms, s, Hz, kHz, "
                   "dB, %, deg, found 'MHz'\n"
                   "    1 | a = 1MHz + 2min\n"
                   "      |      ^^^\n"
                   "   help: 1MHz is written 1000kHz\n"
                   "x.adg:1:13: error[E0203]: expected one of the units smp, us, ms, s, Hz, kHz, "
                   "dB, %, deg, found 'min'\n"
                   "    1 | a = 1MHz + 2min\n"
                   "      |             ^^^\n"
                   "   help: 1 minute is written 60s\n");
    assert_reports(f, "a = 90\302\260\n",
                   "x.adg:1:7: error[E0203]: expected one of the units smp, us, ms, s, Hz, kHz, "
                   "dB, %, deg, found '\302\260'\n"
                   "    1 | a = 90\302\260\n"
                   "      |       ^\n"
                   "   help: did you mean 90deg?\n");
    assert_reports(f, "a = 5%%\n",
                   "x.adg:1:6: error[E0203]: expected one of the units smp, us, ms, s, Hz, kHz, "
                   "dB, %, deg, found '%%'\n"
                   "    1 | a = 5%%\n"
                   "      |      ^^\n");
}

static void numbers_out_of_range(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = 1e999 + 1e-999\n",
                   "x.adg:1:5: error[E0204]: '1e999' is too large: numbers reach from 5e-324 to "
                   "1.8e308\n"
                   "    1 | a = 1e999 + 1e-999\n"
                   "      |     ^^^^^\n"
                   "x.adg:1:13: error[E0204]: '1e-999' is too small: numbers reach from 5e-324 "
                   "to 1.8e308\n"
                   "    1 | a = 1e999 + 1e-999\n"
                   "      |             ^^^^^^\n");
}

static void strings_end_on_their_line(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = f(\"x)\nb = 2\n",
                   "x.adg:1:7: error[E0205]: expected '\"' at the end of the string, found the "
                   "end of the line\n"
                   "    1 | a = f(\"x)\n"
                   "      |       ^^^\n"
                   "   help: a line break in a string is written \\n\n");
    assert_reports(f, "name \"x",
                   "x.adg:1:6: error[E0205]: expected '\"' at the end of the string, found the "
                   "end of the line\n"
                   "    1 | name \"x\n"
                   "      |      ^^\n"
                   "   help: a line break in a string is written \\n\n");
}

static void strings_hold_text(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = \"x\\q\"\n",
                   "x.adg:1:7: error[E0206]: a string knows the escapes \\\" \\\\ \\n \\t, but "
                   "'\\q' is none of them\n"
                   "    1 | a = \"x\\q\"\n"
                   "      |       ^^\n"
                   "   help: a backslash itself is written \\\\\n");
    assert_reports(f, "a = \"x\001y\"\n",
                   "x.adg:1:7: error[E0206]: a string holds text, but here is the control "
                   "character U+0001\n"
                   "    1 | a = \"x?y\"\n"
                   "      |       ^\n");
}

static void characters_beyond_ascii(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "gr\303\266\303\237e = 2\n",
                   "x.adg:1:3: error[E0201]: only strings and comments may hold characters "
                   "beyond ASCII, found '\303\266', U+00F6\n"
                   "    1 | gr\303\266\303\237e = 2\n"
                   "      |   ^\n");
    assert_reports(f, "a = b\342\206\222c\n",
                   "x.adg:1:6: error[E0201]: only strings and comments may hold characters "
                   "beyond ASCII, found '\342\206\222', the U+2192 arrow\n"
                   "    1 | a = b\342\206\222c\n"
                   "      |      ^\n"
                   "   help: ->\n");
    assert_reports(f, "a = 1 \342\210\222 2\n",
                   "x.adg:1:7: error[E0201]: only strings and comments may hold characters "
                   "beyond ASCII, found '\342\210\222', the U+2212 minus sign\n"
                   "    1 | a = 1 \342\210\222 2\n"
                   "      |       ^\n"
                   "   help: -\n");
    assert_reports(f, "a = \342\200\234x\342\200\235\n",
                   "x.adg:1:5: error[E0201]: only strings and comments may hold characters "
                   "beyond ASCII, found '\342\200\234', the U+201C quotation mark\n"
                   "    1 | a = \342\200\234x\342\200\235\n"
                   "      |     ^\n"
                   "   help: \"\n"
                   "x.adg:1:7: error[E0201]: only strings and comments may hold characters "
                   "beyond ASCII, found '\342\200\235', the U+201D quotation mark\n"
                   "    1 | a = \342\200\234x\342\200\235\n"
                   "      |       ^\n"
                   "   help: \"\n");
    assert_reports(f, "a = 2\303\2273\n",
                   "x.adg:1:6: error[E0201]: only strings and comments may hold characters "
                   "beyond ASCII, found '\303\227', the U+00D7 multiplication sign\n"
                   "    1 | a = 2\303\2273\n"
                   "      |      ^\n"
                   "   help: *\n");
    assert_reports(f, "a =\302\2401\n",
                   "x.adg:1:4: error[E0201]: only strings and comments may hold characters "
                   "beyond ASCII, found '\302\240', the U+00A0 no-break space\n"
                   "    1 | a =\302\2401\n"
                   "      |    ^\n"
                   "   help: an ordinary blank\n");
}

static void signs_that_mean_nothing(void **state) {
    struct fixture *f = *state;
    assert_reports(f, "a = b ! c\n",
                   "x.adg:1:7: error[E0201]: '!' is not a sign of the language\n"
                   "    1 | a = b ! c\n"
                   "      |       ^\n"
                   "   help: relations are '==', '<=' and '>=', in 'require' statements alone\n");
    assert_reports(f, "a = 1 % comment\n",
                   "x.adg:1:7: error[E0201]: '%' is not a sign of the language\n"
                   "    1 | a = 1 % comment\n"
                   "      |       ^\n"
                   "   help: a comment begins with '#'; per cent touches its number: 35%\n");
    assert_reports(f, "a = b < c\n",
                   "x.adg:1:7: error[E0201]: '<' is not a sign of the language\n"
                   "    1 | a = b < c\n"
                   "      |       ^\n"
                   "   help: relations are '==', '<=' and '>=', in 'require' statements alone\n");
    assert_reports(f, "a = b @ c\n",
                   "x.adg:1:7: error[E0201]: '@' is not a sign of the language\n"
                   "    1 | a = b @ c\n"
                   "      |       ^\n"
                   "   help: a delay is delay(t), of a time or of samples\n");
    assert_reports(f, "a = \177\n",
                   "x.adg:1:5: error[E0201]: expected text, found the control character U+007F\n"
                   "    1 | a = ?\n"
                   "      |     ^\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(numbers_have_digits_around_their_point),
        TEST(underscores_stand_between_digits),
        TEST(unknown_units),
        TEST(numbers_out_of_range),
        TEST(strings_end_on_their_line),
        TEST(strings_hold_text),
        TEST(characters_beyond_ascii),
        TEST(signs_that_mean_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
