/* The leaves of a JSON model: what their parameters mean. */
#include <math.h>
#include <string.h>

#include "frontend/read_json_tree.h"
#include "ir/base/limits.h"

struct leaf {
    struct model *model;
    const struct path *path;
    const char *module;
    struct item node, params, flamo;
    span at;
};

/* Absent and null are the same here. */
static struct item present(struct model *model, struct item object, const char *key) {
    struct item item = item_member(model, object, key);
    return item_kind(item) == KIND_NULL ? (struct item){0} : item;
}

static struct diag *missing(struct leaf *leaf, const char *what) {
    struct diag *diag =
        diag_error(leaf->model->diags, leaf->at, CODE_MODEL_MISSING, "%s: a %s needs %s",
                   path_text(leaf->model, leaf->path), leaf->module, what);
    if (item_kind(leaf->params) == KIND_OBJECT)
        diag_label(diag, item_span(leaf->model, leaf->params), "its 'params'");
    return diag;
}

static bool too_wide(struct leaf *leaf, struct item item, uint32_t count) {
    if (count <= LIMIT_CHANNELS) return false;
    diag_error(leaf->model->diags, item_span(leaf->model, item), CODE_TOO_WIDE,
               "%s: %u channels are more than the limit of %d", path_text(leaf->model, leaf->path),
               count, LIMIT_CHANNELS);
    return true;
}

static bool too_long(struct leaf *leaf, struct item item, uint32_t taps) {
    if (taps <= LIMIT_TAPS) return false;
    struct diag *diag =
        diag_error(leaf->model->diags, item_span(leaf->model, item), CODE_RESPONSE_TOO_LONG,
                   "%s: a response of %u taps is longer than the limit of %d",
                   path_text(leaf->model, leaf->path), taps, LIMIT_TAPS);
    diag_note(diag, NOWHERE, "fast convolution, for longer responses, comes in a later version");
    return true;
}

