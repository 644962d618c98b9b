#include "cert/piece.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

struct response response_make(struct arena *arena, uint32_t n) {
    return (struct response){complex_matrix_make(arena, n), 0};
}

struct piece piece_make(struct arena *arena, uint32_t n) {
    return (struct piece){.response = response_make(arena, n), .inverse = inverse_make(arena, n)};
}

struct pieces *pieces_begin(struct arena *scratch, const struct loop *loop,
                            const struct ball *constant, const double *log_scale, uint64_t most) {
    uint32_t n = loop->channel_count;
    double *powers = ARENA_ARRAY(scratch, n, double);
    for (uint32_t j = 0; log_scale && j < n; j++) powers[j] = nearbyint(log_scale[j] / log(2));
    return pieces_scaled(scratch, loop, constant, powers, most);
}

struct pieces *pieces_scaled(struct arena *scratch, const struct loop *loop,
                             const struct ball *constant, const double *powers, uint64_t most) {
    struct pieces *p = ARENA_NEW(scratch, struct pieces);
    uint32_t n = loop->channel_count;
    *p = (struct pieces){.loop = loop, .constant = constant, .most = most};
    p->scale = ARENA_ARRAY(scratch, n, double);
    for (uint32_t j = 0; j < n; j++) {
        /* Powers of two that change no bit of what they scale. */
        double power = fmin(fmax(nearbyint(powers[j]), -200), 200);
        p->scale[j] = ldexp(1, (int)power);
    }
    p->H_re = ARENA_ARRAY(scratch, n, double);
    p->H_im = ARENA_ARRAY(scratch, n, double);
    p->H_off = ARENA_ARRAY(scratch, n, double);
    p->power = ARENA_ARRAY(scratch, n, double);
    p->G = complex_balls_make(scratch, (size_t)n * n);
    for (uint32_t j = 0; j < n && !p->free_weights; j++) {
        if (!loop->channels[j].free) continue;
        p->free_weights = ARENA_ARRAY(scratch, 2 * (size_t)n, double);
        p->free_columns = p->free_weights + n;
        p->free_part = complex_matrix_make(scratch, n);
    }
    p->column = ARENA_ARRAY(scratch, n, double);
    if (!constant) {
        p->rows = complex_balls_make(scratch, (size_t)loop->rest_count * n);
        return p;
    }
    double square = 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            size_t at = (size_t)i * n + j;
            double factor = p->scale[i] / p->scale[j];
            p->G.re[at] = constant[at].centre * factor;
            double radius = constant[at].radius * factor;
            square += radius * radius;
            p->column[j] += p->G.re[at] * p->G.re[at];
        }
    p->constant_error = sqrt(square) * (1 + 0x1p-30);
    for (uint32_t j = 0; j < n; j++) p->column[j] = sqrt(p->column[j]) * (1 + 0x1p-30);
    return p;
}

/* G on an arc, scaled. */
static bool network_on(struct pieces *p, const struct arc *arc) {
    if (p->constant) return true;
    uint32_t n = p->loop->channel_count;
    if (!response_arc(p->loop, arc, p->rows, p->G)) return false;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            size_t at = (size_t)i * n + j;
            double factor = p->scale[i] / p->scale[j];
            p->G.re[at] *= factor;
            p->G.im[at] *= factor;
            p->G.radius[at] *= factor;
        }
    return true;
}

/* L = G diag(H_j w^m_j), w^m_j known within the relative `off`.
 *
 * An entry is off by the radius of G times |q|, and by |G| times what q = H w^m is off by: H by its
 * own, relatively `off`, and two products of complex numbers with 4u each. */
