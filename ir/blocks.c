#include "ir/blocks.h"

bool cell_runs_in_blocks(const struct cell *cell) {
    switch (cell->op) {
    case CELL_INLET:
    case CELL_MIX:
    case CELL_DELAY:
    case CELL_SECTION:
    case CELL_FIR: return true;
    default: return false;
    }
}

static bool is_cut(const struct cell *cell, uint32_t block) {
    return cell->op == CELL_DELAY && cell->least_delay >= block;
}

/* True if each cycle of the component passes a delay of `block` samples or more: then its cells,
 * but for what leads into those delays, can be put in order (Kahn 1962). `waiting` is zero before
 * and after. */
static bool cuts_suffice(struct arena *scratch, const struct net *net,
                         const struct component *component, uint32_t block, uint32_t *waiting,
                         const uint32_t *readers, const uint32_t *readers_at) {
    uint32_t count = component->count, done = 0, ready = 0;
    uint32_t index = net->cells[component->members[0]].component;
    wire *order = ARENA_ARRAY(scratch, count, wire);
    for (uint32_t i = 0; i < count; i++) {
        wire w = component->members[i];
        const struct cell *cell = &net->cells[w];
        for (uint32_t k = 0; k < cell->count && !is_cut(cell, block); k++)
            waiting[w] +=
                cell_is_connected(cell, k) && net->cells[cell->from[k]].component == index;
        if (!waiting[w]) order[ready++] = w;
    }
    for (; done < ready; done++) {
        wire w = order[done];
        for (uint32_t r = readers_at[w]; r < readers_at[w + 1]; r++) {
            const struct cell *reader = &net->cells[readers[r]];
            if (reader->component == index && !is_cut(reader, block) && !--waiting[readers[r]])
                order[ready++] = readers[r];
        }
    }
    for (uint32_t i = 0; i < count; i++) waiting[component->members[i]] = 0;
    return done == count;
}

uint32_t *net_readers(struct arena *arena, const struct net *net, uint32_t **readers_at) {
    uint32_t *at = ARENA_ARRAY(arena, (size_t)net->cell_count + 2, uint32_t);
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        for (uint32_t i = 0; i < cell->count; i++)
            if (cell_is_connected(cell, i)) at[cell->from[i] + 2]++;
    }
    for (wire w = 0; w < net->cell_count; w++) at[w + 2] += at[w + 1];
    uint32_t *readers = ARENA_ARRAY(arena, at[net->cell_count + 1], uint32_t);
    /* Filled through the entry behind, which so ends where the next wire's begin. */
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        for (uint32_t i = 0; i < cell->count; i++)
            if (cell_is_connected(cell, i)) readers[at[cell->from[i] + 1]++] = w;
    }
    *readers_at = at;
    return readers;
}

wire net_root(const struct net *net, wire w) {
    for (;;) {
        const struct cell *cell = &net->cells[w];
        uint32_t only = 0, terms = 0;
        if (cell->op != CELL_MIX && !(cell->op == CELL_DELAY && operand_is(cell->operands[0], 0)))
            return w;
        for (uint32_t i = 0; i < cell->count; i++)
            if (cell->op == CELL_DELAY || !operand_is(cell->operands[i], 0)) only = i, terms++;
        if (terms != 1 || (cell->op == CELL_MIX && !operand_is(cell->operands[only], 1))) return w;
        w = cell->from[only];
    }
}

/* Delays that hear one wire share a line, if all of them can be read before it is written. */
static void share_lines(struct arena *scratch, const struct net *net, const uint32_t *unit,
                        const uint32_t *blocks, uint32_t block, bool *cut) {
    uint32_t *first = ARENA_ARRAY(scratch, net->cell_count, uint32_t);
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        uint32_t most = unit[w] ? blocks[unit[w] - 1] : block;
        if (most == 1 || !is_cut(cell, most) || cell->operands[0].expr) continue;
        wire root = net_root(net, cell->from[0]);
        if (!first[root]) first[root] = w + 1;
        else if (unit[first[root] - 1] == unit[w]) cut[w] = cut[first[root] - 1] = true;
    }
}

struct block_plan block_plan_make(struct arena *arena, struct arena *scratch, const struct net *net,
                                  uint32_t block) {
    uint32_t *unit = ARENA_ARRAY(arena, net->cell_count, uint32_t);
    uint32_t *blocks = ARENA_ARRAY(arena, net->component_count, uint32_t);
    bool *cut = ARENA_ARRAY(arena, net->cell_count, bool);
    uint32_t *waiting = ARENA_ARRAY(scratch, net->cell_count, uint32_t);
    uint32_t *readers_at, *readers = net_readers(scratch, net, &readers_at);
    for (uint32_t c = 0; c < net->component_count; c++) {
        const struct component *component = &net->components[c];
        uint32_t most = block;
        if (component->cyclic && component->least_delay < most)
            most = (uint32_t)component->least_delay / BLOCK_STEP * BLOCK_STEP;
        for (uint32_t i = 0; i < component->count; i++)
            if (!cell_runs_in_blocks(&net->cells[component->members[i]])) most = 0;
        while (component->cyclic && most &&
               !cuts_suffice(scratch, net, component, most, waiting, readers, readers_at))
            most -= BLOCK_STEP;
        blocks[c] = most ? most : 1;
        for (uint32_t i = 0; i < component->count; i++) {
            wire w = component->members[i];
            if (blocks[c] < block) unit[w] = c + 1;
            cut[w] = component->cyclic && most && is_cut(&net->cells[w], most);
        }
    }
    share_lines(scratch, net, unit, blocks, block, cut);
    return (struct block_plan){block, unit, blocks, cut};
}
