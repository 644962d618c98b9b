/* Rows of delay lines that kernels of blocks read where they stand.
 *
 * What a line gives in a block is a run of its memory, wherever the block begins, and stays as it
 * is until the block is over: what the line takes meanwhile goes to places that were read a block
 * ago, or longer. So a read is a pointer, and no copy, where all who read its slots are kernels of the
 * same region that follow pointers. */
#include "backends/c_block.h"

#include "ir/blocks_slots.h"

/* True if the kernel asks c_view or c_put_runs for what it reads. */
static bool follows_pointers(const struct kernel *kernel) {
    switch (kernel->op) {
    case KERNEL_MATRIX:
    case KERNEL_BANK:
    case KERNEL_SECTION:
    case KERNEL_SCALE:
    case KERNEL_SUM:
    case KERNEL_HADAMARD:
    case KERNEL_DELAY_WRITE:
    case KERNEL_OUTLET: return true;
    case KERNEL_SPARSE: return c_is_expression(kernel);
    default: return false;
    }
}

/* True if it asks for each of them, whatever its numbers. */
static bool follows_all(const struct kernel *kernel) {
    bool skips = kernel->op == KERNEL_MATRIX && c_is_expression(kernel);
    for (uint32_t i = 0; skips && i < kernel->rows * kernel->columns; i++)
        if (kernel->values[i] == 0) return false;
    return true;
}

struct finder {
    bool *viewed;     /* of each kernel of all regions */
    bool *wanted;     /* alike: somebody asks for its rows */
    uint32_t *writer; /* of each slot: 1 + the kernel that wrote it last */
    uint32_t first;   /* the first kernel of the region */
    const struct kernel *reader;
};

static void see_reader(void *context, uint32_t slot) {
    struct finder *f = context;
    uint32_t writer = f->writer[slot];
    if (!writer) return;
    if (writer <= f->first || !follows_pointers(f->reader)) f->viewed[writer - 1] = false;
    if (follows_all(f->reader)) f->wanted[writer - 1] = true;
}

void c_find_views(struct c_writer *w) {
    const struct schedule *s = w->schedule;
    uint32_t count = 0, number = 0;
    for (uint32_t r = 0; r < s->region_count; r++) count += s->regions[r].kernel_count;
    struct finder f = {.viewed = ARENA_ARRAY(w->arena, count, bool),
                       .wanted = ARENA_ARRAY(w->arena, count, bool),
                       .writer = ARENA_ARRAY(w->arena, s->slot_count, uint32_t)};
    for (uint32_t r = 0; r < s->region_count; r++) {
        const struct region *region = &s->regions[r];
        f.first = number;
        for (uint32_t k = 0; k < region->kernel_count; k++, number++) {
            const struct kernel *kernel = f.reader = &region->kernels[k];
            block_slots_read(kernel, region->block, see_reader, &f);
            f.viewed[number] = region->block > 1 && kernel->op == KERNEL_DELAY_READ &&
                               s->lines[kernel->first].tap == NO_SLOT;
            uint32_t rows = block_slots_written(kernel, region->block) ? kernel->rows : 0;
            for (uint32_t i = 0; i < rows; i++) f.writer[kernel->to + i] = number + 1;
        }
    }
    for (uint32_t k = 0; k < count; k++) f.viewed[k] &= f.wanted[k];
    w->viewed = f.viewed;
    w->views = ARENA_ARRAY(w->arena, s->slot_count, struct c_view);
}

bool c_is_viewed(const struct c_writer *w) {
    return w->viewed[w->kernel_number];
}

void c_kernel_is_written(struct c_writer *w, const struct kernel *kernel, uint32_t block) {
    for (uint32_t r = 0; r < kernel->rows && block_slots_written(kernel, block); r++)
        w->views[kernel->to + r] =
            (struct c_view){w->viewed[w->kernel_number] ? w->kernel_number + 1 : 0, r};
    w->kernel_number++;
}

const char *c_view(const struct c_writer *w, uint32_t slot) {
    struct c_view view = w->views[slot];
    return view.read ? text_format(w->arena, "@heard%u[%u]", view.read - 1, view.row) : NULL;
}

bool c_has_views(const struct c_writer *w, const struct gather *gather) {
    for (uint32_t i = 0; i < gather->count; i++)
        if (w->views[gather_at(gather, i)].read) return true;
    return false;
}

/* Slot i of the gather, as a row of a read, or of the block. */
static struct c_view place_of(const struct c_writer *w, const struct gather *gather, uint32_t i) {
    uint32_t slot = gather_at(gather, i);
    return w->views[slot].read ? w->views[slot] : (struct c_view){0, slot};
}

static const char *pointer(const struct c_writer *w, uint32_t read, const char *row) {
    if (read) return text_format(w->arena, "@heard%u[%s]", read - 1, row);
    return text_format(w->arena, "@b + %s * %u", row, w->schedule->block);
}

const char *c_put_runs(struct c_writer *w, const struct gather *gather) {
    struct text *out = &w->body;
    uint32_t count = gather->count;
    uint32_t *rows = ARENA_ARRAY(w->arena, count, uint32_t);
    struct c_view first = place_of(w, gather, 0);
    bool same = true, straight = true;
    for (uint32_t i = 0; i < count; i++) {
        struct c_view place = place_of(w, gather, i);
        rows[i] = place.row;
        same &= place.read == first.read;
        straight &= place.row == first.row + i;
    }
    if (same && straight && first.read)
        return text_format(w->arena, "@heard%u + %u", first.read - 1, first.row);
    const char *runs = text_format(w->arena, "@runs%u", w->run_count++);
    w->stack_numbers += 2 * (uint64_t)count;
    text_printf(out, "        const %s *%s[%u];\n", w->real, runs, count);
    if (same) {
        const char *row = c_run_of(w, "from", rows, count);
        text_printf(out, "        for (int @r = 0; @r < %u; @r++) %s[@r] = %s;\n", count, runs,
                    pointer(w, first.read, row));
        return runs;
    }
    for (uint32_t i = 0, next; i < count; i = next) {
        struct c_view place = place_of(w, gather, i);
        for (next = i + 1; next < count; next++) {
            struct c_view other = place_of(w, gather, next);
            if (other.read != place.read || other.row != place.row + (next - i)) break;
        }
        if (next == i + 1) {
            text_printf(out, "        %s[%u] = %s;\n", runs, i,
                        pointer(w, place.read, text_format(w->arena, "%u", place.row)));
            continue;
        }
        text_printf(out, "        for (int @r = 0; @r < %u; @r++) ", next - i);
        text_printf(out, "%s[%u + @r] = %s;\n", runs, i,
                    pointer(w, place.read, text_format(w->arena, "(%u + @r)", place.row)));
    }
    return runs;
}
