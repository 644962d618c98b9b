/* An emitted program as tests/bench/run.c wants it: -DNAME=hall -DMACRO=HALL -DNAME_C='"hall.c"'.
 */
#include NAME_C

#include <stdlib.h>

#include "bench.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)

void *bench_make(void) {
    void *program = NULL;
    if (posix_memalign(&program, 64, sizeof(struct NAME))) abort();
    JOIN(NAME, _init)(program);
    return program;
}

void bench_process(void *program, int frames, float **in, float **out) {
    JOIN(NAME, _process)(program, (const float *const *)in, out, frames);
}

int bench_inlets(void) {
    return JOIN(MACRO, _INLETS);
}

int bench_outlets(void) {
    return JOIN(MACRO, _OUTLETS);
}

long bench_bytes(void) {
    return (long)sizeof(struct NAME);
}
