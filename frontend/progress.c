#include "frontend/progress.h"

#include <unistd.h>

/* Proofs that take less than `patience_s` say nothing; the line is written anew after `pause_s`. */
static const double patience_s = 0.4, pause_s = 0.1;

void progress_begin(struct progress *progress, FILE *messages, bool quiet) {
    *progress = (struct progress){.last_s = -1};
    clock_gettime(CLOCK_MONOTONIC, &progress->begin);
    if (messages && !quiet && isatty(fileno(messages))) progress->terminal = messages;
}

static double seconds_since(const struct timespec *begin) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begin->tv_sec) + 1e-9 * (double)(now.tv_nsec - begin->tv_nsec);
}

static void tell(void *context, const char *what, uint64_t done, uint64_t most) {
    struct progress *progress = context;
    if (!progress->terminal) return;
    double now_s = seconds_since(&progress->begin);
    if (now_s < patience_s || (progress->last_s >= 0 && now_s < progress->last_s + pause_s)) return;
    progress->last_s = now_s;
    fprintf(progress->terminal, "\r\033[Kcertificate: %s", what);
    if (most)
        fprintf(progress->terminal, ", %u %% of its budget",
                (unsigned)(100.0 * (double)done / (double)most));
    fflush(progress->terminal);
}

struct cert_progress progress_teller(struct progress *progress) {
    return (struct cert_progress){tell, progress};
}

void progress_end(struct progress *progress) {
    if (!progress->terminal || progress->last_s < 0) return;
    fputs("\r\033[K", progress->terminal);
    fflush(progress->terminal);
}
