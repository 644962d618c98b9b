/* Memory that is freed all at once.
 *
 * One arena holds what a compilation makes; a pass or an analysis has a scratch arena of its own.
 * Nothing in ir, lang, passes, cert or backends calls malloc.
 *
 * Running out of memory is not a result that a caller has to look at: the allocation leaves by the
 * way that the owner of the arena set up (`struct arena_exit`, made at the edge of the API and
 * nowhere else), which frees the arena and reports one error. This is the one longjmp of the
 * project; what else a function may hold (a file, a cJSON tree) it ties to the arena with
 * arena_defer, so that it goes when the arena goes.
 */
#ifndef ADACC_IR_BASE_ARENA_H
#define ADACC_IR_BASE_ARENA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena_exit {
    jmp_buf out_of_memory;
    struct arena_chunk *chunks; /* of every arena that leaves by it, scratch arenas among them */
};

/* After the jump, once the lasting arena was freed: frees what scratch arenas still held. */
void arena_exit_release(struct arena_exit *exit);

struct arena {
    struct arena_chunk *chunks; /* newest first */
    struct arena_deferred *deferred;
    size_t held;             /* bytes taken from the system */
    size_t limit;            /* most bytes it may take; 0: no limit */
    struct arena_exit *exit; /* null: abort(), for tests that cannot run out */
};

/* An empty arena; it takes memory on first use. */
void arena_init(struct arena *arena, struct arena_exit *exit, size_t limit);

/* An empty scratch arena that leaves by the same way as `parent`. */
void arena_init_scratch(struct arena *arena, const struct arena *parent);

/* Runs what was deferred, newest first, and frees everything. The arena is empty and usable. */
void arena_free(struct arena *arena);

/* `size` zeroed bytes, aligned for any type. Never null; size 0 gives a unique address. */
void *arena_alloc(struct arena *arena, size_t size);

/* `count` zeroed elements of `size` bytes; an overflowing product counts as out of memory. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A copy of `length` bytes, with a NUL behind them. */
char *arena_copy(struct arena *arena, const void *bytes, size_t length);

/* Calls run(what) when the arena is freed. */
void arena_defer(struct arena *arena, void (*run)(void *what), void *what);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

#endif
