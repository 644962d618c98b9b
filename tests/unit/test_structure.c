/* Structure found in matrices of numbers. Each form is hidden behind random orders, signs and
 * scales; what was found must give the matrix again within the last bits, and a matrix in which one
 * entry is off by more must not be taken for one. */
#include "ir/structure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/random_graph.h"

enum { MOST = 64 };
#define LAST_BITS 0x1p-49
#define HALF_A_FLOAT 0x1p-24

static const uint32_t sizes[] = {8, 16, 24, 32, 64};
enum { SIZES = sizeof sizes / sizeof *sizes };

struct sample {
    uint32_t n;
    double at[MOST * MOST];
};

static bool odd_ones(uint32_t bits) {
    return __builtin_popcount(bits) % 2;
}

/* A random order of 0 .. n - 1. */
static void shuffle(struct random *random, uint32_t *order, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = random_below(random, i + 1);
        order[i] = order[k];
        order[k] = i;
    }
}

static void fill(struct random *random, double *numbers, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) numbers[i] = random_between(random, -1, 1);
}

/* Numbers between a half and one, of either sign. */
static void fill_large(struct random *random, double *numbers, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        numbers[i] = random_between(random, 0.5, 1) * (random_below(random, 2) ? 1 : -1);
}

static double largest_of(const struct sample *m) {
    double largest = 0;
    for (uint32_t i = 0; i < m->n * m->n; i++) largest = fmax(largest, fabs(m->at[i]));
    return largest;
}

/* What is found; its product is the matrix again. */
static const struct structure *found_in(struct fixture *f, const struct sample *m,
                                        double tolerance,
                                        const struct structure_weights *weights) {
    const struct structure *s = structure_of(&f->arena, m->at, m->n, m->n, tolerance, weights);
    double x[MOST] = {0}, y[MOST], allowed = tolerance * largest_of(m);
    for (uint32_t c = 0; c < m->n; c++) {
        x[c] = 1;
        structure_apply(&f->arena, s, x, y);
        x[c] = 0;
        for (uint32_t r = 0; r < m->n; r++) assert_near(y[r], m->at[r * m->n + c], allowed);
    }
    return s;
}

static void assert_named(struct fixture *f, const struct sample *m, double tolerance,
                         const char *wanted) {
    const struct structure *s = found_in(f, m, tolerance, &structure_weights_scalar);
    if (strcmp(s->name, wanted)) print_error("%u x %u: ", m->n, m->n);
    assert_string_equal(s->name, wanted);
}

static void assert_not_named(struct fixture *f, const struct sample *m, double tolerance,
                             const char *wanted) {
    const struct structure *s = found_in(f, m, tolerance, &structure_weights_scalar);
    assert_string_not_equal(s->name, wanted);
}

/* In both precisions; and not with an entry off by three last bits of a float or by thirty-two of a
 * double, wherever it is. */
static void assert_hidden(struct fixture *f, struct random *random, const struct sample *exact,
                          const char *wanted) {
    struct sample m = *exact;
    assert_named(f, &m, LAST_BITS, wanted);
    uint32_t all = m.n * m.n, k = random_below(random, all);
    m.at[k] += largest_of(&m) * 0x1p-47;
    assert_not_named(f, &m, LAST_BITS, wanted);
    m = *exact;
    for (uint32_t i = 0; i < all; i++) m.at[i] = (double)(float)m.at[i];
    assert_named(f, &m, HALF_A_FLOAT, wanted);
    m.at[k] -= largest_of(&m) * 3 * 0x1p-23;
    assert_not_named(f, &m, HALF_A_FLOAT, wanted);
}

/* ---- forms ---- */

