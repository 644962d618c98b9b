/* plate of std.adg against the topology of Dattorro 1997, figure 1, with the constants of its
 * tables 1 and 2, computed sample by sample at the paper's rate: node names are the figure's. */
#include <math.h>

#include "tests/std/library.h"

enum { LONGEST = 5000, FRAMES = 40000 };

struct line {
    double samples[LONGEST];
    int at;
};

static void put(struct line *line, double x) {
    line->at = (line->at + 1) % LONGEST;
    line->samples[line->at] = x;
}

/* What went in n samples before the last one. */
static double tap(const struct line *line, int n) {
    return line->samples[(line->at - n + LONGEST) % LONGEST];
}

/* A lattice: what is put is at its inner node. Before the put, the line's end is one tap nearer. */
static double lattice(struct line *line, int n, double g, double x) {
    double end = tap(line, n - 1), inner = x - g * end;
    put(line, inner);
    return end + g * inner;
}

struct plate {
    double decay, damping, bandwidth;
    int pre;
    struct line before, in1, in2, in3, in4;
    struct line ap23, node24_30, node31_33, node33_39;
    struct line ap46, node48_54, node55_59, node59_63;
    double band, damp_left, damp_right;
};

static void run(struct plate *p, double x, double *left, double *right) {
    put(&p->before, x);
    p->band = p->bandwidth * tap(&p->before, p->pre) + (1 - p->bandwidth) * p->band;
    double d = lattice(&p->in1, 142, 0.75, p->band);
    d = lattice(&p->in2, 107, 0.75, d);
    d = lattice(&p->in3, 379, 0.625, d);
    d = lattice(&p->in4, 277, 0.625, d);

    /* Each half ends in a delay, whose end is known before this sample is put. */
    double from_right = p->decay * tap(&p->node59_63, 3163 - 1);
    double from_left = p->decay * tap(&p->node33_39, 3720 - 1);

    double u = lattice(&p->ap23, 672, -0.7, d + from_right);
    double end = tap(&p->node24_30, 4453 - 1);
    put(&p->node24_30, u);
    p->damp_left = (1 - p->damping) * end + p->damping * p->damp_left;
    double w = lattice(&p->node31_33, 1800, 0.5, p->decay * p->damp_left);
    put(&p->node33_39, w);

    u = lattice(&p->ap46, 908, -0.7, d + from_left);
    end = tap(&p->node48_54, 4217 - 1);
    put(&p->node48_54, u);
    p->damp_right = (1 - p->damping) * end + p->damping * p->damp_right;
    w = lattice(&p->node55_59, 2656, 0.5, p->decay * p->damp_right);
    put(&p->node59_63, w);

    *left = 0.6 * (tap(&p->node48_54, 266) + tap(&p->node48_54, 2974) - tap(&p->node55_59, 1913) +
                   tap(&p->node59_63, 1996) - tap(&p->node24_30, 1990) - tap(&p->node31_33, 187) -
                   tap(&p->node33_39, 1066));
    *right = 0.6 * (tap(&p->node24_30, 353) + tap(&p->node24_30, 3627) - tap(&p->node31_33, 1228) +
                    tap(&p->node33_39, 2673) - tap(&p->node48_54, 2111) - tap(&p->node55_59, 335) -
                    tap(&p->node59_63, 121));
}

static void agrees(struct fixture *f, const char *expression, double decay, double damping,
                   double bandwidth, int pre) {
    struct response got = library(f, "29761Hz", expression, FRAMES);
    struct plate *p = ARENA_NEW(&f->arena, struct plate);
    p->decay = decay, p->damping = damping, p->bandwidth = bandwidth, p->pre = pre;
    double off = 0, peak = 0;
    for (size_t n = 0; n < FRAMES; n++) {
        double left, right;
        run(p, n == 0 ? 0.5 : 0, &left, &right);
        peak = fmax(peak, fmax(fabs(left), fabs(right)));
        for (uint32_t in = 0; in < 2; in++) {
            off = fmax(off, fabs(heard(got, in, 0, n) - left));
            off = fmax(off, fabs(heard(got, in, 1, n) - right));
        }
    }
    assert_true(peak > 0.01);
    assert_near(off / peak, 0, 1e-11);
}

static void with_the_constants_of_table_1(void **state) {
    agrees(*state, "plate()", 0.5, 0.0005, 0.9995, 0);
}

static void with_others(void **state) {
    agrees(*state, "plate(0.8, damping = 0.3, bandwidth = 0.7, pre = 100smp)", 0.8, 0.3, 0.7, 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(with_the_constants_of_table_1), TEST(with_others)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
