#include "frontend/adac.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "backends/backend.h"
#include "frontend/compile.h"
#include "frontend/contracts.h"
#include "frontend/decompile.h"
#include "frontend/gate.h"
#include "frontend/input.h"
#include "frontend/kinds.h"
#include "frontend/live.h"
#include "frontend/outputs.h"
#include "frontend/plugins.h"
#include "frontend/program_name.h"
#include "frontend/progress.h"
#include "frontend/read_cert.h"
#include "frontend/reader.h"
#include "frontend/report.h"
#include "frontend/suggestion.h"
#include "ir/base/vec.h"
#include "ir/dump.h"
#include "ir/lower.h"
#include "passes/passes.h"

const char *adac_version(void) {
    return PACKAGE_VERSION;
}

/* What is said of an output, or of the program. */
struct summary_line {
    const char *shown, *summary;
    const struct outputs *outputs; /* null: of none */
    uint32_t kind;
};

/* One compilation, from its source to its files. */
struct job {
    const struct adac_options *options;
    FILE *out, *messages;
    struct guard *guard;
    struct arena arena;
    struct names names;
    struct sources sources;
    struct diags diags;
    struct program program;
    struct program as_read; /* before any pass: what is written back as source */
    const struct reader *reader;
    const struct source *source;
    const char *stem;       /* of the input's file name */
    const struct net *net;
    const struct schedule *schedule;
    const struct cert *cert;
    VEC(struct summary_line) lines;
    const char *const *files; /* that were read */
    size_t file_count;
};

static const struct reader *find_reader(struct job *job) {
    const struct adac_options *o = job->options;
    const struct reader *reader = o->from   ? reader_named(o->from)
                                  : o->input ? reader_for_path(o->input)
                                             : NULL;
    if (reader) return reader;
    struct diag *diag =
        diag_error(&job->diags, NOWHERE, CODE_UNKNOWN_LANGUAGE,
                   "expected a file whose name ends in .adg or .json, found '%s'",
                   o->input ? o->input : "");
    diag_help(diag, "--from=adg or --from=json says what it is");
    return NULL;
}

static bool ask_for_controls(struct job *job) {
    for (size_t i = 0; i < job->options->control_count; i++) {
        const struct adac_control *asked = &job->options->controls[i];
        int kind = 0;
        while (kind < CONTROL_COUNT && strcmp(control_infos[kind].key, asked->kind)) kind++;
        if (kind == CONTROL_COUNT) {
            diag_error(&job->diags, NOWHERE, CODE_CONTROL,
                       "no macro control is called '%s'; there are rt60, dry_wet and pre_delay",
                       asked->kind);
            return false;
        }
        struct control *control = &job->program.controls[kind];
        if (!control->wanted) *control = control_infos[kind].defaults;
        if (asked->given >= 1) control->init = asked->init;
        if (asked->given >= 3) control->lo = asked->lo, control->hi = asked->hi;
    }
    return true;
}

/* The folders that were given, then the installed library. */
static const char *const *import_paths(struct job *job, size_t *count) {
    const struct adac_options *o = job->options;
    *count = o->import_path_count + 1;
    const char **paths = ARENA_ARRAY(&job->arena, *count, const char *);
    for (size_t i = 0; i < o->import_path_count; i++) paths[i] = o->import_paths[i];
    paths[o->import_path_count] = INSTALLED_LIBRARY;
    return paths;
}

/* Null after a report. */
static const struct source *find_source(struct job *job) {
    const struct adac_options *o = job->options;
    if (!o->text) return input_read(&job->arena, &job->sources, &job->diags, o->input);
    const char *shown = o->input && strcmp(o->input, "-") ? o->input : "<memory>";
    return input_take(&job->sources, &job->diags, shown, o->text, o->text_length);
}

