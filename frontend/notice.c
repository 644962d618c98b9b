#include "frontend/notice.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifdef HAVE_SYS_INOTIFY_H
#include <sys/inotify.h>
#endif

static const double LOOK_S = 0.1, LOOK_SELDOM_S = 1;

struct stamp {
    bool there;
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec written, changed;
};

struct notice_place { /* an entry of a folder that is watched */
    int folder;       /* as inotify numbers it; below 0: none */
    const char *entry;
};

struct notice_file {
    const char *path;
    struct stamp stamp;
    struct notice_place places[2]; /* as it is named, and where links lead to */
};

struct notice {
    bool looking;
    int told; /* inotify's descriptor; below 0: none */
};

static bool same_time(struct timespec a, struct timespec b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same_stamp(const struct stamp *a, const struct stamp *b) {
    if (!a->there || !b->there) return a->there == b->there;
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           same_time(a->written, b->written) && same_time(a->changed, b->changed);
}

static struct stamp look_at(const char *path) {
    struct stat info;
    if (stat(path, &info)) return (struct stamp){0};
    return (struct stamp){true, info.st_dev, info.st_ino, info.st_size, info.st_mtim, info.st_ctim};
}

/* ---- what the system tells ------------------------------------------------------------------- */

#ifdef HAVE_SYS_INOTIFY_H

static int open_told(void) {
    return inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
}

static struct notice_place place_of(struct notice *notice, struct arena *arena, const char *path) {
    const char *slash = strrchr(path, '/'), *entry = slash ? slash + 1 : path;
    const char *folder = !slash          ? "."
                         : slash == path ? "/"
                                         : arena_copy(arena, path, (size_t)(slash - path));
    int number = inotify_add_watch(notice->told, folder,
                                   IN_CLOSE_WRITE | IN_MOVED_TO | IN_MODIFY | IN_CREATE |
                                       IN_DELETE | IN_MOVED_FROM | IN_ATTRIB | IN_ONLYDIR);
    /* No room for one more watch: then looking has to do. */
    if (number < 0 && errno != ENOENT && errno != ENOTDIR && errno != EACCES)
        notice->looking = true;
    return (struct notice_place){number, arena_copy(arena, entry, strlen(entry))};
}

static void note_event(struct notice_set *set, const struct inotify_event *event) {
    bool done = event->mask & (IN_CLOSE_WRITE | IN_MOVED_TO);
    for (size_t i = 0; i < set->files.count; i++) {
        struct notice_file *file = &set->files.at[i];
        bool meant = event->mask & IN_Q_OVERFLOW; /* some of the events were lost */
        for (int p = 0; p < 2 && event->len; p++)
            meant = meant || (file->places[p].folder == event->wd &&
                              !strcmp(file->places[p].entry, event->name));
        if (!meant) continue;
        set->change = done ? NOTICE_DONE : NOTICE_GOES_ON;
        file->stamp = look_at(file->path);
    }
}

static void read_events(struct notice *notice, struct notice_set *const *sets, size_t count) {
    _Alignas(struct inotify_event) char block[16384];
    for (ssize_t got; (got = read(notice->told, block, sizeof block)) > 0;) {
        for (const char *at = block; at < block + got;) {
            const struct inotify_event *event = (const void *)at;
            for (size_t i = 0; i < count; i++) note_event(sets[i], event);
            at += sizeof *event + event->len;
        }
    }
}

#else

static int open_told(void) {
    return -1;
}

static struct notice_place place_of(struct notice *notice, struct arena *arena, const char *path) {
    (void)notice, (void)arena, (void)path;
    return (struct notice_place){-1, ""};
}

static void read_events(struct notice *notice, struct notice_set *const *sets, size_t count) {
    (void)notice, (void)sets, (void)count;
}

#endif

/* ---- sets ------------------------------------------------------------------------------------ */

static void close_notice(void *what) {
    const struct notice *notice = what;
    if (notice->told >= 0) close(notice->told);
}

struct notice *notice_new(struct arena *arena, bool looking) {
    struct notice *notice = ARENA_NEW(arena, struct notice);
    notice->told = looking ? -1 : open_told();
    if (notice->told >= FD_SETSIZE) { /* which select cannot wait for */
        close(notice->told);
        notice->told = -1;
    }
    notice->looking = notice->told < 0;
    arena_defer(arena, close_notice, notice);
    return notice;
}

void notice_clear(struct notice_set *set) {
    arena_free(&set->arena);
    *set = (struct notice_set){.arena = set->arena};
}

void notice_add(struct notice *notice, struct notice_set *set, const char *path) {
    for (size_t i = 0; i < set->files.count; i++)
        if (!strcmp(set->files.at[i].path, path)) return;
    struct notice_file file = {.path = arena_copy(&set->arena, path, strlen(path)),
                               .places = {{.folder = -1}, {.folder = -1}}};
    if (notice->told >= 0) {
        file.places[0] = place_of(notice, &set->arena, path);
        char resolved[PATH_MAX];
        if (realpath(path, resolved)) file.places[1] = place_of(notice, &set->arena, resolved);
    }
    file.stamp = look_at(path); /* last, so that what is told from now on came behind it */
    vec_push(&set->arena, &set->files, file);
}

static void look(struct notice_set *set) {
    for (size_t i = 0; i < set->files.count; i++) {
        struct notice_file *file = &set->files.at[i];
        struct stamp now = look_at(file->path);
        if (!same_stamp(&now, &file->stamp)) set->change = NOTICE_GOES_ON;
        file->stamp = now;
    }
}

void notice_wait(struct notice *notice, struct notice_set *const *sets, size_t count,
                 double seconds) {
    double longest = notice->looking ? LOOK_S : LOOK_SELDOM_S;
    if (seconds > longest) seconds = longest;
    if (seconds < 0) seconds = 0;
    struct timespec wait = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    fd_set readable;
    FD_ZERO(&readable);
    if (notice->told >= 0) FD_SET(notice->told, &readable);
    for (size_t i = 0; i < count; i++) sets[i]->change = NOTICE_NONE;
    int got = pselect(notice->told + 1, &readable, NULL, NULL, &wait, NULL);
    if (got > 0) read_events(notice, sets, count);
    else
        for (size_t i = 0; i < count; i++) look(sets[i]);
}
