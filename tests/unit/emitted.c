#include "tests/unit/emitted.h"

#include <stdio.h>
#include <stdlib.h>

struct memory_sink {
    struct sink sink; /* first: found again from it */
    FILE *file;
    char *text;
    size_t length;
};

static FILE *open_memory(struct sink *sink, const char *extension) {
    struct memory_sink *memory = (struct memory_sink *)sink;
    (void)extension;
    assert_null(memory->file);
    return memory->file = open_memstream(&memory->text, &memory->length);
}

const char *emitted_text(const struct emission *emission,
                         bool (*emit)(const struct emission *, struct sink *),
                         const char **summary) {
    struct memory_sink memory = {.sink.open = open_memory};
    text_init(&memory.sink.summary, emission->arena);
    assert_true(emit(emission, &memory.sink));
    fclose(memory.file);
    const char *text = arena_copy(emission->arena, memory.text, memory.length);
    free(memory.text);
    if (summary) *summary = text_chars(&memory.sink.summary);
    return text;
}
