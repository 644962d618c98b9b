#include "ir/lower.h"

#include <math.h>
#include <string.h>

#include "ir/algebra.h"
#include "ir/base/limits.h"
#include "ir/base/vec.h"
#include "ir/loops.h"
#include "ir/noise.h"

struct lowering {
    struct arena *arena, *scratch;
    struct diags *diags;
    const struct program *program;
    struct cells cells;
    VEC(struct bank) banks;
    VEC(struct strict_loop) strict; /* feedback whose delay-free loops are errors */
    span at;                        /* of the nearest node that has a place */
};

/* Room for `count` cells side by side; the first of them, or NO_WIRE after a report. */
static wire bank_new(struct lowering *l, enum cell_op op, uint32_t count, const struct node *node) {
    wire first = (wire)l->cells.count;
    if (count > LIMIT_CELLS - first) {
        diag_error(l->diags, l->at, CODE_TOO_MANY_CELLS,
                   "the program is larger than %d cells once every node is written out", LIMIT_CELLS);
        return NO_WIRE;
    }
    struct bank bank = {op, first, count, node, NULL};
    for (uint32_t i = 0; i < count; i++) {
        struct cell cell = {.op = op, .bank = (uint32_t)l->banks.count, .channel = i, .node = node, .at = l->at};
        vec_push(l->arena, &l->cells, cell);
    }
    vec_push(l->arena, &l->banks, bank);
    return first;
}

static const wire *wires_copy(struct lowering *l, const wire *wires, uint32_t count) {
    wire *copy = ARENA_ARRAY(l->arena, count, wire);
    if (count) memcpy(copy, wires, count * sizeof *wires);
    return copy;
}

static const struct operand *ones(struct lowering *l, uint32_t count) {
    struct operand *at = ARENA_ARRAY(l->arena, count, struct operand);
    for (uint32_t i = 0; i < count; i++) at[i] = operand_constant(1);
    return at;
}

static bool lower(struct lowering *l, const struct node *node, const wire *in, wire *out);

static bool lower_gain(struct lowering *l, const struct node *node, const wire *in, wire *out) {
    const struct matrix *m = node->matrix;
    wire first = bank_new(l, CELL_MIX, m->rows, node);
    if (first == NO_WIRE) return false;
    bool diagonal = matrix_is_diagonal(m);
    const wire *from = wires_copy(l, in, m->cols);
    for (uint32_t r = 0; r < m->rows; r++) {
        struct cell *cell = &l->cells.at[first + r];
        const struct operand *row = m->at + (size_t)r * m->cols;
        cell->from = diagonal ? from + r : from;
        cell->operands = diagonal ? row + r : row;
        cell->count = cell->operand_count = diagonal ? 1 : m->cols;
        out[r] = first + r;
    }
    if (!diagonal) l->banks.at[l->banks.count - 1].matrix = m;
    return true;
}

/* One cell that reads one wire, for entry `e` of a bank or a full grid. */
struct entry_filler {
    bool (*skip)(const struct node *node, size_t entry, uint32_t stage); /* a wire there */
    void (*fill)(struct lowering *l, struct cell *cell, const struct node *node, size_t entry,
                 uint32_t stage);
    enum cell_op op;
};

/* All entries of one stage of a leaf: `from` and `to` hold a wire an entry. */
static bool lower_stage(struct lowering *l, const struct node *node, const struct entry_filler *filler,
                        size_t entries, uint32_t stage, wire *wires) {
    uint32_t count = 0;
    for (size_t e = 0; e < entries; e++) count += !filler->skip(node, e, stage);
    if (!count) return true;
    wire next = bank_new(l, filler->op, count, node);
    if (next == NO_WIRE) return false;
    for (size_t e = 0; e < entries; e++) {
        if (filler->skip(node, e, stage)) continue;
        struct cell *cell = &l->cells.at[next];
        cell->channel = (uint32_t)e;
        cell->count = 1;
        cell->from = wires_copy(l, &wires[e], 1);
        filler->fill(l, cell, node, e, stage);
        wires[e] = next++;
    }
    return true;
}

