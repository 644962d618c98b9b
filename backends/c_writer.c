#include "backends/c_writer.h"

#include <math.h>
#include <string.h>

#include "ir/base/number.h"

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_word(char c) {
    return is_letter(c) || (c >= '0' && c <= '9');
}

/* The knobs' names as parts of identifiers, all different. */
static const char *const *knob_words(const struct c_writer *w, const struct net *net) {
    const char **words = ARENA_ARRAY(w->arena, net->knob_count, const char *);
    for (uint32_t k = 0; k < net->knob_count; k++) {
        const char *id = name_or(net->knobs[k].id, "knob");
        char *word = arena_copy(w->arena, id, strlen(id));
        for (char *c = word; *c; c++)
            if (!is_word(*c)) *c = '_';
        words[k] = word;
        for (uint32_t i = 0, n = 2; i < k;) {
            if (strcmp(words[i], words[k]) != 0) {
                i++;
                continue;
            }
            words[k] = text_format(w->arena, "%s_%u", word, n++);
            i = 0;
        }
    }
    return words;
}

void c_writer_init(struct c_writer *w, const struct emission *emission) {
    *w = (struct c_writer){
        .emission = emission,
        .schedule = emission->schedule,
        .arena = emission->arena,
        .name = emission->symbol,
        .real = emission->real == REAL_FLOAT ? "float" : "double",
        .real_bytes = emission->real == REAL_FLOAT ? 4 : 8,
        .wires = "@wire",
        .coefficient = "@self->coefficient",
    };
    char *macro = arena_copy(w->arena, w->name, strlen(w->name));
    for (char *c = macro; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    w->macro = macro;
    w->knobs = knob_words(w, w->schedule->net);
    w->wires_in_state = (uint64_t)w->schedule->slot_count * w->schedule->block * w->real_bytes > C_STACK_BYTES_MAX;
    text_init(&w->tables, w->arena);
    text_init(&w->body, w->arena);
}

bool c_holds(const struct c_writer *w, double value) {
    return isfinite(w->emission->real == REAL_FLOAT ? (double)(float)value : value);
}

/* Digits as a floating constant: "2" alone would be an int. */
static void put_floating(struct text *out, const char *digits) {
    text_put(out, digits);
    if (!strpbrk(digits, ".en")) text_put(out, ".0");
}

void c_put_double(struct text *out, double value) {
    char digits[NUMBER_ROOM];
    number_print(digits, value);
    put_floating(out, digits);
}

void c_put_real(const struct c_writer *w, struct text *out, double value) {
    if (w->emission->real == REAL_DOUBLE) {
        c_put_double(out, value);
        return;
    }
    char digits[NUMBER_ROOM];
    number_print_float(digits, (float)value);
    put_floating(out, digits);
    text_put_char(out, 'f');
}

const char *c_real(const struct c_writer *w, double value) {
    struct text text;
    text_init(&text, w->arena);
    c_put_real(w, &text, value);
    return text_chars(&text);
}

void c_put_comment(struct text *out, const char *chars) {
    for (const char *c = chars; *c; c++) {
        if (*c == '@') text_put(out, "@@");
        else if ((unsigned char)*c < ' ') text_put_char(out, ' ');
        else text_put_char(out, *c);
        /* Neither the end of a comment nor the beginning of another. */
        if ((c[0] == '*' && c[1] == '/') || (c[0] == '/' && c[1] == '*')) text_put_char(out, ' ');
        if (c[0] == '\\' && !c[1]) text_put_char(out, ' ');
    }
}

void c_put_string(struct text *out, const char *chars) {
    text_put_char(out, '"');
    for (const char *c = chars; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte == '@') text_put(out, "@@");
        else if (byte == '"' || byte == '\\' || byte == '?') text_printf(out, "\\%c", *c);
        else if (byte < ' ' || byte >= 0x7F)
            text_printf(out, "\\%u%u%u", byte >> 6, byte >> 3 & 7u, byte & 7u);
        else text_put_char(out, *c);
    }
    text_put_char(out, '"');
}

