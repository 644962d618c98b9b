/* The order of kernels, and the regions that they make. */
#include "ir/schedule_maker.h"

/* What is computed as a whole, if that can be: at the level of the program the cells of a bank, or
 * a loop that is a region by itself; within such a loop the cells of a bank. */
struct level {
    bool within; /* within regions of their own, not around them */
    uint32_t *left,
        *ready_left;        /* of each group: cells not computed; those of them that could be */
    VEC(uint32_t) complete; /* groups all of whose cells could be computed */
    VEC(wire) ready;        /* cells that could be, first come first served */
    size_t next_complete, next_ready;
};

struct orderer {
    struct schedule_maker *m;
    const uint32_t *readers, *readers_at;
    uint32_t *waiting; /* of each cell: wires that it needs first and that are not computed */
    bool *ready, *done;
    uint32_t *slot_of, *wire_slot_of; /* of each wire: in blocks; in a region of single samples */
    uint32_t *stamp, stamps;          /* to go through wires once */
    bool *within;                     /* of each cell: it is of the region of its own being made */
    uint32_t slot_count;
};

static bool needs(const struct orderer *o, const struct level *level, wire from, wire to) {
    const struct block_plan *plan = &o->m->plan;
    if (level->within) return plan->unit[from] == plan->unit[to] && schedule_is_direct(o->m, to);
    return plan->unit[to] ? plan->unit[from] != plan->unit[to] : !plan->cut[to];
}

static uint32_t group_of(const struct orderer *o, const struct level *level, wire w) {
    uint32_t unit = o->m->plan.unit[w];
    if (level->within || !unit) return o->m->net->cells[w].bank;
    return o->m->net->bank_count + unit - 1;
}

static void becomes_ready(struct orderer *o, struct level *level, wire w) {
    uint32_t group = group_of(o, level, w);
    o->ready[w] = true;
    vec_push(o->m->scratch, &level->ready, w);
    if (++level->ready_left[group] == level->left[group])
        vec_push(o->m->scratch, &level->complete, group);
}

static void begin(struct orderer *o, struct level *level, const wire *cells, uint32_t count) {
    const struct net *net = o->m->net;
    for (uint32_t i = 0; i < count; i++) {
        wire w = cells[i];
        const struct cell *cell = &net->cells[w];
        o->ready[w] = o->done[w] = false;
        o->waiting[w] = 0;
        level->left[group_of(o, level, w)]++;
        for (uint32_t k = 0; k < cell->count; k++)
            o->waiting[w] += cell_is_connected(cell, k) && needs(o, level, cell->from[k], w);
    }
    for (uint32_t i = 0; i < count; i++)
        if (!o->waiting[cells[i]]) becomes_ready(o, level, cells[i]);
}

static void finished(struct orderer *o, struct level *level, const wire *cells, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) o->done[cells[i]] = true;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t r = o->readers_at[cells[i]]; r < o->readers_at[cells[i] + 1]; r++) {
            wire reader = o->readers[r];
            if (!o->done[reader] && needs(o, level, cells[i], reader) && !--o->waiting[reader])
                becomes_ready(o, level, reader);
        }
}

/* Those cells of a bank that can be computed now. Banks are computed whole where that can be; where
 * a path leads from a bank through others back into it, as between the rows of a triangular matrix,
 * by as many rows as can be at once. */
static uint32_t compute_bank(struct orderer *o, struct level *level, uint32_t b) {
    const struct bank *bank = &o->m->net->banks[b];
    wire *cells = ARENA_ARRAY(o->m->scratch, bank->count, wire);
    uint32_t count = 0;
    for (wire w = bank->first; w < bank->first + bank->count; w++)
        if (o->ready[w] && !o->done[w] && (level->within ? o->within[w] : o->m->plan.unit[w] == 0))
            cells[count++] = w;
    schedule_cells(o->m, bank->op, cells, count);
    level->left[b] -= count;
    level->ready_left[b] -= count;
    finished(o, level, cells, count);
    return count;
}

/* A group that can be computed whole, or NO_SLOT. */
static uint32_t next_complete(struct level *level) {
    while (level->next_complete < level->complete.count) {
        uint32_t group = level->complete.at[level->next_complete++];
        if (level->left[group] && level->ready_left[group] == level->left[group]) return group;
    }
    return NO_SLOT;
}

