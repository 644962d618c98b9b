#include "ir/algebra.h"

#include <math.h>
#include <string.h>

#include "ir/loops.h"

uint32_t leading_zeros(const struct operand *at, uint32_t count) {
    uint32_t zeros = 0;
    while (zeros + 1 < count && operand_is(at[zeros], 0)) zeros++;
    return zeros;
}

/* What people call what the signal goes through without delay. */
static const char *noun_of(const struct node *node) {
    if (node->op == OP_SOS) return "filter";
    if (node->op == OP_FIR) return "response";
    return node->op == OP_DELAY ? "delay, which may be of no sample" : op_infos[node->op].text;
}

/* Through which cells the shortest delay-free cycle from `start` leads back to it, signal order. */
static void note_cycle(struct algebra *a, const struct cells *cells, const struct loops *loops,
                       wire start, struct diag *diag) {
    uint32_t component = loops->of[start];
    wire *next = ARENA_ARRAY(a->scratch, cells->count, wire); /* towards `start`, as signal flows */
    bool *seen = ARENA_ARRAY(a->scratch, cells->count, bool);
    wire *queue = ARENA_ARRAY(a->scratch, cells->count, wire);
    size_t head = 0, tail = 0;
    queue[tail++] = start;
    bool home = false;
    while (head < tail && !home) {
        wire at = queue[head++];
        const struct cell *cell = &cells->at[at];
        for (uint32_t i = 0; i < cell->count && !home; i++) {
            wire from = cell->from[i];
            if (loops->of[from] != component || !cell_is_direct(cell, i)) continue;
            if (from == start) {
                next[start] = at;
                home = true;
            } else if (!seen[from]) {
                seen[from] = true;
                next[from] = at;
                queue[tail++] = from;
            }
        }
    }
    /* One remark a node, not one a cell. */
    const struct node *last = cells->at[start].node;
    int notes = 0;
    for (wire w = next[start]; home && w != start && notes < 8; w = next[w]) {
        const struct node *node = cells->at[w].node;
        if (!node || node == last) continue;
        last = node;
        if (node->name)
            diag_note(diag, cells->at[w].at, "the loop leads through '%s' (%s)", node->name->text,
                      noun_of(node));
        else
            diag_note(diag, cells->at[w].at, "the loop leads through this %s", noun_of(node));
        notes++;
    }
}

static const struct strict_loop *strict_in(const struct algebra *a, const struct loops *loops,
                                           uint32_t component, wire *sum) {
    for (uint32_t i = 0; i < a->strict_count; i++) {
        for (uint32_t k = 0; k < a->strict[i].count; k++) {
            if (loops->of[a->strict[i].first + k] != component) continue;
            *sum = a->strict[i].first + k;
            return &a->strict[i];
        }
    }
    return NULL;
}

static bool refuse(struct algebra *a, const struct cells *cells, const struct loops *loops,
                   const struct strict_loop *loop, wire sum) {
    const char *label = name_or(loop->node->name, NULL);
    struct diag *diag =
        label ? diag_error(a->diags, loop->node->at, CODE_DELAY_FREE_LOOP,
                           "delay-free loop: the feedback in '%s' holds no delay", label)
              : diag_error(a->diags, loop->node->at, CODE_DELAY_FREE_LOOP,
                           "delay-free loop: this feedback holds no delay");
    note_cycle(a, cells, loops, sum, diag);
    diag_help(diag, "every loop needs a delay of at least one sample, anywhere on it");
    return false;
}

static bool moving(struct algebra *a, const struct cell *cell) {
    diag_error(a->diags, cell->at, CODE_MOVING_LOOP,
               "a delay-free loop can be solved for constants only, but a knob moves this %s in it",
               cell_infos[cell->op].text);
    return false;
}

