/* The checker: it takes what the prover wrote, and refuses what anybody changed. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cert/cert.h"
#include "cert/constants.h"
#include "cert/report.h"
#include "cert/witness.h"
#include "frontend/read_cert.h"
#include "ir/lower.h"
#include "tests/unit/graph.h"

static const struct net *net_of(struct graph *g) {
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    assert_non_null(net);
    return net;
}

static const char *certificate_of(struct graph *g, bool single) {
    struct text out;
    text_init(&out, g->arena);
    cert_write_json(cert_prove(g->arena, net_of(g), single), "x", &out);
    return text_chars(&out);
}

/* "" if the certificate is taken; else the reason why not. */
static const char *refusal(struct graph *g, const char *text, bool single) {
    g->f->diags.errors = 0;
    g->f->diags.first = g->f->diags.last = NULL;
    const struct source *source = fixture_source(g->f, "x.cert.json", text);
    if (certificate_check(g->arena, &g->f->diags, source, net_of(g), single)) return "";
    const char *message = g->f->diags.first->message, *is = strstr(message, "is refused: ");
    assert_non_null(is);
    return is + strlen("is refused: ");
}

static const struct node *hadamard(struct graph *g, uint32_t n, double factor) {
    struct matrix *matrix = matrix_hadamard(g->arena, n);
    return node_gain(&g->build, NOWHERE, matrix_scale(g->arena, operand_constant(factor), matrix));
}

static const struct node *four_delays(struct graph *g) {
    return bank(g, 4, 149.0, 211.0, 263.0, 293.0);
}

/* Loops whose certificates have every kind of witness among them. */
static void contracting(struct graph *g) {
    g->program.main = loop(g, four_delays(g), hadamard(g, 4, 0.9));
}
static void lossless(struct graph *g) {
    g->program.main = loop(g, four_delays(g), hadamard(g, 4, 1));
}
static void stable_for_these_delays(struct graph *g) {
    g->program.main = loop(g, bank(g, 2, 10.0, 10.0), gain(g, 2, 2, 0.9, -0.8, 0.8, -0.6));
}
static void unstable_for_these_delays(struct graph *g) {
    g->program.main = loop(g, bank(g, 2, 10.0, 13.0), gain(g, 2, 2, 0.9, -0.8, 0.8, -0.6));
}
static void growing(struct graph *g) {
    g->program.main = loop(g, bank(g, 2, 100.0, 103.0), gain(g, 2, 2, -1.05, 0.0, 0.01, -1.05));
}
static void filtered(struct graph *g) {
    const struct node *filters = filter(g, (struct grid){2, 2, false}, 1, 0.5, 0.25, 0.0, 1.0, -0.5,
                                        0.0, 0.5, -0.25, 0.0, 1.0, 0.5, 0.0);
    g->program.main = loop(g, pair(g, OP_SERIES, bank(g, 2, 30.0, 40.0), filters),
                           gain(g, 2, 2, 0.05, 0.9, 0.9, 0.05));
}
static void open_at_some_frequencies(struct graph *g) {
    const struct node *lowpasses = filter(g, (struct grid){2, 2, false}, 1, 0.5, 0.0, 0.0, 1.0,
                                          -0.5, 0.0, 0.5, 0.0, 0.0, 1.0, -0.5, 0.0);
    g->program.main = loop(g, pair(g, OP_SERIES, bank(g, 2, 10.0, 10.0), lowpasses),
                           gain(g, 2, 2, 0.9, -0.8, 0.8, -0.6));
}

