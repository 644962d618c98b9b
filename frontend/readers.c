/* The table of readers. */
#include "frontend/reader.h"

#include <string.h>

#include "frontend/decompile.h"
#include "frontend/read_adg.h"
#include "frontend/read_json.h"

const struct reader readers[] = {
    {"adg", "the language of adg(5)", read_adg, ".adg", source_format},
    {"json", "ADAC's JSON, and what --emit=json writes", read_json, ".json", NULL},
};
const size_t reader_count = sizeof readers / sizeof *readers;

const struct reader *reader_named(const char *wanted) {
    for (size_t i = 0; i < reader_count; i++) {
        if (!strcmp(readers[i].name, wanted)) return &readers[i];
    }
    return NULL;
}

const struct reader *reader_for_path(const char *path) {
    size_t length = strlen(path);
    for (size_t i = 0; i < reader_count; i++) {
        size_t tail = strlen(readers[i].extension);
        if (length > tail && !strcmp(path + length - tail, readers[i].extension))
            return &readers[i];
    }
    return NULL;
}
