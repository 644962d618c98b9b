/* Feedback: y = a(x + b(y)).
 *
 * FAUST's `p ~ q` hands q the outlets of p one sample late, so every channel that goes back must
 * have that sample to give: the loop is opened at a bank of delays, whose inlets become what goes
 * back and whose delays become one sample shorter. Where b begins with the bank, that is the
 * source's own form:
 *
 *     (adder(n) : a) ~ (lines less one sample : rest of b)
 *
 * Where a ends with it, and where it stands elsewhere in a (v is what enters the lines):
 *
 *     (adder(n) : pre) ~ (lines less one sample : b) : lines
 *     v = pre(x + b(y)), y = post(lines(v)):
 *     (si.bus(m + n) <: ((b, si.bus(n)) : adder(n) : pre, (si.bus(m), si.block(n))))
 *         ~ (lines less one sample : post) : (si.block(k), si.bus(m))
 *
 * The last takes y from within the loop, so that filters in `post` run once. It is what knobs in the
 * lines or in `post` need; where they stand still, all of these can run a sample early instead, and
 * that is what FAUST compiles best:
 *
 *     (adder(n) : pre : lines less one sample : post) ~ b : par(i, m, mem)
 *
 * A loop without such a
 * bank (delays on some channels only, inside smaller loops, or none but the sample within a filter)
 * is taken apart by its net. */
#include "backends/faust.h"

/* `before`, then a bank of delays, then `after`; null: nothing. */
struct split {
    const struct node *before, *after;
    VEC(struct loop_line {
        struct operand samples;
        const struct node *node;
    })
    lines;
};

static bool split_node(struct faust *f, const struct node *node, bool last, struct split *out);

static bool split_delays(struct faust *f, const struct node *node, struct split *out) {
    const struct delays *delays = node->delays;
    if (delays->grid.full || !delays->grid.rows) return false;
    for (uint32_t i = 0; i < delays->grid.rows; i++)
        if (!(faust_least(f, delays->samples[i]) >= 1)) return false;
    for (uint32_t i = 0; i < delays->grid.rows; i++)
        vec_push(f->arena, &out->lines, (struct loop_line){delays->samples[i], node});
    return true;
}

static const struct node *series(struct faust *f, span at, const struct node *const *parts,
                                 uint32_t count, const struct node *more, bool more_first) {
    const struct node **all = ARENA_ARRAY(f->arena, (size_t)count + 1, const struct node *);
    uint32_t kept = 0;
    if (more && more_first) all[kept++] = more;
    for (uint32_t i = 0; i < count; i++) all[kept++] = parts[i];
    if (more && !more_first) all[kept++] = more;
    return kept ? node_combine(&f->build, at, OP_SERIES, all, kept) : NULL;
}

/* Opens at the last part that can be opened, or at the first: what remains on the one side is
 * short. */
static bool split_series(struct faust *f, const struct node *node, bool last, struct split *out) {
    for (uint32_t i = 0; i < node->count; i++) {
        uint32_t at = last ? node->count - 1 - i : i;
        struct split part = {0};
        if (!split_node(f, node->parts[at], last, &part)) continue;
        *out = part;
        out->before = series(f, node->at, node->parts, at, part.before, false);
        out->after =
            series(f, node->at, node->parts + at + 1, node->count - 1 - at, part.after, true);
        return true;
    }
    return false;
}

/* Side by side, every part must open; parts of one input open into parts of one input. */
static bool split_beside(struct faust *f, const struct node *node, bool last, struct split *out) {
    const struct node **before = ARENA_ARRAY(f->arena, node->count, const struct node *);
    const struct node **after = ARENA_ARRAY(f->arena, node->count, const struct node *);
    bool any_before = node->op == OP_STACK, any_after = false;
    for (uint32_t i = 0; i < node->count; i++) {
        struct split part = {0};
        if (!split_node(f, node->parts[i], last, &part)) return false;
        uint32_t width = (uint32_t)part.lines.count;
        for (uint32_t k = 0; k < width; k++) vec_push(f->arena, &out->lines, part.lines.at[k]);
        any_before |= part.before != NULL;
        any_after |= part.after != NULL;
        before[i] = part.before ? part.before : node_wire(&f->build, node->at, width);
        after[i] = part.after ? part.after : node_wire(&f->build, node->at, width);
    }
    if (any_before) out->before = node_combine(&f->build, node->at, node->op, before, node->count);
    if (any_after) out->after = node_combine(&f->build, node->at, OP_PARALLEL, after, node->count);
    return true;
}

