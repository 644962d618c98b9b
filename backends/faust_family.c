/* Families: nodes of one form that differ by a few numbers, as calls of one function.
 *
 *     comb(n) = + ~ (@(n - 1) : section(damp_b0, 0.0, 0.0, -damp_a1, 0.0)) : @(n);
 *     combs = comb(1116), comb(1188), comb(1277), comb(1356);
 *
 * Where the numbers of all members at one place differ, they are a column. A column that is another
 * times a constant, exactly, is not a second one: the two decays of a line of n samples come out as
 * formulas of n, whatever was folded into them before. What stands for a column in the pattern that all
 * members share is a knob beyond those of the program: it has a range, which lengths of lines need,
 * but nothing turns it. What depends on it is defined behind the function's `with`. */
#include <math.h>
#include <string.h>

#include "backends/faust.h"
#include "ir/walk.h"

enum { MEMBERS_MOST = 256 };

struct column {
    const double *values; /* one a member */
    bool whole;           /* whole numbers of samples or the like */
};

struct unifier {
    struct faust *f;
    size_t count; /* members */
    struct column columns[FAMILY_ARGUMENTS];
    uint32_t column_count;
    VEC(const struct expr *) made; /* expressions of columns: alike ones are one */
};

static const struct expr *made_once(struct unifier *u, struct expr expr) {
    for (size_t i = 0; i < u->made.count; i++) {
        const struct expr *known = u->made.at[i];
        bool same = known->kind == expr.kind;
        if (same && expr.kind == EXPR_KNOB) same = known->knob == expr.knob;
        if (same && expr.kind == EXPR_CONSTANT) same = known->constant == expr.constant;
        if (same && expr.kind == EXPR_APPLY)
            same = known->function == expr.function && known->arguments[0] == expr.arguments[0] &&
                   known->arguments[1] == expr.arguments[1];
        if (same) return known;
    }
    struct expr *own = ARENA_NEW(u->f->arena, struct expr);
    *own = expr;
    own->size = 1;
    for (int i = 0; i < 2; i++)
        if (expr.kind == EXPR_APPLY && expr.arguments[i]) own->size += expr.arguments[i]->size;
    vec_push(u->f->arena, &u->made, own);
    return own;
}

static bool all_whole(const double *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (values[i] != nearbyint(values[i]) || !(fabs(values[i]) < 1e9)) return false;
    return true;
}

static bool all_positive(const double *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!(values[i] > 0)) return false;
    return true;
}

static double common_divisor(const double *values, size_t count) {
    double divisor = fabs(values[0]);
    for (size_t i = 1; i < count; i++)
        for (double b = fabs(values[i]), rest; b > 0; b = rest)
            rest = fmod(divisor, b), divisor = b;
    return divisor;
}

static bool is_factor(double factor, const double *values, const double *base, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (factor * base[i] != values[i]) return false;
    return true;
}

/* The factor of `values` over `base`, exact for every member; 0 if there is none. A quotient may be
 * off by its rounding. */
static double factor_of(const double *values, const double *base, size_t count) {
    double quotient = values[0] / base[0];
    const double tries[] = {quotient, nextafter(quotient, INFINITY), nextafter(quotient, -INFINITY)};
    for (int i = 0; i < 3; i++)
        if (is_factor(tries[i], values, base, count)) return tries[i];
    return 0;
}

