/* Output files: written whole or not at all.
 *
 * Each goes into a temporary file in the folder where it will stand; when the whole compilation is
 * done, all are renamed, or all are removed. What is no plain file (a pipe, a device) is written
 * directly, and "-" is kept and then copied to the standard output. A kind whose extension ends in
 * a slash makes a folder: it is filled beside its place and moved there whole, or, where the folder
 * is there already, file by file. Where somebody takes the outputs as bytes, no file appears.
 */
#ifndef ADACC_FRONTEND_OUTPUTS_H
#define ADACC_FRONTEND_OUTPUTS_H

#include "backends/backend.h"
#include "frontend/guard.h"

struct outputs;

struct output_rules {
    const char *output; /* as -o has it, or null */
    const char *stem;   /* names the files otherwise */
    const char *const *inputs; /* what must not be overwritten */
    size_t input_count;
    FILE *standard;    /* where "-" goes */
    bool only_changed; /* a file that holds these bytes already is left alone */
    /* Takes an output in place of a file; false: it could not. Null: files. */
    bool (*take)(void *self, const char *path, const void *bytes, size_t length);
    void *self;
    struct guard *guard; /* clears what is not committed if a signal comes; may be null */
};

struct outputs *outputs_new(struct arena *arena, struct diags *diags,
                            const struct output_rules *rules);

/* The sink of the next kind, whose first output has that extension. */
struct sink *outputs_kind(struct outputs *outputs, const char *extension);

/* True if -o names one file or "-", which only one kind can be. */
bool outputs_one_file(const char *output);

/* The file name, without its folder and extension, of the kind's first output. */
const char *outputs_file(const struct outputs *outputs);

/* The names that the kind's outputs will have: "hall.c hall.h". */
const char *outputs_shown(const struct outputs *outputs);

/* The folder that the current kind fills, its files closed, for a program to work in; null for
 * other kinds, after a report, and where all stands there that would be made. */
const char *outputs_folder(struct outputs *outputs);

/* Where the output of the present kind with that extension will stand. */
const char *outputs_path(const struct outputs *outputs, const char *extension);

/* The number of the present kind, and whether, after the commit, any of its files is new or another
 * than it was. */
uint32_t outputs_number(const struct outputs *outputs);
bool outputs_changed(const struct outputs *outputs, uint32_t number);

/* Renames all; false after a report (a full disk comes to light here). */
bool outputs_commit(struct outputs *outputs);

/* Removes what is not committed; also run when the arena is freed. */
void outputs_drop(struct outputs *outputs);

#endif
