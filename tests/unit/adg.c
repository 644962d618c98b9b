#include "tests/unit/adg.h"

#include <math.h>
#include <string.h>

#include "frontend/read_adg.h"
#include "ir/interp.h"
#include "ir/lower.h"
#include "passes/passes.h"

bool read_text(struct fixture *f, const char *text, struct program *program) {
    struct reading reading = {
        .arena = &f->arena, .names = &f->names, .sources = &f->sources, .diags = &f->diags};
    memset(program, 0, sizeof *program);
    return read_adg(&reading, fixture_source(f, "x.adg", text), program);
}

struct program read_well(struct fixture *f, const char *text) {
    struct program program;
    if (!read_text(f, text, &program)) {
        print_error("%s%s", text, list_diags(f));
        fail();
    }
    return program;
}

struct response respond(struct fixture *f, struct program program, size_t frames) {
    struct response r = {program.main->shape.ins, program.main->shape.outs, frames, NULL};
    bool passed = passes_run(&f->arena, &f->names, &f->diags, &program, NULL);
    const struct net *net = passed ? net_lower(&f->arena, &f->diags, &program, program.main) : NULL;
    if (!net) {
        print_error("%s", list_diags(f));
        fail();
    }
    r.at = interp_responses(&f->arena, net, frames);
    return r;
}

struct response respond_to(struct fixture *f, const char *text, size_t frames) {
    return respond(f, read_well(f, text), frames);
}

double heard(struct response r, uint32_t in, uint32_t out, size_t time) {
    return r.at[((size_t)in * r.outs + out) * r.frames + time];
}

double complex transfer(struct response r, uint32_t in, uint32_t out, double frequency) {
    double complex sum = 0;
    for (size_t t = 0; t < r.frames; t++)
        sum += heard(r, in, out, t) * cexp(-2 * I * acos(-1) * fmod(frequency * (double)t, 1));
    return sum;
}

const char *complaint(struct fixture *f, const char *text) {
    struct program program;
    assert_false(read_text(f, text, &program));
    return list_diags(f);
}