const char *c_place(const struct c_writer *w, span at) {
    if (!w->emission->sources || !span_known(at)) return NULL;
    struct place place = source_place(w->emission->sources, at.begin);
    if (!place.source) return NULL;
    /* The same text wherever the compiler is called from. */
    const char *slash = strrchr(place.source->path, '/');
    return text_format(w->arena, "%s:%u:%u", slash ? slash + 1 : place.source->path, place.line,
                       place.column);
}

enum { LINE_WIDTH = 96 };

static void begin_item(struct text *out, size_t *line, uint32_t i) {
    if (!i) return;
    text_put_char(out, ',');
    if (out->length - *line < LINE_WIDTH) {
        text_put_char(out, ' ');
        return;
    }
    text_put(out, "\n    ");
    *line = out->length - 4;
}

void c_table_numbers(struct c_writer *w, const char *table, const uint32_t *numbers,
                     uint32_t count) {
    uint32_t most = 0;
    for (uint32_t i = 0; i < count; i++) most = numbers[i] > most ? numbers[i] : most;
    const char *type = most > 65535 ? "int" : "unsigned short";
    text_printf(&w->tables, "static const %s %s[%u] = {\n    ", type, table, count);
    size_t line = w->tables.length - 4;
    for (uint32_t i = 0; i < count; i++) {
        begin_item(&w->tables, &line, i);
        text_printf(&w->tables, "%u", numbers[i]);
    }
    text_put(&w->tables, "\n};\n");
}

void c_table_reals(struct c_writer *w, const char *table, const double *values, uint32_t count) {
    text_printf(&w->tables, "static const %s %s[%u] = {\n    ", w->real, table, count);
    size_t line = w->tables.length - 4;
    for (uint32_t i = 0; i < count; i++) {
        begin_item(&w->tables, &line, i);
        c_put_real(w, &w->tables, values[i]);
    }
    text_put(&w->tables, "\n};\n");
}

/* A table that was written, and the one before. */
struct c_table {
    const struct c_table *next;
    const char *name;
    const void *items;
    uint32_t count;
    bool real;
};

/* The table of these items, or null. */
static const char *made(const struct c_writer *w, const void *items, uint32_t count, bool real) {
    size_t size = real ? sizeof(double) : sizeof(uint32_t);
    for (const struct c_table *t = w->made; t; t = t->next)
        if (t->real == real && t->count == count && !memcmp(t->items, items, count * size))
            return t->name;
    return NULL;
}

static const char *make(struct c_writer *w, const char *what, const void *items, uint32_t count,
                        bool real) {
    struct c_table *table = ARENA_NEW(w->arena, struct c_table);
    const char *called = text_format(w->arena, "%s_%s%u", w->name, what, w->table_count++);
    *table = (struct c_table){w->made, called, items, count, real};
    w->made = table;
    return called;
}

const char *c_numbers_table(struct c_writer *w, const char *what, const uint32_t *numbers,
                            uint32_t count) {
    const char *called = made(w, numbers, count, false);
    if (called) return called;
    called = make(w, what, numbers, count, false);
    c_table_numbers(w, called, numbers, count);
    return called;
}

const char *c_reals_table(struct c_writer *w, const char *what, const double *values,
                          uint32_t count) {
    const char *called = made(w, values, count, true);
    if (called) return called;
    called = make(w, what, values, count, true);
    c_table_reals(w, called, values, count);
    return called;
}

void c_finish(const struct c_writer *w, struct text *out, const struct text *text) {
    size_t name_length = strlen(w->name);
    const char *c = text_chars(text), *end = c + text->length;
    while (c < end) {
        const char *mark = memchr(c, '@', (size_t)(end - c));
        text_put_bytes(out, c, (size_t)((mark ? mark : end) - c));
        if (!mark) return;
        c = mark + 1;
        if (c < end && *c == '@') {
            text_put_char(out, '@');
            c++;
            continue;
        }
        const char *word = c;
        while (c < end && is_word(*c)) c++;
        text_put_bytes(out, word, (size_t)(c - word));
        if ((size_t)(c - word) == name_length && !memcmp(word, w->name, name_length))
            text_put_char(out, '_');
    }
}
