#include "cert/transfer.h"

#include <math.h>

#include "cert/constants.h"

uint64_t response_cost(const struct loop *loop) {
    uint64_t cost = 16 * (uint64_t)loop->section_count;
    for (uint32_t i = 0; i < loop->rest_count; i++) {
        const struct cell *cell = &loop->net->cells[loop->rest[i]];
        for (uint32_t k = 0; k < cell->count; k++) {
            uint32_t place = loop->place[cell->from[k]];
            cost += place >= PLACE_CHANNEL ? 1 : loop->channel_count;
        }
    }
    return cost + (uint64_t)loop->channel_count * loop->channel_count;
}

static bool is_within(const struct loop *loop, const struct cell *cell, uint32_t i) {
    return loop->net->cells[cell->from[i]].component == loop->component &&
           cell_is_connected(cell, i);
}

/* The real rows of the rest; sections are evaluated at w = sign. */
static void real_rows(const struct loop *loop, double sign, struct ball *rows) {
    uint32_t n = loop->channel_count;
    for (uint32_t r = 0; r < loop->rest_count; r++) {
        const struct cell *cell = &loop->net->cells[loop->rest[r]];
        struct ball *row = &rows[(size_t)r * n];
        for (uint32_t i = 0; i < cell->count; i++) {
            if (!is_within(loop, cell, i)) continue;
            struct ball gain = ball_exact(1);
            if (cell->op == CELL_MIX) {
                gain = ball_exact(constant_of(cell->operands[i], loop->single));
            } else if (cell_is_filter(cell)) {
                struct section_values s = section_values_of(loop->net, loop->rest[r], loop->single);
                gain = section_real(&s, sign);
            }
            uint32_t place = loop->place[cell->from[i]];
            if (place >= PLACE_CHANNEL) {
                place -= PLACE_CHANNEL;
                row[place] = ball_add(row[place], gain);
                continue;
            }
            const struct ball *from = &rows[(size_t)place * n];
            for (uint32_t j = 0; j < n; j++)
                row[j] = ball_add(row[j], ball_multiply(gain, from[j]));
        }
    }
}

static void real_matrix(struct arena *scratch, const struct loop *loop, double sign,
                        const struct ball *columns, struct ball *out) {
    uint32_t n = loop->channel_count;
    struct ball *rows = ARENA_ARRAY(scratch, (size_t)loop->rest_count * n, struct ball);
    real_rows(loop, sign, rows);
    for (uint32_t i = 0; i < n; i++) {
        struct ball *row = &out[(size_t)i * n];
        uint32_t place = loop->place[loop->channels[i].source];
        for (uint32_t j = 0; j < n; j++) {
            row[j] = place >= PLACE_CHANNEL ? ball_exact(place - PLACE_CHANNEL == j)
                                            : rows[(size_t)place * n + j];
            row[j] = ball_multiply(row[j], columns[j]);
        }
    }
}

void response_constant(struct arena *scratch, const struct loop *loop, struct ball *out) {
    struct ball *columns = ARENA_ARRAY(scratch, loop->channel_count, struct ball);
    for (uint32_t j = 0; j < loop->channel_count; j++) columns[j] = loop->channels[j].gain;
    real_matrix(scratch, loop, 1, columns, out);
}

bool response_real(struct arena *scratch, const struct loop *loop, int sign, struct ball *out) {
    uint32_t n = loop->channel_count;
    struct ball *columns = ARENA_ARRAY(scratch, n, struct ball);
    for (uint32_t j = 0; j < n; j++) {
        const struct channel *channel = &loop->channels[j];
        bool negative = sign < 0 && channel->delay_samples % 2;
        columns[j] = ball_multiply(channel->gain, ball_exact(negative ? -1 : 1));
        for (uint32_t k = 0; k < channel->section_count; k++)
            columns[j] = ball_multiply(columns[j], section_real(&channel->sections[k], sign));
    }
    real_matrix(scratch, loop, sign, columns, out);
    for (size_t i = 0; i < (size_t)n * n; i++)
        if (!isfinite(out[i].centre) || !isfinite(out[i].radius)) return false;
    return true;
}

