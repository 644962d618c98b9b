/* A finite response as a sum of delayed copies of its inlet.
 *
 * FAUST brings every sum into a normal form, term by term, in a time that grows with more than the
 * square of the terms that stand in one row: 1.5 s for 512 of them. Sums of sums it takes in 0.1 s,
 * and 4096 taps in 2 s, so long responses are written as a tree. */
#include "backends/faust.h"

enum { TERMS = 8 }; /* of a sum that stands in one row */

struct response {
    struct faust *f;
    const struct operand *gains; /* those that are not the constant 0 */
    const char **names;          /* what each multiplies */
    const char *owner;
};

static void put_tree(const struct response *r, struct text *out, uint32_t first, uint32_t count) {
    if (count <= TERMS) {
        text_put(out, "\n    ");
        faust_put_sum(r->f, out, r->gains + first, r->names + first, count, r->owner, 4);
        return;
    }
    uint32_t half = TERMS;
    while (half * 2 < count) half *= 2;
    text_put_char(out, '(');
    put_tree(r, out, first, half);
    text_put(out, ") + (");
    put_tree(r, out, first + half, count - half);
    text_put_char(out, ')');
}

struct phrase faust_fir(struct faust *f, const struct operand *taps, uint32_t count, unsigned less,
                        const char *owner) {
    struct operand *gains = ARENA_ARRAY(f->arena, count, struct operand);
    const char **names = ARENA_ARRAY(f->arena, count, const char *);
    uint32_t terms = 0;
    for (uint32_t k = less; k < count; k++) {
        if (operand_is(taps[k], 0)) continue;
        gains[terms] = taps[k];
        uint32_t ago = k - less;
        names[terms++] = ago > 1 ? text_format(f->arena, "x@%u", ago) : ago ? "x'" : "x";
    }
    if (!terms) return phrase_of("*(0.0)");
    if (terms == 1 && !less && !operand_is(taps[0], 0) && operand_is(gains[0], 1))
        return phrase_of("_");
    struct response r = {f, gains, names, owner};
    struct text out;
    text_init(&out, f->arena);
    text_put(&out, "\\(x).(");
    if (terms <= TERMS) faust_put_sum(f, &out, gains, names, terms, owner, 4);
    else put_tree(&r, &out, 0, terms);
    text_put_char(&out, ')');
    struct phrase phrase = {text_chars(&out), BINDS_NAME, terms > TERMS};
    return phrase_short(f, owner, "fir", phrase);
}
