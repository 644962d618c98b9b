#include "frontend/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ir/base/vec.h"

struct output {
    char *path;      /* where it will stand */
    char *temporary; /* null: written directly */
    FILE *file;
    uint32_t kind;
};

struct outputs {
    struct sink sink; /* first, so that a sink is its outputs */
    struct arena *arena;
    struct diags *diags;
    const char *output, *stem;
    const char *const *inputs;
    size_t input_count;
    FILE *standard;
    VEC(struct output) files;
    uint32_t kind;
    const char *extension; /* of the kind's first output */
};

static bool is_folder(const char *path) {
    size_t length = strlen(path);
    struct stat info;
    return (length && path[length - 1] == '/') || (!stat(path, &info) && S_ISDIR(info.st_mode));
}

static bool same_file(const char *a, const char *b) {
    struct stat x, y;
    if (stat(a, &x) || stat(b, &y)) return !strcmp(a, b);
    return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool ends_with(const char *text, const char *end) {
    size_t a = strlen(text), b = strlen(end);
    return a >= b && !strcmp(text + a - b, end);
}

/* The path without the extension that a file of this kind has, or without its last one. */
static size_t stem_length(const char *path, const char *extension) {
    size_t length = strlen(path);
    if (ends_with(path, extension)) return length - strlen(extension);
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    return dot && dot > (slash ? slash + 1 : path) ? (size_t)(dot - path) : length;
}

static char *path_for(struct outputs *o, const char *extension) {
    if (!o->output) return text_format(o->arena, "%s%s", o->stem, extension);
    if (is_folder(o->output)) {
        bool slash = ends_with(o->output, "/");
        return text_format(o->arena, "%s%s%s%s", o->output, slash ? "" : "/", o->stem, extension);
    }
    /* The first output of the kind is called as asked; its companions after it. */
    if (!strcmp(extension, o->extension)) return text_format(o->arena, "%s", o->output);
    return text_format(o->arena, "%.*s%s", (int)stem_length(o->output, o->extension), o->output,
                       extension);
}

static FILE *refuse(struct outputs *o, const char *path) {
    diag_error(o->diags, NOWHERE, CODE_CANNOT_WRITE, "cannot write '%s': %s", path,
               strerror(errno));
    return NULL;
}

static FILE *open_temporary(struct outputs *o, struct output *output) {
    const char *slash = strrchr(output->path, '/');
    int folder = slash ? (int)(slash + 1 - output->path) : 0;
    output->temporary =
        text_format(o->arena, "%.*s.%s.XXXXXX", folder, output->path, output->path + folder);
    int fd = mkstemp(output->temporary);
    if (fd < 0) return refuse(o, output->path);
    return fdopen(fd, "w+b");
}

static bool kind_is_open(const struct outputs *o) {
    for (size_t i = 0; i < o->files.count; i++)
        if (o->files.at[i].kind == o->kind) return true;
    return false;
}

/* No output may be an input, and no two may be one file. */
static bool clashes(struct outputs *o, const char *path) {
    for (size_t i = 0; i < o->input_count; i++) {
        if (!same_file(o->inputs[i], path)) continue;
        diag_error(o->diags, NOWHERE, CODE_OUTPUT_CLASH, "the output '%s' would overwrite an input",
                   path);
        return true;
    }
    for (size_t i = 0; i < o->files.count; i++) {
        if (strcmp(o->files.at[i].path, path)) continue;
        diag_error(o->diags, NOWHERE, CODE_OUTPUT_CLASH, "two outputs would both be '%s'", path);
        return true;
    }
    return false;
}

static FILE *open_output(struct sink *sink, const char *extension) {
    struct outputs *o = (struct outputs *)sink;
    struct output output = {.kind = o->kind};
    bool standard = o->output && !strcmp(o->output, "-");
    output.path = standard ? text_format(o->arena, "-") : path_for(o, extension);
    if (!standard && clashes(o, output.path)) return NULL;
    if (standard && kind_is_open(o)) {
        diag_error(o->diags, NOWHERE, CODE_OUTPUT_CLASH,
                   "this kind makes several files, which '-' cannot be");
        return NULL;
    }
    struct stat info;
    if (standard) {
        output.file = tmpfile();
        if (!output.file) refuse(o, output.path);
    } else if (!stat(output.path, &info) && !S_ISREG(info.st_mode)) {
        output.file = fopen(output.path, "wb");
        if (!output.file) refuse(o, output.path);
    } else {
        output.file = open_temporary(o, &output);
    }
    if (!output.file) return NULL;
    vec_push(o->arena, &o->files, output);
    return output.file;
}

bool outputs_one_file(const char *output) {
    return output && !is_folder(output);
}

static void drop(void *what) {
    outputs_drop(what);
}

struct outputs *outputs_new(struct arena *arena, struct diags *diags, const char *output,
                            const char *stem, const char *const *inputs, size_t input_count,
                            FILE *standard) {
    struct outputs *o = ARENA_NEW(arena, struct outputs);
    *o = (struct outputs){.sink = {.open = open_output},
                          .arena = arena,
                          .diags = diags,
                          .output = output,
                          .stem = stem,
                          .inputs = inputs,
                          .input_count = input_count,
                          .standard = standard};
    arena_defer(arena, drop, o);
    return o;
}

struct sink *outputs_kind(struct outputs *o, const char *extension) {
    o->kind++;
    o->extension = extension;
    text_init(&o->sink.summary, o->arena);
    return &o->sink;
}

const char *outputs_file(const struct outputs *o) {
    if (!outputs_one_file(o->output) || !strcmp(o->output, "-")) return o->stem;
    const char *slash = strrchr(o->output, '/'), *base = slash ? slash + 1 : o->output;
    return arena_copy(o->arena, base, stem_length(base, o->extension));
}

const char *outputs_shown(const struct outputs *o) {
    struct text text;
    text_init(&text, o->arena);
    for (size_t i = 0; i < o->files.count; i++) {
        if (o->files.at[i].kind != o->kind) continue;
        const char *path = o->files.at[i].path;
        text_printf(&text, "%s%s", text.length ? " " : "", path);
    }
    return text_chars(&text);
}

static bool copy_to_standard(struct outputs *o, FILE *file) {
    char block[65536];
    size_t got;
    rewind(file);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        if (fwrite(block, 1, got, o->standard) != got) return false;
    return !fflush(o->standard);
}

/* All that can fail for want of room, before anything is renamed. */
static bool finish(struct outputs *o, struct output *output) {
    bool good = !fflush(output->file) && !ferror(output->file);
    if (good && !strcmp(output->path, "-")) good = copy_to_standard(o, output->file);
    if (good && output->temporary) {
        /* mkstemp makes a file for its owner alone; what people get is what umask says. */
        mode_t mask = umask(0);
        umask(mask);
        good = !fchmod(fileno(output->file), 0666 & ~mask);
    }
    if (!good) refuse(o, output->path);
    if (fclose(output->file) && good) {
        refuse(o, output->path);
        good = false;
    }
    output->file = NULL;
    return good;
}

bool outputs_commit(struct outputs *o) {
    for (size_t i = 0; i < o->files.count; i++)
        if (!finish(o, &o->files.at[i])) return outputs_drop(o), false;
    for (size_t i = 0; i < o->files.count; i++) {
        struct output *output = &o->files.at[i];
        if (!output->temporary) continue;
        if (rename(output->temporary, output->path)) {
            refuse(o, output->path);
            return outputs_drop(o), false;
        }
        output->temporary = NULL;
    }
    return true;
}

void outputs_drop(struct outputs *o) {
    for (size_t i = 0; i < o->files.count; i++) {
        struct output *output = &o->files.at[i];
        if (output->file) fclose(output->file);
        if (output->temporary) unlink(output->temporary);
        output->file = NULL;
        output->temporary = NULL;
    }
}
