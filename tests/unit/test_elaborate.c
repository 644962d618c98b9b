/* From .adg to programs: what operators, values and definitions mean, by the impulse responses of
 * what they make, and where elaboration stops. Expected numbers are worked out by hand or from the
 * formulas of adg(5). */
#include <math.h>

#include "frontend/read_adg.h"
#include "frontend/scope.h"
#include "tests/unit/adg.h"

static const char *dump_of(struct fixture *f, const char *text) {
    struct program program = read_well(f, text);
    return program_text(f, &program);
}

/* ---- operators ------------------------------------------------------------------------------- */

static void allpass_is_its_formula(void **state) {
    /* (D - g)/(1 - g D) = -g + (1 - g^2)(D + g D^2 + ...) */
    assert_response(*state, "allpass(g, d) = (1 - g^2)*(d ~ g) - g\nmain = allpass(0.5, delay(2))",
                    -0.5, 0, 0.75, 0, 0.375, 0, 0.1875);
}

static void feedback_adds_no_delay(void **state) {
    assert_response(*state, "main = delay(1) ~ 0.5", 0, 1, 0.5, 0.25);
    assert_response(*state, "main = 1 ~ 0.5*z^-1", 1, 0.5, 0.25);
    assert_response(*state, "main = (0.5 -> delay(1)) ~ -z^-1", 0, 0.5, 0, -0.25, 0, 0.125);
}

static void series_goes_left_to_right_and_product_right_to_left(void **state) {
    assert_matrix(*state, "main = [1, 2] -> [3; 4]", 2, 2, 3, 6, 4, 8);
    assert_matrix(*state, "main = [3; 4] * [1, 2]", 2, 2, 3, 6, 4, 8);
    assert_matrix(*state, "main = [1, 2] * [3; 4]", 1, 1, 11);
    assert_response(*state, "main = 2 -> delay(1) -> 3 -> _", 0, 6);
}

static void parallel_and_stack(void **state) {
    assert_matrix(*state, "main = 2 | [3, 4]", 2, 3, 2, 0, 0, 0, 3, 4);
    assert_matrix(*state, "main = [1, 2] & [3, 4]", 2, 2, 1, 2, 3, 4);
    assert_matrix(*state, "main = 1 & 2 & 3", 3, 1, 1, 2, 3);
    assert_matrix(*state, "main = 1 | (2 & 3)", 3, 2, 1, 0, 0, 2, 0, 3);
}

static void number_beside_system_is_multiple_of_identity(void **state) {
    struct response r = respond_to(*state, "main = 0.5 - delay([1, 2])", 3);
    assert_near(heard(r, 0, 0, 0), 0.5, 0);
    assert_near(heard(r, 0, 0, 1), -1, 0);
    assert_near(heard(r, 1, 1, 0), 0.5, 0);
    assert_near(heard(r, 1, 1, 2), -1, 0);
    assert_near(heard(r, 0, 1, 0), 0, 0);
    assert_matrix(*state, "main = (_ | _) -> 3", 2, 2, 3, 0, 0, 3);
    assert_matrix(*state, "main = 3 -> (_ | _)", 2, 2, 3, 0, 0, 3);
    assert_matrix(*state, "main = 3", 1, 1, 3);
}

static void number_beside_vector_is_elementwise(void **state) {
    assert_matrix(*state, "main = 1 - [1, 2, 3]", 1, 3, 0, -1, -2);
    assert_matrix(*state, "main = [1; 2] + 1", 2, 1, 2, 3);
}

static void one_channel_system_scales_with_a_copy_a_channel(void **state) {
    struct response r = respond_to(*state, "main = delay(2) * [1, 2; 3, 4]", 3);
    assert_near(heard(r, 0, 0, 2), 1, 0);
    assert_near(heard(r, 1, 0, 2), 2, 0);
    assert_near(heard(r, 0, 1, 2), 3, 0);
    assert_near(heard(r, 1, 1, 2), 4, 0);
    assert_near(heard(r, 1, 1, 0), 0, 0);
    r = respond_to(*state, "main = [1, 2; 3, 4] * delay(2)", 3);
    assert_near(heard(r, 1, 0, 2), 2, 0);
}

static void arithmetic_binds_as_in_mathematics(void **state) {
    assert_matrix(*state, "main = 1 + 2*3^2 - 8/4/2", 1, 1, 18);
    assert_matrix(*state, "main = -2^2", 1, 1, -4);
    assert_matrix(*state, "main = 2^3^2/2^-1", 1, 1, 1024);
    assert_matrix(*state, "main = [1, 2]' .* [3; 4] ./ 2", 2, 1, 1.5, 4);
    assert_matrix(*state, "main = [1, 2, 3] .^ 2", 1, 3, 1, 4, 9);
    assert_matrix(*state, "main = [4, 9] .^ [0.5, 1]", 1, 2, 2, 9);
}

