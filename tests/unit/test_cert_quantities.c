/* Figures of the certificate against truths that owe it nothing: modes from the whole state, long
 * simulations, floats that really round. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cert/constants.h"
#include "cert/cut.h"
#include "tests/unit/figures.h"
#include "tests/unit/random_loop.h"

static struct graph random_system(struct fixture *f, uint64_t seed) {
    struct graph g;
    graph_init(&g, f);
    if (seed % 3 == 0) random_loop(&g, seed);
    else if (seed % 3 == 1) random_filtered_loop(&g, seed);
    else random_program(&g, seed, 0);
    return g;
}

/* ---- decay by bands --------------------------------------------------------------------------
 */

static void no_mode_is_outside_of_its_band(void **state) {
    (void)state;
    struct widths widths = {0};
    uint32_t systems = 0;
    for (uint64_t seed = 0; seed < 45; seed++) {
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        if (seed % 3 != 2) {
            struct graph g = random_system(own, seed);
            struct system s = prove_figures(own, &g.program, false);
            if (s.cert->quantities && s.cert->loop_count == 1) {
                check_bands(own, s, false, &widths);
                systems++;
            }
        }
        fixture_close((void **)&own);
    }
    print_message("%u more systems, %u modes in all\n", systems, widths.modes);
    assert_true(systems > 5);
    assert_int_equal(widths.above, 0);
    assert_int_equal(widths.below, 0);
}

/* ---- norms -----------------------------------------------------------------------------------
 */

enum { FRAMES = 1 << 15 };

/* What lies within [low, high] but for what FRAMES cut off. */
static void check_bracket(struct bracket b, double got, double missing, uint64_t seed,
                          const char *what) {
    if (got <= b.high * (1 + 1e-9) + 1e-12 && got + missing >= b.low * (1 - 1e-9) - 1e-12) return;
    print_error("seed %u, %s: %.12g not within [%.12g, %.12g]\n", (unsigned)seed, what, got, b.low,
                b.high);
    fail();
}

static void norms_are_those_of_long_simulations(void **state) {
    (void)state;
    uint32_t known = 0, noisy = 0, all = 0;
    double widest = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        struct graph g = random_system(own, seed);
        struct system s = prove_figures(own, &g.program, false);
        const struct cert *cert = s.cert;
        all += cert->verdict == VERDICT_CERTIFIED_STABLE;
        if (cert->quantities && cert->quantities->wcpg.known &&
            cert->rt60_max_s * s.net->rate < FRAMES / 4) {
            const struct wcpg *wcpg = &cert->quantities->wcpg;
            const double *h = graph_responses(&g, FRAMES);
            uint32_t ins = s.net->inlet_count, outs = s.net->outlet_count;
            known++;
            for (uint32_t o = 0; o < outs; o++) {
                double l1 = 0, l2 = 0;
                for (uint32_t i = 0; i < ins; i++)
                    for (size_t n = 0; n < FRAMES; n++) {
                        double x = h[((size_t)i * outs + o) * FRAMES + n];
                        l1 += fabs(x);
                        l2 += x * x;
                    }
                check_bracket(wcpg->outlets[o], l1, 1e-9 * l1, seed, "worst-case peak gain");
                if (wcpg->outlets[o].low > 1e-3)
                    widest = fmax(widest, wcpg->outlets[o].high / wcpg->outlets[o].low - 1);
                /* A loop whose inlets are those of its lines, and which has no others. */
                if (seed % 3 == 2 || cert->loop_count != 1 ||
                    cert->loops[0].channel_count != ins)
                    continue;
                noisy++;
                check_bracket(wcpg->noise_worst[o], l1, 1e-9 * l1, seed, "worst of roundings");
                check_bracket(wcpg->noise_variance[o], l2, 1e-9 * l2, seed, "noise of roundings");
            }
        }
        fixture_close((void **)&own);
    }
    print_message("%u of %u stable systems, %u noises; brackets within %.2g %%\n", known, all, noisy,
                  100 * widest);
    assert_true(known > 20 && noisy > 10);
    assert_true(widest < 0.002);
}

