/* Figures of programs that are written down: decay by bands of hundreds of modes, peaks, distances. */
#include <complex.h>
#include <math.h>

#include "tests/unit/figures.h"

static const double pi = 3.14159265358979323846;

/* As in tests/unit/adg.h, whose `struct response` is not that of the certificate. */
struct program read_well(struct fixture *f, const char *text);

static void no_mode_is_outside_of_its_band(void **state) {
    (void)state;
    struct widths widths = {0};
    /* Hundreds of modes: absorption, and a matrix that is a rotation but for a scaling. */
    static const char *const texts[] = {
        "m = [41, 53, 59, 67, 71, 83]\n"
        "main = (delay(m) -> absorb(m, {0Hz: 0.3s, 6kHz: 0.1s})) ~ orthogonal(6, 3)",
        "m = [31, 47, 61, 73]\nd = [1.9, 0.6, 1.1, 0.8]\n"
        "main = (delay(m) -> absorb(m, {0Hz: 0.2s, 4kHz: 0.15s})) ~ "
        "(diag(d) * hadamard(4) * diag(1 ./ d))",
        "main = delay([90, 77, 101]) ~ (0.97 * orthogonal(3, 5))",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        struct program program = read_well(own, texts[i]);
        struct system s = prove_figures(own, &program, false);
        assert_non_null(s.cert->quantities);
        assert_int_equal(s.cert->loop_count, 1);
        check_bands(own, s, true, &widths);
        fixture_close((void **)&own);
    }
    print_message("%u modes, upper %.3f, lower %.3f of the truth\n", widths.modes,
                  widths.upper / widths.modes, widths.lower / widths.modes);
    assert_true(widths.modes > 600);
    assert_true(widths.upper / widths.modes < 1.3 && widths.lower / widths.modes > 0.75);
    assert_int_equal(widths.above, 0);
    assert_int_equal(widths.below, 0);
}

/* Seventy combs side by side are more than one matrix is inverted of: all are in phase at 0 Hz. */
static void a_wide_program_has_a_peak(void **state) {
    struct program program =
        read_well(*state, "main = split(70) -> par(70, delay(100) ~ 0.5) -> sum(70)");
    struct system s = prove_figures(*state, &program, false);
    assert_int_equal(s.cert->loop_count, 70);
    double low = s.cert->peak.low, high = s.cert->peak.high;
    print_message("[%.6g, %.6g]\n", low, high);
    assert_true(low <= 140 && high >= 140 && high <= 1.02 * low);
}

/* No scaling does for a matrix with complex eigenvalues and equal delays; the distance is the least
 * singular value of I - L, as one can compute of two lines. */
static void the_distance_is_that_of_the_resolvent(void **state) {
    struct program program = read_well(
        *state, "main = delay([10, 10]) ~ [0.9, -0.8; 0.8, -0.6]");
    struct system s = prove_figures(*state, &program, false);
    assert_non_null(s.cert->quantities);
    double distance = s.cert->quantities->loops[0].distance, truth = INFINITY;
    for (int k = 0; k <= 20000; k++) {
        double complex w = cexp(-I * pi * k / 20000.0);
        double complex a = 1 - 0.9 * w, b = 0.8 * w, c = -0.8 * w, d = 1 + 0.6 * w;
        double sum = creal(a * conj(a) + b * conj(b) + c * conj(c) + d * conj(d));
        double det = cabs(a * d - b * c);
        double least = sqrt((sum - sqrt(fmax(0, sum * sum - 4 * det * det))) / 2);
        truth = fmin(truth, least);
    }
    print_message("%.6g, and in truth %.6g\n", distance, truth);
    assert_true(distance <= truth * (1 + 1e-9) && distance > truth / 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(no_mode_is_outside_of_its_band),
        TEST(a_wide_program_has_a_peak),
        TEST(the_distance_is_that_of_the_resolvent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
