/* Runs what FAUST made of an emitted text, and holds it against wanted responses:
 *
 *     faust -double -lang c -cn mydsp x.dsp -o x.c
 *     cc -DDSP='"x.c"' faust_main.c -lm
 *     ./a.out WANTED.f64 [noise] [LABEL=VALUE@FRAME ...]
 *
 * WANTED holds little-endian doubles [in][out][time], each inlet's impulse response from silence;
 * with `noise`, [out][time], all inlets fed with noise(inlet, frame). Sliders move before the frame
 * that they name. Prints the largest difference, relative to the largest value wanted; exits 1
 * beyond 1e-10. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noise.h"

#define FAUSTFLOAT double
#define max(a, b) ((a) < (b) ? (b) : (a))
#define min(a, b) ((a) < (b) ? (a) : (b))

typedef struct {
    void *uiInterface;
    void (*openTabBox)(void *, const char *);
    void (*openHorizontalBox)(void *, const char *);
    void (*openVerticalBox)(void *, const char *);
    void (*closeBox)(void *);
    void (*addButton)(void *, const char *, FAUSTFLOAT *);
    void (*addCheckButton)(void *, const char *, FAUSTFLOAT *);
    void (*addVerticalSlider)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT,
                              FAUSTFLOAT, FAUSTFLOAT);
    void (*addHorizontalSlider)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT,
                                FAUSTFLOAT, FAUSTFLOAT);
    void (*addNumEntry)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT, FAUSTFLOAT,
                        FAUSTFLOAT);
    void (*addHorizontalBargraph)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT);
    void (*addVerticalBargraph)(void *, const char *, FAUSTFLOAT *, FAUSTFLOAT, FAUSTFLOAT);
    void (*addSoundfile)(void *, const char *, const char *, void **);
    void (*declare)(void *, FAUSTFLOAT *, const char *, const char *);
} UIGlue;

typedef struct {
    void *metaInterface;
    void (*declare)(void *, const char *, const char *);
} MetaGlue;

#include DSP

enum { SLIDERS = 64, MOVES = 16, CHANNELS = 64 };

struct slider {
    const char *label;
    FAUSTFLOAT *value;
};
static struct slider sliders[SLIDERS];
static int slider_count;

static void on_box(void *ui, const char *label) {
    (void)ui, (void)label;
}
static void on_close(void *ui) {
    (void)ui;
}
static void on_declare(void *ui, FAUSTFLOAT *value, const char *key, const char *text) {
    (void)ui, (void)value, (void)key, (void)text;
}
static void on_slider(void *ui, const char *label, FAUSTFLOAT *value, FAUSTFLOAT init,
                      FAUSTFLOAT lo, FAUSTFLOAT hi, FAUSTFLOAT step) {
    (void)ui, (void)init, (void)lo, (void)hi, (void)step;
    if (slider_count < SLIDERS) sliders[slider_count++] = (struct slider){label, value};
}

struct move {
    FAUSTFLOAT *value;
    double to;
    long frame;
};

/* LABEL=VALUE@FRAME */
static int read_move(const char *text, struct move *out) {
    const char *equals = strrchr(text, '='), *at = strrchr(text, '@');
    if (!equals || !at) return 0;
    for (int i = 0; i < slider_count; i++) {
        size_t length = strlen(sliders[i].label);
        if (length != (size_t)(equals - text) || strncmp(sliders[i].label, text, length)) continue;
        *out = (struct move){sliders[i].value, atof(equals + 1), atol(at + 1)};
        return 1;
    }
    return 0;
}

static mydsp dsp_state;
static struct move moves[MOVES];
static int move_count;

/* Runs from silence; `impulse` is the inlet that gets one, or -1 for noise on all. */
static void run(int impulse, double *const *in, double *const *out, long frames) {
    enum { BLOCK = 64 };
    mydsp *dsp = &dsp_state;
    int ins = getNumInputsmydsp(dsp), outs = getNumOutputsmydsp(dsp);
    for (int i = 0; i < ins; i++)
        for (long t = 0; t < frames; t++)
            in[i][t] = impulse < 0 ? noise((uint32_t)i, t) : i == impulse && t == 0;
    instanceClearmydsp(dsp);
    instanceResetUserInterfacemydsp(dsp);
    for (long from = 0, to; from < frames; from = to) {
        to = min(from + BLOCK, frames);
        for (int m = 0; m < move_count; m++) {
            if (moves[m].frame == from) *moves[m].value = moves[m].to;
            else if (moves[m].frame > from) to = min(to, moves[m].frame);
        }
        double *inputs[CHANNELS], *outputs[CHANNELS];
        for (int i = 0; i < ins; i++) inputs[i] = in[i] + from;
        for (int o = 0; o < outs; o++) outputs[o] = out[o] + from;
        computemydsp(dsp, (int)(to - from), inputs, outputs);
    }
}

int main(int argc, char **argv) {
    mydsp *dsp = &dsp_state;
    int ins = getNumInputsmydsp(dsp), outs = getNumOutputsmydsp(dsp);
    int with_noise = argc > 2 && !strcmp(argv[2], "noise");
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (!file || ins > CHANNELS || outs > CHANNELS) {
        fprintf(stderr, "usage: %s WANTED.f64 [noise] [LABEL=VALUE@FRAME ...]\n", argv[0]);
        return 2;
    }
    initmydsp(dsp, 48000); /* whatever rate it is for: the text does not ask */
    UIGlue ui = {NULL,      on_box,    on_box,    on_box, on_close, NULL, NULL,
                 on_slider, on_slider, on_slider, NULL,   NULL,     NULL, on_declare};
    buildUserInterfacemydsp(dsp, &ui);
    for (int i = 2 + with_noise; i < argc; i++)
        if (move_count == MOVES || !read_move(argv[i], &moves[move_count++])) {
            fprintf(stderr, "there is no slider for '%s'\n", argv[i]);
            return 2;
        }

    fseek(file, 0, SEEK_END);
    long values = ftell(file) / (long)sizeof(double);
    rewind(file);
    int runs = with_noise ? 1 : ins;
    long frames = runs * outs ? values / (runs * outs) : 0;
    if (frames == 0 || frames * runs * outs != values) {
        fprintf(stderr, "%ld values wanted: not of %d inlets, %d outlets\n", values, ins, outs);
        return 1;
    }
    double *wanted = malloc((size_t)values * sizeof *wanted);
    double *in[CHANNELS], *out[CHANNELS];
    for (int i = 0; i < ins; i++) in[i] = malloc((size_t)frames * sizeof(double));
    for (int o = 0; o < outs; o++) out[o] = malloc((size_t)frames * sizeof(double));
    if (!wanted || fread(wanted, sizeof *wanted, (size_t)values, file) != (size_t)values) return 2;
    fclose(file);

    double worst = 0, peak = 0;
    for (int i = 0; i < runs; i++) {
        run(with_noise ? -1 : i, in, out, frames);
        for (int o = 0; o < outs; o++)
            for (long t = 0; t < frames; t++) {
                double w = wanted[((long)i * outs + o) * frames + t], d = fabs(out[o][t] - w);
                if (!(d <= worst)) worst = d; /* also what is no number */
                peak = max(peak, fabs(w));
            }
    }
    double relative = peak > 0 ? worst / peak : worst;
    printf("%g\n", relative);
    return relative <= 1e-10 ? 0 : 1;
}