/* What is written late, from number `first` on: its inlets are known by now. */
static void put_late(struct schedule_maker *m, size_t first) {
    for (size_t i = first; i < m->late.count; i++) {
        struct kernel kernel = m->late.at[i].kernel;
        kernel.from = schedule_gather(m, m->late.at[i].wires, kernel.rows);
        vec_push(m->arena, &m->kernels, kernel);
    }
    m->late.count = first;
}

static void put_region(struct schedule_maker *m, uint32_t block) {
    if (m->kernels.count)
        vec_push(m->arena, &m->regions,
                 (struct region){.block = block,
                                 .kernels = m->kernels.at,
                                 .kernel_count = (uint32_t)m->kernels.count});
    m->kernels.at = NULL;
    m->kernels.count = m->kernels.room = 0;
}

static struct kernel crossing(enum kernel_op op, uint32_t to, uint32_t rows,
                              const struct gather *from) {
    return (struct kernel){.op = op, .to = to, .rows = rows, .from = from};
}

/* A region of single samples takes what its cells read from outside. */
static void put_take(struct orderer *o, const wire *cells, uint32_t count) {
    struct schedule_maker *m = o->m;
    VEC(wire) wires = {0};
    for (uint32_t i = 0; i < count; i++) {
        const struct cell *cell = &m->net->cells[cells[i]];
        for (uint32_t k = 0; k < cell->count; k++) {
            wire from = cell->from[k];
            if (!cell_is_connected(cell, k) || o->stamp[from] == o->stamps) continue;
            o->stamp[from] = o->stamps;
            vec_push(m->scratch, &wires, from);
        }
    }
    if (!wires.count) return;
    m->slot_of = o->slot_of;
    const struct gather *from = schedule_gather(m, wires.at, (uint32_t)wires.count);
    m->slot_of = o->wire_slot_of;
    m->slot_count = (uint32_t)wires.count;
    for (uint32_t i = 0; i < wires.count; i++) m->slot_of[wires.at[i]] = i;
    vec_push(m->arena, &m->kernels, crossing(KERNEL_TAKE, 0, (uint32_t)wires.count, from));
}

/* And gives what others read of it. `heard` says which wires are outlets. */
static void put_give(struct orderer *o, const wire *cells, uint32_t count, const bool *heard) {
    struct schedule_maker *m = o->m;
    VEC(wire) wires = {0};
    for (uint32_t i = 0; i < count; i++) {
        bool given = heard[cells[i]];
        for (uint32_t r = o->readers_at[cells[i]]; r < o->readers_at[cells[i] + 1]; r++)
            given |= m->plan.unit[o->readers[r]] != m->plan.unit[cells[i]];
        if (given) vec_push(m->scratch, &wires, cells[i]);
    }
    if (!wires.count) return;
    const struct gather *from = schedule_gather(m, wires.at, (uint32_t)wires.count);
    vec_push(m->arena, &m->kernels,
             crossing(KERNEL_GIVE, o->slot_count, (uint32_t)wires.count, from));
    for (uint32_t i = 0; i < wires.count; i++) o->slot_of[wires.at[i]] = o->slot_count++;
}

/* Loops that are computed as regions by themselves, side by side, all with the same block. */
static void compute_units(struct orderer *o, struct level *inner, const wire *cells, uint32_t count,
                          const bool *heard) {
    struct schedule_maker *m = o->m;
    const uint32_t *blocks = m->plan.blocks;
    m->block = blocks[m->net->cells[cells[0]].component];
    bool single = m->block == 1;
    size_t late = m->late.count;
    o->stamps++;
    for (uint32_t i = 0; i < count; i++) {
        o->stamp[cells[i]] = o->stamps;
        o->within[cells[i]] = true;
    }
    o->slot_count = m->slot_count;
    if (single) {
        m->slot_of = o->wire_slot_of;
        m->slot_count = 0;
        put_take(o, cells, count);
    }
    uint64_t before = m->multiply_adds;
    begin(o, inner, cells, count);
    for (uint32_t left = count; left;) {
        uint32_t bank = next_complete(inner);
        if (bank == NO_SLOT) {
            while (o->done[inner->ready.at[inner->next_ready]]) inner->next_ready++;
            bank = m->net->cells[inner->ready.at[inner->next_ready]].bank;
        }
        left -= compute_bank(o, inner, bank);
    }
    for (uint32_t i = 0; i < count; i++) o->within[cells[i]] = false;
    inner->complete.count = inner->next_complete = inner->ready.count = inner->next_ready = 0;
    if (single) put_give(o, cells, count, heard);
    put_late(m, late);
    put_region(m, m->block);
    if (single) {
        if (m->slot_count > m->wire_count) m->wire_count = m->slot_count;
        m->slot_of = o->slot_of;
        m->slot_count = o->slot_count;
    } else {
        m->block_multiply_adds += m->multiply_adds - before;
    }
    m->block = m->plan.block;
}

