/* The macro controls of ADAC's JSON, as knobs and the nodes that they move.
 *
 *     rt60        a gain of 10^(-3 m / (fs rt60)) behind every delay on a cycle
 *     pre_delay   a delay of the wet path's inlets: the dry path has none
 *     dry_wet     (1 - dry_wet) x + dry_wet P(x), outermost
 *
 * ADAC leaves a control out where it cannot be wired, and its certificate then speaks of a program
 * that does not exist. Here that is an error. */
#include <math.h>
#include <string.h>

#include "ir/base/limits.h"
#include "passes/flatten.h"
#include "passes/identifier.h"
#include "passes/rt60.h"

struct controls {
    struct pass_context *pass;
    struct program *program;
    struct build build;
    struct operand operands[CONTROL_COUNT]; /* of those that are wanted */
};

static bool range_makes_sense(struct controls *c, enum control_kind kind) {
    const struct control *control = &c->program->controls[kind];
    const char *key = control_infos[kind].key;
    if (!isfinite(control->init) || !isfinite(control->lo) || !isfinite(control->hi)) {
        diag_error(c->pass->diags, control->at, CODE_CONTROL_RANGE,
                   "control %s needs finite numbers, but it has %g in %g..%g", key, control->init,
                   control->lo, control->hi);
        return false;
    }
    if (control->lo > control->hi) {
        diag_error(c->pass->diags, control->at, CODE_CONTROL_RANGE,
                   "control %s needs a range that goes up, but it has %g..%g", key, control->lo,
                   control->hi);
        return false;
    }
    if (control->init < control->lo || control->init > control->hi) {
        diag_error(c->pass->diags, control->at, CODE_CONTROL_RANGE,
                   "control %s begins at %g, which is outside its range %g..%g", key, control->init,
                   control->lo, control->hi);
        return false;
    }
    if (kind == CONTROL_RT60 && !(control->lo > 0)) {
        diag_error(c->pass->diags, control->at, CODE_CONTROL_RANGE,
                   "control rt60 needs a least value above 0 s, but it has %g", control->lo);
        return false;
    }
    if (kind == CONTROL_PRE_DELAY && control->lo < 0) {
        diag_error(c->pass->diags, control->at, CODE_CONTROL_RANGE,
                   "control pre_delay needs a least value of 0 ms or more, but it has %g",
                   control->lo);
        return false;
    }
    double samples = control->hi * 1e-3 * c->program->rate;
    if (kind == CONTROL_PRE_DELAY && samples > LIMIT_DELAY_SAMPLES) {
        diag_error(c->pass->diags, control->at, CODE_DELAY_TOO_LONG,
                   "control pre_delay goes up to %g samples, but a line holds at most %d", samples,
                   LIMIT_DELAY_SAMPLES);
        return false;
    }
    return true;
}

/* Behind the program's own knobs, in the order of the table. */
static void add_knobs(struct controls *c) {
    struct program *program = c->program;
    struct identifiers ids;
    identifiers_init(&ids, c->pass->names, c->pass->scratch);
    struct knob *knobs =
        ARENA_ARRAY(c->pass->arena, program->knob_count + CONTROL_COUNT, struct knob);
    uint32_t count = program->knob_count;
    if (count) memcpy(knobs, program->knobs, count * sizeof *knobs);
    for (uint32_t i = 0; i < count; i++) identifiers_take(&ids, knobs[i].id);
    for (int kind = 0; kind < CONTROL_COUNT; kind++) {
        const struct control *control = &program->controls[kind];
        if (!control->wanted) continue;
        const struct control_info *info = &control_infos[kind];
        knobs[count] = (struct knob){
            .id = identifiers_make(&ids, info->key, info->key),
            .label = control->label ? control->label : info->defaults.label,
            .unit = info->unit,
            .init = control->init,
            .lo = control->lo,
            .hi = control->hi,
            .step = control->step,
            .smooth_s = SMOOTH_DEFAULT_S,
            .at = control->at,
        };
        c->operands[kind] = operand_knob(c->pass->arena, knobs, count++);
    }
    program->knobs = knobs;
    program->knob_count = count;
}

