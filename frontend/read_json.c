#include "frontend/read_json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

#include "frontend/read_json_tree.h"
#include "ir/base/vec.h"
#include "passes/identifier.h"

static const struct node *read_node(struct model *model, const struct path *up, const char *step,
                                    struct item item);

/* Members that a node may have. What is none of them is somebody's own, and passed by. */
static const char *const node_members[] = {
    "type",  "name",           "children",        "fF",       "fB",
    "flamo", "sum_output",     "module_type",     "params",   "op",
    "fs",    "input_channels", "output_channels", "controls", "knobs",
    "author"};
enum { NODE_MEMBER_COUNT = sizeof node_members / sizeof *node_members };

static bool is_word(const char *word, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!strcmp(word, words[i])) return true;
    return false;
}

/* A misspelt `sum_output` would be another program without a word. Short words are near to each
 * other by chance. */
static void warn_of_misspelling(struct model *model, const struct path *path, struct item node) {
    for (struct item m = item_first(node); m.json; m = item_next(model, m)) {
        if (strlen(item_key(m)) < 7 || is_word(item_key(m), node_members, NODE_MEMBER_COUNT))
            continue;
        const char *nearest = nearest_word(item_key(m), node_members, NODE_MEMBER_COUNT);
        if (!nearest) continue;
        struct diag *diag =
            diag_warning(model->diags, item_key_span(model, m), CODE_MODEL_MEMBER,
                         "%s: the member '%s' is ignored", path_text(model, path), item_key(m));
        diag_fix(diag, diag->at, "\"%s\"", nearest);
    }
}

/* What people should see a node as: its name in the text, else its type. */
static span node_place(struct model *model, struct item node) {
    struct item item = item_member(model, node, "name");
    if (item_kind(item) != KIND_STRING || !*item_string(item))
        item = item_member(model, node, "type");
    return item_span(model, item.json ? item : node);
}

static const char *shape_words(struct model *model, struct shape shape) {
    return text_format(model->arena, "%u in, %u out", shape.ins, shape.outs);
}

/* "1 channel", "2 channels" */
static const char *count_words(struct model *model, uint32_t count, const char *one) {
    return text_format(model->arena, "%u %s%s", count, one, count == 1 ? "" : "s");
}

/* What a list of parts becomes; each part under its name, or its place in the list. */
struct parts {
    VEC(const struct node *) nodes;
    VEC(struct item) items;
    bool good;
};

static bool read_parts(struct model *model, const struct path *path, struct item node,
                       struct parts *parts) {
    *parts = (struct parts){.good = true};
    struct item children = item_member(model, node, "children");
    if (!children.json || item_kind(children) != KIND_LIST) {
        if (children.json && item_kind(children) != KIND_NULL)
            wrong_kind(model, path, children, "'children'", "a list of nodes");
        else
            diag_error(model->diags, node_place(model, node), CODE_MODEL_MISSING,
                       "%s: a %s needs 'children'", path_text(model, path),
                       item_string(item_member(model, node, "type")));
        return parts->good = false;
    }
    uint32_t index = 0;
    for (struct item child = item_first(children); child.json;
         child = item_next(model, child), index++) {
        const struct node *part =
            read_node(model, path, text_format(model->arena, "%u", index), child);
        if (!part) parts->good = false;
        vec_push(model->arena, &parts->nodes, part);
        vec_push(model->arena, &parts->items, child);
    }
    return parts->good;
}

static const char *part_words(struct model *model, const struct path *path, struct item part,
                              size_t index) {
    struct item title = item_member(model, part, "name");
    bool named = item_kind(title) == KIND_STRING && *item_string(title);
    struct path step = {path, named ? item_string(title) : text_format(model->arena, "%zu", index)};
    return path_text(model, &step);
}

