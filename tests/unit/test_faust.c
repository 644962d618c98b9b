/* The FAUST backend: its text, and what FAUST makes of it held against the interpreter. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/support.h"

#include "backends/backend.h"
#include "ir/build.h"
#include "ir/interp.h"
#include "ir/lower.h"
#include "passes/passes.h"
#include "tests/audio/noise.h"
#include "tests/unit/random_graph.h"

/* ---- Emitting ---- */

struct memory_sink {
    struct sink sink;
    FILE *file;
    char *text;
    size_t length;
};

static FILE *open_memory(struct sink *sink, const char *extension) {
    struct memory_sink *m = (struct memory_sink *)sink;
    assert_string_equal(extension, ".dsp");
    return m->file = open_memstream(&m->text, &m->length);
}

static struct build builder(struct fixture *f) {
    return (struct build){&f->arena, &f->diags};
}

static struct program program_of(struct fixture *f, const struct node *main) {
    assert_non_null(main);
    return (struct program){
        .name = name_of(&f->names, "test"), .title = "Test", .rate = 48000, .main = main};
}

struct emitted {
    const char *text, *summary;
    const struct net *net;
};

static struct emitted emit(struct fixture *f, const struct program *program) {
    const struct net *net = net_lower(&f->arena, &f->diags, program, program->main);
    assert_string_equal(list_diags(f), "");
    struct emission e = {.program = program,
                         .net = net,
                         .symbol = "test",
                         .file = "test",
                         .sources = &f->sources,
                         .arena = &f->arena,
                         .diags = &f->diags};
    struct memory_sink m = {.sink.open = open_memory};
    text_init(&m.sink.summary, &f->arena);
    assert_true(emit_faust(&e, &m.sink));
    assert_string_equal(list_diags(f), "");
    fclose(m.file);
    struct emitted out = {arena_copy(&f->arena, m.text, m.length), text_chars(&m.sink.summary),
                          net};
    free(m.text);
    return out;
}

/* The text without its header: from the first line behind the comment on. */
static const char *body(struct fixture *f, const struct node *main) {
    struct program program = program_of(f, main);
    const char *text = emit(f, &program).text, *rate = strstr(text, "// for a sample rate");
    assert_non_null(rate);
    return strstr(rate, "\n\n") + 2;
}

/* ---- Short forms of nodes ---- */

static const struct node *gain_of(struct fixture *f, uint32_t rows, uint32_t cols,
                                  const double *numbers) {
    struct build b = builder(f);
    return node_gain(&b, NOWHERE, matrix_of_numbers(&f->arena, rows, cols, numbers));
}
static const struct node *gain1(struct fixture *f, double g) {
    return gain_of(f, 1, 1, &g);
}
static const struct node *gain_by(struct fixture *f, struct operand g) {
    struct build b = builder(f);
    return node_gain(&b, NOWHERE, matrix_diagonal(&f->arena, 1, &g));
}

static const struct node *delay_by(struct fixture *f, uint32_t n, const struct operand *samples) {
    struct build b = builder(f);
    struct delays *delays = ARENA_NEW(&f->arena, struct delays);
    struct operand *copy = ARENA_ARRAY(&f->arena, n, struct operand);
    memcpy(copy, samples, n * sizeof *copy);
    *delays = (struct delays){.grid = {n, n, false}, .samples = copy};
    return node_delay(&b, NOWHERE, delays);
}
static const struct node *delay(struct fixture *f, uint32_t n, const double *samples) {
    struct operand *at = ARENA_ARRAY(&f->arena, n, struct operand);
    for (uint32_t i = 0; i < n; i++) at[i] = operand_constant(samples[i]);
    return delay_by(f, n, at);
}
static const struct node *delay1(struct fixture *f, double samples) {
    return delay(f, 1, &samples);
}

