#include "tests/unit/modes.h"

#include <math.h>
#include <string.h>

/* The state of a net, laid out cell by cell: a delay's and a response's samples, newest
 * first; a section's two. */
struct machine {
    const struct net *net;
    uint32_t *at; /* of each cell */
    uint32_t size;
    double *wires;
};

static struct machine machine_of(struct arena *arena, const struct net *net) {
    struct machine m = {net, ARENA_ARRAY(arena, net->cell_count, uint32_t), 0,
                        ARENA_ARRAY(arena, net->cell_count, double)};
    for (wire w = 0; w < net->cell_count; w++) {
        m.at[w] = m.size;
        if (net->cells[w].op == CELL_DELAY) m.size += (uint32_t)net->cells[w].operands[0].value;
        if (net->cells[w].op == CELL_SECTION) m.size += 2;
        if (net->cells[w].op == CELL_FIR) m.size += net->cells[w].operand_count - 1;
    }
    return m;
}

static double input_of(const struct machine *m, wire w) {
    const struct cell *cell = &m->net->cells[w];
    double sum = 0;
    for (uint32_t i = 0; i < cell->count; i++)
        sum += (cell->op == CELL_MIX ? cell->operands[i].value : 1) * m->wires[cell->from[i]];
    return sum;
}

/* One sample without input. */
static void step(struct machine *m, const double *x, double *next) {
    for (uint32_t i = 0; i < m->net->cell_count; i++) {
        wire w = m->net->order[i];
        const struct cell *cell = &m->net->cells[w];
        const struct operand *o = cell->operands;
        switch (cell->op) {
        case CELL_MIX: m->wires[w] = input_of(m, w); break;
        case CELL_DELAY: {
            uint32_t samples = (uint32_t)o[0].value;
            m->wires[w] = samples ? x[m->at[w] + samples - 1] : input_of(m, w);
            break;
        }
        case CELL_SECTION:
            m->wires[w] = x[m->at[w]];
            if (o[0].value != 0) m->wires[w] += o[0].value * input_of(m, w);
            break;
        case CELL_FIR:
            m->wires[w] = o[0].value != 0 ? o[0].value * input_of(m, w) : 0;
            for (uint32_t k = 1; k < cell->operand_count; k++)
                m->wires[w] += o[k].value * x[m->at[w] + k - 1];
            break;
        default: m->wires[w] = 0;
        }
    }
    for (wire w = 0; w < m->net->cell_count; w++) {
        const struct cell *cell = &m->net->cells[w];
        const struct operand *o = cell->operands;
        uint32_t at = m->at[w];
        if (cell->op == CELL_DELAY) {
            uint32_t samples = (uint32_t)o[0].value;
            for (uint32_t k = samples; k > 1; k--) next[at + k - 1] = x[at + k - 2];
            if (samples) next[at] = input_of(m, w);
        } else if (cell->op == CELL_FIR && cell->operand_count > 1) {
            for (uint32_t k = cell->operand_count - 1; k > 1; k--) next[at + k - 1] = x[at + k - 2];
            next[at] = input_of(m, w);
        } else if (cell->op == CELL_SECTION) {
            double in = input_of(m, w), out = m->wires[w];
            next[at] = o[1].value * in - o[3].value * out + x[at + 1];
            next[at + 1] = o[2].value * in - o[4].value * out;
        }
    }
}

/* Below this digits get lost, those of squares and of quotients. */
#define NOTHING 1e-140

/* x and y become c x + s y and -conj(s) x + c y. */
static void rotate(double complex *x, double complex *y, double c, double complex s) {
    double complex a = *x, b = *y;
    *x = c * a + s * b;
    *y = -conj(s) * a + c * b;
}

