#include "cert/peak.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

/* The widest net that is looked at: channels, and channels times cells between them. */
enum { PEAK_CHANNELS_MOST = 64, PEAK_ROWS_MOST = 1 << 18, WORK_MOST = 400 * 1000 * 1000 };

#define PEAK_TOLERANCE 0.01

/* ---- the net, opened --------------------------------------------------------------------------
 */

/* A cell that reads `count` wires with gains of 1, or delays one by a sample. */
static struct cell plain_cell(struct arena *arena, enum cell_op op, uint32_t count, wire a,
                              wire b) {
    wire *from = ARENA_ARRAY(arena, 2, wire);
    struct operand *one = ARENA_ARRAY(arena, 2, struct operand);
    from[0] = a, from[1] = b;
    one[0] = one[1] = operand_constant(1);
    return (struct cell){.op = op,
                         .count = count,
                         .from = from,
                         .operands = one,
                         .operand_count = count,
                         .least_delay = op == CELL_DELAY};
}

/* The net as one component without inlets: each of them is a delay of silence, and behind each
 * outlet stands a sum with silence, so that chains end there, and a delay. */
static const struct net *opened(struct arena *arena, const struct net *net, wire *outlets) {
    uint32_t count = net->cell_count, all = count + 1 + 2 * net->outlet_count;
    struct cell *cells = ARENA_ARRAY(arena, all, struct cell);
    wire *order = ARENA_ARRAY(arena, all, wire), *members = ARENA_ARRAY(arena, all, wire);
    memcpy(cells, net->cells, count * sizeof *cells);
    wire silence = count, next = count + 1;
    cells[silence] = plain_cell(arena, CELL_MIX, 0, 0, 0);
    for (wire w = 0; w < net->inlet_count; w++)
        cells[w] = plain_cell(arena, CELL_DELAY, 1, silence, 0);
    for (uint32_t o = 0; o < net->outlet_count; o++) {
        cells[next++] = plain_cell(arena, CELL_MIX, 2, net->outlets[o], silence);
        cells[next] = plain_cell(arena, CELL_DELAY, 1, next - 1, 0);
        outlets[o] = next++;
    }
    order[0] = silence;
    memcpy(order + 1, net->order, count * sizeof *order);
    for (wire w = count + 1; w < all; w++) order[w] = w;
    for (wire w = 0; w < all; w++) {
        members[w] = w;
        cells[w].component = 0;
    }
    struct component *component = ARENA_NEW(arena, struct component);
    *component = (struct component){.members = members, .count = all, .cyclic = true};
    struct net *made = ARENA_NEW(arena, struct net);
    *made = *net;
    made->cells = cells;
    made->cell_count = all;
    made->order = order;
    made->inlet_count = 0;
    made->components = component;
    made->component_count = 1;
    return made;
}

/* The channel that a cell is in, which loses its delay: at an end of the net it turns phases only.
 */
static uint32_t end_channel(struct loop *loop, wire w) {
    for (uint32_t j = 0; j < loop->channel_count; j++)
        for (uint32_t i = 0; i < loop->channels[j].cell_count; i++) {
            if (loop->channels[j].cells[i] != w) continue;
            loop->channels[j].delay_samples = 0;
            return j;
        }
    return UINT32_MAX;
}

/* ---- bounds ---------------------------------------------------------------------------------- */

struct climbing {
    struct pieces *pieces;
    struct piece piece;
    uint32_t n, ins, outs;
    const uint32_t *in, *out;
    double *moved;
    double low;
    ticks at;
};

static double modulus(const struct complex_matrix *R, uint32_t i, uint32_t j) {
    double re = R->re[(size_t)i * R->stride + j], im = R->im[(size_t)i * R->stride + j];
    return sqrt(re * re + im * im);
}

static double column_norm(const struct complex_matrix *R, uint32_t j) {
    double square = 0;
    for (uint32_t i = 0; i < R->n; i++) square += modulus(R, i, j) * modulus(R, i, j);
    return sqrt(square) * (1 + 0x1p-30);
}

