/* Equal matrices become one object, and each gets a name of its own: the backends print a matrix
 * once and call it by that name, and no two are ever taken for one another.
 *
 * A matrix is named after the first node that has it and a name, else `g` if it is diagonal and `A`
 * if not; the name is a legal identifier, differs from all knobs' ids, and ends in _2, _3 ... where
 * it would not be unique. */
#include <string.h>

#include "ir/base/vec.h"
#include "ir/walk.h"
#include "passes/identifier.h"
#include "passes/pass.h"

struct group {
    const struct matrix *matrix;
    uint64_t hash;
    name label; /* of the first node that has one */
    struct matrix *hoisted;
};

struct hoisting {
    struct pass_context *pass;
    VEC(struct group) groups;
    uint32_t *buckets; /* index + 1 of a group, by hash; open addressing */
    size_t bucket_count;
    struct memo group_of; /* matrix -> index + 1 */
};

static uint64_t mix(uint64_t hash, uint64_t value) {
    return (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15) ^ hash >> 29;
}

/* Equal matrices hash alike: -0 and 0 are equal, so the sign of zero must not count. */
static uint64_t hash_of(const struct matrix *m) {
    uint64_t hash = mix(m->rows, m->cols);
    for (size_t i = 0; i < (size_t)m->rows * m->cols; i++) {
        double value = m->at[i].value + 0.0;
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        hash = mix(hash, bits);
    }
    return hash;
}

static uint32_t *bucket(struct hoisting *h, const struct matrix *m, uint64_t hash) {
    size_t mask = h->bucket_count - 1, at = (size_t)(hash >> 20) & mask;
    for (; h->buckets[at]; at = (at + 1) & mask) {
        const struct group *g = &h->groups.at[h->buckets[at] - 1];
        if (g->hash == hash && matrix_equal(g->matrix, m)) break;
    }
    return &h->buckets[at];
}

static void widen(struct hoisting *h) {
    h->bucket_count = h->bucket_count ? h->bucket_count * 2 : 64;
    h->buckets = ARENA_ARRAY(h->pass->scratch, h->bucket_count, uint32_t);
    for (uint32_t i = 0; i < h->groups.count; i++)
        *bucket(h, h->groups.at[i].matrix, h->groups.at[i].hash) = i + 1;
}

static bool collect(const struct node *node, void *context) {
    struct hoisting *h = context;
    if (node->op != OP_GAIN) return true;
    union memo_value *index = memo_at(&h->group_of, node->matrix, NULL);
    if (!index->number) {
        if (h->groups.count * 2 >= h->bucket_count) widen(h);
        uint64_t hash = hash_of(node->matrix);
        uint32_t *at = bucket(h, node->matrix, hash);
        if (!*at) {
            vec_push(h->pass->scratch, &h->groups, (struct group){node->matrix, hash, NULL, NULL});
            *at = (uint32_t)h->groups.count;
        }
        index->number = *at;
    }
    struct group *group = &h->groups.at[index->number - 1];
    if (!group->label) group->label = node->name;
    return true;
}

static const struct node *point(struct build *build, const struct node *node, void *context) {
    struct hoisting *h = context;
    if (node->op != OP_GAIN) return node;
    struct node *made = ARENA_NEW(build->arena, struct node);
    *made = *node;
    made->matrix = h->groups.at[memo_at(&h->group_of, node->matrix, NULL)->number - 1].hoisted;
    return made;
}

bool pass_hoist(struct pass_context *context, struct program *program) {
    struct build build = {context->arena, context->diags};
    struct hoisting h = {.pass = context};
    memo_init(&h.group_of, context->scratch);
    node_visit(context->scratch, program->main, collect, &h);

    struct identifiers ids;
    identifiers_init(&ids, context->names, context->scratch);
    for (uint32_t i = 0; i < program->knob_count; i++) identifiers_take(&ids, program->knobs[i].id);
    for (size_t i = 0; i < h.groups.count; i++) {
        struct group *group = &h.groups.at[i];
        group->hoisted = ARENA_NEW(context->arena, struct matrix);
        *group->hoisted = *group->matrix;
        const char *otherwise = matrix_is_diagonal(group->matrix) ? "g" : "A";
        group->hoisted->name = identifiers_make(&ids, name_or(group->label, ""), otherwise);
    }
    program->main = node_rewrite(&build, program->main, point, &h);
    return true;
}
