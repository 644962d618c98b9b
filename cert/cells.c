#include "cert/cells.h"

#include <math.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

struct covering {
    struct arena *scratch;
    struct contraction *c;
    struct cells *cells;
    double R;
    uint32_t tests, most;
    bool kept; /* the scaling in c is the last row of `scalings` */
};

static bool proves(struct covering *k, double turn, double width) {
    struct arc arc = arc_make(k->R, turn, pi / 2 * width);
    k->tests++;
    if (!contraction_on_arc(k->c, &arc, 1)) return false;
    uint32_t n = k->c->loop->channel_count;
    if (!k->kept)
        for (uint32_t j = 0; j < n; j++) vec_push(k->scratch, &k->cells->scalings, k->c->x[j]);
    k->kept = true;
    struct stretch cell = {(ticks)((turn - width / 2) * 0x1p53),
                           (ticks)((turn + width / 2) * 0x1p53)};
    vec_push(k->scratch, &k->cells->closed, cell);
    vec_push(k->scratch, &k->cells->scaling_of, (uint32_t)(k->cells->scalings.count / n) - 1);
    return true;
}

static void leave_open(struct covering *k, double turn, double width) {
    struct stretch open = {(ticks)((turn - width / 2) * 0x1p53),
                           (ticks)((turn + width / 2) * 0x1p53)};
    size_t count = k->cells->open.count;
    if (count && k->cells->open.at[count - 1].to == open.from)
        k->cells->open.at[count - 1].to = open.to;
    else vec_push(k->scratch, &k->cells->open, open);
}

/* True if the cell was proved; else whether it is worth cutting is in `*gain`, that of its centre.
 */
static bool settle(struct covering *k, double turn, double width, double *gain) {
    if (proves(k, turn, width)) return true;
    *gain = contraction_gain_at(k->c, k->R, turn);
    k->tests++;
    if (*gain < 0.99) return false;
    contraction_balance_there(k->c);
    k->kept = false;
    k->tests += 4;
    if (proves(k, turn, width)) return true;
    *gain = contraction_gain_at(k->c, k->R, turn);
    return false;
}

struct cells cells_cover(struct arena *scratch, struct contraction *c, double R, uint32_t tests) {
    /* A cell whose centre fails is cut only so often; one whose centre holds, further. */
    enum { DEPTH_OPEN = 6, DEPTH = 18 };
    struct cells cells = {{0}, {0}, {0}, {0}};
    struct covering k = {.scratch = scratch, .c = c, .cells = &cells, .R = R, .most = tests};
    uint32_t n = c->loop->channel_count;
    double *before = ARENA_ARRAY(scratch, n, double);
    memcpy(before, c->x, n * sizeof(double));
    struct {
        double turn, width;
        int depth;
    } stack[DEPTH + 2];
    uint32_t count = 1;
    stack[0].turn = 0.5, stack[0].width = 1, stack[0].depth = 0;
    while (count) {
        double turn = stack[--count].turn, width = stack[count].width, gain = INFINITY;
        int depth = stack[count].depth;
        if (k.tests >= tests) {
            leave_open(&k, turn, width);
            continue;
        }
        if (settle(&k, turn, width, &gain)) continue;
        /* Without sections all frequencies are alike. */
        if (depth >= DEPTH || !c->loop->section_count || (!(gain < 1) && depth >= DEPTH_OPEN)) {
            leave_open(&k, turn, width);
            continue;
        }
        for (int side = 1; side >= -1; side -= 2) {
            stack[count].turn = turn + side * width / 4;
            stack[count].width = width / 2;
            stack[count++].depth = depth + 1;
        }
    }
    memcpy(c->x, before, n * sizeof(double));
    return cells;
}
