#include "ir/blocks_fuse.h"

#include "ir/base/vec.h"
#include "ir/blocks_slots.h"

/* Matrices of fewer rows are faster in vectors of samples. */
enum { BANK_ROWS_LEAST = 3, COLUMNS_FOLDED = 4 };

struct fuser {
    struct arena *arena, *scratch;
    const struct line *lines;
    uint32_t *uses;   /* of each slot: how many places read it */
    uint32_t *writer; /* of each slot: its kernel in the region */
    uint32_t *reader; /* of each slot: a kernel in the region that reads it */
    uint32_t *write;  /* of each line: the kernel in the region that writes it */
    struct kernel *kernels;
    uint32_t count, kernel;
    bool *gone;      /* of each kernel: it is part of another one */
    uint32_t *moved; /* of each kernel: its new place is before this one; NO_SLOT: none */
};

/* True if the gather is a run of all rows of one kernel, which nobody else reads; that kernel. */
static struct kernel *sole_source(const struct fuser *f, const struct gather *from) {
    if (!from || from->slots || !from->count) return NULL;
    uint32_t k = f->writer[from->first];
    if (k == NO_SLOT || f->gone[k]) return NULL;
    struct kernel *kernel = &f->kernels[k];
    if (kernel->to != from->first || kernel->rows != from->count) return NULL;
    for (uint32_t r = 0; r < from->count; r++)
        if (f->uses[from->first + r] != 1) return NULL;
    return kernel;
}

static const struct gather *run(struct fuser *f, uint32_t first, uint32_t count) {
    struct gather *gather = ARENA_NEW(f->arena, struct gather);
    gather->first = first;
    gather->count = count;
    return gather;
}

static void count_use(void *context, uint32_t slot) {
    ((struct fuser *)context)->uses[slot]++;
}

static void note_reader(void *context, uint32_t slot) {
    struct fuser *f = context;
    f->reader[slot] = f->kernel;
}

static void rows_are_written_by(struct fuser *f, const struct kernel *kernel, uint32_t number) {
    for (uint32_t r = 0; r < kernel->rows && kernel->to != NO_SLOT; r++)
        f->writer[kernel->to + r] = number;
}

/* ---- sections before delays ---- */

/* Read, then sections: the rows of `read` become what the sections gave, and the line takes what
 * they give now. True if that was done. */
static bool commute(struct fuser *f, uint32_t section) {
    struct kernel *s = &f->kernels[section], *read = sole_source(f, s->from);
    if (s->op != KERNEL_SECTION || s->coefficients || !read || read->op != KERNEL_DELAY_READ ||
        read->slots || f->lines[read->first].tap != NO_SLOT)
        return false;
    for (uint32_t r = 0; r < read->rows; r++)
        if (f->lines[read->first + r].reads > 1) return false;
    uint32_t at = f->write[read->first];
    if (at == NO_SLOT || f->kernels[at].first != read->first || f->kernels[at].rows != read->rows)
        return false;
    struct kernel *write = &f->kernels[at];
    uint32_t filtered = s->to, delayed = read->to;
    s->from = write->from;
    s->to = delayed;
    read->to = filtered;
    write->from = run(f, delayed, write->rows);
    rows_are_written_by(f, s, section);
    rows_are_written_by(f, read, (uint32_t)(read - f->kernels));
    for (uint32_t r = 0; r < s->rows; r++) {
        f->reader[delayed + r] = at;
        f->reader[gather_at(s->from, r)] = section;
    }
    f->moved[section] = at;
    return true;
}

/* ---- sums of matrices ---- */

/* A matrix being put together, column by column. */
struct columns {
    struct arena *arena;
    uint32_t rows;
    VEC(struct column {
        uint32_t slot;
        const double *values;         /* one a row, `stride` apart */
        const uint32_t *coefficients; /* alike, or null */
        const uint32_t *only;         /* rows whose slot is another one have 0; null: all count */
        uint32_t stride;
    })
    list;
};

