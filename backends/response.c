/* The impulse responses of a program, by the interpreter, in three formats. */
#include <math.h>
#include <string.h>

#include "backends/backend.h"
#include "backends/wav_file.h"
#include "ir/interp.h"

enum { LONGEST_S = 10 };
/* What responses may take in memory. */
#define ROOM_BYTES ((size_t)1 << 28)

struct responses {
    uint32_t ins, outs;
    size_t room;      /* samples computed of each */
    size_t frames;    /* samples that are kept */
    const double *at; /* [in][out][room] */
};

static const double *response(const struct responses *r, uint32_t in, uint32_t out) {
    return r->at + ((size_t)in * r->outs + out) * r->room;
}

/* Where what is still to come has fallen to -60 dB of the whole (Schroeder 1965: the decay is the
 * energy integrated backwards). All responses count together. */
static size_t sounding_frames(const struct responses *r) {
    double whole = 0, rest = 0;
    size_t pairs = (size_t)r->ins * r->outs;
    for (size_t i = 0; i < pairs * r->room; i++) whole += r->at[i] * r->at[i];
    if (!(whole > 0) || !isfinite(whole)) return whole == 0 ? 1 : r->room;
    for (size_t f = r->room; f-- > 0;) {
        for (size_t p = 0; p < pairs; p++) {
            double x = r->at[p * r->room + f];
            rest += x * x;
        }
        if (rest > 1e-6 * whole) return f + 1;
    }
    return 1;
}

static bool compute(const struct emission *e, struct responses *r) {
    *r =
        (struct responses){e->net->inlet_count, e->net->outlet_count, e->samples, e->samples, NULL};
    if (!r->room) r->room = (size_t)(LONGEST_S * e->net->rate);
    size_t pairs = (size_t)r->ins * r->outs;
    if (r->room > ROOM_BYTES / sizeof(double) / (pairs ? pairs : 1)) {
        struct diag *diag =
            diag_error(e->diags, NOWHERE, CODE_LONG_RESPONSE,
                       "%zu impulse responses of %zu samples do not fit into %zu MiB", pairs,
                       r->room, ROOM_BYTES >> 20);
        diag_help(diag, "--samples=%zu", ROOM_BYTES / sizeof(double) / pairs);
        return false;
    }
    r->at = interp_responses(e->arena, e->net, r->room);
    if (!r->frames) r->frames = sounding_frames(r);
    return true;
}

static void summarise(const struct emission *e, const struct responses *r, struct sink *sink) {
    double peak = 0;
    for (uint32_t i = 0; i < r->ins; i++)
        for (uint32_t o = 0; o < r->outs; o++)
            for (size_t f = 0; f < r->frames; f++) peak = fmax(peak, fabs(response(r, i, o)[f]));
    text_printf(&sink->summary, "%u x %u responses, %zu samples (%.3g s), peak %.3g", r->ins,
                r->outs, r->frames, (double)r->frames / e->net->rate, peak);
}

bool emit_ir_f64(const struct emission *e, struct sink *sink) {
    struct responses r;
    if (!compute(e, &r)) return false;
    FILE *file = sink->open(sink, ".ir.f64");
    if (!file) return false;
    for (uint32_t i = 0; i < r.ins; i++) {
        for (uint32_t o = 0; o < r.outs; o++) {
            for (size_t f = 0; f < r.frames; f++) {
                uint64_t bits;
                memcpy(&bits, &response(&r, i, o)[f], sizeof bits);
                unsigned char bytes[8];
                for (int b = 0; b < 8; b++) bytes[b] = (unsigned char)(bits >> (8 * b));
                fwrite(bytes, 1, sizeof bytes, file);
            }
        }
    }
    summarise(e, &r, sink);
    return true;
}

bool emit_ir_csv(const struct emission *e, struct sink *sink) {
    struct responses r;
    if (!compute(e, &r)) return false;
    struct text text;
    text_init(&text, e->arena);
    for (uint32_t i = 0; i < r.ins; i++)
        for (uint32_t o = 0; o < r.outs; o++)
            text_printf(&text, "%sin %u out %u", i || o ? "," : "", i, o);
    text_put_char(&text, '\n');
    for (size_t f = 0; f < r.frames; f++) {
        for (uint32_t i = 0; i < r.ins; i++) {
            for (uint32_t o = 0; o < r.outs; o++) {
                if (i || o) text_put_char(&text, ',');
                text_put_number(&text, response(&r, i, o)[f]);
            }
        }
        text_put_char(&text, '\n');
    }
    summarise(e, &r, sink);
    return sink_put_text(sink, ".ir.csv", &text);
}

bool emit_ir_wav(const struct emission *e, struct sink *sink) {
    struct responses r;
    if (!compute(e, &r)) return false;
    struct sound_writer *writer =
        sound_write(e->arena, e->diags, sink, ".ir.wav", r.ins * r.outs, e->net->rate, r.frames);
    if (!writer) return false;
    double *frame = ARENA_ARRAY(e->arena, (size_t)r.ins * r.outs, double);
    for (size_t f = 0; f < r.frames; f++) {
        for (uint32_t i = 0; i < r.ins; i++)
            for (uint32_t o = 0; o < r.outs; o++)
                frame[(size_t)i * r.outs + o] = response(&r, i, o)[f];
        sound_put(writer, frame, 1);
    }
    summarise(e, &r, sink);
    return sound_finish(writer);
}
