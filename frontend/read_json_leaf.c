/* The leaves of a JSON model: which reader reads which, and what all of them check. */
#include "frontend/read_json_leaf.h"

#include <math.h>
#include <string.h>

#include "ir/base/limits.h"

struct item present(struct model *model, struct item object, const char *key) {
    struct item item = item_member(model, object, key);
    return item_kind(item) == KIND_NULL ? (struct item){0} : item;
}

/* "a Gain", "an SVF". */
static const char *module_words(const struct leaf *leaf) {
    const char *m = leaf->module;
    bool vowel = strchr("AEIaei", *m) || (*m == 'S' && m[1] >= 'A' && m[1] <= 'Z');
    return text_format(leaf->model->arena, "%s %s", vowel ? "an" : "a", m);
}

struct diag *leaf_needs(struct leaf *leaf, const char *what) {
    struct diag *diag =
        diag_error(leaf->model->diags, leaf->at, CODE_MODEL_MISSING, "%s: %s needs %s",
                   path_text(leaf->model, leaf->path), module_words(leaf), what);
    if (item_kind(leaf->params) == KIND_OBJECT)
        diag_label(diag, item_span(leaf->model, leaf->params), "its 'params'");
    return diag;
}

void leaf_lacks(struct leaf *leaf, const char *key, const char *known, const char *add) {
    struct model *model = leaf->model;
    struct diag *diag = diag_error(model->diags, leaf->at, CODE_MODEL_LOSSY,
                                   "%s: the JSON of this %s does not say '%s'",
                                   path_text(model, leaf->path), leaf->module, key);
    if (leaf->flamo.json) diag_label(diag, item_key_span(model, leaf->flamo), "it is not in here");
    diag_note(diag, NOWHERE, "%s", known);
    diag_help(diag, "%s", add);
}

static bool too_wide(struct leaf *leaf, struct item item, uint32_t count) {
    if (count <= LIMIT_CHANNELS) return false;
    diag_error(leaf->model->diags, item_span(leaf->model, item), CODE_TOO_WIDE,
               "%s: %u channels are more than the limit of %d", path_text(leaf->model, leaf->path),
               count, LIMIT_CHANNELS);
    return true;
}

bool stated_channels(struct leaf *leaf, const char *key, uint32_t *count, struct item *item) {
    struct model *model = leaf->model;
    *item = present(model, leaf->node, key);
    if (!item->json) return true;
    double value = item_kind(*item) == KIND_NUMBER ? item_number(model, *item) : -1;
    if (value < 0 || value != trunc(value) || value > UINT32_MAX) {
        wrong_kind(model, leaf->path, *item, text_format(model->arena, "'%s'", key),
                   "a whole number of channels");
        return false;
    }
    *count = (uint32_t)value;
    return true;
}

static bool check_count(struct leaf *leaf, const char *key, uint32_t found, struct item params) {
    struct item item;
    uint32_t stated = found;
    if (!stated_channels(leaf, key, &stated, &item)) return false;
    if (stated == found) return true;
    struct model *model = leaf->model;
    struct diag *diag = diag_error(model->diags, item_span(model, item), CODE_MODEL_CHANNELS,
                                   "%s: '%s' says %u, but the parameters are for %u",
                                   path_text(model, leaf->path), key, stated, found);
    diag_label(diag, item_span(model, params), "for %u", found);
    return false;
}

bool not_empty(struct leaf *leaf, struct item list, const char *what, bool holds) {
    struct model *model = leaf->model;
    if (holds || present(model, leaf->node, "input_channels").json) return true;
    struct diag *diag = wrong_kind(model, leaf->path, list, what,
                                   leaf->full ? "rows of numbers" : "one number a channel");
    diag_help(diag, "a module without channels says so with \"input_channels\": 0");
    return false;
}

bool leaf_channels(struct leaf *leaf, uint32_t ins, uint32_t outs, struct item params) {
    return !too_wide(leaf, params, outs) && !too_wide(leaf, params, ins) &&
           check_count(leaf, "input_channels", ins, params) &&
           check_count(leaf, "output_channels", outs, params);
}

bool leaf_grid(struct leaf *leaf, struct grid grid, struct item params) {
    return leaf_channels(leaf, grid.cols, grid.rows, params);
}

struct item nested(struct model *model, struct item list, const uint32_t *path, unsigned depth) {
    for (unsigned level = 0; level < depth; level++) {
        list = item_first(list);
        for (uint32_t n = path[level]; n; n--) list = item_next(model, list);
    }
    return list;
}

static struct item first_expression(struct model *model, struct item list) {
    for (struct item part = item_first(list); part.json; part = item_next(model, part)) {
        struct item found = item_kind(part) == KIND_LIST ? first_expression(model, part) : part;
        if (found.json && item_kind(found) == KIND_OBJECT) return found;
    }
    return (struct item){0};
}

