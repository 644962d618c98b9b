#include "frontend/watch.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "frontend/compile.h"
#include "frontend/kinds.h"
#include "frontend/lock.h"
#include "frontend/notice.h"
#include "frontend/outputs.h"
#include "frontend/report.h"

/* How long it must be quiet behind a change: nearly no time behind a file that was closed or put in
 * its place, so that saves of several files are one; longer behind what may be half of a save. And
 * a file that never rests is compiled now and then all the same. */
static const double DONE_S = 0.002, GOES_ON_S = 0.1, RESTLESS_S = 0.5;

struct watched {             /* one source */
    struct notice_set files; /* what its last compilation looked for */
    const char *input;
    bool dirty;
    double since_s, quiet_s; /* of a dirty one: its first change, and when it may be compiled */
    double compiled_s;       /* when the last compilation began */
    bool gone;               /* and that was said */
    struct watching *watching;
};

struct watching {
    struct command *command;
    FILE *out, *messages;
    struct guard *guard;
    struct arena arena;
    struct notice *notice;
    struct watched *programs;
    struct notice_set **sets;
    struct lock **locks;
    size_t lock_count;
};

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- what is said beside what compilations say ----------------------------------------------- */

static void say(struct watching *w, enum severity severity, enum diag_code code, const char *what,
                const char *help) {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    arena_init_scratch(&arena, &w->arena);
    sources_init(&sources, &arena);
    diags_init(&diags, &arena);
    struct diag *diag = severity == SEVERITY_ERROR
                            ? diag_error(&diags, NOWHERE, code, "%s", what)
                            : diag_warning(&diags, NOWHERE, code, "%s", what);
    if (help) diag_help(diag, "%s", help);
    report_diags(&arena, &sources, &diags, &w->command->options, w->messages);
    fflush(w->messages);
    arena_free(&arena);
}

static void say_locked(struct watching *w, const struct lock *lock) {
    const char *who =
        lock->holder ? text_format(&w->arena, " (process %zu)", (size_t)lock->holder) : "";
    say(w, SEVERITY_ERROR, CODE_WATCHED,
        text_format(&w->arena, "another --watch%s keeps '%s' up to date", who, lock->output),
        "end that one, or write elsewhere with -o");
}

/* ---- locks ----------------------------------------------------------------------------------- */

/* False after a report: another source has that output. */
static bool add_lock(struct watching *w, const struct output_rules *rules, const char *extension) {
    struct diags diags;
    diags_init(&diags, &w->arena);
    struct outputs *outputs = outputs_new(&w->arena, &diags, rules);
    outputs_kind(outputs, extension);
    const char *path = outputs_path(outputs, extension);
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--; /* a kind that makes a folder */
    path = arena_copy(&w->arena, path, length);
    for (size_t i = 0; i < w->lock_count; i++) {
        if (strcmp(w->locks[i]->output, path) != 0) continue;
        say(w, SEVERITY_ERROR, CODE_OUTPUT_CLASH,
            text_format(&w->arena, "two outputs would both be '%s'", path), NULL);
        return false;
    }
    w->locks[w->lock_count++] = lock_new(&w->arena, w->guard, path);
    return true;
}

/* One lock for each output that will be made. False after a report. */
static bool make_locks(struct watching *w) {
    const struct command *c = w->command;
    const struct adac_options *o = &c->options;
    w->locks = ARENA_ARRAY(&w->arena, c->input_count * (o->emit_count + 1), struct lock *);
    for (size_t i = 0; i < c->input_count; i++) {
        const char *stem = stem_of(&w->arena, c->inputs[i]);
        const struct output_rules rules = {.output = o->output, .stem = stem},
                                  live_rules = {.output = o->live, .stem = stem};
        for (size_t k = 0; k < o->emit_count; k++) {
            const struct backend *backend = kind_find(o->emits[k], o->output);
            if (backend && !add_lock(w, &rules, backend->extension)) return false;
        }
        if (o->live && !add_lock(w, &live_rules, kind_find("faust", NULL)->extension)) return false;
    }
    return true;
}

/* Those that are not held yet, as where a folder came into being since. False after a report. */
static bool take_locks(struct watching *w) {
    for (size_t i = 0; i < w->lock_count; i++)
        if (!lock_take(w->locks[i])) return say_locked(w, w->locks[i]), false;
    return true;
}

