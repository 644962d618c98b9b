/* Emitted C: its text, and what it computes once compiled, held against the interpreter. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ir/interp.h"
#include "tests/unit/emitted_c.h"
#include "tests/unit/random_graph.h"

static void assert_has(const char *text, const char *part) {
    if (!strstr(text, part)) fail_msg("there is no \"%s\" in:\n%s", part, text);
}

/* ---- what it computes ---- */

enum { FRAMES = 1000, WIDE = 4 };

static double *const *channels(struct arena *arena, uint32_t count, size_t frames) {
    double **at = ARENA_ARRAY(arena, count + 1u, double *);
    for (uint32_t i = 0; i < count; i++) at[i] = ARENA_ARRAY(arena, frames, double);
    return at;
}

/* Noise through both; knobs move between blocks of random sizes; outputs lie in the inputs' memory.
 */
static void compare(struct graph *g, const struct net *net, struct running p, const char *symbol) {
    struct random random = random_of(17);
    double *const *in = channels(g->arena, net->inlet_count, FRAMES);
    double *const *wanted = channels(g->arena, net->outlet_count, FRAMES);
    uint32_t wide = net->inlet_count > net->outlet_count ? net->inlet_count : net->outlet_count;
    double *const *shared = channels(g->arena, wide, FRAMES);
    for (uint32_t i = 0; i < net->inlet_count; i++)
        for (size_t n = 0; n < FRAMES; n++)
            shared[i][n] = in[i][n] = random_between(&random, -1, 1);

    struct interp *interp = interp_new(g->arena, net);
    for (size_t n = 0; n < FRAMES;) {
        size_t size = random_below(&random, 40);
        if (size > FRAMES - n) size = FRAMES - n;
        if (net->knob_count && random_below(&random, 3) == 0) {
            uint32_t knob = random_below(&random, net->knob_count);
            double value = random_between(&random, -0.2, 1.2); /* sometimes beyond its range */
            interp_set_knob(interp, knob, value);
            p.knobs[knob].set(p.memory, value);
            p.knobs[knob].set(p.memory, NAN);
        }
        const double *from[WIDE], *shared_from[WIDE];
        double *to[WIDE], *shared_to[WIDE];
        for (uint32_t i = 0; i < wide; i++)
            shared_from[i] = shared[i] + n, shared_to[wide - 1 - i] = shared[i] + n;
        for (uint32_t i = 0; i < net->inlet_count; i++) from[i] = in[i] + n;
        for (uint32_t o = 0; o < net->outlet_count; o++) to[o] = wanted[o] + n;
        interp_run(interp, from, to, size);
        p.process(p.memory, shared_from, shared_to, (int)size);
        n += size;
    }
    double peak = 0, error = 0;
    for (uint32_t o = 0; o < net->outlet_count; o++)
        for (size_t n = 0; n < FRAMES; n++) {
            peak = fmax(peak, fabs(wanted[o][n]));
            double difference = fabs(shared[wide - 1 - o][n] - wanted[o][n]);
            if (!(difference <= error)) error = difference;
        }
    if (!(error <= 1e-12 * peak))
        fail_msg("%s: an error of %g in %g\n%s", symbol, error, peak, graph_text(g));
}

enum { PROGRAMS = 60, LOOP_PROGRAMS = 24 };

/* Programs of every shape, compiled together: that is one call of the C compiler. */
static void check_random_programs(struct fixture *f, unsigned wish, unsigned count) {
    struct library library;
    struct graph graphs[PROGRAMS];
    struct emitted emitted[PROGRAMS];
    char symbols[PROGRAMS][8];
    library_begin(&library);
    for (unsigned i = 0; i < count; i++) {
        graph_init(&graphs[i], f);
        random_program(&graphs[i], i, wish);
        snprintf(symbols[i], sizeof symbols[i], "p%u", i);
        emitted[i] = emit_program(&graphs[i], symbols[i], REAL_DOUBLE);
        assert_non_null(emitted[i].c);
        library_add(&library, symbols[i], emitted[i]);
    }
    library_load(&library);
    for (unsigned i = 0; i < count; i++)
        compare(&graphs[i], emitted[i].net, library_program(&library, &f->arena, symbols[i]),
                symbols[i]);
    library_end(&library);
}