static bool read_source(struct job *job) {
    const struct adac_options *o = job->options;
    const struct reader *reader = find_reader(job);
    if (!reader) return false;
    const struct source *source = find_source(job);
    if (!source) return false;
    job->reader = reader;
    job->source = source;
    if (o->sound) source_seek(&job->sources, o->sound);
    struct knob_override *overrides = ARENA_ARRAY(&job->arena, o->knob_count, struct knob_override);
    for (size_t i = 0; i < o->knob_count; i++)
        overrides[i] = (struct knob_override){o->knobs[i].name, o->knobs[i].value, false};
    struct reading reading = {.arena = &job->arena,
                              .names = &job->names,
                              .sources = &job->sources,
                              .diags = &job->diags,
                              .overrides = overrides,
                              .override_count = o->knob_count,
                              .rate_override = o->rate};
    reading.import_paths = import_paths(job, &reading.import_path_count);
    if (!reader->read(&reading, source, &job->program) || job->diags.errors) return false;
    for (size_t i = 0; i < o->knob_count; i++) {
        if (overrides[i].used) continue;
        diag_error(&job->diags, NOWHERE, CODE_KNOB_VALUE,
                   "--knob=%s: the program has no knob of that name", overrides[i].name);
        return false;
    }
    job->program.name = program_name(&job->arena, &job->names, &job->diags, o->name, job->stem);
    if (!job->program.name) return false;
    if (!job->program.main->shape.outs) {
        diag_error(&job->diags, job->program.main->at, CODE_NO_OUTLETS,
                   "the program has no outlets, so nobody hears it");
        return false;
    }
    if (o->fractional && !interpolation_read(o->fractional, &job->program.interpolation)) {
        diag_error(&job->diags, NOWHERE, CODE_UNKNOWN_KIND,
                   "no interpolator of fractional delays is called '%s'", o->fractional);
        return false;
    }
    if (o->contract)
        job->program.contract_for =
            o->double_samples ? CONTRACT_FOR_DOUBLE : CONTRACT_FOR_FLOAT;
    return ask_for_controls(job);
}

/* --dump-after: passes and these stages before and behind them. */
static const char *const stages[] = {"read", "lower", "schedule"};
enum { STAGE_COUNT = sizeof stages / sizeof *stages };

static bool is_stage(const char *word) {
    for (size_t i = 0; i < STAGE_COUNT; i++)
        if (!strcmp(stages[i], word)) return true;
    for (size_t i = 0; i < pass_count; i++)
        if (!strcmp(passes[i].name, word)) return true;
    return false;
}

static const char *stage_meant(const char *word) {
    struct suggestion suggestion = {.wanted = word};
    for (size_t i = 0; i < STAGE_COUNT; i++) suggestion_offer(&suggestion, stages[i]);
    for (size_t i = 0; i < pass_count; i++) suggestion_offer(&suggestion, passes[i].name);
    return suggestion.best;
}

static bool wants(const char *dump_after, const char *stage) {
    return dump_after && !strcmp(dump_after, stage);
}

static void print_text(FILE *file, const struct text *text) {
    if (file && text->length) fwrite(text->at, 1, text->length, file);
}

static bool run_passes(struct job *job) {
    struct text dump, times;
    text_init(&dump, &job->arena);
    text_init(&times, &job->arena);
    struct pass_watch watch = {.dump_after = job->options->dump_after,
                               .dump = &dump,
                               .times = job->options->time_passes ? &times : NULL};
    job->as_read = job->program;
    bool good = passes_run(&job->arena, &job->names, &job->diags, &job->program, &watch);
    print_text(job->out, &dump);
    print_text(job->messages, &times);
    return good;
}

/* What the outputs asked for need, together. */
static unsigned needs_of(const struct job *job) {
    const struct adac_options *o = job->options;
    unsigned needs = 0;
    for (size_t b = 0; b < backend_count; b++) {
        if (o->live && !strcmp(backends[b].name, "faust")) needs |= backends[b].needs;
        for (size_t i = 0; i < o->emit_count; i++)
            if (!strcmp(backends[b].name, o->emits[i])) needs |= backends[b].needs;
    }
    return needs;
}

static bool lower_program(struct job *job) {
    const char *dump_after = job->options->dump_after;
    job->net = net_lower(&job->arena, &job->diags, &job->program, job->program.main);
    if (!job->net) return false;
    struct text dump;
    text_init(&dump, &job->arena);
    if (wants(dump_after, "lower")) net_dump(&dump, job->net);
    bool scheduled = wants(dump_after, "schedule") || (needs_of(job) & NEEDS_SCHEDULE);
    /* Half a last bit of a float, which its constants are rounded by anyway. */
    const double tolerance = job->options->double_samples ? 0x1p-49 : 0x1p-24;
    if (scheduled)
        job->schedule = schedule_make_within(&job->arena, &job->diags, job->net, tolerance);
    if (scheduled && !job->schedule) return false;
    if (wants(dump_after, "schedule")) schedule_dump(&dump, job->schedule);
    print_text(job->out, &dump);
    return true;
}

