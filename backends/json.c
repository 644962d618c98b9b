/* ADAC's JSON.
 *
 * It is written from the program as it was read, where that was kept: names, nesting and what FLAMO
 * said of a module are then as they came, and macro controls are still controls. The four
 * containers say series, stack, sum and feedback directly. Side by side becomes a stack of branches
 * that begin by choosing their inlets; a full grid of delays, a sum over its inlets of banks. Where
 * our reader would not get back the same node from that, the member `op` says what it was; ADAC
 * passes it by, and computes the same. Numbers that knobs move are {"expr": "..."} over the root's
 * `knobs`, which only our reader knows.
 */
#include <math.h>
#include <string.h>

#include "backends/backend.h"
#include "backends/json_writer.h"
#include "ir/base/limits.h"
#include "ir/dump.h"

struct emitting {
    struct json_writer json;
    const struct program *program;
    bool origins; /* what the JSON said of a node still holds */
    uint32_t nodes;
};

static void put_operand(struct emitting *e, struct operand operand) {
    if (!operand.expr) {
        json_number(&e->json, operand.value);
        return;
    }
    struct text text;
    text_init(&text, e->json.out.arena);
    operand_dump(&text, operand, e->program->knobs);
    json_begin_short(&e->json, '{');
    json_key(&e->json, "expr");
    json_string(&e->json, text_chars(&text));
    json_end(&e->json, '}');
}

/* [x, x, ...] on one line: every `stride`-th operand. */
static void put_row(struct emitting *e, const struct operand *at, size_t count, size_t stride) {
    json_begin_short(&e->json, '[');
    for (size_t i = 0; i < count; i++) put_operand(e, at[i * stride]);
    json_end(&e->json, ']');
}

static void begin_node(struct emitting *e, const char *type, const char *title) {
    e->nodes++;
    json_begin(&e->json, '{');
    json_member(&e->json, "type", type);
    json_member(&e->json, "name", title);
}

static void begin_leaf(struct emitting *e, const char *module, const char *title,
                       struct shape shape) {
    begin_node(e, "Leaf", title);
    json_member(&e->json, "module_type", module);
    json_key(&e->json, "input_channels");
    json_number(&e->json, shape.ins);
    json_key(&e->json, "output_channels");
    json_number(&e->json, shape.outs);
}

/* The params' one member of a list or lists. */
static void begin_params(struct emitting *e, const char *key, bool rows) {
    json_key(&e->json, "params");
    json_begin(&e->json, '{');
    json_key(&e->json, key);
    if (rows) json_begin(&e->json, '[');
}

static void end_params(struct emitting *e, bool rows) {
    if (rows) json_end(&e->json, ']');
    json_end(&e->json, '}');
}

static void put_matrix(struct emitting *e, const char *title, uint32_t rows, uint32_t cols,
                       struct operand (*entry)(const void *context, uint32_t row, uint32_t col),
                       const void *context) {
    begin_leaf(e, "Gain", title, (struct shape){cols, rows});
    begin_params(e, "matrix", true);
    for (uint32_t r = 0; r < rows; r++) {
        json_begin_short(&e->json, '[');
        for (uint32_t c = 0; c < cols; c++) put_operand(e, entry(context, r, c));
        json_end(&e->json, ']');
    }
    end_params(e, true);
    json_end(&e->json, '}');
}

static struct operand matrix_entry(const void *matrix, uint32_t row, uint32_t col) {
    return matrix_at(matrix, row, col);
}

/* Row r takes inlet first + r. */
static struct operand choice_entry(const void *first, uint32_t row, uint32_t col) {
    return operand_constant(col == *(const uint32_t *)first + row);
}

/* Every row takes one inlet. */
static struct operand inlet_entry(const void *inlet, uint32_t row, uint32_t col) {
    (void)row;
    return operand_constant(col == *(const uint32_t *)inlet);
}