static void programs_without_knobs_compute_what_the_interpreter_does(void **state) {
    check_random_programs(*state, 0, PROGRAMS);
}

static void programs_of_long_loops_compute_what_the_interpreter_does(void **state) {
    check_random_programs(*state, RANDOM_LOOPS, LOOP_PROGRAMS);
    check_random_programs(*state, RANDOM_LOOPS | RANDOM_KNOBS, LOOP_PROGRAMS / 2);
}

static void programs_with_moving_knobs_compute_what_the_interpreter_does(void **state) {
    check_random_programs(*state, RANDOM_KNOBS, PROGRAMS);
}

static struct operand times(struct graph *g, double factor, struct operand knob) {
    return operand_mul(g->arena, operand_constant(factor), knob);
}

/* Loops over tables: wide banks, constants and moving numbers mixed, big and sparse matrices. */
static void wide_banks_compute_what_the_interpreter_does(void **state) {
    enum { N = 24 };
    struct graph g;
    graph_init(&g, *state);
    struct operand k = knob(&g, 0.5, 0, 1);
    struct operand *lengths = ARENA_ARRAY(g.arena, N, struct operand);
    struct section *at = ARENA_ARRAY(g.arena, N, struct section);
    struct operand *dense = ARENA_ARRAY(g.arena, N * N, struct operand);
    struct operand *sparse = ARENA_ARRAY(g.arena, N * N, struct operand);
    struct operand *moving = ARENA_ARRAY(g.arena, N * N, struct operand);
    struct random random = random_of(3);
    for (uint32_t i = 0; i < N; i++) {
        lengths[i] = operand_constant(1 + i % 7);
        if (i % 5 == 0)
            lengths[i] = operand_add(g.arena, operand_constant(3), times(&g, 20 + i, k));
        struct operand b0 =
            i % 3 ? operand_constant(0.25 + 0.01 * i) : times(&g, 0.5 + 0.01 * i, k);
        struct operand a1 = times(&g, -0.3 - 0.001 * i, k);
        at[i] = (struct section){
            b0, operand_constant(0.1), operand_constant(0.05 * (i % 2)), operand_constant(1),
            a1, operand_constant(0.25)};
        for (uint32_t j = 0; j < N; j++) {
            dense[i * N + j] = operand_constant(random_between(&random, -0.03, 0.03));
            moving[i * N + j] = times(&g, random_between(&random, -0.03, 0.03), k);
            bool some = random_below(&random, 100) < 45;
            sparse[i * N + j] = operand_constant(some ? random_between(&random, -0.05, 0.05) : 0);
        }
    }
    struct delays delays = {.grid = {N, N, false}, .samples = lengths};
    struct sections sections = {{N, N, false}, 1, at};
    const struct node *banks = pair(&g, OP_SERIES, node_delay(&g.build, NOWHERE, &delays),
                                    node_sos(&g.build, NOWHERE, &sections));
    const struct node *gains[] = {
        node_gain(&g.build, NOWHERE, matrix_of(g.arena, N, N, dense)),
        node_gain(&g.build, NOWHERE, matrix_of(g.arena, N, N, sparse)),
        node_gain(&g.build, NOWHERE, matrix_of(g.arena, N, N, moving)),
    };
    const struct node *tank = loop(&g, banks, node_combine(&g.build, NOWHERE, OP_SUM, gains, 3));
    const struct node *split =
        node_gain(&g.build, NOWHERE, matrix_filled(g.arena, N, 2, operand_constant(0.5)));
    const struct node *sum =
        node_gain(&g.build, NOWHERE, matrix_filled(g.arena, 2, N, operand_constant(-1)));
    g.program.main = pair(&g, OP_SERIES, pair(&g, OP_SERIES, split, tank), sum);
    struct emitted emitted = emit_program(&g, "wide", REAL_DOUBLE);
    struct library library;
    library_begin(&library);
    library_add(&library, "wide", emitted);
    library_load(&library);
    compare(&g, emitted.net, library_program(&library, g.arena, "wide"), "wide");
    library_end(&library);
}

/* Long responses that hear one wire, some of them late, and one whose taps a knob moves; one of them
 * is all that delays a loop. */