static void hadamard_in_any_order_with_any_signs_and_scales(void **state) {
    struct random random = random_of(5);
    for (unsigned k = 0; k < SIZES; k++)
        for (int scaled = 0; scaled < 2; scaled++) {
            struct sample m = {.n = sizes[k]};
            if (m.n & (m.n - 1)) continue;
            uint32_t rows[MOST], columns[MOST];
            double before[MOST], after[MOST];
            shuffle(&random, rows, m.n);
            shuffle(&random, columns, m.n);
            fill_large(&random, before, m.n);
            fill_large(&random, after, m.n);
            for (uint32_t r = 0; r < m.n; r++)
                for (uint32_t c = 0; c < m.n; c++) {
                    double scale = before[c] * after[r];
                    if (!scaled) scale = copysign(1 / sqrt(m.n), scale);
                    m.at[r * m.n + c] = odd_ones(rows[r] & columns[c]) ? -scale : scale;
                }
            assert_hidden(*state, &random, &m, "Hadamard");
            /* A sign is enough to make it none. */
            m.at[m.n + 3] = -m.at[m.n + 3];
            const struct structure *s =
                found_in(*state, &m, LAST_BITS, &structure_weights_scalar);
            assert_int_not_equal(s->kind, STRUCTURE_HADAMARD);
        }
}

static void reflect(struct random *random, struct sample *m) {
    double u[MOST], square = 0;
    fill_large(random, u, m->n);
    for (uint32_t i = 0; i < m->n; i++) square += u[i] * u[i];
    for (uint32_t r = 0; r < m->n; r++)
        for (uint32_t c = 0; c < m->n; c++)
            m->at[r * m->n + c] = (r == c) - 2 * u[r] * u[c] / square;
}

static void reflections(void **state) {
    struct random random = random_of(7);
    for (unsigned k = 0; k < SIZES; k++) {
        struct sample m = {.n = sizes[k]};
        reflect(&random, &m);
        assert_hidden(*state, &random, &m, "Householder");
        const struct structure *s = found_in(*state, &m, LAST_BITS, &structure_weights_scalar);
        /* The identity takes nothing; a dot product and its multiples are two passes. */
        assert_string_equal(s->parts[0].form->name, "identity");
        assert_true(s->multiply_adds == 2 * m.n && s->additions == m.n);
        for (uint32_t i = 0; i < m.n * m.n; i++)
            m.at[i] = (i % (m.n + 1) == 0) - 2.0 / m.n;
        s = found_in(*state, &m, LAST_BITS, &structure_weights_scalar);
        assert_string_equal(s->name, "Householder");
        assert_true(s->multiply_adds == m.n && s->additions == 2 * m.n - 1);
    }
}

static void reflections_in_any_order_and_with_signs(void **state) {
    struct random random = random_of(9);
    for (unsigned k = 1; k < SIZES; k++) {
        struct sample m = {.n = sizes[k]}, turned = {.n = sizes[k]};
        uint32_t order[MOST];
        reflect(&random, &m);
        shuffle(&random, order, m.n);
        for (uint32_t r = 0; r < m.n; r++) {
            double sign = random_below(&random, 2) ? 1 : -1;
            for (uint32_t c = 0; c < m.n; c++)
                turned.at[r * m.n + c] = sign * m.at[order[r] * m.n + c];
        }
        assert_hidden(*state, &random, &turned, "signed permutation and rank 1");
    }
}

static void permutations_less_a_constant(void **state) {
    struct random random = random_of(10);
    for (unsigned k = 0; k < SIZES; k++) {
        struct sample m = {.n = sizes[k]};
        uint32_t order[MOST];
        shuffle(&random, order, m.n);
        for (uint32_t r = 0; r < m.n; r++)
            for (uint32_t c = 0; c < m.n; c++)
                m.at[r * m.n + c] = (order[r] == c) - 2.0 / m.n;
        assert_hidden(*state, &random, &m, "permutation and rank 1");
    }
}

