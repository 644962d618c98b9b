/* FAUST: the program as a .dsp text whose shape is the graph's. Loops: faust_loop.c. */
#include "backends/faust.h"

#include <string.h>

static void put_group(struct text *out, const struct text *group) {
    if (group->length) text_printf(out, "%s\n", text_chars(group));
}

/* What the backend looks at is the program with room for arguments of families behind its knobs. */
static void faust_init(struct faust *f, const struct emission *e) {
    *f = (struct faust){.arena = e->arena,
                        .diags = e->diags,
                        .extended = *e->program,
                        .knob_count = e->program->knob_count,
                        .sources = e->sources,
                        .standalone = e->standalone,
                        .build = {e->arena, e->diags}};
    f->program = &f->extended;
    faust_names_init(f);
    text_init(&f->sliders, e->arena);
    text_init(&f->list_text, e->arena);
    uint32_t room = f->knob_count + FAMILY_ARGUMENTS;
    struct knob *knobs = ARENA_ARRAY(e->arena, room, struct knob);
    if (f->knob_count) memcpy(knobs, e->program->knobs, f->knob_count * sizeof *knobs);
    f->extended.knobs = knobs;
    f->knobs = ARENA_ARRAY(e->arena, room, const char *);
    for (uint32_t i = 0; i < f->knob_count; i++)
        f->knobs[i] = faust_name(f, name_or(e->program->knobs[i].id, NULL), "knob");
    faust_put_sliders(f);
    faust_find_lists(f);
    faust_count_formulas(f, e->program->main);
}

bool emit_faust(const struct emission *e, struct sink *sink) {
    struct faust *f = ARENA_NEW(e->arena, struct faust);
    faust_init(f, e);
    struct phrase whole = faust_node(f, e->program->main);
    if (!whole.text) return false;

    struct text out, helpers;
    text_init(&out, e->arena);
    text_init(&helpers, e->arena);
    faust_put_header(f, e, &out);
    if (faust_uses_library(f)) text_put(&out, "import(\"stdfaust.lib\");\n\n");
    faust_put_helpers(f, &helpers);
    put_group(&out, &helpers);
    put_group(&out, &f->sliders);
    put_group(&out, &f->list_text);
    put_group(&out, &f->global.coefficients);
    put_group(&out, &f->global.matrices);
    text_printf(&out, "%sprocess =%s%s;\n", text_chars(&f->global.definitions),
                whole.text[0] == '\n' ? "" : " ", whole.text);
    faust_put_summary(&sink->summary, e);
    return sink_put_text(sink, ".dsp", &out);
}
