/* Tier 1: one diagonal D > 0 with ||D G T D^-1||_2 < 1 on a whole circle.
 *
 * Then det(I - t G T) is nowhere zero on the circle for t in [0, 1], so that F = det(I - G T) winds
 * around zero as often as at t = 0: not at all. With every section stable within the circle, F is
 * analytic in |w| <= R and has no zero there: every mode decays at least by 1/R a sample (R = 1:
 * the loop is stable). |z^-m| does not depend on the angle, so delays count by R^m alone: at R = 1
 * the proof holds for any of them. And as D is one for all frequencies, it holds while the gain of
 * any channel moves within [-1, 1] times its value: such a factor commutes with D and adds no
 * energy.
 *
 * Where sections have poles beyond the circle, F has as many poles there as zeros, and the same
 * test proves that the loop has as many modes beyond the circle as its sections.
 */
#ifndef ADACC_CERT_CONTRACTION_H
#define ADACC_CERT_CONTRACTION_H

#include "cert/norm.h"
#include "cert/transfer.h"

struct contraction {
    const struct loop *loop;
    uint32_t n;                  /* of W: N, or 2 N where G is complex */
    double *x;                   /* log d_i: the scaling found so far */
    double *A, *A_radius;        /* G diag(gain) where it is constant; else null */
    const struct ball *constant; /* the same as balls */
    double *columns;             /* what each channel multiplies its column by */
    double *W;
    double *kept, *step; /* a second x, and a change of it */
    double *shown;       /* the x of the last proof, and the circle that it is of */
    double shown_R;
    struct complex_balls rows, G;
    struct norm_work work;
    uint64_t evaluations; /* of a channel on an arc, of G at a point */
    uint64_t budget;      /* of multiply-adds */
    uint64_t arcs;        /* that the last proof took */
    bool at_peaks;        /* it took every channel at its peak: one bound for all frequencies */
    double gain;          /* at R = 1: a proved bound of the scaled gain; infinite: none */
    double worst_turn;    /* where, from 0 to 1 of the half circle, the last attempt failed */
    double worst_gain;    /* and the gain there, about */
};

struct contraction *contraction_begin(struct arena *scratch, const struct loop *loop,
                                      uint64_t budget);

uint64_t contraction_spent(const struct contraction *c);
bool contraction_exhausted(const struct contraction *c);

enum effort {
    EFFORT_PEAKS, /* with the scaling that is there, every channel at its peak; if G is constant */
    EFFORT_BALANCE, /* the same, after a short search for a better scaling */
    EFFORT_GIVEN,   /* with the scaling that is there; with arcs where peaks do not do */
    EFFORT_FULL     /* look for a better one, and leave it there */
};

/* True only if the scaled gain is below `bound` on all of |w| = R. */
bool contraction_holds(struct contraction *c, double R, double bound, enum effort effort);

/* At R = 1: true if it contracts; `gain` is the bound proved, whether or not it is below 1. */
bool contraction_prove(struct contraction *c, enum effort effort);

/* A bound of the scaled gain of A alone, without the channels' sections. */
double contraction_constant_gain(struct contraction *c);

/* True only if the scaled gain is below `bound` on the arc, with the scaling that is there. */
bool contraction_on_arc(struct contraction *c, const struct arc *arc, double bound);

/* Puts D M D^-1 into W, M = A diag(columns) or G diag(columns); what it may be off by in the 2-norm,
 * not finite where something is not. */
double contraction_scale(struct contraction *c);

/* The scaled gain at one frequency, about: at `turn` (0..1) of the half circle. */
double contraction_gain_at(struct contraction *c, double R, double turn);

/* Right after contraction_gain_at: looks for a better scaling for that frequency. */
void contraction_balance_there(struct contraction *c);

/* After contraction_prove: the largest R found for which it contracts, with all sections stable; 1
 * if none was. */
double contraction_radius(struct contraction *c);

#endif
