#include "ir/base/memo.h"

struct memo_slot {
    const void *key;
    union memo_value value;
};

void memo_init(struct memo *memo, struct arena *arena) {
    *memo = (struct memo){.arena = arena};
}

/* Open addressing; the table is never more than half full. */
static struct memo_slot *find(const struct memo *memo, const void *key) {
    size_t mask = memo->room - 1;
    size_t at = (size_t)((uint64_t)(uintptr_t)key * 0x9E3779B97F4A7C15u >> 32) & mask;
    while (memo->slots[at].key && memo->slots[at].key != key) at = (at + 1) & mask;
    return &memo->slots[at];
}

static void widen(struct memo *memo) {
    struct memo wider = {.arena = memo->arena, .count = memo->count};
    wider.room = memo->room ? memo->room * 2 : 64;
    wider.slots = ARENA_ARRAY(memo->arena, wider.room, struct memo_slot);
    for (size_t i = 0; i < memo->room; i++)
        if (memo->slots[i].key) *find(&wider, memo->slots[i].key) = memo->slots[i];
    *memo = wider;
}

union memo_value *memo_at(struct memo *memo, const void *key, bool *fresh) {
    if (memo->count * 2 >= memo->room) widen(memo);
    struct memo_slot *slot = find(memo, key);
    if (fresh) *fresh = !slot->key;
    if (!slot->key) {
        slot->key = key;
        memo->count++;
    }
    return &slot->value;
}
