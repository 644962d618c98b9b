#include "frontend/outputs.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frontend/staging.h"
#include "frontend/temporary.h"
#include "ir/base/vec.h"

struct output {
    char *path;      /* where it will stand */
    char *place;     /* the same behind symbolic links, which stay */
    char *temporary; /* null: written directly */
    FILE *file;
    uint32_t kind;
    bool unchanged; /* the file that stands there holds these bytes */
};

/* The folder that a kind makes: filled beside the place where it will stand. */
struct folder {
    char *path, *staging; /* staging null: moved, removed, or the files are taken */
    uint32_t kind;
};

struct outputs {
    struct sink sink; /* first, so that a sink is its outputs */
    struct arena *arena;
    struct diags *diags;
    struct output_rules rules;
    struct guarded guarded;
    VEC(struct output) files;
    VEC(struct folder) folders;
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

static char *path_for(const struct outputs *o, const char *extension) {
    const char *output = o->rules.output, *stem = o->rules.stem;
    if (!output) return text_format(o->arena, "%s%s", stem, extension);
    if (is_folder(output)) {
        bool slash = ends_with(output, "/");
        return text_format(o->arena, "%s%s%s%s", output, slash ? "" : "/", stem, extension);
    }
    /* The first output of the kind is called as asked; its companions after it. */
    if (!strcmp(extension, o->extension)) return text_format(o->arena, "%s", output);
    return text_format(o->arena, "%.*s%s", (int)stem_length(output, o->extension), output,
                       extension);
}

const char *outputs_path(const struct outputs *o, const char *extension) {
    return path_for(o, extension);
}

/* Where the folder of the kind stands. */
static char *folder_path(const struct outputs *o) {
    const char *output = o->rules.output, *stem = o->rules.stem;
    char *extension = arena_copy(o->arena, o->extension, strlen(o->extension) - 1);
    if (!output) return text_format(o->arena, "%s%s", stem, extension);
    size_t length = strlen(output);
    while (length > 1 && output[length - 1] == '/') length--;
    char *bare = arena_copy(o->arena, output, length);
    if (ends_with(bare, extension) || !is_folder(output)) return bare;
    return text_format(o->arena, "%s%s%s%s", bare, ends_with(bare, "/") ? "" : "/", stem, extension);
}

static FILE *refuse(struct outputs *o, const char *path) {
    int reason = errno;
    struct diag *diag = diag_error(o->diags, NOWHERE, CODE_CANNOT_WRITE, "cannot write '%s': %s",
                                   path, strerror(reason));
    const char *slash = strrchr(path, '/');
    if (reason == ENOENT && slash > path)
        diag_help(diag, "folders are not made: mkdir -p '%.*s'", (int)(slash - path), path);
    return NULL;
}

static bool kind_is_open(const struct outputs *o) {
    for (size_t i = 0; i < o->files.count; i++)
        if (o->files.at[i].kind == o->kind) return true;
    return false;
}

/* No output may be an input, and no two may be one file. */
static bool clashes(struct outputs *o, const char *path) {
    for (size_t i = 0; !o->rules.take && i < o->rules.input_count; i++) {
        if (!same_file(o->rules.inputs[i], path)) continue;
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

static struct folder *folder_of_kind(const struct outputs *o) {
    for (size_t i = 0; i < o->folders.count; i++)
        if (o->folders.at[i].kind == o->kind) return &o->folders.at[i];
    return NULL;
}

static struct folder *new_folder(struct outputs *o) {
    struct folder folder = {.path = folder_path(o), .kind = o->kind};
    if (!strcmp(folder.path, "-")) {
        diag_error(o->diags, NOWHERE, CODE_OUTPUT_CLASH,
                   "this kind makes a folder, which '-' cannot be");
        return NULL;
    }
    struct stat info;
    bool in_the_way = !stat(folder.path, &info) && !S_ISDIR(info.st_mode);
    if (in_the_way) errno = ENOTDIR;
    if (!o->rules.take && !in_the_way) folder.staging = temporary_folder(o->arena, folder.path);
    if (in_the_way || (!o->rules.take && !folder.staging)) return refuse(o, folder.path), NULL;
    vec_push(o->arena, &o->folders, folder);
    return &o->folders.at[o->folders.count - 1];
}

/* A file of the kind's folder. */
static FILE *open_inside(struct outputs *o, const char *file) {
    struct folder *folder = folder_of_kind(o);
    if (!folder) folder = new_folder(o);
    if (!folder) return NULL;
    struct output output = {.kind = o->kind,
                            .path = text_format(o->arena, "%s/%s", folder->path, file)};
    if (clashes(o, output.path)) return NULL;
    if (o->rules.take) output.file = nameless_open();
    else output.file = fopen(text_format(o->arena, "%s/%s", folder->staging, file), "w+b");
    if (!output.file) return refuse(o, output.path);
    vec_push(o->arena, &o->files, output);
    return output.file;
}

/* The file that a symbolic link leads to; else the path itself. */
static char *behind_links(struct outputs *o, char *path) {
    char resolved[PATH_MAX];
    struct stat info;
    if (lstat(path, &info) || !S_ISLNK(info.st_mode) || !realpath(path, resolved)) return path;
    return text_format(o->arena, "%s", resolved);
}

static FILE *open_one(struct outputs *o, const char *extension) {
    if (ends_with(o->extension, "/")) return open_inside(o, extension);
    struct output output = {.kind = o->kind};
    bool standard = o->rules.output && !strcmp(o->rules.output, "-");
    output.path = standard ? text_format(o->arena, "-") : path_for(o, extension);
    if (!standard && clashes(o, output.path)) return NULL;
    if (standard && kind_is_open(o)) {
        diag_error(o->diags, NOWHERE, CODE_OUTPUT_CLASH,
                   "this kind makes several files, which '-' cannot be");
        return NULL;
    }
    struct stat info;
    if (standard || o->rules.take) {
        output.file = nameless_open();
    } else if (!stat(output.path, &info) && !S_ISREG(info.st_mode)) {
        output.file = fopen(output.path, "wb");
    } else {
        output.place = behind_links(o, output.path);
        output.file = temporary_open(o->arena, output.place, &output.temporary);
    }
    if (!output.file) return refuse(o, output.path);
    vec_push(o->arena, &o->files, output);
    return output.file;
}

static FILE *open_output(struct sink *sink, const char *extension) {
    struct outputs *o = (struct outputs *)sink;
    guard_enter(o->rules.guard);
    FILE *file = open_one(o, extension);
    guard_leave(o->rules.guard);
    return file;
}

bool outputs_one_file(const char *output) {
    return output && !is_folder(output);
}

/* What is there and was not put in its place. */
static void remove_unfinished(void *what) {
    struct outputs *o = what;
    for (size_t i = 0; i < o->files.count; i++)
        if (o->files.at[i].temporary) unlink(o->files.at[i].temporary);
    for (size_t i = 0; i < o->folders.count; i++)
        if (o->folders.at[i].staging) staging_remove(o->folders.at[i].staging);
}

static void drop(void *what) {
    struct outputs *o = what;
    guard_leave(o->rules.guard); /* where memory ran out inside */
    outputs_drop(o);
    guard_enter(o->rules.guard);
    guard_remove(o->rules.guard, &o->guarded);
    guard_leave(o->rules.guard);
}

struct outputs *outputs_new(struct arena *arena, struct diags *diags,
                            const struct output_rules *rules) {
    struct outputs *o = ARENA_NEW(arena, struct outputs);
    *o = (struct outputs){
        .sink = {.open = open_output}, .arena = arena, .diags = diags, .rules = *rules};
    o->guarded = (struct guarded){.clear = remove_unfinished, .what = o};
    arena_defer(arena, drop, o);
    guard_enter(rules->guard);
    guard_add(rules->guard, &o->guarded);
    guard_leave(rules->guard);
    return o;
}

struct sink *outputs_kind(struct outputs *o, const char *extension) {
    o->kind++;
    o->extension = extension;
    text_init(&o->sink.summary, o->arena);
    return &o->sink;
}

const char *outputs_file(const struct outputs *o) {
    const char *output = o->rules.output;
    if (!outputs_one_file(output) || !strcmp(output, "-")) return o->rules.stem;
    const char *slash = strrchr(output, '/'), *base = slash ? slash + 1 : output;
    return arena_copy(o->arena, base, stem_length(base, o->extension));
}

const char *outputs_shown(const struct outputs *o) {
    struct text text;
    text_init(&text, o->arena);
    const struct folder *folder = folder_of_kind(o);
    if (folder) return text_format(o->arena, "%s/", folder->path);
    for (size_t i = 0; i < o->files.count; i++) {
        if (o->files.at[i].kind != o->kind) continue;
        const char *path = o->files.at[i].path;
        text_printf(&text, "%s%s", text.length ? " " : "", path);
    }
    return text_chars(&text);
}

uint32_t outputs_number(const struct outputs *o) {
    return o->kind;
}

bool outputs_changed(const struct outputs *o, uint32_t number) {
    for (size_t i = 0; i < o->files.count; i++)
        if (o->files.at[i].kind == number && !o->files.at[i].unchanged) return true;
    return false;
}

static bool copy_to_standard(struct outputs *o, FILE *file) {
    char block[65536];
    size_t got;
    rewind(file);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        if (fwrite(block, 1, got, o->rules.standard) != got) return false;
    return !ferror(file) && !fflush(o->rules.standard);
}

static bool hand_over(struct outputs *o, const struct output *output) {
    struct stat info;
    if (fstat(fileno(output->file), &info)) return false;
    size_t length = (size_t)info.st_size;
    struct arena scratch;
    arena_init_scratch(&scratch, o->arena);
    char *bytes = arena_alloc(&scratch, length);
    rewind(output->file);
    bool good = fread(bytes, 1, length, output->file) == length;
    errno = ECANCELED; /* if it is the taker that does not want it */
    good = good && o->rules.take(o->rules.self, output->path, bytes, length);
    arena_free(&scratch);
    return good;
}

/* Whether the file at the output's path holds what the temporary one does. */
static bool stands_there(const struct output *output) {
    FILE *old = fopen(output->path, "rb");
    if (!old) return false;
    rewind(output->file);
    char a[4096], b[4096];
    bool same = true;
    for (size_t got = 1; same && got;) {
        got = fread(a, 1, sizeof a, output->file);
        same = fread(b, 1, sizeof b, old) == got && !memcmp(a, b, got);
    }
    same = same && !ferror(old) && !ferror(output->file);
    fclose(old);
    return same;
}

/* All that can fail for want of room, before anything is renamed. */
static bool finish(struct outputs *o, struct output *output) {
    if (!output->file) return true;
    bool good = !fflush(output->file) && !ferror(output->file);
    if (good && o->rules.take) good = hand_over(o, output);
    else if (good && !strcmp(output->path, "-")) good = copy_to_standard(o, output->file);
    else if (good && o->rules.only_changed)
        output->unchanged = stands_there(output);
    if (!good) refuse(o, output->path);
    if (fclose(output->file) && good) {
        refuse(o, output->path);
        good = false;
    }
    output->file = NULL;
    return good;
}

const char *outputs_folder(struct outputs *o) {
    struct folder *folder = folder_of_kind(o);
    if (!folder || !folder->staging) return NULL;
    size_t files = 0;
    for (size_t i = 0; i < o->files.count; i++) {
        if (o->files.at[i].kind != o->kind) continue;
        if (!finish(o, &o->files.at[i])) return NULL;
        files++;
    }
    /* The same files, and beside them what a program made of them: it need not do so again. */
    if (!outputs_changed(o, o->kind) && staging_entries(folder->path) > files) {
        guard_enter(o->rules.guard);
        staging_remove(folder->staging);
        folder->staging = NULL;
        guard_leave(o->rules.guard);
    }
    return folder->staging;
}

/* All that is finished, to where it will stand. False after a report. */
static bool place(struct outputs *o) {
    for (size_t i = 0; i < o->files.count; i++) {
        struct output *output = &o->files.at[i];
        if (!output->temporary || output->unchanged) continue;
        if (rename(output->temporary, output->place)) return refuse(o, output->path), false;
        output->temporary = NULL;
    }
    for (size_t i = 0; i < o->folders.count; i++) {
        struct folder *folder = &o->folders.at[i];
        if (!folder->staging) continue;
        if (!staging_place(o->arena, folder->staging, folder->path))
            return refuse(o, folder->path), false;
        folder->staging = NULL;
    }
    return true;
}

bool outputs_commit(struct outputs *o) {
    bool good = true;
    for (size_t i = 0; good && i < o->files.count; i++) good = finish(o, &o->files.at[i]);
    /* Not by pieces: a signal waits until all is in its place. */
    guard_enter(o->rules.guard);
    good = good && place(o);
    guard_leave(o->rules.guard);
    if (!good) outputs_drop(o);
    return good;
}

void outputs_drop(struct outputs *o) {
    guard_enter(o->rules.guard);
    for (size_t i = 0; i < o->files.count; i++) {
        if (o->files.at[i].file) fclose(o->files.at[i].file);
        o->files.at[i].file = NULL;
    }
    remove_unfinished(o);
    for (size_t i = 0; i < o->files.count; i++) o->files.at[i].temporary = NULL;
    for (size_t i = 0; i < o->folders.count; i++) o->folders.at[i].staging = NULL;
    guard_leave(o->rules.guard);
}
