/* The parts of emitted programs that take blocks of samples: their kernels, and the texts that
 * these call. A program defines the texts that it uses, each under its own name. */
#ifndef ADACC_BACKENDS_C_BLOCK_H
#define ADACC_BACKENDS_C_BLOCK_H

#include "backends/c_writer.h"

enum c_text {
    C_TEXT_LANES,      /* how many, by the compiler's flags */
    C_TEXT_VECTORS,    /* NAME_vec, NAME_GET and NAME_PUT */
    C_TEXT_FLUSH,      /* NAME_FLUSH and NAME_RESTORE */
    C_TEXT_COPY,       /* a run of samples */
    C_TEXT_TAKE,       /* a run of an inlet */
    C_TEXT_HEAR,       /* a run of a line, copied */
    C_TEXT_HEARD,      /* a run of a line, where it stands */
    C_TEXT_PLACE,      /* a place within a line */
    C_TEXT_AT,         /* where a line stands */
    C_TEXT_WROTE,      /* what must be done when a line was written */
    C_TEXT_MIX,        /* a matrix */
    C_TEXT_HADAMARD,   /* a fast transform */
    C_TEXT_SPARSE,     /* a matrix with few entries */
    C_TEXT_FIR,        /* a finite response */
    C_TEXT_TURN_FLOAT, /* a transpose */
    C_TEXT_TURN_DOUBLE,
    C_TEXT_TURN_LANES,
    C_TEXT_ROWS,  /* vectors across rows */
    C_TEXT_BANK,  /* matrix, sections and lines in one */
    C_TEXT_INTEGRATORS, /* sections by steps, within the text of banks */
    C_TEXT_QUIET, /* states that fade away */
    C_TEXT_AUDIBLE, /* samples that do */
    C_TEXT_PRODUCT, /* one sample of a matrix across rows */
    C_TEXT_PASS,    /* one sample of sections across rows */
    C_TEXT_COUNT
};

/* As it stands in c_text.c, or, of banks alone, in c_text_bank.c. */
const char *c_text(enum c_text text);
const char *c_text_of_banks(enum c_text text);

/* Notes that the program calls a text; its name. */
void c_use(struct c_writer *w, enum c_text text);

/* All that were noted, and those that they need, behind one another. */
void c_put_texts(const struct c_writer *w, struct text *out);

/* The kernels of blocks that call a text. */
void c_put_block_kernel(struct c_writer *w, const struct kernel *kernel);

/* c_kernels.c: a kernel of a region that runs sample by sample; expressions of vectors behind one
 * another in a region with blocks, in one loop over the samples. */
void c_put_kernel(struct c_writer *w, const struct kernel *kernel);
void c_put_expressions(struct c_writer *w, const struct kernel *kernels, uint32_t count,
                       uint32_t block);

/* c_regions.c: states of a region that runs sample by sample which have faded away become 0. */
void c_put_quiet(struct c_writer *w, const struct region *region);

/* c_regions.c: what a kernel is and where it comes from, as a comment. */
void c_put_title(struct c_writer *w, const struct kernel *kernel);

/* c_bank.c: banks, and sections and matrices as such. `widest` of the writer must be known. */
void c_put_bank(struct c_writer *w, const struct kernel *kernel);

/* How many rows the widest vectors across rows are to have. */
uint32_t c_widest_rows(const struct c_writer *w);

/* c_views.c: which reads need no copy; before anything is written. */
void c_find_views(struct c_writer *w);

/* True if the kernel being written is such a read: it gives the pointers @heard3[0], ..., where 3
 * is its number. */
bool c_is_viewed(const struct c_writer *w);

/* The kernel was written: what its slots are from now on. */
void c_kernel_is_written(struct c_writer *w, const struct kernel *kernel, uint32_t block);

/* "@heard3[1]": where the samples of a slot stand; null: in the block. */
const char *c_view(const struct c_writer *w, uint32_t slot);
bool c_has_views(const struct c_writer *w, const struct gather *gather);

/* An array of pointers to where the samples of each slot stand. */
const char *c_put_runs(struct c_writer *w, const struct gather *gather);

/* An expression with @r: where the samples of the r-th slot stand. */
const char *c_slot_pointer(struct c_writer *w, const struct gather *gather);

/* c_kernels.c: true if the rows of a kernel are written out as expressions of vectors. */
bool c_is_expression(const struct kernel *kernel);

/* "@b + 192": where a slot of the block begins. */
const char *c_slot(const struct c_writer *w, uint32_t slot);

/* Columns of a matrix as c_bank.c and c_block.c want them: a table of rows * columns, or a local
 * array where they move. Its name. */
const char *c_put_columns(struct c_writer *w, const struct kernel *kernel, uint32_t stride);

/* The terms of a sparse matrix, each row's behind the last one's: the names of tables, or of a local
 * array of gains where they move. */
struct c_sparse {
    const char *gains, *starts, *from;
};
struct c_sparse c_put_sparse_terms(struct c_writer *w, const struct kernel *kernel);

/* An expression with @r for the r-th number: a table, or first + @r. */
const char *c_run_of(struct c_writer *w, const char *what, const uint32_t *numbers, uint32_t count);

#endif
