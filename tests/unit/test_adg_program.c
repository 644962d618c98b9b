/* What an .adg says beside its graph: knobs, controls, names, the rate; and the example as a whole. */
#include <math.h>

#include "frontend/read_adg.h"
#include "ir/base/limits.h"
#include "tests/unit/adg.h"

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
    struct program p = read_well(f, project_file(f, "lang/examples/hall.adg"));
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

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(knobs_are_shown_in_the_unit_of_their_init),
        TEST(knobs_move_delays),
        TEST(given_values_replace_initial_ones),
        TEST(controls_are_asked_for),
        TEST(programs_know_who_they_are),
        TEST(the_hall_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
