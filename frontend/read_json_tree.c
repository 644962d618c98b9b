#include "frontend/read_json_tree.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

const char *shown(struct model *model, const char *text) {
    size_t length = 60;
    if (strnlen(text, length + 1) <= length) return text;
    while (length && ((unsigned char)text[length] & 0xC0) == 0x80) length--;
    return text_format(model->arena, "%.*s...", (int)length, text);
}

static void put_path(struct model *model, struct text *out, const struct path *path) {
    if (path->up && path->up->up) {
        put_path(model, out, path->up);
        text_put_char(out, '/');
    }
    text_put(out, shown(model, path->step));
}

const char *path_text(struct model *model, const struct path *path) {
    if (!path->up) return "the root";
    struct text text;
    text_init(&text, model->arena);
    text_put_char(&text, '\'');
    put_path(model, &text, path);
    text_put_char(&text, '\'');
    return text_chars(&text);
}

enum kind item_kind(struct item item) {
    if (!item.json) return KIND_NONE;
    switch (item.json->type & 0xFF) {
    case cJSON_False:
    case cJSON_True: return KIND_BOOLEAN;
    case cJSON_Number: return KIND_NUMBER;
    case cJSON_String: return KIND_STRING;
    case cJSON_Array: return KIND_LIST;
    case cJSON_Object: return KIND_OBJECT;
    default: return KIND_NULL;
    }
}

const char *item_words(struct model *model, struct item item) {
    switch (item_kind(item)) {
    case KIND_NONE: return "nothing";
    case KIND_NULL: return "null";
    case KIND_BOOLEAN: return item_true(item) ? "true" : "false";
    case KIND_NUMBER: return text_format(model->arena, "the number %g", item_number(model, item));
    case KIND_STRING:
        return text_format(model->arena, "the string \"%s\"", shown(model, item_string(item)));
    case KIND_LIST: return item_first(item).json ? "a list" : "an empty list";
    case KIND_OBJECT: return "an object";
    }
    return "";
}

span item_span(struct model *model, struct item item) {
    return item.json ? json_span(&model->scan, item.at) : NOWHERE;
}

struct item item_first(struct item whole) {
    return (struct item){whole.json ? whole.json->child : NULL, whole.at + 1};
}

struct item item_next(struct model *model, struct item part) {
    return (struct item){part.json->next, model->scan.values[part.at].next};
}

uint32_t item_count(struct item whole) {
    uint32_t count = 0;
    for (const cJSON *part = whole.json ? whole.json->child : NULL; part; part = part->next)
        count++;
    return count;
}

struct item item_member(struct model *model, struct item object, const char *key) {
    if (item_kind(object) != KIND_OBJECT) return (struct item){0};
    struct item part = item_first(object);
    while (part.json && strcmp(part.json->string, key) != 0) part = item_next(model, part);
    return part;
}

const char *item_key(struct item member) {
    return member.json->string;
}

span item_key_span(struct model *model, struct item member) {
    return json_key_span(&model->scan, member.at);
}

const char *item_string(struct item item) {
    return item.json->valuestring;
}

bool item_true(struct item item) {
    return item.json && (item.json->type & 0xFF) == cJSON_True;
}

double item_number(struct model *model, struct item item) {
    return model->scan.values[item.at].number;
}

const char *item_text(struct model *model, struct item item) {
    if (!item.json) return NULL;
    const struct json_value *value = &model->scan.values[item.at];
    return arena_copy(model->arena, model->scan.source->text + value->begin,
                      value->end - value->begin);
}

struct diag *wrong_kind(struct model *model, const struct path *path, struct item item,
                        const char *what, const char *wanted) {
    return diag_error(model->diags, item_span(model, item), CODE_MODEL_TYPE,
                      "%s: expected %s to be %s, found %s", path_text(model, path), what, wanted,
                      item_words(model, item));
}

static const char *quoted(struct model *model, const char *key) {
    return text_format(model->arena, "'%s'", key);
}

static bool is_absent(struct item item) {
    return item_kind(item) == KIND_NONE || item_kind(item) == KIND_NULL;
}

bool read_boolean(struct model *model, const struct path *path, struct item object, const char *key,
                  bool *absent) {
    struct item item = item_member(model, object, key);
    if (is_absent(item)) return true;
    if (item_kind(item) != KIND_BOOLEAN) {
        wrong_kind(model, path, item, quoted(model, key), "true or false");
        return false;
    }
    *absent = item_true(item);
    return true;
}

