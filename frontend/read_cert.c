#include "frontend/read_cert.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>

#include "cert/check.h"
#include "cert/constants.h"
#include "cert/cut.h"
#include "cert/report.h"
#include "ir/base/vec.h"

struct reading_cert {
    struct arena *arena;
    const char *why; /* the first thing that is wrong */
};

static void wrong(struct reading_cert *r, const char *why, const char *member) {
    if (!r->why) r->why = text_format(r->arena, why, member);
}

static void delete_tree(void *tree) {
    cJSON_Delete(tree);
}

static const cJSON *member(const cJSON *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_of(struct reading_cert *r, const cJSON *object, const char *key) {
    const cJSON *item = member(object, key);
    if (cJSON_IsString(item)) return item->valuestring;
    wrong(r, "its member '%s' is missing, or no text", key);
    return "";
}

/* NaN where it is not there. */
static double number_or_nan(struct reading_cert *r, const cJSON *object, const char *key) {
    const cJSON *item = member(object, key);
    if (!item) return NAN;
    if (!cJSON_IsNumber(item)) wrong(r, "its member '%s' is no number", key);
    return item->valuedouble;
}

static double number_of(struct reading_cert *r, const cJSON *object, const char *key) {
    double value = number_or_nan(r, object, key);
    if (isnan(value)) wrong(r, "its member '%s' is missing", key);
    return value;
}

static const cJSON *list_of(struct reading_cert *r, const cJSON *object, const char *key) {
    const cJSON *item = member(object, key);
    if (cJSON_IsArray(item)) return item;
    wrong(r, "its member '%s' is missing, or no list", key);
    return NULL;
}

/* A list of `count` numbers. */
static const double *numbers(struct reading_cert *r, const cJSON *list, size_t count) {
    double *at = ARENA_ARRAY(r->arena, count, double);
    size_t i = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        if (!cJSON_IsNumber(item) || i == count) break;
        at[i++] = item->valuedouble;
    }
    if (item || i != count || !cJSON_IsArray(list))
        wrong(r, "one of its %s does not have as many numbers as it should", "lists");
    return at;
}

/* `count` texts. */
static const char *const *texts(struct reading_cert *r, const cJSON *list, uint32_t count) {
    const char **at = ARENA_ARRAY(r->arena, count, const char *);
    uint32_t i = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        if (!cJSON_IsString(item) || i == count) break;
        at[i++] = arena_copy(r->arena, item->valuestring, strlen(item->valuestring));
    }
    if (item || i != count || !cJSON_IsArray(list))
        wrong(r, "one of its %s does not have as many texts as it should", "lists");
    for (; i < count; i++) at[i] = "";
    return at;
}

static bool ticks_from(struct reading_cert *r, double value, ticks *out) {
    bool good = value >= 0 && value <= (double)TICKS_HALF_CIRCLE && value == floor(value);
    if (!good) wrong(r, "one of its %s is not on the half circle", "angles");
    *out = good ? (ticks)value : 0;
    return good;
}

static enum verdict verdict_of(struct reading_cert *r, const cJSON *object) {
    const char *text = text_of(r, object, "verdict");
    for (int v = 0; v < VERDICT_COUNT; v++)
        if (!strcmp(text, verdict_texts[v])) return (enum verdict)v;
    wrong(r, "there is no verdict '%s'", text);
    return VERDICT_INDETERMINATE;
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
    const cJSON *scalings = list_of(r, json, "scalings"), *cells = list_of(r, json, "cells"),
                *open = list_of(r, json, "open"), *item;
    w->R = number_of(r, json, "R");
    double modes = number_of(r, json, "modes");
    if (!(modes >= 0 && modes <= 1e15 && modes == floor(modes)))
        wrong(r, "its member '%s' is no count", "modes");
    if (r->why) return;
    w->modes = (int64_t)modes;
    w->scaling_count = (uint32_t)cJSON_GetArraySize(scalings);
    double *rows = ARENA_ARRAY(r->arena, (size_t)w->scaling_count * n, double);
    uint32_t i = 0;
    cJSON_ArrayForEach(item, scalings) {
        memcpy(&rows[(size_t)i++ * n], numbers(r, item, n), n * sizeof *rows);
    }
    w->scalings = rows;
    struct stretch *stretches =
        ARENA_ARRAY(r->arena, (size_t)cJSON_GetArraySize(cells), struct stretch);
    uint32_t *scaling_of = ARENA_ARRAY(r->arena, (size_t)cJSON_GetArraySize(cells), uint32_t);
    cJSON_ArrayForEach(item, cells) {
        const double *cell = numbers(r, item, 3);
        if (r->why || !ticks_from(r, cell[0], &stretches[w->cell_count].from) ||
            !ticks_from(r, cell[1], &stretches[w->cell_count].to))
            return;
        if (!(cell[2] >= 0 && cell[2] < w->scaling_count && cell[2] == floor(cell[2])))
            wrong(r, "one of its %s has no scaling", "cells");
        scaling_of[w->cell_count++] = r->why ? 0 : (uint32_t)cell[2];
    }
    w->cells = stretches;
    w->scaling_of = scaling_of;
    stretches = ARENA_ARRAY(r->arena, (size_t)cJSON_GetArraySize(open), struct stretch);
    cJSON_ArrayForEach(item, open) {
        const double *ends = numbers(r, item, 2);
        if (r->why || !ticks_from(r, ends[0], &stretches[w->open_count].from) ||
            !ticks_from(r, ends[1], &stretches[w->open_count].to))
            return;
        w->open_count++;
    }
    w->open = stretches;
    read_centres(r, text_of(r, json, "centres"), w);
}

