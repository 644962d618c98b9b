#include "ir/fourier.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

/* Two butterflies at a time where the compiler has vectors; they round as one does. */
#if defined __GNUC__
typedef double lanes __attribute__((vector_size(16), aligned(8), may_alias));
#define LANES 2
#else
typedef double lanes;
#define LANES 1
#endif

enum { NEAR = 2048 }; /* samples that stay in the cache while all stages among them are done */

struct fourier fourier_begin(struct arena *arena, size_t size) {
    struct fourier of = {size, ARENA_ARRAY(arena, size, double), ARENA_ARRAY(arena, size, double)};
    size_t half = size / 2;
    if (!half) return of;
    double *cosine = of.cosine + half - 1, *sine = of.sine + half - 1;
    for (size_t k = 0; k < half; k++) {
        cosine[k] = cos(2 * pi * (double)k / (double)size);
        sine[k] = sin(2 * pi * (double)k / (double)size);
    }
    for (half /= 2; half; half /= 2)
        for (size_t k = 0; k < half; k++) {
            of.cosine[half - 1 + k] = of.cosine[2 * half - 1 + 2 * k];
            of.sine[half - 1 + k] = of.sine[2 * half - 1 + 2 * k];
        }
    return of;
}

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

#define AT(p) (*(lanes *)&(p)[k])
#define FACTOR(p) (*(const lanes *)&(p)[k])
static void stage(const double *cosine, const double *sine, double *re, double *im, size_t half) {
    double *re_b = re + half, *im_b = im + half;
    for (size_t k = 0; k < half; k += LANES) {
        lanes c = FACTOR(cosine), s = FACTOR(sine), p = AT(re_b), q = AT(im_b);
        lanes x = p * c + q * s, y = q * c - p * s, a = AT(re), b = AT(im);
        AT(re_b) = a - x, AT(im_b) = b - y;
        AT(re) = a + x, AT(im) = b + y;
    }
}
#undef FACTOR
#undef AT

static void stage_of_pairs(double *re, double *im, size_t size) {
    for (size_t a = 0; a + 1 < size; a += 2) {
        double x = re[a + 1], y = im[a + 1];
        re[a + 1] = re[a] - x, im[a + 1] = im[a] - y;
        re[a] += x, im[a] += y;
    }
}

static void transform(const struct fourier *of, double *re, double *im, size_t size) {
    size_t half = 2;
    if (size > NEAR) {
        half = size / 2;
        transform(of, re, im, half);
        transform(of, re + half, im + half, half);
    } else {
        stage_of_pairs(re, im, size);
    }
    for (; half < size; half *= 2)
        for (size_t begin = 0; begin < size; begin += 2 * half)
            stage(of->cosine + half - 1, of->sine + half - 1, re + begin, im + begin, half);
}

void fourier_run(const struct fourier *of, double *re, double *im) {
    reverse_bits(re, im, of->size);
    transform(of, re, im, of->size);
}

void fourier(struct arena *scratch, double *re, double *im, size_t size) {
    struct fourier of = fourier_begin(scratch, size);
    fourier_run(&of, re, im);
}
