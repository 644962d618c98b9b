/* The syntax tree of one .adg file, as written: nothing is resolved, folded or checked here beyond
 * the grammar of adg(5). Everything lies in the arena that was given to adg_parse and is const.
 *
 *     tank = (delay(m) -> absorb(m, rt)) ~ hadamard(8)
 *
 * is an AST_DEFINE whose body is an AST_BINARY of operator AST_FEEDBACK; its left operand is an
 * AST_BINARY of AST_SERIES with `at` from 'delay' to 'rt)' and `outer` with the parentheses.
 *
 * A list is a pointer and a count; with the count 0 the pointer may be null. A `struct ast_name`
 * whose `text` is null is absent.
 */
#ifndef ADACC_LANG_AST_H
#define ADACC_LANG_AST_H

#include "ir/base/name.h"
#include "ir/base/source.h"

/* ---- units ---------------------------------------------------------------------------------- */

enum ast_dimension {
    AST_DIMENSION_NUMBER,    /* base unit 1 */
    AST_DIMENSION_TIME,      /* base unit s */
    AST_DIMENSION_FREQUENCY, /* base unit Hz */
    AST_DIMENSION_SAMPLES    /* a time of 1/fs each; fs is not known to the syntax */
};

enum ast_unit {
#define UNIT(NAME, suffix, dimension, power, meaning) AST_UNIT_##NAME,
#include "lang/units.def"
#undef UNIT
    AST_UNIT_COUNT
};

struct ast_unit_entry {
    const char *suffix; /* "" of AST_UNIT_NONE */
    enum ast_dimension dimension;
    int power;
    const char *meaning;
};
extern const struct ast_unit_entry ast_units[AST_UNIT_COUNT];

/* ---- operators ------------------------------------------------------------------------------ */

enum ast_operator {
#define OPERATOR(NAME, spelling, strength, grouping, meaning) AST_##NAME,
#include "lang/operators.def"
#undef OPERATOR
    AST_OPERATOR_COUNT
};

enum ast_grouping { AST_GROUP_LEFT, AST_GROUP_RIGHT, AST_GROUP_NONE };

struct ast_operator_entry {
    const char *spelling;
    int strength; /* the larger, the tighter */
    enum ast_grouping grouping;
    const char *meaning;
};
extern const struct ast_operator_entry ast_operators[AST_OPERATOR_COUNT];

/* ---- words ---------------------------------------------------------------------------------- */

struct ast_name {
    name text; /* null: there is none */
    span at;
};

/* `x`, or `p.x` of a file imported `as p`. */
struct ast_path {
    struct ast_name prefix; /* often absent */
    struct ast_name last;   /* always there */
};

struct ast_string {
    const char *text; /* escapes resolved, NUL behind it; never null where there is a string */
    size_t length;
    span at; /* with its quotes */
};

/* ---- expressions ---------------------------------------------------------------------------- */

enum ast_kind {
    AST_NUMBER,    /* 12, 8.3ms, -6dB                  as.number */
    AST_STRING,    /* "ir.wav"                         as.string */
    AST_NAME,      /* rt, p.x                          as.path */
    AST_WIRE,      /* _                                (nothing more) */
    AST_NEGATE,    /* -a                               as.unary */
    AST_TRANSPOSE, /* a'                               as.unary */
    AST_BINARY,    /* a ~ b, a ^ b                     as.binary */
    AST_CALL,      /* f(x, k = v), p.f(x)              as.call */
    AST_INDEX,     /* a[i], a[i, j]                    as.index */
    AST_MATRIX,    /* [1, 2; 3, 4]                     as.matrix */
    AST_EACH,      /* [x^2 for x in v]                 as.each */
    AST_RANGE,     /* 0..7, 23ms..61ms                 as.range */
    AST_POINTS     /* {0Hz: rt, 6kHz: hf}              as.points */
};

struct ast_number {
    double value;   /* in the base unit: 0.0083 for 8.3ms, 0.501... for -6dB, radians for deg;
                     * for smp the count of samples. Correctly rounded from the decimal text */
    double written; /* the number before its suffix: 8.3, -6 */
    enum ast_unit unit;
    span unit_at; /* the suffix; nowhere without one */
};

struct ast_unary {
    const struct ast_expr *operand;
    span operator_at;
};

struct ast_binary {
    enum ast_operator operator;
    span operator_at;
    const struct ast_expr *left, *right;
};

struct ast_argument {
    struct ast_name keyword; /* absent: by position */
    const struct ast_expr *value;
    span at; /* keyword and value */
};

struct ast_call { /* by position first, then by keyword; no keyword twice: the parser saw to it */
    struct ast_path callee;
    const struct ast_argument *arguments;
    size_t argument_count;
    span brackets; /* from ( to ) */
};

struct ast_index {
    const struct ast_expr *of;
    const struct ast_expr *const *indices; /* one or more */
    size_t index_count;
    span brackets; /* from [ to ] */
};

struct ast_row {
    const struct ast_expr *const *entries; /* one or more */
    size_t count;
    span at;
};

