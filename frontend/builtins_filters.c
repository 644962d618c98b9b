/* Filters that are given by frequencies: each parameter is a number or, for a bank, a vector; a
 * matrix makes one filter an entry. Formulas are in passes/design_rbj.h. */
#include <math.h>
#include <string.h>

#include "frontend/builtins.h"
#include "ir/base/limits.h"
#include "passes/design_rbj.h"

/* ---- parameters -------------------------------------------------------------------------------
 */

enum role { ROLE_FREQUENCY, ROLE_POSITIVE, ROLE_NUMBER };

/* Parameters of a call over the entries of a grid: of a number, the same in each. */
struct lifted {
    const struct builtin_call *call;
    struct grid grid;
    size_t entries;
    const struct argument *shaped; /* the first that is no number; null: all are */
};

static struct operand entry_of(const struct argument *a, size_t entry) {
    return value_is_single(a->value) ? value_single(a->value) : a->value.matrix->at[entry];
}

static bool refuse_frequency(struct elaborator *e, const struct builtin_call *call,
                             struct argument a) {
    struct diag *diag =
        diag_error(e->diags, a.at, CODE_DIMENSION, "%s needs a frequency, but this is %s",
                   call->who, value_noun(e->arena, a.value));
    if (a.value.kind == VALUE_NUMBER && a.value.dimension == DIMENSION_NUMBER &&
        !a.value.number.expr)
        diag_fix(diag, a.at, "%gHz", a.value.number.value);
    else if (a.value.kind == VALUE_NUMBER && a.value.dimension == DIMENSION_TIME)
        diag_help(diag, "the frequency of that period is 1/%s", text_at(e, a.at));
    return false;
}

static bool within(struct elaborator *e, struct argument a, struct operand operand, enum role role,
                   const char *label) {
    struct interval range = operand_range(operand, e->knobs);
    const char *moved = operand.expr ? "knobs can bring it to" : "this is";
    if (role == ROLE_FREQUENCY && !(range.lo > 0 && range.hi < 0.5)) {
        bool low = !(range.lo > 0);
        diag_error(e->diags, a.at, CODE_FILTER,
                   "'%s' lies between 0 Hz and %g Hz, half the sample rate, but %s %.6g Hz", label,
                   e->rate / 2, moved, (low ? range.lo : range.hi) * e->rate);
        return false;
    }
    if (role == ROLE_POSITIVE && !(range.lo > 0)) {
        diag_error(e->diags, a.at, CODE_FILTER, "'%s' is above zero, but %s %.6g", label, moved,
                   range.lo);
        return false;
    }
    return true;
}

/* Parameter number i; false after a report. */
static bool lift(struct elaborator *e, struct lifted *l, size_t i, enum role role) {
    const struct argument *a = &l->call->arguments[i];
    const char *label = builtin_parameter(e->arena, l->call->builtin, i);
    if (a->value.kind == VALUE_RANGE) {
        diag_error(e->diags, a->at, CODE_VALUE_KIND,
                   "'%s' is a number or a vector, but this is a range", label);
        return false;
    }
    if (a->value.kind != VALUE_NUMBER && a->value.kind != VALUE_MATRIX) {
        diag_error(e->diags, a->at, CODE_VALUE_KIND, "%s needs a number as '%s', but this is %s",
                   l->call->who, label, value_noun(e->arena, a->value));
        return false;
    }
    if (role == ROLE_FREQUENCY && a->value.dimension != DIMENSION_FREQUENCY)
        return refuse_frequency(e, l->call, *a);
    if (role != ROLE_FREQUENCY && a->value.dimension != DIMENSION_NUMBER) {
        diag_error(e->diags, a->at, CODE_DIMENSION, "'%s' is a plain number, but this is %s", label,
                   value_noun(e->arena, a->value));
        return false;
    }
    size_t count = 1;
    if (!value_is_single(a->value)) {
        const struct matrix *m = a->value.matrix;
        bool bank = value_is_vector(a->value);
        uint32_t wide = m->rows * m->cols;
        struct grid grid =
            bank ? (struct grid){wide, wide, false} : (struct grid){m->rows, m->cols, true};
        if (l->shaped &&
            (grid.rows != l->grid.rows || grid.cols != l->grid.cols || grid.full != l->grid.full)) {
            struct diag *diag = diag_error(e->diags, a->at, CODE_MATRIX_SHAPE,
                                           "%s takes one parameter an entry, but this is %s",
                                           l->call->who, value_noun(e->arena, a->value));
            diag_label(diag, l->shaped->at, "%s", value_noun(e->arena, l->shaped->value));
            return false;
        }
        l->grid = grid;
        l->shaped = a;
        count = grid_entries(grid);
    }
    for (size_t k = 0; k < count; k++)
        if (!within(e, *a, entry_of(a, k), role, label)) return false;
    l->entries = l->shaped ? grid_entries(l->grid) : 1;
    return true;
}