static void finite_responses_compute_what_the_interpreter_does(void **state) {
    enum { TAPS = 300, N = 3 };
    struct graph g;
    graph_init(&g, *state);
    struct operand k = knob(&g, 0.5, 0, 1);
    struct random random = random_of(5);
    struct operand *fixed = ARENA_ARRAY(g.arena, N * N * TAPS, struct operand);
    struct operand *moving = ARENA_ARRAY(g.arena, N * TAPS, struct operand);
    struct operand *late = ARENA_ARRAY(g.arena, N * TAPS, struct operand);
    for (uint32_t i = 0; i < N * N * TAPS; i++) {
        uint32_t tap = i % TAPS, entry = i / TAPS;
        bool zero = tap < 40 * entry || (entry == 2 && tap > 200);
        fixed[i] = operand_constant(zero ? 0 : random_between(&random, -0.05, 0.05));
    }
    for (uint32_t i = 0; i < N * TAPS; i++) {
        moving[i] = i % 3 ? times(&g, random_between(&random, -0.05, 0.05), k)
                          : operand_constant(random_between(&random, -0.05, 0.05));
        late[i] = operand_constant(i % TAPS < 2 ? 0 : random_between(&random, -0.03, 0.03));
    }
    struct taps grid = {{N, N, true}, TAPS, fixed}, bank = {{N, N, false}, TAPS, moving},
                delay = {{N, N, false}, TAPS, late};
    const struct node *tank = loop(&g, node_fir(&g.build, NOWHERE, &delay),
                                   gain(&g, N, N, 0.5, 0.25, 0.0, -0.5, 0.5, 0.5, 0.0, 0.25, 0.5));
    g.program.main = pair(&g, OP_SERIES, node_fir(&g.build, NOWHERE, &grid),
                          pair(&g, OP_SUM, node_fir(&g.build, NOWHERE, &bank), tank));
    struct emitted emitted = emit_program(&g, "fir", REAL_DOUBLE);
    struct library library;
    library_begin(&library);
    library_add(&library, "fir", emitted);
    library_load(&library);
    compare(&g, emitted.net, library_program(&library, g.arena, "fir"), "fir");
    library_end(&library);
}

/* A gain of one knob: after a move c[n] = p c[n-1] + (1 - p) target, then exactly the target. */
static void a_ramp_is_the_formula_and_ends(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = scaled(&g, 1, knob(&g, 0.75, 0, 1));
    g.knobs[0].smooth_s = 0.001;
    struct emitted emitted = emit_program(&g, "ramp", REAL_DOUBLE);
    struct library library;
    library_begin(&library);
    library_add(&library, "ramp", emitted);
    library_load(&library);
    struct running p = library_program(&library, g.arena, "ramp");
    assert_text(p.knobs[0].name, "k0");
    assert_null(p.knobs[1].name);

    enum { MANY = 4000 };
    double *const *one = channels(g.arena, 2, MANY);
    for (int n = 0; n < MANY; n++) one[0][n] = 1;
    const double *in[] = {one[0]};
    double *out[] = {one[1]};
    p.process(p.memory, in, out, MANY);
    assert_near(out[0][0], 0.75, 0);
    assert_near(out[0][MANY - 1], 0.75, 0);
    p.knobs[0].set(p.memory, -5); /* clamped to 0 */
    p.process(p.memory, in, out, MANY);
    for (int n = 0; n < 200; n++) assert_near(out[0][n], 0.75 * exp(-(n + 1) / 48.0), 1e-14);
    assert_near(out[0][MANY - 1], 0, 0);
    library_end(&library);
}

static void clear_is_silence_and_keeps_knobs(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = pair(&g, OP_SERIES, bank(&g, 1, 2.0), scaled(&g, 1, knob(&g, 0.75, 0, 1)));
    g.knobs[0].smooth_s = 0;
    struct emitted emitted = emit_program(&g, "quiet", REAL_DOUBLE);
    struct library library;
    library_begin(&library);
    library_add(&library, "quiet", emitted);
    library_load(&library);
    struct running p = library_program(&library, g.arena, "quiet");
    double samples[4] = {1, 1, 1, 1}, heard[4];
    const double *in[] = {samples};
    double *out[] = {heard};
    p.knobs[0].set(p.memory, 0.5);
    p.process(p.memory, in, out, 4);
    assert_near(heard[3], 0.5, 0);
    p.clear(p.memory);
    p.process(p.memory, in, out, 4);
    assert_near(heard[0], 0, 0);
    assert_near(heard[1], 0, 0);
    assert_near(heard[2], 0.5, 0);
    library_end(&library);
}

