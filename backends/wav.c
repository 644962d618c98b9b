/* A sound run through the program, by the interpreter, in blocks: files of any length. */
#include <math.h>
#include <string.h>

#include "backends/backend.h"
#include "backends/wav_file.h"
#include "ir/interp.h"

enum { BLOCK = 4096, TAIL_MOST_S = 10 };

struct running {
    const struct net *net;
    struct interp *interp;
    struct sound_writer *writer;
    double **in, **out;
    double *interleaved;
};

/* Runs what lies in `in`; gives the block's peak. */
static double run_block(struct running *r, size_t frames) {
    interp_run(r->interp, (const double *const *)r->in, r->out, frames);
    double peak = 0;
    uint32_t outs = r->net->outlet_count;
    for (size_t f = 0; f < frames; f++) {
        for (uint32_t o = 0; o < outs; o++) {
            r->interleaved[f * outs + o] = r->out[o][f];
            peak = fmax(peak, fabs(r->out[o][f]));
        }
    }
    sound_put(r->writer, r->interleaved, frames);
    return peak;
}

static double **buffers(struct arena *arena, uint32_t count) {
    double **at = ARENA_ARRAY(arena, count, double *);
    for (uint32_t i = 0; i < count; i++) at[i] = ARENA_ARRAY(arena, BLOCK, double);
    return at;
}

static bool fits(const struct emission *e, const struct sound_reader *reader) {
    if (sound_rate(reader) != e->net->rate) {
        struct diag *diag =
            diag_error(e->diags, NOWHERE, CODE_SOUND_SHAPE,
                       "the sound '%s' has %g samples a second, but the program runs at %g",
                       e->input_path, sound_rate(reader), e->net->rate);
        diag_help(diag, "convert the sound to %g Hz first", e->net->rate);
        return false;
    }
    uint32_t channels = sound_channels(reader), ins = e->net->inlet_count;
    if (channels == ins || channels == 1) return true;
    struct diag *diag = diag_error(e->diags, NOWHERE, CODE_SOUND_SHAPE,
                                   "the sound '%s' has %u channels, but the program takes %u",
                                   e->input_path, channels, ins);
    diag_help(diag, "give a sound of %u channels, or of one, which then feeds every inlet", ins);
    return false;
}

bool emit_wav(const struct emission *e, struct sink *sink) {
    if (!e->input_path) {
        struct diag *diag = diag_error(e->diags, NOWHERE, CODE_NO_SOUND,
                                       "--emit=wav needs a sound to run through the program");
        diag_help(diag, "--input=FILE");
        return false;
    }
    struct sound_reader *reader = sound_read(e->arena, e->diags, e->input_path);
    if (!reader || !fits(e, reader)) return false;
    uint32_t channels = sound_channels(reader), ins = e->net->inlet_count,
             outs = e->net->outlet_count;
    struct running r = {.net = e->net, .interp = interp_new(e->arena, e->net)};
    /* A file that does not say how long it is may be of any length. */
    size_t length = sound_frames(reader), tail_most = (size_t)(TAIL_MOST_S * e->net->rate);
    r.writer = sound_write(e->arena, e->diags, sink, ".wav", outs, e->net->rate,
                           length ? length + tail_most : SIZE_MAX);
    if (!r.writer) return false;
    r.in = buffers(e->arena, ins);
    r.out = buffers(e->arena, outs);
    r.interleaved =
        ARENA_ARRAY(e->arena, (size_t)BLOCK * (channels > outs ? channels : outs), double);

    size_t total = 0, got;
    double peak = 0, last = 0;
    while ((got = sound_get(reader, r.interleaved, BLOCK)) > 0) {
        for (size_t f = 0; f < got; f++)
            for (uint32_t i = 0; i < ins; i++)
                r.in[i][f] = r.interleaved[f * channels + (channels == 1 ? 0 : i)];
        last = run_block(&r, got);
        peak = fmax(peak, last);
        total += got;
    }
    /* The tail: until a second has stayed 60 dB under the loudest moment. */
    for (uint32_t i = 0; i < ins; i++) memset(r.in[i], 0, BLOCK * sizeof(double));
    size_t tail = 0, quiet = 0;
    while (peak > 0 && tail < tail_most && quiet < (size_t)e->net->rate) {
        size_t frames = tail_most - tail < BLOCK ? tail_most - tail : BLOCK;
        last = run_block(&r, frames);
        peak = fmax(peak, last);
        quiet = last < 1e-3 * peak ? quiet + frames : 0;
        tail += frames;
    }
    text_printf(&sink->summary, "%u channels, %.4g s and a tail of %.3g s, peak %.3g", outs,
                (double)total / e->net->rate, (double)tail / e->net->rate, peak);
    return sound_finish(r.writer);
}
