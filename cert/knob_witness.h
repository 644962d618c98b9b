/* What shows that nothing grows at any frozen position of the knobs. */
#ifndef ADACC_CERT_KNOB_WITNESS_H
#define ADACC_CERT_KNOB_WITNESS_H

#include <stdbool.h>
#include <stdint.h>

struct witness;

/* For a box of positions of the knobs: a loop in which something moves, replaced by one that is no
 * better (envelope.h), and what shows that its energy does not grow on |w| = R: log d_j of a scaling
 * that makes it a contraction, or with `energy`, for R = 1, log2 p_j as above; or a witness of a
 * circle, of the loop cut around what is free (cut.h). */
struct knob_scaling {
    const double *x;
    uint32_t count;
    bool energy;
    const struct witness *circle; /* null: as above */
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

#endif