static bool no_parts(struct model *model, const struct path *path, struct item node,
                     const struct parts *parts) {
    if (parts->nodes.count) return false;
    struct diag *diag =
        diag_error(model->diags, item_span(model, item_member(model, node, "children")),
                   CODE_MODEL_PARTS, "%s: a %s without children says nothing of its channels",
                   path_text(model, path), item_string(item_member(model, node, "type")));
    diag_help(diag, "n plain wires are a Leaf of module type parallelGain with n gains of 1");
    return true;
}

static const struct node *read_series(struct model *model, const struct path *path,
                                      struct item node, span at) {
    struct parts parts;
    if (!read_parts(model, path, node, &parts) || no_parts(model, path, node, &parts)) return NULL;
    for (size_t i = 1; i < parts.nodes.count; i++) {
        const struct node *a = parts.nodes.at[i - 1], *b = parts.nodes.at[i];
        if (a->shape.outs == b->shape.ins) continue;
        struct diag *diag = diag_error(
            model->diags, b->at, CODE_MODEL_CHANNELS, "%s takes %s, but %s before it gives %u",
            part_words(model, path, parts.items.at[i], i),
            count_words(model, b->shape.ins, "channel"),
            part_words(model, path, parts.items.at[i - 1], i - 1), a->shape.outs);
        diag_label(diag, b->at, "%s", shape_words(model, b->shape));
        diag_label(diag, a->at, "%s", shape_words(model, a->shape));
        parts.good = false;
    }
    if (!parts.good) return NULL;
    return node_combine(&model->build, at, OP_SERIES, parts.nodes.at, (uint32_t)parts.nodes.count);
}

/* `op: parallel`: the graph's parallel, written by the backend `json` as a stack whose branches are
 * Series that begin by choosing their inlets. True if the stack is that, with the rests in `rests`.
 */
static bool undo_choices(const struct parts *parts, const struct node **rests) {
    uint32_t first = 0;
    for (size_t i = 0; i < parts->nodes.count; i++) {
        const struct node *series = parts->nodes.at[i];
        if (series->op != OP_SERIES || series->count != 2 || series->parts[0]->op != OP_GAIN)
            return false;
        const struct matrix *choice = series->parts[0]->matrix;
        if (choice->cols - first < choice->rows) return false;
        for (uint32_t r = 0; r < choice->rows; r++)
            for (uint32_t c = 0; c < choice->cols; c++)
                if (!operand_is(matrix_at(choice, r, c), c == first + r)) return false;
        first += choice->rows;
        rests[i] = series->parts[1];
    }
    return first == parts->nodes.at[0]->shape.ins;
}

static const struct node *read_parallel(struct model *model, const struct path *path,
                                        struct item node, span at) {
    struct parts parts;
    bool sum = false;
    bool good = read_boolean(model, path, node, "sum_output", &sum);
    if (!read_parts(model, path, node, &parts) || no_parts(model, path, node, &parts) || !good)
        return NULL;
    const struct node *a = parts.nodes.at[0];
    for (size_t i = 1; i < parts.nodes.count; i++) {
        const struct node *b = parts.nodes.at[i];
        bool same_ins = a->shape.ins == b->shape.ins;
        if (same_ins && (!sum || a->shape.outs == b->shape.outs)) continue;
        const char *first = part_words(model, path, parts.items.at[0], 0);
        const char *other = part_words(model, path, parts.items.at[i], i);
        struct diag *diag =
            same_ins
                ? diag_error(
                      model->diags, b->at, CODE_MODEL_CHANNELS,
                      "%s: 'sum_output' adds what the branches give, but %s gives %s and %s %u",
                      path_text(model, path), first, count_words(model, a->shape.outs, "channel"),
                      other, b->shape.outs)
                : diag_error(
                      model->diags, b->at, CODE_MODEL_CHANNELS,
                      "%s: the branches of a Parallel take the same input, but %s takes %s and %s %u",
                      path_text(model, path), first, count_words(model, a->shape.ins, "channel"),
                      other, b->shape.ins);
        diag_label(diag, b->at, "%s", shape_words(model, b->shape));
        diag_label(diag, a->at, "%s", shape_words(model, a->shape));
        parts.good = false;
    }
    if (!parts.good) return NULL;
    uint32_t count = (uint32_t)parts.nodes.count;
    struct item op = item_member(model, node, "op");
    if (!sum && item_kind(op) == KIND_STRING && !strcmp(item_string(op), "parallel")) {
        const struct node **rests = ARENA_ARRAY(model->arena, count, const struct node *);
        if (undo_choices(&parts, rests))
            return node_combine(&model->build, at, OP_PARALLEL, rests, count);
    }
    return node_combine(&model->build, at, sum ? OP_SUM : OP_STACK, parts.nodes.at, count);
}

