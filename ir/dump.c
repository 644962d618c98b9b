#include "ir/dump.h"

#include <string.h>

#include "ir/base/memo.h"
#include "ir/base/vec.h"
#include "ir/noise.h"

static int binds(const struct expr *expr) {
    if (expr->kind == EXPR_CONSTANT) return expr->constant < 0 ? BINDS_SIGN : BINDS_CALL;
    if (expr->kind == EXPR_KNOB) return BINDS_CALL;
    return function_binding(expr->function);
}

static void expr_dump(struct text *out, const struct expr *expr, const struct knob *knobs, int least) {
    bool brackets = binds(expr) < least;
    if (brackets) text_put_char(out, '(');
    if (expr->kind == EXPR_CONSTANT) {
        text_put_number(out, expr->constant);
    } else if (expr->kind == EXPR_KNOB) {
        text_put(out, knobs[expr->knob].id->text);
    } else {
        const char *text = function_infos[expr->function].text;
        int level = binds(expr);
        if (level == BINDS_CALL) {
            text_printf(out, "%s(", text);
            expr_dump(out, expr->arguments[0], knobs, 0);
            if (expr->arguments[1]) {
                text_put(out, ", ");
                expr_dump(out, expr->arguments[1], knobs, 0);
            }
            text_put_char(out, ')');
        } else if (level == BINDS_SIGN) {
            text_put_char(out, '-');
            expr_dump(out, expr->arguments[0], knobs, BINDS_CALL);
        } else {
            /* The right side of '-' and '/' needs brackets where the left does not. */
            expr_dump(out, expr->arguments[0], knobs, level);
            text_printf(out, level == BINDS_SUM ? " %s " : "%s", text);
            expr_dump(out, expr->arguments[1], knobs, level + 1);
        }
    }
    if (brackets) text_put_char(out, ')');
}

void operand_dump(struct text *out, struct operand operand, const struct knob *knobs) {
    if (operand.expr) expr_dump(out, operand.expr, knobs, 0);
    else text_put_number(out, operand.value);
}

struct dumping {
    struct text *out;
    const struct knob *knobs;
    struct arena *scratch;
    struct memo places; /* of nodes in `seen`, from 1 on */
    VEC(struct seen { uint32_t times, label; }) seen;
    uint32_t labels;
};

static struct seen *seen_at(struct dumping *d, const struct node *node) {
    size_t place = (size_t)memo_at(&d->places, node, NULL)->number;
    return place ? &d->seen.at[place - 1] : NULL;
}

/* Only what can be long is worth a label: combinations and matrices. */
static void count_uses(struct dumping *d, const struct node *node) {
    struct seen *seen = seen_at(d, node);
    if (seen) {
        seen->times++;
        return;
    }
    vec_push(d->scratch, &d->seen, (struct seen){1, 0});
    memo_at(&d->places, node, NULL)->number = d->seen.count;
    for (uint32_t i = 0; i < node->count; i++) count_uses(d, node->parts[i]);
}

static void list(struct dumping *d, const struct operand *at, size_t count) {
    text_put_char(d->out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i) text_put(d->out, ", ");
        operand_dump(d->out, at[i], d->knobs);
    }
    text_put(d->out, "]\n");
}

static void indent(struct dumping *d, uint32_t depth) {
    for (uint32_t i = 0; i < depth; i++) text_put(d->out, "  ");
}

static void dump_leaf(struct dumping *d, const struct node *node, uint32_t depth) {
    if (node->op == OP_GAIN) {
        const struct matrix *m = node->matrix;
        if (m->name) {
            indent(d, depth);
            text_printf(d->out, "matrix %s\n", m->name->text);
        }
        for (uint32_t r = 0; r < m->rows; r++) {
            indent(d, depth);
            list(d, m->at + (size_t)r * m->cols, m->cols);
        }
    } else if (node->op == OP_DELAY) {
        const struct grid g = node->delays->grid;
        for (uint32_t r = 0; r < (g.full ? g.rows : 1); r++) {
            indent(d, depth);
            list(d, node->delays->samples + (size_t)r * g.cols, g.cols);
        }
    } else if (node->op == OP_FIR) {
        const struct taps *t = node->taps;
        for (size_t e = 0; e < grid_entries(t->grid); e++) {
            indent(d, depth);
            list(d, t->at + e * t->count, t->count);
        }
    } else if (node->op == OP_SOS) {
        const struct sections *s = node->sections;
        for (size_t i = 0; i < grid_entries(s->grid) * s->count; i++) {
            const struct section *at = &s->at[i];
            const struct operand six[] = {at->b0, at->b1, at->b2, at->a0, at->a1, at->a2};
            indent(d, depth);
            list(d, six, 6);
        }
    }
}

