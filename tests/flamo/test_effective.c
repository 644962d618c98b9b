/* What is read of each model against the coefficients that FLAMO really used: matrices, delays,
 * taps and sections, of which the latter are divided by their a0. And the graphic equaliser that
 * FLAMO fits by descent against the one that is computed here. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/reader.h"
#include "tests/flamo/models.h"

enum { LEAVES_MAX = 64 };

struct leaves {
    const struct node *nodes[LEAVES_MAX];
    size_t count;
};

/* The leaves of the graph, in the order of the text. */
static void collect(struct leaves *leaves, const struct node *node) {
    for (uint32_t i = 0; i < node->count; i++) collect(leaves, node->parts[i]);
    if (!node->count && leaves->count < LEAVES_MAX) leaves->nodes[leaves->count++] = node;
}

struct comparison {
    struct leaves leaves;
    size_t next;
    double worst; /* infinite where something is not as it should be */
};

static double number(const cJSON *item) {
    return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

static void compare(struct comparison *c, struct operand got, double wanted) {
    double error = got.expr ? INFINITY : fabs(got.value - wanted) / fmax(1, fabs(wanted));
    if (!(error <= c->worst)) c->worst = isnan(error) ? INFINITY : error;
}

static const struct node *next_leaf(struct comparison *c, enum op op) {
    const struct node *node = c->next < c->leaves.count ? c->leaves.nodes[c->next++] : NULL;
    if (node && node->op == op) return node;
    c->worst = INFINITY;
    return NULL;
}

/* Number e of a list, or of a list of lists, of `columns` each. */
static double entry(const cJSON *list, size_t e) {
    const cJSON *first = cJSON_GetArrayItem(list, 0);
    if (!cJSON_IsArray(first)) return number(cJSON_GetArrayItem(list, (int)e));
    size_t columns = (size_t)cJSON_GetArraySize(first);
    return number(
        cJSON_GetArrayItem(cJSON_GetArrayItem(list, (int)(e / columns)), (int)(e % columns)));
}

static size_t entries_of(const cJSON *list) {
    const cJSON *first = cJSON_GetArrayItem(list, 0);
    size_t rows = (size_t)cJSON_GetArraySize(list);
    return cJSON_IsArray(first) ? rows * (size_t)cJSON_GetArraySize(first) : rows;
}

static void compare_gain(struct comparison *c, const cJSON *data) {
    const struct node *node = next_leaf(c, OP_GAIN);
    if (!node) return;
    const struct matrix *m = node->matrix;
    bool diagonal = !cJSON_IsArray(cJSON_GetArrayItem(data, 0));
    if (entries_of(data) != (diagonal ? m->rows : (size_t)m->rows * m->cols)) c->worst = INFINITY;
    for (uint32_t r = 0; r < m->rows; r++)
        for (uint32_t k = 0; k < m->cols; k++)
            compare(c, matrix_at(m, r, k),
                    diagonal ? (r == k ? entry(data, r) : 0)
                             : entry(data, (size_t)r * m->cols + k));
}

static void compare_delays(struct comparison *c, const cJSON *data) {
    const struct node *node = next_leaf(c, OP_DELAY);
    if (!node) return;
    size_t count = grid_entries(node->delays->grid);
    if (count != entries_of(data)) c->worst = INFINITY;
    for (size_t e = 0; e < count; e++) {
        /* What is to be rounded still is. */
        struct operand samples = node->delays->samples[e];
        if (!node->delays->fractional) samples.value = nearbyint(samples.value);
        compare(c, samples, entry(data, e));
    }
}

static void compare_sections(struct comparison *c, const cJSON *data) {
    const struct node *node = next_leaf(c, OP_SOS);
    if (!node) return;
    const struct sections *s = node->sections;
    if ((uint32_t)cJSON_GetArraySize(data) != s->count) c->worst = INFINITY;
    for (uint32_t k = 0; k < s->count; k++) {
        const cJSON *six = cJSON_GetArrayItem(data, (int)k);
        for (size_t e = 0; e < grid_entries(s->grid); e++) {
            const struct section *at = &s->at[e * s->count + k];
            const struct operand got[] = {at->b0, at->b1, at->b2, at->a0, at->a1, at->a2};
            double a0 = entry(cJSON_GetArrayItem(six, 3), e);
            for (int i = 0; i < 6; i++)
                compare(c, operand_constant(got[i].value / at->a0.value),
                        entry(cJSON_GetArrayItem(six, i), e) / a0);
        }
    }
}

static void compare_taps(struct comparison *c, const cJSON *data) {
    const struct node *node = next_leaf(c, OP_FIR);
    if (!node) return;
    const struct taps *t = node->taps;
    if ((uint32_t)cJSON_GetArraySize(data) != t->count) c->worst = INFINITY;
    for (uint32_t k = 0; k < t->count; k++)
        for (size_t e = 0; e < grid_entries(t->grid); e++)
            compare(c, t->at[e * t->count + k], entry(cJSON_GetArrayItem(data, (int)k), e));
}

static void skip(struct comparison *c, enum op op) {
    next_leaf(c, op);
}

static void compare_all(struct comparison *c, const cJSON *used) {
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItem(used, "kind"));
    const cJSON *data = cJSON_GetObjectItem(used, "data");
    if (!kind) {
        for (const cJSON *part = used->child; part; part = part->next) compare_all(c, part);
    } else if (!strcmp(kind, "matrix") || !strcmp(kind, "diag")) {
        compare_gain(c, data);
    } else if (!strcmp(kind, "delay")) {
        compare_delays(c, data);
    } else if (!strcmp(kind, "sos")) {
        compare_sections(c, data);
    } else if (!strcmp(kind, "fir")) {
        compare_taps(c, data);
    } else {
        /* Delays with gains: of a grid they are spread, delayed, and gathered with their gains. */
        const cJSON *gains = cJSON_GetObjectItem(used, "gains");
        bool full = cJSON_IsArray(cJSON_GetArrayItem(gains, 0));
        if (full) skip(c, OP_GAIN);
        const struct node *lines = next_leaf(c, OP_DELAY), *mix = next_leaf(c, OP_GAIN);
        const cJSON *delays = cJSON_GetObjectItem(used, "delays");
        if (!lines || !mix || entries_of(delays) != lines->shape.ins)
            return (void)(c->worst = INFINITY);
        for (uint32_t e = 0; e < lines->shape.ins; e++) {
            compare(c, lines->delays->samples[e], entry(delays, e));
            uint32_t row = full ? e * mix->shape.outs / lines->shape.ins : e;
            compare(c, matrix_at(mix->matrix, row, e), entry(gains, e));
        }
    }
}

