/* Names and what they stand for, evaluated when first asked for. */
#ifndef ADACC_FRONTEND_SCOPE_H
#define ADACC_FRONTEND_SCOPE_H

#include "frontend/suggestion.h"
#include "frontend/value.h"

enum binding_kind {
    BINDING_VALUE,    /* known from the start: an argument, the variable of a `for` */
    BINDING_EXPR,     /* `expr` in the scope that holds it */
    BINDING_FUNCTION, /* `define`, a function */
    BINDING_KNOB,     /* `knob`, number `knob_index` of the program */
    BINDING_PARAM     /* `param` */
};

#define NO_KNOB UINT32_MAX

enum binding_state { BINDING_UNSEEN, BINDING_ACTIVE, BINDING_DONE };

struct binding {
    name name;
    span at; /* where it is named */
    enum binding_kind kind;
    enum binding_state state;
    bool called; /* BINDING_FUNCTION: its body was evaluated at least once */
    const struct ast_expr *expr;
    const struct ast_define *define;
    const struct ast_knob *knob;
    const struct ast_param *param;
    uint32_t knob_index; /* NO_KNOB: none yet */
    struct value value; /* of BINDING_VALUE, and of others once DONE */
};

/* What a file imports. */
struct import {
    name prefix;         /* null: names come in as they are */
    span at;             /* the statement */
    struct scope *scope; /* of the imported file; null: it could not be read */
};

struct scope {
    struct scope *outer; /* null: the file */
    struct binding *bindings;
    size_t count, room;
    uint32_t *index; /* hash table over the names of a large scope; null for a small one */
    size_t index_size;
    struct import *imports; /* of a file */
    size_t import_count;
};

/* A scope with room for that many bindings. */
struct scope *scope_new(struct arena *arena, struct scope *outer, size_t room);

/* Adds a binding, or gives null and the one of that name which is there already. */
struct binding *scope_add(struct scope *scope, struct binding binding, struct binding **there);

struct binding *scope_find_here(const struct scope *scope, name wanted);

/* From the inside out; `*where` is the scope that it was found in. Null: it is in none. */
struct binding *scope_find(struct scope *scope, name wanted, struct scope **where);

/* Every name that is seen from there. */
void suggestion_offer_scopes(struct suggestion *suggestion, const struct scope *scope);

#endif
