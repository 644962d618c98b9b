#include "cert/peak_response.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cert/lanes.h"
#include "ir/base/vec.h"
#include "ir/fourier.h"

static const double pi = 3.14159265358979323846;

enum {
    ROOM_MOST = 1 << 23,      /* samples of all responses together */
    TRANSFORM_MOST = 1 << 16, /* a transform that stays in the cache */
    SHORT = 1 << 15,          /* responses whose grid is fine at once */
    CANDIDATES_MOST = 2048,
    FRAMES_LEAST = 4096, /* so few that what is left open may as well be next to nothing */
    FINER = 8,           /* points of the finer grid for each of the coarse */
    BLOCK = 128
};

/* Points of a coarse grid for each sample of a response: more than 2. */
#define COARSE 3.0

/* What is left open in the end beside the peak, about. */
#define TAIL_SHARE 0.0025

/* A point of the circle, as a whole number of parts of a turn. */
struct candidate {
    uint64_t at;
    double square;
};

struct response_peak {
    struct arena *arena;
    const struct flow *flow;
    const struct net *net;
    uint32_t outs;
    double work, spent;      /* multiply-adds */
    VEC(double) * responses; /* to one inlet, of each outlet */
    bool known;
    uint32_t finished; /* inlets */
    struct peak peak;
};

struct response_peak *response_peak_begin(struct arena *arena, const struct flow *flow,
                                          const struct net *net, double work) {
    struct response_peak *p = ARENA_NEW(arena, struct response_peak);
    *p = (struct response_peak){.arena = arena, .flow = flow, .net = net, .work = work};
    p->outs = net->outlet_count;
    p->known = net->inlet_count && p->outs;
    p->responses = arena_array(arena, p->outs, sizeof *p->responses);
    return p;
}

void response_peak_start(struct response_peak *p) {
    for (uint32_t o = 0; o < p->outs; o++) p->responses[o].count = 0;
}

void response_peak_hear(struct response_peak *p, const struct simulation *s) {
    if (s->frames > ROOM_MOST / (p->outs + 1)) p->known = false;
    for (uint32_t o = 0; p->known && o < p->outs; o++) {
        const double *signal = simulation_signal(s, p->net->outlets[o]);
        for (uint32_t k = 0; k < s->block; k++) vec_push(p->arena, &p->responses[o], signal[k]);
    }
}

/* ---- all around -------------------------------------------------------------------------------
 */

/* N = size grids points, halfway between the multiples of 1/N of a turn, so that the mirror image
 * of one half is the other. */
struct sampling {
    size_t size, grids, parts; /* parts: of `size` samples, of a response */
};

static struct sampling sampling_of(size_t frames, double over) {
    struct sampling grid = {1, 0, 0};
    while (grid.size < frames && grid.size < TRANSFORM_MOST) grid.size *= 2;
    grid.grids = (size_t)ceil(over * (double)frames / (double)grid.size);
    grid.parts = (frames + grid.size - 1) / grid.size;
    return grid;
}

static double sampling_cost(struct sampling grid) {
    return (double)grid.size * (double)(grid.grids / 2 + 1) *
           (3 * log2((double)grid.size) + 2 * (double)grid.parts + 10);
}

/* e^(-2 pi j k / all) */
static void unit(uint64_t k, uint64_t all, double *re, double *im) {
    double angle = -2 * pi * ((double)(k % all) / (double)all);
    *re = cos(angle);
    *im = sin(angle);
}

/* x[r] = e^(-2 pi j (2g+1) r / 2N) sum over q of h[r + q size] e^(-2 pi j (2g+1) q / (2 grids)),
 * whose transform is p at all points k + (2g+1) / (2 grids) of `size`. */
