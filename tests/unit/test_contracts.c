/* What contracts rest on: figures measured on nets, bounds over knob positions, stability at all of
 * them. */
#include <math.h>
#include <string.h>

#include "cert/bound.h"
#include "cert/decay_knob.h"
#include "cert/positions.h"
#include "ir/noise.h"
#include "ir/measure.h"
#include "tests/unit/adg.h"

/* ---- figures --------------------------------------------------------------------------------- */

static double t60(struct fixture *f, const char *text, double frequency_hz) {
    struct decay decay = measure_decay(&f->arena, net_of(f, text), frequency_hz);
    assert_int_equal(decay.how, MEASURED);
    return decay.t60_s;
}

static void decays_that_are_known(void **state) {
    struct fixture *f = *state;
    /* Poles of modulus r fall by 60 dB in 3 / -log10 r samples. */
    double r = 0.999, turn = 1000.0 / 48000;
    const char *mode = text_format(&f->arena, "main = sos([1, 0, 0, 1, %g, %g])\n",
                                   -2 * r * cos(2 * acos(-1) * turn), r * r);
    assert_near(t60(f, mode, 1000), 3 / -log10(r) / 48000, 0.002);
    assert_near(t60(f,
                    "m = coprime(8, 20ms..50ms)\n"
                    "main = split(8) -> ((delay(m) -> absorb(m, 1.5s)) ~ hadamard(8)) -> sum(8)\n",
                    1000),
                1.5, 0.03);
    /* Two decays, of which the band hears one. */
    const char *two = "m = coprime(8, 20ms..50ms)\n"
                      "t = (delay(m) -> absorb(m, {0Hz: 2s, 8kHz: 0.5s})) ~ hadamard(8)\n"
                      "main = split(8) -> t -> sum(8)\n";
    assert_near(t60(f, two, 60), 2, 0.1);
    /* Its lower edge decays more slowly, and is what is left. */
    assert_near(t60(f, two, 8000), 0.6, 0.15);
}

static void direct_sound_does_not_count(void **state) {
    struct fixture *f = *state;
    double decay = t60(f,
                       "m = coprime(8, 20ms..50ms)\n"
                       "t = (delay(m) -> absorb(m, 1s)) ~ hadamard(8)\n"
                       "main = 1 + 0.001*(split(8) -> t -> sum(8))\n",
                       2000);
    assert_near(decay, 1, 0.03);
    assert_near(t60(f, "main = _\n", 2000), 0, 0.005);
}

static void what_does_not_decay_is_not_measured(void **state) {
    struct fixture *f = *state;
    const char *lossless = "main = delay([1499, 1777]) ~ hadamard(2)\n";
    assert_int_equal(measure_decay(&f->arena, net_of(f, lossless), 1000).how, MEASURED_TOO_LONG);
    assert_int_equal(measure_peak(&f->arena, net_of(f, lossless)).how, MEASURED_TOO_LONG);
    assert_int_equal(measure_peak(&f->arena, net_of(f, "main = delay(10) ~ 1.5\n")).how,
                     MEASURED_GROWS);
    assert_int_equal(measure_decay(&f->arena, net_of(f, "main = 0*_\n"), 1000).how,
                     MEASURED_NOTHING);
}

/* A late echo is not missed for the silence before it. */
static void silence_is_waited_for(void **state) {
    struct fixture *f = *state;
    struct peak peak = measure_peak(&f->arena, net_of(f, "main = 1 + 0.5*delay(3s)\n"));
    assert_int_equal(peak.how, MEASURED);
    assert_near(peak.gain, 1.5, 1e-6);
    assert_near(measure_isometry(&f->arena, net_of(f, "main = lowpass1 -> delay(2s)\n"
                                                      "lowpass1 = 0.5/(1 - 0.5*z^-1)\n"))
                    .off,
                1 - pow(0.5 / 1.5, 2), 1e-4);
}

static void peaks_between_bins(void **state) {
    struct fixture *f = *state;
    /* 1 / (1 - 2 r c w + r^2 w^2) at its largest. */
    double r = 0.9995, c = cos(0.5), largest = 0;
    for (double w = 0.49; w < 0.51; w += 1e-6) {
        double re = 1 - 2 * r * c * cos(w) + r * r * cos(2 * w);
        double im = 2 * r * c * sin(w) - r * r * sin(2 * w);
        largest = fmax(largest, 1 / sqrt(re * re + im * im));
    }
    struct peak peak = measure_peak(
        &f->arena,
        net_of(f, text_format(&f->arena, "main = sos([1, 0, 0, 1, %g, %g])\n", -2 * r * c, r * r)));
    assert_int_equal(peak.how, MEASURED);
    assert_near(peak.gain / largest, 1, 1e-4);
    assert_near(peak.frequency_hz, 0.5 / (2 * acos(-1)) * 48000, 2);
    /* Of several channels, the largest singular value: 3 for [1, 2; 2, 1]. */
    assert_near(measure_peak(&f->arena, net_of(f, "main = [1, 2; 2, 1]\n")).gain, 3, 1e-9);
}

