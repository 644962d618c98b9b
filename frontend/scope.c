#include "frontend/scope.h"

#include <string.h>

enum { SMALL_SCOPE = 16 };

struct scope *scope_new(struct arena *arena, struct scope *outer, size_t room) {
    struct scope *scope = ARENA_NEW(arena, struct scope);
    scope->outer = outer;
    scope->room = room;
    scope->bindings = ARENA_ARRAY(arena, room, struct binding);
    if (room > SMALL_SCOPE) {
        scope->index_size = 1;
        while (scope->index_size < 2 * room) scope->index_size *= 2;
        scope->index = ARENA_ARRAY(arena, scope->index_size, uint32_t);
    }
    return scope;
}

/* The slot of a name: of its binding (stored plus one), or the empty one where it would go. */
static uint32_t *index_slot(const struct scope *scope, name wanted) {
    size_t at = wanted->hash & (scope->index_size - 1);
    while (scope->index[at] && scope->bindings[scope->index[at] - 1].name != wanted) {
        at = (at + 1) & (scope->index_size - 1);
    }
    return &scope->index[at];
}

struct binding *scope_find_here(const struct scope *scope, name wanted) {
    if (scope->index) {
        uint32_t found = *index_slot(scope, wanted);
        return found ? &scope->bindings[found - 1] : NULL;
    }
    for (size_t i = 0; i < scope->count; i++) {
        if (scope->bindings[i].name == wanted) return &scope->bindings[i];
    }
    return NULL;
}

struct binding *scope_add(struct scope *scope, struct binding binding, struct binding **there) {
    struct binding *found = scope_find_here(scope, binding.name);
    if (there) *there = found;
    if (found) return NULL;
    if (scope->index) *index_slot(scope, binding.name) = (uint32_t)scope->count + 1;
    scope->bindings[scope->count] = binding;
    return &scope->bindings[scope->count++];
}

struct binding *scope_find(struct scope *scope, name wanted, struct scope **where) {
    for (; scope; scope = scope->outer) {
        struct binding *found = scope_find_here(scope, wanted);
        if (found) {
            if (where) *where = scope;
            return found;
        }
    }
    return NULL;
}

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
    /* One slip in three letters, two in six; more would be guessing. */
    size_t length = strlen(suggestion->wanted);
    unsigned allowed = length < 3 ? 0 : length < 6 ? 1 : 2;
    unsigned distance = edit_distance(suggestion->wanted, text, allowed + 1);
    if (distance > allowed || (length < 6 && !begins_alike(suggestion->wanted, text))) return;
    if (!suggestion->best || distance < suggestion->distance) {
        suggestion->best = text;
        suggestion->distance = distance;
    }
}

void suggestion_offer_scopes(struct suggestion *suggestion, const struct scope *scope) {
    for (; scope; scope = scope->outer) {
        for (size_t i = 0; i < scope->count; i++) {
            suggestion_offer(suggestion, scope->bindings[i].name->text);
        }
    }
}
