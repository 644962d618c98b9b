/* Which kernels the cells of a bank become. */
#include <math.h>

#include "ir/base/limits.h"
#include "ir/noise.h"
#include "ir/schedule_maker.h"

/* Constants and moving coefficients may be mixed among so many rows, or terms of a matrix, which
 * are then written out one by one; beyond, the constants become coefficients too, so that there can
 * be a loop. */
enum { MIXED_ROWS_MAX = 16, MIXED_TERMS_MAX = 64 };

/* A matrix is computed term by term if it is small and has zeros, or if less than this part of it
 * is not zero. */
enum { SMALL_MATRIX = 64 };
#define DENSE_PART 0.5

uint32_t schedule_slots(struct schedule_maker *m, uint32_t count) {
    uint32_t first = m->slot_count;
    m->slot_count += count;
    return first;
}

const struct gather *schedule_gather_slots(struct arena *arena, const uint32_t *slots,
                                           uint32_t count) {
    struct gather *gather = ARENA_NEW(arena, struct gather);
    gather->count = count;
    gather->first = count ? slots[0] : 0;
    uint32_t i = 0;
    while (i < count && slots[i] == gather->first + i) i++;
    if (i == count) return gather;
    uint32_t *copy = ARENA_ARRAY(arena, count, uint32_t);
    for (i = 0; i < count; i++) copy[i] = slots[i];
    gather->slots = copy;
    return gather;
}

const struct gather *schedule_gather(struct schedule_maker *m, const wire *wires, uint32_t count) {
    uint32_t *slots = ARENA_ARRAY(m->scratch, count, uint32_t);
    for (uint32_t i = 0; i < count; i++) slots[i] = m->slot_of[wires[i]];
    return schedule_gather_slots(m->arena, slots, count);
}

struct kernel schedule_kernel(struct schedule_maker *m, enum kernel_op op, const wire *cells,
                              uint32_t rows) {
    const struct cell *cell = &m->net->cells[cells[0]];
    return (struct kernel){
        .op = op,
        .reads = LAYOUT_CHANNEL,
        .writes = LAYOUT_CHANNEL,
        .to = NO_SLOT,
        .rows = rows,
        .node = cell->node,
        .at = cell->at,
    };
}

static void takes_slots(struct schedule_maker *m, struct kernel *kernel, const wire *cells) {
    kernel->to = schedule_slots(m, kernel->rows);
    for (uint32_t r = 0; r < kernel->rows; r++) m->slot_of[cells[r]] = kernel->to + r;
}

/* Numbers of a kernel, each an operand. `stride` apart are those that one loop reads. */
static void kernel_numbers(struct schedule_maker *m, struct kernel *kernel,
                           const struct operand *operands, uint32_t count, uint32_t stride,
                           uint32_t mixed_max) {
    double *values = ARENA_ARRAY(m->arena, count, double);
    bool moving = false;
    for (uint32_t i = 0; i < count; i++) {
        values[i] = operands[i].value;
        moving |= operands[i].expr != NULL;
    }
    kernel->values = values;
    if (!moving) return;
    uint32_t *coefficients = ARENA_ARRAY(m->arena, count, uint32_t);
    for (uint32_t s = 0; s < stride; s++) {
        uint32_t some = NO_SLOT, constants = 0;
        for (uint32_t i = s; i < count; i += stride) {
            coefficients[i] = control_coefficient(m->control, operands[i]);
            if (coefficients[i] == NO_SLOT) constants++;
            else some = coefficients[i];
        }
        if (!constants || some == NO_SLOT || count / stride <= mixed_max) continue;
        for (uint32_t i = s; i < count; i += stride)
            if (coefficients[i] == NO_SLOT)
                coefficients[i] = control_constant(m->control, operands[i].value, some);
    }
    kernel->coefficients = coefficients;
}

/* ---- mixes ---- */

struct row {
    uint32_t terms; /* gains that are not the constant 0 */
    bool unit;      /* all of them are 1 */
    uint32_t first; /* the first such term */
};

