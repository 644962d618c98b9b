/* Rewriting a graph from the leaves up. */
#ifndef ADACC_IR_WALK_H
#define ADACC_IR_WALK_H

#include "ir/build.h"

/* Called for each distinct node once its parts were rewritten (they are in `node` already). Returns
 * the node itself to keep it, another of the same shape, or null after a report. */
typedef const struct node *node_rewriter(struct build *build, const struct node *node, void *context);

/* Nodes are memoised by pointer: what was shared stays shared. Null if the rewriter gave null. */
const struct node *node_rewrite(struct build *build, const struct node *root, node_rewriter *rewrite,
                                void *context);

/* Calls visit for each distinct node, parts before wholes. Stops and gives false when visit does. */
bool node_visit(struct arena *scratch, const struct node *root,
                bool (*visit)(const struct node *node, void *context), void *context);

#endif
