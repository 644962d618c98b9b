/* Builds of pyFDN, "format": "pyfdn-fdn-build": a feedback delay network as its matrices, delays
 * and baked filters.
 *
 *     s = absorption(z^-m (B x + A s)),  y = output(C s) + D x
 *
 * Version 1 calls the filters absorption_filters and output_filters, version 2 post_delay,
 * post_matrix (behind A) and post_output. */
#include <math.h>
#include <string.h>

#include "frontend/read_json_tree.h"
#include "ir/base/limits.h"

struct fdn {
    struct model *model;
    const struct path *root;
    uint32_t n, ins, outs; /* delay lines, inlets, outlets */
    struct tensor feedback, input, output, direct, delays;
};

static struct item member_of(struct fdn *fdn, const char *key) {
    struct item item = item_member(fdn->model, fdn->model->root, key);
    return item_kind(item) == KIND_NULL ? (struct item){0} : item;
}

static span member_at(struct fdn *fdn, const char *key) {
    return item_span(fdn->model, member_of(fdn, key));
}

static bool read_member(struct fdn *fdn, const char *key, unsigned depth, struct tensor *out) {
    struct model *model = fdn->model;
    struct item item = member_of(fdn, key);
    if (item.json)
        return read_tensor(model, fdn->root, item, text_format(model->arena, "'%s'", key), depth,
                           out);
    diag_error(model->diags, item_span(model, item_member(model, model->root, "format")),
               CODE_MODEL_MISSING, "a build of pyFDN needs '%s'", key);
    return false;
}

/* `found` is as many as the feedback matrix has rows, or what else `why` says. */
static bool agrees(struct fdn *fdn, const char *key, const char *what, uint32_t found,
                   uint32_t wanted, const char *why) {
    if (found == wanted) return true;
    struct diag *diag = diag_error(fdn->model->diags, member_at(fdn, key), CODE_MODEL_BUILD,
                                   "expected '%s' to have %u %s, one for each %s, found %u", key,
                                   wanted, what, why, found);
    if (strcmp(key, "feedback_matrix") != 0)
        diag_note(diag, member_at(fdn, "feedback_matrix"), "the feedback matrix has %u rows",
                  fdn->n);
    return false;
}

static bool read_matrices(struct fdn *fdn) {
    bool good = read_member(fdn, "feedback_matrix", 2, &fdn->feedback);
    good = read_member(fdn, "input_matrix", 2, &fdn->input) && good;
    good = read_member(fdn, "output_matrix", 2, &fdn->output) && good;
    good = read_member(fdn, "direct_matrix", 2, &fdn->direct) && good;
    good = read_member(fdn, "delays", 1, &fdn->delays) && good;
    if (!good) return false;
    fdn->n = fdn->feedback.sizes[0];
    fdn->ins = fdn->input.sizes[1];
    fdn->outs = fdn->output.sizes[0];
    if (fdn->n > LIMIT_CHANNELS || fdn->ins > LIMIT_CHANNELS || fdn->outs > LIMIT_CHANNELS) {
        diag_error(fdn->model->diags, member_at(fdn, "feedback_matrix"), CODE_TOO_WIDE,
                   "%u delay lines, %u inlets and %u outlets are more than the limit of %d", fdn->n,
                   fdn->ins, fdn->outs, LIMIT_CHANNELS);
        return false;
    }
    return agrees(fdn, "feedback_matrix", "columns", fdn->feedback.sizes[1], fdn->n, "row") &&
           agrees(fdn, "input_matrix", "rows", fdn->input.sizes[0], fdn->n, "delay line") &&
           agrees(fdn, "output_matrix", "columns", fdn->output.sizes[1], fdn->n, "delay line") &&
           agrees(fdn, "direct_matrix", "rows", fdn->direct.sizes[0], fdn->outs, "outlet") &&
           agrees(fdn, "direct_matrix", "columns", fdn->direct.sizes[1], fdn->ins, "inlet") &&
           agrees(fdn, "delays", "entries", fdn->delays.sizes[0], fdn->n, "delay line");
}

