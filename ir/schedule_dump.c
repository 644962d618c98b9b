#include "ir/dump.h"
#include "ir/noise.h"
#include "ir/schedule.h"

enum { WIDTH = 14 }; /* of the first column */

static const char *const section_letters[SECTION_COEFFICIENTS] = {"b0", "b1", "b2", "a1", "a2"};
static const char *const number_letters[SECTION_COEFFICIENTS] = {"n0", "n1", "n2", "n3", "n4"};

/* "10..17", "3", or "3 5 7 9 ..." */
static void put_range(struct text *out, uint32_t first, uint32_t count) {
    if (count == 1) text_printf(out, "%u", first);
    else text_printf(out, "%u..%u", first, first + count - 1);
}

static void put_gather(struct text *out, const struct gather *gather) {
    enum { SHOWN = 16 };
    if (!gather->slots) {
        put_range(out, gather->first, gather->count);
        return;
    }
    for (uint32_t i = 0; i < gather->count && i < SHOWN; i++)
        text_printf(out, i ? " %u" : "%u", gather->slots[i]);
    if (gather->count > SHOWN) text_put(out, " ...");
}

/* "0.5", or "c3 (0.5)" where a knob moves it. */
static void put_value(struct text *out, const struct kernel *kernel, uint32_t i) {
    if (kernel->coefficients && kernel->coefficients[i] != NO_SLOT)
        text_printf(out, "c%u (%g)", kernel->coefficients[i], kernel->values[i]);
    else text_put_number(out, kernel->values[i]);
}

static void put_values(struct text *out, const struct kernel *kernel, uint32_t first,
                       uint32_t count) {
    enum { SHOWN = 8 };
    for (uint32_t i = 0; i < count && i < SHOWN; i++) {
        text_put(out, i ? ", " : "");
        put_value(out, kernel, first + i);
    }
    if (count > SHOWN) text_put(out, ", ...");
}

static void put_sections(struct text *out, const struct kernel *kernel) {
    if (kernel->form != SECTION_DIRECT)
        text_printf(out, " as %s", section_form_infos[kernel->form].text);
    text_put(out, " by");
    for (unsigned k = 0; k < SECTION_COEFFICIENTS; k++) {
        if (!(kernel->uses >> k & 1)) continue;
        text_printf(out, " %s ", kernel->form == SECTION_DIRECT ? section_letters[k] : number_letters[k]);
        put_value(out, kernel, k);
    }
    if (kernel->rows > 1) text_put(out, ", ...");
}

static void put_bank(struct text *out, const struct kernel *kernel) {
    if (kernel->to == NO_SLOT) text_printf(out, "%u rows", kernel->rows);
    if (kernel->added) {
        text_put(out, kernel->to == NO_SLOT ? ": " : "");
        put_gather(out, kernel->added);
    }
    if (kernel->columns) {
        text_put(out, kernel->added ? " + " : kernel->to == NO_SLOT ? ": " : "");
        text_printf(out, "%u x %u of ", kernel->rows, kernel->columns);
        put_gather(out, kernel->from);
        text_put(out, " by ");
        put_values(out, kernel, 0, kernel->rows * kernel->columns);
    }
    for (uint32_t q = 0; q < kernel->stage_count; q++) {
        text_put(out, "; section");
        put_sections(out, &kernel->stages[q]);
        text_put(out, ", states ");
        put_range(out, kernel->stages[q].first, kernel->rows);
    }
    if (kernel->write) {
        text_put(out, "; to lines ");
        put_range(out, kernel->write->first, kernel->rows);
    }
}

/* " of lines 0..3" */
static void put_line_numbers(struct text *out, const struct kernel *kernel) {
    struct gather lines = {.first = kernel->first, .count = kernel->rows, .slots = kernel->slots};
    text_put(out, " of lines ");
    put_gather(out, &lines);
}

