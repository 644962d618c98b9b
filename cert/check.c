#include "cert/check.h"

#include <math.h>

#include "cert/constants.h"
#include "cert/instability.h"
#include "cert/lossless.h"
#include "cert/winding.h"

static const double pi = 3.14159265358979323846;

struct checking {
    struct arena *arena;
    const struct loop *loop;
    const struct ball *constant; /* null: G depends on the frequency */
    struct contraction *made;    /* for instability_prove's determinant alone */
    uint32_t n;
    double *columns, *W;
    struct norm_work work;
    struct complex_balls rows, G;
    uint32_t arcs;
    const char *why; /* the first thing that was not shown */
};

static bool refuse(struct checking *k, const char *why) {
    if (!k->why) k->why = why;
    return false;
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* ||D L D^-1||_2 < 1 on an arc: W = D G D^-1 diag(|columns|), as a real matrix. Each entry is
 * rounded by 8u at most, and the radii count by their Frobenius norm. */
static bool contracts(struct checking *k, const struct arc *arc, const double *x) {
    uint32_t N = k->loop->channel_count, n = k->n;
    double square = 0, off = 0;
    for (uint32_t j = 0; j < N; j++) {
        const struct channel *channel = &k->loop->channels[j];
        k->columns[j] = channel->section_count ? channel_bound(channel, arc) : 1;
        k->columns[j] *= power_bound(arc->R, channel->delay_samples) * (1 + 4 * UNIT);
    }
    if (!k->constant && !response_arc(k->loop, arc, k->rows, k->G)) return false;
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = 0; j < N; j++) {
            size_t at = (size_t)i * N + j;
            double factor = exp(x[i]) / exp(x[j]) * k->columns[j];
            double re = (k->constant ? k->constant[at].centre : k->G.re[at]) * factor;
            double im = k->constant ? 0 : k->G.im[at] * factor;
            double radius = (k->constant ? k->constant[at].radius : k->G.radius[at]) * factor;
            square += re * re + im * im;
            off += radius * radius;
            k->W[(size_t)i * n + j] = re;
            if (k->constant) continue;
            k->W[(size_t)(i + N) * n + j + N] = re;
            k->W[(size_t)i * n + j + N] = -im;
            k->W[(size_t)(i + N) * n + j] = im;
        }
    double error = (8 * UNIT * sqrt(square) + sqrt(off)) * (1 + 0x1p-20) + 1e-280;
    return norm_is_below(&k->work, k->W, n, error, 1);
}

/* A cell, cut where its enclosures are too wide as a whole. */
static bool cell_holds(struct checking *k, double R, double turn, double width, const double *x) {
    enum { ARCS_MOST = 200000 };
    struct arc arc = arc_make(R, turn, pi / 2 * width);
    if (contracts(k, &arc, x)) return true;
    if (!k->loop->section_count || width < 0x1p-40 || ++k->arcs > ARCS_MOST)
        return refuse(k, "a scaling does not make the loop a contraction on its cell");
    return cell_holds(k, R, turn - width / 4, width / 2, x) &&
           cell_holds(k, R, turn + width / 4, width / 2, x);
}

static bool is_dyadic_cell(struct stretch s) {
    return s.from < s.to && s.to <= TICKS_HALF_CIRCLE && (s.from + s.to) % 2 == 0;
}

/* ---- following F ----------------------------------------------------------------------------- */

static double nearest_turn(double from, double to, double expected) {
    return to - from - 2 * pi * nearbyint((to - from - expected) / (2 * pi));
}

/* The change of arg F between two pieces that cover all between their centres. */
static bool follow(struct checking *k, struct pieces *p, double R, const struct piece *a,
                   const struct piece *b, struct response *meeting, double *total) {
    double gap = (double)(b->at - a->at), unit = pi * 0x1p-53;
    double both = (a->half + b->half) * (1 - 1e-9);
    if (b->at <= a->at || !(both >= gap * unit)) return refuse(k, "two centres are too far apart");
    ticks at = a->at + (ticks)(gap * fmin(1, a->half * (1 - 1e-9) / (gap * unit)));
    if (!response_at(p, R, at, meeting)) return refuse(k, "a filter has a pole on the circle");
    double expected = inverse_trace(&b->inverse, &meeting->L, &b->response.L) -
                      inverse_trace(&a->inverse, &meeting->L, &a->response.L);
    double slack = 4 * (a->inverse.norm + b->inverse.norm) * meeting->error;
    double turn = nearest_turn(a->inverse.argument, b->inverse.argument, expected);
    if (!(slack < 0.02) || !(fabs(turn - expected) <= PIECE_LINK))
        return refuse(k, "the argument is not followed from one centre to the next");
    *total += turn;
    return true;
}

