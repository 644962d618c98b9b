/* What shows that a claim of a certificate is right, to whoever computes it again without
 * searching.
 *
 * adac-cert(5) says how each kind is written; check.c checks them.
 */
#ifndef ADACC_CERT_WITNESS_H
#define ADACC_CERT_WITNESS_H

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

/* For a box of positions of the knobs: a loop in which something moves, replaced by one that is no
 * better (envelope.h), and what shows that its energy does not grow on |w| = R: log d_j of a scaling
 * that makes it a contraction, or with `energy`, for R = 1, log2 p_j as above. */
struct knob_scaling {
    const double *x;
    uint32_t count;
    bool energy;
};

/* Part of the knobs' ranges. */
struct knob_part {
    uint32_t cut; /* the knob whose range is cut at `at`: the two parts follow, the lower one first */
    double at;
    /* KNOB_PART_WHOLE: */
    const double *middle; /* gains are taken as they are there, and what they are off by; null: as
                             the largest */
    const struct knob_scaling *scalings; /* of each loop in which something moves */
    uint32_t scaling_count;
};
#define KNOB_PART_WHOLE UINT32_MAX

struct knob_witness {
    double R;
    const struct knob_part *parts;
    uint32_t part_count;
};

/* On the unit circle, and on one that shows how fast all decays. */
struct knob_proof {
    struct knob_witness witnesses[2];
    uint32_t witness_count;
};

/* Steps from centre to centre are kept in 16 bits: 6 of exponent and 10 of mantissa, so a centre is
 * set where such a step leads to. 0 stands for the step to the end of the stretch. */
uint16_t step_code(ticks step); /* rounded down; step > 0 */
ticks step_value(uint16_t code);

#endif
