/* frontend/decompile: programs as source, and what comes back of it. */
#include "tests/unit/reading.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/builtins.h"
#include "frontend/decompile.h"
#include "frontend/read_adg.h"
#include "frontend/read_json.h"
#include "ir/interp.h"
#include "ir/lower.h"
#include "passes/passes.h"

enum { FRAMES = 2000 };

static struct program read_with(struct fixture *f, const char *path, const char *text,
                                bool (*read)(struct reading *, const struct source *,
                                             struct program *)) {
    struct program program = {0};
    struct reading reading = reading_of(f);
    bool good = read(&reading, fixture_source(f, path, text), &program);
    if (f->diags.errors) assert_diags(f, "");
    assert_true(good);
    return program;
}

static struct program of_adg(struct fixture *f, const char *text) {
    return read_with(f, "x.adg", text, read_adg);
}

static struct program of_json(struct fixture *f, const char *path) {
    return read_with(f, path, project_file(f, path), read_json);
}

/* Null where it has no form. */
static const char *decompiled(struct fixture *f, const struct program *program) {
    struct reading reading = reading_of(f);
    struct text text;
    text_init(&text, &f->arena);
    return source_decompile(&reading, program, &text) ? text_chars(&text) : NULL;
}

/* What the text makes of itself: `main = ...` and the definitions, without the rate. */
static void check_decompiled(struct fixture *f, const char *text, const char *wanted) {
    struct program program = of_adg(f, text);
    const char *got = decompiled(f, &program);
    assert_diags(f, "");
    assert_text(got, text_format(&f->arena, "rate 48kHz\n\n%s", wanted));
}

static const char *formatted(struct fixture *f, const char *text) {
    struct text out;
    text_init(&out, &f->arena);
    source_format(&f->arena, fixture_source(f, "x.adg", text), &out);
    return text_chars(&out);
}

static const double *responses(struct fixture *f, struct program program, size_t *count) {
    assert_true(passes_run(&f->arena, &f->names, &f->diags, &program, NULL));
    const struct net *net = net_lower(&f->arena, &f->diags, &program, program.main);
    assert_int_equal(f->diags.errors, 0);
    diags_init(&f->diags, &f->arena); /* remarks on what was rounded */
    assert_non_null(net);
    *count = (size_t)net->inlet_count * net->outlet_count * FRAMES;
    return interp_responses(&f->arena, net, FRAMES);
}

/* Both sound the same, within `tolerance` of the peak; and the text formats as itself. */
static void check_sound(struct fixture *f, const char *what, struct program a, const char *text,
                        double tolerance) {
    assert_text(formatted(f, text), text);
    size_t count, again;
    const double *wanted = responses(f, a, &count);
    const double *got = responses(f, of_adg(f, text), &again);
    assert_int_equal(count, again);
    double peak = 0, apart = 0;
    for (size_t i = 0; i < count; i++) {
        peak = fmax(peak, fabs(wanted[i]));
        double difference = fabs(wanted[i] - got[i]);
        if (!(difference <= apart)) apart = isnan(difference) ? INFINITY : difference;
    }
    if (!(apart <= tolerance * peak)) fail_msg("%s: %g apart, of a peak of %g", what, apart, peak);
}

/* ---- what is recognised ------------------------------------------------------------------------
 */

static void matrices(void **state) {
    struct fixture *f = *state;
    static const char *const same[] = {
        "hadamard(8)",
        "-hadamard(4)",
        "0.5*hadamard(2)",
        "householder(5)",
        "householder([1, 2, 3])",
        "id(3)",
        "-0.25*id(4)",
        "diag([1, 2, 3])",
        "ones(2, 3)",
        "0.5*ones(2)",
        "sum(4)",
        "split(4)",
        "zeros(2, 3)",
        "kron([1, -1, 1, -1], id(2))/2",
        "kron([1; 1; 1; 1], id(2))",
        "[1, 2; 3, 4]",
        "cut(2) & id(2)",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        const char *text = text_format(&f->arena, "main = %s\n", same[i]);
        struct program program = of_adg(f, text);
        const char *got = decompiled(f, &program);
        assert_non_null(got);
        size_t count, again;
        const double *a = responses(f, program, &count), *b = responses(f, of_adg(f, got), &again);
        assert_int_equal(count, again);
        for (size_t k = 0; k < count; k++) assert_near(a[k], b[k], 1e-15);
        if (i == 4) continue; /* the same reflection has other vectors */
        assert_text(got, text_format(&f->arena, "rate 48kHz\n\n%s", text));
    }
}

