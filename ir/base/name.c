#include "ir/base/name.h"

#include <string.h>

void names_init(struct names *names, struct arena *arena) {
    *names = (struct names){.arena = arena, .bucket_count = 256};
    names->buckets = ARENA_ARRAY(arena, names->bucket_count, const struct name_text *);
}

/* FNV-1a, 32 bits (Fowler, Noll, Vo). */
static uint32_t hash_of(const char *text, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash;
}

static void grow(struct names *names) {
    size_t wider = names->bucket_count * 4;
    const struct name_text **buckets = ARENA_ARRAY(names->arena, wider, const struct name_text *);
    for (size_t i = 0; i < names->bucket_count; i++) {
        for (const struct name_text *n = names->buckets[i], *next; n; n = next) {
            next = n->next;
            /* Interned text is const to the world; its bucket link is ours. */
            ((struct name_text *)(uintptr_t)n)->next = buckets[n->hash % wider];
            buckets[n->hash % wider] = n;
        }
    }
    names->buckets = buckets;
    names->bucket_count = wider;
}

name name_intern(struct names *names, const char *text, size_t length) {
    uint32_t hash = hash_of(text, length);
    for (name n = names->buckets[hash % names->bucket_count]; n; n = n->next)
        if (n->hash == hash && n->length == length && !memcmp(n->text, text, length)) return n;
    if (names->count > names->bucket_count * 2) grow(names);
    struct name_text *made = arena_alloc(names->arena, sizeof *made + length + 1);
    made->length = length;
    made->hash = hash;
    if (length) memcpy(made->text, text, length);
    made->next = names->buckets[hash % names->bucket_count];
    names->buckets[hash % names->bucket_count] = made;
    names->count++;
    return made;
}

name name_of(struct names *names, const char *text) {
    return name_intern(names, text, strlen(text));
}
