#include "ir/noise.h"

#include <math.h>
#include <string.h>

const struct section_form_info section_form_infos[SECTION_FORMS] = {
#define FORM(NAME, text, meaning) {text, meaning},
#include "ir/section_forms.def"
#undef FORM
};

enum { B0, B1, B2, A1, A2 };

/* ---- numbers ---- */

void section_form_plain(enum section_form form, const double *of, double *n) {
    memcpy(n, of, SECTION_NUMBERS * sizeof *n);
    if (form == SECTION_INTEGRATOR) {
        n[1] = of[B0] + of[B1];
        n[3] = 1 + of[A1];
    } else if (form == SECTION_INTEGRATORS) {
        n[1] = of[B0] - of[B2];
        n[2] = (of[B0] + of[B1]) + of[B2];
        n[3] = 1 - of[A2];
        /* With a2 as 1 - n3 has it: then a1 comes back whole. */
        n[4] = (1 + of[A1]) + (1 - n[3]);
    }
}

/* a + b, and false if that was rounded (D. Knuth's sum of two). */
static bool sum_exactly(double a, double b, double *sum) {
    double s = a + b, back = s - a;
    *sum = s;
    return (a - (s - back)) + (b - back) == 0;
}

static bool values_of(enum section_form form, const double *n, bool single, double *v) {
    double of[SECTION_NUMBERS], step;
    for (int k = 0; k < SECTION_NUMBERS; k++) of[k] = single ? (double)(float)n[k] : n[k];
    memcpy(v, of, sizeof of);
    if (form == SECTION_DIRECT) return true;
    if (form == SECTION_INTEGRATOR)
        return sum_exactly(of[1], -of[0], &v[B1]) && sum_exactly(of[3], -1, &v[A1]);
    return sum_exactly(of[0], -of[1], &v[B2]) && sum_exactly(of[1], of[2], &step) &&
           sum_exactly(step, -2 * of[0], &v[B1]) && sum_exactly(1, -of[3], &v[A2]) &&
           sum_exactly(of[4], of[3], &step) && sum_exactly(step, -2, &v[A1]);
}

/* The multiple of 2^-52 times the power of two `scale` that is nearest, where a float that is so
 * small would hold finer ones. */
static double on_grid(double x, double scale) {
    if (fabs(x) >= scale * 0x1p-28) return x;
    return nearbyint(x / scale * 0x1p52) * scale * 0x1p-52;
}

bool section_form_numbers(enum section_form form, const double *section, double *numbers) {
    double values[SECTION_NUMBERS];
    section_form_plain(form, section, numbers);
    if (form == SECTION_DIRECT) return true;
    if (form == SECTION_INTEGRATOR && (section[B2] != 0 || section[A2] != 0)) return false;
    for (int k = 0; k < SECTION_NUMBERS; k++)
        if (!(fabs(numbers[k]) < 0x1p100)) return false;
    if (values_of(form, numbers, false, values) && values_of(form, numbers, true, values))
        return true;
    double most = fmax(fabs(numbers[0]), fmax(fabs(numbers[1]), fabs(numbers[2])));
    int exponent = 0;
    frexp(most, &exponent);
    for (int k = 0; k < SECTION_NUMBERS; k++)
        numbers[k] = on_grid(numbers[k], k < 3 ? ldexp(1, exponent) : 1);
    return values_of(form, numbers, false, values) && values_of(form, numbers, true, values);
}

bool section_form_values(enum section_form form, const double *section, bool single,
                         double *values) {
    double numbers[SECTION_NUMBERS];
    if (!section_form_numbers(form, section, numbers)) section_form_plain(form, section, numbers);
    return values_of(form, numbers, single, values);
}