static void energy_that_is_kept(void **state) {
    struct fixture *f = *state;
    static const char *const kept[] = {
        "main = hadamard(8)\n",
        "main = delay([3, 5, 7, 11]) -> hadamard(4) -> delay([1, 2, 3, 4])\n",
        "main = 0.75*(delay(5) ~ 0.5) - 0.5\n",
        "main = sos([0.25, -0.5, 1, 1, -0.5, 0.25])\n",
        "main = [1; 1]/sqrt(2)\n",
    };
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        struct isometry found = measure_isometry(&f->arena, net_of(f, kept[i]));
        assert_int_equal(found.how, MEASURED);
        assert_near(found.off, 0, 1e-9);
    }
    assert_near(measure_isometry(&f->arena, net_of(f, "main = [1, 1]/sqrt(2)\n")).off, 0.5, 1e-9);
}

static uint64_t latency(struct fixture *f, const char *text) {
    return measure_latency(&f->arena, net_of(f, text));
}

static void latencies(void **state) {
    struct fixture *f = *state;
    assert_int_equal(latency(f, "main = _\n"), 0);
    assert_int_equal(latency(f, "main = delay(7) -> delay(5) + 0.1*delay(8)\n"), 12);
    assert_int_equal(latency(f, "main = (delay(7) ~ 0.5) & delay(9)\n"), 7);
    assert_int_equal(latency(f, "main = fir([0, 0, 1]) -> sos([0, 1, 0, 1, 0, 0])\n"), 3);
    assert_int_equal(latency(f, "knob t = 5ms in 1ms..9ms\nmain = delay(t)\n"), 240);
    assert_true(latency(f, "main = 0*_\n") == NO_LATENCY);
}

/* ---- bounds ---------------------------------------------------------------------------------- */

static double random_from(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) * 0x1p-53;
}

/* The filters of a net, which must be sections, sampled all over their positions. */
static void check_bound(struct fixture *f, const char *text, double most_over) {
    const struct net *net = net_of(f, text);
    uint64_t seed = 1;
    size_t sections = 0;
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        if (cell->op != CELL_SECTION) continue;
        sections++;
        double bound = bound_over_knobs(&f->arena, net->knobs, net->knob_count, BOUNDED_RESPONSE,
                                        cell->operands, cell->form, 1, true);
        double largest = 0;
        for (int i = 0; i < 20000; i++) {
            double knobs[8], section[5], c[5];
            for (uint32_t k = 0; k < net->knob_count; k++) {
                double x = random_from(&seed), lo = net->knobs[k].lo, hi = net->knobs[k].hi;
                if (i % 4 == 0) x = round(x);
                knobs[k] = net->knobs[k].logarithmic ? lo * pow(hi / lo, x) : lo + x * (hi - lo);
                knobs[k] = fmin(fmax(knobs[k], lo), hi);
            }
            for (int k = 0; k < 5; k++) section[k] = operand_value(cell->operands[k], knobs);
            assert_true(section_form_values(cell->form, section, true, c));
            double complex z = cexp(I * acos(-1) * (i % 3 ? random_from(&seed) : i % 2));
            double gain = cabs((c[0] + c[1] / z + c[2] / z / z) / (1 + c[3] / z + c[4] / z / z));
            largest = fmax(largest, gain);
        }
        if (largest > bound) print_error("%s: %.17g is above %.17g\n", text, largest, bound);
        assert_true(largest <= bound);
        if (bound > largest * most_over)
            print_error("%s: %.17g, bound %.17g\n", text, largest, bound);
        assert_true(bound <= largest * most_over);
    }
    assert_true(sections > 0);
}

static void responses_stay_below_their_bound(void **state) {
    struct fixture *f = *state;
    check_bound(f,
                "knob rt = 2s in 0.2s..12s log\nknob hf = 1s in 0.1s..6s log\n"
                "main = delay(1500) -> absorb(1500, {0Hz: rt, 6kHz: hf})\n",
                1.02);
    check_bound(f, "knob d = 0.5 in 0..0.999\nmain = 0.9*(1 - d)/(1 - d*z^-1)\n", 1.06);
    check_bound(f, "knob d = 0.5 in -0.9..0.9\nmain = 0.05*(1 - d)/(1 - d*z^-1)\n", 1.06);
    check_bound(f,
                "knob g = 0dB in -12dB..12dB\nknob c = 5kHz in 3kHz..12kHz log\n"
                "main = peak(c, 1, g)\n",
                1.06);
    check_bound(f, "knob c = 5kHz in 3kHz..15kHz log\nmain = lowpass(c, 2)\n", 1.06);
    check_bound(f, "knob a = 0.5 in -0.5..0.9\nmain = sos([1, a, 0.3, 1, 0.2*a, a*a])\n", 1.06);
}

