/* From .adg to programs: what operators, values and built-in functions mean, by the impulse
 * responses of what they make. Expected numbers are worked out by hand or from the formulas of
 * adg(5). */
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/read_adg.h"
#include "frontend/scope.h"
#include "ir/base/limits.h"
#include "ir/dump.h"
#include "ir/interp.h"
#include "ir/lower.h"
#include "passes/passes.h"
#include "tests/unit/adg.h"

#ifndef M_PI
#define M_PI 3.14159265358979323846
#endif

/* ---- reading --------------------------------------------------------------------------------- */

static struct reading reading_of(struct fixture *f) {
    return (struct reading){
        .arena = &f->arena, .names = &f->names, .sources = &f->sources, .diags = &f->diags};
}

/* One inlet, one outlet: all of the response. */
static void check_response(struct fixture *f, const char *text, const double *wanted, size_t count,
                           int line) {
    struct response r = respond_to(f, text, count);
    assert_int_equal(r.ins, 1);
    assert_int_equal(r.outs, 1);
    for (size_t i = 0; i < count; i++) check_near(r.at[i], wanted[i], 1e-14, text, __FILE__, line);
}
#define assert_response(f, text, ...)                                                              \
    check_response((f), (text), (const double[]){__VA_ARGS__},                                     \
                   sizeof(double[]){__VA_ARGS__} / sizeof(double), __LINE__)

/* A system without memory: its matrix, row by row. */
static void check_matrix(struct fixture *f, const char *text, uint32_t rows, uint32_t cols,
                         const double *wanted, int line) {
    struct response r = respond_to(f, text, 1);
    _assert_int_equal(r.outs, rows, __FILE__, line);
    _assert_int_equal(r.ins, cols, __FILE__, line);
    for (uint32_t row = 0; row < rows; row++) {
        for (uint32_t col = 0; col < cols; col++) {
            check_near(heard(r, col, row, 0), wanted[row * cols + col], 1e-14, text, __FILE__,
                       line);
        }
    }
}
#define assert_matrix(f, text, rows, cols, ...)                                                    \
    check_matrix((f), (text), (rows), (cols), (const double[]){__VA_ARGS__}, __LINE__)

