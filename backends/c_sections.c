/* Sections of regions that run sample by sample. */
#include "backends/c_rows.h"

/* Transposed direct form II, y = b0 x + s1, s1' = b1 x - a1 y + s2, s2' = b2 x - a2 y, and the
 * other forms of ir/section_forms.def. */
struct section_rows {
    struct c_inputs from;
    struct c_numbers numbers[SECTION_COEFFICIENTS];
};

/* "b1 * x", "x", or null where the coefficient is 0 in every row. */
static const char *product(struct c_writer *w, const struct kernel *kernel,
                           const struct section_rows *s, unsigned k, struct c_row r,
                           const char *what) {
    if (!(kernel->uses >> k & 1)) return NULL;
    if (c_is_constant(&s->numbers[k], r, 1)) return what;
    return text_format(w->arena, "%s * %s", c_number_at(w, &s->numbers[k], r), what);
}

/* "b1 * x - a1 * y"; null where that is 0. */
static const char *difference(struct c_writer *w, const struct kernel *kernel,
                              const struct section_rows *s, struct c_row r, unsigned b,
                              unsigned a) {
    const char *plus = product(w, kernel, s, b, r, "@x"),
               *minus = product(w, kernel, s, a, r, "@y");
    if (!minus) return plus;
    if (*minus == '-')
        return text_format(w->arena, "%s%s%s", plus ? plus : "", plus ? " + " : "", minus + 1);
    return plus ? text_format(w->arena, "%s - %s", plus, minus)
                : text_format(w->arena, "-(%s)", minus);
}

static void put_state(struct c_writer *w, const struct kernel *kernel, const struct section_rows *s,
                      struct c_row r, unsigned b, unsigned a, const char *to, const char *next) {
    const char *step = difference(w, kernel, s, r, b, a);
    struct text *out = &w->body;
    text_printf(out, "%s@self->state[%s] = ", c_margin(true), to);
    if (step) text_put(out, step);
    if (next) text_printf(out, "%s@self->state[%s]", step ? " + " : "", next);
    if (!step && !next) text_put(out, c_real(w, 0));
    text_put(out, ";\n");
}

/* A state that moves by a step, and by another state. */
static void put_moved(struct c_writer *w, const struct kernel *kernel, const struct section_rows *s,
                      struct c_row r, unsigned b, unsigned a, const char *state,
                      const char *other) {
    const char *step = difference(w, kernel, s, r, b, a);
    struct text *out = &w->body;
    if (!step && !other) return;
    text_printf(out, "%s@self->state[%s] = @self->state[%s]", c_margin(true), state, state);
    if (step) text_printf(out, " + (%s)", step);
    if (other) text_printf(out, " + @self->state[%s]", other);
    text_put(out, ";\n");
}

static void put_section_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                            void *context) {
    const struct section_rows *s = context;
    struct text *out = &w->body;
    const char *m = c_margin(true);
    const char *s1 = c_offset(w, 2 * kernel->first, r),
               *s2 = c_offset(w, 2 * kernel->first + kernel->rows, r);
    const unsigned first = 1u << SECTION_B1 | 1u << SECTION_A1,
                   second = 1u << SECTION_B2 | 1u << SECTION_A2;
    bool one = kernel->uses & (first | second), two = kernel->uses & second;
    if (kernel->form == SECTION_INTEGRATORS) one = two = true;
    bool uses_x = kernel->op == KERNEL_SECTION
                      ? kernel->uses & (1u << SECTION_B0 | 1u << SECTION_B1 | 1u << SECTION_B2)
                      : kernel->uses & (1u << SECTION_B1 | 1u << SECTION_B2);
    if (uses_x) text_printf(out, "%sconst %s @x = %s;\n", m, w->real, c_wire_of(w, &s->from, r));
    const char *to = c_offset(w, kernel->to, r);
    if (kernel->op == KERNEL_SECTION) {
        const char *direct = product(w, kernel, s, SECTION_B0, r, "@x");
        text_printf(out, "%sconst %s @y = ", m, w->real);
        if (direct) text_put(out, direct);
        if (one) text_printf(out, "%s@self->state[%s]", direct ? " + " : "", s1);
        if (!direct && !one) text_put(out, c_real(w, 0));
        text_put(out, ";\n");
    } else if (kernel->uses & (1u << SECTION_A1 | 1u << SECTION_A2)) {
        text_printf(out, "%sconst %s @y = @wire[%s];\n", m, w->real, to);
    }
    if (kernel->form != SECTION_DIRECT) {
        if (two) put_moved(w, kernel, s, r, SECTION_B2, SECTION_A2, s2, NULL);
        put_moved(w, kernel, s, r, SECTION_B1, SECTION_A1, s1, two ? s2 : NULL);
    } else {
        if (one) put_state(w, kernel, s, r, SECTION_B1, SECTION_A1, s1, two ? s2 : NULL);
        if (two) put_state(w, kernel, s, r, SECTION_B2, SECTION_A2, s2, NULL);
    }
    if (kernel->op == KERNEL_SECTION) text_printf(out, "%s@wire[%s] = @y;\n", m, to);
}

void c_put_section(struct c_writer *w, const struct kernel *kernel) {
    bool loop = !c_writes_rows(kernel, SECTION_COEFFICIENTS);
    struct section_rows s = {.from = c_inputs_of(w, kernel->from, loop)};
    for (unsigned k = 0; k < SECTION_COEFFICIENTS; k++)
        if (kernel->uses >> k & 1)
            s.numbers[k] = c_numbers_of(w, kernel, k, SECTION_COEFFICIENTS, loop);
    c_put_rows(w, kernel, loop, true, &s, put_section_row);
}

static void put_section_read_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                                 void *context) {
    (void)context;
    text_printf(&w->body, "%s@wire[%s] = @self->state[%s];\n", c_margin(r.loop),
                c_offset(w, kernel->to, r), c_offset(w, 2 * kernel->first, r));
}

void c_put_section_read(struct c_writer *w, const struct kernel *kernel) {
    c_put_rows(w, kernel, kernel->rows > C_ROWS_MAX, false, NULL, put_section_read_row);
}
