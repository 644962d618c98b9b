/* The shared representation: operands, matrices, shapes, lowering, loops and the interpreter. */
#include <math.h>
#include <string.h>

#include "ir/dump.h"
#include "ir/interp.h"
#include "ir/lower.h"
#include "ir/verify.h"
#include "ir/walk.h"
#include "tests/unit/nodes.h"

static const struct node *fir(struct fixture *f, uint32_t count, const double *at) {
    struct build b = builder(f);
    struct operand *operands = ARENA_ARRAY(&f->arena, count, struct operand);
    for (uint32_t i = 0; i < count; i++) operands[i] = operand_constant(at[i]);
    struct taps *taps = ARENA_NEW(&f->arena, struct taps);
    *taps = (struct taps){{1, 1, false}, count, operands};
    return node_fir(&b, NOWHERE, taps);
}

static const struct node *loop(struct fixture *f, const struct node *a, const struct node *b,
                               bool implicit) {
    struct build build = builder(f);
    return node_feedback(&build, NOWHERE, a, b, implicit);
}

static struct program program_of(struct fixture *f, const struct node *main) {
    return (struct program){.name = name_of(&f->names, "test"), .rate = 1000, .main = main};
}

static const struct net *lowered(struct fixture *f, const struct program *program) {
    assert_null(program_verify(&f->arena, program, VERIFY_NORMALISED | VERIFY_QUANTISED));
    return net_lower(&f->arena, &f->diags, program, program->main);
}

static const double *impulse(struct fixture *f, const struct node *main, size_t frames) {
    struct program program = program_of(f, main);
    const struct net *net = lowered(f, &program);
    assert_non_null(net);
    return interp_responses(&f->arena, net, frames);
}

static const struct knob *one_knob(struct fixture *f, double init, double lo, double hi,
                                   double smooth_s) {
    struct knob *knob = ARENA_NEW(&f->arena, struct knob);
    *knob = (struct knob){.id = name_of(&f->names, "k"),
                          .label = "k",
                          .unit = "",
                          .init = init,
                          .lo = lo,
                          .hi = hi,
                          .smooth_s = smooth_s};
    return knob;
}

static void constants_fold(void **state) {
    struct fixture *f = *state;
    struct operand two = operand_constant(2), three = operand_constant(3);
    assert_true(operand_is(operand_mul(&f->arena, two, three), 6));
    assert_true(operand_is(operand_apply(&f->arena, FUNCTION_POW, two, three), 8));
    assert_true(
        operand_is(operand_apply(&f->arena, FUNCTION_ROUND, operand_constant(2.5), two), 2));
    assert_true(
        operand_is(operand_apply(&f->arena, FUNCTION_ROUND, operand_constant(3.5), two), 4));
}

static void knobs_stay_expressions(void **state) {
    struct fixture *f = *state;
    const struct knob *knob = one_knob(f, 0.25, 0, 1, 0.02);
    struct operand k = operand_knob(&f->arena, knob, 0);
    struct operand dry = operand_sub(&f->arena, operand_constant(1), k);
    assert_near(dry.value, 0.75, 0);
    assert_near(operand_value(dry, (const double[]){1}), 0, 0);
    struct text text;
    text_init(&text, &f->arena);
    operand_dump(
        &text,
        operand_mul(&f->arena, dry, operand_sub(&f->arena, k, operand_sub(&f->arena, k, dry))),
        knob);
    assert_text(text.at, "(1 - k)*(k - (k - (1 - k)))");
    assert_true(operand_is(operand_mul(&f->arena, k, operand_constant(0)), 0));
    assert_ptr_equal(operand_add(&f->arena, k, operand_constant(0)).expr, k.expr);
    assert_near(operand_smooth_s(dry, knob), 0.02, 0);
    assert_near(operand_smooth_s(operand_constant(1), knob), 0, 0);
}

