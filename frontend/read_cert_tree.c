#include "frontend/read_cert_tree.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

#include "cert/constants.h"
#include "cert/report.h"
#include "frontend/json_scan.h"

enum level {
    NOTHING,
    DOCUMENT,
    OUTPUTS,
    NOISE,
    KNOBS,
    VALUES,
    POSITIONS,
    PART,
    CONTRACTED,
    FILTERS,
    LOOP,
    ESTIMATE,
    FLOATS,
    BAND,
    LINES,
    WITNESS
};

enum holds {
    HOLDS_TEXT,
    HOLDS_TRUTH,
    HOLDS_NUMBER,
    HOLDS_COUNT,
    HOLDS_VERDICT,
    HOLDS_PRECISION,
    HOLDS_CLAIM,
    HOLDS_WITNESS, /* texts of a table */
    HOLDS_OBJECT,
    HOLDS_TEXTS,
    HOLDS_NUMBERS,
    HOLDS_COUNTS,
    HOLDS_ROWS,
    HOLDS_LIST
};

/* How each is told to people; of a list, what its entries hold; of a text, which there are. */
static const struct {
    const char *wanted;
    enum holds entries;
    const char *const *words;
    size_t word_count;
} kinds[] = {
    [HOLDS_TEXT] = {"a text", .words = NULL},
    [HOLDS_TRUTH] = {"true or false", .words = NULL},
    [HOLDS_NUMBER] = {"a number", .words = NULL},
    [HOLDS_COUNT] = {"a whole number from 0 on", .words = NULL},
    [HOLDS_VERDICT] = {"a verdict", .words = verdict_texts, .word_count = VERDICT_COUNT},
    [HOLDS_PRECISION] = {"float32 or double", .words = precision_texts, .word_count = 2},
    [HOLDS_CLAIM] = {"a claim of knobs", .words = knob_claim_texts, .word_count = KNOB_CLAIMS},
    [HOLDS_WITNESS] = {"a kind of witness", .words = witness_texts, .word_count = WITNESS_COUNT},
    [HOLDS_OBJECT] = {"an object", .words = NULL},
    [HOLDS_TEXTS] = {"a list of texts", HOLDS_TEXT, NULL, 0},
    [HOLDS_NUMBERS] = {"a list of numbers", HOLDS_NUMBER, NULL, 0},
    [HOLDS_COUNTS] = {"a list of whole numbers from 0 on", HOLDS_COUNT, NULL, 0},
    [HOLDS_ROWS] = {"a list of lists of numbers", HOLDS_NUMBERS, NULL, 0},
    [HOLDS_LIST] = {"a list of objects", HOLDS_OBJECT, NULL, 0},
};

enum { OPTIONAL, NEEDED };
static const struct member {
    enum level whole;
    const char *key;
    enum holds holds;
    enum level part;
    bool needed;
} members[] = {
#define MEMBER(whole, key, holds, part, needed, whose) {whole, key, HOLDS_##holds, part, needed},
#include "frontend/cert_members.def"
#undef MEMBER
};
enum { MEMBERS = sizeof members / sizeof *members };

struct reading_tree {
    struct arena *arena;
    struct json_scan scan;
    struct cert_tree *tree;
};

static bool wrong(struct reading_tree *r, span at, const char *why) {
    r->tree->why = why;
    r->tree->at = at;
    return false;
}

static bool is_one(const cJSON *item, enum holds holds) {
    switch (holds) {
    case HOLDS_TRUTH: return cJSON_IsBool(item);
    case HOLDS_NUMBER: return cJSON_IsNumber(item);
    case HOLDS_COUNT: {
        double value = cJSON_IsNumber(item) ? item->valuedouble : -1;
        return value >= 0 && value <= 0x1p53 && value == floor(value);
    }
    case HOLDS_OBJECT: return cJSON_IsObject(item);
    default:
        if (holds > HOLDS_OBJECT) return cJSON_IsArray(item);
        if (!cJSON_IsString(item)) return false;
        for (size_t i = 0; i < kinds[holds].word_count; i++)
            if (!strcmp(item->valuestring, kinds[holds].words[i])) return true;
        return !kinds[holds].words;
    }
}

static bool object_fits(struct reading_tree *r, cJSON *object, uint32_t at, enum level level);

