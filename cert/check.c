#include "cert/check.h"

#include <math.h>

#include "cert/check_witness.h"
#include "cert/constants.h"

/* What rounding of a printed figure leaves. */
static bool at_most(double a, double b) {
    return a <= b * (1 + 1e-11) + 1e-300;
}

/* The claims of one loop, against what its witnesses show. NaN: not claimed. */
static bool check_loop(struct checking *k, const struct loop_claim *claim, double rate) {
    struct shown shown = {.outside = -1, .growth = -1, .energy = LOSSLESS_UNDECIDED};
    for (uint32_t i = 0; i < claim->witness_count; i++)
        if (!check_witness(k, &claim->witnesses[i], &shown)) return false;
    bool keeps = shown.energy != LOSSLESS_UNDECIDED;
    bool decays = shown.R >= 1 || shown.energy == LOSSLESS_LOSSY;
    /* 0.01 dB a minute */
    double nearly = exp(-log(10) / 20 * 0.01 / 60 / rate) * (1 - 1e-13);
    double least = claim->verdict == VERDICT_CERTIFIED_STABLE ? 1 : nearly;
    const bool is_so[VERDICT_COUNT] = {
        [VERDICT_CERTIFIED_STABLE] = decays,
        [VERDICT_MARGINALLY_STABLE] = keeps || shown.R >= nearly,
        [VERDICT_INDETERMINATE] = true,
        [VERDICT_UNSTABLE] = shown.growth >= 0,
    };
    const char *missing = NULL;
    if (!is_so[claim->verdict]) missing = "its verdict";
    else if (!isnan(claim->rt60_max_s) &&
             !(shown.R > 1 && at_most(log(1000) / (log(shown.R) * rate), claim->rt60_max_s)))
        missing = "its decay";
    else if (!isnan(claim->growth_db_per_s) &&
             !(shown.growth >= 0 &&
               at_most(claim->growth_db_per_s, 20 / log(10) * (shown.growth + 8 * UNIT) * rate)))
        missing = "its growth";
    else if (claim->modes_outside >= 0 && claim->modes_outside != shown.outside)
        missing = "how many modes are outside";
    else if (claim->any_delay && !keeps && !(shown.R_free >= least))
        missing = "that it holds for any delays";
    else if (claim->time_varying_gain && !(shown.R_moving >= least))
        missing = "that it holds while gains move";
    return !missing ||
           check_refuses(k, text_format(k->arena, "its witnesses do not show %s", missing));
}

/* Of a cell outside of loops. `*decays`: none of its poles has |z| > 1/R. */
static enum verdict verdict_of(const struct net *net, wire w, bool single, double R, bool *decays) {
    const struct cell *cell = &net->cells[w];
    if (cell_is_filter(cell)) {
        struct section_values s = section_values_of(net, w, single);
        if (!section_is_finite(&s)) return VERDICT_INDETERMINATE;
        if (s.taps) return VERDICT_CERTIFIED_STABLE;
        *decays = *decays && section_poles_within(&s, R);
        enum section_poles poles = section_classify(&s);
        return poles == POLES_INSIDE     ? VERDICT_CERTIFIED_STABLE
               : poles == POLES_MARGINAL ? VERDICT_MARGINALLY_STABLE
                                         : VERDICT_UNSTABLE;
    }
    bool good = cell->op == CELL_INLET || cell->op == CELL_DELAY || cell->op == CELL_MIX;
    for (uint32_t i = 0; cell->op == CELL_MIX && i < cell->count; i++)
        good = good && isfinite(constant_of(cell->operands[i], single));
    return good ? VERDICT_CERTIFIED_STABLE : VERDICT_INDETERMINATE;
}

const char *cert_check(struct arena *arena, const struct net *net, const struct claims *claims) {
    uint32_t count;
    struct loop *loops = cut_loops(arena, net, claims->single, &count);
    if (!arithmetic_is_usual()) return "this machine does not round doubles to nearest";
    if (count != claims->loop_count)
        return text_format(arena, "it speaks of %u loops, and the program has %u",
                           claims->loop_count, count);
    bool *marginal = ARENA_ARRAY(arena, net->component_count, bool);
    bool decays = claims->verdict == VERDICT_CERTIFIED_STABLE && claims->rt60_max_s >= 0;
    double R = isnan(claims->rt60_max_s)
                   ? 1
                   : exp(log(1000) / (claims->rt60_max_s * net->rate)) * (1 - 1e-12);
    enum verdict worst = VERDICT_CERTIFIED_STABLE;
    for (wire w = 0; w < net->cell_count; w++) {
        uint32_t component = net->cells[w].component;
        if (net->components[component].cyclic) continue;
        enum verdict verdict = verdict_of(net, w, claims->single, fmax(R, 1), &decays);
        marginal[component] |= verdict == VERDICT_MARGINALLY_STABLE;
        if (verdict > worst) worst = verdict;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct loop_claim *claim = &claims->loops[i];
        uint32_t N = loops[i].channel_count;
        bool known = loops[i].not_covered == NO_WIRE && loops[i].not_finite == NO_WIRE;
        if (N != claim->channel_count)
            return text_format(arena, "loop %u has %u channels, not %u", i + 1, N,
                               claim->channel_count);
        if (claim->verdict > worst) worst = claim->verdict;
        marginal[loops[i].component] = claim->verdict == VERDICT_MARGINALLY_STABLE;
        decays = decays && claim->rt60_max_s <= claims->rt60_max_s;
        if (claim->witness_count && (!known || N > CERT_CHANNELS_MOST))
            return text_format(arena, "loop %u cannot be looked at", i + 1);
        struct arena scratch;
        arena_init_scratch(&scratch, arena);
        struct checking k = {.arena = &scratch};
        if (claim->witness_count) k = checking_begin(&scratch, &loops[i]);
        bool holds = check_loop(&k, claim, net->rate);
        const char *why = holds ? NULL : text_format(arena, "loop %u: %s", i + 1, k.why);
        arena_free(&scratch);
        if (why) return why;
    }
    if (worst == VERDICT_MARGINALLY_STABLE && components_are_coupled(arena, net, marginal))
        worst = VERDICT_INDETERMINATE;
    if (claims->verdict != worst)
        return text_format(arena, "its verdict is %s, and what it shows is %s",
                           verdict_texts[claims->verdict], verdict_texts[worst]);
    if (!isnan(claims->rt60_max_s) && !decays)
        return "its decay is not shown of all loops and sections";
    return NULL;
}
