/* Matrices from vectors, angles and other matrices. */
#include <math.h>
#include <string.h>

#include "frontend/builtins.h"
#include "frontend/linear.h"
#include "frontend/random.h"

/* ---- with knobs -------------------------------------------------------------------------------
 */

struct value make_circulant(struct elaborator *e, const struct builtin_call *call) {
    struct vector v;
    if (!need_vector(e, call->who, call->arguments[0], &v)) return value_error();
    uint32_t n = v.count;
    struct operand *at = ARENA_ARRAY(e->arena, (size_t)n * n, struct operand);
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t c = 0; c < n; c++) at[(size_t)r * n + c] = v.at[(c + n - r) % n];
    return value_matrix(call->at, matrix_of(e->arena, n, n, at), v.dimension);
}

struct value make_rotation(struct elaborator *e, const struct builtin_call *call) {
    const struct argument *a = call->arguments;
    struct operand angle;
    int dimension;
    uint32_t n = 2;
    double plane[2] = {0, 1};
    if (!need_number(e, call->who, a[0], &angle, &dimension)) return value_error();
    if (dimension != DIMENSION_NUMBER) {
        diag_error(e->diags, a[0].at, CODE_DIMENSION,
                   "'rotation' needs an angle, such as 30deg, but this is %s",
                   dimension_noun(e->arena, dimension));
        return value_error();
    }
    if (a[1].given && !need_size(e, call->who, a[1], &n)) return value_error();
    for (int i = 0; i < 2; i++) {
        if (a[2 + i].given &&
            !need_whole(e, "a channel of 'rotation'", a[2 + i], 0, n - 1, &plane[i]))
            return value_error();
    }
    uint32_t i = (uint32_t)plane[0], j = (uint32_t)plane[1];
    if (i == j || i >= n || j >= n) {
        diag_error(e->diags, call->at, CODE_WHOLE_NUMBER,
                   "'rotation' turns two different channels of %u, but these are %u and %u", n, i,
                   j);
        return value_error();
    }
    struct operand cosine = operand_apply(e->arena, FUNCTION_COS, angle, angle);
    struct operand sine = operand_apply(e->arena, FUNCTION_SIN, angle, angle);
    struct operand *at = ARENA_ARRAY(e->arena, (size_t)n * n, struct operand);
    for (uint32_t k = 0; k < n; k++) at[(size_t)k * n + k] = operand_constant(1);
    at[(size_t)i * n + i] = at[(size_t)j * n + j] = cosine;
    at[(size_t)i * n + j] = operand_neg(e->arena, sine);
    at[(size_t)j * n + i] = sine;
    return value_checked(e,
                         value_matrix(call->at, matrix_of(e->arena, n, n, at), DIMENSION_NUMBER));
}

static bool need_square(struct elaborator *e, const struct builtin_call *call,
                        const struct matrix **out) {
    struct value v;
    if (!need_matrix(e, call, 0, &v)) return false;
    *out = v.matrix;
    if (v.matrix->rows == v.matrix->cols && v.dimension == DIMENSION_NUMBER) return true;
    diag_error(e->diags, call->arguments[0].at, CODE_MATRIX_SHAPE,
               "%s needs a square matrix of plain numbers, but this is %s", call->who,
               value_noun(e->arena, v));
    return false;
}

struct value make_skew(struct elaborator *e, const struct builtin_call *call) {
    const struct matrix *a;
    if (!need_square(e, call, &a)) return value_error();
    uint32_t n = a->rows;
    struct operand *at = ARENA_ARRAY(e->arena, (size_t)n * n, struct operand);
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t c = r + 1; c < n; c++) {
            at[(size_t)r * n + c] = matrix_at(a, r, c);
            at[(size_t)c * n + r] = operand_neg(e->arena, matrix_at(a, r, c));
        }
    return value_matrix(call->at, matrix_of(e->arena, n, n, at), DIMENSION_NUMBER);
}

