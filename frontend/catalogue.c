#include "frontend/catalogue.h"

#include <string.h>

#include "backends/backend.h"
#include "backends/json_writer.h"
#include "frontend/adac.h"
#include "frontend/builtins.h"
#include "passes/passes.h"

static const struct parameter_info parameters[] = {
#define PARAMETER(function, name, takes, knob) {function, name, takes, knob},
#include "frontend/parameters.def"
#undef PARAMETER
};

const struct parameter_info *parameter_find(const char *function, const char *parameter,
                                            size_t length) {
    const struct parameter_info *usual = NULL;
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        const struct parameter_info *it = &parameters[i];
        if (strlen(it->name) != length || memcmp(it->name, parameter, length) != 0) continue;
        if (!strcmp(it->function, function)) return it;
        if (!*it->function) usual = it;
    }
    return usual;
}

static void begin_list(struct json_writer *json, const char *key) {
    json_key(json, key);
    json_begin(json, '[');
}

static void put_flags(struct json_writer *json, unsigned flags) {
    static const struct {
        unsigned flag;
        const char *text;
    } names[] = {{OP_FLAG_LINEAR, "linear"},
                 {OP_FLAG_TIME_INVARIANT, "time-invariant"},
                 {OP_FLAG_STATEFUL, "stateful"},
                 {OP_FLAG_LOSSLESS, "lossless"}};
    json_key(json, "flags");
    json_begin_short(json, '[');
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (flags & names[i].flag) json_string(json, names[i].text);
    json_end(json, ']');
}

static void put_ops(struct json_writer *json) {
    begin_list(json, "operations");
    for (int i = 0; i < OP_COUNT; i++) {
        const struct op_info *op = &op_infos[i];
        json_begin_short(json, '{');
        json_member(json, "name", op->text);
        json_key(json, "least_parts");
        json_number(json, op->least_parts);
        json_key(json, "most_parts"); /* null: any number */
        if (op->most_parts == UINT32_MAX) json_word(json, "null");
        else json_number(json, op->most_parts);
        put_flags(json, op->flags);
        json_member(json, "meaning", op->meaning);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void put_cells(struct json_writer *json) {
    begin_list(json, "cells");
    for (int i = 0; i < CELL_COUNT; i++) {
        json_begin_short(json, '{');
        json_member(json, "name", cell_infos[i].text);
        put_flags(json, cell_infos[i].flags);
        json_member(json, "meaning", cell_infos[i].meaning);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void put_parameters(struct json_writer *json, const struct builtin *builtin) {
    json_key(json, "parameters");
    json_begin_short(json, '[');
    const char *at = builtin->parameters;
    for (size_t i = 0; i < builtin->most; i++) {
        size_t length = strcspn(at, " ");
        const struct parameter_info *info = parameter_find(builtin->name, at, length);
        json_begin_short(json, '{');
        json_member(json, "name", text_format(json->out.arena, "%.*s", (int)length, at));
        if (info) json_member(json, "takes", info->takes);
        json_key(json, "knob");
        json_word(json, info && info->knob ? "true" : "false");
        json_key(json, "optional");
        json_word(json, i < builtin->least ? "false" : "true");
        json_end(json, '}');
        at += length;
        at += *at == ' ';
    }
    json_end(json, ']');
}

/* -, + and their like are told among the operators. */
bool builtin_is_operator(const char *text) {
    return !strchr("abcdefghijklmnopqrstuvwxyz", *text);
}

static void put_functions(struct json_writer *json) {
    begin_list(json, "functions");
    for (size_t i = 0; i < builtin_count; i++) {
        const struct builtin *builtin = &builtins[i];
        if (builtin_is_operator(builtin->name)) continue;
        json_begin_short(json, '{');
        json_member(json, "name", builtin->name);
        put_parameters(json, builtin);
        json_member(json, "shape", builtin->shape);
        json_member(json, "meaning", builtin->about);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void put_operators(struct json_writer *json) {
    static const char *const groupings[] = {"left", "right", "none"};
    begin_list(json, "operators");
    for (int i = 0; i < AST_OPERATOR_COUNT; i++) {
        const struct ast_operator_entry *entry = &ast_operators[i];
        json_begin_short(json, '{');
        json_member(json, "spelling", entry->spelling);
        json_key(json, "strength");
        json_number(json, entry->strength);
        json_member(json, "grouping", groupings[entry->grouping]);
        json_member(json, "meaning", entry->meaning);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void put_units(struct json_writer *json) {
    static const char *const dimensions[] = {"number", "time", "frequency", "time"};
    begin_list(json, "units");
    for (int i = 0; i < AST_UNIT_COUNT; i++) {
        if (!*ast_units[i].suffix) continue;
        json_begin_short(json, '{');
        json_member(json, "suffix", ast_units[i].suffix);
        json_member(json, "dimension", dimensions[ast_units[i].dimension]);
        json_member(json, "meaning", ast_units[i].meaning);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void put_entry(struct json_writer *json, const char *name_text, const char *meaning) {
    json_begin_short(json, '{');
    json_member(json, "name", name_text);
    json_member(json, "meaning", meaning);
    json_end(json, '}');
}

void catalogue_print(struct text *out) {
    struct json_writer json;
    json_init(&json, out->arena);
    json_begin(&json, '{');
    json_member(&json, "adacc", adac_version());
    put_ops(&json);
    put_cells(&json);
    put_functions(&json);
    begin_list(&json, "constants");
    put_entry(&json, "pi", "the ratio of a circle's circumference to its diameter");
    put_entry(&json, "fs", "the sample rate, a frequency");
    put_entry(&json, "z", "the z of transfer functions");
    json_end(&json, ']');
    put_operators(&json);
    put_units(&json);
    begin_list(&json, "passes");
    for (size_t i = 0; i < pass_count; i++) put_entry(&json, passes[i].name, passes[i].about);
    json_end(&json, ']');
    begin_list(&json, "kinds");
    for (size_t i = 0; i < backend_count; i++)
        put_entry(&json, backends[i].name, backends[i].about);
    json_end(&json, ']');
    json_end(&json, '}');
    text_put(out, text_chars(&json.out));
    text_put_char(out, '\n');
}
