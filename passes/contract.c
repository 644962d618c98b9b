/* Matrices of loops that rounding may have left above lossless are scaled until they are below.
 *
 * A constant square matrix A is meant to be lossless if D A D^-1 is orthogonal within 2^-20 for some
 * diagonal D > 0. It is multiplied by the largest 1 - k u, k = 0, 1, 2 ..., u the last bit of what
 * it will be rounded to, with which P - A' P A is positive definite after rounding, P = D^2: in
 * exact arithmetic (ir/exact.h), so that lines of delay around it lose energy at every sample, and
 * the certificate need not tell what rounding hides. One that is lossless to the last bit is scaled
 * by 1 - u: it would ring for ever.
 *
 * A matrix that stands inside and outside of loops is one, and is scaled at both. */
#include <math.h>
#include <string.h>

#include "ir/base/memo.h"
#include "ir/base/vec.h"
#include "ir/exact.h"
#include "ir/walk.h"
#include "passes/pass.h"

/* The widest matrix that is looked at: the exact test of one takes about a second. */
enum { ROWS_MOST = 256 };

struct contracting {
    struct pass_context *pass;
    double unit; /* u */
    bool single;
    struct memo seen;  /* node -> 1: outside of loops, 2: within one */
    struct memo found; /* matrix -> what it becomes, in loops */
    VEC(const struct matrix *) matrices;
    VEC(struct contracted) done;
};

static void find_matrices(struct contracting *c, const struct node *node, bool within) {
    union memo_value *seen = memo_at(&c->seen, node, NULL);
    if (seen->number >= 1u + within) return;
    seen->number = 1u + within;
    within = within || node->op == OP_FEEDBACK;
    for (uint32_t i = 0; i < node->count; i++) find_matrices(c, node->parts[i], within);
    if (node->op != OP_GAIN || !within) return;
    const struct matrix *m = node->matrix;
    if (m->rows != m->cols || m->rows < 2 || m->rows > ROWS_MOST || !matrix_is_constant(m)) return;
    bool fresh;
    memo_at(&c->found, m, &fresh)->pointer = m;
    if (fresh) vec_push(c->pass->scratch, &c->matrices, m);
}

/* x with e^X A e^-X balanced, whose rows are as long as its columns (Osborne 1960): of a matrix that
 * some scaling makes orthogonal, this is it. */
static void balance(const double *A, uint32_t n, double *x) {
    enum { SWEEPS = 200 };
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        double moved = 0;
        for (uint32_t i = 0; i < n; i++) {
            double row = 0, column = 0;
            for (uint32_t j = 0; j < n; j++) {
                if (j == i) continue;
                double r = A[(size_t)i * n + j] * exp(x[i] - x[j]);
                double s = A[(size_t)j * n + i] * exp(x[j] - x[i]);
                row += r * r;
                column += s * s;
            }
            if (!(row > 0) || !(column > 0)) continue;
            double step = log(column / row) / 4;
            x[i] += step;
            moved = fmax(moved, fabs(step));
        }
        if (moved < 1e-15) return;
    }
}

/* The scaled matrix, Q; true if it is orthogonal within 2^-20. */
static bool is_orthogonal(const double *A, uint32_t n, const double *x, double *Q) {
    static const double within = 0x1p-20;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            Q[(size_t)j * n + i] = A[(size_t)i * n + j] * exp(x[i] - x[j]); /* transposed */
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j <= i; j++) {
            double sum = i == j ? -1 : 0;
            for (uint32_t k = 0; k < n; k++) sum += Q[(size_t)i * n + k] * Q[(size_t)j * n + k];
            if (!(fabs(sum) <= within)) return false;
        }
    return true;
}

/* The norm of Q, from below: ||Q v|| after some steps of v -> Q' Q v. */
static double norm_of(const double *Q, uint32_t n, double *v, double *w) {
    double norm = 1;
    for (uint32_t i = 0; i < n; i++) v[i] = 1 + 0.1 * sin(i + 1.0);
    for (int step = 0; step < 60; step++) {
        double length = 0, after = 0;
        for (uint32_t i = 0; i < n; i++) length += v[i] * v[i];
        length = sqrt(length);
        memset(w, 0, n * sizeof *w);
        for (uint32_t j = 0; j < n; j++)
            for (uint32_t i = 0; i < n; i++) w[i] += Q[(size_t)j * n + i] * v[j] / length;
        for (uint32_t i = 0; i < n; i++) after += w[i] * w[i];
        norm = sqrt(after);
        for (uint32_t j = 0; j < n; j++) {
            v[j] = 0;
            for (uint32_t i = 0; i < n; i++) v[j] += Q[(size_t)j * n + i] * w[i];
        }
    }
    return norm;
}

