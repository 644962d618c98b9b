/* The FAUST backend: its text, and that FAUST reads it as it is meant. */
#include <string.h>

#include "tests/unit/faust.h"

/* The text without its header: from the first line behind the comment on. */
static const char *body(struct fixture *f, const struct node *main) {
    struct program program = program_of(f, main);
    const char *text = faust_of(f, &program).text, *rate = strstr(text, "// for a sample rate");
    assert_non_null(rate);
    return strstr(rate, "\n\n") + 2;
}

static void a_header(void **state) {
    struct fixture *f = *state;
    struct program program =
        program_of(f, label(f, "comb", LOOP(SERIES(delay1(f, 480), gain1(f, 0.5)), gain1(f, 1))));
    program.title = "A \"comb\"";
    program.author = "Nobody";
    struct faust_text e = faust_of(f, &program);
    assert_memory_equal(e.text,
                        "declare name \"A 'comb'\";\n"
                        "declare author \"Nobody\";\n"
                        "declare description \"1 line, 1 -> 1\";\n"
                        "declare rate \"48000\";\n"
                        "\n"
                        "// 1 inlet, 1 outlet\n"
                        "// comb: (1 line -> 1 gain) ~ 1 gain\n"
                        "// 1 delay line on loops: 480 samples (10 ms)\n"
                        "// for a sample rate of 48000 Hz: ",
                        249);
    assert_string_equal(e.summary, "1 line, 1 -> 1");
}

static void gains(void **state) {
    struct fixture *f = *state;
    const double rotation[] = {0.8, -0.6, 0.6, 0.8}, hadamard[] = {0.5, 0.5, 0.5, -0.5};
    assert_string_equal(body(f, label(f, "A", gain_of(f, 2, 2, rotation))), "A(x0, x1) =\n"
                                                                            "    0.8*x0 - 0.6*x1,\n"
                                                                            "    0.6*x0 + 0.8*x1;\n"
                                                                            "\n"
                                                                            "process = A;\n");
    assert_string_equal(body(f, gain_of(f, 2, 2, hadamard)), "gains(x0, x1) =\n"
                                                             "    0.5*x0 + 0.5*x1,\n"
                                                             "    0.5*x0 - 0.5*x1;\n"
                                                             "\n"
                                                             "process = gains;\n");
    const double sparse[] = {0, -1, 0, 0, 1, 0}, diagonal[] = {1, 0, 0, -2};
    assert_string_equal(body(f, gain_of(f, 3, 2, sparse)), "gains(x0, x1) =\n"
                                                           "    -x1,\n"
                                                           "    0.0,\n"
                                                           "    x0;\n"
                                                           "\n"
                                                           "process = gains;\n");
    assert_string_equal(body(f, gain_of(f, 2, 2, diagonal)), "process = _, *(-2.0);\n");
}

static void numbers(void **state) {
    struct fixture *f = *state;
    const double odd[] = {1e-300, 2147483648.0, 1e20, 0.1, 3, -5};
    const struct node *all = gain1(f, odd[0]);
    for (int i = 1; i < 6; i++) all = STACK(all, gain1(f, odd[i]));
    assert_string_equal(
        body(f, all),
        "stack = _ <: ((_ <: ((_ <: (*(1e-300), *(2147483648.0))), *(1e20))), *(0.1));\n"
        "process = _ <: ((_ <: (stack, *(3.0))), *(-5.0));\n");
    check_faust(f, all);
}

static void names(void **state) {
    struct fixture *f = *state;
    static const char *const odd[] = {
        "process", "mem", "sin",   "letrec", "h\xc3\xa9hé", "\xe2\x99\xab", "0",
        "si",      "x0",  "adder", "i",      "a b",         "a_b",          "process"};
    const struct node *all = NULL;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        const double numbers[] = {0.5, 0.25 * (double)i, 0, 0.5};
        const struct node *one = label(f, odd[i], gain_of(f, 2, 2, numbers));
        all = all ? SERIES(all, one) : one;
    }
    assert_non_null(strstr(body(f, all), "h_h(x0, x1) ="));
    check_faust(f, all);
}