/* `input_channels` or `output_channels`, where it is stated; `*count` stays as it is where not. */
static bool stated_channels(struct leaf *leaf, const char *key, uint32_t *count,
                            struct item *item) {
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

static bool check_channels(struct leaf *leaf, uint32_t ins, uint32_t outs, struct item params) {
    return check_count(leaf, "input_channels", ins, params) &&
           check_count(leaf, "output_channels", outs, params);
}

/* Gains: `matrix` as [out][in], or `gains`, one a channel. */
static const struct node *read_gains(struct leaf *leaf) {
    struct model *model = leaf->model;
    struct item full = present(model, leaf->params, "matrix");
    struct item diagonal = present(model, leaf->params, "gains");
    if (full.json && diagonal.json) {
        struct diag *diag =
            diag_error(model->diags, item_key_span(model, diagonal), CODE_MODEL_TYPE,
                       "%s: 'matrix' and 'gains' exclude each other", path_text(model, leaf->path));
        diag_label(diag, item_key_span(model, full), "given too");
        return NULL;
    }
    struct tensor tensor;
    if (diagonal.json) {
        if (!read_tensor(model, leaf->path, diagonal, "'gains'", 1, &tensor)) return NULL;
        uint32_t n = tensor.sizes[0];
        if (too_wide(leaf, diagonal, n) || !check_channels(leaf, n, n, diagonal)) return NULL;
        return node_gain(&model->build, leaf->at, matrix_diagonal(model->arena, n, tensor.at));
    }
    if (!full.json) {
        missing(leaf, "'matrix', as [out][in], or 'gains', one a channel");
        return NULL;
    }
    if (!read_tensor(model, leaf->path, full, "'matrix'", 2, &tensor)) return NULL;
    uint32_t rows = tensor.sizes[0], cols = tensor.sizes[1];
    struct item stated;
    /* No rows say nothing of how many columns they would have. */
    if (!rows && !stated_channels(leaf, "input_channels", &cols, &stated)) return NULL;
    if (too_wide(leaf, full, rows) || too_wide(leaf, full, cols)) return NULL;
    if (!check_channels(leaf, cols, rows, full)) return NULL;
    return node_gain(&model->build, leaf->at, matrix_of(model->arena, rows, cols, tensor.at));
}

/* FLAMO's softplus, ln(1 + e^x), without overflow. */
static double softplus(double x) {
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

/* How FLAMO turns a parameter into samples, as far as the JSON tells; without `flamo`, samples. */
struct delay_rule {
    double unit;
    bool whole;  /* `isint`: rounded, half to even (by the pass `quantise`) */
    bool mapped; /* `requires_grad`: through softplus */
};

/* m = map(raw) rate / unit, where ADAC stored raw * rate. */
static double delay_samples(const struct delay_rule *rule, double stored, double rate) {
    if (!rule->mapped) return stored / rule->unit;
    return softplus(stored / rate) * rate / rule->unit;
}

static bool read_delay_rule(struct leaf *leaf, struct delay_rule *rule) {
    struct model *model = leaf->model;
    *rule = (struct delay_rule){.unit = 1, .whole = true};
    if (!read_number(model, leaf->path, leaf->flamo, "unit", &rule->unit) ||
        !read_boolean(model, leaf->path, leaf->flamo, "isint", &rule->whole) ||
        !read_boolean(model, leaf->path, leaf->flamo, "requires_grad", &rule->mapped))
        return false;
    if (rule->unit > 0) return true;
    struct item unit = item_member(model, leaf->flamo, "unit");
    diag_error(model->diags, item_span(model, unit), CODE_MODEL_RANGE,
               "%s: expected a 'unit' above 0, found %g", path_text(model, leaf->path), rule->unit);
    return false;
}

static struct item nth(struct model *model, struct item list, uint32_t n) {
    struct item part = item_first(list);
    while (n--) part = item_next(model, part);
    return part;
}

/* Replaces what is stored by samples, and looks at each. */
static bool compute_delays(struct leaf *leaf, const struct delay_rule *rule, struct item list,
                           struct tensor *tensor) {
    struct model *model = leaf->model;
    for (uint32_t i = 0; i < tensor->sizes[0]; i++) {
        struct operand *delay = &tensor->at[i];
        if (delay->expr) {
            if (rule->unit == 1 && !rule->mapped) continue;
            wrong_kind(model, leaf->path, nth(model, list, i),
                       "a delay with a 'unit' or 'requires_grad'", "a number");
            return false;
        }
        double samples = delay_samples(rule, delay->value, model->rate),
               nearest = nearbyint(samples);
        const char *path = path_text(model, leaf->path);
        span at = NOWHERE;
        if (samples < 0 || samples > LIMIT_DELAY_SAMPLES || !rule->whole)
            at = item_span(model, nth(model, list, i));
        if (samples < 0) {
            diag_error(model->diags, at, CODE_MODEL_DELAY,
                       "%s: a delay of %.6g samples would have to look ahead", path, samples);
            return false;
        }
        if (!(samples <= LIMIT_DELAY_SAMPLES)) {
            diag_error(model->diags, at, CODE_DELAY_TOO_LONG,
                       "%s: a delay of %.6g samples is longer than the limit of %d", path, samples,
                       LIMIT_DELAY_SAMPLES);
            return false;
        }
        /* What was multiplied and divided on its way here is off by a last bit. */
        if (fabs(samples - nearest) <= 1e-9) {
            samples = nearest;
        } else if (!rule->whole) {
            struct diag *diag =
                diag_error(model->diags, at, CODE_MODEL_LATER,
                           "%s: a fractional delay of %.9g samples; fractional delays come in a "
                           "later version",
                           path, samples);
            if (leaf->flamo.json) diag_label(diag, at, "'isint' is false");
            diag_help(diag, "with \"isint\": true it is rounded to %g", nearest);
            return false;
        }
        *delay = operand_constant(samples);
    }
    return true;
}

static const struct node *read_delays(struct leaf *leaf) {
    struct model *model = leaf->model;
    struct item samples = present(model, leaf->params, "samples");
    struct item fractional = present(model, leaf->params, "samples_fractional");
    struct delay_rule rule;
    if (!read_delay_rule(leaf, &rule)) return NULL;
    struct item list = samples;
    const char *what = "'samples'";
    if (fractional.json && (leaf->flamo.json || !samples.json)) {
        list = fractional;
        what = "'samples_fractional'";
        /* Without the whole samples beside them they are meant as they are. */
        if (!leaf->flamo.json) rule.whole = false;
    } else if (!samples.json) {
        missing(leaf, "'samples', one a channel");
        return NULL;
    } else if (rule.mapped || rule.unit != 1) {
        struct diag *diag = diag_error(
            model->diags, item_span(model, samples), CODE_MODEL_LOSSY,
            "%s: 'samples' was rounded before its 'unit' or softplus could be applied; what the delays are "
            "cannot be computed",
            path_text(model, leaf->path));
        diag_help(
            diag,
            "export the model with 'samples_fractional', or take 'flamo' away if 'samples' says what is meant");
        return NULL;
    }
    struct tensor tensor;
    if (!read_tensor(model, leaf->path, list, what, 1, &tensor)) return NULL;
    uint32_t n = tensor.sizes[0];
    if (too_wide(leaf, list, n) || !check_channels(leaf, n, n, list)) return NULL;
    if (!compute_delays(leaf, &rule, list, &tensor)) return NULL;
    struct delays *delays = ARENA_NEW(model->arena, struct delays);
    *delays = (struct delays){.grid = {n, n, false}, .samples = tensor.at};
    return node_delay(&model->build, leaf->at, delays);
}

static const struct node *sections_node(struct leaf *leaf, struct grid grid, uint32_t count,
                                        const struct section *at) {
    struct model *model = leaf->model;
    struct sections *sections = ARENA_NEW(model->arena, struct sections);
    *sections = (struct sections){.grid = grid, .count = count, .at = at};
    return node_sos(&model->build, leaf->at, sections);
}

static bool check_section_size(struct leaf *leaf, struct item item, const char *what,
                               uint32_t found, uint32_t wanted, const char *order) {
    if (found == wanted) return true;
    struct model *model = leaf->model;
    struct diag *diag = diag_error(model->diags, item_span(model, item), CODE_MODEL_RAGGED,
                                   "%s: expected sections in %s of %u coefficients, found %u",
                                   path_text(model, leaf->path), what, wanted, found);
    diag_help(diag, "they are %s", order);
    return false;
}

/* `sos`: [section][channel][b0, b1, b2, a1, a2], with a0 = 1. */
static const struct node *read_normalised(struct leaf *leaf, struct item list) {
    struct model *model = leaf->model;
    if (item_kind(list) == KIND_LIST && !item_first(list).json) {
        /* No section at all: wires, if something says how many. */
        struct item item;
        uint32_t n = UINT32_MAX;
        if (!stated_channels(leaf, "input_channels", &n, &item)) return NULL;
        if (n == UINT32_MAX) {
            missing(leaf, "'input_channels' where 'sos' has no section");
            return NULL;
        }
        if (!check_channels(leaf, n, n, list)) return NULL;
        return node_wire(&model->build, leaf->at, n);
    }
    struct tensor tensor;
    if (!read_tensor(model, leaf->path, list, "'sos'", 3, &tensor)) return NULL;
    uint32_t count = tensor.sizes[0], n = tensor.sizes[1];
    if (!check_section_size(leaf, list, "'sos'", tensor.sizes[2], 5, "b0 b1 b2 a1 a2, with a0 = 1"))
        return NULL;
    if (too_wide(leaf, list, n) || !check_channels(leaf, n, n, list)) return NULL;
    struct section *sections = ARENA_ARRAY(model->arena, (size_t)count * n, struct section);
    for (uint32_t k = 0; k < count; k++) {
        for (uint32_t channel = 0; channel < n; channel++) {
            const struct operand *c = &tensor.at[5 * ((size_t)k * n + channel)];
            sections[(size_t)channel * count + k] =
                (struct section){c[0], c[1], c[2], operand_constant(1), c[3], c[4]};
        }
    }
    return sections_node(leaf, (struct grid){n, n, false}, count, sections);
}

/* `raw`: [section][b0 b1 b2 a0 a1 a2][channel], or [section][b0 b1 b2 a0 a1 a2][out][in]. */
static const struct node *read_raw_sections(struct leaf *leaf, struct item list) {
    struct model *model = leaf->model;
    bool full = item_depth(list) != 3;
    struct tensor tensor;
    if (!read_tensor(model, leaf->path, list, "'raw'", full ? 4 : 3, &tensor)) return NULL;
    uint32_t count = tensor.sizes[0], rows = tensor.sizes[2], cols = full ? tensor.sizes[3] : rows;
    if (!check_section_size(leaf, list, "'raw'", tensor.sizes[1], 6, "b0 b1 b2 a0 a1 a2"))
        return NULL;
    if (too_wide(leaf, list, rows) || too_wide(leaf, list, cols)) return NULL;
    if (!check_channels(leaf, cols, rows, list)) return NULL;
    struct grid grid = {rows, cols, full};
    size_t entries = grid_entries(grid);
    struct section *sections = ARENA_ARRAY(model->arena, entries * count, struct section);
    for (uint32_t k = 0; k < count; k++) {
        for (size_t e = 0; e < entries; e++) {
            const struct operand *c = &tensor.at[6 * k * entries + e];
            sections[e * count + k] = (struct section){
                c[0], c[entries], c[2 * entries], c[3 * entries], c[4 * entries], c[5 * entries]};
        }
    }
    return sections_node(leaf, grid, count, sections);
}

static const struct node *read_sections(struct leaf *leaf) {
    struct model *model = leaf->model;
    struct item sos = present(model, leaf->params, "sos"),
                raw = present(model, leaf->params, "raw");
    if (sos.json) return read_normalised(leaf, sos);
    if (raw.json) return read_raw_sections(leaf, raw);
    missing(leaf,
            "'sos', as [section][channel][b0, b1, b2, a1, a2], or 'raw', as [section][6][out][in]");
    return NULL;
}

/* A finite response: `raw` as [tap][channel], or [tap][out][in]. */
static const struct node *read_fir(struct leaf *leaf) {
    struct model *model = leaf->model;
    struct item list = present(model, leaf->params, "raw");
    bool full = !strcmp(leaf->module, "Filter");
    if (!list.json) {
        missing(leaf, full ? "'raw', as [tap][out][in]" : "'raw', as [tap][channel]");
        return NULL;
    }
    struct tensor tensor;
    if (!read_tensor(model, leaf->path, list, "'raw'", full ? 3 : 2, &tensor)) return NULL;
    uint32_t count = tensor.sizes[0], rows = tensor.sizes[1], cols = full ? tensor.sizes[2] : rows;
    if (!count) {
        wrong_kind(model, leaf->path, list, "'raw'", "one tap or more");
        return NULL;
    }
    if (too_long(leaf, list, count)) return NULL;
    if (too_wide(leaf, list, rows) || too_wide(leaf, list, cols)) return NULL;
    if (!check_channels(leaf, cols, rows, list)) return NULL;
    struct grid grid = {rows, cols, full};
    size_t entries = grid_entries(grid);
    struct operand *at = ARENA_ARRAY(model->arena, entries * count, struct operand);
    for (uint32_t k = 0; k < count; k++)
        for (size_t e = 0; e < entries; e++) at[e * count + k] = tensor.at[k * entries + e];
    struct taps *taps = ARENA_NEW(model->arena, struct taps);
    *taps = (struct taps){grid, count, at};
    return node_fir(&model->build, leaf->at, taps);
}

enum reader_kind { READ_GAIN, READ_DELAY, READ_SOS, READ_FIR, READ_LATER };

static const struct {
    const char *type;
    enum reader_kind kind;
} modules[] = {
#define MODULE(type, READER) {type, READ_##READER},
#define LATER(type) {type, READ_LATER},
#include "frontend/json_modules.def"
#undef MODULE
#undef LATER
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
    if (modules[i].kind == READ_LATER) {
        diag_error(model->diags, item_span(model, type), CODE_MODEL_LATER,
                   "%s: modules of type '%s' come in a later version", path_text(model, path),
                   leaf.module);
        return NULL;
    }
    leaf.flamo = present(model, item, "flamo");
    if (leaf.flamo.json && item_kind(leaf.flamo) != KIND_OBJECT) {
        wrong_kind(model, path, leaf.flamo, "'flamo'", "an object");
        return NULL;
    }
    leaf.params = present(model, item, "params");
    if (leaf.params.json && item_kind(leaf.params) != KIND_OBJECT) {
        wrong_kind(model, path, leaf.params, "'params'", "an object");
        return NULL;
    }
    switch (modules[i].kind) {
    case READ_GAIN: return read_gains(&leaf);
    case READ_DELAY: return read_delays(&leaf);
    case READ_FIR: return read_fir(&leaf);
    default: return read_sections(&leaf);
    }
}
