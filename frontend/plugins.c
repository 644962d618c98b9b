#include "frontend/plugins.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "frontend/staging.h"
#include "frontend/tool.h"
#include "ir/base/vec.h"

struct plugin {
    const struct emission *emission;
    const struct plugin_options *options;
    const char *folder;
    struct sink *sink;
    struct arena *arena;
};

struct words {
    const char **at;
    size_t count, room;
};

/* Words between blanks, as a shell splits a variable. */
static void add_words(struct arena *arena, struct words *list, const char *text) {
    static const char blanks[] = " \t\n";
    for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
        size_t length = strcspn(text, blanks);
        vec_push(arena, list, arena_copy(arena, text, length));
        text += length;
    }
}

static void add_word(struct arena *arena, struct words *list, const char *word) {
    vec_push(arena, list, word);
}

static struct diag *missing(const struct plugin *p, const char *program) {
    return diag_error(p->emission->diags, NOWHERE, CODE_TOOL, "no program is called '%s'", program);
}

static struct diag *failed(const struct plugin *p, const char *program, const struct tool *tool) {
    struct diag *diag = diag_error(p->emission->diags, NOWHERE, CODE_TOOL,
                                   "%s failed, exit %d; nothing was written", program, tool->status);
    tool_note(diag, tool);
    return diag;
}

/* ---- LV2 ---- */

