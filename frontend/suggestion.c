#include "frontend/suggestion.h"

#include <string.h>

/* Levenshtein's distance, where two neighbours that changed places are one slip too: three rows of
 * its table at a time. */
unsigned edit_distance(const char *a, const char *b, unsigned most) {
    enum { ROOM = 64 };
    size_t rows = strlen(a), cols = strlen(b);
    size_t apart = rows > cols ? rows - cols : cols - rows;
    if (rows >= ROOM || cols >= ROOM || apart >= most) return most;
    unsigned table[3][ROOM];
    for (size_t j = 0; j <= cols; j++) table[0][j] = (unsigned)j;
    for (size_t i = 1; i <= rows; i++) {
        unsigned *row = table[i % 3], *above = table[(i + 2) % 3], *twice = table[(i + 1) % 3];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= cols; j++) {
            unsigned best = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < best) best = above[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && twice[j - 2] + 1 < best) best = twice[j - 2] + 1;
            row[j] = best;
        }
    }
    unsigned distance = table[rows % 3][cols];
    return distance < most ? distance : most;
}

static char small_letter(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool same_but_for_case(const char *a, const char *b) {
    while (*a && small_letter(*a) == small_letter(*b)) a++, b++;
    return !*a && !*b;
}

/* A short word that begins otherwise is another word: gain is not main. */
static bool begins_alike(const char *a, const char *b) {
    return a[0] == b[0] || (a[0] == b[1] && a[1] == b[0]) || !strcmp(a, b + 1) ||
           !strcmp(a + 1, b);
}

void suggestion_offer(struct suggestion *suggestion, const char *text) {
    if (same_but_for_case(suggestion->wanted, text)) {
        suggestion->best = text;
        suggestion->distance = 0;
        return;
    }
    /* One slip in three letters, two in six; more would be guessing, except among a few words. */
    size_t length = strlen(suggestion->wanted);
    unsigned allowed = length < 3 ? 0 : length < 6 ? 1 : 2;
    if (suggestion->few) allowed = length < 2 ? 0 : length < 4 ? 1 : length < 8 ? 2 : 3;
    unsigned distance = edit_distance(suggestion->wanted, text, allowed + 1);
    if (distance > allowed) return;
    if (!suggestion->few && length < 6 && !begins_alike(suggestion->wanted, text)) return;
    if (!suggestion->best || distance < suggestion->distance) {
        suggestion->best = text;
        suggestion->distance = distance;
    }
}

const char *nearest_word(const char *word, const char *const *words, size_t count) {
    struct suggestion suggestion = {.wanted = word, .few = true};
    for (size_t i = 0; i < count; i++) suggestion_offer(&suggestion, words[i]);
    return suggestion.best;
}
