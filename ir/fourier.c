#include "ir/fourier.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

static void reverse_bits(double *re, double *im, size_t size) {
    for (size_t i = 0, j = 0; i < size; i++) {
        if (i < j) {
            double x = re[i], y = im[i];
            re[i] = re[j], im[i] = im[j];
            re[j] = x, im[j] = y;
        }
        size_t bit = size >> 1;
        for (; bit && (j & bit); bit >>= 1) j ^= bit;
        j |= bit;
    }
}

void fourier(struct arena *scratch, double *re, double *im, size_t size) {
    double *cosine = ARENA_ARRAY(scratch, size / 2 + 1, double);
    double *sine = ARENA_ARRAY(scratch, size / 2 + 1, double);
    for (size_t k = 0; k < size / 2; k++) {
        cosine[k] = cos(2 * pi * (double)k / (double)size);
        sine[k] = sin(2 * pi * (double)k / (double)size);
    }
    reverse_bits(re, im, size);
    for (size_t half = 1; half < size; half *= 2) {
        size_t stride = size / (2 * half);
        for (size_t begin = 0; begin < size; begin += 2 * half) {
            for (size_t k = 0; k < half; k++) {
                double c = cosine[k * stride], s = sine[k * stride];
                size_t a = begin + k, b = a + half;
                double x = re[b] * c + im[b] * s, y = im[b] * c - re[b] * s;
                re[b] = re[a] - x, im[b] = im[a] - y;
                re[a] += x, im[a] += y;
            }
        }
    }
}
