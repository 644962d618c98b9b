/* Pieces of FAUST and how they are put together. */
#include <string.h>

#include "backends/faust.h"

enum {
    INSIDE = 56, /* longest phrase that may stand inside another */
    LINE = 92,   /* longest line */
    WORTH = 16,  /* two that are longer are shorter as one par */
    SMALL = 26,  /* items of a list no longer than this share lines */
    MARGIN = 4
};

struct phrase phrase_of(const char *text) {
    return (struct phrase){text, BINDS_NAME, false};
}

struct phrase phrase_call(struct faust *f, const char *format, ...) {
    struct text out;
    text_init(&out, f->arena);
    va_list arguments;
    va_start(arguments, format);
    text_vprintf(&out, format, arguments);
    va_end(arguments);
    return phrase_of(text_chars(&out));
}

/* The phrase where only what binds at most as loosely as `most` may stand. */
static const char *within(struct faust *f, struct phrase phrase, enum binding most) {
    return phrase.binding <= most ? phrase.text : text_format(f->arena, "(%s)", phrase.text);
}

bool phrase_is_bus(struct phrase phrase) {
    return phrase.binding == BINDS_NAME &&
           (!strcmp(phrase.text, "_") || !strncmp(phrase.text, "si.bus(", 7) ||
            !strncmp(phrase.text, "bus(", 4));
}

bool phrase_is_name(struct phrase phrase) {
    return phrase.binding == BINDS_NAME && !strpbrk(phrase.text, "(.@");
}

struct phrase phrase_bus(struct faust *f, uint32_t n) {
    if (n == 0) return (struct phrase){"0 : !", BINDS_COLON, false};
    if (n == 1) return phrase_of("_");
    return phrase_call(f, "%s(%u)", faust_helper(f, HELPER_BUS), n);
}

struct phrase phrase_block(struct faust *f, uint32_t n) {
    if (n == 0) return phrase_bus(f, 0);
    if (n == 1) return phrase_of("!");
    return phrase_call(f, "%s(%u)", faust_helper(f, HELPER_BLOCK), n);
}

struct phrase phrase_adder(struct faust *f, uint32_t n) {
    if (n == 1) return phrase_of("+");
    return phrase_call(f, "%s(%u)", faust_helper(f, HELPER_ADDER), n);
}

/* `count` times the same, side by side. */
static struct phrase copies(struct faust *f, struct phrase item, size_t count) {
    if (count == 1) return item;
    if (!strcmp(item.text, "_")) return phrase_bus(f, (uint32_t)count);
    if (!strcmp(item.text, "!")) return phrase_block(f, (uint32_t)count);
    return phrase_call(f, "par(i, %zu, %s)", count, within(f, item, BINDS_NAME));
}

static size_t gather_copies(struct faust *f, const struct phrase *items, size_t count,
                            struct phrase *out) {
    size_t kept = 0;
    for (size_t i = 0, run; i < count; i += run) {
        for (run = 1; i + run < count && !strcmp(items[i].text, items[i + run].text); run++)
            continue;
        bool plain = !strcmp(items[i].text, "_") || !strcmp(items[i].text, "!");
        bool worth = run > 2 || (run > 1 && strlen(items[i].text) > WORTH);
        if (worth || plain) out[kept++] = copies(f, items[i], run);
        else
            for (size_t k = 0; k < run; k++) out[kept++] = items[i];
    }
    return kept;
}

struct phrase phrase_join(struct faust *f, enum binding binding, const struct phrase *items,
                          size_t count) {
    struct phrase *list = ARENA_ARRAY(f->arena, count, struct phrase);
    for (size_t i = 0; i < count; i++)
        if (!items[i].text) return no_phrase;
    if (binding == BINDS_COMMA) count = gather_copies(f, items, count, list);
    else memcpy(list, items, count * sizeof *items);
    if (count == 1) return list[0];

    size_t length = 0, longest = 0;
    for (size_t i = 0; i < count; i++) {
        list[i].text = within(f, list[i], binding);
        size_t one = strlen(list[i].text) + 2;
        length += one;
        if (one > longest) longest = one;
    }
    const char *joint = binding == BINDS_COMMA ? "," : " :";
    bool tall = length > LINE - MARGIN, share = longest <= SMALL;
    struct text out;
    text_init(&out, f->arena);
    size_t column = 0;
    for (size_t i = 0; i < count; i++) {
        size_t one = strlen(list[i].text) + 2;
        if (tall && (i == 0 || !share || column + one > LINE)) {
            text_put_char(&out, '\n');
            text_pad_to(&out, MARGIN);
            column = MARGIN;
        } else if (i) {
            text_put_char(&out, ' ');
            column++;
        }
        text_put(&out, list[i].text);
        if (i + 1 < count) text_put(&out, joint);
        column += one;
    }
    return (struct phrase){text_chars(&out), binding, tall};
}

struct phrase phrase_fan(struct faust *f, struct phrase from, struct phrase into) {
    if (!from.text || !into.text) return no_phrase;
    const char *text = text_format(f->arena, "%s <: %s", within(f, from, BINDS_NAME),
                                   within(f, into, BINDS_NAME));
    return (struct phrase){text, BINDS_SPLIT, from.tall || into.tall};
}

struct phrase phrase_split(struct faust *f, uint32_t inlets, struct phrase into) {
    return phrase_fan(f, phrase_bus(f, inlets), into);
}

/* n <: (a, b) :> m groups as n <: ((a, b) :> m), which is the same. */
struct phrase phrase_merge(struct faust *f, struct phrase from, uint32_t outlets) {
    if (!from.text) return no_phrase;
    enum binding most = from.binding == BINDS_SPLIT ? BINDS_SPLIT : BINDS_NAME;
    const char *text =
        text_format(f->arena, "%s :> %s", within(f, from, most), phrase_bus(f, outlets).text);
    return (struct phrase){text, BINDS_SPLIT, from.tall};
}

struct phrase phrase_recursion(struct faust *f, struct phrase a, struct phrase b) {
    if (!a.text || !b.text) return no_phrase;
    const char *text =
        text_format(f->arena, "%s ~ %s", within(f, a, BINDS_NAME), within(f, b, BINDS_NAME));
    return (struct phrase){text, BINDS_RECURSION, a.tall || b.tall};
}

struct phrase phrase_define(struct faust *f, const char *wanted, const char *role,
                            struct phrase phrase) {
    if (!phrase.text) return no_phrase;
    /* Two that would be alike but for a number at the end of their names are one. */
    name key =
        name_of(&f->texts, text_format(f->arena, "%s = %s", wanted ? wanted : role, phrase.text));
    const struct phrase *same = phrase_map_get(&f->at->same, key);
    if (same) return *same;
    const char *own = faust_name(f, wanted, role);
    phrase_map_put(f->arena, &f->at->same, key, phrase_of(own));
    text_printf(&f->at->definitions, "%s =%s%s;\n", own, phrase.text[0] == '\n' ? "" : " ",
                phrase.text);
    return phrase_of(own);
}

struct phrase phrase_short(struct faust *f, const char *wanted, const char *role,
                           struct phrase phrase) {
    if (!phrase.text || (!phrase.tall && strlen(phrase.text) <= INSIDE)) return phrase;
    return phrase_define(f, wanted, role, phrase);
}
