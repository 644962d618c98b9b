/* From characters to words. The lexer knows no lines and no contexts: every word is TOK_NAME here,
 * and layout.c decides what ends a statement and which words are statements' own. */
#ifndef ADACC_LANG_LEXER_H
#define ADACC_LANG_LEXER_H

#include "ir/base/diag.h"
#include "lang/ast.h"

struct token {
    int kind;         /* enum adg_tokentype; ADG_BAD_SIGN for what was reported and means nothing */
    bool starts_line; /* the first of its line */
    bool column_one;  /* and with nothing before it, not even a blank */
    bool reported;    /* something is wrong with it, which was said */
    span at;
    union {
        struct ast_number number; /* TOK_NUMBER */
        struct ast_string string; /* TOK_STRING */
        name word;                /* TOK_NAME */
    } as;
};

enum { ADG_BAD_SIGN = -1 };

struct lexer {
    struct arena *arena;
    struct names *names;
    const struct source *source;
    struct diags *diags;
    const unsigned char *cursor;
    bool line_began; /* no token since the last line end */
};

void lexer_init(struct lexer *lexer, struct arena *arena, struct names *names,
                const struct source *source, struct diags *diags);

/* The next token, TOK_END at the end and ever after. Comments come as TOK_COMMENT. What is wrong is
 * reported here; the token is then what was probably meant, so that nothing else complains. */
struct token lexer_next(struct lexer *lexer);

/* numbers.c: the literal text[0..length), `number_length` of it before the suffix. */
struct ast_number lexer_number(struct lexer *lexer, span at, size_t number_length);

/* Adds the number with the unit that `suffix` was to be, as help; false if it looks like none. `at`
 * is both of them. */
bool lexer_suggest_unit(struct diag *d, span at, const char *number, int number_length,
                        const char *suffix, int length);

#endif
