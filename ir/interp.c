#include "ir/interp.h"

#include <math.h>
#include <string.h>

#include "ir/base/limits.h"
#include "ir/base/vec.h"
#include "ir/noise.h"

/* A coefficient that a knob moves. */
struct ramp {
    struct operand operand;
    double *value; /* where the cell reads it */
    double target, pole;
    double offset; /* how far it is from its target */
    wire cell;
    uint32_t number; /* of the cell's coefficients */
};

/* The length of a delay that a knob moves. */
struct fade {
    wire cell;
    double *length;      /* what it has */
    double wanted, next; /* what its knobs ask for; what it fades to */
    uint32_t frames, at; /* of a whole fade; of them, how many were heard: 0 where none runs */
};

struct line {
    double *samples; /* a ring */
    size_t room, at; /* `at`: where the sample of this moment goes */
    struct fade *fade; /* of a delay that a knob moves */
};

/* Of an interpreter that errs. */
struct errors {
    double unit;
    uint64_t random;
    double **of; /* the relative error of each coefficient of each cell: of a section, of its numbers */
    double **offset, **drift; /* alike: how far it is from its target; the relative error of that */
};

struct interp {
    struct arena *arena;
    const struct net *net;
    double *knobs;         /* in the unit shown */
    double **coefficients; /* of each cell, as many as it has operands */
    struct line *lines;    /* of each delay and finite response */
    double (*states)[2];   /* of each section */
    double *wires;
    VEC(struct ramp) ramps;
    VEC(struct fade *) fades;
    bool moving;
    struct errors *errors; /* null: none */
};

static double whole_length(const struct interp *s, wire w, double samples) {
    double least = s->net->cells[w].least_delay, most = (double)s->lines[w].room - 1;
    return fmin(fmax(nearbyint(samples), least), most);
}

static void line_init(struct interp *s, wire w, size_t room) {
    s->lines[w].room = room;
    s->lines[w].samples = ARENA_ARRAY(s->arena, room, double);
}

static void delay_init(struct interp *s, wire w, double *length) {
    struct operand samples = s->net->cells[w].operands[0];
    double most = nearbyint(operand_range(samples, s->net->knobs).hi);
    line_init(s, w, (size_t)fmin(fmax(most, 0), LIMIT_DELAY_SAMPLES) + 1);
    *length = whole_length(s, w, samples.value);
    if (!samples.expr) return;
    struct fade *fade = s->lines[w].fade = ARENA_NEW(s->arena, struct fade);
    *fade = (struct fade){
        .cell = w,
        .length = length,
        .wanted = *length,
        .frames = operand_fade_samples(samples, s->net->knobs, s->net->rate),
    };
    vec_push(s->arena, &s->fades, fade);
}

static void cell_init(struct interp *s, wire w) {
    const struct cell *cell = &s->net->cells[w];
    uint32_t count = cell->operand_count;
    double *values = s->coefficients[w] = ARENA_ARRAY(s->arena, count, double);
    if (cell->op == CELL_DELAY) {
        delay_init(s, w, values);
        return;
    }
    if (cell->op == CELL_FIR) line_init(s, w, count);
    for (uint32_t i = 0; i < count; i++) {
        struct operand operand = cell->operands[i];
        values[i] = operand.value;
        if (!operand.expr) continue;
        double tau = operand_smooth_s(operand, s->net->knobs);
        double pole = tau > 0 ? exp(-1 / (tau * s->net->rate)) : 0;
        vec_push(s->arena, &s->ramps, (struct ramp){operand, &values[i], values[i], pole, 0, w, i});
    }
}

struct interp *interp_new(struct arena *arena, const struct net *net) {
    struct interp *s = ARENA_NEW(arena, struct interp);
    s->arena = arena;
    s->net = net;
    s->knobs = ARENA_ARRAY(arena, net->knob_count, double);
    for (uint32_t k = 0; k < net->knob_count; k++) s->knobs[k] = net->knobs[k].init;
    s->coefficients = ARENA_ARRAY(arena, net->cell_count, double *);
    s->lines = ARENA_ARRAY(arena, net->cell_count, struct line);
    s->states = arena_array(arena, net->cell_count, sizeof *s->states);
    s->wires = ARENA_ARRAY(arena, net->cell_count, double);
    for (wire w = 0; w < net->cell_count; w++) cell_init(s, w);
    return s;
}

