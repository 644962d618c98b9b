#include "ir/node.h"

#include <math.h>
#include <string.h>

#include "ir/base/number.h"
#include "ir/base/text.h"

#define LINEAR OP_FLAG_LINEAR
#define TIME_INVARIANT OP_FLAG_TIME_INVARIANT
#define STATEFUL OP_FLAG_STATEFUL
#define LOSSLESS OP_FLAG_LOSSLESS

const struct op_info op_infos[OP_COUNT] = {
#define OP(NAME, text, least, most, flags, meaning) {text, least, most, flags, meaning},
#include "ir/ops.def"
#undef OP
};

static const struct {
    const char *text;
    uint32_t least, most; /* orders; 0: none is given */
} interpolations[] = {
    [INTERPOLATE_SINC] = {"sinc", 2, INTERPOLATION_ORDER_MOST},
    [INTERPOLATE_LAGRANGE] = {"lagrange", 1, INTERPOLATION_ORDER_MOST - 1},
    [INTERPOLATE_THIRAN] = {"thiran", 1, THIRAN_ORDER_MOST},
    [INTERPOLATE_ROUND] = {"round", 0, 0},
};

bool interpolation_read(const char *text, struct interpolation *out) {
    size_t length = strcspn(text, ":");
    for (uint32_t i = INTERPOLATE_SINC; i <= INTERPOLATE_ROUND; i++) {
        if (strlen(interpolations[i].text) != length || strncmp(interpolations[i].text, text, length))
            continue;
        *out = (struct interpolation){(enum interpolation_method)i, 0};
        if (!interpolations[i].most) return !text[length];
        double order;
        if (!text[length] ||
            !number_parse(text + length + 1, strlen(text + length + 1), &order) ||
            order != (uint32_t)fmin(fmax(order, 0), 1e9))
            return false;
        out->order = (uint32_t)order;
        return out->order >= interpolations[i].least && out->order <= interpolations[i].most;
    }
    return false;
}

const char *interpolation_text(struct arena *arena, struct interpolation how) {
    if (how.method == INTERPOLATE_ROUND) return "round";
    return text_format(arena, "%s:%u", interpolations[how.method].text, how.order);
}
