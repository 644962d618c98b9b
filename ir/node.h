/* The graph: what both doors make and what passes map.
 *
 * A node is a processor with inlets and outlets: a leaf with its operands (a matrix, a bank of delays,
 * cascades of sections), or a combination of other nodes. Nodes are immutable, live in an arena, and
 * may be shared: a node reached twice stands for two instances. Build them with ir/build.h, which
 * checks shapes; write passes with ir/walk.h.
 */
#ifndef ADACC_IR_NODE_H
#define ADACC_IR_NODE_H

#include "ir/base/source.h"
#include "ir/matrix.h"

enum op {
#define OP(NAME, text, least, most, flags, meaning) OP_##NAME,
#include "ir/ops.def"
#undef OP
    OP_COUNT
};

enum op_flags {
    OP_FLAG_LINEAR = 1,
    OP_FLAG_TIME_INVARIANT = 2,
    OP_FLAG_STATEFUL = 4,
    OP_FLAG_LOSSLESS = 8,
};

struct op_info {
    const char *text;
    uint32_t least_parts, most_parts;
    unsigned flags;
    const char *meaning;
};
extern const struct op_info op_infos[OP_COUNT];

struct shape {
    uint32_t ins, outs;
};

/* How the entries of a leaf lie: a bank (n -> n, one entry a channel) or full (cols -> rows, one
 * entry for each pair, [out][in], outputs summed over the inlets). */
struct grid {
    uint32_t rows, cols;
    bool full;
};
static inline size_t grid_entries(struct grid g) {
    return g.full ? (size_t)g.rows * g.cols : g.rows;
}

/* What the part of a delay that is no whole sample becomes; passes/design_delay.h has the formulas. */
enum interpolation_method {
    INTERPOLATE_BEST, /* the cheapest of the others that is good enough */
    INTERPOLATE_SINC,
    INTERPOLATE_LAGRANGE,
    INTERPOLATE_THIRAN,
    INTERPOLATE_ROUND /* nothing: it is rounded away */
};
struct interpolation {
    enum interpolation_method method;
    uint32_t order; /* SINC: its taps, from 2 on; LAGRANGE, THIRAN: from 1 on */
};
enum { INTERPOLATION_ORDER_MOST = 256, THIRAN_ORDER_MOST = 32 };

/* "sinc:13", "lagrange:3", "thiran:2", "round"; false if it is none of these, or of no such order. */
bool interpolation_read(const char *text, struct interpolation *out);
const char *interpolation_text(struct arena *arena, struct interpolation how);

struct delays {
    struct grid grid;
    const struct operand *samples; /* one an entry; whole and >= 0 after the pass `quantise` */
    bool fractional; /* lengths are meant as they are, until the pass `fractional`; else rounded */
    struct interpolation how; /* where they are */
};

/* H(z) = product over the sections of (b0 + b1 z^-1 + b2 z^-2) / (a0 + a1 z^-1 + a2 z^-2). */
struct section {
    struct operand b0, b1, b2, a0, a1, a2; /* a0 = 1 after the pass `normalise` */
};
struct sections {
    struct grid grid;
    uint32_t count;           /* sections in each cascade */
    const struct section *at; /* [entry][section] */
};

/* H(z) = sum over k of at[k] z^-k. */
struct taps {
    struct grid grid;
    uint32_t count;           /* taps of each response, at least one */
    const struct operand *at; /* [entry][tap] */
};

/* What a JSON model said of a node beyond its meaning; kept by passes that leave the node alone. */
struct origin {
    const char *module; /* module_type, or the container's type */
    const char *flamo;  /* its `flamo` object as JSON text; null if it had none */
    const char *params; /* its `params` object as JSON text; null if it had none */
};

struct node {
    enum op op;
    struct shape shape;
    span at;
    name name; /* a label for people, never an identity; may be null */
    const struct origin *origin;
    uint32_t count; /* of parts */
    const struct node *const *parts;
    union {
        const struct matrix *matrix;     /* OP_GAIN */
        const struct delays *delays;     /* OP_DELAY */
        const struct sections *sections; /* OP_SOS */
        const struct taps *taps;         /* OP_FIR */
        bool implicit;                   /* OP_FEEDBACK: a delay-free loop is to be solved */
    };
};

#endif
