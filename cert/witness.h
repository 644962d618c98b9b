/* What shows that a claim of a certificate is right, to whoever computes it again without
 * searching.
 *
 * adac-cert(5) says how each kind is written; check.c checks them.
 */
#ifndef ADACC_CERT_WITNESS_H
#define ADACC_CERT_WITNESS_H

#include "cert/knob_witness.h"
#include "cert/mode.h"

/* A part of the half circle. */
struct stretch {
    ticks from, to;
};

enum witness_kind {
    WITNESS_CIRCLE,      /* how many modes lie in |z| >= 1/R */
    WITNESS_MODE,        /* one lies in a disc outside the unit circle */
    WITNESS_ENERGY,      /* A' P A against P, exactly */
    WITNESS_SIGN,        /* the sign of the determinant at w = 1 or -1 */
    WITNESS_DETERMINANT, /* the size of the product of all modes */
    WITNESS_COUNT
};
extern const char *const witness_texts[WITNESS_COUNT];

struct witness {
    enum witness_kind kind;
    double R;      /* CIRCLE */
    int64_t modes; /* CIRCLE */
    /* CIRCLE: the cells on which a scaling makes the loop a contraction, log d_j in rows of N, and
     * the row of each cell. A cell may have to be cut for its proof, never scaled otherwise. */
    const double *scalings;
    uint32_t scaling_count;
    const struct stretch *cells;
    const uint32_t *scaling_of;
    uint32_t cell_count;
    /* CIRCLE: the stretches over which F is followed, and the centres of the pieces: of each
     * stretch its two ends and what is between. */
    const struct stretch *open;
    uint32_t open_count;
    const ticks *centres;
    size_t centre_count;
    const double *powers;  /* CIRCLE, MODE: L is scaled by 2^powers_j. ENERGY: p_j = 2^powers_j */
    const char *const *fractions; /* ENERGY: p_j = "3/4" and the like; null: powers have them */
    struct mode_disc disc; /* MODE */
    int at;                /* SIGN */
};

/* Steps from centre to centre are kept in 16 bits: 6 of exponent and 10 of mantissa, so a centre is
 * set where such a step leads to. 0 stands for the step to the end of the stretch. */
uint16_t step_code(ticks step); /* rounded down; step > 0 */
ticks step_value(uint16_t code);

#endif
