/* What the interpreter hears while knobs move: the reference for tests/audio/c_main.c.
 *
 *     moved INPUT.adg OUT.f64 FRAMES [noise] KNOB@FRAME=VALUE...
 *
 * Writes the impulse responses, little-endian float64, [in][out][time]; the same moves for each
 * inlet. With `noise`, what noise in all inlets gives, [out][time]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/input.h"
#include "frontend/read_adg.h"
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

/* An impulse into `impulse`; noise into all where there is no such inlet. */
static void respond(struct arena *arena, const struct net *net, const struct move *moves,
                    int move_count, uint32_t impulse, size_t frames, FILE *file) {
    struct interp *interp = interp_new(arena, net);
    double **sound = ARENA_ARRAY(arena, net->inlet_count, double *);
    for (uint32_t i = 0; i < net->inlet_count; i++) {
        sound[i] = ARENA_ARRAY(arena, frames, double);
        for (size_t n = 0; n < frames && impulse >= net->inlet_count; n++)
            sound[i][n] = noise(i, (long)n);
        if (i == impulse) sound[i][0] = 1;
    }
    const double **in = ARENA_ARRAY(arena, net->inlet_count, const double *);
    double **out = ARENA_ARRAY(arena, net->outlet_count, double *);
    double **to = ARENA_ARRAY(arena, net->outlet_count, double *);
    for (uint32_t o = 0; o < net->outlet_count; o++) out[o] = ARENA_ARRAY(arena, frames, double);
    for (size_t n = 0, end; n < frames; n = end) {
        end = frames;
        for (int i = 0; i < move_count; i++) {
            if (moves[i].frame == n) interp_set_knob(interp, moves[i].knob, moves[i].value);
            else if (moves[i].frame > n && moves[i].frame < end) end = moves[i].frame;
        }
        for (uint32_t i = 0; i < net->inlet_count; i++) in[i] = sound[i] + n;
        for (uint32_t o = 0; o < net->outlet_count; o++) to[o] = out[o] + n;
        interp_run(interp, in, to, end - n);
    }
    for (uint32_t o = 0; o < net->outlet_count; o++) fwrite(out[o], sizeof(double), frames, file);
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
    if (source && read_adg(&reading, source, &program) &&
        passes_run(&arena, &names, &diags, &program, NULL))
        net = net_lower(&arena, &diags, &program, program.main);
    if (!net) {
        for (const struct diag *d = diags.first; d; d = d->next) puts(d->message);
        return 1;
    }
    bool with_noise = argc > 4 && !strcmp(argv[4], "noise");
    int first = 4 + with_noise;
    struct move *moves = ARENA_ARRAY(&arena, (size_t)argc, struct move);
    for (int i = first; i < argc; i++)
        if (!read_move(net, argv[i], &moves[i - first]))
            return printf("no such knob: %s\n", argv[i]), 2;
    FILE *file = fopen(argv[2], "wb");
    if (!file) return 2;
    size_t frames = (size_t)atol(argv[3]);
    for (uint32_t i = 0; i < net->inlet_count && !with_noise; i++)
        respond(&arena, net, moves, argc - first, i, frames, file);
    if (with_noise) respond(&arena, net, moves, argc - first, UINT32_MAX, frames, file);
    int status = fclose(file) != 0;
    arena_free(&arena);
    return status;
}