/* ---- of sizes ---------------------------------------------------------------------------------
 */

struct value make_dct(struct elaborator *e, const struct builtin_call *call) {
    uint32_t n;
    if (!need_size(e, call->who, call->arguments[0], &n)) return value_error();
    double *at = ARENA_ARRAY(e->arena, (size_t)n * n, double);
    for (uint32_t k = 0; k < n; k++)
        for (uint32_t i = 0; i < n; i++) {
            /* The angle within one turn, so that large ones are as exact as small ones. */
            uint32_t quarter = (uint32_t)((uint64_t)k * (2 * i + 1) % (4 * (uint64_t)n));
            at[(size_t)k * n + i] =
                k ? sqrt(2.0 / n) * cos(M_PI * quarter / (2.0 * n)) : sqrt(1.0 / n);
        }
    return value_matrix(call->at, matrix_of_numbers(e->arena, n, n, at), DIMENSION_NUMBER);
}

/* Outlet i takes inlet from[i]. */
static struct value permutation_of(struct elaborator *e, const struct builtin_call *call,
                                   const uint32_t *from, uint32_t n) {
    struct operand *at = ARENA_ARRAY(e->arena, (size_t)n * n, struct operand);
    for (uint32_t i = 0; i < n; i++) at[(size_t)i * n + from[i]] = operand_constant(1);
    return value_matrix(call->at, matrix_of(e->arena, n, n, at), DIMENSION_NUMBER);
}

struct value make_permutation(struct elaborator *e, const struct builtin_call *call) {
    const struct argument *a = call->arguments;
    struct random random;
    if (!need_seed(e, call, 1, &random)) return value_error();
    if (a[0].value.kind == VALUE_NUMBER) {
        uint32_t n;
        if (!need_size(e, call->who, a[0], &n)) return value_error();
        uint32_t *from = ARENA_ARRAY(e->arena, n, uint32_t);
        for (uint32_t i = 0; i < n; i++) from[i] = i;
        for (uint32_t i = n; i-- > 1;) { /* Fisher and Yates 1938 */
            uint32_t k = random_below(&random, i + 1), kept = from[i];
            from[i] = from[k];
            from[k] = kept;
        }
        return permutation_of(e, call, from, n);
    }
    struct vector v;
    if (!need_vector(e, call->who, a[0], &v)) return value_error();
    uint32_t *from = ARENA_ARRAY(e->arena, v.count, uint32_t);
    bool *taken = ARENA_ARRAY(e->arena, v.count, bool);
    for (uint32_t i = 0; i < v.count; i++) {
        struct argument entry = {value_number(a[0].at, v.at[i], v.dimension), a[0].at, true};
        double channel;
        if (!need_whole(e, "a channel of 'permutation'", entry, 0, v.count - 1, &channel))
            return value_error();
        from[i] = (uint32_t)channel;
        if (taken[from[i]]) {
            diag_error(e->diags, a[0].at, CODE_WHOLE_NUMBER,
                       "'permutation' takes each channel once, but %u comes twice", from[i]);
            return value_error();
        }
        taken[from[i]] = true;
    }
    return permutation_of(e, call, from, v.count);
}

enum { ANDERSON_BLOCK = 4 };