/* The columns of a matrix, or of a scale with few sources. False if it is neither. */
static bool take_columns(struct columns *columns, const struct kernel *kernel) {
    if (kernel->op == KERNEL_MATRIX) {
        for (uint32_t c = 0; c < kernel->columns; c++)
            vec_push(columns->arena, &columns->list,
                     (struct column){gather_at(kernel->from, c), kernel->values + c,
                                     kernel->coefficients ? kernel->coefficients + c : NULL, NULL,
                                     kernel->columns});
        return true;
    }
    if (kernel->op != KERNEL_SCALE) return false;
    uint32_t *slots = ARENA_ARRAY(columns->arena, kernel->rows, uint32_t);
    uint32_t sources[COLUMNS_FOLDED], count = 0;
    for (uint32_t r = 0; r < kernel->rows; r++) {
        slots[r] = gather_at(kernel->from, r);
        uint32_t i = 0;
        while (i < count && sources[i] != slots[r]) i++;
        if (i < count) continue;
        if (count == COLUMNS_FOLDED || 2 * count >= kernel->rows) return false;
        sources[count++] = slots[r];
    }
    for (uint32_t i = 0; i < count; i++)
        vec_push(columns->arena, &columns->list,
                 (struct column){sources[i], kernel->values, kernel->coefficients, slots, 1});
    return true;
}

static void put_columns(struct fuser *f, struct kernel *kernel, const struct columns *columns) {
    uint32_t count = (uint32_t)columns->list.count, rows = columns->rows;
    double *values = ARENA_ARRAY(f->arena, (size_t)rows * count, double);
    uint32_t *coefficients = ARENA_ARRAY(f->arena, (size_t)rows * count, uint32_t);
    uint32_t *slots = ARENA_ARRAY(f->arena, count, uint32_t);
    bool moving = false, straight = true;
    for (uint32_t c = 0; c < count; c++) {
        const struct column *column = &columns->list.at[c];
        slots[c] = column->slot;
        straight &= slots[c] == slots[0] + c;
        for (uint32_t r = 0; r < rows; r++) {
            bool counts = !column->only || column->only[r] == column->slot;
            size_t from = (size_t)r * column->stride, to = (size_t)r * count + c;
            values[to] = counts ? column->values[from] : 0;
            coefficients[to] =
                counts && column->coefficients ? column->coefficients[from] : NO_SLOT;
            moving |= coefficients[to] != NO_SLOT;
        }
    }
    struct gather *from = ARENA_NEW(f->arena, struct gather);
    *from = (struct gather){slots[0], count, straight ? NULL : slots};
    kernel->from = from;
    kernel->columns = count;
    kernel->values = values;
    kernel->coefficients = moving ? coefficients : NULL;
}

/* Columns of the kernel that gives these rows, which then is gone. */
static bool absorb(struct fuser *f, struct columns *columns, const struct gather *from) {
    struct kernel *source = sole_source(f, from);
    if (!source || source->rows != columns->rows || !take_columns(columns, source)) return false;
    f->gone[source - f->kernels] = true;
    return true;
}

static struct kernel *sole_reader(const struct fuser *f, const struct kernel *kernel,
                                  enum kernel_op op) {
    if (kernel->to == NO_SLOT || f->reader[kernel->to] == NO_SLOT) return NULL;
    uint32_t k = f->reader[kernel->to];
    struct kernel *reader = &f->kernels[k];
    return !f->gone[k] && reader->op == op && reader->rows == kernel->rows &&
                   sole_source(f, reader->from) == kernel
               ? reader
               : NULL;
}

/* A sum takes the terms of sums that nobody else reads. */
static void flatten_sum(struct fuser *f, struct kernel *sum) {
    VEC(struct gather) terms = {0};
    bool any = false;
    for (uint32_t t = 0; t < sum->terms; t++) {
        struct kernel *source = sole_source(f, &sum->from[t]);
        bool nested = source && source->op == KERNEL_SUM;
        any |= nested;
        if (nested) f->gone[source - f->kernels] = true;
        for (uint32_t i = 0; i < (nested ? source->terms : 1); i++)
            vec_push(f->arena, &terms, nested ? source->from[i] : sum->from[t]);
    }
    if (!any) return;
    sum->from = terms.at;
    sum->terms = (uint32_t)terms.count;
}

