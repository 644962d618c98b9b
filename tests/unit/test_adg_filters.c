/* The filters of .adg, by their frequency responses, against the textbooks' formulas evaluated
 * here. */
#include <math.h>
#include <string.h>

#include "tests/unit/adg.h"

#define FS 48000.0

enum { FRAMES = 16384 };
static const double probes_hz[] = {1, 60, 250, 900, 1000, 2500, 7000, 15000, 23999};
enum { PROBES = sizeof probes_hz / sizeof *probes_hz };

typedef double complex formula(double hz);

/* The response of main at the probes. */
static void check_formula(struct fixture *f, const char *text, formula *wanted, int line) {
    struct response r = respond_to(f, text, FRAMES);
    for (int i = 0; i < PROBES; i++) {
        double complex got = transfer(r, 0, 0, probes_hz[i] / FS), want = wanted(probes_hz[i]);
        check_near(creal(got), creal(want), 1e-10, text, __FILE__, line);
        check_near(cimag(got), cimag(want), 1e-10, text, __FILE__, line);
    }
}
#define assert_formula(f, text, wanted) check_formula((f), (text), (wanted), __LINE__)

/* e^(-2 pi i f/fs) */
static double complex z1(double hz) {
    return cexp(-2 * I * M_PI * hz / FS);
}
/* The analogue frequency of the bilinear transform at which `corner` is 1. */
static double complex s_of(double hz, double corner) {
    return I * tan(M_PI * hz / FS) / tan(M_PI * corner / FS);
}

/* ---- the cookbook: its analogue prototypes -----------------------------------------------------
 */

static double complex under(double complex s, double q) {
    return s * s + s / q + 1;
}
static double complex lowpass(double hz) {
    return 1 / under(s_of(hz, 1000), sqrt(0.5));
}
static double complex highpass(double hz) {
    double complex s = s_of(hz, 1000);
    return s * s / under(s, 2);
}
static double complex bandpass(double hz) {
    double complex s = s_of(hz, 1000);
    return s / 3 / under(s, 3);
}
static double complex notch(double hz) {
    double complex s = s_of(hz, 1000);
    return (s * s + 1) / under(s, 3);
}
static double complex allpass(double hz) {
    double complex s = s_of(hz, 1000);
    return (s * s - s / 0.8 + 1) / under(s, 0.8);
}
static double complex peak(double hz) {
    double complex s = s_of(hz, 1000);
    double A = pow(10, 6 / 40.0);
    return (s * s + s * A / 1.5 + 1) / (s * s + s / (A * 1.5) + 1);
}
static double complex lowshelf(double hz) {
    double complex s = s_of(hz, 1000);
    double A = pow(10, -9 / 40.0);
    return A * (s * s + sqrt(A) / 0.9 * s + A) / (A * s * s + sqrt(A) / 0.9 * s + 1);
}
static double complex highshelf(double hz) {
    double complex s = s_of(hz, 1000);
    double A = pow(10, 4 / 40.0);
    return A * (A * s * s + sqrt(2 * A) * s + 1) / (s * s + sqrt(2 * A) * s + A);
}

static void cookbook(void **state) {
    struct fixture *f = *state;
    assert_formula(f, "main = lowpass(1kHz)", lowpass);
    assert_formula(f, "main = highpass(1kHz, 2)", highpass);
    assert_formula(f, "main = bandpass(1kHz, q = 3)", bandpass);
    assert_formula(f, "main = notch(1kHz, 3)", notch);
    assert_formula(f, "main = ap(1kHz, 0.8)", allpass);
    assert_formula(f, "main = peak(1kHz, 1.5, 6dB)", peak);
    assert_formula(f, "main = lowshelf(1kHz, 0.9, -9dB)", lowshelf);
    assert_formula(f, "main = highshelf(1kHz, gain = 4dB)", highshelf);
}

static void knobs_give_the_same_filters(void **state) {
    struct fixture *f = *state;
    const char *knobs = "knob c = 1kHz in 50Hz..20kHz log\nknob g = 6dB in -12dB..12dB\n"
                        "knob w = 1.5 in 0.5..4\n";
    assert_formula(f, text_format(&f->arena, "%smain = lowpass(c)", knobs), lowpass);
    assert_formula(f, text_format(&f->arena, "%smain = peak(c, w, g)", knobs), peak);
}