/* A' P A = P for P = diag(1, 3), and for no other. */
static void lossless_by_thirds(struct graph *g) {
    g->program.main = loop(g, bank(g, 2, 31.0, 37.0), gain(g, 2, 2, 0.5, -1.5, 0.5, 0.5));
}
/* Its pole stays outside when the loop is closed. */
static void section_outside(struct graph *g) {
    const struct node *filters = filter(g, (struct grid){2, 2, false}, 1, 0.1, 0.0, 0.0, 1.0, -1.2,
                                        0.0, 0.5, 0.0, 0.0, 1.0, 0.5, 0.0);
    g->program.main = loop(g, pair(g, OP_SERIES, bank(g, 2, 3.0, 4.0), filters),
                           gain(g, 2, 2, 0.05, 0.3, 0.3, 0.05));
}
static void two_lowpasses_of_one(struct graph *g) {
    const struct node *lowpasses = filter(g, (struct grid){2, 2, false}, 1, 0.7, 0.0, 0.0, 1.0,
                                          -0.3, 0.0, 0.6, 0.0, 0.0, 1.0, -0.4, 0.0);
    g->program.main = loop(g, pair(g, OP_SERIES, bank(g, 2, 300.0, 400.0), lowpasses),
                           gain(g, 2, 2, 0.6, 0.8, -0.8, 0.6));
}

/* [a -k; k a], which stays below 1 though |a| + |k| does not. */
static void turned_by_a_knob(struct graph *g, double a, double most) {
    struct operand k = knob(g, most / 2, -most, most);
    struct operand *at = ARENA_ARRAY(g->arena, 4, struct operand);
    at[0] = at[3] = operand_constant(a);
    at[1] = operand_mul(g->arena, operand_constant(-1), k);
    at[2] = k;
    g->program.main = loop(g, bank(g, 2, 31.0, 37.0),
                           node_gain(&g->build, NOWHERE, matrix_of(g->arena, 2, 2, at)));
}
static void knob_all_at_once(struct graph *g) {
    turned_by_a_knob(g, 0.5, 0.4);
}
static void knob_in_parts(struct graph *g) {
    turned_by_a_knob(g, 0.6, 0.7);
}
/* Stable for these delays up to 1, and for any others only up to a half or so. */
static void knob_for_these_delays(struct graph *g) {
    struct operand k = knob(g, 0.75, 0.7, 0.8);
    static const double of[] = {0.9, -0.8, 0.8, -0.6};
    struct operand *at = ARENA_ARRAY(g->arena, 4, struct operand);
    for (int i = 0; i < 4; i++) at[i] = operand_mul(g->arena, operand_constant(of[i]), k);
    g->program.main = loop(g, bank(g, 2, 10.0, 10.0),
                           node_gain(&g->build, NOWHERE, matrix_of(g->arena, 2, 2, at)));
}
static void knob_up_to_one(struct graph *g) {
    const struct node *back =
        pair(g, OP_SERIES, hadamard(g, 4, 1), scaled(g, 4, knob(g, 0.5, 0, 1)));
    g->program.main = loop(g, four_delays(g), back);
}

static void growing_at_low_frequencies(struct graph *g) {
    const struct node *lowpasses = filter(g, (struct grid){2, 2, false}, 1, 0.5, 0.0, 0.0, 1.0,
                                          -0.5, 0.0, 0.5, 0.0, 0.0, 1.0, -0.5, 0.0);
    g->program.main = loop(g, pair(g, OP_SERIES, bank(g, 2, 10.0, 13.0), lowpasses),
                           gain(g, 2, 2, 1.1, -0.9, 0.9, -0.8));
}

static void (*const makers[])(struct graph *) = {
    contracting,
    lossless,
    stable_for_these_delays,
    unstable_for_these_delays,
    growing,
    filtered,
    open_at_some_frequencies,
    growing_at_low_frequencies,
    lossless_by_thirds,
    section_outside,
    two_lowpasses_of_one,
    knob_all_at_once,
    knob_in_parts,
    knob_up_to_one,
    knob_for_these_delays,
};
enum { MAKERS = sizeof makers / sizeof *makers };

static void what_was_proved_is_taken(void **state) {
    for (size_t i = 0; i < MAKERS; i++)
        for (int single = 0; single < 2; single++) {
            struct graph g;
            graph_init(&g, *state);
            makers[i](&g);
            assert_text(refusal(&g, certificate_of(&g, single), single), "");
        }
}

/* Without one item, or with all. cJSON prints numbers with less than all of their digits, and
 * its 1.7.15 loses items that are taken out and put back. */