/* A sum takes what it can of its terms as columns. It becomes that matrix, or a bank that adds one
 * more term, where sections follow and so samples are turned anyway. */
static void fold_sum(struct fuser *f, struct kernel *sum) {
    struct columns columns = {.arena = f->scratch, .rows = sum->rows};
    bool matrix = false;
    uint32_t left = 0;
    for (uint32_t t = 0; t < sum->terms; t++) {
        struct columns probe = {.arena = f->scratch, .rows = sum->rows};
        struct kernel *source = sole_source(f, &sum->from[t]);
        left += !source || !take_columns(&probe, source);
        matrix |= source && source->op == KERNEL_MATRIX;
    }
    bool bank = sum->rows >= BANK_ROWS_LEAST && left == 1 && left < sum->terms &&
                sole_reader(f, sum, KERNEL_SECTION);
    if (!bank && (left || !matrix)) return;
    const struct gather *added = NULL;
    for (uint32_t t = 0; t < sum->terms; t++)
        if (!absorb(f, &columns, &sum->from[t])) added = &sum->from[t];
    put_columns(f, sum, &columns);
    sum->op = added ? KERNEL_BANK : KERNEL_MATRIX;
    sum->added = added;
    sum->terms = 0;
}

/* ---- banks ---- */

/* The bank that ends in this kernel: what comes before and behind its sections. */
static void make_bank(struct fuser *f, uint32_t first) {
    struct kernel *last = &f->kernels[first], bank = *last;
    VEC(struct kernel) stages = {0};
    if (last->op == KERNEL_SECTION) {
        const struct gather *in = last->from;
        bank = (struct kernel){
            .op = KERNEL_BANK, .rows = last->rows, .node = last->node, .at = last->at};
        for (struct kernel *next = last; next && next->form == last->form;
             next = sole_reader(f, last, KERNEL_SECTION)) {
            vec_push(f->arena, &stages, *next);
            f->gone[last - f->kernels] = true;
            last = next;
            f->gone[last - f->kernels] = false;
        }
        struct kernel *source = sole_source(f, in);
        if (source && source->rows >= BANK_ROWS_LEAST && source->op == KERNEL_BANK &&
            !source->write && !source->stage_count) {
            bank.added = source->added;
            bank.columns = source->columns;
            bank.from = source->from;
            bank.values = source->values;
            bank.coefficients = source->coefficients;
            f->gone[source - f->kernels] = true;
        } else {
            struct columns columns = {.arena = f->scratch, .rows = bank.rows};
            if (bank.rows >= BANK_ROWS_LEAST && absorb(f, &columns, in))
                put_columns(f, &bank, &columns);
            else bank.added = in;
        }
        bank.stages = stages.at;
        bank.stage_count = (uint32_t)stages.count;
    }
    bank.to = last->to;
    struct kernel *write = bank.rows >= BANK_ROWS_LEAST || bank.stage_count
                               ? sole_reader(f, last, KERNEL_DELAY_WRITE)
                               : NULL;
    if (write) {
        struct kernel *copy = ARENA_NEW(f->arena, struct kernel);
        *copy = *write;
        bank.write = copy;
        bank.to = NO_SLOT;
        f->gone[last - f->kernels] = true;
        last = write;
    }
    *last = bank;
}