static void a_matrix_off_by_more_than_its_digits_stays_dense(void **state) {
    struct fixture *f = *state;
    check_decompiled(f, "main = [0.70710678, 0.70710678; 0.70710678, -0.70710678]",
                     "gains = hadamard(2)  # within 1.2e-9 of the numbers read\nmain = gains\n");
    check_decompiled(f, "main = [0.70710678, 0.70710678; 0.70710678, -0.70710670]",
                     "main = [0.70710678, 0.70710678; 0.70710678, -0.7071067]\n");
    check_decompiled(f, "main = [0.7, 0.7; 0.7, -0.7]", "main = [0.7, 0.7; 0.7, -0.7]\n");
}

static void absorption_as_decay_times(void **state) {
    struct fixture *f = *state;
    check_decompiled(f,
                     "m = [1499, 1777, 2003, 1601]\n"
                     "main = (delay(m) -> absorb(m, 2.4s)) ~ hadamard(4)\n",
                     "m = [1499, 1777, 2003, 1601]\n"
                     "main = (delay(m) -> absorb(m, 2.4s)) ~ hadamard(4)\n");
    check_decompiled(f,
                     "m = [1499, 1777, 2003, 1601]\n"
                     "main = (delay(m) -> absorb(m, {0Hz: 2.4s, 6kHz: 0.7s})) ~ hadamard(4)\n",
                     "m = [1499, 1777, 2003, 1601]\n"
                     "filters = absorb(m, {0Hz: 2.4s, 6kHz: 0.7s})\n"
                     "main = (delay(m) -> filters) ~ hadamard(4)\n");
    check_decompiled(f,
                     "m = [1499, 1777]\n"
                     "main = (delay(m) -> diag([0.9, 0.8])) ~ hadamard(2)\n",
                     "m = [1499, 1777]\n"
                     "main = (delay(m) -> diag([0.9, 0.8])) ~ hadamard(2)\n");
}

static void lengths_that_are_chosen(void **state) {
    struct fixture *f = *state;
    check_decompiled(f, "main = delay([1104, 1267, 1459, 1675, 1927, 2213, 2549, 2927])",
                     "m = [1104, 1267, 1459, 1675, 1927, 2213, 2549, 2927]\nmain = delay(m)\n");
    check_decompiled(f, "main = delay(primes(8, 1009..2003))",
                     "m = primes(8, 1009..2003)\nmain = delay(m)\n");
}

static void knobs_keep_their_units(void **state) {
    struct fixture *f = *state;
    static const char text[] = "rate 48kHz\n"
                               "\n"
                               "knob pre = 15ms in 0ms..250ms step 5ms \"Pre-delay\"\n"
                               "knob g = -6dB in -60dB..0dB smooth 0.1s\n"
                               "knob f = 1kHz in 0.1kHz..4kHz log\n"
                               "knob mix = 35% in 0%..100%\n"
                               "control rt60\n"
                               "control pre_delay = 10ms in 0ms..100ms\n"
                               "\n"
                               "main = delay(pre) -> delay(1000) ~ 0.5 -> g*mix -> f/fs\n";
    assert_text(formatted(f, text), text);
    struct program program = of_adg(f, text);
    const char *got = decompiled(f, &program);
    assert_diags(f, "");
    assert_text(got, text);
}

/* ---- whole programs
 * ------------------------------------------------------------------------------ */