static const struct node *read_recursion(struct model *model, const struct path *path,
                                         struct item node, span at) {
    static const char *const keys[] = {"fF", "fB"};
    const struct node *parts[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++) {
        struct item part = item_member(model, node, keys[i]);
        if (part.json && item_kind(part) != KIND_NULL) {
            parts[i] = read_node(model, path, keys[i], part);
            continue;
        }
        struct diag *diag =
            diag_error(model->diags, part.json ? item_span(model, part) : at, CODE_MODEL_PARTS,
                       "%s: a Recursion needs both 'fF' and 'fB', but '%s' is %s",
                       path_text(model, path), keys[i], part.json ? "null" : "missing");
        diag_help(diag, "n plain wires are a Leaf of module type parallelGain with n gains of 1");
    }
    const struct node *a = parts[0], *b = parts[1];
    if (!a || !b) return NULL;
    if (a->shape.ins != b->shape.outs || a->shape.outs != b->shape.ins) {
        struct diag *diag = diag_error(
            model->diags, b->at, CODE_MODEL_CHANNELS,
            "%s: 'fB' leads from the %s of 'fF' back to its %s, but takes %s and gives %u",
            path_text(model, path), count_words(model, a->shape.outs, "output"),
            count_words(model, a->shape.ins, "input"), count_words(model, b->shape.ins, "channel"),
            b->shape.outs);
        diag_label(diag, b->at, "%s", shape_words(model, b->shape));
        diag_label(diag, a->at, "%s", shape_words(model, a->shape));
        return NULL;
    }
    /* FLAMO inverts at each frequency: a loop without delay is an equation to solve. */
    return node_feedback(&model->build, at, a, b, true);
}

/* A Shell is its core, which it names "core". */
static const struct node *read_shell(struct model *model, const struct path *path,
                                     struct item node) {
    struct item children = item_member(model, node, "children");
    if (item_kind(children) == KIND_LIST && item_count(children) == 1) {
        struct item core = item_first(children);
        return read_node(model, path, "core", core);
    }
    if (item_kind(children) == KIND_LIST) {
        uint32_t count = item_count(children);
        diag_error(model->diags, item_span(model, children), CODE_MODEL_PARTS,
                   "%s: a Shell has one child, its core, not %u", path_text(model, path), count);
    } else {
        struct parts parts;
        read_parts(model, path, node, &parts);
    }
    return NULL;
}

static const char *const node_types[] = {"Leaf", "Parallel", "Recursion", "Series", "Shell"};

static void unknown_type(struct model *model, const struct path *path, struct item type) {
    struct diag *diag = diag_error(model->diags, item_span(model, type), CODE_MODEL_NODE,
                                   "%s: there is no node type '%s'", path_text(model, path),
                                   shown(model, item_string(type)));
    static const char *const modules[] = {
#define MODULE(type, READER, shape, members) type,
#include "frontend/json_modules.def"
#undef MODULE
    };
    const char *nearest =
        nearest_word(item_string(type), node_types, sizeof node_types / sizeof *node_types);
    if (is_word(item_string(type), modules, sizeof modules / sizeof *modules))
        diag_help(diag, "a module is a node of \"type\": \"Leaf\" with \"module_type\": \"%s\"",
                  item_string(type));
    else if (nearest) diag_fix(diag, diag->at, "\"%s\"", nearest);
    else diag_help(diag, "the node types are Shell, Series, Parallel, Recursion and Leaf");
}