static const struct node *sos(struct fixture *f, const double c[5]) {
    struct build b = builder(f);
    struct sections *sections = ARENA_NEW(&f->arena, struct sections);
    struct section *s = ARENA_NEW(&f->arena, struct section);
    *s = (struct section){operand_constant(c[0]), operand_constant(c[1]), operand_constant(c[2]),
                          operand_constant(1),    operand_constant(c[3]), operand_constant(c[4])};
    *sections = (struct sections){{1, 1, false}, 1, s};
    return node_sos(&b, NOWHERE, sections);
}

static const struct node *combine(struct fixture *f, enum op op, const struct node *a,
                                  const struct node *b) {
    struct build build = builder(f);
    return node_pair(&build, NOWHERE, op, a, b);
}
#define SERIES(a, b) combine(f, OP_SERIES, a, b)
#define PARALLEL(a, b) combine(f, OP_PARALLEL, a, b)
#define STACK(a, b) combine(f, OP_STACK, a, b)
#define SUM(a, b) combine(f, OP_SUM, a, b)
#define LOOP(a, b) feedback(f, a, b)
static const struct node *feedback(struct fixture *f, const struct node *a, const struct node *b) {
    struct build build = builder(f);
    return node_feedback(&build, NOWHERE, a, b, false);
}
static const struct node *label(struct fixture *f, const char *text, const struct node *node) {
    struct build build = builder(f);
    return node_named(&build, node, name_of(&f->names, text));
}

/* ---- FAUST against the interpreter ---- */

static bool have_faust(void) {
    static const char probe[] =
        "faust --version >/dev/null 2>&1 && ${CC:-cc} --version >/dev/null 2>&1";
    return system(probe) == 0 && getenv("SRCDIR");
}

struct knob_move {
    uint32_t knob;
    double value;
    long frame;
};

enum { FRAMES = 400 };

/* [out][time], noise into all inlets, the knobs moved on the way. */
static double *noise_response(struct fixture *f, const struct net *net,
                              const struct knob_move *moves, size_t move_count) {
    struct interp *interp = interp_new(&f->arena, net);
    double *result = ARENA_ARRAY(&f->arena, (size_t)net->outlet_count * FRAMES, double);
    double **in = ARENA_ARRAY(&f->arena, net->inlet_count, double *);
    double **out = ARENA_ARRAY(&f->arena, net->outlet_count, double *);
    double *samples = ARENA_ARRAY(&f->arena, net->inlet_count, double);
    for (long t = 0; t < FRAMES; t++) {
        for (size_t m = 0; m < move_count; m++)
            if (moves[m].frame == t) interp_set_knob(interp, moves[m].knob, moves[m].value);
        for (uint32_t i = 0; i < net->inlet_count; i++) {
            samples[i] = noise(i, t);
            in[i] = &samples[i];
        }
        for (uint32_t o = 0; o < net->outlet_count; o++)
            out[o] = &result[(size_t)o * FRAMES + (size_t)t];
        interp_run(interp, (const double *const *)in, out, 1);
    }
    return result;
}

static void write_file(const char *path, const void *bytes, size_t length) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

static void compare(struct fixture *f, const struct program *program, const struct knob_move *moves,
                    size_t move_count) {
    struct emitted e = emit(f, program);
    if (!have_faust()) skip();
    const double *wanted = noise_response(f, e.net, moves, move_count);
    char folder[] = "/tmp/test_faust.XXXXXX";
    assert_non_null(mkdtemp(folder));
    write_file(text_format(&f->arena, "%s/x.dsp", folder), e.text, strlen(e.text));
    write_file(text_format(&f->arena, "%s/x.f64", folder), wanted,
               (size_t)e.net->outlet_count * FRAMES * sizeof *wanted);
    struct text command;
    text_init(&command, &f->arena);
    text_printf(
        &command,
        "cd %s && faust -double -lang c -cn mydsp x.dsp -o x.c >log 2>&1 && "
        "${CC:-cc} -O0 -w -DDSP='\"%s/x.c\"' -o x \"$SRCDIR/tests/audio/faust_main.c\" -lm >>log 2>&1 && "
        "./x x.f64 1e-10 noise",
        folder, folder);
    for (size_t m = 0; m < move_count; m++) {
        const struct knob *knob = &program->knobs[moves[m].knob];
        text_printf(&command, " '%s=%.17g@%d'", *knob->label ? knob->label : name_or(knob->id, ""),
                    moves[m].value, (int)moves[m].frame);
    }
    text_put(&command, " >>log 2>&1 || { sed 's/^/# /' log; exit 1; }");
    int code = system(text_chars(&command));
    assert_int_equal(system(text_format(&f->arena, "rm -rf %s", folder)), 0);
    if (code) fail_msg("%s", e.text);
}

