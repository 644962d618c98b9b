/* JSON, strictly: RFC 8259 and nothing besides.
 *
 * cJSON accepts much that is not JSON, keeps no places, and reads numbers by the locale and at most 63
 * characters of them. So the text is scanned here first. What passes is JSON without duplicate keys;
 * its numbers are read here, exactly rounded; and the table of values says where each one stands.
 *
 * The table holds the values in the order in which they begin, which is the order of a walk through
 * cJSON's tree, a whole before its parts: the root is value 0, the first part of value i is value
 * i + 1, and what follows value i and all its parts is value values[i].next.
 */
#ifndef ADACC_FRONTEND_JSON_SCAN_H
#define ADACC_FRONTEND_JSON_SCAN_H

#include "ir/base/diag.h"

struct json_value {
    uint32_t begin, end; /* bytes of the text, from its start */
    uint32_t next;       /* the first value behind this one and its parts */
    uint32_t key;        /* where the key's opening quote stands, of a member; else 0 */
    double number;       /* of a number */
};

struct json_scan {
    const struct source *source;
    const struct json_value *values;
    uint32_t count;
    char *skeleton; /* the text with each number as 0 and blanks, and U+FFFD for U+0000: what cJSON is
                       given */
};

/* False after a report: the first thing that is not JSON, or any number of duplicate keys and numbers
 * beyond the range of a double. */
bool json_scan(struct arena *arena, struct diags *diags, const struct source *source,
               struct json_scan *scan);

span json_span(const struct json_scan *scan, uint32_t value);
span json_key_span(const struct json_scan *scan, uint32_t value);

#endif