static void print(struct text *out, const cJSON *json, const cJSON *without) {
    if (json->string) {
        text_put_json_string(out, json->string, strlen(json->string));
        text_put_char(out, ':');
    }
    if (cJSON_IsNumber(json)) text_put_number(out, json->valuedouble);
    else if (cJSON_IsString(json))
        text_put_json_string(out, json->valuestring, strlen(json->valuestring));
    else if (cJSON_IsBool(json)) text_put(out, cJSON_IsTrue(json) ? "true" : "false");
    if (!cJSON_IsArray(json) && !cJSON_IsObject(json)) return;
    text_put_char(out, cJSON_IsArray(json) ? '[' : '{');
    bool first = true;
    for (const cJSON *item = json->child; item; item = item->next) {
        if (item == without) continue;
        if (!first) text_put_char(out, ',');
        first = false;
        print(out, item, without);
    }
    text_put_char(out, cJSON_IsArray(json) ? ']' : '}');
}

/* The document with a seal that fits. */
static const char *sealed(struct graph *g, cJSON *json, const cJSON *without) {
    cJSON_DeleteItemFromObjectCaseSensitive(json, "seal");
    struct text text;
    text_init(&text, g->arena);
    print(&text, json, without);
    char *chars = text_format(g->arena, "%s", text_chars(&text)), seal[CONSTANTS_HASH_SIZE];
    chars[strlen(chars) - 1] = ',';
    hash_of_text(chars, strlen(chars), seal);
    return text_format(g->arena, "%s\n  \"seal\": \"%s\"\n}\n", chars, seal);
}

struct mutation {
    struct graph *g;
    cJSON *root;
    uint32_t count;
    bool energy; /* the kind of witness in which powers are the proof */
};

static void must_be_refused(struct mutation *m, const cJSON *without, const char *path,
                            const char *how) {
    m->count++;
    if (*refusal(m->g, sealed(m->g, m->root, without), true)) return;
    print_error("taken although %s was %s\n", path, how);
    fail();
}

/* Changes every leaf below `json` in turn, and takes every member and entry out. Left alone are the
 * powers of two by which a matrix is scaled before it is inverted: its eigenvalues stay, and any
 * powers do for which the inverse is good enough. */
static void mutate(struct mutation *m, cJSON *json, const char *path) {
    bool free = strstr(path, "/powers/") && !m->energy;
    if (cJSON_IsNumber(json) && !free) {
        double value = json->valuedouble;
        cJSON_SetNumberValue(json, value + 7);
        must_be_refused(m, NULL, path, "raised by 7");
        cJSON_SetNumberValue(json, value);
    } else if (cJSON_IsString(json) && *json->valuestring) {
        char first = *json->valuestring;
        *json->valuestring = first == 'z' ? 'y' : 'z';
        must_be_refused(m, NULL, path, "respelt");
        *json->valuestring = first;
    }
    for (cJSON *item = json->child; item; item = item->next) {
        const char *below =
            text_format(m->g->arena, "%s/%s", path, item->string ? item->string : "#");
        mutate(m, item, below);
        must_be_refused(m, item, below, "taken out");
    }
}

/* Kinds of witnesses, as what they hold tells. */
enum kind {
    SCALING,
    CELLS,
    FOLLOWED,
    MODE,
    POWERS,
    FRACTIONS,
    SIGN,
    DETERMINANT,
    KNOBS,
    BOXES,
    KINDS
};
static const char *const kinds[KINDS] = {
    "one scaling",
    "cells beside winding",
    "winding",
    "mode",
    "energy by powers",
    "by fractions",
    "sign",
    "determinant",
    "knobs",
    "knobs by winding",
};

static enum kind kind_of(const cJSON *witness) {
    const cJSON *type = cJSON_GetObjectItem(witness, "type");
    const cJSON *part = cJSON_GetArrayItem(cJSON_GetObjectItem(witness, "parts"), 0);
    if (!type) return cJSON_GetObjectItem(part, "circles") ? BOXES : KNOBS;
    if (!strcmp(type->valuestring, "mode")) return MODE;
    if (!strcmp(type->valuestring, "sign")) return SIGN;
    if (!strcmp(type->valuestring, "determinant")) return DETERMINANT;
    if (!strcmp(type->valuestring, "energy"))
        return cJSON_GetObjectItem(witness, "P") ? FRACTIONS : POWERS;
    if (!cJSON_GetArraySize(cJSON_GetObjectItem(witness, "open"))) return SCALING;
    return cJSON_GetArraySize(cJSON_GetObjectItem(witness, "cells")) ? CELLS : FOLLOWED;
}

