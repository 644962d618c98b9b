#include "backends/json_writer.h"

#include <string.h>

void json_init(struct json_writer *json, struct arena *arena) {
    *json = (struct json_writer){.first = true};
    text_init(&json->out, arena);
}

static void line(struct json_writer *json) {
    if (json->short_depth) return;
    text_put_char(&json->out, '\n');
    for (unsigned i = 0; i < json->depth; i++) text_put_char(&json->out, ' ');
}

/* Before each element and each key. */
static void begin_part(struct json_writer *json) {
    if (json->after_key) {
        json->after_key = false;
        return;
    }
    if (!json->first) text_put(&json->out, json->short_depth ? ", " : ",");
    if (json->depth) line(json);
    json->first = false;
}

void json_begin(struct json_writer *json, char bracket) {
    begin_part(json);
    text_put_char(&json->out, bracket);
    json->depth++;
    if (json->depth > json->deepest) json->deepest = json->depth;
    json->first = true;
}

void json_begin_short(struct json_writer *json, char bracket) {
    json_begin(json, bracket);
    if (!json->short_depth) json->short_depth = json->depth;
}

void json_end(struct json_writer *json, char bracket) {
    bool empty = json->first, was_short = json->short_depth > 0;
    if (json->short_depth == json->depth) json->short_depth = 0;
    json->depth--;
    if (!empty && !was_short) line(json);
    text_put_char(&json->out, bracket);
    json->first = false;
}

void json_key(struct json_writer *json, const char *key) {
    json_string(json, key);
    text_put(&json->out, ": ");
    json->after_key = true;
}

void json_number(struct json_writer *json, double value) {
    begin_part(json);
    text_put_number(&json->out, value);
}

void json_string(struct json_writer *json, const char *chars) {
    begin_part(json);
    text_put_json_string(&json->out, chars, strlen(chars));
}

void json_word(struct json_writer *json, const char *word) {
    begin_part(json);
    text_put(&json->out, word);
}

void json_member(struct json_writer *json, const char *key, const char *chars) {
    json_key(json, key);
    json_string(json, chars);
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* How many bytes the string or the bare word at `at` has. */
static size_t word_length(const char *at) {
    size_t length = 1;
    if (*at != '"') {
        while (at[length] && !strchr(" \t\n\r,:[]{}", at[length])) length++;
        return length;
    }
    while (at[length] != '"') length += at[length] == '\\' ? 2 : 1;
    return length + 1;
}

static const char *skip_blanks(const char *at) {
    while (is_blank(*at)) at++;
    return at;
}

/* True if what is at `at` stands on one line: a list that holds no list, an object that holds
 * neither. */
static bool is_flat(const char *at) {
    bool list = *at == '[';
    int depth = 0;
    do {
        at = skip_blanks(at);
        if (depth && (*at == '[' || (*at == '{' && !list))) return false;
        if (*at == '[' || *at == '{') depth++;
        if (*at == ']' || *at == '}') depth--;
        at += strchr(",:[]{}", *at) ? 1 : word_length(at);
    } while (depth);
    return true;
}

void json_raw_members(struct json_writer *json, const char *text) {
    for (const char *at = skip_blanks(text); *at; at = skip_blanks(at)) {
        if (*at == '[' || *at == '{') {
            if (is_flat(at)) json_begin_short(json, *at);
            else json_begin(json, *at);
            at++;
        } else if (*at == ']' || *at == '}') {
            json_end(json, *at++);
        } else if (*at == ',') {
            at++; /* this writer sets its own */
        } else if (*at == ':') {
            at++;
            text_put(&json->out, ": ");
            json->after_key = true;
        } else {
            begin_part(json);
            size_t length = word_length(at);
            text_put_bytes(&json->out, at, length);
            at += length;
        }
    }
}

void json_raw(struct json_writer *json, const char *text) {
    json_raw_members(json, text);
}
