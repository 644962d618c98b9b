/* What one witness shows of one loop, computed from it without any search. */
#ifndef ADACC_CERT_CHECK_WITNESS_H
#define ADACC_CERT_CHECK_WITNESS_H

#include "cert/check.h"
#include "cert/lossless.h"
#include "cert/norm.h"
#include "cert/transfer.h"

struct checking {
    struct arena *arena;
    const struct loop *loop;
    const struct ball *constant; /* G diag(gain) where it is constant; else null */
    uint32_t n;                  /* N; 2 N where G is complex */
    struct complex_balls rows, G;
    double *W; /* n x n */
    struct norm_work work;
    const char *why; /* the first thing that was not shown */
};

/* What witnesses have shown of a loop. */
struct shown {
    double R;        /* no mode in |z| >= 1/R; 0: nothing of the kind */
    double R_free;   /* the same for any delays */
    double R_moving; /* the same with one scaling */
    int64_t outside; /* modes in |z| >= 1; -1: not known */
    double growth;   /* some mode has log |z| > this; -1: none shown */
    enum lossless energy;
};

struct checking checking_begin(struct arena *scratch, const struct loop *loop);

/* False, with a reason, if the witness does not show what it says. */
bool check_witness(struct checking *k, const struct witness *w, struct shown *shown);

/* ||D L D^-1||_2 < 1 on all of |w| = R, D = diag(e^x). */
bool check_scaling(struct checking *k, double R, const double *x);

bool check_refuses(struct checking *k, const char *why); /* false */

#endif
