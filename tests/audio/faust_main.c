/* Runs what FAUST made of an emitted text, and holds it against wanted responses:
 *
 *     faust -lang c -cn mydsp x.dsp -o x.c            or -lang cpp, then as C++; -double or not,
 *     cc -DDSP='"x.c"' -DREAL=float faust_main.c -lm  and -DREAL to match
 *     ./a.out WANTED.f64 TOLERANCE [noise] [LABEL=VALUE@FRAME ...]
 *
 * WANTED holds little-endian doubles [in][out][time], each inlet's impulse response from silence;
 * with `noise`, [out][time], all inlets fed with noise(inlet, frame). Sliders move before the frame
 * that they name. Prints the largest difference, relative to the largest value wanted; exits 1
 * beyond TOLERANCE. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noise.h"

#ifndef REAL
#define REAL double
#endif
#define FAUSTFLOAT REAL

enum { SLIDERS = 64, MOVES = 16, CHANNELS = 64 };

struct slider {
    const char *label;
    FAUSTFLOAT *value;
};
static struct slider sliders[SLIDERS];
static int slider_count;

static void on_slider(void *ui, const char *label, FAUSTFLOAT *value, FAUSTFLOAT init,
                      FAUSTFLOAT lo, FAUSTFLOAT hi, FAUSTFLOAT step) {
    (void)ui, (void)init, (void)lo, (void)hi, (void)step;
    if (slider_count == SLIDERS) return;
    sliders[slider_count].label = label;
    sliders[slider_count++].value = value;
}

#ifdef __cplusplus

struct Meta {
    void declare(const char *, const char *) {}
};
/* Of FAUST's controls the emitted text has sliders alone. */
struct UI {
    void openVerticalBox(const char *) {}
    void closeBox() {}
    void declare(FAUSTFLOAT *, const char *, const char *) {}
    void addHorizontalSlider(const char *label, FAUSTFLOAT *value, FAUSTFLOAT init, FAUSTFLOAT lo,
                             FAUSTFLOAT hi, FAUSTFLOAT step) {
        on_slider(NULL, label, value, init, lo, hi, step);
    }
};
struct dsp {};

#include DSP

static mydsp *make_dsp(void) {
    mydsp *made = new mydsp;
    UI ui;
    made->init(48000); /* whatever rate it is for: the text does not ask */
    made->buildUserInterface(&ui);
    return made;
}
static int inlets(mydsp *dsp) { return dsp->getNumInputs(); }
static int outlets(mydsp *dsp) { return dsp->getNumOutputs(); }
static void reset(mydsp *dsp) {
    dsp->instanceClear();
    dsp->instanceResetUserInterface();
}
static void compute(mydsp *dsp, int frames, FAUSTFLOAT **in, FAUSTFLOAT **out) {
    dsp->compute(frames, in, out);
}

#else

#include "faust_glue.h"

#include DSP

static void on_box(void *ui, const char *label) {
    (void)ui, (void)label;
}
static void on_close(void *ui) {
    (void)ui;
}
static void on_declare(void *ui, FAUSTFLOAT *value, const char *key, const char *text) {
    (void)ui, (void)value, (void)key, (void)text;
}

static mydsp *make_dsp(void) {
    static mydsp made;
    UIGlue ui = {NULL,      on_box,    on_box,    on_box, on_close, NULL, NULL,
                 on_slider, on_slider, on_slider, NULL,   NULL,     NULL, on_declare};
    initmydsp(&made, 48000); /* whatever rate it is for: the text does not ask */
    buildUserInterfacemydsp(&made, &ui);
    return &made;
}
static int inlets(mydsp *dsp) { return getNumInputsmydsp(dsp); }
static int outlets(mydsp *dsp) { return getNumOutputsmydsp(dsp); }
static void reset(mydsp *dsp) {
    instanceClearmydsp(dsp);
    instanceResetUserInterfacemydsp(dsp);
}
static void compute(mydsp *dsp, int frames, FAUSTFLOAT **in, FAUSTFLOAT **out) {
    computemydsp(dsp, frames, in, out);
}