static struct witness read_witness(struct reading_cert *r, const cJSON *json, uint32_t n) {
    struct witness w = {.kind = WITNESS_COUNT};
    const char *type = text_of(r, json, "type");
    for (int kind = 0; kind < WITNESS_COUNT; kind++)
        if (!strcmp(type, witness_texts[kind])) w.kind = (enum witness_kind)kind;
    if (w.kind == WITNESS_COUNT) wrong(r, "there is no witness of type '%s'", type);
    if (w.kind == WITNESS_CIRCLE) read_circle(r, json, n, &w);
    if (w.kind == WITNESS_ENERGY && member(json, "P"))
        w.fractions = texts(r, list_of(r, json, "P"), n);
    else if (w.kind == WITNESS_MODE || w.kind == WITNESS_ENERGY || w.open_count)
        w.powers = numbers(r, list_of(r, json, "powers"), n);
    else w.powers = ARENA_ARRAY(r->arena, n, double);
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
    struct loop_claim claim = {.verdict = verdict_of(r, json)};
    double channels = number_of(r, json, "N"), modes = number_or_nan(r, json, "modes_outside");
    if (!(channels >= 1 && channels <= 1e6)) wrong(r, "its member '%s' is no count", "N");
    claim.channel_count = r->why ? 0 : (uint32_t)channels;
    claim.any_delay = cJSON_IsTrue(member(json, "any_delay"));
    claim.time_varying_gain = cJSON_IsTrue(member(json, "time_varying_gain"));
    claim.rt60_max_s = number_or_nan(r, json, "rt60_max_s");
    claim.growth_db_per_s = number_or_nan(r, json, "growth_db_per_s");
    claim.modes_outside = modes >= 0 && modes < 1e15 ? (int64_t)modes : -1;
    const cJSON *list = member(json, "witnesses"), *item;
    if (list && claim.channel_count > CERT_CHANNELS_MOST)
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

/* ---- the document ---------------------------------------------------------------------------- */

/* The last member is the hash of all before it. */
static bool is_sealed(const struct source *source) {
    static const char before[] = ",\n  \"seal\": \"", after[] = "\"\n}\n";
    size_t tail = sizeof before - 1 + CONSTANTS_HASH_SIZE - 1 + sizeof after - 1;
    if (source->length < tail) return false;
    const char *at = source->text + source->length - tail;
    char seal[CONSTANTS_HASH_SIZE];
    hash_of_text(source->text, source->length - tail + 1, seal);
    return !memcmp(at, before, sizeof before - 1) &&
           !memcmp(at + sizeof before - 1, seal, CONSTANTS_HASH_SIZE - 1) &&
           !memcmp(at + tail - sizeof after + 1, after, sizeof after - 1);
}

/* ---- knobs ----------------------------------------------------------------------------------- */

static struct knob_scaling read_circle_of_knobs(struct reading_cert *r, const cJSON *json,
                                                double channels) {
    if (!(channels >= 1 && channels <= CERT_CHANNELS_MOST && channels == floor(channels)))
        wrong(r, "its member '%s' is no count", "N");
    uint32_t n = r->why ? 1 : (uint32_t)channels;
    struct witness *circle = ARENA_NEW(r->arena, struct witness);
    *circle = read_witness(r, json, n);
    if (circle->kind != WITNESS_CIRCLE) wrong(r, "there is no %s of knobs", "circle");
    return (struct knob_scaling){NULL, n, false, circle};
}

static struct knob_part read_part(struct reading_cert *r, const cJSON *json, uint32_t knobs) {
    struct knob_part part = {.cut = KNOB_PART_WHOLE};
    if (member(json, "cut")) {
        double cut = number_of(r, json, "cut");
        if (!(cut >= 0 && cut < knobs && cut == floor(cut)))
            wrong(r, "its member '%s' is the number of no knob", "cut");
        else part.cut = (uint32_t)cut;
        part.at = number_of(r, json, "at");
        return part;
    }
    const cJSON *middle = member(json, "middle"), *item;
    if (middle) part.middle = numbers(r, middle, knobs);
    bool energy = member(json, "powers") != NULL, exactly = member(json, "circles") != NULL;
    const cJSON *list = list_of(r, json, exactly  ? "circles"
                                         : energy ? "powers"
                                                  : "scalings");
    size_t count = (size_t)cJSON_GetArraySize(list);
    const double *channels = exactly ? numbers(r, list_of(r, json, "N"), count) : NULL;
    struct knob_scaling *scalings = ARENA_ARRAY(r->arena, count, struct knob_scaling);
    cJSON_ArrayForEach(item, list) {
        if (exactly) {
            uint32_t at = part.scaling_count++;
            scalings[at] = read_circle_of_knobs(r, item, channels[at]);
            continue;
        }
        uint32_t n = (uint32_t)cJSON_GetArraySize(item);
        scalings[part.scaling_count++] =
            (struct knob_scaling){numbers(r, item, n), n, energy, NULL};
    }
    if (part.scaling_count == 0 && exactly) wrong(r, "there is no %s of knobs", "circle");
    part.scalings = scalings;
    return part;
}

static bool decay_knob_holds(struct reading_cert *r, const cJSON *knobs, const struct net *net,
                             bool single) {
    struct decay_knob shown = decay_knob_find(r->arena, net, single);
    const struct knob *knob = &net->knobs[shown.knob];
    return shown.within > 0 && shown.within <= number_of(r, knobs, "decay_within") &&
           !strcmp(text_of(r, knobs, "decay_knob"), name_or(knob->id, knob->label));
}

static const char *check_knobs(struct reading_cert *r, const cJSON *tree, const struct net *net,
                               const struct claims *claims) {
    enum { PARTS_MOST = 10000 };
    const cJSON *knobs = member(tree, "knobs"), *list = member(knobs, "witnesses"), *item, *part;
    if (!knobs) return net->knob_count ? "it says nothing of the knobs" : NULL;
    const char *text = text_of(r, knobs, "claim");
    struct knob_claims claim = {KNOB_CLAIMS, number_or_nan(r, knobs, "rt60_max_s"), NULL, 0};
    for (int c = 0; c < KNOB_CLAIMS; c++)
        if (!strcmp(text, knob_claim_texts[c])) claim.claim = (enum knob_claim)c;
    if (claim.claim == KNOB_CLAIMS) wrong(r, "there is no claim '%s'", text);
    struct knob_witness *witnesses =
        ARENA_ARRAY(r->arena, (size_t)cJSON_GetArraySize(list), struct knob_witness);
    cJSON_ArrayForEach(item, list) {
        struct knob_witness *w = &witnesses[claim.witness_count++];
        const cJSON *parts = list_of(r, item, "parts");
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

static const char *read_and_check(struct arena *arena, const struct source *source,
                                  const struct net *net, bool single) {
    struct reading_cert reader = {.arena = arena}, *r = &reader;
    cJSON *tree = cJSON_ParseWithLength(source->text, source->length);
    if (!tree) return "it is not whole: it is no JSON";
    arena_defer(arena, delete_tree, tree);
    if (strcmp(text_of(r, tree, "schema"), "adacc-cert-1"))
        return "it is no certificate of the schema adacc-cert-1";
    if (!is_sealed(source)) return "it is not as it was written: its seal does not fit";
    struct claims claims = {.rate = number_of(r, tree, "fs"),
                            .single = strstr(text_of(r, tree, "precision"), "float32") != NULL,
                            .verdict = verdict_of(r, tree),
                            .rt60_max_s = number_or_nan(r, tree, "rt60_max_s")};
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
    const cJSON *loops = list_of(r, tree, "loops"), *item;
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
    const char *why = read_and_check(arena, source, net, single);
    if (!why) return true;
    diag_error(diags, NOWHERE, CODE_REFUSED, "the certificate '%s' is refused: %s", source->path,
               why);
    return false;
}