static bool assemble(struct pieces *p, const struct arc *point, const double *turn_re,
                     const double *turn_im, double off, struct response *out) {
    uint32_t n = p->loop->channel_count;
    if (!network_on(p, point)) return false;
    double square = 0;
    for (uint32_t j = 0; j < n; j++) {
        double factor = p->power[j], H_re = p->H_re[j], H_im = p->H_im[j];
        double q_re = factor * (H_re * turn_re[j] - H_im * turn_im[j]);
        double q_im = factor * (H_re * turn_im[j] + H_im * turn_re[j]);
        double modulus = sqrt(H_re * H_re + H_im * H_im);
        double radius = factor * (p->H_off[j] + modulus * (off + 12 * UNIT)) * (1 + 0x1p-20);
        double size = factor * (modulus + p->H_off[j]) * (1 + 0x1p-20), column = 0;
        for (uint32_t i = 0; i < n; i++) {
            size_t from = (size_t)i * n + j, to = (size_t)i * out->L.stride + j;
            double re = p->G.re[from], im = p->G.im[from];
            out->L.re[to] = re * q_re - im * q_im;
            out->L.im[to] = re * q_im + im * q_re;
            column += re * re + im * im;
            if (!p->constant) {
                double slack = p->G.radius[from] * size;
                square += slack * slack;
            }
        }
        square += column * radius * radius * (1 + 0x1p-20);
        if (!p->constant) p->column[j] = sqrt(column) * (1 + 0x1p-20);
        if (p->constant && p->constant_error > 0) {
            double slack = p->constant_error * size;
            square += slack * slack;
        }
    }
    /* Two terms an entry were squared apart: (a + b)^2 <= 2 a^2 + 2 b^2. */
    out->error = sqrt(2 * square) * (1 + 0x1p-20);
    p->off = off;
    return isfinite(out->error);
}

/* H_j of every channel on an arc: centres and radii. */
static bool channels_on(const struct pieces *p, const struct arc *arc, double *re, double *im,
                        double *radius) {
    for (uint32_t j = 0; j < p->loop->channel_count; j++)
        if (p->loop->channels[j].free) re[j] = im[j] = radius[j] = 0;
        else if (!channel_enclose(&p->loop->channels[j], arc, &re[j], &im[j], &radius[j]))
            return false;
    return true;
}

bool response_at(struct pieces *p, double R, ticks at, struct response *out) {
    uint32_t n = p->loop->channel_count;
    double turn_re[CERT_CHANNELS_MOST], turn_im[CERT_CHANNELS_MOST], off = 0;
    struct arc point = arc_make(R, (double)at * 0x1p-53, 0);
    if (!channels_on(p, &point, p->H_re, p->H_im, p->H_off)) return false;
    double log_R = log(R);
    for (uint32_t j = 0; j < n; j++) {
        /* m θ modulo 2π: m ticks modulo 2^54, exactly, as a signed number below 2^53. The product
         * with π is off by less than 2u π and cos, sin by an ulp: 8u in all. */
        uint64_t m = p->loop->channels[j].delay_samples;
        int64_t phase = (int64_t)((m * at) << 10) / 1024;
        double angle = -(double)phase * 0x1p-53 * pi;
        turn_re[j] = cos(angle);
        turn_im[j] = sin(angle);
        /* log is off by an ulp of itself, the product by half of one: e^x is off by 3u |x| and its
         * own ulp. */
        double exponent = (double)m * log_R;
        p->power[j] = R == 1 ? 1 : exp(exponent);
        off = fmax(off, (16 + 4 * fabs(exponent)) * UNIT);
    }
    return assemble(p, &point, turn_re, turn_im, off, out);
}

bool response_anywhere(struct pieces *p, double log_radius, double angle, struct response *out) {
    uint32_t n = p->loop->channel_count;
    double turn_re[CERT_CHANNELS_MOST], turn_im[CERT_CHANNELS_MOST], off = 0;
    struct arc point = arc_disc(log_radius, angle, 0);
    if (!channels_on(p, &point, p->H_re, p->H_im, p->H_off)) return false;
    for (uint32_t j = 0; j < n; j++) {
        double m = (double)p->loop->channels[j].delay_samples;
        double phase = -m * angle, exponent = m * log_radius;
        turn_re[j] = cos(phase);
        turn_im[j] = sin(phase);
        p->power[j] = exp(exponent);
        off = fmax(off, (16 + 2 * fabs(exponent) + 2 * fabs(phase)) * UNIT);
    }
    return assemble(p, &point, turn_re, turn_im, off, out);
}

/* A bound of ||X||_F on the region `arc` of half width h around the centre; `disc` if u moves in
 * both directions. With G(c) and q(c) as they were computed, and their product rounded, L - L(c) =
 * (G - G(c)) diag(q) + G(c) diag(Δq_j) + (G(c) diag(q(c)) - L(c)), R G(c) e_j Δq_j = (R - I + Y)
 * e_j Δq_j / q_j(c); what is rounded counts in `residual`. All of an enclosure has one centre,
 * whatever its width, so its radius bounds |G - G(c)| and |H - H(c)|. |Δq_j| <= |w^m_j| (|ΔH_j| +
 * |H_j| |e^(m_j δ) - 1|), which is at most m_j h where δ is imaginary; in a disc |w^m_j| may grow
 * by e^(m_j h). Infinite if something has no bound. */
