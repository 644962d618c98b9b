/* FLAMO's equalisers, graphic and parametric, and the absorption of delay lines, from what it
 * trained. */
#include <math.h>
#include <string.h>

#include "frontend/read_json_leaf.h"
#include "ir/base/limits.h"

/* ---- the bands of a graphic equaliser ---- */

static bool above(struct leaf *leaf, struct item object, const char *key, double value,
                  double bound) {
    if (value > bound) return true;
    struct model *model = leaf->model;
    struct item item = present(model, object, key);
    diag_error(model->diags, item.json ? item_span(model, item) : leaf->at, CODE_MODEL_RANGE,
               "%s: expected '%s' above %g, found %g", path_text(model, leaf->path), key, bound,
               value);
    return false;
}

/* The octave interval that gives as many centres as there are, where it is not stored: 1 and 3 are
 * what FLAMO has tables for. */
static double inferred_interval(uint32_t centres, double start, double end) {
    for (int interval = 1; interval <= 3; interval++)
        if (design_geq_centres(interval, start, end) == centres) return interval;
    return 0;
}

/* `fixed`: how many gains there are beside the centres. */
static bool read_bands(struct leaf *leaf, const struct numbers *raw, uint32_t fixed,
                       struct geq_bands *bands) {
    struct model *model = leaf->model;
    double fs = model->rate, interval = 0, start = GEQ_START_HZ, end = GEQ_END_HZ;
    if (!read_number(model, leaf->path, leaf->flamo, "octave_interval", &interval) ||
        !read_number(model, leaf->path, leaf->flamo, "fs", &fs) ||
        !read_number(model, leaf->path, leaf->flamo, "start_freq", &start) ||
        !read_number(model, leaf->path, leaf->flamo, "end_freq", &end) ||
        !above(leaf, leaf->flamo, "fs", fs, 0) ||
        !above(leaf, leaf->flamo, "start_freq", start, 0) ||
        !above(leaf, leaf->flamo, "end_freq", end, start))
        return false;
    uint32_t found = raw->sizes[0];
    bool stated = present(model, leaf->flamo, "octave_interval").json;
    if (!stated && found > fixed) interval = inferred_interval(found - fixed, start, end);
    if (!stated && interval == 0) {
        leaf_lacks(
            leaf, "flamo.octave_interval",
            text_format(model->arena,
                        "FLAMO has %u gains for bands of an octave and %u for thirds, and here "
                        "are %u",
                        design_geq_centres(1, start, end) + fixed,
                        design_geq_centres(3, start, end) + fixed, found),
            "add \"octave_interval\" to 'flamo', as the module was made");
        return false;
    }
    if (!above(leaf, leaf->flamo, "octave_interval", interval, 0)) return false;
    /* More bands than numbers are no help in counting. */
    bool countable = interval * log2(end / start) < LIMIT_CHANNELS;
    uint32_t wanted = countable ? design_geq_centres(interval, start, end) + fixed : UINT32_MAX;
    if (!right_size(leaf, raw->item, "'raw'", found, wanted,
                    text_format(model->arena, "one gain for each of %u bands of 1/%g octave",
                                wanted, interval)))
        return false;
    *bands = design_geq_bands(model->arena, interval, start, end, fs);
    return true;
}

/* Where the tangent of the high shelf's corner turns negative its poles leave the unit circle;
 * FLAMO shows the response of the anticausal inverse. */
static void warn_of_shelf(struct leaf *leaf, const struct geq_bands *bands) {
    struct model *model = leaf->model;
    if (bands->high_corner < bands->fs / 2) return;
    struct diag *diag = diag_warning(
        model->diags, leaf->at, CODE_MODEL_UNSTABLE,
        "%s: the high shelf of this %s is unstable: its corner of %.6g Hz lies above half the sample "
        "rate of %g Hz",
        path_text(model, leaf->path), leaf->module, bands->high_corner, bands->fs);
    diag_note(
        diag, NOWHERE,
        "FLAMO evaluates the filter that runs backwards in time, and shows a response that no "
        "program has");
    diag_help(diag, "train at %.6g Hz or above, where the corner is below half the rate",
              ceil(2 * bands->high_corner + 1e-9));
}

static const struct node *geq_node(struct leaf *leaf, const struct geq_bands *bands,
                                   struct grid grid, const double *gains) {
    uint32_t count = bands->count + 3;
    struct biquad *out = ARENA_ARRAY(leaf->model->arena, grid_entries(grid) * count, struct biquad);
    for (size_t e = 0; e < grid_entries(grid); e++)
        design_geq(bands, gains + e * count, out + e * count);
    warn_of_shelf(leaf, bands);
    return designs_node(leaf, grid, count, out);
}

