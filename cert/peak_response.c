#include "cert/peak_response.h"

#include <math.h>
#include <string.h>

#include "ir/fourier.h"

static const double pi = 3.14159265358979323846;

enum { ROOM_MOST = 1 << 23 }; /* doubles, of delays and of responses */

/* The responses of all outlets to one inlet. */
struct responses {
    uint32_t outs;
    size_t frames, room;
    double *at;                   /* [out][room] */
    double *tail, *off, *l2;      /* of each: what follows, what rounding did, both l1; norm */
};

/* True if what is left open is little beside each response, and so beside its peak: |h|_2 is the
 * root of the mean of |H|^2. */
static bool is_enough(const struct tail *t, const struct simulation *s, const struct net *net) {
    double most = 0, loudest = 0;
    for (uint32_t o = 0; o < net->outlet_count; o++) {
        most = fmax(most, t->norm[net->outlets[o]] * t->l1_factor);
        loudest = fmax(loudest, s->l2[net->outlets[o]]);
    }
    return most <= 0.005 * sqrt(loudest);
}

static bool respond(struct arena *scratch, struct responses *r, struct simulation *s,
                    struct tail *t, const struct net *net, double frames_most) {
    double next = 4096;
    r->frames = 0;
    while (true) {
        while ((double)r->frames < next) {
            if (r->frames + s->block > r->room || (double)r->frames >= frames_most) return false;
            uint32_t done = simulation_run(s);
            for (uint32_t o = 0; o < r->outs; o++)
                memcpy(&r->at[o * r->room + r->frames], simulation_signal(s, net->outlets[o]),
                       done * sizeof(double));
            r->frames += done;
        }
        tail_of_state(t, s);
        if (is_enough(t, s, net)) break;
        next = 1.15 * (double)r->frames;
    }
    double *norm = ARENA_ARRAY(scratch, net->cell_count, double);
    memcpy(norm, t->norm, net->cell_count * sizeof(double));
    tail_of_rounding(t, s);
    for (uint32_t o = 0; o < r->outs; o++) {
        r->tail[o] = norm[net->outlets[o]] * t->l1_factor;
        r->off[o] = t->norm[net->outlets[o]] * t->l1_factor;
        r->l2[o] = sqrt(s->l2[net->outlets[o]]) * (1 + 1e-6);
        if (!isfinite(r->tail[o] + r->off[o])) return false;
    }
    return true;
}

/* The grid of `grids` transforms of `size`, of which the mirror image of one half is the other. */
struct sampling {
    size_t size;
    uint32_t grids;
};

/* The finest one that `work` allows, not finer than one per cent needs; size 0: none. */
static struct sampling grid_for(size_t frames, double transforms, double work) {
    struct sampling grid = {1, 0};
    while (grid.size < frames) grid.size *= 2;
    double each = (double)grid.size * (6 * log2((double)grid.size) + 40);
    for (double over = 16; over >= 4; over /= 2) {
        grid.grids = 2 * (uint32_t)ceil(over * (double)frames / (double)grid.size / 2);
        if (each * (grid.grids / 2 + 1) * transforms <= work) return grid;
    }
    return (struct sampling){0, 0};
}

/* The largest |p| on the grid, computed; its place in `*hz`.
 *
 * A transform of size 2^t is off by at most t e / (1 - t e) of its 2-norm, sqrt(size) |h|_2, with e =
 * m + 4.1 (sqrt 2 + m) u and twiddle factors within m: 8u, being a sine of an angle rounded twice
 * (Higham, Accuracy and stability of numerical algorithms, 2002, theorem 24.2). The factors that
 * turn the grid are as good and act as one stage more. 16 u a stage is more than all of that. */
static double grid_peak(struct arena *scratch, const double *h, size_t frames, struct sampling grid,
                        double rate, double *hz) {
    double *re = ARENA_ARRAY(scratch, grid.size, double), *im = ARENA_ARRAY(scratch, grid.size, double);
    double most = 0;
    uint64_t N = (uint64_t)grid.size * grid.grids;
    for (uint32_t g = 0; g <= grid.grids / 2; g++) {
        memset(re, 0, grid.size * sizeof(double));
        memset(im, 0, grid.size * sizeof(double));
        for (size_t n = 0; n < frames; n++) {
            double angle = -2 * pi * ((double)((uint64_t)n * g % N) / (double)N);
            re[n] = h[n] * cos(angle);
            im[n] = h[n] * sin(angle);
        }
        struct arena own;
        arena_init_scratch(&own, scratch);
        fourier(&own, re, im, grid.size);
        arena_free(&own);
        for (size_t k = 0; k < grid.size; k++) {
            double square = re[k] * re[k] + im[k] * im[k];
            if (!(square > most)) continue;
            most = square;
            double turn = (double)((uint64_t)k * grid.grids + g) / (double)N;
            *hz = fmin(turn, 1 - turn) * rate;
        }
    }
    return sqrt(most);
}

static void add_peak(struct peak *peak, double found, double error, double factor, double hz,
                     double tail, double off) {
    double low = found * (1 - 1e-12) - error - tail - off;
    if (low > peak->low) {
        peak->low = low;
        peak->hz = hz;
    }
    peak->high = fmax(peak->high, ((found + error) * factor + tail + off) * (1 + 1e-12));
}

struct peak peak_of_responses(struct arena *scratch, const struct flow *flow,
                              const struct net *net, const struct loop *loops, uint32_t loop_count,
                              const struct resolvent *resolvents, double R, double work,
                              double *spent) {
    struct peak unknown = {NAN, NAN, NAN}, peak = {0, 0, 0};
    uint32_t outs = net->outlet_count, ins = net->inlet_count;
    if (!ins || !outs) return unknown;
    struct responses r = {.outs = outs, .room = ROOM_MOST / outs};
    r.at = ARENA_ARRAY(scratch, (size_t)outs * r.room, double);
    r.tail = ARENA_ARRAY(scratch, outs, double);
    r.off = ARENA_ARRAY(scratch, outs, double);
    r.l2 = ARENA_ARRAY(scratch, outs, double);
    for (uint32_t i = 0; i < ins; i++) {
        struct arena own;
        arena_init_scratch(&own, scratch);
        struct simulation *s = simulation_begin(&own, flow, i, ROOM_MOST);
        struct tail *t = s ? tail_begin(&own, flow, loops, loop_count, resolvents, R) : NULL;
        bool known = t && respond(&own, &r, s, t, net, work / ins / 2 / (double)flow->cost);
        struct sampling grid = {0, 0};
        if (known) grid = grid_for(r.frames, (double)ins * outs, work / 2);
        *spent += s ? (double)s->frames * (double)flow->cost : 0;
        for (uint32_t o = 0; grid.size && o < outs; o++) {
            double hz = 0, N = (double)grid.size * grid.grids, stages = log2((double)grid.size) + 1;
            double error = 16 * UNIT * stages * sqrt((double)grid.size) * r.l2[o];
            double factor = 1 / sqrt(cos(pi * (double)r.frames / N)) * (1 + 1e-12);
            double found = grid_peak(&own, &r.at[o * r.room], r.frames, grid, net->rate, &hz);
            add_peak(&peak, found, error, factor, hz, r.tail[o], r.off[o]);
            *spent += N * (3 * log2(N) + 20);
        }
        arena_free(&own);
        if (!grid.size) return unknown;
    }
    return peak.low > 1e-12 ? peak : unknown;
}
