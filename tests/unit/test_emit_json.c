/* backends/json: what it writes reads back as it was. */
#include "tests/unit/emitted.h"
#include "tests/unit/reading.h"

#include <string.h>

#include "backends/backend.h"
#include "ir/build.h"

static const char *written(struct fixture *f, const struct program *program, bool as_read) {
    struct emission emission = {.program = program,
                                .as_read = as_read ? program : NULL,
                                .arena = &f->arena,
                                .diags = &f->diags};
    return emitted_text(&emission, emit_json, NULL);
}

static struct program read_back(struct fixture *f, const char *text) {
    struct program program;
    bool good = read_model(f, text, &program);
    if (f->diags.errors) assert_diags(f, ""); /* a model may be warned of */
    assert_true(good);
    return program;
}

#define MODEL(name, expect, ...) {#name, #expect},
static const struct {
    const char *name, *expect;
} models[] = {
#include "tests/flamo/models.def"
};
#undef MODEL

static const char *file_text(struct fixture *f, size_t model) {
    const char *folder = strcmp(models[model].expect, "KEYED") ? "models" : "keyed";
    return project_file(
        f, text_format(&f->arena, "tests/flamo/%s/%s.json", folder, models[model].name));
}

/* ADAC has no grid of delays, and no sections with another a0 than 1. */
static bool is_said_otherwise(const struct node *node) {
    for (uint32_t i = 0; i < node->count; i++)
        if (is_said_otherwise(node->parts[i])) return true;
    if (node->op == OP_SOS && !node->sections->grid.full)
        for (size_t i = 0; i < (size_t)node->sections->count * node->shape.ins; i++)
            if (!operand_is(node->sections->at[i].a0, 1)) return true;
    return node->op == OP_DELAY && node->delays->grid.full;
}

static void models_read_back_as_they_were(void **state) {
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        struct program first = read_back(f, file_text(f, i));
        for (int as_read = 0; as_read < 2; as_read++) {
            const char *text = written(f, &first, as_read);
            struct program second = read_back(f, text);
            if (as_read || !is_said_otherwise(first.main))
                assert_text(program_text(f, &second), program_text(f, &first));
            assert_text(written(f, &second, as_read), text);
        }
        /* What stood in the root and in `flamo` is still there. */
        struct program second = read_back(f, written(f, &first, true));
        assert_string_equal(second.title, first.title);
        assert_non_null(second.flamo_root);
    }
}

