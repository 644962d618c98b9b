/* A referee of enclosures: ball arithmetic of 128 bits (Johansson, Arb, IEEE TC 2017), which shares
 * nothing with cert/ but how loops are cut. It proves again what certificates rest on: that a
 * scaling makes a loop a contraction on a cell, that a piece holds no mode and where its argument
 * is, and what sections are on arcs. Cells are sampled; CERT_ARB says how many times as many as in
 * each check. Skipped where Arb is not installed. */
#include <math.h>
#include <stdlib.h>

#include "cert/cert.h"
#include "cert/piece.h"
#include "cert/report.h"
#include "ir/lower.h"
#include "tests/unit/random_loop.h"

#ifdef HAVE_ARB
#if __has_include(<flint/acb_mat.h>)
#include <flint/acb_mat.h>
#else
#include <acb_mat.h>
#endif

enum { BITS = 128 };

struct referee {
    struct random random;
    uint32_t times;
    const struct loop *loop;
    uint32_t n;
    acb_mat_t rows, L, work;
    uint64_t balls, cells, pieces; /* that were proved */
};

/* Points w = R e^(-jπ turn), turn within `half` of its centre. */
struct points {
    double R, turn, half;
};

/* w^power; of no angle if moduli alone count. */
static void power_of(acb_t out, const struct points *p, ulong power, bool moduli) {
    arb_t angle, radius;
    arb_init(angle);
    arb_init(radius);
    arb_set_d(angle, moduli ? 0 : -p->turn);
    arb_set_d(radius, moduli ? 0 : p->half);
    arb_add_error(angle, radius);
    arb_mul_ui(angle, angle, power, BITS);
    arb_sin_cos_pi(acb_imagref(out), acb_realref(out), angle, BITS);
    arb_set_d(radius, p->R);
    arb_pow_ui(radius, radius, power, BITS);
    acb_mul_arb(out, out, radius, BITS);
    arb_clear(angle);
    arb_clear(radius);
}

static void polynomial(acb_t out, const struct operand *o, uint32_t count, const struct points *p) {
    acb_t c, w;
    acb_init(c);
    acb_init(w);
    acb_zero(out);
    for (uint32_t k = 0; k < count; k++) {
        power_of(w, p, k, false);
        acb_set_d(c, o[k].value);
        acb_addmul(out, c, w, BITS);
    }
    acb_clear(c);
    acb_clear(w);
}

/* What a cell multiplies its inlet by; of a delay |w|^m if `moduli`, since a norm does not depend
 * on its angle. */
static void response_of(acb_t out, const struct cell *cell, const struct points *w, bool moduli) {
    const struct operand *o = cell->operands;
    if (cell->op == CELL_MIX) {
        acb_set_d(out, o[0].value);
    } else if (cell->op == CELL_DELAY) {
        power_of(out, w, (ulong)o[0].value, moduli);
    } else if (cell->op == CELL_FIR) {
        polynomial(out, o, cell->operand_count, w);
    } else {
        acb_t A;
        acb_init(A);
        struct operand of[3] = {operand_constant(1), o[3], o[4]};
        polynomial(A, of, 3, w);
        polynomial(out, o, 3, w);
        acb_div(out, out, A, BITS);
        acb_clear(A);
    }
}

/* Row `to` of L += factor * the row of what drives `from`. */
static void add_row(struct referee *f, acb_ptr to, wire from, const acb_t factor) {
    uint32_t place = f->loop->place[from];
    if (place >= PLACE_CHANNEL) {
        acb_add(to + (place - PLACE_CHANNEL), to + (place - PLACE_CHANNEL), factor, BITS);
        return;
    }
    for (uint32_t j = 0; j < f->n; j++)
        acb_addmul(to + j, acb_mat_entry(f->rows, place, j), factor, BITS);
}

