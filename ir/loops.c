#include "ir/loops.h"

#include <stdlib.h>

#include "ir/base/vec.h"

static bool has_edge(const struct cell *cell, uint32_t i, bool direct) {
    return direct ? cell_is_direct(cell, i) : cell_is_connected(cell, i);
}

struct tarjan {
    const struct cell *cells;
    bool direct;
    uint32_t *index, *low; /* index 0: not seen */
    uint32_t next;
    bool *on_stack;
    wire *stack;
    uint32_t stacked;
    struct frame {
        wire cell;
        uint32_t edge; /* the next one to follow */
    } * frames;
    uint32_t depth;
};

static void enter(struct tarjan *t, wire cell) {
    t->index[cell] = t->low[cell] = ++t->next;
    t->stack[t->stacked++] = cell;
    t->on_stack[cell] = true;
    t->frames[t->depth++] = (struct frame){cell, 0};
}

static int ascending(const void *a, const void *b) {
    wire x = *(const wire *)a, y = *(const wire *)b;
    return (x > y) - (x < y);
}

/* Edges are followed from a cell to what feeds it, so that components are closed sources first. */
static void search(struct tarjan *t, wire root, struct loops *loops) {
    enter(t, root);
    while (t->depth) {
        struct frame *frame = &t->frames[t->depth - 1];
        const struct cell *cell = &t->cells[frame->cell];
        bool entered = false;
        while (frame->edge < cell->count && !entered) {
            uint32_t i = frame->edge++;
            if (!has_edge(cell, i, t->direct)) continue;
            wire from = cell->from[i];
            if (!t->index[from]) {
                enter(t, from);
                entered = true;
            } else if (t->on_stack[from] && t->index[from] < t->low[frame->cell]) {
                t->low[frame->cell] = t->index[from];
            }
        }
        if (entered) continue;
        wire done = frame->cell;
        t->depth--;
        if (t->depth) {
            wire parent = t->frames[t->depth - 1].cell;
            if (t->low[done] < t->low[parent]) t->low[parent] = t->low[done];
        }
        if (t->low[done] != t->index[done]) continue;
        uint32_t begin = loops->begin[loops->count], end = begin;
        wire member;
        do {
            member = t->stack[--t->stacked];
            t->on_stack[member] = false;
            loops->of[member] = loops->count;
            loops->members[end++] = member;
        } while (member != done);
        if (end - begin > 1) qsort(loops->members + begin, end - begin, sizeof(wire), ascending);
        loops->begin[++loops->count] = end;
    }
}

struct loops loops_find(struct arena *arena, const struct cell *cells, uint32_t count,
                        bool direct) {
    struct loops loops = {
        .members = ARENA_ARRAY(arena, count, wire),
        .begin = ARENA_ARRAY(arena, (size_t)count + 1, uint32_t),
        .of = ARENA_ARRAY(arena, count, uint32_t),
    };
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    struct tarjan t = {
        .cells = cells,
        .direct = direct,
        .index = ARENA_ARRAY(&scratch, count, uint32_t),
        .low = ARENA_ARRAY(&scratch, count, uint32_t),
        .on_stack = ARENA_ARRAY(&scratch, count, bool),
        .stack = ARENA_ARRAY(&scratch, count, wire),
        .frames = ARENA_ARRAY(&scratch, count, struct frame),
    };
    for (wire w = 0; w < count; w++)
        if (!t.index[w]) search(&t, w, &loops);
    arena_free(&scratch);
    return loops;
}

bool loops_cyclic(const struct loops *loops, const struct cell *cells, uint32_t component,
                  bool direct) {
    uint32_t begin = loops->begin[component];
    if (loops->begin[component + 1] - begin > 1) return true;
    wire only = loops->members[begin];
    for (uint32_t i = 0; i < cells[only].count; i++)
        if (cells[only].from[i] == only && has_edge(&cells[only], i, direct)) return true;
    return false;
}

/* A binary heap of (distance, cell), nearest first. */
struct heap {
    struct arena *arena;
    VEC(struct reach {
        uint64_t distance;
        wire cell;
    })
    items;
};

static void heap_push(struct heap *heap, uint64_t distance, wire cell) {
    vec_push(heap->arena, &heap->items, (struct reach){distance, cell});
    struct reach *at = heap->items.at;
    size_t i = heap->items.count - 1;
    for (; i && at[(i - 1) / 2].distance > at[i].distance; i = (i - 1) / 2) {
        struct reach swap = at[i];
        at[i] = at[(i - 1) / 2];
        at[(i - 1) / 2] = swap;
    }
}

static struct reach heap_pop(struct heap *heap) {
    struct reach *at = heap->items.at, top = at[0];
    size_t count = --heap->items.count;
    at[0] = at[count];
    for (size_t i = 0, least;; i = least) {
        least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < count; child++)
            if (at[child].distance < at[least].distance) least = child;
        if (least == i) return top;
        struct reach swap = at[i];
        at[i] = at[least];
        at[least] = swap;
    }
}

struct starts {
    uint64_t delay;
    wire cell;
};

static int shorter(const void *a, const void *b) {
    const struct starts *x = a, *y = b;
    if (x->delay != y->delay) return x->delay < y->delay ? -1 : 1;
    return ascending(&x->cell, &y->cell);
}

/* Dijkstra (1959) backwards from each cell that delays, shortest first: no cycle through the rest
 * can be shorter than the delay it begins with, so a dense loop is done after its first line. */
uint64_t loops_least_delay(struct arena *scratch, const struct loops *loops,
                           const struct cell *cells, uint32_t component) {
    uint32_t begin = loops->begin[component], count = loops->begin[component + 1] - begin;
    const wire *members = loops->members + begin;
    uint32_t last = members[count - 1], first = members[0];
    struct starts *starts = ARENA_ARRAY(scratch, count, struct starts);
    uint32_t start_count = 0;
    for (uint32_t i = 0; i < count; i++)
        if (cells[members[i]].least_delay)
            starts[start_count++] = (struct starts){cells[members[i]].least_delay, members[i]};
    qsort(starts, start_count, sizeof *starts, shorter);

    uint64_t *distance = ARENA_ARRAY(scratch, (size_t)last - first + 1, uint64_t);
    uint64_t best = UINT64_MAX;
    struct heap heap = {.arena = scratch};
    for (uint32_t s = 0; s < start_count && starts[s].delay < best; s++) {
        for (uint32_t i = 0; i < count; i++) distance[members[i] - first] = UINT64_MAX;
        heap.items.count = 0;
        heap_push(&heap, 0, starts[s].cell); /* distance: delay passed between there and here */
        bool home = false;
        while (heap.items.count && !home) {
            struct reach reach = heap_pop(&heap);
            const struct cell *cell = &cells[reach.cell];
            uint64_t through = reach.distance + cell->least_delay;
            if (through >= best) break;
            for (uint32_t i = 0; i < cell->count; i++) {
                wire from = cell->from[i];
                if (loops->of[from] != component || !cell_is_connected(cell, i)) continue;
                if (from == starts[s].cell) {
                    home = true;
                    if (through < best) best = through;
                } else if (through < distance[from - first]) {
                    distance[from - first] = through;
                    heap_push(&heap, through, from);
                }
            }
        }
    }
    return best;
}