/* Null after a report. */
static const struct backend *find_backend(struct job *job, const char *kind) {
    const struct backend *backend = kind_find(kind, job->options->output);
    if (backend) return backend;
    struct diag *diag = diag_error(&job->diags, NOWHERE, CODE_UNKNOWN_KIND,
                                   "no kind of output is called '%s'; see --list-emits", kind);
    struct suggestion suggestion = {.wanted = kind};
    for (size_t i = 0; i < backend_count; i++) suggestion_offer(&suggestion, backends[i].name);
    if (suggestion.best) diag_help(diag, "--emit=%s", suggestion.best);
    return NULL;
}

static void add_line(struct job *job, const char *shown, const char *summary) {
    vec_push(&job->arena, &job->lines, (struct summary_line){.shown = shown, .summary = summary});
}

static void add_output_line(struct job *job, const struct outputs *outputs, const char *summary) {
    vec_push(&job->arena, &job->lines,
             (struct summary_line){.shown = outputs_shown(outputs),
                                   .summary = summary,
                                   .outputs = outputs,
                                   .kind = outputs_number(outputs)});
}

static void put_lines(const struct job *job, struct text *text) {
    for (size_t i = 0; i < job->lines.count; i++) {
        const struct summary_line *line = &job->lines.at[i];
        bool same = line->outputs && !outputs_changed(line->outputs, line->kind);
        text_put(text, line->shown);
        text_pad_to(text, 16);
        text_printf(text, "%s%s\n", strlen(line->shown) > 15 ? " " : "",
                    same ? "unchanged" : line->summary);
    }
}

/* The program as text of .adg: its own, formatted, or decompiled. Null after a report. */
static const struct text *source_text(struct job *job) {
    struct text *text = ARENA_NEW(&job->arena, struct text);
    text_init(text, &job->arena);
    struct reading reading = {.arena = &job->arena,
                              .names = &job->names,
                              .sources = &job->sources,
                              .diags = &job->diags};
    if (job->reader->format) job->reader->format(&job->arena, job->source, text);
    else if (!source_decompile(&reading, &job->as_read, text)) return NULL;
    return text;
}

static bool finish_plugin(const struct job *job, const struct emission *emission, const char *kind,
                          const char *folder, struct sink *sink) {
    const struct adac_options *o = job->options;
    const struct plugin_options options = {.c_compiler = o->c_compiler,
                                           .c_flags = o->c_flags,
                                           .vendor = o->vendor,
                                           .vendor_code = o->vendor_code,
                                           .plugin_code = o->plugin_code,
                                           .juce_modules = o->juce_modules,
                                           .guard = job->guard};
    return plugin_finish(emission, &options, kind, folder, sink);
}

/* One kind of output, and its line. False after a report. */
static bool emit_kind(struct job *job, struct outputs *outputs, const struct backend *backend) {
    const struct adac_options *o = job->options;
    struct sink *sink = outputs_kind(outputs, backend->extension);
    struct emission emission = {.program = &job->program,
                                .as_read = &job->as_read,
                                .net = job->net,
                                .schedule = job->schedule,
                                .cert = job->cert,
                                .sources = &job->sources,
                                .vendor = o->vendor,
                                .plugin_uri = o->plugin_uri,
                                .symbol = job->program.name->text,
                                .file = outputs_file(outputs),
                                .real = o->double_samples ? REAL_DOUBLE : REAL_FLOAT,
                                .standalone = o->faust_standalone,
                                .vector = o->vector,
                                .samples = o->samples,
                                .input_path = o->sound,
                                .arena = &job->arena,
                                .diags = &job->diags};
    if (backend->needs & NEEDS_SOURCE) {
        emission.source = source_text(job);
        if (!emission.source) return false;
    }
    if (!backend->emit(&emission, sink) || job->diags.errors) return false;
    const char *folder = outputs_folder(outputs);
    if (folder && !finish_plugin(job, &emission, backend->name, folder, sink)) return false;
    if (job->diags.errors) return false;
    add_output_line(job, outputs, text_chars(&sink->summary));
    return true;
}

