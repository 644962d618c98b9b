/* FLAMO's fractional delays, which are not causal, against what stands for them: within -60 dB of a
 * reference of 4096 taps up to 0.35 of the sample rate outside loops, within -90 dB a pass inside
 * them, never louder than 1. One line a delay. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "frontend/reader.h"
#include "ir/interp.h"
#include "ir/lower.h"
#include "passes/passes.h"
#include "tests/flamo/models.h"

#define BAND 0.35
enum { REFERENCE_TAPS = 4096, FREQUENCIES = 400 };
static const double pi = 3.14159265358979323846;

struct spectrum {
    double re[FREQUENCIES + 1], im[FREQUENCIES + 1]; /* from 0 to BAND */
};

/* sum of h[n] e^-jw(first + n) */
static void transform(const double *h, size_t count, double first, struct spectrum *out) {
    for (int f = 0; f <= FREQUENCIES; f++) {
        double w = 2 * pi * BAND * f / FREQUENCIES;
        out->re[f] = out->im[f] = 0;
        for (size_t n = 0; n < count; n++) {
            out->re[f] += h[n] * cos(w * (first + (double)n));
            out->im[f] -= h[n] * sin(w * (first + (double)n));
        }
    }
}

/* A delay of `samples` by a sinc under Blackman and Harris' window, that begins where it must. */
static void reference(double samples, struct spectrum *out) {
    static double h[REFERENCE_TAPS];
    double first = floor(samples) - REFERENCE_TAPS / 2 + 1;
    for (int n = 0; n < REFERENCE_TAPS; n++) {
        double x = first + n - samples, turn = 2 * pi * x / REFERENCE_TAPS;
        double window =
            0.35875 + 0.48829 * cos(turn) + 0.14128 * cos(2 * turn) + 0.01168 * cos(3 * turn);
        h[n] = x == 0 ? 1 : sin(pi * x) / (pi * x) * window;
    }
    transform(h, REFERENCE_TAPS, first, out);
}

/* The greatest |a - gain b|. */
static double distance(const struct spectrum *a, const struct spectrum *b, double gain) {
    double worst = 0;
    for (int f = 0; f <= FREQUENCIES; f++)
        worst = fmax(worst, hypot(a->re[f] - gain * b->re[f], a->im[f] - gain * b->im[f]));
    return worst;
}

/* Less than 1 at every frequency, by the autocorrelation's transform at many. */
static double peak(const double *h, size_t count) {
    enum { POINTS = 8192 };
    double most = 0;
    for (int i = 0; i <= POINTS; i++) {
        double re = 0, im = 0, w = pi * i / POINTS;
        for (size_t n = 0; n < count; n++) {
            re += h[n] * cos(w * (double)n);
            im += h[n] * sin(w * (double)n);
        }
        most = fmax(most, hypot(re, im));
    }
    return most;
}

static const struct node *find(const struct node *node, enum op op) {
    if (node->op == op) return node;
    for (uint32_t i = 0; i < node->count; i++) {
        const struct node *found = find(node->parts[i], op);
        if (found) return found;
    }
    return NULL;
}

struct fixture {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    struct names names;
    struct program program;
};

static bool open_model(struct fixture *f, const char *model) {
    arena_init(&f->arena, NULL, 0);
    sources_init(&f->sources, &f->arena);
    diags_init(&f->diags, &f->arena);
    names_init(&f->names, &f->arena);
    struct reading reading = {
        .arena = &f->arena, .names = &f->names, .sources = &f->sources, .diags = &f->diags};
    f->program = (struct program){0};
    return reference_read(&(struct reference){.name = model}, &reading, &f->program);
}

static size_t line;
static bool all = true;

static void judge(const char *what, uint32_t i, uint32_t o, double error, double allowed) {
    char title[100];
    snprintf(title, sizeof title, "%s %u %u", what, i, o);
    tap_line(error <= allowed, ++line, title, error, allowed);
    all = all && error <= allowed;
}

static void outside_loops(void) {
    enum { SAMPLES = 512 };
    struct fixture f;
    bool good = open_model(&f, "frac_delay_ff");
    const struct node *delay = good ? find(f.program.main, OP_DELAY) : NULL,
                      *gain = good ? find(f.program.main, OP_GAIN) : NULL;
    const struct net *net = NULL;
    if (delay && gain && passes_run(&f.arena, &f.names, &f.diags, &f.program, NULL))
        net = net_lower(&f.arena, &f.diags, &f.program, f.program.main);
    const double *responses = net ? interp_responses(&f.arena, net, SAMPLES) : NULL;
    for (uint32_t i = 0; i < 2; i++) {
        struct spectrum wanted, got;
        if (responses) reference(delay->delays->samples[i].value, &wanted);
        for (uint32_t o = 0; o < 2; o++) {
            double error = INFINITY;
            if (responses) {
                double g = matrix_at(gain->matrix, o, i).value;
                transform(responses + (i * 2 + o) * SAMPLES, SAMPLES, 0, &got);
                error = distance(&got, &wanted, g) / fabs(g);
            }
            judge("frac_delay_ff, inlet and outlet", i, o, error, 1e-3);
        }
    }
    arena_free(&f.arena);
}

static void inside_loops(void) {
    struct fixture f;
    bool good = open_model(&f, "frac_delay_fdn");
    const struct node *asked = good ? find(f.program.main, OP_DELAY) : NULL;
    good = asked && passes_run(&f.arena, &f.names, &f.diags, &f.program, NULL);
    const struct node *delay = good ? find(f.program.main, OP_DELAY) : NULL,
                      *fir = good ? find(f.program.main, OP_FIR) : NULL;
    good = delay && fir;
    for (uint32_t i = 0; i < 4; i++) {
        double error = INFINITY, most = INFINITY;
        if (good) {
            struct spectrum wanted, got;
            uint32_t count = fir->taps->count;
            double *taps = ARENA_ARRAY(&f.arena, count, double);
            for (uint32_t k = 0; k < count; k++) taps[k] = fir->taps->at[i * count + k].value;
            reference(asked->delays->samples[i].value, &wanted);
            transform(taps, count, delay->delays->samples[i].value, &got);
            error = distance(&got, &wanted, 1);
            most = peak(taps, count);
        }
        judge("frac_delay_fdn, a pass of line", i, 0, error, pow(10, -4.5));
        judge("frac_delay_fdn, gain of line", i, 0, most, 1);
    }
    arena_free(&f.arena);
}

int main(void) {
    outside_loops();
    inside_loops();
    printf("1..%zu\n", line);
    return !all;
}