bool read_numbers(struct leaf *leaf, const char *key, unsigned lead, struct numbers *out) {
    struct model *model = leaf->model;
    const char *what = text_format(model->arena, "'%s'", key);
    *out = (struct numbers){.item = present(model, leaf->params, key), .sizes = {1, 1}};
    struct tensor tensor;
    if (!read_tensor(model, leaf->path, out->item, what, lead + 1 + leaf->full, &tensor))
        return false;
    for (unsigned i = 0; i < lead; i++) out->sizes[i] = tensor.sizes[i];
    uint32_t rows = tensor.sizes[lead], cols = leaf->full ? tensor.sizes[lead + 1] : rows;
    out->grid = (struct grid){rows, cols, leaf->full};
    double *at = ARENA_ARRAY(model->arena, tensor.count, double);
    for (size_t i = 0; i < tensor.count; i++) {
        if (tensor.at[i].expr) {
            struct item where = first_expression(model, out->item);
            struct diag *diag =
                wrong_kind(model, leaf->path, where,
                           text_format(model->arena, "each entry of %s", what), "a number");
            diag_help(diag, "what a formula makes of them cannot be moved by a knob");
            return false;
        }
        at[i] = tensor.at[i].value;
    }
    out->at = at;
    if (!tensor.count) {
        wrong_kind(model, leaf->path, out->item, what, "lists that hold numbers");
        return false;
    }
    return leaf_grid(leaf, out->grid, out->item);
}

bool right_size(struct leaf *leaf, struct item item, const char *what, uint32_t found,
                uint32_t wanted, const char *meaning) {
    if (found == wanted) return true;
    struct model *model = leaf->model;
    struct diag *diag = diag_error(
        model->diags, item_span(model, item), CODE_MODEL_RAGGED,
        "%s: expected %s to have %s, found %u", path_text(model, leaf->path), what,
        text_format(model->arena, "%u %s", wanted, wanted == 1 ? "entry" : "entries"), found);
    diag_help(diag, "%s", meaning);
    return false;
}

/* ---- effective forms ---- */

static struct item effective(struct leaf *leaf, const char *key) {
    return present(leaf->model, leaf->params, key);
}

/* What stands for the parameters of any filter: what they came to. Null with `*is` unset where
 * there is none. */
static const struct node *read_effective(struct leaf *leaf, bool *is) {
    *is = true;
    if (effective(leaf, "sos").json) return read_sos(leaf, effective(leaf, "sos"));
    if (effective(leaf, "fir").json) return read_fir(leaf, effective(leaf, "fir"));
    if (effective(leaf, "matrix").json || effective(leaf, "gains").json) return read_gains(leaf);
    *is = false;
    return NULL;
}

/* ---- the table ---- */

enum reader_kind {
    READ_GAIN,
    READ_MATRIX,
    READ_DELAY,
    READ_GAIN_DELAY,
    READ_SAMPLES,
    READ_FIR,
    READ_SCATTERING,
    READ_SOS,
    READ_BIQUAD,
    READ_SVF,
    READ_GEQ,
    READ_PEQ,
    READ_ACCURATE_GEQ,
    READ_ABSORPTION,
    READ_PLAIN
};
enum { SHAPE_BANK, SHAPE_FULL };

static const struct module {
    const char *type;
    enum reader_kind kind;
    bool full;
    const char *members;
} modules[] = {
#define MODULE(type, READER, shape, members) {type, READ_##READER, SHAPE_##shape, members},
#include "frontend/json_modules.def"
#undef MODULE
};
enum { MODULE_COUNT = sizeof modules / sizeof *modules };

static void unknown_module(struct leaf *leaf, span at) {
    struct model *model = leaf->model;
    struct diag *diag =
        diag_error(model->diags, at, CODE_MODEL_MODULE, "%s: there is no module type '%s'",
                   path_text(model, leaf->path), shown(model, leaf->module));
    const char *words[MODULE_COUNT];
    for (size_t i = 0; i < MODULE_COUNT; i++) words[i] = modules[i].type;
    const char *nearest = nearest_word(leaf->module, words, MODULE_COUNT);
    if (nearest) diag_fix(diag, at, "\"%s\"", nearest);
}

/* The words of a text with blanks between them; at most `room`. */
static size_t split(struct arena *arena, const char *text, const char **words, size_t room) {
    size_t count = 0;
    for (const char *at = text; *at && count < room;) {
        size_t length = strcspn(at, " ");
        words[count++] = arena_copy(arena, at, length);
        at += length;
        while (*at == ' ') at++;
    }
    return count;
}

enum { MEMBERS_MAX = 16 };

