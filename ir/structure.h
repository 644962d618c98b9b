/* Structure in matrices of numbers: how y = A x is computed with less work than rows times columns.
 *
 * structure_of looks at the numbers alone and returns a small tree of forms, the cheapest that it
 * knows. There are six, and whoever computes y = A x needs a case for each:
 *
 *   DENSE     y[r] = sum over c of values[r * columns + c] x[c].
 *   SPARSE    y[r] = sum over t = starts[r] .. starts[r + 1] - 1 of values[t] x[places[t]]; a row
 *             may have no terms. Identities, diagonals and permutations have one term a row, and a
 *             value that is 1 or -1 is exactly that.
 *   HADAMARD  y[r] = after[r] h[row[r]], h = H s, s[column[c]] = before[c] x[c]; H is the unscaled
 *             Walsh-Hadamard matrix in natural order, (-1)^(ones in i & k), rows is a power of two:
 *             for (h = 1; h < n; h *= 2) each pair i, i + h (i & h == 0) becomes its sum and
 *             its difference.
 *   PRODUCT   y = parts[count - 1] ... parts[1] parts[0] x: parts[0] comes first.
 *   SUM       y = parts[0] x + parts[1] x + ...
 *   BLOCKS    part k takes x[parts[k].columns[i]], its column i, and gives y[parts[k].rows[i]]. Each
 *             row belongs to one part; parts that do the same share one `form`.
 *
 * Householder's reflections are so a SUM of an identity and a PRODUCT of one row and one column:
 *
 *     SUM  parts[0] SPARSE   identity
 *          parts[1] PRODUCT  parts[0] DENSE 1 x n, parts[1] DENSE n x 1
 *
 * and a walk over the tree is one recursion from wires to wires:
 *
 *     wires compute(s, x):
 *         SPARSE:  each row is a sum of terms, or a wire of x itself if its one term is 1
 *         PRODUCT: for each part in turn: x = compute(part, x); return x
 *         SUM:     the rows of compute(part, x), added up over the parts
 *         BLOCKS:  y[part.rows[i]] = compute(part.form, x[part.columns[...]])[i]
 *
 * What is found is what `name` says ("Householder", "circulant", "4 blocks", ...); the forms of the
 * tree say how it is computed. See structure_*.c for how each is found.
 */
#ifndef ADACC_IR_STRUCTURE_H
#define ADACC_IR_STRUCTURE_H

#include "ir/base/arena.h"
#include "ir/base/text.h"

enum structure_kind {
    STRUCTURE_DENSE,
    STRUCTURE_SPARSE,
    STRUCTURE_HADAMARD,
    STRUCTURE_PRODUCT,
    STRUCTURE_SUM,
    STRUCTURE_BLOCKS
};

struct structure_part {
    const struct structure *form;
    const uint32_t *rows, *columns; /* BLOCKS: form->rows and form->columns numbers; else null */
};

struct structure {
    enum structure_kind kind;
    const char *name; /* "Hadamard", "rank 2", "dense": what it is, for people */
    uint32_t rows, columns;
    uint64_t multiply_adds; /* by numbers other than 1 and -1 */
    uint64_t additions;     /* what else is added or subtracted */
    double cost;            /* by the weights it was chosen with */
    const double *values;   /* DENSE, SPARSE */
    const uint32_t *starts, *places;    /* SPARSE */
    const uint32_t *row, *column;       /* HADAMARD: permutations */
    const double *before, *after;       /* HADAMARD: one a column, one a row */
    uint32_t count;                     /* PRODUCT, SUM, BLOCKS */
    const struct structure_part *parts; /* alike */
};

/* What work costs where the product is computed, a multiply-add of a dense matrix being 1. */
struct structure_weights {
    double dense;    /* a multiply-add of a dense matrix that is the whole */
    double part;     /* of one inside another form */
    double term;     /* a term of a sparse one */
    double addition; /* of a Hadamard transform */
    double row;      /* each row that any form but a dense matrix computes */
    double form;     /* each form by itself, whatever its size */
};

/* One operation after the other, as in FAUST; vectors over the samples of a block, as in C, where
 * a dense product stays in registers and all else goes through memory: measured, with networks that
 * differ in their matrices alone; single samples in C, where loops over the rows of a dense matrix
 * are vectors and other forms are not. */
extern const struct structure_weights structure_weights_scalar, structure_weights_blocks,
    structure_weights_samples;

/* The cheapest form of a matrix, row by row; DENSE where there is none. It lives in `arena`; entries
 * of the product may differ from the matrix's by `tolerance` times the largest of them:
 * 0x1p-49 for a few last bits of doubles, 0x1p-24 for half a last bit of floats. Takes some passes
 * over the numbers, and less where the first rows show that there is nothing. */
const struct structure *structure_of(struct arena *arena, const double *values, uint32_t rows,
                                     uint32_t columns, double tolerance,
                                     const struct structure_weights *weights);

/* y = A x by the form, in double precision. */
void structure_apply(struct arena *scratch, const struct structure *structure, const double *x,
                     double *y);

/* "32 x 32 Hadamard, 160 additions and 32 multiply-adds instead of 1024 multiply-adds"; of a dense
 * matrix "32 x 32 dense, 1024 multiply-adds". */
void structure_describe(struct text *out, const struct structure *structure);

#endif
