/* Judging the contracts of a program, once its net is known.
 *
 * stable: the certificate at the knobs' initial values, then over their ranges (cert/positions.h);
 * what it cannot decide there is tried at single positions, which may refute it. lossless: no loop
 * gains or loses energy, exactly or within the rounding of its matrix; or else the outlets carry
 * the energy of the inlets at every frequency, measured. t60, peak_gain and latency: ir/measure.h,
 * at the initial values.
 */
#ifndef ADACC_FRONTEND_CONTRACTS_H
#define ADACC_FRONTEND_CONTRACTS_H

#include "cert/cert.h"
#include "ir/base/diag.h"
#include "ir/net.h"

/* What is known of main already. */
struct judged_main {
    const struct net *net;
    const struct cert *cert;
};

/* `single`: verdicts are on constants rounded to float32. Each contract that does not hold, or that
 * cannot be decided, is an error; figures found are remarks. False after an error. */
bool contracts_judge(struct arena *arena, struct diags *diags, const struct program *program,
                     struct judged_main main, bool single);

#endif
