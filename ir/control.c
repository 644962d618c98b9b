#include "ir/control.h"

#include <math.h>
#include <string.h>

#include "ir/base/vec.h"

/* Open addressing, from a key that the owner of the entry knows to a number. */
struct table {
    uint32_t *at; /* NO_SLOT: free */
    size_t room, count;
};

struct control_build {
    struct arena *arena, *scratch;
    const struct net *net;
    VEC(struct control_step) steps;
    VEC(struct coefficient) coefficients;
    VEC(struct tap) taps;
    VEC(double) smooths;   /* time constants met, of which ramps are made */
    struct table by_value; /* steps, found by what they compute */
    struct table by_expr;  /* `seen`, found by pointer: sub-trees may be shared */
    VEC(struct seen) seen;
    VEC(uint32_t) of_step; /* the coefficient of each step, or NO_SLOT */
};

struct seen {
    const struct expr *expr;
    uint32_t step;
};

static size_t mix_bits(size_t hash, uint64_t bits) {
    uint64_t h = (hash ^ bits) * 0x9E3779B97F4A7C15u;
    return (size_t)(h ^ (h >> 29));
}

static uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static size_t step_hash(const struct control_step *s) {
    size_t h = mix_bits(s->kind, s->function);
    h = mix_bits(h, s->knob);
    h = mix_bits(h, bits_of(s->constant));
    return mix_bits(h, (uint64_t)s->arguments[0] << 32 | s->arguments[1]);
}

static bool step_equal(const struct control_step *a, const struct control_step *b) {
    return a->kind == b->kind && a->function == b->function && a->knob == b->knob &&
           bits_of(a->constant) == bits_of(b->constant) && a->arguments[0] == b->arguments[0] &&
           a->arguments[1] == b->arguments[1];
}

static size_t seen_hash(const struct expr *expr) {
    return mix_bits(0, (uint64_t)(uintptr_t)expr);
}

/* Twice the room; `hash` gives the hash of entry i of the owner's array. */
static void table_grow(struct arena *scratch, struct table *table,
                       const struct control_build *build,
                       size_t (*hash)(const struct control_build *build, uint32_t i)) {
    struct table grown = {.room = table->room ? table->room * 2 : 256, .count = table->count};
    grown.at = ARENA_ARRAY(scratch, grown.room, uint32_t);
    for (size_t i = 0; i < grown.room; i++) grown.at[i] = NO_SLOT;
    for (size_t i = 0; i < table->room; i++) {
        if (table->at[i] == NO_SLOT) continue;
        size_t place = hash(build, table->at[i]) & (grown.room - 1);
        while (grown.at[place] != NO_SLOT) place = (place + 1) & (grown.room - 1);
        grown.at[place] = table->at[i];
    }
    *table = grown;
}

static size_t hash_of_step(const struct control_build *build, uint32_t i) {
    return step_hash(&build->steps.at[i]);
}

static size_t hash_of_seen(const struct control_build *build, uint32_t i) {
    return seen_hash(build->seen.at[i].expr);
}

struct control_build *control_begin(struct arena *arena, struct arena *scratch,
                                    const struct net *net) {
    struct control_build *build = ARENA_NEW(scratch, struct control_build);
    build->arena = arena;
    build->scratch = scratch;
    build->net = net;
    return build;
}

static uint32_t step_put(struct control_build *build, struct control_step step) {
    struct table *table = &build->by_value;
    if (table->count * 2 >= table->room) table_grow(build->scratch, table, build, hash_of_step);
    size_t place = step_hash(&step) & (table->room - 1);
    for (; table->at[place] != NO_SLOT; place = (place + 1) & (table->room - 1))
        if (step_equal(&build->steps.at[table->at[place]], &step)) return table->at[place];
    uint32_t number = (uint32_t)build->steps.count;
    vec_push(build->arena, &build->steps, step);
    vec_push(build->scratch, &build->of_step, NO_SLOT);
    table->at[place] = number;
    table->count++;
    return number;
}

