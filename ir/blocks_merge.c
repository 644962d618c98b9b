#include "ir/blocks_merge.h"

#include "ir/blocks_slots.h"

/* Kernels of fewer rows than this are merged; others fill vectors by themselves. */
enum { FEW_ROWS = 4 };

struct merger {
    struct arena *arena, *scratch;
    uint32_t *writer;      /* of each slot: its kernel in the region, or NO_SLOT */
    uint32_t *line_writer; /* of each line, alike */
    uint32_t *level;       /* of each kernel in the region: sections that lie before it */
    uint32_t *now;         /* of each slot: its new number */
    const struct kernel *kernels;
    uint32_t kernel, slot_count;
};

static bool is_few(const struct kernel *kernel) {
    return kernel->op == KERNEL_SECTION && kernel->rows < FEW_ROWS;
}

static void comes_behind(struct merger *m, uint32_t writer) {
    if (writer == NO_SLOT) return;
    uint32_t level = m->level[writer] + is_few(&m->kernels[writer]);
    if (level > m->level[m->kernel]) m->level[m->kernel] = level;
}

static void see_slot(void *context, uint32_t slot) {
    struct merger *m = context;
    comes_behind(m, m->writer[slot]);
}

/* How many levels there are. */
static uint32_t find_levels(struct merger *m, const struct region *region) {
    uint32_t levels = 1;
    m->kernels = region->kernels;
    m->level = ARENA_ARRAY(m->scratch, region->kernel_count, uint32_t);
    for (uint32_t k = 0; k < region->kernel_count; k++) {
        const struct kernel *kernel = &region->kernels[k];
        m->kernel = k;
        block_slots_read(kernel, region->block, see_slot, m);
        if (kernel->op == KERNEL_DELAY_READ && kernel->delayed)
            comes_behind(m, m->line_writer[kernel->first]);
        if (kernel->op == KERNEL_FIR)
            for (uint32_t r = 0; r < kernel->rows; r++)
                comes_behind(m, m->line_writer[kernel->slots[r]]);
        for (uint32_t r = 0; r < kernel->rows; r++) {
            if (kernel->op == KERNEL_DELAY_WRITE) m->line_writer[kernel->first + r] = k;
            else if (kernel->to != NO_SLOT) m->writer[kernel->to + r] = k;
        }
        if (m->level[k] >= levels) levels = m->level[k] + 1;
    }
    return levels;
}

static unsigned shape_of(const struct kernel *section) {
    bool second = section->uses >> SECTION_B2 & 1 || section->uses >> SECTION_A2 & 1;
    return (unsigned)section->form << 2 | (unsigned)second << 1 | (section->coefficients != NULL);
}

/* One kernel of those of one shape; null if there is none. */
static struct kernel *merged(struct merger *m, const struct kernel *const *sections, uint32_t count,
                             unsigned shape) {
    uint32_t rows = 0, row = 0;
    const struct kernel *first = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (shape_of(sections[i]) != shape) continue;
        rows += sections[i]->rows;
        if (!first) first = sections[i];
    }
    if (!first) return NULL;
    struct kernel *kernel = ARENA_NEW(m->arena, struct kernel);
    *kernel = *first;
    if (first->rows == rows) return kernel;
    uint32_t *slots = ARENA_ARRAY(m->arena, rows, uint32_t);
    uint32_t *coefficients = ARENA_ARRAY(m->arena, (size_t)rows * SECTION_COEFFICIENTS, uint32_t);
    double *values = ARENA_ARRAY(m->arena, (size_t)rows * SECTION_COEFFICIENTS, double);
    struct gather *from = ARENA_NEW(m->arena, struct gather);
    kernel->to = m->slot_count;
    kernel->rows = rows;
    kernel->node = NULL;
    for (uint32_t i = 0; i < count; i++) {
        const struct kernel *section = sections[i];
        if (shape_of(section) != shape) continue;
        kernel->uses |= section->uses;
        for (uint32_t r = 0; r < section->rows; r++, row++) {
            slots[row] = gather_at(section->from, r);
            m->now[section->to + r] = kernel->to + row;
            for (uint32_t k = 0; k < SECTION_COEFFICIENTS; k++) {
                uint32_t at = r * SECTION_COEFFICIENTS + k, to = row * SECTION_COEFFICIENTS + k;
                values[to] = section->values[at];
                coefficients[to] = section->coefficients ? section->coefficients[at] : NO_SLOT;
            }
        }
    }
    *from = (struct gather){slots[0], rows, slots};
    kernel->from = from;
    kernel->values = values;
    kernel->coefficients = first->coefficients ? coefficients : NULL;
    m->slot_count += rows;
    return kernel;
}

