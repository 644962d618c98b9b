#include "cert/positions.h"

#include <math.h>
#include <string.h>

#include "cert/box_exact.h"
#include "cert/envelope.h"
#include "cert/instability.h"
#include "cert/lossless.h"
#include "ir/base/text.h"
#include "ir/base/vec.h"

static bool in_loop(const struct net *net, const struct cell *cell) {
    return net->components[cell->component].cyclic;
}

/* What a proof may spend on one loop, in multiply-adds. */
enum { BUDGET = 50 * 1000 * 1000 };

static bool is_within_reach(const struct loop *loop) {
    return loop->not_covered == NO_WIRE && loop->not_finite == NO_WIRE &&
           loop->channel_count <= CERT_CHANNELS_MOST;
}

static bool sections_are_within(const struct loop *loop, double R) {
    for (uint32_t k = 0; k < loop->section_count; k++) {
        struct section_values s = loop_section(loop, k);
        if (!section_poles_within(&s, R)) return false;
    }
    return true;
}

/* ---- boxes of positions ---------------------------------------------------------------------- */

/* The knobs' ranges, cut into boxes for each of which a proof is found. */
struct covering {
    struct arena *arena;
    const struct net *net;
    bool single;
    const uint32_t *matter; /* the knobs that stability depends on */
    uint32_t matter_count;
    double R;
    uint32_t tries, most; /* of boxes */
    uint32_t boxes;       /* that hold */
    bool largest_alone;   /* the middle of boxes is not tried */
    bool middles;         /* it did for one */
    bool exactly;         /* tier 2 is tried where tier 1 does not do */
    bool shown_exactly;   /* it did for one */
    struct arena *kept;   /* of what shows it */
    uint64_t evaluations, most_evaluations;
    VEC(struct knob_part) parts;
    VEC(struct knob_scaling) scalings; /* of the box that is looked at */
    uint64_t spent;       /* multiply-adds */
    const char *why;      /* what stood in the way first; of `arena` */
};

/* All boxes together, in multiply-adds. */
static const uint64_t spent_most = 400 * 1000 * 1000;

static bool keep(struct covering *c, const double *x, uint32_t n, bool energy) {
    struct knob_scaling kept = {NULL, n, energy, NULL};
    double *copy = ARENA_ARRAY(c->arena, n, double);
    for (uint32_t i = 0; x && i < n; i++)
        copy[i] = energy ? (double)lround(2 * (x[i] - x[0]) / log(2)) : x[i];
    kept.x = copy;
    vec_push(c->arena, &c->scalings, kept);
    return true;
}

/* `alone`: no other loop could share an undamped mode with this one. */
static bool loop_holds(struct covering *c, struct arena *scratch, const struct loop *loop,
                       bool alone) {
    if (!is_within_reach(loop) || !sections_are_within(loop, c->R)) return false;
    struct contraction *made = contraction_begin(scratch, loop, BUDGET);
    bool holds = contraction_holds(made, c->R, 1, EFFORT_GIVEN) ||
                 contraction_holds(made, c->R, 1, EFFORT_FULL);
    c->spent += contraction_spent(made);
    uint32_t n = loop->channel_count;
    if (holds) return keep(c, made->shown, n, false);
    if (c->R != 1 || !alone || loop->section_count) return false;
    if (lossless_test(scratch, made->constant, n, NULL) != LOSSLESS_UNDECIDED)
        return keep(c, NULL, n, true);
    return lossless_test(scratch, made->constant, n, made->x) != LOSSLESS_UNDECIDED &&
           keep(c, made->x, n, true);
}

static const char *loop_text(struct covering *c, const struct loop *loop) {
    const struct component *component = &c->net->components[loop->component];
    const char *through = "";
    for (uint32_t m = 0; m < component->count && !*through; m++) {
        const struct node *node = c->net->cells[component->members[m]].node;
        if (node && node->name)
            through = text_format(c->arena, " through '%s'", node->name->text);
    }
    return text_format(c->arena,
                       "with every gain and filter that a knob moves at its largest, the loop%s is not "
                       "shown to contract", through);
}

/* Loops without constants that move are as they were at the initial values. */
static bool box_holds(struct covering *c, const struct knob *box, enum envelope_how how) {
    struct arena scratch;
    arena_init_scratch(&scratch, c->arena);
    struct envelope envelope = envelope_make(&scratch, c->net, box, how, c->R, c->single);
    const char *why = envelope.why_not;
    bool holds = !why;
    c->scalings.count = 0;
    if (why && !c->why) c->why = text_format(c->arena, "%s", why);
    if (holds) {
        uint32_t count;
        const struct loop *loops = cut_loops(&scratch, envelope.net, c->single, &count);
        for (uint32_t i = 0; i < count && holds; i++) {
            if (!envelope.moved[loops[i].component]) continue;
            holds = loop_holds(c, &scratch, &loops[i], count == 1);
            if (!holds && !c->why) c->why = loop_text(c, &loops[i]);
        }
    }
    arena_free(&scratch);
    return holds;
}

