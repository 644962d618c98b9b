/* Matrices of gains: as they are applied, or as FLAMO trained them. */
#include <math.h>
#include <string.h>

#include "frontend/read_json_leaf.h"

static const struct node *read_diagonal(struct leaf *leaf, struct item list, const char *what) {
    struct model *model = leaf->model;
    struct tensor tensor;
    if (!read_tensor(model, leaf->path, list, what, 1, &tensor)) return NULL;
    uint32_t n = tensor.sizes[0];
    if (!not_empty(leaf, list, what, n) || !leaf_channels(leaf, n, n, list)) return NULL;
    return node_gain(&model->build, leaf->at, matrix_diagonal(model->arena, n, tensor.at));
}

/* [out][in] */
static const struct node *read_full(struct leaf *leaf, struct item list, const char *what) {
    struct model *model = leaf->model;
    struct tensor tensor;
    if (!read_tensor(model, leaf->path, list, what, 2, &tensor)) return NULL;
    uint32_t rows = tensor.sizes[0], cols = tensor.sizes[1];
    struct item stated;
    /* No rows say nothing of how many columns they would have. */
    if (!rows && !stated_channels(leaf, "input_channels", &cols, &stated)) return NULL;
    if (!not_empty(leaf, list, what, rows && cols) || !leaf_channels(leaf, cols, rows, list))
        return NULL;
    return node_gain(&model->build, leaf->at, matrix_of(model->arena, rows, cols, tensor.at));
}

const struct node *read_gains(struct leaf *leaf) {
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
    struct item raw = present(model, leaf->params, "raw");
    if (full.json) return read_full(leaf, full, "'matrix'");
    if (diagonal.json) return read_diagonal(leaf, diagonal, "'gains'");
    if (raw.json)
        return leaf->full ? read_full(leaf, raw, "'raw'") : read_diagonal(leaf, raw, "'raw'");
    leaf_needs(leaf, "'matrix', as [out][in], or 'gains', one a channel");
    return NULL;
}

/* ---- what FLAMO maps ---- */

static bool is_power_of_two(uint32_t n) {
    return n && !(n & (n - 1));
}

static const struct node *not_of_size(struct leaf *leaf, struct item raw, const char *type,
                                      const char *sizes, uint32_t n) {
    diag_error(leaf->model->diags, item_span(leaf->model, raw), CODE_MODEL_RAGGED,
               "%s: FLAMO's %s matrices have %s rows, not %u", path_text(leaf->model, leaf->path),
               type, sizes, n);
    return NULL;
}

static const struct node *numbers_node(struct leaf *leaf, uint32_t n, const double *at) {
    struct model *model = leaf->model;
    return node_gain(&model->build, leaf->at, matrix_of_numbers(model->arena, n, n, at));
}

/* u as [n][1]: I - 2 u u' / (u' u). */
static const struct node *read_householder(struct leaf *leaf, struct item raw) {
    struct model *model = leaf->model;
    struct tensor u;
    if (!read_tensor(model, leaf->path, raw, "'raw'", 2, &u)) return NULL;
    uint32_t n = u.sizes[0];
    if (!right_size(leaf, raw, "each row of 'raw'", u.sizes[1], 1,
                    "a Householder matrix is made of one vector, as [channel][1]"))
        return NULL;
    if (!leaf_channels(leaf, n, n, raw)) return NULL;
    const struct matrix *matrix = matrix_householder(model->arena, n, u.at);
    if (matrix) return node_gain(&model->build, leaf->at, matrix);
    diag_error(model->diags, item_span(model, raw), CODE_MODEL_RANGE,
               "%s: a vector of zeros has no direction to reflect along",
               path_text(model, leaf->path));
    return NULL;
}

/* theta = clamp(raw[0][0], iter, pi / 4), whose upper bound wins. */
static const struct node *read_rotation(struct leaf *leaf, const struct numbers *raw) {
    struct model *model = leaf->model;
    uint32_t n = raw->grid.rows;
    double least = 1, out[16];
    if (!read_number(model, leaf->path, leaf->flamo, "iter", &least)) return NULL;
    if (n != 2 && n != 4) return not_of_size(leaf, raw->item, "rotation", "2 or 4", n);
    design_rotation(n, fmin(fmax(raw->at[0], least), M_PI_4), out);
    return numbers_node(leaf, n, out);
}

const struct node *read_matrix(struct leaf *leaf) {
    struct model *model = leaf->model;
    struct item raw = present(model, leaf->params, "raw");
    bool applied =
        present(model, leaf->params, "matrix").json || present(model, leaf->params, "gains").json;
    if (applied || !raw.json) return read_gains(leaf);
    if (!strcmp(leaf->module, "HouseholderMatrix")) return read_householder(leaf, raw);
    const char *type = "random";
    struct numbers numbers;
    if (!read_string(model, leaf->path, leaf->flamo, "matrix_type", &type) ||
        !read_numbers(leaf, "raw", 0, &numbers))
        return NULL;
    uint32_t n = numbers.grid.rows;
    bool orthogonal = !strcmp(type, "orthogonal"), hadamard = !strcmp(type, "hadamard");
    bool rotation = !strcmp(type, "rotation");
    if (!orthogonal && !hadamard && !rotation) {
        if (!strcmp(type, "random")) return read_gains(leaf);
        leaf_lacks(leaf, "params.matrix", "FLAMO had a function of its own for this matrix type",
                   "add \"matrix\": [[...], ...] to 'params', as [out][in]");
        return NULL;
    }
    if (n != numbers.grid.cols) {
        right_size(leaf, raw, "each row of 'raw'", numbers.grid.cols, n,
                   "a matrix of this type is square");
        return NULL;
    }
    if (rotation) return read_rotation(leaf, &numbers);
    if (hadamard) {
        if (!is_power_of_two(n)) return not_of_size(leaf, raw, type, "2, 4, 8, 16 ...", n);
        return node_gain(&model->build, leaf->at, matrix_hadamard(model->arena, n));
    }
    double *out = ARENA_ARRAY(model->arena, (size_t)n * n, double);
    design_orthogonal(model->arena, n, numbers.at, out);
    return numbers_node(leaf, n, out);
}
