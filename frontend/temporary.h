/* Files that stand whole or not at all: written beside their place, then renamed to it. */
#ifndef ADACC_FRONTEND_TEMPORARY_H
#define ADACC_FRONTEND_TEMPORARY_H

#include <stdio.h>

#include "ir/base/arena.h"

/* A new file in the folder of `path`, hidden, for reading and writing, with the mode that umask
 * gives;
 * `*temporary` is its path, to be renamed or unlinked. Null with errno set if there can be none. */
FILE *temporary_open(struct arena *arena, const char *path, char **temporary);

/* The same for a folder, new and empty, which staging.h moves to its place. Null with errno set. */
char *temporary_folder(struct arena *arena, const char *path);

/* The file takes the place of `path` and is closed. False with errno set, the file closed and gone.
 */
bool temporary_keep(FILE *file, const char *temporary, const char *path);

/* A file without a name, in memory where the system has such files. Null with errno set. */
FILE *nameless_open(void);

#endif
