#include "cert/contraction.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

struct contraction *contraction_begin(struct arena *scratch, const struct loop *loop,
                                      uint64_t budget) {
    struct contraction *c = ARENA_NEW(scratch, struct contraction);
    uint32_t N = loop->channel_count;
    bool constant = loop->rest_section_count == 0;
    *c = (struct contraction){
        .loop = loop, .n = constant ? N : 2 * N, .budget = budget, .gain = INFINITY};
    c->x = ARENA_ARRAY(scratch, N, double);
    c->kept = ARENA_ARRAY(scratch, N, double);
    c->step = ARENA_ARRAY(scratch, N, double);
    c->shown = ARENA_ARRAY(scratch, N, double);
    c->columns = ARENA_ARRAY(scratch, N, double);
    c->W = ARENA_ARRAY(scratch, (size_t)c->n * c->n, double);
    c->work = norm_work_make(scratch, c->n);
    if (constant) {
        size_t square = (size_t)N * N;
        struct ball *balls = ARENA_ARRAY(scratch, square, struct ball);
        response_constant(scratch, loop, balls);
        c->constant = balls;
        c->A = ARENA_ARRAY(scratch, square, double);
        c->A_radius = ARENA_ARRAY(scratch, square, double);
        for (size_t i = 0; i < square; i++) {
            c->A[i] = balls[i].centre;
            c->A_radius[i] = balls[i].radius;
        }
    } else {
        c->rows = complex_balls_make(scratch, (size_t)loop->rest_count * N);
        c->G = complex_balls_make(scratch, (size_t)N * N);
    }
    c->work.spent = response_cost(loop);
    return c;
}

uint64_t contraction_spent(const struct contraction *c) {
    /* A section on an arc takes about 64 multiply-adds with its divisions and roots. */
    return c->work.spent + 64 * c->evaluations;
}

bool contraction_exhausted(const struct contraction *c) {
    return contraction_spent(c) > c->budget;
}

/* W = e^X M e^-X for M = A diag(columns), or G diag(columns) in real form, and by how much it may
 * be off in the 2-norm: d_i, 1/d_j and three products are rounded, and the radii of M count by
 * their Frobenius norm. Not finite where something is not. */
static double scale(struct contraction *c) {
    uint32_t N = c->loop->channel_count, n = c->n;
    double *left = c->work.u, *right = c->work.v;
    double square = 0, off = 0;
    for (uint32_t i = 0; i < N; i++) {
        left[i] = exp(c->x[i]);
        right[i] = c->columns[i] / left[i];
    }
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = 0; j < N; j++) {
            size_t at = (size_t)i * N + j;
            double factor = left[i] * right[j];
            double radius = (c->A ? c->A_radius[at] : c->G.radius[at]) * factor;
            off += radius * radius;
            if (c->A) {
                double value = c->A[at] * factor;
                c->W[at] = value;
                square += value * value;
            } else {
                double re = c->G.re[at] * factor, im = c->G.im[at] * factor;
                c->W[(size_t)i * n + j] = c->W[(size_t)(i + N) * n + j + N] = re;
                c->W[(size_t)i * n + j + N] = -im;
                c->W[(size_t)(i + N) * n + j] = im;
                square += re * re + im * im;
            }
        }
    return (8 * UNIT * sqrt(square) + sqrt(off)) * (1 + 0x1p-20) + 1e-280;
}

/* The columns and G of an arc. False if they have no bound there. */
static bool look_at(struct contraction *c, const struct arc *arc, bool point) {
    const struct loop *loop = c->loop;
    for (uint32_t j = 0; j < loop->channel_count; j++) {
        const struct channel *channel = &loop->channels[j];
        double modulus = point ? channel_modulus(channel, arc) : channel_bound(channel, arc);
        c->columns[j] = modulus * power_bound(arc->R, channel->delay_samples) * (1 + 4 * UNIT);
        c->evaluations += channel->cost;
        if (!isfinite(c->columns[j])) return false;
    }
    if (c->A) return true;
    c->evaluations += loop->rest_cost;
    c->work.spent += 8 * response_cost(loop);
    return response_arc(loop, arc, c->rows, c->G);
}