static void fold(const double *h, size_t frames, struct sampling grid, size_t g, double *re,
                 double *im) {
    enum { NEAR = 256 };
    size_t near = grid.size < NEAR ? grid.size : NEAR;
    double turn_re[NEAR], turn_im[NEAR];
    uint64_t all = 2 * (uint64_t)grid.size * grid.grids;
    for (size_t k = 0; k < near; k++) unit((2 * g + 1) * k, all, &turn_re[k], &turn_im[k]);
    memset(re, 0, grid.size * sizeof *re);
    memset(im, 0, grid.size * sizeof *im);
    for (size_t from = 0; from < grid.size; from += near) {
        double *x = re + from, *y = im + from, c, s;
        for (size_t q = 0; q < grid.parts; q++) {
            size_t begin = from + q * grid.size;
            size_t left = begin < frames ? frames - begin : 0, whole;
            if (left > near) left = near;
            whole = left / LANES * LANES;
            const double *in = h + begin;
            unit((2 * g + 1) * q, 2 * grid.grids, &c, &s);
            for (size_t k = 0; k < whole; k += LANES) {
                *(lanes *)&x[k] += c * *(const lanes *)&in[k];
                *(lanes *)&y[k] += s * *(const lanes *)&in[k];
            }
            for (size_t k = whole; k < left; k++) x[k] += c * in[k], y[k] += s * in[k];
        }
        unit((2 * g + 1) * from, all, &c, &s);
        for (size_t k = 0; k < near; k++) {
            double a = c * turn_re[k] - s * turn_im[k], b = c * turn_im[k] + s * turn_re[k];
            double was = x[k];
            x[k] = was * a - y[k] * b;
            y[k] = was * b + y[k] * a;
        }
    }
}

struct around {
    double most;  /* the largest |p|^2 */
    uint64_t at;  /* of 2N */
    double least; /* of candidates, beside the largest */
    bool overflow;
    uint32_t count;
    struct candidate candidates[CANDIDATES_MOST];
};

static int by_place(const void *a, const void *b) {
    const struct candidate *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

static void keep_those_above(struct around *a, double square) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->candidates[i].square >= square) a->candidates[kept++] = a->candidates[i];
    a->count = kept;
}

static void look_around(struct arena *scratch, const double *h, size_t frames, struct sampling grid,
                        struct around *a) {
    double *re = ARENA_ARRAY(scratch, grid.size, double);
    double *im = ARENA_ARRAY(scratch, grid.size, double);
    struct fourier of = fourier_begin(scratch, grid.size);
    for (size_t g = 0; 2 * g < grid.grids; g++) {
        fold(h, frames, grid, g, re, im);
        fourier_run(&of, re, im);
        for (size_t k = 0; k < grid.size; k++) {
            double square = re[k] * re[k] + im[k] * im[k];
            if (square < a->least * a->most) continue;
            uint64_t at = 2 * ((uint64_t)k * grid.grids + g) + 1;
            if (square > a->most) {
                a->most = square;
                a->at = at;
            }
            if (a->overflow) continue;
            if (a->count == CANDIDATES_MOST) {
                keep_those_above(a, a->least * a->most);
                a->overflow = 2 * a->count > CANDIDATES_MOST;
            }
            a->candidates[a->count++] = (struct candidate){at, square};
        }
    }
    keep_those_above(a, a->least * a->most);
    qsort(a->candidates, a->count, sizeof *a->candidates, by_place);
}

/* ---- nearby -----------------------------------------------------------------------------------
 */

/* Of blocks of a response around angle α: sums of h[n] e^-jαx and of x times that, x = n - m, m the
 * block's middle. At an angle α + t, e^-jtx is 1 - jtx up to (t x)^2 / 2. */
struct moments {
    size_t blocks;
    uint64_t centre, all; /* α is centre / all of a turn */
    double (*sums)[4];    /* re, im; times x */
};

