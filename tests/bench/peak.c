/* The fastest that this core multiplies and adds floats, in billions of multiply-adds a second:
 * chains of vectors in registers, as wide as the compiler's flags allow. */
#include <stdio.h>
#include <time.h>

#if defined __AVX512F__
enum { LANES = 16, CHAINS = 16 };
#elif defined __AVX__
enum { LANES = 8, CHAINS = 12 };
#else
enum { LANES = 4, CHAINS = 12 };
#endif
typedef float vec __attribute__((vector_size(LANES * sizeof(float))));

static double now_s(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

int main(void) {
    enum { TURNS = 2000000, ROUNDS = 9 };
    vec y[CHAINS], a, b;
    for (int k = 0; k < CHAINS; k++)
        for (int i = 0; i < LANES; i++) y[k][i] = 1e-3f * (float)(i + k);
    for (int i = 0; i < LANES; i++) a[i] = 0.999f, b[i] = 1e-3f;
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double begin = now_s();
        for (int turn = 0; turn < TURNS; turn++) {
#ifdef __clang__
#pragma clang loop unroll(full)
#else
#pragma GCC unroll 16
#endif
            for (int k = 0; k < CHAINS; k++) y[k] = y[k] * a + b;
        }
        double speed = (double)TURNS * CHAINS * LANES / (now_s() - begin) / 1e9;
        if (speed > best) best = speed;
    }
    float sum = 0;
    for (int k = 0; k < CHAINS; k++)
        for (int i = 0; i < LANES; i++) sum += y[k][i];
    printf("%.2f\n", best);
    return sum != sum;
}
