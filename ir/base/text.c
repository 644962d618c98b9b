#include "ir/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/base/number.h"

void text_init(struct text *text, struct arena *arena) {
    *text = (struct text){.arena = arena};
}

const char *text_chars(const struct text *text) {
    return text->at ? text->at : "";
}

void text_put_bytes(struct text *text, const void *bytes, size_t length) {
    if (text->room - text->length < length + 1 || !text->at) {
        size_t room = text->room ? text->room * 2 : 256;
        while (room - text->length < length + 1) room *= 2;
        char *grown = arena_alloc(text->arena, room);
        if (text->length) memcpy(grown, text->at, text->length);
        text->at = grown;
        text->room = room;
    }
    if (length) memcpy(text->at + text->length, bytes, length);
    text->length += length;
    text->at[text->length] = 0;
}

void text_put(struct text *text, const char *chars) {
    text_put_bytes(text, chars, strlen(chars));
}

void text_put_char(struct text *text, char c) {
    text_put_bytes(text, &c, 1);
}

void text_pad_to(struct text *text, size_t column) {
    size_t begin = text->length;
    while (begin && text->at[begin - 1] != '\n') begin--;
    while (text->length - begin < column) text_put_char(text, ' ');
}

void text_put_number(struct text *text, double value) {
    char digits[NUMBER_ROOM];
    text_put_bytes(text, digits, number_print(digits, value));
}

void text_put_json_string(struct text *text, const char *chars, size_t length) {
    text_put_char(text, '"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)chars[i];
        switch (c) {
        case '"': text_put(text, "\\\""); break;
        case '\\': text_put(text, "\\\\"); break;
        case '\n': text_put(text, "\\n"); break;
        case '\r': text_put(text, "\\r"); break;
        case '\t': text_put(text, "\\t"); break;
        default:
            if (c < 0x20 || c == 0x7F)
                text_put(text, "\\u00"), text_printf(text, "%x%x", c >> 4, c & 15u);
            else text_put_char(text, (char)c);
        }
    }
    text_put_char(text, '"');
}

void text_vprintf(struct text *text, const char *format, va_list arguments) {
    char small[NUMBER_ROOM];
    for (const char *f = format; *f; f++) {
        if (*f != '%') {
            const char *end = strchr(f, '%');
            size_t run = end ? (size_t)(end - f) : strlen(f);
            text_put_bytes(text, f, run);
            f += run - 1;
            continue;
        }
        f++;
        int precision = -1;
        if (*f == '.') {
            f++;
            if (*f == '*') {
                precision = va_arg(arguments, int);
                f++;
            } else {
                for (precision = 0; *f >= '0' && *f <= '9'; f++)
                    precision = precision * 10 + (*f - '0');
            }
        }
        switch (*f) {
        case '%': text_put_char(text, '%'); break;
        case 'c': text_put_char(text, (char)va_arg(arguments, int)); break;
        case 's': {
            const char *chars = va_arg(arguments, const char *);
            text_put_bytes(text, chars,
                           precision < 0 ? strlen(chars) : strnlen(chars, (size_t)precision));
            break;
        }
        case 'd':
            snprintf(small, sizeof small, "%d", va_arg(arguments, int)), text_put(text, small);
            break;
        case 'u':
            snprintf(small, sizeof small, "%u", va_arg(arguments, unsigned)), text_put(text, small);
            break;
        case 'x':
            snprintf(small, sizeof small, "%x", va_arg(arguments, unsigned)), text_put(text, small);
            break;
        case 'z':
            f++;
            snprintf(small, sizeof small, "%zu", va_arg(arguments, size_t));
            text_put(text, small);
            break;
        case 'g': {
            double value = va_arg(arguments, double);
            text_put_bytes(text, small,
                           precision < 0 ? number_print(small, value)
                                         : number_print_rounded(small, value, precision));
            break;
        }
        default: abort(); /* a conversion that the header does not list: a bug of the caller */
        }
    }
}

void text_printf(struct text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    text_vprintf(text, format, arguments);
    va_end(arguments);
}

char *text_format(struct arena *arena, const char *format, ...) {
    struct text text;
    text_init(&text, arena);
    va_list arguments;
    va_start(arguments, format);
    text_vprintf(&text, format, arguments);
    va_end(arguments);
    text_put_bytes(&text, "", 0);
    return text.at;
}