static bool moves_on(struct pieces *p, const struct arc *arc, bool disc, double *moved,
                     double *slack) {
    const struct loop *loop = p->loop;
    uint32_t n = loop->channel_count;
    double size[CERT_CHANNELS_MOST], square = 0, h = arc->half;
    for (uint32_t j = 0; j < n; j++) {
        const struct channel *channel = &loop->channels[j];
        double re = 1, im = 0, radius = 0, m = (double)channel->delay_samples;
        if (channel->free) {
            moved[j] = size[j] = 0;
            continue;
        }
        if (channel->section_count && !channel_enclose(channel, arc, &re, &im, &radius))
            return false;
        double modulus = sqrt(p->H_re[j] * p->H_re[j] + p->H_im[j] * p->H_im[j]);
        double grown = disc ? exp(m * h) : 1, turned = disc ? expm1(m * h) : m * h;
        moved[j] = radius * grown + modulus * (turned + p->off + 12 * UNIT);
        size[j] = p->power[j] * (modulus + radius) * grown;
    }
    *slack = 0;
    if (p->constant) return true;
    if (!network_on(p, arc)) return false;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            double part = p->G.radius[(size_t)i * n + j] * size[j];
            square += part * part;
        }
    *slack = sqrt(square) * (1 + 0x1p-20);
    return true;
}

/* What column j of X, or a row of that column, is at most: `part` bounds (R - I + Y) e_j, `all` R.
 */
double piece_part(const struct pieces *p, uint32_t j, double part, double all, double moved) {
    double modulus = sqrt(p->H_re[j] * p->H_re[j] + p->H_im[j] * p->H_im[j]);
    if (p->loop->channels[j].free) return 0;
    double relative = modulus > 0 ? part * moved / modulus : INFINITY;
    return fmin(relative, all * p->column[j] * p->power[j] * moved);
}

bool piece_moves(struct pieces *p, const struct piece *piece, double half, double *moved,
                 double *slack) {
    struct arc arc = arc_make(exp(piece->log_radius), (double)piece->at * 0x1p-53, half);
    return moves_on(p, &arc, false, moved, slack);
}

static double reach(struct pieces *p, const struct inverse *inverse, const struct arc *arc,
                    bool disc) {
    double moved[CERT_CHANNELS_MOST], slack, square = 0;
    if (!moves_on(p, arc, disc, moved, &slack)) return INFINITY;
    for (uint32_t j = 0; j < p->loop->channel_count; j++) {
        double part =
            piece_part(p, j, inverse->columns[j] + inverse->residual, inverse->norm, moved[j]);
        square += part * part;
    }
    return (sqrt(square) + inverse->norm * slack) * (1 + 0x1p-20);
}

double piece_fill(struct pieces *p, const struct piece *piece, double half) {
    struct arc arc = arc_make(exp(piece->log_radius), (double)piece->at * 0x1p-53, half);
    return (piece->inverse.residual + reach(p, &piece->inverse, &arc, false)) * (1 + 0x1p-30);
}

/* ---- free channels --------------------------------------------------------------------------- */

/* Column j of R_c G(c), and a bound of its norm. An entry of it is n complex products, each part of
 * them 2 n real ones: off by sqrt 2 gamma_(2n+2) ||R|| ||G e_j|| at most (inverse.c). */
static void multiply_column(struct pieces *p, const struct complex_matrix *R, uint32_t j) {
    uint32_t n = p->loop->channel_count;
    double square = 0;
    for (uint32_t i = 0; i < n; i++) {
        double re = 0, im = 0;
        for (uint32_t k = 0; k < n; k++) {
            size_t at = (size_t)i * R->stride + k, from = (size_t)k * n + j;
            re += R->re[at] * p->G.re[from] - R->im[at] * p->G.im[from];
            im += R->re[at] * p->G.im[from] + R->im[at] * p->G.re[from];
        }
        p->free_part.re[(size_t)i * p->free_part.stride + j] = re;
        p->free_part.im[(size_t)i * p->free_part.stride + j] = im;
        square += re * re + im * im;
    }
    p->free_columns[j] = sqrt(square) * (1 + 0x1p-20);
}

