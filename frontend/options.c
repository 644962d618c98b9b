#include "frontend/options.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/plugins.h"
#include "frontend/suggestion.h"
#include "ir/base/number.h"
#include "ir/base/text.h"
#include "ir/base/vec.h"
#include "ir/node.h"

enum option_id {
    OPTION_NONE = 256, /* above every short option's character */
#define OPTION(NAME, text, letter, argument, about) OPTION_##NAME,
#include "frontend/options.def"
#undef OPTION
    OPTION_END
};

static const struct option_info {
    const char *text;
    char letter;
    const char *argument, *about;
} option_infos[] = {
#define OPTION(NAME, text, letter, argument, about) {text, letter, argument, about},
#include "frontend/options.def"
#undef OPTION
};
enum { OPTION_COUNT = sizeof option_infos / sizeof *option_infos };

/* Options and kinds of the command line's contract that this version does not have. */
static const char *const later_options[] = {"target"};
static const char *const later_kinds[] = {"dot", "svg", "report"};

struct parsing {
    struct command command; /* first */
    struct arena arena;
    FILE *messages;
    bool interval_given;
    VEC(const char *) inputs, emits, import_paths;
    VEC(struct adac_control) controls;
    VEC(struct adac_setting) knobs;
};

static bool usage(struct parsing *p, const char *format, ...) PRINTF_LIKE(2, 3);

static bool usage(struct parsing *p, const char *format, ...) {
    struct text text;
    text_init(&text, &p->arena);
    va_list arguments;
    va_start(arguments, format);
    text_vprintf(&text, format, arguments);
    va_end(arguments);
    fprintf(p->messages, "adacc: %s\n", text_chars(&text));
    p->command.done = true;
    p->command.exit = ADAC_USAGE;
    return false;
}

static bool one_of(const char *const *list, size_t count, const char *word) {
    for (size_t i = 0; i < count; i++)
        if (!strcmp(list[i], word)) return true;
    return false;
}
#define ONE_OF(list, word) one_of((list), sizeof(list) / sizeof *(list), (word))

static bool read_number(const char *text, double *value) {
    return number_parse(text, strlen(text), value) && isfinite(*value);
}

/* "a,b,c" into words of the arena. */
static bool read_emits(struct parsing *p, const char *list) {
    for (const char *at = list;;) {
        size_t length = strcspn(at, ",");
        char *kind = arena_copy(&p->arena, at, length);
        if (!length)
            return usage(
                p, "expected a kind of output in --emit=%s, found nothing; see --list-emits", list);
        if (ONE_OF(later_kinds, kind))
            return usage(p, "--emit=%s comes in a later version; see --list-emits", kind);
        for (size_t i = 0; i < p->emits.count; i++)
            if (!strcmp(p->emits.at[i], kind)) return usage(p, "--emit names '%s' twice", kind);
        vec_push(&p->arena, &p->emits, kind);
        if (!at[length]) return true;
        at += length + 1;
    }
}

/* "rt60", "rt60=2.5" or "rt60=2.5,0.1,8". */
static bool read_control(struct parsing *p, const char *text) {
    size_t length = strcspn(text, "=");
    struct adac_control control = {.kind = arena_copy(&p->arena, text, length)};
    double *numbers[] = {&control.init, &control.lo, &control.hi};
    for (const char *at = text + length; *at;) {
        size_t digits = strcspn(++at, ",");
        if (control.given == 3 || !number_parse(at, digits, numbers[control.given]) ||
            !isfinite(*numbers[control.given]))
            return usage(p, "expected --control=%s=INIT or =INIT,MIN,MAX, found '%s'", control.kind,
                         text);
        control.given++;
        at += digits;
    }
    if (control.given == 2)
        return usage(p, "expected INIT,MIN,MAX in --control=%s, found two numbers", text);
    vec_push(&p->arena, &p->controls, control);
    return true;
}

