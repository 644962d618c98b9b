/* Between the lexer and the grammar: where statements end, which words are a statement's own, and
 * where reading goes on after a mistake. All tokens of a file are read first, so that every
 * question can look ahead. */
#ifndef ADACC_LANG_LAYOUT_H
#define ADACC_LANG_LAYOUT_H

#include "ir/base/limits.h"
#include "ir/base/vec.h"
#include "lang/lexer.h"

struct layout {
    struct arena *arena;
    struct names *names;
    const struct source *source;
    struct diags *diags;

    struct token *tokens; /* without comments; the last is TOK_END */
    size_t token_count;
    const span *comments;
    size_t comment_count;

    size_t next;       /* the token to hand out next */
    size_t last;       /* the one handed out last (TOK_NEWLINE: the one behind it) */
    int last_kind;     /* as what it was handed out */
    size_t statement;  /* the first token of this statement */
    bool at_statement; /* the next token begins a statement */
    bool resuming;     /* a mistake was met: hand out TOK_NEWLINE, then go on at `next` */
    bool comma_given;  /* a missing comma was handed out before tokens[next] */
    bool stray;        /* the token handed out last closes nothing, or another kind of bracket */
    bool tainted;      /* a token of this statement was reported */
    size_t depth;      /* of open brackets */
    size_t open[LIMIT_DEPTH]; /* their tokens, outermost first */
};

void layout_init(struct layout *layout, struct arena *arena, struct names *names,
                 const struct source *source, struct diags *diags);

/* The next token for the grammar. Its `kind` may differ from that of the tokens read. */
struct token layout_next(struct layout *layout);

/* After a mistake at the token handed out last: goes on at the next place that makes sense. */
void layout_resume(struct layout *layout);

/* The token that begins a statement in the first column, and which ends the open bracket that the
 * token handed out last stands in; token_count if there is none. */
size_t layout_cut_bracket(const struct layout *layout);

/* The kind of token that closes the innermost open bracket; there is one. */
int layout_closing(const struct layout *layout);

/* Does token `i` begin what reads as a definition, `a = ` or `f(x) = `? */
bool layout_is_definition(const struct layout *layout, size_t i);

bool layout_is_operator(int kind);
bool layout_ends_operand(int kind);

#endif
