/* What the codes of messages mean. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/adac.h"
#include "ir/base/diag.h"

struct explanation {
    enum diag_code code;
    const char *text, *wrong, *right; /* examples; null: there are none */
};

static const struct explanation explanations[] = {
#define EXPLAIN(NAME, text, wrong, right) {CODE_##NAME, text, wrong, right},
#define SAY(NAME, text) {CODE_##NAME, text, NULL, NULL},
#include "frontend/explain.def"
#undef SAY
#undef EXPLAIN
};

static const struct explanation *find(long number) {
    for (size_t i = 0; i < sizeof explanations / sizeof *explanations; i++)
        if ((long)explanations[i].code == number) return &explanations[i];
    return NULL;
}

/* Lines of at most 80 columns. */
static void print_filled(FILE *out, const char *text) {
    enum { WIDTH = 80 };
    size_t column = 0;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (column && column + 1 + length > WIDTH) {
            fputc('\n', out);
            column = 0;
        }
        column += (size_t)fprintf(out, "%s%.*s", column ? " " : "", (int)length, text);
        text += length;
        text += *text == ' ';
    }
    fputc('\n', out);
}

/* Indented by four; in models ' is ". */
static void print_example(FILE *out, const char *title, const char *example) {
    bool model = *example == '{', begins = true;
    fprintf(out, "\n%s:\n\n", title);
    for (; *example; example++) {
        if (begins) fputs("    ", out);
        fputc(model && *example == '\'' ? '"' : *example, out);
        begins = *example == '\n';
    }
}

bool adac_explain(FILE *out, const char *code) {
    const char *digits = *code == 'E' || *code == 'e' ? code + 1 : code;
    if (!*digits || strspn(digits, "0123456789") != strlen(digits)) return false;
    long number = strtol(digits, NULL, 10);
    for (size_t i = 0; i < diag_meaning_count; i++) {
        if ((long)diag_meanings[i].code != number) continue;
        const char *meaning = diag_meanings[i].meaning;
        fprintf(out, "E%04ld: %c%s.\n", number, toupper((unsigned char)meaning[0]), meaning + 1);
        const struct explanation *more = find(number);
        if (!more) return true;
        fputc('\n', out);
        print_filled(out, more->text);
        if (more->wrong) print_example(out, "Wrong", more->wrong);
        if (more->right) print_example(out, "Right", more->right);
        return true;
    }
    return false;
}