static bool read_knob(struct parsing *p, const char *text) {
    const char *equals = strchr(text, '=');
    struct adac_setting knob = {0};
    if (!equals || equals == text || !read_number(equals + 1, &knob.value))
        return usage(p, "expected --knob=NAME=VALUE with a number, found '%s'", text);
    knob.name = arena_copy(&p->arena, text, (size_t)(equals - text));
    vec_push(&p->arena, &p->knobs, knob);
    return true;
}

static bool read_fractional(struct parsing *p, const char *text) {
    struct interpolation how;
    if (!interpolation_read(text, &how))
        return usage(p,
                     "expected --fractional to be sinc:N (2 to %d taps), lagrange:N (order 1 to %d), "
                     "thiran:N (order 1 to %d) or round, found '%s'",
                     INTERPOLATION_ORDER_MOST, INTERPOLATION_ORDER_MOST - 1, THIRAN_ORDER_MOST, text);
    p->command.options.fractional = text;
    return true;
}

static bool plugin_code(struct parsing *p, const char *option, const char *code) {
    if (plugin_code_is_legal(code)) return true;
    return usage(p, "expected --%s to be four letters and digits, one of them a capital, found '%s'",
                 option, code);
}

/* What stands between < and > in Turtle, and between quotation marks in C. */
static bool read_uri(struct parsing *p, const char *uri) {
    const char *colon = strchr(uri, ':');
    if (!colon || colon == uri || !colon[1] || uri[strcspn(uri, " \t\n<>\"{}|\\^`")])
        return usage(p, "expected --plugin-uri to be a URI such as urn:you:hall, found '%s'", uri);
    p->command.options.plugin_uri = uri;
    return true;
}

/* Where FAUST's hot-reload plugin looks: files of these names among the temporary ones. */
static bool read_live(struct parsing *p, const char *file) {
    const char *folder = getenv("TMPDIR");
    if (!folder || !*folder) folder = "/tmp";
    int length = (int)strlen(folder);
    while (length > 1 && folder[length - 1] == '/') length--;
    if (file && (!*file || !strcmp(file, "-")))
        return usage(p, "expected the path of a file in --live=%s", file);
    struct adac_options *o = &p->command.options;
    o->live = file ? file : text_format(&p->arena, "%.*s/adac-live.dsp", length, folder);
    o->live_config = text_format(&p->arena, "%.*s/faust-current-dsp.txt", length, folder);
    return true;
}

static bool choose(struct parsing *p, const char *option, const char *word,
                   const char *const *words, int *choice) {
    struct text text;
    text_init(&text, &p->arena);
    for (int i = 0; words[i]; i++) {
        if (!strcmp(words[i], word)) return *choice = i, true;
        text_printf(&text, "%s%s", i ? (words[i + 1] ? ", " : " or ") : "", words[i]);
    }
    return usage(p, "expected --%s to be %s, found '%s'", option, text_chars(&text), word);
}

static bool is_identifier(const char *text) {
    size_t letters =
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    return *text && !text[letters] && !strchr("0123456789", *text);
}

static void print_help(FILE *out) {
    fprintf(
        out,
        "usage: adacc [options] FILE...\n\n"
        "Compiles audio graphs (.adg, or ADAC's JSON) to FAUST, C and a certificate of stability.\n\n");
    for (int i = 0; i < OPTION_COUNT; i++) {
        const struct option_info *info = &option_infos[i];
        char left[64];
        int length = info->letter
                         ? snprintf(left, sizeof left, "  -%c, --%s", info->letter, info->text)
                         : snprintf(left, sizeof left, "      --%s", info->text);
        if (info->argument)
            snprintf(left + length, sizeof left - (size_t)length,
                     *info->argument == '[' ? "%s" : "=%s", info->argument);
        fprintf(out, strlen(left) < 34 ? "%-34s%s\n" : "%s\n                                  %s\n",
                left, info->about);
    }
    fprintf(out, "\nkinds of output:\n");
    adac_list_emits(out);
}

static bool answer(struct parsing *p) {
    p->command.done = true;
    return true;
}

