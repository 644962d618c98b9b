/* A net in the order in which a machine computes it.
 *
 * A schedule is a list of regions; a region runs its kernels in order on a block of samples at a
 * time, and each kernel is a loop over the channels of a bank. What flows between kernels lies in
 * slots (`block` samples each); what lasts from block to block lies in delay lines and section
 * states; what knobs move lies in coefficients, which the control program computes.
 *
 *     region 0: block 64
 *       inlet   0..1   <- inlets 0..1
 *       read    2..9   <- lines 0..7
 *       matrix  10..17 <- 8 x 8 of 2..9
 *       ...
 *
 * Which parts of the net may run in blocks says ir/blocks.h. A region of blocks of one sample has
 * slots of its own, which hold one sample each; it takes what it reads from the others, sample by
 * sample, and gives back what they read. An interpreter that shares nothing with this file
 * (ir/interp.h) says what a schedule must compute.
 */
#ifndef ADACC_IR_SCHEDULE_H
#define ADACC_IR_SCHEDULE_H

#include "ir/base/diag.h"
#include "ir/base/text.h"
#include "ir/net.h"
#include "ir/structure.h"

#define NO_SLOT UINT32_MAX

enum kernel_op {
#define KERNEL(NAME, text, meaning) KERNEL_##NAME,
#include "ir/kernels.def"
#undef KERNEL
    KERNEL_COUNT
};

struct kernel_info {
    const char *text;
    const char *meaning;
};
extern const struct kernel_info kernel_infos[KERNEL_COUNT];

/* How a block lies in its buffer: the samples of a channel side by side, or the channels of a
 * sample. With blocks of one sample the two are the same. */
enum layout { LAYOUT_TIME, LAYOUT_CHANNEL };

/* `count` slots: first, first + 1, ... or, where `slots` is not null, these. */
struct gather {
    uint32_t first, count;
    const uint32_t *slots;
};
static inline uint32_t gather_at(const struct gather *g, uint32_t i) {
    return g->slots ? g->slots[i] : g->first + i;
}

/* Which of a section's numbers are not the constant 0 in every row: bits of `uses`, and places in a
 * row of `values`. These are its coefficients where it is in direct form. */
enum { SECTION_B0, SECTION_B1, SECTION_B2, SECTION_A1, SECTION_A2, SECTION_COEFFICIENTS };

struct kernel {
    enum kernel_op op;
    enum layout reads, writes;
    uint32_t to, rows; /* the slots written; NO_SLOT where none are. SECTION_WRITE: its outlets */
    uint32_t first;    /* inlet, outlet, line or state of row 0; see kernels.def */
    uint32_t columns;  /* MATRIX; FIR: taps of each row */
    uint32_t skip;     /* FIR: samples before the first of them */
    const struct gather *from; /* SUM: `terms` of them; else one, or null */
    uint32_t terms;            /* SUM: of each row; SPARSE: of all rows together */
    /* SPARSE: the terms of row r are starts[r] .. starts[r + 1] - 1; each reads slots[term].
     * FIR, and DELAY_READ unless null: the line of each row in `slots`; rows that hear one wire share
     * one. */
    const uint32_t *starts, *slots;
    /* The numbers at the knobs' initial values: MATRIX and FIR rows * columns, SPARSE one a term,
     * SCALE one a row, sections [row][SECTION_COEFFICIENTS]. */
    const double *values;
    const uint32_t
        *coefficients; /* beside `values`: which coefficient moves it, or NO_SLOT; null: none */
    unsigned uses;     /* sections: bits 1 << SECTION_B0 ... */
    enum section_form form; /* sections: what their values are: the numbers of a form, ir/noise.h */
    const uint32_t *delays; /* DELAY_READ: samples of each row; null: what its line is for */
    uint32_t delayed;  /* DELAY_READ, FIR: 1 where its line was written in this block already */
    const struct gather *added;  /* BANK: what is added to the product; null: nothing */
    const struct kernel *stages; /* BANK: sections in cascade that all rows go through */
    uint32_t stage_count;
    const struct kernel *write; /* BANK: a DELAY_WRITE whose lines take the rows; null: none */
    const struct node *node; /* where it comes from; may be null */
    span at;
};

