#include "tests/flamo/models.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/read_json.h"
#include "ir/base/diag_print.h"
#include "ir/interp.h"
#include "ir/lower.h"
#include "passes/passes.h"

const struct reference references[] = {
#define MODEL(name, expect, rate, inlets, outlets, samples, tolerance)                             \
    {#name, EXPECT_##expect, rate, inlets, outlets, samples, tolerance},
#include "tests/flamo/models.def"
#undef MODEL
};
const size_t reference_count = sizeof references / sizeof *references;

static char *file_of(const char *folder, const char *stem, const char *suffix, size_t *length) {
    const char *root = getenv("SRCDIR");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/flamo/%s/%s.%s", root ? root : ".", folder, stem, suffix);
    FILE *file = fopen(path, "rb");
    long size = 0;
    if (file && !fseek(file, 0, SEEK_END)) size = ftell(file);
    char *bytes = size > 0 ? malloc((size_t)size + 1) : NULL;
    if (!bytes || fseek(file, 0, SEEK_SET) || fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        printf("Bail out! cannot read %s\n", path);
        exit(99);
    }
    fclose(file);
    bytes[size] = 0;
    *length = (size_t)size;
    return bytes;
}

char *reference_file(const struct reference *reference, const char *suffix, size_t *length) {
    return file_of("models", reference->name, suffix, length);
}

double *reference_responses(const struct reference *reference) {
    size_t length, count = reference->inlets * reference->outlets * reference->samples;
    char *bytes = reference_file(reference, "f64", &length);
    double *numbers = malloc(count * sizeof *numbers);
    if (!numbers || length != count * 8) {
        printf("Bail out! %s.f64 has %zu bytes instead of %zu\n", reference->name, length,
               count * 8);
        exit(99);
    }
    for (size_t i = 0; i < count; i++) {
        unsigned long long bits = 0;
        for (size_t b = 8; b-- > 0;) bits = bits << 8 | (unsigned char)bytes[8 * i + b];
        memcpy(&numbers[i], &bits, sizeof bits);
    }
    free(bytes);
    return numbers;
}

char *reference_model(const struct reference *reference, size_t *length) {
    const char *folder = reference->expect == EXPECT_KEYED ? "keyed" : "models";
    return file_of(folder, reference->name, "json", length);
}

bool reference_read(const struct reference *reference, struct reading *reading,
                    struct program *program) {
    size_t length;
    char *text = reference_model(reference, &length);
    const struct source *source = source_add(reading->sources, reference->name, text, length);
    free(text);
    if (read_json(reading, source, program)) return true;
    struct text said;
    text_init(&said, reading->arena);
    diag_print(&said, reading->sources, reading->diags, &(struct diag_style){0});
    printf("# %s:\n%s", reference->name, text_chars(&said));
    return false;
}

static const struct net *read_net(const struct reference *reference, struct reading *reading) {
    struct program program = {0};
    if (!reference_read(reference, reading, &program) ||
        !passes_run(reading->arena, reading->names, reading->diags, &program, NULL))
        return NULL;
    return net_lower(reading->arena, reading->diags, &program, program.main);
}

double *interpreted_responses(const struct reference *reference) {
    struct arena arena;
    struct sources sources;
    struct diags diags;
    struct names names;
    arena_init(&arena, NULL, 0);
    sources_init(&sources, &arena);
    diags_init(&diags, &arena);
    names_init(&names, &arena);
    struct reading reading = {
        .arena = &arena, .names = &names, .sources = &sources, .diags = &diags};
    const struct net *net = read_net(reference, &reading);
    size_t count = reference->inlets * reference->outlets * reference->samples;
    double *copy = NULL;
    if (net && net->rate == reference->rate && net->inlet_count == reference->inlets &&
        net->outlet_count == reference->outlets) {
        copy = malloc(count * sizeof *copy);
        if (copy)
            memcpy(copy, interp_responses(&arena, net, reference->samples), count * sizeof *copy);
    } else if (net) {
        printf("# %s: %u inlets, %u outlets\n", reference->name, net->inlet_count,
               net->outlet_count);
    }
    arena_free(&arena);
    return copy;
}

double largest_difference(const double *a, const double *b, size_t count) {
    double largest = 0;
    for (size_t i = 0; i < count; i++) {
        double difference = fabs(a[i] - b[i]);
        if (!(difference <= largest)) largest = isnan(difference) ? INFINITY : difference;
    }
    return largest;
}

void tap_line(bool good, size_t line, const char *what, double error, double tolerance) {
    printf("%s %zu - %s\n", good ? "ok" : "not ok", line, what);
    printf("# largest error %.3g, tolerance %.3g\n", error, tolerance);
}
