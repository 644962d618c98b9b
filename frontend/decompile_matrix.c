/* Matrices as the built-in functions that make them. Each guess below looks at the numbers, writes
 * what might give them, and is believed only if elaborating that gives them back. */
#include <math.h>
#include <string.h>

#include "frontend/decompile_parts.h"
#include "frontend/read_adg.h"

const struct node *trial(struct decompiler *d, struct arena *scratch, const char *text) {
    struct sources sources;
    struct diags diags;
    sources_init(&sources, scratch);
    diags_init(&diags, scratch);
    struct reading reading = {
        .arena = scratch, .names = d->reading->names, .sources = &sources, .diags = &diags};
    const char *whole = text_format(scratch, "%smain = %s\n", d->head, text);
    const struct source *source = source_add(&sources, "", whole, strlen(whole));
    struct program program = {0};
    return source && read_adg(&reading, source, &program) ? program.main : NULL;
}

/* A matrix on its way to become text. */
struct guessing {
    struct decompiler *d;
    struct arena *scratch;
    const struct matrix *m;
    double tolerance, apart;
    const char *text; /* what was found */
};

static double at(const struct guessing *g, uint32_t row, uint32_t col) {
    return matrix_at(g->m, row, col).value;
}

static bool gives_back(struct guessing *g, const char *text) {
    const struct node *node = trial(g->d, g->scratch, text);
    const struct matrix *m = g->m, *got;
    if (!node || node->shape.ins != m->cols || node->shape.outs != m->rows) return false;
    if (node->op == OP_WIRE) got = matrix_identity(g->scratch, m->rows);
    else if (node->op == OP_GAIN) got = node->matrix;
    else return false;
    double apart = 0;
    for (size_t i = 0; i < (size_t)m->rows * m->cols; i++)
        if (!operand_near(got->at[i], m->at[i], g->tolerance, &apart)) return false;
    g->apart = apart;
    g->text = text;
    return true;
}

/* The text of factor * base, for a base that binds as tightly as a call. */
static const char *scaled(struct guessing *g, double factor, const char *base) {
    struct arena *arena = g->d->arena;
    if (factor == 1) return base;
    if (factor == -1) return text_format(arena, "(-%s)", base);
    return text_format(arena, "((%g)*%s)", factor, base);
}

struct scaling {
    struct guessing *g;
    const char *base;
};

static bool scaled_gives_back(void *context, double factor) {
    struct scaling *s = context;
    return gives_back(s->g, scaled(s->g, factor, s->base));
}

/* A few plain numbers say more than a long factor. */
static bool is_worth(const struct guessing *g, double factor) {
    enum { FEW = 4, SHORT = 8 };
    return g->m->rows > FEW || strlen(text_format(g->scratch, "%g", factor)) <= SHORT;
}

/* The base, or a multiple of it by the shortest factor near `factor`. */
static bool guess_scaled(struct guessing *g, double factor, const char *base) {
    struct scaling s = {g, base};
    double found;
    if (fabs(fabs(factor) - 1) <= 4 * g->tolerance)
        return scaled_gives_back(&s, copysign(1, factor));
    return short_number(factor, scaled_gives_back, &s, &found) && is_worth(g, found);
}

/* ---- entries alike -----------------------------------------------------------------------------
 */

static bool all_alike(const struct guessing *g, bool diagonal) {
    const struct matrix *m = g->m;
    for (uint32_t r = 0; r < m->rows; r++) {
        for (uint32_t c = 0; c < m->cols; c++) {
            if (diagonal && r != c) continue;
            if (!operand_equal(matrix_at(m, r, c), m->at[0])) return false;
        }
    }
    return true;
}

/* k times a matrix of ones and zeros, exactly; k may be a knob's. */
static bool take_multiple(struct guessing *g, const char *base) {
    struct operand k = g->m->at[0];
    struct arena *arena = g->d->arena;
    if (k.expr) g->text = text_format(arena, "((%s)*%s)", number_text(g->d, k), base);
    else g->text = scaled(g, k.value, base);
    return true;
}

static bool guess_filled(struct guessing *g) {
    const struct matrix *m = g->m;
    struct arena *arena = g->d->arena;
    if (!all_alike(g, false)) return false;
    if (operand_is(m->at[0], 0)) {
        g->text = text_format(arena, m->rows == m->cols ? "zeros(%u)" : "zeros(%u, %u)", m->rows,
                              m->cols);
        return true;
    }
    if (m->rows == 1) return take_multiple(g, text_format(arena, "sum(%u)", m->cols));
    if (m->cols == 1) return take_multiple(g, text_format(arena, "split(%u)", m->rows));
    return take_multiple(
        g, text_format(arena, m->rows == m->cols ? "ones(%u)" : "ones(%u, %u)", m->rows, m->cols));
}