/* Every member of `params` is one that the module has. */
static bool known_params(struct leaf *leaf, const struct module *module) {
    struct model *model = leaf->model;
    const char *words[MEMBERS_MAX];
    size_t count = split(model->arena, module->members, words, MEMBERS_MAX);
    bool good = true;
    for (struct item m = item_first(leaf->params); m.json; m = item_next(model, m)) {
        size_t i = 0;
        while (i < count && strcmp(item_key(m), words[i]) != 0) i++;
        if (i < count) continue;
        struct diag *diag = diag_error(model->diags, item_key_span(model, m), CODE_MODEL_PARAM,
                                       "%s: %s has no parameter '%s'", path_text(model, leaf->path),
                                       module_words(leaf), shown(model, item_key(m)));
        const char *nearest = nearest_word(item_key(m), words, count);
        if (nearest) diag_fix(diag, diag->at, "\"%s\"", nearest);
        if (count) {
            struct text list;
            text_init(&list, model->arena);
            for (i = 0; i < count; i++) text_printf(&list, "%s'%s'", i ? ", " : "", words[i]);
            diag_note(diag, NOWHERE, "it may have %s", text_chars(&list));
        }
        good = false;
    }
    return good;
}

/* Those of `flamo` that are read here. FLAMO's own are many, and passed by. */
static void warn_of_flamo(struct leaf *leaf) {
    static const char *const words[] = {
        "unit",        "isint", "requires_grad",   "n_sections", "filter_type", "octave_interval",
        "n_bands",     "f_min", "f_max",           "design",     "shifts",      "gain_per_sample",
        "matrix_type", "map",   "start_frequency", "sparsity",   "pulse_size",  "rt_nyquist"};
    static const char *const passed[] = {"nfft", "alias_decay_db", "max_len", "size", "iter",
                                         "fs",   "param_raw"};
    struct model *model = leaf->model;
    enum { WORDS = sizeof words / sizeof *words, PASSED = sizeof passed / sizeof *passed };
    for (struct item m = item_first(leaf->flamo); m.json; m = item_next(model, m)) {
        bool known = strlen(item_key(m)) < 5;
        for (size_t i = 0; i < WORDS; i++) known = known || !strcmp(item_key(m), words[i]);
        for (size_t i = 0; i < PASSED; i++) known = known || !strcmp(item_key(m), passed[i]);
        const char *nearest = known ? NULL : nearest_word(item_key(m), words, WORDS);
        if (!nearest) continue;
        struct diag *diag = diag_warning(model->diags, item_key_span(model, m), CODE_MODEL_MEMBER,
                                         "%s: the member '%s' of 'flamo' is ignored",
                                         path_text(model, leaf->path), item_key(m));
        diag_fix(diag, diag->at, "\"%s\"", nearest);
    }
}

/* An object, or nothing. */
static bool read_object(struct leaf *leaf, const char *key, struct item *out) {
    *out = present(leaf->model, leaf->node, key);
    if (!out->json || item_kind(*out) == KIND_OBJECT) return true;
    wrong_kind(leaf->model, leaf->path, *out, text_format(leaf->model->arena, "'%s'", key),
               "an object");
    return false;
}

static const struct node *read_module(struct leaf *leaf, enum reader_kind kind) {
    switch (kind) {
    case READ_GAIN: return read_gains(leaf);
    case READ_MATRIX: return read_matrix(leaf);
    case READ_DELAY: return read_delays(leaf);
    case READ_GAIN_DELAY: return read_gain_delays(leaf);
    case READ_SAMPLES: return read_samples(leaf);
    case READ_PLAIN: return read_plain(leaf, leaf->module);
    default: break;
    }
    bool is;
    const struct node *node = read_effective(leaf, &is);
    if (is) return node;
    switch (kind) {
    case READ_FIR: return read_response(leaf);
    case READ_SCATTERING: return read_scattering(leaf);
    case READ_BIQUAD: return read_biquad(leaf);
    case READ_SVF: return read_svf(leaf);
    case READ_GEQ: return read_geq(leaf);
    case READ_PEQ: return read_peq(leaf);
    case READ_ACCURATE_GEQ: return read_accurate_geq(leaf);
    case READ_ABSORPTION: return read_absorption(leaf);
    default: return read_sections(leaf);
    }
}

const struct node *read_leaf(struct model *model, const struct path *path, struct item item,
                             span at) {
    struct leaf leaf = {.model = model, .path = path, .node = item, .at = at};
    struct item type = item_member(model, item, "module_type");
    if (item_kind(type) != KIND_STRING) {
        if (type.json) wrong_kind(model, path, type, "'module_type'", "a string");
        else
            diag_error(model->diags, at, CODE_MODEL_MISSING, "%s: a Leaf needs a 'module_type'",
                       path_text(model, path));
        return NULL;
    }
    leaf.module = item_string(type);
    size_t i = 0;
    while (i < MODULE_COUNT && strcmp(modules[i].type, leaf.module) != 0) i++;
    if (i == MODULE_COUNT) {
        unknown_module(&leaf, item_span(model, type));
        return NULL;
    }
    leaf.full = modules[i].full;
    if (!read_object(&leaf, "flamo", &leaf.flamo) || !read_object(&leaf, "params", &leaf.params) ||
        !known_params(&leaf, &modules[i]))
        return NULL;
    warn_of_flamo(&leaf);
    return read_module(&leaf, modules[i].kind);
}
