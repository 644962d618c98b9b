#include "passes/gains.h"

#include <math.h>

static size_t entries(const struct matrix *a) {
    return (size_t)a->rows * a->cols;
}

uint64_t matrix_cost(const struct matrix *a) {
    uint64_t cost = 0;
    for (size_t i = 0; i < entries(a); i++)
        if (!operand_is(a->at[i], 0)) cost += a->at[i].expr ? 3 : 1;
    return cost;
}

const struct matrix *node_matrix(struct arena *arena, const struct node *node) {
    if (node->op == OP_GAIN) return node->matrix;
    return node->op == OP_WIRE ? matrix_identity(arena, node->shape.ins) : NULL;
}

bool node_is_zero(const struct node *node) {
    return node->op == OP_GAIN && matrix_is_zero(node->matrix);
}

/* True if all entries that move do so with one smoothing; constants have none. */
static bool one_smoothing(const struct program *program, const struct matrix *a, double *smooth_s,
                          bool *found) {
    for (size_t i = 0; i < entries(a); i++) {
        if (!a->at[i].expr) continue;
        double own = operand_smooth_s(a->at[i], program->knobs);
        if (*found && own != *smooth_s) return false;
        *found = true;
        *smooth_s = own;
    }
    return true;
}

static bool acceptable(const struct matrix *a) {
    for (size_t i = 0; i < entries(a); i++)
        if (!isfinite(a->at[i].value) || (a->at[i].expr && a->at[i].expr->size > EXPR_SIZE_MAX))
            return false;
    return true;
}

const struct matrix *gains_product(struct arena *arena, const struct program *program,
                                   const struct matrix *first, const struct matrix *second) {
    bool first_moves = !matrix_is_constant(first), second_moves = !matrix_is_constant(second);
    if (first_moves && second_moves) return NULL;
    double smooth_s = 0;
    bool found = false;
    if (!one_smoothing(program, first_moves ? first : second, &smooth_s, &found)) return NULL;
    const struct matrix *product = matrix_multiply(arena, second, first);
    bool cheap = matrix_cost(product) <= matrix_cost(first) + matrix_cost(second);
    return cheap && acceptable(product) ? product : NULL;
}

/* The sum of these entries would be longer than an expression may be. */
static bool too_long(const struct matrix *a, const struct matrix *b) {
    for (size_t i = 0; i < entries(a); i++) {
        const struct expr *x = a->at[i].expr, *y = b->at[i].expr;
        if (x && y && (uint64_t)x->size + y->size >= EXPR_SIZE_MAX) return true;
    }
    return false;
}

const struct matrix *gains_sum(struct arena *arena, const struct program *program,
                               const struct matrix *a, const struct matrix *b) {
    if (too_long(a, b)) return NULL; /* before anything walks through what was added so far */
    double smooth_s = 0;
    bool found = false;
    if (!one_smoothing(program, a, &smooth_s, &found) ||
        !one_smoothing(program, b, &smooth_s, &found))
        return NULL;
    const struct matrix *sum = matrix_add(arena, a, b);
    return acceptable(sum) ? sum : NULL;
}

const struct matrix *gains_beside(struct arena *arena, const struct matrix *const *parts,
                                  uint32_t count, bool stacked) {
    uint32_t rows = 0, cols = stacked ? parts[0]->cols : 0;
    for (uint32_t i = 0; i < count; i++) {
        rows += parts[i]->rows;
        if (!stacked) cols += parts[i]->cols;
    }
    if ((uint64_t)rows * cols > GAIN_ENTRIES_MAX) return NULL;
    struct operand *at = ARENA_ARRAY(arena, (size_t)rows * cols, struct operand);
    uint32_t row = 0, col = 0;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t r = 0; r < parts[i]->rows; r++, row++)
            for (uint32_t c = 0; c < parts[i]->cols; c++)
                at[(size_t)row * cols + col + c] = matrix_at(parts[i], r, c);
        if (!stacked) col += parts[i]->cols;
    }
    return matrix_of(arena, rows, cols, at);
}