/* Bounds over knobs see that no denominator vanishes, however far they reach. */
static void knobs_may_reach_far(void **state) {
    struct fixture *f = *state;
    static const char *const filters[] = {
        "lowpass(c, w)", "highpass(c, w)", "bandpass(c, w)",     "notch(c, w)",
        "ap(c, w)",      "peak(c, w, g)",  "lowshelf(c, w, g)",  "highshelf(c, w, g)",
        "onepole(c)",    "dcblock(c)",     "svf(c, w, g, 1, 0)", "butter(\"highpass\", 5, c)"};
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        respond_to(f,
                   text_format(&f->arena,
                               "knob c = 1kHz in 5Hz..23.9kHz log\nknob g = 6dB in -60dB..40dB\n"
                               "knob w = 1.5 in 0.05..50 log\nmain = %s",
                               filters[i]),
                   4);
}

static void filters_lift_over_vectors_and_matrices(void **state) {
    struct fixture *f = *state;
    struct response bank = respond_to(f, "main = lowpass([1kHz, 2kHz, 4kHz], [0.7, 1, 2])", FRAMES);
    assert_int_equal(bank.ins, 3);
    struct response one = respond_to(f, "main = lowpass(4kHz, 2)", FRAMES);
    for (size_t t = 0; t < 100; t++) {
        assert_near(heard(bank, 2, 2, t), heard(one, 0, 0, t), 1e-15);
        assert_near(heard(bank, 1, 2, t), 0, 0);
    }
    struct response full =
        respond_to(f, "main = onepole([1kHz, 2kHz; 3kHz, 4kHz; 5kHz, 6kHz])", 100);
    assert_int_equal(full.ins, 2);
    assert_int_equal(full.outs, 3);
    one = respond_to(f, "main = onepole(4kHz)", 100);
    for (size_t t = 0; t < 100; t++) assert_near(heard(full, 1, 1, t), heard(one, 0, 0, t), 1e-15);
}

/* ---- first order, state variable, Butterworth --------------------------------------------------
 */

static double complex onepole(double hz) {
    double c = cos(2 * M_PI * 1000 / FS), p = 2 - c - sqrt((2 - c) * (2 - c) - 1);
    return (1 - p) / (1 - p * z1(hz));
}
static double complex dcblock(double hz) {
    double complex s = s_of(hz, 100);
    return s / (s + 1);
}
static double complex svf(double hz) {
    double complex s = s_of(hz, 1000);
    return (0.5 * s * s + 0.25 * s + 2) / (s * s + 2 * 0.3 * s + 1);
}
/* |H|^2 = 1 / (1 + w^2n), by its poles e^(i pi (2k + n - 1) / 2n). */
static double complex butterworth(double complex s, int order) {
    double complex h = 1;
    for (int k = 1; k <= order; k++) h /= s - cexp(I * M_PI * (2 * k + order - 1) / (2.0 * order));
    return h;
}
static double complex butter5(double hz) {
    return butterworth(s_of(hz, 1000), 5);
}
static double complex butter6_high(double hz) {
    return butterworth(1 / s_of(hz, 1000), 6);
}

static void other_filters(void **state) {
    struct fixture *f = *state;
    assert_formula(f, "main = onepole(1kHz)", onepole);
    assert_formula(f, "main = dcblock(100Hz)", dcblock);
    assert_formula(f, "main = svf(1kHz, 0.3, 2, 0.25, 0.5)", svf);
    assert_formula(f, "main = butter(\"lowpass\", 5, 1kHz)", butter5);
    assert_formula(f, "main = butter(\"highpass\", 6, 1kHz)", butter6_high);
    struct response half = respond_to(f, "main = onepole(1kHz) & dcblock(1kHz)", FRAMES);
    assert_near(cabs(transfer(half, 0, 0, 1000 / FS)), sqrt(0.5), 1e-12);
    assert_near(cabs(transfer(half, 0, 1, 1000 / FS)), sqrt(0.5), 1e-12);
}

