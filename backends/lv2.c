/* An LV2 bundle: two files of Turtle, the C of the program, what ties it to LV2, and a Makefile.
 *
 * Turtle and the meaning of ports are from the LV2 specification (lv2core, port-props, units). The
 * program's sample rate is part of its constants, so the plugin is for that rate alone, and says
 * no to others.
 */
#include <math.h>
#include <string.h>

#include "backends/backend.h"
#include "backends/bundle.h"
#include "ir/base/number.h"

struct port {
    const char *symbol; /* legal in LV2, unique in the plugin */
    const char *label;
    const struct knob *knob; /* null: audio */
    bool output;
};

struct lv2 {
    const struct emission *emission;
    struct arena *arena;
    struct port *ports; /* inlets, outlets, knobs: the order that the C side counts in */
    uint32_t count;
};

/* ---- ports ---- */

static bool taken(const struct lv2 *l, const char *symbol) {
    for (uint32_t i = 0; i < l->count; i++)
        if (!strcmp(l->ports[i].symbol, symbol)) return true;
    return false;
}

/* ASCII letters, digits and _, no digit first: what a symbol may be. */
static const char *symbol_for(const struct lv2 *l, const char *wanted) {
    char *clean = text_format(l->arena, "%s%s", wanted[strspn(wanted, "0123456789")] == *wanted ? "" : "_",
                              wanted);
    for (char *c = clean; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", *c)) *c = '_';
    const char *symbol = clean;
    for (unsigned n = 2; taken(l, symbol); n++) symbol = text_format(l->arena, "%s_%u", clean, n);
    return symbol;
}

static void add_port(struct lv2 *l, const char *wanted, const char *label, const struct knob *knob,
                     bool output) {
    struct port port = {symbol_for(l, wanted), label, knob, output};
    l->ports[l->count++] = port;
}

static void add_audio(struct lv2 *l, uint32_t count, const char *word, const char *label,
                      bool output) {
    for (uint32_t i = 0; i < count; i++)
        add_port(l, text_format(l->arena, "%s_%u", word, i + 1),
                 text_format(l->arena, "%s %u", label, i + 1), NULL, output);
}

static void list_ports(struct lv2 *l) {
    const struct net *net = l->emission->net;
    size_t room = (size_t)net->inlet_count + net->outlet_count + net->knob_count;
    l->ports = ARENA_ARRAY(l->arena, room, struct port);
    add_audio(l, net->inlet_count, "in", "In", false);
    add_audio(l, net->outlet_count, "out", "Out", true);
    for (uint32_t k = 0; k < net->knob_count; k++) {
        const struct knob *knob = &net->knobs[k];
        const char *id = name_or(knob->id, "knob");
        add_port(l, id, knob->label ? knob->label : id, knob, false);
    }
}

/* ---- Turtle ---- */

static void put_string(struct text *out, const char *chars) {
    text_put_char(out, '"');
    for (; *chars; chars++) {
        if (*chars == '"' || *chars == '\\') text_put_char(out, '\\');
        if (*chars == '\n') text_put(out, "\\n");
        else if (*chars == '\r') text_put(out, "\\r");
        else text_put_char(out, *chars);
    }
    text_put_char(out, '"');
}

/* A decimal of Turtle: hosts read 2 as an integer, 1e-05 as a double, and some want neither. */
static void put_decimal(struct text *out, double value) {
    char digits[NUMBER_ROOM];
    number_print(digits, value);
    text_put(out, digits);
    if (!strpbrk(digits, ".e")) text_put(out, ".0");
}

/* Units of knobs that LV2 has a name for. */
static const struct unit_word {
    const char *ours, *theirs;
} unit_words[] = {{"s", "s"},     {"ms", "ms"},   {"Hz", "hz"}, {"kHz", "khz"}, {"dB", "db"},
                  {"%", "pc"},    {"st", "semitone12TET"},      {"m", "m"},     {"cm", "cm"},
                  {"deg", "degree"}};

static void put_unit(struct text *out, const char *unit) {
    if (!*unit) return;
    for (size_t i = 0; i < sizeof unit_words / sizeof *unit_words; i++) {
        if (strcmp(unit, unit_words[i].ours)) continue;
        text_printf(out, " ;\n        units:unit units:%s", unit_words[i].theirs);
        return;
    }
    text_put(out, " ;\n        units:unit [ a units:Unit ; rdfs:label ");
    put_string(out, unit);
    text_put(out, " ; units:symbol ");
    put_string(out, unit);
    text_put(out, " ; units:render ");
    put_string(out, text_format(out->arena, "%%f %s", strcmp(unit, "%") ? unit : "%%"));
    text_put(out, " ]");
}

static void put_point(struct text *out, const char *label, double value) {
    text_put(out, " ;\n        lv2:scalePoint [ rdfs:label ");
    put_string(out, label);
    text_put(out, " ; rdf:value ");
    put_decimal(out, value);
    text_put(out, " ]");
}

static void put_control(struct text *out, const struct knob *knob) {
    text_put(out, " ;\n        lv2:default ");
    put_decimal(out, knob->init);
    text_put(out, " ;\n        lv2:minimum ");
    put_decimal(out, knob->lo);
    text_put(out, " ;\n        lv2:maximum ");
    put_decimal(out, knob->hi);
    if (knob->logarithmic) text_put(out, " ;\n        lv2:portProperty pprops:logarithmic");
    double steps = knob->step > 0 ? floor((knob->hi - knob->lo) / knob->step + 0.5) + 1 : 0;
    if (steps >= 2 && steps < 1e6)
        text_printf(out, " ;\n        pprops:rangeSteps %u", (unsigned)steps);
    put_unit(out, knob->unit);
    put_point(out, "as written", knob->init);
    if (!strcmp(knob->unit, "dB") && knob->lo <= 0 && knob->hi >= 0 && knob->init != 0)
        put_point(out, "unity", 0);
}

static void put_port(struct text *out, const struct port *port, uint32_t index) {
    text_printf(out, "%s[\n        a lv2:%sPort , lv2:%sPort ;\n        lv2:index %u ;\n",
                index ? " , " : "    lv2:port ", port->output ? "Output" : "Input",
                port->knob ? "Control" : "Audio", index);
    text_put(out, "        lv2:symbol ");
    put_string(out, port->symbol);
    text_put(out, " ;\n        lv2:name ");
    put_string(out, port->label);
    if (port->knob) put_control(out, port->knob);
    text_put(out, "\n    ]");
}

static void put_prefixes(struct text *out) {
    text_put(out, "@prefix doap: <http://usefulinc.com/ns/doap#> .\n"
                  "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
                  "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n"
                  "@prefix pprops: <http://lv2plug.in/ns/ext/port-props#> .\n"
                  "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
                  "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
                  "@prefix units: <http://lv2plug.in/ns/extensions/units#> .\n\n");
}

static const char *uri_of(const struct lv2 *l) {
    const struct emission *e = l->emission;
    return e->plugin_uri ? e->plugin_uri : text_format(l->arena, "urn:adacc:%s", e->symbol);
}

static void put_manifest(const struct lv2 *l, struct text *out) {
    const char *symbol = l->emission->symbol;
    text_put(out, "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n"
                  "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n\n");
    text_printf(out, "<%s>\n    a lv2:Plugin ;\n    lv2:binary <%s.so> ;\n    rdfs:seeAlso <%s.ttl> .\n",
                uri_of(l), symbol, symbol);
}

static void put_description(const struct lv2 *l, struct text *out) {
    const struct emission *e = l->emission;
    const struct program *program = e->program;
    put_prefixes(out);
    text_printf(out, "<%s>\n    a lv2:Plugin , doap:Project ;\n    doap:name ", uri_of(l));
    put_string(out, program->title ? program->title : e->symbol);
    const char *maker = e->vendor ? e->vendor : program->author;
    if (maker) {
        text_put(out, " ;\n    doap:maintainer [ foaf:name ");
        put_string(out, maker);
        text_put(out, " ]");
    }
    text_put(out, " ;\n    rdfs:comment ");
    put_string(out, text_format(l->arena, "Made by adacc, for %g Hz. %s.", program->rate,
                                cert_summary(e->cert)));
    text_put(out, " ;\n    lv2:minorVersion 0 ;\n    lv2:microVersion 1 ;\n"
                  "    lv2:optionalFeature lv2:hardRTCapable ;\n");
    for (uint32_t i = 0; i < l->count; i++) put_port(out, &l->ports[i], i);
    text_put(out, " .\n");
}

/* ---- the C side ---- */

/* `@` stands for the program's name, `#` for the prefix of its macros, `$` for the URI. */
static const char glue[] =
    "/* What ties @ to LV2. Made by adacc. */\n"
    "#include <stdlib.h>\n"
    "#include <string.h>\n\n"
    "#include <lv2/core/lv2.h>\n"
    "#include <lv2/log/log.h>\n"
    "#include <lv2/urid/urid.h>\n\n"
    "#include \"@.h\"\n\n"
    "/* Ports are numbered so: inlets, outlets, knobs. */\n"
    "enum { INLETS = #_INLETS, OUTLETS = #_OUTLETS, KNOBS = #_KNOBS };\n\n"
    "/* Each array has one entry more, since C has no empty ones. */\n"
    "struct plugin {\n"
    "    @ program;\n"
    "    const float *in[INLETS + 1];\n"
    "    float *out[OUTLETS + 1];\n"
    "    const float *knob[KNOBS + 1];\n"
    "    float held[KNOBS + 1]; /* what each knob was set to */\n"
    "    int fresh;             /* nothing ran since activate */\n"
    "};\n\n"
    "static void say_rate(const LV2_Feature *const *features, double rate) {\n"
    "    const LV2_Log_Log *log = NULL;\n"
    "    const LV2_URID_Map *map = NULL;\n"
    "    for (; features && *features; features++) {\n"
    "        if (!strcmp((*features)->URI, LV2_LOG__log)) log = (*features)->data;\n"
    "        if (!strcmp((*features)->URI, LV2_URID__map)) map = (*features)->data;\n"
    "    }\n"
    "    if (log && map)\n"
    "        log->printf(log->handle, map->map(map->handle, LV2_LOG__Error),\n"
    "                    \"@ is made for %g Hz and cannot run at %g Hz\\n\", (double)#_RATE, rate);\n"
    "}\n\n"
    "static LV2_Handle instantiate(const LV2_Descriptor *descriptor, double rate, const char *bundle,\n"
    "                              const LV2_Feature *const *features) {\n"
    "    (void)descriptor;\n"
    "    (void)bundle;\n"
    "    if (rate != #_RATE) {\n"
    "        say_rate(features, rate);\n"
    "        return NULL;\n"
    "    }\n"
    "    struct plugin *plugin = calloc(1, sizeof *plugin);\n"
    "    if (!plugin) return NULL;\n"
    "    @_init(&plugin->program);\n"
    "    for (int k = 0; k < KNOBS; k++) plugin->held[k] = @_knobs[k].init;\n"
    "    return plugin;\n"
    "}\n\n"
    "static void connect_port(LV2_Handle handle, uint32_t port, void *data) {\n"
    "    struct plugin *plugin = handle;\n"
    "    if (port < INLETS) plugin->in[port] = data;\n"
    "    else if (port < INLETS + OUTLETS) plugin->out[port - INLETS] = data;\n"
    "    else if (port < INLETS + OUTLETS + KNOBS) plugin->knob[port - INLETS - OUTLETS] = data;\n"
    "}\n\n"
    "static void activate(LV2_Handle handle) {\n"
    "    struct plugin *plugin = handle;\n"
    "    @_clear(&plugin->program);\n"
    "    plugin->fresh = 1;\n"
    "}\n\n"
    "/* Knobs that were moved glide to where they are now. What a host sets before the first sound is\n"
    " * there at once: clearing ends all glides. */\n"
    "static void read_knobs(struct plugin *plugin) {\n"
    "    int moved = 0;\n"
    "    for (int k = 0; k < KNOBS; k++) {\n"
    "        if (!plugin->knob[k] || *plugin->knob[k] == plugin->held[k]) continue;\n"
    "        plugin->held[k] = *plugin->knob[k];\n"
    "        @_knobs[k].set(&plugin->program, plugin->held[k]);\n"
    "        moved = 1;\n"
    "    }\n"
    "    if (moved && plugin->fresh) @_clear(&plugin->program);\n"
    "    plugin->fresh = 0;\n"
    "}\n\n"
    "static void run(LV2_Handle handle, uint32_t frames) {\n"
    "    struct plugin *plugin = handle;\n"
    "    read_knobs(plugin);\n"
    "    @_process(&plugin->program, plugin->in, plugin->out, (int)frames);\n"
    "}\n\n"
    "static void cleanup(LV2_Handle handle) {\n"
    "    free(handle);\n"
    "}\n\n"
    "static const LV2_Descriptor descriptor = {\n"
    "    \"$\", instantiate, connect_port, activate, run, NULL, cleanup, NULL};\n\n"
    "LV2_SYMBOL_EXPORT const LV2_Descriptor *lv2_descriptor(uint32_t index) {\n"
    "    return index ? NULL : &descriptor;\n"
    "}\n";

static const char makefile[] =
    "# make: builds @.so. make install: puts the bundle where hosts of this user look.\n"
    "CC ?= cc\n"
    "CFLAGS ?= -O3\n"
    "LV2DIR ?= $(HOME)/.lv2\n"
    "bundle = $(DESTDIR)$(LV2DIR)/@.lv2\n\n"
    "@.so: @.c @.h @_lv2.c\n"
    "\t$(CC) -std=gnu99 $(CPPFLAGS) $(CFLAGS) -fPIC -fvisibility=hidden -shared $(LDFLAGS) \\\n"
    "\t  -o $@ @.c @_lv2.c -lm\n\n"
    "install: @.so\n"
    "\tmkdir -p \"$(bundle)\"\n"
    "\tcp manifest.ttl @.ttl @.so \"$(bundle)\"\n\n"
    "clean:\n"
    "\trm -f @.so\n\n"
    ".PHONY: install clean\n";

static void put_macro(struct text *out, const char *symbol) {
    for (; *symbol; symbol++)
        text_put_char(out, *symbol >= 'a' && *symbol <= 'z' ? (char)(*symbol - 'a' + 'A') : *symbol);
}

static void put_glue(const struct lv2 *l, struct text *out) {
    for (const char *at = glue; *at; at++) {
        if (*at == '@') text_put(out, l->emission->symbol);
        else if (*at == '$') text_put(out, uri_of(l));
        else if (*at == '#' && at[1] == '_') put_macro(out, l->emission->symbol);
        else text_put_char(out, *at);
    }
}

/* make's own `$@` is told from a name by its dollar. */
static void put_makefile(const struct lv2 *l, struct text *out) {
    for (const char *at = makefile; *at; at++) {
        if (*at == '@' && at[-1] != '$') text_put(out, l->emission->symbol);
        else text_put_char(out, *at);
    }
}

static bool put_file(const struct lv2 *l, struct sink *sink, const char *file,
                     void (*put)(const struct lv2 *, struct text *)) {
    struct text text;
    text_init(&text, l->arena);
    put(l, &text);
    return sink_put_text(sink, file, &text);
}

bool emit_lv2(const struct emission *emission, struct sink *sink) {
    struct lv2 l = {.emission = emission, .arena = emission->arena};
    const char *symbol = emission->symbol;
    if (emission->real != REAL_FLOAT) {
        struct diag *diag = diag_error(emission->diags, NOWHERE, CODE_PLUGIN,
                                       "the ports of LV2 are float, expected --real=float, found double");
        diag_help(diag, "leave --real away");
        return false;
    }
    list_ports(&l);
    if (!bundle_emit(emission, sink, emit_c)) return false;
    return put_file(&l, sink, "manifest.ttl", put_manifest) &&
           put_file(&l, sink, text_format(l.arena, "%s.ttl", symbol), put_description) &&
           put_file(&l, sink, text_format(l.arena, "%s_lv2.c", symbol), put_glue) &&
           put_file(&l, sink, "Makefile", put_makefile);
}