/* x = A^-1 b for every column of the n x m matrix b, in place; Gauss with partial pivoting. */
static bool solve(double *A, uint32_t n, double *b, uint32_t m) {
    double scale = 0;
    for (size_t i = 0; i < (size_t)n * n; i++) scale = fmax(scale, fabs(A[i]));
    for (uint32_t k = 0; k < n; k++) {
        uint32_t pivot = k;
        for (uint32_t r = k + 1; r < n; r++)
            if (fabs(A[(size_t)r * n + k]) > fabs(A[(size_t)pivot * n + k])) pivot = r;
        /* What rounding alone could have left is no pivot. */
        if (!(fabs(A[(size_t)pivot * n + k]) > 8 * n * 2.3e-16 * scale)) return false;
        for (uint32_t c = 0; pivot != k && c < n; c++) {
            double swap = A[(size_t)k * n + c];
            A[(size_t)k * n + c] = A[(size_t)pivot * n + c];
            A[(size_t)pivot * n + c] = swap;
        }
        for (uint32_t c = 0; pivot != k && c < m; c++) {
            double swap = b[(size_t)k * m + c];
            b[(size_t)k * m + c] = b[(size_t)pivot * m + c];
            b[(size_t)pivot * m + c] = swap;
        }
        for (uint32_t r = 0; r < n; r++) {
            double factor = r == k ? 0 : A[(size_t)r * n + k] / A[(size_t)k * n + k];
            if (factor == 0) continue;
            for (uint32_t c = k; c < n; c++) A[(size_t)r * n + c] -= factor * A[(size_t)k * n + c];
            for (uint32_t c = 0; c < m; c++) b[(size_t)r * m + c] -= factor * b[(size_t)k * m + c];
        }
    }
    for (uint32_t r = 0; r < n; r++)
        for (uint32_t c = 0; c < m; c++) b[(size_t)r * m + c] /= A[(size_t)r * n + r];
    return true;
}

/* H(z) - b0, as a cell of its own that reads what the section reads: with y = b0 x + s,
 * s = ((b1 - b0 a1) z^-1 + (b2 - b0 a2) z^-2) / (1 + a1 z^-1 + a2 z^-2) x. */
static wire split_section(struct algebra *a, struct cells *cells, wire section) {
    struct cell rest = cells->at[section];
    const struct operand *h = rest.operands;
    struct operand *five = ARENA_ARRAY(a->arena, 5, struct operand);
    five[0] = operand_constant(0);
    five[1] = operand_sub(a->arena, h[1], operand_mul(a->arena, h[0], h[3]));
    five[2] = operand_sub(a->arena, h[2], operand_mul(a->arena, h[0], h[4]));
    five[3] = h[3];
    five[4] = h[4];
    rest.operands = five;
    rest.least_delay = leading_zeros(five, 3);
    rest.bank = NO_BANK;
    vec_push(a->arena, cells, rest);
    return (wire)cells->count - 1;
}

/* The same of a finite response: all taps but the first. */
static wire split_fir(struct algebra *a, struct cells *cells, wire fir) {
    struct cell rest = cells->at[fir];
    struct operand *taps = ARENA_ARRAY(a->arena, (size_t)rest.operand_count + 1, struct operand);
    for (uint32_t k = 1; k < rest.operand_count; k++) taps[k] = rest.operands[k];
    /* One tap more, so that a response of its direct part alone leaves a delayed nothing. */
    rest.operand_count++;
    rest.operands = taps;
    rest.least_delay = leading_zeros(taps, rest.operand_count);
    rest.bank = NO_BANK;
    vec_push(a->arena, cells, rest);
    return (wire)cells->count - 1;
}

struct system {
    uint32_t n;          /* members of the loop */
    const wire *members; /* ascending */
    double *K;           /* n x n: w = K w + E e, as I - K */
    VEC(wire) external;  /* e */
    VEC(struct term {
        uint32_t row, column;
        struct operand gain;
    }) terms; /* of E */
    uint32_t *column_of; /* of a wire; 0: none yet, else column + 1 */
};

static uint32_t member_index(const struct system *s, wire w) {
    uint32_t low = 0, high = s->n;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (s->members[middle] < w) low = middle + 1;
        else high = middle;
    }
    return low < s->n && s->members[low] == w ? low : UINT32_MAX;
}

