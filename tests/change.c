/* change HOW SOURCE TEXT OUTPUT: makes SOURCE hold what the file TEXT holds, as an editor does, and
 * prints the milliseconds until another file stands at OUTPUT; "none" and 1 after ten seconds. HOW:
 * `write` empties and fills it, `rename` puts a new file in its place, `backup` renames the old one
 * away first, `slow` fills it in two halves a little apart. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static void pause_ms(long milliseconds) {
    nanosleep(&(struct timespec){0, milliseconds * 1000000}, NULL);
}

static char *read_whole(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    enum { ROOM = 1 << 20 };
    char *bytes = malloc(ROOM);
    *length = bytes ? fread(bytes, 1, ROOM, file) : 0;
    fclose(file);
    return bytes;
}

static bool write_whole(const char *path, const char *bytes, size_t length, bool slow) {
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    size_t first = slow ? length / 2 : length;
    size_t put = fwrite(bytes, 1, first, file);
    if (slow) {
        fflush(file);
        pause_ms(20);
        put += fwrite(bytes + first, 1, length - first, file);
    }
    return !fclose(file) && put == length;
}

int main(int count, char **words) {
    if (count != 5) return 2;
    const char *how = words[1], *source = words[2], *output = words[4];
    size_t length = 0;
    char *bytes = read_whole(words[3], &length), beside[4096];
    if (!bytes) return 2;
    struct stat before = {0}, after = {0};
    bool there = !stat(output, &before);
    snprintf(beside, sizeof beside, "%s~", source);
    bool good = true;
    if (!strcmp(how, "rename")) good = write_whole(beside, bytes, length, false);
    if (!strcmp(how, "backup")) good = !rename(source, beside);
    double begin = now_ms();
    if (!strcmp(how, "rename")) good = good && !rename(beside, source);
    else good = good && write_whole(source, bytes, length, !strcmp(how, "slow"));
    free(bytes);
    if (!good) return 2;
    while (now_ms() - begin < 10000) {
        if (!stat(output, &after) && (!there || before.st_ino != after.st_ino)) {
            printf("%.1f\n", now_ms() - begin);
            return 0;
        }
        nanosleep(&(struct timespec){0, 200000}, NULL);
    }
    puts("none");
    return 1;
}
