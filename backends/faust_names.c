/* Identifiers that FAUST takes, and no two alike: FAUST reads two definitions of one name as
 * patterns of one function, so that the second would silently be ignored. */
#include <string.h>

#include "backends/faust.h"

/* The words of the language (its lexer, 2.54 and later), its primitives, the environments that
 * stdfaust.lib defines, and the names that this backend writes itself. */
static const char reserved[] =
    "abs acos any asin assertbounds atan atan2 attach button case ceil checkbox component "
    "control cos declare doubleprecision downsampling enable environment exp fconstant "
    "ffunction fixedpointprecision float floor fmod fvariable hbargraph hgroup highest "
    "hslider import inputs int lambda letrec library log log10 lowest max mem min nentry "
    "ondemand outputs par pow prefix process prod quadprecision rdtable remainder rint round "
    "route rwtable select2 select3 seq sin singleprecision soundfile sqrt sum tan tgroup "
    "upsampling vbargraph vgroup vslider waveform where with xor aa an ba co de dm dx ef en "
    "fd fi ho hy it la ma mi no os pf pl pm qu re rm ro sf si so sp sy ve vl wa wd "
    "effect ";

void faust_scope_init(struct faust *f, struct scope *scope) {
    *scope = (struct scope){.known_lengths = NULL};
    struct text *const texts[] = {&scope->coefficients, &scope->matrices, &scope->definitions};
    for (int i = 0; i < 3; i++) text_init(texts[i], f->arena);
}

static bool is_taken(const struct scope *scope, name text) {
    return scope && phrase_map_get(&scope->taken, text);
}

void faust_reserve(struct faust *f, const char *text) {
    name key = name_of(&f->texts, text);
    phrase_map_put(f->arena, &f->at->taken, key, phrase_of(key->text));
}

void faust_names_init(struct faust *f) {
    names_init(&f->texts, f->arena);
    faust_scope_init(f, &f->global);
    f->at = &f->global;
    for (const char *word = reserved, *end; (end = strchr(word, ' ')); word = end + 1)
        faust_reserve(f, text_format(f->arena, "%.*s", (int)(end - word), word));
    faust_reserve_helpers(f);
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* i, x0, d1, w12 ...: what stands for an index or a wire in the definitions written here. */
static bool is_wire_name(const char *text) {
    if (!strcmp(text, "i")) return true;
    if (!strchr("xdswt", text[0])) return false;
    for (text++; is_digit(*text); text++) continue;
    return !*text;
}

/* Every run of other characters is one underscore; none at the ends. */
static const char *legal(struct faust *f, const char *wanted, const char *role) {
    enum { LONGEST = 60 };
    struct text out;
    text_init(&out, f->arena);
    bool gap = false;
    for (const char *c = wanted; *c && out.length < LONGEST; c++) {
        if (!is_letter(*c) && !is_digit(*c)) {
            gap = out.length > 0;
            continue;
        }
        if (is_digit(*c) && !out.length) text_printf(&out, "%s_", role);
        if (gap) text_put_char(&out, '_');
        gap = false;
        text_put_char(&out, *c);
    }
    if (!out.length) text_put(&out, role);
    return text_chars(&out);
}

/* A name that means something inside of a family means nothing outside, but hides what is there. */
static bool take(struct faust *f, const char *text) {
    name key = name_of(&f->texts, text);
    if (is_taken(&f->global, key) || is_taken(f->inner, key)) return false;
    phrase_map_put(f->arena, &f->at->taken, key, phrase_of(key->text));
    return true;
}

const char *faust_name(struct faust *f, const char *wanted, const char *role) {
    const char *base = legal(f, wanted ? wanted : "", role);
    if (is_wire_name(base)) base = text_format(f->arena, "%s_", base);
    if (take(f, base)) return base;

    name key = name_of(&f->texts, base);
    struct base_name **bucket = &f->at->bases[key->hash % BASE_BUCKETS], *found = *bucket;
    while (found && found->base != key) found = found->next;
    if (!found) {
        found = ARENA_NEW(f->arena, struct base_name);
        *found = (struct base_name){*bucket, key, 1};
        *bucket = found;
    }
    for (;;) {
        const char *numbered = text_format(f->arena, "%s_%u", base, ++found->number);
        if (take(f, numbered)) return numbered;
    }
}

static size_t place_of(const struct phrase_map *map, const void *key) {
    size_t i = (size_t)(((uintptr_t)key >> 4) * 2654435761u) & (map->room - 1);
    while (map->at[i].key && map->at[i].key != key) i = (i + 1) & (map->room - 1);
    return i;
}

const struct phrase *phrase_map_get(const struct phrase_map *map, const void *key) {
    if (!map->room) return NULL;
    const struct phrase_entry *entry = &map->at[place_of(map, key)];
    return entry->key ? &entry->phrase : NULL;
}

void phrase_map_put(struct arena *arena, struct phrase_map *map, const void *key,
                    struct phrase phrase) {
    if (2 * (map->count + 1) > map->room) {
        struct phrase_map larger = {.room = map->room ? 2 * map->room : 64, .count = map->count};
        larger.at = ARENA_ARRAY(arena, larger.room, struct phrase_entry);
        for (size_t i = 0; i < map->room; i++)
            if (map->at[i].key) larger.at[place_of(&larger, map->at[i].key)] = map->at[i];
        *map = larger;
    }
    struct phrase_entry *entry = &map->at[place_of(map, key)];
    if (!entry->key) map->count++;
    *entry = (struct phrase_entry){key, phrase};
}
