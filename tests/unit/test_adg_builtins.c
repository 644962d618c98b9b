/* The built-in functions of .adg that make matrices, banks, lengths and absorption, by what they
 * make. Filters are in test_adg_filters.c, the larger matrices in test_adg_matrices.c. */
#include <math.h>

#include "tests/unit/adg.h"


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

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(matrices),
        TEST(copies_banks_and_cascades),
        TEST(sections_in_cascade),
        TEST(lengths),
        TEST(absorption_is_exact_at_both_points),
        TEST(absorption_may_rise),
        TEST(absorption_holds_wherever_knobs_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