/* Every function's interval must hold its values all over the range. */
static void ranges_hold_all_values(void **state) {
    struct fixture *f = *state;
    const double spans[][2] = {{-2, 3}, {0.1, 0.9}, {-1.5, -0.25}, {0, 4}};
    for (int s = 0; s < 4; s++) {
        const struct knob *knob = one_knob(f, spans[s][0], spans[s][0], spans[s][1], 0);
        struct operand k = operand_knob(&f->arena, knob, 0);
        for (int fn = 0; fn < FUNCTION_COUNT; fn++) {
            for (int right = 0; right < 3; right++) {
                struct operand other = right == 2 ? k : operand_constant(right ? 2 : -0.5);
                struct operand e = operand_apply(&f->arena, (enum function)fn, k, other);
                struct interval range = operand_range(e, knob);
                for (int i = 0; i <= 100; i++) {
                    double at = spans[s][0] + (spans[s][1] - spans[s][0]) * i / 100;
                    double v = operand_value(e, &at);
                    if (isnan(v)) continue;
                    if (!(v >= range.lo - 1e-12 && v <= range.hi + 1e-12))
                        fail_msg("%s at %f: %f is not in %f..%f", function_infos[fn].text, at, v,
                                 range.lo, range.hi);
                }
            }
        }
    }
}

static void orthogonal_matrices_are(void **state) {
    struct fixture *f = *state;
    for (uint32_t n = 1; n <= 16; n *= 2) {
        const struct matrix *both[] = {matrix_hadamard(&f->arena, n),
                                       matrix_householder(&f->arena, n, NULL)};
        for (int i = 0; i < 2; i++) {
            struct matrix *product =
                matrix_multiply(&f->arena, both[i], matrix_transpose(&f->arena, both[i]));
            for (uint32_t r = 0; r < n; r++)
                for (uint32_t c = 0; c < n; c++)
                    assert_near(matrix_at(product, r, c).value, r == c, 1e-14);
        }
    }
    assert_null(matrix_hadamard(&f->arena, 6));
    struct operand zero[2] = {{0, NULL}, {0, NULL}};
    assert_null(matrix_householder(&f->arena, 2, zero));
    const double a[] = {1, 2}, b[] = {3, 5};
    struct matrix *k = matrix_kron(&f->arena, matrix_of_numbers(&f->arena, 1, 2, a),
                                   matrix_of_numbers(&f->arena, 2, 1, b));
    assert_int_equal(k->rows, 2);
    assert_near(matrix_at(k, 1, 1).value, 10, 0);
}

static void shapes_that_do_not_fit_are_named(void **state) {
    struct fixture *f = *state;
    const struct source *source = fixture_source(f, "x.adg", "left -> right");
    struct build b = builder(f);
    const struct node *two = node_wire(&b, span_of(source, "left"), 2),
                      *three = node_wire(&b, span_of(source, "right"), 3);
    assert_null(node_pair(&b, NOWHERE, OP_SERIES, two, three));
    assert_null(node_feedback(&b, NOWHERE, two, three, false));
    assert_null(node_pair(&b, NOWHERE, OP_SUM, two, three));
    assert_null(node_pair(&b, NOWHERE, OP_STACK, two, three));
    assert_null(node_wire(&b, NOWHERE, 2000));
    assert_diags(
        f,
        "x.adg:1:9: error: series 'a -> b' needs b to take a's 2 outlets, but b has 3 inlets\n"
        "  label: 3 -> 3\n"
        "  label at x.adg:1:1: 2 -> 2\n"
        "x.adg:1:9: error: feedback 'a ~ b' needs b to take a's 2 outlets, but b is 3 -> 3\n"
        "  label: 3 -> 3\n"
        "  label at x.adg:1:1: 2 -> 2\n"
        "x.adg:1:9: error: a sum needs both sides to have one shape, but a is 2 -> 2 and b is 3 -> 3\n"
        "  label: 3 -> 3\n"
        "  label at x.adg:1:1: 2 -> 2\n"
        "x.adg:1:9: error: stack 'a & b' gives both the same input, but a has 2 inlets and b has 3 inlets\n"
        "  label: 3 -> 3\n"
        "  label at x.adg:1:1: 2 -> 2\n"
        "nowhere: error: 2000 -> 2000 is wider than the limit of 1024 channels\n");
}

static void parallel_takes_its_own_input_and_stack_the_same(void **state) {
    struct fixture *f = *state;
    const double *h = impulse(f, combine(f, OP_PARALLEL, gain1(f, 2), gain1(f, 3)), 1);
    assert_near(h[0], 2, 0); /* [in][out] */
    assert_near(h[1], 0, 0);
    assert_near(h[2], 0, 0);
    assert_near(h[3], 3, 0);
    h = impulse(f, combine(f, OP_STACK, gain1(f, 2), gain1(f, 3)), 1);
    assert_near(h[0], 2, 0);
    assert_near(h[1], 3, 0);
    assert_near(impulse(f, combine(f, OP_SUM, gain1(f, 2), gain1(f, 3)), 1)[0], 5, 0);
}

