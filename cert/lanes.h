/* Doubles side by side. */
#ifndef ADACC_CERT_LANES_H
#define ADACC_CERT_LANES_H

/* Four of them: rows are padded to a multiple of four with zeros, so that a loop over them needs no
 * rest. Each lane rounds by itself, whatever the processor does them with. */
#if defined __GNUC__
typedef double lanes __attribute__((vector_size(32), aligned(8), may_alias));
#define LANES 4
#else
typedef double lanes;
#define LANES 1
#endif

/* Two of them, which any x86-64 has registers for: for sums that stay there while a loop runs. */
#if defined __GNUC__
typedef double pair __attribute__((vector_size(16), aligned(8), may_alias));
#define PAIR 2
static inline pair pair_modulus(pair x) {
    typedef long long bits __attribute__((vector_size(16)));
    return (pair)((bits)x & 0x7fffffffffffffff);
}
static inline double pair_sum(pair x) {
    return x[0] + x[1];
}
#else
typedef double pair;
#define PAIR 1
static inline pair pair_modulus(pair x) {
    return x < 0 ? -x : x;
}
static inline double pair_sum(pair x) {
    return x;
}
#endif

#endif
