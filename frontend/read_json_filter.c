/* FLAMO's Biquad and SVF, from what it trained. */
#include <math.h>
#include <string.h>

#include "frontend/read_json_leaf.h"

/* `filter_type` of `flamo`, as its index in the words; `absent` where it is not there. */
static bool read_type(struct leaf *leaf, const char *const *words, size_t count, int absent,
                      int *type) {
    struct model *model = leaf->model;
    struct item item = present(model, leaf->flamo, "filter_type");
    const char *word = NULL;
    if (!read_string(model, leaf->path, leaf->flamo, "filter_type", &word)) return false;
    *type = absent;
    if (!word) return true;
    for (size_t i = 0; i < count; i++)
        if (words[i] && !strcmp(words[i], word)) return *type = (int)i, true;
    struct diag *diag = diag_error(model->diags, item_span(model, item), CODE_MODEL_RANGE,
                                   "%s: a %s has no 'filter_type' '%s'",
                                   path_text(model, leaf->path), leaf->module, shown(model, word));
    struct text list;
    text_init(&list, model->arena);
    for (size_t i = 0; i < count; i++)
        if (words[i]) text_printf(&list, "%s%s", list.length ? ", " : "", words[i]);
    diag_note(diag, NOWHERE, "there are %s", text_chars(&list));
    return false;
}

static void lacks_type(struct leaf *leaf, const char *add) {
    leaf_lacks(leaf, "flamo.filter_type",
               "FLAMO makes another filter of the same numbers for each type", add);
}

/* [section][f, g] or, of a bandpass, [section][f1, f2, g], each one a channel or [out][in]. */
const struct node *read_biquad(struct leaf *leaf) {
    struct model *model = leaf->model;
    if (is_plain_biquad(leaf)) return read_plain(leaf, "Biquad");
    if (!present(model, leaf->params, "raw").json) {
        leaf_needs(leaf, "'raw', as [section][parameter], 'sos', 'coeffs' or 'b0' to 'a2'");
        return NULL;
    }
    static const char *const words[] = {"lowpass", "highpass", "bandpass"};
    int type;
    if (!read_type(leaf, words, 3, -1, &type)) return NULL;
    if (type < 0) {
        lacks_type(leaf,
                   "add \"filter_type\": \"lowpass\", \"highpass\" or \"bandpass\" to 'flamo'");
        return NULL;
    }
    struct numbers raw;
    uint32_t wanted = type == BIQUAD_BANDPASS ? 3 : 2;
    if (!read_numbers(leaf, "raw", 2, &raw) ||
        !right_size(leaf, raw.item, "each section in 'raw'", raw.sizes[1], wanted,
                    wanted == 3 ? "a bandpass has two frequencies and a gain"
                                : "a lowpass or highpass has a frequency and a gain"))
        return NULL;
    size_t entries = grid_entries(raw.grid);
    uint32_t count = raw.sizes[0];
    struct biquad *out = ARENA_ARRAY(model->arena, entries * count, struct biquad);
    for (uint32_t k = 0; k < count; k++) {
        for (size_t e = 0; e < entries; e++) {
            const double *p = raw.at + (size_t)k * wanted * entries + e;
            out[e * count + k] = design_biquad(
                (enum biquad_kind)type, p[0], p[(wanted - 2) * entries], p[(wanted - 1) * entries]);
        }
    }
    return designs_node(leaf, raw.grid, count, out);
}

/* [parameter][section], each one a channel or [out][in]. */
const struct node *read_svf(struct leaf *leaf) {
    struct model *model = leaf->model;
    if (is_plain_svf(leaf)) return read_plain(leaf, "SVF");
    if (!present(model, leaf->params, "raw").json) {
        leaf_needs(leaf, leaf->full
                             ? "'raw', as [parameter][section][out][in], 'sos', or 'fc', 'q' "
                               "and 'mode'"
                             : "'raw', as [parameter][section][channel], or 'sos'");
        return NULL;
    }
    static const char *const words[] = {
        [SVF_LOWPASS] = "lowpass",   [SVF_HIGHPASS] = "highpass",   [SVF_BANDPASS] = "bandpass",
        [SVF_LOWSHELF] = "lowshelf", [SVF_HIGHSHELF] = "highshelf", [SVF_PEAKING] = "peaking",
        [SVF_NOTCH] = "notch"};
    int type;
    if (!read_type(leaf, words, SVF_NOTCH + 1, SVF_GENERAL, &type)) return NULL;
    /* ADAC leaves out what is None: with `flamo`, its absence says so. */
    if (!leaf->flamo.json) {
        lacks_type(leaf, "add \"flamo\": {\"filter_type\": \"lowpass\"}, or \"flamo\": {} for the "
                         "general form");
        return NULL;
    }
    struct numbers raw;
    if (!read_numbers(leaf, "raw", 2, &raw) ||
        !right_size(leaf, raw.item, "'raw'", raw.sizes[0], 5,
                    "frequency, resonance and three of the mix, then the sections"))
        return NULL;
    size_t entries = grid_entries(raw.grid);
    uint32_t count = raw.sizes[1];
    struct biquad *out = ARENA_ARRAY(model->arena, entries * count, struct biquad);
    for (uint32_t k = 0; k < count; k++) {
        for (size_t e = 0; e < entries; e++) {
            double p[5];
            for (uint32_t i = 0; i < 5; i++) p[i] = raw.at[((size_t)i * count + k) * entries + e];
            out[e * count + k] = design_svf((enum svf_kind)type, p);
        }
    }
    return designs_node(leaf, raw.grid, count, out);
}
