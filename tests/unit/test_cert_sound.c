/* No wrong verdict: random loops, and loops made to deceive, against the modes of the whole state.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cert/cert.h"
#include "cert/report.h"
#include "frontend/read_cert.h"
#include "ir/lower.h"
#include "tests/unit/modes.h"
#include "tests/unit/random_graph.h"

/* What roundings leave of a mode, were it a double one. */
static const double little = 1e-7;

struct counts {
    uint32_t of[VERDICT_COUNT];
    uint32_t stable_but_undecided, unstable_but_undecided, exactly;
};

static void check(struct graph *g, struct counts *counts, uint64_t seed) {
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    assert_non_null(net);
    const struct cert *cert = cert_prove(g->arena, net, false);
    uint32_t count;
    const double complex *modes = net_modes(g->arena, net, &count);
    struct text json;
    text_init(&json, g->arena);
    cert_write_json(cert, "x", &json);
    const struct source *source = fixture_source(g->f, "x.cert.json", text_chars(&json));
    if (!certificate_check(g->arena, &g->f->diags, source, net, false)) {
        print_error("seed %u: %s\n%s", (unsigned)seed, list_diags(g->f), graph_text(g));
        fail();
    }
    double mode = largest_mode(modes, count);
    enum verdict verdict = cert_verdict(cert);
    counts->of[verdict]++;
    counts->exactly += cert->proof == PROOF_WINDING || cert->proof == PROOF_POLES;
    bool right = true;
    if (cert->loop_count == 1 && cert->loops[0].modes_outside >= 0)
        right = cert->loops[0].modes_outside >= modes_beyond(modes, count, 1 + little) &&
                cert->loops[0].modes_outside <= modes_beyond(modes, count, 1 - little);
    assert_true(right);
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
    *delays = (struct delays){.grid = {n, n, false}, .samples = at};
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
        const struct node *filters =
            kind == 3 ? random_filters(g, &r, n, 1, farthest) : random_responses(g, &r, n);
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
    /* CERT_LOOPS: more of them than each check has time for. */
    const char *wanted = getenv("CERT_LOOPS");
    uint32_t loops = wanted ? (uint32_t)atoi(wanted) : 300;
    struct counts counts = {0};
    for (uint64_t seed = 0; seed < loops; seed++) {
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        struct graph g;
        graph_init(&g, own);
        random_loop(&g, seed);
        check(&g, &counts, seed);
        fixture_close((void **)&own);
    }
    print_message(
        "certified %u, marginal %u, undecided %u (%u stable), unstable %u, by tier 2 %u\n",
        counts.of[VERDICT_CERTIFIED_STABLE], counts.of[VERDICT_MARGINALLY_STABLE],
        counts.of[VERDICT_INDETERMINATE], counts.stable_but_undecided, counts.of[VERDICT_UNSTABLE],
        counts.exactly);
    /* A test that never gets a verdict finds no wrong one. */
    assert_true(counts.of[VERDICT_CERTIFIED_STABLE] > loops / 3);
    assert_true(counts.of[VERDICT_UNSTABLE] > loops * 3 / 10);
    assert_true(counts.exactly >= loops * 3 / 10);
    assert_int_equal(counts.of[VERDICT_INDETERMINATE], 0);
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
    uint32_t count;
    const double complex *modes = net_modes(g.arena, net, &count);
    assert_true(largest_mode(modes, count) > 1 + 1e-7);
    const struct cert *cert = cert_prove(g.arena, net, false);
    assert_int_equal(cert_verdict(cert), VERDICT_UNSTABLE);
    assert_int_equal(cert->loops[0].modes_outside, 2);
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
