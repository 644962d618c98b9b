/* Sound files: the only part of the project that sees libsndfile. */
#ifndef ADACC_BACKENDS_WAV_FILE_H
#define ADACC_BACKENDS_WAV_FILE_H

#include "backends/backend.h"

struct sound_writer;
struct sound_reader;

/* A WAV file of 32-bit float samples (RF64 where it passes 4 GiB) behind a sink. Null after a
 * report. */
struct sound_writer *sound_write(struct arena *arena, struct diags *diags, struct sink *sink,
                                 const char *extension, uint32_t channels, double rate);
void sound_put(struct sound_writer *writer, const double *interleaved, size_t frames);
bool sound_finish(struct sound_writer *writer); /* false after a report */

/* Any format that libsndfile reads. Null after a report. */
struct sound_reader *sound_read(struct arena *arena, struct diags *diags, const char *path);
uint32_t sound_channels(const struct sound_reader *reader);
double sound_rate(const struct sound_reader *reader);
/* Fewer frames than asked for only at the end. */
size_t sound_get(struct sound_reader *reader, double *interleaved, size_t frames);

#endif