static struct lifted lifted_of(const struct builtin_call *call) {
    return (struct lifted){.call = call, .grid = {1, 1, false}, .entries = 1};
}

struct value sections_value(struct elaborator *e, span at, struct grid grid, uint32_t count,
                            const struct section *sections) {
    size_t all = grid_entries(grid) * count;
    for (size_t i = 0; i < all; i++) {
        const struct section *s = &sections[i];
        const struct operand six[] = {s->b0, s->b1, s->b2, s->a0, s->a1, s->a2};
        struct value v = value_matrix(at, matrix_of(e->arena, 1, 6, six), DIMENSION_NUMBER);
        if (value_failed(value_checked(e, v))) return value_error();
    }
    struct sections *kept = ARENA_NEW(e->arena, struct sections);
    *kept = (struct sections){grid, count, sections};
    return value_system(at, node_sos(&e->build, at, kept));
}

/* ---- the cookbook -----------------------------------------------------------------------------
 */

static const struct rbj_name {
    const char *name;
    enum rbj_kind kind;
    bool gain;
} rbj_names[] = {
    {"lowpass", RBJ_LOWPASS, false},   {"highpass", RBJ_HIGHPASS, false},
    {"bandpass", RBJ_BANDPASS, false}, {"notch", RBJ_NOTCH, false},
    {"ap", RBJ_ALLPASS, false},        {"peak", RBJ_PEAK, true},
    {"lowshelf", RBJ_LOWSHELF, true},  {"highshelf", RBJ_HIGHSHELF, true},
};

struct value make_rbj(struct elaborator *e, const struct builtin_call *call) {
    const struct rbj_name *r = rbj_names;
    while (strcmp(r->name, call->builtin->name) != 0) r++;
    const struct argument *f = &call->arguments[0], *q = &call->arguments[1],
                          *gain = r->gain ? &call->arguments[2] : NULL;
    struct lifted l = lifted_of(call);
    if (gain && !gain->given) return refuse_missing(e, call, 2);
    if (!lift(e, &l, 0, ROLE_FREQUENCY) || (q->given && !lift(e, &l, 1, ROLE_POSITIVE)) ||
        (gain && !lift(e, &l, 2, ROLE_POSITIVE)))
        return value_error();
    struct section *sections = ARENA_ARRAY(e->arena, l.entries, struct section);
    for (size_t i = 0; i < l.entries; i++) {
        struct operand quality = q->given ? entry_of(q, i) : operand_constant(RBJ_QUALITY);
        sections[i] = section_rbj(e->arena, r->kind, entry_of(f, i), quality,
                                  gain ? entry_of(gain, i) : operand_constant(1));
    }
    return sections_value(e, call->at, l.grid, 1, sections);
}

/* ---- of first order, and mixed ----------------------------------------------------------------
 */

static struct value of_frequency(struct elaborator *e, const struct builtin_call *call,
                                 struct section (*design)(struct arena *, struct operand)) {
    struct lifted l = lifted_of(call);
    if (!lift(e, &l, 0, ROLE_FREQUENCY)) return value_error();
    struct section *sections = ARENA_ARRAY(e->arena, l.entries, struct section);
    for (size_t i = 0; i < l.entries; i++)
        sections[i] = design(e->arena, entry_of(&call->arguments[0], i));
    return sections_value(e, call->at, l.grid, 1, sections);
}

