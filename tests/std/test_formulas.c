/* The definitions of std.adg against their formulas, evaluated here frequency by frequency. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/std/library.h"

static const double pi = 3.14159265358979323846;

/* (D - g) / (1 - g D) */
static double complex allpass(double g, double complex d) {
    return (d - g) / (1 - g * d);
}

static double complex delay(double complex z, double samples) {
    return cpow(z, -samples);
}

static double complex pole(double p, double complex z) {
    return (1 - p) / (1 - p / z);
}

static void parts(void **state) {
    struct fixture *f = *state;
    struct response a =
        library(f, "10kHz", "allpass(0.6, delay(7) -> allpass(-0.3, delay(4)))", LIBRARY_FRAMES);
    struct response b = library(f, "10kHz", "lowpass1(0.7)", LIBRARY_FRAMES);
    for (unsigned k = 0; k < LIBRARY_POINTS; k++) {
        double complex z = point_z(k);
        assert_close(at_z(a, 0, 0, z), allpass(0.6, delay(z, 7) * allpass(-0.3, delay(z, 4))),
                     1e-10);
        assert_close(at_z(b, 0, 0, z), pole(0.7, z), 1e-10);
    }
}

static void schroeder(void **state) {
    static const int lengths[] = {297, 371, 411, 437};
    struct response r = library(*state, "10kHz", "schroeder(1.5s)", LIBRARY_FRAMES);
    for (unsigned k = 0; k < LIBRARY_POINTS; k++) {
        double complex z = point_z(k), sum = 0;
        for (int i = 0; i < 4; i++) {
            double g = pow(10, -3 * lengths[i] / (10000 * 1.5));
            sum += delay(z, lengths[i]) / (1 - g * delay(z, lengths[i])) / 4;
        }
        assert_close(at_z(r, 0, 0, z),
                     sum * allpass(0.7, delay(z, 50)) * allpass(0.7, delay(z, 17)), 1e-10);
    }
}

static void moorer(void **state) {
    static const double taps[][2] = {{0, 1},       {43, 0.841},  {215, 0.504}, {225, 0.491},
                                     {268, 0.379}, {270, 0.380}, {298, 0.346}, {458, 0.289},
                                     {485, 0.272}, {572, 0.192}, {587, 0.193}, {595, 0.217},
                                     {612, 0.181}, {707, 0.180}, {708, 0.181}, {726, 0.176},
                                     {741, 0.142}, {753, 0.167}, {797, 0.134}};
    static const double combs[][2] = {{500, 0.46}, {560, 0.48}, {610, 0.50},
                                      {680, 0.52}, {720, 0.53}, {780, 0.55}};
    struct response r = library(*state, "10kHz", "moorer(0.75)", LIBRARY_FRAMES);
    for (unsigned k = 0; k < LIBRARY_POINTS; k++) {
        double complex z = point_z(k), early = 0, late = 0;
        for (int i = 0; i < 19; i++) early += taps[i][1] * delay(z, taps[i][0]);
        for (int i = 0; i < 6; i++) {
            double complex d = delay(z, combs[i][0]);
            late += d / (1 - 0.75 * pole(combs[i][1], z) * d) / 6;
        }
        late *= allpass(0.7, delay(z, 60)) * delay(z, 297);
        assert_close(at_z(r, 0, 0, z), early * (1 + late), 1e-10);
    }
}

static void gardner(void **state) {
    struct response r = library(*state, "10kHz", "gardner_small(0.6)", LIBRARY_FRAMES);
    /* Half the power at 4.2 kHz. */
    double s = 2 * pow(sin(pi * 0.42), 2), p = 1 + s - sqrt(s * (2 + s));
    for (unsigned k = 0; k < LIBRARY_POINTS; k++) {
        double complex z = point_z(k);
        double complex inner = allpass(0.4, delay(z, 220)) * allpass(0.6, delay(z, 83));
        double complex first = delay(z, 240) * allpass(0.3, delay(z, 47) * inner);
        double complex second = allpass(0.1, delay(z, 360) * allpass(0.4, delay(z, 300)));
        double complex loop = 0.6 * pole(p, z) * first * second;
        assert_close(at_z(r, 0, 0, z), 0.5 * (first + first * second) / (1 - loop), 1e-10);
    }
}

