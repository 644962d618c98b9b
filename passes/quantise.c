/* Delays become whole samples, half to even as in ADAC and FLAMO. A knob's delay becomes
 * round(...). Each rounding that changes a length is a remark, and no line is longer than the
 * limits allow. Fractional delays stay as they are, unless the program wants them rounded; only what
 * is whole but for the last bits becomes whole. */
#include <math.h>

#include "ir/base/limits.h"
#include "ir/walk.h"
#include "ir/base/memo.h"
#include "passes/range.h"
#include "passes/say.h"

struct quantise {
    struct pass_context *pass;
    const struct program *program;
};

/* Nearer to a whole number than this, a fractional length is one. */
#define WHOLE_WITHIN 1e-9

static bool whole_already(struct operand operand) {
    if (!operand.expr) return operand.value == trunc(operand.value);
    enum function f = operand.expr->function;
    return operand.expr->kind == EXPR_APPLY &&
           (f == FUNCTION_ROUND || f == FUNCTION_FLOOR || f == FUNCTION_CEIL);
}

static bool too_long(struct quantise *q, const struct node *node, size_t entry, bool moves,
                     double samples) {
    struct arena *scratch = q->pass->scratch;
    const char *how = moves ? "may be moved up to" : "is";
    struct diag *d = diag_error(q->pass->diags, node->at, CODE_DELAY_TOO_LONG,
                                "the delay%s %s %g samples, but a line holds at most %d",
                                say_where(scratch, node, node->delays->grid, entry), how, samples,
                                LIMIT_DELAY_SAMPLES);
    diag_note(d, NOWHERE, "at %g Hz that is %.4g s", q->program->rate, samples / q->program->rate);
    return false;
}

static bool negative(struct quantise *q, const struct node *node, size_t entry,
                     struct operand asked, struct interval range) {
    struct arena *scratch = q->pass->scratch;
    const char *place = say_entry(scratch, node->delays->grid, entry);
    const char *who = say_node(scratch, node, "bank");
    if (!asked.expr)
        diag_error(q->pass->diags, node->at, CODE_NEGATIVE_DELAY,
                   "a delay must not be negative, but %s of %s asks for %g samples", place, who,
                   asked.value);
    else
        diag_error(
            q->pass->diags, node->at, CODE_NEGATIVE_DELAY,
            "a delay must not be negative, but a knob may move %s of %s down to %.6g samples",
            place, who, range.lo);
    return false;
}

static bool round_constant(struct quantise *q, const struct node *node, size_t entry, bool stays,
                           struct operand asked, struct operand *got) {
    struct arena *scratch = q->pass->scratch;
    if (asked.value < 0) return negative(q, node, entry, asked, (struct interval){0, 0});
    double whole = function_value(FUNCTION_ROUND, asked.value, 0) + 0.0; /* no -0 */
    if (whole > LIMIT_DELAY_SAMPLES) return too_long(q, node, entry, false, whole);
    if (stays && fabs(whole - asked.value) > WHOLE_WITHIN) {
        *got = asked;
        return true;
    }
    if (whole != asked.value && !stays)
        diag_remark(q->pass->diags, node->at,
                    "the delay%s is rounded from %.12g to %g samples",
                    say_where(scratch, node, node->delays->grid, entry), asked.value, whole);
    *got = operand_constant(whole);
    return true;
}

static bool moving_fraction(struct quantise *q, const struct node *node, size_t entry) {
    struct arena *scratch = q->pass->scratch;
    struct diag *d =
        diag_error(q->pass->diags, node->at, CODE_MOVING_FRACTION,
                   "a knob moves the delay%s, but only constant delays are fractional",
                   say_where(scratch, node, node->delays->grid, entry));
    diag_help(d, "let it be rounded to whole samples: delay(...), or in JSON \"isint\": true");
    return false;
}

static bool round_moving(struct quantise *q, const struct node *node, size_t entry,
                         struct operand asked, struct operand *got) {
    *got = whole_already(asked)
               ? asked
               : operand_apply(q->pass->arena, FUNCTION_ROUND, asked, operand_constant(0));
    struct interval range;
    if (!range_holds(q->pass->scratch, q->program, *got, range_is_not_negative, &range))
        return negative(q, node, entry, asked, range);
    if (!range_holds(q->pass->scratch, q->program, *got, range_is_no_longer_than_a_line, &range))
        return too_long(q, node, entry, true, range.hi);
    return true;
}

static const struct node *quantise(struct build *build, const struct node *node, void *context) {
    (void)build;
    if (node->op != OP_DELAY) return node;
    struct quantise *q = context;
    const struct delays *from = node->delays;
    size_t entries = grid_entries(from->grid);
    struct operand *to = ARENA_ARRAY(q->pass->arena, entries, struct operand);
    bool stays = from->fractional && (from->how.method != INTERPOLATE_BEST ||
                                      q->program->interpolation.method != INTERPOLATE_ROUND);
    bool well = true, same = from->fractional == stays;
    for (size_t i = 0; i < entries; i++) {
        struct operand asked = from->samples[i];
        bool done = !asked.expr ? round_constant(q, node, i, stays, asked, &to[i])
                    : stays     ? moving_fraction(q, node, i)
                                : round_moving(q, node, i, asked, &to[i]);
        well = well && done;
        same = same && whole_already(asked) && !(asked.value == 0 && signbit(asked.value));
    }
    if (!well) return NULL;
    if (same) return node;
    struct delays *delays = ARENA_NEW(q->pass->arena, struct delays);
    *delays = *from;
    delays->samples = to;
    delays->fractional = stays;
    struct node *made = ARENA_NEW(q->pass->arena, struct node);
    *made = *node;
    made->delays = delays;
    return made;
}

/* The samples that all instances hold together, at the knobs' largest delays. */
struct total {
    struct memo memo; /* node -> samples, stopping at TOTAL_MAX */
    const struct program *program;
};

#define TOTAL_MAX (UINT64_C(1) << 62)

/* Rounding has shown each line to be within its limit, though the plain interval may not see it. */
static uint64_t longest(struct operand samples, const struct knob *knobs) {
    double hi = operand_range(samples, knobs).hi;
    return hi < LIMIT_DELAY_SAMPLES ? (uint64_t)hi : LIMIT_DELAY_SAMPLES;
}

static bool add_up(const struct node *node, void *context) {
    struct total *t = context;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < node->count && sum < TOTAL_MAX; i++)
        sum += memo_at(&t->memo, node->parts[i], NULL)->number;
    if (node->op == OP_DELAY)
        for (size_t i = 0; i < grid_entries(node->delays->grid); i++)
            sum += longest(node->delays->samples[i], t->program->knobs);
    memo_at(&t->memo, node, NULL)->number = sum < TOTAL_MAX ? sum : TOTAL_MAX;
    return true;
}

bool pass_quantise(struct pass_context *context, struct program *program) {
    struct build build = {context->arena, context->diags};
    struct quantise q = {context, program};
    const struct node *root = node_rewrite(&build, program->main, quantise, &q);
    if (!root) return false;
    struct total total = {.program = program};
    memo_init(&total.memo, context->scratch);
    node_visit(context->scratch, root, add_up, &total);
    uint64_t samples = memo_at(&total.memo, root, NULL)->number;
    if (samples > LIMIT_STATE_SAMPLES) {
        diag_error(context->diags, root->at, CODE_DELAY_TOO_LONG,
                   "all delay lines together hold %g samples, but at most %d are allowed",
                   (double)samples, LIMIT_STATE_SAMPLES);
        return false;
    }
    program->main = root;
    return true;
}
