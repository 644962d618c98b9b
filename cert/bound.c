#include "cert/bound.h"

#include <math.h>
#include <string.h>

#include "ir/base/memo.h"
#include "ir/base/vec.h"

/* Knobs that one cell may depend on, and one more variable for the frequency. */
enum { VARIABLES = 6, BOXES_MOST = 30000 };

static const double infinite = INFINITY;

/* ---- intervals ------------------------------------------------------------------------------- */

static const struct interval anything = {-INFINITY, INFINITY};

static struct interval point(double x) {
    return (struct interval){x, x};
}

/* Wider than the rounding of a few operations, or of a function that is off by some units. */
static struct interval widened(double lo, double hi) {
    if (isnan(lo) || isnan(hi)) return anything;
    return (struct interval){lo - fabs(lo) * 0x1p-50 - 0x1p-1000,
                             hi + fabs(hi) * 0x1p-50 + 0x1p-1000};
}

static struct interval plus(struct interval a, struct interval b) {
    return widened(a.lo + b.lo, a.hi + b.hi);
}
static struct interval negative(struct interval a) {
    return (struct interval){-a.hi, -a.lo};
}
static struct interval minus(struct interval a, struct interval b) {
    return plus(a, negative(b));
}
static bool is_zero(struct interval a) {
    return a.lo == 0 && a.hi == 0;
}
static struct interval times(struct interval a, struct interval b) {
    if (is_zero(a) || is_zero(b)) return point(0);
    double p = a.lo * b.lo, q = a.lo * b.hi, r = a.hi * b.lo, s = a.hi * b.hi;
    if (isnan(p) || isnan(q) || isnan(r) || isnan(s)) return anything;
    return widened(fmin(fmin(p, q), fmin(r, s)), fmax(fmax(p, q), fmax(r, s)));
}
static struct interval over(struct interval a, struct interval b) {
    if (is_zero(a)) return a;
    if (b.lo <= 0 && b.hi >= 0) return anything;
    return times(a, widened(1 / b.hi, 1 / b.lo));
}
static struct interval both(struct interval a, struct interval b) {
    return (struct interval){fmin(a.lo, b.lo), fmax(a.hi, b.hi)};
}
/* f of an interval on which it rises. */
static struct interval rising(enum function f, struct interval a) {
    return widened(function_value(f, a.lo, 0), function_value(f, a.hi, 0));
}

/* ---- intervals with derivatives ----------------------------------------------------------------
 */

struct dual {
    struct interval v, d[VARIABLES];
};

struct box {
    struct interval at[VARIABLES];
    double upper;    /* a bound of the function on it */
    uint32_t widest; /* the variable to cut; the count of all where none can be */
};

/* An expression with its arguments as steps before it: what is shared is computed once a box. */
struct step {
    const struct expr *expr;
    uint32_t arguments[2];
};

/* Besides what can be asked for: |u (1 - p) / (1 - p w)|, of operands u and p. */
enum { ONE_POLE = BOUNDED_JURY_A1 + 1 };

struct search {
    uint32_t count;           /* of variables */
    const uint32_t *variable; /* of each knob */
    const bool *logarithmic;
    int what; /* enum bounded, or ONE_POLE */
    const struct operand *operands;
    uint32_t results[5]; /* of each operand that is no constant: its step */
    enum section_form form; /* of a section */
    double R;               /* the circle that it is looked at on */
    bool single;
    VEC(struct step) steps;
    struct dual *values; /* of each step */
};

static struct dual constant(double x) {
    struct dual r;
    memset(&r, 0, sizeof r);
    r.v = point(x);
    return r;
}

