/* passes/design: formulas against what else is known of them: FLAMO's own coefficients, closed
 * forms, and the properties that they are designed for. */
#include "tests/unit/reading.h"

#include <cjson/cJSON.h>
#include <complex.h>
#include <math.h>

#include "passes/design.h"

/* H at w radians a sample. */
static double complex response(const struct biquad *s, double w) {
    double complex z1 = cexp(-I * w), z2 = z1 * z1;
    return (s->b0 + s->b1 * z1 + s->b2 * z2) / (s->a0 + s->a1 * z1 + s->a2 * z2);
}

static double db(const struct biquad *s, uint32_t count, double hz, double fs) {
    double complex h = 1;
    for (uint32_t i = 0; i < count; i++) h *= response(&s[i], 2 * M_PI * hz / fs);
    return 20 * log10(cabs(h));
}

static void butterworth(void **state) {
    (void)state;
    const double fs = 48000, fc = 3000;
    for (uint32_t order = 1; order <= 9; order++) {
        for (int highpass = 0; highpass < 2; highpass++) {
            struct biquad s[5];
            design_butterworth(highpass, order, fc, fs, s);
            for (double hz = 500; hz < 20000; hz *= 1.7) {
                /* |H|^2 = 1 / (1 + x^(2 N)) with x the warped frequency over the corner */
                double x = tan(M_PI * hz / fs) / tan(M_PI * fc / fs);
                double wanted = -10 * log10(1 + pow(highpass ? 1 / x : x, 2.0 * order));
                assert_near(db(s, (order + 1) / 2, hz, fs), wanted, 1e-9);
            }
        }
    }
}

static void bandpasses(void **state) {
    (void)state;
    const double fs = 48000, fl = 800, fh = 5000;
    double wl = tan(M_PI * fl / fs), wh = tan(M_PI * fh / fs);
    for (uint32_t order = 1; order <= 6; order++) {
        struct biquad s[6];
        design_bandpass(order, fl, fh, fs, s);
        for (double hz = 100; hz < 20000; hz *= 1.6) {
            double w = tan(M_PI * hz / fs), x = (w * w - wl * wh) / (w * (wh - wl));
            assert_near(db(s, order, hz, fs), -10 * log10(1 + pow(x, 2.0 * order)), 1e-8);
        }
    }
}

static void peaks(void **state) {
    (void)state;
    for (double gain = -12; gain <= 12; gain += 6) {
        struct biquad s = design_peak(gain, 2000, 300, 48000);
        assert_near(db(&s, 1, 2000, 48000), gain, 1e-9);
        assert_near(db(&s, 1, 1, 48000), 0, 1e-3);
        assert_near(db(&s, 1, 23999, 48000), 0, 1e-3);
    }
}

/* Octaves from 62.5 to 16000 Hz, and thirds: the shelves half a band outside. */
static void bands_of_the_equaliser(void **state) {
    struct fixture *f = *state;
    struct geq_bands octaves = design_geq_bands(&f->arena, 1, GEQ_START_HZ, GEQ_END_HZ, 48000);
    assert_int_equal(octaves.count, 9);
    assert_near(octaves.centres[0], 62.5, 0);
    assert_near(octaves.centres[8], 16000, 0);
    assert_near(octaves.high_corner, 16000 * M_SQRT2, 1e-9);
    assert_near(octaves.low_corner, 62.5 / M_SQRT2, 1e-12);
    assert_int_equal(design_geq_centres(3, GEQ_START_HZ, GEQ_END_HZ), 27);
}

static void gains_of_one_are_no_filter(void **state) {
    struct fixture *f = *state;
    struct geq_bands bands = design_geq_bands(&f->arena, 3, GEQ_START_HZ, GEQ_END_HZ, 48000);
    double gains[30];
    struct biquad s[30];
    for (int i = 0; i < 30; i++) gains[i] = 1;
    design_geq(&bands, gains, s);
    for (double hz = 10; hz < 24000; hz *= 1.3) assert_near(db(s, 30, hz, 48000), 0, 1e-10);
}