/* Level by level: what is no section of few rows, then those. */
static void merge_region(struct merger *m, struct region *region) {
    uint32_t levels = find_levels(m, region), count = region->kernel_count, left = 0;
    for (uint32_t k = 0; k < count; k++) {
        const struct kernel *kernel = &region->kernels[k];
        for (uint32_t r = 0; r < kernel->rows; r++) {
            if (kernel->op == KERNEL_DELAY_WRITE) m->line_writer[kernel->first + r] = NO_SLOT;
            else if (kernel->to != NO_SLOT) m->writer[kernel->to + r] = NO_SLOT;
        }
    }
    if (levels == 1) return;
    uint32_t *at = ARENA_ARRAY(m->scratch, levels + 1, uint32_t);
    uint32_t *order = ARENA_ARRAY(m->scratch, count, uint32_t);
    for (uint32_t k = 0; k < count; k++) at[m->level[k] + 1]++;
    for (uint32_t l = 0; l < levels; l++) at[l + 1] += at[l];
    for (uint32_t k = 0; k < count; k++) order[at[m->level[k]]++] = k;
    struct kernel *kernels = ARENA_ARRAY(m->arena, count, struct kernel);
    const struct kernel **sections = ARENA_ARRAY(m->scratch, count, const struct kernel *);
    for (uint32_t i = 0; i < count;) {
        uint32_t level = m->level[order[i]], few = 0;
        for (; i < count && m->level[order[i]] == level; i++) {
            const struct kernel *kernel = &region->kernels[order[i]];
            if (is_few(kernel)) sections[few++] = kernel;
            else kernels[left++] = *kernel;
        }
        for (unsigned shape = 0; shape < 4 * SECTION_FORMS; shape++) {
            const struct kernel *kernel = merged(m, sections, few, shape);
            if (kernel) kernels[left++] = *kernel;
        }
    }
    region->kernels = kernels;
    region->kernel_count = left;
}

/* States of sections, numbered anew in the order of the kernels. */
static uint32_t number_states(struct merger *m, struct region *regions, uint32_t region_count,
                              uint32_t section_count) {
    uint32_t *state = ARENA_ARRAY(m->scratch, section_count, uint32_t), next = 0;
    for (uint32_t i = 0; i < section_count; i++) state[i] = NO_SLOT;
    for (uint32_t r = 0; r < region_count; r++) {
        struct kernel *kernels = ARENA_ARRAY(m->arena, regions[r].kernel_count, struct kernel);
        for (uint32_t k = 0; k < regions[r].kernel_count; k++) {
            struct kernel *kernel = &kernels[k];
            *kernel = regions[r].kernels[k];
            if (kernel->op != KERNEL_SECTION && kernel->op != KERNEL_SECTION_READ &&
                kernel->op != KERNEL_SECTION_WRITE)
                continue;
            uint32_t first = kernel->first;
            if (state[first] == NO_SLOT) {
                state[first] = next;
                next += kernel->rows;
            }
            kernel->first = state[first];
        }
        regions[r].kernels = kernels;
    }
    return next;
}

void blocks_merge(struct arena *arena, struct arena *scratch, struct region *regions,
                  uint32_t region_count, uint32_t line_count, uint32_t *slot_count,
                  uint32_t *section_count) {
    struct merger m = {.arena = arena, .scratch = scratch, .slot_count = *slot_count};
    /* At most as many new slots as there are sections. */
    uint32_t room = *slot_count + *section_count;
    m.writer = ARENA_ARRAY(scratch, room, uint32_t);
    m.line_writer = ARENA_ARRAY(scratch, line_count, uint32_t);
    m.now = ARENA_ARRAY(scratch, room, uint32_t);
    for (uint32_t s = 0; s < room; s++) m.writer[s] = NO_SLOT, m.now[s] = s;
    for (uint32_t i = 0; i < line_count; i++) m.line_writer[i] = NO_SLOT;
    for (uint32_t r = 0; r < region_count; r++)
        if (regions[r].block > 1) merge_region(&m, &regions[r]);
    block_slots_move(arena, regions, region_count, m.now);
    *slot_count = m.slot_count;
    *section_count = number_states(&m, regions, region_count, *section_count);
}