static struct operand zero_entry(const void *context, uint32_t row, uint32_t col) {
    (void)context, (void)row, (void)col;
    return operand_constant(0);
}

static struct operand one_entry(const void *context, uint32_t row, uint32_t col) {
    (void)context, (void)row, (void)col;
    return operand_constant(1);
}

static void put_wire(struct emitting *e, const char *title, uint32_t n) {
    begin_leaf(e, "parallelGain", title, (struct shape){n, n});
    json_member(&e->json, "op", "wire");
    begin_params(e, "gains", false);
    json_begin_short(&e->json, '[');
    for (uint32_t i = 0; i < n; i++) json_number(&e->json, 1);
    json_end(&e->json, ']');
    end_params(e, false);
    json_end(&e->json, '}');
}

static void put_gain(struct emitting *e, const char *title, const struct matrix *m) {
    if (!m->rows || !matrix_is_diagonal(m)) {
        put_matrix(e, title, m->rows, m->cols, matrix_entry, m);
        return;
    }
    begin_leaf(e, "parallelGain", title, (struct shape){m->cols, m->rows});
    begin_params(e, "gains", false);
    put_row(e, m->at, m->rows, (size_t)m->cols + 1);
    end_params(e, false);
    json_end(&e->json, '}');
}

static bool is_whole(struct operand a) {
    return a.expr || a.value == nearbyint(a.value);
}

/* `samples` is what ADAC reads, whole; what is to be rounded stands in `samples_fractional`, which
 * counts where `flamo` says by which rule. A bank, or a column of a grid. */
static void put_delays(struct emitting *e, const char *title, const struct delays *delays,
                       uint32_t column) {
    const struct operand *at = delays->samples + column;
    uint32_t count = delays->grid.rows;
    size_t stride = delays->grid.full ? delays->grid.cols : 1;
    bool whole = true;
    for (uint32_t i = 0; i < count; i++) whole = whole && is_whole(at[i * stride]);
    begin_leaf(e, "parallelDelay", title, (struct shape){count, count});
    if (!whole) {
        json_key(&e->json, "flamo");
        json_begin_short(&e->json, '{');
        json_key(&e->json, "unit");
        json_number(&e->json, 1);
        json_key(&e->json, "isint");
        json_word(&e->json, delays->fractional ? "false" : "true");
        json_key(&e->json, "requires_grad");
        json_word(&e->json, "false");
        json_end(&e->json, '}');
    }
    begin_params(e, "samples", false);
    json_begin_short(&e->json, '[');
    for (uint32_t i = 0; i < count; i++) {
        struct operand delay = at[i * stride];
        if (!delay.expr) delay.value = nearbyint(delay.value);
        put_operand(e, delay);
    }
    json_end(&e->json, ']');
    if (!whole) {
        json_key(&e->json, "samples_fractional");
        put_row(e, at, count, stride);
        if (delays->fractional && delays->how.method != INTERPOLATE_BEST)
            json_member(&e->json, "interpolation",
                        interpolation_text(e->json.out.arena, delays->how));
    }
    end_params(e, false);
    json_end(&e->json, '}');
}

static void begin_container(struct emitting *e, const char *type, const char *title) {
    begin_node(e, type, title);
    if (!strcmp(type, "Parallel")) json_key(&e->json, "sum_output");
}

static void begin_children(struct emitting *e) {
    json_key(&e->json, "children");
    json_begin(&e->json, '[');
}

static void end_container(struct emitting *e) {
    json_end(&e->json, ']');
    json_end(&e->json, '}');
}

static const char *index_text(struct emitting *e, uint32_t index) {
    return text_format(e->json.out.arena, "%u", index);
}

