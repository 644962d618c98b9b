#include "ir/schedule.h"

#include <math.h>

#include "ir/base/limits.h"
#include "ir/schedule_maker.h"

const struct kernel_info kernel_infos[KERNEL_COUNT] = {
#define KERNEL(NAME, text, meaning) {text, meaning},
#include "ir/kernels.def"
#undef KERNEL
};

static void becomes_ready(struct schedule_maker *m, wire w) {
    uint32_t bank = m->net->cells[w].bank;
    m->ready[w] = true;
    if (++m->bank_ready[bank] == m->bank_left[bank]) vec_push(m->scratch, &m->complete, bank);
}

static void find_readers(struct schedule_maker *m) {
    const struct net *net = m->net;
    m->readers_at = ARENA_ARRAY(m->scratch, (size_t)net->cell_count + 2, uint32_t);
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        for (uint32_t i = 0; i < cell->count; i++) {
            if (!cell_is_direct(cell, i)) continue;
            m->waiting[w]++;
            m->readers_at[cell->from[i] + 2]++;
        }
    }
    for (wire w = 0; w < net->cell_count; w++) m->readers_at[w + 2] += m->readers_at[w + 1];
    m->readers = ARENA_ARRAY(m->scratch, m->readers_at[net->cell_count + 1], uint32_t);
    /* Filled through the entry behind, which so ends where the next wire's begin. */
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        for (uint32_t i = 0; i < cell->count; i++)
            if (cell_is_direct(cell, i)) m->readers[m->readers_at[cell->from[i] + 1]++] = w;
    }
}

/* Banks are computed whole where that can be; where a delay-free path leads from a bank through
 * others back into it, as between the rows of a triangular matrix, by as many rows as can be at
 * once. */
static void order_cells(struct schedule_maker *m) {
    const struct net *net = m->net;
    for (uint32_t b = 0; b < net->bank_count; b++) m->bank_left[b] = net->banks[b].count;
    for (wire w = 0; w < net->cell_count; w++)
        if (!m->waiting[w]) becomes_ready(m, w);
    uint32_t next = 0, left = net->cell_count;
    while (left) {
        uint32_t b;
        if (m->next_complete < m->complete.count) {
            b = m->complete.at[m->next_complete++];
            if (!m->bank_left[b]) continue;
        } else {
            while (m->done[net->order[next]]) next++;
            b = net->cells[net->order[next]].bank;
        }
        const struct bank *bank = &net->banks[b];
        wire *cells = ARENA_ARRAY(m->scratch, m->bank_ready[b], wire);
        uint32_t count = 0;
        for (wire w = bank->first; w < bank->first + bank->count; w++)
            if (m->ready[w] && !m->done[w]) cells[count++] = w;
        schedule_cells(m, bank->op, cells, count);
        m->bank_left[b] -= count;
        m->bank_ready[b] = 0;
        left -= count;
        for (uint32_t i = 0; i < count; i++) m->done[cells[i]] = true;
        for (uint32_t i = 0; i < count; i++)
            for (uint32_t r = m->readers_at[cells[i]]; r < m->readers_at[cells[i] + 1]; r++)
                if (!--m->waiting[m->readers[r]]) becomes_ready(m, m->readers[r]);
    }
}

static void finish_sample(struct schedule_maker *m) {
    for (size_t i = 0; i < m->late.count; i++) {
        struct kernel kernel = m->late.at[i].kernel;
        kernel.from = schedule_gather(m, m->late.at[i].wires, kernel.rows);
        vec_push(m->arena, &m->kernels, kernel);
    }
    if (!m->net->outlet_count) return;
    vec_push(m->arena, &m->kernels,
             (struct kernel){
                 .op = KERNEL_OUTLET,
                 .reads = LAYOUT_CHANNEL,
                 .writes = LAYOUT_CHANNEL,
                 .to = NO_SLOT,
                 .rows = m->net->outlet_count,
                 .from = schedule_gather(m, m->net->outlets, m->net->outlet_count),
             });
}

