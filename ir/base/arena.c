#include "ir/base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 64 * 1024 };

struct arena_chunk {
    struct arena_chunk *older;                  /* of the same arena */
    struct arena_chunk *exit_next, **exit_link; /* in the list of the exit; link null: in none */
    size_t used, size;
    max_align_t bytes[];
};

struct arena_deferred {
    struct arena_deferred *older;
    void (*run)(void *);
    void *what;
};

void arena_init(struct arena *arena, struct arena_exit *exit, size_t limit) {
    *arena = (struct arena){.exit = exit, .limit = limit};
}

void arena_init_scratch(struct arena *arena, const struct arena *parent) {
    arena_init(arena, parent->exit, parent->limit);
}

static void chunk_free(struct arena_chunk *chunk) {
    if (chunk->exit_link) {
        *chunk->exit_link = chunk->exit_next;
        if (chunk->exit_next) chunk->exit_next->exit_link = chunk->exit_link;
    }
    free(chunk);
}

void arena_free(struct arena *arena) {
    /* What was deferred lies in the chunks, so it runs first. */
    for (struct arena_deferred *d = arena->deferred; d; d = d->older) d->run(d->what);
    arena->deferred = NULL;
    while (arena->chunks) {
        struct arena_chunk *chunk = arena->chunks;
        arena->chunks = chunk->older;
        chunk_free(chunk);
    }
    arena->held = 0;
}

void arena_exit_release(struct arena_exit *exit) {
    while (exit->chunks) chunk_free(exit->chunks);
}

static _Noreturn void out_of_memory(struct arena *arena) {
    if (arena->exit) longjmp(arena->exit->out_of_memory, 1);
    abort();
}

static struct arena_chunk *chunk_new(struct arena *arena, size_t least) {
    size_t size = least > CHUNK_BYTES ? least : CHUNK_BYTES;
    size_t whole = sizeof(struct arena_chunk) + size;
    if (whole < size || (arena->limit && whole > arena->limit - arena->held)) out_of_memory(arena);
    struct arena_chunk *chunk = calloc(1, whole);
    if (!chunk) out_of_memory(arena);
    chunk->size = size;
    arena->held += whole;
    if (arena->exit) {
        chunk->exit_next = arena->exit->chunks;
        chunk->exit_link = &arena->exit->chunks;
        if (chunk->exit_next) chunk->exit_next->exit_link = &chunk->exit_next;
        arena->exit->chunks = chunk;
    }
    /* A chunk made for one large block goes behind the current one, whose rest stays in use. */
    if (arena->chunks && least > CHUNK_BYTES) {
        chunk->older = arena->chunks->older;
        arena->chunks->older = chunk;
    } else {
        chunk->older = arena->chunks;
        arena->chunks = chunk;
    }
    return chunk;
}

void *arena_alloc(struct arena *arena, size_t size) {
    const size_t align = _Alignof(max_align_t);
    if (size > SIZE_MAX - align) out_of_memory(arena);
    size = size ? (size + align - 1) / align * align : align;
    struct arena_chunk *chunk = arena->chunks;
    if (!chunk || chunk->size - chunk->used < size) chunk = chunk_new(arena, size);
    void *block = (char *)chunk->bytes + chunk->used;
    chunk->used += size;
    return block;
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size) out_of_memory(arena);
    return arena_alloc(arena, count * size);
}

char *arena_copy(struct arena *arena, const void *bytes, size_t length) {
    if (length == SIZE_MAX) out_of_memory(arena);
    char *copy = arena_alloc(arena, length + 1);
    if (length) memcpy(copy, bytes, length);
    return copy;
}

void arena_defer(struct arena *arena, void (*run)(void *what), void *what) {
    struct arena_deferred *deferred = ARENA_NEW(arena, struct arena_deferred);
    *deferred = (struct arena_deferred){arena->deferred, run, what};
    arena->deferred = deferred;
}
