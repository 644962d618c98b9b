/* What a certificate holds: filled by cert.c, written by write.c. */
#ifndef ADACC_CERT_REPORT_H
#define ADACC_CERT_REPORT_H

#include "cert/cert.h"
#include "cert/decay_knob.h"
#include "cert/peak.h"
#include "cert/quantities.h"
#include "cert/witness.h"

/* How a verdict was come to, as the certificate names it. */
enum proof {
    PROOF_NONE,
    PROOF_CONTRACTION,
    PROOF_CONTRACTION_FREQ,
    PROOF_WINDING,
    PROOF_LOSSLESS,
    PROOF_PASSIVE,
    PROOF_NEAR_MARGINAL,
    PROOF_SECTION,
    PROOF_SIGN,
    PROOF_DETERMINANT,
    PROOF_POLES,
    PROOF_COUNT
};
extern const char *const proof_texts[PROOF_COUNT];

extern const char cert_schema[];             /* of the JSON that cert_write_json writes */
extern const char *const precision_texts[2]; /* of doubles, of floats */

struct loop_report {
    const char *name;
    const char *why; /* one clause for people: "decays 60 dB in at most 2.43 s" */
    enum verdict verdict;
    enum proof proof;
    const uint64_t *delays_samples; /* one a channel, ascending */
    uint32_t channel_count, section_count;
    bool any_delay; /* the proof does not use the delays' lengths */
    /* NaN where not known */
    double sigma_max;          /* 2-norm of the constant G, unscaled: an upper bound */
    double spectral_radius;    /* of the constant G, about */
    double gain_max, gain_min; /* of the scaled loop, over all frequencies; at the sampled ones */
    double distance;           /* proved: no change of L by less than this in the 2-norm, at every
                                  frequency, makes it unstable */
    double rt60_max_s;         /* proved: every mode decays by 60 dB within this */
    double estimate_max_s, estimate_min_s; /* ADAC's, from the gains and the mean delay */
    double growth_db_per_s;                /* proved: some mode grows at least by this */
    double growth_max_db_per_min;          /* proved: none grows by more */
    double growth_bound_db_per_s;          /* of an undecided loop: proved, no mode grows by more */
    struct mode_disc pole; /* UNSTABLE: a mode that grows, proved; half is 0 if there is none */
    double pole_hz;        /* UNSTABLE: the frequency of a mode that grows, about */
    int64_t modes_outside; /* proved, conjugates counted twice; -1: not known */
    uint64_t arcs;         /* of frequencies, that the proof of tier 1 took */
    struct witness witnesses[8]; /* one of each sort that keep_witness tells apart */
    uint32_t witness_count;
    uint64_t evaluations; /* of the loop at a frequency, that tier 2 took */
};

struct knob_report {
    const char *name;
    double value, most;
};

/* What is proved of the positions of the knobs besides the initial ones: that nothing grows. */
enum knob_claim {
    KNOBS_INITIAL, /* nothing */
    KNOBS_FROZEN,  /* at every position, while no knob moves */
    KNOBS_MOVING,  /* also while they move */
    KNOB_CLAIMS
};
extern const char *const knob_claim_texts[KNOB_CLAIMS];

struct cert {
    enum verdict verdict;
    enum proof proof;
    const char *summary;
    double rate;
    bool single;
    char constants_hash[65];
    uint32_t section_count;
    double max_pole_modulus; /* NaN: no sections */
    int64_t poles_outside;   /* of sections outside of loops; -1: one is too near to the circle */
    bool sections_stable;
    double
        rt60_max_s; /* the greatest of all loops and of the sections outside them; NaN: not known */
    struct peak peak; /* NaN: not known; dB are of its `high` */
    const struct quantities *quantities; /* null: not known */
    const struct loop_report *loops;
    uint32_t loop_count;
    enum knob_claim knob_claim;
    double knob_rt60_max_s; /* every mode decays by 60 dB within this at every frozen position of the
                               knobs; NaN: not known */
    struct knob_proof knob_proof;
    struct decay_knob decay_knob;
    const char *knob_why; /* INITIAL, of a stable program: why no more; or null */
    const struct knob_report *knobs;
    uint32_t knob_count;
    const struct contracted *contracted;
    uint32_t contracted_count;
    const char *const *notes;
    uint32_t note_count;
};

#endif