void section_form_operands(struct arena *arena, enum section_form form,
                           const struct operand *section, struct operand *numbers) {
    double constants[SECTION_NUMBERS], found[SECTION_NUMBERS];
    bool moving = false;
    for (int k = 0; k < SECTION_NUMBERS; k++) {
        numbers[k] = section[k];
        constants[k] = section[k].value;
        moving |= section[k].expr != NULL;
    }
    if (form == SECTION_DIRECT) return;
    if (!moving && section_form_numbers(form, constants, found)) {
        for (int k = 0; k < SECTION_NUMBERS; k++) numbers[k] = operand_constant(found[k]);
        return;
    }
    const struct operand one = operand_constant(1);
    if (form == SECTION_INTEGRATOR) {
        numbers[1] = operand_add(arena, section[B0], section[B1]);
        numbers[3] = operand_add(arena, one, section[A1]);
        return;
    }
    numbers[1] = operand_equal(section[B0], section[B2])
                     ? operand_constant(0)
                     : operand_sub(arena, section[B0], section[B2]);
    numbers[2] = operand_add(arena, operand_add(arena, section[B0], section[B1]), section[B2]);
    numbers[3] = operand_sub(arena, one, section[A2]);
    numbers[4] = operand_add(arena, operand_add(arena, one, section[A1]), section[A2]);
}

/* ---- noise ---- */

enum { STATES = 4 };

/* x -> s, s' = M s + B x, y = C s + D x */
struct system {
    double M[STATES][STATES], B[STATES], C[STATES], D;
    int count;
};

/* The sum of the squares of its impulse response: D^2 + B' W B, W = M' W M + C' C, with the terms
 * of the sum doubled each time. */
static double energy(const struct system *of) {
    double W[STATES][STATES], M[STATES][STATES], next[STATES][STATES], part[STATES][STATES];
    const int n = of->count;
    enum { DOUBLINGS = 60 };
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) W[i][k] = of->C[i] * of->C[k], M[i][k] = of->M[i][k];
    double sum = 0;
    for (int turn = 0; turn < DOUBLINGS; turn++) {
        double before = sum;
        sum = of->D * of->D;
        for (int i = 0; i < n; i++)
            for (int k = 0; k < n; k++) sum += of->B[i] * W[i][k] * of->B[k];
        if (!isfinite(sum)) return INFINITY;
        if (turn > 2 && sum - before <= 1e-9 * sum) return sum;
        for (int i = 0; i < n; i++)
            for (int k = 0; k < n; k++) {
                double at = 0, square = 0;
                for (int l = 0; l < n; l++) at += W[i][l] * M[l][k], square += M[i][l] * M[l][k];
                part[i][k] = at;
                next[i][k] = square;
            }
        for (int i = 0; i < n; i++)
            for (int k = 0; k < n; k++)
                for (int l = 0; l < n; l++) W[i][k] += M[l][i] * part[l][k];
        memcpy(M, next, sizeof M);
    }
    return INFINITY;
}

/* A number that is computed, f . s + fx x, and where its error goes: to the states, and to y. */
struct rounding {
    double f[2], x, to[2], y;
    double factor; /* of a product: what may have been rounded itself; 0: a sum */
};

/* What it is to be: the section, from x to v, from the error to y. */
static struct system heard(const struct system *section, const struct rounding *at) {
    struct system s = *section;
    s.C[0] = at->f[0], s.C[1] = at->f[1], s.D = at->x;
    return s;
}

static struct system injected(const struct system *section, const struct rounding *at) {
    struct system s = *section;
    s.B[0] = at->to[0], s.B[1] = at->to[1];
    s.C[0] = 1, s.C[1] = 0, s.D = at->y;
    return s;
}

static struct system behind(const struct system *first, const struct system *second) {
    const int n = first->count;
    struct system s = {.count = 2 * n, .D = first->D * second->D};
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < n; k++) {
            s.M[i][k] = first->M[i][k];
            s.M[n + i][n + k] = second->M[i][k];
            s.M[n + i][k] = second->B[i] * first->C[k];
        }
        s.B[i] = first->B[i];
        s.B[n + i] = second->B[i] * first->D;
        s.C[i] = second->D * first->C[i];
        s.C[n + i] = second->C[i];
    }
    return s;
}

