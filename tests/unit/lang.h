/* What the tests of .adg share: texts read and printed in a fixture. */
#ifndef ADACC_TESTS_UNIT_LANG_H
#define ADACC_TESTS_UNIT_LANG_H

#include "lang/parse.h"
#include "tests/unit/support.h"

const struct ast_file *parse_bytes(struct fixture *f, const char *text, size_t length);
const struct ast_file *parse(struct fixture *f, const char *text);

/* The same as the only text of the fixture, whose diagnostics are those of this text alone. */
const struct ast_file *parse_anew(struct fixture *f, const char *text);

/* What is printed on a terminal of a text that is parsed anew. */
const char *reports(struct fixture *f, const char *text);
#define assert_reports(f, text, wanted) assert_text(reports((f), (text)), (wanted))

/* A text that must be without errors. */
const struct ast_file *parse_good(struct fixture *f, const char *text);

/* Its only statement. */
const struct ast_statement *parse_one(struct fixture *f, const char *text);

/* The body of "x = TEXT". */
const struct ast_expr *parse_expr(struct fixture *f, const char *text);

/* The expression as the printer writes it. */
const char *print_expr(struct fixture *f, const char *text);
const char *print_file(struct fixture *f, const char *text);

/* Both are read, and say the same. */
void check_same(struct fixture *f, const char *a, const char *b);

/* The text of a span. */
const char *spelled(struct fixture *f, span at);

#endif
