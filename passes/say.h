/* How passes speak of nodes and of places in them. */
#ifndef ADACC_PASSES_SAY_H
#define ADACC_PASSES_SAY_H

#include "passes/pass.h"

/* "'tank'", or "the delay" where the node has no name and `otherwise` is "delay". */
const char *say_node(struct arena *arena, const struct node *node, const char *otherwise);

/* "channel 3" of a bank, "outlet 1, inlet 0" of a full grid; counted from 0, as ADAC does. */
const char *say_entry(struct arena *arena, struct grid grid, size_t entry);

/* " at channel 3 of 'm'", behind "the delay"; nothing for the only one of a bank without a name. */
const char *say_where(struct arena *arena, const struct node *node, struct grid grid, size_t entry);

#endif
