/* Graphs by hand, in few words, and what they do.
 *
 *     struct graph g;
 *     graph_init(&g, f);
 *     g.program.main = pair(&g, OP_SERIES, bank(&g, 2, 3.0, 5.0), gain(&g, 1, 2, 0.5, 0.5));
 *     assert_graph(&g, "series 2 -> 1\n  delay 2 -> 2\n ...");
 */
#ifndef ADACC_TESTS_UNIT_GRAPH_H
#define ADACC_TESTS_UNIT_GRAPH_H

#include "ir/build.h"
#include "ir/program.h"
#include "passes/pass.h"
#include "tests/unit/support.h"

struct graph {
    struct fixture *f;
    struct arena *arena;
    struct build build;
    struct program program; /* rate 48000, no knobs, no controls */
    struct knob *knobs;     /* the program's, with room for GRAPH_KNOBS */
};

enum { GRAPH_KNOBS = 8 };

void graph_init(struct graph *g, struct fixture *f);

/* The first line of a test: its graph, in its fixture. */
#define GRAPH(g)    \
    struct graph g; \
    graph_init(&g, *state)

/* A knob "k0", "k1", ... without a unit, smoothed over 20 ms, as an operand. */
struct operand knob(struct graph *g, double init, double lo, double hi);

/* Numbers are doubles: write 3.0, not 3. */
const struct node *wires(struct graph *g, uint32_t n);
const struct node *gain(struct graph *g, uint32_t rows, uint32_t cols, ...);
const struct node *diagonal(struct graph *g, uint32_t n, ...);
const struct node *bank(struct graph *g, uint32_t n, ...);
const struct node *full_delay(struct graph *g, uint32_t rows, uint32_t cols, ...);
/* b0 b1 b2 a0 a1 a2 for each section of each entry. */
const struct node *filter(struct graph *g, struct grid grid, uint32_t sections, ...);
/* `taps` numbers for each entry. */
const struct node *response(struct graph *g, struct grid grid, uint32_t taps, ...);
/* The same bank or grid, not to be rounded. */
const struct node *fractional(struct graph *g, const struct node *delay, struct interpolation how);
const struct node *scaled(struct graph *g, uint32_t n, struct operand factor); /* factor * I */
const struct node *bank_of(struct graph *g, struct operand samples);           /* one channel */

const struct node *pair(struct graph *g, enum op op, const struct node *a, const struct node *b);
const struct node *loop(struct graph *g, const struct node *a, const struct node *b);
const struct node *named(struct graph *g, const struct node *node, const char *label);
const struct node *placed(struct graph *g, const struct node *node, span at);

/* Runs a pass over the program and verifies it. */
bool run_pass(struct graph *g, bool (*pass)(struct pass_context *, struct program *));

/* The dump of main alone. */
const char *graph_text(struct graph *g);
#define assert_graph(g, wanted) check_text(graph_text(g), (wanted), __FILE__, __LINE__)

/* The impulse responses [in][out][time] of a program whose delays are whole and sections
 * normalised. */
double *graph_responses(struct graph *g, size_t frames);

/* |got[i] - wanted[i]| <= tolerance times the largest |wanted|. */
bool responses_equal(const double *got, const double *wanted, size_t count, double tolerance);

#endif