static void moments_take(struct moments *m, const double *h, size_t frames) {
    double c[BLOCK], s[BLOCK], xc[BLOCK], xs[BLOCK], last[BLOCK];
    for (int k = 0; k < BLOCK; k++) {
        int x = k - BLOCK / 2;
        unit(m->centre * (uint64_t)(x < 0 ? -x : x), m->all, &c[k], &s[k]);
        if (x < 0) s[k] = -s[k];
        xc[k] = x * c[k];
        xs[k] = x * s[k];
    }
    for (size_t b = 0; b < m->blocks; b++) {
        const double *in = h + b * BLOCK;
        pair cosine = {0}, sine = {0}, x_cosine = {0}, x_sine = {0};
        if ((b + 1) * BLOCK > frames) {
            memset(last, 0, sizeof last);
            memcpy(last, in, (frames - b * BLOCK) * sizeof *h);
            in = last;
        }
        for (int k = 0; k < BLOCK; k += PAIR) {
            pair x = *(const pair *)&in[k];
            cosine += x * *(const pair *)&c[k], sine += x * *(const pair *)&s[k];
            x_cosine += x * *(const pair *)&xc[k], x_sine += x * *(const pair *)&xs[k];
        }
        double *sums = m->sums[b];
        sums[0] = pair_sum(cosine), sums[1] = pair_sum(sine);
        sums[2] = pair_sum(x_cosine), sums[3] = pair_sum(x_sine);
    }
}

/* |p|^2 at `at` of `all`. */
static double moments_square(const struct moments *m, uint64_t at) {
    enum { NEAR = 64 };
    double t = 2 * pi * ((double)at - (double)m->centre) / (double)m->all, re = 0, im = 0;
    double c[NEAR], d[NEAR];
    for (uint64_t k = 0; k < NEAR; k++) unit(at * (k * BLOCK + BLOCK / 2), m->all, &c[k], &d[k]);
    for (size_t from = 0; from < m->blocks; from += NEAR) {
        double C, D, u = 0, v = 0;
        for (size_t k = 0; k < NEAR && from + k < m->blocks; k++) {
            const double *s = m->sums[from + k];
            double x = s[0] + t * s[3], y = s[1] - t * s[2];
            u += x * c[k] - y * d[k];
            v += x * d[k] + y * c[k];
        }
        unit(at * from * BLOCK, m->all, &C, &D);
        re += u * C - v * D;
        im += u * D + v * C;
    }
    return re * re + im * im;
}

/* Candidates from one on that share their moments: those up to which. */
static uint32_t group_end(const struct around *a, uint32_t from, uint64_t apart) {
    uint32_t end = from;
    while (end < a->count && a->candidates[end].at - a->candidates[from].at <= apart) end++;
    return end;
}

/* How far they may be apart, in halves of a coarse step. */
static uint64_t group_width(struct sampling grid) {
    return (uint64_t)(2e-5 / pi * (double)grid.size * (double)grid.grids);
}

static double nearby_cost(const struct around *a, size_t frames, struct sampling grid) {
    double points = (double)(a->count * FINER), cost = 10 * points * (double)frames / BLOCK;
    for (uint32_t i = 0; i < a->count; i = group_end(a, i, group_width(grid)))
        cost += 4 * (double)frames;
    return cost;
}

/* Of the finer grid around all candidates, the largest |p|^2; `*error`: what the expansion leaves
 * open. */
static double look_nearby(struct arena *scratch, const double *h, size_t frames, double l1,
                          struct sampling grid, const struct around *a, uint64_t *at,
                          double *error) {
    struct moments m = {.blocks = (frames + BLOCK - 1) / BLOCK};
    m.all = 2 * (uint64_t)grid.size * grid.grids * FINER;
    m.sums = arena_array(scratch, m.blocks, sizeof *m.sums);
    double most = 0;
    *error = 0;
    for (uint32_t i = 0, end; i < a->count; i = end) {
        end = group_end(a, i, group_width(grid));
        uint64_t first = a->candidates[i].at * FINER, last = a->candidates[end - 1].at * FINER;
        m.centre = (first + last) / 2;
        double t = 2 * pi * ((double)(last - first) / 2 + FINER) / (double)m.all * (BLOCK / 2);
        *error = fmax(*error, l1 * t * t / 2 * (1 + 1e-9));
        moments_take(&m, h, frames);
        for (uint32_t k = i; k < end; k++)
            for (int f = 0; f < FINER; f++) {
                uint64_t here = a->candidates[k].at * FINER + (uint64_t)(2 * f + 1) - FINER;
                double square = moments_square(&m, here);
                if (!(square > most)) continue;
                most = square;
                *at = here;
            }
    }
    return most;
}