/* `at`: its place in the table of the scan. `holds`: of the member, or of an entry of its lists. */
static bool value_fits(struct reading_tree *r, cJSON *value, uint32_t at,
                       const struct member *member, enum holds holds) {
    if (cJSON_IsNumber(value)) cJSON_SetNumberValue(value, r->scan.values[at].number);
    if (!is_one(value, holds))
        return wrong(r, json_span(&r->scan, at),
                     text_format(r->arena, "its member '%s' should be %s", member->key,
                                 kinds[member->holds].wanted));
    if (holds == HOLDS_OBJECT) return object_fits(r, value, at, member->part);
    if (holds < HOLDS_OBJECT) return true;
    cJSON *entry;
    at++;
    cJSON_ArrayForEach(entry, value) {
        if (!value_fits(r, entry, at, member, kinds[holds].entries)) return false;
        at = r->scan.values[at].next;
    }
    return true;
}

static const struct member *find(enum level level, const char *key) {
    static const struct member value = {VALUES, "values", HOLDS_NUMBER, NOTHING, OPTIONAL};
    if (level == VALUES) return &value;
    for (size_t i = 0; i < MEMBERS; i++)
        if (members[i].whole == level && !strcmp(members[i].key, key)) return &members[i];
    return NULL;
}

static bool object_fits(struct reading_tree *r, cJSON *object, uint32_t at, enum level level) {
    span begin = json_span(&r->scan, at);
    begin.end = begin.begin + 1;
    for (size_t i = 0; i < MEMBERS; i++)
        if (members[i].whole == level && members[i].needed &&
            !cJSON_GetObjectItemCaseSensitive(object, members[i].key))
            return wrong(r, begin,
                         text_format(r->arena, "its member '%s' is missing", members[i].key));
    cJSON *item;
    at++;
    cJSON_ArrayForEach(item, object) {
        const struct member *member = find(level, item->string);
        if (member && !value_fits(r, item, at, member, member->holds)) return false;
        at = r->scan.values[at].next;
    }
    return true;
}

/* The last member is the hash of all before it. */
static bool is_sealed(struct reading_tree *r, const struct source *source) {
    static const char before[] = ",\n  \"seal\": \"", after[] = "\"\n}\n";
    size_t tail = sizeof before - 1 + CONSTANTS_HASH_SIZE - 1 + sizeof after - 1;
    char seal[CONSTANTS_HASH_SIZE];
    if (source->length >= tail) {
        const char *at = source->text + source->length - tail;
        hash_of_text(source->text, source->length - tail + 1, seal);
        if (!memcmp(at, before, sizeof before - 1) &&
            !memcmp(at + sizeof before - 1, seal, CONSTANTS_HASH_SIZE - 1) &&
            !memcmp(at + tail - sizeof after + 1, after, sizeof after - 1))
            return true;
    }
    return wrong(r, NOWHERE,
                 memchr(source->text, '\r', source->length)
                     ? "it is not as it was written: its seal does not fit, and its line ends were "
                       "changed"
                     : "it is not as it was written: its seal does not fit");
}

static bool has_schema(struct reading_tree *r, const cJSON *root) {
    const cJSON *schema = cJSON_GetObjectItemCaseSensitive(root, "schema"),
                *by = cJSON_GetObjectItemCaseSensitive(root, "generated_by");
    if (cJSON_IsString(schema) && !strcmp(schema->valuestring, cert_schema)) return true;
    if (!schema && cJSON_IsString(by) && !strcmp(by->valuestring, "adac"))
        return wrong(r, NOWHERE, "it is a certificate of ADAC, which holds nothing to be checked");
    return wrong(r, NOWHERE,
                 text_format(r->arena, "it is no certificate of the schema %s", cert_schema));
}

static void delete_tree(void *tree) {
    cJSON_Delete(tree);
}

struct cert_tree cert_tree_read(struct arena *arena, const struct source *source) {
    struct cert_tree tree = {.at = NOWHERE};
    struct reading_tree reader = {.arena = arena, .tree = &tree}, *r = &reader;
    struct diags diags;
    diags_init(&diags, arena);
    if (!json_scan(arena, &diags, source, &r->scan)) {
        wrong(r, diags.first->at, text_format(arena, "it is no JSON: %s", diags.first->message));
        return tree;
    }
    cJSON *root = cJSON_ParseWithLength(r->scan.skeleton, source->length);
    if (!root) {
        wrong(r, NOWHERE, "there is not enough memory to read it");
        return tree;
    }
    arena_defer(arena, delete_tree, root);
    if (has_schema(r, root) && is_sealed(r, source) && object_fits(r, root, 0, DOCUMENT))
        tree.root = root;
    return tree;
}
