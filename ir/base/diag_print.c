/* What a diagnostic looks like:
 *
 *     hall.adg:13:38: error[E0301]: feedback 'a ~ b' needs b to take a's 8 outlets, ...
 *        13 | tank = (delay(m) -> absorb(m, rt)) ~ hadamard(16)
 *           |         ~~~~~~~~~~~~~~~~~~~~~~~~~    ^^^^^^^^^^^^ 16 -> 16
 *           |         8 -> 8
 *     hall.adg:9:1: note: 'm' has 8 entries
 *        help: hadamard(8)
 *
 * The place in question has '^' under it, further parties have '~'. The label of the run that ends
 * last stands behind it, the others below theirs. A party on another line has that line shown too,
 * one in another file is told as a note. What has no place is its sentence alone.
 */
#include "ir/base/diag_print.h"

#include <string.h>

#include "ir/base/vec.h"

enum {
    DEFAULT_WIDTH = 100,
    LEAST_ROOM = 24, /* columns of source that are shown on the narrowest screen */
    TAB_STOP = 8,
    NEAR_BYTES = 4096 /* of a line, this much around the place is looked at */
};

static const char bold[] = "1", red[] = "1;31", magenta[] = "1;35", cyan[] = "1;36",
                  blue[] = "1;34", green[] = "1;32";

static void colour(struct text *out, const struct diag_style *style, const char *code) {
    if (style->colour) text_printf(out, "\033[%sm", code);
}

static void plain(struct text *out, const struct diag_style *style) {
    if (style->colour) text_put(out, "\033[0m");
}

static const struct {
    const char *word, *colour;
} severities[] = {
    [SEVERITY_ERROR] = {"error", red},
    [SEVERITY_WARNING] = {"warning", magenta},
    [SEVERITY_REMARK] = {"remark", cyan},
};

/* "E0301" */
static void put_code(struct text *out, enum diag_code code) {
    text_put_char(out, 'E');
    for (unsigned unit = 1000; unit; unit /= 10)
        text_put_char(out, (char)('0' + (unsigned)code / unit % 10));
}

/* ---- source lines --------------------------------------------------------------------------- */

struct run { /* of marks under a line */
    span at;
    char mark;
    const char *label; /* may be null */
    uint32_t line;
    size_t begin, end; /* display columns, from 0 */
};

struct cell {        /* one display column */
    uint32_t offset; /* of its character, from the begin of the text */
    uint8_t length;  /* 0: blank, of a tab or in place of what cannot be shown */
};

typedef VEC(struct cell) cells;

/* Bytes of the character at text[i], 0 if there is no whole one. */
static uint32_t character(const char *text, uint32_t i, uint32_t end) {
    unsigned char c = (unsigned char)text[i];
    uint32_t length = c < 0x80                ? 1
                      : c >= 0xC2 && c < 0xE0 ? 2
                      : (c & 0xF0) == 0xE0    ? 3
                      : c >= 0xF0 && c < 0xF5 ? 4
                                              : 0;
    if (length > end - i) return 0;
    for (uint32_t k = 1; k < length; k++)
        if (((unsigned char)text[i + k] & 0xC0) != 0x80) return 0;
    /* Control characters would act on the screen: those of ASCII, and U+0080 to U+009F. */
    if (c < 0x20 || c == 0x7F || (c == 0xC2 && (unsigned char)text[i + 1] < 0xA0)) return 0;
    return length;
}

static void line_cells(struct arena *arena, const struct source *source, uint32_t begin,
                       uint32_t end, cells *to) {
    for (uint32_t i = begin; i < end;) {
        if (source->text[i] == '\t') {
            do vec_push(arena, to, (struct cell){i, 0});
            while (to->count % TAB_STOP);
            i++;
            continue;
        }
        uint32_t length = character(source->text, i, end);
        vec_push(arena, to, (struct cell){i, (uint8_t)length});
        i += length ? length : 1;
        /* The rest of a character that cannot be shown takes no column of its own. */
        while (!length && i < end && ((unsigned char)source->text[i] & 0xC0) == 0x80) i++;
    }
}

/* The column of an offset: the number of cells before it. */
static size_t column_of(const cells *line, uint32_t offset) {
    size_t column = 0;
    while (column < line->count && line->at[column].offset < offset) column++;
    return column;
}

