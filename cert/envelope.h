/* A net that is no better than another one at any position of the knobs within a box.
 *
 * Each gain that moves is replaced by its largest modulus over the box, each filter that moves by
 * its largest gain on the circle |w| = R at any position, with all else as it is, and a delay before
 * it, so that a proof treats it as a channel of its own. Where a scaling makes that loop a
 * contraction on the circle (contraction.h), whatever has a modulus of at most 1 may stand in such a
 * channel: the true one does. In a loop of matrices that move that says too little, so that there a
 * gain may also be taken as its value in the middle of the box, and what it is off from it by, in a
 * channel beside it.
 *
 * That each filter that moves has its poles within |z| < 1/R everywhere is shown besides, by Jury's
 * test. A delay that moves is as long as it gets, for R >= 1.
 */
#ifndef ADACC_CERT_ENVELOPE_H
#define ADACC_CERT_ENVELOPE_H

#include "ir/net.h"

enum envelope_how { ENVELOPE_LARGEST, ENVELOPE_MIDDLE };

struct envelope {
    const struct net *net; /* components are numbered as they were */
    const bool *moved;     /* of each component: whether anything in it moves */
    const bool *free;      /* of each cell: it stands for anything of modulus at most R^m, m its
                              delay, on |w| = R */
    const char *why_not;   /* one clause if there is none, and nothing else; or null */
};

/* `box`: the net's knobs with their ranges made smaller, and `init` within. R >= 1. */
struct envelope envelope_make(struct arena *arena, const struct net *net, const struct knob *box,
                              enum envelope_how how, double R, bool single);

/* "a gain of 'A'" */
const char *envelope_cell_text(struct arena *arena, const struct cell *cell);
bool envelope_moves(const struct cell *cell);

#endif
