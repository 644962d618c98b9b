/* What a compilation says: to a stream, as text or as JSON, or to a function. */
#ifndef ADACC_FRONTEND_REPORT_H
#define ADACC_FRONTEND_REPORT_H

#include "frontend/adac.h"
#include "ir/base/diag.h"

/* Without remarks, unless they are asked for; takes them out of `diags`. `messages` may be null. */
void report_diags(struct arena *arena, const struct sources *sources, struct diags *diags,
                  const struct adac_options *options, FILE *messages);

/* The one report that has no arena to stand in. */
void report_out_of_memory(const struct adac_options *options, FILE *messages);

#endif
