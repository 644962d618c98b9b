/* What the interpreter hears while knobs move: the reference for tests/audio/c_main.c.
 *
 *     moved INPUT.adg OUT.f64 FRAMES KNOB@FRAME=VALUE...
 *
 * Writes the impulse responses, little-endian float64, [in][out][time]; the same moves for each
 * inlet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/input.h"
#include "frontend/read_adg.h"
#include "ir/interp.h"
#include "ir/lower.h"
#include "passes/passes.h"

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

static void respond(struct arena *arena, const struct net *net, const struct move *moves,
                    int move_count, uint32_t inlet, size_t frames, FILE *file) {
    struct interp *interp = interp_new(arena, net);
    double *zeros = ARENA_ARRAY(arena, frames, double),
           *impulse = ARENA_ARRAY(arena, frames, double);
    impulse[0] = 1;
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
        for (uint32_t i = 0; i < net->inlet_count; i++) in[i] = (i == inlet ? impulse : zeros) + n;
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
    struct move *moves = ARENA_ARRAY(&arena, (size_t)argc, struct move);
    for (int i = 4; i < argc; i++)
        if (!read_move(net, argv[i], &moves[i - 4]))
            return printf("no such knob: %s\n", argv[i]), 2;
    FILE *file = fopen(argv[2], "wb");
    if (!file) return 2;
    for (uint32_t i = 0; i < net->inlet_count; i++)
        respond(&arena, net, moves, argc - 4, i, (size_t)atol(argv[3]), file);
    int status = fclose(file) != 0;
    arena_free(&arena);
    return status;
}
