/* frontend/read_pyfdn: builds against a simulation of their equations, sample by sample, that knows
 * nothing of graphs. */
#include "tests/unit/reading.h"

#include <math.h>
#include <string.h>

#include "ir/interp.h"
#include "ir/lower.h"
#include "passes/passes.h"

enum { FRAMES = 400, LINES = 3, INS = 2, OUTS = 2, LONGEST = 32 };

static const double A[LINES][LINES] = {{0.5, -0.25, 0.3}, {0.125, 0.5, -0.4}, {0.2, 0.1, 0.6}};
static const double B[LINES][INS] = {{1, 0}, {0.5, -1}, {0, 0.75}};
static const double C[OUTS][LINES] = {{1, 0.5, -0.5}, {0, 1, 1}};
static const double D[OUTS][INS] = {{0.25, 0}, {0, -0.125}};
static const int delays[LINES] = {1, 7, 30};
/* [section][coefficient][channel] */
static const double absorb[2][6][LINES] = {
    {{0.5, 0.6, 1.2}, {0.1, 0, 0.2}, {0, 0.05, 0}, {1, 1, 2}, {-0.2, 0.1, -0.5}, {0, 0, 0.1}},
    {{0.9, 0.8, 0.7}, {0, 0.1, 0}, {0, 0, 0}, {1, 1, 1}, {-0.05, 0, 0.1}, {0.02, 0, 0}}};
static const double equalise[1][6][OUTS] = {
    {{1, 0.5}, {0.5, 0.5}, {0.25, 0}, {1, 4}, {0.1, -1}, {0.05, 0.5}}};

/* One section on one channel: y = (b0 x + b1 x' + b2 x'' - a1 y' - a2 y'') / a0. */
struct history {
    double x1, x2, y1, y2;
};

static double filter(struct history *h, const double *six, size_t stride, double x) {
    double y = (six[0] * x + six[stride] * h->x1 + six[2 * stride] * h->x2 -
                six[4 * stride] * h->y1 - six[5 * stride] * h->y2) /
               six[3 * stride];
    *h = (struct history){x, h->x1, y, h->y1};
    return y;
}

/* out[outlet][time] for an impulse into one inlet. */
static void simulate(int inlet, bool filters, double out[OUTS][FRAMES]) {
    static double line[LINES]
                      [FRAMES + LONGEST]; /* what went into each line, LONGEST zeros before */
    struct history a[LINES][2] = {0}, e[OUTS] = {0};
    memset(line, 0, sizeof line);
    for (int t = 0; t < FRAMES; t++) {
        double s[LINES];
        for (int n = 0; n < LINES; n++) {
            s[n] = line[n][LONGEST + t - delays[n]];
            for (int k = 0; filters && k < 2; k++)
                s[n] = filter(&a[n][k], &absorb[k][0][n], LINES, s[n]);
        }
        for (int n = 0; n < LINES; n++) {
            double in = t == 0 ? B[n][inlet] : 0;
            for (int c = 0; c < LINES; c++) in += A[n][c] * s[c];
            line[n][LONGEST + t] = in;
        }
        for (int o = 0; o < OUTS; o++) {
            double y = 0;
            for (int n = 0; n < LINES; n++) y += C[o][n] * s[n];
            if (filters) y = filter(&e[o], &equalise[0][0][o], OUTS, y);
            out[o][t] = y + (t == 0 ? D[o][inlet] : 0);
        }
    }
}

static void put_rows(struct text *text, const char *key, const double *at, size_t rows,
                     size_t cols) {
    text_printf(text, ", \"%s\": [", key);
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < cols; c++)
            text_printf(text, "%s%g%s",
                        c   ? ", "
                        : r ? ", ["
                            : "[",
                        at[r * cols + c], c + 1 == cols ? "]" : "");
    text_put(text, "]");
}

