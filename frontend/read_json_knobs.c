/* What the user of the compiled program turns: a model's `controls`, which are ADAC's, and its
 * `knobs`, which are ours. */
#include <math.h>
#include <string.h>

#include "frontend/read_json_tree.h"
#include "ir/base/limits.h"
#include "ir/base/vec.h"

static const char *list_words(struct model *model, const char *const *words, size_t count) {
    struct text text;
    text_init(&text, model->arena);
    for (size_t i = 0; i < count; i++) {
        if (i) text_put(&text, i + 1 == count ? " and " : ", ");
        text_put(&text, words[i]);
    }
    return text_chars(&text);
}

/* Every member of the object is one of `words`. */
static bool known_members(struct model *model, struct item object, const char *what,
                          const char *const *words, size_t count) {
    bool good = true;
    for (struct item m = item_first(object); m.json; m = item_next(model, m)) {
        size_t i = 0;
        while (i < count && strcmp(item_key(m), words[i]) != 0) i++;
        if (i < count) continue;
        struct diag *diag = diag_error(model->diags, item_key_span(model, m), CODE_MODEL_CONTROL,
                                       "there is no %s '%s'", what, shown(model, item_key(m)));
        const char *nearest = nearest_word(item_key(m), words, count);
        if (nearest) diag_fix(diag, diag->at, "\"%s\"", nearest);
        diag_note(diag, NOWHERE, "there are %s", list_words(model, words, count));
        good = false;
    }
    return good;
}

/* The span of a member, or of the whole where it says nothing of it. */
static span member_span(struct model *model, struct item object, const char *key) {
    struct item member = item_member(model, object, key);
    return item_span(model, member.json ? member : object);
}

static bool bad_range(struct model *model, struct item object, const char *key,
                      const char *message) {
    diag_error(model->diags, member_span(model, object, key), CODE_MODEL_RANGE, "%s", message);
    return false;
}

/* "control 'rt60': expected ...": lo < hi, init between, a step that fits. */
static bool check_range(struct model *model, struct item object, const char *what, double init,
                        double lo, double hi, double step) {
    struct arena *arena = model->arena;
    if (!(lo < hi))
        return bad_range(model, object, "max",
                         text_format(arena, "%s: expected 'max' to be above 'min', found %g and %g",
                                     what, hi, lo));
    if (!(init >= lo && init <= hi))
        return bad_range(model, object, "init",
                         text_format(arena, "%s: expected 'init' to lie in %g to %g, found %g",
                                     what, lo, hi, init));
    if (!(step >= 0 && step <= hi - lo))
        return bad_range(model, object, "step",
                         text_format(arena, "%s: expected 'step' to lie in 0 to %g, found %g", what,
                                     hi - lo, step));
    return true;
}

/* A value given beside the source, for the knob or control of that name. */
static bool override_init(struct model *model, const char *id, span at, double lo, double hi,
                          double *init) {
    for (size_t i = 0; i < model->reading->override_count; i++) {
        struct knob_override *given = &model->reading->overrides[i];
        if (strcmp(given->name, id) != 0) continue;
        given->used = true;
        if (!(given->value >= lo && given->value <= hi)) {
            struct diag *diag = diag_error(
                model->diags, at, CODE_KNOB_VALUE,
                "%s: expected a value in %g to %g, found %g, which was given beside the model", id,
                lo, hi, given->value);
            diag_label(diag, at, "its range");
            return false;
        }
        *init = given->value;
    }
    return true;
}

static bool read_control(struct model *model, const struct path *root, struct item item,
                         enum control_kind kind, struct control *control) {
    enum kind is = item_kind(item);
    if (is == KIND_NULL || (is == KIND_BOOLEAN && !item_true(item))) return true;
    const struct control_info *info = &control_infos[kind];
    const char *what = text_format(model->arena, "control '%s'", info->key);
    if (is != KIND_BOOLEAN && is != KIND_OBJECT) {
        wrong_kind(model, root, item, what, "true, false or an object");
        return false;
    }
    struct control made = info->defaults;
    made.wanted = true;
    made.at = item_key_span(model, item);
    if (is == KIND_OBJECT) {
        static const char *const members[] = {"init", "label", "max", "min", "step"};
        bool good = known_members(
            model, item, text_format(model->arena, "member of %s named", what), members, 5);
        good = read_number(model, root, item, "init", &made.init) && good;
        good = read_number(model, root, item, "min", &made.lo) && good;
        good = read_number(model, root, item, "max", &made.hi) && good;
        good = read_number(model, root, item, "step", &made.step) && good;
        good = read_string(model, root, item, "label", &made.label) && good;
        if (!good || !check_range(model, item, what, made.init, made.lo, made.hi, made.step))
            return false;
        if (kind == CONTROL_RT60 && !(made.lo > 0))
            return bad_range(model, item, "min",
                             text_format(model->arena,
                                         "%s: expected 'min' above 0 seconds, found %g", what,
                                         made.lo));
        if (kind == CONTROL_PRE_DELAY && !(made.lo >= 0))
            return bad_range(model, item, "min",
                             text_format(model->arena,
                                         "%s: expected 'min' of 0 ms at least, found %g", what,
                                         made.lo));
    }
    if (!override_init(model, info->key, made.at, made.lo, made.hi, &made.init)) return false;
    *control = made;
    return true;
}

