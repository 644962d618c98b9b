#ifdef HAVE_PIPE2
#define _GNU_SOURCE /* for it */
#endif
#include "frontend/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SAID_MAX = 2000 };

/* In the child: only what is safe after fork. Does not return. */
static void become(const char *folder, const char *const *arguments, int output, int trouble) {
    sigset_t none; /* what a watcher holds back until it has time would be held back here for ever */
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

/* All of a pipe; what is far from the end is forgotten. */
static const char *drain(struct arena *arena, int pipe) {
    char kept[2 * SAID_MAX], block[4096];
    size_t length = 0;
    for (ssize_t got; (got = read(pipe, block, sizeof block)) > 0 || (got < 0 && errno == EINTR);) {
        for (ssize_t i = 0; i < got; i++) {
            if (length == sizeof kept) {
                memmove(kept, kept + SAID_MAX, SAID_MAX);
                length = SAID_MAX;
            }
            kept[length++] = block[i];
        }
    }
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

struct tool tool_run(struct arena *arena, const char *folder, const char *const *arguments) {
    struct tool tool = {.found = false, .status = 127, .said = ""};
    int output[2], trouble[2];
    if (!open_pipe(output)) return tool;
    if (!open_pipe(trouble)) {
        close(output[0]);
        close(output[1]);
        return tool;
    }
    /* `trouble` is closed by a successful exec: then the reader sees the end, and nothing written. */
    pid_t child = fork();
    if (!child) become(folder, arguments, output[1], trouble[1]);
    close(output[1]);
    close(trouble[1]);
    if (child > 0) {
        int reason, state = 0;
        tool.said = drain(arena, output[0]);
        tool.found = read(trouble[0], &reason, sizeof reason) != sizeof reason;
        while (waitpid(child, &state, 0) < 0 && errno == EINTR) continue;
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
