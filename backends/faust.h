/* What the files of the FAUST backend share.
 *
 * A graph becomes FAUST definitions from the leaves up. While it grows, a piece of FAUST is a
 * phrase: an expression that still knows how tightly it binds. A phrase too long to stand inside
 * another becomes a definition, and its name the phrase. Nothing here moves a delay: only loops
 * (faust_loop.c) do, because FAUST's `~` has a sample of its own that must come out of a delay
 * line.
 */
#ifndef ADACC_BACKENDS_FAUST_H
#define ADACC_BACKENDS_FAUST_H

#include "backends/backend.h"
#include "ir/base/vec.h"
#include "ir/build.h"

/* From the tightest to the loosest, as FAUST binds. */
enum binding {
    BINDS_NAME,      /* a name, a call, a number */
    BINDS_RECURSION, /* a ~ b */
    BINDS_COMMA,     /* a, b */
    BINDS_COLON,     /* a : b */
    BINDS_SPLIT      /* a <: b, a :> b */
};

struct phrase {
    const char *text; /* null: something went wrong and was reported */
    enum binding binding;
    bool tall; /* of several lines: it can only be the whole of a definition */
};

static const struct phrase no_phrase = {NULL, BINDS_NAME, false};

/* A map from addresses to phrases. */
struct phrase_map {
    struct phrase_entry {
        const void *key;
        struct phrase phrase;
    } * at;
    size_t room, count;
};

struct coefficient_name {
    const struct coefficient_name *next;
    struct operand operand;
    const char *text;
};
enum { COEFFICIENT_BUCKETS = 1024 };

struct base_name {
    struct base_name *next;
    name base;
    unsigned number;
};
enum { BASE_BUCKETS = 256 };

/* Definitions that see each other: the whole text, or what stands behind the `with` of a family
 * (faust_family.c). */
struct scope {
    struct phrase_map taken; /* identifiers that mean something already */
    struct base_name *bases[BASE_BUCKETS];
    struct text coefficients, matrices, definitions;
    struct phrase_map nodes, matrix_names;
    struct phrase_map same;     /* what bears which text */
    struct phrase_map formulas; /* of knobs, that are needed in several places */
    const struct coefficient_name *known_coefficients[COEFFICIENT_BUCKETS];
    const struct coefficient_name *known_lengths;
};

/* A list of numbers, "lengths = 1104, 1267, ...;", defined when it is first needed. */
struct number_list {
    const double *values;
    size_t count;
    const char *wanted, *text; /* its name; null before */
};

/* Functions that the text may call. */
enum helper_name {
    HELPER_BUS,
    HELPER_BLOCK,
    HELPER_TAKE,
    HELPER_TANH,
    HELPER_DELAY,
    HELPER_TF1,
    HELPER_TF2,
    HELPER_KEEP,
    HELPER_ADDER,
    HELPER_HADAMARD,
    HELPER_SETTLE,
    HELPER_SECTION,
    HELPER_INTEGRATOR,
    HELPER_INTEGRATORS,
    HELPER_FADE,
    HELPER_FADED,
    HELPER_COUNT
};

/* Most arguments of a family. */
enum { FAMILY_ARGUMENTS = 4 };

struct faust {
    struct arena *arena;
    struct diags *diags;
    /* The knobs are those of the program and, behind them, the arguments of a family: its numbers
     * are expressions of these. */
    struct program extended;
    const struct program *program; /* = &extended */
    uint32_t knob_count;           /* of the program */
    const char **knobs;            /* their identifiers */
    const struct sources *sources;
    struct build build;
    bool standalone;

    struct scope global, *at, *inner; /* where definitions go; inside a family or null */
    struct names texts;               /* keys of maps */
    struct text sliders, list_text;
    VEC(struct number_list) lists;
    VEC(struct ramp_name {
        double smooth_s;
        const char *text;
    })
    ramps;
    bool used[HELPER_COUNT];
    bool opens_loops;
    bool nameless; /* the leaf that is being written has no name in the source */
};

/* faust_library.c: the name of a function, which is then imported or defined. */
const char *faust_helper(struct faust *f, enum helper_name which);
void faust_reserve_helpers(struct faust *f);
void faust_put_helpers(struct faust *f, struct text *out);
bool faust_uses_library(const struct faust *f);

/* faust_names.c */
void faust_names_init(struct faust *f);
void faust_scope_init(struct faust *f, struct scope *scope);
void faust_reserve(struct faust *f, const char *text);
/* A new identifier, as close to `wanted` as FAUST and the names before it let it be; `role` stands
 * in for a name without letters. */
const char *faust_name(struct faust *f, const char *wanted, const char *role);
const struct phrase *phrase_map_get(const struct phrase_map *map, const void *key);
void phrase_map_put(struct arena *arena, struct phrase_map *map, const void *key,
                    struct phrase phrase);

/* faust_phrase.c */
struct phrase phrase_of(const char *text);
struct phrase phrase_call(struct faust *f, const char *format, ...) PRINTF_LIKE(2, 3);
/* Items joined by `binding`, which is BINDS_COMMA or BINDS_COLON; equal neighbours under a comma
 * become one par(i, n, ...). */
struct phrase phrase_join(struct faust *f, enum binding binding, const struct phrase *items,
                          size_t count);
