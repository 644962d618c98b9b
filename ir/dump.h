/* A program and its net as text for people and golden files. */
#ifndef ADACC_IR_DUMP_H
#define ADACC_IR_DUMP_H

#include "ir/base/text.h"
#include "ir/net.h"
#include "ir/program.h"

void program_dump(struct text *out, const struct program *program);
void net_dump(struct text *out, const struct net *net);

/* "0.5", or "1 - mix" with the knobs' names. */
void operand_dump(struct text *out, struct operand operand, const struct knob *knobs);

#endif