static void the_table_of_knobs_says_all(void **state) {
    struct graph g;
    graph_init(&g, *state);
    struct operand pre = knob(&g, 5, 0, 20), mix = knob(&g, 30, 0, 100),
                   plain = knob(&g, 1, 0.5, 2);
    g.program.main =
        pair(&g, OP_SERIES, bank_of(&g, operand_mul(g.arena, operand_constant(48), pre)),
             scaled(&g, 1,
                    operand_mul(g.arena, plain,
                                operand_mul(g.arena, operand_constant(0.01), mix))));
    static const struct knob_entry wanted[] = {{"pre", "Pre-delay", "ms", 0, 20, 5, NULL},
                                               {"mix", "Dry/Wet", "%", 0, 100, 30, NULL},
                                               {"mix", "mix", "", 0.5, 2, 1, NULL}};
    for (int k = 0; k < 3; k++) {
        g.knobs[k].id = name_of(&g.f->names, wanted[k].name);
        g.knobs[k].label = k < 2 ? wanted[k].label : NULL;
        g.knobs[k].unit = wanted[k].unit;
        g.knobs[k].smooth_s = 0;
    }
    struct emitted emitted = emit_program(&g, "dials", REAL_DOUBLE);
    assert_has(emitted.h,
               "void dials_set_pre(dials *self, double milliseconds); /* 0 to 20, at first 5 */");
    assert_has(emitted.h, "void dials_set_mix(dials *self, double percent);");
    assert_has(emitted.h, "void dials_set_mix_2(dials *self, double value);");
    struct library library;
    library_begin(&library);
    library_add(&library, "dials", emitted);
    library_load(&library);
    struct running p = library_program(&library, g.arena, "dials");
    for (int k = 0; k < 3; k++) {
        assert_text(p.knobs[k].name, wanted[k].name);
        assert_text(p.knobs[k].label, wanted[k].label);
        assert_text(p.knobs[k].unit, wanted[k].unit);
        assert_near(p.knobs[k].min, wanted[k].min, 0);
        assert_near(p.knobs[k].max, wanted[k].max, 0);
        assert_near(p.knobs[k].init, wanted[k].init, 0);
    }
    assert_null(p.knobs[3].name);
    /* Beyond their ranges: 20 ms, and a gain of 2. */
    static const double far[] = {1e9, INFINITY, 3};
    for (int k = 0; k < 3; k++) p.knobs[k].set(p.memory, far[k]);
    double *const *sound = channels(g.arena, 2, 1000);
    sound[0][0] = 1;
    p.process(p.memory, (const double *const[]){sound[0]}, (double *const[]){sound[1]}, 1000);
    assert_near(sound[1][959], 0, 0);
    assert_near(sound[1][960], 2, 1e-15);
    library_end(&library);
}

/* ---- its text ---- */