/* L = G T on a ball of points. */
static void loop_at(struct referee *f, double R, double turn, double half, bool moduli) {
    const struct loop *loop = f->loop;
    const struct points points = {R, turn, half}, *w = &points;
    acb_t factor, all;
    acb_init(factor);
    acb_init(all);
    acb_mat_zero(f->rows);
    acb_mat_zero(f->L);
    for (uint32_t r = 0; r < loop->rest_count; r++) {
        const struct cell *cell = &loop->net->cells[loop->rest[r]];
        if (cell->op != CELL_MIX) response_of(factor, cell, w, moduli);
        for (uint32_t i = 0; i < cell->count; i++) {
            if (loop->net->cells[cell->from[i]].component != loop->component) continue;
            if (cell->op == CELL_MIX) acb_set_d(factor, cell->operands[i].value);
            add_row(f, acb_mat_entry(f->rows, r, 0), cell->from[i], factor);
        }
    }
    acb_one(factor);
    for (uint32_t i = 0; i < f->n; i++)
        add_row(f, acb_mat_entry(f->L, i, 0), loop->channels[i].source, factor);
    for (uint32_t j = 0; j < f->n; j++) {
        acb_one(all);
        for (uint32_t k = 0; k < loop->channels[j].cell_count; k++) {
            response_of(factor, &loop->net->cells[loop->channels[j].cells[k]], w, moduli);
            acb_mul(all, all, factor, BITS);
        }
        for (uint32_t i = 0; i < f->n; i++)
            acb_mul(acb_mat_entry(f->L, i, j), acb_mat_entry(f->L, i, j), all, BITS);
    }
    acb_clear(factor);
    acb_clear(all);
}

/* d_i L_ij / d_j */
static void scale(struct referee *f, const double *d) {
    arb_t factor, by;
    arb_init(factor);
    arb_init(by);
    for (uint32_t i = 0; i < f->n; i++)
        for (uint32_t j = 0; j < f->n; j++) {
            arb_set_d(factor, d[i]);
            arb_set_d(by, d[j]);
            arb_div(factor, factor, by, BITS);
            acb_mul_arb(acb_mat_entry(f->L, i, j), acb_mat_entry(f->L, i, j), factor, BITS);
        }
    arb_clear(factor);
    arb_clear(by);
}

/* I - L* L is positive definite: all pivots of its elimination are. */
static bool contracts(struct referee *f) {
    bool positive = true;
    acb_t factor;
    acb_init(factor);
    acb_mat_conjugate_transpose(f->work, f->L);
    acb_mat_mul(f->work, f->work, f->L, BITS);
    acb_mat_neg(f->work, f->work);
    for (uint32_t k = 0; k < f->n; k++)
        acb_add_ui(acb_mat_entry(f->work, k, k), acb_mat_entry(f->work, k, k), 1, BITS);
    for (uint32_t k = 0; k < f->n && positive; k++) {
        acb_ptr pivot = acb_mat_entry(f->work, k, k);
        arb_zero(acb_imagref(pivot)); /* Hermitian */
        positive = arb_is_positive(acb_realref(pivot));
        for (uint32_t i = k + 1; i < f->n && positive; i++) {
            acb_div(factor, acb_mat_entry(f->work, i, k), pivot, BITS);
            for (uint32_t j = k + 1; j < f->n; j++)
                acb_submul(acb_mat_entry(f->work, i, j), factor, acb_mat_entry(f->work, k, j),
                           BITS);
        }
    }
    acb_clear(factor);
    return positive;
}

static bool cell_contracts(struct referee *f, double R, double turn, double half, const double *d,
                           int depth) {
    f->balls++;
    loop_at(f, R, turn, half, true);
    scale(f, d);
    if (contracts(f)) return true;
    return depth > 0 && cell_contracts(f, R, turn - half / 2, half / 2, d, depth - 1) &&
           cell_contracts(f, R, turn + half / 2, half / 2, d, depth - 1);
}

/* Some arcs of the cells of a circle. */
static void judge_cells(struct referee *f, const struct witness *w) {
    double d[CERT_CHANNELS_MOST];
    for (uint32_t sample = 0; sample < 8 * f->times && w->cell_count; sample++) {
        uint32_t c = random_below(&f->random, w->cell_count);
        double from = (double)w->cells[c].from * 0x1p-53, to = (double)w->cells[c].to * 0x1p-53;
        double half = fmin((to - from) / 2, 0x1p-12);
        double turn = random_between(&f->random, from + half, to - half);
        for (uint32_t i = 0; i < f->n; i++)
            d[i] = exp(w->scalings[(size_t)w->scaling_of[c] * f->n + i]);
        assert_true(cell_contracts(f, w->R, turn, half, d, 24));
        f->cells++;
    }
}