static bool apply(struct parsing *p, int id, const char *argument, FILE *out) {
    struct adac_options *o = &p->command.options;
    static const char *const reals[] = {"float", "double", "q31", NULL},
                             *const whens[] = {"auto", "always", "never", NULL},
                             *const forms[] = {"text", "json", NULL},
                             *const froms[] = {"adg", "json", NULL};
    int choice = 0;
    double number = 0;
    switch (id) {
    case OPTION_EMIT: return read_emits(p, argument);
    case OPTION_OUTPUT:
        if (!*argument) return usage(p, "expected a path after -o, found nothing");
        o->output = argument;
        return true;
    case OPTION_FROM: o->from = argument; return choose(p, "from", argument, froms, &choice);
    case OPTION_INCLUDE:
        if (!*argument) return usage(p, "expected a folder after -I, found nothing");
        vec_push(&p->arena, &p->import_paths, argument);
        return true;
    case OPTION_NAME:
        if (!is_identifier(argument))
            return usage(
                p,
                "expected --name to be letters, digits and _, not beginning with a digit, found '%s'",
                argument);
        o->name = argument;
        return true;
    case OPTION_RATE:
        if (!read_number(argument, &o->rate) || o->rate <= 0)
            return usage(p, "expected --rate to be a number of hertz above 0, found '%s'",
                         argument);
        return true;
    case OPTION_REAL:
        if (!choose(p, "real", argument, reals, &choice)) return false;
        if (choice == 2) return usage(p, "--real=q31 comes in a later version");
        o->double_samples = choice == 1;
        return true;
    case OPTION_VECTOR: {
        static const char *const lanes[] = {"1", "4", "8", "16", NULL};
        static const unsigned numbers[] = {1, 4, 8, 16};
        if (!choose(p, "vector", argument, lanes, &choice)) return false;
        o->vector = numbers[choice];
        return true;
    }
    case OPTION_CONTROL: return read_control(p, argument);
    case OPTION_FRACTIONAL: return read_fractional(p, argument);
    case OPTION_KNOB: return read_knob(p, argument);
    case OPTION_STRICT: return o->strict = true;
    case OPTION_NO_STRICT: return o->no_strict = true;
    case OPTION_VENDOR: o->vendor = argument; return true;
    case OPTION_VENDOR_CODE: o->vendor_code = argument; return plugin_code(p, "vendor-code", argument);
    case OPTION_PLUGIN_CODE: o->plugin_code = argument; return plugin_code(p, "plugin-code", argument);
    case OPTION_PLUGIN_URI: return read_uri(p, argument);
    case OPTION_JUCE_MODULES:
        if (!*argument) return usage(p, "expected a folder after --juce-modules=, found nothing");
        o->juce_modules = argument;
        return true;
    case OPTION_CHECK_CERT: o->check_cert = argument; return true;
    case OPTION_CONTRACT: return o->contract = true;
    case OPTION_CERT_BUDGET:
        if (!read_number(argument, &number) || number < 1 || number > 1e12 ||
            number != floor(number))
            return usage(p, "expected --cert-budget to be a whole number above 0, found '%s'",
                         argument);
        o->cert_budget = (uint64_t)number;
        return true;
    case OPTION_SAMPLES:
        if (!read_number(argument, &number) || number < 1 || number > 1e12 ||
            number != floor(number))
            return usage(p, "expected --samples to be a whole number above 0, found '%s'",
                         argument);
        o->samples = (size_t)number;
        return true;
    case OPTION_FAUST_STANDALONE: return o->faust_standalone = true;
    case OPTION_INPUT: o->sound = argument; return true;
    case OPTION_WATCH: return p->command.watch = true;
    case OPTION_MIN_INTERVAL:
        if (!read_number(argument, &p->command.min_interval_s) || p->command.min_interval_s < 0 ||
            p->command.min_interval_s > 1e6)
            return usage(p, "expected --min-interval to be a number of seconds from 0 on, found '%s'",
                         argument);
        p->interval_given = true;
        return true;
    case OPTION_LIVE: return read_live(p, argument);
    case OPTION_VERBOSE: return o->verbose = true;
    case OPTION_QUIET: return o->quiet = true;
    case OPTION_COLOR:
        if (!choose(p, "color", argument, whens, &choice)) return false;
        o->color = (enum adac_when)choice;
        return true;
    case OPTION_DIAGNOSTICS:
        if (!choose(p, "diagnostics", argument, forms, &choice)) return false;
        o->json_diagnostics = choice == 1;
        return true;
    case OPTION_DUMP_AFTER: o->dump_after = argument; return true;
    case OPTION_TIME_PASSES: return o->time_passes = true;
    case OPTION_LIST_OPS:
        if (!argument) return adac_list_ops(out), answer(p);
        if (!choose(p, "list-ops", argument, forms, &choice)) return false;
        return choice ? adac_list_catalogue(out) : adac_list_ops(out), answer(p);
    case OPTION_LIST_PASSES: return adac_list_passes(out), answer(p);
    case OPTION_LIST_EMITS: return adac_list_emits(out), answer(p);
    case OPTION_EXPLAIN:
        if (!adac_explain(out, argument)) return usage(p, "no message has the code '%s'", argument);
        return answer(p);
    case OPTION_HELP: return print_help(out), answer(p);
    case OPTION_VERSION: return fprintf(out, "adacc %s\n", adac_version()), answer(p);
    default: return false;
    }
}

