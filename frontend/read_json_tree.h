/* What the files of the JSON reader share: cJSON's tree walked in step with the scanner's table, so
 * that each value has its place; and the parts of a model with the reports that belong to them. */
#ifndef ADACC_FRONTEND_READ_JSON_TREE_H
#define ADACC_FRONTEND_READ_JSON_TREE_H

#include "frontend/json_scan.h"
#include "frontend/reader.h"
#include "frontend/suggestion.h"
#include "ir/build.h"

/* A value: its node of cJSON's tree and its index in the table. */
struct item {
    const struct cJSON *json; /* null: there is none */
    uint32_t at;
};

struct model {
    struct reading *reading;
    struct arena *arena;
    struct diags *diags;
    struct json_scan scan;
    struct build build;
    struct item root;
    double rate;
    struct knob *knobs;
    uint32_t knob_count;
    bool knobs_refused; /* some of them had errors, which are reported */
};

/* Where a node stands: the names of the nodes from the root's child down to it. */
struct path {
    const struct path *up; /* null: the root */
    const char *step;
};

/* "'core/fF/1'", or "the root". */
const char *path_text(struct model *model, const struct path *path);

/* A text of the model as messages show it: the begin of a very long one. */
const char *shown(struct model *model, const char *text);

enum kind { KIND_NONE, KIND_NULL, KIND_BOOLEAN, KIND_NUMBER, KIND_STRING, KIND_LIST, KIND_OBJECT };

enum kind item_kind(struct item item);
/* "a number", "the string \"48000\"", "null". */
const char *item_words(struct model *model, struct item item);
span item_span(struct model *model, struct item item);
struct item item_first(struct item whole);
struct item item_next(struct model *model, struct item part);
uint32_t item_count(struct item whole);
/* The member of that name; none if there is none, or if `object` is none. */
struct item item_member(struct model *model, struct item object, const char *key);
const char *item_key(struct item member);
span item_key_span(struct model *model, struct item member);
const char *item_string(struct item item);
bool item_true(struct item item);
double item_number(struct model *model, struct item item);
/* Its text in the source, copied; null for none. */
const char *item_text(struct model *model, struct item item);

/* "expected WHAT to be WANTED, found ...", at the item. */
struct diag *wrong_kind(struct model *model, const struct path *path, struct item item,
                        const char *what, const char *wanted);

/* Members that may be absent (or null: `absent` then keeps its value). False after a report. */
bool read_boolean(struct model *model, const struct path *path, struct item object, const char *key,
                  bool *absent);
bool read_number(struct model *model, const struct path *path, struct item object, const char *key,
                 double *absent);
bool read_string(struct model *model, const struct path *path, struct item object, const char *key,
                 const char **absent);

/* A number, or an expression of knobs. */
bool read_operand(struct model *model, const struct path *path, struct item item, const char *what,
                  struct operand *out);

/* Nested lists of operands, as deep as `depth`: entries in the order of the text, and how long the
 * lists of each level are. Lists of one level with different lengths are an error. A level of no
 * entries makes those below it 0 long. */
struct tensor {
    uint32_t sizes[4];
    struct operand *at;
    size_t count;
};
bool read_tensor(struct model *model, const struct path *path, struct item item, const char *what,
                 unsigned depth, struct tensor *out);

/* How deep lists nest, along the first entries: 0 for what is no list. */
unsigned item_depth(struct item item);

/* read_json_leaf.c: a leaf, which is named and given its origin by the caller. Null after a report.
 */
const struct node *read_leaf(struct model *model, const struct path *path, struct item item,
                             span at);

/* read_json_knobs.c: the root's `knobs`, into the model, and its `controls`. False after a report.
 */
bool read_knobs(struct model *model, const struct path *root);
bool read_controls(struct model *model, const struct path *root,
                   struct control controls[CONTROL_COUNT]);

/* read_json.c: the program's title, name and author from the members of an object; its rate from the
 * root's member `key`, which must be that of the reading where one is asked for. False after a
 * report. */
bool read_title(struct model *model, const struct path *root, struct item object,
                struct program *program);
bool read_rate(struct model *model, const struct path *root, const char *key,
               struct program *program);

/* read_pyfdn.c: a build of pyFDN, whole. False after a report. */
bool read_pyfdn(struct model *model, const struct path *root, struct program *program);

/* json_expr.c: the expression of knobs that a text denotes. False after a report at `at`, which is
 * the text's place in the source, without quotes; `exact` where it holds no escapes. */
bool read_expression(struct model *model, const char *text, span at, bool exact,
                     struct operand *out);

#endif
