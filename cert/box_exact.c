#include "cert/box_exact.h"

#include <math.h>

#include "cert/cells.h"

/* Points at which all is looked at before F is followed, and norm tests for cells. */
enum { POINTS = 96, CELL_TESTS = 60, BUDGET = 20 * 1000 * 1000 };

/* Nothing is shown at some points: not a proof, but of most boxes that are too large it says so. */
static bool is_hopeless(struct arena *scratch, struct pieces *pieces, double R) {
    struct piece piece = piece_make(scratch, pieces->loop->channel_count);
    for (int i = 0; i <= POINTS; i++) {
        /* Not at equal distances, as the modes of equal delays are. */
        double turn = i == POINTS ? 1 : (i + 0.4 * sin(3.0 * i)) / POINTS;
        if (!piece_at(pieces, R, (ticks)(turn * 0x1p53), &piece)) return true;
    }
    return false;
}

static const void *kept(struct arena *arena, const void *at, size_t size) {
    return arena_copy(arena, size ? at : "", size);
}

static const struct witness *keep(struct arena *arena, const struct pieces *pieces, double R,
                                  const struct cells *cells, const centre_list *centres) {
#define KEPT(list) kept(arena, (list).at, (list).count * sizeof *(list).at)
    struct witness *w = ARENA_NEW(arena, struct witness);
    uint32_t n = pieces->loop->channel_count;
    double *powers = ARENA_ARRAY(arena, n, double);
    for (uint32_t j = 0; j < n; j++) powers[j] = log2(pieces->scale[j]);
    *w = (struct witness){.kind = WITNESS_CIRCLE, .R = R, .powers = powers};
    w->scalings = KEPT(cells->scalings);
    w->scaling_count = (uint32_t)cells->scalings.count / n;
    w->cells = KEPT(cells->closed);
    w->scaling_of = KEPT(cells->scaling_of);
    w->cell_count = (uint32_t)cells->closed.count;
    w->open = KEPT(cells->open);
    w->open_count = (uint32_t)cells->open.count;
    w->centres = KEPT(*centres);
    w->centre_count = centres->count;
    return w;
#undef KEPT
}

const struct witness *box_exact_prove(struct arena *arena, const struct loop *loop, double R,
                                      uint64_t most, uint64_t *evaluations, uint64_t *spent) {
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    const struct witness *found = NULL;
    struct contraction *c = contraction_begin(&scratch, loop, BUDGET);
    contraction_gain_at(c, R, 0.3);
    contraction_balance_there(c);
    struct cells cells = cells_cover(&scratch, c, R, CELL_TESTS);
    struct pieces *pieces = pieces_begin(&scratch, loop, c->constant, c->x, most);
    centre_list centres = {0};
    bool whole = cells.open.count && cells.closed.count == 0;
    if (!whole || !is_hopeless(&scratch, pieces, R)) {
        struct winding w =
            winding_count(&scratch, pieces, R, cells.open.at, cells.open.count, &centres);
        if (w.end == WINDING_DONE && w.modes == 0) found = keep(arena, pieces, R, &cells, &centres);
    }
    *evaluations += pieces->evaluations;
    *spent += contraction_spent(c);
    arena_free(&scratch);
    return found;
}
