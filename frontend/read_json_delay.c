/* Delays: in samples, or as FLAMO trained them. */
#include <math.h>
#include <string.h>

#include "frontend/read_json_leaf.h"
#include "ir/base/limits.h"

/* How FLAMO turns a parameter into samples, as far as the JSON tells; without `flamo`, samples. */
struct delay_rule {
    double unit;
    bool whole;  /* `isint`: rounded, half to even (by the pass `quantise`) */
    bool mapped; /* `requires_grad`: through softplus */
    double rate; /* what is stored, times this, is what FLAMO had times the sample rate */
    struct interpolation how; /* `interpolation`, where delays are not rounded */
};

static bool read_delay_rule(struct leaf *leaf, struct delay_rule *rule) {
    struct model *model = leaf->model;
    *rule = (struct delay_rule){.unit = 1, .whole = true, .rate = 1};
    if (!read_number(model, leaf->path, leaf->flamo, "unit", &rule->unit) ||
        !read_boolean(model, leaf->path, leaf->flamo, "isint", &rule->whole) ||
        !read_boolean(model, leaf->path, leaf->flamo, "requires_grad", &rule->mapped))
        return false;
    struct item how = present(model, leaf->params, "interpolation");
    if (how.json &&
        (item_kind(how) != KIND_STRING || !interpolation_read(item_string(how), &rule->how))) {
        wrong_kind(model, leaf->path, how, "'interpolation'",
                   "\"sinc:N\", \"lagrange:N\", \"thiran:N\" or \"round\"");
        return false;
    }
    if (rule->how.method == INTERPOLATE_ROUND) rule->whole = true;
    if (rule->unit > 0) return true;
    struct item unit = item_member(model, leaf->flamo, "unit");
    diag_error(model->diags, item_span(model, unit), CODE_MODEL_RANGE,
               "%s: expected a 'unit' above 0, found %g", path_text(model, leaf->path), rule->unit);
    return false;
}

/* m = map(raw) rate / unit, where ADAC stored raw * rate or raw. */
static double delay_samples(const struct delay_rule *rule, double stored, double rate) {
    double scaled = stored * rule->rate;
    if (!rule->mapped) return scaled / rule->unit;
    return design_softplus(scaled / rate) * rate / rule->unit;
}

/* Entry i of lists `depth` deep, `cols` long at the last level. */
static struct item nth(struct model *model, struct item list, unsigned depth, uint32_t cols,
                       uint32_t i) {
    uint32_t path[2] = {depth == 2 ? i / cols : i, i % cols};
    return nested(model, list, path, depth);
}

/* What is stored to samples; one delay, at `at`. */
static bool compute_delay(struct leaf *leaf, const struct delay_rule *rule, span at,
                          struct operand *delay) {
    struct model *model = leaf->model;
    double samples = delay_samples(rule, delay->value, model->rate), nearest = nearbyint(samples);
    const char *path = path_text(model, leaf->path);
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
    if (fabs(samples - nearest) <= 1e-9) samples = nearest;
    *delay = operand_constant(samples);
    return true;
}

/* Replaces what is stored by samples, and looks at each. */
static bool compute_delays(struct leaf *leaf, const struct delay_rule *rule, struct item list,
                           unsigned depth, uint32_t cols, struct operand *at, size_t count) {
    struct model *model = leaf->model;
    for (uint32_t i = 0; i < count; i++) {
        if (at[i].expr) {
            if (rule->unit == 1 && rule->rate == 1 && !rule->mapped) continue;
            wrong_kind(model, leaf->path, nth(model, list, depth, cols, i),
                       "a delay with a 'unit' or 'requires_grad'", "a number");
            return false;
        }
        double samples = delay_samples(rule, at[i].value, model->rate);
        bool plain = samples >= 0 && samples <= LIMIT_DELAY_SAMPLES && rule->whole;
        span where = plain ? NOWHERE : item_span(model, nth(model, list, depth, cols, i));
        if (!compute_delay(leaf, rule, where, &at[i])) return false;
    }
    return true;
}

static const struct node *delays_node(struct leaf *leaf, const struct delay_rule *rule,
                                      struct grid grid, const struct operand *samples) {
    struct model *model = leaf->model;
    struct delays *delays = ARENA_NEW(model->arena, struct delays);
    *delays = (struct delays){
        .grid = grid, .samples = samples, .fractional = !rule->whole, .how = rule->how};
    return node_delay(&model->build, leaf->at, delays);
}

