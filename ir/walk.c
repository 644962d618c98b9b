#include "ir/walk.h"

#include "ir/base/memo.h"

struct rewriting {
    struct build *build;
    node_rewriter *rewrite;
    void *context;
    struct memo memo;
};

static const struct node *rewrite(struct rewriting *r, const struct node *node) {
    bool fresh;
    union memo_value *known = memo_at(&r->memo, node, &fresh);
    if (!fresh) return known->pointer;
    const struct node *with = node;
    if (node->count) {
        const struct node **parts = ARENA_ARRAY(r->memo.arena, node->count, const struct node *);
        for (uint32_t i = 0; i < node->count; i++) {
            parts[i] = rewrite(r, node->parts[i]);
            if (!parts[i]) return NULL;
        }
        with = node_with_parts(r->build, node, parts);
    }
    const struct node *made = r->rewrite(r->build, with, r->context);
    /* The table may have grown under the parts: the place is looked up again. */
    if (made) memo_at(&r->memo, node, NULL)->pointer = made;
    return made;
}

const struct node *node_rewrite(struct build *build, const struct node *root,
                                node_rewriter *rewriter, void *context) {
    struct arena scratch;
    arena_init_scratch(&scratch, build->arena);
    struct rewriting r = {.build = build, .rewrite = rewriter, .context = context};
    memo_init(&r.memo, &scratch);
    const struct node *made = rewrite(&r, root);
    arena_free(&scratch);
    return made;
}

static bool visit_node(struct memo *memo, const struct node *node,
                       bool (*visit)(const struct node *, void *), void *context) {
    bool fresh;
    memo_at(memo, node, &fresh);
    if (!fresh) return true;
    for (uint32_t i = 0; i < node->count; i++)
        if (!visit_node(memo, node->parts[i], visit, context)) return false;
    return visit(node, context);
}

bool node_visit(struct arena *scratch, const struct node *root,
                bool (*visit)(const struct node *, void *), void *context) {
    struct memo memo;
    memo_init(&memo, scratch);
    return visit_node(&memo, root, visit, context);
}
