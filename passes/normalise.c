/* Every section is divided by its a0, and every operand is a finite number: what follows need not
 * ask. */
#include <math.h>

#include "ir/walk.h"
#include "passes/range.h"
#include "passes/say.h"

struct normalise {
    struct pass_context *pass;
    const struct program *program;
};

/* `place` is only made into a text when there is something to say. */
struct place_of {
    const struct node *node;
    struct grid grid;
    size_t entry;
    uint32_t section;        /* or tap of a finite response */
    const char *coefficient; /* of a section; null: the entry itself */
};

static const char *say_place(struct arena *arena, const struct place_of *p) {
    if (p->coefficient)
        return text_format(arena, "%s of section %u, %s of %s", p->coefficient, p->section,
                           say_entry(arena, p->grid, p->entry), say_node(arena, p->node, "filter"));
    if (p->node->op == OP_FIR)
        return text_format(arena, "tap %u, %s of %s", p->section,
                           say_entry(arena, p->grid, p->entry), say_node(arena, p->node, "filter"));
    const char *what = p->node->op == OP_GAIN ? "the gain" : "the delay";
    return text_format(arena, "%s at %s of %s", what, say_entry(arena, p->grid, p->entry),
                       say_node(arena, p->node, p->node->op == OP_GAIN ? "matrix" : "bank"));
}

static bool operand_finite(struct normalise *n, struct operand operand,
                           const struct place_of *place) {
    struct arena *scratch = n->pass->scratch;
    if (!isfinite(operand.value)) {
        diag_error(n->pass->diags, place->node->at, CODE_NOT_FINITE,
                   "%s must be a finite number, but it is %g", say_place(scratch, place),
                   operand.value);
        return false;
    }
    struct interval range;
    if (!operand.expr || range_holds(scratch, n->program, operand, range_is_finite, &range))
        return true;
    diag_error(n->pass->diags, place->node->at, CODE_NOT_FINITE,
               "%s must be a finite number at every position of its knobs, but it may come to "
               "anything from %.4g to %.4g",
               say_place(scratch, place), range.lo, range.hi);
    return false;
}

static bool entries_finite(struct normalise *n, const struct node *node, struct grid grid,
                           const struct operand *at) {
    for (size_t i = 0; i < grid_entries(grid); i++)
        if (!operand_finite(n, at[i], &(struct place_of){node, grid, i, 0, NULL})) return false;
    return true;
}

static bool taps_finite(struct normalise *n, const struct node *node) {
    const struct taps *taps = node->taps;
    size_t total = grid_entries(taps->grid) * taps->count;
    for (size_t i = 0; i < total; i++) {
        struct place_of place = {node, taps->grid, i / taps->count, (uint32_t)(i % taps->count),
                                 NULL};
        if (!operand_finite(n, taps->at[i], &place)) return false;
    }
    return true;
}

static bool section_finite(struct normalise *n, const struct section *s, struct place_of place) {
    const struct operand *const at[] = {&s->b0, &s->b1, &s->b2, &s->a0, &s->a1, &s->a2};
    static const char *const coefficients[] = {"b0", "b1", "b2", "a0", "a1", "a2"};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        place.coefficient = coefficients[i];
        if (!operand_finite(n, *at[i], &place)) return false;
    }
    return true;
}

static bool a0_usable(struct normalise *n, struct operand a0, const struct place_of *place) {
    struct arena *scratch = n->pass->scratch;
    struct interval range;
    if (range_holds(scratch, n->program, a0, range_avoids_zero, &range)) return true;
    struct diag *d = diag_error(
        n->pass->diags, place->node->at, CODE_DEGENERATE_FILTER,
        "a0 is near zero for section %u, %s of %s: the filter is degenerate", place->section,
        say_entry(scratch, place->grid, place->entry), say_node(scratch, place->node, "filter"));
    if (a0.expr)
        diag_note(d, NOWHERE, "a knob moves a0: it may come to anything from %.4g to %.4g",
                  range.lo, range.hi);
    else diag_note(d, NOWHERE, "a0 is %g", a0.value);
    return false;
}

/* b / a0, where a zero stays 0 under a negative a0. */
static struct operand quotient(struct arena *arena, struct operand b, struct operand a0) {
    if (operand_is(b, 0)) return operand_constant(0);
    return operand_div(arena, b, a0);
}

static bool divide(struct normalise *n, const struct section *from, struct section *to,
                   const struct place_of *place) {
    struct arena *arena = n->pass->arena;
    *to = (struct section){
        quotient(arena, from->b0, from->a0), quotient(arena, from->b1, from->a0),
        quotient(arena, from->b2, from->a0), operand_constant(1),
        quotient(arena, from->a1, from->a0), quotient(arena, from->a2, from->a0)};
    return section_finite(n, to, *place);
}

static const struct node *normalise_sos(struct normalise *n, const struct node *node) {
    const struct sections *from = node->sections;
    size_t total = grid_entries(from->grid) * from->count;
    struct section *to = NULL;
    bool well = true;
    for (size_t i = 0; i < total; i++) {
        const struct section *s = &from->at[i];
        struct place_of place = {node, from->grid, i / from->count, (uint32_t)(i % from->count),
                                 NULL};
        if (!section_finite(n, s, place) || !a0_usable(n, s->a0, &place)) {
            well = false;
            continue;
        }
        if (operand_is(s->a0, 1)) continue;
        if (!to) {
            to = ARENA_ARRAY(n->pass->arena, total, struct section);
            for (size_t k = 0; k < total; k++) to[k] = from->at[k];
        }
        well = divide(n, s, &to[i], &place) && well;
    }
    if (!well) return NULL;
    if (!to) return node;
    struct sections *sections = ARENA_NEW(n->pass->arena, struct sections);
    *sections = (struct sections){from->grid, from->count, to};
    struct node *made = ARENA_NEW(n->pass->arena, struct node);
    *made = *node;
    made->sections = sections;
    return made;
}

static const struct node *normalise(struct build *build, const struct node *node, void *context) {
    (void)build;
    struct normalise *n = context;
    switch (node->op) {
    case OP_GAIN: {
        struct grid grid = {node->matrix->rows, node->matrix->cols, true};
        return entries_finite(n, node, grid, node->matrix->at) ? node : NULL;
    }
    case OP_DELAY:
        return entries_finite(n, node, node->delays->grid, node->delays->samples) ? node : NULL;
    case OP_FIR: return taps_finite(n, node) ? node : NULL;
    case OP_SOS: return normalise_sos(n, node);
    default: return node;
    }
}

bool pass_normalise(struct pass_context *context, struct program *program) {
    struct build build = {context->arena, context->diags};
    struct normalise n = {context, program};
    const struct node *root = node_rewrite(&build, program->main, normalise, &n);
    if (!root) return false;
    program->main = root;
    return true;
}
