/* Binary operators, and what joins systems: series, side by side, stack, feedback. */
#include <string.h>

#include "frontend/builtins.h"
#include "ir/base/vec.h"

/* a -> b -> c is one series of three, not two of two: a long text must not be a deep graph. */
struct chain {
    bool open;
    enum op op;
    struct shape shape;
    VEC(const struct node *) parts;
};

static bool chained_op(enum ast_operator operator, enum op * out) {
    switch (operator) {
    case AST_SERIES: *out = OP_SERIES; return true;
    case AST_PARALLEL: *out = OP_PARALLEL; return true;
    case AST_STACK: *out = OP_STACK; return true;
    case AST_ADD:
    case AST_SUBTRACT: *out = OP_SUM; return true;
    default: return false;
    }
}

static struct party party_of(const struct node *node, struct side side) {
    return (struct party){node->shape, side.at};
}

/* ---- what more can be said of shapes that do not fit ----------------------------------------- */

/* The first name in the expression that is a vector of so many entries. */
static const struct binding *vector_in(struct scope *scope, const struct ast_expr *x,
                                       uint32_t count) {
    const struct binding *found = NULL;
    if (!x) return NULL;
    switch (x->kind) {
    case AST_NAME: {
        if (x->as.path.prefix.text) return NULL;
        const struct binding *b = scope_find(scope, x->as.path.last.text, NULL);
        bool known = b && (b->kind == BINDING_VALUE || b->state == BINDING_DONE);
        if (!known || !value_is_vector(b->value)) return NULL;
        return b->value.matrix->rows * b->value.matrix->cols == count ? b : NULL;
    }
    case AST_NEGATE:
    case AST_TRANSPOSE: return vector_in(scope, x->as.unary.operand, count);
    case AST_BINARY:
        found = vector_in(scope, x->as.binary.left, count);
        return found ? found : vector_in(scope, x->as.binary.right, count);
    case AST_CALL:
        for (size_t i = 0; !found && i < x->as.call.argument_count; i++) {
            found = vector_in(scope, x->as.call.arguments[i].value, count);
        }
        return found;
    default: return NULL;
    }
}

/* True if the expression is a built-in function of a size alone that is square: hadamard(16). */
static bool is_square_of_size(struct scope *scope, const struct ast_expr *x, uint32_t wanted) {
    static const char *const square[] = {"hadamard", "householder", "id"};
    if (!x || x->kind != AST_CALL || x->as.call.callee.prefix.text ||
        x->as.call.argument_count != 1)
        return false;
    name callee = x->as.call.callee.last.text;
    if (x->as.call.arguments[0].value->kind != AST_NUMBER || scope_find(scope, callee, NULL))
        return false;
    if (!strcmp(callee->text, "hadamard") && (wanted & (wanted - 1))) return false;
    for (size_t i = 0; i < sizeof square / sizeof *square; i++) {
        if (!strcmp(callee->text, square[i])) return true;
    }
    return false;
}

/* "one a channel": of a system 1 -> 1 where its neighbour has n channels. */
static void offer_copies(struct elaborator *e, struct diag *diag, struct side one, uint32_t n) {
    const char *text = one.expr ? text_at(e, one.expr->outer) : "this";
    bool whole = one.expr && (one.expr->kind == AST_NAME || one.expr->kind == AST_CALL ||
                              one.expr->outer.begin < one.expr->at.begin);
    if (!strcmp(text, "this")) text = "x", whole = true;
    diag_help(diag, "one a channel is %s%s%s*id(%u)", whole ? "" : "(", text, whole ? "" : ")", n);
}

/* A matrix of r rows and c columns is c -> r, which is easily written the other way. */
static void offer_transpose(struct elaborator *e, struct diag *diag, struct side side) {
    if (side.expr && side.expr->kind == AST_NAME)
        diag_help(diag, "its transpose fits: %s'", text_at(e, side.at));
    else diag_help(diag, "its transpose fits");
}

