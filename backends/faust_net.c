/* A loop that no single `~` can take apart, by its net: every delay on a cycle is cut, what remains
 * is free of loops and becomes one function, a line a wire, and one `~` around it closes all cuts
 * at once.
 *
 *     loop_step(d1, s2, x1) = w1, t2, w3 with {
 *         w1 = x1 + 0.5*s2;
 *         t2 = 0.3*d1 - 0.2*s2;
 *         w3 = ...;
 *     };
 *     loop = loop_step ~ (@(7 - 1), _) : (si.block(2), _);
 *
 * A section whose b0 is 0 may be the only delay of a cycle. It is cut between its own state and its
 * outlet: with the outlet o[n] = t[n-1] from `~`, t = b1 x - a1 o + (b2 x - a2 o)', which is what
 * the transposed direct form II computes, also while knobs move. So may a finite response
 * whose first tap is 0: it is cut as a delay is, and what `~` closes is itself a sample earlier. */
#include <string.h>

#include "backends/faust.h"
#include "ir/lower.h"

struct cut_net {
    struct faust *f;
    const struct net *net;
    const struct node *node;
    const char *owner;
    bool *live;         /* what the outlets need */
    bool *cut;          /* what `~` closes */
    const char **names; /* of each wire */
    struct text lines;
};

static void find_live(struct cut_net *n) {
    wire *stack = ARENA_ARRAY(n->f->arena, n->net->cell_count, wire);
    uint32_t depth = 0;
    for (uint32_t i = 0; i < n->net->outlet_count; i++) {
        wire w = n->net->outlets[i];
        if (!n->live[w]) n->live[stack[depth++] = w] = true;
    }
    while (depth) {
        const struct cell *cell = &n->net->cells[stack[--depth]];
        for (uint32_t i = 0; i < cell->count; i++) {
            wire w = cell->from[i];
            if (cell_is_connected(cell, i) && !n->live[w]) n->live[stack[depth++] = w] = true;
        }
    }
}

/* Counts the wires that each cell waits for, now that cut cells wait for none; cells that are free
 * to go are put in `order`, ascending where there is a choice. Gives how many there are. */
static uint32_t sort(struct cut_net *n, wire *order) {
    const struct net *net = n->net;
    struct arena *arena = n->f->arena;
    uint32_t *waits = ARENA_ARRAY(arena, net->cell_count, uint32_t);
    uint32_t *begin = ARENA_ARRAY(arena, (size_t)net->cell_count + 2, uint32_t);
    size_t edges = 0;
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        if (!n->live[w] || n->cut[w]) continue;
        for (uint32_t i = 0; i < cell->count; i++)
            if (cell_is_connected(cell, i)) waits[w]++, begin[cell->from[i] + 2]++, edges++;
    }
    for (wire w = 0; w < net->cell_count; w++) begin[w + 2] += begin[w + 1];
    wire *readers = ARENA_ARRAY(arena, edges, wire);
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        if (!n->live[w] || n->cut[w]) continue;
        for (uint32_t i = 0; i < cell->count; i++)
            if (cell_is_connected(cell, i)) readers[begin[cell->from[i] + 1]++] = w;
    }
    uint32_t count = 0;
    for (wire w = 0; w < net->cell_count; w++)
        if (n->live[w] && !waits[w]) order[count++] = w;
    for (uint32_t k = 0; k < count; k++)
        for (uint32_t e = begin[order[k]]; e < begin[order[k] + 1]; e++)
            if (!--waits[readers[e]]) order[count++] = readers[e];
    return count;
}

/* Cuts every delay that lies on a cycle; if cycles remain, also the sections on them that have a
 * sample to give. The order of evaluation comes out. */
