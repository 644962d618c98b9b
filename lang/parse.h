/* From the text of an .adg file to its syntax tree.
 *
 * Every mistake is reported, one diagnostic each, and reading goes on behind it: at the next line,
 * or after a mistake inside brackets at the next statement that begins in the first column. So the
 * tree of a file with errors lacks statements and must not be worked on further; whether there were
 * errors is to be seen in diags->errors.
 */
#ifndef ADACC_LANG_PARSE_H
#define ADACC_LANG_PARSE_H

#include "ir/base/diag.h"
#include "lang/ast.h"

/* `source` is one of `sources`, and UTF-8. Null only if nothing useful could be read. */
const struct ast_file *adg_parse(struct arena *arena, struct names *names, struct sources *sources,
                                 const struct source *source, struct diags *diags);

#endif
