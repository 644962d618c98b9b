#include "lang/print.h"

#include "ir/base/limits.h"

#include <string.h>

/* Binding strengths around those of operators.def: 1 to 5 the operations, 7 the powers. */
enum {
    STRENGTH_RANGE = 0,
    STRENGTH_ANY = 1,
    STRENGTH_NEGATE = 6,
    STRENGTH_POSTFIX = 8,
    STRENGTH_PRIMARY = 9,
    STRENGTH_TIGHT = 5 /* from here on no blanks around operators */
};

struct printer {
    struct text *out;
    const struct source *source;
};

static void put(struct printer *printer, const char *chars) {
    text_put(printer->out, chars);
}

static void put_name(struct printer *printer, struct ast_name word) {
    put(printer, word.text->text);
}

static const char *spelled(const struct printer *printer, span at) {
    return printer->source->text + (at.begin - printer->source->base);
}

static void put_spelled(struct printer *printer, span at) {
    text_put_bytes(printer->out, spelled(printer, at), at.end - at.begin);
}

/* ---- expressions ---------------------------------------------------------------------------- */

static int strength_of(const struct ast_expr *e) {
    switch (e->kind) {
    case AST_RANGE: return STRENGTH_RANGE;
    case AST_BINARY: return ast_operators[e->as.binary.operator].strength;
    case AST_NEGATE: return STRENGTH_NEGATE;
    case AST_TRANSPOSE:
    case AST_INDEX: return STRENGTH_POSTFIX;
    default: return STRENGTH_PRIMARY;
    }
}

/* A '-' in front of `6dB` would become part of it: does `e` begin with such a literal? */
static bool begins_with_decibels(const struct printer *printer, const struct ast_expr *e) {
    for (;;) switch (e->kind) {
        case AST_BINARY: e = e->as.binary.left; break;
        case AST_TRANSPOSE: e = e->as.unary.operand; break;
        case AST_INDEX: e = e->as.index.of; break;
        case AST_NUMBER:
            return e->as.number.unit == AST_UNIT_DECIBELS && *spelled(printer, e->at) != '-';
        default: return false;
        }
}

static void put_expr(struct printer *printer, const struct ast_expr *e, int least);

static void put_list(struct printer *printer, const struct ast_expr *const *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (i) put(printer, ", ");
        put_expr(printer, items[i], STRENGTH_RANGE);
    }
}

static void put_path(struct printer *printer, struct ast_path path) {
    if (path.prefix.text) {
        put_name(printer, path.prefix);
        put(printer, ".");
    }
    put_name(printer, path.last);
}

static int least_left(const struct ast_binary *binary) {
    const struct ast_operator_entry *operator = &ast_operators[binary->operator];
    const struct ast_expr *left = binary->left;
    bool mixes = left->kind == AST_BINARY && left->as.binary.operator != binary->operator &&
                 (binary->operator == AST_PARALLEL || binary->operator == AST_STACK);
    return operator->strength + (operator->grouping != AST_GROUP_LEFT || mixes);
}

static int least_right(const struct ast_binary *binary) {
    const struct ast_operator_entry *operator = &ast_operators[binary->operator];
    if (operator->grouping == AST_GROUP_RIGHT)
        return binary->right->kind == AST_NEGATE ? STRENGTH_NEGATE : operator->strength; /* z^-k */
    return operator->strength + 1;
}

static void put_operator(struct printer *printer, enum ast_operator operator) {
    bool blanks = ast_operators[operator].strength < STRENGTH_TIGHT;
    text_printf(printer->out, blanks ? " %s " : "%s", ast_operators[operator].spelling);
}

static void put_call(struct printer *printer, const struct ast_call *call) {
    put_path(printer, call->callee);
    put(printer, "(");
    for (size_t i = 0; i < call->argument_count; i++) {
        if (i) put(printer, ", ");
        if (call->arguments[i].keyword.text) {
            put_name(printer, call->arguments[i].keyword);
            put(printer, " = ");
        }
        put_expr(printer, call->arguments[i].value, STRENGTH_RANGE);
    }
    put(printer, ")");
}

