#include "frontend/value.h"

#include "ir/base/text.h"
#include "ir/shape.h"

struct value value_number(span at, struct operand number, int dimension) {
    return (struct value){.kind = VALUE_NUMBER, .at = at, .number = number, .dimension = dimension};
}

struct value value_matrix(span at, const struct matrix *matrix, int dimension) {
    return (struct value){.kind = VALUE_MATRIX, .at = at, .matrix = matrix, .dimension = dimension};
}

struct value value_system(span at, const struct node *system) {
    if (!system) return value_error();
    return (struct value){.kind = VALUE_SYSTEM, .at = at, .system = system};
}

static const char *matrix_noun(struct arena *arena, struct value v) {
    const char *of = "";
    if (v.dimension == DIMENSION_TIME) of = " of times";
    if (v.dimension == DIMENSION_FREQUENCY) of = " of frequencies";
    if (value_is_vector(v)) {
        uint32_t n = v.matrix->rows * v.matrix->cols;
        if (*of) return text_format(arena, "a vector%s", of);
        return text_format(arena, "a vector of %u %s", n, n == 1 ? "entry" : "entries");
    }
    return text_format(arena, "a %u x %u matrix%s", v.matrix->rows, v.matrix->cols, of);
}

const char *value_noun(struct arena *arena, struct value v) {
    switch (v.kind) {
    case VALUE_NUMBER: return dimension_noun(arena, v.dimension);
    case VALUE_MATRIX: return matrix_noun(arena, v);
    case VALUE_SYSTEM: return text_format(arena, "a system %s", shape_text(arena, v.system->shape));
    case VALUE_RATIONAL: return "a function of z";
    case VALUE_STRING: return "a string";
    case VALUE_RANGE: return "a range";
    case VALUE_POINTS: return "a set of points";
    case VALUE_FUNCTION: return "a function";
    case VALUE_ERROR: break;
    }
    return "nothing";
}