static void whatever_is_changed_in_a_witness_is_refused(void **state) {
    uint32_t count[KINDS] = {0};
    for (size_t i = 0; i < MAKERS; i++) {
        struct graph g;
        graph_init(&g, *state);
        makers[i](&g);
        cJSON *root = cJSON_Parse(certificate_of(&g, true));
        assert_non_null(root);
        assert_text(refusal(&g, sealed(&g, root, NULL), true), "");
        cJSON *loop = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "loops"), 0);
        cJSON *knobs = cJSON_GetObjectItem(root, "knobs"), *witness;
        /* Where there are knobs, of those alone. */
        cJSON_ArrayForEach(witness, cJSON_GetObjectItem(knobs ? knobs : loop, "witnesses")) {
            enum kind kind = kind_of(witness);
            struct mutation m = {.g = &g, .root = root, .energy = kind == POWERS || kind >= KNOBS};
            mutate(&m, witness, text_format(g.arena, "%zu", i));
            count[kind] += m.count;
        }
        cJSON_Delete(root);
    }
    for (int k = 0; k < KINDS; k++) {
        print_message("%s: %u changes\n", kinds[k], count[k]);
        assert_true(count[k] > 0);
    }
}

static void section_alone(struct graph *g) {
    g->program.main = filter(g, (struct grid){1, 1, false}, 1, 0.5, 0.0, 0.0, 1.0, -0.5, 0.0);
}
/* A loop that a knob moves, beside a slower one that none does. */
static void knob_beside_a_slow_loop(struct graph *g) {
    const struct node *moved =
        pair(g, OP_SERIES, gain(g, 1, 1, 0.5), scaled(g, 1, knob(g, 0.5, 0, 1)));
    g->program.main = pair(g, OP_PARALLEL, loop(g, bank(g, 1, 100.0), moved),
                           loop(g, bank(g, 1, 2000.0), gain(g, 1, 1, 0.99)));
}

/* What a path like "loops/0/N" leads to, made `value`, or taken out where that is null. */
static void change(cJSON *root, const char *path, const char *value) {
    char key[64];
    for (size_t length; length = strcspn(path, "/"), path[length]; path += length + 1) {
        memcpy(key, path, length);
        key[length] = 0;
        root = cJSON_IsArray(root) ? cJSON_GetArrayItem(root, atoi(key))
                                   : cJSON_GetObjectItemCaseSensitive(root, key);
        assert_non_null(root);
    }
    cJSON *made = value ? cJSON_Parse(value) : NULL;
    assert_true(!value || made);
    if (cJSON_IsArray(root)) cJSON_ReplaceItemInArray(root, atoi(path), made);
    else if (!value) cJSON_DeleteItemFromObjectCaseSensitive(root, path);
    else if (cJSON_HasObjectItem(root, path))
        cJSON_ReplaceItemInObjectCaseSensitive(root, path, made);
    else cJSON_AddItemToObject(root, path, made);
}

struct edit {
    void (*maker)(struct graph *);
    const char *path, *value, *why;
};

/* Each sealed again; one without a maker goes with the one before it. */
static void edits_are_refused(void **state, const struct edit *edits, size_t count) {
    for (size_t i = 0, next; i < count; i = next) {
        struct graph g;
        graph_init(&g, *state);
        edits[i].maker(&g);
        cJSON *root = cJSON_Parse(certificate_of(&g, true));
        for (next = i; next == i || (next < count && !edits[next].maker); next++)
            change(root, edits[next].path, edits[next].value);
        const char *why = refusal(&g, sealed(&g, root, NULL), true);
        if (strcmp(why, edits[i].why)) print_error("%s: %s\n", edits[i].path, edits[i].value);
        assert_text(why, edits[i].why);
        cJSON_Delete(root);
    }
}
#define EDITS(state, edits) edits_are_refused(state, edits, sizeof(edits) / sizeof *(edits))