/* The members of this unit, and of all others that could be computed now with the same block. */
static wire *units_like(struct orderer *o, struct level *outer, uint32_t group, uint32_t *count) {
    const struct net *net = o->m->net;
    VEC(wire) cells = {0};
    uint32_t block = o->m->plan.blocks[group - net->bank_count];
    for (size_t next = outer->next_complete; group != NO_SLOT;) {
        const struct component *component = &net->components[group - net->bank_count];
        for (uint32_t i = 0; i < component->count; i++)
            vec_push(o->m->scratch, &cells, component->members[i]);
        outer->left[group] = 0;
        group = NO_SLOT;
        for (; next < outer->complete.count && group == NO_SLOT; next++) {
            uint32_t other = outer->complete.at[next];
            if (other >= net->bank_count && outer->left[other] &&
                o->m->plan.blocks[other - net->bank_count] == block)
                group = other;
        }
    }
    *count = (uint32_t)cells.count;
    return cells.at;
}

static void put_outlets(struct schedule_maker *m) {
    if (!m->net->outlet_count) return;
    vec_push(m->arena, &m->kernels,
             (struct kernel){
                 .op = KERNEL_OUTLET,
                 .to = NO_SLOT,
                 .rows = m->net->outlet_count,
                 .from = schedule_gather(m, m->net->outlets, m->net->outlet_count),
             });
}

void schedule_regions(struct schedule_maker *m) {
    const struct net *net = m->net;
    uint32_t cells = net->cell_count;
    struct orderer o = {.m = m};
    uint32_t *readers_at;
    o.readers = net_readers(m->scratch, net, &readers_at);
    o.readers_at = readers_at;
    o.waiting = ARENA_ARRAY(m->scratch, cells, uint32_t);
    o.ready = ARENA_ARRAY(m->scratch, cells, bool);
    o.done = ARENA_ARRAY(m->scratch, cells, bool);
    o.stamp = ARENA_ARRAY(m->scratch, cells, uint32_t);
    o.within = ARENA_ARRAY(m->scratch, cells, bool);
    o.slot_of = m->slot_of;
    o.wire_slot_of = ARENA_ARRAY(m->scratch, cells, uint32_t);
    bool *heard = ARENA_ARRAY(m->scratch, cells, bool);
    for (uint32_t i = 0; i < net->outlet_count; i++) heard[net->outlets[i]] = true;
    wire *all = ARENA_ARRAY(m->scratch, cells, wire);
    for (wire w = 0; w < cells; w++) all[w] = w;
    struct level outer = {0}, inner = {.within = true};
    uint32_t groups = net->bank_count + net->component_count;
    outer.left = ARENA_ARRAY(m->scratch, groups, uint32_t);
    outer.ready_left = ARENA_ARRAY(m->scratch, groups, uint32_t);
    inner.left = ARENA_ARRAY(m->scratch, net->bank_count, uint32_t);
    inner.ready_left = ARENA_ARRAY(m->scratch, net->bank_count, uint32_t);

    m->block = m->plan.block;
    begin(&o, &outer, all, cells);
    for (uint32_t left = cells; left;) {
        uint32_t group = next_complete(&outer);
        if (group == NO_SLOT) {
            wire w;
            do w = outer.ready.at[outer.next_ready++];
            while (o.done[w] || m->plan.unit[w]);
            outer.next_ready--;
            group = net->cells[w].bank;
        }
        if (group < net->bank_count) {
            uint64_t before = m->multiply_adds;
            left -= compute_bank(&o, &outer, group);
            m->block_multiply_adds += m->multiply_adds - before;
            continue;
        }
        uint32_t count;
        wire *members = units_like(&o, &outer, group, &count);
        put_region(m, m->block);
        compute_units(&o, &inner, members, count, heard);
        finished(&o, &outer, members, count);
        left -= count;
    }
    put_late(m, 0);
    put_outlets(m);
    put_region(m, m->block);
}
