/* adac.h as a program uses it: sources from memory, messages and outputs to functions, several
 * threads at once. */
#include "tests/unit/support.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/adac.h"
#include "ir/base/vec.h"

/* What the functions were told: a line each. */
struct heard {
    struct arena arena;
    struct text messages, outputs, sought;
    bool refuses;
};

static void heard_open(struct heard *h) {
    *h = (struct heard){0};
    arena_init(&h->arena, NULL, 0);
    text_init(&h->messages, &h->arena);
    text_init(&h->outputs, &h->arena);
    text_init(&h->sought, &h->arena);
}

static void report(void *self, const struct adac_message *m) {
    struct heard *h = self;
    static const char *const words[] = {"error", "warning", "remark"};
    text_printf(&h->messages, "%s:%u:%u-%u:%u %zu+%zu %s %d %s\n", m->file ? m->file : "", m->line,
                m->column, m->end_line, m->end_column, m->offset, m->length, words[m->severity],
                m->code, m->what);
    assert_non_null(strstr(m->text, m->what));
}

static bool take(void *self, const char *path, const void *bytes, size_t length) {
    struct heard *h = self;
    text_printf(&h->outputs, "== %s %zu\n", path, length);
    text_put_bytes(&h->outputs, bytes, length);
    return !h->refuses;
}

static void seek(void *self, const char *path) {
    struct heard *h = self;
    text_printf(&h->sought, "%s\n", path);
}

static struct adac_options options_for(struct heard *h, const char *input, const char *text) {
    return (struct adac_options){.size = sizeof(struct adac_options),
                                 .input = input,
                                 .text = text,
                                 .text_length = text ? strlen(text) : 0,
                                 .self = h,
                                 .report = report,
                                 .take = take,
                                 .seek = seek};
}

static void a_text_becomes_bytes(void **state) {
    (void)state;
    struct heard h;
    heard_open(&h);
    struct adac_options options = options_for(&h, "made/comb.adg", "main = delay(3) ~ 0.5\n");
    options.emits = (const char *const[]){"ir.csv", "c"};
    options.emit_count = 2;
    options.samples = 7;
    assert_int_equal(adac_compile(&options, NULL, NULL), ADAC_DONE);
    const char *wanted = "== comb.ir.csv 27\nin 0 out 0\n0\n0\n0\n1\n0\n0\n0.5\n== comb.c ";
    const char *got = text_chars(&h.outputs);
    if (strncmp(got, wanted, strlen(wanted)) != 0) assert_string_equal(got, wanted);
    assert_non_null(strstr(got, "== comb.h "));
    assert_string_equal(text_chars(&h.messages), "");
    assert_string_equal(text_chars(&h.sought), "");
    assert_int_not_equal(remove("comb.c"), 0); /* no file is there */
    arena_free(&h.arena);
}

static void messages_have_their_places(void **state) {
    (void)state;
    struct heard h;
    heard_open(&h);
    struct adac_options options =
        options_for(&h, "x.adg", "# caf\303\251\nmain = delay(3) ~ loud\n");
    assert_int_equal(adac_compile(&options, NULL, NULL), ADAC_INPUT_ERRORS);
    assert_string_equal(text_chars(&h.messages),
                        "x.adg:2:19-2:23 26+4 error 401 nothing is named 'loud'\n");
    arena_free(&h.arena);
}

static void an_output_that_nobody_takes(void **state) {
    (void)state;
    struct heard h;
    heard_open(&h);
    h.refuses = true;
    struct adac_options options = options_for(&h, "x.adg", "main = _\n");
    options.emits = (const char *const[]){"json"};
    options.emit_count = 1;
    assert_int_equal(adac_compile(&options, NULL, NULL), ADAC_FILES);
    assert_non_null(strstr(text_chars(&h.messages), "cannot write 'x.json'"));
    arena_free(&h.arena);
}

static void what_is_looked_for_is_told(void **state) {
    (void)state;
    struct heard h;
    heard_open(&h);
    struct adac_options options =
        options_for(&h, "none/x.adg", "import \"part.adg\"\nmain = delay(3) ~ g\n");
    options.import_paths = (const char *const[]){"nor/here"};
    options.import_path_count = 1;
    assert_int_equal(adac_compile(&options, NULL, NULL), ADAC_INPUT_ERRORS);
    const char *wanted = "none/part.adg\nnor/here/part.adg\n", *got = text_chars(&h.sought);
    if (strncmp(got, wanted, strlen(wanted)) != 0) assert_string_equal(got, wanted);
    arena_free(&h.arena);
}