static void loops_in_the_source_s_form(void **state) {
    struct fixture *f = *state;
    const double m[] = {7, 9}, rotation[] = {0.4, -0.3, 0.3, 0.4};
    /* Lines at the end of a. */
    assert_string_equal(
        body(f, label(f, "tank", LOOP(delay(f, 2, m), label(f, "A", gain_of(f, 2, 2, rotation))))),
        "import(\"stdfaust.lib\");\n"
        "\n"
        "// n wires and n wires, added in pairs.\n"
        "adder(n) = si.bus(2*n) :> si.bus(n);\n"
        "\n"
        "A(x0, x1) =\n"
        "    0.4*x0 - 0.3*x1,\n"
        "    0.3*x0 + 0.4*x1;\n"
        "\n"
        "tank = adder(2) ~ (@(7 - 1), @(9 - 1) : A) : @(7), @(9);\n"
        "process = tank;\n");
    /* A line in b. */
    assert_string_equal(body(f, LOOP(gain1(f, 0.5), delay1(f, 10))),
                        "process = (+ : *(0.5)) ~ @(10 - 1);\n");
    /* A filter behind the line, which must run once. */
    const double pole[] = {0.4, 0, 0, -0.5, 0};
    assert_string_equal(body(f, LOOP(SERIES(delay1(f, 7), sos(f, pole)), gain1(f, 0.9))),
                        "import(\"stdfaust.lib\");\n"
                        "\n"
                        "process = (+ : @(7 - 1) : fi.tf1(0.4, 0.0, -0.5)) ~ *(0.9) : mem;\n");
}

static void knobs(void **state) {
    struct fixture *f = *state;
    struct knob dials[] = {
        {.id = name_of(&f->names, "mix"),
         .label = "Dry/Wet",
         .unit = "%",
         .init = 35,
         .lo = 0,
         .hi = 100,
         .smooth_s = 0.02},
        {.id = name_of(&f->names, "process"),
         .label = "a:\"b\" [c]",
         .unit = "",
         .init = 2.4,
         .lo = 0.2,
         .hi = 12,
         .logarithmic = true},
        {.id = name_of(&f->names, "mix"),
         .label = "Dry/Wet",
         .unit = "ms",
         .init = 1,
         .lo = 0,
         .hi = 3,
         .step = 1},
    };
    struct operand mix =
        operand_mul(&f->arena, operand_constant(0.01), operand_knob(&f->arena, dials, 0));
    struct operand other = operand_sub(&f->arena, operand_constant(1), mix);
    struct program program =
        program_of(f, SUM(label(f, "wet", gain_by(f, mix)), label(f, "dry", gain_by(f, other))));
    program.knobs = dials;
    program.knob_count = 3;
    struct faust_text e = faust_of(f, &program);
    assert_string_equal(
        strstr(strstr(e.text, "// for a"), "\n\n") + 2,
        "// The value t, approached by a one-pole with the pole p; settled from the first sample on.\n"
        "settle(p, t) = t + ((t' - t)*1' : (+ : *(p)) ~ _);\n"
        "\n"
        "panel(x) = vgroup(\"Test\", x);\n"
        "mix = panel(hslider(\"[0]Dry/Wet [unit:%][tooltip:mix, 0 to 100 %; moves gains]\",\n"
        "    35, 0, 100, 0.5));\n"
        "process_2 = panel(hslider(\"[1]a 'b' (c) [scale:log][tooltip:process_2, 0.2 to 12]\",\n"
        "    2.4, 0.2, 12, 0.05));\n"
        "mix_2 = panel(hslider(\"[2]Dry/Wet 2 [unit:ms][tooltip:mix_2, 0 to 3 ms]\",\n"
        "    1, 0, 3, 1));\n"
        "\n"
        "ramp = settle(0.9989588756797245); // 20 ms\n"
        "wet_gain = ramp(mix);\n"
        "dry_gain = ramp(1.0 - 0.01*mix);\n"
        "\n"
        "process = _ <: (*(0.01*wet_gain), *(dry_gain)) :> _;\n");
    assert_string_equal(e.summary, "no loops, 1 -> 1, knobs mix process mix");
}

/* Loops that differ by a length and a gain, one of them moved by a knob. */
static void families(void **state) {
    struct fixture *f = *state;
    struct knob dial = {.id = name_of(&f->names, "n"), .label = "n", .unit = "", .init = 0.5, .hi = 1};
    const struct node *combs[6];
    for (int i = 0; i < 6; i++) {
        struct operand gain = operand_mul(&f->arena, operand_constant(0.1 * (i + 1)),
                                          operand_knob(&f->arena, &dial, 0));
        combs[i] = label(f, "comb", LOOP(delay1(f, 7 + 2 * i), gain_by(f, gain)));
    }
    struct build b = builder(f);
    struct program program =
        program_of(f, node_combine(&b, NOWHERE, OP_PARALLEL, combs, 6));
    program.knobs = &dial;
    program.knob_count = 1;
    const char *text = faust_of(f, &program).text;
    assert_non_null(strstr(text, "comb(n_2, p) = + ~ (@(n_2 - 1) : *(gain)) : @(n_2)\n"
                                 "with {\n"
                                 "    gain = p*n;\n"
                                 "};\n"
                                 "process =\n"
                                 "    comb(7, 0.1),\n"
                                 "    comb(9, 0.2),\n"));
    check_faust_moved(f, &program, &(struct knob_move){0, 0.9, 100}, 1);
}