/* The pole of G0 (1 - p) / (1 - p z^-1) whose modulus at a turn of the circle is G1, by bisection.
 */
static double pole_for(double G0, double G1, double turn) {
    double lo = 0, hi = 1;
    for (int i = 0; i < 200; i++) {
        double p = (lo + hi) / 2;
        double gain = G0 * cabs(pole(p, cexp(2 * I * pi * turn)));
        if (gain > G1) lo = p;
        else hi = p;
    }
    return (lo + hi) / 2;
}

static void jot(void **state) {
    static const int m[4] = {211, 307, 401, 503};
    static const double signs[4][4] = {
        {1, 1, 1, 1}, {1, -1, 1, -1}, {1, 1, -1, -1}, {1, -1, -1, 1}};
    struct response r = library(*state, "10kHz",
                                "jot([211, 307, 401, 503], {0Hz: 0.8s, 2kHz: 0.3s}, hadamard(4), "
                                "[1, 0; 0, 1; 1, 0; 0, 0.5], [1, -1, 2, 0.5])",
                                LIBRARY_FRAMES);
    static const double b[4][2] = {{1, 0}, {0, 1}, {1, 0}, {0, 0.5}}, c[4] = {1, -1, 2, 0.5};
    for (unsigned k = 0; k < LIBRARY_POINTS; k++) {
        double complex z = point_z(k), A[16], x[8];
        for (int i = 0; i < 4; i++) {
            double G0 = pow(10, -3 * m[i] / (10000 * 0.8)), G1 = pow(10, -3 * m[i] / (10000 * 0.3));
            double complex line = delay(z, m[i]) * G0 * pole(pole_for(G0, G1, 0.2), z);
            for (int j = 0; j < 4; j++) A[i * 4 + j] = (i == j) - line * signs[i][j] / 2;
            for (int j = 0; j < 2; j++) x[i * 2 + j] = line * b[i][j];
        }
        solve(4, 2, A, x);
        for (uint32_t in = 0; in < 2; in++) {
            double complex wanted = 0;
            for (uint32_t i = 0; i < 4; i++) wanted += c[i] * x[i * 2 + in];
            assert_close(at_z(r, in, 0, z), wanted, 1e-10);
        }
    }
}

static void colourless(void **state) {
    static const int m[4] = {37, 53, 71, 89};
    static const double signs[4][4] = {
        {1, 1, 1, 1}, {1, -1, 1, -1}, {1, 1, -1, -1}, {1, -1, -1, 1}};
    struct response r = library(*state, "10kHz", "colourless([37, 53, 71, 89], 0.15s, hadamard(4))",
                                LIBRARY_FRAMES);
    double g[4], c[4];
    for (int i = 0; i < 4; i++) {
        g[i] = pow(10, -3 * m[i] / (10000 * 0.15));
        c[i] = sqrt(1 - g[i] * g[i]);
    }
    for (unsigned k = 0; k < LIBRARY_POINTS; k++) {
        double complex z = point_z(k), A[16], x[16];
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++) {
                A[i * 4 + j] = (i == j ? 1 / delay(z, m[i]) : 0) - signs[i][j] / 2 * g[j];
                x[i * 4 + j] = signs[i][j] / 2 * c[j];
            }
        solve(4, 4, A, x);
        for (uint32_t in = 0; in < 4; in++)
            for (uint32_t out = 0; out < 4; out++)
                assert_close(at_z(r, in, out, z),
                             c[out] * x[out * 4 + in] - (in == out ? g[in] : 0), 1e-10);
    }
    /* Its responses have died away: on the circle itself, columns are orthonormal. */
    for (unsigned k = 0; k < LIBRARY_POINTS; k++)
        for (uint32_t a = 0; a < 4; a++)
            for (uint32_t b = 0; b < 4; b++) {
                double complex sum = 0;
                for (uint32_t out = 0; out < 4; out++)
                    sum += conj(transfer(r, a, out, k / 41.0)) * transfer(r, b, out, k / 41.0);
                assert_close(sum, a == b, 1e-10);
            }
}