static double added_noise(const struct system *section, const struct rounding *at) {
    if (at->factor == 1 || at->factor == -1) return 0; /* no operation */
    struct system signal = heard(section, at), error = injected(section, at);
    double of_signal = energy(&signal);
    if (of_signal == 0) return 0;
    double noise = of_signal * energy(&error);
    if (at->factor != 0 && (double)(float)at->factor != at->factor) {
        struct system both = behind(&signal, &error);
        noise += energy(&both);
    }
    return noise;
}

enum { ROUNDINGS = 12 };

/* As backends write it: s1' = -a1 s1 + (k1 x + s2), s2' = -a2 s1 + k2 x, k = b - a b0. */
static int roundings_direct(const double *n, struct system *s, struct rounding *at) {
    double k1 = n[1] - n[3] * n[0], k2 = n[2] - n[4] * n[0];
    bool two = n[2] != 0 || n[4] != 0;
    *s = (struct system){.M = {{-n[3], two}, {-n[4], 0}}, .B = {k1, k2}, .count = two ? 2 : 1};
    const struct rounding all[] = {
        {{1, 0}, n[0], {0, 0}, 1, 0},     {{0, 0}, n[0], {0, 0}, 1, n[0]},
        {{-n[3], two}, k1, {1, 0}, 0, 0}, {{-n[3], 0}, 0, {1, 0}, 0, n[3]},
        {{0, 0}, k1, {1, 0}, 0, k1},      {{0, 1}, k1, {1, 0}, 0, 0},
        {{-n[4], 0}, k2, {0, 1}, 0, 0},   {{-n[4], 0}, 0, {0, 1}, 0, n[4]},
        {{0, 0}, k2, {0, 1}, 0, k2},
    };
    memcpy(at, all, sizeof all);
    return two ? (int)(sizeof all / sizeof *all) : 5;
}

/* An error of y comes back through both steps, one of s2' goes to s1' too. */
static int roundings_integrators(const double *n, bool two, struct system *s, struct rounding *at) {
    double c = n[3], alpha = two ? n[4] : 0, beta = two ? n[2] : 0;
    double in1 = n[1] - c * n[0], in2 = beta - alpha * n[0];
    *s = (struct system){
        .M = {{1 - c - alpha, two}, {-alpha, two}}, .B = {in1 + in2, in2}, .count = two ? 2 : 1};
    const struct rounding all[] = {
        {{1, 0}, n[0], {-c - alpha, -alpha}, 1, 0},
        {{0, 0}, n[0], {-c - alpha, -alpha}, 1, n[0]},
        {{-c, 0}, in1, {1, 0}, 0, 0},
        {{-c, 0}, -c * n[0], {1, 0}, 0, c},
        {{0, 0}, n[1], {1, 0}, 0, n[1]},
        {{1 - c, 0}, in1, {1, 0}, 0, 0},
        {{1 - c - alpha, 1}, in1 + in2, {1, 0}, 0, 0},
        {{-alpha, 0}, in2, {1, 1}, 0, 0},
        {{-alpha, 0}, -alpha * n[0], {1, 1}, 0, alpha},
        {{0, 0}, beta, {1, 1}, 0, beta},
        {{-alpha, 1}, in2, {1, 1}, 0, 0},
    };
    memcpy(at, all, sizeof all);
    return two ? (int)(sizeof all / sizeof *all) : 6;
}

/* Jury's test. */
static bool is_stable(const double *of) {
    return fabs(of[A2]) < 1 && fabs(of[A1]) < 1 + of[A2];
}

double section_noise(enum section_form form, const double *section) {
    double numbers[SECTION_NUMBERS];
    if (!is_stable(section)) return INFINITY;
    section_form_plain(form, section, numbers);
    struct system s;
    struct rounding all[ROUNDINGS];
    int count = form == SECTION_DIRECT
                    ? roundings_direct(numbers, &s, all)
                    : roundings_integrators(numbers, form == SECTION_INTEGRATORS, &s, all);
    struct rounding outlet = {{1, 0}, section[B0], {0, 0}, 0, 0};
    struct system sound = heard(&s, &outlet);
    double noise = 0, power = energy(&sound);
    if (power == 0) return 0;
    for (int i = 0; i < count; i++) noise += added_noise(&s, &all[i]);
    return sqrt(0.18 * noise / power);
}

