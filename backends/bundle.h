/* Kinds that make a folder, and what other kinds put into it. */
#ifndef ADACC_BACKENDS_BUNDLE_H
#define ADACC_BACKENDS_BUNDLE_H

#include "backends/backend.h"

/* Runs another backend, whose outputs become files of the folder, named after the program. What
 * they say in a line becomes the folder's. */
bool bundle_emit(const struct emission *emission, struct sink *folder,
                 bool (*emit)(const struct emission *, struct sink *));

#endif
