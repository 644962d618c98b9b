#include "ir/net.h"

#define LINEAR OP_FLAG_LINEAR
#define TIME_INVARIANT OP_FLAG_TIME_INVARIANT
#define STATEFUL OP_FLAG_STATEFUL
#define LOSSLESS OP_FLAG_LOSSLESS

const struct cell_info cell_infos[CELL_COUNT] = {
#define CELL(NAME, text, flags, meaning) {text, flags, meaning},
#include "ir/cells.def"
#undef CELL
};

bool cell_is_connected(const struct cell *cell, uint32_t i) {
    return cell->op != CELL_MIX || !operand_is(cell->operands[i], 0);
}

bool cell_is_direct(const struct cell *cell, uint32_t i) {
    return cell->least_delay == 0 && cell_is_connected(cell, i);
}
