#include "ir/base/vec.h"

#include <string.h>

void *vec_grow(struct arena *arena, const void *old, size_t count, size_t *room, size_t size) {
    *room = *room ? *room * 2 : 8;
    void *grown = arena_array(arena, *room, size);
    if (count) memcpy(grown, old, count * size);
    return grown;
}