static void the_whole_text_of_a_comb(void **state) {
    struct graph g;
    graph_init(&g, *state);
    struct operand k = knob(&g, 0.5, -0.9, 0.9);
    g.knobs[0].label = "Feed \"back\"";
    g.program.title = "A comb */ with @ in it";
    g.program.main = loop(&g, bank(&g, 1, 70.0), scaled(&g, 1, k));
    struct emitted emitted = emit_program(&g, "comb", REAL_FLOAT);
    assert_text(emitted.summary, "856 bytes of state, 2 multiply-adds a sample, blocks of 64");
    assert_text(
        emitted.h,
        "/* A comb * / with @ in it: 1 -> 1, at 48000 Hz. Made by adacc.\n"
        " *\n"
        " * State: 856 bytes, sizeof(struct comb). Stack: comb_process takes at most 3254 bytes.\n"
        " * 2 multiply-adds a sample, in blocks of 64.\n"
        " *\n"
        " * knob k0, \"Feed \"back\"\": -0.9 to 0.9, at first 0.5\n"
        " */\n"
        "#ifndef COMB_H\n"
        "#define COMB_H\n"
        "\n"
        "#define COMB_INLETS 1\n"
        "#define COMB_OUTLETS 1\n"
        "#define COMB_RATE 48000\n"
        "#define COMB_KNOBS 1\n"
        "\n"
        "#ifdef __cplusplus\n"
        "extern \"C\" {\n"
        "#endif\n"
        "\n"
        "typedef struct comb comb;\n"
        "\n"
        "/* Its layout is the same under every compiler flag; its members are nobody else's business. */\n"
        "struct comb {\n"
        "    float knob[1]; /* as they were set */\n"
        "    float coefficient[1]; /* what knobs move, at this sample */\n"
        "    float target[1]; /* what they ramp to */\n"
        "    float offset[1]; /* how far they are from it */\n"
        "    float line[208]; /* all delay lines, one behind the other */\n"
        "    int at[1]; /* where in `line` each delay line stands */\n"
        "    int ramping; /* how many coefficients are on their way */\n"
        "};\n"
        "\n"
        "/* Once, before all else: knobs at their initial values, silence. */\n"
        "void comb_init(comb *self);\n"
        "\n"
        "/* Silence, in which knobs are at once where they were set. */\n"
        "void comb_clear(comb *self);\n"
        "\n"
        "/* in[inlet][frame], out[outlet][frame], any number of frames from 0 on. Any out may be any in. */\n"
        "void comb_process(comb *self, const float *const *in, float *const *out, int frames);\n"
        "\n"
        "/* Each is clamped to its range; what is not a number is ignored. Not while _process runs. */\n"
        "void comb_set_k0(comb *self, float value); /* -0.9 to 0.9, at first 0.5 */\n"
        "\n"
        "struct comb_knob {\n"
        "    const char *name, *label, *unit;\n"
        "    float min, max, init;\n"
        "    void (*set)(comb *, float);\n"
        "};\n"
        "/* COMB_KNOBS of them, and one behind them whose name is null. */\n"
        "extern const struct comb_knob comb_knobs[];\n"
        "\n"
        "#ifdef __cplusplus\n"
        "}\n"
        "#endif\n"
        "\n"
        "#endif\n");
    assert_has(emitted.c, "    float block[256] COMB_ALIGNED;\n"
                          "    COMB_FLUSH;\n"
                          "    for (int frame = 0, all; frame < frames; frame += all) {\n"
                          "        all = frames - frame < 64 ? frames - frame : 64;\n"
                          "        if (self->ramping) {\n"
                          "            all = 1;\n"
                          "            comb_ramps(self);\n"
                          "        }\n");
    assert_has(emitted.c, "            int place = comb_at(&self->at[i]) - 70;\n"
                          "            if (place < begin) place += end - begin;\n"
                          "            heard1[r] = comb_heard(b + (1 + r) * 64, self->line + place, n);\n");
    assert_has(emitted.c, "        for (int t = 0; t < n; t += COMB_LANES) {\n"
                          "        /* scale */\n"
                          "        COMB_PUT(b + 128 + t) = self->coefficient[0] * COMB_GET(heard1[0] + t);\n");
    assert_has(emitted.c,
               "{\"k0\", \"Feed \\\"back\\\"\", \"\", -0.9f, 0.9f, 0.5f, comb_set_k0},\n");
}

static void numbers_are_the_shortest_exact_ones(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = gain(&g, 1, 4, 0.1, -1.0, 1.0 / 3, 2.0);
    assert_has(emit_program(&g, "a", REAL_FLOAT).c,
               "A_PUT(b + 256 + t) = 0.1f * A_GET(b + t) - A_GET(b + 64 + t) + 0.33333334f * A_GET(");
    assert_has(emit_program(&g, "a", REAL_DOUBLE).c,
               "= 0.1 * A_GET(b + t) - A_GET(b + 64 + t) + 0.3333333333333333 * A_GET(");
}

static void a_common_factor_is_taken_out(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = gain(&g, 1, 3, 0.5, -0.5, 0.5);
    assert_has(emit_program(&g, "a", REAL_FLOAT).c,
               "= 0.5f * (A_GET(b + t) - A_GET(b + 64 + t) + A_GET(b + 128 + t));");
}