static bool lower_grid(struct lowering *l, const struct node *node, struct grid grid, uint32_t stages,
                       const struct entry_filler *filler, const wire *in, wire *out) {
    size_t entries = grid_entries(grid);
    wire *wires = ARENA_ARRAY(l->scratch, entries, wire);
    for (size_t e = 0; e < entries; e++) wires[e] = in[grid.full ? e % grid.cols : e];
    for (uint32_t s = 0; s < stages; s++)
        if (!lower_stage(l, node, filler, entries, s, wires)) return false;
    if (!grid.full) {
        for (size_t e = 0; e < entries; e++) out[e] = wires[e];
        return true;
    }
    wire first = bank_new(l, CELL_MIX, grid.rows, node);
    if (first == NO_WIRE) return false;
    const struct operand *gains = ones(l, grid.cols);
    for (uint32_t r = 0; r < grid.rows; r++) {
        struct cell *cell = &l->cells.at[first + r];
        cell->count = cell->operand_count = grid.cols;
        cell->from = wires_copy(l, wires + (size_t)r * grid.cols, grid.cols);
        cell->operands = gains;
        out[r] = first + r;
    }
    return true;
}

static bool delay_is_wire(const struct node *node, size_t entry, uint32_t stage) {
    (void)stage;
    return operand_is(node->delays->samples[entry], 0);
}

static void fill_delay(struct lowering *l, struct cell *cell, const struct node *node, size_t entry,
                       uint32_t stage) {
    (void)stage;
    cell->operands = &node->delays->samples[entry];
    cell->operand_count = 1;
    double least = operand_range(*cell->operands, l->program->knobs).lo;
    /* Until the pass `fractional` has made it of whole ones and filters, a part of a sample is one. */
    if (node->delays->fractional) least = ceil(least);
    cell->least_delay = least > 0 ? (uint32_t)fmin(least, LIMIT_DELAY_SAMPLES) : 0;
}

static const struct section *section_of(const struct node *node, size_t entry, uint32_t stage) {
    return &node->sections->at[entry * node->sections->count + stage];
}

static bool section_is_wire(const struct node *node, size_t entry, uint32_t stage) {
    const struct section *s = section_of(node, entry, stage);
    return operand_is(s->b0, 1) && operand_is(s->b1, 0) && operand_is(s->b2, 0) &&
           operand_is(s->a1, 0) && operand_is(s->a2, 0);
}

static void fill_section(struct lowering *l, struct cell *cell, const struct node *node, size_t entry,
                         uint32_t stage) {
    const struct section *s = section_of(node, entry, stage);
    struct operand *five = ARENA_ARRAY(l->arena, 5, struct operand);
    five[0] = s->b0, five[1] = s->b1, five[2] = s->b2, five[3] = s->a1, five[4] = s->a2;
    cell->operands = five;
    cell->operand_count = 5;
    cell->least_delay = leading_zeros(five, 3);
}

static bool never_wire(const struct node *node, size_t entry, uint32_t stage) {
    (void)node, (void)entry, (void)stage;
    return false;
}

static void fill_fir(struct lowering *l, struct cell *cell, const struct node *node, size_t entry,
                     uint32_t stage) {
    (void)l, (void)stage;
    cell->operands = node->taps->at + entry * node->taps->count;
    cell->operand_count = node->taps->count;
    cell->least_delay = leading_zeros(cell->operands, cell->operand_count);
}

static const struct entry_filler delay_filler = {delay_is_wire, fill_delay, CELL_DELAY};
static const struct entry_filler section_filler = {section_is_wire, fill_section, CELL_SECTION};
static const struct entry_filler fir_filler = {never_wire, fill_fir, CELL_FIR};

static bool lower_parts(struct lowering *l, const struct node *node, const wire *in, wire *out) {
    bool own_input = node->op == OP_PARALLEL;
    for (uint32_t i = 0; i < node->count; i++) {
        if (!lower(l, node->parts[i], in, out)) return false;
        if (own_input) in += node->parts[i]->shape.ins;
        out += node->parts[i]->shape.outs;
    }
    return true;
}