struct phrase phrase_split(struct faust *f, uint32_t inlets, struct phrase into);  /* n <: into */
struct phrase phrase_merge(struct faust *f, struct phrase from, uint32_t outlets); /* from :> n */
struct phrase phrase_fan(struct faust *f, struct phrase from, struct phrase into); /* from <: into */
struct phrase phrase_recursion(struct faust *f, struct phrase a, struct phrase b); /* a ~ b */
struct phrase phrase_define(struct faust *f, const char *wanted, const char *role,
                            struct phrase phrase);
/* The phrase itself if it may stand inside another, else its definition's name. */
struct phrase phrase_short(struct faust *f, const char *wanted, const char *role,
                           struct phrase phrase);
struct phrase phrase_bus(struct faust *f, uint32_t n);   /* n wires */
struct phrase phrase_block(struct faust *f, uint32_t n); /* n inlets that go nowhere */
struct phrase phrase_adder(struct faust *f, uint32_t n); /* n and n wires added in pairs */
bool phrase_is_bus(struct phrase phrase);
bool phrase_is_name(struct phrase phrase);

/* faust_number.c */
void faust_put_number(struct text *out, double value); /* always with a point or an exponent */
/* The current value of a coefficient: a number, or the name of one that ramps, with a
 * constant factor before it or not. */
const char *faust_coefficient(struct faust *f, struct operand operand, const char *wanted);
/* c x0 + ... : `names` are the wires; an empty sum is 0.0. Lines are broken behind `indent` blanks.
 */
void faust_put_sum(struct faust *f, struct text *out, const struct operand *gains,
                   const char *const *names, uint32_t count, const char *owner, unsigned indent);
/* An item of a list; lines are broken behind four blanks. */
void faust_put_item(struct text *out, const char *item, bool first, size_t *column);
/* "@(7)", "@(7 - 1)" with `less` 1, "_" for none. Its text is null after a report. */
struct phrase faust_delay(struct faust *f, struct operand samples, unsigned less, const char *owner,
                          span at);
/* One section as a phrase 1 -> 1; one without memory is a gain or a wire. */
struct phrase faust_section(struct faust *f, const struct operand b[3], const struct operand a[2],
                            const char *owner);
/* faust_fir.c: a finite response as a phrase 1 -> 1; with `less` 1 a sample earlier, without its
 * first tap. */
struct phrase faust_fir(struct faust *f, const struct operand *taps, uint32_t count, unsigned less,
                        const char *owner);
/* The least that a length may be, in whole samples. */
double faust_least(struct faust *f, struct operand samples);
/* Finds the formulas of knobs that deserve a name, of all that is below the node; before the first of
 * them is written. */
void faust_count_formulas(struct faust *f, const struct node *node);
/* Whether a knob of the program moves it; whether it depends on an argument of a family. */
bool faust_moves(const struct faust *f, const struct expr *expr);
bool faust_is_local(const struct faust *f, const struct expr *expr);

/* faust_structure.c: null text where there is no structure. */
struct phrase faust_structured(struct faust *f, const struct matrix *m, const char *owner);
const struct structure *faust_structure(struct arena *arena, const struct matrix *m);
/* Items in series, those that are wires left out. */
struct phrase faust_chain(struct faust *f, const char *owner, const struct phrase *items,
                          size_t count);
/* Outlet i is inlet from[i]. */
struct phrase faust_route(struct faust *f, uint32_t inlets, const uint32_t *from, uint32_t outlets);

/* faust_header.c: what stands before the definitions. */
void faust_put_header(const struct faust *f, const struct emission *e, struct text *out);
void faust_put_summary(struct text *out, const struct emission *e);

/* faust_slider.c */
void faust_put_sliders(struct faust *f);
/* A text that can stand between quotation marks. */
const char *faust_quotable(struct arena *arena, const char *text);

/* faust_list.c: lists of numbers. One of these values, made now if `wanted` is not null and there are
 * a few of them, not many; or null. */
struct number_list *faust_list(struct faust *f, const char *wanted, const double *values,
                               size_t count);
const char *faust_take(struct faust *f, struct number_list *list); /* "take(i + 1, list)" */
/* Makes the lengths of all banks of delays known before anything is written. */
void faust_find_lists(struct faust *f);
/* A bank of delays, each `less` samples shorter. */
struct phrase faust_lines(struct faust *f, const struct operand *samples, size_t count,
                          unsigned less, const char *owner, span at);

/* faust_family.c: nodes that differ by a few numbers become calls of one function. Writes the phrases
 * of all nodes but leaves those that are in no family without text. */
void faust_families(struct faust *f, const struct node *const *nodes, size_t count,
                    struct phrase *out);

bool faust_node_moves(struct faust *f, const struct node *node); /* by a knob, anything in it */
/* What stands for a run of members stands in the place of the first, the others are empty: they go. */
size_t faust_without_empty(struct phrase *items, size_t count);

/* faust_matrix.c */
struct phrase faust_silence(struct faust *f, uint32_t n); /* of n outlets */
struct phrase faust_matrix(struct faust *f, const struct matrix *m, const char *owner);
struct phrase faust_plain(struct faust *f, const struct matrix *m, const char *owner);
/* One gain a channel. */
struct phrase faust_gains(struct faust *f, const struct operand *gains, uint32_t count,
                          const char *owner);

/* faust_graph.c: a node as a phrase, or one short enough to stand inside others. */
struct phrase faust_node(struct faust *f, const struct node *node);
struct phrase faust_part(struct faust *f, const struct node *node);
const char *faust_role(const struct node *node);

/* faust_loop.c */
struct phrase faust_feedback(struct faust *f, const struct node *node);

/* faust_net.c: any node by its net, cut at delays. */
struct phrase faust_by_net(struct faust *f, const struct node *node);

#endif
