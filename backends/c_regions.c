/* Regions: loops over blocks, or over samples. */
#include "backends/c_block.h"

void c_put_title(struct c_writer *w, const struct kernel *kernel) {
    struct text *out = &w->body;
    text_printf(out, "        /* %s", kernel_infos[kernel->op].text);
    if (kernel->op == KERNEL_MATRIX) text_printf(out, " %u x %u", kernel->rows, kernel->columns);
    else if (kernel->rows > 1) text_printf(out, " of %u", kernel->rows);
    if (kernel->op == KERNEL_FIR) text_printf(out, ", %u taps", kernel->columns);
    if (kernel->node && kernel->node->name) {
        text_put(out, ", ");
        c_put_comment(out, kernel->node->name->text);
    }
    const char *place = c_place(w, kernel->at);
    if (place) {
        text_put(out, ", ");
        c_put_comment(out, place);
    }
    text_put(out, " */\n");
}

static bool has_title(const struct kernel *kernel) {
    return kernel->op != KERNEL_INLET && kernel->op != KERNEL_OUTLET && kernel->op != KERNEL_TAKE &&
           kernel->op != KERNEL_GIVE;
}

static void put_region(struct c_writer *w, const struct region *region) {
    struct text *out = &w->body;
    bool single = region->block == 1, whole = region->block == w->schedule->block;
    if (single) {
        text_put(out, "        for (int @t = 0; @t < @all; @t++) {\n");
    } else if (whole) {
        text_put(out, "        {\n        const int @n = @all;\n");
    } else {
        text_printf(out, "        for (int @from = 0; @from < @all; @from += %u) {\n",
                    region->block);
        text_printf(out, "        const int @n = @all - @from < %u ? @all - @from : %u;\n",
                    region->block, region->block);
    }
    if (!single)
        text_printf(out, "        %s *const @b = @block%s;\n", w->real, whole ? "" : " + @from");
    for (uint32_t k = 0; k < region->kernel_count; k++) {
        const struct kernel *kernel = &region->kernels[k];
        uint32_t count = 0;
        while (!single && k + count < region->kernel_count && c_is_expression(kernel + count))
            count++;
        if (count) {
            c_put_expressions(w, kernel, count, region->block);
            k += count - 1;
            continue;
        }
        if (has_title(kernel)) c_put_title(w, kernel);
        if (single) c_put_kernel(w, kernel);
        else c_put_block_kernel(w, kernel);
        c_kernel_is_written(w, kernel, region->block);
    }
    text_put(out, "        }\n");
    c_put_quiet(w, region);
}

void c_put_quiet(struct c_writer *w, const struct region *region) {
    struct text *out = &w->body;
    for (uint32_t k = 0; k < region->kernel_count && region->block == 1; k++) {
        const struct kernel *kernel = &region->kernels[k];
        if (kernel->op != KERNEL_SECTION && kernel->op != KERNEL_SECTION_READ) continue;
        c_use(w, C_TEXT_QUIET);
        text_printf(out, "        %s_quiet(@self->state + %u, %u);\n", w->name, 2 * kernel->first,
                    2 * kernel->rows);
    }
}

void c_put_kernels(struct c_writer *w) {
    c_find_views(w);
    for (uint32_t r = 0; r < w->schedule->region_count; r++)
        put_region(w, &w->schedule->regions[r]);
}