/* y = a(x + b(y)): no sample more, wherever the delay sits. */
static void loops_take_exactly_their_delay(void **state) {
    struct fixture *f = *state;
    const double *h = impulse(f, loop(f, delay1(f, 3), gain1(f, 0.5), false), 10);
    for (int n = 0; n < 10; n++)
        assert_near(h[n], n == 3 ? 1 : n == 6 ? 0.5 : n == 9 ? 0.25 : 0, 0);
    h = impulse(f, loop(f, gain1(f, 0.5), delay1(f, 3), false), 7);
    for (int n = 0; n < 7; n++)
        assert_near(h[n], n == 0 ? 0.5 : n == 3 ? 0.25 : n == 6 ? 0.125 : 0, 0);
    h = impulse(f, loop(f, delay1(f, 1), delay1(f, 1), false), 6);
    for (int n = 0; n < 6; n++) assert_near(h[n], n % 2, 0);
}

static void sections_filter(void **state) {
    struct fixture *f = *state;
    /* (1 + 2 z^-1 + 3 z^-2) / (1 - 0.5 z^-1 + 0.25 z^-2), by its difference equation */
    const double *h = impulse(f, sos(f, (const double[5]){1, 2, 3, -0.5, 0.25}), 6);
    const double x[6] = {1}, b[3] = {1, 2, 3};
    double y[6] = {0};
    for (int n = 0; n < 6; n++) {
        for (int k = 0; k < 3 && k <= n; k++) y[n] += b[k] * x[n - k];
        if (n > 0) y[n] += 0.5 * y[n - 1];
        if (n > 1) y[n] -= 0.25 * y[n - 2];
        assert_near(h[n], y[n], 1e-15);
    }
    /* One whose b0 is 0 is a delay, so it may close a loop. */
    h = impulse(f, loop(f, sos(f, (const double[5]){0, 1, 0, 0, 0}), gain1(f, 0.5), false), 4);
    for (int n = 0; n < 4; n++) assert_near(h[n], n ? pow(0.5, n - 1) : 0, 0);
}

static void finite_responses_are_their_taps(void **state) {
    struct fixture *f = *state;
    const double taps[] = {0.5, -0.25, 0, 2}, late[] = {0, 0, 1};
    const double *h = impulse(f, fir(f, 4, taps), 6);
    for (int n = 0; n < 6; n++) assert_near(h[n], n < 4 ? taps[n] : 0, 0);
    /* One that begins with zeros is a delay, so it may close a loop. */
    h = impulse(f, loop(f, fir(f, 3, late), gain1(f, 0.5), false), 7);
    for (int n = 0; n < 7; n++) assert_near(h[n], n > 0 && n % 2 == 0 ? pow(0.5, n / 2 - 1) : 0, 0);
}

/* y = h * (x + k y): y = h0/(1 - k h0) now, and so on, by hand. */
static void implicit_loops_with_finite_responses_are_solved(void **state) {
    struct fixture *f = *state;
    const double taps[] = {0.5, 0.25, -0.125}, k = 0.6;
    const double *h = impulse(f, loop(f, fir(f, 3, taps), gain1(f, k), true), 8);
    double y[8] = {0};
    for (int n = 0; n < 8; n++) {
        double known = n < 3 ? taps[n] : 0;
        for (int t = 1; t < 3 && t <= n; t++) known += taps[t] * k * y[n - t];
        y[n] = known / (1 - k * taps[0]);
        assert_near(h[n], y[n], 1e-14);
    }
}

static void delay_free_loops_are_refused(void **state) {
    struct fixture *f = *state;
    const struct source *source = fixture_source(f, "x.adg", "tank = g ~ h");
    struct build b = builder(f);
    const struct node *g = node_named(&b, gain1(f, 0.5), name_of(&f->names, "g"));
    const struct node *main = node_feedback(&b, span_of(source, "g ~ h"), g, gain1(f, 0.5), false);
    struct program program = program_of(f, main);
    assert_null(lowered(f, &program));
    assert_diags(f, "x.adg:1:8: error: delay-free loop: this feedback holds no delay\n"
                    "  note at x.adg:1:8: the loop leads through 'g' (gain)\n"
                    "  note at x.adg:1:8: the loop leads through this gain\n"
                    "  help: every loop needs a delay of at least one sample, anywhere on it\n");
}

