/* The door for ADAC's JSON: models that FLAMO trained, or that people and programs wrote.
 *
 * Shell is its core. A Series is a series, a Parallel a stack (`sum_output` false, the default) or a
 * sum of branches that take the same input, a Recursion y = fF(x + fB(y)) without any hidden sample,
 * whose delay-free loops are solved. What is absent or null where a part belongs is an error: nothing
 * is replaced by a wire. Beyond ADAC's schema three things are read, which the backend `json` writes:
 * the root's `knobs`, {"expr": "..."} in place of a number, and a node's `op`, where the graph has an
 * operation for which the schema has no word.
 */
#ifndef ADACC_FRONTEND_READ_JSON_H
#define ADACC_FRONTEND_READ_JSON_H

#include "frontend/reader.h"

/* Reads the source into the program, which comes zeroed. False after a report. */
bool read_json(struct reading *reading, const struct source *source, struct program *program);

#endif
