/* Notices that files change: the system tells (inotify), and where it cannot, looking does.
 *
 * What is watched are the folders where the files stand, so that a file that an editor puts in the
 * place of another, or one that is not there yet, is noticed. Looking compares what stat says;
 * where the system tells, that is done too, once a second, for folders that come and go, links into
 * other folders, and file systems that other machines write to.
 */
#ifndef ADACC_FRONTEND_NOTICE_H
#define ADACC_FRONTEND_NOTICE_H

#include "ir/base/vec.h"

struct notice_file;

enum notice_change {
    NOTICE_NONE,
    NOTICE_GOES_ON, /* written to, made or removed: more may follow at once */
    NOTICE_DONE     /* closed behind what was written, or put in its place whole */
};

/* Files that are watched together. Zeroed, it is empty. */
struct notice_set {
    struct arena arena;
    VEC(struct notice_file) files;
    enum notice_change change; /* the last one that the wait saw */
};

struct notice;

/* If `looking`, the system is not asked to tell. Frees itself with the arena. */
struct notice *notice_new(struct arena *arena, bool looking);

/* Forgets the files of a set. */
void notice_clear(struct notice_set *set);

/* Watches a path from now on, whether a file stands there or not. */
void notice_add(struct notice *notice, struct notice_set *set, const char *path);

/* Waits until something changes, for `seconds` at most, and no longer than looking allows. */
void notice_wait(struct notice *notice, struct notice_set *const *sets, size_t count,
                 double seconds);

#endif