/* Shelves and peaks reach their gains where they are meant to. */
static void sections_of_the_equaliser(void **state) {
    struct fixture *f = *state;
    struct geq_bands bands = design_geq_bands(&f->arena, 1, GEQ_START_HZ, GEQ_END_HZ, 96000);
    double gains[12] = {2, 0.5, 1, 1, 4, 1, 1, 1, 1, 1, 1, 0.25};
    struct biquad s[12];
    design_geq(&bands, gains, s);
    assert_near(db(&s[0], 1, 1000, 96000), 20 * log10(2), 1e-9);
    assert_near(db(&s[1], 1, 0.01, 96000), 20 * log10(0.5), 1e-6);
    assert_near(db(&s[1], 1, 47999, 96000), 0, 1e-6);
    assert_near(db(&s[4], 1, 250, 96000), 20 * log10(4), 1e-9);
    assert_near(db(&s[11], 1, 1, 96000), 0, 1e-6);
    assert_near(db(&s[11], 1, 48000, 96000), 20 * log10(0.25), 1e-6);
}

/* What the fit leaves is orthogonal to what it could have changed: no gain can be moved to any use.
 */
static void the_fit_is_a_minimum(void **state) {
    struct fixture *f = *state;
    struct geq_bands bands = design_geq_bands(&f->arena, 1, GEQ_START_HZ, GEQ_END_HZ, 48000);
    double target[11] = {-2, -3, -1, -4, -2, -6, -3, -1, -5, -8, -9}, found[12];
    design_accurate_geq(&f->arena, &bands, target, found);
    /* The same problem, set up here: responses to 10 dB, as they are at the controls. */
    double ten[12], least = INFINITY;
    struct biquad prototype[12];
    for (int i = 0; i < 12; i++) ten[i] = pow(10, 0.5);
    design_geq(&bands, ten, prototype);
    for (int trial = 0; trial < 25; trial++) {
        double gains[12], sum = 0;
        for (int i = 0; i < 12; i++) gains[i] = found[i];
        if (trial) gains[(trial - 1) / 2] += trial % 2 ? 0.01 : -0.01;
        for (int k = 0; k <= 100; k++) {
            double hz = nearbyint(pow(10, log10(48000 / 2.1) * k / 100)), at = 0;
            for (int i = 0; i < 12; i++) at += gains[i] / 10 * db(&prototype[i], 1, hz, 48000);
            int band = 0;
            double from = 1, to = bands.centres[0];
            while (band < 9 && hz > bands.centres[band]) {
                from = bands.centres[band++];
                to = band < 9 ? bands.centres[band] : 48000 / 2.1;
            }
            double wanted =
                target[band] + (hz - from) / (to - from) * (target[band + 1] - target[band]);
            sum += (at - wanted) * (at - wanted);
        }
        if (!trial) least = sum;
        else assert_true(sum > least);
    }
}

/* Beyond 20 dB the gains stay at their bounds, and the rest makes the best of it. */
static void the_fit_keeps_its_bounds(void **state) {
    struct fixture *f = *state;
    struct geq_bands bands = design_geq_bands(&f->arena, 1, GEQ_START_HZ, GEQ_END_HZ, 48000);
    double target[11] = {0, 0, 0, 60, -60, 60, 0, 0, 0, 0, 0}, found[12];
    design_accurate_geq(&f->arena, &bands, target, found);
    bool bound = false;
    for (int i = 1; i < 12; i++) {
        assert_true(fabs(found[i]) <= 20);
        bound = bound || fabs(found[i]) == 20;
    }
    assert_true(bound);
}

static void a_shelving_absorber_decays_as_asked(void **state) {
    (void)state;
    const double fs = 48000, m = 1500;
    struct biquad s = design_shelving(2, 0.3, m, 0.5, fs);
    assert_near(db(&s, 1, 0, fs), -60 * m / (2 * fs), 1e-9);
    assert_near(db(&s, 1, fs / 2, fs), -60 * m / (0.5 * fs), 1e-9);
}