/* ||I - R (I - L)||_F < 1, R as it was computed: I - L is regular on the ball. */
static bool is_regular(struct referee *f, const struct inverse *inverse) {
    mag_t size, sum;
    mag_init(size);
    mag_init(sum);
    acb_mat_t R;
    acb_mat_init(R, f->n, f->n);
    for (uint32_t i = 0; i < f->n; i++)
        for (uint32_t j = 0; j < f->n; j++) {
            size_t at = (size_t)i * inverse->R.stride + j;
            acb_set_d_d(acb_mat_entry(R, i, j), inverse->R.re[at], inverse->R.im[at]);
            acb_neg(acb_mat_entry(f->L, i, j), acb_mat_entry(f->L, i, j));
        }
    for (uint32_t i = 0; i < f->n; i++)
        acb_add_ui(acb_mat_entry(f->L, i, i), acb_mat_entry(f->L, i, i), 1, BITS);
    acb_mat_mul(f->work, R, f->L, BITS);
    for (uint32_t i = 0; i < f->n; i++)
        acb_sub_ui(acb_mat_entry(f->work, i, i), acb_mat_entry(f->work, i, i), 1, BITS);
    for (uint32_t i = 0; i < f->n; i++)
        for (uint32_t j = 0; j < f->n; j++) {
            acb_get_mag(size, acb_mat_entry(f->work, i, j));
            mag_addmul(sum, size, size);
        }
    bool regular = mag_cmp_2exp_si(sum, 0) < 0;
    acb_mat_clear(R);
    mag_clear(size);
    mag_clear(sum);
    return regular;
}

static bool piece_is_regular(struct referee *f, const struct inverse *inverse, double R, double turn,
                             double half, const double *d, int depth) {
    f->balls++;
    loop_at(f, R, turn, half * (1 + 1e-9), false);
    scale(f, d);
    if (is_regular(f, inverse)) return true;
    return depth > 0 &&
           piece_is_regular(f, inverse, R, turn - half / 2, half / 2, d, depth - 1) &&
           piece_is_regular(f, inverse, R, turn + half / 2, half / 2, d, depth - 1);
}

/* Some pieces over which F is followed: regular on all of them; and the argument at their centres.
 */
static void judge_pieces(struct referee *f, struct arena *arena, const struct witness *w) {
    struct ball *constant = NULL;
    if (!f->loop->rest_section_count) {
        constant = ARENA_ARRAY(arena, (size_t)f->n * f->n, struct ball);
        response_constant(arena, f->loop, constant);
    }
    struct pieces *p = pieces_scaled(arena, f->loop, constant, w->powers, UINT64_MAX);
    struct piece piece = piece_make(arena, f->n);
    acb_t determinant;
    arb_t argument;
    acb_init(determinant);
    arb_init(argument);
    for (uint32_t sample = 0; sample < 6 * f->times && w->centre_count; sample++) {
        ticks at = w->centres[random_below(&f->random, (uint32_t)w->centre_count)];
        assert_true(piece_at(p, w->R, at, &piece));
        double turn = (double)at * 0x1p-53, half = piece.half / 3.14159265358979323846;
        assert_true(piece_is_regular(f, &piece.inverse, w->R, turn, half, p->scale, 12));
        loop_at(f, w->R, turn, 0, false);
        is_regular(f, &piece.inverse); /* leaves I - L */
        acb_mat_det(determinant, f->L, BITS);
        acb_arg(argument, determinant, BITS);
        double apart = arf_get_d(arb_midref(argument), ARF_RND_NEAR) - piece.inverse.argument;
        assert_true(fabs(remainder(apart, 2 * 3.14159265358979323846)) <= 0.02);
        f->pieces++;
    }
    acb_clear(determinant);
    arb_clear(argument);
}