/* ---- choice ---- */

/* Where |(1 - p) (1 - q)| is at least this for both poles, the direct form loses too little. */
#define NEAR 0.25

/* So many positions of the knobs: corners of the first few, then a sequence that fills the box: R.
 * Cranley, T. Patterson, SIAM J. Numer. Anal. 13, 1976, with the roots of primes. */
enum { CORNER_KNOBS = 3, CORNERS = 1 << CORNER_KNOBS, POSITIONS = 24 };

struct choice {
    struct arena *scratch;
    const struct net *net;
    double *knobs;
};

static bool uses(const struct cell *cell, uint32_t knob) {
    for (int k = 0; k < SECTION_NUMBERS; k++)
        if (expr_uses(cell->operands[k].expr, knob)) return true;
    return false;
}

static bool moves(const struct cell *cell) {
    for (int k = 0; k < SECTION_NUMBERS; k++)
        if (cell->operands[k].expr) return true;
    return false;
}

static double at_part(const struct knob *knob, double part) {
    if (part <= 0) return knob->lo;
    if (part >= 1) return knob->hi;
    if (!knob->logarithmic || !(knob->lo > 0)) return knob->lo + part * (knob->hi - knob->lo);
    return knob->lo * pow(knob->hi / knob->lo, part);
}

static void section_at(struct choice *c, const struct cell *cell, int position, double *out) {
    int found = 0;
    for (uint32_t k = 0; k < c->net->knob_count && position >= 0; k++) {
        if (!uses(cell, k)) continue;
        static const double primes[] = {2, 3, 5, 7, 11, 13, 17, 19};
        double part = position < CORNERS ? found < CORNER_KNOBS ? position >> found & 1 : 0.5
                                         : position * sqrt(primes[found % 8]) + found / 8 * 0.31;
        c->knobs[k] = at_part(&c->net->knobs[k], position < CORNERS ? part : part - floor(part));
        found++;
    }
    for (int k = 0; k < SECTION_NUMBERS; k++)
        out[k] =
            position < 0 ? cell->operands[k].value : operand_value(cell->operands[k], c->knobs);
}

/* A form's numbers are sums: they ramp as these do only if all have one time constant. And they
 * must not become too long to write. */
static bool moves_as_one(const struct choice *c, const struct cell *cell) {
    double smooth_s = -1;
    uint64_t size = 8;
    for (int k = 0; k < SECTION_NUMBERS; k++) {
        struct operand operand = cell->operands[k];
        if (!operand.expr) continue;
        double own = operand_smooth_s(operand, c->net->knobs);
        if (smooth_s >= 0 && own != smooth_s) return false;
        smooth_s = own;
        size += operand.expr->size;
    }
    return size < EXPR_SIZE_MAX;
}

/* How many positions there are to look at, from -1 on: where the knobs begin, then the others. */
static int positions_of(const struct cell *cell) {
    return moves(cell) ? POSITIONS : 0;
}

static bool comes_near(struct choice *c, const struct cell *cell) {
    double section[SECTION_NUMBERS];
    for (int p = -1; p < positions_of(cell); p++) {
        section_at(c, cell, p, section);
        if (is_stable(section) && 1 + section[A1] + section[A2] < NEAR) return true;
    }
    return false;
}

/* The noise of a section in each form, the worst over positions where it is stable. */
static void look(struct choice *c, const struct cell *cell, double *noise) {
    double section[SECTION_NUMBERS], numbers[SECTION_NUMBERS];
    int end = positions_of(cell);
    bool as_one = moves_as_one(c, cell);
    bool first = operand_is(cell->operands[B2], 0) && operand_is(cell->operands[A2], 0);
    for (int f = 0; f < SECTION_FORMS; f++) {
        section_at(c, cell, -1, section);
        bool has = end ? as_one && (first || f != SECTION_INTEGRATOR)
                       : section_form_numbers((enum section_form)f, section, numbers);
        noise[f] = f == SECTION_DIRECT || has ? 0 : INFINITY;
        for (int p = -1; p < end && isfinite(noise[f]); p++) {
            section_at(c, cell, p, section);
            if (is_stable(section))
                noise[f] = fmax(noise[f], section_noise((enum section_form)f, section));
        }
    }
}

