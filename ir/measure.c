#include "ir/measure.h"

#include <math.h>
#include <string.h>

#include "ir/fourier.h"
#include "ir/interp.h"

static const double pi = 3.14159265358979323846;

/* Multiplications that a simulation may take, and what responses may take in memory. */
#define STEPS_MOST 2e9
#define ROOM_MOST ((size_t)1 << 24) /* doubles */
enum { BLOCK = 4096 };

/* ---- impulse responses, as long as they sound ------------------------------------------------ */

/* All inlets at once, each into a copy of the net of its own. */
struct simulation {
    struct arena arena;
    const struct net *net;
    uint32_t ins, outs;
    struct interp **interps;
    double *silence, *impulse;
    double *block;  /* [in][out][BLOCK] */
    double **into;  /* the outlets of one inlet in it */
    size_t frames;  /* done so far */
    size_t longest; /* that may be done */
};

static void simulation_begin(struct simulation *s, const struct arena *parent,
                             const struct net *net) {
    *s = (struct simulation){.net = net, .ins = net->inlet_count, .outs = net->outlet_count};
    arena_init_scratch(&s->arena, parent);
    s->interps = ARENA_ARRAY(&s->arena, s->ins, struct interp *);
    for (uint32_t i = 0; i < s->ins; i++) s->interps[i] = interp_new(&s->arena, net);
    s->silence = ARENA_ARRAY(&s->arena, BLOCK, double);
    s->impulse = ARENA_ARRAY(&s->arena, BLOCK, double);
    s->impulse[0] = 1;
    s->block = ARENA_ARRAY(&s->arena, (size_t)s->ins * s->outs * BLOCK, double);
    s->into = ARENA_ARRAY(&s->arena, s->outs, double *);
    double steps = 1;
    for (wire w = 0; w < net->cell_count; w++) steps += 4 + (double)net->cells[w].operand_count;
    s->longest = (size_t)(STEPS_MOST / (steps * (s->ins ? s->ins : 1)));
}

static double *simulation_block(const struct simulation *s, uint32_t in, uint32_t out) {
    return s->block + ((size_t)in * s->outs + out) * BLOCK;
}

/* The next BLOCK samples; false if no more may be done. */
static bool simulation_run(struct simulation *s, struct arena *scratch) {
    if (s->frames + BLOCK > s->longest) return false;
    const double **in = ARENA_ARRAY(scratch, s->ins, const double *);
    for (uint32_t i = 0; i < s->ins; i++) {
        for (uint32_t k = 0; k < s->ins; k++)
            in[k] = k == i && s->frames == 0 ? s->impulse : s->silence;
        for (uint32_t o = 0; o < s->outs; o++) s->into[o] = simulation_block(s, i, o);
        interp_run(s->interps[i], in, s->into, BLOCK);
    }
    s->frames += BLOCK;
    return true;
}

/* The longest time that a sound may be on its way without being heard. */
static size_t quiet_frames(const struct net *net) {
    double most = 0;
    for (wire w = 0; w < net->cell_count; w++)
        if (net->cells[w].op == CELL_DELAY) most += net->cells[w].operands[0].value;
    return (size_t)fmin(most, 1e9);
}

/* Follows energies a block and says when they have decayed: when the last eighth, which is no
 * shorter than all delays together while little came, has less than `tail` of what counts. */
struct watching {
    double tail;
    double whole; /* energy that counts */
    double *blocks;
    size_t count, room;
    size_t quiet; /* frames */
};

static enum measured watch(struct watching *w, struct arena *arena, double energy, bool *done) {
    if (w->count == w->room) {
        size_t room = w->room ? 2 * w->room : 64;
        double *blocks = ARENA_ARRAY(arena, room, double);
        if (w->count) memcpy(blocks, w->blocks, w->count * sizeof *blocks);
        w->blocks = blocks;
        w->room = room;
    }
    w->blocks[w->count++] = energy;
    if (!isfinite(energy) || energy > 1e60) return MEASURED_GROWS;
    size_t eighth = w->count / 8 + 1, quiet = w->quiet / BLOCK + 1;
    if (w->whole <= 0) {
        *done = w->count > quiet + 1;
        return *done ? MEASURED_NOTHING : MEASURED;
    }
    /* What is on its way may be heard only at the end of all delays, once; in a loop the least
     * bound would be as good, but a while longer does no harm. */
    size_t last = eighth > 4 ? eighth : 4;
    if (w->count < last + (quiet < 256 ? quiet : 256)) return MEASURED;
    double rest = 0;
    for (size_t i = w->count - last; i < w->count; i++) rest += w->blocks[i];
    *done = rest <= w->tail * w->whole;
    return MEASURED;
}