static void put_inner(struct printer *printer, const struct ast_expr *e) {
    switch (e->kind) {
    case AST_NUMBER:
    case AST_STRING: put_spelled(printer, e->at); break;
    case AST_NAME: put_path(printer, e->as.path); break;
    case AST_WIRE: put(printer, "_"); break;
    case AST_NEGATE:
        put(printer, "-");
        put_expr(printer, e->as.unary.operand,
                 begins_with_decibels(printer, e->as.unary.operand) ? STRENGTH_PRIMARY + 1
                                                                    : STRENGTH_NEGATE);
        break;
    case AST_TRANSPOSE:
        put_expr(printer, e->as.unary.operand, STRENGTH_POSTFIX);
        put(printer, "'");
        break;
    case AST_BINARY:
        put_expr(printer, e->as.binary.left, least_left(&e->as.binary));
        put_operator(printer, e->as.binary.operator);
        put_expr(printer, e->as.binary.right, least_right(&e->as.binary));
        break;
    case AST_CALL: put_call(printer, &e->as.call); break;
    case AST_INDEX:
        put_expr(printer, e->as.index.of, STRENGTH_POSTFIX);
        put(printer, "[");
        put_list(printer, e->as.index.indices, e->as.index.index_count);
        put(printer, "]");
        break;
    case AST_MATRIX:
        put(printer, "[");
        for (size_t i = 0; i < e->as.matrix.row_count; i++) {
            if (i) put(printer, "; ");
            put_list(printer, e->as.matrix.rows[i].entries, e->as.matrix.rows[i].count);
        }
        put(printer, "]");
        break;
    case AST_EACH:
        put(printer, "[");
        put_expr(printer, e->as.each.body, STRENGTH_RANGE);
        put(printer, " for ");
        put_name(printer, e->as.each.variable);
        put(printer, " in ");
        put_expr(printer, e->as.each.over, STRENGTH_RANGE);
        put(printer, "]");
        break;
    case AST_RANGE:
        put_expr(printer, e->as.range.first, STRENGTH_ANY);
        put(printer, "..");
        put_expr(printer, e->as.range.last, STRENGTH_ANY);
        break;
    case AST_POINTS:
        put(printer, "{");
        for (size_t i = 0; i < e->as.points.count; i++) {
            if (i) put(printer, ", ");
            put_expr(printer, e->as.points.points[i].key, STRENGTH_ANY);
            put(printer, ": ");
            put_expr(printer, e->as.points.points[i].value, STRENGTH_ANY);
        }
        put(printer, "}");
        break;
    }
}

/* With parentheses if it binds less than `least`. */
static void put_expr(struct printer *printer, const struct ast_expr *e, int least) {
    bool parentheses = strength_of(e) < least;
    if (parentheses) put(printer, "(");
    put_inner(printer, e);
    if (parentheses) put(printer, ")");
}

void adg_print_expr(struct text *out, const struct source *source, const struct ast_expr *expr) {
    struct printer printer = {out, source};
    put_expr(&printer, expr, STRENGTH_RANGE);
}

/* ---- statements ----------------------------------------------------------------------------- */

static void put_setting(struct printer *printer, const char *word, const struct ast_expr *e) {
    if (!e) return;
    put(printer, word);
    put_expr(printer, e, STRENGTH_RANGE);
}

static void put_where(struct printer *printer, const struct ast_define *define) {
    for (size_t i = 0; i < define->local_count; i++) {
        put(printer, i ? ", " : "where ");
        put_name(printer, define->locals[i].name);
        put_setting(printer, " = ", define->locals[i].value);
    }
}

static void put_head(struct printer *printer, const struct ast_define *define) {
    put_name(printer, define->name);
    if (define->is_function) {
        put(printer, "(");
        for (size_t i = 0; i < define->parameter_count; i++) {
            if (i) put(printer, ", ");
            put_name(printer, define->parameters[i].name);
            put_setting(printer, " = ", define->parameters[i].otherwise);
        }
        put(printer, ")");
    }
    put(printer, " = ");
}

/* What stands behind the string or the bracket that begins at `at`. */
static const char *behind_string(const char *at) {
    for (at++; *at && *at != '"'; at++)
        if (*at == '\\' && at[1]) at++;
    return *at ? at + 1 : at;
}