/* The graph's wires, written as gains of one. */
static const struct node *undo_wire(struct model *model, struct item item,
                                    const struct node *node) {
    struct item op = item_member(model, item, "op");
    if (!node || node->op != OP_GAIN || item_kind(op) != KIND_STRING ||
        strcmp(item_string(op), "wire") != 0)
        return node;
    return matrix_is_identity(node->matrix) ? node_wire(&model->build, node->at, node->shape.ins)
                                            : node;
}

static const struct node *with_origin(struct model *model, const struct node *node,
                                      const char *module, struct item item) {
    if (!node) return NULL;
    struct origin *origin = ARENA_NEW(model->arena, struct origin);
    struct item flamo = item_member(model, item, "flamo"),
                params = item_member(model, item, "params");
    origin->module = arena_copy(model->arena, module, strlen(module));
    origin->flamo = item_kind(flamo) == KIND_OBJECT ? item_text(model, flamo) : NULL;
    origin->params = item_kind(params) == KIND_OBJECT ? item_text(model, params) : NULL;
    return node_from(&model->build, node, origin);
}

static const struct node *read_typed(struct model *model, const struct path *path, const char *type,
                                     struct item item, span at) {
    if (!strcmp(type, "Series")) return read_series(model, path, item, at);
    if (!strcmp(type, "Parallel")) return read_parallel(model, path, item, at);
    if (!strcmp(type, "Recursion")) return read_recursion(model, path, item, at);
    const struct node *leaf = undo_wire(model, item, read_leaf(model, path, item, at));
    return leaf ? with_origin(model, leaf, item_string(item_member(model, item, "module_type")),
                              item)
                : NULL;
}

static const struct node *read_node(struct model *model, const struct path *up, const char *step,
                                    struct item item) {
    struct path path = {up, step};
    if (item_kind(item) != KIND_OBJECT) {
        wrong_kind(model, &path, item, "a node", "an object");
        return NULL;
    }
    const char *title = "";
    if (!read_string(model, &path, item, "name", &title)) return NULL;
    if (*title) path.step = title;
    warn_of_misspelling(model, &path, item);
    struct item type = item_member(model, item, "type");
    if (item_kind(type) != KIND_STRING) {
        if (type.json) wrong_kind(model, &path, type, "'type'", "a string");
        else
            diag_help(diag_error(model->diags, node_place(model, item), CODE_MODEL_MISSING,
                                 "%s: a node needs a 'type'", path_text(model, &path)),
                      "the node types are Shell, Series, Parallel, Recursion and Leaf");
        return NULL;
    }
    if (!is_word(item_string(type), node_types, sizeof node_types / sizeof *node_types)) {
        unknown_type(model, &path, type);
        return NULL;
    }
    if (!strcmp(item_string(type), "Shell")) return read_shell(model, &path, item);
    const struct node *node =
        read_typed(model, &path, item_string(type), item, node_place(model, item));
    /* A container of one part is that part, which has a name of its own already. */
    if (!node || (node->name && item_member(model, item, "children").json)) return node;
    return *title ? node_named(&model->build, node, name_of(model->reading->names, title)) : node;
}

/* A title as an identifier. */
static name identifier(struct model *model, const char *title) {
    struct arena scratch;
    arena_init_scratch(&scratch, model->arena);
    struct identifiers identifiers;
    identifiers_init(&identifiers, model->reading->names, &scratch);
    name made = identifiers_make(&identifiers, title, "untitled");
    arena_free(&scratch);
    return made;
}