/* Depth is that of the expression, which EXPR_SIZE_MAX bounds. */
static uint32_t step_of(struct control_build *build, const struct expr *expr) {
    struct table *table = &build->by_expr;
    if (table->room) {
        size_t place = seen_hash(expr) & (table->room - 1);
        for (; table->at[place] != NO_SLOT; place = (place + 1) & (table->room - 1))
            if (build->seen.at[table->at[place]].expr == expr)
                return build->seen.at[table->at[place]].step;
    }
    struct control_step step = {.kind = expr->kind};
    switch (expr->kind) {
    case EXPR_CONSTANT: step.constant = expr->constant; break;
    case EXPR_KNOB: step.knob = expr->knob; break;
    case EXPR_APPLY:
        step.function = expr->function;
        for (uint32_t i = 0; i < function_infos[expr->function].arguments; i++)
            step.arguments[i] = step_of(build, expr->arguments[i]);
        break;
    }
    uint32_t number = step_put(build, step);
    if (table->count * 2 >= table->room) table_grow(build->scratch, table, build, hash_of_seen);
    size_t place = seen_hash(expr) & (table->room - 1);
    while (table->at[place] != NO_SLOT) place = (place + 1) & (table->room - 1);
    table->at[place] = (uint32_t)build->seen.count;
    table->count++;
    vec_push(build->scratch, &build->seen, (struct seen){expr, number});
    return number;
}

static uint32_t ramp_of(struct control_build *build, double smooth_s) {
    for (uint32_t i = 0; i < build->smooths.count; i++)
        if (build->smooths.at[i] == smooth_s) return i;
    vec_push(build->scratch, &build->smooths, smooth_s);
    return (uint32_t)build->smooths.count - 1;
}

uint32_t control_coefficient(struct control_build *build, struct operand operand) {
    if (!operand.expr) return NO_SLOT;
    uint32_t step = step_of(build, operand.expr);
    if (build->of_step.at[step] != NO_SLOT) return build->of_step.at[step];
    uint32_t number = (uint32_t)build->coefficients.count;
    vec_push(build->scratch, &build->coefficients,
             (struct coefficient){
                 .operand = operand,
                 .step = step,
                 .ramp = ramp_of(build, operand_smooth_s(operand, build->net->knobs)),
             });
    build->of_step.at[step] = number;
    return number;
}

uint32_t control_constant(struct control_build *build, double value, uint32_t beside) {
    vec_push(build->scratch, &build->coefficients,
             (struct coefficient){
                 .operand = operand_constant(value),
                 .step = NO_SLOT,
                 .group = NO_SLOT,
                 .ramp = build->coefficients.at[beside].ramp,
             });
    return (uint32_t)build->coefficients.count - 1;
}

uint32_t control_tap(struct control_build *build, struct operand operand, uint32_t line) {
    vec_push(build->arena, &build->taps,
             (struct tap){
                 .operand = operand,
                 .line = line,
                 .step = step_of(build, operand.expr),
                 .fade_samples =
                     operand_fade_samples(operand, build->net->knobs, build->net->rate),
             });
    return (uint32_t)build->taps.count - 1;
}

/* Coefficients of one time constant side by side, otherwise in the order in which they were met. */
static const uint32_t *number_coefficients(struct control_build *build, struct schedule *schedule,
                                           struct coefficient *coefficients) {
    uint32_t count = (uint32_t)build->coefficients.count,
             ramp_count = (uint32_t)build->smooths.count;
    uint32_t *renumbered = ARENA_ARRAY(build->scratch, count, uint32_t);
    struct ramp *ramps = ARENA_ARRAY(build->arena, ramp_count, struct ramp);
    uint32_t next = 0;
    for (uint32_t r = 0; r < ramp_count; r++) {
        double smooth_s = build->smooths.at[r];
        ramps[r].smooth_s = smooth_s;
        ramps[r].p = smooth_s > 0 ? exp(-1 / (smooth_s * build->net->rate)) : 0;
        ramps[r].first = next;
        for (uint32_t i = 0; i < count; i++) {
            if (build->coefficients.at[i].ramp != r) continue;
            coefficients[next] = build->coefficients.at[i];
            renumbered[i] = next++;
        }
        ramps[r].count = next - ramps[r].first;
    }
    schedule->coefficients = coefficients;
    schedule->coefficient_count = count;
    schedule->ramps = ramps;
    schedule->ramp_count = ramp_count;
    return renumbered;
}

struct knob_sets {
    uint64_t *bits; /* `words` a step */
    size_t words;
    VEC(uint32_t) groups; /* of each, a step that depends on just its knobs */
};

static uint32_t group_of(struct control_build *build, struct knob_sets *sets, uint32_t step) {
    const uint64_t *bits = sets->bits + step * sets->words;
    for (uint32_t g = 0; g < sets->groups.count; g++)
        if (!memcmp(sets->bits + sets->groups.at[g] * sets->words, bits,
                    sets->words * sizeof *bits))
            return g;
    vec_push(build->scratch, &sets->groups, step);
    return (uint32_t)sets->groups.count - 1;
}

