/* Output files: written whole or not at all.
 *
 * Each goes into a temporary file in the folder where it will stand; when the whole compilation is
 * done, all are renamed, or all are removed. What is no plain file (a pipe, a device) is written
 * directly, and "-" is kept and then copied to the standard output.
 */
#ifndef ADACC_FRONTEND_OUTPUTS_H
#define ADACC_FRONTEND_OUTPUTS_H

#include "backends/backend.h"

struct outputs;

/* `output` as -o has it, or null; `stem` names the files otherwise; `inputs` must not be
 * overwritten. */
struct outputs *outputs_new(struct arena *arena, struct diags *diags, const char *output,
                            const char *stem, const char *const *inputs, size_t input_count,
                            FILE *standard);

/* The sink of the next kind, whose first output has that extension. */
struct sink *outputs_kind(struct outputs *outputs, const char *extension);

/* True if -o names one file or "-", which only one kind can be. */
bool outputs_one_file(const char *output);

/* The file name, without its folder and extension, of the kind's first output. */
const char *outputs_file(const struct outputs *outputs);

/* The names that the kind's outputs will have: "hall.c hall.h". */
const char *outputs_shown(const struct outputs *outputs);

/* Renames all; false after a report (a full disk comes to light here). */
bool outputs_commit(struct outputs *outputs);

/* Removes what is not committed; also run when the arena is freed. */
void outputs_drop(struct outputs *outputs);

#endif