/* A sum of geometric series, and what its one line holds. */
static void a_comb_has_known_norms(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = loop(&g, named(&g, bank(&g, 1, 100.0), "comb"), gain(&g, 1, 1, -0.875));
    struct system s = prove_figures(*state, &g.program, true);
    const struct wcpg *wcpg = &s.cert->quantities->wcpg;
    assert_true(wcpg->outlets[0].low <= 8 && wcpg->outlets[0].high >= 8);
    assert_near(wcpg->outlets[0].high, 8, 0.01);
    assert_near(wcpg->lines[0].gain[0].high, 8, 0.01);
    assert_near(wcpg->noise_worst[0].high, 8, 0.01);
    assert_near(wcpg->noise_variance[0].high, 1 / (1 - 0.875 * 0.875), 0.01);
    assert_int_equal(headroom_bits(8), 3);
    assert_int_equal(headroom_bits(8.001), 4);
    assert_int_equal(headroom_bits(0.3), 0);
    cert_say(&g.f->diags, s.cert);
    const char *said = list_diags(g.f);
    const char *sentence = strstr(said, "certified-stable: decays 60 dB in at most 0.10"),
               *figure = strstr(said, "the largest gain at any frequency is between 18"),
               *proof = strstr(said, "the loop comb, a delay of 100 samples and 0 sections, is");
    assert_true(sentence && sentence < figure && figure < proof);
    assert_non_null(strstr(proof, "one scaling of its channels"));
    assert_non_null(strstr(said, "outlet 1 stays within 8.00"));
    assert_non_null(strstr(said, "modes of the loop comb decay by 60 dB in"));
    /* One round is exact but for the product: less than u (1 + u) of 0.875. */
    const struct loop_quantities *q = &s.cert->quantities->loops[0];
    assert_true(q->float_decays && q->float_eps >= 0x1p-25 && q->float_eps < 0x1p-21);
}

/* Without figures: the sentence, and how it was proved. */
static void says_how_growth_was_proved(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = loop(&g, named(&g, bank(&g, 1, 100.0), "comb"), gain(&g, 1, 1, 1.5));
    struct system s = prove_figures(*state, &g.program, true);
    cert_say(&g.f->diags, s.cert);
    const char *said = list_diags(g.f), *proof = strstr(said, "the loop comb, ");
    assert_non_null(strstr(said, "unstable: the loop through 'comb': "));
    assert_non_null(proof);
    assert_non_null(strstr(proof, "proved: by the exact sign of its determinant"));
    assert_non_null(strstr(proof, "modes that do not decay: 100"));
}

/* ---- floats ----------------------------------------------------------------------------------
 */

/* Every operation rounded to float: transposed direct form II, sums one after the other. */
struct floats {
    float **held, (*section)[2], *out;
    uint64_t *at;
};

static void run_float(struct arena *arena, const struct net *net, struct floats *x, float first) {
    for (wire k = 0; k < net->cell_count; k++) {
        wire w = net->order[k];
        const struct cell *cell = &net->cells[w];
        if (cell->op == CELL_INLET) {
            x->out[w] = first;
        } else if (cell->op == CELL_MIX) {
            float sum = 0;
            for (uint32_t i = 0; i < cell->count; i++) {
                float product = (float)constant_of(cell->operands[i], true) * x->out[cell->from[i]];
                sum = sum + product;
            }
            x->out[w] = sum;
        } else if (cell->op == CELL_SECTION) {
            float b[5], in = x->out[cell->from[0]], *s = x->section[w];
            for (int i = 0; i < 5; i++) b[i] = (float)constant_of(cell->operands[i], true);
            float y = b[0] * in + s[0];
            s[0] = (b[1] * in - b[3] * y) + s[1];
            s[1] = b[2] * in - b[4] * y;
            x->out[w] = y;
        } else {
            uint64_t m = constant_delay(cell);
            if (!x->held[w]) x->held[w] = ARENA_ARRAY(arena, m + 1, float);
            x->out[w] = m ? x->held[w][x->at[w] % m] : x->out[cell->from[0]];
        }
    }
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        if (cell->op != CELL_DELAY) continue;
        uint64_t m = constant_delay(cell);
        if (m) x->held[w][x->at[w]++ % m] = x->out[cell->from[0]];
    }
}

