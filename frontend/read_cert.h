/* Reading a certificate back, and checking it against a program. */
#ifndef ADACC_FRONTEND_READ_CERT_H
#define ADACC_FRONTEND_READ_CERT_H

#include "ir/base/diag.h"
#include "ir/net.h"

/* False after a report: the certificate is not whole, not of this net, its rate or its precision,
 * or something that it claims is not shown by its witnesses (cert/check.h). */
bool certificate_check(struct arena *arena, struct diags *diags, const struct source *source,
                       const struct net *net, bool single);

#endif