void interp_clear(struct interp *s) {
    for (wire w = 0; w < s->net->cell_count; w++)
        if (s->lines[w].room) memset(s->lines[w].samples, 0, s->lines[w].room * sizeof(double));
    memset(s->states, 0, s->net->cell_count * sizeof *s->states);
}

void interp_set_knob(struct interp *s, uint32_t knob, double value) {
    const struct knob *info = &s->net->knobs[knob];
    if (isnan(value)) return;
    s->knobs[knob] = fmin(fmax(value, info->lo), info->hi);
    s->moving = true;
    for (size_t r = 0; r < s->ramps.count; r++) {
        struct ramp *ramp = &s->ramps.at[r];
        if (!expr_uses(ramp->operand.expr, knob)) continue;
        ramp->target = operand_value(ramp->operand, s->knobs);
        ramp->offset = *ramp->value - ramp->target;
    }
    for (size_t i = 0; i < s->fades.count; i++) {
        struct fade *fade = s->fades.at[i];
        struct operand samples = s->net->cells[fade->cell].operands[0];
        if (expr_uses(samples.expr, knob))
            fade->wanted = whole_length(s, fade->cell, operand_value(samples, s->knobs));
    }
}

/* By the offset: p c + (1 - p) target would come to a stop before its target, by the rounding of a
 * product over 1 - p, and a filter of low frequency hears that. */
static void step_ramps(struct interp *s) {
    for (size_t r = 0; r < s->ramps.count; r++) {
        struct ramp *ramp = &s->ramps.at[r];
        ramp->offset *= ramp->pole;
        *ramp->value = ramp->target + ramp->offset;
        if (*ramp->value == ramp->target) ramp->offset = 0;
    }
}

static void step_fades(struct interp *s) {
    for (size_t i = 0; i < s->fades.count; i++) {
        struct fade *fade = s->fades.at[i];
        if (fade->at == fade->frames) {
            *fade->length = fade->next;
            fade->at = 0;
        }
        if (!fade->at) fade->next = fade->wanted;
        if (fade->next != *fade->length) fade->at++;
    }
}

/* What the line of a delay took so many samples ago. */
static double taken(const struct line *line, double ago) {
    return line->samples[(line->at + line->room - (size_t)ago) % line->room];
}

/* What the outlet of a cell is at this moment. */
static double output(struct interp *s, wire w) {
    const struct cell *cell = &s->net->cells[w];
    const double *c = s->coefficients[w];
    switch (cell->op) {
    case CELL_MIX: {
        double sum = 0;
        for (uint32_t i = 0; i < cell->count; i++) sum += c[i] * s->wires[cell->from[i]];
        return sum;
    }
    case CELL_DELAY: {
        struct line *line = &s->lines[w];
        const struct fade *fade = line->fade;
        if (cell->least_delay == 0) line->samples[line->at] = s->wires[cell->from[0]];
        if (!fade || !fade->at) return taken(line, c[0]);
        double weight = (double)fade->at / fade->frames;
        return (1 - weight) * taken(line, c[0]) + weight * taken(line, fade->next);
    }
    case CELL_SECTION: {
        double direct = cell->least_delay ? 0 : c[0] * s->wires[cell->from[0]];
        return direct + s->states[w][0];
    }
    case CELL_FIR: {
        const struct line *line = &s->lines[w];
        double sum = cell->least_delay ? 0 : c[0] * s->wires[cell->from[0]];
        for (size_t k = 1; k < line->room; k++)
            sum += c[k] * line->samples[(line->at + line->room - k) % line->room];
        return sum;
    }
    default: return s->wires[w];
    }
}

/* What it remembers of this moment, once all wires are known. */
static void remember(struct interp *s, wire w) {
    const struct cell *cell = &s->net->cells[w];
    const double *c = s->coefficients[w];
    if (cell->op == CELL_DELAY || cell->op == CELL_FIR) {
        struct line *line = &s->lines[w];
        line->samples[line->at] = s->wires[cell->from[0]];
        line->at = (line->at + 1) % line->room;
    } else if (cell->op == CELL_SECTION) {
        double x = s->wires[cell->from[0]], y = s->wires[w];
        s->states[w][0] = c[1] * x - c[3] * y + s->states[w][1];
        s->states[w][1] = c[2] * x - c[4] * y;
    }
}

