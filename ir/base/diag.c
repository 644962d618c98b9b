#include "ir/base/diag.h"

#include "ir/base/limits.h"

const struct diag_meaning diag_meanings[] = {
#define CODE(number, NAME, meaning) {CODE_##NAME, meaning},
#include "ir/base/codes.def"
#undef CODE
};
const size_t diag_meaning_count = sizeof diag_meanings / sizeof *diag_meanings;

void diags_init(struct diags *diags, struct arena *arena) {
    *diags = (struct diags){.arena = arena};
}

static char *format_text(struct arena *arena, const char *format, va_list arguments) {
    struct text text;
    text_init(&text, arena);
    text_vprintf(&text, format, arguments);
    text_put_bytes(&text, "", 0);
    return text.at;
}

static struct diag *report(struct diags *diags, enum severity severity, span at,
                           enum diag_code code, const char *format, va_list arguments) {
    struct diag *diag = ARENA_NEW(diags->arena, struct diag);
    *diag = (struct diag){.owner = diags, .severity = severity, .code = code, .at = at};
    diag->message = format_text(diags->arena, format, arguments);
    if (severity == SEVERITY_WARNING) {
        diags->warnings++;
    } else if (severity == SEVERITY_ERROR && diags->errors++ >= LIMIT_ERRORS) {
        diags->hidden++;
        return diag;
    }
    if (diags->last) diags->last->next = diag;
    else diags->first = diag;
    diags->last = diag;
    return diag;
}

struct diag *diag_error(struct diags *diags, span at, enum diag_code code, const char *format,
                        ...) {
    va_list arguments;
    va_start(arguments, format);
    struct diag *diag = report(diags, SEVERITY_ERROR, at, code, format, arguments);
    va_end(arguments);
    return diag;
}

struct diag *diag_warning(struct diags *diags, span at, enum diag_code code, const char *format,
                          ...) {
    va_list arguments;
    va_start(arguments, format);
    struct diag *diag = report(diags, SEVERITY_WARNING, at, code, format, arguments);
    va_end(arguments);
    return diag;
}

struct diag *diag_remark(struct diags *diags, span at, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    struct diag *diag = report(diags, SEVERITY_REMARK, at, CODE_NONE, format, arguments);
    va_end(arguments);
    return diag;
}

static void aside(struct diag *diag, struct diag_aside **list, span at, const char *format,
                  va_list arguments) {
    struct diag_aside *made = ARENA_NEW(diag->owner->arena, struct diag_aside);
    *made =
        (struct diag_aside){.at = at, .text = format_text(diag->owner->arena, format, arguments)};
    while (*list) list = &(*list)->next;
    *list = made;
}

#define ASIDE(list, at)                                                                            \
    do {                                                                                           \
        va_list arguments;                                                                         \
        va_start(arguments, format);                                                               \
        aside(diag, &diag->list, at, format, arguments);                                           \
        va_end(arguments);                                                                         \
    } while (0)

void diag_label(struct diag *diag, span at, const char *format, ...) {
    if (at.begin == diag->at.begin && at.end == diag->at.end && !diag->label) {
        va_list arguments;
        va_start(arguments, format);
        diag->label = format_text(diag->owner->arena, format, arguments);
        va_end(arguments);
        return;
    }
    ASIDE(labels, at);
}

void diag_note(struct diag *diag, span at, const char *format, ...) {
    ASIDE(notes, at);
}

void diag_help(struct diag *diag, const char *format, ...) {
    ASIDE(helps, NOWHERE);
}

void diag_fix(struct diag *diag, span at, const char *format, ...) {
    ASIDE(helps, at);
}