static void finite_responses(void **state) {
    struct fixture *f = *state;
    struct response r = respond_to(f, "knob k = 3 in 1..4\nmain = fir([0, 0.5, k, -1])", 6);
    const double wanted[] = {0, 0.5, 3, -1, 0, 0};
    for (size_t t = 0; t < 6; t++) assert_near(heard(r, 0, 0, t), wanted[t], 0);
}

/* ---- equalisers --------------------------------------------------------------------------------
 */

static double complex three_bands(double hz) {
    double complex s = s_of(hz, 100);
    double A = pow(10, 3 / 40.0), rq = sqrt(2);
    double complex h = A * (s * s + sqrt(A) * rq * s + A) / (A * s * s + sqrt(A) * rq * s + 1);
    s = s_of(hz, 1000);
    A = pow(10, -2 / 40.0);
    h *= (s * s + s * A * rq + 1) / (s * s + s * rq / A + 1);
    s = s_of(hz, 8000);
    A = pow(10, 1 / 40.0);
    return h * A * (A * s * s + sqrt(A) * rq * s + 1) / (s * s + sqrt(A) * rq * s + A);
}

static void equalisers(void **state) {
    struct fixture *f = *state;
    assert_formula(f, "main = peq({100Hz: 3dB, 1kHz: -2dB, 8kHz: 1dB})", three_bands);
    /* All bands flat but one: its peak has the gain that it was given, the ends have none. */
    struct response r = respond_to(f, "main = geq([1,1,1,1,1,1,6dB,1,1,1,1,1])", FRAMES);
    assert_near(cabs(transfer(r, 0, 0, 1000 / FS)), pow(10, 6 / 20.0), 1e-10);
    assert_near(cabs(transfer(r, 0, 0, 0)), 1, 1e-10);
    assert_near(cabs(transfer(r, 0, 0, 0.5)), 1, 1e-10);
}

/* ---- reverberation -----------------------------------------------------------------------------
 */

static double loss_of(double samples, double decay_s) {
    return pow(10, -3 * samples / (decay_s * FS));
}

static void a_shelf_absorbs_exactly_at_both_points(void **state) {
    struct fixture *f = *state;
    struct response r =
        respond_to(f, "main = absorb([1000, 2345], {250Hz: 2s, 4kHz: 1.2s})", FRAMES);
    const double m[] = {1000, 2345};
    for (uint32_t i = 0; i < 2; i++) {
        assert_near(cabs(transfer(r, i, i, 250 / FS)), loss_of(m[i], 2), 1e-12);
        assert_near(cabs(transfer(r, i, i, 4000 / FS)), loss_of(m[i], 1.2), 1e-12);
        assert_true(cabs(transfer(r, i, i, 0)) < 1);
        assert_true(cabs(transfer(r, i, i, 0.5)) < 1);
    }
    /* The same formula of knobs; and a decay that is longer at the second point. */
    r = respond_to(f,
                   "knob a = 2s in 0.5s..4s\nmain = absorb(1000, {250Hz: a, 4kHz: 1.2s}) & "
                   "absorb(1000, {250Hz: 1s, 4kHz: 1.5s})",
                   FRAMES);
    assert_near(cabs(transfer(r, 0, 0, 250 / FS)), loss_of(1000, 2), 1e-12);
    assert_near(cabs(transfer(r, 0, 0, 4000 / FS)), loss_of(1000, 1.2), 1e-12);
    assert_near(cabs(transfer(r, 0, 1, 250 / FS)), loss_of(1000, 1), 1e-12);
    assert_near(cabs(transfer(r, 0, 1, 4000 / FS)), loss_of(1000, 1.5), 1e-12);
}

static void a_shelf_never_amplifies_wherever_knobs_stand(void **state) {
    struct fixture *f = *state;
    const double init[][2] = {{8, 0.2}, {0.2, 8}, {8, 8}, {0.2, 0.2}};
    for (int i = 0; i < 4; i++) {
        struct response r =
            respond_to(f,
                       text_format(&f->arena,
                                   "knob a = %gs in 0.2s..8s\nknob b = %gs in 0.2s..8s\n"
                                   "main = absorb(4800, {500Hz: a, 2kHz: b})",
                                   init[i][0], init[i][1]),
                       FRAMES);
        for (int k = 0; k <= 100; k++)
            assert_true(cabs(transfer(r, 0, 0, 0.5 * k / 100)) <= 1 + 1e-12);
    }
}

