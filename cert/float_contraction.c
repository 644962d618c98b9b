#include "cert/float_contraction.h"

#include <math.h>

#include "cert/constants.h"

/* What |signal|_2 is at most, of the exact one and of its error. */
struct size {
    double exact, error;
};

/* What a section does: its gain, and that of what enters its recursion, all on the unit circle. */
struct section_gains {
    double H, recursion, once, twice; /* |B/A|, |1/A|, |(1 - w)/A|, |(1 - w)^2/A| */
};

static double peak_of(double b0, double b1, double b2, const struct section_values *v) {
    return section_peak(
        &(struct section_values){.b0 = b0, .b1 = b1, .b2 = b2, .a1 = v->a1, .a2 = v->a2}, 1, 1e-6);
}

static struct section_gains gains_of(const struct section_values *v) {
    return (struct section_gains){section_peak(v, 1, 1e-6), peak_of(1, 0, 0, v),
                                  peak_of(1, -1, 0, v), peak_of(1, -2, 1, v)};
}

static double gamma_of(double count, double u) {
    return count * u / (1 - count * u);
}

/* The error of a section's outlet is at most x X + y Y for norms X of what it is given and Y of
 * what it gives, its own error included. */
struct two_parts {
    double x, y;
};

/* Direct: y = n0 x + s1 + e0, s1' = n1 x - n3 y + s2 + e1, s2' = n2 x - n4 y + e2 gives A y = B x +
 * e0 + w e1 + w^2 e2. s1 is y - n0 x, and |s2| <= |n2| |x| + |n4| |y|.
 *
 * Integrators: s2' = s2 + (n2 x - n4 y) + e2, s1' = s1 + (n1 x - n3 y) + s2' + e1 gives, times
 * (1 - w)^2, A y = B x + (1 - w)^2 e0 + w (1 - w) e1 + w e2, with A = (1 - w)^2 + n3 w (1 - w) + n4
 * w; s2' is s1' - s1 - (n1 x - n3 y). With one integrator alone, times 1 - w, A y = B x + (1 - w) e0
 * + w e1, A = 1 - w + n3 w.
 *
 * e0 has two roundings, of parts |n0 x| and |s1|; the others at most four. */
static struct two_parts errors_of(enum section_form form, const struct section_values *v,
                                  const struct section_gains *g, double u) {
    double gamma = gamma_of(4, u), b0 = fabs(v->b0), b1 = fabs(v->b1), b2 = fabs(v->b2),
           a1 = fabs(v->a1), a2 = fabs(v->a2);
    if (form == SECTION_INTEGRATOR) {
        double n1 = fabs(v->b0 + v->b1), n3 = fabs(1 + v->a1);
        struct two_parts own = {b0 + n1, 1 + n3};
        return (struct two_parts){gamma * (g->once * 2 * b0 + g->recursion * own.x),
                                  gamma * (g->once + g->recursion * own.y)};
    }
    if (form == SECTION_INTEGRATORS) {
        double n1 = fabs(v->b0 - v->b2), n2 = fabs(v->b0 + v->b1 + v->b2), n3 = fabs(1 - v->a2),
               n4 = fabs(1 + v->a1 + v->a2);
        struct two_parts s2 = {2 * b0 + n1, 2 + n3};
        struct two_parts e1 = {b0 + n1 + s2.x, 1 + n3 + s2.y}, e2 = {n2 + s2.x, n4 + s2.y};
        return (struct two_parts){
            gamma * (g->twice * 2 * b0 + g->once * e1.x + g->recursion * e2.x),
            gamma * (g->twice + g->once * e1.y + g->recursion * e2.y)};
    }
    return (struct two_parts){gamma * g->recursion * (2 * b0 + b1 + 2 * b2),
                              gamma * g->recursion * (1 + a1 + 2 * a2)};
}

struct rounding {
    const struct flow *flow;
    const struct net *net;
    double u;
    struct section_gains *gains; /* of each node */
    double *most;                /* of each response, sum |b_k| */
    struct size *sizes;
};

