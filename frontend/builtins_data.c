/* What comes from other files: csv(path) and load(path). */
#include <string.h>

#include "backends/wav_file.h"
#include "frontend/builtins.h"
#include "frontend/imports.h"
#include "frontend/input.h"
#include "frontend/read_json.h"
#include "ir/base/limits.h"
#include "ir/base/number.h"
#include "ir/base/vec.h"
#include "ir/walk.h"

/* The file that a string names, seen from the file that holds the string; null after a report. */
static const char *need_path(struct elaborator *e, const struct builtin_call *call,
                             struct argument a) {
    if (a.value.kind != VALUE_STRING) {
        diag_error(e->diags, a.at, CODE_VALUE_KIND,
                   "%s needs the path of a file, in quotes, but this is %s", call->who,
                   value_noun(e->arena, a.value));
        return NULL;
    }
    return path_beside(e, a.value.string->at, a.value.string->text);
}

/* What was reported of no place is of this one. */
static void place_report(struct elaborator *e, const struct diag *before, span at) {
    struct diag *last = e->diags->last;
    if (last && last != before && !span_known(last->at)) last->at = at;
}

/* ---- tables of numbers ------------------------------------------------------------------------
 */

struct table {
    struct elaborator *e;
    const struct source *source;
    VEC(double) numbers;
    uint32_t rows, cols;
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/* One entry between separators. */
static bool read_entry(struct table *t, uint32_t begin, uint32_t end) {
    const char *text = t->source->text;
    while (begin < end && is_blank(text[begin])) begin++;
    while (end > begin && is_blank(text[end - 1])) end--;
    double value;
    if (number_parse(text + begin, end - begin, &value) && value - value == 0) {
        vec_push(t->e->arena, &t->numbers, value);
        return true;
    }
    span at = {t->source->base + begin, t->source->base + (end > begin ? end : begin + 1)};
    diag_error(t->e->diags, at, CODE_DATA, "expected a number, found %s",
               end > begin ? text_format(t->e->arena, "'%.*s'",
                                         (int)(end - begin < 40 ? end - begin : 40), text + begin)
                           : "nothing");
    return false;
}

/* One line, that is not blank and no comment. */
static bool read_row(struct table *t, uint32_t begin, uint32_t end) {
    uint32_t cols = 0;
    for (uint32_t from = begin, i = begin; i <= end; i++) {
        if (i < end && t->source->text[i] != ',') continue;
        if (!read_entry(t, from, i)) return false;
        cols++;
        from = i + 1;
    }
    span at = {t->source->base + begin, t->source->base + end};
    if (t->rows && cols != t->cols) {
        diag_error(t->e->diags, at, CODE_DATA,
                   "the rows of a matrix are of one length, but this has %u and the first has %u",
                   cols, t->cols);
        return false;
    }
    t->cols = cols;
    t->rows++;
    if (t->rows <= LIMIT_CHANNELS && cols <= LIMIT_CHANNELS) return true;
    diag_error(t->e->diags, at, CODE_TOO_WIDE, "a matrix has at most %d rows and columns",
               LIMIT_CHANNELS);
    return false;
}

struct value make_csv(struct elaborator *e, const struct builtin_call *call) {
    struct argument a = call->arguments[0];
    const char *path = need_path(e, call, a);
    if (!path) return value_error();
    const struct diag *before = e->diags->last;
    struct table t = {.e = e};
    t.source = input_read(e->arena, e->reading->sources, e->diags, path);
    if (!t.source) return place_report(e, before, a.at), value_error();
    const char *text = t.source->text;
    for (uint32_t begin = 0, i = 0; i <= t.source->length; i++) {
        if (i < t.source->length && text[i] != '\n') continue;
        uint32_t first = begin;
        while (first < i && is_blank(text[first])) first++;
        if (first < i && text[first] != '#' && !read_row(&t, first, i)) return value_error();
        begin = i + 1;
    }
    if (!t.rows) {
        diag_error(e->diags, a.at, CODE_DATA, "'%s' holds no numbers", path);
        return value_error();
    }
    return value_matrix(call->at, matrix_of_numbers(e->arena, t.rows, t.cols, t.numbers.at),
                        DIMENSION_NUMBER);
}

/* ---- models -----------------------------------------------------------------------------------
 */

/* A model's knobs become the program's, at other numbers. */
struct renumbering {
    struct elaborator *e;
    const uint32_t *to;
};

static const struct expr *renumbered_expr(struct renumbering *r, const struct expr *from) {
    if (!from || from->kind == EXPR_CONSTANT) return from;
    struct expr *expr = ARENA_NEW(r->e->arena, struct expr);
    *expr = *from;
    if (from->kind == EXPR_KNOB) expr->knob = r->to[from->knob];
    else
        for (int i = 0; i < 2; i++) expr->arguments[i] = renumbered_expr(r, from->arguments[i]);
    return expr;
}

static const struct operand *renumbered(struct renumbering *r, const struct operand *from,
                                        size_t count) {
    struct operand *to = ARENA_ARRAY(r->e->arena, count, struct operand);
    for (size_t i = 0; i < count; i++)
        to[i] = (struct operand){from[i].value, renumbered_expr(r, from[i].expr)};
    return to;
}

static const struct node *renumber_node(struct build *build, const struct node *node,
                                        void *context) {
    struct renumbering *r = context;
    struct node *to = ARENA_NEW(build->arena, struct node);
    *to = *node;
    if (node->op == OP_GAIN) {
        const struct matrix *m = node->matrix;
        to->matrix = matrix_of(build->arena, m->rows, m->cols,
                               renumbered(r, m->at, (size_t)m->rows * m->cols));
    } else if (node->op == OP_DELAY) {
        struct delays *delays = ARENA_NEW(build->arena, struct delays);
        *delays = *node->delays;
        delays->samples = renumbered(r, delays->samples, grid_entries(delays->grid));
        to->delays = delays;
    } else if (node->op == OP_SOS) {
        struct sections *sections = ARENA_NEW(build->arena, struct sections);
        *sections = *node->sections;
        size_t count = grid_entries(sections->grid) * sections->count;
        struct section *at = ARENA_ARRAY(build->arena, count, struct section);
        for (size_t i = 0; i < count; i++) {
            const struct section *s = &node->sections->at[i];
            const struct operand six[] = {s->b0, s->b1, s->b2, s->a0, s->a1, s->a2};
            const struct operand *n = renumbered(r, six, 6);
            at[i] = (struct section){n[0], n[1], n[2], n[3], n[4], n[5]};
        }
        sections->at = at;
        to->sections = sections;
    } else if (node->op == OP_FIR) {
        struct taps *taps = ARENA_NEW(build->arena, struct taps);
        *taps = *node->taps;
        taps->at = renumbered(r, taps->at, grid_entries(taps->grid) * taps->count);
        to->taps = taps;
    } else {
        return node;
    }
    return to;
}

static const struct node *take_knobs(struct elaborator *e, const struct program *model, span at) {
    uint32_t *to = ARENA_ARRAY(e->arena, model->knob_count, uint32_t);
    for (uint32_t i = 0; i < model->knob_count; i++) {
        to[i] = knob_new(e, model->knobs[i].id, at);
        if (to[i] == NO_KNOB) return NULL;
        e->knobs[to[i]] = model->knobs[i];
    }
    struct renumbering r = {e, to};
    return node_rewrite(&e->build, model->main, renumber_node, &r);
}

static struct value load_model(struct elaborator *e, const struct builtin_call *call,
                               const char *path) {
    struct argument a = call->arguments[0];
    const struct diag *before = e->diags->last;
    const struct source *source = input_read(e->arena, e->reading->sources, e->diags, path);
    if (!source) return place_report(e, before, a.at), value_error();
    struct reading reading = *e->reading;
    struct program model = {.rate = 0};
    reading.rate_override = e->rate;
    if (call->arguments[1].given) {
        diag_error(e->diags, call->arguments[1].at, CODE_ARGUMENTS,
                   "'inlets' is of sounds: a model says itself how many it has");
        return value_error();
    }
    if (!read_json(&reading, source, &model)) return value_error();
    for (int i = 0; i < CONTROL_COUNT; i++) {
        if (!model.controls[i].wanted) continue;
        struct diag *diag = diag_warning(
            e->diags, a.at, CODE_CONTROL,
            "the control '%s' of this model acts on a program alone, and has no effect here",
            control_infos[i].key);
        diag_help(diag, "control %s", control_infos[i].key);
    }
    const struct node *node = model.knob_count ? take_knobs(e, &model, a.at) : model.main;
    return value_system(call->at, node);
}

/* ---- impulse responses ------------------------------------------------------------------------
 */

static bool is_sound_fit(struct elaborator *e, struct argument a, const struct sound_reader *sound,
                         const char *path) {
    if (sound_rate(sound) == e->rate) return true;
    diag_error(e->diags, a.at, CODE_DATA,
               "'%s' has %g samples a second, but the program runs at %g Hz", path,
               sound_rate(sound), e->rate);
    return false;
}

static struct value load_sound(struct elaborator *e, const struct builtin_call *call,
                               const char *path) {
    struct argument a = call->arguments[0], wanted = call->arguments[1];
    const struct diag *before = e->diags->last;
    struct sound_reader *sound = sound_read(e->arena, e->diags, path);
    if (!sound) return place_report(e, before, a.at), value_error();
    if (!is_sound_fit(e, a, sound, path)) return value_error();
    uint32_t channels = sound_channels(sound), ins = 1;
    if (wanted.given && !need_size(e, call->who, wanted, &ins)) return value_error();
    if (channels % ins) {
        diag_error(e->diags, wanted.at, CODE_DATA,
                   "'%s' has %u channels, which is no multiple of %u inlets", path, channels, ins);
        return value_error();
    }
    if (!shape_within_limits(e->diags, call->at, (struct shape){ins, channels / ins}))
        return value_error();
    double *frames = ARENA_ARRAY(e->arena, ((size_t)LIMIT_TAPS + 1) * channels, double);
    size_t count = sound_get(sound, frames, LIMIT_TAPS + 1);
    if (!count || count > LIMIT_TAPS) {
        diag_error(e->diags, a.at, count ? CODE_RESPONSE_TOO_LONG : CODE_DATA,
                   count ? "'%s' has more than %d samples: the fast convolution of long responses "
                           "comes in a later version"
                         : "'%s' holds no samples",
                   path, LIMIT_TAPS);
        return value_error();
    }
    uint32_t outs = channels / ins;
    struct operand *at = ARENA_ARRAY(e->arena, count * channels, struct operand);
    for (uint32_t c = 0; c < channels; c++) {
        uint32_t in = c / outs, out = c % outs; /* as --emit=ir writes them */
        for (size_t k = 0; k < count; k++)
            at[((size_t)out * ins + in) * count + k] = operand_constant(frames[k * channels + c]);
    }
    struct taps *taps = ARENA_NEW(e->arena, struct taps);
    *taps = (struct taps){{outs, ins, channels > 1}, (uint32_t)count, at};
    return value_system(call->at, node_fir(&e->build, call->at, taps));
}

static bool ends_in(const char *path, const char *extension) {
    size_t length = strlen(path), tail = strlen(extension);
    return length > tail && !strcmp(path + length - tail, extension);
}

struct value make_load(struct elaborator *e, const struct builtin_call *call) {
    const char *path = need_path(e, call, call->arguments[0]);
    if (!path) return value_error();
    if (ends_in(path, ".json")) return load_model(e, call, path);
    if (ends_in(path, ".wav")) return load_sound(e, call, path);
    struct diag *diag =
        diag_error(e->diags, call->arguments[0].at, CODE_DATA,
                   "'load' reads files whose names end in .json or .wav, but this is '%s'", path);
    if (ends_in(path, ".adg"))
        diag_help(diag, "import \"%s\"", call->arguments[0].value.string->text);
    else if (ends_in(path, ".csv"))
        diag_help(diag, "csv(\"%s\")", call->arguments[0].value.string->text);
    return value_error();
}