static void put_kernel(struct text *out, const struct kernel *kernel) {
    text_put(out, "  ");
    text_put(out, kernel_infos[kernel->op].text);
    text_pad_to(out, WIDTH + 2);
    if (kernel->to != NO_SLOT) {
        put_range(out, kernel->to, kernel->rows);
        text_put(out, " <- ");
    }
    switch (kernel->op) {
    case KERNEL_INLET:
        text_put(out, "inlets ");
        put_range(out, kernel->first, kernel->rows);
        break;
    case KERNEL_MATRIX:
        text_printf(out, "%u x %u of ", kernel->rows, kernel->columns);
        put_gather(out, kernel->from);
        text_put(out, " by ");
        put_values(out, kernel, 0, kernel->rows * kernel->columns);
        break;
    case KERNEL_BANK:
        put_bank(out, kernel);
        break;
    case KERNEL_SPARSE:
        text_printf(out, "%u terms", kernel->terms);
        for (uint32_t r = 0; r < kernel->rows && kernel->terms <= 64; r++) {
            text_put(out, r ? "; " : ": ");
            for (uint32_t t = kernel->starts[r]; t < kernel->starts[r + 1]; t++) {
                text_put(out, t > kernel->starts[r] ? " + " : "");
                put_value(out, kernel, t);
                text_printf(out, " * %u", kernel->slots[t]);
            }
        }
        break;
    case KERNEL_SCALE:
    case KERNEL_HADAMARD:
        put_gather(out, kernel->from);
        text_put(out, " by ");
        put_values(out, kernel, 0, kernel->rows);
        break;
    case KERNEL_SUM:
        for (uint32_t t = 0; t < kernel->terms; t++) {
            text_put(out, t ? " + " : "");
            put_gather(out, &kernel->from[t]);
        }
        break;
    case KERNEL_DELAY_READ:
        text_put(out, "lines ");
        if (kernel->op == KERNEL_DELAY_READ && kernel->slots)
            for (uint32_t r = 0; r < kernel->rows; r++)
                text_printf(out, "%s%u", r ? " " : "", kernel->slots[r]);
        else put_range(out, kernel->first, kernel->rows);
        if (kernel->delayed) text_put(out, ", just written");
        break;
    case KERNEL_DELAY_WRITE:
        text_put(out, "lines ");
        put_range(out, kernel->first, kernel->rows);
        text_put(out, " <- ");
        put_gather(out, kernel->from);
        break;
    case KERNEL_FIR:
        text_printf(out, "%u taps", kernel->columns);
        if (kernel->skip) text_printf(out, " after %u", kernel->skip);
        put_line_numbers(out, kernel);
        text_put(out, " by ");
        put_values(out, kernel, 0, kernel->rows * kernel->columns);
        if (kernel->delayed) text_put(out, ", just written");
        break;
    case KERNEL_SECTION:
    case KERNEL_SECTION_WRITE:
        put_gather(out, kernel->from);
        put_sections(out, kernel);
        text_put(out, ", states ");
        put_range(out, kernel->first, kernel->rows);
        break;
    case KERNEL_SECTION_READ:
        text_put(out, "states ");
        put_range(out, kernel->first, kernel->rows);
        break;
    case KERNEL_TAKE:
    case KERNEL_GIVE: put_gather(out, kernel->from); break;
    case KERNEL_OUTLET:
        text_put(out, "outlets ");
        put_range(out, kernel->first, kernel->rows);
        text_put(out, " <- ");
        put_gather(out, kernel->from);
        break;
    case KERNEL_COUNT: break;
    }
    text_put_char(out, '\n');
}

static void put_lines(struct text *out, const struct schedule *s) {
    if (s->line_count) text_printf(out, "lines: %u, %u samples\n", s->line_count, s->line_samples);
    for (uint32_t i = 0; i < s->line_count; i++) {
        const struct line *line = &s->lines[i];
        text_printf(out, "  %u", i);
        text_pad_to(out, 6);
        if (line->tap == NO_SLOT) {
            text_printf(out, "%u\n", line->most);
            continue;
        }
        text_printf(out, "%u..%u by ", line->least, line->most);
        operand_dump(out, s->taps[line->tap].operand, s->net->knobs);
        text_printf(out, ", fading for %u\n", s->taps[line->tap].fade_samples);
    }
}

static void put_control(struct text *out, const struct schedule *s) {
    for (uint32_t r = 0; r < s->ramp_count; r++) {
        const struct ramp *ramp = &s->ramps[r];
        text_printf(out, "ramp %u: %g s\n", r, ramp->smooth_s);
        for (uint32_t i = ramp->first; i < ramp->first + ramp->count; i++) {
            text_printf(out, "  c%u", i);
            text_pad_to(out, 8);
            operand_dump(out, s->coefficients[i].operand, s->net->knobs);
            text_put_char(out, '\n');
        }
    }
    for (uint32_t g = 0; g < s->group_count; g++) {
        const struct control_group *group = &s->groups[g];
        text_put(out, "knobs");
        for (uint32_t k = 0; k < group->knob_count; k++)
            text_printf(out, " %s", name_or(s->net->knobs[group->knobs[k]].id, "?"));
        text_printf(out, ": %u coefficients, %u delays, %u steps\n", group->coefficient_count,
                    group->tap_count, group->step_count);
    }
}

static void put_forms(struct text *out, const struct schedule *s) {
    if (s->form_count) text_put(out, "matrices:\n");
    for (uint32_t i = 0; i < s->form_count; i++) {
        text_put(out, "  ");
        schedule_form_put(out, &s->forms[i]);
        text_put_char(out, '\n');
    }
}

void schedule_dump(struct text *out, const struct schedule *s) {
    text_printf(out, "blocks of %u, %u slots, ", s->block, s->slot_count);
    if (s->wire_count) text_printf(out, "%u of single samples, ", s->wire_count);
    text_printf(out, "%u sections, ", s->section_count);
    text_printf(out, "%g multiply-adds a sample\n", (double)s->multiply_adds);
    for (uint32_t r = 0; r < s->region_count; r++) {
        text_printf(out, "region %u: block %u\n", r, s->regions[r].block);
        for (uint32_t k = 0; k < s->regions[r].kernel_count; k++)
            put_kernel(out, &s->regions[r].kernels[k]);
    }
    put_forms(out, s);
    put_lines(out, s);
    put_control(out, s);
}