/* ---- decay ----------------------------------------------------------------------------------- */

struct resonator {
    double b0, a1, a2; /* b1 = 0, b2 = -b0 */
    double state[2];
};

static struct resonator resonator_make(double turn) {
    double w = 2 * pi * turn, alpha = sin(w) / (2 * sqrt(2)), a0 = 1 + alpha;
    return (struct resonator){alpha / a0, -2 * cos(w) / a0, (1 - alpha) / a0, {0, 0}};
}

static double resonate(struct resonator *r, double x) {
    double y = r->b0 * x + r->state[0];
    r->state[0] = r->state[1] - r->a1 * y;
    r->state[1] = -r->b0 * x - r->a2 * y;
    return y;
}

struct energies {
    double *at; /* a sample */
    size_t count, room;
};

static void energies_grow(struct energies *e, struct arena *arena, size_t more) {
    if (e->count + more <= e->room) return;
    size_t room = e->room ? 2 * e->room : 32 * (size_t)BLOCK;
    double *at = ARENA_ARRAY(arena, room, double);
    if (e->count) memcpy(at, e->at, e->count * sizeof *at);
    e->at = at;
    e->room = room;
}

/* The line through the backward integral, from 5 to 35 dB below where it stands at `begin`. */
static double line_t60(const struct energies *e, size_t begin) {
    double *rest = e->at; /* what is left from each sample on */
    for (size_t n = e->count - 1; n-- > 0;) rest[n] += rest[n + 1];
    if (begin >= e->count || !(rest[begin] > 0)) return 0;
    double from = rest[begin] * pow(10, -0.5), to = rest[begin] * pow(10, -3.5);
    double count = 0, sum_t = 0, sum_y = 0, sum_tt = 0, sum_ty = 0;
    for (size_t n = begin; n < e->count && rest[n] > 0; n++) {
        if (rest[n] > from) continue;
        if (rest[n] < to) break;
        double t = (double)(n - begin), y = 10 * log10(rest[n] / rest[begin]);
        count++, sum_t += t, sum_y += y, sum_tt += t * t, sum_ty += t * y;
    }
    double spread = count * sum_tt - sum_t * sum_t;
    if (count < 2 || !(spread > 0)) return 0;
    double slope = (count * sum_ty - sum_t * sum_y) / spread;
    return slope < 0 ? -60 / slope : 0;
}

struct decay measure_decay(struct arena *arena, const struct net *net, double frequency_hz) {
    struct simulation s;
    simulation_begin(&s, arena, net);
    size_t pairs = (size_t)s.ins * s.outs;
    struct resonator(*bands)[2] = arena_array(&s.arena, pairs, sizeof *bands);
    for (size_t p = 0; p < pairs; p++)
        bands[p][0] = bands[p][1] = resonator_make(frequency_hz / net->rate);
    size_t first = SIZE_MAX, skip = (size_t)((0.005 + 3 / frequency_hz) * net->rate);
    struct energies e = {0};
    /* 65 dB below where the line begins: what is cut off bends its end by less than a thousandth.
     */
    struct watching w = {.tail = pow(10, -6.5), .quiet = quiet_frames(net)};
    enum measured how = MEASURED;
    bool done = pairs == 0;
    while (!done && how == MEASURED) {
        if (s.frames + BLOCK > ROOM_MOST || !simulation_run(&s, &s.arena)) {
            how = MEASURED_TOO_LONG;
            break;
        }
        energies_grow(&e, &s.arena, BLOCK);
        double sum = 0;
        for (size_t n = 0; n < BLOCK; n++, e.count++) {
            for (size_t p = 0; p < pairs; p++) {
                double x = s.block[p * BLOCK + n];
                if (x != 0 && first == SIZE_MAX) first = e.count;
                double y = resonate(&bands[p][1], resonate(&bands[p][0], x));
                e.at[e.count] += y * y;
            }
            sum += e.at[e.count];
            if (first != SIZE_MAX && e.count >= first + skip) w.whole += e.at[e.count];
        }
        how = watch(&w, &s.arena, sum, &done);
    }
    struct decay decay = {how, 0, (double)s.frames / net->rate};
    if (first != SIZE_MAX && how == MEASURED_NOTHING) decay.how = MEASURED; /* only direct sound */
    if (pairs == 0) decay.how = MEASURED_NOTHING;
    if (decay.how == MEASURED) decay.t60_s = line_t60(&e, first + skip) / net->rate;
    arena_free(&s.arena);
    return decay;
}

