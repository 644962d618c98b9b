#include "frontend/guard.h"

#include <stddef.h>
#include <unistd.h>

/* Of the default kind: whoever else waits for it is stopped by it at once. */
static void die_of(int signal_number) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigset_t open;
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
    sigemptyset(&open);
    sigaddset(&open, signal_number);
    pthread_sigmask(SIG_UNBLOCK, &open, NULL);
    raise(signal_number);
}

static void *wait_for_signals(void *what) {
    struct guard *guard = what;
    int arrived;
    while (sigwait(&guard->held, &arrived)) continue;
    pthread_mutex_lock(&guard->mutex);
    if (guard->ends) {
        pthread_mutex_unlock(&guard->mutex);
        return NULL;
    }
    for (struct guarded *g = guard->top; g; g = g->below) g->clear(g->what);
    if (guard->exit < 0) die_of(arrived);
    _exit(guard->exit < 0 ? 128 + arrived : guard->exit);
}

void guard_begin(struct guard *guard, int exit) {
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    *guard = (struct guard){.exit = exit};
    sigemptyset(&guard->held);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct sigaction action;
        if (sigaction(ends[i], NULL, &action) || action.sa_handler == SIG_IGN) continue;
        sigaddset(&guard->held, ends[i]);
        guard->waker = ends[i];
    }
    pthread_mutex_init(&guard->mutex, NULL);
    pthread_sigmask(SIG_BLOCK, &guard->held, &guard->before);
    guard->waits = guard->waker && !pthread_create(&guard->thread, NULL, wait_for_signals, guard);
    if (!guard->waits) pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}

void guard_end(struct guard *guard) {
    if (guard->waits) {
        guard_enter(guard); /* for ever, if a signal was there first: it ends us */
        guard->ends = true;
        guard_leave(guard);
        pthread_kill(guard->thread, guard->waker);
        pthread_join(guard->thread, NULL);
        pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
    }
    pthread_mutex_destroy(&guard->mutex);
}

void guard_enter(struct guard *guard) {
    if (!guard) return;
    pthread_mutex_lock(&guard->mutex);
    guard->inside = true;
}

void guard_leave(struct guard *guard) {
    if (!guard || !guard->inside) return;
    guard->inside = false;
    pthread_mutex_unlock(&guard->mutex);
}

void guard_add(struct guard *guard, struct guarded *guarded) {
    if (!guard) return;
    guarded->below = guard->top;
    guard->top = guarded;
}

void guard_remove(struct guard *guard, const struct guarded *guarded) {
    if (!guard) return;
    struct guarded **at = &guard->top;
    while (*at && *at != guarded) at = &(*at)->below;
    if (*at) *at = guarded->below;
}