struct value make_anderson(struct elaborator *e, const struct builtin_call *call) {
    const struct argument *a = call->arguments;
    uint32_t n, size = ANDERSON_BLOCK;
    const struct matrix *block = NULL;
    if (!need_size(e, call->who, a[0], &n)) return value_error();
    if (a[1].given && a[1].value.kind == VALUE_MATRIX) {
        block = a[1].value.matrix;
        if (block->rows != block->cols || a[1].value.dimension != DIMENSION_NUMBER) {
            diag_error(e->diags, a[1].at, CODE_MATRIX_SHAPE,
                       "a block of 'anderson' is a square matrix of plain numbers, but this is %s",
                       value_noun(e->arena, a[1].value));
            return value_error();
        }
        size = block->rows;
    } else if (a[1].given && !need_size(e, call->who, a[1], &size)) {
        return value_error();
    }
    if (n % size) {
        struct diag *diag = diag_error(e->diags, call->at, CODE_WHOLE_NUMBER,
                                       "the size of 'anderson' is a multiple of its block's, %u, "
                                       "but this is %u",
                                       size, n);
        diag_help(diag, "anderson(%u, %u)", n, n % 3 == 0 ? 3 : n % 2 == 0 ? 2 : n);
        return value_error();
    }
    if (!block) block = matrix_hadamard(e->arena, size);
    if (!block) block = matrix_householder(e->arena, size, NULL);
    struct operand *at = ARENA_ARRAY(e->arena, (size_t)n * n, struct operand);
    for (uint32_t row = 0; row < n; row++) {
        uint32_t from = (row / size + n / size - 1) % (n / size) * size;
        for (uint32_t c = 0; c < size; c++)
            at[(size_t)row * n + from + c] = matrix_at(block, row % size, c);
    }
    return value_matrix(call->at, matrix_of(e->arena, n, n, at), DIMENSION_NUMBER);
}

/* ---- of matrices of constants -----------------------------------------------------------------
 */

/* So many multiplications count as one evaluation. */
enum { PRODUCTS_A_STEP = 1024 };

/* The numbers of a constant square matrix, in scratch; null after a report. `products`: how many
 * products of such matrices what follows is worth. */
static const double *need_numbers(struct elaborator *e, const struct builtin_call *call,
                                  struct arena *scratch, unsigned products, uint32_t *n) {
    const struct matrix *a;
    if (!need_square(e, call, &a)) return NULL;
    *n = a->rows;
    uint64_t work = (uint64_t)*n * *n * *n * products;
    if (!spend(e, call->at, work / PRODUCTS_A_STEP)) return NULL;
    double *out = ARENA_ARRAY(scratch, (size_t)*n * *n, double);
    for (size_t i = 0; i < (size_t)*n * *n; i++) {
        if (a->at[i].expr) {
            report_knob(e, call->arguments[0].at,
                        text_format(e->arena, "a matrix given to %s", call->who), a->at[i]);
            return NULL;
        }
        out[i] = a->at[i].value;
    }
    return out;
}

static struct value of_numbers(struct elaborator *e, const struct builtin_call *call,
                               unsigned products,
                               bool (*compute)(struct arena *, const double *, uint32_t, double *),
                               const char *failure) {
    struct arena scratch;
    arena_init_scratch(&scratch, e->arena);
    uint32_t n;
    struct value v = value_error();
    const double *a = need_numbers(e, call, &scratch, products, &n);
    if (a) {
        double *out = ARENA_ARRAY(&scratch, (size_t)n * n, double);
        if (compute(&scratch, a, n, out)) {
            v = value_matrix(call->at, matrix_of_numbers(e->arena, n, n, out), DIMENSION_NUMBER);
        } else {
            diag_error(e->diags, call->arguments[0].at, CODE_NOT_A_VALUE, "%s", failure);
        }
    }
    arena_free(&scratch);
    return v;
}

struct value make_inv(struct elaborator *e, const struct builtin_call *call) {
    return of_numbers(e, call, 2, linear_inverse,
                      "this matrix is singular: it has no inverse, as far as doubles tell");
}

struct value make_expm(struct elaborator *e, const struct builtin_call *call) {
    return of_numbers(e, call, 12, linear_exponential,
                      "the exponential of this matrix is larger than doubles hold");
}

struct value make_nearest_orthogonal(struct elaborator *e, const struct builtin_call *call) {
    return of_numbers(e, call, 20, linear_polar,
                      "this matrix is singular: no one orthogonal matrix is the nearest");
}
