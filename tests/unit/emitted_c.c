#include "tests/unit/emitted_c.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ir/lower.h"

/* ---- emitting into memory ---- */

enum { FILES = 2 };

struct outputs {
    struct sink sink; /* first: found again from it */
    const char *extensions[FILES];
    FILE *streams[FILES];
    char *texts[FILES];
    size_t lengths[FILES];
};

static FILE *open_output(struct sink *sink, const char *extension) {
    struct outputs *outputs = (struct outputs *)sink;
    int i = 0;
    while (outputs->streams[i]) i++;
    outputs->extensions[i] = extension;
    return outputs->streams[i] = open_memstream(&outputs->texts[i], &outputs->lengths[i]);
}

struct emitted emit_program(struct graph *g, const char *symbol, enum real real) {
    const struct net *net = net_lower(g->arena, &g->f->diags, &g->program, g->program.main);
    if (!net) fail_msg("%s", list_diags(g->f));
    const struct schedule *schedule = schedule_make(g->arena, &g->f->diags, net);
    if (!schedule) fail_msg("%s", list_diags(g->f));
    struct emission emission = {
        .program = &g->program,
        .net = net,
        .schedule = schedule,
        .sources = &g->f->sources,
        .symbol = symbol,
        .file = symbol,
        .real = real,
        .arena = g->arena,
        .diags = &g->f->diags,
    };
    struct outputs outputs = {.sink.open = open_output};
    text_init(&outputs.sink.summary, g->arena);
    struct emitted emitted = {0};
    if (!emit_c(&emission, &outputs.sink)) return emitted;
    emitted.net = net;
    emitted.summary = text_chars(&outputs.sink.summary);
    for (int i = 0; i < FILES; i++) {
        fclose(outputs.streams[i]);
        const char *text = arena_copy(g->arena, outputs.texts[i], outputs.lengths[i]);
        if (!strcmp(outputs.extensions[i], ".c")) emitted.c = text;
        else emitted.h = text;
        free(outputs.texts[i]);
    }
    return emitted;
}

/* ---- compiling and loading ---- */

static void put_file(const char *folder, const char *stem, const char *extension,
                     const char *text) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s%s", folder, stem, extension);
    FILE *file = fopen(path, "w");
    if (!file) fail_msg("cannot write %s", path);
    fputs(text, file);
    fclose(file);
}

static FILE *begin_file(const char *folder, const char *stem) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s.c", folder, stem);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("typedef int not_empty;\n", file); /* as C asks of a file */
    return file;
}

void library_begin(struct library *l) {
    const char *temporary = getenv("TMPDIR");
    snprintf(l->folder, sizeof l->folder, "%.40s/adacc-XXXXXX", temporary ? temporary : "/tmp");
    assert_non_null(mkdtemp(l->folder));
    l->count = 0;
    l->optimised = begin_file(l->folder, "optimised");
    l->plain = begin_file(l->folder, "plain");
}

void library_add(struct library *l, const char *symbol, struct emitted emitted) {
    put_file(l->folder, symbol, ".c", emitted.c);
    put_file(l->folder, symbol, ".h", emitted.h);
    FILE *file = l->count++ % 3 ? l->plain : l->optimised;
    fprintf(file, "#include \"%s.c\"\nconst unsigned long %s_size = sizeof(struct %s);\n", symbol,
            symbol, symbol);
}

void library_load(struct library *l) {
    fclose(l->optimised);
    fclose(l->plain);
    const char *cc = getenv("CC");
    char command[512];
    snprintf(command, sizeof command,
             "cd %s && cc='%.200s -std=c99 -pedantic -Wall -Wextra -Wconversion -Wshadow -Werror -fPIC' && "
             "$cc -O1 -c optimised.c && $cc -O0 -c plain.c && $cc -shared optimised.o plain.o -o all.so -lm",
             l->folder, cc && *cc ? cc : "cc");
    if (system(command)) fail_msg("the emitted C does not compile: %s", command);
    char path[128];
    snprintf(path, sizeof path, "%s/all.so", l->folder);
    l->handle = dlopen(path, RTLD_NOW);
    if (!l->handle) fail_msg("%s", dlerror());
}

void library_end(struct library *l) {
    dlclose(l->handle);
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", l->folder);
    assert_int_equal(system(command), 0);
}

static void *find(struct library *l, const char *symbol, const char *end) {
    char called[64];
    snprintf(called, sizeof called, "%s%s", symbol, end);
    void *found = dlsym(l->handle, called);
    if (!found) fail_msg("%s", dlerror());
    return found;
}

struct running library_program(struct library *l, struct arena *arena, const char *symbol) {
    struct running p;
    size_t size = *(const unsigned long *)find(l, symbol, "_size");
    p.memory = memset(arena_alloc(arena, size), 0xAA, size); /* init must set everything */
    /* POSIX lets a function's address go through void *; ISO C has no words for it. */
    *(void **)&p.init = find(l, symbol, "_init");
    *(void **)&p.clear = find(l, symbol, "_clear");
    *(void **)&p.process = find(l, symbol, "_process");
    p.knobs = find(l, symbol, "_knobs");
    p.init(p.memory);
    return p;
}