/* Sum of arg(1 - λ) at a point where all eigenvalues λ of L are below 1, by det(I - t L). */
static bool sum_of_arguments(struct checking *k, struct pieces *p, const struct piece *at,
                             double *out) {
    const struct complex_matrix *L = &at->response.L;
    struct inverse inverse = inverse_make(k->arena, L->n);
    double size = 0, trace = 0, argument = 0, t = 0;
    for (uint32_t i = 0; i < L->n; i++) {
        for (uint32_t j = 0; j < L->stride; j++) {
            size_t e = (size_t)i * L->stride + j;
            size += L->re[e] * L->re[e] + L->im[e] * L->im[e];
        }
        trace += L->im[(size_t)i * L->stride + i];
    }
    *out = 0;
    while (t < 1) {
        double next = fmin(1, 0.29 / (sqrt(size) + at->response.error + 1e-100)), expected;
        if (t > 0) {
            double room = PIECE_FILL - inverse.residual;
            next = fmin(1, t * (1 + 0.99 * room / (inverse.without_one + inverse.residual)));
            expected = -(next / t - 1) * inverse_own_trace(&inverse);
        } else {
            expected = -next * trace;
        }
        if (!(next > t * (1 + 1e-12)) || !piece_scaled(p, &at->response, next, &inverse))
            return refuse(k, "the end of a stretch is too near to a mode");
        *out += nearest_turn(argument, inverse.argument, expected);
        argument = inverse.argument;
        t = next;
    }
    return true;
}

/* The change of arg F over one stretch, less that of the sum of arguments at its ends. */
static bool stretch_turns(struct checking *k, struct pieces *p, const struct witness *w,
                          struct stretch s, size_t *next, double *sum) {
    struct piece pieces[2] = {piece_make(k->arena, k->loop->channel_count),
                              piece_make(k->arena, k->loop->channel_count)};
    struct response meeting = response_make(k->arena, k->loop->channel_count);
    ticks at = 0;
    for (uint32_t i = 0;; i++) {
        if (*next >= w->centre_count) return refuse(k, "centres are missing");
        at = w->centres[(*next)++];
        struct piece *piece = &pieces[i % 2];
        if (at > s.to || (i == 0 && at != s.from)) return refuse(k, "a centre is out of place");
        if (!piece_at(p, w->R, at, piece))
            return refuse(k, "nothing can be shown at one of the centres");
        double before;
        if (i == 0 && at != 0) {
            if (!sum_of_arguments(k, p, piece, &before)) return false;
            *sum += before;
        }
        if (i > 0 && !follow(k, p, w->R, &pieces[(i + 1) % 2], piece, &meeting, sum)) return false;
        if (at != s.to) continue;
        if (at == TICKS_HALF_CIRCLE) return true;
        if (!sum_of_arguments(k, p, piece, &before)) return false;
        *sum -= before;
        return true;
    }
}

/* ---- witnesses ------------------------------------------------------------------------------- */

/* What witnesses have shown of a loop. */
struct shown {
    double R;        /* no mode in |z| >= 1/R; 0: nothing of the kind */
    double R_free;   /* the same for any delays */
    double R_moving; /* the same with one scaling */
    int64_t outside; /* modes in |z| >= 1; -1: not known */
    double growth;   /* some mode has |z| > this; 0: none shown */
    enum lossless energy;
};