static void run_exactly(struct interp *s) {
    const struct net *net = s->net;
    for (uint32_t i = 0; i < net->cell_count; i++)
        s->wires[net->order[i]] = output(s, net->order[i]);
    for (wire w = 0; w < net->cell_count; w++) remember(s, w);
}

/* ---- errors ---- */

/* Of the variance that ir/noise.h says: uniform in +-0.735 units. S. Vigna's xorshift64*. */
static double error(struct errors *e) {
    e->random ^= e->random >> 12;
    e->random ^= e->random << 25;
    e->random ^= e->random >> 27;
    double part = (double)(e->random * UINT64_C(2685821657736338717) >> 11) * 0x1p-52 - 1;
    return 0.735 * e->unit * part;
}

static double rounded(struct errors *e, double x) {
    return x * (1 + error(e));
}

static double times(struct errors *e, double factor, double x) {
    return fabs(factor) == 1 || factor == 0 ? factor * x : rounded(e, factor * x);
}

void interp_round(struct interp *s, double unit, uint64_t seed) {
    struct errors *e = s->errors = ARENA_NEW(s->arena, struct errors);
    e->unit = unit;
    e->random = seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
    e->of = ARENA_ARRAY(s->arena, s->net->cell_count, double *);
    e->offset = ARENA_ARRAY(s->arena, s->net->cell_count, double *);
    e->drift = ARENA_ARRAY(s->arena, s->net->cell_count, double *);
    for (wire w = 0; w < s->net->cell_count; w++) {
        const struct cell *cell = &s->net->cells[w];
        e->of[w] = ARENA_ARRAY(s->arena, cell->operand_count, double);
        e->offset[w] = ARENA_ARRAY(s->arena, cell->operand_count, double);
        e->drift[w] = ARENA_ARRAY(s->arena, cell->operand_count, double);
        struct operand numbers[SECTION_NUMBERS];
        const struct operand *operands = cell->operands;
        if (cell->op == CELL_SECTION) {
            section_form_operands(s->arena, cell->form, cell->operands, numbers);
            operands = numbers;
        }
        for (uint32_t i = 0; i < cell->operand_count; i++)
            if (operands[i].expr || (double)(float)operands[i].value != operands[i].value)
                e->of[w][i] = error(e);
    }
}

/* The sum of c[k] (1 + e[k]) times what `at` gives, from term `first` on. */
static double sum_of(struct interp *s, wire w, uint32_t first, uint32_t count,
                     double (*at)(const struct interp *s, wire w, uint32_t k)) {
    struct errors *e = s->errors;
    const double *c = s->coefficients[w];
    double sum = 0;
    for (uint32_t k = first; k < count; k++) {
        double gain = c[k] * (1 + e->of[w][k]) + e->offset[w][k] * e->drift[w][k];
        double term = times(e, gain, at(s, w, k));
        sum = sum == 0 || term == 0 ? sum + term : rounded(e, sum + term);
    }
    return sum;
}

static double wire_at(const struct interp *s, wire w, uint32_t k) {
    return s->wires[s->net->cells[w].from[k]];
}

static double tap_at(const struct interp *s, wire w, uint32_t k) {
    const struct line *line = &s->lines[w];
    return k ? taken(line, k) : s->wires[s->net->cells[w].from[0]];
}

/* The numbers of a section; of the direct form b - a b0 instead of b, as targets have. */
static void numbers_of(enum section_form form, const double *c, double *n) {
    section_form_plain(form, c, n);
    if (form != SECTION_DIRECT) return;
    n[1] = c[1] - c[3] * c[0];
    n[2] = c[2] - c[4] * c[0];
}

/* As they are now: a target and an offset, each with its error. */
static void numbers_now(struct interp *s, wire w, double *n) {
    struct errors *e = s->errors;
    enum section_form form = s->net->cells[w].form;
    double target[SECTION_NUMBERS];
    for (int k = 0; k < SECTION_NUMBERS; k++)
        target[k] = s->coefficients[w][k] - e->offset[w][k];
    numbers_of(form, s->coefficients[w], n);
    double settled[SECTION_NUMBERS];
    numbers_of(form, target, settled);
    for (int k = 0; k < SECTION_NUMBERS; k++) {
        double offset = n[k] - settled[k];
        n[k] *= 1 + e->of[w][k];
        if (offset != 0) n[k] = rounded(e, n[k] + offset * e->drift[w][k]);
    }
}