/* A value, and f' for the chain rule. */
static struct dual chain(const struct search *s, struct dual a, struct interval v,
                         struct interval slope) {
    struct dual r = {.v = v};
    for (uint32_t k = 0; k < s->count; k++) r.d[k] = times(slope, a.d[k]);
    return r;
}
static struct dual sum(const struct search *s, struct dual a, struct dual b) {
    struct dual r = {.v = plus(a.v, b.v)};
    for (uint32_t k = 0; k < s->count; k++) r.d[k] = plus(a.d[k], b.d[k]);
    return r;
}
static struct dual negated(const struct search *s, struct dual a) {
    struct dual r = {.v = negative(a.v)};
    for (uint32_t k = 0; k < s->count; k++) r.d[k] = negative(a.d[k]);
    return r;
}
static struct dual product(const struct search *s, struct dual a, struct dual b) {
    struct dual r = {.v = times(a.v, b.v)};
    for (uint32_t k = 0; k < s->count; k++) r.d[k] = plus(times(a.d[k], b.v), times(a.v, b.d[k]));
    return r;
}
static struct dual quotient(const struct search *s, struct dual a, struct dual b) {
    struct dual r = {.v = over(a.v, b.v)};
    for (uint32_t k = 0; k < s->count; k++) r.d[k] = over(minus(a.d[k], times(r.v, b.d[k])), b.v);
    return r;
}
static struct dual square(const struct search *s, struct dual a) {
    double lo = fabs(a.v.lo), hi = fabs(a.v.hi);
    struct interval v = widened(fmin(lo, hi) * fmin(lo, hi), fmax(lo, hi) * fmax(lo, hi));
    if (a.v.lo <= 0 && a.v.hi >= 0) v.lo = 0;
    return chain(s, a, v, times(point(2), a.v));
}

/* One of two, and not known which. */
static struct dual either(const struct search *s, struct dual a, struct dual b, struct interval v) {
    struct dual r = {.v = v};
    for (uint32_t k = 0; k < s->count; k++) r.d[k] = both(a.d[k], b.d[k]);
    return r;
}

static struct dual power(const struct search *s, struct dual a, struct dual b) {
    if (b.v.lo == b.v.hi && b.v.lo == 2) return square(s, a);
    if (b.v.lo == b.v.hi && b.v.lo == 1) return a;
    if (!(a.v.lo > 0)) return chain(s, sum(s, a, b), anything, anything);
    struct interval logarithm = rising(FUNCTION_LOG, a.v), exponent = times(b.v, logarithm);
    struct dual r = {.v = rising(FUNCTION_EXP, exponent)};
    /* exp(b log a) by corners is as good, and rounds less. */
    double p = pow(a.v.lo, b.v.lo), q = pow(a.v.lo, b.v.hi), t = pow(a.v.hi, b.v.lo),
           u = pow(a.v.hi, b.v.hi);
    r.v = widened(fmin(fmin(p, q), fmin(t, u)), fmax(fmax(p, q), fmax(t, u)));
    for (uint32_t k = 0; k < s->count; k++)
        r.d[k] = times(r.v, plus(times(b.d[k], logarithm), over(times(b.v, a.d[k]), a.v)));
    return r;
}

/* sin x, by its value in the middle and by how far x goes from there. */
static struct interval sine(struct interval a) {
    double middle = a.lo / 2 + a.hi / 2, radius = (a.hi - a.lo) / 2 * (1 + 0x1p-40);
    if (!(radius < 2)) return (struct interval){-1, 1};
    double at = sin(middle);
    struct interval r = widened(at - radius - 1e-15, at + radius + 1e-15);
    return (struct interval){fmax(r.lo, -1), fmin(r.hi, 1)};
}
static struct interval cosine(struct interval a) {
    return sine(plus(a, widened(1.57079632679489661923, 1.57079632679489661923)));
}