static bool emit_all(struct job *job, struct outputs *outputs) {
    const struct adac_options *o = job->options;
    if (o->emit_count > 1 && outputs_one_file(o->output)) {
        diag_error(&job->diags, NOWHERE, CODE_OUTPUT_CLASH,
                   "-o %s is one file, but %zu kinds of output are asked for", o->output,
                   o->emit_count);
        return false;
    }
    for (size_t i = 0; i < o->emit_count; i++) {
        const struct backend *backend = find_backend(job, o->emits[i]);
        if (!backend || !emit_kind(job, outputs, backend)) return false;
    }
    return true;
}

/* All outputs, or none. What is published is a file of its own, always of FAUST. */
static bool write_outputs(struct job *job) {
    const struct adac_options *o = job->options;
    const struct output_rules rules = {.output = o->output,
                                       .stem = job->stem,
                                       .inputs = job->files,
                                       .input_count = job->file_count,
                                       .standard = job->out,
                                       .only_changed = o->only_changed,
                                       .take = o->take,
                                       .self = o->self,
                                       .guard = job->guard},
                              live_rules = {.output = o->live,
                                            .stem = job->stem,
                                            .inputs = job->files,
                                            .input_count = job->file_count,
                                            .only_changed = true,
                                            .guard = job->guard};
    struct outputs *outputs = outputs_new(&job->arena, &job->diags, &rules),
                   *live = outputs_new(&job->arena, &job->diags, &live_rules);
    if (!emit_all(job, outputs)) return false;
    const struct backend *faust = find_backend(job, "faust");
    if (o->live && !emit_kind(job, live, faust)) return false;
    if (!(needs_of(job) & NEEDS_CERT)) add_line(job, "verdict", cert_summary(job->cert));
    if (!outputs_commit(outputs) || !outputs_commit(live)) return false;
    return !o->live || !o->live_config ||
           live_point(&job->arena, &job->diags, job->guard, o->live_config,
                      outputs_path(live, faust->extension));
}

static void summarise_check(struct job *job) {
    struct text text;
    text_init(&text, &job->arena);
    text_printf(&text, "%u -> %u at %g Hz", job->net->inlet_count, job->net->outlet_count,
                job->net->rate);
    if (job->program.knob_count) text_put(&text, ", knobs");
    for (uint32_t k = 0; k < job->program.knob_count; k++)
        text_printf(&text, " %s", job->program.knobs[k].id->text);
    add_line(job, job->program.name->text, text_chars(&text));
}

/* The kind of output that is made of proved programs alone, or null. */
static const char *plugin_of(const struct job *job) {
    const struct adac_options *o = job->options;
    for (size_t i = 0; i < o->emit_count; i++)
        for (size_t b = 0; b < backend_count; b++)
            if ((backends[b].needs & NEEDS_PROOF) && !strcmp(backends[b].name, o->emits[i]))
                return backends[b].name;
    return NULL;
}

static bool must_pass(const struct job *job) {
    return job->options->strict || (plugin_of(job) && !job->options->no_strict);
}

/* Whether the whole proof is wanted, or what the line of the verdict can have at little cost. */
static bool asks_for_proof(const struct job *job) {
    return (needs_of(job) & NEEDS_CERT) || must_pass(job) || job->program.contract_count > 0;
}

/* What no output may overwrite: the source, what it imports and loads, the sound. */
static void note_files(struct job *job) {
    size_t room = 1;
    for (const struct source *f = job->sources.first; f; f = f->next) room++;
    const char **files = ARENA_ARRAY(&job->arena, room, const char *);
    for (const struct source *f = job->sources.first; f; f = f->next)
        files[job->file_count++] = f->path;
    if (job->options->sound) files[job->file_count++] = job->options->sound;
    job->files = files;
}

