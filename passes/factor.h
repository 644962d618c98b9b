/* Factoring a rational filter of constants into second-order sections.
 *
 * Roots: Aberth's simultaneous iteration (O. Aberth, "Iteration methods for finding all zeros of a
 * polynomial simultaneously", Math. Comp. 27, 1973) from starting points on the circles of the
 * Newton polygon (D. A. Bini, Numer. Algorithms 13, 1996), in twice double's precision, so that
 * roots of several times, which rounding of the coefficients has moved apart already, come out to
 * the last bit of what the coefficients say.
 *
 * Sections: the pair of poles nearest to the unit circle takes the zeros nearest to it, and so on;
 * the sections then stand with the poles farthest from the circle first (L. B. Jackson,
 * "Roundoff-noise analysis for fixed-point digital filters realized in cascade or parallel form",
 * IEEE Trans. Audio Electroacoust. 18, 1970; Oppenheim and Schafer, Discrete-Time Signal
 * Processing, on pairing and ordering in cascade form). Complex roots stay with their conjugates,
 * real ones are paired by size.
 */
#ifndef ADACC_PASSES_FACTOR_H
#define ADACC_PASSES_FACTOR_H

#include <stdbool.h>
#include <stdint.h>

enum { FACTOR_DEGREE_MOST = 64 };

struct section_numbers {
    double b[3], a[3]; /* of z^0, z^-1, z^-2; a[0] = 1 */
};

/* over(z^-1) / under(z^-1), coefficients from z^0 on, the first and the last of each not 0. `out`
 * has room for FACTOR_DEGREE_MOST sections. How many there are, the gain in the first; 0 if the
 * sections would not give the quotient back on the unit circle: to nine digits, or as far as the
 * rounding of its coefficients lets one tell. */
uint32_t factor_sections(const double *over, uint32_t over_degree, const double *under,
                         uint32_t under_degree, struct section_numbers *out);

#endif
