/* What a reader is: a door through which a program comes in. A new one is a file here and a line in
 * readers.c. */
#ifndef ADACC_FRONTEND_READER_H
#define ADACC_FRONTEND_READER_H

#include "ir/base/diag.h"
#include "ir/base/source.h"
#include "ir/program.h"

/* A knob's initial value given beside the source, in the unit that the knob is shown in. */
struct knob_override {
    const char *name;
    double value;
    bool used; /* set by the reader that has such a knob; who gave it reports what is left */
};

#define INSTALLED_LIBRARY ADACC_DATADIR "/lib" /* where `import` looks last */

/* What a reader works with. */
struct reading {
    struct arena *arena; /* where the program lives */
    struct names *names;
    struct sources *sources;
    struct diags *diags;
    struct knob_override *overrides;
    size_t override_count;
    double rate_override; /* samples a second, over what the source says; 0: none */
    const char *const *import_paths; /* folders where `import` looks, in their order */
    size_t import_path_count;
};

struct reader {
    const char *name; /* as --from spells it */
    const char *about;
    /* Fills the program, which comes zeroed. False after a report. */
    bool (*read)(struct reading *reading, const struct source *source, struct program *program);
    const char *extension; /* ".adg" */
    /* The source in its canonical layout, as .adg; null where it is another language. */
    void (*format)(struct arena *arena, const struct source *source, struct text *out);
};

extern const struct reader readers[];
extern const size_t reader_count;

/* The reader of that name, or for the extension of that path; null if there is none. */
const struct reader *reader_named(const char *wanted);
const struct reader *reader_for_path(const char *path);

#endif
