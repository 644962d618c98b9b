/* The tables of the compiler, printed: help that cannot go stale. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "backends/backend.h"
#include "frontend/adac.h"
#include "ir/node.h"
#include "passes/passes.h"

void adac_list_ops(FILE *out) {
    for (int i = 0; i < OP_COUNT; i++)
        fprintf(out, "  %-10s %s\n", op_infos[i].text, op_infos[i].meaning);
}

void adac_list_passes(FILE *out) {
    for (size_t i = 0; i < pass_count; i++)
        fprintf(out, "  %-10s %s\n", passes[i].name, passes[i].about);
}

void adac_list_emits(FILE *out) {
    for (size_t i = 0; i < backend_count; i++)
        fprintf(out, "  %-10s %s\n", backends[i].name, backends[i].about);
    fprintf(out, "  %-10s %s\n", "ir", "ir.wav, or what the extension of -o says");
}

bool adac_explain(FILE *out, const char *code) {
    const char *digits = *code == 'E' || *code == 'e' ? code + 1 : code;
    if (!*digits || strspn(digits, "0123456789") != strlen(digits)) return false;
    long number = strtol(digits, NULL, 10);
    for (size_t i = 0; i < diag_meaning_count; i++) {
        if ((long)diag_meanings[i].code != number) continue;
        const char *meaning = diag_meanings[i].meaning;
        fprintf(out, "E%04ld: %c%s.\n", number, toupper((unsigned char)meaning[0]), meaning + 1);
        return true;
    }
    return false;
}
