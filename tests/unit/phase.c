#include "tests/unit/phase.h"

#include <complex.h>
#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

static double complex turned_by(double angle) {
    return __builtin_complex(cos(angle), sin(angle));
}

/* Without what C does for infinities. */
static double complex product(double complex a, double complex b) {
    double x = creal(a), y = cimag(a), u = creal(b), v = cimag(b);
    return __builtin_complex(x * u - y * v, x * v + y * u);
}

/* In place, `count` a power of two: sum of at[k] e^(sign 2 π j k n / count). */
static void transform(double complex *at, size_t count, int sign) {
    for (size_t i = 1, j = 0; i < count; i++) {
        size_t bit = count >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j ^= bit;
        if (i >= j) continue;
        double complex swap = at[i];
        at[i] = at[j];
        at[j] = swap;
    }
    for (size_t half = 1; half < count; half *= 2)
        for (size_t k = 0; k < half; k++) {
            double complex turn = turned_by(sign * pi * (double)k / (double)half);
            for (size_t i = k; i < count; i += 2 * half) {
                double complex a = at[i], b = product(at[i + half], turn);
                at[i] = a + b;
                at[i + half] = a - b;
            }
        }
}

static double complex polynomial(const struct operand *o, uint32_t count, double complex w) {
    double complex sum = 0;
    while (count--) sum = product(sum, w) + o[count].value;
    return sum;
}

static double complex denominator(const struct cell *cell, double complex w) {
    return 1 + w * (cell->operands[3].value + w * cell->operands[4].value);
}

static double complex response_of(const struct cell *cell, double complex w) {
    const struct operand *o = cell->operands;
    if (cell->op == CELL_DELAY) return cpow(w, o[0].value);
    if (cell->op == CELL_FIR) return polynomial(o, cell->operand_count, w);
    if (cell->op == CELL_SECTION) return polynomial(o, 3, w) / denominator(cell, w);
    return 1;
}

/* The determinant, by elimination with partial pivoting. */
static double complex determinant(double complex *M, uint32_t n) {
    double complex all = 1;
    for (uint32_t k = 0; k < n; k++) {
        uint32_t best = k;
        for (uint32_t i = k + 1; i < n; i++)
            if (cabs(M[(size_t)i * n + k]) > cabs(M[(size_t)best * n + k])) best = i;
        double complex pivot = M[(size_t)best * n + k];
        if (pivot == 0) return 0;
        all *= best == k ? pivot : -pivot;
        for (uint32_t j = k; j < n && best != k; j++) {
            double complex swap = M[(size_t)k * n + j];
            M[(size_t)k * n + j] = M[(size_t)best * n + j];
            M[(size_t)best * n + j] = swap;
        }
        for (uint32_t i = k + 1; i < n; i++) {
            double complex factor = M[(size_t)i * n + k] / pivot;
            if (factor == 0) continue;
            for (uint32_t j = k + 1; j < n; j++)
                M[(size_t)i * n + j] -= product(factor, M[(size_t)k * n + j]);
        }
    }
    return all;
}

static bool in_loop(const struct net *net, wire w) {
    return net->components[net->cells[w].component].cyclic;
}

struct sampling {
    const struct net *net;
    uint32_t *unknown; /* of each cell with a delay in a loop, its number from 1; else 0 */
    uint32_t unknowns;
    double complex *rows, *M;
};

/* What reaches the cell, in terms of the unknowns. */
static void gather(const struct sampling *s, const struct cell *cell, double complex *row) {
    memset(row, 0, s->unknowns * sizeof *row);
    for (uint32_t i = 0; i < cell->count; i++) {
        double gain = cell->op == CELL_MIX ? cell->operands[i].value : 1;
        const double complex *from = &s->rows[(size_t)cell->from[i] * s->unknowns];
        for (uint32_t j = 0; j < s->unknowns; j++) row[j] += gain * from[j];
    }
}

