/* The program as source. Texts of .adg are the language's business, which backends do not know: the
 * front end makes this one, and what is left is to write it. */
#include "backends/backend.h"

bool emit_adg(const struct emission *emission, struct sink *sink) {
    const struct text *source = emission->source;
    size_t lines = 0;
    for (size_t i = 0; i < source->length; i++) lines += source->at[i] == '\n';
    text_printf(&sink->summary, "%zu line%s", lines, lines == 1 ? "" : "s");
    return sink_put_text(sink, ".adg", source);
}
