#include "frontend/kinds.h"

#include <string.h>

const struct backend *kind_find(const char *kind, const char *output) {
    if (!strcmp(kind, "ir")) {
        const char *dot = output ? strrchr(output, '.') : NULL;
        kind = dot && !strcmp(dot, ".f64")   ? "ir.f64"
               : dot && !strcmp(dot, ".csv") ? "ir.csv"
                                             : "ir.wav";
    }
    for (size_t b = 0; b < backend_count; b++)
        if (!strcmp(backends[b].name, kind)) return &backends[b];
    return NULL;
}

const char *stem_of(struct arena *arena, const char *input) {
    if (!input || !strcmp(input, "-")) return "out";
    const char *slash = strrchr(input, '/'), *base = slash ? slash + 1 : input,
               *dot = strrchr(base, '.');
    return arena_copy(arena, base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}
