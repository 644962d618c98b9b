/* Loops that are decided only by looking closely: gains of 1 where no mode is, filters without gain at
 * an end of the circle or with all of it there, modes on the circle beside others. Each against the
 * modes of the whole state.
 */
#include <math.h>
#include <string.h>

#include "cert/report.h"
#include "frontend/read_adg.h"
#include "frontend/read_cert.h"
#include "ir/lower.h"
#include "passes/passes.h"
#include "tests/unit/modes.h"
#include "tests/unit/reading.h"

struct judged {
    const struct cert *cert;
    const double complex *modes;
    uint32_t count;
    double largest;
    double rate;
};

/* The certificate of a text, which its own checker accepts. */
static struct judged judge(struct fixture *f, const char *text) {
    struct reading reading = reading_of(f);
    struct program program = {0};
    const struct source *source = fixture_source(f, "x.adg", text);
    const struct net *net = NULL;
    if (read_adg(&reading, source, &program) &&
        passes_run(&f->arena, &f->names, &f->diags, &program, NULL))
        net = net_lower(&f->arena, &f->diags, &program, program.main);
    if (!net) print_error("%s", list_diags(f));
    assert_non_null(net);
    struct judged found = {.cert = cert_prove(&f->arena, net, false), .rate = net->rate};
    struct text json;
    text_init(&json, &f->arena);
    cert_write_json(found.cert, "x", &json);
    const struct source *written = fixture_source(f, "x.cert.json", text_chars(&json));
    if (!certificate_check(&f->arena, &f->diags, written, net, false)) {
        print_error("%s", list_diags(f));
        fail();
    }
    found.modes = net_modes(&f->arena, net, &found.count);
    found.largest = largest_mode(found.modes, found.count);
    return found;
}

/* A gain of 1 at one frequency, where what comes back is out of phase. */
static void a_gain_of_one_without_a_mode_there_decays(void **state) {
    static const char *const texts[] = {
        /* 1 at half the sample rate, after a delay that is odd: F is 2 there. */
        "main = (delay(3) -> sos([0.5, 0, 0, 1, 0.5, 0])) ~ 1\n",
        "main = (delay(3) -> sos([0.5, 0, 0, 1, -0.5, 0])) ~ -1\n",
        "main = (delay([3, 5]) -> par(2, sos([0.5, 0, 0, 1, 0.5, 0]))) ~ [0.6, 0.8; -0.8, 0.6]\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct judged found = judge(*state, texts[i]);
        assert_true(found.largest < 0.999);
        assert_int_equal(cert_verdict(found.cert), VERDICT_CERTIFIED_STABLE);
        assert_int_equal(found.cert->proof, PROOF_WINDING);
        double truth = -log(1000) / (log(found.largest) * found.rate);
        assert_true(found.cert->rt60_max_s >= truth * (1 - 1e-6));
        assert_true(found.cert->rt60_max_s <= truth * 1.05);
    }
}

/* The same gain, in phase: a mode on the circle. */
static void a_gain_of_one_with_a_mode_there_does_not(void **state) {
    struct judged found = judge(*state, "main = (delay(4) -> sos([0.5, 0, 0, 1, 0.5, 0])) ~ 1\n");
    assert_near(found.largest, 1, 1e-12);
    assert_int_equal(cert_verdict(found.cert), VERDICT_MARGINALLY_STABLE);
}

