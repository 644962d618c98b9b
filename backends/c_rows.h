/* The rows of a kernel in emitted C: each written out, or one loop over them all; what they read,
 * and their numbers. */
#ifndef ADACC_BACKENDS_C_ROWS_H
#define ADACC_BACKENDS_C_ROWS_H

#include "backends/c_block.h"

/* Up to here a kernel is written out row by row; beyond, it is a loop over tables. Reads
 * and writes of a single sample, whose places are then constants, up to the second. */
enum { C_ROWS_MAX = 2, C_ONCE_ROWS_MAX = 16 };

/* A row of a kernel: its number, or that of the loop around it. */
struct c_row {
    bool loop;
    uint32_t number;
};

static const struct c_row c_each_row = {.loop = true};

/* base + i: "12 + @r", "@r", "14" */
const char *c_offset(struct c_writer *w, uint32_t base, struct c_row i);

/* What a kernel reads, and the table of its slots, or of pointers, where a loop needs one. */
struct c_inputs {
    const struct gather *gather;
    const char *table, *runs;
};
struct c_inputs c_inputs_of(struct c_writer *w, const struct gather *gather, bool loop);

/* The place of a slot, "12" or "12 + @r": "@wire[12]", or a vector of its block from @t on. */
const char *c_wire_at(struct c_writer *w, const char *slot, bool written);

/* "@wire[3]", "@wire[12 + @r]", to be read */
const char *c_wire_of(struct c_writer *w, const struct c_inputs *inputs, struct c_row i);

/* A number of each row: `values` every `stride`, from `first` on. */
struct c_numbers {
    const struct kernel *kernel;
    uint32_t first, stride;
    bool same;         /* the same in all rows, and constant */
    bool moving;       /* all rows are coefficients */
    bool run;          /* their numbers are consecutive */
    bool one;          /* it is one coefficient for all */
    const char *table; /* of values, or of coefficients' numbers */
};
struct c_numbers c_numbers_of(struct c_writer *w, const struct kernel *kernel, uint32_t first,
                              uint32_t stride, bool loop);
const char *c_number_at(struct c_writer *w, const struct c_numbers *n, struct c_row i);

/* True if the number of this row, or of all rows, is this constant. */
bool c_is_constant(const struct c_numbers *n, struct c_row i, double value);

/* Which coefficient moves number i of the kernel, or NO_SLOT. */
uint32_t c_coefficient_at(const struct kernel *kernel, uint32_t i);

/* True where some rows are constant and others move, or where there are few: row by row. */
bool c_writes_rows(const struct kernel *kernel, uint32_t stride);

/* Before a line of a row. */
const char *c_margin(bool loop);

/* Calls put for each row, in a scope of its own if `block`; or once inside a loop over the rows. */
void c_put_rows(struct c_writer *w, const struct kernel *kernel, bool loop, bool block,
                void *context,
                void (*put)(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                            void *context));

/* c_lines.c: lines of regions that run sample by sample. */
void c_put_read(struct c_writer *w, const struct kernel *kernel);
void c_put_write(struct c_writer *w, const struct kernel *kernel);

/* c_once.c: one sample for the lines that the rows go to: "@y", an array, or null where they are read
 * as the kernel says. */
void c_put_write_once(struct c_writer *w, const struct kernel *kernel, const char *array);

/* c_bank.c: one sample of a bank. */
void c_put_bank_once(struct c_writer *w, const struct kernel *kernel);

/* c_moving.c: where in `section` of the struct the numbers of these stages begin; false where no knob
 * moves them. */
bool c_moving_at(const struct c_writer *w, const struct kernel *stages, uint32_t *at);

/* c_sections.c: sections of such regions. */
void c_put_section(struct c_writer *w, const struct kernel *kernel);
void c_put_section_read(struct c_writer *w, const struct kernel *kernel);

#endif