/* Where numbers are lengths, only a column of just these will do, without a factor. */
static const struct expr *column_expr(struct unifier *u, const double *values, bool length) {
    for (size_t i = 0; i < u->count; i++)
        if (values[i] == 0 || !isfinite(values[i])) return NULL;
    uint32_t at = 0;
    double factor = 0;
    for (; at < u->column_count; at++) {
        factor = factor_of(values, u->columns[at].values, u->count);
        if (factor != 0 && (!length || factor == 1)) break;
    }
    if (at == u->column_count) {
        if (at == FAMILY_ARGUMENTS) return NULL;
        const double *base = values;
        factor = 1;
        const struct faust *f = u->f;
        for (size_t i = 0; i < f->lists.count && base == values && !length; i++) {
            if (f->lists.at[i].count != u->count) continue;
            if (!all_positive(f->lists.at[i].values, u->count)) continue;
            double of_list = factor_of(values, f->lists.at[i].values, u->count);
            if (of_list != 0) base = f->lists.at[i].values, factor = of_list;
        }
        if (base == values && !length && all_whole(values, u->count)) {
            double divisor = common_divisor(values, u->count);
            if (values[0] < 0) divisor = -divisor;
            double *smaller = ARENA_ARRAY(u->f->arena, u->count, double);
            for (size_t i = 0; i < u->count; i++) smaller[i] = values[i] / divisor;
            base = smaller;
            factor = divisor;
        }
        u->columns[u->column_count++] = (struct column){base, all_whole(base, u->count)};
    }
    const struct expr *argument =
        made_once(u, (struct expr){.kind = EXPR_KNOB, .knob = u->f->knob_count + at});
    if (factor == 1) return argument;
    const struct expr *times =
        made_once(u, (struct expr){.kind = EXPR_CONSTANT, .constant = factor});
    return made_once(u, (struct expr){.kind = EXPR_APPLY,
                                      .function = FUNCTION_MUL,
                                      .arguments = {times, argument}});
}

static const struct expr *unify_expr(struct unifier *u, const struct expr *const *members) {
    const struct expr *first = members[0];
    bool same = true, alike = true;
    for (size_t i = 1; i < u->count; i++) {
        same &= members[i] == first;
        alike &= members[i]->kind == first->kind;
    }
    if (same) return first;
    if (!alike) return NULL;
    if (first->kind == EXPR_CONSTANT) {
        double *values = ARENA_ARRAY(u->f->arena, u->count, double);
        for (size_t i = 0; i < u->count; i++) {
            values[i] = members[i]->constant;
            same = i ? same && values[i] == values[0] : true;
        }
        return same ? made_once(u, *first) : column_expr(u, values, false);
    }
    if (first->kind == EXPR_KNOB) {
        for (size_t i = 1; i < u->count; i++)
            if (members[i]->knob != first->knob) return NULL;
        return made_once(u, *first);
    }
    struct expr expr = {.kind = EXPR_APPLY, .function = first->function};
    for (int k = 0; k < 2; k++) {
        const struct expr **arguments = ARENA_ARRAY(u->f->arena, u->count, const struct expr *);
        for (size_t i = 0; i < u->count; i++) {
            if (members[i]->function != first->function) return NULL;
            arguments[i] = members[i]->arguments[k];
            if (!arguments[i] != !arguments[0]) return NULL;
        }
        if (!arguments[0]) continue;
        expr.arguments[k] = unify_expr(u, arguments);
        if (!expr.arguments[k]) return NULL;
    }
    return made_once(u, expr);
}

/* members[i] is the operand of member i; false if they do not fit. */
static bool unify_operand(struct unifier *u, const struct operand *members, bool length,
                          struct operand *out) {
    const struct operand first = members[0];
    *out = first;
    bool same = true, moving = first.expr != NULL;
    for (size_t i = 1; i < u->count; i++) {
        if (!members[i].expr != !first.expr) return false;
        same &= first.expr ? members[i].expr == first.expr : members[i].value == first.value;
    }
    if (same) return true;
    if (!moving) {
        double *values = ARENA_ARRAY(u->f->arena, u->count, double);
        for (size_t i = 0; i < u->count; i++) values[i] = members[i].value;
        out->expr = column_expr(u, values, length);
        return out->expr;
    }
    const struct expr **exprs = ARENA_ARRAY(u->f->arena, u->count, const struct expr *);
    for (size_t i = 0; i < u->count; i++) exprs[i] = members[i].expr;
    out->expr = unify_expr(u, exprs);
    return out->expr;
}

/* The operands that each member has `count` of, one behind the other. */
static const struct operand *unify_operands(struct unifier *u, const struct operand *const *members,
                                            size_t count, bool lengths) {
    struct operand *out = ARENA_ARRAY(u->f->arena, count, struct operand);
    struct operand *at = ARENA_ARRAY(u->f->arena, u->count, struct operand);
    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; i < u->count; i++) at[i] = members[i][k];
        if (!unify_operand(u, at, lengths, &out[k])) return NULL;
    }
    return out;
}

static bool same_grid(struct grid a, struct grid b) {
    return a.rows == b.rows && a.cols == b.cols && a.full == b.full;
}