static bool needs_raw(struct leaf *leaf, const char *layout) {
    if (present(leaf->model, leaf->params, "raw").json) return false;
    leaf_needs(leaf, text_format(leaf->model->arena, "'raw', as %s%s, or 'sos'", layout,
                                 leaf->full ? "[out][in]" : "[channel]"));
    return true;
}

/* Linear gains, [band]: of which FLAMO takes the size, in dB. */
const struct node *read_geq(struct leaf *leaf) {
    struct numbers raw;
    struct geq_bands bands;
    if (needs_raw(leaf, "[band]") || !read_numbers(leaf, "raw", 1, &raw) ||
        !read_bands(leaf, &raw, 3, &bands))
        return NULL;
    size_t entries = grid_entries(raw.grid);
    double *gains = ARENA_ARRAY(leaf->model->arena, entries * raw.sizes[0], double);
    for (uint32_t k = 0; k < raw.sizes[0]; k++)
        for (size_t e = 0; e < entries; e++)
            gains[e * raw.sizes[0] + k] = fabs(raw.at[k * entries + e]);
    return geq_node(leaf, &bands, raw.grid, gains);
}

/* Commands for targets in dB, [entry][band], and from them the filters. */
static const struct node *accurate_node(struct leaf *leaf, const struct geq_bands *bands,
                                        struct grid grid, const double *targets) {
    struct model *model = leaf->model;
    uint32_t count = bands->count + 3;
    if (!(bands->centres[bands->count - 1] < bands->fs / 2.1)) {
        diag_error(
            model->diags, leaf->at, CODE_MODEL_RANGE,
            "%s: the highest band, at %.6g Hz, lies above fs / 2.1 = %.6g Hz, up to where the "
            "targets are given",
            path_text(model, leaf->path), bands->centres[bands->count - 1], bands->fs / 2.1);
        return NULL;
    }
    double *gains = ARENA_ARRAY(model->arena, grid_entries(grid) * count, double);
    for (size_t e = 0; e < grid_entries(grid); e++) {
        double *to = gains + e * count;
        design_accurate_geq(model->arena, bands, targets + e * (count - 1), to);
        for (uint32_t k = 0; k < count; k++) to[k] = pow(10, to[k] / 20);
    }
    return geq_node(leaf, bands, grid, gains);
}

/* Linear targets, [band]; there is a logarithm of each. */
const struct node *read_accurate_geq(struct leaf *leaf) {
    struct model *model = leaf->model;
    struct numbers raw;
    struct geq_bands bands;
    if (needs_raw(leaf, "[band]") || !read_numbers(leaf, "raw", 1, &raw) ||
        !read_bands(leaf, &raw, 2, &bands))
        return NULL;
    size_t entries = grid_entries(raw.grid);
    double *targets = ARENA_ARRAY(model->arena, entries * raw.sizes[0], double);
    for (uint32_t k = 0; k < raw.sizes[0]; k++) {
        for (size_t e = 0; e < entries; e++) {
            double gain = raw.at[k * entries + e];
            if (!(gain > 0)) {
                const uint32_t path[] = {k, (uint32_t)(e / raw.grid.cols),
                                         (uint32_t)(e % raw.grid.cols)};
                const uint32_t bank[] = {k, (uint32_t)e};
                struct item where =
                    nested(model, raw.item, leaf->full ? path : bank, 2 + leaf->full);
                wrong_kind(model, leaf->path, where, "a target gain", "above 0");
                return NULL;
            }
            targets[e * raw.sizes[0] + k] = 20 * log10(gain);
        }
    }
    return accurate_node(leaf, &bands, raw.grid, targets);
}

/* ---- parametric ---- */

static bool read_design(struct leaf *leaf, enum peq_design *design) {
    struct model *model = leaf->model;
    struct item item = present(model, leaf->flamo, "design");
    const char *word = NULL;
    if (!read_string(model, leaf->path, leaf->flamo, "design", &word)) return false;
    if (!word) {
        leaf_lacks(
            leaf, "flamo.design",
            "FLAMO makes other filters of the same numbers for the designs \"biquad\", which it "
            "takes unless said otherwise, and \"svf\"; and n_bands, f_min and f_max stand there "
            "too if they are not those of the numbers, 20 and 20000 Hz",
            "add \"design\": \"biquad\" or \"design\": \"svf\" to 'flamo', as the module was made");
        return false;
    }
    *design = !strcmp(word, "svf") ? PEQ_SVF : PEQ_BIQUAD;
    if (*design == PEQ_SVF || !strcmp(word, "biquad")) return true;
    wrong_kind(model, leaf->path, item, "'design'", "\"biquad\" or \"svf\"");
    return false;
}

