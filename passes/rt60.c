/* Which delays lie on a cycle is read from the net, where a node that is reached twice is two. So
 * the graph is first written out as a tree of instances, each a node of its own; the net of that
 * tree names the instances on cycles; those get their gains, and what came out alike is shared
 * again. */
#include "passes/rt60.h"

#include <math.h>

#include "ir/base/limits.h"
#include "ir/lower.h"
#include "ir/walk.h"
#include "passes/flatten.h"
#include "ir/base/memo.h"

struct instance {
    const struct node *original;
    struct instance **parts;
    bool *on_cycle;  /* OP_DELAY: an entry each */
    bool any;        /* there are such entries at or below this instance */
};

struct wiring {
    struct pass_context *pass;
    const struct program *program;
    struct build build;
    struct operand rt60;
    struct memo instances; /* node of the tree -> instance, of delays */
    struct memo made;      /* original -> the list of what instances of it became */
    uint64_t count;
};

/* The tree below `node`: `*copy` is a node for this instance alone. Null after a report. */
static struct instance *write_out(struct wiring *w, const struct node *node,
                                  const struct node **copy) {
    struct arena *scratch = w->pass->scratch;
    if (++w->count > LIMIT_CELLS) {
        diag_error(w->pass->diags, node->at, CODE_TOO_MANY_CELLS,
                   "the program has more than %d parts once every node is written out",
                   LIMIT_CELLS);
        return NULL;
    }
    struct instance *instance = ARENA_NEW(scratch, struct instance);
    struct node *own = ARENA_NEW(scratch, struct node);
    *own = *node;
    instance->original = node;
    if (node->op == OP_DELAY) {
        instance->on_cycle = ARENA_ARRAY(scratch, grid_entries(node->delays->grid), bool);
        memo_at(&w->instances, own, NULL)->pointer = instance;
    }
    const struct node **parts = ARENA_ARRAY(scratch, node->count, const struct node *);
    instance->parts = ARENA_ARRAY(scratch, node->count, struct instance *);
    for (uint32_t i = 0; i < node->count; i++) {
        instance->parts[i] = write_out(w, node->parts[i], &parts[i]);
        if (!instance->parts[i]) return NULL;
    }
    own->parts = parts;
    *copy = own;
    return instance;
}

/* Lowering gives a cell of a delay the number of its entry as its channel. */
static void mark(struct wiring *w, const struct net *net) {
    for (uint32_t i = 0; i < net->cell_count; i++) {
        const struct cell *cell = &net->cells[i];
        if (cell->op != CELL_DELAY || !net->components[cell->component].cyclic) continue;
        const struct instance *instance = memo_at(&w->instances, cell->node, NULL)->pointer;
        instance->on_cycle[cell->channel] = true;
    }
}

static bool spread(struct instance *instance) {
    if (instance->on_cycle) {
        for (size_t e = 0; e < grid_entries(instance->original->delays->grid); e++)
            instance->any = instance->any || instance->on_cycle[e];
    }
    for (uint32_t i = 0; i < instance->original->count; i++)
        if (spread(instance->parts[i])) instance->any = true;
    return instance->any;
}

/* 10^(-3 m / (fs rt60)), as the exponential that interval arithmetic knows. */
static struct operand attenuation(struct wiring *w, struct operand samples) {
    struct arena *arena = w->pass->arena;
    struct operand decay = operand_constant(-3 * log(10) / w->program->rate);
    struct operand power = operand_div(arena, operand_mul(arena, decay, samples), w->rt60);
    return operand_apply(arena, FUNCTION_EXP, power, operand_constant(0));
}

static struct operand factor_at(struct wiring *w, const struct instance *instance, size_t entry) {
    if (!instance->on_cycle[entry]) return operand_constant(1);
    return attenuation(w, instance->original->delays->samples[entry]);
}

static const struct node *decay_gain(struct wiring *w, const struct node *delay,
                                     const struct matrix *matrix) {
    return node_named(&w->build, node_gain(&w->build, delay->at, matrix),
                      name_of(w->pass->names, "decay"));
}