static void same(struct fixture *f, const struct node *main) {
    struct program program = program_of(f, main);
    compare(f, &program, NULL, 0);
}

/* ---- Texts ---- */

static void a_header(void **state) {
    struct fixture *f = *state;
    struct program program =
        program_of(f, label(f, "comb", LOOP(SERIES(delay1(f, 480), gain1(f, 0.5)), gain1(f, 1))));
    program.title = "A \"comb\"";
    program.author = "Nobody";
    struct emitted e = emit(f, &program);
    assert_memory_equal(e.text,
                        "declare name \"A 'comb'\";\n"
                        "declare author \"Nobody\";\n"
                        "declare description \"1 line, 1 -> 1\";\n"
                        "declare rate \"48000\";\n"
                        "\n"
                        "// 1 inlet, 1 outlet\n"
                        "// comb: (1 line -> 1 gain) ~ 1 gain\n"
                        "// 1 delay line on loops: 480 samples (10 ms)\n"
                        "// for a sample rate of 48000 Hz: ",
                        249);
    assert_string_equal(e.summary, "1 line, 1 -> 1");
}

static void gains(void **state) {
    struct fixture *f = *state;
    const double rotation[] = {0.8, -0.6, 0.6, 0.8}, hadamard[] = {0.5, 0.5, 0.5, -0.5};
    assert_string_equal(body(f, label(f, "A", gain_of(f, 2, 2, rotation))), "A(x0, x1) =\n"
                                                                            "    0.8*x0 - 0.6*x1,\n"
                                                                            "    0.6*x0 + 0.8*x1;\n"
                                                                            "\n"
                                                                            "process = A;\n");
    assert_string_equal(body(f, gain_of(f, 2, 2, hadamard)), "gains(x0, x1) =\n"
                                                             "    0.5*x0 + 0.5*x1,\n"
                                                             "    0.5*x0 - 0.5*x1;\n"
                                                             "\n"
                                                             "process = gains;\n");
    const double sparse[] = {0, -1, 0, 0, 1, 0}, diagonal[] = {1, 0, 0, -2};
    assert_string_equal(body(f, gain_of(f, 3, 2, sparse)), "gains(x0, x1) =\n"
                                                           "    -x1,\n"
                                                           "    0.0,\n"
                                                           "    x0;\n"
                                                           "\n"
                                                           "process = gains;\n");
    assert_string_equal(body(f, gain_of(f, 2, 2, diagonal)), "process = _, *(-2.0);\n");
}

static void numbers(void **state) {
    struct fixture *f = *state;
    const double odd[] = {1e-300, 2147483648.0, 1e20, 0.1, 3, -5};
    const struct node *all = gain1(f, odd[0]);
    for (int i = 1; i < 6; i++) all = STACK(all, gain1(f, odd[i]));
    assert_string_equal(
        body(f, all),
        "stack = _ <: ((_ <: ((_ <: (*(1e-300), *(2147483648.0))), *(1e20))), *(0.1));\n"
        "process = _ <: ((_ <: (stack, *(3.0))), *(-5.0));\n");
    same(f, all);
}

static void names(void **state) {
    struct fixture *f = *state;
    static const char *const odd[] = {
        "process", "mem", "sin",   "letrec", "h\xc3\xa9hé", "\xe2\x99\xab", "0",
        "si",      "x0",  "adder", "i",      "a b",         "a_b",          "process"};
    const struct node *all = NULL;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        const double numbers[] = {0.5, 0.25 * (double)i, 0, 0.5};
        const struct node *one = label(f, odd[i], gain_of(f, 2, 2, numbers));
        all = all ? SERIES(all, one) : one;
    }
    assert_non_null(strstr(body(f, all), "h_h(x0, x1) ="));
    same(f, all);
}