static bool build_lv2(const struct plugin *p) {
    const struct plugin_options *o = p->options;
    const char *compiler = o->c_compiler ? o->c_compiler : "cc", *symbol = p->emission->symbol;
    struct words command = {0};
    add_words(p->arena, &command, compiler);
    if (!command.count) {
        text_put(&p->sink->summary, "; not built");
        return true;
    }
    add_word(p->arena, &command, "-std=gnu99");
    add_words(p->arena, &command, o->c_flags ? o->c_flags : "-O3");
    static const char *const fixed[] = {"-fPIC", "-fvisibility=hidden", "-shared", "-o"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        add_word(p->arena, &command, fixed[i]);
    add_word(p->arena, &command, text_format(p->arena, "%s.so", symbol));
    add_word(p->arena, &command, text_format(p->arena, "%s.c", symbol));
    add_word(p->arena, &command, text_format(p->arena, "%s_lv2.c", symbol));
    add_word(p->arena, &command, "-lm");
    add_word(p->arena, &command, NULL);
    struct tool tool = tool_run(p->arena, p->folder, command.at, o->guard);
    if (!tool.found && !o->c_compiler) {
        text_put(&p->sink->summary, "; not built, since no C compiler is here: make does it");
        return true;
    }
    if (!tool.found) {
        diag_help(missing(p, command.at[0]), "CC names the C compiler; CC= leaves building to make");
        return false;
    }
    if (tool.status) {
        struct diag *diag = failed(p, command.at[0], &tool);
        if (strstr(tool.said, "lv2/"))
            diag_help(diag, "Debian's lv2-dev brings LV2's headers; CC= leaves building to make");
        return false;
    }
    text_printf(&p->sink->summary, "; %s.so", symbol);
    return true;
}

/* ---- JUCE ---- */

/* Four letters that stay the same as long as the name does: FNV-1a of it, in base 26. */
static const char *code_of(struct arena *arena, const char *symbol) {
    uint32_t hash = 2166136261u;
    for (; *symbol; symbol++) hash = (hash ^ (unsigned char)*symbol) * 16777619u;
    char *code = arena_copy(arena, "Aaaa", 4);
    for (int i = 0; i < 4; i++, hash /= 26) code[i] = (char)(code[i] + (int)(hash % 26));
    return code;
}

bool plugin_code_is_legal(const char *code) {
    static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                      others[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    bool capital = false;
    size_t length = strlen(code);
    for (size_t i = 0; i < length; i++) {
        if (strchr(capitals, code[i])) capital = true;
        else if (!strchr(others, code[i])) return false;
    }
    return length == 4 && capital;
}

static void put_xml(struct text *out, const char *chars) {
    for (; *chars; chars++) {
        if (*chars == '&') text_put(out, "&amp;");
        else if (*chars == '<') text_put(out, "&lt;");
        else if (*chars == '"') text_put(out, "&quot;");
        else text_put_char(out, *chars);
    }
}

/* An attribute of the project gets another value; one that is not there is an older tool's. */
static bool set_attribute(const struct plugin *p, struct text *xml, const char *attribute,
                          const char *value) {
    const char *key = text_format(p->arena, " %s=\"", attribute);
    char *at = strstr(xml->at, key), *end = at ? strchr(at + strlen(key), '"') : NULL;
    if (!end) {
        struct diag *diag =
            diag_error(p->emission->diags, NOWHERE, CODE_TOOL,
                       "expected %s in the project that faust2juce made, found none", attribute);
        diag_help(diag, "FAUST 2.54.9 and later are known to work");
        return false;
    }
    struct text changed;
    text_init(&changed, p->arena);
    text_put_bytes(&changed, xml->at, (size_t)(at - xml->at) + strlen(key));
    put_xml(&changed, value);
    text_put(&changed, end);
    *xml = changed;
    return true;
}

static bool read_whole(const char *path, struct text *text) {
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    char block[4096];
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
        text_put_bytes(text, block, got);
    bool good = !ferror(file) && text->length;
    fclose(file);
    return good;
}

static bool write_whole(const char *path, const struct text *text) {
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    bool good = fwrite(text->at, 1, text->length, file) == text->length;
    return !fclose(file) && good;
}

/* "com.vendor.hall": letters and digits of the vendor alone. */
static const char *bundle_identifier(const struct plugin *p, const char *vendor) {
    struct text text;
    text_init(&text, p->arena);
    text_put(&text, "com.");
    size_t bare = text.length;
    for (; *vendor; vendor++) {
        char c = *vendor >= 'A' && *vendor <= 'Z' ? (char)(*vendor - 'A' + 'a') : *vendor;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) text_put_char(&text, c);
    }
    if (text.length == bare) text_put(&text, "adacc");
    text_printf(&text, ".%s", p->emission->symbol);
    return text_chars(&text);
}

static bool sign_project(const struct plugin *p, const char *path) {
    const struct plugin_options *o = p->options;
    const char *author = p->emission->program->author, *symbol = p->emission->symbol;
    const char *vendor = o->vendor ? o->vendor : author ? author : "adacc";
    const char *identifier = bundle_identifier(p, vendor);
    struct text xml;
    text_init(&xml, p->arena);
    if (!read_whole(path, &xml)) {
        diag_error(p->emission->diags, NOWHERE, CODE_TOOL, "faust2juce made no project '%s.jucer'",
                   symbol);
        return false;
    }
    const char *title = p->emission->program->title ? p->emission->program->title : symbol;
    const char *const values[][2] = {
        {"pluginName", title},
        {"pluginDesc", title},
        {"pluginManufacturer", vendor},
        {"pluginManufacturerCode", o->vendor_code ? o->vendor_code : "Adac"},
        {"pluginCode", o->plugin_code ? o->plugin_code : code_of(p->arena, symbol)},
        {"bundleIdentifier", identifier},
        {"aaxIdentifier", identifier},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (!set_attribute(p, &xml, values[i][0], values[i][1])) return false;
    if (write_whole(path, &xml)) return true;
    diag_error(p->emission->diags, NOWHERE, CODE_CANNOT_WRITE, "cannot write '%s.jucer'", symbol);
    return false;
}

/* "FAUST Version 2.54.9" says at least 2.54: older ones make other projects. */
static bool faust_is_new_enough(const struct plugin *p) {
    static const char *const command[] = {"faust", "--version", NULL};
    struct tool tool = tool_run(p->arena, p->folder, command, p->options->guard);
    unsigned major = 0, minor = 0;
    const char *at = tool.found ? strstr(tool.said, "Version ") : NULL;
    if (at && sscanf(at, "Version %u.%u", &major, &minor) == 2 &&
        (major > 2 || (major == 2 && minor >= 54)))
        return true;
    if (!tool.found) {
        diag_help(missing(p, "faust"), "Debian's package is faust");
        return false;
    }
    size_t length = strcspn(tool.said, "\n");
    struct diag *diag =
        diag_error(p->emission->diags, NOWHERE, CODE_TOOL, "expected FAUST 2.54 or later, found '%.*s'",
                   (int)length, tool.said);
    diag_help(diag, "the FAUST that PATH finds first is the one that counts");
    return false;
}

/* faust2juce makes a folder of the program's name beside its .dsp; what is in it moves up. */
static bool make_juce(const struct plugin *p) {
    const char *symbol = p->emission->symbol;
    struct words command = {0};
    if (!faust_is_new_enough(p)) return false;
    add_word(p->arena, &command, "faust2juce");
    if (p->options->juce_modules) {
        add_word(p->arena, &command, "-jucemodulesdir");
        add_word(p->arena, &command, p->options->juce_modules);
    }
    if (p->emission->real == REAL_DOUBLE) add_word(p->arena, &command, "-double");
    add_word(p->arena, &command, text_format(p->arena, "%s.dsp", symbol));
    add_word(p->arena, &command, NULL);
    struct tool tool = tool_run(p->arena, p->folder, command.at, p->options->guard);
    if (!tool.found) {
        diag_help(missing(p, command.at[0]), "FAUST brings it; Debian's package is faust");
        return false;
    }
    if (tool.status) return failed(p, command.at[0], &tool), false;
    const char *made = text_format(p->arena, "%s/%s", p->folder, symbol);
    if (!sign_project(p, text_format(p->arena, "%s/%s.jucer", made, symbol))) return false;
    if (!staging_place(p->arena, made, p->folder)) {
        diag_error(p->emission->diags, NOWHERE, CODE_CANNOT_WRITE,
                   "cannot move what faust2juce made into '%s'", p->folder);
        return false;
    }
    text_printf(&p->sink->summary, "; %s.jucer", symbol);
    return true;
}

/* ---- the kinds ---- */

bool plugin_finish(const struct emission *emission, const struct plugin_options *options,
                   const char *kind, const char *folder, struct sink *sink) {
    static const struct {
        const char *kind;
        bool (*finish)(const struct plugin *);
    } kinds[] = {{"lv2", build_lv2}, {"juce", make_juce}};
    struct plugin plugin = {emission, options, folder, sink, emission->arena};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kinds[i].kind, kind)) return kinds[i].finish(&plugin);
    return true;
}