/* ---- frequency responses --------------------------------------------------------------------- */

struct responses {
    struct arena *arena;
    uint32_t ins, outs;
    size_t frames, size; /* of a response, of its transform */
    double *h;           /* [in][out][size] */
    double *re, *im;     /* [in][out][size] */
};

static enum measured responses_take(struct responses *r, struct simulation *s, double tail) {
    struct watching w = {.tail = tail, .quiet = quiet_frames(s->net)};
    size_t pairs = (size_t)s->ins * s->outs, room = 16 * (size_t)BLOCK;
    *r = (struct responses){.arena = &s->arena, .ins = s->ins, .outs = s->outs};
    if (!pairs) return MEASURED_NOTHING;
    double *h = ARENA_ARRAY(r->arena, pairs * room, double);
    for (bool done = false; !done;) {
        if (pairs * (s->frames + BLOCK) > ROOM_MOST / 8 || !simulation_run(s, r->arena))
            return MEASURED_TOO_LONG;
        if (s->frames > room) {
            double *grown = ARENA_ARRAY(r->arena, 2 * pairs * room, double);
            for (size_t p = 0; p < pairs; p++)
                memcpy(grown + 2 * p * room, h + p * room, room * sizeof *h);
            h = grown;
            room *= 2;
        }
        double sum = 0;
        for (size_t p = 0; p < pairs; p++) {
            const double *block = s->block + p * BLOCK;
            memcpy(h + p * room + s->frames - BLOCK, block, BLOCK * sizeof *h);
            for (size_t n = 0; n < BLOCK; n++) sum += block[n] * block[n];
        }
        w.whole += sum;
        enum measured how = watch(&w, r->arena, sum, &done);
        if (how != MEASURED) return how;
    }
    r->frames = s->frames;
    for (r->size = 1; r->size < 2 * r->frames;) r->size *= 2;
    r->h = h;
    r->re = ARENA_ARRAY(r->arena, pairs * r->size, double);
    r->im = ARENA_ARRAY(r->arena, pairs * r->size, double);
    for (size_t p = 0; p < pairs; p++) {
        memcpy(r->re + p * r->size, h + p * room, r->frames * sizeof *h);
        struct arena scratch;
        arena_init_scratch(&scratch, r->arena);
        fourier(&scratch, r->re + p * r->size, r->im + p * r->size, r->size);
        arena_free(&scratch);
    }
    /* From here on `h` lies as the transforms do. */
    double *even = ARENA_ARRAY(r->arena, pairs * r->frames, double);
    for (size_t p = 0; p < pairs; p++)
        memcpy(even + p * r->frames, h + p * room, r->frames * sizeof *h);
    r->h = even;
    return MEASURED;
}

/* H at bin k, [in][out]. */
static void responses_at(const struct responses *r, size_t k, double *re, double *im) {
    for (size_t p = 0; p < (size_t)r->ins * r->outs; p++) {
        re[p] = r->re[p * r->size + k];
        im[p] = r->im[p * r->size + k];
    }
}

/* H between bins, by the sum that it is; the powers of e^-jw by a rotation of its own each sample.
 */
static void responses_between(const struct responses *r, double turn, double *re, double *im) {
    double c = cos(2 * pi * turn), d = -sin(2 * pi * turn);
    for (size_t p = 0; p < (size_t)r->ins * r->outs; p++) {
        const double *h = r->h + p * r->frames;
        double x = 0, y = 0; /* Horner, from the last sample on */
        for (size_t n = r->frames; n-- > 0;) {
            double next = x * c - y * d + h[n];
            y = x * d + y * c;
            x = next;
        }
        re[p] = x, im[p] = y;
    }
}

static double frobenius(const double *re, const double *im, size_t count) {
    double square = 0;
    for (size_t p = 0; p < count; p++) square += re[p] * re[p] + im[p] * im[p];
    return sqrt(square);
}

/* The largest singular value of H, [in][out], by the power method on H* H: `v` has room for 2 (ins
 * + outs) numbers. */
