/* No wrong verdict: random loops, and loops made to deceive, against the modes of the whole state.
 */
#include <math.h>
#include <string.h>

#include "cert/cert.h"
#include "cert/report.h"
#include "ir/lower.h"
#include "tests/unit/random_graph.h"

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

/* The largest modulus of a mode: ||T^k||^(1/k), k = 2^30, T what a sample does to the state. */
static double largest_mode(struct arena *arena, const struct net *net) {
    struct machine m = machine_of(arena, net);
    uint32_t n = m.size;
    double *T = ARENA_ARRAY(arena, (size_t)n * n, double),
           *U = ARENA_ARRAY(arena, (size_t)n * n, double);
    double *x = ARENA_ARRAY(arena, n, double), *y = ARENA_ARRAY(arena, n, double), log_scale = 0;
    for (uint32_t j = 0; j < n; j++) {
        memset(x, 0, n * sizeof *x);
        x[j] = 1;
        step(&m, x, y);
        for (uint32_t i = 0; i < n; i++) T[(size_t)i * n + j] = y[i];
    }
    double k = 1;
    for (int squaring = 0; squaring <= 30; squaring++) {
        double most = 0;
        for (size_t i = 0; i < (size_t)n * n; i++) most = fmax(most, fabs(T[i]));
        if (most == 0) return 0;
        log_scale += log(most) / k;
        if (squaring == 30) break;
        memset(U, 0, (size_t)n * n * sizeof *U);
        for (uint32_t i = 0; i < n; i++)
            for (uint32_t l = 0; l < n; l++) {
                double a = T[(size_t)i * n + l] / most;
                if (a == 0) continue;
                for (uint32_t j = 0; j < n; j++)
                    U[(size_t)i * n + j] += a * (T[(size_t)l * n + j] / most);
            }
        double *swap = T;
        T = U;
        U = swap;
        k *= 2;
    }
    return exp(log_scale);
}

/* What squarings and roundings leave of a mode. */
static const double little = 1e-7;

struct counts {
    uint32_t of[VERDICT_COUNT];
    uint32_t stable_but_undecided, unstable_but_undecided;
};

static void check(struct graph *g, struct counts *counts, uint64_t seed) {
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    assert_non_null(net);
    const struct cert *cert = cert_prove(g->arena, net, false);
    double mode = largest_mode(g->arena, net);
    enum verdict verdict = cert_verdict(cert);
    counts->of[verdict]++;
    bool right = true;
    if (verdict == VERDICT_CERTIFIED_STABLE) {
        right = mode < 1 + little;
        if (!isnan(cert->rt60_max_s))
            right = right && mode <= exp(-log(1000) / (cert->rt60_max_s * net->rate)) + little;
    } else if (verdict == VERDICT_UNSTABLE) {
        right = mode > 1 - little;
        for (uint32_t i = 0; i < cert->loop_count; i++)
            if (!isnan(cert->loops[i].growth_db_per_s))
                right = right &&
                        mode >= pow(10, cert->loops[i].growth_db_per_s / 20 / net->rate) - little;
    } else if (verdict == VERDICT_MARGINALLY_STABLE) {
        right = fabs(mode - 1) < 1e-5 || (mode < 1 && cert->proof == PROOF_PASSIVE);
    } else if (mode < 1) {
        counts->stable_but_undecided++;
    } else {
        counts->unstable_but_undecided++;
    }
    if (!right) {
        print_error("seed %u: largest mode %.12g, but %s\n%s", (unsigned)seed, mode,
                    cert_summary(cert), graph_text(g));
        fail();
    }
}

/* A product of plane rotations: orthogonal but for rounding. */
static void random_rotation(struct random *r, uint32_t n, double *Q) {
    for (uint32_t i = 0; i < n * n; i++) Q[i] = i % (n + 1) == 0;
    for (uint32_t turn = 0; turn < 3 * n; turn++) {
        uint32_t a = random_below(r, n), b = random_below(r, n);
        if (a == b) continue;
        double angle = random_between(r, 0, 6), c = cos(angle), s = sin(angle);
        for (uint32_t j = 0; j < n; j++) {
            double x = Q[a * n + j], y = Q[b * n + j];
            Q[a * n + j] = c * x - s * y;
            Q[b * n + j] = s * x + c * y;
        }
    }
}