static void a_near_one_is_not_one(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = diagonal(&g, 2, 1.05, -1.05);
    const char *c = emit_program(&g, "a", REAL_FLOAT).c;
    assert_has(c, "= 1.05f * A_GET(b + t);");
    assert_has(c, "= -1.05f * A_GET(b + 64 + t);");
}

static void short_lines_have_no_table_of_ends(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = loop(&g, bank(&g, 2, 7.0, 8.0), diagonal(&g, 2, 0.5, 0.25));
    const char *c = emit_program(&g, "a", REAL_FLOAT).c;
    assert_has(c, "static const unsigned short a_line[2]");
    assert_null(strstr(c, "a_end"));
    g.program.main = loop(&g, bank(&g, 2, 100.0, 200.0), diagonal(&g, 2, 0.5, 0.25));
    assert_has(emit_program(&g, "a", REAL_FLOAT).c, "static const unsigned short a_end[2]");
}

static void a_program_may_be_called_like_a_local_variable(void **state) {
    struct graph g;
    graph_init(&g, *state);
    g.program.main = loop(&g, bank(&g, 3, 7.0, 8.0, 9.0), diagonal(&g, 3, 0.5, 0.25, 0.125));
    struct library library;
    library_begin(&library);
    static const char *const names[] = {"block", "in", "out", "frame", "frames", "self", "r", "i", "bank"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        library_add(&library, names[i], emit_program(&g, names[i], REAL_DOUBLE));
    /* One file each here: a local of one may well be called as another program. */
    fclose(library.optimised);
    fclose(library.plain);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char command[256];
        const char *cc = getenv("CC");
        snprintf(command, sizeof command,
                 "cd %s && %.100s -std=c99 -pedantic -Wall -Wextra -Wshadow -Werror -c %s.c",
                 library.folder, cc && *cc ? cc : "cc", names[i]);
        assert_int_equal(system(command), 0);
    }
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", library.folder);
    assert_int_equal(system(command), 0);
}

static void many_wires_lie_in_the_struct(void **state) {
    struct graph g;
    graph_init(&g, *state);
    const struct node *stage = scaled(&g, 512, operand_constant(0.5));
    g.program.main = stage;
    for (int i = 0; i < 8; i++) g.program.main = pair(&g, OP_SERIES, g.program.main, stage);
    struct emitted emitted = emit_program(&g, "a", REAL_DOUBLE);
    assert_has(emitted.h, "double block[16384];");
    assert_has(emitted.c, "double *const block = self->block;");
}

static void what_a_float_cannot_hold_is_an_error(void **state) {
    struct graph g;
    graph_init(&g, *state);
    const struct source *source = fixture_source(*state, "x.adg", "main = 1e39");
    g.program.main = placed(&g, gain(&g, 1, 1, 1e39), span_of(source, "1e39"));
    assert_non_null(emit_program(&g, "a", REAL_DOUBLE).c);
    assert_null(emit_program(&g, "a", REAL_FLOAT).c);
    assert_diags(g.f, "x.adg:1:8: error: a coefficient is 1e39, more than a float holds\n"
                      "  label: at most 3.4e38 in size\n"
                      "  help: --real=double\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(programs_without_knobs_compute_what_the_interpreter_does),
        TEST(programs_of_long_loops_compute_what_the_interpreter_does),
        TEST(programs_with_moving_knobs_compute_what_the_interpreter_does),
        TEST(wide_banks_compute_what_the_interpreter_does),
        TEST(finite_responses_compute_what_the_interpreter_does),
        TEST(a_ramp_is_the_formula_and_ends),
        TEST(clear_is_silence_and_keeps_knobs),
        TEST(the_table_of_knobs_says_all),
        TEST(the_whole_text_of_a_comb),
        TEST(numbers_are_the_shortest_exact_ones),
        TEST(a_common_factor_is_taken_out),
        TEST(a_near_one_is_not_one),
        TEST(short_lines_have_no_table_of_ends),
        TEST(a_program_may_be_called_like_a_local_variable),
        TEST(many_wires_lie_in_the_struct),
        TEST(what_a_float_cannot_hold_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