static void powers_of_matrices_and_systems(void **state) {
    assert_matrix(*state, "main = [1, 1; 0, 1]^5", 2, 2, 1, 5, 0, 1);
    assert_matrix(*state, "main = [1, 1; 0, 1]^0", 2, 2, 1, 0, 0, 1);
    assert_response(*state, "main = delay(1)^3", 0, 0, 0, 1);
    assert_response(*state, "main = delay(1)^0", 1, 0);
    assert_response(*state, "main = z^-2 + z^0", 1, 0, 1);
}

static void quotients(void **state) {
    assert_response(*state, "main = delay(1)/4", 0, 0.25);
    assert_matrix(*state, "main = [2, 4]/2", 1, 2, 1, 2);
    assert_matrix(*state, "main = 2s/500ms", 1, 1, 4);
}

static void long_chains_are_not_deep(void **state) {
    struct fixture *f = *state;
    struct text text;
    text_init(&text, &f->arena);
    text_put(&text, "main = 0");
    for (int i = 0; i < 200; i++) text_put(&text, i % 2 ? " + _" : " - _");
    struct program program = read_well(f, text_chars(&text));
    assert_int_equal(program.main->op, OP_SUM);
    assert_int_equal(program.main->count, 201);
    text_init(&text, &f->arena);
    text_put(&text, "main = _");
    for (int i = 0; i < 200; i++) text_put(&text, " -> _");
    program = read_well(f, text_chars(&text));
    assert_int_equal(program.main->count, 201);
}

/* ---- values ---------------------------------------------------------------------------------- */

static void blocks_and_matrices_of_systems(void **state) {
    assert_matrix(*state, "main = [id(2), [5; 6]; [7, 8], 9]", 3, 3, 1, 0, 5, 0, 1, 6, 7, 8, 9);
    struct response r = respond_to(*state, "x = delay(1)\nmain = [1, x; 2*x, 1]", 2);
    assert_near(heard(r, 0, 0, 0), 1, 0);
    assert_near(heard(r, 1, 0, 0), 0, 0);
    assert_near(heard(r, 1, 0, 1), 1, 0);
    assert_near(heard(r, 0, 1, 1), 2, 0);
    assert_near(heard(r, 1, 1, 0), 1, 0);
}

static void vectors_by_for(void **state) {
    assert_matrix(*state, "main = [i^2 for i in 0..3]", 1, 4, 0, 1, 4, 9);
    assert_matrix(*state, "v = [3; 5]\nmain = [x + 1 for x in v]", 1, 2, 4, 6);
    assert_matrix(*state, "main = [[1; i] for i in 1..2]", 2, 2, 1, 1, 1, 2);
    assert_response(*state, "main = split(3) -> [delay(i) for i in 0..2]", 1, 1, 1);
}

static void transpose_and_index(void **state) {
    assert_matrix(*state, "m = [1, 2; 3, 4]\nmain = m'", 2, 2, 1, 3, 2, 4);
    assert_matrix(*state, "m = [1, 2; 3, 4]\nmain = m[1, 0]", 1, 1, 3);
    assert_matrix(*state, "m = [1, 2; 3, 4]\nmain = m'[1, 0]", 1, 1, 2);
    assert_matrix(*state, "v = [5; 6; 7]\nmain = v[2] - v[0]", 1, 1, 2);
}

static void functions_of_numbers(void **state) {
    assert_matrix(*state, "main = sqrt([4, 9])", 1, 2, 2, 3);
    assert_matrix(*state, "main = [sin(90deg), cos(pi), atan(1)]", 1, 3, 1, -1, M_PI / 4);
    assert_matrix(*state, "main = [min(1, 2), max(1, 2), pow(2, 3)]", 1, 3, 1, 2, 8);
    assert_matrix(*state, "main = max([1, 5], 3)", 1, 2, 3, 5);
    assert_matrix(*state, "main = [round(2.5), floor(-0.5), abs(-3)]", 1, 3, 2, -1, 3);
    assert_matrix(*state, "main = min(2ms, 1s) / 1ms", 1, 1, 2);
    assert_matrix(*state, "main = sqrt((2ms)^2) / 1ms", 1, 1, 2);
}

static void units(void **state) {
    assert_matrix(*state, "main = [-6dB, 20dB, 50%, 180deg]", 1, 4, pow(10, -0.3), 10, 0.5, M_PI);
    assert_matrix(*state, "main = [1s*fs, 1ms*1kHz, 1smp*fs, 1us*1Hz*1e6]", 1, 4, 48000, 1, 1, 1);
}

