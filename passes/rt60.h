/* The decay control: a gain behind every delay that lies on a cycle. */
#ifndef ADACC_PASSES_RT60_H
#define ADACC_PASSES_RT60_H

#include "passes/pass.h"

/* The program's root with a gain of 10^(-3 m / (fs rt60)) behind each delay of m samples that lies
 * on a cycle, wherever it stands (Jot and Chaigne 1991, eq. 4): each sample around a loop then
 * loses the same, so that a lossless prototype decays by 60 dB in rt60 seconds. `*found` tells
 * whether there was any. Null after a report. */
const struct node *rt60_wire(struct pass_context *context, const struct program *program,
                             struct operand rt60, bool *found);

#endif