static struct dual apply(const struct search *s, enum function f, struct dual a, struct dual b) {
    switch (f) {
    case FUNCTION_NEG: return negated(s, a);
    case FUNCTION_ADD: return sum(s, a, b);
    case FUNCTION_SUB: return sum(s, a, negated(s, b));
    case FUNCTION_MUL: return product(s, a, b);
    case FUNCTION_DIV: return quotient(s, a, b);
    case FUNCTION_POW: return power(s, a, b);
    case FUNCTION_MIN:
        if (a.v.hi <= b.v.lo) return a;
        if (b.v.hi <= a.v.lo) return b;
        return either(s, a, b, (struct interval){fmin(a.v.lo, b.v.lo), fmin(a.v.hi, b.v.hi)});
    case FUNCTION_MAX:
        if (a.v.lo >= b.v.hi) return a;
        if (b.v.lo >= a.v.hi) return b;
        return either(s, a, b, (struct interval){fmax(a.v.lo, b.v.lo), fmax(a.v.hi, b.v.hi)});
    case FUNCTION_ABS:
        if (a.v.lo >= 0) return a;
        if (a.v.hi <= 0) return negated(s, a);
        return either(s, a, negated(s, a), (struct interval){0, fmax(-a.v.lo, a.v.hi)});
    case FUNCTION_SQRT: {
        if (!(a.v.lo >= 0)) return chain(s, a, anything, anything);
        struct interval root = rising(FUNCTION_SQRT, a.v);
        return chain(s, a, root, over(point(0.5), root));
    }
    case FUNCTION_EXP: {
        struct interval e = rising(FUNCTION_EXP, a.v);
        return chain(s, a, e, e);
    }
    case FUNCTION_LOG:
        if (!(a.v.lo > 0)) return chain(s, a, anything, anything);
        return chain(s, a, rising(f, a.v), over(point(1), a.v));
    case FUNCTION_LOG10:
        if (!(a.v.lo > 0)) return chain(s, a, anything, anything);
        return chain(s, a, rising(f, a.v),
                     over(widened(0.43429448190325182, 0.43429448190325182), a.v));
    case FUNCTION_SIN: return chain(s, a, sine(a.v), cosine(a.v));
    case FUNCTION_COS: return chain(s, a, cosine(a.v), negative(sine(a.v)));
    case FUNCTION_TAN: {
        /* One branch of the tangent only. */
        if (!(a.v.lo > -1.57 && a.v.hi < 1.57)) return chain(s, a, anything, anything);
        struct dual t = chain(s, a, rising(f, a.v), point(0));
        struct interval slope = plus(point(1), square(s, t).v);
        return chain(s, a, t.v, slope);
    }
    case FUNCTION_ATAN: {
        struct dual x = {.v = a.v};
        return chain(s, a, rising(f, a.v), over(point(1), plus(point(1), square(s, x).v)));
    }
    case FUNCTION_TANH: return chain(s, a, rising(f, a.v), (struct interval){0, 1});
    default: {
        /* Steps: what stays on one has no slope. */
        struct interval v = rising(f, a.v);
        bool flat = function_value(f, a.v.lo, 0) == function_value(f, a.v.hi, 0);
        return chain(s, a, v, flat ? point(0) : anything);
    }
    }
}

static uint32_t add_steps(struct search *s, struct memo *memo, const struct expr *expr) {
    bool fresh;
    union memo_value *known = memo_at(memo, expr, &fresh);
    if (!fresh) return (uint32_t)known->number;
    struct step step = {.expr = expr};
    for (int i = 0; i < 2; i++)
        if (expr->kind == EXPR_APPLY && expr->arguments[i])
            step.arguments[i] = add_steps(s, memo, expr->arguments[i]);
    vec_push(memo->arena, &s->steps, step);
    memo_at(memo, expr, NULL)->number = s->steps.count - 1;
    return (uint32_t)s->steps.count - 1;
}

static void run_steps(const struct search *s, const struct box *box) {
    for (size_t i = 0; i < s->steps.count; i++) {
        const struct step *step = &s->steps.at[i];
        const struct expr *expr = step->expr;
        struct dual *r = &s->values[i];
        if (expr->kind == EXPR_CONSTANT) {
            *r = constant(expr->constant);
        } else if (expr->kind == EXPR_KNOB) {
            uint32_t k = s->variable[expr->knob];
            *r = constant(0);
            r->v = box->at[k];
            r->d[k] = point(1);
        } else {
            *r = apply(s, expr->function, s->values[step->arguments[0]],
                       s->values[step->arguments[expr->arguments[1] ? 1 : 0]]);
        }
    }
}

