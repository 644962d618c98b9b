/* What a signal must not leave behind: temporary files, a tool that runs, a watcher's locks.
 *
 * In the program (never in the library, whose callers have signals of their own) a thread waits for
 * SIGINT, SIGTERM and SIGHUP. When one arrives it clears what is listed here, the latest first, and
 * ends the process, whatever else that is doing. Given a null guard, what is between begin and end
 * does nothing.
 */
#ifndef ADACC_FRONTEND_GUARD_H
#define ADACC_FRONTEND_GUARD_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

/* One thing to clear. Lives where its owner has it, until it is removed. */
struct guarded {
    void (*clear)(void *what); /* in the thread, while nobody else is inside; reports nothing */
    void *what;
    struct guarded *below;
};

struct guard {
    pthread_mutex_t mutex;
    pthread_t thread;
    bool waits;   /* there is a thread */
    bool ends;    /* it is woken to go */
    bool inside;  /* the compiling thread is: no other asks */
    int waker;    /* the signal that it is woken by, one of what it waits for */
    sigset_t held, before;
    int exit; /* the status that the process ends with; negative: it dies of the signal */
    struct guarded *top;
};

/* From here on signals are held back in this thread and those that it starts. What was ignored, as
 * under nohup, stays so. Where there can be no thread, signals do what they did. */
void guard_begin(struct guard *guard, int exit);
void guard_end(struct guard *guard);

/* Between these two no signal comes through: what is listed is as it stands. Not to be nested; to
 * leave without having entered, as behind a jump out of the middle, does nothing. */
void guard_enter(struct guard *guard);
void guard_leave(struct guard *guard);

/* Inside. */
void guard_add(struct guard *guard, struct guarded *guarded);
void guard_remove(struct guard *guard, const struct guarded *guarded);

#endif
