/* Runs an emitted program, to hold it against a reference. Compiled together with NAME.c, with
 * -DNAME=hall -DMACRO=HALL -DNAME_H='"hall.h"' -DREAL=float.
 *
 *     c_main REFERENCE.f64 TOLERANCE [noise] [KNOB@FRAME=VALUE...]
 *
 * REFERENCE holds impulse responses, little-endian float64, [in][out][time]; with `noise`, what
 * noise in all inlets gives, [out][time]. Exits 0 if the
 * responses are within TOLERANCE times the reference's peak, if other block sizes give the same
 * bits (with -DSAME=1e-12: the same within that times the peak), and outputs that lie in the inputs'
 * memory too. */
#include NAME_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noise.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define OF(what) JOIN(NAME, what)

enum { INS = JOIN(MACRO, _INLETS), OUTS = JOIN(MACRO, _OUTLETS), KNOBS = JOIN(MACRO, _KNOBS) };
enum { WIDE = (INS > OUTS ? INS : OUTS) + 1 };

struct move {
    int frame, knob;
    double value;
};

static struct move moves[64];
static int move_count;

static void apply_moves(NAME *program, int frame) {
    for (int i = 0; i < move_count; i++)
        if (moves[i].frame == frame) OF(_knobs)[moves[i].knob].set(program, (REAL)moves[i].value);
}

static int next_move(int frame, int end) {
    for (int i = 0; i < move_count; i++)
        if (moves[i].frame > frame && moves[i].frame < end) end = moves[i].frame;
    return end;
}

/* The responses to an impulse into `inlet`, or to noise into all for -1, out[outlet][time]; blocks as `sizes` says, round and
 * round. */
static void respond(NAME *program, int inlet, int frames, const int *sizes, int size_count,
                    int shared, REAL **out) {
    REAL *buffers[2][WIDE];
    const REAL *in_at[WIDE];
    REAL *out_at[WIDE];
    for (int i = 0; i < WIDE; i++) {
        buffers[0][i] = calloc((size_t)frames + 1, sizeof(REAL));
        buffers[1][i] = shared ? buffers[0][i] : calloc((size_t)frames + 1, sizeof(REAL));
    }
    if (inlet >= 0) buffers[0][inlet][0] = 1;
    for (int i = 0; i < INS && inlet < 0; i++)
        for (int n = 0; n < frames; n++) buffers[0][i][n] = (REAL)noise((unsigned)i, n);
    OF(_init)(program);
    for (int frame = 0, k = 0; frame < frames; k++) {
        int size = sizes[k % size_count], end = frame + size < frames ? frame + size : frames;
        if (size) {
            end = next_move(frame, end);
            apply_moves(program, frame);
        }
        for (int i = 0; i < WIDE; i++) in_at[i] = buffers[0][i] + frame;
        /* Crossed: out 0 is the last in. */
        for (int o = 0; o < WIDE; o++) out_at[o] = buffers[1][shared ? WIDE - 1 - o : o] + frame;
        OF(_process)(program, in_at, out_at, end - frame);
        frame = end;
    }
    for (int o = 0; o < OUTS; o++)
        memcpy(out[o], buffers[1][shared ? WIDE - 1 - o : o], (size_t)frames * sizeof(REAL));
    for (int i = 0; i < WIDE; i++) {
        if (!shared) free(buffers[1][i]);
        free(buffers[0][i]);
    }
}

static double *read_reference(const char *path, int responses, int *frames) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    long bytes = ftell(file);
    rewind(file);
    double *reference = malloc((size_t)bytes + 8);
    if (fread(reference, 1, (size_t)bytes, file) != (size_t)bytes) return NULL;
    fclose(file);
    *frames = (int)(bytes / 8 / (responses ? responses : 1));
    return reference;
}

static int read_move(const char *text) {
    const char *at = strchr(text, '@');
    if (!at || move_count == 64) return 0;
    struct move *move = &moves[move_count++];
    for (move->knob = 0; move->knob < KNOBS; move->knob++) {
        const char *name = OF(_knobs)[move->knob].name;
        if (strlen(name) == (size_t)(at - text) && !strncmp(name, text, (size_t)(at - text))) break;
    }
    return move->knob < KNOBS && sscanf(at + 1, "%d=%lf", &move->frame, &move->value) == 2;
}

/* Bit for bit, or by more than SAME times the peak. */
static int differ(const REAL *a, const REAL *b, int frames, double peak) {
#ifdef SAME
    for (int n = 0; n < frames; n++)
        if (!(fabs((double)a[n] - (double)b[n]) <= SAME * peak)) return 1;
    return 0;
#else
    (void)peak;
    return memcmp(a, b, (size_t)frames * sizeof(REAL)) != 0;
#endif
}

int main(int argc, char **argv) {
    int frames = 0, status = 0;
    int with_noise = argc > 3 && !strcmp(argv[3], "noise"), runs = with_noise ? 1 : INS;
    double *reference = argc > 2 ? read_reference(argv[1], runs * OUTS, &frames) : NULL;
    if (!reference) return puts("no reference"), 2;
    double tolerance = atof(argv[2]), peak = 0, error = 0;
    for (int i = 3 + with_noise; i < argc; i++)
        if (!read_move(argv[i])) return printf("no such knob: %s\n", argv[i]), 2;
    if (OF(_knobs)[KNOBS].name) return puts("the table of knobs does not end with a null name"), 1;

    NAME *program = malloc(sizeof *program);
    memset(program, 0xAA, sizeof *program); /* init must set everything */
    REAL *first[WIDE], *second[WIDE];
    for (int o = 0; o < WIDE; o++) {
        first[o] = malloc(((size_t)frames + 1) * sizeof(REAL));
        second[o] = malloc(((size_t)frames + 1) * sizeof(REAL));
    }
    for (size_t i = 0; i < (size_t)runs * OUTS * (size_t)frames; i++)
        peak = fabs(reference[i]) > peak ? fabs(reference[i]) : peak;
    static const int whole[] = {512};
    int odd[80] = {1, 7, 64, 0, 3}, odd_count = 5;
    for (int size = 67; size > 0; size--) odd[odd_count++] = size;
    for (int size = 127; size < 130; size++) odd[odd_count++] = size;
    odd[odd_count++] = 1024;
    for (int i = 0; i < runs; i++) {
        const int inlet = with_noise ? -1 : i;
        respond(program, inlet, frames, whole, 1, 0, first);
        for (int o = 0; o < OUTS; o++)
            for (int n = 0; n < frames; n++) {
                double difference =
                    fabs((double)first[o][n] -
                         reference[((size_t)i * OUTS + (size_t)o) * (size_t)frames + (size_t)n]);
                if (!(difference <= error)) error = difference; /* also if it is not a number */
            }
        for (int shared = 0; shared < 2; shared++) {
            respond(program, inlet, frames, odd, 5, shared, second);
            for (int o = 0; o < OUTS; o++)
                if (differ(first[o], second[o], frames, peak)) {
                    printf("inlet %d, outlet %d: %s\n", i, o,
                           shared ? "outputs in the inputs' memory differ"
                                  : "other block sizes differ");
                    status = 1;
                }
        }
    }
    if (!(error <= tolerance * peak)) {
        printf("largest error %.3g, of a peak of %.3g: %.3g\n", error, peak, error / peak);
        status = 1;
    }
    if (!status && getenv("SHOW")) printf("%.3g\n", peak > 0 ? error / peak : 0);
    return status;
}