bool contraction_on_arc(struct contraction *c, const struct arc *arc, double bound) {
    if (!look_at(c, arc, false)) return false;
    double error = scale(c);
    return norm_is_below(&c->work, c->W, c->n, error, bound);
}

/* The scaled gain at one frequency, about; leaves W, and its singular vectors in the work. */
static double gain_at(struct contraction *c, double R, double turn) {
    struct arc point = arc_make(R, turn, 0);
    if (!look_at(c, &point, true)) return INFINITY;
    if (!isfinite(scale(c))) return INFINITY;
    return norm_estimate(&c->work, c->W, c->n, 40);
}

double contraction_scale(struct contraction *c) {
    return scale(c);
}

double contraction_gain_at(struct contraction *c, double R, double turn) {
    return gain_at(c, R, turn);
}

void contraction_balance_there(struct contraction *c) {
    static const struct { uint32_t power, sweeps; } stages[] = {{0, 20}, {1, 6}, {2, 6}, {3, 6}};
    uint32_t N = c->loop->channel_count;
    memset(c->step, 0, N * sizeof(double));
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        norm_balance(&c->work, c->W, c->n, c->n > N, stages[i].power, stages[i].sweeps, c->step);
    for (uint32_t i = 0; i < N; i++) c->x[i] = fmin(fmax(c->x[i] + c->step[i], -40), 40);
}

/* Covers the half circle with arcs on each of which the bound holds with the present scaling. */
static bool cover(struct contraction *c, double R, double bound) {
    enum { DEPTH = 36 };
    struct {
        double turn, width;
    } stack[DEPTH + 2];
    uint32_t depth = 0;
    stack[depth++].turn = 0.5;
    stack[0].width = 1;
    c->arcs = 0;
    while (depth) {
        double turn = stack[--depth].turn, width = stack[depth].width;
        struct arc arc = arc_make(R, turn, pi / 2 * width);
        if (contraction_on_arc(c, &arc, bound)) {
            c->arcs++;
            continue;
        }
        /* Not worth cutting where the centre itself fails. */
        double gain = gain_at(c, R, turn);
        if (!(gain < bound) || depth + 2 > DEPTH || contraction_exhausted(c)) {
            c->worst_turn = turn;
            c->worst_gain = gain;
            return false;
        }
        stack[depth].turn = turn + width / 4;
        stack[depth++].width = width / 2;
        stack[depth].turn = turn - width / 4;
        stack[depth++].width = width / 2;
    }
    return true;
}

/* One step of Polyak along the gradient of log norm at one frequency, u_i^2 - v_i^2, as long as a
 * linear function would need to come to `target`. The norm is log-convex in x at every frequency,
 * so such steps lead towards a scaling that is good for all, if there is one. */
static void step_towards(struct contraction *c, double gain, double target) {
    uint32_t N = c->loop->channel_count;
    double *step = c->step, square = 0;
    for (uint32_t i = 0; i < N; i++) {
        const double *u = c->work.u, *v = c->work.v;
        step[i] = u[i] * u[i] - v[i] * v[i];
        if (c->n > N) step[i] += u[i + N] * u[i + N] - v[i + N] * v[i + N];
        square += step[i] * step[i];
    }
    if (!(square > 1e-20) || !isfinite(gain)) return;
    double length = fmin(log(gain / target) / square, 2);
    for (uint32_t i = 0; i < N; i++) c->x[i] = fmin(fmax(c->x[i] - length * step[i], -40), 40);
}