static bool read_lengths(struct fdn *fdn) {
    struct model *model = fdn->model;
    struct item item = item_first(member_of(fdn, "delays"));
    for (uint32_t i = 0; i < fdn->n; i++, item = item_next(model, item)) {
        struct operand m = fdn->delays.at[i];
        if (!m.expr && m.value >= 1 && m.value <= LIMIT_DELAY_SAMPLES && m.value == trunc(m.value))
            continue;
        diag_error(model->diags, item_span(model, item), CODE_MODEL_DELAY,
                   "expected each of 'delays' to be whole samples from 1 to %d, found %s",
                   LIMIT_DELAY_SAMPLES, item_words(model, item));
        return false;
    }
    return true;
}

static const struct node *labelled(struct fdn *fdn, const struct node *node, const char *label) {
    struct model *model = fdn->model;
    return node ? node_named(&model->build, node, name_of(model->reading->names, label)) : NULL;
}

static const struct node *gain_of(struct fdn *fdn, const char *key, const char *label,
                                  const struct tensor *tensor) {
    struct model *model = fdn->model;
    uint32_t rows = tensor->sizes[0], cols = rows ? tensor->sizes[1] : fdn->n;
    return labelled(fdn,
                    node_gain(&model->build, member_at(fdn, key),
                              matrix_of(model->arena, rows, cols, tensor->at)),
                    label);
}

/* Sections [section][b0 b1 b2 a0 a1 a2][channel] behind `before`; null is no filter. */
static const struct node *filtered(struct fdn *fdn, const struct node *before, const char *key,
                                   uint32_t n) {
    struct model *model = fdn->model;
    struct tensor tensor;
    if (!before || !member_of(fdn, key).json) return before;
    if (!read_member(fdn, key, 3, &tensor)) return NULL;
    uint32_t count = tensor.sizes[0];
    if (!count) return before;
    if (!agrees(fdn, key, "coefficients a section", tensor.sizes[1], 6, "of b0 b1 b2 a0 a1 a2") ||
        !agrees(fdn, key, "channels", tensor.sizes[2], n, "channel that it filters"))
        return NULL;
    struct section *at = ARENA_ARRAY(model->arena, (size_t)n * count, struct section);
    for (uint32_t k = 0; k < count; k++)
        for (uint32_t c = 0; c < n; c++) {
            const struct operand *b = &tensor.at[(size_t)6 * k * n + c];
            at[(size_t)c * count + k] =
                (struct section){b[0], b[n], b[2 * n], b[3 * n], b[4 * n], b[5 * n]};
        }
    struct sections *sections = ARENA_NEW(model->arena, struct sections);
    *sections = (struct sections){.grid = {n, n, false}, .count = count, .at = at};
    const struct node *filter = node_sos(&model->build, member_at(fdn, key), sections);
    return node_pair(&model->build, before->at, OP_SERIES, before, labelled(fdn, filter, key));
}

static const struct node *network(struct fdn *fdn, bool first) {
    struct model *model = fdn->model;
    struct delays *delays = ARENA_NEW(model->arena, struct delays);
    *delays = (struct delays){.grid = {fdn->n, fdn->n, false}, .samples = fdn->delays.at};
    span at = member_at(fdn, "feedback_matrix");
    const struct node *lines =
        labelled(fdn, node_delay(&model->build, member_at(fdn, "delays"), delays), "delays");
    const struct node *forward =
        filtered(fdn, lines, first ? "absorption_filters" : "post_delay", fdn->n);
    const struct node *back = gain_of(fdn, "feedback_matrix", "feedback_matrix", &fdn->feedback);
    if (!first) back = filtered(fdn, back, "post_matrix", fdn->n);
    const struct node *loop =
        labelled(fdn, node_feedback(&model->build, at, forward, back, false), "feedback_loop");
    const struct node *out = gain_of(fdn, "output_matrix", "output_matrix", &fdn->output);
    const struct node *end =
        filtered(fdn, out, first ? "output_filters" : "post_output", fdn->outs);
    const struct node *parts[] = {gain_of(fdn, "input_matrix", "input_matrix", &fdn->input), loop,
                                  end};
    for (int i = 0; i < 3; i++)
        if (!parts[i]) return NULL;
    return node_pair(&model->build, at, OP_SUM,
                     node_combine(&model->build, at, OP_SERIES, parts, 3),
                     gain_of(fdn, "direct_matrix", "direct_matrix", &fdn->direct));
}