/* Offsets that shrink by a product and a difference each. */
static void drift(struct interp *s) {
    struct errors *e = s->errors;
    for (size_t r = 0; r < s->ramps.count; r++) {
        const struct ramp *ramp = &s->ramps.at[r];
        double *by = &e->drift[ramp->cell][ramp->number];
        e->offset[ramp->cell][ramp->number] = ramp->offset;
        *by = ramp->offset == 0 ? 0 : *by + error(e);
    }
}

static double output_rounded(struct interp *s, wire w) {
    const struct cell *cell = &s->net->cells[w];
    struct errors *e = s->errors;
    if (cell->op == CELL_INLET) return (double)(float)s->wires[w];
    if (cell->op == CELL_MIX) return sum_of(s, w, 0, cell->count, wire_at);
    if (cell->op == CELL_FIR)
        return sum_of(s, w, cell->least_delay ? 1 : 0, cell->operand_count, tap_at);
    if (cell->op == CELL_SECTION) {
        double n[SECTION_NUMBERS];
        numbers_now(s, w, n);
        if (cell->least_delay) return s->states[w][0];
        return rounded(e, times(e, n[0], s->wires[cell->from[0]]) + s->states[w][0]);
    }
    double sound = output(s, w);
    return s->lines[w].fade && s->lines[w].fade->at ? rounded(e, rounded(e, sound)) : sound;
}

static void section_remembers(struct interp *s, wire w) {
    struct errors *e = s->errors;
    double n[SECTION_NUMBERS], *state = s->states[w];
    double x = s->wires[s->net->cells[w].from[0]], y = s->wires[w];
    numbers_now(s, w, n);
    if (s->net->cells[w].form == SECTION_DIRECT) {
        double before = state[0];
        state[0] = rounded(e, times(e, -n[3], before) + rounded(e, times(e, n[1], x) + state[1]));
        state[1] = rounded(e, times(e, -n[4], before) + times(e, n[2], x));
        return;
    }
    state[0] = rounded(e, state[0] + rounded(e, times(e, n[1], x) - times(e, n[3], y)));
    if (s->net->cells[w].form != SECTION_INTEGRATORS) return;
    state[1] = rounded(e, state[1] + rounded(e, times(e, n[2], x) - times(e, n[4], y)));
    state[0] = rounded(e, state[0] + state[1]);
}

static void run_rounded(struct interp *s) {
    const struct net *net = s->net;
    drift(s);
    for (uint32_t i = 0; i < net->cell_count; i++)
        s->wires[net->order[i]] = output_rounded(s, net->order[i]);
    for (wire w = 0; w < net->cell_count; w++)
        if (net->cells[w].op == CELL_SECTION) section_remembers(s, w);
        else remember(s, w);
}

void interp_run(struct interp *s, const double *const *in, double *const *out, size_t frames) {
    const struct net *net = s->net;
    for (size_t f = 0; f < frames; f++) {
        for (uint32_t i = 0; i < net->inlet_count; i++) s->wires[i] = in[i][f];
        if (s->moving) step_ramps(s), step_fades(s);
        if (s->errors) run_rounded(s);
        else run_exactly(s);
        for (uint32_t o = 0; o < net->outlet_count; o++) out[o][f] = s->wires[net->outlets[o]];
    }
}

double *interp_responses(struct arena *arena, const struct net *net, size_t frames) {
    uint32_t ins = net->inlet_count, outs = net->outlet_count;
    double *responses = ARENA_ARRAY(arena, (size_t)ins * outs * frames, double);
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    double *silence = ARENA_ARRAY(&scratch, frames, double), *impulse = ARENA_ARRAY(&scratch, frames, double);
    if (frames) impulse[0] = 1;
    const double **in = ARENA_ARRAY(&scratch, ins, const double *);
    double **out = ARENA_ARRAY(&scratch, outs, double *);
    struct interp *interp = interp_new(&scratch, net);
    for (uint32_t i = 0; i < ins; i++) {
        for (uint32_t k = 0; k < ins; k++) in[k] = k == i ? impulse : silence;
        for (uint32_t o = 0; o < outs; o++) out[o] = responses + ((size_t)i * outs + o) * frames;
        interp_clear(interp);
        interp_run(interp, in, out, frames);
    }
    arena_free(&scratch);
    return responses;
}