/* y_o = sum over i of x_i[n - m_oi]: for each inlet i, its copies into the bank of column i. */
static void put_delay_grid(struct emitting *e, const char *title, const struct delays *delays) {
    struct grid g = delays->grid;
    if (!g.rows || !g.cols) {
        put_matrix(e, title, g.rows, g.cols, zero_entry, NULL);
        return;
    }
    if (g.cols > 1) {
        begin_container(e, "Parallel", title);
        json_word(&e->json, "true");
        begin_children(e);
    }
    for (uint32_t i = 0; i < g.cols; i++) {
        begin_container(e, "Series", g.cols > 1 ? index_text(e, i) : title);
        begin_children(e);
        put_matrix(e, "0", g.rows, g.cols, inlet_entry, &i);
        put_delays(e, "1", delays, i);
        end_container(e);
    }
    if (g.cols > 1) end_container(e);
}

/* ADAC reads sections with a0 = 1 alone. */
static bool can_normalise(const struct sections *s) {
    for (size_t i = 0; i < grid_entries(s->grid) * s->count; i++) {
        struct operand a0 = s->at[i].a0;
        if (a0.expr || !isfinite(a0.value) || fabs(a0.value) < 1e-15) return false;
    }
    return true;
}

/* As the pass `normalise` divides. */
static struct operand over(struct emitting *e, struct operand b, struct operand a0) {
    if (operand_is(a0, 1)) return b;
    return operand_is(b, 0) ? operand_constant(0) : operand_div(e->json.out.arena, b, a0);
}

/* [section][channel][b0, b1, b2, a1, a2] */
static void put_normalised(struct emitting *e, const struct sections *s) {
    begin_params(e, "sos", true);
    for (uint32_t k = 0; k < s->count; k++) {
        json_begin(&e->json, '[');
        for (uint32_t c = 0; c < s->grid.rows; c++) {
            const struct section *at = &s->at[(size_t)c * s->count + k];
            put_row(e,
                    (const struct operand[]){over(e, at->b0, at->a0), over(e, at->b1, at->a0),
                                             over(e, at->b2, at->a0), over(e, at->a1, at->a0),
                                             over(e, at->a2, at->a0)},
                    5, 1);
        }
        json_end(&e->json, ']');
    }
    end_params(e, true);
}

static struct operand coefficient(const struct section *s, int index) {
    return (const struct operand[]){s->b0, s->b1, s->b2, s->a0, s->a1, s->a2}[index];
}

/* [section][b0 b1 b2 a0 a1 a2][channel], or of a grid [section][b0 b1 b2 a0 a1 a2][out][in]. */
static void put_raw_sections(struct emitting *e, const struct sections *s) {
    struct json_writer *json = &e->json;
    uint32_t rows = s->grid.full ? s->grid.rows : 1, cols = s->grid.cols;
    begin_params(e, "raw", true);
    for (uint32_t k = 0; k < s->count; k++) {
        json_begin(json, '[');
        for (int index = 0; index < 6; index++) {
            if (s->grid.full) json_begin(json, '[');
            for (uint32_t r = 0; r < rows; r++) {
                json_begin_short(json, '[');
                for (uint32_t c = 0; c < cols; c++)
                    put_operand(e,
                                coefficient(&s->at[((size_t)r * cols + c) * s->count + k], index));
                json_end(json, ']');
            }
            if (s->grid.full) json_end(json, ']');
        }
        json_end(json, ']');
    }
    end_params(e, true);
}

static void put_sections(struct emitting *e, const char *title, const struct sections *s) {
    struct grid g = s->grid;
    if (g.full && (!s->count || !g.rows || !g.cols)) {
        put_matrix(e, title, g.rows, g.cols, one_entry, NULL);
        return;
    }
    begin_leaf(e, "parallelSOSFilter", title, (struct shape){g.cols, g.rows});
    if (!g.full && can_normalise(s)) put_normalised(e, s);
    else put_raw_sections(e, s);
    json_end(&e->json, '}');
}

