/* Times programs side by side: which of them is how many times faster than real time.
 *
 *     run BLOCK ROUNDS MILLISECONDS PROGRAM.so...
 *
 * Each program is a library with the five functions below. They take turns, MILLISECONDS each,
 * ROUNDS times, so that what else the machine does falls on all of them alike. Prints a line for
 * each: its median of samples a second over 48000, and the ratio to the first program's, as median
 * and as first and third quartile of the ratios within a round; and the bytes of its state. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PROGRAMS = 64, ROUNDS = 200, CHANNELS = 16, LONGEST = 4096 };

struct program {
    const char *path;
    void *(*make)(void);
    void (*process)(void *, int frames, float **in, float **out);
    int (*inlets)(void), (*outlets)(void);
    long (*bytes)(void);
    void *state;
    double speeds[ROUNDS], ratios[ROUNDS];
};

static double now_s(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void *find(void *library, const char *path, const char *symbol) {
    void *found = library ? dlsym(library, symbol) : NULL;
    if (!found) {
        fprintf(stderr, "%s: %s\n", path, dlerror());
        exit(2);
    }
    return found;
}

static void load(struct program *p, const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    p->path = path;
    *(void **)&p->make = find(library, path, "bench_make");
    *(void **)&p->process = find(library, path, "bench_process");
    *(void **)&p->inlets = find(library, path, "bench_inlets");
    *(void **)&p->outlets = find(library, path, "bench_outlets");
    *(void **)&p->bytes = find(library, path, "bench_bytes");
    p->state = p->make();
}

/* Samples a second, over so many seconds at least. */
static double speed(struct program *p, int block, double seconds, float **in, float **out) {
    long samples = 0;
    int turns = 1 + 8192 / block;
    double begin = now_s(), end;
    do {
        for (int i = 0; i < turns; i++) p->process(p->state, block, in, out);
        samples += (long)turns * block;
        end = now_s();
    } while (end - begin < seconds);
    return (double)samples / (end - begin);
}

int main(int argc, char **argv) {
    static struct program programs[PROGRAMS];
    static float samples[2][CHANNELS][LONGEST];
    float *in[CHANNELS], *out[CHANNELS];
    int count = argc - 4, block = argc > 1 ? atoi(argv[1]) : 0,
        rounds = argc > 2 ? atoi(argv[2]) : 0;
    double seconds = argc > 3 ? atof(argv[3]) / 1000 : 0;
    if (count < 1 || count > PROGRAMS || block < 1 || block > LONGEST || rounds < 1 ||
        rounds > ROUNDS) {
        fprintf(stderr, "usage: %s BLOCK ROUNDS MILLISECONDS PROGRAM.so...\n", argv[0]);
        return 2;
    }
    unsigned noise = 1;
    for (int c = 0; c < CHANNELS; c++) {
        in[c] = samples[0][c];
        out[c] = samples[1][c];
        for (int t = 0; t < LONGEST; t++) {
            noise = noise * 1664525u + 1013904223u;
            samples[0][c][t] = (float)(noise >> 8) / (float)(1 << 25) - 0.25f;
        }
    }
    for (int i = 0; i < count; i++) load(&programs[i], argv[4 + i]);
    for (int i = 0; i < count; i++) speed(&programs[i], block, seconds, in, out);
    for (int r = 0; r < rounds; r++)
        for (int i = 0; i < count; i++) {
            programs[i].speeds[r] = speed(&programs[i], block, seconds, in, out) / 48000;
            programs[i].ratios[r] = programs[i].speeds[r] / programs[0].speeds[r];
        }
    for (int i = 0; i < count; i++) {
        struct program *p = &programs[i];
        qsort(p->speeds, (size_t)rounds, sizeof(double), ascending);
        qsort(p->ratios, (size_t)rounds, sizeof(double), ascending);
        printf("%s\t%.1f\t%.3f\t%.3f\t%.3f\t%ld\n", p->path, p->speeds[rounds / 2],
               p->ratios[rounds / 2], p->ratios[rounds / 4], p->ratios[rounds * 3 / 4], p->bytes());
    }
    return 0;
}