static void offer_width(struct elaborator *e, struct diag *diag, struct side a,
                        struct shape a_shape, struct side b, struct shape b_shape) {
    bool a_one = a_shape.ins == 1 && a_shape.outs == 1;
    bool b_one = b_shape.ins == 1 && b_shape.outs == 1;
    if (diag->code == CODE_SERIES_SHAPE) {
        if (a.value.kind == VALUE_MATRIX && a_shape.ins == b_shape.ins)
            offer_transpose(e, diag, a);
        if (b.value.kind == VALUE_MATRIX && b_shape.outs == a_shape.outs)
            offer_transpose(e, diag, b);
        if (b_one) offer_copies(e, diag, b, a_shape.outs);
        else if (a_shape.outs == 1)
            diag_help(diag, "split(%u) between them leads one wire to %u", b_shape.ins,
                      b_shape.ins);
        if (b_shape.ins == 1 && a_shape.outs)
            diag_help(diag, "sum(%u) between them adds %u wires", a_shape.outs, a_shape.outs);
    } else if (diag->code == CODE_SUM_SHAPE || diag->code == CODE_FEEDBACK_SHAPE) {
        if (b_one && a_shape.ins == a_shape.outs) offer_copies(e, diag, b, a_shape.ins);
        if (a_one && b_shape.ins == b_shape.outs) offer_copies(e, diag, a, b_shape.ins);
    }
}

/* Adds to the report that was just made, if one was made behind `before`. */
static void explain(struct elaborator *e, const struct diag *before, struct scope *scope,
                    struct side a, struct shape a_shape, struct side b, struct shape b_shape,
                    bool one_size) {
    struct diag *diag = e->diags->last;
    if (diag == before) return;
    struct side sides[] = {a, b};
    struct shape shapes[] = {a_shape, b_shape};
    for (int i = 0; i < 2; i++) {
        const struct binding *vector = vector_in(scope, sides[i].expr, shapes[i].outs);
        if (!vector) continue;
        diag_note(diag, vector->at, "'%s' has %u entries", vector->name->text, shapes[i].outs);
        break;
    }
    for (int i = 1; one_size && i >= 0; i--) {
        uint32_t wanted = shapes[1 - i].outs;
        if (wanted < 2 || shapes[1 - i].ins != wanted ||
            !is_square_of_size(scope, sides[i].expr, wanted))
            continue;
        diag_fix(diag, sides[i].expr->at, "%s(%u)", sides[i].expr->as.call.callee.last.text->text,
                 wanted);
        break;
    }
    offer_width(e, diag, a, a_shape, b, b_shape);
}

/* ---- series, side by side, stack ------------------------------------------------------------- */

static struct value join_series(struct elaborator *e, struct scope *scope, span at, struct side a,
                                struct side b) {
    if (a.value.kind == VALUE_NUMBER && b.value.kind == VALUE_NUMBER && !a.value.dimension &&
        !b.value.dimension) {
        return value_multiply(e, at, b, a);
    }
    const struct node *x, *y;
    if (a.value.kind == VALUE_NUMBER) {
        y = to_system(e, b);
        x = y ? to_system_of_width(e, a, y->shape.ins) : NULL;
    } else {
        x = to_system(e, a);
        y = x ? to_system_of_width(e, b, x->shape.outs) : NULL;
    }
    if (!x || !y) return value_error();
    const struct diag *before = e->diags->last;
    struct shape shape;
    if (shape_series(e->diags, at, party_of(x, a), party_of(y, b), &shape)) {
        return value_system(at, node_pair(&e->build, at, OP_SERIES, x, y));
    }
    explain(e, before, scope, a, x->shape, b, y->shape, false);
    return value_error();
}

static struct value join_beside(struct elaborator *e, struct scope *scope, span at, enum op op,
                                struct side a, struct side b) {
    const struct node *x = to_system(e, a), *y = to_system(e, b);
    if (!x || !y) return value_error();
    const struct diag *before = e->diags->last;
    struct shape shape;
    bool fits = op == OP_STACK
                    ? shape_stack(e->diags, at, party_of(x, a), party_of(y, b), &shape)
                    : shape_parallel(e->diags, at, party_of(x, a), party_of(y, b), &shape);
    if (fits) return value_system(at, node_pair(&e->build, at, op, x, y));
    explain(e, before, scope, a, x->shape, b, y->shape, false);
    return value_error();
}

/* ---- feedback -------------------------------------------------------------------------------- */

/* True if a delay stands in the expression, or in a definition that it names. */
static bool speaks_of_delay(struct elaborator *e, struct scope *scope, const struct ast_expr *x) {
    if (!x) return false;
    switch (x->kind) {
    case AST_NAME: {
        const struct binding *b = scope_find(scope, x->as.path.last.text, NULL);
        return b && (b->kind == BINDING_VALUE || b->state == BINDING_DONE) &&
               b->value.kind == VALUE_SYSTEM && node_holds_delay(e, b->value.system);
    }
    case AST_NEGATE: return speaks_of_delay(e, scope, x->as.unary.operand);
    case AST_BINARY:
        return speaks_of_delay(e, scope, x->as.binary.left) ||
               speaks_of_delay(e, scope, x->as.binary.right);
    case AST_CALL:
        if (!strcmp(x->as.call.callee.last.text->text, "delay")) return true;
        for (size_t i = 0; i < x->as.call.argument_count; i++) {
            if (speaks_of_delay(e, scope, x->as.call.arguments[i].value)) return true;
        }
        return false;
    default: return false;
    }
}

