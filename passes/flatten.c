/* Series in series, parallel in parallel, stack in stack and sum in sum become one; wires in a
 * series go, wires side by side join; a combination of one part is that part. Nothing is computed,
 * so the meaning is the same to the last bit.
 *
 * A combination that is spliced into its parent loses its name and origin: what it was a part of
 * stands for it. A whole that comes down to one part hands its name to it, unless it has one. */
#include "passes/flatten.h"

#include "ir/base/limits.h"
#include "ir/base/vec.h"

typedef VEC(const struct node *) node_list;

const struct node *keep_name(struct build *build, const struct node *node, name label) {
    return node && !node->name && label ? node_named(build, node, label) : node;
}

static const struct node *join_wires(struct build *build, const struct node *a,
                                     const struct node *b) {
    return node_wire(build, span_join(a->at, b->at), a->shape.ins + b->shape.ins);
}

static bool gather(struct build *build, struct pass_context *pass, const struct node *whole,
                   node_list *list) {
    for (uint32_t i = 0; i < whole->count; i++) {
        const struct node *part = whole->parts[i];
        bool splice = part->op == whole->op;
        uint32_t count = splice ? part->count : 1;
        for (uint32_t k = 0; k < count; k++) {
            const struct node *one = splice ? part->parts[k] : part;
            const struct node *last = list->count ? list->at[list->count - 1] : NULL;
            if (whole->op == OP_SERIES && one->op == OP_WIRE) continue;
            if (whole->op == OP_PARALLEL && one->op == OP_WIRE && last && last->op == OP_WIRE) {
                list->at[list->count - 1] = join_wires(build, last, one);
                continue;
            }
            vec_push(pass->scratch, list, one);
        }
        if (list->count > LIMIT_CELLS) {
            diag_error(pass->diags, whole->at, CODE_TOO_MANY_CELLS,
                       "the program has more than %d parts", LIMIT_CELLS);
            return false;
        }
    }
    return true;
}

const struct node *flatten_node(struct build *build, const struct node *node, void *context) {
    struct pass_context *pass = context;
    if (node->op != OP_SERIES && node->op != OP_PARALLEL && node->op != OP_STACK &&
        node->op != OP_SUM)
        return node;
    node_list list = {0};
    if (!gather(build, pass, node, &list)) return NULL;
    bool same = list.count == node->count;
    for (uint32_t i = 0; same && i < node->count; i++) same = list.at[i] == node->parts[i];
    if (same && node->count > 1) return node;
    if (!list.count)
        return node_named(build, node_wire(build, node->at, node->shape.ins), node->name);
    if (list.count == 1) return keep_name(build, list.at[0], node->name);
    const struct node *made =
        node_combine(build, node->at, node->op, list.at, (uint32_t)list.count);
    return node_from(build, node_named(build, made, node->name), node->origin);
}

bool pass_flatten(struct pass_context *context, struct program *program) {
    struct build build = {context->arena, context->diags};
    const struct node *root = node_rewrite(&build, program->main, flatten_node, context);
    if (!root) return false;
    program->main = root;
    return true;
}
