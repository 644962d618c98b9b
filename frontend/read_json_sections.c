/* Second-order sections: given, or made by a formula. */
#include <math.h>

#include "frontend/read_json_leaf.h"

const struct node *sections_node(struct leaf *leaf, struct grid grid, uint32_t count,
                                 const struct section *at) {
    struct model *model = leaf->model;
    struct sections *sections = ARENA_NEW(model->arena, struct sections);
    *sections = (struct sections){.grid = grid, .count = count, .at = at};
    return node_sos(&model->build, leaf->at, sections);
}

/* Poles on the unit circle that zeros of the same place cancel leave a gain, of which every sample
 * computed by the recursion would lose a little. */
static struct biquad settled(struct biquad s) {
    if (s.b0 == 0 && s.b1 == 0 && s.b2 == 0) return (struct biquad){.a0 = 1};
    bool marginal = fabs(s.a2) >= fabs(s.a0) * (1 - 1e-12);
    double k = s.b0 / s.a0, near = fabs(s.b0) * 1e-12;
    if (marginal && fabs(s.b1 - k * s.a1) <= near && fabs(s.b2 - k * s.a2) <= near)
        return (struct biquad){.b0 = k, .a0 = 1};
    return s;
}

const struct node *designs_node(struct leaf *leaf, struct grid grid, uint32_t count,
                                const struct biquad *at) {
    struct model *model = leaf->model;
    size_t total = grid_entries(grid) * count;
    struct section *sections = ARENA_ARRAY(model->arena, total, struct section);
    for (size_t i = 0; i < total; i++) {
        struct biquad s = settled(at[i]);
        double sum = s.b0 + s.b1 + s.b2 + s.a0 + s.a1 + s.a2;
        if (!isfinite(sum) || fabs(s.a0) < 1e-15) {
            struct diag *diag = diag_error(
                model->diags, item_span(model, leaf->params), CODE_MODEL_RANGE,
                "%s: section %zu of %s %zu has no finite coefficients",
                path_text(model, leaf->path), i % count, grid.full ? "pair" : "channel", i / count);
            diag_note(diag, NOWHERE, "b = %.6g, %.6g, %.6g, a = %.6g, %.6g, %.6g", s.b0, s.b1, s.b2,
                      s.a0, s.a1, s.a2);
            return NULL;
        }
        sections[i] = (struct section){operand_constant(s.b0), operand_constant(s.b1),
                                       operand_constant(s.b2), operand_constant(s.a0),
                                       operand_constant(s.a1), operand_constant(s.a2)};
    }
    return sections_node(leaf, grid, count, sections);
}

static bool section_size(struct leaf *leaf, struct item item, const char *what, uint32_t found,
                         uint32_t wanted, const char *order) {
    if (found == wanted) return true;
    struct model *model = leaf->model;
    struct diag *diag = diag_error(model->diags, item_span(model, item), CODE_MODEL_RAGGED,
                                   "%s: expected sections in %s of %u coefficients, found %u",
                                   path_text(model, leaf->path), what, wanted, found);
    diag_help(diag, "they are %s", order);
    return false;
}

/* No section at all: wires, if something says how many. */
static const struct node *no_sections(struct leaf *leaf, struct item list) {
    struct item item;
    uint32_t n = UINT32_MAX;
    if (!stated_channels(leaf, "input_channels", &n, &item)) return NULL;
    if (n == UINT32_MAX) {
        leaf_needs(leaf, "'input_channels' where 'sos' has no section");
        return NULL;
    }
    if (!leaf_channels(leaf, n, n, list)) return NULL;
    return node_wire(&leaf->model->build, leaf->at, n);
}

/* [section][b0 b1 b2 a0 a1 a2][channel], or [section][b0 b1 b2 a0 a1 a2][out][in]. */
static const struct node *columns_of_six(struct leaf *leaf, struct item list, const char *what,
                                         bool full, const struct tensor *tensor) {
    struct model *model = leaf->model;
    uint32_t count = tensor->sizes[0], rows = tensor->sizes[2];
    struct grid grid = {rows, full ? tensor->sizes[3] : rows, full};
    if (!section_size(leaf, list, what, tensor->sizes[1], 6, "b0 b1 b2 a0 a1 a2") ||
        !leaf_grid(leaf, grid, list))
        return NULL;
    size_t entries = grid_entries(grid);
    struct section *sections = ARENA_ARRAY(model->arena, entries * count, struct section);
    for (uint32_t k = 0; k < count; k++) {
        for (size_t e = 0; e < entries; e++) {
            const struct operand *c = &tensor->at[6 * k * entries + e];
            sections[e * count + k] = (struct section){
                c[0], c[entries], c[2 * entries], c[3 * entries], c[4 * entries], c[5 * entries]};
        }
    }
    return sections_node(leaf, grid, count, sections);
}

/* [section][channel][b0, b1, b2, a1, a2] with a0 = 1, or [section][out][in][b0, b1, b2, a1, a2]. */
static const struct node *rows_of_five(struct leaf *leaf, struct item list, bool full,
                                       const struct tensor *tensor) {
    struct model *model = leaf->model;
    uint32_t count = tensor->sizes[0], rows = tensor->sizes[1];
    struct grid grid = {rows, full ? tensor->sizes[2] : rows, full};
    if (!section_size(leaf, list, "'sos'", tensor->sizes[full ? 3 : 2], 5,
                      "b0 b1 b2 a1 a2, with a0 = 1") ||
        !leaf_grid(leaf, grid, list))
        return NULL;
    size_t entries = grid_entries(grid);
    struct section *sections = ARENA_ARRAY(model->arena, entries * count, struct section);
    for (uint32_t k = 0; k < count; k++) {
        for (size_t e = 0; e < entries; e++) {
            const struct operand *c = &tensor->at[5 * (k * entries + e)];
            sections[e * count + k] =
                (struct section){c[0], c[1], c[2], operand_constant(1), c[3], c[4]};
        }
    }
    return sections_node(leaf, grid, count, sections);
}

const struct node *read_sos(struct leaf *leaf, struct item list) {
    struct model *model = leaf->model;
    if (item_kind(list) == KIND_LIST && !item_first(list).json) return no_sections(leaf, list);
    bool full = item_depth(list) == 4;
    struct tensor tensor;
    if (!read_tensor(model, leaf->path, list, "'sos'", full ? 4 : 3, &tensor)) return NULL;
    /* FLAMO's own order, six rows of coefficients, cannot be taken for five of each channel. */
    if (tensor.sizes[1] == 6 && tensor.sizes[full ? 3 : 2] != 5)
        return columns_of_six(leaf, list, "'sos'", full, &tensor);
    return rows_of_five(leaf, list, full, &tensor);
}

/* ADAC exports SOSFilter under the name of parallelSOSFilter: the lists tell them apart. */
const struct node *read_sections(struct leaf *leaf) {
    struct model *model = leaf->model;
    struct item raw = present(model, leaf->params, "raw");
    if (!raw.json) {
        leaf_needs(leaf, "'sos', as [section][channel][b0, b1, b2, a1, a2], or 'raw', as "
                         "[section][6][out][in]");
        return NULL;
    }
    bool full = item_depth(raw) != 3;
    struct tensor tensor;
    if (!read_tensor(model, leaf->path, raw, "'raw'", full ? 4 : 3, &tensor)) return NULL;
    return columns_of_six(leaf, raw, "'raw'", full, &tensor);
}
