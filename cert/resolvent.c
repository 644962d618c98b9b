#include "cert/resolvent.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

struct resolvent resolvent_of_contraction(struct arena *arena, struct contraction *c, double R) {
    uint32_t n = c->loop->channel_count;
    double *scale = ARENA_ARRAY(arena, n, double);
    struct resolvent found = {n, scale, INFINITY, 0};
    memcpy(scale, c->x, n * sizeof(double));
    /* At some frequencies, about: what cannot be proved need not be tried. */
    double most = 0;
    for (int k = 0; k <= 32; k++) most = fmax(most, contraction_gain_at(c, R, k / 32.0));
    for (double below = 0.98 * (1 - most); below > 1e-9; below *= 0.5) {
        if (contraction_exhausted(c)) break;
        if (!contraction_holds(c, R, 1 - below, EFFORT_GIVEN)) continue;
        found.norm = 1 / below * (1 + 1e-6);
        found.below = below * (1 - 1e-9);
        break;
    }
    return found;
}

struct covering {
    struct pieces *pieces;
    struct piece piece;
    double R, norm; /* the largest ||R_c||_F so far */
};

static bool look(struct covering *k, ticks at) {
    if (!piece_at(k->pieces, k->R, at, &k->piece)) return false;
    k->norm = fmax(k->norm, k->piece.inverse.norm);
    return true;
}

static ticks shifted(ticks at, double by) {
    double to = (double)at + by;
    return to <= 0 ? 0 : to >= 0x1p53 ? TICKS_HALF_CIRCLE : (ticks)to;
}

/* How far around the piece's centre the bound is at most `high`; 0: not even there. */
static double room_below(struct covering *k, double high) {
    double half = k->piece.half, norm = k->piece.inverse.norm;
    for (int step = 0; step < 40; step++) {
        double fill = piece_fill(k->pieces, &k->piece, half);
        if (norm / (1 - fill) * (1 + 0x1p-20) <= high && fill < 1)
            return half / pi * 0x1p53 * (1 - 1e-9);
        half *= 0.6;
    }
    return 0;
}

/* Not a proof: about the largest norm. */
static bool scan(struct covering *k) {
    for (ticks at = 0;;) {
        if (!look(k, at)) return false;
        if (at == TICKS_HALF_CIRCLE) return true;
        at = shifted(at, fmax(1.5 * k->piece.half / pi * 0x1p53, 1));
    }
}

static double cover(struct covering *k, double factor) {
    double high = k->norm * factor;
    ticks at = 0, covered = 0;
    for (bool first = true; first || covered < TICKS_HALF_CIRCLE;) {
        if (!look(k, at)) return INFINITY;
        high = fmax(high, k->norm * factor);
        double room = room_below(k, high), gap;
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

struct resolvent resolvent_of_pieces(struct arena *arena, const struct loop *loop,
                                     const struct ball *constant, const double *log_scale, double R,
                                     bool close, uint64_t most, uint64_t *evaluations) {
    uint32_t n = loop->channel_count;
    double *kept = ARENA_ARRAY(arena, n, double);
    struct resolvent found = {n, kept, INFINITY, 0};
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    struct covering k = {.pieces = pieces_begin(&scratch, loop, constant, log_scale, most),
                         .piece = piece_make(&scratch, n),
                         .R = R};
    for (uint32_t j = 0; j < n; j++) kept[j] = log(k.pieces->scale[j]);
    if (!close || scan(&k)) found.norm = cover(&k, close ? 2 : 1 / (1 - PIECE_FILL) * 1.001);
    *evaluations += k.pieces->evaluations;
    arena_free(&scratch);
    return found;
}
