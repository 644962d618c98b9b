#include "tests/unit/faust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/backend.h"
#include "ir/interp.h"
#include "ir/lower.h"
#include "tests/audio/noise.h"
#include "tests/unit/emitted.h"

struct program program_of(struct fixture *f, const struct node *main) {
    assert_non_null(main);
    return (struct program){
        .name = name_of(&f->names, "test"), .title = "Test", .rate = 48000, .main = main};
}

struct faust_text faust_of(struct fixture *f, const struct program *program) {
    const struct net *net = net_lower(&f->arena, &f->diags, program, program->main);
    assert_string_equal(list_diags(f), "");
    struct emission e = {.program = program,
                         .net = net,
                         .symbol = "test",
                         .file = "test",
                         .sources = &f->sources,
                         .arena = &f->arena,
                         .diags = &f->diags};
    struct faust_text out = {.net = net};
    out.text = emitted_text(&e, emit_faust, &out.summary);
    assert_string_equal(list_diags(f), "");
    return out;
}

static bool have_faust(void) {
    static const char probe[] =
        "faust --version >/dev/null 2>&1 && ${CC:-cc} --version >/dev/null 2>&1";
    return system(probe) == 0 && getenv("SRCDIR");
}

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

void check_faust_moved(struct fixture *f, const struct program *program,
                       const struct knob_move *moves, size_t move_count) {
    struct faust_text e = faust_of(f, program);
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

void check_faust(struct fixture *f, const struct node *main) {
    struct program program = program_of(f, main);
    check_faust_moved(f, &program, NULL, 0);
}
