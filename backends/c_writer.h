/* What the parts of the C backend share: names, numbers, comments.
 *
 * Texts hold the names of local variables as "@frame". c_finish takes the mark away, and lengthens
 * a name that would hide the program's own ("@x" in a program called x becomes x_). "@@" is an @.
 */
#ifndef ADACC_BACKENDS_C_WRITER_H
#define ADACC_BACKENDS_C_WRITER_H

#include "backends/backend.h"

struct c_writer {
    const struct emission *emission;
    const struct schedule *schedule;
    struct arena *arena;
    const char *name;  /* the prefix of everything: hall */
    const char *macro; /* HALL */
    const char *real;  /* "float" or "double" */
    unsigned real_bytes;
    const char *const *knobs; /* the end of each setter's name */
    struct text tables;       /* static const, at the top of the file */
    struct text body;         /* functions */
    const struct c_table *made; /* tables that were named by what is in them */
    uint32_t table_count;
    bool in_block;      /* what is written computes a vector of samples, not one */
    bool once;          /* it computes one sample of all regions: c_once.c */
    const char *wires;  /* "@wire", or "@slot": where a sample of a slot stands */
    const char *coefficient; /* "@self->coefficient": where a coefficient of this sample stands */
    unsigned texts;     /* bits of enum c_text: those that the program calls */
    bool integrators;   /* some bank has sections in that form */
    uint64_t stack_numbers; /* of the sample type, in arrays of the process function */
    const struct c_moving *moving; /* sections that knobs move: c_moving.c */
    uint64_t moving_numbers;
    const bool *viewed;     /* of each kernel: a read without a copy; see c_views.c */
    struct c_view {
        uint32_t read; /* 1 + the read that gives it; 0: it lies in the block */
        uint32_t row;  /* which of its rows */
    } *views;          /* of each slot, where the text has got to */
    uint32_t kernel_number; /* of the kernel being written, in all regions */
    uint32_t run_count;     /* names of arrays of pointers so far */
    const struct gather *runs_of;
    const char *const *runs; /* of each gather of the kernel being written: c_put_runs, or null */
    bool wires_in_state; /* too many for the stack */
};

/* More slots than these bytes hold lie in the struct, not on the stack. */
enum { C_STACK_BYTES_MAX = 65536, C_STACK_SPARE = 2048, C_STACK_SPARE_BANKS = 8192 };

void c_writer_init(struct c_writer *w, const struct emission *emission);

/* A literal of the sample type, with its sign: 0.5f, -2.0f. Of a double in setters: 0.5. */
void c_put_real(const struct c_writer *w, struct text *out, double value);
void c_put_double(struct text *out, double value);
const char *c_real(const struct c_writer *w, double value);

/* True if the number is finite as the sample type. */
bool c_holds(const struct c_writer *w, double value);

/* The inside of a comment; of a string literal. */
void c_put_comment(struct text *out, const char *chars);
void c_put_string(struct text *out, const char *chars);

/* "hall.adg:14:9", or null where that is nowhere. */
const char *c_place(const struct c_writer *w, span at);

/* The name of a table of these, "hall_matrix3": of one that is there already, or of a new one. The
 * array must stay as it is. */
const char *c_numbers_table(struct c_writer *w, const char *what, const uint32_t *numbers,
                            uint32_t count);
const char *c_reals_table(struct c_writer *w, const char *what, const double *values,
                          uint32_t count);

/* A table of this name. */
void c_table_numbers(struct c_writer *w, const char *table, const uint32_t *numbers,
                     uint32_t count);
void c_table_reals(struct c_writer *w, const char *table, const double *values, uint32_t count);

/* `text` with its marks gone. */
void c_finish(const struct c_writer *w, struct text *out, const struct text *text);

/* c_regions.c: all regions, on a block of samples. */
void c_put_kernels(struct c_writer *w);

/* c_once.c: the function that takes one sample through all regions, which is compiled apart. */
void c_put_once(struct c_writer *w);

/* c_moving.c: the numbers of sections that knobs move, in the struct: how many there are, and the
 * function that computes them all. */
void c_find_moving(struct c_writer *w);
void c_put_moving(struct c_writer *w);

/* c_fir.c: a kernel of finite responses. */
void c_put_fir(struct c_writer *w, const struct kernel *kernel);

/* c_control.c: ramps, updates, setters and the table of knobs. */
bool c_needs_libm(const struct schedule *schedule);
void c_put_control(struct c_writer *w);
void c_put_setters(struct c_writer *w, struct text *header);
void c_put_knob_table(struct c_writer *w);

/* The setter's parameter, in words: "seconds". */
const char *c_unit_word(const char *unit);

#endif
