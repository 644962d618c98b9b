/* Identifiers that are legal in C, FAUST and .adg, and unique among those given out. */
#ifndef ADACC_PASSES_IDENTIFIER_H
#define ADACC_PASSES_IDENTIFIER_H

#include "ir/base/name.h"
#include "ir/base/memo.h"

struct identifiers {
    struct names *names;
    struct arena *scratch;
    struct memo taken; /* by name */
};

void identifiers_init(struct identifiers *ids, struct names *names, struct arena *scratch);
void identifiers_take(struct identifiers *ids, name id);

/* `wanted` with whatever is not a letter of ASCII, a digit or _ made into _, and with _2, _3 ...
 * behind it where that is taken; `otherwise`, which must be legal, where nothing of it is left. */
name identifiers_make(struct identifiers *ids, const char *wanted, const char *otherwise);

#endif