static void dump_node(struct dumping *d, const struct node *node, uint32_t depth) {
    indent(d, depth);
    struct seen *seen = seen_at(d, node);
    bool shared = seen->times > 1 && node->op != OP_WIRE;
    if (shared && seen->label) {
        text_printf(d->out, "#%u\n", seen->label);
        return;
    }
    text_printf(d->out, "%s %u -> %u", op_infos[node->op].text, node->shape.ins, node->shape.outs);
    if (node->op == OP_FEEDBACK && node->implicit) text_put(d->out, " implicit");
    if (node->op == OP_DELAY && node->delays->grid.full) text_put(d->out, " full");
    if (node->op == OP_DELAY && node->delays->fractional) {
        text_put(d->out, " fractional");
        if (node->delays->how.method != INTERPOLATE_BEST)
            text_printf(d->out, " %s", interpolation_text(d->out->arena, node->delays->how));
    }
    if (node->op == OP_FIR && node->taps->grid.full) text_put(d->out, " full");
    if (node->op == OP_SOS)
        text_printf(d->out, "%s, %u a cascade", node->sections->grid.full ? " full" : "", node->sections->count);
    if (node->name) text_printf(d->out, " '%s'", node->name->text);
    if (shared) text_printf(d->out, " #%u", seen->label = ++d->labels);
    text_put_char(d->out, '\n');
    dump_leaf(d, node, depth + 1);
    for (uint32_t i = 0; i < node->count; i++) dump_node(d, node->parts[i], depth + 1);
}

static void dump_knob(struct text *out, const struct knob *knob) {
    text_printf(out, "knob %s = %g%s in %g..%g", knob->id->text, knob->init, knob->unit, knob->lo, knob->hi);
    if (knob->logarithmic) text_put(out, " log");
    if (knob->step != 0) text_printf(out, " step %g", knob->step);
    text_printf(out, " smooth %gs ", knob->smooth_s);
    text_put_json_string(out, knob->label, strlen(knob->label));
    text_put_char(out, '\n');
}

/* program hall
 * rate 48000
 * knob mix = 35% in 0..100 smooth 0.02s "Dry/Wet"
 * sum 2 -> 2
 *   gain 2 -> 2
 *     [1 - mix*0.01, 0]
 * ... */
void program_dump(struct text *out, const struct program *program) {
    text_printf(out, "program %s\n", program->name->text);
    text_printf(out, "rate %g\n", program->rate);
    for (uint32_t i = 0; i < program->knob_count; i++) dump_knob(out, &program->knobs[i]);
    for (int c = 0; c < CONTROL_COUNT; c++) {
        const struct control *control = &program->controls[c];
        if (control->wanted)
            text_printf(out, "control %s = %g in %g..%g\n", control_infos[c].key, control->init, control->lo, control->hi);
    }
    struct arena scratch;
    arena_init_scratch(&scratch, out->arena);
    struct dumping d = {.out = out, .knobs = program->knobs, .scratch = &scratch};
    memo_init(&d.places, &scratch);
    count_uses(&d, program->main);
    dump_node(&d, program->main, 0);
    arena_free(&scratch);
}

/* 0..1 inlet
 * w8 = mix 0.5*w0 + -0.5*w1
 * w9 = delay w8, 1103
 * w10 = section w9, [b0, b1, b2, a1, a2]
 * outlets w10 w10 */
void net_dump(struct text *out, const struct net *net) {
    text_printf(out, "net of %u cells, %u banks, %u components at %g Hz\n", net->cell_count, net->bank_count,
                net->component_count, net->rate);
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        text_printf(out, "w%u = %s", w, cell_infos[cell->op].text);
        if (cell->op == CELL_MIX) {
            for (uint32_t i = 0; i < cell->count; i++) {
                text_put(out, i ? " + " : " ");
                if (cell->operands[i].expr) text_put_char(out, '(');
                operand_dump(out, cell->operands[i], net->knobs);
                text_printf(out, cell->operands[i].expr ? ")*w%u" : "*w%u", cell->from[i]);
            }
        } else if (cell->op != CELL_INLET) {
            text_printf(out, " w%u,", cell->from[0]);
            for (uint32_t i = 0; i < cell->operand_count; i++) {
                text_put_char(out, ' ');
                operand_dump(out, cell->operands[i], net->knobs);
            }
        }
        if (cell->op == CELL_SECTION && cell->form != SECTION_DIRECT)
            text_printf(out, " as %s", section_form_infos[cell->form].text);
        const struct component *component = &net->components[cell->component];
        if (component->cyclic) text_printf(out, "  # loop %u", cell->component);
        text_put_char(out, '\n');
    }
    text_put(out, "outlets");
    for (uint32_t o = 0; o < net->outlet_count; o++) text_printf(out, " w%u", net->outlets[o]);
    text_put_char(out, '\n');
    for (uint32_t c = 0; c < net->component_count; c++)
        if (net->components[c].cyclic)
            text_printf(out, "loop %u: %u cells, at least %zu samples around\n", c, net->components[c].count,
                        (size_t)net->components[c].least_delay);
}