static void orthogonal_matrices(void **state) {
    struct fixture *f = *state;
    enum { N = 12 };
    double raw[N * N], Q[N * N];
    for (int i = 0; i < N * N; i++) raw[i] = sin(1.7 * i) * 3;
    design_orthogonal(&f->arena, N, raw, Q);
    for (int r = 0; r < N; r++)
        for (int c = 0; c < N; c++) {
            double dot = 0;
            for (int k = 0; k < N; k++) dot += Q[r * N + k] * Q[c * N + k];
            assert_near(dot, r == c, 1e-13);
        }
    /* Of two by two it is the rotation by raw[0][1]. */
    design_orthogonal(&f->arena, 2, (const double[]){9, 0.75, 9, 9}, Q);
    assert_near(Q[0], cos(0.75), 1e-15);
    assert_near(Q[1], sin(0.75), 1e-15);
    assert_near(Q[2], -sin(0.75), 1e-15);
}

/* ---- scattering, whose shifts the reference models do not say but show ---- */

static const char *model_text(struct fixture *f, const char *model, const char *suffix) {
    return project_file(f, text_format(&f->arena, "tests/flamo/models/%s.%s", model, suffix));
}

static const cJSON *feedback_of(const cJSON *model) {
    const cJSON *core = cJSON_GetArrayItem(cJSON_GetObjectItem(model, "children"), 0);
    const cJSON *loop = cJSON_GetArrayItem(cJSON_GetObjectItem(core, "children"), 1);
    return cJSON_GetObjectItem(loop, "fB");
}

static void scattering_is(struct fixture *f, const char *title, bool velvet, const uint32_t *shifts,
                          const uint32_t *left, const uint32_t *right) {
    enum { N = 4, K = 3 };
    cJSON *model = cJSON_Parse(model_text(f, title, "json"));
    cJSON *used = cJSON_Parse(model_text(f, title, "eff.json"));
    const cJSON *raw =
        cJSON_GetObjectItem(cJSON_GetObjectItem(feedback_of(model), "params"), "raw");
    const cJSON *taps =
        cJSON_GetObjectItem(cJSON_GetObjectItem(cJSON_GetObjectItem(used, "loop"), "fB"), "data");
    double matrices[K * N * N], stage[N * N];
    for (int k = 0; k < K; k++) {
        for (int i = 0; i < N * N; i++)
            stage[i] =
                cJSON_GetArrayItem(cJSON_GetArrayItem(cJSON_GetArrayItem(raw, k), i / N), i % N)
                    ->valuedouble;
        if (velvet)
            for (int i = 0; i < N * N; i++) matrices[k * N * N + i] = stage[i];
        else design_orthogonal(&f->arena, N, stage, matrices + k * N * N);
    }
    struct scattering s = {.n = N,
                           .count = K,
                           .matrices = matrices,
                           .shifts = shifts,
                           .left = left,
                           .right = right,
                           .gain_per_sample = 0.9995};
    uint32_t count = design_scattering_taps(&s);
    assert_int_equal(count, cJSON_GetArraySize(taps));
    double *got = ARENA_ARRAY(&f->arena, (size_t)count * N * N, double);
    design_scattering(&f->arena, &s, got);
    for (uint32_t t = 0; t < count; t++)
        for (int e = 0; e < N * N; e++)
            assert_near(got[(size_t)e * count + t],
                        cJSON_GetArrayItem(
                            cJSON_GetArrayItem(cJSON_GetArrayItem(taps, (int)t), e / N), e % N)
                            ->valuedouble,
                        1e-13);
    cJSON_Delete(model);
    cJSON_Delete(used);
}

static void scattering(void **state) {
    static const uint32_t shifts[] = {1, 3, 8, 9, 0, 12, 24, 36}, left[] = {0, 3, 1, 6},
                          right[] = {1, 4, 6, 3};
    scattering_is(*state, "scattering_fdn4", false, shifts, left, right);
}

static void velvet(void **state) {
    static const uint32_t shifts[] = {4, 8, 11, 16, 0, 20, 40, 60}, left[] = {0, 1, 2, 3},
                          right[] = {4, 0, 1, 2};
    scattering_is(*state, "velvet_fdn4", true, shifts, left, right);
}

/* ---- through the door ---- */