static double complex characteristic(const struct sampling *s, double complex w) {
    const struct net *net = s->net;
    uint32_t n = s->unknowns;
    double complex all = 1;
    for (uint32_t i = 0; i < net->cell_count; i++) {
        wire at = net->order[i];
        double complex *row = &s->rows[(size_t)at * n];
        if (!in_loop(net, at)) continue;
        if (net->cells[at].op == CELL_SECTION) all *= denominator(&net->cells[at], w);
        if (s->unknown[at]) {
            memset(row, 0, n * sizeof *row);
            row[s->unknown[at] - 1] = 1;
            continue;
        }
        double complex response = response_of(&net->cells[at], w);
        gather(s, &net->cells[at], row);
        for (uint32_t j = 0; j < n; j++) row[j] = product(row[j], response);
    }
    for (wire at = 0; at < net->cell_count; at++) {
        if (!s->unknown[at]) continue;
        double complex *row = &s->M[(size_t)(s->unknown[at] - 1) * n];
        double complex response = response_of(&net->cells[at], w);
        gather(s, &net->cells[at], row);
        for (uint32_t j = 0; j < n; j++) row[j] = product(row[j], -response);
        row[s->unknown[at] - 1] += 1;
    }
    return all * determinant(s->M, n);
}

static size_t degree_of(const struct net *net) {
    size_t degree = 0;
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        if (!in_loop(net, w)) continue;
        if (cell->op == CELL_SECTION) degree += 2;
        if (cell->op == CELL_DELAY) degree += (size_t)cell->operands[0].value;
        if (cell->op == CELL_FIR) degree += cell->operand_count;
    }
    return degree;
}

/* Of the sections that are in no loop: the roots of z^2 + a1 z + a2. */
static int64_t poles_beyond(const struct net *net, double radius) {
    int64_t count = 0;
    for (wire w = 0; w < net->cell_count; w++) {
        if (net->cells[w].op != CELL_SECTION || in_loop(net, w)) continue;
        const struct operand *o = net->cells[w].operands;
        double complex root = csqrt(o[3].value * o[3].value - 4 * o[4].value);
        count += cabs(root - o[3].value) / 2 > radius;
        count += cabs(root + o[3].value) / 2 > radius;
    }
    return count;
}

/* The change of the phase from one angle to another, cut in two until each part is less than 1. */
static double turned(const double complex *P, size_t degree, double from, double to,
                     double complex at_from, double complex at_to, int depth) {
    double turn = carg(at_to / at_from);
    if (fabs(turn) < 1) return turn;
    if (depth == 0) return NAN;
    double middle = (from + to) / 2;
    double complex w = turned_by(middle), at = 0;
    for (size_t k = degree + 1; k-- > 0;) at = product(at, w) + P[k];
    return turned(P, degree, from, middle, at_from, at, depth - 1) +
           turned(P, degree, middle, to, at, at_to, depth - 1);
}

int64_t modes_by_phase(struct arena *arena, const struct net *net, double radius) {
    enum { FINER = 16, DEPTH = 30 };
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    struct sampling s = {.net = net, .unknown = ARENA_ARRAY(&scratch, net->cell_count, uint32_t)};
    for (wire w = 0; w < net->cell_count; w++) {
        if (in_loop(net, w) && net->cells[w].least_delay) s.unknown[w] = ++s.unknowns;
    }
    s.rows = ARENA_ARRAY(&scratch, (size_t)net->cell_count * s.unknowns + 1, double complex);
    s.M = ARENA_ARRAY(&scratch, (size_t)s.unknowns * s.unknowns + 1, double complex);
    size_t degree = degree_of(net), count = 2;
    while (count <= degree + 1) count *= 2;
    double complex *at = ARENA_ARRAY(&scratch, count, double complex);
    /* Of a real polynomial one half is the other's mirror image. */
    for (size_t i = 0; i <= count / 2; i++) {
        double angle = 2 * pi * (double)i / (double)count;
        at[i] = characteristic(&s, turned_by(angle) / radius);
        if (i) at[count - i] = conj(at[i]);
    }
    transform(at, count, -1);
    double largest = 0;
    for (size_t k = 0; k < count; k++) largest = fmax(largest, cabs(at[k] /= (double)count));
    bool sound = fabs(creal(at[0]) - 1) < 1e-9 * (1 + largest);
    size_t points = FINER * count;
    double complex *fine = ARENA_ARRAY(&scratch, points, double complex);
    memcpy(fine, at, count * sizeof *at);
    transform(fine, points, 1);
    double turns = 0;
    for (size_t i = 0; i < points; i++)
        turns += turned(at, degree, 2 * pi * (double)i / (double)points,
                        2 * pi * (double)(i + 1) / (double)points, fine[i],
                        fine[(i + 1) % points], DEPTH);
    arena_free(&scratch);
    if (!sound || !isfinite(turns)) return -1;
    return (int64_t)llround(turns / (2 * pi)) + poles_beyond(net, radius);
}