static void diagonals_and_few_products(void **state) {
    struct random random = random_of(13);
    for (unsigned k = 1; k < SIZES; k++)
        for (uint32_t rank = 1; rank <= (sizes[k] < 24 ? 2 : 4); rank++)
            for (int diagonal = 0; diagonal < 2; diagonal++) {
                struct sample m = {.n = sizes[k]};
                for (uint32_t i = 0; i < rank; i++) {
                    double u[MOST], v[MOST];
                    fill(&random, u, m.n);
                    fill(&random, v, m.n);
                    for (uint32_t r = 0; r < m.n; r++)
                        for (uint32_t c = 0; c < m.n; c++) m.at[r * m.n + c] += u[r] * v[c];
                }
                for (uint32_t i = 0; i < m.n && diagonal; i++)
                    m.at[i * m.n + i] += random_between(&random, 1, 2);
                char wanted[32];
                snprintf(wanted, sizeof wanted, diagonal ? "diagonal and rank %u" : "rank %u",
                         rank);
                assert_named(*state, &m, LAST_BITS, wanted);
                m.at[m.n + 2] += largest_of(&m) * 0x1p-46;
                assert_named(*state, &m, LAST_BITS, "dense");
            }
}

static void an_empty_place_in_the_product(void **state) {
    static const double left[] = {0.5, 0, -2, 1, 0.25}, right[] = {0, 3, 1, -1, 2},
                        diagonal[] = {0.5, -1, 0, 2, 0.125};
    struct sample m = {.n = 5};
    for (uint32_t r = 0; r < 5; r++)
        for (uint32_t c = 0; c < 5; c++)
            m.at[r * 5 + c] = left[r] * right[c] + (r == c ? diagonal[r] : 0);
    const struct structure *s = found_in(*state, &m, LAST_BITS, &structure_weights_scalar);
    assert_true(s->multiply_adds + s->additions <= 20);
}

static void one_entry_a_row(void **state) {
    static const char *const names[] = {"identity", "diagonal", "permutation",
                                        "signed permutation", "scaled permutation"};
    struct random random = random_of(17);
    for (unsigned k = 0; k < SIZES; k++)
        for (unsigned kind = 0; kind < 5; kind++) {
            struct sample m = {.n = sizes[k]};
            uint32_t order[MOST];
            double scales[MOST];
            shuffle(&random, order, m.n);
            fill_large(&random, scales, m.n);
            scales[3] = -scales[2];
            for (uint32_t r = 0; r < m.n; r++)
                m.at[r * m.n + (kind < 2 ? r : order[r])] =
                    kind == 0 || kind == 2 ? 1 : kind == 3 ? copysign(1, scales[r]) : scales[r];
            assert_named(*state, &m, LAST_BITS, names[kind]);
            assert_named(*state, &m, HALF_A_FLOAT, names[kind]);
        }
}

static void circulants(void **state) {
    struct random random = random_of(19);
    for (unsigned k = 0; k < SIZES; k++) {
        struct sample m = {.n = sizes[k]};
        double first[MOST];
        fill_large(&random, first, m.n);
        for (uint32_t r = 0; r < m.n; r++)
            for (uint32_t c = 0; c < m.n; c++)
                m.at[r * m.n + c] = first[(c + m.n - r) % m.n];
        if (m.n > 8) assert_hidden(*state, &random, &m, "circulant");
        else assert_named(*state, &m, LAST_BITS, "dense"); /* nothing is gained */
    }
}

static void blocks_in_any_order(void **state) {
    struct random random = random_of(23);
    for (unsigned k = 0; k < SIZES; k++) {
        struct sample m = {.n = sizes[k]};
        uint32_t rows[MOST], columns[MOST], block = m.n / 4;
        double numbers[MOST * MOST];
        shuffle(&random, rows, m.n);
        shuffle(&random, columns, m.n);
        fill_large(&random, numbers, m.n * m.n);
        for (uint32_t i = 0; i < m.n * m.n; i++)
            if (rows[i / m.n] / block == columns[i % m.n] / block) m.at[i] = numbers[i];
        /* With a price on rows and none on forms, dense blocks are cheaper than their terms. */
        const struct structure_weights weights = {.dense = 1, .part = 1, .term = 2, .addition = 1, .row = 1};
        const struct structure *s = found_in(*state, &m, LAST_BITS, &weights);
        assert_string_equal(s->name, "4 blocks");
        assert_true(s->multiply_adds == m.n * block);
        /* An entry between two blocks joins them. */
        uint32_t at = 0;
        while (m.at[at] != 0) at++;
        m.at[at] = 0x1p-40;
        s = found_in(*state, &m, LAST_BITS, &weights);
        assert_string_not_equal(s->name, "4 blocks");
        m.at[at] = 0x1p-60; /* one that is nothing does not */
        s = found_in(*state, &m, LAST_BITS, &weights);
        assert_string_equal(s->name, "4 blocks");
    }
}