/* An operand as the formula gives it. */
static struct dual operand_exact(const struct search *s, uint32_t i) {
    struct operand operand = s->operands[i];
    return operand.expr ? s->values[s->results[i]] : constant(operand.value);
}

/* x + e1 parts[0] + e2 parts[1] ..., |e| <= 2^-24: variables that are no part of the box. */
static struct dual rounded_by(const struct search *s, struct dual x, const struct dual *parts,
                              uint32_t count) {
    const struct interval rounding = {-0x1.01p-24, 0x1.01p-24};
    for (uint32_t i = 0; i < count; i++) {
        x.v = plus(x.v, times(rounding, parts[i].v));
        for (uint32_t k = 0; k < s->count; k++)
            x.d[k] = plus(x.d[k], times(rounding, parts[i].d[k]));
    }
    return x;
}

/* A coefficient that is made of rounded numbers of another form: as section_form_values has it. */
static struct dual operand_of_form(const struct search *s, uint32_t i) {
    bool two = s->form == SECTION_INTEGRATORS;
    struct dual one = constant(1), b0 = operand_exact(s, 0), b1 = operand_exact(s, 1);
    struct dual b2 = operand_exact(s, 2), a1 = operand_exact(s, 3), a2 = operand_exact(s, 4);
    struct dual n1 = two ? sum(s, b0, negated(s, b2)) : sum(s, b0, b1);
    struct dual n2 = sum(s, sum(s, b0, b1), b2);
    struct dual n3 = two ? sum(s, one, negated(s, a2)) : sum(s, one, a1);
    struct dual n4 = sum(s, sum(s, one, a1), a2), parts[] = {b0, n1, n2, b0, n3, n4};
    switch (i) {
    case 0: return rounded_by(s, b0, parts, 1);
    case 1: return rounded_by(s, b1, parts, two ? 4 : 2);
    case 2: return two ? rounded_by(s, b2, parts, 2) : b2;
    case 3: return rounded_by(s, a1, parts + 4, two ? 2 : 1);
    default: return two ? rounded_by(s, a2, parts + 4, 1) : a2;
    }
}

/* An operand as it may come out of a target: rounded to float32 if so. */
static struct dual operand_enclosed(const struct search *s, uint32_t i) {
    struct operand operand = s->operands[i];
    if (s->single && s->form != SECTION_DIRECT) return operand_of_form(s, i);
    if (!operand.expr) return constant(s->single ? (double)(float)operand.value : operand.value);
    struct dual r = operand_exact(s, i);
    if (!s->single) return r;
    /* Another variable, which is no part of the box: v (1 + e), |e| <= 2^-24. */
    struct interval rounding = {1 - 0x1.01p-24, 1 + 0x1.01p-24};
    r.v = times(r.v, rounding);
    for (uint32_t k = 0; k < s->count; k++) r.d[k] = times(r.d[k], rounding);
    return r;
}

/* The same of B(R w) and A(R w): times R^0, R, R^2; 1, R, R^2. */
static struct dual operand_on_circle(const struct search *s, uint32_t i) {
    struct dual r = operand_enclosed(s, i);
    static const uint32_t powers[] = {0, 1, 2, 1, 2};
    if (s->R == 1) return r;
    for (uint32_t p = 0; p < powers[i]; p++) {
        struct dual radius = constant(s->R);
        r = product(s, r, radius);
    }
    return r;
}

/* |B|^2 of b0 + b1 w + b2 w^2 with Re w = c: (b1 + (b0 + b2) c)^2 + (b0 - b2)^2 (1 - c^2), which is
 * no difference of large numbers; and d/dc = 2 b1 (b0 + b2) + 8 b0 b2 c, where nothing cancels that
 * need not. */