/* y = (1 - F B)^-1 F x, constant. */
static void implicit_loops_are_solved(void **state) {
    struct fixture *f = *state;
    const double F[] = {0.5, 0.2, -0.1, 0.3}, B[] = {0.4, 0.1, 0.2, -0.6};
    const double *h = impulse(f, loop(f, gain_of(f, 2, 2, F), gain_of(f, 2, 2, B), true), 2);
    /* (I - F B) y = F x, by Cramer's rule */
    double m[4];
    for (int r = 0; r < 2; r++)
        for (int c = 0; c < 2; c++)
            m[2 * r + c] = (r == c) - (F[2 * r] * B[c] + F[2 * r + 1] * B[2 + c]);
    double det = m[0] * m[3] - m[1] * m[2];
    for (int in = 0; in < 2; in++) {
        double p = F[in], q = F[2 + in];
        assert_near(h[(in * 2 + 0) * 2], (p * m[3] - q * m[1]) / det, 1e-15);
        assert_near(h[(in * 2 + 1) * 2], (q * m[0] - p * m[2]) / det, 1e-15);
        assert_near(h[(in * 2 + 0) * 2 + 1], 0, 0);
    }
}

/* With a section in the loop, the state must follow too: compare with the algebra done by hand. */
static void implicit_loops_with_sections_are_solved(void **state) {
    struct fixture *f = *state;
    /* y = H (x + k y): y = H / (1 - k H) x = (b0 + b1 w) / ((1 - k b0) + (a1 - k b1) w) x */
    const double b0 = 0.5, b1 = 0.25, a1 = -0.3, k = 0.8;
    const double *h = impulse(f, loop(f, sos(f, (const double[5]){b0, b1, 0, a1, 0}), gain1(f, k), true), 8);
    double c0 = 1 - k * b0, c1 = a1 - k * b1, last = 0;
    for (int n = 0; n < 8; n++) {
        double y = ((n == 0 ? b0 : 0) + (n == 1 ? b1 : 0) - c1 * last) / c0;
        assert_near(h[n], y, 1e-14);
        last = y;
    }
}

static void loops_without_a_solution_are_refused(void **state) {
    struct fixture *f = *state;
    struct program program = program_of(f, loop(f, gain1(f, 2), gain1(f, 0.5), true));
    assert_null(lowered(f, &program));
    assert_int_equal(f->diags.first->code, CODE_SINGULAR_LOOP);
}

static void a_knob_in_a_delay_free_loop_is_refused(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    struct program program = program_of(f, NULL);
    program.knobs = one_knob(f, 0.5, 0, 1, 0);
    program.knob_count = 1;
    const struct matrix *m =
        matrix_filled(&f->arena, 1, 1, operand_knob(&f->arena, program.knobs, 0));
    program.main = loop(f, node_gain(&b, NOWHERE, m), gain1(f, 0.5), true);
    assert_null(lowered(f, &program));
    assert_int_equal(f->diags.first->code, CODE_MOVING_LOOP);
}

/* One line of the loop has no delay, but the matrix is triangular there: an order exists. */
static void triangular_loops_need_no_algebra(void **state) {
    struct fixture *f = *state;
    const double lengths[] = {0, 4}, B[] = {0, 0.5, 0.5, 0.25};
    const double *h = impulse(f, loop(f, delay(f, 2, lengths), gain_of(f, 2, 2, B), false), 9);
    assert_int_equal(f->diags.errors, 0);
    /* v0 = x0 + 0.5 y1, y0 = v0, v1 = 0.5 y0 + 0.25 y1, y1 = v1[n-4] */
    double y1[9] = {0}, v1[9] = {0};
    for (int n = 0; n < 9; n++) {
        y1[n] = n >= 4 ? v1[n - 4] : 0;
        double y0 = (n == 0) + 0.5 * y1[n];
        v1[n] = 0.5 * y0 + 0.25 * y1[n];
        assert_near(h[n], y0, 1e-15);
    }
}

static void components_know_their_shortest_cycle(void **state) {
    struct fixture *f = *state;
    const double lengths[] = {40, 7, 100}, cross[] = {0, 1, 0, 0, 0, 1, 1, 0, 0},
                 dense[] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    struct program ring = program_of(f, loop(f, delay(f, 3, lengths), gain_of(f, 3, 3, cross), false));
    struct program full = program_of(f, loop(f, delay(f, 3, lengths), gain_of(f, 3, 3, dense), false));
    struct program open = program_of(f, delay(f, 3, lengths));
    const struct program *programs[] = {&ring, &full, &open};
    const uint64_t wanted[] = {147, 7, 0};
    for (int i = 0; i < 3; i++) {
        const struct net *net = lowered(f, programs[i]);
        uint64_t least = 0;
        for (uint32_t c = 0; c < net->component_count; c++)
            if (net->components[c].cyclic) least = net->components[c].least_delay;
        assert_int_equal(least, wanted[i]);
    }
}

