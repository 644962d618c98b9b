/* The grammar of .adg, as adg(5) describes it. It builds what is written (build.h) and gives it no
 * meaning. Where statements end is layout.c's business: here each ends with a TOK_NEWLINE. */
%require "3.7"
%define api.pure full
%define api.prefix {adg_yy}
%define api.token.prefix {TOK_}
%define api.value.type union
%define parse.error custom
%define parse.lac full
%define api.location.type {span}
%expect 0
%parse-param {struct parser *parser}
%lex-param {struct parser *parser}

%code requires {
#include "lang/build.h"
}

%code {
#include <stdio.h>

#include "lang/parser.h"

/* An empty rule lies just behind what came before it. */
#define YYLLOC_DEFAULT(current, right, count)                                  \
    ((current) = (count) ? (span){YYRHSLOC(right, 1).begin, YYRHSLOC(right, count).end} \
                         : (span){YYRHSLOC(right, 0).end, YYRHSLOC(right, 0).end})

/* The stacks grow in the arena, up to a depth that no statement of people reaches. */
#define YYINITDEPTH 200
#define yyoverflow(message, states, state_bytes, values, value_bytes, places, place_bytes, size) \
    do {                                                                                         \
        if (parser_may_grow(parser, (*(places))[*(size) - 1], *(size))) {                        \
            *(states) = parser_twice(parser, *(states), state_bytes);                            \
            *(values) = parser_twice(parser, *(values), value_bytes);                            \
            *(places) = parser_twice(parser, *(places), place_bytes);                            \
            *(size) *= 2;                                                                        \
        }                                                                                        \
    } while (0)
/* What looks ahead has a stack of its own, which never holds more than a few empty rules. */
#define YYMALLOC(bytes) parser_no_heap(bytes)
#define YYFREE(block) ((void)(block))

#define STATE(KIND, member, first, whole, ...)                                            \
    state(parser, (struct ast_statement){.kind = AST_##KIND, .word = (first), .at = (whole), \
                                         .as.member = __VA_ARGS__})

static int adg_yylex(ADG_YYSTYPE *value, span *at, struct parser *parser);
static void adg_yyerror(const span *at, struct parser *parser, const char *message);
}

%token END 0       "end of file"
%token NEWLINE     "end of line"
%token COMMENT     "comment" /* never handed out */

%token <struct token> NUMBER "a number"
%token <struct token> STRING "a string"
%token <struct token> NAME   "a name"
%token WIRE "_"

/* Words, where they stand for themselves; layout.c tells. */
%token KNOB "knob" CONTROL "control" PARAM "param" REQUIRE "require" IMPORT "import" TITLE "name"
%token AUTHOR "author" RATE "rate"
%token <struct token> IN "in" LOG "log" STEP "step" SMOOTH "smooth" AS "as" WHERE "where" FOR "for"

%token IS "=" EQUALS "==" AT_MOST "<=" AT_LEAST ">=" COMMA "," SEMICOLON ";" COLON ":" POINT "."
%token RANGE ".." ROUND "(" ROUND_END ")" SQUARE "[" SQUARE_END "]" CURLY "{" CURLY_END "}"
%token TRANSPOSE "'" SERIES "->" PARALLEL "|" STACK "&" FEEDBACK "~" PLUS "+" MINUS "-" TIMES "*"
%token OVER "/" EACH_TIMES ".*" EACH_OVER "./" POWER "^" EACH_POWER ".^"

/* Loosest first; operators.def has the same order for the printer. Two rules are told by build.c,
 * with a better message than a conflict gives: '~' does not associate, '|' and '&' do not mix. */
%left "->"
%left "|" "&"
%left "~"
%left "+" "-"
%left "*" "/" ".*" "./"
%precedence NEGATIVE
%right "^" ".^"

%type <struct ast_name> name
%type <struct ast_path> path
%type <expr> expr value postfix primary range
%type <struct bound> bound
%type <struct expr_list *> indices entries
%type <struct row_list *> rows
%type <struct point_list *> points
%type <struct argument_list *> arguments some_arguments
%type <struct ast_argument> argument
%type <struct parameter_list *> parameters some_parameters
%type <struct ast_parameter> parameter
%type <struct local_list *> locals where
%type <struct ast_local> local
%type <struct ast_knob> options option

%printer { fputs($$.text->text, yyo); } name
%printer { fprintf(yyo, "%.*s", (int)($$.at.end - $$.at.begin),
                   parser->source->text + ($$.at.begin - parser->source->base)); }
    NUMBER STRING NAME

%%

file:
    %empty
  | file line
  ;

line:
    NEWLINE
  | statement NEWLINE
  | error NEWLINE            { yyerrok; }
  ;

/* ---- statements ---- */

