/* --watch: compiles again whenever a file changes that the last compilation looked for. */
#ifndef ADACC_FRONTEND_WATCH_H
#define ADACC_FRONTEND_WATCH_H

#include "frontend/guard.h"
#include "frontend/options.h"

/* The guard ends it when a signal comes. Returns at once where nothing can be watched: another
 * process keeps the outputs, or the first compilation cannot read its source or finds fault with
 * the options. Errors in sources are reported; the outputs stay as they were last good. */
enum adac_exit watch(struct command *command, FILE *out, FILE *messages, struct guard *guard);

#endif
