/* A certificate in the making: what cert.c, loop_proof.c and loop_exact.c share. */
#ifndef ADACC_CERT_PROVING_H
#define ADACC_CERT_PROVING_H

#include "cert/cells.h"
#include "cert/cut.h"
#include "cert/report.h"
#include "ir/base/vec.h"

/* A loop that is proved not to grow by more than this is marginally stable, whatever its last bits
 * do. */
#define MARGINAL_GROWTH_DB_PER_MIN 0.01

struct proving {
    struct arena *arena, *scratch;
    const struct net *net;
    bool single, brief, figures;
    bool contracted;      /* --contract scaled what was lossless but for rounding */
    uint32_t not_computed; /* channels of the widest loop that would have taken too long; 0: none */
    uint64_t spent;       /* multiply-adds of tier 1 */
    struct cert_progress progress;
    uint64_t evaluations; /* of tier 2, and the most of them */
    uint64_t most_evaluations;
    struct cert *cert;
    struct loop_report *reports; /* its loops */
    bool *marginal;      /* of each component: its state stays bounded, and need not decay */
    const char *outside; /* the clause on what outside the loops decides the verdict; or null */
    enum verdict outside_verdict;
    double slowest_s; /* decay of the sections outside loops */
    VEC(const char *) notes;
};

/* `digits` significant digits, never less than the value: a bound stays one. */
double bound_rounded_up(double value, int digits);
double bound_rounded_down(double value, int digits);

/* Decay by 60 dB at 1/R a sample, in seconds, rounded up. */
double proving_decay_s(const struct proving *p, double R);

const char *proving_quoted(struct proving *p, const char *title);

/* "section 2 of 'absorption'", with its channel where there are several. */
const char *proving_section_text(struct proving *p, wire w);

/* "section 2 of 'absorption' has a pole at 1.2" */
const char *proving_pole_text(struct proving *p, const struct section_values *s,
                              enum section_poles poles);

const char *proving_not_covered(struct proving *p, wire w);

/* What the proof turns to next, to whoever wants to know of its progress. */
void proving_tells(const struct proving *p, const char *what);

/* Adds a witness, which takes the place of one of its kind; circles of one scaling, of several, and
 * with open stretches are of three kinds here. */
void keep_witness(struct loop_report *report, const struct witness *witness);

/* A circle on which one scaling makes the loop a contraction. */
void keep_scaling(struct proving *p, struct loop_report *report, const struct contraction *c);

/* What can be said of one loop, the cheapest proofs first. */
void prove_loop(struct proving *p, const struct loop *loop, struct loop_report *report);

/* Tier L: true if exact arithmetic decides, with powers of two near e^(2 x), or with the only
 * fractions that could do. `log_scale`: x, or null. */
bool prove_lossless(struct proving *p, struct contraction *c, const double *log_scale,
                    struct loop_report *report);

/* True if a loop of pure delays is scaled to an orthogonal matrix but for rounding, which then decides
 * whether it grows or decays. */
bool lossless_but_for_rounding(struct contraction *c);

/* Adds to a decided loop that is lossless but for rounding how many dB a minute that makes. */
void describe_rounding(struct proving *p, struct contraction *c, struct loop_report *report);

/* Tier 2, for a loop that tier 1 leaves open. False if it decides nothing. */
bool prove_loop_exactly(struct proving *p, struct contraction *c, struct loop_report *report);

/* Tier 2, for a loop that tier 1 shows to grow by next to nothing: it may decay, and then is
 * decided anew. */
void prove_decay_exactly(struct proving *p, struct contraction *c, struct loop_report *report);

/* Tier 2, for a loop that contracts: it may decay faster than a scaling shows. Does what takes little
 * beside the proof. */
void sharpen_decay(struct proving *p, struct contraction *c, struct loop_report *report);

/* Adds to a loop that is unstable how many of its modes are, and what the fastest one found is. */
void describe_instability(struct proving *p, struct contraction *c, struct loop_report *report);

#endif
