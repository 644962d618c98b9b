/* Sections in their forms: what rounding does to them, against floats that run; that rounded
 * numbers stand for the section that is said; which form is chosen. */
#include "ir/noise.h"

#include <math.h>
#include <string.h>

#include "ir/interp.h"
#include "tests/audio/noise.h"
#include "tests/unit/adg.h"

/* Bristow-Johnson's cookbook at 48 kHz. */
static void lowpass(double hertz, double q, double *s) {
    double w = 2 * acos(-1) * hertz / 48000, alpha = sin(w) / (2 * q), half = sin(w / 2);
    double b = half * half / (1 + alpha);
    s[0] = s[2] = b, s[1] = 2 * b;
    s[3] = -2 * cos(w) / (1 + alpha), s[4] = (1 - alpha) / (1 + alpha);
}

static void highpass(double hertz, double q, double *s) {
    lowpass(hertz, q, s);
    double b = (1 - s[3] + s[4]) / 4;
    s[0] = s[2] = b, s[1] = -2 * b;
}

static void peak(double hertz, double q, double *s) {
    double w = 2 * acos(-1) * hertz / 48000, alpha = sin(w) / (2 * q), A = 2, a0 = 1 + alpha / A;
    s[0] = (1 + alpha * A) / a0, s[2] = (1 - alpha * A) / a0, s[4] = (1 - alpha / A) / a0;
    s[1] = s[3] = -2 * cos(w) / a0;
}

static void onepole(double hertz, double q, double *s) {
    (void)q;
    double rest = -expm1(-2 * acos(-1) * hertz / 48000);
    s[0] = rest, s[1] = s[2] = s[4] = 0, s[3] = rest - 1;
}

typedef void design(double hertz, double q, double *s);
static design *const designs[] = {lowpass, highpass, peak, onepole};

/* One operation, rounded to a float. */
static float of(float x) {
    volatile float rounded = x;
    return rounded;
}

/* The form in floats against the section in double, both with white noise: the root of the mean
 * square of the difference over that of the sound, in units of 2^-24. */
static double measured(enum section_form form, const double *s) {
    double numbers[SECTION_NUMBERS], t[2] = {0}, error = 0, sound = 0;
    float n[SECTION_NUMBERS], r[2] = {0};
    assert_true(section_form_numbers(form, s, numbers));
    for (int k = 0; k < SECTION_NUMBERS; k++) n[k] = (float)numbers[k];
    if (form == SECTION_DIRECT) {
        n[1] = (float)(numbers[1] - numbers[3] * numbers[0]);
        n[2] = (float)(numbers[2] - numbers[4] * numbers[0]);
    }
    for (int i = 0; i < 60000; i++) {
        float x = (float)noise(0, i), y = of(of(n[0] * x) + r[0]);
        if (form == SECTION_DIRECT) {
            float before = r[0];
            r[0] = of(of(-n[3] * before) + of(of(n[1] * x) + r[1]));
            r[1] = of(of(-n[4] * before) + of(n[2] * x));
        } else {
            r[0] = of(r[0] + of(of(n[1] * x) - of(n[3] * y)));
            if (form == SECTION_INTEGRATORS) {
                r[1] = of(r[1] + of(of(n[2] * x) - of(n[4] * y)));
                r[0] = of(r[0] + r[1]);
            }
        }
        double Y = s[0] * x + t[0];
        t[0] = s[1] * x - s[3] * Y + t[1];
        t[1] = s[2] * x - s[4] * Y;
        error += (y - Y) * (y - Y);
        sound += Y * Y;
    }
    return sqrt(error / sound) * 0x1p24;
}

