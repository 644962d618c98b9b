#include "frontend/read_adg.h"

#include "frontend/elaborate.h"
#include "lang/parse.h"

bool read_adg(struct reading *reading, const struct source *source, struct program *program) {
    size_t before = reading->diags->errors;
    const struct ast_file *file =
        adg_parse(reading->arena, reading->names, reading->sources, source, reading->diags);
    /* A file with mistakes lacks statements: what it says further on would be misread. */
    if (!file || reading->diags->errors != before) return false;
    return elaborate(reading, file, program);
}
