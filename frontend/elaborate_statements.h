/* Statements: what elaborate_statements.c and elaborate_knobs.c share. */
#ifndef ADACC_FRONTEND_ELABORATE_STATEMENTS_H
#define ADACC_FRONTEND_ELABORATE_STATEMENTS_H

#include "frontend/elaborate.h"

/* The unit that a literal is written in; of anything else, the base unit of its dimension. */
enum ast_unit unit_of(const struct ast_expr *x, int dimension);

/* A constant as people see it in a unit: as written if it is a literal in that unit. */
double shown_in(const struct elaborator *e, enum ast_unit unit, const struct ast_expr *x,
                double value);

/* elaborate_contracts.c: judges what shapes and constants decide of a contract whose names are looked up
 * in `scope`, and adds what is left; after a report, nothing. `main`: the program. */
struct contracts {
    struct contract *at;
    size_t count, room;
};
void read_require(struct elaborator *e, struct scope *scope, const struct ast_require *require,
                  const struct node *main, struct contracts *out);

/* elaborate_names.c: reports names that nothing defines in functions that were never called. */
void check_uncalled(struct elaborator *e);

#endif