static void blocks_have_structure_again(void **state) {
    struct random random = random_of(29);
    struct sample m = {.n = 64};
    struct sample part = {.n = 32};
    reflect(&random, &part);
    for (uint32_t r = 0; r < 32; r++)
        for (uint32_t c = 0; c < 32; c++) {
            m.at[2 * r * 64 + c] = part.at[r * 32 + c];
            m.at[(2 * r + 1) * 64 + 32 + c] = odd_ones(r & c) ? -1 : 1;
        }
    const struct structure *s = found_in(*state, &m, LAST_BITS, &structure_weights_scalar);
    assert_string_equal(s->name, "2 blocks (Householder, Hadamard)");
    assert_string_equal(s->parts[0].form->name, "Householder");
    assert_string_equal(s->parts[1].form->name, "Hadamard");
}

static void kronecker_products(void **state) {
    struct random random = random_of(31);
    for (unsigned k = 2; k < SIZES; k++)
        for (uint32_t inner = 6; inner <= 8; inner += 2) {
            struct sample m = {.n = sizes[k]}, part = {.n = inner};
            uint32_t size = m.n / inner;
            if (size * inner != m.n) continue;
            double outer[MOST];
            reflect(&random, &part);
            fill_large(&random, outer, size * size);
            for (uint32_t r = 0; r < m.n; r++)
                for (uint32_t c = 0; c < m.n; c++)
                    m.at[r * m.n + c] = outer[r / inner * size + c / inner] *
                                        part.at[r % inner * inner + c % inner];
            struct text label;
            text_init(&label, &((struct fixture *)*state)->arena);
            text_printf(&label, "Kronecker product (%u x %u dense, %u x %u diagonal and rank 1)", size,
                        size, inner, inner);
            const struct structure *s =
                found_in(*state, &m, LAST_BITS, &structure_weights_scalar);
            assert_string_equal(s->name, text_chars(&label));
            m.at[m.n + 3] += largest_of(&m) * 0x1p-47;
            assert_named(*state, &m, LAST_BITS, "dense");
        }
}

static void few_entries(void **state) {
    struct random random = random_of(37);
    for (unsigned k = 1; k < SIZES; k++) {
        struct sample m = {.n = sizes[k]};
        uint32_t terms = 0;
        for (uint32_t i = 0; i < m.n * m.n; i++)
            if (i % m.n == (i / m.n + 1) % m.n || !random_below(&random, 8))
                m.at[i] = random_between(&random, 2, 3), terms++;
        const struct structure *s = found_in(*state, &m, LAST_BITS, &structure_weights_scalar);
        assert_string_equal(s->name, "sparse");
        assert_int_equal(s->multiply_adds, terms);
    }
}

static void rectangles(void **state) {
    struct fixture *f = *state;
    struct random random = random_of(41);
    double values[6 * 40], u[6], v[40], x[40], y[6];
    fill(&random, u, 6);
    fill(&random, v, 40);
    fill(&random, x, 40);
    for (uint32_t i = 0; i < 6 * 40; i++) values[i] = u[i / 40] * v[i % 40];
    const struct structure *s =
        structure_of(&f->arena, values, 6, 40, LAST_BITS, &structure_weights_scalar);
    assert_string_equal(s->name, "rank 1");
    assert_int_equal(s->multiply_adds, 46);
    structure_apply(&f->arena, s, x, y);
    for (uint32_t r = 0; r < 6; r++) {
        double sum = 0;
        for (uint32_t c = 0; c < 40; c++) sum += values[r * 40 + c] * x[c];
        assert_near(y[r], sum, 1e-13);
    }
}

