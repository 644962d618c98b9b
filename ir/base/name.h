/* Interned names: two names are equal if and only if their pointers are. A null name is no name. */
#ifndef ADACC_IR_BASE_NAME_H
#define ADACC_IR_BASE_NAME_H

#include "ir/base/arena.h"

struct name_text {
    const struct name_text *next; /* in its bucket */
    size_t length;
    uint32_t hash;
    char text[]; /* NUL behind it */
};

typedef const struct name_text *name;

struct names {
    struct arena *arena;
    const struct name_text **buckets;
    size_t bucket_count, count;
};

void names_init(struct names *names, struct arena *arena);
name name_intern(struct names *names, const char *text, size_t length);
name name_of(struct names *names, const char *text); /* of a C string */

/* The text of a name, or `otherwise` where there is none. */
static inline const char *name_or(name n, const char *otherwise) {
    return n ? n->text : otherwise;
}

#endif
