/* What --strict asks before anything is written, and plugins unless --no-strict. */
#ifndef ADACC_FRONTEND_GATE_H
#define ADACC_FRONTEND_GATE_H

#include "cert/cert.h"
#include "ir/base/diag.h"

/* True if the program is certified or marginally stable at every frozen position of its knobs; else
 * reports, with the reason of each loop. `plugin` is the kind that asks, or null: --strict does. */
bool gate_passes(struct diags *diags, const struct cert *cert, const char *plugin);

#endif