static void models_come_back(void **state) {
    struct fixture *f = *state;
    enum { MATCH, MARGINAL, UNSTABLE, KEYED, APPROX };
    static const struct {
        const char *file;
        int expect;
    } models[] = {
#define MODEL(name, expect, ...) {#name, expect},
#include "tests/flamo/models.def"
#undef MODEL
    };
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        const char *folder = models[i].expect == KEYED ? "keyed" : "models";
        struct program program =
            of_json(f, text_format(&f->arena, "tests/flamo/%s/%s.json", folder, models[i].file));
        diags_init(&f->diags, &f->arena); /* warnings of the model itself */
        const char *text = decompiled(f, &program);
        assert_diags(f, "");
        check_sound(f, models[i].file, program, text, 1e-14);
    }
}

static void examples_come_back(void **state) {
    struct fixture *f = *state;
    const char *root = getenv("SRCDIR");
    DIR *folder = opendir(text_format(&f->arena, "%s/lang/examples", root ? root : "."));
    assert_non_null(folder);
    size_t count = 0;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        const char *dot = strrchr(entry->d_name, '.');
        if (!dot || strcmp(dot, ".adg") != 0) continue;
        const char *text = project_file(f, text_format(&f->arena, "lang/examples/%s", entry->d_name));
        const char *once = formatted(f, text);
        assert_text(formatted(f, once), once);
        count++;
        if (strstr(text, "import ")) continue; /* this test has no library */
        struct program program = of_adg(f, text);
        check_sound(f, entry->d_name, program, once, 0);
        check_sound(f, entry->d_name, program, decompiled(f, &program), 1e-14);
    }
    closedir(folder);
    assert_true(count >= 2);
}

/* Numbers of nine digits: what they stand for is as near. */
static void structured_benchmarks(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *path, *call;
    } cases[] = {{"tests/bench/had32.json", "\nfB = hadamard(32)  # within"},
                 {"tests/bench/hh32.json", "\nfB = householder(["}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct program program = of_json(f, cases[i].path);
        const char *text = decompiled(f, &program);
        assert_non_null(text);
        assert_non_null(strstr(text, cases[i].call));
        check_sound(f, cases[i].path, program, text, 1e-8);
    }
}

static void names_come_from_nodes(void **state) {
    struct fixture *f = *state;
    struct program program = of_json(f, "tests/bench/had32.json");
    const char *text = decompiled(f, &program);
    static const char *const lines[] = {"\ninput_gain = [", "\nabsorption = sos(", "\nfdn = (",
                                        "\nmain = input_gain -> fdn -> output_gain\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_non_null(strstr(text, lines[i]));
}

static void what_has_no_words_is_an_error(void **state) {
    struct fixture *f = *state;
    struct build build = {&f->arena, &f->diags};
    const struct matrix *empty = matrix_of(&f->arena, 2, 0, NULL);
    struct program program = {
        .name = name_of(&f->names, "x"), .rate = 48000, .main = node_gain(&build, NOWHERE, empty)};
    assert_null(decompiled(f, &program));
    assert_int_equal(f->diags.last->code, CODE_LATER);
}

static void a_wide_bank_stays_within_the_depth(void **state) {
    struct fixture *f = *state;
    struct text text;
    text_init(&text, &f->arena);
    text_put(&text,
             "g(k) = sos([1, k, 0, 1, 0, 0])\nmain = bank(g, [1/(2 + k) for k in 0..999])\n");
    struct program program = of_adg(f, text_chars(&text));
    const char *got = decompiled(f, &program);
    assert_non_null(got);
    struct program again = of_adg(f, got);
    assert_int_equal(again.main->shape.ins, 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(matrices),
        TEST(a_matrix_off_by_more_than_its_digits_stays_dense),
        TEST(absorption_as_decay_times),
        TEST(lengths_that_are_chosen),
        TEST(knobs_keep_their_units),
        TEST(models_come_back),
        TEST(examples_come_back),
        TEST(structured_benchmarks),
        TEST(names_come_from_nodes),
        TEST(what_has_no_words_is_an_error),
        TEST(a_wide_bank_stays_within_the_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
