/* Emitted FAUST: its text, and what FAUST makes of it held against the interpreter. */
#ifndef ADACC_TESTS_UNIT_FAUST_H
#define ADACC_TESTS_UNIT_FAUST_H

#include "ir/net.h"
#include "ir/program.h"
#include "tests/unit/nodes.h"

/* Named "test", titled "Test", at 48000 Hz. */
struct program program_of(struct fixture *f, const struct node *main);

struct faust_text {
    const char *text, *summary;
    const struct net *net;
};

/* Nothing is to be said of the program. */
struct faust_text faust_of(struct fixture *f, const struct program *program);

struct knob_move {
    uint32_t knob;
    double value;
    long frame;
};

/* Noise into all inlets: what FAUST makes of the program, in double, is within 1e-10 of the
 * interpreter's peak while knobs move. Skips the test where there is no FAUST. */
void check_faust_moved(struct fixture *f, const struct program *program,
                       const struct knob_move *moves, size_t move_count);
void check_faust(struct fixture *f, const struct node *main);

#endif
