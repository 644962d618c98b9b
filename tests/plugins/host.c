/* A host of one LV2 plugin, to see what lv2apply does not show. Prints a line a fact.
 *
 *     host PLUGIN.so INLETS OUTLETS KNOB_INIT...
 *
 * The knobs come last among the ports, as --emit=lv2 has them. */
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lv2/core/lv2.h>

enum { CHANNELS = 8, KNOBS = 8, FRAMES = 4096 };

static float in[CHANNELS][FRAMES], out[CHANNELS][FRAMES], again[CHANNELS][FRAMES];
static float knobs[KNOBS];
static int inlets, outlets, knob_count, failures;

static void fact(int good, const char *what) {
    printf("%s - %s\n", good ? "ok" : "not ok", what);
    if (!good) failures++;
}

static void connect_all(const LV2_Descriptor *d, LV2_Handle h, int in_place, int from) {
    uint32_t port = 0;
    for (int i = 0; i < inlets; i++) d->connect_port(h, port++, in[i] + from);
    for (int o = 0; o < outlets; o++)
        d->connect_port(h, port++, (in_place ? in[o] : out[o]) + from);
    for (int k = 0; k < knob_count; k++) d->connect_port(h, port++, &knobs[k]);
}

/* Noise in all inlets: xorshift32 (Marsaglia 2003). */
static void make_noise(void) {
    unsigned x = 1;
    for (int i = 0; i < inlets; i++)
        for (int t = 0; t < FRAMES; t++) {
            x ^= x << 13, x ^= x >> 17, x ^= x << 5;
            in[i][t] = (float)x / 4294967296.0f - 0.5f;
        }
}

static int same(float a[][FRAMES], float b[][FRAMES]) {
    for (int o = 0; o < outlets; o++)
        if (memcmp(a[o], b[o], sizeof a[o]) != 0) return 0;
    return 1;
}

static double loudest(float a[][FRAMES]) {
    double most = 0;
    for (int o = 0; o < outlets; o++)
        for (int t = 0; t < FRAMES; t++) most = fmax(most, fabs((double)a[o][t]));
    return most;
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    inlets = atoi(argv[2]), outlets = atoi(argv[3]), knob_count = argc - 4;
    if (inlets > CHANNELS || outlets > CHANNELS || knob_count > KNOBS) return 2;
    for (int k = 0; k < knob_count; k++) knobs[k] = (float)atof(argv[4 + k]);
    void *library = dlopen(argv[1], RTLD_NOW);
    if (!library) return fprintf(stderr, "%s\n", dlerror()), 1;
    LV2_Descriptor_Function get;
    *(void **)&get = dlsym(library, "lv2_descriptor");
    const LV2_Descriptor *d = get ? get(0) : NULL;
    if (!d) return fprintf(stderr, "no descriptor\n"), 1;
    const LV2_Feature *features[] = {NULL};

    fact(!get(1), "one plugin alone");
    fact(!d->instantiate(d, 44100, "", features), "another sample rate is refused");
    LV2_Handle h = d->instantiate(d, 48000, "", features);
    if (!h) return fprintf(stderr, "no instance\n"), 1;

    make_noise();
    connect_all(d, h, 0, 0);
    d->activate(h);
    d->run(h, FRAMES);
    memcpy(again, out, sizeof out);
    fact(loudest(out) > 0.01, "noise in, sound out");
    d->deactivate ? d->deactivate(h) : (void)0;

    d->activate(h);
    d->run(h, FRAMES);
    fact(same(out, again), "activate clears what was before");

    d->activate(h);
    for (int t = 0; t < FRAMES; t += 61) {
        connect_all(d, h, 0, t);
        d->run(h, (uint32_t)(FRAMES - t < 61 ? FRAMES - t : 61));
    }
    fact(same(out, again), "calls of 61 frames are one call");

    connect_all(d, h, 0, 0);
    d->activate(h);
    d->run(h, 0);
    d->run(h, FRAMES);
    fact(same(out, again), "a call of no frames is nothing");

    if (inlets == outlets) {
        d->activate(h);
        connect_all(d, h, 1, 0);
        d->run(h, FRAMES);
        fact(same(in, again), "in place");
        make_noise();
        connect_all(d, h, 0, 0);
    }

    /* The last knob of the tests is a gain in percent. Where there is no other, it is all of the
     * program: what is heard is the knob alone. */
    if (knob_count) {
        float init = knobs[knob_count - 1];
        for (int i = 0; i < inlets; i++)
            for (int t = 0; t < FRAMES; t++) in[i][t] = 1;
        knobs[knob_count - 1] = 0;
        d->activate(h);
        d->run(h, FRAMES);
        float before = out[0][FRAMES - 1];
        knobs[knob_count - 1] = 100;
        d->run(h, FRAMES);
        double jump = fabs((double)out[0][0] - (double)before), way = 0;
        for (int t = 1; t < FRAMES; t++)
            jump = fmax(jump, fabs((double)out[0][t] - (double)out[0][t - 1]));
        way = fabs((double)out[0][FRAMES - 1] - (double)before);
        fact(knob_count > 1 || (way > 0.9 && jump < way / 100), "a knob that is moved glides");
        knobs[knob_count - 1] = NAN;
        d->run(h, FRAMES);
        fact(isfinite(loudest(out)), "a knob that is no number is ignored");
        knobs[knob_count - 1] = init;
        make_noise();
        d->activate(h);
        d->run(h, FRAMES);
        fact(same(out, again), "before the first sound a knob is there at once");
    }
    d->cleanup(h);
    return failures != 0;
}
