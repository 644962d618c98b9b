#include "backends/backend.h"

bool emit_certificate(const struct emission *emission, struct sink *sink) {
    struct text text;
    text_init(&text, emission->arena);
    const struct program *program = emission->program;
    cert_write_json(emission->cert, program->title ? program->title : program->name->text, &text);
    if (!sink_put_text(sink, ".cert.json", &text)) return false;
    text_put(&sink->summary, cert_summary(emission->cert));
    return true;
}
