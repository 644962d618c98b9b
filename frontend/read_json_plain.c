/* The filters that ADAC writes by FAUST's library: a few plain parameters, with ADAC's defaults
 * where they are absent, over as many channels as the leaf states, one if it does not. */
#include <math.h>
#include <string.h>

#include "frontend/read_json_leaf.h"
#include "ir/base/limits.h"

enum { ORDER_MAX = 64 };

static bool has_any(struct leaf *leaf, const char *const *keys, size_t count) {
    if (present(leaf->model, leaf->params, "raw").json) return false;
    for (size_t i = 0; i < count; i++)
        if (present(leaf->model, leaf->params, keys[i]).json) return true;
    return false;
}

bool is_plain_biquad(struct leaf *leaf) {
    static const char *const keys[] = {"coeffs", "b0", "b1", "b2", "a1", "a2"};
    return !strcmp(leaf->module, "Biquad") && has_any(leaf, keys, 6);
}

bool is_plain_svf(struct leaf *leaf) {
    static const char *const keys[] = {"fc", "q", "mode"};
    return !strcmp(leaf->module, "SVF") && has_any(leaf, keys, 3);
}

bool is_plain_peak(struct leaf *leaf) {
    static const char *const keys[] = {"gain_db", "fc", "bandwidth"};
    return !strcmp(leaf->module, "PEQ") && has_any(leaf, keys, 3);
}

/* A parameter that ADAC has a default for: its absence is worth a word. */
static bool read_param(struct leaf *leaf, const char *key, double absent, double *out) {
    struct model *model = leaf->model;
    *out = absent;
    if (present(model, leaf->params, key).json)
        return read_number(model, leaf->path, leaf->params, key, out);
    struct diag *diag = diag_warning(model->diags, leaf->at, CODE_MODEL_DEFAULT,
                                     "%s: this %s does not say '%s': it is %g, as ADAC takes it",
                                     path_text(model, leaf->path), leaf->module, key, absent);
    if (leaf->params.json) diag_label(diag, item_span(model, leaf->params), "not in here");
    return true;
}

static struct diag *bad_param(struct leaf *leaf, const char *key, const char *wanted,
                              double found) {
    struct model *model = leaf->model;
    struct item item = present(model, leaf->params, key);
    return diag_error(model->diags, item.json ? item_span(model, item) : leaf->at, CODE_MODEL_RANGE,
                      "%s: expected '%s' to be %s, found %g", path_text(model, leaf->path), key,
                      wanted, found);
}

/* Between 0 and half the sample rate. */
static bool read_frequency(struct leaf *leaf, const char *key, double absent, double *out) {
    double half = leaf->model->rate / 2;
    if (!read_param(leaf, key, absent, out)) return false;
    if (*out > 0 && *out < half) return true;
    bad_param(leaf, key,
              text_format(leaf->model->arena, "between 0 and half the sample rate, %g Hz", half),
              *out);
    return false;
}

static bool read_positive(struct leaf *leaf, const char *key, double absent, double *out) {
    if (!read_param(leaf, key, absent, out)) return false;
    if (*out > 0) return true;
    bad_param(leaf, key, "above 0", *out);
    return false;
}

static bool read_order(struct leaf *leaf, uint32_t *out) {
    double order;
    if (!read_param(leaf, "order", 2, &order)) return false;
    if (order < 1 || order > ORDER_MAX || order != trunc(order)) {
        bad_param(leaf, "order", "a whole number from 1 to 64", order);
        return false;
    }
    *out = (uint32_t)order;
    return true;
}

/* As many as the leaf states; inlets and outlets agree. */
static bool read_channels(struct leaf *leaf, uint32_t *n) {
    struct item ins, outs;
    uint32_t stated = UINT32_MAX;
    *n = 1;
    if (!stated_channels(leaf, "output_channels", &stated, &outs)) return false;
    if (outs.json) *n = stated;
    if (!stated_channels(leaf, "input_channels", n, &ins)) return false;
    return leaf_channels(leaf, *n, *n, outs.json ? outs : ins);
}

