/* The certificate: what can be proved of a net's stability, on its constants as they are emitted.
 *
 * Verdicts and field names are ADAC's; its tolerance is not: a verdict here is a proof or it is
 * `indeterminate`, and says why. This version decides tier 0 (strongly connected components,
 * delay-free loops, the exact stability of every section) and tier 1 with one constant diagonal
 * scaling for any nest of loops.
 */
#ifndef ADACC_CERT_CERT_H
#define ADACC_CERT_CERT_H

#include "ir/base/text.h"
#include "ir/net.h"

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

/* Analyses the net at the knobs' initial values, its constants rounded to float32 (`single`) or as
 * they are. Never fails: what cannot be decided is in the verdict. Works within a fixed budget of
 * operations, so that a verdict does not depend on the machine. */
const struct cert *cert_prove(struct arena *arena, const struct net *net, bool single);

enum verdict cert_verdict(const struct cert *cert);

/* One sentence for people: "certified-stable: decays 60 dB in at most 2.43 s". */
const char *cert_summary(const struct cert *cert);

/* The certificate as JSON. */
void cert_write_json(const struct cert *cert, const char *name, struct text *out);

#endif
