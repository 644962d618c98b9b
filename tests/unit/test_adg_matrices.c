/* The matrices of .adg, by the property that defines each; and the stream of random numbers. */
#include <math.h>

#include "frontend/random.h"
#include "ir/interp.h"
#include "tests/unit/adg.h"

/* Of main, a matrix: its entry. */
static double at(struct response r, uint32_t row, uint32_t col) {
    return heard(r, col, row, 0);
}

static void check_same_matrix(struct fixture *f, const char *a, const char *b, double tolerance,
                              int line) {
    struct response x = respond_to(f, text_format(&f->arena, "main = %s", a), 1);
    struct response y = respond_to(f, text_format(&f->arena, "main = %s", b), 1);
    assert_int_equal(x.ins, y.ins);
    assert_int_equal(x.outs, y.outs);
    for (uint32_t r = 0; r < x.outs; r++)
        for (uint32_t c = 0; c < x.ins; c++)
            check_near(at(x, r, c), at(y, r, c), tolerance, a, __FILE__, line);
}
#define assert_same_matrix(f, a, b, tolerance)                                                     \
    check_same_matrix((f), (a), (b), (tolerance), __LINE__)

static void assert_orthogonal(struct fixture *f, const char *a, int n) {
    assert_same_matrix(f, text_format(&f->arena, "(%s)*(%s)'", a, a),
                       text_format(&f->arena, "id(%d)", n), 4e-15 * n);
}

static void of_vectors_and_angles(void **state) {
    struct fixture *f = *state;
    assert_same_matrix(f, "circulant([1, 2, 3])", "[1, 2, 3; 3, 1, 2; 2, 3, 1]", 0);
    assert_same_matrix(f, "permutation([2, 0, 1])", "[0, 0, 1; 1, 0, 0; 0, 1, 0]", 0);
    assert_same_matrix(f, "rotation(30deg)", "[sqrt(3), -1; 1, sqrt(3)]/2", 1e-15);
    assert_same_matrix(f, "rotation(90deg, 3, 2, 0)", "[0, 0, 1; 0, 1, 0; -1, 0, 0]", 1e-15);
    assert_same_matrix(f, "skew([1, 2, 3; 4, 5, 6; 7, 8, 9])", "[0, 2, 3; -2, 0, 6; -3, -6, 0]", 0);
    struct response r =
        respond_to(f, "knob k = 0.1 in 0..1\nmain = rotation(k) * circulant([k, 2])", 1);
    assert_near(at(r, 0, 0), cos(0.1) * 0.1 - sin(0.1) * 2, 1e-15);
}

static void cosine_transform(void **state) {
    struct fixture *f = *state;
    struct response r = respond_to(f, "main = dct(5)", 1);
    for (uint32_t k = 0; k < 5; k++)
        for (uint32_t i = 0; i < 5; i++)
            assert_near(at(r, k, i), sqrt((k ? 2 : 1) / 5.0) * cos(M_PI * k * (2 * i + 1) / 10),
                        1e-15);
    assert_orthogonal(f, "dct(64)", 64);
}

static void blocks_in_a_ring(void **state) {
    struct fixture *f = *state;
    assert_same_matrix(f, "anderson(4, [1, 2; 3, 4])",
                       "[0, 0, 1, 2; 0, 0, 3, 4; 1, 2, 0, 0; 3, 4, 0, 0]", 0);
    assert_orthogonal(f, "anderson(12)", 12);
    assert_orthogonal(f, "anderson(9, 3)", 9);
}

static void inverse_and_exponential(void **state) {
    struct fixture *f = *state;
    assert_same_matrix(f, "inv([1, 2; 3, 4])", "[-2, 1; 1.5, -0.5]", 1e-15);
    assert_same_matrix(f, "inv(orthogonal(20, 3) + 0.3*id(20))*(orthogonal(20, 3) + 0.3*id(20))",
                       "id(20)", 1e-13);
    assert_same_matrix(f, "expm([0, -0.7; 0.7, 0])", "rotation(0.7)", 2e-16);
    assert_same_matrix(f, "expm([1, 5; 0, 1])", "exp(1)*[1, 5; 0, 1]", 1e-14);
    assert_same_matrix(f, "expm([0, -100; 100, 0])", "rotation(100)", 1e-13);
    assert_same_matrix(f, "expm(diag([-2, 0, 3]))", "diag([exp(-2), 1, exp(3)])", 1e-13);
    assert_orthogonal(f, "expm(skew(orthogonal(8)))", 8);
}

