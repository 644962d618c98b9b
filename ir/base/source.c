#include "ir/base/source.h"

#include <string.h>

#include "ir/base/vec.h"

void sources_init(struct sources *sources, struct arena *arena) {
    *sources = (struct sources){.arena = arena, .next_base = 1};
}

const struct source *source_add(struct sources *sources, const char *path, const char *text,
                                size_t length) {
    /* One byte more than the text, so that "at the end" belongs to this source. */
    if (length >= UINT32_MAX - sources->next_base) return NULL;
    struct arena *arena = sources->arena;
    struct source *source = ARENA_NEW(arena, struct source);
    VEC(uint32_t) lines = {0};
    vec_push(arena, &lines, 0);
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\n') vec_push(arena, &lines, (uint32_t)i + 1);
    *source = (struct source){
        .path = arena_copy(arena, path, strlen(path)),
        .text = arena_copy(arena, text, length),
        .length = (uint32_t)length,
        .base = sources->next_base,
        .lines = lines.at,
        .line_count = (uint32_t)lines.count,
    };
    sources->next_base += source->length + 1;
    if (sources->last) sources->last->next = source;
    else sources->first = source;
    sources->last = source;
    return source;
}

const struct source *source_at(const struct sources *sources, uint32_t offset) {
    for (const struct source *s = sources->first; s; s = s->next)
        if (offset >= s->base && offset <= s->base + s->length) return s;
    return NULL;
}

uint32_t source_line_begin(const struct source *source, uint32_t line) {
    bool marked = line == 1 && source->length >= 3 && !memcmp(source->text, "\xEF\xBB\xBF", 3);
    return source->lines[line - 1] + (marked ? 3 : 0);
}

struct place source_place(const struct sources *sources, uint32_t offset) {
    const struct source *source = source_at(sources, offset);
    if (!source) return (struct place){0};
    uint32_t at = offset - source->base, low = 0, high = source->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->lines[middle] <= at) low = middle;
        else high = middle;
    }
    uint32_t column = 1;
    for (uint32_t i = source_line_begin(source, low + 1); i < at; i++)
        if (((unsigned char)source->text[i] & 0xC0) != 0x80) column++;
    return (struct place){source, low + 1, column};
}
