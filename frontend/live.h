/* What FAUST's hot-reload plugin looks at: a file whose first line is the path of the program to
 * play. */
#ifndef ADACC_FRONTEND_LIVE_H
#define ADACC_FRONTEND_LIVE_H

#include "frontend/guard.h"
#include "ir/base/diag.h"

/* Makes the first line of the file `config` the absolute path of `dsp`, which is there, and leaves
 * the other lines; writes nothing if it is so already. False after a report. */
bool live_point(struct arena *arena, struct diags *diags, struct guard *guard, const char *config,
                const char *dsp);

#endif
