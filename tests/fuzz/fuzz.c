#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/decompile.h"
#include "frontend/read_adg.h"
#include "ir/lower.h"
#include "passes/passes.h"

enum { MEMORY = 512 * 1024 * 1024 };

struct compilation {
    struct arena arena;
    struct names names;
    struct sources sources;
    struct diags diags;
};

static void fail(const char *what, const char *text) {
    fprintf(stderr, "fuzz: %s:\n%s\n", what, text);
    abort();
}

static const char *formatted(struct compilation *c, const struct source *source) {
    struct text text;
    text_init(&text, &c->arena);
    source_format(&c->arena, source, &text);
    return text_chars(&text);
}

/* A layout that is canonical is its own. */
static void check_format(struct compilation *c, const struct source *source) {
    const char *once = formatted(c, source);
    const struct source *again = source_add(&c->sources, "again.adg", once, strlen(once));
    if (again && strcmp(formatted(c, again), once) != 0) fail("it formats as something else", once);
}

static void compile(struct compilation *c, const uint8_t *bytes, size_t size,
                    bool (*read)(struct reading *, const struct source *, struct program *)) {
    names_init(&c->names, &c->arena);
    sources_init(&c->sources, &c->arena);
    diags_init(&c->diags, &c->arena);
    struct reading reading = {
        .arena = &c->arena, .names = &c->names, .sources = &c->sources, .diags = &c->diags};
    const struct source *source = source_add(&c->sources, "x", (const char *)bytes, size);
    struct program program = {0};
    bool good = source && read(&reading, source, &program);
    if (good != !c->diags.errors) fail("what failed was not said", (const char *)bytes);
    if (!good) return;
    if (!program.name) program.name = name_of(&c->names, "x");
    if (read == read_adg) check_format(c, source);
    struct program as_read = program;
    if (!passes_run(&c->arena, &c->names, &c->diags, &program, NULL)) return;
    const struct net *net = net_lower(&c->arena, &c->diags, &program, program.main);
    if (!net || net->cell_count > 1000) return; /* small programs are enough for what follows */
    struct text text;
    text_init(&text, &c->arena);
    source_decompile(&reading, &as_read, &text);
}

void fuzz_read(const uint8_t *bytes, size_t size,
               bool (*read)(struct reading *, const struct source *, struct program *)) {
    struct arena_exit exit = {0};
    struct compilation c;
    arena_init(&c.arena, &exit, MEMORY);
    if (setjmp(exit.out_of_memory)) {
        arena_free(&c.arena);
        arena_exit_release(&exit);
        return;
    }
    compile(&c, bytes, size, read);
    arena_free(&c.arena);
}