/* [tap][channel], or of a grid [tap][out][in]. */
static void put_taps(struct emitting *e, const char *title, const struct taps *t) {
    struct json_writer *json = &e->json;
    struct grid g = t->grid;
    if (g.full && (!g.rows || !g.cols)) {
        put_matrix(e, title, g.rows, g.cols, zero_entry, NULL);
        return;
    }
    begin_leaf(e, g.full ? "Filter" : "parallelFilter", title, (struct shape){g.cols, g.rows});
    begin_params(e, "raw", true);
    for (uint32_t k = 0; k < t->count; k++) {
        if (g.full) json_begin(json, '[');
        for (uint32_t r = 0; r < (g.full ? g.rows : 1); r++)
            put_row(e, t->at + (size_t)r * g.cols * t->count + k, g.cols, t->count);
        if (g.full) json_end(json, ']');
    }
    end_params(e, true);
    json_end(&e->json, '}');
}

/* A leaf as its JSON had it. It may be a graph here: delays with gains, an all-pass. */
static void put_as_it_came(struct emitting *e, const struct node *node, const char *title) {
    begin_leaf(e, node->origin->module, title, node->shape);
    if (node->op == OP_WIRE && !strcmp(node->origin->module, "parallelGain"))
        json_member(&e->json, "op", "wire");
    if (node->origin->flamo) {
        json_key(&e->json, "flamo");
        json_raw(&e->json, node->origin->flamo);
    }
    json_key(&e->json, "params");
    json_raw(&e->json, node->origin->params ? node->origin->params : "{}");
    json_end(&e->json, '}');
}

static void put_leaf(struct emitting *e, const struct node *node, const char *title) {
    switch (node->op) {
    case OP_GAIN: put_gain(e, title, node->matrix); break;
    case OP_SOS: put_sections(e, title, node->sections); break;
    case OP_FIR: put_taps(e, title, node->taps); break;
    case OP_DELAY:
        if (node->delays->grid.full) put_delay_grid(e, title, node->delays);
        else put_delays(e, title, node->delays, 0);
        break;
    default: put_wire(e, title, node->shape.ins); break;
    }
}

static void put_node(struct emitting *e, const struct node *node, const char *otherwise);

/* Part i of a parallel, which takes the inlets from `first` on of all `ins`. */
static void put_choice(struct emitting *e, const struct node *part, uint32_t i, uint32_t first,
                       uint32_t ins) {
    begin_container(e, "Series", index_text(e, i));
    begin_children(e);
    put_matrix(e, "0", part->shape.ins, ins, choice_entry, &first);
    put_node(e, part, "1");
    end_container(e);
}

static void put_container(struct emitting *e, const struct node *node, const char *title) {
    begin_container(e, node->op == OP_SERIES ? "Series" : "Parallel", title);
    if (node->op != OP_SERIES) json_word(&e->json, node->op == OP_SUM ? "true" : "false");
    if (node->op == OP_PARALLEL) json_member(&e->json, "op", "parallel");
    begin_children(e);
    uint32_t first = 0;
    for (uint32_t i = 0; i < node->count; i++) {
        const struct node *part = node->parts[i];
        const char *otherwise =
            node->op != OP_SERIES && node->count == 2 ? (i ? "brB" : "brA") : index_text(e, i);
        if (node->op == OP_PARALLEL) put_choice(e, part, i, first, node->shape.ins);
        else put_node(e, part, otherwise);
        first += part->shape.ins;
    }
    end_container(e);
}

/* `otherwise`: what ADAC calls a node in its place. */
static void put_node(struct emitting *e, const struct node *node, const char *otherwise) {
    const char *title = name_or(node->name, otherwise);
    /* A shared node is written out each time: what grows beyond what can be read is given up early.
     */
    if (e->json.out.length > LIMIT_FILE_BYTES || e->json.deepest > LIMIT_DEPTH) return;
    if (e->origins && node->origin) {
        put_as_it_came(e, node, title);
    } else if (node->op == OP_FEEDBACK) {
        begin_node(e, "Recursion", title);
        json_key(&e->json, "fF");
        put_node(e, node->parts[0], "fF");
        json_key(&e->json, "fB");
        put_node(e, node->parts[1], "fB");
        json_end(&e->json, '}');
    } else if (node->count) {
        put_container(e, node, title);
    } else {
        put_leaf(e, node, title);
    }
}

