/* What the certificate's proofs stand on: exact sums, enclosures, norms, determinants. */
#include <math.h>

#include "cert/instability.h"
#include "cert/lossless.h"
#include "tests/unit/random_graph.h"

static void balls_are_exact_where_the_result_is(void **state) {
    (void)state;
    struct ball third = ball_divide(ball_exact(1), ball_exact(3));
    assert_true(third.radius > 0 && third.radius < 1e-15);
    assert_true(fabs((double)(1.0L / 3 - (long double)third.centre)) <= third.radius * 1.001);
    struct ball sum = ball_add(ball_exact(0x1p60), ball_exact(1));
    assert_true(sum.radius >= 1 && sum.radius < 1.001);
    assert_true(ball_multiply(ball_exact(0.5), ball_exact(-0.75)).radius == 0);
    assert_true(ball_multiply(ball_exact(0.1), ball_exact(0.1)).radius > 0);
    assert_true(ball_multiply(ball_exact(0), third).radius == 0);
    assert_int_equal(ball_sign((struct ball){1e-20, 1e-19}), 0);
    assert_int_equal(ball_sign((struct ball){-1, 0.5}), -1);
    assert_true(isinf(ball_divide(third, (struct ball){0.1, 0.2}).radius) != 0);
}

static struct section_values poles(double a1, double a2) {
    return (struct section_values){.b0 = 1, .a1 = a1, .a2 = a2};
}

static enum section_poles classify(double a1, double a2) {
    struct section_values s = poles(a1, a2);
    return section_classify(&s);
}

static void a_pole_is_on_the_circle_to_the_last_bit(void **state) {
    (void)state;
    assert_int_equal(classify(-2, 1), POLES_DOUBLE);
    assert_int_equal(classify(2, 1), POLES_DOUBLE);
    assert_int_equal(classify(-1.2, 1), POLES_MARGINAL);
    assert_int_equal(classify(0, -1), POLES_MARGINAL);
    assert_int_equal(classify(1e-300, -1), POLES_OUTSIDE);
    assert_int_equal(classify(-2.5, 1), POLES_OUTSIDE);
    assert_int_equal(classify(0, 1.2), POLES_OUTSIDE);
    assert_int_equal(classify(0, nextafter(1, 0)), POLES_INSIDE);
    assert_int_equal(classify(0, nextafter(1, 2)), POLES_OUTSIDE);
    /* 1 + a2 has no place in a double here: the sum rounds to 1, or to 1.3. */
    assert_int_equal(classify(-1, 1e-30), POLES_INSIDE);
    assert_int_equal(classify(-1, -1e-30), POLES_OUTSIDE);
    assert_int_equal(classify(-1, 0), POLES_MARGINAL);
    double third = 1.0 / 3, sum = 1 + third; /* rounded */
    int exact =
        (1 + (long double)third > (long double)sum) - (1 + (long double)third < (long double)sum);
    assert_int_equal(sign_of_one_plus(third, -sum), exact);
    assert_int_equal(classify(nextafter(-sum, 0), third), POLES_INSIDE);
    assert_int_equal(classify(nextafter(-sum, -2), third), POLES_OUTSIDE);
}

static void poles_know_their_radius(void **state) {
    (void)state;
    struct section_values s = poles(-1.5, 0.5); /* poles at 1/2 and 1 */
    assert_near(section_pole_modulus(&s), 1, 1e-15);
    s = poles(0, 0.81);
    assert_near(section_pole_modulus(&s), 0.9, 1e-15);
    assert_true(section_poles_within(&s, 1.11) && !section_poles_within(&s, 1.112));
    assert_true(section_poles_beyond(&s, 1.112) && !section_poles_beyond(&s, 1.11));
}

static void response_of(const struct section_values *s, double R, long double angle,
                        long double H[2]) {
    long double x = R * cosl(angle), y = -R * sinl(angle), x2 = x * x - y * y, y2 = 2 * x * y;
    long double Br = s->b0 + s->b1 * x + s->b2 * x2, Bi = s->b1 * y + s->b2 * y2;
    long double Ar = 1 + s->a1 * x + s->a2 * x2, Ai = s->a1 * y + s->a2 * y2,
                square = Ar * Ar + Ai * Ai;
    H[0] = (Br * Ar + Bi * Ai) / square;
    H[1] = (Bi * Ar - Br * Ai) / square;
}

static struct section_values random_section(struct random *r) {
    /* Poles from well inside to next to the circle. */
    double radius = 1 - pow(10, random_between(r, -6, 0)), angle = random_between(r, 0, M_PI);
    struct section_values s = {.a1 = -2 * radius * cos(angle), .a2 = radius * radius};
    s.b0 = random_between(r, -1, 1);
    s.b1 = random_between(r, -2, 2);
    s.b2 = random_between(r, -1, 1);
    return s;
}

