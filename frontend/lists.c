/* The tables of the compiler, printed: help that cannot go stale. */
#include "backends/backend.h"
#include "frontend/adac.h"
#include "frontend/catalogue.h"
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

void adac_list_catalogue(FILE *out) {
    struct arena arena;
    struct text text;
    arena_init(&arena, NULL, 0);
    text_init(&text, &arena);
    catalogue_print(&text);
    fwrite(text.at, 1, text.length, out);
    arena_free(&arena);
}
