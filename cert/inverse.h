/* Inverses of I - L for complex matrices L, with a proof of how good they are.
 *
 * R is any matrix that floating-point elimination gives. What counts is the residual
 * Y = I - R (I - L): where ||Y||_F < 1 the matrix is regular, and so is I - L' for every L' with
 * ||Y||_F + ||R (L' - L)||_F < 1.
 */
#ifndef ADACC_CERT_INVERSE_H
#define ADACC_CERT_INVERSE_H

#include "ir/base/arena.h"

/* Rows begin at multiples of `stride`, of which what is beyond n stays zero. */
struct complex_matrix {
    uint32_t n, stride;
    double *re, *im;
};

struct complex_matrix complex_matrix_make(struct arena *arena, uint32_t n);

struct inverse {
    struct complex_matrix R;
    double argument;            /* of det(I - L), within 0.02, in (-pi, pi] */
    double residual;            /* eta >= ||I - R (I - L')||_F for every L' within `error` of L */
    double norm;                /* >= ||R||_F */
    double *columns;            /* >= ||(R - I) e_j|| */
    double without_one;         /* >= ||R - I||_F */
    struct complex_matrix work; /* I - L */
};

struct inverse inverse_make(struct arena *arena, uint32_t n);

/* `scale` L is what is inverted from; `error` bounds ||L' - L||_F of the matrices meant. False
 * where I - L is so near to singular that nothing is proved: then eta would be above 0.02. */
bool inverse_compute(struct inverse *inverse, const struct complex_matrix *L, double scale,
                     double error);

/* Im tr(R (A - B)) */
double inverse_trace(const struct inverse *inverse, const struct complex_matrix *A,
                     const struct complex_matrix *B);

#endif