static void gains_stay_below_their_bound(void **state) {
    struct fixture *f = *state;
    struct knob knobs[2] = {{.lo = -2, .hi = 3, .init = 0}, {.lo = 1, .hi = 2, .init = 1}};
    struct operand x = operand_knob(&f->arena, knobs, 0), y = operand_knob(&f->arena, knobs, 1);
    struct operand sine = operand_apply(&f->arena, FUNCTION_SIN, x, x);
    struct operand g = operand_div(&f->arena, operand_mul(&f->arena, sine, x), y);
    double bound = bound_over_knobs(&f->arena, knobs, 2, BOUNDED_MODULUS, &g, SECTION_DIRECT, 1, false);
    double largest = 0;
    for (double a = -2; a <= 3; a += 1e-4) largest = fmax(largest, fabs(sin(a) * a));
    assert_true(bound >= largest && bound < 1.5 * largest);
    struct operand over = operand_div(&f->arena, y, x);
    assert_true(isinf(bound_over_knobs(&f->arena, knobs, 2, BOUNDED_MODULUS, &over, SECTION_DIRECT, 1, false)));
}

/* ---- positions ------------------------------------------------------------------------------- */

static struct positions positions_of(struct fixture *f, const char *text, bool decay) {
    uint64_t evaluations = 0;
    return positions_prove(&f->arena, net_of(f, text), true, decay, 20000, &evaluations);
}

static int found(struct fixture *f, const char *text) {
    return (int)positions_of(f, text, false).found;
}

static void at_every_position(void **state) {
    struct fixture *f = *state;
    static const char *const stable[] = {
        "main = delay(100) ~ 0.5\n",
        "knob g = 0.5 in -0.99..0.99\nmain = delay(100) ~ g\n",
        "knob g = 0.5 in 0..1\nmain = delay(100) ~ g\n", /* lossless at its end */
        "knob g = 0.5 in 0..50\nmain = g*delay(100)\n",
        "knob t = 5ms in 0.1ms..9ms\nmain = delay(t) ~ 0.9\n",
        ("knob d = 0.5 in 0..0.99\nknob g = 0.5 in 0..0.99\n"
         "main = delay(9) ~ g*(1 - d)/(1 - d*z^-1)\n"),
        "knob c = 1kHz in 20Hz..20kHz log\nmain = lowpass(c)\n",
        "knob g = 0.5 in 0..0.9\na = 0.75*(delay(5) ~ 0.5) - 0.5\nmain = delay(9) ~ (a -> a*g)\n",
        /* Not where each entry is at its largest: for each part of the range by itself. */
        ("knob a = 0 in -1..1\n"
         "main = 0.9*delay([5, 7]) ~ [cos(a), -sin(a); sin(a), cos(a)]\n"),
        ("knob a = 0 in -1..1\nknob b = 0 in 0..3\nr(x) = [cos(x), -sin(x); sin(x), cos(x)]\n"
         "main = 0.7*delay([5, 7]) ~ r(a) -> r(b)\n"),
    };
    for (size_t i = 0; i < sizeof stable / sizeof *stable; i++) {
        if (found(f, stable[i]) != POSITIONS_STABLE) print_error("%s", stable[i]);
        assert_int_equal(found(f, stable[i]), POSITIONS_STABLE);
    }
}

static void refuted_at_the_ends(void **state) {
    struct fixture *f = *state;
    static const char *const text = "knob a = 0.5 in 0..0.9\nknob g = 0.5 in 0..1.001\n"
                                    "main = a*(delay(100) ~ g)\n";
    struct positions positions = positions_of(f, text, false);
    assert_int_equal(positions.found, POSITIONS_REFUTED);
    assert_near(positions.at[0], 0.5, 0);
    assert_near(positions.at[1], 1.001, 0);
    assert_int_equal(found(f, "knob b = 0.5 in 0..1.1\nmain = sos([1, 0, 0, 1, 0, b])\n"),
                     POSITIONS_REFUTED);
}

static void not_claimed(void **state) {
    struct fixture *f = *state;
    /* Unstable in the middle of its range alone: the ends do not refute, and nothing is claimed. */
    assert_int_equal(found(f, "knob g = 0 in -1..1\nmain = delay(5) ~ 1.2*(1 - g^2)\n"),
                     POSITIONS_UNDECIDED);
    assert_int_equal(
        found(f, "knob g = 0.5 in -1..1\nmain = sos([1, 0, 0, 1, 0, 1.2*(1 - g^2)])\n"),
        POSITIONS_UNDECIDED);
}

