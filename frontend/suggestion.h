/* What was meant, where a word is not known. */
#ifndef ADACC_FRONTEND_SUGGESTION_H
#define ADACC_FRONTEND_SUGGESTION_H

#include <stdbool.h>
#include <stddef.h>

/* How many letters must be put in, taken out or changed, or neighbours swapped, to make b of a;
 * stops counting at `most`. */
unsigned edit_distance(const char *a, const char *b, unsigned most);

/* Of those offered, the one that `wanted` is most likely a slip of. */
struct suggestion {
    const char *wanted;
    const char *best; /* null: none is near enough */
    unsigned distance;
    bool few; /* few words are offered: they are told apart more easily */
};
void suggestion_offer(struct suggestion *suggestion, const char *text);

/* The word of a small table that is nearest; null if none is near. */
const char *nearest_word(const char *word, const char *const *words, size_t count);

#endif
