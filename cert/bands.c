#include "cert/bands.h"

#include <math.h>
#include <string.h>

#include "ir/base/vec.h"

static const double pi = 3.14159265358979323846;

/* What a search for a scaling counts as: it multiplies matrices some dozens of times. */
enum { DEPTH = 9, BANDS_MOST = 40, BALANCE_TESTS = 4 };

enum sense { CONTRACTS, EXPANDS };

/* θ from low to high, log |w| from near to far. */
struct box {
    double low, high, near, far;
    int depth;
};

struct banding {
    struct contraction *c;
    uint64_t tests, most;
    double *wide; /* the scaling that the loop came with */
};

/* W for the box, with the largest or the least of each column. False if a filter says nothing. */
static bool enclose(struct banding *b, const struct box *box, enum sense sense) {
    const struct loop *loop = b->c->loop;
    double half = hypot(box->high - box->low, box->far - box->near) / 2 * (1 + 0x1p-30);
    struct arc disc = arc_disc((box->near + box->far) / 2, (box->low + box->high) / 2, half);
    for (uint32_t j = 0; j < loop->channel_count; j++) {
        const struct channel *channel = &loop->channels[j];
        double re, im, radius, m = (double)channel->delay_samples;
        if (!channel_enclose(channel, &disc, &re, &im, &radius)) return false;
        /* Powers are off by some units of m s + 1, which is less than 2^10. */
        double modulus = sqrt(re * re + im * im) * (1 + (sense == CONTRACTS ? 1 : -1) * 0x1p-40);
        b->c->columns[j] = sense == CONTRACTS
                               ? (modulus + radius) * exp(m * box->far) * (1 + 0x1p-36)
                               : (modulus - radius) * exp(m * box->near) * (1 - 0x1p-36);
        if (!(b->c->columns[j] >= 0) || !isfinite(b->c->columns[j])) return false;
    }
    return b->c->A || response_arc(loop, &disc, b->c->rows, b->c->G);
}

static bool box_holds(struct banding *b, const struct box *box, enum sense sense) {
    b->tests++;
    if (!enclose(b, box, sense)) return false;
    double error = contraction_scale(b->c);
    return sense == CONTRACTS ? norm_is_below(&b->c->work, b->c->W, b->c->n, error, 1)
                              : norm_least_is_above(&b->c->work, b->c->W, b->c->n, error, 1);
}

/* The worst corner by itself, next to a point: where that fails cutting is of no use. */
static bool corner_holds(struct banding *b, const struct box *box, enum sense sense) {
    double middle = (box->low + box->high) / 2, at = sense == CONTRACTS ? box->far : box->near;
    return box_holds(b, &(struct box){middle, middle, at, at, 0}, sense);
}

static bool covers(struct banding *b, struct box whole, enum sense sense) {
    struct box stack[DEPTH + 2];
    uint32_t count = 0;
    stack[count++] = whole;
    while (count) {
        struct box box = stack[--count];
        if (box_holds(b, &box, sense)) continue;
        if (box.depth >= DEPTH || b->tests >= b->most || !corner_holds(b, &box, sense))
            return false;
        box.depth++;
        struct box other = box;
        if (box.high - box.low > box.far - box.near) box.high = other.low = (box.low + box.high) / 2;
        else box.far = other.near = (box.near + box.far) / 2;
        stack[count++] = other;
        stack[count++] = box;
    }
    return true;
}

/* The largest s with no mode beyond e^-s, from one that is known; s_most at most. */
static double slowest(struct banding *b, double low, double high, double s, double s_most) {
    double fails = 0;
    while (fails == 0 || fails > 1.004 * s) {
        double next = fails == 0 ? 1.3 * s : sqrt(s * fails);
        if (next > s_most || b->tests >= b->most) break;
        if (covers(b, (struct box){low, high, 0, next, 0}, CONTRACTS)) s = next;
        else fails = next;
    }
    return s;
}

/* The least s with no mode between e^-s_most and e^-s; NaN: none. `slow`: one that fails. */
static double fastest(struct banding *b, double low, double high, double slow, double s_most) {
    double s = NAN, next = slow * 1.02;
    while (next < s_most && b->tests < b->most) {
        if (covers(b, (struct box){low, high, next, s_most, 0}, EXPANDS)) {
            s = next;
            break;
        }
        slow = next;
        next *= 1.3;
    }
    while (s > 1.004 * slow && b->tests < b->most) {
        next = sqrt(s * slow);
        if (covers(b, (struct box){low, high, next, s_most, 0}, EXPANDS)) s = next;
        else slow = next;
    }
    return s;
}

static void use_scaling(struct banding *b, const double *scale) {
    memcpy(b->c->x, scale, b->c->loop->channel_count * sizeof *scale);
}

/* The band with the loop's own scaling, then with one found for its middle. */
static struct band band_of(struct banding *b, double from, double to, double rate, double rt60_s) {
    double scale = 2 * pi / rate, low = from * scale, high = to * scale;
    double s_most = log(1000) / (BANDS_SHORTEST_S * rate);
    struct band band = {from, to, NAN, NAN};
    use_scaling(b, b->wide);
    double s_known = log(1000) / (rt60_s * rate) * (1 - 1e-12);
    double s = slowest(b, low, high, s_known, s_most), fast = NAN;
    if (b->c->loop->section_count && b->tests < b->most) {
        b->tests += BALANCE_TESTS;
        contraction_gain_at(b->c, exp(s), (from + to) / rate);
        contraction_balance_there(b->c);
        s = fmax(s, slowest(b, low, high, s, s_most));
    }
    /* A bound from the other side is of use only where the first one is near to the truth. */
    if (s < s_most && b->tests < b->most) {
        fast = fastest(b, low, high, s, s_most);
        if (b->c->loop->section_count && b->tests < b->most) {
            use_scaling(b, b->wide);
            fast = fmin(fast, fastest(b, low, high, s, isnan(fast) ? s_most : fast));
        }
    }
    band.rt60_max_s = fmin(rt60_s, log(1000) / (s * rate) * (1 + 1e-12));
    if (!isnan(fast)) band.rt60_min_s = log(1000) / (fast * rate) * (1 - 1e-12);
    return band;
}

struct bands bands_of(struct arena *arena, struct contraction *c, double rate, double rt60_s,
                      uint64_t tests, uint64_t *evaluations) {
    struct band *at = ARENA_ARRAY(arena, BANDS_MOST, struct band);
    uint32_t n = c->loop->channel_count, count = 0;
    struct banding b = {c, 0, tests, ARENA_ARRAY(arena, n, double)};
    memcpy(b.wide, c->x, n * sizeof(double));
    double from = 0;
    for (int third = -17; from < rate / 2; third++) {
        double to = 1000 * exp2((third + 0.5) / 3);
        if (to > 0.95 * rate / 2 || !c->loop->section_count || count + 1 == BANDS_MOST)
            to = rate / 2;
        at[count++] = band_of(&b, from, to, rate, rt60_s);
        from = to;
    }
    use_scaling(&b, b.wide);
    *evaluations += b.tests;
    return (struct bands){at, count};
}
