#include "frontend/report.h"

#include <unistd.h>

#include "ir/base/diag_print.h"

static void drop_remarks(struct diags *diags) {
    struct diag **link = &diags->first;
    while (*link) {
        if ((*link)->severity == SEVERITY_REMARK) *link = (*link)->next;
        else link = &(*link)->next;
    }
}

static void hand_over(struct arena *arena, const struct sources *sources, const struct diag *diag,
                      const struct adac_options *options) {
    static const enum adac_severity severities[] = {[SEVERITY_ERROR] = ADAC_ERROR,
                                                    [SEVERITY_WARNING] = ADAC_WARNING,
                                                    [SEVERITY_REMARK] = ADAC_REMARK};
    struct text text;
    text_init(&text, arena);
    diag_print_one(&text, sources, diag,
                   &(struct diag_style){.colour = options->color == ADAC_ALWAYS});
    struct adac_message message = {.severity = severities[diag->severity],
                                   .code = (int)diag->code,
                                   .what = diag->message,
                                   .text = text_chars(&text)};
    if (span_known(diag->at)) {
        struct place begin = source_place(sources, diag->at.begin),
                     end = source_place(sources, diag->at.end);
        message.file = begin.source->path;
        message.line = begin.line;
        message.column = begin.column;
        message.end_line = end.line;
        message.end_column = end.column;
        message.offset = diag->at.begin - begin.source->base;
        message.length = diag->at.end - diag->at.begin;
    }
    options->report(options->self, &message);
}

void report_diags(struct arena *arena, const struct sources *sources, struct diags *diags,
                  const struct adac_options *options, FILE *messages) {
    if (!options->verbose) drop_remarks(diags);
    if (options->report) {
        for (const struct diag *d = diags->first; d; d = d->next)
            hand_over(arena, sources, d, options);
        return;
    }
    if (!messages) return;
    struct text text;
    text_init(&text, arena);
    if (options->json_diagnostics) {
        diag_print_json(&text, sources, diags);
    } else {
        bool colour = options->color == ADAC_ALWAYS ||
                      (options->color == ADAC_AUTO && isatty(fileno(messages)));
        diag_print(&text, sources, diags, &(struct diag_style){.colour = colour});
    }
    fputs(text_chars(&text), messages);
}

void report_out_of_memory(const struct adac_options *options, FILE *messages) {
    static const char what[] = "the compilation ran out of memory",
                      text[] = "adacc: error[E0906]: the compilation ran out of memory\n";
    _Static_assert(CODE_OUT_OF_MEMORY == 906, "the text has the code");
    if (options->report)
        options->report(options->self, &(struct adac_message){
                                           .code = CODE_OUT_OF_MEMORY, .what = what, .text = text});
    else if (messages) fputs(text, messages);
}
