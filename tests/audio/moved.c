/* What the interpreter hears while knobs move: the reference for tests/audio/c_main.c.
 *
 *     moved INPUT OUT.f64 FRAMES [float] [noise] KNOB@FRAME=VALUE...
 *
 * Writes the impulse responses, little-endian float64, [in][out][time]; the same moves for each
 * inlet. With `noise`, what noise in all inlets gives, [out][time]. With `float`, prints the largest
 * error that rounding to floats is to be expected to make anywhere in them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/input.h"
#include "frontend/read_adg.h"
#include "frontend/read_json.h"
#include "ir/interp.h"
#include "ir/lower.h"
#include "passes/passes.h"
#include "tests/audio/noise.h"

struct move {
    size_t frame;
    uint32_t knob;
    double value;
};

static bool read_move(const struct net *net, const char *text, struct move *move) {
    const char *at = strchr(text, '@');
    if (!at || sscanf(at + 1, "%zu=%lf", &move->frame, &move->value) != 2) return false;
    for (move->knob = 0; move->knob < net->knob_count; move->knob++) {
        const char *id = name_or(net->knobs[move->knob].id, "");
        if (strlen(id) == (size_t)(at - text) && !strncmp(id, text, (size_t)(at - text)))
            return true;
    }
    return false;
}

struct run {
    const struct net *net;
    const struct move *moves;
    int move_count;
    size_t frames;
};

/* What the outlets give, one behind the other: an impulse into `impulse`, or noise into all where
 * there is no such inlet. With a seed, rounded. */
static double *respond(struct arena *arena, const struct run *run, uint32_t impulse,
                       uint64_t seed) {
    const struct net *net = run->net;
    struct interp *interp = interp_new(arena, net);
    if (seed) interp_round(interp, 0x1p-24, seed);
    double **sound = ARENA_ARRAY(arena, net->inlet_count, double *);
    for (uint32_t i = 0; i < net->inlet_count; i++) {
        sound[i] = ARENA_ARRAY(arena, run->frames, double);
        for (size_t n = 0; n < run->frames && impulse >= net->inlet_count; n++)
            sound[i][n] = noise(i, (long)n);
        if (i == impulse) sound[i][0] = 1;
    }
    const double **in = ARENA_ARRAY(arena, net->inlet_count, const double *);
    double *out = ARENA_ARRAY(arena, net->outlet_count * run->frames, double);
    double **to = ARENA_ARRAY(arena, net->outlet_count, double *);
    for (size_t n = 0, end; n < run->frames; n = end) {
        end = run->frames;
        for (int i = 0; i < run->move_count; i++) {
            const struct move *move = &run->moves[i];
            if (move->frame == n) interp_set_knob(interp, move->knob, move->value);
            else if (move->frame > n && move->frame < end) end = move->frame;
        }
        for (uint32_t i = 0; i < net->inlet_count; i++) in[i] = sound[i] + n;
        for (uint32_t o = 0; o < net->outlet_count; o++) to[o] = out + o * run->frames + n;
        interp_run(interp, in, to, end - n);
    }
    return out;
}

/* Writes what the program gives; the largest error of a few runs that err, if `rounds`. */
static double write_response(const struct run *run, uint32_t impulse, bool rounds, FILE *file) {
    enum { RUNS = 3 };
    struct arena arena;
    arena_init(&arena, NULL, 0);
    size_t count = run->net->outlet_count * run->frames;
    const double *exact = respond(&arena, run, impulse, 0);
    double largest = 0;
    for (uint64_t seed = 1; seed <= RUNS && rounds; seed++) {
        const double *off = respond(&arena, run, impulse, seed);
        for (size_t n = 0; n < count; n++)
            largest = fmax(largest, fabs(off[n] - exact[n]));
    }
    fwrite(exact, sizeof(double), count, file);
    arena_free(&arena);
    return largest;
}

static bool is_json(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot && !strcmp(dot, ".json");
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    struct arena arena;
    struct names names;
    struct sources sources;
    struct diags diags;
    arena_init(&arena, NULL, 0);
    names_init(&names, &arena);
    sources_init(&sources, &arena);
    diags_init(&diags, &arena);
    struct reading reading = {
        .arena = &arena, .names = &names, .sources = &sources, .diags = &diags};
    struct program program = {0};
    const struct source *source = input_read(&arena, &sources, &diags, argv[1]);
    const struct net *net = NULL;
    if (source && (is_json(argv[1]) ? read_json : read_adg)(&reading, source, &program) &&
        passes_run(&arena, &names, &diags, &program, NULL))
        net = net_lower(&arena, &diags, &program, program.main);
    if (!net) {
        for (const struct diag *d = diags.first; d; d = d->next) puts(d->message);
        return 1;
    }
    bool rounds = argc > 4 && !strcmp(argv[4], "float");
    int first = 4 + rounds;
    bool with_noise = argc > first && !strcmp(argv[first], "noise");
    first += with_noise;
    struct move *moves = ARENA_ARRAY(&arena, (size_t)argc, struct move);
    for (int i = first; i < argc; i++)
        if (!read_move(net, argv[i], &moves[i - first]))
            return printf("no such knob: %s\n", argv[i]), 2;
    FILE *file = fopen(argv[2], "wb");
    if (!file) return 2;
    struct run run = {net, moves, argc - first, (size_t)atol(argv[3])};
    double largest = 0;
    for (uint32_t i = 0; i < (with_noise ? 1 : net->inlet_count); i++)
        largest =
            fmax(largest, write_response(&run, with_noise ? UINT32_MAX : i, rounds, file));
    if (rounds) printf("%.3g\n", largest);
    int status = fclose(file) != 0;
    arena_free(&arena);
    return status;
}
