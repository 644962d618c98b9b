/* A growing array in an arena: VEC(int) numbers = {0}; vec_push(arena, &numbers, 7); numbers.at[0] */
#ifndef ADACC_IR_BASE_VEC_H
#define ADACC_IR_BASE_VEC_H

#include "ir/base/arena.h"

#define VEC(...)            \
    struct {                \
        __VA_ARGS__ *at;    \
        size_t count, room; \
    }

#define vec_push(arena, vec, ...)                                                                \
    ((vec)->count == (vec)->room                                                                 \
         ? (void)((vec)->at = vec_grow((arena), (vec)->at, (vec)->count, &(vec)->room,           \
                                       sizeof *(vec)->at))                                       \
         : (void)0,                                                                              \
     (vec)->at[(vec)->count++] = (__VA_ARGS__))

/* The elements moved to twice the room; the old ones stay in the arena until it is freed. */
void *vec_grow(struct arena *arena, const void *old, size_t count, size_t *room, size_t size);

#endif