/* ---- one response -----------------------------------------------------------------------------
 */

struct found {
    double low, high; /* of |p| */
    double turn;      /* where */
};

static double root_of(size_t frames, double points) {
    return sqrt(cos(pi * (double)frames / points)) * (1 - 1e-12);
}

/* What a computed |p| is off by. A transform of size 2^t by at most t e / (1 - t e) of its 2-norm,
 * sqrt(size) |x|_2, with e = m + 4.1 (sqrt 2 + m) u and twiddle factors within m: 8u, being a sine
 * of an angle rounded twice (Higham, Accuracy and stability of numerical algorithms, 2002, theorem
 * 24.2); x is a sum of `parts` terms, sqrt(parts) |h|_2 at most, each turned by products of such
 * factors: 16 u for each stage, two more, and `parts` of them are more than all of that. Moments
 * are sums of |h| times less than 2, of 128 terms and of as many as there are blocks, with phases
 * right to 30 u. */
static double rounding_of(const struct simulation *s, uint32_t node, size_t frames,
                          struct sampling grid) {
    double stages = log2((double)grid.size) + 2 + (double)grid.parts;
    double l2 = sqrt(s->l2[node]) * (1 + 1e-6), l1 = s->l1[node] * (1 + 1e-6);
    return 16 * UNIT * stages * sqrt((double)grid.size * (double)grid.parts) * l2 +
           4 * UNIT * ((double)(frames / BLOCK) + BLOCK + 64) * l1;
}

static bool look_at(struct arena *scratch, struct response_peak *p, const struct simulation *s,
                    uint32_t o, double work, struct found *found) {
    static const double finest[] = {32, 16, 8, 4};
    const double *h = p->responses[o].at;
    size_t frames = p->responses[o].count;
    uint32_t node = p->net->outlets[o];
    struct around *a = ARENA_NEW(scratch, struct around);
    struct sampling grid = sampling_of(frames, COARSE);
    double before = p->spent;
    if (frames > SHORT && sampling_cost(grid) < work) {
        double root = root_of(frames, (double)(grid.size * grid.grids));
        a->least = root * root * (1 - 1e-6);
        look_around(scratch, h, frames, grid, a);
        p->spent += sampling_cost(grid);
        double rounded = rounding_of(s, node, frames, grid), coarse = sqrt(a->most), off;
        double cost = nearby_cost(a, frames, grid);
        if (!a->overflow && rounded < 1e-7 * coarse && cost < work) {
            uint64_t at = 0;
            double points = (double)(grid.size * grid.grids) * FINER;
            double most = look_nearby(scratch, h, frames, s->l1[node], grid, a, &at, &off);
            p->spent += cost;
            *found = (struct found){sqrt(most) - off - rounded,
                                    (sqrt(most) + off + rounded) / root_of(frames, points),
                                    (double)at / (2 * points)};
            return true;
        }
    }
    for (size_t i = frames > SHORT; i < sizeof finest / sizeof *finest; i++) {
        grid = sampling_of(frames, finest[i]);
        if (p->spent - before + sampling_cost(grid) > work) continue;
        *a = (struct around){.least = 1, .overflow = true};
        look_around(scratch, h, frames, grid, a);
        p->spent += sampling_cost(grid);
        double rounded = rounding_of(s, node, frames, grid),
               points = (double)(grid.size * grid.grids);
        *found = (struct found){sqrt(a->most) - rounded,
                                (sqrt(a->most) + rounded) / root_of(frames, points),
                                (double)a->at / (2 * points)};
        return true;
    }
    return false;
}