/* What a matrix is written as, and that it is the matrix. */
static void matrix_is(struct fixture *f, const struct matrix *m, const char *text) {
    struct build b = builder(f);
    const struct node *node = label(f, "A", node_gain(&b, NOWHERE, m));
    const char *found = strstr(body(f, node), "A = ");
    assert_non_null(found);
    assert_string_equal(found, text_format(&f->arena, "A = %s;\nprocess = A;\n", text));
    check_faust(f, node);
}

static struct matrix *times(struct fixture *f, double factor, const struct matrix *m) {
    return matrix_scale(&f->arena, operand_constant(factor), m);
}

static void structured_matrices(void **state) {
    struct fixture *f = *state;
    struct matrix *hadamard = matrix_hadamard(&f->arena, 8);
    matrix_is(f, hadamard, "par(i, 8, *(0.35355339059327373)) : butterfly(8)");
    matrix_is(f, matrix_householder(&f->arena, 8, NULL),
              "si.bus(8) <: (si.bus(8), A_part) :> si.bus(8)");
    const double permutation[16] = {[1] = 1, [6] = -1, [11] = 1, [12] = 0.5};
    matrix_is(f, matrix_of_numbers(&f->arena, 4, 4, permutation),
              "route(4, 4, 2, 1, 3, 2, 4, 3, 1, 4) : _, *(-1.0), _, *(0.5)");
    const double ones[] = {1, 1, 1, 1};
    struct matrix *column = matrix_of_numbers(&f->arena, 4, 1, ones),
                  *row = matrix_of_numbers(&f->arena, 1, 4, ones),
                  *two = matrix_identity(&f->arena, 2);
    matrix_is(f, times(f, 0.5, matrix_kron(&f->arena, column, two)),
              "(*(0.5), *(0.5)) <: si.bus(8)");
    matrix_is(f, times(f, 0.5, matrix_kron(&f->arena, row, two)), "par(i, 8, *(0.5)) :> si.bus(2)");
    /* The same block twice. */
    const double block[] = {0.8, -0.6, 0.6, 0.8};
    const struct matrix *twice =
        matrix_kron(&f->arena, two, matrix_of_numbers(&f->arena, 2, 2, block));
    struct build b = builder(f);
    const struct node *node = label(f, "A", node_gain(&b, NOWHERE, twice));
    assert_non_null(strstr(body(f, node), "process = A_block, A_block;\n"));
    check_faust(f, node);
}

/* Signs and orders of a Hadamard matrix's rows and columns, sums and products of low rank, blocks
 * that lie anywhere: the sound alone. */
static void other_structure(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    double mixed[64], rank[64], apart[64] = {0}, circulant[64];
    const struct matrix *hadamard = matrix_hadamard(&f->arena, 8);
    for (uint32_t r = 0; r < 8; r++)
        for (uint32_t c = 0; c < 8; c++) {
            uint32_t row = (3 * r + 1) % 8, col = (5 * c + 2) % 8;
            mixed[8 * r + c] = matrix_at(hadamard, row, col).value * (c % 3 ? 1 : -1) * (r % 2 ? 1 : -1);
            rank[8 * r + c] = 0.1 * (r + 1) * (c % 3 + 1) + 0.05 * (r % 2) * c + (r == c ? 0.25 * r : 0);
            if ((r ^ c) % 2 == 0) apart[8 * r + c] = 0.1 * (r + 1) - 0.07 * c;
            circulant[8 * r + c] = 0.1 * ((r + 8 - c) % 8);
        }
    const double *const all[] = {mixed, rank, apart, circulant};
    for (int i = 0; i < 4; i++)
        check_faust(f, node_gain(&b, NOWHERE, matrix_of_numbers(&f->arena, 8, 8, all[i])));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_header),
        TEST(gains),
        TEST(numbers),
        TEST(names),
        TEST(loops_in_the_source_s_form),
        TEST(knobs),
        TEST(families),
        TEST(structured_matrices),
        TEST(other_structure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
