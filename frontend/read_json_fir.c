/* Finite responses: given, mapped as FLAMO mapped them, or made of a scattering matrix. */
#include <math.h>
#include <string.h>

#include "frontend/read_json_leaf.h"
#include "ir/base/limits.h"

static bool too_long(struct leaf *leaf, struct item item, uint32_t taps) {
    if (taps <= LIMIT_TAPS) return false;
    struct diag *diag =
        diag_error(leaf->model->diags, item_span(leaf->model, item), CODE_RESPONSE_TOO_LONG,
                   "%s: a response of %u taps is longer than the limit of %d",
                   path_text(leaf->model, leaf->path), taps, LIMIT_TAPS);
    diag_note(diag, NOWHERE, "fast convolution, for longer responses, comes in a later version");
    return true;
}

static const struct node *taps_node(struct leaf *leaf, struct grid grid, uint32_t count,
                                    const struct operand *at) {
    struct model *model = leaf->model;
    struct taps *taps = ARENA_NEW(model->arena, struct taps);
    *taps = (struct taps){grid, count, at};
    return node_fir(&model->build, leaf->at, taps);
}

/* [tap][channel], or [tap][out][in], each through `map` where there is one. */
static const struct node *read_taps(struct leaf *leaf, struct item list, const char *what,
                                    bool full, double (*map)(double)) {
    struct model *model = leaf->model;
    struct tensor tensor;
    if (!read_tensor(model, leaf->path, list, what, full ? 3 : 2, &tensor)) return NULL;
    uint32_t count = tensor.sizes[0], rows = tensor.sizes[1];
    struct grid grid = {rows, full ? tensor.sizes[2] : rows, full};
    if (!count) {
        wrong_kind(model, leaf->path, list, what, "one tap or more");
        return NULL;
    }
    if (too_long(leaf, list, count) || !leaf_grid(leaf, grid, list)) return NULL;
    size_t entries = grid_entries(grid);
    struct operand *at = ARENA_ARRAY(model->arena, entries * count, struct operand);
    for (uint32_t k = 0; k < count; k++) {
        for (size_t e = 0; e < entries; e++) {
            struct operand tap = tensor.at[k * entries + e];
            if (map && tap.expr) {
                wrong_kind(model, leaf->path, list, "each entry of 'raw' under a 'map'",
                           "a number");
                return NULL;
            }
            at[e * count + k] = map ? operand_constant(map(tap.value)) : tap;
        }
    }
    return taps_node(leaf, grid, count, at);
}

const struct node *read_fir(struct leaf *leaf, struct item list) {
    return read_taps(leaf, list, "'fir'", item_depth(list) == 3, NULL);
}

/* ---- maps ---- */

static double rectified(double x) {
    return fmax(x, 0);
}

static const struct {
    const char *name;
    double (*map)(double);
} maps[] = {{"abs", fabs},
            {"exp", exp},
            {"identity", NULL},
            {"relu", rectified},
            {"sigmoid", design_sigmoid},
            {"softplus", design_softplus},
            {"tanh", tanh}};
enum { MAP_COUNT = sizeof maps / sizeof *maps };

/* The map that `flamo` names. Where there is no `flamo`, nobody but who wrote it knows of one. */
static bool read_map(struct leaf *leaf, double (**map)(double)) {
    struct model *model = leaf->model;
    struct item item = present(model, leaf->flamo, "map");
    *map = NULL;
    if (!leaf->flamo.json) return true;
    if (!item.json) {
        leaf_lacks(
            leaf, "flamo.map",
            "FLAMO puts the taps of a filter through a function, the identity unless said "
            "otherwise; ADAC stores them as they were before",
            "add \"map\": \"identity\" to 'flamo' if there was none, or the function's name, "
            "or give 'fir', the taps as they are applied, in place of 'raw'");
        return false;
    }
    const char *word = "";
    if (!read_string(model, leaf->path, leaf->flamo, "map", &word)) return false;
    for (size_t i = 0; i < MAP_COUNT; i++) {
        if (strcmp(maps[i].name, word) != 0) continue;
        *map = maps[i].map;
        return true;
    }
    struct diag *diag =
        diag_error(model->diags, item_span(model, item), CODE_MODEL_RANGE,
                   "%s: there is no map '%s'", path_text(model, leaf->path), shown(model, word));
    diag_note(diag, NOWHERE, "there are abs, exp, identity, relu, sigmoid, softplus and tanh");
    diag_help(diag, "give 'fir', the taps as they are applied, in place of 'raw'");
    return false;
}

const struct node *read_response(struct leaf *leaf) {
    struct model *model = leaf->model;
    struct item raw = present(model, leaf->params, "raw");
    struct item type = present(model, leaf->params, "filter_type");
    if (!raw.json && !leaf->full && type.json) {
        const char *kind = "";
        if (!read_string(model, leaf->path, leaf->params, "filter_type", &kind)) return NULL;
        if (!strcmp(kind, "lowpass") || !strcmp(kind, "highpass") || !strcmp(kind, "bandpass"))
            return read_plain(leaf, kind);
        wrong_kind(model, leaf->path, type, "'filter_type'", "lowpass, highpass or bandpass");
        return NULL;
    }
    if (!raw.json) {
        leaf_needs(leaf, leaf->full ? "'raw', as [tap][out][in]" : "'raw', as [tap][channel]");
        return NULL;
    }
    double (*map)(double);
    if (!read_map(leaf, &map)) return NULL;
    return read_taps(leaf, raw, "'raw'", leaf->full, map);
}

