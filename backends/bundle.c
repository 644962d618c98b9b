#include "backends/bundle.h"

/* The sink that the other backend sees. */
struct part {
    struct sink sink; /* first */
    struct sink *folder;
    const struct emission *emission;
};

static FILE *open_in_folder(struct sink *sink, const char *extension) {
    struct part *part = (struct part *)sink;
    return part->folder->open(part->folder, text_format(part->emission->arena, "%s%s",
                                                        part->emission->symbol, extension));
}

bool bundle_emit(const struct emission *emission, struct sink *folder,
                 bool (*emit)(const struct emission *, struct sink *)) {
    struct emission inner = *emission;
    inner.file = emission->symbol;
    struct part part = {.sink = {.open = open_in_folder}, .folder = folder, .emission = emission};
    text_init(&part.sink.summary, emission->arena);
    if (!emit(&inner, &part.sink)) return false;
    if (folder->summary.length) text_put(&folder->summary, "; ");
    text_put(&folder->summary, text_chars(&part.sink.summary));
    return true;
}