static void most_matrices_have_none(void **state) {
    struct random random = random_of(11);
    for (unsigned k = 0; k < SIZES; k++) {
        struct sample m = {.n = sizes[k]};
        fill(&random, m.at, m.n * m.n);
        assert_named(*state, &m, LAST_BITS, "dense");
        assert_named(*state, &m, HALF_A_FLOAT, "dense");
    }
    struct sample zeros = {.n = 8};
    const struct structure *s = found_in(*state, &zeros, LAST_BITS, &structure_weights_scalar);
    assert_true(s->multiply_adds == 0 && s->additions == 0);
    struct sample bad = {.n = 8};
    for (uint32_t i = 0; i < 64; i++) bad.at[i] = i == 9 ? NAN : 1;
    s = structure_of(&((struct fixture *)*state)->arena, bad.at, 8, 8, LAST_BITS,
                     &structure_weights_scalar);
    assert_string_equal(s->name, "dense");
}

/* ---- choices ---- */

static void the_choice_is_by_cost(void **state) {
    struct random random = random_of(43);
    struct sample m = {.n = 4};
    for (uint32_t i = 0; i < 16; i++) m.at[i] = odd_ones(i / 4 & i % 4) ? -0.5 : 0.5;
    /* In registers sixteen multiply-adds cost less than four butterflies through memory. */
    const struct structure *s = found_in(*state, &m, LAST_BITS, &structure_weights_blocks);
    assert_int_equal(s->kind, STRUCTURE_DENSE);
    s = found_in(*state, &m, LAST_BITS, &structure_weights_scalar);
    assert_int_equal(s->kind, STRUCTURE_HADAMARD);
    /* Two thirds of the entries: fewer terms, but one by one. */
    m.n = 32;
    for (uint32_t i = 0; i < 32 * 32; i++)
        m.at[i] = i % 3 ? random_between(&random, 1, 2) : 0;
    s = found_in(*state, &m, LAST_BITS, &structure_weights_blocks);
    assert_int_equal(s->kind, STRUCTURE_DENSE);
    s = found_in(*state, &m, LAST_BITS, &structure_weights_scalar);
    assert_int_equal(s->kind, STRUCTURE_SPARSE);
    assert_true(s->cost < 32 * 32);
}

static void what_is_said_of_it(void **state) {
    struct fixture *f = *state;
    struct sample m = {.n = 32};
    struct text out;
    text_init(&out, &f->arena);
    for (uint32_t i = 0; i < 32 * 32; i++) m.at[i] = odd_ones(i / 32 & i % 32) ? -0.25 : 0.25;
    structure_describe(&out, found_in(f, &m, LAST_BITS, &structure_weights_scalar));
    assert_text(text_chars(&out), "32 x 32 Hadamard, 160 additions and 32 multiply-adds instead of "
                                  "1024 multiply-adds");
    struct random random = random_of(47);
    fill(&random, m.at, 32 * 32);
    text_init(&out, &f->arena);
    structure_describe(&out, found_in(f, &m, LAST_BITS, &structure_weights_scalar));
    assert_text(text_chars(&out), "32 x 32 dense, 1024 multiply-adds");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(hadamard_in_any_order_with_any_signs_and_scales),
        TEST(reflections),
        TEST(reflections_in_any_order_and_with_signs),
        TEST(permutations_less_a_constant),
        TEST(diagonals_and_few_products),
        TEST(an_empty_place_in_the_product),
        TEST(one_entry_a_row),
        TEST(circulants),
        TEST(blocks_in_any_order),
        TEST(blocks_have_structure_again),
        TEST(kronecker_products),
        TEST(few_entries),
        TEST(rectangles),
        TEST(most_matrices_have_none),
        TEST(the_choice_is_by_cost),
        TEST(what_is_said_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
