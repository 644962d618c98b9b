#include "cert/ball.h"

#include <fenv.h>
#include <float.h>
#include <math.h>

#ifdef __FAST_MATH__
#error "cert/ proves with rounding errors: it cannot be compiled with -ffast-math"
#endif

/* Kept out of line, so that no compiler fuses the product of a caller into the sums of this file.
 */
#if defined __GNUC__
#define APART __attribute__((noinline))
#else
#define APART
#endif

bool arithmetic_is_usual(void) {
    volatile double one = 1, tiny = 0x1p-53, slightly_more = 0x1p-53 + 0x1p-100;
    volatile double even = one + tiny, odd = one + slightly_more;
    return FLT_EVAL_METHOD == 0 && fegetround() == FE_TONEAREST && even == 1 && odd == 1 + 0x1p-52;
}

APART struct two two_sum(double a, double b) {
    double sum = a + b;
    double of_b = sum - a;
    double of_a = sum - of_b;
    return (struct two){sum, (a - of_a) + (b - of_b)};
}

APART struct two two_product(double a, double b) {
    double product = a * b;
    return (struct two){product, fma(a, b, -product)};
}

int sign_of_one_plus(double a, double b) {
    /* Grows the exact expansion of 1 + a by b (Shewchuk 1997, theorem 10): the parts do not
     * overlap, so the largest that is not zero has the sign of all. */
    struct two first = two_sum(1, a);
    struct two low = two_sum(b, first.low);
    struct two high = two_sum(low.high, first.high);
    double part = high.high != 0 ? high.high : high.low != 0 ? high.low : low.low;
    return (part > 0) - (part < 0);
}

struct ball ball_add(struct ball a, struct ball b) {
    struct two sum = two_sum(a.centre, b.centre);
    double radius = a.radius + b.radius + fabs(sum.low);
    return (struct ball){sum.high, radius > 0 ? RAISED(radius) : 0};
}

static bool is_zero(struct ball a) {
    return a.centre == 0 && a.radius == 0;
}

struct ball ball_multiply(struct ball a, struct ball b) {
    if (is_zero(a) || is_zero(b)) return ball_exact(0);
    struct two product = two_product(a.centre, b.centre);
    bool small = fabs(product.high) < 0x1p-900 && a.centre != 0 && b.centre != 0;
    double radius = fabs(a.centre) * b.radius + fabs(b.centre) * a.radius + a.radius * b.radius +
                    fabs(product.low);
    bool exact = a.radius == 0 && b.radius == 0 && product.low == 0 && !small;
    return (struct ball){product.high, exact ? 0 : RAISED(radius)};
}

struct ball ball_divide(struct ball a, struct ball b) {
    double least = fabs(b.centre) - b.radius;
    /* The difference lost at most a unit roundoff; what is left below 1e-14 of b counts as zero. */
    if (!(least > fabs(b.centre) * 1e-14)) return (struct ball){0, INFINITY};
    double quotient = a.centre / b.centre;
    /* a/b - q = (a - q b)/b, and fma gives the numerator at the centres with one rounding. */
    double rest = fabs(fma(-quotient, b.centre, a.centre));
    double radius = (rest + a.radius + fabs(quotient) * b.radius) / least;
    return (struct ball){quotient, radius * (1 + 0x1p-40) + 0x1p-900};
}

int ball_sign(struct ball a) {
    if (!(fabs(a.centre) > a.radius)) return 0;
    return a.centre > 0 ? 1 : -1;
}
