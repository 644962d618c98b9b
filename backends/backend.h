/* What a backend is. A new one is a file here and a line in backends.c. */
#ifndef ADACC_BACKENDS_BACKEND_H
#define ADACC_BACKENDS_BACKEND_H

#include <stdio.h>

#include "cert/cert.h"
#include "ir/base/diag.h"
#include "ir/net.h"
#include "ir/schedule.h"

enum real { REAL_FLOAT, REAL_DOUBLE };

/* What a backend gets: the program after all passes, what it asked for in `needs`, and the options
 * that concern outputs. */
struct emission {
    const struct program *program;
    const struct program *as_read;   /* the program before any pass; null: it was not kept */
    const struct net *net;           /* NEEDS_NET */
    const struct schedule *schedule; /* NEEDS_SCHEDULE */
    const struct cert *cert;         /* NEEDS_CERT */
    const struct text *source;       /* NEEDS_SOURCE: the program as text of .adg */
    const struct sources *sources;   /* to name places in comments */
    const char *symbol; /* a legal identifier in C and FAUST: the prefix of C symbols */
    const char *file;   /* the stem of the output's file name, for #include and titles */
    enum real real;
    bool standalone;        /* FAUST's text imports no library */
    unsigned vector;        /* lanes of the emitted C; 0: as many as the C compiler's flags allow */
    size_t samples;         /* length of `ir`; 0: to -60 dB of decay, at most 10 s */
    const char *input_path; /* the sound that `wav` processes; null: none was given */
    const char *vendor;     /* of plugins; null: the program's author */
    const char *plugin_uri; /* null: made of the program's name */
    struct arena *arena;
    struct diags *diags;
};

/* Where outputs go. A backend never opens a file: it asks for a stream, writes, and leaves it; the
 * owner keeps all of a kind's streams if emit returned true, and none otherwise. */
struct sink {
    /* The output NAME + extension, binary, seekable; of a kind that makes a folder, the file of that
     * name in it. Null after a report. */
    FILE *(*open)(struct sink *sink, const char *extension);
    struct text summary; /* what the line of this output says: "8 lines, 2 -> 2, knobs rt hf" */
};

/* Opens, writes the whole text. False after a report (a full disk is found by the owner at the
 * end). */
bool sink_put_text(struct sink *sink, const char *extension, const struct text *text);

/* PROOF: it is made of programs alone that are proved to be stable (--strict), unless --no-strict. */
enum backend_needs { NEEDS_NET = 1, NEEDS_SCHEDULE = 2, NEEDS_CERT = 4, NEEDS_SOURCE = 8, NEEDS_PROOF = 16 };

struct backend {
    const char *name; /* as --emit spells it */
    const char *about;
    bool (*emit)(const struct emission *emission, struct sink *sink); /* false after a report */
    const char *extension; /* of the first output, with its dot; with a slash behind it, of a folder */
    unsigned needs;
};

extern const struct backend backends[];
extern const size_t backend_count;

bool emit_faust(const struct emission *emission, struct sink *sink);
bool emit_c(const struct emission *emission, struct sink *sink);
bool emit_certificate(const struct emission *emission, struct sink *sink);
bool emit_adg(const struct emission *emission, struct sink *sink);
bool emit_json(const struct emission *emission, struct sink *sink);
bool emit_ir_wav(const struct emission *emission, struct sink *sink);
bool emit_ir_f64(const struct emission *emission, struct sink *sink);
bool emit_ir_csv(const struct emission *emission, struct sink *sink);
bool emit_wav(const struct emission *emission, struct sink *sink);
bool emit_lv2(const struct emission *emission, struct sink *sink);
bool emit_juce(const struct emission *emission, struct sink *sink);

#endif