static void put_filters(struct text *text, const char *key, const double *at, size_t sections,
                        size_t channels) {
    text_printf(text, ", \"%s\": [", key);
    for (size_t k = 0; k < sections; k++)
        for (size_t six = 0; six < 6; six++)
            for (size_t c = 0; c < channels; c++)
                text_printf(text, "%s%g%s",
                            c     ? ", "
                            : six ? ", ["
                            : k   ? ", [["
                                  : "[[",
                            at[(k * 6 + six) * channels + c],
                            c + 1 < channels ? ""
                            : six == 5       ? "]]"
                                             : "]");
    text_put(text, "]");
}

static const char *build_text(struct fixture *f, int version, bool filters) {
    struct text text;
    text_init(&text, &f->arena);
    text_printf(&text,
                "{\"format\": \"pyfdn-fdn-build\", \"version\": %d, \"sample_rate\": 48000.0, "
                "\"metadata\": {\"name\": \"three lines\"}, \"delays\": [1, 7, 30.0]",
                version);
    put_rows(&text, "feedback_matrix", &A[0][0], LINES, LINES);
    put_rows(&text, "input_matrix", &B[0][0], LINES, INS);
    put_rows(&text, "output_matrix", &C[0][0], OUTS, LINES);
    put_rows(&text, "direct_matrix", &D[0][0], OUTS, INS);
    const char *in_loop = version == 1 ? "absorption_filters" : "post_delay";
    const char *behind = version == 1 ? "output_filters" : "post_output";
    if (filters) {
        put_filters(&text, in_loop, &absorb[0][0][0], 2, LINES);
        put_filters(&text, behind, &equalise[0][0][0], 1, OUTS);
    } else {
        text_printf(&text, ", \"%s\": null, \"%s\": []", in_loop, behind);
    }
    text_put(&text, "}");
    return text_chars(&text);
}

static void holds(struct fixture *f, int version, bool filters) {
    struct program program = model_of(f, build_text(f, version, filters));
    assert_string_equal(program.title, "three lines");
    assert_true(passes_run(&f->arena, &f->names, &f->diags, &program, NULL));
    const struct net *net = net_lower(&f->arena, &f->diags, &program, program.main);
    assert_non_null(net);
    assert_int_equal(net->inlet_count, INS);
    assert_int_equal(net->outlet_count, OUTS);
    const double *got = interp_responses(&f->arena, net, FRAMES);
    static double wanted[OUTS][FRAMES];
    for (int i = 0; i < INS; i++) {
        simulate(i, filters, wanted);
        for (int o = 0; o < OUTS; o++)
            for (int t = 0; t < FRAMES; t++)
                assert_near(got[(i * OUTS + o) * FRAMES + t], wanted[o][t], 1e-13);
    }
}

static void matrices_and_delays(void **state) {
    holds(*state, 1, false);
}

static void filters_in_the_loop_and_behind_it(void **state) {
    holds(*state, 1, true);
}

static void the_second_version_has_other_names(void **state) {
    holds(*state, 2, true);
}

static void filters_behind_the_matrix(void **state) {
    struct fixture *f = *state;
    struct program program = model_of(
        f,
        "{\"format\": \"pyfdn-fdn-build\", \"version\": 2, \"sample_rate\": 100, \"delays\": [2], "
        "\"feedback_matrix\": [[0.5]], \"input_matrix\": [[1]], \"output_matrix\": [[1]], "
        "\"direct_matrix\": [[0]], \"post_matrix\": [[[0], [1], [0], [2], [0], [0]]]}");
    assert_true(passes_run(&f->arena, &f->names, &f->diags, &program, NULL));
    const struct net *net = net_lower(&f->arena, &f->diags, &program, program.main);
    const double *got = interp_responses(&f->arena, net, 9);
    /* Every pass takes 2 samples and 1 of the filter, and a half twice. */
    const double wanted[] = {0, 0, 1, 0, 0, 0.25, 0, 0, 0.0625};
    for (int t = 0; t < 9; t++) assert_near(got[t], wanted[t], 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(matrices_and_delays),
        TEST(filters_in_the_loop_and_behind_it),
        TEST(the_second_version_has_other_names),
        TEST(filters_behind_the_matrix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
