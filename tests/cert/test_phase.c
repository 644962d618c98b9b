/* No wrong verdict where there are filters: random loops with sections, finite responses, branches
 * and inner loops, against the unwrapped phase of the characteristic polynomial. */
#include <math.h>

#include "cert/cert.h"
#include "cert/report.h"
#include "frontend/read_cert.h"
#include "ir/lower.h"
#include "tests/unit/modes.h"
#include "tests/unit/phase.h"
#include "tests/unit/random_loop.h"

struct counts {
    uint32_t stable, unstable, undecided, exactly, compared, too_near;
};

static const struct net *lowered(struct graph *g) {
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    assert_non_null(net);
    return net;
}

static void compare(struct graph *g, void *into, uint64_t seed) {
    struct counts *counts = into;
    const struct net *net = lowered(g);
    const struct cert *cert = cert_prove(g->arena, net, false);
    struct text json;
    text_init(&json, g->arena);
    cert_write_json(cert, "x", &json);
    const struct source *source = fixture_source(g->f, "x.cert.json", text_chars(&json));
    bool right = certificate_check(g->arena, &g->f->diags, source, net, false);
    enum verdict verdict = cert_verdict(cert);
    counts->stable += verdict == VERDICT_CERTIFIED_STABLE;
    counts->unstable += verdict == VERDICT_UNSTABLE;
    counts->exactly += cert->proof == PROOF_WINDING || cert->proof == PROOF_POLES;
    counts->undecided += verdict != VERDICT_CERTIFIED_STABLE && verdict != VERDICT_UNSTABLE;
    int64_t modes = modes_by_phase(g->arena, net, 1);
    if (modes < 0) {
        counts->too_near++;
        return;
    }
    counts->compared++;
    right = right && (modes > 0) == (verdict == VERDICT_UNSTABLE);
    const struct loop_report *loop = &cert->loops[0];
    if (cert->loop_count == 1 && loop->modes_outside >= 0)
        right = right && loop->modes_outside == modes;
    /* What it says of decay or growth. */
    if (verdict == VERDICT_CERTIFIED_STABLE && cert->rt60_max_s > 0) {
        double radius = exp(-log(1000) / (cert->rt60_max_s * net->rate)) * (1 + 1e-9);
        right = right && modes_by_phase(g->arena, net, radius) <= 0;
    }
    if (verdict == VERDICT_UNSTABLE && loop->growth_db_per_s > 0) {
        double radius = pow(10, loop->growth_db_per_s / 20 / net->rate) * (1 - 1e-9);
        right = right && modes_by_phase(g->arena, net, radius) != 0;
    }
    if (right) return;
    print_error("seed %u: %d modes outside, but %s (%d outside)\n%s", (unsigned)seed, (int)modes,
                cert_summary(cert), (int)loop->modes_outside, graph_text(g));
    fail();
}

static void no_filtered_loop_is_judged_wrongly(void **state) {
    (void)state;
    struct counts counts = {0};
    uint32_t loops = each_random_loop("CERT_FILTERED", 100, random_filtered_loop, compare, &counts);
    print_message("stable %u, unstable %u, undecided %u, by tier 2 %u; too near for the phase %u\n",
                  counts.stable, counts.unstable, counts.undecided, counts.exactly,
                  counts.too_near);
    assert_int_equal(counts.undecided, 0);
    assert_true(counts.stable >= loops * 3 / 10);
    assert_true(counts.unstable >= loops * 3 / 10);
    assert_true(counts.exactly >= loops * 3 / 10);
    assert_true(counts.compared >= loops * 98 / 100);
}

/* The judge is judged: it counts what the eigenvalues of the whole state say. */
static void the_phase_counts_modes(void **state) {
    (void)state;
    for (uint64_t seed = 500; seed < 530; seed++) {
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        struct graph g;
        graph_init(&g, own);
        random_loop(&g, seed);
        const struct net *net = lowered(&g);
        uint32_t count;
        const double complex *modes = net_modes(g.arena, net, &count);
        for (double radius = 0.9; radius < 1.15; radius += 0.1) {
            int64_t counted = modes_by_phase(g.arena, net, radius);
            if (counted < 0) continue;
            assert_true(counted >= modes_beyond(modes, count, radius + 1e-6));
            assert_true(counted <= modes_beyond(modes, count, radius - 1e-6));
        }
        fixture_close((void **)&own);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_phase_counts_modes),
        TEST(no_filtered_loop_is_judged_wrongly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
