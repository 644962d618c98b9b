/* The command line: from words to options. */
#ifndef ADACC_FRONTEND_OPTIONS_H
#define ADACC_FRONTEND_OPTIONS_H

#include "frontend/adac.h"

struct command {
    struct adac_options options; /* `input` is set for each of `inputs` in turn */
    const char *const *inputs;
    size_t input_count;
    bool watch, look; /* compile again at changes; find them by looking alone */
    double min_interval_s;
    bool done; /* the command was answered (--help and its like) or refused: exit with `exit` */
    enum adac_exit exit;
};

/* Reads the words of the command line; answers go to `out`, complaints to `messages`. Free the command
 * when done with its options. */
struct command *command_new(int argc, char **argv, FILE *out, FILE *messages);
void command_free(struct command *command);

#endif
