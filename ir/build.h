/* Making nodes. Each returns null after a report if the shapes do not fit; null parts give null
 * without another report. Part arrays are copied; operands must live in the arena already. */
#ifndef ADACC_IR_BUILD_H
#define ADACC_IR_BUILD_H

#include "ir/shape.h"

struct build {
    struct arena *arena;
    struct diags *diags;
};

const struct node *node_wire(struct build *build, span at, uint32_t n);
const struct node *node_gain(struct build *build, span at, const struct matrix *matrix);
const struct node *node_delay(struct build *build, span at, const struct delays *delays);
const struct node *node_sos(struct build *build, span at, const struct sections *sections);
const struct node *node_fir(struct build *build, span at, const struct taps *taps);

/* SERIES, PARALLEL, STACK or SUM of one or more parts; of one part, that part itself. */
const struct node *node_combine(struct build *build, span at, enum op op,
                                const struct node *const *parts, uint32_t count);
const struct node *node_pair(struct build *build, span at, enum op op, const struct node *a,
                             const struct node *b);

/* y = a(x + b(y)), a : n -> m, b : m -> n. `implicit`: delay-free loops in it are solved. */
const struct node *node_feedback(struct build *build, span at, const struct node *a,
                                 const struct node *b, bool implicit);

/* n copies side by side. */
const struct node *node_copies(struct build *build, span at, const struct node *part, uint32_t n);

/* The same node under a name, or with what its JSON said of it. */
const struct node *node_named(struct build *build, const struct node *node, name label);
const struct node *node_from(struct build *build, const struct node *node, const struct origin *origin);

/* The same node, with other parts (as many as it had; shapes unchanged). Shares if nothing differs. */
const struct node *node_with_parts(struct build *build, const struct node *node,
                                   const struct node *const *parts);

#endif
