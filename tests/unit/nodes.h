/* Nodes in few words, made of arrays of numbers. Where a program is built around them, with knobs and
 * passes, graph.h is shorter. */
#ifndef ADACC_TESTS_UNIT_NODES_H
#define ADACC_TESTS_UNIT_NODES_H

#include "ir/build.h"
#include "tests/unit/support.h"

struct build builder(struct fixture *f);

/* Matrices row by row; one channel; one channel whose gain a knob moves. */
const struct node *gain_of(struct fixture *f, uint32_t rows, uint32_t cols, const double *numbers);
const struct node *gain1(struct fixture *f, double g);
const struct node *gain_by(struct fixture *f, struct operand g);

/* Banks in samples; one line; a bank that knobs move. */
const struct node *delay(struct fixture *f, uint32_t n, const double *samples);
const struct node *delay1(struct fixture *f, double samples);
const struct node *delay_by(struct fixture *f, uint32_t n, const struct operand *samples);

/* One section of one channel: b0 b1 b2 a1 a2. */
const struct node *sos(struct fixture *f, const double c[5]);

const struct node *combine(struct fixture *f, enum op op, const struct node *a,
                           const struct node *b);
const struct node *feedback(struct fixture *f, const struct node *a, const struct node *b);
const struct node *label(struct fixture *f, const char *text, const struct node *node);
#define SERIES(a, b) combine(f, OP_SERIES, a, b)
#define PARALLEL(a, b) combine(f, OP_PARALLEL, a, b)
#define STACK(a, b) combine(f, OP_STACK, a, b)
#define SUM(a, b) combine(f, OP_SUM, a, b)
#define LOOP(a, b) feedback(f, a, b)

#endif