static void a_graphic_equaliser_absorbs(void **state) {
    struct fixture *f = *state;
    struct response r = respond_to(
        f, "main = absorb([1499, 2999], {125Hz: 3s, 500Hz: 2.5s, 2kHz: 1.8s, 8kHz: 0.9s})", 65536);
    const double hz[] = {125, 500, 2000, 8000}, rt[] = {3, 2.5, 1.8, 0.9}, m[] = {1499, 2999};
    for (uint32_t i = 0; i < 2; i++) {
        for (int k = 0; k < 4; k++) {
            double gain = cabs(transfer(r, i, i, hz[k] / FS));
            double decay_s = -3 * m[i] / (log10(gain) * FS);
            assert_near(decay_s, rt[k], 0.01 * rt[k]);
        }
        for (int k = 0; k <= 200; k++) assert_true(cabs(transfer(r, i, i, 0.5 * k / 200)) < 1);
    }
}

static void combs(void **state) {
    struct fixture *f = *state;
    struct response r = respond_to(f, "main = comb([2, 3], [0.5, -0.25]) | comb(480, 1s)", 1000);
    const double two[] = {0, 0, 1, 0, 0.5, 0, 0.25};
    for (size_t t = 0; t < 7; t++) assert_near(heard(r, 0, 0, t), two[t], 0);
    assert_near(heard(r, 1, 1, 6), -0.25, 0);
    assert_near(heard(r, 2, 2, 960), pow(10, -3 * 480 / FS), 1e-15);
}

static void scattering_is_paraunitary(void **state) {
    struct fixture *f = *state;
    const char *const texts[] = {"main = scattering(3, 2)",
                                 "main = scattering(hadamard(4), 3, 2.5, 7)"};
    for (int k = 0; k < 2; k++) {
        struct response r = respond_to(f, texts[k], 2048);
        for (double w = 0.01; w < 0.5; w += 0.17)
            for (uint32_t i = 0; i < r.ins; i++)
                for (uint32_t j = 0; j < r.ins; j++) {
                    double complex sum = 0;
                    for (uint32_t o = 0; o < r.outs; o++)
                        sum += transfer(r, i, o, w) * conj(transfer(r, j, o, w));
                    assert_near(cabs(sum - (i == j)), 0, 1e-12);
                }
    }
}

static void velvet_has_a_pulse_an_interval(void **state) {
    struct fixture *f = *state;
    struct response r = respond_to(f, "main = velvet(2400, 2kHz, 3)", 2500);
    double energy = 0;
    int pulses = 0, positive = 0;
    for (size_t t = 0; t < 2500; t++) {
        energy += heard(r, 0, 0, t) * heard(r, 0, 0, t);
        pulses += heard(r, 0, 0, t) != 0;
        positive += heard(r, 0, 0, t) > 0;
    }
    assert_near(energy, 1, 1e-12);
    assert_int_equal(pulses, 100);
    assert_true(positive > 30 && positive < 70);
    for (size_t k = 0; k < 100; k++) {
        int here = 0;
        for (size_t t = 24 * k; t < 24 * (k + 1); t++) here += heard(r, 0, 0, t) != 0;
        assert_int_equal(here, 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(cookbook),
        TEST(knobs_give_the_same_filters),
        TEST(knobs_may_reach_far),
        TEST(filters_lift_over_vectors_and_matrices),
        TEST(other_filters),
        TEST(finite_responses),
        TEST(equalisers),
        TEST(a_shelf_absorbs_exactly_at_both_points),
        TEST(a_shelf_never_amplifies_wherever_knobs_stand),
        TEST(a_graphic_equaliser_absorbs),
        TEST(combs),
        TEST(scattering_is_paraunitary),
        TEST(velvet_has_a_pulse_an_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
