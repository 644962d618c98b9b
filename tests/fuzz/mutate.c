/* Changes that keep words whole: what random bytes would break at the first of them gets further.
 */
#include <ctype.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

struct mutation {
    uint8_t *bytes;
    size_t size, most;
    uint64_t random;
};

/* xorshift64* (Vigna 2016). */
static size_t below(struct mutation *m, size_t count) {
    m->random ^= m->random >> 12;
    m->random ^= m->random << 25;
    m->random ^= m->random >> 27;
    return count ? (size_t)((m->random * 2685821657736338717u) >> 33) % count : 0;
}

static bool is_word(uint8_t c) {
    return isalnum(c) || c == '_' || c == '.' || c >= 0x80;
}

/* The begin of a word, or of a sign, near a random place. */
static size_t some_begin(struct mutation *m) {
    size_t at = below(m, m->size + 1);
    while (at && at < m->size && is_word(m->bytes[at]) && is_word(m->bytes[at - 1])) at--;
    return at;
}

static size_t end_of(const struct mutation *m, size_t at) {
    if (at < m->size && !is_word(m->bytes[at])) return at + 1;
    while (at < m->size && is_word(m->bytes[at])) at++;
    return at;
}

/* From a word on, a few of them. */
static size_t some_end(struct mutation *m, size_t begin) {
    size_t at = begin;
    for (size_t words = 1 + below(m, below(m, 4) ? 4 : 64); words && at < m->size; words--)
        at = end_of(m, at);
    return at;
}

/* bytes[begin..end) becomes the text. */
static void replace(struct mutation *m, size_t begin, size_t end, const void *text, size_t length) {
    if (m->size - (end - begin) + length > m->most) return;
    memmove(m->bytes + begin + length, m->bytes + end, m->size - end);
    if (length) memcpy(m->bytes + begin, text, length);
    m->size += length;
    m->size -= end - begin;
}

static void copy_span(struct mutation *m) {
    enum { ROOM = 512 };
    uint8_t copy[ROOM];
    size_t begin = some_begin(m), end = some_end(m, begin), length = end - begin;
    if (length > ROOM) length = ROOM;
    memcpy(copy, m->bytes + begin, length);
    size_t to = some_begin(m);
    replace(m, to, below(m, 2) ? to : some_end(m, to), copy, length);
}

static void put_word(struct mutation *m) {
    size_t words = 0;
    while (fuzz_words[words]) words++;
    const char *word = fuzz_words[below(m, words)];
    size_t at = some_begin(m);
    replace(m, at, below(m, 2) ? at : end_of(m, at), word, strlen(word));
}

static void change_number(struct mutation *m) {
    static const char digits[] = "0123456789.-e";
    size_t at = below(m, m->size);
    while (at < m->size && !isdigit(m->bytes[at])) at++;
    if (at < m->size) m->bytes[at] = (uint8_t)digits[below(m, sizeof digits - 1)];
}

static void cut(struct mutation *m) {
    size_t begin = some_begin(m);
    replace(m, begin, some_end(m, begin), NULL, 0);
}

static void change_byte(struct mutation *m) {
    if (m->size) m->bytes[below(m, m->size)] ^= (uint8_t)(1u << below(m, 8));
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed) {
    static void (*const changes[])(struct mutation *) = {
        put_word, put_word, put_word, copy_span, copy_span, change_number, cut, change_byte};
    struct mutation m = {bytes, size, most, ((uint64_t)seed << 20) + 88172645463325252u};
    for (size_t times = 1 + below(&m, 4); times; times--)
        changes[below(&m, sizeof changes / sizeof *changes)](&m);
    return m.size;
}
