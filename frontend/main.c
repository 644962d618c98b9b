#include "frontend/compile.h"
#include "frontend/options.h"
#include "frontend/watch.h"

int main(int argc, char **argv) {
    struct command *command = command_new(argc, argv, stdout, stderr);
    if (!command) return ADAC_INTERNAL;
    enum adac_exit exit = command->exit;
    struct guard guard;
    guard_begin(&guard, !command->done && command->watch ? ADAC_DONE : -1);
    if (!command->done && command->watch) exit = watch(command, stdout, stderr, &guard);
    for (size_t i = 0; !command->done && !command->watch && i < command->input_count; i++) {
        command->options.input = command->inputs[i];
        enum adac_exit one = compile_guarded(&command->options, stdout, stderr, &guard);
        if (exit == ADAC_DONE) exit = one;
    }
    guard_end(&guard);
    command_free(command);
    /* What was printed to a full disk was not printed. */
    if (fflush(stdout) && exit == ADAC_DONE) {
        perror("adacc: standard output");
        exit = ADAC_FILES;
    }
    return (int)exit;
}