/* A ring of `length` samples from `begin` on, in the one array of all lines. Sample by sample: a
 * constant delay has length == least == most, is read before it is written, and so needs one place
 * for both; a delay that a knob moves has length most + 1; the line of a finite response is as long
 * as what it must remember. In blocks: most + block, rounded up to BLOCK_STEP; behind it, from
 * begin + length on, there is room for `block` samples, which repeat those at `begin`, so that a
 * block can be read and written in one run wherever it begins. */
struct line {
    wire cell;
    uint32_t begin, length, block; /* block 0: sample by sample */
    uint32_t least, most; /* samples */
    uint32_t tap;         /* index into `taps`; NO_SLOT: constant */
    uint32_t reads;       /* delays that share it */
};

/* One step of the control program: a knob, a constant, or a function of earlier steps. */
struct control_step {
    enum expr_kind kind;
    enum function function; /* EXPR_APPLY */
    uint32_t knob;          /* EXPR_KNOB */
    double constant;        /* EXPR_CONSTANT */
    uint32_t arguments[2];  /* EXPR_APPLY: steps before this one */
};

/* A number that knobs move: kernels read it from its slot while it ramps to what `step` gives. */
struct coefficient {
    struct operand operand;
    uint32_t step;  /* NO_SLOT: a constant that stands among moving ones, for the sake of a loop */
    uint32_t group; /* the knobs that move it: index into `groups`; NO_SLOT for such a constant */
    uint32_t ramp;  /* index into `ramps` */
};

/* The length of a line that knobs move: whole samples, half to even, within the line's bounds. It
 * cross-fades to a new one as ir/interp.h says. */
struct tap {
    struct operand operand;
    uint32_t line, step, group;
    uint32_t fade_samples;
};

/* Coefficients that move with one time constant; they are numbered one behind the other.
 * After a change c[n] = p c[n-1] + (1 - p) target, p = exp(-1 / (smooth_s rate)). */
struct ramp {
    double smooth_s, p;
    uint32_t first, count;
};

/* What one set of knobs moves, and no knob besides. */
struct control_group {
    const uint32_t *knobs; /* ascending */
    uint32_t knob_count;
    const uint32_t *coefficients, *taps;
    uint32_t coefficient_count, tap_count;
    const uint32_t *steps; /* all that these need, in order */
    uint32_t step_count;
};

/* How many `values` a kernel has. */
uint32_t kernel_numbers_count(const struct kernel *kernel);

struct region {
    uint32_t block; /* samples at most */
    const struct kernel *kernels;
    uint32_t kernel_count;
};

/* How a matrix of numbers is computed. */
struct schedule_form {
    const struct structure *structure;
    const struct node *node;
    span at;
};

/* "feedback: 32 x 32 Hadamard, 160 additions and ..." */
void schedule_form_put(struct text *out, const struct schedule_form *form);

struct schedule {
    const struct net *net;
    const struct region *regions;
    uint32_t region_count;
    uint32_t block;      /* samples that all regions together take at a time, at most */
    uint32_t slot_count; /* each of `block` samples */
    uint32_t wire_count; /* slots of one sample, which regions with blocks of 1 share in turn */
    const struct line *lines;
    uint32_t line_count;
    uint32_t line_samples;  /* of all lines together */
    uint32_t section_count; /* each has two numbers of state */
    const struct control_step *steps;
    uint32_t step_count;
    const struct coefficient *coefficients;
    uint32_t coefficient_count;
    const struct tap *taps;
    uint32_t tap_count;
    const struct ramp *ramps;
    uint32_t ramp_count;
    const struct control_group *groups;
    uint32_t group_count;
    const struct schedule_form *forms; /* of matrices that were looked at */
    uint32_t form_count;
    uint64_t multiply_adds;       /* a sample, nothing ramping */
    uint64_t block_multiply_adds; /* those of them in regions with blocks of more than a sample */
};

/* What was chosen for each matrix is a remark. Null after a report: all delays together beyond
 * LIMIT_STATE_SAMPLES (E0905). */
const struct schedule *schedule_make(struct arena *arena, struct diags *diags,
                                     const struct net *net);

/* For numbers that are rounded later: a matrix may be replaced by one of less work whose entries
 * differ from its own by `tolerance` times the largest of them. schedule_make allows a few last
 * bits of a double. */
const struct schedule *schedule_make_within(struct arena *arena, struct diags *diags,
                                            const struct net *net, double tolerance);

void schedule_dump(struct text *out, const struct schedule *schedule);

#endif