static const char *dump_of(struct fixture *f, const char *text) {
    struct program program = read_well(f, text);
    struct text out;
    text_init(&out, &f->arena);
    program_dump(&out, &program);
    return text_chars(&out);
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

/* ---- built-in functions ---------------------------------------------------------------------- */

static void matrices(void **state) {
    const double h = 0.5;
    assert_matrix(*state, "main = hadamard(4)", 4, 4, h, h, h, h, h, -h, h, -h, h, h, -h, -h, h, -h,
                  -h, h);
    assert_matrix(*state, "main = householder(2)", 2, 2, 0, -1, -1, 0);
    assert_matrix(*state, "main = householder([3, 4])", 2, 2, 0.28, -0.96, -0.96, -0.28);
    assert_matrix(*state, "main = kron([1, 2], id(2))", 2, 4, 1, 0, 2, 0, 0, 1, 0, 2);
    assert_matrix(*state, "main = diag([1, 2])", 2, 2, 1, 0, 0, 2);
    assert_matrix(*state, "main = ones(1, 2) - zeros(1, 2)", 1, 2, 1, 1);
    assert_matrix(*state, "main = split(2) -> sum(2)", 1, 1, 2);
    assert_matrix(*state, "main = (_ | _ | _) -> cut(2) | _", 1, 3, 0, 0, 1);
}

static void copies_banks_and_cascades(void **state) {
    assert_matrix(*state, "main = par(2, [1, 2])", 2, 4, 1, 2, 0, 0, 0, 0, 1, 2);
    assert_matrix(*state, "f(x) = x^2\nmain = bank(f, [2, 3])", 2, 2, 4, 0, 0, 9);
    assert_response(*state, "main = cascade(delay, [1, 2])", 0, 0, 0, 1);
    assert_matrix(*state, "f(x) = x\nmain = cascade(f, 1..4)", 1, 1, 24);
}

static void sections_in_cascade(void **state) {
    /* (1 + z^-1)/2 twice, then 1/(1 - z^-1/2) */
    assert_response(*state, "main = sos([1, 1, 0, 2, 0, 0; 0.5, 0.5, 0, 1, -0.5, 0])", 0.25, 0.625,
                    0.5625, 0.28125);
}

static uint32_t divisor_of(uint32_t a, uint32_t b) {
    return b ? divisor_of(b, a % b) : a;
}

static void lengths(void **state) {
    struct program p = read_well(*state, "main = delay(coprime(8, 23ms..61ms))");
    assert_int_equal(p.main->shape.ins, 8);
    for (uint32_t i = 0; i < 8; i++) {
        double wanted = 1104 * pow(2928.0 / 1104, i / 7.0), m = p.main->delays->samples[i].value;
        assert_true(m >= 1104 && m <= 2928 && m == floor(m));
        assert_near(m, wanted, 5);
        for (uint32_t j = 0; j < i; j++) {
            assert_int_equal(divisor_of((uint32_t)m, (uint32_t)p.main->delays->samples[j].value),
                             1);
        }
    }
    assert_matrix(*state, "main = primes(4, 10..100)", 1, 4, 11, 23, 47, 97);
    assert_matrix(*state, "main = geometric(3, 10..1000)", 1, 3, 10, 100, 1000);
    assert_matrix(*state, "main = geometric(1, 10..1000)", 1, 1, 100);
}

static double loudness(const struct section *s, double frequency_hz) {
    double complex z1 = cexp(-I * 2 * M_PI * frequency_hz / 48000);
    double complex top = s->b0.value + s->b1.value * z1 + s->b2.value * z1 * z1;
    return cabs(top / (s->a0.value + s->a1.value * z1 + s->a2.value * z1 * z1));
}

static void absorption_is_exact_at_both_points(void **state) {
    struct fixture *f = *state;
    static const double decays[][2] = {{2, 0.5}, {0.3, 0.1}, {10, 9.99}, {2, 2}, {8, 0.1}};
    for (size_t i = 0; i < sizeof decays / sizeof *decays; i++) {
        for (double frequency = 100; frequency <= 24000; frequency *= 2.9) {
            struct program p = read_well(
                f, text_format(&f->arena, "main = absorb([200, 1500], {0Hz: %gs, %gHz: %gs})",
                               decays[i][0], frequency, decays[i][1]));
            for (int line = 0; line < 2; line++) {
                const struct section *s = &p.main->sections->at[line];
                double m = line ? 1500 : 200, pole = -s->a1.value;
                assert_true(fabs(pole) < 1);
                double wanted = pow(10, -3 * m / (48000 * decays[i][0]));
                assert_near(loudness(s, 0) / wanted, 1, 1e-12);
                wanted = pow(10, -3 * m / (48000 * decays[i][1]));
                assert_near(loudness(s, frequency) / wanted, 1, 1e-6);
            }
        }
    }
    assert_matrix(f, "main = absorb([10ms, 480smp], 1s)", 2, 2, pow(10, -0.03), 0, 0,
                  pow(10, -0.03));
}

/* A little longer at the top than at 0 Hz is still a filter, with its pole below zero. */
static void absorption_may_rise(void **state) {
    struct program p = read_well(*state, "main = absorb(1000, {0Hz: 2s, 12kHz: 2.1s})");
    const struct section *s = &p.main->sections->at[0];
    assert_true(s->a1.value > 0 && s->a1.value < 1);
    assert_near(loudness(s, 12000) / pow(10, -3000 / (48000 * 2.1)), 1, 1e-9);
    assert_true(loudness(s, 24000) < 1);
}

/* At every position of the knobs: stable, and never louder than the decay at 0 Hz allows. */
static void absorption_holds_wherever_knobs_stand(void **state) {
    struct program p = read_well(*state, "knob rt = 2.4s in 0.2s..12s\nknob hf = 0.7s in 0.1s..6s\n"
                                         "main = absorb([1104, 2927], {0Hz: rt, 6kHz: hf})");
    for (int line = 0; line < 2; line++) {
        const struct section *s = &p.main->sections->at[line];
        struct interval pole = operand_range(s->a1, p.knobs);
        assert_true(isfinite(pole.lo) && isfinite(pole.hi));
        for (double rt = 0.2; rt <= 12; rt *= 1.3) {
            for (double hf = 0.1; hf <= 6; hf *= 1.3) {
                double knobs[] = {rt, hf}, m = line ? 2927 : 1104;
                struct section at = {.a0 = operand_constant(1)};
                at.b0 = operand_constant(operand_value(s->b0, knobs));
                at.a1 = operand_constant(operand_value(s->a1, knobs));
                double g0 = pow(10, -3 * m / (48000 * rt));
                double g1 = pow(10, -3 * m / (48000 * fmin(hf, rt)));
                assert_true(at.a1.value <= 0 && at.a1.value > -1);
                assert_near(loudness(&at, 0) / g0, 1, 1e-12);
                assert_near(loudness(&at, 6000) / g1, 1, 1e-6);
            }
        }
    }
}

/* ---- knobs, controls, the rest of the program -------------------------------------------------
 */

static void knobs_are_shown_in_the_unit_of_their_init(void **state) {
    struct program p = read_well(*state, "knob a = -6dB in -60dB..0dB step 1dB \"Level\"\n"
                                         "knob b = 15ms in 0ms..0.25s smooth 5ms\n"
                                         "knob c = 35% in 0%..100% step 5%\n"
                                         "knob d = 1kHz in 20Hz..10kHz log\n"
                                         "knob e = 2 in -1..3\n"
                                         "main = [a, c, d/fs, e, b/1s]");
    assert_int_equal(p.knob_count, 5);
    const struct knob *k = p.knobs;
    assert_string_equal(k[0].label, "Level");
    assert_string_equal(k[0].unit, "dB");
    assert_true(k[0].init == -6 && k[0].lo == -60 && k[0].hi == 0 && k[0].step == 1);
    assert_string_equal(k[1].label, "b");
    assert_string_equal(k[1].unit, "ms");
    assert_true(k[1].init == 15 && k[1].lo == 0 && k[1].hi == 250 && k[1].smooth_s == 0.005);
    assert_true(k[2].init == 35 && k[2].hi == 100 && k[2].step == 5 && k[2].smooth_s == 0.02);
    assert_string_equal(k[3].unit, "kHz");
    assert_true(k[3].init == 1 && k[3].lo == 0.02 && k[3].hi == 10 && k[3].logarithmic);
    assert_string_equal(k[4].unit, "");
    const struct operand *at = p.main->matrix->at;
    const double wanted[] = {pow(10, -0.3), 0.35, 1000.0 / 48000, 2, 0.015};
    for (int i = 0; i < 5; i++) assert_near(at[i].value, wanted[i], 1e-15);
    const double moved[] = {-20, 100, 50, 2, 0};
    const double then[] = {0.1, 0.5, 2000.0 / 48000, 0, 0.1};
    for (int i = 0; i < 5; i++) assert_near(operand_value(at[i], moved), then[i], 1e-15);
}

static void knobs_move_delays(void **state) {
    struct program p = read_well(*state, "knob t = 15ms in 0ms..250ms\nmain = delay(2*t)");
    struct operand samples = p.main->delays->samples[0];
    assert_near(samples.value, 1440, 0);
    assert_near(operand_range(samples, p.knobs).hi, 24000, 0);
}

static void given_values_replace_initial_ones(void **state) {
    struct fixture *f = *state;
    struct reading reading = reading_of(f);
    struct knob_override overrides[] = {{"g", 0.25, false}, {"other", 1, false}};
    reading.overrides = overrides;
    reading.override_count = 2;
    reading.rate_override = 96000;
    struct program program = {0};
    const char *text = "rate 48kHz\nknob g = 0.5 in 0..1\nmain = g*delay(1ms)";
    assert_true(read_adg(&reading, fixture_source(f, "x.adg", text), &program));
    assert_true(overrides[0].used);
    assert_false(overrides[1].used);
    assert_near(program.knobs[0].init, 0.25, 0);
    assert_near(program.rate, 96000, 0);
    assert_near(heard(respond(f, program, 100), 0, 0, 96), 0.25, 0);
    overrides[0].value = 2;
    assert_false(read_adg(&reading, fixture_source(f, "y.adg", text), &program));
    assert_diags(f, "y.adg:2:6: error: knob 'g' was given the value 2, but its range is 0 to 1\n");
}

static void controls_are_asked_for(void **state) {
    struct program p = read_well(*state, "control rt60 = 3000ms in 0.5s..8s\ncontrol dry_wet\n"
                                         "control pre_delay = 5ms in 0ms..0.1s\nmain = _");
    const struct control *rt60 = &p.controls[CONTROL_RT60];
    assert_true(rt60->wanted && rt60->init == 3 && rt60->lo == 0.5 && rt60->hi == 8);
    const struct control *dry_wet = &p.controls[CONTROL_DRY_WET];
    assert_true(dry_wet->wanted && dry_wet->init == 1 && dry_wet->lo == 0 && dry_wet->hi == 1);
    const struct control *pre_delay = &p.controls[CONTROL_PRE_DELAY];
    assert_true(pre_delay->wanted && pre_delay->init == 5 && pre_delay->hi == 100);
    p = read_well(*state, "main = _");
    for (int i = 0; i < CONTROL_COUNT; i++) assert_false(p.controls[i].wanted);
}

static void programs_know_who_they_are(void **state) {
    struct program p = read_well(*state, "name \"A hall\"\nauthor \"me\"\nrate 44.1kHz\nmain = _");
    assert_string_equal(p.title, "A hall");
    assert_string_equal(p.author, "me");
    assert_string_equal(p.name->text, "x");
    assert_near(p.rate, 44100, 0);
    assert_near(read_well(*state, "main = _").rate, RATE_DEFAULT, 0);
}

static void the_hall_is_whole(void **state) {
    struct fixture *f = *state;
    const char *folder = getenv("SRCDIR");
    const char *path = text_format(&f->arena, "%s/lang/examples/hall.adg", folder ? folder : ".");
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("%s cannot be read", path);
    char text[8192];
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = 0;
    struct program p = read_well(f, text);
    assert_string_equal(p.title, "Hall");
    assert_int_equal(p.knob_count, 4);
    struct response r = respond(f, p, 2000);
    assert_int_equal(r.ins, 2);
    assert_int_equal(r.outs, 2);
    assert_near(heard(r, 0, 0, 0), 0.65, 1e-15);
    assert_near(heard(r, 0, 1, 0), 0, 0);
    for (size_t t = 1; t < 720 + 1104; t++) assert_near(heard(r, 0, 0, t), 0, 0);
    /* The first echo: mix, the entries 1/2 of B and C, and what the first line absorbs at once. */
    const double m = 1104, c = cos(2 * M_PI * 6000 / 48000);
    double ratio = pow(10, -6 * m * (1 / 0.7 - 1 / 2.4) / 48000);
    double s = sqrt(ratio * (1 - c) * (2 - ratio * (1 + c)));
    double pole = (1 - ratio) / (1 - ratio * c + s), gain = pow(10, -3 * m / (48000 * 2.4));
    assert_near(heard(r, 0, 0, 720 + 1104), 0.35 * 0.25 * gain * (1 - pole), 1e-12);
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
        TEST(matrices),
        TEST(copies_banks_and_cascades),
        TEST(sections_in_cascade),
        TEST(lengths),
        TEST(absorption_is_exact_at_both_points),
        TEST(absorption_may_rise),
        TEST(absorption_holds_wherever_knobs_stand),
        TEST(knobs_are_shown_in_the_unit_of_their_init),
        TEST(knobs_move_delays),
        TEST(given_values_replace_initial_ones),
        TEST(controls_are_asked_for),
        TEST(programs_know_who_they_are),
        TEST(the_hall_is_whole),
        TEST(calls_that_multiply_end_in_one_error),
        TEST(definitions_that_wait_for_too_many_others),
        TEST(systems_that_nest_too_deep),
        TEST(one_mistake_one_report),
        TEST(slips_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
