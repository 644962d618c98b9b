/* A program to be timed by tests/bench/run.c: a shared library with these five. */
#ifndef BENCH_H
#define BENCH_H

/* Initialised, in memory aligned to 64 bytes. */
void *bench_make(void);
void bench_process(void *program, int frames, float **in, float **out);
int bench_inlets(void);
int bench_outlets(void);
long bench_bytes(void); /* of its state */

#endif