/* With sections: arcs, and scalings that the worst frequencies ask for. */
static bool holds_on_arcs(struct contraction *c, double R, double bound, enum effort effort) {
    enum { POINTS = 16, STEPS = 60 };
    double target = fmin(bound * 0.999, bound - 1e-6);
    for (uint32_t step = 0; step < (effort == EFFORT_FULL ? STEPS : 1u); step++) {
        double worst = 0, turn = 0;
        for (uint32_t i = 0; i <= POINTS; i++) {
            double gain = gain_at(c, R, (double)i / POINTS);
            if (!(gain > worst)) continue;
            worst = gain;
            turn = (double)i / POINTS;
        }
        if (worst < bound) {
            if (cover(c, R, bound)) return true;
            turn = c->worst_turn;
        } else {
            c->worst_turn = turn;
            c->worst_gain = worst;
        }
        if (effort < EFFORT_FULL || contraction_exhausted(c)) return false;
        double gain = gain_at(c, R, turn);
        if (gain > target) step_towards(c, gain, target);
    }
    return false;
}

/* All frequencies at once, where G is constant: each channel at its peak. False if it has none. */
static bool peaks(struct contraction *c, double R) {
    for (uint32_t j = 0; j < c->loop->channel_count; j++) {
        const struct channel *channel = &c->loop->channels[j];
        uint64_t arcs = 0;
        /* Next to the unit circle what is asked is close. */
        double tolerance = fabs(R - 1) < 1e-6 ? 1e-10 : 1e-6;
        c->columns[j] = channel_peak(channel, R, tolerance, &arcs) *
                        power_bound(R, channel->delay_samples) * (1 + 4 * UNIT);
        c->evaluations += arcs * channel->cost;
        if (!isfinite(c->columns[j])) return false;
    }
    return true;
}

static bool passes(struct contraction *c, double bound) {
    double error = scale(c);
    return norm_is_below(&c->work, c->W, c->n, error, bound);
}

/* Looks for a better scaling of A diag(columns). Leaves the one with the least norm seen. */
static bool improve(struct contraction *c, double bound, bool briefly) {
    static const struct { uint32_t power, sweeps; } stages[] = {{0, 60}, {1, 8}, {2, 6}, {3, 6}};
    uint32_t N = c->loop->channel_count;
    scale(c);
    double best = norm_estimate(&c->work, c->W, c->n, 40);
    memcpy(c->kept, c->x, N * sizeof(double));
    for (size_t stage = 0; stage < (briefly ? 2 : sizeof stages / sizeof *stages); stage++) {
        uint64_t cost = stages[stage].sweeps * stages[stage].power * (uint64_t)c->n * c->n * c->n;
        if (contraction_spent(c) + cost > c->budget) break;
        /* The matrix scaled so far is what the next steps start from. */
        scale(c);
        memset(c->step, 0, N * sizeof(double));
        norm_balance(&c->work, c->W, c->n, false, stages[stage].power, stages[stage].sweeps,
                     c->step);
        for (uint32_t i = 0; i < N; i++) c->x[i] = fmin(fmax(c->x[i] + c->step[i], -40), 40);
        if (passes(c, bound)) return true;
        double now = norm_estimate(&c->work, c->W, c->n, 40);
        if (now < best) {
            best = now;
            memcpy(c->kept, c->x, N * sizeof(double));
        }
    }
    memcpy(c->x, c->kept, N * sizeof(double));
    return false;
}

static bool proves(struct contraction *c, double R, double bound, enum effort effort) {
    if (contraction_exhausted(c)) return false;
    c->at_peaks = false;
    if (c->A && peaks(c, R)) {
        c->arcs = 1;
        c->at_peaks = true;
        if (passes(c, bound)) return true;
        if (effort == EFFORT_BALANCE && improve(c, bound, true)) return true;
        if (effort == EFFORT_FULL && improve(c, bound, false)) return true;
    }
    if (!c->loop->section_count || effort < EFFORT_GIVEN) return false;
    c->at_peaks = false;
    return holds_on_arcs(c, R, bound, effort);
}

bool contraction_holds(struct contraction *c, double R, double bound, enum effort effort) {
    if (!proves(c, R, bound, effort)) return false;
    memcpy(c->shown, c->x, c->loop->channel_count * sizeof(double));
    c->shown_R = R;
    return true;
}