static bool unify_matrix(struct unifier *u, const struct node *const *members, struct node *out) {
    const struct matrix *first = members[0]->matrix;
    const struct operand **operands = ARENA_ARRAY(u->f->arena, u->count, const struct operand *);
    bool same = true;
    for (size_t i = 0; i < u->count; i++) {
        const struct matrix *m = members[i]->matrix;
        if (m->rows != first->rows || m->cols != first->cols) return false;
        operands[i] = m->at;
        same &= m == first;
    }
    if (same) return true;
    const struct operand *at =
        unify_operands(u, operands, (size_t)first->rows * first->cols, false);
    struct matrix *matrix = matrix_of(u->f->arena, first->rows, first->cols, at);
    matrix->name = first->name;
    out->matrix = matrix;
    return at;
}

static bool unify_delays(struct unifier *u, const struct node *const *members, struct node *out) {
    const struct delays *first = members[0]->delays;
    const struct operand **operands = ARENA_ARRAY(u->f->arena, u->count, const struct operand *);
    for (size_t i = 0; i < u->count; i++) {
        if (!same_grid(members[i]->delays->grid, first->grid)) return false;
        operands[i] = members[i]->delays->samples;
    }
    struct delays *delays = ARENA_NEW(u->f->arena, struct delays);
    *delays = *first;
    delays->samples = unify_operands(u, operands, grid_entries(first->grid), true);
    out->delays = delays;
    return delays->samples;
}

static bool unify_sections(struct unifier *u, const struct node *const *members,
                           struct node *out) {
    enum { OPERANDS = 6 };
    _Static_assert(sizeof(struct section) == OPERANDS * sizeof(struct operand), "six of a section");
    const struct sections *first = members[0]->sections;
    const struct operand **operands = ARENA_ARRAY(u->f->arena, u->count, const struct operand *);
    for (size_t i = 0; i < u->count; i++) {
        const struct sections *s = members[i]->sections;
        if (!same_grid(s->grid, first->grid) || s->count != first->count) return false;
        operands[i] = &s->at->b0;
    }
    size_t count = grid_entries(first->grid) * first->count;
    const struct operand *at = unify_operands(u, operands, OPERANDS * count, false);
    if (!at) return false;
    struct section *own = ARENA_ARRAY(u->f->arena, count, struct section);
    for (size_t i = 0; i < count; i++) {
        const struct operand *o = at + OPERANDS * i;
        own[i] = (struct section){o[0], o[1], o[2], o[3], o[4], o[5]};
    }
    struct sections *sections = ARENA_NEW(u->f->arena, struct sections);
    *sections = (struct sections){first->grid, first->count, own};
    out->sections = sections;
    return true;
}

static const struct node *unify(struct unifier *u, const struct node *const *members) {
    const struct node *first = members[0];
    bool same = true, same_name = true;
    for (size_t i = 1; i < u->count; i++) {
        const struct node *m = members[i];
        same &= m == first;
        same_name &= m->name == first->name;
        if (m->op != first->op || m->shape.ins != first->shape.ins ||
            m->shape.outs != first->shape.outs || m->count != first->count)
            return NULL;
    }
    if (same) return first;
    struct node *out = ARENA_NEW(u->f->arena, struct node);
    *out = *first;
    if (!same_name) out->name = NULL;
    switch (first->op) {
    case OP_WIRE: return out;
    case OP_GAIN: return unify_matrix(u, members, out) ? out : NULL;
    case OP_DELAY: return unify_delays(u, members, out) ? out : NULL;
    case OP_SOS: return unify_sections(u, members, out) ? out : NULL;
    case OP_FIR: return NULL;
    default: break;
    }
    const struct node **parts = ARENA_ARRAY(u->f->arena, first->count, const struct node *);
    const struct node **at = ARENA_ARRAY(u->f->arena, u->count, const struct node *);
    for (uint32_t k = 0; k < first->count; k++) {
        for (size_t i = 0; i < u->count; i++) at[i] = members[i]->parts[k];
        parts[k] = unify(u, at);
        if (!parts[k]) return NULL;
    }
    out->parts = parts;
    return out;
}

static struct unifier unifier_of(struct faust *f, size_t count) {
    return (struct unifier){.f = f, .count = count};
}

struct weight {
    const struct faust *f;
    uint32_t leaves;
    bool loops, moves;
};

