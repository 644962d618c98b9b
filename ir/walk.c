#include "ir/walk.h"

#include "ir/base/vec.h"

/* From a node to what became of it: open addressing by pointer. */
struct memo {
    struct arena *arena;
    struct memo_entry {
        const struct node *from, *to;
    } * entries;
    size_t room, count;
};

static struct memo_entry *memo_find(struct memo *memo, const struct node *from) {
    size_t mask = memo->room - 1, at = ((uintptr_t)from >> 4) * 0x9E3779B97F4A7C15u >> 20 & mask;
    while (memo->entries[at].from && memo->entries[at].from != from) at = (at + 1) & mask;
    return &memo->entries[at];
}

static void memo_put(struct memo *memo, const struct node *from, const struct node *to) {
    if (memo->count * 2 >= memo->room) {
        struct memo wider = {.arena = memo->arena, .room = memo->room ? memo->room * 2 : 64};
        wider.entries = ARENA_ARRAY(wider.arena, wider.room, struct memo_entry);
        for (size_t i = 0; i < memo->room; i++)
            if (memo->entries[i].from) *memo_find(&wider, memo->entries[i].from) = memo->entries[i];
        wider.count = memo->count;
        *memo = wider;
    }
    *memo_find(memo, from) = (struct memo_entry){from, to};
    memo->count++;
}

static const struct node *memo_get(struct memo *memo, const struct node *from) {
    return memo->room ? memo_find(memo, from)->to : NULL;
}

struct rewriting {
    struct build *build;
    node_rewriter *rewrite;
    void *context;
    struct memo memo;
};

static const struct node *rewrite(struct rewriting *r, const struct node *node) {
    const struct node *known = memo_get(&r->memo, node);
    if (known) return known;
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
    if (made) memo_put(&r->memo, node, made);
    return made;
}

const struct node *node_rewrite(struct build *build, const struct node *root,
                                node_rewriter *rewriter, void *context) {
    struct arena scratch;
    arena_init_scratch(&scratch, build->arena);
    struct rewriting r = {build, rewriter, context, {.arena = &scratch}};
    const struct node *made = rewrite(&r, root);
    arena_free(&scratch);
    return made;
}

static bool visit_node(struct memo *memo, const struct node *node,
                       bool (*visit)(const struct node *, void *), void *context) {
    if (memo_get(memo, node)) return true;
    for (uint32_t i = 0; i < node->count; i++)
        if (!visit_node(memo, node->parts[i], visit, context)) return false;
    memo_put(memo, node, node);
    return visit(node, context);
}

bool node_visit(struct arena *scratch, const struct node *root,
                bool (*visit)(const struct node *, void *), void *context) {
    struct memo memo = {.arena = scratch};
    return visit_node(&memo, root, visit, context);
}
