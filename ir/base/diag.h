/* Diagnostics as values: collected here, printed by diag_print, compared by tests.
 *
 *     struct diag *d = diag_error(diags, at, CODE_FEEDBACK_SHAPE, "feedback needs ...");
 *     diag_label(d, a->at, "8 -> 8");
 *     diag_note(d, where, "'m' has 8 entries");
 *     diag_help(d, "hadamard(8)");
 *
 * A function that reports returns null or false after it has reported; its caller adds nothing.
 * Formats are those of text_printf.
 */
#ifndef ADACC_IR_BASE_DIAG_H
#define ADACC_IR_BASE_DIAG_H

#include "ir/base/source.h"
#include "ir/base/text.h"

enum diag_code {
    CODE_NONE = 0,
#define CODE(number, NAME, meaning) CODE_##NAME = number,
#include "ir/base/codes.def"
#undef CODE
};

/* A remark is what -v shows: a choice that was made, a delay that was rounded. */
enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_REMARK };

struct diag_aside { /* a label under the text, or a note with a place of its own */
    struct diag_aside *next;
    span at; /* may be nowhere, for a note */
    const char *text;
};

struct diag {
    struct diag *next;
    struct diags *owner;
    enum severity severity;
    enum diag_code code;
    span at;
    const char *message;
    const char *label;         /* printed behind the caret run of `at`; may be null */
    struct diag_aside *labels; /* further caret runs */
    struct diag_aside *notes;
    struct diag_aside *helps; /* `at` is the text that the help would replace, if one is certain */
};

struct diags {
    struct arena *arena;
    struct diag *first, *last;
    size_t errors, warnings; /* all that were reported, shown or not */
    size_t hidden;           /* errors beyond LIMIT_ERRORS, counted only */
};

void diags_init(struct diags *diags, struct arena *arena);

/* Never null. Beyond LIMIT_ERRORS the diagnostic is made, so that a caller can go on, but not kept.
 */
struct diag *diag_error(struct diags *diags, span at, enum diag_code code, const char *format, ...)
    PRINTF_LIKE(4, 5);
struct diag *diag_warning(struct diags *diags, span at, enum diag_code code, const char *format,
                          ...) PRINTF_LIKE(4, 5);

struct diag *diag_remark(struct diags *diags, span at, const char *format, ...) PRINTF_LIKE(3, 4);

void diag_label(struct diag *diag, span at, const char *format, ...) PRINTF_LIKE(3, 4);
void diag_note(struct diag *diag, span at, const char *format, ...) PRINTF_LIKE(3, 4);
void diag_help(struct diag *diag, const char *format, ...) PRINTF_LIKE(2, 3);
/* A help that an editor may apply: put the text in place of `at`. */
void diag_fix(struct diag *diag, span at, const char *format, ...) PRINTF_LIKE(3, 4);

/* The table of codes. */
struct diag_meaning {
    enum diag_code code;
    const char *meaning;
};
extern const struct diag_meaning diag_meanings[];
extern const size_t diag_meaning_count;

#endif
