/* The members of certificates: each is in the table, and those that ADAC has are there for programs
 * that read its certificates, with its figures. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cert/cert.h"
#include "ir/lower.h"
#include "tests/unit/graph.h"

/* The program's certificate with all figures. */
static cJSON *certificate_of(struct graph *g) {
    assert_true(run_pass(g, pass_controls));
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    assert_non_null(net);
    struct text out;
    text_init(&out, g->arena);
    const struct cert *cert =
        cert_prove_with(g->arena, net, &(struct cert_options){.single = true, .figures = true});
    cert_write_json(cert, "x", &out);
    cJSON *root = cJSON_Parse(text_chars(&out));
    assert_non_null(root);
    return root;
}

static void hadamard_loop(struct graph *g, double factor) {
    struct matrix *matrix = matrix_hadamard(g->arena, 4);
    matrix = matrix_scale(g->arena, operand_constant(factor), matrix);
    g->program.main =
        loop(g, bank(g, 4, 100.0, 211.0, 263.0, 293.0), node_gain(&g->build, NOWHERE, matrix));
}
static void lossless(struct graph *g) {
    hadamard_loop(g, 1);
}
static void decaying(struct graph *g) {
    hadamard_loop(g, 0.9);
}
static void growing(struct graph *g) {
    hadamard_loop(g, 1.1);
}
static void controlled(struct graph *g) {
    hadamard_loop(g, 1);
    g->program.controls[CONTROL_RT60].wanted = true;
}
static void filtered_by(struct graph *g, double b0, double a1, double a2) {
    const struct node *section =
        filter(g, (struct grid){1, 1, false}, 1, b0, 0.0, 0.0, 1.0, a1, a2);
    g->program.main = loop(g, pair(g, OP_SERIES, bank(g, 1, 100.0), section), gain(g, 1, 1, 1.0));
}
static void lowpassed(struct graph *g) {
    filtered_by(g, 0.5, -0.35, 0);
}
static void lowpassed_at_one(struct graph *g) {
    filtered_by(g, 0.65, -0.35, 0);
}
static void filtered_unstably(struct graph *g) {
    filtered_by(g, 0.5, 0, 1.2);
}
static void stable_for_these_delays(struct graph *g) {
    g->program.main = loop(g, bank(g, 2, 10.0, 10.0), gain(g, 2, 2, 0.9, -0.8, 0.8, -0.6));
}
static void without_loops(struct graph *g) {
    g->program.main = gain(g, 1, 1, 2.0);
}

static void (*const makers[])(struct graph *) = {
    lossless,      decaying,         growing,           controlled,
    lowpassed,     lowpassed_at_one, filtered_unstably, stable_for_these_delays,
    without_loops,
};
enum { MAKERS = sizeof makers / sizeof *makers };

/* ---- the table ------------------------------------------------------------------------------- */

struct row {
    const char *whole, *key, *holds, *part, *needed, *whose;
};
static const struct row rows[] = {
#define MEMBER(whole, key, holds, part, needed, whose)                                             \
    {#whole, key, #holds, #part, #needed, #whose},
#include "frontend/cert_members.def"
#undef MEMBER
};
enum { ROWS = sizeof rows / sizeof *rows };

static const struct row *row_of(const char *whole, const char *key) {
    for (size_t i = 0; i < ROWS; i++)
        if (!strcmp(rows[i].whole, whole) && !strcmp(rows[i].key, key)) return &rows[i];
    return NULL;
}

static void look_up(const cJSON *object, const char *whole) {
    const cJSON *item, *entry;
    cJSON_ArrayForEach(item, object) {
        const struct row *row = row_of(whole, item->string);
        if (!row) print_error("%s: %s is in no table\n", whole, item->string);
        assert_non_null(row);
        if (!strcmp(row->part, "VALUES")) continue;
        if (!strcmp(row->holds, "OBJECT")) look_up(item, row->part);
        if (strcmp(row->holds, "LIST")) continue;
        cJSON_ArrayForEach(entry, item) look_up(entry, row->part);
    }
}

static void what_is_written_is_in_the_table(void **state) {
    for (size_t i = 0; i < MAKERS; i++) {
        GRAPH(g);
        makers[i](&g);
        cJSON *root = certificate_of(&g);
        look_up(root, "DOCUMENT");
        cJSON_Delete(root);
    }
}

/* ---- ADAC's ---------------------------------------------------------------------------------- */

enum type { TEXT, NUMBER, TRUTH, TEXTS, NUMBERS, OBJECT, LIST };

/* As ADAC 0.1.0 writes them: in every certificate, in every loop that it knows a gain of, or where
 * there is something to say. */
static const struct {
    const char *whole, *key;
    enum type type;
    enum { ALWAYS, WITH_A_GAIN, SOMETIMES } when;
} adac[] = {
    {"DOCUMENT", "name", TEXT, ALWAYS},
    {"DOCUMENT", "fs", NUMBER, ALWAYS},
    {"DOCUMENT", "generated_by", TEXT, ALWAYS},
    {"DOCUMENT", "method", TEXT, ALWAYS},
    {"DOCUMENT", "precision", TEXT, ALWAYS},
    {"DOCUMENT", "verdict", TEXT, ALWAYS},
    {"DOCUMENT", "filters", OBJECT, ALWAYS},
    {"DOCUMENT", "loops", LIST, ALWAYS},
    {"DOCUMENT", "notes", TEXTS, SOMETIMES},
    {"FILTERS", "n_sections", NUMBER, ALWAYS},
    {"FILTERS", "max_pole_modulus", NUMBER, ALWAYS},
    {"FILTERS", "all_sections_stable", TRUTH, ALWAYS},
    {"LOOP", "name", TEXT, ALWAYS},
    {"LOOP", "delays_samples", NUMBERS, ALWAYS},
    {"LOOP", "notes", TEXTS, ALWAYS},
    {"LOOP", "rt60_control_worst_case_s", NUMBER, SOMETIMES},
    {"LOOP", "feedback_spectral_radius", NUMBER, SOMETIMES},
    {"LOOP", "feedback_sigma_max", NUMBER, SOMETIMES},
    {"LOOP", "loop_gain_bound_max", NUMBER, WITH_A_GAIN},
    {"LOOP", "loop_gain_bound_min", NUMBER, WITH_A_GAIN},
    {"LOOP", "verdict", TEXT, ALWAYS},
    {"LOOP", "rt60_estimate_s", OBJECT, SOMETIMES},
    {"ESTIMATE", "max", NUMBER, ALWAYS},
    {"ESTIMATE", "min", NUMBER, ALWAYS},
};
enum { ADAC = sizeof adac / sizeof *adac };

static bool is_a(const cJSON *item, enum type type) {
    const cJSON *entry = cJSON_GetArrayItem(item, 0);
    switch (type) {
    case TEXT: return cJSON_IsString(item);
    case NUMBER: return cJSON_IsNumber(item);
    case TRUTH: return cJSON_IsBool(item);
    case OBJECT: return cJSON_IsObject(item);
    case LIST: return cJSON_IsArray(item) && (!entry || cJSON_IsObject(entry));
    default:
        return cJSON_IsArray(item) &&
               (!entry || (type == TEXTS ? cJSON_IsString(entry) : cJSON_IsNumber(entry)));
    }
}

/* `has_gain`: ADAC would know a gain; of a section with a pole outside we know none. */
static void check_whole(const cJSON *object, const char *whole, bool has_gain, bool *seen) {
    for (size_t i = 0; i < ADAC; i++) {
        if (strcmp(adac[i].whole, whole)) continue;
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, adac[i].key);
        bool wanted = adac[i].when == ALWAYS || (adac[i].when == WITH_A_GAIN && has_gain);
        if (item ? !is_a(item, adac[i].type) : wanted)
            print_error("%s: %s is missing, or of another type\n", whole, adac[i].key), fail();
        seen[i] = seen[i] || item;
    }
}