static void put_gutter(struct text *out, const struct diag_style *style, uint32_t line, int width) {
    colour(out, style, blue);
    char digits[16];
    int count = 0;
    for (uint32_t rest = line; rest; rest /= 10) digits[count++] = (char)('0' + rest % 10);
    for (int i = width; i > count; i--) text_put_char(out, ' ');
    while (count) text_put_char(out, digits[--count]);
    text_put(out, " |");
    plain(out, style);
}

/* Puts a row of marks or a label, without blanks at its end. */
static void put_row(struct text *out, size_t column, const char *chars) {
    for (size_t i = 0; i < column; i++) text_put_char(out, ' ');
    text_put(out, chars);
}

static void put_marks(struct text *out, const struct diag_style *style, const char *main_colour,
                      const char *marks, size_t count) {
    char last = ' ';
    for (size_t i = 0; i < count; i++) {
        if (marks[i] != last) {
            if (last != ' ') plain(out, style);
            if (marks[i] != ' ') colour(out, style, marks[i] == '^' ? main_colour : blue);
            last = marks[i];
        }
        text_put_char(out, marks[i]);
    }
    if (last != ' ') plain(out, style);
}

/* One source line with its runs; the first of them is the most important one. */
static void put_line(struct text *out, const struct diag_style *style, const char *main_colour,
                     const struct source *source, uint32_t line_number, struct run *runs,
                     size_t run_count, int gutter) {
    struct arena *arena = out->arena;
    uint32_t begin = source_line_begin(source, line_number);
    uint32_t end =
        line_number < source->line_count ? source->lines[line_number] - 1 : source->length;
    if (end > begin && source->text[end - 1] == '\r') end--;

    /* Of a line of many megabytes only the neighbourhood is looked at. */
    uint32_t focus = runs[0].at.begin - source->base, from = begin, to = end;
    if (focus > end) focus = end;
    if (focus < begin) focus = begin;
    if (focus - from > NEAR_BYTES) from = focus - NEAR_BYTES / 2;
    while (from > begin && ((unsigned char)source->text[from] & 0xC0) == 0x80) from--;
    if (to - focus > NEAR_BYTES) to = focus + NEAR_BYTES / 2;
    cells line = {0};
    line_cells(arena, source, from, to, &line);

    size_t room = (size_t)(style->width > 0 ? style->width : DEFAULT_WIDTH), start = 0;
    room = room > (size_t)gutter + 3 + LEAST_ROOM ? room - (size_t)gutter - 3 : LEAST_ROOM;
    for (size_t i = 0; i < run_count; i++) {
        uint32_t run_begin = runs[i].at.begin - source->base,
                 run_end = runs[i].at.end - source->base;
        runs[i].begin = column_of(&line, run_begin);
        runs[i].end = run_end > end ? line.count : column_of(&line, run_end);
        if (runs[i].end <= runs[i].begin) runs[i].end = runs[i].begin + 1;
    }
    bool cut_left = from > begin, cut_right = to < end;
    size_t stop = line.count;
    if (stop > room) {
        size_t middle = runs[0].begin;
        if (runs[0].end > room - 3 || cut_left) start = middle > room / 2 ? middle - room / 2 : 0;
        if (start + room > stop) start = stop - room;
        cut_left |= start > 0;
        if (stop > start + room) {
            stop = start + room;
            cut_right = true;
        }
    }
    size_t first = cut_left ? start + 3 : start,
           last = cut_right && stop > first + 3 ? stop - 3 : stop;

    put_gutter(out, style, line_number, gutter);
    if (line.count) text_put_char(out, ' ');
    if (cut_left) text_put(out, "...");
    for (size_t i = first; i < last; i++) {
        const struct cell *cell = &line.at[i];
        if (cell->length) text_put_bytes(out, source->text + cell->offset, cell->length);
        else text_put_char(out, source->text[cell->offset] == '\t' ? ' ' : '?');
    }
    if (cut_right) text_put(out, "...");
    text_put_char(out, '\n');

    /* The marks; '^' over '~'. Ends are cut to what is shown, plus one behind it. */
    char *marks = arena_alloc(arena, room + 8);
    memset(marks, ' ', room + 7);
    size_t width = 0, inline_run = run_count;
    for (size_t pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < run_count; i++) {
            struct run *run = &runs[i];
            if ((run->mark == '^') != (pass == 1)) continue;
            size_t a = run->begin < first ? first : run->begin > last ? last : run->begin;
            size_t b =
                run->end > last + (run->begin >= last) ? last + (run->begin >= last) : run->end;
            if (b <= a) b = a + 1;
            run->begin = a - start;
            run->end = b - start;
            memset(marks + run->begin, run->mark, run->end - run->begin);
            if (run->end > width) width = run->end;
        }
    for (size_t i = 0; i < run_count; i++)
        if (runs[i].label && runs[i].end == width && inline_run == run_count) inline_run = i;

    put_gutter(out, style, 0, gutter);
    text_put_char(out, ' ');
    put_marks(out, style, main_colour, marks, width);
    if (inline_run < run_count) {
        colour(out, style, runs[inline_run].mark == '^' ? main_colour : blue);
        text_printf(out, " %s", runs[inline_run].label);
        plain(out, style);
    }
    text_put_char(out, '\n');
    /* From right to left, so that none runs through another. */
    size_t below = (size_t)-1;
    for (;;) {
        size_t next = run_count;
        for (size_t i = 0; i < run_count; i++)
            if (runs[i].label && i != inline_run && runs[i].mark &&
                (next == run_count || runs[i].begin > runs[next].begin) && runs[i].begin <= below)
                next = i;
        if (next == run_count) break;
        put_gutter(out, style, 0, gutter);
        text_put_char(out, ' ');
        colour(out, style, runs[next].mark == '^' ? main_colour : blue);
        put_row(out, runs[next].begin, runs[next].label);
        plain(out, style);
        text_put_char(out, '\n');
        below = runs[next].begin;
        runs[next].mark = 0; /* done */
    }
}