/* The circle that a proof is kept of, with a little room: not each way of looking at it need show
 * the same in the last bits. */
static double kept_radius(double R) {
    return R > 1 ? exp(log(R) * (1 - 1e-6)) : 1;
}

/* One piece of the circle takes seconds where a loop has more channels than this. */
enum { EXACT_CHANNELS_MOST = 128 };

/* The same for the middle of a box and what is around it, by tier 2. */
static bool box_holds_exactly(struct covering *c, const struct knob *box) {
    if (!c->exactly || c->evaluations >= c->most_evaluations) return false;
    struct arena scratch;
    arena_init_scratch(&scratch, c->arena);
    double R = kept_radius(c->R);
    struct envelope envelope =
        envelope_make(&scratch, c->net, box, ENVELOPE_MIDDLE, R, c->single);
    bool holds = !envelope.why_not;
    c->scalings.count = 0;
    if (holds) {
        uint32_t count;
        const struct loop *loops =
            cut_loops_around(&scratch, envelope.net, c->single, envelope.free, &count);
        for (uint32_t i = 0; i < count && holds; i++) {
            if (!envelope.moved[loops[i].component]) continue;
            holds = is_within_reach(&loops[i]) &&
                    loops[i].channel_count <= EXACT_CHANNELS_MOST &&
                    sections_are_within(&loops[i], R);
            if (!holds) break;
            uint64_t left = c->most_evaluations - c->evaluations;
            const struct witness *circle = box_exact_prove(
                c->kept, &loops[i], R, left / 4 + 1, &c->evaluations, &c->spent);
            struct knob_scaling kept = {NULL, loops[i].channel_count, false, circle};
            vec_push(c->arena, &c->scalings, kept);
            holds = circle != NULL;
        }
    }
    arena_free(&scratch);
    return holds;
}

static double middle_of(const struct knob *knob) {
    return knob->logarithmic && knob->lo > 0 ? sqrt(knob->lo) * sqrt(knob->hi)
                                             : knob->lo / 2 + knob->hi / 2;
}

/* How much of its whole range a knob has in a box. */
static double share_of(const struct knob *knob, const struct knob *whole) {
    if (!(whole->hi > whole->lo)) return 0;
    if (knob->logarithmic && whole->lo > 0)
        return log(knob->hi / knob->lo) / log(whole->hi / whole->lo);
    return (knob->hi - knob->lo) / (whole->hi - whole->lo);
}

static const double *middles_of(struct covering *c, const struct knob *box) {
    double *middle = ARENA_ARRAY(c->arena, c->net->knob_count, double);
    for (uint32_t k = 0; k < c->net->knob_count; k++) middle[k] = box[k].init;
    return middle;
}

/* True if proofs were found that cover the box. */
static bool cover(struct covering *c, const struct knob *box) {
    if (c->tries >= c->most || c->spent > spent_most) return false;
    c->tries++;
    bool largest = box_holds(c, box, ENVELOPE_LARGEST);
    bool exactly = false, holds = largest || (!c->largest_alone && box_holds(c, box, ENVELOPE_MIDDLE));
    if (!holds) holds = exactly = box_holds_exactly(c, box);
    if (holds) {
        size_t size = c->scalings.count * sizeof *c->scalings.at;
        struct knob_part part = {.cut = KNOB_PART_WHOLE,
                                 .middle = largest ? NULL : middles_of(c, box),
                                 .scalings = size ? (const void *)arena_copy(c->arena, c->scalings.at, size) : NULL,
                                 .scaling_count = (uint32_t)c->scalings.count};
        vec_push(c->arena, &c->parts, part);
        c->middles = c->middles || (!largest && !exactly);
        c->shown_exactly = c->shown_exactly || exactly;
        c->boxes++;
        return true;
    }
    uint32_t cut = 0;
    double widest = 0;
    for (uint32_t k = 0; k < c->matter_count; k++) {
        uint32_t knob = c->matter[k];
        double share = share_of(&box[knob], &c->net->knobs[knob]);
        if (share > widest) widest = share, cut = knob;
    }
    if (!(widest > 1e-3)) return false;
    struct knob_part in_two = {.cut = cut, .at = middle_of(&box[cut])};
    vec_push(c->arena, &c->parts, in_two);
    struct knob *half = ARENA_ARRAY(c->arena, c->net->knob_count, struct knob);
    for (int side = 0; side < 2; side++) {
        memcpy(half, box, c->net->knob_count * sizeof *half);
        *(side ? &half[cut].lo : &half[cut].hi) = middle_of(&box[cut]);
        half[cut].init = middle_of(&half[cut]);
        if (!cover(c, half)) return false;
    }
    return true;
}

