#include "ir/build.h"

#include <string.h>

static struct node *node_new(struct build *build, enum op op, span at, struct shape shape) {
    struct node *node = ARENA_NEW(build->arena, struct node);
    node->op = op;
    node->at = at;
    node->shape = shape;
    return node;
}

static struct shape grid_shape(struct grid grid) {
    return (struct shape){grid.cols, grid.rows};
}

static struct node *leaf(struct build *build, enum op op, span at, struct shape shape) {
    if (!shape_within_limits(build->diags, at, shape)) return NULL;
    return node_new(build, op, at, shape);
}

const struct node *node_wire(struct build *build, span at, uint32_t n) {
    return leaf(build, OP_WIRE, at, (struct shape){n, n});
}

const struct node *node_gain(struct build *build, span at, const struct matrix *matrix) {
    struct node *node = leaf(build, OP_GAIN, at, (struct shape){matrix->cols, matrix->rows});
    if (node) node->matrix = matrix;
    return node;
}

const struct node *node_delay(struct build *build, span at, const struct delays *delays) {
    struct node *node = leaf(build, OP_DELAY, at, grid_shape(delays->grid));
    if (node) node->delays = delays;
    return node;
}

const struct node *node_sos(struct build *build, span at, const struct sections *sections) {
    struct node *node = leaf(build, OP_SOS, at, grid_shape(sections->grid));
    if (node) node->sections = sections;
    return node;
}

const struct node *node_fir(struct build *build, span at, const struct taps *taps) {
    struct node *node = leaf(build, OP_FIR, at, grid_shape(taps->grid));
    if (node) node->taps = taps;
    return node;
}

static struct party party(const struct node *node) {
    return (struct party){node->shape, node->at};
}

static bool join(struct diags *diags, span at, enum op op, struct party a, struct party b,
                 struct shape *out) {
    switch (op) {
    case OP_SERIES: return shape_series(diags, at, a, b, out);
    case OP_PARALLEL: return shape_parallel(diags, at, a, b, out);
    case OP_STACK: return shape_stack(diags, at, a, b, out);
    default: return shape_sum(diags, at, a, b, out);
    }
}

const struct node *node_combine(struct build *build, span at, enum op op,
                                const struct node *const *parts, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (!parts[i]) return NULL;
    if (count == 1) return parts[0];
    struct shape shape = parts[0]->shape;
    for (uint32_t i = 1; i < count; i++) {
        /* What came before stands for the left side; in a series only its outlets matter. */
        struct party before = {shape, i == 1 || op == OP_SERIES ? parts[i - 1]->at : at};
        if (!join(build->diags, at, op, before, party(parts[i]), &shape)) return NULL;
    }
    struct node *node = node_new(build, op, at, shape);
    node->count = count;
    const struct node **copy = ARENA_ARRAY(build->arena, count, const struct node *);
    memcpy(copy, parts, count * sizeof *parts);
    node->parts = copy;
    return node;
}

const struct node *node_pair(struct build *build, span at, enum op op, const struct node *a,
                             const struct node *b) {
    return node_combine(build, at, op, (const struct node *const[]){a, b}, 2);
}

const struct node *node_feedback(struct build *build, span at, const struct node *a,
                                 const struct node *b, bool implicit) {
    struct shape shape;
    if (!a || !b || !shape_feedback(build->diags, at, party(a), party(b), &shape)) return NULL;
    struct node *node = node_new(build, OP_FEEDBACK, at, shape);
    const struct node **parts = ARENA_ARRAY(build->arena, 2, const struct node *);
    parts[0] = a;
    parts[1] = b;
    node->count = 2;
    node->parts = parts;
    node->implicit = implicit;
    return node;
}

const struct node *node_copies(struct build *build, span at, const struct node *part, uint32_t n) {
    if (!part) return NULL;
    if (n == 0) return node_wire(build, at, 0);
    const struct node **parts = ARENA_ARRAY(build->arena, n, const struct node *);
    for (uint32_t i = 0; i < n; i++) parts[i] = part;
    return node_combine(build, at, OP_PARALLEL, parts, n);
}

static struct node *copy_of(struct build *build, const struct node *node) {
    struct node *copy = ARENA_NEW(build->arena, struct node);
    *copy = *node;
    return copy;
}

const struct node *node_named(struct build *build, const struct node *node, name label) {
    if (!node || node->name == label) return node;
    struct node *copy = copy_of(build, node);
    copy->name = label;
    return copy;
}

const struct node *node_from(struct build *build, const struct node *node, const struct origin *origin) {
    if (!node || node->origin == origin) return node;
    struct node *copy = copy_of(build, node);
    copy->origin = origin;
    return copy;
}

const struct node *node_with_parts(struct build *build, const struct node *node,
                                   const struct node *const *parts) {
    if (!memcmp(parts, node->parts, node->count * sizeof *parts)) return node;
    struct node *copy = copy_of(build, node);
    const struct node **own = ARENA_ARRAY(build->arena, node->count, const struct node *);
    memcpy(own, parts, node->count * sizeof *parts);
    copy->parts = own;
    return copy;
}
