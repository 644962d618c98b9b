/* --contract: matrices that are lossless but for rounding, scaled until they lose. */
#include <math.h>
#include <string.h>

#include "cert/cert.h"
#include "ir/lower.h"
#include "tests/unit/matrices.h"

enum { MOST = 64 };

static void rotation(uint32_t n, double *Q) {
    struct random r = random_of(n + 7);
    plane_rotations(&r, n, 8 * n, Q);
}

/* D Q D^-1: lossless with another weight for each line. */
static void scaled_rotation(uint32_t n, double *Q) {
    rotation(n, Q);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) Q[i * n + j] *= exp(sin(2.7 * i) - sin(2.7 * j));
}

static const struct node *lines(struct graph *g, uint32_t n) {
    struct operand *at = ARENA_ARRAY(g->arena, n, struct operand);
    for (uint32_t i = 0; i < n; i++) at[i] = operand_constant(1000 + 31 * i);
    struct delays *delays = ARENA_NEW(g->arena, struct delays);
    *delays = (struct delays){.grid = {n, n, false}, .samples = at};
    return node_delay(&g->build, NOWHERE, delays);
}

static const struct cert *certified(struct graph *g, bool single) {
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    assert_non_null(net);
    return cert_prove_with(
        g->arena, net,
        &(struct cert_options){.single = single,
                               .brief = true,
                               .contracted = g->program.contracted,
                               .contracted_count = g->program.contracted_count});
}

/* Every lossless network decays, and says how slowly. */
static void lossless_networks_decay(void **state) {
    (void)state;
    static void (*const make[])(uint32_t, double *) = {hadamard, householder, rotation,
                                                       scaled_rotation};
    for (uint32_t n = 2; n <= MOST; n = n < 8 ? n + 1 : 2 * n)
        for (size_t kind = 0; kind < 4; kind++)
            for (int precision = 1; precision <= 2; precision++) {
                /* Weights that are no powers of two are for tier 1, which wants more than the last
                 * bits of doubles. */
                if ((kind == 0 && n & (n - 1)) || (kind == 3 && precision == 2)) continue;
                struct fixture *own;
                assert_int_equal(fixture_open((void **)&own), 0);
                struct graph g;
                graph_init(&g, own);
                double Q[MOST * MOST];
                make[kind](n, Q);
                g.program.main = loop(&g, lines(&g, n), matrix_node(&g, n, Q));
                g.program.contract_for = precision == 1 ? CONTRACT_FOR_FLOAT : CONTRACT_FOR_DOUBLE;
                assert_true(run_pass(&g, pass_contract));
                assert_int_equal(g.program.contracted_count, 1);
                assert_true(g.program.contracted[0].steps <= 4 * n + 4);
                const struct cert *cert = certified(&g, precision == 1);
                const char *summary = cert_summary(cert);
                const char *said = g.program.contracted[0].steps
                                       ? "dB a minute; --contract: A by 1 - "
                                       : "dB a minute; --contract: nothing to scale, A contracts";
                bool good = cert_verdict(cert) == VERDICT_CERTIFIED_STABLE && strstr(summary, said);
                if (!good) fail_msg("matrix %zu of %u rows: %s", kind, n, summary);
                fixture_close((void **)&own);
            }
}

static double entry(const struct graph *g, uint32_t i) {
    return g->program.main->parts[1]->matrix->at[i].value;
}

static void scale_by(struct graph *g, enum contract_for what, uint32_t n, const double *Q) {
    g->program.main = loop(g, lines(g, n), matrix_node(g, n, Q));
    g->program.contract_for = what;
    assert_true(run_pass(g, pass_contract));
}

