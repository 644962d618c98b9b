#include "tests/flamo/referee.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct complex { /* C99's own looks for infinities in each product */
    double re, im;
};

static struct complex times(struct complex a, struct complex b) {
    return (struct complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

static struct complex minus(struct complex a, struct complex b) {
    return (struct complex){a.re - b.re, a.im - b.im};
}

static struct complex over(struct complex a, struct complex b) {
    double scale = 1 / (b.re * b.re + b.im * b.im);
    return (struct complex){(a.re * b.re + a.im * b.im) * scale,
                            (a.im * b.re - a.re * b.im) * scale};
}

/* A node: what it does, to how many channels. */
struct block {
    enum block_kind {
        SERIES,
        STACK,
        SUM,
        RECURSION,
        MATRIX,
        DIAGONAL,
        DELAYS,
        DELAY_GRID,
        BANK,
        GRID,
        TAPS,
        TAPS_GRID,
        UNKNOWN
    } kind;
    size_t ins, outs;
    struct block *parts[16];
    size_t part_count;
    double *numbers; /* MATRIX by rows; DIAGONAL and DELAYS one a channel; sections of six; taps */
    double *gains;   /* of delays; null: of one */
    size_t sections; /* or taps */
};

struct referee {
    struct block *root;
    double rate;
};

static void *need(void *memory) {
    if (!memory) abort();
    return memory;
}

static const cJSON *member(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static size_t length_of(const cJSON *list) {
    return (size_t)cJSON_GetArraySize(list);
}

static const cJSON *entry(const cJSON *list, size_t i) {
    return cJSON_GetArrayItem(list, (int)i);
}

static double number(const cJSON *item) {
    return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

static struct block *block_new(enum block_kind kind) {
    struct block *b = need(calloc(1, sizeof *b));
    b->kind = kind;
    return b;
}

static void block_free(struct block *b) {
    if (!b) return;
    for (size_t i = 0; i < b->part_count; i++) block_free(b->parts[i]);
    free(b->numbers);
    free(b->gains);
    free(b);
}

static double *numbers_new(size_t count) {
    return need(calloc(count ? count : 1, sizeof(double)));
}

static void read_gains(struct block *b, const cJSON *params) {
    const cJSON *matrix = member(params, "matrix"), *gains = member(params, "gains");
    if (matrix) {
        b->kind = MATRIX;
        b->outs = length_of(matrix);
        b->ins = length_of(entry(matrix, 0));
        b->numbers = numbers_new(b->ins * b->outs);
        for (size_t o = 0; o < b->outs; o++)
            for (size_t i = 0; i < b->ins; i++)
                b->numbers[o * b->ins + i] = number(entry(entry(matrix, o), i));
    } else if (gains) {
        b->kind = DIAGONAL;
        b->ins = b->outs = length_of(gains);
        b->numbers = numbers_new(b->ins);
        for (size_t i = 0; i < b->ins; i++) b->numbers[i] = number(entry(gains, i));
    }
}

static void read_delays(struct block *b, const cJSON *params, const cJSON *flamo, double rate) {
    const cJSON *stored = flamo ? member(params, "samples_fractional") : member(params, "samples");
    b->kind = DELAYS;
    b->ins = b->outs = length_of(stored);
    b->numbers = numbers_new(b->ins);
    for (size_t i = 0; i < b->ins; i++) {
        double samples = number(entry(stored, i));
        if (flamo) {
            double raw = samples / rate;
            if (cJSON_IsTrue(member(flamo, "requires_grad"))) raw = log1p(exp(raw));
            /* What ADAC multiplied and this divides again may be off by a last bit: no tie is lost.
             */
            samples = rint(raw * rate / number(member(flamo, "unit")) * 1e9) * 1e-9;
        }
        b->numbers[i] = rint(samples);
    }
}

static void read_sections(struct block *b, const cJSON *params) {
    const cJSON *sos = member(params, "sos"), *raw = member(params, "raw");
    if (sos) {
        b->kind = BANK;
        b->sections = length_of(sos);
        b->ins = b->outs = length_of(entry(sos, 0));
        b->numbers = numbers_new(6 * b->sections * b->ins);
        for (size_t k = 0; k < b->sections; k++) {
            for (size_t c = 0; c < b->ins; c++) {
                const cJSON *five = entry(entry(sos, k), c);
                double *to = b->numbers + 6 * (k * b->ins + c);
                for (size_t i = 0; i < 3; i++) to[i] = number(entry(five, i));
                to[3] = 1;
                to[4] = number(entry(five, 3));
                to[5] = number(entry(five, 4));
            }
        }
        return;
    }
    b->kind = GRID;
    b->sections = length_of(raw);
    b->outs = length_of(entry(entry(raw, 0), 0));
    b->ins = length_of(entry(entry(entry(raw, 0), 0), 0));
    b->numbers = numbers_new(6 * b->sections * b->ins * b->outs);
    for (size_t k = 0; k < b->sections; k++)
        for (size_t six = 0; six < 6; six++)
            for (size_t o = 0; o < b->outs; o++)
                for (size_t i = 0; i < b->ins; i++)
                    b->numbers[6 * ((k * b->outs + o) * b->ins + i) + six] =
                        number(entry(entry(entry(entry(raw, k), six), o), i));
}

/* ---- what FLAMO really used, of NAME.eff.json ---- */

/* [row][channel], or [row][out][in]: entry e of row r, as one list. */
static double *read_rows(struct block *b, const cJSON *rows, size_t count) {
    const cJSON *first = entry(rows, 0);
    bool full = cJSON_IsArray(entry(first, 0));
    b->outs = length_of(first);
    b->ins = full ? length_of(entry(first, 0)) : b->outs;
    size_t columns = full ? b->ins : 1;
    double *numbers = numbers_new(count * b->outs * columns);
    for (size_t r = 0; r < count; r++)
        for (size_t o = 0; o < b->outs; o++)
            for (size_t i = 0; i < columns; i++) {
                const cJSON *item = entry(entry(rows, r), o);
                numbers[(r * b->outs + o) * columns + i] = number(full ? entry(item, i) : item);
            }
    return numbers;
}

static bool is_full(const cJSON *rows) {
    return cJSON_IsArray(entry(entry(rows, 0), 0));
}

/* [section][b0, b1, b2, a0, a1, a2][channel], or [section][b0, b1, b2, a0, a1, a2][out][in] */
static void effective_sections(struct block *b, const cJSON *data) {
    b->kind = is_full(entry(data, 0)) ? GRID : BANK;
    b->sections = length_of(data);
    for (size_t k = 0; k < b->sections; k++) {
        double *six = read_rows(b, entry(data, k), 6);
        size_t places = b->outs * (b->kind == GRID ? b->ins : 1);
        if (!k) b->numbers = numbers_new(6 * b->sections * places);
        for (size_t i = 0; i < 6; i++)
            for (size_t e = 0; e < places; e++)
                b->numbers[6 * (k * places + e) + i] = six[i * places + e];
        free(six);
    }
}

/* True if the leaf is a filter, or delays of which the model does not say what they are. */
static bool read_effective(struct block *b, const cJSON *leaf) {
    const char *kind = cJSON_GetStringValue(member(leaf, "kind"));
    const cJSON *data = member(leaf, "data");
    if (!kind) return false;
    if (!strcmp(kind, "sos")) {
        effective_sections(b, data);
    } else if (!strcmp(kind, "fir")) {
        b->kind = is_full(data) ? TAPS_GRID : TAPS;
        b->sections = length_of(data);
        b->numbers = read_rows(b, data, b->sections);
    } else if (!strcmp(kind, "gaindelay")) {
        cJSON *gains = cJSON_CreateArray(), *delays = cJSON_CreateArray();
        cJSON_AddItemReferenceToArray(gains, cJSON_GetObjectItem(leaf, "gains"));
        cJSON_AddItemReferenceToArray(delays, cJSON_GetObjectItem(leaf, "delays"));
        b->kind = is_full(gains) ? DELAY_GRID : DELAYS;
        b->gains = read_rows(b, gains, 1);
        b->numbers = read_rows(b, delays, 1);
        cJSON_Delete(gains);
        cJSON_Delete(delays);
    } else if (!strcmp(kind, "delay") && cJSON_IsArray(entry(data, 0))) {
        cJSON *delays = cJSON_CreateArray();
        cJSON_AddItemReferenceToArray(delays, cJSON_GetObjectItem(leaf, "data"));
        b->kind = DELAY_GRID;
        b->numbers = read_rows(b, delays, 1);
        cJSON_Delete(delays);
    } else {
        return false;
    }
    return true;
}

static struct block *read_block(const cJSON *node, const cJSON *used, double rate);

/* A part, and what was used of it, which stands under its name. */
static struct block *read_part(const cJSON *node, const cJSON *used, double rate) {
    const char *name = cJSON_GetStringValue(member(node, "name"));
    return read_block(node, name ? member(used, name) : NULL, rate);
}

static void read_parts(struct block *b, const cJSON *children, const cJSON *used, double rate) {
    for (const cJSON *child = children ? children->child : NULL; child && b->part_count < 16;
         child = child->next)
        b->parts[b->part_count++] = read_part(child, used, rate);
    if (!b->part_count) return;
    struct block *first = b->parts[0], *last = b->parts[b->part_count - 1];
    b->ins = first->ins;
    b->outs = b->kind == SERIES ? last->outs : first->outs;
    if (b->kind == STACK)
        for (size_t i = 1; i < b->part_count; i++) b->outs += b->parts[i]->outs;
}

static struct block *read_leaf(const cJSON *node, const cJSON *used, double rate) {
    struct block *b = block_new(UNKNOWN);
    const char *type = cJSON_GetStringValue(member(node, "module_type"));
    const cJSON *params = member(node, "params");
    if (!type || !params || read_effective(b, used)) return b;
    if (!strcmp(type, "parallelDelay")) read_delays(b, params, member(node, "flamo"), rate);
    else if (!strcmp(type, "parallelSOSFilter")) read_sections(b, params);
    else if (!strcmp(type, "Gain") || !strcmp(type, "parallelGain") || !strcmp(type, "Matrix") ||
             !strcmp(type, "HouseholderMatrix"))
        read_gains(b, params);
    return b;
}

static struct block *read_block(const cJSON *node, const cJSON *used, double rate) {
    const char *type = cJSON_GetStringValue(member(node, "type"));
    if (!type) return block_new(UNKNOWN);
    if (!strcmp(type, "Shell")) return read_block(entry(member(node, "children"), 0), used, rate);
    if (!strcmp(type, "Leaf")) return read_leaf(node, used, rate);
    struct block *b = block_new(UNKNOWN);
    if (!strcmp(type, "Series")) {
        b->kind = SERIES;
        read_parts(b, member(node, "children"), used, rate);
    } else if (!strcmp(type, "Parallel")) {
        b->kind = cJSON_IsTrue(member(node, "sum_output")) ? SUM : STACK;
        read_parts(b, member(node, "children"), used, rate);
    } else if (!strcmp(type, "Recursion")) {
        b->kind = RECURSION;
        b->parts[b->part_count++] = read_part(member(node, "fF"), used, rate);
        b->parts[b->part_count++] = read_part(member(node, "fB"), used, rate);
        b->ins = b->parts[0]->ins;
        b->outs = b->parts[0]->outs;
    }
    return b;
}

static bool known(const struct block *b) {
    for (size_t i = 0; i < b->part_count; i++)
        if (!known(b->parts[i])) return false;
    return b->kind != UNKNOWN && b->ins && b->outs;
}

struct referee *referee_read(const char *text, const char *used) {
    cJSON *tree = cJSON_Parse(text), *coefficients = used ? cJSON_Parse(used) : NULL;
    if (!tree) return NULL;
    struct referee *referee = need(calloc(1, sizeof *referee));
    referee->rate = number(member(tree, "fs"));
    referee->root = read_block(tree, coefficients, referee->rate);
    cJSON_Delete(tree);
    cJSON_Delete(coefficients);
    if (known(referee->root)) return referee;
    referee_free(referee);
    return NULL;
}

void referee_free(struct referee *referee) {
    if (!referee) return;
    block_free(referee->root);
    free(referee);
}

size_t referee_inlets(const struct referee *referee) {
    return referee->root->ins;
}

size_t referee_outlets(const struct referee *referee) {
    return referee->root->outs;
}

/* The point at which the transfer matrix is evaluated: z = radius e^(2 pi i bin / size). */
struct point {
    const struct complex *turns; /* e^(-2 pi i k / size) */
    size_t size, bin;
    double radius;
};

/* z^-m, its angle exact. */
static struct complex delayed(const struct point *at, double m) {
    size_t turn = (size_t)fmod((double)at->bin * m, (double)at->size);
    double scale = pow(at->radius, -m);
    return (struct complex){scale * at->turns[turn].re, scale * at->turns[turn].im};
}

/* (b0 + b1 z^-1 + b2 z^-2) / (a0 + a1 z^-1 + a2 z^-2) */
static struct complex section(const struct point *at, const double six[6]) {
    struct complex z1 = delayed(at, 1), z2 = delayed(at, 2);
    struct complex above = {six[0] + six[1] * z1.re + six[2] * z2.re,
                            six[1] * z1.im + six[2] * z2.im};
    struct complex below = {six[3] + six[4] * z1.re + six[5] * z2.re,
                            six[4] * z1.im + six[5] * z2.im};
    return over(above, below);
}

static struct complex cascade(const struct point *at, const struct block *b, size_t place,
                              size_t places) {
    struct complex h = {1, 0};
    for (size_t k = 0; k < b->sections; k++)
        h = times(h, section(at, b->numbers + 6 * (k * places + place)));
    return h;
}

/* sum over k of h_k z^-k */
static struct complex response(const struct point *at, const struct block *b, size_t place,
                               size_t places) {
    struct complex h = {0, 0};
    for (size_t k = 0; k < b->sections; k++) {
        struct complex z = delayed(at, (double)k);
        h.re += b->numbers[k * places + place] * z.re;
        h.im += b->numbers[k * places + place] * z.im;
    }
    return h;
}

static struct complex *columns_new(size_t rows, size_t columns) {
    return need(calloc(rows * columns, sizeof(struct complex)));
}

/* y = scale x, or y += scale x, of rows. */
static void add_row(struct complex *y, struct complex scale, const struct complex *x,
                    size_t columns) {
    for (size_t c = 0; c < columns; c++) {
        struct complex p = times(scale, x[c]);
        y[c].re += p.re;
        y[c].im += p.im;
    }
}

/* a x = y for n unknowns and `columns` right sides, in place of y; a is lost. Gauss, pivots by
 * size. */
static void solve(struct complex *a, struct complex *y, size_t n, size_t columns) {
    for (size_t k = 0; k < n; k++) {
        size_t best = k;
        for (size_t r = k + 1; r < n; r++)
            if (hypot(a[r * n + k].re, a[r * n + k].im) >
                hypot(a[best * n + k].re, a[best * n + k].im))
                best = r;
        for (size_t c = 0; c < n && best != k; c++) {
            struct complex held = a[k * n + c];
            a[k * n + c] = a[best * n + c];
            a[best * n + c] = held;
        }
        for (size_t c = 0; c < columns && best != k; c++) {
            struct complex held = y[k * columns + c];
            y[k * columns + c] = y[best * columns + c];
            y[best * columns + c] = held;
        }
        for (size_t r = k + 1; r < n; r++) {
            struct complex f = over(a[r * n + k], a[k * n + k]);
            struct complex less = {-f.re, -f.im};
            add_row(a + r * n + k, less, a + k * n + k, n - k);
            add_row(y + r * columns, less, y + k * columns, columns);
        }
    }
    for (size_t k = n; k-- > 0;) {
        for (size_t c = 0; c < columns; c++) {
            struct complex sum = y[k * columns + c];
            for (size_t j = k + 1; j < n; j++)
                sum = minus(sum, times(a[k * n + j], y[j * columns + c]));
            y[k * columns + c] = over(sum, a[k * n + k]);
        }
    }
}

static struct complex *apply(const struct point *at, const struct block *b, const struct complex *x,
                             size_t columns);

/* y = (I - F B)^-1 F x */
static struct complex *apply_recursion(const struct point *at, const struct block *b,
                                       const struct complex *x, size_t columns) {
    size_t n = b->outs;
    struct complex *one = columns_new(n, n);
    for (size_t i = 0; i < n; i++) one[i * n + i].re = 1;
    struct complex *back = apply(at, b->parts[1], one, n);
    struct complex *loop = apply(at, b->parts[0], back, n);
    for (size_t i = 0; i < n * n; i++) loop[i] = minus(one[i], loop[i]);
    struct complex *y = apply(at, b->parts[0], x, columns);
    solve(loop, y, n, columns);
    free(one);
    free(back);
    free(loop);
    return y;
}

static void apply_rows(const struct point *at, const struct block *b, const struct complex *x,
                       struct complex *y, size_t columns) {
    bool full =
        b->kind == MATRIX || b->kind == GRID || b->kind == TAPS_GRID || b->kind == DELAY_GRID;
    for (size_t o = 0; o < b->outs; o++) {
        for (size_t i = full ? 0 : o; i < (full ? b->ins : o + 1); i++) {
            size_t place = full ? o * b->ins + i : o, places = full ? b->ins * b->outs : b->outs;
            struct complex h = {0, 0};
            switch (b->kind) {
            case MATRIX:
            case DIAGONAL: h.re = b->numbers[place]; break;
            case DELAYS:
            case DELAY_GRID: h = delayed(at, b->numbers[place]); break;
            case TAPS:
            case TAPS_GRID: h = response(at, b, place, places); break;
            default: h = cascade(at, b, place, places);
            }
            if (b->gains) h = times((struct complex){b->gains[place], 0}, h);
            add_row(y + o * columns, h, x + i * columns, columns);
        }
    }
}

/* The block's outputs, outs x columns, for the inputs x, ins x columns. */
static struct complex *apply(const struct point *at, const struct block *b, const struct complex *x,
                             size_t columns) {
    if (b->kind == RECURSION) return apply_recursion(at, b, x, columns);
    struct complex *y = columns_new(b->outs, columns);
    size_t row = 0;
    switch (b->kind) {
    case SERIES: {
        struct complex *now = NULL;
        for (size_t p = 0; p < b->part_count; p++) {
            struct complex *next = apply(at, b->parts[p], now ? now : x, columns);
            free(now);
            now = next;
        }
        free(y);
        return now;
    }
    case STACK:
    case SUM:
        for (size_t p = 0; p < b->part_count; p++) {
            struct complex *part = apply(at, b->parts[p], x, columns);
            for (size_t i = 0; i < b->parts[p]->outs; i++)
                add_row(y + (row + i) * columns, (struct complex){1, 0}, part + i * columns,
                        columns);
            if (b->kind == STACK) row += b->parts[p]->outs;
            free(part);
        }
        return y;
    default: apply_rows(at, b, x, y, columns); return y;
    }
}

/* In place: x[n] = sum over k of X[k] e^(2 pi i k n / size), of a power of two (Cooley and Tukey
 * 1965). */
static void inverse_transform(struct complex *x, const struct complex *turns, size_t size) {
    for (size_t i = 1, j = 0; i < size; i++) {
        size_t bit = size >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j |= bit;
        if (i >= j) continue;
        struct complex held = x[i];
        x[i] = x[j];
        x[j] = held;
    }
    for (size_t half = 1; half < size; half *= 2) {
        for (size_t begin = 0; begin < size; begin += 2 * half) {
            for (size_t k = 0; k < half; k++) {
                struct complex turn = turns[k * (size / (2 * half))];
                turn.im = -turn.im;
                struct complex a = x[begin + k], p = times(turn, x[begin + k + half]);
                x[begin + k] = (struct complex){a.re + p.re, a.im + p.im};
                x[begin + k + half] = minus(a, p);
            }
        }
    }
}

void referee_responses(const struct referee *referee, size_t samples, double *out) {
    const double pi = 3.14159265358979323846, wrapped = 1e-12;
    const struct block *root = referee->root;
    size_t size = 4, ins = root->ins, outs = root->outs;
    /* Four times the length: the last sample is then scaled up by 1e3 alone. */
    while (size < 4 * samples) size *= 2;
    double radius = pow(wrapped, -1.0 / (double)size);
    struct complex *turns = columns_new(size, 1);
    for (size_t k = 0; k < size; k++) {
        double angle = -2 * pi * (double)k / (double)size;
        turns[k] = (struct complex){cos(angle), sin(angle)};
    }
    struct complex *spectra = columns_new(ins * outs, size);
    struct complex *one = columns_new(ins, ins);
    for (size_t i = 0; i < ins; i++) one[i * ins + i].re = 1;
    for (size_t bin = 0; bin <= size / 2; bin++) {
        struct point at = {turns, size, bin, radius};
        struct complex *h = apply(&at, root, one, ins);
        for (size_t i = 0; i < ins; i++) {
            for (size_t o = 0; o < outs; o++) {
                struct complex value = h[o * ins + i], *spectrum = spectra + (i * outs + o) * size;
                spectrum[(size - bin) % size] = (struct complex){value.re, -value.im};
                spectrum[bin] = value;
            }
        }
        free(h);
    }
    for (size_t pair = 0; pair < ins * outs; pair++) {
        inverse_transform(spectra + pair * size, turns, size);
        for (size_t n = 0; n < samples; n++)
            out[pair * samples + n] =
                spectra[pair * size + n].re * pow(radius, (double)n) / (double)size;
    }
    free(turns);
    free(spectra);
    free(one);
}