static uint32_t cut(struct cut_net *n, wire *order) {
    const struct net *net = n->net;
    uint32_t live = 0;
    for (wire w = 0; w < net->cell_count; w++) {
        live += n->live[w];
        n->cut[w] = n->live[w] && net->cells[w].op == CELL_DELAY && net->cells[w].least_delay &&
                    net->components[net->cells[w].component].cyclic;
    }
    uint32_t count = sort(n, order);
    if (count == live) return count;
    bool *sorted = ARENA_ARRAY(n->f->arena, net->cell_count, bool);
    for (uint32_t i = 0; i < count; i++) sorted[order[i]] = true;
    for (wire w = 0; w < net->cell_count; w++)
        n->cut[w] |= n->live[w] && !sorted[w] && net->cells[w].op != CELL_DELAY &&
                     net->cells[w].least_delay && net->components[net->cells[w].component].cyclic;
    return sort(n, order);
}

static const char *const *wire_names(struct cut_net *n, const struct cell *cell) {
    const char **names = ARENA_ARRAY(n->f->arena, cell->count, const char *);
    for (uint32_t i = 0; i < cell->count; i++) names[i] = n->names[cell->from[i]];
    return names;
}

static const char *owner_of(const struct cut_net *n, const struct cell *cell) {
    n->f->nameless = !cell->node || !cell->node->name;
    return n->f->nameless ? n->owner : cell->node->name->text;
}

static bool put_wire(struct cut_net *n, wire w) {
    struct faust *f = n->f;
    const struct cell *cell = &n->net->cells[w];
    const char *owner = owner_of(n, cell);
    struct phrase phrase;
    switch (cell->op) {
    case CELL_MIX:
        text_printf(&n->lines, "    %s = ", n->names[w]);
        faust_put_sum(f, &n->lines, cell->operands, wire_names(n, cell), cell->count, owner, 4);
        text_put(&n->lines, ";\n");
        return true;
    case CELL_DELAY: phrase = faust_delay(f, cell->operands[0], 0, owner, cell->at); break;
    case CELL_SECTION: phrase = faust_section(f, cell->operands, cell->operands + 3, owner); break;
    case CELL_FIR:
        phrase = faust_fir(f, cell->operands, cell->operand_count, 0, owner);
        break;
    default: return true;
    }
    if (!phrase.text) return false;
    text_printf(&n->lines, "    %s = %s : %s;\n", n->names[w], n->names[cell->from[0]],
                phrase.text);
    return true;
}

/* What goes back from a cut cell: the inlet of a delay or of a finite response, the first state of a
 * section. */
static const char *goes_back(struct cut_net *n, wire w) {
    struct faust *f = n->f;
    const struct cell *cell = &n->net->cells[w];
    const char *from = n->names[cell->from[0]];
    if (cell->op != CELL_SECTION) return from;
    const char *names[] = {from, n->names[w]}, *owner = owner_of(n, cell);
    struct operand first[] = {cell->operands[1], operand_neg(f->arena, cell->operands[3])};
    struct operand second[] = {cell->operands[2], operand_neg(f->arena, cell->operands[4])};
    const char *state = text_format(f->arena, "t%s", n->names[w] + 1);
    text_printf(&n->lines, "    %s = ", state);
    faust_put_sum(f, &n->lines, first, names, 2, owner, 4);
    if (!operand_is(second[0], 0) || !operand_is(second[1], 0)) {
        text_put(&n->lines, " + (");
        faust_put_sum(f, &n->lines, second, names, 2, owner, 4);
        text_put(&n->lines, ")'");
    }
    text_put(&n->lines, ";\n");
    return state;
}

/* What stands on the way back of a cut cell, where `~` has a sample of its own. */
static struct phrase closing(struct cut_net *n, const struct cell *cell) {
    const char *owner = owner_of(n, cell);
    switch (cell->op) {
    case CELL_DELAY: return faust_delay(n->f, cell->operands[0], 1, owner, cell->at);
    case CELL_FIR: return faust_fir(n->f, cell->operands, cell->operand_count, 1, owner);
    default: return phrase_of("_");
    }
}

