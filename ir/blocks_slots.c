#include "ir/blocks_slots.h"

#include "ir/base/vec.h"
#include "ir/blocks_fuse.h"

static uint32_t gathers_of(const struct kernel *kernel) {
    return !kernel->from ? 0 : kernel->op == KERNEL_SUM ? kernel->terms : 1;
}

static void see_gather(const struct gather *gather, void (*see)(void *context, uint32_t slot),
                       void *context) {
    for (uint32_t i = 0; i < gather->count; i++) see(context, gather_at(gather, i));
}

void block_slots_read(const struct kernel *kernel, uint32_t block,
                      void (*see)(void *context, uint32_t slot), void *context) {
    if (block == 1 && kernel->op != KERNEL_TAKE) return;
    for (uint32_t t = 0; t < gathers_of(kernel); t++) see_gather(&kernel->from[t], see, context);
    if (kernel->added) see_gather(kernel->added, see, context);
    for (uint32_t t = 0; kernel->op == KERNEL_SPARSE && t < kernel->terms; t++)
        see(context, kernel->slots[t]);
}

bool block_slots_written(const struct kernel *kernel, uint32_t block) {
    return kernel->to != NO_SLOT && (block > 1 || kernel->op == KERNEL_GIVE);
}

struct sharing {
    struct arena *arena;
    uint32_t *last;      /* of each slot: the last kernel that reads it */
    const uint32_t *now; /* of each slot: which one it becomes */
    uint32_t kernel;
};

static void see_last(void *context, uint32_t slot) {
    struct sharing *s = context;
    s->last[slot] = s->kernel;
}

static struct gather *moved_gather(struct sharing *s, const struct gather *gathers,
                                   uint32_t count) {
    struct gather *moved = ARENA_ARRAY(s->arena, count, struct gather);
    for (uint32_t g = 0; g < count; g++) {
        const struct gather *gather = &gathers[g];
        uint32_t *slots = ARENA_ARRAY(s->arena, gather->count, uint32_t);
        bool run = true;
        for (uint32_t i = 0; i < gather->count; i++) {
            slots[i] = s->now[gather_at(gather, i)];
            run &= slots[i] == slots[0] + i;
        }
        moved[g] = (struct gather){gather->count ? slots[0] : 0, gather->count, run ? NULL : slots};
    }
    return moved;
}

static void move_slots(struct sharing *s, struct kernel *kernel, uint32_t block) {
    if (block_slots_written(kernel, block) && kernel->rows) kernel->to = s->now[kernel->to];
    if (block == 1 && kernel->op != KERNEL_TAKE) return;
    if (kernel->from) kernel->from = moved_gather(s, kernel->from, gathers_of(kernel));
    if (kernel->added) kernel->added = moved_gather(s, kernel->added, 1);
    if (kernel->op != KERNEL_SPARSE) return;
    uint32_t *slots = ARENA_ARRAY(s->arena, kernel->terms, uint32_t);
    for (uint32_t t = 0; t < kernel->terms; t++) slots[t] = s->now[kernel->slots[t]];
    kernel->slots = slots;
}

void block_slots_move(struct arena *arena, struct region *regions, uint32_t region_count,
                      const uint32_t *now) {
    struct sharing s = {.arena = arena, .now = now};
    for (uint32_t r = 0; r < region_count; r++) {
        struct kernel *kernels = ARENA_ARRAY(arena, regions[r].kernel_count, struct kernel);
        for (uint32_t k = 0; k < regions[r].kernel_count; k++) {
            kernels[k] = regions[r].kernels[k];
            move_slots(&s, &kernels[k], regions[r].block);
        }
        regions[r].kernels = kernels;
    }
}

/* First fit: the first run of slots that are free while the kernel's rows are needed. */
static uint32_t place(const uint32_t *busy_until, uint32_t rows, uint32_t kernel) {
    uint32_t first = 0;
    for (uint32_t r = 0; r < rows;)
        if (busy_until[first + r] <= kernel) r++;
        else first += r + 1, r = 0;
    return first;
}

uint32_t blocks_share_slots(struct arena *arena, struct arena *scratch, struct region *regions,
                            uint32_t region_count, uint32_t slot_count) {
    struct sharing s = {.arena = arena};
    s.last = ARENA_ARRAY(scratch, slot_count, uint32_t);
    uint32_t *now = ARENA_ARRAY(scratch, slot_count, uint32_t);
    s.now = now;
    for (uint32_t r = 0; r < region_count; r++)
        for (uint32_t k = 0; k < regions[r].kernel_count; k++, s.kernel++)
            block_slots_read(&regions[r].kernels[k], regions[r].block, see_last, &s);
    /* A slot is free for kernels behind the last that reads it. */
    uint32_t *busy_until = ARENA_ARRAY(scratch, slot_count + 1, uint32_t);
    uint32_t count = 0, kernel_number = 0;
    for (uint32_t r = 0; r < region_count; r++) {
        struct kernel *kernels = ARENA_ARRAY(arena, regions[r].kernel_count, struct kernel);
        for (uint32_t k = 0; k < regions[r].kernel_count; k++, kernel_number++) {
            struct kernel *kernel = &kernels[k];
            *kernel = regions[r].kernels[k];
            if (block_slots_written(kernel, regions[r].block)) {
                uint32_t to = kernel->to, first = place(busy_until, kernel->rows, kernel_number);
                for (uint32_t i = 0; i < kernel->rows; i++) {
                    now[to + i] = first + i;
                    uint32_t last = s.last[to + i] > kernel_number ? s.last[to + i] : kernel_number;
                    busy_until[first + i] = last + 1;
                }
                if (first + kernel->rows > count) count = first + kernel->rows;
            }
            move_slots(&s, kernel, regions[r].block);
        }
        regions[r].kernels = kernels;
    }
    return count;
}