/* Householder's reduction to upper Hessenberg form. */
static void make_hessenberg(double complex *A, uint32_t n, double complex *v) {
    for (uint32_t k = 0; k + 2 < n; k++) {
        double square = 0;
        bool done = true;
        for (uint32_t i = k + 1; i < n; i++) {
            v[i] = A[(size_t)i * n + k];
            /* However small beside the first: its square rounds away before it does itself. */
            if (i > k + 1 && cabs(v[i]) > NOTHING) done = false;
            square += creal(v[i]) * creal(v[i]) + cimag(v[i]) * cimag(v[i]);
        }
        double length = sqrt(square), first = cabs(v[k + 1]);
        if (done) continue;
        v[k + 1] += (first > 0 ? v[k + 1] / first : 1) * length;
        double weight = 2 / (square + 2 * first * length + square);
        for (uint32_t j = 0; j < n; j++) {
            double complex sum = 0;
            for (uint32_t i = k + 1; i < n; i++) sum += conj(v[i]) * A[(size_t)i * n + j];
            for (uint32_t i = k + 1; i < n; i++) A[(size_t)i * n + j] -= weight * v[i] * sum;
        }
        for (uint32_t i = 0; i < n; i++) {
            double complex sum = 0, *row = &A[(size_t)i * n];
            for (uint32_t j = k + 1; j < n; j++) sum += row[j] * v[j];
            for (uint32_t j = k + 1; j < n; j++) row[j] -= weight * conj(v[j]) * sum;
        }
    }
}

/* The QR algorithm with Wilkinson's shifts, on the block that has not split off yet. */
static void find_eigenvalues(double complex *A, uint32_t n, double complex *out) {
    uint32_t last = n, sweeps = 0;
    double c[4096];
    double complex s[4096];
    while (last > 0) {
        uint32_t first = last - 1;
        while (first > 0) {
            double below = cabs(A[(size_t)first * n + first - 1]);
            double beside =
                cabs(A[(size_t)first * n + first]) + cabs(A[(size_t)(first - 1) * n + first - 1]);
            if (below <= 1e-16 * beside || below < 1e-290) break;
            first--;
        }
        if (first == last - 1) {
            out[--last] = A[(size_t)first * n + first];
            sweeps = 0;
            continue;
        }
        size_t at = (size_t)(last - 1) * n + last - 1;
        double complex p = A[at - n - 1], q = A[at - n], r = A[at - 1], t = A[at];
        double complex half = (p - t) / 2, root = csqrt(half * half + q * r);
        double complex near = cabs(half + root) < cabs(half - root) ? half + root : half - root;
        double complex shift = t + near;
        if (++sweeps % 11 == 10) shift += cabs(r);
        for (uint32_t i = first; i < last; i++) A[(size_t)i * n + i] -= shift;
        for (uint32_t i = first; i + 1 < last; i++) {
            double complex x = A[(size_t)i * n + i], y = A[(size_t)(i + 1) * n + i];
            double size = cabs(x) > NOTHING ? cabs(x) : 0, length = hypot(size, cabs(y));
            c[i] = length > NOTHING ? size / length : 1;
            s[i] = length > NOTHING ? (size > 0 ? x / size : 1) * conj(y) / length : 0;
            for (uint32_t j = i; j < last; j++)
                rotate(&A[(size_t)i * n + j], &A[(size_t)(i + 1) * n + j], c[i], s[i]);
        }
        for (uint32_t i = first; i + 1 < last; i++)
            for (uint32_t j = first; j <= i + 1; j++)
                rotate(&A[(size_t)j * n + i], &A[(size_t)j * n + i + 1], c[i], conj(s[i]));
        for (uint32_t i = first; i < last; i++) A[(size_t)i * n + i] += shift;
    }
}

const double complex *net_modes(struct arena *arena, const struct net *net, uint32_t *count) {
    struct machine m = machine_of(arena, net);
    uint32_t n = m.size;
    double complex *T = ARENA_ARRAY(arena, (size_t)n * n, double complex);
    double complex *modes = ARENA_ARRAY(arena, n, double complex);
    double *x = ARENA_ARRAY(arena, n, double), *y = ARENA_ARRAY(arena, n, double);
    for (uint32_t j = 0; j < n; j++) {
        memset(x, 0, n * sizeof *x);
        x[j] = 1;
        step(&m, x, y);
        for (uint32_t i = 0; i < n; i++) T[(size_t)i * n + j] = y[i];
    }
    make_hessenberg(T, n, modes);
    find_eigenvalues(T, n, modes);
    *count = n;
    return modes;
}

uint32_t modes_beyond(const double complex *modes, uint32_t count, double radius) {
    uint32_t beyond = 0;
    for (uint32_t i = 0; i < count; i++) beyond += cabs(modes[i]) > radius;
    return beyond;
}

double largest_mode(const double complex *modes, uint32_t count) {
    double largest = 0;
    for (uint32_t i = 0; i < count; i++) largest = fmax(largest, cabs(modes[i]));
    return largest;
}