/* A loop without delay whose delay stands next to it: '->' binds looser than '~'. Where no delay is
 * near, lowering finds the loop, and names what it goes through. */
static bool is_misread_series(struct elaborator *e, struct scope *scope, span at, struct side a,
                              struct side b, const struct node *x, const struct node *y,
                              const struct ast_expr *before, const struct ast_expr *after) {
    bool ahead = speaks_of_delay(e, scope, before), behind = speaks_of_delay(e, scope, after);
    if ((!ahead && !behind) || !feedback_is_direct(e, x, y)) return false;
    struct diag *diag = diag_error(e->diags, at, CODE_DELAY_FREE_LOOP,
                                   "delay-free loop: %s holds no delay", text_at(e, at));
    const char *left = text_at(e, a.expr->outer), *right = text_at(e, b.expr->outer);
    if (ahead) {
        diag_help(diag, "'->' binds looser than '~'; write (%s -> %s) ~ %s",
                  text_at(e, before->outer), left, right);
    } else {
        diag_help(diag, "'->' binds looser than '~'; write %s ~ (%s -> %s)", left, right,
                  text_at(e, after->outer));
    }
    return true;
}

static struct value join_feedback(struct elaborator *e, struct scope *scope, span at, struct side a,
                                  struct side b, const struct ast_expr *before,
                                  const struct ast_expr *after) {
    const struct node *x, *y;
    if (a.value.kind == VALUE_NUMBER) {
        y = to_system(e, b);
        x = y ? number_beside(e, "~", a, (struct party){y->shape, b.at}) : NULL;
    } else {
        x = to_system(e, a);
        if (!x) return value_error();
        y = b.value.kind == VALUE_NUMBER ? number_beside(e, "~", b, (struct party){x->shape, a.at})
                                         : to_system(e, b);
    }
    if (!x || !y) return value_error();
    const struct diag *last = e->diags->last;
    struct shape shape;
    if (!shape_feedback(e->diags, at, party_of(x, a), party_of(y, b), &shape)) {
        explain(e, last, scope, a, x->shape, b, y->shape, true);
        return value_error();
    }
    if (!e->implicit && is_misread_series(e, scope, at, a, b, x, y, before, after))
        return value_error();
    return value_system(at, node_feedback(&e->build, at, x, y, false));
}

/* ---- all of them ----------------------------------------------------------------------------- */

static bool is_bare_feedback(const struct ast_expr *x) {
    return x->kind == AST_BINARY && x->as.binary.operator== AST_FEEDBACK &&
                                    x->at.begin == x->outer.begin;
}

/* What stands directly before the right side of a series. */
static const struct ast_expr *last_of_series(const struct ast_expr *x) {
    bool bare = x->at.begin == x->outer.begin;
    return bare && x->kind == AST_BINARY && x->as.binary.operator== AST_SERIES ? x->as.binary.right
                                                                               : x;
}

static const struct ast_expr *series_behind(const struct ast_expr *parent) {
    return parent && parent->as.binary.operator== AST_SERIES ? parent->as.binary.right : NULL;
}

static struct value join(struct elaborator *e, struct scope *scope, const struct ast_expr *x,
                         struct side a, struct side b, const struct ast_expr *before,
                         const struct ast_expr *after) {
    enum ast_operator operator= x->as.binary.operator;
    switch (operator) {
    case AST_SERIES: return join_series(e, scope, x->at, a, b);
    case AST_PARALLEL: return join_beside(e, scope, x->at, OP_PARALLEL, a, b);
    case AST_STACK: return join_beside(e, scope, x->at, OP_STACK, a, b);
    case AST_FEEDBACK: return join_feedback(e, scope, x->at, a, b, before, after);
    case AST_ADD:
    case AST_SUBTRACT: {
        const struct diag *last = e->diags->last;
        struct value v = value_add(e, x->at, a, b, operator== AST_SUBTRACT);
        if (value_failed(v) && e->diags->last != last && e->diags->last->code == CODE_SUM_SHAPE) {
            explain(e, last, scope, a, to_system(e, a)->shape, b, to_system(e, b)->shape, true);
        }
        return v;
    }
    case AST_MULTIPLY: return value_multiply(e, x->at, a, b);
    case AST_DIVIDE: return value_divide(e, x->at, a, b);
    case AST_POWER: return value_power(e, x->at, a, b);
    case AST_EACH_MULTIPLY:
    case AST_EACH_DIVIDE:
    case AST_EACH_POWER: return value_elementwise(e, x->at, operator, a, b);
    case AST_OPERATOR_COUNT: break;
    }
    return value_error();
}

