/* Statements, and the program that they make. */
#include "frontend/elaborate_statements.h"

#include <math.h>
#include <string.h>

#include "frontend/builtins.h"
#include "frontend/imports.h"

struct statements {
    struct elaborator *e;
    struct program *program;
    span rate_at, title_at, author_at;
    double rate; /* as written; 0: not */
};

/* True the first time; else a report. */
static bool first_time(struct statements *s, span *seen, span at, const char *what) {
    if (!span_known(*seen)) {
        *seen = at;
        return true;
    }
    struct diag *diag =
        diag_error(s->e->diags, at, CODE_DEFINED_TWICE, "'%s' is given twice", what);
    diag_note(diag, *seen, "the first is here");
    return false;
}

/* ---- the sample rate --------------------------------------------------------------------------
 */

#define RATE_LEAST 1.0
#define RATE_MOST 1e9

static void read_rate(struct statements *s, const struct ast_statement *statement) {
    const struct ast_expr *x = statement->as.rate;
    if (!first_time(s, &s->rate_at, statement->at, "rate")) return;
    if (x->kind != AST_NUMBER ||
        ast_units[x->as.number.unit].dimension != AST_DIMENSION_FREQUENCY) {
        struct diag *diag =
            diag_error(s->e->diags, x->at, CODE_RATE, "'rate' needs a frequency such as 48kHz");
        if (x->kind == AST_NUMBER && x->as.number.unit == AST_UNIT_NONE) {
            diag_fix(diag, x->at, "%sHz", text_at(s->e, x->at));
        }
        return;
    }
    if (!(x->as.number.value >= RATE_LEAST && x->as.number.value <= RATE_MOST)) {
        diag_error(s->e->diags, x->at, CODE_RATE,
                   "a sample rate lies between 1 Hz and 1 GHz, but this is %g Hz",
                   x->as.number.value);
        return;
    }
    s->rate = x->as.number.value;
}

/* ---- macro controls ---------------------------------------------------------------------------
 */

static bool control_constant(struct elaborator *e, const char *label, enum ast_unit unit,
                             const struct ast_expr *x, double *out) {
    struct argument a = {eval(e, e->file, x), x->at, true};
    int dimension;
    double value;
    if (!need_constant(e, text_format(e->arena, "a value of %s", label), a, &value, &dimension))
        return false;
    if (dimension != unit_dimension(unit)) {
        struct diag *diag = diag_error(
            e->diags, x->at, CODE_DIMENSION, "a value of %s is %s, but this is %s", label,
            dimension_noun(e->arena, unit_dimension(unit)), dimension_noun(e->arena, dimension));
        offer_unit(e, diag, x, unit);
        return false;
    }
    *out = shown_in(e, unit, x, value);
    return true;
}

static enum ast_unit unit_named(const char *suffix) {
    for (int unit = 0; unit < AST_UNIT_COUNT; unit++) {
        if (!strcmp(ast_units[unit].suffix, suffix)) return (enum ast_unit)unit;
    }
    return AST_UNIT_NONE;
}

static void read_control_values(struct elaborator *e, const struct ast_control *from,
                                const struct control_info *info, struct control *to) {
    const char *label = text_format(e->arena, "control '%s'", info->key);
    enum ast_unit unit = unit_named(info->unit);
    const struct ast_expr *range = from->range;
    bool well = control_constant(e, label, unit, from->initial, &to->init);
    well = control_constant(e, label, unit, range->as.range.first, &to->lo) && well;
    well = control_constant(e, label, unit, range->as.range.last, &to->hi) && well;
    if (!well) return;
    if (!(to->lo < to->hi)) {
        diag_error(e->diags, range->at, CODE_CONTROL,
                   "the range of %s rises, but %g%s is not below %g%s", label, to->lo, info->unit,
                   to->hi, info->unit);
    } else if (to->init < to->lo || to->init > to->hi) {
        struct diag *diag =
            diag_error(e->diags, from->initial->at, CODE_CONTROL,
                       "%s starts at %g%s, outside its range", label, to->init, info->unit);
        diag_label(diag, range->at, "%g%s to %g%s", to->lo, info->unit, to->hi, info->unit);
    }
}

