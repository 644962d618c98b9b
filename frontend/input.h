/* Reading a whole source file, within limits, and refusing what is no text. */
#ifndef ADACC_FRONTEND_INPUT_H
#define ADACC_FRONTEND_INPUT_H

#include "ir/base/diag.h"

/* The file as one of `sources`; path "-" is standard input, shown as "<stdin>". Null after a
 * report: it cannot be read, is larger than LIMIT_FILE_BYTES, empty, binary or not UTF-8. */
const struct source *input_read(struct arena *arena, struct sources *sources, struct diags *diags,
                                const char *path);

/* The same of a text that is there already; `path` is what it is called. */
const struct source *input_take(struct sources *sources, struct diags *diags, const char *path,
                                const char *text, size_t length);

#endif
