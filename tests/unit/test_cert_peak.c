/* The peak gain lies between its two bounds, on programs whose response can be summed up. */
#include <complex.h>
#include <math.h>

#include "cert/cert.h"
#include "cert/report.h"
#include "ir/lower.h"
#include "tests/unit/random_graph.h"

static const struct cert *certified(struct graph *g, const struct net **net) {
    *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    assert_non_null(*net);
    return cert_prove_with(g->arena, *net, &(struct cert_options){.figures = true});
}

static void a_comb_peaks_where_it_feeds_back_in_phase(void **state) {
    struct graph g;
    graph_init(&g, *state);
    const struct net *net;
    g.program.main = loop(&g, bank(&g, 1, 100.0), gain(&g, 1, 1, 0.9));
    const struct cert *cert = certified(&g, &net);
    assert_true(cert->peak.low <= 10 && cert->peak.high >= 10);
    assert_true(cert->peak.high <= 1.0101 * cert->peak.low);
    /* Half a round is half a turn. */
    g.program.main = loop(&g, bank(&g, 1, 3.0), gain(&g, 1, 1, -0.8));
    cert = certified(&g, &net);
    assert_true(cert->peak.low <= 5 * (1 + 1e-12) && cert->peak.high >= 5);
    /* 24 kHz is as good as 8. */
    assert_near(fabs(cert->peak.hz - 16000), 8000, 1);
}

static void a_filter_peaks_at_its_resonance(void **state) {
    struct graph g;
    graph_init(&g, *state);
    const struct net *net;
    /* |1 - p e^j(a - θ)|^-1 |1 - p e^-j(a + θ)|^-1, a = π/3, p = 0.99 */
    double p = 0.99, a = 3.14159265358979323846 / 3, most = 0;
    g.program.main =
        filter(&g, (struct grid){1, 1, false}, 1, 1.0, 0.0, 0.0, 1.0, -2 * p * cos(a), p * p);
    for (int k = 0; k <= 100000; k++) {
        double x = a - 0.01 + 0.02 * k / 100000;
        most = fmax(most, 1 / cabs((1 - p * cexp(I * (a - x))) * (1 - p * cexp(-I * (a + x)))));
    }
    const struct cert *cert = certified(&g, &net);
    assert_true(cert->peak.low <= most * (1 + 1e-6) && cert->peak.high >= most);
    assert_near(cert->peak.hz, 8000, 2);
}

static void no_sampled_gain_is_above(void **state) {
    (void)state;
    enum { FRAMES = 4096, POINTS = 256 };
    uint32_t known = 0;
    for (uint64_t seed = 0; seed < 30; seed++) {
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        struct graph g;
        graph_init(&g, own);
        random_program(&g, seed, 0);
        const struct net *net;
        const struct cert *cert = certified(&g, &net);
        if (isfinite(cert->peak.high) && !(cert->rt60_max_s * 48000 > FRAMES / 4)) {
            known++;
            const double *h = graph_responses(&g, FRAMES);
            uint32_t pairs = net->inlet_count * net->outlet_count;
            double most = 0;
            for (int k = 0; k <= POINTS; k++) {
                double hz = k == POINTS ? cert->peak.hz : 24000.0 * k / POINTS, here = 0;
                double complex w = cexp(-2 * I * 3.14159265358979323846 * hz / 48000);
                for (uint32_t p = 0; p < pairs; p++) {
                    double complex sum = 0;
                    for (size_t n = FRAMES; n-- > 0;) sum = sum * w + h[p * FRAMES + n];
                    here = fmax(here, cabs(sum));
                }
                most = fmax(most, here);
                if (k == POINTS) assert_near(here, cert->peak.low, 1e-6 * here);
            }
            assert_true(most <= cert->peak.high * (1 + 1e-6));
        }
        fixture_close((void **)&own);
    }
    print_message("%u programs\n", known);
    assert_true(known > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_comb_peaks_where_it_feeds_back_in_phase),
        TEST(a_filter_peaks_at_its_resonance),
        TEST(no_sampled_gain_is_above),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
