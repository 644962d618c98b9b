/* Sections that knobs move, in regions with blocks: their numbers as banks want them lie in the
 * struct, so that no call has to gather them. */
#include "backends/c_rows.h"

/* A bank some of whose sections move. */
struct c_moving {
    const struct c_moving *next;
    const struct kernel *stages;
    uint32_t stage_count, stride, at;
};

static bool moves(const struct kernel *stages, uint32_t count) {
    for (uint32_t q = 0; q < count; q++)
        if (stages[q].coefficients) return true;
    return false;
}

void c_find_moving(struct c_writer *w) {
    const struct schedule *s = w->schedule;
    uint32_t widest = c_widest_rows(w);
    for (uint32_t r = 0; r < s->region_count; r++)
        for (uint32_t k = 0; k < s->regions[r].kernel_count && s->regions[r].block > 1; k++) {
            const struct kernel *kernel = &s->regions[r].kernels[k];
            bool bank = kernel->op == KERNEL_BANK;
            if (!bank && kernel->op != KERNEL_SECTION) continue;
            const struct kernel *stages = bank ? kernel->stages : kernel;
            uint32_t count = bank ? kernel->stage_count : 1;
            if (!moves(stages, count)) continue;
            struct c_moving *m = ARENA_NEW(w->arena, struct c_moving);
            *m = (struct c_moving){w->moving, stages, count,
                                   (kernel->rows + widest - 1) / widest * widest,
                                   (uint32_t)w->moving_numbers};
            w->moving = m;
            w->moving_numbers += (uint64_t)SECTION_COEFFICIENTS * m->stride * count;
        }
}

bool c_moving_at(const struct c_writer *w, const struct kernel *stages, uint32_t *at) {
    for (const struct c_moving *m = w->moving; m; m = m->next)
        if (m->stages == stages) {
            *at = m->at;
            return true;
        }
    return false;
}

/* A stage: where its numbers begin, and the coefficients that they are computed of. */
struct stage {
    uint32_t at, stride;
    struct c_numbers numbers[SECTION_COEFFICIENTS];
};

static void put_row(struct c_writer *w, const struct kernel *kernel, struct c_row r,
                    void *context) {
    static const char *const names[] = {"b0", "b1", "b2", "a1", "a2"};
    static const char *const formed[] = {"@b0", "-@a1", "-@a2", "@b1 - @a1 * @b0",
                                         "@b2 - @a2 * @b0"};
    const struct stage *stage = context;
    bool direct = kernel->form == SECTION_DIRECT;
    struct text *out = &w->body;
    const char *margin = c_margin(true);
    for (unsigned k = 0; k < SECTION_COEFFICIENTS && direct; k++)
        text_printf(out, "%sconst %s @%s = %s;\n", margin, w->real, names[k],
                    c_number_at(w, &stage->numbers[k], r));
    for (unsigned k = 0; k < SECTION_COEFFICIENTS; k++)
        text_printf(out, "%s@section[%s] = %s;\n", margin,
                    c_offset(w, stage->at + k * stage->stride, r),
                    direct ? formed[k] : c_number_at(w, &stage->numbers[k], r));
}

void c_put_moving(struct c_writer *w) {
    if (!w->moving) return;
    text_printf(&w->body,
                "/* The numbers of sections that knobs move, of what %s_section wants of each. */\n"
                "static void %s_form(%s *@section, const %s *@coefficient) {\n",
                w->name, w->name, w->real, w->real);
    const char *before = w->coefficient;
    w->coefficient = "@coefficient";
    for (const struct c_moving *m = w->moving; m; m = m->next)
        for (uint32_t q = 0; q < m->stage_count; q++) {
            const struct kernel *kernel = &m->stages[q];
            bool loop = !c_writes_rows(kernel, SECTION_COEFFICIENTS);
            struct stage stage = {.at = m->at + q * SECTION_COEFFICIENTS * m->stride,
                                  .stride = m->stride};
            for (unsigned k = 0; k < SECTION_COEFFICIENTS; k++)
                stage.numbers[k] = c_numbers_of(w, kernel, k, SECTION_COEFFICIENTS, loop);
            c_put_rows(w, kernel, loop, true, &stage, put_row);
        }
    w->coefficient = before;
    text_put(&w->body, "}\n\n");
}