static bool check_circle(struct checking *k, const struct witness *w, struct shown *shown) {
    uint32_t N = k->loop->channel_count, c = 0, o = 0;
    ticks at = 0;
    double sum = 0;
    size_t centre = 0;
    if (!(w->R > 0) || !isfinite(w->R)) return refuse(k, "a circle has no radius");
    struct pieces *p = pieces_scaled(k->arena, k->loop, k->constant, w->powers, UINT64_MAX);
    while (at < TICKS_HALF_CIRCLE) {
        if (c < w->cell_count && w->cells[c].from == at && is_dyadic_cell(w->cells[c])) {
            struct stretch s = w->cells[c];
            if (w->scaling_of[c] >= w->scaling_count) return refuse(k, "a scaling is missing");
            double turn = (double)((s.from + s.to) / 2) * 0x1p-53;
            if (!cell_holds(k, w->R, turn, (double)(s.to - s.from) * 0x1p-53,
                            &w->scalings[(size_t)w->scaling_of[c++] * N]))
                return false;
            at = s.to;
        } else if (o < w->open_count && w->open[o].from == at && w->open[o].to > at &&
                   w->open[o].to <= TICKS_HALF_CIRCLE) {
            if (!stretch_turns(k, p, w, w->open[o], &centre, &sum)) return false;
            at = w->open[o++].to;
        } else {
            return refuse(k, "cells and stretches leave a gap, or overlap");
        }
    }
    if (c != w->cell_count || o != w->open_count || centre != w->centre_count)
        return refuse(k, "there are cells, stretches or centres beyond the circle");
    int64_t poles = section_poles_outside(k->loop, w->R);
    double modes = -sum / pi;
    if (poles < 0 || fabs(modes - nearbyint(modes)) > 0.1 ||
        poles + (int64_t)llround(modes) != w->modes)
        return refuse(k, "the circle does not hold as many modes as it says");
    if (w->modes == 0 && w->R > shown->R) shown->R = w->R;
    if (w->modes > 0 && w->R <= 1) shown->growth = fmax(shown->growth, 1 / w->R);
    if (w->R == 1 || (w->modes == 0 && w->R >= 1)) shown->outside = w->modes;
    if (w->modes == 0 && w->open_count == 0) {
        shown->R_free = fmax(shown->R_free, w->R);
        if (w->scaling_count == 1) shown->R_moving = fmax(shown->R_moving, w->R);
    }
    return true;
}

static bool check_mode(struct checking *k, const struct witness *w, struct shown *shown) {
    uint32_t N = k->loop->channel_count;
    const struct mode_disc *d = &w->disc;
    struct pieces *p = pieces_scaled(k->arena, k->loop, k->constant, w->powers, UINT64_MAX);
    if (!(d->half > 0) || !(d->log_radius + d->half < 0) || !(fabs(d->angle) < 8))
        return refuse(k, "the disc of a mode is not outside the circle");
    struct piece *pieces = ARENA_ARRAY(k->arena, MODE_POINTS, struct piece);
    struct response meeting = response_make(k->arena, N);
    double reach = 2 * d->half * sin(pi / (2 * MODE_POINTS)) * (1 + 1e-9) +
                   16 * UNIT * (fabs(d->log_radius) + fabs(d->angle) + 1);
    double total = 0;
    for (uint32_t i = 0; i <= MODE_POINTS; i++) {
        double phase = 2 * pi * i / MODE_POINTS, middle = phase - pi / MODE_POINTS;
        struct piece *piece = &pieces[i % MODE_POINTS];
        if (i < MODE_POINTS) {
            *piece = piece_make(k->arena, N);
            if (!piece_disc(p, d->log_radius + d->half * cos(phase),
                            d->angle - d->half * sin(phase), reach, piece) ||
                piece->half < reach)
                return refuse(k, "nothing can be shown at the edge of a mode's disc");
        }
        if (i == 0) continue;
        const struct piece *last = &pieces[i - 1];
        if (!response_anywhere(p, d->log_radius + d->half * cos(middle),
                               d->angle - d->half * sin(middle), &meeting))
            return refuse(k, "a filter has a pole at the edge of a mode's disc");
        double expected = inverse_trace(&piece->inverse, &meeting.L, &piece->response.L) -
                          inverse_trace(&last->inverse, &meeting.L, &last->response.L);
        double slack = 4 * (piece->inverse.norm + last->inverse.norm) * meeting.error;
        double turn = nearest_turn(last->inverse.argument, piece->inverse.argument, expected);
        if (!(slack < 0.02) || !(fabs(turn - expected) <= PIECE_LINK))
            return refuse(k, "the argument is not followed around a mode's disc");
        total += turn;
    }
    if (!(nearbyint(total / (2 * pi)) >= 1)) return refuse(k, "there is no mode in its disc");
    shown->growth = fmax(shown->growth, exp(-(d->log_radius + d->half)) * (1 - 4 * UNIT));
    return true;
}

