/* Loops cut open at their delays.
 *
 * Each cyclic component of the net is one system x_j = T_j(z) v_j, v = G(z) x. A channel j is a
 * chain of cells that signals pass one behind the other, at least one of them a delay: T_j is the
 * product of its gains, its sections and z^-m_j. What is left over, G, is a network without loops.
 * The component's modes are those of its sections and the zeros of F = det(I - G T), and if every
 * section is stable, it is stable if and only if F has no zero in |z| >= 1.
 *
 * Cells of a chain commute, being linear and time-invariant, so the order within it does not
 * matter, and delays in series count as one.
 */
#ifndef ADACC_CERT_CUT_H
#define ADACC_CERT_CUT_H

#include "cert/ball.h"
#include "cert/sections.h"

struct channel {
    const wire *cells; /* in the order of the signal; the last one is its outlet */
    uint32_t cell_count;
    wire source;            /* the cell of the component that drives the first one */
    uint64_t delay_samples; /* m_j; 0 where the one sample is in a section with b0 = 0; the zeros
                               that finite responses begin with count */
    struct ball gain;       /* the product of its gains */
    const struct section_values *sections;
    uint32_t section_count; /* finite responses among them */
    uint64_t cost;          /* of evaluating them, in evaluations of a section */
    bool free; /* T_j stands for anything with |T_j| <= R^m_j on |w| = R, analytic within */
};

struct loop {
    const struct net *net;
    uint32_t component;
    bool single; /* constants are rounded to float32 */
    struct channel *channels;
    uint32_t channel_count; /* N */
    wire *rest;             /* the cells of G, each behind those that it reads */
    uint32_t rest_count;
    const uint32_t *place;   /* of each cell of the net, shared by all loops: PLACE_CHANNEL + j for
                                the outlet  of channel j, or its index in `rest` */
    uint32_t section_count;  /* in channels and rest together */
    uint32_t response_count; /* how many of them are finite responses */
    uint32_t rest_section_count; /* 0: G is a constant matrix */
    uint64_t rest_cost;          /* of evaluating those */
    uint64_t delay_samples;      /* all m_j together */
    wire not_covered;            /* a cell that is no mix, delay or filter; NO_WIRE: none */
    wire not_finite;             /* a cell with a constant that is not finite; NO_WIRE: none */
};

enum { PLACE_CHANNEL = 1 << 30 }; /* beyond LIMIT_CELLS */

/* The widest loop that is looked at: one with more channels has a single test that takes too long.
 */
enum { CERT_CHANNELS_MOST = 1024 };

/* Section or finite response k of a loop, those of the channels first. */
struct section_values loop_section(const struct loop *loop, uint32_t k);

/* The loops of the net, sources first. */
struct loop *cut_loops(struct arena *arena, const struct net *net, bool single, uint32_t *count);

/* The same, each cell that `free` marks a channel of its own. */
struct loop *cut_loops_around(struct arena *arena, const struct net *net, bool single,
                              const bool *free, uint32_t *count);

/* True if one of the components that are marked feeds another, through whatever is between. */
bool components_are_coupled(struct arena *scratch, const struct net *net, const bool *marked);

#endif