static void nearest(void **state) {
    struct fixture *f = *state;
    assert_same_matrix(f, "nearest_orthogonal(3*rotation(0.4))", "rotation(0.4)", 1e-15);
    assert_orthogonal(f, "nearest_orthogonal([1, 2, 3; 4, 5, 6; 7, 8, 10])", 3);
    /* A = U H with H symmetric and positive: U' A is. */
    struct response r =
        respond_to(f, "a = [1, 2, 3; 4, 5, 6; 7, 8, 10]\nmain = nearest_orthogonal(a)'*a", 1);
    for (uint32_t i = 0; i < 3; i++)
        for (uint32_t j = 0; j < 3; j++) assert_near(at(r, i, j), at(r, j, i), 1e-13);
    double minor = at(r, 0, 0) * at(r, 1, 1) - at(r, 0, 1) * at(r, 1, 0);
    assert_true(at(r, 0, 0) > 0 && minor > 0);
}

static void random_ones(void **state) {
    struct fixture *f = *state;
    assert_orthogonal(f, "orthogonal(16, seed = 5)", 16);
    assert_orthogonal(f, "tiny_rotation(7, 0.01)", 7);
    /* Angles of pi delta alone: after 2/delta turns all is as it was. */
    assert_same_matrix(f, "tiny_rotation(5, 0.01, 0)^200", "id(5)", 1e-12);
    struct response r = respond_to(f, "main = permutation(6, 2)", 1);
    for (uint32_t i = 0; i < 6; i++) {
        double row = 0, col = 0;
        for (uint32_t j = 0; j < 6; j++) {
            assert_true(at(r, i, j) == 0 || at(r, i, j) == 1);
            row += at(r, i, j);
            col += at(r, j, i);
        }
        assert_near(row, 1, 0);
        assert_near(col, 1, 0);
    }
    struct response a = respond_to(f, "main = orthogonal(4)", 1),
                    b = respond_to(f, "main = orthogonal(4, 1)", 1),
                    c = respond_to(f, "main = orthogonal(4, 2)", 1);
    assert_near(at(a, 1, 2), at(b, 1, 2), 0);
    assert_true(at(a, 1, 2) != at(c, 1, 2));
}

/* The first numbers of SplitMix64 from the state 1234567, as its authors' program prints them. */
static void the_stream_is_splitmix(void **state) {
    (void)state;
    struct random random = {1234567};
    const uint64_t wanted[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                               UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                               UINT64_C(16408922859458223821)};
    for (int i = 0; i < 5; i++) assert_true(random_bits(&random) == wanted[i]);
}

static void normal_numbers_are_normal(void **state) {
    (void)state;
    enum { COUNT = 200000 };
    struct random random = {99};
    double sum = 0, square = 0, fourth = 0;
    int below = 0;
    for (int i = 0; i < COUNT; i++) {
        double x = random_normal(&random);
        sum += x;
        square += x * x;
        fourth += x * x * x * x;
        below += x < 1;
    }
    assert_near(sum / COUNT, 0, 0.01);
    assert_near(square / COUNT, 1, 0.015);
    assert_near(fourth / COUNT, 3, 0.12);
    assert_near((double)below / COUNT, 0.841345, 0.004);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(of_vectors_and_angles),
        TEST(cosine_transform),
        TEST(blocks_in_a_ring),
        TEST(inverse_and_exponential),
        TEST(nearest),
        TEST(random_ones),
        TEST(the_stream_is_splitmix),
        TEST(normal_numbers_are_normal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