static void loops_in_the_source_s_form(void **state) {
    struct fixture *f = *state;
    const double m[] = {7, 9}, rotation[] = {0.4, -0.3, 0.3, 0.4};
    /* Lines at the end of a. */
    assert_string_equal(
        body(f, label(f, "tank", LOOP(delay(f, 2, m), label(f, "A", gain_of(f, 2, 2, rotation))))),
        "import(\"stdfaust.lib\");\n"
        "\n"
        "// n wires and n wires, added in pairs.\n"
        "adder(n) = si.bus(2*n) :> si.bus(n);\n"
        "\n"
        "A(x0, x1) =\n"
        "    0.4*x0 - 0.3*x1,\n"
        "    0.3*x0 + 0.4*x1;\n"
        "\n"
        "tank = adder(2) ~ (@(7 - 1), @(9 - 1) : A) : @(7), @(9);\n"
        "process = tank;\n");
    /* A line in b. */
    assert_string_equal(body(f, LOOP(gain1(f, 0.5), delay1(f, 10))),
                        "process = (+ : *(0.5)) ~ @(10 - 1);\n");
    /* A filter behind the line, which must run once. */
    const double pole[] = {0.4, 0, 0, -0.5, 0};
    assert_string_equal(body(f, LOOP(SERIES(delay1(f, 7), sos(f, pole)), gain1(f, 0.9))),
                        "import(\"stdfaust.lib\");\n"
                        "\n"
                        "process = (+ : @(7 - 1) : fi.tf1(0.4, 0.0, -0.5)) ~ *(0.9) : mem;\n");
}

static void knobs(void **state) {
    struct fixture *f = *state;
    struct knob dials[] = {
        {.id = name_of(&f->names, "mix"),
         .label = "Dry/Wet",
         .unit = "%",
         .init = 35,
         .lo = 0,
         .hi = 100,
         .smooth_s = 0.02},
        {.id = name_of(&f->names, "process"),
         .label = "a:\"b\" [c]",
         .unit = "",
         .init = 2.4,
         .lo = 0.2,
         .hi = 12,
         .logarithmic = true},
        {.id = name_of(&f->names, "mix"),
         .label = "Dry/Wet",
         .unit = "ms",
         .init = 1,
         .lo = 0,
         .hi = 3,
         .step = 1},
    };
    struct operand mix =
        operand_mul(&f->arena, operand_constant(0.01), operand_knob(&f->arena, dials, 0));
    struct operand other = operand_sub(&f->arena, operand_constant(1), mix);
    struct program program =
        program_of(f, SUM(label(f, "wet", gain_by(f, mix)), label(f, "dry", gain_by(f, other))));
    program.knobs = dials;
    program.knob_count = 3;
    struct emitted e = emit(f, &program);
    assert_string_equal(
        strstr(strstr(e.text, "// for a"), "\n\n") + 2,
        "// The value t, approached by a one-pole with the pole p; settled from the first sample on.\n"
        "settle(p, t) = t + ((t' - t)*1' : (+ : *(p)) ~ _);\n"
        "\n"
        "panel(x) = vgroup(\"Test\", x);\n"
        "mix = panel(hslider(\"[0]Dry/Wet [unit:%][tooltip:mix, 0 to 100 %; moves gains]\",\n"
        "    35, 0, 100, 0.5));\n"
        "process_2 = panel(hslider(\"[1]a 'b' (c) [scale:log][tooltip:process_2, 0.2 to 12]\",\n"
        "    2.4, 0.2, 12, 0.05));\n"
        "mix_2 = panel(hslider(\"[2]Dry/Wet 2 [unit:ms][tooltip:mix_2, 0 to 3 ms]\",\n"
        "    1, 0, 3, 1));\n"
        "\n"
        "ramp = settle(0.9989588756797245); // 20 ms\n"
        "wet_gain = ramp(mix);\n"
        "dry_gain = ramp(1.0 - 0.01*mix);\n"
        "\n"
        "process = _ <: (*(0.01*wet_gain), *(dry_gain)) :> _;\n");
    assert_string_equal(e.summary, "no loops, 1 -> 1, knobs mix process mix");
}