/* Each gain that moves is a channel of its own. */
static void too_many_move(void **state) {
    struct fixture *f = *state;
    struct positions positions =
        positions_of(f, "knob g = 0.5 in 0..0.9\nmain = delay(100 * ones(40, 1)) ~ g * orthogonal(40)\n", false);
    assert_int_equal(positions.found, POSITIONS_UNDECIDED);
    assert_non_null(strstr(positions.why, "is one of more than 1024 in its loop that knobs move"));
}

static double decay_s(struct fixture *f, const char *text) {
    return positions_of(f, text, true).rt60_max_s;
}

/* The slowest position decays as it does, and the bound is little above that. */
static void the_slowest_position(void **state) {
    struct fixture *f = *state;
    /* 0.9^n after 100 n samples; the rate is 48 kHz. */
    double truth = -log(1000) / (log(0.9) / 100 * 48000);
    double found = decay_s(f, "knob g = 0.5 in -0.9..0.9\nmain = delay(100) ~ g\n");
    assert_true(found >= truth && found < 1.03 * truth);
    /* The longest delay. */
    found = decay_s(f, "knob t = 50smp in 10smp..100smp\nmain = delay(t) ~ 0.9\n");
    assert_true(found >= truth && found < 1.04 * truth);
    /* Its own decay time. */
    found = decay_s(f, "knob t = 1s in 0.1s..4s\nmain = delay(100) ~ pow(10, -3*(100/48000)*1s/t)\n");
    assert_true(found >= 4 * (1 - 1e-6) && found < 4.2);
    /* A filter whose pole is the slowest: 0.999^n. */
    truth = -log(1000) / (log(0.999) * 48000);
    found = decay_s(f, "knob p = 0.5 in 0..0.999\nmain = (1 - p)/(1 - p*z^-1)\n");
    assert_true(found >= truth && found < 1.03 * truth);
    /* In a loop: (1 - p) (1 - p z^-1)^-1 0.9 z^-100 has a mode that |z| = 1/R bounds; the envelope
     * looks at any phase, where the worst is a real one. */
    found = decay_s(f, "knob p = 0.3 in 0..0.6\nmain = delay(100) ~ 0.9*(1 - p)/(1 - p*z^-1)\n");
    truth = -log(1000) / (log(0.9) / 101.5 * 48000); /* p = 0.6 delays by 1.5 samples at 0 Hz */
    assert_true(found >= truth * (1 - 1e-3) && found < 1.04 * truth);
    /* Lossless at one end: no bound. */
    assert_true(isnan(decay_s(f, "knob g = 0.5 in 0..1\nmain = delay(100) ~ g\n")));
}

/* Where every gain is 10^(-3 m / (fs T)), T says how fast all decays. */
static void a_knob_of_the_decay(void **state) {
    struct fixture *f = *state;
    static const char *const first = "knob t = 1s in 0.1s..8s\n";
    static const struct {
        const char *main;
        bool is;
    } cases[] = {
        {"m = [1000, 1213]\nmain = [1; 0] -> (delay(m) -> diag([d(1000), d(1213)])) ~ rotation(30deg) -> "
         "[1, 1]\n", true},
        {"m = [1000, 1213]\nmain = [1; 0] -> (delay(m) -> diag([d(1000), d(1000)])) ~ rotation(30deg) -> "
         "[1, 1]\n", false},
        {"m = [1000, 1213]\nmain = [1; 0] -> (delay(m) -> diag([d(1000), d(1213)])) ~ 1.01*rotation(30deg) "
         "-> [1, 1]\n", false},
        {"main = ((delay(1000) -> d(1000)) ~ 1) -> lowpass(5Hz)\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text =
            text_format(&f->arena, "%s%s%s", first, "d(m) = exp(-3*log(10)*(m/48000)*1s/t)\n",
                        cases[i].main);
        struct decay_knob found = decay_knob_find(&f->arena, net_of(f, text), false);
        if ((found.within > 0) != cases[i].is) print_error("%s", text);
        assert_true((found.within > 0) == cases[i].is);
        if (cases[i].is) assert_true(found.within >= 1 && found.within < 1.0001);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(decays_that_are_known),
        TEST(direct_sound_does_not_count),
        TEST(what_does_not_decay_is_not_measured),
        TEST(silence_is_waited_for),
        TEST(peaks_between_bins),
        TEST(energy_that_is_kept),
        TEST(latencies),
        TEST(responses_stay_below_their_bound),
        TEST(gains_stay_below_their_bound),
        TEST(at_every_position),
        TEST(refuted_at_the_ends),
        TEST(not_claimed),
        TEST(too_many_move),
        TEST(the_slowest_position),
        TEST(a_knob_of_the_decay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
