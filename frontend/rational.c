#include "frontend/rational.h"

#include <math.h>

#include "ir/base/limits.h"
#include "ir/base/vec.h"

/* Terms of one polynomial, and the largest power of z: more is no filter that somebody wrote. */
enum { TERMS_MOST = LIMIT_TAPS };
#define DELAY_MOST ((int64_t)1 << 40)

bool value_is_rational(struct value v) {
    return v.kind == VALUE_NUMBER || v.kind == VALUE_RATIONAL;
}

/* ---- polynomials ---------------------------------------------------------------------------- */

static struct polynomial monomial(struct arena *arena, int64_t delay, struct operand coefficient) {
    if (operand_is(coefficient, 0)) return (struct polynomial){.count = 0};
    struct term *term = ARENA_NEW(arena, struct term);
    *term = (struct term){delay, coefficient};
    return (struct polynomial){.at = term, .count = 1};
}

static int64_t first_delay(struct polynomial p) {
    return p.count ? p.at[0].delay : 0;
}
/* From the first delay to the last: without what is common to all. */
static int64_t degree(struct polynomial p) {
    return p.count ? p.at[p.count - 1].delay - p.at[0].delay : 0;
}

static bool has_knobs(struct polynomial p) {
    for (uint32_t i = 0; i < p.count; i++)
        if (p.at[i].coefficient.expr) return true;
    return false;
}

/* a, whose terms come before all of b's, with b behind it: a long sum costs no copy a term. */
static struct polynomial appended(struct polynomial a, struct polynomial b) {
    for (uint32_t i = 0; i < b.count; i++) a.terms->at[a.count + i] = b.at[i];
    a.terms->used = a.count += b.count;
    return a;
}

static struct polynomial add(struct arena *arena, struct polynomial a, struct polynomial b) {
    uint32_t most = a.count + b.count;
    bool behind = a.count && b.count && a.at[a.count - 1].delay < b.at[0].delay;
    if (behind && a.terms && a.terms->used == a.count && most <= a.terms->room)
        return appended(a, b);
    struct terms *terms = ARENA_NEW(arena, struct terms);
    *terms = (struct terms){0, 2 * most, ARENA_ARRAY(arena, 2 * (size_t)most, struct term)};
    struct term *to = terms->at;
    uint32_t i = 0, j = 0, count = 0;
    while (i < a.count || j < b.count) {
        struct term term;
        if (j == b.count || (i < a.count && a.at[i].delay < b.at[j].delay)) {
            term = a.at[i++];
        } else if (i == a.count || b.at[j].delay < a.at[i].delay) {
            term = b.at[j++];
        } else {
            term = a.at[i++];
            term.coefficient = operand_add(arena, term.coefficient, b.at[j++].coefficient);
        }
        if (!operand_is(term.coefficient, 0)) to[count++] = term;
    }
    terms->used = count;
    return (struct polynomial){to, count, terms};
}

static struct polynomial scaled(struct arena *arena, struct polynomial a, struct term by) {
    struct term *to = ARENA_ARRAY(arena, a.count, struct term);
    uint32_t count = 0;
    for (uint32_t i = 0; i < a.count; i++) {
        struct term term = {a.at[i].delay + by.delay,
                            operand_mul(arena, a.at[i].coefficient, by.coefficient)};
        if (!operand_is(term.coefficient, 0)) to[count++] = term;
    }
    return (struct polynomial){.at = to, .count = count};
}

static bool within_terms(struct elaborator *e, span at, struct polynomial p) {
    if (p.count <= TERMS_MOST) return true;
    diag_error(e->diags, at, CODE_DEGREE, "a polynomial in z has at most %d terms", TERMS_MOST);
    return false;
}

