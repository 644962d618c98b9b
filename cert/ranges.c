/* Claims about every position of the knobs. */
#include "cert/report.h"

/* The first cell of a loop, or section, with a constant that a knob moves; NO_WIRE: none. */
static wire moved_cell(const struct net *net) {
    for (wire w = 0; w < net->cell_count; w++) {
        const struct cell *cell = &net->cells[w];
        bool matters = net->components[cell->component].cyclic || cell->op == CELL_SECTION;
        for (uint32_t i = 0; matters && i < cell->operand_count; i++)
            if (cell->operands[i].expr) return w;
    }
    return NO_WIRE;
}

struct cert_ranges cert_prove_ranges(struct arena *arena, const struct net *net,
                                     const struct cert *cert) {
    if (cert->verdict != VERDICT_CERTIFIED_STABLE)
        return (struct cert_ranges){false, false, cert->summary};
    wire moved = moved_cell(net);
    if (moved == NO_WIRE)
        return (struct cert_ranges){true, true,
                                    "stable at every knob position, while they move too"};
    const struct node *node = net->cells[moved].node;
    const char *of = node && node->name ? text_format(arena, " of '%s'", node->name->text) : "";
    return (struct cert_ranges){
        false, false,
        text_format(arena,
                    "a knob moves a %s%s of a loop, of which this version proves the initial "
                    "value alone",
                    cell_infos[net->cells[moved].op].text, of)};
}