static void options_that_cannot_be(void **state) {
    (void)state;
    struct heard h;
    heard_open(&h);
    struct adac_options options = options_for(&h, "x.adg", "main = _\n");
    options.size = 0;
    assert_int_equal(adac_compile(&options, NULL, NULL), ADAC_USAGE);
    /* A caller from before `report` had a place. */
    options.size = offsetof(struct adac_options, self);
    assert_int_equal(adac_compile(&options, NULL, NULL), ADAC_DONE);
    options = options_for(&h, NULL, NULL);
    assert_int_equal(adac_compile(&options, NULL, NULL), ADAC_USAGE);
    options = options_for(&h, NULL, "main = _\n");
    assert_int_equal(adac_compile(&options, NULL, NULL), ADAC_USAGE);
    assert_non_null(strstr(text_chars(&h.messages), "error 105 "));
    options.from = "adg";
    assert_int_equal(adac_compile(&options, NULL, NULL), ADAC_DONE);
    options.text_length = 0;
    assert_int_equal(adac_compile(&options, NULL, NULL), ADAC_INPUT_ERRORS);
    arena_free(&h.arena);
}

static void a_limit_of_memory_is_an_error(void **state) {
    (void)state;
    struct heard h;
    heard_open(&h);
    struct adac_options options = options_for(&h, "x.adg", "main = _\n");
    options.memory = 1000;
    assert_int_equal(adac_compile(&options, NULL, NULL), ADAC_INPUT_ERRORS);
    assert_non_null(strstr(text_chars(&h.messages), "error 906 "));
    arena_free(&h.arena);
}

/* ---- threads --------------------------------------------------------------------------------- */

static const char *const sources[] = {
    "lang/examples/hall.adg",         "tests/flamo/models/bad_identifiers.json",
    "lang/examples/freeverb.adg",     "tests/flamo/models/accgeq_par.json",
    "lang/examples/jot.adg",          "tests/bench/dense8.json",
    "tests/errors/adg-dimensions.adg"};
enum { SOURCES = sizeof sources / sizeof *sources, THREADS = 4 };

struct worker {
    pthread_t thread;
    unsigned first; /* of the sources: each worker begins with another */
    struct heard heard[SOURCES];
    enum adac_exit exits[SOURCES];
};

static void compile_all(struct worker *w) {
    const char *root = getenv("SRCDIR");
    for (unsigned i = 0; i < SOURCES; i++) {
        unsigned s = (w->first + i) % SOURCES;
        struct heard *h = &w->heard[s];
        heard_open(h);
        const char *path = text_format(&h->arena, "%s/%s", root ? root : ".", sources[s]);
        struct adac_options options = options_for(h, path, NULL);
        options.emits = (const char *const[]){"faust", "c", "json", "cert", "ir.wav"};
        options.emit_count = 5;
        options.samples = 100;
        options.cert_budget = 1000;
        options.verbose = true;
        w->exits[s] = adac_compile(&options, NULL, NULL);
    }
}

static void *run_worker(void *what) {
    compile_all(what);
    return NULL;
}

static void close_worker(struct worker *w) {
    for (unsigned s = 0; s < SOURCES; s++) arena_free(&w->heard[s].arena);
}

static void threads_compile_as_one_does(void **state) {
    (void)state;
    struct worker alone = {0}, workers[THREADS] = {{0}};
    compile_all(&alone);
    for (unsigned t = 0; t < THREADS; t++) {
        workers[t].first = 2 * t;
        assert_int_equal(pthread_create(&workers[t].thread, NULL, run_worker, &workers[t]), 0);
    }
    for (unsigned t = 0; t < THREADS; t++) pthread_join(workers[t].thread, NULL);
    for (unsigned s = 0; s < SOURCES; s++) {
        const struct heard *one = &alone.heard[s];
        for (unsigned t = 0; t < THREADS; t++) {
            const struct heard *other = &workers[t].heard[s];
            assert_int_equal(workers[t].exits[s], alone.exits[s]);
            assert_string_equal(text_chars(&other->messages), text_chars(&one->messages));
            assert_int_equal(other->outputs.length, one->outputs.length);
            if (one->outputs.length)
                assert_memory_equal(other->outputs.at, one->outputs.at, one->outputs.length);
        }
        /* The last one is an error, and the others are outputs to compare. */
        assert_int_equal(alone.exits[s], s + 1 < SOURCES ? ADAC_DONE : ADAC_INPUT_ERRORS);
        if (s + 1 < SOURCES) assert_true(one->outputs.length > 10000);
    }
    close_worker(&alone);
    for (unsigned t = 0; t < THREADS; t++) close_worker(&workers[t]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_becomes_bytes),
        cmocka_unit_test(messages_have_their_places),
        cmocka_unit_test(an_output_that_nobody_takes),
        cmocka_unit_test(what_is_looked_for_is_told),
        cmocka_unit_test(options_that_cannot_be),
        cmocka_unit_test(a_limit_of_memory_is_an_error),
        cmocka_unit_test(threads_compile_as_one_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