static struct dual modulus_square(const struct search *s, struct dual b0, struct dual b1,
                                  struct dual b2, struct dual c) {
    struct dual rest = sum(s, constant(1), negated(s, square(s, c)));
    rest.v.lo = fmax(rest.v.lo, 0);
    struct dual ends = sum(s, b0, b2);
    struct dual r = sum(s, square(s, sum(s, b1, product(s, ends, c))),
                        product(s, square(s, sum(s, b0, negated(s, b2))), rest));
    r.d[s->count - 1] =
        plus(times(point(2), times(b1.v, ends.v)), times(point(8), times(times(b0.v, b2.v), c.v)));
    return r;
}

/* |u (1 - p) / (1 - p w)|^2 on |w| = R is largest at w = R, where it is u^2 for R = 1, or for p < 0
 * at w = -R. With both coefficients rounded it is more by (1 + e)^2 / (1 - e |p| / (1 - p))^2. */
static struct dual one_pole(const struct search *s) {
    struct dual u = operand_exact(s, 0), p = operand_exact(s, 1), one = constant(1);
    struct dual e = constant(s->single ? 0x1.02p-24 : 0), size = apply(s, FUNCTION_ABS, p, p);
    struct dual rest = sum(s, one, negated(s, p));
    if (s->form != SECTION_DIRECT) size = rest; /* which is the number that is rounded */
    struct dual wide = constant(s->R - 1), around = product(s, p, constant(s->R));
    e = product(s, e, constant(s->R));
    struct dual beyond = sum(s, product(s, p, wide), product(s, e, size));
    struct dual less = sum(s, one, negated(s, quotient(s, beyond, rest)));
    struct dual first = quotient(s, sum(s, one, e), less);
    struct dual other = quotient(s, product(s, rest, sum(s, one, e)),
                                 sum(s, sum(s, one, around), negated(s, product(s, e, size))));
    return product(s, square(s, u), square(s, apply(s, FUNCTION_MAX, first, other)));
}

/* The function that is bounded: of a modulus, its square. */
static struct dual function_on(const struct search *s, const struct box *box) {
    run_steps(s, box);
    switch (s->what) {
    case BOUNDED_MODULUS: return square(s, operand_enclosed(s, 0));
    case BOUNDED_JURY_A2: return operand_on_circle(s, 4);
    case BOUNDED_JURY_A1: {
        struct dual a1 = operand_on_circle(s, 3), a2 = operand_on_circle(s, 4);
        return sum(s, apply(s, FUNCTION_ABS, a1, a1), negated(s, a2));
    }
    case ONE_POLE: return one_pole(s);
    default: break;
    }
    struct dual c = constant(0);
    c.v = box->at[s->count - 1];
    c.d[s->count - 1] = point(1);
    struct dual of[5];
    for (uint32_t i = 0; i < 5; i++) of[i] = operand_on_circle(s, i);
    return quotient(s, modulus_square(s, of[0], of[1], of[2], c),
                    modulus_square(s, constant(1), of[3], of[4], c));
}

/* ---- the search ------------------------------------------------------------------------------ */

static double middle_of(const struct search *s, uint32_t k, struct interval x) {
    if (s->logarithmic[k] && x.lo > 0) return sqrt(x.lo) * sqrt(x.hi);
    return x.lo / 2 + x.hi / 2;
}

/* Bounds the function on the box, which it may make smaller without losing its largest value.
 * `lower` becomes a value that the function has, if that is larger.
 */