/* The state-variable filter warps its centres, which must lie below half the rate. */
static bool below_half(struct leaf *leaf, const struct peq *peq) {
    if (peq->design != PEQ_SVF || peq->f_max < peq->fs / 2) return true;
    struct model *model = leaf->model;
    struct item item = present(model, leaf->flamo, "f_max");
    diag_error(model->diags, item.json ? item_span(model, item) : leaf->at, CODE_MODEL_RANGE,
               "%s: expected 'f_max' below half the sample rate, %g Hz, found %g",
               path_text(model, leaf->path), peq->fs / 2, peq->f_max);
    return false;
}

static bool read_peq_bands(struct leaf *leaf, const struct numbers *raw, struct peq *peq) {
    struct model *model = leaf->model;
    double bands = raw->sizes[0];
    *peq = (struct peq){.count = raw->sizes[0], .f_min = 20, .f_max = 20000, .fs = model->rate};
    if (!read_design(leaf, &peq->design) ||
        !read_number(model, leaf->path, leaf->flamo, "n_bands", &bands) ||
        !read_number(model, leaf->path, leaf->flamo, "f_min", &peq->f_min) ||
        !read_number(model, leaf->path, leaf->flamo, "f_max", &peq->f_max) ||
        !read_number(model, leaf->path, leaf->flamo, "fs", &peq->fs))
        return false;
    if (bands != raw->sizes[0]) {
        struct item item = present(model, leaf->flamo, "n_bands");
        struct diag *diag = diag_error(model->diags, item_span(model, item), CODE_MODEL_RAGGED,
                                       "%s: 'n_bands' says %g, but 'raw' has %u bands",
                                       path_text(model, leaf->path), bands, raw->sizes[0]);
        diag_label(diag, item_span(model, raw->item), "of %u bands", raw->sizes[0]);
        return false;
    }
    if (peq->count < 2) {
        wrong_kind(model, leaf->path, raw->item, "'raw'",
                   "two bands or more: a low and a high shelf");
        return false;
    }
    return above(leaf, leaf->flamo, "f_min", peq->f_min, 0) &&
           above(leaf, leaf->flamo, "f_max", peq->f_max, peq->f_min) &&
           above(leaf, leaf->flamo, "fs", peq->fs, 0) && below_half(leaf, peq);
}

/* [band][frequency, R, dB], each one a channel or [out][in]. */
const struct node *read_peq(struct leaf *leaf) {
    struct model *model = leaf->model;
    if (is_plain_peak(leaf)) return read_plain(leaf, "peakEQ");
    struct numbers raw;
    struct peq peq;
    if (needs_raw(leaf, "[band][3]") || !read_numbers(leaf, "raw", 2, &raw) ||
        !right_size(leaf, raw.item, "each band in 'raw'", raw.sizes[1], 3,
                    "frequency, R and gain in dB") ||
        !read_peq_bands(leaf, &raw, &peq))
        return NULL;
    size_t entries = grid_entries(raw.grid);
    struct biquad *out = ARENA_ARRAY(model->arena, entries * peq.count, struct biquad);
    for (uint32_t k = 0; k < peq.count; k++) {
        for (size_t e = 0; e < entries; e++) {
            const double *p = raw.at + (size_t)3 * k * entries + e;
            double R = p[entries], gain_db = p[2 * entries];
            if (!design_peq_exists(&peq, k, R, gain_db)) {
                diag_error(
                    model->diags, item_span(model, raw.item), CODE_MODEL_RANGE,
                    "%s: band %u of 'raw' is a shelf with R = %.6g at %.6g dB, which does not "
                    "exist: (A^2 + 1)(1 / R - 1) + 2 A is below 0",
                    path_text(model, leaf->path), k, R, gain_db);
                return NULL;
            }
            out[e * peq.count + k] = design_peq(&peq, k, p[0], R, gain_db);
        }
    }
    return designs_node(leaf, raw.grid, peq.count, out);
}

/* ---- absorption ---- */

