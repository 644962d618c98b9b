#include "cert/winding.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

/* How many of the roots of z^2 + a1 z + a2 lie beyond |z| = 1/R: with x = R z, those of p = x^2 + a
 * x
 * + b beyond 1. p(1) p(-1) < 0: one is real and between them, the other is not. Both negative: both
 * are beyond. Both positive: all of one kind, as |b| says. */
int section_poles_beyond_count(const struct section_values *s, double R) {
    if (s->taps) return 0;
    double a = s->a1 * R, b = s->a2 * R * R, error = 8 * UNIT * (1 + fabs(a) + fabs(b));
    double at_one = 1 + b + a, at_minus = 1 + b - a;
    if (section_poles_within(s, R)) return 0;
    if (!(fabs(at_one) > error && fabs(at_minus) > error)) return -1;
    if ((at_one < 0) != (at_minus < 0)) return 1;
    if (at_one < 0) return 2;
    return b > 1 + error ? 2 : b < 1 - error ? 0 : -1;
}

int64_t section_poles_outside(const struct loop *loop, double R) {
    int64_t count = 0;
    for (uint32_t k = 0; k < loop->section_count; k++) {
        struct section_values s = loop_section(loop, k);
        int outside = section_poles_beyond_count(&s, R);
        if (outside < 0) return -1;
        count += outside;
    }
    return count;
}

struct marching {
    struct pieces *pieces;
    double R;
    struct piece last, next;
    struct response meeting;
    struct winding *out;
    centre_list *centres;
    struct arena *scratch;
    bool rising; /* ||(I - L)^-1||, when it was looked at last */
    double norm;
    ticks norm_at;
};

static double ticks_of(const struct piece *piece) {
    return piece->half / pi * 0x1p53 * (1 - 1e-9);
}

static bool fails(struct marching *m, ticks at) {
    m->out->end = m->pieces->evaluations >= m->pieces->most ? WINDING_SPENT : WINDING_NEAR;
    m->out->near = at;
    return false;
}

static bool look(struct marching *m, ticks at, struct piece *piece) {
    return piece_at(m->pieces, m->R, at, piece);
}

/* A local maximum takes the place of the least one. */
static void keep_peak(struct winding *out, ticks at, double norm) {
    uint32_t least = 0;
    if (out->peak_count < WINDING_PEAKS) {
        least = out->peak_count++;
    } else {
        for (uint32_t i = 1; i < WINDING_PEAKS; i++)
            if (out->peaks[i].norm < out->peaks[least].norm) least = i;
        if (out->peaks[least].norm >= norm) return;
    }
    out->peaks[least].at = at;
    out->peaks[least].norm = norm;
}

static void note(struct marching *m, const struct piece *piece) {
    double norm = piece->inverse.norm;
    if (m->rising && norm < m->norm) keep_peak(m->out, m->norm_at, m->norm);
    m->rising = norm >= m->norm;
    m->norm = norm;
    m->norm_at = piece->at;
    if (m->centres) vec_push(m->scratch, m->centres, piece->at);
}

/* Follows arg F from m->last to the centre of m->next, which meet at `at`. */
static bool step(struct marching *m, ticks at, double *total) {
    if (!response_at(m->pieces, m->R, at, &m->meeting)) return fails(m, at);
    double turn;
    if (!piece_turn(&m->last, &m->next, &m->meeting, &turn)) return fails(m, at);
    *total += turn;
    note(m, &m->next);
    struct piece swap = m->last;
    m->last = m->next;
    m->next = swap;
    return true;
}

/* The change of arg F from `from` to `to`. */
static bool march(struct marching *m, ticks from, ticks to, double *total) {
    *total = 0;
    if (!look(m, from, &m->last)) return fails(m, from);
    note(m, &m->last);
    while (m->last.at != to) {
        double half = ticks_of(&m->last);
        if (half < 16) return fails(m, m->last.at);
        double left = (double)(to - m->last.at);
        if (half >= left) {
            /* The last piece covers the end, whose own argument is what is wanted. */
            if (!look(m, to, &m->next)) return fails(m, to);
            if (!step(m, to, total)) return false;
            continue;
        }
        ticks position = m->last.at + (ticks)half;
        double gap = 0.85 * half;
        bool found = false;
        for (int attempt = 0; attempt < 60 && gap >= 16 && !found; attempt++) {
            ticks centre = gap >= (double)(to - position) ? to : position + (ticks)gap;
            if (centre != to) centre = m->last.at + step_value(step_code(centre - m->last.at));
            if (!look(m, centre, &m->next)) {
                if (m->pieces->evaluations >= m->pieces->most) break;
                gap *= 0.3;
                continue;
            }
            double reached = ticks_of(&m->next);
            found = reached >= fabs((double)centre - (double)position);
            gap = fmin(0.75 * reached, 0.8 * fmin(gap, (double)(centre - m->last.at) - half));
        }
        if (!found) return fails(m, position);
        if (!step(m, position, total)) return false;
    }
    return true;
}