static bool guess_diagonal(struct guessing *g) {
    const struct matrix *m = g->m;
    struct arena *arena = g->d->arena;
    if (!matrix_is_diagonal(m)) return false;
    if (all_alike(g, true)) return take_multiple(g, text_format(arena, "id(%u)", m->rows));
    struct operand *entries = ARENA_ARRAY(arena, m->rows, struct operand);
    for (uint32_t i = 0; i < m->rows; i++) entries[i] = matrix_at(m, i, i);
    g->text = text_format(arena, "diag(%s)", numbers_text(g->d, entries, 1, m->rows));
    return true;
}

/* ---- orthogonal ones, and their multiples -------------------------------------------------------
 */

static double row_norm(const struct guessing *g, uint32_t row) {
    double sum = 0;
    for (uint32_t c = 0; c < g->m->cols; c++) sum += at(g, row, c) * at(g, row, c);
    return sqrt(sum);
}

static bool is_square(const struct guessing *g) {
    return g->m->rows == g->m->cols && g->m->rows > 1;
}

static bool guess_hadamard(struct guessing *g) {
    uint32_t n = g->m->rows;
    if (!is_square(g) || (n & (n - 1))) return false;
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t c = 0; c < n; c++)
            if (fabs(fabs(at(g, r, c)) - fabs(at(g, 0, 0))) > 2 * g->tolerance) return false;
    return guess_scaled(g, at(g, 0, 0) * sqrt(n), text_format(g->d->arena, "hadamard(%u)", n));
}

/* One reflection, or its negative, for the numbers of M = k (I - 2 v v'), |v| = 1: the diagonal
 * says which v[i]^2, the row of the largest of them says the others. */
static bool guess_reflection(struct guessing *g, double k) {
    uint32_t n = g->m->rows, pivot = 0;
    for (uint32_t i = 1; i < n; i++)
        if (at(g, i, i) / k < at(g, pivot, pivot) / k) pivot = i;
    double largest = (1 - at(g, pivot, pivot) / k) / 2;
    if (!(largest > 0 && largest < 2)) return false;
    struct operand *u = ARENA_ARRAY(g->d->arena, n, struct operand);
    bool alike = true;
    for (uint32_t i = 0; i < n; i++) {
        double v = i == pivot ? sqrt(largest) : -at(g, pivot, i) / k / (2 * sqrt(largest));
        u[i] = operand_constant(v);
        alike = alike && fabs(v - u[0].value) < 1e-6;
    }
    if (alike && guess_scaled(g, k, text_format(g->d->arena, "householder(%u)", n))) return true;
    /* As few digits as do. */
    for (int digits = 6; digits <= 17; digits++) {
        struct operand *rounded = ARENA_ARRAY(g->scratch, n, struct operand);
        for (uint32_t i = 0; i < n; i++) {
            double unit = pow(10, digits);
            rounded[i] =
                operand_constant(digits < 16 ? nearbyint(u[i].value * unit) / unit : u[i].value);
        }
        const char *call =
            text_format(g->d->arena, "householder(%s)", numbers_text(g->d, rounded, 1, n));
        if (gives_back(g, scaled(g, k, call))) return true;
    }
    return false;
}

static bool guess_householder(struct guessing *g) {
    uint32_t n = g->m->rows;
    if (!is_square(g)) return false;
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t c = 0; c < r; c++)
            if (fabs(at(g, r, c) - at(g, c, r)) > 2 * g->tolerance) return false;
    /* The trace of k (I - 2 v v') is k (n - 2). */
    double k = row_norm(g, 0), trace = 0;
    for (uint32_t i = 0; i < n; i++) trace += at(g, i, i);
    if (trace < 0 || (n == 2 && at(g, 0, 0) + at(g, 1, 1) < 0)) k = -k;
    if (fabs(trace - k * (n - 2)) > 4 * n * g->tolerance) return false;
    if (fabs(fabs(k) - 1) <= 4 * n * g->tolerance) k = copysign(1, k);
    return is_worth(g, k) && guess_reflection(g, k);
}

static bool guess_permutation(struct guessing *g) {
    uint32_t n = g->m->rows;
    if (!is_square(g)) return false;
    struct operand *row = ARENA_ARRAY(g->d->arena, 2 * (size_t)n, struct operand), *col = row + n;
    for (uint32_t r = 0; r < n; r++) {
        uint32_t ones = 0;
        for (uint32_t c = 0; c < n; c++) {
            if (at(g, r, c) == 0) continue;
            if (at(g, r, c) != 1) return false;
            ones++;
            row[r] = operand_constant(c);
            col[c] = operand_constant(r);
        }
        if (ones != 1) return false;
    }
    struct arena *arena = g->d->arena;
    return gives_back(g, text_format(arena, "permutation(%s)", numbers_text(g->d, row, 1, n))) ||
           gives_back(g, text_format(arena, "permutation(%s)", numbers_text(g->d, col, 1, n)));
}

