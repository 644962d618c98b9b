/* What is claimed of positions of the knobs besides the initial ones. */
#include <math.h>
#include <string.h>

#include "cert/check_witness.h"
#include "cert/envelope.h"

struct knob_checking {
    struct arena *arena;
    const struct net *net;
    bool single;
    const struct knob_witness *witness;
    uint32_t next; /* of its parts */
    bool moving;   /* what shows them holds while gains move */
};

static bool loop_holds(struct arena *scratch, const struct loop *loop, double R, bool alone,
                       const struct knob_scaling *scaling) {
    if (loop->channel_count != scaling->count || loop->channel_count > CERT_CHANNELS_MOST ||
        loop->not_covered != NO_WIRE || loop->not_finite != NO_WIRE)
        return false;
    for (uint32_t i = 0; i < loop->section_count; i++) {
        struct section_values s = loop_section(loop, i);
        if (!s.taps && !section_poles_within(&s, R)) return false;
    }
    struct checking k = checking_begin(scratch, loop);
    if (scaling->circle) {
        struct shown circle = {.energy = LOSSLESS_UNDECIDED};
        return scaling->circle->R == R && scaling->circle->modes == 0 &&
               check_witness(&k, scaling->circle, &circle);
    }
    if (!scaling->energy) return check_scaling(&k, R, scaling->x);
    /* Another loop might share a mode that does not decay. */
    struct shown shown = {.energy = LOSSLESS_UNDECIDED};
    struct witness energy = {.kind = WITNESS_ENERGY, .powers = scaling->x};
    return R == 1 && alone && check_witness(&k, &energy, &shown);
}

static bool part_holds(struct knob_checking *c, struct knob *box, const struct knob_part *part) {
    struct arena scratch;
    arena_init_scratch(&scratch, c->arena);
    for (uint32_t k = 0; part->middle && k < c->net->knob_count; k++) box[k].init = part->middle[k];
    struct envelope envelope =
        envelope_make(&scratch, c->net, box, part->middle ? ENVELOPE_MIDDLE : ENVELOPE_LARGEST,
                      c->witness->R, c->single);
    uint32_t count = 0, moved = 0;
    bool exactly = part->scaling_count && part->scalings[0].circle;
    const struct loop *loops = envelope.net
                                   ? cut_loops_around(&scratch, envelope.net, c->single,
                                                      exactly ? envelope.free : NULL, &count)
                                   : NULL;
    if (exactly) c->moving = false;
    bool holds = envelope.net != NULL;
    for (uint32_t i = 0; i < count && holds; i++)
        if (envelope.moved[loops[i].component])
            holds = moved < part->scaling_count && loop_holds(&scratch, &loops[i], c->witness->R,
                                                              count == 1, &part->scalings[moved++]);
    arena_free(&scratch);
    return holds && moved == part->scaling_count;
}

/* The parts of a box, each cut before what it is cut into: so they cover it. */
static const char *check_box(struct knob_checking *c, struct knob *box) {
    if (c->next >= c->witness->part_count) return "a part of the knobs' ranges is missing";
    const struct knob_part *part = &c->witness->parts[c->next++];
    if (part->cut == KNOB_PART_WHOLE)
        return part_holds(c, box, part) ? NULL : "what it claims of the knobs is not shown";
    struct knob *knob = &box[part->cut], whole = *knob;
    if (!(part->at > whole.lo && part->at < whole.hi)) return "a knob's range is cut outside of it";
    knob->hi = part->at;
    const char *why = check_box(c, box);
    *knob = whole;
    knob->lo = part->at;
    if (!why) why = check_box(c, box);
    *knob = whole;
    return why;
}

static bool only_gains_move(const struct net *net) {
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        bool matters = net->components[cell->component].cyclic || cell->op == CELL_SECTION;
        if (cell->op != CELL_MIX && matters && envelope_moves(cell)) return false;
    }
    return true;
}

const char *cert_check_knobs(struct arena *arena, const struct net *net,
                             const struct claims *claims, const struct knob_claims *claim) {
    bool moving = false;
    double R = 0;
    for (uint32_t i = 0; i < claim->witness_count; i++) {
        struct knob_checking c = {arena, net, claims->single, &claim->witnesses[i], 0, true};
        struct knob *box = ARENA_ARRAY(arena, net->knob_count, struct knob);
        memcpy(box, net->knobs, net->knob_count * sizeof *box);
        if (!(c.witness->R >= 1) || !isfinite(c.witness->R)) return "a circle has no radius";
        const char *why = check_box(&c, box);
        if (why) return why;
        if (c.next != c.witness->part_count) return "there are parts beyond the knobs' ranges";
        R = fmax(R, c.witness->R);
        moving = moving || (c.witness->part_count == 1 && c.moving && only_gains_move(net));
    }
    bool bounded = R >= 1 && claims->verdict <= VERDICT_MARGINALLY_STABLE;
    if ((claim->claim != KNOBS_INITIAL && !bounded) || (claim->claim == KNOBS_MOVING && !moving))
        return "what it claims of the knobs is not shown";
    /* What does not move decays as it does at the initial values. */
    double decay_s = R > 1 ? log(1000) / (log(R) * net->rate) * (1 - 1e-11) : INFINITY;
    if (!isnan(claim->rt60_max_s) &&
        !(bounded && decay_s <= claim->rt60_max_s && claims->rt60_max_s <= claim->rt60_max_s))
        return "the decay that it claims of all positions of the knobs is not shown";
    return NULL;
}
