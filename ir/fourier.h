/* Discrete Fourier transforms whose size is a power of two. */
#ifndef ADACC_IR_FOURIER_H
#define ADACC_IR_FOURIER_H

#include "ir/base/arena.h"

/* Sines and cosines for any number of transforms of one size; each is right to 8 u. */
struct fourier {
    size_t size;
    double *cosine, *sine; /* of 2 pi k / (2 half), at half - 1 + k, for each half = 1, 2, 4, .. */
};

struct fourier fourier_begin(struct arena *arena, size_t size);

/* re + j im, in place: X[k] = sum over n of x[n] e^(-2 pi j k n / size) (Cooley and Tukey 1965). */
void fourier_run(const struct fourier *of, double *re, double *im);

/* One transform. */
void fourier(struct arena *scratch, double *re, double *im, size_t size);

#endif