/* Term by term of the shorter one; false after a report. */
static bool multiply(struct elaborator *e, span at, struct polynomial a, struct polynomial b,
                     struct polynomial *out) {
    *out = (struct polynomial){.count = 0};
    if (b.count < a.count) {
        struct polynomial swap = a;
        a = b;
        b = swap;
    }
    if (!spend(e, at, (uint64_t)a.count * b.count)) return false;
    for (uint32_t i = 0; i < a.count; i++) {
        *out = add(e->arena, *out, scaled(e->arena, b, a.at[i]));
        if (!within_terms(e, at, *out)) return false;
    }
    return true;
}

/* ---- rational functions --------------------------------------------------------------------- */

static struct polynomial one(struct arena *arena) {
    return monomial(arena, 0, operand_constant(1));
}

static struct value value_of(struct elaborator *e, span at, const struct fraction *fractions,
                             uint32_t count) {
    struct rational *r = ARENA_NEW(e->arena, struct rational);
    *r = (struct rational){fractions, count};
    for (uint32_t i = 0; i < 2 * count; i++) {
        struct polynomial p = i & 1 ? fractions[i / 2].under : fractions[i / 2].over;
        for (uint32_t k = 0; k < p.count; k++) {
            struct value v = value_number(at, p.at[k].coefficient, DIMENSION_NUMBER);
            if (value_failed(value_checked(e, v))) return value_error();
        }
    }
    return (struct value){.kind = VALUE_RATIONAL, .at = at, .rational = r};
}

static struct value value_of_one(struct elaborator *e, span at, struct polynomial over,
                                 struct polynomial under) {
    struct fraction *f = ARENA_NEW(e->arena, struct fraction);
    *f = (struct fraction){over, under};
    return value_of(e, at, f, 1);
}

struct value rational_z(struct arena *arena, span at) {
    struct fraction *f = ARENA_NEW(arena, struct fraction);
    *f = (struct fraction){monomial(arena, -1, operand_constant(1)), one(arena)};
    struct rational *r = ARENA_NEW(arena, struct rational);
    *r = (struct rational){f, 1};
    return (struct value){.kind = VALUE_RATIONAL, .at = at, .rational = r};
}

/* A number as a rational function; false after a report. */
static bool rational_of(struct elaborator *e, struct side side, struct rational *out) {
    struct value v = side.value;
    if (v.kind == VALUE_RATIONAL) {
        *out = *v.rational;
        return true;
    }
    if (v.dimension != DIMENSION_NUMBER) {
        diag_error(e->diags, side.at, CODE_DIMENSION,
                   "a coefficient of a polynomial in z is a plain number, but this is %s",
                   value_noun(e->arena, v));
        return false;
    }
    struct fraction *f = ARENA_NEW(e->arena, struct fraction);
    *f = (struct fraction){monomial(e->arena, 0, v.number), one(e->arena)};
    *out = (struct rational){f, 1};
    return true;
}

static bool is_polynomial(struct rational r) {
    return r.count == 1 && r.at[0].under.count == 1;
}

/* over / under with `under` the single term c z^-k divided out. */
static struct polynomial polynomial_of(struct arena *arena, struct fraction f) {
    struct term divisor = f.under.at[0];
    if (divisor.delay == 0 && operand_is(divisor.coefficient, 1)) return f.over;
    struct term *to = ARENA_ARRAY(arena, f.over.count, struct term);
    for (uint32_t i = 0; i < f.over.count; i++) {
        to[i].delay = f.over.at[i].delay - divisor.delay;
        to[i].coefficient = operand_div(arena, f.over.at[i].coefficient, divisor.coefficient);
    }
    return (struct polynomial){.at = to, .count = f.over.count};
}

/* All fractions as one; false after a report. */
static bool join(struct elaborator *e, span at, struct rational r, struct fraction *out) {
    *out = r.at[0];
    for (uint32_t i = 1; i < r.count; i++) {
        if (!multiply(e, at, out->over, r.at[i].over, &out->over) ||
            !multiply(e, at, out->under, r.at[i].under, &out->under))
            return false;
    }
    return true;
}

static int64_t degree_of(struct fraction f) {
    int64_t over = degree(f.over), under = degree(f.under);
    return over > under ? over : under;
}