static void name_wires(struct cut_net *n, const wire *order, uint32_t count) {
    struct arena *arena = n->f->arena;
    uint32_t cuts = 0, wires = 0;
    for (wire w = 0; w < n->net->cell_count; w++) {
        if (w < n->net->inlet_count) n->names[w] = text_format(arena, "x%u", w + 1);
        else if (n->cut[w])
            n->names[w] =
                text_format(arena, "%c%u", n->net->cells[w].op == CELL_SECTION ? 's' : 'd', ++cuts);
    }
    for (uint32_t i = 0; i < count; i++)
        if (!n->names[order[i]]) n->names[order[i]] = text_format(arena, "w%u", ++wires);
}

struct phrase faust_by_net(struct faust *f, const struct node *node) {
    const struct net *net = net_lower(f->arena, f->diags, f->program, node);
    if (!net) return no_phrase;
    struct cut_net n = {.f = f,
                        .net = net,
                        .node = node,
                        .owner = name_or(node->name, faust_role(node)),
                        .live = ARENA_ARRAY(f->arena, net->cell_count, bool),
                        .cut = ARENA_ARRAY(f->arena, net->cell_count, bool),
                        .names = ARENA_ARRAY(f->arena, net->cell_count, const char *)};
    text_init(&n.lines, f->arena);
    find_live(&n);
    wire *order = ARENA_ARRAY(f->arena, net->cell_count, wire);
    uint32_t count = cut(&n, order);
    name_wires(&n, order, count);

    bool any_cut = false;
    for (wire w = 0; w < net->cell_count; w++) any_cut |= n.cut[w];

    /* The function's inlets: what comes back, then the inlets of the loop. */
    const char *step =
        faust_name(f, text_format(f->arena, any_cut ? "%s_step" : "%s", n.owner), "step");
    struct text *out = &f->at->definitions, results, back_text;
    text_init(&results, f->arena);
    text_init(&back_text, f->arena);
    size_t column = strlen(step) + 1, results_column = 4;
    struct phrase *back = ARENA_ARRAY(f->arena, net->cell_count, struct phrase);
    uint32_t cuts = 0;
    if (any_cut) text_put(out, "// A loop opened at all of its delays at once.\n");
    text_printf(out, "%s(", step);
    for (wire w = 0; w < net->cell_count; w++)
        if (n.cut[w]) faust_put_item(out, n.names[w], !cuts++, &column);
    for (wire w = 0; w < net->inlet_count; w++)
        faust_put_item(out, n.names[w], !cuts && !w, &column);
    text_put(out, ") =");

    for (uint32_t i = 0; i < count; i++)
        if (!n.cut[order[i]] && !put_wire(&n, order[i])) return no_phrase;
    uint32_t listed = 0;
    for (wire w = 0; w < net->cell_count; w++) {
        if (!n.cut[w]) continue;
        const struct cell *cell = &net->cells[w];
        back[listed] = closing(&n, cell);
        if (!back[listed].text) return no_phrase;
        faust_put_item(&results, goes_back(&n, w), !listed, &results_column);
        listed++;
    }
    for (uint32_t i = 0; i < net->outlet_count; i++)
        faust_put_item(&results, n.names[net->outlets[i]], !listed && !i, &results_column);
    text_printf(out, "\n    %s", text_chars(&results));
    if (n.lines.length) text_printf(out, "\nwith {\n%s}", text_chars(&n.lines));
    text_put(out, ";\n");

    struct phrase whole = phrase_of(step);
    if (!cuts) return whole;
    struct phrase delays = phrase_short(f, text_format(f->arena, "%s_lines", n.owner), "lines",
                                        phrase_join(f, BINDS_COMMA, back, cuts));
    struct phrase loop = phrase_recursion(f, whole, delays);
    const struct phrase ends[] = {phrase_block(f, cuts), phrase_bus(f, net->outlet_count)};
    struct phrase keep = phrase_join(f, BINDS_COMMA, ends, 2);
    return phrase_join(f, BINDS_COLON, (const struct phrase[]){loop, keep}, 2);
}
