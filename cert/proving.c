#include "cert/proving.h"

#include <math.h>
#include <string.h>

double bound_rounded_up(double value, int digits) {
    if (!(value > 0) || !isfinite(value)) return value;
    double unit = pow(10, floor(log10(value)) - digits + 1);
    return ceil(value / unit * (1 - 1e-14)) * unit;
}

double bound_rounded_down(double value, int digits) {
    if (!(value > 0) || !isfinite(value)) return value;
    double unit = pow(10, floor(log10(value)) - digits + 1);
    return floor(value / unit * (1 + 1e-14)) * unit;
}

double proving_decay_s(const struct proving *p, double R) {
    /* 60 dB are ln 1000; log is right to an ulp. */
    return log(1000) / (log(R) * p->net->rate) * (1 + 1e-13);
}

void proving_tells(const struct proving *p, const char *what) {
    if (p->progress.tell) p->progress.tell(p->progress.context, what, 0, 0);
}

const char *proving_quoted(struct proving *p, const char *title) {
    return text_format(p->arena, "'%s'", title);
}

const char *proving_section_text(struct proving *p, wire w) {
    const struct cell *cell = &p->net->cells[w];
    uint32_t number = 1, count = 0;
    const struct bank *bank = &p->net->banks[cell->bank];
    if (cell->node && cell->node->op == OP_SOS) count = cell->node->sections->count;
    for (uint32_t b = cell->bank; b > 0 && p->net->banks[b - 1].node == cell->node &&
                                  p->net->banks[b - 1].op == CELL_SECTION && number < count;
         b--)
        number++;
    const char *of =
        cell->node && cell->node->name
            ? text_format(p->arena, " of %s", proving_quoted(p, cell->node->name->text))
            : "";
    if (bank->count == 1) return text_format(p->arena, "section %u%s", number, of);
    return text_format(p->arena, "section %u, channel %u,%s", number, cell->channel + 1, of);
}

const char *proving_pole_text(struct proving *p, const struct section_values *s,
                              enum section_poles poles) {
    const char *section = proving_section_text(p, s->cell);
    if (poles == POLES_DOUBLE)
        return text_format(p->arena, "%s has a double pole on the unit circle", section);
    if (poles == POLES_MARGINAL)
        return text_format(p->arena, "%s has a pole on the unit circle", section);
    double modulus = section_pole_modulus(s);
    if (modulus < 1.0005)
        return text_format(p->arena, "%s has a pole outside, at %.12g", section, modulus);
    return text_format(p->arena, "%s has a pole at %.4g", section, modulus);
}

const char *proving_not_covered(struct proving *p, wire w) {
    uint32_t op = p->net->cells[w].op;
    return text_format(p->arena, "this version has no proofs for a %s",
                       op < CELL_COUNT ? cell_infos[op].text : "cell");
}

/* One scaling shows more than several, on a smaller circle perhaps; and these more than following F. */
static bool shows_alike(const struct witness *a, const struct witness *b) {
    if (a->kind != b->kind) return false;
    bool one = a->open_count == 0 && a->scaling_count == 1;
    return one == (b->open_count == 0 && b->scaling_count == 1) &&
           (a->open_count > 0) == (b->open_count > 0);
}

void keep_witness(struct loop_report *report, const struct witness *witness) {
    uint32_t i = 0;
    while (i < report->witness_count && !shows_alike(&report->witnesses[i], witness)) i++;
    report->witnesses[i] = *witness;
    if (i == report->witness_count) report->witness_count++;
}

void keep_scaling(struct proving *p, struct loop_report *report, const struct contraction *c) {
    uint32_t n = c->loop->channel_count;
    double *scalings = ARENA_ARRAY(p->arena, n, double);
    double *powers = ARENA_ARRAY(p->arena, n, double);
    struct stretch *all = ARENA_NEW(p->arena, struct stretch);
    *all = (struct stretch){0, TICKS_HALF_CIRCLE};
    memcpy(scalings, c->shown, n * sizeof *scalings);
    keep_witness(report, &(struct witness){.kind = WITNESS_CIRCLE,
                                           .R = c->shown_R,
                                           .modes = section_poles_outside(c->loop, c->shown_R),
                                           .scalings = scalings,
                                           .scaling_count = 1,
                                           .cells = all,
                                           .scaling_of = ARENA_NEW(p->arena, uint32_t),
                                           .cell_count = 1,
                                           .powers = powers});
}
