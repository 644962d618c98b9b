#include "frontend/adac.h"
#include "frontend/options.h"
#include "frontend/watch.h"

int main(int argc, char **argv) {
    struct command *command = command_new(argc, argv, stdout, stderr);
    if (!command) return ADAC_INTERNAL;
    enum adac_exit exit = command->exit;
    if (!command->done && command->watch) exit = watch(command, stdout, stderr);
    for (size_t i = 0; !command->done && !command->watch && i < command->input_count; i++) {
        command->options.input = command->inputs[i];
        enum adac_exit one = adac_compile(&command->options, stdout, stderr);
        if (exit == ADAC_DONE) exit = one;
    }
    command_free(command);
    /* What was printed to a full disk was not printed. */
    if (fflush(stdout) && exit == ADAC_DONE) {
        perror("adacc: standard output");
        exit = ADAC_FILES;
    }
    return (int)exit;
}
