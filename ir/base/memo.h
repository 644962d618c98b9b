/* From a pointer to what was found out about it: a hash table that lives in an arena. */
#ifndef ADACC_IR_BASE_MEMO_H
#define ADACC_IR_BASE_MEMO_H

#include "ir/base/arena.h"

union memo_value {
    const void *pointer;
    uint64_t number;
    bool flag;
};

struct memo {
    struct arena *arena;
    struct memo_slot *slots;
    size_t room, count;
};

void memo_init(struct memo *memo, struct arena *arena);

/* The place of the key's value, all zero bits at first; it stays where it is until the next
 * memo_at. `fresh`, if not null, tells whether the key is new. */
union memo_value *memo_at(struct memo *memo, const void *key, bool *fresh);

#endif