/* ---- one diagnostic ------------------------------------------------------------------------- */

static void put_place(struct text *out, const struct sources *sources, span at,
                      const struct diag_style *style) {
    struct place place = source_place(sources, at.begin);
    if (!place.source) return;
    colour(out, style, bold);
    text_printf(out, "%s:%u:%u: ", place.source->path, place.line, place.column);
    plain(out, style);
}

static void put_note(struct text *out, const struct sources *sources, const struct diag_aside *note,
                     const struct diag_style *style) {
    if (span_known(note->at)) put_place(out, sources, note->at, style);
    else text_put(out, "   ");
    colour(out, style, cyan);
    text_put(out, "note:");
    plain(out, style);
    text_printf(out, " %s\n", note->text);
}

static void put_source(struct text *out, const struct sources *sources, const struct diag *diag,
                       const struct diag_style *style) {
    struct place main_place = source_place(sources, diag->at.begin);
    if (!main_place.source) return;
    VEC(struct run) runs = {0};
    const char *label = diag->label && *diag->label ? diag->label : NULL;
    vec_push(out->arena, &runs,
             (struct run){.at = diag->at, .mark = '^', .label = label, .line = main_place.line});
    uint32_t most = main_place.line;
    for (const struct diag_aside *a = diag->labels; a; a = a->next) {
        struct place place = source_place(sources, a->at.begin);
        if (place.source != main_place.source) continue;
        vec_push(
            out->arena, &runs,
            (struct run){
                .at = a->at, .mark = '~', .label = *a->text ? a->text : NULL, .line = place.line});
        if (place.line > most) most = place.line;
    }
    int gutter = 5;
    for (uint32_t limit = 100000; most >= limit && gutter < 10; limit *= 10) gutter++;

    /* Line by line, from the top. */
    for (uint32_t done = 0;;) {
        uint32_t line = UINT32_MAX;
        for (size_t i = 0; i < runs.count; i++)
            if (runs.at[i].line > done && runs.at[i].line < line) line = runs.at[i].line;
        if (line == UINT32_MAX) break;
        VEC(struct run) here = {0};
        for (size_t i = 0; i < runs.count; i++)
            if (runs.at[i].line == line) vec_push(out->arena, &here, runs.at[i]);
        put_line(out, style, severities[diag->severity].colour, main_place.source, line, here.at,
                 here.count, gutter);
        done = line;
    }
    for (const struct diag_aside *a = diag->labels; a; a = a->next)
        if (*a->text && source_place(sources, a->at.begin).source != main_place.source)
            put_note(out, sources, a, style);
}

