#include "passes/identifier.h"

#include <string.h>

#include "ir/base/text.h"

void identifiers_init(struct identifiers *ids, struct names *names, struct arena *scratch) {
    *ids = (struct identifiers){names, scratch, {0}};
    memo_init(&ids->taken, scratch);
}

void identifiers_take(struct identifiers *ids, name id) {
    memo_at(&ids->taken, id, NULL)->number++;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Characters of several bytes become one _; what holds no letter and no digit is nothing. */
static const char *legal(struct arena *arena, const char *wanted, const char *otherwise) {
    struct text out;
    text_init(&out, arena);
    bool any = false;
    if (is_digit(wanted[0])) text_put_char(&out, '_');
    for (const char *c = wanted; *c; c++) {
        if ((*c & 0xC0) == 0x80) continue;
        bool kept = is_letter(*c) || is_digit(*c);
        any = any || kept;
        text_put_char(&out, kept ? *c : '_');
    }
    return any ? text_chars(&out) : otherwise;
}

name identifiers_make(struct identifiers *ids, const char *wanted, const char *otherwise) {
    const char *base = legal(ids->scratch, wanted ? wanted : "", otherwise);
    name id = name_of(ids->names, base);
    /* The number given out last for this base is kept, so that a thousand equal names cost no more.
     */
    name first = id;
    while (memo_at(&ids->taken, id, NULL)->number) {
        uint64_t next = ++memo_at(&ids->taken, first, NULL)->number;
        id = name_of(ids->names, text_format(ids->scratch, "%s_%zu", base, (size_t)next));
    }
    identifiers_take(ids, id);
    return id;
}
