/* A target as a program: runs files, then changes of them, for so many runs.
 *
 *     fuzz_adg [-runs=N] [-seed=N] [-seconds=N] FILE...
 *
 * What crashes, or takes longer than ten seconds, is left in fuzz-crash in the working folder. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

enum { MOST = 16 * 1024, SLOW_S = 10 };

struct file {
    uint8_t *bytes;
    size_t size;
};

/* For the handler of signals alone. */
static const uint8_t *current;
static size_t current_size;

static void leave(int number) {
    FILE *file = fopen("fuzz-crash", "wb");
    if (file) {
        fwrite(current, 1, current_size, file);
        fclose(file);
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void run(const uint8_t *bytes, size_t size) {
    current = bytes;
    current_size = size;
    alarm(SLOW_S);
    LLVMFuzzerTestOneInput(bytes, size);
    alarm(0);
}

static struct file read_whole(const char *path) {
    struct file whole = {NULL, 0};
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(99);
    }
    size_t room = 0, got;
    do {
        if (whole.size == room) whole.bytes = realloc(whole.bytes, room = 2 * room + 4096);
        if (!whole.bytes) exit(99);
        got = fread(whole.bytes + whole.size, 1, room - whole.size, file);
        whole.size += got;
    } while (got);
    fclose(file);
    return whole;
}

static unsigned next(unsigned *seed) {
    return *seed = *seed * 1664525u + 1013904223u; /* Numerical Recipes' generator, 32 bits */
}

/* A change of one file, sometimes of a few one after the other. */
static void run_changed(const struct file *from, unsigned *seed) {
    /* Of just its size, so that the sanitizers see what reads beyond. */
    uint8_t *bytes = malloc(MOST);
    if (!bytes) exit(99);
    size_t size = from->size < MOST ? from->size : MOST;
    memcpy(bytes, from->bytes, size);
    for (unsigned times = 1 + next(seed) % 4; times; times--)
        size = LLVMFuzzerCustomMutator(bytes, size, MOST, next(seed));
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact) exit(99);
    memcpy(exact, bytes, size);
    free(bytes);
    run(exact, size);
    free(exact);
}

int main(int argc, char **argv) {
    unsigned long runs = 0, seconds = 0, done = 0;
    unsigned seed = 1;
    size_t count = 0;
    struct file *files = calloc((size_t)argc, sizeof *files);
    if (!files) return 99;
    for (int i = 1; i < argc; i++) {
        if (!strncmp(argv[i], "-runs=", 6)) runs = strtoul(argv[i] + 6, NULL, 10);
        else if (!strncmp(argv[i], "-seconds=", 9)) seconds = strtoul(argv[i] + 9, NULL, 10);
        else if (!strncmp(argv[i], "-seed=", 6)) seed = (unsigned)strtoul(argv[i] + 6, NULL, 10);
        else files[count++] = read_whole(argv[i]);
    }
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM};
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) signal(fatal[i], leave);
    for (size_t i = 0; i < count; i++) run(files[i].bytes, files[i].size);
    time_t end = time(NULL) + (time_t)seconds;
    for (; count && done < runs && (!seconds || time(NULL) < end); done++)
        run_changed(&files[(next(&seed) >> 8) % count], &seed);
    printf("%zu files, %lu changes of them\n", count, done);
    for (size_t i = 0; i < count; i++) free(files[i].bytes);
    free(files);
    return 0;
}