static struct row row_of(const struct cell *cell) {
    struct row row = {.unit = true};
    for (uint32_t i = 0; i < cell->count; i++) {
        if (operand_is(cell->operands[i], 0)) continue;
        if (!row.terms++) row.first = i;
        row.unit &= operand_is(cell->operands[i], 1);
    }
    return row;
}

static void make_scale(struct schedule_maker *m, const wire *cells, const struct row *rows,
                       uint32_t count) {
    wire *from = ARENA_ARRAY(m->scratch, count, wire);
    struct operand *gains = ARENA_ARRAY(m->scratch, count, struct operand);
    for (uint32_t r = 0; r < count; r++) {
        const struct cell *cell = &m->net->cells[cells[r]];
        from[r] = cell->from[rows[r].first];
        gains[r] = cell->operands[rows[r].first];
    }
    struct kernel kernel = schedule_kernel(m, KERNEL_SCALE, cells, count);
    kernel.from = schedule_gather(m, from, count);
    kernel_numbers(m, &kernel, gains, count, 1, MIXED_ROWS_MAX);
    takes_slots(m, &kernel, cells);
    m->multiply_adds += count;
    vec_push(m->arena, &m->kernels, kernel);
}

static void make_sum(struct schedule_maker *m, const wire *cells, const struct row *rows,
                     uint32_t count) {
    uint32_t terms = rows[0].terms;
    wire *from = ARENA_ARRAY(m->scratch, (size_t)terms * count, wire);
    for (uint32_t r = 0; r < count; r++) {
        const struct cell *cell = &m->net->cells[cells[r]];
        for (uint32_t i = 0, t = 0; i < cell->count; i++)
            if (!operand_is(cell->operands[i], 0)) from[(size_t)t++ * count + r] = cell->from[i];
    }
    struct gather *gathers = ARENA_ARRAY(m->arena, terms, struct gather);
    for (uint32_t t = 0; t < terms; t++)
        gathers[t] = *schedule_gather(m, from + (size_t)t * count, count);
    struct kernel kernel = schedule_kernel(m, KERNEL_SUM, cells, count);
    kernel.from = gathers;
    kernel.terms = terms;
    takes_slots(m, &kernel, cells);
    m->multiply_adds += (uint64_t)count * (terms - 1);
    vec_push(m->arena, &m->kernels, kernel);
}

static void make_sparse(struct schedule_maker *m, const wire *cells, const struct row *rows,
                        uint32_t count) {
    uint32_t *starts = ARENA_ARRAY(m->arena, count + 1, uint32_t);
    for (uint32_t r = 0; r < count; r++) starts[r + 1] = starts[r] + rows[r].terms;
    uint32_t terms = starts[count];
    uint32_t *slots = ARENA_ARRAY(m->arena, terms, uint32_t);
    struct operand *gains = ARENA_ARRAY(m->scratch, terms, struct operand);
    for (uint32_t r = 0, t = 0; r < count; r++) {
        const struct cell *cell = &m->net->cells[cells[r]];
        for (uint32_t i = 0; i < cell->count; i++) {
            if (operand_is(cell->operands[i], 0)) continue;
            slots[t] = m->slot_of[cell->from[i]];
            gains[t++] = cell->operands[i];
        }
    }
    struct kernel kernel = schedule_kernel(m, KERNEL_SPARSE, cells, count);
    kernel.starts = starts;
    kernel.slots = slots;
    kernel.terms = terms;
    kernel_numbers(m, &kernel, gains, terms, 1, MIXED_TERMS_MAX);
    takes_slots(m, &kernel, cells);
    m->multiply_adds += terms;
    vec_push(m->arena, &m->kernels, kernel);
}

/* Columns that are zero in all of these rows are left out: their wires may not be known yet. False
 * where too few entries are not zero. */