/* ---- a scattering delay network ----------------------------------------------------------------
 */

struct spot {
    double at[3];
};

static double distance(struct spot a, struct spot b) {
    double square = 0;
    for (int i = 0; i < 3; i++) square += (a.at[i] - b.at[i]) * (a.at[i] - b.at[i]);
    return sqrt(square);
}

/* The other side of a wall. */
static struct spot mirrored(int wall, struct spot room, struct spot p) {
    int axis = wall / 2;
    p.at[axis] = wall % 2 ? 2 * room.at[axis] - p.at[axis] : -p.at[axis];
    return p;
}

/* Where the straight line from the image of `from` to `to` meets the wall. */
static struct spot node_of(int wall, struct spot room, struct spot from, struct spot to) {
    struct spot image = mirrored(wall, room, from), node;
    int axis = wall / 2;
    double at = wall % 2 ? room.at[axis] : 0;
    double part = (at - image.at[axis]) / (to.at[axis] - image.at[axis]);
    for (int i = 0; i < 3; i++) node.at[i] = image.at[i] + part * (to.at[i] - image.at[i]);
    return node;
}

static double samples(double metres) {
    return nearbyint(metres / 343 * 10000);
}

static void scattering_network(void **state) {
    const struct spot room = {{6, 4.5, 2.8}}, from = {{1.5, 2, 1.7}}, to = {{4, 3, 1.2}};
    const double wall = 0.85;
    struct response r = library(
        *state, "10kHz", "sdn([6, 4.5, 2.8], [1.5, 2, 1.7], [4, 3, 1.2], 0.85)", LIBRARY_FRAMES);
    struct spot nodes[6];
    for (int i = 0; i < 6; i++) nodes[i] = node_of(i, room, from, to);
    for (unsigned k = 0; k < LIBRARY_POINTS; k++) {
        double complex z = point_z(k);
        /* Unknown: the wave in[i][j] that node i hears from node j. It is what j sends to i: wall
         * times the scattered waves that j hears, late by the way between them. */
        double complex A[36 * 36] = {0}, x[36] = {0};
        for (int i = 0; i < 6; i++)
            for (int j = 0; j < 6; j++) {
                int row = i * 6 + j;
                A[row * 36 + row] = 1;
                if (i == j) continue;
                double complex way = wall * delay(z, samples(distance(nodes[i], nodes[j])));
                double complex heard_by_j =
                    delay(z, samples(distance(from, nodes[j]))) / distance(from, nodes[j]) / 2;
                for (int l = 0; l < 6; l++) {
                    if (l == j) continue;
                    double scatter = 2.0 / 5 - (l == i);
                    A[row * 36 + j * 6 + l] -= way * scatter;
                    x[row] += way * scatter * heard_by_j;
                }
            }
        solve(36, 1, A, x);
        double complex wanted = delay(z, samples(distance(from, to))) / distance(from, to);
        for (int i = 0; i < 6; i++) {
            double come = distance(from, nodes[i]), go = distance(nodes[i], to);
            double complex pressure = 5 * delay(z, samples(come)) / come / 2;
            for (int j = 0; j < 6; j++)
                if (j != i) pressure += x[i * 6 + j];
            wanted += wall * 2 / 5 * pressure * delay(z, samples(go)) / (1 + go / come);
        }
        assert_close(at_z(r, 0, 0, z), wanted, 1e-10);
    }
    /* Direct sound and the first reflection are those of the box. */
    double loudest = heard(r, 0, 0, (size_t)samples(distance(from, to)));
    assert_near(loudest, 1 / distance(from, to), 1e-12);
    size_t first = SIZE_MAX;
    double alone = 0;
    for (int i = 0; i < 6; i++) {
        size_t at = (size_t)(samples(distance(from, nodes[i])) + samples(distance(nodes[i], to)));
        if (at >= first) continue;
        first = at;
        alone = wall / distance(mirrored(i, room, from), to);
    }
    assert_near(heard(r, 0, 0, first), alone, 1e-12);
}