static bool no_option(struct parsing *p, const char *bare) {
    struct suggestion suggestion = {.wanted = bare};
    for (int i = 0; i < OPTION_COUNT; i++) suggestion_offer(&suggestion, option_infos[i].text);
    return suggestion.best ? usage(p, "no option is called --%s; did you mean --%s?", bare,
                                   suggestion.best)
                           : usage(p, "no option is called --%s; see --help", bare);
}

static bool refuse_word(struct parsing *p, char **argv) {
    const char *word = argv[optind - 1];
    if (!strncmp(word, "--", 2)) {
        size_t length = strcspn(word + 2, "=");
        char *bare = arena_copy(&p->arena, word + 2, length);
        if (ONE_OF(later_options, bare)) return usage(p, "--%s comes in a later version", bare);
        for (int i = 0; i < OPTION_COUNT; i++)
            if (!strcmp(option_infos[i].text, bare))
                return option_infos[i].argument ? usage(p, "--%s needs a value: --%s=%s", bare,
                                                        bare, option_infos[i].argument)
                                                : usage(p, "--%s takes no value", bare);
        return no_option(p, bare);
    }
    if (optopt == 'o') return usage(p, "-o needs a path");
    if (optopt == 'I') return usage(p, "-I needs a folder");
    return usage(p, "no option is called -%c; see --help", optopt ? optopt : '?');
}

/* [=WORD] may be left out. */
static int argument_of(const struct option_info *info) {
    if (!info->argument) return no_argument;
    return *info->argument == '[' ? optional_argument : required_argument;
}

