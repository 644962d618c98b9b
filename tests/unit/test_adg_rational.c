/* Polynomials and quotients in z, against the quotient evaluated here; and how they are factored.
 */
#include <math.h>
#include <stdlib.h>

#include "passes/factor.h"
#include "tests/unit/adg.h"

enum { FRAMES = 8192 };

typedef double complex formula(double complex z);

static void check_formula(struct fixture *f, const char *text, formula *wanted, int line) {
    struct response r = respond_to(f, text, FRAMES);
    for (double w = 0; w <= 0.5; w += 0.0371) {
        double complex got = transfer(r, 0, 0, w), want = wanted(cexp(2 * I * M_PI * w));
        check_near(cabs(got - want), 0, 1e-10 * (1 + cabs(want)), text, __FILE__, line);
    }
}
#define assert_formula(f, text, wanted) check_formula((f), (text), (wanted), __LINE__)

static double complex first_order(double complex z) {
    return (1 - 0.3) / (1 - 0.3 / z);
}
static double complex second_order(double complex z) {
    return (z * z + 0.5) / (2 * z * z - z + 0.4);
}
static double complex fourth_order(double complex z) {
    return (cpow(z, 2) + 1) / (cpow(z, 4) - 0.5 * z + 0.1);
}
static double complex six_times(double complex z) {
    return cpow((1 + 1 / z) / 2, 6) / cpow(1 - 0.7 / z, 6);
}
static double complex longer_over(double complex z) {
    return (1 + cpow(z, -5)) / (1 - 0.5 / z);
}
static double complex delayed(double complex z) {
    return cpow(z, -7) / (1 - 0.25 / z);
}
static double complex of_taps(double complex z) {
    return cpow(1 - 1 / z, 3) + 0.5 * cpow(z, -40);
}
static double complex sum_of_two(double complex z) {
    return 1 / (1 - 0.5 / z) + 0.25 / (1 - 0.2 / z + 0.5 / (z * z));
}

static void quotients(void **state) {
    struct fixture *f = *state;
    assert_formula(f, "main = (1 - 0.3)/(1 - 0.3*z^-1)", first_order);
    assert_formula(f, "knob p = 0.3 in 0..0.9\nlp(p) = (1 - p)/(1 - p*z^-1)\nmain = lp(p)",
                   first_order);
    assert_formula(f, "main = (z^2 + 0.5)/(2*z^2 - z + 0.4)", second_order);
    assert_formula(f, "main = (z^2 + 1)/(z^4 - 0.5*z + 0.1)", fourth_order);
    assert_formula(f, "main = ((1 + z^-1)/2)^6/(1 - 0.7*z^-1)^6", six_times);
    assert_formula(f, "main = (((1 + z^-1)/2)/(1 - 0.7*z^-1))^6", six_times);
    assert_formula(f, "main = (1 + z^-5)/(1 - 0.5*z^-1)", longer_over);
    assert_formula(f, "main = z^-7/(1 - 0.25*z^-1)", delayed);
    assert_formula(f, "main = (1 - z^-1)^3 + 0.5*z^-40", of_taps);
    assert_formula(f, "main = 1/(1 - 0.5*z^-1) + 0.25/(1 - 0.2*z^-1 + 0.5*z^-2)", sum_of_two);
    assert_formula(f, "main = -(-(z^2 + 0.5)*z^-2/((2*z^2 - z + 0.4)/z^2))", second_order);
    /* A knob in each of a product of quotients: sections in cascade. */
    assert_formula(f,
                   "knob p = 0.7 in 0..0.9\nlp = (1 + z^-1)/2/(1 - p*z^-1)\n"
                   "main = lp*lp*lp*lp*lp*lp",
                   six_times);
}

static void quotients_are_systems(void **state) {
    struct fixture *f = *state;
    struct response r =
        respond_to(f, "lp = 0.5/(1 - 0.5*z^-1)\nmain = lp*id(2) -> [1, lp; z^-3, 1]", 8);
    assert_int_equal(r.ins, 2);
    assert_near(heard(r, 0, 0, 1), 0.25, 0);
    assert_near(heard(r, 1, 0, 1), 0.25, 1e-16);
    assert_near(heard(r, 0, 1, 3), 0.5, 0);
    r = respond_to(f, "main = delay(2)/(1 - 0.5*z^-1)", 5);
    assert_near(heard(r, 0, 0, 2), 1, 0);
    assert_near(heard(r, 0, 0, 4), 0.25, 0);
    /* z^-1 over anything counts as the delay of a loop. */
    r = respond_to(f, "main = 1 ~ 0.5*z^-1/(1 - 0.25*z^-1)", 4);
    assert_near(heard(r, 0, 0, 1), 0.5, 0);
    assert_near(heard(r, 0, 0, 2), 0.375, 0);
    r = respond_to(f, "main = 1 + 0.5*z^-100000", 2);
    assert_near(heard(r, 0, 0, 0), 1, 0);
}

