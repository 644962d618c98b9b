/* Sound files: the only part of the project that sees libsndfile. */
#ifndef ADACC_BACKENDS_WAV_FILE_H
#define ADACC_BACKENDS_WAV_FILE_H

#include "backends/backend.h"

struct sound_writer;
struct sound_reader;

/* A WAV file of 32-bit float samples behind a sink, of at most `most_frames` frames: where these
 * would not fit into one, RF64. Null after a report. */
struct sound_writer *sound_write(struct arena *arena, struct diags *diags, struct sink *sink,
                                 const char *extension, uint32_t channels, double rate,
                                 size_t most_frames);
void sound_put(struct sound_writer *writer, const double *interleaved, size_t frames);
bool sound_finish(struct sound_writer *writer); /* false after a report */

/* Any format that libsndfile reads. Null after a report. */
struct sound_reader *sound_read(struct arena *arena, struct diags *diags, const char *path);
uint32_t sound_channels(const struct sound_reader *reader);
double sound_rate(const struct sound_reader *reader);
size_t sound_frames(const struct sound_reader *reader); /* as the file says; 0: it does not */
/* Fewer frames than asked for only at the end. */
size_t sound_get(struct sound_reader *reader, double *interleaved, size_t frames);

#endif