static bool make_matrix(struct schedule_maker *m, const wire *cells, uint32_t count,
                        uint64_t terms) {
    const struct cell *first = &m->net->cells[cells[0]];
    wire *from = ARENA_ARRAY(m->scratch, first->count, wire);
    uint32_t *column = ARENA_ARRAY(m->scratch, first->count, uint32_t), columns = 0;
    bool *used = ARENA_ARRAY(m->scratch, first->count, bool);
    for (uint32_t r = 0; r < count; r++)
        for (uint32_t i = 0; i < first->count; i++)
            used[i] |= !operand_is(m->net->cells[cells[r]].operands[i], 0);
    for (uint32_t i = 0; i < first->count; i++)
        if (used[i]) {
            from[columns] = first->from[i];
            column[columns++] = i;
        }
    uint64_t whole = (uint64_t)count * columns;
    struct operand *gains = ARENA_ARRAY(m->scratch, whole, struct operand);
    for (uint32_t r = 0, g = 0; r < count; r++)
        for (uint32_t c = 0; c < columns; c++)
            gains[g++] = m->net->cells[cells[r]].operands[column[c]];
    enum schedule_choice choice = schedule_structured(m, cells, count, gains, from, columns);
    if (choice == CHOICE_MADE) return true;
    if (terms <= count) return false; /* a gain a row */
    bool small = whole <= SMALL_MATRIX || (double)terms < DENSE_PART * (double)whole;
    if (!columns || (choice == CHOICE_NONE && terms < whole && small)) return false;
    struct kernel kernel = schedule_kernel(m, KERNEL_MATRIX, cells, count);
    kernel.columns = columns;
    kernel.from = schedule_gather(m, from, columns);
    kernel_numbers(m, &kernel, gains, count * columns, 1, MIXED_TERMS_MAX);
    takes_slots(m, &kernel, cells);
    m->multiply_adds += whole;
    vec_push(m->arena, &m->kernels, kernel);
    return true;
}

static void make_mix(struct schedule_maker *m, const wire *cells, uint32_t count) {
    struct row *rows = ARENA_ARRAY(m->scratch, count, struct row);
    bool single = true, copy = true, sum = true, shared = true;
    uint64_t terms = 0;
    const struct cell *first = &m->net->cells[cells[0]];
    for (uint32_t r = 0; r < count; r++) {
        const struct cell *cell = &m->net->cells[cells[r]];
        rows[r] = row_of(cell);
        terms += rows[r].terms;
        single &= rows[r].terms == 1;
        copy &= rows[r].terms == 1 && rows[r].unit;
        sum &= rows[r].terms == rows[0].terms && rows[r].unit;
        shared &= cell->count == first->count && cell->from == first->from;
    }
    if (single && shared && make_matrix(m, cells, count, terms)) return;
    if (copy) { /* no work: whoever reads these reads their sources */
        for (uint32_t r = 0; r < count; r++)
            m->slot_of[cells[r]] = m->slot_of[m->net->cells[cells[r]].from[rows[r].first]];
        return;
    }
    if (single) {
        make_scale(m, cells, rows, count);
        return;
    }
    if (sum && rows[0].terms) {
        make_sum(m, cells, rows, count);
        return;
    }
    if (shared && make_matrix(m, cells, count, terms)) return;
    make_sparse(m, cells, rows, count);
}

/* ---- delays ---- */

static bool is_wire(const struct cell *cell) {
    return cell->op == CELL_DELAY && operand_is(cell->operands[0], 0);
}

static wire *sources_of(struct schedule_maker *m, const wire *cells, uint32_t count) {
    wire *wires = ARENA_ARRAY(m->scratch, count, wire);
    for (uint32_t r = 0; r < count; r++) wires[r] = m->net->cells[cells[r]].from[0];
    return wires;
}

/* In blocks: `length` from `most`. */
static void line_measure(const struct schedule_maker *m, struct line *line) {
    if (m->block == 1) return;
    line->block = m->block;
    line->length = (line->most + m->block + BLOCK_STEP - 1) / BLOCK_STEP * BLOCK_STEP;
}

static void line_push(struct schedule_maker *m, struct line line) {
    line.reads = 1;
    line_measure(m, &line);
    vec_push(m->arena, &m->lines, line);
}

