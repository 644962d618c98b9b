/* What other programs do for the kinds that are plugins: a C compiler builds an LV2 bundle,
 * faust2juce makes a JUCE project. */
#ifndef ADACC_FRONTEND_PLUGINS_H
#define ADACC_FRONTEND_PLUGINS_H

#include "backends/backend.h"
#include "frontend/guard.h"

struct plugin_options {
    const char *c_compiler;   /* its command; null: cc; "": nothing is built */
    const char *c_flags;      /* null: -O3 */
    const char *vendor;       /* null: the program's author, or adacc */
    const char *vendor_code;  /* four letters and digits; null: Adac */
    const char *plugin_code;  /* four letters and digits; null: made of the program's name */
    const char *juce_modules; /* the folder of JUCE's modules; null: ../../modules */
    struct guard *guard;      /* ends what runs if a signal comes; may be null */
};

/* Works in the folder of the kind, into which the backend has written. True at once for kinds that
 * need no other program. Adds to the output's line. False after a report. */
bool plugin_finish(const struct emission *emission, const struct plugin_options *options,
                   const char *kind, const char *folder, struct sink *sink);

/* Whether a code is four ASCII letters and digits, one of them a capital, as JUCE and AU want it. */
bool plugin_code_is_legal(const char *code);

#endif