bool read_title(struct model *model, const struct path *root, struct item object,
                struct program *program) {
    program->title = "";
    if (!read_string(model, root, object, "name", &program->title) ||
        !read_string(model, root, object, "author", &program->author))
        return false;
    if (!*program->title) program->title = "untitled";
    program->name = identifier(model, program->title);
    return true;
}

bool read_rate(struct model *model, const struct path *root, const char *key,
               struct program *program) {
    double rate = RATE_DEFAULT, wanted = model->reading->rate_override;
    if (!read_number(model, root, model->root, key, &rate)) return false;
    struct item fs = item_member(model, model->root, key);
    span at = fs.json ? item_span(model, fs) : NOWHERE;
    if (!(rate > 0)) {
        diag_error(model->diags, at, CODE_MODEL_RATE,
                   "expected '%s' to be a sample rate above 0 Hz, found %g", key, rate);
        return false;
    }
    if (wanted != 0 && wanted != rate) {
        struct diag *diag = diag_error(
            model->diags, at, CODE_MODEL_RATE,
            "the model's delays and filters are made for %g Hz; at %g Hz it would be another "
            "model",
            rate, wanted);
        if (fs.json) diag_label(diag, at, "made for");
        return false;
    }
    model->rate = program->rate = rate;
    return true;
}

/* What stands in the root besides: kept as text, "\"key\": value, ...". */
static const char *foreign_members(struct model *model) {
    struct text text;
    text_init(&text, model->arena);
    struct item type = item_member(model, model->root, "type");
    bool shell = item_kind(type) == KIND_STRING && !strcmp(item_string(type), "Shell");
    for (struct item m = item_first(model->root); m.json; m = item_next(model, m)) {
        bool flamo = shell && !strcmp(item_key(m), "flamo");
        if (!flamo && is_word(item_key(m), node_members, NODE_MEMBER_COUNT)) continue;
        if (text.length) text_put(&text, ", ");
        text_put_json_string(&text, item_key(m), strlen(item_key(m)));
        text_put(&text, ": ");
        text_put(&text, item_text(model, m));
    }
    return text.length ? text_chars(&text) : NULL;
}

static bool is_model(struct model *model) {
    if (item_kind(model->root) == KIND_OBJECT) return true;
    diag_error(model->diags, item_span(model, model->root), CODE_MODEL_TYPE,
               "expected a model, which is an object, found %s", item_words(model, model->root));
    return false;
}

static bool is_build(struct model *model) {
    struct item format = item_member(model, model->root, "format");
    return item_kind(format) == KIND_STRING && !strcmp(item_string(format), "pyfdn-fdn-build");
}

static void delete_tree(void *tree) {
    cJSON_Delete(tree);
}

bool read_json(struct reading *reading, const struct source *source, struct program *program) {
    struct model model = {.reading = reading,
                          .arena = reading->arena,
                          .diags = reading->diags,
                          .build = {reading->arena, reading->diags}};
    if (!json_scan(model.arena, model.diags, source, &model.scan)) return false;
    cJSON *tree = cJSON_ParseWithLength(model.scan.skeleton, source->length);
    if (!tree) {
        /* The text is JSON: what failed is memory. */
        diag_error(model.diags, NOWHERE, CODE_OUT_OF_MEMORY,
                   "there is not enough memory to read this model");
        return false;
    }
    arena_defer(model.arena, delete_tree, tree);
    model.root = (struct item){tree, 0};
    if (!is_model(&model)) return false;
    struct path root = {NULL, ""};
    if (is_build(&model)) return read_pyfdn(&model, &root, program);
    bool good = read_title(&model, &root, model.root, program);
    model.knobs_refused = !read_knobs(&model, &root);
    good = !model.knobs_refused && good;
    good = read_controls(&model, &root, program->controls) && good;
    if (!read_rate(&model, &root, "fs", program)) return false;
    program->main = read_node(&model, NULL, "", model.root);
    program->knobs = model.knobs;
    program->knob_count = model.knob_count;
    program->flamo_root = foreign_members(&model);
    return program->main && good;
}
