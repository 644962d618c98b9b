/* Loops whose truth is known by construction: those that small gain at sampled frequencies judges
 * wrongly or gives up on, and those that people make every day. Prints a table of what was found.
 */
#include <math.h>
#include <string.h>
#include <time.h>

#include "cert/cert.h"
#include "cert/report.h"
#include "ir/lower.h"
#include "tests/unit/random_graph.h"

enum { MOST = 16 };

/* Delays from 1000 to 3000 samples, no two alike. */
static const struct node *lines(struct graph *g, uint32_t n, uint32_t most) {
    struct operand *at = ARENA_ARRAY(g->arena, n, struct operand);
    struct random r = random_of(n + most);
    for (uint32_t i = 0; i < n; i++)
        at[i] = operand_constant(most / 3 + (double)i * most * 2 / 3 / n +
                                 random_below(&r, most / 2 / n));
    struct delays *delays = ARENA_NEW(g->arena, struct delays);
    *delays = (struct delays){.grid = {n, n, false}, .samples = at};
    return named(g, node_delay(&g->build, NOWHERE, delays), "lines");
}

static double length_of(const struct node *delay, uint32_t i) {
    return delay->delays->samples[i].value;
}

static void hadamard(uint32_t n, double *Q) {
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            Q[i * n + j] = (__builtin_popcount(i & j) % 2 ? -1 : 1) / sqrt(n);
}

/* A product of plane rotations. */
static void rotation(uint32_t n, double *Q) {
    struct random r = random_of(n);
    for (uint32_t i = 0; i < n * n; i++) Q[i] = i % (n + 1) == 0;
    for (uint32_t turn = 0; turn < 8 * n; turn++) {
        uint32_t a = random_below(&r, n), b = random_below(&r, n);
        if (a == b) continue;
        double angle = random_between(&r, 0, 6), c = cos(angle), s = sin(angle);
        for (uint32_t j = 0; j < n; j++) {
            double x = Q[a * n + j], y = Q[b * n + j];
            Q[a * n + j] = c * x - s * y;
            Q[b * n + j] = s * x + c * y;
        }
    }
}

static const struct node *matrix_node(struct graph *g, uint32_t n, const double *Q) {
    return node_gain(&g->build, NOWHERE, matrix_of_numbers(g->arena, n, n, Q));
}

/* Column j by 10^(-3 m_j / (fs seconds)). */
static void attenuate(uint32_t n, double *Q, const struct node *delay, double seconds) {
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            Q[i * n + j] *= pow(10, -3 * length_of(delay, j) / (48000 * seconds));
}

/* Lowpasses of gain 1 at 0 Hz, to the last bit but rounding. */
static const struct node *lowpasses(struct graph *g, uint32_t n) {
    struct section *at = ARENA_ARRAY(g->arena, n, struct section);
    for (uint32_t i = 0; i < n; i++) {
        double pole = 0.3 + 0.02 * i;
        at[i] = (struct section){operand_constant(1 - pole), operand_constant(0),
                                 operand_constant(0),        operand_constant(1),
                                 operand_constant(-pole),    operand_constant(0)};
    }
    struct sections *sections = ARENA_NEW(g->arena, struct sections);
    *sections = (struct sections){{n, n, false}, 1, at};
    return node_sos(&g->build, NOWHERE, sections);
}

static void dense(struct graph *g, uint32_t n, void (*make)(uint32_t, double *), double factor,
                  double seconds, bool filtered) {
    double Q[MOST * MOST];
    make(n, Q);
    const struct node *delay = lines(g, n, 3000);
    if (seconds > 0) attenuate(n, Q, delay, seconds);
    for (uint32_t i = 0; i < n * n; i++) Q[i] *= factor;
    const struct node *forward = filtered ? pair(g, OP_SERIES, delay, lowpasses(g, n)) : delay;
    g->program.main = loop(g, forward, matrix_node(g, n, Q));
}