/* A channel without gain at 0 Hz or at half the sample rate, in a network that is no matrix. */
static void a_filter_may_pass_nothing_at_an_end(void **state) {
    static const struct {
        const char *text;
        bool stable;
    } cases[] = {
        {"main = (delay(7) -> dcblock(20Hz)) ~ (0.9*(delay(3) -> lowpass(20kHz)) - onepole(1kHz))\n",
         false},
        {"main = (delay(7) -> dcblock(20Hz)) ~ (0.6*(delay(3) -> lowpass(20kHz)) - 0.5*onepole(1kHz))\n",
         true},
        {"a = (delay(2) -> dcblock(20Hz)) ~ (0.3*onepole(1kHz))\n"
         "main = (delay(2) -> a) ~ -1\n", false},
        {"a = (delay(2) -> fir([0.5, 0.5])) ~ (0.4*onepole(1kHz))\n"
         "main = (delay(2) -> a) ~ -0.5\n", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct judged found = judge(*state, cases[i].text);
        assert_int_equal(found.largest < 1, cases[i].stable);
        assert_int_equal(cert_verdict(found.cert),
                         cases[i].stable ? VERDICT_CERTIFIED_STABLE : VERDICT_UNSTABLE);
        if (!cases[i].stable)
            assert_int_equal(found.cert->loops[0].modes_outside,
                             modes_beyond(found.modes, found.count, 1));
    }
}

/* Numerators and denominators of 1e-6 at 0 Hz, whose quotient must be known to 1e-10 there. */
static void low_frequencies_are_known_as_closely_as_others(void **state) {
    struct judged found = judge(
        *state,
        "main = (delay([29, 3]) -> (notch(10Hz, 0.5) | (lowpass(100Hz, 2) -> onepole(1Hz))))\n"
        "    ~ ([-0.6, -0.8; -0.8, 0.6] -> (notch(10Hz, 2) | lowpass(10Hz, 0.5)))\n");
    assert_near(found.largest, 1, 1e-9);
    assert_true(cert_verdict(found.cert) <= VERDICT_MARGINALLY_STABLE);
}

/* Beside modes that stay on the circle nothing can be counted on it, but the fastest is found. */
static void a_mode_that_grows_is_found_beside_one_that_does_not(void **state) {
    static const char *const texts[] = {
        "main = (delay(5) -> sos([1.5, 0, 0, 1, 0.5, 0])) ~ 1\n",
        "main = ((delay([2, 2]) ~ delay([10, 1])) -> delay([2, 9])) ~ [-0.8, 0.4; 0.5, 0.6]\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct judged found = judge(*state, texts[i]);
        assert_int_equal(cert_verdict(found.cert), VERDICT_UNSTABLE);
        double truth = 20 * log10(found.largest) * found.rate;
        const struct loop_report *loop = found.cert->loops;
        while (loop->verdict != VERDICT_UNSTABLE) loop++;
        assert_true(loop->growth_db_per_s > 0 && loop->growth_db_per_s <= truth * (1 + 1e-6));
        assert_true(loop->pole_hz >= 0 && loop->pole_hz <= found.rate / 2);
    }
}

/* What a scaling shows of a decay is no more than that of the loudest frequency. */
static void a_decay_is_bounded_by_modes_not_by_gains(void **state) {
    static const char *const texts[] = {
        "main = (delay(1) -> sos([0.49, 0, 0, 1, 0.5, 0])) ~ 1\n",
        "main = (delay([3, 4]) -> par(2, peak(6kHz, 2, 1.5))) ~ (0.6*rotation(0.3))\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct judged found = judge(*state, texts[i]);
        assert_true(found.cert->loops[0].any_delay);
        assert_int_equal(found.cert->proof, PROOF_CONTRACTION);
        double truth = -log(1000) / (log(found.largest) * found.rate);
        assert_true(found.cert->rt60_max_s >= truth * (1 - 1e-6));
        assert_true(found.cert->rt60_max_s <= truth * 1.05);
    }
}

/* Many loops, each of which takes all that one may of tier 1: the last is looked at like the first. */
static void no_loop_is_left_out_for_those_before_it(void **state) {
    struct judged found = judge(
        *state,
        "one(k) = (delay([3, 5, 7, 4]) -> (fir([0.5, 0.4, 0.3]) | lowpass(4kHz) | peak(k*1kHz, 2, 2) "
        "| onepole(2kHz))) ~ (0.9*(orthogonal(4) -> par(4, ap(3kHz, 2)) + 0.4*id(4)))\n"
        "main = par(12, split(4)) -> bank(one, [k for k in 1..12]) -> par(12, sum(4))\n");
    assert_int_equal(found.cert->loop_count, 12);
    for (uint32_t i = 0; i < 12; i++)
        assert_true(found.cert->loops[i].verdict != VERDICT_INDETERMINATE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_gain_of_one_without_a_mode_there_decays),
        TEST(a_gain_of_one_with_a_mode_there_does_not),
        TEST(a_filter_may_pass_nothing_at_an_end),
        TEST(low_frequencies_are_known_as_closely_as_others),
        TEST(a_mode_that_grows_is_found_beside_one_that_does_not),
        TEST(a_decay_is_bounded_by_modes_not_by_gains),
        TEST(no_loop_is_left_out_for_those_before_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