static const char *const build_members[] = {"format",
                                            "version",
                                            "metadata",
                                            "feedback_matrix",
                                            "input_matrix",
                                            "output_matrix",
                                            "direct_matrix",
                                            "delays",
                                            "sample_rate",
                                            "controls",
                                            "post_delay",
                                            "post_matrix",
                                            "absorption_filters",
                                            "output_filters",
                                            "post_output"};
enum { BUILD_MEMBERS = sizeof build_members / sizeof *build_members };

/* A filter under a name that its version does not have would be no filter. */
static bool known_members(struct fdn *fdn, bool first) {
    struct model *model = fdn->model;
    bool good = true;
    for (struct item m = item_first(model->root); m.json; m = item_next(model, m)) {
        const char *key = item_key(m);
        size_t i = 0;
        while (i < BUILD_MEMBERS && strcmp(build_members[i], key) != 0) i++;
        bool of_second = !strncmp(key, "post_", 5);
        bool of_first = !strcmp(key, "absorption_filters") || !strcmp(key, "output_filters");
        if (i < BUILD_MEMBERS && !(first ? of_second : of_first)) continue;
        struct diag *diag = diag_error(model->diags, item_key_span(model, m), CODE_MODEL_BUILD,
                                       "a build of pyFDN of version %d has no member '%s'",
                                       first ? 1 : 2, shown(model, key));
        const char *nearest =
            i < BUILD_MEMBERS ? NULL : nearest_word(key, build_members, BUILD_MEMBERS);
        if (nearest) diag_fix(diag, diag->at, "\"%s\"", nearest);
        good = false;
    }
    return good;
}

static bool read_version(struct fdn *fdn, bool *first) {
    struct model *model = fdn->model;
    struct item item = item_member(model, model->root, "version");
    double version = item_kind(item) == KIND_NUMBER ? item_number(model, item) : 0;
    *first = version == 1;
    if (version == 1 || version == 2) return true;
    if (item.json) {
        wrong_kind(model, fdn->root, item, "'version'", "1 or 2");
    } else {
        diag_error(model->diags, item_span(model, item_member(model, model->root, "format")),
                   CODE_MODEL_MISSING, "a build of pyFDN needs 'version'");
    }
    return false;
}

bool read_pyfdn(struct model *model, const struct path *root, struct program *program) {
    struct fdn fdn = {.model = model, .root = root};
    bool first;
    if (!read_version(&fdn, &first) || !known_members(&fdn, first)) return false;
    struct item metadata = member_of(&fdn, "metadata");
    if (metadata.json) {
        if (item_kind(metadata) != KIND_OBJECT) {
            wrong_kind(model, root, metadata, "'metadata'", "an object");
            return false;
        }
        program->flamo_root =
            text_format(model->arena, "\"metadata\": %s", item_text(model, metadata));
    }
    if (!member_of(&fdn, "sample_rate").json) {
        diag_error(model->diags, item_span(model, item_member(model, model->root, "format")),
                   CODE_MODEL_MISSING, "a build of pyFDN needs 'sample_rate'");
        return false;
    }
    if (!read_title(model, root, metadata, program) ||
        !read_rate(model, root, "sample_rate", program) ||
        !read_controls(model, root, program->controls) || !read_matrices(&fdn) ||
        !read_lengths(&fdn))
        return false;
    program->main = network(&fdn, first);
    return program->main != NULL;
}