static bool wire_rt60(struct controls *c) {
    bool found = false;
    const struct node *root = rt60_wire(c->pass, c->program, c->operands[CONTROL_RT60], &found);
    if (!root) return false;
    if (!found) {
        struct diag *d =
            diag_error(c->pass->diags, c->program->controls[CONTROL_RT60].at, CODE_CONTROL_UNWIRED,
                       "control rt60 needs a delay in a loop, but the program has none");
        diag_note(d, NOWHERE, "rt60 sets the decay of loops: a gain behind each of their delays");
        return false;
    }
    c->program->main = root;
    return true;
}

static bool wire_pre_delay(struct controls *c) {
    const struct node *wet = c->program->main;
    struct arena *arena = c->pass->arena;
    uint32_t n = wet->shape.ins;
    if (!n) {
        diag_error(c->pass->diags, c->program->controls[CONTROL_PRE_DELAY].at, CODE_CONTROL_UNWIRED,
                   "control pre_delay delays the inlets, but the program has none");
        return false;
    }
    struct operand ms = operand_constant(1e-3 * c->program->rate);
    struct operand samples = operand_apply(arena, FUNCTION_ROUND,
                                           operand_mul(arena, c->operands[CONTROL_PRE_DELAY], ms),
                                           operand_constant(0));
    struct operand *all = ARENA_ARRAY(arena, n, struct operand);
    for (uint32_t i = 0; i < n; i++) all[i] = samples;
    struct delays *delays = ARENA_NEW(arena, struct delays);
    *delays = (struct delays){.grid = {n, n, false}, .samples = all};
    const struct node *delay = node_named(&c->build, node_delay(&c->build, wet->at, delays),
                                          name_of(c->pass->names, "pre_delay"));
    const struct node *both = node_pair(&c->build, wet->at, OP_SERIES, delay, wet);
    c->program->main = both ? flatten_node(&c->build, both, c->pass) : NULL;
    return c->program->main;
}

static const struct node *scale(struct controls *c, uint32_t n, struct operand factor) {
    struct operand *factors = ARENA_ARRAY(c->pass->arena, n, struct operand);
    for (uint32_t i = 0; i < n; i++) factors[i] = factor;
    return node_gain(&c->build, c->program->main->at, matrix_diagonal(c->pass->arena, n, factors));
}

static bool wire_dry_wet(struct controls *c) {
    const struct node *wet = c->program->main;
    if (wet->shape.ins != wet->shape.outs) {
        diag_error(c->pass->diags, c->program->controls[CONTROL_DRY_WET].at, CODE_CONTROL_UNWIRED,
                   "control dry_wet needs as many inlets as outlets, but the program is %s",
                   shape_text(c->pass->scratch, wet->shape));
        return false;
    }
    struct operand mix = c->operands[CONTROL_DRY_WET];
    struct operand rest = operand_sub(c->pass->arena, operand_constant(1), mix);
    const struct node *dry = node_named(&c->build, scale(c, wet->shape.ins, rest),
                                        name_of(c->pass->names, "dry"));
    const struct node *gain = node_named(&c->build, scale(c, wet->shape.ins, mix),
                                         name_of(c->pass->names, "wet"));
    const struct node *process = node_pair(&c->build, wet->at, OP_SERIES, wet, gain);
    if (process) process = flatten_node(&c->build, process, c->pass);
    c->program->main = node_pair(&c->build, wet->at, OP_SUM, process, dry);
    return c->program->main;
}

bool pass_controls(struct pass_context *context, struct program *program) {
    struct controls c = {.pass = context, .program = program};
    c.build = (struct build){context->arena, context->diags};
    bool any = false, well = true;
    for (int kind = 0; kind < CONTROL_COUNT; kind++) {
        if (!program->controls[kind].wanted) continue;
        any = true;
        well = range_makes_sense(&c, (enum control_kind)kind) && well;
    }
    if (!any || !well) return well;
    add_knobs(&c);
    well = (!program->controls[CONTROL_RT60].wanted || wire_rt60(&c)) &&
           (!program->controls[CONTROL_PRE_DELAY].wanted || wire_pre_delay(&c)) &&
           (!program->controls[CONTROL_DRY_WET].wanted || wire_dry_wet(&c));
    /* They are knobs now, and not to be wired again. */
    for (int kind = 0; kind < CONTROL_COUNT; kind++) program->controls[kind].wanted = false;
    return well;
}
