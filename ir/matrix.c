#include "ir/matrix.h"

#include <math.h>

static struct operand *entries_new(struct arena *arena, uint32_t rows, uint32_t cols) {
    return ARENA_ARRAY(arena, (size_t)rows * cols, struct operand);
}

struct matrix *matrix_of(struct arena *arena, uint32_t rows, uint32_t cols,
                         const struct operand *at) {
    struct matrix *m = ARENA_NEW(arena, struct matrix);
    *m = (struct matrix){.rows = rows, .cols = cols, .at = at};
    return m;
}

struct matrix *matrix_make(struct arena *arena, uint32_t rows, uint32_t cols,
                           struct operand (*fill)(const void *context, uint32_t row, uint32_t col),
                           const void *context) {
    struct operand *at = entries_new(arena, rows, cols);
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t c = 0; c < cols; c++) at[(size_t)r * cols + c] = fill(context, r, c);
    return matrix_of(arena, rows, cols, at);
}

struct matrix *matrix_of_numbers(struct arena *arena, uint32_t rows, uint32_t cols,
                                 const double *numbers) {
    struct operand *at = entries_new(arena, rows, cols);
    for (size_t i = 0; i < (size_t)rows * cols; i++) at[i] = operand_constant(numbers[i]);
    return matrix_of(arena, rows, cols, at);
}

struct matrix *matrix_identity(struct arena *arena, uint32_t n) {
    struct operand *at = entries_new(arena, n, n);
    for (uint32_t i = 0; i < n; i++) at[(size_t)i * n + i] = operand_constant(1);
    return matrix_of(arena, n, n, at);
}

struct matrix *matrix_filled(struct arena *arena, uint32_t rows, uint32_t cols,
                             struct operand value) {
    struct operand *at = entries_new(arena, rows, cols);
    for (size_t i = 0; i < (size_t)rows * cols; i++) at[i] = value;
    return matrix_of(arena, rows, cols, at);
}

struct matrix *matrix_diagonal(struct arena *arena, uint32_t n, const struct operand *entries) {
    struct operand *at = entries_new(arena, n, n);
    for (uint32_t i = 0; i < n; i++) at[(size_t)i * n + i] = entries[i];
    return matrix_of(arena, n, n, at);
}

struct matrix *matrix_hadamard(struct arena *arena, uint32_t n) {
    if (!n || (n & (n - 1))) return NULL;
    struct operand *at = entries_new(arena, n, n);
    const double scale = 1 / sqrt((double)n);
    for (uint32_t r = 0; r < n; r++) {
        for (uint32_t c = 0; c < n; c++) {
            /* The sign is the parity of the bits that r and c share. */
            uint32_t shared = r & c, parity = 0;
            for (; shared; shared &= shared - 1) parity ^= 1;
            at[(size_t)r * n + c] = operand_constant(parity ? -scale : scale);
        }
    }
    return matrix_of(arena, n, n, at);
}

struct matrix *matrix_householder(struct arena *arena, uint32_t n, const struct operand *u) {
    struct operand square = operand_constant(0);
    for (uint32_t i = 0; i < n; i++)
        square =
            operand_add(arena, square, u ? operand_mul(arena, u[i], u[i]) : operand_constant(1));
    if (operand_is(square, 0)) return NULL;
    struct operand factor = operand_div(arena, operand_constant(2), square);
    struct operand *at = entries_new(arena, n, n);
    for (uint32_t r = 0; r < n; r++) {
        for (uint32_t c = 0; c < n; c++) {
            struct operand product = u ? operand_mul(arena, u[r], u[c]) : operand_constant(1);
            at[(size_t)r * n + c] = operand_sub(arena, operand_constant(r == c ? 1 : 0),
                                                operand_mul(arena, factor, product));
        }
    }
    return matrix_of(arena, n, n, at);
}

struct matrix *matrix_transpose(struct arena *arena, const struct matrix *a) {
    struct operand *at = entries_new(arena, a->cols, a->rows);
    for (uint32_t r = 0; r < a->cols; r++)
        for (uint32_t c = 0; c < a->rows; c++) at[(size_t)r * a->rows + c] = matrix_at(a, c, r);
    return matrix_of(arena, a->cols, a->rows, at);
}