static const struct node *attenuated_bank(struct wiring *w, const struct instance *instance) {
    const struct node *delay = instance->original;
    uint32_t n = delay->shape.outs;
    struct operand *factors = ARENA_ARRAY(w->pass->arena, n, struct operand);
    for (uint32_t i = 0; i < n; i++) factors[i] = factor_at(w, instance, i);
    const struct node *gain = decay_gain(w, delay, matrix_diagonal(w->pass->arena, n, factors));
    return node_pair(&w->build, delay->at, OP_SERIES, delay, gain);
}

/* Each outlet of a full grid becomes a bank of its delays, summed with their gains; outlets
 * stacked. */
static const struct node *attenuated_grid(struct wiring *w, const struct instance *instance) {
    const struct node *delay = instance->original;
    const struct delays *from = delay->delays;
    uint32_t rows = from->grid.rows, cols = from->grid.cols;
    const struct node **outlets = ARENA_ARRAY(w->pass->scratch, rows, const struct node *);
    for (uint32_t r = 0; r < rows; r++) {
        struct operand *factors = ARENA_ARRAY(w->pass->arena, cols, struct operand);
        for (uint32_t c = 0; c < cols; c++)
            factors[c] = factor_at(w, instance, (size_t)r * cols + c);
        struct delays *row = ARENA_NEW(w->pass->arena, struct delays);
        *row = *from;
        row->grid = (struct grid){cols, cols, false};
        row->samples = from->samples + (size_t)r * cols;
        const struct node *bank =
            node_named(&w->build, node_delay(&w->build, delay->at, row), delay->name);
        const struct node *sum = decay_gain(w, delay, matrix_of(w->pass->arena, 1, cols, factors));
        outlets[r] = node_pair(&w->build, delay->at, OP_SERIES, bank, sum);
    }
    return node_combine(&w->build, delay->at, OP_STACK, outlets, rows);
}

/* What instances of one original became, so that those that came out alike are one node again. */
struct made {
    const struct made *next;
    const struct instance *instance;
    const struct node *const *parts;
    const struct node *node;
};

static bool alike(const struct made *made, const struct instance *instance,
                  const struct node *const *parts) {
    if (instance->on_cycle) {
        for (size_t e = 0; e < grid_entries(instance->original->delays->grid); e++)
            if (made->instance->on_cycle[e] != instance->on_cycle[e]) return false;
    }
    for (uint32_t i = 0; i < instance->original->count; i++)
        if (made->parts[i] != parts[i]) return false;
    return true;
}

static const struct node *rebuild(struct wiring *w, const struct instance *instance) {
    const struct node *original = instance->original;
    if (!instance->any) return original;
    const struct node **parts = ARENA_ARRAY(w->pass->scratch, original->count, const struct node *);
    for (uint32_t i = 0; i < original->count; i++) {
        parts[i] = rebuild(w, instance->parts[i]);
        if (!parts[i]) return NULL;
    }
    union memo_value *known = memo_at(&w->made, original, NULL);
    for (const struct made *m = known->pointer; m; m = m->next)
        if (alike(m, instance, parts)) return m->node;
    const struct node *node;
    if (original->op != OP_DELAY) node = node_with_parts(&w->build, original, parts);
    else if (original->delays->grid.full) node = attenuated_grid(w, instance);
    else node = attenuated_bank(w, instance);
    if (!node) return NULL;
    node = flatten_node(&w->build, node, w->pass);
    struct made *made = ARENA_NEW(w->pass->scratch, struct made);
    *made = (struct made){known->pointer, instance, parts, node};
    known->pointer = made;
    return node;
}

const struct node *rt60_wire(struct pass_context *context, const struct program *program,
                             struct operand rt60, bool *found) {
    struct wiring w = {.pass = context, .program = program, .rt60 = rt60};
    w.build = (struct build){context->arena, context->diags};
    memo_init(&w.instances, context->scratch);
    memo_init(&w.made, context->scratch);
    const struct node *tree;
    struct instance *root = write_out(&w, program->main, &tree);
    if (!root) return NULL;
    const struct net *net = net_lower(context->scratch, context->diags, program, tree);
    if (!net) return NULL;
    mark(&w, net);
    *found = spread(root);
    return rebuild(&w, root);
}
