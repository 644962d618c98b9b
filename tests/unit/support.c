#include "tests/unit/support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int fixture_open(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    if (!f) return -1;
    arena_init(&f->arena, NULL, 0);
    names_init(&f->names, &f->arena);
    sources_init(&f->sources, &f->arena);
    diags_init(&f->diags, &f->arena);
    *state = f;
    return 0;
}

int fixture_close(void **state) {
    struct fixture *f = *state;
    arena_free(&f->arena);
    free(f);
    return 0;
}

const struct source *fixture_source(struct fixture *f, const char *path, const char *text) {
    const struct source *source = source_add(&f->sources, path, text, strlen(text));
    assert_non_null(source);
    return source;
}

span span_of(const struct source *source, const char *part) {
    const char *found = strstr(source->text, part);
    if (!found || strstr(found + 1, part)) {
        print_error("'%s' is not found exactly once in %s\n", part, source->path);
        fail();
    }
    uint32_t begin = source->base + (uint32_t)(found - source->text);
    return (span){begin, begin + (uint32_t)strlen(part)};
}

static void put_place(struct text *out, const struct sources *sources, span at) {
    struct place place = source_place(sources, at.begin);
    if (place.source) text_printf(out, "%s:%u:%u", place.source->path, place.line, place.column);
    else text_put(out, "nowhere");
}

static void put_asides(struct text *out, const struct sources *sources, const char *kind,
                       const struct diag_aside *asides) {
    for (const struct diag_aside *a = asides; a; a = a->next) {
        text_printf(out, "  %s", kind);
        if (span_known(a->at)) {
            text_put(out, " at ");
            put_place(out, sources, a->at);
        }
        text_printf(out, ": %s\n", a->text);
    }
}

const char *list_diags(struct fixture *f) {
    struct text out;
    text_init(&out, &f->arena);
    for (const struct diag *d = f->diags.first; d; d = d->next) {
        put_place(&out, &f->sources, d->at);
        switch (d->severity) {
        case SEVERITY_ERROR: text_put(&out, ": error: "); break;
        case SEVERITY_WARNING: text_put(&out, ": warning: "); break;
        case SEVERITY_REMARK: text_put(&out, ": remark: "); break;
        }
        text_printf(&out, "%s\n", d->message);
        if (d->label) text_printf(&out, "  label: %s\n", d->label);
        put_asides(&out, &f->sources, "label", d->labels);
        put_asides(&out, &f->sources, "note", d->notes);
        put_asides(&out, &f->sources, "help", d->helps);
    }
    if (f->diags.hidden) text_printf(&out, "and %zu more\n", f->diags.hidden);
    return text_chars(&out);
}

/* The length of the line at `text`, its newline included. */
static size_t line_length(const char *text) {
    size_t length = strcspn(text, "\n");
    return length + (text[length] == '\n');
}

static void show_lines(char mark, const char *from, const char *to) {
    while (from < to) {
        size_t length = line_length(from);
        bool whole = from[length - 1] == '\n';
        print_error("  %c %.*s%s\n", mark, (int)(length - (whole ? 1 : 0)), from,
                    whole ? "" : "  (no newline)");
        from += length;
    }
}

void check_text(const char *got, const char *wanted, const char *file, int line) {
    if (!got) {
        print_error("no text where there should be one:\n");
        show_lines('-', wanted, wanted + strlen(wanted));
        _fail(file, line);
        return;
    }
    if (!strcmp(got, wanted)) return;

    /* The lines that both begin with, and then those that both end with, are left out. */
    const char *g = got, *w = wanted;
    unsigned same_lines = 0;
    while (*g && *w) {
        size_t length = line_length(w);
        if (line_length(g) != length || memcmp(g, w, length)) break;
        g += length, w += length, same_lines++;
    }
    const char *g_end = got + strlen(got), *w_end = wanted + strlen(wanted);
    for (const char *ge = g_end, *we = w_end; ge > g && we > w && ge[-1] == we[-1];) {
        ge--, we--;
        if ((ge == g || ge[-1] == '\n') && (we == w || we[-1] == '\n')) g_end = ge, w_end = we;
    }
    print_error("texts differ from line %u on (- wanted, + got):\n", same_lines + 1);
    show_lines('-', w, w_end);
    show_lines('+', g, g_end);
    _fail(file, line);
}

void check_near(double got, double wanted, double tolerance, const char *what, const char *file,
                int line) {
    if (fabs(got - wanted) <= tolerance) return;
    print_error("%s is %.17g, not %.17g within %g (off by %g)\n", what, got, wanted, tolerance,
                got - wanted);
    _fail(file, line);
}
