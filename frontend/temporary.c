#ifdef HAVE_MEMFD_CREATE
#define _GNU_SOURCE /* for it */
#endif
#include "frontend/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ir/base/text.h"

/* Six letters for the name, from the time, the process and a place in this thread's memory. */
static void choose_letters(char *letters, const void *here, unsigned attempt) {
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t word = (uint64_t)now.tv_nsec + ((uint64_t)now.tv_sec << 30);
    word ^= (uint64_t)(uintptr_t)here ^ ((uint64_t)getpid() << 40) ^ attempt;
    for (int i = 0; i < 6; i++) {
        word = word * 6364136223846793005u + 1442695040888963407u; /* Knuth, MMIX */
        letters[i] = alphabet[(word >> 33) % (sizeof alphabet - 1)];
    }
}

enum { ATTEMPTS = 100 };

/* Beside `path`, hidden, with six letters behind it that are to be chosen. */
static char *hidden_name(struct arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash + 1 - path) : 0;
    return text_format(arena, "%.*s.%s.XXXXXX", folder, path, path + folder);
}

char *temporary_folder(struct arena *arena, const char *path) {
    char *folder = hidden_name(arena, path);
    for (unsigned i = 0; i < ATTEMPTS; i++) {
        choose_letters(folder + strlen(folder) - 6, folder, i);
        if (!mkdir(folder, 0777)) return folder;
        if (errno != EEXIST) break;
    }
    return NULL;
}

FILE *temporary_open(struct arena *arena, const char *path, char **temporary) {
    *temporary = hidden_name(arena, path);
    char *letters = *temporary + strlen(*temporary) - 6;
    for (unsigned i = 0; i < ATTEMPTS; i++) {
        choose_letters(letters, *temporary, i);
        /* Not mkstemp: its files are for their owner alone, and asking for the umask sets it. */
        int opened = open(*temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (opened < 0 && errno == EEXIST) continue;
        if (opened < 0) break;
        FILE *file = fdopen(opened, "w+b");
        if (file) return file;
        close(opened);
        unlink(*temporary);
        break;
    }
    *temporary = NULL;
    return NULL;
}

bool temporary_keep(FILE *file, const char *temporary, const char *path) {
    bool good = !fflush(file) && !ferror(file);
    good = !fclose(file) && good && !rename(temporary, path);
    if (good) return true;
    int why = errno;
    unlink(temporary);
    errno = why;
    return false;
}

FILE *nameless_open(void) {
#ifdef HAVE_MEMFD_CREATE
    int opened = memfd_create("adacc", MFD_CLOEXEC);
    FILE *file = opened < 0 ? NULL : fdopen(opened, "w+b");
    if (file) return file;
    if (opened >= 0) close(opened);
#endif
    return tmpfile();
}