bool contraction_prove(struct contraction *c, enum effort effort) {
    bool holds = contraction_holds(c, 1, 1, effort);
    if (c->A && (c->at_peaks || !holds) && peaks(c, 1)) {
        double error = scale(c);
        c->gain = fmin(c->gain, norm_bound(&c->work, c->W, c->n, error));
        return holds;
    }
    if (!holds) return false;
    /* The arcs proved less than 1: how much less? */
    uint64_t arcs = c->arcs;
    double worst = 0;
    for (uint32_t i = 0; i <= 64; i++) worst = fmax(worst, gain_at(c, 1, i / 64.0));
    c->gain = 1;
    static const double of_the_rest[] = {0.01, 0.1, 0.5};
    for (size_t i = 0; i < 3 && c->gain == 1; i++) {
        double bound = worst + of_the_rest[i] * (1 - worst);
        if (bound < 1 && cover(c, 1, bound)) c->gain = bound;
    }
    c->arcs = arcs > c->arcs ? arcs : c->arcs;
    return true;
}

double contraction_constant_gain(struct contraction *c) {
    for (uint32_t j = 0; j < c->loop->channel_count; j++) c->columns[j] = 1;
    double error = scale(c);
    return norm_bound(&c->work, c->W, c->n, error);
}

static bool sections_within(const struct loop *loop, double R) {
    for (uint32_t j = 0; j < loop->channel_count; j++)
        for (uint32_t k = 0; k < loop->channels[j].section_count; k++)
            if (!section_poles_within(&loop->channels[j].sections[k], R)) return false;
    for (uint32_t i = 0; i < loop->rest_count; i++) {
        if (loop->net->cells[loop->rest[i]].op != CELL_SECTION) continue;
        struct section_values s = section_values_of(loop->net, loop->rest[i], loop->single);
        if (!section_poles_within(&s, R)) return false;
    }
    return true;
}

static bool decays(struct contraction *c, double s, enum effort effort) {
    double R = exp(s);
    return R > 1 && isfinite(R) && sections_within(c->loop, R) &&
           contraction_holds(c, R, 1, effort);
}

/* From a decay that is proved and one that is not, ever closer. */
static double between(struct contraction *c, double low, double high, enum effort effort) {
    while (high / low > 1.0002 && !contraction_exhausted(c)) {
        double middle = high / low > 4 ? 2 * low : sqrt(low * high);
        if (decays(c, middle, effort)) low = middle;
        else high = middle;
    }
    return low;
}

double contraction_radius(struct contraction *c) {
    static const double fastest = 6.9; /* 60 dB a sample */
    enum effort effort = c->at_peaks ? EFFORT_PEAKS : EFFORT_GIVEN;
    enum effort search = c->at_peaks ? EFFORT_BALANCE : EFFORT_FULL;
    uint64_t longest = 1, shortest = UINT64_MAX;
    for (uint32_t j = 0; j < c->loop->channel_count; j++) {
        uint64_t delay = c->loop->channels[j].delay_samples;
        if (delay > longest) longest = delay;
        if (delay < shortest) shortest = delay;
    }
    double loss = -log(fmin(fmax(c->gain, 1e-3), 1 - 1e-9));
    double low = loss / (double)longest, high = 0;
    /* Without sections this much is proved already. */
    for (uint32_t i = 0; i < 40 && !decays(c, low, effort); i++) {
        high = low;
        low /= 2;
        if (i == 39 || contraction_exhausted(c)) return 1;
    }
    if (high == 0) {
        high = fmax(1.001 * loss / (double)(shortest ? shortest : 1), 1.001 * low);
        for (; high < fastest && decays(c, high, effort); high *= 2) low = high;
    }
    if (low < fastest / 2) low = between(c, low, high, effort);
    /* The best scaling there is not the one that was best at R = 1, and so on. */
    for (int round = 0; round < 8; round++) {
        if (c->loop->channel_count < 2 || low > fastest / 2 || !decays(c, low * 1.0005, search))
            break;
        low *= 1.0005;
        for (high = low * 1.05; high < fastest && decays(c, high, effort); high *= 1.2) low = high;
        low = between(c, low, high, effort);
    }
    return exp(low);
}
