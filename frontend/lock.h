/* Who keeps a file up to date: one process at a time. */
#ifndef ADACC_FRONTEND_LOCK_H
#define ADACC_FRONTEND_LOCK_H

#include "frontend/guard.h"
#include "ir/base/arena.h"

/* A hidden file beside the output, locked as long as its process lives; removed with the arena, or
 * by the guard, which may be null. */
struct lock {
    const char *output; /* what is kept */
    const char *path;
    int opened;  /* below 0: it is not held */
    long holder; /* the process that holds it, where that is another; 0: unknown */
    struct guard *guard;
    struct guarded guarded;
};

struct lock *lock_new(struct arena *arena, struct guard *guard, const char *output);

/* False if another process holds it. True too where there can be no lock: a folder that is not
 * there, or that only others may write to. To be asked before each use: the folder may be another
 * one since. */
bool lock_take(struct lock *lock);

#endif
