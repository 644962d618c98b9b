#include "ir/schedule.h"

#include <math.h>

#include "ir/base/limits.h"
#include "ir/blocks_fuse.h"
#include "ir/blocks_merge.h"
#include "ir/retime.h"
#include "ir/noise.h"
#include "ir/schedule_maker.h"

const struct kernel_info kernel_infos[KERNEL_COUNT] = {
#define KERNEL(NAME, text, meaning) {text, meaning},
#include "ir/kernels.def"
#undef KERNEL
};

/* Where each line begins; false after a report. */
static bool place_lines(struct schedule_maker *m, uint32_t *total) {
    uint64_t samples = 0;
    for (size_t i = 0; i < m->lines.count; i++) {
        struct line *line = &m->lines.at[i];
        const struct cell *cell = &m->net->cells[line->cell];
        if (line->most > LIMIT_DELAY_SAMPLES) {
            struct diag *diag = diag_error(m->diags, cell->at, CODE_DELAY_TOO_LONG,
                                           "the knobs may make this delay longer than %d samples",
                                           LIMIT_DELAY_SAMPLES);
            double most = operand_range(cell->operands[0], m->net->knobs).hi;
            if (isfinite(most)) diag_label(diag, cell->at, "up to %.6g samples", most);
            else diag_label(diag, cell->at, "no upper bound was found");
            diag_help(diag, "bound it: min(..., 1s)");
            return false;
        }
        if (line->block) samples = (samples + BLOCK_STEP - 1) / BLOCK_STEP * BLOCK_STEP;
        line->begin = (uint32_t)samples;
        samples += (uint64_t)line->length + line->block;
        if (samples > LIMIT_STATE_SAMPLES) {
            struct diag *diag =
                diag_error(m->diags, cell->at, CODE_DELAY_TOO_LONG,
                           "all delays together are longer than %d samples", LIMIT_STATE_SAMPLES);
            diag_label(diag, cell->at, "with this one");
            return false;
        }
    }
    *total = (uint32_t)samples;
    return true;
}

uint32_t kernel_numbers_count(const struct kernel *kernel) {
    switch (kernel->op) {
    case KERNEL_MATRIX:
    case KERNEL_BANK:
    case KERNEL_FIR: return kernel->rows * kernel->columns;
    case KERNEL_SPARSE: return kernel->terms;
    case KERNEL_SCALE:
    case KERNEL_HADAMARD: return kernel->rows;
    case KERNEL_SECTION:
    case KERNEL_SECTION_WRITE: return kernel->rows * SECTION_COEFFICIENTS;
    default: return 0;
    }
}

static const struct kernel *renumbered(struct schedule_maker *m, const struct kernel *kernels,
                                       uint32_t kernel_count, const uint32_t *numbers) {
    struct kernel *copies = ARENA_ARRAY(m->arena, kernel_count, struct kernel);
    for (uint32_t i = 0; i < kernel_count; i++) {
        struct kernel *kernel = &copies[i];
        *kernel = kernels[i];
        if (kernel->stages)
            kernel->stages = renumbered(m, kernel->stages, kernel->stage_count, numbers);
        if (!kernel->coefficients) continue;
        uint32_t count = kernel_numbers_count(kernel);
        uint32_t *coefficients = ARENA_ARRAY(m->arena, count, uint32_t);
        for (uint32_t c = 0; c < count; c++)
            coefficients[c] =
                kernel->coefficients[c] == NO_SLOT ? NO_SLOT : numbers[kernel->coefficients[c]];
        kernel->coefficients = coefficients;
    }
    return copies;
}

static const struct schedule *make_with(struct arena *arena, struct arena *scratch,
                                        struct diags *diags, const struct net *net,
                                        double tolerance, struct known_forms *known_forms,
                                        uint32_t block) {
    net = net_retime(arena, scratch, net, block);
    struct schedule_maker m = {.arena = arena, .scratch = scratch, .diags = diags, .net = net};
    m.tolerance = tolerance;
    m.known_forms = known_forms;
    m.control = control_begin(arena, scratch, net);
    m.plan = block_plan_make(scratch, scratch, net, block);
    m.slot_of = ARENA_ARRAY(scratch, net->cell_count, uint32_t);
    m.line_of = ARENA_ARRAY(scratch, net->cell_count, uint32_t);
    m.line_at = ARENA_ARRAY(scratch, net->cell_count, uint32_t);
    schedule_regions(&m);

    struct schedule *schedule = ARENA_NEW(arena, struct schedule);
    if (!place_lines(&m, &schedule->line_samples)) return NULL;
    uint32_t region_count = (uint32_t)m.regions.count;
    blocks_merge(arena, scratch, m.regions.at, region_count, (uint32_t)m.lines.count, &m.slot_count,
                 &m.section_count);
    blocks_fuse(arena, scratch, m.regions.at, region_count, m.lines.at,
                (uint32_t)m.lines.count, m.slot_count);
    schedule->slot_count =
        blocks_share_slots(arena, scratch, m.regions.at, region_count, m.slot_count);
    const uint32_t *numbers = control_finish(m.control, schedule);
    for (size_t r = 0; r < m.regions.count; r++) {
        struct region *region = &m.regions.at[r];
        region->kernels = renumbered(&m, region->kernels, region->kernel_count, numbers);
    }
    schedule->net = net;
    schedule->block = block;
    schedule->regions = m.regions.at;
    schedule->region_count = region_count;
    schedule->wire_count = m.wire_count;
    schedule->lines = m.lines.at;
    schedule->line_count = (uint32_t)m.lines.count;
    schedule->section_count = m.section_count;
    schedule->forms = m.forms.at;
    schedule->form_count = (uint32_t)m.forms.count;
    schedule->multiply_adds = m.multiply_adds;
    schedule->block_multiply_adds = m.block_multiply_adds;
    return schedule;
}

/* What a block works on is to stay within the nearest cache: so many samples of signals. */
enum { WORKING_SAMPLES = 6144 };

void schedule_form_put(struct text *out, const struct schedule_form *form) {
    text_printf(out, "%s: ", name_or(form->node ? form->node->name : NULL, "a matrix"));
    structure_describe(out, form->structure);
}

static void say_forms(struct diags *diags, const struct schedule *schedule) {
    for (uint32_t i = 0; i < schedule->form_count; i++) {
        struct text text;
        text_init(&text, diags->arena);
        schedule_form_put(&text, &schedule->forms[i]);
        diag_remark(diags, schedule->forms[i].at, "%s", text_chars(&text));
    }
}

const struct schedule *schedule_make_within(struct arena *arena, struct diags *diags,
                                            const struct net *net, double tolerance) {
    const struct schedule *schedule = NULL;
    struct known_forms known_forms = {.list = {0}};
    for (uint32_t block = BLOCK_MOST; block >= BLOCK_STEP; block /= 2) {
        struct arena scratch;
        arena_init_scratch(&scratch, arena);
        schedule = make_with(arena, &scratch, diags, net, tolerance, &known_forms, block);
        arena_free(&scratch);
        if (!schedule || (uint64_t)schedule->slot_count * block <= WORKING_SAMPLES) break;
    }
    if (schedule) say_forms(diags, schedule);
    if (schedule) section_forms_say(arena, diags, net);
    return schedule;
}

const struct schedule *schedule_make(struct arena *arena, struct diags *diags,
                                     const struct net *net) {
    return schedule_make_within(arena, diags, net, 0x1p-49);
}