static void line_make(struct schedule_maker *m, wire w) {
    const struct cell *cell = &m->net->cells[w];
    struct operand samples = cell->operands[0];
    struct line line = {
        .cell = w, .least = cell->least_delay, .most = cell->least_delay, .tap = NO_SLOT};
    if (samples.expr) {
        double most = operand_range(samples, m->net->knobs).hi;
        /* What has no bound, or too high a one, is reported when all lines are known. */
        line.most = most >= 0 && most <= LIMIT_DELAY_SAMPLES ? (uint32_t)nearbyint(most)
                                                             : LIMIT_DELAY_SAMPLES + 1;
        if (line.most < line.least) line.most = line.least;
        line.tap = control_tap(m->control, samples, (uint32_t)m->lines.count);
    }
    line.length = line.most + (line.tap != NO_SLOT);
    line_push(m, line);
}

/* Constant delays that are read before they are written: those that hear one wire share a line. */
static void make_late_lines(struct schedule_maker *m, const wire *cells, uint32_t count) {
    struct kernel read = schedule_kernel(m, KERNEL_DELAY_READ, cells, count);
    struct kernel write = schedule_kernel(m, KERNEL_DELAY_WRITE, cells, count);
    uint32_t *lines = ARENA_ARRAY(m->arena, count, uint32_t);
    uint32_t *delays = ARENA_ARRAY(m->arena, count, uint32_t);
    wire *sources = ARENA_ARRAY(m->scratch, count, wire);
    bool straight = true;
    write.first = (uint32_t)m->lines.count;
    write.rows = 0;
    for (uint32_t r = 0; r < count; r++) {
        const struct cell *cell = &m->net->cells[cells[r]];
        uint32_t *at = &m->line_at[net_root(m->net, cell->from[0])];
        struct line *line = *at ? &m->lines.at[*at - 1] : NULL;
        if (line && m->plan.unit[line->cell] == m->plan.unit[cells[r]]) {
            line->reads++;
            if (cell->least_delay > line->most) line->least = line->most = cell->least_delay;
            line_measure(m, line);
        } else {
            line_make(m, cells[r]);
            sources[write.rows++] = cell->from[0];
            *at = (uint32_t)m->lines.count;
        }
        lines[r] = *at - 1;
        delays[r] = cell->least_delay;
        straight &= lines[r] == lines[0] + r;
    }
    read.first = lines[0];
    read.slots = straight ? NULL : lines;
    read.delays = delays;
    if (write.rows) vec_push(m->scratch, &m->late, (struct late_kernel){write, sources});
    takes_slots(m, &read, cells);
    vec_push(m->arena, &m->kernels, read);
}

/* Delays of one kind: constant or moving, written late, or in time for what they read. */
static void make_lines(struct schedule_maker *m, const wire *cells, uint32_t count) {
    bool direct = schedule_is_direct(m, cells[0]);
    if (m->block > 1 && !direct && !m->net->cells[cells[0]].operands[0].expr) {
        make_late_lines(m, cells, count);
        return;
    }
    struct kernel read = schedule_kernel(m, KERNEL_DELAY_READ, cells, count);
    struct kernel write = schedule_kernel(m, KERNEL_DELAY_WRITE, cells, count);
    read.first = write.first = (uint32_t)m->lines.count;
    read.delayed = direct;
    for (uint32_t r = 0; r < count; r++) line_make(m, cells[r]);
    const wire *sources = sources_of(m, cells, count);
    if (direct) {
        write.from = schedule_gather(m, sources, count);
        vec_push(m->arena, &m->kernels, write);
    } else {
        vec_push(m->scratch, &m->late, (struct late_kernel){write, sources});
    }
    takes_slots(m, &read, cells);
    vec_push(m->arena, &m->kernels, read);
}