/* One more part for an open chain; false after a report. */
static bool extend(struct elaborator *e, struct scope *scope, struct chain *chain,
                   const struct ast_expr *x, struct side b) {
    const struct ast_expr *left = x->as.binary.left;
    struct party a = {chain->shape, left->at};
    const struct node *part;
    struct shape shape = chain->shape;
    const struct diag *last = e->diags->last;
    bool fits = true;
    if (chain->op == OP_SUM) {
        part = addend(e, a, b, x->as.binary.operator== AST_SUBTRACT);
    } else {
        part = to_system_of_width(e, b, chain->op == OP_SERIES ? chain->shape.outs : 1);
        struct party right = {part ? part->shape : shape, b.at};
        if (!part) return false;
        if (chain->op == OP_SERIES) {
            /* Only the last part has outlets to give. */
            struct party last_part = {a.shape, last_of_series(left)->at};
            fits = shape_series(e->diags, x->at, last_part, right, &shape);
        } else if (chain->op == OP_STACK) {
            fits = shape_stack(e->diags, x->at, a, right, &shape);
        } else {
            fits = shape_parallel(e->diags, x->at, a, right, &shape);
        }
    }
    if (!part) return false;
    if (!fits) {
        struct side before = {value_error(), left->at, left};
        explain(e, last, scope, before, chain->shape, b, part->shape, false);
        return false;
    }
    chain->shape = shape;
    vec_push(e->arena, &chain->parts, part);
    return true;
}

static void open_chain(struct elaborator *e, struct chain *chain, enum op op, struct value v) {
    if (v.kind != VALUE_SYSTEM || v.system->op != op || v.system->name || v.system->count != 2)
        return;
    chain->open = true;
    chain->op = op;
    chain->shape = v.system->shape;
    chain->parts.count = 0;
    vec_push(e->arena, &chain->parts, v.system->parts[0]);
    vec_push(e->arena, &chain->parts, v.system->parts[1]);
}

static struct value close_chain(struct elaborator *e, struct chain *chain, span at) {
    chain->open = false;
    return value_system(
        at, node_combine(&e->build, at, chain->op, chain->parts.at, (uint32_t)chain->parts.count));
}

static struct value eval_right(struct elaborator *e, struct scope *scope, const struct ast_expr *x,
                               const struct ast_expr *parent) {
    const struct ast_expr *right = x->as.binary.right;
    if (x->as.binary.operator== AST_SERIES && is_bare_feedback(right)) {
        e->before = last_of_series(x->as.binary.left);
        e->after = series_behind(parent);
    }
    return eval(e, scope, right);
}

struct value eval_binary(struct elaborator *e, struct scope *scope, const struct ast_expr *expr) {
    const struct ast_expr *before = e->before, *after = e->after;
    e->before = e->after = NULL;
    VEC(const struct ast_expr *) spine = {0};
    const struct ast_expr *x = expr;
    for (; x->kind == AST_BINARY; x = x->as.binary.left) vec_push(e->arena, &spine, x);
    struct value value = eval(e, scope, x);
    struct chain chain = {0};
    for (size_t i = spine.count; i-- > 0;) {
        x = spine.at[i];
        const struct ast_expr *left = x->as.binary.left, *parent = i ? spine.at[i - 1] : NULL;
        struct side b = {eval_right(e, scope, x, parent), x->as.binary.right->at,
                         x->as.binary.right};
        enum op op = OP_WIRE;
        bool chained = chained_op(x->as.binary.operator, & op);
        if (chain.open && (!chained || op != chain.op)) value = close_chain(e, &chain, left->at);
        if (value_failed(b.value) || (!chain.open && value_failed(value))) {
            chain.open = false;
            value = value_error();
        } else if (chain.open) {
            if (!extend(e, scope, &chain, x, b)) {
                chain.open = false;
                value = value_error();
            }
        } else {
            struct side a = {value, left->at, left};
            bool bare = is_bare_feedback(x);
            value = join(e, scope, x, a, b, x == expr ? before : NULL,
                         x == expr && after ? after
                         : bare             ? series_behind(parent)
                                            : NULL);
            if (chained) open_chain(e, &chain, op, value);
        }
    }
    return chain.open ? close_chain(e, &chain, expr->at) : value;
}