/* The largest gain there; with less than it can be off by, a lower bound of the peak: (I - L)^-1 =
 * (I - Y)^-1 R. */
static double look(struct climbing *k, ticks at) {
    if (!piece_at(k->pieces, 1, at, &k->piece)) return NAN;
    const struct inverse *inverse = &k->piece.inverse;
    double most = 0, eta = inverse->residual;
    for (uint32_t i = 0; i < k->ins; i++) {
        double off = eta / (1 - eta) * column_norm(&inverse->R, k->in[i]);
        for (uint32_t o = 0; o < k->outs; o++) {
            double gain = modulus(&inverse->R, k->out[o], k->in[i]);
            most = fmax(most, gain);
            if (!(gain - off > k->low)) continue;
            k->low = gain - off;
            k->at = at;
        }
    }
    return most;
}

/* An upper bound of all gains on the piece, up to `half` from its centre. */
static double bound_within(struct climbing *k, double half) {
    const struct inverse *inverse = &k->piece.inverse;
    const struct complex_matrix *R = &inverse->R;
    double slack, eta = inverse->residual, fill = 0, bound = 0;
    if (!piece_moves(k->pieces, &k->piece, half, k->moved, &slack)) return INFINITY;
    for (uint32_t j = 0; j < k->n; j++) {
        double part =
            piece_part(k->pieces, j, inverse->columns[j] + eta, inverse->norm, k->moved[j]);
        fill += part * part;
    }
    fill = (eta + sqrt(fill) + inverse->norm * slack) * (1 + 0x1p-30);
    if (!(fill < 0.95)) return INFINITY;
    for (uint32_t o = 0; o < k->outs; o++) {
        uint32_t row = k->out[o];
        double square = 0, length = 0;
        for (uint32_t j = 0; j < k->n; j++) length += modulus(R, row, j) * modulus(R, row, j);
        length = sqrt(length) * (1 + 0x1p-30);
        for (uint32_t j = 0; j < k->n; j++) {
            double re = R->re[(size_t)row * R->stride + j] - (row == j);
            double im = R->im[(size_t)row * R->stride + j];
            double part = sqrt(re * re + im * im) + eta;
            part = piece_part(k->pieces, j, part, length, k->moved[j]);
            square += part * part;
        }
        double W = (eta + sqrt(square) + length * slack) * (1 + 0x1p-30);
        for (uint32_t i = 0; i < k->ins; i++)
            bound = fmax(bound, modulus(R, row, k->in[i]) +
                                    W * column_norm(R, k->in[i]) / (1 - fill) * (1 + 0x1p-30));
    }
    return bound;
}

static ticks shifted(ticks at, double by) {
    double to = (double)at + by;
    return to <= 0 ? 0 : to >= 0x1p53 ? TICKS_HALF_CIRCLE : (ticks)to;
}

/* Not a proof: a look at all the circle, and up the slope from where the gain was largest. */
static bool climb(struct climbing *k) {
    enum { TOP = 12, STEPS = 14 };
    struct {
        ticks at;
        double gain, half;
    } top[TOP] = {{0, 0, 0}};
    for (ticks at = 0;;) {
        double gain = look(k, at), half = k->piece.half / pi * 0x1p53;
        if (isnan(gain)) return false;
        uint32_t least = 0;
        for (uint32_t i = 1; i < TOP; i++)
            if (top[i].gain < top[least].gain) least = i;
        if (gain > top[least].gain) {
            top[least].at = at;
            top[least].gain = gain;
            top[least].half = half;
        }
        if (at == TICKS_HALF_CIRCLE) break;
        at = shifted(at, fmax(1.5 * half, 1));
    }
    for (uint32_t i = 0; i < TOP && top[i].gain > 0; i++) {
        double step = top[i].half;
        for (int s = 0; s < STEPS; s++) {
            double left = look(k, shifted(top[i].at, -step)),
                   right = look(k, shifted(top[i].at, step));
            if (isnan(left) || isnan(right)) return false;
            if (fmax(left, right) <= top[i].gain) {
                step *= 0.5;
                continue;
            }
            top[i].at = shifted(top[i].at, right > left ? step : -step);
            top[i].gain = fmax(left, right);
        }
    }
    return true;
}

