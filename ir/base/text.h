/* A growing text, in an arena. */
#ifndef ADACC_IR_BASE_TEXT_H
#define ADACC_IR_BASE_TEXT_H

#include "ir/base/arena.h"
#include "ir/base/name.h"

#if defined __GNUC__
#define PRINTF_LIKE(string, first) __attribute__((format(printf, string, first)))
#else
#define PRINTF_LIKE(string, first)
#endif

struct text {
    struct arena *arena;
    char *at; /* always with a NUL behind it once something was put; null before */
    size_t length, room;
};

void text_init(struct text *text, struct arena *arena);
const char *text_chars(const struct text *text); /* never null */

void text_put(struct text *text, const char *chars);
void text_put_bytes(struct text *text, const void *bytes, size_t length);
void text_put_char(struct text *text, char c);
void text_pad_to(struct text *text, size_t column);    /* blanks, from the last newline on */
void text_put_number(struct text *text, double value); /* shortest exact */

/* A quoted JSON string with its escapes. */
void text_put_json_string(struct text *text, const char *chars, size_t length);

/* A printf of these conversions, independent of the locale:
 * %s %.*s %c %d %u %zu %x %%; %g (shortest exact) and %.Ng (N significant digits). */
void text_printf(struct text *text, const char *format, ...) PRINTF_LIKE(2, 3);
void text_vprintf(struct text *text, const char *format, va_list arguments);

/* The same into a fresh string of the arena. */
char *text_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