static bool check_energy(struct checking *k, const struct witness *w, struct shown *shown) {
    uint32_t N = k->loop->channel_count;
    double *x = ARENA_ARRAY(k->arena, N, double);
    if (!k->constant || k->loop->section_count) return refuse(k, "the loop holds filters");
    for (uint32_t j = 0; j < N; j++) {
        if (!k->loop->channels[j].delay_samples) return refuse(k, "the loop holds filters");
        if (!(fabs(w->powers[j]) <= 1000)) return refuse(k, "an energy is out of all proportion");
        x[j] = w->powers[j] * log(2) / 2;
    }
    shown->energy = lossless_test(k->arena, k->constant, N, x);
    if (shown->energy == LOSSLESS_UNDECIDED) return refuse(k, "the loop does not keep its energy");
    return true;
}

static bool check_witness(struct checking *k, const struct witness *w, struct shown *shown) {
    switch (w->kind) {
    case WITNESS_CIRCLE: return check_circle(k, w, shown);
    case WITNESS_MODE: return check_mode(k, w, shown);
    case WITNESS_ENERGY: return check_energy(k, w, shown);
    default: break;
    }
    struct instability_proof proof = w->kind == WITNESS_SIGN
                                         ? instability_by_sign(k->arena, k->made, w->at)
                                         : instability_by_determinant(k->arena, k->made);
    if (proof.kind == INSTABILITY_NONE)
        return refuse(k, "a determinant does not show a mode outside");
    double growth = proof.kind == INSTABILITY_DETERMINANT ? proof.at : 1;
    shown->growth = fmax(shown->growth, growth);
    return true;
}

/* ---- claims ---------------------------------------------------------------------------------- */

/* What rounding of a printed figure leaves. */
static bool at_most(double a, double b) {
    return a <= b * (1 + 1e-11) + 1e-300;
}

static bool check_loop(struct checking *k, const struct loop_claim *claim, double rate) {
    struct shown shown = {.outside = -1, .energy = LOSSLESS_UNDECIDED};
    if (claim->verdict == VERDICT_INDETERMINATE) return true;
    for (uint32_t i = 0; i < claim->witness_count; i++)
        if (!check_witness(k, &claim->witnesses[i], &shown)) return false;
    bool keeps = shown.energy != LOSSLESS_UNDECIDED;
    bool decays = shown.R >= 1 || shown.energy == LOSSLESS_LOSSY;
    /* 0.01 dB a minute */
    double nearly = exp(-log(10) / 20 * 0.01 / 60 / rate) * (1 - 1e-13);
    bool is_so = claim->verdict == VERDICT_CERTIFIED_STABLE ? decays
                 : claim->verdict == VERDICT_MARGINALLY_STABLE
                     ? decays || keeps || shown.R >= nearly
                 : claim->verdict == VERDICT_UNSTABLE ? shown.growth > 0
                                                      : false;
    if (!is_so) return refuse(k, "its witnesses do not show its verdict");
    if (!isnan(claim->rt60_max_s) &&
        !(shown.R > 1 && at_most(log(1000) / (log(shown.R) * rate), claim->rt60_max_s)))
        return refuse(k, "its witnesses do not show its decay");
    if (!isnan(claim->growth_db_per_s) &&
        !at_most(claim->growth_db_per_s, 20 * log10(shown.growth) * rate))
        return refuse(k, "its witnesses do not show its growth");
    if (claim->modes_outside >= 0 && claim->modes_outside != shown.outside)
        return refuse(k, "its witnesses do not show how many modes are outside");
    double least = claim->verdict == VERDICT_CERTIFIED_STABLE ? 1 : nearly;
    if (claim->any_delay && !keeps && !(shown.R_free >= least))
        return refuse(k, "its witnesses hold for these delays alone");
    if (claim->time_varying_gain && !(shown.R_moving >= least))
        return refuse(k, "its witnesses do not hold while gains move");
    return true;
}

/* The worst of what is outside loops; and whether a marginal part feeds another. */
static enum verdict verdict_outside(const struct net *net, bool single, bool *marginal, double R,
                                    bool *decays) {
    enum verdict worst = VERDICT_CERTIFIED_STABLE;
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        enum verdict verdict = VERDICT_CERTIFIED_STABLE;
        if (net->components[cell->component].cyclic) continue;
        if (cell_is_filter(cell)) {
            struct section_values s = section_values_of(net, w, single);
            enum section_poles poles = s.taps ? POLES_INSIDE : section_classify(&s);
            if (!section_is_finite(&s)) verdict = VERDICT_INDETERMINATE;
            else if (poles == POLES_MARGINAL) verdict = VERDICT_MARGINALLY_STABLE;
            else if (poles != POLES_INSIDE) verdict = VERDICT_UNSTABLE;
            if (!s.taps && !section_poles_within(&s, R)) *decays = false;
        } else if (cell->op == CELL_MIX) {
            for (uint32_t i = 0; i < cell->count; i++)
                if (!isfinite(constant_of(cell->operands[i], single)))
                    verdict = VERDICT_INDETERMINATE;
        } else if (cell->op != CELL_INLET && cell->op != CELL_DELAY) {
            verdict = VERDICT_INDETERMINATE;
        }
        marginal[cell->component] |= verdict == VERDICT_MARGINALLY_STABLE;
        if (verdict > worst) worst = verdict;
    }
    return worst;
}

