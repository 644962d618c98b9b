#include "ir/interp.h"

#include <math.h>
#include <string.h>

#include "ir/base/limits.h"
#include "ir/base/vec.h"

/* A coefficient that a knob moves. */
struct ramp {
    struct operand operand;
    double *value; /* where the cell reads it */
    double target, pole;
    double offset; /* how far it is from its target */
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
        vec_push(s->arena, &s->ramps, (struct ramp){operand, &values[i], values[i], pole, 0});
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

void interp_run(struct interp *s, const double *const *in, double *const *out, size_t frames) {
    const struct net *net = s->net;
    for (size_t f = 0; f < frames; f++) {
        for (uint32_t i = 0; i < net->inlet_count; i++) s->wires[i] = in[i][f];
        if (s->moving) step_ramps(s), step_fades(s);
        for (uint32_t i = 0; i < net->cell_count; i++) s->wires[net->order[i]] = output(s, net->order[i]);
        for (wire w = 0; w < net->cell_count; w++) remember(s, w);
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
