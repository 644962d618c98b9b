#include "frontend/read_cert.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

#include "cert/check.h"
#include "cert/constants.h"
#include "cert/cut.h"
#include "cert/report.h"
#include "frontend/read_cert_tree.h"
#include "ir/base/vec.h"

struct reading_cert {
    struct arena *arena;
    const char *why; /* the first thing that is wrong */
};

/* Types are as cert_members.def has them; what is left is whether things fit together. */
static void wrong(struct reading_cert *r, const char *why, const char *member) {
    if (!r->why) r->why = text_format(r->arena, why, member);
}

static const cJSON *member(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const cJSON *needed(struct reading_cert *r, const cJSON *object, const char *key) {
    const cJSON *item = member(object, key);
    if (!item) wrong(r, "a member '%s' is missing", key);
    return item;
}

static const char *text_of(struct reading_cert *r, const cJSON *object, const char *key) {
    const cJSON *item = needed(r, object, key);
    return item ? item->valuestring : "";
}

/* NaN where it is not there. */
static double number_or_nan(const cJSON *object, const char *key) {
    const cJSON *item = member(object, key);
    return item ? item->valuedouble : NAN;
}

static double number_of(struct reading_cert *r, const cJSON *object, const char *key) {
    const cJSON *item = needed(r, object, key);
    return item ? item->valuedouble : NAN;
}

/* Which of the texts of a table. */
static int word_of(const cJSON *object, const char *key, const char *const *words) {
    const char *text = member(object, key)->valuestring;
    int word = 0;
    while (strcmp(text, words[word])) word++;
    return word;
}

/* The rows of a list, of `width` numbers each, one behind the other. */
static const double *rows_of(struct reading_cert *r, const cJSON *list, uint32_t width) {
    const cJSON *row, *entry;
    size_t count = 0;
    cJSON_ArrayForEach(row, list) {
        if (cJSON_GetArraySize(row) != (int)width)
            wrong(r, "a list in its '%s' does not have as many numbers as it should", list->string);
        count += width;
    }
    if (r->why) return NULL;
    double *at = ARENA_ARRAY(r->arena, count, double);
    count = 0;
    cJSON_ArrayForEach(row, list) {
        cJSON_ArrayForEach(entry, row) at[count++] = entry->valuedouble;
    }
    return at;
}

/* A list of `count` entries; null if it is not that long. */
static const cJSON *list_of(struct reading_cert *r, const cJSON *object, const char *key,
                            uint32_t count) {
    const cJSON *list = needed(r, object, key);
    if (cJSON_GetArraySize(list) != (int)count)
        wrong(r, "its list '%s' is not as long as it should be", key);
    return r->why ? NULL : list;
}

static const double *numbers(struct reading_cert *r, const cJSON *object, const char *key,
                             uint32_t count) {
    const cJSON *list = list_of(r, object, key, count), *item;
    double *at = ARENA_ARRAY(r->arena, list ? count : 0, double), *next = at;
    cJSON_ArrayForEach(item, list) *next++ = item->valuedouble;
    return at;
}

static const char *const *texts(struct reading_cert *r, const cJSON *object, const char *key,
                                uint32_t count) {
    const cJSON *list = list_of(r, object, key, count), *item;
    const char **at = ARENA_ARRAY(r->arena, list ? count : 0, const char *), **next = at;
    cJSON_ArrayForEach(item, list) *next++ = item->valuestring;
    return at;
}

/* Rows of angles, from and to, and `more` numbers behind them. */
static const struct stretch *stretches_of(struct reading_cert *r, const cJSON *json,
                                          const char *key, uint32_t more, uint32_t *count) {
    const cJSON *list = needed(r, json, key);
    const double *rows = rows_of(r, list, 2 + more);
    *count = rows ? (uint32_t)cJSON_GetArraySize(list) : 0;
    struct stretch *at = ARENA_ARRAY(r->arena, *count, struct stretch);
    for (uint32_t i = 0; i < *count; i++) {
        const double *row = &rows[(size_t)i * (2 + more)];
        for (int end = 0; end < 2; end++)
            if (!(row[end] >= 0 && row[end] <= (double)TICKS_HALF_CIRCLE &&
                  row[end] == floor(row[end])))
                wrong(r, "one of its %s is not on the half circle", "angles");
        if (!r->why) at[i] = (struct stretch){(ticks)row[0], (ticks)row[1]};
    }
    return at;
}

/* ---- centres --------------------------------------------------------------------------------- */

static int digit_of(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The next 16 bits of a text in base 64; false at its end. */
struct steps {
    const char *next;
    uint32_t bits, held;
};

static bool next_step(struct steps *s, uint16_t *out) {
    while (s->held < 16) {
        int digit = digit_of(*s->next);
        if (digit < 0) return false;
        s->next++;
        s->bits = s->bits << 6 | (uint32_t)digit;
        s->held += 6;
    }
    s->held -= 16;
    *out = (uint16_t)(s->bits >> s->held);
    return true;
}

static void read_centres(struct reading_cert *r, const char *text, struct witness *w) {
    struct steps steps = {.next = text};
    VEC(ticks) centres = {0};
    for (uint32_t i = 0; i < w->open_count; i++) {
        ticks at = w->open[i].from, to = w->open[i].to;
        vec_push(r->arena, &centres, at);
        while (at != to) {
            uint16_t code;
            if (!next_step(&steps, &code)) {
                wrong(r, "its %s end too early", "centres");
                return;
            }
            at = code ? at + step_value(code) : to;
            if (at > to) {
                wrong(r, "its %s lead beyond the end of a stretch", "centres");
                return;
            }
            vec_push(r->arena, &centres, at);
        }
    }
    while (*steps.next == '=') steps.next++;
    if (*steps.next) wrong(r, "there are more %s than stretches", "centres");
    w->centres = centres.at;
    w->centre_count = centres.count;
}

/* ---- witnesses ------------------------------------------------------------------------------- */

static void read_circle(struct reading_cert *r, const cJSON *json, uint32_t n, struct witness *w) {
    const cJSON *scalings = needed(r, json, "scalings"), *cell;
    w->R = number_of(r, json, "R");
    double modes = number_of(r, json, "modes");
    w->scalings = rows_of(r, scalings, n);
    w->scaling_count = (uint32_t)cJSON_GetArraySize(scalings);
    w->cells = stretches_of(r, json, "cells", 1, &w->cell_count);
    w->open = stretches_of(r, json, "open", 0, &w->open_count);
    const char *centres = text_of(r, json, "centres");
    if (r->why) return;
    w->modes = (int64_t)modes;
    uint32_t *scaling_of = ARENA_ARRAY(r->arena, w->cell_count, uint32_t), *next = scaling_of;
    cJSON_ArrayForEach(cell, member(json, "cells")) {
        double row = cJSON_GetArrayItem(cell, 2)->valuedouble;
        bool good = row >= 0 && row < w->scaling_count && row == floor(row);
        if (!good) wrong(r, "one of its %s has no scaling", "cells");
        *next++ = good ? (uint32_t)row : 0;
    }
    w->scaling_of = scaling_of;
    read_centres(r, centres, w);
}

static struct witness read_witness(struct reading_cert *r, const cJSON *json, uint32_t n) {
    static const double unscaled[CERT_CHANNELS_MOST];
    struct witness w = {.kind = (enum witness_kind)word_of(json, "type", witness_texts),
                        .powers = unscaled};
    if (w.kind == WITNESS_CIRCLE) read_circle(r, json, n, &w);
    if (w.kind == WITNESS_ENERGY && member(json, "P")) w.fractions = texts(r, json, "P", n);
    else if (w.kind == WITNESS_MODE || w.kind == WITNESS_ENERGY || w.open_count)
        w.powers = numbers(r, json, "powers", n);
    if (w.kind == WITNESS_MODE)
        w.disc = (struct mode_disc){number_of(r, json, "log_radius"), number_of(r, json, "angle"),
                                    number_of(r, json, "half")};
    if (w.kind == WITNESS_SIGN) {
        double at = number_of(r, json, "at");
        if (at != 1 && at != -1) wrong(r, "its member '%s' is neither 1 nor -1", "at");
        w.at = at > 0 ? 1 : -1;
    }
    return w;
}

static struct loop_claim read_loop(struct reading_cert *r, const cJSON *json) {
    const cJSON *list = member(json, "witnesses"), *item, *modes = member(json, "modes_outside");
    double channels = number_of(r, json, "N");
    struct loop_claim claim = {.verdict = (enum verdict)word_of(json, "verdict", verdict_texts),
                               .any_delay = cJSON_IsTrue(member(json, "any_delay")),
                               .time_varying_gain = cJSON_IsTrue(member(json, "time_varying_gain")),
                               .rt60_max_s = number_or_nan(json, "rt60_max_s"),
                               .growth_db_per_s = number_or_nan(json, "growth_db_per_s"),
                               .modes_outside = modes ? (int64_t)modes->valuedouble : -1};
    if (channels >= 1 && channels <= UINT32_MAX) claim.channel_count = (uint32_t)channels;
    else wrong(r, "its member '%s' is out of all proportion", "N");
    if (list && channels > CERT_CHANNELS_MOST)
        wrong(r, "a loop is too wide to have %s", "witnesses");
    struct witness *witnesses =
        ARENA_ARRAY(r->arena, (size_t)cJSON_GetArraySize(list), struct witness);
    cJSON_ArrayForEach(item, list) {
        if (r->why) break;
        witnesses[claim.witness_count++] = read_witness(r, item, claim.channel_count);
    }
    claim.witnesses = witnesses;
    return claim;
}

/* ---- knobs ----------------------------------------------------------------------------------- */

static struct knob_scaling read_circle_of_knobs(struct reading_cert *r, const cJSON *json,
                                                double channels) {
    if (!(channels >= 1 && channels <= CERT_CHANNELS_MOST))
        wrong(r, "its member '%s' is out of all proportion", "N");
    uint32_t n = r->why ? 1 : (uint32_t)channels;
    struct witness *circle = ARENA_NEW(r->arena, struct witness);
    *circle = read_witness(r, json, n);
    if (circle->kind != WITNESS_CIRCLE) wrong(r, "there is no %s of knobs", "circle");
    return (struct knob_scaling){NULL, n, false, circle};
}

static struct knob_scaling read_scaling_of_knobs(struct reading_cert *r, const cJSON *row,
                                                 bool energy) {
    uint32_t n = (uint32_t)cJSON_GetArraySize(row);
    double *x = ARENA_ARRAY(r->arena, n, double), *next = x;
    const cJSON *entry;
    cJSON_ArrayForEach(entry, row) *next++ = entry->valuedouble;
    return (struct knob_scaling){x, n, energy, NULL};
}

static struct knob_part read_part(struct reading_cert *r, const cJSON *json, uint32_t knobs) {
    struct knob_part part = {.cut = KNOB_PART_WHOLE};
    if (member(json, "cut")) {
        double cut = number_of(r, json, "cut");
        if (cut >= knobs) wrong(r, "its member '%s' is the number of no knob", "cut");
        else part.cut = (uint32_t)cut;
        part.at = number_of(r, json, "at");
        return part;
    }
    if (member(json, "middle")) part.middle = numbers(r, json, "middle", knobs);
    bool energy = member(json, "powers") != NULL, exactly = member(json, "circles") != NULL;
    const char *key = exactly ? "circles" : energy ? "powers" : "scalings";
    const cJSON *list = needed(r, json, key), *item;
    uint32_t count = (uint32_t)cJSON_GetArraySize(list);
    const double *channels = exactly ? numbers(r, json, "N", count) : NULL;
    struct knob_scaling *scalings = ARENA_ARRAY(r->arena, count, struct knob_scaling);
    cJSON_ArrayForEach(item, list) {
        if (r->why) break;
        uint32_t at = part.scaling_count++;
        scalings[at] = exactly ? read_circle_of_knobs(r, item, channels[at])
                               : read_scaling_of_knobs(r, item, energy);
    }
    if (count == 0 && exactly) wrong(r, "there is no %s of knobs", "circle");
    part.scalings = scalings;
    return part;
}

static bool decay_knob_holds(struct reading_cert *r, const cJSON *knobs, const struct net *net,
                             bool single) {
    struct decay_knob shown = decay_knob_find(r->arena, net, single);
    if (!(shown.within > 0 && shown.within <= number_of(r, knobs, "decay_within"))) return false;
    const struct knob *knob = &net->knobs[shown.knob];
    return !strcmp(text_of(r, knobs, "decay_knob"), name_or(knob->id, knob->label));
}

static void check_values(struct reading_cert *r, const cJSON *values, const struct net *net) {
    for (uint32_t k = 0; k < net->knob_count; k++) {
        const struct knob *knob = &net->knobs[k];
        const char *id = name_or(knob->id, knob->label);
        if (number_or_nan(values, id) != knob->init)
            wrong(r, "it is for another value of the knob '%s'", id);
    }
}

static const char *check_knobs(struct reading_cert *r, const cJSON *tree, const struct net *net,
                               const struct claims *claims) {
    enum { PARTS_MOST = 10000 };
    const cJSON *knobs = member(tree, "knobs"), *list = member(knobs, "witnesses"), *item, *part;
    if (!knobs) return net->knob_count ? "it says nothing of the knobs" : NULL;
    if (!net->knob_count) return "it speaks of knobs, and the program has none";
    check_values(r, member(knobs, "values"), net);
    struct knob_claims claim = {
        .claim = (enum knob_claim)word_of(knobs, "claim", knob_claim_texts),
        .rt60_max_s = number_or_nan(knobs, "rt60_max_s"),
    };
    struct knob_witness *witnesses =
        ARENA_ARRAY(r->arena, (size_t)cJSON_GetArraySize(list), struct knob_witness);
    cJSON_ArrayForEach(item, list) {
        struct knob_witness *w = &witnesses[claim.witness_count++];
        const cJSON *parts = member(item, "parts");
        w->R = number_of(r, item, "R");
        if (cJSON_GetArraySize(parts) > PARTS_MOST) wrong(r, "it has too many %s", "parts");
        if (r->why) break;
        struct knob_part *at =
            ARENA_ARRAY(r->arena, (size_t)cJSON_GetArraySize(parts), struct knob_part);
        cJSON_ArrayForEach(part, parts) at[w->part_count++] = read_part(r, part, net->knob_count);
        w->parts = at;
    }
    claim.witnesses = witnesses;
    if (member(knobs, "decay_knob") && !decay_knob_holds(r, knobs, net, claims->single))
        return "that a knob says how fast it decays is not shown";
    return r->why ? r->why : cert_check_knobs(r->arena, net, claims, &claim);
}

/* ---- the document ---------------------------------------------------------------------------- */

static const char *read_and_check(struct arena *arena, const cJSON *tree, const struct net *net,
                                  bool single) {
    struct reading_cert reader = {.arena = arena}, *r = &reader;
    struct claims claims = {.rate = number_of(r, tree, "fs"),
                            .single = word_of(tree, "precision", precision_texts) == 1,
                            .verdict = (enum verdict)word_of(tree, "verdict", verdict_texts),
                            .rt60_max_s = number_or_nan(tree, "rt60_max_s")};
    if (claims.rate != net->rate)
        return text_format(arena, "it is for %g Hz, and the program runs at %g Hz", claims.rate,
                           net->rate);
    if (claims.single != single)
        return text_format(arena, "it is for constants as %s, and the program has them as %s",
                           claims.single ? "float" : "double", single ? "float" : "double");
    char hash[CONSTANTS_HASH_SIZE];
    constants_hash(net, single, hash);
    if (strcmp(text_of(r, tree, "constants_sha256"), hash))
        return "it is for a program with other constants";
    const cJSON *loops = member(tree, "loops"), *item;
    struct loop_claim *list =
        ARENA_ARRAY(arena, (size_t)cJSON_GetArraySize(loops), struct loop_claim);
    cJSON_ArrayForEach(item, loops) {
        if (r->why) break;
        list[claims.loop_count++] = read_loop(r, item);
    }
    claims.loops = list;
    const char *why = r->why ? r->why : cert_check(arena, net, &claims);
    return why ? why : check_knobs(r, tree, net, &claims);
}

bool certificate_check(struct arena *arena, struct diags *diags, const struct source *source,
                       const struct net *net, bool single) {
    struct cert_tree tree = cert_tree_read(arena, source);
    const char *why = tree.why ? tree.why : read_and_check(arena, tree.root, net, single);
    if (!why) return true;
    diag_error(diags, tree.at, CODE_REFUSED, "the certificate '%s' is refused: %s", source->path,
               why);
    return false;
}
