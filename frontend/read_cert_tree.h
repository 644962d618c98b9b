/* A certificate as a tree of JSON, before anything that it claims is looked at. */
#ifndef ADACC_FRONTEND_READ_CERT_TREE_H
#define ADACC_FRONTEND_READ_CERT_TREE_H

#include "ir/base/source.h"

struct cert_tree {
    const struct cJSON *root; /* lives as long as the arena */
    const char *why;          /* one clause on why it is none; else null */
    span at;                  /* of what the clause speaks of; or nowhere */
};

/* It is JSON without duplicate keys (json_scan.h), of our schema, with a seal that fits; each
 * member of cert_members.def holds what it should, and those that are needed are there. Other
 * members are passed by. Numbers are exactly rounded, whatever the locale. */
struct cert_tree cert_tree_read(struct arena *arena, const struct source *source);

#endif
