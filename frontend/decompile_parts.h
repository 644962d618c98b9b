/* What the files decompile*.c share. Texts of expressions live in the arena; each binds as tightly
 * as a call (primaries), unless its maker says otherwise: the printer of .adg drops what
 * parentheses are not needed. */
#ifndef ADACC_FRONTEND_DECOMPILE_PARTS_H
#define ADACC_FRONTEND_DECOMPILE_PARTS_H

#include "frontend/decompile.h"
#include "ir/base/memo.h"
#include "ir/base/vec.h"
#include "passes/identifier.h"

struct definition {
    const char *name, *text;
    const char *comment; /* behind it; may be null */
    size_t before;       /* the one before it of the same text, from 1 on; 0: none */
};

struct decompiler {
    struct reading *reading;
    struct arena *arena;
    const struct program *program;
    const char *head;                  /* the statements before the definitions */
    const char *const *knob_names;     /* one a knob */
    const struct operand *knob_worths; /* what its name is worth in an expression */
    const int *knob_dimensions;
    struct identifiers ids;
    bool implicit; /* delay-free loops are there to be solved */
    bool failed;
    VEC(struct definition) definitions;
    struct memo by_text;            /* the last definition of a text, from 1 on */
    VEC(const struct node *) lines; /* the banks of constant delays, for absorption */
};

/* Definitions: the name that stands for the text, an old one if it fits. `label` may be null, then
 * `otherwise` is what it is called. */
const char *define(struct decompiler *d, const char *label, const char *otherwise, const char *text,
                   const char *comment);

/* decompile_numbers.c ------------------------------------------------------------------------- */

/* Fills knob_names, knob_worths and knob_dimensions, and writes the statements of knobs. */
void write_knobs(struct decompiler *d, struct text *head);

/* A plain number; a time of so many samples; both with what binds looser in parentheses. */
const char *number_text(struct decompiler *d, struct operand operand);
const char *time_text(struct decompiler *d, struct operand samples);

/* "440Hz", "48kHz" */
const char *hertz_text(struct decompiler *d, double frequency_hz);

/* "[a, b; c, d]" */
const char *numbers_text(struct decompiler *d, const struct operand *at, uint32_t rows,
                         uint32_t cols);

/* The fewest significant digits, 17 at most, with which `good` holds, as a number; false: none. */
bool short_number(double value, bool (*good)(void *context, double value), void *context,
                  double *out);

/* How far numbers may be from what stands for them: half the last digit that they are written with,
 * one bit of a float or of a double, of the largest. */
double last_digit(const struct operand *at, size_t count, size_t stride);

/* Both constants within the tolerance (the largest difference goes to *apart), or one expression.
 */
bool operand_near(struct operand a, struct operand b, double tolerance, double *apart);

/* "within 3.4e-10 of the numbers read"; null for 0. */
const char *apart_comment(struct decompiler *d, double apart);

/* decompile_matrix.c -------------------------------------------------------------------------- */

/* The system that an expression makes, beside the program's knobs; null where it makes none. */
const struct node *trial(struct decompiler *d, struct arena *scratch, const char *text);

/* The matrix as an expression. */
const char *matrix_text(struct decompiler *d, const struct matrix *m, const char **comment);

/* decompile_lines.c --------------------------------------------------------------------------- */

void collect_lines(struct decompiler *d);

/* A bank or grid of delays; and the name of a bank's lengths. */
const char *delays_text(struct decompiler *d, const struct delays *delays);
const char *lengths_name(struct decompiler *d, const struct delays *delays);

/* The losses of one of the program's banks of delays as absorb(...); null if they are not. */
const char *absorption_text(struct decompiler *d, const struct node *node, const char **comment);

#endif