statement:
    name "=" value where     { state_define(parser, $1, false, NULL, $3, $4, @$); }
  | name "(" parameters ")" "=" value where
                             { state_define(parser, $1, true, $3, $6, $7, @$); }
  | "knob" name "=" expr "in" range options
                             { state_knob(parser, $2, $4, $6, $7, @1, @$); }
  | "control" name           { STATE(CONTROL, control, @1, @$, {.name = $2}); }
  | "control" name "=" expr "in" range
                             { STATE(CONTROL, control, @1, @$, {$2, $4, $6}); }
  | "param" name "=" expr    { STATE(PARAM, param, @1, @$, {$2, $4, NULL}); }
  | "param" name "=" expr "in" range
                             { STATE(PARAM, param, @1, @$, {$2, $4, $6}); }
  | "require" expr           { STATE(REQUIRE, require, @1, @$, {.subject = $2}); }
  | "require" expr bound     { STATE(REQUIRE, require, @1, @$,
                                     {$2, $3.relation, $3.relation_at, $3.value}); }
  | "import" STRING          { STATE(IMPORT, import, @1, @$, {.path = $2.as.string}); }
  | "import" STRING "as" name
                             { STATE(IMPORT, import, @1, @$, {$2.as.string, $4}); }
  | "name" STRING            { STATE(TITLE, text, @1, @$, $2.as.string); }
  | "author" STRING          { STATE(AUTHOR, text, @1, @$, $2.as.string); }
  | "rate" NUMBER            { STATE(RATE, rate, @1, @$, build_number(parser, $2)); }
  ;

parameters:
    %empty                   { $$ = NULL; }
  | some_parameters
  ;
some_parameters:
    parameter                { $$ = list_parameter(parser, NULL, $1); }
  | some_parameters "," parameter
                             { $$ = list_parameter(parser, $1, $3); }
  ;
parameter:
    name                     { $$ = (struct ast_parameter){.name = $1, .at = @$}; }
  | name "=" value           { $$ = (struct ast_parameter){$1, $3, @$}; }
  ;

where:
    %empty                   { $$ = NULL; }
  | "where" locals           { $$ = $2; }
  ;
locals:
    local                    { $$ = list_local(parser, NULL, $1); }
  | locals "," local         { $$ = list_local(parser, $1, $3); }
  ;
local:
    name "=" value           { $$ = (struct ast_local){$1, $3, @$}; }
  ;

options:
    %empty                   { $$ = (struct ast_knob){0}; }
  | options option           { $$ = build_options(parser, $1, $2, @2); }
  ;
option:
    "log"                    { $$ = (struct ast_knob){.log_at = @$}; }
  | "step" expr              { $$ = (struct ast_knob){.step = $2}; }
  | "smooth" expr            { $$ = (struct ast_knob){.smooth = $2}; }
  | STRING                   { $$ = (struct ast_knob){.label = $1.as.string}; }
  ;

bound:
    "in" range               { $$ = (struct bound){AST_WITHIN, @1, $2}; }
  | "<=" expr                { $$ = (struct bound){AST_AT_MOST, @1, $2}; }
  | ">=" expr                { $$ = (struct bound){AST_AT_LEAST, @1, $2}; }
  | "==" expr                { $$ = (struct bound){AST_EQUALS, @1, $2}; }
  ;

/* ---- expressions ---- */

value:
    expr
  | range
  ;

range:
    expr ".." expr           { $$ = build_range(parser, $1, @2, $3); }
  ;

expr:
    expr "->" expr           { $$ = build_binary(parser, AST_SERIES, $1, @2, $3); }
  | expr "|" expr            { $$ = build_binary(parser, AST_PARALLEL, $1, @2, $3); }
  | expr "&" expr            { $$ = build_binary(parser, AST_STACK, $1, @2, $3); }
  | expr "~" expr            { $$ = build_binary(parser, AST_FEEDBACK, $1, @2, $3); }
  | expr "+" expr            { $$ = build_binary(parser, AST_ADD, $1, @2, $3); }
  | expr "-" expr            { $$ = build_binary(parser, AST_SUBTRACT, $1, @2, $3); }
  | expr "*" expr            { $$ = build_binary(parser, AST_MULTIPLY, $1, @2, $3); }
  | expr "/" expr            { $$ = build_binary(parser, AST_DIVIDE, $1, @2, $3); }
  | expr ".*" expr           { $$ = build_binary(parser, AST_EACH_MULTIPLY, $1, @2, $3); }
  | expr "./" expr           { $$ = build_binary(parser, AST_EACH_DIVIDE, $1, @2, $3); }
  | expr "^" expr            { $$ = build_binary(parser, AST_POWER, $1, @2, $3); }
  | expr ".^" expr           { $$ = build_binary(parser, AST_EACH_POWER, $1, @2, $3); }
  | "-" expr %prec NEGATIVE  { $$ = build_unary(parser, AST_NEGATE, $2, @1, @$); }
  | postfix
  ;

