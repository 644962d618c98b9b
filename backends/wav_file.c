#include "backends/wav_file.h"

#include <sndfile.h>
#include <string.h>

struct sound_writer {
    struct diags *diags;
    FILE *file;
    SNDFILE *sound;
    bool failed;
};

struct sound_reader {
    SNDFILE *sound;
    SF_INFO info;
};

/* libsndfile writes through these, because a sink gives streams, not names. */
static sf_count_t stream_length(void *user) {
    struct sound_writer *w = user;
    long at = ftell(w->file);
    fseek(w->file, 0, SEEK_END);
    long length = ftell(w->file);
    fseek(w->file, at, SEEK_SET);
    return length;
}
static sf_count_t stream_seek(sf_count_t offset, int whence, void *user) {
    struct sound_writer *w = user;
    return fseek(w->file, (long)offset, whence) ? -1 : ftell(w->file);
}
static sf_count_t stream_read(void *bytes, sf_count_t count, void *user) {
    return (sf_count_t)fread(bytes, 1, (size_t)count, ((struct sound_writer *)user)->file);
}
static sf_count_t stream_write(const void *bytes, sf_count_t count, void *user) {
    return (sf_count_t)fwrite(bytes, 1, (size_t)count, ((struct sound_writer *)user)->file);
}
static sf_count_t stream_tell(void *user) {
    return ftell(((struct sound_writer *)user)->file);
}

static void close_writer(void *what) {
    struct sound_writer *w = what;
    if (w->sound) sf_close(w->sound);
    w->sound = NULL;
}

static void close_reader(void *what) {
    sf_close(((struct sound_reader *)what)->sound);
}

/* The sizes in a WAV file are 32 bits wide; some room for its headers. */
#define MOST_WAV_BYTES ((size_t)UINT32_MAX - 65536)

struct sound_writer *sound_write(struct arena *arena, struct diags *diags, struct sink *sink,
                                 const char *extension, uint32_t channels, double rate,
                                 size_t most_frames) {
    SF_VIRTUAL_IO stream = {stream_length, stream_seek, stream_read, stream_write, stream_tell};
    struct sound_writer *w = ARENA_NEW(arena, struct sound_writer);
    /* RF64 only where it must be: libsndfile puts the time of day into it. */
    bool fits = most_frames < MOST_WAV_BYTES / (sizeof(float) * (channels ? channels : 1));
    int container = !fits ? SF_FORMAT_RF64 : channels > 2 ? SF_FORMAT_WAVEX : SF_FORMAT_WAV;
    SF_INFO info = {
        .samplerate = (int)rate, .channels = (int)channels, .format = container | SF_FORMAT_FLOAT};
    if (rate != (double)info.samplerate) {
        diag_error(
            diags, NOWHERE, CODE_SOUND_SHAPE,
            "a WAV file has a whole number of samples a second, but the program's rate is %g Hz",
            rate);
        return NULL;
    }
    w->diags = diags;
    w->file = sink->open(sink, extension);
    if (!w->file) return NULL;
    w->sound = sf_open_virtual(&stream, SFM_WRITE, &info, w);
    if (!w->sound) {
        diag_error(diags, NOWHERE, CODE_CANNOT_WRITE,
                   "cannot write a WAV file of %u channels at %g Hz: %s", channels, rate,
                   sf_strerror(NULL));
        return NULL;
    }
    arena_defer(arena, close_writer, w);
    /* The PEAK chunk holds the time of day, and outputs are the same every time. */
    sf_command(w->sound, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE);
    return w;
}

void sound_put(struct sound_writer *w, const double *interleaved, size_t frames) {
    if (sf_writef_double(w->sound, interleaved, (sf_count_t)frames) != (sf_count_t)frames)
        w->failed = true;
}

bool sound_finish(struct sound_writer *w) {
    int closed = sf_close(w->sound);
    w->sound = NULL;
    if (!w->failed && !closed) return true;
    /* A full disk is the stream's owner's to report, with the file's name. */
    if (ferror(w->file)) return true;
    diag_error(w->diags, NOWHERE, CODE_CANNOT_WRITE, "the WAV file could not be written whole");
    return false;
}

struct sound_reader *sound_read(struct arena *arena, struct diags *diags, const char *path) {
    struct sound_reader *r = ARENA_NEW(arena, struct sound_reader);
    r->sound = sf_open(path, SFM_READ, &r->info);
    if (!r->sound) {
        const char *why = sf_strerror(NULL);
        size_t length = strlen(why);
        while (length && (why[length - 1] == '.' || why[length - 1] == '\n')) length--;
        diag_error(diags, NOWHERE, CODE_BAD_SOUND, "cannot read the sound '%s': %.*s", path,
                   (int)length, why);
        return NULL;
    }
    arena_defer(arena, close_reader, r);
    return r;
}

uint32_t sound_channels(const struct sound_reader *r) {
    return (uint32_t)r->info.channels;
}
double sound_rate(const struct sound_reader *r) {
    return r->info.samplerate;
}
size_t sound_frames(const struct sound_reader *r) {
    return r->info.frames > 0 ? (size_t)r->info.frames : 0;
}
size_t sound_get(struct sound_reader *r, double *interleaved, size_t frames) {
    sf_count_t got = sf_readf_double(r->sound, interleaved, (sf_count_t)frames);
    return got > 0 ? (size_t)got : 0;
}
