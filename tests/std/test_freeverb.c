/* freeverb of std.adg against the algorithm that Jezar at Dreampoint published, written anew here:
 * a stream of samples through buffers, as that program computes it. */
#include <math.h>
#include <string.h>

#include "tests/std/library.h"

enum { COMBS = 8, ALLPASSES = 4, LONGEST = 1700, SPREAD = 23 };

static const int comb_lengths[COMBS] = {1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617};
static const int allpass_lengths[ALLPASSES] = {556, 441, 341, 225};

struct buffer {
    double samples[LONGEST];
    int length, at;
    double store; /* of a comb's filter */
};

static double *current(struct buffer *b) {
    return &b->samples[b->at];
}
static void advance(struct buffer *b) {
    if (++b->at == b->length) b->at = 0;
}

static double run_comb(struct buffer *b, double input, double feedback, double damp) {
    double output = *current(b);
    b->store = output * (1 - damp) + b->store * damp;
    *current(b) = input + b->store * feedback;
    advance(b);
    return output;
}

static double run_allpass(struct buffer *b, double input) {
    double delayed = *current(b), output = delayed - input;
    *current(b) = input + delayed * 0.5;
    advance(b);
    return output;
}

struct channel {
    struct buffer combs[COMBS], allpasses[ALLPASSES];
};

static double run_channel(struct channel *c, double input, double feedback, double damp) {
    double sum = 0;
    for (int k = 0; k < COMBS; k++) sum += run_comb(&c->combs[k], input, feedback, damp);
    for (int k = 0; k < ALLPASSES; k++) sum = run_allpass(&c->allpasses[k], sum);
    return sum;
}

static struct channel *channel_make(struct fixture *f, int spread) {
    struct channel *c = ARENA_NEW(&f->arena, struct channel);
    for (int k = 0; k < COMBS; k++) c->combs[k].length = comb_lengths[k] + spread;
    for (int k = 0; k < ALLPASSES; k++) c->allpasses[k].length = allpass_lengths[k] + spread;
    return c;
}

struct settings {
    double room, damp, wet, dry, width;
};

/* An impulse into one inlet. */
static void published(struct fixture *f, const struct settings *s, uint32_t in, size_t frames,
                      double *left, double *right) {
    struct channel *l = channel_make(f, 0), *r = channel_make(f, SPREAD);
    double feedback = s->room * 0.28 + 0.7, damp = s->damp * 0.4;
    double wet = s->wet * 3, dry = s->dry * 2;
    double wet1 = wet * (s->width / 2 + 0.5), wet2 = wet * ((1 - s->width) / 2);
    for (size_t n = 0; n < frames; n++) {
        double x[2] = {in == 0 && n == 0, in == 1 && n == 0};
        double input = (x[0] + x[1]) * 0.015;
        double a = run_channel(l, input, feedback, damp), b = run_channel(r, input, feedback, damp);
        left[n] = a * wet1 + b * wet2 + x[0] * dry;
        right[n] = b * wet1 + a * wet2 + x[1] * dry;
    }
}

static void agrees(struct fixture *f, const char *expression, struct settings s) {
    enum { FRAMES = 30000 };
    struct response got = library(f, "44.1kHz", expression, FRAMES);
    assert_int_equal(got.ins, 2);
    assert_int_equal(got.outs, 2);
    double *left = ARENA_ARRAY(&f->arena, FRAMES, double);
    double *right = ARENA_ARRAY(&f->arena, FRAMES, double);
    for (uint32_t in = 0; in < 2; in++) {
        published(f, &s, in, FRAMES, left, right);
        double peak = 0, off = 0;
        for (size_t n = 0; n < FRAMES; n++) {
            peak = fmax(peak, fmax(fabs(left[n]), fabs(right[n])));
            off = fmax(off, fabs(heard(got, in, 0, n) - left[n]));
            off = fmax(off, fabs(heard(got, in, 1, n) - right[n]));
        }
        assert_true(peak > 1e-3);
        assert_near(off / peak, 0, 1e-6);
    }
}

static void as_it_starts(void **state) {
    agrees(*state, "freeverb()", (struct settings){0.5, 0.5, 1.0 / 3, 0, 1});
}

static void every_setting_elsewhere(void **state) {
    agrees(*state, "freeverb(0.9, 0.2, 0.6, 0.3, 0.25)",
           (struct settings){0.9, 0.2, 0.6, 0.3, 0.25});
}

static void by_knobs(void **state) {
    agrees(*state,
           "freeverb(r, d, wet = w, dry = 0.1, width = 0)\n"
           "knob r = 0.1 in 0..1\nknob d = 1 in 0..1\nknob w = 1 in 0..1",
           (struct settings){0.1, 1, 1, 0.1, 0});
}

int main(void) {
    const struct CMUnitTest tests[] = {TEST(as_it_starts), TEST(every_setting_elsewhere),
                                       TEST(by_knobs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
