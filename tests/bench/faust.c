/* What FAUST makes of a program (faust -lang c -cn mydsp), as tests/bench/run.c wants it:
 * -DDSP='"x.c"'. Denormals are flushed, as FAUST's own architectures do. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FAUSTFLOAT float
#define max(a, b) ((a) < (b) ? (b) : (a))
#define min(a, b) ((a) < (b) ? (a) : (b))

typedef struct UIGlue {
    void *uiInterface;
    void (*openTabBox)(void *, const char *);
    void (*openHorizontalBox)(void *, const char *);
    void (*openVerticalBox)(void *, const char *);
    void (*closeBox)(void *);
    void (*addButton)(void *, const char *, FAUSTFLOAT *);
    void (*addCheckButton)(void *, const char *, FAUSTFLOAT *);
    void (*addVerticalSlider)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT,
                              FAUSTFLOAT, FAUSTFLOAT);
    void (*addHorizontalSlider)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT,
                                FAUSTFLOAT, FAUSTFLOAT);
    void (*addNumEntry)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT, FAUSTFLOAT,
                        FAUSTFLOAT);
    void (*addHorizontalBargraph)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT);
    void (*addVerticalBargraph)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT);
    void (*addSoundfile)(void *, const char *, const char *, void **);
    void (*declare)(void *, FAUSTFLOAT *, const char *, const char *);
} UIGlue;

typedef struct MetaGlue {
    void *metaInterface;
    void (*declare)(void *, const char *, const char *);
} MetaGlue;

#include DSP

void *bench_make(void);
void bench_process(void *program, int frames, float **in, float **out);
int bench_inlets(void);
int bench_outlets(void);
long bench_bytes(void);

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
