/* Discrete Fourier transforms whose size is a power of two. */
#ifndef ADACC_IR_FOURIER_H
#define ADACC_IR_FOURIER_H

#include "ir/base/arena.h"

/* re + j im, in place: X[k] = sum over n of x[n] e^(-2 pi j k n / size) (Cooley and Tukey 1965). */
void fourier(struct arena *scratch, double *re, double *im, size_t size);

#endif
