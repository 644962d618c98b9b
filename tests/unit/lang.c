#include "tests/unit/lang.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/base/diag_print.h"
#include "lang/print.h"

const struct ast_file *parse_bytes(struct fixture *f, const char *text, size_t length) {
    const struct source *source = source_add(&f->sources, "x.adg", text, length);
    return adg_parse(&f->arena, &f->names, &f->sources, source, &f->diags);
}

const struct ast_file *parse(struct fixture *f, const char *text) {
    return parse_bytes(f, text, strlen(text));
}

const struct ast_file *parse_good(struct fixture *f, const char *text) {
    const struct ast_file *file = parse(f, text);
    if (f->diags.errors) printf("# %s\n", text);
    assert_diags(f, "");
    assert_non_null(file);
    return file;
}

const struct ast_statement *parse_one(struct fixture *f, const char *text) {
    const struct ast_file *file = parse_good(f, text);
    assert_int_equal(file->statement_count, 1);
    return file->statements[0];
}

const struct ast_expr *parse_expr(struct fixture *f, const char *text) {
    return parse_one(f, text_format(&f->arena, "x = %s\n", text))->as.define.body;
}

const char *print_expr(struct fixture *f, const char *text) {
    const struct ast_expr *expr = parse_expr(f, text);
    struct text out;
    text_init(&out, &f->arena);
    adg_print_expr(&out, f->sources.last, expr);
    return text_chars(&out);
}

const char *print_file(struct fixture *f, const char *text) {
    struct text out;
    text_init(&out, &f->arena);
    adg_print(&out, parse_good(f, text));
    return text_chars(&out);
}

void check_same(struct fixture *f, const char *a, const char *b) {
    bool same = ast_equal_expr(parse_expr(f, a), parse_expr(f, b));
    if (!same) printf("# %s is not %s\n", a, b);
    assert_true(same);
}

const char *spelled(struct fixture *f, span at) {
    const struct source *source = source_at(&f->sources, at.begin);
    return arena_copy(&f->arena, source->text + (at.begin - source->base), at.end - at.begin);
}

const struct ast_file *parse_anew(struct fixture *f, const char *text) {
    sources_init(&f->sources, &f->arena);
    diags_init(&f->diags, &f->arena);
    return parse(f, text);
}

const char *reports(struct fixture *f, const char *text) {
    parse_anew(f, text);
    struct text out;
    text_init(&out, &f->arena);
    diag_print(&out, &f->sources, &f->diags, &(struct diag_style){0});
    return text_chars(&out);
}