static void weigh_operands(struct weight *w, const struct operand *operands, size_t count) {
    for (size_t i = 0; i < count; i++) w->moves |= faust_moves(w->f, operands[i].expr);
}

static bool weigh(const struct node *node, void *context) {
    struct weight *w = context;
    switch (node->op) {
    case OP_GAIN:
        weigh_operands(w, node->matrix->at, (size_t)node->matrix->rows * node->matrix->cols);
        break;
    case OP_DELAY: weigh_operands(w, node->delays->samples, grid_entries(node->delays->grid)); break;
    case OP_SOS:
        for (size_t i = 0; i < grid_entries(node->sections->grid) * node->sections->count; i++)
            weigh_operands(w, &node->sections->at[i].b0, 6);
        break;
    case OP_FIR:
        weigh_operands(w, node->taps->at, grid_entries(node->taps->grid) * node->taps->count);
        break;
    case OP_FEEDBACK: w->loops = true; break;
    default: break;
    }
    w->leaves += !node->count && node->op != OP_WIRE;
    return true;
}

bool faust_node_moves(struct faust *f, const struct node *node) {
    struct weight w = {.f = f};
    node_visit(f->arena, node, weigh, &w);
    return w.moves;
}

/* A call is easier to read than what it stands for: not so for a gain. */
static bool deserves_function(struct faust *f, const struct node *node) {
    struct weight w = {.f = f};
    node_visit(f->arena, node, weigh, &w);
    return w.loops || w.moves || w.leaves > 2;
}

/* Texts of the scope, as they stand behind `with`. */
static void put_indented(struct text *out, const struct text *lines) {
    const char *at = text_chars(lines);
    while (*at) {
        const char *end = strchr(at, '\n');
        text_printf(out, "    %.*s\n", (int)(end - at), at);
        at = end + 1;
    }
}

static void name_arguments(struct faust *f, const struct unifier *u) {
    static const char *const whole[] = {"n", "m", "k", "l"}, *const real[] = {"g", "p", "q", "r"};
    struct knob *knobs = ARENA_ARRAY(f->arena, f->knob_count + FAMILY_ARGUMENTS, struct knob);
    memcpy(knobs, f->program->knobs, f->knob_count * sizeof *knobs);
    for (uint32_t c = 0; c < FAMILY_ARGUMENTS; c++) {
        struct knob *knob = &knobs[f->knob_count + c];
        knob->unit = "";
        if (c >= u->column_count) continue;
        const double *values = u->columns[c].values;
        knob->init = knob->lo = knob->hi = values[0];
        for (size_t i = 1; i < u->count; i++) {
            knob->lo = fmin(knob->lo, values[i]);
            knob->hi = fmax(knob->hi, values[i]);
        }
        f->knobs[f->knob_count + c] =
            faust_name(f, u->columns[c].whole ? whole[c] : real[c], "argument");
    }
    f->extended.knobs = knobs;
}

/* The function of a family; its name is null if something went wrong and was reported. */
static const char *function_of(struct faust *f, const struct unifier *u,
                               const struct node *pattern) {
    struct scope scope;
    faust_scope_init(f, &scope);
    f->at = f->inner = &scope;
    name_arguments(f, u);
    f->extended.knob_count = f->knob_count + FAMILY_ARGUMENTS;
    faust_count_formulas(f, pattern);
    /* A part of a leaf leaves the leaf its name. */
    bool leaf = pattern->op == OP_SOS || pattern->op == OP_GAIN;
    const char *wanted = name_or(pattern->name, pattern->op == OP_SOS ? "filter" : "part");
    if (leaf && pattern->name) wanted = text_format(f->arena, "%s_at", wanted);
    /* The function bears the name. */
    struct node *nameless = ARENA_NEW(f->arena, struct node);
    *nameless = *pattern;
    nameless->name = NULL;
    struct phrase body = faust_node(f, nameless);
    f->at = &f->global;
    f->inner = NULL;
    f->extended.knob_count = f->knob_count;
    if (!body.text) return NULL;

    struct text text;
    text_init(&text, f->arena);
    text_put_char(&text, '(');
    for (uint32_t c = 0; c < u->column_count; c++)
        text_printf(&text, "%s%s", c ? ", " : "", f->knobs[f->knob_count + c]);
    text_printf(&text, ") =%s%s", body.text[0] == '\n' ? "" : " ", body.text);
    if (scope.coefficients.length || scope.matrices.length || scope.definitions.length) {
        text_put(&text, "\nwith {\n");
        put_indented(&text, &scope.coefficients);
        put_indented(&text, &scope.matrices);
        put_indented(&text, &scope.definitions);
        text_put_char(&text, '}');
    }
    name key = name_of(&f->texts, text_format(f->arena, "%s%s", wanted, text_chars(&text)));
    const struct phrase *known = phrase_map_get(&f->global.same, key);
    if (known) return known->text;
    const char *own = faust_name(f, wanted, "family");
    phrase_map_put(f->arena, &f->global.same, key, phrase_of(own));
    text_printf(&f->global.definitions, "%s%s;\n", own, text_chars(&text));
    return own;
}

