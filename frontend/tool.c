#ifdef HAVE_PIPE2
#define _GNU_SOURCE /* for it */
#endif
#include "frontend/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAID_MAX = 2000 };

/* In the child: only what is safe after fork. Does not return. */
static void become(const char *folder, const char *const *arguments, bool own_group, int output,
                   int trouble) {
    if (own_group) setpgid(0, 0);
    sigset_t none; /* what the guard waits for would be held back here for ever */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
        dup2(output, STDERR_FILENO) >= 0 && !chdir(folder))
        execvp(arguments[0], (char *const *)(uintptr_t)arguments);
    int reason = errno;
    ssize_t put = write(trouble, &reason, sizeof reason);
    _exit(put == sizeof reason ? 127 : 126);
}

/* The end of what was printed. */
struct tail {
    char kept[2 * SAID_MAX];
    size_t length;
};

/* All of a pipe; what is far from the end is forgotten. */
static void drain(struct tail *tail, int pipe) {
    char block[4096];
    for (ssize_t got; (got = read(pipe, block, sizeof block)) > 0 || (got < 0 && errno == EINTR);) {
        for (ssize_t i = 0; i < got; i++) {
            if (tail->length == sizeof tail->kept) {
                memmove(tail->kept, tail->kept + SAID_MAX, SAID_MAX);
                tail->length = SAID_MAX;
            }
            tail->kept[tail->length++] = block[i];
        }
    }
}

static const char *text_of(struct arena *arena, const struct tail *tail) {
    const char *kept = tail->kept;
    const size_t length = tail->length;
    size_t from = length > SAID_MAX ? length - SAID_MAX : 0;
    /* Whole lines alone, if there is one. */
    const char *line = from ? memchr(kept + from, '\n', length - from) : NULL;
    if (line && line + 1 < kept + length) from = (size_t)(line + 1 - kept);
    return arena_copy(arena, kept + from, length - from);
}

/* Not for the tools that other threads run meanwhile: where there is no pipe2, they may still get
 * it, and this one is waited for until they end. */
static bool open_pipe(int ends[2]) {
#ifdef HAVE_PIPE2
    return !pipe2(ends, O_CLOEXEC);
#else
    if (pipe(ends)) return false;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return true;
#endif
}

/* The whole group: a compiler that goes on would write into what is being removed. What stays in
 * the group behind its leader may be dead, and nobody took note. */
static void end_group(void *what) {
    enum { PATIENCE = 400, BEHIND_LEADER = 20 };
    const pid_t leader = *(const pid_t *)what;
    const struct timespec pause = {.tv_nsec = 5000000};
    kill(-leader, SIGTERM);
    for (int left = PATIENCE; left && !kill(-leader, 0); left--) {
        if (waitpid(leader, NULL, WNOHANG) && left > BEHIND_LEADER) left = BEHIND_LEADER;
        nanosleep(&pause, NULL);
    }
    kill(-leader, SIGKILL);
}

/* Until it ended; its number stays its own until it is waited for, behind this. */
static void wait_for_end(pid_t child) {
    siginfo_t ignored;
    while (waitid(P_PID, (id_t)child, &ignored, WEXITED | WNOWAIT) && errno == EINTR) continue;
}

struct tool tool_run(struct arena *arena, const char *folder, const char *const *arguments,
                     struct guard *guard) {
    struct tool tool = {.found = false, .status = 127, .said = ""};
    int output[2], trouble[2];
    if (!open_pipe(output)) return tool;
    if (!open_pipe(trouble)) {
        close(output[0]);
        close(output[1]);
        return tool;
    }
    /* `trouble` is closed by a successful exec: then the reader sees the end, and nothing written. */
    pid_t child;
    struct guarded running = {.clear = end_group, .what = &child};
    guard_enter(guard);
    child = fork();
    if (!child) become(folder, arguments, guard && guard->waits, output[1], trouble[1]);
    if (child > 0 && guard && guard->waits) {
        setpgid(child, child); /* here too: whichever of the two comes first */
        guard_add(guard, &running);
    }
    guard_leave(guard);
    close(output[1]);
    close(trouble[1]);
    if (child > 0) {
        int reason, state = 0;
        struct tail tail = {.length = 0};
        drain(&tail, output[0]);
        tool.found = read(trouble[0], &reason, sizeof reason) != sizeof reason;
        wait_for_end(child);
        guard_enter(guard);
        guard_remove(guard, &running);
        guard_leave(guard);
        while (waitpid(child, &state, 0) < 0 && errno == EINTR) continue;
        /* Not before: where memory runs out, nothing of here may be listed any more. */
        tool.said = text_of(arena, &tail);
        tool.status = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
    }
    close(output[0]);
    close(trouble[0]);
    return tool;
}

void tool_note(struct diag *diag, const struct tool *tool) {
    enum { LINES = 8 };
    const char *at = tool->said + strlen(tool->said);
    for (int lines = 0; at > tool->said; at--)
        if (at[-1] == '\n' && *at && ++lines == LINES) break;
    while (*at) {
        size_t length = strcspn(at, "\n");
        if (length) diag_note(diag, NOWHERE, "%.*s", (int)length, at);
        at += length + (at[length] == '\n');
    }
}