static bool covers(struct covering *c, double R, uint32_t most) {
    struct knob *whole = ARENA_ARRAY(c->arena, c->net->knob_count, struct knob);
    for (uint32_t k = 0; k < c->net->knob_count; k++) whole[k] = c->net->knobs[k];
    for (uint32_t k = 0; k < c->matter_count; k++)
        whole[c->matter[k]].init = middle_of(&whole[c->matter[k]]);
    c->R = R;
    c->tries = c->boxes = 0;
    c->most = most;
    c->parts.count = 0;
    return cover(c, whole);
}

/* The parts of the last cover that held. What holds on a circle of w does within it. */
static void keep_proof(struct covering *c, struct arena *arena, double R, struct knob_witness *out) {
    size_t knobs = c->net->knob_count * sizeof(double);
    struct knob_part *parts = ARENA_ARRAY(arena, c->parts.count, struct knob_part);
    for (size_t i = 0; i < c->parts.count; i++) {
        parts[i] = c->parts.at[i];
        if (parts[i].middle)
            parts[i].middle = (const void *)arena_copy(arena, parts[i].middle, knobs);
        struct knob_scaling *scalings =
            ARENA_ARRAY(arena, parts[i].scaling_count, struct knob_scaling);
        for (uint32_t k = 0; k < parts[i].scaling_count; k++) {
            scalings[k] = parts[i].scalings[k];
            size_t size = scalings[k].count * sizeof(double);
            if (scalings[k].x) scalings[k].x = (const void *)arena_copy(arena, scalings[k].x, size);
        }
        parts[i].scalings = scalings;
    }
    *out = (struct knob_witness){R, parts, (uint32_t)c->parts.count};
}

/* From the longest decay to the shortest one that is proved of all positions; NaN if none is. */
static double decay_everywhere(struct covering *c, struct arena *arena,
                               struct knob_witness *shown) {
    enum { STEPS = 14 };
    const double longest_s = 1000, rate = c->net->rate;
    double low = log(1000) / (longest_s * rate), high = 0;
    /* As many boxes as on the unit circle, and what they were cut from. */
    uint32_t tries = 2 * c->boxes;
    c->largest_alone = !c->middles;
    c->spent = 0;
    if (!covers(c, exp(low), tries)) return NAN;
    keep_proof(c, arena, kept_radius(exp(low)), shown);
    for (int step = 0; step < STEPS; step++) {
        if (high > 0 && high < 1.02 * low) break;
        double middle = high == 0 ? 4 * low : sqrt(low * high);
        if (middle < 0.5 && covers(c, exp(middle), tries)) {
            low = middle;
            keep_proof(c, arena, kept_radius(exp(low)), shown);
        } else {
            high = middle;
        }
    }
    return log(1000) / (log(shown->R) * rate) * (1 + 1e-12);
}

/* ---- single positions ------------------------------------------------------------------------ */

bool positions_depend(const struct net *net, uint32_t knob) {
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        if (!in_loop(net, cell) && cell->op != CELL_SECTION) continue;
        for (uint32_t i = 0; i < cell->operand_count; i++)
            if (expr_uses(cell->operands[i].expr, knob)) return true;
    }
    return false;
}

const struct net *positions_net_at(struct arena *arena, const struct net *net,
                                   const double *values) {
    struct net *made = ARENA_NEW(arena, struct net);
    *made = *net;
    struct cell *cells = ARENA_ARRAY(arena, net->cell_count, struct cell);
    for (wire w = 0; w < net->cell_count; w++) {
        cells[w] = net->cells[w];
        if (!envelope_moves(&cells[w])) continue;
        struct operand *operands = ARENA_ARRAY(arena, cells[w].operand_count, struct operand);
        for (uint32_t i = 0; i < cells[w].operand_count; i++)
            operands[i] = operand_constant(operand_value(cells[w].operands[i], values));
        cells[w].operands = operands;
    }
    made->cells = cells;
    made->knob_count = 0;
    return made;
}

/* Position number i: the corners, where there are few knobs, or one knob after the other at its
 * ends. */