/* Where each line begins; false after a report. */
static bool place_lines(struct schedule_maker *m, uint32_t *total) {
    uint64_t samples = 0;
    for (size_t i = 0; i < m->lines.count; i++) {
        struct line *line = &m->lines.at[i];
        const struct cell *cell = &m->net->cells[line->cell];
        if (line->most > LIMIT_DELAY_SAMPLES) {
            struct diag *diag = diag_error(m->diags, cell->at, CODE_DELAY_TOO_LONG,
                                           "the knobs may make this delay longer than %d samples",
                                           LIMIT_DELAY_SAMPLES);
            double most = operand_range(cell->operands[0], m->net->knobs).hi;
            if (isfinite(most)) diag_label(diag, cell->at, "up to %.6g samples", most);
            else diag_label(diag, cell->at, "no upper bound was found");
            diag_help(diag, "bound it: min(..., 1s)");
            return false;
        }
        line->begin = (uint32_t)samples;
        samples += line->length;
        if (samples > LIMIT_STATE_SAMPLES) {
            struct diag *diag =
                diag_error(m->diags, cell->at, CODE_DELAY_TOO_LONG,
                           "all delays together are longer than %d samples", LIMIT_STATE_SAMPLES);
            diag_label(diag, cell->at, "with this one");
            return false;
        }
    }
    *total = (uint32_t)samples;
    return true;
}

uint32_t kernel_numbers_count(const struct kernel *kernel) {
    switch (kernel->op) {
    case KERNEL_MATRIX:
    case KERNEL_FIR: return kernel->rows * kernel->columns;
    case KERNEL_SPARSE: return kernel->terms;
    case KERNEL_SCALE: return kernel->rows;
    case KERNEL_SECTION:
    case KERNEL_SECTION_WRITE: return kernel->rows * SECTION_COEFFICIENTS;
    default: return 0;
    }
}

static void renumber(struct schedule_maker *m, const uint32_t *numbers) {
    for (size_t i = 0; i < m->kernels.count; i++) {
        const struct kernel *kernel = &m->kernels.at[i];
        if (!kernel->coefficients) continue;
        uint32_t count = kernel_numbers_count(kernel);
        uint32_t *coefficients = ARENA_ARRAY(m->arena, count, uint32_t);
        for (uint32_t c = 0; c < count; c++)
            coefficients[c] =
                kernel->coefficients[c] == NO_SLOT ? NO_SLOT : numbers[kernel->coefficients[c]];
        m->kernels.at[i].coefficients = coefficients;
    }
}

const struct schedule *schedule_make(struct arena *arena, struct diags *diags,
                                     const struct net *net) {
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    struct schedule_maker m = {.arena = arena, .scratch = &scratch, .diags = diags, .net = net};
    m.control = control_begin(arena, &scratch, net);
    m.waiting = ARENA_ARRAY(&scratch, net->cell_count, uint32_t);
    m.bank_left = ARENA_ARRAY(&scratch, net->bank_count, uint32_t);
    m.bank_ready = ARENA_ARRAY(&scratch, net->bank_count, uint32_t);
    m.ready = ARENA_ARRAY(&scratch, net->cell_count, bool);
    m.done = ARENA_ARRAY(&scratch, net->cell_count, bool);
    m.slot_of = ARENA_ARRAY(&scratch, net->cell_count, uint32_t);
    m.line_of = ARENA_ARRAY(&scratch, net->cell_count, uint32_t);
    find_readers(&m);
    order_cells(&m);
    finish_sample(&m);

    struct schedule *schedule = ARENA_NEW(arena, struct schedule);
    if (!place_lines(&m, &schedule->line_samples)) {
        arena_free(&scratch);
        return NULL;
    }
    renumber(&m, control_finish(m.control, schedule));
    struct region *region = ARENA_NEW(arena, struct region);
    *region = (struct region){
        .block = 1, .kernels = m.kernels.at, .kernel_count = (uint32_t)m.kernels.count};
    schedule->net = net;
    schedule->regions = region;
    schedule->region_count = 1;
    schedule->slot_count = m.slot_count;
    schedule->lines = m.lines.at;
    schedule->line_count = (uint32_t)m.lines.count;
    schedule->section_count = m.section_count;
    schedule->multiply_adds = m.multiply_adds;
    arena_free(&scratch);
    return schedule;
}
