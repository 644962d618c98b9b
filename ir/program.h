/* A whole program: what a reader makes, a pass maps and a backend prints. */
#ifndef ADACC_IR_PROGRAM_H
#define ADACC_IR_PROGRAM_H

#include "ir/node.h"

/* The macro controls of ADAC's JSON: asked for by a reader or the command line, wired by the pass
 * `controls`. */
#define CONTROL_LIST(X)                                                  \
    X(RT60, "rt60", "rt60", "s", 2, 0.1, 10, 0.01)                       \
    X(DRY_WET, "dry_wet", "dry/wet", "", 1, 0, 1, 0.01)                  \
    X(PRE_DELAY, "pre_delay", "pre-delay", "ms", 0, 0, 250, 1)

enum control_kind {
#define X(NAME, key, label, unit, init, lo, hi, step) CONTROL_##NAME,
    CONTROL_LIST(X)
#undef X
    CONTROL_COUNT
};

struct control {
    bool wanted;
    double init, lo, hi, step; /* in the unit shown: s, a number, ms */
    const char *label;
    span at;
};

struct control_info {
    const char *key; /* as JSON, .adg and --control spell it */
    const char *unit;
    struct control defaults;
};
extern const struct control_info control_infos[CONTROL_COUNT];

/* What `require` asks of a part of a program: judged when all of it is known. A figure is to lie in
 * lo..hi: samples for T60 and LATENCY, an amplitude for PEAK_GAIN. */
enum contract_kind {
    CONTRACT_STABLE,
    CONTRACT_LOSSLESS,
    CONTRACT_T60,
    CONTRACT_PEAK_GAIN,
    CONTRACT_LATENCY
};

struct contract {
    enum contract_kind kind;
    const struct node *root; /* the pointer of `main` where main is meant */
    double frequency;        /* of T60: cycles a sample */
    double lo, hi;
    const char *bound; /* as the source has it: "in 2s..2.6s" */
    const char *text;  /* "t60(main, 500Hz)" */
    span at;           /* of that text */
};

/* A constant to the compiler, a variable to training. Numbers are in the unit shown. */
struct param {
    name id;
    const char *unit; /* as a knob's */
    double init, lo, hi; /* without a range -infinity and infinity */
    span at;
};

/* What the pass `contract` is to scale lossless matrices for: to be rounded to floats, or not. */
enum contract_for { CONTRACT_FOR_NOTHING, CONTRACT_FOR_FLOAT, CONTRACT_FOR_DOUBLE };

/* A matrix that it multiplied by 1 - steps * unit. */
struct contracted {
    name name;
    uint32_t rows;
    uint64_t steps;
    double unit;
};

struct program {
    name name;          /* a legal identifier */
    const char *title;  /* as the source wrote it */
    const char *author; /* null: not said */
    double rate;        /* samples a second */
    const struct node *main;
    const struct knob *knobs;
    uint32_t knob_count;
    const struct param *params;
    uint32_t param_count;
    struct control controls[CONTROL_COUNT];
    struct interpolation interpolation; /* of fractional delays that leave it open */
    const struct contract *contracts;
    uint32_t contract_count;
    enum contract_for contract_for;
    const struct contracted *contracted;
    uint32_t contracted_count;
    const char *flamo_root; /* root members of a JSON model beyond ADAC's, as JSON text; or null */
};

enum { RATE_DEFAULT = 48000 };
#define SMOOTH_DEFAULT_S 0.020

#endif
