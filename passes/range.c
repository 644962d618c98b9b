#include "passes/range.h"

#include <math.h>
#include <string.h>

#include "ir/base/limits.h"

enum { BOXES_MAX = 4096, HALVINGS_MAX = 48 };

struct search {
    struct operand operand;
    range_property *property;
    struct knob *knobs;     /* own copies, whose ranges are the box */
    const uint32_t *moving; /* indices of the knobs in the operand */
    uint32_t moving_count;
    uint32_t boxes; /* looked at so far */
};

static double middle(const struct knob *knob) {
    if (knob->logarithmic && knob->lo > 0) return sqrt(knob->lo) * sqrt(knob->hi);
    return knob->lo + (knob->hi - knob->lo) / 2;
}

/* True if the property holds in the whole box; halves one knob after the other. */
static bool search(struct search *s, uint32_t halvings) {
    struct interval range = operand_range(s->operand, s->knobs);
    if (s->property(range)) return true;
    if (!s->moving_count || halvings == HALVINGS_MAX || ++s->boxes >= BOXES_MAX) return false;
    struct knob *knob = &s->knobs[s->moving[halvings % s->moving_count]];
    double lo = knob->lo, hi = knob->hi, half = middle(knob);
    if (!(half > lo && half < hi)) return false;
    knob->hi = half;
    bool holds = search(s, halvings + 1);
    knob->hi = hi;
    if (!holds) return false;
    knob->lo = half;
    holds = search(s, halvings + 1);
    knob->lo = lo;
    return holds;
}

bool range_holds(struct arena *scratch, const struct program *program, struct operand operand,
                 range_property *property, struct interval *all) {
    struct interval range = operand_range(operand, program->knobs);
    bool holds = property(range);
    if (!holds && operand.expr) {
        struct search s = {.operand = operand, .property = property};
        s.knobs = ARENA_ARRAY(scratch, program->knob_count, struct knob);
        if (program->knob_count)
            memcpy(s.knobs, program->knobs, program->knob_count * sizeof *s.knobs);
        uint32_t *moving = ARENA_ARRAY(scratch, program->knob_count, uint32_t);
        for (uint32_t i = 0; i < program->knob_count; i++)
            if (expr_uses(operand.expr, i)) moving[s.moving_count++] = i;
        s.moving = moving;
        holds = search(&s, 0);
    }
    if (all) *all = range;
    return holds;
}

bool range_is_finite(struct interval range) {
    return isfinite(range.lo) && isfinite(range.hi);
}

bool range_avoids_zero(struct interval range) {
    return range.lo >= 1e-15 || range.hi <= -1e-15;
}

bool range_is_not_negative(struct interval range) {
    return range.lo >= 0;
}

bool range_is_no_longer_than_a_line(struct interval range) {
    return range.hi <= LIMIT_DELAY_SAMPLES;
}