/* φ at the centre of a piece. */
static bool principal(struct marching *m, const struct piece *at, double *out) {
    return piece_arguments(m->scratch, m->pieces, at, out) || fails(m, at->at);
}

struct winding winding_count(struct arena *scratch, struct pieces *pieces, double R,
                             const struct stretch *stretches, size_t count, centre_list *centres) {
    struct winding out = {.end = WINDING_DONE};
    uint32_t n = pieces->loop->channel_count;
    int64_t poles = section_poles_outside(pieces->loop, R);
    if (poles < 0) {
        out.end = WINDING_NEAR;
        return out;
    }
    struct marching m = {.pieces = pieces,
                         .R = R,
                         .last = piece_make(scratch, n),
                         .next = piece_make(scratch, n),
                         .meeting = response_make(scratch, n),
                         .out = &out,
                         .centres = centres,
                         .scratch = scratch};
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double turned, before = 0, after = 0;
        if (!march(&m, stretches[i].from, stretches[i].to, &turned)) return out;
        if (m.rising) keep_peak(&out, m.norm_at, m.norm);
        m.rising = false;
        m.norm = 0;
        if (stretches[i].to != TICKS_HALF_CIRCLE && !principal(&m, &m.last, &after)) return out;
        if (stretches[i].from != 0) {
            if (!look(&m, stretches[i].from, &m.last)) return fails(&m, stretches[i].from), out;
            if (!principal(&m, &m.last, &before)) return out;
        }
        sum += turned - (after - before);
    }
    /* Each argument at an end is off by 0.02 at most, and those of one point are the same. */
    double modes = -sum / pi;
    out.modes = poles + (int64_t)llround(modes);
    if (fabs(modes - nearbyint(modes)) > 0.1 || out.modes < 0) {
        out.end = WINDING_NEAR;
        out.near = 0;
    }
    return out;
}

/* The edge of the disc is followed in pieces that each cover half the way to both neighbours. */
int disc_count(struct arena *scratch, struct pieces *pieces, double log_radius, double angle,
               double radius, uint32_t points) {
    uint32_t n = pieces->loop->channel_count;
    struct piece first = piece_make(scratch, n), last = first, next = piece_make(scratch, n);
    struct piece spare = piece_make(scratch, n);
    struct response meeting = response_make(scratch, n);
    double chord = 2 * radius * sin(pi / (2 * points)) * (1 + 1e-9), total = 0;
    chord += 16 * UNIT * (fabs(log_radius) + fabs(angle) + 1);
    for (uint32_t i = 0; i <= points; i++) {
        double phase = 2 * pi * (i % points) / points;
        struct piece *piece = i == 0 ? &first : &next;
        if (i == points) {
            *piece = first;
        } else if (!piece_disc(pieces, log_radius + radius * cos(phase),
                               angle - radius * sin(phase), chord, piece) ||
                   piece->half < chord) {
            return -1;
        }
        if (i > 0) {
            double middle = 2 * pi * (i - 0.5) / points;
            if (!response_anywhere(pieces, log_radius + radius * cos(middle),
                                   angle - radius * sin(middle), &meeting))
                return -1;
            double turn;
            if (!piece_turn(&last, &next, &meeting, &turn)) return -1;
            total += turn;
        }
        if (i == 0) {
            last = first;
        } else {
            struct piece swap = i == 1 ? spare : last;
            last = next;
            next = swap;
        }
    }
    /* u = log radius - j angle goes around counterclockwise. */
    double zeros = total / (2 * pi);
    if (fabs(zeros - nearbyint(zeros)) > 0.1) return -1;
    return (int)lround(zeros);
}