void diag_print_one(struct text *out, const struct sources *sources, const struct diag *diag,
                    const struct diag_style *style) {
    if (span_known(diag->at)) put_place(out, sources, diag->at, style);
    colour(out, style, severities[diag->severity].colour);
    text_put(out, severities[diag->severity].word);
    if (diag->code != CODE_NONE) {
        text_put_char(out, '[');
        put_code(out, diag->code);
        text_put_char(out, ']');
    }
    text_put_char(out, ':');
    plain(out, style);
    text_put_char(out, ' ');
    colour(out, style, bold);
    text_put(out, diag->message);
    plain(out, style);
    text_put_char(out, '\n');
    if (span_known(diag->at)) put_source(out, sources, diag, style);
    for (const struct diag_aside *note = diag->notes; note; note = note->next)
        put_note(out, sources, note, style);
    for (const struct diag_aside *help = diag->helps; help; help = help->next) {
        text_put(out, "   ");
        colour(out, style, green);
        text_put(out, "help:");
        plain(out, style);
        text_printf(out, " %s\n", help->text);
    }
}

void diag_print(struct text *out, const struct sources *sources, const struct diags *diags,
                const struct diag_style *style) {
    for (const struct diag *d = diags->first; d; d = d->next)
        diag_print_one(out, sources, d, style);
    if (diags->hidden)
        text_printf(out, "%zu more error%s not shown\n", diags->hidden,
                    diags->hidden == 1 ? " is" : "s are");
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static void put_json_place(struct text *out, const struct sources *sources, span at) {
    struct place place = span_known(at) ? source_place(sources, at.begin) : (struct place){0};
    if (!place.source) {
        text_put(out, "\"file\": null, \"line\": null, \"column\": null, \"range\": null");
        return;
    }
    text_put(out, "\"file\": ");
    text_put_json_string(out, place.source->path, strlen(place.source->path));
    text_printf(out, ", \"line\": %u, \"column\": %u, \"range\": [%u, %u]", place.line,
                place.column, at.begin - place.source->base, at.end - place.source->base);
}

static void put_json_asides(struct text *out, const struct sources *sources, const char *key,
                            const struct diag_aside *first) {
    text_printf(out, ", \"%s\": [", key);
    for (const struct diag_aside *a = first; a; a = a->next) {
        text_put(out, a == first ? "{\"message\": " : ", {\"message\": ");
        text_put_json_string(out, a->text, strlen(a->text));
        text_put(out, ", ");
        put_json_place(out, sources, a->at);
        text_put_char(out, '}');
    }
    text_put_char(out, ']');
}

/* A help with a range is a fix: its message is the text to put there. */
static void put_json(struct text *out, const struct sources *sources, const struct diag *diag) {
    text_put(out, "{\"code\": ");
    if (diag->code == CODE_NONE) {
        text_put(out, "null");
    } else {
        text_put_char(out, '"');
        put_code(out, diag->code);
        text_put_char(out, '"');
    }
    text_printf(out, ", \"severity\": \"%s\", \"message\": ", severities[diag->severity].word);
    text_put_json_string(out, diag->message, strlen(diag->message));
    text_put(out, ", ");
    put_json_place(out, sources, diag->at);
    text_put(out, ", \"label\": ");
    if (diag->label) text_put_json_string(out, diag->label, strlen(diag->label));
    else text_put(out, "null");
    put_json_asides(out, sources, "labels", diag->labels);
    put_json_asides(out, sources, "notes", diag->notes);
    put_json_asides(out, sources, "helps", diag->helps);
    text_put_char(out, '}');
}

void diag_print_json(struct text *out, const struct sources *sources, const struct diags *diags) {
    text_put(out, "[");
    const char *separator = "\n  ";
    for (const struct diag *d = diags->first; d; d = d->next) {
        text_put(out, separator);
        put_json(out, sources, d);
        separator = ",\n  ";
    }
    if (diags->hidden) {
        struct diag more = {.severity = SEVERITY_ERROR};
        more.message = text_format(out->arena, "%zu more error%s not shown", diags->hidden,
                                   diags->hidden == 1 ? " is" : "s are");
        text_put(out, separator);
        put_json(out, sources, &more);
    }
    text_put(out, diags->first || diags->hidden ? "\n]\n" : "]\n");
}