static bool position(const struct net *net, const uint32_t *matter, uint32_t count, uint32_t i,
                     double *values) {
    enum { CORNERS = 4 };
    for (uint32_t k = 0; k < net->knob_count; k++) values[k] = net->knobs[k].init;
    if (count <= CORNERS) {
        if (i >= 1u << count) return false;
        for (uint32_t k = 0; k < count; k++) {
            const struct knob *knob = &net->knobs[matter[k]];
            values[matter[k]] = i >> k & 1 ? knob->hi : knob->lo;
        }
        return true;
    }
    if (i >= 2 * count) return false;
    const struct knob *knob = &net->knobs[matter[i / 2]];
    values[matter[i / 2]] = i & 1 ? knob->hi : knob->lo;
    return true;
}

/* One clause if the net is unstable, cheaply proved; else null. */
static const char *instability_of(struct arena *arena, const struct net *net, bool single) {
    for (wire w = 0; w < net->cell_count; w++) {
        if (net->cells[w].op != CELL_SECTION || in_loop(net, &net->cells[w])) continue;
        struct section_values s = section_values_of(net, w, single);
        if (section_classify(&s) >= POLES_DOUBLE)
            return text_format(arena, "%s has a pole outside", envelope_cell_text(arena, &net->cells[w]));
    }
    uint32_t count;
    const struct loop *loops = cut_loops(arena, net, single, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (!is_within_reach(&loops[i])) continue;
        struct instability_proof proof =
            instability_prove(arena, contraction_begin(arena, &loops[i], BUDGET));
        switch (proof.kind) {
        case INSTABILITY_NONE: break;
        case INSTABILITY_SECTION: return "a section of a loop has a pole outside";
        case INSTABILITY_SIGN:
            return proof.at > 0 ? "a loop grows at 0 Hz, where its gain is above 1"
                                : "a loop grows at half the sample rate, where its gain is above 1";
        case INSTABILITY_DETERMINANT:
            return text_format(arena, "a loop grows by at least %.3g dB/s",
                               20 * log10(proof.at) * net->rate);
        }
    }
    return NULL;
}

static bool refute(struct arena *arena, const struct net *net, bool single, struct positions *out) {
    uint32_t *matter = ARENA_ARRAY(arena, net->knob_count, uint32_t), count = 0;
    for (uint32_t k = 0; k < net->knob_count; k++)
        if (positions_depend(net, k)) matter[count++] = k;
    double *values = ARENA_ARRAY(arena, net->knob_count, double);
    for (uint32_t i = 0; position(net, matter, count, i, values); i++) {
        struct arena scratch;
        arena_init_scratch(&scratch, arena);
        const char *why = instability_of(&scratch, positions_net_at(&scratch, net, values), single);
        if (why) why = text_format(arena, "%s", why);
        arena_free(&scratch);
        if (!why) continue;
        *out = (struct positions){
            .found = POSITIONS_REFUTED, .at = values, .why = why, .rt60_max_s = NAN};
        return true;
    }
    return false;
}

struct positions positions_prove(struct arena *arena, const struct net *net, bool single,
                                 bool decay, uint64_t most_evaluations, uint64_t *evaluations) {
    enum { TRIES = 128 };
    struct positions found = {.found = POSITIONS_STABLE, .boxes = 1, .rt60_max_s = NAN};
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    uint32_t *matter = ARENA_ARRAY(&scratch, net->knob_count, uint32_t), count = 0;
    for (uint32_t k = 0; k < net->knob_count; k++)
        if (positions_depend(net, k)) matter[count++] = k;
    struct covering c = {
        .arena = &scratch, .net = net, .single = single, .matter = matter, .matter_count = count,
        .kept = arena, .most_evaluations = most_evaluations};
    bool whole = covers(&c, 1, 1);
    if (!whole && refute(arena, net, single, &found)) {
        arena_free(&scratch);
        return found;
    }
    const char *why = c.why ? text_format(arena, "%s", c.why) : NULL;
    c.exactly = true;
    if (!whole && !covers(&c, 1, TRIES))
        found = (struct positions){.found = POSITIONS_UNDECIDED, .why = why, .rt60_max_s = NAN};
    found.boxes = c.boxes;
    found.exactly = c.shown_exactly;
    if (found.found == POSITIONS_STABLE) {
        keep_proof(&c, arena, 1, &found.proof.witnesses[found.proof.witness_count++]);
        if (decay) found.rt60_max_s = decay_everywhere(&c, arena, &found.proof.witnesses[1]);
        if (!isnan(found.rt60_max_s)) found.proof.witness_count++;
    }
    *evaluations += c.evaluations;
    arena_free(&scratch);
    return found;
}