/* (|K_c| diag(t) v)_i, bounded. */
static double free_row(const struct pieces *p, const double *most, const double *v, uint32_t i) {
    double sum = 0;
    for (uint32_t j = 0; j < p->loop->channel_count; j++) {
        size_t at = (size_t)i * p->free_part.stride + j;
        if (p->loop->channels[j].free)
            sum += hypot(p->free_part.re[at], p->free_part.im[at]) * most[j] * v[j];
    }
    return sum * (1 + 0x1p-20);
}

/* Around a centre, whose G(c) is at hand: the weights v, by a few steps of v = c + |K_c| diag(t) v up
 * to a factor, c = 1/10 of its largest entry. False where no v shows anything even there. */
static bool free_begin(struct pieces *p, double R, const struct inverse *inverse) {
    enum { STEPS = 24 };
    uint32_t n = p->loop->channel_count;
    double most[CERT_CHANNELS_MOST], next[CERT_CHANNELS_MOST], *v = p->free_weights;
    for (uint32_t j = 0; j < n; j++) {
        v[j] = most[j] = 0;
        if (!p->loop->channels[j].free) continue;
        v[j] = 1;
        most[j] = power_bound(R, p->loop->channels[j].delay_samples);
        multiply_column(p, &inverse->R, j);
    }
    for (int step = 0; step < STEPS; step++) {
        double largest = 0;
        for (uint32_t i = 0; i < n; i++) {
            next[i] = p->loop->channels[i].free ? 0.1 + free_row(p, most, v, i) : 0;
            largest = fmax(largest, next[i]);
        }
        if (!isfinite(largest)) return false;
        for (uint32_t i = 0; i < n; i++) v[i] = next[i] / largest;
    }
    p->free_slack = INFINITY;
    for (uint32_t i = 0; i < n; i++)
        if (p->loop->channels[i].free)
            p->free_slack = fmin(p->free_slack, v[i] - free_row(p, most, v, i));
    /* From here on v_j stands for t_j v_j. */
    for (uint32_t j = 0; j < n; j++) v[j] *= most[j];
    return p->free_slack > 0;
}

/* The most that ||Y + X||_F may be where G is what it was found to be last: (z S + E) / (1 - z) less
 * than the slack, S and E being the sums over what columns of R_c G_f have and G_f moves by. Below 0:
 * nothing is shown. */
static double free_fill(const struct pieces *p, const struct inverse *inverse) {
    uint32_t n = p->loop->channel_count;
    double sum = 0, moved = 0, gamma = 1.5 * (2 * (double)n + 4) * UNIT;
    for (uint32_t j = 0; j < n; j++) {
        if (!p->loop->channels[j].free) continue;
        double square = 0, size = 0;
        for (uint32_t i = 0; i < n; i++) {
            size_t at = (size_t)i * n + j;
            square += p->constant ? 0 : p->G.radius[at] * p->G.radius[at];
            size += p->G.re[at] * p->G.re[at] + p->G.im[at] * p->G.im[at];
        }
        double off = sqrt(square) + (p->constant ? p->constant_error : 0) + gamma * sqrt(size);
        sum += p->free_columns[j] * p->free_weights[j];
        moved += inverse->norm * off * p->free_weights[j];
    }
    double slack = p->free_slack * (1 - 0x1p-20);
    return (slack - moved * (1 + 0x1p-20)) / (slack + sum * (1 + 0x1p-20)) * (1 - 0x1p-20);
}

/* The widest region that is proved, not wider than `most`. */
static bool widen(struct pieces *p, double R, double log_radius, double angle, double most,
                  bool disc, struct piece *out) {
    uint32_t n = p->loop->channel_count;
    double room = PIECE_FILL - out->inverse.residual, square = 0;
    if (p->free_weights) {
        if (disc || !free_begin(p, R, &out->inverse)) return false;
        room = fmin(room, free_fill(p, &out->inverse) - out->inverse.residual);
        if (!(room > 0)) return false;
    }
    for (uint32_t j = 0; j < n; j++) {
        double slope = (out->inverse.columns[j] + out->inverse.residual) *
                       ((double)p->loop->channels[j].delay_samples + 0.01);
        square += slope * slope;
    }
    double h = fmin(room / sqrt(square), most);
    for (int step = 0; step < 60; step++) {
        struct arc arc =
            disc ? arc_disc(log_radius, angle, h) : arc_make(R, (double)out->at * 0x1p-53, h);
        double filled = reach(p, &out->inverse, &arc, disc);
        if (p->free_weights && !p->constant)
            room = fmin(PIECE_FILL, free_fill(p, &out->inverse)) - out->inverse.residual;
        if (filled <= room) {
            out->half = h;
            return true;
        }
        h *= room > 0 && filled < 50 * room ? fmin(0.98 * room / filled, 0.9) : 0.25;
        if (!(h > 1e-15)) return false;
    }
    return false;
}