struct value make_onepole(struct elaborator *e, const struct builtin_call *call) {
    return of_frequency(e, call, section_onepole);
}

struct value make_dcblock(struct elaborator *e, const struct builtin_call *call) {
    return of_frequency(e, call, section_dcblock);
}

struct value make_svf(struct elaborator *e, const struct builtin_call *call) {
    struct lifted l = lifted_of(call);
    if (!lift(e, &l, 0, ROLE_FREQUENCY) || !lift(e, &l, 1, ROLE_POSITIVE)) return value_error();
    for (size_t i = 2; i < 5; i++)
        if (!lift(e, &l, i, ROLE_NUMBER)) return value_error();
    struct section *sections = ARENA_ARRAY(e->arena, l.entries, struct section);
    const struct argument *a = call->arguments;
    for (size_t i = 0; i < l.entries; i++) {
        struct svf_mix mix = {entry_of(&a[2], i), entry_of(&a[3], i), entry_of(&a[4], i)};
        sections[i] = section_svf(e->arena, entry_of(&a[0], i), entry_of(&a[1], i), mix);
    }
    return sections_value(e, call->at, l.grid, 1, sections);
}

/* ---- Butterworth ------------------------------------------------------------------------------
 */

enum { ORDER_MOST = 32 };

static bool butter_kind(struct elaborator *e, const struct builtin_call *call, bool *high) {
    struct argument a = call->arguments[0];
    struct suggestion suggestion = {0};
    static const char *const kinds[] = {"lowpass", "highpass"};
    if (a.value.kind == VALUE_STRING) {
        suggestion.wanted = a.value.string->text;
        for (int i = 0; i < 2; i++) {
            if (!strcmp(kinds[i], suggestion.wanted)) return *high = i, true;
            suggestion_offer(&suggestion, kinds[i]);
        }
    }
    struct diag *diag =
        diag_error(e->diags, a.at, CODE_FILTER,
                   "the kind of 'butter' is \"lowpass\" or \"highpass\", but this is %s",
                   a.value.kind == VALUE_STRING ? text_at(e, a.at) : value_noun(e->arena, a.value));
    if (suggestion.best) diag_fix(diag, a.at, "\"%s\"", suggestion.best);
    else if (a.value.kind == VALUE_FUNCTION) diag_fix(diag, a.at, "\"%s\"", text_at(e, a.at));
    else if (a.value.kind == VALUE_STRING && !strcmp(a.value.string->text, "bandpass"))
        diag_help(diag, "a band is a high-pass and a low-pass in series");
    return false;
}

struct value make_butter(struct elaborator *e, const struct builtin_call *call) {
    bool high = false;
    double order;
    struct lifted l = lifted_of(call);
    bool known = butter_kind(e, call, &high);
    if (!need_whole(e, "the order of 'butter'", call->arguments[1], 1, ORDER_MOST, &order) ||
        !lift(e, &l, 2, ROLE_FREQUENCY) || !known)
        return value_error();
    uint32_t n = (uint32_t)order, count = (n + 1) / 2;
    struct section *sections = ARENA_ARRAY(e->arena, l.entries * count, struct section);
    for (size_t i = 0; i < l.entries; i++)
        for (uint32_t k = 0; k < count; k++)
            sections[i * count + k] =
                section_butterworth(e->arena, high, n, k, entry_of(&call->arguments[2], i));
    return sections_value(e, call->at, l.grid, count, sections);
}

/* ---- a finite response ------------------------------------------------------------------------
 */

struct value make_fir(struct elaborator *e, const struct builtin_call *call) {
    struct vector v;
    struct argument a = call->arguments[0];
    if (!need_vector(e, call->who, a, &v)) return value_error();
    if (v.dimension != DIMENSION_NUMBER) {
        diag_error(e->diags, a.at, CODE_DIMENSION, "'fir' needs plain numbers, but this is %s",
                   value_noun(e->arena, a.value));
        return value_error();
    }
    struct taps *taps = ARENA_NEW(e->arena, struct taps);
    *taps = (struct taps){{1, 1, false}, v.count, v.at};
    return value_system(call->at, node_fir(&e->build, call->at, taps));
}