static void claims_beyond_the_witnesses_are_refused(void **state) {
    static const char decay[] = "loop 1: its witnesses do not show its decay",
                      growth[] = "loop 1: its witnesses do not show its growth",
                      modes[] = "loop 1: its witnesses do not show how many modes are outside",
                      whole[] = "its decay is not shown of all loops and sections",
                      knobs[] =
                          "the decay that it claims of all positions of the knobs is not shown";
    static const struct edit edits[] = {
        {contracting, "loops/0/rt60_max_s", "0.1", decay},
        {contracting, "loops/0/rt60_max_s", "-1", decay},
        {contracting, "loops/0/growth_db_per_s", "-1e9", growth},
        {contracting, "loops/0/modes_outside", "1", modes},
        {contracting, "loops/0/verdict", "\"unstable\"",
         "loop 1: its witnesses do not show its verdict"},
        {contracting, "verdict", "\"unstable\"",
         "its verdict is unstable, and what it shows is certified-stable"},
        {contracting, "rt60_max_s", "0.1", whole},
        {lossless, "loops/0/verdict", "\"certified-stable\"",
         "loop 1: its witnesses do not show its verdict"},
        {lossless, "loops/0/time_varying_gain", "true",
         "loop 1: its witnesses do not show that it holds while gains move"},
        {stable_for_these_delays, "loops/0/any_delay", "true",
         "loop 1: its witnesses do not show that it holds for any delays"},
        /* What is undecided may claim nothing else either. */
        {contracting, "loops/0/verdict", "\"indeterminate\"", decay},
        {NULL, "loops/0/witnesses", "[]", NULL},
        {contracting, "loops/0/verdict", "\"indeterminate\"", whole},
        {NULL, "verdict", "\"indeterminate\"", NULL},
        {section_alone, "rt60_max_s", "1e-5", whole},
        {section_alone, "rt60_max_s", "-1", whole},
        {knob_beside_a_slow_loop, "knobs/rt60_max_s", "0.1", knobs},
        {knob_beside_a_slow_loop, "knobs/rt60_max_s", "0.1", knobs},
        {NULL, "rt60_max_s", NULL, NULL},
    };
    EDITS(state, edits);
}

static void claims_of_knobs_beyond_their_witnesses_are_refused(void **state) {
    struct graph g;
    graph_init(&g, *state);
    knob_in_parts(&g);
    cJSON *root = cJSON_Parse(certificate_of(&g, true));
    cJSON *knobs = cJSON_GetObjectItem(root, "knobs");
    cJSON *parts = cJSON_GetObjectItem(
        cJSON_GetArrayItem(cJSON_GetObjectItem(knobs, "witnesses"), 0), "parts");
    int count = cJSON_GetArraySize(parts);
    assert_true(count > 2);
    assert_text(refusal(&g, sealed(&g, root, cJSON_GetArrayItem(parts, count - 1)), true),
                "a part of the knobs' ranges is missing");
    cJSON_SetValuestring(cJSON_GetObjectItem(knobs, "claim"), knob_claim_texts[KNOBS_MOVING]);
    assert_text(refusal(&g, sealed(&g, root, NULL), true),
                "what it claims of the knobs is not shown");
    cJSON_Delete(root);
}

static void other_programs_rates_and_precisions_are_refused(void **state) {
    struct graph g;
    graph_init(&g, *state);
    contracting(&g);
    const char *text = certificate_of(&g, true);
    assert_text(refusal(&g, text, false),
                "it is for constants as float, and the program has them as double");
    g.program.rate = 44100;
    assert_text(refusal(&g, text, true), "it is for 48000 Hz, and the program runs at 44100 Hz");
    g.program.rate = 48000;
    lossless(&g);
    assert_text(refusal(&g, text, true), "it is for a program with other constants");
}