/* The half width around the piece's centre on which no gain is above `high`; 0: not even there. */
static double room_below(struct climbing *k, double high) {
    double half = k->piece.half;
    for (int step = 0; step < 40; step++) {
        if (bound_within(k, half) <= high) return half / pi * 0x1p53 * (1 - 1e-9);
        half *= 0.6;
    }
    return 0;
}

static double cover(struct climbing *k) {
    double high = k->low * (1 + PEAK_TOLERANCE), gap = 0x1p40;
    ticks at = 0, covered = 0;
    for (bool first = true; first || covered < TICKS_HALF_CIRCLE;) {
        if (isnan(look(k, at))) return INFINITY;
        /* A gain above all that was seen before: what is covered stays below. */
        high = fmax(high, k->low * (1 + PEAK_TOLERANCE));
        double room = room_below(k, high);
        if (first || room >= (double)(at - covered)) {
            if (room < 16) return INFINITY;
            first = false;
            covered = shifted(at, room);
            gap = 0.9 * room;
        } else {
            gap = fmin(0.8 * room, 0.6 * (double)(at - covered));
            if (gap < 16) return INFINITY;
        }
        at = shifted(covered, gap);
    }
    return high;
}

struct peak peak_gain(struct arena *scratch, const struct net *net, bool single, double rt60_s,
                      uint64_t most, uint64_t *evaluations) {
    struct peak unknown = {NAN, NAN, NAN};
    uint32_t outs = net->outlet_count, ins = net->inlet_count, count;
    if (!ins || !outs) return unknown;
    wire *outlets = ARENA_ARRAY(scratch, outs, wire);
    struct loop *loop = cut_loops(scratch, opened(scratch, net, outlets), single, &count);
    uint32_t n = loop->channel_count;
    if (loop->not_covered != NO_WIRE || loop->not_finite != NO_WIRE || n > PEAK_CHANNELS_MOST ||
        (uint64_t)n * loop->rest_count > PEAK_ROWS_MOST)
        return unknown;
    uint32_t *in = ARENA_ARRAY(scratch, ins, uint32_t), *out = ARENA_ARRAY(scratch, outs, uint32_t);
    for (uint32_t i = 0; i < ins; i++) in[i] = end_channel(loop, i);
    for (uint32_t o = 0; o < outs; o++) out[o] = end_channel(loop, outlets[o]);
    struct ball *constant = NULL;
    if (loop->rest_section_count == 0) {
        constant = ARENA_ARRAY(scratch, (size_t)n * n, struct ball);
        response_constant(scratch, loop, constant);
    }
    /* A figure, and no verdict hangs on it: what inverses of n x n take is bounded too, at about
     * two seconds' work. */
    most = most < WORK_MOST / ((uint64_t)n * n * n + 64) ? most
                                                         : WORK_MOST / ((uint64_t)n * n * n + 64);
    /* A look around takes about 1.1 M asinh(π / (M s)) pieces, M samples in all delays, s the
     * slowest decay a sample, at most; to cover it again, as many. Not begun if that is too much. */
    double M = (double)loop->delay_samples + 1, slowest = log(1000) / (rt60_s * net->rate);
    if (!(1.3 * M * asinh(pi / (M * slowest)) <= (double)most)) return unknown;
    struct climbing k = {.pieces = pieces_begin(scratch, loop, constant, NULL, most),
                         .piece = piece_make(scratch, n),
                         .n = n,
                         .ins = ins,
                         .outs = outs,
                         .in = in,
                         .out = out,
                         .moved = ARENA_ARRAY(scratch, n, double)};
    bool seen = climb(&k) && k.low > 1e-12;
    double high = seen ? cover(&k) : INFINITY;
    *evaluations += k.pieces->evaluations;
    if (!seen) return unknown;
    return (struct peak){k.low, high, (double)k.at * 0x1p-53 * net->rate / 2};
}
