/* The net: cells and wires, with every delay in plain sight.
 *
 * A graph nests; a net is flat. Every cell has one outlet, so a wire is the number of the cell that
 * drives it. A matrix of r rows is r mix cells that share their list of inlets; a cascade of K
 * sections over n channels is K banks of n cells. Feedback is just a wire that leads back.
 *
 * Lowering (ir/lower.h) also finds, once for all who need it: strongly connected components, the
 * least delay around each, and an order in which one sample can be computed.
 */
#ifndef ADACC_IR_NET_H
#define ADACC_IR_NET_H

#include "ir/program.h"

typedef uint32_t wire;
#define NO_WIRE UINT32_MAX

enum cell_op {
#define CELL(NAME, text, flags, meaning) CELL_##NAME,
#include "ir/cells.def"
#undef CELL
    CELL_COUNT
};

struct cell_info {
    const char *text;
    unsigned flags; /* enum op_flags */
    const char *meaning;
};
extern const struct cell_info cell_infos[CELL_COUNT];

/* How a section is computed: ir/noise.h. */
enum section_form {
#define FORM(NAME, text, meaning) SECTION_##NAME,
#include "ir/section_forms.def"
#undef FORM
    SECTION_FORMS
};

struct cell {
    enum cell_op op;
    uint32_t bank;    /* index of its channel group */
    uint32_t channel; /* its place in the bank */
    uint32_t count;   /* wires it reads: INLET 0, MIX any, the others 1 */
    const wire *from;
    /* MIX: `count` gains. DELAY: its length in samples. SECTION: b0 b1 b2 a1 a2, with
     * y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]. FIR: its taps, from z^0 on. */
    const struct operand *operands;
    uint32_t operand_count;
    uint32_t least_delay; /* whole samples between its inlet and its outlet, at least: a DELAY's lower
                             bound over the knobs' ranges; as many as a SECTION's b or a FIR's taps
                             begin with the constant 0; else 0 */
    enum section_form form; /* SECTION: by targets that round; its meaning is the same in all */
    uint32_t component;   /* index of its strongly connected component */
    const struct node *node; /* where it comes from; null for sums made by lowering */
    span at;
};

/* Cells of one shape that run side by side, numbered one behind the other. */
struct bank {
    enum cell_op op;
    uint32_t first, count;
    const struct node *node;
    const struct matrix *matrix; /* MIX banks that are a whole matrix, row by row, all reading one list
                                    of wires; null for sums and for diagonal matrices, whose cells
                                    read one wire each */
};

/* A strongly connected component. Only those that are a loop have `cyclic` set. */
struct component {
    const wire *members; /* ascending */
    uint32_t count;
    bool cyclic;
    uint64_t least_delay; /* samples around its shortest cycle; 0 if not cyclic */
};

struct net {
    const struct cell *cells;
    uint32_t cell_count;
    const struct bank *banks;
    uint32_t bank_count;
    uint32_t inlet_count; /* cells 0 .. inlet_count - 1 are the inlets, in order */
    const wire *outlets;
    uint32_t outlet_count;
    const wire *order; /* all cells: each behind those that it needs within the same sample */
    const struct component *components; /* in the order of the signal: sources first */
    uint32_t component_count;
    const struct knob *knobs;
    uint32_t knob_count;
    double rate;
};

/* True if inlet i reaches the outlet of the cell: a gain that is the constant 0 carries no path. */
bool cell_is_connected(const struct cell *cell, uint32_t i);

/* True if the outlet depends on inlet i within the same sample. */
bool cell_is_direct(const struct cell *cell, uint32_t i);

#endif
