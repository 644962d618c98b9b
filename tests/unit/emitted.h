/* What a backend of one text writes, in memory. */
#ifndef ADACC_TESTS_UNIT_EMITTED_H
#define ADACC_TESTS_UNIT_EMITTED_H

#include "backends/backend.h"
#include "tests/unit/support.h"

/* The text, in the emission's arena; and, where `summary` is not null, the line said of it. Fails the
 * test where the backend reports an error. */
const char *emitted_text(const struct emission *emission,
                         bool (*emit)(const struct emission *, struct sink *),
                         const char **summary);

#endif
