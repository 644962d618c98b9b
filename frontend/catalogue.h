/* The vocabularies of the compiler as JSON, for other programs. */
#ifndef ADACC_FRONTEND_CATALOGUE_H
#define ADACC_FRONTEND_CATALOGUE_H

#include "ir/base/text.h"

/* What a parameter of a built-in function takes, and whether a knob may move it; null where
 * frontend/parameters.def has no line for it. */
struct parameter_info {
    const char *function, *name, *takes;
    bool knob;
};
const struct parameter_info *parameter_find(const char *function, const char *parameter,
                                            size_t length);

/* True of those functions of numbers that are written as operators. */
bool builtin_is_operator(const char *text);

/* One object: operations, cells, functions, constants, operators, units, passes and kinds of
 * output, each a list of objects. */
void catalogue_print(struct text *out);

#endif