/* ---- all of an inlet --------------------------------------------------------------------------
 */

/* Not a proof: about the largest gain, from where the first samples have theirs. */
static double estimate(struct arena *scratch, struct response_peak *p) {
    double most = 0;
    for (uint32_t o = 0; o < p->outs; o++) {
        const double *h = p->responses[o].at;
        size_t frames = p->responses[o].count, some = frames < SHORT ? frames : SHORT;
        struct sampling grid = sampling_of(some, 2);
        struct around *a = ARENA_NEW(scratch, struct around);
        *a = (struct around){.least = 1, .overflow = true};
        look_around(scratch, h, some, grid, a);
        struct moments m = {.blocks = (frames + BLOCK - 1) / BLOCK, .centre = a->at};
        m.all = 2 * (uint64_t)grid.size * grid.grids;
        m.sums = arena_array(scratch, m.blocks, sizeof *m.sums);
        moments_take(&m, h, frames);
        most = fmax(most, moments_square(&m, a->at));
        p->spent += sampling_cost(grid) + 4.0 * (double)frames;
    }
    return sqrt(most);
}

/* False if that takes too long. */
static bool run_on(struct response_peak *p, struct simulation *s, struct tail *t, double enough,
                   double frames_most) {
    double begin = (double)s->frames;
    for (double next = fmax(begin, fmin(FRAMES_LEAST, begin + frames_most / 2));;) {
        while ((double)s->frames < next) {
            if ((double)s->frames - begin > frames_most || !p->known) return false;
            simulation_run(s);
            response_peak_hear(p, s);
            p->spent += (double)s->block * (double)p->flow->cost;
        }
        tail_of_state(t, s);
        double most = 0;
        for (uint32_t o = 0; o < p->outs; o++)
            most = fmax(most, t->norm[p->net->outlets[o]] * t->l1_factor);
        if (most <= enough) return true;
        next = (double)s->frames + tail_wait(t, most / enough, (double)s->frames);
    }
}

void response_peak_finish(struct response_peak *p, struct simulation *s, struct tail *t) {
    struct arena scratch;
    arena_init_scratch(&scratch, p->arena);
    double work = p->work / p->net->inlet_count, loudest = 0;
    for (uint32_t o = 0; o < p->outs; o++) loudest = fmax(loudest, s->l2[p->net->outlets[o]]);
    /* |h|_2 is the root of the mean of |H|^2. */
    double enough = p->known ? TAIL_SHARE * fmax(sqrt(loudest), estimate(&scratch, p)) : 0;
    p->known = p->known && run_on(p, s, t, enough, work / 2 / (double)p->flow->cost);
    double *tail = ARENA_ARRAY(&scratch, p->outs, double);
    for (uint32_t o = 0; o < p->outs; o++) tail[o] = t->norm[p->net->outlets[o]] * t->l1_factor;
    if (p->known) tail_of_rounding(t, s);
    p->finished++;
    for (uint32_t o = 0; p->known && o < p->outs; o++) {
        struct found found = {0, 0, 0};
        double off = tail[o] + t->norm[p->net->outlets[o]] * t->l1_factor;
        struct arena own;
        arena_init_scratch(&own, &scratch);
        p->known = isfinite(off) && look_at(&own, p, s, o, work / 2 / p->outs, &found);
        arena_free(&own);
        if (!p->known) break;
        p->peak.high = fmax(p->peak.high, (found.high + off) * (1 + 1e-12));
        double low = found.low * (1 - 1e-12) - off;
        if (!(low > p->peak.low)) continue;
        p->peak.low = low;
        p->peak.hz = fmin(found.turn, 1 - found.turn) * p->net->rate;
    }
    arena_free(&scratch);
}

struct peak response_peak_found(const struct response_peak *p, double *spent) {
    *spent += p->spent;
    bool known = p->known && p->finished == p->net->inlet_count && p->peak.low > 1e-12;
    return known ? p->peak : (struct peak){NAN, NAN, NAN};
}