struct complex_balls complex_balls_make(struct arena *arena, size_t count) {
    double *at = ARENA_ARRAY(arena, 3 * count, double);
    return (struct complex_balls){at, at + count, at + 2 * count};
}

/* row += g from, g complex with a radius. Of the centres, the product is off by at most 4u |g| |x|
 * (two products and a sum in each part), the sum by u of each part. */
static void add_scaled(struct complex_balls to, size_t row, uint32_t n, double re, double im,
                       double radius, struct complex_balls rows, size_t from) {
    double modulus = hypot(re, im);
    for (uint32_t j = 0; j < n; j++) {
        double x = rows.re[from + j], y = rows.im[from + j], r = rows.radius[from + j];
        double size = fabs(x) + fabs(y);
        double sum_re = to.re[row + j] + (re * x - im * y),
               sum_im = to.im[row + j] + (re * y + im * x);
        double error = modulus * r + radius * (size + r) + 4 * UNIT * modulus * size +
                       UNIT * (fabs(sum_re) + fabs(sum_im));
        to.re[row + j] = sum_re;
        to.im[row + j] = sum_im;
        if (error > 0) to.radius[row + j] = RAISED(to.radius[row + j] + error);
    }
}

bool response_arc(const struct loop *loop, const struct arc *arc, struct complex_balls rows,
                  struct complex_balls out) {
    uint32_t n = loop->channel_count;
    size_t all = (size_t)loop->rest_count * n;
    for (size_t i = 0; i < all; i++) rows.re[i] = rows.im[i] = rows.radius[i] = 0;
    for (uint32_t r = 0; r < loop->rest_count; r++) {
        const struct cell *cell = &loop->net->cells[loop->rest[r]];
        size_t row = (size_t)r * n;
        double re = 1, im = 0, radius = 0, most;
        if (cell_is_filter(cell)) {
            struct section_values s = section_values_of(loop->net, loop->rest[r], loop->single);
            struct enclosure e;
            if (!section_enclose(&s, arc, &e, &most, &radius)) return false;
            re = e.re;
            im = e.im;
        }
        for (uint32_t i = 0; i < cell->count; i++) {
            if (!is_within(loop, cell, i)) continue;
            if (cell->op == CELL_MIX) re = constant_of(cell->operands[i], loop->single);
            uint32_t place = loop->place[cell->from[i]];
            if (place >= PLACE_CHANNEL) {
                size_t at = row + place - PLACE_CHANNEL;
                out.re[0] = 1, out.im[0] = 0, out.radius[0] = 0;
                add_scaled((struct complex_balls){rows.re + at, rows.im + at, rows.radius + at}, 0,
                           1, re, im, radius, out, 0);
            } else {
                add_scaled(rows, row, n, re, im, radius, rows, (size_t)place * n);
            }
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t place = loop->place[loop->channels[i].source];
        for (uint32_t j = 0; j < n; j++) {
            size_t at = (size_t)i * n + j;
            bool direct = place >= PLACE_CHANNEL;
            size_t from = direct ? 0 : (size_t)place * n + j;
            double re = direct ? place - PLACE_CHANNEL == j : rows.re[from];
            double im = direct ? 0 : rows.im[from];
            double radius = direct ? 0 : rows.radius[from];
            struct ball gain = loop->channels[j].gain;
            double factor = fabs(gain.centre);
            out.re[at] = re * gain.centre;
            out.im[at] = im * gain.centre;
            out.radius[at] = RAISED(radius * (factor + gain.radius) +
                                    (fabs(re) + fabs(im)) * (gain.radius + UNIT * factor));
        }
    }
    return true;
}

/* A product of sections, H_k = H_k(c) (1 + l_k δ + e_k): what is not of first order is at most
 * q = prod(1 + |l_k| h + E_k) - 1 - sum |l_k| h, and the first-order part adds up with its signs.
 */
double channel_bound(const struct channel *channel, const struct arc *arc) {
    double most_of_all = 1, modulus = 1, grown = 1, linear = 0;
    double slope_re = 0, slope_im = 0, h = arc->half;
    for (uint32_t k = 0; k < channel->section_count; k++) {
        struct enclosure e;
        double most;
        if (!section_enclose(&channel->sections[k], arc, &e, &most, NULL)) return INFINITY;
        most_of_all *= most;
        modulus *= e.modulus;
        double size = hypot(e.slope_re, e.slope_im) * h;
        slope_re += e.slope_re;
        slope_im += e.slope_im;
        linear += size;
        grown *= 1 + size + e.rest;
    }
    if (channel->section_count > 1) {
        double count = channel->section_count;
        double q = (grown - 1 - linear) + 16 * count * UNIT * grown;
        double along = 1 + fabs(slope_re) * h, across = slope_im * h;
        double together = modulus * (sqrt(along * along + across * across) + q);
        most_of_all = fmin(together, most_of_all) * (1 + 16 * count * UNIT);
    }
    return most_of_all * (1 + 0x1p-40);
}

/* A product of two complex numbers is off by at most 4u of its modulus. */
bool channel_enclose(const struct channel *channel, const struct arc *arc, double *re, double *im,
                     double *radius) {
    *re = 1, *im = 0, *radius = 0;
    for (uint32_t k = 0; k < channel->section_count; k++) {
        struct enclosure e;
        double most, r;
        if (!section_enclose(&channel->sections[k], arc, &e, &most, &r)) return false;
        double modulus = sqrt(*re * *re + *im * *im) * (1 + 4 * UNIT);
        *radius = RAISED(modulus * r + (e.modulus + r) * *radius + 4 * UNIT * modulus * e.modulus);
        double next = *re * e.re - *im * e.im;
        *im = *re * e.im + *im * e.re;
        *re = next;
    }
    return isfinite(*radius);
}

double channel_modulus(const struct channel *channel, const struct arc *arc) {
    double modulus = 1;
    for (uint32_t k = 0; k < channel->section_count; k++) {
        struct enclosure e;
        double most;
        if (!section_enclose(&channel->sections[k], arc, &e, &most, NULL)) return INFINITY;
        modulus *= e.modulus;
    }
    return modulus;
}

double channel_peak(const struct channel *channel, double R, double tolerance,
                    uint64_t *evaluations) {
    enum { SAMPLES = 8, DEPTH = 40, ARCS = 4000 };
    const double pi = 3.14159265358979323846;
    if (!channel->section_count) return 1;
    if (channel->section_count == 1) {
        double peak = section_peak(channel->sections, R, tolerance);
        *evaluations += 2;
        if (isfinite(peak)) return peak;
    }
    double best = 0, peak = 0; /* reached somewhere; bound so far */
    for (uint32_t i = 0; i <= SAMPLES; i++) {
        struct arc arc = arc_make(R, (double)i / SAMPLES, 0);
        best = fmax(best, channel_modulus(channel, &arc));
    }
    /* Arcs of the half circle, the one at the top cut in two until it says little above `best`. */
    struct {
        double turn, width;
    } stack[DEPTH + 2];
    uint32_t depth = 0, arcs = 0;
    stack[depth++].turn = 0.5;
    stack[0].width = 1;
    while (depth) {
        double turn = stack[--depth].turn, width = stack[depth].width;
        struct arc arc = arc_make(R, turn, pi / 2 * width);
        double bound = channel_bound(channel, &arc);
        arcs++;
        if (bound <= best * (1 + tolerance) || arcs >= ARCS || width < 0x1p-38) {
            peak = fmax(peak, bound);
            continue;
        }
        struct arc point = arc_make(R, turn, 0);
        best = fmax(best, channel_modulus(channel, &point));
        stack[depth].turn = turn + width / 4;
        stack[depth++].width = width / 2;
        stack[depth].turn = turn - width / 4;
        stack[depth++].width = width / 2;
    }
    *evaluations += arcs;
    return peak;
}

double power_bound(double R, uint64_t m) {
    /* Each factor of R brings a relative error of at most u, a product another: 2 m u for all. What
     * vanishes is less than 1e-290. */
    double power = 1, square = R;
    for (uint64_t k = m; k; k >>= 1) {
        if (k & 1) power *= square;
        square *= square;
    }
    return power * (1 + (2 * (double)m + 64) * UNIT) + 1e-290;
}