/* A list one a channel, or of lists [out][in] where the module is full. */
static const struct node *read_list(struct leaf *leaf, const struct delay_rule *rule,
                                    struct item list, const char *what) {
    struct model *model = leaf->model;
    struct tensor tensor;
    unsigned depth = leaf->full ? 2 : 1;
    if (!read_tensor(model, leaf->path, list, what, depth, &tensor)) return NULL;
    uint32_t rows = tensor.sizes[0], cols = leaf->full ? tensor.sizes[1] : rows;
    struct grid grid = {rows, cols, leaf->full};
    if (!not_empty(leaf, list, what, rows && cols) || !leaf_grid(leaf, grid, list) ||
        !compute_delays(leaf, rule, list, depth, cols, tensor.at, tensor.count))
        return NULL;
    return delays_node(leaf, rule, grid, tensor.at);
}

/* `raw` is in FLAMO's unit, which ADAC stores of parallelDelay alone. */
static bool unit_is_known(struct leaf *leaf) {
    struct model *model = leaf->model;
    bool unit = present(model, leaf->flamo, "unit").json,
         whole = present(model, leaf->flamo, "isint").json;
    if (unit && whole) return true;
    leaf_lacks(leaf,
               unit    ? "flamo.isint"
               : whole ? "flamo.unit"
                       : "flamo.unit' and 'flamo.isint",
               "FLAMO had delays of raw * fs / unit samples, unit being 100 unless said otherwise, "
               "rounded to whole samples where isint was true, which it was not unless said",
               text_format(model->arena, "add %s%s%s to 'flamo', as the module was made",
                           unit ? "" : "\"unit\": 1 or \"unit\": 100", unit || whole ? "" : " and ",
                           whole ? "" : "\"isint\": true"));
    return false;
}

static const struct node *read_stored(struct leaf *leaf, struct delay_rule *rule) {
    struct model *model = leaf->model;
    struct item raw = present(model, leaf->params, "raw");
    if (!raw.json) {
        leaf_needs(leaf, leaf->full ? "'samples', as [out][in]" : "'samples', one a channel");
        return NULL;
    }
    if (!unit_is_known(leaf)) return NULL;
    rule->rate = model->rate;
    return read_list(leaf, rule, raw, "'raw'");
}

const struct node *read_delays(struct leaf *leaf) {
    struct model *model = leaf->model;
    struct item samples = present(model, leaf->params, "samples");
    struct item fractional = present(model, leaf->params, "samples_fractional");
    struct delay_rule rule;
    if (!read_delay_rule(leaf, &rule)) return NULL;
    if (fractional.json && (leaf->flamo.json || !samples.json)) {
        /* Without the whole samples beside them they are meant as they are. */
        if (!leaf->flamo.json) rule.whole = false;
        return read_list(leaf, &rule, fractional, "'samples_fractional'");
    }
    if (!samples.json) return read_stored(leaf, &rule);
    /* Of a Delay, ADAC stores none: they were put there as what they came to. */
    if (leaf->full)
        rule = (struct delay_rule){.unit = 1, .whole = rule.whole, .rate = 1, .how = rule.how};
    if (rule.mapped || rule.unit != 1) {
        struct diag *diag = diag_error(
            model->diags, item_span(model, samples), CODE_MODEL_LOSSY,
            "%s: 'samples' was rounded before its 'unit' or softplus could be applied; what the "
            "delays are cannot be computed",
            path_text(model, leaf->path));
        diag_help(diag, "export the model with 'samples_fractional', or take 'flamo' away if "
                        "'samples' says what is meant");
        return NULL;
    }
    return read_list(leaf, &rule, samples, "'samples'");
}

/* ADAC's variableDelay and fractionalDelay. */
const struct node *read_samples(struct leaf *leaf) {
    struct model *model = leaf->model;
    bool fractional = !strcmp(leaf->module, "fractionalDelay");
    struct item list =
        fractional ? present(model, leaf->params, "samples_fractional") : (struct item){0};
    const char *what = "'samples_fractional'";
    struct delay_rule rule = {.unit = 1, .whole = !fractional, .rate = 1};
    if (!list.json) {
        list = present(model, leaf->params, "samples");
        what = "'samples'";
    }
    if (list.json) return read_list(leaf, &rule, list, what);
    leaf_needs(leaf, "'samples', one a channel");
    return NULL;
}

/* ---- with gains ---- */

/* Row o * cols + i takes inlet i. */
static struct operand spread_entry(const void *cols, uint32_t row, uint32_t col) {
    return operand_constant(row % *(const uint32_t *)cols == col);
}

struct gathered {
    uint32_t cols;
    const struct operand *gains;
};

/* Row o adds what comes from o * cols .. o * cols + cols - 1, each with its gain. */
static struct operand gather_entry(const void *context, uint32_t row, uint32_t col) {
    const struct gathered *g = context;
    return col / g->cols == row ? g->gains[col] : operand_constant(0);
}

static const struct node *named(struct leaf *leaf, const struct node *node, const char *label) {
    return node ? node_named(&leaf->model->build, node, name_of(leaf->model->reading->names, label))
                : NULL;
}

