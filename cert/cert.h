/* The certificate: what can be proved of a net's stability, on its constants as they are emitted.
 *
 * Verdicts and field names are ADAC's; its tolerance is not: a verdict here is a proof or it is
 * `indeterminate`, and says why.
 *   tier 0: strongly connected components and every section's poles, exactly (a net has no
 *           delay-free loops: lowering refuses or solves them);
 *   tier L: loops that are exactly lossless (lossless.h), and those that are shown to grow by less
 * than 0.01 dB a minute, both `marginally-stable`; tier 1: loops that a diagonal scaling shows to
 * contract, one for all frequencies (contraction.h) or one for each (cells.h); tier 2: what is
 * left, by how often its determinant winds around zero (winding.h): decides; tier U: loops that are
 * cheaply shown to be unstable (instability.h), and a mode that grows (mode.h). What shows a
 * verdict is kept with it (witness.h), and check.h checks it.
 */
#ifndef ADACC_CERT_CERT_H
#define ADACC_CERT_CERT_H

#include "ir/base/diag.h"
#include "ir/base/text.h"
#include "ir/net.h"
#include "ir/program.h"

/* From best to worst: the verdict of a program is the worst of its loops'. */
enum verdict {
    VERDICT_CERTIFIED_STABLE,
    VERDICT_MARGINALLY_STABLE,
    VERDICT_INDETERMINATE,
    VERDICT_NOT_CERTIFIED,
    VERDICT_UNSTABLE,
    VERDICT_COUNT
};
extern const char *const verdict_texts[VERDICT_COUNT]; /* "certified-stable", ... */

struct cert;

/* Told now and then what a long proof is at: evaluations done, and the most of them; 0: not counted.
 * What it does has no say in the proof. */
struct cert_progress {
    void (*tell)(void *context, const char *what, uint64_t done, uint64_t most);
    void *context;
};

struct cert_options {
    struct cert_progress progress; /* tell: null if nobody asks */
    bool single;          /* constants rounded to float32, or as they are */
    bool figures;         /* the peak gain too */
    bool brief;           /* tier 2 and what costs as much are left out */
    const struct contracted *contracted; /* what --contract scaled, for the words */
    uint32_t contracted_count;
    uint64_t evaluations; /* the most evaluations of loops at a frequency; 0: the default */
};
#define CERT_EVALUATIONS_DEFAULT 300000

/* Analyses the net at the knobs' initial values. Never fails: what cannot be decided is in the
 * verdict. Works within fixed budgets of operations, so that a verdict does not depend on the
 * machine. */
const struct cert *cert_prove_with(struct arena *arena, const struct net *net,
                                   const struct cert_options *options);

/* In full, within the default budget. */
const struct cert *cert_prove(struct arena *arena, const struct net *net, bool single);

enum verdict cert_verdict(const struct cert *cert);

/* True if it is proved that nothing grows at any position of the knobs, each of them frozen. If
 * not, `*why` is a clause on what stands in the way, or null. */
bool cert_covers_knobs(const struct cert *cert, const char **why);

/* One sentence for people: "certified-stable: decays 60 dB in at most 2.43 s". */
const char *cert_summary(const struct cert *cert);

/* Remarks on its figures; none if they were not asked for. */
void quantities_say(struct diags *diags, const struct cert *cert);

/* All of it as remarks: its sentence, these figures, and how each loop was proved. */
void cert_say(struct diags *diags, const struct cert *cert);

/* The certificate as JSON. */
void cert_write_json(const struct cert *cert, const char *title, struct text *out);

#endif
