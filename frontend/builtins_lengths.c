/* Delay lengths, as whole numbers of samples: near a geometric series, which spreads the echoes'
 * density evenly over the range, and coprime or prime, so that few echoes coincide (Schroeder,
 * "Natural sounding artificial reverberation", 1962). */
#include <math.h>
#include <stdlib.h>

#include "frontend/builtins.h"
#include "ir/base/limits.h"

struct lengths {
    uint32_t count;
    uint32_t lo, hi; /* samples, both included */
    double *chosen;
};

static bool end_of_range(struct elaborator *e, const struct builtin_call *call, struct operand end,
                         double least, double *out) {
    span at = call->arguments[1].at;
    if (end.expr) {
        report_knob(e, at, "a list of delay lengths", end);
        return false;
    }
    *out = end.value;
    if (*out >= least && *out <= LIMIT_DELAY_SAMPLES) return true;
    diag_error(e->diags, at, CODE_RANGE,
               "%s chooses among %g to %d samples, but an end of this range is %.6g", call->who,
               least, LIMIT_DELAY_SAMPLES, *out);
    return false;
}

static bool lengths_asked(struct elaborator *e, const struct builtin_call *call, double least,
                          struct lengths *out) {
    struct argument range = call->arguments[1];
    if (!need_size(e, call->who, call->arguments[0], &out->count)) return false;
    if (range.value.kind != VALUE_RANGE) {
        struct diag *diag = diag_error(e->diags, range.at, CODE_VALUE_KIND,
                                       "%s needs a range of times or samples, but this is %s",
                                       call->who, value_noun(e->arena, range.value));
        diag_help(diag, "%s(%u, 23ms..61ms)", call->builtin->name, out->count);
        return false;
    }
    if (range.value.dimension != DIMENSION_TIME && range.value.dimension != DIMENSION_NUMBER) {
        diag_error(e->diags, range.at, CODE_DIMENSION,
                   "%s needs a range of times or samples, but an end of this is %s", call->who,
                   dimension_noun(e->arena, range.value.dimension));
        return false;
    }
    double lo, hi;
    if (!end_of_range(e, call, range.value.range.first, least, &lo) ||
        !end_of_range(e, call, range.value.range.last, least, &hi)) {
        return false;
    }
    if (ceil(lo) > floor(hi)) {
        diag_error(e->diags, range.at, CODE_RANGE, "the range %.6g..%.6g samples is empty", lo, hi);
        return false;
    }
    out->lo = (uint32_t)ceil(lo);
    out->hi = (uint32_t)floor(hi);
    out->chosen = ARENA_ARRAY(e->arena, out->count, double);
    return true;
}

/* Number i of the geometric series from lo to hi. */
static double target(const struct lengths *l, uint32_t i) {
    double at = l->count == 1 ? 0.5 : (double)i / (l->count - 1);
    return l->lo * pow((double)l->hi / l->lo, at);
}

static uint32_t common_divisor(uint32_t a, uint32_t b) {
    while (b) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static bool is_coprime(const struct lengths *l, uint32_t chosen, uint32_t candidate) {
    for (uint32_t i = 0; i < chosen; i++) {
        uint32_t other = (uint32_t)l->chosen[i];
        if (other == candidate || common_divisor(other, candidate) != 1) return false;
    }
    return true;
}

static bool is_prime(const struct lengths *l, uint32_t chosen, uint32_t candidate) {
    if (candidate < 2 || (candidate != 2 && candidate % 2 == 0)) return false;
    for (uint32_t d = 3; d * d <= candidate; d += 2) {
        if (candidate % d == 0) return false;
    }
    for (uint32_t i = 0; i < chosen; i++) {
        if ((uint32_t)l->chosen[i] == candidate) return false;
    }
    return true;
}

typedef bool fits(const struct lengths *l, uint32_t chosen, uint32_t candidate);

/* The nearest length to `wanted` that fits, the lower one of two; 0: none does. */
static uint32_t nearest(const struct lengths *l, uint32_t chosen, double wanted, fits *fit) {
    uint32_t middle = (uint32_t)nearbyint(wanted);
    if (middle < l->lo) middle = l->lo;
    if (middle > l->hi) middle = l->hi;
    for (uint32_t apart = 0; apart <= l->hi - l->lo; apart++) {
        if (middle - l->lo >= apart && fit(l, chosen, middle - apart)) return middle - apart;
        if (l->hi - middle >= apart && fit(l, chosen, middle + apart)) return middle + apart;
    }
    return 0;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct value choose(struct elaborator *e, const struct builtin_call *call, double least,
                           fits *fit, const char *kind) {
    struct lengths l;
    if (!lengths_asked(e, call, least, &l)) return value_error();
    for (uint32_t i = 0; i < l.count; i++) {
        l.chosen[i] = fit ? nearest(&l, i, target(&l, i), fit) : nearbyint(target(&l, i));
        if (fit && l.chosen[i] == 0) {
            struct diag *diag = diag_error(e->diags, call->at, CODE_NO_LENGTHS,
                                           "found no %u %s lengths in %u..%u samples, only %u",
                                           l.count, kind, l.lo, l.hi, i);
            diag_help(diag, "a wider range, or fewer lengths");
            return value_error();
        }
    }
    qsort(l.chosen, l.count, sizeof *l.chosen, ascending);
    return value_matrix(call->at, matrix_of_numbers(e->arena, 1, l.count, l.chosen),
                        DIMENSION_NUMBER);
}

struct value make_coprime(struct elaborator *e, const struct builtin_call *call) {
    return choose(e, call, 1, is_coprime, "pairwise coprime");
}

struct value make_primes(struct elaborator *e, const struct builtin_call *call) {
    return choose(e, call, 2, is_prime, "prime");
}

struct value make_geometric(struct elaborator *e, const struct builtin_call *call) {
    return choose(e, call, 1, NULL, "");
}
