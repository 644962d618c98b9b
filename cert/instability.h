/* Cheap proofs that a loop is unstable. With A_k the denominators of its sections and w = 1/z,
 * P(w) = prod A_k(w) det(I - G T) is a polynomial whose zeros are the inverse modes, and P(0) = 1.
 */
#ifndef ADACC_CERT_INSTABILITY_H
#define ADACC_CERT_INSTABILITY_H

#include "cert/contraction.h"

/* What is known of a determinant: its sign (0: nothing), and bounds of the logarithm of its
 * modulus. */
struct determinant {
    int sign;
    double log_low, log_high;
    bool beyond_one; /* proved: the modulus is above 1, by more than log_low says or not */
};

/* Of any matrix in the balls, n x n: floating LU factors, and an approximate inverse that shows how
 * far the matrix can be from their product (Rump, Verification methods, Acta Numerica 2010, section
 * 10). Where that cannot tell and the centres are exact, they are taken as fractions. */
struct determinant determinant_of(struct arena *scratch, const struct ball *matrix, uint32_t n);

enum instability {
    INSTABILITY_NONE,       /* nothing proved */
    INSTABILITY_SECTION,    /* a section's pole outside stays outside when the loop is closed */
    INSTABILITY_SIGN,       /* P(1) < 0 or P(-1) < 0: a real mode outside, as P(0) = 1 */
    INSTABILITY_DETERMINANT /* the modulus of the product of all modes is above 1 */
};

struct instability_proof {
    enum instability kind;
    double at; /* SIGN: 1 or -1, the z near which the mode lies beyond. DETERMINANT: the mean growth
                  a sample. SECTION: the radius of the circle that has the pole outside */
    wire section;
};

/* Each by itself: `at` is 1 or -1; `constant`: G diag(gain), null where it is not constant. */
struct instability_proof instability_by_sign(struct arena *scratch, const struct loop *loop,
                                             int at);
struct instability_proof instability_by_determinant(struct arena *scratch, const struct loop *loop,
                                                    const struct ball *constant);

/* All of them. `c`: the contraction begun for this loop; its scaling is used. */
struct instability_proof instability_prove(struct arena *scratch, struct contraction *c);

#endif