struct reading_of {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    struct names names;
    struct reading reading;
    struct program program;
};

static void open_reading(struct reading_of *r) {
    *r = (struct reading_of){.program = {0}};
    arena_init(&r->arena, NULL, 0);
    sources_init(&r->sources, &r->arena);
    diags_init(&r->diags, &r->arena);
    names_init(&r->names, &r->arena);
    r->reading = (struct reading){
        .arena = &r->arena, .names = &r->names, .sources = &r->sources, .diags = &r->diags};
}

static double coefficients_error(const struct reference *reference) {
    struct reading_of r;
    open_reading(&r);
    struct comparison c = {.worst = INFINITY};
    size_t length;
    char *text = reference_file(reference, "eff.json", &length);
    cJSON *used = cJSON_Parse(text);
    if (used && reference_read(reference, &r.reading, &r.program)) {
        c.worst = 0;
        collect(&c.leaves, r.program.main);
        compare_all(&c, used);
        if (c.next != c.leaves.count) c.worst = INFINITY;
    }
    cJSON_Delete(used);
    free(text);
    arena_free(&r.arena);
    return c.worst;
}

/* |H|^2 of one section at w. */
static double power(const double s[6], double w) {
    double c1 = cos(w), s1 = sin(w), c2 = cos(2 * w), s2 = sin(2 * w);
    double br = s[0] + s[1] * c1 + s[2] * c2, bi = s[1] * s1 + s[2] * s2;
    double ar = s[3] + s[4] * c1 + s[5] * c2, ai = s[4] * s1 + s[5] * s2;
    return (br * br + bi * bi) / (ar * ar + ai * ai);
}

/* The largest difference in dB over the 101 frequencies by which FLAMO designs. */
static double fit_error(const struct reference *reference) {
    struct reading_of r;
    open_reading(&r);
    size_t length;
    char *text = reference_file(reference, "json", &length), *effective;
    const struct source *source = source_add(&r.sources, "model.json", text, length);
    effective = reference_file(reference, "eff.json", &length);
    cJSON *used = cJSON_Parse(effective);
    double worst = 0;
    const struct reader *reader = reader_named("json");
    if (!reader->read(&r.reading, source, &r.program) || r.program.main->op != OP_SOS)
        worst = INFINITY;
    for (uint32_t channel = 0; worst < INFINITY && channel < r.program.main->shape.ins; channel++) {
        const struct sections *s = r.program.main->sections;
        for (int k = 0; k <= 100; k++) {
            double hz = nearbyint(pow(10, log10(reference->rate / 2.1) * k / 100));
            double w = 2 * acos(-1) * hz / reference->rate, mine = 1, theirs = 1;
            for (uint32_t section = 0; section < s->count; section++) {
                const struct section *at = &s->at[channel * s->count + section];
                const cJSON *six =
                    cJSON_GetArrayItem(cJSON_GetObjectItem(used, "data"), (int)section);
                double flamo[6];
                for (int i = 0; i < 6; i++) flamo[i] = entry(cJSON_GetArrayItem(six, i), channel);
                mine *= power((const double[]){at->b0.value, at->b1.value, at->b2.value,
                                               at->a0.value, at->a1.value, at->a2.value},
                              w);
                theirs *= power(flamo, w);
            }
            worst = fmax(worst, fabs(10 * log10(mine / theirs)));
        }
    }
    cJSON_Delete(used);
    free(text);
    free(effective);
    arena_free(&r.arena);
    return worst;
}

int main(void) {
    size_t line = 0;
    bool all = true;
    for (size_t m = 0; m < reference_count; m++) {
        double error = coefficients_error(&references[m]);
        tap_line(error <= 1e-9, ++line, references[m].name, error, 1e-9);
        all = all && error <= 1e-9;
        if (strcmp(references[m].name, "accgeq_par") != 0) continue;
        double db = fit_error(&references[m]);
        tap_line(db <= 0.1, ++line, "accgeq_par, the fit in dB", db, 0.1);
        all = all && db <= 0.1;
    }
    printf("1..%zu\n", line);
    return !all;
}