static void had8_lossless(struct graph *g) {
    dense(g, 8, hadamard, 1, 0, false);
}
static void had16_lossless(struct graph *g) {
    dense(g, 16, hadamard, 1, 0, false);
}
static void had16_half_second(struct graph *g) {
    dense(g, 16, hadamard, 1, 0.5, false);
}
static void had16_two_seconds(struct graph *g) {
    dense(g, 16, hadamard, 1, 2, false);
}
static void had16_ten_seconds(struct graph *g) {
    dense(g, 16, hadamard, 1, 10, false);
}
static void had16_lowpass(struct graph *g) {
    dense(g, 16, hadamard, 1, 0, true);
}
static void rotation16_lowpass(struct graph *g) {
    dense(g, 16, rotation, 1, 0, true);
}
static void rotation16_two_seconds(struct graph *g) {
    dense(g, 16, rotation, 1, 2, true);
}
static void rotation8_louder(struct graph *g) {
    dense(g, 8, rotation, 1.00005, 0, false);
}

/* D Q D^-1, whose norm is 8 and more. */
static void scaled_rotation(struct graph *g) {
    double Q[MOST * MOST];
    uint32_t n = 16;
    rotation(n, Q);
    const struct node *delay = lines(g, n, 3000);
    attenuate(n, Q, delay, 2);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            Q[i * n + j] *= exp(sin(2.7 * i) * 1.5 - sin(2.7 * j) * 1.5);
    g->program.main = loop(g, delay, matrix_node(g, n, Q));
}

/* 0.97 T Q T^-1, T = I + u v', with equal delays: its eigenvalues are all that counts. */
static void similar_rotation(struct graph *g) {
    enum { N = 8 };
    double Q[N * N], T[N][N], S[N][N], left[N * N];
    rotation(N, Q);
    double u[N], v[N], dot = 1;
    for (uint32_t i = 0; i < N; i++) {
        u[i] = 0.8 * cos(1.3 * i);
        v[i] = 0.9 * sin(0.7 * i + 0.2);
        dot += u[i] * v[i];
    }
    /* (I + u v')^-1 = I - u v' / (1 + v' u) */
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = 0; j < N; j++) {
            T[i][j] = (i == j) + u[i] * v[j];
            S[i][j] = (i == j) - u[i] * v[j] / dot;
        }
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = 0; j < N; j++) {
            left[i * N + j] = 0;
            for (uint32_t k = 0; k < N; k++) left[i * N + j] += T[i][k] * Q[k * N + j];
        }
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = 0; j < N; j++) {
            Q[i * N + j] = 0;
            for (uint32_t k = 0; k < N; k++) Q[i * N + j] += 0.97 * left[i * N + k] * S[k][j];
        }
    g->program.main =
        loop(g, bank(g, N, 1500.0, 1500.0, 1500.0, 1500.0, 1500.0, 1500.0, 1500.0, 1500.0),
             matrix_node(g, N, Q));
}

static void pair_of(struct graph *g, double a, double b) {
    g->program.main = loop(g, bank(g, 2, a, b), gain(g, 2, 2, 0.9, -0.8, 0.8, -0.6));
}
static void equal_pair(struct graph *g) {
    pair_of(g, 10, 10);
}
static void unequal_pair(struct graph *g) {
    pair_of(g, 10, 13);
}
static void long_pair(struct graph *g) {
    pair_of(g, 1201, 1811);
}

static const struct node *allpass(struct graph *g, double k, double samples) {
    const struct node *inner = loop(g, bank(g, 1, samples), gain(g, 1, 1, -k));
    return pair(g, OP_SUM, gain(g, 1, 1, k), pair(g, OP_SERIES, inner, gain(g, 1, 1, 1 - k * k)));
}
static void allpasses(struct graph *g, double k) {
    const struct node *back = pair(g, OP_SERIES, allpass(g, 0.7, 225),
                                   pair(g, OP_SERIES, allpass(g, 0.7, 341), gain(g, 1, 1, k)));
    g->program.main = loop(g, bank(g, 1, 1500.0), back);
}
static void allpasses_lossy(struct graph *g) {
    allpasses(g, 0.95);
}
static void allpasses_lossless(struct graph *g) {
    allpasses(g, 1);
}
static void allpasses_louder(struct graph *g) {
    allpasses(g, 1.06);
}

/* A matrix, beside the same matrix behind lowpasses. */
static void branches(struct graph *g) {
    double Q[MOST * MOST];
    rotation(8, Q);
    const struct node *through =
        pair(g, OP_SERIES, lowpasses(g, 8), scaled(g, 8, operand_constant(0.35)));
    const struct node *both = pair(g, OP_SUM, scaled(g, 8, operand_constant(0.6)), through);
    g->program.main = loop(g, lines(g, 8, 3000), pair(g, OP_SERIES, both, matrix_node(g, 8, Q)));
}

