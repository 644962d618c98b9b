/* Exact arithmetic on matrices of doubles. */
#include <math.h>
#include <string.h>

#include "ir/exact.h"
#include "tests/unit/support.h"

static void energy_of_orthogonal_matrices(void **state) {
    struct arena *arena = &((struct fixture *)*state)->arena;
    double H[16];
    for (uint32_t i = 0; i < 16; i++) H[i] = __builtin_popcount((i / 4) & (i % 4)) % 2 ? -0.5 : 0.5;
    assert_int_equal(exact_energy(arena, H, 4, NULL), ENERGY_KEPT);
    /* By one last bit in one entry: more, and less. */
    H[5] = nextafter(-0.5, -1);
    assert_int_equal(exact_energy(arena, H, 4, NULL), ENERGY_GROWS);
    H[5] = nextafter(-0.5, 0);
    assert_int_equal(exact_energy(arena, H, 4, NULL), ENERGY_GROWS);
    for (uint32_t i = 0; i < 16; i++) H[i] = copysign(nextafter(0.5, 0), H[i]);
    assert_int_equal(exact_energy(arena, H, 4, NULL), ENERGY_FALLS);
}

/* With the exponents of entries far apart, beyond what 128 bits hold. */
static void energy_of_matrices_of_unlike_size(void **state) {
    struct arena *arena = &((struct fixture *)*state)->arena;
    /* A' P A = P for A = D Q D^-1, Q = [0 1; 1 0], D = diag(2^100, 1), P = D^-2. */
    double A[] = {0, 0x1p100, 0x1p-100, 0}, P[] = {0x1p-200, 1};
    assert_int_equal(exact_energy(arena, A, 2, P), ENERGY_KEPT);
    assert_int_equal(exact_energy(arena, A, 2, NULL), ENERGY_GROWS);
    P[1] = nextafter(1, 2);
    assert_int_equal(exact_energy(arena, A, 2, P), ENERGY_GROWS);
    double wide[] = {0x1p-600, 0, 0, 1};
    assert_int_equal(exact_energy(arena, wide, 2, NULL), ENERGY_UNKNOWN);
    double not_finite[] = {NAN};
    assert_int_equal(exact_energy(arena, not_finite, 1, NULL), ENERGY_UNKNOWN);
}

static void energy_that_need_not_fall(void **state) {
    struct arena *arena = &((struct fixture *)*state)->arena;
    /* One direction is kept, the other halved: I - A' A has rank 1. */
    double A[] = {0.75, 0.25, 0.25, 0.75};
    assert_int_equal(exact_energy(arena, A, 2, NULL), ENERGY_PASSIVE);
    double B[] = {1, 0, 0, 0};
    assert_int_equal(exact_energy(arena, B, 2, NULL), ENERGY_PASSIVE);
    double C[] = {1, 0x1p-500, 0, 0};
    assert_int_equal(exact_energy(arena, C, 2, NULL), ENERGY_GROWS);
}

/* A all-pass of coefficient k: A = [-k, 1 - k^2; 1, k] keeps p = (1, 1 - k^2). */
static void invariant_of_all_passes(void **state) {
    struct arena *arena = &((struct fixture *)*state)->arena;
    double k = 0.5, A[] = {-k, 1 - k * k, 1, k};
    const char *const *p = exact_invariant(arena, A, 2);
    assert_non_null(p);
    assert_string_equal(p[0], "1");
    assert_string_equal(p[1], "3/4");
    assert_int_equal(exact_energy_of(arena, A, 2, p), ENERGY_KEPT);
    const char *const others[] = {"4", "3"}, *const wrong[] = {"4", "2"};
    assert_int_equal(exact_energy_of(arena, A, 2, others), ENERGY_KEPT);
    assert_int_equal(exact_energy_of(arena, A, 2, wrong), ENERGY_GROWS);
    /* k = 0.7 is no fraction that anyone would guess. */
    k = (double)0.7f;
    double B[] = {-k, 1 - k * k, 1, k};
    p = exact_invariant(arena, B, 2);
    assert_non_null(p);
    assert_string_equal(p[1], "143552242820055/281474976710656");
    assert_int_equal(exact_energy_of(arena, B, 2, p), ENERGY_KEPT);
    B[1] = nextafter(B[1], 1);
    assert_null(exact_invariant(arena, B, 2));
}

static void texts_that_are_no_weights(void **state) {
    struct arena *arena = &((struct fixture *)*state)->arena;
    double one[] = {1};
    static const char *const bad[] = {"", "x", "-1", "0", "1/0", "1//2", " 1", "1.5", "0x1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(exact_energy_of(arena, one, 1, &bad[i]), ENERGY_UNKNOWN);
    const char *good = "007/14";
    assert_int_equal(exact_energy_of(arena, one, 1, &good), ENERGY_KEPT);
}

static void determinants(void **state) {
    struct arena *arena = &((struct fixture *)*state)->arena;
    double A[] = {0, 2, 1, 0.25, 0, 3, 1, 1, 0}; /* 0 - 2 (0 - 3) + 1 (0.25) = 6.25 */
    struct exact_determinant d = exact_determinant(arena, A, 3);
    assert_true(d.known);
    assert_int_equal(d.sign, 1);
    assert_int_equal(d.beyond_one, 1);
    double B[] = {1, 2, 2, 4};
    d = exact_determinant(arena, B, 2);
    assert_true(d.known);
    assert_int_equal(d.sign, 0);
    assert_int_equal(d.beyond_one, -1);
    /* 1 - 2^-106, which a double would round to 1; and its like beyond. */
    double C[] = {1 + 0x1p-52, 0, 0, 1 - 0x1p-52}, D[] = {1, 0x1p-53, 0x1p-53, -1};
    d = exact_determinant(arena, C, 2);
    assert_int_equal(d.sign, 1);
    assert_int_equal(d.beyond_one, -1);
    d = exact_determinant(arena, D, 2);
    assert_int_equal(d.sign, -1);
    assert_int_equal(d.beyond_one, 1);
    double E[] = {0, 1, -1, 0};
    d = exact_determinant(arena, E, 2);
    assert_int_equal(d.sign, 1);
    assert_int_equal(d.beyond_one, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(energy_of_orthogonal_matrices),
        TEST(energy_of_matrices_of_unlike_size),
        TEST(energy_that_need_not_fall),
        TEST(invariant_of_all_passes),
        TEST(texts_that_are_no_weights),
        TEST(determinants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