static void what_is_not_whole_is_refused(void **state) {
    static const char json[] = "it is no JSON: ",
                      schema[] = "it is no certificate of the schema adacc-cert-1",
                      seal[] = "it is not as it was written: its seal does not fit";
    static const struct {
        const char *text, *why, *more; /* # stands for the certificate */
    } texts[] = {
        {"", json, "the text holds no JSON value: it is empty"},
        {"hello", json, "'hello' is no word of JSON"},
        {"[NaN]", json, "JSON has no number for NaN and infinity"},
        {"[-Infinity]", json, "JSON has no number for NaN and infinity"},
        {"[1e999]", json, "a number beyond the range of double precision"},
        {"{\"a\": 1, \"a\": 1}", json, "the key \"a\" stands twice in this object"},
        {"\xEF\xBB\xBF#", json, "a byte order mark, which JSON does not allow"},
        {"##", json, "text behind the end of the JSON value"},
        {"7", schema, ""},
        {"[]", schema, ""},
        {"{}", schema, ""},
        {"{\"schema\": 1}", schema, ""},
        {"{\"schema\": \"adacc-cert-0\"}", schema, ""},
        {"{\"generated_by\": \"adac\"}", "it is a certificate of ADAC",
         ", which holds nothing to be checked"},
        {"{\"schema\": \"adacc-cert-1\"}", seal, ""},
        {"#\n", seal, ""},
        {"#\r\n", seal, ", and its line ends were changed"},
    };
    struct graph g;
    graph_init(&g, *state);
    contracting(&g);
    const char *whole = certificate_of(&g, true);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct text made;
        text_init(&made, g.arena);
        for (const char *c = texts[i].text; *c; c++)
            if (*c == '#') text_put(&made, whole);
            else text_put_char(&made, *c);
        assert_text(refusal(&g, text_chars(&made), true),
                    text_format(g.arena, "%s%s", texts[i].why, texts[i].more));
    }
    for (size_t length = 1; length < strlen(whole); length++)
        assert_true(*refusal(&g, text_format(g.arena, "%.*s", (int)length, whole), true));
    enum { DEEP = 100 * 1000 };
    char *deep = arena_alloc(g.arena, DEEP + 1);
    memset(deep, '[', DEEP);
    assert_text(refusal(&g, deep, true), "it is no JSON: values nest deeper than the limit of 256");
    char *edited = text_format(g.arena, "%s", whole);
    *strstr(edited, "certified-stable") = 'C';
    assert_text(refusal(&g, edited, true), seal);
}

/* Each value below, made one of another type. */
static void mistype(struct graph *g, cJSON *root, cJSON *json, const char *key, uint32_t *count) {
    static char seven[] = "7";
    for (cJSON *item = json->child, *next; item; item = next) {
        next = item->next;
        const char *called = item->string && strcmp(key, "values") ? item->string : key;
        mistype(g, root, item, called, count);
        struct cJSON was = *item;
        item->type = cJSON_IsString(&was) || cJSON_IsBool(&was) ? cJSON_Number : cJSON_String;
        item->valuestring = seven;
        item->child = NULL;
        const char *why = refusal(g, sealed(g, root, NULL), true), *wanted;
        *item = was;
        wanted = strcmp(called, "schema")
                     ? text_format(g->arena, "its member '%s' should be ", called)
                     : "it is no certificate of the schema";
        if (strncmp(why, wanted, strlen(wanted))) print_error("%s: %s\n", called, why), fail();
        ++*count;
    }
}

static void values_of_another_type_are_refused(void **state) {
    uint32_t count = 0;
    for (size_t i = 0; i < MAKERS; i++) {
        struct graph g;
        graph_init(&g, *state);
        makers[i](&g);
        cJSON *root = cJSON_Parse(certificate_of(&g, true));
        cJSON_DeleteItemFromObjectCaseSensitive(root, "seal");
        mistype(&g, root, root, "", &count);
        cJSON_Delete(root);
    }
    print_message("%u values\n", count);
}

