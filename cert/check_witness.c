#include "cert/check_witness.h"

#include <math.h>

#include "cert/instability.h"
#include "cert/winding.h"

static const double pi = 3.14159265358979323846;

bool check_refuses(struct checking *k, const char *why) {
    if (!k->why) k->why = why;
    return false;
}

struct checking checking_begin(struct arena *scratch, const struct loop *loop) {
    uint32_t N = loop->channel_count;
    size_t square = (size_t)N * N;
    struct checking k = {.arena = scratch, .loop = loop, .n = loop->rest_section_count ? 2 * N : N};
    k.rows = complex_balls_make(scratch, (size_t)loop->rest_count * N);
    k.G = complex_balls_make(scratch, square);
    k.W = ARENA_ARRAY(scratch, (size_t)k.n * k.n, double);
    k.work = norm_work_make(scratch, k.n);
    if (k.n != N) return k;
    struct ball *constant = ARENA_ARRAY(scratch, square, struct ball);
    response_constant(scratch, loop, constant);
    k.constant = constant;
    for (size_t i = 0; i < square; i++) {
        k.G.re[i] = constant[i].centre;
        k.G.radius[i] = constant[i].radius;
    }
    return k;
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* ||D L D^-1||_2 < 1 on an arc, or on the whole circle at once. W = D G D^-1 diag(|columns|) in
 * real form, d_i being e^x_i as computed: an entry is rounded by 8u at most, and the radii count by
 * their Frobenius norm. */
static bool contracts(struct checking *k, const struct arc *arc, bool whole, const double *x) {
    uint32_t N = k->loop->channel_count, n = k->n;
    double square = 0, off = 0, tolerance = fabs(arc->R - 1) < 1e-6 ? 1e-10 : 1e-6;
    if (!k->constant && (whole || !response_arc(k->loop, arc, k->rows, k->G))) return false;
    for (uint32_t i = 0; i < N; i++) k->work.v[i] = exp(x[i]);
    for (uint32_t j = 0; j < N; j++) {
        const struct channel *channel = &k->loop->channels[j];
        uint64_t arcs = 0;
        double column =
            whole ? channel_peak(channel, arc->R, tolerance, &arcs) : channel_bound(channel, arc);
        column *= power_bound(arc->R, channel->delay_samples) * (1 + 4 * UNIT) / k->work.v[j];
        for (uint32_t i = 0; i < N; i++) {
            size_t at = (size_t)i * N + j, to = (size_t)i * n + j;
            double factor = k->work.v[i] * column, radius = k->G.radius[at] * factor;
            double re = k->W[to] = k->G.re[at] * factor, im = k->G.im[at] * factor;
            square += re * re + im * im;
            off += radius * radius;
            if (k->constant) continue;
            k->W[to + N] = -im;
            k->W[to + (size_t)N * n] = im;
            k->W[to + (size_t)N * n + N] = re;
        }
    }
    double error = (8 * UNIT * sqrt(square) + sqrt(off)) * (1 + 0x1p-20) + 1e-280;
    return norm_is_below(&k->work, k->W, n, error, 1);
}

/* A cell, cut where its enclosures are too wide as a whole. */
static bool cell_holds(struct checking *k, double R, double turn, double width, const double *x) {
    enum { MULTIPLY_ADDS_MOST = 1000 * 1000 * 1000 }; /* ten times the prover's */
    struct arc arc = arc_make(R, turn, pi / 2 * width);
    if ((width == 1 && contracts(k, &arc, true, x)) || contracts(k, &arc, false, x)) return true;
    if (!k->loop->section_count || width < 0x1p-40 || k->work.spent > MULTIPLY_ADDS_MOST)
        return check_refuses(k, "a scaling does not make the loop a contraction on its cell");
    return cell_holds(k, R, turn - width / 4, width / 2, x) &&
           cell_holds(k, R, turn + width / 4, width / 2, x);
}

bool check_scaling(struct checking *k, double R, const double *x) {
    return cell_holds(k, R, 0.5, 1, x);
}

static const char not_followed[] = "the argument is not followed from one centre to the next";

/* ---- following F ----------------------------------------------------------------------------- */

/* The change of arg F over one stretch, less that of the sum of arguments at its ends. */
static bool check_stretch(struct checking *k, struct arena *scratch, struct pieces *p,
                          const struct witness *w, struct stretch s, size_t *next, double *sum) {
    uint32_t N = k->loop->channel_count;
    struct piece two[2] = {piece_make(scratch, N), piece_make(scratch, N)};
    struct response meeting = response_make(scratch, N);
    for (uint32_t i = 0;; i++) {
        struct piece *piece = &two[i % 2], *last = &two[(i + 1) % 2];
        if (*next >= w->centre_count) return check_refuses(k, "centres are missing");
        ticks at = w->centres[(*next)++];
        if (i == 0 ? at != s.from : at <= last->at || at > s.to)
            return check_refuses(k, "a centre is out of place");
        if (!piece_at(p, w->R, at, piece))
            return check_refuses(k, "nothing can be shown at one of the centres");
        if (i > 0) {
            /* Where the last piece ends, in ticks. */
            double last_half = last->half / pi * 0x1p53 * (1 - 1e-9);
            double half = piece->half / pi * 0x1p53 * (1 - 1e-9), turn;
            ticks meets = last->at + (ticks)fmin(last_half, (double)(at - last->at));
            if (!(half >= (double)(at - meets)))
                return check_refuses(k, "two centres are too far apart");
            if (!response_at(p, w->R, meets, &meeting) || !piece_turn(last, piece, &meeting, &turn))
                return check_refuses(k, not_followed);
            *sum += turn;
        }
        for (int end = 0; end < 2; end++) {
            double arguments;
            if (end ? at != s.to || at == TICKS_HALF_CIRCLE : i > 0 || at == 0) continue;
            if (!piece_arguments(scratch, p, piece, &arguments))
                return check_refuses(k, "the end of a stretch is too near to a mode");
            *sum += end ? -arguments : arguments;
        }
        if (at == s.to) return true;
    }
}

/* ---- the kinds of witnesses ------------------------------------------------------------------ */

static bool check_circle(struct checking *k, const struct witness *w, struct shown *shown) {
    uint32_t N = k->loop->channel_count, c = 0, o = 0;
    size_t centre = 0;
    double sum = 0;
    if (!(w->R > 0) || !isfinite(w->R)) return check_refuses(k, "a circle has no radius");
    struct pieces *p = pieces_scaled(k->arena, k->loop, k->constant, w->powers, UINT64_MAX);
    for (ticks at = 0; at < TICKS_HALF_CIRCLE;) {
        bool closed = c < w->cell_count && w->cells[c].from == at;
        struct stretch s = closed ? w->cells[c] : (struct stretch){0, 0};
        if (!closed && o < w->open_count && w->open[o].from == at) s = w->open[o++];
        if (s.to <= at || s.to > TICKS_HALF_CIRCLE || (closed && (s.from + s.to) % 2))
            return check_refuses(k, "cells and stretches leave a gap, or overlap");
        if (closed && w->scaling_of[c] >= w->scaling_count)
            return check_refuses(k, "a scaling is missing");
        struct arena scratch;
        arena_init_scratch(&scratch, k->arena);
        bool shows = closed ? cell_holds(k, w->R, (double)((s.from + s.to) / 2) * 0x1p-53,
                                         (double)(s.to - s.from) * 0x1p-53,
                                         &w->scalings[(size_t)w->scaling_of[c] * N])
                            : check_stretch(k, &scratch, p, w, s, &centre, &sum);
        arena_free(&scratch);
        if (!shows) return false;
        c += closed;
        at = s.to;
    }
    if (c != w->cell_count || o != w->open_count || centre != w->centre_count)
        return check_refuses(k, "there are cells, stretches or centres beyond the circle");
    int64_t poles = section_poles_outside(k->loop, w->R);
    double modes = -sum / pi;
    if (poles < 0 || !(fabs(modes - nearbyint(modes)) <= 0.1) ||
        poles + (int64_t)llround(modes) != w->modes)
        return check_refuses(k, "the circle does not hold as many modes as it says");
    if (w->R == 1 || (w->modes == 0 && w->R >= 1)) shown->outside = w->modes;
    if (w->modes > 0 && w->R <= 1) shown->growth = fmax(shown->growth, -log(w->R));
    if (w->modes > 0) return true;
    shown->R = fmax(shown->R, w->R);
    if (w->open_count == 0) shown->R_free = fmax(shown->R_free, w->R);
    if (w->open_count == 0 && w->scaling_count == 1) shown->R_moving = fmax(shown->R_moving, w->R);
    return true;
}

/* F is followed around the disc's edge in pieces that each cover half the way to their neighbours.
 */
static bool check_mode(struct checking *k, const struct witness *w, struct shown *shown) {
    const struct mode_disc *d = &w->disc;
    struct pieces *p = pieces_scaled(k->arena, k->loop, k->constant, w->powers, UINT64_MAX);
    struct piece *pieces = ARENA_ARRAY(k->arena, MODE_POINTS, struct piece);
    struct response meeting = response_make(k->arena, k->loop->channel_count);
    if (!(d->half > 0) || !(d->log_radius + d->half < 0) || !(fabs(d->angle) < 8))
        return check_refuses(k, "the disc of a mode is not outside the circle");
    double sum = 0, reach = 2 * d->half * sin(pi / (2 * MODE_POINTS)) * (1 + 1e-9) +
                            16 * UNIT * (fabs(d->log_radius) + fabs(d->angle) + 1);
    for (uint32_t i = 0; i <= MODE_POINTS; i++) {
        double phase = 2 * pi * i / MODE_POINTS, between = phase - pi / MODE_POINTS;
        struct piece *piece = &pieces[i % MODE_POINTS];
        if (i < MODE_POINTS) *piece = piece_make(k->arena, k->loop->channel_count);
        if (i < MODE_POINTS && (!piece_disc(p, d->log_radius + d->half * cos(phase),
                                            d->angle - d->half * sin(phase), reach, piece) ||
                                piece->half < reach))
            return check_refuses(k, "nothing can be shown at the edge of a mode's disc");
        if (i == 0) continue;
        double turn;
        if (!response_anywhere(p, d->log_radius + d->half * cos(between),
                               d->angle - d->half * sin(between), &meeting) ||
            !piece_turn(&pieces[i - 1], piece, &meeting, &turn))
            return check_refuses(k, not_followed);
        sum += turn;
    }
    if (!(nearbyint(sum / (2 * pi)) >= 1)) return check_refuses(k, "there is no mode in its disc");
    shown->growth = fmax(shown->growth, -(d->log_radius + d->half));
    return true;
}

static bool check_energy(struct checking *k, const struct witness *w, struct shown *shown) {
    uint32_t N = k->loop->channel_count;
    double *x = ARENA_ARRAY(k->arena, N, double);
    bool pure = k->constant && !k->loop->section_count;
    for (uint32_t j = 0; j < N; j++) {
        pure = pure && k->loop->channels[j].delay_samples;
        if (w->fractions) continue;
        if (!(fabs(w->powers[j]) <= 1000))
            return check_refuses(k, "an energy is out of all proportion");
        x[j] = w->powers[j] * log(2) / 2;
    }
    if (!pure) return check_refuses(k, "the loop holds filters");
    shown->energy = w->fractions ? lossless_with(k->arena, k->constant, N, w->fractions)
                                 : lossless_test(k->arena, k->constant, N, x);
    return shown->energy != LOSSLESS_UNDECIDED ||
           check_refuses(k, "the loop does not keep its energy");
}

static bool check_determinant(struct checking *k, const struct witness *w, struct shown *shown) {
    struct instability_proof proof =
        w->kind == WITNESS_SIGN ? instability_by_sign(k->arena, k->loop, w->at)
                                : instability_by_determinant(k->arena, k->loop, k->constant);
    if (proof.kind == INSTABILITY_NONE)
        return check_refuses(k, "a determinant does not show a mode outside");
    shown->growth = fmax(shown->growth, w->kind == WITNESS_SIGN ? 0 : log(proof.at));
    return true;
}

bool check_witness(struct checking *k, const struct witness *w, struct shown *shown) {
    static bool (*const checks[WITNESS_COUNT])(struct checking *, const struct witness *,
                                               struct shown *) = {
        [WITNESS_CIRCLE] = check_circle,           [WITNESS_MODE] = check_mode,
        [WITNESS_ENERGY] = check_energy,           [WITNESS_SIGN] = check_determinant,
        [WITNESS_DETERMINANT] = check_determinant,
    };
    struct arena scratch, *around = k->arena;
    arena_init_scratch(&scratch, around);
    k->arena = &scratch;
    bool holds = checks[w->kind](k, w, shown);
    k->arena = around;
    arena_free(&scratch);
    return holds;
}