/* The same in doubles, with the same constants. */
static void run_double(const struct net *net, double **held, double (*section)[2], double *out,
                       uint64_t n, double first) {
    for (wire k = 0; k < net->cell_count; k++) {
        wire w = net->order[k];
        const struct cell *cell = &net->cells[w];
        double in = cell->count ? out[cell->from[0]] : 0, b[5];
        if (cell->op == CELL_INLET) out[w] = first;
        else if (cell->op == CELL_MIX) {
            out[w] = 0;
            for (uint32_t i = 0; i < cell->count; i++)
                out[w] += constant_of(cell->operands[i], true) * out[cell->from[i]];
        } else if (cell->op == CELL_SECTION) {
            for (int i = 0; i < 5; i++) b[i] = constant_of(cell->operands[i], true);
            out[w] = b[0] * in + section[w][0];
            section[w][0] = b[1] * in - b[3] * out[w] + section[w][1];
            section[w][1] = b[2] * in - b[4] * out[w];
        } else {
            uint64_t m = constant_delay(cell);
            out[w] = m ? held[w][n % m] : in;
        }
    }
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        uint64_t m = cell->op == CELL_DELAY ? constant_delay(cell) : 0;
        if (m) held[w][n % m] = out[cell->from[0]];
    }
}

static bool is_plain(const struct net *net) {
    for (wire w = 0; w < net->cell_count; w++)
        if (net->cells[w].op == CELL_FIR ||
            (net->cells[w].op == CELL_SECTION && (net->cells[w].form != SECTION_DIRECT ||
                                                  net->cells[w].least_delay > 0)))
            return false;
    return true;
}

/* |D (v' - v)| <= eps / (1 - gamma) |D v'|, of what goes into the lines; the quotient's share of
 * that. What is read only after one more sample of a section does not matter here. */
static double share_of_error(struct arena *arena, struct system s, const struct loop_quantities *q) {
    enum { SAMPLES = 4000 };
    const struct net *net = s.net;
    uint32_t count, n = net->cell_count;
    const struct loop *loop = cut_loops(arena, net, true, &count);
    struct floats x = {ARENA_ARRAY(arena, n, float *), arena_array(arena, n, 2 * sizeof(float)),
                       ARENA_ARRAY(arena, n, float), ARENA_ARRAY(arena, n, uint64_t)};
    double **held = ARENA_ARRAY(arena, n, double *), *out = ARENA_ARRAY(arena, n, double);
    double(*section)[2] = arena_array(arena, n, 2 * sizeof(double)), error = 0, size = 0;
    for (wire w = 0; w < n; w++)
        if (net->cells[w].op == CELL_DELAY)
            held[w] = ARENA_ARRAY(arena, constant_delay(&net->cells[w]) + 1, double);
    const struct loop_report *report = &s.cert->loops[0];
    const double *scaling = NULL;
    for (uint32_t i = 0; i < report->witness_count; i++) {
        const struct witness *w = &report->witnesses[i];
        if (w->scaling_count && (!scaling || (w->scaling_count == 1 && !w->open_count)))
            scaling = w->scalings;
    }
    for (uint64_t t = 0; t < SAMPLES; t++) {
        run_float(arena, net, &x, t == 0);
        run_double(net, held, section, out, t, t == 0);
        for (uint32_t j = 0; j < loop->channel_count; j++) {
            wire w = loop->channels[j].source;
            double scale = scaling && !isnan(q->float_gamma) ? exp(scaling[j]) : 1;
            double d = scale * ((double)x.out[w] - out[w]), v = scale * (double)x.out[w];
            error += d * d;
            size += v * v;
        }
    }
    double below = isnan(q->float_gamma) ? report->distance : 1 - q->float_gamma;
    if (isnan(below)) below = q->distance;
    return size > 0 ? sqrt(error) / (q->float_eps / below * sqrt(size)) : 0;
}

static void floats_err_by_no_more_than_is_said(void **state) {
    (void)state;
    uint32_t looked_at = 0;
    double most = 0;
    for (uint64_t seed = 0; seed < 75; seed++) {
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        struct graph g = random_system(own, seed);
        if (seed % 3 != 2) {
            struct system s = prove_figures(own, &g.program, true);
            const struct loop_quantities *q = s.cert->quantities ? s.cert->quantities->loops : NULL;
            if (q && s.cert->loop_count == 1 && q->float_decays && is_plain(s.net)) {
                double share = share_of_error(&own->arena, s, q);
                if (!(share <= 1)) print_error("seed %u: %g\n", (unsigned)seed, share);
                assert_true(share <= 1);
                most = fmax(most, share);
                looked_at++;
            }
        }
        fixture_close((void **)&own);
    }
    print_message("%u loops, errors up to %.2g of what is allowed\n", looked_at, most);
    assert_true(looked_at > 5 && most > 1e-4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(no_mode_is_outside_of_its_band),
        TEST(norms_are_those_of_long_simulations),
        TEST(a_comb_has_known_norms),
        TEST(says_how_growth_was_proved),
        TEST(floats_err_by_no_more_than_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