static bool add_term(struct algebra *a, struct system *s, uint32_t row, wire from, struct operand gain,
                     const struct cell *cell) {
    uint32_t inside = member_index(s, from);
    if (inside != UINT32_MAX) {
        if (gain.expr) return moving(a, cell);
        s->K[(size_t)row * s->n + inside] -= gain.value;
        return true;
    }
    if (!s->column_of[from]) {
        vec_push(a->scratch, &s->external, from);
        s->column_of[from] = (uint32_t)s->external.count;
    }
    vec_push(a->scratch, &s->terms, (struct term){row, s->column_of[from] - 1, gain});
    return true;
}

static bool solve_loop(struct algebra *a, struct cells *cells, const wire *members, uint32_t n) {
    struct system s = {.n = n, .members = members};
    s.K = ARENA_ARRAY(a->scratch, (size_t)n * n, double);
    s.column_of = ARENA_ARRAY(a->scratch, cells->count + n, uint32_t);
    for (uint32_t r = 0; r < n; r++) s.K[(size_t)r * n + r] = 1;
    for (uint32_t r = 0; r < n; r++) {
        struct cell cell = cells->at[members[r]];
        if (cell.op == CELL_SECTION || cell.op == CELL_FIR) {
            if (cell.operands[0].expr) return moving(a, &cell);
            wire rest = cell.op == CELL_FIR ? split_fir(a, cells, members[r])
                                            : split_section(a, cells, members[r]);
            if (!add_term(a, &s, r, cell.from[0], cell.operands[0], &cell)) return false;
            if (!add_term(a, &s, r, rest, operand_constant(1), &cell)) return false;
        } else if (cell.op == CELL_MIX) {
            for (uint32_t i = 0; i < cell.count; i++)
                if (cell_is_connected(&cell, i) && !add_term(a, &s, r, cell.from[i], cell.operands[i], &cell))
                    return false;
        } else {
            return moving(a, &cell); /* a delay whose knob reaches zero */
        }
    }
    double *inverse = ARENA_ARRAY(a->scratch, (size_t)n * n, double);
    for (uint32_t r = 0; r < n; r++) inverse[(size_t)r * n + r] = 1;
    if (!solve(s.K, n, inverse, n)) {
        struct diag *diag = diag_error(a->diags, cells->at[members[0]].at, CODE_SINGULAR_LOOP,
                                       "a delay-free loop has no solution: I - K is singular, where "
                                       "K is the gain once around it");
        struct loops loops = loops_find(a->scratch, cells->at, (uint32_t)cells->count, true);
        note_cycle(a, cells, &loops, members[0], diag);
        return false;
    }
    uint32_t columns = (uint32_t)s.external.count;
    wire *from = ARENA_ARRAY(a->arena, columns, wire);
    if (columns) memcpy(from, s.external.at, columns * sizeof *from);
    for (uint32_t r = 0; r < n; r++) {
        struct operand *row = ARENA_ARRAY(a->arena, columns, struct operand);
        for (size_t t = 0; t < s.terms.count; t++) {
            struct operand factor = operand_constant(inverse[(size_t)r * n + s.terms.at[t].row]);
            struct operand *sum = &row[s.terms.at[t].column];
            *sum = operand_add(a->arena, *sum, operand_mul(a->arena, factor, s.terms.at[t].gain));
        }
        struct cell *cell = &cells->at[members[r]];
        cell->op = CELL_MIX;
        cell->count = cell->operand_count = columns;
        cell->from = from;
        cell->operands = row;
        cell->least_delay = 0;
    }
    return true;
}

bool algebra_solve(struct algebra *a, struct cells *cells, bool *changed) {
    struct loops loops = loops_find(a->scratch, cells->at, (uint32_t)cells->count, true);
    bool good = true;
    for (uint32_t c = 0; c < loops.count; c++) {
        if (!loops_cyclic(&loops, cells->at, c, true)) continue;
        wire sum = NO_WIRE;
        const struct strict_loop *loop = strict_in(a, &loops, c, &sum);
        if (loop) {
            good = refuse(a, cells, &loops, loop, sum);
        } else {
            *changed = true;
            if (!solve_loop(a, cells, loops.members + loops.begin[c], loops.begin[c + 1] - loops.begin[c]))
                good = false;
        }
    }
    return good;
}