static const struct {
    const char *name;
    void (*make)(struct graph *);
    bool single;
    const char *verdict, *kind;
    double rt60_s;     /* the truth; 0: not asked */
    int modes_outside; /* -1: not asked; -2: all of them */
} cases[] = {
    {"Hadamard 8, as float32 rounds it", had8_lossless, true, "certified-stable", "contraction", 0,
     -1},
    {"Hadamard 16, lossless", had16_lossless, true, "marginally-stable", "lossless-exact", 0, -1},
    {"Hadamard 16, 0.5 s", had16_half_second, true, "certified-stable", "contraction", 0.5, -1},
    {"Hadamard 16, 2 s", had16_two_seconds, true, "certified-stable", "contraction", 2, -1},
    {"Hadamard 16, 10 s", had16_ten_seconds, true, "certified-stable", "contraction", 10, -1},
    {"Hadamard 16 and lowpasses of 1 at 0 Hz", had16_lowpass, false, "marginally-stable",
     "near-marginal", 0, -1},
    {"rotation 16 and lowpasses of 1 at 0 Hz", rotation16_lowpass, false, "marginally-stable",
     "near-marginal", 0, -1},
    {"the same, 2 s", rotation16_two_seconds, true, "certified-stable", "contraction", 0, -1},
    {"D Q D^-1, 2 s", scaled_rotation, true, "certified-stable", "contraction", 2, -1},
    {"0.97 T Q T^-1, equal delays", similar_rotation, true, "certified-stable", "winding", 0, 0},
    {"a pair of 10 and 10", equal_pair, true, "certified-stable", "winding", 0, 0},
    {"the same, 10 and 13", unequal_pair, true, "unstable", NULL, 0, 7},
    {"the same, 1201 and 1811", long_pair, true, "unstable", NULL, 0, -1},
    {"rotation 8 by 1.00005", rotation8_louder, false, "unstable", NULL, 0, -2},
    {"two allpasses in a comb, 0.95", allpasses_lossy, true, "certified-stable", "contraction", 0,
     -1},
    {"two allpasses in a comb, 1", allpasses_lossless, false, "marginally-stable", NULL, 0, -1},
    {"two allpasses in a comb, 1.06", allpasses_louder, true, "unstable", NULL, 0, 2066},
    {"a matrix beside lowpasses", branches, true, "certified-stable", "contraction", 0, -1},
};

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void each_case_is_judged_as_it_is(void **state) {
    (void)state;
    bool good = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        struct graph g;
        graph_init(&g, own);
        cases[i].make(&g);
        const struct net *net = net_lower(g.arena, &own->diags, &g.program, g.program.main);
        assert_non_null(net);
        double begin = seconds();
        const struct cert *cert = cert_prove(g.arena, net, cases[i].single);
        double took = seconds() - begin, samples = 0;
        const struct loop_report *loop = &cert->loops[0];
        for (uint32_t j = 0; j < loop->channel_count; j++)
            samples += (double)loop->delays_samples[j];
        const char *verdict = verdict_texts[cert->verdict];
        const char *kind = cert->proof ? proof_texts[cert->proof] : "none";
        bool right =
            !strcmp(verdict, cases[i].verdict) && (!cases[i].kind || !strcmp(kind, cases[i].kind));
        if (cases[i].rt60_s > 0)
            right = right && cert->rt60_max_s > cases[i].rt60_s * (1 - 1e-6) &&
                    cert->rt60_max_s < cases[i].rt60_s * 1.01;
        if (cases[i].modes_outside != -1)
            right = right && (double)loop->modes_outside ==
                                 (cases[i].modes_outside == -2 ? samples : cases[i].modes_outside);
        print_message("%-40s %-18s %-15s %5.0f ms  outside %ld%s\n", cases[i].name, verdict, kind,
                      1000 * took, (long)loop->modes_outside, right ? "" : "  WRONG");
        if (!right) print_message("  %s\n", cert_summary(cert));
        good = good && right;
        fixture_close((void **)&own);
    }
    assert_true(good);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(each_case_is_judged_as_it_is)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