bool read_controls(struct model *model, const struct path *root,
                   struct control controls[CONTROL_COUNT]) {
    struct item object = item_member(model, model->root, "controls");
    if (!object.json || item_kind(object) == KIND_NULL) return true;
    if (item_kind(object) != KIND_OBJECT) {
        wrong_kind(model, root, object, "'controls'", "an object");
        return false;
    }
    const char *keys[CONTROL_COUNT];
    for (int i = 0; i < CONTROL_COUNT; i++) keys[i] = control_infos[i].key;
    bool good = known_members(model, object, "macro control", keys, CONTROL_COUNT);
    for (int i = 0; i < CONTROL_COUNT; i++) {
        struct item item = item_member(model, object, keys[i]);
        if (item.json && !read_control(model, root, item, (enum control_kind)i, &controls[i]))
            good = false;
    }
    return good;
}

static bool is_identifier(const char *text) {
    for (const char *c = text; *c; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_';
        if (!letter && !(c > text && *c >= '0' && *c <= '9')) return false;
    }
    return *text;
}

static bool read_knob(struct model *model, const struct path *root, struct item item,
                      struct knob *knob) {
    if (item_kind(item) != KIND_OBJECT) {
        wrong_kind(model, root, item, "each of 'knobs'", "an object");
        return false;
    }
    static const char *const members[] = {"id",  "init",   "label", "log", "max",
                                          "min", "smooth", "step",  "unit"};
    bool good = known_members(model, item, "member of a knob named", members,
                              sizeof members / sizeof *members);
    const char *id = "";
    *knob = (struct knob){.unit = "", .smooth_s = SMOOTH_DEFAULT_S, .at = item_span(model, item)};
    good = read_string(model, root, item, "id", &id) && good;
    if (good && !is_identifier(id)) {
        diag_error(model->diags, member_span(model, item, "id"), CODE_MODEL_TYPE,
                   "a knob needs an 'id' of letters, digits and underscores");
        return false;
    }
    knob->id = name_of(model->reading->names, id);
    knob->label = id;
    static const char *const needed[] = {"init", "min", "max"};
    double *const values[] = {&knob->init, &knob->lo, &knob->hi};
    for (int i = 0; i < 3; i++) {
        *values[i] = NAN;
        good = read_number(model, root, item, needed[i], values[i]) && good;
        if (!good || !isnan(*values[i])) continue;
        diag_error(model->diags, item_span(model, item), CODE_MODEL_MISSING, "knob '%s' needs '%s'",
                   id, needed[i]);
        good = false;
    }
    good = read_number(model, root, item, "step", &knob->step) && good;
    good = read_number(model, root, item, "smooth", &knob->smooth_s) && good;
    good = read_boolean(model, root, item, "log", &knob->logarithmic) && good;
    good = read_string(model, root, item, "label", &knob->label) && good;
    good = read_string(model, root, item, "unit", &knob->unit) && good;
    if (!good) return false;
    const char *what = text_format(model->arena, "knob '%s'", id);
    if (!check_range(model, item, what, knob->init, knob->lo, knob->hi, knob->step)) return false;
    if (knob->logarithmic && !(knob->lo > 0))
        return bad_range(model, item, "min",
                         text_format(model->arena,
                                     "%s: expected 'min' above 0 on a logarithmic scale, found %g",
                                     what, knob->lo));
    if (!(knob->smooth_s >= 0))
        return bad_range(model, item, "smooth",
                         text_format(model->arena,
                                     "%s: expected 'smooth' of 0 seconds at least, found %g", what,
                                     knob->smooth_s));
    return override_init(model, id, knob->at, knob->lo, knob->hi, &knob->init);
}

bool read_knobs(struct model *model, const struct path *root) {
    struct item list = item_member(model, model->root, "knobs");
    if (!list.json || item_kind(list) == KIND_NULL) return true;
    if (item_kind(list) != KIND_LIST) {
        wrong_kind(model, root, list, "'knobs'", "a list");
        return false;
    }
    uint32_t count = item_count(list);
    if (count > LIMIT_CHANNELS) {
        diag_error(model->diags, item_span(model, list), CODE_JSON_TOO_MANY,
                   "%u knobs are more than the limit of %d", count, LIMIT_CHANNELS);
        return false;
    }
    VEC(struct knob) knobs = {0};
    bool good = true;
    for (struct item item = item_first(list); item.json; item = item_next(model, item)) {
        struct knob knob;
        if (!read_knob(model, root, item, &knob)) {
            good = false;
            continue;
        }
        for (size_t i = 0; i < knobs.count; i++) {
            if (knobs.at[i].id != knob.id) continue;
            struct diag *diag = diag_error(model->diags, knob.at, CODE_MODEL_CONTROL,
                                           "two knobs have the id '%s'", knob.id->text);
            diag_note(diag, knobs.at[i].at, "the first one");
            good = false;
        }
        vec_push(model->arena, &knobs, knob);
    }
    model->knobs = knobs.at;
    model->knob_count = (uint32_t)knobs.count;
    return good;
}