/* The same cascade on each channel. */
static const struct node *bank_of(struct leaf *leaf, uint32_t count,
                                  const struct biquad *sections) {
    uint32_t n;
    if (!read_channels(leaf, &n)) return NULL;
    struct biquad *at = ARENA_ARRAY(leaf->model->arena, (size_t)n * count, struct biquad);
    for (uint32_t c = 0; c < n; c++) memcpy(at + (size_t)c * count, sections, count * sizeof *at);
    return designs_node(leaf, (struct grid){n, n, false}, count, at);
}

static const struct node *butterworth(struct leaf *leaf, bool highpass) {
    struct biquad out[ORDER_MAX / 2];
    uint32_t order;
    double fc;
    if (!read_order(leaf, &order) || !read_frequency(leaf, "fc", 1000, &fc)) return NULL;
    design_butterworth(highpass, order, fc, leaf->model->rate, out);
    return bank_of(leaf, (order + 1) / 2, out);
}

static const struct node *bandpass(struct leaf *leaf) {
    struct biquad out[ORDER_MAX];
    uint32_t order;
    double fl, fh;
    if (!read_order(leaf, &order) || !read_frequency(leaf, "fl", 100, &fl) ||
        !read_frequency(leaf, "fh", 1000, &fh))
        return NULL;
    if (!(fl < fh)) {
        bad_param(leaf, "fh", text_format(leaf->model->arena, "above 'fl', %g Hz", fl), fh);
        return NULL;
    }
    design_bandpass(order, fl, fh, leaf->model->rate, out);
    return bank_of(leaf, order, out);
}

static const struct node *peak(struct leaf *leaf) {
    double gain_db, fc, bandwidth;
    if (!read_param(leaf, "gain_db", 0, &gain_db) || !read_frequency(leaf, "fc", 1000, &fc) ||
        !read_positive(leaf, "bandwidth", 100, &bandwidth))
        return NULL;
    struct biquad out = design_peak(gain_db, fc, bandwidth, leaf->model->rate);
    return bank_of(leaf, 1, &out);
}

static const struct node *state_variable(struct leaf *leaf) {
    static const char *const modes[] = {"lowpass", "highpass", "bandpass", "notch", "allpass"};
    struct model *model = leaf->model;
    double fc, q;
    const char *mode = "lowpass";
    if (!read_frequency(leaf, "fc", 1000, &fc) || !read_positive(leaf, "q", 0.707, &q) ||
        !read_string(model, leaf->path, leaf->params, "mode", &mode))
        return NULL;
    for (int i = 0; i < 5; i++) {
        if (strcmp(modes[i], mode) != 0) continue;
        struct biquad out = design_plain_svf((enum plain_svf)i, fc, q, model->rate);
        return bank_of(leaf, 1, &out);
    }
    wrong_kind(model, leaf->path, present(model, leaf->params, "mode"), "'mode'",
               "lowpass, highpass, bandpass, notch or allpass");
    return NULL;
}

/* b0 b1 b2 a1 a2 of each channel; knobs may move them. */
static const struct node *five_node(struct leaf *leaf, const struct operand five[5]) {
    uint32_t n;
    if (!read_channels(leaf, &n)) return NULL;
    struct section *at = ARENA_ARRAY(leaf->model->arena, n, struct section);
    for (uint32_t c = 0; c < n; c++)
        at[c] = (struct section){five[0], five[1], five[2], operand_constant(1), five[3], five[4]};
    return sections_node(leaf, (struct grid){n, n, false}, 1, at);
}

static bool read_operand_of(struct leaf *leaf, const char *key, struct operand *out) {
    struct model *model = leaf->model;
    struct item item = present(model, leaf->params, key);
    return !item.json ||
           read_operand(model, leaf->path, item, text_format(model->arena, "'%s'", key), out);
}