static void read_control(struct statements *s, const struct ast_statement *statement) {
    struct elaborator *e = s->e;
    const struct ast_control *from = &statement->as.control;
    struct suggestion suggestion = {.wanted = from->name.text->text};
    for (int i = 0; i < CONTROL_COUNT; i++) {
        const struct control_info *info = &control_infos[i];
        suggestion_offer(&suggestion, info->key);
        if (strcmp(info->key, from->name.text->text) != 0) continue;
        struct control *to = &s->program->controls[i];
        if (to->wanted) {
            struct diag *diag = diag_error(e->diags, from->name.at, CODE_DEFINED_TWICE,
                                           "control '%s' is given twice", info->key);
            diag_note(diag, to->at, "the first is here");
            return;
        }
        *to = info->defaults;
        to->wanted = true;
        to->at = from->name.at;
        if (from->initial) read_control_values(e, from, info, to);
        return;
    }
    struct diag *diag = diag_error(
        e->diags, from->name.at, CODE_CONTROL,
        "there are the controls rt60, dry_wet and pre_delay, but no '%s'", from->name.text->text);
    if (suggestion.best) diag_fix(diag, from->name.at, "%s", suggestion.best);
}

/* ---- definitions ------------------------------------------------------------------------------
 */

static void define(struct elaborator *e, struct scope *scope, struct binding binding) {
    struct binding *there;
    if (scope_add(scope, binding, &there)) return;
    struct diag *diag = diag_error(e->diags, binding.at, CODE_DEFINED_TWICE,
                                   "'%s' is defined twice", binding.name->text);
    diag_note(diag, there->at, "the first is here");
}

static void define_name(struct elaborator *e, struct scope *scope, const struct ast_define *from) {
    struct binding b = {.name = from->name.text,
                        .at = from->name.at,
                        .kind = BINDING_EXPR,
                        .expr = from->body,
                        .define = from};
    if (from->is_function) b.kind = BINDING_FUNCTION;
    define(e, scope, b);
}

void collect_definitions(struct elaborator *e, const struct module *module) {
    struct scope *scope = module->scope;
    for (size_t i = 0; i < module->file->statement_count; i++) {
        const struct ast_statement *statement = module->file->statements[i];
        if (statement->kind == AST_DEFINE) {
            define_name(e, scope, &statement->as.define);
        } else if (statement->kind == AST_KNOB) {
            define(e, scope,
                   (struct binding){.name = statement->as.knob.name.text,
                                    .at = statement->as.knob.name.at,
                                    .kind = BINDING_KNOB,
                                    .knob = &statement->as.knob,
                                    .knob_index = NO_KNOB});
        } else if (statement->kind == AST_PARAM) {
            define(e, scope,
                   (struct binding){.name = statement->as.param.name.text,
                                    .at = statement->as.param.name.at,
                                    .kind = BINDING_PARAM,
                                    .param = &statement->as.param});
        }
    }
}

/* What must be known before anything is evaluated. Of an imported file it is that file's own
 * affair. */
static void collect(struct statements *s, const struct ast_statement *statement) {
    switch (statement->kind) {
    case AST_DEFINE:
    case AST_KNOB:
    case AST_PARAM:
    case AST_IMPORT: break; /* imports_read */
    case AST_REQUIRE: break; /* when there is a main */
    case AST_TITLE:
        if (first_time(s, &s->title_at, statement->at, "name"))
            s->program->title = statement->as.text.text;
        break;
    case AST_AUTHOR:
        if (first_time(s, &s->author_at, statement->at, "author"))
            s->program->author = statement->as.text.text;
        break;
    case AST_RATE: read_rate(s, statement); break;
    case AST_CONTROL: break; /* when the rate is known */
    }
}

static void collect_all(struct statements *s, const struct ast_file *file) {
    struct elaborator *e = s->e;
    e->root = file;
    imports_read(e);
    for (size_t i = 0; i < e->file->count; i++) {
        struct binding *b = &e->file->bindings[i];
        if (b->kind == BINDING_KNOB) b->knob_index = knob_new(e, b->name, b->at);
    }
    for (size_t i = 0; i < file->statement_count; i++) collect(s, file->statements[i]);
    e->rate = s->rate > 0 ? s->rate : RATE_DEFAULT;
    if (e->reading->rate_override > 0) e->rate = e->reading->rate_override;
}

