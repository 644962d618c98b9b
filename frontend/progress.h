/* One line on a terminal, rewritten while a proof takes its time, and gone when it is done. */
#ifndef ADACC_FRONTEND_PROGRESS_H
#define ADACC_FRONTEND_PROGRESS_H

#include <stdio.h>
#include <time.h>

#include "cert/cert.h"

struct progress {
    FILE *terminal; /* null: nothing is shown */
    struct timespec begin;
    double last_s; /* after `begin`, when the line was written last; negative: never */
};

/* Shows nothing if `messages` is null or no terminal, or `quiet`. */
void progress_begin(struct progress *progress, FILE *messages, bool quiet);
struct cert_progress progress_teller(struct progress *progress);
void progress_end(struct progress *progress);

#endif
