#include "frontend/staging.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ir/base/vec.h"

static bool is_entry(const struct dirent *entry) {
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static bool is_folder(const char *path) {
    struct stat info;
    return !stat(path, &info) && S_ISDIR(info.st_mode);
}

size_t staging_entries(const char *path) {
    DIR *folder = opendir(path);
    size_t count = 0;
    for (struct dirent *entry; folder && (entry = readdir(folder));) count += is_entry(entry);
    if (folder) closedir(folder);
    return count;
}

/* A whole folder at once if nothing is there, else entry by entry. */
bool staging_place(struct arena *arena, const char *from, const char *to) {
    if (!rename(from, to)) return true;
    if (!is_folder(from) || !is_folder(to)) return false;
    DIR *folder = opendir(from);
    if (!folder) return false;
    VEC(const char *) entries = {0};
    for (struct dirent *entry; (entry = readdir(folder));)
        if (is_entry(entry))
            vec_push(arena, &entries, arena_copy(arena, entry->d_name, strlen(entry->d_name)));
    closedir(folder);
    for (size_t i = 0; i < entries.count; i++)
        if (!staging_place(arena, text_format(arena, "%s/%s", from, entries.at[i]),
                           text_format(arena, "%s/%s", to, entries.at[i])))
            return false;
    return !rmdir(from);
}

static void remove_at(int parent, const char *entry) {
    if (!unlinkat(parent, entry, 0)) return;
    int inside = openat(parent, entry, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    DIR *folder = inside < 0 ? NULL : fdopendir(inside);
    if (folder) {
        for (struct dirent *e; (e = readdir(folder));)
            if (is_entry(e)) remove_at(inside, e->d_name);
        closedir(folder);
    } else if (inside >= 0) {
        close(inside);
    }
    unlinkat(parent, entry, AT_REMOVEDIR);
}

void staging_remove(const char *staging) {
    remove_at(AT_FDCWD, staging);
}