static enum section_form best_of(const double *noise) {
    enum section_form best = SECTION_DIRECT;
    if (noise[SECTION_DIRECT] <= FORM_ENOUGH) return SECTION_DIRECT;
    for (int f = 1; f < SECTION_FORMS; f++)
        if (FORM_BETTER * noise[f] <= noise[SECTION_DIRECT] && noise[f] < noise[best])
            best = (enum section_form)f;
    return best;
}

static bool same_section(const struct cell *a, const struct cell *b) {
    for (int k = 0; k < SECTION_NUMBERS; k++)
        if (!operand_equal(a->operands[k], b->operands[k])) return false;
    return true;
}

static void choose_bank(struct choice *c, const struct bank *bank, struct cell *cells) {
    bool near = false;
    for (uint32_t r = 0; r < bank->count && !near; r++)
        near = comes_near(c, &cells[bank->first + r]);
    if (!near) return;
    struct arena scratch;
    arena_init_scratch(&scratch, c->scratch);
    double(*noise)[SECTION_FORMS] = arena_array(&scratch, bank->count, sizeof *noise);
    double worst[SECTION_FORMS] = {0}; /* over what is best for each */
    for (uint32_t r = 0; r < bank->count; r++) {
        struct cell *cell = &cells[bank->first + r];
        if (r && same_section(cell, cell - 1)) memcpy(noise[r], noise[r - 1], sizeof *noise);
        else look(c, cell, noise[r]);
        cell->form = best_of(noise[r]);
        for (int f = 0; f < SECTION_FORMS; f++)
            worst[f] =
                fmax(worst[f],
                     noise[r][f] > noise[r][cell->form] ? noise[r][f] / noise[r][cell->form] : 1);
    }
    int whole = 0;
    while (whole < SECTION_FORMS && !(worst[whole] < FORM_BETTER)) whole++;
    for (uint32_t r = 0; r < bank->count && whole < SECTION_FORMS; r++)
        cells[bank->first + r].form = (enum section_form)whole;
    arena_free(&scratch);
}

void section_forms_choose(struct arena *scratch, const struct net *net, struct cell *cells) {
    struct choice choice = {scratch, net, ARENA_ARRAY(scratch, net->knob_count, double)};
    for (uint32_t k = 0; k < net->knob_count; k++) choice.knobs[k] = net->knobs[k].init;
    for (uint32_t b = 0; b < net->bank_count; b++)
        if (net->banks[b].op == CELL_SECTION) choose_bank(&choice, &net->banks[b], cells);
}

void section_forms_say(struct arena *scratch, struct diags *diags, const struct net *net) {
    struct choice choice = {scratch, net, ARENA_ARRAY(scratch, net->knob_count, double)};
    for (uint32_t k = 0; k < net->knob_count; k++) choice.knobs[k] = net->knobs[k].init;
    for (uint32_t b = 0; b < net->bank_count; b++) {
        const struct bank *bank = &net->banks[b];
        uint32_t count = 0;
        const struct cell *first = NULL;
        for (uint32_t r = 0; r < bank->count && bank->op == CELL_SECTION; r++) {
            const struct cell *cell = &net->cells[bank->first + r];
            if (cell->form == SECTION_DIRECT) continue;
            if (!count++) first = cell;
        }
        if (!count) continue;
        double noise[SECTION_FORMS];
        look(&choice, first, noise);
        if (!(noise[first->form] > 0)) continue;
        diag_remark(diags, first->at,
                    count > 1 ? "%u sections run as %s: the first of them has %.3g times the "
                                "rounding noise in direct form"
                              : "%u section runs as %s: it has %.3g times the rounding noise in "
                                "direct form",
                    count, section_form_infos[first->form].text,
                    noise[SECTION_DIRECT] / noise[first->form]);
    }
}
