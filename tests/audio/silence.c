/* An emitted program in the silence after a burst: numbers too small for a float's exponent, which
 * many machines take a hundred times as long for, must not slow it down. Compiled together with
 * NAME.c, with -DNAME=hall -DMACRO=HALL -DNAME_H='"hall.h"' -DREAL=float, and with the arrays in which it
 * remembers sound, -DPARTS='program.state, program.line' -DSIZES='sizeof program.state, ...'.
 *
 *     silence SECONDS [count]
 *
 * Ten seconds of noise, then so many of silence. Exits 0 if no ten seconds of silence take more than
 * 1.5 times what sound takes, by the processor's time; with `count`, also only if no number of these
 * arrays is subnormal at the end of any second. */
#include NAME_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "noise.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define OF(what) JOIN(NAME, what)

enum { INS = JOIN(MACRO, _INLETS), OUTS = JOIN(MACRO, _OUTLETS) };
enum { WIDE = (INS > OUTS ? INS : OUTS) + 1, RATE = 48000, BLOCK = 512, TIMES = 10 };

static NAME program;
/* Noise that does not repeat from block to block: no branch is to be foreseen by that. */
static REAL sound[WIDE][RATE + BLOCK], silence[WIDE][RATE + BLOCK], heard[WIDE][BLOCK];

/* A second, and the processor's seconds that it took. */
static double second(REAL input[WIDE][RATE + BLOCK]) {
    const REAL *in[WIDE];
    REAL *out[WIDE];
    for (int i = 0; i < WIDE; i++) out[i] = heard[i];
    clock_t begin = clock();
    for (int frame = 0; frame < RATE; frame += BLOCK) {
        for (int i = 0; i < WIDE; i++) in[i] = input[i] + frame;
        OF(_process)(&program, in, out, BLOCK);
    }
    return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *times) {
    double sorted[TIMES];
    memcpy(sorted, times, sizeof sorted);
    qsort(sorted, TIMES, sizeof *sorted, ascending);
    return sorted[TIMES / 2];
}

static size_t subnormal_numbers(void) {
    size_t count = 0;
    const REAL *const parts[] = {PARTS};
    const size_t sizes[] = {SIZES};
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
        for (size_t i = 0; i < sizes[p] / sizeof(REAL); i++)
            count += fpclassify(parts[p][i]) == FP_SUBNORMAL;
    return count;
}

int main(int argc, char **argv) {
    int seconds = argc > 1 ? atoi(argv[1]) : 120, counts = argc > 2, status = 0;
    double sounding[TIMES], silent[TIMES], worst = 0;
    for (int i = 0; i < INS; i++)
        for (int n = 0; n < RATE + BLOCK; n++) sound[i][n] = (REAL)noise((unsigned)i, n);
    OF(_init)(&program);
    for (int i = 0; i < TIMES; i++) sounding[i] = second(sound);
    for (int i = 0; i < seconds; i++) {
        silent[i % TIMES] = second(silence);
        if (i % TIMES == TIMES - 1) worst = fmax(worst, median(silent));
        size_t small = counts ? subnormal_numbers() : 0;
        if (small && !status) {
            printf("%zu subnormal numbers after %d s\n", small, i + 1);
            status = 1;
        }
    }
    for (int i = 0; i < OUTS; i++)
        for (int n = 0; n < BLOCK; n++) status |= !(fabs((double)heard[i][n]) < 1e-20);
    double ratio = worst / median(sounding);
    if (!(ratio <= 1.5)) {
        printf("a second of silence takes %.3g times what one of sound takes\n", ratio);
        status = 1;
    }
    if (!status && getenv("SHOW")) printf("%.3g\n", ratio);
    return status;
}
