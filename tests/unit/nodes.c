#include "tests/unit/nodes.h"

#include <string.h>

struct build builder(struct fixture *f) {
    return (struct build){&f->arena, &f->diags};
}

const struct node *gain_of(struct fixture *f, uint32_t rows, uint32_t cols,
                           const double *numbers) {
    struct build b = builder(f);
    return node_gain(&b, NOWHERE, matrix_of_numbers(&f->arena, rows, cols, numbers));
}
const struct node *gain1(struct fixture *f, double g) {
    return gain_of(f, 1, 1, &g);
}
const struct node *gain_by(struct fixture *f, struct operand g) {
    struct build b = builder(f);
    return node_gain(&b, NOWHERE, matrix_diagonal(&f->arena, 1, &g));
}

const struct node *delay_by(struct fixture *f, uint32_t n, const struct operand *samples) {
    struct build b = builder(f);
    struct delays *delays = ARENA_NEW(&f->arena, struct delays);
    struct operand *copy = ARENA_ARRAY(&f->arena, n, struct operand);
    memcpy(copy, samples, n * sizeof *copy);
    *delays = (struct delays){.grid = {n, n, false}, .samples = copy};
    return node_delay(&b, NOWHERE, delays);
}
const struct node *delay(struct fixture *f, uint32_t n, const double *samples) {
    struct operand *at = ARENA_ARRAY(&f->arena, n, struct operand);
    for (uint32_t i = 0; i < n; i++) at[i] = operand_constant(samples[i]);
    return delay_by(f, n, at);
}
const struct node *delay1(struct fixture *f, double samples) {
    return delay(f, 1, &samples);
}

const struct node *sos(struct fixture *f, const double c[5]) {
    struct build b = builder(f);
    struct sections *sections = ARENA_NEW(&f->arena, struct sections);
    struct section *s = ARENA_NEW(&f->arena, struct section);
    *s = (struct section){operand_constant(c[0]), operand_constant(c[1]), operand_constant(c[2]),
                          operand_constant(1),    operand_constant(c[3]), operand_constant(c[4])};
    *sections = (struct sections){{1, 1, false}, 1, s};
    return node_sos(&b, NOWHERE, sections);
}

const struct node *combine(struct fixture *f, enum op op, const struct node *a,
                           const struct node *b) {
    struct build build = builder(f);
    return node_pair(&build, NOWHERE, op, a, b);
}
const struct node *feedback(struct fixture *f, const struct node *a, const struct node *b) {
    struct build build = builder(f);
    return node_feedback(&build, NOWHERE, a, b, false);
}
const struct node *label(struct fixture *f, const char *text, const struct node *node) {
    struct build build = builder(f);
    return node_named(&build, node, name_of(&f->names, text));
}