static double largest_gain(uint32_t ins, uint32_t outs, const double *re, const double *im,
                           double *v) {
    if (ins == 1 || outs == 1) return frobenius(re, im, (size_t)ins * outs);
    double *vr = v, *vi = v + ins, *ur = v + 2 * ins, *ui = ur + outs;
    double norm = 0;
    for (uint32_t i = 0; i < ins; i++) vr[i] = 1 + 0.3 * i, vi[i] = 0.1 * i;
    for (int round = 0; round < 60; round++) {
        double length = frobenius(vr, vi, ins), square = 0;
        if (!(length > 0)) return 0;
        for (uint32_t i = 0; i < ins; i++) vr[i] /= length, vi[i] /= length;
        for (uint32_t o = 0; o < outs; o++) {
            ur[o] = ui[o] = 0;
            for (uint32_t i = 0; i < ins; i++) {
                size_t p = (size_t)i * outs + o;
                ur[o] += re[p] * vr[i] - im[p] * vi[i];
                ui[o] += re[p] * vi[i] + im[p] * vr[i];
            }
            square += ur[o] * ur[o] + ui[o] * ui[o];
        }
        double now = sqrt(square);
        if (round > 4 && fabs(now - norm) <= 1e-13 * now) return now;
        norm = now;
        for (uint32_t i = 0; i < ins; i++) {
            vr[i] = vi[i] = 0;
            for (uint32_t o = 0; o < outs; o++) {
                size_t p = (size_t)i * outs + o;
                vr[i] += re[p] * ur[o] + im[p] * ui[o];
                vi[i] += re[p] * ui[o] - im[p] * ur[o];
            }
        }
    }
    return norm;
}

struct peaking {
    const struct responses *r;
    double *re, *im, *v;
};

static double gain_between(const struct peaking *p, double turn) {
    responses_between(p->r, turn, p->re, p->im);
    return largest_gain(p->r->ins, p->r->outs, p->re, p->im, p->v);
}

/* Golden section (Kiefer 1953) around a bin that its neighbours do not exceed. */
static void refine(const struct peaking *p, size_t bin, struct peak *best) {
    double size = (double)p->r->size, lo = ((double)bin - 1) / size, hi = ((double)bin + 1) / size;
    const double part = 0.61803398874989485;
    double a = hi - part * (hi - lo), b = lo + part * (hi - lo);
    double at_a = gain_between(p, a), at_b = gain_between(p, b);
    for (int step = 0; step < 14; step++) {
        if (at_a > at_b) {
            hi = b, b = a, at_b = at_a;
            a = hi - part * (hi - lo), at_a = gain_between(p, a);
        } else {
            lo = a, a = b, at_a = at_b;
            b = lo + part * (hi - lo), at_b = gain_between(p, b);
        }
    }
    double turn = at_a > at_b ? a : b, gain = fmax(at_a, at_b);
    if (gain > best->gain) best->gain = gain, best->frequency_hz = turn;
}

struct peak measure_peak(struct arena *arena, const struct net *net) {
    struct simulation s;
    simulation_begin(&s, arena, net);
    struct responses r;
    struct peak peak = {.how = responses_take(&r, &s, 1e-9)};
    if (peak.how == MEASURED) {
        size_t pairs = (size_t)r.ins * r.outs, best = 0;
        struct peaking p = {&r, ARENA_ARRAY(&s.arena, pairs, double),
                            ARENA_ARRAY(&s.arena, pairs, double),
                            ARENA_ARRAY(&s.arena, 2 * (size_t)(r.ins + r.outs), double)};
        /* No gain is above the Frobenius norm. */
        for (size_t k = 0; k <= r.size / 2; k++) {
            responses_at(&r, k, p.re, p.im);
            if (frobenius(p.re, p.im, pairs) <= peak.gain) continue;
            double gain = largest_gain(r.ins, r.outs, p.re, p.im, p.v);
            if (!(gain > peak.gain)) continue;
            peak.gain = gain;
            best = k;
        }
        peak.frequency_hz = (double)best / (double)r.size;
        if (peak.gain > 0 && best > 0 && best < r.size / 2) refine(&p, best, &peak);
        peak.frequency_hz *= net->rate;
    }
    arena_free(&s.arena);
    return peak;
}

/* From inlets and delays (columns) to delays and outlets (rows): the largest |entry of M' M - I|;
 * infinite where more than delays remembers. */