/* ---- compilations ---------------------------------------------------------------------------- */

static void note_sought(void *self, const char *path) {
    struct watched *program = self;
    notice_add(program->watching->notice, &program->files, path);
}

/* False where the source is not there, which is said once. */
static bool is_there(struct watched *program) {
    struct watching *w = program->watching;
    bool there = !access(program->input, F_OK);
    if (!there && !program->gone)
        say(w, SEVERITY_WARNING, CODE_CANNOT_READ,
            text_format(&w->arena,
                        "'%s' is gone; its outputs stay, and it is compiled when it returns",
                        program->input),
            NULL);
    program->gone = !there;
    return there;
}

static enum adac_exit compile(struct watched *program) {
    struct watching *w = program->watching;
    struct adac_options options = w->command->options;
    options.input = program->input;
    options.only_changed = true;
    options.self = program;
    options.seek = note_sought;
    program->dirty = false;
    program->compiled_s = now_s();
    notice_clear(&program->files);
    enum adac_exit exit = compile_guarded(&options, w->out, w->messages, w->guard);
    /* Where the options are refused, nothing was looked for. */
    notice_add(w->notice, &program->files, program->input);
    fflush(w->out);
    fflush(w->messages);
    return exit;
}

static double due_s(const struct watched *program, double interval_s) {
    double allowed_s = program->compiled_s + interval_s;
    return program->quiet_s > allowed_s ? program->quiet_s : allowed_s;
}

/* Takes note of what the wait saw, and compiles what is due. The seconds until the next one is. */
static double go_on(struct watching *w) {
    double next_s = 1;
    for (size_t i = 0; i < w->command->input_count; i++) {
        struct watched *program = &w->programs[i];
        double now = now_s(), interval_s = w->command->min_interval_s;
        if (program->files.change != NOTICE_NONE) {
            if (!program->dirty) program->since_s = now;
            program->dirty = true;
            program->quiet_s = now + (program->files.change == NOTICE_DONE ? DONE_S : GOES_ON_S);
            if (program->quiet_s > program->since_s + RESTLESS_S)
                program->quiet_s = program->since_s + RESTLESS_S;
        }
        if (!program->dirty) continue;
        double rest_s = due_s(program, interval_s) - now;
        if (rest_s > 0) {
            if (rest_s < next_s) next_s = rest_s;
        } else if (!is_there(program)) {
            program->dirty = false;
        } else if (take_locks(w)) {
            compile(program);
        } else {
            program->dirty = false;
        }
    }
    return next_s;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* The first compilation of each. False where it makes no sense to go on: `*exit` says why. */
static bool begin(struct watching *w, enum adac_exit *exit) {
    const struct command *c = w->command;
    w->programs = ARENA_ARRAY(&w->arena, c->input_count, struct watched);
    w->sets = ARENA_ARRAY(&w->arena, c->input_count, struct notice_set *);
    *exit = ADAC_USAGE;
    if (!make_locks(w)) return false;
    *exit = ADAC_FILES;
    if (!take_locks(w)) return false;
    for (size_t i = 0; i < c->input_count; i++) {
        w->programs[i] = (struct watched){.input = c->inputs[i], .watching = w};
        w->sets[i] = &w->programs[i].files;
        *exit = compile(&w->programs[i]);
        if (*exit == ADAC_USAGE) return false;
        if (*exit == ADAC_FILES && access(c->inputs[i], R_OK)) return false;
    }
    return true;
}

enum adac_exit watch(struct command *command, FILE *out, FILE *messages, struct guard *guard) {
    struct watching w = {.command = command, .out = out, .messages = messages, .guard = guard};
    arena_init(&w.arena, NULL, 0);
    w.notice = notice_new(&w.arena, command->look);
    enum adac_exit exit;
    if (begin(&w, &exit))
        for (double wait_s = 0;; wait_s = go_on(&w))
            notice_wait(w.notice, w.sets, command->input_count, wait_s);
    for (size_t i = 0; w.programs && i < command->input_count; i++)
        notice_clear(&w.programs[i].files);
    arena_free(&w.arena);
    return exit;
}