static bool guess_circulant(struct guessing *g) {
    uint32_t n = g->m->rows;
    if (!is_square(g) || n < 3) return false;
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t c = 0; c < n; c++)
            if (fabs(at(g, (r + 1) % n, (c + 1) % n) - at(g, r, c)) > 2 * g->tolerance)
                return false;
    struct arena *arena = g->d->arena;
    struct operand *col = ARENA_ARRAY(arena, n, struct operand);
    for (uint32_t i = 0; i < n; i++) col[i] = matrix_at(g->m, i, 0);
    return gives_back(g, text_format(arena, "circulant(%s)", numbers_text(g->d, g->m->at, 1, n))) ||
           gives_back(g, text_format(arena, "circulant(%s)", numbers_text(g->d, col, 1, n)));
}

static bool angle_gives_back(void *context, double degrees) {
    struct guessing *g = context;
    return gives_back(g, text_format(g->d->arena, "rotation(%gdeg)", degrees));
}

static bool guess_rotation(struct guessing *g) {
    double ignored, degrees = atan2(at(g, 1, 0), at(g, 0, 0)) * 180 / M_PI;
    if (g->m->rows != 2 || !is_square(g)) return false;
    return short_number(degrees, angle_gives_back, g, &ignored) ||
           short_number(-degrees, angle_gives_back, g, &ignored);
}

static bool guess_dct(struct guessing *g) {
    return is_square(g) && gives_back(g, text_format(g->d->arena, "dct(%u)", g->m->rows));
}

/* ---- copies of channels
 * -------------------------------------------------------------------------- */

/* A column, or a row, of multiples of one identity. */
static bool guess_kron(struct guessing *g) {
    const struct matrix *m = g->m;
    bool tall = m->rows > m->cols;
    uint32_t n = tall ? m->cols : m->rows, blocks = (tall ? m->rows : m->cols) / (n ? n : 1);
    if (n < 2 || blocks < 2 || blocks * n != (tall ? m->rows : m->cols)) return false;
    struct operand *v = ARENA_ARRAY(g->d->arena, blocks, struct operand);
    double unit = fabs(at(g, 0, 0));
    bool signs = unit > 0;
    for (uint32_t b = 0; b < blocks; b++) {
        v[b] = tall ? matrix_at(m, b * n, 0) : matrix_at(m, 0, b * n);
        signs = signs && fabs(v[b].value) == unit;
        for (uint32_t r = 0; r < n; r++)
            for (uint32_t c = 0; c < n; c++)
                if (r != c && at(g, tall ? b * n + r : r, tall ? c : b * n + c) != 0) return false;
    }
    for (uint32_t b = 0; signs && b < blocks; b++) v[b] = operand_constant(v[b].value / unit);
    const char *list = numbers_text(g->d, v, tall ? blocks : 1, tall ? 1 : blocks);
    const char *call = text_format(g->d->arena, "kron(%s, id(%u))", list, n);
    double parts = 1 / unit;
    if (signs && parts != 1 && parts == nearbyint(parts) &&
        gives_back(g, text_format(g->d->arena, "(%s/%g)", call, parts)))
        return true;
    return gives_back(g, scaled(g, signs ? unit : 1, call));
}

/* ---- the table
 * ------------------------------------------------------------------------------------ */

static const struct {
    bool knobs; /* it can say expressions of knobs */
    bool (*guess)(struct guessing *g);
} guesses[] = {
    {true, guess_filled},    {true, guess_diagonal},     {false, guess_permutation},
    {false, guess_hadamard}, {false, guess_householder}, {false, guess_circulant},
    {false, guess_rotation}, {false, guess_dct},         {false, guess_kron},
};

const char *matrix_text(struct decompiler *d, const struct matrix *m, const char **comment) {
    *comment = NULL;
    if (m->rows == 1 && m->cols == 1)
        return text_format(d->arena, "(%s)", number_text(d, m->at[0]));
    struct arena scratch;
    arena_init_scratch(&scratch, d->arena);
    size_t count = (size_t)m->rows * m->cols;
    struct guessing g = {
        .d = d, .scratch = &scratch, .m = m, .tolerance = last_digit(m->at, count, 1)};
    bool constant = matrix_is_constant(m);
    for (size_t i = 0; i < sizeof guesses / sizeof *guesses && !g.text; i++)
        if ((constant || guesses[i].knobs) && !guesses[i].guess(&g)) g.text = NULL;
    arena_free(&scratch);
    *comment = apart_comment(d, g.apart);
    return g.text ? g.text : numbers_text(d, m->at, m->rows, m->cols);
}