static double delay_samples(struct fixture *f, const char *text) {
    struct program program = read_well(f, text);
    assert_int_equal(program.main->op, OP_DELAY);
    return program.main->delays->samples[0].value;
}

static void times_become_samples(void **state) {
    /* Whole milliseconds at 48 kHz are whole samples, exactly. */
    for (int ms = 1; ms <= 2000; ms++) {
        double got = delay_samples(
            *state, text_format(&((struct fixture *)*state)->arena, "main = delay(%dms)", ms));
        assert_true(got == ms * 48.0);
        got = delay_samples(*state, text_format(&((struct fixture *)*state)->arena,
                                                "main = delay(%d.%d%d%ds)", ms / 1000,
                                                ms / 100 % 10, ms / 10 % 10, ms % 10));
        assert_true(got == ms * 48.0);
    }
    assert_near(delay_samples(*state, "main = delay(8.3ms)"), 398.4, 1e-12);
    assert_near(delay_samples(*state, "main = delay(7)"), 7, 0);
    assert_near(delay_samples(*state, "main = delay(7smp)"), 7, 0);
    assert_near(delay_samples(*state, "main = delay(1/4kHz)"), 12, 1e-12);
    assert_near(delay_samples(*state, "rate 44.1kHz\nmain = delay(1116/44.1kHz)"), 1116, 1e-9);
    assert_near(delay_samples(*state, "rate 44.1kHz\nmain = delay(10ms)"), 441, 0);
}

static void delays_lift(void **state) {
    struct response r = respond_to(*state, "main = delay([1, 2])", 3);
    assert_int_equal(r.ins, 2);
    assert_near(heard(r, 0, 0, 1), 1, 0);
    assert_near(heard(r, 1, 1, 2), 1, 0);
    r = respond_to(*state, "main = delay([1; 2])", 3);
    assert_int_equal(r.ins, 2);
    r = respond_to(*state, "main = delay([0, 1, 2; 3, 4, 5])", 6);
    assert_int_equal(r.ins, 3);
    assert_int_equal(r.outs, 2);
    for (uint32_t out = 0; out < 2; out++) {
        for (uint32_t in = 0; in < 3; in++) assert_near(heard(r, in, out, out * 3 + in), 1, 0);
    }
}

/* ---- definitions ----------------------------------------------------------------------------- */

static void order_does_not_matter(void **state) {
    assert_matrix(*state, "main = a\na = b + 1\nb = f(2)\nf(x) = x*c\nc = 10", 1, 1, 21);
}

static void arguments_and_locals(void **state) {
    assert_matrix(*state, "f(a, b = 2, c = a + b) = [a, b, c]\nmain = f(1)", 1, 3, 1, 2, 3);
    assert_matrix(*state, "f(a, b = 2, c = a + b) = [a, b, c]\nmain = f(1, c = 9)", 1, 3, 1, 2, 9);
    assert_matrix(*state, "f(a, b) = [a, b]\nmain = f(b = 1, a = 2)", 1, 2, 2, 1);
    assert_matrix(*state, "f(a) = y where y = x + 1, x = 2*a\nmain = f(3)", 1, 1, 7);
    assert_matrix(*state, "a = 5\nf(a) = g()\ng() = a\nmain = f(1)", 1, 1, 5);
    assert_response(*state, "twice(x) = x -> x\nmain = twice(twice(delay(1)))", 0, 0, 0, 0, 1);
    assert_matrix(*state, "apply(f, x) = f(x)\nd(x) = 2*x\nmain = apply(d, 4)", 1, 1, 8);
    assert_response(*state, "main = k*z^-1 where k = j + 1, j = 2", 0, 3);
    assert_response(*state, "k = 5\nh = k*j where k = 2, j = 3\nmain = h*k", 30);
}

static void definitions_hide_what_is_built_in(void **state) {
    assert_matrix(*state, "id(n) = 7*n\npi = 3\nmain = id(pi)", 1, 1, 21);
}

static void definitions_label_nodes(void **state) {
    assert_text(dump_of(*state, "tank = delay(3) ~ 0.5\nB = [1; 2]\nf(x) = x -> x\n"
                                "main = tank -> B -> (f(z^-1) | _)"),
                dump_of(*state, "B = [1; 2]\nf(x) = x -> x\ntank = delay(3) ~ 0.5\n"
                                "main = tank -> B -> (f(z^-1) | _)"));
    struct program program = read_well(*state, "tank = delay(3) ~ 0.5\nB = [1; 2]\nt = tank\n"
                                               "f(x) = x -> x\nmain = t -> B -> (f(z^-1) | _)");
    assert_string_equal(program.main->name->text, "main");
    assert_string_equal(program.main->parts[0]->name->text, "tank");
    assert_string_equal(program.main->parts[1]->name->text, "B");
    assert_string_equal(program.main->parts[2]->parts[0]->name->text, "f");
}

