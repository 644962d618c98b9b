/* What the readers of leaves share: one leaf, what is said of it, and how its parameters are
 * checked. Each reader returns null after a report. */
#ifndef ADACC_FRONTEND_READ_JSON_LEAF_H
#define ADACC_FRONTEND_READ_JSON_LEAF_H

#include "frontend/read_json_tree.h"
#include "passes/design.h"

struct leaf {
    struct model *model;
    const struct path *path;
    const char *module;
    bool full; /* of the module type: an entry for each pair [out][in], not one a channel */
    struct item node, params, flamo;
    span at;
};

/* The member, if it is there and not null. */
struct item present(struct model *model, struct item object, const char *key);

/* "'x': a Gain needs WHAT". */
struct diag *leaf_needs(struct leaf *leaf, const char *what);

/* "'x': the JSON does not say 'flamo.KEY'", with what FLAMO knew and what to add. `known` and `add`
 * are sentences. */
void leaf_lacks(struct leaf *leaf, const char *key, const char *known, const char *add);

/* Something is in the list, or the leaf states its channels: else nothing says that none was meant. */
bool not_empty(struct leaf *leaf, struct item list, const char *what, bool holds);

/* Channels within the limit, and as the leaf states them. */
bool leaf_channels(struct leaf *leaf, uint32_t ins, uint32_t outs, struct item params);
bool leaf_grid(struct leaf *leaf, struct grid grid, struct item params);

/* The channels that `input_channels` or `output_channels` states; `*count` stays where it is not
 * stated. False after a report. */
bool stated_channels(struct leaf *leaf, const char *key, uint32_t *count, struct item *item);

/* A parameter as plain numbers: lists `lead` deep, and below them one number a channel, or
 * [out][in] where the module is full. Entry e of list i j is at[(i * sizes[1] + j) * entries + e].
 */
struct numbers {
    struct item item;
    uint32_t sizes[2]; /* of the leading lists; 1 where there is none */
    struct grid grid;
    const double *at;
};
/* Checks the channels too. False after a report. */
bool read_numbers(struct leaf *leaf, const char *key, unsigned lead, struct numbers *out);

/* "'x': expected WHAT to have 5 entries, found 4" unless they are equal; `meaning` is help. */
bool right_size(struct leaf *leaf, struct item item, const char *what, uint32_t found,
                uint32_t wanted, const char *meaning);

/* The number at a place of the tensor, for a caret under it. */
struct item nested(struct model *model, struct item list, const uint32_t *path, unsigned depth);

const struct node *sections_node(struct leaf *leaf, struct grid grid, uint32_t count,
                                 const struct section *at);
/* The same from designs; [entry][section]. */
const struct node *designs_node(struct leaf *leaf, struct grid grid, uint32_t count,
                                const struct biquad *at);

/* read_json_gain.c */
const struct node *read_gains(struct leaf *leaf);
const struct node *read_matrix(struct leaf *leaf);

/* read_json_delay.c */
const struct node *read_delays(struct leaf *leaf);
const struct node *read_gain_delays(struct leaf *leaf);
const struct node *read_samples(struct leaf *leaf);

/* read_json_sections.c */
const struct node *read_sections(struct leaf *leaf);
const struct node *read_sos(struct leaf *leaf, struct item list);

/* read_json_fir.c */
const struct node *read_response(struct leaf *leaf);
const struct node *read_fir(struct leaf *leaf, struct item list);
const struct node *read_scattering(struct leaf *leaf);

/* read_json_filter.c: FLAMO's filters, from what it trained. */
const struct node *read_biquad(struct leaf *leaf);
const struct node *read_svf(struct leaf *leaf);

/* read_json_equaliser.c */
const struct node *read_geq(struct leaf *leaf);
const struct node *read_peq(struct leaf *leaf);
const struct node *read_accurate_geq(struct leaf *leaf);
const struct node *read_absorption(struct leaf *leaf);

/* read_json_plain.c: the filters that ADAC knows and FLAMO does not, one channel unless stated. */
bool is_plain_biquad(struct leaf *leaf);
bool is_plain_svf(struct leaf *leaf);
bool is_plain_peak(struct leaf *leaf);
const struct node *read_plain(struct leaf *leaf, const char *kind);

#endif
