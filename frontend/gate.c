#include "frontend/gate.h"

#include "cert/report.h"

static bool good(enum verdict verdict) {
    return verdict == VERDICT_CERTIFIED_STABLE || verdict == VERDICT_MARGINALLY_STABLE;
}

/* One loop's reason is in the summary. */
static void give_reasons(struct diag *diag, const struct cert *cert) {
    enum { LOOPS_SHOWN = 5 };
    uint32_t bad = 0;
    for (uint32_t i = 0; i < cert->loop_count; i++) bad += !good(cert->loops[i].verdict);
    if (bad < 2) return;
    bad = 0;
    for (uint32_t i = 0; i < cert->loop_count; i++) {
        const struct loop_report *loop = &cert->loops[i];
        if (good(loop->verdict) || bad++ >= LOOPS_SHOWN) continue;
        diag_note(diag, NOWHERE, "the loop %s is %s%s%s", loop->name, verdict_texts[loop->verdict],
                  loop->why ? ": " : "", loop->why ? loop->why : "");
    }
    if (bad > LOOPS_SHOWN) diag_note(diag, NOWHERE, "and %u more loops", bad - LOOPS_SHOWN);
}

bool gate_passes(struct diags *diags, const struct cert *cert, const char *plugin) {
    const char *who = plugin ? plugin : "--strict", *why = NULL;
    struct diag *diag;
    if (!good(cert_verdict(cert))) {
        diag = diag_error(diags, NOWHERE, CODE_REFUSED, "%s refuses the program: %s", who,
                          cert_summary(cert));
        give_reasons(diag, cert);
    } else if (!cert_covers_knobs(cert, &why)) {
        diag = diag_error(diags, NOWHERE, CODE_REFUSED,
                          "%s refuses the program: only the initial values of its knobs are shown to be "
                          "stable%s%s",
                          who, why ? ": " : "", why ? why : "");
    } else {
        return true;
    }
    if (plugin) diag_help(diag, "--no-strict makes the plugin anyway");
    return false;
}
