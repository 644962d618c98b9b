#include "passes/say.h"

const char *say_node(struct arena *arena, const struct node *node, const char *otherwise) {
    if (node->name) return text_format(arena, "'%s'", node->name->text);
    return text_format(arena, "the %s", otherwise);
}

const char *say_entry(struct arena *arena, struct grid grid, size_t entry) {
    if (!grid.full) return text_format(arena, "channel %zu", entry);
    return text_format(arena, "outlet %zu, inlet %zu", entry / grid.cols, entry % grid.cols);
}

const char *say_where(struct arena *arena, const struct node *node, struct grid grid,
                      size_t entry) {
    if (!node->name && grid.rows * grid.cols == 1) return "";
    return text_format(arena, " at %s of %s", say_entry(arena, grid, entry),
                       say_node(arena, node, "bank"));
}