static bool lower_series(struct lowering *l, const struct node *node, const wire *in, wire *out) {
    for (uint32_t i = 0; i < node->count; i++) {
        const struct node *part = node->parts[i];
        wire *to = i + 1 == node->count ? out : ARENA_ARRAY(l->scratch, part->shape.outs, wire);
        if (!lower(l, part, in, to)) return false;
        in = to;
    }
    return true;
}

/* out[c] = the sum over i of wires[i * outs + c]. */
static bool lower_sum(struct lowering *l, const struct node *node, const wire *in, wire *out) {
    uint32_t outs = node->shape.outs, parts = node->count;
    wire *wires = ARENA_ARRAY(l->scratch, (size_t)outs * parts, wire);
    if (!lower_parts(l, node, in, wires)) return false;
    wire first = bank_new(l, CELL_MIX, outs, node);
    if (first == NO_WIRE) return false;
    const struct operand *gains = ones(l, parts);
    for (uint32_t c = 0; c < outs; c++) {
        wire *from = ARENA_ARRAY(l->arena, parts, wire);
        for (uint32_t i = 0; i < parts; i++) from[i] = wires[(size_t)i * outs + c];
        struct cell *cell = &l->cells.at[first + c];
        cell->count = cell->operand_count = parts;
        cell->from = from;
        cell->operands = gains;
        out[c] = first + c;
    }
    return true;
}

static bool lower_feedback(struct lowering *l, const struct node *node, const wire *in, wire *out) {
    /* The sum at the inlets comes first; what b gives is filled in when it is known. */
    uint32_t n = node->shape.ins;
    wire first = bank_new(l, CELL_MIX, n, node);
    if (first == NO_WIRE) return false;
    if (!node->implicit) vec_push(l->scratch, &l->strict, (struct strict_loop){first, n, node});
    wire *sums = ARENA_ARRAY(l->scratch, n, wire), *back = ARENA_ARRAY(l->scratch, n, wire);
    for (uint32_t i = 0; i < n; i++) sums[i] = first + i;
    if (!lower(l, node->parts[0], sums, out) || !lower(l, node->parts[1], out, back)) return false;
    const struct operand *gains = ones(l, 2);
    for (uint32_t i = 0; i < n; i++) {
        wire *from = ARENA_ARRAY(l->arena, 2, wire);
        from[0] = in[i];
        from[1] = back[i];
        struct cell *cell = &l->cells.at[first + i];
        cell->count = cell->operand_count = 2;
        cell->from = from;
        cell->operands = gains;
    }
    return true;
}

static bool lower(struct lowering *l, const struct node *node, const wire *in, wire *out) {
    span outer = l->at;
    if (span_known(node->at)) l->at = node->at;
    bool done = false;
    switch (node->op) {
    case OP_WIRE:
        memcpy(out, in, node->shape.ins * sizeof *in);
        done = true;
        break;
    case OP_GAIN: done = lower_gain(l, node, in, out); break;
    case OP_DELAY: done = lower_grid(l, node, node->delays->grid, 1, &delay_filler, in, out); break;
    case OP_SOS:
        done = lower_grid(l, node, node->sections->grid, node->sections->count, &section_filler, in, out);
        break;
    case OP_FIR: done = lower_grid(l, node, node->taps->grid, 1, &fir_filler, in, out); break;
    case OP_SERIES: done = lower_series(l, node, in, out); break;
    case OP_PARALLEL:
    case OP_STACK: done = lower_parts(l, node, in, out); break;
    case OP_SUM: done = lower_sum(l, node, in, out); break;
    case OP_FEEDBACK: done = lower_feedback(l, node, in, out); break;
    case OP_COUNT: break;
    }
    l->at = outer;
    return done;
}