struct matrix *matrix_scale(struct arena *arena, struct operand factor, const struct matrix *a) {
    struct operand *at = entries_new(arena, a->rows, a->cols);
    for (size_t i = 0; i < (size_t)a->rows * a->cols; i++)
        at[i] = operand_mul(arena, factor, a->at[i]);
    return matrix_of(arena, a->rows, a->cols, at);
}

struct matrix *matrix_add(struct arena *arena, const struct matrix *a, const struct matrix *b) {
    struct operand *at = entries_new(arena, a->rows, a->cols);
    for (size_t i = 0; i < (size_t)a->rows * a->cols; i++)
        at[i] = operand_add(arena, a->at[i], b->at[i]);
    return matrix_of(arena, a->rows, a->cols, at);
}

/* Of constants, as plain numbers: operands one by one take twenty times as long. */
static struct matrix *multiply_numbers(struct arena *arena, const struct matrix *a,
                                       const struct matrix *b) {
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    size_t count = (size_t)b->rows * b->cols;
    double *right = ARENA_ARRAY(&scratch, count, double);
    double *out = ARENA_ARRAY(&scratch, (size_t)a->rows * b->cols, double);
    for (size_t i = 0; i < count; i++) right[i] = b->at[i].value;
    for (uint32_t r = 0; r < a->rows; r++) {
        double *row = out + (size_t)r * b->cols;
        for (uint32_t k = 0; k < a->cols; k++) {
            double factor = matrix_at(a, r, k).value;
            const double *from = right + (size_t)k * b->cols;
            if (factor == 0) continue;
            for (uint32_t c = 0; c < b->cols; c++) row[c] += factor * from[c];
        }
    }
    struct matrix *product = matrix_of_numbers(arena, a->rows, b->cols, out);
    arena_free(&scratch);
    return product;
}

struct matrix *matrix_multiply(struct arena *arena, const struct matrix *a,
                               const struct matrix *b) {
    if (matrix_is_constant(a) && matrix_is_constant(b)) return multiply_numbers(arena, a, b);
    struct operand *at = entries_new(arena, a->rows, b->cols);
    for (uint32_t r = 0; r < a->rows; r++) {
        struct operand *row = at + (size_t)r * b->cols;
        for (uint32_t k = 0; k < a->cols; k++) {
            struct operand factor = matrix_at(a, r, k);
            if (operand_is(factor, 0)) continue;
            for (uint32_t c = 0; c < b->cols; c++)
                row[c] = operand_add(arena, row[c], operand_mul(arena, factor, matrix_at(b, k, c)));
        }
    }
    return matrix_of(arena, a->rows, b->cols, at);
}

struct matrix *matrix_kron(struct arena *arena, const struct matrix *a, const struct matrix *b) {
    uint32_t rows = a->rows * b->rows, cols = a->cols * b->cols;
    struct operand *at = entries_new(arena, rows, cols);
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t c = 0; c < cols; c++)
            at[(size_t)r * cols + c] = operand_mul(arena, matrix_at(a, r / b->rows, c / b->cols),
                                                   matrix_at(b, r % b->rows, c % b->cols));
    return matrix_of(arena, rows, cols, at);
}

bool matrix_is_constant(const struct matrix *a) {
    for (size_t i = 0; i < (size_t)a->rows * a->cols; i++)
        if (a->at[i].expr) return false;
    return true;
}

bool matrix_is_diagonal(const struct matrix *a) {
    if (a->rows != a->cols) return false;
    for (uint32_t r = 0; r < a->rows; r++)
        for (uint32_t c = 0; c < a->cols; c++)
            if (r != c && !operand_is(matrix_at(a, r, c), 0)) return false;
    return true;
}

bool matrix_is_identity(const struct matrix *a) {
    if (!matrix_is_diagonal(a)) return false;
    for (uint32_t i = 0; i < a->rows; i++)
        if (!operand_is(matrix_at(a, i, i), 1)) return false;
    return true;
}

bool matrix_is_zero(const struct matrix *a) {
    for (size_t i = 0; i < (size_t)a->rows * a->cols; i++)
        if (!operand_is(a->at[i], 0)) return false;
    return true;
}

bool matrix_equal(const struct matrix *a, const struct matrix *b) {
    if (a == b) return true;
    if (a->rows != b->rows || a->cols != b->cols) return false;
    for (size_t i = 0; i < (size_t)a->rows * a->cols; i++)
        if (!operand_equal(a->at[i], b->at[i])) return false;
    return true;
}
