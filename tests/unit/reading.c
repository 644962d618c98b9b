#include "tests/unit/reading.h"

#include <stdio.h>
#include <stdlib.h>

#include "frontend/read_json.h"
#include "ir/dump.h"

struct reading reading_of(struct fixture *f) {
    return (struct reading){
        .arena = &f->arena, .names = &f->names, .sources = &f->sources, .diags = &f->diags};
}

const char *project_file(struct fixture *f, const char *path) {
    const char *root = getenv("SRCDIR");
    FILE *file = fopen(text_format(&f->arena, "%s/%s", root ? root : ".", path), "rb");
    if (!file) fail_msg("%s cannot be read", path);
    struct text text;
    text_init(&text, &f->arena);
    char block[4096];
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
        text_put_bytes(&text, block, got);
    fclose(file);
    return text_chars(&text);
}

bool read_model(struct fixture *f, const char *text, struct program *program) {
    struct reading reading = reading_of(f);
    *program = (struct program){0};
    return read_json(&reading, fixture_source(f, "x.json", text), program);
}

struct program model_of(struct fixture *f, const char *text) {
    struct program program;
    bool good = read_model(f, text, &program);
    assert_diags(f, "");
    assert_true(good);
    return program;
}

const char *program_text(struct fixture *f, const struct program *program) {
    struct text text;
    text_init(&text, &f->arena);
    program_dump(&text, program);
    return text_chars(&text);
}
