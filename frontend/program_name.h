/* What a program is called: its files, its C symbols, its place in FAUST. */
#ifndef ADACC_FRONTEND_PROGRAM_NAME_H
#define ADACC_FRONTEND_PROGRAM_NAME_H

#include "ir/base/diag.h"
#include "ir/base/name.h"

/* `wanted` (--name) as it is, or after a report null if C, C++ or FAUST keep that word for themselves;
 * without it, the stem of the input's file name made legal. */
name program_name(struct arena *arena, struct names *names, struct diags *diags, const char *wanted,
                  const char *stem);

#endif
