#include "frontend/live.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/temporary.h"

static bool refuse(struct diags *diags, const char *dsp, const char *config) {
    struct diag *diag = diag_error(diags, NOWHERE, CODE_CANNOT_WRITE, "cannot write '%s': %s",
                                   config, strerror(errno));
    diag_note(diag, NOWHERE, "'%s' is written; FAUST's plugin is not told so", dsp);
    return false;
}

/* What the file holds; nothing if there is none. */
static void read_text(struct text *text, const char *path) {
    FILE *file = fopen(path, "rb");
    char block[4096];
    size_t got;
    while (file && (got = fread(block, 1, sizeof block, file)) > 0)
        text_put_bytes(text, block, got);
    if (file) fclose(file);
}

bool live_point(struct arena *arena, struct diags *diags, struct guard *guard, const char *config,
                const char *dsp) {
    char absolute[PATH_MAX];
    if (!realpath(dsp, absolute)) return refuse(diags, dsp, config);
    struct text old;
    text_init(&old, arena);
    read_text(&old, config);
    const char *first = text_chars(&old);
    size_t length = strcspn(first, "\n");
    if (length && length == strlen(absolute) && !memcmp(first, absolute, length)) return true;
    char *temporary;
    guard_enter(guard);
    FILE *file = temporary_open(arena, config, &temporary);
    if (file) fprintf(file, "%s\n", absolute);
    if (file && first[length]) fputs(first + length + 1, file);
    bool good = file && temporary_keep(file, temporary, config);
    int why = errno;
    guard_leave(guard);
    errno = why;
    return good || refuse(diags, dsp, config);
}