/* Certificates of random loops. */
static void cells_and_pieces_are_as_they_say(void **state) {
    (void)state;
    const char *wanted = getenv("CERT_ARB");
    struct referee f = {.random = random_of(1), .times = wanted ? (uint32_t)atoi(wanted) : 1};
    for (uint64_t seed = 0; seed < 40; seed++) {
        struct fixture *own;
        assert_int_equal(fixture_open((void **)&own), 0);
        struct graph g;
        graph_init(&g, own);
        if (seed % 2) random_loop(&g, seed + 3000);
        else random_filtered_loop(&g, seed + 3000);
        const struct net *net = net_lower(g.arena, &own->diags, &g.program, g.program.main);
        assert_non_null(net);
        const struct cert *cert = cert_prove(g.arena, net, false);
        uint32_t count;
        struct loop *loops = cut_loops(g.arena, net, false, &count);
        for (uint32_t i = 0; i < count; i++) {
            f.loop = &loops[i];
            f.n = loops[i].channel_count;
            acb_mat_init(f.rows, loops[i].rest_count + 1, f.n);
            acb_mat_init(f.L, f.n, f.n);
            acb_mat_init(f.work, f.n, f.n);
            for (uint32_t k = 0; k < cert->loops[i].witness_count; k++) {
                const struct witness *w = &cert->loops[i].witnesses[k];
                if (w->kind != WITNESS_CIRCLE) continue;
                judge_cells(&f, w);
                judge_pieces(&f, g.arena, w);
            }
            acb_mat_clear(f.rows);
            acb_mat_clear(f.L);
            acb_mat_clear(f.work);
        }
        fixture_close((void **)&own);
    }
    print_message("%lu cells and %lu pieces in %lu balls, no failure\n", (unsigned long)f.cells,
                  (unsigned long)f.pieces, (unsigned long)f.balls);
    assert_true(f.cells >= 100 && f.pieces >= 100);
    flint_cleanup();
}

/* Sections and cascades of them, on arcs: all of their values are in the enclosure, and below the
 * bound of moduli. */
static void sections_are_within_their_enclosures(void **state) {
    struct graph g;
    graph_init(&g, *state);
    struct random r = random_of(7);
    const char *wanted = getenv("CERT_ARB");
    uint32_t proved = 0;
    acb_t H, c;
    mag_t size;
    acb_init(H);
    acb_init(c);
    mag_init(size);
    for (uint32_t i = 0; i < 3000 * (wanted ? (uint32_t)atoi(wanted) : 1); i++) {
        double pole = 1 - pow(10, random_between(&r, -6, -0.05)), x = random_between(&r, 0, 3.14);
        double zero = random_between(&r, 0, 1.5), y = random_between(&r, 0, 3.14);
        struct section_values s = {.b0 = 1, .b1 = -2 * zero * cos(y), .b2 = zero * zero,
                                   .a1 = -2 * pole * cos(x), .a2 = pole * pole};
        double turn = random_between(&r, 0, 1), half = pow(10, random_between(&r, -9, -0.5));
        if (random_below(&r, 2)) turn = x / 3.14159265358979323846;
        double R = 1 + random_between(&r, -1e-3, 1e-3);
        struct arc arc = arc_make(R, turn, half);
        struct enclosure e;
        double most, radius;
        if (!section_enclose(&s, &arc, &e, &most, &radius)) continue;
        struct operand o[] = {operand_constant(s.b0), operand_constant(s.b1),
                              operand_constant(s.b2), operand_constant(s.a1),
                              operand_constant(s.a2)};
        struct cell cell = {.op = CELL_SECTION, .operands = o, .operand_count = 5};
        for (int at = -2; at <= 2; at++) {
            double moved = at * half / 2 / 3.14159265358979323846 * (1 - 1e-9);
            response_of(H, &cell, &(struct points){R, turn + moved, 0}, false);
            acb_get_mag(size, H);
            assert_true(mag_get_d(size) <= most * (1 + 1e-8)); /* a mag is rounded up by 2^-28 */
            acb_set_d_d(c, e.re, e.im);
            acb_sub(H, H, c, BITS);
            acb_get_mag(size, H);
            assert_true(mag_get_d(size) <= radius * (1 + 1e-8));
        }
        proved++;
    }
    acb_clear(H);
    acb_clear(c);
    mag_clear(size);
    print_message("%u arcs of sections\n", proved);
    assert_true(proved > 1000);
    flint_cleanup();
}

#else
static void cells_and_pieces_are_as_they_say(void **state) {
    (void)state;
    print_message("Arb is not installed\n");
    skip();
}
static void sections_are_within_their_enclosures(void **state) {
    (void)state;
    skip();
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(sections_are_within_their_enclosures),
        TEST(cells_and_pieces_are_as_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
