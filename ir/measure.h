/* Figures of a net, measured with the knobs at their initial values.
 *
 * All but the latency come from its impulse responses, which the interpreter computes until what is
 * still to come can be neglected. What does not decay, or needs more than a fixed number of
 * operations, is not measured; so what comes out does not depend on the machine.
 */
#ifndef ADACC_IR_MEASURE_H
#define ADACC_IR_MEASURE_H

#include "ir/net.h"

enum measured {
    MEASURED,
    MEASURED_NOTHING,  /* the response is zero */
    MEASURED_TOO_LONG, /* it has not decayed within the operations allowed */
    MEASURED_GROWS     /* it grows, or is not finite */
};

struct decay {
    enum measured how;
    double t60_s;      /* of MEASURED */
    double measured_s; /* how much of the response was looked at */
};

/* The time in which the response in a band around a frequency (0 < f < rate/2) falls by 60 dB.
 *
 * Each response goes through two equal band-pass sections with the poles of a resonator of
 * Q = sqrt 2 and a gain of 1 at f: about an octave (the constant peak gain form of
 * Bristow-Johnson's cookbook). Their energies are added and integrated backwards (Schroeder, New
 * Method of Measuring Reverberation Time, JASA 37, 1965). The time is that of a straight line
 * through the decay from 5 to 35 dB (ISO 3382-1: T30) below where it stands once direct sound is
 * over: 5 ms and three periods of f after the first sound. */
struct decay measure_decay(struct arena *arena, const struct net *net, double frequency_hz);

struct peak {
    enum measured how;
    double gain, frequency_hz; /* of MEASURED */
};

/* The greatest gain at any frequency: the largest singular value of the transfer matrix, for 1 -> 1
 * its modulus. By Fourier transform of the responses, twice as long as they are, and a search
 * between its points where it is largest. */
struct peak measure_peak(struct arena *arena, const struct net *net);

struct isometry {
    enum measured how;
    double off; /* the largest |entry of H* H - I| at any frequency */
    double frequency_hz;
};

/* How far the outlets are from carrying exactly the energy of the inlets, at every frequency. Where
 * delays are all that remembers, and the matrix from inlets and delays to outlets and delays has
 * orthonormal columns, they do, whatever the lengths, and `off` is what its columns are from that;
 * no frequency is worse than another, and frequency_hz is 0. Else by Fourier transform of the
 * responses. */
struct isometry measure_isometry(struct arena *arena, const struct net *net);

#define NO_LATENCY UINT64_MAX

/* The fewest samples of delay on any path from an inlet to an outlet, with knobs at their initial
 * values; NO_LATENCY if there is no path. */
uint64_t measure_latency(struct arena *arena, const struct net *net);

#endif