static void a_shared_node_is_two_instances(void **state) {
    struct fixture *f = *state;
    const struct node *d = delay1(f, 2);
    const double *h = impulse(f, combine(f, OP_SERIES, d, d), 6);
    for (int n = 0; n < 6; n++) assert_near(h[n], n == 4, 0);
}

static void every_cell_comes_behind_what_it_needs(void **state) {
    struct fixture *f = *state;
    const double lengths[] = {3, 0}, B[] = {0.1, 0, 0.3, 0};
    struct program program =
        program_of(f, loop(f, combine(f, OP_SERIES, gain_of(f, 2, 2, B), delay(f, 2, lengths)),
                           gain_of(f, 2, 2, (const double[]){1, 0, 0, 0}), false));
    const struct net *net = lowered(f, &program);
    assert_non_null(net);
    bool *done = ARENA_ARRAY(&f->arena, net->cell_count, bool);
    for (uint32_t i = 0; i < net->cell_count; i++) {
        const struct cell *cell = &net->cells[net->order[i]];
        for (uint32_t k = 0; k < cell->count; k++)
            if (cell_is_direct(cell, k)) assert_true(done[cell->from[k]]);
        done[net->order[i]] = true;
    }
}

/* c[n] = p c[n-1] + (1 - p) target, p = exp(-1 / (smooth rate)). */
static void knobs_ramp_as_the_language_says(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    struct program program = program_of(f, NULL);
    program.knobs = one_knob(f, 1, 0, 3, 0.01);
    program.knob_count = 1;
    struct operand k = operand_knob(&f->arena, program.knobs, 0);
    program.main =
        node_gain(&b, NOWHERE, matrix_filled(&f->arena, 1, 1, operand_mul(&f->arena, k, k)));
    struct interp *interp = interp_new(&f->arena, lowered(f, &program));
    double ones[20], out[20];
    for (int i = 0; i < 20; i++) ones[i] = 1;
    interp_run(interp, (const double *const[]){ones}, (double *const[]){out}, 5);
    for (int i = 0; i < 5; i++) assert_near(out[i], 1, 0);
    interp_set_knob(interp, 0, 7); /* clamped to 3 */
    interp_run(interp, (const double *const[]){ones}, (double *const[]){out}, 20);
    double p = exp(-1 / (0.01 * 1000));
    for (int i = 0; i < 20; i++) assert_near(out[i], 9 + pow(p, i + 1) * (1 - 9), 1e-13);
}

/* Without a smooth time they jump; tests/unit/test_knobs.c has those that fade. */
static void moving_delays_take_the_nearest_sample(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    struct program program = program_of(f, NULL);
    program.knobs = one_knob(f, 0, 0, 8, 0);
    program.knob_count = 1;
    struct operand *samples = ARENA_NEW(&f->arena, struct operand);
    *samples = operand_apply(&f->arena, FUNCTION_ROUND, operand_knob(&f->arena, program.knobs, 0),
                             operand_constant(0));
    struct delays *delays = ARENA_NEW(&f->arena, struct delays);
    *delays = (struct delays){.grid = {1, 1, false}, .samples = samples};
    program.main = node_delay(&b, NOWHERE, delays);
    struct interp *interp = interp_new(&f->arena, lowered(f, &program));
    double in[10], out[10];
    for (int i = 0; i < 10; i++) in[i] = i;
    interp_run(interp, (const double *const[]){in}, (double *const[]){out}, 10);
    for (int i = 0; i < 10; i++) assert_near(out[i], i, 0);
    interp_set_knob(interp, 0, 2.5);
    interp_run(interp, (const double *const[]){in}, (double *const[]){out}, 10);
    for (int i = 2; i < 10; i++) assert_near(out[i], i - 2, 0);
    assert_near(out[0], 8, 0);
}

static const struct node *halve(struct build *build, const struct node *node, void *context) {
    ++*(int *)context;
    if (node->op != OP_GAIN) return node;
    return node_gain(build, node->at,
                     matrix_scale(build->arena, operand_constant(0.5), node->matrix));
}

