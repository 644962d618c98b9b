#include "tests/unit/figures.h"

#include <math.h>

#include "ir/lower.h"
#include "tests/unit/modes.h"

static const double pi = 3.14159265358979323846;

struct system prove_figures(struct fixture *f, const struct program *program, bool single) {
    struct system s = {net_lower(&f->arena, &f->diags, program, program->main), NULL};
    assert_non_null(s.net);
    s.cert =
        cert_prove_with(&f->arena, s.net, &(struct cert_options){.single = single, .figures = true});
    return s;
}

/* det(I - G T) at z = e^-u, of a net all of whose loops hold a delay: the delays' outlets are set to
 * each unit vector in turn, and what they are then given is a column of G. */
static double complex determinant(struct arena *arena, const struct net *net, double complex u) {
    uint32_t n = 0, place = 0;
    for (wire w = 0; w < net->cell_count; w++) n += net->cells[w].op == CELL_DELAY;
    double complex *wires = ARENA_ARRAY(arena, net->cell_count, double complex), product = 1;
    double complex *M = ARENA_ARRAY(arena, (size_t)n * n, double complex), w1 = cexp(u);
    for (uint32_t j = 0; j < n; j++) {
        for (uint32_t k = 0; k < net->cell_count; k++) {
            wire w = net->order[k];
            const struct cell *cell = &net->cells[w];
            double complex sum = 0, H = 1;
            bool mix = cell->op == CELL_MIX;
            if (cell->op == CELL_DELAY) continue;
            for (uint32_t i = 0; i < cell->count; i++) {
                wire from = cell->from[i];
                double complex x = wires[from];
                if (net->cells[from].op == CELL_DELAY) {
                    place = 0;
                    for (wire d = 0; d < from; d++) place += net->cells[d].op == CELL_DELAY;
                    x = place == j;
                }
                sum += (mix ? cell->operands[i].value : 1) * x;
            }
            if (cell->op == CELL_SECTION) {
                const struct operand *o = cell->operands;
                H = (o[0].value + w1 * (o[1].value + w1 * o[2].value)) /
                    (1 + w1 * (o[3].value + w1 * o[4].value));
            }
            wires[w] = H * sum;
        }
        uint32_t i = 0;
        for (wire w = 0; w < net->cell_count; w++) {
            if (net->cells[w].op != CELL_DELAY) continue;
            wire from = net->cells[w].from[0];
            M[i * n + j] = (i == j) - cexp(u * net->cells[w].operands[0].value) * wires[from];
            i++;
        }
    }
    for (uint32_t k = 0; k < n; k++) {
        uint32_t best = k;
        for (uint32_t i = k; i < n; i++)
            if (cabs(M[i * n + k]) > cabs(M[best * n + k])) best = i;
        for (uint32_t j = 0; best != k && j < n; j++) {
            double complex x = M[best * n + j];
            M[best * n + j] = -M[k * n + j];
            M[k * n + j] = x;
        }
        product *= M[k * n + k];
        for (uint32_t i = k + 1; i < n; i++) {
            double complex f = M[i * n + k] / M[k * n + k];
            for (uint32_t j = k; j < n; j++) M[i * n + j] -= f * M[k * n + j];
        }
    }
    return product;
}

double complex mode_polished(struct arena *arena, const struct net *net, double complex mode) {
    double complex u = -clog(mode);
    for (int step = 0; step < 30; step++) {
        struct arena scratch;
        arena_init_scratch(&scratch, arena);
        const double h = 1e-7;
        double complex F = determinant(&scratch, net, u);
        double complex slope =
            (determinant(&scratch, net, u + h) - determinant(&scratch, net, u - h)) / (2 * h);
        arena_free(&scratch);
        double complex move = F / slope;
        u -= cabs(move) > 1e-3 ? move / cabs(move) * 1e-3 : move;
        if (cabs(move) < 1e-13) return cexp(-u);
    }
    return NAN;
}

void check_bands(struct fixture *f, struct system s, bool polish, struct widths *widths) {
    uint32_t count;
    const double complex *modes = net_modes(&f->arena, s.net, &count);
    const struct bands *bands = &s.cert->quantities->loops[0].bands;
    for (uint32_t m = 0; m < count; m++) {
        double complex mode = modes[m];
        if (!(cabs(mode) < 1)) continue;
        /* Where Newton's method goes nowhere else, two ways of computing it agree. */
        if (polish && cabs(mode) > 0.99)
            assert_true(cabs(clog(mode_polished(&f->arena, s.net, mode) / mode)) < 1e-12);
        double hz = fabs(carg(mode)) / (2 * pi) * s.net->rate;
        double rt60_s = -log(1000) / (log(cabs(mode)) * s.net->rate);
        if (!(rt60_s > BANDS_SHORTEST_S * 1.0001)) continue;
        for (uint32_t k = 0; k < bands->count; k++) {
            const struct band *band = &bands->at[k];
            if (hz < band->from_hz || hz > band->to_hz) continue;
            widths->modes++;
            if (rt60_s > band->rt60_max_s * (1 + 1e-6)) widths->above++;
            if (rt60_s < band->rt60_min_s * (1 - 1e-6)) widths->below++;
            widths->upper += band->rt60_max_s / rt60_s;
            widths->lower += isnan(band->rt60_min_s) ? 0 : band->rt60_min_s / rt60_s;
        }
    }
}
