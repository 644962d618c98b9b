/* Other programs: a C compiler, FAUST's scripts. */
#ifndef ADACC_FRONTEND_TOOL_H
#define ADACC_FRONTEND_TOOL_H

#include "frontend/guard.h"
#include "ir/base/diag.h"
#include "ir/base/text.h"

struct tool {
    bool found;       /* there is such a program, and it ran */
    int status;       /* its exit status; 128 + the signal that ended it */
    const char *said; /* the end of what it printed, standard output and error together */
};

/* Runs a program, found along PATH, in a folder, without a standard input, and waits. `arguments`
 * begin with its name and end with null. Under a guard it is a process group, which a signal
 * ends. */
struct tool tool_run(struct arena *arena, const char *folder, const char *const *arguments,
                     struct guard *guard);

/* The last lines of what a tool said as a note, each line of its own. */
void tool_note(struct diag *diag, const struct tool *tool);

#endif