static void what_adac_writes_is_there(void **state) {
    bool seen[ADAC] = {false};
    for (size_t i = 0; i < MAKERS; i++) {
        GRAPH(g);
        makers[i](&g);
        cJSON *root = certificate_of(&g), *item;
        check_whole(root, "DOCUMENT", true, seen);
        check_whole(cJSON_GetObjectItem(root, "filters"), "FILTERS", true, seen);
        cJSON_ArrayForEach(item, cJSON_GetObjectItem(root, "loops")) {
            check_whole(item, "LOOP", makers[i] != filtered_unstably, seen);
            cJSON *estimate = cJSON_GetObjectItem(item, "rt60_estimate_s");
            if (estimate) check_whole(estimate, "ESTIMATE", true, seen);
        }
        cJSON_Delete(root);
    }
    uint32_t marked = 0;
    for (size_t i = 0; i < ROWS; i++) marked += !strcmp(rows[i].whose, "ADAC");
    assert_int_equal(marked, ADAC);
    for (size_t i = 0; i < ADAC; i++) {
        const struct row *row = row_of(adac[i].whole, adac[i].key);
        if (!seen[i] || !row || strcmp(row->whose, "ADAC"))
            print_error("%s: %s\n", adac[i].whole, adac[i].key), fail();
    }
}

/* What ADAC finds for these programs, by its own tests and formulas. */
static void the_figures_are_those_of_adac(void **state) {
    static const struct {
        void (*maker)(struct graph *);
        const char *verdict; /* null: ADAC's holds within 1e-4, or tells of no instability */
        double gain, spectral, worst_case_s, modulus;
    } wanted[] = {
        {lossless, "marginally-stable", 1, 1, 0, 0},
        {decaying, "certified-stable", 0.9, 0.9, 0, 0},
        {growing, NULL, 1.1, 1.1, 0, 0},
        {lowpassed, "certified-stable", 0.5 / 0.65, 0, 0, 0.35},
        {lowpassed_at_one, NULL, 1, 0, 0, 0.35},
        {controlled, "certified-stable", 0.998562, 0, 10, 0},
        {filtered_unstably, "unstable", 0, 0, 0, 1.0954451150103321},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        GRAPH(g);
        wanted[i].maker(&g);
        cJSON *root = certificate_of(&g), *filters = cJSON_GetObjectItem(root, "filters");
        cJSON *it = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "loops"), 0);
        if (wanted[i].verdict)
            assert_text(cJSON_GetObjectItem(root, "verdict")->valuestring, wanted[i].verdict);
        const struct {
            const cJSON *whole;
            const char *key;
            double value;
        } figures[] = {{it, "loop_gain_bound_max", wanted[i].gain},
                       {it, "feedback_spectral_radius", wanted[i].spectral},
                       {it, "rt60_control_worst_case_s", wanted[i].worst_case_s},
                       {filters, "max_pole_modulus", wanted[i].modulus}};
        for (size_t k = 0; k < sizeof figures / sizeof *figures; k++) {
            if (!(figures[k].value > 0)) continue;
            const cJSON *item = cJSON_GetObjectItem(figures[k].whole, figures[k].key);
            assert_non_null(item);
            print_message("%zu %s %.9g\n", i, figures[k].key, item->valuedouble);
            assert_near(item->valuedouble, figures[k].value, 1e-6 * figures[k].value);
        }
        cJSON_Delete(root);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_is_in_the_table),
        TEST(what_adac_writes_is_there),
        TEST(the_figures_are_those_of_adac),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
