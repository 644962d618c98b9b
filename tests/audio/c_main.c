/* Runs an emitted program, to hold it against a reference. Compiled together with NAME.c, with
 * -DNAME=hall -DMACRO=HALL -DNAME_H='"hall.h"' -DREAL=float.
 *
 *     c_main REFERENCE.f64 TOLERANCE [noise] [KNOB@FRAME=VALUE...]
 *
 * REFERENCE holds impulse responses, little-endian float64, [in][out][time]; with `noise`, what
 * noise in all inlets gives, [out][time]. Exits 0 if the
 * responses are within TOLERANCE times the reference's peak (as it is, where it begins with +), if
 * other block sizes give the same bits (with -DSAME=1e-12: the same within that times the peak), and
 * outputs that lie in the inputs' memory too.
 *
 * The program and all that it is handed lie against pages that nobody may touch, now with their
 * beginnings and now with their ends, and are no larger than they must be. */
#define _DEFAULT_SOURCE /* mmap, under -std=c99 */
#include NAME_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "noise.h"

#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)
#define OF(what) JOIN(NAME, what)

enum { INS = JOIN(MACRO, _INLETS), OUTS = JOIN(MACRO, _OUTLETS), KNOBS = JOIN(MACRO, _KNOBS) };
enum { WIDE = (INS > OUTS ? INS : OUTS) + 1, MOST = 1024 };

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

/* Memory between two pages that fault. */
struct guarded {
    char *begin, *end;
};

static struct guarded guarded_new(size_t bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), inside = (bytes + page - 1) / page * page;
    char *at = mmap(NULL, inside + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED || (inside && mprotect(at + page, inside, PROT_READ | PROT_WRITE))) {
        puts("no memory");
        exit(2);
    }
    return (struct guarded){at + page, at + page + inside};
}

/* Room for so many bytes, against one end of it. */
static void *guarded_at(struct guarded memory, size_t bytes, int at_end) {
    return at_end ? memory.end - bytes : memory.begin;
}

/* Channels of a block: sound is copied there and back. */
static struct guarded taken[WIDE], given[WIDE];

static void process(NAME *program, REAL *const *in, REAL *const *out, int n, int shared,
                    int at_end) {
    const REAL *from[WIDE];
    REAL *to[WIDE];
    const size_t bytes = (size_t)n * sizeof(REAL);
    for (int i = 0; i < WIDE; i++) {
        REAL *block = guarded_at(taken[i], bytes, at_end);
        memcpy(block, in[i], bytes);
        from[i] = block;
    }
    /* Crossed: out 0 is the last in. */
    for (int o = 0; o < WIDE; o++)
        to[o] = guarded_at(shared ? taken[WIDE - 1 - o] : given[o], bytes, at_end);
    OF(_process)(program, from, to, n);
    for (int o = 0; o < OUTS; o++) memcpy(out[o], to[o], bytes);
}

/* The responses to an impulse into `inlet`, or to noise into all for -1, out[outlet][time]; blocks
 * as `sizes` says, round and round. */
static void respond(NAME *program, int inlet, int frames, const int *sizes, int size_count,
                    int shared, REAL **out) {
    REAL *sound[WIDE], *in_at[WIDE], *out_at[WIDE];
    for (int i = 0; i < WIDE; i++) sound[i] = calloc((size_t)frames + 1, sizeof(REAL));
    if (inlet >= 0) sound[inlet][0] = 1;
    for (int i = 0; i < INS && inlet < 0; i++)
        for (int n = 0; n < frames; n++) sound[i][n] = (REAL)noise((unsigned)i, n);
    OF(_init)(program);
    for (int frame = 0, k = 0; frame < frames; k++) {
        int size = sizes[k % size_count], end = frame + size < frames ? frame + size : frames;
        if (size) {
            end = next_move(frame, end);
            apply_moves(program, frame);
        }
        for (int i = 0; i < WIDE; i++) in_at[i] = sound[i] + frame;
        for (int o = 0; o < OUTS; o++) out_at[o] = out[o] + frame;
        process(program, in_at, out_at, end - frame, shared, k % 2);
        frame = end;
    }
    for (int i = 0; i < WIDE; i++) free(sound[i]);
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

    const struct guarded home = guarded_new(sizeof(NAME));
    for (int i = 0; i < WIDE; i++) {
        taken[i] = guarded_new(MOST * sizeof(REAL));
        given[i] = guarded_new(MOST * sizeof(REAL));
    }
    REAL *first[WIDE], *second[WIDE];
    for (int o = 0; o < WIDE; o++) {
        first[o] = malloc(((size_t)frames + 1) * sizeof(REAL));
        second[o] = malloc(((size_t)frames + 1) * sizeof(REAL));
    }
    for (size_t i = 0; i < (size_t)runs * OUTS * (size_t)frames; i++)
        peak = fabs(reference[i]) > peak ? fabs(reference[i]) : peak;
    static const int whole[] = {512};
    /* All from 1 to 67, and ragged ones around them; then larger ones, and ten by chance. */
    int small[80] = {1, 7, 64, 0, 3}, large[20] = {128, 1, 127, 129, 1024, 0};
    int small_count = 5, large_count = 6;
    for (int i = 0; i < 67; i++) small[small_count++] = 1 + i * 29 % 67;
    for (int i = 0; i < 10; i++) large[large_count++] = 1 + (int)(150 * (1 + noise(9, i)));
    for (int i = 0; i < runs; i++) {
        const int inlet = with_noise ? -1 : i;
        NAME *program = guarded_at(home, sizeof(NAME), 0);
        memset(program, 0xAA, sizeof *program); /* init must set everything */
        respond(program, inlet, frames, whole, 1, 0, first);
        for (int o = 0; o < OUTS; o++)
            for (int n = 0; n < frames; n++) {
                double difference =
                    fabs((double)first[o][n] -
                         reference[((size_t)i * OUTS + (size_t)o) * (size_t)frames + (size_t)n]);
                if (!(difference <= error)) error = difference; /* also if it is not a number */
            }
        for (int run = 0; run < 4; run++) {
            const int shared = run % 2, larger = run == 1 || run == 2;
            program = guarded_at(home, sizeof(NAME), !larger);
            memset(program, 0x55, sizeof *program);
            respond(program, inlet, frames, larger ? large : small,
                    larger ? large_count : small_count, shared, second);
            for (int o = 0; o < OUTS; o++)
                if (differ(first[o], second[o], frames, peak)) {
                    printf("inlet %d, outlet %d: %s\n", i, o,
                           shared ? "outputs in the inputs' memory differ"
                                  : "other block sizes differ");
                    status = 1;
                }
        }
    }
    if (!(error <= (argv[2][0] == '+' ? tolerance : tolerance * peak))) {
        printf("largest error %.3g, of a peak of %.3g: %.3g\n", error, peak, error / peak);
        status = 1;
    }
    if (!status && getenv("SHOW")) printf("%.3g\n", peak > 0 ? error / peak : 0);
    return status;
}