/* What .adg can make and ADAC's containers cannot say: side by side, wires, grids, knobs. */
static void graphs_read_back_as_they_were(void **state) {
    struct fixture *f = *state;
    struct build build = {&f->arena, &f->diags};
    static const struct knob knobs[] = {{.label = "Dry/\"Wet\"",
                                         .unit = "%",
                                         .init = 35,
                                         .lo = 0,
                                         .hi = 100,
                                         .step = 1,
                                         .smooth_s = 0.02},
                                        {.label = "G",
                                         .unit = "",
                                         .init = 2,
                                         .lo = 1,
                                         .hi = 4,
                                         .logarithmic = true,
                                         .smooth_s = 0}};
    struct knob *own = ARENA_ARRAY(&f->arena, 2, struct knob);
    memcpy(own, knobs, sizeof knobs);
    own[0].id = name_of(&f->names, "mix");
    own[1].id = name_of(&f->names, "g");
    struct operand mix = operand_knob(&f->arena, own, 0), g = operand_knob(&f->arena, own, 1),
                   *entries = ARENA_ARRAY(&f->arena, 4, struct operand);
    entries[0] = operand_mul(&f->arena, mix, operand_constant(0.01));
    entries[1] = operand_sub(&f->arena, operand_constant(1),
                             operand_neg(&f->arena, operand_mul(&f->arena, g, mix)));
    entries[2] = operand_constant(-0.1);
    entries[3] = operand_apply(&f->arena, FUNCTION_POW, g,
                               operand_sub(&f->arena, mix, operand_sub(&f->arena, g, mix)));
    const struct node *gain =
        node_named(&build, node_gain(&build, NOWHERE, matrix_of(&f->arena, 2, 2, entries)),
                   name_of(&f->names, "m"));
    struct operand *lengths = ARENA_ARRAY(&f->arena, 2, struct operand);
    lengths[0] = operand_constant(10.5);
    lengths[1] = operand_add(&f->arena, mix, operand_constant(3));
    struct delays *delays = ARENA_NEW(&f->arena, struct delays);
    *delays = (struct delays){.grid = {2, 2, false}, .samples = lengths};
    const struct node *delay =
        node_named(&build, node_delay(&build, NOWHERE, delays), name_of(&f->names, "d"));
    struct section *six = ARENA_ARRAY(&f->arena, 2, struct section);
    for (int i = 0; i < 2; i++)
        six[i] =
            (struct section){operand_constant(1),    mix, operand_constant(0), operand_constant(2),
                             operand_constant(0.25), g};
    struct sections *sections = ARENA_NEW(&f->arena, struct sections);
    *sections = (struct sections){{1, 2, true}, 1, six};
    const struct node *filter =
        node_named(&build, node_sos(&build, NOWHERE, sections), name_of(&f->names, "h"));
    const struct node *wires =
        node_named(&build, node_wire(&build, NOWHERE, 2), name_of(&f->names, "w"));
    const struct node *beside =
        node_named(&build,
                   node_combine(&build, NOWHERE, OP_PARALLEL,
                                (const struct node *const[]){gain, wires, delay}, 3),
                   name_of(&f->names, "p"));
    const struct node *tail =
        node_named(&build,
                   node_combine(&build, NOWHERE, OP_PARALLEL,
                                (const struct node *const[]){filter, filter, filter}, 3),
                   name_of(&f->names, "q"));
    struct program program = {
        .name = name_of(&f->names, "x"),
        .title = "x",
        .rate = 44100.5,
        .knobs = own,
        .knob_count = 2,
        .main = node_named(&build, node_pair(&build, NOWHERE, OP_SERIES, beside, tail),
                           name_of(&f->names, "core"))};
    assert_diags(f, "");
    const char *text = written(f, &program, true);
    struct program second = read_back(f, text);
    assert_string_equal(second.knobs[0].label, own[0].label);
    /* Sharing is not kept: compare with a graph that was read. */
    assert_text(written(f, &second, true), text);
    assert_true(second.main->op == OP_SERIES && second.main->parts[0]->op == OP_PARALLEL);
    assert_true(second.main->parts[0]->parts[1]->op == OP_WIRE);
    const struct matrix *matrix = second.main->parts[0]->parts[0]->matrix;
    for (int i = 0; i < 4; i++) assert_true(operand_equal(matrix->at[i], entries[i]));
    for (int i = 0; i < 2; i++)
        assert_true(operand_equal(second.main->parts[0]->parts[2]->delays->samples[i], lengths[i]));
    const struct sections *back = second.main->parts[1]->parts[2]->sections;
    assert_true(back->grid.full && back->grid.rows == 1 && back->grid.cols == 2);
    assert_true(operand_equal(back->at[1].b1, mix) && operand_is(back->at[1].a0, 2) &&
                operand_equal(back->at[1].a2, g));
}

/* A full grid has no word in the schema: it comes back as the sum that it is. */
static void grids_of_delays_become_sums(void **state) {
    struct fixture *f = *state;
    struct build build = {&f->arena, &f->diags};
    struct operand *lengths = ARENA_ARRAY(&f->arena, 6, struct operand);
    for (int i = 0; i < 6; i++) lengths[i] = operand_constant(10 + i);
    struct delays *delays = ARENA_NEW(&f->arena, struct delays);
    *delays = (struct delays){.grid = {2, 3, true}, .samples = lengths};
    struct program program = {.name = name_of(&f->names, "x"),
                              .rate = 48000,
                              .main = node_delay(&build, NOWHERE, delays)};
    struct program second = read_back(f, written(f, &program, true));
    assert_text(
        program_text(f, &second),
        "program x\nrate 48000\nsum 3 -> 2 'core'\n"
        "  series 3 -> 2 '0'\n    gain 3 -> 2 '0'\n      [1, 0, 0]\n      [1, 0, 0]\n    delay 2 -> 2 '1'\n      [10, 13]\n"
        "  series 3 -> 2 '1'\n    gain 3 -> 2 '0'\n      [0, 1, 0]\n      [0, 1, 0]\n    delay 2 -> 2 '1'\n      [11, 14]\n"
        "  series 3 -> 2 '2'\n    gain 3 -> 2 '0'\n      [0, 0, 1]\n      [0, 0, 1]\n    delay 2 -> 2 '1'\n      [12, 15]\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(models_read_back_as_they_were),
        TEST(graphs_read_back_as_they_were),
        TEST(grids_of_delays_become_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