/* Loops that differ by a length and a gain, one of them moved by a knob. */
static void families(void **state) {
    struct fixture *f = *state;
    struct knob dial = {.id = name_of(&f->names, "n"), .label = "n", .unit = "", .init = 0.5, .hi = 1};
    const struct node *combs[6];
    for (int i = 0; i < 6; i++) {
        struct operand gain = operand_mul(&f->arena, operand_constant(0.1 * (i + 1)),
                                          operand_knob(&f->arena, &dial, 0));
        combs[i] = label(f, "comb", LOOP(delay1(f, 7 + 2 * i), gain_by(f, gain)));
    }
    struct build b = builder(f);
    struct program program =
        program_of(f, node_combine(&b, NOWHERE, OP_PARALLEL, combs, 6));
    program.knobs = &dial;
    program.knob_count = 1;
    const char *text = emit(f, &program).text;
    assert_non_null(strstr(text, "comb(n_2, p) = + ~ (@(n_2 - 1) : *(gain)) : @(n_2)\n"
                                 "with {\n"
                                 "    gain = p*n;\n"
                                 "};\n"
                                 "process =\n"
                                 "    comb(7, 0.1),\n"
                                 "    comb(9, 0.2),\n"));
    compare(f, &program, &(struct knob_move){0, 0.9, 100}, 1);
}

/* What a matrix is written as, and that it is the matrix. */
static void matrix_is(struct fixture *f, const struct matrix *m, const char *text) {
    struct build b = builder(f);
    const struct node *node = label(f, "A", node_gain(&b, NOWHERE, m));
    const char *found = strstr(body(f, node), "A = ");
    assert_non_null(found);
    assert_string_equal(found, text_format(&f->arena, "A = %s;\nprocess = A;\n", text));
    same(f, node);
}

static struct matrix *times(struct fixture *f, double factor, const struct matrix *m) {
    return matrix_scale(&f->arena, operand_constant(factor), m);
}

static void structured_matrices(void **state) {
    struct fixture *f = *state;
    struct matrix *hadamard = matrix_hadamard(&f->arena, 8);
    matrix_is(f, hadamard, "par(i, 8, *(0.35355339059327373)) : butterfly(8)");
    matrix_is(f, matrix_householder(&f->arena, 8, NULL),
              "si.bus(8) <: (si.bus(8), A_part) :> si.bus(8)");
    const double permutation[16] = {[1] = 1, [6] = -1, [11] = 1, [12] = 0.5};
    matrix_is(f, matrix_of_numbers(&f->arena, 4, 4, permutation),
              "route(4, 4, 2, 1, 3, 2, 4, 3, 1, 4) : _, *(-1.0), _, *(0.5)");
    const double ones[] = {1, 1, 1, 1};
    struct matrix *column = matrix_of_numbers(&f->arena, 4, 1, ones),
                  *row = matrix_of_numbers(&f->arena, 1, 4, ones),
                  *two = matrix_identity(&f->arena, 2);
    matrix_is(f, times(f, 0.5, matrix_kron(&f->arena, column, two)),
              "(*(0.5), *(0.5)) <: si.bus(8)");
    matrix_is(f, times(f, 0.5, matrix_kron(&f->arena, row, two)), "par(i, 8, *(0.5)) :> si.bus(2)");
    /* The same block twice. */
    const double block[] = {0.8, -0.6, 0.6, 0.8};
    const struct matrix *twice =
        matrix_kron(&f->arena, two, matrix_of_numbers(&f->arena, 2, 2, block));
    struct build b = builder(f);
    const struct node *node = label(f, "A", node_gain(&b, NOWHERE, twice));
    assert_non_null(strstr(body(f, node), "process = A_block, A_block;\n"));
    same(f, node);
}

