#include "ir/node.h"

#define LINEAR OP_FLAG_LINEAR
#define TIME_INVARIANT OP_FLAG_TIME_INVARIANT
#define STATEFUL OP_FLAG_STATEFUL
#define LOSSLESS OP_FLAG_LOSSLESS

const struct op_info op_infos[OP_COUNT] = {
#define OP(NAME, text, least, most, flags, meaning) {text, least, most, flags, meaning},
#include "ir/ops.def"
#undef OP
};
