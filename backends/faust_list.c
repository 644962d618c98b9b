/* Lists of numbers under a name, and what takes one of them in a par(i, n, ...). */
#include <string.h>

#include "backends/faust.h"
#include "ir/base/limits.h"
#include "ir/walk.h"

/* FAUST takes the i-th of a list by walking there, so that a par over one takes a time that grows as
 * the square of its length. */
enum { FEWEST = 5, MOST = 16 };

static bool whole(const double *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!(values[i] > -1e9 && values[i] < 1e9) || values[i] != (double)(long)values[i])
            return false;
    return true;
}

struct number_list *faust_list(struct faust *f, const char *wanted, const double *values,
                               size_t count) {
    for (size_t i = 0; i < f->lists.count; i++)
        if (f->lists.at[i].count == count &&
            !memcmp(f->lists.at[i].values, values, count * sizeof *values))
            return &f->lists.at[i];
    if (!wanted || count < FEWEST || count > MOST) return NULL;
    double *own = ARENA_ARRAY(f->arena, count, double);
    memcpy(own, values, count * sizeof *own);
    vec_push(f->arena, &f->lists, (struct number_list){own, count, wanted, NULL});
    return &f->lists.at[f->lists.count - 1];
}

static void define(struct faust *f, struct number_list *list) {
    struct scope *at = f->at;
    f->at = &f->global;
    list->text = faust_name(f, list->wanted, "list");
    f->at = at;
    text_printf(&f->list_text, "%s = ", list->text);
    size_t column = strlen(list->text) + 3;
    bool plain = whole(list->values, list->count);
    for (size_t i = 0; i < list->count; i++) {
        struct text item;
        text_init(&item, f->arena);
        if (plain) text_printf(&item, "%.17g", list->values[i]);
        else faust_put_number(&item, list->values[i]);
        faust_put_item(&f->list_text, text_chars(&item), !i, &column);
    }
    text_put(&f->list_text, ";\n");
}

const char *faust_take(struct faust *f, struct number_list *list) {
    if (!list->text) define(f, list);
    return text_format(f->arena, "%s(i + 1, %s)", faust_helper(f, HELPER_TAKE), list->text);
}

/* The values of a bank of lines as a list; null if they move, or are one value. */
static struct number_list *list_of_lines(struct faust *f, const struct operand *samples,
                                         size_t count, const char *owner) {
    double *values = ARENA_ARRAY(f->arena, count, double);
    bool equal = true;
    for (size_t i = 0; i < count; i++) {
        if (samples[i].expr || !(samples[i].value <= LIMIT_DELAY_SAMPLES)) return NULL;
        values[i] = samples[i].value;
        equal &= values[i] == values[0];
    }
    const char *wanted = owner ? text_format(f->arena, "%s_lengths", owner) : "lengths";
    return equal ? NULL : faust_list(f, wanted, values, count);
}

static bool find_list(const struct node *node, void *context) {
    if (node->op != OP_DELAY || node->delays->grid.full) return true;
    list_of_lines(context, node->delays->samples, node->delays->grid.rows, name_or(node->name, NULL));
    return true;
}

void faust_find_lists(struct faust *f) {
    node_visit(f->arena, f->program->main, find_list, f);
}

struct phrase faust_lines(struct faust *f, const struct operand *samples, size_t count,
                          unsigned less, const char *owner, span at) {
    struct number_list *list = list_of_lines(f, samples, count, owner);
    if (list) {
        const char *length = faust_take(f, list);
        if (less) f->opens_loops = true;
        return less ? phrase_call(f, "par(i, %zu, @(%s - %u))", count, length, less)
                    : phrase_call(f, "par(i, %zu, @(%s))", count, length);
    }
    struct phrase *items = ARENA_ARRAY(f->arena, count, struct phrase);
    for (size_t i = 0; i < count; i++)
        items[i] = faust_delay(f, samples[i], less, owner ? owner : "delays", at);
    return phrase_join(f, BINDS_COMMA, items, count);
}