/* Of more than 64 channels, an evaluation counts as many as take as long. */
static bool take(struct pieces *p) {
    uint64_t n = p->loop->channel_count, count = n <= 64 ? 1 : n * n * n / (64 * 64 * 64);
    if (p->evaluations >= p->most) return false;
    if (p->progress.tell && (p->evaluations & 255) < count)
        p->progress.tell(p->progress.context, p->progress_of, p->evaluations, p->most);
    p->evaluations += count < p->most - p->evaluations ? count : p->most - p->evaluations;
    return true;
}

bool piece_at(struct pieces *p, double R, ticks at, struct piece *out) {
    out->at = at;
    out->angle = (double)at * 0x1p-53 * pi;
    out->log_radius = log(R);
    return take(p) && response_at(p, R, at, &out->response) &&
           inverse_compute(&out->inverse, &out->response.L, 1, out->response.error) &&
           widen(p, R, 0, 0, 1, false, out);
}

bool piece_disc(struct pieces *p, double log_radius, double angle, double most, struct piece *out) {
    out->at = 0;
    out->angle = angle;
    out->log_radius = log_radius;
    return take(p) && response_anywhere(p, log_radius, angle, &out->response) &&
           inverse_compute(&out->inverse, &out->response.L, 1, out->response.error) &&
           widen(p, 0, log_radius, angle, most, true, out);
}

bool piece_scaled(struct pieces *p, const struct response *response, double scale,
                  struct inverse *out) {
    return take(p) && inverse_compute(out, &response->L, scale, response->error);
}

static double nearest_turn(double from, double to, double expected) {
    return to - from - 2 * pi * nearbyint((to - from - expected) / (2 * pi));
}

bool piece_turn(const struct piece *from, const struct piece *to, const struct response *meeting,
                double *turn) {
    double expected = inverse_trace(&to->inverse, &meeting->L, &to->response.L) -
                      inverse_trace(&from->inverse, &meeting->L, &from->response.L);
    /* What L may be off by there changes tr(R L) by no more than ||R|| times as much. */
    double slack = 4 * (to->inverse.norm + from->inverse.norm) * meeting->error;
    *turn = nearest_turn(from->inverse.argument, to->inverse.argument, expected);
    return slack < 0.02 && fabs(*turn - expected) <= PIECE_LINK;
}

/* X = (t' - t) R_t L, and t R_t L = R_t - I + Y; R_0 = I. */
bool piece_arguments(struct arena *scratch, struct pieces *p, const struct piece *at, double *sum) {
    const struct complex_matrix *L = &at->response.L;
    struct complex_matrix zero = complex_matrix_make(scratch, L->n);
    struct inverse inverse = inverse_make(scratch, L->n);
    double size = 0, t = 0, last = 0, expected = 0;
    for (size_t i = 0; i < (size_t)L->n * L->stride; i++)
        size += L->re[i] * L->re[i] + L->im[i] * L->im[i];
    size = sqrt(size) * (1 + 0x1p-20) + at->response.error;
    *sum = 0;
    while (piece_scaled(p, &at->response, t, &inverse)) {
        *sum += nearest_turn(last, inverse.argument, expected);
        if (t == 1) return true;
        double moves = t > 0 ? (inverse.without_one + inverse.residual) / t : inverse.norm * size;
        double next = fmin(1, t + 0.99 * (PIECE_FILL - inverse.residual) / (moves + 1e-100));
        if (!(next > t * (1 + 1e-12))) return false;
        expected = -(next - t) * inverse_trace(&inverse, L, &zero);
        last = inverse.argument;
        t = next;
    }
    return false;
}
