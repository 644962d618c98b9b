/* A folder that is filled beside the place where it will stand (temporary_folder), and then moved
 * there. */
#ifndef ADACC_FRONTEND_STAGING_H
#define ADACC_FRONTEND_STAGING_H

#include "ir/base/text.h"

/* Moves it. Where a folder stands there already its files are replaced one by one, and what else
 * people keep in it stays. False with errno. */
bool staging_place(struct arena *arena, const char *staging, const char *path);

/* With all that is in it. Allocates nothing, so that it can run while an arena is freed. */
/* How many entries a folder has; 0 if it is not there. */
size_t staging_entries(const char *path);

void staging_remove(const char *staging);

#endif