/* A node's op on what it is given. */
static struct size passed(const struct rounding *r, uint32_t i, struct size in) {
    const struct flow_node *node = &r->flow->nodes[i];
    if (node->op == CELL_FIR) {
        double gamma = gamma_of(node->section.tap_count + 2.0, r->u), most = r->most[i];
        return (struct size){most * in.exact,
                             most * (in.error + gamma * (in.exact + in.error))};
    }
    if (node->op != CELL_SECTION) return in;
    const struct section_gains *g = &r->gains[i];
    struct two_parts e = errors_of(r->net->cells[i].form, &node->section, g, r->u);
    double given = in.exact + in.error;
    struct size out = {g->H * in.exact, INFINITY};
    /* E = H given-error + x given + y (H given + E) */
    if (e.y < 1) out.error = (g->H * in.error + (e.x + e.y * g->H) * given) / (1 - e.y);
    return out;
}

/* From channel j alone to every node of the loop. */
static void spread(struct rounding *r, uint32_t from, uint32_t to, uint32_t j) {
    for (uint32_t k = from; k < to; k++) {
        uint32_t i = r->flow->order[k], terms = 0;
        const struct flow_node *node = &r->flow->nodes[i];
        struct size in = {0, 0};
        for (uint32_t e = 0; e < node->in_count; e++) {
            const struct flow_edge *edge = &r->flow->edges[node->in[e]];
            struct size given = r->sizes[edge->from];
            terms++;
            if (edge->channel != NOT_CUT) given = (struct size){edge->channel == j, 0};
            else if (r->flow->nodes[edge->from].component != node->component) continue;
            in.exact += fabs(edge->gain) * given.exact;
            in.error += fabs(edge->gain) * given.error;
        }
        if (node->op == CELL_MIX)
            in.error += gamma_of(terms + 1.0, r->u) * (in.exact + in.error);
        r->sizes[i] = passed(r, i, in);
    }
}

double float_error(struct arena *arena, const struct flow *flow, const struct net *net,
                   const struct loop *loop, const double *log_scale, bool single) {
    uint32_t n = loop->channel_count, from = 0, to;
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    struct rounding r = {.flow = flow, .net = net, .u = single ? 0x1p-24 : 0x1p-53};
    r.gains = ARENA_ARRAY(&scratch, flow->node_count, struct section_gains);
    r.most = ARENA_ARRAY(&scratch, flow->node_count, double);
    r.sizes = ARENA_ARRAY(&scratch, flow->node_count, struct size);
    while (flow->nodes[flow->order[from]].component != loop->component) from++;
    for (to = from; to < flow->node_count; to++) {
        uint32_t i = flow->order[to];
        const struct flow_node *node = &flow->nodes[i];
        if (node->component != loop->component) break;
        if (node->op == CELL_SECTION) r.gains[i] = gains_of(&node->section);
        for (uint32_t k = 0; k < node->section.tap_count; k++)
            r.most[i] += fabs(constant_of(node->section.taps[k], node->section.single));
    }
    /* ||E|| of a matrix is at most the root of its largest row sum times its largest column sum. */
    double *rows = ARENA_ARRAY(&scratch, n, double), column_most = 0, row_most = 0;
    for (uint32_t j = 0; j < n; j++) {
        double column = 0;
        spread(&r, from, to, j);
        for (uint32_t i = 0; i < n; i++) {
            double scale = log_scale ? exp(log_scale[i] - log_scale[j]) : 1;
            double error = r.sizes[loop->channels[i].source].error * scale;
            rows[i] += error;
            column += error;
        }
        column_most = fmax(column_most, column);
    }
    for (uint32_t i = 0; i < n; i++) row_most = fmax(row_most, rows[i]);
    arena_free(&scratch);
    double eps = sqrt(row_most * column_most) * (1 + 1e-6);
    return isfinite(eps) ? eps : INFINITY;
}
