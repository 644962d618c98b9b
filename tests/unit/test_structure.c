/* Structure found in dense matrices: what was found must give the matrix again. */
#include "ir/structure.h"

#include <math.h>

#include "tests/unit/random_graph.h"

enum { MOST = 64 };
#define LAST_BITS 0x1p-49

static bool odd_ones(uint32_t bits) {
    return __builtin_popcount(bits) % 2;
}

/* The matrix that a structure stands for. */
static double entry(const struct structure *s, uint32_t r, uint32_t c) {
    if (s->kind == STRUCTURE_HADAMARD)
        return s->gain * s->sign[c] * (odd_ones(s->row[r] & s->column[c]) ? -1 : 1);
    return s->left[r] * s->right[c] + (r == c ? s->diagonal[r] : 0);
}

static void assert_found(struct fixture *f, const double *values, uint32_t n,
                         enum structure_kind kind, double tolerance) {
    struct structure found = structure_find(&f->arena, values, n, LAST_BITS);
    assert_int_equal(found.kind, kind);
    for (uint32_t r = 0; r < n && kind; r++)
        for (uint32_t c = 0; c < n; c++)
            assert_near(entry(&found, r, c), values[r * n + c], tolerance);
}

/* A random order of 0 .. n - 1. */
static void shuffle(struct random *random, uint32_t *order, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = random_below(random, i + 1);
        order[i] = order[k];
        order[k] = i;
    }
}

static void hadamard_in_any_order_and_with_any_signs_of_columns(void **state) {
    struct random random = random_of(5);
    for (uint32_t n = 2; n <= MOST; n *= 2) {
        double values[MOST * MOST];
        uint32_t rows[MOST], columns[MOST];
        shuffle(&random, rows, n);
        shuffle(&random, columns, n);
        for (uint32_t c = 0; c < n; c++) {
            double sign = random_below(&random, 2) ? 0.25 : -0.25;
            for (uint32_t r = 0; r < n; r++)
                values[r * n + c] = odd_ones(rows[r] & columns[c]) ? -sign : sign;
        }
        /* Row 0 shows the signs of the columns: it must be the one without ones. */
        for (uint32_t r = 0; r < n; r++)
            for (uint32_t c = 0; c < n && !rows[r]; c++) {
                double swap = values[c];
                values[c] = values[r * n + c];
                values[r * n + c] = swap;
            }
        assert_found(*state, values, n, STRUCTURE_HADAMARD, 0);
        values[n * n - 1] = -values[n * n - 1];
        if (n > 4) assert_found(*state, values, n, STRUCTURE_NONE, 0);
    }
}

static void reflections_are_a_diagonal_and_a_product(void **state) {
    struct random random = random_of(7);
    for (uint32_t n = 3; n <= 33; n += 5) {
        double values[MOST * MOST], u[MOST], square = 0;
        for (uint32_t i = 0; i < n; i++) u[i] = random_between(&random, -1, 1);
        for (uint32_t i = 0; i < n; i++) square += u[i] * u[i];
        for (uint32_t r = 0; r < n; r++)
            for (uint32_t c = 0; c < n; c++)
                values[r * n + c] = (r == c) - 2 * u[r] * u[c] / square;
        assert_found(*state, values, n, STRUCTURE_RANK_ONE, 1e-14);
        struct structure found =
            structure_find(&((struct fixture *)*state)->arena, values, n, LAST_BITS);
        for (uint32_t i = 0; i < n; i++) assert_near(found.diagonal[i], 1, 0);
        if (n < 8) continue;
        values[n + 3] += 1e-9;
        assert_found(*state, values, n, STRUCTURE_NONE, 0);
    }
}

static void any_diagonal_and_an_empty_place_in_the_product(void **state) {
    static const double left[] = {0.5, 0, -2, 1, 0.25}, right[] = {0, 3, 1, -1, 2},
                        diagonal[] = {0.5, -1, 0, 2, 0.125};
    double values[25];
    for (uint32_t r = 0; r < 5; r++)
        for (uint32_t c = 0; c < 5; c++)
            values[r * 5 + c] = left[r] * right[c] + (r == c ? diagonal[r] : 0);
    assert_found(*state, values, 5, STRUCTURE_RANK_ONE, 1e-15);
}

static void most_matrices_have_none(void **state) {
    struct random random = random_of(11);
    double values[MOST * MOST];
    for (uint32_t i = 0; i < 16 * 16; i++) values[i] = random_between(&random, -1, 1);
    assert_found(*state, values, 16, STRUCTURE_NONE, 0);
    for (uint32_t i = 0; i < 16 * 16; i++) values[i] = i % 17 ? 0 : 1; /* a diagonal is none here */
    assert_found(*state, values, 16, STRUCTURE_NONE, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(hadamard_in_any_order_and_with_any_signs_of_columns),
        TEST(reflections_are_a_diagonal_and_a_product),
        TEST(any_diagonal_and_an_empty_place_in_the_product),
        TEST(most_matrices_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