static void matrices_from_what_was_trained(void **state) {
    struct fixture *f = *state;
#define MATRIX(module, type, raw)                                                                  \
    "{\"type\": \"Leaf\", \"module_type\": \"" module "\", \"flamo\": {\"matrix_type\": \"" type   \
    "\"}, \"params\": {\"raw\": " raw "}}"
    const struct matrix *m =
        model_of(f, MATRIX("Matrix", "orthogonal", "[[5, 0.5], [7, 1]]")).main->matrix;
    assert_near(m->at[0].value, cos(0.5), 1e-15);
    assert_near(m->at[1].value, sin(0.5), 1e-15);
    m = model_of(f, MATRIX("Matrix", "hadamard", "[[5, 0.5], [7, 1]]")).main->matrix;
    assert_near(m->at[3].value, -M_SQRT1_2, 1e-15);
    /* iter of 1 is above pi / 4, to which the angle is held. */
    m = model_of(f, MATRIX("Matrix", "rotation", "[[0.1, 0], [0, 0]]")).main->matrix;
    assert_near(m->at[2].value, -M_SQRT1_2, 1e-15);
    m = model_of(f, MATRIX("Matrix", "random", "[[5, 0.5], [7, 1]]")).main->matrix;
    assert_near(m->at[2].value, 7, 0);
    m = model_of(f, MATRIX("HouseholderMatrix", "", "[[3], [4]]")).main->matrix;
    assert_near(m->at[0].value, 1 - 18 / 25.0, 1e-15);
    assert_near(m->at[1].value, -24 / 25.0, 1e-15);
}

/* A band each 1/3 octave is inferred, in grids too; gains of -60 dB are held there. */
static void grids_of_equalisers(void **state) {
    struct fixture *f = *state;
    struct text text;
    text_init(&text, &f->arena);
    text_put(&text, "{\"type\": \"Leaf\", \"module_type\": \"GEQ\", \"params\": {\"raw\": [");
    for (int k = 0; k < 30; k++)
        text_printf(&text, "%s[[1, 2, %d], [1, 1, 1]]", k ? ", " : "", k + 1);
    text_put(&text, "]}}");
    const struct node *node = model_of(f, text_chars(&text)).main;
    assert_int_equal(node->op, OP_SOS);
    assert_int_equal(node->shape.ins, 3);
    assert_int_equal(node->shape.outs, 2);
    assert_int_equal(node->sections->count, 30);
    /* Outlet 0, inlet 2: the whole's gain is the first band's. */
    assert_near(node->sections->at[2 * 30].b0.value, 1, 0);
    assert_near(node->sections->at[1 * 30].b0.value, 2, 0);
}

/* The absorption of a line of m samples is -60 m / (rt fs) dB at each band. */
static void absorption_of_delay_lines(void **state) {
    struct fixture *f = *state;
    const struct node *node =
        model_of(f, "{\"type\": \"Leaf\", \"module_type\": \"parallelFDNGEQ\", \"fs\": 48000,"
                     "\"flamo\": {\"delays\": [480, 960]}, \"params\": {\"raw\": "
                     "[2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]}}")
            .main;
    assert_int_equal(node->shape.ins, 2);
    assert_near(20 * log10(node->sections->at[0].b0.value), -0.3, 1e-12);
    assert_near(20 * log10(node->sections->at[12].b0.value), -0.6, 1e-12);
    node = model_of(f, "{\"type\": \"Leaf\", \"module_type\": \"parallelFDNAccurateGEQ\", "
                        "\"flamo\": {\"delays\": [4800]}, \"params\": {\"raw\": "
                        "[2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]}}")
               .main;
    /* A flat target is the whole's gain, and no band. */
    assert_near(20 * log10(node->sections->at[0].b0.value), -3, 1e-6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(butterworth),
        TEST(bandpasses),
        TEST(peaks),
        TEST(bands_of_the_equaliser),
        TEST(gains_of_one_are_no_filter),
        TEST(sections_of_the_equaliser),
        TEST(the_fit_is_a_minimum),
        TEST(the_fit_keeps_its_bounds),
        TEST(a_shelving_absorber_decays_as_asked),
        TEST(orthogonal_matrices),
        TEST(scattering),
        TEST(velvet),
        TEST(matrices_from_what_was_trained),
        TEST(grids_of_equalisers),
        TEST(absorption_of_delay_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