/* Coefficients that happen to lie near floats err less; nothing errs much more. */
static void noise_is_what_floats_make(void **state) {
    (void)state;
    static const double hertz[] = {30, 100, 400, 1500, 5000}, q[] = {0.5, 5};
    for (size_t d = 0; d < sizeof designs / sizeof *designs; d++)
        for (size_t i = 0; i < sizeof hertz / sizeof *hertz; i++)
            for (size_t k = 0; k < 2; k++) {
                double s[SECTION_NUMBERS], numbers[SECTION_NUMBERS];
                designs[d](hertz[i], q[k], s);
                for (unsigned f = 0; f < SECTION_FORMS; f++) {
                    if (!section_form_numbers(f, s, numbers)) continue;
                    double predicted = section_noise(f, s), is = measured(f, s);
                    if (is > 2 * predicted || (f == SECTION_INTEGRATORS && is < predicted / 2))
                        print_error("design %zu at %g Hz, q %g, %s: %g, not %g\n", d, hertz[i],
                                    q[k], section_form_infos[f].text, is, predicted);
                    assert_true(is <= 2 * predicted);
                    assert_true(f != SECTION_INTEGRATORS || is >= predicted / 2);
                }
            }
}

static void unstable_sections_have_no_noise(void **state) {
    (void)state;
    const double s[] = {1, 0, 0, -2.01, 1.005};
    for (unsigned f = 0; f < SECTION_FORMS; f++) assert_true(isinf(section_noise(f, s)));
}

/* b and a from the numbers as they are rounded, in more bits than either needs. */
static void values_are_those_of_the_numbers(void **state) {
    (void)state;
    for (int i = 0; i < 4000; i++) {
        double s[SECTION_NUMBERS], n[SECTION_NUMBERS], v[SECTION_NUMBERS];
        designs[i % 4](pow(10, 1.3 + 2.3 * noise(0, i)), 10 + 9.7 * noise(1, i), s);
        enum section_form form = i % 4 == 3 ? SECTION_INTEGRATOR : SECTION_INTEGRATORS;
        if (!section_form_numbers(form, s, n)) continue;
        for (int single = 0; single < 2; single++) {
            long double r[SECTION_NUMBERS];
            for (int k = 0; k < SECTION_NUMBERS; k++) r[k] = single ? (float)n[k] : n[k];
            assert_true(section_form_values(form, s, single, v));
            assert_true(v[0] == r[0]);
            if (form == SECTION_INTEGRATOR) {
                assert_true(v[1] == r[1] - r[0] && v[3] == r[3] - 1 && v[2] == 0 && v[4] == 0);
            } else {
                assert_true(v[2] == r[0] - r[1] && v[4] == 1 - r[3]);
                assert_true(v[1] == r[2] - r[0] - (r[0] - r[1]));
                assert_true(v[3] == r[4] - 1 - (1 - r[3]));
            }
            for (int k = 0; k < SECTION_NUMBERS && !single; k++) assert_near(v[k], s[k], 0x1p-50);
        }
    }
}

/* "direct integrators ...": the forms of the sections of a net. */
static void assert_forms(struct fixture *f, const char *program, const char *wanted) {
    const struct net *net = net_of(f, program);
    struct text forms;
    text_init(&forms, &f->arena);
    for (wire w = 0; w < net->cell_count; w++)
        if (net->cells[w].op == CELL_SECTION)
            text_printf(&forms, forms.length ? " %s" : "%s",
                        section_form_infos[net->cells[w].form].text);
    assert_string_equal(text_chars(&forms), wanted);
}

static void the_direct_form_unless_another_is_better(void **state) {
    struct fixture *f = *state;
    assert_forms(f, "main = lowpass(8kHz) -> lowpass(100Hz)", "direct integrators");
    assert_forms(f, "main = highpass(20Hz) -> peak(3kHz, 1, 3dB)", "integrators direct");
    assert_forms(f, "main = onepole(3kHz) -> sos([1e-5, 0, 0, 1, -0.99999, 0])",
                 "direct integrator");
    assert_forms(f, "main = sos([1, 0, 0, 1, 1.99, 0.995])", "direct");  /* near z = -1 */
    assert_forms(f, "main = sos([1, 0, 0, 1, -2.01, 1.005])", "direct"); /* not stable */
}

