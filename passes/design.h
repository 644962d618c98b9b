/* Filter formulas: parameters to second-order sections, to matrices and to finite responses, as
 * plain double functions. Each says where its formula is from; those of FLAMO are what FLAMO 0.2.13
 * computes, constants, clamps and names included.
 *
 * Frequencies are in Hz with the sample rate `fs` beside them, unless said otherwise. Nothing is
 * checked here: who calls has made sure of the ranges, and looks at the result where it may be
 * infinite.
 */
#ifndef ADACC_PASSES_DESIGN_H
#define ADACC_PASSES_DESIGN_H

#include "ir/base/arena.h"

/* H(z) = (b0 + b1 z^-1 + b2 z^-2) / (a0 + a1 z^-1 + a2 z^-2). */
struct biquad {
    double b0, b1, b2, a0, a1, a2;
};

double design_softplus(double x); /* ln(1 + e^x) */
double design_sigmoid(double x);  /* 1 / (1 + e^-x) */

/* ---- design_biquad.c: FLAMO's Biquad ---- */

enum biquad_kind { BIQUAD_LOWPASS, BIQUAD_HIGHPASS, BIQUAD_BANDPASS };

/* f: the corner over half the sample rate, 0 .. 1; of a band, both its edges, else f2 is not read.
 * `gain`: linear, of which the size alone counts, within 60 dB either way. */
struct biquad design_biquad(enum biquad_kind kind, double f1, double f2, double gain);

/* ---- design_svf.c: FLAMO's SVF ---- */

enum svf_kind {
    SVF_GENERAL,
    SVF_LOWPASS,
    SVF_HIGHPASS,
    SVF_BANDPASS,
    SVF_LOWSHELF,
    SVF_HIGHSHELF,
    SVF_PEAKING,
    SVF_NOTCH
};

/* p: what was trained: frequency, resonance, then the gain, or the three weights of SVF_GENERAL. */
struct biquad design_svf(enum svf_kind kind, const double p[5]);

/* The state-variable filter itself (Zavalishin, The Art of VA Filter Design, 2012): f = tan(w / 2),
 * damping R, and the weights of its lowpass, bandpass and highpass. */
struct biquad design_svf_mixed(double f, double R, double lowpass, double bandpass,
                               double highpass);

/* ---- design_geq.c: FLAMO's GEQ and AccurateGEQ ---- */

/* Bands of 1 / interval octave from above `start` up to `end`: a gain, a low shelf, a peak each
 * centre, a high shelf. */
struct geq_bands {
    double fs;
    uint32_t count; /* of centres */
    const double *centres;
    double low_corner, high_corner;
};
#define GEQ_START_HZ 31.25
#define GEQ_END_HZ 16000.0

struct geq_bands design_geq_bands(struct arena *arena, double interval, double start, double end,
                                  double fs);
/* How many centres that would be. */
uint32_t design_geq_centres(double interval, double start, double end);

/* `gains`: linear, count + 3 of them; as many sections. */
void design_geq(const struct geq_bands *bands, const double *gains, struct biquad *out);

/* ---- design_accurate_geq.c ---- */

/* The command gains in dB, count + 3, whose sum of responses is nearest to the targets in dB,
 * count + 2: from 1 Hz over the centres to fs / 2.1. */
void design_accurate_geq(struct arena *scratch, const struct geq_bands *bands,
                         const double *target_db, double *gains_db);

/* ---- design_peq.c: FLAMO's PEQ ---- */

enum peq_design { PEQ_BIQUAD, PEQ_SVF };

struct peq {
    enum peq_design design;
    uint32_t count; /* of bands, two at least: a low shelf, peaks, a high shelf */
    double f_min, f_max, fs;
};

/* x and R as trained, the gain in dB. NaN where no such shelf exists: see design_peq_exists. */
struct biquad design_peq(const struct peq *peq, uint32_t band, double x, double R, double gain_db);
bool design_peq_exists(const struct peq *peq, uint32_t band, double R, double gain_db);

/* ---- design_plain.c: the filters of FAUST's library that ADAC names ---- */

/* Butterworth's, (order + 1) / 2 sections. */
void design_butterworth(bool highpass, uint32_t order, double fc, double fs, struct biquad *out);
/* Butterworth's bandpass of twice the order, `order` sections. */
void design_bandpass(uint32_t order, double fl, double fh, double fs, struct biquad *out);
struct biquad design_peak(double gain_db, double fc, double bandwidth, double fs);

enum plain_svf { PLAIN_LOWPASS, PLAIN_HIGHPASS, PLAIN_BANDPASS, PLAIN_NOTCH, PLAIN_ALLPASS };
struct biquad design_plain_svf(enum plain_svf kind, double fc, double q, double fs);

/* ---- design_absorption.c: FLAMO's first-order shelf of a delay line ---- */

/* Decay in seconds at 0 Hz, crossover in radians a sample, the line's length in samples; `decay` of
 * the highest frequency. */
struct biquad design_shelving(double decay_s, double crossover, double delay_samples,
                              double high_decay_s, double fs);

/* ---- design_matrix.c: FLAMO's matrices; n x n, by rows ---- */

/* e^(T - T') with T the strictly upper triangle of `raw`: orthogonal. */
void design_orthogonal(struct arena *scratch, uint32_t n, const double *raw, double *out);
/* n = 2 or 4. */
void design_rotation(uint32_t n, double angle, double *out);

/* FLAMO's scattering:
 *
 *     V(z) = z^-left U[K-1] D[K-2] ... U[1] D[0] U[0] z^-right,  D[k] = (g z^-1)^shifts[k]
 *
 * with K matrices U of n x n, K - 1 lists of n shifts, and a whole delay a row and a column. */
struct scattering {
    uint32_t n, count; /* K */
    const double *matrices;
    const uint32_t *shifts, *left, *right;
    double gain_per_sample;
};
uint32_t design_scattering_taps(const struct scattering *scattering);
/* [out][in][tap], as many taps as design_scattering_taps says. */
void design_scattering(struct arena *scratch, const struct scattering *scattering, double *out);

#endif