#endif

struct move {
    FAUSTFLOAT *value;
    FAUSTFLOAT to;
    long frame;
};

/* LABEL=VALUE@FRAME */
static int read_move(const char *text, struct move *out) {
    const char *equals = strrchr(text, '='), *at = strrchr(text, '@');
    if (!equals || !at) return 0;
    for (int i = 0; i < slider_count; i++) {
        size_t length = strlen(sliders[i].label);
        if (length != (size_t)(equals - text) || strncmp(sliders[i].label, text, length)) continue;
        out->value = sliders[i].value;
        out->to = (FAUSTFLOAT)atof(equals + 1);
        out->frame = atol(at + 1);
        return 1;
    }
    return 0;
}

static struct move moves[MOVES];
static int move_count;

/* Runs from silence; `impulse` is the inlet that gets one, or -1 for noise on all. */
static void run(mydsp *dsp, int impulse, FAUSTFLOAT **in, FAUSTFLOAT **out, long frames) {
    enum { BLOCK = 64 };
    int ins = inlets(dsp), outs = outlets(dsp);
    for (int i = 0; i < ins; i++)
        for (long t = 0; t < frames; t++)
            in[i][t] = (FAUSTFLOAT)(impulse < 0 ? noise((uint32_t)i, t) : i == impulse && t == 0);
    reset(dsp);
    for (long from = 0, to; from < frames; from = to) {
        to = from + BLOCK < frames ? from + BLOCK : frames;
        for (int m = 0; m < move_count; m++) {
            if (moves[m].frame == from) *moves[m].value = moves[m].to;
            else if (moves[m].frame > from && moves[m].frame < to) to = moves[m].frame;
        }
        FAUSTFLOAT *inputs[CHANNELS], *outputs[CHANNELS];
        for (int i = 0; i < ins; i++) inputs[i] = in[i] + from;
        for (int o = 0; o < outs; o++) outputs[o] = out[o] + from;
        compute(dsp, (int)(to - from), inputs, outputs);
    }
}

int main(int argc, char **argv) {
    mydsp *dsp = make_dsp();
    int ins = inlets(dsp), outs = outlets(dsp);
    int with_noise = argc > 3 && !strcmp(argv[3], "noise");
    FILE *file = argc > 2 ? fopen(argv[1], "rb") : NULL;
    if (!file || ins > CHANNELS || outs > CHANNELS) {
        fprintf(stderr, "usage: %s WANTED.f64 TOLERANCE [noise] [LABEL=VALUE@FRAME ...]\n", argv[0]);
        return 2;
    }
    for (int i = 3 + with_noise; i < argc; i++)
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
    double *wanted = (double *)malloc((size_t)values * sizeof *wanted);
    FAUSTFLOAT *in[CHANNELS], *out[CHANNELS];
    size_t room = (size_t)frames * sizeof(FAUSTFLOAT);
    for (int i = 0; i < ins; i++) in[i] = (FAUSTFLOAT *)malloc(room);
    for (int o = 0; o < outs; o++) out[o] = (FAUSTFLOAT *)malloc(room);
    if (!wanted || fread(wanted, sizeof *wanted, (size_t)values, file) != (size_t)values) return 2;
    fclose(file);

    double worst = 0, peak = 0;
    for (int i = 0; i < runs; i++) {
        run(dsp, with_noise ? -1 : i, in, out, frames);
        for (int o = 0; o < outs; o++)
            for (long t = 0; t < frames; t++) {
                double w = wanted[((long)i * outs + o) * frames + t], d = fabs(out[o][t] - w);
                if (!(d <= worst)) worst = d; /* also what is no number */
                if (peak < fabs(w)) peak = fabs(w);
            }
    }
    double relative = peak > 0 ? worst / peak : worst;
    printf("%g\n", relative);
    return relative <= atof(argv[2]) ? 0 : 1;
}