static void an_arc_encloses_every_value(void **state) {
    (void)state;
    struct random r = random_of(1);
    uint32_t said = 0;
    for (uint32_t n = 0; n < 20000; n++) {
        struct section_values s[2];
        for (int k = 0; k < 2; k++) s[k] = random_section(&r);
        double R = 1 + (n % 3) * 1e-7, turn = random_between(&r, 0, 1);
        double half = pow(10, random_between(&r, -9, -0.5));
        struct arc arc = arc_make(R, turn, half);
        struct enclosure e;
        double most, radius;
        if (!section_enclose(&s[0], &arc, &e, &most, &radius)) continue;
        said++;
        struct channel both = {.sections = s, .section_count = 2};
        double bound = channel_bound(&both, &arc);
        for (int k = -8; k <= 8; k++) {
            long double angle =
                3.14159265358979323846L * (long double)turn + (long double)half * k / 8;
            long double H[2], G[2];
            response_of(&s[0], R, angle, H);
            response_of(&s[1], R, angle, G);
            assert_true(hypotl(H[0], H[1]) <= (long double)most);
            assert_true(hypotl(H[0] - (long double)e.re, H[1] - (long double)e.im) <=
                        (long double)radius);
            assert_true(hypotl(H[0], H[1]) * hypotl(G[0], G[1]) <= (long double)bound);
        }
        /* Narrow arcs say nearly all there is. */
        if (half < 1e-8 && e.modulus > 1e-3 && section_pole_modulus(&s[0]) < 0.9) {
            assert_true(most < e.modulus * (1 + 1e-5));
        }
    }
    assert_true(said > 10000);
}

static void a_peak_is_a_bound_and_close(void **state) {
    (void)state;
    struct random r = random_of(2);
    uint32_t closed = 0;
    for (uint32_t n = 0; n < 300; n++) {
        struct section_values s[2];
        for (int k = 0; k < 2; k++) s[k] = random_section(&r);
        double peak = section_peak(&s[0], 1, 1e-6), seen = 0, seen_both = 0;
        struct channel one = {.sections = s, .section_count = 1},
                       two = {.sections = s, .section_count = 2};
        uint64_t arcs = 0;
        double by_arcs = channel_peak(&one, 1, 1e-9, &arcs),
               both = channel_peak(&two, 1, 1e-6, &arcs);
        double centre = acos(fmax(-1, fmin(1, -s[0].a1 / 2 / sqrt(s[0].a2))));
        for (int k = 0; k <= 4000; k++) {
            /* Half of the points evenly, half around the resonance. */
            double offset = k / 4000.0 * 2 - 1;
            long double angle = k % 2 ? M_PI * k / 4000 : centre + offset * offset * offset;
            long double H[2], G[2];
            response_of(&s[0], 1, angle, H);
            response_of(&s[1], 1, angle, G);
            seen = fmax(seen, (double)hypotl(H[0], H[1]));
            seen_both = fmax(seen_both, (double)(hypotl(H[0], H[1]) * hypotl(G[0], G[1])));
        }
        assert_true(seen <= by_arcs * (1 + 1e-15));
        assert_true(seen_both <= both * (1 + 1e-15));
        if (!isfinite(peak)) continue;
        closed++;
        assert_true(seen <= peak * (1 + 1e-15));
        if (section_pole_modulus(&s[0]) < 0.9) assert_near(peak, seen, 1e-3 * seen);
    }
    assert_true(closed > 150);
}

static void a_norm_is_proved_only_where_it_is(void **state) {
    struct fixture *f = *state;
    static const double hadamard[16] = {.5, .5, .5,  .5,  .5, -.5, .5,  -.5,
                                        .5, .5, -.5, -.5, .5, -.5, -.5, .5};
    struct norm_work work = norm_work_make(&f->arena, 4);
    for (int k = 10; k <= 52; k++) {
        double less[16], more[16];
        for (int i = 0; i < 16; i++) {
            less[i] = hadamard[i] * (1 - ldexp(1, -k));
            more[i] = hadamard[i] * (1 + ldexp(1, -k));
        }
        /* Within 16 UNIT n of 1 it may say no, as it must above. */
        if (k <= 44) assert_true(norm_is_below(&work, less, 4, 0, 1));
        assert_false(norm_is_below(&work, more, 4, 0, 1));
        assert_false(norm_is_below(&work, less, 4, ldexp(1, -k), 1));
    }
    assert_false(norm_is_below(&work, hadamard, 4, 0, 1));
    assert_near(norm_bound(&work, hadamard, 4, 0), 1, 1e-12);
    double nan[1] = {NAN};
    assert_false(norm_is_below(&work, nan, 1, 0, 1));
}