/* A matrix of several rows of several entries, which stand below each other where they do not fit. */
static bool has_rows(const char *at) {
    bool comma = false, semicolon = false;
    int depth = 0;
    while (*at) {
        if (*at == '"') {
            at = behind_string(at);
            continue;
        }
        if (strchr("([{", *at)) depth++;
        if (strchr(")]}", *at) && --depth == 0) break;
        comma |= depth == 1 && *at == ',';
        semicolon |= depth == 1 && *at == ';';
        at++;
    }
    return comma && semicolon;
}

/* One line of text that may be too long, broken between the entries of brackets. */
static void put_filled(struct text *out, const char *text) {
    enum { DEEPEST = 2 * LIMIT_DEPTH };
    size_t begin = out->length;
    while (begin && out->at[begin - 1] != '\n') begin--;
    size_t column = out->length - begin, indent = column && out->at[begin] == ' ' ? 8 : 4;
    if (column + strlen(text) <= ADG_PRINT_WIDTH) {
        text_put(out, text);
        return;
    }
    bool rows[DEEPEST] = {false};
    int depth = 0;
    for (const char *at = text; *at;) {
        const char *end = at; /* of what stays together, then of the blank behind it */
        char last = 0;
        while (*end && !(depth && *end == ' ' && (last == ',' || last == ';'))) {
            last = *end;
            if (last == '"') {
                end = behind_string(end);
                continue;
            }
            if (strchr("([{", last) && ++depth < DEEPEST) rows[depth] = last == '[' && has_rows(end);
            if (strchr(")]}", last)) depth--;
            end++;
        }
        /* A line does not go on behind `=`. */
        if (at > text && column + (size_t)(end - at) > ADG_PRINT_WIDTH && column > indent) {
            while (out->length && out->at[out->length - 1] == ' ') out->length--;
            text_printf(out, "\n%.*s", (int)indent, "        ");
            column = indent;
        }
        text_put_bytes(out, at, (size_t)(end - at));
        column += (size_t)(end - at);
        if (!*end) break;
        if (last == ';' && depth < DEEPEST && rows[depth]) {
            text_printf(out, "\n%.*s", (int)indent, "        ");
            column = indent;
        } else {
            text_put_char(out, ' ');
            column++;
        }
        at = end + 1;
    }
}

static void put_filled_expr(struct printer *printer, const struct ast_expr *e, int least) {
    struct text *out = printer->out, line;
    text_init(&line, out->arena);
    printer->out = &line;
    put_expr(printer, e, least);
    printer->out = out;
    put_filled(out, text_chars(&line));
}

/* The operands of one chain of operators that bind alike, each on a line of its own. */
static void put_chain(struct printer *printer, const struct ast_expr *e, int strength) {
    bool goes_on = e->kind == AST_BINARY && strength_of(e) == strength;
    if (!goes_on) {
        put_filled_expr(printer, e, strength);
        return;
    }
    const struct ast_binary *binary = &e->as.binary;
    if (least_left(binary) == strength) put_chain(printer, binary->left, strength);
    else put_filled_expr(printer, binary->left, least_left(binary));
    text_printf(printer->out, "\n    %s ", ast_operators[binary->operator].spelling);
    put_filled_expr(printer, binary->right, least_right(binary));
}

static void put_define(struct printer *printer, const struct ast_define *define) {
    struct text *out = printer->out, line;
    text_init(&line, out->arena);
    printer->out = &line;
    put_head(printer, define);
    size_t head = line.length;
    put_expr(printer, define->body, STRENGTH_RANGE);
    size_t body = line.length;
    if (define->local_count) put(printer, " ");
    put_where(printer, define);
    printer->out = out;

    if (line.length <= ADG_PRINT_WIDTH) {
        text_put_bytes(out, text_chars(&line), line.length);
        return;
    }
    if (body > ADG_PRINT_WIDTH && define->body->kind == AST_BINARY &&
        strength_of(define->body) < STRENGTH_TIGHT) {
        text_put_bytes(out, text_chars(&line), head);
        put_chain(printer, define->body, strength_of(define->body));
    } else {
        put_filled(out, arena_copy(out->arena, text_chars(&line), body));
    }
    if (define->local_count) put(printer, "\n    ");
    put_where(printer, define);
}

