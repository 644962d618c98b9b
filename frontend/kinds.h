/* The words of --emit, and the names of files that come of them. */
#ifndef ADACC_FRONTEND_KINDS_H
#define ADACC_FRONTEND_KINDS_H

#include "backends/backend.h"

/* The backend of a kind; `ir` alone takes its format from the extension of `output`, which may be
 * null. Null if there is none. */
const struct backend *kind_find(const char *kind, const char *output);

/* What outputs are called where nothing else is said: the input's name without folder and
 * extension, "out" for standard input and for none. */
const char *stem_of(struct arena *arena, const char *input);

#endif