static const struct node *random_matrix(struct graph *g, struct random *r, uint32_t n,
                                        double most) {
    double *at = ARENA_ARRAY(g->arena, n * n, double);
    uint32_t family = random_below(r, 4);
    double size = random_between(r, 0.5, most);
    if (family == 0) {
        for (uint32_t i = 0; i < n * n; i++)
            at[i] = random_between(r, -1, 1) * size * 1.6 / sqrt(n);
    } else {
        random_rotation(r, n, at);
        for (uint32_t i = 0; i < n * n; i++) at[i] *= size;
        if (family == 1) { /* D Q D^-1 */
            double d[8];
            for (uint32_t i = 0; i < n; i++) d[i] = exp(random_between(r, -3, 3));
            for (uint32_t i = 0; i < n; i++)
                for (uint32_t j = 0; j < n; j++) at[i * n + j] *= d[i] / d[j];
        }
    }
    return node_gain(&g->build, NOWHERE, matrix_of_numbers(g->arena, n, n, at));
}

static const struct node *random_filters(struct graph *g, struct random *r, uint32_t n,
                                         uint32_t count, double farthest) {
    struct section *at = ARENA_ARRAY(g->arena, (size_t)n * count, struct section);
    for (uint32_t i = 0; i < n * count; i++) {
        double radius = random_between(r, 0, farthest), angle = random_between(r, 0, 3.14159);
        double a1 = -2 * radius * cos(angle), a2 = radius * radius;
        double b0 = random_below(r, 5) ? random_between(r, -1, 1) : 0;
        double b1 = random_between(r, -1, 1), b2 = random_between(r, -0.5, 0.5);
        /* Unit gain at a random frequency, more or less. */
        double scale = random_between(r, 0.3, 1.1) * (1 + a2 + fabs(a1) * 0.5) /
                       (fabs(b0) + fabs(b1) + fabs(b2) + 0.1);
        at[i] = (struct section){operand_constant(b0 * scale), operand_constant(b1 * scale),
                                 operand_constant(b2 * scale), operand_constant(1),
                                 operand_constant(a1),         operand_constant(a2)};
    }
    struct sections *sections = ARENA_NEW(g->arena, struct sections);
    *sections = (struct sections){{n, n, false}, count, at};
    return node_sos(&g->build, NOWHERE, sections);
}

/* Finite responses of up to nine taps, some of which begin with zeros. */
static const struct node *random_responses(struct graph *g, struct random *r, uint32_t n) {
    uint32_t count = 1 + random_below(r, 9);
    struct operand *at = ARENA_ARRAY(g->arena, (size_t)n * count, struct operand);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t zeros = random_below(r, 3) ? 0 : random_below(r, count);
        double size = random_between(r, 0.5, 1.3), sum = 0.05;
        for (uint32_t k = zeros; k < count; k++) {
            at[i * count + k] = operand_constant(random_between(r, -1, 1));
            sum += at[i * count + k].value * at[i * count + k].value;
        }
        for (uint32_t k = zeros; k < count; k++) at[i * count + k].value *= size / sqrt(sum);
    }
    struct taps *taps = ARENA_NEW(g->arena, struct taps);
    *taps = (struct taps){{n, n, false}, count, at};
    return node_fir(&g->build, NOWHERE, taps);
}

static const struct node *random_delays(struct graph *g, struct random *r, uint32_t n) {
    struct operand *at = ARENA_ARRAY(g->arena, n, struct operand);
    for (uint32_t i = 0; i < n; i++) at[i] = operand_constant(1 + random_below(r, 8));
    struct delays *delays = ARENA_NEW(g->arena, struct delays);
    *delays = (struct delays){{n, n, false}, at};
    return node_delay(&g->build, NOWHERE, delays);
}

/* A loop of 1 to 5 lines: filters in the lines, beside the matrix, an inner loop, or none of these.
 */
static void random_loop(struct graph *g, uint64_t seed) {
    struct random r = random_of(seed);
    uint32_t n = 1 + random_below(&r, 5);
    uint32_t kind = random_below(&r, 8);
    double farthest = random_below(&r, 8) ? 0.95 : 1.1;
    const struct node *lines = random_delays(g, &r, n);
    const struct node *back = random_matrix(g, &r, n, 1.15);
    if (kind == 1 || kind == 2)
        lines = pair(g, OP_SERIES, lines, random_filters(g, &r, n, kind, farthest));
    if (kind == 6) lines = pair(g, OP_SERIES, lines, random_responses(g, &r, n));
    if (kind == 3 || kind == 7) {
        const struct node *filters = kind == 3 ? random_filters(g, &r, n, 1, farthest)
                                               : random_responses(g, &r, n);
        const struct node *colour = pair(g, OP_SERIES, filters, random_matrix(g, &r, n, 0.6));
        back =
            pair(g, OP_SUM, pair(g, OP_SERIES, back, scaled(g, n, operand_constant(0.5))), colour);
    }
    if (kind == 4) {
        const struct node *inner = random_delays(g, &r, n);
        back = pair(g, OP_SERIES, back, loop(g, inner, random_matrix(g, &r, n, 0.4)));
    }
    g->program.main = loop(g, lines, back);
}