static enum adac_exit compile(struct job *job) {
    const struct adac_options *o = job->options;
    if (o->dump_after && !is_stage(o->dump_after)) {
        struct diag *diag = diag_error(&job->diags, NOWHERE, CODE_UNKNOWN_KIND,
                                       "no pass is called '%s'; see --list-passes", o->dump_after);
        const char *meant = stage_meant(o->dump_after);
        if (meant) diag_help(diag, "--dump-after=%s", meant);
        return ADAC_USAGE;
    }
    if (!read_source(job) || !run_passes(job) || !lower_program(job)) return ADAC_DONE;
    if (o->check_cert) {
        const struct source *cert =
            input_read(&job->arena, &job->sources, &job->diags, o->check_cert);
        if (!cert) {
            /* No bytes, or no text, is no certificate. */
            struct diag *last = job->diags.last;
            if (last && last->code != CODE_CANNOT_READ) last->code = CODE_REFUSED;
            return ADAC_DONE;
        }
        if (certificate_check(&job->arena, &job->diags, cert, job->net, !o->double_samples))
            add_line(job, o->check_cert, "holds for this program");
        return ADAC_DONE;
    }
    struct progress progress;
    progress_begin(&progress, job->messages, o->quiet || o->json_diagnostics || o->live);
    job->cert = cert_prove_with(&job->arena, job->net,
                                &(struct cert_options){.progress = progress_teller(&progress),
                                                       .single = !o->double_samples,
                                                       .brief = !asks_for_proof(job),
                                                       .figures =
                                                           (needs_of(job) & NEEDS_CERT) != 0,
                                                       .contracted = job->program.contracted,
                                                       .contracted_count = job->program.contracted_count,
                                                       .evaluations = o->cert_budget});
    progress_end(&progress);
    if (needs_of(job) & NEEDS_CERT) cert_say(&job->diags, job->cert);
    struct judged_main main = {job->net, job->cert};
    if (!contracts_judge(&job->arena, &job->diags, &job->program, main, !o->double_samples))
        return ADAC_DONE;
    if (must_pass(job) &&
        !gate_passes(&job->diags, job->cert, o->strict ? NULL : plugin_of(job)))
        return ADAC_REFUSED;
    if (!o->emit_count && !o->live) summarise_check(job);
    note_files(job);
    write_outputs(job);
    return ADAC_DONE;
}

/* The exit of the first error, by the group of its code. */
static enum adac_exit exit_of(const struct diags *diags) {
    for (const struct diag *d = diags->first; d; d = d->next) {
        if (d->severity != SEVERITY_ERROR) continue;
        switch (d->code) {
        case CODE_CANNOT_READ:
        case CODE_CANNOT_WRITE:
        case CODE_BAD_SOUND: return ADAC_FILES;
        case CODE_UNKNOWN_LANGUAGE:
        case CODE_UNKNOWN_KIND:
        case CODE_RESERVED_NAME:
        case CODE_NO_SOUND:
        case CODE_OUTPUT_CLASH: return ADAC_USAGE;
        case CODE_REFUSED: return ADAC_REFUSED;
        case CODE_INTERNAL: return ADAC_INTERNAL;
        default: return ADAC_INPUT_ERRORS;
        }
    }
    return ADAC_DONE;
}

static void report(struct job *job) {
    const struct adac_options *o = job->options;
    report_diags(&job->arena, &job->sources, &job->diags, o, job->messages);
    if (job->diags.errors || o->quiet || o->json_diagnostics) return;
    struct text text;
    text_init(&text, &job->arena);
    put_lines(job, &text);
    print_text(job->messages, &text);
}

/* The options as this version knows them, whatever version the caller was made for. */
static bool take_options(struct adac_options *own, const struct adac_options *given) {
    *own = (struct adac_options){0};
    if (given->size < offsetof(struct adac_options, self)) return false;
    memcpy(own, given, given->size < sizeof *own ? given->size : sizeof *own);
    return own->input || own->text;
}

enum adac_exit adac_compile(const struct adac_options *options, FILE *out, FILE *messages) {
    return compile_guarded(options, out, messages, NULL);
}

enum adac_exit compile_guarded(const struct adac_options *options, FILE *out, FILE *messages,
                               struct guard *guard) {
    struct adac_options own;
    if (!take_options(&own, options)) return ADAC_USAGE;
    struct arena_exit exit = {0};
    struct job job = {.options = &own, .out = out, .messages = messages, .guard = guard};
    arena_init(&job.arena, &exit, own.memory);
    if (setjmp(exit.out_of_memory)) {
        arena_free(&job.arena);
        arena_exit_release(&exit);
        report_out_of_memory(&own, messages);
        return ADAC_INPUT_ERRORS;
    }
    names_init(&job.names, &job.arena);
    sources_init(&job.sources, &job.arena);
    job.sources.sought = own.seek;
    job.sources.self = own.self;
    diags_init(&job.diags, &job.arena);
    job.stem = stem_of(&job.arena, own.input);
    enum adac_exit code = compile(&job);
    if (job.diags.errors) code = exit_of(&job.diags);
    report(&job);
    arena_free(&job.arena);
    return code;
}
