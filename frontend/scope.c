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

void suggestion_offer_scopes(struct suggestion *suggestion, const struct scope *scope) {
    for (; scope; scope = scope->outer) {
        for (size_t i = 0; i < scope->count; i++) {
            suggestion_offer(suggestion, scope->bindings[i].name->text);
        }
    }
}