/* Hadamard's matrix of 8 rounds down to a contraction, of 16 it is lossless exactly. */
static void the_largest_factor_that_does(void **state) {
    struct graph g;
    graph_init(&g, *state);
    double Q[MOST * MOST];
    hadamard(8, Q);
    scale_by(&g, CONTRACT_FOR_FLOAT, 8, Q);
    assert_int_equal(g.program.contracted[0].steps, 0);
    assert_true(entry(&g, 0) == (double)(float)sqrt(0.125));
    hadamard(16, Q);
    scale_by(&g, CONTRACT_FOR_FLOAT, 16, Q);
    assert_int_equal(g.program.contracted[0].steps, 1);
    assert_true(entry(&g, 0) == 0.25 * (1 - 0x1p-24));
    scale_by(&g, CONTRACT_FOR_DOUBLE, 16, Q);
    assert_true(entry(&g, 0) == 0.25 * (1 - 0x1p-53));
    /* The norm is that of the entries, and the first one below 1 does. */
    double over[] = {0, 1 + 5 * 0x1p-24, 1 + 5 * 0x1p-24, 0};
    scale_by(&g, CONTRACT_FOR_DOUBLE, 2, over);
    assert_true(entry(&g, 1) < 1 && entry(&g, 1) >= 1 - 0x1p-52);
}

static void what_is_not_meant_to_be_lossless(void **state) {
    struct graph g;
    graph_init(&g, *state);
    double lossy[] = {0.99, 0, 0, 0.99}, louder[] = {0, 1.0001, 1, 0}, good[] = {0.6, 0.8, -0.8, 0.6};
    scale_by(&g, CONTRACT_FOR_FLOAT, 2, lossy);
    scale_by(&g, CONTRACT_FOR_FLOAT, 2, louder);
    assert_int_equal(g.program.contracted_count, 0);
    assert_true(entry(&g, 1) == 1.0001);
    /* Outside of loops; one gain; what a knob moves. */
    g.program.main = matrix_node(&g, 2, good);
    assert_true(run_pass(&g, pass_contract));
    g.program.main = loop(&g, lines(&g, 1), gain(&g, 1, 1, 1.0));
    assert_true(run_pass(&g, pass_contract));
    g.program.main = loop(&g, lines(&g, 2), scaled(&g, 2, knob(&g, 1, 0, 1)));
    assert_true(run_pass(&g, pass_contract));
    assert_int_equal(g.program.contracted_count, 0);
    assert_int_equal(g.f->diags.warnings, 5);
    assert_int_equal(g.f->diags.first->code, CODE_CONTRACT_IDLE);
    /* Nothing is asked. */
    scale_by(&g, CONTRACT_FOR_NOTHING, 2, good);
    assert_int_equal(g.f->diags.warnings, 5);
    assert_true(entry(&g, 0) == 0.6);
}

/* Without it the line says what it would be good for. */
static void rounding_is_named(void **state) {
    struct graph g;
    graph_init(&g, *state);
    double Q[MOST * MOST];
    householder(6, Q);
    g.program.main = loop(&g, lines(&g, 6), matrix_node(&g, 6, Q));
    const char *summary = cert_summary(certified(&g, true));
    assert_non_null(strstr(summary, "marginally-stable: "));
    assert_non_null(strstr(summary, "it grows by at most "));
    assert_non_null(strstr(summary, " dB a minute, if at all; lossless only as rounded: see --contract"));
    hadamard(8, Q);
    g.program.main = loop(&g, lines(&g, 8), matrix_node(&g, 8, Q));
    summary = cert_summary(certified(&g, true));
    assert_non_null(strstr(summary, "certified-stable: decays by at least "));
    assert_non_null(strstr(summary, "lossless only as rounded: see --contract"));
    /* Exactly lossless ones and lossy ones do not need it. */
    hadamard(16, Q);
    g.program.main = loop(&g, lines(&g, 16), matrix_node(&g, 16, Q));
    assert_null(strstr(cert_summary(certified(&g, true)), "--contract"));
    for (uint32_t i = 0; i < 256; i++) Q[i] *= 0.99;
    g.program.main = loop(&g, lines(&g, 16), matrix_node(&g, 16, Q));
    assert_null(strstr(cert_summary(certified(&g, true)), "--contract"));
}

/* A loop that keeps an energy whose weights are no powers of two: an all-pass in a ring. */
static void fractions_are_found(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main =
        loop(&g, bank(&g, 2, 200.0, 331.0), gain(&g, 2, 2, -0.5, 0.75, 1.0, 0.5));
    const struct cert *cert = certified(&g, true);
    assert_string_equal(cert_summary(cert), "marginally-stable: the loop through 'loop 1': "
                                            "lossless, it neither grows nor decays");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(lossless_networks_decay),          TEST(the_largest_factor_that_does),
        TEST(what_is_not_meant_to_be_lossless), TEST(rounding_is_named),
        TEST(fractions_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