static uint64_t total_degree(struct rational r) {
    uint64_t total = 0;
    for (uint32_t i = 0; i < r.count; i++) total += (uint64_t)degree_of(r.at[i]);
    return total;
}

static struct polynomial negated(struct arena *arena, struct polynomial p) {
    return scaled(arena, p, (struct term){0, operand_constant(-1)});
}

struct value rational_add(struct elaborator *e, span at, struct side a, struct side b,
                          bool subtract, bool *open) {
    struct rational x, y;
    struct fraction p, q;
    *open = false;
    if (!rational_of(e, a, &x) || !rational_of(e, b, &y)) return value_error();
    if (is_polynomial(x) && is_polynomial(y)) {
        struct polynomial right = polynomial_of(e->arena, y.at[0]);
        struct polynomial sum = add(e->arena, polynomial_of(e->arena, x.at[0]),
                                    subtract ? negated(e->arena, right) : right);
        return within_terms(e, at, sum) ? value_of_one(e, at, sum, one(e->arena)) : value_error();
    }
    if (total_degree(x) + total_degree(y) > 2) return *open = true, value_error();
    if (!join(e, at, x, &p) || !join(e, at, y, &q)) return value_error();
    struct polynomial left, right, under;
    if (!multiply(e, at, p.over, q.under, &left) || !multiply(e, at, q.over, p.under, &right) ||
        !multiply(e, at, p.under, q.under, &under))
        return value_error();
    if (subtract) right = negated(e->arena, right);
    return value_of_one(e, at, add(e->arena, left, right), under);
}

/* Into the numerator of the last fraction, where it stays of second order; else one more fraction.
 */
static struct value times_polynomial(struct elaborator *e, span at, struct rational r,
                                     struct polynomial by) {
    struct fraction *to = ARENA_ARRAY(e->arena, (size_t)r.count + 1, struct fraction);
    for (uint32_t i = 0; i < r.count; i++) to[i] = r.at[i];
    for (uint32_t i = r.count; i-- > 0;) {
        if (degree(to[i].over) + degree(by) > 2) continue;
        if (!multiply(e, at, to[i].over, by, &to[i].over)) return value_error();
        return value_of(e, at, to, r.count);
    }
    to[r.count] = (struct fraction){by, one(e->arena)};
    return value_of(e, at, to, r.count + 1);
}

static struct value product(struct elaborator *e, span at, struct rational x, struct rational y) {
    if (is_polynomial(x) && is_polynomial(y)) {
        struct polynomial out;
        if (!multiply(e, at, polynomial_of(e->arena, x.at[0]), polynomial_of(e->arena, y.at[0]),
                      &out))
            return value_error();
        return value_of_one(e, at, out, one(e->arena));
    }
    if (is_polynomial(x)) return times_polynomial(e, at, y, polynomial_of(e->arena, x.at[0]));
    if (is_polynomial(y)) return times_polynomial(e, at, x, polynomial_of(e->arena, y.at[0]));
    if (!spend(e, at, (uint64_t)x.count + y.count)) return value_error();
    struct fraction *to = ARENA_ARRAY(e->arena, (size_t)x.count + y.count, struct fraction);
    for (uint32_t i = 0; i < x.count; i++) to[i] = x.at[i];
    for (uint32_t i = 0; i < y.count; i++) to[x.count + i] = y.at[i];
    return value_of(e, at, to, x.count + y.count);
}

struct value rational_multiply(struct elaborator *e, span at, struct side a, struct side b) {
    struct rational x, y;
    if (!rational_of(e, a, &x) || !rational_of(e, b, &y)) return value_error();
    return product(e, at, x, y);
}

static bool invert(struct elaborator *e, struct side side, struct rational r,
                   struct rational *out) {
    struct fraction *to = ARENA_ARRAY(e->arena, r.count, struct fraction);
    for (uint32_t i = 0; i < r.count; i++) {
        if (!r.at[i].over.count) {
            diag_error(e->diags, side.at, CODE_NOT_A_VALUE,
                       "%s is zero, and nothing can be divided by it", text_at(e, side.at));
            return false;
        }
        to[i] = (struct fraction){r.at[i].under, r.at[i].over};
    }
    *out = (struct rational){to, r.count};
    return true;
}

