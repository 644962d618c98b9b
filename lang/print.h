/* A syntax tree as source, in one canonical layout: a statement a line, blanks around the loose
 * operators and none around the tight ones, no parentheses that change nothing, at most one blank
 * line in a row. Literals keep their spelling, comments are kept: one behind a statement stays
 * there, one inside a statement moves in front of it. Reading the print gives an equal tree, and
 * printing that gives the same text. */
#ifndef ADACC_LANG_PRINT_H
#define ADACC_LANG_PRINT_H

#include "ir/base/text.h"
#include "lang/ast.h"

/* A longer definition is broken at its loosest operators, then between the entries of brackets. */
enum { ADG_PRINT_WIDTH = 100 };

void adg_print(struct text *out, const struct ast_file *file);

/* One expression, on one line; `source` is the text that it was read from. */
void adg_print_expr(struct text *out, const struct source *source, const struct ast_expr *expr);

#endif
