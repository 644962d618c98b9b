/* Source texts and places in them.
 *
 * A span is two byte offsets into the texts of a compilation laid end to end, so that it needs no
 * file beside it; which file, line and column it is, is worked out only when somebody asks. Offset 0
 * belongs to no text: the span {0, 0} is "nowhere".
 */
#ifndef ADACC_IR_BASE_SOURCE_H
#define ADACC_IR_BASE_SOURCE_H

#include "ir/base/arena.h"

typedef struct span {
    uint32_t begin, end; /* end is one past the last byte */
} span;

#define NOWHERE ((span){0, 0})

static inline bool span_known(span at) {
    return at.begin != 0;
}

/* The smallest span around both; one that is nowhere adds nothing. */
static inline span span_join(span a, span b) {
    if (!span_known(a)) return b;
    if (!span_known(b)) return a;
    return (span){a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

struct source {
    const struct source *next; /* the one added after this */
    const char *path;          /* as shown to people */
    const char *text;          /* NUL behind it; may hold others */
    uint32_t length;
    uint32_t base;          /* offset of its first byte */
    const uint32_t *lines;  /* where each line begins, counted from the text's begin */
    uint32_t line_count;
};

struct sources {
    struct arena *arena;
    struct source *first, *last;
    uint32_t next_base;
    /* Told of each path where a file is looked for, found or not, before it is opened; may be null. */
    void (*sought)(void *self, const char *path);
    void *self;
};

struct place {
    const struct source *source; /* null: nowhere */
    uint32_t line, column;       /* from 1; columns count characters of UTF-8 */
};

void sources_init(struct sources *sources, struct arena *arena);

/* Adds a text (copied, with its path). Null if all texts together would pass 4 GiB. */
const struct source *source_add(struct sources *sources, const char *path, const char *text,
                                size_t length);

/* Who reads a file says so first. */
static inline void source_seek(const struct sources *sources, const char *path) {
    if (sources->sought) sources->sought(sources->self, path);
}

const struct source *source_at(const struct sources *sources, uint32_t offset);
/* Where the text of a line begins, from 1: behind the mark with which some editors begin a file. */
uint32_t source_line_begin(const struct source *source, uint32_t line);
struct place source_place(const struct sources *sources, uint32_t offset);

#endif