/* Signs and orders of a Hadamard matrix's rows and columns, sums and products of low rank, blocks
 * that lie anywhere: the sound alone. */
static void other_structure(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    double mixed[64], rank[64], apart[64] = {0}, circulant[64];
    const struct matrix *hadamard = matrix_hadamard(&f->arena, 8);
    for (uint32_t r = 0; r < 8; r++)
        for (uint32_t c = 0; c < 8; c++) {
            uint32_t row = (3 * r + 1) % 8, col = (5 * c + 2) % 8;
            mixed[8 * r + c] = matrix_at(hadamard, row, col).value * (c % 3 ? 1 : -1) * (r % 2 ? 1 : -1);
            rank[8 * r + c] = 0.1 * (r + 1) * (c % 3 + 1) + 0.05 * (r % 2) * c + (r == c ? 0.25 * r : 0);
            if ((r ^ c) % 2 == 0) apart[8 * r + c] = 0.1 * (r + 1) - 0.07 * c;
            circulant[8 * r + c] = 0.1 * ((r + 8 - c) % 8);
        }
    const double *const all[] = {mixed, rank, apart, circulant};
    for (int i = 0; i < 4; i++)
        same(f, node_gain(&b, NOWHERE, matrix_of_numbers(&f->arena, 8, 8, all[i])));
}

/* ---- Sound ---- */