bool read_number(struct model *model, const struct path *path, struct item object, const char *key,
                 double *absent) {
    struct item item = item_member(model, object, key);
    if (is_absent(item)) return true;
    if (item_kind(item) != KIND_NUMBER) {
        wrong_kind(model, path, item, quoted(model, key), "a number");
        return false;
    }
    *absent = item_number(model, item);
    return true;
}

bool read_string(struct model *model, const struct path *path, struct item object, const char *key,
                 const char **absent) {
    struct item item = item_member(model, object, key);
    if (is_absent(item)) return true;
    if (item_kind(item) != KIND_STRING) {
        wrong_kind(model, path, item, quoted(model, key), "a string");
        return false;
    }
    /* cJSON's tree goes with the arena; what is kept is copied all the same, so that it may not. */
    *absent = arena_copy(model->arena, item_string(item), strlen(item_string(item)));
    return true;
}

bool read_operand(struct model *model, const struct path *path, struct item item, const char *what,
                  struct operand *out) {
    if (item_kind(item) == KIND_NUMBER) {
        *out = operand_constant(item_number(model, item));
        return true;
    }
    struct item expression = item_member(model, item, "expr");
    if (item_kind(expression) != KIND_STRING) {
        wrong_kind(model, path, item, what, "a number");
        return false;
    }
    span at = item_span(model, expression);
    const char *raw = model->scan.source->text + (at.begin - model->scan.source->base);
    bool exact = !memchr(raw, '\\', at.end - at.begin);
    return read_expression(model, item_string(expression), (span){at.begin + 1, at.end - 1}, exact,
                           out);
}

struct tensor_reading {
    struct model *model;
    const struct path *path;
    const char *what, *entry; /* "'matrix'", "each entry of 'matrix'" */
    unsigned depth;
    struct item first[4]; /* the first list of each level, which the others are compared with */
    bool sized[4];
    struct tensor *out;
};

static const char *entries(struct model *model, uint32_t count) {
    return text_format(model->arena, "%u %s", count, count == 1 ? "entry" : "entries");
}

static bool read_level(struct tensor_reading *r, struct item item, unsigned level) {
    struct model *model = r->model;
    if (item_kind(item) != KIND_LIST) {
        static const char *const wanted[] = {"", "a list of numbers", "a list of lists of numbers",
                                             "lists three deep", "lists four deep"};
        wrong_kind(model, r->path, item, level ? r->entry : r->what, wanted[r->depth - level]);
        return false;
    }
    uint32_t count = item_count(item);
    if (!r->sized[level]) {
        r->sized[level] = true;
        r->first[level] = item;
        r->out->sizes[level] = count;
    } else if (count != r->out->sizes[level]) {
        struct diag *diag =
            diag_error(model->diags, item_span(model, item), CODE_MODEL_RAGGED,
                       "%s: the lists in %s differ in length: expected %s, found %s",
                       path_text(model, r->path), r->what, entries(model, r->out->sizes[level]),
                       entries(model, count));
        diag_label(diag, diag->at, "%s", entries(model, count));
        diag_note(diag, item_span(model, r->first[level]), "the first of them has %s",
                  entries(model, r->out->sizes[level]));
        return false;
    }
    bool last = level + 1 == r->depth;
    for (struct item part = item_first(item); part.json; part = item_next(model, part)) {
        if (!last) {
            if (!read_level(r, part, level + 1)) return false;
        } else if (!read_operand(model, r->path, part, r->entry, &r->out->at[r->out->count++])) {
            return false;
        }
    }
    return true;
}

bool read_tensor(struct model *model, const struct path *path, struct item item, const char *what,
                 unsigned depth, struct tensor *out) {
    *out = (struct tensor){0};
    /* Every entry is a value of its own, so that the table knows how many there can be. */
    size_t room = item.json ? model->scan.values[item.at].next - item.at : 0;
    out->at = ARENA_ARRAY(model->arena, room, struct operand);
    struct tensor_reading reading = {
        .model = model, .path = path, .what = what, .depth = depth, .out = out};
    reading.entry = text_format(model->arena, "each entry of %s", what);
    return read_level(&reading, item, 0);
}

unsigned item_depth(struct item item) {
    unsigned depth = 0;
    for (const cJSON *json = item.json; json && (json->type & 0xFF) == cJSON_Array;
         json = json->child)
        depth++;
    return depth;
}