/* The members of group g, in order, of an array in which `group` says whose each is. */
#define COLLECT(ARENA, ITEMS, ITEM_COUNT, G, OUT, OUT_COUNT)                                       \
    do {                                                                                           \
        uint32_t found = 0;                                                                        \
        for (uint32_t i = 0; i < (ITEM_COUNT); i++) found += (ITEMS)[i].group == (G);              \
        uint32_t *numbers = ARENA_ARRAY((ARENA), found, uint32_t);                                 \
        found = 0;                                                                                 \
        for (uint32_t i = 0; i < (ITEM_COUNT); i++)                                                \
            if ((ITEMS)[i].group == (G)) numbers[found++] = i;                                     \
        (OUT) = numbers;                                                                           \
        (OUT_COUNT) = found;                                                                       \
    } while (0)

static void make_groups(struct control_build *build, struct schedule *schedule,
                        struct coefficient *coefficients, struct tap *taps) {
    uint32_t step_count = (uint32_t)build->steps.count, knob_count = build->net->knob_count;
    struct knob_sets sets = {.words = (knob_count + 63) / 64};
    sets.bits = ARENA_ARRAY(build->scratch, step_count * sets.words, uint64_t);
    for (uint32_t i = 0; i < step_count; i++) {
        const struct control_step *step = &build->steps.at[i];
        uint64_t *bits = sets.bits + i * sets.words;
        if (step->kind == EXPR_KNOB) bits[step->knob / 64] |= (uint64_t)1 << step->knob % 64;
        if (step->kind != EXPR_APPLY) continue;
        for (uint32_t a = 0; a < function_infos[step->function].arguments; a++)
            for (size_t w = 0; w < sets.words; w++)
                bits[w] |= sets.bits[step->arguments[a] * sets.words + w];
    }
    for (uint32_t i = 0; i < schedule->coefficient_count; i++)
        if (coefficients[i].step != NO_SLOT)
            coefficients[i].group = group_of(build, &sets, coefficients[i].step);
    for (uint32_t i = 0; i < schedule->tap_count; i++)
        taps[i].group = group_of(build, &sets, taps[i].step);

    struct control_group *groups =
        ARENA_ARRAY(build->arena, sets.groups.count, struct control_group);
    for (uint32_t g = 0; g < sets.groups.count; g++) {
        struct control_group *group = &groups[g];
        const uint64_t *bits = sets.bits + sets.groups.at[g] * sets.words;
        uint32_t *knobs = ARENA_ARRAY(build->arena, knob_count, uint32_t);
        for (uint32_t k = 0; k < knob_count; k++)
            if (bits[k / 64] >> k % 64 & 1) knobs[group->knob_count++] = k;
        group->knobs = knobs;
        COLLECT(build->arena, coefficients, schedule->coefficient_count, g, group->coefficients,
                group->coefficient_count);
        COLLECT(build->arena, taps, schedule->tap_count, g, group->taps, group->tap_count);

        bool *needed = ARENA_ARRAY(build->scratch, step_count, bool);
        uint32_t needed_count = 0;
        for (uint32_t i = 0; i < group->coefficient_count; i++)
            needed[coefficients[group->coefficients[i]].step] = true;
        for (uint32_t i = 0; i < group->tap_count; i++) needed[taps[group->taps[i]].step] = true;
        for (uint32_t i = step_count; i-- > 0;) {
            if (!needed[i]) continue;
            needed_count++;
            const struct control_step *step = &build->steps.at[i];
            if (step->kind != EXPR_APPLY) continue;
            for (uint32_t a = 0; a < function_infos[step->function].arguments; a++)
                needed[step->arguments[a]] = true;
        }
        uint32_t *steps = ARENA_ARRAY(build->arena, needed_count, uint32_t);
        for (uint32_t i = 0; i < step_count; i++)
            if (needed[i]) steps[group->step_count++] = i;
        group->steps = steps;
    }
    schedule->groups = groups;
    schedule->group_count = (uint32_t)sets.groups.count;
}

const uint32_t *control_finish(struct control_build *build, struct schedule *schedule) {
    struct coefficient *coefficients =
        ARENA_ARRAY(build->arena, build->coefficients.count, struct coefficient);
    const uint32_t *renumbered = number_coefficients(build, schedule, coefficients);
    schedule->steps = build->steps.at;
    schedule->step_count = (uint32_t)build->steps.count;
    schedule->taps = build->taps.at;
    schedule->tap_count = (uint32_t)build->taps.count;
    make_groups(build, schedule, coefficients, build->taps.at);
    return renumbered;
}
