#include "passes/design_rbj.h"

#include <math.h>

/* Short names for one formula a line. */
static struct operand number(double x) {
    return operand_constant(x);
}
static struct operand plus(struct arena *m, struct operand a, struct operand b) {
    return operand_add(m, a, b);
}
static struct operand minus(struct arena *m, struct operand a, struct operand b) {
    return operand_sub(m, a, b);
}
static struct operand times(struct arena *m, struct operand a, struct operand b) {
    return operand_mul(m, a, b);
}
static struct operand of(struct arena *m, enum function f, struct operand a) {
    return operand_apply(m, f, a, a);
}
static struct operand half_angle(struct arena *m, struct operand frequency) {
    return times(m, number(M_PI), frequency);
}

struct shelf_parts {
    struct operand A, s2, k2; /* sin^2(w/2), cos^2(w/2); of the upper shelf the other way round */
    struct operand gamma;     /* sqrt(A) alpha */
};

/* The cookbook's lower shelf, halved, with (A + 1) +- (A - 1) cos w as sums of terms above zero,
 * which a bound over knobs can see; the upper one is it with the signs of b1 and a1 turned. */
static struct section shelf(struct arena *m, struct shelf_parts p, bool high) {
    struct operand As = times(m, p.A, p.s2), Ak = times(m, p.A, p.k2);
    struct operand over = plus(m, As, p.k2), under = plus(m, Ak, p.s2);
    struct operand twice = number(high ? -2 : 2);
    return (struct section){
        times(m, p.A, plus(m, over, p.gamma)),  times(m, times(m, twice, p.A), minus(m, As, p.k2)),
        times(m, p.A, minus(m, over, p.gamma)), plus(m, under, p.gamma),
        times(m, twice, minus(m, p.s2, Ak)),    minus(m, under, p.gamma)};
}

struct section section_rbj(struct arena *m, enum rbj_kind kind, struct operand frequency,
                           struct operand quality, struct operand gain) {
    /* By the half angle, 1 - cos w and 1 + cos w come without cancellation. */
    struct operand half = half_angle(m, frequency);
    struct operand s = of(m, FUNCTION_SIN, half), k = of(m, FUNCTION_COS, half);
    struct operand s2 = times(m, s, s), k2 = times(m, k, k), c = minus(m, k2, s2);
    struct operand alpha = operand_div(m, times(m, s, k), quality);
    const struct operand one = number(1);
    struct operand a0 = plus(m, one, alpha), a1 = times(m, number(-2), c),
                   a2 = minus(m, one, alpha);
    switch (kind) {
    case RBJ_LOWPASS: return (struct section){s2, times(m, number(2), s2), s2, a0, a1, a2};
    case RBJ_HIGHPASS: return (struct section){k2, times(m, number(-2), k2), k2, a0, a1, a2};
    case RBJ_BANDPASS: return (struct section){alpha, number(0), operand_neg(m, alpha), a0, a1, a2};
    case RBJ_NOTCH: return (struct section){one, a1, one, a0, a1, a2};
    case RBJ_ALLPASS: return (struct section){a2, a1, a0, a0, a1, a2};
    default: break;
    }
    struct operand A = of(m, FUNCTION_SQRT, gain);
    if (kind != RBJ_PEAK) {
        bool high = kind == RBJ_HIGHSHELF;
        struct operand gamma = times(m, of(m, FUNCTION_SQRT, A), alpha);
        return shelf(m, (struct shelf_parts){A, high ? k2 : s2, high ? s2 : k2, gamma}, high);
    }
    struct operand wide = times(m, alpha, A), narrow = operand_div(m, alpha, A);
    return (struct section){plus(m, one, wide),   a1, minus(m, one, wide),
                            plus(m, one, narrow), a1, minus(m, one, narrow)};
}

struct section section_butterworth(struct arena *m, bool high, uint32_t order, uint32_t index,
                                   struct operand frequency) {
    if (order % 2 == 1 && index == 0) {
        struct operand t = of(m, FUNCTION_TAN, half_angle(m, frequency));
        const struct operand one = number(1), zero = number(0);
        return (struct section){high ? one : t,  high ? number(-1) : t, zero,
                                plus(m, t, one), minus(m, t, one),      zero};
    }
    uint32_t pair = order / 2 - index + order % 2;
    double quality = 1 / (2 * sin(M_PI * (2 * pair - 1) / (2 * order)));
    return section_rbj(m, high ? RBJ_HIGHPASS : RBJ_LOWPASS, frequency, number(quality), number(1));
}

struct section section_onepole(struct arena *m, struct operand frequency) {
    struct operand sine = of(m, FUNCTION_SIN, half_angle(m, frequency));
    struct operand s = times(m, number(2), times(m, sine, sine));
    /* p = 1 / (1 + s + sqrt(...)) is the same root without cancellation, and so is 1 - p from r. */
    struct operand root = of(m, FUNCTION_SQRT, times(m, s, plus(m, number(2), s)));
    struct operand rest = plus(m, s, root), under = plus(m, number(1), rest);
    const struct operand zero = number(0);
    return (struct section){rest, zero, zero, under, number(-1), zero};
}

struct section section_dcblock(struct arena *m, struct operand frequency) {
    struct operand t = of(m, FUNCTION_TAN, half_angle(m, frequency));
    const struct operand one = number(1), zero = number(0);
    return (struct section){one, number(-1), zero, plus(m, one, t), minus(m, t, one), zero};
}

struct section section_svf(struct arena *m, struct operand frequency, struct operand damping,
                           struct svf_mix mix) {
    struct operand t = of(m, FUNCTION_TAN, half_angle(m, frequency)), t2 = times(m, t, t);
    struct operand low = times(m, t2, mix.low), band = times(m, t, mix.band);
    struct operand sides = plus(m, low, mix.high), twice = number(2), one = number(1);
    struct operand loss = times(m, times(m, twice, damping), t), under = plus(m, t2, one);
    return (struct section){
        plus(m, sides, band), times(m, twice, minus(m, low, mix.high)), minus(m, sides, band),
        plus(m, under, loss), times(m, twice, minus(m, t2, one)),       minus(m, under, loss)};
}