static void delay_in_b(void **state) {
    struct fixture *f = *state;
    same(f, LOOP(gain1(f, 0.5), SERIES(gain1(f, 0.7), delay1(f, 10))));
}
static void line_behind_a_filter_in_b(void **state) {
    struct fixture *f = *state;
    const double pole[] = {0.4, 0.1, 0.05, -0.5, 0.1};
    const struct node *b = SERIES(sos(f, pole), SERIES(delay1(f, 5), sos(f, pole)));
    same(f, LOOP(gain1(f, 0.5), b));
}
static void two_delays_in_series_in_a(void **state) {
    struct fixture *f = *state;
    same(f, LOOP(SERIES(delay1(f, 5), SERIES(gain1(f, 0.9), delay1(f, 6))), gain1(f, -0.7)));
}
static void loops_of_one_sample(void **state) {
    struct fixture *f = *state;
    const double ones[] = {1, 1}, mix[] = {0.5, 0.4, -0.3, 0.2};
    same(f, SERIES(LOOP(delay1(f, 1), gain1(f, 0.5)), LOOP(gain1(f, 0.5), delay1(f, 1))));
    same(f, LOOP(delay(f, 2, ones), gain_of(f, 2, 2, mix)));
}
static void nested_loops(void **state) {
    struct fixture *f = *state;
    const struct node *inner = LOOP(delay1(f, 3), gain1(f, 0.5));
    const struct node *outer = LOOP(SERIES(delay1(f, 5), label(f, "inner", inner)), gain1(f, 0.3));
    /* A loop whose only delay is inside the smaller one. */
    same(f, LOOP(outer, gain1(f, 0.2)));
}
static void only_a_section_delays(void **state) {
    struct fixture *f = *state;
    const double one[] = {0, 0.3, 0.2, -0.4, 0.1}, two[] = {0, 0, 0.5, 0.2, -0.1};
    same(f, LOOP(sos(f, one), gain1(f, 0.7)));
    same(f, LOOP(sos(f, two), gain1(f, -0.7)));
}
static void branches_within_a_loop(void **state) {
    struct fixture *f = *state;
    const struct node *a = SUM(delay1(f, 4), SERIES(delay1(f, 7), gain1(f, 0.5)));
    same(f, LOOP(a, gain1(f, 0.4)));
    same(f, LOOP(PARALLEL(SERIES(delay1(f, 4), gain1(f, 0.3)), SERIES(gain1(f, 0.2), delay1(f, 9))),
                 gain_of(f, 2, 2, (const double[]){0.5, 0.5, 0.5, -0.5})));
    same(f, LOOP(SERIES(STACK(delay1(f, 4), SERIES(gain1(f, 0.2), delay1(f, 9))),
                        gain_of(f, 1, 2, (const double[]){0.5, 1})),
                 gain1(f, 0.8)));
}
static void a_rectangular_loop(void **state) {
    struct fixture *f = *state;
    const double m[] = {3, 4, 5}, b[] = {0.1, 0.2, 0.3, -0.2, 0.1, 0.4},
                 a[] = {1, 0.5, -0.5, 1, 0.3, 0.2};
    same(f, LOOP(SERIES(gain_of(f, 3, 2, a), delay(f, 3, m)), gain_of(f, 2, 3, b)));
    same(f, LOOP(gain_of(f, 3, 2, a), SERIES(delay(f, 3, m), gain_of(f, 2, 3, b))));
    same(f, LOOP(gain_of(f, 3, 2, a), SERIES(gain_of(f, 2, 3, b), delay(f, 2, m))));
}
static void a_zero_delay_in_one_line(void **state) {
    struct fixture *f = *state;
    const double m[] = {0, 4}, mix[] = {0, 0.4, 0.5, 0.2};
    same(f, LOOP(delay(f, 2, m), gain_of(f, 2, 2, mix)));
}
static void a_full_grid_of_delays(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    static const double m[] = {3, 1, 0, 7, 2, 5};
    struct operand *samples = ARENA_ARRAY(&f->arena, 6, struct operand);
    for (int i = 0; i < 6; i++) samples[i] = operand_constant(m[i]);
    struct delays *delays = ARENA_NEW(&f->arena, struct delays);
    *delays = (struct delays){.grid = {3, 2, true}, .samples = samples};
    same(f, node_delay(&b, NOWHERE, delays));
    struct delays *square = ARENA_NEW(&f->arena, struct delays);
    *square = (struct delays){.grid = {2, 2, true}, .samples = samples + 2};
    same(f, LOOP(node_delay(&b, NOWHERE, square),
                 gain_of(f, 2, 2, (const double[]){0, 0.3, 0.4, 0.1})));
}
static void a_solved_loop(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    const double mix[] = {0.2, 0.4, 0.5, 0.2}, m[] = {0, 4};
    same(f, node_feedback(&b, NOWHERE, gain_of(f, 2, 2, mix), gain_of(f, 2, 2, mix), true));
    const struct node *inner =
        node_feedback(&b, NOWHERE, delay(f, 2, m), gain_of(f, 2, 2, mix), true);
    const double m2[] = {3, 4};
    same(f,
         node_feedback(&b, NOWHERE, SERIES(inner, delay(f, 2, m2)), gain_of(f, 2, 2, mix), true));
}
static void a_sparse_net(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    same(f, SERIES(gain_of(f, 2, 1, (const double[]){1, 1}),
                   SERIES(PARALLEL(delay1(f, 2), gain_of(f, 0, 1, NULL)),
                          gain_of(f, 1, 1, (const double[]){0.5}))));
    same(f, STACK(gain_of(f, 0, 1, NULL),
                  PARALLEL(node_wire(&b, NOWHERE, 1), gain_of(f, 2, 0, NULL))));
}