static void what_is_refused(void **state) {
    struct fixture *f = *state;
    assert_text(complaint(f, "main = z/(1 - 0.5*z^-1)"),
                "x.adg:1:8: error: z/(1 - 0.5*z^-1) looks 1 sample ahead: as a function of z its "
                "numerator is of the higher degree\n");
}

/* ---- factoring ---------------------------------------------------------------------------------
 */

static double from_circle(const struct section_numbers *s) {
    double root = s->a[1] * s->a[1] - 4 * s->a[2];
    double size = root < 0 ? sqrt(s->a[2])
                           : fmax(fabs(-s->a[1] + sqrt(root)), fabs(-s->a[1] - sqrt(root))) / 2;
    return fabs(1 - size);
}

static void sections_stand_with_the_sharpest_last(void **state) {
    (void)state;
    /* Poles 0.99 e^(+-i), 0.5 e^(+-2i), 0.9, 0.1; zeros e^(+-1.1i), e^(+-2.5i), -1, 1. */
    const double complex poles[] = {0.99 * cexp(I), 0.5 * cexp(2 * I)},
                         zeros[] = {cexp(1.1 * I), cexp(2.5 * I)};
    double over[8] = {1}, under[8] = {1};
    const double reals_over[] = {-1, 1}, reals_under[] = {0.9, 0.1};
    int degree = 0;
    for (int i = 0; i < 2; i++) {
        for (int k = degree + 2; k >= 1; k--) {
            double a1 = -2 * creal(poles[i]), a2 = pow(cabs(poles[i]), 2);
            double b1 = -2 * creal(zeros[i]), b2 = pow(cabs(zeros[i]), 2);
            under[k] += a1 * under[k - 1] + (k > 1 ? a2 * under[k - 2] : 0);
            over[k] += b1 * over[k - 1] + (k > 1 ? b2 * over[k - 2] : 0);
        }
        degree += 2;
    }
    for (int i = 0; i < 2; i++, degree++)
        for (int k = degree + 1; k >= 1; k--) {
            under[k] -= reals_under[i] * under[k - 1];
            over[k] -= reals_over[i] * over[k - 1];
        }
    struct section_numbers s[FACTOR_DEGREE_MOST];
    assert_int_equal(factor_sections(over, 6, under, 6, s), 3);
    for (int i = 1; i < 3; i++) assert_true(from_circle(&s[i]) <= from_circle(&s[i - 1]));
    /* The sharpest poles take the zeros nearest to them. */
    assert_near(s[2].a[1], -2 * 0.99 * cos(1), 1e-12);
    assert_near(s[2].b[1], -2 * cos(1.1), 1e-12);
}

static double complex value_of(const double *c, int n, double complex x) {
    double complex v = 0;
    for (int k = n; k >= 0; k--) v = v * x + c[k];
    return v;
}

static double size_of(const double *c, int n) {
    double sum = 0;
    for (int k = 0; k <= n; k++) sum += fabs(c[k]);
    return sum;
}

/* Random roots, some of them twice: the products of the sections are the quotient's two sides. */
static void sections_give_the_quotient_back(void **state) {
    (void)state;
    unsigned seed = 1;
    for (int run = 0; run < 200; run++) {
        double over[40] = {1}, under[40] = {1};
        int degree = 0;
        while (degree < 12) {
            seed = seed * 1664525u + 1013904223u;
            double size = 0.3 + 0.69 * (seed >> 8 & 0xffff) / 65536.0,
                   angle = M_PI * (seed >> 16) / 65536.0;
            for (int times = 1 + (int)(seed >> 4) % 2; times > 0; times--, degree += 2)
                for (int k = degree + 2; k >= 1; k--) {
                    under[k] += -2 * size * cos(angle) * under[k - 1] +
                                (k > 1 ? size * size * under[k - 2] : 0);
                    over[k] +=
                        2 * size * sin(angle) * over[k - 1] + (k > 1 ? size * over[k - 2] : 0);
                }
        }
        struct section_numbers s[FACTOR_DEGREE_MOST];
        uint32_t count = factor_sections(over, (uint32_t)degree, under, (uint32_t)degree, s);
        assert_true(count > 0);
        for (double w = 0; w < 3.2; w += 0.2) {
            double complex x = cexp(-I * w), above = 1, below = 1;
            for (uint32_t i = 0; i < count; i++) {
                above *= value_of(s[i].b, 2, x);
                below *= value_of(s[i].a, 2, x);
            }
            assert_near(cabs(above - value_of(over, degree, x)), 0, 1e-12 * size_of(over, degree));
            assert_near(cabs(below - value_of(under, degree, x)), 0,
                        1e-12 * size_of(under, degree));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(quotients),
        TEST(quotients_are_systems),
        TEST(what_is_refused),
        TEST(sections_stand_with_the_sharpest_last),
        TEST(sections_give_the_quotient_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