static void put_statement(struct printer *printer, const struct ast_statement *s) {
    switch (s->kind) {
    case AST_DEFINE: put_define(printer, &s->as.define); break;
    case AST_KNOB:
        put(printer, "knob ");
        put_name(printer, s->as.knob.name);
        put_setting(printer, " = ", s->as.knob.initial);
        put_setting(printer, " in ", s->as.knob.range);
        if (span_known(s->as.knob.log_at)) put(printer, " log");
        put_setting(printer, " step ", s->as.knob.step);
        put_setting(printer, " smooth ", s->as.knob.smooth);
        if (s->as.knob.label.text) {
            put(printer, " ");
            put_spelled(printer, s->as.knob.label.at);
        }
        break;
    case AST_CONTROL:
        put(printer, "control ");
        put_name(printer, s->as.control.name);
        put_setting(printer, " = ", s->as.control.initial);
        put_setting(printer, " in ", s->as.control.range);
        break;
    case AST_PARAM:
        put(printer, "param ");
        put_name(printer, s->as.param.name);
        put_setting(printer, " = ", s->as.param.initial);
        put_setting(printer, " in ", s->as.param.range);
        break;
    case AST_REQUIRE: {
        static const char *const relations[] = {"", " in ", " <= ", " >= ", " == "};
        put_setting(printer, "require ", s->as.require.subject);
        put_setting(printer, relations[s->as.require.relation], s->as.require.bound);
        break;
    }
    case AST_IMPORT:
        put(printer, "import ");
        put_spelled(printer, s->as.import.path.at);
        if (s->as.import.prefix.text) {
            put(printer, " as ");
            put_name(printer, s->as.import.prefix);
        }
        break;
    case AST_TITLE:
    case AST_AUTHOR:
        put(printer, s->kind == AST_TITLE ? "name " : "author ");
        put_spelled(printer, s->as.text.at);
        break;
    case AST_RATE: put_setting(printer, "rate ", s->as.rate); break;
    }
}

/* ---- files ---------------------------------------------------------------------------------- */

static size_t lines_between(const struct printer *printer, uint32_t from, uint32_t to) {
    size_t count = 0;
    for (uint32_t i = from; i < to; i++)
        count += printer->source->text[i - printer->source->base] == '\n';
    return count;
}

static void put_comment(struct printer *printer, span at) {
    while (at.end > at.begin && strchr(" \t\r", spelled(printer, at)[at.end - at.begin - 1]))
        at.end--;
    put_spelled(printer, at);
}

/* A blank line before what is at `at`, if there is one in the source; `before` ends what was
 * printed. */
static void put_gap(struct printer *printer, uint32_t before, uint32_t at) {
    if (before && lines_between(printer, before, at) > 1) put(printer, "\n");
}

void adg_print(struct text *out, const struct ast_file *file) {
    struct printer printer = {out, file->source};
    uint32_t before = 0;
    size_t c = 0;
    for (size_t i = 0; i <= file->statement_count; i++) {
        const struct ast_statement *s = i < file->statement_count ? file->statements[i] : NULL;
        for (; c < file->comment_count && (!s || file->comments[c].begin < s->at.begin); c++) {
            put_gap(&printer, before, file->comments[c].begin);
            put_comment(&printer, file->comments[c]);
            put(&printer, "\n");
            before = file->comments[c].end;
        }
        if (!s) break;
        put_gap(&printer, before, s->at.begin);
        for (; c < file->comment_count && file->comments[c].begin < s->at.end; c++) {
            put_comment(&printer, file->comments[c]);
            put(&printer, "\n");
        }
        put_statement(&printer, s);
        before = s->at.end;
        if (c < file->comment_count && !lines_between(&printer, before, file->comments[c].begin)) {
            put(&printer, "  ");
            put_comment(&printer, file->comments[c]);
            before = file->comments[c++].end;
        }
        put(&printer, "\n");
    }
}