static double system_matrix_off(struct arena *arena, const struct net *net) {
    enum { WIDEST = 1024 };
    uint32_t *column = ARENA_ARRAY(arena, net->cell_count, uint32_t), width = 0;
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        bool source = cell->op == CELL_INLET || cell->op == CELL_DELAY;
        if (source) column[w] = width++;
        else if (cell->op != CELL_MIX) return INFINITY;
    }
    if (width > WIDEST || (size_t)net->cell_count * width > ROOM_MOST) return INFINITY;
    double *rows = ARENA_ARRAY(arena, (size_t)net->cell_count * width, double);
    double *gram = ARENA_ARRAY(arena, (size_t)width * width, double);
    for (wire w = 0; w < net->cell_count; w++)
        if (net->cells[w].op != CELL_MIX) rows[(size_t)w * width + column[w]] = 1;
    for (uint32_t i = 0; i < net->cell_count; i++) {
        const struct cell *cell = &net->cells[net->order[i]];
        if (cell->op != CELL_MIX) continue;
        double *to = rows + (size_t)net->order[i] * width;
        for (uint32_t k = 0; k < cell->count; k++) {
            const double *from = rows + (size_t)cell->from[k] * width;
            for (uint32_t a = 0; a < width; a++) to[a] += cell->operands[k].value * from[a];
        }
    }
    for (uint32_t r = 0; r < net->cell_count + net->outlet_count; r++) {
        bool outlet = r >= net->cell_count;
        if (!outlet && net->cells[r].op != CELL_DELAY) continue;
        wire of = outlet ? net->outlets[r - net->cell_count] : net->cells[r].from[0];
        const double *row = rows + (size_t)of * width;
        for (uint32_t a = 0; a < width; a++)
            for (uint32_t b = a; row[a] != 0 && b < width; b++)
                gram[(size_t)a * width + b] += row[a] * row[b];
    }
    double off = 0;
    for (uint32_t a = 0; a < width; a++)
        for (uint32_t b = a; b < width; b++)
            off = fmax(off, fabs(gram[(size_t)a * width + b] - (a == b)));
    return off;
}

struct isometry measure_isometry(struct arena *arena, const struct net *net) {
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    double exact = system_matrix_off(&scratch, net);
    arena_free(&scratch);
    if (exact <= 1e-12) return (struct isometry){MEASURED, exact, 0};
    struct simulation s;
    simulation_begin(&s, arena, net);
    struct responses r;
    /* Amplitudes of 1e-12: far below what is to be told apart. */
    struct isometry found = {.how = responses_take(&r, &s, 1e-24)};
    if (found.how == MEASURED) {
        size_t pairs = (size_t)r.ins * r.outs;
        double *re = ARENA_ARRAY(&s.arena, pairs, double);
        double *im = ARENA_ARRAY(&s.arena, pairs, double);
        for (size_t k = 0; k <= r.size / 2; k++) {
            responses_at(&r, k, re, im);
            for (uint32_t i = 0; i < r.ins; i++)
                for (uint32_t j = i; j < r.ins; j++) {
                    double x = i == j ? -1 : 0, y = 0;
                    for (uint32_t o = 0; o < r.outs; o++) {
                        size_t a = (size_t)i * r.outs + o, b = (size_t)j * r.outs + o;
                        x += re[a] * re[b] + im[a] * im[b];
                        y += re[a] * im[b] - im[a] * re[b];
                    }
                    double off = sqrt(x * x + y * y);
                    if (!(off > found.off)) continue;
                    found.off = off;
                    found.frequency_hz = (double)k / (double)r.size * net->rate;
                }
        }
    }
    arena_free(&s.arena);
    return found;
}

/* ---- latency --------------------------------------------------------------------------------- */

static uint64_t delay_of(const struct cell *cell) {
    if (cell->op != CELL_DELAY) return cell->least_delay;
    return (uint64_t)fmax(nearbyint(cell->operands[0].value), cell->least_delay);
}

uint64_t measure_latency(struct arena *arena, const struct net *net) {
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    uint64_t *least = ARENA_ARRAY(&scratch, net->cell_count, uint64_t);
    for (wire w = 0; w < net->cell_count; w++) least[w] = w < net->inlet_count ? 0 : NO_LATENCY;
    /* Until nothing falls any more (Bellman 1958): once in the order of the signal, once more for
     * each delay that is computed before what feeds it. */
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < net->cell_count; i++) {
            const struct cell *cell = &net->cells[net->order[i]];
            uint64_t *to = &least[net->order[i]];
            for (uint32_t k = 0; k < cell->count; k++) {
                uint64_t from = least[cell->from[k]];
                if (from == NO_LATENCY || !cell_is_connected(cell, k)) continue;
                if (from + delay_of(cell) >= *to) continue;
                *to = from + delay_of(cell);
                changed = true;
            }
        }
    }
    uint64_t latency = NO_LATENCY;
    for (uint32_t o = 0; o < net->outlet_count; o++)
        if (least[net->outlets[o]] < latency) latency = least[net->outlets[o]];
    arena_free(&scratch);
    return latency;
}