static void make_delay(struct schedule_maker *m, const wire *cells, uint32_t count) {
    wire *kinds[4];
    uint32_t counts[4] = {0};
    for (int k = 0; k < 4; k++) kinds[k] = ARENA_ARRAY(m->scratch, count, wire);
    for (uint32_t r = 0; r < count; r++) {
        const struct cell *cell = &m->net->cells[cells[r]];
        if (is_wire(cell)) {
            m->slot_of[cells[r]] = m->slot_of[cell->from[0]];
            continue;
        }
        int k = (cell->operands[0].expr ? 1 : 0) + (schedule_is_direct(m, cells[r]) ? 2 : 0);
        kinds[k][counts[k]++] = cells[r];
    }
    for (int k = 0; k < 4; k++)
        if (counts[k]) make_lines(m, kinds[k], counts[k]);
}

/* ---- finite responses ---- */

/* The line of each row, one for all that hear the same wire; `sources` gets those wires. */
static uint32_t *share_lines(struct schedule_maker *m, const wire *cells, uint32_t count,
                             wire *sources, uint32_t *line_count) {
    uint32_t *lines = ARENA_ARRAY(m->arena, count, uint32_t);
    uint32_t *line_of = m->line_of;
    for (uint32_t r = 0; r < count; r++) {
        wire source = m->net->cells[cells[r]].from[0];
        if (!line_of[source]) {
            sources[*line_count] = source;
            line_of[source] = ++*line_count;
        }
        lines[r] = (uint32_t)m->lines.count + line_of[source] - 1;
    }
    for (uint32_t i = 0; i < *line_count; i++) line_of[sources[i]] = 0;
    return lines;
}

/* Responses that all begin within the sample, or all later: then what they hear may be known late.
 */
static void make_responses(struct schedule_maker *m, const wire *cells, uint32_t count,
                           bool direct) {
    uint32_t skip = UINT32_MAX, end = 1;
    for (uint32_t r = 0; r < count; r++) {
        const struct cell *cell = &m->net->cells[cells[r]];
        uint32_t taps = cell->operand_count;
        while (taps > 1 && operand_is(cell->operands[taps - 1], 0)) taps--;
        if (taps > end) end = taps;
        if (cell->least_delay < skip) skip = cell->least_delay;
    }
    if (skip >= end) end = skip + 1; /* zeros alone */
    struct kernel fir = schedule_kernel(m, KERNEL_FIR, cells, count);
    fir.columns = end - skip;
    fir.skip = skip;
    fir.delayed = direct;
    fir.first = (uint32_t)m->lines.count;
    struct operand *taps = ARENA_ARRAY(m->scratch, (size_t)count * fir.columns, struct operand);
    for (uint32_t r = 0; r < count; r++) {
        const struct cell *cell = &m->net->cells[cells[r]];
        for (uint32_t k = 0; k < fir.columns && skip + k < cell->operand_count; k++)
            taps[(size_t)r * fir.columns + k] = cell->operands[skip + k];
    }
    /* A row's taps are read in a loop: all of them constants, or all coefficients. */
    kernel_numbers(m, &fir, taps, count * fir.columns, 1, 0);

    wire *sources = ARENA_ARRAY(m->scratch, count, wire);
    uint32_t line_count = 0;
    fir.slots = share_lines(m, cells, count, sources, &line_count);
    struct kernel write = schedule_kernel(m, KERNEL_DELAY_WRITE, cells, line_count);
    write.first = fir.first;
    for (uint32_t i = 0; i < line_count; i++) {
        uint32_t length = direct ? end : end - 1;
        line_push(m, (struct line){.cell = cells[0],
                                   .least = length,
                                   .most = length,
                                   .length = length,
                                   .tap = NO_SLOT});
    }
    if (direct) {
        write.from = schedule_gather(m, sources, line_count);
        vec_push(m->arena, &m->kernels, write);
    } else {
        vec_push(m->scratch, &m->late, (struct late_kernel){write, sources});
    }
    takes_slots(m, &fir, cells);
    m->multiply_adds += (uint64_t)count * fir.columns;
    vec_push(m->arena, &m->kernels, fir);
}