static bool all_above(struct leaf *leaf, struct item list, const struct tensor *tensor,
                      size_t count, const char *what, const char *wanted) {
    for (uint32_t i = 0; i < count; i++) {
        if (!tensor->at[i].expr && tensor->at[i].value > 0) continue;
        wrong_kind(leaf->model, leaf->path, nested(leaf->model, list, &i, 1), what, wanted);
        return false;
    }
    return true;
}

static bool are_decays(struct leaf *leaf, struct item raw, const struct tensor *decays,
                       size_t count) {
    return all_above(leaf, raw, decays, count, "each decay time of 'raw'", "above 0 seconds");
}

static bool read_lines(struct leaf *leaf, struct tensor *delays) {
    struct model *model = leaf->model;
    struct item list = present(model, leaf->flamo, "delays");
    if (!list.json) {
        leaf_lacks(
            leaf, "flamo.delays",
            "FLAMO made the filters for the delay lines that it had, in samples",
            "add \"delays\": [...] to 'flamo', one a channel, or give 'sos' in place of 'raw'");
        return false;
    }
    if (!read_tensor(model, leaf->path, list, "'delays'", 1, delays) ||
        !leaf_channels(leaf, delays->sizes[0], delays->sizes[0], list))
        return false;
    return all_above(leaf, list, delays, delays->count, "each of 'delays'", "samples above 0");
}

/* [decay at 0 Hz, crossover]; `rt_nyquist` is FLAMO's. */
static const struct node *shelving(struct leaf *leaf, struct item raw, const struct tensor *p,
                                   const struct tensor *delays) {
    struct model *model = leaf->model;
    double high = NAN;
    if (!right_size(leaf, raw, "'raw'", p->sizes[0], 2,
                    "the decay time at 0 Hz and the crossover in radians a sample") ||
        !read_number(model, leaf->path, leaf->flamo, "rt_nyquist", &high))
        return NULL;
    if (isnan(high)) {
        leaf_lacks(leaf, "flamo.rt_nyquist",
                   "FLAMO had the decay time of the highest frequency there",
                   "add \"rt_nyquist\", in seconds, to 'flamo'");
        return NULL;
    }
    if (!are_decays(leaf, raw, p, 1) || !above(leaf, leaf->flamo, "rt_nyquist", high, 0))
        return NULL;
    uint32_t n = delays->sizes[0];
    struct biquad *out = ARENA_ARRAY(model->arena, n, struct biquad);
    for (uint32_t i = 0; i < n; i++)
        out[i] =
            design_shelving(p->at[0].value, p->at[1].value, delays->at[i].value, high, model->rate);
    return designs_node(leaf, (struct grid){n, n, false}, 1, out);
}

/* Decay times a band: -60 m / (rt fs) dB of the line of m samples. */
const struct node *read_absorption(struct leaf *leaf) {
    struct model *model = leaf->model;
    struct item raw = present(model, leaf->params, "raw");
    if (!raw.json) {
        leaf_needs(leaf, "'raw', as [band], or 'sos'");
        return NULL;
    }
    if (!strcmp(leaf->module, "parallelFDNPEQ")) {
        leaf_lacks(
            leaf, "params.sos",
            "FLAMO made the filters for the delay lines that it had, by options of which ADAC "
            "stores none",
            "give 'sos', as [section][channel][b0, b1, b2, a1, a2], in place of 'raw'");
        return NULL;
    }
    struct tensor decays, delays;
    if (!read_lines(leaf, &delays) || !read_tensor(model, leaf->path, raw, "'raw'", 1, &decays))
        return NULL;
    if (!strcmp(leaf->module, "parallelFirstOrderShelving"))
        return shelving(leaf, raw, &decays, &delays);
    bool accurate = !strcmp(leaf->module, "parallelFDNAccurateGEQ");
    uint32_t n = delays.sizes[0], count = decays.sizes[0];
    struct numbers shape = {.item = raw, .sizes = {count, 1}};
    struct geq_bands bands;
    if (!are_decays(leaf, raw, &decays, count) ||
        !read_bands(leaf, &shape, accurate ? 2 : 3, &bands))
        return NULL;
    double *gains = ARENA_ARRAY(model->arena, (size_t)n * count, double);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < count; k++) {
            double db = -60 * delays.at[i].value / (decays.at[k].value * model->rate);
            gains[(size_t)i * count + k] = accurate ? db : pow(10, db / 20);
        }
    struct grid grid = {n, n, false};
    return accurate ? accurate_node(leaf, &bands, grid, gains)
                    : geq_node(leaf, &bands, grid, gains);
}