static const struct node *coefficients(struct leaf *leaf) {
    static const char *const keys[] = {"b0", "b1", "b2", "a1", "a2"};
    struct model *model = leaf->model;
    struct item list = present(model, leaf->params, "coeffs");
    struct operand five[5] = {operand_constant(1)};
    struct tensor tensor;
    if (list.json) {
        if (!read_tensor(model, leaf->path, list, "'coeffs'", 1, &tensor) ||
            !right_size(leaf, list, "'coeffs'", tensor.sizes[0], 5,
                        "they are b0 b1 b2 a1 a2, with a0 = 1"))
            return NULL;
        return five_node(leaf, tensor.at);
    }
    for (int i = 0; i < 5; i++)
        if (!read_operand_of(leaf, keys[i], &five[i])) return NULL;
    return five_node(leaf, five);
}

static const struct node *one_pole(struct leaf *leaf) {
    struct operand pole = operand_constant(0.9), five[5] = {operand_constant(1)};
    double absent;
    if (!present(leaf->model, leaf->params, "pole").json) {
        if (!read_param(leaf, "pole", pole.value, &absent)) return NULL;
    } else if (!read_operand_of(leaf, "pole", &pole)) {
        return NULL;
    }
    five[3] = operand_neg(leaf->model->arena, pole);
    return five_node(leaf, five);
}

static const struct operand *kept(struct leaf *leaf, size_t count, const struct operand *at) {
    struct operand *copy = ARENA_ARRAY(leaf->model->arena, count, struct operand);
    memcpy(copy, at, count * sizeof *copy);
    return copy;
}

/* Schroeder's (1962), as fi.allpass_comb has it: u = x - g z^-m u, y = g u + z^-m u. */
static const struct node *allpass(struct leaf *leaf) {
    struct model *model = leaf->model;
    struct build *build = &model->build;
    struct arena *arena = model->arena;
    struct operand g = operand_constant(0.5), m;
    double samples, absent;
    if (!read_param(leaf, "delay", 100, &samples)) return NULL;
    if (samples < 1 || samples != trunc(samples) || samples > LIMIT_DELAY_SAMPLES) {
        bad_param(leaf, "delay", "whole samples from 1 on", samples);
        return NULL;
    }
    if (!present(model, leaf->params, "feedback").json) {
        if (!read_param(leaf, "feedback", g.value, &absent)) return NULL;
    } else if (!read_operand_of(leaf, "feedback", &g)) {
        return NULL;
    }
    uint32_t n;
    if (!read_channels(leaf, &n)) return NULL;
    m = operand_constant(samples);
    struct delays *delays = ARENA_NEW(arena, struct delays);
    *delays = (struct delays){.grid = {1, 1, false}, .samples = kept(leaf, 1, &m)};
    const struct operand back[] = {operand_constant(0), operand_neg(arena, g)},
                         out[] = {g, operand_constant(1)};
    const struct node *line = node_delay(build, leaf->at, delays),
                      *wire = node_wire(build, leaf->at, 1);
    const struct node *forward = node_pair(build, leaf->at, OP_STACK, wire, line);
    const struct node *gain =
        node_gain(build, leaf->at, matrix_of(arena, 1, 2, kept(leaf, 2, back)));
    const struct node *mix = node_gain(build, leaf->at, matrix_of(arena, 1, 2, kept(leaf, 2, out)));
    const struct node *one = node_pair(build, leaf->at, OP_SERIES,
                                       node_feedback(build, leaf->at, forward, gain, false), mix);
    return n ? node_copies(build, leaf->at, one, n) : node_wire(build, leaf->at, 0);
}

const struct node *read_plain(struct leaf *leaf, const char *kind) {
    if (!strcmp(kind, "lowpass") || !strcmp(kind, "highpass"))
        return butterworth(leaf, *kind == 'h');
    if (!strcmp(kind, "bandpass")) return bandpass(leaf);
    if (!strcmp(kind, "peakEQ")) return peak(leaf);
    if (!strcmp(kind, "SVF")) return state_variable(leaf);
    if (!strcmp(kind, "Biquad")) return coefficients(leaf);
    if (!strcmp(kind, "onePole")) return one_pole(leaf);
    if (!strcmp(kind, "allpassComb")) return allpass(leaf);
    /* fi.dcblocker: y[n] = x[n] - x[n-1] + 0.995 y[n-1] */
    return bank_of(leaf, 1, &(struct biquad){1, -1, 0, 1, -0.995, 0});
}