static bool marginal_feeds_marginal(struct arena *arena, const struct net *net,
                                    const bool *marginal) {
    bool *fed = ARENA_ARRAY(arena, net->component_count, bool);
    for (uint32_t i = 0; i < net->component_count; i++) {
        for (uint32_t m = 0; m < net->components[i].count; m++) {
            const struct cell *cell = &net->cells[net->components[i].members[m]];
            for (uint32_t c = 0; c < cell->count; c++) {
                uint32_t from = net->cells[cell->from[c]].component;
                fed[i] |= from != i && cell_is_connected(cell, c) && (fed[from] || marginal[from]);
            }
        }
        if (fed[i] && marginal[i]) return true;
    }
    return false;
}

const char *cert_check(struct arena *arena, const struct net *net, const struct claims *claims) {
    if (!arithmetic_is_usual()) return "this machine does not round doubles to nearest";
    if (claims->rate != net->rate)
        return text_format(arena, "it is for %g Hz, and the program runs at %g Hz", claims->rate,
                           net->rate);
    uint32_t count;
    struct loop *loops = cut_loops(arena, net, claims->single, &count);
    if (count != claims->loop_count)
        return text_format(arena, "it speaks of %u loops, and the program has %u",
                           claims->loop_count, count);
    bool *marginal = ARENA_ARRAY(arena, net->component_count, bool);
    bool decays = true;
    double R = isnan(claims->rt60_max_s)
                   ? 1
                   : exp(log(1000) / (claims->rt60_max_s * net->rate)) * (1 - 1e-12);
    enum verdict worst = verdict_outside(net, claims->single, marginal, fmax(R, 1), &decays);
    double slowest = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct loop_claim *claim = &claims->loops[i];
        uint32_t N = loops[i].channel_count;
        if (N != claim->channel_count)
            return text_format(arena, "loop %u has %u channels, not %u", i + 1, N,
                               claim->channel_count);
        bool known = loops[i].not_covered == NO_WIRE && loops[i].not_finite == NO_WIRE;
        if (claim->verdict != VERDICT_INDETERMINATE && (!known || N > CERT_CHANNELS_MOST))
            return text_format(arena, "loop %u cannot be looked at", i + 1);
        if (claim->verdict > worst) worst = claim->verdict;
        marginal[loops[i].component] = claim->verdict == VERDICT_MARGINALLY_STABLE;
        slowest = isnan(claim->rt60_max_s) ? NAN : fmax(slowest, claim->rt60_max_s);
        if (claim->verdict == VERDICT_INDETERMINATE) continue;
        struct arena scratch;
        arena_init_scratch(&scratch, arena);
        struct contraction *c = contraction_begin(&scratch, &loops[i], UINT64_MAX);
        struct checking k = {.arena = &scratch,
                             .loop = &loops[i],
                             .constant = c->constant,
                             .made = c,
                             .n = c->n,
                             .columns = c->columns,
                             .W = c->W,
                             .work = c->work,
                             .rows = c->rows,
                             .G = c->G};
        bool holds = check_loop(&k, claim, net->rate);
        arena_free(&scratch);
        if (!holds) return text_format(arena, "loop %u: %s", i + 1, k.why);
    }
    if (worst == VERDICT_MARGINALLY_STABLE && marginal_feeds_marginal(arena, net, marginal))
        worst = VERDICT_INDETERMINATE;
    if (claims->verdict != worst)
        return text_format(arena, "its verdict is %s, and what it shows is %s",
                           verdict_texts[claims->verdict], verdict_texts[worst]);
    if (!isnan(claims->rt60_max_s) && !(slowest <= claims->rt60_max_s && decays))
        return "its decay is shorter than that of a loop or of a section";
    return NULL;
}
