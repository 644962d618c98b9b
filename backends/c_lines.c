/* Delay lines of regions that run sample by sample. */
#include "backends/c_rows.h"

static bool rings(const struct c_writer *w, const struct kernel *kernel) {
    for (uint32_t r = 0; r < kernel->rows; r++)
        if (w->schedule->lines[kernel->first + r].length > 1) return true;
    return false;
}

/* Lines of one sample need no place: the sample is where the line begins. */
static const char *place_of(struct c_writer *w, const struct kernel *kernel, struct c_row r) {
    if (rings(w, kernel))
        return text_format(w->arena, "@self->at[%s]", c_offset(w, kernel->first, r));
    return c_offset(w, w->schedule->lines[kernel->first].begin, r);
}

/* Where line first + r begins; where it ends is where the next begins. */
static const char *begin_of(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                            uint32_t next) {
    if (r.loop)
        return text_format(w->arena, "%s_%s[%s]", w->name, next ? "end" : "line",
                           c_offset(w, kernel->first, r));
    uint32_t i = kernel->first + r.number;
    const struct line *line = &w->schedule->lines[i];
    return text_format(w->arena, "%u", line->begin + (next ? line->length : 0));
}

static void put_read_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                         void *context) {
    (void)context;
    c_use(w, C_TEXT_AUDIBLE);
    text_printf(&w->body, "%s@wire[%s] = %s_audible(@self->line[%s]);\n", c_margin(r.loop),
                c_offset(w, kernel->to, r), w->name, place_of(w, kernel, r));
}

/* How long the fade of a row lasts: "960", or an entry of a table where those of the rows differ.
 */
static const char *fade_samples_of(struct c_writer *w, const struct kernel *kernel,
                                   struct c_row r) {
    const struct tap *taps = w->schedule->taps + w->schedule->lines[kernel->first].tap;
    uint32_t *samples = ARENA_ARRAY(w->arena, kernel->rows, uint32_t);
    bool same = true;
    for (uint32_t i = 0; i < kernel->rows; i++) {
        samples[i] = taps[i].fade_samples;
        same &= samples[i] == samples[0];
    }
    if (!r.loop || same) return text_format(w->arena, "%u", samples[r.loop ? 0 : r.number]);
    return text_format(w->arena, "%s[@r]", c_numbers_table(w, "fade", samples, kernel->rows));
}

/* A delay that knobs move, in a block of its own. */
static void put_moving_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                           void *context) {
    (void)context;
    struct text *out = &w->body;
    const char *m = c_margin(true), *line = c_offset(w, kernel->first, r),
               *tap = c_offset(w, w->schedule->lines[kernel->first].tap, r);
    const char *begin = begin_of(w, kernel, r, 0), *end = begin_of(w, kernel, r, 1);
    text_printf(out, "%sconst int @at = @self->at[%s]%s;\n", m, line,
                kernel->delayed ? " - 1" : "");
    text_printf(out, "%sint @place = @at - @self->delay[%s];\n", m, tap);
    text_printf(out, "%sif (@place < %s) @place += %s - %s;\n", m, begin, end, begin);
    text_printf(out, "%s%s = @self->fade[%s]\n", m, c_wire_at(w, c_offset(w, kernel->to, r), true),
                tap);
    text_printf(out, "%s    ? %s_faded(@self, %s, ", m, w->name, tap);
    text_printf(out, "%s, @at, %s)\n", line, fade_samples_of(w, kernel, r));
    text_printf(out, "%s    : @self->line[@place];\n", m);
}

void c_put_read(struct c_writer *w, const struct kernel *kernel) {
    bool moving = w->schedule->lines[kernel->first].tap != NO_SLOT;
    c_put_rows(w, kernel, kernel->rows > C_ROWS_MAX, moving, NULL,
               moving ? put_moving_row : put_read_row);
}

static void put_write_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                          void *context) {
    const char *m = c_margin(r.loop), *at = c_offset(w, kernel->first, r);
    text_printf(&w->body, "%s@self->line[%s] = %s;\n", m, place_of(w, kernel, r),
                c_wire_of(w, context, r));
    if (!rings(w, kernel)) return;
    text_printf(&w->body, "%sif (++@self->at[%s] == %s) @self->at[%s] = %s;\n", m, at,
                begin_of(w, kernel, r, 1), at, begin_of(w, kernel, r, 0));
}

void c_put_write(struct c_writer *w, const struct kernel *kernel) {
    bool loop = kernel->rows > C_ROWS_MAX;
    struct c_inputs from = c_inputs_of(w, kernel->from, loop);
    c_put_rows(w, kernel, loop, false, &from, put_write_row);
}