static double rounded(const struct contracting *c, double value) {
    return c->single ? (double)(float)value : value;
}

/* The least k that does; false if A is not meant to be lossless, or none was found. B: A, scaled. */
static bool scale(struct contracting *c, const double *A, uint32_t n, double *B, uint64_t *steps) {
    struct arena *scratch = c->pass->scratch;
    double *x = ARENA_ARRAY(scratch, n, double), *p = ARENA_ARRAY(scratch, n, double);
    double *Q = ARENA_ARRAY(scratch, (size_t)n * n, double);
    bool plain = is_orthogonal(A, n, x, Q);
    if (!plain) {
        balance(A, n, x);
        if (!is_orthogonal(A, n, x, Q)) return false;
    }
    for (uint32_t i = 0; i < n; i++) p[i] = exp(2 * (x[i] - x[0]));
    /* Rounding moves the norm of Q by sqrt n u / 2 at most, and norm_of is off by less than n u in
     * doubles: what comes before cannot do. */
    double first = floor((1 - 1 / norm_of(Q, n, B, B + n)) / c->unit) - 2.0 * n - 2;
    uint64_t k = first > 0 && first < 0x1p50 ? (uint64_t)first : 0;
    for (uint64_t last = k + 16 * (uint64_t)n + 256; k < last; k++) {
        double factor = 1 - (double)k * c->unit;
        for (size_t i = 0; i < (size_t)n * n; i++) B[i] = rounded(c, A[i] * factor);
        struct arena own;
        arena_init_scratch(&own, scratch);
        enum exact_energy energy = exact_energy(&own, B, n, plain ? NULL : p);
        arena_free(&own);
        *steps = k;
        if (energy == ENERGY_FALLS) return true;
        if (energy == ENERGY_UNKNOWN) return false;
    }
    return false;
}

static void contract_matrix(struct contracting *c, const struct matrix *m) {
    uint32_t n = m->rows;
    size_t square = (size_t)n * n;
    double *A = ARENA_ARRAY(c->pass->scratch, square, double);
    double *B = ARENA_ARRAY(c->pass->scratch, square, double);
    uint64_t steps;
    for (size_t i = 0; i < square; i++) A[i] = m->at[i].value;
    if (!scale(c, A, n, B, &steps)) return;
    struct matrix *made = matrix_of_numbers(c->pass->arena, n, n, B);
    made->name = m->name;
    memo_at(&c->found, m, NULL)->pointer = made;
    vec_push(c->pass->arena, &c->done, (struct contracted){m->name, n, steps, c->unit});
}

static const struct node *replace(struct build *build, const struct node *node, void *context) {
    struct contracting *c = context;
    if (node->op != OP_GAIN) return node;
    const struct matrix *made = memo_at(&c->found, node->matrix, NULL)->pointer;
    if (!made || made == node->matrix) return node;
    struct node *scaled = ARENA_NEW(build->arena, struct node);
    *scaled = *node;
    scaled->matrix = made;
    return scaled;
}

bool pass_contract(struct pass_context *context, struct program *program) {
    if (program->contract_for == CONTRACT_FOR_NOTHING) return true;
    struct contracting c = {.pass = context, .single = program->contract_for == CONTRACT_FOR_FLOAT};
    c.unit = c.single ? 0x1p-24 : 0x1p-53;
    memo_init(&c.seen, context->scratch);
    memo_init(&c.found, context->scratch);
    find_matrices(&c, program->main, false);
    for (size_t i = 0; i < c.matrices.count; i++) contract_matrix(&c, c.matrices.at[i]);
    program->contracted = c.done.at;
    program->contracted_count = (uint32_t)c.done.count;
    if (!c.done.count) {
        struct diag *diag =
            diag_warning(context->diags, program->main->at, CODE_CONTRACT_IDLE,
                         "--contract found no matrix in a loop that is lossless but for rounding");
        diag_note(diag, NOWHERE,
                  "looked at are constant square matrices of 2 to %d rows: orthogonal within 2^-20, or "
                  "so by a diagonal scaling", ROWS_MOST);
        return true;
    }
    struct build build = {context->arena, context->diags};
    program->main = node_rewrite(&build, program->main, replace, &c);
    return true;
}