static void values_out_of_proportion_are_refused(void **state) {
    static const char count[] = "its member 'N' should be a whole number from 0 on",
                      width[] =
                          "a list in its 'scalings' does not have as many numbers as it should";
    static const struct edit edits[] = {
        {contracting, "loops/0/N", "-4", count},
        {contracting, "loops/0/N", "4.5", count},
        {contracting, "loops/0/N", "1e300", count},
        {contracting, "loops/0/N", "0", "its member 'N' is out of all proportion"},
        {contracting, "loops/0/N", "4294967300", "its member 'N' is out of all proportion"},
        {contracting, "loops/0/N", "100000", "a loop is too wide to have witnesses"},
        {contracting, "loops/0/N", "1024", width},
        {contracting, "loops/0/N", "8", width},
        {contracting, "loops/0/witnesses/0/scalings/0", "[]", width},
        {contracting, "loops/0/modes_outside", "9.1e15",
         "its member 'modes_outside' should be a whole number from 0 on"},
        {contracting, "loops/0/witnesses/0/R", "1e300",
         "loop 1: a scaling does not make the loop a contraction on its cell"},
        {contracting, "loops/0/witnesses/0/R", "0", "loop 1: a circle has no radius"},
        {contracting, "loops/0/witnesses/0/scalings/0/0", "1e300",
         "loop 1: a scaling does not make the loop a contraction on its cell"},
        {contracting, "loops/0/witnesses/0/cells/0/2", "1e9", "one of its cells has no scaling"},
        {contracting, "loops/0/witnesses/0/cells/0/1", "1e18",
         "one of its angles is not on the half circle"},
        {contracting, "loops/0/witnesses/0/type", "\"proof\"",
         "its member 'type' should be a kind of witness"},
        {contracting, "loops/0/witnesses/0/R", NULL, "a member 'R' is missing"},
        {contracting, "loops/0/verdict", NULL, "its member 'verdict' is missing"},
        {contracting, "precision", "\"q31\"", "its member 'precision' should be float32 or double"},
        {contracting, "knobs", "{\"claim\": \"at their initial values\", \"values\": {}}",
         "it speaks of knobs, and the program has none"},
        {contracting, "loops/0", "{}", "its member 'name' is missing"},
        {stable_for_these_delays, "loops/0/witnesses/0/centres", "\"////\"",
         "its centres lead beyond the end of a stretch"},
        {stable_for_these_delays, "loops/0/witnesses/0/centres", "\"\"",
         "its centres end too early"},
        {lossless, "loops/0/witnesses/0/powers", "[1e300, 0, 0, 0]",
         "loop 1: an energy is out of all proportion"},
        {lossless_by_thirds, "loops/0/witnesses/0/P", "[\"1\", \"1/0\"]",
         "loop 1: the loop does not keep its energy"},
        {lossless_by_thirds, "loops/0/witnesses/0/P", "[\"1\", \"-3\"]",
         "loop 1: the loop does not keep its energy"},
        {knob_in_parts, "knobs/values/k0", "0.9", "it is for another value of the knob 'k0'"},
        {knob_in_parts, "knobs/values", "{}", "it is for another value of the knob 'k0'"},
        {knob_in_parts, "knobs/witnesses/0/parts/0/cut", "4294967295",
         "its member 'cut' is the number of no knob"},
        {knob_in_parts, "knobs", NULL, "it says nothing of the knobs"},
        {knob_for_these_delays, "knobs/witnesses/0/parts/0/N/0", "1e9",
         "its member 'N' is out of all proportion"},
    };
    EDITS(state, edits);
}

static void steps_are_rounded_down_by_little(void **state) {
    (void)state;
    for (ticks step = 1; step < TICKS_HALF_CIRCLE; step += step / 7 + 1) {
        ticks value = step_value(step_code(step));
        assert_true(value <= step && value + step / 1024 + 1 > step && value > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_was_proved_is_taken),
        TEST(whatever_is_changed_in_a_witness_is_refused),
        TEST(claims_beyond_the_witnesses_are_refused),
        TEST(claims_of_knobs_beyond_their_witnesses_are_refused),
        TEST(other_programs_rates_and_precisions_are_refused),
        TEST(what_is_not_whole_is_refused),
        TEST(values_of_another_type_are_refused),
        TEST(values_out_of_proportion_are_refused),
        TEST(steps_are_rounded_down_by_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
