/* What FAUST makes of a program (faust -lang c -cn mydsp), as tests/bench/run.c wants it:
 * -DDSP='"x.c"'. Denormals are flushed, as FAUST's own architectures do. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FAUSTFLOAT float
#include "../audio/faust_glue.h"
#include "bench.h"

#include DSP

void *bench_make(void) {
    void *program = NULL;
    if (posix_memalign(&program, 64, sizeof(mydsp))) abort();
    memset(program, 0, sizeof(mydsp));
    initmydsp(program, 48000);
    return program;
}

void bench_process(void *program, int frames, float **in, float **out) {
#ifdef __SSE2__
    unsigned mode = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(mode | 0x8040u);
#endif
    computemydsp(program, frames, in, out);
#ifdef __SSE2__
    __builtin_ia32_ldmxcsr(mode);
#endif
}

int bench_inlets(void) {
    return getNumInputsmydsp(NULL);
}

int bench_outlets(void) {
    return getNumOutputsmydsp(NULL);
}

long bench_bytes(void) {
    return (long)sizeof(mydsp);
}