static void put_numbers(struct emitting *e, double init, double lo, double hi, double step) {
    static const char *const keys[] = {"init", "min", "max", "step"};
    const double values[] = {init, lo, hi, step};
    for (int i = 0; i < 4; i++) {
        json_key(&e->json, keys[i]);
        json_number(&e->json, values[i]);
    }
}

static void put_knobs(struct emitting *e) {
    if (!e->program->knob_count) return;
    json_key(&e->json, "knobs");
    json_begin(&e->json, '[');
    for (uint32_t i = 0; i < e->program->knob_count; i++) {
        const struct knob *knob = &e->program->knobs[i];
        json_begin_short(&e->json, '{');
        json_member(&e->json, "id", knob->id->text);
        json_member(&e->json, "label", knob->label);
        json_member(&e->json, "unit", knob->unit);
        put_numbers(e, knob->init, knob->lo, knob->hi, knob->step);
        json_key(&e->json, "log");
        json_word(&e->json, knob->logarithmic ? "true" : "false");
        json_key(&e->json, "smooth");
        json_number(&e->json, knob->smooth_s);
        json_end(&e->json, '}');
    }
    json_end(&e->json, ']');
}

static void put_controls(struct emitting *e) {
    bool any = false;
    for (int c = 0; c < CONTROL_COUNT; c++) any = any || e->program->controls[c].wanted;
    if (!any) return;
    json_key(&e->json, "controls");
    json_begin(&e->json, '{');
    for (int c = 0; c < CONTROL_COUNT; c++) {
        const struct control *control = &e->program->controls[c];
        if (!control->wanted) continue;
        json_key(&e->json, control_infos[c].key);
        json_begin_short(&e->json, '{');
        put_numbers(e, control->init, control->lo, control->hi, control->step);
        json_member(&e->json, "label", control->label);
        json_end(&e->json, '}');
    }
    json_end(&e->json, '}');
}

static void put_program(struct emitting *e) {
    const struct program *program = e->program;
    json_begin(&e->json, '{');
    json_member(&e->json, "type", "Shell");
    json_member(&e->json, "name", program->title ? program->title : program->name->text);
    if (program->author) json_member(&e->json, "author", program->author);
    json_key(&e->json, "fs");
    json_number(&e->json, program->rate);
    put_knobs(e);
    put_controls(e);
    begin_children(e);
    put_node(e, program->main, "core");
    json_end(&e->json, ']');
    if (e->origins && program->flamo_root) json_raw_members(&e->json, program->flamo_root);
    json_end(&e->json, '}');
    text_put_char(&e->json.out, '\n');
}

bool emit_json(const struct emission *emission, struct sink *sink) {
    struct emitting e = {.program = emission->as_read ? emission->as_read : emission->program,
                         .origins = emission->as_read != NULL};
    json_init(&e.json, emission->arena);
    put_program(&e);
    if (e.json.deepest > LIMIT_DEPTH) {
        diag_error(emission->diags, e.program->main->at, CODE_TOO_DEEP,
                   "as JSON the program would nest deeper than the limit of %d", LIMIT_DEPTH);
        return false;
    }
    if (e.json.out.length > LIMIT_FILE_BYTES) {
        diag_error(emission->diags, e.program->main->at, CODE_FILE_TOO_LARGE,
                   "as JSON the program would be larger than the limit of %d bytes",
                   LIMIT_FILE_BYTES);
        return false;
    }
    text_printf(&sink->summary, "%u node%s, %u -> %u", e.nodes, e.nodes == 1 ? "" : "s",
                e.program->main->shape.ins, e.program->main->shape.outs);
    return sink_put_text(sink, ".json", &e.json.out);
}
