#include "frontend/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ir/base/text.h"

/* Whether what is opened is the file that stands there: its last holder may have removed it, or
 * somebody the whole folder. */
static bool stands(const struct lock *lock, int opened) {
    struct stat held, named;
    return !fstat(opened, &held) && !stat(lock->path, &named) && held.st_dev == named.st_dev &&
           held.st_ino == named.st_ino;
}

static void release(void *what) {
    struct lock *lock = what;
    if (lock->opened < 0) return;
    if (stands(lock, lock->opened)) unlink(lock->path); /* while held: else it is somebody else's */
    close(lock->opened);
    lock->opened = -1;
}

static void drop(void *what) {
    struct lock *lock = what;
    guard_enter(lock->guard);
    release(lock);
    guard_remove(lock->guard, &lock->guarded);
    guard_leave(lock->guard);
}

struct lock *lock_new(struct arena *arena, struct guard *guard, const char *output) {
    const char *slash = strrchr(output, '/');
    int folder = slash ? (int)(slash + 1 - output) : 0;
    struct lock *lock = ARENA_NEW(arena, struct lock);
    *lock =
        (struct lock){.output = output,
                      .path = text_format(arena, "%.*s.%s.lock", folder, output, output + folder),
                      .opened = -1,
                      .guard = guard,
                      .guarded = {.clear = release, .what = lock}};
    arena_defer(arena, drop, lock);
    guard_enter(guard);
    guard_add(guard, &lock->guarded);
    guard_leave(guard);
    return lock;
}

static long read_holder(int opened) {
    char digits[32] = "";
    return read(opened, digits, sizeof digits - 1) > 0 ? strtol(digits, NULL, 10) : 0;
}

static void write_holder(struct lock *lock) {
    struct arena arena;
    arena_init(&arena, NULL, 0);
    const char *digits = text_format(&arena, "%zu\n", (size_t)getpid());
    /* For people alone: a disk that is full does not matter here. */
    if (!ftruncate(lock->opened, 0) && write(lock->opened, digits, strlen(digits)) < 0)
        lock->holder = 0;
    arena_free(&arena);
}

static bool take(struct lock *lock) {
    if (lock->opened >= 0 && !stands(lock, lock->opened)) {
        close(lock->opened);
        lock->opened = -1;
    }
    while (lock->opened < 0) {
        int opened = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (opened < 0) return true;
        if (flock(opened, LOCK_EX | LOCK_NB)) {
            bool other = errno == EWOULDBLOCK;
            lock->holder = other ? read_holder(opened) : 0;
            close(opened);
            return !other;
        }
        if (!stands(lock, opened)) {
            close(opened);
            continue;
        }
        lock->opened = opened;
        write_holder(lock);
    }
    return true;
}

bool lock_take(struct lock *lock) {
    guard_enter(lock->guard);
    bool taken = take(lock);
    guard_leave(lock->guard);
    return taken;
}
