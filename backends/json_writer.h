/* JSON as text: commas and indentation see to themselves. */
#ifndef ADACC_BACKENDS_JSON_WRITER_H
#define ADACC_BACKENDS_JSON_WRITER_H

#include "ir/base/text.h"

struct json_writer {
    struct text out;
    unsigned depth, deepest;
    unsigned short_depth; /* of the outermost list or object that stands on one line; 0: none is open */
    bool first;           /* nothing stands in the innermost list or object yet */
    bool after_key;
};

void json_init(struct json_writer *json, struct arena *arena);

/* '{' or '['; the short kind stays on one line, with all that it holds. */
void json_begin(struct json_writer *json, char bracket);
void json_begin_short(struct json_writer *json, char bracket);
void json_end(struct json_writer *json, char bracket);

void json_key(struct json_writer *json, const char *key);
void json_number(struct json_writer *json, double value);
void json_string(struct json_writer *json, const char *chars);
void json_word(struct json_writer *json, const char *word); /* true, false, null */
void json_member(struct json_writer *json, const char *key, const char *chars);

/* A value that is JSON text, or members of an object, "a": 1, "b": 2; strings and numbers as they are,
 * blanks and line ends as this writer sets them. */
void json_raw(struct json_writer *json, const char *text);
void json_raw_members(struct json_writer *json, const char *text);

#endif
