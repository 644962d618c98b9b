/* comb(t, g), and implicit(x). */
#include "frontend/builtins.h"
#include "ir/walk.h"

/* ---- comb -------------------------------------------------------------------------------------
 */

static bool comb_gains(struct elaborator *e, const struct builtin_call *call,
                       const struct delays *delays, struct operand *out) {
    struct argument a = call->arguments[1];
    struct vector v;
    uint32_t n = delays->grid.rows;
    if (!need_vector(e, call->who, a, &v)) return false;
    if (v.count != 1 && v.count != n) {
        struct diag *diag = diag_error(
            e->diags, a.at, CODE_MATRIX_SHAPE,
            "'comb' takes one gain, or one a delay, but there are %u delays and %u gains", n,
            v.count);
        diag_label(diag, call->arguments[0].at, "%u", n);
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        struct operand g = v.at[v.count == 1 ? 0 : i];
        if (v.dimension == DIMENSION_TIME) {
            struct decay decay;
            if (!need_decay(e, g, v.dimension, a.at, &decay)) return false;
            out[i] = decay_gain(e, delays->samples[i], g);
        } else if (v.dimension == DIMENSION_NUMBER) {
            out[i] = g;
        } else {
            diag_error(e->diags, a.at, CODE_DIMENSION,
                       "'comb' takes a gain, or a decay time, but this is %s",
                       value_noun(e->arena, a.value));
            return false;
        }
    }
    return true;
}

struct value make_comb(struct elaborator *e, const struct builtin_call *call) {
    struct value bank = make_delay(e, call);
    if (value_failed(bank)) return bank;
    const struct delays *delays = bank.system->delays;
    if (delays->grid.full) {
        diag_error(e->diags, call->arguments[0].at, CODE_VALUE_KIND,
                   "'comb' takes a delay or a vector of them, but this is %s",
                   value_noun(e->arena, call->arguments[0].value));
        return value_error();
    }
    uint32_t n = delays->grid.rows;
    struct operand *gains = ARENA_ARRAY(e->arena, n, struct operand);
    if (!comb_gains(e, call, delays, gains)) return value_error();
    struct value v = value_matrix(call->at, matrix_diagonal(e->arena, n, gains), DIMENSION_NUMBER);
    if (value_failed(value_checked(e, v))) return value_error();
    const struct node *back = node_gain(&e->build, call->at, v.matrix);
    return value_system(call->at, node_feedback(&e->build, call->at, bank.system, back, false));
}

/* ---- loops to be solved -----------------------------------------------------------------------
 */

static const struct node *make_loops_implicit(struct build *build, const struct node *node,
                                              void *context) {
    (void)context;
    if (node->op != OP_FEEDBACK || node->implicit) return node;
    struct node *loop = ARENA_NEW(build->arena, struct node);
    *loop = *node;
    loop->implicit = true;
    return loop;
}

struct value make_implicit(struct elaborator *e, const struct builtin_call *call) {
    struct argument x = call->arguments[0];
    const struct node *node = to_system(e, (struct side){x.value, x.at, NULL});
    return value_system(call->at,
                        node ? node_rewrite(&e->build, node, make_loops_implicit, NULL) : NULL);
}