static void by_the_worst_position_of_knobs(void **state) {
    struct fixture *f = *state;
    assert_forms(f, "knob f = 8kHz in 30Hz..9kHz log\nmain = lowpass(f)", "integrators");
    assert_forms(f, "knob f = 8kHz in 6kHz..9kHz log\nmain = lowpass(f)", "direct");
    assert_forms(f, "knob q = 1 in 0.5..5\nmain = lowpass(50Hz, q)", "integrators");
    /* b and a that ramp at different paces: their sums ramp at neither. */
    assert_forms(f,
                 "knob g = 1 in 0..2 smooth 1ms\nknob p = 0.5 in 0..0.99999 smooth 50ms\n"
                 "main = sos([g, 0, 0, 1, -p, 0])",
                 "direct");
}

/* A bank is one kernel, where no section of it loses by that. */
static void a_bank_has_one_form(void **state) {
    struct fixture *f = *state;
    assert_forms(f, "main = sos([1, 0, 0, 1, -1.99, 0.9901]) | sos([1, 0, 0, 1, -1.8, 0.82])",
                 "integrators integrators");
    assert_forms(f,
                 "main = sos([1, 0, 0, 1, -1.9999, 0.99990001]) | sos([1, 0, 0, 1, 1.99, 0.9901])",
                 "integrators direct");
}

/* An interpreter that errs, against one that does not. */
static void an_interpreter_errs_as_the_noise_says(void **state) {
    struct fixture *f = *state;
    static const char *const programs[] = {"main = lowpass(100Hz)", "main = peak(2kHz, 3, 6dB)",
                                           "main = sos([0.3, 0, 0, 1, -0.7, 0])"};
    enum { FRAMES = 40000 };
    for (size_t p = 0; p < sizeof programs / sizeof *programs; p++) {
        const struct net *net = net_of(f, programs[p]);
        double section[SECTION_NUMBERS], error = 0, sound = 0;
        enum section_form form = SECTION_FORMS;
        for (wire w = 0; w < net->cell_count; w++)
            for (int k = 0; k < SECTION_NUMBERS && net->cells[w].op == CELL_SECTION; k++) {
                section[k] = net->cells[w].operands[k].value;
                form = net->cells[w].form;
            }
        double *in = ARENA_ARRAY(&f->arena, FRAMES, double);
        double *exact = ARENA_ARRAY(&f->arena, FRAMES, double);
        double *off = ARENA_ARRAY(&f->arena, FRAMES, double);
        for (int n = 0; n < FRAMES; n++) in[n] = (float)noise(0, n);
        struct interp *interp = interp_new(&f->arena, net), *errs = interp_new(&f->arena, net);
        interp_round(errs, 0x1p-24, 5);
        interp_run(interp, (const double *const *)&in, &exact, FRAMES);
        interp_run(errs, (const double *const *)&in, &off, FRAMES);
        for (int n = 0; n < FRAMES; n++) {
            error += (off[n] - exact[n]) * (off[n] - exact[n]);
            sound += exact[n] * exact[n];
        }
        double is = sqrt(error / sound) * 0x1p24, predicted = section_noise(form, section);
        if (is > 2 * predicted || is < predicted / 2)
            print_error("%s: %g, not %g\n", programs[p], is, predicted);
        assert_true(is <= 2 * predicted && is >= predicted / 2);
    }
}

static void remarks_say_it(void **state) {
    struct fixture *f = *state;
    section_forms_say(&f->arena, &f->diags, net_of(f, "main = highpass(20Hz, 2) | lowpass(9kHz)"));
    assert_non_null(f->diags.first);
    assert_null(f->diags.first->next);
    assert_non_null(strstr(f->diags.first->message, "1 section runs as integrators: it has "));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(noise_is_what_floats_make),
        TEST(unstable_sections_have_no_noise),
        TEST(values_are_those_of_the_numbers),
        TEST(the_direct_form_unless_another_is_better),
        TEST(by_the_worst_position_of_knobs),
        TEST(a_bank_has_one_form),
        TEST(an_interpreter_errs_as_the_noise_says),
        TEST(remarks_say_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