/* Banks again, where solving a loop turned some of a bank's cells into others or added some. */
static void rebuild_banks(struct lowering *l) {
    VEC(struct bank) rebuilt = {0};
    for (uint32_t i = 0; i < l->cells.count; i++) {
        struct cell *cell = &l->cells.at[i];
        const struct bank *old = cell->bank == NO_BANK ? NULL : &l->banks.at[cell->bank];
        struct bank *last = rebuilt.count ? &rebuilt.at[rebuilt.count - 1] : NULL;
        bool same = last && i > 0 && old && i > old->first && i < old->first + old->count &&
                    last->op == cell->op && last->node == old->node;
        if (!same) {
            bool whole = old && cell->op == old->op && i == old->first;
            struct bank bank = {cell->op, i, 0, cell->node, whole ? old->matrix : NULL};
            vec_push(l->arena, &rebuilt, bank);
            last = &rebuilt.at[rebuilt.count - 1];
        }
        last->count++;
        cell->bank = (uint32_t)rebuilt.count - 1;
    }
    /* A matrix stays with its bank only if all its rows still are the matrix's. */
    for (size_t b = 0; b < rebuilt.count; b++) {
        struct bank *bank = &rebuilt.at[b];
        if (!bank->matrix) continue;
        bool rows = bank->count == bank->matrix->rows;
        for (uint32_t r = 0; rows && r < bank->count; r++)
            rows = l->cells.at[bank->first + r].operands ==
                   bank->matrix->at + (size_t)r * bank->matrix->cols;
        if (!rows) bank->matrix = NULL;
    }
    l->banks.at = rebuilt.at;
    l->banks.count = rebuilt.count;
    l->banks.room = rebuilt.room;
}

static void find_components(struct lowering *l, struct net *net) {
    struct loops loops = loops_find(l->arena, l->cells.at, net->cell_count, false);
    struct component *components = ARENA_ARRAY(l->arena, loops.count, struct component);
    for (uint32_t c = 0; c < loops.count; c++) {
        struct component *component = &components[c];
        component->members = loops.members + loops.begin[c];
        component->count = loops.begin[c + 1] - loops.begin[c];
        component->cyclic = loops_cyclic(&loops, l->cells.at, c, false);
        if (component->cyclic)
            component->least_delay = loops_least_delay(l->scratch, &loops, l->cells.at, c);
    }
    for (uint32_t i = 0; i < net->cell_count; i++) l->cells.at[i].component = loops.of[i];
    net->components = components;
    net->component_count = loops.count;
}

static struct net *lower_root(struct lowering *l, const struct node *root) {
    wire first = bank_new(l, CELL_INLET, root->shape.ins, NULL);
    if (first == NO_WIRE) return NULL;
    wire *in = ARENA_ARRAY(l->scratch, root->shape.ins, wire);
    for (uint32_t i = 0; i < root->shape.ins; i++) in[i] = i;
    wire *out = ARENA_ARRAY(l->arena, root->shape.outs, wire);
    if (!lower(l, root, in, out)) return NULL;

    struct algebra algebra = {l->arena, l->scratch, l->diags, l->strict.at, (uint32_t)l->strict.count};
    bool changed = false;
    if (!algebra_solve(&algebra, &l->cells, &changed)) return NULL;
    if (changed) rebuild_banks(l);

    struct net *net = ARENA_NEW(l->arena, struct net);
    net->cell_count = (uint32_t)l->cells.count;
    net->inlet_count = root->shape.ins;
    net->outlets = out;
    net->outlet_count = root->shape.outs;
    net->knobs = l->program->knobs;
    net->knob_count = l->program->knob_count;
    net->rate = l->program->rate;
    net->order = loops_find(l->arena, l->cells.at, net->cell_count, true).members;
    find_components(l, net);
    net->cells = l->cells.at;
    net->banks = l->banks.at;
    net->bank_count = (uint32_t)l->banks.count;
    section_forms_choose(l->scratch, net, l->cells.at);
    return net;
}

const struct net *net_lower(struct arena *arena, struct diags *diags, const struct program *program,
                            const struct node *root) {
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    struct lowering l = {.arena = arena, .scratch = &scratch, .diags = diags, .program = program, .at = root->at};
    const struct net *net = lower_root(&l, root);
    arena_free(&scratch);
    return net;
}