struct value rational_divide(struct elaborator *e, span at, struct side a, struct side b) {
    struct rational x, y, inverse;
    if (!rational_of(e, a, &x) || !rational_of(e, b, &y) || !invert(e, b, y, &inverse))
        return value_error();
    if (is_polynomial(x) && is_polynomial(y)) {
        return value_of_one(e, at, polynomial_of(e->arena, x.at[0]),
                            polynomial_of(e->arena, y.at[0]));
    }
    return product(e, at, x, inverse);
}

struct value rational_power(struct elaborator *e, span at, struct side a, struct side exponent,
                            double n) {
    struct rational base;
    if (!rational_of(e, a, &base)) return value_error();
    if (n != trunc(n)) {
        diag_error(e->diags, exponent.at, CODE_WHOLE_NUMBER,
                   "z^-k is a delay of k whole samples, but k is %g", -n);
        return value_error();
    }
    if (n < 0 && !invert(e, a, base, &base)) return value_error();
    double times = fabs(n);
    if (is_polynomial(base) && base.at[0].over.count == 1) {
        struct term term = polynomial_of(e->arena, base.at[0]).at[0];
        double delay = (double)term.delay * times;
        if (fabs(delay) > (double)DELAY_MOST) {
            diag_error(e->diags, at, CODE_DELAY_TOO_LONG,
                       "a delay has at most %d samples, but this is z^%g", LIMIT_DELAY_SAMPLES,
                       -delay);
            return value_error();
        }
        struct operand c =
            operand_apply(e->arena, FUNCTION_POW, term.coefficient, operand_constant(times));
        if (operand_is(term.coefficient, 1) || times == 0) c = operand_constant(1);
        return value_of_one(e, at, monomial(e->arena, (int64_t)delay, c), one(e->arena));
    }
    if (times > LIMIT_CASCADE) {
        diag_error(e->diags, exponent.at, CODE_WHOLE_NUMBER,
                   "this exponent is at most %d, but this is %g", LIMIT_CASCADE, times);
        return value_error();
    }
    struct fraction *unit = ARENA_NEW(e->arena, struct fraction);
    *unit = (struct fraction){one(e->arena), one(e->arena)};
    struct value result = {.kind = VALUE_RATIONAL, .at = at};
    struct rational *r = ARENA_NEW(e->arena, struct rational);
    *r = (struct rational){unit, 1};
    result.rational = r;
    for (uint32_t bits = (uint32_t)times; bits; bits >>= 1) {
        if (bits & 1) result = product(e, at, *result.rational, base);
        if (value_failed(result) || bits == 1) break;
        struct value square = product(e, at, base, base);
        if (value_failed(square)) return square;
        base = *square.rational;
    }
    return result;
}

/* ---- systems -------------------------------------------------------------------------------- */

/* Up to so many taps a polynomial is a finite response, if at least one tap in DENSE is not 0. */
enum { TAPS_ALWAYS = 16, DENSE = 8 };

static const struct node *delay_of(struct elaborator *e, span at, int64_t samples) {
    if (samples > LIMIT_DELAY_SAMPLES) {
        diag_error(e->diags, at, CODE_DELAY_TOO_LONG,
                   "a delay has at most %d samples, but this has %g", LIMIT_DELAY_SAMPLES,
                   (double)samples);
        return NULL;
    }
    struct operand *length = ARENA_NEW(e->arena, struct operand);
    *length = operand_constant((double)samples);
    struct delays *delays = ARENA_NEW(e->arena, struct delays);
    *delays = (struct delays){.grid = {1, 1, false}, .samples = length};
    return node_delay(&e->build, at, delays);
}

