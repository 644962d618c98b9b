/* What the language brings along: constants, functions, and the names of those that come later. */
#ifndef ADACC_FRONTEND_BUILTINS_H
#define ADACC_FRONTEND_BUILTINS_H

#include "frontend/elaborate.h"

enum { BUILTIN_PARAMETERS = 4 };

struct builtin_call {
    const struct builtin *builtin;
    const char *who;                  /* "'delay'", for messages */
    const struct argument *arguments; /* one a parameter */
    span at;
};

struct builtin {
    const char *name;
    struct value (*make)(struct elaborator *e, const struct builtin_call *call);
    const char *parameters; /* their names, blanks between; the first `least` must be given */
    size_t least, most;
    const char *shape; /* for people: "n -> n" */
    const char *about;
    enum function function; /* of those that ir/functions.def has */
};

extern const struct builtin builtins[];
extern const size_t builtin_count;

const struct builtin *builtin_find(name wanted);

/* pi, fs, z: true and the value if `wanted` is one of them. */
bool builtin_constant(name wanted, span at, struct value *out);

/* True if `wanted` names a part of the language that this version lacks. */
bool builtin_later(name wanted);
void report_later(struct elaborator *e, span at, const char *what);

void builtins_offer(struct suggestion *suggestion);

#define BUILTIN(name, make, parameters, least, most, shape, about)                                 \
    struct value make(struct elaborator *e, const struct builtin_call *call);
#include "frontend/builtins.def"
#undef BUILTIN

#endif
