/* import "file.adg" [as p]: other files of the language, each read once. */
#ifndef ADACC_FRONTEND_IMPORTS_H
#define ADACC_FRONTEND_IMPORTS_H

#include "frontend/elaborate.h"

/* A file of the language with what it defines. */
struct module {
    struct module *next;  /* the one read before */
    const char *identity; /* one a file, however its path is written */
    const struct ast_file *file;
    struct scope *scope;
};

/* The path as it is found from the file that holds `at`: absolute, or beside that file. */
const char *path_beside(struct elaborator *e, span at, const char *path);

/* Reads what the statements of e->root import, and what that imports, and makes the definitions
 * known: a file is looked for beside the one that imports it, then in the folders of
 * reading->import_paths. What cannot be read is reported, and e->unread set: names that are unknown
 * may be its. */
void imports_read(struct elaborator *e);

/* What an imported file defines, seen from a file's own scope: with a prefix, or null for those
 * that were imported without one. `*found` is null where nothing does. False after a report: there
 * is no such prefix, or two files define it. `*where` is its scope. */
bool imports_find(struct elaborator *e, const struct scope *file, const struct ast_path *path,
                  struct binding **found, struct scope **where);

/* For did-you-mean: names without prefix as they are, others as p.name where `wanted` is near the
 * name. */
void imports_offer(struct elaborator *e, const struct scope *file, struct suggestion *suggestion);

/* A file's own scope, from any scope within it. */
struct scope *scope_of_file(struct scope *scope);

#endif