static const struct node *term_system(struct elaborator *e, span at, struct term term) {
    const struct node *gain = scaled_wires(e, at, term.coefficient, 1);
    /* z^0 is a wire, as any other power of z is a delay. */
    if (term.delay == 0) return gain;
    const struct node *delay = delay_of(e, at, term.delay);
    return series_of(e, at, delay, gain);
}

static const struct node *fir_of(struct elaborator *e, span at, struct polynomial p, int64_t from) {
    uint32_t count = (uint32_t)(p.at[p.count - 1].delay - from) + 1;
    struct operand *to = ARENA_ARRAY(e->arena, count, struct operand);
    for (uint32_t i = 0; i < p.count; i++) to[p.at[i].delay - from] = p.at[i].coefficient;
    struct taps *taps = ARENA_NEW(e->arena, struct taps);
    *taps = (struct taps){{1, 1, false}, count, to};
    return node_fir(&e->build, at, taps);
}

static const struct node *polynomial_system(struct elaborator *e, span at, struct polynomial p) {
    if (!p.count) return scaled_wires(e, at, operand_constant(0), 1);
    if (p.count == 1) return term_system(e, at, p.at[0]);
    int64_t wide = degree(p) + 1, first = first_delay(p);
    if (wide <= LIMIT_TAPS && (wide <= TAPS_ALWAYS || wide <= (int64_t)p.count * DENSE)) {
        if (first <= TAPS_ALWAYS && first + wide <= LIMIT_TAPS) return fir_of(e, at, p, 0);
        const struct node *delay = delay_of(e, at, first);
        return series_of(e, at, delay, fir_of(e, at, p, first));
    }
    const struct node **parts = ARENA_ARRAY(e->arena, p.count, const struct node *);
    for (uint32_t i = 0; i < p.count; i++) {
        parts[i] = term_system(e, at, p.at[i]);
        if (!parts[i]) return NULL;
    }
    return node_combine(&e->build, at, OP_SUM, parts, p.count);
}

static struct operand coefficient_at(struct polynomial p, int64_t delay) {
    for (uint32_t i = 0; i < p.count; i++)
        if (p.at[i].delay == delay) return p.at[i].coefficient;
    return operand_constant(0);
}

struct cascade {
    VEC(struct section) sections;
    VEC(const struct node *) responses; /* finite ones, of what has no denominator */
};

static bool refuse_degree(struct elaborator *e, span at, struct fraction f) {
    bool knobs = has_knobs(f.over) || has_knobs(f.under);
    struct diag *diag =
        diag_error(e->diags, at, CODE_DEGREE,
                   knobs ? "a quotient of polynomials in z that a knob moves is of degree two at "
                           "most, but this is of degree %g"
                         : "a quotient of polynomials in z is of degree %g, but at most %d can be "
                           "factored into sections",
                   (double)degree_of(f), FACTOR_DEGREE_MOST);
    if (f.under.count == 2) diag_help(diag, "1/(1 - x) is the feedback 1 ~ x, of any degree");
    else diag_help(diag, "a product of quotients of degree two each");
    return false;
}

static bool add_factored(struct elaborator *e, span at, struct fraction f, struct cascade *to) {
    double over[FACTOR_DEGREE_MOST + 1] = {0}, under[FACTOR_DEGREE_MOST + 1] = {0};
    struct section_numbers sections[FACTOR_DEGREE_MOST];
    for (uint32_t i = 0; i < f.over.count; i++)
        over[f.over.at[i].delay - first_delay(f.over)] = f.over.at[i].coefficient.value;
    for (uint32_t i = 0; i < f.under.count; i++)
        under[f.under.at[i].delay - first_delay(f.under)] = f.under.at[i].coefficient.value;
    uint32_t count =
        factor_sections(over, (uint32_t)degree(f.over), under, (uint32_t)degree(f.under), sections);
    if (!count) {
        diag_error(e->diags, at, CODE_DEGREE,
                   "this quotient of degree %g cannot be factored into sections accurately: its "
                   "roots are too sensitive to its coefficients",
                   (double)degree_of(f));
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        const double *b = sections[i].b, *a = sections[i].a;
        vec_push(e->arena, &to->sections,
                 (struct section){operand_constant(b[0]), operand_constant(b[1]),
                                  operand_constant(b[2]), operand_constant(a[0]),
                                  operand_constant(a[1]), operand_constant(a[2])});
    }
    return true;
}