/* Of the cells, those for which `direct` holds, and the others, each in a kernel of their own. */
static void make_by_directness(struct schedule_maker *m, const wire *cells, uint32_t count,
                               void (*make)(struct schedule_maker *m, const wire *cells,
                                            uint32_t count, bool direct)) {
    wire *kinds[2];
    uint32_t counts[2] = {0};
    for (int k = 0; k < 2; k++) kinds[k] = ARENA_ARRAY(m->scratch, count, wire);
    for (uint32_t r = 0; r < count; r++) {
        int k = schedule_is_direct(m, cells[r]);
        kinds[k][counts[k]++] = cells[r];
    }
    for (int k = 0; k < 2; k++)
        if (counts[k]) make(m, kinds[k], counts[k], k);
}

/* ---- sections ---- */

static void make_sections(struct schedule_maker *m, const wire *cells, uint32_t count,
                          bool direct) {
    struct operand *numbers =
        ARENA_ARRAY(m->scratch, (size_t)count * SECTION_COEFFICIENTS, struct operand);
    const enum section_form form = m->net->cells[cells[0]].form;
    unsigned uses = 0, used = 0;
    for (uint32_t r = 0; r < count; r++) {
        section_form_operands(m->arena, form, m->net->cells[cells[r]].operands,
                              numbers + (size_t)r * SECTION_COEFFICIENTS);
        for (uint32_t k = 0; k < SECTION_COEFFICIENTS; k++)
            if (!operand_is(numbers[r * SECTION_COEFFICIENTS + k], 0)) uses |= 1u << k;
    }
    for (unsigned k = 0; k < SECTION_COEFFICIENTS; k++) used += uses >> k & 1;
    m->multiply_adds += (uint64_t)count * used;

    struct kernel kernel = schedule_kernel(m, KERNEL_SECTION, cells, count);
    kernel.first = m->section_count;
    m->section_count += count;
    kernel.uses = uses;
    kernel.form = form;
    kernel_numbers(m, &kernel, numbers, count * SECTION_COEFFICIENTS, SECTION_COEFFICIENTS,
                   MIXED_ROWS_MAX);
    const wire *sources = sources_of(m, cells, count);
    takes_slots(m, &kernel, cells);
    if (direct) {
        kernel.from = schedule_gather(m, sources, count);
        vec_push(m->arena, &m->kernels, kernel);
        return;
    }
    struct kernel read = schedule_kernel(m, KERNEL_SECTION_READ, cells, count);
    read.first = kernel.first;
    read.to = kernel.to;
    vec_push(m->arena, &m->kernels, read);
    kernel.op = KERNEL_SECTION_WRITE;
    vec_push(m->scratch, &m->late, (struct late_kernel){kernel, sources});
}

/* Sections of each form in a kernel of their own. */
static void make_by_form(struct schedule_maker *m, const wire *cells, uint32_t count,
                         bool direct) {
    wire *kind = ARENA_ARRAY(m->scratch, count, wire);
    for (unsigned form = 0; form < SECTION_FORMS; form++) {
        uint32_t of_form = 0;
        for (uint32_t r = 0; r < count; r++)
            if (m->net->cells[cells[r]].form == form) kind[of_form++] = cells[r];
        if (of_form) make_sections(m, kind, of_form, direct);
    }
}

static void make_inlet(struct schedule_maker *m, const wire *cells, uint32_t count) {
    struct kernel kernel = schedule_kernel(m, KERNEL_INLET, cells, count);
    kernel.first = cells[0];
    takes_slots(m, &kernel, cells);
    vec_push(m->arena, &m->kernels, kernel);
}

void schedule_cells(struct schedule_maker *m, enum cell_op op, const wire *cells, uint32_t count) {
    switch (op) {
    case CELL_INLET: make_inlet(m, cells, count); break;
    case CELL_MIX: make_mix(m, cells, count); break;
    case CELL_DELAY: make_delay(m, cells, count); break;
    case CELL_SECTION: make_by_directness(m, cells, count, make_by_form); break;
    case CELL_FIR: make_by_directness(m, cells, count, make_responses); break;
    case CELL_COUNT: break;
    }
}