static void balancing_finds_a_hidden_rotation(void **state) {
    struct fixture *f = *state;
    /* D Q D^-1 for a rotation Q and D = diag(1, 50): norm near 50, balanced norm 1. */
    double W[4] = {0.6, -0.8 / 50, 0.8 * 50, 0.6}, x[2] = {0};
    struct norm_work work = norm_work_make(&f->arena, 2);
    assert_true(norm_estimate(&work, W, 2, 60) > 30);
    norm_balance(&work, W, 2, false, 0, 60, x);
    assert_near(exp(x[0] - x[1]), 50, 1e-6);
}

static struct determinant determinant(struct fixture *f, uint32_t n, const double *numbers) {
    struct ball *balls = ARENA_ARRAY(&f->arena, (size_t)n * n, struct ball);
    for (uint32_t i = 0; i < n * n; i++) balls[i] = ball_exact(numbers[i]);
    return determinant_of(&f->arena, balls, n);
}

static void determinants_know_what_they_are(void **state) {
    struct fixture *f = *state;
    struct determinant d = determinant(f, 3, (double[]){0, 2, 0, 3, 0, 0, 0, 0, -5}); /* 30 */
    assert_int_equal(d.sign, 1);
    assert_true(d.log_low <= log(30) && log(30) <= d.log_high && d.log_high - d.log_low < 1e-10);
    d = determinant(f, 2, (double[]){1, 2, 3, 4});
    assert_int_equal(d.sign, -1);
    assert_true(d.log_low <= log(2) && log(2) <= d.log_high);
    assert_int_equal(determinant(f, 2, (double[]){1, 2, 2, 4}).sign, 0);
    /* Singular but for its last bits: nothing is said. */
    assert_int_equal(determinant(f, 2, (double[]){0.1, 0.3, 0.2, 0.6}).sign, 0);
    struct ball wide[1] = {{1, 1.5}};
    assert_int_equal(determinant_of(&f->arena, wide, 1).sign, 0);
}

static enum lossless lossless(struct fixture *f, uint32_t n, const double *numbers,
                              const double *x) {
    struct ball *balls = ARENA_ARRAY(&f->arena, (size_t)n * n, struct ball);
    for (uint32_t i = 0; i < n * n; i++) balls[i] = ball_exact(numbers[i]);
    return lossless_test(&f->arena, balls, n, x);
}

static void losslessness_is_exact(void **state) {
    struct fixture *f = *state;
    assert_int_equal(lossless(f, 2, (double[]){0, 1, -1, 0}, NULL), LOSSLESS_EXACT);
    assert_int_equal(lossless(f, 1, (double[]){nextafter(1, 2)}, NULL), LOSSLESS_UNDECIDED);
    assert_int_equal(lossless(f, 1, (double[]){nextafter(1, 0)}, NULL), LOSSLESS_LOSSY);
    assert_int_equal(lossless(f, 1, (double[]){0}, NULL), LOSSLESS_LOSSY);
    assert_int_equal(lossless(f, 2, (double[]){0, 0.5, -1, 0}, NULL), LOSSLESS_PASSIVE);
    assert_int_equal(lossless(f, 2, (double[]){0.6, 0.8, -0.8, 0.6}, NULL), LOSSLESS_UNDECIDED);
    /* p = (1, 16): A = [0 4; -1/4 0]. */
    double x[2] = {0, log(16) / 2};
    assert_int_equal(lossless(f, 2, (double[]){0, 4, -0.25, 0}, NULL), LOSSLESS_UNDECIDED);
    assert_int_equal(lossless(f, 2, (double[]){0, 4, -0.25, 0}, x), LOSSLESS_EXACT);
    /* Integers of more than 126 bits. */
    assert_int_equal(lossless(f, 2, (double[]){1, 1e-40, 0, 1}, NULL), LOSSLESS_UNDECIDED);
    struct ball inexact[1] = {{1, 1e-20}};
    assert_int_equal(lossless_test(&f->arena, inexact, 1, NULL), LOSSLESS_UNDECIDED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(balls_are_exact_where_the_result_is),
        TEST(a_pole_is_on_the_circle_to_the_last_bit),
        TEST(poles_know_their_radius),
        TEST(an_arc_encloses_every_value),
        TEST(a_peak_is_a_bound_and_close),
        TEST(a_norm_is_proved_only_where_it_is),
        TEST(balancing_finds_a_hidden_rotation),
        TEST(determinants_know_what_they_are),
        TEST(losslessness_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