static void begin_region(struct fuser *f, const struct region *region) {
    f->count = region->kernel_count;
    f->kernels = ARENA_ARRAY(f->arena, f->count, struct kernel);
    f->gone = ARENA_ARRAY(f->scratch, f->count, bool);
    f->moved = ARENA_ARRAY(f->scratch, f->count, uint32_t);
    for (uint32_t k = 0; k < f->count; k++) {
        f->kernels[k] = region->kernels[k];
        f->moved[k] = NO_SLOT;
        f->kernel = k;
        rows_are_written_by(f, &f->kernels[k], k);
        block_slots_read(&f->kernels[k], region->block, note_reader, f);
        if (f->kernels[k].op == KERNEL_DELAY_WRITE) f->write[f->kernels[k].first] = k;
    }
}

/* What is left, in order. The writers are noted no more. */
static void end_region(struct fuser *f, struct region *region) {
    struct kernel *kernels = ARENA_ARRAY(f->arena, f->count, struct kernel);
    uint32_t *next =
        ARENA_ARRAY(f->scratch, f->count, uint32_t); /* 1 + which moves before it too */
    uint32_t *first = ARENA_ARRAY(f->scratch, f->count, uint32_t);
    for (uint32_t k = f->count; k-- > 0;)
        if (f->moved[k] != NO_SLOT) {
            next[k] = first[f->moved[k]];
            first[f->moved[k]] = k + 1;
        }
    uint32_t left = 0;
    for (uint32_t k = 0; k < f->count; k++) {
        for (uint32_t i = first[k]; i; i = next[i - 1])
            if (!f->gone[i - 1]) kernels[left++] = f->kernels[i - 1];
        if (f->moved[k] == NO_SLOT && !f->gone[k]) kernels[left++] = f->kernels[k];
        if (f->kernels[k].op == KERNEL_DELAY_WRITE) f->write[f->kernels[k].first] = NO_SLOT;
    }
    for (uint32_t k = 0; k < region->kernel_count; k++) {
        const struct kernel *kernel = &region->kernels[k];
        rows_are_written_by(f, kernel, NO_SLOT);
    }
    region->kernels = kernels;
    region->kernel_count = left;
}

static void fuse_region(struct fuser *f, struct region *region) {
    begin_region(f, region);
    for (uint32_t k = 0; k < f->count; k++) commute(f, k);
    for (uint32_t k = 0; k < f->count; k++)
        if (f->kernels[k].op == KERNEL_SUM && !f->gone[k]) flatten_sum(f, &f->kernels[k]);
    for (uint32_t k = 0; k < f->count; k++)
        if (f->kernels[k].op == KERNEL_SUM && !f->gone[k]) fold_sum(f, &f->kernels[k]);
    for (uint32_t k = 0; k < f->count; k++)
        if (!f->gone[k] && f->kernels[k].op == KERNEL_SECTION) make_bank(f, k);
    for (uint32_t k = 0; k < f->count; k++)
        if (!f->gone[k] && f->kernels[k].op == KERNEL_BANK && !f->kernels[k].write) make_bank(f, k);
    end_region(f, region);
}

void blocks_fuse(struct arena *arena, struct arena *scratch, struct region *regions,
                 uint32_t region_count, const struct line *lines, uint32_t line_count,
                 uint32_t slot_count) {
    struct fuser f = {.arena = arena, .scratch = scratch, .lines = lines};
    f.uses = ARENA_ARRAY(scratch, slot_count, uint32_t);
    f.writer = ARENA_ARRAY(scratch, slot_count, uint32_t);
    f.reader = ARENA_ARRAY(scratch, slot_count, uint32_t);
    f.write = ARENA_ARRAY(scratch, line_count, uint32_t);
    for (uint32_t s = 0; s < slot_count; s++) f.writer[s] = f.reader[s] = NO_SLOT;
    for (uint32_t i = 0; i < line_count; i++) f.write[i] = NO_SLOT;
    for (uint32_t r = 0; r < region_count; r++)
        for (uint32_t k = 0; k < regions[r].kernel_count; k++)
            block_slots_read(&regions[r].kernels[k], regions[r].block, count_use, &f);
    for (uint32_t r = 0; r < region_count; r++)
        if (regions[r].block > 1) fuse_region(&f, &regions[r]);
}