/* A program of lang/examples. */
static struct response example(struct fixture *f, const char *file) {
    const char *root = getenv("SRCDIR");
    FILE *in = fopen(text_format(&f->arena, "%s/lang/examples/%s", root ? root : ".", file), "rb");
    assert_non_null(in);
    char text[8192];
    size_t length = fread(text, 1, sizeof text - 1, in);
    fclose(in);
    text[length] = 0;
    return respond_to(f, text, LIBRARY_FRAMES);
}

/* The hall of the manual's first page, knobs as they begin: y = L (B u + A y), out = C y. */
static void hall(void **state) {
    static const int m[8] = {1104, 1267, 1459, 1675, 1927, 2213, 2549, 2927};
    for (int i = 0; i < 8; i++)
        for (int j = 0, a = m[i], b = m[0]; j < i; b = m[++j], a = m[i]) {
            while (b) {
                int rest = a % b;
                a = b;
                b = rest;
            }
            assert_int_equal(a, 1); /* pairwise coprime, in 23 ms .. 61 ms */
        }
    struct response r = example(*state, "hall.adg");
    for (unsigned k = 0; k < LIBRARY_POINTS; k++) {
        double complex z = point_z(k), A[64], x[16];
        for (int i = 0; i < 8; i++) {
            double G0 = pow(10, -3 * m[i] / (48000 * 2.4)), G1 = pow(10, -3 * m[i] / (48000 * 0.7));
            double complex line = delay(z, m[i]) * G0 * pole(pole_for(G0, G1, 6000.0 / 48000), z);
            for (int j = 0; j < 8; j++) {
                int shared = i & j, sign = 1;
                for (; shared; shared &= shared - 1) sign = -sign;
                A[i * 8 + j] = (i == j) - line * sign / sqrt(8);
            }
            for (int in = 0; in < 2; in++) x[i * 2 + in] = line * (i % 2 == in ? 0.5 : 0);
        }
        solve(8, 2, A, x);
        for (uint32_t in = 0; in < 2; in++) {
            for (uint32_t out = 0; out < 2; out++) {
                double complex wet = 0;
                for (uint32_t i = out; i < 8; i += 2)
                    wet += (i / 2 % 2 ? -0.5 : 0.5) * x[i * 2 + in];
                double complex wanted = 0.65 * (in == out) + 0.35 * delay(z, 720) * wet;
                assert_close(at_z(r, in, out, z), wanted, 1e-10);
            }
        }
    }
}

/* The manual's second program: Schroeder's all-pass as its formula, nested. */
static void nested_allpasses(void **state) {
    struct response r = example(*state, "schroeder.adg");
    for (unsigned k = 0; k < LIBRARY_POINTS; k++) {
        double complex z = point_z(k), small[2];
        /* 8.3 ms are 398.4 samples, and the language rounds to the nearest. */
        static const double inner[2] = {398, 1056};
        for (int i = 0; i < 2; i++)
            small[i] = allpass(0.5, delay(z, 1680) * allpass(0.3, delay(z, inner[i])));
        assert_close(at_z(r, 0, 0, z), small[0] * small[1] * small[1], 1e-10);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(hall),      TEST(nested_allpasses), TEST(parts),
        TEST(schroeder), TEST(moorer),           TEST(gardner),
        TEST(jot),       TEST(colourless),       TEST(scattering_network)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