/* ---- main -------------------------------------------------------------------------------------
 */

static void report_no_main(struct elaborator *e, const struct ast_file *file) {
    uint32_t end = file->source->base + file->source->length;
    struct diag *diag = diag_error(e->diags, (span){end, end}, CODE_NO_MAIN,
                                   "the program is what 'main' denotes, but nothing defines it");
    /* What was meant: its name in other letters, FAUST's, or whatever was defined last. */
    const struct binding *meant = NULL;
    for (size_t i = 0; i < e->file->count; i++) {
        const struct binding *b = &e->file->bindings[i];
        if (b->kind != BINDING_EXPR || value_failed(b->value)) continue;
        meant = b;
        if (!strcmp(b->name->text, "Main") || !strcmp(b->name->text, "MAIN") ||
            !strcmp(b->name->text, "process"))
            break;
    }
    if (meant) diag_help(diag, "main = %s", meant->name->text);
}

static void make_main(struct statements *s, const struct ast_file *file) {
    struct elaborator *e = s->e;
    name wanted = name_of(e->names, "main");
    struct binding *binding = scope_find_here(e->file, wanted);
    if (!binding) {
        if (e->unread) return;
        report_no_main(e, file);
        return;
    }
    span at = binding->kind == BINDING_EXPR ? binding->expr->at : binding->at;
    struct side side = {eval_binding(e, e->file, binding, binding->at), at, NULL};
    if (value_failed(side.value)) return;
    if (side.value.kind == VALUE_FUNCTION) {
        struct diag *diag = diag_error(e->diags, at, CODE_NOT_A_FUNCTION,
                                       "'main' is a system, but here it is a function");
        if (binding->kind != BINDING_FUNCTION) diag_help(diag, "%s(...)", text_at(e, at));
        return;
    }
    const struct node *node = to_system(e, side);
    if (node && !node->name) node = node_named(&e->build, node, wanted);
    s->program->main = node;
}

/* The file's name as an identifier: letters, digits and underscores. */
static name identifier_of(struct elaborator *e, const char *path) {
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    struct text text;
    text_init(&text, e->arena);
    for (const char *c = base; *c && *c != '.'; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_';
        bool digit = *c >= '0' && *c <= '9';
        if (digit && c == base) text_put(&text, "n");
        text_put_char(&text, letter || digit ? *c : '_');
    }
    return name_of(e->names, text.length ? text_chars(&text) : "out");
}

bool elaborate(struct reading *reading, const struct ast_file *file, struct program *program) {
    struct elaborator e = {.reading = reading,
                           .arena = reading->arena,
                           .names = reading->names,
                           .diags = reading->diags,
                           .build = {reading->arena, reading->diags}};
    memo_init(&e.depths, e.arena);
    memo_init(&e.knob_ids, e.arena);
    struct statements s = {.e = &e, .program = program};
    size_t before = reading->diags->errors;
    collect_all(&s, file);
    for (size_t i = 0; i < file->statement_count; i++) {
        if (file->statements[i]->kind == AST_CONTROL) read_control(&s, file->statements[i]);
    }
    for (size_t i = 0; i < e.file->count; i++) {
        struct binding *b = &e.file->bindings[i];
        if (b->kind != BINDING_FUNCTION) eval_binding(&e, e.file, b, b->at);
    }
    make_main(&s, file);
    struct contracts contracts = {0};
    for (size_t i = 0; i < file->statement_count && !e.stopped; i++) {
        if (file->statements[i]->kind == AST_REQUIRE)
            read_require(&e, e.file, &file->statements[i]->as.require, program->main, &contracts);
    }
    program->contracts = contracts.at;
    program->contract_count = (uint32_t)contracts.count;
    if (!e.stopped) check_uncalled(&e);
    program->name = identifier_of(&e, file->source->path);
    program->rate = e.rate;
    program->knobs = e.knobs;
    program->knob_count = e.knob_count;
    program->params = e.params.at;
    program->param_count = (uint32_t)e.params.count;
    return reading->diags->errors == before && program->main;
}
