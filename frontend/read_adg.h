/* The door for .adg. */
#ifndef ADACC_FRONTEND_READ_ADG_H
#define ADACC_FRONTEND_READ_ADG_H

#include "frontend/reader.h"

/* Parses the source and elaborates it: definitions are evaluated, constants folded, and what `main`
 * denotes becomes the graph. False after a report. */
bool read_adg(struct reading *reading, const struct source *source, struct program *program);

#endif