static bool split_node(struct faust *f, const struct node *node, bool last, struct split *out) {
    switch (node->op) {
    case OP_DELAY: return split_delays(f, node, out);
    case OP_SERIES: return split_series(f, node, last, out);
    case OP_PARALLEL:
    case OP_STACK: return split_beside(f, node, last, out);
    default: return false;
    }
}

static const char *owner_of(const struct node *node) {
    return name_or(node->name, faust_role(node));
}

static struct phrase lines(struct faust *f, const struct split *s, unsigned less,
                           const char *loop, const char *wanted) {
    struct operand *samples = ARENA_ARRAY(f->arena, s->lines.count, struct operand);
    const struct node *node = s->lines.at[0].node;
    for (size_t i = 0; i < s->lines.count; i++) samples[i] = s->lines.at[i].samples;
    return phrase_short(f, text_format(f->arena, "%s_%s", loop, wanted), "loop",
                        faust_lines(f, samples, s->lines.count, less, name_or(node->name, NULL),
                                    node->at));
}

/* The phrases joined by `binding`, short enough to go on; those that are wires vanish from series.
 */
static struct phrase join(struct faust *f, enum binding binding, const char *wanted,
                          const struct phrase *items, size_t count) {
    struct phrase kept[4];
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!items[i].text) return no_phrase;
        if (binding == BINDS_COMMA || !phrase_is_bus(items[i])) kept[n++] = items[i];
    }
    if (!n) return items[0];
    return phrase_short(f, wanted, "loop", phrase_join(f, binding, kept, n));
}
#define JOIN(f, binding, wanted, ...)                                                              \
    join((f), (binding), (wanted), (const struct phrase[]){__VA_ARGS__},                           \
         sizeof((const struct phrase[]){__VA_ARGS__}) / sizeof(struct phrase))

struct loop {
    struct faust *f;
    const struct node *a, *b;
    const char *name; /* prefix of its definitions */
};

static struct phrase node_or_wires(const struct loop *l, const struct node *node, uint32_t n) {
    return node ? faust_part(l->f, node) : phrase_bus(l->f, n);
}

static const char *own(const struct loop *l, const char *what) {
    return text_format(l->f->arena, "%s_%s", l->name, what);
}

/* b = pre -> lines -> post: v = pre(y), y = a(x + post(lines(v))). */
static struct phrase opened_in_b(const struct loop *l, const struct split *s) {
    struct faust *f = l->f;
    uint32_t n = l->a->shape.ins, m = l->a->shape.outs, width = (uint32_t)s->lines.count;
    struct phrase forward =
        JOIN(f, BINDS_COLON, own(l, "forward"), phrase_adder(f, n), faust_part(f, l->a));
    struct phrase back = JOIN(f, BINDS_COLON, own(l, "back"), lines(f, s, 1, l->name, "lines"),
                              node_or_wires(l, s->after, width));
    if (!s->before) return phrase_recursion(f, forward, back);
    struct phrase both = phrase_split(
        f, m, JOIN(f, BINDS_COMMA, own(l, "ends"), faust_part(f, s->before), phrase_bus(f, m)));
    struct phrase inner = JOIN(f, BINDS_COLON, own(l, "step"), forward,
                               phrase_short(f, own(l, "ends"), "loop", both));
    struct phrase loop = phrase_recursion(f, inner, back);
    struct phrase out =
        JOIN(f, BINDS_COMMA, own(l, "out"), phrase_block(f, width), phrase_bus(f, m));
    if (!loop.text || !out.text) return no_phrase;
    return phrase_join(f, BINDS_COLON, (const struct phrase[]){loop, out}, 2);
}

/* a = pre -> lines. */
static struct phrase opened_at_end_of_a(const struct loop *l, const struct split *s) {
    struct faust *f = l->f;
    uint32_t n = l->a->shape.ins, width = (uint32_t)s->lines.count;
    struct phrase forward = JOIN(f, BINDS_COLON, own(l, "forward"), phrase_adder(f, n),
                                 node_or_wires(l, s->before, width));
    struct phrase back = JOIN(f, BINDS_COLON, own(l, "back"), lines(f, s, 1, l->name, "back_lines"),
                              faust_part(f, l->b));
    struct phrase loop = phrase_recursion(f, forward, back);
    struct phrase out = lines(f, s, 0, l->name, "lines");
    if (!loop.text || !out.text) return no_phrase;
    return phrase_join(f, BINDS_COLON, (const struct phrase[]){loop, out}, 2);
}