static void no_random_loop_is_judged_wrongly(void **state) {
    (void)state;
    enum { LOOPS = 600 };
    struct counts counts = {0};
    for (uint64_t seed = 0; seed < LOOPS; seed++) {
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        struct graph g;
        graph_init(&g, own);
        random_loop(&g, seed);
        check(&g, &counts, seed);
        fixture_close((void **)&own);
    }
    print_message("certified %u, marginal %u, undecided %u (%u stable), unstable %u\n",
                  counts.of[VERDICT_CERTIFIED_STABLE], counts.of[VERDICT_MARGINALLY_STABLE],
                  counts.of[VERDICT_INDETERMINATE], counts.stable_but_undecided,
                  counts.of[VERDICT_UNSTABLE]);
    /* A test that never gets a verdict finds no wrong one. */
    assert_true(counts.of[VERDICT_CERTIFIED_STABLE] > LOOPS / 4);
    assert_true(counts.of[VERDICT_UNSTABLE] > LOOPS / 10);
}

/* A comb of gain 0.9, with a resonance of 2.6 that is a few hundred-thousandths wide, at a
 * frequency that the comb feeds back in phase, and that a grid of 1024 frequencies passes by. */
static void a_resonance_between_grid_points_is_seen(void **state) {
    struct graph g;
    graph_init(&g, *state);
    double angle = 2 * 3.14159265358979323846 * 12 / 50, pole = 1 - 1e-5, zero = 1 - 2.6e-5;
    const struct node *resonance =
        filter(&g, (struct grid){1, 1, false}, 1, 1.0, -2 * zero * cos(angle), zero * zero, 1.0,
               -2 * pole * cos(angle), pole * pole);
    g.program.main =
        loop(&g, pair(&g, OP_SERIES, bank(&g, 1, 50.0), resonance), gain(&g, 1, 1, 0.9));
    const struct net *net = net_lower(g.arena, &g.f->diags, &g.program, g.program.main);
    for (int k = 0; k < 1024; k++) {
        double x = 3.14159265358979323846 * k / 1023, d_pole = fabs(x - angle);
        assert_true(0.9 * hypot(d_pole, 2.6e-5) / hypot(d_pole, 1e-5) < 0.999);
    }
    assert_true(largest_mode(g.arena, net) > 1 + 1e-7);
    enum verdict verdict = cert_verdict(cert_prove(g.arena, net, false));
    assert_true(verdict == VERDICT_INDETERMINATE || verdict == VERDICT_UNSTABLE);
}

/* Gain 1 ± 2^-k: stable below, unstable above, never the other way round. */
static void one_more_or_less_is_not_mistaken(void **state) {
    for (int k = 2; k <= 52; k++) {
        struct graph g;
        graph_init(&g, *state);
        for (int side = -1; side <= 1; side += 2) {
            struct matrix *matrix = matrix_scale(g.arena, operand_constant(1 + side * ldexp(1, -k)),
                                                 matrix_hadamard(g.arena, 4));
            g.program.main = loop(&g, bank(&g, 4, 149.0, 211.0, 263.0, 293.0),
                                  node_gain(&g.build, NOWHERE, matrix));
            const struct net *net = net_lower(g.arena, &g.f->diags, &g.program, g.program.main);
            enum verdict verdict = cert_verdict(cert_prove(g.arena, net, false));
            if (side < 0) {
                assert_int_equal(verdict, VERDICT_CERTIFIED_STABLE);
            } else {
                /* 0.01 dB a minute are 3.998e-10 a sample, 5.957e-8 in the shortest line. */
                assert_int_equal(verdict, k <= 24 ? VERDICT_UNSTABLE : VERDICT_MARGINALLY_STABLE);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(no_random_loop_is_judged_wrongly),
        TEST(a_resonance_between_grid_points_is_seen),
        TEST(one_more_or_less_is_not_mistaken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
