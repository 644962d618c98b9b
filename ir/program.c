#include "ir/program.h"

const struct control_info control_infos[CONTROL_COUNT] = {
#define X(NAME, key, label, unit, init, lo, hi, step) \
    {key, unit, {true, init, lo, hi, step, label, NOWHERE}},
    CONTROL_LIST(X)
#undef X
};