struct ast_matrix {             /* rows may differ in length: entries may be blocks */
    const struct ast_row *rows; /* one or more */
    size_t row_count;
};

struct ast_each { /* [body for variable in over] */
    const struct ast_expr *body;
    struct ast_name variable;
    const struct ast_expr *over; /* a range or any expression */
};

struct ast_range {
    const struct ast_expr *first, *last; /* both included */
    span operator_at;
};

struct ast_point {
    const struct ast_expr *key, *value;
    span at;
};

struct ast_points {
    const struct ast_point *points; /* one or more */
    size_t count;
};

struct ast_expr {
    enum ast_kind kind;
    span at;    /* without parentheses around it */
    span outer; /* with all parentheses around it; equal to `at` where there are none */
    int depth;  /* height of the tree below and with it: 1 of a leaf, at most LIMIT_DEPTH */
    union {
        struct ast_number number;
        struct ast_string string;
        struct ast_path path;
        struct ast_unary unary;
        struct ast_binary binary;
        struct ast_call call;
        struct ast_index index;
        struct ast_matrix matrix;
        struct ast_each each;
        struct ast_range range;
        struct ast_points points;
    } as;
};

/* ---- statements ----------------------------------------------------------------------------- */

enum ast_statement_kind {
    AST_DEFINE,  /* x = e; f(a, b = 1) = e where k = e   as.define */
    AST_KNOB,    /* knob x = e in lo..hi log "Label"     as.knob */
    AST_CONTROL, /* control rt60 = e in lo..hi           as.control */
    AST_PARAM,   /* param x = e in lo..hi                as.param */
    AST_REQUIRE, /* require t60(main, 1kHz) in 1s..2s    as.require */
    AST_IMPORT,  /* import "file.adg" as p               as.import */
    AST_TITLE,   /* name "Hall"                          as.text */
    AST_AUTHOR,  /* author "..."                         as.text */
    AST_RATE     /* rate 48kHz                           as.rate */
};

struct ast_parameter {
    struct ast_name name;
    const struct ast_expr *otherwise; /* its default; null: it must be given */
    span at;
};

struct ast_local { /* of `where` */
    struct ast_name name;
    const struct ast_expr *value;
    span at;
};

struct ast_define { /* no parameter and no local twice: the parser saw to it */
    struct ast_name name;
    bool is_function; /* f() = e has no parameters and is a function */
    const struct ast_parameter *parameters;
    size_t parameter_count;
    const struct ast_expr *body;
    const struct ast_local *locals;
    size_t local_count;
};

struct ast_knob { /* each option at most once: the parser saw to it */
    struct ast_name name;
    const struct ast_expr *initial;
    const struct ast_expr *range;  /* AST_RANGE */
    span log_at;                   /* nowhere: linear */
    const struct ast_expr *step;   /* null: none */
    const struct ast_expr *smooth; /* null: the default */
    struct ast_string label;       /* text null: none */
};

struct ast_control { /* which names there are is not the syntax's business */
    struct ast_name name;
    const struct ast_expr *initial; /* null: the defaults; then range is null as well */
    const struct ast_expr *range;   /* AST_RANGE */
};

struct ast_param {
    struct ast_name name;
    const struct ast_expr *initial;
    const struct ast_expr *range; /* AST_RANGE, or null */
};

enum ast_relation {
    AST_HOLDS,    /* require stable(e); bound is null */
    AST_WITHIN,   /* in lo..hi; bound is an AST_RANGE */
    AST_AT_MOST,  /* <= */
    AST_AT_LEAST, /* >= */
    AST_EQUALS    /* == */
};

struct ast_require {
    const struct ast_expr *subject;
    enum ast_relation relation;
    span relation_at; /* nowhere of AST_HOLDS */
    const struct ast_expr *bound;
};

struct ast_import {
    struct ast_string path;
    struct ast_name prefix; /* absent: the names come in as they are */
};

struct ast_statement {
    enum ast_statement_kind kind;
    span at;   /* all of it, without its line end */
    span word; /* its first word: `knob`, or the name defined */
    union {
        struct ast_define define;
        struct ast_knob knob;
        struct ast_control control;
        struct ast_param param;
        struct ast_require require;
        struct ast_import import;
        struct ast_string text;
        const struct ast_expr *rate; /* AST_NUMBER */
    } as;
};

struct ast_file {
    const struct source *source;
    const struct ast_statement *const *statements; /* in the order of the text */
    size_t statement_count;
    const span *comments; /* each from its # to before the line end, in the order of the text */
    size_t comment_count;
};

/* True if both say the same, whatever their places, comments and redundant parentheses. Literals
 * are compared by value and unit, so 1e3 equals 1000. */
bool ast_equal_expr(const struct ast_expr *a, const struct ast_expr *b);
bool ast_equal_statement(const struct ast_statement *a, const struct ast_statement *b);
bool ast_equal_file(const struct ast_file *a, const struct ast_file *b);

#endif
