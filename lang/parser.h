/* What the generated parser calls beside the constructors: reports and stacks. */
#ifndef ADACC_LANG_PARSER_H
#define ADACC_LANG_PARSER_H

#include "lang/build.h"

/* What could have stood in place of the token handed out last. */
struct expected {
    bool number, string, name, line_end, round, operation, statement;
    const char *texts[128]; /* of all tokens, as the grammar names them */
    int count;
};

void parser_report(struct parser *parser, const struct expected *expected);

/* May stacks of `size` entries double? False after a report that `at` nests too deep. */
bool parser_may_grow(struct parser *parser, span at, ptrdiff_t size);
void *parser_twice(struct parser *parser, const void *old, ptrdiff_t bytes);

void *parser_no_heap(size_t bytes); /* null */

#endif