/* Knobs in gains, filters and delays, on loops and beside them, moved in the midst of a block. */
static void moving_knobs(void **state) {
    struct fixture *f = *state;
    struct build b = builder(f);
    struct knob dials[] = {
        {.id = name_of(&f->names, "g"),
         .label = "g",
         .unit = "",
         .init = 0.5,
         .lo = 0,
         .hi = 0.9,
         .smooth_s = 0.001},
        {.id = name_of(&f->names, "t"),
         .label = "t",
         .unit = "smp",
         .init = 7,
         .lo = 1,
         .hi = 20,
         .smooth_s = 0.001},
        {.id = name_of(&f->names, "p"), .label = "p", .unit = "", .init = 0.3, .lo = 0, .hi = 0.8},
    };
    struct arena *arena = &f->arena;
    struct operand g = operand_knob(arena, dials, 0), t = operand_knob(arena, dials, 1),
                   p = operand_knob(arena, dials, 2);
    struct section *s = ARENA_NEW(arena, struct section);
    *s = (struct section){operand_sub(arena, operand_constant(1), p),
                          g,
                          operand_constant(0.1),
                          operand_constant(1),
                          operand_neg(arena, p),
                          operand_mul(arena, p, operand_constant(0.1))};
    struct sections *sections = ARENA_NEW(arena, struct sections);
    *sections = (struct sections){{1, 1, false}, 1, s};
    struct section *late = ARENA_NEW(arena, struct section);
    *late = *s;
    late->b0 = operand_constant(0);
    struct sections *late_sections = ARENA_NEW(arena, struct sections);
    *late_sections = (struct sections){{1, 1, false}, 1, late};
    const struct node *filter = node_sos(&b, NOWHERE, sections);
    const struct node *loops[] = {
        LOOP(SERIES(delay_by(f, 1, &t), filter), SERIES(gain_by(f, g), gain1(f, 0.3))),
        LOOP(SERIES(filter, gain1(f, 0.2)), SERIES(gain_by(f, g), delay_by(f, 1, &t))),
        LOOP(node_sos(&b, NOWHERE, late_sections), SERIES(gain_by(f, p), gain1(f, 0.3))),
        LOOP(SUM(delay1(f, 3), SERIES(delay_by(f, 1, &t), gain_by(f, g))), gain1(f, 0.4)),
    };
    const struct node *all = loops[0];
    for (int i = 1; i < 4; i++) all = STACK(all, loops[i]);
    struct program program = program_of(f, STACK(all, delay_by(f, 1, &t)));
    program.knobs = dials;
    program.knob_count = 3;
    const struct knob_move moves[] = {
        {0, 0.8, 100}, {1, 12.5, 130}, {2, 0.7, 150}, {1, 3, 160}, /* while a fade runs */
        {0, 0.1, 201}, {1, 1, 260},    {1, 20, 261},  {1, 5, 262}};
    compare(f, &program, moves, 8);
    compare(f, &program, NULL, 0);
}

/* What nobody thought of: the loops of random programs, most of which no single ~ can take apart.
 */
static void random_programs(void **state) {
    struct fixture *f = *state;
    for (uint64_t seed = 1; seed <= 36; seed++) {
        struct graph g;
        graph_init(&g, f);
        random_program(&g, seed, seed % 2 ? RANDOM_KNOBS : 0);
        /* FAUST leaves out the sliders that nothing hears. */
        for (uint32_t k = 0; k < g.program.knob_count; k++) {
            struct operand by = operand_knob(&f->arena, g.knobs, k);
            uint32_t ins = g.program.main->shape.ins;
            g.program.main = pair(&g, OP_STACK, g.program.main,
                                  node_gain(&g.build, NOWHERE,
                                            matrix_filled(&f->arena, 1, ins, by)));
        }
        assert_true(passes_run(&f->arena, &f->names, &f->diags, &g.program, NULL));
        struct knob_move moves[8];
        size_t count = 0;
        struct random random = random_of(seed);
        for (uint32_t i = 0; i < 8 && g.program.knob_count; i++)
            moves[count++] = (struct knob_move){random_below(&random, g.program.knob_count),
                                                random_between(&random, 0, 1),
                                                20 + 40 * i + random_below(&random, 40)};
        compare(f, &g.program, moves, count);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_header),
        TEST(gains),
        TEST(numbers),
        TEST(names),
        TEST(loops_in_the_source_s_form),
        TEST(knobs),
        TEST(families),
        TEST(structured_matrices),
        TEST(other_structure),
        TEST(delay_in_b),
        TEST(line_behind_a_filter_in_b),
        TEST(two_delays_in_series_in_a),
        TEST(loops_of_one_sample),
        TEST(nested_loops),
        TEST(only_a_section_delays),
        TEST(branches_within_a_loop),
        TEST(a_rectangular_loop),
        TEST(a_zero_delay_in_one_line),
        TEST(a_full_grid_of_delays),
        TEST(a_solved_loop),
        TEST(a_sparse_net),
        TEST(moving_knobs),
        TEST(random_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