static const char *argument(struct faust *f, const struct column *column, size_t member) {
    struct text text;
    text_init(&text, f->arena);
    if (column->whole) text_printf(&text, "%.17g", column->values[member]);
    else faust_put_number(&text, column->values[member]);
    return text_chars(&text);
}

/* "par(i, 8, absorb(take(i + 1, lengths)))" of all members, where their arguments are lists. */
static struct phrase over_lists(struct faust *f, const struct unifier *u, const char *function) {
    enum { SPELT_OUT = 8 };
    struct text text;
    text_init(&text, f->arena);
    text_printf(&text, "par(i, %zu, %s(", u->count, function);
    for (uint32_t c = 0; c < u->column_count; c++) {
        const char *wanted =
            text_format(f->arena, "%s_%s", function, f->knobs[f->knob_count + c]);
        struct number_list *list = faust_list(
            f, u->count > SPELT_OUT && u->column_count == 1 ? wanted : NULL, u->columns[c].values,
            u->count);
        if (!list) return no_phrase;
        text_printf(&text, "%s%s", c ? ", " : "", faust_take(f, list));
    }
    text_put(&text, "))");
    return phrase_of(text_chars(&text));
}

static void make_family(struct faust *f, const struct node *const *nodes, const size_t *members,
                        size_t count, struct phrase *out) {
    const struct node **at = ARENA_ARRAY(f->arena, count, const struct node *);
    for (size_t i = 0; i < count; i++) at[i] = nodes[members[i]];
    struct unifier u = unifier_of(f, count);
    const struct node *pattern = unify(&u, at);
    if (!pattern || !u.column_count) return;
    const char *function = function_of(f, &u, pattern);
    if (!function) return;
    struct phrase together = over_lists(f, &u, function);
    bool in_a_row = members[count - 1] - members[0] + 1 == count;
    for (size_t i = 0; i < count; i++) {
        struct text text;
        text_init(&text, f->arena);
        text_printf(&text, "%s(", function);
        for (uint32_t c = 0; c < u.column_count; c++)
            text_printf(&text, "%s%s", c ? ", " : "", argument(f, &u.columns[c], i));
        text_put_char(&text, ')');
        out[members[i]] = phrase_of(text_chars(&text));
        if (!together.text || !in_a_row) continue;
        out[members[i]] = i ? phrase_of("") : together;
    }
}

void faust_families(struct faust *f, const struct node *const *nodes, size_t count,
                    struct phrase *out) {
    for (size_t i = 0; i < count; i++) out[i] = no_phrase;
    /* What is within a family already stays as it is. */
    if (f->inner || count < 2 || count > MEMBERS_MOST) return;
    size_t *members = ARENA_ARRAY(f->arena, count, size_t);
    bool *seen = ARENA_ARRAY(f->arena, count, bool);
    for (size_t i = 0; i < count; i++) {
        if (seen[i] || !deserves_function(f, nodes[i])) continue;
        size_t found = 0;
        members[found++] = i;
        for (size_t k = i + 1; k < count; k++) {
            if (seen[k]) continue;
            struct unifier u = unifier_of(f, 2);
            if (!unify(&u, (const struct node *const[]){nodes[i], nodes[k]})) continue;
            members[found++] = k;
            seen[k] = true;
        }
        if (found > 1) make_family(f, nodes, members, found, out);
    }
}

size_t faust_without_empty(struct phrase *items, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (items[i].text && *items[i].text) items[kept++] = items[i];
    return kept;
}
