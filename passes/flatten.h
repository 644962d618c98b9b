/* The rewriting that keeps a graph flat, for passes that make nodes. */
#ifndef ADACC_PASSES_FLATTEN_H
#define ADACC_PASSES_FLATTEN_H

#include "ir/walk.h"
#include "passes/pass.h"

/* A node_rewriter; the context is a struct pass_context. The parts of `node` must be flat. */
const struct node *flatten_node(struct build *build, const struct node *node, void *context);

/* The same node under the name, unless it has a name already or there is none to give. */
const struct node *keep_name(struct build *build, const struct node *node, name label);

#endif