static void look(const struct search *s, struct box *box, double *lower) {
    struct dual f = function_on(s, box);
    bool smaller = false;
    for (uint32_t k = 0; k < s->count; k++) {
        struct interval *x = &box->at[k];
        if (x->lo == x->hi) continue;
        if (f.d[k].lo >= 0) x->lo = x->hi, smaller = true;
        else if (f.d[k].hi <= 0) x->hi = x->lo, smaller = true;
    }
    if (smaller) f = function_on(s, box);
    struct box middle = *box;
    for (uint32_t k = 0; k < s->count; k++)
        middle.at[k] = point(fmin(fmax(middle_of(s, k, box->at[k]), box->at[k].lo), box->at[k].hi));
    struct interval at = function_on(s, &middle).v, mean = at;
    double most = -1;
    box->widest = s->count;
    for (uint32_t k = 0; k < s->count; k++) {
        struct interval x = box->at[k];
        if (x.lo == x.hi) continue;
        struct interval move = times(f.d[k], minus(x, middle.at[k]));
        mean = plus(mean, move);
        /* Where nothing is known of the slope, the width has to do. */
        double weight = fmax(-move.lo, move.hi);
        if (!isfinite(weight)) weight = 1e300 * (x.hi - x.lo);
        if (weight > most) most = weight, box->widest = k;
    }
    /* What held of the whole holds of a part. */
    box->upper = fmin(box->upper, fmin(f.v.hi, mean.hi));
    if (isnan(box->upper)) box->upper = infinite;
    if (at.lo > *lower && isfinite(at.lo)) *lower = at.lo;
}

/* The bound is to tell whether the value is below 1, and it stands beside others in a loop. */
static double tolerance(double lower) {
    return fmax(fmin(fabs(1 - lower) / 2, fabs(lower) / 10), 1e-9);
}

/* Boxes with the one of the largest bound on top (Williams, Heapsort, 1964). */
struct heap {
    struct arena *arena;
    struct box *at;
    uint32_t count, room;
};

/* Most searches end after a few boxes, and wide loops take as many searches as they have gains. */
static void heap_put(struct heap *h, struct box box) {
    if (h->count == h->room) {
        h->room = h->room ? 4 * h->room : 8;
        struct box *more = ARENA_ARRAY(h->arena, h->room, struct box);
        for (uint32_t i = 0; i < h->count; i++) more[i] = h->at[i];
        h->at = more;
    }
    uint32_t i = h->count++;
    for (; i > 0 && h->at[(i - 1) / 2].upper < box.upper; i = (i - 1) / 2)
        h->at[i] = h->at[(i - 1) / 2];
    h->at[i] = box;
}

static struct box heap_take(struct heap *h) {
    struct box top = h->at[0], last = h->at[--h->count];
    uint32_t i = 0;
    for (uint32_t child = 1; child < h->count; child = 2 * i + 1) {
        if (child + 1 < h->count && h->at[child + 1].upper > h->at[child].upper) child++;
        if (h->at[child].upper <= last.upper) break;
        h->at[i] = h->at[child];
        i = child;
    }
    h->at[i] = last;
    return top;
}

/* Cuts the box of the largest bound until that is near a value that the function has. */
static double supremum(struct arena *arena, const struct search *s, struct box whole) {
    struct heap heap = {.arena = arena};
    double lower = -infinite, upper = infinite;
    look(s, &whole, &lower);
    heap_put(&heap, whole);
    while (heap.count) {
        struct box box = heap_take(&heap);
        upper = box.upper;
        uint32_t cut = box.widest;
        if (upper <= lower + tolerance(lower) || cut == s->count || heap.count + 2 > BOXES_MOST)
            break;
        double middle = middle_of(s, cut, box.at[cut]);
        if (!(middle > box.at[cut].lo && middle < box.at[cut].hi)) break;
        struct box low = box, high = box;
        low.at[cut].hi = high.at[cut].lo = middle;
        look(s, &low, &lower);
        look(s, &high, &lower);
        heap_put(&heap, low);
        heap_put(&heap, high);
    }
    return upper;
}

static bool same(const struct expr *a, const struct expr *b) {
    return a && b && operand_equal((struct operand){0, a}, (struct operand){0, b});
}