postfix:
    primary
  | postfix "'"              { $$ = build_unary(parser, AST_TRANSPOSE, $1, @2, @$); }
  | postfix "[" indices "]"  { $$ = build_index(parser, $1, $3, span_join(@2, @4), @$); }
  ;

indices:
    value                    { $$ = list_expr(parser, NULL, $1); }
  | indices "," value        { $$ = list_expr(parser, $1, $3); }
  ;

primary:
    NUMBER                   { $$ = build_number(parser, $1); }
  | STRING                   { $$ = build_string(parser, $1); }
  | "_"                      { $$ = build_wire(parser, @$); }
  | path                     { $$ = build_path(parser, $1, @$); }
  | path "(" arguments ")"   { $$ = build_call(parser, $1, $3, span_join(@2, @4), @$); }
  | "(" value ")"            { $$ = build_parentheses(parser, $2, @$); }
  | "[" rows "]"             { $$ = build_matrix(parser, $2, @$); }
  | "[" value "for" name "in" value "]"
                             { $$ = build_each(parser, $2, $4, $6, @$); }
  | "{" points "}"           { $$ = build_points(parser, $2, @$); }
  ;

path:
    name                     { $$ = (struct ast_path){.last = $1}; }
  | name "." name            { $$ = (struct ast_path){$1, $3}; }
  ;

arguments:
    %empty                   { $$ = NULL; }
  | some_arguments
  ;
some_arguments:
    argument                 { $$ = list_argument(parser, NULL, $1); }
  | some_arguments "," argument
                             { $$ = list_argument(parser, $1, $3); }
  ;
argument:
    value                    { $$ = (struct ast_argument){.value = $1, .at = @$}; }
  | name "=" value           { $$ = (struct ast_argument){$1, $3, @$}; }
  ;

rows:
    entries                  { $$ = list_row(parser, NULL, $1, @1); }
  | rows ";" entries         { $$ = list_row(parser, $1, $3, @3); }
  ;
entries:
    value                    { $$ = list_expr(parser, NULL, $1); }
  | entries "," value        { $$ = list_expr(parser, $1, $3); }
  ;

points:
    expr ":" expr            { $$ = list_point(parser, NULL, $1, $3, @$); }
  | points "," expr ":" expr { $$ = list_point(parser, $1, $3, $5, span_join(@3, @5)); }
  ;

name:
    NAME                     { $$ = build_name($1); }
  | "in"                     { $$ = build_name($1); }
  | "log"                    { $$ = build_name($1); }
  | "step"                   { $$ = build_name($1); }
  | "smooth"                 { $$ = build_name($1); }
  | "as"                     { $$ = build_name($1); }
  | "where"                  { $$ = build_name($1); }
  | "for"                    { $$ = build_name($1); }
  ;

%%

/* ---- between the grammar and the rest ---- */

static int adg_yylex(ADG_YYSTYPE *value, span *at, struct parser *parser) {
    parser->current = layout_next(&parser->layout);
    *at = parser->current.at;
    switch (parser->current.kind) {
    case TOK_NUMBER: value->TOK_NUMBER = parser->current; break;
    case TOK_STRING: value->TOK_STRING = parser->current; break;
    default: value->TOK_NAME = parser->current; break; /* all words lie in the same place */
    }
    return parser->current.kind;
}

static int yyreport_syntax_error(const yypcontext_t *context, struct parser *parser) {
    enum { ROOM = YYNTOKENS };
    yysymbol_kind_t symbols[ROOM];
    int count = yypcontext_expected_tokens(context, symbols, ROOM);
    if (count < 0) return count;
    struct expected expected = {0};
    for (int i = 0; i < count; i++) {
        const char *text = yysymbol_name(symbols[i]);
        switch (symbols[i]) {
        case YYSYMBOL_NUMBER: expected.number = true; break;
        case YYSYMBOL_STRING: expected.string = true; break;
        case YYSYMBOL_NAME: expected.name = true; break;
        case YYSYMBOL_NEWLINE: expected.line_end = true; break;
        case YYSYMBOL_ROUND: expected.round = true; break;
        case YYSYMBOL_PLUS: expected.operation = true; break;
        case YYSYMBOL_KNOB: expected.statement = true; break;
        default: break;
        }
        expected.texts[expected.count++] = text;
    }
    parser_report(parser, &expected);
    return 0;
}

/* Called where a stack cannot grow. */
static void adg_yyerror(const span *at, struct parser *parser, const char *message) {
    (void)message;
    build_too_deep(parser, *at);
}
