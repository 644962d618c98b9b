/* What the tests of lang/lib/std.adg share: a definition of it heard, and complex linear algebra to
 * evaluate formulas with. */
#ifndef ADACC_TESTS_STD_LIBRARY_H
#define ADACC_TESTS_STD_LIBRARY_H

#include "tests/unit/adg.h"

/* The impulse responses of an expression, at a rate such as "44.1kHz". */
struct response library(struct fixture *f, const char *rate, const char *expression, size_t frames);

/* H(z) for |z| > 1, where the responses need not have died away: |z|^-frames is what is left out.
 */
double complex at_z(struct response r, uint32_t in, uint32_t out, double complex z);

/* Twenty frequencies on a circle outside which 16384 samples are enough for 1e-12. */
enum { LIBRARY_FRAMES = 16384, LIBRARY_POINTS = 20 };
double complex point_z(unsigned k);

/* x = A^-1 b, n x n with m right sides, row by row; A and b are overwritten, b with x. */
void solve(uint32_t n, uint32_t m, double complex *A, double complex *b);

#define assert_close(got, wanted, tolerance)                                                       \
    check_close((got), (wanted), (tolerance), __FILE__, __LINE__)
void check_close(double complex got, double complex wanted, double tolerance, const char *file,
                 int line);

#endif
