/* Emitted C in memory, compiled and loaded: what the tests of the C backend share.
 *
 *     struct library library;
 *     library_begin(&library);
 *     library_add(&library, "a", emit_program(&g, "a", REAL_DOUBLE));
 *     library_load(&library);
 *     struct running p = library_program(&library, g.arena, "a");
 *     p.process(p.memory, in, out, 64);
 *     library_end(&library);
 */
#ifndef ADACC_TESTS_UNIT_EMITTED_C_H
#define ADACC_TESTS_UNIT_EMITTED_C_H

#include <stdio.h>

#include "backends/backend.h"
#include "tests/unit/graph.h"

struct emitted {
    const struct net *net; /* null where `c` is: an error was reported */
    const char *c, *h, *summary;
};

/* Lowers, schedules and emits; fails the test where one of the first two does. */
struct emitted emit_program(struct graph *g, const char *symbol, enum real real);

/* Programs that the C compiler makes a shared library of, without a warning: the first and every third
 * behind it with some optimisation, which takes it seven times as long, the others without. */
struct library {
    char folder[64];
    FILE *optimised, *plain; /* each includes its programs */
    uint32_t count;
    void *handle;
};

void library_begin(struct library *l);
void library_add(struct library *l, const char *symbol, struct emitted emitted);
void library_load(struct library *l);
void library_end(struct library *l);

/* The interface of an emitted program in double. */
struct knob_entry {
    const char *name, *label, *unit;
    double min, max, init;
    void (*set)(void *program, double value);
};

struct running {
    void *memory;
    void (*init)(void *program);
    void (*clear)(void *program);
    void (*process)(void *program, const double *const *in, double *const *out, int frames);
    const struct knob_entry *knobs;
};

/* A fresh program, initialised in memory that was not zero. */
struct running library_program(struct library *l, struct arena *arena, const char *symbol);

#endif