/* True if expr = rest * (1 - p), literally. */
static bool take_factor(struct arena *arena, const struct expr *expr, const struct expr *p,
                        struct operand *rest) {
    if (!expr || expr->kind != EXPR_APPLY) return false;
    const struct expr *a = expr->arguments[0], *b = expr->arguments[1];
    struct operand of;
    switch (expr->function) {
    case FUNCTION_SUB:
        *rest = operand_constant(1);
        return a->kind == EXPR_CONSTANT && a->constant == 1 && same(b, p);
    case FUNCTION_MUL:
        if (take_factor(arena, a, p, &of))
            return *rest = operand_mul(arena, of, (struct operand){0, b}), true;
        if (take_factor(arena, b, p, &of))
            return *rest = operand_mul(arena, (struct operand){0, a}, of), true;
        return false;
    case FUNCTION_DIV:
        if (!take_factor(arena, a, p, &of)) return false;
        *rest = operand_div(arena, of, (struct operand){0, b});
        return true;
    default: return false;
    }
}

/* True of u (1 - p) / (1 - p z^-1), which intervals alone would take long to see through where p
 * comes near 1. */
static bool is_one_pole(struct arena *arena, const struct operand *of, struct operand *out) {
    const struct expr *a1 = of[3].expr;
    if (!operand_is(of[1], 0) || !operand_is(of[2], 0) || !operand_is(of[4], 0) || !a1)
        return false;
    if (a1->kind != EXPR_APPLY || a1->function != FUNCTION_NEG) return false;
    out[1] = (struct operand){0, a1->arguments[0]};
    return take_factor(arena, of[0].expr, a1->arguments[0], &out[0]);
}

static bool used(const struct operand *operands, uint32_t count, uint32_t knob) {
    for (uint32_t i = 0; i < count; i++)
        if (expr_uses(operands[i].expr, knob)) return true;
    return false;
}

double bound_over_knobs(struct arena *arena, const struct knob *knobs, uint32_t knob_count,
                        enum bounded what, const struct operand *operands,
                        enum section_form form, double R, bool single) {
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    uint32_t *variable = ARENA_ARRAY(&scratch, knob_count, uint32_t), count = 0;
    uint32_t operand_count = what == BOUNDED_MODULUS ? 1 : 5;
    bool logarithmic[VARIABLES] = {false};
    struct box whole = {.upper = infinite};
    for (uint32_t k = 0; k < knob_count && count < VARIABLES; k++) {
        if (!used(operands, operand_count, k)) continue;
        variable[k] = count;
        logarithmic[count] = knobs[k].logarithmic;
        whole.at[count++] = (struct interval){knobs[k].lo, knobs[k].hi};
    }
    double bound = infinite;
    if (count < VARIABLES) {
        struct search s = {.variable = variable,
                           .logarithmic = logarithmic,
                           .what = (int)what,
                           .operands = operands,
                           .form = form,
                           .R = R,
                           .single = single};
        struct operand factors[2];
        if (what == BOUNDED_RESPONSE && is_one_pole(&scratch, operands, factors)) {
            s.what = ONE_POLE;
            s.operands = factors;
            operand_count = 2;
        } else if (what == BOUNDED_RESPONSE) {
            whole.at[count++] = (struct interval){-1, 1};
        }
        s.count = count;
        struct memo memo;
        memo_init(&memo, &scratch);
        for (uint32_t i = 0; i < operand_count; i++)
            if (s.operands[i].expr) s.results[i] = add_steps(&s, &memo, s.operands[i].expr);
        s.values = ARENA_ARRAY(&scratch, s.steps.count, struct dual);
        bound = supremum(&scratch, &s, whole);
        if (what == BOUNDED_MODULUS || what == BOUNDED_RESPONSE)
            bound = sqrt(bound) * (1 + 0x1p-50);
    }
    arena_free(&scratch);
    return isnan(bound) ? infinite : bound;
}
