/* Worst-case peak gains, and what roundings in the delay lines of loops do at the outlets.
 *
 * The worst-case peak gain of a signal is the l1-norm of its response, summed over the inlets: with
 * inlets within [-1, 1] it is never above, and comes as near as one likes (Balakrishnan and Boyd,
 * On computing the worst-case peak gain of linear systems, 1992). A simulation gives it up to a
 * bound of what follows (tail.h).
 *
 * Roundings: every sample that goes into a line of a loop, the first delay of a channel (cut.h), is
 * off by e. White noise e of variance q^2/12 comes to an outlet with the sum over lines of |h|_2^2
 * times that, whatever |e| <= q/2 at most with the sum of |h|_1 times q/2, h being the response
 * from the line's inlet.
 */
#ifndef ADACC_CERT_WCPG_H
#define ADACC_CERT_WCPG_H

#include "cert/peak_response.h"
#include "cert/resolvent.h"

struct bracket {
    double low, high;
};

/* What holds a delay's greatest signal: the worst-case peak gain of any delay in the channel. */
struct line_norms {
    struct bracket *gain; /* of each channel of a loop, by delay, ascending */
    uint32_t count;
};

struct wcpg {
    bool known;
    uint32_t outlet_count;
    const struct bracket *outlets, *noise_variance, *noise_worst; /* of each outlet */
    const struct line_norms *lines;                               /* of each loop */
    uint64_t frames;                                              /* of the longest simulation */
    double spent;                                                 /* multiply-adds */
};

/* Bits above the point that hold every value up to `gain`. */
uint32_t headroom_bits(double gain);

/* Of a net whose modes all lie within |z| < 1/R. Takes up to `work` multiply-adds in simulations,
 * about; with few of them brackets are wide, and beyond a factor of ten nothing is known. `peak`
 * listens to what outlets answer to inlets; or null. */
struct wcpg wcpg_of(struct arena *arena, const struct net *net, const struct loop *loops,
                    uint32_t loop_count, const struct resolvent *resolvents, double R,
                    const struct flow *flow, double work, struct response_peak *peak);

#endif
