#include "tests/unit/graph.h"

#include <math.h>
#include <string.h>

#include "ir/dump.h"
#include "ir/interp.h"
#include "ir/lower.h"
#include "ir/verify.h"

void graph_init(struct graph *g, struct fixture *f) {
    *g = (struct graph){.f = f, .arena = &f->arena, .build = {&f->arena, &f->diags}};
    g->knobs = ARENA_ARRAY(g->arena, GRAPH_KNOBS, struct knob);
    g->program.name = name_of(&f->names, "test");
    g->program.title = "test";
    g->program.rate = RATE_DEFAULT;
    g->program.knobs = g->knobs;
    for (int k = 0; k < CONTROL_COUNT; k++) {
        g->program.controls[k] = control_infos[k].defaults;
        g->program.controls[k].wanted = false;
    }
}

struct operand knob(struct graph *g, double init, double lo, double hi) {
    uint32_t index = g->program.knob_count++;
    assert_true(index < GRAPH_KNOBS);
    g->knobs[index] =
        (struct knob){.id = name_of(&g->f->names, text_format(g->arena, "k%u", index)),
                      .label = "",
                      .unit = "",
                      .init = init,
                      .lo = lo,
                      .hi = hi,
                      .smooth_s = SMOOTH_DEFAULT_S};
    return operand_knob(g->arena, g->knobs, index);
}

static struct operand *read_numbers(struct graph *g, size_t count, va_list numbers) {
    struct operand *at = ARENA_ARRAY(g->arena, count, struct operand);
    for (size_t i = 0; i < count; i++) at[i] = operand_constant(va_arg(numbers, double));
    return at;
}

const struct node *wires(struct graph *g, uint32_t n) {
    return node_wire(&g->build, NOWHERE, n);
}

const struct node *gain(struct graph *g, uint32_t rows, uint32_t cols, ...) {
    va_list numbers;
    va_start(numbers, cols);
    struct operand *at = read_numbers(g, (size_t)rows * cols, numbers);
    va_end(numbers);
    return node_gain(&g->build, NOWHERE, matrix_of(g->arena, rows, cols, at));
}

const struct node *diagonal(struct graph *g, uint32_t n, ...) {
    va_list numbers;
    va_start(numbers, n);
    struct operand *at = read_numbers(g, n, numbers);
    va_end(numbers);
    return node_gain(&g->build, NOWHERE, matrix_diagonal(g->arena, n, at));
}

static const struct node *delays_of(struct graph *g, struct grid grid, const struct operand *at) {
    struct delays *delays = ARENA_NEW(g->arena, struct delays);
    *delays = (struct delays){.grid = grid, .samples = at};
    return node_delay(&g->build, NOWHERE, delays);
}

const struct node *bank(struct graph *g, uint32_t n, ...) {
    va_list numbers;
    va_start(numbers, n);
    struct operand *at = read_numbers(g, n, numbers);
    va_end(numbers);
    return delays_of(g, (struct grid){n, n, false}, at);
}

const struct node *bank_of(struct graph *g, struct operand samples) {
    struct operand *at = ARENA_NEW(g->arena, struct operand);
    *at = samples;
    return delays_of(g, (struct grid){1, 1, false}, at);
}

const struct node *full_delay(struct graph *g, uint32_t rows, uint32_t cols, ...) {
    va_list numbers;
    va_start(numbers, cols);
    struct operand *at = read_numbers(g, (size_t)rows * cols, numbers);
    va_end(numbers);
    return delays_of(g, (struct grid){rows, cols, true}, at);
}

const struct node *filter(struct graph *g, struct grid grid, uint32_t sections, ...) {
    size_t total = grid_entries(grid) * sections;
    va_list numbers;
    va_start(numbers, sections);
    struct operand *six = read_numbers(g, total * 6, numbers);
    va_end(numbers);
    struct section *at = ARENA_ARRAY(g->arena, total, struct section);
    for (size_t i = 0; i < total; i++, six += 6)
        at[i] = (struct section){six[0], six[1], six[2], six[3], six[4], six[5]};
    struct sections *made = ARENA_NEW(g->arena, struct sections);
    *made = (struct sections){grid, sections, at};
    return node_sos(&g->build, NOWHERE, made);
}

const struct node *response(struct graph *g, struct grid grid, uint32_t taps, ...) {
    va_list numbers;
    va_start(numbers, taps);
    struct taps *made = ARENA_NEW(g->arena, struct taps);
    *made = (struct taps){grid, taps, read_numbers(g, grid_entries(grid) * taps, numbers)};
    va_end(numbers);
    return node_fir(&g->build, NOWHERE, made);
}

const struct node *fractional(struct graph *g, const struct node *delay, struct interpolation how) {
    struct delays *delays = ARENA_NEW(g->arena, struct delays);
    *delays = *delay->delays;
    delays->fractional = true;
    delays->how = how;
    return node_named(&g->build, node_delay(&g->build, delay->at, delays), delay->name);
}

const struct node *scaled(struct graph *g, uint32_t n, struct operand factor) {
    return node_gain(&g->build, NOWHERE,
                     matrix_scale(g->arena, factor, matrix_identity(g->arena, n)));
}

const struct node *pair(struct graph *g, enum op op, const struct node *a, const struct node *b) {
    const struct node *made = node_pair(&g->build, NOWHERE, op, a, b);
    assert_non_null(made);
    return made;
}

const struct node *loop(struct graph *g, const struct node *a, const struct node *b) {
    const struct node *made = node_feedback(&g->build, NOWHERE, a, b, false);
    assert_non_null(made);
    return made;
}

const struct node *named(struct graph *g, const struct node *node, const char *label) {
    return node_named(&g->build, node, name_of(&g->f->names, label));
}

const struct node *placed(struct graph *g, const struct node *node, span at) {
    struct node *made = ARENA_NEW(g->arena, struct node);
    *made = *node;
    made->at = at;
    return made;
}

bool run_pass(struct graph *g, bool (*pass)(struct pass_context *, struct program *)) {
    struct arena scratch;
    arena_init_scratch(&scratch, g->arena);
    struct pass_context context = {g->arena, &scratch, &g->f->names, &g->f->diags};
    bool done = pass(&context, &g->program);
    arena_free(&scratch);
    const char *broken = program_verify(g->arena, &g->program, 0);
    if (broken) {
        print_error("%s\n%s", broken, graph_text(g));
        fail();
    }
    return done;
}

const char *graph_text(struct graph *g) {
    struct text out;
    text_init(&out, g->arena);
    program_dump(&out, &g->program);
    const char *at = text_chars(&out);
    /* What stands before main: name, rate, knobs, controls. */
    static const char *const heads[] = {"program ", "rate ", "knob ", "control "};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        while (!strncmp(at, heads[i], strlen(heads[i]))) at = strchr(at, '\n') + 1;
    return at;
}

double *graph_responses(struct graph *g, size_t frames) {
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    if (!net) {
        print_error("%s%s", list_diags(g->f), graph_text(g));
        fail();
    }
    return interp_responses(g->arena, net, frames);
}

bool responses_equal(const double *got, const double *wanted, size_t count, double tolerance) {
    double largest = 0;
    for (size_t i = 0; i < count; i++) largest = fmax(largest, fabs(wanted[i]));
    for (size_t i = 0; i < count; i++) {
        if (fabs(got[i] - wanted[i]) <= tolerance * largest) continue;
        print_error("sample %zu is %.17g, not %.17g (largest %g)\n", i, got[i], wanted[i], largest);
        return false;
    }
    return true;
}
