#include "frontend/elsewhere.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *word, *help;
} words[] = {
#define LIBRARY(name) {#name, "import \"std.adg\" defines it"},
#define ELSEWHERE(word, help) {#word, help},
#include "frontend/elsewhere.def"
#undef LIBRARY
#undef ELSEWHERE
};

const char *elsewhere_help(const char *word) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i].word, word)) return words[i].help;
    return NULL;
}