static void nodes_know_where_they_were_written(void **state) {
    struct fixture *f = *state;
    const struct source *source =
        fixture_source(f, "x.adg", "B = kron([1; 2], id(2))\nmain = B -> (delay(3) | _ | _ | _)");
    struct reading reading = reading_of(f);
    struct program program = {0};
    assert_true(read_adg(&reading, source, &program));
    span wanted = span_of(source, "kron([1; 2], id(2))");
    assert_int_equal(program.main->parts[0]->at.begin, wanted.begin);
    assert_int_equal(program.main->parts[0]->at.end, wanted.end);
    wanted = span_of(source, "delay(3)");
    assert_int_equal(program.main->parts[1]->parts[0]->at.begin, wanted.begin);
}

/* ---- limits and slips ------------------------------------------------------------------------ */

static void calls_that_multiply_end_in_one_error(void **state) {
    struct fixture *f = *state;
    struct text text;
    text_init(&text, &f->arena);
    text_put(&text, "f0(x) = x + x\n");
    for (int i = 1; i <= 60; i++) text_printf(&text, "f%d(x) = f%d(f%d(x))\n", i, i - 1, i - 1);
    text_put(&text, "main = f60(_)\n");
    struct program program;
    assert_false(read_text(f, text_chars(&text), &program));
    assert_int_equal(f->diags.errors, 1);
}

static void definitions_that_wait_for_too_many_others(void **state) {
    struct fixture *f = *state;
    struct text text;
    text_init(&text, &f->arena);
    for (int i = 0; i < 5000; i++) text_printf(&text, "x%d = x%d\n", i, i + 1);
    text_put(&text, "x5000 = 1\nmain = x0\n");
    struct program program;
    assert_false(read_text(f, text_chars(&text), &program));
    assert_int_equal(f->diags.errors, 1);
    assert_int_equal(f->diags.first->code, CODE_TOO_DEEP);
}

static void systems_that_nest_too_deep(void **state) {
    struct fixture *f = *state;
    struct text text;
    text_init(&text, &f->arena);
    text_put(&text, "x0 = _\n");
    for (int i = 1; i < 100000; i++) {
        text_printf(&text, "x%d = (x%d -> delay(1)) ~ 0.1\n", i, i - 1);
    }
    text_put(&text, "main = x99999\n");
    struct program program;
    assert_false(read_text(f, text_chars(&text), &program));
    assert_int_equal(f->diags.errors, 1);
    assert_int_equal(f->diags.first->code, CODE_TOO_DEEP);
}

static void one_mistake_one_report(void **state) {
    struct fixture *f = *state;
    struct program program;
    assert_false(read_text(f,
                           "a = nothing + 1\nb = a*delay(a) -> [a, 1] ~ a\nc = [a for i in 1..3]\n"
                           "f(x) = x\nmain = f(b) | c | a[0] | sin(a)",
                           &program));
    assert_diags(f, "x.adg:1:5: error: nothing is named 'nothing'\n");
}

static void slips_are_counted(void **state) {
    (void)state;
    assert_int_equal(edit_distance("delay", "delay", 9), 0);
    assert_int_equal(edit_distance("delay", "delya", 9), 1);
    assert_int_equal(edit_distance("delay", "dely", 9), 1);
    assert_int_equal(edit_distance("kitten", "sitting", 9), 3);
    assert_int_equal(edit_distance("", "abc", 9), 3);
    assert_int_equal(edit_distance("kitten", "sitting", 2), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(allpass_is_its_formula),
        TEST(feedback_adds_no_delay),
        TEST(series_goes_left_to_right_and_product_right_to_left),
        TEST(parallel_and_stack),
        TEST(number_beside_system_is_multiple_of_identity),
        TEST(number_beside_vector_is_elementwise),
        TEST(one_channel_system_scales_with_a_copy_a_channel),
        TEST(arithmetic_binds_as_in_mathematics),
        TEST(powers_of_matrices_and_systems),
        TEST(quotients),
        TEST(long_chains_are_not_deep),
        TEST(blocks_and_matrices_of_systems),
        TEST(vectors_by_for),
        TEST(transpose_and_index),
        TEST(functions_of_numbers),
        TEST(units),
        TEST(times_become_samples),
        TEST(delays_lift),
        TEST(order_does_not_matter),
        TEST(arguments_and_locals),
        TEST(definitions_hide_what_is_built_in),
        TEST(definitions_label_nodes),
        TEST(nodes_know_where_they_were_written),
        TEST(calls_that_multiply_end_in_one_error),
        TEST(definitions_that_wait_for_too_many_others),
        TEST(systems_that_nest_too_deep),
        TEST(one_mistake_one_report),
        TEST(slips_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
