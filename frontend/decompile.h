/* Programs as source text of .adg, for --emit=adg.
 *
 * What came from an .adg file is printed from its own syntax tree, so that names, comments and
 * spelling stay. Any other program is decompiled from its graph: definitions are named from nodes,
 * matrices and lengths that a built-in function makes are written as its call, and absorption as
 * decay times. A call stands for numbers only where elaborating it gave these numbers back, within
 * the last digit that they have; where it is not exactly them, a comment says how far off it is.
 */
#ifndef ADACC_FRONTEND_DECOMPILE_H
#define ADACC_FRONTEND_DECOMPILE_H

#include "frontend/reader.h"

/* The text of an .adg file, which was read without errors before, in its canonical layout. */
void source_format(struct arena *arena, const struct source *source, struct text *out);

/* The program as it was read, before any pass. False after a report: there are systems for which
 * the language has no words (without inlets, for one). */
bool source_decompile(struct reading *reading, const struct program *program, struct text *out);

#endif