/* a = pre -> lines -> post. */
static struct phrase opened_in_a(const struct loop *l, const struct split *s) {
    struct faust *f = l->f;
    uint32_t n = l->a->shape.ins, m = l->a->shape.outs, width = (uint32_t)s->lines.count;
    struct phrase read = JOIN(f, BINDS_COLON, own(l, "read"), lines(f, s, 1, l->name, "lines"),
                              node_or_wires(l, s->after, width));
    struct phrase fed = JOIN(f, BINDS_COMMA, own(l, "fed"), faust_part(f, l->b), phrase_bus(f, n));
    struct phrase write = JOIN(f, BINDS_COLON, own(l, "write"), fed, phrase_adder(f, n),
                               node_or_wires(l, s->before, width));
    struct phrase keep = JOIN(f, BINDS_COMMA, own(l, "keep"), phrase_bus(f, m), phrase_block(f, n));
    if (!read.text || !write.text || !keep.text) return no_phrase;
    struct phrase step =
        phrase_split(f, m + n,
                     phrase_join(f, BINDS_COMMA,
                                 (const struct phrase[]){
                                     {text_format(f->arena, "(%s)", write.text), BINDS_NAME, false},
                                     {text_format(f->arena, "(%s)", keep.text), BINDS_NAME, false}},
                                 2));
    struct phrase loop = phrase_recursion(f, phrase_define(f, own(l, "step"), "loop", step), read);
    struct phrase out =
        JOIN(f, BINDS_COMMA, own(l, "out"), phrase_block(f, width), phrase_bus(f, m));
    if (!loop.text || !out.text) return no_phrase;
    return phrase_join(f, BINDS_COLON, (const struct phrase[]){loop, out}, 2);
}

/* a = pre -> lines -> post, all still behind pre. */
static struct phrase opened_early(const struct loop *l, const struct split *s) {
    struct faust *f = l->f;
    uint32_t n = l->a->shape.ins, m = l->a->shape.outs, width = (uint32_t)s->lines.count;
    struct phrase forward =
        JOIN(f, BINDS_COLON, own(l, "forward"), phrase_adder(f, n),
             node_or_wires(l, s->before, width), lines(f, s, 1, l->name, "lines"),
             node_or_wires(l, s->after, width));
    struct phrase loop = phrase_recursion(f, forward, faust_part(f, l->b));
    if (!loop.text) return no_phrase;
    struct phrase late = m == 1 ? phrase_of("mem") : phrase_call(f, "par(i, %u, mem)", m);
    return phrase_join(f, BINDS_COLON, (const struct phrase[]){loop, late}, 2);
}

static bool is_still(const struct loop *l, const struct split *s) {
    for (size_t i = 0; i < s->lines.count; i++)
        if (faust_moves(l->f, s->lines.at[i].samples.expr)) return false;
    return !faust_node_moves(l->f, s->after);
}

/* The shortest form wins: in b if it begins with lines, in a if it ends with them, else wherever
 * there are any. */
static struct phrase opened(const struct loop *l) {
    struct split in_a = {0}, in_b = {0};
    bool splits_b = split_node(l->f, l->b, false, &in_b);
    if (splits_b && !in_b.before) return opened_in_b(l, &in_b);
    bool splits_a = split_node(l->f, l->a, true, &in_a);
    if (splits_a && !in_a.after) return opened_at_end_of_a(l, &in_a);
    if (splits_a) return is_still(l, &in_a) ? opened_early(l, &in_a) : opened_in_a(l, &in_a);
    return splits_b ? opened_in_b(l, &in_b) : no_phrase;
}

struct phrase faust_feedback(struct faust *f, const struct node *node) {
    struct loop l = {f, node->parts[0], node->parts[1], owner_of(node)};
    /* Nothing goes round. */
    if (!l.a->shape.ins || !l.a->shape.outs) return faust_part(f, l.a);
    size_t errors = f->diags->errors;
    struct phrase phrase = opened(&l);
    if (phrase.text || f->diags->errors != errors) return phrase;
    return faust_by_net(f, node);
}
