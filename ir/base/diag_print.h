/* Diagnostics as text for people, and as JSON for editors. */
#ifndef ADACC_IR_BASE_DIAG_PRINT_H
#define ADACC_IR_BASE_DIAG_PRINT_H

#include "ir/base/diag.h"

struct diag_style {
    bool colour; /* ANSI escapes */
    int width;   /* columns of the screen; source lines are clipped to it. 0: 100 columns */
};

/* All that was kept, in the order of their reports, and a last line if some were not. */
void diag_print(struct text *out, const struct sources *sources, const struct diags *diags,
                const struct diag_style *style);

/* One of them. */
void diag_print_one(struct text *out, const struct sources *sources, const struct diag *diag,
                    const struct diag_style *style);

/* The same as an array of objects. Offsets count bytes from the begin of the file, from 0; lines
 * and columns count from 1, columns in characters. What has no place has null for file, line,
 * column and range. */
void diag_print_json(struct text *out, const struct sources *sources, const struct diags *diags);

#endif