/* y_o = sum over i of g_oi x_i[n - m_oi]. */
static const struct node *gain_delays_node(struct leaf *leaf, const struct delay_rule *rule,
                                           struct grid grid, const struct operand *gains,
                                           const struct operand *samples) {
    struct model *model = leaf->model;
    if (!grid.full) {
        const struct matrix *diagonal = matrix_diagonal(model->arena, grid.rows, gains);
        const struct node *parts[] = {
            named(leaf, delays_node(leaf, rule, grid, samples), "delays"),
            named(leaf, node_gain(&model->build, leaf->at, diagonal), "gains")};
        return node_combine(&model->build, leaf->at, OP_SERIES, parts, 2);
    }
    size_t entries = grid_entries(grid);
    if (entries > LIMIT_CHANNELS * 16) {
        diag_error(model->diags, leaf->at, CODE_TOO_WIDE,
                   "%s: %zu delays with gains are more than the limit of %d",
                   path_text(model, leaf->path), entries, LIMIT_CHANNELS * 16);
        return NULL;
    }
    uint32_t wide = (uint32_t)entries;
    struct gathered gathered = {grid.cols, gains};
    const struct matrix *spread =
        matrix_make(model->arena, wide, grid.cols, spread_entry, &grid.cols);
    const struct matrix *gather =
        matrix_make(model->arena, grid.rows, wide, gather_entry, &gathered);
    const struct node *parts[] = {
        named(leaf, node_gain(&model->build, leaf->at, spread), "spread"),
        named(leaf, delays_node(leaf, rule, (struct grid){wide, wide, false}, samples), "delays"),
        named(leaf, node_gain(&model->build, leaf->at, gather), "gains")};
    return node_combine(&model->build, leaf->at, OP_SERIES, parts, 3);
}

/* `raw` as [gain, delay], each one a channel or [out][in]. */
static const struct node *read_trained(struct leaf *leaf, struct delay_rule *rule,
                                       struct item raw) {
    struct model *model = leaf->model;
    struct tensor tensor;
    unsigned depth = leaf->full ? 2 : 1;
    if (!unit_is_known(leaf) || !read_tensor(model, leaf->path, raw, "'raw'", depth + 1, &tensor) ||
        !right_size(leaf, raw, "'raw'", tensor.sizes[0], 2, "gains first, then delays"))
        return NULL;
    uint32_t rows = tensor.sizes[1], cols = leaf->full ? tensor.sizes[2] : rows;
    struct grid grid = {rows, cols, leaf->full};
    size_t entries = grid_entries(grid);
    rule->rate = model->rate;
    const uint32_t second[] = {1};
    if (!leaf_grid(leaf, grid, raw) || !compute_delays(leaf, rule, nested(model, raw, second, 1),
                                                       depth, cols, tensor.at + entries, entries))
        return NULL;
    return gain_delays_node(leaf, rule, grid, tensor.at, tensor.at + entries);
}

const struct node *read_gain_delays(struct leaf *leaf) {
    struct model *model = leaf->model;
    struct item raw = present(model, leaf->params, "raw");
    struct item samples = present(model, leaf->params, "samples");
    const char *key = leaf->full ? "matrix" : "gains";
    struct item gains = present(model, leaf->params, key);
    struct delay_rule rule;
    if (!read_delay_rule(leaf, &rule)) return NULL;
    if (!samples.json && !gains.json && raw.json) return read_trained(leaf, &rule, raw);
    if (!samples.json || !gains.json) {
        leaf_needs(leaf, leaf->full ? "'raw', as [gain, delay][out][in], or 'matrix' and 'samples'"
                                    : "'raw', as [gain, delay][channel], or 'gains' and 'samples'");
        return NULL;
    }
    struct tensor g, m;
    unsigned depth = leaf->full ? 2 : 1;
    const char *what = text_format(model->arena, "'%s'", key);
    if (!read_tensor(model, leaf->path, gains, what, depth, &g) ||
        !read_tensor(model, leaf->path, samples, "'samples'", depth, &m))
        return NULL;
    if (!right_size(leaf, samples, "'samples'", m.sizes[0], g.sizes[0],
                    "there is a delay for each gain") ||
        (leaf->full && !right_size(leaf, samples, "each row of 'samples'", m.sizes[1], g.sizes[1],
                                   "there is a delay for each gain")))
        return NULL;
    struct grid grid = {g.sizes[0], leaf->full ? g.sizes[1] : g.sizes[0], leaf->full};
    rule = (struct delay_rule){.unit = 1, .whole = rule.whole, .rate = 1, .how = rule.how};
    if (!leaf_grid(leaf, grid, gains) ||
        !compute_delays(leaf, &rule, samples, depth, grid.cols, m.at, m.count))
        return NULL;
    return gain_delays_node(leaf, &rule, grid, g.at, m.at);
}
