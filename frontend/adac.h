/* The compiler as a function: a source and options in, files and messages out. libadac(3) has the
 * whole of it, with an example; this is the header that is installed.
 *
 * Nothing here is global: two compilations may run in two threads. What a compilation asks of its
 * surroundings is a NUL-terminated path for each file that it reads and writes.
 */
#ifndef ADACC_FRONTEND_ADAC_H
#define ADACC_FRONTEND_ADAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of a shared library these are all that is seen. */
#if defined __GNUC__
#pragma GCC visibility push(default)
#endif

enum adac_exit {
    ADAC_DONE = 0,
    ADAC_INPUT_ERRORS = 1, /* the source has errors */
    ADAC_USAGE = 2,        /* the options do */
    ADAC_FILES = 3,        /* something cannot be read or written */
    ADAC_REFUSED = 4,      /* --strict, and the verdict is not good enough */
    ADAC_INTERNAL = 70     /* a mistake of the compiler */
};

struct adac_setting { /* NAME=VALUE */
    const char *name;
    double value;
};

struct adac_control { /* KIND[=INIT[,MIN,MAX]] */
    const char *kind;
    int given; /* how many of the numbers: 0, 1 or 3 */
    double init, lo, hi;
};

enum adac_when { ADAC_AUTO, ADAC_ALWAYS, ADAC_NEVER };

enum adac_severity { ADAC_ERROR, ADAC_WARNING, ADAC_REMARK };

/* What a compilation says of its source. Lines and columns count from 1, columns in characters, and
 * `offset` in bytes from 0; the end is one past the last character. */
struct adac_message {
    enum adac_severity severity;
    int code;         /* 310 for E0310; 0: a remark has none */
    const char *what; /* one sentence */
    const char *text; /* all of it as adacc prints it, in whole lines: place, source, notes, help */
    const char *file; /* null: it has no place, and what follows is 0 */
    unsigned line, column, end_line, end_column;
    size_t offset, length;
};

/* Zeroed but for `size`, these are the defaults. Pointers must live until adac_compile returns. */
struct adac_options {
    size_t size;       /* sizeof(struct adac_options): how much of it the caller knows */
    const char *input; /* a path, or "-" for standard input; with `text`, what it is called */
    const char *text;  /* the source itself, in place of the file; null: the file is read */
    size_t text_length;
    void *self; /* for the functions that follow, each of which may be null */
    /* Takes each message, in place of `messages`; it lives until the call returns. */
    void (*report)(void *self, const struct adac_message *message);
    /* Takes each output in place of a file, once all are there; `name` is the file's path as it
     * would have been. False: the compilation fails with ADAC_FILES. */
    bool (*take)(void *self, const char *name, const void *bytes, size_t length);
    /* Told of each path where a file is looked for, found or not, before it is opened: what to
     * watch. */
    void (*seek)(void *self, const char *path);
    const char *const *emits;
    size_t emit_count;   /* none: check the source and print a summary */
    const char *output;  /* -o; null: beside the working folder's files, named after the input */
    const char *from;    /* "adg", "json"; null: by the input's extension */
    const char *const *import_paths; /* where `import` looks, before the installed library */
    size_t import_path_count;
    const char *name;    /* a legal identifier; null: after the input */
    double rate;         /* samples a second; 0: what the source says */
    bool double_samples; /* of emitted C */
    unsigned vector;     /* its lanes: 1, 4, 8 or 16; 0: by the C compiler's flags */
    const struct adac_control *controls;
    size_t control_count;
    bool faust_standalone; /* FAUST's text imports no library */
    const char *fractional; /* "sinc:N", "lagrange:N", "thiran:N", "round"; null: what is exact enough */
    const struct adac_setting *knobs;
    size_t knob_count;
    bool strict, no_strict; /* plugins are strict unless told not to be */
    const char *check_cert; /* a certificate to check, in place of all else; null: none */
    bool contract;        /* scale lossless matrices of loops until they decay */
    uint64_t cert_budget; /* evaluations of loops at a frequency; 0: the default */
    size_t samples;    /* of impulse responses; 0: as long as they sound */
    const char *sound; /* --input */
    bool verbose, quiet;
    enum adac_when color;
    bool json_diagnostics;
    const char *dump_after;
    bool time_passes;
    bool only_changed; /* leaves alone a file that would become what it is */
    const char *live;  /* the file of FAUST to publish; null: none. Always written if it changed */
    const char *live_config; /* the file whose first line is then that path; may be null */
    const char *vendor;       /* of plugins; null: the program's author */
    const char *vendor_code;  /* of JUCE plugins: four letters and digits, one a capital; null: Adac */
    const char *plugin_code;  /* the same; null: made of the program's name */
    const char *plugin_uri;   /* of LV2 plugins; null: urn:adacc:NAME */
    const char *juce_modules; /* the folder of JUCE's modules; null: faust2juce's default */
    const char *c_compiler;   /* that builds LV2 plugins; null: cc; "": none */
    const char *c_flags;      /* its flags; null: -O3 */
    size_t memory; /* most bytes that the compilation may take; 0: no limit */
};

/* Compiles one source. What is dumped, and output to "-", goes to `out`; messages to `messages`;
 * either may be null. */
enum adac_exit adac_compile(const struct adac_options *options, FILE *out, FILE *messages);

/* The tables, for --list-ops and its like: one line an entry. The catalogue is all vocabularies as
 * JSON, for other programs. */
void adac_list_catalogue(FILE *out);
void adac_list_ops(FILE *out);
void adac_list_passes(FILE *out);
void adac_list_emits(FILE *out);

/* What a diagnostic's code ("E0310" or "310") means; false if there is no such code. */
bool adac_explain(FILE *out, const char *code);

const char *adac_version(void);

#if defined __GNUC__
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif

#endif