static bool parse(struct parsing *p, int argc, char **argv, FILE *out) {
    struct option longs[OPTION_COUNT + 1] = {0};
    char shorts[2 * OPTION_COUNT + 2] = ":";
    for (int i = 0, at = 1; i < OPTION_COUNT; i++) {
        const struct option_info *info = &option_infos[i];
        int id = OPTION_NONE + 1 + i;
        longs[i] =
            (struct option){info->text, argument_of(info), NULL, id};
        if (!info->letter) continue;
        shorts[at++] = info->letter;
        if (info->argument) shorts[at++] = ':';
    }
    optind = 0; /* also for the second command of a process (glibc starts afresh) */
    opterr = 0;
    for (int got; (got = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        if (got == '?' || got == ':') return refuse_word(p, argv);
        int id = got;
        for (int i = 0; i < OPTION_COUNT; i++)
            if (got == option_infos[i].letter) id = OPTION_NONE + 1 + i;
        if (!apply(p, id, optarg, out)) return false;
        if (p->command.done) return true;
    }
    for (int i = optind; i < argc; i++) vec_push(&p->arena, &p->inputs, argv[i]);
    return true;
}

/* Folders between colons, behind those of the command line. */
static void read_import_path(struct parsing *p, const char *folders) {
    for (const char *at = folders; at && *at;) {
        size_t length = strcspn(at, ":");
        if (length) vec_push(&p->arena, &p->import_paths, arena_copy(&p->arena, at, length));
        at += length + (at[length] == ':');
    }
}

static bool check_watch(struct parsing *p) {
    const struct adac_options *o = &p->command.options;
    if (o->live && p->inputs.count > 1)
        return usage(p, "--live publishes one program, but %zu are compiled", p->inputs.count);
    if (!p->command.watch)
        return !p->interval_given || usage(p, "--min-interval is for --watch, which is not given");
    for (size_t i = 0; i < p->inputs.count; i++)
        if (!strcmp(p->inputs.at[i], "-")) return usage(p, "--watch cannot watch the standard input");
    if (o->output && !strcmp(o->output, "-"))
        return usage(p, "--watch keeps files up to date, and -o - is none");
    return true;
}

/* The kind whose files are called so, or null. */
static const char *kind_of(const char *output) {
    size_t length = strlen(output), longest = 0;
    const char *kind = NULL;
    if (length && output[length - 1] == '/') length--;
    for (size_t b = 0; b < backend_count; b++) {
        size_t end = strcspn(backends[b].extension, "/");
        if (end <= longest || end >= length) continue;
        if (memcmp(output + length - end, backends[b].extension, end)) continue;
        longest = end;
        kind = backends[b].name;
    }
    return kind;
}

static bool says_no_kind(struct parsing *p, const char *output) {
    const char *kind = kind_of(output);
    if (!kind)
        return usage(p, "-o says where, but no --emit says what; --list-emits has the kinds");
    return usage(p, "-o says where, but no --emit says what: --emit=%s makes files such as '%s'", kind,
                 output);
}

static bool check(struct parsing *p) {
    const char *output = p->command.options.output;
    if (!p->inputs.count) return usage(p, "expected a file to compile, found none; see --help");
    if (output && p->inputs.count > 1 && output[strlen(output) - 1] != '/' && strcmp(output, "-"))
        return usage(p, "-o %s is one file, but %zu are compiled; end it in / for a folder", output,
                     p->inputs.count);
    if (output && !p->emits.count) return says_no_kind(p, output);
    if (p->command.options.strict && p->command.options.no_strict)
        return usage(p, "--strict and --no-strict contradict each other");
    if (p->command.options.verbose && p->command.options.quiet)
        return usage(p, "-v and -q contradict each other");
    return check_watch(p);
}

struct command *command_new(int argc, char **argv, FILE *out, FILE *messages) {
    struct parsing *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    arena_init(&p->arena, NULL, 0);
    p->messages = messages;
    p->command.min_interval_s = 0.5;
    const char *how = getenv("ADACC_WATCH");
    p->command.look = how && !strcmp(how, "poll");
    if (parse(p, argc, argv, out) && !p->command.done) check(p);
    read_import_path(p, getenv("ADACC_PATH"));
    p->command.inputs = p->inputs.at;
    p->command.input_count = p->inputs.count;
    struct adac_options *o = &p->command.options;
    o->size = sizeof *o;
    o->c_compiler = getenv("CC");
    o->c_flags = getenv("CFLAGS");
    o->emits = p->emits.at;
    o->emit_count = p->emits.count;
    o->import_paths = p->import_paths.at;
    o->import_path_count = p->import_paths.count;
    o->controls = p->controls.at;
    o->control_count = p->controls.count;
    o->knobs = p->knobs.at;
    o->knob_count = p->knobs.count;
    return &p->command;
}

void command_free(struct command *command) {
    struct parsing *p = (struct parsing *)command;
    arena_free(&p->arena);
    free(p);
}
