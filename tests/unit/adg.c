#include "tests/unit/adg.h"

#include <math.h>
#include <string.h>

#include "frontend/read_adg.h"
#include "ir/interp.h"
#include "ir/lower.h"
#include "passes/passes.h"

bool read_text(struct fixture *f, const char *text, struct program *program) {
    struct reading reading = reading_of(f);
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

static const struct net *lowered(struct fixture *f, struct program program) {
    bool passed = passes_run(&f->arena, &f->names, &f->diags, &program, NULL);
    const struct net *net = passed ? net_lower(&f->arena, &f->diags, &program, program.main) : NULL;
    if (!net) {
        print_error("%s", list_diags(f));
        fail();
    }
    return net;
}

const struct net *net_of(struct fixture *f, const char *text) {
    return lowered(f, read_well(f, text));
}

struct response respond(struct fixture *f, struct program program, size_t frames) {
    struct response r = {program.main->shape.ins, program.main->shape.outs, frames, NULL};
    r.at = interp_responses(&f->arena, lowered(f, program), frames);
    return r;
}

struct response respond_to(struct fixture *f, const char *text, size_t frames) {
    return respond(f, read_well(f, text), frames);
}

double heard(struct response r, uint32_t in, uint32_t out, size_t time) {
    return r.at[((size_t)in * r.outs + out) * r.frames + time];
}

void check_response(struct fixture *f, const char *text, const double *wanted, size_t count,
                    const char *file, int line) {
    struct response r = respond_to(f, text, count);
    _assert_int_equal(r.ins, 1, file, line);
    _assert_int_equal(r.outs, 1, file, line);
    for (size_t i = 0; i < count; i++) check_near(r.at[i], wanted[i], 1e-14, text, file, line);
}

void check_matrix(struct fixture *f, const char *text, uint32_t rows, uint32_t cols,
                  const double *wanted, const char *file, int line) {
    struct response r = respond_to(f, text, 1);
    _assert_int_equal(r.outs, rows, file, line);
    _assert_int_equal(r.ins, cols, file, line);
    for (uint32_t row = 0; row < rows; row++)
        for (uint32_t col = 0; col < cols; col++)
            check_near(heard(r, col, row, 0), wanted[row * cols + col], 1e-14, text, file, line);
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
