#include "passes/passes.h"

#include <string.h>
#include <time.h>

#include "ir/dump.h"
#include "ir/verify.h"

const struct pass passes[] = {
    {"normalise", "sections divided by a0, every number finite", pass_normalise, VERIFY_NORMALISED},
    {"quantise", "delays to whole samples, half to even", pass_quantise, VERIFY_QUANTISED},
    {"flatten", "nested combinations of one kind made one", pass_flatten, 0},
    {"fold", "what can be computed now: gains multiplied and added, identities gone", pass_fold, 0},
    {"controls", "rt60, dry_wet and pre_delay wired as knobs", pass_controls, 0},
    {"fractional", "fractional delays to whole ones with interpolators", pass_fractional, VERIFY_WHOLE},
    {"prune", "what no outlet hears removed", pass_prune, 0},
    {"hoist", "equal matrices shared, their names unique and legal", pass_hoist, 0},
    {"contract", "lossless matrices of loops scaled below it, where --contract asks", pass_contract, 0},
};
const size_t pass_count = sizeof passes / sizeof *passes;

static bool verify(struct arena *arena, struct diags *diags, const struct program *program,
                   unsigned flags, const char *after) {
    const char *broken = program_verify(arena, program, flags);
    if (!broken) return true;
    if (after)
        diag_error(diags, NOWHERE, CODE_INTERNAL, "the pass %s broke the program: %s", after,
                   broken);
    else
        diag_error(diags, NOWHERE, CODE_INTERNAL, "the program is broken before the first pass: %s",
                   broken);
    return false;
}

static void dump(const struct pass_watch *watch, const char *stage, const struct program *program) {
    if (watch && watch->dump_after && watch->dump && !strcmp(watch->dump_after, stage))
        program_dump(watch->dump, program);
}

static bool run_one(const struct pass *pass, struct arena *arena, struct names *names,
                    struct diags *diags, struct program *program, const struct pass_watch *watch) {
    struct arena scratch;
    arena_init_scratch(&scratch, arena);
    struct pass_context context = {arena, &scratch, names, diags};
    clock_t begin = clock();
    bool done = pass->run(&context, program);
    double ms = (double)(clock() - begin) * 1e3 / CLOCKS_PER_SEC;
    arena_free(&scratch);
    if (watch && watch->times) text_printf(watch->times, "%s %.3g ms\n", pass->name, ms);
    return done;
}

/* What was reported behind `last`, but for errors, is forgotten. */
static void forget_remarks(struct diags *diags, struct diag *last) {
    struct diag **link = last ? &last->next : &diags->first;
    diags->last = last;
    while (*link) {
        if ((*link)->severity == SEVERITY_ERROR) {
            diags->last = *link;
            link = &(*link)->next;
            continue;
        }
        diags->warnings -= (*link)->severity == SEVERITY_WARNING;
        *link = (*link)->next;
    }
}

/* The root of a contract as the passes make it. Macro controls belong to main alone. */
static const struct node *run_root(struct arena *arena, struct names *names, struct diags *diags,
                                   const struct program *program, const struct node *root) {
    struct program part = *program;
    part.main = root;
    part.contract_count = 0;
    for (int i = 0; i < CONTROL_COUNT; i++) part.controls[i].wanted = false;
    struct diag *last = diags->last;
    bool good = passes_run(arena, names, diags, &part, NULL);
    /* Most of it is part of main too, of which all was said. */
    forget_remarks(diags, last);
    return good ? part.main : NULL;
}

/* Roots that contracts share stay shared; main stands for what it became. */
static bool run_contracts(struct arena *arena, struct names *names, struct diags *diags,
                          struct program *program, const struct node *main_before) {
    uint32_t count = program->contract_count;
    const struct contract *before = program->contracts;
    struct contract *after = ARENA_ARRAY(arena, count, struct contract);
    for (uint32_t i = 0; i < count; i++) {
        after[i] = before[i];
        after[i].root = before[i].root == main_before ? program->main : NULL;
        for (uint32_t j = 0; j < i && !after[i].root; j++)
            if (before[j].root == before[i].root) after[i].root = after[j].root;
        if (!after[i].root)
            after[i].root = run_root(arena, names, diags, program, before[i].root);
        if (!after[i].root) return false;
    }
    program->contracts = after;
    return true;
}

bool passes_run(struct arena *arena, struct names *names, struct diags *diags,
                struct program *program, const struct pass_watch *watch) {
    unsigned flags = 0;
    const struct node *main_before = program->main;
    if (!verify(arena, diags, program, flags, NULL)) return false;
    dump(watch, "read", program);
    for (size_t i = 0; i < pass_count; i++) {
        if (!run_one(&passes[i], arena, names, diags, program, watch)) return false;
        flags |= passes[i].establishes;
        if (!verify(arena, diags, program, flags, passes[i].name)) return false;
        dump(watch, passes[i].name, program);
    }
    if (!program->contract_count) return true;
    return run_contracts(arena, names, diags, program, main_before);
}
