/* Real numbers known up to an error: a centre, and a radius that bounds how far off it may be.
 *
 * Everything in cert/ assumes IEEE doubles rounded to nearest, each operation by itself;
 * arithmetic_is_usual() finds out. u = 2^-53 is the unit roundoff. The sums and products here know
 * their own rounding error exactly (Knuth 1969, Dekker 1971), so a radius is zero if and only if
 * the centre is the exact result: the tests for exactly lossless loops rest on that.
 */
#ifndef ADACC_CERT_BALL_H
#define ADACC_CERT_BALL_H

#include <stdbool.h>

#define UNIT 0x1p-53

/* A sum of non-negative terms raised by more than its own rounding can have lowered it: for up to
 * 2^12 terms, of which none is so small that it vanished (2^-900 makes up for those). */
#define RAISED(x) ((x) * (1 + 0x1p-40) + 0x1p-900)

struct ball {
    double centre, radius;
};

struct two {
    double high, low; /* high + low is exact */
};

/* False if this processor, compiler or caller rounds in another way: then nothing is a proof. */
bool arithmetic_is_usual(void);

struct two two_sum(double a, double b);
struct two two_product(double a, double b); /* exact unless the product is below 2^-960 */

/* The sign of 1 + a + b, exactly: -1, 0 or 1. */
int sign_of_one_plus(double a, double b);

static inline struct ball ball_exact(double value) {
    return (struct ball){value, 0};
}
struct ball ball_add(struct ball a, struct ball b);
struct ball ball_multiply(struct ball a, struct ball b);
struct ball ball_divide(struct ball a, struct ball b); /* radius infinite if b may be zero */

/* The sign that all of the ball has; 0 if it holds zero. */
int ball_sign(struct ball a);

#endif