static void rewriting_keeps_what_is_shared_shared(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    const struct node *g = gain1(f, 8), *d = delay1(f, 1);
    const struct node *inner = combine(f, OP_SERIES, g, d), *root = combine(f, OP_SUM, inner, inner);
    int calls = 0;
    const struct node *made = node_rewrite(&b, root, halve, &calls);
    assert_int_equal(calls, 4);
    assert_ptr_equal(made->parts[0], made->parts[1]);
    assert_ptr_equal(made->parts[0]->parts[1], d);
    assert_near(impulse(f, made, 2)[1], 8, 0);
    assert_near(impulse(f, root, 2)[1], 16, 0);
}

static void verify_finds_what_is_broken(void **state) {
    struct fixture *f = *state;
    struct program program = program_of(f, delay1(f, 2.5));
    assert_null(program_verify(&f->arena, &program, 0));
    assert_text(program_verify(&f->arena, &program, VERIFY_QUANTISED),
                "delay '?' (1 -> 1): a delay is not a whole number of samples");
    program.main = gain1(f, NAN);
    assert_text(program_verify(&f->arena, &program, VERIFY_NORMALISED),
                "gain '?' (1 -> 1): an operand is not finite");
    struct node broken = *combine(f, OP_SERIES, gain1(f, 1), gain1(f, 1));
    broken.shape.outs = 2;
    program.main = &broken;
    assert_text(program_verify(&f->arena, &program, 0),
                "series '?' (1 -> 2): its parts do not make its shape");
}

static void programs_dump_readably(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    const struct node *d = delay(f, 2, (const double[]){3, 5});
    const struct node *tank =
        node_named(&b, loop(f, d, gain_of(f, 2, 2, (const double[]){0, 0.5, -0.5, 0}), false),
                   name_of(&f->names, "tank"));
    struct program program = program_of(f, combine(f, OP_SERIES, tank, d));
    struct text text;
    text_init(&text, &f->arena);
    program_dump(&text, &program);
    net_dump(&text, lowered(f, &program));
    assert_text(text.at, "program test\n"
                         "rate 1000\n"
                         "series 2 -> 2\n"
                         "  feedback 2 -> 2 'tank'\n"
                         "    delay 2 -> 2 #1\n"
                         "      [3, 5]\n"
                         "    gain 2 -> 2\n"
                         "      [0, 0.5]\n"
                         "      [-0.5, 0]\n"
                         "  #1\n"
                         "net of 10 cells, 5 banks, 5 components at 1000 Hz\n"
                         "w0 = inlet\n"
                         "w1 = inlet\n"
                         "w2 = mix 1*w0 + 1*w6  # loop 2\n"
                         "w3 = mix 1*w1 + 1*w7  # loop 2\n"
                         "w4 = delay w2, 3  # loop 2\n"
                         "w5 = delay w3, 5  # loop 2\n"
                         "w6 = mix 0*w4 + 0.5*w5  # loop 2\n"
                         "w7 = mix -0.5*w4 + 0*w5  # loop 2\n"
                         "w8 = delay w4, 3\n"
                         "w9 = delay w5, 5\n"
                         "outlets w8 w9\n"
                         "loop 2: 6 cells, at least 8 samples around\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(constants_fold),
        TEST(knobs_stay_expressions),
        TEST(ranges_hold_all_values),
        TEST(orthogonal_matrices_are),
        TEST(shapes_that_do_not_fit_are_named),
        TEST(parallel_takes_its_own_input_and_stack_the_same),
        TEST(loops_take_exactly_their_delay),
        TEST(sections_filter),
        TEST(finite_responses_are_their_taps),
        TEST(delay_free_loops_are_refused),
        TEST(implicit_loops_are_solved),
        TEST(implicit_loops_with_sections_are_solved),
        TEST(implicit_loops_with_finite_responses_are_solved),
        TEST(loops_without_a_solution_are_refused),
        TEST(a_knob_in_a_delay_free_loop_is_refused),
        TEST(triangular_loops_need_no_algebra),
        TEST(components_know_their_shortest_cycle),
        TEST(a_shared_node_is_two_instances),
        TEST(every_cell_comes_behind_what_it_needs),
        TEST(knobs_ramp_as_the_language_says),
        TEST(moving_delays_take_the_nearest_sample),
        TEST(rewriting_keeps_what_is_shared_shared),
        TEST(verify_finds_what_is_broken),
        TEST(programs_dump_readably),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