static bool add_fraction(struct elaborator *e, span at, struct fraction f, struct cascade *to) {
    int64_t lead = first_delay(f.over), under = first_delay(f.under);
    if (f.under.count == 1) {
        struct polynomial p = polynomial_of(e->arena, f);
        struct polynomial moved =
            scaled(e->arena, p, (struct term){-first_delay(p), operand_constant(1)});
        const struct node *response = polynomial_system(e, at, moved);
        if (response) vec_push(e->arena, &to->responses, response);
        return response;
    }
    if (degree_of(f) <= 2) {
        vec_push(e->arena, &to->sections,
                 (struct section){coefficient_at(f.over, lead), coefficient_at(f.over, lead + 1),
                                  coefficient_at(f.over, lead + 2), coefficient_at(f.under, under),
                                  coefficient_at(f.under, under + 1),
                                  coefficient_at(f.under, under + 2)});
        return true;
    }
    if (has_knobs(f.over) || has_knobs(f.under) || degree_of(f) > FACTOR_DEGREE_MOST)
        return refuse_degree(e, at, f);
    return add_factored(e, at, f, to);
}

/* What all terms are delayed by goes into numerators that have room for it: a section that begins
 * with zeros is a delay of its own, in the same state. */
static int64_t place_delay(struct cascade *cascade, int64_t delay) {
    for (size_t i = 0; i < cascade->sections.count && delay; i++) {
        struct section *s = &cascade->sections.at[i];
        while (delay && operand_is(s->b2, 0)) {
            s->b2 = s->b1;
            s->b1 = s->b0;
            s->b0 = operand_constant(0);
            delay--;
        }
    }
    return delay;
}

static const struct node *cascade_system(struct elaborator *e, span at, struct rational r,
                                         int64_t delay) {
    struct cascade cascade = {0};
    for (uint32_t i = 0; i < r.count; i++)
        if (!add_fraction(e, at, r.at[i], &cascade)) return NULL;
    delay = place_delay(&cascade, delay);
    struct sections *sections = ARENA_NEW(e->arena, struct sections);
    *sections =
        (struct sections){{1, 1, false}, (uint32_t)cascade.sections.count, cascade.sections.at};
    const struct node *node = delay ? delay_of(e, at, delay) : node_wire(&e->build, at, 1);
    for (size_t i = 0; i < cascade.responses.count; i++)
        node = series_of(e, at, node, cascade.responses.at[i]);
    return sections->count ? series_of(e, at, node, node_sos(&e->build, at, sections)) : node;
}

const struct node *rational_system(struct elaborator *e, struct side side) {
    struct rational r = *side.value.rational;
    span at = span_known(side.value.at) ? side.value.at : side.at; /* where it was written */
    int64_t delay = 0;
    bool zero = false;
    for (uint32_t i = 0; i < r.count; i++) {
        delay += first_delay(r.at[i].over) - first_delay(r.at[i].under);
        zero = zero || !r.at[i].over.count;
    }
    if (!zero && delay < 0) {
        struct diag *diag = diag_error(
            e->diags, at, CODE_IMPROPER,
            "%s looks %g %s ahead: as a function of z its numerator is of the higher degree",
            text_at(e, at), (double)-delay, delay == -1 ? "sample" : "samples");
        if (is_polynomial(r)) diag_help(diag, "a delay of k samples is z^-k");
        return NULL;
    }
    const struct node *node;
    if (zero) node = scaled_wires(e, at, operand_constant(0), 1);
    else if (is_polynomial(r)) node = polynomial_system(e, at, polynomial_of(e->arena, r.at[0]));
    else node = cascade_system(e, at, r, delay);
    return node && side.value.name && !node->name ? node_named(&e->build, node, side.value.name)
                                                  : node;
}