/* ---- scattering ---- */

/* A list of n whole samples of `flamo`, or `depth` 2: lists of them. */
static bool read_shifts(struct leaf *leaf, const char *key, unsigned depth, uint32_t lists,
                        uint32_t n, const uint32_t **out) {
    struct model *model = leaf->model;
    struct item list = present(model, leaf->flamo, key);
    const char *what = text_format(model->arena, "'%s'", key);
    struct tensor tensor;
    if (!read_tensor(model, leaf->path, list, what, depth, &tensor)) return false;
    bool good = depth == 1 || right_size(leaf, list, what, tensor.sizes[0], lists,
                                         "one list between each two matrices of 'raw'");
    good =
        good && (!lists ||
                 right_size(leaf, list,
                            depth == 1 ? what : text_format(model->arena, "each list in %s", what),
                            tensor.sizes[depth - 1], n, "one whole number a channel"));
    if (!good) return false;
    uint32_t *at = ARENA_ARRAY(model->arena, tensor.count, uint32_t);
    for (size_t i = 0; i < tensor.count; i++) {
        double value = tensor.at[i].value;
        if (tensor.at[i].expr || value < 0 || value != trunc(value) || value > LIMIT_TAPS) {
            const uint32_t path[] = {depth == 2 ? (uint32_t)i / n : (uint32_t)i, (uint32_t)i % n};
            wrong_kind(model, leaf->path, nested(model, list, path, depth),
                       text_format(model->arena, "each of %s", what), "whole samples from 0 on");
            return false;
        }
        at[i] = (uint32_t)value;
    }
    *out = at;
    return true;
}

static bool knows_shifts(struct leaf *leaf) {
    struct model *model = leaf->model;
    static const char *const keys[] = {"shifts", "m_L", "m_R"};
    struct text lacking;
    text_init(&lacking, model->arena);
    for (int i = 0; i < 3; i++)
        if (!present(model, leaf->flamo, keys[i]).json)
            text_printf(&lacking, "%sflamo.%s", lacking.length ? "', '" : "", keys[i]);
    if (!lacking.length) return true;
    leaf_lacks(
        leaf, text_chars(&lacking),
        "FLAMO drew the shifts between the matrices at random, and had the delays m_L of each "
        "outlet and m_R of each inlet",
        "add them to 'flamo', \"shifts\" as a list of channels between each two matrices, or "
        "give 'fir', the taps as [tap][out][in], in place of 'raw'");
    return false;
}

const struct node *read_scattering(struct leaf *leaf) {
    struct model *model = leaf->model;
    struct item raw = present(model, leaf->params, "raw");
    if (!raw.json) {
        leaf_needs(leaf, "'raw', as [stage][out][in], or 'fir', as [tap][out][in]");
        return NULL;
    }
    struct numbers numbers;
    if (!knows_shifts(leaf) || !read_numbers(leaf, "raw", 1, &numbers)) return NULL;
    uint32_t n = numbers.grid.rows, count = numbers.sizes[0];
    struct scattering s = {.n = n, .count = count, .gain_per_sample = NAN};
    if (!right_size(leaf, raw, "each row of a matrix in 'raw'", numbers.grid.cols, n,
                    "a scattering matrix is square") ||
        !read_number(model, leaf->path, leaf->flamo, "gain_per_sample", &s.gain_per_sample) ||
        !read_shifts(leaf, "shifts", 2, count - 1, n, &s.shifts) ||
        !read_shifts(leaf, "m_L", 1, 1, n, &s.left) || !read_shifts(leaf, "m_R", 1, 1, n, &s.right))
        return NULL;
    if (isnan(s.gain_per_sample)) {
        leaf_lacks(leaf, "flamo.gain_per_sample",
                   "FLAMO lost that much a sample of each shift, 0.9999 unless said otherwise",
                   "add \"gain_per_sample\": 0.9999 to 'flamo', as the module was made");
        return NULL;
    }
    double *matrices = ARENA_ARRAY(model->arena, (size_t)count * n * n, double);
    bool velvet = !strcmp(leaf->module, "VelvetNoiseMatrix");
    for (uint32_t k = 0; k < count; k++) {
        size_t at = (size_t)k * n * n;
        if (velvet) memcpy(matrices + at, numbers.at + at, (size_t)n * n * sizeof *matrices);
        else design_orthogonal(model->arena, n, numbers.at + at, matrices + at);
    }
    s.matrices = matrices;
    uint32_t taps = design_scattering_taps(&s);
    if (too_long(leaf, raw, taps)) return NULL;
    size_t room = (size_t)n * n * taps;
    double *out = ARENA_ARRAY(model->arena, room, double);
    design_scattering(model->arena, &s, out);
    struct operand *at = ARENA_ARRAY(model->arena, room, struct operand);
    for (size_t i = 0; i < room; i++) at[i] = operand_constant(out[i]);
    return taps_node(leaf, (struct grid){n, n, true}, taps, at);
}
